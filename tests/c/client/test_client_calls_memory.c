/* Many calls at once while every allocation fails in its turn: nothing leaks, nothing is lost, and a call that could
 * not be made says that memory is out. */
#include "case_calls.h"

#include "base/alloc.h"

enum { CALLS = 8, TURNS_MAX = 3000 };

/* What the calls of one telling came to. */
typedef struct tally {
    size_t refused; /* at the submission */
    size_t failed;
    size_t good;
} tally;

static void take_end(const case_world *w, uint64_t tag, tally *count)
{
    lfn_status status = w->ends[tag].status;
    assert_int_equal(w->ends[tag].count, 1);
    if (status != LFN_OK && status != LFN_NO_MEMORY)
        fail_msg("%llu: %s, %s", (unsigned long long)tag, lfn_status_get(status)->code, w->ends[tag].message);
    count->good += status == LFN_OK;
    count->failed += status == LFN_NO_MEMORY;
}

/* A login, calls in places and in the queue, one with a body, one that is repeated, one that meets a 401; one is
 * cancelled. False when the client or the calls could not be opened. */
static bool tell(case_world *w, tally *count)
{
    bool taken[CALLS] = {false};
    lfn_call body = {.operation = lfn_operation_get(LFN_OP_USERS_LIST)};
    w->plans[2] = (case_plan){.answer = {.status = 503, .headers = "retry-after: 1\n"}, .times = 1};
    w->plans[3] = (case_plan){.answer = {.status = 401}, .times = 1};
    w->plans[1].takes_ms = w->plans[4].takes_ms = 20;
    w->limits = (lfn_calls_options){.concurrency = 3, .queue = CALLS};
    case_with_login(w);
    lfn_status status = lfn_client_open(&w->options, &w->client, &w->error);
    if (status == LFN_OK)
        status = lfn_calls_open(w->client, &w->limits, &w->calls, &w->error);
    if (status != LFN_OK) {
        assert_int_equal(status, LFN_NO_MEMORY);
        assert_int_equal(w->error.status, LFN_NO_MEMORY);
        return false;
    }
    assert_int_equal(lfn_calls_room(w->calls), 3 + CALLS);
    for (uint64_t tag = 0; tag < CALLS; tag++) {
        size_t pending = lfn_calls_pending(w->calls);
        status = tag == 0 ? lfn_calls_submit(w->calls, &body, tag, &w->error) : case_try(w, tag);
        taken[tag] = status == LFN_OK;
        assert_int_equal(lfn_calls_pending(w->calls), pending + taken[tag]);
        count->refused += !taken[tag];
        if (!taken[tag])
            assert_int_equal(w->error.status, LFN_NO_MEMORY);
    }
    (void)case_poll(w, 0);
    bool cancelled = lfn_calls_cancel(w->calls, CALLS - 1);
    assert_int_equal(cancelled, taken[CALLS - 1]);
    case_drain(w);
    for (uint64_t tag = 0; tag < CALLS; tag++) {
        if (taken[tag] && tag != CALLS - 1)
            take_end(w, tag, count);
        else
            assert_int_equal(w->ends[tag].count, 0);
    }
    lfn_calls_release(w->calls);
    assert_int_equal(lfn_calls_room(w->calls), 3 + CALLS);
    return true;
}

/* Tells the story with the allocation of this turn failing; whether none was left to fail. */
static bool tell_turn(int turn, tally *count)
{
    void *state = NULL;
    assert_int_equal(case_set_up(&state), 0);
    case_world *w = state;
    lfn_alloc_fail_after(turn);
    bool opened = tell(w, count);
    void *probe = lfn_alloc(1);
    bool all_passed = probe == NULL;
    lfn_free(probe);
    lfn_alloc_fail_after(-1);
    if (!opened && w->client == NULL)
        assert_false(w->held.freed);
    if (all_passed)
        assert_int_equal(count->good, CALLS - 1);
    assert_int_equal(case_tear_down(&state), 0);
    return all_passed;
}

static void many_calls_survive_every_allocation_that_fails(void **state)
{
    (void)state;
    tally all = {0};
    int turn = 0;
    for (bool all_passed = false; !all_passed; turn++) {
        tally count = {0};
        assert_true(turn < TURNS_MAX);
        all_passed = tell_turn(turn, &count);
        all.refused += count.refused;
        all.failed += count.failed;
        all.good += count.good;
    }
    assert_true(turn > 50);
    assert_true(all.refused > 10);
    assert_true(all.failed > 10);
    assert_true(all.good > all.failed);
}

static void calls_are_freed_in_the_midst_at_every_allocation_that_fails(void **state)
{
    (void)state;
    bool all_passed = false;
    for (int turn = 0; !all_passed; turn++) {
        void *fresh = NULL;
        assert_true(turn < TURNS_MAX);
        assert_int_equal(case_set_up(&fresh), 0);
        case_world *w = fresh;
        w->limits = (lfn_calls_options){.concurrency = 2, .queue = 4};
        w->login.takes_ms = 10;
        for (size_t tag = 0; tag < 6; tag++)
            w->plans[tag].takes_ms = 10;
        case_with_login(w);
        case_open(w);
        lfn_alloc_fail_after(turn);
        for (uint64_t tag = 0; tag < 6; tag++)
            (void)case_try(w, tag);
        (void)case_poll(w, 15); /* behind the login */
        lfn_calls_free(w->calls);
        w->calls = NULL;
        void *probe = lfn_alloc(1);
        all_passed = probe == NULL;
        lfn_free(probe);
        lfn_alloc_fail_after(-1);
        /* The client is well: the next calls are made. */
        assert_int_equal(lfn_calls_open(w->client, &w->limits, &w->calls, &w->error), LFN_OK);
        case_submit(w, 100);
        case_drain(w);
        case_all_good(w, 100, 1);
        assert_int_equal(case_tear_down(&fresh), 0);
    }
}

/* Whoever waits without a limit must not wait for memory that never comes back. */
static void a_queued_call_that_finds_no_memory_ends_so_in_its_turn(void **state)
{
    case_world *w = *state;
    w->limits = (lfn_calls_options){.concurrency = 1, .queue = 3};
    case_open(w);
    case_submit(w, 0);
    for (uint64_t tag = 1; tag < 4; tag++) {
        char body[4096];
        memset(body, 'x', sizeof body); /* more than the place has memory for */
        assert_int_equal(lfn_calls_submit_request(w->calls, LFN_POST, lfn_text_of("/r/1"),
                                                  lfn_text_make(body, sizeof body), tag, &w->error),
                         LFN_OK);
    }
    assert_int_equal(case_poll(w, 1000), 1);
    lfn_alloc_fail_after(0);
    lfn_calls_release(w->calls);
    lfn_alloc_fail_after(-1);
    assert_int_equal(case_poll(w, INT64_MAX), 1);
    case_ended(w, 1, LFN_NO_MEMORY);
    assert_int_equal(case_now(w), 0);
    case_drain(w);
    case_ended(w, 2, LFN_OK);
    case_ended(w, 3, LFN_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_calls_survive_every_allocation_that_fails),
        cmocka_unit_test(calls_are_freed_in_the_midst_at_every_allocation_that_fails),
        CASE_TEST(a_queued_call_that_finds_no_memory_ends_so_in_its_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
