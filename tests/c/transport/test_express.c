/* What the lanes share although each does it in its own way: kept connections, long bodies; and what the
 * express lane does about a peer that is not as it thinks. */
#include "base/alloc.h"
#include "support/certificates.h"
#include "transport/express.h"
#include "transport/one_call.h"

#include <poll.h>

#define OK_ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
#define HEAD_END "\r\n\r\n"
#define READ                                                                                                           \
    {                                                                                                                  \
        LOOPBACK_READ, HEAD_END, 0                                                                                     \
    }
#define WRITE(text)                                                                                                    \
    {                                                                                                                  \
        LOOPBACK_WRITE, text, 0                                                                                        \
    }

/* ---- kept connections ---- */

static void bytes_that_nobody_asked_for_are_no_answer_to_the_next_request(void **state)
{
    (void)state;
    const loopback_script scripts[] = {
        {{READ, WRITE(OK_ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad"), {LOOPBACK_STALL, NULL, 0}}},
        {{READ, WRITE(OK_ANSWER)}}};
    loopback_server *server = loopback_start(scripts, 2, NULL);
    lfn_transport *transport = open_plain(server);
    one_call call;
    call_init(&call, LFN_GET, "/x");
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(call_perform(transport, &call), LFN_OK);
        assert_string_equal(call.response.body.data, "{}");
    }
    loopback_join(server);
    assert_int_equal(loopback_accepted(server), 2);
    call_free(&call);
    lfn_transport_free(transport);
    loopback_free(server);
}

static void an_answer_that_says_close_ends_its_connection(void **state)
{
    (void)state;
    const loopback_script scripts[] = {{{READ,
                                         WRITE("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"),
                                         {LOOPBACK_STALL, NULL, 0}}},
                                       {{READ, WRITE("HTTP/1.0 200 OK\r\n\r\nuntil the end")}},
                                       {{READ, WRITE(OK_ANSWER)}}};
    const char *bodies[] = {"{}", "until the end", "{}"};
    loopback_server *server = loopback_start(scripts, 3, NULL);
    lfn_transport *transport = open_plain(server);
    one_call call;
    call_init(&call, LFN_POST, "/x");
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(call_perform(transport, &call), LFN_OK);
        assert_string_equal(call.response.body.data, bodies[i]);
    }
    loopback_join(server);
    assert_int_equal(loopback_accepted(server), 3);
    call_free(&call);
    lfn_transport_free(transport);
    loopback_free(server);
}

static void what_finds_no_memory_on_a_kept_connection_was_not_sent(void **state)
{
    (void)state;
    const loopback_script script = {{READ, WRITE(OK_ANSWER), {LOOPBACK_STALL, NULL, 0}}};
    loopback_server *server = loopback_start(&script, 1, NULL);
    lfn_transport *transport = open_plain(server);
    char target[4096];
    one_call call;
    call_init(&call, LFN_POST, "/x");
    assert_int_equal(call_perform(transport, &call), LFN_OK);
    memset(target, 'x', sizeof target);
    target[0] = '/';
    call.request.target = lfn_text_make(target, sizeof target);
    lfn_alloc_fail_after(0);
    lfn_status status = call_perform(transport, &call);
    lfn_alloc_fail_after(-1);
    assert_int_equal(status, LFN_NO_MEMORY);
    assert_true(call.exchange.stage <= LFN_STAGE_CONNECTING);
    call_free(&call);
    lfn_transport_free(transport);
    loopback_free(server);
}

static void a_long_body_is_sent_behind_its_head(void **state)
{
    (void)state;
    enum { LONG = 30000 };
    static char body[LONG + 1];
    memset(body, 'x', LONG);
    memcpy(body + LONG - 4, "done", 4);
    const loopback_script script = {{{LOOPBACK_READ, "done", 0}, WRITE(OK_ANSWER), READ, WRITE(OK_ANSWER)}};
    loopback_server *server = loopback_start(&script, 1, NULL);
    lfn_transport *transport = open_plain(server);
    one_call call;
    call_init(&call, LFN_PUT, "/x");
    call.request.body = lfn_text_of(body);
    assert_int_equal(call_perform(transport, &call), LFN_OK);
    call.request = (lfn_request){.method = LFN_GET, .target = lfn_text_of("/x")};
    assert_int_equal(call_perform(transport, &call), LFN_OK);
    loopback_join(server);
    const char *sent = strstr(loopback_received(server, 0), HEAD_END);
    assert_non_null(sent);
    assert_memory_equal(sent + 4, body, LONG);
    call_free(&call);
    lfn_transport_free(transport);
    loopback_free(server);
}

/* How far an exchange came on a kept connection before its time was over. */
static lfn_stage stop_a_slow_peer(int64_t timeout_ms)
{
    const loopback_script script = {
        {READ, WRITE(OK_ANSWER), READ, WRITE("HTTP/1.1 200 OK\r\nContent-"), {LOOPBACK_STALL, NULL, 0}}};
    loopback_server *server = loopback_start(&script, 1, NULL);
    lfn_transport *transport = open_plain(server);
    one_call call;
    call_init(&call, LFN_GET, "/x");
    assert_int_equal(call_perform(transport, &call), LFN_OK);
    call.exchange.timeout_ms = timeout_ms;
    assert_int_equal(call_perform(transport, &call), LFN_DEADLINE);
    call_free(&call);
    lfn_transport_free(transport);
    loopback_free(server);
    return call.exchange.stage;
}

/* On a busy machine a short time may be over before the peer has begun. */
static void a_slow_peer_is_stopped_when_the_time_is_over(void **state)
{
    int64_t timeout_ms = 50;
    (void)state;
    while (stop_a_slow_peer(timeout_ms) != LFN_STAGE_RECEIVING) {
        timeout_ms *= 2;
        assert_true(timeout_ms < PATIENCE_MS);
    }
}

/* ---- TLS ---- */

static certificates *made;

static int make_certificates(void **state)
{
    (void)state;
    made = certificates_make();
    certificates_add(made, "good.pem", "IP:127.0.0.1", -1, 10);
    return 0;
}

static int remove_certificates(void **state)
{
    (void)state;
    certificates_free(made);
    return 0;
}

static void one_tls_connection_carries_many_exchanges_and_long_answers(void **state)
{
    (void)state;
    enum { PIECES = 5000 };
    char path[256];
    char ca_file[256];
    (void)snprintf(path, sizeof path, "%s", certificates_path(made, "good.pem"));
    (void)snprintf(ca_file, sizeof ca_file, "%s", certificates_path(made, "ca.pem"));
    const loopback_script script = {{READ,
                                     WRITE(OK_ANSWER),
                                     READ,
                                     WRITE("HTTP/1.1 200 OK\r\nContent-Length: 80000\r\n\r\n"),
                                     {LOOPBACK_FILL, "0123456789abcdef", PIECES},
                                     READ,
                                     WRITE(OK_ANSWER)}};
    loopback_server *server = loopback_start(&script, 1, &(loopback_tls){path, path, NULL, false});
    lfn_transport *transport =
        open_with((lfn_curl_options){.ca_file = lfn_text_of(ca_file)}, "https", "127.0.0.1", loopback_port(server));
    const size_t sizes[] = {2, 80000, 2};
    for (size_t i = 0; i < 3; i++) {
        one_call call;
        call_init(&call, LFN_DELETE, "/x");
        call.response.body.ceiling = 100000;
        assert_int_equal(call_perform(transport, &call), LFN_OK);
        assert_int_equal(call.response.body.size, sizes[i]);
        call_free(&call);
    }
    loopback_join(server);
    assert_int_equal(loopback_accepted(server), 1);
    lfn_transport_free(transport);
    loopback_free(server);
}

/* ---- what is the express lane's alone ---- */

static const express_lane *lane_of(const lfn_transport *transport)
{
    return ((const curl_transport *)transport)->express;
}

/* Bytes that were not asked for, or the end. */
static void await_bytes(int socket)
{
    struct pollfd wait = {socket, POLLIN, 0};
    assert_int_equal(poll(&wait, 1, PATIENCE_MS), 1);
}

/* Whether they lie in the socket or have left it with the answer. */
static void records_behind_an_answer_are_no_answer_to_the_next_request(void **state)
{
    (void)state;
    char path[256];
    char ca_file[256];
    (void)snprintf(path, sizeof path, "%s", certificates_path(made, "good.pem"));
    (void)snprintf(ca_file, sizeof ca_file, "%s", certificates_path(made, "ca.pem"));
    const loopback_script scripts[] = {
        {{READ, WRITE(OK_ANSWER), WRITE("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad"), {LOOPBACK_STALL, NULL, 0}}},
        {{READ, WRITE(OK_ANSWER)}}};
    loopback_server *server = loopback_start(scripts, 2, &(loopback_tls){path, path, NULL, false});
    lfn_transport *transport =
        open_with((lfn_curl_options){.ca_file = lfn_text_of(ca_file)}, "https", "127.0.0.1", loopback_port(server));
    one_call call;
    call_init(&call, LFN_DELETE, "/x");
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(call_perform(transport, &call), LFN_OK);
        assert_string_equal(call.response.body.data, "{}");
        if (lane_of(transport)->idle != NULL)
            await_bytes(lane_of(transport)->idle->socket);
    }
    loopback_join(server);
    assert_int_equal(loopback_accepted(server), 2);
    call_free(&call);
    lfn_transport_free(transport);
    loopback_free(server);
}

