/* The lines of a client: who gets one, how long they are kept, and what becomes of one that is given back late. */
#include "client/line.h"
#include "support/held_transport.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void decide_nothing(void *context, const lfn_exchange *exchange, canned_answer *out_answer)
{
    (void)context;
    (void)exchange;
    *out_answer = (canned_answer){.status = 200};
}

static lfn_client *open_client(held_transport *held, const lfn_clock *clock)
{
    lfn_client_options options = {.token = LFN_TEXT("t1"), .transport = &held->transport, .clock = clock};
    lfn_client *client = NULL;
    assert_int_equal(lfn_client_open(&options, &client, NULL), LFN_OK);
    return client;
}

static size_t count_made(const held_transport *held)
{
    size_t count = 0;
    for (const held_transport *other = held->others; other != NULL; other = other->others)
        count++;
    return count;
}

static size_t count_idle(const lfn_client *client)
{
    size_t count = 0;
    for (const lfn_line *line = client->idle; line != NULL; line = line->next)
        count++;
    return count;
}

static lfn_line *take(lfn_client *client)
{
    lfn_line *line = NULL;
    assert_int_equal(lfn_line_take(client, 1000, &line, NULL), LFN_OK);
    return line;
}

static void a_hundred_threads_that_call_one_after_the_other_keep_their_lines(void **state)
{
    (void)state;
    enum { THREADS = 100, ROUNDS = 3 };
    static held_transport held;
    static fake_clock fake;
    lfn_line *lines[THREADS];
    fake_clock_init(&fake);
    held_init(&held, &fake, decide_nothing, NULL, true);
    lfn_client *client = open_client(&held, &fake.clock);
    for (size_t i = 0; i < THREADS; i++)
        lines[i] = take(client);
    for (size_t i = 0; i < ROUNDS * THREADS; i++) {
        lfn_line_return(lines[i % THREADS]);
        lines[i % THREADS] = take(client);
    }
    assert_int_equal(count_made(&held), THREADS - 1);
    for (size_t i = 0; i < THREADS; i++)
        lfn_line_return(lines[i]);
    lfn_client_free(client);
}

static void of_a_hundred_idle_lines_sixty_four_are_kept(void **state)
{
    (void)state;
    enum { LINES = 100, KEPT = 64 };
    static held_transport held;
    static fake_clock fake;
    lfn_line *lines[LINES];
    fake_clock_init(&fake);
    held_init(&held, &fake, decide_nothing, NULL, true);
    lfn_client *client = open_client(&held, &fake.clock);
    for (size_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < LINES; i++)
            lines[i] = take(client);
        for (size_t i = 0; i < LINES; i++)
            lfn_line_return(lines[i]);
    }
    assert_in_range(count_idle(client), KEPT, KEPT + 1); /* the client's own transport is one more at most */
    lfn_client_free(client);
}

static void lines_that_nobody_used_for_a_minute_go_one_at_each_call(void **state)
{
    (void)state;
    enum { LINES = 10, MINUTE_MS = 60 * 1000 };
    static held_transport held;
    static fake_clock fake;
    lfn_line *lines[LINES];
    fake_clock_init(&fake);
    held_init(&held, &fake, decide_nothing, NULL, true);
    lfn_client *client = open_client(&held, &fake.clock);
    for (size_t i = 0; i < LINES; i++)
        lines[i] = take(client);
    for (size_t i = 0; i < LINES; i++)
        lfn_line_return(lines[i]);
    fake_clock_advance(&fake, MINUTE_MS - 1);
    lfn_line_return(take(client));
    assert_int_equal(count_idle(client), LINES);
    fake_clock_advance(&fake, 1);
    for (size_t left = LINES; left > 2; left--) {
        lfn_line_return(take(client));
        assert_int_equal(count_idle(client), left - 1);
    }
    lfn_line_return(take(client));
    assert_int_equal(count_idle(client), 2); /* the one in use, and that of the client's own transport */
    lfn_client_free(client);
}

/* A clock that stands still, and whose second look gives the line back and shows that the time is over. */
typedef struct late_clock {
    lfn_clock clock;
    lfn_line *held;
    int looks;
} late_clock;

static int64_t look_late(void *context)
{
    late_clock *late = context;
    if (late->held == NULL || ++late->looks < 2)
        return 0;
    lfn_line *line = late->held;
    late->held = NULL;
    lfn_line_return(line);
    return 5000;
}

static int64_t now_us(void *context)
{
    (void)context;
    return 0;
}

static void a_line_that_is_given_back_as_the_time_runs_out_is_not_lost(void **state)
{
    (void)state;
    static held_transport held;
    static fake_clock fake;
    late_clock late = {.clock = {now_us, look_late, NULL, &late}};
    lfn_line *line = NULL;
    fake_clock_init(&fake);
    held_init(&held, &fake, decide_nothing, NULL, false);
    lfn_client *client = open_client(&held, &late.clock);
    lfn_line *first = take(client);
    late.held = first;
    assert_int_equal(lfn_line_take(client, 1000, &line, NULL), LFN_OK);
    assert_ptr_equal(line, first);
    lfn_line_return(line);
    lfn_client_free(client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hundred_threads_that_call_one_after_the_other_keep_their_lines),
        cmocka_unit_test(of_a_hundred_idle_lines_sixty_four_are_kept),
        cmocka_unit_test(lines_that_nobody_used_for_a_minute_go_one_at_each_call),
        cmocka_unit_test(a_line_that_is_given_back_as_the_time_runs_out_is_not_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
