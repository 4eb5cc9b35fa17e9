/* What the printers share: walking the schemas that are in use, names and paths. */
#include "describe.h"

#include "leafnative/error.h"

typedef struct schema_walk {
    lfn_describe_visit visit;
    void *context;
    bool seen[LFN_SCHEMA_COUNT][LFN_MODE_UPDATE + 1];
} schema_walk;

bool lfn_describe_seen(const lfn_field *field, lfn_mode mode)
{
    return mode == LFN_MODE_NONE ? (field->marks & LFN_ANSWERED) != 0 : lfn_field_taken(field, mode);
}

/* The schema of what stands inside a field. A request links a credential by its id alone. */
static const lfn_schema *inside(const lfn_field *field, lfn_mode mode)
{
    if (field->type == LFN_TYPE_LINK && mode != LFN_MODE_NONE)
        return lfn_schema_get(LFN_SCHEMA_CREDENTIAL_LINK);
    return lfn_schema_get(field->of);
}

static void visit_schema(schema_walk *walk, const lfn_api *api, const lfn_schema *schema, lfn_mode mode)
{
    if (schema == NULL || walk->seen[schema->id][mode])
        return;
    walk->seen[schema->id][mode] = true;
    for (size_t i = 0; i < lfn_schema_count(schema); i++) {
        const lfn_field *field = lfn_schema_at(schema, i);
        if (lfn_describe_seen(field, mode))
            visit_schema(walk, api, inside(field, mode), mode);
    }
    walk->visit(walk->context, api, schema, mode);
}

static void visit_operation(schema_walk *walk, const lfn_operation *operation, const lfn_provider *provider)
{
    const lfn_api *api = operation->group->api;
    visit_schema(walk, api, lfn_operation_body(operation, provider), operation->mode);
    visit_schema(walk, api, lfn_operation_result(operation, provider), LFN_MODE_NONE);
}

void lfn_describe_each_schema(lfn_describe_visit visit, void *context)
{
    schema_walk walk = {.visit = visit, .context = context};
    for (unsigned i = 0; i < LFN_OP_COUNT; i++) {
        const lfn_operation *operation = lfn_operation_get((lfn_operation_id)i);
        if (!lfn_operation_per_provider(operation))
            visit_operation(&walk, operation, NULL);
        for (unsigned p = 0; lfn_operation_per_provider(operation) && p < LFN_PROVIDER_COUNT; p++)
            visit_operation(&walk, operation, lfn_provider_get((lfn_provider_id)p));
    }
    for (unsigned i = 0; i < LFN_API_COUNT; i++)
        if (lfn_api_get((lfn_api_id)i)->error_form == LFN_ERROR_FORM_PROBLEM)
            visit_schema(&walk, lfn_api_get((lfn_api_id)i), lfn_schema_get(LFN_SCHEMA_FIELD_ERROR), LFN_MODE_NONE);
}

const char *lfn_describe_operation_id(const lfn_operation *operation)
{
    static const char *const ids[] = {
#define LFN_OPERATION_ROW(id, group, name, method, path, query, body, mode, result, form, success, repeat, access,     \
                          scopes, summary, source)                                                                     \
#id,
#include "leafnative/tables/operations.def"
    };
    return ids[operation->id];
}

const char *lfn_describe_mode_name(lfn_mode mode)
{
    return mode == LFN_MODE_NONE ? "answer" : lfn_mode_name(mode);
}

void lfn_describe_path(const lfn_operation *operation, const lfn_provider *provider, lfn_buffer *out)
{
    static const char place[] = "{provider}";
    lfn_buffer_append_string(out, operation->group->prefix);
    const char *rest = operation->path;
    while (*rest != '\0') {
        if (strncmp(rest, "[/]", 3) == 0) {
            rest += 3;
        } else if (provider != NULL && strncmp(rest, place, sizeof place - 1) == 0) {
            lfn_buffer_append_string(out, provider->segment);
            rest += sizeof place - 1;
        } else {
            lfn_buffer_append(out, rest++, 1);
        }
    }
}

/* ---- names ---- */

void lfn_describe_snake(lfn_buffer *out, const char *wire_name)
{
    char snake[64];
    if (lfn_name_snake(lfn_text_of(wire_name), snake, sizeof snake))
        lfn_buffer_append_string(out, snake);
    else
        out->failed = true;
}

void lfn_describe_class(lfn_buffer *out, const char *name)
{
    bool upper = true;
    for (; *name != '\0'; name++) {
        char byte = *name;
        if (upper && byte >= 'a' && byte <= 'z')
            byte = (char)(byte - 'a' + 'A');
        upper = *name == '_';
        if (!upper)
            lfn_buffer_append(out, &byte, 1);
    }
}

const char *lfn_describe_verbs_class(lfn_schema_id schema, bool *out_calls)
{
    static const struct {
        lfn_schema_id schema;
        const char *name;
        bool calls;
    } with_verbs[] = {
        {LFN_SCHEMA_USER, "User", true},
        {LFN_SCHEMA_RELATION, "Relation", true},
        {LFN_SCHEMA_CREDENTIALS, "Credential", true},
        {LFN_SCHEMA_LOSANT_CREDENTIAL, "ServiceCredential", true},
        {LFN_SCHEMA_LINKED_RESOURCES, "LinkedResources", false},
    };
    for (size_t i = 0; i < sizeof with_verbs / sizeof *with_verbs; i++)
        if (schema == with_verbs[i].schema) {
            if (out_calls != NULL)
                *out_calls = with_verbs[i].calls;
            return with_verbs[i].name;
        }
    return NULL;
}

/* ---- what the objects of a language show ---- */

bool lfn_describe_always_answered(const lfn_schema *schema, const lfn_field *field)
{
    bool plain = lfn_schema_count(schema) == 1 || field->type == LFN_TYPE_TIME || field->type == LFN_TYPE_CHOICE ||
                 field->type == LFN_TYPE_EMAIL;
    return (field->marks & (LFN_NEEDED | LFN_WANTED)) != 0 || ((field->marks & LFN_MADE) != 0 && plain) ||
           strcmp(field->name, "id") == 0;
}

bool lfn_describe_bound(const lfn_group *group)
{
    for (unsigned i = 0; i < LFN_OP_COUNT; i++) {
        const lfn_operation *operation = lfn_operation_get((lfn_operation_id)i);
        const lfn_field *first = lfn_operation_path_field(operation, 0);
        if (operation->group == group && (first == NULL || first->type != LFN_TYPE_ID))
            return false;
    }
    return true;
}

bool lfn_describe_has_methods(const lfn_group *group)
{
    for (unsigned i = 0; i < LFN_OP_COUNT; i++) {
        const lfn_operation *operation = lfn_operation_get((lfn_operation_id)i);
        if (operation->group == group && !lfn_operation_per_provider(operation))
            return true;
    }
    return false;
}
