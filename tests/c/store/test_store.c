/* What the store keeps: owners, users, credentials, events, relations, permissions, and transactions. */
#include "store/applications.h"
#include "store/query.h"

#include "base/alloc.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static lfn_text text(const char *string)
{
    return lfn_text_of(string);
}

static const lfn_text absent = {NULL, 0};

static int open_store(void **state)
{
    lfn_store *store = NULL;
    assert_int_equal(lfn_store_open(absent, &store, NULL), LFN_OK);
    *state = store;
    return 0;
}

static int close_store(void **state)
{
    lfn_store_free(*state);
    return 0;
}

static int64_t add_owner(lfn_store *store, const char *email)
{
    lfn_owner owner;
    assert_int_equal(lfn_store_add_owner(store, text(email), text("hash"), 7, NULL), LFN_OK);
    assert_int_equal(lfn_store_find_owner(store, text(email), &owner, NULL), LFN_OK);
    return owner.number;
}

static void add_user(lfn_store *store, int64_t owner, const char *id, const char *name, const char *email)
{
    lfn_user user = {.id = text(id), .owner = owner, .name = text(name), .email = text(email)};
    assert_int_equal(lfn_store_add_user(store, &user, NULL), LFN_OK);
}

static const lfn_provider *provider(lfn_provider_id id)
{
    return lfn_provider_get(id);
}

static lfn_status try_credential(lfn_store *store, int64_t owner, const char *id, const char *user_id,
                                 lfn_provider_id of)
{
    lfn_credential credential = {.id = text(id),
                                 .user_id = text(user_id),
                                 .owner = owner,
                                 .provider = provider(of),
                                 .shown = lfn_text_make("s\0n", 3),
                                 .hidden = text("h")};
    return lfn_store_add_credential(store, &credential, NULL);
}

static void add_credential(lfn_store *store, int64_t owner, const char *id, const char *user_id, lfn_provider_id of)
{
    assert_int_equal(try_credential(store, owner, id, user_id, of), LFN_OK);
}

static void add_event(lfn_store *store, const char *id, const char *credential, int64_t created_us, int code)
{
    lfn_event event = {text(id), text(credential), created_us, code, text("h"), text("b")};
    assert_int_equal(lfn_store_add_event(store, &event, NULL), LFN_OK);
}

/* The ids that a list gave, with a space after each. */
typedef struct listing {
    char ids[512];
    lfn_status answer;
} listing;

static void note(listing *seen, lfn_text id)
{
    size_t used = strlen(seen->ids);
    (void)snprintf(seen->ids + used, sizeof seen->ids - used, "%.*s ", (int)id.size, id.data);
}

static lfn_status note_user(void *context, const lfn_user *user)
{
    note(context, user->id);
    return ((listing *)context)->answer;
}

static lfn_status note_credential(void *context, const lfn_credential *credential)
{
    note(context, credential->id);
    return ((listing *)context)->answer;
}

static lfn_status note_event(void *context, const lfn_event *event)
{
    note(context, event->id);
    return ((listing *)context)->answer;
}

static lfn_status note_relation(void *context, const lfn_stored_relation *relation)
{
    note(context, relation->sender_email);
    note(context, relation->receiver_email);
    return ((listing *)context)->answer;
}

static lfn_status note_permission(void *context, const lfn_permission *permission)
{
    note(context, permission->user_id);
    note(context, permission->resource);
    note(context, permission->types);
    return ((listing *)context)->answer;
}

static void check_users(lfn_store *store, const lfn_user_query *query, const char *ids, int64_t total)
{
    listing seen = {0};
    int64_t found = -1;
    assert_int_equal(lfn_store_list_users(store, query, note_user, &seen, &found, NULL), LFN_OK);
    assert_string_equal(seen.ids, ids);
    assert_int_equal(found, total);
}

static void check_events(lfn_store *store, const lfn_event_query *query, const char *ids, int64_t total)
{
    listing seen = {0};
    int64_t found = -1;
    assert_int_equal(lfn_store_list_events(store, query, note_event, &seen, &found, NULL), LFN_OK);
    assert_string_equal(seen.ids, ids);
    assert_int_equal(found, total);
}

/* ---- owners, settings, the sequence ---- */

