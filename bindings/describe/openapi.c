/* An OpenAPI 3.1 document of every operation, refusals included. */
#include "describe.h"

#include "leafnative/json.h"

enum { NAME_MAX_BYTES = 512, DOCUMENT_MAX_BYTES = 16 * 1024 * 1024 };

/* ---- writing ---- */

static void key(lfn_json_writer *writer, const char *name)
{
    lfn_json_write_key(writer, lfn_text_of(name));
}

static void string(lfn_json_writer *writer, const char *name, const char *value)
{
    key(writer, name);
    lfn_json_write_string(writer, lfn_text_of(value));
}

static void flag(lfn_json_writer *writer, const char *name, bool value)
{
    key(writer, name);
    lfn_json_write_boolean(writer, value);
}

static void begin(lfn_json_writer *writer, const char *name)
{
    key(writer, name);
    lfn_json_write_begin_object(writer);
}

static void end(lfn_json_writer *writer)
{
    lfn_json_write_end_object(writer);
}

static void begin_list(lfn_json_writer *writer, const char *name)
{
    key(writer, name);
    lfn_json_write_begin_array(writer);
}

/* Writes a string made of three parts, as a key or as a value. */
static void joined(lfn_json_writer *writer, bool is_key, const char *first, const char *second, const char *third)
{
    lfn_buffer name;
    lfn_buffer_init(&name, NAME_MAX_BYTES);
    lfn_buffer_format(&name, "%s%s%s", first, second, third);
    writer->buffer->failed = writer->buffer->failed || name.failed;
    if (is_key)
        lfn_json_write_key(writer, lfn_buffer_text(&name));
    else
        lfn_json_write_string(writer, lfn_buffer_text(&name));
    lfn_buffer_free(&name);
}

/* A schema has one form for answers and one for each mode of a request: "user", "userCreate", "userUpdate". */
static const char *ending(lfn_mode mode)
{
    static const char *const endings[] = {"", "Create", "Replace", "Update"};
    return endings[mode];
}

static void schema_reference(lfn_json_writer *writer, const lfn_schema *schema, lfn_mode mode)
{
    key(writer, "$ref");
    joined(writer, false, "#/components/schemas/", schema->name, ending(mode));
}

/* ---- members ---- */

/* The type, or a list of it and null where null clears the member. */
static void write_nullable(lfn_json_writer *writer, const lfn_field *field, lfn_mode mode, const char *type)
{
    if ((field->marks & LFN_NULLABLE) == 0 || mode == LFN_MODE_NONE) {
        string(writer, "type", type);
        return;
    }
    begin_list(writer, "type");
    lfn_json_write_string(writer, lfn_text_of(type));
    lfn_json_write_string(writer, lfn_text_of("null"));
    lfn_json_write_end_array(writer);
}

static void write_words(lfn_json_writer *writer, const char *name, const lfn_choice *choice)
{
    begin_list(writer, name);
    for (size_t i = 0; i < choice->word_count; i++)
        lfn_json_write_string(writer, lfn_text_of(choice->words[i]));
    lfn_json_write_end_array(writer);
}

/* A word of a closed set in a request; in an answer any word may come, and the known ones are examples. */
static void write_word(lfn_json_writer *writer, const lfn_choice *choice, lfn_mode mode)
{
    string(writer, "type", "string");
    if (choice != NULL)
        write_words(writer, mode == LFN_MODE_NONE ? "examples" : "enum", choice);
}

static void write_limits(lfn_json_writer *writer, const lfn_field *field, const char *least, const char *most)
{
    if (field->least > 0) {
        key(writer, least);
        lfn_json_write_integer(writer, field->least);
    }
    if (field->most > 0) {
        key(writer, most);
        lfn_json_write_integer(writer, field->most);
    }
}

