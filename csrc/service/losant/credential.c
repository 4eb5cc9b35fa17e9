/* One service credential: found, read, changed, deleted, made. */
#include "base/text.h"
#include "base/time.h"
#include "service/fresh.h"
#include "service/losant/config.h"
#include "service/losant/losant.h"

#include <stdio.h>

lfn_status lfn_short_time(lfn_call *call, int64_t time_us, lfn_text *out_time)
{
    enum { THREE_DECIMALS = 23 };
    char text[LFN_TIME_SIZE + 1];
    if (!lfn_time_format(time_us, text))
        return lfn_error_set(&call->error, LFN_STORAGE, "a time is out of range");
    text[THREE_DECIMALS] = 'Z';
    text[THREE_DECIMALS + 1] = '\0';
    lfn_text kept = lfn_text_of(text);
    lfn_status status = lfn_arena_keep(&call->arena, &kept);
    if (status == LFN_OK)
        *out_time = kept;
    return status;
}

/* ---- what a path names ---- */

/* An application that is not the token's is not told to exist. */
lfn_problem lfn_find_path_application(lfn_call *call)
{
    lfn_text id = lfn_match_value(&call->match, "applicationId");
    lfn_status status = lfn_arena_keep_lower(&call->arena, &id);
    if (status == LFN_OK && !lfn_text_equal(id, call->access.application_id))
        status = LFN_NOT_FOUND;
    if (status == LFN_OK)
        status = lfn_store_find_application(call->service->store, id, &call->error);
    call->change.application_id = call->access.application_id;
    return lfn_problem_or(status, LFN_PROBLEM_APPLICATION_NOT_FOUND);
}

static lfn_status keep_credential(lfn_call *call, lfn_service_credential *credential)
{
    lfn_text *const texts[] = {&credential->id,
                               &credential->application_id,
                               &credential->name,
                               &credential->description,
                               &credential->type,
                               &credential->shown,
                               &credential->hidden,
                               &credential->created_by_id,
                               &credential->created_by_type,
                               &credential->updated_by_id,
                               &credential->updated_by_type};
    lfn_status status = LFN_OK;
    for (size_t i = 0; status == LFN_OK && i < sizeof texts / sizeof *texts; i++)
        status = lfn_arena_keep(&call->arena, texts[i]);
    return status;
}

lfn_problem lfn_find_path_service_credential(lfn_call *call)
{
    lfn_problem problem = lfn_find_path_application(call);
    if (problem != LFN_PROBLEM_NONE)
        return problem;
    lfn_service_credential found;
    lfn_text id = lfn_match_value(&call->match, "credentialId");
    lfn_status status = lfn_arena_keep_lower(&call->arena, &id);
    if (status == LFN_OK)
        status = lfn_store_find_service_credential(call->service->store, call->access.application_id, id, &found,
                                                   &call->error);
    if (status == LFN_OK)
        status = keep_credential(call, &found);
    if (status != LFN_OK)
        return lfn_problem_or(status, LFN_PROBLEM_CREDENTIAL_NOT_FOUND);
    call->service_credential = found;
    call->change.credential_id = found.id;
    return LFN_PROBLEM_NONE;
}

/* ---- answers ---- */

