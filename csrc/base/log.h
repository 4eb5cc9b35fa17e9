/* Log lines. Whoever writes one sees to it that no secret is in it. */
#ifndef LFN_BASE_LOG_H
#define LFN_BASE_LOG_H

#include "leafnative/base.h"

void lfn_log_line(const lfn_log *log, lfn_log_level level, const char *format, ...) LFN_PRINTF(3, 4);

#endif