static void an_owner_is_found_by_its_email_and_is_there_once(void **state)
{
    lfn_store *store = *state;
    lfn_owner owner;
    lfn_error error;
    assert_int_equal(lfn_store_find_owner(store, text("a@x"), &owner, NULL), LFN_NOT_FOUND);
    int64_t number = add_owner(store, "a@x");
    assert_int_equal(lfn_store_add_owner(store, text("a@x"), text("h"), 1, &error), LFN_CONFLICT);
    assert_int_equal(lfn_store_find_owner(store, text("a@x"), &owner, NULL), LFN_OK);
    assert_true(lfn_text_equal_string(owner.email, "a@x"));
    assert_true(lfn_text_equal_string(owner.password_hash, "hash"));
    assert_int_equal(owner.first_sequence, 7);
    assert_int_equal(lfn_store_delete_owner(store, number, NULL), LFN_OK);
    assert_int_equal(lfn_store_delete_owner(store, number, NULL), LFN_NOT_FOUND);
    assert_int_equal(lfn_store_find_owner(store, text("a@x"), &owner, NULL), LFN_NOT_FOUND);
}

static void a_setting_is_nothing_until_it_is_set_and_can_be_replaced(void **state)
{
    lfn_store *store = *state;
    lfn_buffer value;
    lfn_buffer_init(&value, 100);
    assert_int_equal(lfn_store_setting(store, "key", &value, NULL), LFN_OK);
    assert_int_equal(value.size, 0);
    assert_int_equal(lfn_store_set_setting(store, "key", text("one"), NULL), LFN_OK);
    assert_int_equal(lfn_store_set_setting(store, "key", text("two"), NULL), LFN_OK);
    assert_int_equal(lfn_store_setting(store, "key", &value, NULL), LFN_OK);
    assert_string_equal(value.data, "two");
    lfn_buffer_free(&value);
}

static void the_sequence_counts_from_one(void **state)
{
    for (int64_t expected = 1; expected <= 5; expected++) {
        int64_t number = 0;
        assert_int_equal(lfn_store_next_sequence(*state, &number, NULL), LFN_OK);
        assert_int_equal(number, expected);
    }
}

/* ---- users ---- */

static void a_user_keeps_every_member_and_what_it_has_not(void **state)
{
    lfn_store *store = *state;
    int64_t owner = add_owner(store, "a@x");
    lfn_user user = {text("u1"), owner, text("Ann"), text("e"), text("p"), text(""), text("x1")};
    lfn_user found;
    assert_int_equal(lfn_store_add_user(store, &user, NULL), LFN_OK);
    assert_int_equal(lfn_store_find_user(store, text("u1"), &found, NULL), LFN_OK);
    assert_true(lfn_text_equal_string(found.external_id, "x1"));
    assert_non_null(found.address.data);
    assert_int_equal(found.address.size, 0);
    lfn_user changed = {.id = found.id, .owner = owner, .name = found.email};
    assert_int_equal(lfn_store_change_user(store, &changed, NULL), LFN_OK);
    assert_int_equal(lfn_store_find_user(store, text("u1"), &found, NULL), LFN_OK);
    assert_true(lfn_text_equal_string(found.name, "e"));
    assert_null(found.email.data);
    assert_null(found.external_id.data);
    assert_int_equal(lfn_store_find_user(store, found.id, &found, NULL), LFN_OK);
    assert_true(lfn_text_equal_string(found.id, "u1"));
    changed.id = text("u2");
    assert_int_equal(lfn_store_change_user(store, &changed, NULL), LFN_NOT_FOUND);
    assert_int_equal(lfn_store_delete_user(store, text("u2"), NULL), LFN_NOT_FOUND);
}

static void an_external_id_is_unique_for_its_owner_only(void **state)
{
    lfn_store *store = *state;
    int64_t a = add_owner(store, "a@x");
    int64_t b = add_owner(store, "b@x");
    lfn_user user = {.id = text("u1"), .owner = a, .name = text("n"), .external_id = text("x")};
    assert_int_equal(lfn_store_add_user(store, &user, NULL), LFN_OK);
    user.id = text("u2");
    assert_int_equal(lfn_store_add_user(store, &user, NULL), LFN_CONFLICT);
    user.owner = b;
    assert_int_equal(lfn_store_add_user(store, &user, NULL), LFN_OK);
    user.owner = 99;
    user.id = text("u3");
    assert_int_equal(lfn_store_add_user(store, &user, NULL), LFN_NOT_FOUND);
}

