/* Who may read what of a Leaf user, for a data server that asks; and what is shared, which no path tells. */
#include "base/text.h"
#include "service/leaf/find.h"
#include "service/leaf/grant.h"
#include "service/leaf/token.h"

/* ---- decisions ---- */

static lfn_access_answer refused(int http_status, const char *reason)
{
    lfn_access_answer answer = {false, http_status, reason};
    return answer;
}

/* Whether the question itself makes sense; else why not. */
static const char *fault_of(const lfn_access_question *question)
{
    const lfn_resource *resource =
        lfn_resource_get(lfn_choice_index(lfn_choice_get(LFN_CHOICE_RESOURCE), question->resource));
    if (!lfn_uuid_valid(question->leaf_user_id))
        return "badLeafUserId";
    if (resource == NULL)
        return "badResource";
    if (lfn_choice_index(lfn_choice_get(LFN_CHOICE_ACTION), question->action) < 0)
        return "badAction";
    const lfn_choice *types = lfn_choice_get(resource->types);
    bool fits = types != NULL ? lfn_choice_index(types, question->type) >= 0 : question->type.size == 0;
    return fits ? NULL : "badType";
}

static lfn_status grant_facts(lfn_call *call, const lfn_access_question *question, lfn_text user_id,
                              const lfn_stored_relation *relation, lfn_access_facts *facts)
{
    lfn_grant *grants;
    lfn_status status = lfn_grants_read(call, relation->number, user_id, &grants);
    if (status != LFN_OK)
        return status;
    const lfn_grant *grant = lfn_grants_find(grants, question->resource);
    facts->has_relation = true;
    facts->relation = lfn_relation_of(relation);
    facts->invalidated_sequence = relation->invalidated_sequence;
    facts->resource_granted = grant != NULL;
    facts->type_granted = grant != NULL && (question->type.size == 0 || lfn_grant_has_type(grant, question->type));
    return LFN_OK;
}

static lfn_status gather(lfn_call *call, const lfn_access_question *question, const lfn_bearer *bearer,
                         lfn_access_facts *facts)
{
    lfn_user user;
    lfn_stored_relation relation;
    lfn_status status = lfn_find_user(call, question->leaf_user_id, &user);
    if (status != LFN_OK)
        return status == LFN_NOT_FOUND ? LFN_OK : status;
    facts->user_exists = true;
    facts->is_owner = user.owner == bearer->owner;
    facts->token_sequence = bearer->sequence;
    if (facts->is_owner)
        return LFN_OK;
    status = lfn_find_relation(call, user.owner, bearer->owner, &relation);
    if (status != LFN_OK)
        return status == LFN_NOT_FOUND ? LFN_OK : status;
    return grant_facts(call, question, user.id, &relation, facts);
}

static lfn_status decide(lfn_call *call, const lfn_access_question *question, lfn_access_answer *out_answer)
{
    enum { ALLOWED = 200, BAD_QUESTION = 400 };
    lfn_bearer bearer;
    lfn_access_facts facts = {0};
    lfn_status status = lfn_token_bearer(call, question->token, &bearer);
    if (status == LFN_UNAUTHORIZED) {
        *out_answer = refused(lfn_problem_get(LFN_PROBLEM_UNAUTHORIZED)->http_status, "unauthorized");
        return LFN_OK;
    }
    if (status != LFN_OK)
        return status;
    const char *fault = fault_of(question);
    if (fault != NULL) {
        *out_answer = refused(BAD_QUESTION, fault);
        return LFN_OK;
    }
    status = gather(call, question, &bearer, &facts);
    if (status != LFN_OK)
        return status;
    lfn_access_decision decision = lfn_access_decide(&facts);
    int http_status = decision.allowed ? ALLOWED : lfn_problem_get(decision.problem)->http_status;
    *out_answer = (lfn_access_answer){decision.allowed, http_status, decision.reason};
    return LFN_OK;
}

/* Ends a read of the store. */
static lfn_status finish(lfn_call *call, lfn_status status, lfn_error *error)
{
    (void)lfn_batch_close(call->service, false, NULL);
    (void)lfn_call_tell(call, status, error);
    lfn_call_end(call);
    return status;
}

