/* Memory by the allocator, time by a hook, and a watchdog where no hook runs. */
#include "limits.h"

#include "leafnative/base.h"
#include "lua/limits.h"
#include "options.h"

#include <errno.h>
#include <lauxlib.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* How many instructions of the Lua machine pass between two looks at the time. */
enum { HOOK_EVERY = 1000 };

/* ---- memory ---- */

static bool has_room(lfn_run_limits *limits, size_t old_size, size_t new_size)
{
    size_t others = limits->memory_used - old_size;
    if (limits->memory_max == 0 || (new_size <= limits->memory_max && others <= limits->memory_max - new_size))
        return true;
    limits->memory_refused = true;
    return false;
}

void *lfn_run_allocate(void *context, void *block, size_t old_size, size_t new_size)
{
    lfn_run_limits *limits = context;
    if (block == NULL)
        old_size = 0; /* Lua then tells the kind of the object here. */
    if (new_size > old_size && !has_room(limits, old_size, new_size))
        return NULL;
    void *moved = NULL;
    if (new_size != 0) {
        moved = malloc(new_size);
        if (moved == NULL)
            return NULL;
        if (block != NULL)
            memcpy(moved, block, old_size < new_size ? old_size : new_size);
    }
    if (block != NULL) {
        explicit_bzero(block, old_size);
        free(block);
    }
    limits->memory_used += new_size - old_size;
    return moved;
}

lfn_run_limits *lfn_run_limits_of(lua_State *L)
{
    void *limits;
    lua_getallocf(L, &limits);
    return limits;
}

/* ---- time ---- */

bool lfn_run_time_over(lua_State *L)
{
    return atomic_load_explicit(&lfn_run_limits_of(L)->over, memory_order_relaxed);
}

static void look_at_time(lua_State *L, lua_Debug *at);

static void look_often(lua_State *L)
{
    lua_sethook(L, look_at_time, LUA_MASKCOUNT, 1);
}

/* From the limit on every instruction raises the error: a pcall that catches it gets no further than to the next. */
static void look_at_time(lua_State *L, lua_Debug *at)
{
    (void)at;
    if (!lfn_run_time_over(L))
        return;
    look_often(L);
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD);
    look_often(lua_tothread(L, -1));
    lua_pop(L, 1);
    luaL_where(L, 0);
    lua_pushfstring(L, "the time limit of %f s is over", (lua_Number)lfn_run_limits_of(L)->time_ms / 1000);
    lua_concat(L, 2);
    lua_error(L);
}

static int64_t now_ms(void)
{
    const lfn_clock *clock = lfn_clock_system();
    return clock->monotonic_ms(clock->context);
}

static void wait_until(lfn_run_limits *limits, int64_t when_ms)
{
    struct timespec when = {.tv_sec = (time_t)(when_ms / 1000), .tv_nsec = (long)(when_ms % 1000) * 1000000};
    while (!limits->ended && pthread_cond_timedwait(&limits->woken, &limits->lock, &when) != ETIMEDOUT)
        continue;
}

/* A finalizer runs without hooks, and so does a C function, as string.find with a pattern that tries everything. Only
 * the end of the process helps there. */
static void *watch(void *context)
{
    static const char words[] = "leafnative-lua: the script did not stop at its time limit: the watchdog ends it\n";
    lfn_run_limits *limits = context;
    pthread_mutex_lock(&limits->lock);
    wait_until(limits, limits->ends_at_ms);
    atomic_store_explicit(&limits->over, true, memory_order_relaxed);
    /* From now on, not from the limit on: a process that was stopped, or got no processor, had no chance to notice. */
    wait_until(limits, now_ms() + LFN_RUN_GRACE_MS);
    bool ended = limits->ended;
    pthread_mutex_unlock(&limits->lock);
    if (ended)
        return NULL;
    ssize_t written = write(STDERR_FILENO, words, sizeof words - 1);
    (void)written;
    _exit(LFN_RUN_WATCHDOG);
}

/* The signals of the process stay with the thread that runs the script. */
static bool start_watchdog(lfn_run_limits *limits)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&limits->woken, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&limits->lock, NULL);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    limits->watched = pthread_create(&limits->watchdog, NULL, watch, limits) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return limits->watched;
}

bool lfn_run_limits_begin(lfn_run_limits *limits, lua_State *L)
{
    if (limits->time_ms == 0)
        return true;
    limits->ends_at_ms = now_ms() + limits->time_ms;
    lua_pushinteger(L, (lua_Integer)limits->ends_at_ms);
    lua_setfield(L, LUA_REGISTRYINDEX, LFN_LUA_LAST_MS);
    lua_sethook(L, look_at_time, LUA_MASKCOUNT, HOOK_EVERY);
    return start_watchdog(limits);
}

void lfn_run_limits_end(lfn_run_limits *limits)
{
    if (!limits->watched)
        return;
    pthread_mutex_lock(&limits->lock);
    limits->ended = true;
    pthread_cond_signal(&limits->woken);
    pthread_mutex_unlock(&limits->lock);
    pthread_join(limits->watchdog, NULL);
    pthread_cond_destroy(&limits->woken);
    pthread_mutex_destroy(&limits->lock);
    limits->watched = false;
}
