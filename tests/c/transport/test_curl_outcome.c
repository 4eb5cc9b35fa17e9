/* Every error that libcurl can tell of: the status that says what to do, the stage as it was known, and words with the
 * peer and a cure. */
#include "transport/curl_inside.h"
#include "transport/one_call.h"

/* What is something else than a failed transport. */
static const struct {
    CURLcode code;
    lfn_status status;
} other_statuses[] = {
    {CURLE_UNSUPPORTED_PROTOCOL, LFN_PROTOCOL}, {CURLE_URL_MALFORMAT, LFN_BAD_INPUT},
    {CURLE_NOT_BUILT_IN, LFN_BAD_INPUT},        {CURLE_WEIRD_SERVER_REPLY, LFN_PROTOCOL},
    {CURLE_WRITE_ERROR, LFN_PROTOCOL},          {CURLE_OUT_OF_MEMORY, LFN_NO_MEMORY},
    {CURLE_OPERATION_TIMEDOUT, LFN_DEADLINE},   {CURLE_BAD_FUNCTION_ARGUMENT, LFN_BAD_INPUT},
    {CURLE_TOO_MANY_REDIRECTS, LFN_PROTOCOL},   {CURLE_SSL_CERTPROBLEM, LFN_BAD_INPUT},
    {CURLE_BAD_CONTENT_ENCODING, LFN_PROTOCOL}, {CURLE_FILESIZE_EXCEEDED, LFN_PROTOCOL},
    {CURLE_SSL_CACERT_BADFILE, LFN_BAD_INPUT},  {CURLE_HTTP2, LFN_PROTOCOL},
    {LFN_CURLE_TOO_LARGE, LFN_PROTOCOL},
};

/* What is said in words nearer than libcurl's. */
static const struct {
    CURLcode code;
    const char *message;
} other_words[] = {
    {CURLE_ABORTED_BY_CALLBACK, "the connection was closed before an answer came"},
    {CURLE_GOT_NOTHING, "the connection was closed before an answer came"},
    {CURLE_PARTIAL_FILE, "the connection was closed before the answer was whole"},
    {CURLE_FILESIZE_EXCEEDED, "over the limit of 1000 bytes"},
    {LFN_CURLE_TOO_LARGE, "has a header that is too long"},
};

static lfn_status expected_status(CURLcode code)
{
    for (size_t i = 0; i < sizeof other_statuses / sizeof *other_statuses; i++) {
        if (other_statuses[i].code == code)
            return other_statuses[i].status;
    }
    return LFN_TRANSPORT;
}

static const char *expected_words(CURLcode code, lfn_stage stage)
{
    if (code == CURLE_OPERATION_TIMEDOUT)
        return stage == LFN_STAGE_CONNECTING ? "no connection to 127.0.0.1" : "no whole answer from 127.0.0.1";
    for (size_t i = 0; i < sizeof other_words / sizeof *other_words; i++) {
        if (other_words[i].code == code)
            return other_words[i].message;
    }
    return curl_easy_strerror(code);
}

static bool has_text(CURLcode code)
{
    return strcmp(curl_easy_strerror(code), "Unknown error") != 0;
}

static void conclude(lfn_transport *transport, CURL *easy, CURLcode code, lfn_stage stage)
{
    one_call call;
    lfn_exchange *ended = NULL;
    curl_handle handle = {.easy = easy, .transport = (curl_transport *)transport, .exchange = &call.exchange};
    call_init(&call, LFN_GET, "/x");
    call.exchange.ended = &ended;
    assert_true(lfn_buffer_append_string(&call.response.body, "a part of an answer"));
    lfn_curl_conclude(&handle, code, stage);

    const lfn_error *error = &call.error;
    if (call.exchange.status != expected_status(code) || error->status != call.exchange.status ||
        strstr(error->message, expected_words(code, stage)) == NULL || strstr(error->message, "127.0.0.1") == NULL)
        fail_msg("libcurl %d (%s): status %d, message '%s'", (int)code, curl_easy_strerror(code),
                 (int)call.exchange.status, error->message);
    assert_int_equal(call.exchange.stage, stage);
    assert_true(call.exchange.done);
    assert_ptr_equal(ended, &call.exchange);
    assert_true(error->hint[0] != '\0');
    assert_int_equal(call.response.body.size, 0);
    call_free(&call);
}

static size_t codes_told;

static void every_error_of_libcurl_is_told_with_its_status_its_stage_and_words(void **state)
{
    (void)state;
    lfn_transport *transport = open_with((lfn_curl_options){0}, "https", "127.0.0.1", 443);
    CURL *easy = curl_easy_init();
    assert_non_null(easy);
    for (int code = 1; code < (int)CURL_LAST; code++) {
        if (!has_text((CURLcode)code))
            continue;
        for (int stage = LFN_STAGE_CONNECTING; stage <= LFN_STAGE_RECEIVING; stage++)
            conclude(transport, easy, (CURLcode)code, (lfn_stage)stage);
        codes_told++;
    }
    assert_true(codes_told >= 80);
    curl_easy_cleanup(easy);
    lfn_transport_free(transport);
}

static void a_whole_answer_is_no_error(void **state)
{
    (void)state;
    lfn_transport *transport = open_with((lfn_curl_options){0}, "https", "127.0.0.1", 443);
    one_call call;
    curl_handle handle = {.transport = (curl_transport *)transport, .exchange = &call.exchange};
    call_init(&call, LFN_GET, "/x");
    assert_true(lfn_buffer_append_string(&call.response.body, "{}"));
    lfn_curl_conclude(&handle, CURLE_OK, LFN_STAGE_DONE);
    assert_int_equal(call.exchange.status, LFN_OK);
    assert_int_equal(call.exchange.stage, LFN_STAGE_DONE);
    assert_int_equal(call.error.status, LFN_OK);
    assert_string_equal(call.response.body.data, "{}");
    call_free(&call);
    lfn_transport_free(transport);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_error_of_libcurl_is_told_with_its_status_its_stage_and_words),
        cmocka_unit_test(a_whole_answer_is_no_error),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    (void)printf("figure libcurl_errors %zu\n", codes_told);
    return failed;
}
