/* How a script calls: the methods of the groups, and a call by name. Arguments go from here straight into C memory.
 * Where the coroutine may yield, it may be a task, which another function of the package knows what to do with. */
#include "client.h"

/* ---- a call by name ---- */

/* The upvalues of a face: what is called where the coroutine may yield or objects are wanted, and the class of clients.
 */
enum { FACE_ELSEWHERE = 1, FACE_CLIENTS, FACE_VALUES = 2 };

/* Gives what stands above so many values. */
static int give_all(lua_State *L, int status, lua_KContext below)
{
    (void)status;
    return lua_gettop(L) - (int)below;
}

/* Calls the function at an index below the arguments, of which there are as many above it; it may yield. */
static int call_elsewhere(lua_State *L, int function)
{
    lua_callk(L, lua_gettop(L) - function, LUA_MULTRET, function - 1, give_all);
    return give_all(L, LUA_OK, function - 1);
}

static int refuse_self(lua_State *L)
{
    return lfn_lua_raise(L, "", "Call it with a colon, as in leaf:call(…).");
}

/* Calls the function of the package, with all arguments. */
static int face_elsewhere(lua_State *L)
{
    lua_settop(L, 4);
    lua_pushvalue(L, lua_upvalueindex(FACE_ELSEWHERE));
    lua_insert(L, 1);
    return call_elsewhere(L, 1);
}

static int face(lua_State *L, bool whole)
{
    enum { CLIENT = 5 };
    lfn_lua_sending sending = {.whole = whole};
    if (!lua_istable(L, 1))
        return refuse_self(L);
    lfn_lua_read_options(L, &sending);
    lua_getfield(L, 1, "_client");
    if (!lfn_lua_is_object(L, CLIENT, lua_upvalueindex(FACE_CLIENTS)))
        return refuse_self(L);
    if (lua_isyieldable(L) || sending.form == LFN_LUA_OBJECTS)
        return face_elsewhere(L);
    lfn_lua_read_operation(L, &sending);
    return lfn_lua_send(L, CLIENT, lfn_lua_do_call, &sending);
}

static int face_call(lua_State *L)
{
    return face(L, false);
}

static int face_reply(lua_State *L)
{
    return face(L, true);
}

/* faces(call, reply): the functions call and reply of a client, of which the ones given are called with all arguments
 * where the coroutine may yield, and where objects are wanted. */
static int faces(lua_State *L)
{
    static const lua_CFunction functions[] = {face_call, face_reply};
    lua_settop(L, 2);
    for (int i = 0; i < 2; i++) {
        lua_pushvalue(L, i + 1);
        luaL_getmetatable(L, LFN_LUA_CLIENT);
        lua_pushcclosure(L, functions[i], FACE_VALUES);
    }
    return 2;
}

/* ---- a method ---- */

/* Its upvalues: the name and the plan of its operation, the class of its groups, that of its records, or nil, what is
 * called in a task, and for a list, and the class of clients. */
enum {
    METHOD_NAME = 1,
    METHOD_PLAN,
    METHOD_GROUPS,
    METHOD_RECORDS,
    METHOD_ELSEWHERE,
    METHOD_CLIENTS,
    METHOD_VALUES = 6
};

static const char *const option_names[] = {"strict", "timeout", "deadline", "missing_ok", NULL};

/* What a method is called with, by places on the stack. */
typedef struct reading {
    const lfn_lua_plan *plan;
    const char *name;
    lfn_lua_given given;
    bool missing_ok;
    lfn_lua_sending sending;
} reading;

static void check_group(lua_State *L, const reading *read)
{
    const char *point = strchr(read->name, '.');
    if (!lfn_lua_is_of(L, 1, lua_upvalueindex(METHOD_GROUPS)))
        lfn_lua_raise(L, "", "Call it with a colon, as in %.*s:%s(…).", (int)(point - read->name), read->name,
                      point + 1);
}

