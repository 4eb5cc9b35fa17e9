/* Calls that are let go of, wherever they are: they are never handed out, their connections are not used again, and the
 * rest comes through. */
#include "case_calls.h"

enum { SOME = 12, CHOSEN = 5 };

/* Cancels the chosen one of a dozen calls, which is under way in some way or other, and lets the rest come through. */
static void cancel_chosen(case_world *w, size_t cancelled_exchanges)
{
    size_t pending = lfn_calls_pending(w->calls);
    assert_true(lfn_calls_cancel(w->calls, CHOSEN));
    assert_false(lfn_calls_cancel(w->calls, CHOSEN));
    assert_int_equal(lfn_calls_pending(w->calls), pending - 1);
    assert_int_equal(w->held.cancelled, cancelled_exchanges);
    case_drain(w);
    case_all_good(w, 0, CHOSEN);
    case_all_good(w, CHOSEN + 1, SOME - CHOSEN - 1);
    assert_int_equal(w->ends[CHOSEN].count, 0);
    lfn_calls_release(w->calls);
    assert_int_equal(lfn_calls_room(w->calls), w->limits.concurrency + w->limits.queue);
    case_submit(w, CHOSEN); /* the tag can be used again */
    case_drain(w);
    case_all_good(w, CHOSEN, 1);
}

static void a_call_is_cancelled_before_its_turn(void **state)
{
    case_world *w = *state;
    w->limits.concurrency = SOME;
    case_open(w);
    case_submit_all(w, 0, SOME);
    cancel_chosen(w, 0);
    assert_int_equal(case_outings_of(w, CHOSEN), 1);
}

static void the_first_and_the_last_in_turn_are_cancelled(void **state)
{
    case_world *w = *state;
    w->limits.concurrency = 4;
    case_open(w);
    case_submit_all(w, 0, 3);
    assert_true(lfn_calls_cancel(w->calls, 2));
    case_submit(w, 3);
    assert_true(lfn_calls_cancel(w->calls, 0));
    case_submit(w, 4);
    case_drain(w);
    case_all_good(w, 1, 1);
    case_all_good(w, 3, 2);
    assert_int_equal(w->outings[0].tag, 1);
    assert_int_equal(w->outings[2].tag, 4);
}

static void a_call_is_cancelled_while_it_is_queued(void **state)
{
    case_world *w = *state;
    w->limits = (lfn_calls_options){.concurrency = 2, .queue = SOME - 2};
    case_open(w);
    case_submit_all(w, 0, SOME);
    cancel_chosen(w, 0);
    assert_int_equal(case_outings_of(w, CHOSEN), 1);
}

static void the_first_and_the_last_of_the_queue_are_cancelled(void **state)
{
    case_world *w = *state;
    w->limits = (lfn_calls_options){.concurrency = 1, .queue = 3};
    case_open(w);
    case_submit_all(w, 0, 4);
    assert_true(lfn_calls_cancel(w->calls, 3));
    case_submit(w, 4);
    assert_true(lfn_calls_cancel(w->calls, 1));
    case_submit(w, 5);
    case_drain(w);
    case_all_good(w, 0, 1);
    case_all_good(w, 2, 1);
    case_all_good(w, 4, 2);
    assert_int_equal(w->outings[1].tag, 2);
    assert_int_equal(w->outings[3].tag, 5);
}

static void a_call_that_is_cancelled_gives_its_place_to_the_next_one_at_once(void **state)
{
    case_world *w = *state;
    w->limits = (lfn_calls_options){.concurrency = 1, .queue = 1};
    w->plans[0].takes_ms = 30000;
    case_open(w);
    case_submit_all(w, 0, 2);
    assert_int_equal(case_poll(w, 10), 0);
    assert_true(lfn_calls_cancel(w->calls, 0));
    assert_int_equal(case_poll(w, 0), 1);
    case_all_good(w, 1, 1);
    assert_int_equal(case_now(w), 10);
}

static void a_call_is_cancelled_while_it_is_under_way(void **state)
{
    case_world *w = *state;
    w->limits.concurrency = SOME;
    for (size_t tag = 0; tag < SOME; tag++)
        w->plans[tag].takes_ms = 100;
    case_open(w);
    case_submit_all(w, 0, SOME);
    assert_int_equal(case_poll(w, 50), 0);
    assert_int_equal(w->held.count, SOME);
    cancel_chosen(w, 1);
}

