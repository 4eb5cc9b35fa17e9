/* The connection is cut, stalled or split at every byte offset of one documented exchange, the creation of a user, in
 * both directions and over both lanes: the outcome is the tabled one, nothing is sent twice, the next call works. */
#include "transport/one_call.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#define REQUEST_BODY "{\"name\":\"Maple Farm\",\"email\":\"maple@farm.example\"}"
#define ANSWER                                                                                                         \
    "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 49\r\n\r\n"                             \
    "{\"id\":\"0190f5a1-7b1c-7e3a-9d52-8f6b2c4d1e00\"}    "
#define GOOD_ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"

enum { ANSWER_SIZE = sizeof ANSWER - 1, STALL_MS = 10 };

typedef enum cut { CUT_FIN, CUT_RESET, CUT_STALL, CUT_SPLIT } cut;

/* A server that takes one connection after the other. It mistreats those that it takes while it is told to, and answers
 * the others well. */
typedef struct cut_server {
    int listener;
    struct sockaddr_in address;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t mark_taken;
    in_port_t mark; /* the port from which the mark comes that is waited for; 0 when there is none */
    bool stopped;
    bool mistreats;
    bool in_answer; /* the offset counts bytes of the answer, else of the request */
    cut how;
    size_t offset;
    size_t creations; /* requests to create that came whole */
    size_t request_size;
} cut_server;

static bool receive_some(int socket, char *bytes, size_t size, size_t *held)
{
    struct pollfd wait = {socket, POLLIN, 0};
    ssize_t got = poll(&wait, 1, PATIENCE_MS) > 0 ? recv(socket, bytes + *held, size - *held, 0) : -1;
    if (got > 0)
        *held += (size_t)got;
    return got > 0;
}

/* Reads a request with this end; gives its size, or 0. */
static size_t read_request(int socket, const char *end)
{
    char bytes[2048];
    size_t held = 0;
    size_t end_size = strlen(end);
    while (held < end_size || memcmp(bytes + held - end_size, end, end_size) != 0) {
        if (held == sizeof bytes || !receive_some(socket, bytes, sizeof bytes, &held))
            return 0;
    }
    return held;
}

static void wait_for_end(int socket)
{
    char bytes[2048];
    for (size_t held = 0; receive_some(socket, bytes, sizeof bytes, &held);)
        held = 0;
}

static void send_part(int socket, size_t from, size_t to)
{
    if (to > from)
        (void)!send(socket, &ANSWER[from], to - from, MSG_NOSIGNAL);
}

static void end_badly(int socket, cut how)
{
    struct linger linger = {1, 0};
    if (how == CUT_RESET)
        (void)setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    if (how == CUT_STALL)
        wait_for_end(socket);
}

static void mistreat_answer(cut_server *server, int socket, cut how, size_t offset)
{
    size_t size = read_request(socket, REQUEST_BODY);
    (void)pthread_mutex_lock(&server->lock);
    server->creations += size > 0;
    server->request_size = size > 0 ? size : server->request_size;
    (void)pthread_mutex_unlock(&server->lock);
    send_part(socket, 0, offset);
    if (how == CUT_SPLIT)
        send_part(socket, offset, ANSWER_SIZE);
    end_badly(socket, how);
}

static void mistreat_request(int socket, cut how, size_t offset)
{
    char bytes[2048];
    for (size_t held = 0; held < offset;) {
        if (!receive_some(socket, bytes, offset, &held))
            return;
    }
    if (how == CUT_SPLIT && read_request(socket, "}") > 0)
        send_part(socket, 0, ANSWER_SIZE);
    end_badly(socket, how);
}

static void treat_well(int socket)
{
    if (read_request(socket, "\r\n\r\n") > 0)
        (void)!send(socket, GOOD_ANSWER, sizeof GOOD_ANSWER - 1, MSG_NOSIGNAL);
}

static void treat(cut_server *server, int socket, const cut_server *now)
{
    int one = 1;
    (void)setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (!now->mistreats)
        treat_well(socket);
    else if (now->in_answer)
        mistreat_answer(server, socket, now->how, now->offset);
    else
        mistreat_request(socket, now->how, now->offset);
}

