/* What belongs to an owner, sealed at its place: see sealed.h. */
#include "service/leaf/sealed.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>

enum { OWNER_TEXT_SIZE = 24 };

/* The place of an owner's thing; the number of the owner is written into `owner_text`. */
static lfn_place place_of(int64_t owner, const char *table, lfn_text id, const char *field,
                          char owner_text[OWNER_TEXT_SIZE])
{
    (void)snprintf(owner_text, OWNER_TEXT_SIZE, "%" PRId64, owner);
    return (lfn_place){lfn_text_of(owner_text), lfn_text_of(table), id, lfn_text_of(field)};
}

lfn_status lfn_text_seal(lfn_call *call, int64_t owner, const char *table, lfn_text id, const char *field,
                         lfn_text clear, lfn_text *out_sealed)
{
    char owner_text[OWNER_TEXT_SIZE];
    lfn_place place = place_of(owner, table, id, field, owner_text);
    return lfn_place_seal(call, &place, clear, out_sealed);
}

lfn_status lfn_text_unseal(lfn_call *call, int64_t owner, const char *table, lfn_text id, const char *field,
                           lfn_text sealed, lfn_text *out_clear)
{
    char owner_text[OWNER_TEXT_SIZE];
    lfn_place place = place_of(owner, table, id, field, owner_text);
    return lfn_place_unseal(call, &place, sealed, out_clear);
}

/* Whether the store has a column for it. */
static bool has_column(const lfn_field *field)
{
    return lfn_schema_find(lfn_schema_get(LFN_SCHEMA_CREDENTIALS), lfn_text_of(field->name)) != NULL;
}

lfn_status lfn_record_seal(lfn_call *call, int64_t owner, const char *table, lfn_text id, const lfn_record *record,
                           lfn_text *out_document)
{
    lfn_status status = LFN_OK;
    lfn_buffer document;
    lfn_buffer_init(&document, lfn_text_ceiling(call->service));
    lfn_json_writer writer = {.buffer = &document};
    const lfn_field *field;
    lfn_json_write_begin_object(&writer);
    for (size_t i = 0; status == LFN_OK && (field = lfn_schema_at(record->schema, i)) != NULL; i++) {
        lfn_text value = record->values[i];
        if (value.data == NULL || has_column(field))
            continue;
        if ((field->marks & LFN_SECRET) != 0)
            status = lfn_text_seal(call, owner, table, id, field->name, value, &value);
        lfn_json_write_key(&writer, lfn_text_of(field->name));
        lfn_record_write_value(&writer, field, value);
    }
    lfn_json_write_end_object(&writer);
    lfn_text kept = lfn_buffer_text(&document);
    if (status == LFN_OK && document.failed)
        status = lfn_error_set(&call->error, LFN_NO_MEMORY, "a record is too large to be kept");
    if (status == LFN_OK)
        status = lfn_arena_keep(&call->arena, &kept);
    if (status == LFN_OK)
        *out_document = kept;
    lfn_buffer_free(&document);
    return status;
}

lfn_status lfn_record_unseal(lfn_call *call, int64_t owner, const char *table, lfn_text id, lfn_text document,
                             lfn_record_part part, lfn_record *record)
{
    char owner_text[OWNER_TEXT_SIZE];
    lfn_place place = place_of(owner, table, id, "", owner_text);
    lfn_json *root = NULL;
    lfn_status status = lfn_json_parse(document, &root, &call->error);
    if (status != LFN_OK)
        return status == LFN_NO_MEMORY ? status : LFN_STORAGE;
    const lfn_field *field;
    for (size_t i = 0; status == LFN_OK && (field = lfn_schema_at(record->schema, i)) != NULL; i++) {
        if (part == LFN_RECORD_ANSWERED && (field->marks & LFN_ANSWERED) == 0)
            continue;
        place.field = lfn_text_of(field->name);
        const lfn_json *node = lfn_json_get(root, place.field);
        if (node == NULL)
            continue;
        status = lfn_record_read_value(call, field, node, &record->values[i]);
        if (status == LFN_OK && (field->marks & LFN_SECRET) != 0)
            status = lfn_place_unseal(call, &place, record->values[i], &record->values[i]);
    }
    lfn_json_free(root);
    return status;
}