lfn_status lfn_service_decide_access(lfn_service *service, const lfn_access_question *questions, size_t count,
                                     lfn_access_answer *out_answers, lfn_error *error)
{
    lfn_call call;
    lfn_status status = lfn_batch_open(service, false, error);
    if (status != LFN_OK)
        return status;
    lfn_call_begin(&call, service);
    for (size_t i = 0; status == LFN_OK && i < count; i++) {
        status = decide(&call, &questions[i], &out_answers[i]);
        /* What one question needed is not kept for the next. */
        lfn_arena_free(&call.arena);
    }
    return finish(&call, status, error);
}

/* ---- what is shared ---- */

typedef struct relation_link relation_link;
struct relation_link {
    lfn_stored_relation relation;
    relation_link *next;
};

typedef struct relation_list {
    lfn_arena *arena;
    relation_link *first;
    relation_link **end;
} relation_list;

static lfn_status collect(void *context, const lfn_stored_relation *relation)
{
    relation_list *list = context;
    relation_link *link = lfn_arena_take(list->arena, sizeof *link);
    if (link == NULL)
        return LFN_NO_MEMORY;
    link->relation = *relation;
    *list->end = link;
    list->end = &link->next;
    return lfn_keep_relation(list->arena, &link->relation);
}

static void write_text(lfn_json_writer *writer, const char *name, lfn_text value)
{
    lfn_json_write_key(writer, lfn_text_of(name));
    lfn_json_write_string(writer, value);
}

/* Writes one entry for each Leaf user: the grants of one user stand together. */
static void write_shares(lfn_json_writer *writer, const lfn_stored_relation *relation, bool as_sender,
                         const lfn_grant *grants)
{
    int index = lfn_relation_status(lfn_relation_of(relation));
    const char *word = lfn_choice_get(LFN_CHOICE_RELATION_STATUS)->words[index];
    while (grants != NULL) {
        const lfn_grant *end = grants;
        while (end != NULL && lfn_text_equal(end->permission.user_id, grants->permission.user_id))
            end = end->next;
        lfn_json_write_begin_object(writer);
        write_text(writer, "owner", as_sender ? relation->receiver_email : relation->sender_email);
        write_text(writer, "status", lfn_text_of(word));
        write_text(writer, "leafUserId", grants->permission.user_id);
        lfn_json_write_key(writer, lfn_text_of("permissions"));
        lfn_grants_write(grants, end, writer);
        lfn_json_write_end_object(writer);
        grants = end;
    }
}

static lfn_status list_shares(lfn_call *call, lfn_text email, bool as_sender, lfn_buffer *out_json)
{
    lfn_owner owner;
    int64_t total;
    relation_list list = {.arena = &call->arena};
    list.end = &list.first;
    lfn_status status = lfn_find_owner(call, email, &owner);
    if (status == LFN_NOT_FOUND)
        return lfn_error_set_where(&call->error, LFN_NOT_FOUND, "/owner_email", "there is no such API owner");
    if (status == LFN_OK)
        status = lfn_store_list_relations(call->service->store, owner.number, as_sender, 0, -1, collect, &list, &total,
                                          &call->error);
    lfn_json_writer writer = {.buffer = out_json};
    lfn_json_write_begin_array(&writer);
    for (const relation_link *link = list.first; status == LFN_OK && link != NULL; link = link->next) {
        lfn_grant *grants;
        status = lfn_grants_read(call, link->relation.number, lfn_text_of(NULL), &grants);
        if (status == LFN_OK)
            write_shares(&writer, &link->relation, as_sender, grants);
    }
    lfn_json_write_end_array(&writer);
    return status == LFN_OK && out_json->failed ? LFN_NO_MEMORY : status;
}

lfn_status lfn_service_list_shared(lfn_service *service, lfn_text owner_email, lfn_share_direction direction,
                                   lfn_buffer *out_json, lfn_error *error)
{
    lfn_call call;
    lfn_status status = lfn_batch_open(service, false, error);
    if (status != LFN_OK)
        return status;
    lfn_call_begin(&call, service);
    return finish(&call, list_shares(&call, owner_email, direction == LFN_SHARED_BY_ME, out_json), error);
}
