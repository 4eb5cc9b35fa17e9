/* What is sent, made from the rows: the target of a request, its body and its headers. Nothing here waits or sends. */
#ifndef LFN_CLIENT_PREPARE_H
#define LFN_CLIENT_PREPARE_H

#include "leafnative/client.h"

/* What is kept to be used again keeps no more memory than this for a body. */
enum { LFN_KEPT_BODY_MAX = 256 * 1024 };

/* A request ready to be sent but for its token. It borrows from the call and owns what it had to write. */
typedef struct lfn_prepared {
    lfn_request request;
    lfn_buffer target;
    lfn_buffer body; /* the body, when it differs from the one given */
    bool once;       /* it asks for something new, so that it is not to be repeated */
} lfn_prepared;

void lfn_prepared_init(lfn_prepared *prepared);
/* Empties it for another request and keeps the memory, but for that of a large body. */
void lfn_prepared_clear(lfn_prepared *prepared);

/* Checks a call against its rows, into what is empty. LFN_BAD_INPUT with the JSON pointer of the first member that is
 * wrong and how many more there are. */
lfn_status lfn_prepare_call(const lfn_api *api, const lfn_call *call, lfn_prepared *out_prepared, lfn_error *error);
/* The same for a call of the client's own caller: a message names members as that one writes them. */
lfn_status lfn_prepare_given(const lfn_client *client, const lfn_call *call, lfn_prepared *out_prepared,
                             lfn_error *error);

/* Checks a request that the tables lack: its path stands below the host and cannot lead elsewhere. */
lfn_status lfn_prepare_request(lfn_method method, lfn_text path, lfn_text body, lfn_prepared *out_prepared,
                               lfn_error *error);

/* Puts an own copy of the body in place of the one that is borrowed from the call. False when memory is out. */
bool lfn_prepared_own(lfn_prepared *prepared);
/* Makes again, into what is empty, what was prepared before: the target and the body are copied. False when memory is
 * out. */
bool lfn_prepared_restore(lfn_prepared *prepared, lfn_method method, lfn_text target, lfn_text body);
void lfn_prepared_free(lfn_prepared *prepared);

#endif
