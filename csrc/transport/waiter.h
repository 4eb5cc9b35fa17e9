/* Waiting for many sockets at once. There is a file for each way that systems have: epoll costs the same however many
 * sockets wait, poll is everywhere. */
#ifndef LFN_TRANSPORT_WAITER_H
#define LFN_TRANSPORT_WAITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The one place that says which way is taken. */
#ifndef LFN_WAITS_BY_EPOLL
#ifdef __linux__
#define LFN_WAITS_BY_EPOLL 1
#else
#define LFN_WAITS_BY_EPOLL 0
#endif
#endif

enum { READY_MAX = 256 }; /* sockets that one wait tells of; the others are told by the next */

typedef struct lfn_waiter lfn_waiter;

/* NULL when memory (ENOMEM in errno) or descriptors are out. */
lfn_waiter *lfn_waiter_open(void);
void lfn_waiter_free(lfn_waiter *waiter);

/* From now on waits tell of the owner for as long as its socket can be read, or is closed by the peer. False when
 * memory is out. */
bool lfn_waiter_add(lfn_waiter *waiter, int socket, void *owner);
/* Whether waits also tell of it while the socket can be written to. */
void lfn_waiter_watch_room(lfn_waiter *waiter, int socket, void *owner, bool wanted);
/* To be called before the socket is closed: a process that was forked off may hold it open still. */
void lfn_waiter_remove(lfn_waiter *waiter, int socket);

/* A descriptor that can be read as soon as a wait has something to tell; -1 when this way has none. */
int lfn_waiter_descriptor(const lfn_waiter *waiter);
/* Adds a descriptor of somebody else that ends a wait when it can be read, and is told as the owner NULL. */
bool lfn_waiter_add_alarm(lfn_waiter *waiter, int alarm);

/* Waits for up to wait_ms, or until a signal comes. How many owners have something to do. */
size_t lfn_waiter_wait(lfn_waiter *waiter, int wait_ms);
void *lfn_waiter_ready(const lfn_waiter *waiter, size_t index);

#endif
