/* The one strict reader of JSON (RFC 8259): a single pass over the text that drives a table of builders. Strings are
 * read in json_string.h, whether a name stands twice in an object is told by json_names.h; the tree is a builder of its
 * own in json_tree.c.
 *
 * A function that reads takes the place where it begins and gives the one where it ends, or NULL when the text is not
 * JSON: so the place stays in a register. */
#include "base/text.h"
#include "codec/json_names.h"
#include "codec/json_string.h"
#include "leafnative/json.h"

typedef struct json_reader {
    const char *end;
    const lfn_json_builder *told;    /* who hears of the value at hand: the caller's builder, or nobody */
    const lfn_json_builder *builder; /* the caller's */
    void *context;
    lfn_status status;  /* why the reading stopped, */
    const char *reason; /* the same in words, which are never content of the text, */
    const char *fault;  /* and where */
    size_t depth;
    char closing[LFN_JSON_DEPTH]; /* what ends each open object or list */
    lfn_buffer scratch;           /* the string at hand, decoded; a string without escapes never comes here */
    lfn_names names;
} json_reader;

/* No function is called: the text is only checked. */
static const lfn_json_builder nobody = {.null = NULL};

static const char *end_reading(json_reader *reader, const char *at, lfn_status status, const char *reason)
{
    reader->status = status;
    reader->reason = reason;
    reader->fault = at;
    return NULL;
}

static const char *refuse(json_reader *reader, const char *at, const char *reason)
{
    return end_reading(reader, at, LFN_PROTOCOL, reason);
}

static const char *out_of_memory(json_reader *reader, const char *at)
{
    return end_reading(reader, at, LFN_NO_MEMORY, "memory is out");
}

/* A builder function ended the reading. */
static const char *stop(json_reader *reader, const char *at)
{
    return end_reading(reader, at, LFN_CLOSED, "the builder stopped the reading");
}

/* The byte at a place; NUL, which JSON has nowhere outside of strings, at the end of the text. */
static inline char byte_at(const json_reader *reader, const char *at)
{
    return at < reader->end ? *at : '\0';
}

__attribute__((noinline)) static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
        at++;
    return at;
}

/* Most text comes without a blank, so that moving over some is apart. */
static inline const char *skip_space(const json_reader *reader, const char *at)
{
    return byte_at(reader, at) > ' ' ? at : skip_blanks(at, reader->end);
}

/* Moves over blanks and tells whether this byte is next. It mostly is at once. */
static inline bool comes(const json_reader *reader, const char **at, char byte)
{
    if (byte_at(reader, *at) == byte)
        return true;
    *at = skip_space(reader, *at);
    return byte_at(reader, *at) == byte;
}

/* ---- strings ---- */

/* Reads on from the first byte of a string that is not plain, up to its quotation mark. Apart from read_string, so that
 * the usual string is read without a call. */
__attribute__((noinline)) static const char *read_odd_string(json_reader *reader, const char *at, bool *out_escaped)
{
    lfn_json_scan scan = {.at = at, .end = reader->end};
    if (!lfn_json_string_scan(&scan))
        return refuse(reader, scan.at, scan.reason);
    *out_escaped = scan.escaped;
    return scan.at;
}

/* Reads a string from its quotation mark on. *out_string is the part of the input between the marks. */
static inline const char *read_string(json_reader *reader, const char *at, lfn_text *out_string, bool *out_escaped)
{
    const char *first = at + 1;
    const char *last = lfn_json_skip_plain(first, reader->end);
    *out_escaped = false;
    if (byte_at(reader, last) != '"') {
        last = read_odd_string(reader, last, out_escaped);
        if (last == NULL)
            return NULL;
    }
    *out_string = lfn_text_make(first, (size_t)(last - first));
    return last + 1;
}

/* Puts in the place of a string what it says, which stays in the scratch buffer until the next one. */
__attribute__((noinline)) static bool decode(json_reader *reader, lfn_text *string)
{
    reader->scratch.size = 0;
    char *room = lfn_buffer_extend(&reader->scratch, string->size);
    if (room == NULL)
        return false;
    *string = lfn_text_make(room, lfn_json_string_decode(*string, room));
    return true;
}

/* ---- telling the builder ---- */

static inline const char *tell(json_reader *reader, bool (*function)(void *context), const char *at)
{
    return function == NULL || function(reader->context) ? at : stop(reader, at);
}

