/* Owners and users of a seed, with their credentials and what providers answer: see seed.h. */
#include "service/seed.h"

#include "base/text.h"
#include "service/leaf/credential.h"
#include "service/leaf/find.h"
#include "service/leaf/leaf.h"

/* ---- owners ---- */

lfn_status lfn_seed_hash_owner(lfn_call *call, void *context, const lfn_spot *entry)
{
    static const char *const names[] = {"email", "password", NULL};
    lfn_owner_hashes *owners = context;
    lfn_text email, password;
    lfn_status status = lfn_spot_check(call, entry, names);
    if (status == LFN_OK)
        status = lfn_spot_string(call, entry, "email", &email);
    if (status == LFN_OK)
        status = lfn_spot_string(call, entry, "password", &password);
    if (status != LFN_OK)
        return status;
    if (!lfn_email_valid(email))
        return lfn_play_refuse(call, entry->pointer, "/email", "must be an e-mail");
    return lfn_password_hash(password, call->service->password_cost, owners->hashes[owners->next++], &call->error);
}

lfn_status lfn_seed_owner(lfn_call *call, void *context, const lfn_spot *entry)
{
    lfn_owner_hashes *owners = context;
    lfn_text email = lfn_json_string(lfn_json_get(entry->node, lfn_text_of("email")));
    return lfn_spot_place_error(call, entry, lfn_owner_add(call, email, owners->hashes[owners->next++]));
}

lfn_status lfn_seed_find_owner(lfn_call *call, const lfn_spot *parent, const char *name, lfn_owner *out_owner)
{
    lfn_text email;
    lfn_status status = lfn_spot_string(call, parent, name, &email);
    if (status == LFN_OK)
        status = lfn_find_owner(call, email, out_owner);
    lfn_spot at = lfn_spot_member(parent, name);
    return status == LFN_NOT_FOUND ? lfn_spot_refuse(call, &at, "there is no such API owner") : status;
}

/* ---- users ---- */

typedef struct planted_user {
    lfn_owner owner;
    lfn_text id;
} planted_user;

static lfn_status find_provider(lfn_call *call, const lfn_spot *entry, const lfn_provider **out_provider)
{
    *out_provider = lfn_provider_find(lfn_spot_name(entry));
    return *out_provider != NULL ? LFN_OK : lfn_spot_refuse(call, entry, "there is no such provider");
}

/* A text as itself, anything else as JSON: a body is often given as the object that it is. */
static lfn_status text_of(lfn_call *call, const lfn_json *node, lfn_text *out_text)
{
    lfn_text text = lfn_json_string(node);
    if (node == NULL || text.data != NULL) {
        *out_text = text;
        return LFN_OK;
    }
    lfn_buffer json;
    lfn_buffer_init(&json, lfn_text_ceiling(call->service));
    lfn_json_writer writer = {.buffer = &json};
    lfn_json_write_node(&writer, node);
    text = lfn_buffer_text(&json);
    lfn_status status = json.failed ? LFN_NO_MEMORY : lfn_arena_keep(&call->arena, &text);
    if (status == LFN_OK)
        *out_text = text;
    lfn_buffer_free(&json);
    return status;
}

static lfn_status read_answer(lfn_call *call, const lfn_spot *entry, lfn_provider_answer *out_answer)
{
    static const char *const names[] = {"status", "headers", "body", NULL};
    lfn_status status = lfn_spot_check(call, entry, names);
    if (status != LFN_OK)
        return status;
    lfn_provider_answer answer = {0};
    lfn_spot headers = lfn_spot_member(entry, "headers");
    int64_t code = lfn_json_integer(lfn_json_get(entry->node, lfn_text_of("status")), 0);
    answer.http_status = code > 0 && code < 1000 ? (int)code : 0;
    answer.headers = lfn_json_string(headers.node);
    if (headers.node != NULL && answer.headers.data == NULL)
        return lfn_spot_refuse(call, &headers, "must be a string of lines");
    status = text_of(call, lfn_json_get(entry->node, lfn_text_of("body")), &answer.body);
    if (status == LFN_OK)
        status = lfn_provider_answer_check(&answer, &call->error);
    if (status == LFN_BAD_INPUT && strcmp(call->error.where, "/http_status") == 0)
        return lfn_play_refuse(call, entry->pointer, "/status", "must be an HTTP status, of 100 to 599");
    if (status == LFN_OK)
        *out_answer = answer;
    return lfn_spot_place_error(call, entry, status);
}

static lfn_status plant_answer(lfn_call *call, void *context, const lfn_spot *entry)
{
    const planted_user *planted = context;
    const lfn_provider *provider;
    lfn_provider_answer answer;
    lfn_user user;
    lfn_status status = find_provider(call, entry, &provider);
    if (status == LFN_OK)
        status = read_answer(call, entry, &answer);
    if (status == LFN_OK)
        status = lfn_find_user(call, planted->id, &user);
    return status == LFN_OK ? lfn_provider_set(call, &user, provider, &answer) : status;
}

static lfn_status plant_credential(lfn_call *call, void *context, const lfn_spot *entry)
{
    static const char *const whole[] = {NULL};
    const planted_user *planted = context;
    lfn_play play = {.operation = LFN_OP_CREDENTIALS_CREATE,
                     .members = {{lfn_text_of("leafUserId"), planted->id}},
                     .member_count = 1,
                     .actor = planted->owner.number,
                     .actor_email = planted->owner.email};
    lfn_status status = find_provider(call, entry, &play.provider);
    return status == LFN_OK ? lfn_spot_play(call, play, entry, whole, NULL) : status;
}

lfn_status lfn_seed_user(lfn_call *call, void *context, const lfn_spot *entry)
{
    static const char *const others[] = {"owner", "credentials", "providerAnswers", NULL};
    planted_user planted;
    (void)context;
    if (!lfn_spot_is(entry, LFN_JSON_OBJECT))
        return lfn_spot_refuse(call, entry, "must be an object");
    lfn_status status = lfn_seed_find_owner(call, entry, "owner", &planted.owner);
    if (status != LFN_OK)
        return status;
    lfn_play play = {
        .operation = LFN_OP_USERS_CREATE, .actor = planted.owner.number, .actor_email = planted.owner.email};
    status = lfn_spot_play(call, play, entry, others, &planted.id);
    if (status == LFN_OK)
        status = lfn_spot_each_member(call, entry, "providerAnswers", plant_answer, &planted);
    return status == LFN_OK ? lfn_spot_each_member(call, entry, "credentials", plant_credential, &planted) : status;
}
