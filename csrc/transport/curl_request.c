/* Setting up an easy handle: once for its transport, and for each exchange the little that differs. Handles are never
 * reset between exchanges; every option that an exchange sets, the next one sets too. */
#include "transport/curl_inside.h"

#include "base/alloc.h"
#include "base/text.h"
#include "transport/curl_answer.h"
#include "transport/curl_tls.h"

#include <limits.h>

/* An idle connection older than this is not used again: usual servers and balancers close theirs at 60 or 75 seconds,
 * and a request that meets the closing is lost. */
enum { IDLE_CONNECTION_MAX_S = 50 };

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
    if (slot->sends > 0 && slot->exchange->request->method != LFN_GET)
        return CURL_PREREQFUNC_ABORT;
    slot->sends++;
    return CURL_PREREQFUNC_OK;
}

/* The certificate store is read here, at the first connection that needs it, and not before. */
static CURLcode on_tls_context(CURL *easy, void *ssl_context, void *context)
{
    (void)easy;
    curl_slot *slot = context;
    lfn_error *error = &slot->exchange->error;
    char path[CA_PATH_MAX];
    slot->refusal = lfn_tls_find_ca_file(slot->transport->ca_file, path, sizeof path, error);
    if (slot->refusal == LFN_OK)
        slot->refusal = lfn_tls_use_store(ssl_context, path, error);
    return slot->refusal == LFN_OK ? CURLE_OK : CURLE_SSL_CACERT_BADFILE;
}

/* CAINFO and CAPATH are NULL exactly when the callback gives the store: with one of them set libcurl would read the
 * system's bundle again for every connection. */
static bool prepare_authorities(curl_slot *slot)
{
    CURL *easy = slot->easy;
    if (slot->transport->stores_usable)
        return curl_easy_setopt(easy, CURLOPT_CAINFO, NULL) == CURLE_OK &&
               curl_easy_setopt(easy, CURLOPT_CAPATH, NULL) == CURLE_OK &&
               curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, slot) == CURLE_OK &&
               curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_tls_context) == CURLE_OK;
    char path[CA_PATH_MAX];
    if (lfn_tls_find_ca_file(slot->transport->ca_file, path, sizeof path, NULL) != LFN_OK)
        return true; /* libcurl's own default, which is not empty */
    return curl_easy_setopt(easy, CURLOPT_CAINFO, path) == CURLE_OK;
}

static bool prepare_tls(curl_slot *slot)
{
    CURL *easy = slot->easy;
    const curl_transport *transport = slot->transport;
    const char *key = transport->client_key != NULL ? transport->client_key : transport->client_certificate;
    if (!transport->secure)
        return true;
    bool ok = prepare_authorities(slot);
    ok = ok && curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK;
    ok = ok && curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK;
    ok = ok && curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK;
    if (transport->client_certificate != NULL) {
        ok = ok && curl_easy_setopt(easy, CURLOPT_SSLCERT, transport->client_certificate) == CURLE_OK;
        ok = ok && curl_easy_setopt(easy, CURLOPT_SSLKEY, key) == CURLE_OK;
    }
    return ok;
}

/* The environment is never asked for a proxy: both options are set, also when there is none. A proxy is asked for a
 * tunnel always, so that it sees no header of the request. */
static bool prepare_proxy(CURL *easy, const char *proxy)
{
    return curl_easy_setopt(easy, CURLOPT_PROXY, proxy != NULL ? proxy : "") == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_NOPROXY, "") == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HTTPPROXYTUNNEL, proxy != NULL ? 1L : 0L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) == CURLE_OK;
}

static bool prepare_callbacks(curl_slot *slot)
{
    CURL *easy = slot->easy;
    return curl_easy_setopt(easy, CURLOPT_PRIVATE, slot) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, slot->error_text) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_ready) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PREREQDATA, slot) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, lfn_curl_on_header) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HEADERDATA, slot) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, lfn_curl_on_body) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEDATA, slot) == CURLE_OK;
}

bool lfn_curl_slot_prepare(curl_slot *slot)
{
    CURL *easy = slot->easy;
    const curl_transport *transport = slot->transport;
    bool ok = curl_easy_setopt(easy, CURLOPT_URL, transport->url) == CURLE_OK;
    ok = ok && curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, transport->secure ? "https" : "http") == CURLE_OK;
    ok = ok && curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK;
    ok = ok && curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L) == CURLE_OK;
    ok = ok && curl_easy_setopt(easy, CURLOPT_USERAGENT, transport->user_agent) == CURLE_OK;
    ok = ok && curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK;
    ok = ok && curl_easy_setopt(easy, CURLOPT_UNRESTRICTED_AUTH, 0L) == CURLE_OK;
    ok = ok && curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK;
    ok = ok && curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK;
    ok = ok && curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L) == CURLE_OK;
    ok = ok && curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, (long)IDLE_CONNECTION_MAX_S) == CURLE_OK;
    return ok && prepare_callbacks(slot) && prepare_proxy(easy, transport->proxy) && prepare_tls(slot);
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

static bool has_body(const lfn_request *request)
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
    if (has_body(request) && !has_header(request, "Content-Type"))
        ok = ok && lfn_buffer_append(lines, "Content-Type:", sizeof "Content-Type:");
    if (has_body(request) && !has_header(request, "Expect"))
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
    if (!has_body(request))
        return curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L) == CURLE_OK &&
               curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method == LFN_GET ? NULL : name) == CURLE_OK;
    return curl_easy_setopt(easy, CURLOPT_POST, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body.data != NULL ? request->body.data : "") ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.size) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method == LFN_POST ? NULL : name) == CURLE_OK;
}

static long to_milliseconds(int64_t duration_ms)
{
    return duration_ms < INT_MAX ? (long)duration_ms : INT_MAX;
}

static bool arm_limits(CURL *easy, const lfn_exchange *exchange)
{
    int64_t connect_ms = exchange->connect_timeout_ms > 0 ? exchange->connect_timeout_ms : exchange->timeout_ms;
    size_t ceiling = exchange->response->body.ceiling;
    curl_off_t size_max = ceiling < (size_t)INT64_MAX && ceiling > 0 ? (curl_off_t)ceiling : 0;
    return curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, to_milliseconds(exchange->timeout_ms)) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, to_milliseconds(connect_ms)) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, size_max) == CURLE_OK;
}

bool lfn_curl_slot_arm(curl_slot *slot)
{
    CURL *easy = slot->easy;
    const lfn_request *request = slot->exchange->request;
    if (!write_lines(&slot->lines, request) || !lfn_buffer_append_text(&slot->target, request->target))
        return false;
    return curl_easy_setopt(easy, CURLOPT_REQUEST_TARGET, slot->target.data) == CURLE_OK && arm_body(easy, request) &&
           curl_easy_setopt(easy, CURLOPT_HTTPHEADER, chain_lines(slot)) == CURLE_OK &&
           arm_limits(easy, slot->exchange);
}

void lfn_curl_slot_disarm(curl_slot *slot)
{
    (void)curl_easy_setopt(slot->easy, CURLOPT_HTTPHEADER, NULL);
    (void)curl_easy_setopt(slot->easy, CURLOPT_POSTFIELDS, NULL);
    lfn_buffer_clear(&slot->lines);
    lfn_buffer_clear(&slot->target);
    slot->exchange = NULL;
    slot->sends = 0;
    slot->head_is_final = false;
    slot->head_ended = false;
    slot->answer_began = false;
    slot->refusal = LFN_OK;
    slot->error_text[0] = '\0';
}