static inline const char *tell_text(json_reader *reader, bool (*function)(void *context, lfn_text text), lfn_text text,
                                    const char *at)
{
    return function == NULL || function(reader->context, text) ? at : stop(reader, at);
}

static const char *tell_boolean(json_reader *reader, bool value, const char *at)
{
    bool (*function)(void *context, bool value) = reader->told->boolean;
    return function == NULL || function(reader->context, value) ? at : stop(reader, at);
}

static inline const char *tell_integer(json_reader *reader, int64_t value, const char *at)
{
    bool (*function)(void *context, int64_t value) = reader->told->integer;
    return function == NULL || function(reader->context, value) ? at : stop(reader, at);
}

/* ---- values that are whole at once ---- */

static inline const char *read_string_value(json_reader *reader, const char *at)
{
    lfn_text string;
    bool escaped;
    bool (*function)(void *context, lfn_text value) = reader->told->string;
    at = read_string(reader, at, &string, &escaped);
    if (at == NULL || function == NULL)
        return at;
    if (escaped && !decode(reader, &string))
        return out_of_memory(reader, at);
    return tell_text(reader, function, string, at);
}

static const char *skip_digits(const json_reader *reader, const char *at)
{
    while (lfn_ascii_digit(byte_at(reader, at)))
        at++;
    return at;
}

static const char *read_digits(json_reader *reader, const char *at)
{
    const char *end = skip_digits(reader, at);
    return end > at ? end : refuse(reader, at, "a number without a digit where one must stand");
}

static const char *read_fraction_and_exponent(json_reader *reader, const char *at)
{
    if (byte_at(reader, at) == '.') {
        at = read_digits(reader, at + 1);
        if (at == NULL)
            return NULL;
    }
    if (byte_at(reader, at) != 'e' && byte_at(reader, at) != 'E')
        return at;
    at++;
    if (byte_at(reader, at) == '+' || byte_at(reader, at) == '-')
        at++;
    return read_digits(reader, at);
}

/* Reads a number. Minus zero is given as a literal: no integer tells it from zero. */
static const char *read_number(json_reader *reader, const char *first)
{
    const char *digits = *first == '-' ? first + 1 : first;
    const char *whole = read_digits(reader, digits);
    if (whole == NULL)
        return NULL;
    if (*digits == '0' && whole - digits > 1)
        return refuse(reader, whole, "a number that begins with a zero");
    const char *at = read_fraction_and_exponent(reader, whole);
    if (at == NULL)
        return NULL;
    lfn_text literal = lfn_text_make(first, (size_t)(at - first));
    bool negative = digits > first;
    bool integer = at == whole && !(negative && *digits == '0');
    int64_t value;
    if (integer && lfn_text_integer(literal, &value))
        return tell_integer(reader, value, at);
    return tell_text(reader, reader->told->number, literal, at);
}

static const char *take_word(json_reader *reader, const char *at, lfn_text word)
{
    if (!lfn_text_starts(lfn_text_make(at, (size_t)(reader->end - at)), word))
        return refuse(reader, at, "a word that JSON does not have");
    return at + word.size;
}

static const char *read_word(json_reader *reader, const char *at)
{
    static const lfn_text yes = LFN_TEXT("true"), no = LFN_TEXT("false"), nothing = LFN_TEXT("null");
    const char *behind;
    switch (byte_at(reader, at)) {
    case 't':
        behind = take_word(reader, at, yes);
        return behind != NULL ? tell_boolean(reader, true, behind) : NULL;
    case 'f':
        behind = take_word(reader, at, no);
        return behind != NULL ? tell_boolean(reader, false, behind) : NULL;
    case 'n':
        behind = take_word(reader, at, nothing);
        return behind != NULL ? tell(reader, reader->told->null, behind) : NULL;
    default:
        return refuse(reader, at,
                      at == reader->end ? "the text ends where a value must stand" : "no value where one must stand");
    }
}

/* ---- objects and lists ---- */

/* A builder does not hear of what stands deeper than it wants to look. */
static inline void turn_to_listener(json_reader *reader)
{
    size_t deepest = reader->builder->depth;
    reader->told = deepest > 0 && reader->depth > deepest ? &nobody : reader->builder;
}

static const char *begin_container(json_reader *reader, const char *at, char closing)
{
    if (reader->depth == LFN_JSON_DEPTH)
        return refuse(reader, at, "a depth of more than 64");
    if (closing == '}')
        lfn_names_open(&reader->names);
    at = tell(reader, closing == '}' ? reader->told->object_begin : reader->told->array_begin, at + 1);
    reader->closing[reader->depth++] = closing;
    turn_to_listener(reader);
    return at;
}

