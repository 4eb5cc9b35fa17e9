/* What an event loop watches of a line: one descriptor, that of its transport with an alarm in it. */
#ifndef LFN_CLIENT_ALARM_H
#define LFN_CLIENT_ALARM_H

#include "client/line.h"

/* An alarm that never rang and is not set. */
lfn_alarm lfn_alarm_none(void);
/* The descriptor that is readable when a step of the line has something to do, or its alarm rings. It is the line's. -1
 * with an error where there is none. */
int lfn_line_watch(lfn_line *line, lfn_error *error);
/* Has the alarm of a line that is watched ring at a time of the monotonic clock, or at once when that has passed. */
void lfn_line_ring_at(lfn_line *line, int64_t due_ms);
/* Puts the alarm off: one that rings has every step of the line come back at once. */
void lfn_line_hush(lfn_line *line);
void lfn_alarm_free(lfn_alarm *alarm);

#endif
