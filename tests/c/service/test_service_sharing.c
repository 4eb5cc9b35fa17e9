/* Sharing relations, permissions, and who may read what. */
#include "service/case_harness.h"

#include <stdio.h>

#define RELATIONS "/api-owners/sharing-relation/"
#define TO_B RELATIONS "receiver/b%40coop.example"
#define FROM_A RELATIONS "sender/a%40farm.example"

static void a_relation_is_offered_accepted_blocked_and_listed(void **state)
{
    (void)state;
    harness h;
    harness_open(&h);
    static const char offer[] = "{\"receiverApiOwner\":\"B@Coop.Example\"}";
    assert_int_equal(harness_ask(&h, 'a', LFN_POST, RELATIONS "receiver", offer), 201);
    static const char pending[] = "{\"senderApiOwner\":\"a@farm.example\",\"receiverApiOwner\":\"b@coop.example\","
                                  "\"status\":\"PENDING\"}";
    assert_string_equal(harness_body(&h), pending);
    harness_ask(&h, 'a', LFN_POST, RELATIONS "receiver", offer);
    assert_answer(&h, 400, "sharingRelationAlreadyExists");
    harness_ask(&h, 'a', LFN_POST, RELATIONS "receiver", "{\"receiverApiOwner\":\"A@farm.example\"}");
    assert_answer(&h, 400, "selfSharing");
    harness_ask(&h, 'a', LFN_POST, RELATIONS "receiver", "{\"receiverApiOwner\":\"nobody@x.example\"}");
    assert_answer(&h, 404, "apiOwnerNotFound");
    harness_ask(&h, 'a', LFN_POST, RELATIONS "receiver", "{}");
    assert_answer(&h, 400, "validation");

    assert_int_equal(harness_ask(&h, 'a', LFN_GET, RELATIONS "RECEIVER/B%40COOP.example/status", NULL), 200);
    assert_string_equal(harness_body(&h), "\"PENDING\"");
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, RELATIONS "receiver", NULL), 200);
    assert_string_equal(harness_body(&h), harness_format(&h, "[%s]", pending));
    assert_string_equal(harness_header(&h, "X-Total-Count"), "1");
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, RELATIONS "sender", NULL), 200);
    assert_string_equal(harness_body(&h), "[]");
    assert_int_equal(harness_ask(&h, 'b', LFN_GET, RELATIONS "sender", NULL), 200);
    assert_string_equal(harness_body(&h), harness_format(&h, "[%s]", pending));
    harness_ask(&h, 'a', LFN_GET, FROM_A "/status", NULL);
    assert_answer(&h, 404, "sharingRelationNotFound");
    harness_ask(&h, 'c', LFN_PATCH, TO_B, "{\"status\":\"ALLOWED\"}");
    assert_answer(&h, 404, "sharingRelationNotFound");

    harness_ask(&h, 'a', LFN_PATCH, TO_B, "{\"status\":\"ALLOWED\"}");
    assert_answer(&h, 403, "receiverApprovalRequired");
    assert_int_equal(harness_ask(&h, 'b', LFN_PATCH, FROM_A, "{\"status\":\"ALLOWED\"}"), 200);
    assert_string_equal(harness_get(&h, "status"), "ALLOWED");
    assert_int_equal(harness_ask(&h, 'a', LFN_PATCH, TO_B, "{\"status\":\"BLOCKED\"}"), 200);
    harness_ask(&h, 'b', LFN_PATCH, FROM_A, "{\"status\":\"ALLOWED\"}");
    assert_answer(&h, 403, "sharingRelationBlockedBySender");
    assert_int_equal(harness_ask(&h, 'a', LFN_PATCH, TO_B, "{\"status\":\"ALLOWED\"}"), 200);
    assert_string_equal(harness_get(&h, "status"), "ALLOWED");
    static const char *const wrong[] = {"{}", "{\"status\":5}", "{\"status\":\"PENDING\"}", "{\"status\":null}", "[]"};
    for (size_t i = 0; i < 5; i++) {
        harness_ask(&h, 'b', LFN_PATCH, FROM_A, wrong[i]);
        assert_answer(&h, 400, "validation");
    }
    /* The other direction is a relation of its own. */
    assert_int_equal(harness_ask(&h, 'b', LFN_POST, RELATIONS "receiver", "{\"receiverApiOwner\":\"a@farm.example\"}"),
                     201);
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, RELATIONS "sender/b%40coop.example/status", NULL), 200);
    assert_string_equal(harness_body(&h), "\"PENDING\"");
    harness_close(&h);
}

