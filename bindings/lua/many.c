/* Calls of one client that are under way at once. A set waits for nothing by itself: its descriptor tells an event loop
 * when to poll, and poll hands over what ended. */
#include "client.h"

/* The user values of a set: its client; by the numbers of their calls the walks whose next page is under way; and what
 * is wanted of those that do not give their data alone. */
enum { CALLS_CLIENT = 1, CALLS_WALKS, CALLS_WANTS, CALLS_VALUES = 3 };

/* What is wanted of a call, by bits: the whole reply, and the answer as a text. */
enum { WANTS_WHOLE = 1, WANTS_TEXT = 2 };

/* What the last poll handed out stands in the set until the next one, so that a block whose values found no memory is
 * handed over again. */
typedef struct calls_box {
    lfn_lua_set set;
    lua_Integer last; /* the number of the call that was submitted last */
    bool has_walks;   /* the tables of walks and of wants were ever used */
    bool has_wants;
} calls_box;

static calls_box *calls_at(lua_State *L, int index)
{
    return luaL_checkudata(L, index, LFN_LUA_CALLS);
}

/* ---- opening and closing ---- */

/* calls([{concurrency, queue, rate}]): a set of calls. */
int lfn_lua_client_calls(lua_State *L)
{
    static const char *const names[] = {"concurrency", "queue", "rate", NULL};
    lfn_lua_client_at(L, 1);
    lua_settop(L, 2);
    lfn_lua_check_options(L, 2, names);
    lfn_calls_options options = {.concurrency = lfn_lua_count_option(L, 2, "concurrency"),
                                 .queue = lfn_lua_count_option(L, 2, "queue"),
                                 .rate = lfn_lua_rate_option(L, 2)};
    calls_box *self = lua_newuserdatauv(L, sizeof *self, CALLS_VALUES);
    memset(self, 0, sizeof *self);
    luaL_setmetatable(L, LFN_LUA_CALLS);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, 3, CALLS_CLIENT);
    lua_newtable(L);
    lua_setiuservalue(L, 3, CALLS_WALKS);
    lua_newtable(L);
    lua_setiuservalue(L, 3, CALLS_WANTS);
    if (!lfn_lua_set_open(L, &self->set, 1, &options))
        return 2;
    lua_settop(L, 3);
    return 1;
}

static int calls_close(lua_State *L)
{
    calls_box *self = calls_at(L, 1);
    lfn_lua_set_check(L, &self->set);
    lfn_lua_set_close(&self->set);
    return 0;
}

static int fail_closed(lua_State *L)
{
    return lfn_lua_fail_with(L, LFN_CLOSED, "The set of calls is closed.");
}

/* ---- submitting ---- */

/* Ends a submission: its number, or nil and the error. */
static int submitted(lua_State *L, calls_box *self, lfn_status status, const lfn_error *error)
{
    if (status != LFN_OK)
        return lfn_lua_fail(L, error, NULL);
    lua_pushinteger(L, ++self->last);
    return 1;
}

/* Remembers what is wanted of the next call, in place of what was wanted of one that was not taken. */
static void want(lua_State *L, calls_box *self, bool whole, bool as_text)
{
    int wants = (whole ? WANTS_WHOLE : 0) | (as_text ? WANTS_TEXT : 0);
    if (wants == 0 && !self->has_wants)
        return;
    self->has_wants = true;
    lua_getiuservalue(L, 1, CALLS_WANTS);
    if (wants != 0)
        lua_pushinteger(L, wants);
    else
        lua_pushnil(L);
    lua_rawseti(L, -2, self->last + 1);
    lua_pop(L, 1);
}

/* submit(name[, arguments[, options[, whole]]]) */
static int calls_submit(lua_State *L)
{
    if (!lfn_lua_is_object(L, 1, lua_upvalueindex(1)))
        return luaL_typeerror(L, 1, LFN_LUA_CALLS);
    calls_box *self = lua_touserdata(L, 1);
    lfn_lua_sending sending = {.ended = false};
    lfn_error error;
    lfn_lua_set_check(L, &self->set);
    bool whole = lua_toboolean(L, 5);
    lfn_lua_read_call(L, &sending);
    want(L, self, whole, sending.form == LFN_LUA_TEXT);
    lua_getiuservalue(L, 1, CALLS_CLIENT);
    lfn_lua_cap_deadline(L, -1, &sending.call.deadline_ms);
    if (self->set.calls == NULL)
        return fail_closed(L);
    lfn_status status = lfn_calls_submit(self->set.calls, &sending.call, (uint64_t)self->last + 1, &error);
    lfn_lua_work_free(sending.work);
    return submitted(L, self, status, &error);
}

