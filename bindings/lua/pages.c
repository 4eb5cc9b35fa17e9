/* A walk over the pages of a list. */
#include "client.h"

enum { PAGES_CLIENT = 1 };

typedef struct walk {
    lfn_pages *pages;
    const lfn_operation *operation;
    const lfn_provider *provider;
    bool asking; /* the library is inside */
} walk;

static walk *walk_at(lua_State *L, int index)
{
    return luaL_checkudata(L, index, LFN_LUA_PAGES);
}

lfn_pages *lfn_lua_walk_at(lua_State *L, int index)
{
    return walk_at(L, index)->pages;
}

/* pages(name[, arguments[, options]]): a walk, whose next() gives the pages. */
int lfn_lua_client_pages(lua_State *L)
{
    lfn_lua_sending sending = {.ended = false};
    lfn_lua_client_at(L, 1);
    lfn_lua_read_call(L, &sending);
    if (sending.form != LFN_LUA_TABLES)
        return lfn_lua_raise(L, "", "entries gives tables: ask call for one page in another form.");
    walk *self = lua_newuserdatauv(L, sizeof *self, 1);
    *self = (walk){.operation = sending.call.operation, .provider = sending.call.provider};
    luaL_setmetatable(L, LFN_LUA_PAGES);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, PAGES_CLIENT);
    int box = lua_gettop(L);
    if (!lfn_lua_client_enter(L, 1))
        return 2;
    lfn_error error;
    int service = lua_gettop(L);
    lfn_status status = lfn_pages_open(lfn_lua_client_at(L, 1)->client, &sending.call, &self->pages, &error);
    lfn_lua_client_leave(L, 1, service);
    lfn_lua_work_free(sending.work);
    if (status != LFN_OK)
        return lfn_lua_fail(L, &error, NULL);
    lua_settop(L, box);
    return 1;
}

static lfn_status do_next(lfn_client *client, lfn_lua_sending *sending, lfn_error *error)
{
    (void)client;
    bool more = false;
    *sending->asking = true;
    lfn_status status = lfn_pages_next(sending->pages, &more, &sending->work->result, error);
    *sending->asking = false;
    sending->ended = status == LFN_OK && !more;
    return status;
}

/* next([whole]): the entries of the next page, or nil behind the last one; nil and the error of a failure. */
static int walk_next(lua_State *L)
{
    walk *self = walk_at(L, 1);
    lua_settop(L, 2);
    lfn_lua_sending sending = {.call = {.operation = self->operation, .provider = self->provider},
                               .pages = self->pages,
                               .asking = &self->asking,
                               .whole = lua_toboolean(L, 2)};
    lua_getiuservalue(L, 1, PAGES_CLIENT);
    sending.work = lfn_lua_work_new(L);
    if (self->pages == NULL)
        return lfn_lua_fail_with(L, LFN_CLOSED, "The walk over the pages is closed.");
    return lfn_lua_send(L, 3, do_next, &sending);
}

static int walk_close(lua_State *L)
{
    walk *self = walk_at(L, 1);
    if (self->asking)
        return lfn_lua_raise(L, "", "The walk over the pages was closed from inside a function that it called.");
    lfn_pages *pages = self->pages;
    self->pages = NULL;
    lfn_pages_free(pages);
    return 0;
}

void lfn_lua_pages_open(lua_State *L)
{
    static const luaL_Reg meta[] = {{"__gc", walk_close}, {"__close", walk_close}, {NULL, NULL}};
    static const luaL_Reg methods[] = {{"next", walk_next}, {"close", walk_close}, {NULL, NULL}};
    luaL_newmetatable(L, LFN_LUA_PAGES);
    luaL_setfuncs(L, meta, 0);
    luaL_newlib(L, methods);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
}
