/* Processes that are forked off while another thread reads certificates. */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <openssl/ssl.h>

#include "support/certificates.h"
#include "support/patience.h"
#include "transport/curl_tls.h"

enum { FORKS = 20 };

typedef struct reading {
    char path[512];
    SSL_CTX *context;
    atomic_bool ends;
    lfn_status status;
} reading;

/* Reads the file again and again: before each time it looks as if it had been written anew. */
static void *read_on(void *context)
{
    reading *r = context;
    for (long round = 0; !atomic_load(&r->ends) && r->status == LFN_OK; round++) {
        const struct timespec times[2] = {{.tv_sec = round, .tv_nsec = 0}, {.tv_sec = round, .tv_nsec = 0}};
        (void)utimensat(AT_FDCWD, r->path, times, 0);
        r->status = lfn_tls_use_store(r->context, r->path, NULL);
    }
    return NULL;
}

static int use_in_child(reading *r)
{
    int facts = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)alarm(PATIENCE_S);
        _exit(lfn_tls_use_store(r->context, r->path, NULL) == LFN_OK ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &facts, 0), child);
    return WIFEXITED(facts) ? WEXITSTATUS(facts) : 1000 + WTERMSIG(facts);
}

static void a_process_that_is_forked_off_while_certificates_are_read_can_read_them_as_well(void **state)
{
    certificates *made = certificates_make();
    reading r = {.context = SSL_CTX_new(TLS_client_method())};
    pthread_t thread;
    (void)state;
    assert_non_null(r.context);
    (void)snprintf(r.path, sizeof r.path, "%s", certificates_path(made, "ca.pem"));
    assert_int_equal(pthread_create(&thread, NULL, read_on, &r), 0);
    int worst = 0;
    for (int i = 0; i < FORKS && worst == 0; i++)
        worst = use_in_child(&r);
    atomic_store(&r.ends, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(r.status, LFN_OK);
    assert_int_equal(worst, 0);
    SSL_CTX_free(r.context);
    certificates_free(made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_process_that_is_forked_off_while_certificates_are_read_can_read_them_as_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
