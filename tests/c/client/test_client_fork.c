/* A process that was forked off: a client of the parent works in the child over connections of its own, those of the
 * parent are left alone, and calls that were under way are the parent's. What the child finds out it tells by its exit
 * status. */
#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "leafnative/client.h"
#include "support/canned_transport.h"
#include "support/patience.h"

enum { DRAIN_MAX = 2000 };

/* Runs a part of the test in a child, which tells the number of the first thing that was wrong; 0: nothing. */
static int in_child(int (*part)(void *context), void *context)
{
    int facts = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)alarm(PATIENCE_S);
        _exit(part(context));
    }
    assert_int_equal(waitpid(child, &facts, 0), child);
    return WIFEXITED(facts) ? WEXITSTATUS(facts) : 1000 + WTERMSIG(facts);
}

static bool is_readable(int descriptor, int wait_ms)
{
    struct pollfd wait = {.fd = descriptor, .events = POLLIN};
    return poll(&wait, 1, wait_ms) == 1;
}

/* Lets calls come to their end; how many ended well. */
static size_t drain(lfn_calls *calls)
{
    lfn_completion completions[16];
    size_t good = 0;
    for (int i = 0; i < DRAIN_MAX && lfn_calls_pending(calls) > 0; i++) {
        size_t count = lfn_calls_poll(calls, 100, completions, 16);
        for (size_t k = 0; k < count; k++)
            good += completions[k].status == LFN_OK;
    }
    return good;
}

static lfn_status submit(lfn_calls *calls, uint64_t tag, lfn_error *error)
{
    return lfn_calls_submit_request(calls, LFN_GET, lfn_text_of("/r"), lfn_text_of(NULL), tag, error);
}

static lfn_status call(lfn_client *client, lfn_error *error)
{
    lfn_result result = {0};
    lfn_status status = lfn_client_request(client, LFN_GET, lfn_text_of("/r"), lfn_text_of(NULL), &result, error);
    lfn_result_free(&result);
    return status;
}

/* ---- a peer in process ---- */

typedef struct world {
    unsigned logins;
    bool forks_in_login; /* the peer has a child use the client before it answers the login */
    int child;           /* what that came to */
    lfn_client *client;
    lfn_calls *calls;
} world;

static int use_the_client(void *context);

static void answer_block(void *context, const lfn_request *const *requests, lfn_response *const *responses,
                         size_t count)
{
    world *w = context;
    for (size_t i = 0; i < count; i++) {
        bool login = lfn_text_equal_string(requests[i]->target, "/api/authenticate");
        bool known = lfn_text_equal_string(requests[i]->authorization, "Bearer t");
        w->logins += login;
        if (login && w->forks_in_login) {
            w->forks_in_login = false;
            w->child = in_child(use_the_client, w);
        }
        responses[i]->status = login || known ? 200 : 401;
        (void)lfn_buffer_append_string(&responses[i]->body, login ? "{\"id_token\":\"t\"}" : "[]");
    }
}

static void open_world(world *w)
{
    lfn_client_options options = {.username = LFN_TEXT("a@farm.example"), .password = LFN_TEXT("s3cret")};
    *w = (world){.logins = 0};
    assert_int_equal(lfn_transport_open_block_handler(answer_block, w, &options.transport, NULL), LFN_OK);
    assert_int_equal(lfn_client_open(&options, &w->client, NULL), LFN_OK);
    assert_int_equal(lfn_calls_open(w->client, &(lfn_calls_options){.concurrency = 4, .queue = 8}, &w->calls, NULL),
                     LFN_OK);
}

static void free_world(world *w)
{
    lfn_calls_free(w->calls);
    lfn_client_free(w->client);
}

