/* A rate: calls take off evenly, none is lost to it, and little is caught up after a rest. */
#include "case_calls.h"

#include <stdlib.h>

/* How much of a rate may be caught up. */
enum { BURST_MS = 10 };

/* Fails unless any n calls took at least (n - 1) intervals less the burst. */
static void never_faster(const case_world *w, double rate)
{
    double interval_ms = 1000.0 / rate;
    for (size_t first = 0; first < w->outing_count; first++) {
        for (size_t last = first; last < w->outing_count; last++) {
            double span_ms = (double)(w->outings[last].at_ms - w->outings[first].at_ms);
            if (span_ms + (double)BURST_MS + 1e-6 < (double)(last - first) * interval_ms)
                fail_msg("%zu calls in %g ms at %g calls a second", last - first + 1, span_ms, rate);
        }
    }
}

static void calls_take_off_evenly_and_the_rate_is_reached(void **state)
{
    static const struct {
        double rate;
        size_t calls;
    } cases[] = {{1, 5}, {3, 9}, {10, 30}, {100, 200}, {128, 200}, {1000, 500}, {0.5, 4}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        (void)state;
        void *fresh = NULL;
        assert_int_equal(case_set_up(&fresh), 0);
        case_world *w = fresh;
        w->limits = (lfn_calls_options){.queue = cases[i].calls, .rate = cases[i].rate};
        case_open(w);
        case_submit_all(w, 0, cases[i].calls);
        case_drain(w);
        case_all_good(w, 0, cases[i].calls);
        never_faster(w, cases[i].rate);
        /* The last took off when it should, less the burst, and in the whole millisecond that follows. */
        double last_ms = (double)w->outings[cases[i].calls - 1].at_ms;
        double ideal_ms = (double)(cases[i].calls - 1) * 1000.0 / cases[i].rate;
        if (last_ms > ideal_ms + 1)
            fail_msg("the last call took off after %g ms, not %g, at %g calls a second", last_ms, ideal_ms,
                     cases[i].rate);
        assert_int_equal(case_tear_down(&fresh), 0);
    }
}

static void the_take_off_is_due_at_the_whole_millisecond(void **state)
{
    static const int64_t due_ms[] = {0, 90, 190, 290, 390};
    case_world *w = *state;
    w->limits.rate = 10;
    case_open(w);
    case_submit_all(w, 0, 5);
    case_drain(w);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(w->outings[i].at_ms, due_ms[i]);
}

static void rates_above_a_thousand_let_several_go_in_a_millisecond(void **state)
{
    case_world *w = *state;
    w->limits = (lfn_calls_options){.concurrency = 1000, .rate = 5000};
    case_open(w);
    case_submit_all(w, 0, 1000);
    case_drain(w);
    case_all_good(w, 0, 1000);
    never_faster(w, 5000);
    assert_true(w->outings[999].at_ms <= 200);
    assert_true(w->outings[999].at_ms >= 189);
}

static void after_a_rest_no_more_than_the_burst_is_caught_up(void **state)
{
    case_world *w = *state;
    w->limits = (lfn_calls_options){.concurrency = 200, .rate = 1000};
    case_open(w);
    case_submit_all(w, 0, 50);
    case_drain(w);
    fake_clock_advance(&w->clock, 3600 * 1000);
    case_submit_all(w, 50, 100);
    int64_t began_ms = case_now(w);
    assert_true(case_poll(w, 0) <= BURST_MS + 1);
    case_drain(w);
    case_all_good(w, 0, 150);
    never_faster(w, 1000);
    assert_true(case_now(w) - began_ms >= 89);
}

static void a_poll_without_a_wait_lets_only_those_go_whose_turn_it_is(void **state)
{
    case_world *w = *state;
    w->limits.rate = 1;
    case_open(w);
    case_submit_all(w, 0, 3);
    assert_int_equal(case_poll(w, 0), 1);
    assert_int_equal(case_poll(w, 0), 0);
    assert_int_equal(case_poll(w, 500), 0);
    assert_int_equal(case_now(w), 500);
    assert_int_equal(w->outing_count, 1);
    assert_int_equal(case_poll(w, 490), 0);
    assert_int_equal(case_poll(w, 0), 1);
    assert_int_equal(case_now(w), 990);
    assert_int_equal(w->outing_count, 2);
}

static void the_rate_counts_calls_and_not_their_repetitions_or_logins(void **state)
{
    case_world *w = *state;
    w->limits.rate = 10;
    w->plans[0] = (case_plan){.answer = {.status = 503, .headers = "retry-after: 0\n"}, .times = 2};
    case_with_login(w);
    case_open(w);
    case_submit_all(w, 0, 2);
    case_drain(w);
    case_all_good(w, 0, 2);
    assert_int_equal(w->ends[0].at_ms, 0);
    assert_int_equal(w->ends[1].at_ms, 90);
}

static void a_call_that_is_cancelled_before_its_take_off_uses_up_no_turn(void **state)
{
    case_world *w = *state;
    w->limits.rate = 10;
    case_open(w);
    case_submit_all(w, 0, 4);
    assert_int_equal(case_poll(w, 0), 1);
    assert_true(lfn_calls_cancel(w->calls, 1));
    assert_true(lfn_calls_cancel(w->calls, 2));
    case_drain(w);
    case_all_good(w, 3, 1);
    assert_int_equal(w->ends[3].at_ms, 90);
}

static void the_deadline_of_a_call_counts_from_its_take_off(void **state)
{
    case_world *w = *state;
    w->limits.rate = 0.1;
    w->options.deadline_ms = 1000;
    case_open(w);
    case_submit_all(w, 0, 5);
    case_drain(w);
    case_all_good(w, 0, 5);
}

static void the_smallest_rate_is_no_error_of_arithmetic(void **state)
{
    static const double rates[] = {1e-9, 1e-30, 1e-300, 4.9e-324};
    (void)state;
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        void *fresh = NULL;
        assert_int_equal(case_set_up(&fresh), 0);
        case_world *w = fresh;
        w->limits.rate = rates[i];
        case_open(w);
        case_submit_all(w, 0, 2);
        assert_int_equal(case_poll(w, 1000), 1);
        assert_int_equal(case_poll(w, 86400000), 0);
        assert_int_equal(case_now(w), 86400000);
        assert_int_equal(w->outing_count, 1);
        assert_int_equal(case_tear_down(&fresh), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_take_off_evenly_and_the_rate_is_reached),
        CASE_TEST(the_take_off_is_due_at_the_whole_millisecond),
        CASE_TEST(rates_above_a_thousand_let_several_go_in_a_millisecond),
        CASE_TEST(after_a_rest_no_more_than_the_burst_is_caught_up),
        CASE_TEST(a_poll_without_a_wait_lets_only_those_go_whose_turn_it_is),
        CASE_TEST(the_rate_counts_calls_and_not_their_repetitions_or_logins),
        CASE_TEST(a_call_that_is_cancelled_before_its_take_off_uses_up_no_turn),
        CASE_TEST(the_deadline_of_a_call_counts_from_its_take_off),
        cmocka_unit_test(the_smallest_rate_is_no_error_of_arithmetic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
