/* Numbers, strings and base64 as OpenSSH writes them: see ssh.h. */
#include "base/text.h"
#include "crypto/ssh.h"

/* ---- reading ---- */

bool lfn_ssh_take_number(lfn_text *rest, uint32_t *out_number)
{
    if (rest->size < 4)
        return false;
    const unsigned char *bytes = (const unsigned char *)rest->data;
    *out_number = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
    *rest = lfn_text_slice(*rest, 4, rest->size);
    return true;
}

bool lfn_ssh_take_string(lfn_text *rest, lfn_text *out_string)
{
    lfn_text after = *rest;
    uint32_t size;
    if (!lfn_ssh_take_number(&after, &size) || size > after.size)
        return false;
    *out_string = lfn_text_slice(after, 0, size);
    *rest = lfn_text_slice(after, size, after.size);
    return true;
}

bool lfn_ssh_take_word(lfn_text *rest, const char *word)
{
    lfn_text string;
    return lfn_ssh_take_string(rest, &string) && lfn_text_equal_string(string, word);
}

bool lfn_ssh_take_magnitude(lfn_text *rest, lfn_text *out_magnitude)
{
    lfn_text string;
    if (!lfn_ssh_take_string(rest, &string))
        return false;
    const unsigned char *bytes = (const unsigned char *)string.data;
    if (string.size > 0 && bytes[0] >= 0x80)
        return false;
    bool padded = string.size > 0 && bytes[0] == 0;
    if (padded && (string.size == 1 || bytes[1] < 0x80))
        return false;
    *out_magnitude = lfn_text_slice(string, padded ? 1 : 0, string.size);
    return true;
}

/* ---- writing ---- */

bool lfn_ssh_put_number(lfn_buffer *out, uint32_t number)
{
    unsigned char bytes[4] = {(unsigned char)(number >> 24), (unsigned char)(number >> 16),
                              (unsigned char)(number >> 8), (unsigned char)number};
    return lfn_buffer_append(out, bytes, sizeof bytes);
}

bool lfn_ssh_put_string(lfn_buffer *out, lfn_text string)
{
    return lfn_ssh_put_number(out, (uint32_t)string.size) && lfn_buffer_append_text(out, string);
}

bool lfn_ssh_put_magnitude(lfn_buffer *out, lfn_text magnitude)
{
    bool padded = magnitude.size > 0 && (unsigned char)magnitude.data[0] >= 0x80;
    return lfn_ssh_put_number(out, (uint32_t)(magnitude.size + padded)) && lfn_buffer_append(out, "", padded) &&
           lfn_buffer_append_text(out, magnitude);
}

/* ---- base64 ---- */

bool lfn_ssh_put_base64(lfn_buffer *out, lfn_text bytes)
{
    enum { CHUNK = 48 };
    unsigned char digits[CHUNK / 3 * 4 + 1];
    for (size_t i = 0; i < bytes.size; i += CHUNK) {
        lfn_text chunk = lfn_text_slice(bytes, i, CHUNK);
        int size = EVP_EncodeBlock(digits, (const unsigned char *)chunk.data, (int)chunk.size);
        (void)lfn_buffer_append(out, digits, (size_t)size);
    }
    OPENSSL_cleanse(digits, sizeof digits);
    return !out->failed;
}

/* Appends the digits without line ends, in the alphabet of URLs, which is the one that base/text.h reads. */
static bool gather_digits(lfn_text lines, lfn_buffer *digits)
{
    for (size_t i = 0; i < lines.size; i++) {
        char byte = lines.data[i];
        if (byte == '-' || byte == '_')
            return false;
        char digit = byte;
        if (byte == '+')
            digit = '-';
        if (byte == '/')
            digit = '_';
        if (byte != '\n' && byte != '\r')
            (void)lfn_buffer_append(digits, &digit, 1);
    }
    return true;
}

bool lfn_ssh_take_base64(lfn_text lines, lfn_buffer *out)
{
    lfn_buffer digits;
    lfn_buffer_init(&digits, lines.size);
    bool valid = gather_digits(lines, &digits) && digits.size % 4 == 0;
    lfn_text text = lfn_buffer_text(&digits);
    for (int padding = 0; padding < 2 && lfn_text_ends(text, lfn_text_of("=")); padding++)
        text.size--;
    if (digits.failed)
        out->failed = true;
    bool taken = valid && !digits.failed && lfn_buffer_append_base64url_decoded(out, text);
    lfn_buffer_free(&digits);
    return taken;
}
