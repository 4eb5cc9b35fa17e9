/* What a client sends: calls of operations, waiting for a value, and requests that the tables lack; and what comes of
 * it. A call has three parts: it is read, it is sent, and its end becomes a value. Nothing of Lua is touched between.
 */
#include "client.h"

/* ---- the end of a call ---- */

/* Pushes an answer: true for an empty one, of a list its entries. An answer without a schema that does not call itself
 * JSON is text. Pushes nothing on a failure. */
static lfn_status push_data(lua_State *L, const lfn_operation *operation, const lfn_provider *provider,
                            const lfn_response *response, lfn_lua_tape *tape, lfn_error *error)
{
    lfn_text body = lfn_buffer_text(&response->body);
    if (body.size == 0) {
        lua_pushboolean(L, true);
        return LFN_OK;
    }
    if (operation == NULL && !lfn_response_is_json(response)) {
        lfn_lua_push_text(L, body);
        return LFN_OK;
    }
    if (operation == NULL)
        return lfn_lua_build(L, body, NULL, NULL, tape, error);
    const char *items = lfn_list_words_get(operation->group->api->list_form)->items;
    bool inside = operation->form == LFN_FORM_LIST && *items != '\0';
    return lfn_lua_build(L, body, lfn_operation_result(operation, provider), inside ? items : NULL, tape, error);
}

bool lfn_lua_judges(const lfn_operation *operation)
{
    return operation != NULL && operation->method == LFN_GET && operation->form == LFN_FORM_OBJECT;
}

/* An object is the only table without a mark. */
static bool is_object(lua_State *L, int index)
{
    if (!lua_istable(L, index))
        return false;
    bool marked = lua_getmetatable(L, index);
    if (marked)
        lua_pop(L, 1);
    return !marked;
}

lfn_status lfn_lua_push_answer(lua_State *L, const lfn_operation *operation, const lfn_provider *provider,
                               lfn_result *result, lfn_lua_tape *tape, lfn_error *error)
{
    int top = lua_gettop(L);
    lfn_status status = push_data(L, operation, provider, &result->response, tape, error);
    if (status == LFN_NO_MEMORY || !lfn_lua_judges(operation) || (status == LFN_OK && is_object(L, -1)))
        return status;
    lua_settop(L, top);
    status = lfn_result_judge(operation, result, error);
    if (status != LFN_OK && result->attempt_count > 0)
        result->attempts[result->attempt_count - 1].status = status;
    /* What cannot be built and is well all the same does not exist. */
    return status != LFN_OK ? status : lfn_error_set(error, LFN_PROTOCOL, "The answer is no object.");
}

void lfn_lua_wrap_reply(lua_State *L, const lfn_operation *operation, const lfn_result *result)
{
    lua_createtable(L, 0, 6);
    lua_insert(L, -2);
    lua_setfield(L, -2, "data");
    lua_pushinteger(L, result->response.status);
    lua_setfield(L, -2, "status");
    lfn_lua_push_attempts(L, result);
    lua_setfield(L, -2, "attempts");
    lua_pushboolean(L, result->reconciled);
    lua_setfield(L, -2, "reconciled");
    if (operation == NULL)
        return;
    lfn_page page = lfn_response_page(&result->response, operation);
    if (page.total >= 0) {
        lua_pushinteger(L, page.total);
        lua_setfield(L, -2, "total");
    }
    lua_pushboolean(L, page.has_next);
    lua_setfield(L, -2, "has_next");
}

/* Masks the answer of a failed call while its client is at hand; without one it is not shown. */
static void mask_answer(lfn_client *client, lfn_text sent, lfn_result *result)
{
    if (client != NULL && result->response.body.size > 0)
        lfn_client_mask(client, sent, &result->response.body);
    else
        lfn_buffer_clear(&result->response.body);
}

static int push_success(lua_State *L, int client, lfn_lua_sending *sending)
{
    lfn_error error;
    lfn_lua_work *work = sending->work;
    if (sending->form == LFN_LUA_TEXT) {
        lfn_lua_push_text(L, lfn_buffer_text(&work->result.response.body));
    } else if (lfn_lua_push_answer(L, sending->call.operation, sending->call.provider, &work->result, &work->tape,
                                   &error) != LFN_OK) {
        mask_answer(lfn_lua_client_of(L, client)->client, sending->call.body, &work->result);
        return lfn_lua_fail(L, &error, &work->result);
    }
    if (sending->whole)
        lfn_lua_wrap_reply(L, sending->call.operation, &work->result);
    lfn_lua_work_free(work);
    return 1;
}

/* What a transport of Lua raised is the cause of the failure. */
static bool push_raised(lua_State *L, int client)
{
    lua_getiuservalue(L, client, CLIENT_RAISED);
    bool raised = !lua_isnil(L, -1);
    lua_pushnil(L);
    lua_setiuservalue(L, client, CLIENT_RAISED);
    if (!raised)
        lua_pop(L, 1);
    return raised;
}

