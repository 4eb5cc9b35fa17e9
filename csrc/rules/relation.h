/* The decisions about sharing relations, as pure functions: the state machine, grants, and access to shared data.
 * Source: https://docs.withleaf.io/docs/leaf_connect */
#ifndef LFN_RULES_RELATION_H
#define LFN_RULES_RELATION_H

#include "leafnative/error.h"
#include "leafnative/operation.h"

/* What is kept of a relation. Its status follows from it. */
typedef struct lfn_relation {
    bool receiver_accepted;
    bool sender_blocked;
    bool receiver_blocked;
} lfn_relation;

/* Who asks. A third owner has no relation to decide on: it is answered as if there were none. */
typedef enum lfn_party { LFN_PARTY_SENDER, LFN_PARTY_RECEIVER } lfn_party;

/* LFN_RELATION_STATUS_PENDING, _ALLOWED or _BLOCKED. */
int lfn_relation_status(lfn_relation relation);

typedef struct lfn_relation_decision {
    lfn_relation next;   /* equal to the state before when it is refused or nothing changes */
    lfn_problem problem; /* LFN_PROBLEM_NONE when it is granted */
} lfn_relation_decision;

/* Decides what a party's request (LFN_RELATION_REQUEST_ALLOWED or _BLOCKED) does to a relation. */
lfn_relation_decision lfn_relation_decide(lfn_relation relation, lfn_party party, int request);

/* Whether the sender may grant or change permissions now: LFN_PROBLEM_NONE, or the block that stands. */
lfn_problem lfn_relation_may_grant(lfn_relation relation);

/* What the access decision knows. */
typedef struct lfn_access_facts {
    bool user_exists;
    bool is_owner;     /* the Leaf user is the caller's own */
    bool has_relation; /* its owner has a relation to the caller; the rest counts only then */
    lfn_relation relation;
    bool resource_granted;        /* the resource of the question */
    bool type_granted;            /* its type; true where the resource takes none */
    int64_t token_sequence;       /* of the caller's token */
    int64_t invalidated_sequence; /* of the relation; 0 when its tokens were never invalidated */
} lfn_access_facts;

typedef struct lfn_access_decision {
    bool allowed;
    lfn_problem problem; /* why not */
    /* A word for people and programs, which lives for ever: "owner", "granted", or why not: "leafUserNotFound",
     * "tokenInvalidated", "relationBlockedBySender", "relationBlockedByReceiver", "relationPending", "typeNotGranted".
     */
    const char *reason;
} lfn_access_decision;

/* Decides access to one resource of a Leaf user. Where nothing of the resource was granted the answer is the one for a
 * user that does not exist, whatever else holds, so that it does not tell whether the user exists. */
lfn_access_decision lfn_access_decide(const lfn_access_facts *facts);

#endif
