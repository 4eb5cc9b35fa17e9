/* JSON text into Lua values. The one strict reader keeps memory of its own while it runs, and making a value may jump
 * away; so the reader writes a tape first, which a userdata owns, and the values are made from the tape and the text
 * when the reader is done. Secret members become secrets before anybody can see them. */
#include <math.h>

#include "state.h"

/* ---- the tape ---- */

enum {
    ON_TAPE_NULL = 'n',
    ON_TAPE_FALSE = 'f',
    ON_TAPE_TRUE = 't',
    ON_TAPE_INTEGER = 'i',
    ON_TAPE_NUMBER = 'd',
    ON_TAPE_STRING = 's', /* also the name of a member, which stands before its value */
    ON_TAPE_OBJECT = '{', /* its members follow */
    ON_TAPE_ARRAY = '['   /* its entries follow */
};

/* One value. A text without escapes stays where it is in the JSON text; others are copied to the tape. */
typedef struct note {
    union {
        const char *text;
        size_t copied;
        int64_t integer;
    } at;
    uint32_t size; /* of a text; or the number of members or entries */
    char kind;
    bool is_copied;
} note;

typedef struct taping {
    lfn_lua_tape *tape;
    lfn_text json;
    size_t depth;
    size_t open[LFN_JSON_DEPTH + 1]; /* where the notes of the open levels stand, the innermost at `depth` */
} taping;

/* Most notes find room, which is not worth a call. */
static bool add_note(taping *to, note made)
{
    lfn_buffer *notes = &to->tape->notes;
    if (notes->capacity - notes->size <= sizeof made)
        return lfn_buffer_append(notes, &made, sizeof made);
    memcpy(notes->data + notes->size, &made, sizeof made);
    notes->size += sizeof made;
    return true;
}

static note *note_at(const lfn_lua_tape *tape, size_t offset)
{
    return (note *)(void *)(tape->notes.data + offset);
}

/* Notes a value, which its container counts. */
static bool add_value(taping *to, note made)
{
    if (to->depth > 0)
        note_at(to->tape, to->open[to->depth])->size++;
    return add_note(to, made);
}

static bool is_inside(lfn_text json, lfn_text part)
{
    uintptr_t first = (uintptr_t)json.data, at = (uintptr_t)part.data;
    return at >= first && at < first + json.size;
}

/* Fills the text of a note. False when it has to be copied and memory is out. */
static bool note_text(taping *to, lfn_text text, note *out_note)
{
    out_note->size = (uint32_t)text.size;
    if (is_inside(to->json, text)) {
        out_note->at.text = text.data;
        return true;
    }
    out_note->at.copied = to->tape->copies.size;
    out_note->is_copied = true;
    return lfn_buffer_append_text(&to->tape->copies, text);
}

static bool tape_null(void *context)
{
    return add_value(context, (note){.kind = ON_TAPE_NULL});
}

static bool tape_boolean(void *context, bool value)
{
    return add_value(context, (note){.kind = value ? ON_TAPE_TRUE : ON_TAPE_FALSE});
}

static bool tape_integer(void *context, int64_t value)
{
    return add_value(context, (note){.kind = ON_TAPE_INTEGER, .at.integer = value});
}

static bool tape_number(void *context, lfn_text literal)
{
    note made = {.kind = ON_TAPE_NUMBER};
    return note_text(context, literal, &made) && add_value(context, made);
}

static bool tape_string(void *context, lfn_text value)
{
    note made = {.kind = ON_TAPE_STRING};
    return note_text(context, value, &made) && add_value(context, made);
}

static bool tape_key(void *context, lfn_text name)
{
    note made = {.kind = ON_TAPE_STRING};
    return note_text(context, name, &made) && add_note(context, made);
}

