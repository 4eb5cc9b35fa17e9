/* Sets of calls under way, as Calls and maps hold them: opening, polling, letting go. A set ends before its client
 * does.
 */
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
    lfn_lua_client *owner = lfn_lua_client_at(L, client);
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

int lfn_lua_push_landed(lua_State *L, lfn_client *client, const lfn_completion *ended, lfn_buffer *tape)
{
    lfn_error error;
    lfn_status status = ended->status;
    if (status == LFN_OK) {
        status = lfn_lua_push_answer(L, ended->operation, ended->provider, ended->result, tape, &error);
        if (status == LFN_OK)
            return 1;
    }
    if (ended->result->response.body.size > 0)
        lfn_client_mask(client, ended->sent, &ended->result->response.body);
    return lfn_lua_fail(L, ended->status != LFN_OK ? ended->error : &error, ended->result);
}