static void a_kept_connection_that_the_peer_closed_is_replaced_before_anything_is_sent(void **state)
{
    (void)state;
    const loopback_script scripts[] = {{{READ, WRITE(OK_ANSWER)}},
                                       {{{LOOPBACK_READ, "{\"a\":1}", 0}, WRITE(OK_ANSWER)}}};
    loopback_server *server = loopback_start(scripts, 2, NULL);
    lfn_transport *transport = open_plain(server);
    one_call call;
    call_init(&call, LFN_GET, "/x");
    assert_int_equal(call_perform(transport, &call), LFN_OK);
    await_bytes(lane_of(transport)->idle->socket);
    call.request.method = LFN_POST;
    call.request.body = lfn_text_of("{\"a\":1}");
    assert_int_equal(call_perform(transport, &call), LFN_OK);
    loopback_join(server);
    assert_int_equal(loopback_accepted(server), 2);
    call_free(&call);
    lfn_transport_free(transport);
    loopback_free(server);
}

static void a_get_that_is_answered_oddly_is_given_to_libcurl_and_so_are_those_after_it(void **state)
{
    (void)state;
    /* libcurl takes a line end without CR, which the express lane refuses. */
    const loopback_script scripts[] = {
        {{READ, WRITE("HTTP/1.1 200 OK\nContent-Length: 2\n\n{}"), {LOOPBACK_STALL, NULL, 0}}},
        {{READ, WRITE("HTTP/1.1 200 OK\nContent-Length: 2\n\n{}"), READ,
          WRITE("HTTP/1.1 201 Created\nContent-Length: 2\n\n{}")}}};
    loopback_server *server = loopback_start(scripts, 2, NULL);
    lfn_transport *transport = open_plain(server);
    one_call call;
    call_init(&call, LFN_GET, "/x");
    assert_int_equal(call_perform(transport, &call), LFN_OK);
    assert_int_equal(call.response.status, 200);
    call.request.method = LFN_POST;
    assert_int_equal(call_perform(transport, &call), LFN_OK);
    assert_int_equal(call.response.status, 201);
    assert_true(lane_of(transport)->transport->peer->is_odd);
    loopback_join(server);
    assert_int_equal(loopback_accepted(server), 2);
    call_free(&call);
    lfn_transport_free(transport);
    loopback_free(server);
}

