/* Logins and many calls: one at a time for all of them, shared by those that wait, also its failure; and what belongs
 * to one call alone, its deadline and its end, is not shared. */
#include "case_calls.h"

enum { CALLS = 64 };

/* Another set of calls of the same client, used by the same thread. */
typedef struct second_set {
    lfn_calls *calls;
    size_t good;
    size_t bad;
} second_set;

static void open_second(case_world *w, second_set *second)
{
    *second = (second_set){.calls = NULL};
    assert_int_equal(lfn_calls_open(w->client, &w->limits, &second->calls, &w->error), LFN_OK);
}

static void submit_second(case_world *w, second_set *second, uint64_t tag)
{
    lfn_calls *first = w->calls;
    w->calls = second->calls;
    case_submit(w, tag);
    w->calls = first;
}

static void poll_second(second_set *second, int64_t wait_ms)
{
    lfn_completion completions[CALLS];
    size_t count = lfn_calls_poll(second->calls, wait_ms, completions, CALLS);
    for (size_t i = 0; i < count; i++) {
        second->good += completions[i].status == LFN_OK;
        second->bad += completions[i].status != LFN_OK;
    }
}

static void sixty_four_calls_at_once_log_in_once(void **state)
{
    case_world *w = *state;
    w->login.takes_ms = 50;
    case_with_login(w);
    case_open(w);
    case_submit_all(w, 0, CALLS);
    case_drain(w);
    case_all_good(w, 0, CALLS);
    assert_int_equal(w->logins, 1);
    for (size_t i = 1; i < w->outing_count; i++)
        assert_string_equal(w->outings[i].authorization, "Bearer t1");
    assert_int_equal(case_now(w), 50);
}

static void sixty_four_that_meet_a_401_with_the_same_token_log_in_once_more(void **state)
{
    case_world *w = *state;
    uint32_t random = 3;
    w->limits.concurrency = 2 * CALLS;
    for (size_t tag = 0; tag < 2 * CALLS; tag++)
        w->plans[tag].takes_ms = held_random(&random) % 100; /* some refusals come after the new token */
    w->login.takes_ms = 30;
    case_with_login(w);
    case_open(w);
    case_submit_all(w, 0, CALLS);
    case_drain(w);
    w->accepted = "Bearer t2"; /* the peer forgot the first one */
    case_submit_all(w, CALLS, CALLS);
    case_drain(w);
    case_all_good(w, 0, 2 * CALLS);
    assert_int_equal(w->logins, 2);
    for (uint64_t tag = CALLS; tag < 2 * CALLS; tag++)
        assert_int_equal(case_outings_of(w, tag), 2);
}

static void a_given_token_that_is_refused_is_followed_by_one_login(void **state)
{
    case_world *w = *state;
    w->accepted = "Bearer t1";
    case_with_login(w);
    w->options.token = lfn_text_of("given");
    case_open(w);
    case_submit_all(w, 0, CALLS);
    case_drain(w);
    case_all_good(w, 0, CALLS);
    assert_int_equal(w->logins, 1);
}

static void tokens_that_are_always_refused_end_every_call_with_its_own_401(void **state)
{
    case_world *w = *state;
    w->accepted = "Bearer nothing";
    case_with_login(w);
    case_open(w);
    case_submit_all(w, 0, CALLS);
    case_drain(w);
    for (uint64_t tag = 0; tag < CALLS; tag++) {
        case_ended(w, tag, LFN_UNAUTHORIZED);
        assert_int_equal(w->ends[tag].attempts, 2);
        assert_non_null(strstr(w->ends[tag].hint, "fresh login"));
    }
    assert_true(w->logins <= 3);
}

static void a_login_that_fails_fails_all_that_waited_and_only_the_first_has_its_attempts(void **state)
{
    case_world *w = *state;
    w->limits.concurrency = 3 * CALLS;
    w->login = (case_plan){.answer = {.status = 401, .body = "{}", .takes_ms = 20}, .times = 1};
    case_with_login(w);
    case_open(w);
    case_submit_all(w, 0, CALLS);
    case_drain(w);
    assert_int_equal(w->logins, 1);
    assert_int_equal(w->outing_count, 1);
    for (uint64_t tag = 0; tag < CALLS; tag++) {
        case_ended(w, tag, LFN_UNAUTHORIZED);
        assert_non_null(strstr(w->ends[tag].message, "The login failed"));
        assert_int_equal(w->ends[tag].attempts, tag == 0);
        assert_string_equal(w->ends[tag].body, tag == 0 ? "{}" : "");
    }
    /* A wrong password is not tried again for each of many calls; a while later it is. */
    case_submit_all(w, 100, CALLS);
    case_drain(w);
    for (uint64_t tag = 100; tag < 100 + CALLS; tag++)
        case_ended(w, tag, LFN_UNAUTHORIZED);
    assert_int_equal(w->logins, 1);
    fake_clock_advance(&w->clock, 2000);
    case_submit_all(w, 200, CALLS);
    case_drain(w);
    case_all_good(w, 200, CALLS);
    assert_int_equal(w->logins, 2);
}

