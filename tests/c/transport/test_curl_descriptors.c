/* A process that has no descriptor left for a connection. */
#include "one_call.h"

#include <sys/resource.h>
#include <unistd.h>

static void a_process_without_a_free_descriptor_is_told_so(void **state)
{
    (void)state;
    one_call call;
    struct rlimit before;
    struct rlimit few;
    static const loopback_script script = {{{LOOPBACK_READ, "\r\n\r\n", 0}}};
    loopback_server *server = loopback_start(&script, 1, NULL);
    lfn_transport *transport = open_plain(server);
    call_init(&call, LFN_GET, "/");
    /* What libcurl needs for itself is made by an exchange that comes to nothing. */
    assert_int_equal(call_perform(transport, &call), LFN_TRANSPORT);
    loopback_join(server); /* its thread would free a descriptor at any moment; that nobody listens is not found out */
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    int next = dup(0);
    few = (struct rlimit){.rlim_cur = (rlim_t)next, .rlim_max = before.rlim_max};
    (void)close(next);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    lfn_status status = call_perform(transport, &call);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(status, LFN_TRANSPORT);
    assert_int_equal(call.exchange.stage, LFN_STAGE_CONNECTING);
    assert_non_null(strstr(call.error.message, "Too many open files"));
    assert_non_null(strstr(call.error.hint, "ulimit -n"));
    lfn_transport_free(transport);
    call_free(&call);
    loopback_free(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_process_without_a_free_descriptor_is_told_so)};
    int failed = RUN_LANE(false, tests, NULL, NULL);
    return failed + RUN_LANE(true, tests, NULL, NULL);
}
