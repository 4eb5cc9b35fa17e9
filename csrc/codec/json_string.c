/* The strings of JSON text: see json_string.h. One that is only checked is never copied. */
#include "codec/json_string.h"

#include "base/text.h"

/* What stands for a byte after a backslash; 0 where JSON has no such escape, or where it is \u. */
static const char escapes[256] = {
    ['"'] = '"', ['\\'] = '\\', ['/'] = '/', ['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t'};

/* ---- whether it is sound ---- */

/* Whether eight bytes are all plain. */
static bool eight_are_plain(const char *bytes)
{
    uint64_t eight;
    memcpy(&eight, bytes, sizeof eight);
    return (eight & UINT64_C(0x8080808080808080)) == 0 && !lfn_eight_below(eight, ' ') && !lfn_eight_hold(eight, '"') &&
           !lfn_eight_hold(eight, '\\');
}

static bool is_plain(char byte)
{
    return (unsigned char)byte >= ' ' && (unsigned char)byte < 0x80 && byte != '"' && byte != '\\';
}

const char *lfn_json_skip_last_plain(const char *at, const char *end)
{
    while (end - at >= 8 && eight_are_plain(at))
        at += 8;
    while (at < end && is_plain(*at))
        at++;
    return at;
}

static bool refuse(lfn_json_scan *scan, const char *reason)
{
    scan->reason = reason;
    return false;
}

static int hex_digit(char byte)
{
    char lower = lfn_ascii_lower(byte);
    if (lfn_ascii_digit(byte))
        return byte - '0';
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static bool scan_hex4(lfn_json_scan *scan, unsigned *out_unit)
{
    unsigned unit = 0;
    for (const char *last = scan->at + 4; scan->at < last; scan->at++) {
        int digit = scan->at < scan->end ? hex_digit(*scan->at) : -1;
        if (digit < 0)
            return refuse(scan, "an escape \\u without four hexadecimal digits");
        unit = unit << 4 | (unsigned)digit;
    }
    *out_unit = unit;
    return true;
}

/* Moves over what follows \u: one unit, or a surrogate pair. */
static bool scan_unicode_escape(lfn_json_scan *scan)
{
    static const lfn_text next = LFN_TEXT("\\u");
    unsigned unit = 0, low = 0;
    if (!scan_hex4(scan, &unit))
        return false;
    if (unit >= 0xDC00 && unit <= 0xDFFF)
        return refuse(scan, "a low surrogate without a high one before it");
    if (unit < 0xD800 || unit > 0xDBFF)
        return true;
    if (!lfn_text_starts(lfn_text_make(scan->at, (size_t)(scan->end - scan->at)), next))
        return refuse(scan, "a high surrogate without a low one after it");
    scan->at += next.size;
    if (!scan_hex4(scan, &low))
        return false;
    return (low >= 0xDC00 && low <= 0xDFFF) || refuse(scan, "a high surrogate without a low one after it");
}

static bool scan_escape(lfn_json_scan *scan)
{
    char name = ++scan->at < scan->end ? *scan->at : '\0';
    if (escapes[(unsigned char)name] == 0 && name != 'u')
        return refuse(scan, "an escape that JSON does not have");
    scan->escaped = true;
    scan->at++;
    return name != 'u' || scan_unicode_escape(scan);
}

/* Moves over what is neither plain nor an escape of one letter, and does not end the string. */
static bool scan_odd(lfn_json_scan *scan, bool *wide)
{
    if (scan->at == scan->end)
        return refuse(scan, "the text ends inside a string");
    if (*scan->at == '\\')
        return scan_escape(scan);
    if ((unsigned char)*scan->at < ' ')
        return refuse(scan, "a control byte in a string");
    *wide = true;
    while (scan->at < scan->end && (unsigned char)*scan->at >= 0x80)
        scan->at++;
    return true;
}

/* Moves over plain bytes and escapes of one letter, which are what strings mostly hold. */
static const char *skip_simple(const char *at, const char *end, bool *escaped)
{
    while (end - at >= 2 && *at == '\\' && escapes[(unsigned char)at[1]] != 0) {
        *escaped = true;
        at = lfn_json_skip_plain(at + 2, end);
    }
    return at;
}

bool lfn_json_string_scan(lfn_json_scan *scan)
{
    const char *first = scan->at;
    bool wide = false;
    for (;;) {
        scan->at = skip_simple(scan->at, scan->end, &scan->escaped);
        if (scan->at < scan->end && *scan->at == '"')
            break;
        if (!scan_odd(scan, &wide))
            return false;
        scan->at = lfn_json_skip_plain(scan->at, scan->end);
    }
    /* Escapes are ASCII and so never stand inside a sequence: the bytes are well-formed when what they say is. */
    if (wide && !lfn_text_utf8(lfn_text_make(first, (size_t)(scan->at - first)), NULL))
        return refuse(scan, "a string that is not UTF-8");
    return true;
}

/* ---- what it says ---- */

static unsigned hex4(const char *digits)
{
    unsigned unit = 0;
    for (int i = 0; i < 4; i++)
        unit = unit << 4 | (unsigned)hex_digit(digits[i]);
    return unit;
}

static char *write_code_point(unsigned code, char *out)
{
    if (code < 0x80) {
        *out++ = (char)code;
    } else if (code < 0x800) {
        *out++ = (char)(0xC0 | code >> 6);
        *out++ = (char)(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        *out++ = (char)(0xE0 | code >> 12);
        *out++ = (char)(0x80 | (code >> 6 & 0x3F));
        *out++ = (char)(0x80 | (code & 0x3F));
    } else {
        *out++ = (char)(0xF0 | code >> 18);
        *out++ = (char)(0x80 | (code >> 12 & 0x3F));
        *out++ = (char)(0x80 | (code >> 6 & 0x3F));
        *out++ = (char)(0x80 | (code & 0x3F));
    }
    return out;
}

/* Decodes one unit or a surrogate pair from its first digit on, and moves behind it. */
static char *decode_unicode(const char **at, char *out)
{
    unsigned code = hex4(*at);
    *at += 4;
    if (code >= 0xD800 && code <= 0xDBFF) {
        code = 0x10000 + ((code - 0xD800) << 10) + (hex4(*at + 2) - 0xDC00);
        *at += 6;
    }
    return write_code_point(code, out);
}

/* Copies up to the next backslash, eight bytes at a time. There is room for them: what a string says is never longer
 * than what it is written with. */
static char *copy_unescaped(const char **from, const char *end, char *out)
{
    const char *at = *from;
    for (uint64_t eight; end - at >= 8; at += 8, out += 8) {
        memcpy(&eight, at, sizeof eight);
        if (lfn_eight_hold(eight, '\\'))
            break;
        memcpy(out, &eight, sizeof eight);
    }
    while (at < end && *at != '\\')
        *out++ = *at++;
    *from = at;
    return out;
}

size_t lfn_json_string_decode(lfn_text string, char *out_bytes)
{
    const char *at = string.data, *end = string.data + string.size;
    char *out = copy_unescaped(&at, end, out_bytes);
    while (at < end) {
        char name = at[1];
        at += 2;
        if (name == 'u')
            out = decode_unicode(&at, out);
        else
            *out++ = escapes[(unsigned char)name];
        out = copy_unescaped(&at, end, out);
    }
    return (size_t)(out - out_bytes);
}