static void users_are_listed_in_the_order_asked_and_page_by_page(void **state)
{
    lfn_store *store = *state;
    int64_t owner = add_owner(store, "a@x");
    add_user(store, owner, "u3", "b", NULL);
    add_user(store, owner, "u1", "a", "z");
    add_user(store, owner, "u2", "b", "y");
    add_user(store, add_owner(store, "b@x"), "u9", "b", "y");
    lfn_user_query query = {.owner = owner, .limit = 10};
    check_users(store, &query, "u3 u1 u2 ", 3);
    query.order_count = 1;
    query.orders[0] = (lfn_order){LFN_USER_NAME, false};
    check_users(store, &query, "u1 u3 u2 ", 3);
    query.orders[0].descending = true;
    check_users(store, &query, "u2 u3 u1 ", 3);
    query.orders[0] = (lfn_order){LFN_USER_EMAIL, false};
    check_users(store, &query, "u3 u2 u1 ", 3);
    query.orders[0].descending = true;
    check_users(store, &query, "u1 u2 u3 ", 3);
    query.order_count = 2;
    query.orders[0] = (lfn_order){LFN_USER_NAME, true};
    query.orders[1] = (lfn_order){LFN_USER_ID, false};
    check_users(store, &query, "u2 u3 u1 ", 3);
    query.limit = 1;
    query.offset = 1;
    check_users(store, &query, "u3 ", 3);
    query.name = text("b");
    query.email = text("y");
    query.offset = 0;
    check_users(store, &query, "u2 ", 1);
    query.external_id = text("none");
    check_users(store, &query, "", 0);
}

static void a_visitor_ends_the_walk_with_its_own_status(void **state)
{
    lfn_store *store = *state;
    int64_t owner = add_owner(store, "a@x");
    add_user(store, owner, "u1", "a", NULL);
    add_user(store, owner, "u2", "b", NULL);
    lfn_user_query query = {.owner = owner, .limit = 10};
    listing seen = {.answer = LFN_FORBIDDEN};
    int64_t total = -1;
    assert_int_equal(lfn_store_list_users(store, &query, note_user, &seen, &total, NULL), LFN_FORBIDDEN);
    assert_string_equal(seen.ids, "u1 ");
    assert_int_equal(total, -1);
}

/* ---- credentials, answers, events, sign-ins ---- */

static void a_user_has_one_credential_of_a_provider(void **state)
{
    lfn_store *store = *state;
    int64_t owner = add_owner(store, "a@x");
    lfn_credential found;
    listing seen = {0};
    add_user(store, owner, "u1", "a", NULL);
    add_credential(store, owner, "c1", "u1", LFN_PROVIDER_TRIMBLE);
    add_credential(store, owner, "c2", "u1", LFN_PROVIDER_AGVANCE);
    assert_int_equal(try_credential(store, owner, "c3", "u1", LFN_PROVIDER_TRIMBLE), LFN_CONFLICT);
    assert_int_equal(try_credential(store, owner, "c3", "u9", LFN_PROVIDER_TRIMBLE), LFN_NOT_FOUND);
    assert_int_equal(lfn_store_find_credential(store, text("u1"), provider(LFN_PROVIDER_TRIMBLE), &found, NULL),
                     LFN_OK);
    assert_true(lfn_text_equal_string(found.id, "c1"));
    assert_ptr_equal(found.provider, provider(LFN_PROVIDER_TRIMBLE));
    assert_int_equal(found.shown.size, 3);
    assert_memory_equal(found.shown.data, "s\0n", 3);
    assert_null(found.hidden.data);
    assert_int_equal(lfn_store_list_credentials(store, text("u1"), note_credential, &seen, NULL), LFN_OK);
    assert_string_equal(seen.ids, "c2 c1 ");
    assert_int_equal(lfn_store_change_credential(store, text("c1"), text("S"), text("H"), NULL), LFN_OK);
    assert_int_equal(lfn_store_change_credential(store, text("c9"), text("S"), text("H"), NULL), LFN_NOT_FOUND);
    assert_int_equal(lfn_store_find_credential_id(store, owner, text("c1"), &found, NULL), LFN_OK);
    assert_true(lfn_text_equal_string(found.shown, "S"));
    assert_true(lfn_text_equal_string(found.hidden, "H"));
    assert_int_equal(lfn_store_find_credential_id(store, owner + 1, text("c1"), &found, NULL), LFN_NOT_FOUND);
}