static void a_call_is_cancelled_while_it_waits_for_its_repetition(void **state)
{
    case_world *w = *state;
    w->limits.concurrency = SOME;
    for (size_t tag = 0; tag < SOME; tag++)
        w->plans[tag].takes_ms = 100;
    w->plans[CHOSEN] = (case_plan){.answer = {.status = 503, .headers = "retry-after: 20\n"}, .times = 1};
    case_open(w);
    case_submit_all(w, 0, SOME);
    assert_int_equal(case_poll(w, 50), 0);
    assert_int_equal(w->held.count, SOME - 1);
    cancel_chosen(w, 0);
    assert_int_equal(case_now(w), 100);
}

static void a_call_is_cancelled_while_it_waits_for_the_login(void **state)
{
    case_world *w = *state;
    w->limits.concurrency = SOME;
    w->login.takes_ms = 100;
    case_with_login(w);
    case_open(w);
    case_submit_all(w, 0, SOME);
    assert_int_equal(case_poll(w, 50), 0);
    assert_int_equal(w->held.count, 1);
    cancel_chosen(w, 0);
    assert_int_equal(w->logins, 1);
}

static void the_call_that_began_the_login_is_cancelled_and_the_login_goes_on_for_the_others(void **state)
{
    case_world *w = *state;
    w->limits.concurrency = SOME;
    w->login.takes_ms = 100;
    case_with_login(w);
    case_open(w);
    case_submit_all(w, 0, SOME);
    assert_int_equal(case_poll(w, 50), 0);
    assert_true(lfn_calls_cancel(w->calls, 0));
    assert_int_equal(w->held.cancelled, 0);
    case_drain(w);
    case_all_good(w, 1, SOME - 1);
    assert_int_equal(w->ends[0].count, 0);
    assert_int_equal(w->logins, 1);
    assert_int_equal(case_now(w), 100);
}

static void the_call_that_began_a_login_that_fails_is_cancelled_and_the_others_share_the_failure(void **state)
{
    case_world *w = *state;
    w->limits.concurrency = SOME;
    w->login = (case_plan){.answer = {.status = 401, .takes_ms = 100}, .times = 1};
    case_with_login(w);
    case_open(w);
    case_submit_all(w, 0, SOME);
    assert_int_equal(case_poll(w, 50), 0);
    assert_true(lfn_calls_cancel(w->calls, 0));
    case_drain(w);
    for (uint64_t tag = 1; tag < SOME; tag++)
        case_ended(w, tag, LFN_UNAUTHORIZED);
    assert_int_equal(w->logins, 1);
}

static void all_are_cancelled_in_the_middle_of_the_login_and_later_ones_use_its_token(void **state)
{
    case_world *w = *state;
    w->login.takes_ms = 100;
    case_with_login(w);
    case_open(w);
    case_submit_all(w, 0, SOME);
    assert_int_equal(case_poll(w, 50), 0);
    for (uint64_t tag = 0; tag < SOME; tag++)
        assert_true(lfn_calls_cancel(w->calls, tag));
    assert_int_equal(lfn_calls_pending(w->calls), 0);
    assert_int_equal(case_poll(w, 10), 0);
    case_submit_all(w, 20, SOME);
    case_drain(w);
    case_all_good(w, 20, SOME);
    assert_int_equal(w->logins, 1);
}

static void a_call_that_ended_and_was_not_handed_out_is_cancelled(void **state)
{
    case_world *w = *state;
    w->limits.concurrency = SOME;
    case_open(w);
    case_submit_all(w, 0, SOME);
    assert_int_equal(case_poll_some(w, 1000, 0), 0);
    assert_int_equal(w->held.count, 0);
    cancel_chosen(w, 0);
}

static void the_last_that_ended_is_cancelled_and_others_end_after_it(void **state)
{
    case_world *w = *state;
    w->limits.concurrency = 3;
    w->plans[1].takes_ms = 10;
    case_open(w);
    case_submit_all(w, 0, 2);
    assert_int_equal(case_poll_some(w, 1000, 0), 0);
    assert_true(lfn_calls_cancel(w->calls, 0));
    case_drain(w);
    case_all_good(w, 1, 1);
    assert_int_equal(w->ends[0].count, 0);
}

static void a_call_that_is_unknown_or_handed_out_cannot_be_cancelled(void **state)
{
    case_world *w = *state;
    case_open(w);
    assert_false(lfn_calls_cancel(w->calls, 0));
    case_submit(w, 0);
    assert_int_equal(case_poll(w, 1000), 1);
    assert_false(lfn_calls_cancel(w->calls, 0));
    assert_false(lfn_calls_cancel(w->calls, 1));
}