static void a_change_that_is_answered_oddly_is_not_sent_again(void **state)
{
    (void)state;
    const loopback_script scripts[] = {{{READ, WRITE("HTTP/1.1 200 OK\nContent-Length: 2\n\n{}")}},
                                       {{READ, WRITE(OK_ANSWER)}}};
    loopback_server *server = loopback_start(scripts, 2, NULL);
    lfn_transport *transport = open_plain(server);
    one_call call;
    call_init(&call, LFN_POST, "/x");
    assert_int_equal(call_perform(transport, &call), LFN_PROTOCOL);
    assert_int_equal(call.exchange.stage, LFN_STAGE_RECEIVING);
    loopback_join(server);
    assert_int_equal(loopback_accepted(server), 1);
    assert_true(lane_of(transport)->transport->peer->is_odd);
    call_free(&call);
    lfn_transport_free(transport);
    loopback_free(server);
}

static void an_answer_that_is_wrong_in_its_body_changes_no_lane(void **state)
{
    (void)state;
    const loopback_script script = {{READ, WRITE("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n")}};
    loopback_server *server = loopback_start(&script, 1, NULL);
    lfn_transport *transport = open_plain(server);
    one_call call;
    call_init(&call, LFN_GET, "/x");
    assert_int_equal(call_perform(transport, &call), LFN_PROTOCOL);
    assert_false(lane_of(transport)->transport->peer->is_odd);
    loopback_join(server);
    assert_int_equal(loopback_accepted(server), 1);
    call_free(&call);
    lfn_transport_free(transport);
    loopback_free(server);
}

