/* Secrets: userdata that show themselves as ***. */
#include "state.h"

typedef struct secret_box {
    lfn_secret *secret;
} secret_box;

/* In the registry, by its address: the class once more, since many secrets are made. */
static const char class_key = 's';

void lfn_lua_push_secret(lua_State *L, lfn_text text)
{
    secret_box *box = lua_newuserdatauv(L, sizeof *box, 0);
    box->secret = NULL;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &class_key);
    lua_setmetatable(L, -2);
    box->secret = lfn_secret_make(text);
    if (box->secret == NULL)
        lfn_lua_raise_memory(L);
}

bool lfn_lua_secret_text(lua_State *L, int index, lfn_text *out_text)
{
    const secret_box *box = luaL_testudata(L, index, LFN_LUA_SECRET);
    if (box == NULL || box->secret == NULL)
        return false;
    *out_text = lfn_secret_reveal(box->secret);
    return true;
}

static int secret_gc(lua_State *L)
{
    if (!lfn_lua_is_object(L, 1, lua_upvalueindex(1)))
        return luaL_typeerror(L, 1, LFN_LUA_SECRET);
    secret_box *box = lua_touserdata(L, 1);
    lfn_secret_free(box->secret);
    box->secret = NULL;
    return 0;
}

static int secret_reveal(lua_State *L)
{
    const secret_box *box = luaL_checkudata(L, 1, LFN_LUA_SECRET);
    lfn_lua_push_text(L, box->secret != NULL ? lfn_secret_reveal(box->secret) : lfn_text_make("", 0));
    return 1;
}

static int secret_tostring(lua_State *L)
{
    lua_pushliteral(L, LFN_MASK);
    return 1;
}

static int secret_equal(lua_State *L)
{
    const secret_box *left = luaL_testudata(L, 1, LFN_LUA_SECRET);
    const secret_box *right = luaL_testudata(L, 2, LFN_LUA_SECRET);
    bool both = left != NULL && right != NULL && left->secret != NULL && right->secret != NULL;
    lua_pushboolean(L, both && lfn_secret_equal(left->secret, right->secret));
    return 1;
}

/* A line that a secret is put into shows the mask. */
static int secret_concat(lua_State *L)
{
    luaL_tolstring(L, 1, NULL);
    luaL_tolstring(L, 2, NULL);
    lua_concat(L, 2);
    return 1;
}

static int secret_new(lua_State *L)
{
    lua_settop(L, 1);
    if (luaL_testudata(L, 1, LFN_LUA_SECRET) != NULL)
        return 1;
    lfn_lua_push_secret(L, lfn_lua_text_needed(L, 1, "the text of a secret"));
    return 1;
}

static int is_secret(lua_State *L)
{
    lua_pushboolean(L, luaL_testudata(L, 1, LFN_LUA_SECRET) != NULL);
    return 1;
}

const luaL_Reg lfn_lua_secret_functions[] = {{"secret", secret_new}, {"is_secret", is_secret}, {NULL, NULL}};

void lfn_lua_secret_open(lua_State *L)
{
    static const luaL_Reg meta[] = {
        {"__tostring", secret_tostring},
        {"__eq", secret_equal},
        {"__concat", secret_concat},
        {NULL, NULL},
    };
    static const luaL_Reg methods[] = {{"reveal", secret_reveal}, {NULL, NULL}};
    luaL_newmetatable(L, LFN_LUA_SECRET);
    luaL_setfuncs(L, meta, 0);
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, secret_gc, 1);
    lua_setfield(L, -2, "__gc");
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &class_key);
    luaL_newlib(L, methods);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
}
