/* Waiting with poll, for systems without epoll: every wait looks at every socket. */
#include "transport/waiter.h"

#if !LFN_WAITS_BY_EPOLL

#include "base/alloc.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

struct lfn_waiter {
    size_t count;
    size_t room;            /* of the two below */
    struct pollfd *sockets; /* those that wait */
    void **owners;
    size_t told_from; /* where the next wait begins to tell, so that each has its turn */
    void *ready[READY_MAX];
};

lfn_waiter *lfn_waiter_open(void)
{
    lfn_waiter *waiter = lfn_alloc(sizeof *waiter);
    if (waiter == NULL)
        errno = ENOMEM;
    return waiter;
}

void lfn_waiter_free(lfn_waiter *waiter)
{
    if (waiter == NULL)
        return;
    lfn_free(waiter->sockets);
    lfn_free(waiter->owners);
    lfn_free(waiter);
}

static bool make_room(lfn_waiter *waiter)
{
    enum { ROOM_FIRST = 8 };
    if (waiter->count < waiter->room)
        return true;
    size_t room = waiter->room > 0 ? waiter->room * 2 : ROOM_FIRST;
    struct pollfd *sockets = lfn_alloc_array(room, sizeof *sockets);
    void **owners = lfn_alloc_array(room, sizeof *owners);
    if (sockets == NULL || owners == NULL) {
        lfn_free(sockets);
        lfn_free(owners);
        return false;
    }
    if (waiter->count > 0) {
        memcpy(sockets, waiter->sockets, waiter->count * sizeof *sockets);
        memcpy(owners, waiter->owners, waiter->count * sizeof *owners);
    }
    lfn_free(waiter->sockets);
    lfn_free(waiter->owners);
    waiter->sockets = sockets;
    waiter->owners = owners;
    waiter->room = room;
    return true;
}

bool lfn_waiter_add(lfn_waiter *waiter, int socket, void *owner)
{
    if (!make_room(waiter))
        return false;
    waiter->sockets[waiter->count] = (struct pollfd){socket, POLLIN, 0};
    waiter->owners[waiter->count++] = owner;
    return true;
}

static size_t find(const lfn_waiter *waiter, int socket)
{
    size_t i = 0;
    while (i < waiter->count && waiter->sockets[i].fd != socket)
        i++;
    return i;
}

void lfn_waiter_watch_room(lfn_waiter *waiter, int socket, void *owner, bool wanted)
{
    (void)owner;
    size_t place = find(waiter, socket);
    if (place < waiter->count)
        waiter->sockets[place].events = wanted ? POLLIN | POLLOUT : POLLIN;
}

void lfn_waiter_remove(lfn_waiter *waiter, int socket)
{
    size_t place = find(waiter, socket);
    if (place == waiter->count)
        return;
    waiter->count--;
    waiter->sockets[place] = waiter->sockets[waiter->count];
    waiter->owners[place] = waiter->owners[waiter->count];
}

int lfn_waiter_descriptor(const lfn_waiter *waiter)
{
    (void)waiter;
    return -1;
}

bool lfn_waiter_add_alarm(lfn_waiter *waiter, int alarm)
{
    return lfn_waiter_add(waiter, alarm, NULL);
}

size_t lfn_waiter_wait(lfn_waiter *waiter, int wait_ms)
{
    size_t count = 0;
    if (poll(waiter->sockets, (nfds_t)waiter->count, wait_ms) <= 0)
        return 0;
    for (size_t i = 0; i < waiter->count && count < READY_MAX; i++) {
        size_t place = (waiter->told_from + i) % waiter->count;
        if (waiter->sockets[place].revents != 0)
            waiter->ready[count++] = waiter->owners[place];
    }
    waiter->told_from++;
    return count;
}

void *lfn_waiter_ready(const lfn_waiter *waiter, size_t index)
{
    return waiter->ready[index];
}

#endif