static void the_options_say_which_lane_is_taken(void **state)
{
    (void)state;
    const struct {
        const char *scheme;
        const char *proxy;
        bool express;
    } rows[] = {{"http", NULL, true},
                {"https", NULL, true},
                {"https", "http://proxy.example:3128", true},
                {"https", "http://user:secret@proxy.example:3128", false},
                {"https", "socks5h://proxy.example", false},
                {"https", "proxy.example:3128", false},
                {"http", "http://proxy.example:3128", false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lfn_curl_options options = {.proxy = lfn_text_of(rows[i].proxy)};
        lfn_transport *transport = open_with(options, rows[i].scheme, "127.0.0.1", 443);
        assert_int_equal(lane_of(transport) != NULL, rows[i].express);
        lfn_transport_free(transport);
    }
}

static void a_header_that_libcurl_knows_more_about_is_left_to_it(void **state)
{
    (void)state;
    const loopback_script script = {{READ, WRITE(OK_ANSWER)}};
    loopback_server *server = loopback_start(&script, 1, NULL);
    lfn_transport *transport = open_plain(server);
    one_call call;
    call_init(&call, LFN_GET, "/x");
    assert_true(lfn_request_add_header(&call.request, lfn_text_of("user-agent"), lfn_text_of("mine/1")));
    assert_int_equal(call_perform(transport, &call), LFN_OK);
    assert_null(lane_of(transport)->idle);
    loopback_join(server);
    assert_non_null(strstr(loopback_received(server, 0), "user-agent: mine/1\r\n"));
    assert_null(strstr(loopback_received(server, 0), "leafnative"));
    call_free(&call);
    lfn_transport_free(transport);
    loopback_free(server);
}

/* The peer has read a part of the body, answered and gone before anything is looked at. */
static void an_answer_to_half_a_request_is_read_also_when_the_peer_has_gone(void **state)
{
    (void)state;
    enum { LONG_BODY = 8 * 1024 * 1024 };
    const loopback_script script = {{READ,
                                     WRITE(OK_ANSWER),
                                     {LOOPBACK_READ, "xxxx", 0},
                                     WRITE("HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\n{}")}};
    loopback_server *server = loopback_start(&script, 1, NULL);
    lfn_transport *transport = open_plain(server);
    char *body = lfn_alloc(LONG_BODY);
    one_call call;
    assert_non_null(body);
    memset(body, 'x', LONG_BODY);
    call_init(&call, LFN_POST, "/x");
    assert_int_equal(call_perform(transport, &call), LFN_OK);
    call.request.body = lfn_text_make(body, LONG_BODY);
    call.exchange.done = false;
    transport->methods->start(transport, &call.exchange);
    if (!call.exchange.done) {
        struct pollfd gone = {lane_of(transport)->busy->socket, 0, 0};
        assert_int_equal(poll(&gone, 1, PATIENCE_MS), 1);
    }
    while (!call.exchange.done)
        transport->methods->step(transport, PATIENCE_MS);
    assert_int_equal(call.exchange.status, LFN_OK);
    assert_int_equal(call.response.status, 413);
    lfn_free(body);
    call_free(&call);
    lfn_transport_free(transport);
    loopback_free(server);
}

static void the_bytes_of_a_request_are_wiped_once_they_are_sent(void **state)
{
    (void)state;
    const loopback_script script = {{READ, WRITE(OK_ANSWER), {LOOPBACK_STALL, NULL, 0}}};
    loopback_server *server = loopback_start(&script, 1, NULL);
    lfn_transport *transport = open_plain(server);
    one_call call;
    call_init(&call, LFN_GET, "/x");
    call.request.authorization = lfn_text_of("Bearer secret");
    assert_int_equal(call_perform(transport, &call), LFN_OK);
    const express_bytes *request = &lane_of(transport)->outgoing;
    assert_true(request->capacity > 100);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(request->data[i], 0);
    call_free(&call);
    lfn_transport_free(transport);
    loopback_free(server);
}

/* libcurl does it when it finds a connection dead while it makes another one. */
static void an_exchange_whose_connection_libcurl_closes_by_itself_is_told_at_once(void **state)
{
    (void)state;
    const lfn_method methods[] = {LFN_POST, LFN_GET};
    char path[256];
    char ca_file[256];
    (void)snprintf(path, sizeof path, "%s", certificates_path(made, "good.pem"));
    (void)snprintf(ca_file, sizeof ca_file, "%s", certificates_path(made, "ca.pem"));
    const loopback_script scripts[] = {{{READ, WRITE(OK_ANSWER), {LOOPBACK_STALL, NULL, 0}}},
                                       {{READ, WRITE(OK_ANSWER), {LOOPBACK_STALL, NULL, 0}}},
                                       {{READ, WRITE(OK_ANSWER)}}};
    for (size_t i = 0; i < 2; i++) {
        loopback_server *server = loopback_start(scripts, 3, &(loopback_tls){path, path, NULL, false});
        lfn_transport *transport =
            open_with((lfn_curl_options){.ca_file = lfn_text_of(ca_file)}, "https", "127.0.0.1", loopback_port(server));
        one_call call;
        call_init(&call, methods[i], "/x");
        assert_int_equal(call_perform(transport, &call), LFN_OK);

        call.exchange.done = false;
        transport->methods->start(transport, &call.exchange);
        const express_lane *lane = lane_of(transport);
        (void)curl_multi_remove_handle(lane->connecting.multi, lane->busy->handle.easy);
        assert_int_equal(lane->busy->socket, -1);
        while (!call.exchange.done)
            transport->methods->step(transport, 1000);
        assert_int_equal(call.exchange.status, methods[i] == LFN_GET ? LFN_OK : LFN_TRANSPORT);
        assert_int_equal(call.exchange.stage, methods[i] == LFN_GET ? LFN_STAGE_DONE : LFN_STAGE_WAITING);
        call_free(&call);
        lfn_transport_free(transport);
        loopback_free(server);
    }
}

/* Which it tells only of a connection that it holds for in use: an idle one it may close when it makes another. */
static void libcurl_holds_a_tls_connection_for_in_use_from_its_first_exchange_on(void **state)
{
    (void)state;
    char path[256];
    char ca_file[256];
    const struct curl_tlssessioninfo *session = NULL;
    (void)snprintf(path, sizeof path, "%s", certificates_path(made, "good.pem"));
    (void)snprintf(ca_file, sizeof ca_file, "%s", certificates_path(made, "ca.pem"));
    const loopback_script script = {{READ, WRITE(OK_ANSWER), {LOOPBACK_STALL, NULL, 0}}};
    loopback_server *server = loopback_start(&script, 1, &(loopback_tls){path, path, NULL, false});
    lfn_transport *transport =
        open_with((lfn_curl_options){.ca_file = lfn_text_of(ca_file)}, "https", "127.0.0.1", loopback_port(server));
    one_call call;
    call_init(&call, LFN_POST, "/x");
    assert_int_equal(call_perform(transport, &call), LFN_OK);
    CURL *easy = lane_of(transport)->idle->handle.easy;
    assert_int_equal(curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &session), CURLE_OK);
    assert_non_null(session->internals);
    call_free(&call);
    lfn_transport_free(transport);
    loopback_free(server);
}

