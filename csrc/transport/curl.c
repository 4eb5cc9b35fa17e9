/* The transport over libcurl: its making, its pool of handles, and the four methods. */
#include "transport/curl_inside.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/log.h"
#include "http/message.h"
#include "transport/base_url.h"
#include "transport/curl_tls.h"
#include "transport/sigpipe.h"

#include <pthread.h>
#include <unistd.h>

enum {
    LINES_MAX = 128 * 1024,
    TARGET_MAX = 64 * 1024,
    KEPT_CONNECTIONS_MAX = 256,
};

/* libcurl's own set-up happens once in a process, at the first transport and not when the library is loaded. It is
 * never undone: others in the process may use libcurl too. */
static pthread_once_t global_once = PTHREAD_ONCE_INIT;
static CURLcode global_result;

static void init_global(void)
{
    global_result = curl_global_init(CURL_GLOBAL_DEFAULT);
}

static void free_slot(curl_slot *slot)
{
    if (slot == NULL)
        return;
    curl_easy_cleanup(slot->easy);
    lfn_buffer_free(&slot->lines);
    lfn_buffer_free(&slot->target);
    lfn_free(slot);
}

static curl_slot *make_slot(curl_transport *transport)
{
    curl_slot *slot = lfn_alloc(sizeof *slot);
    if (slot == NULL)
        return NULL;
    slot->transport = transport;
    lfn_buffer_init(&slot->lines, LINES_MAX);
    lfn_buffer_init(&slot->target, TARGET_MAX);
    slot->easy = curl_easy_init();
    if (slot->easy == NULL || !lfn_curl_slot_prepare(slot)) {
        free_slot(slot);
        return NULL;
    }
    return slot;
}

/* A free slot, or a new one: there are never more than exchanges were under way at once. */
static curl_slot *take_slot(curl_transport *transport)
{
    curl_slot *slot = transport->free_slots;
    if (slot != NULL)
        transport->free_slots = slot->next;
    else
        slot = make_slot(transport);
    if (slot != NULL) {
        slot->next = transport->busy_slots;
        transport->busy_slots = slot;
    }
    return slot;
}

static void return_slot(curl_slot *slot)
{
    curl_transport *transport = slot->transport;
    curl_slot **link = &transport->busy_slots;
    while (*link != slot)
        link = &(*link)->next;
    *link = slot->next;
    if (slot->exchange != NULL)
        slot->exchange->transport_state = NULL;
    lfn_curl_slot_disarm(slot);
    slot->next = transport->free_slots;
    transport->free_slots = slot;
}

static void fail(lfn_exchange *exchange, lfn_status status)
{
    exchange->status = status;
    exchange->stage = LFN_STAGE_IDLE;
    exchange->done = true;
}

/* What can be refused before anything is taken up. */
static lfn_status check_exchange(lfn_exchange *exchange)
{
    const lfn_request *request = exchange->request;
    lfn_status status = lfn_request_check(request, &exchange->error);
    if (status != LFN_OK)
        return status;
    size_t lines_size = request->authorization.size;
    for (size_t i = 0; i < request->header_count; i++)
        lines_size += request->headers[i].name.size + request->headers[i].value.size;
    if (request->target.size > TARGET_MAX || lines_size > LINES_MAX / 2)
        return lfn_error_set(&exchange->error, LFN_BAD_INPUT, "the target or the headers of the request are too long");
    if (exchange->timeout_ms <= 0)
        return lfn_error_set(&exchange->error, LFN_DEADLINE, "there was no time left to send the request");
    return LFN_OK;
}

static void curl_start(lfn_transport *base, lfn_exchange *exchange)
{
    curl_transport *transport = (curl_transport *)base;
    exchange->transport_state = NULL;
    lfn_response_clear(exchange->response);
    lfn_status status = check_exchange(exchange);
    if (status != LFN_OK) {
        fail(exchange, status);
        return;
    }
    curl_slot *slot = take_slot(transport);
    if (slot == NULL) {
        fail(exchange, lfn_error_no_memory(&exchange->error));
        return;
    }
    slot->exchange = exchange;
    exchange->transport_state = slot;
    if (!lfn_curl_slot_arm(slot) || curl_multi_add_handle(transport->multi, slot->easy) != CURLM_OK) {
        return_slot(slot);
        fail(exchange, lfn_error_no_memory(&exchange->error));
    }
}

