/* Service: who may read what of a Leaf user, and what is shared. */
#include "service.h"

/* The texts are kept in a table: a finalizer could take them out of the script's. */
static void read_question(lua_State *L, int index, int kept, lfn_access_question *question)
{
    static const char *const names[] = {"token", "leaf_user_id", "resource", "action", "type", NULL};
    lfn_text *const texts[] = {&question->token, &question->leaf_user_id, &question->resource, &question->action,
                               &question->type};
    if (!lua_istable(L, index))
        lfn_lua_raise(L, "", "A question must be a table with token, leaf_user_id, resource, action and perhaps type.");
    lfn_lua_check_names(L, index, names, "member of a question");
    for (size_t i = 0; names[i] != NULL; i++) {
        lfn_lua_option(L, index, names[i]);
        *texts[i] = i < 4 ? lfn_lua_text_needed(L, -1, names[i]) : lfn_lua_text(L, -1, names[i]);
        luaL_ref(L, kept);
    }
}

static lfn_status do_decide_access(lfn_service *service, lfn_lua_task *task, lfn_error *error)
{
    return lfn_service_decide_access(service, task->questions, task->count, task->answers, error);
}

static void push_access(lua_State *L, const lfn_access_answer *answer)
{
    lua_createtable(L, 0, 3);
    lua_pushboolean(L, answer->allowed);
    lua_setfield(L, -2, "allowed");
    lua_pushinteger(L, answer->http_status);
    lua_setfield(L, -2, "status");
    lua_pushstring(L, answer->reason != NULL ? answer->reason : "");
    lua_setfield(L, -2, "reason");
}

/* decide_access(questions): for each a table of allowed, status and reason. */
static int decide_access(lua_State *L)
{
    lua_settop(L, 2);
    if (!lua_istable(L, 2))
        return lfn_lua_raise(L, "", "decide_access takes a list of questions, not a %s.", luaL_typename(L, 2));
    size_t count = (size_t)lua_rawlen(L, 2);
    lfn_access_question *questions = lua_newuserdatauv(L, (count + 1) * sizeof *questions, 0);
    lfn_access_answer *answers = lua_newuserdatauv(L, (count + 1) * sizeof *answers, 0);
    lua_newtable(L);
    int kept = lua_gettop(L);
    for (size_t i = 0; i < count; i++) {
        questions[i] = (lfn_access_question){.token = {NULL, 0}};
        answers[i] = (lfn_access_answer){.allowed = false};
        lua_rawgeti(L, 2, (lua_Integer)i + 1);
        read_question(L, lua_gettop(L), kept, &questions[i]);
        lua_pop(L, 1);
    }
    lfn_lua_task task = {.count = count, .questions = questions, .answers = answers};
    if (!lfn_lua_run(L, do_decide_access, &task))
        return 2;
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        push_access(L, &answers[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static lfn_status do_list_shared(lfn_service *service, lfn_lua_task *task, lfn_error *error)
{
    return lfn_service_list_shared(service, task->text, task->direction, &task->work->body, error);
}

static int list_shared(lua_State *L, lfn_share_direction direction)
{
    lfn_error error;
    lfn_lua_task task = {.text = lfn_lua_text_needed(L, 2, "email"), .direction = direction};
    task.work = lfn_lua_work_new(L);
    if (!lfn_lua_run(L, do_list_shared, &task))
        return 2;
    if (lfn_lua_build(L, lfn_buffer_text(&task.work->body), NULL, NULL, &task.work->tape, &error) != LFN_OK)
        return lfn_lua_fail(L, &error, NULL);
    return 1;
}

/* shared_with(email): what is shared with an owner: tables of owner, status, leafUserId, permissions. */
static int shared_with(lua_State *L)
{
    return list_shared(L, LFN_SHARED_WITH_ME);
}

/* shared_by(email): what an owner shares, in the same form. */
static int shared_by(lua_State *L)
{
    return list_shared(L, LFN_SHARED_BY_ME);
}

const luaL_Reg lfn_lua_service_access_methods[] = {
    {"decide_access", decide_access},
    {"shared_with", shared_with},
    {"shared_by", shared_by},
    {NULL, NULL},
};