static void write_string(lfn_json_writer *writer, const lfn_field *field, lfn_mode mode)
{
    write_nullable(writer, field, mode, "string");
    if ((field->marks & LFN_SECRET) != 0)
        string(writer, "format", "password");
    write_limits(writer, field, "minLength", "maxLength");
}

static void write_boolean(lfn_json_writer *writer, const lfn_field *field)
{
    if ((field->marks & LFN_LENIENT) == 0) {
        string(writer, "type", "boolean");
        return;
    }
    begin_list(writer, "enum");
    lfn_json_write_boolean(writer, true);
    lfn_json_write_boolean(writer, false);
    lfn_json_write_string(writer, lfn_text_of("true"));
    lfn_json_write_string(writer, lfn_text_of("false"));
    lfn_json_write_end_array(writer);
}

static void write_strings(lfn_json_writer *writer, const lfn_field *field, lfn_mode mode)
{
    string(writer, "type", "array");
    write_limits(writer, field, "minItems", "maxItems");
    begin(writer, "items");
    write_word(writer, lfn_choice_get(field->choice), mode);
    end(writer);
}

static void write_resources(lfn_json_writer *writer, const lfn_field *field, lfn_mode mode)
{
    const lfn_choice *choice = lfn_choice_get(field->choice);
    string(writer, "type", "object");
    write_limits(writer, field, "minProperties", "maxProperties");
    begin(writer, "properties");
    for (size_t i = 0; i < choice->word_count; i++) {
        begin(writer, choice->words[i]);
        schema_reference(writer, lfn_schema_get(field->of), mode);
        end(writer);
    }
    end(writer);
    flag(writer, "additionalProperties", mode == LFN_MODE_NONE);
}

static void write_formatted(lfn_json_writer *writer, const char *format)
{
    string(writer, "type", "string");
    string(writer, "format", format);
}

static void write_id(lfn_json_writer *writer, lfn_id_form form)
{
    switch (form) {
    case LFN_ID_FORM_UUID:
        write_formatted(writer, "uuid");
        break;
    case LFN_ID_FORM_HEX24:
        string(writer, "type", "string");
        string(writer, "pattern", "^[A-Fa-f0-9]{24}$");
        break;
    }
}

static void write_type(lfn_json_writer *writer, const lfn_api *api, const lfn_field *field, lfn_mode mode)
{
    switch (field->type) {
    case LFN_TYPE_STRING:
        write_string(writer, field, mode);
        break;
    case LFN_TYPE_BOOLEAN:
        write_boolean(writer, field);
        break;
    case LFN_TYPE_INTEGER:
        write_nullable(writer, field, mode, "integer");
        write_limits(writer, field, "minimum", "maximum");
        break;
    case LFN_TYPE_TIME:
        write_formatted(writer, "date-time");
        break;
    case LFN_TYPE_ID:
        write_id(writer, api->id_form);
        break;
    case LFN_TYPE_EMAIL:
        write_formatted(writer, "email");
        break;
    case LFN_TYPE_STRINGS:
        write_strings(writer, field, mode);
        break;
    case LFN_TYPE_RESOURCES:
        write_resources(writer, field, mode);
        break;
    case LFN_TYPE_OBJECTS:
        string(writer, "type", "array");
        begin(writer, "items");
        schema_reference(writer, lfn_schema_get(field->of), mode);
        end(writer);
        break;
    case LFN_TYPE_OBJECT:
        schema_reference(writer, lfn_schema_get(field->of), mode);
        break;
    case LFN_TYPE_LINK:
        schema_reference(writer, lfn_schema_get(mode == LFN_MODE_NONE ? field->of : LFN_SCHEMA_CREDENTIAL_LINK), mode);
        break;
    case LFN_TYPE_CHOICE:
    case LFN_TYPE_PROVIDER:
    case LFN_TYPE_COUNT:
        write_word(writer, lfn_choice_get(field->choice), mode);
        break;
    }
}

