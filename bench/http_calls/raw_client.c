/* The least that a client can do: sockets, epoll and a search for the length of the answer. One in flight is a blocking
 * socket without epoll. It stands for what the machine can do, not for a client that one would want. */
#include "job.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { RECEIVE_SIZE = 65536, HEAD_MAX = 1024, EVENTS_MAX = 256 };

typedef struct connection {
    int fd;
    size_t head_held; /* bytes of a head that is not whole yet */
    size_t body_left; /* bytes of the body that have not come */
    bool in_body;
    char head[HEAD_MAX];
} connection;

static const char header_block[] =
    " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " BENCH_TOKEN "\r\nAccept: application/json\r\n\r\n";

static void connect_to(const bench_job *job, connection *to)
{
    int one = 1;
    const char *port = strrchr(job->base, ':');
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (port == NULL || strncmp(job->base, "http://", 7) != 0)
        bench_stop("the raw client speaks plain http with a port");
    address.sin_port = htons((uint16_t)strtoul(port + 1, NULL, 10));
    to->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (to->fd < 0 || connect(to->fd, (struct sockaddr *)&address, sizeof address) != 0)
        bench_stop("the server cannot be reached");
    (void)setsockopt(to->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

static void ask(const bench_job *job, const connection *to, unsigned long number)
{
    char request[BENCH_TARGET_SIZE + sizeof header_block + 4] = "GET ";
    size_t size = 4 + bench_target(job, number, request + 4);
    memcpy(request + size, header_block, sizeof header_block - 1);
    size += sizeof header_block - 1;
    if (send(to->fd, request, size, MSG_NOSIGNAL) != (ssize_t)size)
        bench_stop("a request could not be sent");
}

/* Reads a whole head and gives the length of the body. */
static size_t length_in(const bench_job *job, const char *head)
{
    const char *line = strstr(head, "Content-Length: ");
    if (line == NULL)
        bench_stop("an answer has no length");
    size_t length = strtoul(line + sizeof "Content-Length: " - 1, NULL, 10);
    bench_check(job, strtol(head + sizeof "HTTP/1.1 " - 1, NULL, 10), length);
    return length;
}

/* Takes the bytes of a head; gives how many of them belong to it. */
static size_t take_head(const bench_job *job, connection *from, const char *bytes, size_t size)
{
    size_t before = from->head_held;
    size_t taken = size < HEAD_MAX - 1 - before ? size : HEAD_MAX - 1 - before;
    memcpy(from->head + before, bytes, taken);
    from->head[before + taken] = '\0';
    char *end = strstr(from->head, "\r\n\r\n");
    if (end == NULL) {
        from->head_held += taken;
        if (from->head_held == HEAD_MAX - 1)
            bench_stop("a head is too long");
        return taken;
    }
    *end = '\0';
    from->body_left = length_in(job, from->head);
    from->in_body = true;
    from->head_held = 0;
    return (size_t)(end - from->head) + 4 - before;
}

/* Receives once; gives true when the answer is whole. */
static bool receive(const bench_job *job, connection *from, int flags)
{
    static char bytes[RECEIVE_SIZE];
    ssize_t got = recv(from->fd, bytes, sizeof bytes, flags);
    if (got < 0 && errno == EAGAIN)
        return false;
    if (got <= 0)
        bench_stop("the server closed a connection");
    size_t used = from->in_body ? 0 : take_head(job, from, bytes, (size_t)got);
    size_t rest = (size_t)got - used;
    if (!from->in_body)
        return false;
    if (rest > from->body_left)
        bench_stop("more came than was asked for");
    from->body_left -= rest;
    from->in_body = from->body_left > 0;
    return !from->in_body;
}

static void run_alone(const bench_job *job, connection *only, unsigned long count)
{
    for (unsigned long i = 0; i < count; i++) {
        ask(job, only, i);
        while (!receive(job, only, 0))
            continue;
    }
}

static void run_many(const bench_job *job, connection *all, int epoll_fd, unsigned long count)
{
    struct epoll_event events[EVENTS_MAX];
    unsigned long asked = 0, answered = 0;
    for (; asked < job->in_flight && asked < count; asked++)
        ask(job, &all[asked], asked);
    while (answered < count) {
        int ready = epoll_wait(epoll_fd, events, EVENTS_MAX, -1);
        for (int i = 0; i < ready; i++) {
            connection *from = events[i].data.ptr;
            if (!receive(job, from, MSG_DONTWAIT))
                continue;
            answered++;
            if (asked < count)
                ask(job, from, asked++);
        }
    }
}

static void run(const bench_job *job, connection *all, int epoll_fd, unsigned long count)
{
    if (job->in_flight == 1)
        run_alone(job, all, count);
    else
        run_many(job, all, epoll_fd, count);
}

int main(int argc, char **argv)
{
    bench_job job = bench_read(argc, argv);
    connection *all = calloc(job.in_flight, sizeof *all);
    int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (all == NULL || epoll_fd < 0)
        bench_stop("no memory or no epoll");
    for (unsigned i = 0; i < job.in_flight; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &all[i]};
        connect_to(&job, &all[i]);
        (void)epoll_ctl(epoll_fd, EPOLL_CTL_ADD, all[i].fd, &event);
    }
    run(&job, all, epoll_fd, job.warm_up);
    bench_restart();
    run(&job, all, epoll_fd, job.count);
    bench_tell(job.count);
    for (unsigned i = 0; i < job.in_flight; i++)
        (void)close(all[i].fd);
    free(all);
    return 0;
}