static const char *grants_path(harness *h, const char *relation, const char *user)
{
    return harness_format(h, "%s/users-permissions/%s", relation, user);
}

static void permissions_are_merged_changed_and_taken_back(void **state)
{
    (void)state;
    harness h;
    char user[64];
    harness_open(&h);
    harness_share(&h, true);
    (void)snprintf(user, sizeof user, "%s", harness_user(&h, 'a', "Maple"));
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, grants_path(&h, TO_B, user), NULL), 200);
    assert_string_equal(harness_body(&h), "{\"permissions\":{}}");
    harness_ask(&h, 'b', LFN_GET, grants_path(&h, FROM_A, user), NULL);
    assert_answer(&h, 404, "permissionNotFound");
    assert_int_equal(harness_ask(&h, 'a', LFN_POST, grants_path(&h, TO_B, user),
                                 "{\"permissions\":{\"OPERATIONS\":{\"actions\":[\"READ\",\"READ\"],"
                                 "\"types\":[\"PLANTED\",\"APPLIED\",\"PLANTED\"]}}}"),
                     201);
    assert_string_equal(harness_body(&h),
                        harness_format(&h,
                                       "{\"leafUserId\":\"%s\",\"permissions\":{\"OPERATIONS\":{\"actions\":[\"READ\"],"
                                       "\"types\":[\"PLANTED\",\"APPLIED\"]}}}",
                                       user));
    assert_int_equal(harness_ask(&h, 'a', LFN_POST, grants_path(&h, TO_B, user),
                                 "{\"permissions\":{\"FIELDS\":{\"actions\":[\"READ\"],\"types\":[]}}}"),
                     201);
    assert_int_equal(harness_ask(&h, 'a', LFN_PATCH, harness_format(&h, "%s/OPERATIONS", grants_path(&h, TO_B, user)),
                                 "{\"actions\":[\"READ\"],\"types\":[\"HARVESTED\"]}"),
                     200);
    static const char all[] = "{\"OPERATIONS\":{\"actions\":[\"READ\"],\"types\":[\"HARVESTED\"]},\"FIELDS\":{"
                              "\"actions\":[\"READ\"]}}";
    assert_string_equal(harness_get(&h, "permissions"), all);
    assert_string_equal(harness_get(&h, "leafUserId"), user);
    assert_int_equal(harness_ask(&h, 'b', LFN_GET, grants_path(&h, FROM_A, user), NULL), 200);
    assert_string_equal(harness_body(&h), harness_format(&h, "{\"permissions\":%s}", all));

    static const char *const wrong[] = {
        "{}",
        "{\"permissions\":{}}",
        "{\"permissions\":{\"FIELD\":{\"actions\":[\"READ\"]}}}",
        "{\"permissions\":{\"FIELDS\":{\"actions\":[]}}}",
        "{\"permissions\":{\"FIELDS\":{\"actions\":[\"WRITE\"]}}}",
        "{\"permissions\":{\"FIELDS\":{\"actions\":[\"READ\"],\"types\":[\"APPLIED\"]}}}",
        "{\"permissions\":{\"OPERATIONS\":{\"actions\":[\"READ\"]}}}",
        "{\"permissions\":{\"OPERATIONS\":{\"actions\":[\"READ\"],\"types\":[]}}}",
        "{\"permissions\":{\"OPERATIONS\":{\"actions\":[\"READ\"],\"types\":[\"SPRAYED\"]}}}"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        harness_ask(&h, 'a', LFN_POST, grants_path(&h, TO_B, user), wrong[i]);
        assert_answer(&h, 400, "validation");
    }
    harness_ask(&h, 'a', LFN_PATCH, harness_format(&h, "%s/OPERATIONS", grants_path(&h, TO_B, user)),
                "{\"actions\":[\"READ\"]}");
    assert_answer(&h, 400, "validation");

    /* Either side takes back everything at once. */
    assert_int_equal(harness_ask(&h, 'b', LFN_DELETE, grants_path(&h, FROM_A, user), NULL), 204);
    harness_ask(&h, 'b', LFN_DELETE, grants_path(&h, FROM_A, user), NULL);
    assert_answer(&h, 404, "permissionNotFound");
    harness_ask(&h, 'a', LFN_DELETE, grants_path(&h, TO_B, user), NULL);
    assert_answer(&h, 404, "permissionNotFound");
    harness_ask(&h, 'b', LFN_DELETE, grants_path(&h, FROM_A, UNKNOWN_ID), NULL);
    assert_answer(&h, 404, "permissionNotFound");
    assert_int_equal(harness_ask(&h, 'b', LFN_POST, grants_path(&h, FROM_A, user), "{}"), 405);
    harness_close(&h);
}

