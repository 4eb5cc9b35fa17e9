/* An OpenAPI 3.1 document of every operation, refusals included: its operations and its frame. */
#include "openapi.h"

/* ---- operations ---- */

static void write_parameter(lfn_json_writer *writer, const lfn_api *api, const lfn_field *field, const char *place,
                            bool required)
{
    lfn_json_write_begin_object(writer);
    lfn_openapi_string(writer, "name", field->name);
    lfn_openapi_string(writer, "in", place);
    lfn_openapi_string(writer, "description", field->summary);
    lfn_openapi_flag(writer, "required", required);
    lfn_openapi_begin(writer, "schema");
    lfn_openapi_type(writer, api, field, LFN_MODE_CREATE);
    lfn_openapi_default(writer, field);
    lfn_openapi_end(writer);
    lfn_openapi_end(writer);
}

static void write_parameters(lfn_json_writer *writer, const lfn_operation *operation)
{
    lfn_openapi_begin_list(writer, "parameters");
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
    lfn_openapi_begin(writer, "requestBody");
    lfn_openapi_flag(writer, "required", true);
    lfn_openapi_begin_content(writer, "application/json");
    lfn_openapi_schema_reference(writer, schema, operation->mode);
    lfn_openapi_end_content(writer);
    lfn_openapi_end(writer);
}

static void write_array(lfn_json_writer *writer, const lfn_schema *schema)
{
    lfn_openapi_string(writer, "type", "array");
    lfn_openapi_begin(writer, "items");
    lfn_openapi_schema_reference(writer, schema, LFN_MODE_NONE);
    lfn_openapi_end(writer);
}

/* A list: an array, or an object with the array in one of its members and the page beside it. */
static void write_list(lfn_json_writer *writer, const lfn_list_words *words, const lfn_schema *schema)
{
    if (*words->items == '\0') {
        write_array(writer, schema);
        return;
    }
    lfn_openapi_string(writer, "type", "object");
    lfn_openapi_begin(writer, "properties");
    lfn_openapi_begin(writer, words->items);
    write_array(writer, schema);
    lfn_openapi_end(writer);
    lfn_openapi_text_member(writer, words->page, "integer");
    lfn_openapi_text_member(writer, words->size, "integer");
    lfn_openapi_text_member(writer, words->count, "integer");
    lfn_openapi_text_member(writer, words->total, "integer");
    lfn_openapi_end(writer);
}

static void write_result(lfn_json_writer *writer, const lfn_operation *operation, const lfn_provider *provider)
{
    const lfn_schema *schema = lfn_operation_result(operation, provider);
    lfn_openapi_status_key(writer, operation->success);
    lfn_json_write_begin_object(writer);
    lfn_openapi_string(writer, "description", "Success.");
    if (operation->form != LFN_FORM_NOTHING) {
        lfn_openapi_begin_content(writer, "application/json");
        if (operation->form == LFN_FORM_LIST)
            write_list(writer, lfn_list_words_get(operation->group->api->list_form), schema);
        else if (operation->form == LFN_FORM_TEXT)
            lfn_openapi_string(writer, "type", "string");
        else
            lfn_openapi_schema_reference(writer, schema, LFN_MODE_NONE);
        lfn_openapi_end_content(writer);
    }
    lfn_openapi_end(writer);
}

