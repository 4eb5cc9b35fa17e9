/* The annotations for Lua (LuaCATS): what the objects that are made from the rows at run time look like to editors. */
#include "describe.h"

#include "leafnative/error.h"

/* ---- types ---- */

/* "leafnative." and the words of a name as one, as in leafnative.CredentialStatus. */
static void append_type(lfn_buffer *out, const char *name, const char *behind)
{
    char joined[64];
    size_t size = strlen(name);
    if (size >= sizeof joined) {
        out->failed = true;
        return;
    }
    for (size_t i = 0; i <= size; i++)
        joined[i] = (char)(name[i] == ' ' ? '_' : name[i]);
    lfn_buffer_append_string(out, "leafnative.");
    lfn_describe_class(out, joined);
    lfn_buffer_append_string(out, behind);
}

static void append_word_type(lfn_buffer *out, const lfn_choice *choice)
{
    if (choice != NULL && choice->letter_case == LFN_CASE_EXACT)
        append_type(out, choice->name, "");
    else
        lfn_buffer_append_string(out, "string");
}

static void append_given_type(lfn_buffer *out, const lfn_field *field)
{
    const lfn_choice *choice = lfn_choice_get(field->choice);
    switch (field->type) {
    case LFN_TYPE_BOOLEAN:
        lfn_buffer_append_string(out, "boolean");
        break;
    case LFN_TYPE_INTEGER:
        lfn_buffer_append_string(out, "integer");
        break;
    case LFN_TYPE_CHOICE:
        append_word_type(out, choice);
        break;
    case LFN_TYPE_STRINGS:
        append_word_type(out, choice);
        lfn_buffer_append_string(out, "[]");
        break;
    case LFN_TYPE_OBJECTS:
        lfn_buffer_append_string(out, "table[]");
        break;
    case LFN_TYPE_OBJECT:
    case LFN_TYPE_LINK:
    case LFN_TYPE_RESOURCES:
        lfn_buffer_append_string(out, "table");
        break;
    default:
        lfn_buffer_append_string(out, (field->marks & LFN_SECRET) != 0 ? "string|leafnative.Secret" : "string");
        break;
    }
    if ((field->marks & LFN_NULLABLE) != 0)
        lfn_buffer_append_string(out, "|lightuserdata");
}

static void append_answered_type(lfn_buffer *out, const lfn_field *field)
{
    static const char *const types[LFN_TYPE_COUNT] = {
        [LFN_TYPE_STRING] = "string", [LFN_TYPE_BOOLEAN] = "boolean",  [LFN_TYPE_INTEGER] = "integer",
        [LFN_TYPE_TIME] = "string",   [LFN_TYPE_ID] = "string",        [LFN_TYPE_EMAIL] = "string",
        [LFN_TYPE_CHOICE] = "string", [LFN_TYPE_STRINGS] = "string[]", [LFN_TYPE_PROVIDER] = "string",
    };
    if ((field->marks & LFN_SECRET) != 0)
        lfn_buffer_append_string(out, "leafnative.Secret");
    else if (field->type == LFN_TYPE_OBJECT || field->type == LFN_TYPE_LINK)
        append_type(out, lfn_schema_get(field->of)->name, "Record");
    else if (field->type == LFN_TYPE_OBJECTS)
        append_type(out, lfn_schema_get(field->of)->name, "Record[]");
    else if (field->type == LFN_TYPE_RESOURCES) {
        lfn_buffer_append_string(out, "table<string, ");
        append_type(out, lfn_schema_get(field->of)->name, "Record>");
    } else
        lfn_buffer_append_string(out, types[field->type]);
}

static void print_choices(lfn_buffer *out)
{
    for (unsigned i = LFN_CHOICE_NONE + 1; i < LFN_CHOICE_COUNT; i++) {
        const lfn_choice *choice = lfn_choice_get((lfn_choice_id)i);
        if (choice->letter_case != LFN_CASE_EXACT)
            continue;
        lfn_buffer_append_string(out, "\n---@alias ");
        append_type(out, choice->name, "");
        for (size_t word = 0; word < choice->word_count; word++)
            lfn_buffer_format(out, "\n---| \"%s\"", choice->words[word]);
        lfn_buffer_append_string(out, "\n");
    }
}