static void blocks_stop_grants_and_a_shared_user_is_not_shared_on(void **state)
{
    (void)state;
    harness h;
    char user[64];
    static const char fields[] = "{\"permissions\":{\"FIELDS\":{\"actions\":[\"READ\"]}}}";
    static const char to_c[] = RELATIONS "receiver/c%40third.example";
    harness_open(&h);
    harness_share(&h, false);
    (void)snprintf(user, sizeof user, "%s", harness_user(&h, 'a', "Maple"));
    assert_int_equal(harness_ask(&h, 'b', LFN_POST, RELATIONS "receiver", "{\"receiverApiOwner\":\"c@third.example\"}"),
                     201);
    assert_int_equal(harness_ask(&h, 'a', LFN_POST, grants_path(&h, TO_B, user), fields), 201);
    harness_ask(&h, 'b', LFN_POST, grants_path(&h, to_c, user), fields); /* pending: not told to exist */
    assert_answer(&h, 404, "leafUserNotFound");
    assert_int_equal(harness_ask(&h, 'b', LFN_PATCH, FROM_A, "{\"status\":\"ALLOWED\"}"), 200);
    harness_ask(&h, 'b', LFN_POST, grants_path(&h, to_c, user), fields);
    assert_answer(&h, 403, "sharedLeafUserNotGrantable");
    harness_ask(&h, 'b', LFN_POST, grants_path(&h, to_c, user), "{}");
    assert_answer(&h, 400, "validation");

    assert_int_equal(harness_ask(&h, 'b', LFN_PATCH, FROM_A, "{\"status\":\"BLOCKED\"}"), 200);
    harness_ask(&h, 'a', LFN_POST, grants_path(&h, TO_B, user), fields);
    assert_answer(&h, 403, "sharingRelationBlockedByReceiver");
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, grants_path(&h, TO_B, user), NULL), 200);
    assert_int_equal(harness_ask(&h, 'a', LFN_DELETE, grants_path(&h, TO_B, user), NULL), 204);
    harness_close(&h);
}

/* Asks as the owner and wants the status and the reason. */
static void assert_access(harness *h, char who, const char *user, const char *resource, const char *type, int status)
{
    lfn_access_question question = {.token = lfn_text_of(h->tokens[who - 'a'] + strlen("Bearer ")),
                                    .leaf_user_id = lfn_text_of(user),
                                    .resource = lfn_text_of(resource),
                                    .action = lfn_text_of("READ"),
                                    .type = lfn_text_of(type)};
    lfn_access_answer answer;
    lfn_error error;
    assert_int_equal(lfn_service_decide_access(h->service, &question, 1, &answer, &error), LFN_OK);
    assert_int_equal(answer.http_status, status);
    assert_int_equal(answer.allowed, status == 200);
    assert_non_null(answer.reason);
}