static void *run_server(void *context)
{
    cut_server *server = context;
    for (bool stopped = false; !stopped;) {
        struct sockaddr_in peer = {0};
        socklen_t size = sizeof peer;
        int socket = accept(server->listener, (struct sockaddr *)&peer, &size);
        (void)pthread_mutex_lock(&server->lock);
        bool is_mark = socket < 0 || peer.sin_port == server->mark;
        if (is_mark)
            server->mark = 0;
        stopped = server->stopped || socket < 0;
        cut_server now = *server;
        (void)pthread_cond_signal(&server->mark_taken);
        (void)pthread_mutex_unlock(&server->lock);
        if (!is_mark)
            treat(server, socket, &now);
        if (socket >= 0)
            (void)close(socket);
    }
    return NULL;
}

static void start_server(cut_server *server)
{
    socklen_t size = sizeof server->address;
    *server = (cut_server){.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0),
                           .address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}};
    assert_int_equal(pthread_mutex_init(&server->lock, NULL), 0);
    assert_int_equal(pthread_cond_init(&server->mark_taken, NULL), 0);
    assert_int_equal(bind(server->listener, (struct sockaddr *)&server->address, size), 0);
    assert_int_equal(listen(server->listener, 16), 0);
    assert_int_equal(getsockname(server->listener, (struct sockaddr *)&server->address, &size), 0);
    assert_int_equal(pthread_create(&server->thread, NULL, run_server, server), 0);
}

/* Waits until the server is done with every connection that was made before: it takes them in their order, and the
 * last of them is a mark. However busy the machine is, no connection is treated as a later one should be. */
static void catch_up(cut_server *server)
{
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof own;
    int mark = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(mark, (struct sockaddr *)&own, size), 0);
    assert_int_equal(getsockname(mark, (struct sockaddr *)&own, &size), 0);
    (void)pthread_mutex_lock(&server->lock);
    server->mark = own.sin_port;
    (void)pthread_mutex_unlock(&server->lock);
    assert_int_equal(connect(mark, (struct sockaddr *)&server->address, sizeof server->address), 0);
    (void)pthread_mutex_lock(&server->lock);
    while (server->mark != 0)
        (void)pthread_cond_wait(&server->mark_taken, &server->lock);
    (void)pthread_mutex_unlock(&server->lock);
    (void)close(mark);
}

static void mistreat_from_now(cut_server *server, bool in_answer, cut how, size_t offset)
{
    catch_up(server);
    (void)pthread_mutex_lock(&server->lock);
    server->mistreats = true;
    server->in_answer = in_answer;
    server->how = how;
    server->offset = offset;
    server->creations = 0;
    (void)pthread_mutex_unlock(&server->lock);
}

static void treat_well_from_now(cut_server *server)
{
    catch_up(server);
    (void)pthread_mutex_lock(&server->lock);
    server->mistreats = false;
    (void)pthread_mutex_unlock(&server->lock);
}

static size_t read_number(cut_server *server, const size_t *number)
{
    (void)pthread_mutex_lock(&server->lock);
    size_t value = *number;
    (void)pthread_mutex_unlock(&server->lock);
    return value;
}

static void stop_server(cut_server *server)
{
    (void)pthread_mutex_lock(&server->lock);
    server->stopped = true;
    (void)pthread_mutex_unlock(&server->lock);
    catch_up(server);
    assert_int_equal(pthread_join(server->thread, NULL), 0);
    (void)close(server->listener);
    (void)pthread_cond_destroy(&server->mark_taken);
    (void)pthread_mutex_destroy(&server->lock);
}

static void create_user(lfn_transport *transport, one_call *call, int64_t timeout_ms)
{
    call_init(call, LFN_POST, "/services/usermanagement/api/users");
    call->request.authorization = lfn_text_of("Bearer secret");
    call->request.body = lfn_text_of(REQUEST_BODY);
    assert_true(lfn_request_add_header(&call->request, lfn_text_of("Content-Type"), lfn_text_of("application/json")));
    call->exchange.timeout_ms = timeout_ms;
    (void)call_perform(transport, call);
}

static void the_next_call_works(lfn_transport *transport)
{
    one_call call;
    call_init(&call, LFN_GET, "/next");
    assert_int_equal(call_perform(transport, &call), LFN_OK);
    assert_int_equal(call.response.body.size, 2);
    call_free(&call);
}

