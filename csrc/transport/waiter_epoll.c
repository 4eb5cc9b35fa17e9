/* Waiting with epoll: a socket is registered once, when it is connected, and each wait costs what is ready. */
#include "transport/waiter.h"

#if LFN_WAITS_BY_EPOLL

#include "base/alloc.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

struct lfn_waiter {
    int epoll;
    struct epoll_event ready[READY_MAX];
};

lfn_waiter *lfn_waiter_open(void)
{
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0)
        return NULL;
    lfn_waiter *waiter = lfn_alloc(sizeof *waiter);
    if (waiter == NULL) {
        (void)close(epoll);
        errno = ENOMEM;
        return NULL;
    }
    waiter->epoll = epoll;
    return waiter;
}

void lfn_waiter_free(lfn_waiter *waiter)
{
    if (waiter == NULL)
        return;
    (void)close(waiter->epoll);
    lfn_free(waiter);
}

bool lfn_waiter_add(lfn_waiter *waiter, int socket, void *owner)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = owner};
    return epoll_ctl(waiter->epoll, EPOLL_CTL_ADD, socket, &event) == 0;
}

void lfn_waiter_watch_room(lfn_waiter *waiter, int socket, void *owner, bool wanted)
{
    struct epoll_event event = {.events = wanted ? EPOLLIN | EPOLLOUT : EPOLLIN, .data.ptr = owner};
    (void)epoll_ctl(waiter->epoll, EPOLL_CTL_MOD, socket, &event);
}

void lfn_waiter_remove(lfn_waiter *waiter, int socket)
{
    (void)epoll_ctl(waiter->epoll, EPOLL_CTL_DEL, socket, NULL);
}

int lfn_waiter_descriptor(const lfn_waiter *waiter)
{
    return waiter->epoll;
}

bool lfn_waiter_add_alarm(lfn_waiter *waiter, int alarm)
{
    return lfn_waiter_add(waiter, alarm, NULL);
}

size_t lfn_waiter_wait(lfn_waiter *waiter, int wait_ms)
{
    int count = epoll_wait(waiter->epoll, waiter->ready, READY_MAX, wait_ms);
    return count > 0 ? (size_t)count : 0;
}

void *lfn_waiter_ready(const lfn_waiter *waiter, size_t index)
{
    return waiter->ready[index].data.ptr;
}

#endif
