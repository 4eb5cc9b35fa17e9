/* Single values from Lua into C: texts, spans of time, counts, headers, and the tables of options that they stand in.
 */
#include <math.h>

#include "state.h"

lfn_text lfn_lua_text(lua_State *L, int index, const char *name)
{
    lfn_text text = {NULL, 0};
    int type = lua_type(L, index);
    if (type == LUA_TSTRING)
        text.data = lua_tolstring(L, index, &text.size);
    else if (type > LUA_TNIL && !lfn_lua_secret_text(L, index, &text))
        lfn_lua_raise(L, "", "%s must be a string, not a %s.", name, luaL_typename(L, index));
    return text;
}

lfn_text lfn_lua_text_needed(lua_State *L, int index, const char *name)
{
    if (lua_isnoneornil(L, index))
        lfn_lua_raise(L, "", "%s must be a string; nothing was given.", name);
    return lfn_lua_text(L, index, name);
}

int64_t lfn_lua_milliseconds(lua_State *L, int index, const char *name)
{
    if (lua_isnoneornil(L, index))
        return 0;
    if (lua_istable(L, index)) /* other clients take a pair, of which the first is for the connection */
        lfn_lua_raise(L, "",
                      "%s must be one number of seconds, as %s = 5: that of a connection is an option of the client, "
                      "connect_timeout = 3.",
                      name, name);
    if (lua_type(L, index) != LUA_TNUMBER)
        lfn_lua_raise(L, "", "%s must be a number of seconds, not a %s.", name, luaL_typename(L, index));
    double seconds = lua_tonumber(L, index);
    if (!(seconds > 0.0) || seconds > 1e9)
        lfn_lua_raise(L, "", "%s must be a positive number of seconds.", name);
    return (int64_t)ceil(seconds * 1000.0);
}

size_t lfn_lua_count(lua_State *L, int index, const char *name)
{
    if (lua_isnoneornil(L, index))
        return 0;
    int is_integer = 0;
    lua_Integer count = lua_type(L, index) == LUA_TNUMBER ? lua_tointegerx(L, index, &is_integer) : 0;
    if (!is_integer || count <= 0)
        lfn_lua_raise(L, "", "%s must be a positive integer.", name);
    return (size_t)count;
}

bool lfn_lua_boolean(lua_State *L, int index, const char *name, bool otherwise)
{
    if (lua_isnoneornil(L, index))
        return otherwise;
    if (!lua_isboolean(L, index))
        lfn_lua_raise(L, "", "%s must be true or false, not a %s.", name, luaL_typename(L, index));
    return lua_toboolean(L, index);
}

bool lfn_lua_time_us(lua_State *L, int index, int64_t *out_us)
{
    /* Up to the year 9999, and as far back: the difference of any two times can be counted. */
    const double most_s = 253402300800.0;
    if (lua_type(L, index) != LUA_TNUMBER)
        return false;
    double seconds = lua_tonumber(L, index);
    if (!(fabs(seconds) < most_s))
        return false;
    *out_us = llround(seconds * 1e6);
    return true;
}

lfn_method lfn_lua_method(lua_State *L, int index)
{
    lfn_method method = LFN_GET;
    if (!lfn_method_find(lfn_lua_text_needed(L, index, "method"), &method))
        lfn_lua_raise(L, "", "The method must be GET, POST, PUT, PATCH or DELETE.");
    return method;
}

void lfn_lua_check_time(lua_State *L)
{
    if (lua_getfield(L, LUA_REGISTRYINDEX, LFN_LUA_LAST_MS) == LUA_TNUMBER) {
        const lfn_clock *clock = lfn_clock_system();
        lfn_error error;
        if (lua_tointeger(L, -1) <= clock->monotonic_ms(clock->context)) {
            lfn_error_set(&error, LFN_DEADLINE, "The time of the program is over.");
            lfn_lua_raise_error(L, &error);
        }
    }
    lua_pop(L, 1);
}

/* ---- tables of options ---- */

static void refuse_name(lua_State *L, int index, const char *const names[], const char *what)
{
    lfn_lua_near near;
    size_t size = 0;
    const char *name = luaL_tolstring(L, index, &size);
    lfn_lua_near_begin(&near, lfn_text_make(name, size));
    for (size_t i = 0; names[i] != NULL; i++)
        lfn_lua_near_offer(&near, names[i]);
    lfn_lua_near_raise(L, &near, what, "");
}

size_t lfn_lua_place(lua_State *L, int index, const char *const names[], const char *what)
{
    lfn_text name = {NULL, 0};
    size_t place = 0;
    if (lua_type(L, index) != LUA_TSTRING)
        refuse_name(L, index, names, what);
    name.data = lua_tolstring(L, index, &name.size);
    while (names[place] != NULL && !lfn_lua_is_word(name, names[place]))
        place++;
    if (names[place] == NULL)
        refuse_name(L, index, names, what);
    return place;
}

void lfn_lua_check_names(lua_State *L, int index, const char *const names[], const char *what)
{
    index = lua_absindex(L, index);
    lfn_lua_check_stack(L, 4);
    lua_pushnil(L);
    while (lua_next(L, index) != 0) {
        lua_pop(L, 1);
        lfn_lua_place(L, -1, names, what);
    }
}

