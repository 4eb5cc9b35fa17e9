/* What a client repeats and what it does not, how long it waits, and when it gives up. Time is a fake clock's. */
#include "base/text.h"
#include "client/canned_client.h"

static const lfn_argument user[] = {{LFN_TEXT("leafUserId"), LFN_TEXT("8a9c3f0e-1111-4222-8333-444455556666")}};

static int set_up(void **state)
{
    return open_fixture(state, (lfn_client_options){.token = LFN_TEXT("t")});
}

static lfn_status read_user(fixture *f, int64_t timeout_ms, int64_t deadline_ms)
{
    lfn_call call = {.operation = lfn_operation_get(LFN_OP_USERS_GET),
                     .arguments = user,
                     .argument_count = 1,
                     .timeout_ms = timeout_ms,
                     .deadline_ms = deadline_ms};
    return lfn_client_call(f->client, &call, &f->result, &f->error);
}

static lfn_status make_user(fixture *f)
{
    lfn_call call = {.operation = lfn_operation_get(LFN_OP_USERS_CREATE), .body = LFN_TEXT("{\"name\":\"a\"}")};
    return lfn_client_call(f->client, &call, &f->result, &f->error);
}

static void add_status(fixture *f, int status, const char *headers)
{
    canned_add(&f->canned, (canned_answer){.status = status, .headers = headers});
}

static void add_fault(fixture *f, lfn_status fault, lfn_stage stage)
{
    canned_add(&f->canned, (canned_answer){.fault = fault, .stage = stage});
}

static void a_reading_that_fails_in_passing_is_repeated(void **state)
{
    fixture *f = *state;
    add_status(f, 502, NULL);
    add_fault(f, LFN_TRANSPORT, LFN_STAGE_RECEIVING);
    canned_add_json(&f->canned, 200, "{}");
    assert_int_equal(read_user(f, 0, 0), LFN_OK);
    assert_int_equal(f->result.attempt_count, 3);
    assert_int_equal(f->result.attempts[0].http_status, 502);
    assert_int_equal(f->result.attempts[0].status, LFN_SERVER);
    assert_int_equal(f->result.attempts[1].status, LFN_TRANSPORT);
    assert_int_equal(f->result.attempts[1].stage, LFN_STAGE_RECEIVING);
    assert_int_equal(f->result.attempts[2].status, LFN_OK);
    assert_true(f->result.attempts[2].started_ms >= f->result.attempts[1].ended_ms);
}

static void three_attempts_are_all_and_the_last_error_stands(void **state)
{
    fixture *f = *state;
    for (int i = 0; i < 5; i++)
        add_status(f, 503, NULL);
    assert_int_equal(read_user(f, 0, 0), LFN_SERVER);
    assert_int_equal(f->canned.request_count, 3);
    assert_int_equal(f->result.attempt_count, 3);
    assert_int_equal(f->error.http_status, 503);
    assert_int_equal(f->result.response.status, 503);
}

static void waits_are_random_parts_of_a_span_that_doubles(void **state)
{
    fixture *f = *state;
    bool differ = false;
    int64_t first_waited = -1;
    for (int round = 0; round < 20; round++) {
        canned_reset(&f->canned);
        f->clock.sleep_count = 0;
        for (int i = 0; i < 3; i++)
            add_fault(f, LFN_TRANSPORT, LFN_STAGE_CONNECTING);
        assert_int_equal(read_user(f, 0, 0), LFN_TRANSPORT);
        assert_true(f->clock.sleep_count <= 2);
        int64_t waited = f->result.attempts[1].started_ms - f->result.attempts[0].ended_ms;
        assert_in_range(waited, 0, 200);
        assert_in_range(f->result.attempts[2].started_ms - f->result.attempts[1].ended_ms, 0, 400);
        differ = differ || (first_waited >= 0 && waited != first_waited);
        first_waited = round == 0 ? waited : first_waited;
    }
    assert_true(differ);
}

static void a_refusal_is_not_repeated(void **state)
{
    static const int statuses[] = {400, 401, 403, 404, 405, 409, 413, 422, 501};
    fixture *f = *state;
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        canned_reset(&f->canned);
        add_status(f, statuses[i], NULL);
        assert_int_not_equal(read_user(f, 0, 0), LFN_OK);
        assert_int_equal(f->canned.request_count, 1);
        assert_int_equal(f->error.http_status, statuses[i]);
    }
}

static void retry_after_is_waited_for_exactly(void **state)
{
    fixture *f = *state;
    add_status(f, 429, "Retry-After: 7\n");
    add_status(f, 503, "retry-after: 2\n");
    canned_add_json(&f->canned, 200, "{}");
    assert_int_equal(read_user(f, 0, 0), LFN_OK);
    assert_int_equal(f->clock.sleep_count, 2);
    assert_int_equal(f->clock.slept_ms[0], 7000);
    assert_int_equal(f->clock.slept_ms[1], 2000);
}

