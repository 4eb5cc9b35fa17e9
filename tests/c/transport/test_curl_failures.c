/* What can go wrong between two peers, one row for each: the status that tells what to do, the stage that tells what
 * may have happened, and a message that names the peer. */
#include "transport/one_call.h"

#define READ                                                                                                           \
    {                                                                                                                  \
        LOOPBACK_READ, "\r\n\r\n", 0                                                                                   \
    }
#define WRITE(text)                                                                                                    \
    {                                                                                                                  \
        LOOPBACK_WRITE, text, 0                                                                                        \
    }
#define OK_LINE "HTTP/1.1 200 OK\r\n"

typedef struct failure {
    const char *name;
    loopback_script script;
    lfn_status status;
    lfn_stage stage;
    const char *message; /* a part of it */
} failure;

static const failure failures[] = {
    {"closed after the request", {{READ}}, LFN_TRANSPORT, LFN_STAGE_WAITING, "127.0.0.1"},
    {"reset after the request", {{READ, {LOOPBACK_RESET, NULL, 0}}}, LFN_TRANSPORT, LFN_STAGE_WAITING, "127.0.0.1"},
    {"no answer in time", {{READ, {LOOPBACK_STALL, NULL, 0}}}, LFN_DEADLINE, LFN_STAGE_WAITING, "127.0.0.1"},
    {"closed in the head", {{READ, WRITE(OK_LINE "Content-Le")}}, LFN_TRANSPORT, LFN_STAGE_RECEIVING, "127.0.0.1"},
    {"reset in the head",
     {{READ, WRITE(OK_LINE "Content-Le"), {LOOPBACK_RESET, NULL, 0}}},
     LFN_TRANSPORT,
     LFN_STAGE_RECEIVING,
     "127.0.0.1"},
    {"stalled in the head",
     {{READ, WRITE(OK_LINE "A: b\r\n"), {LOOPBACK_STALL, NULL, 0}}},
     LFN_DEADLINE,
     LFN_STAGE_RECEIVING,
     "127.0.0.1"},
    {"closed in the body",
     {{READ, WRITE(OK_LINE "Content-Length: 9\r\n\r\n{")}},
     LFN_TRANSPORT,
     LFN_STAGE_RECEIVING,
     "before the answer was whole"},
    {"reset in the body",
     {{READ, WRITE(OK_LINE "Content-Length: 9\r\n\r\n{"), {LOOPBACK_RESET, NULL, 0}}},
     LFN_TRANSPORT,
     LFN_STAGE_RECEIVING,
     "127.0.0.1"},
    {"stalled in the body",
     {{READ, WRITE(OK_LINE "Content-Length: 9\r\n\r\n{"), {LOOPBACK_STALL, NULL, 0}}},
     LFN_DEADLINE,
     LFN_STAGE_RECEIVING,
     "127.0.0.1"},
    {"closed in a chunk",
     {{READ, WRITE(OK_LINE "Transfer-Encoding: chunked\r\n\r\n5\r\nab")}},
     LFN_TRANSPORT,
     LFN_STAGE_RECEIVING,
     "127.0.0.1"},
    {"a chunk of no size",
     {{READ, WRITE(OK_LINE "Transfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n0\r\n\r\n")}},
     LFN_PROTOCOL,
     LFN_STAGE_RECEIVING,
     "hex"},
    {"closed after an interim answer",
     {{READ, WRITE("HTTP/1.1 103 Early Hints\r\n\r\n")}},
     LFN_TRANSPORT,
     LFN_STAGE_RECEIVING,
     "127.0.0.1"},
    {"no HTTP at all", {{READ, WRITE("SSH-2.0-OpenSSH_9.2\r\n")}}, LFN_PROTOCOL, LFN_STAGE_RECEIVING, "127.0.0.1"},
    {"another version of HTTP",
     {{READ, WRITE("HTTP/4.2 200 OK\r\n\r\n")}},
     LFN_PROTOCOL,
     LFN_STAGE_RECEIVING,
     "127.0.0.1"},
    {"a status that is no number",
     {{READ, WRITE("HTTP/1.1 abc OK\r\n\r\n")}},
     LFN_PROTOCOL,
     LFN_STAGE_RECEIVING,
     "127.0.0.1"},
    {"a length that is no number",
     {{READ, WRITE(OK_LINE "Content-Length: abc\r\n\r\n{}")}},
     LFN_PROTOCOL,
     LFN_STAGE_RECEIVING,
     "127.0.0.1"},
    {"a length over the limit",
     {{READ, WRITE(OK_LINE "Content-Length: 1001\r\n\r\n{")}},
     LFN_PROTOCOL,
     LFN_STAGE_RECEIVING,
     "over the limit of 1000 bytes"},
    {"chunks over the limit",
     {{READ,
       WRITE(OK_LINE "Transfer-Encoding: chunked\r\n\r\n"),
       {LOOPBACK_FILL, "5\r\nabcde\r\n", 201},
       {LOOPBACK_STALL, NULL, 0}}},
     LFN_PROTOCOL,
     LFN_STAGE_RECEIVING,
     "over the limit of 1000 bytes"},
    {"a body without an end over the limit",
     {{READ, WRITE(OK_LINE "\r\n"), {LOOPBACK_FILL, "abcde", 201}, {LOOPBACK_STALL, NULL, 0}}},
     LFN_PROTOCOL,
     LFN_STAGE_RECEIVING,
     "over the limit of 1000 bytes"},
    {"headers over the limit",
     {{READ, WRITE(OK_LINE), {LOOPBACK_FILL, "X-Filler: 0123456789\r\n", 4000}, {LOOPBACK_STALL, NULL, 0}}},
     LFN_PROTOCOL,
     LFN_STAGE_RECEIVING,
     "over the limit of 65536 bytes"},
    {"interim answers without end",
     {{READ, {LOOPBACK_FILL, "HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n", 4000}, {LOOPBACK_STALL, NULL, 0}}},
     LFN_PROTOCOL,
     LFN_STAGE_RECEIVING,
     "127.0.0.1"},
    {"trailers without end",
     {{READ,
       WRITE(OK_LINE "Transfer-Encoding: chunked\r\n\r\n0\r\n"),
       {LOOPBACK_FILL, "X: y\r\n", 16000},
       {LOOPBACK_STALL, NULL, 0}}},
     LFN_PROTOCOL,
     LFN_STAGE_RECEIVING,
     "127.0.0.1"},
    {"one header over the limit",
     {{READ, WRITE(OK_LINE "X: "), {LOOPBACK_FILL, "0123456789012345", 8000}, {LOOPBACK_STALL, NULL, 0}}},
     LFN_PROTOCOL,
     LFN_STAGE_RECEIVING,
     "head"},
    {"a NUL in a header",
     {{READ, {LOOPBACK_WRITE, OK_LINE "X: a\0b\r\n\r\n", sizeof OK_LINE "X: a\0b\r\n\r\n" - 1}}},
     LFN_PROTOCOL,
     LFN_STAGE_RECEIVING,
     "127.0.0.1"},
    {"a header without a colon",
     {{READ, WRITE(OK_LINE "nonsense\r\nContent-Length: 0\r\n\r\n")}},
     LFN_PROTOCOL,
     LFN_STAGE_RECEIVING,
     "127.0.0.1"},
    {"a folded header",
     {{READ, WRITE(OK_LINE "X: a\r\n b\r\nContent-Length: 0\r\n\r\n")}},
     LFN_PROTOCOL,
     LFN_STAGE_RECEIVING,
     "no header"},
    {"a transfer coding that nobody knows",
     {{READ, WRITE(OK_LINE "Transfer-Encoding: bogus\r\n\r\n{}")}},
     LFN_PROTOCOL,
     LFN_STAGE_RECEIVING,
     "127.0.0.1"},
};

