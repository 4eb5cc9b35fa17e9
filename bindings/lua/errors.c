/* Error objects: one shape for what a call came to and for what was raised. A failure at run time is returned, as nil
 * and the object; a mistake in a script is raised, and its object names the line of the script. */
#include <stdarg.h>
#include <stdio.h>

#include "state.h"

/* In the registry: the sources of the package's own Lua files, which are never the place of a mistake. */
static const char own_sources[] = "leafnative.sources";

void lfn_lua_push_text(lua_State *L, lfn_text text)
{
    lua_pushlstring(L, text.data != NULL ? text.data : "", text.size);
}

static void set_text(lua_State *L, const char *name, const char *text)
{
    if (text[0] == '\0')
        return;
    lua_pushstring(L, text);
    lua_setfield(L, -2, name);
}

static void set_seconds(lua_State *L, const char *name, int64_t ms)
{
    lua_pushnumber(L, (lua_Number)ms / 1000.0);
    lua_setfield(L, -2, name);
}

static void set_http_status(lua_State *L, int http_status)
{
    if (http_status == 0)
        return;
    lua_pushinteger(L, http_status);
    lua_setfield(L, -2, "status");
}

/* ---- attempts ---- */

static void push_attempt(lua_State *L, const lfn_attempt *attempt)
{
    static const char *const stages[] = {
        [LFN_STAGE_IDLE] = "idle",       [LFN_STAGE_CONNECTING] = "connecting", [LFN_STAGE_SENDING] = "sending",
        [LFN_STAGE_WAITING] = "waiting", [LFN_STAGE_RECEIVING] = "receiving",   [LFN_STAGE_DONE] = "done",
    };
    lua_createtable(L, 0, 6);
    set_text(L, "stage", stages[attempt->stage]);
    set_text(L, "code", lfn_status_get(attempt->status)->code);
    set_http_status(L, attempt->http_status);
    set_seconds(L, "started", attempt->started_ms);
    set_seconds(L, "ended", attempt->ended_ms);
    lua_pushboolean(L, attempt->asks);
    lua_setfield(L, -2, "asks");
}