static int push_failure(lua_State *L, int client, lfn_status status, lfn_error *error, lfn_lua_sending *sending)
{
    lfn_result *result = &sending->work->result;
    bool raised = push_raised(L, client);
    int cause = lua_gettop(L);
    if (raised && status != LFN_UNKNOWN_OUTCOME) {
        lfn_error_set(error, LFN_TRANSPORT, "The transport function raised an error.");
        lfn_error_hint(error, "Look at the cause of this error.");
        if (result->attempt_count > 0)
            result->attempts[result->attempt_count - 1].status = LFN_TRANSPORT;
    }
    lfn_lua_fail(L, error, result);
    if (raised) {
        lua_pushvalue(L, cause);
        lua_setfield(L, -2, "cause");
    }
    lfn_lua_work_free(sending->work);
    return 2;
}

/* ---- sending ---- */

void lfn_lua_cap_deadline(lua_State *L, int client, int64_t *deadline_ms)
{
    const int64_t standard_ms = 60000;
    client = lua_absindex(L, client);
    if (lua_getfield(L, LUA_REGISTRYINDEX, LFN_LUA_LAST_MS) == LUA_TNUMBER) {
        const lfn_clock *clock = lfn_clock_system();
        int64_t left_ms = lua_tointeger(L, -1) - clock->monotonic_ms(clock->context);
        int64_t own_ms = *deadline_ms > 0 ? *deadline_ms : lfn_lua_client_of(L, client)->deadline_ms;
        if (left_ms < (own_ms > 0 ? own_ms : standard_ms))
            *deadline_ms = left_ms > 1 ? left_ms : 1;
    }
    lua_pop(L, 1);
}

int lfn_lua_send(lua_State *L, int client, lfn_lua_send_function function, lfn_lua_sending *sending)
{
    lfn_error error;
    client = lua_absindex(L, client);
    lfn_lua_cap_deadline(L, client, &sending->call.deadline_ms);
    lua_pushnil(L);
    lua_setiuservalue(L, client, CLIENT_RAISED);
    if (!lfn_lua_client_enter(L, client))
        return 2;
    lfn_client *open = lfn_lua_client_of(L, client)->client;
    int service = lua_gettop(L);
    lfn_status status = function(open, sending, &error);
    if (status != LFN_OK)
        mask_answer(open, sending->call.body, &sending->work->result);
    lfn_lua_client_leave(L, client, service);
    if (status != LFN_OK)
        return push_failure(L, client, status, &error, sending);
    if (!sending->ended)
        return push_success(L, client, sending);
    lua_pushnil(L);
    return 1;
}

/* ---- reading ---- */

void lfn_lua_read_named(lua_State *L, int index, const lfn_lua_plan *plan, lfn_lua_work *work, lfn_call *call)
{
    index = lua_absindex(L, index);
    lfn_lua_given given = {.named = lua_isnoneornil(L, index) ? 0 : index, .path = lua_gettop(L) + 1};
    if (given.named != 0 && !lua_istable(L, index))
        lfn_lua_raise(L, "", "The arguments must be a table, not a %s.", luaL_typename(L, index));
    lua_settop(L, given.path - 1 + (int)plan->path_count);
    lfn_lua_read_arguments(L, plan, &given, work, call);
    lua_settop(L, given.path - 1);
}

/* Takes the option whose name and value stand at the top. */
static void take_option(lua_State *L, lfn_lua_sending *out_sending)
{
    enum { STRICT, TIMEOUT, DEADLINE, VALUES };
    static const char *const names[] = {"strict", "timeout", "deadline", "values", NULL};
    switch (lfn_lua_place(L, -2, names, "option")) {
    case STRICT:
        out_sending->call.lax = !lfn_lua_boolean(L, -1, names[STRICT], true);
        break;
    case TIMEOUT:
        out_sending->call.timeout_ms = lfn_lua_milliseconds(L, -1, names[TIMEOUT]);
        break;
    case DEADLINE:
        out_sending->call.deadline_ms = lfn_lua_milliseconds(L, -1, names[DEADLINE]);
        break;
    default:
        out_sending->form = lfn_lua_form_at(L, -1);
    }
}

void lfn_lua_read_options(lua_State *L, lfn_lua_sending *out_sending)
{
    lua_settop(L, 4);
    out_sending->form = LFN_LUA_TABLES;
    if (lua_isnil(L, 4))
        return;
    if (!lua_istable(L, 4))
        lfn_lua_raise(L, "", "The options must be a table, not a %s.", luaL_typename(L, 4));
    lfn_lua_check_stack(L, 4);
    lua_pushnil(L);
    while (lua_next(L, 4) != 0) {
        take_option(L, out_sending);
        lua_pop(L, 1);
    }
}