/* Writes one debug line for an exchange that ended: method, status and time, never target or headers. */
static void log_exchange(const curl_slot *slot, CURLcode code)
{
    const curl_transport *transport = slot->transport;
    curl_off_t total_us = 0;
    if (transport->log.write == NULL)
        return;
    (void)curl_easy_getinfo(slot->easy, CURLINFO_TOTAL_TIME_T, &total_us);
    lfn_log_line(&transport->log, LFN_LOG_DEBUG, "%s %s: HTTP %d, libcurl %d, %lld us",
                 lfn_method_name(slot->exchange->request->method), transport->authority,
                 slot->exchange->response->status, (int)code, (long long)total_us);
}

/* Concludes every exchange that libcurl has finished; whether there was one. */
static bool collect(curl_transport *transport)
{
    bool any = false;
    int left = 0;
    for (CURLMsg *message = curl_multi_info_read(transport->multi, &left); message != NULL;
         message = curl_multi_info_read(transport->multi, &left)) {
        curl_slot *slot = NULL;
        CURLcode code = message->data.result;
        (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &slot);
        (void)curl_multi_remove_handle(transport->multi, slot->easy);
        lfn_curl_slot_conclude(slot, code);
        log_exchange(slot, code);
        return_slot(slot);
        any = true;
    }
    return any;
}

/* The multi itself is broken, which only lack of memory does: every exchange ends. */
static void fail_all(curl_transport *transport)
{
    while (transport->busy_slots != NULL) {
        curl_slot *slot = transport->busy_slots;
        (void)curl_multi_remove_handle(transport->multi, slot->easy);
        lfn_curl_slot_conclude(slot, CURLE_OUT_OF_MEMORY);
        return_slot(slot);
    }
}

static void curl_step(lfn_transport *base, int64_t wait_ms)
{
    curl_transport *transport = (curl_transport *)base;
    lfn_sigpipe_guard guard;
    int running = 0;
    lfn_sigpipe_hold(&guard, transport->secure);
    CURLMcode code = curl_multi_perform(transport->multi, &running);
    bool any = collect(transport);
    if (code == CURLM_OK && !any && running > 0 && wait_ms > 0) {
        code = curl_multi_poll(transport->multi, NULL, 0, wait_ms < 60000 ? (int)wait_ms : 60000, NULL);
        if (code == CURLM_OK)
            code = curl_multi_perform(transport->multi, &running);
        (void)collect(transport);
    }
    if (code != CURLM_OK)
        fail_all(transport);
    lfn_sigpipe_release(&guard);
}

/* libcurl closes the connection of a handle that is taken out in mid-transfer. */
static void curl_cancel(lfn_transport *base, lfn_exchange *exchange)
{
    curl_transport *transport = (curl_transport *)base;
    curl_slot *slot = exchange->transport_state;
    lfn_sigpipe_guard guard;
    if (slot == NULL)
        return;
    lfn_sigpipe_hold(&guard, transport->secure);
    (void)curl_multi_remove_handle(transport->multi, slot->easy);
    lfn_sigpipe_release(&guard);
    return_slot(slot);
}

static void free_slots(curl_slot *slot)
{
    while (slot != NULL) {
        curl_slot *next = slot->next;
        free_slot(slot);
        slot = next;
    }
}

static void curl_free_transport(lfn_transport *base)
{
    curl_transport *transport = (curl_transport *)base;
    lfn_sigpipe_guard guard;
    lfn_sigpipe_hold(&guard, transport->secure);
    while (transport->busy_slots != NULL) {
        curl_slot *slot = transport->busy_slots;
        (void)curl_multi_remove_handle(transport->multi, slot->easy);
        return_slot(slot);
    }
    free_slots(transport->free_slots);
    if (transport->multi != NULL)
        (void)curl_multi_cleanup(transport->multi);
    lfn_sigpipe_release(&guard);
    lfn_free_string(transport->url);
    lfn_free_string(transport->authority);
    lfn_free_string(transport->ca_file);
    lfn_free_string(transport->client_certificate);
    lfn_free_string(transport->client_key);
    lfn_free_string(transport->proxy);
    lfn_free_string(transport->user_agent);
    lfn_free(transport);
}

