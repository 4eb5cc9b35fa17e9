/* The refusals of the OpenAPI document: the forms of an error body, and the answers that operations refer to. */
#include "openapi.h"

void lfn_openapi_text_member(lfn_json_writer *writer, const char *name, const char *type)
{
    lfn_openapi_begin(writer, name);
    lfn_openapi_string(writer, "type", type);
    lfn_openapi_end(writer);
}

void lfn_openapi_problem_schema(lfn_json_writer *writer)
{
    lfn_openapi_begin(writer, "problem");
    lfn_openapi_string(writer, "type", "object");
    lfn_openapi_string(writer, "description", "A refusal.");
    lfn_openapi_begin(writer, "properties");
    lfn_openapi_text_member(writer, "type", "string");
    lfn_openapi_text_member(writer, "title", "string");
    lfn_openapi_text_member(writer, "status", "integer");
    lfn_openapi_text_member(writer, "path", "string");
    lfn_openapi_text_member(writer, "message", "string");
    lfn_openapi_text_member(writer, "detail", "string");
    lfn_openapi_begin(writer, "errorKey");
    lfn_openapi_string(writer, "type", "string");
    lfn_openapi_begin_list(writer, "examples");
    for (unsigned i = 0; i < LFN_PROBLEM_COUNT; i++)
        if (*lfn_problem_get((lfn_problem)i)->key != '\0')
            lfn_json_write_string(writer, lfn_text_of(lfn_problem_get((lfn_problem)i)->key));
    lfn_json_write_end_array(writer);
    lfn_openapi_end(writer);
    lfn_openapi_begin(writer, "fieldErrors");
    lfn_openapi_string(writer, "type", "array");
    lfn_openapi_begin(writer, "items");
    lfn_openapi_schema_reference(writer, lfn_schema_get(LFN_SCHEMA_FIELD_ERROR), LFN_MODE_NONE);
    lfn_openapi_end(writer);
    lfn_openapi_end(writer);
    lfn_openapi_end(writer);
    lfn_openapi_end(writer);
}

/* What tells one refusal from another in the API's form of errors. */
static const char *word_of(const lfn_api *api, const lfn_problem_row *row)
{
    return api->error_form == LFN_ERROR_FORM_PROBLEM ? row->key : row->type;
}

void lfn_openapi_typed_schema(lfn_json_writer *writer)
{
    lfn_openapi_begin(writer, "typedError");
    lfn_openapi_string(writer, "type", "object");
    lfn_openapi_string(writer, "description", "A refusal.");
    lfn_openapi_begin(writer, "properties");
    lfn_openapi_text_member(writer, "type", "string");
    lfn_openapi_text_member(writer, "message", "string");
    lfn_openapi_end(writer);
    lfn_openapi_end(writer);
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
    lfn_buffer_init(&words, LFN_OPENAPI_DOCUMENT_MAX);
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
    lfn_openapi_key(writer, "description");
    lfn_json_write_string(writer, lfn_buffer_text(&words));
    lfn_buffer_free(&words);
}

void lfn_openapi_begin_content(lfn_json_writer *writer, const char *media_type)
{
    lfn_openapi_begin(writer, "content");
    lfn_openapi_begin(writer, media_type);
    lfn_openapi_begin(writer, "schema");
}

void lfn_openapi_end_content(lfn_json_writer *writer)
{
    lfn_openapi_end(writer);
    lfn_openapi_end(writer);
    lfn_openapi_end(writer);
}

static void write_digits(char out_digits[4], int http_status)
{
    out_digits[0] = (char)('0' + http_status / 100);
    out_digits[1] = (char)('0' + http_status / 10 % 10);
    out_digits[2] = (char)('0' + http_status % 10);
    out_digits[3] = '\0';
}

void lfn_openapi_status_key(lfn_json_writer *writer, int http_status)
{
    char digits[4];
    write_digits(digits, http_status);
    lfn_openapi_joined(writer, true, digits, "", "");
}

void lfn_openapi_refusals(lfn_json_writer *writer)
{
    for (unsigned i = 0; i < (unsigned)LFN_API_COUNT * LFN_PROBLEM_COUNT; i++) {
        const lfn_api *api = lfn_api_get((lfn_api_id)(i / LFN_PROBLEM_COUNT));
        unsigned problem = i % LFN_PROBLEM_COUNT;
        bool typed = api->error_form == LFN_ERROR_FORM_TYPED;
        char digits[4];
        if (told_before(problem))
            continue;
        int http_status = lfn_problem_get((lfn_problem)problem)->http_status;
        write_digits(digits, http_status);
        lfn_openapi_joined(writer, true, api->name, digits, "");
        lfn_json_write_begin_object(writer);
        write_problem_words(writer, api, http_status);
        lfn_openapi_begin_content(writer, typed ? "application/json" : "application/problem+json");
        lfn_openapi_string(writer, "$ref", typed ? "#/components/schemas/typedError" : "#/components/schemas/problem");
        lfn_openapi_end_content(writer);
        lfn_openapi_end(writer);
    }
}

void lfn_openapi_refusal_references(lfn_json_writer *writer, const lfn_api *api)
{
    for (unsigned i = 0; i < LFN_PROBLEM_COUNT; i++) {
        char digits[4];
        if (told_before(i))
            continue;
        int http_status = lfn_problem_get((lfn_problem)i)->http_status;
        write_digits(digits, http_status);
        lfn_openapi_status_key(writer, http_status);
        lfn_json_write_begin_object(writer);
        lfn_openapi_key(writer, "$ref");
        lfn_openapi_joined(writer, false, "#/components/responses/", api->name, digits);
        lfn_openapi_end(writer);
    }
}
