/* What happens when bytes come and go one after the other, and what a caller can wait for besides the steps: the
 * descriptor of a transport, its alarm, and for how long they tell all. The peer is a socket of the test itself, so
 * that every byte moves exactly when the test says. */
#include "transport/express.h"
#include "transport/one_call.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define OK_ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
#define AFTER_HINTS "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" OK_ANSWER
#define HEAD_END "\r\n\r\n"

typedef struct scene {
    int listener;
    int peer; /* the connection's other end */
    int alarm;
    int descriptor;
    lfn_transport *transport;
    one_call call;
} scene;

static bool is_readable(int descriptor, int wait_ms)
{
    struct pollfd wait = {descriptor, POLLIN, 0};
    return poll(&wait, 1, wait_ms) == 1;
}

static void open_scene(scene *s)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    *s = (scene){.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), .peer = -1};
    assert_int_equal(bind(s->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(s->listener, 16), 0);
    assert_int_equal(getsockname(s->listener, (struct sockaddr *)&address, &size), 0);
    s->transport = open_with((lfn_curl_options){0}, "http", "127.0.0.1", ntohs(address.sin_port));
    s->alarm = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    assert_true(s->alarm >= 0);
    s->descriptor = s->transport->methods->descriptor(s->transport, s->alarm);
    assert_true(s->descriptor >= 0);
    call_init(&s->call, LFN_GET, "/x");
}

static void close_scene(scene *s)
{
    lfn_transport_free(s->transport);
    call_free(&s->call);
    (void)close(s->alarm);
    if (s->peer >= 0)
        (void)close(s->peer);
    (void)close(s->listener);
}

static void step(scene *s, int64_t wait_ms)
{
    s->transport->methods->step(s->transport, wait_ms);
}

static int64_t rest_ms(scene *s)
{
    return s->transport->methods->rest_ms(s->transport);
}

/* Starts the exchange and steps until the request is with the peer and nothing is left to be read. */
static void send_request(scene *s)
{
    char bytes[1024];
    size_t held = 0;
    s->call.exchange.done = false;
    s->transport->methods->start(s->transport, &s->call.exchange);
    while (held < 4 || memcmp(bytes + held - 4, HEAD_END, 4) != 0) {
        step(s, 1);
        if (s->peer < 0 && is_readable(s->listener, 0))
            s->peer = accept(s->listener, NULL, NULL);
        if (s->peer >= 0 && is_readable(s->peer, 0))
            held += (size_t)recv(s->peer, bytes + held, sizeof bytes - held, 0);
    }
}

static void answer(scene *s)
{
    assert_int_equal(send(s->peer, OK_ANSWER, sizeof OK_ANSWER - 1, MSG_NOSIGNAL), sizeof OK_ANSWER - 1);
}

static void ring(scene *s)
{
    uint64_t one = 1;
    assert_int_equal(write(s->alarm, &one, sizeof one), sizeof one);
}

static void quiet(scene *s)
{
    uint64_t count = 0;
    assert_int_equal(read(s->alarm, &count, sizeof count), sizeof count);
}

static void the_descriptor_can_be_read_as_soon_as_an_answer_comes(void **state)
{
    (void)state;
    scene s;
    open_scene(&s);
    for (size_t round = 0; round < 3; round++) {
        send_request(&s);
        assert_false(is_readable(s.descriptor, 0));
        assert_true(rest_ms(&s) > 1000 && rest_ms(&s) <= s.call.exchange.timeout_ms);
        answer(&s);
        assert_true(is_readable(s.descriptor, PATIENCE_MS));
        assert_false(s.call.exchange.done);
        step(&s, 0);
        assert_true(s.call.exchange.done);
        assert_int_equal(s.call.exchange.status, LFN_OK);
        assert_false(is_readable(s.descriptor, 0));
        assert_true(rest_ms(&s) == INT64_MAX);
    }
    close_scene(&s);
}

static void while_libcurl_moves_sockets_the_descriptor_may_be_watched_for_a_moment_only(void **state)
{
    (void)state;
    scene s;
    open_scene(&s);
    assert_true(rest_ms(&s) == INT64_MAX);
    s.transport->methods->start(s.transport, &s.call.exchange);
    assert_true(rest_ms(&s) == 2);
    s.transport->methods->cancel(s.transport, &s.call.exchange);
    assert_true(rest_ms(&s) == INT64_MAX);
    close_scene(&s);
}