static void write_default(lfn_json_writer *writer, const lfn_field *field)
{
    if (*field->standard == '\0')
        return;
    key(writer, "default");
    if (field->type == LFN_TYPE_STRINGS)
        lfn_json_write_begin_array(writer);
    if (field->type == LFN_TYPE_BOOLEAN || field->type == LFN_TYPE_INTEGER)
        lfn_json_write_literal(writer, lfn_text_of(field->standard));
    else
        lfn_json_write_string(writer, lfn_text_of(field->standard));
    if (field->type == LFN_TYPE_STRINGS)
        lfn_json_write_end_array(writer);
}

/* ---- schemas ---- */

static void write_required(lfn_json_writer *writer, const lfn_schema *schema, lfn_mode mode)
{
    bool any = false;
    for (size_t i = 0; mode != LFN_MODE_NONE && i < lfn_schema_count(schema); i++) {
        const lfn_field *field = lfn_schema_at(schema, i);
        if (!lfn_field_needed(field, mode))
            continue;
        if (!any)
            begin_list(writer, "required");
        lfn_json_write_string(writer, lfn_text_of(field->name));
        any = true;
    }
    if (any)
        lfn_json_write_end_array(writer);
}

/* Members of which at least one must be there. */
static void write_one_of(lfn_json_writer *writer, const lfn_schema *schema, lfn_mode mode)
{
    bool any = false;
    for (size_t i = 0; mode != LFN_MODE_NONE && i < lfn_schema_count(schema); i++) {
        const lfn_field *field = lfn_schema_at(schema, i);
        if (!lfn_field_taken(field, mode) || (field->marks & LFN_ONE_OF) == 0)
            continue;
        if (!any)
            begin_list(writer, "anyOf");
        lfn_json_write_begin_object(writer);
        begin_list(writer, "required");
        lfn_json_write_string(writer, lfn_text_of(field->name));
        lfn_json_write_end_array(writer);
        end(writer);
        any = true;
    }
    if (any)
        lfn_json_write_end_array(writer);
}

static void write_schema(void *context, const lfn_api *api, const lfn_schema *schema, lfn_mode mode)
{
    lfn_json_writer *writer = context;
    joined(writer, true, schema->name, ending(mode), "");
    lfn_json_write_begin_object(writer);
    string(writer, "type", "object");
    string(writer, "description", schema->summary);
    begin(writer, "properties");
    for (size_t i = 0; i < lfn_schema_count(schema); i++) {
        const lfn_field *field = lfn_schema_at(schema, i);
        if (!lfn_describe_seen(field, mode))
            continue;
        begin(writer, field->name);
        write_type(writer, api, field, mode);
        if (mode != LFN_MODE_NONE)
            write_default(writer, field);
        string(writer, "description", field->summary);
        end(writer);
    }
    end(writer);
    write_required(writer, schema, mode);
    write_one_of(writer, schema, mode);
    if (mode != LFN_MODE_NONE && api->strangers == LFN_STRANGERS_REFUSED)
        flag(writer, "additionalProperties", false);
    end(writer);
}

/* ---- refusals ---- */

static void write_text_member(lfn_json_writer *writer, const char *name, const char *type)
{
    begin(writer, name);
    string(writer, "type", type);
    end(writer);
}

static void write_problem_schema(lfn_json_writer *writer)
{
    begin(writer, "problem");
    string(writer, "type", "object");
    string(writer, "description", "A refusal.");
    begin(writer, "properties");
    write_text_member(writer, "type", "string");
    write_text_member(writer, "title", "string");
    write_text_member(writer, "status", "integer");
    write_text_member(writer, "path", "string");
    write_text_member(writer, "message", "string");
    write_text_member(writer, "detail", "string");
    begin(writer, "errorKey");
    string(writer, "type", "string");
    begin_list(writer, "examples");
    for (unsigned i = 0; i < LFN_PROBLEM_COUNT; i++)
        if (*lfn_problem_get((lfn_problem)i)->key != '\0')
            lfn_json_write_string(writer, lfn_text_of(lfn_problem_get((lfn_problem)i)->key));
    lfn_json_write_end_array(writer);
    end(writer);
    begin(writer, "fieldErrors");
    string(writer, "type", "array");
    begin(writer, "items");
    schema_reference(writer, lfn_schema_get(LFN_SCHEMA_FIELD_ERROR), LFN_MODE_NONE);
    end(writer);
    end(writer);
    end(writer);
    end(writer);
}

