/* Sixteen threads share one client: each gets its own answers, they log in once for all, and one that waits, polls,
 * lets go or goes away does not disturb the others. */
#include "base/text.h"
#include "leafnative/client.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

#include "support/patience.h"

enum { THREADS = 16, CALLS = 50 };

/* Answers every request with its path, from any thread; counts what it is asked. */
typedef struct peer {
    atomic_int logins;
    atomic_int calls;
    atomic_int token;   /* the number of the only one that is accepted */
    atomic_int refused; /* logins that are answered 401 first */

    bool waits; /* a login is answered only when a thread rests meanwhile */
    bool rested;
    pthread_mutex_t lock;
    pthread_cond_t resting;
} peer;

static void await_rest(peer *p)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    (void)pthread_mutex_lock(&p->lock);
    int late = 0;
    while (p->waits && !p->rested && late == 0)
        late = pthread_cond_timedwait(&p->resting, &p->lock, &until);
    (void)pthread_mutex_unlock(&p->lock);
}

static void answer_login(peer *p, lfn_response *response)
{
    char body[64];
    int number = atomic_fetch_add(&p->logins, 1) + 1;
    await_rest(p);
    (void)snprintf(body, sizeof body, "{\"id_token\":\"t%d\"}", number);
    response->status = number <= atomic_load(&p->refused) ? 401 : 200;
    (void)lfn_buffer_append_string(&response->body, body);
}

static void answer(void *context, const lfn_request *request, lfn_response *response)
{
    peer *p = context;
    char known[32];
    if (lfn_text_equal_string(request->target, "/api/authenticate")) {
        answer_login(p, response);
        return;
    }
    (void)snprintf(known, sizeof known, "Bearer t%d", atomic_load(&p->token));
    atomic_fetch_add(&p->calls, 1);
    response->status = lfn_text_equal_string(request->authorization, known) ? 200 : 401;
    (void)lfn_buffer_append_text(&response->body, request->target);
}

static void answer_block(void *context, const lfn_request *const *requests, lfn_response *const *responses,
                         size_t count)
{
    for (size_t i = 0; i < count; i++)
        answer(context, requests[i], responses[i]);
}

/* What one thread does, and how often what came was wrong. */
typedef struct worker {
    lfn_client *client;
    int number;
    intptr_t wrong;
    intptr_t cancelled;
    uint32_t random;
} worker;

static uint32_t next_random(worker *self)
{
    self->random = self->random * 1664525U + 1013904223U;
    return self->random >> 8;
}

static void write_path(const worker *self, uint64_t tag, char out_path[64])
{
    (void)snprintf(out_path, 64, "/of/%d/%llu", self->number, (unsigned long long)tag);
}

static void check(worker *self, uint64_t tag, lfn_status status, const lfn_result *result)
{
    char path[64];
    write_path(self, tag, path);
    self->wrong += status != LFN_OK || !lfn_text_equal_string(lfn_buffer_text(&result->response.body), path);
}

/* ---- ways to call ---- */

static void *call_and_wait(void *context)
{
    worker *self = context;
    lfn_result result = {0};
    for (uint64_t tag = 0; tag < CALLS; tag++) {
        char path[64];
        write_path(self, tag, path);
        lfn_status status =
            lfn_client_request(self->client, LFN_GET, lfn_text_of(path), lfn_text_of(NULL), &result, NULL);
        check(self, tag, status, &result);
    }
    lfn_result_free(&result);
    return NULL;
}

static void submit_all(worker *self, lfn_calls *calls)
{
    for (uint64_t tag = 0; tag < CALLS; tag++) {
        char path[64];
        write_path(self, tag, path);
        self->wrong +=
            lfn_calls_submit_request(calls, LFN_GET, lfn_text_of(path), lfn_text_of(NULL), tag, NULL) != LFN_OK;
    }
}

/* Polls once; how many were handed out. */
static size_t poll_once(worker *self, lfn_calls *calls, size_t room)
{
    lfn_completion completions[8];
    size_t count = lfn_calls_poll(calls, 10, completions, room);
    for (size_t i = 0; i < count; i++)
        check(self, completions[i].tag, completions[i].status, completions[i].result);
    return count;
}

