/* One descriptor for many: it is readable when one of those that were added is, or when its alarm rings. What stands in
 * several sets of calls is waited for with it, by this program or by an event loop. */
#include <errno.h>
#include <poll.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/epoll.h>
#include <sys/timerfd.h>
#endif

#include "state.h"

typedef struct watch {
    int all;   /* -1: closed */
    int alarm; /* one of them: a timer */
} watch;

static watch *watch_at(lua_State *L, int index)
{
    return luaL_checkudata(L, index, LFN_LUA_WATCH);
}

static int fail_system(lua_State *L)
{
    return lfn_lua_fail_with(L, LFN_TRANSPORT, "There is no descriptor to watch: %s", strerror(errno));
}

#ifdef __linux__
static int make_all(void)
{
    return epoll_create1(EPOLL_CLOEXEC);
}

static int make_alarm(void)
{
    return timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
}

/* Negative: never. One that rang is silent again. */
static void set_alarm(const watch *self, double seconds)
{
    struct itimerspec span = {.it_value = {.tv_nsec = 0}};
    if (seconds >= 0) {
        span.it_value.tv_sec = (time_t)seconds;
        span.it_value.tv_nsec = (long)((seconds - (double)span.it_value.tv_sec) * 1e9);
        if (span.it_value.tv_sec == 0 && span.it_value.tv_nsec == 0)
            span.it_value.tv_nsec = 1; /* zero would put it off */
    }
    (void)timerfd_settime(self->alarm, 0, &span, NULL);
}

static bool add(const watch *self, int descriptor)
{
    struct epoll_event wanted = {.events = EPOLLIN};
    return epoll_ctl(self->all, EPOLL_CTL_ADD, descriptor, &wanted) == 0 || errno == EEXIST;
}

static void take_out(const watch *self, int descriptor)
{
    struct epoll_event unused = {.events = EPOLLIN};
    (void)epoll_ctl(self->all, EPOLL_CTL_DEL, descriptor, &unused);
}
#else
static int make_all(void)
{
    errno = ENOTSUP;
    return -1;
}

static int make_alarm(void)
{
    return -1;
}

static void set_alarm(const watch *self, double seconds)
{
    (void)self;
    (void)seconds;
}

static bool add(const watch *self, int descriptor)
{
    (void)self;
    (void)descriptor;
    return false;
}

static void take_out(const watch *self, int descriptor)
{
    (void)self;
    (void)descriptor;
}
#endif

static void shut(int *descriptor)
{
    int open = *descriptor;
    *descriptor = -1;
    if (open >= 0)
        (void)close(open);
}

/* watch() */
static int watch_new(lua_State *L)
{
    watch *self = lua_newuserdatauv(L, sizeof *self, 0);
    *self = (watch){.all = -1, .alarm = -1};
    luaL_setmetatable(L, LFN_LUA_WATCH);
    self->all = make_all();
    if (self->all >= 0)
        self->alarm = make_alarm();
    if (self->alarm < 0 || !add(self, self->alarm))
        return fail_system(L);
    return 1;
}

static int watch_close(lua_State *L)
{
    watch *self = watch_at(L, 1);
    shut(&self->alarm);
    shut(&self->all);
    return 0;
}

/* add(descriptor): true, or nil and the error. */
static int watch_add(lua_State *L)
{
    const watch *self = watch_at(L, 1);
    if (!add(self, (int)luaL_checkinteger(L, 2)))
        return fail_system(L);
    lua_pushboolean(L, true);
    return 1;
}

/* remove(descriptor): before it is closed. */
static int watch_remove(lua_State *L)
{
    take_out(watch_at(L, 1), (int)luaL_checkinteger(L, 2));
    return 0;
}

/* ring([seconds]): has the descriptor be readable in so many seconds, or not by itself. */
static int watch_ring(lua_State *L)
{
    const double most_s = 1e6;
    double seconds = luaL_optnumber(L, 2, -1);
    set_alarm(watch_at(L, 1), seconds < most_s ? seconds : most_s);
    return 0;
}

/* wait([seconds]): until the descriptor is readable, or for a while of the program's own. */
static int watch_wait(lua_State *L)
{
    const double longest_s = 0.2;
    struct pollfd watched = {.fd = watch_at(L, 1)->all, .events = POLLIN};
    double seconds = luaL_optnumber(L, 2, longest_s);
    lfn_lua_check_time(L);
    if (seconds > 0)
        (void)poll(&watched, 1, (int)(1000.0 * (seconds < longest_s ? seconds : longest_s)) + 1);
    return 0;
}

/* monotonic(): seconds of a clock that only goes forward. */
static int monotonic(lua_State *L)
{
    const lfn_clock *clock = lfn_clock_system();
    lua_pushnumber(L, (lua_Number)clock->monotonic_ms(clock->context) / 1000.0);
    return 1;
}

/* wait_rest(before): how many seconds a wait rests after a rest of so many, or after the first look: 0. */
static int wait_rest(lua_State *L)
{
    int64_t before_ms = (int64_t)(luaL_checknumber(L, 1) * 1000.0);
    lua_pushnumber(L, (lua_Number)lfn_wait_rest_ms(before_ms) / 1000.0);
    return 1;
}

static int watch_descriptor(lua_State *L)
{
    lua_pushinteger(L, watch_at(L, 1)->all);
    return 1;
}

const luaL_Reg lfn_lua_watch_functions[] = {
    {"watch", watch_new}, {"monotonic", monotonic}, {"wait_rest", wait_rest}, {NULL, NULL}};

void lfn_lua_watch_open(lua_State *L)
{
    static const luaL_Reg meta[] = {{"__gc", watch_close}, {"__close", watch_close}, {NULL, NULL}};
    static const luaL_Reg methods[] = {{"add", watch_add},   {"remove", watch_remove},         {"ring", watch_ring},
                                       {"wait", watch_wait}, {"descriptor", watch_descriptor}, {"close", watch_close},
                                       {NULL, NULL}};
    luaL_newmetatable(L, LFN_LUA_WATCH);
    luaL_setfuncs(L, meta, 0);
    luaL_newlib(L, methods);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
}
