/* Many calls at once: each gets its own answer, no more than the window are under way, what waits goes out in order,
 * and what was handed out stands until it is let go of. */
#include "case_calls.h"

#include "base/text.h"

/* ---- answers and window ---- */

static void a_thousand_calls_get_their_own_answers_whatever_the_order(void **state)
{
    case_world *w = *state;
    uint32_t random = 7;
    w->limits = (lfn_calls_options){.concurrency = 8, .queue = 992};
    for (size_t tag = 0; tag < 1000; tag++)
        w->plans[tag].takes_ms = held_random(&random) % 40;
    case_open(w);
    case_submit_all(w, 0, 1000);
    case_drain(w);
    case_all_good(w, 0, 1000);
    assert_int_equal(w->held.started, 1000);
    assert_int_equal(w->held.most, 8);
    size_t out_of_order = 0;
    for (size_t tag = 0; tag < 1000; tag++)
        out_of_order += w->ends[tag].place != tag;
    assert_true(out_of_order > 500);
}

static void what_waited_goes_out_in_the_order_in_which_it_came(void **state)
{
    case_world *w = *state;
    uint32_t random = 11;
    w->limits = (lfn_calls_options){.concurrency = 5, .queue = 300};
    for (size_t tag = 0; tag < 300; tag++)
        w->plans[tag].takes_ms = held_random(&random) % 9;
    case_open(w);
    case_submit_all(w, 0, 300);
    case_drain(w);
    for (size_t i = 0; i < w->outing_count; i++)
        assert_int_equal(w->outings[i].tag, i);
    assert_int_equal(w->outing_count, 300);
}

static void a_window_of_one_makes_one_call_after_the_other(void **state)
{
    case_world *w = *state;
    w->limits = (lfn_calls_options){.concurrency = 1, .queue = 20};
    case_open(w);
    case_submit_all(w, 0, 21);
    case_drain(w);
    case_all_good(w, 0, 21);
    assert_int_equal(w->held.most, 1);
    for (size_t tag = 0; tag < 21; tag++)
        assert_int_equal(w->ends[tag].place, tag);
}

static void the_window_is_64_when_none_is_given(void **state)
{
    case_world *w = *state;
    case_open(w);
    assert_int_equal(lfn_calls_room(w->calls), 64);
    case_submit_all(w, 0, 64);
    assert_int_equal(case_try(w, 64), LFN_BAD_INPUT);
    case_drain(w);
    case_all_good(w, 0, 64);
    assert_int_equal(w->held.most, 64);
}

static void room_and_pending_are_right_at_every_moment(void **state)
{
    case_world *w = *state;
    w->limits = (lfn_calls_options){.concurrency = 3, .queue = 2};
    for (size_t tag = 0; tag < 8; tag++)
        w->plans[tag].takes_ms = 10 * (int64_t)(tag + 1);
    case_open(w);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(lfn_calls_room(w->calls), 5 - i);
        assert_int_equal(lfn_calls_pending(w->calls), i);
        case_submit(w, i);
    }
    assert_int_equal(lfn_calls_room(w->calls), 0);
    assert_int_equal(case_poll(w, 0), 0);
    assert_int_equal(lfn_calls_pending(w->calls), 5);
    assert_int_equal(case_poll(w, 1000), 1);
    /* Its place is taken until it is let go of; then the first that waited has it. */
    assert_int_equal(lfn_calls_pending(w->calls), 4);
    assert_int_equal(lfn_calls_room(w->calls), 0);
    lfn_calls_release(w->calls);
    assert_int_equal(lfn_calls_pending(w->calls), 4);
    assert_int_equal(lfn_calls_room(w->calls), 1);
    assert_int_equal(case_poll(w, 1000), 1);
    lfn_calls_release(w->calls);
    assert_int_equal(lfn_calls_room(w->calls), 2);
    assert_int_equal(lfn_calls_pending(w->calls), 3);
    case_submit_all(w, 5, 2);
    assert_int_equal(lfn_calls_room(w->calls), 0);
    case_drain(w);
    assert_int_equal(lfn_calls_pending(w->calls), 0);
    lfn_calls_release(w->calls);
    assert_int_equal(lfn_calls_room(w->calls), 5);
    case_all_good(w, 0, 7);
}

