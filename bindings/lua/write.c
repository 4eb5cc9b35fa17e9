/* Any Lua value into JSON, and the arguments of a call into path members, query members and the JSON body, placed by
 * the rows of the operation. A Lua table has no order: members are written in the order of their rows, strangers behind
 * them in the order of their names, so that equal arguments make equal requests. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "state.h"

/* Where a value stands: under a name or, without one, at a place in a list; and what that stands in. */
typedef struct spot {
    const struct spot *above;
    lfn_text name;
    lua_Integer place;
} spot;

/* Where the writing is: the buffer, the depth, and the spot of the value. */
typedef struct writing {
    lua_State *L;
    lfn_json_writer json;
    bool mask; /* secrets are written as their mask */
    size_t depth;
    const spot *at;
} writing;

/* ---- the JSON pointer ---- */

static void append_spot(const spot *at, char *where, size_t size)
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

/* Pushes the JSON pointer of the value for a message, which is all that it is needed for. */
static const char *push_where(writing *writer)
{
    char where[sizeof((lfn_error *)NULL)->where] = "";
    if (writer->at != NULL)
        append_spot(writer->at, where, sizeof where);
    return lua_pushstring(writer->L, where);
}

/* ---- scalars ---- */

static void check_written(writing *writer, const lfn_buffer *buffer)
{
    if (buffer->failed)
        lfn_lua_raise(writer->L, push_where(writer),
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

/* The digits of a number; a float that stands where the rows want an integer becomes one when it has no fraction. */
static void number_digits(writing *writer, int index, const lfn_field *field, char digits[40])
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
        lfn_lua_raise(writer->L, push_where(writer), "JSON has no form for a number that is not finite.");
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

/* The digits of an exact number, which live as long as it. */
static lfn_text exact_digits(writing *writer, int index)
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
        lfn_lua_raise(L, push_where(writer), "The digits of the number are no number of JSON.");
    return digits;
}

static int refuse_kind(writing *writer, int index, const char *wanted)
{
    return lfn_lua_raise(writer->L, push_where(writer), "A %s was given; wanted is %s.",
                         luaL_typename(writer->L, index), wanted);
}

static void write_boolean(writing *writer, bool value, const lfn_field *field)
{
    /* A lenient boolean is sent as a word. */
    if (field != NULL && (field->marks & LFN_LENIENT) != 0)
        lfn_json_write_string(&writer->json, lfn_text_of(value ? "true" : "false"));
    else
        lfn_json_write_boolean(&writer->json, value);
}

/* ---- tables ---- */

static void write_value(writing *writer, int index, const lfn_field *field, const lfn_schema *schema,
                        bool keyed_by_word);

/* Whether the table is a list. An empty one is a list when it is marked or stands where the rows want one. */
static bool is_list(writing *writer, int index, const lfn_field *field)
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
        lfn_lua_raise(L, push_where(writer),
                      "The table is neither a list nor an object: it has entries and names, or holes; "
                      "leafnative.null stands for an entry that is empty.");
    if (entries > 0 || marked)
        return true;
    return !named && field != NULL && (field->type == LFN_TYPE_OBJECTS || field->type == LFN_TYPE_STRINGS);
}

static void write_list(writing *writer, int index, const lfn_schema *schema)
{
    lua_State *L = writer->L;
    lua_Integer length = (lua_Integer)lua_rawlen(L, index);
    spot here = {writer->at, {NULL, 0}, 0};
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

/* Whether the rows know the name already. */
typedef bool (*known_function)(const void *context, lfn_text name);

/* How many names of the table are not known; refuses what is no name. */
static size_t count_strangers(writing *writer, int index, known_function known, const void *context)
{
    lua_State *L = writer->L;
    size_t count = 0;
    lua_pushnil(L);
    while (lua_next(L, index) != 0) {
        lua_pop(L, 1);
        if (lua_type(L, -1) != LUA_TSTRING)
            refuse_kind(writer, lua_gettop(L), "a string as the name of a member");
        count += known == NULL || !known(context, lfn_lua_text(L, -1, "the name"));
    }
    return count;
}

/* Pushes a list of the names in the table that are not known, and a userdata with their sorted texts; nothing when
 * there are none. */
static const lfn_text *push_strangers(writing *writer, int index, known_function known, const void *context,
                                      size_t *out_count)
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

/* Pushes what the table has under the wire name of a field or its snake_case name; false, and nothing, for neither. */
static bool push_named(writing *writer, int index, const char *name, const char *snake)
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
        lfn_lua_raise(L, push_where(writer), "The member is given twice, as %s and as %s.", snake, name);
    if (!by_snake)
        lua_pop(L, 1);
    return by_name || by_snake;
}

