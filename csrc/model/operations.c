/* APIs, groups, operations and providers as arrays: see leafnative/operation.h. */
#include "base/text.h"
#include "leafnative/operation.h"

static const lfn_api apis[] = {
#define LFN_API_ROW(id, name, title, live_url, error_form, list_form, id_form, strangers, query_form)                  \
    [LFN_API_##id] = {LFN_API_##id,                                                                                    \
                      name,                                                                                            \
                      title,                                                                                           \
                      live_url,                                                                                        \
                      LFN_ERROR_FORM_##error_form,                                                                     \
                      LFN_LIST_FORM_##list_form,                                                                       \
                      LFN_ID_FORM_##id_form,                                                                           \
                      LFN_STRANGERS_##strangers,                                                                       \
                      LFN_QUERY_FORM_##query_form},
#include "leafnative/tables/apis.def"
};

static const lfn_list_words list_words[] = {
#define LFN_LIST_FORM_ROW(id, page, size, items, count, total) [LFN_LIST_FORM_##id] = {page, size, items, count, total},
#include "leafnative/tables/list_forms.def"
};

const lfn_list_words *lfn_list_words_get(lfn_list_form form)
{
    return (unsigned)form < LFN_LIST_FORM_COUNT ? &list_words[form] : NULL;
}

enum { HEX24_SIZE = 24 };

static bool is_hex24(lfn_text text)
{
    unsigned char bytes[HEX24_SIZE / 2];
    return lfn_hex_read(text, bytes, sizeof bytes);
}

bool lfn_id_valid(lfn_id_form form, lfn_text text)
{
    return form == LFN_ID_FORM_UUID ? lfn_uuid_valid(text) : is_hex24(text);
}

const char *lfn_id_form_words(lfn_id_form form)
{
    return form == LFN_ID_FORM_UUID ? "a UUID" : "24 hexadecimal digits";
}

const lfn_api *lfn_api_get(lfn_api_id id)
{
    return (unsigned)id < LFN_API_COUNT ? &apis[id] : NULL;
}

static const lfn_group groups[] = {
#define LFN_GROUP_ROW(id, api, name, prefix, summary)                                                                  \
    [LFN_GROUP_##id] = {LFN_GROUP_##id, &apis[LFN_API_##api], name, prefix, summary},
#include "leafnative/tables/groups.def"
};

const lfn_group *lfn_group_get(lfn_group_id id)
{
    return (unsigned)id < LFN_GROUP_COUNT ? &groups[id] : NULL;
}

static const lfn_operation operations[] = {
#define LFN_OPERATION_ROW(id, group, name, method, path, query, body, mode, result, form, success, repeat, access,     \
                          scopes, summary, source)                                                                     \
    [LFN_OP_##id] = {LFN_OP_##id,                                                                                      \
                     &groups[LFN_GROUP_##group],                                                                       \
                     name,                                                                                             \
                     LFN_##method,                                                                                     \
                     path,                                                                                             \
                     LFN_SCHEMA_##query,                                                                               \
                     LFN_SCHEMA_##body,                                                                                \
                     LFN_MODE_##mode,                                                                                  \
                     LFN_SCHEMA_##result,                                                                              \
                     LFN_FORM_##form,                                                                                  \
                     success,                                                                                          \
                     LFN_REPEAT_##repeat,                                                                              \
                     LFN_ACCESS_##access,                                                                              \
                     scopes,                                                                                           \
                     summary,                                                                                          \
                     source},
#include "leafnative/tables/operations.def"
};

const lfn_operation *lfn_operation_get(lfn_operation_id id)
{
    return (unsigned)id < LFN_OP_COUNT ? &operations[id] : NULL;
}

static const lfn_reconcile reconciles[] = {
#define LFN_RECONCILE_ROW(operation, reading, arguments, goal, key, wanted, answer)                                    \
    {LFN_OP_##operation, LFN_OP_##reading, arguments, LFN_GOAL_##goal, key, wanted, answer},
#include "leafnative/tables/reconcile.def"
};

const lfn_reconcile *lfn_reconcile_get(const lfn_operation *operation)
{
    for (size_t i = 0; i < sizeof reconciles / sizeof *reconciles; i++)
        if (reconciles[i].operation == operation->id)
            return &reconciles[i];
    return NULL;
}

static const lfn_provider providers[] = {
#define LFN_PROVIDER_ROW(id, name, segment, attribute, member, schema, source)                                         \
    [LFN_PROVIDER_##id] = {LFN_PROVIDER_##id, name, segment, attribute, member, LFN_SCHEMA_##schema, source},
#include "leafnative/tables/providers.def"
};

const lfn_provider *lfn_provider_get(lfn_provider_id id)
{
    return (unsigned)id < LFN_PROVIDER_COUNT ? &providers[id] : NULL;
}

const lfn_provider *lfn_provider_find_segment(lfn_text segment)
{
    for (size_t i = 0; i < LFN_PROVIDER_COUNT; i++)
        if (lfn_text_equal_string(segment, providers[i].segment))
            return &providers[i];
    return NULL;
}

const lfn_provider *lfn_provider_find(lfn_text attribute)
{
    for (size_t i = 0; i < LFN_PROVIDER_COUNT; i++)
        if (lfn_text_equal_string(attribute, providers[i].attribute))
            return &providers[i];
    return NULL;
}

bool lfn_operation_per_provider(const lfn_operation *operation)
{
    return strstr(operation->path, "{provider}") != NULL;
}

bool lfn_operation_find(lfn_text name, const lfn_operation **out_operation, const lfn_provider **out_provider)
{
    size_t dot = lfn_text_find(name, '.');
    lfn_text before = lfn_text_slice(name, 0, dot);
    lfn_text after = lfn_text_slice(name, dot + 1, name.size);
    const lfn_provider *provider = lfn_provider_find(before);
    for (size_t i = 0; i < LFN_OP_COUNT; i++) {
        const lfn_operation *operation = &operations[i];
        bool fits = lfn_operation_per_provider(operation)
                        ? provider != NULL
                        : provider == NULL && lfn_text_equal_string(before, operation->group->name);
        if (fits && lfn_text_equal_string(after, operation->name)) {
            *out_operation = operation;
            *out_provider = provider;
            return true;
        }
    }
    return false;
}

static const lfn_schema *schema_or_provider(lfn_schema_id id, const lfn_provider *provider)
{
    if (id != LFN_SCHEMA_PROVIDER)
        return lfn_schema_get(id);
    return provider != NULL ? lfn_schema_get(provider->schema) : NULL;
}

const lfn_schema *lfn_operation_query(const lfn_operation *operation)
{
    return lfn_schema_get(operation->query);
}

const lfn_schema *lfn_operation_body(const lfn_operation *operation, const lfn_provider *provider)
{
    return schema_or_provider(operation->body, provider);
}

const lfn_schema *lfn_operation_result(const lfn_operation *operation, const lfn_provider *provider)
{
    return schema_or_provider(operation->result, provider);
}

const lfn_field *lfn_operation_path_field(const lfn_operation *operation, size_t index)
{
    lfn_text rest = lfn_text_of(operation->path);
    lfn_text part;
    while (lfn_text_split(&rest, '/', &part)) {
        if (part.size == 0 || part.data[0] != '{')
            continue;
        const lfn_field *field =
            lfn_schema_find(lfn_schema_get(LFN_SCHEMA_PATH), lfn_text_slice(part, 1, part.size - 2));
        if (field->type != LFN_TYPE_PROVIDER && index-- == 0)
            return field;
    }
    return NULL;
}

static const char *const method_names[] = {
    [LFN_GET] = "GET", [LFN_POST] = "POST", [LFN_PUT] = "PUT", [LFN_PATCH] = "PATCH", [LFN_DELETE] = "DELETE"};

const char *lfn_method_name(lfn_method method)
{
    return (unsigned)method < LFN_METHOD_COUNT ? method_names[method] : "";
}

bool lfn_method_find(lfn_text name, lfn_method *out_method)
{
    for (unsigned i = 0; i < LFN_METHOD_COUNT; i++) {
        if (lfn_text_equal_string(name, method_names[i])) {
            *out_method = (lfn_method)i;
            return true;
        }
    }
    return false;
}
