/* A process that has no descriptor left for a connection. */
#include "one_call.h"

#include <sys/resource.h>
#include <unistd.h>

/* From now on no descriptor can be had; gives the limit that was. */
static struct rlimit take_descriptors(void)
{
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    int next = dup(0);
    struct rlimit few = {.rlim_cur = (rlim_t)next, .rlim_max = before.rlim_max};
    (void)close(next);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    return before;
}

static void check_error(const lfn_error *error)
{
    assert_int_equal(error->status, LFN_TRANSPORT);
    assert_non_null(strstr(error->message, "Too many open files"));
    assert_non_null(strstr(error->hint, "ulimit -n"));
}

static void a_transport_that_finds_no_descriptor_is_told_so(void **state)
{
    (void)state;
    lfn_transport *first = open_with((lfn_curl_options){0}, "http", "127.0.0.1", 80);
    lfn_transport *second = NULL;
    lfn_error error = {0};
    struct rlimit before = take_descriptors();
    lfn_status status = first->methods->another(first, &second, &error);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(status, LFN_TRANSPORT);
    check_error(&error);
    lfn_transport_free(first);
}

static void a_process_without_a_free_descriptor_is_told_so(void **state)
{
    (void)state;
    one_call call;
    static const loopback_script script = {{{LOOPBACK_READ, "\r\n\r\n", 0}}};
    loopback_server *server = loopback_start(&script, 1, NULL);
    lfn_transport *transport = open_plain(server);
    call_init(&call, LFN_GET, "/");
    /* What libcurl needs for itself is made by an exchange that comes to nothing. */
    assert_int_equal(call_perform(transport, &call), LFN_TRANSPORT);
    loopback_join(server); /* its thread would free a descriptor at any moment; that nobody listens is not found out */
    struct rlimit before = take_descriptors();
    lfn_status status = call_perform(transport, &call);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(status, LFN_TRANSPORT);
    assert_int_equal(call.exchange.stage, LFN_STAGE_CONNECTING);
    check_error(&call.error);
    lfn_transport_free(transport);
    call_free(&call);
    loopback_free(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_process_without_a_free_descriptor_is_told_so),
                                       cmocka_unit_test(a_transport_that_finds_no_descriptor_is_told_so)};
    int failed = RUN_LANE(false, tests, NULL, NULL);
    return failed + RUN_LANE(true, tests, NULL, NULL);
}
