/* The list of an application's credentials: sorted, filtered, in pages, in its envelope. */
#include "base/text.h"
#include "service/losant/envelope.h"
#include "service/losant/losant.h"
#include "service/page.h"

typedef struct listing {
    lfn_call *call;
    int64_t count;
} listing;

static lfn_status write_entry(void *context, const lfn_service_credential *credential)
{
    listing *list = context;
    list->count++;
    return lfn_service_credential_answer(list->call, credential);
}

static lfn_status read_query(lfn_call *call, const lfn_paging *paging, lfn_service_credential_query *out_query)
{
    int direction = -1;
    lfn_service_credential_query query = {
        .application_id = call->access.application_id, .offset = paging->offset, .limit = paging->size};
    lfn_status status = lfn_query_word(call, "sortField", &query.sort_field);
    if (status == LFN_OK)
        status = lfn_query_word(call, "sortDirection", &direction);
    if (status == LFN_OK)
        status = lfn_query_word(call, "filterField", &query.filter_field);
    if (status == LFN_OK)
        status = lfn_query_value(call, "filter", &query.filter);
    query.descending = direction == LFN_SORT_DIRECTION_DESC;
    if (status == LFN_OK)
        *out_query = query;
    return status;
}

static lfn_text word_of(lfn_choice_id choice, int index)
{
    return lfn_text_of(index >= 0 ? lfn_choice_get(choice)->words[index] : NULL);
}

static void write_envelope(const listing *list, const lfn_paging *paging, const lfn_service_credential_query *query,
                           int64_t total)
{
    int direction = query->descending ? LFN_SORT_DIRECTION_DESC : LFN_SORT_DIRECTION_ASC;
    lfn_envelope envelope = {.count = list->count,
                             .total = total,
                             .per_page = paging->size,
                             .page = paging->page,
                             .sort_field = word_of(LFN_CHOICE_SORT_FIELD, query->sort_field),
                             .sort_direction = word_of(LFN_CHOICE_SORT_DIRECTION, direction),
                             .application_id = query->application_id,
                             .filter_field = word_of(LFN_CHOICE_FILTER_FIELD, query->filter_field),
                             .filter = query->filter};
    lfn_envelope_write(&list->call->writer, &envelope);
}

lfn_problem lfn_service_credentials_list(lfn_call *call)
{
    lfn_paging paging;
    lfn_service_credential_query query;
    int64_t total = 0;
    listing list = {call, 0};
    lfn_status status = lfn_paging_read(call, &paging);
    if (status == LFN_OK)
        status = read_query(call, &paging, &query);
    if (status != LFN_OK)
        return LFN_PROBLEM_INTERNAL;
    lfn_json_write_begin_object(&call->writer);
    lfn_json_write_key(&call->writer, lfn_text_of("items"));
    lfn_json_write_begin_array(&call->writer);
    status = lfn_store_list_service_credentials(call->service->store, &query, write_entry, &list, &total, &call->error);
    lfn_json_write_end_array(&call->writer);
    if (status == LFN_OK)
        write_envelope(&list, &paging, &query, total);
    lfn_json_write_end_object(&call->writer);
    return lfn_problem_of(status);
}
