/* TLS: who is believed, who is not and why, and that the authorities are read once. */
#include "support/certificates.h"
#include "transport/curl_tls.h"
#include "transport/one_call.h"
#include "transport/sigpipe.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define OK_ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
static const loopback_script answers_once = {{{LOOPBACK_READ, "\r\n\r\n", 0}, {LOOPBACK_WRITE, OK_ANSWER, 0}}};

static certificates *made;
static char ca_file[128];

static int make_certificates(void **state)
{
    (void)state;
    made = certificates_make();
    certificates_add(made, "good.pem", "IP:127.0.0.1,DNS:localhost", -1, 10);
    certificates_add(made, "other.pem", "DNS:other.example", -1, 10);
    certificates_add(made, "expired.pem", "IP:127.0.0.1", -10, -1);
    certificates_add(made, "early.pem", "IP:127.0.0.1", 1, 10);
    certificates_add(made, "client.pem", "DNS:client.example", -1, 10);
    certificates_write(made, "empty.pem", "no certificate\n");
    (void)snprintf(ca_file, sizeof ca_file, "%s", certificates_path(made, "ca.pem"));
    return 0;
}

static int remove_certificates(void **state)
{
    (void)state;
    certificates_free(made);
    return 0;
}

static loopback_server *start_tls(const char *certificate, size_t connections, bool old_only, bool wants_client)
{
    static loopback_script scripts[LOOPBACK_CONNECTIONS_MAX];
    char path[256];
    for (size_t i = 0; i < connections; i++)
        scripts[i] = answers_once;
    (void)snprintf(path, sizeof path, "%s", certificates_path(made, certificate));
    return loopback_start(scripts, connections, &(loopback_tls){path, path, wants_client ? ca_file : NULL, old_only});
}

/* How a call ended. */
typedef struct outcome {
    lfn_stage stage;
    lfn_error error;
} outcome;

/* One call to a TLS server on 127.0.0.1. */
static lfn_status call_tls(const loopback_server *server, lfn_curl_options options, outcome *out_ended)
{
    lfn_transport *transport = open_with(options, "https", "127.0.0.1", loopback_port(server));
    one_call call;
    call_init(&call, LFN_GET, "/");
    lfn_status status = call_perform(transport, &call);
    if (status == LFN_OK)
        assert_string_equal(call.response.body.data, "{}");
    *out_ended = (outcome){call.exchange.stage, call.error};
    call_free(&call);
    lfn_transport_free(transport);
    return status;
}

static lfn_curl_options with_ca(void)
{
    return (lfn_curl_options){.ca_file = lfn_text_of(ca_file)};
}

static void refused(const char *certificate, bool old_only, lfn_curl_options options, lfn_status status,
                    const char *message, const char *hint)
{
    loopback_server *server = start_tls(certificate, 1, old_only, false);
    outcome ended;
    assert_int_equal(call_tls(server, options, &ended), status);
    assert_int_equal(ended.stage, LFN_STAGE_CONNECTING);
    if (strstr(ended.error.message, message) == NULL || strstr(ended.error.hint, hint) == NULL)
        fail_msg("%s: message '%s', hint '%s'", certificate, ended.error.message, ended.error.hint);
    loopback_join(server);
    assert_string_equal(loopback_received(server, 0), "");
    loopback_free(server);
}

static void a_peer_whose_authority_is_given_is_believed(void **state)
{
    (void)state;
    loopback_server *server = start_tls("good.pem", 1, false, false);
    outcome ended;
    assert_int_equal(call_tls(server, with_ca(), &ended), LFN_OK);
    assert_int_equal(ended.stage, LFN_STAGE_DONE);
    loopback_free(server);
}

static void a_peer_of_an_unknown_authority_is_refused_with_the_cure(void **state)
{
    (void)state;
    char stranger[256];
    (void)snprintf(stranger, sizeof stranger, "%s", certificates_path(made, "other.pem"));
    refused("good.pem", false, (lfn_curl_options){.ca_file = lfn_text_of(stranger)}, LFN_TRANSPORT, "certificate",
            "give ca_file");
}

static void a_peer_of_another_name_is_refused(void **state)
{
    (void)state;
    refused("other.pem", false, with_ca(), LFN_TRANSPORT, "127.0.0.1", "the address is the one");
}

static void a_certificate_out_of_its_time_is_refused(void **state)
{
    (void)state;
    refused("expired.pem", false, with_ca(), LFN_TRANSPORT, "expired", "has expired");
    refused("early.pem", false, with_ca(), LFN_TRANSPORT, "not yet valid", "check the clock");
}

static void tls_below_1_2_is_refused(void **state)
{
    (void)state;
    refused("good.pem", true, with_ca(), LFN_TRANSPORT, "127.0.0.1", "TLS 1.2 or newer");
}