static void *call_many_at_once(void *context)
{
    worker *self = context;
    lfn_calls_options options = {.concurrency = 8, .queue = CALLS};
    lfn_calls *calls = NULL;
    size_t count = 0;
    self->wrong += lfn_calls_open(self->client, &options, &calls, NULL) != LFN_OK;
    submit_all(self, calls);
    while (lfn_calls_pending(calls) > 0)
        count += poll_once(self, calls, 8);
    self->wrong += count != CALLS;
    lfn_calls_free(calls);
    return NULL;
}

static void *open_and_free(void *context)
{
    worker *self = context;
    lfn_calls_options options = {.concurrency = 8, .queue = CALLS};
    for (int round = 0; round < 20; round++) {
        lfn_calls *calls = NULL;
        self->wrong += lfn_calls_open(self->client, &options, &calls, NULL) != LFN_OK;
        submit_all(self, calls);
        for (int i = 0; i < round % 4; i++)
            (void)poll_once(self, calls, 3);
        lfn_calls_free(calls);
    }
    return NULL;
}

/* Lets go of up to thirteen of its calls, so that sixteen threads let go of two hundred. */
static void *call_and_cancel(void *context)
{
    enum { CANCELS = 13 };
    worker *self = context;
    lfn_calls_options options = {.concurrency = 8, .queue = CALLS};
    lfn_calls *calls = NULL;
    size_t count = 0;
    self->random = (uint32_t)self->number;
    self->wrong += lfn_calls_open(self->client, &options, &calls, NULL) != LFN_OK;
    submit_all(self, calls);
    while (lfn_calls_pending(calls) > 0) {
        if (self->cancelled < CANCELS)
            self->cancelled += lfn_calls_cancel(calls, next_random(self) % CALLS);
        else
            count += poll_once(self, calls, 1 + next_random(self) % 8);
        if (next_random(self) % 3 == 0)
            count += poll_once(self, calls, 2);
    }
    self->wrong += count + (size_t)self->cancelled != CALLS;
    lfn_calls_free(calls);
    return NULL;
}

static void *do_as_the_number_says(void *context)
{
    static void *(*const ways[])(void *) = {call_and_wait, call_many_at_once, open_and_free, call_and_cancel};
    const worker *self = context;
    return ways[self->number % 4](context);
}

/* ---- the tests ---- */

static lfn_client *open_client(peer *p, bool by_block, const lfn_clock *clock)
{
    lfn_client_options options = {
        .username = LFN_TEXT("a@farm.example"), .password = LFN_TEXT("s3cret"), .clock = clock};
    lfn_client *client = NULL;
    lfn_status status = by_block ? lfn_transport_open_block_handler(answer_block, p, &options.transport, NULL)
                                 : lfn_transport_open_handler(answer, p, &options.transport, NULL);
    assert_int_equal(status, LFN_OK);
    assert_int_equal(lfn_client_open(&options, &client, NULL), LFN_OK);
    return client;
}

/* Has sixteen threads do something at once; how many calls they let go of. */
static intptr_t run_threads(lfn_client *client, void *(*work)(void *))
{
    pthread_t threads[THREADS];
    worker workers[THREADS];
    intptr_t cancelled = 0;
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (worker){.client = client, .number = i};
        assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(workers[i].wrong, 0);
        cancelled += workers[i].cancelled;
    }
    return cancelled;
}

static void sixteen_threads_share_a_client_and_one_login(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        peer p = {.token = 1};
        lfn_client *client = open_client(&p, i == 1, NULL);
        (void)run_threads(client, call_and_wait);
        lfn_client_free(client);
        assert_int_equal(p.logins, 1);
        assert_int_equal(p.calls, THREADS * CALLS);
    }
}

static void sixteen_threads_with_many_calls_each_share_one_login(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        peer p = {.token = 1};
        lfn_client *client = open_client(&p, i == 1, NULL);
        (void)run_threads(client, call_many_at_once);
        lfn_client_free(client);
        assert_int_equal(p.logins, 1);
        assert_int_equal(p.calls, THREADS * CALLS);
    }
}

static void two_hundred_calls_are_let_go_of_in_sixteen_threads(void **state)
{
    (void)state;
    peer p = {.token = 1};
    lfn_client *client = open_client(&p, true, NULL);
    assert_true(run_threads(client, call_and_cancel) >= 200);
    lfn_client_free(client);
    assert_int_equal(p.logins, 1);
}