static void a_retry_after_beyond_the_deadline_fails_at_once_and_says_how_long(void **state)
{
    fixture *f = *state;
    add_status(f, 429, "Retry-After: 61\n");
    assert_int_equal(read_user(f, 0, 0), LFN_RATE_LIMITED);
    assert_int_equal(f->clock.sleep_count, 0);
    assert_int_equal(f->error.retry_after_ms, 61000);
}

static void a_create_whose_answer_is_lost_is_not_repeated_and_says_how_to_find_out(void **state)
{
    static const lfn_stage stages[] = {LFN_STAGE_SENDING, LFN_STAGE_WAITING, LFN_STAGE_RECEIVING};
    fixture *f = *state;
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
        canned_reset(&f->canned);
        add_fault(f, LFN_TRANSPORT, stages[i]);
        assert_int_equal(make_user(f), LFN_UNKNOWN_OUTCOME);
        assert_int_equal(f->canned.request_count, 1);
        assert_int_equal(f->error.status, LFN_UNKNOWN_OUTCOME);
        assert_non_null(strstr(f->error.message, "outcome is unknown"));
        assert_non_null(strstr(f->error.hint, "users.list"));
    }
    canned_reset(&f->canned);
    add_status(f, 502, NULL);
    assert_int_equal(make_user(f), LFN_UNKNOWN_OUTCOME);
    assert_non_null(strstr(f->error.message, "outcome is unknown"));
    assert_int_equal(f->error.http_status, 502);
}

static void the_hint_names_the_providers_own_reading(void **state)
{
    fixture *f = *state;
    lfn_call call = {.arguments = user, .argument_count = 1};
    assert_true(lfn_operation_find(lfn_text_of("panorama.delete"), &call.operation, &call.provider));
    add_fault(f, LFN_DEADLINE, LFN_STAGE_WAITING);
    add_status(f, 403, NULL);
    assert_int_equal(lfn_client_call(f->client, &call, &f->result, &f->error), LFN_UNKNOWN_OUTCOME);
    assert_non_null(strstr(f->error.hint, "panorama.get"));
    assert_int_equal(f->canned.request_count, 2);
}

static void a_create_that_never_left_is_repeated(void **state)
{
    fixture *f = *state;
    add_fault(f, LFN_TRANSPORT, LFN_STAGE_CONNECTING);
    add_status(f, 429, NULL);
    canned_add_json(&f->canned, 201, "{}");
    assert_int_equal(make_user(f), LFN_OK);
    assert_int_equal(f->canned.request_count, 3);
}

static void what_is_never_repeated_says_that_it_is_in_doubt(void **state)
{
    fixture *f = *state;
    add_fault(f, LFN_TRANSPORT, LFN_STAGE_WAITING);
    assert_int_equal(
        lfn_client_request(f->client, LFN_POST, lfn_text_of("/x"), lfn_text_of("{}"), &f->result, &f->error),
        LFN_UNKNOWN_OUTCOME);
    assert_int_equal(f->canned.request_count, 1);
    assert_non_null(strstr(f->error.message, "outcome is unknown"));
}

/* ---- time ---- */

static void an_attempt_has_the_clients_timeout_or_the_calls(void **state)
{
    fixture *f = *state;
    canned_add_json(&f->canned, 200, "{}");
    canned_add_json(&f->canned, 200, "{}");
    canned_add_json(&f->canned, 200, "{}");
    assert_int_equal(read_user(f, 0, 0), LFN_OK);
    assert_int_equal(read_user(f, 700, 0), LFN_OK);
    assert_int_equal(read_user(f, 0, 900), LFN_OK);
    assert_int_equal(f->canned.requests[0].timeout_ms, 30000);
    assert_int_equal(f->canned.requests[0].connect_timeout_ms, 5000);
    assert_int_equal(f->canned.requests[1].timeout_ms, 700);
    assert_int_equal(f->canned.requests[1].connect_timeout_ms, 700);
    assert_int_equal(f->canned.requests[2].timeout_ms, 900);
}

static void the_deadline_bounds_all_attempts_and_waits_together(void **state)
{
    fixture *f = *state;
    f->canned.again = true;
    canned_add(&f->canned, (canned_answer){.status = 200, .body = "{}", .takes_ms = 400000});
    int64_t began = f->clock.monotonic_ms;
    assert_int_equal(read_user(f, 0, 0), LFN_DEADLINE);
    assert_in_range(f->clock.monotonic_ms - began, 30000, 60000);
    assert_int_equal(f->canned.request_count, 2);
    assert_true(f->canned.requests[1].timeout_ms <= 30000);
    assert_int_equal(f->result.attempts[0].ended_ms, 30000);
    assert_int_equal(f->error.status, LFN_DEADLINE);
}

