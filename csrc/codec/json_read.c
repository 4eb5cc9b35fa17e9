/* The one strict reader of JSON (RFC 8259): a single pass over the text that drives a table of builders. Whether a name
 * stands twice in an object is told by json_names.h; the tree is a builder of its own in json_tree.c. */
#include "base/text.h"
#include "codec/json_names.h"
#include "leafnative/json.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

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

/* A builder function ended the reading. */
static bool stop(json_reader *reader)
{
    reader->status = LFN_CLOSED;
    reader->reason = "the builder stopped the reading";
    return false;
}

static char peek(const json_reader *reader)
{
    return reader->at < reader->end ? *reader->at : '\0';
}

__attribute__((noinline)) static char peek_after_space(json_reader *reader)
{
    while (reader->at < reader->end &&
           (*reader->at == ' ' || *reader->at == '\n' || *reader->at == '\r' || *reader->at == '\t'))
        reader->at++;
    return peek(reader);
}

/* Moves over blanks and gives the byte at hand. Most text comes without a blank, so that they are apart. */
static inline char peek_past_space(json_reader *reader)
{
    return reader->at<reader->end && * reader->at> ' ' ? *reader->at : peek_after_space(reader);
}

/* ---- strings ---- */

#ifdef __SSE2__
/* Where the first of sixteen bytes stands that is not plain; sixteen when there is none. Signed, a byte over 127 is
 * less than a blank too. */
static unsigned plain_of_sixteen(const char *bytes)
{
    __m128i all = _mm_loadu_si128((const __m128i *)(const void *)bytes);
    __m128i quotes = _mm_cmpeq_epi8(all, _mm_set1_epi8('"'));
    __m128i backslashes = _mm_cmpeq_epi8(all, _mm_set1_epi8('\\'));
    __m128i odd = _mm_cmplt_epi8(all, _mm_set1_epi8(' '));
    int found = _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quotes, backslashes), odd));
    return (unsigned)__builtin_ctz((unsigned)found | 1u << 16);
}
#endif

/* Whether eight bytes hold anything but plain ones: a quotation mark, a backslash, a control byte, a byte over 127. */
static bool eight_are_plain(const char *bytes)
{
    const uint64_t ones = 0x0101010101010101u;
    const uint64_t tops = 0x8080808080808080u;
    uint64_t all;
    memcpy(&all, bytes, sizeof all);
    uint64_t quote = all ^ (ones * '"');
    uint64_t backslash = all ^ (ones * '\\');
    return (((quote - ones) | (backslash - ones) | (all - ones * ' ') | all) & tops) == 0;
}

static bool is_plain(char byte)
{
    return (unsigned char)byte >= ' ' && (unsigned char)byte < 0x80 && byte != '"' && byte != '\\';
}

/* Moves over plain bytes where the text has few left, or no wider strides can be had. */
__attribute__((noinline)) static const char *skip_last_plain(const char *at, const char *end)
{
    while (end - at >= 8 && eight_are_plain(at))
        at += 8;
    while (at < end && is_plain(*at))
        at++;
    return at;
}

