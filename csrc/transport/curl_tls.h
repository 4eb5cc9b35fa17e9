/* The certificate authorities that a peer is checked against. Reading a usual bundle costs 50 ms of processor time, so
 * the process keeps one store per file and every connection borrows it. */
#ifndef LFN_TRANSPORT_CURL_TLS_H
#define LFN_TRANSPORT_CURL_TLS_H

#include "leafnative/error.h"

/* Whether libcurl uses the very OpenSSL that this library is linked to, so that a store can be handed to it. */
bool lfn_tls_stores_usable(void);

/* Whether this libcurl lets OpenSSL write to its sockets by itself, and so without keeping SIGPIPE away. */
bool lfn_tls_raises_sigpipe(void);

/* The CA file to use: `option` when it is not NULL, LEAFNATIVE_CA_FILE, SSL_CERT_FILE, CURL_CA_BUNDLE, then the usual
 * places. The path is copied to out_path. LFN_BAD_INPUT names what was tried. */
lfn_status lfn_tls_find_ca_file(const char *option, char *out_path, size_t size, lfn_error *error);

/* Lends the store of the CA file to an SSL_CTX (given as void *, so that callers need no OpenSSL header). A file that
 * has changed since is read again. LFN_BAD_INPUT when the file cannot be read or holds no certificate. */
lfn_status lfn_tls_use_store(void *ssl_context, const char *ca_file, lfn_error *error);

/* Has OpenSSL wipe from its own memory what it has handed over: answers hold secrets. */
void lfn_tls_wipe_received(void *ssl_context);

/* What is wrong with a peer's certificate, by the result of OpenSSL's check; "" when there is no nearer cure. */
const char *lfn_tls_verify_hint(long verify_result);

/* How many times a CA file was read since the process began. */
unsigned lfn_tls_store_reads(void);

#endif