static void access_follows_the_relation_the_grant_and_the_type(void **state)
{
    (void)state;
    harness h;
    char user[64];
    harness_open(&h);
    (void)snprintf(user, sizeof user, "%s", harness_user(&h, 'a', "Maple"));
    assert_access(&h, 'a', user, "FIELDS", NULL, 200);
    assert_access(&h, 'b', user, "FIELDS", NULL, 404);
    assert_access(&h, 'b', UNKNOWN_ID, "FIELDS", NULL, 404);
    harness_share(&h, false);
    assert_int_equal(harness_ask(&h, 'a', LFN_POST, grants_path(&h, TO_B, user),
                                 "{\"permissions\":{\"OPERATIONS\":{\"actions\":[\"READ\"],\"types\":[\"PLANTED\"]}}}"),
                     201);
    lfn_access_question pending = {.token = lfn_text_of(h.tokens[1] + 7),
                                   .leaf_user_id = lfn_text_of(user),
                                   .resource = lfn_text_of("OPERATIONS"),
                                   .action = lfn_text_of("READ"),
                                   .type = lfn_text_of("PLANTED")};
    lfn_access_answer answer;
    assert_int_equal(lfn_service_decide_access(h.service, &pending, 1, &answer, NULL), LFN_OK);
    assert_false(answer.allowed);
    assert_int_equal(harness_ask(&h, 'b', LFN_PATCH, FROM_A, "{\"status\":\"ALLOWED\"}"), 200);
    assert_access(&h, 'b', user, "OPERATIONS", "PLANTED", 200);
    lfn_access_question questions[3] = {pending, pending, pending};
    lfn_access_answer answers[3];
    questions[0].type = lfn_text_of("HARVESTED");
    questions[1].token = lfn_text_of("bad");
    assert_int_equal(lfn_service_decide_access(h.service, questions, 3, answers, NULL), LFN_OK);
    assert_false(answers[0].allowed);
    assert_int_equal(answers[1].http_status, 401);
    assert_true(answers[2].allowed);
    assert_string_equal(answers[2].reason, "granted");
    assert_access(&h, 'b', user, "OPERATIONS", NULL, 400);
    assert_access(&h, 'b', user, "OPERATIONS", "SPRAYED", 400);
    assert_access(&h, 'b', user, "FIELDS", "PLANTED", 400);
    assert_access(&h, 'b', user, "FIELD", NULL, 400);
    assert_access(&h, 'b', "7", "FIELDS", NULL, 400);
    assert_int_equal(harness_ask(&h, 'a', LFN_PATCH, TO_B, "{\"status\":\"BLOCKED\"}"), 200);
    assert_int_equal(lfn_service_decide_access(h.service, &pending, 1, &answer, NULL), LFN_OK);
    assert_false(answer.allowed);
    assert_int_equal(harness_ask(&h, 'a', LFN_PATCH, TO_B, "{\"status\":\"ALLOWED\"}"), 200);
    assert_access(&h, 'b', user, "OPERATIONS", "PLANTED", 200);
    harness_close(&h);
}

static void invalidation_stops_earlier_tokens_on_the_relation_alone(void **state)
{
    (void)state;
    harness h;
    char user[64];
    harness_open(&h);
    harness_share(&h, true);
    (void)snprintf(user, sizeof user, "%s", harness_user(&h, 'a', "Maple"));
    assert_int_equal(harness_ask(&h, 'a', LFN_POST, grants_path(&h, TO_B, user),
                                 "{\"permissions\":{\"FIELDS\":{\"actions\":[\"READ\"]}}}"),
                     201);
    assert_access(&h, 'b', user, "FIELDS", NULL, 200);
    assert_int_equal(harness_ask(&h, 'a', LFN_POST, TO_B "/invalidate-tokens", NULL), 204);
    assert_access(&h, 'b', user, "FIELDS", NULL, 401);
    assert_access(&h, 'a', user, "FIELDS", NULL, 200);
    /* Everything but the access decision goes on. */
    assert_int_equal(harness_ask(&h, 'b', LFN_GET, FROM_A "/status", NULL), 200);
    assert_string_equal(harness_body(&h), "\"ALLOWED\"");
    assert_int_equal(harness_ask(&h, 'b', LFN_GET, grants_path(&h, FROM_A, user), NULL), 200);
    /* A new token of the same instant works, until the other side invalidates too. */
    harness_login(&h, 'b');
    assert_access(&h, 'b', user, "FIELDS", NULL, 200);
    assert_int_equal(harness_ask(&h, 'b', LFN_POST, FROM_A "/invalidate-tokens", NULL), 204);
    assert_access(&h, 'b', user, "FIELDS", NULL, 401);
    harness_ask(&h, 'c', LFN_POST, TO_B "/invalidate-tokens", NULL);
    assert_answer(&h, 404, "sharingRelationNotFound");
    harness_close(&h);
}

