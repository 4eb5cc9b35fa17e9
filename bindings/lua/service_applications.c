/* Service: applications, their tokens, and what may use their credentials. */
#include "service.h"

static lfn_status do_create_application(lfn_service *service, lfn_lua_task *task, lfn_error *error)
{
    return lfn_service_create_application(service, task->text, &task->work->body, error);
}

/* Runs a task that appends a text, and gives it. */
static int run_for_text(lua_State *L, lfn_lua_task_function function, lfn_lua_task *task, bool secret)
{
    if (!lfn_lua_run(L, function, task))
        return 2;
    lfn_text text = lfn_buffer_text(&task->work->body);
    if (secret)
        lfn_lua_push_secret(L, text);
    else
        lfn_lua_push_text(L, text);
    return 1;
}

/* create_application([id]): its id. */
static int create_application(lua_State *L)
{
    lua_settop(L, 2);
    lfn_lua_task task = {.text = lfn_lua_text(L, 2, "id"), .work = lfn_lua_work_new(L)};
    return run_for_text(L, do_create_application, &task, false);
}

static lfn_status do_create_token(lfn_service *service, lfn_lua_task *task, lfn_error *error)
{
    return lfn_service_create_token(service, task->text, task->second, task->life_s, &task->work->body, error);
}

/* Replaces a list of words at the top by one string with spaces between; a string is taken as it is. */
static void join_words(lua_State *L)
{
    if (!lua_istable(L, -1))
        return;
    int list = lua_gettop(L);
    luaL_Buffer joined;
    luaL_buffinit(L, &joined);
    for (lua_Integer i = 1; lua_rawgeti(L, list, i) != LUA_TNIL; i++) {
        if (lua_type(L, -1) != LUA_TSTRING)
            lfn_lua_raise(L, "", "scopes must be a list of strings.");
        luaL_addvalue(&joined);
        luaL_addchar(&joined, ' ');
    }
    lua_pop(L, 1);
    luaL_pushresult(&joined);
}

/* create_token{application, scopes[, life]}: a secret. A life is seconds, of which a part counts as a whole one. */
static int create_token(lua_State *L)
{
    static const char *const options[] = {"application", "scopes", "life", NULL};
    lfn_lua_task task = {.life_s = 0};
    lua_settop(L, 2);
    lfn_lua_check_options(L, 2, options);
    lfn_lua_option(L, 2, "application");
    task.text = lfn_lua_text_needed(L, -1, "application");
    task.life_s = (lfn_lua_time_option(L, 2, "life") + 999) / 1000;
    lfn_lua_option(L, 2, "scopes");
    join_words(L);
    task.second = lfn_lua_text_needed(L, -1, "scopes");
    task.work = lfn_lua_work_new(L);
    return run_for_text(L, do_create_token, &task, true);
}

static lfn_status do_register(lfn_service *service, lfn_lua_task *task, lfn_error *error)
{
    return lfn_service_register(service, task->text, task->second, task->third, &task->work->body, error);
}

/* register(application, kind, document): its id. */
static int register_user(lua_State *L)
{
    lua_settop(L, 4);
    lfn_lua_task task = {.text = lfn_lua_text_needed(L, 2, "application"),
                         .second = lfn_lua_text_needed(L, 3, "kind"),
                         .work = lfn_lua_work_new(L)};
    if (!lua_istable(L, 4))
        return lfn_lua_raise(L, "", "document must be a table, not a %s.", luaL_typename(L, 4));
    lfn_lua_write_json(L, 4, NULL, false, &task.work->texts);
    task.third = lfn_buffer_text(&task.work->texts);
    return run_for_text(L, do_register, &task, false);
}

const luaL_Reg lfn_lua_service_application_methods[] = {
    {"create_application", create_application},
    {"create_token", create_token},
    {"register", register_user},
    {NULL, NULL},
};
