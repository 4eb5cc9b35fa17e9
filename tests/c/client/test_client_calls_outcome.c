/* Repetitions, waits and deadlines of many calls at once: as those of one call that is waited for, to the millisecond.
 */
#include "case_calls.h"

#include "base/text.h"

#include <stdio.h>

enum { CALLS = 1000 };

/* ---- repetitions ---- */

static void a_call_that_fails_in_passing_is_repeated_while_the_others_go_on(void **state)
{
    case_world *w = *state;
    w->plans[0] = (case_plan){.answer = {.status = 503, .headers = "retry-after: 7\n"}, .times = 2};
    case_open(w);
    case_submit_all(w, 0, 10);
    assert_int_equal(case_poll(w, 1000), 9);
    case_drain(w);
    case_all_good(w, 0, 10);
    assert_int_equal(w->ends[0].attempts, 3);
    assert_int_equal(w->ends[0].at_ms, 14000);
    assert_int_equal(w->ends[1].at_ms, 0);
}

static void without_retry_after_the_wait_is_random_and_bounded(void **state)
{
    case_world *w = *state;
    w->limits.concurrency = 40;
    size_t different = 0;
    for (size_t tag = 0; tag < 40; tag++)
        w->plans[tag] = (case_plan){.answer = {.status = 502}, .times = 1};
    case_open(w);
    case_submit_all(w, 0, 40);
    case_drain(w);
    case_all_good(w, 0, 40);
    for (size_t tag = 0; tag < 40; tag++) {
        assert_true(w->ends[tag].at_ms <= 200);
        different += w->ends[tag].at_ms != w->ends[0].at_ms;
    }
    assert_true(different > 0);
}

static void the_last_failure_is_told_with_every_attempt(void **state)
{
    case_world *w = *state;
    for (size_t tag = 0; tag < 10; tag++)
        w->plans[tag] = (case_plan){
            .answer = {.status = 503, .headers = "retry-after: 1\n", .body = "{\"message\":\"busy\"}"}, .times = 9};
    case_open(w);
    case_submit_all(w, 0, 10);
    case_drain(w);
    for (uint64_t tag = 0; tag < 10; tag++) {
        case_ended(w, tag, LFN_SERVER);
        assert_int_equal(w->ends[tag].attempts, 3);
        assert_int_equal(case_outings_of(w, tag), 3);
        assert_non_null(strstr(w->ends[tag].message, "busy"));
    }
}

/* The budget is one for all: a peer that is down gets about a hundred repetitions and no more. */
static void the_calls_of_a_client_share_its_budget_of_repetitions(void **state)
{
    case_world *w = *state;
    w->limits.queue = CALLS;
    for (size_t tag = 0; tag < CALLS; tag++)
        w->plans[tag] = (case_plan){.answer = {.status = 503}, .times = 9};
    case_open(w);
    case_submit_all(w, 0, CALLS);
    case_drain(w);
    size_t hinted = 0;
    for (uint64_t tag = 0; tag < CALLS; tag++) {
        case_ended(w, tag, LFN_SERVER);
        hinted += strstr(w->ends[tag].hint, "too many calls of this client failed") != NULL;
    }
    assert_int_equal(w->outing_count, CALLS + 100);
    assert_true(hinted >= CALLS - 100);
}

static void what_is_no_reading_is_not_repeated_and_its_lost_answer_is_an_unknown_outcome(void **state)
{
    case_world *w = *state;
    w->plans[1] = (case_plan){.answer = {.fault = LFN_TRANSPORT, .stage = LFN_STAGE_WAITING, .body = ""}, .times = 9};
    case_open(w);
    assert_int_equal(lfn_calls_submit_request(w->calls, LFN_POST, lfn_text_of("/r/1"), lfn_text_of("{}"), 1, &w->error),
                     LFN_OK);
    case_drain(w);
    case_ended(w, 1, LFN_UNKNOWN_OUTCOME);
    assert_int_equal(w->outing_count, 1);
}

/* ---- deadlines ---- */

static void each_attempt_has_its_timeout_and_all_have_the_deadline(void **state)
{
    case_world *w = *state;
    w->options.timeout_ms = 300;
    w->options.deadline_ms = 1300; /* room for three attempts, whatever part of 200 and 400 ms lies between them */
    w->plans[0] = (case_plan){.answer = {.hangs = true}, .times = 9};
    w->plans[1].takes_ms = 299;
    case_open(w);
    case_submit_all(w, 0, 2);
    case_drain(w);
    case_all_good(w, 1, 1);
    assert_int_equal(w->ends[1].at_ms, 299);
    case_ended(w, 0, LFN_DEADLINE);
    assert_int_equal(w->ends[0].attempts, 3);
    for (size_t i = 0; i < w->outing_count; i++) {
        int64_t left_ms = 1300 - w->outings[i].at_ms;
        assert_int_equal(w->outings[i].timeout_ms, left_ms < 300 ? left_ms : 300);
    }
    assert_true(w->ends[0].at_ms >= 900 && w->ends[0].at_ms <= 1300);
}

