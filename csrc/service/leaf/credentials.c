/* The four operations that stand once for every provider. */
#include "base/text.h"
#include "base/time.h"
#include "service/leaf/credential.h"
#include "service/leaf/find.h"
#include "service/leaf/leaf.h"
#include "service/page.h"

#include <stdio.h>

lfn_problem lfn_credentials_get(lfn_call *call)
{
    lfn_text json;
    if (call->credential.provider == NULL)
        return LFN_PROBLEM_CREDENTIALS_NOT_FOUND;
    if (lfn_credential_json(call, &call->credential, &json) != LFN_OK)
        return LFN_PROBLEM_INTERNAL;
    lfn_json_write_literal(&call->writer, json);
    return LFN_PROBLEM_NONE;
}

lfn_problem lfn_credentials_create(lfn_call *call)
{
    lfn_record record;
    const lfn_operation *operation = call->match.operation;
    lfn_status status = lfn_record_begin(&record, lfn_operation_body(operation, call->match.provider), &call->error);
    if (status == LFN_OK)
        status = lfn_record_take(call, &record, operation->mode, call->body);
    if (status == LFN_OK)
        status = lfn_credential_create(call, &call->user, call->match.provider, &record);
    if (status == LFN_CONFLICT)
        return LFN_PROBLEM_CREDENTIALS_EXIST;
    if (status != LFN_OK)
        return LFN_PROBLEM_INTERNAL;
    lfn_record_answer(&record, call->service->mask_secrets, &call->writer);
    return LFN_PROBLEM_NONE;
}

lfn_problem lfn_credentials_delete(lfn_call *call)
{
    if (call->credential.provider == NULL)
        return LFN_PROBLEM_CREDENTIALS_NOT_FOUND;
    lfn_status status = lfn_store_delete_credential(call->service->store, call->credential.id, &call->error);
    return lfn_problem_or(status, LFN_PROBLEM_CREDENTIALS_NOT_FOUND);
}

/* ---- events ---- */

enum { SORTS_MAX = 16 };

/* The first part that names a member by which events can be sorted counts; other names are passed over. */
static lfn_status read_order(lfn_call *call, lfn_event_query *query)
{
    lfn_sort sorts[SORTS_MAX];
    size_t count;
    lfn_status status = lfn_sorts_read(call, sorts, SORTS_MAX, &count);
    if (status != LFN_OK)
        return status;
    query->column = LFN_EVENT_CREATED;
    query->descending = true;
    for (size_t i = 0; i < count; i++) {
        bool by_code = lfn_text_equal_string(sorts[i].name, "statusCode");
        if (!by_code && !lfn_text_equal_string(sorts[i].name, "createdDate"))
            continue;
        query->column = by_code ? LFN_EVENT_STATUS_CODE : LFN_EVENT_CREATED;
        query->descending = sorts[i].descending;
        break;
    }
    return LFN_OK;
}

static lfn_status write_event(void *context, const lfn_event *event)
{
    lfn_call *call = context;
    lfn_record record;
    char created[LFN_TIME_SIZE + 1];
    char code[16];
    lfn_status status = lfn_record_begin(&record, lfn_operation_result(call->match.operation, NULL), &call->error);
    if (status != LFN_OK)
        return status;
    if (!lfn_time_format(event->created_us, created))
        return lfn_error_set(&call->error, LFN_STORAGE, "an event has a time out of range");
    (void)snprintf(code, sizeof code, "%d", event->status_code);
    lfn_record_set(&record, "id", event->id);
    lfn_record_set(&record, "createdDate", lfn_text_of(created));
    lfn_record_set(&record, "statusCode", lfn_text_of(code));
    lfn_record_set(&record, "headers", event->headers);
    lfn_record_set(&record, "body", event->body);
    lfn_record_answer(&record, call->service->mask_secrets, &call->writer);
    return LFN_OK;
}

lfn_problem lfn_credentials_events(lfn_call *call)
{
    if (call->credential.provider == NULL)
        return LFN_PROBLEM_CREDENTIALS_NOT_FOUND;
    lfn_paging paging;
    int64_t total;
    lfn_event_query query = {.credential_id = call->credential.id, .since_us = lfn_event_horizon(call->now_us)};
    lfn_status status = lfn_paging_read(call, &paging);
    if (status == LFN_OK)
        status = read_order(call, &query);
    if (status != LFN_OK)
        return LFN_PROBLEM_INTERNAL;
    query.offset = paging.offset;
    query.limit = paging.size;
    lfn_json_write_begin_array(&call->writer);
    status = lfn_store_list_events(call->service->store, &query, write_event, call, &total, &call->error);
    lfn_json_write_end_array(&call->writer);
    return lfn_problem_of(status == LFN_OK ? lfn_paging_answer(call, &paging, total) : status);
}
