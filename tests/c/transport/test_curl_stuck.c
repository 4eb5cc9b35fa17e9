/* Exchanges that are held up: a name service does not answer, or their time is longer than times can say. */
#include "one_call.h"

#include <netdb.h>
#include <pthread.h>
#include <time.h>

/* ---- a name service that does not answer ---- */

/* Asked by libcurl, in a thread of its own, in place of the system's function. */
static struct name_service {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool answers;
    unsigned asked;
    unsigned answered;
} names = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, 0, 0};

static struct timespec when_patience_ends(void)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    return until;
}

__attribute__((visibility("default"))) int getaddrinfo(const char *name, const char *service,
                                                       const struct addrinfo *hints, struct addrinfo **out_list)
{
    struct timespec until = when_patience_ends();
    int failure = 0;
    (void)name;
    (void)service;
    (void)hints;
    (void)out_list;
    (void)pthread_mutex_lock(&names.lock);
    names.asked++;
    (void)pthread_cond_broadcast(&names.changed);
    while (!names.answers && failure == 0)
        failure = pthread_cond_timedwait(&names.changed, &names.lock, &until);
    names.answered++;
    (void)pthread_cond_broadcast(&names.changed);
    (void)pthread_mutex_unlock(&names.lock);
    return EAI_AGAIN;
}

static void keep_names_from_answering(void)
{
    (void)pthread_mutex_lock(&names.lock);
    names.answers = false;
    names.asked = 0;
    names.answered = 0;
    (void)pthread_mutex_unlock(&names.lock);
}

static unsigned count_answered(void)
{
    (void)pthread_mutex_lock(&names.lock);
    unsigned answered = names.answered;
    (void)pthread_mutex_unlock(&names.lock);
    return answered;
}

/* It is a thread of libcurl that asks, which a busy machine may keep from it for a while. */
static void start_until_names_are_asked(lfn_transport *transport, one_call *call)
{
    struct timespec until = when_patience_ends();
    int failure = 0;
    transport->methods->start(transport, &call->exchange);
    transport->methods->step(transport, 10);
    (void)pthread_mutex_lock(&names.lock);
    while (names.asked == 0 && failure == 0)
        failure = pthread_cond_timedwait(&names.changed, &names.lock, &until);
    (void)pthread_mutex_unlock(&names.lock);
    assert_int_equal(failure, 0);
}

static void let_names_answer(void)
{
    struct timespec until = when_patience_ends();
    int failure = 0;
    (void)pthread_mutex_lock(&names.lock);
    names.answers = true;
    (void)pthread_cond_broadcast(&names.changed);
    while (names.answered < names.asked && failure == 0)
        failure = pthread_cond_timedwait(&names.changed, &names.lock, &until);
    (void)pthread_mutex_unlock(&names.lock);
}

static int64_t now_ms(void)
{
    return lfn_clock_system()->monotonic_ms(NULL);
}

static void a_name_service_that_does_not_answer_does_not_keep_an_exchange_beyond_its_time(void **state)
{
    (void)state;
    one_call call;
    keep_names_from_answering();
    lfn_transport *transport = open_with((lfn_curl_options){0}, "https", "api.farm.example", 443);
    call_init(&call, LFN_GET, "/");
    call.exchange.timeout_ms = 300;
    int64_t before_ms = now_ms();
    start_until_names_are_asked(transport, &call);
    while (!call.exchange.done)
        transport->methods->step(transport, PATIENCE_MS);
    assert_int_equal(call.exchange.status, LFN_DEADLINE);
    assert_true(now_ms() - before_ms >= 250); /* libcurl rounds its times */
    lfn_transport_free(transport);
    assert_int_equal(count_answered(), 0);
    let_names_answer();
    call_free(&call);
}

static void an_exchange_is_let_go_of_while_the_name_service_does_not_answer(void **state)
{
    (void)state;
    one_call call;
    keep_names_from_answering();
    lfn_transport *transport = open_with((lfn_curl_options){0}, "https", "api.farm.example", 443);
    call_init(&call, LFN_GET, "/");
    start_until_names_are_asked(transport, &call);
    transport->methods->cancel(transport, &call.exchange);
    lfn_transport_free(transport);
    assert_int_equal(count_answered(), 0);
    let_names_answer();
    call_free(&call);
}

/* ---- times ---- */

static void an_exchange_may_take_longer_than_times_can_say(void **state)
{
    static const loopback_script script = {
        {{LOOPBACK_READ, "\r\n\r\n", 0}, {LOOPBACK_WRITE, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", 0}}};
    (void)state;
    one_call call;
    loopback_server *server = loopback_start(&script, 1, NULL);
    lfn_transport *transport = open_plain(server);
    call_init(&call, LFN_GET, "/");
    call.exchange.timeout_ms = INT64_MAX;
    call.exchange.connect_timeout_ms = INT64_MAX;
    assert_int_equal(call_perform(transport, &call), LFN_OK);
    lfn_transport_free(transport);
    call_free(&call);
    loopback_free(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_service_that_does_not_answer_does_not_keep_an_exchange_beyond_its_time),
        cmocka_unit_test(an_exchange_is_let_go_of_while_the_name_service_does_not_answer),
        cmocka_unit_test(an_exchange_may_take_longer_than_times_can_say),
    };
    int failed = RUN_LANE(false, tests, NULL, NULL);
    return failed + RUN_LANE(true, tests, NULL, NULL);
}
