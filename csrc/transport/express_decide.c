/* What the express lane carries, and what becomes of an exchange that cannot go on where it is. */
#include "transport/express.h"

#include "base/text.h"

/* A proxy without a password is asked for a tunnel in the one way that needs no more than libcurl's first step. */
static bool is_plain_proxy(const char *proxy)
{
    static const lfn_text http = LFN_TEXT("http://");
    lfn_text text = lfn_text_of(proxy);
    return lfn_text_equal_nocase(lfn_text_slice(text, 0, http.size), http) && lfn_text_find(text, '@') == text.size;
}

/* Over TLS the OpenSSL of libcurl is asked directly, which must be the one that is linked here. */
bool lfn_express_suits(const curl_peer *peer)
{
    if (peer->secure && !peer->stores_usable)
        return false;
    return peer->proxy == NULL || (peer->secure && is_plain_proxy(peer->proxy));
}

/* Headers that change what libcurl itself would write, or when. */
static bool is_unusual(lfn_text name)
{
    static const lfn_text names[] = {LFN_TEXT("User-Agent"), LFN_TEXT("Expect"), LFN_TEXT("Connection"),
                                     LFN_TEXT("Upgrade")};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i].size == name.size && lfn_text_equal_nocase(names[i], name))
            return true;
    }
    return false;
}

bool lfn_express_carries(const express_lane *lane, const lfn_request *request)
{
    if (atomic_load_explicit(&lane->transport->peer->is_odd, memory_order_relaxed))
        return false;
    for (size_t i = 0; i < request->header_count; i++) {
        if (is_unusual(request->headers[i].name))
            return false;
    }
    return true;
}

/* A kept connection may have been closed by the peer at any time. What reached nobody is sent on a fresh one; what may
 * have reached the peer is sent again, once, only when it changes nothing there. */
express_next lfn_express_decide(const express_connection *connection, express_event event)
{
    bool is_get = connection->handle.exchange->request->method == LFN_GET;
    if (event == EXPRESS_ODD)
        return is_get ? EXPRESS_GENERAL : EXPRESS_END;
    if (!connection->reused || connection->reader.began)
        return EXPRESS_END;
    return connection->sent == 0 || is_get ? EXPRESS_FRESH : EXPRESS_END;
}