static void an_alarm_ends_a_wait_and_stays_until_its_owner_reads_it(void **state)
{
    (void)state;
    scene s;
    open_scene(&s);
    assert_int_equal(s.transport->methods->descriptor(s.transport, s.alarm), s.descriptor);
    ring(&s);
    step(&s, INT64_MAX);
    assert_true(is_readable(s.descriptor, 0));
    quiet(&s);
    assert_false(is_readable(s.descriptor, 0));

    send_request(&s);
    ring(&s);
    step(&s, PATIENCE_MS);
    assert_false(s.call.exchange.done);
    assert_true(is_readable(s.descriptor, 0));
    quiet(&s);
    answer(&s);
    while (!s.call.exchange.done)
        step(&s, PATIENCE_MS);
    assert_int_equal(s.call.exchange.status, LFN_OK);
    close_scene(&s);
}

static void an_idle_connection_that_the_peer_closes_is_closed_before_the_next_request(void **state)
{
    (void)state;
    scene s;
    open_scene(&s);
    const express_lane *lane = ((const curl_transport *)s.transport)->express;
    send_request(&s);
    answer(&s);
    while (!s.call.exchange.done)
        step(&s, PATIENCE_MS);
    assert_non_null(lane->idle);
    (void)close(s.peer);
    s.peer = -1;
    assert_true(is_readable(s.descriptor, PATIENCE_MS));
    step(&s, 0);
    assert_null(lane->idle);
    assert_int_equal(lane->idle_count, 0);
    assert_false(is_readable(s.descriptor, 0));

    s.call.request.method = LFN_DELETE;
    send_request(&s);
    answer(&s);
    while (!s.call.exchange.done)
        step(&s, PATIENCE_MS);
    assert_int_equal(s.call.exchange.status, LFN_OK);
    close_scene(&s);
}

/* ---- a byte at a time ---- */

static void answers_come_together_a_byte_at_a_time(void **state)
{
    (void)state;
    const char *answers[] = {
        OK_ANSWER, AFTER_HINTS,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1;a=b\r\n}\r\n0\r\nTrailer: x\r\n\r\n"};
    scene s;
    open_scene(&s);
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        send_request(&s);
        for (const char *byte = answers[i]; *byte != '\0'; byte++) {
            assert_false(s.call.exchange.done);
            assert_int_equal(send(s.peer, byte, 1, MSG_NOSIGNAL), 1);
            step(&s, 1);
        }
        while (!s.call.exchange.done)
            step(&s, PATIENCE_MS);
        assert_int_equal(s.call.exchange.status, LFN_OK);
        assert_string_equal(s.call.response.body.data, "{}");
    }
    close_scene(&s);
}

/* The client's end of the connection: the socket whose own name is the peer's for it. */
static int find_other_end(const scene *s)
{
    struct sockaddr_in wanted = {0};
    struct sockaddr_in name = {0};
    socklen_t size = sizeof wanted;
    assert_int_equal(getpeername(s->peer, (struct sockaddr *)&wanted, &size), 0);
    for (int candidate = 0; candidate < 1000; candidate++) {
        size = sizeof name;
        if (getsockname(candidate, (struct sockaddr *)&name, &size) == 0 && name.sin_family == AF_INET &&
            name.sin_port == wanted.sin_port)
            return candidate;
    }
    return -1;
}

/* Makes the client's buffer as small as it can be, so that much of a long request must wait. */
static void narrow(const scene *s)
{
    int least = 1;
    assert_int_equal(setsockopt(find_other_end(s), SOL_SOCKET, SO_SNDBUF, &least, sizeof least), 0);
}

static bool waits_for_room(const scene *s)
{
    const express_lane *lane = ((const curl_transport *)s->transport)->express;
    return lane == NULL || lane->busy->watches_room;
}

/* Reads a request a byte at a time until its body of x and an end of y came; the client goes on now and then. How many
 * of its bytes were x. */
static size_t read_bytewise(scene *s)
{
    size_t count = 0;
    char byte = ' ';
    for (size_t i = 0; byte != 'y'; i++) {
        if (i % 64 == 0)
            step(s, 0);
        while (!is_readable(s->peer, 0))
            step(s, 1);
        assert_int_equal(recv(s->peer, &byte, 1, 0), 1);
        count += byte == 'x';
    }
    return count;
}

