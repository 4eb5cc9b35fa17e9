/* Times of day as text: microseconds since 1970-01-01 UTC inside, RFC 3339 outside. And spans of time. */
#ifndef LFN_BASE_TIME_H
#define LFN_BASE_TIME_H

#include "leafnative/base.h"

enum { LFN_TIME_SIZE = 27 }; /* 2026-11-21T18:53:00.123456Z */

/* Writes the time with six digits of a second and Z, ended by a NUL. False outside the years 0 to 9999. */
bool lfn_time_format(int64_t time_us, char out_text[LFN_TIME_SIZE + 1]);
/* Reads date, T, time, 0 to 9 digits of a second, then Z, an offset or nothing (UTC). Digits beyond the sixth are cut.
 */
bool lfn_time_parse(lfn_text text, int64_t *out_time_us);

/* The end of a span that begins at `start`, which is not negative; INT64_MAX, which is never, when it is too long to
 * say. */
static inline int64_t lfn_time_after(int64_t start, int64_t span)
{
    return span > INT64_MAX - start ? INT64_MAX : start + span;
}

#endif
