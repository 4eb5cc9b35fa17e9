/* The scripted server: see loopback_server.h. */
#include "support/loopback_server.h"

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { WAIT_MAX_MS = 5000 };

struct loopback_server {
    int listener;
    int stop; /* an eventfd that becomes readable when the server is to end */
    int port;
    pthread_t thread;
    bool joined;
    const loopback_script *scripts;
    size_t count;
    SSL_CTX *context;
    size_t accepted;
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

/* Whether the socket can be read before the server is stopped or the time is over. */
static bool wait_readable(const loopback_server *server, int descriptor)
{
    struct pollfd waits[] = {{descriptor, POLLIN, 0}, {server->stop, POLLIN, 0}};
    return poll(waits, 2, WAIT_MAX_MS) > 0 && waits[1].revents == 0;
}

static ssize_t receive(connection *peer, char *bytes, size_t size)
{
    bool pending = peer->ssl != NULL && SSL_pending(peer->ssl) > 0;
    if (!pending && !wait_readable(peer->server, peer->socket))
        return -1;
    return peer->ssl != NULL ? SSL_read(peer->ssl, bytes, (int)size) : recv(peer->socket, bytes, size, 0);
}

static bool send_bytes(connection *peer, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t sent =
            peer->ssl != NULL ? SSL_write(peer->ssl, bytes, (int)size) : send(peer->socket, bytes, size, MSG_NOSIGNAL);
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

/* TLS first, when the server has it; a handshake that fails ends the connection. */
static void serve(loopback_server *server, int socket, size_t index)
{
    connection peer = {server, socket, NULL, index, 0, false, false};
    struct timeval limit = {WAIT_MAX_MS / 1000, 0};
    (void)setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    (void)setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (server->context != NULL) {
        peer.ssl = SSL_new(server->context);
        (void)SSL_set_fd(peer.ssl, socket);
        if (SSL_accept(peer.ssl) != 1)
            goto done;
    }
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
    while (server->accepted < server->count && wait_readable(server, server->listener)) {
        int socket = accept(server->listener, NULL, NULL);
        if (socket < 0)
            break;
        serve(server, socket, server->accepted++);
    }
    (void)close(server->listener);
    return NULL;
}

static int listen_on_loopback(int *out_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(listener >= 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 16), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
    *out_port = ntohs(address.sin_port);
    return listener;
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
    server->listener = listen_on_loopback(&server->port);
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
    int port = 0;
    (void)close(listen_on_loopback(&port));
    return port;
}