static size_t provoked;

static void check(const char *name, const one_call *call, lfn_status status, lfn_stage stage, const char *message)
{
    const lfn_error *error = &call->error;
    if (call->exchange.status != status || call->exchange.stage != stage || strstr(error->message, message) == NULL)
        fail_msg("%s, %s: status %d, stage %d, message '%s', hint '%s'", lane_name(), name, (int)call->exchange.status,
                 (int)call->exchange.stage, error->message, error->hint);
    assert_int_equal(error->status, status);
    assert_true(error->hint[0] != '\0');
    assert_null(strstr(error->message, "secret"));
    assert_null(strchr(error->message, '\n'));
    provoked++;
}

/* Whether the exchange came as far in its time as it can; if so, it has failed as the row says. */
static bool fails_within(const failure *row, int64_t timeout_ms)
{
    char within[64] = "";
    loopback_server *server = loopback_start(&row->script, 1, NULL);
    lfn_transport *transport = open_plain(server);
    one_call call;
    call_init(&call, LFN_POST, "/x");
    call.request.authorization = lfn_text_of("Bearer secret");
    call.exchange.timeout_ms = timeout_ms;
    (void)call_perform(transport, &call);
    bool came_far = timeout_ms >= PATIENCE_MS || call.exchange.stage >= row->stage;
    if (row->status == LFN_DEADLINE)
        (void)snprintf(within, sizeof within, "within %lld ms", (long long)timeout_ms);
    if (came_far) {
        check(row->name, &call, row->status, row->stage, row->message);
        assert_non_null(strstr(call.error.message, within));
        assert_int_equal(call.response.status, 0);
        assert_int_equal(call.response.body.size, 0);
    }
    lfn_transport_free(transport);
    call_free(&call);
    loopback_free(server);
    return came_far;
}

