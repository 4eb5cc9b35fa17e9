/* A place in a document that somebody gave: the node and its JSON pointer, so that every refusal names the member. */
#ifndef LFN_SERVICE_SPOT_H
#define LFN_SERVICE_SPOT_H

#include "service/play.h"

typedef struct lfn_spot {
    const lfn_json *node; /* NULL when there is nothing */
    char pointer[LFN_POINTER_SIZE];
} lfn_spot;

/* LFN_BAD_INPUT in the call's error, with the pointer of the place. */
lfn_status lfn_spot_refuse(lfn_call *call, const lfn_spot *at, const char *reason);
/* Puts the pointer of the place before what administration says of the thing that stands here. */
lfn_status lfn_spot_place_error(lfn_call *call, const lfn_spot *at, lfn_status status);

/* The member of an object; its node is NULL when it is not there. */
lfn_spot lfn_spot_member(const lfn_spot *parent, const char *name);
/* The name of the member that stands here. */
lfn_text lfn_spot_name(const lfn_spot *at);
bool lfn_spot_is(const lfn_spot *at, lfn_json_kind kind);
/* A member that must be a string and not empty. */
lfn_status lfn_spot_string(lfn_call *call, const lfn_spot *parent, const char *name, lfn_text *out_text);
/* An object must stand here, with no other members than these; the list of names ends with NULL. */
lfn_status lfn_spot_check(lfn_call *call, const lfn_spot *at, const char *const names[]);

/* What is done with each entry of a list, or with each member of an object. */
typedef lfn_status (*lfn_planter)(lfn_call *call, void *context, const lfn_spot *entry);
lfn_status lfn_spot_each_entry(lfn_call *call, const lfn_spot *parent, const char *name, lfn_planter plant,
                               void *context);
lfn_status lfn_spot_each_member(lfn_call *call, const lfn_spot *parent, const char *name, lfn_planter plant,
                                void *context);

/* Plays an operation whose body is what stands here, without the members that are listed; the list ends with NULL. */
lfn_status lfn_spot_play(lfn_call *call, lfn_play play, const lfn_spot *at, const char *const without[],
                         lfn_text *out_id);
/* Plays an operation whose body was made of what stands here. A fault of the member `wrapped` is one of this place. */
lfn_status lfn_spot_play_text(lfn_call *call, lfn_play play, const lfn_spot *at, const char *wrapped,
                              const lfn_buffer *body);

#endif
