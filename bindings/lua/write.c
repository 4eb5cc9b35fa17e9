/* Any Lua value into JSON, in C memory. A Lua table has no order: members are written in the order of their rows,
 * strangers behind them in the order of their names, so that equal arguments make equal requests. The arguments of a
 * call have a file of their own, arguments.c. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "write.h"

/* ---- the JSON pointer ---- */

static void append_spot(const lfn_lua_spot *at, char *where, size_t size)
{
    char digits[24];
    lfn_text name = at->name;
    if (at->above != NULL)
        append_spot(at->above, where, size);
    if (name.data == NULL) {
        snprintf(digits, sizeof digits, "%lld", (long long)at->place);
        name = lfn_text_of(digits);
    }
    lfn_pointer_append(where, size, name);
}

const char *lfn_lua_push_where(lfn_lua_writing *writer)
{
    char where[sizeof((lfn_error *)NULL)->where] = "";
    if (writer->at != NULL)
        append_spot(writer->at, where, sizeof where);
    return lua_pushstring(writer->L, where);
}

/* ---- scalars ---- */

void lfn_lua_check_written(lfn_lua_writing *writer, const lfn_buffer *buffer)
{
    if (buffer->failed)
        lfn_lua_raise(writer->L, lfn_lua_push_where(writer),
                      "The text is not UTF-8, or the value is over %d bytes, or memory is out.",
                      (int)LFN_LUA_BODY_CEILING);
}

/* The shortest digits that read back as the same number; what the locale puts for the point becomes one. */
static void float_digits(double number, char digits[40])
{
    snprintf(digits, 40, "%.14g", number);
    if (strtod(digits, NULL) != number)
        snprintf(digits, 40, "%.17g", number);
    bool is_float = false;
    for (char *at = digits; *at != '\0'; at++) {
        if (strchr("0123456789+-e", *at) == NULL)
            *at = '.';
        is_float = is_float || *at == '.' || *at == 'e';
    }
    if (!is_float)
        strcat(digits, ".0");
}

void lfn_lua_number_digits(lfn_lua_writing *writer, int index, const lfn_field *field, char digits[40])
{
    int is_integer = lua_isinteger(writer->L, index);
    lua_Integer integer = 0;
    if (is_integer || (field != NULL && field->type == LFN_TYPE_INTEGER))
        integer = lua_tointegerx(writer->L, index, &is_integer);
    double number = lua_tonumber(writer->L, index);
    if (is_integer)
        snprintf(digits, 40, "%lld", (long long)integer);
    else if (isfinite(number))
        float_digits(number, digits);
    else
        lfn_lua_raise(writer->L, lfn_lua_push_where(writer), "JSON has no form for a number that is not finite.");
}

static bool has_metatable(lua_State *L, int index, const char *name)
{
    if (!lua_getmetatable(L, index))
        return false;
    luaL_getmetatable(L, name);
    bool same = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    return same;
}

bool lfn_lua_is_exact(lua_State *L, int index)
{
    return lua_istable(L, index) && has_metatable(L, index, LFN_LUA_NUMBER);
}

lfn_text lfn_lua_exact_digits(lfn_lua_writing *writer, int index)
{
    lua_State *L = writer->L;
    lfn_text digits = {NULL, 0};
    lua_pushliteral(L, "literal");
    lua_rawget(L, index);
    if (lua_type(L, -1) == LUA_TSTRING)
        digits.data = lua_tolstring(L, -1, &digits.size);
    lua_pop(L, 1);
    bool begins = digits.size > 0 && (digits.data[0] == '-' || (digits.data[0] >= '0' && digits.data[0] <= '9'));
    if (!begins || lfn_json_read(digits, NULL, NULL, NULL) != LFN_OK)
        lfn_lua_raise(L, lfn_lua_push_where(writer), "The digits of the number are no number of JSON.");
    return digits;
}

int lfn_lua_refuse_kind(lfn_lua_writing *writer, int index, const char *wanted)
{
    return lfn_lua_raise(writer->L, lfn_lua_push_where(writer), "A %s was given; wanted is %s.",
                         luaL_typename(writer->L, index), wanted);
}

static void write_boolean(lfn_lua_writing *writer, bool value, const lfn_field *field)
{
    /* A lenient boolean is sent as a word. */
    if (field != NULL && (field->marks & LFN_LENIENT) != 0)
        lfn_json_write_string(&writer->json, lfn_text_of(value ? "true" : "false"));
    else
        lfn_json_write_boolean(&writer->json, value);
}

/* ---- tables ---- */

static void write_value(lfn_lua_writing *writer, int index, const lfn_field *field, const lfn_schema *schema,
                        bool keyed_by_word);