static void requests_go_to_a_peer_that_reads_a_byte_at_a_time(void **state)
{
    (void)state;
    enum { LONGEST = 400000 };
    static char body[LONGEST];
    const size_t sizes[] = {1, 8000, LONGEST}; /* in one piece with the head, and behind it */
    scene s;
    open_scene(&s);
    send_request(&s);
    answer(&s);
    while (!s.call.exchange.done)
        step(&s, PATIENCE_MS);
    narrow(&s);
    s.call.request.method = LFN_PUT;
    for (size_t i = 0; i < 3; i++) {
        memset(body, 'x', sizes[i]);
        body[sizes[i] - 1] = 'y';
        s.call.request.target = lfn_text_of("/");
        s.call.request.body = lfn_text_make(body, sizes[i]);
        s.call.exchange.done = false;
        s.transport->methods->start(s.transport, &s.call.exchange);
        assert_true(sizes[i] < LONGEST || waits_for_room(&s));
        assert_int_equal(read_bytewise(&s), sizes[i] - 1);
        answer(&s);
        while (!s.call.exchange.done)
            step(&s, PATIENCE_MS);
        assert_int_equal(s.call.exchange.status, LFN_OK);
    }
    close_scene(&s);
}

/* ---- the time and other processes ---- */

/* A child that does not let go of what it inherited keeps every socket open. */
static void a_connection_that_a_forked_child_holds_open_is_forgotten_all_the_same(void **state)
{
    (void)state;
    scene s;
    int end[2];
    char byte;
    assert_int_equal(pipe(end), 0);
    open_scene(&s);
    send_request(&s);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)close(end[1]);
        _exit(read(end[0], &byte, 1) == 0 ? 0 : 1);
    }
    s.transport->methods->cancel(s.transport, &s.call.exchange);
    answer(&s);
    step(&s, 0);
    assert_false(is_readable(s.descriptor, 0));
    (void)close(end[0]);
    (void)close(end[1]);
    assert_int_equal(waitpid(child, NULL, 0), child);
    close_scene(&s);
}

static void an_exchange_ends_when_its_time_is_over_and_not_before(void **state)
{
    (void)state;
    scene s;
    one_call other;
    open_scene(&s);
    send_request(&s);
    call_init(&other, LFN_GET, "/other");
    other.exchange.timeout_ms = 30;
    int64_t before_ms = lfn_clock_system()->monotonic_ms(NULL);
    s.transport->methods->start(s.transport, &other.exchange);
    while (!other.exchange.done)
        step(&s, PATIENCE_MS);
    int64_t took_ms = lfn_clock_system()->monotonic_ms(NULL) - before_ms;
    assert_int_equal(other.exchange.status, LFN_DEADLINE);
    assert_true(took_ms >= 30 && took_ms < PATIENCE_MS);
    assert_false(s.call.exchange.done);
    answer(&s);
    while (!s.call.exchange.done)
        step(&s, PATIENCE_MS);
    assert_int_equal(s.call.exchange.status, LFN_OK);
    call_free(&other);
    close_scene(&s);
}

/* A program that the host starts can see none of the connections. */
static void no_socket_is_inherited_by_a_program_that_is_started(void **state)
{
    (void)state;
    scene s;
    open_scene(&s);
    const express_lane *lane = ((const curl_transport *)s.transport)->express;
    send_request(&s);
    assert_int_equal(fcntl(lane->busy->socket, F_GETFD), FD_CLOEXEC);
    assert_int_equal(fcntl(s.descriptor, F_GETFD), FD_CLOEXEC);
    close_scene(&s);
}

int main(void)
{
    const struct CMUnitTest express[] = {
        cmocka_unit_test(the_descriptor_can_be_read_as_soon_as_an_answer_comes),
        cmocka_unit_test(while_libcurl_moves_sockets_the_descriptor_may_be_watched_for_a_moment_only),
        cmocka_unit_test(an_alarm_ends_a_wait_and_stays_until_its_owner_reads_it),
        cmocka_unit_test(an_idle_connection_that_the_peer_closes_is_closed_before_the_next_request),
        cmocka_unit_test(a_connection_that_a_forked_child_holds_open_is_forgotten_all_the_same),
        cmocka_unit_test(an_exchange_ends_when_its_time_is_over_and_not_before),
        cmocka_unit_test(no_socket_is_inherited_by_a_program_that_is_started),
        cmocka_unit_test(answers_come_together_a_byte_at_a_time),
        cmocka_unit_test(requests_go_to_a_peer_that_reads_a_byte_at_a_time),
    };
    const struct CMUnitTest general[] = {
        cmocka_unit_test(answers_come_together_a_byte_at_a_time),
        cmocka_unit_test(requests_go_to_a_peer_that_reads_a_byte_at_a_time),
        cmocka_unit_test(while_libcurl_moves_sockets_the_descriptor_may_be_watched_for_a_moment_only),
        cmocka_unit_test(an_alarm_ends_a_wait_and_stays_until_its_owner_reads_it),
        cmocka_unit_test(an_exchange_ends_when_its_time_is_over_and_not_before),
    };
    int failed = RUN_LANE(false, express, NULL, NULL);
    return failed + RUN_LANE(true, general, NULL, NULL);
}
