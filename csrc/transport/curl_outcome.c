/* What an exchange came to: libcurl's codes as statuses, how far the exchange was, and a message with a cure. */
#include "transport/curl_inside.h"

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

/* CURLE_TOO_LARGE, which libcurl has from 8.6 on. */
#define HEAD_TOO_LARGE ((CURLcode)100)

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
    {HEAD_TOO_LARGE, LFN_PROTOCOL, HINT_PEER},
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

/* How far the exchange came. LFN_STAGE_CONNECTING is claimed only when libcurl was never ready to send; when in doubt
 * the request may have been sent. */
static lfn_stage find_stage(const curl_slot *slot, CURLcode code)
{
    const lfn_request *request = slot->exchange->request;
    long head_bytes = 0;
    curl_off_t body_bytes = 0;
    if (slot->sends == 0)
        return LFN_STAGE_CONNECTING;
    if (slot->answer_began || find_outcome(code).status == LFN_PROTOCOL) /* what is refused there is an answer */
        return LFN_STAGE_RECEIVING;
    if (curl_easy_getinfo(slot->easy, CURLINFO_REQUEST_SIZE, &head_bytes) != CURLE_OK ||
        curl_easy_getinfo(slot->easy, CURLINFO_SIZE_UPLOAD_T, &body_bytes) != CURLE_OK)
        return LFN_STAGE_SENDING;
    bool all_sent = head_bytes > (long)request->target.size && (uint64_t)body_bytes >= request->body.size;
    return all_sent && slot->sends == 1 ? LFN_STAGE_WAITING : LFN_STAGE_SENDING;
}

/* libcurl's own words, which hold no part of the request, made one line. */
static const char *describe(curl_slot *slot, CURLcode code)
{
    if (code == CURLE_ABORTED_BY_CALLBACK)
        return "the connection was closed before an answer came";
    if (slot->error_text[0] == '\0')
        return curl_easy_strerror(code);
    for (char *byte = slot->error_text; *byte != '\0'; byte++) {
        if ((unsigned char)*byte < ' ' || *byte == 0x7f)
            *byte = ' ';
    }
    return slot->error_text;
}

static void set_hint(curl_slot *slot, const outcome_row *outcome)
{
    lfn_error *error = &slot->exchange->error;
    long verify_result = 0;
    if (outcome->code == CURLE_PEER_FAILED_VERIFICATION &&
        curl_easy_getinfo(slot->easy, CURLINFO_SSL_VERIFYRESULT, &verify_result) == CURLE_OK &&
        lfn_tls_verify_hint(verify_result)[0] != '\0')
        lfn_error_hint(error, "%s", lfn_tls_verify_hint(verify_result));
    else if (outcome->hint == NULL && slot->transport->proxy != NULL)
        lfn_error_hint(error, "Check proxy, and that it is running.");
    else if (outcome->hint == NULL)
        lfn_error_hint(error, "Is the service running at %s?", slot->transport->authority);
    else if (outcome->hint[0] != '\0')
        lfn_error_hint(error, "%s", outcome->hint);
}

static lfn_status explain_timeout(lfn_exchange *exchange, const char *peer)
{
    if (exchange->stage == LFN_STAGE_CONNECTING)
        return lfn_error_set(&exchange->error, LFN_DEADLINE,
                             "no connection to %s in time (connect timeout %lld ms, "
                             "timeout %lld ms)",
                             peer, (long long)exchange->connect_timeout_ms, (long long)exchange->timeout_ms);
    return lfn_error_set(&exchange->error, LFN_DEADLINE, "no whole answer of %s within %lld ms", peer,
                         (long long)exchange->timeout_ms);
}

static lfn_status explain(curl_slot *slot, CURLcode code)
{
    lfn_exchange *exchange = slot->exchange;
    const char *peer = slot->transport->authority;
    outcome_row outcome = find_outcome(code);
    if (slot->refusal != LFN_OK) /* the callback that knew has written the message */
        return slot->refusal;
    if (code == CURLE_OUT_OF_MEMORY && slot->answer_began && !slot->head_ended)
        outcome = find_outcome(HEAD_TOO_LARGE); /* what libcurl before 8.6 calls a header line over its limit */
    if (outcome.status == LFN_DEADLINE)
        return explain_timeout(exchange, peer);
    if (outcome.code == HEAD_TOO_LARGE)
        (void)lfn_error_set(&exchange->error, outcome.status, "the answer of %s has a header that is too long", peer);
    else if (code == CURLE_FILESIZE_EXCEEDED)
        (void)lfn_error_set(&exchange->error, outcome.status, "the answer of %s is over the limit of %zu bytes", peer,
                            exchange->response->body.ceiling);
    else
        (void)lfn_error_set(&exchange->error, outcome.status, "%s (%s)", describe(slot, code), peer);
    set_hint(slot, &outcome);
    return outcome.status;
}

void lfn_curl_slot_conclude(curl_slot *slot, CURLcode code)
{
    lfn_exchange *exchange = slot->exchange;
    long http_status = 0;
    if (code == CURLE_OK && !slot->head_ended) /* libcurl is content with a head that was cut off */
        code = CURLE_PARTIAL_FILE;
    (void)curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &http_status);
    exchange->response->status = slot->answer_began ? (int)http_status : 0;
    exchange->stage = code == CURLE_OK ? LFN_STAGE_DONE : find_stage(slot, code);
    exchange->status = code == CURLE_OK ? LFN_OK : explain(slot, code);
    if (exchange->status != LFN_OK)
        exchange->error.http_status = exchange->response->status;
    exchange->done = true;
}
