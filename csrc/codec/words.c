/* Words of messages: see words.h. */
#include "codec/words.h"

#include "base/text.h"
#include "leafnative/json.h"

#include <stdio.h>

/* Reads the code point at the front of well-formed UTF-8 and gives its length. */
static size_t decode(const unsigned char *bytes, unsigned *out_code)
{
    size_t length = bytes[0] < 0x80 ? 1 : bytes[0] < 0xE0 ? 2 : bytes[0] < 0xF0 ? 3 : 4;
    static const unsigned masks[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    unsigned code = bytes[0] & masks[length];
    for (size_t i = 1; i < length; i++)
        code = code << 6 | (bytes[i] & 0x3Fu);
    *out_code = code;
    return length;
}

/* Whether a code point breaks the line, is not seen, or turns the letters beside it round. */
static bool is_hidden(unsigned code)
{
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0xAD || (code >= 0x200B && code <= 0x200F) ||
           (code >= 0x2028 && code <= 0x202E) || (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF;
}

/* Most texts are ASCII that is seen, and are copied as they are. */
static bool is_seen(uint64_t eight)
{
    return (eight & UINT64_C(0x8080808080808080)) == 0 && !lfn_eight_below(eight, ' ') && !lfn_eight_hold(eight, 0x7F);
}

void lfn_words_append(char *out, size_t size, lfn_text text)
{
    size_t at = strlen(out);
    if (text.size < size - at && lfn_text_passes(text, ' ', is_seen)) {
        if (text.size > 0)
            memcpy(out + at, text.data, text.size);
        out[at + text.size] = '\0';
        return;
    }
    bool well_formed = lfn_text_utf8(text, NULL);
    for (size_t i = 0; i < text.size;) {
        const unsigned char *bytes = (const unsigned char *)text.data + i;
        unsigned code = bytes[0] < 0x80 ? bytes[0] : 0;
        size_t length = well_formed ? decode(bytes, &code) : 1;
        bool hidden = is_hidden(code);
        size_t room = hidden ? 1 : length;
        if (at + room >= size)
            break;
        memcpy(out + at, hidden ? (const void *)"?" : bytes, room);
        at += room;
        i += length;
    }
    out[at] = '\0';
}

void lfn_pointer_append(char *pointer, size_t size, lfn_text name)
{
    lfn_words_append(pointer, size, lfn_text_of("/"));
    size_t start = 0;
    for (size_t i = 0; i <= name.size; i++) {
        if (i < name.size && name.data[i] != '~' && name.data[i] != '/')
            continue;
        lfn_words_append(pointer, size, lfn_text_slice(name, start, i - start));
        if (i < name.size)
            lfn_words_append(pointer, size, lfn_text_of(name.data[i] == '~' ? "~0" : "~1"));
        start = i + 1;
    }
}

void lfn_words_wanted(const lfn_choice *choice, char *out, size_t size)
{
    (void)snprintf(out, size, "%s", choice->word_count == 1 ? "must be " : "must be one of ");
    for (size_t i = 0; i < choice->word_count; i++) {
        if (i > 0)
            lfn_words_append(out, size, lfn_text_of(", "));
        lfn_words_append(out, size, lfn_text_of(choice->words[i]));
    }
}

const char *lfn_words_stop(const char *text)
{
    size_t length = strlen(text);
    return length > 0 && text[length - 1] == '?' ? "" : ".";
}
