/* The client's token: given, kept in a file between runs, or had by logging in. All of it under the client's lock. */
#ifndef LFN_CLIENT_TOKEN_H
#define LFN_CLIENT_TOKEN_H

#include "client/call.h"

/* Whether the text can stand in a header as a token: visible ASCII, not empty. */
bool lfn_token_valid(lfn_text token);

/* Keeps a copy of the token with what its payload says about its life. False when memory is out; the one before
 * stays then. */
bool lfn_token_set(lfn_client *client, lfn_text token);
void lfn_token_drop(lfn_client *client);

/* Whether the client has a token or can get one. */
bool lfn_token_can(const lfn_client *client);

/* Brings a flight from LFN_PHASE_TOKEN to LFN_PHASE_READY: with the token at hand, or with a new one when there is none
 * or it is about to end. Ends the flight when no token can be had; the attempts of the login are then its own. */
void lfn_token_ensure(lfn_flight *flight);

/* What a 401 means for a flight: true when a new login may help, the token then being dropped; else false, with the
 * cure in the flight's error. A call logs in at most once, so that it cannot loop. */
bool lfn_token_refused(lfn_flight *flight);

#endif
