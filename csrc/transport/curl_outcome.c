/* What an exchange came to: libcurl's codes as statuses, how far the exchange was, and a message with a cure. */
#include "transport/curl_inside.h"

#include "base/log.h"
#include "transport/curl_tls.h"

#include <stdio.h>

typedef struct outcome_row {
    CURLcode code;
    lfn_status status;
    const char *hint; /* "" leaves the one of the status */
} outcome_row;

#define HINT_CERTIFICATE "Check ca_file, and that the address is the one that the peer's certificate names."
#define HINT_CLIENT_FILE "Check client_certificate and client_key: PEM files that are readable and belong together."
#define HINT_PEER "Check that the address is right and that this API answers there."

/* What is not in the list is LFN_TRANSPORT with the hint of that status. */
static const outcome_row outcomes[] = {
    {CURLE_UNSUPPORTED_PROTOCOL, LFN_PROTOCOL, HINT_PEER}, /* an answer that is not HTTP/1 */
    {CURLE_URL_MALFORMAT, LFN_BAD_INPUT, "Check base_url and proxy."},
    {CURLE_NOT_BUILT_IN, LFN_BAD_INPUT, "This libcurl lacks what the options ask for."},
    {CURLE_COULDNT_RESOLVE_PROXY, LFN_TRANSPORT, "Check the host name in proxy."},
    {CURLE_COULDNT_RESOLVE_HOST, LFN_TRANSPORT,
     "Check the host name in base_url, and the name service of this machine."},
    {CURLE_COULDNT_CONNECT, LFN_TRANSPORT, NULL}, /* its hint depends on who is connected to */
    {CURLE_WEIRD_SERVER_REPLY, LFN_PROTOCOL, HINT_PEER},
    {CURLE_PARTIAL_FILE, LFN_TRANSPORT, "The answer was cut short: read before you repeat a change."},
    {CURLE_WRITE_ERROR, LFN_PROTOCOL, HINT_PEER},
    {CURLE_OUT_OF_MEMORY, LFN_NO_MEMORY, ""},
    {CURLE_OPERATION_TIMEDOUT, LFN_DEADLINE, ""},
    {CURLE_SSL_CONNECT_ERROR, LFN_TRANSPORT, "Check that the peer speaks TLS 1.2 or newer at this port."},
    {CURLE_ABORTED_BY_CALLBACK, LFN_TRANSPORT, "The peer closed a kept connection: read before you repeat a change."},
    {CURLE_BAD_FUNCTION_ARGUMENT, LFN_BAD_INPUT, ""},
    {CURLE_TOO_MANY_REDIRECTS, LFN_PROTOCOL, HINT_PEER},
    {CURLE_GOT_NOTHING, LFN_TRANSPORT, "The peer closed the connection without an answer."},
    {CURLE_SSL_CERTPROBLEM, LFN_BAD_INPUT, HINT_CLIENT_FILE},
    {CURLE_PEER_FAILED_VERIFICATION, LFN_TRANSPORT, HINT_CERTIFICATE},
    {CURLE_BAD_CONTENT_ENCODING, LFN_PROTOCOL, HINT_PEER},
    {CURLE_FILESIZE_EXCEEDED, LFN_PROTOCOL, "Ask for less at once, or allow a larger answer."},
    {CURLE_SSL_CACERT_BADFILE, LFN_BAD_INPUT, "Name a readable PEM file of certificate authorities."},
    {CURLE_HTTP2, LFN_PROTOCOL, HINT_PEER},
    {CURLE_PROXY, LFN_TRANSPORT, "Check proxy."},
    {LFN_CURLE_TOO_LARGE, LFN_PROTOCOL, HINT_PEER},
    {CURLE_SSL_CLIENTCERT, LFN_TRANSPORT, "The peer wants a client certificate: give client_certificate."},
};

static outcome_row find_outcome(CURLcode code)
{
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
        if (outcomes[i].code == code)
            return outcomes[i];
    }
    return (outcome_row){code, LFN_TRANSPORT, ""};
}

bool lfn_curl_is_protocol(CURLcode code)
{
    return find_outcome(code).status == LFN_PROTOCOL;
}

/* Whether the words hold the proxy, which may have a password; a long one is cut at their end. */
static bool hold_proxy(const char *words, const char *proxy)
{
    char beginning[32];
    if (proxy == NULL)
        return false;
    (void)snprintf(beginning, sizeof beginning, "%s", proxy);
    return strstr(words, beginning) != NULL;
}

/* libcurl's own words, made one line. They hold no part of the request; where they hold the proxy, libcurl's name of
 * the failure stands for them. */
