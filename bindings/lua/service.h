/* The box of a service, between the file that opens and closes it (service.c) and those with its methods. */
#ifndef LFN_LUA_SERVICE_H
#define LFN_LUA_SERVICE_H

#include "state.h"

/* The user values of a service. */
enum { SERVICE_CLOCK = 1, SERVICE_LOG, SERVICE_VALUES = 2 };

typedef struct lfn_lua_service {
    lfn_service *service;
    lfn_lua_door door;
    lfn_clock clock;
    int64_t last_us; /* what the clock function gave last */
    bool has_clock;
    bool in_memory;
} lfn_lua_service;

/* The service at this place; raises when it is none. */
lfn_lua_service *lfn_lua_service_at(lua_State *L, int index);

/* ---- service.c ---- */

/* One administrative call: what it needs, and what it gives. */
typedef struct lfn_lua_task {
    lfn_text text;
    lfn_text second;
    lfn_text third;
    int64_t life_s;
    const lfn_provider *provider;
    const lfn_provider_answer *answer;
    lfn_share_direction direction;
    lfn_lua_work *work; /* what comes out as text stands in its body */
    size_t count;
    const lfn_access_question *questions;
    lfn_access_answer *answers;
    const lfn_request *request;
} lfn_lua_task;

typedef lfn_status (*lfn_lua_task_function)(lfn_service *service, lfn_lua_task *task, lfn_error *error);

/* Runs the task with the service at index 1. False, with nil and the error pushed, when it failed. */
bool lfn_lua_run(lua_State *L, lfn_lua_task_function function, lfn_lua_task *task);
/* The same; gives true, or nil and the error. */
int lfn_lua_run_for_true(lua_State *L, lfn_lua_task_function function, lfn_lua_task *task);

/* ---- the methods ---- */

extern const luaL_Reg lfn_lua_service_leaf_methods[];
extern const luaL_Reg lfn_lua_service_application_methods[];
extern const luaL_Reg lfn_lua_service_store_methods[];
extern const luaL_Reg lfn_lua_service_access_methods[];

#endif
