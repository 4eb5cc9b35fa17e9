/* The transport in process, transports that misbehave, and what both openings refuse. */
#include "base/alloc.h"
#include "transport/one_call.h"

typedef struct canned {
    int status;
    size_t body_size;
    size_t header_count;
    size_t calls;
} canned;

static void answer(void *context, const lfn_request *request, lfn_response *response)
{
    canned *wanted = context;
    wanted->calls++;
    response->status = wanted->status;
    for (size_t i = 0; i < wanted->header_count; i++)
        (void)lfn_response_add_header(response, lfn_text_of("X-Target"), request->target);
    for (size_t i = 0; i < wanted->body_size; i++)
        (void)lfn_buffer_append_string(&response->body, "x");
}

static lfn_status answer_with(canned *wanted, one_call *call)
{
    lfn_transport *transport = NULL;
    assert_int_equal(lfn_transport_open_handler(answer, wanted, &transport, NULL), LFN_OK);
    lfn_status status = call_perform(transport, call);
    transport->methods->step(transport, 1000);
    transport->methods->cancel(transport, &call->exchange);
    lfn_transport_free(transport);
    return status;
}

static void an_exchange_in_process_is_done_when_start_returns(void **state)
{
    (void)state;
    canned wanted = {.status = 404, .body_size = 3, .header_count = 1};
    one_call call;
    call_init(&call, LFN_GET, "/a");
    assert_int_equal(answer_with(&wanted, &call), LFN_OK);
    assert_int_equal(call.exchange.stage, LFN_STAGE_DONE);
    assert_int_equal(call.response.status, 404);
    assert_string_equal(call.response.body.data, "xxx");
    assert_string_equal(call.response.headers.data, "X-Target: /a\n");
    call_free(&call);
}

static void an_answer_in_process_over_the_limit_is_refused(void **state)
{
    (void)state;
    canned bodies = {.status = 200, .body_size = BODY_MAX + 1};
    canned headers = {.status = 200, .header_count = 10000};
    canned none = {.status = 99};
    canned *const all[] = {&bodies, &headers, &none};
    for (size_t i = 0; i < 3; i++) {
        one_call call;
        call_init(&call, LFN_GET, "/a");
        assert_int_equal(answer_with(all[i], &call), LFN_PROTOCOL);
        assert_int_equal(call.exchange.stage, LFN_STAGE_RECEIVING);
        if (i < 2)
            assert_non_null(strstr(call.error.message, "over the limit"));
        call_free(&call);
    }
}

static void a_handler_that_is_closed_says_so_and_nothing_was_sent(void **state)
{
    (void)state;
    canned nothing = {.status = LFN_RESPONSE_CLOSED};
    one_call call;
    call_init(&call, LFN_POST, "/a");
    assert_int_equal(answer_with(&nothing, &call), LFN_CLOSED);
    assert_int_equal(call.exchange.stage, LFN_STAGE_IDLE);
    assert_non_null(strstr(call.error.message, "does not answer"));
    assert_int_equal(call.response.status, 0);
    call_free(&call);
}

static void a_handler_that_leaves_the_status_0_may_have_done_what_it_was_asked(void **state)
{
    (void)state;
    canned nothing = {.status = 0};
    one_call call;
    call_init(&call, LFN_POST, "/a");
    assert_int_equal(answer_with(&nothing, &call), LFN_PROTOCOL);
    assert_int_equal(call.exchange.stage, LFN_STAGE_RECEIVING);
    call_free(&call);
}

static void a_request_that_no_wire_could_carry_reaches_no_handler(void **state)
{
    (void)state;
    canned wanted = {.status = 200};
    one_call call;
    call_init(&call, LFN_GET, "/a");
    call.request.authorization = lfn_text_of("Bearer a\r\nX: b");
    assert_int_equal(answer_with(&wanted, &call), LFN_BAD_INPUT);
    assert_null(strstr(call.error.message, "Bearer"));
    assert_int_equal(wanted.calls, 0);
    call_free(&call);
}

