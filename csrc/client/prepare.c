/* What is sent, made from the rows: see prepare.h. */
#include "client/prepare.h"

#include "base/error.h"
#include "base/text.h"
#include "client/client.h"
#include "codec/body.h"
#include "codec/path.h"
#include "codec/words.h"

#include <stdio.h>
#include <string.h>

void lfn_prepared_init(lfn_prepared *prepared)
{
    *prepared = (lfn_prepared){0};
    lfn_buffer_init(&prepared->target, LFN_TARGET_MAX);
    lfn_buffer_init(&prepared->body, SIZE_MAX / 4);
}

/* Every text of a request goes; its headers, which are many, are forgotten by their number. */
static void forget_request(lfn_request *request)
{
    const lfn_text absent = {NULL, 0};
    request->target = absent;
    request->authorization = absent;
    request->body = absent;
    request->header_count = 0;
}

void lfn_prepared_clear(lfn_prepared *prepared)
{
    lfn_buffer_clear(&prepared->target);
    lfn_buffer_clear(&prepared->body);
    if (prepared->body.capacity > LFN_KEPT_BODY_MAX)
        lfn_buffer_free(&prepared->body);
    prepared->once = false;
    forget_request(&prepared->request);
}

void lfn_prepared_free(lfn_prepared *prepared)
{
    lfn_buffer_free(&prepared->target);
    lfn_buffer_free(&prepared->body);
    prepared->request = (lfn_request){0};
}

/* Puts method, target, body and the headers that go with them into the request. */
static void finish(lfn_prepared *prepared, lfn_method method, lfn_text body)
{
    static const lfn_text accept_name = LFN_TEXT("Accept");
    static const lfn_text type_name = LFN_TEXT("Content-Type");
    static const lfn_text json = LFN_TEXT("application/json");
    lfn_request *request = &prepared->request;
    request->method = method;
    request->target = lfn_buffer_text(&prepared->target);
    request->body = body;
    (void)lfn_request_add_header(request, accept_name, json);
    if (body.data != NULL)
        (void)lfn_request_add_header(request, type_name, json);
}

static bool copy_body(lfn_prepared *prepared, lfn_text body)
{
    return body.data == NULL || lfn_buffer_append_text(&prepared->body, body);
}

bool lfn_prepared_own(lfn_prepared *prepared)
{
    lfn_text body = prepared->request.body;
    if (body.data == NULL || body.data == prepared->body.data)
        return true;
    if (!copy_body(prepared, body))
        return false;
    prepared->request.body = lfn_buffer_text(&prepared->body);
    return true;
}

bool lfn_prepared_restore(lfn_prepared *prepared, lfn_method method, lfn_text target, lfn_text body)
{
    if (!lfn_buffer_append_text(&prepared->target, target) || !copy_body(prepared, body))
        return false;
    finish(prepared, method, body.data != NULL ? lfn_buffer_text(&prepared->body) : body);
    return true;
}

/* ---- body ---- */

enum { MEMBER_SIZE = 300 };

/* The member at a pointer as a message calls it: "awsConfig/accessKeyId", or "aws_config/access_key_id". What begins
 * with a capital letter is no member but a word that stands for itself ("FIELDS"). */
static void name_member(const char *pointer, bool snake, char out_name[MEMBER_SIZE])
{
    lfn_text path = lfn_text_of(pointer + 1), part;
    size_t size = 0;
    while (lfn_text_split(&path, '/', &part) && size < MEMBER_SIZE) {
        char name[MEMBER_SIZE];
        bool is_word = part.size > 0 && part.data[0] >= 'A' && part.data[0] <= 'Z';
        if (snake && !is_word && lfn_name_snake(part, name, sizeof name))
            part = lfn_text_of(name);
        size += (size_t)snprintf(out_name + size, MEMBER_SIZE - size, "%s%.*s", size > 0 ? "/" : "", (int)part.size,
                                 part.data);
    }
}

/* Adds the member at a pointer to a list of names, as long as there is room. */
static void add_name(char *names, size_t size, const char *pointer, bool snake)
{
    size_t length = strlen(names);
    char name[MEMBER_SIZE] = "the body";
    if (pointer[0] == '/')
        name_member(pointer, snake, name);
    if (length + strlen(name) + sizeof ", " <= size)
        (void)snprintf(names + length, size - length, "%s %s", length > 0 ? "," : "", name);
}

static lfn_status refuse_faults(const lfn_faults *faults, bool snake, lfn_error *error)
{
    const lfn_fault *first = &faults->fault[0];
    char member[MEMBER_SIZE] = "The body";
    if (first->pointer[0] == '/')
        name_member(first->pointer, snake, member);
    size_t more = faults->count - 1;
    if (more == 0)
        return lfn_error_set_where(error, LFN_BAD_INPUT, first->pointer, "%s %s%s", member, first->message,
                                   lfn_words_stop(first->message));
    char others[200] = "";
    for (size_t i = 1; i < faults->count; i++)
        add_name(others, sizeof others, faults->fault[i].pointer, snake);
    return lfn_error_set_where(error, LFN_BAD_INPUT, first->pointer, "%s %s (and %zu more:%s).", member, first->message,
                               more, others);
}

