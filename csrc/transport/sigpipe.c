/* Blocking and swallowing SIGPIPE: see sigpipe.h. */
#include "transport/sigpipe.h"

#include <errno.h>
#include <stddef.h>
#include <time.h>

void lfn_sigpipe_hold(lfn_sigpipe_guard *guard, bool wanted)
{
    sigset_t pipe_only;
    sigset_t pending;
    guard->active = false;
    (void)sigemptyset(&pending);
    /* One that is pending already is the program's own and must stay; it also keeps a further one from being seen. */
    if (!wanted || sigpending(&pending) != 0 || sigismember(&pending, SIGPIPE) == 1)
        return;
    (void)sigemptyset(&pipe_only);
    (void)sigaddset(&pipe_only, SIGPIPE);
    guard->active = pthread_sigmask(SIG_BLOCK, &pipe_only, &guard->before) == 0;
}

void lfn_sigpipe_release(lfn_sigpipe_guard *guard)
{
    const struct timespec no_time = {0, 0};
    sigset_t pipe_only;
    if (!guard->active)
        return;
    (void)sigemptyset(&pipe_only);
    (void)sigaddset(&pipe_only, SIGPIPE);
    while (sigtimedwait(&pipe_only, NULL, &no_time) < 0 && errno == EINTR)
        continue;
    (void)pthread_sigmask(SIG_SETMASK, &guard->before, NULL);
    guard->active = false;
}
