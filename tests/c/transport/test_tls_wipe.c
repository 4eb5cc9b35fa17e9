/* What comes over TLS is gone from OpenSSL's memory before that is given back. */
#include "support/certificates.h"
#include "transport/one_call.h"

#include <openssl/crypto.h>
#include <stdatomic.h>
#include <stdlib.h>

#define ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 34\r\n\r\n{\"refreshToken\":\"s3cret-of-a-peer\"}"

static const lfn_text secret = LFN_TEXT("s3cret-of-a-peer");
static atomic_int found; /* blocks that held it still when they were freed, by the server's thread too */

/* A block of OpenSSL, with its size before it. */
typedef struct block {
    size_t size;
    max_align_t bytes[];
} block;

static block *block_of(void *bytes)
{
    return (block *)(void *)((char *)bytes - offsetof(block, bytes));
}

static void *take(size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    block *made = size > 0 ? malloc(sizeof *made + size) : NULL;
    if (made == NULL)
        return NULL;
    made->size = size;
    return made->bytes;
}

static void give_back(void *bytes, const char *file, int line)
{
    (void)file;
    (void)line;
    if (bytes == NULL)
        return;
    found += memmem(bytes, block_of(bytes)->size, secret.data, secret.size) != NULL;
    free(block_of(bytes));
}

static void *move(void *bytes, size_t size, const char *file, int line)
{
    void *moved = take(size, file, line);
    size_t before = bytes != NULL ? block_of(bytes)->size : 0;
    if (moved == NULL && size > 0)
        return NULL;
    if (moved != NULL && bytes != NULL)
        memcpy(moved, bytes, before < size ? before : size);
    give_back(bytes, file, line);
    return moved;
}

static certificates *made;

static int make_certificates(void **state)
{
    (void)state;
    made = certificates_make();
    certificates_add(made, "good.pem", "DNS:localhost", -1, 10);
    return 0;
}

static int remove_certificates(void **state)
{
    (void)state;
    certificates_free(made);
    return 0;
}

static void an_answer_is_wiped_from_the_memory_of_openssl(void **state)
{
    (void)state;
    static const loopback_script script = {{{LOOPBACK_READ, "\r\n\r\n", 0}, {LOOPBACK_WRITE, ANSWER, 0}}};
    char path[256];
    (void)snprintf(path, sizeof path, "%s", certificates_path(made, "good.pem"));
    loopback_server *server = loopback_start(&script, 1, &(loopback_tls){path, path, NULL, false});
    const lfn_curl_options options = {.ca_file = lfn_text_of(certificates_path(made, "ca.pem"))};
    lfn_transport *transport = open_with(options, "https", "localhost", loopback_port(server));
    one_call call;
    call_init(&call, LFN_GET, "/x");
    assert_int_equal(call_perform(transport, &call), LFN_OK);
    assert_non_null(strstr(call.response.body.data, secret.data));
    call_free(&call);
    lfn_transport_free(transport);
    loopback_free(server);
    assert_int_equal(found, 0);
}

int main(void)
{
    if (CRYPTO_set_mem_functions(take, move, give_back) != 1)
        return 1;
    const struct CMUnitTest tests[] = {cmocka_unit_test(an_answer_is_wiped_from_the_memory_of_openssl)};
    int failed = RUN_LANE(false, tests, make_certificates, remove_certificates);
    return failed + RUN_LANE(true, tests, make_certificates, remove_certificates);
}
