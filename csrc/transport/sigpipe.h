/* Keeps SIGPIPE away from the host program. With NOSIGNAL libcurl leaves the signal alone, and OpenSSL writes to a
 * socket that the peer has reset with plain write(2): without this guard such a peer would end the process. No handler
 * is installed; the signal is blocked for the calling thread alone, and swallowed when it was raised in between. */
#ifndef LFN_TRANSPORT_SIGPIPE_H
#define LFN_TRANSPORT_SIGPIPE_H

#include <signal.h>
#include <stdbool.h>

typedef struct lfn_sigpipe_guard {
    bool active;
    sigset_t before;
} lfn_sigpipe_guard;

/* Begins to guard when `wanted`; end with lfn_sigpipe_release in the same thread. */
void lfn_sigpipe_hold(lfn_sigpipe_guard *guard, bool wanted);
void lfn_sigpipe_release(lfn_sigpipe_guard *guard);

#endif
