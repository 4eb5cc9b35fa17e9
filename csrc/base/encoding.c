/* UUIDs, hexadecimal digits and URL-safe base64: see text.h. */
#include "base/alloc.h"
#include "base/text.h"

#include <stdio.h>

static int hex_digit(char byte)
{
    char lower = lfn_ascii_lower(byte);
    if (lfn_ascii_digit(lower))
        return lower - '0';
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static bool is_uuid_dash(size_t position)
{
    return position == 8 || position == 13 || position == 18 || position == 23;
}

enum { DIGITS_ROOM = 48 }; /* a UUID, filled up to what a compiler can look at in whole strides */

/* Whether bytes are hexadecimal digits. Without a way out of the loop the compiler looks at many at once. */
static bool are_hex_digits(const unsigned char bytes[DIGITS_ROOM])
{
    unsigned char wrong = 0;
    for (size_t i = 0; i < DIGITS_ROOM; i++) {
        unsigned char from_zero = (unsigned char)(bytes[i] - '0');
        unsigned char from_a = (unsigned char)((bytes[i] | 0x20) - 'a');
        wrong |= (unsigned char)((from_zero > 9) & (from_a > 5));
    }
    return wrong == 0;
}

bool lfn_uuid_valid(lfn_text text)
{
    if (text.size != LFN_UUID_SIZE || text.data[8] != '-' || text.data[13] != '-' || text.data[18] != '-' ||
        text.data[23] != '-')
        return false;
    unsigned char digits[DIGITS_ROOM];
    memset(digits, '0', sizeof digits);
    memcpy(digits, text.data, LFN_UUID_SIZE);
    digits[8] = digits[13] = digits[18] = digits[23] = '0';
    return are_hex_digits(digits);
}

bool lfn_uuid_make(const lfn_random *random, char out_uuid[LFN_UUID_SIZE + 1])
{
    unsigned char bytes[16];
    if (!random->fill(random->context, bytes, sizeof bytes))
        return false;
    bytes[6] = (unsigned char)((bytes[6] & 0x0F) | 0x40);
    bytes[8] = (unsigned char)((bytes[8] & 0x3F) | 0x80);
    char *next = out_uuid;
    for (size_t i = 0; i < sizeof bytes; i++) {
        if (is_uuid_dash((size_t)(next - out_uuid)))
            *next++ = '-';
        next += snprintf(next, 3, "%02x", bytes[i]);
    }
    return true;
}

bool lfn_buffer_append_hex(lfn_buffer *buffer, const void *data, size_t size)
{
    const unsigned char *bytes = data;
    for (size_t i = 0; i < size; i++)
        (void)lfn_buffer_format(buffer, "%02x", bytes[i]);
    return !buffer->failed;
}

bool lfn_hex_read(lfn_text text, void *out_data, size_t size)
{
    if (text.size != size * 2)
        return false;
    unsigned char *bytes = out_data;
    for (size_t i = 0; i < size; i++) {
        int high = hex_digit(text.data[2 * i]);
        int low = hex_digit(text.data[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        bytes[i] = (unsigned char)(high * 16 + low);
    }
    return true;
}

static const char base64url_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

bool lfn_buffer_append_base64url(lfn_buffer *buffer, const void *data, size_t size)
{
    const unsigned char *bytes = data;
    for (size_t i = 0; i < size; i += 3) {
        size_t taken = size - i < 3 ? size - i : 3;
        uint32_t group = (uint32_t)bytes[i] << 16;
        if (taken > 1)
            group |= (uint32_t)bytes[i + 1] << 8;
        if (taken > 2)
            group |= bytes[i + 2];
        char digits[4];
        for (int d = 0; d < 4; d++)
            digits[d] = base64url_digits[(group >> (18 - 6 * d)) & 63];
        (void)lfn_buffer_append(buffer, digits, taken + 1);
    }
    return !buffer->failed;
}

/* What each digit means, plus one: zero is no digit. */
static const unsigned char base64url_meanings[256] = {
    ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,
    ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16,
    ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
    ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32,
    ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40,
    ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
    ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
    ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['-'] = 63, ['_'] = 64,
};

/* Decodes one group of 2 to 4 digits into up to 3 bytes; the number of bytes, or 0 when it is not canonical. */
static inline size_t decode_group(const char *digits, size_t count, unsigned char *out_bytes)
{
    uint32_t group = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned meaning = base64url_meanings[(unsigned char)digits[i]];
        if (meaning == 0)
            return 0;
        group |= (uint32_t)(meaning - 1) << (18 - 6 * i);
    }
    size_t size = count - 1;
    if ((group & ((1u << (24 - 8 * size)) - 1)) != 0)
        return 0;
    for (size_t i = 0; i < size; i++)
        out_bytes[i] = (unsigned char)(group >> (16 - 8 * i));
    return size;
}

/* Decodes into memory with room for three quarters of the text's size, which may have been written to also on false. */
static bool decode(lfn_text text, unsigned char *out_bytes, size_t *out_size)
{
    unsigned char *next = out_bytes;
    size_t at = 0;
    for (; text.size - at >= 4; at += 4, next += 3)
        if (decode_group(text.data + at, 4, next) == 0)
            return false;
    size_t left = text.size - at;
    if (left > 0) {
        size_t size = left > 1 ? decode_group(text.data + at, left, next) : 0;
        if (size == 0)
            return false;
        next += size;
    }
    *out_size = (size_t)(next - out_bytes);
    return true;
}

bool lfn_buffer_append_base64url_decoded(lfn_buffer *buffer, lfn_text text)
{
    enum { PORTION = 256 };
    unsigned char bytes[PORTION / 4 * 3];
    size_t before = buffer->size;
    bool done = true;
    for (size_t at = 0; done && at < text.size; at += PORTION) {
        size_t size = 0;
        done = decode(lfn_text_slice(text, at, PORTION), bytes, &size) && lfn_buffer_append(buffer, bytes, size);
    }
    if (!done)
        buffer->size = before;
    lfn_wipe(bytes, sizeof bytes);
    return done;
}