static void threads_that_wait_poll_cancel_and_go_away_do_not_disturb_each_other(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        peer p = {.token = 1};
        lfn_client *client = open_client(&p, i == 1, NULL);
        (void)run_threads(client, do_as_the_number_says);
        lfn_client_free(client);
        assert_int_equal(p.logins, 1);
    }
}

static void a_token_that_is_forgotten_costs_all_threads_one_login(void **state)
{
    (void)state;
    peer p = {.token = 1};
    lfn_client *client = open_client(&p, false, NULL);
    (void)run_threads(client, call_many_at_once);
    atomic_store(&p.token, 2);
    (void)run_threads(client, do_as_the_number_says);
    lfn_client_free(client);
    assert_int_equal(p.logins, 2);
}

/* ---- a login that another thread waits for ---- */

static int64_t now_us(void *context)
{
    (void)context;
    const lfn_clock *system = lfn_clock_system();
    return system->now_us(system->context);
}

static int64_t monotonic_ms(void *context)
{
    (void)context;
    const lfn_clock *system = lfn_clock_system();
    return system->monotonic_ms(system->context);
}

/* Only a thread that waits for a login elsewhere rests: the peer may answer it now. */
static void tell_rest(void *context, int64_t duration_ms)
{
    (void)duration_ms;
    peer *p = context;
    (void)pthread_mutex_lock(&p->lock);
    p->rested = true;
    (void)pthread_cond_broadcast(&p->resting);
    (void)pthread_mutex_unlock(&p->lock);
}

static void *call_once(void *context)
{
    worker *self = context;
    lfn_result result = {0};
    lfn_error error;
    lfn_status status =
        lfn_client_request(self->client, LFN_GET, lfn_text_of("/of/0/0"), lfn_text_of(NULL), &result, &error);
    self->wrong = status;
    lfn_result_free(&result);
    return NULL;
}

/* Two threads call at once, and the login is answered only when the second one waits for it; what both came to. */
static void call_in_two_threads(peer *p, lfn_status statuses[2])
{
    lfn_clock clock = {now_us, monotonic_ms, tell_rest, p};
    pthread_t threads[2];
    worker workers[2];
    p->waits = true;
    assert_int_equal(pthread_mutex_init(&p->lock, NULL), 0);
    assert_int_equal(pthread_cond_init(&p->resting, NULL), 0);
    lfn_client *client = open_client(p, false, &clock);
    for (int i = 0; i < 2; i++) {
        workers[i] = (worker){.client = client};
        assert_int_equal(pthread_create(&threads[i], NULL, call_once, &workers[i]), 0);
    }
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        statuses[i] = (lfn_status)workers[i].wrong;
    }
    lfn_client_free(client);
    assert_true(p->rested);
    (void)pthread_cond_destroy(&p->resting);
    (void)pthread_mutex_destroy(&p->lock);
}

static void a_thread_waits_for_the_login_of_another(void **state)
{
    (void)state;
    peer p = {.token = 1};
    lfn_status statuses[2];
    call_in_two_threads(&p, statuses);
    assert_int_equal(statuses[0], LFN_OK);
    assert_int_equal(statuses[1], LFN_OK);
    assert_int_equal(p.logins, 1);
}

static void a_thread_shares_the_failure_of_the_login_of_another(void **state)
{
    (void)state;
    peer p = {.token = 1, .refused = 1};
    lfn_status statuses[2];
    call_in_two_threads(&p, statuses);
    assert_int_equal(statuses[0], LFN_UNAUTHORIZED);
    assert_int_equal(statuses[1], LFN_UNAUTHORIZED);
    assert_int_equal(p.logins, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sixteen_threads_share_a_client_and_one_login),
        cmocka_unit_test(sixteen_threads_with_many_calls_each_share_one_login),
        cmocka_unit_test(two_hundred_calls_are_let_go_of_in_sixteen_threads),
        cmocka_unit_test(threads_that_wait_poll_cancel_and_go_away_do_not_disturb_each_other),
        cmocka_unit_test(a_token_that_is_forgotten_costs_all_threads_one_login),
        cmocka_unit_test(a_thread_waits_for_the_login_of_another),
        cmocka_unit_test(a_thread_shares_the_failure_of_the_login_of_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
