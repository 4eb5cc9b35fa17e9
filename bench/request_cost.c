/* What one request costs: the program that bench/request_cost.py measures. It is either the server, which answers every
 * request with the same user, or a client that asks for users one after the other in one of three ways. */
#include <leafnative/leafnative.h>

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define USER_FORM "/users/0190f5a1-7b1c-7e3a-9d52-%012x"
#define BODY                                                                                                           \
    "{\"id\":\"0190f5a1-7b1c-7e3a-9d52-000000000001\",\"name\":\"Maple Farm\",\"email\":\"maple@farm.example\","       \
    "\"phone\":\"+1 555 0100\",\"address\":\"1 Maple Road\",\"externalId\":\"maple-0001\","                            \
    "\"apiOwnerUsername\":\"owner@farm.example\"}"

static void stop(const char *what)
{
    (void)fprintf(stderr, "request_cost: %s\n", what);
    exit(1);
}

/* ---- the server ---- */

/* One thread, one connection after the other, one write an answer: as little of the machine as can be. */
static void serve_connection(int connection)
{
    char answer[1024];
    char request[4096];
    size_t held = 0;
    int size = snprintf(answer, sizeof answer,
                        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                        sizeof BODY - 1, BODY);
    for (;;) {
        ssize_t got = recv(connection, request + held, sizeof request - held, 0);
        if (got <= 0)
            return;
        held += (size_t)got;
        if (held < 4 || memcmp(request + held - 4, "\r\n\r\n", 4) != 0)
            continue;
        held = 0;
        if (send(connection, answer, (size_t)size, MSG_NOSIGNAL) != size)
            return;
    }
}

static void serve(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int one = 1;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 16) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) != 0)
        stop("the server cannot listen");
    (void)printf("%d\n", ntohs(address.sin_port));
    (void)fflush(stdout);
    for (;;) {
        int connection = accept(listener, NULL, NULL);
        if (connection < 0)
            stop("the server cannot accept");
        (void)setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        serve_connection(connection);
        (void)close(connection);
    }
}

/* ---- the clients ---- */

static void check_answer(int status, size_t size)
{
    if (status != 200 || size != sizeof BODY - 1)
        stop("an answer is not the one that was sent");
}

enum { TARGETS = 64 };

/* Targets that differ; made before the requests, since writing them is no part of one. */
static void make_targets(char targets[TARGETS][64])
{
    for (unsigned i = 0; i < TARGETS; i++)
        (void)snprintf(targets[i], sizeof targets[i], USER_FORM, i);
}

/* The whole call: the request from the table, the answer checked against its form. */
static void call_client(const char *url, bool general_lane, unsigned count)
{
    lfn_client_options options = {
        .base_url = lfn_text_of(url), .token = LFN_TEXT("token-of-the-bench"), .general_lane = general_lane};
    lfn_client *client = NULL;
    lfn_result result = {0};
    char targets[TARGETS][64];
    make_targets(targets);
    if (lfn_client_open(&options, &client, NULL) != LFN_OK)
        stop("the client cannot be opened");
    for (unsigned i = 0; i < count; i++) {
        lfn_argument argument = {LFN_TEXT("leafUserId"), lfn_text_of(targets[i % TARGETS] + sizeof "/users/" - 1)};
        lfn_call call = {.operation = lfn_operation_get(LFN_OP_USERS_GET), .arguments = &argument, .argument_count = 1};
        lfn_error error = {0};
        if (lfn_client_call(client, &call, &result, &error) != LFN_OK)
            stop(error.message);
        check_answer(result.response.status, result.response.body.size);
    }
    lfn_result_free(&result);
    lfn_client_free(client);
}

static size_t count_bytes(char *data, size_t unit, size_t count, void *context)
{
    (void)data;
    *(size_t *)context += unit * count;
    return unit * count;
}

/* What a careful program would do with libcurl alone: one easy handle, kept; the target set for each request. */
static void call_libcurl(const char *url, unsigned count)
{
    size_t size = 0;
    char targets[TARGETS][64];
    long status = 0;
    CURL *easy = curl_easy_init();
    struct curl_slist *lines = curl_slist_append(NULL, "Authorization: Bearer token-of-the-bench");
    lines = curl_slist_append(lines, "Accept: application/json");
    if (easy == NULL || lines == NULL)
        stop("libcurl cannot be set up");
    make_targets(targets);
    (void)curl_easy_setopt(easy, CURLOPT_URL, url);
    (void)curl_easy_setopt(easy, CURLOPT_HTTPHEADER, lines);
    (void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 30000L);
    (void)curl_easy_setopt(easy, CURLOPT_PROXY, "");
    (void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, count_bytes);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, &size);
    for (unsigned i = 0; i < count; i++) {
        (void)curl_easy_setopt(easy, CURLOPT_REQUEST_TARGET, targets[i % TARGETS]);
        size = 0;
        if (curl_easy_perform(easy) != CURLE_OK)
            stop("libcurl failed");
        (void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        check_answer((int)status, size);
    }
    curl_slist_free_all(lines);
    curl_easy_cleanup(easy);
}

static double cpu_us(void)
{
    struct rusage used;
    (void)getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

static void ask(const char *way, const char *url, unsigned count)
{
    if (strcmp(way, "libcurl") == 0)
        call_libcurl(url, count);
    else
        call_client(url, strcmp(way, "general") == 0, count);
}

/* request_cost serve, or: request_cost WAY PORT COUNT, which prints the microseconds of processor time per request. */
int main(int argc, char **argv)
{
    enum { WARM_UP = 100 };
    char url[64];
    if (argc == 2 && strcmp(argv[1], "serve") == 0)
        serve();
    if (argc != 4)
        stop("usage: request_cost serve | request_cost express|general|libcurl PORT COUNT");
    unsigned count = (unsigned)strtoul(argv[3], NULL, 10);
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%s", argv[2]);
    (void)curl_global_init(CURL_GLOBAL_DEFAULT);
    ask(argv[1], url, WARM_UP);
    double before_us = cpu_us();
    ask(argv[1], url, count);
    (void)printf("%.3f\n", (cpu_us() - before_us) / count);
    return 0;
}