static int use_the_client(void *context)
{
    world *w = context;
    lfn_calls *calls = NULL;
    lfn_calls_options options = {.concurrency = 4};
    if (call(w->client, NULL) != LFN_OK)
        return 1;
    if (lfn_calls_open(w->client, &options, &calls, NULL) != LFN_OK)
        return 2;
    for (uint64_t tag = 0; tag < 4; tag++)
        if (submit(calls, tag, NULL) != LFN_OK)
            return 3;
    if (drain(calls) != 4)
        return 4;
    lfn_calls_free(calls);
    lfn_calls_free(w->calls);
    lfn_client_free(w->client);
    return 0;
}

static void a_client_of_the_parent_works_in_the_child(void **state)
{
    world w;
    (void)state;
    open_world(&w);
    assert_int_equal(call(w.client, NULL), LFN_OK);
    assert_int_equal(in_child(use_the_client, &w), 0);
    assert_int_equal(call(w.client, NULL), LFN_OK);
    assert_int_equal(w.logins, 1);
    free_world(&w);
}

/* The login that is under way at the fork is the parent's: the child does not wait for it. */
static void a_child_of_the_middle_of_a_login_logs_in_by_itself(void **state)
{
    world w;
    (void)state;
    open_world(&w);
    w.forks_in_login = true;
    w.child = -1;
    for (uint64_t tag = 0; tag < 12; tag++)
        assert_int_equal(submit(w.calls, tag, NULL), LFN_OK);
    assert_int_equal(drain(w.calls), 12);
    assert_int_equal(w.child, 0);
    assert_int_equal(w.logins, 1);
    free_world(&w);
}

static int find_the_calls_closed(void *context)
{
    world *w = context;
    lfn_error error = {.status = LFN_OK};
    lfn_completion completion;
    if (submit(w->calls, 9, &error) != LFN_CLOSED || strstr(error.message, "forked") == NULL)
        return 1;
    error = (lfn_error){.status = LFN_OK};
    if (lfn_calls_descriptor(w->calls, &error) != -1 || error.status != LFN_CLOSED)
        return 2;
    if (lfn_calls_poll(w->calls, 10000, &completion, 1) != 0)
        return 3;
    if (lfn_calls_cancel(w->calls, 1) || lfn_calls_cancel(w->calls, 11))
        return 4;
    lfn_calls_release(w->calls);
    lfn_calls_free(w->calls);
    lfn_client_free(w->client);
    return 0;
}

static void calls_of_the_parent_are_closed_in_the_child_and_go_on_in_the_parent(void **state)
{
    world w;
    lfn_completion completion;
    (void)state;
    open_world(&w);
    for (uint64_t tag = 0; tag < 12; tag++)
        assert_int_equal(submit(w.calls, tag, NULL), LFN_OK);
    int descriptor = lfn_calls_descriptor(w.calls, NULL);
    assert_int_equal(in_child(find_the_calls_closed, &w), 0); /* in turn and queued */
    assert_int_equal(lfn_calls_poll(w.calls, 0, &completion, 1), 0);
    assert_int_equal(in_child(find_the_calls_closed, &w), 0); /* under way */
    assert_int_equal(lfn_calls_poll(w.calls, 0, &completion, 1), 1);
    assert_true(is_readable(descriptor, PATIENCE_MS));
    assert_int_equal(in_child(find_the_calls_closed, &w), 0); /* ended and handed out */
    assert_true(is_readable(descriptor, 0));                  /* the child did not put the parent's timer off */
    assert_int_equal(drain(w.calls), 11);
    free_world(&w);
}

static int fork_again(void *context)
{
    world *w = context;
    int facts = 0;
    if (call(w->client, NULL) != LFN_OK)
        return 20;
    pid_t child = fork();
    if (child == 0)
        _exit(use_the_client(w));
    if (child < 0 || waitpid(child, &facts, 0) != child || facts != 0)
        return 21;
    return use_the_client(w);
}

static void a_child_of_the_child_can_use_it_as_well(void **state)
{
    world w;
    (void)state;
    open_world(&w);
    assert_int_equal(call(w.client, NULL), LFN_OK);
    assert_int_equal(in_child(fork_again, &w), 0);
    assert_int_equal(call(w.client, NULL), LFN_OK);
    free_world(&w);
}

