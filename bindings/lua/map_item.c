/* What an item of a map stands for: a string is one member of the path; anything else is made a string, or a table of
 * arguments, by a function of the package. */
#include "map.h"

bool lfn_lua_map_wants(const lfn_lua_map *self)
{
    return !self->exhausted && self->free_count > 0 && self->free_count * 4 >= self->window;
}

/* ---- a call ---- */

lfn_status lfn_lua_map_submit_page(lfn_lua_map *self, size_t index, lfn_error *error)
{
    const lfn_call *call = lfn_pages_call(self->slots[index].pages);
    if (call == NULL)
        return lfn_error_set(error, LFN_PROTOCOL, "The walk over the pages ended before it began.");
    return lfn_calls_submit(self->set.calls, call, index, error);
}

static lfn_status submit(lfn_lua_map *self, size_t index, const lfn_call *call, lfn_error *error)
{
    if (self->call.operation->form != LFN_FORM_LIST)
        return lfn_calls_submit(self->set.calls, call, index, error);
    lfn_pages **pages = &self->slots[index].pages;
    lfn_status status = lfn_pages_open(self->set.client->client, call, pages, error);
    if (status == LFN_OK)
        status = lfn_lua_map_submit_page(self, index, error);
    if (status == LFN_OK)
        return LFN_OK;
    lfn_pages_free(*pages);
    *pages = NULL;
    return status;
}

/* Nothing is built for such an item. */
static lfn_status submit_text(lfn_lua_map *self, size_t index, lfn_text text, int64_t deadline_ms, lfn_error *error)
{
    lfn_call call = self->call;
    self->own->value = text;
    call.argument_count++;
    call.deadline_ms = deadline_ms;
    return submit(self, index, &call, error);
}

static lfn_status submit_table(lua_State *L, lfn_lua_map *self, size_t index, int table, int64_t deadline_ms,
                               lfn_error *error)
{
    lfn_call call = self->call;
    call.argument_count = 0;
    call.deadline_ms = deadline_ms;
    lfn_lua_work *work = lfn_lua_work_new(L);
    lfn_lua_read_named(L, table, self->plan, work, &call);
    lfn_status status = LFN_CLOSED;
    if (self->set.calls == NULL)
        lfn_error_set(error, LFN_CLOSED, "The map was closed.");
    else
        status = submit(self, index, &call, error);
    lfn_lua_work_free(work);
    return status;
}

typedef struct resolving {
    size_t index;
    int64_t deadline_ms;
    lfn_status status;
    lfn_error error;
} resolving;

/* Runs in protected mode with the map, the item and the resolving. */
static int submit_resolved(lua_State *L)
{
    lfn_lua_map *self = lfn_lua_map_at(L, 1);
    resolving *given = lua_touserdata(L, 3);
    lua_getiuservalue(L, 1, MAP_RESOLVE);
    lua_pushvalue(L, 2);
    lua_call(L, 1, 1);
    if (self->set.calls == NULL)
        given->status = lfn_error_set(&given->error, LFN_CLOSED, "The map was closed.");
    else if (lua_type(L, -1) == LUA_TSTRING && self->own != NULL)
        given->status =
            submit_text(self, given->index, lfn_lua_text(L, -1, "the item"), given->deadline_ms, &given->error);
    else
        given->status = submit_table(L, self, given->index, lua_gettop(L), given->deadline_ms, &given->error);
    return 0;
}

/* ---- an item ---- */

/* Takes up the item at the top. What is wrong with it is its error, which is pushed: true then. An error that is no
 * mistake in the item is raised. */
static bool submit_item(lua_State *L, lfn_lua_map *self, size_t index, int64_t deadline_ms)
{
    resolving given = {.index = index, .deadline_ms = deadline_ms};
    if (lua_type(L, -1) == LUA_TSTRING && self->own != NULL) {
        lfn_text text = {NULL, 0};
        text.data = lua_tolstring(L, -1, &text.size);
        given.status = submit_text(self, index, text, deadline_ms, &given.error);
    } else {
        lua_pushcfunction(L, submit_resolved);
        lua_pushvalue(L, 1);
        lua_pushvalue(L, -3);
        lua_pushlightuserdata(L, &given);
        self->set.busy = true;
        bool done = lua_pcall(L, 3, 0, 0) == LUA_OK;
        self->set.busy = false;
        if (!done) {
            if (!lua_istable(L, -1))
                lua_error(L);
            return true;
        }
    }
    if (given.status == LFN_OK)
        return false;
    lfn_lua_fail(L, &given.error, NULL);
    return true;
}

/* Puts the item at the top, and perhaps its error above it, into a slot, and takes both from the stack. */
static void begin(lua_State *L, lfn_lua_map *self, bool failed)
{
    size_t index = self->free_slots[--self->free_count];
    lua_Integer place = (lua_Integer)index + 1;
    if (failed) {
        lua_getiuservalue(L, 1, MAP_ERRORS);
        lua_insert(L, -2);
        lua_rawseti(L, -2, place);
        lua_settop(L, 2);
    }
    lua_getiuservalue(L, 1, MAP_ITEMS);
    lua_insert(L, 2);
    lua_rawseti(L, 2, place);
    lua_settop(L, 1);
    self->slots[index].done = failed;
    if (failed)
        self->failed++;
    else
        self->under_way++;
    if (failed || self->ordered)
        lfn_lua_map_put_ready(self, index);
}

/* Pushes the next item; false, and nothing, when there is none. */
static bool push_item(lua_State *L, lfn_lua_map *self)
{
    lua_getiuservalue(L, 1, MAP_SOURCE);
    if (self->from_list) {
        lua_geti(L, -1, self->pulled + 1);
        lua_remove(L, -2);
        self->pulled++;
    } else {
        lua_pushnil(L);
        lua_getiuservalue(L, 1, MAP_CONTROL);
        lua_call(L, 2, 1);
        lua_pushvalue(L, -1);
        lua_setiuservalue(L, 1, MAP_CONTROL);
    }
    if (!lua_isnil(L, -1))
        return true;
    lua_pop(L, 1);
    return false;
}

void lfn_lua_map_pull(lua_State *L, lfn_lua_map *self)
{
    int64_t deadline_ms = self->call.deadline_ms;
    lua_settop(L, 1);
    lua_getiuservalue(L, 1, MAP_CLIENT);
    lfn_lua_cap_deadline(L, 2, &deadline_ms);
    lua_settop(L, 1);
    while (self->free_count > 0) {
        bool more = push_item(L, self);
        if (self->set.calls == NULL || self->free_count == 0)
            break;
        if (!more) {
            self->exhausted = true;
            break;
        }
        bool failed = submit_item(L, self, self->free_slots[self->free_count - 1], deadline_ms);
        if (self->set.calls == NULL || self->free_count == 0)
            break;
        begin(L, self, failed);
    }
    lua_settop(L, 1);
}
