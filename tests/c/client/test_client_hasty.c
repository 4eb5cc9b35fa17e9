/* Transports that end an exchange where a client looks for it least: while it is let go of, and as it is started. The
 * client counts each end once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "leafnative/client.h"
#include "support/fake_clock.h"

/* Ends no exchange by itself, but every one that it is told to let go of. */
typedef struct hasty {
    lfn_transport transport;
    fake_clock clock;
    unsigned started;
    unsigned cancelled;
    int64_t longest_ms; /* of its steps */
    bool at_once;       /* and every one as it is started */
} hasty;

static void end(lfn_exchange *exchange)
{
    exchange->response->status = 200;
    (void)lfn_buffer_append_string(&exchange->response->body, "[]");
    lfn_exchange_end(exchange, LFN_OK, LFN_STAGE_DONE);
}

static void start(lfn_transport *transport, lfn_exchange *exchange)
{
    hasty *self = (hasty *)transport;
    self->started++;
    if (self->at_once)
        end(exchange);
}

static void step(lfn_transport *transport, int64_t wait_ms)
{
    hasty *self = (hasty *)transport;
    self->longest_ms = wait_ms > self->longest_ms ? wait_ms : self->longest_ms;
    fake_clock_advance(&self->clock, wait_ms);
}

static void cancel(lfn_transport *transport, lfn_exchange *exchange)
{
    ((hasty *)transport)->cancelled++;
    end(exchange);
}

static void leave(lfn_transport *transport)
{
    (void)transport;
}

static const lfn_transport_methods methods = {.start = start, .step = step, .cancel = cancel, .free = leave};

static lfn_client *open_client(hasty *self)
{
    *self = (hasty){.transport = {&methods}};
    fake_clock_init(&self->clock);
    lfn_client_options options = {.token = LFN_TEXT("t"),
                                  .attempts_max = 1,
                                  .timeout_ms = 1000,
                                  .transport = &self->transport,
                                  .clock = &self->clock.clock};
    lfn_client *client = NULL;
    assert_int_equal(lfn_client_open(&options, &client, NULL), LFN_OK);
    return client;
}

static lfn_calls *open_calls(lfn_client *client)
{
    lfn_calls *calls = NULL;
    assert_int_equal(lfn_calls_open(client, &(lfn_calls_options){.concurrency = 4}, &calls, NULL), LFN_OK);
    for (uint64_t tag = 0; tag < 4; tag++)
        assert_int_equal(lfn_calls_submit_request(calls, LFN_GET, lfn_text_of("/r"), lfn_text_of(NULL), tag, NULL),
                         LFN_OK);
    return calls;
}

static void an_answer_that_comes_while_its_late_exchange_is_let_go_of_counts_as_late(void **state)
{
    hasty self;
    lfn_result result = {0};
    lfn_error error;
    (void)state;
    lfn_client *client = open_client(&self);
    assert_int_equal(lfn_client_request(client, LFN_GET, lfn_text_of("/r"), lfn_text_of(NULL), &result, &error),
                     LFN_DEADLINE);
    assert_string_equal(error.message, "No answer came within 1000 ms.");
    assert_int_equal(self.cancelled, 1);
    assert_int_equal(self.longest_ms, 50); /* so soon is a signal noticed */
    assert_int_equal(result.attempt_count, 1);
    lfn_result_free(&result);
    lfn_client_free(client);
}

static void calls_that_end_while_they_are_cancelled_are_not_handed_out(void **state)
{
    hasty self;
    lfn_completion done[8];
    (void)state;
    lfn_client *client = open_client(&self);
    lfn_calls *calls = open_calls(client);
    assert_int_equal(lfn_calls_poll(calls, 0, done, 8), 0);
    assert_true(lfn_calls_cancel(calls, 1));
    assert_true(lfn_calls_cancel(calls, 3));
    assert_int_equal(lfn_calls_poll(calls, 0, done, 8), 0);
    assert_int_equal(lfn_calls_pending(calls), 2);
    assert_int_equal(lfn_calls_poll(calls, 5000, done, 8), 2);
    lfn_calls_free(calls);
    lfn_client_free(client);
    assert_int_equal(self.cancelled, 4);
}

static void calls_that_end_while_all_are_let_go_of_are_gone(void **state)
{
    hasty self;
    lfn_completion done[8];
    (void)state;
    lfn_client *client = open_client(&self);
    lfn_calls *calls = open_calls(client);
    assert_int_equal(lfn_calls_poll(calls, 0, done, 8), 0);
    lfn_calls_free(calls);
    assert_int_equal(self.cancelled, 4);
    lfn_result result = {0};
    self.at_once = true;
    assert_int_equal(lfn_client_request(client, LFN_GET, lfn_text_of("/r"), lfn_text_of(NULL), &result, NULL), LFN_OK);
    lfn_result_free(&result);
    lfn_client_free(client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_that_comes_while_its_late_exchange_is_let_go_of_counts_as_late),
        cmocka_unit_test(calls_that_end_while_they_are_cancelled_are_not_handed_out),
        cmocka_unit_test(calls_that_end_while_all_are_let_go_of_are_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