static void a_deadline_ends_a_call_to_the_millisecond(void **state)
{
    static const int64_t deadlines_ms[] = {1, 2, 49, 50, 51, 999, 1000, 20000};
    enum { COUNT = sizeof deadlines_ms / sizeof *deadlines_ms };
    case_world *w = *state;
    case_open(w);
    for (uint64_t tag = 0; tag < COUNT; tag++) {
        lfn_call call = {.operation = lfn_operation_get(LFN_OP_USERS_LIST), .deadline_ms = deadlines_ms[tag]};
        w->plans[0] = (case_plan){.answer = {.hangs = true}, .times = 1000}; /* this call has no tag in its path */
        assert_int_equal(lfn_calls_submit(w->calls, &call, tag, &w->error), LFN_OK);
    }
    case_drain(w);
    for (uint64_t tag = 0; tag < COUNT; tag++) {
        case_ended(w, tag, LFN_DEADLINE);
        assert_int_equal(w->ends[tag].at_ms, deadlines_ms[tag]);
    }
}

static void a_wait_that_would_pass_the_deadline_is_not_begun(void **state)
{
    case_world *w = *state;
    w->options.deadline_ms = 5000;
    w->plans[0] = (case_plan){.answer = {.status = 503, .headers = "retry-after: 5\n"}, .times = 1};
    w->plans[1] = (case_plan){.answer = {.status = 503, .headers = "retry-after: 4\n"}, .times = 1};
    case_open(w);
    case_submit_all(w, 0, 2);
    case_drain(w);
    case_ended(w, 0, LFN_SERVER);
    assert_int_equal(w->ends[0].at_ms, 0);
    case_all_good(w, 1, 1);
    assert_int_equal(w->ends[1].at_ms, 4000);
    assert_int_equal(w->outings[2].timeout_ms, 1000);
}

static void the_time_in_the_queue_does_not_count(void **state)
{
    case_world *w = *state;
    w->limits = (lfn_calls_options){.concurrency = 1, .queue = 9};
    w->options.deadline_ms = 150;
    for (size_t tag = 0; tag < 10; tag++)
        w->plans[tag].takes_ms = 149;
    case_open(w);
    case_submit_all(w, 0, 10);
    case_drain(w);
    case_all_good(w, 0, 10);
    assert_int_equal(case_now(w), 1490);
}

static void the_login_counts_to_the_deadline_of_each(void **state)
{
    case_world *w = *state;
    w->options.deadline_ms = 1000;
    w->login.takes_ms = 600;
    w->plans[0].takes_ms = 399;
    w->plans[1] = (case_plan){.answer = {.hangs = true}, .times = 9};
    case_with_login(w);
    case_open(w);
    case_submit_all(w, 0, 2);
    case_drain(w);
    case_all_good(w, 0, 1);
    case_ended(w, 1, LFN_DEADLINE);
    assert_int_equal(w->outings[1].timeout_ms, 400);
    assert_int_equal(w->ends[1].at_ms, 1000);
}

/* The transport forgets the timeouts too: a second later the client lets go by itself. */
static void a_thousand_calls_against_a_peer_that_stalls_all_end(void **state)
{
    case_world *w = *state;
    w->held.stalls = true;
    w->limits = (lfn_calls_options){.concurrency = CALLS};
    w->options.timeout_ms = 5000;
    w->options.attempts_max = 1;
    case_open(w);
    case_submit_all(w, 0, CALLS);
    case_drain(w);
    for (uint64_t tag = 0; tag < CALLS; tag++) {
        case_ended(w, tag, LFN_DEADLINE);
        assert_int_equal(w->ends[tag].at_ms, 6000);
    }
    assert_int_equal(w->held.cancelled, CALLS);
    assert_int_equal(w->held.count, 0);
    w->held.stalls = false;
    case_submit(w, 1099);
    case_drain(w);
    case_all_good(w, 1099, 1);
}

static void a_thousand_calls_whose_answers_never_come_end_at_their_timeout(void **state)
{
    case_world *w = *state;
    w->limits = (lfn_calls_options){.concurrency = 100, .queue = CALLS};
    w->options.timeout_ms = 2000;
    w->options.attempts_max = 1;
    for (size_t tag = 0; tag < CALLS; tag++)
        w->plans[tag] = (case_plan){.answer = {.hangs = true}, .times = 9};
    case_open(w);
    case_submit_all(w, 0, CALLS);
    case_drain(w);
    for (uint64_t tag = 0; tag < CALLS; tag++) {
        case_ended(w, tag, LFN_DEADLINE);
        assert_int_equal(w->ends[tag].at_ms, 2000 * (int64_t)(tag / 100 + 1));
    }
}