static void opening_in_process_needs_a_function_and_memory(void **state)
{
    (void)state;
    lfn_transport *transport = NULL;
    assert_int_equal(lfn_transport_open_handler(NULL, NULL, &transport, NULL), LFN_BAD_INPUT);
    lfn_alloc_fail_after(0);
    lfn_status status = lfn_transport_open_handler(answer, NULL, &transport, NULL);
    lfn_alloc_fail_after(-1);
    assert_int_equal(status, LFN_NO_MEMORY);
    assert_null(transport);
}

/* A transport that needs some steps and then gives the failure it was made with. */
typedef struct faulty {
    lfn_transport base;
    lfn_exchange *exchange;
    int steps_left;
    lfn_status status;
} faulty;

static void faulty_start(lfn_transport *transport, lfn_exchange *exchange)
{
    ((faulty *)transport)->exchange = exchange;
}

static void faulty_step(lfn_transport *transport, int64_t wait_ms)
{
    (void)wait_ms;
    faulty *self = (faulty *)transport;
    if (--self->steps_left > 0)
        return;
    lfn_status status = lfn_error_set(self->exchange->error, self->status, "as ordered");
    lfn_exchange_end(self->exchange, status, LFN_STAGE_WAITING);
}

static void faulty_cancel(lfn_transport *transport, lfn_exchange *exchange)
{
    (void)exchange;
    ((faulty *)transport)->exchange = NULL;
}

static void faulty_free(lfn_transport *transport)
{
    (void)transport;
}

static void perform_steps_any_transport_until_it_is_done(void **state)
{
    (void)state;
    static const lfn_transport_methods methods = {
        .start = faulty_start, .step = faulty_step, .cancel = faulty_cancel, .free = faulty_free};
    faulty transport = {{&methods}, NULL, 3, LFN_TRANSPORT};
    one_call call;
    call_init(&call, LFN_GET, "/");
    assert_int_equal(call_perform(&transport.base, &call), LFN_TRANSPORT);
    assert_int_equal(transport.steps_left, 0);
    assert_string_equal(call.error.message, "as ordered");
    lfn_transport_free(&transport.base);
    call_free(&call);
}

/* ---- a block at a time ---- */

enum { BLOCK_MAX = 40 };

typedef struct block_witness {
    size_t calls;
    size_t last_count;
    int status; /* of every answer */
} block_witness;

static void answer_block(void *context, const lfn_request *const *requests, lfn_response *const *responses,
                         size_t count)
{
    block_witness *witness = context;
    witness->calls++;
    witness->last_count = count;
    for (size_t i = 0; i < count; i++) {
        responses[i]->status = witness->status;
        (void)lfn_buffer_append_text(&responses[i]->body, requests[i]->target);
    }
}

static lfn_transport *open_block(block_witness *witness)
{
    lfn_transport *transport = NULL;
    assert_int_equal(lfn_transport_open_block_handler(answer_block, witness, &transport, NULL), LFN_OK);
    return transport;
}

static size_t count_ended(lfn_exchange *ended)
{
    size_t count = 0;
    for (; ended != NULL; ended = ended->next_ended) {
        assert_true(ended->done);
        assert_int_equal(ended->response->body.size, ended->request->target.size);
        assert_memory_equal(ended->response->body.data, ended->request->target.data, ended->request->target.size);
        count++;
    }
    return count;
}

static void a_block_is_what_was_started_since_the_last_step(void **state)
{
    (void)state;
    static one_call calls[BLOCK_MAX];
    block_witness witness = {.status = 200};
    lfn_transport *transport = open_block(&witness);
    transport->methods->step(transport, 1000);
    assert_int_equal(witness.calls, 0);
    for (size_t round = 1; round <= 2; round++) {
        lfn_exchange *ended = NULL;
        for (size_t i = 0; i < BLOCK_MAX; i++) {
            call_init(&calls[i], LFN_GET, i % 2 == 0 ? "/even" : "/o");
            calls[i].exchange.ended = &ended;
            transport->methods->start(transport, &calls[i].exchange);
            assert_false(calls[i].exchange.done);
        }
        transport->methods->step(transport, 0);
        assert_int_equal(witness.calls, round);
        assert_int_equal(witness.last_count, BLOCK_MAX);
        assert_int_equal(count_ended(ended), BLOCK_MAX);
        for (size_t i = 0; i < BLOCK_MAX; i++)
            call_free(&calls[i]);
    }
    lfn_transport_free(transport);
}

