/* Sharing relations: listed, offered, allowed, blocked, and their tokens invalidated. */
#include "base/text.h"
#include "service/leaf/find.h"
#include "service/leaf/leaf.h"
#include "service/page.h"
#include "service/record.h"

static lfn_text status_word(const lfn_stored_relation *relation)
{
    int index = lfn_relation_status(lfn_relation_of(relation));
    return lfn_text_of(lfn_choice_get(LFN_CHOICE_RELATION_STATUS)->words[index]);
}

static lfn_status answer(lfn_call *call, const lfn_stored_relation *relation)
{
    lfn_record record;
    lfn_status status = lfn_record_begin(&record, lfn_schema_get(LFN_SCHEMA_RELATION), &call->error);
    if (status != LFN_OK)
        return status;
    lfn_record_set(&record, "senderApiOwner", relation->sender_email);
    lfn_record_set(&record, "receiverApiOwner", relation->receiver_email);
    lfn_record_set(&record, "status", status_word(relation));
    lfn_record_answer(&record, call->service->mask_secrets, &call->writer);
    return LFN_OK;
}

static lfn_status answer_row(void *context, const lfn_stored_relation *relation)
{
    return answer(context, relation);
}

lfn_problem lfn_sharing_list(lfn_call *call)
{
    lfn_paging paging;
    int64_t total;
    lfn_text role = lfn_match_value(&call->match, "role");
    bool others_receive = lfn_choice_index(lfn_choice_get(LFN_CHOICE_ROLE), role) == LFN_ROLE_RECEIVER;
    lfn_status status = lfn_paging_read(call, &paging);
    if (status != LFN_OK)
        return LFN_PROBLEM_INTERNAL;
    lfn_json_write_begin_array(&call->writer);
    status = lfn_store_list_relations(call->service->store, call->actor, others_receive, paging.offset, paging.size,
                                      answer_row, call, &total, &call->error);
    lfn_json_write_end_array(&call->writer);
    return lfn_problem_of(status == LFN_OK ? lfn_paging_answer(call, &paging, total) : status);
}

lfn_problem lfn_sharing_status(lfn_call *call)
{
    lfn_json_write_string(&call->writer, status_word(&call->relation));
    return LFN_PROBLEM_NONE;
}

lfn_problem lfn_sharing_create(lfn_call *call)
{
    static const lfn_text receiver_member = LFN_TEXT("receiverApiOwner");
    lfn_owner receiver;
    lfn_text email = lfn_json_string(lfn_json_get(call->body, receiver_member));
    if (lfn_text_equal_nocase(email, call->actor_email))
        return LFN_PROBLEM_SELF_SHARING;
    lfn_status status = lfn_find_owner(call, email, &receiver);
    if (status != LFN_OK)
        return lfn_problem_or(status, LFN_PROBLEM_OWNER_NOT_FOUND);
    lfn_stored_relation relation = {.sender = call->actor, .receiver = receiver.number};
    status = lfn_store_add_relation(call->service->store, &relation, &call->error);
    if (status == LFN_CONFLICT)
        return LFN_PROBLEM_RELATION_EXISTS;
    if (status == LFN_OK)
        status = lfn_find_relation(call, call->actor, receiver.number, &call->relation);
    call->change.relation = call->relation.number;
    return lfn_problem_of(status == LFN_OK ? answer(call, &call->relation) : status);
}

static lfn_status change(lfn_call *call, lfn_relation next)
{
    call->relation.receiver_accepted = next.receiver_accepted;
    call->relation.sender_blocked = next.sender_blocked;
    call->relation.receiver_blocked = next.receiver_blocked;
    lfn_status status = lfn_store_change_relation(call->service->store, &call->relation, &call->error);
    return status == LFN_OK ? answer(call, &call->relation) : status;
}

lfn_problem lfn_sharing_update(lfn_call *call)
{
    static const lfn_text status_member = LFN_TEXT("status");
    lfn_text word = lfn_json_string(lfn_json_get(call->body, status_member));
    int request = lfn_choice_index(lfn_choice_get(LFN_CHOICE_RELATION_REQUEST), word);
    lfn_relation_decision decision = lfn_relation_decide(lfn_relation_of(&call->relation), call->party, request);
    if (decision.problem != LFN_PROBLEM_NONE)
        return decision.problem;
    return lfn_problem_of(change(call, decision.next));
}

lfn_problem lfn_sharing_invalidate_tokens(lfn_call *call)
{
    lfn_store *store = call->service->store;
    lfn_status status = lfn_store_next_sequence(store, &call->relation.invalidated_sequence, &call->error);
    if (status == LFN_OK)
        status = lfn_store_change_relation(store, &call->relation, &call->error);
    return lfn_problem_of(status);
}
