/* Requests and answers as values: what goes in comes out, and nothing goes in that could be read as more than it is. */
#include "base/alloc.h"
#include "http/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static lfn_text text(const char *string)
{
    return lfn_text_of(string);
}

static void headers_of_a_request_are_found_in_any_case(void **state)
{
    (void)state;
    lfn_request request = {.target = text("/")};
    assert_true(lfn_request_add_header(&request, text("Accept"), text("a")));
    assert_true(lfn_request_add_header(&request, text("accept"), text("b")));
    assert_string_equal(lfn_request_header(&request, text("ACCEPT")).data, "a");
    assert_null(lfn_request_header(&request, text("Acc")).data);
    while (request.header_count < LFN_REQUEST_HEADERS_MAX)
        assert_true(lfn_request_add_header(&request, text("X"), text("")));
    assert_false(lfn_request_add_header(&request, text("X"), text("")));
    assert_int_equal(lfn_request_check(&request, NULL), LFN_OK);
}

static void headers_of_an_answer_are_lines_and_found_in_any_case(void **state)
{
    (void)state;
    lfn_response response;
    lfn_response_init(&response, 10);
    assert_null(lfn_response_header(&response, text("Link")).data);
    assert_true(lfn_response_add_header(&response, text("Link"), text("<a>; rel=\"next\"")));
    assert_true(lfn_response_add_header(&response, text("X-Empty"), text("")));
    assert_string_equal(response.headers.data, "Link: <a>; rel=\"next\"\nX-Empty: \n");
    lfn_text link = lfn_response_header(&response, text("LINK"));
    assert_int_equal(link.size, 15);
    assert_memory_equal(link.data, "<a>; rel=\"next\"", link.size);
    assert_non_null(lfn_response_header(&response, text("x-empty")).data);
    assert_int_equal(lfn_response_header(&response, text("x-empty")).size, 0);
    lfn_response_clear(&response);
    assert_null(lfn_response_header(&response, text("Link")).data);
    lfn_response_free(&response);
    lfn_response_free(NULL);
}

static void line_ends_and_nul_go_into_no_header(void **state)
{
    (void)state;
    const lfn_text bad[] = {text("a\rb"), text("a\nb"), lfn_text_make("a\0b", 3)};
    for (size_t i = 0; i < 3; i++) {
        lfn_response response;
        lfn_request request = {.target = text("/")};
        lfn_response_init(&response, 10);
        assert_false(lfn_response_add_header(&response, bad[i], text("v")));
        assert_false(lfn_response_add_header(&response, text("n"), bad[i]));
        assert_int_equal(response.headers.size, 0);
        assert_false(lfn_request_add_header(&request, bad[i], text("v")));
        assert_false(lfn_request_add_header(&request, text("n"), bad[i]));
        assert_int_equal(request.header_count, 0);
        request.authorization = bad[i];
        assert_int_equal(lfn_request_check(&request, NULL), LFN_BAD_INPUT);
        lfn_response_free(&response);
    }
    assert_false(lfn_header_name_valid(text("")));
    assert_false(lfn_header_name_valid(text("a b")));
    assert_false(lfn_header_name_valid(text("a:")));
}

static void only_the_transport_says_where_a_message_ends_and_whom_it_is_for(void **state)
{
    (void)state;
    const char *reserved[] = {"host", "Content-length", "TRANSFER-ENCODING", "Authorization"};
    for (size_t i = 0; i < 4; i++) {
        lfn_request request = {.target = text("/")};
        assert_true(lfn_request_add_header(&request, text(reserved[i]), text("v")));
        assert_int_equal(lfn_request_check(&request, NULL), LFN_BAD_INPUT);
    }
}

static void a_target_is_a_path_without_bare_bytes(void **state)
{
    (void)state;
    const char *bad[] = {"", "a", "http://a/", "/a b", "/a\r", "/\xc3\xa9", "/a#b", "/\x7f"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(lfn_request_check(&(lfn_request){.target = text(bad[i])}, NULL), LFN_BAD_INPUT);
    assert_int_equal(lfn_request_check(&(lfn_request){.target = text("/a?b=%20")}, NULL), LFN_OK);
    lfn_request request = {.method = LFN_METHOD_COUNT, .target = text("/")};
    assert_int_equal(lfn_request_check(&request, NULL), LFN_BAD_INPUT);
}

static void a_bare_byte_is_seen_at_every_place_of_a_target_and_a_value(void **state)
{
    (void)state;
    static const char bad_in_target[] = {' ', '#', '\x7f', '\x80', '\xff', '\0', '\t'};
    static const char bad_in_value[] = {'\r', '\n', '\0'};
    char bytes[40];
    for (size_t size = 2; size <= sizeof bytes; size++)
        for (size_t at = 1; at < size; at++) {
            memset(bytes, '/', sizeof bytes);
            assert_int_equal(lfn_request_check(&(lfn_request){.target = lfn_text_make(bytes, size)}, NULL), LFN_OK);
            for (size_t i = 0; i < sizeof bad_in_target; i++) {
                bytes[at] = bad_in_target[i];
                assert_int_equal(lfn_request_check(&(lfn_request){.target = lfn_text_make(bytes, size)}, NULL),
                                 LFN_BAD_INPUT);
            }
            bytes[at] = '\t';
            assert_true(lfn_header_value_valid(lfn_text_make(bytes, size)));
            for (size_t i = 0; i < sizeof bad_in_value; i++) {
                bytes[at] = bad_in_value[i];
                assert_false(lfn_header_value_valid(lfn_text_make(bytes, size)));
            }
        }
}

static void a_header_line_is_whole_or_not_there_when_memory_is_out(void **state)
{
    (void)state;
    lfn_response response;
    lfn_response_init(&response, 10);
    assert_true(lfn_response_add_header(&response, text("A"), text("b")));
    static const char long_value[500] = {'x'};
    lfn_alloc_fail_after(0);
    bool added = lfn_response_add_header(&response, text("B"), lfn_text_make(long_value, 0));
    bool grown = lfn_buffer_append(&response.headers, long_value, sizeof long_value);
    lfn_alloc_fail_after(-1);
    assert_true(added);
    assert_false(grown);
    assert_false(lfn_response_add_header(&response, text("C"), text("d")));
    assert_string_equal(response.headers.data, "A: b\nB: \n");
    lfn_response_free(&response);
}

static void a_result_is_empty_when_made_and_when_freed(void **state)
{
    (void)state;
    lfn_result result;
    lfn_result_init(&result, 3);
    assert_int_equal(result.attempt_count, 0);
    assert_true(lfn_buffer_append_string(&result.response.body, "abc"));
    assert_false(lfn_buffer_append_string(&result.response.body, "d"));
    result.response.status = 200;
    lfn_result_free(&result);
    assert_int_equal(result.response.status, 0);
    assert_null(result.response.body.data);
    lfn_result_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_of_a_request_are_found_in_any_case),
        cmocka_unit_test(headers_of_an_answer_are_lines_and_found_in_any_case),
        cmocka_unit_test(line_ends_and_nul_go_into_no_header),
        cmocka_unit_test(only_the_transport_says_where_a_message_ends_and_whom_it_is_for),
        cmocka_unit_test(a_target_is_a_path_without_bare_bytes),
        cmocka_unit_test(a_bare_byte_is_seen_at_every_place_of_a_target_and_a_value),
        cmocka_unit_test(a_header_line_is_whole_or_not_there_when_memory_is_out),
        cmocka_unit_test(a_result_is_empty_when_made_and_when_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
