/* The transport over libcurl: its making, its four methods, and which lane an exchange takes. */
#include "transport/curl_inside.h"

#include "base/alloc.h"
#include "base/error.h"
#include "http/message.h"
#include "transport/express.h"
#include "transport/sigpipe.h"

#include <errno.h>
#include <pthread.h>

/* libcurl's own set-up happens once in a process, at the first transport and not when the library is loaded. It is
 * never undone: others in the process may use libcurl too. */
static pthread_once_t global_once = PTHREAD_ONCE_INIT;
static CURLcode global_result;

static void init_global(void)
{
    global_result = curl_global_init(CURL_GLOBAL_DEFAULT);
}

void lfn_curl_fail(lfn_exchange *exchange, lfn_status status)
{
    lfn_exchange_end(exchange, status, LFN_STAGE_IDLE);
}

/* What can be refused before anything is taken up. */
static lfn_status check_exchange(lfn_exchange *exchange)
{
    const lfn_request *request = exchange->request;
    lfn_status status = lfn_request_check(request, exchange->error);
    if (status != LFN_OK)
        return status;
    size_t lines_size = request->authorization.size;
    for (size_t i = 0; i < request->header_count; i++)
        lines_size += request->headers[i].name.size + request->headers[i].value.size;
    if (request->target.size > TARGET_MAX || lines_size > LINES_MAX / 2)
        return lfn_error_set(exchange->error, LFN_BAD_INPUT, "the target or the headers of the request are too long");
    if (exchange->timeout_ms <= 0)
        return lfn_error_set(exchange->error, LFN_DEADLINE, "there was no time left to send the request");
    return LFN_OK;
}

static void curl_start(lfn_transport *base, lfn_exchange *exchange)
{
    curl_transport *transport = (curl_transport *)base;
    lfn_sigpipe_guard guard;
    exchange->transport_state = NULL;
    lfn_response_clear(exchange->response);
    lfn_status status = check_exchange(exchange);
    if (status != LFN_OK) {
        lfn_curl_fail(exchange, status);
        return;
    }
    if (transport->express == NULL || !lfn_express_carries(transport->express, exchange->request)) {
        lfn_general_start(transport, exchange, exchange->timeout_ms);
        return;
    }
    lfn_sigpipe_hold(&guard, transport->peer->raises_sigpipe);
    lfn_express_start(transport->express, exchange);
    lfn_sigpipe_release(&guard);
}

/* Takes what libcurl has to tell: whole exchanges of the general lane, connections of the express lane. Whether there
 * was anything. */
static bool collect(const curl_driver *driver)
{
    bool any = false;
    int left = 0;
    for (CURLMsg *message = curl_multi_info_read(driver->multi, &left); message != NULL;
         message = curl_multi_info_read(driver->multi, &left)) {
        curl_handle *handle = NULL;
        CURLcode code = message->data.result;
        (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &handle);
        if (handle->is_express)
            lfn_express_connected((express_connection *)handle, code);
        else
            lfn_general_conclude((curl_slot *)handle, code);
        any = true;
    }
    return any;
}

static CURLMcode drive_one(curl_driver *driver, bool *any)
{
    int running = 0;
    if (driver->moving == 0)
        return CURLM_OK;
    CURLMcode code = curl_multi_perform(driver->multi, &running);
    *any = collect(driver) || *any;
    return code;
}

/* Lets libcurl move what it drives; *out_any says whether something came of it. */
static CURLMcode drive(curl_transport *transport, bool *out_any)
{
    express_lane *lane = transport->express;
    *out_any = false;
    CURLMcode code = drive_one(&transport->general, out_any);
    if (code != CURLM_OK || lane == NULL)
        return code;
    lfn_express_start_waiting(lane);
    code = drive_one(&lane->connecting, out_any);
    *out_any = *out_any || lane->has_lost;
    lfn_express_drop_lost(lane);
    return code;
}

/* While libcurl drives sockets of its own it must be the one that waits, for the descriptor of all others too. It knows
 * the sockets of one lane only, so the wait is short while both lanes have some. */
static CURLMcode wait_with_libcurl(curl_transport *transport, size_t connecting, int wait_ms)
{
    struct curl_waitfd others = {lfn_waiter_descriptor(transport->waiter), CURL_WAIT_POLLIN, 0};
    bool is_blind = others.fd < 0 || (connecting > 0 && transport->general.moving > 0);
    int limit_ms = is_blind && wait_ms > BLIND_WAIT_MS ? BLIND_WAIT_MS : wait_ms;
    CURLM *multi = connecting > 0 ? transport->express->connecting.multi : transport->general.multi;
    return curl_multi_poll(multi, &others, others.fd >= 0 ? 1 : 0, limit_ms, NULL);
}

/* Waits until something can move, and moves what is the express lane's. */
static CURLMcode wait_and_move(curl_transport *transport, int64_t wait_ms)
{
    express_lane *lane = transport->express;
    CURLMcode code = CURLM_OK;
    size_t connecting = lane != NULL ? lane->connecting.moving : 0;
    bool libcurl_moves = connecting > 0 || transport->general.moving > 0;
    if (lane != NULL)
        wait_ms = lfn_express_wait_ms(lane, wait_ms);
    if (wait_ms < 0 || !(libcurl_moves || transport->has_alarm || (lane != NULL && lane->busy != NULL)))
        wait_ms = 0;
    int limit_ms = wait_ms < WAIT_MAX_MS ? (int)wait_ms : WAIT_MAX_MS;
    if (libcurl_moves && limit_ms > 0) {
        code = wait_with_libcurl(transport, connecting, limit_ms);
        limit_ms = 0;
    }
    size_t ready_count = lfn_waiter_wait(transport->waiter, limit_ms);
    if (lane != NULL)
        lfn_express_move(lane, ready_count);
    return code;
}

