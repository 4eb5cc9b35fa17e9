/* What came back, judged by the rows: see answer.h. */
#include "client/answer.h"

#include "base/error.h"
#include "base/text.h"
#include "codec/problem.h"
#include "leafnative/json.h"

/* ---- the form of a body ---- */

/* What the reader saw: the kind of the whole, how many entries a list has, and whether any is not an object. The list
 * is the whole, or the member of it that the API's list form names. */
typedef struct shape {
    const char *items; /* the member; "" where the list is the whole */
    size_t depth;
    size_t list_depth; /* of the entries while the list is open, else 0 */
    size_t entries;
    bool begun;
    bool list_next; /* the value that comes next is the list, if it is one at all */
    bool list_seen;
    lfn_json_kind root;
    bool odd_entry;
} shape;

static bool see(shape *seen, lfn_json_kind kind)
{
    if (!seen->begun) {
        seen->root = kind;
        seen->list_next = seen->items[0] == '\0';
    } else if (seen->list_depth > 0 && seen->depth == seen->list_depth) {
        seen->entries++;
        seen->odd_entry = seen->odd_entry || kind != LFN_JSON_OBJECT;
    }
    if (seen->list_next && kind == LFN_JSON_ARRAY) {
        seen->list_seen = true;
        seen->list_depth = seen->depth + 1;
    }
    seen->list_next = false;
    seen->begun = true;
    return true;
}

static bool see_null(void *context)
{
    return see(context, LFN_JSON_NULL);
}

static bool see_boolean(void *context, bool value)
{
    (void)value;
    return see(context, LFN_JSON_BOOLEAN);
}

static bool see_integer(void *context, int64_t value)
{
    (void)value;
    return see(context, LFN_JSON_INTEGER);
}

static bool see_number(void *context, lfn_text literal)
{
    (void)literal;
    return see(context, LFN_JSON_NUMBER);
}

static bool see_string(void *context, lfn_text value)
{
    (void)value;
    return see(context, LFN_JSON_STRING);
}

static bool go_in(shape *seen, lfn_json_kind kind)
{
    (void)see(seen, kind);
    seen->depth++;
    return true;
}

static bool see_object(void *context)
{
    return go_in(context, LFN_JSON_OBJECT);
}

static bool see_array(void *context)
{
    return go_in(context, LFN_JSON_ARRAY);
}

static bool see_key(void *context, lfn_text name)
{
    shape *seen = context;
    seen->list_next = seen->depth == 1 && seen->items[0] != '\0' && lfn_text_equal_string(name, seen->items);
    return true;
}

static bool go_out(void *context)
{
    shape *seen = context;
    seen->depth--;
    if (seen->depth < seen->list_depth)
        seen->list_depth = 0;
    return true;
}

static const lfn_json_builder shape_builder = {
    .null = see_null,
    .boolean = see_boolean,
    .integer = see_integer,
    .number = see_number,
    .string = see_string,
    .object_begin = see_object,
    .key = see_key,
    .object_end = go_out,
    .array_begin = see_array,
    .array_end = go_out,
};

static bool fits(lfn_form form, const shape *seen)
{
    switch (form) {
    case LFN_FORM_OBJECT:
        return seen->root == LFN_JSON_OBJECT;
    case LFN_FORM_LIST:
        return seen->list_seen && !seen->odd_entry;
    case LFN_FORM_TEXT:
        return seen->root == LFN_JSON_STRING;
    case LFN_FORM_NOTHING:
        break;
    }
    return true; /* a body where none is due is passed over once it is JSON: a page of a gateway is not */
}

static const char *form_words(lfn_form form)
{
    static const char *const words[] = {
        [LFN_FORM_NOTHING] = "nothing",
        [LFN_FORM_OBJECT] = "a JSON object",
        [LFN_FORM_LIST] = "a JSON list of objects",
        [LFN_FORM_TEXT] = "a JSON string",
    };
    return words[form];
}

static lfn_status refuse_form(lfn_form form, const char *items, int http_status, lfn_error *error)
{
    if (form == LFN_FORM_LIST && items[0] != '\0')
        return lfn_error_set(error, LFN_PROTOCOL, "The answer %d is not a JSON object with a list of objects in %s.",
                             http_status, items);
    return lfn_error_set(error, LFN_PROTOCOL, "The answer %d is not %s.", http_status, form_words(form));
}

static lfn_status check_body(lfn_form form, const char *items, lfn_result *result, lfn_error *error)
{
    int http_status = result->response.status;
    lfn_text body = lfn_buffer_text(&result->response.body);
    if (body.size == 0 && form == LFN_FORM_NOTHING)
        return LFN_OK;
    if (body.size == 0)
        return lfn_error_set(error, LFN_PROTOCOL, "The answer %d is empty where %s is due.", http_status,
                             form_words(form));
    shape seen = {.items = items};
    lfn_json_builder looking = shape_builder;
    looking.depth = items[0] == '\0' ? 1 : 2; /* what an entry holds says nothing about the form */
    lfn_error reason;
    lfn_status status = lfn_json_read(body, &looking, &seen, &reason);
    if (status == LFN_NO_MEMORY)
        return lfn_error_no_memory(error);
    if (status != LFN_OK)
        return lfn_error_set(error, LFN_PROTOCOL, "The answer %d is not JSON: %s", http_status, reason.message);
    if (!fits(form, &seen))
        return refuse_form(form, items, http_status, error);
    result->entry_count = seen.entries;
    return LFN_OK;
}

/* ---- the whole ---- */

/* Whether a status of success says what the row's own says: it is done, and this is all of it. */
static bool is_done(int http_status, int due)
{
    return http_status == due || http_status == 200 || http_status == 201 || http_status == 204;
}

static lfn_status judge_success(const lfn_operation *operation, bool unread, lfn_result *result, lfn_error *error)
{
    if (operation == NULL)
        return LFN_OK;
    if (!is_done(result->response.status, operation->success))
        return lfn_error_set(error, LFN_PROTOCOL, "The answer is %d where %d is due.", result->response.status,
                             operation->success);
    if (unread)
        return LFN_OK;
    const lfn_list_words *words = lfn_list_words_get(operation->group->api->list_form);
    return check_body(operation->form, words->items, result, error);
}

lfn_status lfn_result_judge(const lfn_operation *operation, lfn_result *result, lfn_error *error)
{
    lfn_status status = judge_success(operation, false, result, error);
    if (status != LFN_OK)
        error->http_status = result->response.status;
    return status;
}

static lfn_status read_refusal(const lfn_client *client, const lfn_response *response, lfn_error *error)
{
    return lfn_problem_read(client->api, response, client->clock->now_us(client->clock->context), error);
}

lfn_status lfn_answer_judge(const lfn_client *client, const lfn_operation *operation, bool unread, lfn_result *result,
                            lfn_error *error)
{
    lfn_status status;
    const lfn_response *response = &result->response;
    if (response->body.failed || response->headers.failed)
        status =
            lfn_error_set(error, LFN_PROTOCOL, "The answer is over the limit of %zu bytes.", response->body.ceiling);
    else if (response->status >= 200 && response->status < 300)
        status = judge_success(operation, unread, result, error);
    else
        status = read_refusal(client, response, error);
    if (status != LFN_OK)
        error->http_status = response->status;
    return status;
}