void lfn_lua_push_attempts(lua_State *L, const lfn_result *result)
{
    size_t count = result != NULL ? result->attempt_count : 0;
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        push_attempt(L, &result->attempts[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

/* ---- the object ---- */

static void push_error(lua_State *L, const lfn_error *error, const lfn_result *result)
{
    const lfn_status_row *row = lfn_status_get(error->status);
    lua_createtable(L, 0, 12);
    set_text(L, "code", row->code);
    set_http_status(L, error->http_status);
    set_text(L, "key", error->key);
    set_text(L, "where", error->where);
    set_text(L, "message", error->message);
    set_text(L, "hint", error->hint);
    lua_pushboolean(L, row->retryable);
    lua_setfield(L, -2, "retryable");
    if (error->retry_after_ms >= 0)
        set_seconds(L, "retry_after", error->retry_after_ms);
    lfn_lua_push_attempts(L, result);
    lua_setfield(L, -2, "attempts");
    luaL_setmetatable(L, LFN_LUA_ERROR);
}

/* The answer's text, and its members where it is a JSON object. */
static void set_answer(lua_State *L, const lfn_result *result)
{
    lfn_text body = lfn_buffer_text(&result->response.body);
    lfn_lua_push_text(L, body);
    lua_setfield(L, -2, "body");
    lfn_lua_work *work = lfn_lua_work_new(L);
    lua_insert(L, -2);
    lfn_error unread;
    if (lfn_lua_build(L, body, NULL, NULL, &work->tape, &unread) == LFN_OK) {
        if (lua_istable(L, -1))
            lua_setfield(L, -2, "problem");
        else
            lua_pop(L, 1);
    }
    lfn_lua_work_free(work);
    lua_remove(L, -2);
}

int lfn_lua_fail(lua_State *L, const lfn_error *error, const lfn_result *result)
{
    lfn_lua_check_stack(L, 8);
    lua_pushnil(L);
    push_error(L, error, result);
    if (result != NULL && result->response.body.size > 0)
        set_answer(L, result);
    return 2;
}

int lfn_lua_fail_with(lua_State *L, lfn_status status, const char *format, ...)
{
    lfn_error error;
    char message[sizeof error.message];
    va_list values;
    va_start(values, format);
    vsnprintf(message, sizeof message, format, values);
    va_end(values);
    lfn_error_set(&error, status, "%s", message);
    return lfn_lua_fail(L, &error, NULL);
}

/* "script.lua:12: message (at /where). hint" */
static int error_tostring(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    const char *const names[] = {"position", "message", "where", "hint"};
    const char *texts[4];
    for (int i = 0; i < 4; i++) {
        lua_getfield(L, 1, names[i]);
        texts[i] = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
    }
    size_t size = strlen(texts[1]);
    luaL_Buffer line;
    luaL_buffinit(L, &line);
    if (texts[0][0] != '\0') {
        luaL_addstring(&line, texts[0]);
        luaL_addstring(&line, ": ");
    }
    luaL_addlstring(&line, texts[1], size > 0 && texts[1][size - 1] == '.' ? size - 1 : size);
    if (texts[2][0] != '\0') {
        luaL_addstring(&line, " (at ");
        luaL_addstring(&line, texts[2]);
        luaL_addchar(&line, ')');
    }
    luaL_addchar(&line, '.');
    if (texts[3][0] != '\0') {
        luaL_addchar(&line, ' ');
        luaL_addstring(&line, texts[3]);
    }
    luaL_pushresult(&line);
    return 1;
}

/* ---- raising ---- */

static bool is_own(lua_State *L, const lua_Debug *frame)
{
    lua_getfield(L, LUA_REGISTRYINDEX, own_sources);
    lua_getfield(L, -1, frame->source);
    bool own = lua_toboolean(L, -1);
    lua_pop(L, 2);
    return own;
}

/* Gives the error at the top the place in the script: the innermost line that is not the package's own. */
static void set_position(lua_State *L)
{
    lua_Debug frame;
    for (int level = 0; lua_getstack(L, level, &frame); level++) {
        lua_getinfo(L, "Sl", &frame);
        if (frame.currentline > 0 && !is_own(L, &frame)) {
            lua_pushfstring(L, "%s:%d", frame.short_src, frame.currentline);
            lua_setfield(L, -2, "position");
            return;
        }
    }
}

int lfn_lua_raise_error(lua_State *L, const lfn_error *error)
{
    lfn_lua_check_stack(L, 8);
    push_error(L, error, NULL);
    set_position(L);
    return lua_error(L);
}

int lfn_lua_raise(lua_State *L, const char *where, const char *format, ...)
{
    lfn_error error;
    char message[sizeof error.message];
    va_list values;
    va_start(values, format);
    vsnprintf(message, sizeof message, format, values);
    va_end(values);
    lfn_error_set_where(&error, LFN_BAD_INPUT, where, "%s", message);
    if (where[0] == '\0')
        error.hint[0] = '\0'; /* it speaks of a member; the message says all that there is to say */
    return lfn_lua_raise_error(L, &error);
}

/* Without a place in the script, as Lua's own. */
int lfn_lua_raise_memory(lua_State *L)
{
    lua_pushliteral(L, "not enough memory");
    return lua_error(L);
}

void lfn_lua_check_stack(lua_State *L, int count)
{
    if (!lua_checkstack(L, count))
        lfn_lua_raise_memory(L);
}

/* ---- for the package's own Lua files ---- */

/* error(code, message[, hint]): a new error object. */
static int make_error(lua_State *L)
{
    const char *code = luaL_checkstring(L, 1);
    lfn_error error;
    int status = LFN_STATUS_COUNT - 1;
    while (status > LFN_OK && strcmp(lfn_status_get((lfn_status)status)->code, code) != 0)
        status--;
    lfn_error_set(&error, (lfn_status)status, "%s", luaL_checkstring(L, 2));
    if (!lua_isnoneornil(L, 3))
        lfn_error_hint(&error, "%s", luaL_checkstring(L, 3));
    push_error(L, &error, NULL);
    return 1;
}

/* raise(message[, where]) */
static int raise_mistake(lua_State *L)
{
    return lfn_lua_raise(L, luaL_optstring(L, 2, ""), "%s", luaL_checkstring(L, 1));
}

/* unknown(what, name, names): raises about a name, with those of the list that come near. */
static int raise_unknown(lua_State *L)
{
    lfn_lua_near near;
    size_t size = 0;
    lua_settop(L, 3);
    const char *what = luaL_checkstring(L, 1);
    const char *name = luaL_tolstring(L, 2, &size);
    luaL_checktype(L, 3, LUA_TTABLE);
    lfn_lua_near_begin(&near, lfn_text_make(name, size));
    for (lua_Integer i = 1; lua_rawgeti(L, 3, i) == LUA_TSTRING; i++) {
        lfn_lua_near_offer(&near, lua_tostring(L, -1));
        lua_pop(L, 1);
    }
    return lfn_lua_near_raise(L, &near, what, "");
}

/* Whether the name at the top stands in the list at an index. */
static bool is_listed(lua_State *L, int list)
{
    bool found = false;
    for (lua_Integer i = 1; !found && i <= (lua_Integer)lua_rawlen(L, list); i++) {
        lua_rawgeti(L, list, i);
        found = lua_rawequal(L, -1, -2);
        lua_pop(L, 1);
    }
    return found;
}

/* check(what, given, names): raises about a name in the table that the list does not have. */
static int check_given(lua_State *L)
{
    lua_settop(L, 3);
    luaL_checktype(L, 2, LUA_TTABLE);
    luaL_checktype(L, 3, LUA_TTABLE);
    lua_pushnil(L);
    while (lua_next(L, 2) != 0) {
        lua_pop(L, 1);
        if (is_listed(L, 3))
            continue;
        lua_replace(L, 2);
        return raise_unknown(L);
    }
    return 0;
}

/* own(): the file that calls this belongs to the package. */
static int own(lua_State *L)
{
    lua_Debug frame;
    if (!lua_getstack(L, 1, &frame))
        return 0;
    lua_getinfo(L, "S", &frame);
    lua_getfield(L, LUA_REGISTRYINDEX, own_sources);
    lua_pushboolean(L, true);
    lua_setfield(L, -2, frame.source);
    return 0;
}

const luaL_Reg lfn_lua_error_functions[] = {
    {"error", make_error}, {"raise", raise_mistake}, {"unknown", raise_unknown}, {"check", check_given}, {"own", own},
    {NULL, NULL},
};

void lfn_lua_errors_open(lua_State *L)
{
    luaL_newmetatable(L, LFN_LUA_ERROR);
    lua_pushcfunction(L, error_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_pop(L, 1);
    lua_newtable(L);
    lua_setfield(L, LUA_REGISTRYINDEX, own_sources);
}
