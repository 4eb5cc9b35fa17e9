/* Grants: see grant.h. */
#include "service/leaf/grant.h"

#include "base/text.h"

typedef struct grant_list {
    lfn_arena *arena;
    lfn_grant *first;
    lfn_grant **end;
} grant_list;

static lfn_status collect(void *context, const lfn_permission *permission)
{
    grant_list *list = context;
    lfn_grant *grant = lfn_arena_take(list->arena, sizeof *grant);
    if (grant == NULL)
        return LFN_NO_MEMORY;
    grant->permission = *permission;
    lfn_text *const texts[] = {&grant->permission.user_id, &grant->permission.resource, &grant->permission.types};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (lfn_arena_keep(list->arena, texts[i]) != LFN_OK)
            return LFN_NO_MEMORY;
    *list->end = grant;
    list->end = &grant->next;
    return LFN_OK;
}

lfn_status lfn_grants_read(lfn_call *call, int64_t relation, lfn_text user_id, lfn_grant **out_first)
{
    grant_list list = {.arena = &call->arena};
    list.end = &list.first;
    lfn_status status =
        lfn_store_list_permissions(call->service->store, relation, user_id, collect, &list, &call->error);
    if (status == LFN_OK)
        *out_first = list.first;
    return status;
}

static void write_words(lfn_json_writer *writer, const char *name, const char *const *words, size_t count)
{
    lfn_json_write_key(writer, lfn_text_of(name));
    lfn_json_write_begin_array(writer);
    for (size_t i = 0; i < count; i++)
        lfn_json_write_string(writer, lfn_text_of(words[i]));
    lfn_json_write_end_array(writer);
}

static void write_types(lfn_json_writer *writer, lfn_text types)
{
    lfn_text type;
    lfn_json_write_key(writer, lfn_text_of("types"));
    lfn_json_write_begin_array(writer);
    while (lfn_text_split(&types, ',', &type))
        lfn_json_write_string(writer, type);
    lfn_json_write_end_array(writer);
}

void lfn_grants_write(const lfn_grant *first, const lfn_grant *end, lfn_json_writer *writer)
{
    /* A grant allows every action that there is. */
    const lfn_choice *actions = lfn_choice_get(LFN_CHOICE_ACTION);
    lfn_json_write_begin_object(writer);
    for (const lfn_grant *grant = first; grant != end; grant = grant->next) {
        lfn_json_write_key(writer, grant->permission.resource);
        lfn_json_write_begin_object(writer);
        write_words(writer, "actions", actions->words, actions->word_count);
        if (grant->permission.types.size > 0)
            write_types(writer, grant->permission.types);
        lfn_json_write_end_object(writer);
    }
    lfn_json_write_end_object(writer);
}

const lfn_grant *lfn_grants_find(const lfn_grant *first, lfn_text resource)
{
    const lfn_grant *grant = first;
    while (grant != NULL && !lfn_text_equal(grant->permission.resource, resource))
        grant = grant->next;
    return grant;
}

bool lfn_grant_has_type(const lfn_grant *grant, lfn_text type)
{
    lfn_text types = grant->permission.types;
    lfn_text known;
    while (lfn_text_split(&types, ',', &known))
        if (lfn_text_equal(known, type))
            return true;
    return false;
}