static void a_detached_credential_stays_without_its_events(void **state)
{
    lfn_store *store = *state;
    int64_t owner = add_owner(store, "a@x");
    lfn_credential found;
    listing seen = {0};
    add_user(store, owner, "u1", "a", NULL);
    add_credential(store, owner, "c1", "u1", LFN_PROVIDER_TRIMBLE);
    add_event(store, "e1", "c1", 10, 200);
    assert_int_equal(lfn_store_attach_credential(store, text("c1"), absent, NULL), LFN_OK);
    lfn_event_query query = {.credential_id = text("c1"), .limit = 10};
    check_events(store, &query, "", 0);
    assert_int_equal(lfn_store_find_credential_id(store, owner, text("c1"), &found, NULL), LFN_OK);
    assert_null(found.user_id.data);
    assert_int_equal(lfn_store_walk_credentials(store, absent, 10, note_credential, &seen, NULL), LFN_OK);
    assert_string_equal(seen.ids, "");
    add_credential(store, owner, "c2", "u1", LFN_PROVIDER_TRIMBLE);
    assert_int_equal(lfn_store_attach_credential(store, text("c1"), text("u1"), NULL), LFN_CONFLICT);
    assert_int_equal(lfn_store_delete_credential(store, text("c2"), NULL), LFN_OK);
    assert_int_equal(lfn_store_delete_credential(store, text("c2"), NULL), LFN_NOT_FOUND);
    assert_int_equal(lfn_store_attach_credential(store, text("c1"), text("u1"), NULL), LFN_OK);
    assert_int_equal(lfn_store_attach_credential(store, text("c9"), text("u1"), NULL), LFN_NOT_FOUND);
}

static void check_found(lfn_store *store, const char *user_id, const char *id)
{
    lfn_credential found;
    assert_int_equal(lfn_store_find_credential(store, text(user_id), provider(LFN_PROVIDER_TRIMBLE), &found, NULL),
                     LFN_OK);
    assert_true(lfn_text_equal_string(found.id, id));
}

/* The number of the first one still says the user that it was put for. */
static void a_credential_attached_to_another_user_and_its_successor_are_both_found(void **state)
{
    lfn_store *store = *state;
    int64_t owner = add_owner(store, "a@x");
    add_user(store, owner, "u1", "a", NULL);
    add_user(store, owner, "u2", "b", NULL);
    add_credential(store, owner, "c1", "u1", LFN_PROVIDER_TRIMBLE);
    assert_int_equal(lfn_store_attach_credential(store, text("c1"), text("u2"), NULL), LFN_OK);
    add_credential(store, owner, "c2", "u1", LFN_PROVIDER_TRIMBLE);
    check_found(store, "u2", "c1");
    check_found(store, "u1", "c2");
}

static void attached_credentials_are_walked_in_portions(void **state)
{
    lfn_store *store = *state;
    int64_t owner = add_owner(store, "a@x");
    listing first = {0};
    listing rest = {0};
    add_user(store, owner, "u1", "a", NULL);
    add_credential(store, owner, "c3", "u1", LFN_PROVIDER_TRIMBLE);
    add_credential(store, owner, "c1", "u1", LFN_PROVIDER_AGVANCE);
    add_credential(store, owner, "c2", "u1", LFN_PROVIDER_STARA);
    assert_int_equal(lfn_store_walk_credentials(store, absent, 2, note_credential, &first, NULL), LFN_OK);
    assert_string_equal(first.ids, "c1 c2 ");
    assert_int_equal(lfn_store_walk_credentials(store, text("c2"), 2, note_credential, &rest, NULL), LFN_OK);
    assert_string_equal(rest.ids, "c3 ");
}

