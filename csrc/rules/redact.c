/* Redaction of bodies: known secrets wherever they stand, and the values of secret members. It reads what may be no
 * JSON at all, so it knows nothing of structure but names, separators and quotes; in doubt it takes out too much. */
#include "rules/redact.h"

#include "base/text.h"
#include "rules/secret_names.h"

/* ---- one character, however it is written ---- */

typedef enum spelling { SPELLING_PLAIN, SPELLING_JSON, SPELLING_PERCENT, SPELLING_COUNT } spelling;

/* A character as UTF-8, and how many bytes of the text spell it. */
typedef struct unit {
    char bytes[4];
    size_t size;
    size_t spelt;
} unit;

static unit plain_unit(char byte, size_t spelt)
{
    return (unit){.bytes = {byte}, .size = 1, .spelt = spelt};
}

static bool read_code_unit(lfn_text text, size_t at, uint32_t *out_code)
{
    unsigned char bytes[2];
    if (!lfn_text_starts(lfn_text_slice(text, at, 2), lfn_text_of("\\u")) ||
        !lfn_hex_read(lfn_text_slice(text, at + 2, 4), bytes, sizeof bytes))
        return false;
    *out_code = (uint32_t)bytes[0] << 8 | bytes[1];
    return true;
}

static unit utf8_unit(uint32_t code, size_t spelt)
{
    unit result = {.spelt = spelt};
    if (code < 0x80) {
        result.bytes[result.size++] = (char)code;
        return result;
    }
    if (code < 0x800) {
        result.bytes[result.size++] = (char)(0xC0 | code >> 6);
    } else if (code < 0x10000) {
        result.bytes[result.size++] = (char)(0xE0 | code >> 12);
        result.bytes[result.size++] = (char)(0x80 | (code >> 6 & 63));
    } else {
        result.bytes[result.size++] = (char)(0xF0 | code >> 18);
        result.bytes[result.size++] = (char)(0x80 | (code >> 12 & 63));
        result.bytes[result.size++] = (char)(0x80 | (code >> 6 & 63));
    }
    result.bytes[result.size++] = (char)(0x80 | (code & 63));
    return result;
}

/* The character that a JSON escape at `at` spells; the backslash itself when it is none. */
static unit json_unit(lfn_text text, size_t at)
{
    static const char letters[] = "\"\\/bfnrt";
    static const char meanings[] = "\"\\/\b\f\n\r\t";
    uint32_t high = 0;
    uint32_t low = 0;
    if (read_code_unit(text, at, &high)) {
        bool pair =
            high >= 0xD800 && high <= 0xDBFF && read_code_unit(text, at + 6, &low) && low >= 0xDC00 && low <= 0xDFFF;
        return pair ? utf8_unit(0x10000 + ((high - 0xD800) << 10 | (low - 0xDC00)), 12) : utf8_unit(high, 6);
    }
    if (at + 1 == text.size)
        return plain_unit('\\', 1);
    const char *found = memchr(letters, text.data[at + 1], sizeof letters - 1);
    return found != NULL ? plain_unit(meanings[found - letters], 2) : plain_unit('\\', 1);
}

static unit percent_unit(lfn_text text, size_t at)
{
    unsigned char byte;
    if (text.data[at] == '+')
        return plain_unit(' ', 1);
    if (lfn_hex_read(lfn_text_slice(text, at + 1, 2), &byte, 1))
        return plain_unit((char)byte, 3);
    return plain_unit('%', 1);
}

static unit read_unit(lfn_text text, size_t at, spelling how)
{
    char byte = text.data[at];
    if (how == SPELLING_JSON && byte == '\\')
        return json_unit(text, at);
    if (how == SPELLING_PERCENT && (byte == '%' || byte == '+'))
        return percent_unit(text, at);
    return plain_unit(byte, 1);
}

/* ---- known secrets ---- */

/* The start of a secret at the end of a cut text counts as the secret from this many bytes on. */
enum { CUT_LEAST = 4 };

/* How many bytes of the text spell the secret at `at`; 0 when they do not. */
static size_t spelt_size(lfn_text text, size_t at, lfn_text secret, spelling how)
{
    size_t next = at;
    size_t matched = 0;
    while (matched < secret.size) {
        if (next >= text.size)
            return matched >= CUT_LEAST ? text.size - at : 0;
        unit read = read_unit(text, next, how);
        if (read.bytes[0] != secret.data[matched] || read.size > secret.size - matched ||
            memcmp(read.bytes, secret.data + matched, read.size) != 0)
            return 0;
        matched += read.size;
        next += read.spelt;
    }
    return next - at;
}

