/* The decisions about sharing relations, one rule a line. The rows are those of the tables in docs/contract.md. */
#include "rules/relation.h"

int lfn_relation_status(lfn_relation relation)
{
    if (relation.sender_blocked)
        return LFN_RELATION_STATUS_BLOCKED;
    if (relation.receiver_blocked)
        return LFN_RELATION_STATUS_BLOCKED;
    if (relation.receiver_accepted)
        return LFN_RELATION_STATUS_ALLOWED;
    return LFN_RELATION_STATUS_PENDING;
}

static lfn_relation_decision refused(lfn_relation relation, lfn_problem problem)
{
    return (lfn_relation_decision){relation, problem};
}

static lfn_relation_decision granted(lfn_relation next)
{
    return (lfn_relation_decision){next, LFN_PROBLEM_NONE};
}

static lfn_relation_decision sender_asks_allowed(lfn_relation relation)
{
    lfn_relation lifted = relation;
    lifted.sender_blocked = false;
    if (relation.sender_blocked)
        return granted(lifted); /* 15, 16, 18: the sender takes back its own block and nothing else */
    if (relation.receiver_blocked)
        return refused(relation, LFN_PROBLEM_BLOCKED_BY_RECEIVER); /* 11 */
    if (!relation.receiver_accepted)
        return refused(relation, LFN_PROBLEM_APPROVAL_REQUIRED); /* 3 */
    return granted(relation);                                    /* 6 */
}

static lfn_relation_decision sender_asks_blocked(lfn_relation relation)
{
    relation.sender_blocked = true;
    return granted(relation); /* 4, 8, 12, 17, 19 */
}

static lfn_relation_decision receiver_asks_allowed(lfn_relation relation)
{
    if (relation.sender_blocked)
        return refused(relation, LFN_PROBLEM_BLOCKED_BY_SENDER); /* 13, 20 */
    relation.receiver_accepted = true;
    relation.receiver_blocked = false;
    return granted(relation); /* 1, 5, 9 */
}

static lfn_relation_decision receiver_asks_blocked(lfn_relation relation)
{
    if (relation.sender_blocked)
        return refused(relation, LFN_PROBLEM_BLOCKED_BY_SENDER); /* 14, 20 */
    relation.receiver_blocked = true;
    return granted(relation); /* 2, 7, 10 */
}

lfn_relation_decision lfn_relation_decide(lfn_relation relation, lfn_party party, int request)
{
    bool asks_allowed = request == LFN_RELATION_REQUEST_ALLOWED;
    if (party == LFN_PARTY_SENDER)
        return asks_allowed ? sender_asks_allowed(relation) : sender_asks_blocked(relation);
    return asks_allowed ? receiver_asks_allowed(relation) : receiver_asks_blocked(relation);
}

lfn_problem lfn_relation_may_grant(lfn_relation relation)
{
    if (relation.sender_blocked)
        return LFN_PROBLEM_BLOCKED_BY_SENDER;
    if (relation.receiver_blocked)
        return LFN_PROBLEM_BLOCKED_BY_RECEIVER;
    return LFN_PROBLEM_NONE;
}

static lfn_access_decision allow(const char *reason)
{
    return (lfn_access_decision){true, LFN_PROBLEM_NONE, reason};
}

static lfn_access_decision deny(lfn_problem problem, const char *reason)
{
    return (lfn_access_decision){false, problem, reason};
}

/* A receiver to whom nothing of this was granted gets the answer for a user that does not exist, before any other
 * reason is looked at: otherwise the reason would tell it that the user exists. */
lfn_access_decision lfn_access_decide(const lfn_access_facts *facts)
{
    if (!facts->user_exists)
        return deny(LFN_PROBLEM_USER_NOT_FOUND, "leafUserNotFound");
    if (facts->is_owner)
        return allow("owner");
    if (!facts->has_relation)
        return deny(LFN_PROBLEM_USER_NOT_FOUND, "leafUserNotFound");
    if (!facts->resource_granted)
        return deny(LFN_PROBLEM_USER_NOT_FOUND, "leafUserNotFound");
    if (facts->token_sequence <= facts->invalidated_sequence)
        return deny(LFN_PROBLEM_TOKEN_INVALIDATED, "tokenInvalidated");
    if (facts->relation.sender_blocked)
        return deny(LFN_PROBLEM_BLOCKED_BY_SENDER, "relationBlockedBySender");
    if (facts->relation.receiver_blocked)
        return deny(LFN_PROBLEM_BLOCKED_BY_RECEIVER, "relationBlockedByReceiver");
    if (!facts->relation.receiver_accepted)
        return deny(LFN_PROBLEM_APPROVAL_REQUIRED, "relationPending");
    if (!facts->type_granted)
        return deny(LFN_PROBLEM_PERMISSION_NOT_FOUND, "typeNotGranted");
    return allow("granted");
}
