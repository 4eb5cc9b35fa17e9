/* The C memory of one call, owned by a userdata, so that nothing is lost when Lua jumps away. */
#include "state.h"

static const char work_name[] = "leafnative.work";

void lfn_lua_work_free(lfn_lua_work *work)
{
    lfn_buffer_free(&work->list);
    lfn_buffer_free(&work->texts);
    lfn_buffer_free(&work->body);
    lfn_buffer_free(&work->tape);
    lfn_result_free(&work->result);
}

static int work_gc(lua_State *L)
{
    lfn_lua_work_free(luaL_checkudata(L, 1, work_name));
    return 0;
}

lfn_lua_work *lfn_lua_work_new(lua_State *L)
{
    lfn_lua_work *work = lua_newuserdatauv(L, sizeof *work, 0);
    memset(work, 0, sizeof *work);
    luaL_setmetatable(L, work_name);
    lfn_buffer_init(&work->list, LFN_LUA_BODY_CEILING);
    lfn_buffer_init(&work->texts, LFN_LUA_BODY_CEILING);
    lfn_buffer_init(&work->body, LFN_LUA_BODY_CEILING);
    return work;
}

void lfn_lua_work_open(lua_State *L)
{
    luaL_newmetatable(L, work_name);
    lua_pushcfunction(L, work_gc);
    lua_setfield(L, -2, "__gc");
    lua_pop(L, 1);
}