static void a_full_queue_refuses_and_nothing_is_lost(void **state)
{
    case_world *w = *state;
    w->limits = (lfn_calls_options){.concurrency = 2, .queue = 3};
    case_open(w);
    case_submit_all(w, 0, 5);
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(case_try(w, 99), LFN_BAD_INPUT);
    assert_non_null(strstr(w->error.message, "no room"));
    assert_int_equal(lfn_calls_pending(w->calls), 5);
    case_drain(w);
    case_all_good(w, 0, 5);
    assert_int_equal(w->ends[99].count, 0);
    case_submit(w, 99);
    case_drain(w);
    case_all_good(w, 99, 1);
}

static void what_a_blocking_call_refuses_is_refused_at_once_and_takes_no_room(void **state)
{
    case_world *w = *state;
    lfn_call no_user = {.operation = lfn_operation_get(LFN_OP_USERS_GET)};
    lfn_call no_body = {.operation = lfn_operation_get(LFN_OP_USERS_CREATE), .body = LFN_TEXT("{]")};
    lfn_call other_api = {.operation = lfn_operation_get(LFN_OP_CREDENTIALS_GET)};
    lfn_call negative = {.operation = lfn_operation_get(LFN_OP_USERS_LIST), .deadline_ms = -1};
    const lfn_call *const wrong[] = {&no_user, &no_body, &other_api, &negative};
    w->limits = (lfn_calls_options){.concurrency = 1, .queue = 2};
    case_open(w);
    for (size_t round = 0; round < 2; round++) { /* into a place first, then into the queue */
        for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
            lfn_error blocking;
            lfn_result result = {0};
            size_t room = lfn_calls_room(w->calls);
            assert_int_equal(lfn_calls_submit(w->calls, wrong[i], 50, &w->error), LFN_BAD_INPUT);
            assert_int_equal(lfn_client_call(w->client, wrong[i], &result, &blocking), LFN_BAD_INPUT);
            assert_string_equal(w->error.message, blocking.message);
            assert_int_equal(lfn_calls_room(w->calls), room);
            lfn_result_free(&result);
        }
        assert_int_equal(
            lfn_calls_submit_request(w->calls, LFN_GET, lfn_text_of("//evil"), lfn_text_of(NULL), 50, &w->error),
            LFN_BAD_INPUT);
        case_submit(w, round);
    }
    case_drain(w);
    case_all_good(w, 0, 2);
    assert_int_equal(w->held.started, 2);
}

static void options_out_of_their_range_are_refused_by_name(void **state)
{
    static const struct {
        lfn_calls_options options;
        const char *where;
    } wrong[] = {{{.concurrency = 4097}, "/concurrency"},
                 {{.queue = 1000001}, "/queue"},
                 {{.rate = -1}, "/rate"},
                 {{.rate = 1000001}, "/rate"},
                 {{0}, NULL}};
    case_world *w = *state;
    assert_int_equal(lfn_client_open(&w->options, &w->client, &w->error), LFN_OK);
    for (size_t i = 0; wrong[i].where != NULL; i++) {
        assert_int_equal(lfn_calls_open(w->client, &wrong[i].options, &w->calls, &w->error), LFN_BAD_INPUT);
        assert_string_equal(w->error.where, wrong[i].where);
        assert_null(w->calls);
    }
    lfn_calls_options most = {.concurrency = 4096, .queue = 1000000, .rate = 1000000};
    assert_int_equal(lfn_calls_open(w->client, &most, &w->calls, &w->error), LFN_OK);
    assert_int_equal(lfn_calls_room(w->calls), 1004096);
}

/* ---- what is copied, and what stands how long ---- */

