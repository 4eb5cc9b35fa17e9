/* The descriptor of many calls at once: an event loop that watches it, and polls without a wait when it can be read,
 * brings every call to its end. */
#include "case_calls.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "support/crowd_server.h"
#include "support/loopback_server.h"
#include "support/patience.h"

/* ---- a peer in process, with the system's clock ---- */

/* What the peer does with a request, and what came of it all. */
typedef struct loop {
    unsigned failing; /* so many requests are answered 503 first */
    const char *headers;
    unsigned asked;
    lfn_client_options options;
    lfn_calls_options limits;
    lfn_client *client;
    lfn_calls *calls;
    int descriptor;
    unsigned good;
    unsigned wakes;
} loop;

static void answer_one(loop *l, const lfn_request *request, lfn_response *response)
{
    bool login = lfn_text_equal_string(request->target, "/api/authenticate");
    bool fails = !login && l->asked++ < l->failing;
    response->status = fails ? 503 : 200;
    (void)lfn_buffer_append_string(&response->headers, fails && l->headers != NULL ? l->headers : "");
    (void)lfn_buffer_append_string(&response->body, login ? "{\"id_token\":\"t\"}" : "[]");
}

static void answer(void *context, const lfn_request *request, lfn_response *response)
{
    answer_one(context, request, response);
}

static void answer_block(void *context, const lfn_request *const *requests, lfn_response *const *responses,
                         size_t count)
{
    for (size_t i = 0; i < count; i++)
        answer_one(context, requests[i], responses[i]);
}

static int set_up(void **state)
{
    loop *l = calloc(1, sizeof *l);
    if (l == NULL)
        return -1;
    l->options = (lfn_client_options){.username = LFN_TEXT("a@farm.example"), .password = LFN_TEXT("s3cret")};
    *state = l;
    return 0;
}

static int tear_down(void **state)
{
    loop *l = *state;
    lfn_calls_free(l->calls);
    lfn_client_free(l->client);
    free(l);
    return 0;
}

static void open_loop(loop *l, bool by_block)
{
    lfn_status status = LFN_OK;
    if (l->options.base_url.data == NULL && by_block)
        status = lfn_transport_open_block_handler(answer_block, l, &l->options.transport, NULL);
    else if (l->options.base_url.data == NULL)
        status = lfn_transport_open_handler(answer, l, &l->options.transport, NULL);
    assert_int_equal(status, LFN_OK);
    assert_int_equal(lfn_client_open(&l->options, &l->client, NULL), LFN_OK);
    assert_int_equal(lfn_calls_open(l->client, &l->limits, &l->calls, NULL), LFN_OK);
    l->descriptor = lfn_calls_descriptor(l->calls, NULL);
    assert_true(l->descriptor >= 0);
}

static int64_t now_ms(void)
{
    return lfn_clock_system()->monotonic_ms(NULL);
}

static bool is_readable(int descriptor, int wait_ms)
{
    struct pollfd wait = {.fd = descriptor, .events = POLLIN};
    return poll(&wait, 1, wait_ms) == 1;
}

static void submit(loop *l, uint64_t tag)
{
    assert_int_equal(lfn_calls_submit_request(l->calls, LFN_GET, lfn_text_of("/r"), lfn_text_of(NULL), tag, NULL),
                     LFN_OK);
}

static size_t poll_now(loop *l, size_t room)
{
    lfn_completion completions[64];
    size_t count = lfn_calls_poll(l->calls, 0, completions, room);
    for (size_t i = 0; i < count; i++)
        l->good += completions[i].status == LFN_OK;
    return count;
}

/* What an event loop does. */
static void run(loop *l, size_t room)
{
    (void)poll_now(l, room);
    while (lfn_calls_pending(l->calls) > 0) {
        if (!is_readable(l->descriptor, PATIENCE_MS))
            fail_msg("%zu calls are pending, and the descriptor does not tell", lfn_calls_pending(l->calls));
        (void)poll_now(l, room);
        l->wakes++;
    }
}

static void nothing_is_told_when_nothing_is_pending(void **state)
{
    loop *l = *state;
    open_loop(l, false);
    assert_false(is_readable(l->descriptor, 0));
    submit(l, 0);
    run(l, 64);
    assert_false(is_readable(l->descriptor, 0));
    assert_int_equal(lfn_calls_descriptor(l->calls, NULL), l->descriptor);
}