static void a_peer_without_tls_is_refused(void **state)
{
    (void)state;
    loopback_server *server = loopback_start(
        &(loopback_script){{{LOOPBACK_WRITE, "HTTP/1.1 400 Bad\r\n\r\n", 0}, {LOOPBACK_STALL, NULL, 0}}}, 1, NULL);
    outcome ended;
    assert_int_equal(call_tls(server, with_ca(), &ended), LFN_TRANSPORT);
    assert_int_equal(ended.stage, LFN_STAGE_CONNECTING);
    assert_non_null(strstr(ended.error.hint, "TLS 1.2"));
    loopback_free(server);
}

static void a_peer_that_leaves_in_the_handshake_is_a_failed_connection(void **state)
{
    (void)state;
    loopback_server *server = loopback_start(&(loopback_script){{{LOOPBACK_RESET, NULL, 0}}}, 1, NULL);
    outcome ended;
    assert_int_equal(call_tls(server, with_ca(), &ended), LFN_TRANSPORT);
    assert_int_equal(ended.stage, LFN_STAGE_CONNECTING);
    loopback_free(server);
}

static void a_peer_that_resets_a_kept_connection_raises_no_signal(void **state)
{
    (void)state;
    char path[256];
    (void)snprintf(path, sizeof path, "%s", certificates_path(made, "good.pem"));
    /* A write after FIN and RST raises the signal; after RST alone the first one only fails. */
    const loopback_script script = {{{LOOPBACK_READ, "\r\n\r\n", 0},
                                     {LOOPBACK_WRITE, OK_ANSWER, 0},
                                     {LOOPBACK_STALL, NULL, 0},
                                     {LOOPBACK_FINISH, NULL, 0},
                                     {LOOPBACK_RESET, NULL, 0}}};
    loopback_server *server = loopback_start(&script, 1, &(loopback_tls){path, path, NULL, false});
    lfn_transport *transport = open_with(with_ca(), "https", "127.0.0.1", loopback_port(server));
    one_call call;
    call_init(&call, LFN_GET, "/");
    assert_int_equal(call_perform(transport, &call), LFN_OK);
    loopback_join(server);
    lfn_transport_free(transport); /* says goodbye to a socket that is gone */
    sigset_t pending;
    assert_int_equal(sigpending(&pending), 0);
    assert_int_equal(sigismember(&pending, SIGPIPE), 0);
    call_free(&call);
    loopback_free(server);
}

/* An answer with this head, which ends with the connection. The express lane leaves one that is odd to the other, which
 * asks again. */
static lfn_status call_until_close(const char *head, loopback_action close, outcome *out_ended)
{
    const loopback_script script = {
        {{LOOPBACK_READ, "\r\n\r\n", 0}, {LOOPBACK_WRITE, head, 0}, {LOOPBACK_WRITE, "\r\n{}", 0}, {close, NULL, 0}}};
    const loopback_script scripts[] = {script, script};
    char path[256];
    (void)snprintf(path, sizeof path, "%s", certificates_path(made, "good.pem"));
    loopback_server *server = loopback_start(scripts, 2, &(loopback_tls){path, path, NULL, false});
    lfn_status status = call_tls(server, with_ca(), out_ended);
    assert_int_equal(out_ended->stage, status == LFN_OK ? LFN_STAGE_DONE : LFN_STAGE_RECEIVING);
    loopback_free(server);
    return status;
}

static void an_answer_without_a_length_is_whole_only_when_the_peer_says_goodbye(void **state)
{
    (void)state;
    static const char *const heads[] = {"HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n"};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        outcome ended;
        assert_int_equal(call_until_close(heads[i], LOOPBACK_END, &ended), LFN_OK);
        assert_int_equal(call_until_close(heads[i], LOOPBACK_CUT, &ended), LFN_TRANSPORT);
        if (!general_lane && i == 0) /* what comes from the general lane is in libcurl's words, or OpenSSL's */
            assert_non_null(strstr(ended.error.message, "closed before the answer was whole"));
    }
}

/* The second call is answered when the server is through with the first, whose connection closed with its transport. */
static void a_peer_that_is_left_hears_goodbye(void **state)
{
    (void)state;
    char path[256];
    outcome ended;
    (void)snprintf(path, sizeof path, "%s", certificates_path(made, "good.pem"));
    const loopback_script scripts[] = {
        {{{LOOPBACK_READ, "\r\n\r\n", 0}, {LOOPBACK_WRITE, OK_ANSWER, 0}, {LOOPBACK_STALL, NULL, 0}}}, answers_once};
    loopback_server *server = loopback_start(scripts, 2, &(loopback_tls){path, path, NULL, false});
    assert_int_equal(call_tls(server, with_ca(), &ended), LFN_OK);
    assert_int_equal(call_tls(server, with_ca(), &ended), LFN_OK);
    loopback_join(server);
    assert_true(loopback_heard_goodbye(server, 0));
    loopback_free(server);
}

static void a_guarded_write_to_nobody_raises_no_signal_and_leaves_none_behind(void **state)
{
    (void)state;
    int ends[2];
    lfn_sigpipe_guard guard;
    sigset_t pending;
    sigset_t blocked;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(close(ends[0]), 0);
    lfn_sigpipe_hold(&guard, true);
    assert_int_equal(write(ends[1], "x", 1), -1);
    lfn_sigpipe_release(&guard);
    assert_int_equal(sigpending(&pending), 0);
    assert_int_equal(sigismember(&pending, SIGPIPE), 0);
    assert_int_equal(pthread_sigmask(SIG_BLOCK, NULL, &blocked), 0);
    assert_int_equal(sigismember(&blocked, SIGPIPE), 0);
    assert_int_equal(close(ends[1]), 0);
}