static void a_providers_answer_is_set_replaced_and_removed(void **state)
{
    lfn_store *store = *state;
    const lfn_provider *of = provider(LFN_PROVIDER_PANORAMA);
    lfn_stored_answer answer = {401, text("A: b"), text("sealed")};
    lfn_stored_answer found;
    add_user(store, add_owner(store, "a@x"), "u1", "a", NULL);
    assert_int_equal(lfn_store_find_answer(store, text("u1"), of, &found, NULL), LFN_NOT_FOUND);
    assert_int_equal(lfn_store_set_answer(store, text("u1"), of, &answer, NULL), LFN_OK);
    answer.http_status = 403;
    assert_int_equal(lfn_store_set_answer(store, text("u1"), of, &answer, NULL), LFN_OK);
    assert_int_equal(lfn_store_find_answer(store, text("u1"), of, &found, NULL), LFN_OK);
    assert_int_equal(found.http_status, 403);
    assert_true(lfn_text_equal_string(found.body, "sealed"));
    assert_int_equal(lfn_store_set_answer(store, text("u9"), of, &answer, NULL), LFN_NOT_FOUND);
    assert_int_equal(lfn_store_set_answer(store, text("u1"), of, NULL, NULL), LFN_OK);
    assert_int_equal(lfn_store_find_answer(store, text("u1"), of, &found, NULL), LFN_NOT_FOUND);
}

static void events_are_listed_in_both_directions_and_pruned_by_age(void **state)
{
    lfn_store *store = *state;
    int64_t owner = add_owner(store, "a@x");
    add_user(store, owner, "u1", "a", NULL);
    add_credential(store, owner, "c1", "u1", LFN_PROVIDER_TRIMBLE);
    add_event(store, "e1", "c1", 20, 200);
    add_event(store, "e2", "c1", 10, 500);
    add_event(store, "e3", "c1", 20, 401);
    lfn_event_query query = {.credential_id = text("c1"), .limit = 10};
    check_events(store, &query, "e2 e1 e3 ", 3);
    query.descending = true;
    check_events(store, &query, "e3 e1 e2 ", 3);
    query.column = LFN_EVENT_STATUS_CODE;
    check_events(store, &query, "e2 e3 e1 ", 3);
    query.descending = false;
    query.since_us = 20;
    check_events(store, &query, "e1 e3 ", 2);
    query.offset = 1;
    query.limit = 1;
    check_events(store, &query, "e3 ", 2);
    assert_int_equal(lfn_store_prune_events(store, 20, NULL), LFN_OK);
    check_events(store, &(lfn_event_query){.credential_id = text("c1"), .limit = 10}, "e1 e3 ", 2);
}

/* How often a statement that the store keeps has sorted. */
static int count_sorts(const lfn_store *store)
{
    int count = 0;
    for (size_t i = 0; i < store->prepared_count; i++)
        count += sqlite3_stmt_status(store->prepared[i].statement, SQLITE_STMTSTATUS_SORT, 0);
    return count;
}

static void no_list_of_events_is_sorted(void **state)
{
    lfn_store *store = *state;
    const lfn_event_column columns[] = {LFN_EVENT_CREATED, LFN_EVENT_STATUS_CODE};
    int64_t owner = add_owner(store, "a@farm.example");
    add_user(store, owner, "u1", "Maple", NULL);
    add_credential(store, owner, "c1", "u1", LFN_PROVIDER_PANORAMA);
    add_event(store, "e1", "c1", 20, 200);
    add_event(store, "e2", "c1", 10, 500);
    for (size_t i = 0; i < 4; i++) {
        lfn_event_query query = {
            .credential_id = text("c1"), .column = columns[i / 2], .descending = i % 2 == 1, .limit = 10};
        check_events(store, &query, i == 0 || i == 3 ? "e2 e1 " : "e1 e2 ", 2);
    }
    assert_int_equal(count_sorts(store), 0);
}