static size_t secret_size_at(lfn_text text, size_t at, const lfn_text *secrets, size_t count)
{
    size_t longest = 0;
    for (size_t i = 0; i < count; i++) {
        for (int how = 0; how < SPELLING_COUNT; how++) {
            size_t size = spelt_size(text, at, secrets[i], (spelling)how);
            longest = size > longest ? size : longest;
        }
    }
    return longest;
}

/* ---- secret members ---- */

static bool is_name_byte(char byte)
{
    char lower = lfn_ascii_lower(byte);
    return (lower >= 'a' && lower <= 'z') || lfn_ascii_digit(byte) || byte == '_' || byte == '-';
}

/* A character that may belong to a name: plain, or as an escape of either kind. */
static unit name_unit(lfn_text text, size_t at)
{
    return read_unit(text, at, text.data[at] == '%' ? SPELLING_PERCENT : SPELLING_JSON);
}

static bool is_of_name(const unit *read)
{
    return read->size == 1 && is_name_byte(read->bytes[0]);
}

/* The name of a secret member, or of a header that carries one: bodies quote headers. */
static bool is_secret_name(lfn_text name)
{
    static const char *const always[] = {"Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie", "X-Api-Key"};
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        if (lfn_text_equal_nocase(name, lfn_text_of(always[i])))
            return true;
    if (name.size > 2 && lfn_text_equal_nocase(lfn_text_slice(name, 0, 2), lfn_text_of("X-")))
        name = lfn_text_slice(name, 2, name.size);
    return lfn_secret_name(name);
}

static bool is_one_of(char byte, const char *set)
{
    return byte != '\0' && strchr(set, byte) != NULL;
}

static size_t skip(lfn_text text, size_t at, const char *set)
{
    while (at < text.size && is_one_of(text.data[at], set))
        at++;
    return at;
}

/* The separator of the value that follows the name whose end is at `at`; the size of the text when none does. */
static size_t separator_behind(lfn_text text, size_t at)
{
    size_t separator = skip(text, at, "\\\"' \t\r\n");
    return separator < text.size && is_one_of(text.data[separator], ":=>") ? separator : text.size;
}

enum { NAME_MAX = 64 };

/* Reads the name at `at`; gives the end of it, and whether it is that of a secret member. Of all the words of a text
 * few stand before a value, and the names of the tables are asked about these alone. */
static size_t read_name(lfn_text text, size_t at, bool *out_secret)
{
    char name[NAME_MAX];
    size_t size = 0;
    while (at < text.size) {
        unit read = name_unit(text, at);
        if (!is_of_name(&read))
            break;
        if (size < NAME_MAX)
            name[size] = read.bytes[0];
        size++;
        at += read.spelt;
    }
    *out_secret = size > 0 && size <= NAME_MAX && separator_behind(text, at) < text.size &&
                  is_secret_name(lfn_text_make(name, size));
    return at;
}

/* The last byte of an escape of the inner string, when `at` is the first of an escape of the outer one: an inner escape
 * is two outer characters. */
static size_t inner_escape_end(lfn_text text, size_t at)
{
    if (at + 2 < text.size && text.data[at + 1] == '\\')
        return text.data[at + 2] == '\\' ? at + 3 : at + 2;
    return at + 1;
}

/* The end of a quoted value whose first byte is at `at`. With `escaped` the quote itself stands after a backslash, as
 * in JSON inside of a JSON string. */
static size_t quoted_end(lfn_text text, size_t at, char quote, bool escaped)
{
    for (; at < text.size; at++) {
        if (text.data[at] == quote)
            return at;
        if (text.data[at] != '\\')
            continue;
        if (!escaped)
            at++;
        else if (at + 1 < text.size && text.data[at + 1] == quote)
            return at;
        else
            at = inner_escape_end(text, at);
    }
    return text.size;
}

/* The end of an object or a list that begins at `at`. */
static size_t nested_end(lfn_text text, size_t at)
{
    size_t depth = 0;
    for (; at < text.size; at++) {
        char byte = text.data[at];
        if (byte == '"')
            at = quoted_end(text, at + 1, '"', false);
        else if (byte == '{' || byte == '[')
            depth++;
        else if ((byte == '}' || byte == ']') && --depth == 0)
            return at + 1;
    }
    return text.size;
}

static size_t bare_end(lfn_text text, size_t at, const char *ends)
{
    while (at < text.size && !is_one_of(text.data[at], ends))
        at++;
    return at;
}

typedef struct span {
    size_t start;
    size_t end;
} span;

