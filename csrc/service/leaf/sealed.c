/* What belongs to an owner, sealed at its place: see sealed.h. */
#include "service/leaf/sealed.h"

#include "base/text.h"

/* The place of an owner's thing; the number of the owner is written into `owner_text`. */
static lfn_place place_of(int64_t owner, const char *table, lfn_text id, const char *field,
                          char owner_text[LFN_INTEGER_SIZE + 1])
{
    size_t size = lfn_integer_format(owner, owner_text);
    return (lfn_place){lfn_text_make(owner_text, size), lfn_text_of(table), id, lfn_text_of(field)};
}

lfn_status lfn_text_seal(lfn_call *call, int64_t owner, const char *table, lfn_text id, const char *field,
                         lfn_text clear, lfn_text *out_sealed)
{
    char owner_text[LFN_INTEGER_SIZE + 1];
    lfn_place place = place_of(owner, table, id, field, owner_text);
    return lfn_place_seal(call, &place, clear, out_sealed);
}

lfn_status lfn_text_unseal(lfn_call *call, int64_t owner, const char *table, lfn_text id, const char *field,
                           lfn_text sealed, lfn_text *out_clear)
{
    char owner_text[LFN_INTEGER_SIZE + 1];
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

/* ---- reading ---- */

/* The kept form as it is read: member by member into the record. */
typedef struct kept_reader {
    lfn_call *call;
    lfn_record *record;
    lfn_record_part part;
    lfn_place place;
    lfn_status status; /* why the reading was stopped */
    size_t depth;
    size_t index;           /* of the member at hand, and */
    const lfn_field *field; /* its row; NULL where it is not wanted */
    lfn_json_writer writer; /* writes a value that is no string as JSON again */
} kept_reader;

/* Finds the row of a member. They were written in the order of the rows, so that it is mostly the next one. */
static const lfn_field *find_field(kept_reader *reader, lfn_text name)
{
    size_t count = lfn_schema_count(reader->record->schema);
    for (size_t i = 0; i < count; i++) {
        reader->index = reader->index + 1 < count ? reader->index + 1 : 0;
        const lfn_field *field = lfn_schema_at(reader->record->schema, reader->index);
        if (lfn_text_equal_string(name, field->name))
            return field;
    }
    return NULL;
}

static bool read_key(void *context, lfn_text name)
{
    kept_reader *reader = context;
    if (reader->depth == 1)
        reader->field = find_field(reader, name);
    else if (reader->field != NULL)
        lfn_json_write_key(&reader->writer, name);
    if (reader->field != NULL && reader->part == LFN_RECORD_ANSWERED && (reader->field->marks & LFN_ANSWERED) == 0)
        reader->field = NULL;
    return true;
}

static bool keep(kept_reader *reader, lfn_text value)
{
    lfn_text *place = &reader->record->values[reader->index];
    reader->place.field = lfn_text_of(reader->field->name);
    if ((reader->field->marks & LFN_SECRET) != 0) {
        reader->status = lfn_place_unseal(reader->call, &reader->place, value, place);
        return reader->status == LFN_OK;
    }
    *place = value;
    reader->status = lfn_arena_keep(&reader->call->arena, place);
    return reader->status == LFN_OK;
}

/* Keeps the JSON that was written, where a value of the record has come to its end. */
static bool end_value(kept_reader *reader)
{
    if (reader->depth > 1)
        return true;
    bool kept = lfn_field_is_string(reader->field) || keep(reader, lfn_buffer_text(reader->writer.buffer));
    lfn_buffer_clear(reader->writer.buffer);
    reader->writer.comma = false;
    return kept;
}

static bool read_string(void *context, lfn_text value)
{
    kept_reader *reader = context;
    if (reader->field == NULL)
        return true;
    if (reader->depth == 1 && lfn_field_is_string(reader->field))
        return keep(reader, value);
    lfn_json_write_string(&reader->writer, value);
    return end_value(reader);
}

static bool read_literal(void *context, lfn_text literal)
{
    kept_reader *reader = context;
    if (reader->field == NULL)
        return true;
    lfn_json_write_literal(&reader->writer, literal);
    return end_value(reader);
}

static bool read_integer(void *context, int64_t value)
{
    char digits[LFN_INTEGER_SIZE + 1];
    return read_literal(context, lfn_text_make(digits, lfn_integer_format(value, digits)));
}

static bool read_boolean(void *context, bool value)
{
    return read_literal(context, lfn_text_of(value ? "true" : "false"));
}

static bool read_null(void *context)
{
    return read_literal(context, lfn_text_of("null"));
}

static bool read_begin(kept_reader *reader, void (*write)(lfn_json_writer *writer))
{
    if (reader->depth++ > 0 && reader->field != NULL)
        write(&reader->writer);
    return true;
}

static bool read_end(kept_reader *reader, void (*write)(lfn_json_writer *writer))
{
    if (--reader->depth == 0 || reader->field == NULL)
        return true;
    write(&reader->writer);
    return end_value(reader);
}

static bool read_object(void *context)
{
    return read_begin(context, lfn_json_write_begin_object);
}

static bool read_object_end(void *context)
{
    return read_end(context, lfn_json_write_end_object);
}

static bool read_array(void *context)
{
    return read_begin(context, lfn_json_write_begin_array);
}

static bool read_array_end(void *context)
{
    return read_end(context, lfn_json_write_end_array);
}

static const lfn_json_builder kept_form = {
    .null = read_null,
    .boolean = read_boolean,
    .integer = read_integer,
    .number = read_literal,
    .string = read_string,
    .object_begin = read_object,
    .key = read_key,
    .object_end = read_object_end,
    .array_begin = read_array,
    .array_end = read_array_end,
};

lfn_status lfn_record_unseal(lfn_call *call, int64_t owner, const char *table, lfn_text id, lfn_text document,
                             lfn_record_part part, lfn_record *record)
{
    char owner_text[LFN_INTEGER_SIZE + 1];
    lfn_buffer literal;
    lfn_buffer_init(&literal, document.size);
    kept_reader reader = {.call = call,
                          .record = record,
                          .part = part,
                          .place = place_of(owner, table, id, "", owner_text),
                          .index = LFN_RECORD_FIELDS_MAX,
                          .writer = {.buffer = &literal}};
    lfn_status status = lfn_json_read(document, &kept_form, &reader, NULL);
    if (status == LFN_CLOSED)
        status = reader.status;
    else if (status == LFN_PROTOCOL)
        status = lfn_error_set(&call->error, LFN_STORAGE, "a record is not kept as JSON");
    else if (status == LFN_OK && literal.failed)
        status = LFN_NO_MEMORY;
    lfn_buffer_free(&literal);
    return status;
}