static void a_sign_in_replaces_the_one_before(void **state)
{
    lfn_store *store = *state;
    lfn_sign_in found;
    add_user(store, add_owner(store, "a@x"), "u1", "a", NULL);
    lfn_sign_in sign_in = {text("s1"), text("u1"), provider(LFN_PROVIDER_PANORAMA), 3, text("{}")};
    assert_int_equal(lfn_store_put_sign_in(store, &sign_in, NULL), LFN_OK);
    sign_in.state_hash = text("s2");
    assert_int_equal(lfn_store_put_sign_in(store, &sign_in, NULL), LFN_OK);
    assert_int_equal(lfn_store_find_sign_in(store, text("s1"), &found, NULL), LFN_NOT_FOUND);
    assert_int_equal(lfn_store_find_sign_in(store, text("s2"), &found, NULL), LFN_OK);
    assert_true(lfn_text_equal_string(found.user_id, "u1"));
    assert_ptr_equal(found.provider, provider(LFN_PROVIDER_PANORAMA));
    assert_int_equal(lfn_store_delete_sign_in(store, found.state_hash, NULL), LFN_OK);
    assert_int_equal(lfn_store_delete_sign_in(store, text("s2"), NULL), LFN_NOT_FOUND);
}

/* ---- relations ---- */

static void a_relation_is_there_once_in_each_direction(void **state)
{
    lfn_store *store = *state;
    int64_t a = add_owner(store, "a@x");
    int64_t b = add_owner(store, "b@x");
    int64_t total = 0;
    listing seen = {0};
    lfn_stored_relation relation = {.sender = a, .receiver = b};
    lfn_stored_relation found;
    assert_int_equal(lfn_store_find_relation(store, a, b, &found, NULL), LFN_NOT_FOUND);
    assert_int_equal(lfn_store_add_relation(store, &relation, NULL), LFN_OK);
    assert_int_equal(lfn_store_add_relation(store, &relation, NULL), LFN_CONFLICT);
    relation = (lfn_stored_relation){.sender = b, .receiver = a};
    assert_int_equal(lfn_store_add_relation(store, &relation, NULL), LFN_OK);
    assert_int_equal(lfn_store_find_relation(store, a, b, &found, NULL), LFN_OK);
    assert_true(lfn_text_equal_string(found.receiver_email, "b@x"));
    found.receiver_accepted = true;
    found.receiver_blocked = true;
    found.invalidated_sequence = 4;
    assert_int_equal(lfn_store_change_relation(store, &found, NULL), LFN_OK);
    assert_int_equal(lfn_store_find_relation(store, a, b, &found, NULL), LFN_OK);
    assert_true(found.receiver_accepted && !found.sender_blocked && found.receiver_blocked);
    assert_int_equal(found.invalidated_sequence, 4);
    assert_int_equal(lfn_store_list_relations(store, a, true, 0, -1, note_relation, &seen, &total, NULL), LFN_OK);
    assert_int_equal(lfn_store_list_relations(store, a, false, 0, -1, note_relation, &seen, &total, NULL), LFN_OK);
    assert_string_equal(seen.ids, "a@x b@x b@x a@x ");
    assert_int_equal(lfn_store_list_relations(store, a, false, 1, 5, note_relation, &seen, &total, NULL), LFN_OK);
    assert_string_equal(seen.ids, "a@x b@x b@x a@x ");
    assert_int_equal(total, 1);
}

static void put_permission(lfn_store *store, int64_t relation, const char *user, const char *resource,
                           const char *types)
{
    lfn_permission permission = {relation, text(user), text(resource), text(types)};
    assert_int_equal(lfn_store_put_permission(store, &permission, NULL), LFN_OK);
}

static void permissions_keep_their_place_when_they_are_set_again(void **state)
{
    lfn_store *store = *state;
    int64_t a = add_owner(store, "a@x");
    lfn_stored_relation relation = {.sender = a, .receiver = add_owner(store, "b@x")};
    listing all = {0};
    listing one = {0};
    add_user(store, a, "u1", "a", NULL);
    add_user(store, a, "u2", "b", NULL);
    assert_int_equal(lfn_store_add_relation(store, &relation, NULL), LFN_OK);
    assert_int_equal(lfn_store_find_relation(store, a, relation.receiver, &relation, NULL), LFN_OK);
    put_permission(store, relation.number, "u2", "OPERATIONS", "APPLIED");
    put_permission(store, relation.number, "u1", "FIELDS", "");
    put_permission(store, relation.number, "u2", "FIELDS", "");
    put_permission(store, relation.number, "u2", "OPERATIONS", "PLANTED");
    assert_int_equal(lfn_store_list_permissions(store, relation.number, absent, note_permission, &all, NULL), LFN_OK);
    assert_string_equal(all.ids, "u2 OPERATIONS PLANTED u2 FIELDS  u1 FIELDS  ");
    assert_int_equal(lfn_store_delete_permissions(store, relation.number, text("u2"), NULL), LFN_OK);
    assert_int_equal(lfn_store_delete_permissions(store, relation.number, text("u2"), NULL), LFN_NOT_FOUND);
    assert_int_equal(lfn_store_list_permissions(store, relation.number, text("u1"), note_permission, &one, NULL),
                     LFN_OK);
    assert_string_equal(one.ids, "u1 FIELDS  ");
}

