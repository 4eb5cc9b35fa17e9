/* JSON text into Lua values. The one strict reader keeps memory of its own while it runs, and making a value may jump
 * away; so the reader writes a tape first, which a userdata owns, and the values are made from the tape when the reader
 * is done. Secret members become secrets before anybody can see them. */
#include <math.h>

#include "state.h"

/* ---- the tape: a kind of one byte, then what belongs to it ---- */

enum {
    ON_TAPE_NULL = 'n',
    ON_TAPE_FALSE = 'f',
    ON_TAPE_TRUE = 't',
    ON_TAPE_INTEGER = 'i', /* an int64_t */
    ON_TAPE_NUMBER = 'd',  /* a text: its size as a uint32_t, the bytes, a NUL */
    ON_TAPE_STRING = 's',  /* a text; so is every name of a member */
    ON_TAPE_OBJECT = '{',  /* the number of members as a uint32_t, then name and value of each */
    ON_TAPE_ARRAY = '['    /* the number of entries as a uint32_t, then the entries */
};

typedef struct taping {
    lfn_buffer *tape;
    size_t depth;
    size_t begins[LFN_JSON_DEPTH + 1]; /* where the count of each open level stands */
    uint32_t counts[LFN_JSON_DEPTH + 1];
} taping;

static bool tape_kind(taping *to, char kind)
{
    to->counts[to->depth]++;
    return lfn_buffer_append(to->tape, &kind, 1);
}

static bool tape_text(taping *to, lfn_text text)
{
    uint32_t size = (uint32_t)text.size;
    return lfn_buffer_append(to->tape, &size, sizeof size) && lfn_buffer_append_text(to->tape, text) &&
           lfn_buffer_append(to->tape, "", 1);
}

static bool tape_null(void *context)
{
    return tape_kind(context, ON_TAPE_NULL);
}

static bool tape_boolean(void *context, bool value)
{
    return tape_kind(context, value ? ON_TAPE_TRUE : ON_TAPE_FALSE);
}

static bool tape_integer(void *context, int64_t value)
{
    taping *to = context;
    return tape_kind(to, ON_TAPE_INTEGER) && lfn_buffer_append(to->tape, &value, sizeof value);
}

static bool tape_number(void *context, lfn_text literal)
{
    return tape_kind(context, ON_TAPE_NUMBER) && tape_text(context, literal);
}

static bool tape_string(void *context, lfn_text value)
{
    return tape_kind(context, ON_TAPE_STRING) && tape_text(context, value);
}

static bool tape_key(void *context, lfn_text name)
{
    return tape_text(context, name);
}

static bool tape_begin(taping *to, char kind)
{
    uint32_t none = 0;
    if (!tape_kind(to, kind))
        return false;
    to->depth++;
    to->begins[to->depth] = to->tape->size;
    to->counts[to->depth] = 0;
    return lfn_buffer_append(to->tape, &none, sizeof none);
}

static bool tape_object(void *context)
{
    return tape_begin(context, ON_TAPE_OBJECT);
}

static bool tape_array(void *context)
{
    return tape_begin(context, ON_TAPE_ARRAY);
}

static bool tape_end(void *context)
{
    taping *to = context;
    memcpy(to->tape->data + to->begins[to->depth], &to->counts[to->depth], sizeof to->counts[0]);
    to->depth--;
    return true;
}

static const lfn_json_builder tape_builder = {
    .null = tape_null,
    .boolean = tape_boolean,
    .integer = tape_integer,
    .number = tape_number,
    .string = tape_string,
    .object_begin = tape_object,
    .key = tape_key,
    .object_end = tape_end,
    .array_begin = tape_array,
    .array_end = tape_end,
};

/* ---- the values ---- */

/* What is known of a value from the member that it stands in. */
typedef struct place {
    const lfn_schema *schema; /* of an object, or of a list's objects; NULL where nothing is known */
    bool keyed_by_word;       /* the members of the object are all of the schema, whatever their names */
    bool secret;              /* it is secret, with everything below */
} place;

typedef struct building {
    lua_State *L;
    const char *at;
    bool open;         /* nothing is secret */
    const char *items; /* the member of the document that holds the list of the schema, or NULL */
    const lfn_schema *items_schema;
} building;

static uint32_t take_size(building *build)
{
    uint32_t size = 0;
    memcpy(&size, build->at, sizeof size);
    build->at += sizeof size;
    return size;
}

static lfn_text take_text(building *build)
{
    size_t size = take_size(build);
    lfn_text text = {build->at, size};
    build->at += size + 1;
    return text;
}

