/* Batches, and what happens when the disk or memory is out. */
#include "base/alloc.h"
#include "service/case_harness.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

/* Handles one request of a batch that has begun. */
static int handle(harness *h, lfn_method method, const char *path, const char *body)
{
    lfn_request request = {.method = method,
                           .target = lfn_text_of(harness_format(h, BASE "%s", path)),
                           .authorization = lfn_text_of(h->tokens[0]),
                           .body = lfn_text_of(body)};
    lfn_response_clear(&h->response);
    lfn_service_handle(h->service, &request, &h->response);
    return h->response.status;
}

static void a_refusal_in_a_batch_changes_nothing_and_leaves_the_others(void **state)
{
    (void)state;
    harness h;
    lfn_error error;
    harness_open(&h);
    assert_int_equal(lfn_service_batch_begin(h.service, true, &error), LFN_OK);
    assert_int_equal(handle(&h, LFN_POST, "/users", "{\"name\":\"One\",\"externalId\":\"e\"}"), 201);
    assert_int_equal(
        handle(&h, LFN_POST, "/users", "{\"name\":\"Two\",\"panoramaCredentials\":{\"id\":\"" UNKNOWN_ID "\"}}"), 404);
    assert_int_equal(handle(&h, LFN_POST, "/users", "{\"name\":\"Three\",\"externalId\":\"e\"}"), 400);
    assert_int_equal(handle(&h, LFN_POST, "/users", "{\"name\":\"Four\"}"), 201);
    assert_int_equal(handle(&h, LFN_GET, "/users", NULL), 200);
    assert_string_equal(harness_header(&h, "X-Total-Count"), "2");
    assert_int_equal(lfn_service_batch_commit(h.service, &error), LFN_OK);
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users", NULL), 200);
    assert_string_equal(harness_get(&h, "0.name"), "One");
    assert_string_equal(harness_get(&h, "1.name"), "Four");
    assert_string_equal(harness_get(&h, "2.name"), "");
    harness_close(&h);
}

static void each_change_passes_one_place_once_and_a_refusal_never(void **state)
{
    (void)state;
    harness h;
    char user[64];
    harness_open(&h);
    size_t count = h.change_count;
    (void)snprintf(user, sizeof user, "%s", harness_user(&h, 'a', "Maple"));
    assert_int_equal(h.change_count, ++count);
    assert_non_null(strstr(h.last_change, "users.create"));
    assert_non_null(strstr(h.last_change, user));
    (void)harness_panorama(&h, 'a', user);
    assert_int_equal(h.change_count, ++count);
    assert_non_null(strstr(h.last_change, "credentials.create"));
    assert_non_null(strstr(h.last_change, "provider panorama"));
    assert_null(strstr(h.last_change, "canary"));
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users", NULL), 200);
    assert_int_equal(harness_ask(&h, 'a', LFN_POST, "/users", "{\"name\":\"\"}"), 400);
    assert_int_equal(harness_ask(&h, 'a', LFN_DELETE, "/users/" UNKNOWN_ID, NULL), 404);
    assert_int_equal(harness_ask(&h, 'a', LFN_POST, "/users",
                                 "{\"name\":\"Oak\",\"panoramaCredentials\":{\"id\":\"" UNKNOWN_ID "\"}}"),
                     404);
    assert_int_equal(h.change_count, count);
    harness_share(&h, true);
    count += 2;
    assert_int_equal(h.change_count, count);
    assert_non_null(strstr(h.last_change, "sharing.update"));
    harness_panorama_answers(&h, user, 401, "", "");
    assert_int_equal(h.change_count, ++count);
    assert_int_equal(lfn_service_check_credentials(h.service, NULL, NULL), LFN_OK);
    assert_int_equal(h.change_count, ++count);
    assert_string_equal(h.log, "");
    harness_close(&h);
}

static void a_visit_counts_in_a_batch_of_reads(void **state)
{
    (void)state;
    harness h;
    lfn_error error;
    char user[64], url[512];
    harness_open(&h);
    (void)snprintf(user, sizeof user, "%s", harness_user(&h, 'a', "Maple"));
    assert_int_equal(harness_ask(&h, 'a', LFN_POST,
                                 harness_format(&h, "/users/%s/one-click-integration/Panorama", user),
                                 "{\"clientId\":\"id\",\"username\":\"u\",\"password\":\"p\","
                                 "\"clientEnvironment\":\"STAGE\",\"organizationCode\":\"org-1\"}"),
                     200);
    (void)snprintf(url, sizeof url, "%s", harness_get(&h, "signInUrl"));
    assert_int_equal(lfn_service_batch_begin(h.service, false, &error), LFN_OK);
    assert_int_equal(handle(&h, LFN_GET, "/users", NULL), 200);
    lfn_request visit = {.method = LFN_GET, .target = lfn_text_of(url + strlen("http://leafnative.invalid"))};
    lfn_response_clear(&h.response);
    lfn_service_handle(h.service, &visit, &h.response);
    assert_int_equal(h.response.status, 200);
    assert_int_equal(lfn_service_batch_commit(h.service, &error), LFN_OK);
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, harness_format(&h, "/users/%s", user), NULL), 200);
    assert_string_equal(harness_get(&h, "panoramaCredentials.organizationCode"), "org-1");
    harness_close(&h);
}

