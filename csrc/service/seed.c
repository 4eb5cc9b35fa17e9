/* A service filled from one document, all or nothing. What an operation makes is made by that operation, so that the
 * rows and rules which check a request check the document too; the rest is administration. Every refusal names the
 * member by its JSON pointer. */
#include "base/alloc.h"
#include "base/text.h"
#include "codec/words.h"
#include "service/admin.h"
#include "service/leaf/credential.h"
#include "service/leaf/find.h"
#include "service/leaf/leaf.h"
#include "service/losant/losant.h"
#include "service/play.h"

#include <stdio.h>

/* A node of the document and where it stands. */
typedef struct spot {
    const lfn_json *node;
    char pointer[LFN_POINTER_SIZE];
} spot;

static lfn_status refuse(lfn_call *call, const spot *at, const char *reason)
{
    return lfn_play_refuse(call, at->pointer, "", reason);
}

/* The member of an object; its node is NULL when it is not there. */
static spot member_of(const spot *parent, lfn_text name)
{
    spot at = *parent;
    at.node = lfn_json_get(parent->node, name);
    lfn_pointer_append(at.pointer, sizeof at.pointer, name);
    return at;
}

static spot member_named(const spot *parent, const char *name)
{
    return member_of(parent, lfn_text_of(name));
}

static bool is_kind(const spot *at, lfn_json_kind kind)
{
    return at->node != NULL && lfn_json_kind_of(at->node) == kind;
}

static lfn_status needed_string(lfn_call *call, const spot *parent, const char *name, lfn_text *out_text)
{
    spot at = member_named(parent, name);
    lfn_text text = lfn_json_string(at.node);
    if (text.size == 0)
        return refuse(call, &at, at.node == NULL ? "is missing" : "must be a string that is not empty");
    *out_text = text;
    return LFN_OK;
}

static bool is_listed(const char *const names[], lfn_text name)
{
    for (size_t i = 0; names[i] != NULL; i++)
        if (lfn_text_equal_string(name, names[i]))
            return true;
    return false;
}

/* The list of names ends with NULL. */
static lfn_status check_object(lfn_call *call, const spot *at, const char *const names[])
{
    if (!is_kind(at, LFN_JSON_OBJECT))
        return refuse(call, at, "must be an object");
    for (const lfn_json *child = lfn_json_first(at->node); child != NULL; child = lfn_json_next(child)) {
        spot here = member_of(at, lfn_json_name(child));
        if (!is_listed(names, lfn_json_name(child)))
            return refuse(call, &here, "is not a member of this");
    }
    return LFN_OK;
}

/* What is done with each entry of a list. */
typedef lfn_status (*planter)(lfn_call *call, void *context, const spot *entry);

static lfn_status each_entry(lfn_call *call, const spot *parent, const char *name, planter plant, void *context)
{
    char index[24];
    size_t count = 0;
    lfn_status status = LFN_OK;
    spot list = member_named(parent, name);
    if (list.node != NULL && !is_kind(&list, LFN_JSON_ARRAY))
        return refuse(call, &list, "must be a list");
    const lfn_json *child = list.node != NULL ? lfn_json_first(list.node) : NULL;
    for (; status == LFN_OK && child != NULL; child = lfn_json_next(child)) {
        (void)snprintf(index, sizeof index, "%zu", count++);
        spot entry = list;
        entry.node = child;
        lfn_pointer_append(entry.pointer, sizeof entry.pointer, lfn_text_of(index));
        status = plant(call, context, &entry);
    }
    return status;
}

static lfn_status each_member(lfn_call *call, const spot *parent, const char *name, planter plant, void *context)
{
    lfn_status status = LFN_OK;
    spot object = member_named(parent, name);
    if (object.node != NULL && !is_kind(&object, LFN_JSON_OBJECT))
        return refuse(call, &object, "must be an object");
    const lfn_json *child = object.node != NULL ? lfn_json_first(object.node) : NULL;
    for (; status == LFN_OK && child != NULL; child = lfn_json_next(child)) {
        spot entry = member_of(&object, lfn_json_name(child));
        status = plant(call, context, &entry);
    }
    return status;
}

/* The name of the last member of a spot. */
static lfn_text name_of(const spot *at)
{
    return lfn_json_name(at->node);
}