static void it_tells_when_a_repetition_is_due(void **state)
{
    loop *l = *state;
    l->failing = 8;
    open_loop(l, false);
    for (uint64_t tag = 0; tag < 10; tag++)
        submit(l, tag);
    run(l, 64);
    assert_int_equal(l->good, 10);
    assert_true(l->wakes < 60); /* it tells what is due, and not for nothing all the time */
}

static void it_tells_of_a_wait_that_the_peer_asked_for_in_its_time(void **state)
{
    loop *l = *state;
    l->failing = 1;
    l->headers = "retry-after: 1\n";
    open_loop(l, false);
    submit(l, 0);
    int64_t before_ms = now_ms();
    assert_int_equal(poll_now(l, 64), 0);
    assert_true(is_readable(l->descriptor, PATIENCE_MS));
    assert_true(now_ms() - before_ms >= 1000);
    run(l, 64);
    assert_int_equal(l->good, 1);
}

static void it_tells_that_the_rate_lets_the_next_one_go(void **state)
{
    loop *l = *state;
    l->limits = (lfn_calls_options){.rate = 200};
    open_loop(l, false);
    for (uint64_t tag = 0; tag < 20; tag++)
        submit(l, tag);
    run(l, 64);
    assert_int_equal(l->good, 20);
    assert_true(l->wakes >= 6); /* on a busy machine a wake comes late, and three calls go at most */
}

static void it_tells_that_more_ended_than_there_was_room_for(void **state)
{
    loop *l = *state;
    open_loop(l, false);
    for (uint64_t tag = 0; tag < 20; tag++)
        submit(l, tag);
    run(l, 3);
    assert_int_equal(l->good, 20);
}

static void it_tells_that_a_place_is_free_for_what_waits(void **state)
{
    loop *l = *state;
    l->limits = (lfn_calls_options){.concurrency = 1, .queue = 20};
    open_loop(l, false);
    for (uint64_t tag = 0; tag < 21; tag++)
        submit(l, tag);
    run(l, 64);
    assert_int_equal(l->good, 21);
}

static void it_tells_that_a_release_or_a_cancel_gave_what_waits_its_turn(void **state)
{
    loop *l = *state;
    l->limits = (lfn_calls_options){.concurrency = 1, .queue = 9};
    l->failing = 1;
    l->headers = "retry-after: 20\n";
    open_loop(l, false);
    for (uint64_t tag = 0; tag < 4; tag++)
        submit(l, tag);
    assert_int_equal(poll_now(l, 64), 0);
    assert_false(is_readable(l->descriptor, 0));
    assert_true(lfn_calls_cancel(l->calls, 0));
    assert_true(is_readable(l->descriptor, PATIENCE_MS));
    assert_int_equal(poll_now(l, 64), 1);
    lfn_calls_release(l->calls);
    assert_true(is_readable(l->descriptor, PATIENCE_MS));
    run(l, 64);
    assert_int_equal(l->good, 3);
}

static void it_tells_that_a_block_was_started_after_the_login_of_the_same_poll(void **state)
{
    loop *l = *state;
    l->limits = (lfn_calls_options){.concurrency = 8, .queue = 100};
    l->failing = 5;
    open_loop(l, true);
    for (uint64_t tag = 0; tag < 50; tag++)
        submit(l, tag);
    run(l, 64);
    assert_int_equal(l->good, 50);
}

static void it_is_quiet_after_a_poll_when_all_was_cancelled(void **state)
{
    loop *l = *state;
    open_loop(l, true);
    l->failing = 1;
    l->headers = "retry-after: 1\n";
    submit(l, 0);
    assert_int_equal(poll_now(l, 64), 0); /* the login is answered, and the call is started */
    assert_true(is_readable(l->descriptor, PATIENCE_MS));
    assert_int_equal(poll_now(l, 64), 0);
    assert_true(lfn_calls_cancel(l->calls, 0));
    assert_true(is_readable(l->descriptor, PATIENCE_MS)); /* for the repetition that was due */
    assert_int_equal(poll_now(l, 64), 0);
    assert_false(is_readable(l->descriptor, 0));
}

static void it_is_quiet_for_the_next_user_of_its_line(void **state)
{
    loop *l = *state;
    l->failing = 1;
    l->headers = "retry-after: 1\n";
    open_loop(l, false);
    submit(l, 0);
    assert_int_equal(poll_now(l, 64), 0);
    lfn_calls_free(l->calls);
    l->calls = NULL;
    assert_false(is_readable(l->descriptor, 1200)); /* the repetition was due meanwhile */
    assert_int_equal(lfn_calls_open(l->client, &l->limits, &l->calls, NULL), LFN_OK);
    assert_int_equal(lfn_calls_descriptor(l->calls, NULL), l->descriptor);
    submit(l, 1);
    run(l, 64);
    assert_int_equal(l->good, 1);
}