void lfn_lua_read_operation(lua_State *L, lfn_lua_sending *out_sending)
{
    lfn_call *call = &out_sending->call;
    const lfn_lua_plan *plan = lfn_lua_plan_push(L, 2);
    lfn_lua_plan_call(plan, call);
    call->unread = out_sending->form == LFN_LUA_TEXT || plan->judged;
    out_sending->work = lfn_lua_work_new(L);
    lfn_lua_read_named(L, 3, plan, out_sending->work, call);
}

void lfn_lua_read_call(lua_State *L, lfn_lua_sending *out_sending)
{
    lfn_lua_read_options(L, out_sending);
    lfn_lua_read_operation(L, out_sending);
}

/* ---- the methods ---- */

lfn_status lfn_lua_do_call(lfn_client *client, lfn_lua_sending *sending, lfn_error *error)
{
    return lfn_client_call(client, &sending->call, &sending->work->result, error);
}

static int call_named(lua_State *L, bool whole)
{
    lfn_lua_sending sending = {.whole = whole};
    lfn_lua_client_at(L, 1);
    lfn_lua_read_call(L, &sending);
    return lfn_lua_send(L, 1, lfn_lua_do_call, &sending);
}

/* call(name[, arguments[, options]]): the data of the answer. */
int lfn_lua_client_call(lua_State *L)
{
    return call_named(L, false);
}

/* reply(name[, arguments[, options]]): data, status, attempts, total, has_next, reconciled. */
int lfn_lua_client_reply(lua_State *L)
{
    return call_named(L, true);
}

static lfn_status do_wait(lfn_client *client, lfn_lua_sending *sending, lfn_error *error)
{
    return lfn_client_wait(client, &sending->call, sending->member, sending->value, sending->wait_ms,
                           &sending->work->result, error);
}

/* What there is to wait for; the arguments of the call are not read. */
static const lfn_lua_plan *read_waiting(lua_State *L, lfn_lua_sending *sending)
{
    lfn_lua_client_at(L, 1);
    lua_settop(L, 6);
    const lfn_lua_plan *plan = lfn_lua_plan_push(L, 2);
    lfn_lua_plan_call(plan, &sending->call);
    sending->member = lfn_lua_text_needed(L, 4, "the name of the member");
    sending->value = lfn_lua_text_needed(L, 5, "the value to wait for");
    if (lua_type(L, 6) != LUA_TNUMBER || lua_tonumber(L, 6) != 0)
        sending->wait_ms = lfn_lua_milliseconds(L, 6, "deadline");
    return plan;
}

/* wait(name, arguments, member, value, seconds): the data when the member has the value; 0 seconds look once. */
int lfn_lua_client_wait(lua_State *L)
{
    lfn_lua_sending sending = {.ended = false};
    const lfn_lua_plan *plan = read_waiting(L, &sending);
    lfn_lua_cap_deadline(L, 1, &sending.wait_ms);
    sending.work = lfn_lua_work_new(L);
    lfn_lua_read_named(L, 3, plan, sending.work, &sending.call);
    return lfn_lua_send(L, 1, do_wait, &sending);
}

/* check_wait(name, arguments, member, value, seconds): true, or what wait refuses before it looks. */
int lfn_lua_client_check_wait(lua_State *L)
{
    lfn_lua_sending sending = {.ended = false};
    lfn_error error;
    (void)read_waiting(L, &sending);
    if (lfn_wait_check(&sending.call, sending.member, sending.value, sending.wait_ms, &error) != LFN_OK)
        return lfn_lua_fail(L, &error, NULL);
    lua_pushboolean(L, 1);
    return 1;
}

/* A request that the tables lack has a body, but no operation. */
static lfn_status do_request(lfn_client *client, lfn_lua_sending *sending, lfn_error *error)
{
    return lfn_client_request(client, sending->method, sending->path, sending->call.body, &sending->work->result,
                              error);
}

void lfn_lua_read_request(lua_State *L, lfn_lua_sending *out_sending)
{
    lua_settop(L, 4);
    out_sending->method = lfn_lua_method(L, 2);
    out_sending->path = lfn_lua_text_needed(L, 3, "path");
    out_sending->work = lfn_lua_work_new(L);
    if (lua_isnil(L, 4))
        return;
    lfn_lua_write_json(L, 4, NULL, false, &out_sending->work->body);
    out_sending->call.body = lfn_buffer_text(&out_sending->work->body);
}

/* request(method, path[, body]): the answer as a plain value. */
int lfn_lua_client_request(lua_State *L)
{
    lfn_lua_sending sending = {.ended = false};
    lfn_lua_client_at(L, 1);
    lfn_lua_read_request(L, &sending);
    return lfn_lua_send(L, 1, do_request, &sending);
}
