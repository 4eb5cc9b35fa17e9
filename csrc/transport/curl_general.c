/* The general lane: pooled easy handles on the multi, each carrying a whole exchange. It takes every peer and proxy
 * that libcurl can talk to. */
#include "transport/curl_inside.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/text.h"

static void free_slot(curl_slot *slot)
{
    if (slot == NULL)
        return;
    curl_easy_cleanup(slot->handle.easy);
    lfn_buffer_free(&slot->lines);
    lfn_buffer_free(&slot->target);
    lfn_free(slot);
}

static curl_slot *make_slot(curl_transport *transport)
{
    curl_slot *slot = lfn_alloc(sizeof *slot);
    if (slot == NULL)
        return NULL;
    slot->handle.transport = transport;
    slot->handle.driver = &transport->general;
    lfn_buffer_init(&slot->lines, LINES_MAX);
    lfn_buffer_init(&slot->target, TARGET_MAX);
    slot->handle.easy = curl_easy_init();
    if (slot->handle.easy == NULL || !lfn_curl_slot_prepare(slot)) {
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

/* Takes the slot from its exchange and from the busy ones. */
static void release_slot(curl_slot *slot)
{
    curl_slot **link = &slot->handle.transport->busy_slots;
    while (*link != slot)
        link = &(*link)->next;
    *link = slot->next;
    if (slot->handle.exchange != NULL)
        slot->handle.exchange->transport_state = NULL;
    lfn_curl_slot_disarm(slot);
}

/* Keeps the slot for later, when its exchange came to a good end at the first sending. Of any other the handle may have
 * met a kept connection that was dead: libcurl counts these as long as a handle lives, and gives up at the sixth. */
static void put_back(curl_slot *slot, bool is_good)
{
    curl_transport *transport = slot->handle.transport;
    lfn_curl_handle_remove(&slot->handle);
    release_slot(slot);
    if (is_good) {
        slot->next = transport->free_slots;
        transport->free_slots = slot;
    } else {
        free_slot(slot);
    }
}

void lfn_general_start(curl_transport *transport, lfn_exchange *exchange, int64_t timeout_ms)
{
    curl_slot *slot = take_slot(transport);
    if (slot == NULL) {
        lfn_curl_fail(exchange, lfn_error_no_memory(exchange->error));
        return;
    }
    slot->handle.exchange = exchange;
    slot->timeout_ms = timeout_ms;
    exchange->transport_state = &slot->handle;
    if (!lfn_curl_slot_arm(slot) || !lfn_curl_handle_add(&slot->handle)) {
        put_back(slot, false);
        lfn_curl_fail(exchange, lfn_error_no_memory(exchange->error));
    }
}

/* How far the exchange came. LFN_STAGE_CONNECTING is claimed only when libcurl was never ready to send; when in doubt
 * the request may have been sent. */
static lfn_stage find_stage(const curl_slot *slot, CURLcode code)
{
    const lfn_request *request = slot->handle.exchange->request;
    CURL *easy = slot->handle.easy;
    long head_bytes = 0;
    curl_off_t body_bytes = 0;
    if (slot->sends == 0)
        return LFN_STAGE_CONNECTING;
    if (slot->answer_began || lfn_curl_is_protocol(code)) /* what is refused there is an answer */
        return LFN_STAGE_RECEIVING;
    if (curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &head_bytes) != CURLE_OK ||
        curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &body_bytes) != CURLE_OK)
        return LFN_STAGE_SENDING;
    bool all_sent = head_bytes > (long)request->target.size && (uint64_t)body_bytes >= request->body.size;
    return all_sent && slot->sends == 1 ? LFN_STAGE_WAITING : LFN_STAGE_SENDING;
}

/* Whether only the end of the connection says where the answer ends: it has no length, and its last coding is not the
 * chunked one (RFC 9112, 6.3). */
static bool ends_with_connection(const lfn_response *response)
{
    static const lfn_text chunked = LFN_TEXT("chunked");
    lfn_text codings = lfn_response_header(response, lfn_text_of("Transfer-Encoding"));
    size_t before = codings.size > chunked.size ? codings.size - chunked.size : 0;
    return response->status != 204 && response->status != 304 &&
           lfn_response_header(response, lfn_text_of("Content-Length")).data == NULL &&
           !lfn_text_equal_nocase(lfn_text_slice(codings, before, chunked.size), chunked);
}

/* Whether anyone on the way could have shortened the answer: libcurl takes a connection that was cut for one that the
 * peer has closed. */
static bool may_be_cut(const curl_slot *slot)
{
    return slot->handle.transport->peer->stores_usable && !slot->heard_goodbye &&
           ends_with_connection(slot->handle.exchange->response);
}

/* libcurl's code, where a nearer one is known. */
static CURLcode find_code(const curl_slot *slot, CURLcode code)
{
    if (code == CURLE_OK && !slot->head_ended) /* libcurl is content with a head that was cut off */
        return CURLE_PARTIAL_FILE;
    if (code == CURLE_OK && may_be_cut(slot))
        return CURLE_PARTIAL_FILE;
    if (code == CURLE_OUT_OF_MEMORY && slot->answer_began && !slot->head_ended)
        return LFN_CURLE_TOO_LARGE; /* what libcurl before 8.6 calls a header line over its limit */
    if (code == CURLE_RECV_ERROR && strstr(slot->handle.error_text, "chunk") != NULL)
        return CURLE_WEIRD_SERVER_REPLY; /* the bytes came; what they say is no chunk */
    return code;
}

void lfn_general_drop(curl_slot *slot)
{
    put_back(slot, false);
}

void lfn_general_conclude(curl_slot *slot, CURLcode code)
{
    lfn_response *response = slot->handle.exchange->response;
    long http_status = 0;
    (void)curl_easy_getinfo(slot->handle.easy, CURLINFO_RESPONSE_CODE, &http_status);
    response->status = slot->answer_began ? (int)http_status : 0;
    code = find_code(slot, code);
    lfn_curl_conclude(&slot->handle, code, find_stage(slot, code));
    put_back(slot, code == CURLE_OK && slot->sends == 1);
}

void lfn_general_free(curl_transport *transport)
{
    while (transport->busy_slots != NULL)
        lfn_general_drop(transport->busy_slots);
    while (transport->free_slots != NULL) {
        curl_slot *slot = transport->free_slots;
        transport->free_slots = slot->next;
        free_slot(slot);
    }
    if (transport->general.multi != NULL)
        (void)curl_multi_cleanup(transport->general.multi);
}