/* A short time that was over too early, because the machine was busy, is doubled. */
static void fails_with(const failure *row)
{
    int64_t timeout_ms = row->status == LFN_DEADLINE ? 100 : PATIENCE_MS;
    while (!fails_within(row, timeout_ms))
        timeout_ms *= 2;
}

static void every_broken_answer_is_told_for_what_it_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++)
        fails_with(&failures[i]);
}

/* libcurl takes it for no answer at all; for what may be repeated, both stages mean the same. */
static void a_part_of_a_status_line_is_seen_by_the_express_lane_alone(void **state)
{
    (void)state;
    lfn_stage stage = general_lane ? LFN_STAGE_WAITING : LFN_STAGE_RECEIVING;
    fails_with(&(failure){"closed in the status line", {{READ, WRITE("HTTP/1.")}}, LFN_TRANSPORT, stage, "127.0.0.1"});
}

/* Performs a call that must fail before anything of it is sent. */
static void fails_while_connecting(const char *name, lfn_transport *transport, int64_t connect_timeout_ms,
                                   lfn_status status, const char *message, const char *hint)
{
    one_call call;
    call_init(&call, LFN_POST, "/x");
    call.request.authorization = lfn_text_of("Bearer secret");
    call.exchange.connect_timeout_ms = connect_timeout_ms;
    (void)call_perform(transport, &call);
    check(name, &call, status, LFN_STAGE_CONNECTING, message);
    if (strstr(call.error.hint, hint) == NULL)
        fail_msg("%s: hint '%s'", name, call.error.hint);
    call_free(&call);
    lfn_transport_free(transport);
}

static void a_closed_port_asks_whether_the_service_is_running(void **state)
{
    (void)state;
    lfn_transport *transport = open_with((lfn_curl_options){0}, "http", "127.0.0.1", loopback_closed_port());
    fails_while_connecting("closed port", transport, PATIENCE_MS, LFN_TRANSPORT, "127.0.0.1",
                           "Is the service running at 127.");
}

static void a_host_that_no_name_service_knows_is_told(void **state)
{
    (void)state;
    lfn_transport *transport = open_with((lfn_curl_options){0}, "https", "no..such..host", 443);
    fails_while_connecting("bad host", transport, PATIENCE_MS, LFN_TRANSPORT, "no..such..host",
                           "host name in base_url");
}

static void a_handshake_that_stalls_ends_with_the_connect_timeout(void **state)
{
    (void)state;
    loopback_server *server = loopback_start(&(loopback_script){{{LOOPBACK_STALL, NULL, 0}}}, 1, NULL);
    lfn_transport *transport = open_with((lfn_curl_options){0}, "https", "127.0.0.1", loopback_port(server));
    fails_while_connecting("stalled handshake", transport, 150, LFN_DEADLINE, "150 ms", "longer timeout");
    loopback_free(server);
}