/* Takes the table at the end of the arguments, when there is one. */
static void find_named(lua_State *L, reading *read)
{
    int last = lua_gettop(L);
    if (last == 1 || !lua_istable(L, last))
        return;
    if (luaL_getmetafield(L, last, "__path") != LUA_TNIL)
        lfn_lua_raise(L, "", "%s was given an object: give its id.", read->name);
    read->given.named = last;
}

/* Pushes a slot for each member of the path: what the group is bound to, or the next of the values from 2 to `last`. */
static void push_path(lua_State *L, reading *read, int last)
{
    int next = 2;
    lfn_lua_check_stack(L, (int)read->plan->path_count + 20);
    lua_getfield(L, 1, "_bound");
    int bound = lua_gettop(L);
    if (!lua_istable(L, bound)) /* a script can assign to it */
        lfn_lua_raise(L, "", "%s was called for a group whose _bound was changed: ask the client for it again.",
                      read->name);
    read->given.path = bound + 1;
    for (size_t i = 0; i < read->plan->path_count; i++) {
        const char *member = read->plan->arguments[i].snake;
        lua_pushstring(L, member);
        if (lua_rawget(L, bound) != LUA_TNIL || next > last)
            continue;
        if (lua_isnil(L, next))
            lfn_lua_raise(L, "", "%s got nil for %s.", read->name, member);
        lua_pushvalue(L, next++);
        lua_replace(L, -2);
    }
    while (last >= next && lua_isnil(L, last))
        last--; /* a table of options that was left out */
    if (last >= next && next == 2)
        lfn_lua_raise(L, "", "%s takes its arguments as a table, not a %s.", read->name, luaL_typename(L, 2));
    if (last >= next)
        lfn_lua_raise(L, "", "%s takes %d value%s before its table, not %d.", read->name, next - 2, next > 3 ? "s" : "",
                      last - 1);
}

static bool push_option(lua_State *L, reading *read, const char *name)
{
    lua_pushstring(L, name);
    bool given = lua_rawget(L, read->given.named) != LUA_TNIL;
    read->given.option_count += given;
    return given;
}

static void read_options(lua_State *L, reading *read)
{
    lfn_call *call = &read->sending.call;
    int top = lua_gettop(L);
    read->given.options = option_names;
    push_option(L, read, "strict");
    call->lax = !lfn_lua_boolean(L, -1, "strict", true);
    push_option(L, read, "timeout");
    call->timeout_ms = lfn_lua_milliseconds(L, -1, "timeout");
    push_option(L, read, "deadline");
    call->deadline_ms = lfn_lua_milliseconds(L, -1, "deadline");
    push_option(L, read, "missing_ok");
    read->missing_ok = lfn_lua_boolean(L, -1, "missing_ok", false);
    if (read->missing_ok && read->plan->operation->method != LFN_DELETE)
        lfn_lua_raise(L, "", "%s takes no missing_ok: it deletes nothing.", read->name);
    lua_settop(L, top);
}

/* ---- elsewhere: in a task, and for a list ---- */

static bool is_option(lua_State *L, int index)
{
    lfn_text name = {NULL, 0};
    if (lua_type(L, index) != LUA_TSTRING)
        return false;
    name.data = lua_tolstring(L, index, &name.size);
    for (size_t i = 0; option_names[i] != NULL; i++)
        if (lfn_lua_is_word(name, option_names[i]))
            return true;
    return false;
}

/* Pushes the arguments as one table, and the options as another. */
static void push_tables(lua_State *L, const reading *read)
{
    lua_newtable(L);
    lua_newtable(L);
    int options = lua_gettop(L);
    lua_pushnil(L);
    while (read->given.named != 0 && lua_next(L, read->given.named) != 0) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, is_option(L, -2) ? options : options - 1);
    }
    lua_settop(L, options);
    lua_pushnil(L);
    lua_setfield(L, options, "missing_ok");
    for (size_t i = 0; i < read->plan->path_count; i++) {
        const char *member = read->plan->arguments[i].snake;
        int slot = read->given.path + (int)i;
        if (lua_isnil(L, slot))
            continue;
        if (lua_getfield(L, options - 1, member) != LUA_TNIL)
            lfn_lua_raise(L, "", "Two values were given for %s.", member);
        lua_pop(L, 1);
        lua_pushvalue(L, slot);
        lua_setfield(L, options - 1, member);
    }
}

