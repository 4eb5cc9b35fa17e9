/* Logging in: one login of a client at a time, on the line of the flight that came first; whoever needs a token
 * meanwhile waits for it, and shares its failure. Another line loses its patience after a while and logs in by itself,
 * for the line of the login may be one that nobody moves. */
#ifndef LFN_CLIENT_LOGIN_H
#define LFN_CLIENT_LOGIN_H

#include "client/line.h"

bool lfn_login_can(const lfn_client *client);

/* Lets a flight wait for a login: for the one that is under way, else for one that begins here. The client's lock is
 * held, and is released. */
void lfn_login_await(lfn_flight *flight);
/* The failure of the login that the flight has waited for, put into its error; LFN_OK when there was none, or when
 * another try may help. The client's lock is held. */
lfn_status lfn_login_failure_locked(lfn_flight *flight);

/* For a flight that ended: whether it was a login, which is concluded then. */
bool lfn_login_takes(lfn_line *line, lfn_flight *flight);
/* For a flight that is let go of before its end: it awaits no login any more; a login ends unfinished. */
void lfn_login_forget(lfn_line *line, lfn_flight *flight);

#endif