/* Whether the table is a list. An empty one is a list when it is marked or stands where the rows want one. */
static bool is_list(lfn_lua_writing *writer, int index, const lfn_field *field)
{
    lua_State *L = writer->L;
    lua_Unsigned length = lua_rawlen(L, index);
    bool marked = has_metatable(L, index, LFN_LUA_ARRAY);
    lua_Unsigned entries = 0;
    bool named = false;
    lua_pushnil(L);
    while (lua_next(L, index) != 0) {
        lua_pop(L, 1);
        lua_Integer at = lua_isinteger(L, -1) ? lua_tointeger(L, -1) : 0;
        bool is_entry = at > 0 && (lua_Unsigned)at <= length;
        entries += is_entry;
        named = named || !is_entry;
    }
    if ((named && (entries > 0 || marked)) || entries != length)
        lfn_lua_raise(L, lfn_lua_push_where(writer),
                      "The table is neither a list nor an object: it has entries and names, or holes; "
                      "leafnative.null stands for an entry that is empty.");
    if (entries > 0 || marked)
        return true;
    return !named && field != NULL && (field->type == LFN_TYPE_OBJECTS || field->type == LFN_TYPE_STRINGS);
}

static void write_list(lfn_lua_writing *writer, int index, const lfn_schema *schema)
{
    lua_State *L = writer->L;
    lua_Integer length = (lua_Integer)lua_rawlen(L, index);
    lfn_lua_spot here = {writer->at, {NULL, 0}, 0};
    writer->at = &here;
    lfn_json_write_begin_array(&writer->json);
    for (; here.place < length; here.place++) {
        lua_rawgeti(L, index, here.place + 1);
        write_value(writer, lua_gettop(L), NULL, schema, false);
        lua_pop(L, 1);
    }
    lfn_json_write_end_array(&writer->json);
    writer->at = here.above;
}

static int compare_names(const void *left, const void *right)
{
    const lfn_text *a = left;
    const lfn_text *b = right;
    int order = memcmp(a->data, b->data, a->size < b->size ? a->size : b->size);
    return order != 0 ? order : (a->size > b->size) - (a->size < b->size);
}

/* How many names of the table are not known; refuses what is no name. */
static size_t count_strangers(lfn_lua_writing *writer, int index, lfn_lua_known_function known, const void *context)
{
    lua_State *L = writer->L;
    size_t count = 0;
    lua_pushnil(L);
    while (lua_next(L, index) != 0) {
        lua_pop(L, 1);
        if (lua_type(L, -1) != LUA_TSTRING)
            lfn_lua_refuse_kind(writer, lua_gettop(L), "a string as the name of a member");
        count += known == NULL || !known(context, lfn_lua_text(L, -1, "the name"));
    }
    return count;
}

const lfn_text *lfn_lua_push_strangers(lfn_lua_writing *writer, int index, lfn_lua_known_function known,
                                       const void *context, size_t *out_count)
{
    lua_State *L = writer->L;
    size_t most = count_strangers(writer, index, known, context);
    size_t count = 0;
    *out_count = 0;
    if (most == 0)
        return NULL;
    lua_createtable(L, (int)most, 0);
    int list = lua_gettop(L);
    lfn_text *texts = lua_newuserdatauv(L, most * sizeof *texts, 0);
    lua_pushnil(L);
    while (lua_next(L, index) != 0) {
        lua_pop(L, 1);
        lfn_text name = lfn_lua_text(L, -1, "the name");
        if (count == most || (known != NULL && known(context, name)))
            continue;
        texts[count++] = name;
        lua_pushvalue(L, -1);
        lua_rawseti(L, list, (lua_Integer)count);
    }
    qsort(texts, count, sizeof *texts, compare_names);
    *out_count = count;
    return texts;
}

/* The schema of the value of a member. The link to a credential has a form of its own in a request. */
static const lfn_schema *schema_below(const lfn_field *field)
{
    if (field == NULL)
        return NULL;
    return lfn_schema_get(field->type == LFN_TYPE_LINK ? LFN_SCHEMA_CREDENTIAL_LINK : field->of);
}

bool lfn_lua_push_named(lfn_lua_writing *writer, int index, const char *name, const char *snake)
{
    lua_State *L = writer->L;
    lua_pushstring(L, name);
    bool by_name = lua_rawget(L, index) != LUA_TNIL;
    if (!by_name)
        lua_pop(L, 1);
    if (snake == NULL)
        return by_name;
    lua_pushstring(L, snake);
    bool by_snake = lua_rawget(L, index) != LUA_TNIL;
    if (by_name && by_snake)
        lfn_lua_raise(L, lfn_lua_push_where(writer), "The member is given twice, as %s and as %s.", snake, name);
    if (!by_snake)
        lua_pop(L, 1);
    return by_name || by_snake;
}

static bool push_member(lfn_lua_writing *writer, int index, const lfn_field *field)
{
    char snake[64];
    bool has_two = lfn_name_snake(lfn_text_of(field->name), snake, sizeof snake) && strcmp(snake, field->name) != 0;
    return lfn_lua_push_named(writer, index, field->name, has_two ? snake : NULL);
}

void lfn_lua_write_pushed(lfn_lua_writing *writer, const lfn_field *field)
{
    lfn_json_write_key(&writer->json, lfn_text_of(field->name));
    write_value(writer, lua_gettop(writer->L), field, schema_below(field), field->type == LFN_TYPE_RESOURCES);
    lua_pop(writer->L, 1);
}

