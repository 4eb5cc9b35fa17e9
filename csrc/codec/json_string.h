/* The strings of JSON text: where one ends, whether it is sound, and what it says. */
#ifndef LFN_CODEC_JSON_STRING_H
#define LFN_CODEC_JSON_STRING_H

#include "leafnative/base.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Where the reading of a string is. */
typedef struct lfn_json_scan {
    const char *at;     /* the byte at hand; in the end the quotation mark, or the byte that is wrong */
    const char *end;    /* of the text */
    bool escaped;       /* the string holds an escape */
    const char *reason; /* why it is not sound; never content of the text */
} lfn_json_scan;

/* Reads from the first byte of a string that is not plain up to the quotation mark that ends it; false when the string
 * is not sound. */
bool lfn_json_string_scan(lfn_json_scan *scan);
/* Writes what a sound string says, escapes decoded, into memory with room for as many bytes as it has; how many it
 * took. */
size_t lfn_json_string_decode(lfn_text string, char *out_bytes);
/* The same as lfn_json_skip_plain where the text has few bytes left, or no wider strides can be had. */
const char *lfn_json_skip_last_plain(const char *at, const char *end);

#ifdef __SSE2__
/* Which of sixteen bytes are not plain, a bit for each. Signed, a byte over 127 is less than a blank too. */
static inline unsigned lfn_json_odd_of_sixteen(const char *bytes)
{
    __m128i all = _mm_loadu_si128((const __m128i *)(const void *)bytes);
    __m128i quotes = _mm_cmpeq_epi8(all, _mm_set1_epi8('"'));
    __m128i backslashes = _mm_cmpeq_epi8(all, _mm_set1_epi8('\\'));
    __m128i plain = _mm_andnot_si128(_mm_or_si128(quotes, backslashes), _mm_cmpgt_epi8(all, _mm_set1_epi8(' ' - 1)));
    return (unsigned)_mm_movemask_epi8(plain) ^ 0xFFFFu;
}
#endif

/* Moves over bytes that need no thought: all but quotation marks, backslashes, control bytes and bytes over 127.
 * Inlined, since every string comes through here and most are short. */
__attribute__((always_inline)) static inline const char *lfn_json_skip_plain(const char *at, const char *end)
{
#ifdef __SSE2__
    for (; end - at >= 16; at += 16) {
        unsigned odd = lfn_json_odd_of_sixteen(at);
        if (odd != 0)
            return at + __builtin_ctz(odd);
    }
#endif
    return lfn_json_skip_last_plain(at, end);
}

#endif
