/* Times of day as text. Microseconds since 1970-01-01 UTC inside, RFC 3339 outside. */
#ifndef LFN_BASE_TIME_H
#define LFN_BASE_TIME_H

#include "leafnative/base.h"

enum { LFN_TIME_SIZE = 27 }; /* 2026-11-21T18:53:00.123456Z */

/* Writes the time with six digits of a second and Z, ended by a NUL. False outside the years 0 to 9999. */
bool lfn_time_format(int64_t time_us, char out_text[LFN_TIME_SIZE + 1]);
/* Reads date, T, time, 0 to 9 digits of a second, then Z, an offset or nothing (UTC). Digits beyond the sixth are cut.
 */
bool lfn_time_parse(lfn_text text, int64_t *out_time_us);

#endif
