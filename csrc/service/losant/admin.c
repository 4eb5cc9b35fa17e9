/* Administration of applications: made, given tokens, told what uses their credentials. */
#include "service/admin.h"
#include "service/fresh.h"

#include "base/text.h"
#include "codec/words.h"
#include "service/losant/losant.h"

#include <stdio.h>

static const lfn_id_form id_form = LFN_ID_FORM_HEX24;

lfn_status lfn_application_add(lfn_call *call, lfn_text id, lfn_text *out_id)
{
    lfn_status status = LFN_OK;
    if (id.data == NULL)
        status = lfn_new_object_id(call, &id);
    else if (!lfn_id_valid(id_form, id))
        return lfn_error_set_where(&call->error, LFN_BAD_INPUT, "/id", "the id must be %s", lfn_id_form_words(id_form));
    else
        status = lfn_arena_keep_lower(&call->arena, &id);
    if (status == LFN_OK)
        status = lfn_store_add_application(call->service->store, id, &call->error);
    call->change.application_id = id;
    if (status == LFN_CONFLICT)
        return lfn_error_set_where(&call->error, LFN_CONFLICT, "/id", "there is an application with this id");
    if (status == LFN_OK)
        *out_id = id;
    return status;
}

/* ---- what uses a credential ---- */

static lfn_status refuse(lfn_call *call, lfn_text name, const char *reason)
{
    char pointer[sizeof call->error.where] = "";
    char shown[64] = "";
    lfn_pointer_append(pointer, sizeof pointer, name);
    lfn_words_append(shown, sizeof shown, name);
    return lfn_error_set_where(&call->error, LFN_BAD_INPUT, pointer, "%s %s", shown, reason);
}

static bool is_strings(const lfn_json *node)
{
    if (lfn_json_kind_of(node) != LFN_JSON_ARRAY)
        return false;
    for (const lfn_json *entry = lfn_json_first(node); entry != NULL; entry = lfn_json_next(entry))
        if (lfn_json_string(entry).data == NULL)
            return false;
    return true;
}

/* What a member of a row's type must be; NULL when it is. The words of a choice are written into `wanted`. */
static const char *fault_of(const lfn_field *field, const lfn_json *node, char *wanted, size_t size)
{
    const lfn_choice *choice = lfn_choice_get(field->choice);
    switch (field->type) {
    case LFN_TYPE_ID:
        return lfn_id_valid(id_form, lfn_json_string(node)) ? NULL : "must be 24 hexadecimal digits";
    case LFN_TYPE_BOOLEAN:
        return lfn_json_kind_of(node) == LFN_JSON_BOOLEAN ? NULL : "must be true or false";
    case LFN_TYPE_STRINGS:
        return is_strings(node) ? NULL : "must be a list of strings";
    case LFN_TYPE_CHOICE:
        lfn_words_wanted(choice, wanted, size);
        return lfn_choice_index(choice, lfn_json_string(node)) >= 0 ? NULL : wanted;
    default:
        return lfn_json_string(node).data != NULL ? NULL : "must be a string";
    }
}

/* The members that the service gives: the id, under two names for what is not a version, and the application. */
typedef struct given_ids {
    lfn_text id;
    const char *second; /* the other name of the id, or NULL */
    lfn_text application_id;
} given_ids;

static bool is_second(const given_ids *ids, lfn_text name)
{
    return ids->second != NULL && lfn_text_equal_string(name, ids->second);
}

static bool is_given_by_service(const given_ids *ids, lfn_text name)
{
    return lfn_text_equal_string(name, "id") || lfn_text_equal_string(name, "applicationId") || is_second(ids, name);
}

