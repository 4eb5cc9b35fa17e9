/* Checking and copying the options of a transport: see curl_peer.h. */
#include "transport/curl_peer.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/text.h"
#include "http/message.h"
#include "transport/base_url.h"
#include "transport/curl_tls.h"

#include <errno.h>
#include <unistd.h>

static lfn_status check_file(lfn_text path, const char *where, lfn_error *error)
{
    if (path.data == NULL)
        return LFN_OK;
    char *copy = lfn_copy(path.data, path.size);
    if (copy == NULL)
        return lfn_error_no_memory(error);
    lfn_status status = LFN_OK;
    if (path.size == 0 || path.size >= CA_PATH_MAX || !lfn_header_value_valid(path))
        status = lfn_error_set_where(error, LFN_BAD_INPUT, where, "%s is not the path of a file.", where + 1);
    else if (access(copy, R_OK) != 0)
        status = lfn_error_set_where(error, LFN_BAD_INPUT, where, "%s names %.200s, which cannot be read: %s.",
                                     where + 1, copy, strerror(errno));
    lfn_free(copy);
    return status;
}

/* The text is never shown: a proxy may hold a password. */
static lfn_status check_line(lfn_text text, const char *where, lfn_error *error)
{
    enum { LINE_MAX_BYTES = 4096 };
    if (text.data == NULL || (text.size > 0 && text.size <= LINE_MAX_BYTES && lfn_header_value_valid(text)))
        return LFN_OK;
    return lfn_error_set_where(error, LFN_BAD_INPUT, where, "%s is empty, longer than %d bytes or holds CR, LF or NUL",
                               where + 1, LINE_MAX_BYTES);
}

/* libcurl would find an unknown scheme out with the first request, and show the whole text. Without a scheme it takes
 * the proxy for one of HTTP. */
static lfn_status check_proxy(lfn_text proxy, lfn_error *error)
{
    static const char *const schemes[] = {"http", "https", "socks4", "socks4a", "socks5", "socks5h"};
    size_t colon = lfn_text_find(proxy, ':');
    lfn_text scheme = lfn_text_slice(proxy, 0, colon);
    if (!lfn_text_starts(lfn_text_slice(proxy, colon, proxy.size - colon), lfn_text_of("://")))
        return check_line(proxy, "/proxy", error);
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (lfn_text_equal_nocase(scheme, lfn_text_of(schemes[i])))
            return check_line(proxy, "/proxy", error);
    lfn_status status = lfn_error_set_where(error, LFN_BAD_INPUT, "/proxy",
                                            "proxy must begin with http://, https://, socks4://, socks4a://, socks5:// "
                                            "or socks5h://.");
    lfn_error_hint(error, "Give its URL, as in http://proxy.example:3128.");
    return status;
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
        status = check_proxy(options->proxy, error);
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

static bool copy_options(curl_peer *peer, const lfn_curl_options *options, const lfn_base_url *url)
{
    static const lfn_text default_agent = LFN_TEXT("leafnative/" LFN_VERSION);
    peer->url = make_url(url->origin);
    return peer->url != NULL && copy_option(url->authority, &peer->authority) &&
           copy_option(options->ca_file, &peer->ca_file) &&
           copy_option(options->client_certificate, &peer->client_certificate) &&
           copy_option(options->client_key, &peer->client_key) && copy_option(options->proxy, &peer->proxy) &&
           copy_option(options->user_agent.data != NULL ? options->user_agent : default_agent, &peer->user_agent);
}

static void free_peer(curl_peer *peer)
{
    lfn_free_string(peer->url);
    lfn_free_string(peer->authority);
    lfn_free_string(peer->ca_file);
    lfn_free_string(peer->client_certificate);
    lfn_free_string(peer->client_key);
    lfn_free_string(peer->proxy);
    lfn_free_string(peer->user_agent);
    lfn_free(peer);
}

lfn_status lfn_curl_peer_open(const lfn_curl_options *options, curl_peer **out_peer, lfn_error *error)
{
    lfn_base_url url = {0};
    lfn_status status = check_options(options, &url, error);
    if (status != LFN_OK)
        return status;
    curl_peer *peer = lfn_alloc(sizeof *peer);
    if (peer == NULL)
        return lfn_error_no_memory(error);
    atomic_init(&peer->users, 1);
    atomic_init(&peer->is_odd, false);
    peer->general_lane = options->general_lane;
    peer->secure = url.secure;
    peer->stores_usable = url.secure && lfn_tls_stores_usable();
    peer->raises_sigpipe = url.secure && lfn_tls_raises_sigpipe();
    peer->log = options->log;
    if (!copy_options(peer, options, &url)) {
        free_peer(peer);
        return lfn_error_no_memory(error);
    }
    *out_peer = peer;
    return LFN_OK;
}

curl_peer *lfn_curl_peer_share(curl_peer *peer)
{
    (void)atomic_fetch_add(&peer->users, 1);
    return peer;
}

void lfn_curl_peer_release(curl_peer *peer)
{
    if (atomic_fetch_sub(&peer->users, 1) == 1)
        free_peer(peer);
}