static bool tape_begin(taping *to, char kind)
{
    size_t begins = to->tape->notes.size;
    if (!add_value(to, (note){.kind = kind}))
        return false;
    to->open[++to->depth] = begins;
    return true;
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
    ((taping *)context)->depth--;
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

void lfn_lua_tape_drop(lfn_lua_tape *tape)
{
    lfn_lua_buffer_drop(&tape->notes);
    lfn_lua_buffer_drop(&tape->copies);
}

void lfn_lua_tape_free(lfn_lua_tape *tape)
{
    lfn_buffer_free(&tape->notes);
    lfn_buffer_free(&tape->copies);
}

/* ---- the values ---- */

typedef struct building {
    lua_State *L;
    const lfn_lua_tape *tape;
    const note *at;
    lfn_lua_keys *keys;
    int strings;       /* where the strings of the keys stand on the stack */
    bool open;         /* nothing is secret */
    const char *items; /* the member of the document that holds the list of the schema, or NULL */
    const lfn_schema *items_schema;
} building;

static lfn_text text_of(const building *build, const note *from)
{
    return lfn_text_make(from->is_copied ? build->tape->copies.data + from->at.copied : from->at.text, from->size);
}

static void push_value(building *build, const lfn_lua_member *where);

/* Pushes the name of a member, and tells what its value is. */
static lfn_lua_member push_name(building *build, const lfn_lua_member *above, bool is_root)
{
    lfn_text name = text_of(build, build->at++);
    bool of_items = is_root && build->items != NULL;
    const lfn_schema *schema = of_items || build->open ? NULL : above->schema;
    lfn_lua_member below = lfn_lua_keys_name(build->L, build->keys, build->strings, name, schema);
    if (above->keyed_by_word || build->open)
        return (lfn_lua_member){.schema = above->schema, .secret = above->secret};
    if (of_items && lfn_lua_is_word(name, build->items))
        below.schema = build->items_schema;
    below.secret = below.secret || above->secret;
    return below;
}

static void push_object(building *build, const note *object, const lfn_lua_member *where, bool is_root)
{
    lua_createtable(build->L, 0, (int)object->size);
    for (uint32_t i = 0; i < object->size; i++) {
        lfn_lua_member below = push_name(build, where, is_root);
        push_value(build, &below);
        lua_rawset(build->L, -3);
    }
}

static void push_array(building *build, const note *array, const lfn_lua_member *where)
{
    lua_createtable(build->L, (int)array->size, 0);
    luaL_setmetatable(build->L, LFN_LUA_ARRAY);
    for (uint32_t i = 0; i < array->size; i++) {
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
    lfn_lua_push_text(L, literal);
    if (is_whole(literal) || lua_stringtonumber(L, lua_tostring(L, -1)) == 0) {
        push_exact(L, literal);
    } else if (isinf(lua_tonumber(L, -1))) {
        lua_pop(L, 1);
        push_exact(L, literal);
    }
    lua_remove(L, -2);
}

static void push_secret_integer(lua_State *L, int64_t value)
{
    lfn_text digits = {NULL, 0};
    lua_pushinteger(L, value);
    digits.data = lua_tolstring(L, -1, &digits.size);
    lfn_lua_push_secret(L, digits);
    lua_replace(L, -2);
}

static void push_text(building *build, const note *from, bool secret)
{
    if (secret)
        lfn_lua_push_secret(build->L, text_of(build, from));
    else if (from->kind == ON_TAPE_NUMBER)
        push_number(build->L, text_of(build, from));
    else
        lfn_lua_push_text(build->L, text_of(build, from));
}

static void push_value(building *build, const lfn_lua_member *where)
{
    const note *from = build->at++;
    switch (from->kind) {
    case ON_TAPE_FALSE:
    case ON_TAPE_TRUE:
        lua_pushboolean(build->L, from->kind == ON_TAPE_TRUE);
        break;
    case ON_TAPE_INTEGER:
        if (where->secret)
            push_secret_integer(build->L, from->at.integer);
        else
            lua_pushinteger(build->L, from->at.integer);
        break;
    case ON_TAPE_NUMBER:
    case ON_TAPE_STRING:
        push_text(build, from, where->secret);
        break;
    case ON_TAPE_OBJECT:
        push_object(build, from, where, false);
        break;
    case ON_TAPE_ARRAY:
        push_array(build, from, where);
        break;
    default:
        lua_pushlightuserdata(build->L, NULL);
        break;
    }
}

static lfn_status write_tape(lfn_text json, lfn_lua_tape *tape, lfn_error *error)
{
    lfn_buffer_clear(&tape->notes);
    lfn_buffer_clear(&tape->copies);
    if (json.size > UINT32_MAX)
        return lfn_error_set(error, LFN_PROTOCOL, "The JSON text is over 4 GiB.");
    /* No text of JSON takes more notes: a digit and its comma become one, and so does the bracket of each level. */
    tape->notes.ceiling = json.size / 2 * sizeof(note) + (LFN_JSON_DEPTH + 2) * sizeof(note);
    tape->copies.ceiling = json.size;
    taping to = {.tape = tape, .json = json};
    lfn_status status = lfn_json_read(json, &tape_builder, &to, error);
    if (status == LFN_CLOSED)
        return lfn_error_set(error, LFN_NO_MEMORY, "Memory is out while an answer is read.");
    return status;
}

/* Pushes what stands on the tape, and wipes it. */
static void push_tape(building *build, const lfn_schema *schema, lfn_lua_tape *tape)
{
    lua_State *L = build->L;
    lfn_lua_member root = {.schema = build->items != NULL ? NULL : schema};
    lfn_lua_check_stack(L, 3 * LFN_JSON_DEPTH + 16);
    build->tape = tape;
    build->at = note_at(tape, 0);
    build->keys = lfn_lua_keys_push(L);
    build->strings = lua_gettop(L);
    if (build->items != NULL && build->at->kind == ON_TAPE_OBJECT) {
        const note *object = build->at++;
        push_object(build, object, &root, true);
        lua_pushstring(L, build->items);
        lua_rawget(L, -2);
        lua_remove(L, -2);
    } else {
        push_value(build, &root);
    }
    lua_remove(L, build->strings);
    lfn_lua_tape_drop(tape);
}

lfn_status lfn_lua_build(lua_State *L, lfn_text json, const lfn_schema *schema, const char *items, lfn_lua_tape *tape,
                         lfn_error *error)
{
    building build = {.L = L, .items = items, .items_schema = schema};
    lfn_status status = write_tape(json, tape, error);
    if (status == LFN_OK)
        push_tape(&build, schema, tape);
    return status;
}

lfn_status lfn_lua_build_open_text(lua_State *L, lfn_text json, lfn_lua_tape *tape, lfn_error *error)
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
    bool reveal = lfn_lua_boolean_option(L, 2, "reveal", false);
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
