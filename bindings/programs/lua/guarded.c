/* load takes text alone, xpcall's handler does not run on behind the time limit, io.lines reads the standard input
 * alone, os.getenv gives what --env names, os.exit closes everything first. */
#include "guarded.h"

#include "limits.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

/* ---- load and xpcall ---- */

static int give_results(lua_State *L, int status, lua_KContext context)
{
    (void)status;
    (void)context;
    return lua_gettop(L);
}

/* Calls Lua's own function, which is the first upvalue, with all arguments. */
static int call_own(lua_State *L)
{
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_callk(L, lua_gettop(L) - 1, LUA_MULTRET, 0, give_results);
    return give_results(L, LUA_OK, 0);
}

static int load_text(lua_State *L)
{
    const char *mode = luaL_optstring(L, 3, "t");
    if (strchr(mode, 't') == NULL) {
        luaL_pushfail(L);
        lua_pushliteral(L, "bytecode is not loaded here: give text");
        return 2;
    }
    if (lua_gettop(L) < 3)
        lua_settop(L, 3);
    lua_pushliteral(L, "t");
    lua_replace(L, 3);
    return call_own(L);
}

/* The script's own handler is the upvalue. The hook raises the error of the time limit, and hooks do not run while it
 * is handled: a handler that went on would never end. */
static int handle(lua_State *L)
{
    lua_settop(L, 1);
    if (lfn_run_time_over(L))
        return 1;
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, 1, 1);
    return 1;
}

static int call_handled(lua_State *L)
{
    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_pushvalue(L, 2);
    lua_pushcclosure(L, handle, 1);
    lua_replace(L, 2);
    return call_own(L);
}

/* ---- io and os ---- */

static int read_lines(lua_State *L)
{
    if (!lua_isnoneornil(L, 1))
        return luaL_argerror(L, 1, "files are not opened here: io.lines() reads the standard input");
    return call_own(L);
}

static int get_variable(lua_State *L)
{
    const lfn_run_options *options = lua_touserdata(L, lua_upvalueindex(1));
    const char *name = luaL_checkstring(L, 1);
    const char *value = NULL;
    for (size_t i = 0; i < options->name_count; i++)
        if (strcmp(options->names[i], name) == 0)
            value = getenv(name);
    lua_pushstring(L, value);
    return 1;
}

static int exit_code(lua_State *L)
{
    if (lua_isboolean(L, 1))
        return lua_toboolean(L, 1) ? LFN_RUN_DONE : LFN_RUN_SCRIPT_ERROR;
    lua_Integer code = luaL_optinteger(L, 1, LFN_RUN_DONE);
    luaL_argcheck(L, code >= 0 && code <= 255, 1, "an exit code is 0 to 255");
    return (int)code;
}

/* Whatever the script holds is closed and wiped. A call of the library that is under way cannot be closed, and warns of
 * it to no use. A finalizer that calls this while the state is closed already ends the process there. */
static int leave(lua_State *L)
{
    int code = exit_code(L);
    lfn_run_limits *limits = lfn_run_limits_of(L);
    if (!limits->closing) {
        limits->closing = true;
        lua_setwarnf(L, NULL, NULL);
        lua_close(L);
    }
    lfn_run_limits_end(limits);
    exit(code);
}

/* ---- all of them ---- */

/* Wraps the function of a library that is on the top. */
static void wrap(lua_State *L, const char *name, lua_CFunction function)
{
    lua_getfield(L, -1, name);
    lua_pushcclosure(L, function, 1);
    lua_setfield(L, -2, name);
}

void lfn_run_guard(lua_State *L, const lfn_run_options *options)
{
    lua_pushglobaltable(L);
    wrap(L, "load", load_text);
    wrap(L, "xpcall", call_handled);
    lua_getfield(L, -1, "io");
    wrap(L, "lines", read_lines);
    lua_getfield(L, -2, "os");
    lua_pushlightuserdata(L, (void *)(uintptr_t)options);
    lua_pushcclosure(L, get_variable, 1);
    lua_setfield(L, -2, "getenv");
    lua_pushcfunction(L, leave);
    lua_setfield(L, -2, "exit");
    lua_pop(L, 3);
}