static void a_login_that_times_out_with_a_short_call_does_not_fail_a_patient_one(void **state)
{
    case_world *w = *state;
    lfn_call hasty = {.operation = lfn_operation_get(LFN_OP_USERS_LIST), .deadline_ms = 100};
    w->login = (case_plan){.answer = {.hangs = true}, .times = 1};
    w->login.takes_ms = 30;
    case_with_login(w);
    case_open(w);
    assert_int_equal(lfn_calls_submit(w->calls, &hasty, 0, &w->error), LFN_OK);
    case_submit_all(w, 1, 10);
    case_drain(w);
    case_ended(w, 0, LFN_DEADLINE);
    assert_int_equal(w->ends[0].at_ms, 100);
    case_all_good(w, 1, 10);
    assert_int_equal(w->logins, 2);
    assert_int_equal(case_now(w), 130);
}

static void a_short_call_does_not_wait_for_the_login_of_a_patient_one(void **state)
{
    case_world *w = *state;
    lfn_call hasty = {.operation = lfn_operation_get(LFN_OP_USERS_LIST), .deadline_ms = 100};
    w->login.takes_ms = 5000;
    case_with_login(w);
    case_open(w);
    case_submit(w, 0);
    assert_int_equal(lfn_calls_submit(w->calls, &hasty, 1, &w->error), LFN_OK);
    case_drain(w);
    case_ended(w, 1, LFN_DEADLINE);
    assert_int_equal(w->ends[1].at_ms, 100);
    case_all_good(w, 0, 1);
    assert_int_equal(w->logins, 1);
}

static void the_calls_are_freed_in_the_middle_of_a_login_and_the_next_ones_log_in(void **state)
{
    case_world *w = *state;
    w->login.takes_ms = 50;
    case_with_login(w);
    case_open(w);
    case_submit_all(w, 0, CALLS);
    assert_int_equal(case_poll(w, 20), 0);
    lfn_calls_free(w->calls);
    assert_int_equal(w->held.cancelled, 1);
    assert_int_equal(lfn_calls_open(w->client, &w->limits, &w->calls, &w->error), LFN_OK);
    case_submit_all(w, 100, CALLS);
    case_drain(w);
    case_all_good(w, 100, CALLS);
    assert_int_equal(w->logins, 2);
}

static void two_sets_of_one_thread_share_a_login(void **state)
{
    case_world *w = *state;
    second_set second;
    w->login.takes_ms = 50;
    case_with_login(w);
    case_open(w);
    open_second(w, &second);
    case_submit_all(w, 0, 10);
    for (uint64_t tag = 20; tag < 30; tag++)
        submit_second(w, &second, tag);
    assert_int_equal(case_poll(w, 0), 0);
    for (size_t i = 0; i < 100 && (lfn_calls_pending(w->calls) > 0 || lfn_calls_pending(second.calls) > 0); i++) {
        (void)case_poll(w, 5);
        poll_second(&second, 5);
    }
    lfn_calls_free(second.calls);
    case_all_good(w, 0, 10);
    assert_int_equal(second.good, 10);
    assert_int_equal(second.bad, 0);
    assert_int_equal(w->logins, 1);
}

static void a_set_shares_the_failure_of_a_login_on_the_line_of_another(void **state)
{
    case_world *w = *state;
    second_set second;
    w->login = (case_plan){.answer = {.status = 401, .takes_ms = 50}, .times = 1};
    case_with_login(w);
    case_open(w);
    open_second(w, &second);
    case_submit_all(w, 0, 10);
    for (uint64_t tag = 20; tag < 30; tag++)
        submit_second(w, &second, tag);
    assert_int_equal(case_poll(w, 0), 0);
    poll_second(&second, 10);
    case_drain(w);
    while (lfn_calls_pending(second.calls) > 0)
        poll_second(&second, 10);
    lfn_calls_free(second.calls);
    assert_int_equal(second.bad, 10);
    assert_int_equal(w->logins, 1);
}

