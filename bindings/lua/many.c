/* Calls of one client that are under way at once. A set waits for nothing by itself: its descriptor tells an event loop
 * when to poll, and poll hands over what ended. */
#include "client.h"

/* The user values of a set: its client, and the walks whose next page is under way, by the numbers of their calls. */
enum { SET_CLIENT = 1, SET_WALKS, SET_VALUES = 2, BLOCK = 64 };

struct lfn_lua_set {
    lfn_calls *calls;
    lfn_lua_client *client; /* NULL when the set is closed */
    lfn_lua_set *before;    /* its neighbours in the client's list */
    lfn_lua_set *after;
    bool polling;
    lua_Integer last; /* the number of the call that was submitted last */

    /* What the last poll handed out. It stands until the next one, so that a block whose values found no memory is
     * handed over again. */
    lfn_completion block[BLOCK];
    size_t count;
};

static lfn_lua_set *set_at(lua_State *L, int index)
{
    return luaL_checkudata(L, index, LFN_LUA_CALLS);
}

/* ---- opening and closing ---- */

static void join(lfn_lua_set *self, lfn_lua_client *client)
{
    self->client = client;
    self->after = client->sets;
    if (client->sets != NULL)
        client->sets->before = self;
    client->sets = self;
}

static void free_set(lfn_lua_set *self)
{
    lfn_calls *calls = self->calls;
    if (self->client != NULL && self->client->sets == self)
        self->client->sets = self->after;
    if (self->before != NULL)
        self->before->after = self->after;
    if (self->after != NULL)
        self->after->before = self->before;
    self->before = NULL;
    self->after = NULL;
    self->client = NULL;
    self->calls = NULL;
    self->count = 0;
    lfn_calls_free(calls);
}

void lfn_lua_sets_free(lfn_lua_client *client)
{
    while (client->sets != NULL)
        free_set(client->sets);
}

static size_t places_option(lua_State *L, const char *name)
{
    lfn_lua_option(L, 2, name);
    size_t count = lfn_lua_count(L, -1, name);
    lua_pop(L, 1);
    return count;
}

static double rate_option(lua_State *L)
{
    lfn_lua_option(L, 2, "rate");
    if (!lua_isnil(L, -1) && lua_type(L, -1) != LUA_TNUMBER)
        lfn_lua_raise(L, "", "rate must be a number of calls in a second, not a %s.", luaL_typename(L, -1));
    double rate = lua_tonumber(L, -1);
    lua_pop(L, 1);
    return rate;
}

/* calls([{concurrency, queue, rate}]): a set of calls. */
int lfn_lua_client_calls(lua_State *L)
{
    static const char *const names[] = {"concurrency", "queue", "rate", NULL};
    lfn_lua_client *client = lfn_lua_client_at(L, 1);
    lua_settop(L, 2);
    lfn_lua_check_options(L, 2, names);
    lfn_calls_options options = {
        .concurrency = places_option(L, "concurrency"), .queue = places_option(L, "queue"), .rate = rate_option(L)};
    lfn_lua_set *self = lua_newuserdatauv(L, sizeof *self, SET_VALUES);
    memset(self, 0, sizeof *self);
    luaL_setmetatable(L, LFN_LUA_CALLS);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, 3, SET_CLIENT);
    lua_newtable(L);
    lua_setiuservalue(L, 3, SET_WALKS);
    if (!lfn_lua_client_enter(L, 1))
        return 2;
    lfn_error error;
    int service = lua_gettop(L);
    lfn_status status = lfn_calls_open(client->client, &options, &self->calls, &error);
    if (status == LFN_OK)
        join(self, client);
    lfn_lua_client_leave(L, 1, service);
    if (status != LFN_OK)
        return lfn_lua_fail(L, &error, NULL);
    lua_settop(L, 3);
    return 1;
}

static void check_not_polling(lua_State *L, const lfn_lua_set *self)
{
    if (self->polling)
        lfn_lua_raise(L, "", "The set of calls was used from inside a function that it called.");
}

static int set_close(lua_State *L)
{
    lfn_lua_set *self = set_at(L, 1);
    check_not_polling(L, self);
    free_set(self);
    return 0;
}

static int fail_closed(lua_State *L)
{
    return lfn_lua_fail_with(L, LFN_CLOSED, "The set of calls is closed.");
}

/* ---- submitting ---- */

/* Ends a submission: its number, or nil and the error. */
static int submitted(lua_State *L, lfn_lua_set *self, lfn_status status, const lfn_error *error)
{
    if (status != LFN_OK)
        return lfn_lua_fail(L, error, NULL);
    lua_pushinteger(L, ++self->last);
    return 1;
}