static void two_sets_have_a_descriptor_each_and_one_tells_of_the_login_of_the_other(void **state)
{
    loop *l = *state;
    lfn_calls *second = NULL;
    lfn_completion completion;
    unsigned good = 0;
    open_loop(l, true); /* the login is not over when start returns */
    assert_int_equal(lfn_calls_open(l->client, &l->limits, &second, NULL), LFN_OK);
    int descriptor = lfn_calls_descriptor(second, NULL);
    assert_true(descriptor >= 0 && descriptor != l->descriptor);
    submit(l, 0);
    assert_int_equal(lfn_calls_submit_request(second, LFN_GET, lfn_text_of("/r"), lfn_text_of(NULL), 1, NULL), LFN_OK);
    assert_int_equal(poll_now(l, 0), 0);
    while (lfn_calls_pending(second) > 0) {
        good += lfn_calls_poll(second, 0, &completion, 1) == 1 && completion.status == LFN_OK;
        if (lfn_calls_pending(second) > 0)
            assert_true(is_readable(descriptor, PATIENCE_MS));
    }
    lfn_calls_free(second);
    run(l, 64);
    assert_int_equal(good, 1);
    assert_int_equal(l->good, 1);
}

/* ---- over a socket ---- */

#define CHUNK "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: "
#define LOGIN_ANSWER CHUNK "16\r\n\r\n{\"id_token\":\"t\"}"
#define ANSWER CHUNK "2\r\n\r\n[]"

static void answers_over_sockets_are_told_from_the_login_on(void **state)
{
    /* One connection after the other is served, as the server does: the window is one. */
    static const loopback_script scripts[] = {{{{LOOPBACK_READ, "}", 0},
                                                {LOOPBACK_WRITE, LOGIN_ANSWER, 0},
                                                {LOOPBACK_READ, "\r\n\r\n", 0},
                                                {LOOPBACK_WRITE, ANSWER, 0},
                                                {LOOPBACK_READ, "\r\n\r\n", 0},
                                                {LOOPBACK_WRITE, ANSWER, 0},
                                                {LOOPBACK_READ, "\r\n\r\n", 0},
                                                {LOOPBACK_WRITE, ANSWER, 0},
                                                {LOOPBACK_STALL, NULL, 0}}}};
    static const bool lanes[] = {false, true};
    for (size_t i = 0; i < 2; i++) {
        loop *l = *state;
        char url[64];
        loopback_server *server = loopback_start(scripts, 1, NULL);
        (void)snprintf(url, sizeof url, "http://127.0.0.1:%d", loopback_port(server));
        l->options.base_url = lfn_text_of(url);
        l->options.general_lane = lanes[i];
        l->limits = (lfn_calls_options){.concurrency = 1, .queue = 2};
        l->good = 0;
        l->wakes = 0;
        open_loop(l, false);
        for (uint64_t tag = 0; tag < 3; tag++)
            submit(l, tag);
        run(l, 64);
        assert_int_equal(l->good, 3);
        lfn_calls_free(l->calls);
        lfn_client_free(l->client);
        l->calls = NULL;
        l->client = NULL;
        loopback_join(server);
        assert_int_equal(loopback_accepted(server), 1);
        loopback_free(server);
    }
}

/* The peer answers nobody until all have asked; the second round goes over the connections of the first. */
static void a_hundred_answers_at_once_over_sockets_are_told(void **state)
{
    enum { AT_ONCE = 100, ROUNDS = 3 };
    static crowd_server server;
    loop *l = *state;
    char url[64];
    crowd_start(&server, AT_ONCE, ROUNDS);
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%d", server.port);
    l->options = (lfn_client_options){.base_url = lfn_text_of(url), .token = LFN_TEXT("t")};
    l->limits = (lfn_calls_options){.concurrency = AT_ONCE};
    open_loop(l, false);
    for (unsigned round = 1; round <= ROUNDS; round++) {
        for (uint64_t tag = 0; tag < AT_ONCE; tag++)
            submit(l, tag);
        run(l, 64);
        lfn_calls_release(l->calls);
        assert_int_equal(l->good, round * AT_ONCE);
    }
    assert_true(crowd_join(&server));
}

