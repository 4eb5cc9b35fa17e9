/* Work on texts: comparison, letters, numbers, hexadecimal and base64 forms. */
#ifndef LFN_BASE_TEXT_H
#define LFN_BASE_TEXT_H

#include "leafnative/base.h"

bool lfn_text_equal(lfn_text left, lfn_text right);
/* ASCII letters compare in any case. */
bool lfn_text_equal_nocase(lfn_text left, lfn_text right);
bool lfn_text_starts(lfn_text text, lfn_text prefix);
bool lfn_text_ends(lfn_text text, lfn_text suffix);
/* Position of a byte, or text.size. */
size_t lfn_text_find(lfn_text text, char byte);
/* The part from `start`, at most `size` bytes; cut to what is there. */
static inline lfn_text lfn_text_slice(lfn_text text, size_t start, size_t size)
{
    if (start > text.size)
        start = text.size;
    if (size > text.size - start)
        size = text.size - start;
    return lfn_text_make(text.data != NULL ? text.data + start : NULL, size);
}

enum { LFN_SHOWN_MAX = 64 };
/* How many bytes of a text that a stranger wrote a message shows, for %.*s; no character of UTF-8 is cut. */
int lfn_text_shown(lfn_text text);

/* Without leading and trailing spaces and tabs. */
lfn_text lfn_text_trim(lfn_text text);
/* Takes the part before `byte` off the front of *rest, and the byte with it; false when *rest is absent (and absent it
 * becomes with the last part). */
bool lfn_text_split(lfn_text *rest, char byte, lfn_text *out_part);
/* A decimal integer with nothing around it; false on anything else or out of range. */
bool lfn_text_integer(lfn_text text, int64_t *out_value);
enum { LFN_INTEGER_SIZE = 20 };
/* Writes an integer in decimal, ended by a NUL; its size. */
size_t lfn_integer_format(int64_t value, char out_digits[LFN_INTEGER_SIZE + 1]);
/* Whether the bytes are well-formed UTF-8; counts the code points into *out_count, which may be NULL. */
bool lfn_text_utf8(lfn_text text, size_t *out_count);

/* These stand here because they are asked for every byte of what comes and goes. */
static inline char lfn_ascii_lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static inline bool lfn_ascii_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Whether the text is this string; NULL is one of no bytes. Most names of the tables differ in their first letter. */
static inline bool lfn_text_equal_string(lfn_text left, const char *right)
{
    if (left.size == 0 || right == NULL)
        return left.size == 0 && (right == NULL || right[0] == '\0');
    return left.data[0] == right[0] && strlen(right) == left.size && memcmp(left.data, right, left.size) == 0;
}

/* Whether every eight bytes of a text pass a test, which looks at all eight in one number; where fewer are left, the
 * ones before them are looked at again, and a text of less than eight is filled up with `filler`. */
static inline bool lfn_text_passes(lfn_text text, char filler, bool (*passes)(uint64_t eight))
{
    uint64_t eight;
    size_t at = 0;
    for (; text.size - at >= sizeof eight; at += sizeof eight) {
        memcpy(&eight, text.data + at, sizeof eight);
        if (!passes(eight))
            return false;
    }
    if (at == text.size)
        return true;
    if (at > 0) {
        memcpy(&eight, text.data + text.size - sizeof eight, sizeof eight);
    } else {
        memset(&eight, filler, sizeof eight);
        memcpy(&eight, text.data, text.size);
    }
    return passes(eight);
}

/* In the test of lfn_text_passes: whether some of the eight bytes is below `least`, at most 128. */
static inline bool lfn_eight_below(uint64_t eight, unsigned char least)
{
    return ((eight - UINT64_C(0x0101010101010101) * least) & ~eight & UINT64_C(0x8080808080808080)) != 0;
}

/* Whether some of them is this byte. */
static inline bool lfn_eight_hold(uint64_t eight, unsigned char byte)
{
    return lfn_eight_below(eight ^ UINT64_C(0x0101010101010101) * byte, 1);
}

/* Whether the text has the form of an e-mail: something before and after exactly one @, UTF-8 without blanks, control
 * bytes and slashes, at most 254 bytes. */
bool lfn_email_valid(lfn_text text);

/* Whether the text is a UUID in its form of 36 characters, any version, any case. */
bool lfn_uuid_valid(lfn_text text);
enum { LFN_UUID_SIZE = 36 };
/* A new random UUID (version 4), ended by a NUL. False when no random bytes could be had. */
bool lfn_uuid_make(const lfn_random *random, char out_uuid[LFN_UUID_SIZE + 1]);

/* Appends `size` bytes that the caller writes at once, and gives their place; NULL where an append would fail. */
char *lfn_buffer_extend(lfn_buffer *buffer, size_t size);
/* Makes room for `size` more bytes at once, and for no more than those. False, and `failed` set, where an append would
 * fail. */
bool lfn_buffer_reserve(lfn_buffer *buffer, size_t size);
bool lfn_buffer_append_hex(lfn_buffer *buffer, const void *data, size_t size);
/* Reads exactly 2 * size hexadecimal digits; false on anything else. */
bool lfn_hex_read(lfn_text text, void *out_data, size_t size);
/* URL-safe base64 without padding, as in a JWT. */
bool lfn_buffer_append_base64url(lfn_buffer *buffer, const void *data, size_t size);
/* Appends the decoded bytes; false, with nothing appended, on any byte outside the alphabet or a bad length. */
bool lfn_buffer_append_base64url_decoded(lfn_buffer *buffer, lfn_text text);

#endif