/* ---- blocks ---- */

enum { BLOCK_MAX = 8 };

typedef struct block {
    harness *h;
    lfn_request requests[BLOCK_MAX];
    lfn_response responses[BLOCK_MAX];
    size_t count;
} block;

static void block_free(block *asked)
{
    for (size_t i = 0; i < asked->count; i++)
        lfn_response_free(&asked->responses[i]);
}

/* Adds a request of owner a; a path that begins with ! is the whole target. */
static void block_add(block *asked, lfn_method method, const char *path, const char *body)
{
    bool whole = path[0] == '!';
    size_t at = asked->count++;
    lfn_response_init(&asked->responses[at], 65536);
    asked->requests[at] =
        (lfn_request){.method = method,
                      .target = lfn_text_of(harness_format(asked->h, "%s%s", whole ? "" : BASE, path + whole)),
                      .authorization = lfn_text_of(whole ? NULL : asked->h->tokens[0]),
                      .body = lfn_text_of(body)};
}

static void block_answer(block *asked)
{
    const lfn_request *requests[BLOCK_MAX];
    lfn_response *responses[BLOCK_MAX];
    for (size_t i = 0; i < asked->count; i++) {
        requests[i] = &asked->requests[i];
        responses[i] = &asked->responses[i];
    }
    lfn_service_answer_block(asked->h->service, requests, responses, asked->count);
}

static void a_block_of_reads_and_changes_is_answered_in_its_order(void **state)
{
    (void)state;
    harness h;
    harness_open(&h);
    block asked = {.h = &h};
    block_add(&asked, LFN_GET, "/users", NULL);
    block_add(&asked, LFN_POST, "/users", "{\"name\":\"One\",\"externalId\":\"e\"}");
    block_add(&asked, LFN_POST, "/users", "{\"name\":\"Two\",\"externalId\":\"e\"}");
    block_add(&asked, LFN_GET, "/users", NULL);
    block_add(&asked, LFN_POST, "!/api/authenticate",
              "{\"username\":\"a@farm.example\",\"password\":\"the password of a\"}");
    block_add(&asked, LFN_POST, "!/api/authenticate", "{\"username\":\"a@farm.example\",\"password\":\"another one\"}");
    block_add(&asked, LFN_POST, "/users", "{\"name\":\"Three\"}");
    block_answer(&asked);
    const int expected[] = {200, 201, 400, 200, 200, 401, 201};
    for (size_t i = 0; i < asked.count; i++)
        assert_int_equal(asked.responses[i].status, expected[i]);
    assert_string_equal(lfn_buffer_text(&asked.responses[0].body).data, "[]");
    assert_non_null(strstr(lfn_buffer_text(&asked.responses[3].body).data, "\"One\""));
    assert_non_null(strstr(lfn_buffer_text(&asked.responses[4].body).data, "id_token"));
    block_free(&asked);
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users", NULL), 200);
    assert_string_equal(harness_get(&h, "0.name"), "One");
    assert_string_equal(harness_get(&h, "1.name"), "Three");
    assert_string_equal(harness_get(&h, "2.name"), "");
    harness_close(&h);
}

static void in_a_block_a_token_cut_short_is_refused_beside_the_whole_one(void **state)
{
    (void)state;
    harness h;
    harness_open(&h);
    block asked = {.h = &h};
    for (size_t i = 0; i < 6; i++) {
        block_add(&asked, LFN_GET, "/users", NULL);
        if (i % 3 != 0)
            asked.requests[i].authorization.size--;
    }
    block_answer(&asked);
    for (size_t i = 0; i < asked.count; i++)
        assert_int_equal(asked.responses[i].status, i % 3 != 0 ? 401 : 200);
    block_free(&asked);
    harness_close(&h);
}

static void a_block_of_nothing_asks_nothing(void **state)
{
    (void)state;
    harness h;
    harness_open(&h);
    block asked = {.h = &h};
    block_answer(&asked);
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users", NULL), 200);
    assert_string_equal(h.log, "");
    harness_close(&h);
}