static void a_transport_that_forgets_its_timeout_is_told_to_let_go(void **state)
{
    fixture *f = *state;
    f->canned.again = true;
    canned_add(&f->canned, (canned_answer){.hangs = true});
    assert_int_equal(read_user(f, 2000, 2500), LFN_DEADLINE);
    assert_int_equal(f->canned.cancel_count, f->canned.request_count);
    assert_true(f->canned.cancel_count >= 1);
    canned_reset(&f->canned);
    canned_add(&f->canned, (canned_answer){.hangs = true});
    assert_int_equal(make_user(f), LFN_UNKNOWN_OUTCOME);
    assert_non_null(strstr(f->error.message, "outcome is unknown"));
}

static void a_negative_time_is_refused(void **state)
{
    fixture *f = *state;
    assert_int_equal(read_user(f, -1, 0), LFN_BAD_INPUT);
    assert_string_equal(f->error.where, "/timeout");
    assert_int_equal(read_user(f, 0, -1), LFN_BAD_INPUT);
    assert_string_equal(f->error.where, "/deadline");
    assert_int_equal(f->canned.request_count, 0);
}

/* ---- answers of gateways ---- */

static void a_gateways_page_an_empty_and_a_cut_answer_give_clear_errors_with_the_status(void **state)
{
    fixture *f = *state;
    f->canned.again = true;
    canned_add(&f->canned, (canned_answer){.status = 502, .body = "<html><h1>502 Bad Gateway</h1></html>"});
    assert_int_equal(read_user(f, 0, 0), LFN_SERVER);
    assert_int_equal(f->error.http_status, 502);
    assert_true(f->error.message[0] != '\0');
    assert_string_equal(f->result.response.body.data, "<html><h1>502 Bad Gateway</h1></html>");

    canned_reset(&f->canned);
    f->canned.again = true;
    canned_add(&f->canned, (canned_answer){.status = 500});
    assert_int_equal(read_user(f, 0, 0), LFN_SERVER);
    assert_int_equal(f->error.http_status, 500);
    assert_true(f->error.message[0] != '\0');

    canned_reset(&f->canned);
    f->canned.again = true;
    canned_add(&f->canned,
               (canned_answer){.status = 200, .body = "{\"na", .fault = LFN_TRANSPORT, .stage = LFN_STAGE_RECEIVING});
    assert_int_equal(read_user(f, 0, 0), LFN_TRANSPORT);
    assert_int_equal(f->error.http_status, 200);
    assert_int_equal(f->result.attempts[2].http_status, 200);
}

static void a_client_goes_out_as_often_as_its_option_says(void **state)
{
    (void)state;
    for (size_t attempts = 1; attempts <= 5; attempts++) {
        fixture f = {0};
        fake_clock_init(&f.clock);
        canned_init(&f.canned, &f.clock);
        add_status(&f, 502, NULL);
        f.canned.again = true;
        lfn_client_options options = {.token = LFN_TEXT("t"),
                                      .attempts_max = attempts,
                                      .transport = &f.canned.transport,
                                      .clock = &f.clock.clock};
        assert_int_equal(lfn_client_open(&options, &f.client, &f.error), LFN_OK);
        assert_int_equal(read_user(&f, 0, 0), LFN_SERVER);
        assert_int_equal(f.canned.request_count, attempts);
        lfn_client_free(f.client);
        lfn_result_free(&f.result);
        canned_reset(&f.canned);
    }
    lfn_client *client = NULL;
    lfn_error error;
    lfn_client_options options = {.token = LFN_TEXT("t"), .attempts_max = 6};
    assert_int_equal(lfn_client_open(&options, &client, &error), LFN_BAD_INPUT);
    assert_string_equal(error.where, "/attempts");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_reading_that_fails_in_passing_is_repeated, set_up, tear_down),
        cmocka_unit_test_setup_teardown(three_attempts_are_all_and_the_last_error_stands, set_up, tear_down),
        cmocka_unit_test_setup_teardown(waits_are_random_parts_of_a_span_that_doubles, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_refusal_is_not_repeated, set_up, tear_down),
        cmocka_unit_test_setup_teardown(retry_after_is_waited_for_exactly, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_retry_after_beyond_the_deadline_fails_at_once_and_says_how_long, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_create_whose_answer_is_lost_is_not_repeated_and_says_how_to_find_out, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_hint_names_the_providers_own_reading, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_create_that_never_left_is_repeated, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_never_repeated_says_that_it_is_in_doubt, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_attempt_has_the_clients_timeout_or_the_calls, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_deadline_bounds_all_attempts_and_waits_together, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_transport_that_forgets_its_timeout_is_told_to_let_go, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_negative_time_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_gateways_page_an_empty_and_a_cut_answer_give_clear_errors_with_the_status,
                                        set_up, tear_down),
        cmocka_unit_test(a_client_goes_out_as_often_as_its_option_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
