/* Service: the endpoints in this program, in memory or on a file; how they are opened and closed. */
#include "service.h"

lfn_lua_service *lfn_lua_service_at(lua_State *L, int index)
{
    return luaL_checkudata(L, index, LFN_LUA_SERVICE);
}

/* ---- functions that are called back ---- */

static void service_log(void *context, lfn_log_level level, const char *line)
{
    lfn_lua_call_log(&((lfn_lua_service *)context)->door, SERVICE_LOG, level, line);
}

/* Runs in protected mode with the clock function and the time. */
static int ask_clock(lua_State *L)
{
    int64_t *now_us = lua_touserdata(L, 2);
    lua_pushvalue(L, 1);
    lua_call(L, 0, 1);
    if (!lfn_lua_time_us(L, -1, now_us))
        lfn_lua_raise(L, "", "A clock must give seconds since 1970.");
    return 0;
}

/* When the clock function fails, time stands still. */
static int64_t clock_now_us(void *context)
{
    lfn_lua_service *self = context;
    int64_t now_us = 0;
    if (self->door.L == NULL)
        return self->last_us;
    if (lfn_lua_call_back(&self->door, SERVICE_CLOCK, ask_clock, &now_us))
        self->last_us = now_us;
    else
        lfn_lua_warn_failed(self->door.L, "clock");
    return self->last_us;
}

static int64_t clock_monotonic_ms(void *context)
{
    (void)context;
    const lfn_clock *system = lfn_clock_system();
    return system->monotonic_ms(system->context);
}

static void clock_sleep_ms(void *context, int64_t duration_ms)
{
    (void)context;
    const lfn_clock *system = lfn_clock_system();
    system->sleep_ms(system->context, duration_ms);
}

/* ---- what a client over this service uses ---- */

static void free_service(lfn_lua_service *self)
{
    lfn_service *service = self->service;
    self->service = NULL;
    lfn_service_free(service);
}

lfn_lua_door *lfn_lua_service_door(lua_State *L, int index)
{
    lfn_lua_service *self = luaL_testudata(L, index, LFN_LUA_SERVICE);
    return self != NULL ? &self->door : NULL;
}

void lfn_lua_service_left(lua_State *L, int index)
{
    free_service(lfn_lua_service_at(L, index));
}

lfn_status lfn_lua_service_transport(lua_State *L, int index, lfn_transport **out_transport, lfn_error *error)
{
    return lfn_transport_open_block_handler(lfn_service_answer_block, lfn_lua_service_at(L, index)->service,
                                            out_transport, error);
}

const lfn_clock *lfn_lua_service_clock(lua_State *L, int index)
{
    const lfn_lua_service *self = lfn_lua_service_at(L, index);
    return self->has_clock ? &self->clock : NULL;
}

/* ---- opening ---- */

static const char *const option_names[] = {
    "path", "key", "public_url", "mask_secrets", "cheap_passwords", "body_max_bytes", "clock", "log", NULL};

static lfn_text text_option(lua_State *L, const char *name)
{
    lfn_lua_option(L, 1, name);
    return lfn_lua_text(L, -1, name);
}

/* A clock that fails at the start is a mistake of the script. */
static void start_clock(lua_State *L, int box, lfn_lua_service *self)
{
    self->has_clock = lua_getiuservalue(L, box, SERVICE_CLOCK) == LUA_TFUNCTION;
    if (!self->has_clock) {
        lua_pop(L, 1);
        return;
    }
    lua_call(L, 0, 1);
    if (!lfn_lua_time_us(L, -1, &self->last_us))
        lfn_lua_raise(L, "", "clock must be a function that gives seconds since 1970.");
    lua_pop(L, 1);
    self->clock = (lfn_clock){clock_now_us, clock_monotonic_ms, clock_sleep_ms, self};
}

