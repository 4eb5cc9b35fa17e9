/* leafnative.core: what the Lua files of the package stand on. luaopen_leafnative_core is all that the module exports.
 */
#include "client.h"

#ifdef LFN_WITH_SERVICE
static const luaL_Reg service_functions[] = {{"service", lfn_lua_service_new}, {NULL, NULL}};
#endif
static const luaL_Reg client_functions[] = {{"client", lfn_lua_client_new}, {NULL, NULL}};

LFN_PUBLIC int luaopen_leafnative_core(lua_State *L);

int luaopen_leafnative_core(lua_State *L)
{
    lfn_lua_errors_open(L);
    lfn_lua_secret_open(L);
    lfn_lua_work_open(L);
    lfn_lua_keys_open(L);
    lfn_lua_plans_open(L);
    lfn_lua_build_open(L);
    lfn_lua_client_open(L);
    lfn_lua_pages_open(L);
    lfn_lua_calls_open(L);
    lfn_lua_map_open(L);
    lfn_lua_watch_open(L);
    lua_newtable(L);
    luaL_setfuncs(L, client_functions, 0);
    luaL_setfuncs(L, lfn_lua_error_functions, 0);
    luaL_setfuncs(L, lfn_lua_secret_functions, 0);
    luaL_setfuncs(L, lfn_lua_json_functions, 0);
    luaL_setfuncs(L, lfn_lua_watch_functions, 0);
    luaL_setfuncs(L, lfn_lua_table_functions, 0);
    luaL_setfuncs(L, lfn_lua_method_functions, 0);
    luaL_setfuncs(L, lfn_lua_record_functions, 0);
#ifdef LFN_WITH_SERVICE
    lfn_lua_service_open(L);
    luaL_setfuncs(L, service_functions, 0);
#endif
    lua_pushlightuserdata(L, NULL);
    lua_setfield(L, -2, "null");
    lua_pushstring(L, lfn_version());
    lua_setfield(L, -2, "version");
    return 1;
}
