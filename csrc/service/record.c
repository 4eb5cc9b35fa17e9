/* Records: see record.h. */
#include "service/record.h"

#include "base/error.h"
#include "base/text.h"

lfn_status lfn_record_begin(lfn_record *record, const lfn_schema *schema, lfn_error *error)
{
    memset(record, 0, sizeof *record);
    record->schema = schema;
    if (lfn_schema_count(schema) > LFN_RECORD_FIELDS_MAX)
        return lfn_error_set(error, LFN_SERVER, "the schema %s has too many members", schema->name);
    return LFN_OK;
}

void lfn_record_set(lfn_record *record, const char *name, lfn_text value)
{
    const lfn_field *field;
    for (size_t i = 0; (field = lfn_schema_at(record->schema, i)) != NULL; i++)
        if (strcmp(field->name, name) == 0) {
            record->values[i] = value;
            return;
        }
}

lfn_text lfn_record_get(const lfn_record *record, lfn_text name)
{
    const lfn_field *field;
    for (size_t i = 0; (field = lfn_schema_at(record->schema, i)) != NULL; i++)
        if (lfn_text_equal_string(name, field->name))
            return record->values[i];
    return lfn_text_of(NULL);
}

lfn_status lfn_record_take(lfn_call *call, lfn_record *record, lfn_mode mode, const lfn_json *body)
{
    const lfn_field *field;
    for (size_t i = 0; (field = lfn_schema_at(record->schema, i)) != NULL; i++) {
        if (!lfn_field_taken(field, mode))
            continue;
        lfn_text value = lfn_json_string(lfn_json_get(body, lfn_text_of(field->name)));
        if (value.data == NULL && field->standard[0] != '\0')
            value = lfn_text_of(field->standard);
        lfn_status status = lfn_arena_keep(&call->arena, &value);
        if (status != LFN_OK)
            return status;
        if (value.data != NULL)
            record->values[i] = value;
    }
    return LFN_OK;
}

/* Whether the values of a row are strings in JSON, and so kept as themselves. */
static bool is_string(const lfn_field *field)
{
    lfn_type type = field->type;
    return type == LFN_TYPE_STRING || type == LFN_TYPE_TIME || type == LFN_TYPE_ID || type == LFN_TYPE_EMAIL ||
           type == LFN_TYPE_CHOICE;
}

static void write_value(lfn_json_writer *writer, const lfn_field *field, lfn_text value)
{
    if (is_string(field))
        lfn_json_write_string(writer, value);
    else
        lfn_json_write_literal(writer, value);
}

static bool is_secret(const lfn_field *field)
{
    return (field->marks & LFN_SECRET) != 0;
}

void lfn_record_answer(const lfn_record *record, bool masked, lfn_json_writer *writer)
{
    const lfn_field *field;
    lfn_json_write_begin_object(writer);
    for (size_t i = 0; (field = lfn_schema_at(record->schema, i)) != NULL; i++) {
        lfn_text value = record->values[i];
        if (value.data == NULL && (field->marks & LFN_BLANK) != 0)
            value = lfn_text_of("");
        if ((field->marks & LFN_ANSWERED) == 0 || value.data == NULL)
            continue;
        lfn_json_write_key(writer, lfn_text_of(field->name));
        write_value(writer, field, masked && is_secret(field) ? lfn_text_of(LFN_MASK) : value);
    }
    lfn_json_write_end_object(writer);
}

void lfn_record_rest(const lfn_record *record, bool masked, lfn_json_writer *writer)
{
    const lfn_field *field;
    lfn_json_write_begin_object(writer);
    for (size_t i = 0; (field = lfn_schema_at(record->schema, i)) != NULL; i++) {
        bool told = (field->marks & LFN_ANSWERED) != 0 && !(masked && is_secret(field));
        if (told || record->values[i].data == NULL)
            continue;
        lfn_json_write_key(writer, lfn_text_of(field->name));
        write_value(writer, field, record->values[i]);
    }
    lfn_json_write_end_object(writer);
}