static void push_value(building *build, const place *where);

static bool is_named(lfn_text name, const char *wanted)
{
    return name.size == strlen(wanted) && memcmp(name.data, wanted, name.size) == 0;
}

static place place_of_member(const building *build, const place *above, lfn_text name, bool is_root)
{
    place below = {.schema = above->schema, .secret = above->secret};
    if (above->keyed_by_word || build->open)
        return below;
    if (is_root && build->items != NULL) {
        below.schema = is_named(name, build->items) ? build->items_schema : NULL;
        below.secret = below.secret || lfn_name_secret(name);
        return below;
    }
    const lfn_field *field = lfn_schema_find(above->schema, name);
    below.schema = field != NULL ? lfn_schema_get(field->of) : NULL;
    below.keyed_by_word = field != NULL && field->type == LFN_TYPE_RESOURCES;
    below.secret = below.secret || (field != NULL ? (field->marks & LFN_SECRET) != 0 : lfn_name_secret(name));
    return below;
}

static void push_object(building *build, const place *where, bool is_root)
{
    uint32_t count = take_size(build);
    lua_createtable(build->L, 0, (int)count);
    for (uint32_t i = 0; i < count; i++) {
        lfn_text name = take_text(build);
        place below = place_of_member(build, where, name, is_root);
        lfn_lua_push_text(build->L, name);
        push_value(build, &below);
        lua_rawset(build->L, -3);
    }
}

static void push_array(building *build, const place *where)
{
    uint32_t count = take_size(build);
    lua_createtable(build->L, (int)count, 0);
    luaL_setmetatable(build->L, LFN_LUA_ARRAY);
    for (uint32_t i = 0; i < count; i++) {
        push_value(build, where);
        lua_rawseti(build->L, -2, (lua_Integer)i + 1);
    }
}

static bool is_whole(lfn_text literal)
{
    return memchr(literal.data, '.', literal.size) == NULL && memchr(literal.data, 'e', literal.size) == NULL &&
           memchr(literal.data, 'E', literal.size) == NULL;
}

/* A number that Lua has no form for, as an object that keeps its digits. */
static void push_exact(lua_State *L, lfn_text literal)
{
    lua_createtable(L, 0, 1);
    lfn_lua_push_text(L, literal);
    lua_setfield(L, -2, "literal");
    luaL_setmetatable(L, LFN_LUA_NUMBER);
}

static void push_number(lua_State *L, lfn_text literal)
{
    if (is_whole(literal) || lua_stringtonumber(L, literal.data) == 0) {
        push_exact(L, literal);
    } else if (isinf(lua_tonumber(L, -1))) {
        lua_pop(L, 1);
        push_exact(L, literal);
    }
}

static void push_integer(building *build, bool secret)
{
    int64_t value = 0;
    memcpy(&value, build->at, sizeof value);
    build->at += sizeof value;
    lua_pushinteger(build->L, value);
    if (!secret)
        return;
    lfn_text digits = {NULL, 0};
    digits.data = lua_tolstring(build->L, -1, &digits.size);
    lfn_lua_push_secret(build->L, digits);
    lua_replace(build->L, -2);
}

static void push_value(building *build, const place *where)
{
    switch (*build->at++) {
    case ON_TAPE_FALSE:
        lua_pushboolean(build->L, false);
        break;
    case ON_TAPE_TRUE:
        lua_pushboolean(build->L, true);
        break;
    case ON_TAPE_INTEGER:
        push_integer(build, where->secret);
        break;
    case ON_TAPE_NUMBER:
        if (where->secret)
            lfn_lua_push_secret(build->L, take_text(build));
        else
            push_number(build->L, take_text(build));
        break;
    case ON_TAPE_STRING:
        if (where->secret)
            lfn_lua_push_secret(build->L, take_text(build));
        else
            lfn_lua_push_text(build->L, take_text(build));
        break;
    case ON_TAPE_OBJECT:
        push_object(build, where, false);
        break;
    case ON_TAPE_ARRAY:
        push_array(build, where);
        break;
    default:
        lua_pushlightuserdata(build->L, NULL);
        break;
    }
}

static lfn_status write_tape(lfn_text json, lfn_buffer *tape, lfn_error *error)
{
    /* No text of JSON takes more on the tape: a digit and its comma become nine bytes. */
    lfn_buffer_clear(tape);
    tape->ceiling = json.size * 8 + 64;
    taping to = {.tape = tape};
    lfn_status status = lfn_json_read(json, &tape_builder, &to, error);
    if (status == LFN_CLOSED)
        return lfn_error_set(error, LFN_NO_MEMORY, "Memory is out while an answer is read.");
    return status;
}

