/* UUIDs, hexadecimal digits and URL-safe base64: see text.h. */
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

bool lfn_uuid_valid(lfn_text text)
{
    if (text.size != LFN_UUID_SIZE)
        return false;
    for (size_t i = 0; i < text.size; i++)
        if (is_uuid_dash(i) ? text.data[i] != '-' : hex_digit(text.data[i]) < 0)
            return false;
    return true;
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

static int base64url_digit(char byte)
{
    const char *found = byte != '\0' ? strchr(base64url_digits, byte) : NULL;
    return found != NULL ? (int)(found - base64url_digits) : -1;
}

/* Decodes one group of 2 to 4 digits into up to 3 bytes; the number of bytes, or 0 when it is not canonical. */
static size_t decode_group(const char *digits, size_t count, unsigned char out_bytes[3])
{
    uint32_t group = 0;
    for (size_t i = 0; i < count; i++) {
        int digit = base64url_digit(digits[i]);
        if (digit < 0)
            return 0;
        group |= (uint32_t)digit << (18 - 6 * i);
    }
    size_t size = count - 1;
    if ((group & ((1u << (24 - 8 * size)) - 1)) != 0)
        return 0;
    for (size_t i = 0; i < size; i++)
        out_bytes[i] = (unsigned char)(group >> (16 - 8 * i));
    return size;
}

bool lfn_buffer_append_base64url_decoded(lfn_buffer *buffer, lfn_text text)
{
    size_t before = buffer->size;
    for (size_t i = 0; i < text.size; i += 4) {
        size_t count = text.size - i < 4 ? text.size - i : 4;
        unsigned char bytes[3];
        size_t size = count > 1 ? decode_group(text.data + i, count, bytes) : 0;
        if (size == 0 || !lfn_buffer_append(buffer, bytes, size)) {
            buffer->size = before;
            return false;
        }
    }
    return true;
}
