/* A map: an operation for many items at once, as an iterator of item, value and error. It pulls items when there is
 * room for them, and holds no more than its window: what is under way and what is not handed out. A value is made when
 * its turn has come, straight from the answer; nothing is allocated for an item but that. */
#include "map.h"

static const int64_t long_ms = 1000;

lfn_lua_map *lfn_lua_map_at(lua_State *L, int index)
{
    return luaL_checkudata(L, index, LFN_LUA_MAP);
}

void lfn_lua_map_shut(lfn_lua_map *self)
{
    self->over = true;
    self->exhausted = true;
    self->ready_count = 0;
    self->under_way = 0;
    self->held = 0;
    lfn_lua_set_close(&self->set);
    for (size_t i = 0; i < self->window; i++) {
        lfn_pages *pages = self->slots[i].pages;
        self->slots[i] = (lfn_lua_slot){.pages = NULL};
        lfn_pages_free(pages);
    }
    lfn_lua_tape_free(&self->tape);
}

void lfn_lua_map_put_ready(lfn_lua_map *self, size_t index)
{
    self->ready[(self->ready_first + self->ready_count++) % self->window] = index;
}

static bool has_ready(const lfn_lua_map *self)
{
    return self->ready_count > 0 && self->slots[self->ready[self->ready_first]].done;
}

/* ---- a call that ended ---- */

/* Runs in protected mode with the map and the completion; gives the value, or nil and the error. */
static int make_value(lua_State *L)
{
    lfn_lua_map *self = lua_touserdata(L, 1);
    const lfn_completion *ended = lua_touserdata(L, 2);
    lua_getiuservalue(L, 1, MAP_CLIENT);
    return lfn_lua_push_landed(L, -1, ended, self->as_text, &self->tape);
}

/* Pushes value and error of a completion; what was raised instead when it fails. A finalizer that runs meanwhile may
 * close the client, which has to outlive it. */
static bool push_made(lua_State *L, lfn_lua_map *self, lua_CFunction make, void *context)
{
    lfn_lua_client *client = self->set.client;
    lfn_lua_client_hold(client);
    self->set.busy = true;
    lua_pushcfunction(L, make);
    lua_pushvalue(L, 1);
    lua_pushlightuserdata(L, context);
    bool done = lua_pcall(L, 2, 2, 0) == LUA_OK;
    self->set.busy = false;
    lfn_lua_client_let_go(client);
    return done;
}

/* Puts value and error at the top into the tables of the slot. */
static void keep_outcome(lua_State *L, lfn_lua_map *self, size_t index)
{
    lua_Integer place = (lua_Integer)index + 1;
    self->failed += !lua_isnil(L, -1);
    lua_getiuservalue(L, 1, MAP_ERRORS);
    lua_insert(L, -2);
    lua_rawseti(L, -2, place);
    lua_pop(L, 1);
    lua_getiuservalue(L, 1, MAP_ENTRIES);
    lua_insert(L, -2);
    lua_rawseti(L, -2, place);
    lua_pop(L, 1);
    self->slots[index].done = true;
}

/* What could not be made for want of memory is the error of its item. */
static void keep_raised(lua_State *L, lfn_lua_map *self, size_t index)
{
    lua_pushnil(L);
    lua_insert(L, -2);
    keep_outcome(L, self, index);
}

/* ---- pages ---- */

/* Adds the entries of the page at the top to those of the slot, and pushes these. */
static void add_entries(lua_State *L, lua_Integer place)
{
    int page = lua_gettop(L);
    lua_getiuservalue(L, 1, MAP_ENTRIES);
    if (lua_rawgeti(L, -1, place) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_pushvalue(L, page);
        lua_pushvalue(L, page);
        lua_rawseti(L, -3, place);
        return;
    }
    lua_Integer before = (lua_Integer)lua_rawlen(L, -1);
    lua_Integer count = (lua_Integer)lua_rawlen(L, page);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, page, i);
        lua_rawseti(L, -2, before + i);
    }
}

/* Runs in protected mode with the map and the completion of a page; gives nothing while more is to come, else the whole
 * list, or nil and the error. */