static void what_is_cancelled_is_in_no_block(void **state)
{
    (void)state;
    one_call calls[3];
    lfn_exchange *ended = NULL;
    block_witness witness = {.status = 200};
    lfn_transport *transport = open_block(&witness);
    for (size_t i = 0; i < 3; i++) {
        call_init(&calls[i], LFN_GET, "/x");
        calls[i].exchange.ended = &ended;
        transport->methods->start(transport, &calls[i].exchange);
    }
    transport->methods->cancel(transport, &calls[1].exchange);
    transport->methods->step(transport, 0);
    assert_int_equal(witness.last_count, 2);
    assert_int_equal(count_ended(ended), 2);
    assert_false(calls[1].exchange.done);
    for (size_t i = 0; i < 3; i++)
        call_free(&calls[i]);
    lfn_transport_free(transport);
}

static void each_exchange_of_a_block_has_its_own_outcome(void **state)
{
    (void)state;
    one_call good;
    one_call bad;
    lfn_exchange *ended = NULL;
    block_witness witness = {.status = 700};
    lfn_transport *transport = open_block(&witness);
    call_init(&bad, LFN_GET, "no slash");
    bad.exchange.ended = &ended;
    transport->methods->start(transport, &bad.exchange);
    assert_ptr_equal(ended, &bad.exchange);
    assert_int_equal(bad.exchange.status, LFN_BAD_INPUT);
    call_init(&good, LFN_GET, "/x");
    assert_int_equal(call_perform(transport, &good), LFN_PROTOCOL);
    assert_int_equal(good.exchange.stage, LFN_STAGE_RECEIVING);
    assert_int_equal(witness.last_count, 1);
    witness.status = 204;
    assert_int_equal(call_perform(transport, &good), LFN_OK);
    call_free(&good);
    call_free(&bad);
    lfn_transport_free(transport);
}

static void another_transport_in_process_calls_the_same_function(void **state)
{
    (void)state;
    block_witness witness = {.status = 200};
    lfn_transport *first = open_block(&witness);
    lfn_transport *second = NULL;
    assert_int_equal(first->methods->another(first, &second, NULL), LFN_OK);
    lfn_transport_free(first);
    one_call call;
    call_init(&call, LFN_GET, "/x");
    assert_int_equal(call_perform(second, &call), LFN_OK);
    assert_int_equal(witness.calls, 1);
    call_free(&call);
    lfn_transport_free(second);
}

static void a_block_that_finds_no_memory_is_told(void **state)
{
    (void)state;
    block_witness witness = {.status = 200};
    lfn_transport *transport = NULL;
    assert_int_equal(lfn_transport_open_block_handler(NULL, NULL, &transport, NULL), LFN_BAD_INPUT);
    lfn_alloc_fail_after(0);
    lfn_status status = lfn_transport_open_block_handler(answer_block, &witness, &transport, NULL);
    lfn_alloc_fail_after(-1);
    assert_int_equal(status, LFN_NO_MEMORY);

    transport = open_block(&witness);
    one_call call;
    call_init(&call, LFN_GET, "/x");
    for (long passes = 0; passes < 3; passes++) {
        call.exchange.done = false;
        lfn_alloc_fail_after(passes);
        transport->methods->start(transport, &call.exchange);
        lfn_alloc_fail_after(-1);
        assert_true(call.exchange.done);
        assert_int_equal(call.exchange.status, LFN_NO_MEMORY);
    }
    assert_int_equal(call_perform(transport, &call), LFN_OK);
    call_free(&call);
    lfn_transport_free(transport);
}

/* ---- addresses and options ---- */

static lfn_status open_url(const char *url, lfn_error *error)
{
    lfn_transport *transport = NULL;
    lfn_curl_options options = {.base_url = lfn_text_of(url)};
    lfn_status status = lfn_transport_open_curl(&options, &transport, error);
    lfn_transport_free(transport);
    return status;
}

