/* Opens Lua's libraries, takes out of them what is not on the list, and makes `require` find what is built in and Lua
 * text beside the script. */
#include "libraries.h"

#include "guarded.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <string.h>

int luaopen_leafnative_core(lua_State *L);

/* ---- the allow-list ---- */

/* A library and those of its names that stay; all of them where there is no list. What is missing reaches files,
 * programs, bytecode or the hook of the time limit. */
static const struct {
    const char *name;
    lua_CFunction open;
    const char *kept;
} libraries[] = {
    {LUA_GNAME, luaopen_base,
     " _G _VERSION assert collectgarbage error getmetatable ipairs load next pairs pcall print rawequal rawget rawlen "
     "rawset select setmetatable tonumber tostring type warn xpcall "},
    {LUA_STRLIBNAME, luaopen_string,
     " byte char find format gmatch gsub len lower match pack packsize rep reverse sub unpack upper "},
    {LUA_TABLIBNAME, luaopen_table, NULL},
    {LUA_MATHLIBNAME, luaopen_math, NULL},
    {LUA_UTF8LIBNAME, luaopen_utf8, NULL},
    {LUA_COLIBNAME, luaopen_coroutine, NULL},
    {LUA_OSLIBNAME, luaopen_os, " clock date difftime exit getenv time "},
    {LUA_IOLIBNAME, luaopen_io, " lines read stderr stdin stdout type write "},
    {LUA_DBLIBNAME, luaopen_debug, " traceback "},
};

static bool is_kept(const char *kept, const char *name)
{
    char word[32];
    int length = snprintf(word, sizeof word, " %s ", name);
    return length > 0 && (size_t)length < sizeof word && strstr(kept, word) != NULL;
}

/* Takes the names that are not on the list out of the table on the top. */
static void prune(lua_State *L, const char *kept)
{
    lua_pushnil(L);
    while (lua_next(L, -2) != 0) {
        lua_pop(L, 1);
        if (is_kept(kept, lua_tostring(L, -1)))
            continue;
        lua_pushvalue(L, -1);
        lua_pushnil(L);
        lua_rawset(L, -4);
    }
}

static void open_allowed(lua_State *L)
{
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
        luaL_requiref(L, libraries[i].name, libraries[i].open, 1);
        if (libraries[i].kept != NULL)
            prune(L, libraries[i].kept);
        lua_pop(L, 1);
    }
}

/* ---- modules ---- */

/* Gives the chunk of a module that is built in what `require` hands it, and its value back. */
static int open_built_in(lua_State *L)
{
    const lfn_run_module *module = lua_touserdata(L, lua_upvalueindex(1));
    lua_settop(L, 1);
    lua_pushfstring(L, "=%s", module->name);
    if (luaL_loadbufferx(L, module->text, module->size, lua_tostring(L, -1), "t") != LUA_OK)
        return lua_error(L);
    lua_pushvalue(L, 1);
    lua_call(L, 1, 1);
    return 1;
}

static void add_built_in(lua_State *L)
{
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
    lua_pushcfunction(L, luaopen_leafnative_core);
    lua_setfield(L, -2, "leafnative.core");
    for (const lfn_run_module *module = lfn_run_modules; module->name != NULL; module++) {
        lua_pushlightuserdata(L, (void *)(uintptr_t)module);
        lua_pushcclosure(L, open_built_in, 1);
        lua_setfield(L, -2, module->name);
    }
    lua_pop(L, 1);
}

/* Whether a name is words with dots between them, so that it leads nowhere but down. */
static bool is_module_name(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    for (;;) {
        size_t length = strspn(name, letters);
        if (length == 0 || (name[length] != '.' && name[length] != '\0'))
            return false;
        if (name[length] == '\0')
            return true;
        name += length + 1;
    }
}

/* Pushes the folder of the script with its last slash; the empty string is the folder in which the program runs. */
static void push_folder(lua_State *L, const char *script)
{
    const char *slash = strrchr(script, '/');
    lua_pushlstring(L, script, slash != NULL ? (size_t)(slash - script) + 1 : 0);
}

/* A searcher: the text of a module in the folder of the script. */
static int search_beside(lua_State *L)
{
    const char *name = luaL_checkstring(L, 1);
    if (!is_module_name(name)) {
        lua_pushfstring(L, "'%s' is no name of a module", name);
        return 1;
    }
    lua_pushvalue(L, lua_upvalueindex(1));
    luaL_gsub(L, name, ".", "/");
    lua_pushliteral(L, ".lua");
    lua_concat(L, 3);
    const char *path = lua_tostring(L, -1);
    int status = luaL_loadfilex(L, path, "t");
    if (status == LUA_ERRFILE) {
        lua_pushfstring(L, "no file '%s'; libraries of C come with --unsafe", path);
        return 1;
    }
    if (status != LUA_OK)
        return luaL_error(L, "error loading module '%s' from file '%s':\n\t%s", name, path, lua_tostring(L, -1));
    lua_pushvalue(L, -2);
    return 2;
}

/* Lua's own `require` stays, with two searchers: what is built in, and text beside the script. The table `package`,
 * which leads to libraries of C, is out of reach. */
static void open_require(lua_State *L, const lfn_run_options *options)
{
    luaL_requiref(L, LUA_LOADLIBNAME, luaopen_package, 0);
    lua_getfield(L, -1, "searchers");
    lua_createtable(L, 2, 0);
    lua_rawgeti(L, -2, 1);
    lua_rawseti(L, -2, 1);
    push_folder(L, options->script);
    lua_pushcclosure(L, search_beside, 1);
    lua_rawseti(L, -2, 2);
    lua_setfield(L, -3, "searchers");
    lua_pop(L, 2);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_pushnil(L);
    lua_setfield(L, -2, LUA_LOADLIBNAME);
    lua_pop(L, 1);
}

void lfn_run_libraries_open(lua_State *L, const lfn_run_options *options)
{
    if (options->unsafe) {
        luaL_openlibs(L);
    } else {
        open_allowed(L);
        open_require(L, options);
        lfn_run_guard(L, options);
    }
    add_built_in(L);
}