/* What tells one refusal from another in the API's form of errors. */
static const char *word_of(const lfn_api *api, const lfn_problem_row *row)
{
    return api->error_form == LFN_ERROR_FORM_PROBLEM ? row->key : row->type;
}

static void write_typed_schema(lfn_json_writer *writer)
{
    begin(writer, "typedError");
    string(writer, "type", "object");
    string(writer, "description", "A refusal.");
    begin(writer, "properties");
    write_text_member(writer, "type", "string");
    write_text_member(writer, "message", "string");
    end(writer);
    end(writer);
}

/* Whether an earlier row has the same HTTP status. */
static bool told_before(unsigned problem)
{
    for (unsigned i = 0; i < problem; i++)
        if (lfn_problem_get((lfn_problem)i)->http_status == lfn_problem_get((lfn_problem)problem)->http_status)
            return true;
    return false;
}

/* Whether an earlier row of this HTTP status says the same in the API's form of errors. */
static bool said_before(const lfn_api *api, unsigned problem)
{
    const lfn_problem_row *row = lfn_problem_get((lfn_problem)problem);
    for (unsigned i = 0; i < problem; i++) {
        const lfn_problem_row *before = lfn_problem_get((lfn_problem)i);
        if (before->http_status == row->http_status && *word_of(api, row) != '\0' &&
            strcmp(word_of(api, before), word_of(api, row)) == 0)
            return true;
    }
    return false;
}

/* The refusals of this HTTP status in one description: keys with their messages, or types. A type stands for several
 * messages, so that it stands alone. */
static void write_problem_words(lfn_json_writer *writer, const lfn_api *api, int http_status)
{
    lfn_buffer words;
    lfn_buffer_init(&words, DOCUMENT_MAX_BYTES);
    bool typed = api->error_form == LFN_ERROR_FORM_TYPED;
    for (unsigned i = 0; i < LFN_PROBLEM_COUNT; i++) {
        const lfn_problem_row *row = lfn_problem_get((lfn_problem)i);
        if (row->http_status != http_status || said_before(api, i))
            continue;
        const char *colon = *row->key != '\0' ? ": " : "";
        lfn_buffer_append_string(&words, words.size > 0 ? "\n" : "");
        if (typed)
            lfn_buffer_append_string(&words, row->type);
        else
            lfn_buffer_format(&words, "%s%s%s", row->key, colon, row->message);
    }
    writer->buffer->failed = writer->buffer->failed || words.failed;
    key(writer, "description");
    lfn_json_write_string(writer, lfn_buffer_text(&words));
    lfn_buffer_free(&words);
}

static void write_content(lfn_json_writer *writer, const char *media_type)
{
    begin(writer, "content");
    begin(writer, media_type);
    begin(writer, "schema");
}

static void end_content(lfn_json_writer *writer)
{
    end(writer);
    end(writer);
    end(writer);
}

static void write_digits(char out_digits[4], int http_status)
{
    out_digits[0] = (char)('0' + http_status / 100);
    out_digits[1] = (char)('0' + http_status / 10 % 10);
    out_digits[2] = (char)('0' + http_status % 10);
    out_digits[3] = '\0';
}

static void write_status_key(lfn_json_writer *writer, int http_status)
{
    char digits[4];
    write_digits(digits, http_status);
    joined(writer, true, digits, "", "");
}