lfn_status lfn_service_credential_answer(lfn_call *call, const lfn_service_credential *credential)
{
    lfn_record shown;
    lfn_text created, updated;
    lfn_status status = lfn_record_begin(&shown, lfn_schema_get(LFN_SCHEMA_LOSANT_CREDENTIAL), &call->error);
    if (status == LFN_OK)
        status = lfn_short_time(call, credential->created_us, &created);
    if (status == LFN_OK)
        status = lfn_short_time(call, credential->updated_us, &updated);
    if (status != LFN_OK)
        return status;
    lfn_record_set(&shown, "id", credential->id);
    lfn_record_set(&shown, "applicationId", credential->application_id);
    lfn_record_set(&shown, "creationDate", created);
    lfn_record_set(&shown, "lastUpdated", updated);
    lfn_record_set(&shown, "createdById", credential->created_by_id);
    lfn_record_set(&shown, "createdByType", credential->created_by_type);
    lfn_record_set(&shown, "lastUpdatedById", credential->updated_by_id);
    lfn_record_set(&shown, "lastUpdatedByType", credential->updated_by_type);
    lfn_record_set(&shown, "name", credential->name);
    lfn_record_set(&shown, "description", credential->description);
    lfn_record_set(&shown, "enabled", lfn_text_of(credential->enabled ? "true" : "false"));
    lfn_record_set(&shown, "type", credential->type);
    lfn_record_set(&shown, lfn_config_field(credential->type)->name, credential->shown);
    lfn_record_answer(&shown, true, &call->writer);
    return LFN_OK;
}

lfn_problem lfn_service_credential_get(lfn_call *call)
{
    return lfn_problem_of(lfn_service_credential_answer(call, &call->service_credential));
}

lfn_problem lfn_service_credential_delete(lfn_call *call)
{
    lfn_record done;
    lfn_status status =
        lfn_store_delete_service_credential(call->service->store, call->service_credential.id, &call->error);
    if (status == LFN_OK)
        status = lfn_record_begin(&done, lfn_operation_result(call->match.operation, NULL), &call->error);
    if (status != LFN_OK)
        return lfn_problem_or(status, LFN_PROBLEM_CREDENTIAL_NOT_FOUND);
    lfn_record_set(&done, "success", lfn_text_of("true"));
    lfn_record_answer(&done, true, &call->writer);
    return LFN_PROBLEM_NONE;
}

/* ---- what a body says ---- */

static lfn_problem refuse_member(lfn_call *call, const char *name, const char *reason)
{
    char pointer[80];
    (void)snprintf(pointer, sizeof pointer, "/%s", name);
    return lfn_call_refuse(call, pointer, reason);
}

/* The body may carry the config of the credential's own type and no other. */
static lfn_problem check_configs(lfn_call *call, const lfn_field *own)
{
    const lfn_schema *schema = lfn_operation_body(call->match.operation, NULL);
    for (const lfn_json *member = lfn_json_first(call->body); member != NULL; member = lfn_json_next(member)) {
        const lfn_field *field = lfn_schema_find(schema, lfn_json_name(member));
        if (field != NULL && field->type == LFN_TYPE_OBJECT && field != own)
            return refuse_member(call, field->name, "is the config of another type than the credential's");
    }
    return LFN_PROBLEM_NONE;
}

static bool needs_anything(const lfn_schema *schema)
{
    const lfn_field *field;
    for (size_t i = 0; (field = lfn_schema_at(schema, i)) != NULL; i++)
        if (lfn_field_needed(field, LFN_MODE_CREATE))
            return true;
    return false;
}

/* Takes name, description and enabled where they are given. The body outlives the credential. */
static void take_members(const lfn_json *body, lfn_service_credential *credential)
{
    const lfn_json *enabled = lfn_json_get(body, lfn_text_of("enabled"));
    lfn_text name = lfn_json_string(lfn_json_get(body, lfn_text_of("name")));
    lfn_text description = lfn_json_string(lfn_json_get(body, lfn_text_of("description")));
    if (enabled != NULL)
        credential->enabled = lfn_json_true(enabled);
    if (name.data != NULL)
        credential->name = name;
    if (description.data != NULL)
        credential->description = description;
}

/* Merges the config that is given, derives what follows from it and keeps it sealed in the credential. */
static lfn_problem take_config(lfn_call *call, lfn_service_credential *credential, const lfn_field *own,
                               lfn_record *config, bool fresh)
{
    const lfn_json *given = lfn_json_get(call->body, lfn_text_of(own->name));
    lfn_status status = lfn_record_merge(call, config, given);
    if (status != LFN_OK)
        return LFN_PROBLEM_INTERNAL;
    lfn_problem problem = lfn_config_derive(call, credential->type, config, given, fresh);
    return problem == LFN_PROBLEM_NONE ? lfn_problem_of(lfn_config_seal(call, config, credential)) : problem;
}