/* The stage that a call has reached at least when it meets the cut. */
static lfn_stage stage_of_cut(bool in_answer, size_t offset)
{
    /* A peer that leaves at once may do so before the first byte is sent. */
    return in_answer ? LFN_STAGE_WAITING : offset == 0 ? LFN_STAGE_CONNECTING : LFN_STAGE_SENDING;
}

/* What must come of a cut: all of the answer counts, a part of it never does. */
static void check_outcome(const one_call *call, bool whole, bool in_answer, cut how, size_t offset)
{
    const lfn_exchange *exchange = &call->exchange;
    lfn_status status = whole ? LFN_OK : how == CUT_STALL ? LFN_DEADLINE : LFN_TRANSPORT;
    lfn_stage first = stage_of_cut(in_answer, offset);
    lfn_stage last = in_answer ? LFN_STAGE_RECEIVING : LFN_STAGE_WAITING;
    bool stage_fits = whole ? exchange->stage == LFN_STAGE_DONE : exchange->stage >= first && exchange->stage <= last;
    if (exchange->status != status || !stage_fits || call->response.body.size != (whole ? 49 : 0))
        fail_msg("%s, %s, cut %d at %zu: status %d, stage %d, %zu bytes, '%s'", lane_name(),
                 in_answer ? "answer" : "request", (int)how, offset, (int)exchange->status, (int)exchange->stage,
                 call->response.body.size, exchange->error->message);
}

/* One cut and the call after it. A call whose short time was over before it met the cut gets more of it. */
static void cut_at(cut_server *server, lfn_transport *transport, bool in_answer, cut how, size_t offset)
{
    one_call call;
    int64_t timeout_ms = how == CUT_STALL ? STALL_MS : PATIENCE_MS;
    for (bool met = false; !met; timeout_ms *= 2) {
        mistreat_from_now(server, in_answer, how, offset);
        create_user(transport, &call, timeout_ms);
        treat_well_from_now(server);
        met = timeout_ms >= PATIENCE_MS || call.exchange.stage >= stage_of_cut(in_answer, offset);
        if (met)
            check_outcome(&call, how == CUT_SPLIT || (in_answer && offset == ANSWER_SIZE), in_answer, how, offset);
        call_free(&call);
        the_next_call_works(transport);
    }
    if (in_answer)
        assert_int_equal(read_number(server, &server->creations), 1);
}

/* Cuts at every offset of the answer or of the request; gives how many there were. */
static size_t cut_everywhere(bool in_answer, cut how)
{
    cut_server server;
    start_server(&server);
    lfn_transport *transport = open_with((lfn_curl_options){0}, "http", "127.0.0.1", ntohs(server.address.sin_port));
    cut_at(&server, transport, true, CUT_SPLIT, 0); /* tells how long the request is */
    size_t last = in_answer ? ANSWER_SIZE : read_number(&server, &server.request_size);
    if (in_answer && how == CUT_STALL)
        last--; /* behind the whole answer there is nothing to wait for */
    for (size_t offset = 0; offset <= last; offset++)
        cut_at(&server, transport, in_answer, how, offset);
    lfn_transport_free(transport);
    stop_server(&server);
    return last + 1;
}

static size_t offsets_tried;

static void an_answer_cut_at_any_byte_is_told_and_never_taken_for_whole(void **state)
{
    (void)state;
    for (int how = CUT_FIN; how <= CUT_SPLIT; how++)
        offsets_tried += cut_everywhere(true, (cut)how);
}

static void a_request_cut_at_any_byte_is_told_and_never_sent_again(void **state)
{
    (void)state;
    for (int how = CUT_FIN; how <= CUT_STALL; how++)
        offsets_tried += cut_everywhere(false, (cut)how);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_cut_at_any_byte_is_told_and_never_taken_for_whole),
        cmocka_unit_test(a_request_cut_at_any_byte_is_told_and_never_sent_again),
    };
    int failed = RUN_LANE(false, tests, NULL, NULL);
    failed += RUN_LANE(true, tests, NULL, NULL);
    (void)printf("figure cut_offsets %zu\n", offsets_tried);
    return failed;
}
