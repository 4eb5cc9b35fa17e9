/* What may be repeated. */
#ifndef LFN_RULES_REPEAT_H
#define LFN_RULES_REPEAT_H

#include "leafnative/value.h"

typedef enum lfn_verdict { LFN_VERDICT_FAIL, LFN_VERDICT_RETRY, LFN_VERDICT_RECONCILE } lfn_verdict;

/* What to do about an attempt that did not succeed: by how the operation may be repeated, how far the attempt came,
 * what it came to, and the HTTP status (0 when no answer came). Nothing that may have had an effect is repeated unless
 * the operation is safe. */
lfn_verdict lfn_repeat_decide(lfn_repeat repeat, lfn_stage stage, lfn_status status, int http_status);

#endif
