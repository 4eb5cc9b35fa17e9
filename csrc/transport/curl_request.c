/* Setting up an easy handle of the general lane: once for its transport, and for each exchange the little that differs.
 * Handles are never reset between exchanges; every option that an exchange sets, the next one sets too. */
#include "transport/curl_inside.h"

#include "base/text.h"
#include "transport/curl_answer.h"
#include "transport/tls_socket.h"

/* libcurl calls this each time it is ready to send the request. When a kept connection turns out dead before a byte of
 * an answer came, libcurl would send the request again on a fresh one, whatever the method, although the peer may have
 * acted on it. Only a GET may be sent twice; for the rest the caller's own decision counts, so the second send is
 * refused here. libcurl finds most dead connections before it sends, which costs no exchange. */
static int on_ready(void *context, char *peer_address, char *own_address, int peer_port, int own_port)
{
    (void)peer_address;
    (void)own_address;
    (void)peer_port;
    (void)own_port;
    curl_slot *slot = context;
    if (slot->sends > 0 && slot->handle.exchange->request->method != LFN_GET)
        return CURL_PREREQFUNC_ABORT;
    slot->sends++;
    return CURL_PREREQFUNC_OK;
}

/* libcurl calls this whenever it has moved something, for the last time when all has come and the connection is not
 * closed yet: later nobody can tell any more how it ended. */
static int on_progress(void *context, curl_off_t to_come, curl_off_t has_come, curl_off_t to_send, curl_off_t has_sent)
{
    (void)to_come;
    (void)has_come;
    (void)to_send;
    (void)has_sent;
    curl_slot *slot = context;
    const struct ssl_st *tls = slot->head_ended ? lfn_tls_session(slot->handle.easy) : NULL;
    slot->heard_goodbye = slot->heard_goodbye || (tls != NULL && lfn_tls_heard_goodbye(tls));
    return 0;
}

/* Only the OpenSSL that is linked here can be asked. */
static bool prepare_goodbye(curl_slot *slot)
{
    CURL *easy = slot->handle.easy;
    return !slot->handle.transport->peer->stores_usable ||
           (curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress) == CURLE_OK &&
            curl_easy_setopt(easy, CURLOPT_XFERINFODATA, slot) == CURLE_OK &&
            curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L) == CURLE_OK);
}

static bool prepare_callbacks(curl_slot *slot)
{
    CURL *easy = slot->handle.easy;
    return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_ready) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PREREQDATA, slot) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, lfn_curl_on_header) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HEADERDATA, slot) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, lfn_curl_on_body) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEDATA, slot) == CURLE_OK;
}

bool lfn_curl_slot_prepare(curl_slot *slot)
{
    return lfn_curl_handle_prepare(&slot->handle) &&
           curl_easy_setopt(slot->handle.easy, CURLOPT_HTTP09_ALLOWED, 0L) == CURLE_OK &&
           curl_easy_setopt(slot->handle.easy, CURLOPT_MAXAGE_CONN, (long)IDLE_CONNECTION_MAX_S) == CURLE_OK &&
           prepare_callbacks(slot) && prepare_goodbye(slot);
}

static bool add_line(lfn_buffer *lines, const char *name, lfn_text value)
{
    /* libcurl sends "Name;" as a header without a value, and takes "Name:" as a wish to leave its own header out. */
    return lfn_buffer_append_string(lines, name) && lfn_buffer_append_string(lines, value.size > 0 ? ": " : ";") &&
           lfn_buffer_append_text(lines, value) && lfn_buffer_append(lines, "", 1);
}

static bool add_header(lfn_buffer *lines, const lfn_header *header)
{
    return lfn_buffer_append_text(lines, header->name) && add_line(lines, "", header->value);
}

static bool has_header(const lfn_request *request, const char *name)
{
    return lfn_request_header(request, lfn_text_of(name)).data != NULL;
}

bool lfn_curl_has_body(const lfn_request *request)
{
    return request->body.data != NULL || request->method == LFN_POST || request->method == LFN_PUT ||
           request->method == LFN_PATCH;
}