static const char *describe(curl_handle *handle, CURLcode code)
{
    if (code == CURLE_ABORTED_BY_CALLBACK || code == CURLE_GOT_NOTHING)
        return "the connection was closed before an answer came";
    if (code == CURLE_PARTIAL_FILE)
        return "the connection was closed before the answer was whole";
    if (handle->error_text[0] == '\0' || hold_proxy(handle->error_text, handle->transport->peer->proxy))
        return curl_easy_strerror(code);
    for (char *byte = handle->error_text; *byte != '\0'; byte++) {
        if ((unsigned char)*byte < ' ' || *byte == 0x7f)
            *byte = ' ';
    }
    return handle->error_text;
}

static void set_hint(curl_handle *handle, const outcome_row *outcome)
{
    lfn_error *error = handle->exchange->error;
    long verify_result = 0;
    if (outcome->code == CURLE_PEER_FAILED_VERIFICATION &&
        curl_easy_getinfo(handle->easy, CURLINFO_SSL_VERIFYRESULT, &verify_result) == CURLE_OK &&
        lfn_tls_verify_hint(verify_result)[0] != '\0')
        lfn_error_hint(error, "%s", lfn_tls_verify_hint(verify_result));
    else if (outcome->hint == NULL && handle->transport->peer->proxy != NULL)
        lfn_error_hint(error, "Check proxy, and that it is running.");
    else if (outcome->hint == NULL)
        lfn_error_hint(error, "Is the service running at %s?", handle->transport->peer->authority);
    else if (outcome->hint[0] != '\0')
        lfn_error_hint(error, "%s", outcome->hint);
}

static lfn_status explain_timeout(lfn_exchange *exchange, const char *peer, lfn_stage stage)
{
    if (stage == LFN_STAGE_CONNECTING)
        return lfn_error_set(exchange->error, LFN_DEADLINE,
                             "no connection to %s in time (connect timeout %lld ms, "
                             "timeout %lld ms)",
                             peer, (long long)exchange->connect_timeout_ms, (long long)exchange->timeout_ms);
    return lfn_error_set(exchange->error, LFN_DEADLINE, "no whole answer from %s within %lld ms", peer,
                         (long long)exchange->timeout_ms);
}

lfn_status lfn_curl_refuse_descriptor(const curl_peer *peer, lfn_error *error)
{
    lfn_status status =
        lfn_error_set(error, LFN_TRANSPORT, "no connection to %s could be made: Too many open files", peer->authority);
    lfn_error_hint(error, "Have fewer calls under way at once, or raise the limit of open files (ulimit -n).");
    return status;
}

static lfn_status explain(curl_handle *handle, CURLcode code, lfn_stage stage)
{
    lfn_exchange *exchange = handle->exchange;
    const char *peer = handle->transport->peer->authority;
    outcome_row outcome = find_outcome(code);
    if (handle->refusal != LFN_OK) /* the callback that knew has written the message */
        return handle->refusal;
    if (code == CURLE_COULDNT_CONNECT && handle->lacks_descriptor)
        return lfn_curl_refuse_descriptor(handle->transport->peer, exchange->error);
    if (outcome.status == LFN_DEADLINE)
        return explain_timeout(exchange, peer, stage);
    if (outcome.code == LFN_CURLE_TOO_LARGE)
        (void)lfn_error_set(exchange->error, outcome.status, "the answer of %s has a header that is too long", peer);
    else if (code == CURLE_FILESIZE_EXCEEDED)
        (void)lfn_error_set(exchange->error, outcome.status, "the answer of %s is over the limit of %zu bytes", peer,
                            exchange->response->body.ceiling);
    else
        (void)lfn_error_set(exchange->error, outcome.status, "%s (%s)", describe(handle, code), peer);
    set_hint(handle, &outcome);
    return outcome.status;
}

/* One debug line for an exchange that ended: method, status and outcome, never target or headers. */
static void log_end(const curl_handle *handle, CURLcode code)
{
    const curl_peer *peer = handle->transport->peer;
    const lfn_exchange *exchange = handle->exchange;
    if (peer->log.write != NULL)
        lfn_log_line(&peer->log, LFN_LOG_DEBUG, "%s %s: HTTP %d, libcurl %d, %s lane",
                     lfn_method_name(exchange->request->method), peer->authority, exchange->response->status, (int)code,
                     handle->is_express ? "express" : "general");
}

void lfn_curl_conclude(curl_handle *handle, CURLcode code, lfn_stage stage)
{
    lfn_exchange *exchange = handle->exchange;
    lfn_status status = LFN_OK;
    if (code != CURLE_OK) {
        status = explain(handle, code, stage);
        lfn_response_clear(exchange->response); /* nobody may take a part for the whole */
    }
    log_end(handle, code);
    lfn_exchange_end(exchange, status, code == CURLE_OK ? LFN_STAGE_DONE : stage);
}