static int take_page(lua_State *L)
{
    lfn_lua_map *self = lfn_lua_map_at(L, 1);
    const lfn_completion *ended = lua_touserdata(L, 2);
    lfn_lua_slot *slot = &self->slots[ended->tag];
    lfn_error error;
    bool more = true;
    lua_getiuservalue(L, 1, MAP_CLIENT);
    if (lfn_lua_push_landed(L, -1, ended, false, &self->tape) != 1)
        return 2;
    lfn_status status = lfn_pages_take(slot->pages, ended->result, &more, &error);
    if (status != LFN_OK)
        return lfn_lua_fail(L, &error, ended->result);
    if (!more) {
        lua_newtable(L);
        luaL_setmetatable(L, LFN_LUA_ARRAY);
    }
    add_entries(L, (lua_Integer)ended->tag + 1);
    slot->again = more && lfn_pages_call(slot->pages) != NULL;
    return slot->again ? 0 : 1;
}

/* Asks for the next page of the lists whose last one came in this block; their places are free now. */
static void go_on(lua_State *L, lfn_lua_map *self)
{
    for (size_t i = 0; self->call.operation->form == LFN_FORM_LIST && i < self->window; i++) {
        lfn_error error;
        if (!self->slots[i].again)
            continue;
        bool asked = lfn_lua_map_submit_page(self, i, &error) == LFN_OK;
        if (!asked)
            lfn_lua_fail(L, &error, NULL); /* raises for want of memory: it is tried again then */
        self->slots[i].again = false;
        if (asked)
            continue;
        self->under_way--;
        if (!self->ordered)
            lfn_lua_map_put_ready(self, i);
        keep_outcome(L, self, i);
        if (self->set.calls == NULL)
            return;
    }
}

/* ---- a block ---- */

/* Takes what ended into its slot. Where it is not handed out soon, the value is made at once. */
static void land(lua_State *L, lfn_lua_map *self, const lfn_completion *ended)
{
    size_t index = (size_t)ended->tag;
    lfn_lua_slot *slot = &self->slots[index];
    bool is_list = slot->pages != NULL;
    if (!is_list && !self->ordered) {
        slot->ended = ended;
        slot->done = true;
        self->held++;
    } else if (!push_made(L, self, is_list ? take_page : make_value, (void *)(uintptr_t)ended)) {
        slot->again = false;
        keep_raised(L, self, index);
    } else if (slot->again) {
        lua_pop(L, 2);
    } else {
        keep_outcome(L, self, index);
    }
    if (self->set.calls == NULL || slot->again)
        return;
    self->under_way--;
    if (!self->ordered)
        lfn_lua_map_put_ready(self, index);
}

static int fail_closed(lua_State *L, lfn_lua_map *self)
{
    lfn_error error;
    lfn_error_set(&error, LFN_CLOSED, "The map was closed, or its client was.");
    lfn_lua_map_shut(self);
    return lfn_lua_raise_error(L, &error);
}

static void check_open(lua_State *L, lfn_lua_map *self)
{
    if (self->set.calls == NULL && !self->over)
        fail_closed(L, self);
}

static void poll(lua_State *L, lfn_lua_map *self, int64_t wait_ms)
{
    lua_settop(L, 1);
    lua_getiuservalue(L, 1, MAP_CLIENT);
    if (wait_ms > 0)
        lfn_lua_cap_deadline(L, 2, &wait_ms);
    if (!lfn_lua_set_poll(L, &self->set, 2, wait_ms, self->block_room)) {
        lfn_lua_map_shut(self);
        lua_error(L);
    }
    lua_settop(L, 1);
    for (size_t i = 0; i < self->set.count; i++)
        land(L, self, &self->set.block[i]);
    check_open(L, self);
}

/* ---- moving ---- */

static void tell_progress(lua_State *L, lfn_lua_map *self)
{
    size_t done = self->done;
    if (self->told == done && done > 0)
        return;
    self->told = done;
    if (lua_getiuservalue(L, 1, MAP_PROGRESS) == LUA_TFUNCTION) {
        lua_pushinteger(L, (lua_Integer)done);
        lua_pushinteger(L, (lua_Integer)self->failed);
        lua_call(L, 2, 0);
    }
    lua_settop(L, 1);
}

