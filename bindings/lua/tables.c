/* The tables as plain Lua values: operations, providers, schemas, statuses and problems. A schema is made when it is
 * asked for, since a script meets few of them. */
#include "state.h"

/* ---- members of a row ---- */

static void set_text(lua_State *L, const char *name, const char *text)
{
    if (text == NULL)
        return;
    lua_pushstring(L, text);
    lua_setfield(L, -2, name);
}

static void set_integer(lua_State *L, const char *name, int64_t value)
{
    lua_pushinteger(L, value);
    lua_setfield(L, -2, name);
}

static void set_boolean(lua_State *L, const char *name, bool value)
{
    lua_pushboolean(L, value);
    lua_setfield(L, -2, name);
}

static void push_snake(lua_State *L, const char *wire_name)
{
    char snake[64];
    lua_pushstring(L, lfn_name_snake(lfn_text_of(wire_name), snake, sizeof snake) ? snake : wire_name);
}

static const char *schema_name(lfn_schema_id id)
{
    if (id == LFN_SCHEMA_PROVIDER)
        return "provider";
    const lfn_schema *schema = lfn_schema_get(id);
    return schema != NULL ? schema->name : NULL;
}

/* ---- schemas ---- */

static void push_marks(lua_State *L, const lfn_field *field)
{
    unsigned mark = 0;
    const char *name = NULL;
    lua_newtable(L);
    for (size_t i = 0; (name = lfn_mark_name(i, &mark)) != NULL; i++)
        if ((field->marks & mark) != 0)
            set_boolean(L, name, true);
}