static void write_operation(lfn_json_writer *writer, const lfn_operation *operation, const lfn_provider *provider)
{
    lfn_openapi_key(writer, "operationId");
    lfn_openapi_joined(writer, false, provider != NULL ? provider->attribute : operation->group->name, ".",
                       operation->name);
    lfn_openapi_begin_list(writer, "tags");
    lfn_json_write_string(writer, lfn_text_of(operation->group->name));
    lfn_json_write_end_array(writer);
    lfn_openapi_string(writer, "summary", operation->summary);
    if (*operation->scopes != '\0') {
        lfn_openapi_key(writer, "description");
        lfn_openapi_joined(writer, false, "Any one of these scopes allows it: ", operation->scopes, ".");
    }
    lfn_openapi_begin(writer, "externalDocs");
    lfn_openapi_string(writer, "url", provider != NULL ? provider->source : operation->source);
    lfn_openapi_end(writer);
    write_parameters(writer, operation);
    write_body(writer, operation, provider);
    lfn_openapi_begin(writer, "responses");
    write_result(writer, operation, provider);
    lfn_openapi_refusal_references(writer, operation->group->api);
    lfn_openapi_end(writer);
    if (operation->access == LFN_ACCESS_OPEN) {
        lfn_openapi_begin_list(writer, "security");
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
    lfn_openapi_string(writer, "url", api->live_url);
    lfn_openapi_string(writer, "description", api->title);
    lfn_openapi_end(writer);
}

/* A path stands once, at the first operation that has it, with the methods of all that have it. */
static void write_path(lfn_json_writer *writer, unsigned first, const lfn_provider *provider)
{
    const lfn_operation *operation = lfn_operation_get((lfn_operation_id)first);
    for (unsigned i = 0; i < first; i++)
        if (same_path(lfn_operation_get((lfn_operation_id)i), operation))
            return;
    lfn_buffer path;
    lfn_buffer_init(&path, LFN_OPENAPI_NAME_MAX);
    lfn_describe_path(operation, provider, &path);
    writer->buffer->failed = writer->buffer->failed || path.failed;
    lfn_json_write_key(writer, lfn_buffer_text(&path));
    lfn_buffer_free(&path);
    lfn_json_write_begin_object(writer);
    lfn_openapi_begin_list(writer, "servers");
    write_server(writer, operation->group->api);
    lfn_json_write_end_array(writer);
    for (unsigned i = first; i < LFN_OP_COUNT; i++) {
        const lfn_operation *other = lfn_operation_get((lfn_operation_id)i);
        if (!same_path(other, operation))
            continue;
        lfn_openapi_begin(writer, method_key(other->method));
        write_operation(writer, other, provider);
        lfn_openapi_end(writer);
    }
    lfn_openapi_end(writer);
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
    lfn_openapi_string(writer, "openapi", "3.1.0");
    lfn_openapi_begin(writer, "info");
    lfn_openapi_string(writer, "title", "leafnative");
    lfn_openapi_string(writer, "version", LFN_VERSION);
    lfn_openapi_string(writer, "description", "What the client asks and the service answers. Printed from the tables.");
    lfn_openapi_end(writer);
    lfn_openapi_begin_list(writer, "servers");
    for (unsigned i = 0; i < LFN_API_COUNT; i++)
        write_server(writer, lfn_api_get((lfn_api_id)i));
    lfn_json_write_end_array(writer);
    lfn_openapi_begin_list(writer, "security");
    lfn_json_write_begin_object(writer);
    lfn_openapi_begin_list(writer, "token");
    lfn_json_write_end_array(writer);
    lfn_openapi_end(writer);
    lfn_json_write_end_array(writer);
    lfn_openapi_begin_list(writer, "tags");
    for (unsigned i = 0; i < LFN_GROUP_COUNT; i++) {
        const lfn_group *group = lfn_group_get((lfn_group_id)i);
        lfn_json_write_begin_object(writer);
        lfn_openapi_string(writer, "name", group->name);
        lfn_openapi_string(writer, "description", group->summary);
        lfn_openapi_end(writer);
    }
    lfn_json_write_end_array(writer);
}

static void write_components(lfn_json_writer *writer)
{
    lfn_openapi_begin(writer, "securitySchemes");
    lfn_openapi_begin(writer, "token");
    lfn_openapi_string(writer, "type", "http");
    lfn_openapi_string(writer, "scheme", "bearer");
    lfn_openapi_string(writer, "bearerFormat", "JWT");
    lfn_openapi_end(writer);
    lfn_openapi_end(writer);
    lfn_openapi_begin(writer, "responses");
    lfn_openapi_refusals(writer);
    lfn_openapi_end(writer);
    lfn_openapi_begin(writer, "schemas");
    lfn_describe_each_schema(lfn_openapi_schema, writer);
    lfn_openapi_problem_schema(writer);
    lfn_openapi_typed_schema(writer);
    lfn_openapi_end(writer);
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
    lfn_buffer_init(&compact, LFN_OPENAPI_DOCUMENT_MAX);
    lfn_json_writer writer = {.buffer = &compact};
    lfn_json_write_begin_object(&writer);
    write_head(&writer);
    lfn_openapi_begin(&writer, "paths");
    write_paths(&writer);
    lfn_openapi_end(&writer);
    lfn_openapi_begin(&writer, "components");
    write_components(&writer);
    lfn_openapi_end(&writer);
    lfn_json_write_end_object(&writer);
    out->failed = out->failed || compact.failed;
    indent(out, lfn_buffer_text(&compact));
    lfn_buffer_free(&compact);
}