static void a_ca_file_without_a_certificate_is_bad_input(void **state)
{
    (void)state;
    char empty[256];
    (void)snprintf(empty, sizeof empty, "%s", certificates_path(made, "empty.pem"));
    refused("good.pem", false, (lfn_curl_options){.ca_file = lfn_text_of(empty)}, LFN_BAD_INPUT, "holds no certificate",
            "PEM file");
}

static void a_ca_file_named_by_the_environment_is_used_and_missed(void **state)
{
    (void)state;
    loopback_server *server = start_tls("good.pem", 1, false, false);
    outcome ended;
    assert_int_equal(setenv("LEAFNATIVE_CA_FILE", ca_file, 1), 0);
    assert_int_equal(call_tls(server, (lfn_curl_options){0}, &ended), LFN_OK);
    loopback_free(server);

    assert_int_equal(setenv("LEAFNATIVE_CA_FILE", "/nowhere/ca.pem", 1), 0);
    refused("good.pem", false, (lfn_curl_options){0}, LFN_BAD_INPUT, "/nowhere/ca.pem, named by LEAFNATIVE_CA_FILE",
            "PEM");
    assert_int_equal(unsetenv("LEAFNATIVE_CA_FILE"), 0);
}

static void a_client_certificate_is_shown_when_the_peer_wants_one(void **state)
{
    (void)state;
    char client[256];
    outcome ended;
    (void)snprintf(client, sizeof client, "%s", certificates_path(made, "client.pem"));
    lfn_curl_options options = with_ca();
    options.client_certificate = lfn_text_of(client);
    loopback_server *server = start_tls("good.pem", 1, false, true);
    assert_int_equal(call_tls(server, options, &ended), LFN_OK);
    loopback_free(server);

    server = start_tls("good.pem", 1, false, true);
    assert_int_equal(call_tls(server, with_ca(), &ended), LFN_TRANSPORT);
    loopback_free(server);

    char empty[256];
    (void)snprintf(empty, sizeof empty, "%s", certificates_path(made, "empty.pem"));
    options.client_certificate = lfn_text_of(empty);
    refused("good.pem", false, options, LFN_BAD_INPUT, "127.0.0.1", "client_certificate");
}

static void connections_of_all_transports_share_one_reading_of_the_authorities(void **state)
{
    (void)state;
    assert_true(lfn_tls_stores_usable());
    loopback_server *server = start_tls("good.pem", 4, false, false);
    outcome ended;
    assert_int_equal(call_tls(server, with_ca(), &ended), LFN_OK);
    unsigned reads = lfn_tls_store_reads();
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(call_tls(server, with_ca(), &ended), LFN_OK);
    assert_int_equal(lfn_tls_store_reads(), reads);
    loopback_join(server);
    assert_int_equal(loopback_accepted(server), 4);
    loopback_free(server);
}

static void opening_a_transport_reads_no_authorities(void **state)
{
    (void)state;
    unsigned reads = lfn_tls_store_reads();
    lfn_transport_free(open_with(with_ca(), "https", "127.0.0.1", 443));
    lfn_transport_free(open_with((lfn_curl_options){0}, "http", "127.0.0.1", 80));
    assert_int_equal(lfn_tls_store_reads(), reads);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_peer_whose_authority_is_given_is_believed),
        cmocka_unit_test(a_peer_of_an_unknown_authority_is_refused_with_the_cure),
        cmocka_unit_test(a_peer_of_another_name_is_refused),
        cmocka_unit_test(a_certificate_out_of_its_time_is_refused),
        cmocka_unit_test(tls_below_1_2_is_refused),
        cmocka_unit_test(a_peer_without_tls_is_refused),
        cmocka_unit_test(a_peer_that_leaves_in_the_handshake_is_a_failed_connection),
        cmocka_unit_test(a_peer_that_resets_a_kept_connection_raises_no_signal),
        cmocka_unit_test(an_answer_without_a_length_is_whole_only_when_the_peer_says_goodbye),
        cmocka_unit_test(a_peer_that_is_left_hears_goodbye),
        cmocka_unit_test(a_guarded_write_to_nobody_raises_no_signal_and_leaves_none_behind),
        cmocka_unit_test(a_ca_file_without_a_certificate_is_bad_input),
        cmocka_unit_test(a_ca_file_named_by_the_environment_is_used_and_missed),
        cmocka_unit_test(a_client_certificate_is_shown_when_the_peer_wants_one),
        cmocka_unit_test(connections_of_all_transports_share_one_reading_of_the_authorities),
        cmocka_unit_test(opening_a_transport_reads_no_authorities),
    };
    int failed = RUN_LANE(false, tests, make_certificates, remove_certificates);
    return failed + RUN_LANE(true, tests, make_certificates, remove_certificates);
}
