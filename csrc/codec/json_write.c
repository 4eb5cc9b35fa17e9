/* The writer: compact JSON into a buffer. */
#include "base/text.h"
#include "leafnative/json.h"

static void put(lfn_json_writer *writer, const char *string)
{
    (void)lfn_buffer_append_string(writer->buffer, string);
}

/* Puts the comma that stands before an entry or a name, where one is due. */
static void put_comma(lfn_json_writer *writer)
{
    if (writer->comma)
        put(writer, ",");
}

static void begin(lfn_json_writer *writer, const char *bracket)
{
    put_comma(writer);
    put(writer, bracket);
    writer->comma = false;
}

static void end(lfn_json_writer *writer, const char *bracket)
{
    put(writer, bracket);
    writer->comma = true;
}

void lfn_json_write_begin_object(lfn_json_writer *writer)
{
    begin(writer, "{");
}

void lfn_json_write_end_object(lfn_json_writer *writer)
{
    end(writer, "}");
}

void lfn_json_write_begin_array(lfn_json_writer *writer)
{
    begin(writer, "[");
}

void lfn_json_write_end_array(lfn_json_writer *writer)
{
    end(writer, "]");
}

static void put_escape(lfn_json_writer *writer, unsigned char byte)
{
    static const char bytes[] = "\"\\\b\f\n\r\t";
    static const char *const escapes[] = {"\\\"", "\\\\", "\\b", "\\f", "\\n", "\\r", "\\t"};
    const char *found = byte != '\0' ? strchr(bytes, byte) : NULL;
    if (found != NULL)
        put(writer, escapes[found - bytes]);
    else
        (void)lfn_buffer_format(writer->buffer, "\\u%04x", (unsigned)byte);
}

/* Writes a string that needs escapes, or is no UTF-8. */
__attribute__((noinline)) static void put_odd_string(lfn_json_writer *writer, lfn_text text)
{
    if (!lfn_text_utf8(text, NULL)) {
        writer->buffer->failed = true;
        return;
    }
    put(writer, "\"");
    size_t written = 0;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (byte >= 0x20 && byte != '"' && byte != '\\')
            continue;
        (void)lfn_buffer_append(writer->buffer, text.data + written, i - written);
        put_escape(writer, byte);
        written = i + 1;
    }
    (void)lfn_buffer_append_text(writer->buffer, lfn_text_slice(text, written, text.size));
    put(writer, "\"");
}

/* Whether eight bytes stand in a string as they are: ASCII, no control byte, no quotation mark, no backslash. */
static bool are_plain(uint64_t eight)
{
    return (eight & UINT64_C(0x8080808080808080)) == 0 && !lfn_eight_below(eight, ' ') && !lfn_eight_hold(eight, '"') &&
           !lfn_eight_hold(eight, '\\');
}

/* Writes a string with the comma before it and, behind a name, the colon. Most are plain and written in one go. */
static void put_string(lfn_json_writer *writer, lfn_text text, bool name)
{
    if (!lfn_text_passes(text, ' ', are_plain)) {
        put_comma(writer);
        put_odd_string(writer, text);
        if (name)
            put(writer, ":");
        return;
    }
    char *next = lfn_buffer_extend(writer->buffer, (writer->comma ? 3u : 2u) + text.size + (name ? 1u : 0u));
    if (next == NULL)
        return;
    if (writer->comma)
        *next++ = ',';
    *next++ = '"';
    if (text.size > 0)
        memcpy(next, text.data, text.size);
    next[text.size] = '"';
    if (name)
        next[text.size + 1] = ':';
}

void lfn_json_write_key(lfn_json_writer *writer, lfn_text name)
{
    put_string(writer, name, true);
    writer->comma = false;
}

void lfn_json_write_string(lfn_json_writer *writer, lfn_text value)
{
    put_string(writer, value, false);
    writer->comma = true;
}

void lfn_json_write_literal(lfn_json_writer *writer, lfn_text json)
{
    put_comma(writer);
    (void)lfn_buffer_append_text(writer->buffer, json);
    writer->comma = true;
}

void lfn_json_write_integer(lfn_json_writer *writer, int64_t value)
{
    char digits[LFN_INTEGER_SIZE + 1];
    lfn_json_write_literal(writer, lfn_text_make(digits, lfn_integer_format(value, digits)));
}

void lfn_json_write_boolean(lfn_json_writer *writer, bool value)
{
    lfn_json_write_literal(writer, lfn_text_of(value ? "true" : "false"));
}

void lfn_json_write_null(lfn_json_writer *writer)
{
    lfn_json_write_literal(writer, lfn_text_of("null"));
}

/* Goes down at most LFN_JSON_DEPTH levels, the depth of what the reader lets through. */
static void write_children(lfn_json_writer *writer, const lfn_json *node, bool named)
{
    for (const lfn_json *child = lfn_json_first(node); child != NULL; child = lfn_json_next(child)) {
        if (named)
            lfn_json_write_key(writer, lfn_json_name(child));
        lfn_json_write_node(writer, child);
    }
}

void lfn_json_write_node(lfn_json_writer *writer, const lfn_json *node)
{
    switch (lfn_json_kind_of(node)) {
    case LFN_JSON_NULL:
        lfn_json_write_null(writer);
        return;
    case LFN_JSON_BOOLEAN:
        lfn_json_write_boolean(writer, lfn_json_true(node));
        return;
    case LFN_JSON_INTEGER:
    case LFN_JSON_NUMBER:
        lfn_json_write_literal(writer, lfn_json_literal(node));
        return;
    case LFN_JSON_STRING:
        lfn_json_write_string(writer, lfn_json_string(node));
        return;
    case LFN_JSON_ARRAY:
        lfn_json_write_begin_array(writer);
        write_children(writer, node, false);
        lfn_json_write_end_array(writer);
        return;
    case LFN_JSON_OBJECT:
        lfn_json_write_begin_object(writer);
        write_children(writer, node, true);
        lfn_json_write_end_object(writer);
        return;
    }
}