/* Lets go of the block, whose values were all made, so that its places are free. */
static void finish_block(lua_State *L, lfn_lua_map *self)
{
    if (self->set.count == 0)
        return;
    self->set.count = 0;
    lfn_calls_release(self->set.calls);
    tell_progress(L, self);
}

static bool is_over(const lfn_lua_map *self)
{
    return self->exhausted && self->under_way == 0 && self->ready_count == 0;
}

/* Whether everything in the block was handed out, or kept. */
static bool is_block_done(const lfn_lua_map *self)
{
    return self->held == 0;
}

/* Pulls items when it is time and polls once. */
static void advance(lua_State *L, lfn_lua_map *self, int64_t wait_ms)
{
    finish_block(L, self);
    check_open(L, self);
    go_on(L, self);
    check_open(L, self);
    if (lfn_lua_map_wants(self))
        lfn_lua_map_pull(L, self);
    check_open(L, self);
    if (!self->over && self->under_way > 0)
        poll(L, self, has_ready(self) ? 0 : wait_ms);
}

/* ---- handing out ---- */

/* Pushes value and error of the slot. */
static void push_outcome(lua_State *L, lfn_lua_map *self, size_t index)
{
    const lfn_completion *ended = self->slots[index].ended;
    lua_Integer place = (lua_Integer)index + 1;
    if (ended == NULL) {
        lua_getiuservalue(L, 1, MAP_ENTRIES);
        lua_rawgeti(L, -1, place);
        lua_remove(L, -2);
        lua_getiuservalue(L, 1, MAP_ERRORS);
        lua_rawgeti(L, -1, place);
        lua_remove(L, -2);
    } else if (self->as_text && ended->status == LFN_OK) {
        lfn_lua_push_text(L, lfn_buffer_text(&ended->result->response.body));
        lua_pushnil(L);
    } else if (!push_made(L, self, make_value, (void *)(uintptr_t)ended)) {
        lua_error(L);
    }
}

/* Empties the slot at the head. The item stays in its table until the next one takes its place. */
static void let_go(lua_State *L, lfn_lua_map *self, size_t index)
{
    lua_Integer place = (lua_Integer)index + 1;
    lfn_lua_slot *slot = &self->slots[index];
    bool kept = slot->ended == NULL;
    self->held -= !kept;
    lfn_pages_free(slot->pages);
    *slot = (lfn_lua_slot){.pages = NULL};
    self->ready_first = (self->ready_first + 1) % self->window;
    self->ready_count--;
    self->free_slots[self->free_count++] = index;
    self->turn++;
    self->done++;
    for (int table = MAP_ENTRIES; kept && table <= MAP_ERRORS; table++) {
        lua_getiuservalue(L, 1, table);
        lua_pushnil(L);
        lua_rawseti(L, -2, place);
        lua_pop(L, 1);
    }
}

/* Makes a record of the value at index 3, whose item at 2 is the one member of the path that is its own. */
static void wrap_record(lua_State *L, const lfn_lua_map *self)
{
    enum { ERROR = 4, CLASS, OWNER, KNOWN, BOUND };
    lua_getiuservalue(L, 1, MAP_CLASS);
    lua_getiuservalue(L, 1, MAP_OWNER);
    lua_getiuservalue(L, 1, MAP_KNOWN);
    lua_createtable(L, 0, (int)self->plan->path_count);
    lua_pushnil(L);
    while (lua_next(L, KNOWN) != 0) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, BOUND);
    }
    lua_pushvalue(L, 2);
    lua_setfield(L, BOUND, self->single->snake);
    lua_pushvalue(L, 3);
    lfn_lua_wrap_record(L, CLASS, OWNER, BOUND);
    lua_replace(L, 3);
    lua_settop(L, ERROR);
}

/* Makes an object of the value at index 3, whose item stands at 2. */
static void wrap(lua_State *L, const lfn_lua_map *self)
{
    if (self->as_records && self->single != NULL && lua_type(L, 2) == LUA_TSTRING) {
        wrap_record(L, self);
        return;
    }
    if (lua_getiuservalue(L, 1, MAP_WRAP) != LUA_TFUNCTION) {
        lua_pop(L, 1);
        return;
    }
    lua_pushvalue(L, 3);
    lua_pushvalue(L, 2);
    lua_call(L, 2, 1);
    lua_replace(L, 3);
}

