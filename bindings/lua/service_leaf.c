/* Service: administration of Leaf, which is its owners, their providers' answers, and visits to sign-in addresses. */
#include "service.h"

static lfn_status do_create_owner(lfn_service *service, lfn_lua_task *task, lfn_error *error)
{
    return lfn_service_create_owner(service, task->text, task->second, error);
}

/* create_owner(email, password) */
static int create_owner(lua_State *L)
{
    lfn_lua_task task = {.text = lfn_lua_text_needed(L, 2, "email"), .second = lfn_lua_text_needed(L, 3, "password")};
    return lfn_lua_run_for_true(L, do_create_owner, &task);
}

static lfn_status do_delete_owner(lfn_service *service, lfn_lua_task *task, lfn_error *error)
{
    return lfn_service_delete_owner(service, task->text, error);
}

/* delete_owner(email) */
static int delete_owner(lua_State *L)
{
    lfn_lua_task task = {.text = lfn_lua_text_needed(L, 2, "email")};
    return lfn_lua_run_for_true(L, do_delete_owner, &task);
}

static lfn_status do_check_credentials(lfn_service *service, lfn_lua_task *task, lfn_error *error)
{
    return lfn_service_check_credentials(service, &task->count, error);
}

/* check_credentials(): how many credentials changed their status. */
static int check_credentials(lua_State *L)
{
    lfn_lua_task task = {.count = 0};
    if (!lfn_lua_run(L, do_check_credentials, &task))
        return 2;
    lua_pushinteger(L, (lua_Integer)task.count);
    return 1;
}

static lfn_status do_visit(lfn_service *service, lfn_lua_task *task, lfn_error *error)
{
    return lfn_service_visit(service, task->text, error);
}

/* visit(url): a visit to a sign-in address, as the grower would. */
static int visit(lua_State *L)
{
    lfn_lua_task task = {.text = lfn_lua_text_needed(L, 2, "url")};
    return lfn_lua_run_for_true(L, do_visit, &task);
}

/* ---- what a provider answers ---- */

/* A provider by its attribute or its path segment. */
static const lfn_provider *find_provider(lua_State *L, int index)
{
    lfn_lua_near near;
    lfn_text name = lfn_lua_text_needed(L, index, "provider");
    const lfn_provider *provider = lfn_provider_find(name);
    if (provider == NULL)
        provider = lfn_provider_find_segment(name);
    if (provider != NULL)
        return provider;
    lfn_lua_near_begin(&near, name);
    for (int id = 0; id < LFN_PROVIDER_COUNT; id++)
        lfn_lua_near_offer(&near, lfn_provider_get((lfn_provider_id)id)->attribute);
    lfn_lua_near_raise(L, &near, "provider", "");
    return NULL;
}

static lfn_status do_set_provider_answer(lfn_service *service, lfn_lua_task *task, lfn_error *error)
{
    return lfn_service_set_provider_answer(service, task->text, task->provider, task->answer, error);
}

/* The options of an answer, from index 4; a body that is a table is written as JSON into the work. */
static void read_provider_answer(lua_State *L, lfn_lua_task *task, lfn_provider_answer *answer)
{
    static const char *const options[] = {"status", "headers", "body", NULL};
    lfn_lua_check_options(L, 4, options);
    size_t status = lfn_lua_count_option(L, 4, "status");
    if (status != 0 && (status < 100 || status > 599))
        lfn_lua_raise(L, "", "status must be an HTTP status from 100 to 599.");
    answer->http_status = status != 0 ? (int)status : 200;
    lfn_lua_option(L, 4, "headers");
    answer->headers = lfn_lua_text(L, -1, "headers");
    lfn_lua_option(L, 4, "body");
    if (!lua_istable(L, -1)) {
        answer->body = lfn_lua_text(L, -1, "body");
        return;
    }
    lfn_lua_write_json(L, -1, lfn_schema_get(task->provider->schema), false, &task->work->body);
    answer->body = lfn_buffer_text(&task->work->body);
}

/* set_provider_answer(leaf_user_id, provider[, {status, headers, body}]) */
static int set_provider_answer(lua_State *L)
{
    lfn_provider_answer answer = {.http_status = 200};
    lua_settop(L, 4);
    lfn_lua_task task = {.text = lfn_lua_text_needed(L, 2, "leaf_user_id"),
                         .provider = find_provider(L, 3),
                         .answer = &answer,
                         .work = lfn_lua_work_new(L)};
    read_provider_answer(L, &task, &answer);
    return lfn_lua_run_for_true(L, do_set_provider_answer, &task);
}

/* clear_provider_answer(leaf_user_id, provider): it accepts everything again. */
static int clear_provider_answer(lua_State *L)
{
    lfn_lua_task task = {.text = lfn_lua_text_needed(L, 2, "leaf_user_id"), .provider = find_provider(L, 3)};
    return lfn_lua_run_for_true(L, do_set_provider_answer, &task);
}

const luaL_Reg lfn_lua_service_leaf_methods[] = {
    {"create_owner", create_owner},
    {"delete_owner", delete_owner},
    {"check_credentials", check_credentials},
    {"visit", visit},
    {"set_provider_answer", set_provider_answer},
    {"clear_provider_answer", clear_provider_answer},
    {NULL, NULL},
};