/* submit_request(method, path[, body]) */
static int calls_submit_request(lua_State *L)
{
    calls_box *self = calls_at(L, 1);
    lfn_lua_sending sending = {.ended = false};
    lfn_error error;
    lfn_lua_set_check(L, &self->set);
    lfn_lua_read_request(L, &sending);
    if (self->set.calls == NULL)
        return fail_closed(L);
    lfn_status status = lfn_calls_submit_request(self->set.calls, sending.method, sending.path, sending.call.body,
                                                 (uint64_t)self->last + 1, &error);
    lfn_lua_work_free(sending.work);
    return submitted(L, self, status, &error);
}

/* Raises when a page of the walk at index 2 is under way: the one behind it is not known before that has come. */
static void check_walk(lua_State *L)
{
    lua_getiuservalue(L, 1, CALLS_WALKS);
    lua_pushnil(L);
    while (lua_next(L, -2) != 0) {
        if (lua_rawequal(L, -1, 2))
            lfn_lua_raise(L, "", "The next page of the walk is under way already: let one task walk over a list.");
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* submit_page(walk[, whole]): nothing behind the last page. */
static int calls_submit_page(lua_State *L)
{
    calls_box *self = calls_at(L, 1);
    lfn_pages *pages = lfn_lua_walk_at(L, 2);
    lfn_error error;
    lfn_lua_set_check(L, &self->set);
    check_walk(L);
    want(L, self, lua_toboolean(L, 3), false);
    lua_settop(L, 2);
    if (self->set.calls == NULL || pages == NULL)
        return fail_closed(L);
    const lfn_call *next = lfn_pages_call(pages);
    if (next == NULL)
        return 0;
    /* The walk stands in its place before its call goes out. */
    self->has_walks = true;
    lua_getiuservalue(L, 1, CALLS_WALKS);
    lua_pushvalue(L, 2);
    lua_rawseti(L, 3, self->last + 1);
    lfn_status status = lfn_calls_submit(self->set.calls, next, (uint64_t)self->last + 1, &error);
    return submitted(L, self, status, &error);
}

/* ---- polling ---- */

/* Tells the walk of a call, when it has one, of the page that came. *out_more is false behind the last page. */
static lfn_status take_page(lua_State *L, const lfn_completion *ended, bool *out_more, lfn_error *error)
{
    lfn_status status = LFN_OK;
    *out_more = true;
    lua_getiuservalue(L, 1, CALLS_WALKS);
    if (lua_rawgeti(L, -1, (lua_Integer)ended->tag) != LUA_TNIL) {
        lfn_pages *pages = lfn_lua_walk_at(L, -1);
        if (pages == NULL)
            status = lfn_error_set(error, LFN_CLOSED, "The walk over the pages is closed.");
        else if (ended->status == LFN_OK)
            status = lfn_pages_take(pages, ended->result, out_more, error);
        lua_pushnil(L);
        lua_rawseti(L, -3, (lua_Integer)ended->tag);
    }
    lua_pop(L, 2);
    return status;
}

/* What is wanted of a call. */
static int wants_of(lua_State *L, const calls_box *self, const lfn_completion *ended)
{
    if (!self->has_wants)
        return 0;
    lua_getiuservalue(L, 1, CALLS_WANTS);
    lua_rawgeti(L, -1, (lua_Integer)ended->tag);
    int wants = (int)lua_tointeger(L, -1);
    lua_pop(L, 2);
    return wants;
}

/* Forgets what was wanted of the calls in the block, which was handed over whole. */
static void forget_wants(lua_State *L, const calls_box *self)
{
    if (!self->has_wants)
        return;
    lua_getiuservalue(L, 1, CALLS_WANTS);
    for (size_t i = 0; i < self->set.count; i++) {
        lua_pushnil(L);
        lua_rawseti(L, -2, (lua_Integer)self->set.block[i].tag);
    }
    lua_pop(L, 1);
}

/* Puts number, value and error (or false) of a call that ended into the table at index 2. */
static void hand_over(lua_State *L, const calls_box *self, const lfn_completion *ended, lua_Integer place,
                      lfn_lua_tape *tape)
{
    enum { INTO = 2 };
    lfn_error error;
    bool more = true;
    int top = lua_gettop(L);
    lua_getiuservalue(L, 1, CALLS_CLIENT);
    int wants = wants_of(L, self, ended);
    int count = lfn_lua_push_landed(L, -1, ended, (wants & WANTS_TEXT) != 0, tape);
    lfn_status status = self->has_walks ? take_page(L, ended, &more, &error) : LFN_OK;
    if (status != LFN_OK)
        count = lfn_lua_fail(L, &error, ended->result);
    else if (!more)
        lua_pushnil(L);
    if (count == 1 && more && (wants & WANTS_WHOLE) != 0)
        lfn_lua_wrap_reply(L, ended->operation, ended->result);
    if (count == 1)
        lua_pushboolean(L, false);
    lua_rawseti(L, INTO, place + 2);
    lua_rawseti(L, INTO, place + 1);
    lua_pushinteger(L, (lua_Integer)ended->tag);
    lua_rawseti(L, INTO, place);
    lua_settop(L, top);
}

/* Runs in protected mode with the set, the table and the work. */
static int hand_over_block(lua_State *L)
{
    calls_box *self = calls_at(L, 1);
    lfn_lua_work *work = lua_touserdata(L, 3);
    for (size_t i = 0; i < self->set.count; i++)
        hand_over(L, self, &self->set.block[i], (lua_Integer)i * 3 + 1, &work->tape);
    forget_wants(L, self);
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

/* Hands over what stands in the block. A finalizer that runs meanwhile may close the client, which has to outlive it.
 * What was raised is on the stack when it fails. */
static bool hand_over_held(lua_State *L, calls_box *self)
{
    lfn_lua_client *client = self->set.client;
    lfn_lua_client_hold(client);
    lua_pushcfunction(L, hand_over_block);
    lua_pushvalue(L, 1);
    lua_pushvalue(L, 3);
    lua_pushvalue(L, 5);
    self->set.busy = true;
    bool whole = lua_pcall(L, 3, 0, 0) == LUA_OK;
    self->set.busy = false;
    if (whole) {
        lua_pushinteger(L, (lua_Integer)self->set.count);
        self->set.count = 0;
        lfn_calls_release(self->set.calls);
    }
    lfn_lua_client_let_go(client);
    return whole;
}

/* poll(seconds, into): lets everything move, and waits so long when nothing ended. Puts number, value and error of each
 * call that ended into the table, one behind the other, and gives how many there are. The error of a good one is false.
 */
static int calls_poll(lua_State *L)
{
    calls_box *self = calls_at(L, 1);
    lfn_lua_set_check(L, &self->set);
    lua_settop(L, 3);
    luaL_checktype(L, 3, LUA_TTABLE);
    int64_t wait_ms = read_wait(L);
    if (self->set.calls == NULL)
        return fail_closed(L);
    lua_getiuservalue(L, 1, CALLS_CLIENT);
    lfn_lua_work_new(L);
    if (wait_ms > 0) {
        lfn_lua_check_time(L);
        lfn_lua_cap_deadline(L, 4, &wait_ms);
    }
    if (self->set.count == 0 && !lfn_lua_set_poll(L, &self->set, 4, wait_ms, LFN_LUA_BLOCK))
        return 2;
    if (self->set.calls == NULL)
        return fail_closed(L);
    if (!hand_over_held(L, self))
        return lua_error(L);
    return 1;
}

/* ---- the rest ---- */

static int calls_room(lua_State *L)
{
    const calls_box *self = calls_at(L, 1);
    lua_pushinteger(L, self->set.calls != NULL ? (lua_Integer)lfn_calls_room(self->set.calls) : 0);
    return 1;
}

static int calls_pending(lua_State *L)
{
    const calls_box *self = calls_at(L, 1);
    lua_pushinteger(L, self->set.calls != NULL ? (lua_Integer)lfn_calls_pending(self->set.calls) : 0);
    return 1;
}

/* cancel(number): whether there was such a call under way. */
static int calls_cancel(lua_State *L)
{
    const calls_box *self = calls_at(L, 1);
    lua_Integer number = luaL_checkinteger(L, 2);
    lfn_lua_set_check(L, &self->set);
    lua_getiuservalue(L, 1, CALLS_WALKS);
    lua_pushnil(L);
    lua_rawseti(L, -2, number);
    lua_pushboolean(L, self->set.calls != NULL && lfn_calls_cancel(self->set.calls, (uint64_t)number));
    return 1;
}

/* descriptor(): the number of a descriptor that is readable when a poll has something to do. */
static int calls_descriptor(lua_State *L)
{
    return lfn_lua_set_descriptor(L, &calls_at(L, 1)->set);
}

void lfn_lua_calls_open(lua_State *L)
{
    static const luaL_Reg meta[] = {{"__gc", calls_close}, {"__close", calls_close}, {NULL, NULL}};
    static const luaL_Reg methods[] = {
        {"submit_request", calls_submit_request},
        {"submit_page", calls_submit_page},
        {"poll", calls_poll},
        {"room", calls_room},
        {"pending", calls_pending},
        {"cancel", calls_cancel},
        {"descriptor", calls_descriptor},
        {"close", calls_close},
        {NULL, NULL},
    };
    luaL_newmetatable(L, LFN_LUA_CALLS);
    luaL_setfuncs(L, meta, 0);
    luaL_newlib(L, methods);
    lua_pushvalue(L, -2);
    lua_pushcclosure(L, calls_submit, 1);
    lua_setfield(L, -2, "submit");
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
}