lfn_status lfn_record_json(lfn_call *call, const lfn_record *record, lfn_record_writer write, bool masked,
                           lfn_text *out_json)
{
    lfn_buffer json;
    lfn_buffer_init(&json, lfn_text_ceiling(call->service));
    lfn_json_writer writer = {.buffer = &json};
    write(record, masked, &writer);
    lfn_text kept = lfn_buffer_text(&json);
    lfn_status status =
        json.failed ? lfn_error_set(&call->error, LFN_NO_MEMORY, "memory is out, or a record is too large to be kept")
                    : lfn_arena_keep(&call->arena, &kept);
    if (status == LFN_OK)
        *out_json = kept;
    lfn_buffer_free(&json);
    return status;
}

static lfn_status read_value(lfn_call *call, const lfn_field *field, const lfn_json *node, lfn_text *out_value)
{
    lfn_buffer literal;
    lfn_buffer_init(&literal, lfn_text_ceiling(call->service));
    lfn_text value = lfn_json_string(node);
    if (!is_string(field)) {
        lfn_json_writer writer = {.buffer = &literal};
        lfn_json_write_node(&writer, node);
        value = lfn_buffer_text(&literal);
    }
    lfn_status status = literal.failed ? LFN_NO_MEMORY : lfn_arena_keep(&call->arena, &value);
    if (status == LFN_OK)
        *out_value = value;
    lfn_buffer_free(&literal);
    return status;
}

lfn_status lfn_record_merge(lfn_call *call, lfn_record *record, const lfn_json *node)
{
    const lfn_field *field;
    lfn_status status = LFN_OK;
    for (size_t i = 0; status == LFN_OK && (field = lfn_schema_at(record->schema, i)) != NULL; i++) {
        const lfn_json *member = lfn_json_get(node, lfn_text_of(field->name));
        if (member != NULL && lfn_json_kind_of(member) == LFN_JSON_NULL)
            record->values[i] = lfn_text_of(NULL);
        else if (member != NULL)
            status = read_value(call, field, member, &record->values[i]);
    }
    return status;
}

lfn_status lfn_record_merge_kept(lfn_call *call, lfn_record *record, lfn_text json)
{
    lfn_json *node = NULL;
    if (json.data == NULL)
        return LFN_OK;
    lfn_status status = lfn_json_parse(json, &node, NULL);
    if (status == LFN_PROTOCOL)
        status = lfn_error_set(&call->error, LFN_STORAGE, "a record is not kept as JSON");
    if (status == LFN_OK)
        status = lfn_record_merge(call, record, node);
    lfn_json_free(node);
    return status;
}

void lfn_record_write(const lfn_record *record, lfn_json_writer *writer)
{
    const lfn_field *field;
    lfn_json_write_begin_object(writer);
    for (size_t i = 0; (field = lfn_schema_at(record->schema, i)) != NULL; i++) {
        if (record->values[i].data == NULL)
            continue;
        lfn_json_write_key(writer, lfn_text_of(field->name));
        write_value(writer, field, record->values[i]);
    }
    lfn_json_write_end_object(writer);
}

size_t lfn_record_secrets(const lfn_record *record, lfn_text out_secrets[LFN_RECORD_FIELDS_MAX])
{
    size_t count = 0;
    const lfn_field *field;
    for (size_t i = 0; (field = lfn_schema_at(record->schema, i)) != NULL; i++)
        if (is_secret(field) && record->values[i].size > 0)
            out_secrets[count++] = record->values[i];
    return count;
}

/* ---- sealing ---- */

lfn_status lfn_place_seal(lfn_call *call, const lfn_place *place, lfn_text clear, lfn_text *out_sealed)
{
    lfn_buffer sealed;
    lfn_buffer_init(&sealed, lfn_text_ceiling(call->service));
    lfn_status status = lfn_seal(call->service->keys, place, clear, &sealed, &call->error);
    lfn_text kept = lfn_buffer_text(&sealed);
    if (status == LFN_OK)
        status = lfn_arena_keep(&call->arena, &kept);
    if (status == LFN_OK)
        *out_sealed = kept;
    lfn_buffer_free(&sealed);
    return status;
}

lfn_status lfn_place_unseal(lfn_call *call, const lfn_place *place, lfn_text sealed, lfn_text *out_clear)
{
    char *room = lfn_arena_take(&call->arena, sealed.size);
    if (room == NULL)
        return LFN_NO_MEMORY;
    return lfn_unseal(call->service->keys, place, sealed, room, out_clear, &call->error);
}