static lfn_text actor_type(const lfn_call *call)
{
    return lfn_text_of(lfn_choice_get(LFN_CHOICE_ACTOR_TYPE)->words[call->access_type]);
}

static lfn_problem answer_kept(lfn_call *call, lfn_status status, const lfn_service_credential *credential)
{
    call->change.credential_id = credential->id;
    if (status == LFN_CONFLICT)
        return LFN_PROBLEM_NAME_TAKEN;
    if (status != LFN_OK)
        return lfn_problem_or(status, LFN_PROBLEM_CREDENTIAL_NOT_FOUND);
    return lfn_problem_of(lfn_service_credential_answer(call, credential));
}

lfn_problem lfn_service_credential_patch(lfn_call *call)
{
    lfn_record config;
    lfn_service_credential changed = call->service_credential;
    const lfn_field *own = lfn_config_field(changed.type);
    lfn_status status = lfn_config_open(call, &changed, &config);
    if (status != LFN_OK)
        return LFN_PROBLEM_INTERNAL;
    lfn_problem problem = check_configs(call, own);
    if (problem == LFN_PROBLEM_NONE && lfn_json_get(call->body, lfn_text_of(own->name)) != NULL)
        problem = take_config(call, &changed, own, &config, false);
    if (problem != LFN_PROBLEM_NONE)
        return problem;
    take_members(call->body, &changed);
    /* Whoever rotates a secret sees by lastUpdated that it was done, also within one of its milliseconds. */
    int64_t next_us = changed.updated_us + 1000;
    changed.updated_us = call->now_us > next_us ? call->now_us : next_us;
    changed.updated_by_id = call->access.id;
    changed.updated_by_type = actor_type(call);
    status = lfn_store_change_service_credential(call->service->store, &changed, &call->error);
    return answer_kept(call, status, &changed);
}

static lfn_status begin_credential(lfn_call *call, lfn_service_credential *out_credential)
{
    lfn_service_credential credential = {.application_id = call->access.application_id,
                                         .enabled = true,
                                         .type = lfn_json_string(lfn_json_get(call->body, lfn_text_of("type"))),
                                         .created_us = call->now_us,
                                         .updated_us = call->now_us,
                                         .created_by_id = call->access.id,
                                         .created_by_type = actor_type(call),
                                         .updated_by_id = call->access.id,
                                         .updated_by_type = actor_type(call)};
    lfn_status status = lfn_new_object_id(call, &credential.id);
    if (status == LFN_OK)
        *out_credential = credential;
    return status;
}

lfn_problem lfn_service_credentials_create(lfn_call *call)
{
    lfn_record config;
    lfn_service_credential credential;
    lfn_status status = begin_credential(call, &credential);
    if (status != LFN_OK)
        return LFN_PROBLEM_INTERNAL;
    const lfn_field *own = lfn_config_field(credential.type);
    const lfn_schema *schema = lfn_schema_get(own->of);
    lfn_problem problem = check_configs(call, own);
    if (problem != LFN_PROBLEM_NONE)
        return problem;
    if (needs_anything(schema) && lfn_json_get(call->body, lfn_text_of(own->name)) == NULL)
        return refuse_member(call, own->name, "is missing");
    take_members(call->body, &credential);
    status = lfn_record_begin(&config, schema, &call->error);
    problem = status == LFN_OK ? take_config(call, &credential, own, &config, true) : LFN_PROBLEM_INTERNAL;
    if (problem != LFN_PROBLEM_NONE)
        return problem;
    status = lfn_store_add_service_credential(call->service->store, &credential, &call->error);
    return answer_kept(call, status, &credential);
}