/* Every call has a random time, some fail first and wait, the login is slow, and two hundred of a thousand are let go
 * of at random moments. */
static void two_hundred_random_cancels_leave_the_others_alone(void **state)
{
    enum { CALLS = 1000, CANCELS = 200 };
    case_world *w = *state;
    bool cancelled[CALLS] = {false};
    uint32_t random = 5;
    size_t cancels = 0;
    w->limits = (lfn_calls_options){.concurrency = 16, .queue = CALLS};
    w->login.takes_ms = 200;
    for (size_t tag = 0; tag < CALLS; tag++) {
        w->plans[tag].takes_ms = held_random(&random) % 300;
        if (tag % 11 == 0)
            w->plans[tag] = (case_plan){.answer = {.status = 503, .headers = "retry-after: 1\n"}, .times = 1};
    }
    case_with_login(w);
    case_open(w);
    case_submit_all(w, 0, CALLS);
    while (lfn_calls_pending(w->calls) > 0) {
        (void)case_poll_some(w, held_random(&random) % 60, held_random(&random) % 4);
        for (size_t i = 0; i < 3 && cancels < CANCELS; i++) {
            uint64_t tag = held_random(&random) % CALLS;
            bool can = w->ends[tag].count == 0 && !cancelled[tag];
            assert_int_equal(lfn_calls_cancel(w->calls, tag), can);
            cancelled[tag] = cancelled[tag] || can;
            cancels += can;
        }
    }
    assert_int_equal(cancels, CANCELS);
    for (uint64_t tag = 0; tag < CALLS; tag++) {
        if (cancelled[tag])
            assert_int_equal(w->ends[tag].count, 0);
        else
            case_all_good(w, tag, 1);
    }
    assert_int_equal(w->held.count, 0);
    assert_true(w->held.cancelled > 0);
    assert_true(w->held.most <= 16);
}

static void calls_are_freed_in_every_state(void **state)
{
    case_world *w = *state;
    w->limits = (lfn_calls_options){.concurrency = 6, .queue = 10};
    w->login.takes_ms = 10;
    w->plans[1].takes_ms = 30000;
    w->plans[2] = (case_plan){.answer = {.status = 503, .headers = "retry-after: 20\n"}, .times = 1};
    w->plans[3].takes_ms = w->plans[4].takes_ms = 500;
    w->plans[5].takes_ms = 30000;
    case_with_login(w);
    case_open(w);
    case_submit_all(w, 0, 16);
    assert_int_equal(case_poll(w, 5), 0); /* in the middle of the login */
    assert_int_equal(case_poll(w, 5), 0);
    assert_int_equal(case_poll(w, 0), 1); /* one handed out, one waits, the others under way */
    assert_int_equal(case_poll_some(w, 600, 0), 0);
    size_t under_way = w->held.count;
    assert_true(under_way > 0);
    lfn_calls_free(w->calls);
    w->calls = NULL;
    assert_int_equal(w->held.cancelled, under_way);
    assert_int_equal(w->held.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE_TEST(a_call_is_cancelled_before_its_turn),
        CASE_TEST(the_first_and_the_last_in_turn_are_cancelled),
        CASE_TEST(a_call_is_cancelled_while_it_is_queued),
        CASE_TEST(the_first_and_the_last_of_the_queue_are_cancelled),
        CASE_TEST(a_call_that_is_cancelled_gives_its_place_to_the_next_one_at_once),
        CASE_TEST(a_call_is_cancelled_while_it_is_under_way),
        CASE_TEST(a_call_is_cancelled_while_it_waits_for_its_repetition),
        CASE_TEST(a_call_is_cancelled_while_it_waits_for_the_login),
        CASE_TEST(the_call_that_began_the_login_is_cancelled_and_the_login_goes_on_for_the_others),
        CASE_TEST(the_call_that_began_a_login_that_fails_is_cancelled_and_the_others_share_the_failure),
        CASE_TEST(all_are_cancelled_in_the_middle_of_the_login_and_later_ones_use_its_token),
        CASE_TEST(a_call_that_ended_and_was_not_handed_out_is_cancelled),
        CASE_TEST(the_last_that_ended_is_cancelled_and_others_end_after_it),
        CASE_TEST(a_call_that_is_unknown_or_handed_out_cannot_be_cancelled),
        CASE_TEST(two_hundred_random_cancels_leave_the_others_alone),
        CASE_TEST(calls_are_freed_in_every_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
