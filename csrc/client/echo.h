/* What a peer says may quote what was sent to it. */
#ifndef LFN_CLIENT_ECHO_H
#define LFN_CLIENT_ECHO_H

#include "leafnative/value.h"

/* Takes the secrets of a request out of an error that was read from its answer: the token, and the secret members of
 * the body. When memory is out, or more was secret than it can look for, what the peer said is left out altogether. */
void lfn_echo_hide(const lfn_request *request, lfn_error *error);

#endif
