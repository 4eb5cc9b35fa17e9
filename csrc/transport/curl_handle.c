/* What is set on the handles of both lanes, in one place: who the peer is, how it is reached, and whom to believe. */
#include "transport/curl_inside.h"
#include "transport/curl_tls.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/socket.h>

/* The certificate store is read here, at the first connection that needs it, and not before. */
static CURLcode on_tls_context(CURL *easy, void *ssl_context, void *context)
{
    (void)easy;
    curl_handle *handle = context;
    lfn_error *error = handle->exchange->error;
    char path[CA_PATH_MAX];
    lfn_tls_wipe_received(ssl_context);
    handle->refusal = lfn_tls_find_ca_file(handle->transport->peer->ca_file, path, sizeof path, error);
    if (handle->refusal == LFN_OK)
        handle->refusal = lfn_tls_use_store(ssl_context, path, error);
    return handle->refusal == LFN_OK ? CURLE_OK : CURLE_SSL_CACERT_BADFILE;
}

/* CAINFO and CAPATH are NULL exactly when the callback gives the store: with one of them set libcurl would read the
 * system's bundle again for every connection. */
static bool prepare_authorities(curl_handle *handle)
{
    CURL *easy = handle->easy;
    if (handle->transport->peer->stores_usable)
        return curl_easy_setopt(easy, CURLOPT_CAINFO, NULL) == CURLE_OK &&
               curl_easy_setopt(easy, CURLOPT_CAPATH, NULL) == CURLE_OK &&
               curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, handle) == CURLE_OK &&
               curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_tls_context) == CURLE_OK;
    char path[CA_PATH_MAX];
    if (lfn_tls_find_ca_file(handle->transport->peer->ca_file, path, sizeof path, NULL) != LFN_OK)
        return true; /* libcurl's own default, which is not empty */
    return curl_easy_setopt(easy, CURLOPT_CAINFO, path) == CURLE_OK;
}

/* A program that the host program starts must not inherit the connection. */
static curl_socket_t on_open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void)purpose;
    curl_handle *handle = context;
    curl_socket_t made = socket(address->family, address->socktype, address->protocol);
    handle->lacks_descriptor = made == CURL_SOCKET_BAD && (errno == EMFILE || errno == ENFILE);
    if (made != CURL_SOCKET_BAD)
        (void)fcntl(made, F_SETFD, FD_CLOEXEC);
    return made;
}

static bool prepare_tls(curl_handle *handle)
{
    CURL *easy = handle->easy;
    const curl_peer *peer = handle->transport->peer;
    const char *key = peer->client_key != NULL ? peer->client_key : peer->client_certificate;
    if (!peer->secure)
        return true;
    bool ok = prepare_authorities(handle);
    ok = ok && curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK;
    ok = ok && curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK;
    ok = ok && curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK;
    if (peer->client_certificate != NULL) {
        ok = ok && curl_easy_setopt(easy, CURLOPT_SSLCERT, peer->client_certificate) == CURLE_OK;
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

/* An exchange whose time is over leaves the thread that asks for the address of its peer to itself: libcurl would wait
 * until the name service answers, which may take half a minute. */
static bool prepare_patience(CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075700
    return curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L) == CURLE_OK;
#else
    (void)easy;
    return true;
#endif
}

bool lfn_curl_handle_prepare(curl_handle *handle)
{
    CURL *easy = handle->easy;
    const curl_peer *peer = handle->transport->peer;
    bool ok = curl_easy_setopt(easy, CURLOPT_URL, peer->url) == CURLE_OK;
    ok = ok && curl_easy_setopt(easy, CURLOPT_PRIVATE, handle) == CURLE_OK;
    ok = ok && curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, handle->error_text) == CURLE_OK;
    ok = ok && curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, peer->secure ? "https" : "http") == CURLE_OK;
    ok = ok && curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK;
    ok = ok && curl_easy_setopt(easy, CURLOPT_USERAGENT, peer->user_agent) == CURLE_OK;
    ok = ok && curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK;
    ok = ok && curl_easy_setopt(easy, CURLOPT_UNRESTRICTED_AUTH, 0L) == CURLE_OK;
    ok = ok && curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK;
    ok = ok && curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK;
    ok = ok && curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L) == CURLE_OK;
    ok = ok && curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open_socket) == CURLE_OK;
    ok = ok && curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, handle) == CURLE_OK;
    ok = ok && prepare_patience(easy);
    return ok && prepare_proxy(easy, peer->proxy) && prepare_tls(handle);
}

long lfn_curl_connect_ms(int64_t connect_ms, int64_t left_ms)
{
    int64_t allowed_ms = connect_ms > 0 && connect_ms < left_ms ? connect_ms : left_ms;
    return allowed_ms < INT_MAX ? (long)allowed_ms : INT_MAX;
}

static bool open_driver(curl_driver *driver)
{
    if (driver->multi != NULL)
        return true;
    driver->multi = curl_multi_init();
    return driver->multi != NULL &&
           curl_multi_setopt(driver->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING) == CURLM_OK &&
           curl_multi_setopt(driver->multi, CURLMOPT_MAXCONNECTS, driver->kept_max) == CURLM_OK;
}

bool lfn_curl_handle_add(curl_handle *handle)
{
    curl_driver *driver = handle->driver;
    if (!open_driver(driver) || curl_multi_add_handle(driver->multi, handle->easy) != CURLM_OK)
        return false;
    handle->is_moving = true;
    driver->moving++;
    return true;
}

void lfn_curl_handle_rest(curl_handle *handle)
{
    if (handle->is_moving)
        handle->driver->moving--;
    handle->is_moving = false;
}

void lfn_curl_handle_remove(curl_handle *handle)
{
    (void)curl_multi_remove_handle(handle->driver->multi, handle->easy);
    lfn_curl_handle_rest(handle);
}
