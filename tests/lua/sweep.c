/* Runs every scene of tests/lua/scenes.lua with an allocator that fails at the n-th allocation and at all behind it, n
 * from 1 upward until the scene ends well. A scene may end with an error, never with a crash or a leak: the program is
 * meant for AddressSanitizer. The folders of the package and of the scenes are its arguments. */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct meter {
    size_t count;    /* allocations since the scene began */
    size_t fails_at; /* the first that fails; 0: none */
    size_t held;     /* bytes that Lua holds */
} meter;

static void *allocate(void *context, void *block, size_t old_size, size_t new_size)
{
    meter *of = context;
    if (block == NULL)
        old_size = 0;
    if (new_size == 0) {
        free(block);
        of->held -= old_size;
        return NULL;
    }
    /* Lua counts on a block that gets smaller. */
    if (new_size > old_size && ++of->count >= of->fails_at && of->fails_at != 0)
        return NULL;
    void *moved = realloc(block, new_size);
    if (moved != NULL)
        of->held += new_size - old_size;
    return moved;
}

/* Runs the scene at the top. Whether it ended well. */
static bool run_scene(lua_State *L, meter *of, size_t fails_at)
{
    lua_pushvalue(L, -1);
    of->count = 0;
    of->fails_at = fails_at;
    int status = lua_pcall(L, 0, 1, 0);
    of->fails_at = 0;
    bool well = status == LUA_OK && lua_toboolean(L, -1);
    lua_pop(L, 1);
    return well;
}

/* The scene at the top fails at each of its allocations. False when it does not end well where none of them failed. */
static bool sweep_scene(lua_State *L, meter *of, const char *name)
{
    bool well = false;
    size_t n = 0;
    do {
        well = run_scene(L, of, ++n);
        if (n % 64 == 0)
            lua_gc(L, LUA_GCCOLLECT);
    } while (of->count >= n);
    lua_gc(L, LUA_GCCOLLECT);
    printf("%-20s %6zu failures of memory, then %s\n", name, n - 1, well ? "well" : "not well");
    fflush(stdout);
    return well;
}

static bool sweep_all(lua_State *L, meter *of)
{
    bool well = true;
    lua_pushnil(L);
    while (lua_next(L, -2) != 0) {
        char name[64];
        snprintf(name, sizeof name, "%s", lua_tostring(L, -2));
        well = sweep_scene(L, of, name) && well;
        lua_pop(L, 1);
    }
    return well;
}

/* Runs in protected mode with the folders. */
static int prepare(lua_State *L)
{
    const char *package = lua_touserdata(L, 1);
    const char *tests = lua_touserdata(L, 2);
    luaL_openlibs(L);
    lua_getglobal(L, "package");
    lua_pushfstring(L, "%s/?.lua;%s/?/init.lua;%s/?.lua", package, package, tests);
    lua_setfield(L, -2, "path");
    lua_pushfstring(L, "%s/?.so", package);
    lua_setfield(L, -2, "cpath");
    lua_getglobal(L, "require");
    lua_pushliteral(L, "scenes");
    lua_call(L, 1, 1);
    return 1;
}

/* Nothing is allocated outside of protected mode. */
static bool load(lua_State *L, char *package, char *tests)
{
    lua_pushcfunction(L, prepare);
    lua_pushlightuserdata(L, package);
    lua_pushlightuserdata(L, tests);
    return lua_pcall(L, 2, 1, 0) == LUA_OK;
}

/* Loading the package fails at each of its allocations, each time in a new state. */
static bool sweep_loading(char *package, char *tests)
{
    size_t n = 1;
    for (;; n++) {
        meter of = {.fails_at = n};
        lua_State *L = lua_newstate(allocate, &of);
        bool well = L != NULL && load(L, package, tests);
        of.fails_at = 0;
        if (L != NULL)
            lua_close(L);
        if (of.held != 0) {
            printf("loading: %zu bytes are lost\n", of.held);
            return false;
        }
        if (well)
            break;
    }
    printf("%-20s %6zu failures of memory, then well\n", "loading", n - 1);
    return true;
}

int main(int count, char **arguments)
{
    meter of = {.count = 0};
    if (count != 3) {
        fprintf(stderr, "usage: lua_sweep <folder of the package> <folder of the scenes>\n");
        return 2;
    }
    lua_State *L = luaL_newstate();
    if (L == NULL)
        return 1;
    lua_setallocf(L, allocate, &of);
    if (!load(L, arguments[1], arguments[2])) {
        fprintf(stderr, "%s\n", luaL_tolstring(L, -1, NULL));
        lua_close(L);
        return 1;
    }
    bool well = sweep_all(L, &of);
    lua_close(L);
    return well && sweep_loading(arguments[1], arguments[2]) ? 0 : 1;
}
