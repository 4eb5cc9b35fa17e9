/* A client over a socket: the lane that its options ask for carries the call, and both lanes carry it alike. */
#include "leafnative/client.h"
#include "support/loopback_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

typedef struct lines {
    size_t express;
    size_t general;
} lines;

static void count_line(void *context, lfn_log_level level, const char *line)
{
    lines *counted = context;
    (void)level;
    counted->express += strstr(line, "express lane") != NULL;
    counted->general += strstr(line, "general lane") != NULL;
}

static void delete_a_user(bool general_lane, lines *out_counted)
{
    const loopback_script script = {
        {{LOOPBACK_READ, "\r\n\r\n", 0}, {LOOPBACK_WRITE, "HTTP/1.1 204 No Content\r\n\r\n", 0}}};
    loopback_server *server = loopback_start(&script, 1, NULL);
    char url[64];
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%d", loopback_port(server));
    lfn_client_options options = {.base_url = lfn_text_of(url),
                                  .token = LFN_TEXT("t"),
                                  .general_lane = general_lane,
                                  .log = {count_line, out_counted}};
    const lfn_argument argument = {LFN_TEXT("leafUserId"), LFN_TEXT("0190f5a1-7b1c-7e3a-9d52-8f6b2c4d1e00")};
    const lfn_call call = {
        .operation = lfn_operation_get(LFN_OP_USERS_DELETE), .arguments = &argument, .argument_count = 1};
    lfn_client *client = NULL;
    lfn_result result = {0};
    lfn_error error = {0};
    assert_int_equal(lfn_client_open(&options, &client, &error), LFN_OK);
    assert_int_equal(lfn_client_call(client, &call, &result, &error), LFN_OK);
    assert_int_equal(result.response.status, 204);
    lfn_result_free(&result);
    lfn_client_free(client);
    loopback_free(server);
}

static void the_express_lane_carries_a_call_unless_the_general_one_is_asked_for(void **state)
{
    (void)state;
    lines counted = {0, 0};
    delete_a_user(false, &counted);
    assert_int_equal(counted.express, 1);
    assert_int_equal(counted.general, 0);
    delete_a_user(true, &counted);
    assert_int_equal(counted.express, 1);
    assert_int_equal(counted.general, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_express_lane_carries_a_call_unless_the_general_one_is_asked_for)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