static void an_address_is_scheme_and_host_alone(void **state)
{
    (void)state;
    const char *good[] = {"https://api.withleaf.io", "HTTPS://api.withleaf.io/", "https://a:8443", "http://127.0.0.1:1",
                          "http://127.9.8.7",        "http://localhost:65535/",  "http://[::1]",   "http://[::1]:8080",
                          "https://[2001:db8::1]"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_int_equal(open_url(good[i], NULL), LFN_OK);

    const char *bad[][2] = {{"", "missing"},
                            {"api.withleaf.io", "must begin with https://"},
                            {"ftp://a", "must begin with https://"},
                            {"https://a/services", "only scheme and host"},
                            {"https://a?b", "only scheme and host"},
                            {"https://a#b", "only scheme and host"},
                            {"https://u:p@a", "user name"},
                            {"https://", "must name a host"},
                            {"https://a:", "must name a host"},
                            {"https://a:0", "must name a host"},
                            {"https://a:65536", "must name a host"},
                            {"https://a:+1", "must name a host"},
                            {"https://a b", "must name a host"},
                            {"https://a\r\nb", "must name a host"},
                            {"https://[::1", "must name a host"},
                            {"https://[]", "must name a host"},
                            {"https://[::1]x", "must name a host"},
                            {"http://api.withleaf.io", "127.0.0.0/8"},
                            {"http://127.0.0.1.example", "127.0.0.0/8"},
                            {"http://127.1", "127.0.0.0/8"},
                            {"http://128.0.0.1", "127.0.0.0/8"},
                            {"http://127.0.0.256", "127.0.0.0/8"},
                            {"http://localhost.example", "127.0.0.0/8"},
                            {"http://[::2]", "127.0.0.0/8"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        lfn_error error = {0};
        assert_int_equal(open_url(bad[i][0], &error), LFN_BAD_INPUT);
        assert_string_equal(error.where, "/base_url");
        if (strstr(error.message, bad[i][1]) == NULL)
            fail_msg("%s: %s", bad[i][0], error.message);
    }
}

static void opening_over_libcurl_names_the_option_that_is_wrong(void **state)
{
    (void)state;
    const lfn_text url = LFN_TEXT("https://peer.example");
    const lfn_text nowhere = LFN_TEXT("/nowhere/file.pem");
    const lfn_text broken = LFN_TEXT("a\r\nb");
    const lfn_text here = LFN_TEXT("/dev/null");
    static char bytes[200 * 1000];
    const lfn_text endless = {memset(bytes, 'a', sizeof bytes), sizeof bytes};
    const struct {
        lfn_curl_options options;
        const char *where;
    } rows[] = {{{.base_url = url, .ca_file = nowhere}, "/ca_file"},
                {{.base_url = url, .client_certificate = nowhere}, "/client_certificate"},
                {{.base_url = url, .client_certificate = here, .client_key = nowhere}, "/client_key"},
                {{.base_url = url, .client_key = here}, "/client_key"},
                {{.base_url = url, .proxy = broken}, "/proxy"},
                {{.base_url = url, .proxy = endless}, "/proxy"},
                {{.base_url = url, .user_agent = broken}, "/user_agent"},
                {{.base_url = url, .user_agent = endless}, "/user_agent"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lfn_transport *transport = NULL;
        lfn_error error = {0};
        assert_int_equal(lfn_transport_open_curl(&rows[i].options, &transport, &error), LFN_BAD_INPUT);
        assert_string_equal(error.where, rows[i].where);
        assert_null(transport);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_exchange_in_process_is_done_when_start_returns),
        cmocka_unit_test(an_answer_in_process_over_the_limit_is_refused),
        cmocka_unit_test(a_handler_that_is_closed_says_so_and_nothing_was_sent),
        cmocka_unit_test(a_handler_that_leaves_the_status_0_may_have_done_what_it_was_asked),
        cmocka_unit_test(a_request_that_no_wire_could_carry_reaches_no_handler),
        cmocka_unit_test(opening_in_process_needs_a_function_and_memory),
        cmocka_unit_test(perform_steps_any_transport_until_it_is_done),
        cmocka_unit_test(a_block_is_what_was_started_since_the_last_step),
        cmocka_unit_test(what_is_cancelled_is_in_no_block),
        cmocka_unit_test(each_exchange_of_a_block_has_its_own_outcome),
        cmocka_unit_test(another_transport_in_process_calls_the_same_function),
        cmocka_unit_test(a_block_that_finds_no_memory_is_told),
        cmocka_unit_test(an_address_is_scheme_and_host_alone),
        cmocka_unit_test(opening_over_libcurl_names_the_option_that_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
