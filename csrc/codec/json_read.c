/* The one strict reader of JSON (RFC 8259): a single pass over the text that drives a table of builders. Whether a name
 * stands twice in an object is told by json_names.h; the tree is a builder of its own in json_tree.c. */
#include "base/text.h"
#include "codec/json_names.h"
#include "leafnative/json.h"

typedef struct json_reader {
    const char *start;
    const char *at;
    const char *end;
    const lfn_json_builder *builder;
    void *context;
    lfn_status status;  /* why the reading stopped */
    const char *reason; /* the same in words; never content of the text */
    size_t depth;
    bool is_object[LFN_JSON_DEPTH];
    lfn_buffer scratch; /* the string at hand, decoded; a string without escapes never comes here */
    lfn_names names;
} json_reader;

static bool refuse(json_reader *reader, const char *reason)
{
    reader->status = LFN_PROTOCOL;
    reader->reason = reason;
    return false;
}

static bool out_of_memory(json_reader *reader)
{
    reader->status = LFN_NO_MEMORY;
    reader->reason = "memory is out";
    return false;
}

/* Passes on what a builder function said. */
static bool built(json_reader *reader, bool goes_on)
{
    if (!goes_on) {
        reader->status = LFN_CLOSED;
        reader->reason = "the builder stopped the reading";
    }
    return goes_on;
}

static char peek(const json_reader *reader)
{
    return reader->at < reader->end ? *reader->at : '\0';
}

static void skip_space(json_reader *reader)
{
    while (reader->at < reader->end &&
           (*reader->at == ' ' || *reader->at == '\n' || *reader->at == '\r' || *reader->at == '\t'))
        reader->at++;
}

/* ---- strings ---- */

/* Whether eight bytes hold anything but plain ASCII: a quotation mark, a backslash, a control byte, a byte over 127. */
static bool word_is_special(uint64_t word)
{
    const uint64_t ones = 0x0101010101010101u;
    const uint64_t tops = 0x8080808080808080u;
    uint64_t quote = word ^ (ones * '"');
    uint64_t backslash = word ^ (ones * '\\');
    return (((quote - ones) | (backslash - ones) | (word - ones * 0x20) | word) & tops) != 0;
}

/* Moves over bytes that need no thought. */
static void skip_plain(json_reader *reader)
{
    uint64_t word;
    while (reader->end - reader->at >= (ptrdiff_t)sizeof word) {
        memcpy(&word, reader->at, sizeof word);
        if (word_is_special(word))
            return;
        reader->at += sizeof word;
    }
}

static bool read_hex4(json_reader *reader, unsigned *out_unit)
{
    unsigned unit = 0;
    for (int i = 0; i < 4; i++) {
        char byte = peek(reader);
        char lower = lfn_ascii_lower(byte);
        if (lfn_ascii_digit(byte))
            unit = unit * 16 + (unsigned)(byte - '0');
        else if (lower >= 'a' && lower <= 'f')
            unit = unit * 16 + (unsigned)(lower - 'a' + 10);
        else
            return refuse(reader, "an escape \\u without four hexadecimal digits");
        reader->at++;
    }
    *out_unit = unit;
    return true;
}