/* A proxy that follows the script, in front of a peer that is never reached. */
static void proxy_fails(const char *name, const char *scheme, loopback_script script, lfn_status status,
                        const char *message)
{
    loopback_server *server = loopback_start(&script, 1, NULL);
    char proxy[96];
    (void)snprintf(proxy, sizeof proxy, "%s://user:secret@127.0.0.1:%d", scheme, loopback_port(server));
    lfn_transport *transport = open_with((lfn_curl_options){.proxy = lfn_text_of(proxy)}, "https", "peer.example", 443);
    fails_while_connecting(name, transport, PATIENCE_MS, status, message, "");
    loopback_free(server);
}

static void a_proxy_that_fails_is_told_without_its_password(void **state)
{
    (void)state;
    proxy_fails("refusing proxy", "http",
                (loopback_script){{READ, WRITE("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")}}, LFN_TRANSPORT, "403");
    proxy_fails("closing proxy", "http", (loopback_script){{READ}}, LFN_TRANSPORT, "peer.example");
    proxy_fails("nonsense of a SOCKS proxy", "socks5h",
                (loopback_script){{WRITE("HTTP/1.1 400 Bad\r\n\r\n"), {LOOPBACK_STALL, NULL, 0}}}, LFN_TRANSPORT,
                "peer.example");

    char proxy[96];
    (void)snprintf(proxy, sizeof proxy, "http://user:secret@127.0.0.1:%d", loopback_closed_port());
    fails_while_connecting("closed proxy",
                           open_with((lfn_curl_options){.proxy = lfn_text_of(proxy)}, "https", "peer.example", 443),
                           PATIENCE_MS, LFN_TRANSPORT, "peer.example", "");
    fails_while_connecting(
        "unknown proxy",
        open_with((lfn_curl_options){.proxy = lfn_text_of("http://no..such..host")}, "https", "peer.example", 443),
        PATIENCE_MS, LFN_TRANSPORT, "no..such..host", "host name in proxy");
    fails_while_connecting(
        "proxy that is no URL",
        open_with((lfn_curl_options){.proxy = lfn_text_of("http://user:secret@[::")}, "https", "peer.example", 443),
        PATIENCE_MS, LFN_TRANSPORT, "peer.example", "proxy");

    /* libcurl cuts what does not fit into its message. */
    char padded[400];
    (void)snprintf(padded, sizeof padded, "http://user:secret%0*d@[::", 300, 0);
    fails_while_connecting("long proxy that is no URL",
                           open_with((lfn_curl_options){.proxy = lfn_text_of(padded)}, "https", "peer.example", 443),
                           PATIENCE_MS, LFN_TRANSPORT, "peer.example", "proxy");
}

static void a_proxy_of_an_unknown_kind_is_refused_without_its_password(void **state)
{
    (void)state;
    lfn_curl_options options = {.base_url = LFN_TEXT("https://peer.example"),
                                .proxy = LFN_TEXT("gopher://user:secret@127.0.0.1")};
    lfn_transport *transport = NULL;
    lfn_error error = {0};
    assert_int_equal(lfn_transport_open_curl(&options, &transport, &error), LFN_BAD_INPUT);
    assert_null(transport);
    assert_string_equal(error.where, "/proxy");
    assert_non_null(strstr(error.message, "socks5h://"));
    assert_null(strstr(error.message, "secret"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_broken_answer_is_told_for_what_it_is),
        cmocka_unit_test(a_part_of_a_status_line_is_seen_by_the_express_lane_alone),
        cmocka_unit_test(a_closed_port_asks_whether_the_service_is_running),
        cmocka_unit_test(a_host_that_no_name_service_knows_is_told),
        cmocka_unit_test(a_handshake_that_stalls_ends_with_the_connect_timeout),
        cmocka_unit_test(a_proxy_that_fails_is_told_without_its_password),
        cmocka_unit_test(a_proxy_of_an_unknown_kind_is_refused_without_its_password),
    };
    int failed = RUN_LANE(false, tests, NULL, NULL);
    (void)printf("figure failures_provoked %zu\n", provoked);
    return failed + RUN_LANE(true, tests, NULL, NULL);
}