/* The refusals of every API: "leaf404". */
static void write_refusals(lfn_json_writer *writer)
{
    for (unsigned i = 0; i < LFN_API_COUNT * LFN_PROBLEM_COUNT; i++) {
        const lfn_api *api = lfn_api_get((lfn_api_id)(i / LFN_PROBLEM_COUNT));
        unsigned problem = i % LFN_PROBLEM_COUNT;
        bool typed = api->error_form == LFN_ERROR_FORM_TYPED;
        char digits[4];
        if (told_before(problem))
            continue;
        int http_status = lfn_problem_get((lfn_problem)problem)->http_status;
        write_digits(digits, http_status);
        joined(writer, true, api->name, digits, "");
        lfn_json_write_begin_object(writer);
        write_problem_words(writer, api, http_status);
        write_content(writer, typed ? "application/json" : "application/problem+json");
        string(writer, "$ref", typed ? "#/components/schemas/typedError" : "#/components/schemas/problem");
        end_content(writer);
        end(writer);
    }
}

/* Any operation may be refused with any of the statuses; what each means stands once, under the components. */
static void write_refusal_references(lfn_json_writer *writer, const lfn_api *api)
{
    for (unsigned i = 0; i < LFN_PROBLEM_COUNT; i++) {
        char digits[4];
        if (told_before(i))
            continue;
        int http_status = lfn_problem_get((lfn_problem)i)->http_status;
        write_digits(digits, http_status);
        write_status_key(writer, http_status);
        lfn_json_write_begin_object(writer);
        key(writer, "$ref");
        joined(writer, false, "#/components/responses/", api->name, digits);
        end(writer);
    }
}

/* ---- operations ---- */

static void write_parameter(lfn_json_writer *writer, const lfn_api *api, const lfn_field *field, const char *place,
                            bool required)
{
    lfn_json_write_begin_object(writer);
    string(writer, "name", field->name);
    string(writer, "in", place);
    string(writer, "description", field->summary);
    flag(writer, "required", required);
    begin(writer, "schema");
    write_type(writer, api, field, LFN_MODE_CREATE);
    write_default(writer, field);
    end(writer);
    end(writer);
}

static void write_parameters(lfn_json_writer *writer, const lfn_operation *operation)
{
    begin_list(writer, "parameters");
    const lfn_api *api = operation->group->api;
    const lfn_field *field;
    for (size_t i = 0; (field = lfn_operation_path_field(operation, i)) != NULL; i++)
        write_parameter(writer, api, field, "path", true);
    const lfn_schema *query = lfn_operation_query(operation);
    for (size_t i = 0; (field = lfn_schema_at(query, i)) != NULL; i++)
        write_parameter(writer, api, field, "query", false);
    lfn_json_write_end_array(writer);
}

static void write_body(lfn_json_writer *writer, const lfn_operation *operation, const lfn_provider *provider)
{
    const lfn_schema *schema = lfn_operation_body(operation, provider);
    if (schema == NULL)
        return;
    begin(writer, "requestBody");
    flag(writer, "required", true);
    write_content(writer, "application/json");
    schema_reference(writer, schema, operation->mode);
    end_content(writer);
    end(writer);
}

static void write_array(lfn_json_writer *writer, const lfn_schema *schema)
{
    string(writer, "type", "array");
    begin(writer, "items");
    schema_reference(writer, schema, LFN_MODE_NONE);
    end(writer);
}

/* A list: an array, or an object with the array in one of its members and the page beside it. */
static void write_list(lfn_json_writer *writer, const lfn_list_words *words, const lfn_schema *schema)
{
    if (*words->items == '\0') {
        write_array(writer, schema);
        return;
    }
    string(writer, "type", "object");
    begin(writer, "properties");
    begin(writer, words->items);
    write_array(writer, schema);
    end(writer);
    write_text_member(writer, words->page, "integer");
    write_text_member(writer, words->size, "integer");
    write_text_member(writer, words->count, "integer");
    write_text_member(writer, words->total, "integer");
    end(writer);
}

