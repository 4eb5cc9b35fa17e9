/* An operation that is played inside: the same checks, rule and handler as a request, for a caller who is known. */
#ifndef LFN_SERVICE_PLAY_H
#define LFN_SERVICE_PLAY_H

#include "service/call.h"

enum { LFN_POINTER_SIZE = 256 };

typedef struct lfn_play {
    lfn_operation_id operation;
    const lfn_provider *provider;
    lfn_argument members[LFN_PATH_VALUES_MAX]; /* of the path */
    size_t member_count;
    lfn_text body; /* JSON; unknown and server-made members in it are refused */
    int64_t actor; /* the owner who asks, */
    lfn_text actor_email;
    const lfn_access_token *access; /* or a person who asks for an application */
    const char *pointer;            /* where the body stands in the document that it came from */
    const char *wrapped;            /* what to leave out at the front of a fault's pointer; "" for nothing */
} lfn_play;

/* Plays it in the batch that is open, which its refusal leaves as it was. Gives the `id` of the answer where it has one
 * and `out_id` is not NULL; it lives as long as the call. A refusal is LFN_BAD_INPUT in the call's error, and names the
 * member in the document. */
lfn_status lfn_play_run(lfn_call *call, const lfn_play *play, lfn_text *out_id);

/* Fills the call's error: the pointer is that of the member, which the message names. */
lfn_status lfn_play_refuse(lfn_call *call, const char *pointer, const char *member, const char *reason);

#endif
