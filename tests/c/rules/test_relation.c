/* The relation's state machine, grants and access, against tables written out from the contract, section 4. */
#include "rules/credential.h"
#include "rules/relation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

enum { S = LFN_PARTY_SENDER, R = LFN_PARTY_RECEIVER };
enum { ASK_ALLOWED = LFN_RELATION_REQUEST_ALLOWED, ASK_BLOCKED = LFN_RELATION_REQUEST_BLOCKED };

/* A state is written as its three letters: a(ccepted), s(ender blocked), r(eceiver blocked); '-' where it is not. */
static lfn_relation state_of(const char *letters)
{
    return (lfn_relation){.receiver_accepted = letters[0] == 'a',
                          .sender_blocked = letters[1] == 's',
                          .receiver_blocked = letters[2] == 'r'};
}

typedef struct row {
    const char *now;
    int actor;
    int asks;
    const char *next;
    const char *key; /* of the refusal; "" when it is granted */
} row;

/* Each hidden state, each party, each request: 8 * 2 * 2. The numbers are the rows of the contract's table. */
static const row rows[] = {
    {"---", R, ASK_ALLOWED, "a--", ""},                                 /* 1 */
    {"---", R, ASK_BLOCKED, "--r", ""},                                 /* 2 */
    {"---", S, ASK_ALLOWED, "---", "receiverApprovalRequired"},         /* 3 */
    {"---", S, ASK_BLOCKED, "-s-", ""},                                 /* 4 */
    {"a--", S, ASK_ALLOWED, "a--", ""},                                 /* 5 */
    {"a--", R, ASK_ALLOWED, "a--", ""},                                 /* 6 */
    {"a--", R, ASK_BLOCKED, "a-r", ""},                                 /* 7 */
    {"a--", S, ASK_BLOCKED, "as-", ""},                                 /* 8 */
    {"--r", R, ASK_ALLOWED, "a--", ""},                                 /* 9 */
    {"a-r", R, ASK_ALLOWED, "a--", ""},                                 /* 9 */
    {"--r", R, ASK_BLOCKED, "--r", ""},                                 /* 10 */
    {"a-r", R, ASK_BLOCKED, "a-r", ""},                                 /* 10 */
    {"--r", S, ASK_ALLOWED, "--r", "sharingRelationBlockedByReceiver"}, /* 11 */
    {"a-r", S, ASK_ALLOWED, "a-r", "sharingRelationBlockedByReceiver"}, /* 11 */
    {"--r", S, ASK_BLOCKED, "-sr", ""},                                 /* 12 */
    {"a-r", S, ASK_BLOCKED, "asr", ""},                                 /* 12 */
    {"-s-", R, ASK_ALLOWED, "-s-", "sharingRelationBlockedBySender"},   /* 13 */
    {"as-", R, ASK_ALLOWED, "as-", "sharingRelationBlockedBySender"},   /* 13 */
    {"-s-", R, ASK_BLOCKED, "-s-", "sharingRelationBlockedBySender"},   /* 14 */
    {"as-", R, ASK_BLOCKED, "as-", "sharingRelationBlockedBySender"},   /* 14 */
    {"as-", S, ASK_ALLOWED, "a--", ""},                                 /* 15 */
    {"-s-", S, ASK_ALLOWED, "---", ""},                                 /* 16 */
    {"-s-", S, ASK_BLOCKED, "-s-", ""},                                 /* 17 */
    {"as-", S, ASK_BLOCKED, "as-", ""},                                 /* 17 */
    {"-sr", S, ASK_ALLOWED, "--r", ""},                                 /* 18 */
    {"asr", S, ASK_ALLOWED, "a-r", ""},                                 /* 18 */
    {"-sr", S, ASK_BLOCKED, "-sr", ""},                                 /* 19 */
    {"asr", S, ASK_BLOCKED, "asr", ""},                                 /* 19 */
    {"-sr", R, ASK_ALLOWED, "-sr", "sharingRelationBlockedBySender"},   /* 20 */
    {"asr", R, ASK_ALLOWED, "asr", "sharingRelationBlockedBySender"},   /* 20 */
    {"-sr", R, ASK_BLOCKED, "-sr", "sharingRelationBlockedBySender"},   /* 20 */
    {"asr", R, ASK_BLOCKED, "asr", "sharingRelationBlockedBySender"},   /* 20 */
};