/* ---- the same as a call that is waited for ---- */

/* What a call came to, in both ways of calling. */
typedef struct outcome {
    lfn_status status;
    size_t attempts;
    unsigned outings;
    int64_t took_ms;
    int http_status;
    char message[512];
    char hint[256];
} outcome;

static void keep(outcome *out, lfn_status status, const lfn_result *result, const lfn_error *error)
{
    *out = (outcome){.status = status, .attempts = result->attempt_count, .http_status = result->response.status};
    if (status == LFN_OK)
        return;
    (void)snprintf(out->message, sizeof out->message, "%s", error->message);
    (void)snprintf(out->hint, sizeof out->hint, "%s", error->hint);
}

static void tell(const case_plan *plan, bool by_calls, outcome *out)
{
    void *state = NULL;
    assert_int_equal(case_set_up(&state), 0);
    case_world *w = state;
    w->plans[1] = *plan;
    w->options.timeout_ms = 1000;
    w->options.deadline_ms = 5000;
    case_open(w);
    lfn_result result = {0};
    lfn_completion completion = {.tag = 0};
    if (by_calls) {
        case_submit(w, 1);
        while (lfn_calls_poll(w->calls, 1000, &completion, 1) == 0)
            continue;
        keep(out, completion.status, completion.result, completion.error);
    } else {
        lfn_status status =
            lfn_client_request(w->client, LFN_GET, lfn_text_of("/r/1"), lfn_text_of(NULL), &result, &w->error);
        keep(out, status, &result, &w->error);
    }
    out->outings = case_outings_of(w, 1);
    out->took_ms = case_now(w);
    lfn_result_free(&result);
    assert_int_equal(case_tear_down(&state), 0);
}

static void whatever_happens_a_call_comes_to_the_same_both_ways(void **state)
{
    static const case_plan plans[] = {
        {.times = 0},
        {.answer = {.status = 404, .body = "{\"message\":\"gone\"}"}, .times = 9},
        {.answer = {.status = 401}, .times = 9},
        {.answer = {.status = 503, .headers = "retry-after: 1\n"}, .times = 1},
        {.answer = {.status = 503, .headers = "retry-after: 1\n"}, .times = 9},
        {.answer = {.status = 429, .headers = "retry-after: 2\n"}, .times = 2},
        {.answer = {.status = 429, .headers = "retry-after: 60\n"}, .times = 9},
        {.answer = {.status = 302, .headers = "location: /x\n"}, .times = 9},
        {.answer = {.status = 400, .body = "{\"errorKey\":\"leafUserNotFound\"}"}, .times = 9},
        {.answer = {.fault = LFN_BAD_INPUT, .stage = LFN_STAGE_IDLE}, .times = 9},
        {.answer = {.fault = LFN_PROTOCOL, .stage = LFN_STAGE_RECEIVING}, .times = 9},
    };
    (void)state;
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
        outcome blocking;
        outcome many;
        tell(&plans[i], false, &blocking);
        tell(&plans[i], true, &many);
        bool same = blocking.status == many.status && blocking.attempts == many.attempts &&
                    blocking.outings == many.outings && blocking.took_ms == many.took_ms &&
                    blocking.http_status == many.http_status && strcmp(blocking.message, many.message) == 0 &&
                    strcmp(blocking.hint, many.hint) == 0;
        if (!same)
            fail_msg("plan %zu: %s after %lld ms, and %s after %lld ms: %s, %s", i,
                     lfn_status_get(blocking.status)->code, (long long)blocking.took_ms,
                     lfn_status_get(many.status)->code, (long long)many.took_ms, blocking.message, many.message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE_TEST(a_call_that_fails_in_passing_is_repeated_while_the_others_go_on),
        CASE_TEST(without_retry_after_the_wait_is_random_and_bounded),
        CASE_TEST(the_last_failure_is_told_with_every_attempt),
        CASE_TEST(the_calls_of_a_client_share_its_budget_of_repetitions),
        CASE_TEST(what_is_no_reading_is_not_repeated_and_its_lost_answer_is_an_unknown_outcome),
        CASE_TEST(each_attempt_has_its_timeout_and_all_have_the_deadline),
        CASE_TEST(a_deadline_ends_a_call_to_the_millisecond),
        CASE_TEST(a_wait_that_would_pass_the_deadline_is_not_begun),
        CASE_TEST(the_time_in_the_queue_does_not_count),
        CASE_TEST(the_login_counts_to_the_deadline_of_each),
        CASE_TEST(a_thousand_calls_against_a_peer_that_stalls_all_end),
        CASE_TEST(a_thousand_calls_whose_answers_never_come_end_at_their_timeout),
        cmocka_unit_test(whatever_happens_a_call_comes_to_the_same_both_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