static void write_result(lfn_json_writer *writer, const lfn_operation *operation, const lfn_provider *provider)
{
    const lfn_schema *schema = lfn_operation_result(operation, provider);
    write_status_key(writer, operation->success);
    lfn_json_write_begin_object(writer);
    string(writer, "description", "Success.");
    if (operation->form != LFN_FORM_NOTHING) {
        write_content(writer, "application/json");
        if (operation->form == LFN_FORM_LIST)
            write_list(writer, lfn_list_words_get(operation->group->api->list_form), schema);
        else if (operation->form == LFN_FORM_TEXT)
            string(writer, "type", "string");
        else
            schema_reference(writer, schema, LFN_MODE_NONE);
        end_content(writer);
    }
    end(writer);
}

static void write_operation(lfn_json_writer *writer, const lfn_operation *operation, const lfn_provider *provider)
{
    key(writer, "operationId");
    joined(writer, false, provider != NULL ? provider->attribute : operation->group->name, ".", operation->name);
    begin_list(writer, "tags");
    lfn_json_write_string(writer, lfn_text_of(operation->group->name));
    lfn_json_write_end_array(writer);
    string(writer, "summary", operation->summary);
    if (*operation->scopes != '\0') {
        key(writer, "description");
        joined(writer, false, "Any one of these scopes allows it: ", operation->scopes, ".");
    }
    begin(writer, "externalDocs");
    string(writer, "url", provider != NULL ? provider->source : operation->source);
    end(writer);
    write_parameters(writer, operation);
    write_body(writer, operation, provider);
    begin(writer, "responses");
    write_result(writer, operation, provider);
    write_refusal_references(writer, operation->group->api);
    end(writer);
    if (operation->access == LFN_ACCESS_OPEN) {
        begin_list(writer, "security");
        lfn_json_write_end_array(writer);
    }
}

static const char *method_key(lfn_method method)
{
    static const char *const keys[] = {
        [LFN_GET] = "get", [LFN_POST] = "post", [LFN_PUT] = "put", [LFN_PATCH] = "patch", [LFN_DELETE] = "delete"};
    return keys[method];
}

static bool same_path(const lfn_operation *left, const lfn_operation *right)
{
    return strcmp(left->group->prefix, right->group->prefix) == 0 && strcmp(left->path, right->path) == 0;
}

static void write_server(lfn_json_writer *writer, const lfn_api *api)
{
    lfn_json_write_begin_object(writer);
    string(writer, "url", api->live_url);
    string(writer, "description", api->title);
    end(writer);
}

/* A path stands once, at the first operation that has it, with the methods of all that have it. */
static void write_path(lfn_json_writer *writer, unsigned first, const lfn_provider *provider)
{
    const lfn_operation *operation = lfn_operation_get((lfn_operation_id)first);
    for (unsigned i = 0; i < first; i++)
        if (same_path(lfn_operation_get((lfn_operation_id)i), operation))
            return;
    lfn_buffer path;
    lfn_buffer_init(&path, NAME_MAX_BYTES);
    lfn_describe_path(operation, provider, &path);
    writer->buffer->failed = writer->buffer->failed || path.failed;
    lfn_json_write_key(writer, lfn_buffer_text(&path));
    lfn_buffer_free(&path);
    lfn_json_write_begin_object(writer);
    begin_list(writer, "servers");
    write_server(writer, operation->group->api);
    lfn_json_write_end_array(writer);
    for (unsigned i = first; i < LFN_OP_COUNT; i++) {
        const lfn_operation *other = lfn_operation_get((lfn_operation_id)i);
        if (!same_path(other, operation))
            continue;
        begin(writer, method_key(other->method));
        write_operation(writer, other, provider);
        end(writer);
    }
    end(writer);
}

