/* What a reading shows of a call whose answer was lost, where the other side is scripted: what is equal, what is not,
 * and what cannot be known. */
#include "base/text.h"
#include "client/canned_client.h"

#define USER "8a9c3f0e-1111-4222-8333-444455556666"
#define APPLICATION "5f1e2d3c4b5a69788796a5b4"

static int set_up(void **state)
{
    return open_fixture(state, (lfn_client_options){.token = LFN_TEXT("t")});
}

static void lose(fixture *f)
{
    canned_add(&f->canned, (canned_answer){.fault = LFN_TRANSPORT, .stage = LFN_STAGE_WAITING});
}

static lfn_status call(fixture *f, const char *name, lfn_argument argument, const char *body)
{
    lfn_call made = {.arguments = &argument, .argument_count = argument.name.size > 0, .body = lfn_text_of(body)};
    assert_true(lfn_operation_find(lfn_text_of(name), &made.operation, &made.provider));
    f->error = (lfn_error){0};
    return lfn_client_call(f->client, &made, &f->result, &f->error);
}

static const lfn_argument none = {{NULL, 0}, {NULL, 0}};
static const lfn_argument user = {LFN_TEXT("leafUserId"), LFN_TEXT(USER)};
static const lfn_argument application = {LFN_TEXT("applicationId"), LFN_TEXT(APPLICATION)};

#define AGVANCE "{\"apiKey\":\"k-secret\",\"databaseId\":\"d\",\"username\":\"u\",\"password\":\"p-secret\"}"

static void what_a_reading_shows_of_a_create_decides_it(void **state)
{
    static const struct {
        const char *shown;
        lfn_status status;
    } readings[] = {
        {"{\"apiKey\":\"k-secret\",\"databaseId\":\"d\",\"username\":\"u\",\"password\":\"p-secret\"}", LFN_OK},
        {"{\"apiKey\":\"***\",\"databaseId\":\"d\",\"username\":\"u\",\"password\":\"******\",\"id\":\"1\"}", LFN_OK},
        {"{\"databaseId\":\"d\",\"username\":\"u\"}", LFN_OK},
        {"{\"databaseId\":\"d\",\"username\":\"v\"}", LFN_CONFLICT},
        {"{\"username\":\"u\"}", LFN_CONFLICT},
        {"{\"databaseId\":7,\"username\":\"u\"}", LFN_CONFLICT},
        {"{\"databaseId\":{\"a\":1},\"username\":\"u\"}", LFN_CONFLICT},
        {"{\"apiKey\":\"old-secret\",\"databaseId\":\"d\",\"username\":\"u\"}", LFN_CONFLICT},
        {"[]", LFN_UNKNOWN_OUTCOME},
        {"<html>", LFN_UNKNOWN_OUTCOME},
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
        canned_reset(&f->canned);
        lose(f);
        canned_add_json(&f->canned, 200, readings[i].shown);
        lfn_status status = call(f, "agvance.create", user, AGVANCE);
        if (status != readings[i].status)
            fail_msg("%s gave %s", readings[i].shown, lfn_status_get(status)->code);
        assert_int_equal(f->canned.request_count, 2);
        assert_int_equal(f->canned.requests[1].method, LFN_GET);
        assert_true(f->result.reconciled == (status == LFN_OK));
        if (status == LFN_OK)
            assert_int_equal(f->result.response.status, 201);
        assert_null(strstr(f->error.message, "secret"));
        assert_null(strstr(f->error.hint, "secret"));
    }
}

static void a_user_is_found_by_its_external_id_and_by_nothing_else(void **state)
{
    fixture *f = *state;
    lose(f);
    canned_add_json(&f->canned, 200,
                    "[{\"id\":\"1\",\"externalId\":\"7\"},{\"id\":\"2\",\"name\":\"a\",\"externalId\":\"x y\","
                    "\"email\":null}]");
    assert_int_equal(call(f, "users.create", none, "{\"name\":\"a\",\"externalId\":\"x y\",\"email\":null}"), LFN_OK);
    assert_non_null(strstr(f->canned.requests[1].target, "?externalId=x%20y"));
    assert_string_equal(f->result.response.body.data,
                        "{\"id\":\"2\",\"name\":\"a\",\"externalId\":\"x y\",\"email\":null}");
    canned_reset(&f->canned);
    lose(f);
    assert_int_equal(call(f, "users.create", none, "{\"name\":\"a\",\"externalId\":\"\"}"), LFN_UNKNOWN_OUTCOME);
    assert_int_equal(f->canned.request_count, 1);
}

static void a_list_that_goes_on_without_the_entry_tells_nothing(void **state)
{
    fixture *f = *state;
    assert_int_equal(open_client(f, (lfn_client_options){.api = LFN_API_LOSANT, .token = LFN_TEXT("t")}), LFN_OK);
    lose(f);
    canned_add_json(&f->canned, 200,
                    "{\"items\":[{\"name\":\"other\"}],\"count\":1,\"totalCount\":3,\"perPage\":1,\"page\":0}");
    assert_int_equal(call(f, "credentials.create", application,
                          "{\"name\":\"n*\",\"type\":\"loggly\",\"logglyConfig\":{\"customerToken\":\"t\"}}"),
                     LFN_UNKNOWN_OUTCOME);
    assert_int_equal(f->canned.request_count, 2);
}