/* Pushes what stands on the tape, and wipes it. */
static void push_tape(building *build, const lfn_schema *schema, lfn_buffer *tape)
{
    lua_State *L = build->L;
    place root = {.schema = build->items != NULL ? NULL : schema};
    luaL_checkstack(L, 3 * LFN_JSON_DEPTH + 16, NULL);
    build->at = tape->data;
    if (build->items != NULL && *build->at == ON_TAPE_OBJECT) {
        build->at++;
        push_object(build, &root, true);
        lua_pushstring(L, build->items);
        lua_rawget(L, -2);
        lua_remove(L, -2);
    } else {
        push_value(build, &root);
    }
    lfn_lua_buffer_drop(tape);
}

lfn_status lfn_lua_build(lua_State *L, lfn_text json, const lfn_schema *schema, const char *items, lfn_buffer *tape,
                         lfn_error *error)
{
    building build = {.L = L, .items = items, .items_schema = schema};
    lfn_status status = write_tape(json, tape, error);
    if (status == LFN_OK)
        push_tape(&build, schema, tape);
    return status;
}

lfn_status lfn_lua_build_open_text(lua_State *L, lfn_text json, lfn_buffer *tape, lfn_error *error)
{
    building build = {.L = L, .open = true};
    lfn_status status = write_tape(json, tape, error);
    if (status == LFN_OK)
        push_tape(&build, NULL, tape);
    return status;
}

/* ---- functions of the module ---- */

/* decode(text): the value, or nil and the error. */
static int decode(lua_State *L)
{
    lfn_text json = lfn_lua_text_needed(L, 1, "the JSON text");
    lua_settop(L, 1);
    lfn_lua_work *work = lfn_lua_work_new(L);
    lfn_error error;
    if (lfn_lua_build_open_text(L, json, &work->tape, &error) != LFN_OK)
        return lfn_lua_fail(L, &error, NULL);
    return 1;
}

/* encode(value[, options]): compact JSON, secrets as *** unless `reveal` is true. */
static int encode(lua_State *L)
{
    static const char *const options[] = {"reveal", NULL};
    if (lua_isnoneornil(L, 1))
        return lfn_lua_raise(L, "", "encode takes a value; leafnative.null stands for null.");
    lua_settop(L, 2);
    lfn_lua_check_options(L, 2, options);
    lfn_lua_option(L, 2, "reveal");
    bool reveal = lfn_lua_boolean(L, -1, "reveal", false);
    lfn_lua_work *work = lfn_lua_work_new(L);
    lfn_lua_write_json(L, 1, NULL, !reveal, &work->body);
    lfn_lua_push_text(L, lfn_buffer_text(&work->body));
    lfn_lua_work_free(work);
    return 1;
}

/* array([table]): marks a table as a list, also while it is empty. */
static int array(lua_State *L)
{
    lua_settop(L, 1);
    if (lua_isnil(L, 1))
        lua_newtable(L);
    else if (!lua_istable(L, 1) ||
             (lua_getmetatable(L, 1) && luaL_getmetatable(L, LFN_LUA_ARRAY) != LUA_TNIL && !lua_rawequal(L, -1, -2)))
        return lfn_lua_raise(L, "", "array takes a plain table, not a %s.", luaL_typename(L, 1));
    else
        lua_settop(L, 1);
    luaL_setmetatable(L, LFN_LUA_ARRAY);
    return 1;
}

static int number_tostring(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_getfield(L, 1, "literal");
    return 1;
}

static int number_equal(lua_State *L)
{
    if (!lua_istable(L, 1) || !lua_istable(L, 2))
        return 0;
    lua_getfield(L, 1, "literal");
    lua_getfield(L, 2, "literal");
    lua_pushboolean(L, lua_rawequal(L, -1, -2));
    return 1;
}

const luaL_Reg lfn_lua_json_functions[] = {{"decode", decode}, {"encode", encode}, {"array", array}, {NULL, NULL}};

void lfn_lua_build_open(lua_State *L)
{
    static const luaL_Reg meta[] = {{"__tostring", number_tostring}, {"__eq", number_equal}, {NULL, NULL}};
    luaL_newmetatable(L, LFN_LUA_NUMBER);
    luaL_setfuncs(L, meta, 0);
    luaL_newmetatable(L, LFN_LUA_ARRAY);
    lua_pop(L, 2);
}
