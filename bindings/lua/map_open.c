/* Opening a map: what all of its calls share is read and looked up once. */
#include "map.h"

enum { CONCURRENCY = 64, CONCURRENCY_MAX = 4096 };

static size_t read_concurrency(lua_State *L, int plan)
{
    size_t count = lfn_lua_count_option(L, plan, "concurrency");
    if (count > CONCURRENCY_MAX)
        lfn_lua_raise(L, "", "concurrency must be from 1 to %d.", (int)CONCURRENCY_MAX);
    return count > 0 ? count : CONCURRENCY;
}

static bool read_as_text(lua_State *L, int plan)
{
    lfn_lua_option(L, plan, "values");
    bool as_text = !lua_isnil(L, -1) && lfn_lua_form_at(L, -1) == LFN_LUA_TEXT;
    lua_pop(L, 1);
    return as_text;
}

/* Pushes the box with its slots behind it. */
static lfn_lua_map *new_box(lua_State *L, size_t window)
{
    size_t slots = window * sizeof(lfn_lua_slot);
    size_t size = sizeof(lfn_lua_map) + slots + 2 * window * sizeof(size_t);
    lfn_lua_map *self = lua_newuserdatauv(L, size, MAP_VALUES);
    memset(self, 0, size);
    self->slots = (lfn_lua_slot *)(void *)(self + 1);
    self->free_slots = (size_t *)(void *)(self->slots + window);
    self->ready = self->free_slots + window;
    self->window = window;
    self->block_room = window < 4 ? 1 : window / 4 < LFN_LUA_BLOCK ? window / 4 : LFN_LUA_BLOCK;
    for (size_t i = 0; i < window; i++)
        self->free_slots[self->free_count++] = window - 1 - i;
    luaL_setmetatable(L, LFN_LUA_MAP);
    return self;
}

static void take_option(lua_State *L, int plan, const char *name, int box, int user_value)
{
    lfn_lua_option(L, plan, name);
    lua_setiuservalue(L, box, user_value);
}

/* The same for a table; false when there is none. */
static bool take_table(lua_State *L, int plan, const char *name, int box, int user_value)
{
    lfn_lua_option(L, plan, name);
    bool given = !lua_isnil(L, -1);
    if (given)
        luaL_checktype(L, -1, LUA_TTABLE);
    lua_setiuservalue(L, box, user_value);
    return given;
}

/* A list, or what a loop calls. */
static void take_source(lua_State *L, int items, int box, lfn_lua_map *self)
{
    bool callable = luaL_getmetafield(L, items, "__call") != LUA_TNIL;
    if (callable)
        lua_pop(L, 1);
    self->from_list = lua_istable(L, items) && !callable;
    if (!self->from_list && !callable && !lua_isfunction(L, items))
        lfn_lua_raise(L, "", "map takes a list of items or an iterator, not a %s.", luaL_typename(L, items));
    lua_pushvalue(L, items);
    lua_setiuservalue(L, box, MAP_SOURCE);
}

static void make_tables(lua_State *L, int box, size_t window)
{
    static const int tables[] = {MAP_ITEMS, MAP_ENTRIES, MAP_ERRORS};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        lua_createtable(L, (int)window, 0);
        lua_setiuservalue(L, box, tables[i]);
    }
}

/* Reads the arguments of every call, and leaves a place behind them for what an item stands for. */
static void read_fixed(lua_State *L, int plan, int box, lfn_lua_map *self)
{
    lfn_argument place = {.value = {NULL, 0}};
    lfn_lua_work *fixed = lfn_lua_work_new(L);
    lua_setiuservalue(L, box, MAP_FIXED);
    lfn_lua_option(L, plan, "common");
    luaL_checktype(L, -1, LUA_TTABLE);
    lfn_lua_read_named(L, -1, self->plan, fixed, &self->call);
    lua_pop(L, 1);
    lfn_lua_option(L, plan, "single");
    if (!lua_isnil(L, -1))
        self->single = lfn_lua_plan_find(self->plan, lfn_lua_text(L, -1, "single"));
    lua_pop(L, 1);
    if (self->single != NULL)
        place.name = lfn_text_of(self->single->field->name);
    if (!lfn_buffer_append(&fixed->list, &place, sizeof place))
        lfn_lua_raise_memory(L);
    lfn_argument *list = (lfn_argument *)(void *)fixed->list.data;
    self->call.arguments = list;
    self->own = self->single != NULL ? list + self->call.argument_count : NULL;
}

static void read_plan(lua_State *L, int plan, int box, lfn_lua_map *self)
{
    self->as_text = read_as_text(L, plan);
    self->ordered = lfn_lua_boolean_option(L, plan, "ordered", false);
    self->call.lax = !lfn_lua_boolean_option(L, plan, "strict", true);
    self->call.timeout_ms = lfn_lua_time_option(L, plan, "timeout");
    self->call.deadline_ms = lfn_lua_time_option(L, plan, "deadline");
    self->call.unread = self->as_text || self->plan->judged;
    if (self->as_text && self->call.operation->form == LFN_FORM_LIST)
        lfn_lua_raise(L, "", "A list comes in pages, which have no text of their own: ask for tables.");
    take_option(L, plan, "resolve", box, MAP_RESOLVE);
    take_option(L, plan, "wrap", box, MAP_WRAP);
    take_option(L, plan, "owner", box, MAP_OWNER);
    bool has_class = take_table(L, plan, "class", box, MAP_CLASS);
    bool has_known = take_table(L, plan, "known", box, MAP_KNOWN);
    self->as_records = has_class && has_known && self->call.operation->form == LFN_FORM_OBJECT;
    lfn_lua_take_function(L, plan, "progress", box, MAP_PROGRESS);
}

/* map(name, items, plan): common, single, resolve, wrap, class, owner and known, and the options of a caller. */
int lfn_lua_client_map(lua_State *L)
{
    enum { NAME = 2, ITEMS, PLAN, BOX };
    lfn_lua_client_at(L, 1);
    lua_settop(L, PLAN);
    luaL_checktype(L, PLAN, LUA_TTABLE);
    lfn_lua_check_stack(L, 12);
    const lfn_lua_plan *operation = lfn_lua_plan_push(L, NAME);
    lua_settop(L, PLAN);
    lfn_calls_options options = {.concurrency = read_concurrency(L, PLAN), .rate = lfn_lua_rate_option(L, PLAN)};
    lfn_lua_map *self = new_box(L, options.concurrency);
    self->plan = operation;
    lfn_lua_plan_call(operation, &self->call);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, BOX, MAP_CLIENT);
    take_source(L, ITEMS, BOX, self);
    make_tables(L, BOX, self->window);
    read_plan(L, PLAN, BOX, self);
    read_fixed(L, PLAN, BOX, self);
    if (!lfn_lua_set_open(L, &self->set, 1, &options))
        return 2;
    lua_settop(L, BOX);
    return 1;
}
