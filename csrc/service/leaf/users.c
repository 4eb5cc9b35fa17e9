/* Leaf users: listed, read, made, replaced, changed, deleted. */
#include "base/text.h"
#include "service/fresh.h"
#include "service/leaf/credential.h"
#include "service/leaf/find.h"
#include "service/leaf/leaf.h"
#include "service/leaf/user_links.h"
#include "service/page.h"

/* Where each member of a user stands in the store's row. */
typedef struct user_member {
    const char *name;
    size_t offset;
    lfn_user_column column;
} user_member;

static const user_member members[] = {
    {"id", offsetof(lfn_user, id), LFN_USER_ID},
    {"name", offsetof(lfn_user, name), LFN_USER_NAME},
    {"email", offsetof(lfn_user, email), LFN_USER_EMAIL},
    {"phone", offsetof(lfn_user, phone), LFN_USER_PHONE},
    {"address", offsetof(lfn_user, address), LFN_USER_ADDRESS},
    {"externalId", offsetof(lfn_user, external_id), LFN_USER_EXTERNAL_ID},
};
enum { MEMBER_COUNT = sizeof members / sizeof *members };

static lfn_text *text_of(lfn_user *user, const user_member *member)
{
    return (lfn_text *)(void *)((char *)user + member->offset);
}

/* ---- answers ---- */

typedef struct attached_list {
    lfn_arena *arena;
    lfn_credential credentials[LFN_PROVIDER_COUNT];
    size_t count;
} attached_list;

static lfn_status collect_credential(void *context, const lfn_credential *credential)
{
    attached_list *list = context;
    if (list->count == LFN_PROVIDER_COUNT)
        return LFN_STORAGE;
    list->credentials[list->count] = *credential;
    return lfn_keep_credential(list->arena, &list->credentials[list->count++]);
}

/* Writes a user with the credentials attached to it. The user's texts must outlive calls on the store. */
static lfn_status answer(lfn_call *call, const lfn_user *user)
{
    lfn_record record;
    lfn_user shown = *user;
    attached_list list = {.arena = &call->arena};
    lfn_status status = lfn_record_begin(&record, lfn_schema_get(LFN_SCHEMA_USER), &call->error);
    if (status == LFN_OK)
        status = lfn_store_list_credentials(call->service->store, user->id, collect_credential, &list, &call->error);
    if (status != LFN_OK)
        return status;
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        lfn_text value = *text_of(&shown, &members[i]);
        if (value.data != NULL)
            lfn_record_set(&record, members[i].name, value);
    }
    for (size_t i = 0; i < list.count; i++) {
        lfn_text json;
        status = lfn_credential_json(call, &list.credentials[i], &json);
        if (status != LFN_OK)
            return status;
        lfn_record_set(&record, list.credentials[i].provider->member, json);
    }
    lfn_record_answer(&record, call->service->mask_secrets, &call->writer);
    return LFN_OK;
}

lfn_problem lfn_users_get(lfn_call *call)
{
    return lfn_problem_of(answer(call, &call->user));
}

/* ---- the list ---- */

/* The users of a page: they are read first and answered after, because an answer asks the store for credentials. */
typedef struct user_page {
    lfn_arena *arena;
    lfn_user *users;
    size_t count;
    size_t room;
} user_page;

static lfn_status collect_user(void *context, const lfn_user *user)
{
    user_page *page = context;
    if (page->count == page->room)
        return LFN_STORAGE;
    page->users[page->count] = *user;
    return lfn_keep_user(page->arena, &page->users[page->count++]);
}

/* Members by which users cannot be sorted are passed over, as is what goes beyond the room for orders. */
static lfn_status read_orders(lfn_call *call, lfn_user_query *query)
{
    enum { SORTS_MAX = 16 };
    lfn_sort sorts[SORTS_MAX];
    size_t count;
    lfn_status status = lfn_sorts_read(call, sorts, SORTS_MAX, &count);
    if (status != LFN_OK)
        return status;
    for (size_t i = 0; i < count; i++)
        for (size_t m = 0; m < MEMBER_COUNT && query->order_count < LFN_ORDERS_MAX; m++)
            if (lfn_text_equal_string(sorts[i].name, members[m].name))
                query->orders[query->order_count++] = (lfn_order){members[m].column, sorts[i].descending};
    return LFN_OK;
}

static lfn_status read_query(lfn_call *call, const lfn_paging *paging, lfn_user_query *out_query)
{
    lfn_user_query query = {.owner = call->actor, .offset = paging->offset, .limit = paging->size};
    lfn_status status = lfn_query_value(call, "email", &query.email);
    if (status == LFN_OK)
        status = lfn_query_value(call, "name", &query.name);
    if (status == LFN_OK)
        status = lfn_query_value(call, "externalId", &query.external_id);
    if (status == LFN_OK)
        status = read_orders(call, &query);
    if (status == LFN_OK)
        *out_query = query;
    return status;
}