/* The texts stay on the stack. */
static void read_options(lua_State *L, int box, lfn_service_options *options)
{
    lfn_lua_service *self = lfn_lua_service_at(L, box);
    options->path = text_option(L, "path");
    options->key = text_option(L, "key");
    options->public_url = text_option(L, "public_url");
    options->mask_secrets = lfn_lua_boolean_option(L, 1, "mask_secrets", false);
    options->cheap_passwords = lfn_lua_boolean_option(L, 1, "cheap_passwords", false);
    options->body_max_bytes = lfn_lua_count_option(L, 1, "body_max_bytes");
    lfn_lua_take_function(L, 1, "clock", box, SERVICE_CLOCK);
    lfn_lua_take_function(L, 1, "log", box, SERVICE_LOG);
    start_clock(L, box, self);
    if (self->has_clock)
        options->clock = &self->clock;
    if (lua_getiuservalue(L, box, SERVICE_LOG) == LUA_TFUNCTION)
        options->log = (lfn_log){service_log, self};
    self->in_memory = options->path.data == NULL;
}

int lfn_lua_service_new(lua_State *L)
{
    lfn_service_options options = {.path = {NULL, 0}};
    lfn_error error;
    lua_settop(L, 1);
    lfn_lua_check_options(L, 1, option_names);
    lfn_lua_service *self = lua_newuserdatauv(L, sizeof *self, SERVICE_VALUES);
    memset(self, 0, sizeof *self);
    luaL_setmetatable(L, LFN_LUA_SERVICE);
    read_options(L, 2, &options);
    lfn_lua_enter(L, &self->door, 2, "service");
    lfn_status status = lfn_service_open(&options, &self->service, &error);
    lfn_lua_leave(&self->door);
    if (status != LFN_OK)
        return lfn_lua_fail(L, &error, NULL);
    lua_settop(L, 2);
    return 1;
}

/* ---- running ---- */

bool lfn_lua_run(lua_State *L, lfn_lua_task_function function, lfn_lua_task *task)
{
    lfn_lua_service *self = lfn_lua_service_at(L, 1);
    lfn_error error;
    if (!lfn_lua_enter(L, &self->door, 1, "service")) {
        lfn_lua_fail_with(L, LFN_CLOSED, "The service is closed.");
        return false;
    }
    lfn_status status = function(self->service, task, &error);
    if (lfn_lua_leave(&self->door))
        free_service(self);
    if (status != LFN_OK)
        lfn_lua_fail(L, &error, NULL);
    return status == LFN_OK;
}

int lfn_lua_run_for_true(lua_State *L, lfn_lua_task_function function, lfn_lua_task *task)
{
    if (!lfn_lua_run(L, function, task))
        return 2;
    lua_pushboolean(L, true);
    return 1;
}

/* ---- the box ---- */

static int service_close(lua_State *L)
{
    lfn_lua_service *self = lfn_lua_service_at(L, 1);
    if (lfn_lua_shut(&self->door))
        free_service(self);
    return 0;
}

static int service_closed(lua_State *L)
{
    lua_pushboolean(L, lfn_lua_service_at(L, 1)->door.closed);
    return 1;
}

static int service_tostring(lua_State *L)
{
    const lfn_lua_service *self = lfn_lua_service_at(L, 1);
    lua_pushfstring(L, "service %s%s", self->in_memory ? "in memory" : "on a file",
                    self->door.closed ? ", closed" : "");
    return 1;
}

void lfn_lua_service_open(lua_State *L)
{
    static const luaL_Reg meta[] = {
        {"__gc", service_close}, {"__close", service_close}, {"__tostring", service_tostring}, {NULL, NULL}};
    static const luaL_Reg methods[] = {{"close", service_close}, {"closed", service_closed}, {NULL, NULL}};
    luaL_newmetatable(L, LFN_LUA_SERVICE);
    luaL_setfuncs(L, meta, 0);
    luaL_newlib(L, methods);
    luaL_setfuncs(L, lfn_lua_service_leaf_methods, 0);
    luaL_setfuncs(L, lfn_lua_service_application_methods, 0);
    luaL_setfuncs(L, lfn_lua_service_store_methods, 0);
    luaL_setfuncs(L, lfn_lua_service_access_methods, 0);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
}