enum { ROW_COUNT = sizeof rows / sizeof *rows };

static void every_state_party_and_request_comes_to_what_the_contract_says(void **state)
{
    (void)state;
    assert_int_equal(ROW_COUNT, 8 * 2 * 2);
    for (size_t i = 0; i < ROW_COUNT; i++) {
        const row *expected = &rows[i];
        for (size_t j = 0; j < i; j++)
            assert_false(strcmp(rows[j].now, expected->now) == 0 && rows[j].actor == expected->actor &&
                         rows[j].asks == expected->asks);
        lfn_relation_decision decision =
            lfn_relation_decide(state_of(expected->now), (lfn_party)expected->actor, expected->asks);
        lfn_relation next = state_of(expected->next);
        assert_int_equal(decision.next.receiver_accepted, next.receiver_accepted);
        assert_int_equal(decision.next.sender_blocked, next.sender_blocked);
        assert_int_equal(decision.next.receiver_blocked, next.receiver_blocked);
        if (expected->key[0] == '\0') {
            assert_int_equal(decision.problem, LFN_PROBLEM_NONE);
        } else {
            assert_string_equal(lfn_problem_get(decision.problem)->key, expected->key);
            assert_int_equal(lfn_problem_get(decision.problem)->http_status, 403);
        }
    }
}

static void the_status_follows_from_the_hidden_state(void **state)
{
    (void)state;
    static const struct {
        const char *now;
        int status;
    } expected[] = {{"---", LFN_RELATION_STATUS_PENDING}, {"a--", LFN_RELATION_STATUS_ALLOWED},
                    {"-s-", LFN_RELATION_STATUS_BLOCKED}, {"as-", LFN_RELATION_STATUS_BLOCKED},
                    {"--r", LFN_RELATION_STATUS_BLOCKED}, {"a-r", LFN_RELATION_STATUS_BLOCKED},
                    {"-sr", LFN_RELATION_STATUS_BLOCKED}, {"asr", LFN_RELATION_STATUS_BLOCKED}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_int_equal(lfn_relation_status(state_of(expected[i].now)), expected[i].status);
}

static void a_grant_is_refused_while_a_block_stands_and_the_senders_is_named_first(void **state)
{
    (void)state;
    assert_int_equal(lfn_relation_may_grant(state_of("---")), LFN_PROBLEM_NONE);
    assert_int_equal(lfn_relation_may_grant(state_of("a--")), LFN_PROBLEM_NONE);
    assert_int_equal(lfn_relation_may_grant(state_of("-s-")), LFN_PROBLEM_BLOCKED_BY_SENDER);
    assert_int_equal(lfn_relation_may_grant(state_of("as-")), LFN_PROBLEM_BLOCKED_BY_SENDER);
    assert_int_equal(lfn_relation_may_grant(state_of("-sr")), LFN_PROBLEM_BLOCKED_BY_SENDER);
    assert_int_equal(lfn_relation_may_grant(state_of("asr")), LFN_PROBLEM_BLOCKED_BY_SENDER);
    assert_int_equal(lfn_relation_may_grant(state_of("--r")), LFN_PROBLEM_BLOCKED_BY_RECEIVER);
    assert_int_equal(lfn_relation_may_grant(state_of("a-r")), LFN_PROBLEM_BLOCKED_BY_RECEIVER);
}

/* The facts of a number of 8 bits and one of three orders of token and invalidation. */
static lfn_access_facts facts_of(unsigned bits, int order)
{
    return (lfn_access_facts){.user_exists = (bits & 1) != 0,
                              .is_owner = (bits & 2) != 0,
                              .has_relation = (bits & 4) != 0,
                              .relation = {(bits & 8) != 0, (bits & 16) != 0, (bits & 32) != 0},
                              .resource_granted = (bits & 64) != 0,
                              .type_granted = (bits & 128) != 0,
                              .token_sequence = 5,
                              .invalidated_sequence = 5 + order};
}

static const char *expected_reason(const lfn_access_facts *facts)
{
    bool visible = facts->has_relation && facts->resource_granted;
    bool blocked = facts->relation.sender_blocked || facts->relation.receiver_blocked;
    if (facts->user_exists && facts->is_owner)
        return "owner";
    if (!facts->user_exists || !visible)
        return "leafUserNotFound";
    if (!(facts->token_sequence > facts->invalidated_sequence))
        return "tokenInvalidated";
    if (blocked)
        return facts->relation.sender_blocked ? "relationBlockedBySender" : "relationBlockedByReceiver";
    if (!facts->relation.receiver_accepted)
        return "relationPending";
    return facts->type_granted ? "granted" : "typeNotGranted";
}

static int expected_status(const char *reason)
{
    static const struct {
        const char *reason;
        int http_status;
    } statuses[] = {{"leafUserNotFound", 404}, {"tokenInvalidated", 401},          {"relationBlockedBySender", 403},
                    {"relationPending", 403},  {"relationBlockedByReceiver", 403}, {"typeNotGranted", 404}};
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        if (strcmp(statuses[i].reason, reason) == 0)
            return statuses[i].http_status;
    return 200;
}

static void access_is_decided_as_the_contract_says_for_every_combination_of_facts(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits < 256; bits++) {
        for (int order = -1; order <= 1; order++) {
            lfn_access_facts facts = facts_of(bits, order);
            const char *reason = expected_reason(&facts);
            lfn_access_decision decision = lfn_access_decide(&facts);
            assert_string_equal(decision.reason, reason);
            int expected = expected_status(reason);
            assert_int_equal(decision.allowed, expected == 200);
            if (decision.allowed)
                assert_int_equal(decision.problem, LFN_PROBLEM_NONE);
            else
                assert_int_equal(lfn_problem_get(decision.problem)->http_status, expected);
        }
    }
}