/* ---- a peer behind a socket, which is the test itself ---- */

typedef struct wire {
    int listener;
    char url[64];
    lfn_client *client;
    lfn_calls *calls;
} wire;

static void open_wire(wire *w)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    w->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(w->listener >= 0);
    assert_int_equal(bind(w->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(w->listener, 16), 0);
    assert_int_equal(getsockname(w->listener, (struct sockaddr *)&address, &size), 0);
    (void)snprintf(w->url, sizeof w->url, "http://127.0.0.1:%d", ntohs(address.sin_port));
    lfn_client_options options = {.base_url = lfn_text_of(w->url), .token = LFN_TEXT("t"), .timeout_ms = PATIENCE_MS};
    assert_int_equal(lfn_client_open(&options, &w->client, NULL), LFN_OK);
    assert_int_equal(lfn_calls_open(w->client, &(lfn_calls_options){.concurrency = 4}, &w->calls, NULL), LFN_OK);
}

/* Lets the calls of this process move until the socket can be read. */
static void move_until_readable(lfn_calls *calls, int socket)
{
    lfn_completion completion;
    for (int i = 0; i < DRAIN_MAX && !is_readable(socket, 0); i++)
        (void)lfn_calls_poll(calls, 10, &completion, 0);
    assert_true(is_readable(socket, PATIENCE_MS));
}

static void read_request(int socket)
{
    char bytes[4096];
    size_t size = 0;
    while (size < 4 || memcmp(bytes + size - 4, "\r\n\r\n", 4) != 0) {
        assert_true(size < sizeof bytes && is_readable(socket, PATIENCE_MS));
        ssize_t got = recv(socket, bytes + size, sizeof bytes - size, 0);
        assert_true(got > 0);
        size += (size_t)got;
    }
}

static void write_answer(int socket)
{
    static const char bytes[] = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n[]";
    assert_int_equal(send(socket, bytes, sizeof bytes - 1, MSG_NOSIGNAL), sizeof bytes - 1);
}

static int free_all(void *context)
{
    wire *w = context;
    lfn_calls_free(w->calls);
    lfn_client_free(w->client);
    return 0;
}

/* Uses the client once, so that it is the child's, and frees it. */
static int call_and_free_all(void *context)
{
    wire *w = context;
    lfn_error error;
    int wrong = call(w->client, &error) == LFN_OK ? 0 : 1;
    (void)free_all(w);
    return wrong;
}

/* Answers one request of a child over a connection that comes new. */
static int serve_child(wire *w, int (*part)(void *context))
{
    int facts = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)alarm(PATIENCE_S);
        _exit(part(w));
    }
    assert_true(is_readable(w->listener, PATIENCE_MS));
    int socket = accept(w->listener, NULL, NULL);
    assert_true(socket >= 0);
    read_request(socket);
    write_answer(socket);
    assert_int_equal(waitpid(child, &facts, 0), child);
    (void)close(socket);
    return WIFEXITED(facts) ? WEXITSTATUS(facts) : 1000 + WTERMSIG(facts);
}