static void print_codes(lfn_buffer *out)
{
    lfn_buffer_append_string(out, "\n---@alias leafnative.ErrorCode");
    for (unsigned i = LFN_OK + 1; i < LFN_STATUS_COUNT; i++)
        lfn_buffer_format(out, "\n---| \"%s\"", lfn_status_get((lfn_status)i)->code);
    lfn_buffer_append_string(out, "\n");
}

/* ---- records ---- */

typedef struct record_list {
    lfn_buffer *out;
    bool printed[LFN_SCHEMA_COUNT];
} record_list;

static void print_field_name(lfn_buffer *out, const lfn_field *field, bool certain)
{
    lfn_buffer_append_string(out, "---@field ");
    lfn_describe_snake(out, field->name);
    lfn_buffer_append_string(out, certain ? " " : "? ");
}

static void print_record_once(record_list *list, const lfn_schema *schema)
{
    lfn_buffer *out = list->out;
    const lfn_schema *parent = lfn_schema_get(schema->parent);
    if (list->printed[schema->id])
        return;
    list->printed[schema->id] = true;
    lfn_buffer_append_string(out, "\n---@class ");
    append_type(out, schema->name, "Record: ");
    append_type(out, parent != NULL ? parent->name : "", "Record\n");
    for (size_t i = lfn_schema_count(parent); i < lfn_schema_count(schema); i++) {
        const lfn_field *field = lfn_schema_at(schema, i);
        if (!lfn_describe_seen(field, LFN_MODE_NONE))
            continue;
        print_field_name(out, field, lfn_describe_always_answered(schema, field));
        append_answered_type(out, field);
        lfn_buffer_append_string(out, "\n");
    }
}

static void print_record(void *context, const lfn_api *api, const lfn_schema *schema, lfn_mode mode)
{
    record_list *list = context;
    (void)api;
    if (mode != LFN_MODE_NONE)
        return;
    if (schema->parent != LFN_SCHEMA_NONE)
        print_record_once(list, lfn_schema_get(schema->parent));
    print_record_once(list, schema);
}

/* ---- arguments ---- */

/* A method, and how its class begins: that of its group or of a provider. */
typedef struct row_method {
    lfn_buffer *out;
    const lfn_operation *operation;
    const lfn_provider *provider; /* NULL for an operation of a group */
    const char *class_name;
} row_method;

/* The members that a call takes by name. */
static bool takes_members(const row_method *method)
{
    const lfn_schema *body = lfn_operation_body(method->operation, method->provider);
    bool any = lfn_schema_count(lfn_operation_query(method->operation)) > 0;
    for (size_t i = 0; i < lfn_schema_count(body); i++)
        any = any || lfn_field_taken(lfn_schema_at(body, i), method->operation->mode);
    return any;
}

static bool needs_members(const row_method *method)
{
    const lfn_schema *body = lfn_operation_body(method->operation, method->provider);
    for (size_t i = 0; i < lfn_schema_count(body); i++)
        if (lfn_field_needed(lfn_schema_at(body, i), method->operation->mode))
            return true;
    return false;
}

static void print_argument_fields(lfn_buffer *out, const lfn_schema *schema, lfn_mode mode)
{
    for (size_t i = 0; i < lfn_schema_count(schema); i++) {
        const lfn_field *field = lfn_schema_at(schema, i);
        if (!lfn_field_taken(field, mode))
            continue;
        print_field_name(out, field, lfn_field_needed(field, mode));
        append_given_type(out, field);
        lfn_buffer_format(out, " %s\n", field->summary);
    }
}

static const char *options_class(const row_method *method)
{
    return method->operation->method == LFN_DELETE ? "leafnative.DeleteOptions" : "leafnative.CallOptions";
}

static void append_arguments_class(const row_method *method)
{
    if (!takes_members(method)) {
        lfn_buffer_append_string(method->out, options_class(method));
        return;
    }
    append_type(method->out, method->class_name, "");
    lfn_describe_class(method->out, method->operation->name);
}

