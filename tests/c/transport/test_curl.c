/* Exchanges over libcurl with a scripted server: what is sent byte for byte, what is kept, what is never done. */
#include "base/alloc.h"
#include "transport/one_call.h"

#define OK_ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
#define HEAD_END "\r\n\r\n"

static lfn_text text(const char *string)
{
    return lfn_text_of(string);
}

/* Sends one request to a server with one script and gives the status; the call stays open for questions. */
static lfn_status exchange_once(const loopback_script *script, one_call *call)
{
    loopback_server *server = loopback_start(script, 1, NULL);
    lfn_transport *transport = open_plain(server);
    lfn_status status = call_perform(transport, call);
    lfn_transport_free(transport);
    loopback_free(server);
    return status;
}

static void a_post_goes_out_byte_for_byte(void **state)
{
    (void)state;
    const loopback_script script = {{{LOOPBACK_READ, "{\"a\":1}", 0},
                                     {LOOPBACK_WRITE,
                                      "HTTP/1.1 201 Created\r\nX-Total-Count:  7 \r\nContent-Length: "
                                      "2\r\n\r\n{}",
                                      0}}};
    loopback_server *server = loopback_start(&script, 1, NULL);
    lfn_transport *transport = open_plain(server);
    one_call call;
    call_init(&call, LFN_POST, "/a/../b%2Fc?page=0");
    call.request.authorization = text("Bearer secret");
    call.request.body = text("{\"a\":1}");
    assert_true(lfn_request_add_header(&call.request, text("Accept"), text("application/json")));
    assert_true(lfn_request_add_header(&call.request, text("Content-Type"), text("application/json")));
    assert_int_equal(call_perform(transport, &call), LFN_OK);
    assert_int_equal(call.exchange.stage, LFN_STAGE_DONE);
    assert_int_equal(call.response.status, 201);
    assert_string_equal(call.response.body.data, "{}");
    assert_string_equal(call.response.headers.data, "X-Total-Count: 7\nContent-Length: 2\n");

    char expected[512];
    (void)snprintf(expected, sizeof expected,
                   "POST /a/../b%%2Fc?page=0 HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: leafnative/" LFN_VERSION
                   "\r\nAuthorization: Bearer secret\r\nAccept: application/json\r\nContent-Type: application/json\r\n"
                   "Content-Length: 7\r\n\r\n{\"a\":1}",
                   loopback_port(server));
    loopback_join(server);
    assert_string_equal(loopback_received(server, 0), expected);
    call_free(&call);
    lfn_transport_free(transport);
    loopback_free(server);
}

static void a_get_and_a_delete_carry_no_body_and_nothing_of_libcurl(void **state)
{
    (void)state;
    const loopback_script script = {{{LOOPBACK_READ, HEAD_END, 0},
                                     {LOOPBACK_WRITE, OK_ANSWER, 0},
                                     {LOOPBACK_READ, HEAD_END, 0},
                                     {LOOPBACK_WRITE, "HTTP/1.1 204 No Content\r\n\r\n", 0},
                                     {LOOPBACK_READ, HEAD_END, 0},
                                     {LOOPBACK_WRITE, OK_ANSWER, 0}}};
    loopback_server *server = loopback_start(&script, 1, NULL);
    lfn_transport *transport = open_plain(server);
    const lfn_method methods[] = {LFN_GET, LFN_DELETE, LFN_PATCH};
    const int statuses[] = {200, 204, 200};
    for (size_t i = 0; i < 3; i++) {
        one_call call;
        call_init(&call, methods[i], "/x");
        assert_int_equal(call_perform(transport, &call), LFN_OK);
        assert_int_equal(call.response.status, statuses[i]);
        call_free(&call);
    }
    char expected[512];
    int port = loopback_port(server);
    (void)snprintf(expected, sizeof expected,
                   "GET /x HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: leafnative/" LFN_VERSION "\r\n\r\n"
                   "DELETE /x HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: leafnative/" LFN_VERSION "\r\n\r\n"
                   "PATCH /x HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: leafnative/" LFN_VERSION
                   "\r\nContent-Length: 0\r\n\r\n",
                   port, port, port);
    loopback_join(server);
    assert_string_equal(loopback_received(server, 0), expected);
    assert_int_equal(loopback_accepted(server), 1);
    lfn_transport_free(transport);
    loopback_free(server);
}

static void an_interim_answer_is_passed_over(void **state)
{
    (void)state;
    const loopback_script script = {{{LOOPBACK_READ, HEAD_END, 0},
                                     {LOOPBACK_WRITE, "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n", 0},
                                     {LOOPBACK_WRITE, "HTTP/1.1 200 OK\r\nETag: 1\r\nContent-Length: 2\r\n\r\n{}", 0}}};
    one_call call;
    call_init(&call, LFN_GET, "/");
    assert_int_equal(exchange_once(&script, &call), LFN_OK);
    assert_int_equal(call.response.status, 200);
    assert_string_equal(call.response.headers.data, "ETag: 1\nContent-Length: 2\n");
    call_free(&call);
}