/* Writes the lines one after the other, each ended by a NUL. What libcurl would add by itself is left out. */
static bool write_lines(lfn_buffer *lines, const lfn_request *request)
{
    bool ok = true;
    if (request->authorization.data != NULL)
        ok = add_line(lines, "Authorization", request->authorization);
    for (size_t i = 0; i < request->header_count; i++)
        ok = ok && add_header(lines, &request->headers[i]);
    if (!has_header(request, "Accept"))
        ok = ok && lfn_buffer_append(lines, "Accept:", sizeof "Accept:");
    if (lfn_curl_has_body(request) && !has_header(request, "Content-Type"))
        ok = ok && lfn_buffer_append(lines, "Content-Type:", sizeof "Content-Type:");
    if (lfn_curl_has_body(request) && !has_header(request, "Expect"))
        ok = ok && lfn_buffer_append(lines, "Expect:", sizeof "Expect:");
    return ok;
}

/* Chains the lines into the list that libcurl reads. */
static struct curl_slist *chain_lines(curl_slot *slot)
{
    size_t count = 0;
    char *end = slot->lines.data + slot->lines.size;
    for (char *line = slot->lines.data; line != NULL && line < end && count < SLOT_HEADERS_MAX;
         line += strlen(line) + 1) {
        slot->headers[count] = (struct curl_slist){line, NULL};
        if (count > 0)
            slot->headers[count - 1].next = &slot->headers[count];
        count++;
    }
    return count > 0 ? slot->headers : NULL;
}

/* The body is read from the request's own memory, which stays in place until the exchange is done. */
static bool arm_body(CURL *easy, const lfn_request *request)
{
    const char *name = lfn_method_name(request->method);
    if (!lfn_curl_has_body(request))
        return curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L) == CURLE_OK &&
               curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method == LFN_GET ? NULL : name) == CURLE_OK;
    return curl_easy_setopt(easy, CURLOPT_POST, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body.data != NULL ? request->body.data : "") ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.size) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method == LFN_POST ? NULL : name) == CURLE_OK;
}

static bool arm_limits(const curl_slot *slot)
{
    CURL *easy = slot->handle.easy;
    const lfn_exchange *exchange = slot->handle.exchange;
    size_t ceiling = exchange->response->body.ceiling;
    curl_off_t size_max = ceiling < (size_t)INT64_MAX && ceiling > 0 ? (curl_off_t)ceiling : 0;
    long connect_ms = lfn_curl_connect_ms(exchange->connect_timeout_ms, slot->timeout_ms);
    return curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, lfn_curl_connect_ms(0, slot->timeout_ms)) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, connect_ms) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, size_max) == CURLE_OK;
}

bool lfn_curl_slot_arm(curl_slot *slot)
{
    CURL *easy = slot->handle.easy;
    const lfn_request *request = slot->handle.exchange->request;
    if (!write_lines(&slot->lines, request) || !lfn_buffer_append_text(&slot->target, request->target))
        return false;
    return curl_easy_setopt(easy, CURLOPT_REQUEST_TARGET, slot->target.data) == CURLE_OK && arm_body(easy, request) &&
           curl_easy_setopt(easy, CURLOPT_HTTPHEADER, chain_lines(slot)) == CURLE_OK && arm_limits(slot);
}

void lfn_curl_slot_disarm(curl_slot *slot)
{
    (void)curl_easy_setopt(slot->handle.easy, CURLOPT_HTTPHEADER, NULL);
    (void)curl_easy_setopt(slot->handle.easy, CURLOPT_POSTFIELDS, NULL);
    lfn_buffer_clear(&slot->lines);
    lfn_buffer_clear(&slot->target);
    slot->handle.exchange = NULL;
    slot->sends = 0;
    slot->head_size = 0;
    slot->head_is_final = false;
    slot->head_ended = false;
    slot->answer_began = false;
    slot->heard_goodbye = false;
    slot->handle.refusal = LFN_OK;
    slot->handle.error_text[0] = '\0';
}