static void set_choice(lua_State *L, const lfn_field *field)
{
    const lfn_choice *choice = lfn_choice_get(field->choice);
    if (choice == NULL)
        return;
    lua_createtable(L, (int)choice->word_count, 0);
    for (size_t i = 0; i < choice->word_count; i++) {
        lua_pushstring(L, choice->words[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "choice");
}

static void push_field(lua_State *L, const lfn_field *field)
{
    lua_createtable(L, 0, 10);
    set_text(L, "name", field->name);
    push_snake(L, field->name);
    lua_setfield(L, -2, "snake");
    set_text(L, "type", lfn_type_name(field->type));
    push_marks(L, field);
    lua_setfield(L, -2, "marks");
    set_integer(L, "least", field->least);
    set_integer(L, "most", field->most);
    set_choice(L, field);
    set_text(L, "of", schema_name(field->of));
    set_text(L, "standard", field->standard);
    set_text(L, "summary", field->summary);
}

static void push_schema(lua_State *L, const lfn_schema *schema)
{
    const lfn_field *field = NULL;
    lua_createtable(L, 0, 4);
    set_text(L, "name", schema->name);
    set_text(L, "parent", schema_name(schema->parent));
    set_text(L, "summary", schema->summary);
    lua_createtable(L, (int)lfn_schema_count(schema), 0);
    for (size_t i = 0; (field = lfn_schema_at(schema, i)) != NULL; i++) {
        push_field(L, field);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "fields");
}

/* schema(name): name, parent, summary, fields; nil when there is none. */
static int schema(lua_State *L)
{
    const char *name = lfn_lua_text_needed(L, 1, "the name of a schema").data;
    for (int id = 0; id < LFN_SCHEMA_COUNT; id++) {
        const lfn_schema *row = lfn_schema_get((lfn_schema_id)id);
        if (row != NULL && strcmp(row->name, name) == 0) {
            push_schema(L, row);
            return 1;
        }
    }
    lua_pushnil(L);
    return 1;
}

/* schemas(): the names of all. */
static int schemas(lua_State *L)
{
    lua_Integer count = 0;
    lua_newtable(L);
    for (int id = 0; id < LFN_SCHEMA_COUNT; id++) {
        const lfn_schema *row = lfn_schema_get((lfn_schema_id)id);
        if (row == NULL)
            continue;
        lua_pushstring(L, row->name);
        lua_rawseti(L, -2, ++count);
    }
    return 1;
}

/* ---- operations and providers ---- */

static void set_path_members(lua_State *L, const lfn_operation *operation)
{
    const lfn_field *field = NULL;
    lua_newtable(L);
    for (size_t i = 0; (field = lfn_operation_path_field(operation, i)) != NULL; i++) {
        push_snake(L, field->name);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "path_members");
}

static void set_words(lua_State *L, const lfn_operation *operation)
{
    set_text(L, "mode", lfn_mode_name(operation->mode));
    set_text(L, "form", lfn_form_name(operation->form));
    set_text(L, "repeat", lfn_repeat_name(operation->repeat));
    set_text(L, "access", lfn_access_name(operation->access));
}

static void push_operation(lua_State *L, const lfn_operation *operation)
{
    lua_createtable(L, 0, 19);
    set_text(L, "api", operation->group->api->name);
    set_text(L, "group", operation->group->name);
    set_text(L, "group_summary", operation->group->summary);
    set_text(L, "name", operation->name);
    set_text(L, "method", lfn_method_name(operation->method));
    lua_pushfstring(L, "%s%s", operation->group->prefix, operation->path);
    lua_setfield(L, -2, "path");
    set_boolean(L, "per_provider", lfn_operation_per_provider(operation));
    set_path_members(L, operation);
    set_text(L, "query", schema_name(operation->query));
    set_text(L, "body", schema_name(operation->body));
    set_text(L, "result", schema_name(operation->result));
    set_words(L, operation);
    set_integer(L, "success", operation->success);
    set_text(L, "scopes", operation->scopes);
    set_text(L, "summary", operation->summary);
    set_text(L, "source", operation->source);
}

/* operations(): the rows. */
static int operations(lua_State *L)
{
    lua_createtable(L, LFN_OP_COUNT, 0);
    for (int id = 0; id < LFN_OP_COUNT; id++) {
        push_operation(L, lfn_operation_get((lfn_operation_id)id));
        lua_rawseti(L, -2, (lua_Integer)id + 1);
    }
    return 1;
}

/* providers(): the rows. */
static int providers(lua_State *L)
{
    lua_createtable(L, LFN_PROVIDER_COUNT, 0);
    for (int id = 0; id < LFN_PROVIDER_COUNT; id++) {
        const lfn_provider *row = lfn_provider_get((lfn_provider_id)id);
        lua_createtable(L, 0, 6);
        set_text(L, "name", row->name);
        set_text(L, "segment", row->segment);
        set_text(L, "attribute", row->attribute);
        set_text(L, "member", row->member);
        set_text(L, "schema", schema_name(row->schema));
        set_text(L, "source", row->source);
        lua_rawseti(L, -2, (lua_Integer)id + 1);
    }
    return 1;
}

/* ---- statuses and problems ---- */

/* statuses(): what a call can come to. */
static int statuses(lua_State *L)
{
    lua_createtable(L, LFN_STATUS_COUNT, 0);
    for (int id = LFN_OK; id < LFN_STATUS_COUNT; id++) {
        const lfn_status_row *row = lfn_status_get((lfn_status)id);
        lua_createtable(L, 0, 4);
        set_text(L, "code", row->code);
        set_boolean(L, "retryable", row->retryable);
        set_integer(L, "exit_code", row->exit_code);
        set_text(L, "hint", row->hint);
        lua_rawseti(L, -2, (lua_Integer)id + 1);
    }
    return 1;
}

/* problems(): the refusals that are known. */
static int problems(lua_State *L)
{
    lua_createtable(L, LFN_PROBLEM_COUNT, 0);
    for (int id = 0; id < LFN_PROBLEM_COUNT; id++) {
        const lfn_problem_row *row = lfn_problem_get((lfn_problem)id);
        lua_createtable(L, 0, 6);
        set_integer(L, "http_status", row->http_status);
        set_text(L, "key", row->key);
        set_text(L, "type", row->type);
        set_text(L, "status", lfn_status_get(row->status)->code);
        set_text(L, "title", row->title);
        set_text(L, "message", row->message);
        lua_rawseti(L, -2, (lua_Integer)id + 1);
    }
    return 1;
}

/* snake(name): the snake_case form of a wire name. */
static int snake(lua_State *L)
{
    push_snake(L, lfn_lua_text_needed(L, 1, "the name").data);
    return 1;
}

const luaL_Reg lfn_lua_table_functions[] = {
    {"operations", operations}, {"providers", providers}, {"schema", schema}, {"schemas", schemas},
    {"statuses", statuses},     {"problems", problems},   {"snake", snake},   {NULL, NULL},
};
