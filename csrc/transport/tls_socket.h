/* TLS over a socket once libcurl has shaken hands: its bytes move without libcurl, which looks through all of its
 * connections at every call. The session stays libcurl's, which ends it. */
#ifndef LFN_TRANSPORT_TLS_SOCKET_H
#define LFN_TRANSPORT_TLS_SOCKET_H

#include "leafnative/value.h"

#include <curl/curl.h>

struct ssl_st; /* OpenSSL's SSL, so that callers need no header of it */

/* The session of a handle that libcurl has received with; NULL when it has none. */
struct ssl_st *lfn_tls_session(CURL *easy);
/* From now on the session is written and read with the calls below. False when memory is out. */
bool lfn_tls_take_over(struct ssl_st *ssl, int socket);

/* CURLE_AGAIN when the socket takes or has no more for now; what else fails is written into error_text, of
 * CURL_ERROR_SIZE bytes. A part that was not taken is to be given again as it is. */
CURLcode lfn_tls_send(struct ssl_st *ssl, lfn_text part, size_t *out_sent, char *error_text);
/* Nothing at all is received when the connection has ended. */
CURLcode lfn_tls_receive(struct ssl_st *ssl, char *into, size_t size, size_t *out_size, char *error_text);

/* Whether there are bytes that have left the socket but were not received: no wait would tell of them. */
bool lfn_tls_holds_back(const struct ssl_st *ssl);
/* Whether the peer has closed the connection in TLS's own way, so that nobody can have cut it. */
bool lfn_tls_heard_goodbye(const struct ssl_st *ssl);
/* Closes the connection in TLS's own way, which libcurl from 8.10 on leaves to whom it gave the connection. */
void lfn_tls_say_goodbye(struct ssl_st *ssl);

#endif
