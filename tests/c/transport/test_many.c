/* Many exchanges at once on one transport, and several transports to one peer, each with a thread of its own. */
#include "base/alloc.h"
#include "support/crowd_server.h"
#include "transport/one_call.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

static one_call calls[CROWD_MAX];

static void start_all(lfn_transport *transport, size_t count, lfn_exchange **ended)
{
    for (size_t i = 0; i < count; i++) {
        call_init(&calls[i], LFN_GET, "/x");
        calls[i].exchange.ended = ended;
        transport->methods->start(transport, &calls[i].exchange);
    }
}

static void end_all(lfn_transport *transport, size_t count, lfn_exchange **ended)
{
    size_t end_count = 0;
    while (end_count < count) {
        transport->methods->step(transport, 1000);
        for (; *ended != NULL; *ended = (*ended)->next_ended) {
            assert_true((*ended)->done);
            assert_int_equal((*ended)->status, LFN_OK);
            assert_string_equal((*ended)->response->body.data, "{}");
            end_count++;
        }
    }
    for (size_t i = 0; i < count; i++)
        call_free(&calls[i]);
}

static void are_under_way_at_once(size_t count, size_t rounds)
{
    crowd_server server;
    crowd_start(&server, count, rounds);
    lfn_exchange *ended = NULL;
    lfn_transport *transport = open_with((lfn_curl_options){0}, "http", "127.0.0.1", server.port);
    for (size_t round = 0; round < rounds; round++) {
        start_all(transport, count, &ended);
        end_all(transport, count, &ended);
    }
    lfn_transport_free(transport);
    assert_true(crowd_join(&server));
}

static void sixty_four_exchanges_are_under_way_at_once_over_kept_connections(void **state)
{
    (void)state;
    are_under_way_at_once(64, 5);
}

static void five_hundred_and_twelve_connections_belong_to_one_transport(void **state)
{
    (void)state;
    are_under_way_at_once(512, 3);
}

/* A listener whose backlog is full, so that connections to it stay half made. */
static int listen_to_nobody(int *out_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(listener >= 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 0), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
    *out_port = ntohs(address.sin_port);
    return listener;
}

static void more_connections_than_are_made_at_once_end_in_time_or_are_let_go_of(void **state)
{
    enum { COUNT = 300, FIRST_CANCELLED = 250, FIRST_LEFT = 290 };
    int port = 0;
    int listener = listen_to_nobody(&port);
    lfn_exchange *ended = NULL;
    (void)state;
    lfn_transport *transport = open_with((lfn_curl_options){0}, "http", "127.0.0.1", port);
    for (size_t i = 0; i < COUNT; i++) {
        call_init(&calls[i], LFN_GET, "/x");
        calls[i].exchange.ended = &ended;
        calls[i].exchange.timeout_ms = i < FIRST_LEFT ? 100 : 100000;
        calls[i].exchange.connect_timeout_ms = 0;
        transport->methods->start(transport, &calls[i].exchange);
    }
    for (size_t i = FIRST_CANCELLED; i < FIRST_LEFT; i++)
        transport->methods->cancel(transport, &calls[i].exchange);
    int64_t before_ms = lfn_clock_system()->monotonic_ms(NULL);
    for (size_t end_count = 0; end_count < FIRST_CANCELLED; ended = NULL) {
        transport->methods->step(transport, 1000);
        for (const lfn_exchange *one = ended; one != NULL; one = one->next_ended, end_count++)
            assert_int_equal(one->status, LFN_DEADLINE);
    }
    assert_in_range(lfn_clock_system()->monotonic_ms(NULL) - before_ms, 0, PATIENCE_MS);
    lfn_transport_free(transport); /* with those that are left */
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(calls[i].exchange.done, i < FIRST_CANCELLED);
        call_free(&calls[i]);
    }
    (void)close(listener);
}

/* One thread of several with a transport of its own to the same peer. */
typedef struct companion {
    lfn_transport *first;
    size_t rounds;
    pthread_t thread;
    bool fine;
} companion;

static void *go_along(void *context)
{
    companion *self = context;
    lfn_transport *transport = NULL;
    one_call call;
    if (self->first->methods->another(self->first, &transport, NULL) != LFN_OK)
        return NULL;
    call_init(&call, LFN_GET, "/x");
    self->fine = true;
    for (size_t round = 0; round < self->rounds; round++)
        self->fine = self->fine && call_perform(transport, &call) == LFN_OK;
    call_free(&call);
    lfn_transport_free(transport);
    return NULL;
}

static void eight_threads_reach_one_peer_with_a_transport_each(void **state)
{
    (void)state;
    enum { THREADS = 8, TIMES = 20 };
    companion companions[THREADS];
    crowd_server server;
    crowd_start(&server, THREADS, TIMES);
    lfn_transport *first = open_with((lfn_curl_options){0}, "http", "127.0.0.1", server.port);
    for (size_t i = 0; i < THREADS; i++) {
        companions[i] = (companion){.first = first, .rounds = TIMES};
        assert_int_equal(pthread_create(&companions[i].thread, NULL, go_along, &companions[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(companions[i].thread, NULL), 0);
        assert_true(companions[i].fine);
    }
    lfn_transport_free(first);
    assert_true(crowd_join(&server));
}

static void a_transport_outlives_the_one_that_it_was_made_from(void **state)
{
    (void)state;
    const loopback_script script = {
        {{LOOPBACK_READ, "\r\n\r\n", 0}, {LOOPBACK_WRITE, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", 0}}};
    loopback_server *server = loopback_start(&script, 1, NULL);
    lfn_transport *first = open_plain(server);
    lfn_transport *second = NULL;
    assert_int_equal(first->methods->another(first, &second, NULL), LFN_OK);
    lfn_transport_free(first);
    one_call call;
    call_init(&call, LFN_GET, "/x");
    assert_int_equal(call_perform(second, &call), LFN_OK);
    loopback_join(server);
    assert_non_null(strstr(loopback_received(server, 0), "User-Agent: leafnative/"));
    call_free(&call);
    lfn_transport_free(second);
    loopback_free(server);
}

static void another_transport_that_finds_no_memory_is_told(void **state)
{
    (void)state;
    lfn_transport *first = open_with((lfn_curl_options){0}, "http", "127.0.0.1", 80);
    lfn_transport *second = NULL;
    long passes = 0;
    for (lfn_status status = LFN_NO_MEMORY; status != LFN_OK; passes++) {
        lfn_error error = {0};
        lfn_alloc_fail_after(passes);
        status = first->methods->another(first, &second, &error);
        lfn_alloc_fail_after(-1);
        assert_int_equal(status, error.status);
        assert_int_equal(status == LFN_OK, second != NULL);
    }
    assert_true(passes > 2);
    lfn_transport_free(first);
    lfn_transport_free(second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sixty_four_exchanges_are_under_way_at_once_over_kept_connections),
        cmocka_unit_test(five_hundred_and_twelve_connections_belong_to_one_transport),
        cmocka_unit_test(more_connections_than_are_made_at_once_end_in_time_or_are_let_go_of),
        cmocka_unit_test(eight_threads_reach_one_peer_with_a_transport_each),
        cmocka_unit_test(a_transport_outlives_the_one_that_it_was_made_from),
        cmocka_unit_test(another_transport_that_finds_no_memory_is_told),
    };
    int failed = RUN_LANE(false, tests, NULL, NULL);
    return failed + RUN_LANE(true, tests, NULL, NULL);
}