static bool append_code_point(json_reader *reader, unsigned code)
{
    char bytes[4];
    size_t size = 0;
    if (code < 0x80) {
        bytes[size++] = (char)code;
    } else if (code < 0x800) {
        bytes[size++] = (char)(0xC0 | code >> 6);
        bytes[size++] = (char)(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        bytes[size++] = (char)(0xE0 | code >> 12);
        bytes[size++] = (char)(0x80 | (code >> 6 & 0x3F));
        bytes[size++] = (char)(0x80 | (code & 0x3F));
    } else {
        bytes[size++] = (char)(0xF0 | code >> 18);
        bytes[size++] = (char)(0x80 | (code >> 12 & 0x3F));
        bytes[size++] = (char)(0x80 | (code >> 6 & 0x3F));
        bytes[size++] = (char)(0x80 | (code & 0x3F));
    }
    return lfn_buffer_append(&reader->scratch, bytes, size) || out_of_memory(reader);
}

/* Reads what follows \u: one unit, or a surrogate pair. */
static bool read_unicode_escape(json_reader *reader)
{
    unsigned code = 0, low = 0;
    if (!read_hex4(reader, &code))
        return false;
    if (code >= 0xDC00 && code <= 0xDFFF)
        return refuse(reader, "a low surrogate without a high one before it");
    if (code >= 0xD800 && code <= 0xDBFF) {
        if (reader->end - reader->at < 2 || reader->at[0] != '\\' || reader->at[1] != 'u')
            return refuse(reader, "a high surrogate without a low one after it");
        reader->at += 2;
        if (!read_hex4(reader, &low))
            return false;
        if (low < 0xDC00 || low > 0xDFFF)
            return refuse(reader, "a high surrogate without a low one after it");
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    return append_code_point(reader, code);
}

static bool read_escape(json_reader *reader)
{
    static const char names[] = "\"\\/bfnrt";
    static const char values[] = "\"\\/\b\f\n\r\t";
    reader->at++;
    char name = peek(reader);
    if (name == 'u') {
        reader->at++;
        return read_unicode_escape(reader);
    }
    const char *found = name != '\0' ? strchr(names, name) : NULL;
    if (found == NULL)
        return refuse(reader, "an escape that JSON does not have");
    reader->at++;
    return lfn_buffer_append(&reader->scratch, &values[found - names], 1) || out_of_memory(reader);
}

/* Reads a string whose quotation mark is at hand. Without an escape the text is a part of the input, else it is in the
 * scratch buffer; *out_decoded tells which. */
static bool read_string(json_reader *reader, lfn_text *out_text, bool *out_decoded)
{
    const char *first = ++reader->at;
    const char *copied = first;
    bool decoded = false, wide = false;
    for (;; reader->at++) {
        skip_plain(reader);
        if (reader->at == reader->end)
            return refuse(reader, "the text ends inside a string");
        unsigned char byte = (unsigned char)*reader->at;
        if (byte == '"')
            break;
        if (byte < 0x20)
            return refuse(reader, "a control byte in a string");
        wide = wide || byte >= 0x80;
        if (byte != '\\')
            continue;
        if (!decoded)
            reader->scratch.size = 0;
        decoded = true;
        if (!lfn_buffer_append(&reader->scratch, copied, (size_t)(reader->at - copied)))
            return out_of_memory(reader);
        if (!read_escape(reader))
            return false;
        copied = reader->at--;
    }
    /* Escapes are ASCII and so never stand inside a sequence: the raw bytes are well-formed when the decoded ones are.
     */
    if (wide && !lfn_text_utf8(lfn_text_make(first, (size_t)(reader->at - first)), NULL))
        return refuse(reader, "a string that is not UTF-8");
    if (decoded && !lfn_buffer_append(&reader->scratch, copied, (size_t)(reader->at - copied)))
        return out_of_memory(reader);
    *out_text = decoded ? lfn_buffer_text(&reader->scratch) : lfn_text_make(first, (size_t)(reader->at - first));
    *out_decoded = decoded;
    reader->at++;
    return true;
}

/* ---- numbers and words ---- */

static bool read_digits(json_reader *reader)
{
    if (!lfn_ascii_digit(peek(reader)))
        return refuse(reader, "a number without a digit where one must stand");
    while (lfn_ascii_digit(peek(reader)))
        reader->at++;
    return true;
}

/* Reads a number. Minus zero is given as a literal: no integer tells it from zero. */
static bool read_number(json_reader *reader)
{
    const char *first = reader->at;
    bool whole = true;
    if (peek(reader) == '-')
        reader->at++;
    bool zero = peek(reader) == '0';
    if (!read_digits(reader))
        return false;
    if (zero && reader->at - first > (*first == '-' ? 2 : 1))
        return refuse(reader, "a number that begins with a zero");
    if (peek(reader) == '.') {
        whole = false;
        reader->at++;
        if (!read_digits(reader))
            return false;
    }
    if (peek(reader) == 'e' || peek(reader) == 'E') {
        whole = false;
        reader->at++;
        if (peek(reader) == '+' || peek(reader) == '-')
            reader->at++;
        if (!read_digits(reader))
            return false;
    }
    lfn_text literal = lfn_text_make(first, (size_t)(reader->at - first));
    int64_t value = 0;
    if (whole && !(zero && *first == '-') && lfn_text_integer(literal, &value))
        return built(reader, reader->builder->integer(reader->context, value));
    return built(reader, reader->builder->number(reader->context, literal));
}

static bool take_word(json_reader *reader, const char *word)
{
    lfn_text rest = lfn_text_make(reader->at, (size_t)(reader->end - reader->at));
    if (!lfn_text_starts(rest, lfn_text_of(word)))
        return refuse(reader, "a word that JSON does not have");
    reader->at += strlen(word);
    return true;
}

/* ---- structure ---- */

static bool begin_container(json_reader *reader, bool object)
{
    if (reader->depth == LFN_JSON_DEPTH)
        return refuse(reader, "a depth of more than 64");
    reader->at++;
    reader->is_object[reader->depth++] = object;
    if (!object)
        return built(reader, reader->builder->array_begin(reader->context));
    lfn_names_open(&reader->names);
    return built(reader, reader->builder->object_begin(reader->context));
}

static bool end_container(json_reader *reader)
{
    reader->at++;
    if (!reader->is_object[--reader->depth])
        return built(reader, reader->builder->array_end(reader->context));
    if (!lfn_names_close(&reader->names))
        return refuse(reader, "a name that stands twice in an object");
    return built(reader, reader->builder->object_end(reader->context));
}

/* Reads a name and its colon. */
static bool read_name(json_reader *reader)
{
    lfn_text name;
    bool decoded;
    skip_space(reader);
    if (peek(reader) != '"')
        return refuse(reader, "no name where one must stand");
    if (!read_string(reader, &name, &decoded))
        return false;
    switch (lfn_names_add(&reader->names, name, decoded)) {
    case LFN_NAME_NEW:
        break;
    case LFN_NAME_KNOWN:
        return refuse(reader, "a name that stands twice in an object");
    case LFN_NAME_NO_MEMORY:
        return out_of_memory(reader);
    }
    if (!built(reader, reader->builder->key(reader->context, name)))
        return false;
    skip_space(reader);
    if (peek(reader) != ':')
        return refuse(reader, "no colon after a name");
    reader->at++;
    return true;
}

static bool read_string_value(json_reader *reader)
{
    lfn_text text;
    bool decoded;
    return read_string(reader, &text, &decoded) && built(reader, reader->builder->string(reader->context, text));
}

/* Reads a value that is whole at once. */
static bool read_scalar(json_reader *reader)
{
    switch (peek(reader)) {
    case '"':
        return read_string_value(reader);
    case 't':
        return take_word(reader, "true") && built(reader, reader->builder->boolean(reader->context, true));
    case 'f':
        return take_word(reader, "false") && built(reader, reader->builder->boolean(reader->context, false));
    case 'n':
        return take_word(reader, "null") && built(reader, reader->builder->null(reader->context));
    default:
        break;
    }
    if (peek(reader) == '-' || lfn_ascii_digit(peek(reader)))
        return read_number(reader);
    return refuse(reader, reader->at == reader->end ? "the text ends where a value must stand"
                                                    : "no value where one must stand");
}

/* After a whole value: closes what ends here. *out_done when the outermost value is whole; else the next value of a
 * container is at hand. */
static bool finish_value(json_reader *reader, bool *out_done)
{
    while (reader->depth > 0) {
        bool object = reader->is_object[reader->depth - 1];
        skip_space(reader);
        char byte = peek(reader);
        if (byte == ',') {
            reader->at++;
            *out_done = false;
            return !object || read_name(reader);
        }
        if (byte != (object ? '}' : ']'))
            return refuse(reader, reader->at == reader->end ? "the text ends inside an object or a list"
                                                            : "no comma and no end after a value");
        if (!end_container(reader))
            return false;
    }
    *out_done = true;
    return true;
}

static bool read_document(json_reader *reader)
{
    bool done = false;
    while (!done) {
        skip_space(reader);
        char byte = peek(reader);
        if (byte == '{' || byte == '[') {
            bool object = byte == '{';
            if (!begin_container(reader, object))
                return false;
            skip_space(reader);
            if (peek(reader) == (object ? '}' : ']')) {
                if (!end_container(reader))
                    return false;
            } else {
                if (object && !read_name(reader))
                    return false;
                continue;
            }
        } else if (!read_scalar(reader)) {
            return false;
        }
        if (!finish_value(reader, &done))
            return false;
    }
    skip_space(reader);
    return reader->at == reader->end || refuse(reader, "something after the end of the value");
}

/* ---- the builder that only checks ---- */

static bool pass(void *context)
{
    (void)context;
    return true;
}

static bool pass_boolean(void *context, bool value)
{
    (void)context;
    (void)value;
    return true;
}

static bool pass_integer(void *context, int64_t value)
{
    (void)context;
    (void)value;
    return true;
}

static bool pass_text(void *context, lfn_text text)
{
    (void)context;
    (void)text;
    return true;
}

static const lfn_json_builder checks_only = {
    .null = pass,
    .boolean = pass_boolean,
    .integer = pass_integer,
    .number = pass_text,
    .string = pass_text,
    .object_begin = pass,
    .key = pass_text,
    .object_end = pass,
    .array_begin = pass,
    .array_end = pass,
};

lfn_status lfn_json_read(lfn_text text, const lfn_json_builder *builder, void *context, lfn_error *error)
{
    json_reader reader;
    reader.start = reader.at = text.data != NULL ? text.data : "";
    reader.end = reader.start + text.size;
    reader.builder = builder != NULL ? builder : &checks_only;
    reader.context = context;
    reader.status = LFN_OK;
    reader.reason = "";
    reader.depth = 0;
    lfn_buffer_init(&reader.scratch, text.size);
    lfn_names_init(&reader.names, text.size);

    bool read = read_document(&reader);

    lfn_buffer_free(&reader.scratch);
    lfn_names_free(&reader.names);
    if (read)
        return LFN_OK;
    return lfn_error_set(error, reader.status, "Not JSON at byte %zu: %s.", (size_t)(reader.at - reader.start),
                         reader.reason);
}