static void a_child_has_connections_of_its_own_and_says_nothing_on_those_of_the_parent(void **state)
{
    wire w;
    (void)state;
    open_wire(&w);
    assert_int_equal(submit(w.calls, 0, NULL), LFN_OK);
    move_until_readable(w.calls, w.listener);
    int socket = accept(w.listener, NULL, NULL);
    assert_true(socket >= 0);
    move_until_readable(w.calls, socket);
    read_request(socket);
    int descriptor = lfn_calls_descriptor(w.calls, NULL);
    assert_true(descriptor >= 0);
    /* The answer is under way: children come and go, with the parent's calls and without. */
    assert_int_equal(in_child(free_all, &w), 0);
    assert_int_equal(serve_child(&w, call_and_free_all), 0);
    assert_false(is_readable(socket, 0)); /* neither a byte nor an end */
    write_answer(socket);
    assert_true(is_readable(descriptor, PATIENCE_MS)); /* still watched in the parent */
    assert_int_equal(drain(w.calls), 1);
    /* The connection is idle now, and is used again in the parent alone. */
    assert_int_equal(serve_child(&w, call_and_free_all), 0);
    assert_false(is_readable(socket, 0));
    assert_int_equal(submit(w.calls, 1, NULL), LFN_OK);
    move_until_readable(w.calls, socket);
    read_request(socket);
    write_answer(socket);
    assert_int_equal(drain(w.calls), 1);
    assert_false(is_readable(w.listener, 0));
    (void)free_all(&w);
    (void)close(socket);
    (void)close(w.listener);
}

/* ---- threads of the parent that wait for a line ---- */

/* A clock that tells how often it was looked at. */
typedef struct counting_clock {
    lfn_clock clock;
    pthread_mutex_t lock;
    pthread_cond_t looked;
    unsigned looks;
} counting_clock;

static int64_t count_look(void *context)
{
    counting_clock *counting = context;
    (void)pthread_mutex_lock(&counting->lock);
    counting->looks++;
    (void)pthread_cond_signal(&counting->looked);
    (void)pthread_mutex_unlock(&counting->lock);
    return lfn_clock_system()->monotonic_ms(NULL);
}

static void await_looks(counting_clock *counting, unsigned more)
{
    (void)pthread_mutex_lock(&counting->lock);
    for (unsigned until = counting->looks + more; counting->looks < until;)
        (void)pthread_cond_wait(&counting->looked, &counting->lock);
    (void)pthread_mutex_unlock(&counting->lock);
}

static void *call_in_thread(void *client)
{
    assert_int_equal(call(client, NULL), LFN_OK);
    return NULL;
}

static int free_client(void *client)
{
    lfn_client_free(client);
    return 0;
}

static void a_child_lets_go_of_a_client_for_whose_line_the_parent_waits(void **state)
{
    static canned_transport canned; /* another one cannot be made of it */
    pthread_t waiting;
    lfn_client *client = NULL;
    lfn_calls *calls = NULL;
    counting_clock counting = {.clock = *lfn_clock_system(), .lock = PTHREAD_MUTEX_INITIALIZER};
    (void)state;
    (void)pthread_cond_init(&counting.looked, NULL);
    counting.clock.monotonic_ms = count_look;
    counting.clock.context = &counting;
    canned_init(&canned, NULL);
    canned_add_json(&canned, 200, "[]");
    lfn_client_options options = {.token = LFN_TEXT("t"), .transport = &canned.transport, .clock = &counting.clock};
    assert_int_equal(lfn_client_open(&options, &client, NULL), LFN_OK);
    assert_int_equal(lfn_calls_open(client, &(lfn_calls_options){.concurrency = 1}, &calls, NULL), LFN_OK);
    assert_int_equal(pthread_create(&waiting, NULL, call_in_thread, client), 0);
    await_looks(&counting, 3); /* so it has waited, and waits again for most of the time */
    for (int i = 0; i < 5; i++)
        assert_int_equal(in_child(free_client, client), 0);
    lfn_calls_free(calls);
    assert_int_equal(pthread_join(waiting, NULL), 0);
    lfn_client_free(client);
    canned_reset(&canned);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_client_of_the_parent_works_in_the_child),
        cmocka_unit_test(a_child_of_the_middle_of_a_login_logs_in_by_itself),
        cmocka_unit_test(calls_of_the_parent_are_closed_in_the_child_and_go_on_in_the_parent),
        cmocka_unit_test(a_child_of_the_child_can_use_it_as_well),
        cmocka_unit_test(a_child_has_connections_of_its_own_and_says_nothing_on_those_of_the_parent),
        cmocka_unit_test(a_child_lets_go_of_a_client_for_whose_line_the_parent_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