static int perform_elsewhere(lua_State *L, const reading *read)
{
    lua_pushvalue(L, lua_upvalueindex(METHOD_ELSEWHERE));
    int function = lua_gettop(L);
    lua_pushvalue(L, 1);
    push_tables(L, read);
    lua_pushboolean(L, read->missing_ok);
    return call_elsewhere(L, function);
}

/* ---- here ---- */

/* Pushes the members of the path by their names. */
static void push_bound(lua_State *L, const reading *read)
{
    lua_createtable(L, 0, (int)read->plan->path_count);
    for (size_t i = 0; i < read->plan->path_count; i++) {
        lua_pushvalue(L, read->given.path + (int)i);
        lua_setfield(L, -2, read->plan->arguments[i].snake);
    }
}

static bool is_missing(lua_State *L)
{
    lua_getfield(L, -1, "code");
    bool missing = strcmp(lua_tostring(L, -1), lfn_status_get(LFN_NOT_FOUND)->code) == 0;
    lua_pop(L, 1);
    return missing;
}

static int perform(lua_State *L, reading *read)
{
    lfn_lua_plan_call(read->plan, &read->sending.call);
    read->sending.call.unread = read->plan->judged;
    lua_getfield(L, 1, "_api");
    int api = lua_gettop(L);
    lua_getfield(L, api, "_client");
    if (!lfn_lua_is_object(L, -1, lua_upvalueindex(METHOD_CLIENTS)))
        return lfn_lua_raise(L, "", "%s was called for a client that is not open.", read->name);
    read->sending.work = lfn_lua_work_new(L);
    lfn_lua_read_arguments(L, read->plan, &read->given, read->sending.work, &read->sending.call);
    int count = lfn_lua_send(L, api + 1, lfn_lua_do_call, &read->sending);
    if (count == 2 && read->missing_ok && is_missing(L)) {
        lua_pushboolean(L, true);
        return 1;
    }
    if (count == 2 || !lua_istable(L, -1) || lua_isnil(L, lua_upvalueindex(METHOD_RECORDS)))
        return count;
    push_bound(L, read);
    lua_insert(L, -2);
    lfn_lua_wrap_record(L, lua_upvalueindex(METHOD_RECORDS), api, lua_gettop(L) - 1);
    return 1;
}

static int call_method(lua_State *L)
{
    reading read = {.plan = lua_touserdata(L, lua_upvalueindex(METHOD_PLAN)),
                    .name = lua_tostring(L, lua_upvalueindex(METHOD_NAME))};
    check_group(L, &read);
    find_named(L, &read);
    push_path(L, &read, read.given.named != 0 ? read.given.named - 1 : lua_gettop(L));
    if (read.given.named != 0)
        read_options(L, &read);
    if (read.plan->operation->form == LFN_FORM_LIST || lua_isyieldable(L))
        return perform_elsewhere(L, &read);
    return perform(L, &read);
}

/* method(name, groups, records, elsewhere): what calls an operation for a group of the class `groups`. Its objects are
 * of the class `records`, or nil. In a task, and for a list, elsewhere(group, arguments, options, missing_ok) is
 * called. */
static int method(lua_State *L)
{
    lua_settop(L, 4);
    luaL_checktype(L, 2, LUA_TTABLE);
    if (!lua_isnil(L, 3))
        luaL_checktype(L, 3, LUA_TTABLE);
    luaL_checktype(L, 4, LUA_TFUNCTION);
    lfn_lua_plan_push(L, 1);
    lua_insert(L, METHOD_PLAN);
    luaL_getmetatable(L, LFN_LUA_CLIENT);
    lua_pushcclosure(L, call_method, METHOD_VALUES);
    return 1;
}

const luaL_Reg lfn_lua_method_functions[] = {{"faces", faces}, {"method", method}, {NULL, NULL}};
