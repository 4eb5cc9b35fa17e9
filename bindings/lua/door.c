/* Doors of the objects that close, and functions of Lua that the library calls while a call is inside. Nothing may jump
 * through the library: a callback runs inside lua_pcall from its first push on. */
#include "state.h"

bool lfn_lua_enter(lua_State *L, lfn_lua_door *door, int self, const char *what)
{
    if (door->closed)
        return false;
    if (door->L != NULL)
        lfn_lua_raise(L, "", "The %s was used from inside one of its own functions.", what);
    /* Room for what a callback pushes outside of lua_pcall. */
    lfn_lua_check_stack(L, 8);
    door->L = L;
    door->self = lua_absindex(L, self);
    return true;
}

static bool is_done(const lfn_lua_door *door)
{
    return door->closed && door->L == NULL && door->held == 0;
}

bool lfn_lua_leave(lfn_lua_door *door)
{
    door->L = NULL;
    return is_done(door);
}

bool lfn_lua_shut(lfn_lua_door *door)
{
    door->closed = true;
    return is_done(door);
}

void lfn_lua_hold(lfn_lua_door *door)
{
    door->held++;
}

bool lfn_lua_let_go(lfn_lua_door *door)
{
    door->held--;
    return is_done(door);
}

bool lfn_lua_call_back(lfn_lua_door *door, int user_value, lua_CFunction body, void *context)
{
    lua_State *L = door->L;
    lua_pushcfunction(L, body);
    lua_getiuservalue(L, door->self, user_value);
    lua_pushlightuserdata(L, context);
    return lua_pcall(L, 2, 0, 0) == LUA_OK;
}

void lfn_lua_warn_failed(lua_State *L, const char *what)
{
    lua_warning(L, "leafnative: the function ", 1);
    lua_warning(L, what, 1);
    lua_warning(L, " failed: ", 1);
    lua_warning(L, lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "it raised no text", 0);
    lua_pop(L, 1);
}

typedef struct log_line {
    lfn_log_level level;
    const char *line;
} log_line;

static int write_log(lua_State *L)
{
    static const char *const levels[] = {
        [LFN_LOG_DEBUG] = "debug", [LFN_LOG_INFO] = "info", [LFN_LOG_WARNING] = "warning", [LFN_LOG_ERROR] = "error"};
    const log_line *given = lua_touserdata(L, 2);
    lua_pushvalue(L, 1);
    lua_pushstring(L, levels[given->level]);
    lua_pushstring(L, given->line);
    lua_call(L, 2, 0);
    return 0;
}

void lfn_lua_call_log(lfn_lua_door *door, int user_value, lfn_log_level level, const char *line)
{
    log_line given = {level, line};
    if (door->L != NULL && !lfn_lua_call_back(door, user_value, write_log, &given))
        lfn_lua_warn_failed(door->L, "log");
}

void lfn_lua_take_function(lua_State *L, int options, const char *name, int object, int user_value)
{
    object = lua_absindex(L, object);
    lfn_lua_option(L, options, name);
    if (!lua_isnil(L, -1) && !lua_isfunction(L, -1))
        lfn_lua_raise(L, "", "%s must be a function, not a %s.", name, luaL_typename(L, -1));
    lua_setiuservalue(L, object, user_value);
}
