/* Work on texts: see text.h. */
#include "base/text.h"

bool lfn_text_equal(lfn_text left, lfn_text right)
{
    return left.size == right.size && (left.size == 0 || memcmp(left.data, right.data, left.size) == 0);
}

bool lfn_text_equal_nocase(lfn_text left, lfn_text right)
{
    if (left.size != right.size)
        return false;
    if (left.size == 0 || memcmp(left.data, right.data, left.size) == 0)
        return true;
    for (size_t i = 0; i < left.size; i++)
        if (left.data[i] != right.data[i] && lfn_ascii_lower(left.data[i]) != lfn_ascii_lower(right.data[i]))
            return false;
    return true;
}

bool lfn_text_starts(lfn_text text, lfn_text prefix)
{
    return text.size >= prefix.size && lfn_text_equal(lfn_text_slice(text, 0, prefix.size), prefix);
}

bool lfn_text_ends(lfn_text text, lfn_text suffix)
{
    return text.size >= suffix.size &&
           lfn_text_equal(lfn_text_slice(text, text.size - suffix.size, suffix.size), suffix);
}

size_t lfn_text_find(lfn_text text, char byte)
{
    const char *found = text.size > 0 ? memchr(text.data, byte, text.size) : NULL;
    return found != NULL ? (size_t)(found - text.data) : text.size;
}

int lfn_text_shown(lfn_text text)
{
    size_t size = text.size < LFN_SHOWN_MAX ? text.size : LFN_SHOWN_MAX;
    while (size > 0 && size < text.size && ((unsigned char)text.data[size] & 0xC0) == 0x80)
        size--; /* the byte behind belongs to the character before it */
    return (int)size;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

lfn_text lfn_text_trim(lfn_text text)
{
    while (text.size > 0 && is_blank(text.data[0]))
        text = lfn_text_slice(text, 1, text.size);
    while (text.size > 0 && is_blank(text.data[text.size - 1]))
        text.size--;
    return text;
}

bool lfn_text_split(lfn_text *rest, char byte, lfn_text *out_part)
{
    if (rest->data == NULL)
        return false;
    size_t end = lfn_text_find(*rest, byte);
    *out_part = lfn_text_slice(*rest, 0, end);
    *rest = end < rest->size ? lfn_text_slice(*rest, end + 1, rest->size) : lfn_text_make(NULL, 0);
    return true;
}

bool lfn_text_integer(lfn_text text, int64_t *out_value)
{
    bool negative = text.size > 0 && text.data[0] == '-';
    size_t start = negative ? 1 : 0;
    if (text.size == start)
        return false;
    /* Counted downwards, since the least integer has no positive twin. */
    int64_t value = 0;
    for (size_t i = start; i < text.size; i++)
        if (!lfn_ascii_digit(text.data[i]) || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, text.data[i] - '0', &value))
            return false;
    if (!negative && value == INT64_MIN)
        return false;
    *out_value = negative ? value : -value;
    return true;
}

size_t lfn_integer_format(int64_t value, char out_digits[LFN_INTEGER_SIZE + 1])
{
    char reversed[LFN_INTEGER_SIZE];
    size_t count = 0;
    uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        reversed[count++] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (value < 0)
        reversed[count++] = '-';
    for (size_t i = 0; i < count; i++)
        out_digits[i] = reversed[count - 1 - i];
    out_digits[count] = '\0';
    return count;
}

/* The length of the UTF-8 sequence at the front of the text, 0 when it is not well-formed (Unicode 15, table 3-7). */
static size_t utf8_sequence(const unsigned char *bytes, size_t size)
{
    unsigned char first = bytes[0];
    if (first < 0x80)
        return 1;
    size_t length = first >= 0xC2 && first <= 0xDF   ? 2
                    : first >= 0xE0 && first <= 0xEF ? 3
                    : first >= 0xF0 && first <= 0xF4 ? 4
                                                     : 0;
    if (length == 0 || length > size)
        return 0;
    unsigned char least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    unsigned char most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (bytes[1] < least || bytes[1] > most)
        return 0;
    for (size_t i = 2; i < length; i++)
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
    return length;
}

/* How many bytes at the front are surely ASCII, looked at eight by eight. */
static size_t ascii_run(lfn_text text)
{
    uint64_t eight;
    size_t end = 0;
    for (; text.size - end >= sizeof eight; end += sizeof eight) {
        memcpy(&eight, text.data + end, sizeof eight);
        if ((eight & UINT64_C(0x8080808080808080)) != 0)
            break;
    }
    return end;
}

bool lfn_text_utf8(lfn_text text, size_t *out_count)
{
    size_t count = ascii_run(text);
    for (size_t i = count; i < text.size; count++) {
        size_t length = utf8_sequence((const unsigned char *)text.data + i, text.size - i);
        if (length == 0)
            return false;
        i += length;
    }
    if (out_count != NULL)
        *out_count = count;
    return true;
}

bool lfn_email_valid(lfn_text text)
{
    size_t at = lfn_text_find(text, '@');
    if (at == 0 || at + 1 >= text.size || text.size > 254 || !lfn_text_utf8(text, NULL))
        return false;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (byte <= ' ' || byte == 0x7F || byte == '/' || (byte == '@' && i != at))
            return false;
    }
    return true;
}
