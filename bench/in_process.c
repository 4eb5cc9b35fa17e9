/* What one call costs without a wire: the program under a profiler. It fills a service, in memory or in a file, and
 * asks for the credentials of its users one after the other: by the client, or by the service's own function. */
#include <leafnative/leafnative.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { USERS = 1000, SEED_CEILING = 4 * 1024 * 1024, BLOCK = 100 };

#define EMAIL "owner@farm.example"
#define PASSWORD "a password of the bench"

static lfn_service *service;
static lfn_client *client;
static char ids[USERS][64];

static void stop(const char *what)
{
    (void)fprintf(stderr, "in_process: %s\n", what);
    exit(1);
}

static void fill(void)
{
    lfn_buffer seed;
    lfn_error error = {0};
    lfn_buffer_init(&seed, SEED_CEILING);
    (void)lfn_buffer_append_string(&seed, "{\"owners\":[{\"email\":\"" EMAIL "\",\"password\":\"" PASSWORD "\"}],"
                                          "\"users\":[");
    for (int i = 0; i < USERS; i++)
        (void)lfn_buffer_format(&seed,
                                "%s{\"owner\":\"" EMAIL "\",\"name\":\"Maple Farm %d\",\"credentials\":{\"panorama\":{"
                                "\"clientId\":\"client-%d\",\"username\":\"user-%d\",\"password\":\"password-%d\","
                                "\"organizationCode\":\"ORG-%d\",\"refreshToken\":\"refresh-token-%d\","
                                "\"clientEnvironment\":\"STAGE\"}}}",
                                i > 0 ? "," : "", i, i, i, i, i, i);
    (void)lfn_buffer_append_string(&seed, "]}");
    if (seed.failed || lfn_service_seed(service, lfn_text_make(seed.data, seed.size), &error) != LFN_OK)
        stop(error.message);
    lfn_buffer_free(&seed);
}

static void set_up(const char *path)
{
    lfn_error error = {0};
    lfn_service_options options = {.path = lfn_text_of(path), .cheap_passwords = true};
    lfn_transport *transport = NULL;
    if (lfn_service_open(&options, &service, &error) != LFN_OK)
        stop(error.message);
    fill();
    if (lfn_transport_open_handler(lfn_service_answer, service, &transport, &error) != LFN_OK)
        stop(error.message);
    lfn_client_options of_client = {
        .transport = transport, .username = LFN_TEXT(EMAIL), .password = LFN_TEXT(PASSWORD)};
    if (lfn_client_open(&of_client, &client, &error) != LFN_OK)
        stop(error.message);
}

static lfn_text member(const lfn_json *node, const char *name)
{
    return lfn_json_string(lfn_json_get(node, lfn_text_of(name)));
}

static void list_users(void)
{
    lfn_pages *pages = NULL;
    lfn_result result = {0};
    lfn_error error = {0};
    lfn_call call = {.operation = lfn_operation_get(LFN_OP_USERS_LIST)};
    int count = 0;
    bool more = true;
    if (lfn_pages_open(client, &call, &pages, &error) != LFN_OK)
        stop(error.message);
    for (;;) {
        lfn_json *list = NULL;
        if (lfn_pages_next(pages, &more, &result, &error) != LFN_OK)
            stop(error.message);
        if (!more)
            break;
        if (lfn_json_parse(lfn_buffer_text(&result.response.body), &list, &error) != LFN_OK)
            stop(error.message);
        for (const lfn_json *user = lfn_json_first(list); user != NULL && count < USERS; user = lfn_json_next(user))
            (void)snprintf(ids[count++], sizeof ids[0], "%s", member(user, "id").data);
        lfn_json_free(list);
    }
    if (count != USERS)
        stop("the users are not all listed");
    lfn_pages_free(pages);
    lfn_result_free(&result);
}

/* The whole call, as a program makes it. */
static void ask_client(unsigned count)
{
    lfn_result result = {0};
    for (unsigned i = 0; i < count; i++) {
        lfn_error error = {0};
        lfn_argument argument = {LFN_TEXT("leafUserId"), lfn_text_of(ids[i % USERS])};
        lfn_call call = {.operation = lfn_operation_get(LFN_OP_CREDENTIALS_GET),
                         .provider = lfn_provider_get(LFN_PROVIDER_PANORAMA),
                         .arguments = &argument,
                         .argument_count = 1};
        if (lfn_client_call(client, &call, &result, &error) != LFN_OK)
            stop(error.message);
    }
    lfn_result_free(&result);
}

/* ---- the service alone ---- */

static lfn_text log_in(lfn_buffer *out_authorization)
{
    lfn_response response;
    lfn_json *body = NULL;
    lfn_request request = {.method = LFN_POST,
                           .target = LFN_TEXT("/api/authenticate"),
                           .body = LFN_TEXT("{\"username\":\"" EMAIL "\",\"password\":\"" PASSWORD "\"}")};
    lfn_response_init(&response, 4096);
    lfn_buffer_init(out_authorization, 4096);
    lfn_service_answer(service, &request, &response);
    if (lfn_json_parse(lfn_buffer_text(&response.body), &body, NULL) != LFN_OK)
        stop("the login has no answer");
    (void)lfn_buffer_append_string(out_authorization, "Bearer ");
    (void)lfn_buffer_append_text(out_authorization, member(body, "id_token"));
    lfn_json_free(body);
    lfn_response_free(&response);
    return lfn_buffer_text(out_authorization);
}

static void ask_service(unsigned count, size_t block)
{
    static char targets[BLOCK][160];
    lfn_request requests[BLOCK];
    lfn_response responses[BLOCK];
    const lfn_request *asked[BLOCK];
    lfn_response *answered[BLOCK];
    lfn_buffer authorization;
    lfn_text bearer = log_in(&authorization);
    for (size_t i = 0; i < block; i++) {
        lfn_response_init(&responses[i], 4096);
        asked[i] = &requests[i];
        answered[i] = &responses[i];
    }
    for (unsigned i = 0; i < count; i += (unsigned)block) {
        for (size_t k = 0; k < block; k++) {
            (void)snprintf(targets[k], sizeof targets[k], "/services/usermanagement/api/users/%s/panorama-credentials",
                           ids[(i + k) % USERS]);
            requests[k] = (lfn_request){.method = LFN_GET, .target = lfn_text_of(targets[k]), .authorization = bearer};
            lfn_response_clear(&responses[k]);
        }
        lfn_service_answer_block(service, asked, answered, block);
        for (size_t k = 0; k < block; k++)
            if (responses[k].status != 200)
                stop("an answer is no credential");
    }
    for (size_t i = 0; i < block; i++)
        lfn_response_free(&responses[i]);
    lfn_buffer_free(&authorization);
}

static void ask(const char *way, unsigned count)
{
    if (strcmp(way, "client") == 0)
        ask_client(count);
    else
        ask_service(count, strcmp(way, "block") == 0 ? BLOCK : 1);
}

static double now_us(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* in_process client|service|block COUNT [FILE], which prints the microseconds of one answer. */
int main(int argc, char **argv)
{
    if (argc < 3 || argc > 4)
        stop("usage: in_process client|service|block COUNT [FILE]");
    unsigned count = (unsigned)strtoul(argv[2], NULL, 10);
    set_up(argc == 4 ? argv[3] : NULL);
    list_users();
    double before_us = now_us();
    ask(argv[1], count);
    (void)printf("%.3f\n", (now_us() - before_us) / count);
    lfn_client_free(client);
    lfn_service_free(service);
    return 0;
}