static bool push_member(writing *writer, int index, const lfn_field *field)
{
    char snake[64];
    bool has_two = lfn_name_snake(lfn_text_of(field->name), snake, sizeof snake) && strcmp(snake, field->name) != 0;
    return push_named(writer, index, field->name, has_two ? snake : NULL);
}

/* Writes the member of the row, whose value is at the top, and takes it from there. */
static void write_pushed(writing *writer, const lfn_field *field)
{
    lfn_json_write_key(&writer->json, lfn_text_of(field->name));
    write_value(writer, lua_gettop(writer->L), field, schema_below(field), field->type == LFN_TYPE_RESOURCES);
    lua_pop(writer->L, 1);
}

/* Writes the member of the row when the table has it. */
static void write_field(writing *writer, int index, const lfn_field *field)
{
    spot here = {writer->at, lfn_text_of(field->name), 0};
    writer->at = &here;
    if (push_member(writer, index, field))
        write_pushed(writer, field);
    writer->at = here.above;
}

/* Writes a member that has no row, or whose object is keyed by words. */
static void write_stranger(writing *writer, int index, lfn_text name, const lfn_schema *schema)
{
    lua_State *L = writer->L;
    spot here = {writer->at, name, 0};
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

static void write_object(writing *writer, int index, const lfn_schema *schema, bool keyed_by_word)
{
    const lfn_schema *rows = keyed_by_word ? NULL : schema;
    const lfn_field *field = NULL;
    size_t count = 0;
    int top = lua_gettop(writer->L);
    lfn_json_write_begin_object(&writer->json);
    for (size_t i = 0; (field = lfn_schema_at(rows, i)) != NULL; i++)
        write_field(writer, index, field);
    const lfn_text *names = push_strangers(writer, index, in_schema, rows, &count);
    for (size_t i = 0; i < count; i++)
        write_stranger(writer, index, names[i], keyed_by_word ? schema : NULL);
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

static void write_table(writing *writer, int index, const lfn_field *field, const lfn_schema *schema,
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

static void write_value(writing *writer, int index, const lfn_field *field, const lfn_schema *schema,
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
        number_digits(writer, index, field, digits);
        lfn_json_write_literal(&writer->json, lfn_text_of(digits));
        break;
    case LUA_TSTRING:
        lfn_json_write_string(&writer->json, lfn_lua_text(L, index, "the text"));
        break;
    case LUA_TTABLE:
        if (has_metatable(L, index, LFN_LUA_NUMBER))
            lfn_json_write_literal(&writer->json, exact_digits(writer, index));
        else
            write_table(writer, index, field, schema, keyed_by_word);
        break;
    default:
        if (lua_islightuserdata(L, index) && lua_touserdata(L, index) == NULL)
            lfn_json_write_null(&writer->json);
        else if (lfn_lua_secret_text(L, index, &text))
            lfn_json_write_string(&writer->json, writer->mask ? lfn_text_of(LFN_MASK) : text);
        else
            refuse_kind(writer, index, "a string, secret, boolean, number, table or leafnative.null");
    }
    check_written(writer, writer->json.buffer);
}

void lfn_lua_write_json(lua_State *L, int index, const lfn_schema *schema, bool mask, lfn_buffer *out_json)
{
    writing writer = {.L = L, .json = {.buffer = out_json}, .mask = mask};
    lfn_lua_check_stack(L, 12);
    write_value(&writer, lua_absindex(L, index), NULL, schema, false);
}

/* ---- members of path and query ---- */

static void add_argument(writing *writer, lfn_lua_work *work, const lfn_field *field, lfn_text value)
{
    /* Only the size is known to stay: the texts move while they grow, and find their places at the end. */
    lfn_argument argument = {lfn_text_of(field->name), lfn_text_make(NULL, value.size)};
    lfn_buffer_append(&work->list, &argument, sizeof argument);
    lfn_buffer_append_text(&work->texts, value);
    check_written(writer, &work->list);
    check_written(writer, &work->texts);
}

static void add_scalar(writing *writer, lfn_lua_work *work, const lfn_field *field, int index)
{
    lua_State *L = writer->L;
    char digits[40];
    lfn_text text = {NULL, 0};
    if (lua_isboolean(L, index)) {
        text = lfn_text_of(lua_toboolean(L, index) ? "true" : "false");
    } else if (lua_type(L, index) == LUA_TNUMBER) {
        number_digits(writer, index, field, digits);
        text = lfn_text_of(digits);
    } else if (lua_istable(L, index) && has_metatable(L, index, LFN_LUA_NUMBER)) {
        text = exact_digits(writer, index);
    } else if (lua_type(L, index) == LUA_TSTRING) {
        text = lfn_lua_text(L, index, field->name);
    } else if (!lfn_lua_secret_text(L, index, &text)) {
        refuse_kind(writer, index, "a single value");
    }
    add_argument(writer, work, field, text);
}

/* A list gives the member several times. */
static void add_values(writing *writer, lfn_lua_work *work, const lfn_field *field, int index)
{
    lua_State *L = writer->L;
    lua_Integer length = (lua_Integer)lua_rawlen(L, index);
    for (lua_Integer i = 1; i <= length; i++) {
        lua_rawgeti(L, index, i);
        add_scalar(writer, work, field, lua_gettop(L));
        lua_pop(L, 1);
    }
}

/* Adds the value at an index. null leaves a member of a query out. */
static void place_outside(writing *writer, lfn_lua_work *work, const lfn_field *field, int index, bool in_query)
{
    lua_State *L = writer->L;
    bool is_null = lua_islightuserdata(L, index) && lua_touserdata(L, index) == NULL;
    if (lua_istable(L, index) && !has_metatable(L, index, LFN_LUA_NUMBER))
        add_values(writer, work, field, index);
    else if (!is_null || !in_query)
        add_scalar(writer, work, field, index);
}

/* ---- the arguments of a call ---- */

/* The arguments while they are placed. */
typedef struct placing {
    writing writer;
    lfn_lua_work *work;
    const lfn_lua_plan *plan;
    lfn_lua_given given;
    size_t found; /* of what stands in the table */
} placing;

/* Pushes what the table has for a member; false, and nothing, when it has nothing. */
static bool push_given(placing *to, const lfn_lua_argument *argument)
{
    if (to->given.named == 0)
        return false;
    bool found =
        push_named(&to->writer, to->given.named, argument->field->name, argument->has_two ? argument->snake : NULL);
    to->found += found;
    return found;
}

/* Places the members of the path, which stand in the table or in the slots; behind it they are in the slots. */
static void place_path(placing *to)
{
    lua_State *L = to->writer.L;
    for (size_t i = 0; i < to->plan->path_count; i++) {
        const lfn_lua_argument *argument = &to->plan->arguments[i];
        int slot = to->given.path + (int)i;
        bool filled = !lua_isnil(L, slot);
        spot here = {NULL, lfn_text_of(argument->field->name), 0};
        to->writer.at = &here;
        if (push_given(to, argument)) {
            if (filled)
                lfn_lua_raise(L, push_where(&to->writer), "Two values were given for %s.", argument->snake);
            lua_replace(L, slot);
            filled = true;
        }
        if (filled)
            place_outside(&to->writer, to->work, argument->field, slot, false);
        to->writer.at = NULL;
    }
}

static void place_query(placing *to)
{
    lua_State *L = to->writer.L;
    for (size_t i = to->plan->path_count; i < to->plan->outside_count; i++) {
        const lfn_lua_argument *argument = &to->plan->arguments[i];
        spot here = {NULL, lfn_text_of(argument->field->name), 0};
        to->writer.at = &here;
        if (push_given(to, argument)) {
            place_outside(&to->writer, to->work, argument->field, lua_gettop(L), true);
            lua_pop(L, 1);
        }
        to->writer.at = NULL;
    }
}

static void write_body(placing *to)
{
    for (size_t i = to->plan->outside_count; i < to->plan->count; i++) {
        const lfn_lua_argument *argument = &to->plan->arguments[i];
        spot here = {NULL, lfn_text_of(argument->field->name), 0};
        to->writer.at = &here;
        if (push_given(to, argument))
            write_pushed(&to->writer, argument->field);
        to->writer.at = NULL;
    }
}

/* ---- names that the rows lack ---- */

static bool is_known(const void *context, lfn_text name)
{
    const placing *to = context;
    for (size_t i = 0; to->given.options != NULL && to->given.options[i] != NULL; i++)
        if (lfn_lua_is_word(name, to->given.options[i]))
            return true;
    return lfn_lua_plan_find(to->plan, name) != NULL;
}

static void refuse_unknown(placing *to, lfn_text name)
{
    lfn_lua_near near;
    const lfn_lua_plan *plan = to->plan;
    spot here = {NULL, name, 0};
    to->writer.at = &here;
    if (lfn_lua_is_word(name, "values"))
        lfn_lua_raise(to->writer.L, push_where(&to->writer),
                      "There is no argument named values: it is an option of call, as in "
                      "leaf:call(name, arguments, {values = \"text\"}).");
    lfn_lua_near_begin(&near, name);
    for (size_t i = 0; i < plan->count; i++)
        if (i < plan->outside_count || lfn_field_taken(plan->arguments[i].field, plan->operation->mode))
            lfn_lua_near_offer(&near, plan->arguments[i].snake);
    lfn_lua_near_raise(to->writer.L, &near, "argument", push_where(&to->writer));
}

/* Takes what stands in the table and in no row: a call that is lax writes it into the body. */
static void take_strangers(placing *to, bool lax)
{
    size_t count = 0;
    const lfn_text *names = push_strangers(&to->writer, to->given.named, is_known, to, &count);
    if (count > 0 && (!lax || !to->plan->has_body))
        refuse_unknown(to, names[0]);
    for (size_t i = 0; i < count; i++)
        write_stranger(&to->writer, to->given.named, names[i], NULL);
}

static size_t count_members(lua_State *L, int index)
{
    size_t count = 0;
    lua_pushnil(L);
    while (lua_next(L, index) != 0) {
        lua_pop(L, 1);
        count++;
    }
    return count;
}

static void settle_arguments(lfn_lua_work *work, lfn_call *call)
{
    lfn_argument *list = (lfn_argument *)(void *)work->list.data;
    const char *at = lfn_buffer_text(&work->texts).data;
    call->arguments = list;
    call->argument_count = work->list.size / sizeof *list;
    for (size_t i = 0; i < call->argument_count; i++) {
        list[i].value.data = at;
        at += list[i].value.size;
    }
    if (work->has_body)
        call->body = lfn_buffer_text(&work->body);
}

void lfn_lua_read_arguments(lua_State *L, const lfn_lua_plan *plan, const lfn_lua_given *given, lfn_lua_work *work,
                            lfn_call *call)
{
    placing to = {.writer = {.L = L, .json = {.buffer = &work->body}, .depth = 1},
                  .work = work,
                  .plan = plan,
                  .given = *given,
                  .found = given->option_count};
    lfn_lua_check_stack(L, 12);
    int top = lua_gettop(L);
    work->has_body = plan->has_body;
    place_path(&to);
    place_query(&to);
    if (work->has_body)
        lfn_json_write_begin_object(&to.writer.json);
    write_body(&to);
    if (given->named != 0 && count_members(L, given->named) != to.found)
        take_strangers(&to, call->lax);
    if (work->has_body) {
        lfn_json_write_end_object(&to.writer.json);
        check_written(&to.writer, to.writer.json.buffer);
    }
    settle_arguments(work, call);
    lua_settop(L, top);
}