/* submit(name[, arguments[, options]]) */
static int set_submit(lua_State *L)
{
    lfn_lua_set *self = set_at(L, 1);
    lfn_lua_sending sending = {.ended = false};
    lfn_error error;
    check_not_polling(L, self);
    lfn_lua_read_call(L, &sending);
    lua_getiuservalue(L, 1, SET_CLIENT);
    lfn_lua_cap_deadline(L, -1, &sending.call.deadline_ms);
    if (self->calls == NULL)
        return fail_closed(L);
    lfn_status status = lfn_calls_submit(self->calls, &sending.call, (uint64_t)self->last + 1, &error);
    lfn_lua_work_free(sending.work);
    return submitted(L, self, status, &error);
}

/* submit_request(method, path[, body]) */
static int set_submit_request(lua_State *L)
{
    lfn_lua_set *self = set_at(L, 1);
    lfn_lua_sending sending = {.ended = false};
    lfn_error error;
    check_not_polling(L, self);
    lfn_lua_read_request(L, &sending);
    if (self->calls == NULL)
        return fail_closed(L);
    lfn_status status = lfn_calls_submit_request(self->calls, sending.method, sending.path, sending.call.body,
                                                 (uint64_t)self->last + 1, &error);
    lfn_lua_work_free(sending.work);
    return submitted(L, self, status, &error);
}

/* submit_page(walk): nothing behind the last page. */
static int set_submit_page(lua_State *L)
{
    lfn_lua_set *self = set_at(L, 1);
    lfn_pages *pages = lfn_lua_walk_at(L, 2);
    lfn_error error;
    check_not_polling(L, self);
    lua_settop(L, 2);
    if (self->calls == NULL || pages == NULL)
        return fail_closed(L);
    const lfn_call *next = lfn_pages_call(pages);
    if (next == NULL)
        return 0;
    /* The walk stands in its place before its call goes out. */
    lua_getiuservalue(L, 1, SET_WALKS);
    lua_pushvalue(L, 2);
    lua_rawseti(L, 3, self->last + 1);
    lfn_status status = lfn_calls_submit(self->calls, next, (uint64_t)self->last + 1, &error);
    return submitted(L, self, status, &error);
}

/* ---- polling ---- */

/* Tells the walk of a call, when it has one, of the page that came. *out_more is false behind the last page. */
static lfn_status take_page(lua_State *L, const lfn_completion *ended, bool *out_more, lfn_error *error)
{
    lfn_status status = LFN_OK;
    *out_more = true;
    lua_getiuservalue(L, 1, SET_WALKS);
    if (lua_rawgeti(L, -1, (lua_Integer)ended->tag) != LUA_TNIL) {
        lfn_pages *pages = lfn_lua_walk_at(L, -1);
        if (pages == NULL)
            status = lfn_error_set(error, LFN_CLOSED, "The walk over the pages is closed.");
        else
            status = lfn_pages_take(pages, ended->result, out_more, error);
        lua_pushnil(L);
        lua_rawseti(L, -3, (lua_Integer)ended->tag);
    }
    lua_pop(L, 2);
    return status;
}

/* Pushes the value of a call that ended well; nil behind the last page of a walk. */
static lfn_status push_value(lua_State *L, const lfn_completion *ended, lfn_buffer *tape, lfn_error *error)
{
    bool more = true;
    lfn_status status = lfn_lua_push_answer(L, ended->operation, ended->provider, ended->result, tape, error);
    if (status == LFN_OK)
        status = take_page(L, ended, &more, error);
    if (status == LFN_OK && !more)
        lua_pushnil(L);
    return status;
}

/* Puts number, value and error (or false) of a call that ended into the table at index 2. */
static void hand_over(lua_State *L, lfn_lua_set *self, const lfn_completion *ended, lua_Integer place, lfn_buffer *tape)
{
    enum { INTO = 2 };
    lfn_error error;
    int top = lua_gettop(L);
    lfn_status status = ended->status;
    if (status == LFN_OK)
        status = push_value(L, ended, tape, &error);
    if (status == LFN_OK) {
        lua_pushboolean(L, false);
    } else {
        if (ended->result->response.body.size > 0)
            lfn_client_mask(self->client->client, ended->sent, &ended->result->response.body);
        lfn_lua_fail(L, ended->status != LFN_OK ? ended->error : &error, ended->result);
    }
    lua_rawseti(L, INTO, place + 2);
    lua_rawseti(L, INTO, place + 1);
    lua_pushinteger(L, (lua_Integer)ended->tag);
    lua_rawseti(L, INTO, place);
    lua_settop(L, top);
}

/* Runs in protected mode with the set, the table and the work: a finalizer that runs meanwhile may close the client,
 * and what stands in the block has to outlive that. */