/* Moves over bytes that need no thought. Inlined, since every string comes through here and most are short. */
__attribute__((always_inline)) static inline const char *skip_plain(const char *at, const char *end)
{
#ifdef __SSE2__
    while (end - at >= 16) {
        unsigned plain = plain_of_sixteen(at);
        at += plain;
        if (plain < 16)
            return at;
    }
#endif
    return skip_last_plain(at, end);
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

/* Decodes the escape at hand behind the plain bytes from `copied` on. */
static bool decode_escape(json_reader *reader, const char *copied)
{
    if (!lfn_buffer_append(&reader->scratch, copied, (size_t)(reader->at - copied)))
        return out_of_memory(reader);
    return read_escape(reader);
}

/* Reads on where a string holds more than plain bytes, up to its quotation mark. False when it is not sound. */
static bool read_odd_bytes(json_reader *reader, const char **copied)
{
    const char *first = reader->at;
    bool wide = false;
    while (peek(reader) != '"') {
        if (reader->at == reader->end)
            return refuse(reader, "the text ends inside a string");
        if ((unsigned char)*reader->at < 0x20)
            return refuse(reader, "a control byte in a string");
        if (*reader->at == '\\') {
            if (!decode_escape(reader, *copied))
                return false;
            *copied = reader->at;
        }
        for (; reader->at < reader->end && (unsigned char)*reader->at >= 0x80; reader->at++)
            wide = true;
        reader->at = skip_plain(reader->at, reader->end);
    }
    /* Escapes are ASCII and so never stand inside a sequence: the raw bytes are well-formed when the decoded ones are.
     */
    if (wide && !lfn_text_utf8(lfn_text_make(first, (size_t)(reader->at - first)), NULL))
        return refuse(reader, "a string that is not UTF-8");
    return true;
}

/* Reads the rest of a string whose plain bytes at the front end at something odd. Apart from read_string, so that the
 * usual string is read without a call. */
__attribute__((noinline)) static lfn_text read_odd_string(json_reader *reader, const char *first)
{
    static const lfn_text unsound = {NULL, 0};
    const char *copied = first;
    reader->scratch.size = 0;
    if (!read_odd_bytes(reader, &copied))
        return unsound;
    size_t left = (size_t)(reader->at++ - copied);
    if (copied == first)
        return lfn_text_make(first, left);
    if (lfn_buffer_append(&reader->scratch, copied, left))
        return lfn_buffer_text(&reader->scratch);
    (void)out_of_memory(reader);
    return unsound;
}

/* Reads a string whose quotation mark is at hand. Without an escape the text is a part of the input, else it is in the
 * scratch buffer; absent when the string is not sound. */
static inline lfn_text read_string(json_reader *reader)
{
    const char *first = reader->at + 1;
    const char *last = skip_plain(first, reader->end);
    reader->at = last;
    if (last == reader->end || *last != '"')
        return read_odd_string(reader, first);
    reader->at = last + 1;
    return lfn_text_make(first, (size_t)(last - first));
}

/* ---- telling the builder ---- */

static inline bool tell(json_reader *reader, bool (*function)(void *context))
{
    return function == NULL || function(reader->context) || stop(reader);
}

static inline bool tell_text(json_reader *reader, bool (*function)(void *context, lfn_text text), lfn_text text)
{
    return function == NULL || function(reader->context, text) || stop(reader);
}

static bool tell_boolean(json_reader *reader, bool value)
{
    bool (*function)(void *context, bool value) = reader->builder->boolean;
    return function == NULL || function(reader->context, value) || stop(reader);
}

static inline bool tell_integer(json_reader *reader, int64_t value)
{
    bool (*function)(void *context, int64_t value) = reader->builder->integer;
    return function == NULL || function(reader->context, value) || stop(reader);
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

static bool read_fraction_and_exponent(json_reader *reader)
{
    if (peek(reader) == '.') {
        reader->at++;
        if (!read_digits(reader))
            return false;
    }
    if (peek(reader) != 'e' && peek(reader) != 'E')
        return true;
    reader->at++;
    if (peek(reader) == '+' || peek(reader) == '-')
        reader->at++;
    return read_digits(reader);
}

/* Reads a number. Minus zero is given as a literal: no integer tells it from zero. */
static bool read_number(json_reader *reader)
{
    enum { SURELY_FITS = 18 };
    const char *first = reader->at;
    const char *digits = *first == '-' ? ++reader->at : first;
    int64_t value = 0;
    for (; lfn_ascii_digit(peek(reader)) && reader->at - digits < SURELY_FITS; reader->at++)
        value = value * 10 + (*reader->at - '0');
    if (reader->at == digits)
        return refuse(reader, "a number without a digit where one must stand");
    while (lfn_ascii_digit(peek(reader)))
        reader->at++;
    const char *whole = reader->at;
    if (*digits == '0' && whole - digits > 1)
        return refuse(reader, "a number that begins with a zero");
    if (!read_fraction_and_exponent(reader))
        return false;
    lfn_text literal = lfn_text_make(first, (size_t)(reader->at - first));
    bool negative = digits > first;
    bool integer = reader->at == whole && !(negative && *digits == '0');
    if (integer && whole - digits <= SURELY_FITS)
        return tell_integer(reader, negative ? -value : value);
    if (integer && lfn_text_integer(literal, &value))
        return tell_integer(reader, value);
    return tell_text(reader, reader->builder->number, literal);
}

static bool take_word(json_reader *reader, lfn_text word)
{
    lfn_text rest = lfn_text_make(reader->at, (size_t)(reader->end - reader->at));
    if (!lfn_text_starts(rest, word))
        return refuse(reader, "a word that JSON does not have");
    reader->at += word.size;
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
        return tell(reader, reader->builder->array_begin);
    lfn_names_open(&reader->names);
    return tell(reader, reader->builder->object_begin);
}

static bool end_container(json_reader *reader)
{
    reader->at++;
    if (!reader->is_object[--reader->depth])
        return tell(reader, reader->builder->array_end);
    if (!lfn_names_close(&reader->names))
        return refuse(reader, "a name that stands twice in an object");
    return tell(reader, reader->builder->object_end);
}

static bool refuse_name(json_reader *reader, lfn_name_result result)
{
    return result == LFN_NAME_KNOWN ? refuse(reader, "a name that stands twice in an object") : out_of_memory(reader);
}

/* Reads a name and its colon. */
static inline bool read_name(json_reader *reader)
{
    if (peek_past_space(reader) != '"')
        return refuse(reader, "no name where one must stand");
    lfn_text name = read_string(reader);
    if (name.data == NULL)
        return false;
    lfn_name_result added = lfn_names_add(&reader->names, name, name.data == reader->scratch.data);
    if (added != LFN_NAME_NEW)
        return refuse_name(reader, added);
    if (!tell_text(reader, reader->builder->key, name))
        return false;
    if (peek_past_space(reader) != ':')
        return refuse(reader, "no colon after a name");
    reader->at++;
    return true;
}

static inline bool read_string_value(json_reader *reader)
{
    lfn_text text = read_string(reader);
    return text.data != NULL && tell_text(reader, reader->builder->string, text);
}

static bool read_word(json_reader *reader)
{
    static const lfn_text yes = LFN_TEXT("true"), no = LFN_TEXT("false"), nothing = LFN_TEXT("null");
    switch (peek(reader)) {
    case 't':
        return take_word(reader, yes) && tell_boolean(reader, true);
    case 'f':
        return take_word(reader, no) && tell_boolean(reader, false);
    case 'n':
        return take_word(reader, nothing) && tell(reader, reader->builder->null);
    default:
        return refuse(reader, reader->at == reader->end ? "the text ends where a value must stand"
                                                        : "no value where one must stand");
    }
}

/* Reads a value that is whole at once. */
static inline bool read_scalar(json_reader *reader, char byte)
{
    if (byte == '"')
        return read_string_value(reader);
    if (byte == '-' || lfn_ascii_digit(byte))
        return read_number(reader);
    return read_word(reader);
}

/* After a whole value: closes what ends here. *out_done when the outermost value is whole; else the next value of a
 * container is at hand. */
static inline bool finish_value(json_reader *reader, bool *out_done)
{
    while (reader->depth > 0) {
        bool object = reader->is_object[reader->depth - 1];
        char byte = peek_past_space(reader);
        if (byte == ',') {
            reader->at++;
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

/* Goes into an object or a list. *out_empty when it ends at once; else its first value is at hand. */
static bool enter_container(json_reader *reader, bool object, bool *out_empty)
{
    if (!begin_container(reader, object))
        return false;
    *out_empty = peek_past_space(reader) == (object ? '}' : ']');
    if (*out_empty)
        return end_container(reader);
    return !object || read_name(reader);
}

static bool read_document(json_reader *reader)
{
    bool done = false;
    while (!done) {
        bool whole = true;
        char byte = peek_past_space(reader);
        bool sound =
            byte == '{' || byte == '[' ? enter_container(reader, byte == '{', &whole) : read_scalar(reader, byte);
        if (!sound || (whole && !finish_value(reader, &done)))
            return false;
    }
    (void)peek_past_space(reader);
    return reader->at == reader->end || refuse(reader, "something after the end of the value");
}

/* No function is called: the text is only checked. */
static const lfn_json_builder checks_only = {.null = NULL};

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
