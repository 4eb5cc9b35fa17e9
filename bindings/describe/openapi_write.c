/* Pieces of JSON of the OpenAPI document: see openapi.h. */
#include "openapi.h"

void lfn_openapi_key(lfn_json_writer *writer, const char *name)
{
    lfn_json_write_key(writer, lfn_text_of(name));
}

void lfn_openapi_string(lfn_json_writer *writer, const char *name, const char *value)
{
    lfn_openapi_key(writer, name);
    lfn_json_write_string(writer, lfn_text_of(value));
}

void lfn_openapi_flag(lfn_json_writer *writer, const char *name, bool value)
{
    lfn_openapi_key(writer, name);
    lfn_json_write_boolean(writer, value);
}

void lfn_openapi_begin(lfn_json_writer *writer, const char *name)
{
    lfn_openapi_key(writer, name);
    lfn_json_write_begin_object(writer);
}

void lfn_openapi_end(lfn_json_writer *writer)
{
    lfn_json_write_end_object(writer);
}

void lfn_openapi_begin_list(lfn_json_writer *writer, const char *name)
{
    lfn_openapi_key(writer, name);
    lfn_json_write_begin_array(writer);
}

void lfn_openapi_joined(lfn_json_writer *writer, bool is_key, const char *first, const char *second, const char *third)
{
    lfn_buffer name;
    lfn_buffer_init(&name, LFN_OPENAPI_NAME_MAX);
    lfn_buffer_format(&name, "%s%s%s", first, second, third);
    writer->buffer->failed = writer->buffer->failed || name.failed;
    if (is_key)
        lfn_json_write_key(writer, lfn_buffer_text(&name));
    else
        lfn_json_write_string(writer, lfn_buffer_text(&name));
    lfn_buffer_free(&name);
}

const char *lfn_openapi_ending(lfn_mode mode)
{
    static const char *const endings[] = {"", "Create", "Replace", "Update"};
    return endings[mode];
}

void lfn_openapi_schema_reference(lfn_json_writer *writer, const lfn_schema *schema, lfn_mode mode)
{
    lfn_openapi_key(writer, "$ref");
    lfn_openapi_joined(writer, false, "#/components/schemas/", schema->name, lfn_openapi_ending(mode));
}
