/* The descriptor of calls of which none is with the peer: what happens on their connections is taken note of all the
 * same, so that an event loop is not woken by it again and again. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "leafnative/client.h"
#include "support/loopback_server.h"
#include "support/patience.h"

enum { POLLS_MAX = 1000 };

#define GOOD "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"
#define UNWELL "HTTP/1.1 503 Unwell\r\nRetry-After: 4\r\nContent-Length: 2\r\n\r\n{}"

typedef struct watched {
    loopback_server *server;
    bool waits; /* a call was answered, and rests before it is repeated */
    lfn_client *client;
    lfn_calls *calls;
    int descriptor;
} watched;

static void tell(void *context, const lfn_event *event)
{
    watched *w = context;
    w->waits = w->waits || event->kind == LFN_EVENT_WAIT;
}

static void open_watched(watched *w, const loopback_script *script)
{
    char url[64];
    *w = (watched){.server = loopback_start(script, 1, NULL)};
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%d", loopback_port(w->server));
    lfn_client_options options = {.base_url = lfn_text_of(url), .token = LFN_TEXT("t"), .events = {tell, w}};
    assert_int_equal(lfn_client_open(&options, &w->client, NULL), LFN_OK);
    assert_int_equal(lfn_calls_open(w->client, &(lfn_calls_options){.concurrency = 4}, &w->calls, NULL), LFN_OK);
    w->descriptor = lfn_calls_descriptor(w->calls, NULL);
    assert_true(w->descriptor >= 0);
    assert_int_equal(lfn_calls_submit_request(w->calls, LFN_GET, lfn_text_of("/r"), lfn_text_of(NULL), 1, NULL),
                     LFN_OK);
}

static void free_watched(watched *w)
{
    lfn_calls_free(w->calls);
    lfn_client_free(w->client);
    loopback_free(w->server);
}

static bool is_readable(int descriptor, int wait_ms)
{
    struct pollfd wait = {.fd = descriptor, .events = POLLIN};
    return poll(&wait, 1, wait_ms) == 1;
}

static size_t poll_now(watched *w)
{
    lfn_completion done[4];
    return lfn_calls_poll(w->calls, 0, done, 4);
}

/* Polls as often as the descriptor tells, until the call has ended or waits. */
static void follow(watched *w)
{
    size_t count = poll_now(w);
    for (int i = 0; i < POLLS_MAX && count == 0 && !w->waits && is_readable(w->descriptor, PATIENCE_MS); i++)
        count = poll_now(w);
}

/* The peer goes away: the descriptor tells of it, and a single poll makes it quiet. */
static void lose_the_peer(watched *w)
{
    loopback_join(w->server);
    assert_true(is_readable(w->descriptor, PATIENCE_MS));
    assert_int_equal(poll_now(w), 0);
    assert_false(is_readable(w->descriptor, 0));
}

static void a_connection_that_the_peer_closes_while_nothing_is_pending_is_told_once(void **state)
{
    static const loopback_script script = {{{LOOPBACK_READ, "\r\n\r\n", 0}, {LOOPBACK_WRITE, GOOD, 0}}};
    watched w;
    (void)state;
    open_watched(&w, &script);
    follow(&w);
    assert_int_equal(lfn_calls_room(w.calls), 3); /* the fourth place is the one that was handed out */
    lose_the_peer(&w);
    assert_int_equal(lfn_calls_pending(w.calls), 0);
    free_watched(&w);
}

static void a_connection_that_the_peer_closes_while_a_call_waits_is_told_once(void **state)
{
    static const loopback_script script = {{{LOOPBACK_READ, "\r\n\r\n", 0}, {LOOPBACK_WRITE, UNWELL, 0}}};
    watched w;
    (void)state;
    open_watched(&w, &script);
    follow(&w);
    assert_true(w.waits);
    lose_the_peer(&w);
    assert_int_equal(lfn_calls_pending(w.calls), 1);
    free_watched(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_connection_that_the_peer_closes_while_nothing_is_pending_is_told_once),
        cmocka_unit_test(a_connection_that_the_peer_closes_while_a_call_waits_is_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