static void a_block_that_finds_no_memory_is_unavailable_or_whole(void **state)
{
    (void)state;
    harness h;
    harness_open(&h);
    bool through = false;
    for (long passes = 0; !through && passes < 2000; passes++) {
        block asked = {.h = &h};
        block_add(&asked, LFN_POST, "/users", "{\"name\":\"One\"}");
        block_add(&asked, LFN_GET, "/users", NULL);
        lfn_alloc_fail_after(passes);
        block_answer(&asked);
        lfn_alloc_fail_after(-1);
        through = asked.responses[0].status == 201 && asked.responses[1].status == 200;
        for (size_t i = 0; i < asked.count; i++)
            assert_true(asked.responses[i].status < 300 || asked.responses[i].status >= 500);
        block_free(&asked);
    }
    assert_true(through);
    harness_close(&h);
}

/* Files cannot grow while the limit stands. */
static void limit_files(bool limited)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = limited ? 0 : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void of_a_batch_that_cannot_be_committed_nothing_stands(void **state)
{
    (void)state;
    harness h;
    lfn_error error;
    char folder[] = "/tmp/lfn-batch-XXXXXX", database[64], more[80];
    assert_non_null(mkdtemp(folder));
    (void)snprintf(database, sizeof database, "%s/leaf.db", folder);
    (void)signal(SIGXFSZ, SIG_IGN);
    harness_open_with(&h, (lfn_service_options){.path = lfn_text_of(database)});
    assert_int_equal(lfn_service_batch_begin(h.service, true, &error), LFN_OK);
    assert_int_equal(handle(&h, LFN_POST, "/users", "{\"name\":\"One\"}"), 201);
    limit_files(true);
    lfn_status status = lfn_service_batch_commit(h.service, &error);
    limit_files(false);
    assert_int_equal(status, LFN_STORAGE);

    limit_files(true);
    int answered = harness_ask(&h, 'a', LFN_POST, "/users", "{\"name\":\"Two\"}");
    limit_files(false);
    assert_int_equal(answered, 503);
    assert_string_equal(harness_get(&h, "path"), BASE "/users");
    assert_non_null(strstr(h.log, "was not kept"));

    block asked = {.h = &h};
    block_add(&asked, LFN_POST, "/users", "{\"name\":\"Four\"}");
    block_add(&asked, LFN_GET, "/users", NULL);
    block_add(&asked, LFN_POST, "/users", "{\"name\":\"\"}");
    limit_files(true);
    block_answer(&asked);
    limit_files(false);
    for (size_t i = 0; i < asked.count; i++) {
        assert_int_equal(asked.responses[i].status, 503);
        assert_null(strstr(lfn_buffer_text(&asked.responses[i].body).data, "Four"));
    }
    block_free(&asked);

    assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users", NULL), 200);
    assert_string_equal(harness_body(&h), "[]");
    assert_int_equal(harness_ask(&h, 'a', LFN_POST, "/users", "{\"name\":\"Three\"}"), 201);
    harness_close(&h);
    static const char *const endings[] = {"", ".key", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        (void)snprintf(more, sizeof more, "%s%s", database, endings[i]);
        (void)unlink(more);
    }
    assert_int_equal(rmdir(folder), 0);
}

/* Sends the request with every allocation failing in turn, until it goes through. Before that the service fails; it
 * never takes a token or a password that it has no memory to read for a wrong one. */
static void ask_short_of_memory(harness *h, char who, lfn_method method, const char *path, const char *body,
                                int expected)
{
    for (long passes = 0; passes < 2000; passes++) {
        lfn_alloc_fail_after(passes);
        int status = harness_ask(h, who, method, path, body);
        lfn_alloc_fail_after(-1);
        if (status == expected)
            return;
        assert_true(status == 500 || status == 503);
    }
    fail_msg("%s never went through", path);
}

