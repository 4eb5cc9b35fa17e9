/* The C memory of one call, owned by a userdata, so that nothing is lost when Lua jumps away. */
#include "state.h"

static const char work_name[] = "leafnative.work";

/* In the registry, by its address: the work that was used last, which serves again when it is idle. */
static const char spare_key = 's';

/* What is kept of a buffer for the next call, at most. */
enum { KEPT_BYTES = 16 * 1024 };

void lfn_lua_buffer_drop(lfn_buffer *buffer)
{
    if (buffer->size == 0 && !buffer->failed)
        return; /* as most of those of a call are */
    if (buffer->capacity > KEPT_BYTES)
        lfn_buffer_free(buffer);
    lfn_buffer_clear(buffer);
}

void lfn_lua_work_free(lfn_lua_work *work)
{
    lfn_lua_buffer_drop(&work->list);
    lfn_lua_buffer_drop(&work->texts);
    lfn_lua_buffer_drop(&work->body);
    lfn_lua_tape_drop(&work->tape);
    if (work->result.response.body.capacity > KEPT_BYTES)
        lfn_result_free(&work->result);
    lfn_result_clear(&work->result);
    work->has_body = false;
    work->idle = true;
}

static int work_gc(lua_State *L)
{
    lfn_lua_work *work = luaL_checkudata(L, 1, work_name);
    lfn_buffer_free(&work->list);
    lfn_buffer_free(&work->texts);
    lfn_buffer_free(&work->body);
    lfn_lua_tape_free(&work->tape);
    lfn_result_free(&work->result);
    return 0;
}

/* Pushes the spare one when it is idle. */
static lfn_lua_work *push_spare(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &spare_key);
    lfn_lua_work *work = lua_touserdata(L, -1);
    if (work != NULL && work->idle) {
        work->idle = false;
        return work;
    }
    lua_pop(L, 1);
    return NULL;
}

lfn_lua_work *lfn_lua_work_new(lua_State *L)
{
    lfn_lua_work *work = push_spare(L);
    if (work == NULL) {
        work = lua_newuserdatauv(L, sizeof *work, 0);
        memset(work, 0, sizeof *work);
        luaL_setmetatable(L, work_name);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &spare_key);
    }
    work->list.ceiling = LFN_LUA_BODY_CEILING;
    work->texts.ceiling = LFN_LUA_BODY_CEILING;
    work->body.ceiling = LFN_LUA_BODY_CEILING;
    return work;
}

void lfn_lua_work_open(lua_State *L)
{
    luaL_newmetatable(L, work_name);
    lua_pushcfunction(L, work_gc);
    lua_setfield(L, -2, "__gc");
    lua_pop(L, 1);
}
