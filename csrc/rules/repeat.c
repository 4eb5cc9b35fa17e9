/* What may be repeated: see repeat.h. */
#include "rules/repeat.h"

/* Whether the peer cannot have acted on the request: nothing of it was sent, or it was turned away unread. */
static bool had_no_effect(lfn_stage stage, int http_status)
{
    return stage <= LFN_STAGE_CONNECTING || http_status == 429;
}

/* Whether a whole answer says that the request was refused as it is. */
static bool was_refused(lfn_stage stage, int http_status)
{
    return stage == LFN_STAGE_DONE && http_status >= 400 && http_status <= 499 && http_status != 408;
}

static bool is_passing_answer(int http_status)
{
    return http_status == 408 || http_status == 429 || http_status == 500 || http_status == 502 || http_status == 503 ||
           http_status == 504;
}

/* Whether the same request may fare better later. */
static bool may_pass(lfn_stage stage, lfn_status status, int http_status)
{
    if (stage == LFN_STAGE_DONE)
        return is_passing_answer(http_status);
    return status == LFN_TRANSPORT || status == LFN_DEADLINE;
}

lfn_verdict lfn_repeat_decide(lfn_repeat repeat, lfn_stage stage, lfn_status status, int http_status)
{
    if (status == LFN_OK || status == LFN_CLOSED)
        return LFN_VERDICT_FAIL;
    bool passing = may_pass(stage, status, http_status);
    if (passing && had_no_effect(stage, http_status))
        return LFN_VERDICT_RETRY;
    if (passing && repeat == LFN_REPEAT_SAFE)
        return LFN_VERDICT_RETRY;
    if (repeat != LFN_REPEAT_RECONCILE)
        return LFN_VERDICT_FAIL;
    if (had_no_effect(stage, http_status) || was_refused(stage, http_status))
        return LFN_VERDICT_FAIL;
    return LFN_VERDICT_RECONCILE;
}