static void everything_is_copied_when_it_is_submitted(void **state)
{
    case_world *w = *state;
    char name[] = "leafUserId";
    char id[] = "8a9c3f0e-1111-4222-8333-444455556666";
    char body[] = "{\"name\":\"Oak\"}";
    w->limits = (lfn_calls_options){.concurrency = 1, .queue = 1};
    case_open(w);
    for (uint64_t tag = 0; tag < 2; tag++) { /* in a place, and in the queue */
        lfn_argument argument = {lfn_text_of(name), lfn_text_of(id)};
        lfn_call call = {.operation = lfn_operation_get(LFN_OP_USERS_UPDATE),
                         .arguments = &argument,
                         .argument_count = 1,
                         .body = lfn_text_of(body)};
        if (lfn_calls_submit(w->calls, &call, tag, &w->error) != LFN_OK)
            fail_msg("%s", w->error.message);
    }
    memset(name, 'x', sizeof name - 1);
    memset(id, 'x', sizeof id - 1);
    memset(body, 'x', sizeof body - 1);
    for (uint64_t tag = 0; tag < 2; tag++) {
        lfn_completion completion;
        while (lfn_calls_poll(w->calls, 1000, &completion, 1) == 0)
            continue;
        assert_int_equal(completion.tag, tag);
        assert_ptr_equal(completion.operation, lfn_operation_get(LFN_OP_USERS_UPDATE));
        assert_true(lfn_text_find(completion.sent, 'O') < completion.sent.size);
        assert_non_null(strstr(lfn_buffer_text(&completion.result->response.body).data, "8a9c3f0e-1111"));
    }
}

static void what_was_handed_out_stands_until_it_is_let_go_of(void **state)
{
    case_world *w = *state;
    lfn_completion completions[4];
    w->limits = (lfn_calls_options){.concurrency = 4, .queue = 4};
    w->plans[2] = (case_plan){.answer = {.status = 404, .body = "{\"message\":\"gone\"}"}, .times = 1};
    case_open(w);
    case_submit_all(w, 0, 8);
    assert_int_equal(lfn_calls_poll(w->calls, 1000, completions, 4), 4);
    /* Other calls do not touch it: one that is refused, one that is cancelled, one that is looked for. */
    assert_int_equal(case_try(w, 9), LFN_BAD_INPUT);
    assert_true(lfn_calls_cancel(w->calls, 7));
    assert_false(lfn_calls_cancel(w->calls, completions[0].tag));
    for (size_t i = 0; i < 4; i++) {
        char path[16] = "/r/0";
        path[3] = (char)('0' + completions[i].tag);
        bool gone = completions[i].tag == 2;
        assert_int_equal(completions[i].status, gone ? LFN_NOT_FOUND : LFN_OK);
        if (gone)
            assert_int_equal(completions[i].error->http_status, 404);
        else
            assert_true(lfn_text_equal_string(lfn_buffer_text(&completions[i].result->response.body), path));
        assert_null(completions[i].operation);
        assert_null(completions[i].sent.data);
    }
    lfn_calls_release(w->calls);
    lfn_calls_release(w->calls);
    case_drain(w);
    case_all_good(w, 4, 3);
    assert_int_equal(w->ends[7].count, 0);
}

static void calls_that_ended_are_handed_out_as_far_as_there_is_room_and_then_the_others(void **state)
{
    case_world *w = *state;
    w->limits = (lfn_calls_options){.concurrency = 10};
    case_open(w);
    case_submit_all(w, 0, 10);
    assert_int_equal(case_poll_some(w, 1000, 0), 0);
    assert_int_equal(lfn_calls_pending(w->calls), 10);
    for (size_t left = 10; left > 0; left--) {
        assert_int_equal(lfn_calls_pending(w->calls), left);
        assert_int_equal(case_poll_some(w, 0, 1), 1);
    }
    assert_int_equal(case_poll_some(w, 0, 1), 0);
    case_all_good(w, 0, 10);
}

static void a_large_body_does_not_stay_in_the_memory_of_its_place(void **state)
{
    enum { LARGE = 300 * 1024, KEPT = 256 * 1024 };
    case_world *w = *state;
    w->limits = (lfn_calls_options){.concurrency = 1, .queue = 2};
    w->plans[0].body_size = LARGE;
    case_open(w);
    case_submit_all(w, 0, 2);
    case_drain(w);
    assert_true(w->ends[0].capacity >= LARGE);
    assert_true(w->ends[1].capacity <= KEPT);
    case_all_good(w, 1, 1);
}

