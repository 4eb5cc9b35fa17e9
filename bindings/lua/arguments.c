/* The arguments of a call into path members, query members and the JSON body, placed by the rows of the operation. */
#include "write.h"

/* ---- members of path and query ---- */

static void add_argument(lfn_lua_writing *writer, lfn_lua_work *work, const lfn_field *field, lfn_text value)
{
    /* Only the size is known to stay: the texts move while they grow, and find their places at the end. */
    lfn_argument argument = {lfn_text_of(field->name), lfn_text_make(NULL, value.size)};
    lfn_buffer_append(&work->list, &argument, sizeof argument);
    lfn_buffer_append_text(&work->texts, value);
    lfn_lua_check_written(writer, &work->list);
    lfn_lua_check_written(writer, &work->texts);
}

static void add_scalar(lfn_lua_writing *writer, lfn_lua_work *work, const lfn_field *field, int index)
{
    lua_State *L = writer->L;
    char digits[40];
    lfn_text text = {NULL, 0};
    if (lua_isboolean(L, index)) {
        text = lfn_text_of(lua_toboolean(L, index) ? "true" : "false");
    } else if (lua_type(L, index) == LUA_TNUMBER) {
        lfn_lua_number_digits(writer, index, field, digits);
        text = lfn_text_of(digits);
    } else if (lfn_lua_is_exact(L, index)) {
        text = lfn_lua_exact_digits(writer, index);
    } else if (lua_type(L, index) == LUA_TSTRING) {
        text = lfn_lua_text(L, index, field->name);
    } else if (!lfn_lua_secret_text(L, index, &text)) {
        lfn_lua_refuse_kind(writer, index, "a single value");
    }
    add_argument(writer, work, field, text);
}

/* A list gives the member several times. */
static void add_values(lfn_lua_writing *writer, lfn_lua_work *work, const lfn_field *field, int index)
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
static void place_outside(lfn_lua_writing *writer, lfn_lua_work *work, const lfn_field *field, int index, bool in_query)
{
    lua_State *L = writer->L;
    bool is_null = lua_islightuserdata(L, index) && lua_touserdata(L, index) == NULL;
    if (lua_istable(L, index) && !lfn_lua_is_exact(L, index))
        add_values(writer, work, field, index);
    else if (!is_null || !in_query)
        add_scalar(writer, work, field, index);
}

/* ---- the arguments of a call ---- */

/* The arguments while they are placed. */
typedef struct placing {
    lfn_lua_writing writer;
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
    bool found = lfn_lua_push_named(&to->writer, to->given.named, argument->field->name,
                                    argument->has_two ? argument->snake : NULL);
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
        lfn_lua_spot here = {NULL, lfn_text_of(argument->field->name), 0};
        to->writer.at = &here;
        if (push_given(to, argument)) {
            if (filled)
                lfn_lua_raise(L, lfn_lua_push_where(&to->writer), "Two values were given for %s.", argument->snake);
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
        lfn_lua_spot here = {NULL, lfn_text_of(argument->field->name), 0};
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
        lfn_lua_spot here = {NULL, lfn_text_of(argument->field->name), 0};
        to->writer.at = &here;
        if (push_given(to, argument))
            lfn_lua_write_pushed(&to->writer, argument->field);
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
    lfn_lua_spot here = {NULL, name, 0};
    to->writer.at = &here;
    if (lfn_lua_is_word(name, "values"))
        lfn_lua_raise(to->writer.L, lfn_lua_push_where(&to->writer),
                      "There is no argument named values: it is an option of call, as in "
                      "leaf:call(name, arguments, {values = \"text\"}).");
    lfn_lua_near_begin(&near, name);
    for (size_t i = 0; i < plan->count; i++)
        if (i < plan->outside_count || lfn_field_taken(plan->arguments[i].field, plan->operation->mode))
            lfn_lua_near_offer(&near, plan->arguments[i].snake);
    lfn_lua_near_raise(to->writer.L, &near, "argument", lfn_lua_push_where(&to->writer));
}

/* Takes what stands in the table and in no row: a call that is lax writes it into the body. */
static void take_strangers(placing *to, bool lax)
{
    size_t count = 0;
    const lfn_text *names = lfn_lua_push_strangers(&to->writer, to->given.named, is_known, to, &count);
    if (count > 0 && (!lax || !to->plan->has_body))
        refuse_unknown(to, names[0]);
    for (size_t i = 0; i < count; i++)
        lfn_lua_write_stranger(&to->writer, to->given.named, names[i], NULL);
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
        lfn_lua_check_written(&to.writer, to.writer.json.buffer);
    }
    settle_arguments(work, call);
    lua_settop(L, top);
}