static lfn_status check_members(lfn_call *call, const lfn_schema *schema, const lfn_json *document)
{
    char wanted[160] = "";
    for (const lfn_json *member = lfn_json_first(document); member != NULL; member = lfn_json_next(member)) {
        const lfn_field *field = lfn_schema_find(schema, lfn_json_name(member));
        const char *fault = field != NULL ? fault_of(field, member, wanted, sizeof wanted) : NULL;
        if (fault != NULL)
            return refuse(call, lfn_json_name(member), fault);
    }
    static const char *const needed[] = {"name", "credentialName"};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        lfn_text name = lfn_text_of(needed[i]);
        if (lfn_schema_find(schema, name) != NULL && lfn_json_get(document, name) == NULL)
            return refuse(call, name, "is missing");
    }
    return LFN_OK;
}

/* Takes the ids that a document gives, which must say the same wherever they stand, and makes those that are missing.
 */
static lfn_status take_ids(lfn_call *call, const lfn_json *document, lfn_text application_id, given_ids *ids)
{
    lfn_text id = lfn_json_string(lfn_json_get(document, lfn_text_of("id")));
    lfn_text second =
        ids->second != NULL ? lfn_json_string(lfn_json_get(document, lfn_text_of(ids->second))) : lfn_text_of(NULL);
    lfn_text application = lfn_json_string(lfn_json_get(document, lfn_text_of("applicationId")));
    if (id.data != NULL && second.data != NULL && !lfn_text_equal_nocase(id, second))
        return refuse(call, lfn_text_of(ids->second), "must be the id");
    if (application.data != NULL && !lfn_text_equal_nocase(application, application_id))
        return refuse(call, lfn_text_of("applicationId"), "must be the id of the application");
    ids->id = id.data != NULL ? id : second;
    ids->application_id = application_id;
    if (ids->id.data == NULL)
        return lfn_new_object_id(call, &ids->id);
    return lfn_arena_keep_lower(&call->arena, &ids->id);
}

static void write_member(lfn_json_writer *writer, const char *name, lfn_text value)
{
    lfn_json_write_key(writer, lfn_text_of(name));
    lfn_json_write_string(writer, value);
}

static void write_document(lfn_json_writer *writer, const given_ids *ids, const lfn_json *document)
{
    lfn_json_write_begin_object(writer);
    write_member(writer, "id", ids->id);
    if (ids->second != NULL)
        write_member(writer, ids->second, ids->id);
    write_member(writer, "applicationId", ids->application_id);
    for (const lfn_json *member = lfn_json_first(document); member != NULL; member = lfn_json_next(member)) {
        if (is_given_by_service(ids, lfn_json_name(member)))
            continue;
        lfn_json_write_key(writer, lfn_json_name(member));
        lfn_json_write_node(writer, member);
    }
    lfn_json_write_end_object(writer);
}

/* By lfn_linkable_kind: the word that names it, its schema, and the second name of its id. */
static const struct {
    const char *word;
    lfn_schema_id schema;
    const char *second;
} kinds[] = {
    [LFN_LINKABLE_INTEGRATION] = {"integration", LFN_SCHEMA_INTEGRATION, "integrationId"},
    [LFN_LINKABLE_FLOW] = {"flow", LFN_SCHEMA_FLOW, "flowId"},
    [LFN_LINKABLE_FLOW_VERSION] = {"flowVersion", LFN_SCHEMA_FLOW, NULL},
};

static lfn_status put(lfn_call *call, lfn_linkable_kind kind, const given_ids *ids, const lfn_json *document)
{
    lfn_buffer json;
    lfn_buffer_init(&json, lfn_text_ceiling(call->service));
    lfn_json_writer writer = {.buffer = &json};
    write_document(&writer, ids, document);
    lfn_linkable linkable = {kind, ids->id, ids->application_id, lfn_buffer_text(&json)};
    lfn_status status =
        json.failed ? LFN_NO_MEMORY : lfn_store_put_linkable(call->service->store, &linkable, &call->error);
    lfn_buffer_free(&json);
    if (status == LFN_NOT_FOUND)
        return lfn_error_set_where(&call->error, LFN_NOT_FOUND, "/application", "there is no such application");
    return status;
}