static void a_deleted_owner_takes_everything_with_it(void **state)
{
    lfn_store *store = *state;
    int64_t a = add_owner(store, "a@x");
    int64_t b = add_owner(store, "b@x");
    lfn_stored_relation relation = {.sender = a, .receiver = b};
    lfn_credential credential;
    lfn_sign_in found;
    lfn_user user;
    add_user(store, a, "u1", "a", NULL);
    add_credential(store, a, "c1", "u1", LFN_PROVIDER_TRIMBLE);
    add_credential(store, a, "c2", NULL, LFN_PROVIDER_TRIMBLE);
    add_event(store, "e1", "c1", 10, 200);
    lfn_sign_in sign_in = {text("s1"), text("u1"), provider(LFN_PROVIDER_PANORAMA), 3, text("{}")};
    assert_int_equal(lfn_store_put_sign_in(store, &sign_in, NULL), LFN_OK);
    assert_int_equal(lfn_store_add_relation(store, &relation, NULL), LFN_OK);
    assert_int_equal(lfn_store_find_relation(store, a, b, &relation, NULL), LFN_OK);
    put_permission(store, relation.number, "u1", "FIELDS", "");
    assert_int_equal(lfn_store_delete_owner(store, a, NULL), LFN_OK);
    listing seen = {0};
    assert_int_equal(lfn_store_find_user(store, text("u1"), &user, NULL), LFN_NOT_FOUND);
    assert_int_equal(lfn_store_find_credential_id(store, a, text("c1"), &credential, NULL), LFN_NOT_FOUND);
    assert_int_equal(lfn_store_find_credential_id(store, a, text("c2"), &credential, NULL), LFN_NOT_FOUND);
    check_events(store, &(lfn_event_query){.credential_id = text("c1"), .limit = 9}, "", 0);
    assert_int_equal(lfn_store_find_sign_in(store, text("s1"), &found, NULL), LFN_NOT_FOUND);
    assert_int_equal(lfn_store_find_relation(store, a, b, &relation, NULL), LFN_NOT_FOUND);
    assert_int_equal(lfn_store_list_permissions(store, 1, absent, note_permission, &seen, NULL), LFN_OK);
    assert_string_equal(seen.ids, "");
}

/* ---- transactions and memory ---- */

static void the_version_of_the_owners_changes_with_them_and_with_what_is_taken_back(void **state)
{
    lfn_store *store = *state;
    uint64_t version = lfn_store_owners_version(store);
    int64_t owner = add_owner(store, "a@farm.example");
    assert_true(lfn_store_owners_version(store) != version);
    version = lfn_store_owners_version(store);

    add_user(store, owner, "u1", "One", NULL);
    assert_int_equal(lfn_store_begin(store, true, NULL), LFN_OK);
    assert_int_equal(lfn_store_savepoint(store, NULL), LFN_OK);
    assert_int_equal(lfn_store_savepoint_end(store, false, NULL), LFN_OK);
    lfn_store_rollback(store);
    assert_int_equal(lfn_store_owners_version(store), version);

    assert_int_equal(lfn_store_begin(store, true, NULL), LFN_OK);
    assert_int_equal(lfn_store_delete_owner(store, owner, NULL), LFN_OK);
    uint64_t deleted = lfn_store_owners_version(store);
    assert_true(deleted != version);
    lfn_store_rollback(store);
    assert_true(lfn_store_owners_version(store) != version);
    assert_true(lfn_store_owners_version(store) != deleted);
    version = lfn_store_owners_version(store);
    assert_int_equal(lfn_store_clear(store, NULL), LFN_OK);
    assert_true(lfn_store_owners_version(store) != version);
}