/* Spells the member that a message of a path begins with, and that `where` points to, in snake_case. */
static void spell_member(lfn_error *error)
{
    char name[MEMBER_SIZE], message[sizeof error->message];
    size_t size = strlen(error->where);
    if (size < 2 || strncmp(error->message, error->where + 1, size - 1) != 0)
        return;
    name_member(error->where, true, name);
    memcpy(message, error->message, sizeof message);
    (void)snprintf(error->message, sizeof error->message, "%s", name);
    lfn_words_append(error->message, sizeof error->message, lfn_text_of(message + size - 1));
}

/* Checks the tree; a body that is the grant of a resource also against what the resource in the path takes. */
static bool check_tree(const lfn_call *call, const lfn_schema *schema, const lfn_json *tree, lfn_faults *faults)
{
    unsigned flags = LFN_CHECK_MADE | (call->lax ? 0u : (unsigned)LFN_CHECK_UNKNOWN);
    const lfn_api *api = call->operation->group->api;
    const lfn_field *field;
    for (size_t i = 0; (field = lfn_operation_path_field(call->operation, i)) != NULL; i++) {
        if (field->choice != LFN_CHOICE_RESOURCE)
            continue;
        for (size_t a = 0; a < call->argument_count; a++)
            if (lfn_text_equal_string(call->arguments[a].name, field->name))
                return lfn_body_check_grant(api,
                                            lfn_choice_index(lfn_choice_get(field->choice), call->arguments[a].value),
                                            call->operation->mode, tree, flags, faults);
    }
    return lfn_body_check(api, schema, call->operation->mode, tree, flags, faults);
}

/* Whether the member is a boolean that goes over the wire as a word. */
static bool is_sent_as_word(const lfn_schema *schema, const lfn_json *member)
{
    const lfn_field *field = lfn_schema_find(schema, lfn_json_name(member));
    return field != NULL && (field->marks & LFN_LENIENT) != 0 && lfn_json_kind_of(member) == LFN_JSON_BOOLEAN;
}

static bool has_word(const lfn_schema *schema, const lfn_json *body)
{
    for (const lfn_json *member = lfn_json_first(body); member != NULL; member = lfn_json_next(member))
        if (is_sent_as_word(schema, member))
            return true;
    return false;
}

/* Writes the body again with its lenient booleans as words. */
static bool write_words(const lfn_schema *schema, const lfn_json *body, lfn_buffer *out_body)
{
    static const lfn_text yes = LFN_TEXT("true");
    static const lfn_text no = LFN_TEXT("false");
    lfn_json_writer writer = {.buffer = out_body};
    lfn_json_write_begin_object(&writer);
    for (const lfn_json *member = lfn_json_first(body); member != NULL; member = lfn_json_next(member)) {
        lfn_json_write_key(&writer, lfn_json_name(member));
        if (is_sent_as_word(schema, member))
            lfn_json_write_string(&writer, lfn_json_true(member) ? yes : no);
        else
            lfn_json_write_node(&writer, member);
    }
    lfn_json_write_end_object(&writer);
    return !out_body->failed;
}

/* Whether a member that is true, on whatever level, asks for something new. */
static bool asks_for_new(const lfn_schema *schema, const lfn_json *body)
{
    for (const lfn_json *member = lfn_json_first(body); member != NULL; member = lfn_json_next(member)) {
        const lfn_field *field = lfn_schema_find(schema, lfn_json_name(member));
        if (field == NULL)
            continue;
        if ((field->marks & LFN_ONCE) != 0 && lfn_json_true(member))
            return true;
        if (field->type == LFN_TYPE_OBJECT && asks_for_new(lfn_schema_get(field->of), member))
            return true;
    }
    return false;
}

/* Checks the body against the schema and gives the text to send: the one given wherever possible, so that a secret is
 * not copied. */
