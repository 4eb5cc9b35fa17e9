/* Percent-encoding (RFC 3986) and the members of a query string. */
#include "base/text.h"
#include "codec/path.h"

/* The bytes that stand for themselves. */
static const bool unreserved[256] = {
    ['a' ... 'z'] = true, ['A' ... 'Z'] = true, ['0' ... '9'] = true, ['-'] = true,
    ['.'] = true,         ['_'] = true,         ['~'] = true,
};

bool lfn_buffer_append_percent(lfn_buffer *buffer, lfn_text text)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t copied = 0;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (unreserved[byte])
            continue;
        const char escape[] = {'%', digits[byte >> 4], digits[byte & 15]};
        if (!lfn_buffer_append(buffer, text.data + copied, i - copied) ||
            !lfn_buffer_append(buffer, escape, sizeof escape))
            return false;
        copied = i + 1;
    }
    return lfn_buffer_append_text(buffer, lfn_text_slice(text, copied, text.size));
}

size_t lfn_percent_size(lfn_text text)
{
    size_t size = text.size;
    for (size_t i = 0; i < text.size; i++)
        size += unreserved[(unsigned char)text.data[i]] ? 0 : 2;
    return size;
}

bool lfn_buffer_append_unpercent(lfn_buffer *buffer, lfn_text text, bool plus)
{
    size_t copied = 0;
    for (size_t i = 0; i < text.size; i++) {
        char byte = ' ';
        if (text.data[i] != '%' && (text.data[i] != '+' || !plus))
            continue;
        bool escape = text.data[i] == '%';
        if (escape && !lfn_hex_read(lfn_text_slice(text, i + 1, 2), &byte, 1))
            return false;
        if (!lfn_buffer_append(buffer, text.data + copied, i - copied) || !lfn_buffer_append(buffer, &byte, 1))
            return false;
        i += escape ? 2 : 0;
        copied = i + 1;
    }
    return lfn_buffer_append_text(buffer, lfn_text_slice(text, copied, text.size));
}

static bool is_clean(lfn_text text)
{
    return lfn_text_find(text, '\0') == text.size && lfn_text_utf8(text, NULL);
}

bool lfn_query_next(lfn_text *rest, lfn_buffer *scratch, lfn_text *out_name, lfn_text *out_value)
{
    lfn_text member;
    while (lfn_text_split(rest, '&', &member)) {
        lfn_buffer_clear(scratch);
        size_t equals = lfn_text_find(member, '=');
        bool named = lfn_buffer_append_unpercent(scratch, lfn_text_slice(member, 0, equals), true);
        size_t name_size = scratch->size;
        bool valued = lfn_buffer_append_unpercent(scratch, lfn_text_slice(member, equals + 1, member.size), true);
        if (scratch->failed)
            return false;
        lfn_text both = lfn_buffer_text(scratch);
        lfn_text name = lfn_text_slice(both, 0, name_size);
        lfn_text value = lfn_text_slice(both, name_size, both.size);
        if (!named || name_size == 0 || !is_clean(name))
            continue;
        *out_name = name;
        *out_value = valued && is_clean(value) ? value : lfn_text_of(NULL);
        return true;
    }
    return false;
}
