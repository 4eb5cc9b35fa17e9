/* The fast server: one thread, epoll, kept connections, one fixed answer to every request, head and body in one write.
 * An answer may be held back by a timer, as if the peer were far away; nothing waits for it. It prints its port, and
 * ends when its standard input does, so that it never outlives the program that started it. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 65536, EVENTS_MAX = 256, RECEIVE_SIZE = 65536, HEAD_MAX = 256 };

/* A connection is known by its descriptor; the serial tells whether a held answer still belongs to it. */
typedef struct connection {
    uint32_t serial;
    uint32_t owed;   /* answers that may go out now */
    size_t sent;     /* bytes of the first of them */
    unsigned ending; /* how much of the empty line at the end of a request was seen */
    bool blocked;    /* the kernel's buffer is full: it is told when there is room */
} connection;

typedef struct held_answer {
    int fd;
    uint32_t serial;
    int64_t due_us;
} held_answer;

static connection connections[CONNECTIONS_MAX];
static held_answer held[CONNECTIONS_MAX]; /* a ring, in the order in which they fall due */
static size_t held_first, held_count;

static char *answer;
static size_t answer_size;
static int64_t delay_us;
static int epoll_fd;

static _Noreturn void stop(const char *what)
{
    (void)fprintf(stderr, "raw_server: %s\n", what);
    exit(1);
}

static int64_t now_us(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* ---- the answer ---- */

static void read_answer(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0)
        stop("the body cannot be read");
    size_t body_size = (size_t)ftell(file);
    rewind(file);
    answer = malloc(HEAD_MAX + body_size);
    if (answer == NULL)
        stop("no memory");
    int head = snprintf(answer, HEAD_MAX,
                        "HTTP/1.1 200 OK\r\nServer: raw\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\n"
                        "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
                        body_size);
    if (fread(answer + head, 1, body_size, file) != body_size)
        stop("the body cannot be read");
    (void)fclose(file);
    answer_size = (size_t)head + body_size;
}

/* ---- connections ---- */

static void watch(int fd, uint32_t events, int operation)
{
    struct epoll_event event = {.events = events, .data.fd = fd};
    if (epoll_ctl(epoll_fd, operation, fd, &event) != 0)
        stop("a descriptor cannot be watched");
}

static void take_connection(int listener)
{
    int one = 1;
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
        return;
    if (fd >= CONNECTIONS_MAX)
        stop("too many connections");
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    connections[fd] = (connection){.serial = connections[fd].serial + 1};
    watch(fd, EPOLLIN, EPOLL_CTL_ADD);
}

static void drop_connection(int fd)
{
    connections[fd].serial++;
    connections[fd].owed = 0;
    (void)close(fd);
}

/* Sends what is owed, as far as the kernel takes it. */
static void send_owed(int fd)
{
    connection *to = &connections[fd];
    bool was_blocked = to->blocked;
    to->blocked = false;
    while (to->owed > 0) {
        ssize_t sent = send(fd, answer + to->sent, answer_size - to->sent, MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN) {
            to->blocked = true;
            break;
        }
        if (sent <= 0) {
            drop_connection(fd);
            return;
        }
        to->sent += (size_t)sent;
        if (to->sent == answer_size) {
            to->sent = 0;
            to->owed--;
        }
    }
    if (to->blocked != was_blocked)
        watch(fd, to->blocked ? EPOLLIN | EPOLLOUT : EPOLLIN, EPOLL_CTL_MOD);
}

/* Counts the requests that end in these bytes. No request has a body. */
static uint32_t requests_in(connection *from, const char *bytes, size_t size)
{
    static const char ending[] = "\r\n\r\n";
    uint32_t requests = 0;
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != ending[from->ending])
            from->ending = bytes[i] == '\r';
        else if (++from->ending == sizeof ending - 1) {
            requests++;
            from->ending = 0;
        }
    }
    return requests;
}

static void hold_answer(int fd)
{
    if (held_count == CONNECTIONS_MAX)
        stop("too many answers are held");
    held[(held_first + held_count++) % CONNECTIONS_MAX] =
        (held_answer){fd, connections[fd].serial, now_us() + delay_us};
}

static void receive(int fd)
{
    static char bytes[RECEIVE_SIZE];
    ssize_t got = recv(fd, bytes, sizeof bytes, 0);
    if (got < 0 && errno == EAGAIN)
        return;
    if (got <= 0) {
        drop_connection(fd);
        return;
    }
    uint32_t requests = requests_in(&connections[fd], bytes, (size_t)got);
    if (delay_us == 0) {
        connections[fd].owed += requests;
        send_owed(fd);
        return;
    }
    for (; requests > 0; requests--)
        hold_answer(fd);
}

/* ---- the loop ---- */

static void release_due(void)
{
    int64_t now = held_count > 0 ? now_us() : 0;
    for (; held_count > 0 && held[held_first].due_us <= now; held_count--) {
        held_answer due = held[held_first];
        held_first = (held_first + 1) % CONNECTIONS_MAX;
        if (connections[due.fd].serial != due.serial)
            continue;
        connections[due.fd].owed++;
        send_owed(due.fd);
    }
}

static int wait_ms(void)
{
    if (held_count == 0)
        return -1;
    int64_t rest_us = held[held_first].due_us - now_us();
    return rest_us <= 0 ? 0 : (int)((rest_us + 999) / 1000);
}

static int listen_on_loopback(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(listener, 4096) != 0 || getsockname(listener, (struct sockaddr *)&address, &size) != 0)
        stop("it cannot listen");
    (void)printf("%d\n", ntohs(address.sin_port));
    (void)fflush(stdout);
    return listener;
}

static void serve(int listener)
{
    struct epoll_event events[EVENTS_MAX];
    for (;;) {
        int count = epoll_wait(epoll_fd, events, EVENTS_MAX, wait_ms());
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            if (fd == STDIN_FILENO)
                return;
            if (fd == listener)
                take_connection(listener);
            else if (events[i].events & EPOLLOUT)
                send_owed(fd);
            else
                receive(fd);
        }
        release_due();
    }
}

/* raw_server BODY_FILE DELAY_MS */
int main(int argc, char **argv)
{
    if (argc != 3)
        stop("usage: raw_server BODY_FILE DELAY_MS");
    read_answer(argv[1]);
    delay_us = strtol(argv[2], NULL, 10) * 1000;
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (epoll_fd < 0)
        stop("there is no epoll");
    int listener = listen_on_loopback();
    watch(listener, EPOLLIN, EPOLL_CTL_ADD);
    watch(STDIN_FILENO, EPOLLIN, EPOLL_CTL_ADD);
    serve(listener);
    free(answer);
    return 0;
}