static void print_arguments_class(const row_method *method)
{
    if (!takes_members(method))
        return;
    lfn_buffer_append_string(method->out, "\n---@class ");
    append_arguments_class(method);
    lfn_buffer_format(method->out, ": %s\n", options_class(method));
    print_argument_fields(method->out, lfn_operation_body(method->operation, method->provider),
                          method->operation->mode);
    print_argument_fields(method->out, lfn_operation_query(method->operation), LFN_MODE_CREATE);
}

/* ---- methods ---- */

static void append_result_class(const row_method *method)
{
    const lfn_schema *schema = lfn_operation_result(method->operation, method->provider);
    const char *verbs = lfn_describe_verbs_class(schema->id, NULL);
    if (method->provider != NULL && schema->id == method->provider->schema)
        append_type(method->out, method->provider->attribute, "Credential");
    else if (verbs != NULL)
        append_type(method->out, verbs, "");
    else
        append_type(method->out, schema->name, "Record");
}

static void print_returns(const row_method *method)
{
    lfn_buffer *out = method->out;
    lfn_buffer_append_string(out, "---@return ");
    switch (method->operation->form) {
    case LFN_FORM_LIST:
        lfn_buffer_append_string(out, "leafnative.Pages<");
        append_result_class(method);
        lfn_buffer_append_string(out, ">\n");
        return;
    case LFN_FORM_OBJECT:
        append_result_class(method);
        lfn_buffer_append_string(out, "? answer\n");
        break;
    case LFN_FORM_TEXT:
        lfn_buffer_append_string(out, "string? answer\n");
        break;
    default:
        lfn_buffer_append_string(out, "true? done\n");
        break;
    }
    lfn_buffer_append_string(out, "---@return leafnative.Error? err\n");
}

/* What stands before the table; a group that is bound to a user does without. */
static const lfn_field *positional(const row_method *method, size_t index)
{
    return method->provider == NULL ? lfn_operation_path_field(method->operation, index) : NULL;
}

static void print_parameters(const row_method *method)
{
    lfn_buffer *out = method->out;
    const lfn_field *field;
    bool bound = method->provider == NULL && lfn_describe_bound(method->operation->group);
    for (size_t i = 0; (field = positional(method, i)) != NULL; i++) {
        lfn_buffer_append_string(out, "---@param ");
        lfn_describe_snake(out, field->name);
        lfn_buffer_append_string(out, bound ? "? " : " ");
        append_given_type(out, field);
        lfn_buffer_append_string(out, "\n");
    }
    lfn_buffer_format(out, "---@param %s", takes_members(method) ? "members" : "options");
    lfn_buffer_append_string(out, needs_members(method) && !bound ? " " : "? ");
    append_arguments_class(method);
    lfn_buffer_append_string(out, "\n");
}

static void print_signature(const row_method *method)
{
    lfn_buffer *out = method->out;
    const lfn_field *field;
    lfn_buffer_append_string(out, "function ");
    lfn_describe_class(out, method->class_name);
    lfn_buffer_format(out, "Methods:%s(", method->operation->name);
    for (size_t i = 0; (field = positional(method, i)) != NULL; i++) {
        lfn_describe_snake(out, field->name);
        lfn_buffer_append_string(out, ", ");
    }
    lfn_buffer_format(out, "%s) end\n", takes_members(method) ? "members" : "options");
}

static void print_method(const row_method *method)
{
    lfn_buffer_format(method->out, "\n---%s\n", method->operation->summary);
    print_parameters(method);
    print_returns(method);
    print_signature(method);
}