lfn_status lfn_linkable_add(lfn_call *call, lfn_text application_id, lfn_linkable_kind kind, const lfn_json *document,
                            lfn_text *out_id)
{
    given_ids ids = {.second = kinds[kind].second};
    lfn_status status = lfn_arena_keep_lower(&call->arena, &application_id);
    if (status != LFN_OK)
        return status;
    if (lfn_json_kind_of(document) != LFN_JSON_OBJECT)
        return lfn_error_set_where(&call->error, LFN_BAD_INPUT, "", "what is registered must be an object");
    status = check_members(call, lfn_schema_get(kinds[kind].schema), document);
    if (status == LFN_OK)
        status = take_ids(call, document, application_id, &ids);
    if (status == LFN_OK)
        status = put(call, kind, &ids, document);
    if (status == LFN_OK)
        *out_id = ids.id;
    return status;
}

/* ---- from outside ---- */

/* Appends what came out, in the transaction, so that it is told or not done. */
static lfn_status tell(lfn_call *call, lfn_status status, lfn_text text, lfn_buffer *out)
{
    if (status != LFN_OK || out == NULL || lfn_buffer_append_text(out, text))
        return status;
    return lfn_error_set(&call->error, LFN_NO_MEMORY, "no memory for the answer");
}

lfn_status lfn_service_create_application(lfn_service *service, lfn_text id, lfn_buffer *out_id, lfn_error *error)
{
    lfn_call call;
    lfn_text made = lfn_text_of(NULL);
    lfn_status status = lfn_admin_begin(&call, service, "create_application", error);
    if (status != LFN_OK)
        return status;
    status = lfn_application_add(&call, id, &made);
    return lfn_admin_finish(&call, tell(&call, status, made, out_id), error);
}

lfn_status lfn_service_create_token(lfn_service *service, lfn_text application_id, lfn_text scopes, int64_t life_s,
                                    lfn_buffer *out_token, lfn_error *error)
{
    lfn_call call;
    lfn_text made = lfn_text_of(NULL);
    lfn_status status = lfn_admin_begin(&call, service, "create_token", error);
    if (status != LFN_OK)
        return status;
    call.change.application_id = application_id;
    status = lfn_access_token_add(&call, application_id, scopes, lfn_text_of(NULL), life_s, &made);
    return lfn_admin_finish(&call, tell(&call, status, made, out_token), error);
}

static lfn_status register_json(lfn_call *call, lfn_text application_id, lfn_text kind, lfn_text json, lfn_text *out_id)
{
    size_t i = 0;
    lfn_json *document = NULL;
    while (i < sizeof kinds / sizeof *kinds && !lfn_text_equal_string(kind, kinds[i].word))
        i++;
    if (i == sizeof kinds / sizeof *kinds)
        return lfn_error_set_where(&call->error, LFN_BAD_INPUT, "/kind",
                                   "the kind must be integration, flow or flowVersion");
    lfn_error reason;
    lfn_status status = lfn_json_parse(json.data != NULL ? json : lfn_text_of(""), &document, &reason);
    if (status == LFN_PROTOCOL)
        return lfn_error_set(&call->error, LFN_BAD_INPUT, "what is registered is not JSON: %s", reason.message);
    if (status == LFN_OK)
        status = lfn_linkable_add(call, application_id, (lfn_linkable_kind)i, document, out_id);
    lfn_json_free(document);
    return status;
}

lfn_status lfn_service_register(lfn_service *service, lfn_text application_id, lfn_text kind, lfn_text json,
                                lfn_buffer *out_id, lfn_error *error)
{
    lfn_call call;
    lfn_text id = lfn_text_of(NULL);
    lfn_status status = lfn_admin_begin(&call, service, "register", error);
    if (status != LFN_OK)
        return status;
    call.change.application_id = application_id;
    status = register_json(&call, application_id, kind, json, &id);
    return lfn_admin_finish(&call, tell(&call, status, id, out_id), error);
}