/* The multi itself is broken, which only lack of memory does: every exchange ends. */
static void fail_all(curl_transport *transport)
{
    while (transport->busy_slots != NULL)
        lfn_general_conclude(transport->busy_slots, CURLE_OUT_OF_MEMORY);
    if (transport->express != NULL)
        lfn_express_fail_all(transport->express);
}

static void curl_step(lfn_transport *base, int64_t wait_ms)
{
    curl_transport *transport = (curl_transport *)base;
    lfn_sigpipe_guard guard;
    bool any = false;
    lfn_sigpipe_hold(&guard, transport->peer->raises_sigpipe);
    CURLMcode code = drive(transport, &any);
    if (code == CURLM_OK)
        code = wait_and_move(transport, any ? 0 : wait_ms);
    if (code == CURLM_OK)
        code = drive(transport, &any);
    if (code != CURLM_OK)
        fail_all(transport);
    lfn_sigpipe_release(&guard);
}

/* libcurl closes the connection of a handle that is taken out in mid-transfer. */
static void curl_cancel(lfn_transport *base, lfn_exchange *exchange)
{
    curl_transport *transport = (curl_transport *)base;
    curl_handle *handle = exchange->transport_state;
    lfn_sigpipe_guard guard;
    if (handle == NULL)
        return;
    lfn_sigpipe_hold(&guard, transport->peer->raises_sigpipe);
    if (handle->is_express)
        lfn_express_close((express_connection *)handle);
    else
        lfn_general_drop((curl_slot *)handle);
    lfn_sigpipe_release(&guard);
}

static void curl_free_transport(lfn_transport *base)
{
    curl_transport *transport = (curl_transport *)base;
    lfn_sigpipe_guard guard;
    lfn_sigpipe_hold(&guard, transport->peer->raises_sigpipe);
    lfn_express_free(transport->express);
    lfn_general_free(transport);
    lfn_sigpipe_release(&guard);
    lfn_waiter_free(transport->waiter);
    lfn_curl_peer_release(transport->peer);
    lfn_free(transport);
}

static int curl_descriptor(lfn_transport *base, int alarm)
{
    curl_transport *transport = (curl_transport *)base;
    if (!transport->has_alarm)
        transport->has_alarm = lfn_waiter_add_alarm(transport->waiter, alarm);
    return transport->has_alarm ? lfn_waiter_descriptor(transport->waiter) : -1;
}

/* The sockets that libcurl drives are behind no descriptor, and no exchange must be overdue. */
static int64_t curl_rest_ms(lfn_transport *base)
{
    curl_transport *transport = (curl_transport *)base;
    express_lane *lane = transport->express;
    if (transport->general.moving > 0 || (lane != NULL && lane->connecting.moving > 0))
        return BLIND_WAIT_MS;
    if (lane != NULL && lane->waiting != NULL)
        return 0;
    return lane != NULL ? lfn_express_wait_ms(lane, INT64_MAX) : INT64_MAX;
}

static lfn_status curl_another(lfn_transport *base, lfn_transport **out_transport, lfn_error *error);

static lfn_status open_lanes(curl_transport *transport, lfn_error *error)
{
    transport->general.kept_max = KEPT_CONNECTIONS_MAX;
    transport->waiter = lfn_waiter_open();
    if (transport->waiter == NULL)
        return errno == ENOMEM ? lfn_error_no_memory(error) : lfn_curl_refuse_descriptor(transport->peer, error);
    if (transport->peer->general_lane || !lfn_express_suits(transport->peer))
        return LFN_OK;
    transport->express = lfn_express_open(transport);
    return transport->express != NULL ? LFN_OK : lfn_error_no_memory(error);
}

/* Takes the peer over, also when it fails. */
static lfn_status open_transport(curl_peer *peer, lfn_transport **out_transport, lfn_error *error)
{
    static const lfn_transport_methods methods = {.start = curl_start,
                                                  .step = curl_step,
                                                  .cancel = curl_cancel,
                                                  .free = curl_free_transport,
                                                  .another = curl_another,
                                                  .descriptor = curl_descriptor,
                                                  .rest_ms = curl_rest_ms};
    curl_transport *transport = lfn_alloc(sizeof *transport);
    if (transport == NULL) {
        lfn_curl_peer_release(peer);
        return lfn_error_no_memory(error);
    }
    transport->base.methods = &methods;
    transport->peer = peer;
    lfn_status status = open_lanes(transport, error);
    if (status != LFN_OK) {
        curl_free_transport(&transport->base);
        return status;
    }
    *out_transport = &transport->base;
    return LFN_OK;
}

static lfn_status curl_another(lfn_transport *base, lfn_transport **out_transport, lfn_error *error)
{
    const curl_transport *transport = (const curl_transport *)base;
    return open_transport(lfn_curl_peer_share(transport->peer), out_transport, error);
}

lfn_status lfn_transport_open_curl(const lfn_curl_options *options, lfn_transport **out_transport, lfn_error *error)
{
    curl_peer *peer = NULL;
    lfn_status status = lfn_curl_peer_open(options, &peer, error);
    if (status != LFN_OK)
        return status;
    (void)pthread_once(&global_once, init_global);
    if (global_result == CURLE_OK)
        return open_transport(peer, out_transport, error);
    lfn_curl_peer_release(peer);
    return lfn_error_set(error, LFN_TRANSPORT, "libcurl could not be set up: %s", curl_easy_strerror(global_result));
}