static const char *shared(harness *h, const char *owner, lfn_share_direction direction)
{
    lfn_buffer json;
    lfn_error error;
    lfn_buffer_init(&json, 65536);
    assert_int_equal(lfn_service_list_shared(h->service, lfn_text_of(owner), direction, &json, &error), LFN_OK);
    const char *text = harness_format(h, "%s", json.data);
    lfn_buffer_free(&json);
    return text;
}

static void what_is_shared_is_listed_from_both_sides(void **state)
{
    (void)state;
    harness h;
    char maple[64], oak[64];
    harness_open(&h);
    harness_share(&h, true);
    (void)snprintf(maple, sizeof maple, "%s", harness_user(&h, 'a', "Maple"));
    (void)snprintf(oak, sizeof oak, "%s", harness_user(&h, 'a', "Oak"));
    assert_string_equal(shared(&h, "a@farm.example", LFN_SHARED_BY_ME), "[]");
    assert_int_equal(harness_ask(&h, 'a', LFN_POST, grants_path(&h, TO_B, maple),
                                 "{\"permissions\":{\"FIELDS\":{\"actions\":[\"READ\"]},"
                                 "\"OPERATIONS\":{\"actions\":[\"READ\"],\"types\":[\"PLANTED\"]}}}"),
                     201);
    assert_int_equal(harness_ask(&h, 'a', LFN_POST, grants_path(&h, TO_B, oak),
                                 "{\"permissions\":{\"FIELDS\":{\"actions\":[\"READ\"]}}}"),
                     201);
#define ONE_FIELDS "{\"FIELDS\":{\"actions\":[\"READ\"]}}"
#define BOTH "{\"FIELDS\":{\"actions\":[\"READ\"]},\"OPERATIONS\":{\"actions\":[\"READ\"],\"types\":[\"PLANTED\"]}}"
#define ENTRY(permissions)                                                                                             \
    "{\"owner\":\"%s\",\"status\":\"ALLOWED\",\"leafUserId\":\"%s\",\"permissions\":" permissions "}"
#define FORM "[" ENTRY(BOTH) "," ENTRY(ONE_FIELDS) "]"
    char expected[2048];
    (void)snprintf(expected, sizeof expected, FORM, "b@coop.example", maple, "b@coop.example", oak);
    assert_string_equal(shared(&h, "A@farm.example", LFN_SHARED_BY_ME), expected);
    (void)snprintf(expected, sizeof expected, FORM, "a@farm.example", maple, "a@farm.example", oak);
    assert_string_equal(shared(&h, "b@coop.example", LFN_SHARED_WITH_ME), expected);
    assert_string_equal(shared(&h, "b@coop.example", LFN_SHARED_BY_ME), "[]");
    lfn_buffer json;
    lfn_buffer_init(&json, 64);
    lfn_error error;
    assert_int_equal(lfn_service_list_shared(h.service, lfn_text_of("n@x.example"), LFN_SHARED_BY_ME, &json, &error),
                     LFN_NOT_FOUND);
    lfn_buffer_free(&json);
    harness_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_relation_is_offered_accepted_blocked_and_listed),
        cmocka_unit_test(permissions_are_merged_changed_and_taken_back),
        cmocka_unit_test(blocks_stop_grants_and_a_shared_user_is_not_shared_on),
        cmocka_unit_test(access_follows_the_relation_the_grant_and_the_type),
        cmocka_unit_test(invalidation_stops_earlier_tokens_on_the_relation_alone),
        cmocka_unit_test(what_is_shared_is_listed_from_both_sides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