static int hand_over_block(lua_State *L)
{
    lfn_lua_set *self = set_at(L, 1);
    lfn_lua_work *work = lua_touserdata(L, 3);
    for (size_t i = 0; i < self->count; i++)
        hand_over(L, self, &self->block[i], (lua_Integer)i * 3 + 1, &work->tape);
    return 0;
}

/* Milliseconds to wait: none for 0, and for nothing as long as the engine likes. */
static int64_t read_wait(lua_State *L)
{
    const int64_t long_ms = 1000;
    if (lua_isnoneornil(L, 2))
        return long_ms;
    if (lua_type(L, 2) == LUA_TNUMBER && lua_tonumber(L, 2) == 0)
        return 0;
    return lfn_lua_milliseconds(L, 2, "the time to wait");
}

/* Polls, unless a block was not handed over whole, and hands over. Gives how many ended. What was raised is on the
 * stack when it fails. */
static bool poll_and_hand_over(lua_State *L, lfn_lua_set *self, int64_t wait_ms, size_t *out_count)
{
    self->polling = true;
    if (self->count == 0)
        self->count = lfn_calls_poll(self->calls, wait_ms, self->block, BLOCK);
    lua_pushcfunction(L, hand_over_block);
    lua_pushvalue(L, 1);
    lua_pushvalue(L, 3);
    lua_pushvalue(L, 5);
    bool whole = lua_pcall(L, 3, 0, 0) == LUA_OK;
    self->polling = false;
    if (!whole)
        return false;
    *out_count = self->count;
    self->count = 0;
    lfn_calls_release(self->calls);
    return true;
}

/* poll(seconds, into): lets everything move, and waits so long when nothing ended. Puts number, value and error of each
 * call that ended into the table, one behind the other, and gives how many there are. The error of a good one is false.
 */
static int set_poll(lua_State *L)
{
    lfn_lua_set *self = set_at(L, 1);
    size_t count = 0;
    check_not_polling(L, self);
    lua_settop(L, 3);
    luaL_checktype(L, 3, LUA_TTABLE);
    int64_t wait_ms = read_wait(L);
    if (self->calls == NULL)
        return fail_closed(L);
    lua_getiuservalue(L, 1, SET_CLIENT);
    lfn_lua_work_new(L);
    lfn_lua_cap_deadline(L, 4, &wait_ms);
    if (!lfn_lua_client_enter(L, 4))
        return 2;
    int service = lua_gettop(L);
    bool whole = poll_and_hand_over(L, self, wait_ms, &count);
    lfn_lua_client_leave(L, 4, service);
    if (!whole)
        return lua_error(L);
    lua_pushinteger(L, (lua_Integer)count);
    return 1;
}

/* ---- the rest ---- */

static int set_room(lua_State *L)
{
    const lfn_lua_set *self = set_at(L, 1);
    lua_pushinteger(L, self->calls != NULL ? (lua_Integer)lfn_calls_room(self->calls) : 0);
    return 1;
}

static int set_pending(lua_State *L)
{
    const lfn_lua_set *self = set_at(L, 1);
    lua_pushinteger(L, self->calls != NULL ? (lua_Integer)lfn_calls_pending(self->calls) : 0);
    return 1;
}

/* cancel(number): whether there was such a call under way. */
static int set_cancel(lua_State *L)
{
    const lfn_lua_set *self = set_at(L, 1);
    uint64_t tag = (uint64_t)luaL_checkinteger(L, 2);
    lua_pushboolean(L, self->calls != NULL && !self->polling && lfn_calls_cancel(self->calls, tag));
    return 1;
}

/* descriptor(): the number of a descriptor that is readable when a poll has something to do. */
static int set_descriptor(lua_State *L)
{
    const lfn_lua_set *self = set_at(L, 1);
    lfn_error error;
    if (self->calls == NULL)
        return fail_closed(L);
    int descriptor = lfn_calls_descriptor(self->calls, &error);
    if (descriptor < 0)
        return lfn_lua_fail(L, &error, NULL);
    lua_pushinteger(L, descriptor);
    return 1;
}

void lfn_lua_calls_open(lua_State *L)
{
    static const luaL_Reg meta[] = {{"__gc", set_close}, {"__close", set_close}, {NULL, NULL}};
    static const luaL_Reg methods[] = {
        {"submit", set_submit},
        {"submit_request", set_submit_request},
        {"submit_page", set_submit_page},
        {"poll", set_poll},
        {"room", set_room},
        {"pending", set_pending},
        {"cancel", set_cancel},
        {"descriptor", set_descriptor},
        {"close", set_close},
        {NULL, NULL},
    };
    luaL_newmetatable(L, LFN_LUA_CALLS);
    luaL_setfuncs(L, meta, 0);
    luaL_newlib(L, methods);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
}