static void a_timeout_over_a_socket_is_told_in_its_time(void **state)
{
    static const loopback_script scripts[] = {{{{LOOPBACK_STALL, NULL, 0}}}};
    loop *l = *state;
    char url[64];
    loopback_server *server = loopback_start(scripts, 1, NULL);
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%d", loopback_port(server));
    l->options = (lfn_client_options){
        .base_url = lfn_text_of(url), .token = LFN_TEXT("t"), .timeout_ms = 300, .attempts_max = 1};
    open_loop(l, false);
    submit(l, 0);
    run(l, 64);
    assert_int_equal(l->good, 0);
    assert_true(l->wakes < 200);
    loopback_free(server);
}

/* ---- an alarm that rings does not keep a wait from waiting ---- */

typedef struct watched {
    lfn_transport transport;
    fake_clock clock;
    int alarm;
    lfn_exchange *held;
    unsigned steps;
    unsigned ringing; /* steps that an alarm would have ended at once */
} watched;

static void watched_start(lfn_transport *transport, lfn_exchange *exchange)
{
    ((watched *)transport)->held = exchange;
}

static void watched_step(lfn_transport *transport, int64_t wait_ms)
{
    watched *self = (watched *)transport;
    self->steps++;
    self->ringing += wait_ms > 0 && self->alarm >= 0 && is_readable(self->alarm, 0);
    fake_clock_advance(&self->clock, wait_ms);
}

static void watched_cancel(lfn_transport *transport, lfn_exchange *exchange)
{
    (void)exchange;
    ((watched *)transport)->held = NULL;
}

static void watched_free(lfn_transport *transport)
{
    (void)transport;
}

static int watched_descriptor(lfn_transport *transport, int alarm)
{
    ((watched *)transport)->alarm = alarm;
    return alarm;
}

static void an_alarm_that_rang_does_not_end_the_waits_of_a_poll(void **state)
{
    static const lfn_transport_methods methods = {.start = watched_start,
                                                  .step = watched_step,
                                                  .cancel = watched_cancel,
                                                  .free = watched_free,
                                                  .descriptor = watched_descriptor};
    loop *l = *state;
    watched self = {.transport = {&methods}, .alarm = -1};
    lfn_completion completion;
    fake_clock_init(&self.clock);
    l->options = (lfn_client_options){
        .token = LFN_TEXT("t"), .transport = &self.transport, .clock = &self.clock.clock, .timeout_ms = 60000};
    assert_int_equal(lfn_client_open(&l->options, &l->client, NULL), LFN_OK);
    l->limits.rate = 1;
    assert_int_equal(lfn_calls_open(l->client, &l->limits, &l->calls, NULL), LFN_OK);
    assert_true(lfn_calls_descriptor(l->calls, NULL) >= 0);
    submit(l, 0);
    submit(l, 1);
    assert_int_equal(lfn_calls_poll(l->calls, 0, &completion, 1), 0);
    fake_clock_advance(&self.clock, 5000);
    assert_true(is_readable(self.alarm, PATIENCE_MS)); /* the second call may take off */
    self.ringing = self.steps = 0;
    assert_int_equal(lfn_calls_poll(l->calls, 1000, &completion, 1), 0);
    assert_true(self.steps > 0);
    assert_int_equal(self.ringing, 0);
    lfn_calls_free(l->calls);
    lfn_client_free(l->client);
    l->calls = NULL;
    l->client = NULL;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_told_when_nothing_is_pending),
        TEST(it_tells_when_a_repetition_is_due),
        TEST(it_tells_of_a_wait_that_the_peer_asked_for_in_its_time),
        TEST(it_tells_that_the_rate_lets_the_next_one_go),
        TEST(it_tells_that_more_ended_than_there_was_room_for),
        TEST(it_tells_that_a_place_is_free_for_what_waits),
        TEST(it_tells_that_a_release_or_a_cancel_gave_what_waits_its_turn),
        TEST(it_tells_that_a_block_was_started_after_the_login_of_the_same_poll),
        TEST(it_is_quiet_after_a_poll_when_all_was_cancelled),
        TEST(it_is_quiet_for_the_next_user_of_its_line),
        TEST(two_sets_have_a_descriptor_each_and_one_tells_of_the_login_of_the_other),
        TEST(answers_over_sockets_are_told_from_the_login_on),
        TEST(a_hundred_answers_at_once_over_sockets_are_told),
        TEST(a_timeout_over_a_socket_is_told_in_its_time),
        TEST(an_alarm_that_rang_does_not_end_the_waits_of_a_poll),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
