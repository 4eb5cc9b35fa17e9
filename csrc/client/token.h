/* The client's token: given, kept in a file between runs, or had by logging in (login.h). */
#ifndef LFN_CLIENT_TOKEN_H
#define LFN_CLIENT_TOKEN_H

#include "client/flight.h"

/* Whether the text can stand in a header as a token: visible ASCII, not empty. */
bool lfn_token_valid(lfn_text token);

/* Makes a token with what its payload says about its life; held by nobody. NULL when memory is out. */
lfn_token *lfn_token_of(const lfn_client *client, lfn_text token);
/* Puts a token in place of the one at hand; NULL takes it away. Under the lock, or before the client is shared. */
void lfn_token_put_locked(lfn_client *client, lfn_token *token);

/* The token at hand, which stays as it is until it is released; NULL when there is none. */
lfn_token *lfn_token_hold(lfn_client *client);
void lfn_token_release(lfn_client *client, lfn_token *token);

/* Whether the client has a token or can get one. */
bool lfn_token_can(lfn_client *client);

/* Brings a flight from LFN_PHASE_TOKEN to LFN_PHASE_READY with the token at hand; or lets it wait for a login, when
 * there is no token or it is about to end. Ends the flight when no token can be had. */
void lfn_token_ensure(lfn_flight *flight);
/* The flight holds its token no longer, nor does its request. */
void lfn_token_give_back(lfn_flight *flight);

/* What a 401 means for a flight: true when another token may help; else false, with the cure in the flight's error. A
 * call does so once, so that it cannot loop. */
bool lfn_token_refused(lfn_flight *flight);

#endif