/* Puts where the thing stands before what administration says of it. */
static lfn_status place_error(lfn_call *call, const spot *at, lfn_status status)
{
    if (status != LFN_BAD_INPUT && status != LFN_CONFLICT && status != LFN_NOT_FOUND)
        return status;
    lfn_error inner = call->error;
    return lfn_play_refuse(call, at->pointer, inner.where, inner.message);
}

/* ---- bodies ---- */

/* Appends the object without the members that are listed; a node that is no object as it stands. */
static bool append_body(const spot *at, const char *const without[], lfn_buffer *body)
{
    lfn_json_writer writer = {.buffer = body};
    if (!is_kind(at, LFN_JSON_OBJECT)) {
        lfn_json_write_node(&writer, at->node);
        return !body->failed;
    }
    lfn_json_write_begin_object(&writer);
    for (const lfn_json *child = lfn_json_first(at->node); child != NULL; child = lfn_json_next(child)) {
        if (is_listed(without, lfn_json_name(child)))
            continue;
        lfn_json_write_key(&writer, lfn_json_name(child));
        lfn_json_write_node(&writer, child);
    }
    lfn_json_write_end_object(&writer);
    return !body->failed;
}

/* Plays an operation whose body is what stands here, `without` some members. */
static lfn_status play_here(lfn_call *call, lfn_play play, const spot *at, const char *const without[],
                            lfn_text *out_id)
{
    lfn_buffer body;
    lfn_buffer_init(&body, lfn_text_ceiling(call->service));
    lfn_status status = append_body(at, without, &body) ? LFN_OK : LFN_NO_MEMORY;
    play.body = lfn_buffer_text(&body);
    play.pointer = at->pointer;
    play.wrapped = "";
    if (status == LFN_OK)
        status = lfn_play_run(call, &play, out_id);
    lfn_buffer_free(&body);
    return status;
}

static const char *const nothing[] = {NULL};

/* ---- owners ---- */

/* Passwords are hashed before the service is taken: it is the costly part. */
typedef struct owner_hashes {
    char (*hashes)[LFN_PASSWORD_HASH_SIZE];
    size_t next;
} owner_hashes;

static lfn_status hash_owner(lfn_call *call, void *context, const spot *entry)
{
    static const char *const names[] = {"email", "password", NULL};
    owner_hashes *owners = context;
    lfn_text email, password;
    lfn_status status = check_object(call, entry, names);
    if (status == LFN_OK)
        status = needed_string(call, entry, "email", &email);
    if (status == LFN_OK)
        status = needed_string(call, entry, "password", &password);
    if (status != LFN_OK)
        return status;
    if (!lfn_email_valid(email))
        return lfn_play_refuse(call, entry->pointer, "/email", "must be an e-mail");
    return lfn_password_hash(password, call->service->password_cost, owners->hashes[owners->next++], &call->error);
}

static lfn_status plant_owner(lfn_call *call, void *context, const spot *entry)
{
    owner_hashes *owners = context;
    lfn_text email = lfn_json_string(lfn_json_get(entry->node, lfn_text_of("email")));
    return place_error(call, entry, lfn_owner_add(call, email, owners->hashes[owners->next++]));
}

static lfn_status find_owner(lfn_call *call, const spot *parent, const char *name, lfn_owner *out_owner)
{
    lfn_text email;
    lfn_status status = needed_string(call, parent, name, &email);
    if (status == LFN_OK)
        status = lfn_find_owner(call, email, out_owner);
    spot at = member_named(parent, name);
    return status == LFN_NOT_FOUND ? refuse(call, &at, "there is no such API owner") : status;
}

/* ---- users ---- */

typedef struct planted_user {
    lfn_owner owner;
    lfn_text id;
} planted_user;

