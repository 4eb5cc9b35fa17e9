/* Sets of calls under way, as Calls and maps hold them: opening, polling, letting go. A set ends before its client. */
#include "client.h"

static void join(lfn_lua_set *set, lfn_lua_client *client)
{
    set->client = client;
    set->after = client->sets;
    if (client->sets != NULL)
        client->sets->before = set;
    client->sets = set;
}

static void part(lfn_lua_set *set)
{
    if (set->client != NULL && set->client->sets == set)
        set->client->sets = set->after;
    if (set->before != NULL)
        set->before->after = set->after;
    if (set->after != NULL)
        set->after->before = set->before;
    set->before = NULL;
    set->after = NULL;
    set->client = NULL;
}

bool lfn_lua_set_open(lua_State *L, lfn_lua_set *set, int client, const lfn_calls_options *options)
{
    lfn_error error;
    client = lua_absindex(L, client);
    if (!lfn_lua_client_enter(L, client))
        return false;
    int service = lua_gettop(L);
    lfn_lua_client *owner = lfn_lua_client_of(L, client);
    lfn_status status = lfn_calls_open(owner->client, options, &set->calls, &error);
    if (status == LFN_OK)
        join(set, owner);
    lfn_lua_client_leave(L, client, service);
    if (status != LFN_OK)
        lfn_lua_fail(L, &error, NULL);
    return status == LFN_OK;
}

void lfn_lua_set_close(lfn_lua_set *set)
{
    lfn_calls *calls = set->calls;
    part(set);
    set->calls = NULL;
    set->count = 0;
    lfn_calls_free(calls);
}

void lfn_lua_sets_free(lfn_lua_client *client)
{
    while (client->sets != NULL)
        lfn_lua_set_close(client->sets);
}

void lfn_lua_set_check(lua_State *L, const lfn_lua_set *set)
{
    if (set->busy)
        lfn_lua_raise(L, "", "Calls under way were used from inside a function that they called.");
}

bool lfn_lua_set_poll(lua_State *L, lfn_lua_set *set, int client, int64_t wait_ms, size_t room)
{
    client = lua_absindex(L, client);
    if (!lfn_lua_client_enter(L, client))
        return false;
    int service = lua_gettop(L);
    lua_pushnil(L);
    lua_setiuservalue(L, client, CLIENT_RAISED);
    set->busy = true;
    set->count = lfn_calls_poll(set->calls, wait_ms, set->block, room);
    set->busy = false;
    lfn_lua_client_leave(L, client, service);
    lua_settop(L, service - 1);
    return true;
}

int lfn_lua_set_descriptor(lua_State *L, const lfn_lua_set *set)
{
    lfn_error error;
    if (set->calls == NULL)
        return lfn_lua_fail_with(L, LFN_CLOSED, "The set of calls is closed.");
    int descriptor = lfn_calls_descriptor(set->calls, &error);
    if (descriptor < 0)
        return lfn_lua_fail(L, &error, NULL);
    lua_pushinteger(L, descriptor);
    return 1;
}

/* What a transport of Lua raised is the cause of a failure without an answer. */
static void set_cause(lua_State *L, int client)
{
    lua_getiuservalue(L, client, CLIENT_RAISED);
    lua_setfield(L, -2, "cause");
}

static bool has_raised(lua_State *L, int client)
{
    bool raised = lua_getiuservalue(L, client, CLIENT_RAISED) != LUA_TNIL;
    lua_pop(L, 1);
    return raised;
}

static int push_failure(lua_State *L, int client, const lfn_completion *ended, lfn_error *error)
{
    lfn_result *result = ended->result;
    bool raised = error->status != LFN_UNKNOWN_OUTCOME && result->response.status == 0 && has_raised(L, client);
    if (result->response.body.size > 0)
        lfn_client_mask(lfn_lua_client_of(L, client)->client, ended->sent, &result->response.body);
    if (raised) {
        lfn_error_set(error, LFN_TRANSPORT, "The transport function raised an error.");
        lfn_error_hint(error, "Look at the cause of this error.");
        if (result->attempt_count > 0)
            result->attempts[result->attempt_count - 1].status = LFN_TRANSPORT;
    }
    lfn_lua_fail(L, error, result);
    if (raised)
        set_cause(L, client);
    return 2;
}

int lfn_lua_push_landed(lua_State *L, int client, const lfn_completion *ended, bool as_text, lfn_lua_tape *tape)
{
    lfn_error error = {.status = LFN_OK};
    client = lua_absindex(L, client);
    if (ended->status == LFN_OK && as_text) {
        lfn_lua_push_text(L, lfn_buffer_text(&ended->result->response.body));
        return 1;
    }
    if (ended->status != LFN_OK)
        error = *ended->error;
    else if (lfn_lua_push_answer(L, ended->operation, ended->provider, ended->result, tape, &error) == LFN_OK)
        return 1;
    return push_failure(L, client, ended, &error);
}
