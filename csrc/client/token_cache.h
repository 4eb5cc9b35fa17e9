/* A token kept in a file between runs: JSON with the address, the username, the token and its end; never the password.
 * The file is its owner's alone (mode 0600) and no symbolic link. */
#ifndef LFN_CLIENT_TOKEN_CACHE_H
#define LFN_CLIENT_TOKEN_CACHE_H

#include "client/client.h"

/* Takes the token out of the file when it is of this address and username and has not ended. What is missing,
 * unreadable or stale is passed over. LFN_STORAGE, with the cure, when the file is not its owner's alone. */
lfn_status lfn_token_cache_read(lfn_client *client, lfn_error *error);

/* Writes a token; nothing without a cache file. A failure is a warning in the log: the token works. */
void lfn_token_cache_write(const lfn_client *client, const lfn_token *token);

#endif