/* The verbs that stand beside the operations of every provider, in lua/leafnative/replacing.lua. */
static void print_verbs(lfn_buffer *out, const lfn_provider *provider)
{
    static const char *const verbs[][3] = {
        {"ensure", "Makes the credential, or replaces one that differs.", "Create"},
        {"rotate", "Replaces the credential by one with these members changed.", "Create|table"}};
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        lfn_buffer_format(out, "\n---%s\n---@param members ", verbs[i][1]);
        append_type(out, provider->attribute, verbs[i][2]);
        lfn_buffer_append_string(out, "\n---@return ");
        append_type(out, provider->attribute, "Credential? credential\n---@return leafnative.Error? err\nfunction ");
        lfn_describe_class(out, provider->attribute);
        lfn_buffer_format(out, "Methods:%s(members) end\n", verbs[i][0]);
    }
}

static bool is_here(const lfn_operation *operation, const lfn_group *group)
{
    bool per_provider = lfn_operation_per_provider(operation);
    return group == NULL ? per_provider : operation->group == group && !per_provider;
}

/* All operations of a group, or, where that is NULL, of a provider. */
static void print_methods(lfn_buffer *out, const lfn_group *group, const lfn_provider *provider)
{
    row_method each = {.out = out, .provider = provider};
    each.class_name = group != NULL ? group->name : provider->attribute;
    for (unsigned i = 0; i < LFN_OP_COUNT; i++) {
        each.operation = lfn_operation_get((lfn_operation_id)i);
        if (is_here(each.operation, group))
            print_arguments_class(&each);
    }
    lfn_buffer_append_string(out, "\n---@class ");
    append_type(out, each.class_name, "Methods\nlocal ");
    lfn_describe_class(out, each.class_name);
    lfn_buffer_append_string(out, "Methods = {}\n");
    for (unsigned i = 0; i < LFN_OP_COUNT; i++) {
        each.operation = lfn_operation_get((lfn_operation_id)i);
        if (is_here(each.operation, group))
            print_method(&each);
    }
    if (provider != NULL)
        print_verbs(out, provider);
}

/* ---- providers and names ---- */

static void print_provider(lfn_buffer *out, const lfn_provider *provider)
{
    lfn_buffer_append_string(out, "\n---@class ");
    append_type(out, provider->attribute, "Credential: leafnative.Credential, ");
    append_type(out, lfn_schema_get(provider->schema)->name, "Record\n");
    print_methods(out, NULL, provider);
}

static void print_provider_attributes(lfn_buffer *out)
{
    lfn_buffer_append_string(out, "\n---@class leafnative.ProviderAttributes\n");
    for (unsigned i = 0; i < LFN_PROVIDER_COUNT; i++) {
        const lfn_provider *provider = lfn_provider_get((lfn_provider_id)i);
        lfn_buffer_format(out, "---@field %s ", provider->attribute);
        append_type(out, provider->attribute, "Methods\n");
    }
}

static void print_operation_names(lfn_buffer *out)
{
    lfn_buffer_append_string(out, "\n---@alias leafnative.OperationName");
    for (unsigned i = 0; i < LFN_OP_COUNT; i++) {
        const lfn_operation *operation = lfn_operation_get((lfn_operation_id)i);
        unsigned count = lfn_operation_per_provider(operation) ? LFN_PROVIDER_COUNT : 1;
        for (unsigned p = 0; p < count; p++)
            lfn_buffer_format(out, "\n---| \"%s.%s\"",
                              count > 1 ? lfn_provider_get((lfn_provider_id)p)->attribute : operation->group->name,
                              operation->name);
    }
    lfn_buffer_append_string(out, "\n");
}

void lfn_describe_lua(lfn_buffer *out)
{
    lfn_describe_lua_text(out);
    print_codes(out);
    print_choices(out);
    print_operation_names(out);
    record_list records = {.out = out};
    lfn_describe_each_schema(print_record, &records);
    for (unsigned i = 0; i < LFN_GROUP_COUNT; i++) {
        const lfn_group *group = lfn_group_get((lfn_group_id)i);
        if (lfn_describe_has_methods(group))
            print_methods(out, group, NULL);
    }
    for (unsigned i = 0; i < LFN_PROVIDER_COUNT; i++)
        print_provider(out, lfn_provider_get((lfn_provider_id)i));
    print_provider_attributes(out);
    lfn_buffer_append_string(out, "\nreturn leafnative\n");
}
