/* Moving the bytes of TLS: see tls_socket.h. */
#include "transport/tls_socket.h"

#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static BIO_METHOD *socket_method;

static int socket_of(BIO *bio)
{
    return (int)(intptr_t)BIO_get_data(bio);
}

static bool is_for_later(ssize_t moved)
{
    return moved < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
}

/* OpenSSL's own way to write to a socket raises SIGPIPE. */
static int write_socket(BIO *bio, const char *bytes, int size)
{
    ssize_t sent = send(socket_of(bio), bytes, (size_t)size, MSG_NOSIGNAL);
    BIO_clear_retry_flags(bio);
    if (is_for_later(sent))
        BIO_set_retry_write(bio);
    return (int)sent;
}

static int read_socket(BIO *bio, char *into, int size)
{
    ssize_t got = recv(socket_of(bio), into, (size_t)size, 0);
    BIO_clear_retry_flags(bio);
    if (is_for_later(got))
        BIO_set_retry_read(bio);
    if (got == 0)
        BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    return (int)got;
}

/* Nothing is held back, so there is nothing to flush, and whatever else is asked is not known here. */
static long control(BIO *bio, int command, long number, void *pointer)
{
    (void)bio;
    (void)number;
    (void)pointer;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

/* Made once and kept as long as the process. */
static void make_method(void)
{
    BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "leafnative socket");
    if (method != NULL && BIO_meth_set_write(method, write_socket) == 1 &&
        BIO_meth_set_read(method, read_socket) == 1 && BIO_meth_set_ctrl(method, control) == 1)
        socket_method = method;
    else
        BIO_meth_free(method);
}

SSL *lfn_tls_session(CURL *easy)
{
    const struct curl_tlssessioninfo *session = NULL;
    if (curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &session) != CURLE_OK || session == NULL)
        return NULL;
    return session->internals;
}

bool lfn_tls_take_over(SSL *ssl, int socket)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, make_method);
    BIO *bio = socket_method != NULL ? BIO_new(socket_method) : NULL;
    if (bio == NULL)
        return false;
    BIO_set_data(bio, (void *)(intptr_t)socket);
    SSL_set_bio(ssl, bio, bio);
    SSL_set_read_ahead(ssl, 1); /* else every record is read in two calls of the system */
    (void)SSL_clear_mode(ssl, SSL_MODE_RELEASE_BUFFERS);
    return true;
}

/* What a call that moved nothing means. */
static CURLcode explain(const SSL *ssl, int result, CURLcode failure, char *error_text)
{
    int number = errno;
    int reason = SSL_get_error(ssl, result);
    if (reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE)
        return CURLE_AGAIN;
    const char *words = reason == SSL_ERROR_SSL ? ERR_reason_error_string(ERR_peek_error()) : strerror(number);
    (void)snprintf(error_text, CURL_ERROR_SIZE, "%s failure: %s", failure == CURLE_SEND_ERROR ? "Send" : "Recv",
                   words != NULL ? words : "TLS is broken");
    ERR_clear_error();
    return failure;
}

static int int_size(size_t size)
{
    return size < INT_MAX ? (int)size : INT_MAX;
}

/* What others left would be taken for an error of the next call. To look costs a quarter of clearing. */
static void forget_errors(void)
{
    if (ERR_peek_error() != 0)
        ERR_clear_error();
}

/* Gives back the 33 kB in which records are read and written, when none is under way, as SSL_MODE_RELEASE_BUFFERS
 * would: but that wipes all of them for each answer, of which what was received is wiped already. Before OpenSSL 3.0.14
 * the function does not look by itself whether a record is half read (CVE-2024-4741). */
static void release_buffers(SSL *ssl)
{
    if (SSL_has_pending(ssl) == 1 || strcmp(SSL_rstate_string(ssl), "RH") != 0)
        return;
    (void)SSL_clear_options(ssl, SSL_OP_CLEANSE_PLAINTEXT);
    (void)SSL_free_buffers(ssl);
    (void)SSL_set_options(ssl, SSL_OP_CLEANSE_PLAINTEXT);
}

CURLcode lfn_tls_send(SSL *ssl, lfn_text part, size_t *out_sent, char *error_text)
{
    forget_errors();
    int sent = SSL_write(ssl, part.data, int_size(part.size));
    if (sent <= 0)
        return explain(ssl, sent, CURLE_SEND_ERROR, error_text);
    release_buffers(ssl);
    *out_sent = (size_t)sent;
    return CURLE_OK;
}

/* The end of the socket without the peer's goodbye is 0 to OpenSSL before 3.2, and an error of the system since. */
static bool has_ended(const SSL *ssl, int result)
{
    int reason = SSL_get_error(ssl, result);
    return reason == SSL_ERROR_ZERO_RETURN ||
           (reason == SSL_ERROR_SYSCALL && BIO_test_flags(SSL_get_rbio(ssl), BIO_FLAGS_IN_EOF) != 0);
}

CURLcode lfn_tls_receive(SSL *ssl, char *into, size_t size, size_t *out_size, char *error_text)
{
    forget_errors();
    int got = SSL_read(ssl, into, int_size(size));
    CURLcode code = got <= 0 && !has_ended(ssl, got) ? explain(ssl, got, CURLE_RECV_ERROR, error_text) : CURLE_OK;
    if (code == CURLE_OK || code == CURLE_AGAIN)
        release_buffers(ssl);
    if (code != CURLE_OK)
        return code;
    *out_size = got > 0 ? (size_t)got : 0;
    return CURLE_OK;
}

bool lfn_tls_holds_back(const SSL *ssl)
{
    return SSL_has_pending(ssl) == 1;
}

bool lfn_tls_heard_goodbye(const SSL *ssl)
{
    return (SSL_get_shutdown(ssl) & SSL_RECEIVED_SHUTDOWN) != 0;
}

void lfn_tls_say_goodbye(SSL *ssl)
{
    (void)SSL_shutdown(ssl);
    ERR_clear_error();
}
