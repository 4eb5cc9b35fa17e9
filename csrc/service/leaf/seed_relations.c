/* Relations of a seed, with what they may read: see seed.h. */
#include "service/seed.h"

#include "base/text.h"
#include "codec/words.h"
#include "service/leaf/find.h"

typedef struct planted_relation {
    lfn_owner sender;
    lfn_owner receiver;
    const lfn_spot *at;
} planted_relation;

/* Writes {"name": "value"}. */
static void write_single(lfn_buffer *body, const char *name, lfn_text value)
{
    lfn_json_writer writer = {.buffer = body};
    lfn_json_write_begin_object(&writer);
    lfn_json_write_key(&writer, lfn_text_of(name));
    lfn_json_write_string(&writer, value);
    lfn_json_write_end_object(&writer);
}

static lfn_status offer(lfn_call *call, const planted_relation *planted)
{
    lfn_buffer body;
    lfn_play play = {
        .operation = LFN_OP_SHARING_CREATE, .actor = planted->sender.number, .actor_email = planted->sender.email};
    lfn_buffer_init(&body, lfn_text_ceiling(call->service));
    write_single(&body, "receiverApiOwner", planted->receiver.email);
    lfn_spot receiver = lfn_spot_member(planted->at, "receiver");
    lfn_status status = lfn_spot_play_text(call, play, &receiver, "/receiverApiOwner", &body);
    lfn_buffer_free(&body);
    return status;
}

/* One of the two says what becomes of the relation; the path names the role of the other. */
static lfn_status set_status(lfn_call *call, const planted_relation *planted, bool sender_asks, int request)
{
    lfn_buffer body;
    const lfn_owner *asks = sender_asks ? &planted->sender : &planted->receiver;
    const lfn_owner *other = sender_asks ? &planted->receiver : &planted->sender;
    int role = sender_asks ? LFN_ROLE_RECEIVER : LFN_ROLE_SENDER;
    lfn_play play = {.operation = LFN_OP_SHARING_UPDATE,
                     .members = {{lfn_text_of("role"), lfn_text_of(lfn_choice_get(LFN_CHOICE_ROLE)->words[role])},
                                 {lfn_text_of("owner"), other->email}},
                     .member_count = 2,
                     .actor = asks->number,
                     .actor_email = asks->email};
    lfn_buffer_init(&body, lfn_text_ceiling(call->service));
    write_single(&body, "status", lfn_text_of(lfn_choice_get(LFN_CHOICE_RELATION_REQUEST)->words[request]));
    lfn_spot at = lfn_spot_member(planted->at, "status");
    lfn_status status = lfn_spot_play_text(call, play, &at, "/status", &body);
    lfn_buffer_free(&body);
    return status;
}

static lfn_status plant_grant(lfn_call *call, void *context, const lfn_spot *entry)
{
    const planted_relation *planted = context;
    lfn_user user;
    lfn_buffer body;
    lfn_status status = lfn_store_find_external(call->service->store, planted->sender.number, lfn_spot_name(entry),
                                                &user, &call->error);
    if (status == LFN_NOT_FOUND)
        return lfn_spot_refuse(call, entry, "the sender has no user with this externalId");
    if (status == LFN_OK)
        status = lfn_keep_user(&call->arena, &user);
    if (status != LFN_OK)
        return status;
    lfn_play play = {.operation = LFN_OP_PERMISSIONS_CREATE,
                     .members = {{lfn_text_of("owner"), planted->receiver.email}, {lfn_text_of("leafUserId"), user.id}},
                     .member_count = 2,
                     .actor = planted->sender.number,
                     .actor_email = planted->sender.email};
    lfn_buffer_init(&body, lfn_text_ceiling(call->service));
    lfn_json_writer writer = {.buffer = &body};
    lfn_json_write_begin_object(&writer);
    lfn_json_write_key(&writer, lfn_text_of("permissions"));
    lfn_json_write_node(&writer, entry->node);
    lfn_json_write_end_object(&writer);
    status = lfn_spot_play_text(call, play, entry, "/permissions", &body);
    lfn_buffer_free(&body);
    return status;
}

static lfn_status read_relation_status(lfn_call *call, const lfn_spot *relation, int *out_index)
{
    char wanted[160];
    const lfn_choice *choice = lfn_choice_get(LFN_CHOICE_RELATION_STATUS);
    lfn_spot at = lfn_spot_member(relation, "status");
    if (at.node == NULL) {
        *out_index = LFN_RELATION_STATUS_PENDING;
        return LFN_OK;
    }
    lfn_text word = lfn_json_string(at.node);
    *out_index = word.data != NULL ? lfn_choice_index(choice, word) : -1;
    if (*out_index >= 0)
        return LFN_OK;
    lfn_words_wanted(choice, wanted, sizeof wanted);
    return lfn_spot_refuse(call, &at, wanted);
}

/* Grants need a relation that was allowed once; a blocked one is blocked by its sender after them. */
lfn_status lfn_seed_relation(lfn_call *call, void *context, const lfn_spot *entry)
{
    static const char *const names[] = {"sender", "receiver", "status", "permissions", NULL};
    planted_relation planted = {.at = entry};
    int wanted = LFN_RELATION_STATUS_PENDING;
    (void)context;
    lfn_status status = lfn_spot_check(call, entry, names);
    if (status == LFN_OK)
        status = lfn_seed_find_owner(call, entry, "sender", &planted.sender);
    if (status == LFN_OK)
        status = lfn_seed_find_owner(call, entry, "receiver", &planted.receiver);
    if (status == LFN_OK)
        status = read_relation_status(call, entry, &wanted);
    if (status == LFN_OK)
        status = offer(call, &planted);
    if (status == LFN_OK && wanted != LFN_RELATION_STATUS_PENDING)
        status = set_status(call, &planted, false, LFN_RELATION_REQUEST_ALLOWED);
    if (status == LFN_OK)
        status = lfn_spot_each_member(call, entry, "permissions", plant_grant, &planted);
    if (status == LFN_OK && wanted == LFN_RELATION_STATUS_BLOCKED)
        status = set_status(call, &planted, true, LFN_RELATION_REQUEST_BLOCKED);
    return status;
}