static void write_paths(lfn_json_writer *writer)
{
    for (unsigned i = 0; i < LFN_OP_COUNT; i++) {
        if (!lfn_operation_per_provider(lfn_operation_get((lfn_operation_id)i)))
            write_path(writer, i, NULL);
        else
            for (unsigned p = 0; p < LFN_PROVIDER_COUNT; p++)
                write_path(writer, i, lfn_provider_get((lfn_provider_id)p));
    }
}

/* ---- the document ---- */

static void write_head(lfn_json_writer *writer)
{
    string(writer, "openapi", "3.1.0");
    begin(writer, "info");
    string(writer, "title", "leafnative");
    string(writer, "version", LFN_VERSION);
    string(writer, "description", "What the client asks and the service answers. Printed from the tables.");
    end(writer);
    begin_list(writer, "servers");
    for (unsigned i = 0; i < LFN_API_COUNT; i++)
        write_server(writer, lfn_api_get((lfn_api_id)i));
    lfn_json_write_end_array(writer);
    begin_list(writer, "security");
    lfn_json_write_begin_object(writer);
    begin_list(writer, "token");
    lfn_json_write_end_array(writer);
    end(writer);
    lfn_json_write_end_array(writer);
    begin_list(writer, "tags");
    for (unsigned i = 0; i < LFN_GROUP_COUNT; i++) {
        const lfn_group *group = lfn_group_get((lfn_group_id)i);
        lfn_json_write_begin_object(writer);
        string(writer, "name", group->name);
        string(writer, "description", group->summary);
        end(writer);
    }
    lfn_json_write_end_array(writer);
}

static void write_components(lfn_json_writer *writer)
{
    begin(writer, "securitySchemes");
    begin(writer, "token");
    string(writer, "type", "http");
    string(writer, "scheme", "bearer");
    string(writer, "bearerFormat", "JWT");
    end(writer);
    end(writer);
    begin(writer, "responses");
    write_refusals(writer);
    end(writer);
    begin(writer, "schemas");
    lfn_describe_each_schema(write_schema, writer);
    write_problem_schema(writer);
    write_typed_schema(writer);
    end(writer);
}

static void new_line(lfn_buffer *out, size_t depth)
{
    lfn_buffer_format(out, "\n%*s", (int)(2 * depth), "");
}

/* Spreads compact JSON over lines, so that a change of a row is a change of a few lines. */
static void indent(lfn_buffer *out, lfn_text json)
{
    size_t depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < json.size; i++) {
        char byte = json.data[i];
        char next = i + 1 < json.size ? json.data[i + 1] : '\0';
        if (quoted) {
            lfn_buffer_append(out, &byte, 1);
            if (byte == '\\')
                lfn_buffer_append(out, &json.data[++i], 1);
            quoted = byte != '"';
            continue;
        }
        quoted = byte == '"';
        if (byte == '}' || byte == ']')
            new_line(out, --depth);
        lfn_buffer_append(out, &byte, 1);
        if ((byte == '{' || byte == '[') && (next == '}' || next == ']'))
            lfn_buffer_append(out, &json.data[++i], 1);
        else if (byte == '{' || byte == '[')
            new_line(out, ++depth);
        else if (byte == ',')
            new_line(out, depth);
        else if (byte == ':')
            lfn_buffer_append_string(out, " ");
    }
    lfn_buffer_append_string(out, "\n");
}

void lfn_describe_openapi(lfn_buffer *out)
{
    lfn_buffer compact;
    lfn_buffer_init(&compact, DOCUMENT_MAX_BYTES);
    lfn_json_writer writer = {.buffer = &compact};
    lfn_json_write_begin_object(&writer);
    write_head(&writer);
    begin(&writer, "paths");
    write_paths(&writer);
    end(&writer);
    begin(&writer, "components");
    write_components(&writer);
    end(&writer);
    lfn_json_write_end_object(&writer);
    out->failed = out->failed || compact.failed;
    indent(out, lfn_buffer_text(&compact));
    lfn_buffer_free(&compact);
}