int main(void)
{
    const struct CMUnitTest shared[] = {
        cmocka_unit_test(bytes_that_nobody_asked_for_are_no_answer_to_the_next_request),
        cmocka_unit_test(an_answer_that_says_close_ends_its_connection),
        cmocka_unit_test(what_finds_no_memory_on_a_kept_connection_was_not_sent),
        cmocka_unit_test(a_long_body_is_sent_behind_its_head),
        cmocka_unit_test(a_slow_peer_is_stopped_when_the_time_is_over),
        cmocka_unit_test(one_tls_connection_carries_many_exchanges_and_long_answers),
    };
    const struct CMUnitTest express_alone[] = {
        cmocka_unit_test(a_kept_connection_that_the_peer_closed_is_replaced_before_anything_is_sent),
        cmocka_unit_test(an_answer_to_half_a_request_is_read_also_when_the_peer_has_gone),
        cmocka_unit_test(a_get_that_is_answered_oddly_is_given_to_libcurl_and_so_are_those_after_it),
        cmocka_unit_test(a_change_that_is_answered_oddly_is_not_sent_again),
        cmocka_unit_test(an_answer_that_is_wrong_in_its_body_changes_no_lane),
        cmocka_unit_test(the_options_say_which_lane_is_taken),
        cmocka_unit_test(a_header_that_libcurl_knows_more_about_is_left_to_it),
        cmocka_unit_test(the_bytes_of_a_request_are_wiped_once_they_are_sent),
        cmocka_unit_test(an_exchange_whose_connection_libcurl_closes_by_itself_is_told_at_once),
        cmocka_unit_test(libcurl_holds_a_tls_connection_for_in_use_from_its_first_exchange_on),
        cmocka_unit_test(records_behind_an_answer_are_no_answer_to_the_next_request),
    };
    int failed = RUN_LANE(false, shared, make_certificates, remove_certificates);
    failed += RUN_LANE(true, shared, make_certificates, remove_certificates);
    general_lane = false;
    return failed +
           cmocka_run_group_tests_name("the express lane alone", express_alone, make_certificates, remove_certificates);
}