static lfn_status find_provider(lfn_call *call, const spot *entry, const lfn_provider **out_provider)
{
    *out_provider = lfn_provider_find(name_of(entry));
    return *out_provider != NULL ? LFN_OK : refuse(call, entry, "there is no such provider");
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

static lfn_status read_answer(lfn_call *call, const spot *entry, lfn_provider_answer *out_answer)
{
    static const char *const names[] = {"status", "headers", "body", NULL};
    lfn_status status = check_object(call, entry, names);
    if (status != LFN_OK)
        return status;
    lfn_provider_answer answer = {0};
    spot headers = member_named(entry, "headers");
    int64_t code = lfn_json_integer(lfn_json_get(entry->node, lfn_text_of("status")), 0);
    answer.http_status = code > 0 && code < 1000 ? (int)code : 0;
    answer.headers = lfn_json_string(headers.node);
    if (headers.node != NULL && answer.headers.data == NULL)
        return refuse(call, &headers, "must be a string of lines");
    status = text_of(call, lfn_json_get(entry->node, lfn_text_of("body")), &answer.body);
    if (status == LFN_OK)
        status = lfn_provider_answer_check(&answer, &call->error);
    if (status == LFN_BAD_INPUT && strcmp(call->error.where, "/http_status") == 0)
        return lfn_play_refuse(call, entry->pointer, "/status", "must be an HTTP status, of 100 to 599");
    if (status == LFN_OK)
        *out_answer = answer;
    return place_error(call, entry, status);
}

static lfn_status plant_answer(lfn_call *call, void *context, const spot *entry)
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

static lfn_status plant_credential(lfn_call *call, void *context, const spot *entry)
{
    const planted_user *planted = context;
    lfn_play play = {.operation = LFN_OP_CREDENTIALS_CREATE,
                     .members = {{lfn_text_of("leafUserId"), planted->id}},
                     .member_count = 1,
                     .actor = planted->owner.number,
                     .actor_email = planted->owner.email};
    lfn_status status = find_provider(call, entry, &play.provider);
    return status == LFN_OK ? play_here(call, play, entry, nothing, NULL) : status;
}

static lfn_status plant_user(lfn_call *call, void *context, const spot *entry)
{
    static const char *const others[] = {"owner", "credentials", "providerAnswers", NULL};
    planted_user planted;
    (void)context;
    if (!is_kind(entry, LFN_JSON_OBJECT))
        return refuse(call, entry, "must be an object");
    lfn_status status = find_owner(call, entry, "owner", &planted.owner);
    if (status != LFN_OK)
        return status;
    lfn_play play = {
        .operation = LFN_OP_USERS_CREATE, .actor = planted.owner.number, .actor_email = planted.owner.email};
    status = play_here(call, play, entry, others, &planted.id);
    if (status == LFN_OK)
        status = each_member(call, entry, "providerAnswers", plant_answer, &planted);
    return status == LFN_OK ? each_member(call, entry, "credentials", plant_credential, &planted) : status;
}

/* ---- relations ---- */

typedef struct planted_relation {
    lfn_owner sender;
    lfn_owner receiver;
    const spot *at;
} planted_relation;

static lfn_status play_text(lfn_call *call, lfn_play play, const spot *at, const char *wrapped, const lfn_buffer *body)
{
    if (body->failed)
        return LFN_NO_MEMORY;
    play.body = lfn_buffer_text(body);
    play.pointer = at->pointer;
    play.wrapped = wrapped;
    return lfn_play_run(call, &play, NULL);
}

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
    spot receiver = member_named(planted->at, "receiver");
    lfn_status status = play_text(call, play, &receiver, "/receiverApiOwner", &body);
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
    spot at = member_named(planted->at, "status");
    lfn_status status = play_text(call, play, &at, "/status", &body);
    lfn_buffer_free(&body);
    return status;
}

static lfn_status plant_grant(lfn_call *call, void *context, const spot *entry)
{
    const planted_relation *planted = context;
    lfn_user user;
    lfn_buffer body;
    lfn_status status =
        lfn_store_find_external(call->service->store, planted->sender.number, name_of(entry), &user, &call->error);
    if (status == LFN_NOT_FOUND)
        return refuse(call, entry, "the sender has no user with this externalId");
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
    status = play_text(call, play, entry, "/permissions", &body);
    lfn_buffer_free(&body);
    return status;
}