static void a_savepoint_takes_back_what_came_after_it_and_a_rollback_everything(void **state)
{
    lfn_store *store = *state;
    lfn_owner owner;
    assert_int_equal(lfn_store_begin(store, true, NULL), LFN_OK);
    (void)add_owner(store, "a@x");
    assert_int_equal(lfn_store_savepoint(store, NULL), LFN_OK);
    (void)add_owner(store, "b@x");
    assert_int_equal(lfn_store_savepoint_end(store, false, NULL), LFN_OK);
    assert_int_equal(lfn_store_savepoint(store, NULL), LFN_OK);
    (void)add_owner(store, "c@x");
    assert_int_equal(lfn_store_savepoint_end(store, true, NULL), LFN_OK);
    assert_int_equal(lfn_store_commit(store, NULL), LFN_OK);
    assert_int_equal(lfn_store_find_owner(store, text("a@x"), &owner, NULL), LFN_OK);
    assert_int_equal(lfn_store_find_owner(store, text("b@x"), &owner, NULL), LFN_NOT_FOUND);
    assert_int_equal(lfn_store_find_owner(store, text("c@x"), &owner, NULL), LFN_OK);
    assert_int_equal(lfn_store_begin(store, true, NULL), LFN_OK);
    (void)add_owner(store, "d@x");
    lfn_store_rollback(store);
    lfn_store_rollback(store);
    assert_int_equal(lfn_store_find_owner(store, text("d@x"), &owner, NULL), LFN_NOT_FOUND);
}

static lfn_status open_and_find(void)
{
    lfn_store *store = NULL;
    lfn_owner owner;
    lfn_status status = lfn_store_open(absent, &store, NULL);
    if (status == LFN_OK)
        status = lfn_store_add_owner(store, text("a@x"), text("h"), 1, NULL);
    if (status == LFN_OK)
        status = lfn_store_find_owner(store, text("a@x"), &owner, NULL);
    lfn_store_free(store);
    return status;
}

static void every_failed_allocation_is_told(void **state)
{
    (void)state;
    int failed = 0;
    for (long count = 0;; count++) {
        lfn_alloc_fail_after(count);
        lfn_status status = open_and_find();
        lfn_alloc_fail_after(-1);
        if (status == LFN_OK)
            break;
        assert_int_equal(status, LFN_NO_MEMORY);
        failed++;
    }
    assert_int_equal(failed, 2);
}

int main(void)
{
#define STORE_TEST(test) cmocka_unit_test_setup_teardown(test, open_store, close_store)
    const struct CMUnitTest tests[] = {
        STORE_TEST(an_owner_is_found_by_its_email_and_is_there_once),
        STORE_TEST(a_setting_is_nothing_until_it_is_set_and_can_be_replaced),
        STORE_TEST(the_sequence_counts_from_one),
        STORE_TEST(a_user_keeps_every_member_and_what_it_has_not),
        STORE_TEST(an_external_id_is_unique_for_its_owner_only),
        STORE_TEST(users_are_listed_in_the_order_asked_and_page_by_page),
        STORE_TEST(a_visitor_ends_the_walk_with_its_own_status),
        STORE_TEST(a_user_has_one_credential_of_a_provider),
        STORE_TEST(a_detached_credential_stays_without_its_events),
        STORE_TEST(a_credential_attached_to_another_user_and_its_successor_are_both_found),
        STORE_TEST(attached_credentials_are_walked_in_portions),
        STORE_TEST(a_providers_answer_is_set_replaced_and_removed),
        STORE_TEST(events_are_listed_in_both_directions_and_pruned_by_age),
        STORE_TEST(no_list_of_events_is_sorted),
        STORE_TEST(a_sign_in_replaces_the_one_before),
        STORE_TEST(a_relation_is_there_once_in_each_direction),
        STORE_TEST(permissions_keep_their_place_when_they_are_set_again),
        STORE_TEST(a_deleted_owner_takes_everything_with_it),
        STORE_TEST(the_version_of_the_owners_changes_with_them_and_with_what_is_taken_back),
        STORE_TEST(a_savepoint_takes_back_what_came_after_it_and_a_rollback_everything),
        cmocka_unit_test(every_failed_allocation_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
