/* What a call needs of the row of its operation, found out once: the names under which its members may be given. */
#include "client.h"

/* In the registry, by its address: a table with the plans by the names of their operations. */
static const char plans_key = 'p';

void lfn_lua_plans_open(lua_State *L)
{
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &plans_key);
}

static bool is_named(const lfn_lua_argument *argument, lfn_text name)
{
    return lfn_lua_is_word(name, argument->field->name) || lfn_lua_is_word(name, argument->snake);
}

const lfn_lua_argument *lfn_lua_plan_find(const lfn_lua_plan *plan, lfn_text name)
{
    for (size_t i = 0; i < plan->count; i++)
        if (is_named(&plan->arguments[i], name))
            return &plan->arguments[i];
    return NULL;
}

/* A member of the body that path or query have, too, stands there alone. */
static void add(lfn_lua_plan *plan, const lfn_field *field)
{
    lfn_lua_argument *next = &plan->arguments[plan->count];
    lfn_text name = lfn_text_of(field->name);
    if (lfn_lua_plan_find(plan, name) != NULL)
        return;
    next->field = field;
    if (!lfn_name_snake(name, next->snake, sizeof next->snake))
        next->snake[0] = '\0';
    next->has_two = next->snake[0] != '\0' && strcmp(next->snake, field->name) != 0;
    plan->count++;
}

static size_t path_size(const lfn_operation *operation)
{
    size_t count = 0;
    while (lfn_operation_path_field(operation, count) != NULL)
        count++;
    return count;
}

/* Pushes a new plan. */
static void make(lua_State *L, const lfn_operation *operation, const lfn_provider *provider)
{
    const lfn_schema *query = lfn_operation_query(operation);
    const lfn_schema *body = lfn_operation_body(operation, provider);
    const lfn_field *field = NULL;
    size_t most = path_size(operation) + lfn_schema_count(query) + lfn_schema_count(body);
    lfn_lua_plan *plan = lua_newuserdatauv(L, sizeof *plan + most * sizeof plan->arguments[0], 0);
    *plan = (lfn_lua_plan){
        .operation = operation, .provider = provider, .has_body = body != NULL, .judged = lfn_lua_judges(operation)};
    for (size_t i = 0; (field = lfn_operation_path_field(operation, i)) != NULL; i++)
        add(plan, field);
    plan->path_count = plan->count;
    for (size_t i = 0; (field = lfn_schema_at(query, i)) != NULL; i++)
        add(plan, field);
    plan->outside_count = plan->count;
    for (size_t i = 0; (field = lfn_schema_at(body, i)) != NULL; i++)
        add(plan, field);
}

static void offer_operation(lfn_lua_near *near, const lfn_operation *operation)
{
    char name[128];
    bool repeated = lfn_operation_per_provider(operation);
    int count = repeated ? LFN_PROVIDER_COUNT : 1;
    for (int i = 0; i < count; i++) {
        const char *group = repeated ? lfn_provider_get((lfn_provider_id)i)->attribute : operation->group->name;
        size_t size = strlen(group);
        if (size + strlen(operation->name) + 2 > sizeof name)
            continue;
        memcpy(name, group, size);
        name[size] = '.';
        memcpy(name + size + 1, operation->name, strlen(operation->name) + 1);
        lfn_lua_near_offer(near, name);
    }
}

static void refuse_operation(lua_State *L, lfn_text name)
{
    lfn_lua_near near;
    lfn_lua_near_begin(&near, name);
    for (int id = 0; id < LFN_OP_COUNT; id++)
        offer_operation(&near, lfn_operation_get((lfn_operation_id)id));
    lfn_lua_near_raise(L, &near, "operation", "");
}

const lfn_lua_plan *lfn_lua_plan_push(lua_State *L, int name)
{
    const lfn_operation *operation = NULL;
    const lfn_provider *provider = NULL;
    name = lua_absindex(L, name);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &plans_key);
    lua_pushvalue(L, name);
    if (lua_rawget(L, -2) == LUA_TNIL) {
        lua_pop(L, 1);
        lfn_text text = lfn_lua_text_needed(L, name, "the name of the operation");
        if (!lfn_operation_find(text, &operation, &provider))
            refuse_operation(L, text);
        make(L, operation, provider);
        lua_pushvalue(L, name);
        lua_pushvalue(L, -2);
        lua_rawset(L, -4);
    }
    lua_replace(L, -2);
    return lua_touserdata(L, -1);
}

void lfn_lua_plan_call(const lfn_lua_plan *plan, lfn_call *call)
{
    call->operation = plan->operation;
    call->provider = plan->provider;
}
