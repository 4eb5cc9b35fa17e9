/* The schemas of the OpenAPI document: members by the type of their row, and what a request must carry. */
#include "openapi.h"

/* ---- members ---- */

/* The type, or a list of it and null where null clears the member. */
static void write_nullable(lfn_json_writer *writer, const lfn_field *field, lfn_mode mode, const char *type)
{
    if ((field->marks & LFN_NULLABLE) == 0 || mode == LFN_MODE_NONE) {
        lfn_openapi_string(writer, "type", type);
        return;
    }
    lfn_openapi_begin_list(writer, "type");
    lfn_json_write_string(writer, lfn_text_of(type));
    lfn_json_write_string(writer, lfn_text_of("null"));
    lfn_json_write_end_array(writer);
}

static void write_words(lfn_json_writer *writer, const char *name, const lfn_choice *choice)
{
    lfn_openapi_begin_list(writer, name);
    for (size_t i = 0; i < choice->word_count; i++)
        lfn_json_write_string(writer, lfn_text_of(choice->words[i]));
    lfn_json_write_end_array(writer);
}

/* A word of a closed set in a request; in an answer any word may come, and the known ones are examples. */
static void write_word(lfn_json_writer *writer, const lfn_choice *choice, lfn_mode mode)
{
    lfn_openapi_string(writer, "type", "string");
    if (choice != NULL)
        write_words(writer, mode == LFN_MODE_NONE ? "examples" : "enum", choice);
}

static void write_limits(lfn_json_writer *writer, const lfn_field *field, const char *least, const char *most)
{
    if (field->least > 0) {
        lfn_openapi_key(writer, least);
        lfn_json_write_integer(writer, field->least);
    }
    if (field->most > 0) {
        lfn_openapi_key(writer, most);
        lfn_json_write_integer(writer, field->most);
    }
}

static void write_string(lfn_json_writer *writer, const lfn_field *field, lfn_mode mode)
{
    write_nullable(writer, field, mode, "string");
    if ((field->marks & LFN_SECRET) != 0)
        lfn_openapi_string(writer, "format", "password");
    write_limits(writer, field, "minLength", "maxLength");
}

static void write_boolean(lfn_json_writer *writer, const lfn_field *field)
{
    if ((field->marks & LFN_LENIENT) == 0) {
        lfn_openapi_string(writer, "type", "boolean");
        return;
    }
    lfn_openapi_begin_list(writer, "enum");
    lfn_json_write_boolean(writer, true);
    lfn_json_write_boolean(writer, false);
    lfn_json_write_string(writer, lfn_text_of("true"));
    lfn_json_write_string(writer, lfn_text_of("false"));
    lfn_json_write_end_array(writer);
}

static void write_strings(lfn_json_writer *writer, const lfn_field *field, lfn_mode mode)
{
    lfn_openapi_string(writer, "type", "array");
    write_limits(writer, field, "minItems", "maxItems");
    lfn_openapi_begin(writer, "items");
    write_word(writer, lfn_choice_get(field->choice), mode);
    lfn_openapi_end(writer);
}

static void write_resources(lfn_json_writer *writer, const lfn_field *field, lfn_mode mode)
{
    const lfn_choice *choice = lfn_choice_get(field->choice);
    lfn_openapi_string(writer, "type", "object");
    write_limits(writer, field, "minProperties", "maxProperties");
    lfn_openapi_begin(writer, "properties");
    for (size_t i = 0; i < choice->word_count; i++) {
        lfn_openapi_begin(writer, choice->words[i]);
        lfn_openapi_schema_reference(writer, lfn_schema_get(field->of), mode);
        lfn_openapi_end(writer);
    }
    lfn_openapi_end(writer);
    lfn_openapi_flag(writer, "additionalProperties", mode == LFN_MODE_NONE);
}

static void write_formatted(lfn_json_writer *writer, const char *format)
{
    lfn_openapi_string(writer, "type", "string");
    lfn_openapi_string(writer, "format", format);
}

static void write_id(lfn_json_writer *writer, lfn_id_form form)
{
    switch (form) {
    case LFN_ID_FORM_UUID:
        write_formatted(writer, "uuid");
        break;
    case LFN_ID_FORM_HEX24:
        lfn_openapi_string(writer, "type", "string");
        lfn_openapi_string(writer, "pattern", "^[A-Fa-f0-9]{24}$");
        break;
    }
}

void lfn_openapi_type(lfn_json_writer *writer, const lfn_api *api, const lfn_field *field, lfn_mode mode)
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
        lfn_openapi_string(writer, "type", "array");
        lfn_openapi_begin(writer, "items");
        lfn_openapi_schema_reference(writer, lfn_schema_get(field->of), mode);
        lfn_openapi_end(writer);
        break;
    case LFN_TYPE_OBJECT:
        lfn_openapi_schema_reference(writer, lfn_schema_get(field->of), mode);
        break;
    case LFN_TYPE_LINK:
        lfn_openapi_schema_reference(
            writer, lfn_schema_get(mode == LFN_MODE_NONE ? field->of : LFN_SCHEMA_CREDENTIAL_LINK), mode);
        break;
    case LFN_TYPE_CHOICE:
    case LFN_TYPE_PROVIDER:
    case LFN_TYPE_COUNT:
        write_word(writer, lfn_choice_get(field->choice), mode);
        break;
    }
}

void lfn_openapi_default(lfn_json_writer *writer, const lfn_field *field)
{
    if (*field->standard == '\0')
        return;
    lfn_openapi_key(writer, "default");
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
            lfn_openapi_begin_list(writer, "required");
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
            lfn_openapi_begin_list(writer, "anyOf");
        lfn_json_write_begin_object(writer);
        lfn_openapi_begin_list(writer, "required");
        lfn_json_write_string(writer, lfn_text_of(field->name));
        lfn_json_write_end_array(writer);
        lfn_openapi_end(writer);
        any = true;
    }
    if (any)
        lfn_json_write_end_array(writer);
}

void lfn_openapi_schema(void *context, const lfn_api *api, const lfn_schema *schema, lfn_mode mode)
{
    lfn_json_writer *writer = context;
    lfn_openapi_joined(writer, true, schema->name, lfn_openapi_ending(mode), "");
    lfn_json_write_begin_object(writer);
    lfn_openapi_string(writer, "type", "object");
    lfn_openapi_string(writer, "description", schema->summary);
    lfn_openapi_begin(writer, "properties");
    for (size_t i = 0; i < lfn_schema_count(schema); i++) {
        const lfn_field *field = lfn_schema_at(schema, i);
        if (!lfn_describe_seen(field, mode))
            continue;
        lfn_openapi_begin(writer, field->name);
        lfn_openapi_type(writer, api, field, mode);
        if (mode != LFN_MODE_NONE)
            lfn_openapi_default(writer, field);
        lfn_openapi_string(writer, "description", field->summary);
        lfn_openapi_end(writer);
    }
    lfn_openapi_end(writer);
    write_required(writer, schema, mode);
    write_one_of(writer, schema, mode);
    if (mode != LFN_MODE_NONE && api->strangers == LFN_STRANGERS_REFUSED)
        lfn_openapi_flag(writer, "additionalProperties", false);
    lfn_openapi_end(writer);
}
