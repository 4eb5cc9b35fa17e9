/* The limits of a script: memory by the allocator, time by a hook, and a watchdog where no hook runs. */
#ifndef LFN_RUN_LIMITS_H
#define LFN_RUN_LIMITS_H

#include <lua.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How long a script may go on behind its time limit before the watchdog ends the process. */
enum { LFN_RUN_GRACE_MS = 2000 };

typedef struct lfn_run_limits {
    size_t memory_max; /* 0: no limit */
    size_t memory_used;
    bool memory_refused;
    bool closing;    /* lua_close runs */
    int64_t time_ms; /* 0: no limit */
    int64_t ends_at_ms;
    atomic_bool over;
    bool watched; /* the thread runs */
    bool ended;   /* under the lock: the script is done, the watchdog goes home */
    pthread_t watchdog;
    pthread_mutex_t lock;
    pthread_cond_t woken;
} lfn_run_limits;

/* The allocator of the state; its context is the limits. What it frees is wiped: strings of a script may be secrets. */
void *lfn_run_allocate(void *context, void *block, size_t old_size, size_t new_size);

/* Lets the time run: sets the hook, tells the module when the end is, and starts the watchdog. False when the system
 * has no thread for it. May raise an error of memory. */
bool lfn_run_limits_begin(lfn_run_limits *limits, lua_State *L);
/* Ends the watchdog. Twice is fine. */
void lfn_run_limits_end(lfn_run_limits *limits);

/* The limits of a state that lfn_run_allocate serves. */
lfn_run_limits *lfn_run_limits_of(lua_State *L);
bool lfn_run_time_over(lua_State *L);

#endif