/* Gives item, value and error of the slot at the head. */
static int hand_out(lua_State *L, lfn_lua_map *self)
{
    uint64_t turn = self->turn;
    size_t index = self->ready[self->ready_first];
    bool kept = self->slots[index].ended == NULL;
    lua_settop(L, 1);
    lua_getiuservalue(L, 1, MAP_ITEMS);
    lua_rawgeti(L, 2, (lua_Integer)index + 1);
    lua_replace(L, 2);
    push_outcome(L, self, index);
    if (self->turn != turn || self->over)
        return lfn_lua_raise(L, "", "The map was used from inside itself.");
    bool failed = !lua_isnil(L, 4);
    if (!kept)
        self->failed += failed;
    let_go(L, self, index);
    if (!failed)
        wrap(L, self);
    return 3;
}

/* Behind the last item: nothing, for ever. */
static int end_map(lua_State *L, lfn_lua_map *self)
{
    lfn_lua_map_shut(self);
    if (!self->told_end) {
        self->told_end = true;
        tell_progress(L, self);
    }
    return 0;
}

/* ---- the methods ---- */

/* The next item, value and error; nothing behind the last one. */
static int map_next(lua_State *L)
{
    if (!lfn_lua_is_object(L, 1, lua_upvalueindex(1)))
        return luaL_typeerror(L, 1, LFN_LUA_MAP);
    lfn_lua_map *self = lua_touserdata(L, 1);
    lfn_lua_set_check(L, &self->set);
    lua_settop(L, 1);
    if (self->over)
        return 0;
    check_open(L, self);
    if (has_ready(self) && is_block_done(self) && lfn_lua_map_wants(self))
        advance(L, self, 0);
    while (!self->over && !has_ready(self)) {
        if (is_over(self))
            return end_map(L, self);
        lfn_lua_check_time(L);
        advance(L, self, long_ms);
    }
    return self->over ? 0 : hand_out(L, self);
}

/* step(): for an event loop: the same without waiting; false when nothing is ready now. */
static int map_step(lua_State *L)
{
    lfn_lua_map *self = lfn_lua_map_at(L, 1);
    lfn_lua_set_check(L, &self->set);
    lua_settop(L, 1);
    if (self->over)
        return 0;
    check_open(L, self);
    if (is_block_done(self) && (!has_ready(self) || lfn_lua_map_wants(self)))
        advance(L, self, 0);
    if (self->over || has_ready(self))
        return self->over ? 0 : hand_out(L, self);
    if (is_over(self))
        return end_map(L, self);
    lua_pushboolean(L, false);
    return 1;
}

static int map_close(lua_State *L)
{
    lfn_lua_map *self = lfn_lua_map_at(L, 1);
    lfn_lua_set_check(L, &self->set);
    lfn_lua_map_shut(self);
    return 0;
}

/* descriptor(): the number of a descriptor that is readable when a step has something to do. */
static int map_descriptor(lua_State *L)
{
    return lfn_lua_set_descriptor(L, &lfn_lua_map_at(L, 1)->set);
}

static int map_tostring(lua_State *L)
{
    const lfn_lua_map *self = lfn_lua_map_at(L, 1);
    lua_pushfstring(L, "map: %d done, %d under way%s", (int)self->done, (int)self->under_way,
                    self->over ? ", ended" : "");
    return 1;
}

void lfn_lua_map_open(lua_State *L)
{
    static const luaL_Reg meta[] = {
        {"__gc", map_close}, {"__close", map_close}, {"__tostring", map_tostring}, {NULL, NULL}};
    static const luaL_Reg methods[] = {
        {"step", map_step}, {"descriptor", map_descriptor}, {"close", map_close}, {NULL, NULL}};
    luaL_newmetatable(L, LFN_LUA_MAP);
    luaL_setfuncs(L, meta, 0);
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, map_next, 1);
    lua_setfield(L, -2, "__call");
    luaL_newlib(L, methods);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
}
