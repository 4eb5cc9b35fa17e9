/* The scripted server: see loopback_server.h. */
#include "support/loopback_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/patience.h"

struct loopback_server {
    int listener;
    int stop; /* an eventfd that becomes readable when the server is to end */
    int port;
    pthread_t thread;
    bool joined;
    const loopback_script *scripts;
    size_t count;
    SSL_CTX *context;
    atomic_size_t accepted;
    char received[LOOPBACK_CONNECTIONS_MAX][LOOPBACK_RECEIVED_MAX + 1];
    size_t received_size[LOOPBACK_CONNECTIONS_MAX];
    bool heard_goodbye[LOOPBACK_CONNECTIONS_MAX];
};

typedef struct connection {
    loopback_server *server;
    int socket;
    SSL *ssl;
    size_t index;
    size_t read_from; /* where the bytes of the current read begin */
    bool reset;
    bool cut;
} connection;

/* Whether the socket is ready before the server is stopped or the time is over. */
static bool await(const loopback_server *server, int descriptor, short events)
{
    struct pollfd waits[] = {{descriptor, events, 0}, {server->stop, POLLIN, 0}};
    return poll(waits, 2, PATIENCE_MS) > 0 && waits[1].revents == 0;
}

/* Whether a step that came to nothing is to be taken again, because the socket is ready for it now. The sockets do not
 * block: a wait that the system bounds would fail whenever the process is stopped and goes on. */
static bool await_turn(const connection *peer, ssize_t outcome, short events)
{
    if (outcome > 0)
        return false;
    if (peer->ssl == NULL)
        return outcome < 0 && errno == EAGAIN && await(peer->server, peer->socket, events);
    int error = SSL_get_error(peer->ssl, (int)outcome);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE)
        return false;
    return await(peer->server, peer->socket, error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT);
}

static ssize_t receive(connection *peer, char *bytes, size_t size)
{
    ssize_t got = 0;
    do
        got = peer->ssl != NULL ? SSL_read(peer->ssl, bytes, (int)size) : recv(peer->socket, bytes, size, 0);
    while (await_turn(peer, got, POLLIN));
    return got;
}

static ssize_t send_some(connection *peer, const char *bytes, size_t size)
{
    ssize_t sent = 0;
    do
        sent =
            peer->ssl != NULL ? SSL_write(peer->ssl, bytes, (int)size) : send(peer->socket, bytes, size, MSG_NOSIGNAL);
    while (await_turn(peer, sent, POLLOUT));
    return sent;
}

static bool send_bytes(connection *peer, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t sent = send_some(peer, bytes, size);
        if (sent <= 0)
            return false;
        bytes += sent;
        size -= (size_t)sent;
    }
    return true;
}

static bool read_until(connection *peer, const char *end)
{
    loopback_server *server = peer->server;
    char *all = server->received[peer->index];
    size_t *size = &server->received_size[peer->index];
    size_t end_size = strlen(end);
    for (;;) {
        if (*size - peer->read_from >= end_size && memcmp(all + *size - end_size, end, end_size) == 0) {
            peer->read_from = *size;
            return true;
        }
        if (*size >= LOOPBACK_RECEIVED_MAX)
            return false;
        ssize_t got = receive(peer, all + *size, LOOPBACK_RECEIVED_MAX - *size);
        if (got <= 0)
            return false;
        *size += (size_t)got;
        all[*size] = '\0';
    }
}

static bool fill(connection *peer, const loopback_step *step)
{
    for (size_t i = 0; i < step->size; i++) {
        if (!send_bytes(peer, step->text, strlen(step->text)))
            return false;
    }
    return true;
}

static void stall(connection *peer)
{
    char bytes[4096];
    while (receive(peer, bytes, sizeof bytes) > 0)
        continue;
}

