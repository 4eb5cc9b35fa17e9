/* One exchange over libcurl with a scripted server, for the tests of this room. Every test of it runs over both lanes:
 * `general_lane` says which. */
#ifndef TEST_ONE_CALL_H
#define TEST_ONE_CALL_H

#include "leafnative/transport.h"
#include "support/loopback_server.h"
#include "support/patience.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

enum { BODY_MAX = 1000 };

static bool general_lane;

static inline const char *lane_name(void)
{
    return general_lane ? "general lane" : "express lane";
}

/* Runs the group over one lane; gives the number of tests that failed. */
#define RUN_LANE(is_general, tests, setup, teardown)                                                                   \
    (general_lane = (is_general), cmocka_run_group_tests_name(lane_name(), tests, setup, teardown))

/* An exchange with its parts in one place. */
typedef struct one_call {
    lfn_request request;
    lfn_response response;
    lfn_exchange exchange;
    lfn_error error;
} one_call;

static inline void call_init(one_call *call, lfn_method method, const char *target)
{
    *call = (one_call){.request = {.method = method, .target = lfn_text_of(target)}};
    lfn_response_init(&call->response, BODY_MAX);
    call->exchange = (lfn_exchange){.request = &call->request,
                                    .response = &call->response,
                                    .error = &call->error,
                                    .timeout_ms = PATIENCE_MS,
                                    .connect_timeout_ms = PATIENCE_MS};
}

static inline lfn_status call_perform(lfn_transport *transport, one_call *call)
{
    call->exchange.done = false;
    return lfn_transport_perform(transport, &call->exchange);
}

static inline void call_free(one_call *call)
{
    lfn_response_free(&call->response);
}

static inline lfn_transport *open_with(lfn_curl_options options, const char *scheme, const char *host, int port)
{
    char url[128];
    lfn_transport *transport = NULL;
    lfn_error error = {0};
    (void)snprintf(url, sizeof url, "%s://%s:%d", scheme, host, port);
    options.base_url = lfn_text_of(url);
    options.general_lane = general_lane;
    lfn_status status = lfn_transport_open_curl(&options, &transport, &error);
    assert_string_equal(error.message, "");
    assert_int_equal(status, LFN_OK);
    return transport;
}

static inline lfn_transport *open_plain(const loopback_server *server)
{
    return open_with((lfn_curl_options){0}, "http", "127.0.0.1", loopback_port(server));
}

#endif
