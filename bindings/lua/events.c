/* What a client tells of its calls while they run, as tables. */
#include "client.h"

/* The path as a template, without ids. */
static void push_path(lua_State *L, const lfn_event *event)
{
    const char *path = lua_pushfstring(L, "%s%s", event->operation->group->prefix, event->operation->path);
    path = luaL_gsub(L, path, "[/]", "");
    if (event->provider != NULL)
        luaL_gsub(L, path, "{provider}", event->provider->segment);
}

static void set_integer(lua_State *L, const char *name, lua_Integer value)
{
    lua_pushinteger(L, value);
    lua_setfield(L, -2, name);
}

static void set_text(lua_State *L, const char *name, const char *text)
{
    lua_pushstring(L, text);
    lua_setfield(L, -2, name);
}

static void set_operation(lua_State *L, const lfn_event *event)
{
    int event_table = lua_gettop(L);
    const char *group = event->provider != NULL ? event->provider->attribute : event->operation->group->name;
    lua_pushfstring(L, "%s.%s", group, event->operation->name);
    lua_setfield(L, event_table, "operation");
    push_path(L, event);
    lua_setfield(L, event_table, "path");
    lua_settop(L, event_table);
}

int lfn_lua_tell_event(lua_State *L)
{
    static const char *const kinds[] = {[LFN_EVENT_REQUEST] = "request",
                                        [LFN_EVENT_RESPONSE] = "response",
                                        [LFN_EVENT_RETRY] = "retry",
                                        [LFN_EVENT_WAIT] = "wait",
                                        [LFN_EVENT_RECONCILE] = "reconcile"};
    const lfn_event *event = lua_touserdata(L, 2);
    lua_pushvalue(L, 1);
    lua_createtable(L, 0, 9);
    set_text(L, "kind", kinds[event->kind]);
    set_integer(L, "call", (lua_Integer)event->call);
    set_text(L, "method", lfn_method_name(event->method));
    if (event->operation != NULL)
        set_operation(L, event);
    set_integer(L, "attempt", (lua_Integer)event->attempt);
    set_text(L, "code", lfn_status_get(event->status)->code);
    if (event->http_status != 0)
        set_integer(L, "status", event->http_status);
    lua_pushnumber(L, (lua_Number)event->ms / 1000.0);
    lua_setfield(L, -2, "seconds");
    lua_call(L, 1, 0);
    return 0;
}