lfn_problem lfn_users_list(lfn_call *call)
{
    lfn_paging paging;
    lfn_user_query query;
    int64_t total;
    lfn_status status = lfn_paging_read(call, &paging);
    if (status == LFN_OK)
        status = read_query(call, &paging, &query);
    if (status == LFN_BAD_INPUT)
        return LFN_PROBLEM_VALIDATION;
    if (status != LFN_OK)
        return LFN_PROBLEM_INTERNAL;
    user_page page = {.arena = &call->arena, .room = (size_t)paging.size};
    page.users = lfn_arena_take(&call->arena, page.room * sizeof *page.users);
    if (page.users == NULL)
        return LFN_PROBLEM_INTERNAL;
    status = lfn_store_list_users(call->service->store, &query, collect_user, &page, &total, &call->error);
    lfn_json_write_begin_array(&call->writer);
    for (size_t i = 0; status == LFN_OK && i < page.count; i++)
        status = answer(call, &page.users[i]);
    lfn_json_write_end_array(&call->writer);
    return lfn_problem_of(status == LFN_OK ? lfn_paging_answer(call, &paging, total) : status);
}

/* ---- changes ---- */

/* Takes what the body says of the user itself. A null clears; in the modes of a whole user so does a member left out.
 */
static lfn_status take_members(lfn_call *call, lfn_user *user)
{
    lfn_mode mode = call->match.operation->mode;
    const lfn_schema *schema = lfn_operation_body(call->match.operation, NULL);
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        const lfn_field *field = lfn_schema_find(schema, lfn_text_of(members[i].name));
        const lfn_json *node = lfn_json_get(call->body, lfn_text_of(members[i].name));
        if ((field->marks & LFN_MADE) != 0 || (node == NULL && mode == LFN_MODE_UPDATE))
            continue;
        lfn_text value = lfn_json_string(node);
        lfn_status status = lfn_arena_keep(&call->arena, &value);
        if (status != LFN_OK)
            return status;
        *text_of(user, &members[i]) = value;
    }
    return LFN_OK;
}

/* What the store says about a user that it was to keep. */
static lfn_problem problem_of_keeping(lfn_status status)
{
    return status == LFN_CONFLICT ? LFN_PROBLEM_EXTERNAL_ID_EXISTS : lfn_problem_or(status, LFN_PROBLEM_USER_NOT_FOUND);
}

static lfn_problem link_and_answer(lfn_call *call, const lfn_user *user)
{
    call->change.user_id = user->id;
    lfn_problem problem = lfn_user_link(call, user, call->match.operation->mode, call->body);
    return problem == LFN_PROBLEM_NONE ? lfn_problem_of(answer(call, user)) : problem;
}

static bool carries_id(const lfn_json *body)
{
    static const lfn_text id = LFN_TEXT("id");
    const lfn_json *node = lfn_json_get(body, id);
    return node != NULL && lfn_json_kind_of(node) != LFN_JSON_NULL;
}

lfn_problem lfn_users_create(lfn_call *call)
{
    lfn_user user = {.owner = call->actor};
    if (carries_id(call->body))
        return LFN_PROBLEM_ID_EXISTS;
    lfn_status status = lfn_new_id(call, &user.id);
    if (status == LFN_OK)
        status = take_members(call, &user);
    if (status == LFN_OK)
        status = lfn_store_add_user(call->service->store, &user, &call->error);
    return status == LFN_OK ? link_and_answer(call, &user) : problem_of_keeping(status);
}

/* Changes a user that was found. */
static lfn_problem change(lfn_call *call, lfn_user *user)
{
    lfn_status status = take_members(call, user);
    if (status == LFN_OK)
        status = lfn_store_change_user(call->service->store, user, &call->error);
    return status == LFN_OK ? link_and_answer(call, user) : problem_of_keeping(status);
}

lfn_problem lfn_users_replace(lfn_call *call)
{
    static const lfn_text id = LFN_TEXT("id");
    lfn_user user;
    lfn_status status = lfn_find_own_user(call, call->actor, lfn_json_string(lfn_json_get(call->body, id)), &user);
    return status == LFN_OK ? change(call, &user) : lfn_problem_or(status, LFN_PROBLEM_USER_NOT_FOUND);
}

lfn_problem lfn_users_update(lfn_call *call)
{
    return change(call, &call->user);
}

lfn_problem lfn_users_delete(lfn_call *call)
{
    lfn_status status = lfn_store_delete_user(call->service->store, call->user.id, &call->error);
    return lfn_problem_or(status, LFN_PROBLEM_USER_NOT_FOUND);
}