static const char *end_container(json_reader *reader, const char *at)
{
    char closing = reader->closing[--reader->depth];
    turn_to_listener(reader);
    if (closing == '}' && !lfn_names_close(&reader->names))
        return refuse(reader, at + 1, "a name that stands twice in an object");
    return tell(reader, closing == '}' ? reader->told->object_end : reader->told->array_end, at + 1);
}

/* Reads a name and its colon. */
static inline const char *read_name(json_reader *reader, const char *at)
{
    lfn_text name;
    bool escaped;
    if (!comes(reader, &at, '"'))
        return refuse(reader, at, "no name where one must stand");
    at = read_string(reader, at, &name, &escaped);
    if (at == NULL)
        return NULL;
    if (escaped && !decode(reader, &name))
        return out_of_memory(reader, at);
    lfn_name_result added = lfn_names_add(&reader->names, name, escaped);
    if (added == LFN_NAME_KNOWN)
        return refuse(reader, at, "a name that stands twice in an object");
    if (added != LFN_NAME_NEW)
        return out_of_memory(reader, at);
    at = tell_text(reader, reader->told->key, name, at);
    if (at == NULL)
        return NULL;
    return comes(reader, &at, ':') ? at + 1 : refuse(reader, at, "no colon after a name");
}

/* Goes into an object or a list; *out_whole when it ends at once. */
static const char *enter_container(json_reader *reader, const char *at, char closing, bool *out_whole)
{
    at = begin_container(reader, at, closing);
    if (at == NULL)
        return NULL;
    *out_whole = comes(reader, &at, closing);
    if (*out_whole)
        return end_container(reader, at);
    return closing == '}' ? read_name(reader, at) : at;
}

/* After a whole value: closes what ends here. Then the next value of a container is next, or none is open. */
static inline const char *finish_value(json_reader *reader, const char *at)
{
    while (reader->depth > 0) {
        char closing = reader->closing[reader->depth - 1];
        if (comes(reader, &at, ','))
            return closing == '}' ? read_name(reader, at + 1) : at + 1;
        if (byte_at(reader, at) != closing)
            return refuse(reader, at,
                          at == reader->end ? "the text ends inside an object or a list"
                                            : "no comma and no end after a value");
        at = end_container(reader, at);
        if (at == NULL)
            return NULL;
    }
    return at;
}

/* Reads a value, or goes into one: then *out_whole is false and its first value is next. */
static inline const char *begin_value(json_reader *reader, const char *at, bool *out_whole)
{
    *out_whole = true;
    if (comes(reader, &at, '"'))
        return read_string_value(reader, at);
    char byte = byte_at(reader, at);
    if (byte == '{' || byte == '[')
        return enter_container(reader, at, byte == '{' ? '}' : ']', out_whole);
    if (byte == '-' || lfn_ascii_digit(byte))
        return read_number(reader, at);
    return read_word(reader, at);
}

static const char *read_value(json_reader *reader, const char *at)
{
    do {
        bool whole;
        at = begin_value(reader, at, &whole);
        if (at != NULL && whole)
            at = finish_value(reader, at);
    } while (at != NULL && reader->depth > 0);
    return at;
}

static bool read_document(json_reader *reader, const char *at)
{
    at = read_value(reader, at);
    if (at == NULL)
        return false;
    at = skip_space(reader, at);
    return at == reader->end || refuse(reader, at, "something after the end of the value") != NULL;
}

lfn_status lfn_json_read(lfn_text text, const lfn_json_builder *builder, void *context, lfn_error *error)
{
    const char *start = text.data != NULL ? text.data : "";
    json_reader reader;
    reader.end = start + text.size;
    reader.told = reader.builder = builder != NULL ? builder : &nobody;
    reader.context = context;
    reader.depth = 0;
    lfn_buffer_init(&reader.scratch, text.size);
    lfn_names_init(&reader.names, text.size);

    bool read = read_document(&reader, start);

    lfn_buffer_free(&reader.scratch);
    lfn_names_free(&reader.names);
    if (read)
        return LFN_OK;
    return lfn_error_set(error, reader.status, "Not JSON at byte %zu: %s.", (size_t)(reader.fault - start),
                         reader.reason);
}