static void what_was_not_granted_looks_like_a_user_that_does_not_exist(void **state)
{
    (void)state;
    lfn_access_facts unknown = {.token_sequence = 1};
    lfn_access_decision none = lfn_access_decide(&unknown);
    for (unsigned bits = 0; bits < 256; bits++) {
        lfn_access_facts facts = facts_of(bits, 1);
        if (facts.is_owner || facts.resource_granted)
            continue;
        lfn_access_decision decision = lfn_access_decide(&facts);
        assert_int_equal(decision.problem, none.problem);
        assert_string_equal(decision.reason, none.reason);
    }
}

static void a_credential_has_the_status_of_its_providers_answer(void **state)
{
    (void)state;
    for (int http_status = 0; http_status < 700; http_status++) {
        int expected = LFN_CREDENTIAL_STATUS_TEMPORARILY_UNAVAILABLE;
        if (http_status / 100 == 2)
            expected = LFN_CREDENTIAL_STATUS_OK;
        else if (http_status == 400 || http_status == 401)
            expected = LFN_CREDENTIAL_STATUS_UNAUTHENTICATED;
        else if (http_status == 403)
            expected = LFN_CREDENTIAL_STATUS_MISSING_PERMISSION;
        assert_int_equal(lfn_credential_status_of(http_status), expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_party_and_request_comes_to_what_the_contract_says),
        cmocka_unit_test(the_status_follows_from_the_hidden_state),
        cmocka_unit_test(a_grant_is_refused_while_a_block_stands_and_the_senders_is_named_first),
        cmocka_unit_test(access_is_decided_as_the_contract_says_for_every_combination_of_facts),
        cmocka_unit_test(what_was_not_granted_looks_like_a_user_that_does_not_exist),
        cmocka_unit_test(a_credential_has_the_status_of_its_providers_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
