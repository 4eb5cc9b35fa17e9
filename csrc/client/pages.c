/* Walks over the pages of a list: see leafnative/client.h. */
#include "base/alloc.h"
#include "base/error.h"
#include "base/text.h"
#include "client/client.h"
#include "client/prepare.h"
#include "codec/page.h"

#include <inttypes.h>
#include <stdio.h>

enum { NUMBER_SIZE = 24 };

struct lfn_pages {
    lfn_client *client;
    lfn_text page_member; /* of the query, as the API's list form names them */
    lfn_text size_member;
    lfn_call call;
    lfn_argument *arguments; /* those of the call, then page and size */
    lfn_buffer texts;        /* what the arguments point to */
    int64_t page;            /* the next one */
    int64_t size;
    char page_text[NUMBER_SIZE];
    char size_text[NUMBER_SIZE];
    bool ended;
    lfn_buffer before; /* body of the page before */
};

static void put_number(int64_t number, char out_text[NUMBER_SIZE], lfn_argument *out_argument)
{
    (void)snprintf(out_text, NUMBER_SIZE, "%" PRId64, number);
    out_argument->value = lfn_text_of(out_text);
}

/* Copies an argument behind the texts; its address is known once all are there, so the offset stands for it. */
static bool keep(lfn_pages *pages, lfn_argument argument)
{
    lfn_argument *kept = &pages->arguments[pages->call.argument_count++];
    kept->name = lfn_text_make(NULL, argument.name.size);
    kept->value = lfn_text_make(NULL, argument.value.size);
    return lfn_buffer_append_text(&pages->texts, argument.name) &&
           lfn_buffer_append_text(&pages->texts, argument.value);
}

static void point_to_texts(lfn_pages *pages)
{
    const char *at = pages->texts.data;
    for (size_t i = 0; i < pages->call.argument_count; i++) {
        pages->arguments[i].name.data = at;
        at += pages->arguments[i].name.size;
        pages->arguments[i].value.data = at;
        at += pages->arguments[i].value.size;
    }
}

/* Prepares the call only to tell what is wrong with it at once, and not with the first page. */
static lfn_status check(const lfn_client *client, const lfn_call *call, lfn_error *error)
{
    lfn_prepared prepared;
    lfn_prepared_init(&prepared);
    lfn_status status = lfn_prepare_given(client, call, &prepared, error);
    lfn_prepared_free(&prepared);
    return status;
}

/* Page and size are numbers of their rows. */
static lfn_status take_arguments(lfn_pages *pages, const lfn_call *call, lfn_error *error)
{
    pages->size = lfn_schema_find(lfn_operation_query(call->operation), pages->size_member)->most;
    for (size_t i = 0; i < call->argument_count; i++) {
        lfn_argument argument = call->arguments[i];
        if (lfn_text_equal(argument.name, pages->page_member))
            (void)lfn_text_integer(argument.value, &pages->page);
        else if (lfn_text_equal(argument.name, pages->size_member))
            (void)lfn_text_integer(argument.value, &pages->size);
        else if (!keep(pages, argument))
            return lfn_error_no_memory(error);
    }
    point_to_texts(pages);
    return LFN_OK;
}

/* Whether the operation is a list that comes in pages. */
static bool has_pages(const lfn_operation *operation)
{
    if (operation == NULL || operation->form != LFN_FORM_LIST)
        return false;
    lfn_text page = lfn_text_of(lfn_list_words_get(operation->group->api->list_form)->page);
    return lfn_schema_find(lfn_operation_query(operation), page) != NULL;
}

lfn_status lfn_pages_open(lfn_client *client, const lfn_call *call, lfn_pages **out_pages, lfn_error *error)
{
    if (!has_pages(call->operation))
        return lfn_error_set(error, LFN_BAD_INPUT, "The operation of a walk over pages must be a list.");
    lfn_status status = check(client, call, error);
    if (status != LFN_OK)
        return status;
    lfn_pages *pages = lfn_alloc(sizeof *pages);
    if (pages == NULL)
        return lfn_error_no_memory(error);
    const lfn_list_words *words = lfn_list_words_get(call->operation->group->api->list_form);
    pages->client = client;
    pages->page_member = lfn_text_of(words->page);
    pages->size_member = lfn_text_of(words->size);
    pages->call = *call;
    pages->call.argument_count = 0;
    lfn_buffer_init(&pages->texts, SIZE_MAX / 4);
    lfn_buffer_init(&pages->before, client->answer_max_bytes);
    pages->arguments = lfn_alloc_array(call->argument_count + 2, sizeof *pages->arguments);
    status = pages->arguments != NULL ? take_arguments(pages, call, error) : lfn_error_no_memory(error);
    if (status != LFN_OK) {
        lfn_pages_free(pages);
        return status;
    }
    pages->call.arguments = pages->arguments;
    lfn_argument *last = &pages->arguments[pages->call.argument_count];
    last[0].name = pages->page_member;
    last[1].name = pages->size_member;
    put_number(pages->size, pages->size_text, &last[1]);
    pages->call.argument_count += 2;
    *out_pages = pages;
    return LFN_OK;
}

/* Whether the page that came is the last one. A page that tells its own size may be shorter than asked for. Where no
 * next one is linked, the total still tells of more: a proxy may have taken the links away, and a list must not end
 * early without a word. */
static bool is_last(const lfn_pages *pages, const lfn_result *result, const lfn_page *page)
{
    int64_t size = page->size > 0 && page->size < pages->size ? page->size : pages->size;
    if (result->entry_count < (size_t)size)
        return true;
    return !page->has_next && (page->total <= 0 || (page->total - 1) / size <= pages->page);
}

const lfn_call *lfn_pages_call(lfn_pages *pages)
{
    if (pages->ended)
        return NULL;
    put_number(pages->page, pages->page_text, &pages->arguments[pages->call.argument_count - 2]);
    return &pages->call;
}

lfn_status lfn_pages_take(lfn_pages *pages, const lfn_result *result, bool *out_more, lfn_error *error)
{
    lfn_page page;
    *out_more = false;
    if (lfn_page_read(&result->response, pages->call.operation, &page) != LFN_OK)
        return lfn_error_no_memory(error);
    lfn_text body = lfn_buffer_text(&result->response.body);
    bool repeated = pages->before.size > 0 && lfn_text_equal(lfn_buffer_text(&pages->before), body);
    pages->ended = repeated || is_last(pages, result, &page) || pages->page == INT64_MAX;
    lfn_buffer_clear(&pages->before);
    if (!pages->ended && !lfn_buffer_append_text(&pages->before, body))
        return lfn_error_no_memory(error);
    pages->page += !pages->ended;
    *out_more = !repeated && result->entry_count > 0;
    return LFN_OK;
}

lfn_status lfn_pages_next(lfn_pages *pages, bool *out_more, lfn_result *result, lfn_error *error)
{
    *out_more = false;
    const lfn_call *call = lfn_pages_call(pages);
    if (call == NULL)
        return LFN_OK;
    lfn_status status = lfn_client_call(pages->client, call, result, error);
    return status == LFN_OK ? lfn_pages_take(pages, result, out_more, error) : status;
}

void lfn_pages_free(lfn_pages *pages)
{
    if (pages == NULL)
        return;
    lfn_buffer_free(&pages->texts);
    lfn_buffer_free(&pages->before);
    lfn_free(pages->arguments);
    lfn_free(pages);
}