static void a_chunked_answer_is_joined_and_its_trailers_are_left_out(void **state)
{
    (void)state;
    const loopback_script script = {
        {{LOOPBACK_READ, HEAD_END, 0},
         {LOOPBACK_WRITE, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", 0},
         {LOOPBACK_WRITE, "2;x=y\r\nde\r\n0\r\nX-Trailer: 1\r\n\r\n", 0}}};
    one_call call;
    call_init(&call, LFN_GET, "/");
    assert_int_equal(exchange_once(&script, &call), LFN_OK);
    assert_string_equal(call.response.body.data, "abcde");
    assert_string_equal(call.response.headers.data, "Transfer-Encoding: chunked\n");
    call_free(&call);
}

static void an_answer_without_a_body_needs_none_whatever_its_length_says(void **state)
{
    (void)state;
    const loopback_script script = {{{LOOPBACK_READ, HEAD_END, 0},
                                     {LOOPBACK_WRITE, "HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n", 0},
                                     {LOOPBACK_READ, HEAD_END, 0},
                                     {LOOPBACK_WRITE, OK_ANSWER, 0}}};
    loopback_server *server = loopback_start(&script, 1, NULL);
    lfn_transport *transport = open_plain(server);
    one_call call;
    call_init(&call, LFN_GET, "/");
    assert_int_equal(call_perform(transport, &call), LFN_OK);
    assert_int_equal(call.response.status, 304);
    assert_int_equal(call.response.body.size, 0);
    assert_int_equal(call_perform(transport, &call), LFN_OK);
    assert_int_equal(call.response.status, 200);
    call_free(&call);
    lfn_transport_free(transport);
    loopback_free(server);
}

static void a_redirect_is_an_answer_and_authorization_stays_at_home(void **state)
{
    (void)state;
    const loopback_script nothing = {{{LOOPBACK_READ, HEAD_END, 0}}};
    loopback_server *other = loopback_start(&nothing, 1, NULL);
    char answer[256];
    (void)snprintf(answer, sizeof answer,
                   "HTTP/1.1 302 Found\r\nLocation: http://localhost:%d/\r\nContent-Length: 0\r\n\r\n",
                   loopback_port(other));
    const loopback_script script = {{{LOOPBACK_READ, HEAD_END, 0}, {LOOPBACK_WRITE, answer, 0}}};
    one_call call;
    call_init(&call, LFN_GET, "/");
    call.request.authorization = text("Bearer secret");
    assert_int_equal(exchange_once(&script, &call), LFN_OK);
    assert_int_equal(call.response.status, 302);
    loopback_join(other);
    assert_int_equal(loopback_accepted(other), 0);
    call_free(&call);
    loopback_free(other);
}

static void line_ends_are_refused_before_anything_is_sent(void **state)
{
    (void)state;
    loopback_server *server = loopback_start(&(loopback_script){{{LOOPBACK_STALL, NULL, 0}}}, 1, NULL);
    lfn_transport *transport = open_plain(server);
    const char *bad[] = {"a\rb", "a\nb", "a\r\nX: y"};
    for (size_t i = 0; i < 4; i++) {
        lfn_text value = i < 3 ? text(bad[i]) : lfn_text_make("a\0b", 3);
        one_call calls[4];
        for (size_t part = 0; part < 4; part++)
            call_init(&calls[part], LFN_GET, "/");
        calls[0].request.authorization = value;
        calls[1].request.target = value;
        calls[2].request.headers[0] = (lfn_header){text("X-A"), value};
        calls[2].request.header_count = 1;
        calls[3].request.headers[0] = (lfn_header){value, text("1")};
        calls[3].request.header_count = 1;
        for (size_t part = 0; part < 4; part++) {
            assert_int_equal(call_perform(transport, &calls[part]), LFN_BAD_INPUT);
            assert_int_equal(calls[part].exchange.stage, LFN_STAGE_IDLE);
            call_free(&calls[part]);
        }
    }
    lfn_transport_free(transport);
    loopback_join(server);
    assert_int_equal(loopback_accepted(server), 0);
    loopback_free(server);
}

/* Each connection but the last answers once and dies of the next request. libcurl counts such deaths for as long as a
 * handle lives, and gives up at the sixth. */
static void a_get_is_sent_again_when_its_kept_connection_died(void **state)
{
    (void)state;
    loopback_script scripts[LOOPBACK_CONNECTIONS_MAX] = {0};
    for (size_t i = 0; i < LOOPBACK_CONNECTIONS_MAX; i++)
        scripts[i] = (loopback_script){
            {{LOOPBACK_READ, HEAD_END, 0}, {LOOPBACK_WRITE, OK_ANSWER, 0}, {LOOPBACK_READ, HEAD_END, 0}}};
    scripts[LOOPBACK_CONNECTIONS_MAX - 1].steps[2].action = LOOPBACK_END;
    loopback_server *server = loopback_start(scripts, LOOPBACK_CONNECTIONS_MAX, NULL);
    lfn_transport *transport = open_plain(server);
    one_call call;
    call_init(&call, LFN_GET, "/");
    for (size_t i = 0; i < LOOPBACK_CONNECTIONS_MAX; i++)
        assert_int_equal(call_perform(transport, &call), LFN_OK);
    loopback_join(server);
    assert_int_equal(loopback_accepted(server), LOOPBACK_CONNECTIONS_MAX);
    call_free(&call);
    lfn_transport_free(transport);
    loopback_free(server);
}

static void nothing_else_is_sent_again_when_its_kept_connection_died(void **state)
{
    (void)state;
    const lfn_method methods[] = {LFN_POST, LFN_PUT, LFN_PATCH, LFN_DELETE};
    for (size_t i = 0; i < 8; i++) {
        bool by_reset = i >= 4;
        const loopback_script scripts[] = {{{{LOOPBACK_READ, HEAD_END, 0},
                                             {LOOPBACK_WRITE, OK_ANSWER, 0},
                                             {LOOPBACK_READ, HEAD_END, 0},
                                             {by_reset ? LOOPBACK_RESET : LOOPBACK_END, NULL, 0}}},
                                           {{{LOOPBACK_READ, HEAD_END, 0}, {LOOPBACK_WRITE, OK_ANSWER, 0}}}};
        loopback_server *server = loopback_start(scripts, 2, NULL);
        lfn_transport *transport = open_plain(server);
        one_call call;
        call_init(&call, LFN_GET, "/");
        assert_int_equal(call_perform(transport, &call), LFN_OK);
        call.request.method = methods[i % 4];
        assert_int_equal(call_perform(transport, &call), LFN_TRANSPORT);
        assert_true(call.exchange.stage == LFN_STAGE_WAITING || call.exchange.stage == LFN_STAGE_SENDING);
        assert_int_equal(call.response.status, 0);
        lfn_transport_free(transport);
        loopback_join(server);
        assert_string_equal(loopback_received(server, 1), "");
        call_free(&call);
        loopback_free(server);
    }
}

static void several_exchanges_move_at_once_and_one_can_be_cancelled(void **state)
{
    (void)state;
    /* The server takes one connection after the other: the first stalls until its exchange is cancelled. */
    const loopback_script scripts[] = {{{{LOOPBACK_READ, HEAD_END, 0}, {LOOPBACK_STALL, NULL, 0}}},
                                       {{{LOOPBACK_READ, HEAD_END, 0}, {LOOPBACK_WRITE, OK_ANSWER, 0}}}};
    loopback_server *server = loopback_start(scripts, 2, NULL);
    lfn_transport *transport = open_plain(server);
    one_call first;
    one_call second;
    call_init(&first, LFN_GET, "/first");
    call_init(&second, LFN_GET, "/second");
    transport->methods->start(transport, &first.exchange);
    while (loopback_accepted(server) == 0)
        transport->methods->step(transport, 1);
    transport->methods->start(transport, &second.exchange);
    transport->methods->step(transport, 0);
    assert_false(first.exchange.done || second.exchange.done);
    transport->methods->cancel(transport, &first.exchange);
    while (!second.exchange.done)
        transport->methods->step(transport, 1000);
    assert_int_equal(second.exchange.status, LFN_OK);
    assert_false(first.exchange.done);
    call_free(&first);
    call_free(&second);
    lfn_transport_free(transport);
    loopback_free(server);
}

static void freeing_a_transport_lets_go_of_what_is_under_way(void **state)
{
    (void)state;
    loopback_server *server = loopback_start(&(loopback_script){{{LOOPBACK_STALL, NULL, 0}}}, 1, NULL);
    lfn_transport *transport = open_plain(server);
    one_call call;
    call_init(&call, LFN_GET, "/");
    transport->methods->start(transport, &call.exchange);
    transport->methods->step(transport, 0);
    lfn_transport_free(transport);
    lfn_transport_free(NULL);
    assert_false(call.exchange.done);
    call_free(&call);
    loopback_free(server);
}

static void no_time_left_sends_nothing(void **state)
{
    (void)state;
    loopback_server *server = loopback_start(&(loopback_script){{{LOOPBACK_STALL, NULL, 0}}}, 1, NULL);
    lfn_transport *transport = open_plain(server);
    one_call call;
    call_init(&call, LFN_GET, "/");
    call.exchange.timeout_ms = 0;
    assert_int_equal(call_perform(transport, &call), LFN_DEADLINE);
    assert_int_equal(call.exchange.stage, LFN_STAGE_IDLE);
    call_free(&call);
    lfn_transport_free(transport);
    loopback_free(server);
}

static void a_proxy_is_asked_for_a_tunnel_and_sees_no_header(void **state)
{
    (void)state;
    const loopback_script script = {{{LOOPBACK_READ, HEAD_END, 0},
                                     {LOOPBACK_WRITE, "HTTP/1.1 200 Connected\r\nX-Proxy: 1\r\n\r\n", 0},
                                     {LOOPBACK_READ, HEAD_END, 0},
                                     {LOOPBACK_WRITE, OK_ANSWER, 0}}};
    loopback_server *server = loopback_start(&script, 1, NULL);
    char proxy[64];
    (void)snprintf(proxy, sizeof proxy, "http://127.0.0.1:%d", loopback_port(server));
    lfn_transport *transport = open_with((lfn_curl_options){.proxy = text(proxy)}, "http", "localhost", 9);
    one_call call;
    call_init(&call, LFN_GET, "/x");
    call.request.authorization = text("Bearer secret");
    assert_int_equal(call_perform(transport, &call), LFN_OK);
    assert_string_equal(call.response.headers.data, "Content-Length: 2\n");
    loopback_join(server);
    const char *request = strstr(loopback_received(server, 0), HEAD_END);
    assert_non_null(request);
    assert_int_equal(strncmp(loopback_received(server, 0), "CONNECT localhost:9 HTTP/1.1\r\n", 30), 0);
    assert_int_equal(strncmp(request, "\r\n\r\nGET /x HTTP/1.1\r\n", 21), 0);
    assert_true(strstr(loopback_received(server, 0), "Bearer") > request);
    call_free(&call);
    lfn_transport_free(transport);
    loopback_free(server);
}

static void every_allocation_that_fails_is_told(void **state)
{
    (void)state;
    for (long passes = 0;; passes++) {
        const loopback_script script = {{{LOOPBACK_READ, HEAD_END, 0}, {LOOPBACK_WRITE, OK_ANSWER, 0}}};
        loopback_server *server = loopback_start(&script, 1, NULL);
        char url[64];
        (void)snprintf(url, sizeof url, "http://127.0.0.1:%d", loopback_port(server));
        lfn_curl_options options = {.base_url = text(url), .proxy = {NULL, 0}};
        lfn_transport *transport = NULL;
        one_call call;
        call_init(&call, LFN_GET, "/x");
        call.request.authorization = text("Bearer secret");

        lfn_alloc_fail_after(passes);
        lfn_status status = lfn_transport_open_curl(&options, &transport, NULL);
        if (status == LFN_OK)
            status = call_perform(transport, &call);
        lfn_alloc_fail_after(-1);
        lfn_transport_free(transport);
        call_free(&call);
        loopback_free(server);
        if (status == LFN_OK) {
            assert_true(passes >= 7);
            break;
        }
        assert_int_equal(status, LFN_NO_MEMORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_post_goes_out_byte_for_byte),
        cmocka_unit_test(a_get_and_a_delete_carry_no_body_and_nothing_of_libcurl),
        cmocka_unit_test(an_interim_answer_is_passed_over),
        cmocka_unit_test(a_chunked_answer_is_joined_and_its_trailers_are_left_out),
        cmocka_unit_test(an_answer_without_a_body_needs_none_whatever_its_length_says),
        cmocka_unit_test(a_redirect_is_an_answer_and_authorization_stays_at_home),
        cmocka_unit_test(line_ends_are_refused_before_anything_is_sent),
        cmocka_unit_test(a_get_is_sent_again_when_its_kept_connection_died),
        cmocka_unit_test(nothing_else_is_sent_again_when_its_kept_connection_died),
        cmocka_unit_test(several_exchanges_move_at_once_and_one_can_be_cancelled),
        cmocka_unit_test(freeing_a_transport_lets_go_of_what_is_under_way),
        cmocka_unit_test(no_time_left_sends_nothing),
        cmocka_unit_test(a_proxy_is_asked_for_a_tunnel_and_sees_no_header),
        cmocka_unit_test(every_allocation_that_fails_is_told),
    };
    int failed = RUN_LANE(false, tests, NULL, NULL);
    return failed + RUN_LANE(true, tests, NULL, NULL);
}
