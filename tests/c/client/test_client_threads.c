/* Eight threads share one client: one login, every answer whole. */
#include "base/text.h"
#include "leafnative/client.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { THREADS = 8, CALLS = 50 };

/* Answers by path; counts what it is asked. It needs no lock of its own: a client makes one call after the other. */
typedef struct peer {
    int logins;
    int lists;
} peer;

static void answer(void *context, const lfn_request *request, lfn_response *response)
{
    peer *asked = context;
    bool login = lfn_text_equal_string(request->target, "/api/authenticate");
    bool known = lfn_text_equal_string(request->authorization, "Bearer shared");
    asked->logins += login;
    asked->lists += !login;
    response->status = login || known ? 200 : 401;
    (void)lfn_buffer_append_string(&response->body, login ? "{\"id_token\":\"shared\"}" : "[{\"id\":\"x\"}]");
}

static void *work(void *context)
{
    lfn_client *client = context;
    lfn_result result = {0};
    intptr_t failures = 0;
    for (int i = 0; i < CALLS; i++) {
        lfn_call call = {.operation = lfn_operation_get(LFN_OP_USERS_LIST)};
        failures += lfn_client_call(client, &call, &result, NULL) != LFN_OK;
        failures += !lfn_text_equal_string(lfn_buffer_text(&result.response.body), "[{\"id\":\"x\"}]");
    }
    lfn_result_free(&result);
    return (void *)failures;
}

static void eight_threads_share_a_client_and_one_login(void **state)
{
    (void)state;
    peer asked = {0};
    lfn_client_options options = {.username = LFN_TEXT("a@farm.example"), .password = LFN_TEXT("s3cret")};
    lfn_client *client = NULL;
    assert_int_equal(lfn_transport_open_handler(answer, &asked, &options.transport, NULL), LFN_OK);
    assert_int_equal(lfn_client_open(&options, &client, NULL), LFN_OK);
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work, client), 0);
    for (int i = 0; i < THREADS; i++) {
        void *failures = NULL;
        assert_int_equal(pthread_join(threads[i], &failures), 0);
        assert_null(failures);
    }
    lfn_client_free(client);
    assert_int_equal(asked.logins, 1);
    assert_int_equal(asked.lists, THREADS * CALLS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(eight_threads_share_a_client_and_one_login)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
