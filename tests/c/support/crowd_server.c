/* The server that waits for all: see crowd_server.h. */
#include "support/crowd_server.h"

#include <arpa/inet.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/patience.h"

#define ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
#define HEAD_END "\r\n\r\n"

static bool read_head(int socket)
{
    char bytes[1024];
    size_t held = 0;
    struct pollfd wait = {socket, POLLIN, 0};
    while (held < 4 || memcmp(bytes + held - 4, HEAD_END, 4) != 0) {
        ssize_t got = poll(&wait, 1, PATIENCE_MS) > 0 ? recv(socket, bytes + held, sizeof bytes - held, 0) : 0;
        if (got <= 0)
            return false;
        held += (size_t)got;
    }
    return true;
}

static bool serve_round(crowd_server *server)
{
    bool ok = true;
    for (size_t i = 0; i < server->at_once; i++)
        ok = ok && read_head(server->sockets[i]);
    for (size_t i = server->at_once; i-- > 0;)
        ok = ok && send(server->sockets[i], ANSWER, sizeof ANSWER - 1, MSG_NOSIGNAL) > 0;
    return ok;
}

static void *serve(void *context)
{
    crowd_server *server = context;
    size_t accepted = 0;
    struct pollfd wait = {server->listener, POLLIN, 0};
    while (accepted < server->at_once && poll(&wait, 1, PATIENCE_MS) > 0)
        server->sockets[accepted++] = accept(server->listener, NULL, NULL);
    server->failed = accepted < server->at_once;
    for (size_t round = 0; round < server->rounds; round++)
        server->failed = server->failed || !serve_round(server);
    for (size_t i = 0; i < accepted; i++)
        (void)close(server->sockets[i]);
    return NULL;
}

void crowd_start(crowd_server *server, size_t at_once, size_t rounds)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    *server = (crowd_server){
        .listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), .at_once = at_once, .rounds = rounds};
    assert_true(at_once <= CROWD_MAX);
    assert_int_equal(bind(server->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(server->listener, CROWD_MAX), 0);
    assert_int_equal(getsockname(server->listener, (struct sockaddr *)&address, &size), 0);
    server->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
}

bool crowd_join(crowd_server *server)
{
    assert_int_equal(pthread_join(server->thread, NULL), 0);
    (void)close(server->listener);
    return !server->failed;
}