static void a_write_only_member_is_not_looked_for(void **state)
{
    fixture *f = *state;
    assert_int_equal(open_client(f, (lfn_client_options){.api = LFN_API_LOSANT, .token = LFN_TEXT("t")}), LFN_OK);
    lose(f);
    canned_add_json(&f->canned, 200,
                    "{\"items\":[{\"id\":\"1\",\"name\":\"n\",\"type\":\"loggly\",\"logglyConfig\":{}}],"
                    "\"count\":1,\"totalCount\":1,\"perPage\":1000,\"page\":0}");
    assert_int_equal(call(f, "credentials.create", application,
                          "{\"name\":\"n\",\"type\":\"loggly\",\"logglyConfig\":{\"customerToken\":\"t\"}}"),
                     LFN_OK);
    assert_true(f->result.reconciled);
}

/* A request may still be on its way when the reading looks: the second one is then refused for what the first did. */
static void a_create_that_took_effect_late_is_known_as_its_own(void **state)
{
    fixture *f = *state;
    lose(f);
    canned_add_json(&f->canned, 200, "[]");
    canned_add_json(&f->canned, 400, "{\"errorKey\":\"externalIdAlreadyExists\",\"message\":\"taken\"}");
    canned_add_json(&f->canned, 200, "[{\"id\":\"2\",\"name\":\"a\",\"externalId\":\"x\"}]");
    assert_int_equal(call(f, "users.create", none, "{\"name\":\"a\",\"externalId\":\"x\"}"), LFN_OK);
    assert_true(f->result.reconciled);
    assert_int_equal(f->result.attempt_count, 4);
    assert_true(f->result.attempts[3].asks && !f->result.attempts[2].asks);

    canned_reset(&f->canned);
    lose(f);
    canned_add_json(&f->canned, 200, "[]");
    canned_add_json(&f->canned, 400, "{\"errorKey\":\"credentialsAlreadyAttached\",\"message\":\"taken\"}");
    canned_add_json(&f->canned, 200, "[]");
    assert_int_equal(call(f, "users.create", none, "{\"name\":\"a\",\"externalId\":\"x\"}"), LFN_CONFLICT);
    assert_string_equal(f->error.key, "credentialsAlreadyAttached");
    assert_int_equal(f->canned.request_count, 4);
}

static void a_delete_that_took_effect_late_is_a_success(void **state)
{
    fixture *f = *state;
    lose(f);
    canned_add_json(&f->canned, 200, "{}");
    canned_add_json(&f->canned, 404, "{\"errorKey\":\"leafUserNotFound\",\"message\":\"gone\"}");
    assert_int_equal(call(f, "users.delete", user, NULL), LFN_OK);
    assert_true(f->result.reconciled);
    assert_int_equal(f->result.response.status, 204);
    assert_int_equal(f->result.response.body.size, 0);
}

static void a_first_delete_of_nothing_and_a_first_conflict_stay_what_they_are(void **state)
{
    fixture *f = *state;
    canned_add_json(&f->canned, 404, "{\"errorKey\":\"leafUserNotFound\"}");
    canned_add_json(&f->canned, 400, "{\"errorKey\":\"externalIdAlreadyExists\"}");
    assert_int_equal(call(f, "users.delete", user, NULL), LFN_NOT_FOUND);
    assert_int_equal(call(f, "users.create", none, "{\"name\":\"a\",\"externalId\":\"x\"}"), LFN_CONFLICT);
    assert_int_equal(f->canned.request_count, 2);
}

static void a_relation_that_is_no_longer_pending_is_told_as_a_conflict(void **state)
{
    fixture *f = *state;
    lose(f);
    canned_add_json(&f->canned, 200, "\"BLOCKED\"");
    assert_int_equal(call(f, "sharing.create", none, "{\"receiverApiOwner\":\"b@coop.example\"}"), LFN_CONFLICT);
    assert_non_null(strstr(f->canned.requests[1].target, "/receiver/b%40coop.example/status"));
    canned_reset(&f->canned);
    lose(f);
    canned_add_json(&f->canned, 200, "\"PENDING\"");
    assert_int_equal(call(f, "sharing.create", none, "{\"receiverApiOwner\":\"b@coop.example\"}"), LFN_OK);
    assert_string_equal(f->result.response.body.data,
                        "{\"receiverApiOwner\":\"b@coop.example\",\"status\":\"PENDING\"}");
}

static void without_time_for_a_reading_the_outcome_stays_unknown(void **state)
{
    fixture *f = *state;
    canned_add(&f->canned, (canned_answer){.status = 503, .headers = "Retry-After: 90\n"});
    assert_int_equal(call(f, "users.delete", user, NULL), LFN_UNKNOWN_OUTCOME);
    assert_int_equal(f->canned.request_count, 1);
    assert_int_equal(f->error.retry_after_ms, 90000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_a_reading_shows_of_a_create_decides_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_user_is_found_by_its_external_id_and_by_nothing_else, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_list_that_goes_on_without_the_entry_tells_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_write_only_member_is_not_looked_for, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_create_that_took_effect_late_is_known_as_its_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_delete_that_took_effect_late_is_a_success, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_first_delete_of_nothing_and_a_first_conflict_stay_what_they_are, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_relation_that_is_no_longer_pending_is_told_as_a_conflict, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_time_for_a_reading_the_outcome_stays_unknown, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