static lfn_status prepare_body(const lfn_call *call, const lfn_schema *schema, bool snake, lfn_prepared *prepared,
                               lfn_text *out_body, lfn_error *error)
{
    /* A body that was left out is checked as an empty one, so that the error names the first member that is missing. */
    static const lfn_text empty = LFN_TEXT("{}");
    lfn_text given = call->body.data != NULL ? call->body : empty;
    lfn_json *tree = NULL;
    lfn_faults faults = {.count = 0};
    lfn_error reason;
    lfn_status status = lfn_json_parse(given, &tree, &reason);
    if (status == LFN_NO_MEMORY)
        return lfn_error_no_memory(error);
    if (status != LFN_OK)
        return lfn_error_set(error, LFN_BAD_INPUT, "The body is not JSON: %s", reason.message);

    if (lfn_json_kind_of(tree) != LFN_JSON_OBJECT)
        status = lfn_error_set(error, LFN_BAD_INPUT, "The body must be a JSON object.");
    else if (!check_tree(call, schema, tree, &faults))
        status = refuse_faults(&faults, snake, error);
    else if (has_word(schema, tree) && !write_words(schema, tree, &prepared->body))
        status = lfn_error_no_memory(error);
    if (status == LFN_OK)
        prepared->once = asks_for_new(schema, tree);
    lfn_json_free(tree);
    if (status == LFN_OK)
        *out_body = prepared->body.size > 0 ? lfn_buffer_text(&prepared->body) : given;
    return status;
}

/* ---- a call ---- */

static lfn_status check_rows(const lfn_api *api, const lfn_call *call, lfn_error *error)
{
    if (call->timeout_ms < 0 || call->deadline_ms < 0)
        return lfn_error_set_where(error, LFN_BAD_INPUT, call->timeout_ms < 0 ? "/timeout" : "/deadline",
                                   "A timeout and a deadline must be positive.");
    const lfn_operation *operation = call->operation;
    if (operation == NULL)
        return lfn_error_set(error, LFN_BAD_INPUT, "The call names no operation.");
    if (operation->group->api != api)
        return lfn_error_set(error, LFN_BAD_INPUT, "%s.%s is not an operation of %s.", operation->group->name,
                             operation->name, api->title);
    if (lfn_operation_per_provider(operation) && call->provider == NULL)
        return lfn_error_set_where(error, LFN_BAD_INPUT, "/provider", "%s.%s needs a provider.", operation->group->name,
                                   operation->name);
    return LFN_OK;
}

static lfn_status prepare(const lfn_api *api, const lfn_call *call, bool snake, lfn_prepared *out_prepared,
                          lfn_error *error)
{
    lfn_status status = check_rows(api, call, error);
    if (status == LFN_OK)
        status = lfn_path_build(call->operation, call->provider, call->arguments, call->argument_count,
                                &out_prepared->target, error);
    if (status == LFN_BAD_INPUT && snake && error != NULL)
        spell_member(error);
    if (status != LFN_OK)
        return status;

    const lfn_schema *schema = lfn_operation_body(call->operation, call->provider);
    lfn_text body = {NULL, 0};
    if (schema != NULL)
        status = prepare_body(call, schema, snake, out_prepared, &body, error);
    else if (call->body.data != NULL)
        status = lfn_error_set(error, LFN_BAD_INPUT, "%s.%s takes no body.", call->operation->group->name,
                               call->operation->name);
    if (status == LFN_OK)
        finish(out_prepared, call->operation->method, body);
    return status;
}

lfn_status lfn_prepare_call(const lfn_api *api, const lfn_call *call, lfn_prepared *out_prepared, lfn_error *error)
{
    return prepare(api, call, false, out_prepared, error);
}

lfn_status lfn_prepare_given(const lfn_client *client, const lfn_call *call, lfn_prepared *out_prepared,
                             lfn_error *error)
{
    return prepare(client->api, call, client->snake_case, out_prepared, error);
}

/* ---- requests that the tables lack ---- */

/* Whether the path is one of this host and nothing in it can end the request line. */
static bool is_path(lfn_text path)
{
    if (path.size == 0 || path.data[0] != '/')
        return false;
    if (path.size > 1 && (path.data[1] == '/' || path.data[1] == '\\'))
        return false; /* "//host/path" names another host */
    for (size_t i = 0; i < path.size; i++) {
        unsigned char byte = (unsigned char)path.data[i];
        if (byte <= ' ' || byte >= 0x7F || byte == '#' || byte == '\\')
            return false;
    }
    return true;
}

lfn_status lfn_prepare_request(lfn_method method, lfn_text path, lfn_text body, lfn_prepared *out_prepared,
                               lfn_error *error)
{
    if ((unsigned)method >= LFN_METHOD_COUNT)
        return lfn_error_set_where(error, LFN_BAD_INPUT, "/method", "The method is unknown.");
    if (!is_path(path))
        return lfn_error_set_where(error, LFN_BAD_INPUT, "/path",
                                   "The path must begin with one slash, stand below the host and be percent-encoded.");
    if (path.size > LFN_TARGET_MAX)
        return lfn_error_set_where(error, LFN_BAD_INPUT, "/path", "The path is longer than %d bytes.", LFN_TARGET_MAX);
    if (!lfn_buffer_append_text(&out_prepared->target, path))
        return lfn_error_no_memory(error);
    finish(out_prepared, method, body);
    return LFN_OK;
}