static lfn_status check_file(lfn_text path, const char *where, lfn_error *error)
{
    if (path.data == NULL)
        return LFN_OK;
    char *copy = lfn_copy(path.data, path.size);
    if (copy == NULL)
        return lfn_error_no_memory(error);
    bool fine = path.size > 0 && path.size < CA_PATH_MAX && lfn_header_value_valid(path) && access(copy, R_OK) == 0;
    lfn_free(copy);
    if (fine)
        return LFN_OK;
    return lfn_error_set_where(error, LFN_BAD_INPUT, where, "%s names a file that cannot be read", where + 1);
}

/* The text is never shown: a proxy may hold a password. */
static lfn_status check_line(lfn_text text, const char *where, lfn_error *error)
{
    if (text.data == NULL || (text.size > 0 && lfn_header_value_valid(text)))
        return LFN_OK;
    return lfn_error_set_where(error, LFN_BAD_INPUT, where, "%s is empty or holds CR, LF or NUL", where + 1);
}

static lfn_status check_options(const lfn_curl_options *options, lfn_base_url *out_url, lfn_error *error)
{
    lfn_status status = lfn_base_url_read(options->base_url, out_url, error);
    if (status == LFN_OK)
        status = check_file(options->ca_file, "/ca_file", error);
    if (status == LFN_OK)
        status = check_file(options->client_certificate, "/client_certificate", error);
    if (status == LFN_OK)
        status = check_file(options->client_key, "/client_key", error);
    if (status == LFN_OK)
        status = check_line(options->proxy, "/proxy", error);
    if (status == LFN_OK)
        status = check_line(options->user_agent, "/user_agent", error);
    if (status == LFN_OK && options->client_key.data != NULL && options->client_certificate.data == NULL)
        status =
            lfn_error_set_where(error, LFN_BAD_INPUT, "/client_key", "client_key is given without client_certificate");
    return status;
}

/* Copies an option; true also for one that is absent. */
static bool copy_option(lfn_text text, char **out_copy)
{
    if (text.data == NULL)
        return true;
    *out_copy = lfn_copy(text.data, text.size);
    return *out_copy != NULL;
}

/* libcurl wants a URL with a path; the path that is sent is the target of each request. */
static char *make_url(lfn_text origin)
{
    char *url = lfn_alloc(origin.size + 2);
    if (url == NULL)
        return NULL;
    memcpy(url, origin.data, origin.size);
    url[origin.size] = '/';
    return url;
}

static bool copy_options(curl_transport *transport, const lfn_curl_options *options, const lfn_base_url *url)
{
    static const lfn_text default_agent = LFN_TEXT("leafnative/" LFN_VERSION);
    transport->url = make_url(url->origin);
    return transport->url != NULL && copy_option(url->authority, &transport->authority) &&
           copy_option(options->ca_file, &transport->ca_file) &&
           copy_option(options->client_certificate, &transport->client_certificate) &&
           copy_option(options->client_key, &transport->client_key) && copy_option(options->proxy, &transport->proxy) &&
           copy_option(options->user_agent.data != NULL ? options->user_agent : default_agent, &transport->user_agent);
}

lfn_status lfn_transport_open_curl(const lfn_curl_options *options, lfn_transport **out_transport, lfn_error *error)
{
    static const lfn_transport_methods methods = {curl_start, curl_step, curl_cancel, curl_free_transport};
    lfn_base_url url = {0};
    lfn_status status = check_options(options, &url, error);
    if (status != LFN_OK)
        return status;
    (void)pthread_once(&global_once, init_global);
    if (global_result != CURLE_OK)
        return lfn_error_set(error, LFN_TRANSPORT, "libcurl could not be set up: %s",
                             curl_easy_strerror(global_result));

    curl_transport *transport = lfn_alloc(sizeof *transport);
    if (transport == NULL)
        return lfn_error_no_memory(error);
    transport->base.methods = &methods;
    transport->secure = url.secure;
    transport->stores_usable = url.secure && lfn_tls_stores_usable();
    transport->log = options->log;
    transport->multi = curl_multi_init();
    if (transport->multi == NULL || !copy_options(transport, options, &url)) {
        status = lfn_error_no_memory(error);
        goto done;
    }
    (void)curl_multi_setopt(transport->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
    (void)curl_multi_setopt(transport->multi, CURLMOPT_MAXCONNECTS, (long)KEPT_CONNECTIONS_MAX);

done:
    if (status == LFN_OK)
        *out_transport = &transport->base;
    else
        curl_free_transport(&transport->base);
    return status;
}