/* The value behind a separator. A null is left standing. */
static span value_span(lfn_text text, size_t at, char separator)
{
    if (separator == '>')
        return (span){at, bare_end(text, at, "<")};
    if (separator == '=' && (at == text.size || !is_one_of(text.data[at], "\"'")))
        return (span){at, bare_end(text, at, "&; \t\r\n\"'<>,}")};
    at = skip(text, at, " \t\r\n");
    if (at == text.size)
        return (span){at, at};
    char byte = text.data[at];
    if (is_one_of(byte, "\"'"))
        return (span){at + 1, quoted_end(text, at + 1, byte, false)};
    if (byte == '\\' && at + 1 < text.size && is_one_of(text.data[at + 1], "\"'"))
        return (span){at + 2, quoted_end(text, at + 2, text.data[at + 1], true)};
    if (byte == '{' || byte == '[')
        return (span){at, nested_end(text, at)};
    span bare = {at, bare_end(text, at, ",}]&\r\n")};
    bool null = lfn_text_equal_string(lfn_text_trim(lfn_text_slice(text, at, bare.end - at)), "null");
    return null ? (span){at, at} : bare;
}

/* The value of the member whose name ends at `at`; an empty span when no value follows. */
static span member_value(lfn_text text, size_t at)
{
    size_t separator = separator_behind(text, at);
    if (separator == text.size)
        return (span){text.size, text.size};
    return value_span(text, separator + 1, text.data[separator]);
}

enum { TOKEN_LEAST = 16 };

/* The token behind the word of its scheme, as in "Bearer eyJ…", whoever it belongs to; an empty span when the word
 * between `at` and `end` is another one or none follows. */
static span bearer_token(lfn_text text, size_t at, size_t end)
{
    const span none = {text.size, text.size};
    if (!lfn_text_equal_nocase(lfn_text_slice(text, at, end - at), lfn_text_of("Bearer")))
        return none;
    size_t start = skip(text, end, " ");
    size_t stop = start;
    while (stop < text.size && (is_name_byte(text.data[stop]) || is_one_of(text.data[stop], "._~+/=")))
        stop++;
    return start > end && stop - start >= TOKEN_LEAST ? (span){start, stop} : none;
}

/* ---- the walk ---- */

/* Reads the name at `at`, or steps over an escape as a whole, so that no name begins in the midst of one. Gives the end
 * of what was read and, behind the name of a secret member or the word Bearer, the place of the value. */
static size_t look_for_name(lfn_text body, size_t at, span *value)
{
    unit read = name_unit(body, at);
    if (!is_of_name(&read))
        return at + read.spelt;
    bool secret = false;
    size_t end = read_name(body, at, &secret);
    span token = bearer_token(body, at, end);
    if (secret)
        *value = member_value(body, end);
    else if (token.end > token.start)
        *value = token;
    return end;
}

bool lfn_redact_body(lfn_text body, const lfn_text *secrets, size_t secret_count, lfn_buffer *out_text)
{
    size_t name_end = 0;
    span value = {body.size, body.size};
    for (size_t at = 0; at < body.size;) {
        if (at >= name_end && (at < value.start || at >= value.end))
            name_end = look_for_name(body, at, &value);
        size_t size = secret_size_at(body, at, secrets, secret_count);
        if (at >= value.start && at < value.end && value.end - at > size)
            size = value.end - at;
        if (size > 0)
            (void)lfn_buffer_append_string(out_text, LFN_MASK);
        else
            (void)lfn_buffer_append(out_text, body.data + at, 1);
        at += size > 0 ? size : 1;
    }
    return !out_text->failed;
}

/* ---- headers ---- */

/* Where the value of a line begins that has to be masked; the size of the line when none has. A line that begins with
 * a space goes on with the value of the line before. */
static size_t masked_from(lfn_text line, bool *masking)
{
    if (line.size > 0 && is_one_of(line.data[0], " \t"))
        return *masking ? 0 : line.size;
    size_t colon = lfn_text_find(line, ':');
    *masking = colon < line.size && is_secret_name(lfn_text_trim(lfn_text_slice(line, 0, colon)));
    return *masking ? skip(line, colon + 1, " \t") : line.size;
}

static void append_line(lfn_text line, bool *masking, lfn_buffer *out_text)
{
    size_t end = line.size;
    if (end > 0 && line.data[end - 1] == '\r')
        end--;
    lfn_text content = lfn_text_slice(line, 0, end);
    size_t from = masked_from(content, masking);
    (void)lfn_buffer_append(out_text, content.data, from);
    if (from < content.size)
        (void)lfn_buffer_append_string(out_text, LFN_MASK);
    (void)lfn_buffer_append(out_text, line.data + end, line.size - end);
}

bool lfn_redact_headers(lfn_text lines, lfn_buffer *out_text)
{
    bool masking = false;
    bool first = true;
    lfn_text line;
    while (lfn_text_split(&lines, '\n', &line)) {
        if (!first)
            (void)lfn_buffer_append_string(out_text, "\n");
        first = false;
        append_line(line, &masking, out_text);
    }
    return !out_text->failed;
}