/* ---- waiting ---- */

static void a_poll_waits_no_longer_than_it_is_told(void **state)
{
    case_world *w = *state;
    w->plans[0].takes_ms = 700;
    case_open(w);
    case_submit(w, 0);
    assert_int_equal(case_poll(w, 0), 0);
    assert_int_equal(case_now(w), 0);
    assert_int_equal(case_poll(w, 333), 0);
    assert_int_equal(case_now(w), 333);
    assert_int_equal(case_poll(w, 1000), 1);
    assert_int_equal(case_now(w), 700);
}

static void a_poll_does_not_wait_when_nothing_is_pending(void **state)
{
    case_world *w = *state;
    case_open(w);
    assert_int_equal(case_poll(w, 60000), 0);
    case_submit(w, 0);
    assert_int_equal(case_poll(w, INT64_MAX), 1);
    assert_int_equal(case_poll(w, INT64_MAX), 0);
    assert_int_equal(case_now(w), 0);
}

static void calls_that_were_opened_and_freed_leave_the_line_to_the_next(void **state)
{
    case_world *w = *state;
    for (size_t round = 0; round < 20; round++) {
        if (round == 0)
            case_open(w);
        else
            assert_int_equal(lfn_calls_open(w->client, &w->limits, &w->calls, &w->error), LFN_OK);
        case_submit_all(w, round * 10, 10);
        if (round % 2 == 0)
            case_drain(w);
        else
            (void)case_poll_some(w, 0, 1);
        lfn_calls_free(w->calls);
        w->calls = NULL;
        assert_int_equal(held_count(&w->held), 0);
    }
    assert_null(w->held.others);
    lfn_result result = {0};
    assert_int_equal(lfn_client_request(w->client, LFN_GET, lfn_text_of("/r/900"), lfn_text_of(NULL), &result, NULL),
                     LFN_OK);
    lfn_result_free(&result);
}

static void blocking_calls_go_beside_those_under_way(void **state)
{
    case_world *w = *state;
    lfn_result result = {0};
    for (size_t tag = 0; tag < 10; tag++)
        w->plans[tag].takes_ms = 500;
    case_open(w);
    case_submit_all(w, 0, 10);
    assert_int_equal(case_poll(w, 0), 0);
    assert_int_equal(lfn_client_request(w->client, LFN_GET, lfn_text_of("/r/50"), lfn_text_of(NULL), &result, NULL),
                     LFN_OK);
    assert_true(lfn_text_equal_string(lfn_buffer_text(&result.response.body), "/r/50"));
    assert_int_equal(held_count(&w->held), 10);
    case_drain(w);
    case_all_good(w, 0, 10);
    lfn_result_free(&result);
}

static void freeing_nothing_is_fine(void **state)
{
    (void)state;
    lfn_calls_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE_TEST(a_thousand_calls_get_their_own_answers_whatever_the_order),
        CASE_TEST(what_waited_goes_out_in_the_order_in_which_it_came),
        CASE_TEST(a_window_of_one_makes_one_call_after_the_other),
        CASE_TEST(the_window_is_64_when_none_is_given),
        CASE_TEST(room_and_pending_are_right_at_every_moment),
        CASE_TEST(a_full_queue_refuses_and_nothing_is_lost),
        CASE_TEST(what_a_blocking_call_refuses_is_refused_at_once_and_takes_no_room),
        CASE_TEST(options_out_of_their_range_are_refused_by_name),
        CASE_TEST(everything_is_copied_when_it_is_submitted),
        CASE_TEST(what_was_handed_out_stands_until_it_is_let_go_of),
        CASE_TEST(calls_that_ended_are_handed_out_as_far_as_there_is_room_and_then_the_others),
        CASE_TEST(a_large_body_does_not_stay_in_the_memory_of_its_place),
        CASE_TEST(a_poll_waits_no_longer_than_it_is_told),
        CASE_TEST(a_poll_does_not_wait_when_nothing_is_pending),
        CASE_TEST(calls_that_were_opened_and_freed_leave_the_line_to_the_next),
        CASE_TEST(blocking_calls_go_beside_those_under_way),
        cmocka_unit_test(freeing_nothing_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