static lfn_status read_relation_status(lfn_call *call, const spot *relation, int *out_index)
{
    char wanted[160];
    const lfn_choice *choice = lfn_choice_get(LFN_CHOICE_RELATION_STATUS);
    spot at = member_named(relation, "status");
    if (at.node == NULL) {
        *out_index = LFN_RELATION_STATUS_PENDING;
        return LFN_OK;
    }
    lfn_text word = lfn_json_string(at.node);
    *out_index = word.data != NULL ? lfn_choice_index(choice, word) : -1;
    if (*out_index >= 0)
        return LFN_OK;
    lfn_words_wanted(choice, wanted, sizeof wanted);
    return refuse(call, &at, wanted);
}

/* Grants need a relation that was allowed once; a blocked one is blocked by its sender after them. */
static lfn_status plant_relation(lfn_call *call, void *context, const spot *entry)
{
    static const char *const names[] = {"sender", "receiver", "status", "permissions", NULL};
    planted_relation planted = {.at = entry};
    int wanted = LFN_RELATION_STATUS_PENDING;
    (void)context;
    lfn_status status = check_object(call, entry, names);
    if (status == LFN_OK)
        status = find_owner(call, entry, "sender", &planted.sender);
    if (status == LFN_OK)
        status = find_owner(call, entry, "receiver", &planted.receiver);
    if (status == LFN_OK)
        status = read_relation_status(call, entry, &wanted);
    if (status == LFN_OK)
        status = offer(call, &planted);
    if (status == LFN_OK && wanted != LFN_RELATION_STATUS_PENDING)
        status = set_status(call, &planted, false, LFN_RELATION_REQUEST_ALLOWED);
    if (status == LFN_OK)
        status = each_member(call, entry, "permissions", plant_grant, &planted);
    if (status == LFN_OK && wanted == LFN_RELATION_STATUS_BLOCKED)
        status = set_status(call, &planted, true, LFN_RELATION_REQUEST_BLOCKED);
    return status;
}

/* ---- applications ---- */