void lfn_lua_check_options(lua_State *L, int index, const char *const names[])
{
    if (lua_isnoneornil(L, index))
        return;
    if (!lua_istable(L, index))
        lfn_lua_raise(L, "", "The options must be a table, not a %s.", luaL_typename(L, index));
    lfn_lua_check_names(L, index, names, "option");
}

void lfn_lua_option(lua_State *L, int index, const char *name)
{
    lfn_lua_check_stack(L, 4);
    if (lua_isnoneornil(L, index)) {
        lua_pushnil(L);
        return;
    }
    index = lua_absindex(L, index);
    lua_pushstring(L, name);
    lua_rawget(L, index);
}

int64_t lfn_lua_time_option(lua_State *L, int options, const char *name)
{
    lfn_lua_option(L, options, name);
    int64_t ms = lfn_lua_milliseconds(L, -1, name);
    lua_pop(L, 1);
    return ms;
}

size_t lfn_lua_count_option(lua_State *L, int options, const char *name)
{
    lfn_lua_option(L, options, name);
    size_t count = lfn_lua_count(L, -1, name);
    lua_pop(L, 1);
    return count;
}

bool lfn_lua_boolean_option(lua_State *L, int options, const char *name, bool otherwise)
{
    lfn_lua_option(L, options, name);
    bool value = lfn_lua_boolean(L, -1, name, otherwise);
    lua_pop(L, 1);
    return value;
}

double lfn_lua_rate_option(lua_State *L, int options)
{
    lfn_lua_option(L, options, "rate");
    bool given = !lua_isnil(L, -1);
    if (given && (lua_type(L, -1) != LUA_TNUMBER || !(lua_tonumber(L, -1) > 0)))
        lfn_lua_raise(L, "", "rate must be above 0: calls begun in a second.");
    double rate = given ? lua_tonumber(L, -1) : 0;
    lua_pop(L, 1);
    return rate;
}

lfn_lua_form lfn_lua_form_at(lua_State *L, int index)
{
    static const char *const words[] = {
        [LFN_LUA_OBJECTS] = "objects", [LFN_LUA_TABLES] = "tables", [LFN_LUA_TEXT] = "text"};
    lfn_text given = lfn_lua_text_needed(L, index, "values");
    int form = LFN_LUA_TEXT;
    while (form >= 0 && !lfn_lua_is_word(given, words[form]))
        form--;
    if (form < 0)
        lfn_lua_raise(L, "", "values must be objects, tables or text.");
    return (lfn_lua_form)form;
}

/* ---- headers ---- */

static void read_header(lua_State *L, int name, int value, lfn_lua_header_function add, void *context)
{
    if (lua_type(L, name) != LUA_TSTRING)
        lfn_lua_raise(L, "", "The name of a header must be a string, not a %s.", luaL_typename(L, name));
    lfn_text name_text = lfn_lua_text(L, name, "the name of a header");
    const char *wrong = add(context, name_text, lfn_lua_text_needed(L, value, "the value of a header"));
    if (wrong != NULL)
        lfn_lua_raise(L, "", "%s", wrong);
}

void lfn_lua_read_headers(lua_State *L, int index, lfn_lua_header_function add, void *context)
{
    if (lua_isnoneornil(L, index))
        return;
    if (!lua_istable(L, index))
        lfn_lua_raise(L, "", "Headers must be a table, not a %s.", luaL_typename(L, index));
    index = lua_absindex(L, index);
    lua_pushnil(L);
    while (lua_next(L, index) != 0) {
        if (lua_istable(L, -1)) {
            lua_rawgeti(L, -1, 1);
            lua_rawgeti(L, -2, 2);
            read_header(L, -2, -1, add, context);
            lua_pop(L, 2);
        } else {
            read_header(L, -2, -1, add, context);
        }
        lua_pop(L, 1);
    }
}

/* Sets one line "name: value"; of a header that comes twice the values stand in one, with a comma between. */
static void set_header(lua_State *L, lfn_text line)
{
    const char *colon = memchr(line.data, ':', line.size);
    size_t name_size = colon != NULL ? (size_t)(colon - line.data) : line.size;
    size_t start = name_size < line.size ? name_size + 1 : line.size;
    while (start < line.size && line.data[start] == ' ')
        start++;
    lua_pushlstring(L, line.data, name_size);
    lua_pushvalue(L, -1);
    bool again = lua_rawget(L, -3) == LUA_TSTRING;
    if (again)
        lua_pushliteral(L, ", ");
    else
        lua_pop(L, 1);
    lua_pushlstring(L, line.data + start, line.size - start);
    if (again)
        lua_concat(L, 3);
    lua_rawset(L, -3);
}

void lfn_lua_push_headers(lua_State *L, lfn_text lines)
{
    lua_newtable(L);
    while (lines.size > 0) {
        const char *end = memchr(lines.data, '\n', lines.size);
        size_t size = end != NULL ? (size_t)(end - lines.data) : lines.size;
        set_header(L, lfn_text_make(lines.data, size));
        size_t taken = size < lines.size ? size + 1 : size;
        lines = lfn_text_make(lines.data + taken, lines.size - taken);
    }
}