/* Writes the member of the row when the table has it. */
static void write_field(lfn_lua_writing *writer, int index, const lfn_field *field)
{
    lfn_lua_spot here = {writer->at, lfn_text_of(field->name), 0};
    writer->at = &here;
    if (push_member(writer, index, field))
        lfn_lua_write_pushed(writer, field);
    writer->at = here.above;
}

void lfn_lua_write_stranger(lfn_lua_writing *writer, int index, lfn_text name, const lfn_schema *schema)
{
    lua_State *L = writer->L;
    lfn_lua_spot here = {writer->at, name, 0};
    writer->at = &here;
    lfn_json_write_key(&writer->json, name);
    lfn_lua_push_text(L, name);
    lua_rawget(L, index);
    write_value(writer, lua_gettop(L), NULL, schema, false);
    lua_pop(L, 1);
    writer->at = here.above;
}

static bool in_schema(const void *schema, lfn_text name)
{
    return lfn_schema_find_any(schema, name) != NULL;
}

static void write_object(lfn_lua_writing *writer, int index, const lfn_schema *schema, bool keyed_by_word)
{
    const lfn_schema *rows = keyed_by_word ? NULL : schema;
    const lfn_field *field = NULL;
    size_t count = 0;
    int top = lua_gettop(writer->L);
    lfn_json_write_begin_object(&writer->json);
    for (size_t i = 0; (field = lfn_schema_at(rows, i)) != NULL; i++)
        write_field(writer, index, field);
    const lfn_text *names = lfn_lua_push_strangers(writer, index, in_schema, rows, &count);
    for (size_t i = 0; i < count; i++)
        lfn_lua_write_stranger(writer, index, names[i], keyed_by_word ? schema : NULL);
    lua_settop(writer->L, top);
    lfn_json_write_end_object(&writer->json);
}

/* A record of the package is written as its members. */
static bool push_members_of_record(lua_State *L, int index)
{
    if (luaL_getmetafield(L, index, "__record") == LUA_TNIL)
        return false;
    lua_pop(L, 1);
    lua_pushliteral(L, "_members");
    if (lua_rawget(L, index) == LUA_TTABLE)
        return true;
    lua_pop(L, 1);
    return false;
}

static void write_table(lfn_lua_writing *writer, int index, const lfn_field *field, const lfn_schema *schema,
                        bool keyed_by_word)
{
    /* This also ends a table that holds itself. */
    if (writer->depth == LFN_JSON_DEPTH)
        lfn_lua_raise(writer->L, "", "The value is nested deeper than %d.", (int)LFN_JSON_DEPTH);
    lfn_lua_check_stack(writer->L, 12);
    writer->depth++;
    int top = lua_gettop(writer->L);
    if (push_members_of_record(writer->L, index))
        index = lua_gettop(writer->L);
    if (is_list(writer, index, field))
        write_list(writer, index, schema);
    else
        write_object(writer, index, schema, keyed_by_word);
    lua_settop(writer->L, top);
    writer->depth--;
}

static void write_value(lfn_lua_writing *writer, int index, const lfn_field *field, const lfn_schema *schema,
                        bool keyed_by_word)
{
    lua_State *L = writer->L;
    char digits[40];
    lfn_text text = {NULL, 0};
    switch (lua_type(L, index)) {
    case LUA_TBOOLEAN:
        write_boolean(writer, lua_toboolean(L, index), field);
        break;
    case LUA_TNUMBER:
        lfn_lua_number_digits(writer, index, field, digits);
        lfn_json_write_literal(&writer->json, lfn_text_of(digits));
        break;
    case LUA_TSTRING:
        lfn_json_write_string(&writer->json, lfn_lua_text(L, index, "the text"));
        break;
    case LUA_TTABLE:
        if (lfn_lua_is_exact(L, index))
            lfn_json_write_literal(&writer->json, lfn_lua_exact_digits(writer, index));
        else
            write_table(writer, index, field, schema, keyed_by_word);
        break;
    default:
        if (lua_islightuserdata(L, index) && lua_touserdata(L, index) == NULL)
            lfn_json_write_null(&writer->json);
        else if (lfn_lua_secret_text(L, index, &text))
            lfn_json_write_string(&writer->json, writer->mask ? lfn_text_of(LFN_MASK) : text);
        else
            lfn_lua_refuse_kind(writer, index, "a string, secret, boolean, number, table or leafnative.null");
    }
    lfn_lua_check_written(writer, writer->json.buffer);
}

void lfn_lua_write_json(lua_State *L, int index, const lfn_schema *schema, bool mask, lfn_buffer *out_json)
{
    lfn_lua_writing writer = {.L = L, .json = {.buffer = out_json}, .mask = mask};
    lfn_lua_check_stack(L, 12);
    write_value(&writer, lua_absindex(L, index), NULL, schema, false);
}