/* With this set, close sends RST instead of FIN. */
static void reset_on_close(connection *peer)
{
    peer->reset = true;
    struct linger linger = {1, 0};
    (void)setsockopt(peer->socket, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

static void follow(connection *peer, const loopback_step *step)
{
    bool ok = true;
    for (; ok && step->action != LOOPBACK_END; step++) {
        switch (step->action) {
        case LOOPBACK_READ:
            ok = read_until(peer, step->text);
            break;
        case LOOPBACK_WRITE:
            ok = send_bytes(peer, step->text, step->size > 0 ? step->size : strlen(step->text));
            break;
        case LOOPBACK_FILL:
            ok = fill(peer, step);
            break;
        case LOOPBACK_FINISH:
            (void)shutdown(peer->socket, SHUT_WR);
            break;
        case LOOPBACK_CUT:
            peer->cut = true;
            return;
        case LOOPBACK_RESET:
            reset_on_close(peer);
            return;
        case LOOPBACK_STALL:
            stall(peer);
            break;
        case LOOPBACK_END:
            return;
        }
    }
}

static bool shake_hands(connection *peer)
{
    int outcome = 0;
    ERR_clear_error(); /* what an earlier connection left would be taken for this one's */
    peer->ssl = SSL_new(peer->server->context);
    (void)SSL_set_fd(peer->ssl, peer->socket);
    do
        outcome = SSL_accept(peer->ssl);
    while (await_turn(peer, outcome, POLLIN));
    return outcome == 1;
}

/* TLS first, when the server has it; a handshake that fails ends the connection. */
static void serve(loopback_server *server, int socket, size_t index)
{
    connection peer = {server, socket, NULL, index, 0, false, false};
    if (server->context != NULL && !shake_hands(&peer))
        goto done;
    follow(&peer, server->scripts[index].steps);
    server->heard_goodbye[index] = peer.ssl != NULL && (SSL_get_shutdown(peer.ssl) & SSL_RECEIVED_SHUTDOWN) != 0;
    if (peer.ssl != NULL && !peer.reset && !peer.cut)
        (void)SSL_shutdown(peer.ssl);

done:
    SSL_free(peer.ssl);
    (void)close(socket);
}

static void *run(void *context)
{
    loopback_server *server = context;
    sigset_t signals; /* a peer that is gone must not end the test */
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGPIPE);
    (void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
    while (server->accepted < server->count && await(server, server->listener, POLLIN)) {
        int socket = accept4(server->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (socket < 0)
            break;
        serve(server, socket, atomic_fetch_add(&server->accepted, 1));
    }
    (void)close(server->listener);
    return NULL;
}

static int bind_to_loopback(int *out_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int bound = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(bound >= 0);
    assert_int_equal(bind(bound, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(getsockname(bound, (struct sockaddr *)&address, &size), 0);
    *out_port = ntohs(address.sin_port);
    return bound;
}

static SSL_CTX *make_context(const loopback_tls *tls)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    assert_non_null(context);
    if (tls->old_only) {
        assert_int_equal(SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0"), 1);
        assert_int_equal(SSL_CTX_set_min_proto_version(context, TLS1_1_VERSION), 1);
        assert_int_equal(SSL_CTX_set_max_proto_version(context, TLS1_1_VERSION), 1);
    }
    assert_int_equal(SSL_CTX_use_certificate_chain_file(context, tls->certificate_file), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey_file(context, tls->key_file, SSL_FILETYPE_PEM), 1);
    if (tls->client_ca_file != NULL) {
        assert_int_equal(SSL_CTX_load_verify_locations(context, tls->client_ca_file, NULL), 1);
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    }
    return context;
}

loopback_server *loopback_start(const loopback_script *scripts, size_t count, const loopback_tls *tls)
{
    assert_true(count <= LOOPBACK_CONNECTIONS_MAX);
    loopback_server *server = calloc(1, sizeof *server);
    assert_non_null(server);
    server->scripts = scripts;
    server->count = count;
    server->context = tls != NULL ? make_context(tls) : NULL;
    server->stop = eventfd(0, EFD_CLOEXEC);
    server->listener = bind_to_loopback(&server->port);
    assert_int_equal(listen(server->listener, 16), 0);
    assert_int_equal(pthread_create(&server->thread, NULL, run, server), 0);
    return server;
}

int loopback_port(const loopback_server *server)
{
    return server->port;
}

void loopback_join(loopback_server *server)
{
    uint64_t one = 1;
    if (server->joined)
        return;
    assert_int_equal(write(server->stop, &one, sizeof one), sizeof one);
    assert_int_equal(pthread_join(server->thread, NULL), 0);
    server->joined = true;
}

size_t loopback_accepted(const loopback_server *server)
{
    return server->accepted;
}

const char *loopback_received(const loopback_server *server, size_t index)
{
    return server->received[index];
}

bool loopback_heard_goodbye(const loopback_server *server, size_t index)
{
    return server->heard_goodbye[index];
}

void loopback_free(loopback_server *server)
{
    loopback_join(server);
    SSL_CTX_free(server->context);
    (void)close(server->stop);
    free(server);
}

int loopback_closed_port(void)
{
    static int bound = -1;
    static int port;
    if (bound < 0)
        bound = bind_to_loopback(&port);
    return port;
}