static void short_of_memory_a_request_fails_and_changes_nothing(void **state)
{
    (void)state;
    harness h;
    char user[64], path[256], grants[256];
    harness_open(&h);
    harness_share(&h, true);
    (void)snprintf(user, sizeof user, "%s", harness_user(&h, 'a', "Maple"));
    ask_short_of_memory(&h, 'a', LFN_POST, "/users", "{\"name\":\"Oak\",\"email\":\"e\"}", 201);
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users", NULL), 200);
    assert_string_equal(harness_header(&h, "X-Total-Count"), "2");
    (void)snprintf(path, sizeof path, "/users/%s/panorama-credentials", user);
    harness_panorama_answers(&h, user, 200, "X: 1", "{\"accessToken\":\"access-1\"}");
    ask_short_of_memory(&h, 'a', LFN_POST, path,
                        "{\"clientId\":\"1\",\"username\":\"2\",\"password\":\"3\",\"organizationCode\":\"4\","
                        "\"refreshToken\":\"5\",\"clientEnvironment\":\"STAGE\"}",
                        201);
    ask_short_of_memory(&h, 'a', LFN_GET, "/users?sort=name,asc&size=5", NULL, 200);
    ask_short_of_memory(&h, 'a', LFN_GET, harness_format(&h, "%s/events", path), NULL, 200);
    assert_string_equal(harness_header(&h, "X-Total-Count"), "1");
    (void)snprintf(grants, sizeof grants,
                   "/api-owners/sharing-relation/receiver/b%%40coop.example/users-permissions/%s", user);
    ask_short_of_memory(&h, 'a', LFN_POST, grants, "{\"permissions\":{\"FIELDS\":{\"actions\":[\"READ\"]}}}", 201);
    ask_short_of_memory(&h, '-', LFN_POST, "!/api/authenticate",
                        "{\"username\":\"a@farm.example\",\"password\":\"the password of a\"}", 200);
    ask_short_of_memory(&h, 'a', LFN_DELETE, "/users", NULL, 405);
    harness_close(&h);
}

static void short_of_memory_administration_fails_with_a_status(void **state)
{
    (void)state;
    harness h;
    char user[64];
    harness_open(&h);
    (void)snprintf(user, sizeof user, "%s", harness_user(&h, 'a', "Maple"));
    (void)harness_panorama(&h, 'a', user);
    lfn_status status = LFN_NO_MEMORY;
    lfn_error error;
    size_t changed;
    for (long passes = 0; status != LFN_OK && passes < 2000; passes++) {
        lfn_alloc_fail_after(passes);
        status = lfn_service_check_credentials(h.service, &changed, &error);
        lfn_alloc_fail_after(-1);
    }
    assert_int_equal(status, LFN_OK);
    status = LFN_NO_MEMORY;
    for (long passes = 0; status != LFN_OK && passes < 2000; passes++) {
        lfn_service *service = NULL;
        lfn_service_options options = {.cheap_passwords = true};
        lfn_alloc_fail_after(passes);
        status = lfn_service_open(&options, &service, &error);
        lfn_alloc_fail_after(-1);
        assert_true((status == LFN_OK) == (service != NULL));
        lfn_service_free(service);
    }
    assert_int_equal(status, LFN_OK);
    harness_close(&h);
}

/* ---- several threads ---- */

enum { THREADS = 4, REQUESTS = 25 };

static void *make_users(void *context)
{
    harness *h = context;
    for (int i = 0; i < REQUESTS; i++) {
        lfn_request request = {.method = LFN_POST,
                               .target = lfn_text_of(BASE "/users"),
                               .authorization = lfn_text_of(h->tokens[0]),
                               .body = lfn_text_of("{\"name\":\"Maple\"}")};
        lfn_response response;
        lfn_response_init(&response, 65536);
        lfn_service_answer(h->service, &request, &response);
        bool made = response.status == 201;
        lfn_response_free(&response);
        if (!made)
            return NULL;
    }
    return context;
}

static void several_threads_use_one_service(void **state)
{
    (void)state;
    harness h;
    pthread_t threads[THREADS];
    harness_open(&h);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, make_users, &h), 0);
    for (size_t i = 0; i < THREADS; i++) {
        void *done = NULL;
        assert_int_equal(pthread_join(threads[i], &done), 0);
        assert_ptr_equal(done, &h);
    }
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users", NULL), 200);
    assert_string_equal(harness_header(&h, "X-Total-Count"), "100");
    harness_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refusal_in_a_batch_changes_nothing_and_leaves_the_others),
        cmocka_unit_test(each_change_passes_one_place_once_and_a_refusal_never),
        cmocka_unit_test(a_visit_counts_in_a_batch_of_reads),
        cmocka_unit_test(a_block_of_reads_and_changes_is_answered_in_its_order),
        cmocka_unit_test(in_a_block_a_token_cut_short_is_refused_beside_the_whole_one),
        cmocka_unit_test(a_block_of_nothing_asks_nothing),
        cmocka_unit_test(a_block_that_finds_no_memory_is_unavailable_or_whole),
        cmocka_unit_test(of_a_batch_that_cannot_be_committed_nothing_stands),
        cmocka_unit_test(short_of_memory_a_request_fails_and_changes_nothing),
        cmocka_unit_test(short_of_memory_administration_fails_with_a_status),
        cmocka_unit_test(several_threads_use_one_service),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
