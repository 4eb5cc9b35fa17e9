/* Objects of the package: how their members are looked up, and how an answer becomes a record. */
#include "client.h"

/* The upvalues of a look-up. */
enum { LOOK_SEEN = 1, LOOK_ELSE };

/* Whether the member of the record at 1 by the wire name at the top is there; it is pushed then. A script can call it
 * for what is no record, and can change one. */
static bool push_shown(lua_State *L)
{
    if (!lua_istable(L, 1))
        return false;
    lua_pushliteral(L, "_members");
    if (lua_rawget(L, 1) != LUA_TTABLE)
        return false;
    lua_insert(L, -2);
    lua_rawget(L, -2);
    return !lua_isnil(L, -1) && !lua_islightuserdata(L, -1);
}

/* What __index does. */
static int look(lua_State *L)
{
    lua_pushvalue(L, 2);
    int type = lua_rawget(L, lua_upvalueindex(LOOK_SEEN));
    if (type == LUA_TFUNCTION || (type == LUA_TSTRING && push_shown(L)))
        return 1;
    lua_settop(L, 2);
    lua_pushvalue(L, lua_upvalueindex(LOOK_ELSE));
    lua_insert(L, 1);
    lua_call(L, 2, 1);
    return 1;
}

/* lookup(seen, otherwise): a function for __index. `seen` has by their names functions, which are methods, and strings,
 * which are the wire names of members of a record that are shown as they are; of all else otherwise(self, name) is
 * asked. */
static int lookup(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    lua_pushcclosure(L, look, 2);
    return 1;
}

void lfn_lua_wrap_record(lua_State *L, int class, int api, int bound)
{
    lua_createtable(L, 0, 3);
    lua_insert(L, -2);
    lua_setfield(L, -2, "_members");
    lua_pushvalue(L, api);
    lua_setfield(L, -2, "_api");
    lua_pushvalue(L, bound);
    lua_setfield(L, -2, "_bound");
    lua_pushvalue(L, class);
    lua_setmetatable(L, -2);
}

const luaL_Reg lfn_lua_record_functions[] = {{"lookup", lookup}, {NULL, NULL}};
