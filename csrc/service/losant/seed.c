/* Applications of a seed, with their tokens, credentials and what uses them: see seed.h. */
#include "service/seed.h"
#include "service/fresh.h"

#include "base/text.h"
#include "service/losant/losant.h"

/* Scopes as one string with spaces between, or as a list of strings. */
static lfn_status read_scopes(lfn_call *call, const lfn_spot *token, lfn_text *out_scopes)
{
    lfn_spot at = lfn_spot_member(token, "scopes");
    lfn_text scopes = lfn_json_string(at.node);
    if (scopes.data != NULL) {
        *out_scopes = scopes;
        return LFN_OK;
    }
    if (!lfn_spot_is(&at, LFN_JSON_ARRAY))
        return lfn_spot_refuse(call, &at, at.node == NULL ? "is missing" : "must be a list of scopes");
    lfn_buffer joined;
    lfn_status status = LFN_OK;
    lfn_buffer_init(&joined, lfn_text_ceiling(call->service));
    for (const lfn_json *child = lfn_json_first(at.node); child != NULL; child = lfn_json_next(child)) {
        if (lfn_json_string(child).data == NULL)
            status = lfn_spot_refuse(call, &at, "must be a list of scopes");
        (void)lfn_buffer_append_string(&joined, joined.size > 0 ? " " : "");
        (void)lfn_buffer_append_text(&joined, lfn_json_string(child));
    }
    scopes = lfn_buffer_text(&joined);
    if (status == LFN_OK)
        status = joined.failed ? LFN_NO_MEMORY : lfn_arena_keep(&call->arena, &scopes);
    if (status == LFN_OK)
        *out_scopes = scopes;
    lfn_buffer_free(&joined);
    return status;
}

static lfn_status plant_token(lfn_call *call, void *context, const lfn_spot *entry)
{
    static const char *const names[] = {"scopes", "token", NULL};
    const lfn_access_token *access = context;
    lfn_text scopes, token, made;
    lfn_status status = lfn_spot_check(call, entry, names);
    if (status == LFN_OK)
        status = read_scopes(call, entry, &scopes);
    if (status == LFN_OK)
        status = lfn_spot_string(call, entry, "token", &token);
    if (status != LFN_OK)
        return status;
    return lfn_spot_place_error(call, entry,
                                lfn_access_token_add(call, access->application_id, scopes, token, 0, &made));
}

static lfn_status plant_service_credential(lfn_call *call, void *context, const lfn_spot *entry)
{
    static const char *const whole[] = {NULL};
    const lfn_access_token *access = context;
    lfn_play play = {.operation = LFN_OP_SERVICE_CREDENTIALS_CREATE,
                     .members = {{lfn_text_of("applicationId"), access->application_id}},
                     .member_count = 1,
                     .access = access};
    return lfn_spot_play(call, play, entry, whole, NULL);
}

static lfn_status plant_linkable(lfn_call *call, const lfn_access_token *access, lfn_linkable_kind kind,
                                 const lfn_spot *entry)
{
    lfn_text id;
    return lfn_spot_place_error(call, entry, lfn_linkable_add(call, access->application_id, kind, entry->node, &id));
}

static lfn_status plant_integration(lfn_call *call, void *context, const lfn_spot *entry)
{
    return plant_linkable(call, context, LFN_LINKABLE_INTEGRATION, entry);
}

static lfn_status plant_flow(lfn_call *call, void *context, const lfn_spot *entry)
{
    return plant_linkable(call, context, LFN_LINKABLE_FLOW, entry);
}

static lfn_status plant_flow_version(lfn_call *call, void *context, const lfn_spot *entry)
{
    return plant_linkable(call, context, LFN_LINKABLE_FLOW_VERSION, entry);
}

/* The credentials of a document are made by a person: there is no token that asked. */
static lfn_status begin_application(lfn_call *call, const lfn_spot *entry, lfn_access_token *out_access)
{
    lfn_access_token access = {.scopes = lfn_text_of("")};
    lfn_spot id = lfn_spot_member(entry, "id");
    lfn_text given = lfn_json_string(id.node);
    if (id.node != NULL && given.data == NULL)
        return lfn_spot_refuse(call, &id, "must be a string");
    lfn_status status = lfn_spot_place_error(call, entry, lfn_application_add(call, given, &access.application_id));
    if (status == LFN_OK)
        status = lfn_new_object_id(call, &access.id);
    if (status == LFN_OK)
        *out_access = access;
    return status;
}

lfn_status lfn_seed_application(lfn_call *call, void *context, const lfn_spot *entry)
{
    static const char *const names[] = {"id", "tokens", "credentials", "integrations", "flows", "flowVersions", NULL};
    static const lfn_planter planters[] = {plant_token, plant_service_credential, plant_integration, plant_flow,
                                           plant_flow_version};
    lfn_access_token access;
    (void)context;
    lfn_status status = lfn_spot_check(call, entry, names);
    if (status == LFN_OK)
        status = begin_application(call, entry, &access);
    for (size_t i = 0; status == LFN_OK && i < sizeof planters / sizeof *planters; i++)
        status = lfn_spot_each_entry(call, entry, names[i + 1], planters[i], &access);
    return status;
}