static void a_set_that_waits_for_a_login_of_one_that_is_freed_logs_in_by_itself(void **state)
{
    case_world *w = *state;
    second_set second;
    w->login.takes_ms = 50;
    case_with_login(w);
    case_open(w);
    open_second(w, &second);
    case_submit_all(w, 0, 10);
    for (uint64_t tag = 20; tag < 30; tag++)
        submit_second(w, &second, tag);
    assert_int_equal(case_poll(w, 10), 0);
    poll_second(&second, 10);
    lfn_calls_free(w->calls);
    w->calls = NULL;
    while (lfn_calls_pending(second.calls) > 0)
        poll_second(&second, 1000);
    lfn_calls_free(second.calls);
    assert_int_equal(second.good, 10);
    assert_int_equal(w->logins, 2);
}

/* Nobody polls the first set, whose login is under way: a call of the same thread must not wait for it for ever. */
static void a_blocking_call_logs_in_by_itself_when_nobody_moves_the_login_it_waits_for(void **state)
{
    case_world *w = *state;
    lfn_result result = {0};
    w->login.takes_ms = 50;
    case_with_login(w);
    case_open(w);
    case_submit_all(w, 0, 10);
    assert_int_equal(case_poll(w, 10), 0);
    assert_int_equal(
        lfn_client_request(w->client, LFN_GET, lfn_text_of("/r/50"), lfn_text_of(NULL), &result, &w->error), LFN_OK);
    assert_true(case_now(w) < 5000);
    case_drain(w);
    case_all_good(w, 0, 10);
    assert_true(w->logins <= 2);
    lfn_result_free(&result);
}

static void a_call_that_waits_for_a_login_elsewhere_ends_at_its_deadline(void **state)
{
    case_world *w = *state;
    lfn_call hasty = {.operation = lfn_operation_get(LFN_OP_USERS_LIST), .deadline_ms = 12};
    second_set second;
    w->login.takes_ms = 500;
    case_with_login(w);
    case_open(w);
    open_second(w, &second);
    case_submit(w, 0);
    assert_int_equal(case_poll(w, 0), 0);
    assert_int_equal(lfn_calls_submit(second.calls, &hasty, 1, &w->error), LFN_OK);
    poll_second(&second, 1000);
    assert_int_equal(second.bad, 1);
    assert_int_equal(case_now(w), 12);
    case_drain(w);
    case_all_good(w, 0, 1);
    lfn_calls_free(second.calls);
}

/* The refusal comes when the time is over: there is no login for a call that cannot go on after it. */
static void a_call_whose_time_is_over_begins_no_login(void **state)
{
    case_world *w = *state;
    lfn_call hasty = {.operation = lfn_operation_get(LFN_OP_USERS_LIST), .timeout_ms = 100, .deadline_ms = 100};
    w->accepted = "Bearer t1";
    case_with_login(w);
    w->options.token = lfn_text_of("given");
    w->plans[0] = (case_plan){.answer = {.status = 401, .takes_ms = 99}, .times = 9};
    case_open(w);
    assert_int_equal(lfn_calls_submit(w->calls, &hasty, 0, &w->error), LFN_OK);
    assert_int_equal(case_poll(w, 50), 0);
    fake_clock_advance(&w->clock, 70); /* the event loop is busy with something else */
    case_drain(w);
    case_ended(w, 0, LFN_DEADLINE);
    assert_non_null(strstr(w->ends[0].message, "during the login"));
    assert_int_equal(w->logins, 0);
    assert_int_equal(w->ends[0].attempts, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE_TEST(sixty_four_calls_at_once_log_in_once),
        CASE_TEST(sixty_four_that_meet_a_401_with_the_same_token_log_in_once_more),
        CASE_TEST(a_given_token_that_is_refused_is_followed_by_one_login),
        CASE_TEST(tokens_that_are_always_refused_end_every_call_with_its_own_401),
        CASE_TEST(a_login_that_fails_fails_all_that_waited_and_only_the_first_has_its_attempts),
        CASE_TEST(a_login_that_times_out_with_a_short_call_does_not_fail_a_patient_one),
        CASE_TEST(a_short_call_does_not_wait_for_the_login_of_a_patient_one),
        CASE_TEST(the_calls_are_freed_in_the_middle_of_a_login_and_the_next_ones_log_in),
        CASE_TEST(two_sets_of_one_thread_share_a_login),
        CASE_TEST(a_set_shares_the_failure_of_a_login_on_the_line_of_another),
        CASE_TEST(a_set_that_waits_for_a_login_of_one_that_is_freed_logs_in_by_itself),
        CASE_TEST(a_blocking_call_logs_in_by_itself_when_nobody_moves_the_login_it_waits_for),
        CASE_TEST(a_call_that_waits_for_a_login_elsewhere_ends_at_its_deadline),
        CASE_TEST(a_call_whose_time_is_over_begins_no_login),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