/* Scopes as one string with spaces between, or as a list of strings. */
static lfn_status read_scopes(lfn_call *call, const spot *token, lfn_text *out_scopes)
{
    spot at = member_named(token, "scopes");
    lfn_text scopes = lfn_json_string(at.node);
    if (scopes.data != NULL) {
        *out_scopes = scopes;
        return LFN_OK;
    }
    if (!is_kind(&at, LFN_JSON_ARRAY))
        return refuse(call, &at, at.node == NULL ? "is missing" : "must be a list of scopes");
    lfn_buffer joined;
    lfn_status status = LFN_OK;
    lfn_buffer_init(&joined, lfn_text_ceiling(call->service));
    for (const lfn_json *child = lfn_json_first(at.node); child != NULL; child = lfn_json_next(child)) {
        if (lfn_json_string(child).data == NULL)
            status = refuse(call, &at, "must be a list of scopes");
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

static lfn_status plant_token(lfn_call *call, void *context, const spot *entry)
{
    static const char *const names[] = {"scopes", "token", NULL};
    const lfn_access_token *access = context;
    lfn_text scopes, token, made;
    lfn_status status = check_object(call, entry, names);
    if (status == LFN_OK)
        status = read_scopes(call, entry, &scopes);
    if (status == LFN_OK)
        status = needed_string(call, entry, "token", &token);
    if (status != LFN_OK)
        return status;
    return place_error(call, entry, lfn_access_token_add(call, access->application_id, scopes, token, 0, &made));
}

static lfn_status plant_service_credential(lfn_call *call, void *context, const spot *entry)
{
    const lfn_access_token *access = context;
    lfn_play play = {.operation = LFN_OP_CREDENTIALS_POST,
                     .members = {{lfn_text_of("applicationId"), access->application_id}},
                     .member_count = 1,
                     .access = access};
    return play_here(call, play, entry, nothing, NULL);
}

static lfn_status plant_linkable(lfn_call *call, const lfn_access_token *access, lfn_linkable_kind kind,
                                 const spot *entry)
{
    lfn_text id;
    return place_error(call, entry, lfn_linkable_add(call, access->application_id, kind, entry->node, &id));
}

static lfn_status plant_integration(lfn_call *call, void *context, const spot *entry)
{
    return plant_linkable(call, context, LFN_LINKABLE_INTEGRATION, entry);
}

static lfn_status plant_flow(lfn_call *call, void *context, const spot *entry)
{
    return plant_linkable(call, context, LFN_LINKABLE_FLOW, entry);
}

static lfn_status plant_flow_version(lfn_call *call, void *context, const spot *entry)
{
    return plant_linkable(call, context, LFN_LINKABLE_FLOW_VERSION, entry);
}

/* The credentials of a document are made by a person: there is no token that asked. */
static lfn_status begin_application(lfn_call *call, const spot *entry, lfn_access_token *out_access)
{
    lfn_access_token access = {.scopes = lfn_text_of("")};
    spot id = member_named(entry, "id");
    lfn_text given = lfn_json_string(id.node);
    if (id.node != NULL && given.data == NULL)
        return refuse(call, &id, "must be a string");
    lfn_status status = place_error(call, entry, lfn_application_add(call, given, &access.application_id));
    if (status == LFN_OK)
        status = lfn_new_object_id(call, &access.id);
    if (status == LFN_OK)
        *out_access = access;
    return status;
}

static lfn_status plant_application(lfn_call *call, void *context, const spot *entry)
{
    static const char *const names[] = {"id", "tokens", "credentials", "integrations", "flows", "flowVersions", NULL};
    static const planter planters[] = {plant_token, plant_service_credential, plant_integration, plant_flow,
                                       plant_flow_version};
    lfn_access_token access;
    (void)context;
    lfn_status status = check_object(call, entry, names);
    if (status == LFN_OK)
        status = begin_application(call, entry, &access);
    for (size_t i = 0; status == LFN_OK && i < sizeof planters / sizeof *planters; i++)
        status = each_entry(call, entry, names[i + 1], planters[i], &access);
    return status;
}

/* ---- the document ---- */

static lfn_status read_document(lfn_call *call, lfn_text json, lfn_json **out_root)
{
    static const char *const names[] = {"owners", "users", "relations", "applications", NULL};
    lfn_status status = lfn_json_parse(json.data != NULL ? json : lfn_text_of(""), out_root, &call->error);
    if (status == LFN_PROTOCOL) {
        call->error.status = LFN_BAD_INPUT;
        return LFN_BAD_INPUT;
    }
    spot root = {*out_root, ""};
    return status == LFN_OK ? check_object(call, &root, names) : status;
}

static lfn_status plant_all(lfn_call *call, const spot *root, owner_hashes *owners)
{
    owners->next = 0;
    lfn_status status = each_entry(call, root, "owners", plant_owner, owners);
    if (status == LFN_OK)
        status = each_entry(call, root, "users", plant_user, NULL);
    if (status == LFN_OK)
        status = each_entry(call, root, "relations", plant_relation, NULL);
    return status == LFN_OK ? each_entry(call, root, "applications", plant_application, NULL) : status;
}

static size_t count_entries(const lfn_json *list)
{
    size_t count = 0;
    for (const lfn_json *child = list != NULL ? lfn_json_first(list) : NULL; child != NULL;
         child = lfn_json_next(child))
        count++;
    return count;
}

lfn_status lfn_service_seed(lfn_service *service, lfn_text json, lfn_error *error)
{
    lfn_call call;
    lfn_json *document = NULL;
    owner_hashes owners = {NULL, 0};
    lfn_call_begin(&call, service);
    lfn_status status = read_document(&call, json, &document);
    spot root = {document, ""};
    size_t owner_count = count_entries(lfn_json_get(document, lfn_text_of("owners")));
    if (status == LFN_OK) {
        owners.hashes = lfn_alloc_array(owner_count + 1, sizeof *owners.hashes);
        status = owners.hashes != NULL ? each_entry(&call, &root, "owners", hash_owner, &owners)
                                       : lfn_error_set(&call.error, LFN_NO_MEMORY, "no memory for a seed");
    }
    if (status != LFN_OK && error != NULL)
        *error = call.error;
    lfn_call_end(&call);
    if (status == LFN_OK)
        status = lfn_admin_begin(&call, service, "seed", error);
    if (status == LFN_OK)
        status = lfn_admin_finish(&call, plant_all(&call, &root, &owners), error);
    lfn_free_wiped(owners.hashes, owners.hashes != NULL ? (owner_count + 1) * sizeof *owners.hashes : 0);
    lfn_json_free(document);
    return status;
}
