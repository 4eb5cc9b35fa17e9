/* Refusals both ways, and the headers of a page. */
#include "base/alloc.h"
#include "base/text.h"
#include "codec/problem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static const lfn_api *leaf(void)
{
    return lfn_api_get(LFN_API_LEAF);
}

static lfn_status write_and_read(lfn_problem problem, const lfn_faults *faults, lfn_error *error)
{
    lfn_response response;
    lfn_response_init(&response, 100000);
    lfn_problem_write(leaf(), problem, lfn_text_of("/services/usermanagement/api/users"), "user", faults, &response);
    assert_int_equal(response.status, lfn_problem_get(problem)->http_status);
    assert_true(
        lfn_text_equal_string(lfn_response_header(&response, lfn_text_of("content-type")), "application/problem+json"));
    lfn_status status = lfn_problem_read(leaf(), &response, 0, error);
    lfn_response_free(&response);
    return status;
}

static void every_problem_is_read_as_it_was_written(void **state)
{
    (void)state;
    for (unsigned i = 0; i < LFN_PROBLEM_COUNT; i++) {
        const lfn_problem_row *row = lfn_problem_get((lfn_problem)i);
        lfn_error error = {0};
        /* Without a key the HTTP status is all that this form tells. */
        lfn_status told = row->key[0] != '\0' ? row->status : lfn_status_of_http(row->http_status);
        assert_int_equal(write_and_read((lfn_problem)i, NULL, &error), told);
        assert_int_equal(error.status, told);
        assert_int_equal(error.http_status, row->http_status);
        assert_string_equal(error.key, row->key);
        assert_string_equal(error.where, "");
        assert_true(error.message[0] != '\0');
        if (strncmp(row->message, "error.", 6) != 0)
            assert_string_equal(error.message, row->message);
    }
}

static void a_refused_member_keeps_its_pointer_and_words(void **state)
{
    (void)state;
    lfn_faults faults = {.count = 2,
                         .fault = {{"/permissions/FIELDS/actions", "must be READ"}, {"/a~0b", "is not a member"}}};
    lfn_error error = {0};
    assert_int_equal(write_and_read(LFN_PROBLEM_VALIDATION, &faults, &error), LFN_BAD_INPUT);
    assert_string_equal(error.key, "validation");
    assert_string_equal(error.where, "/permissions/FIELDS/actions");
    assert_string_equal(error.message, "permissions.FIELDS.actions must be READ");
    faults.fault[0] = faults.fault[1];
    (void)write_and_read(LFN_PROBLEM_VALIDATION, &faults, &error);
    assert_string_equal(error.where, "/a~0b");
}

static void a_problem_has_the_members_of_its_form(void **state)
{
    (void)state;
    lfn_faults faults = {.count = 1, .fault = {{"/name", "is missing"}}};
    lfn_response response;
    lfn_response_init(&response, 100000);
    lfn_problem_write(leaf(), LFN_PROBLEM_VALIDATION, lfn_text_of("/p"), "user", &faults, &response);
    assert_string_equal(
        response.body.data,
        "{\"type\":\"https://www.jhipster.tech/problem/constraint-violation\",\"title\":\"Method argument "
        "not valid\",\"status\":400,\"path\":\"/p\",\"message\":\"error.validation\",\"errorKey\":"
        "\"validation\",\"detail\":\"is missing\",\"fieldErrors\":[{\"objectName\":\"user\",\"field\":"
        "\"name\",\"message\":\"is missing\"}]}");
    lfn_response_clear(&response);
    lfn_problem_write(leaf(), LFN_PROBLEM_PATH_NOT_FOUND, lfn_text_of("/\xFF"), NULL, NULL, &response);
    assert_string_equal(response.body.data,
                        "{\"type\":\"https://www.jhipster.tech/problem/problem-with-message\",\"title\":\"Not Found\","
                        "\"status\":404,\"message\":\"No such path.\",\"detail\":\"No such path.\"}");
    lfn_response_free(&response);
}

/* ---- strangers' bodies ---- */

static lfn_status read_body(int http_status, const char *header, const char *value, lfn_text body, int64_t now_us,
                            lfn_error *error)
{
    lfn_response response;
    lfn_response_init(&response, 100000);
    response.status = http_status;
    assert_true(lfn_response_add_header(&response, lfn_text_of(header), lfn_text_of(value)));
    assert_true(lfn_buffer_append_text(&response.body, body));
    lfn_status status = lfn_problem_read(leaf(), &response, now_us, error);
    lfn_response_free(&response);
    assert_int_equal(error->status, status);
    assert_int_equal(error->http_status, http_status);
    assert_true(lfn_text_utf8(lfn_text_of(error->message), NULL));
    assert_true(error->message[0] != '\0');
    for (const char *byte = error->message; *byte != '\0'; byte++)
        assert_true((unsigned char)*byte >= ' ' && *byte != 0x7F);
    return status;
}

typedef struct stranger {
    int http_status;
    const char *body;
    lfn_status status;
    const char *message;
} stranger;

static void any_body_gives_an_error_with_the_status_kept(void **state)
{
    (void)state;
    static const stranger cases[] = {
        {502, "<html>\r\n<h1>canary</h1></html>", LFN_SERVER, "The answer was HTTP 502 with a body that is not JSON."},
        {502, "", LFN_SERVER, "The answer was HTTP 502 with an empty body."},
        {500, "{\"message\":\"cut", LFN_SERVER, "The answer was HTTP 500 with a body that is not JSON."},
        {404, "\"no\"", LFN_NOT_FOUND, "The answer was HTTP 404 with a body that does not say why."},
        {404, "[{\"message\":\"x\"}]", LFN_NOT_FOUND, "The answer was HTTP 404 with a body that does not say why."},
        {403, "{}", LFN_FORBIDDEN, "The answer was HTTP 403 with a body that does not say why."},
        {400, "{\"message\":{\"a\":1},\"title\":7,\"errorKey\":[],\"fieldErrors\":{\"a\":1}}", LFN_BAD_INPUT,
         "The answer was HTTP 400 with a body that does not say why."},
        {400, "{\"fieldErrors\":[17]}", LFN_BAD_INPUT, "The answer was HTTP 400 with a body that does not say why."},
        {418, "{\"title\":\"Teapot\"}", LFN_BAD_INPUT, "Teapot"},
        {400, "{\"message\":\"error.http.400\",\"detail\":\"Bad thing\"}", LFN_BAD_INPUT, "Bad thing"},
        {400, "{\"message\":\"a\\r\\nINFO b\\u0000c\\u001b[31m\\u202Ed\\u2028e\"}", LFN_BAD_INPUT,
         "a??INFO b?c?[31m?d?e"},
        {400, "{\"errorKey\":\"credentialsAlreadyExists\",\"title\":\"t\"}", LFN_CONFLICT, "t"},
        {400, "{\"errorKey\":\"newKey\",\"title\":\"t\"}", LFN_BAD_INPUT, "t"},
        {200, "{}", LFN_PROTOCOL, "The answer was HTTP 200 with a body that does not say why."},
        {302, "", LFN_PROTOCOL, "The answer was HTTP 302 with an empty body."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lfn_error error = {0};
        lfn_text body = lfn_text_of(cases[i].body);
        assert_int_equal(read_body(cases[i].http_status, "X", "y", body, 0, &error), cases[i].status);
        assert_string_equal(error.message, cases[i].message);
        assert_int_equal(error.retry_after_ms, -1);
    }
}

static void keys_and_places_of_a_stranger_are_bounded(void **state)
{
    (void)state;
    lfn_error error = {0};
    lfn_buffer body;
    lfn_buffer_init(&body, 100000);
    (void)read_body(400, "X", "y", lfn_text_of("{\"errorKey\":\"a\\nb\",\"fieldErrors\":[{\"field\":\"a[0].b\\n\"}]}"),
                    0, &error);
    assert_string_equal(error.key, "");
    assert_string_equal(error.where, "/a/0/b?");
    assert_true(lfn_buffer_format(&body, "{\"errorKey\":\"%01000d\",\"message\":\"%05000d\"}", 0, 0));
    (void)read_body(400, "X", "y", lfn_buffer_text(&body), 0, &error);
    assert_string_equal(error.key, "");
    assert_int_equal(strlen(error.message), 299);
    lfn_buffer_free(&body);
}

static void the_wait_is_read_in_seconds_or_as_a_date(void **state)
{
    (void)state;
    static const struct {
        int http_status;
        const char *value;
        int64_t wait_ms;
    } cases[] = {
        {429, "7", 7000},
        {503, " 0 ", 0},
        {429, "99999999999999999", 86400000},
        {503, "Sun, 06 Nov 1994 08:49:37 GMT", 7000},
        {503, "Sun, 06 Nov 1994 08:49:00 GMT", 0},
        {503, "Sun, 06 Nov 2094 08:49:37 GMT", 86400000},
        {503, "Sun, 06 Foo 1994 08:49:37 GMT", -1},
        {503, "Sun, 06 anF 1994 08:49:37 GMT", -1},
        {503, "Sun, 99 Nov 1994 08:49:37 GMT", -1},
        {429, "-1", -1},
        {429, "soon", -1},
        {429, "", -1},
        {500, "7", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lfn_error error = {0};
        (void)read_body(cases[i].http_status, "retry-after", cases[i].value, lfn_text_of(""), 784111770000000, &error);
        assert_int_equal(error.retry_after_ms, cases[i].wait_ms);
    }
}

static void memory_that_runs_out_keeps_the_status(void **state)
{
    (void)state;
    lfn_response response;
    lfn_faults faults = {.count = 1, .fault = {{"/name", "is missing"}}};
    for (long count = 0; count < 12; count++) {
        lfn_error error = {0};
        lfn_response_init(&response, 100000);
        lfn_alloc_fail_after(count);
        lfn_problem_write(leaf(), LFN_PROBLEM_VALIDATION, lfn_text_of("/p"), "user", &faults, &response);
        lfn_status status = lfn_problem_read(leaf(), &response, 0, &error);
        lfn_alloc_fail_after(-1);
        assert_int_equal(status, LFN_BAD_INPUT);
        assert_int_equal(error.http_status, 400);
        assert_true(response.body.size == 0 || response.body.data[response.body.size - 1] == '}');
        lfn_response_free(&response);
    }
}

/* ---- pages ---- */

static lfn_page page_of(const char *total, const char *link, const char *second_link)
{
    lfn_response response;
    lfn_response_init(&response, 1000);
    if (total != NULL)
        assert_true(lfn_response_add_header(&response, lfn_text_of("x-total-count"), lfn_text_of(total)));
    if (link != NULL)
        assert_true(lfn_response_add_header(&response, lfn_text_of("Link"), lfn_text_of(link)));
    if (second_link != NULL)
        assert_true(lfn_response_add_header(&response, lfn_text_of("LINK"), lfn_text_of(second_link)));
    lfn_page page = lfn_response_page(&response, lfn_operation_get(LFN_OP_USERS_LIST));
    lfn_response_free(&response);
    return page;
}

static void the_total_of_a_list_is_read_strictly(void **state)
{
    (void)state;
    assert_int_equal(page_of("41", NULL, NULL).total, 41);
    assert_int_equal(page_of("0", NULL, NULL).total, 0);
    static const char *const wrong[] = {NULL, "", "-1", "4 1", "4.0", "99999999999999999999", "many"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(page_of(wrong[i], NULL, NULL).total, -1);
}

static void a_next_page_is_seen_when_it_is_linked_and_not_otherwise(void **state)
{
    (void)state;
    static const char *const linked[] = {
        "</users?page=1&size=20>; rel=\"next\"",
        "<>;rel=next",
        "<a>; rel=\"prev\", <b>; rel=\"next\"",
        "<a,b;c>; title=\"x, \\\"y\\\"; rel=no\"; REL=\"first NEXT\"",
        " <a> ; rel = next ; x, <b>",
    };
    static const char *const alone[] = {
        "",
        "next",
        "<a>",
        "<a; rel=next",
        "<a>; rel=\"next",
        "<a>; rel=prev; rel=next",
        "<a>; rel=",
        "<a> rel=next",
        "<rel=next>",
        "<a>; rel=\"nextish\"",
        "<a>; title=\"<b>; rel=next\"",
        "<a>; =next",
    };
    for (size_t i = 0; i < sizeof linked / sizeof *linked; i++)
        if (!page_of(NULL, linked[i], NULL).has_next)
            fail_msg("%s", linked[i]);
    for (size_t i = 0; i < sizeof alone / sizeof *alone; i++)
        if (page_of(NULL, alone[i], NULL).has_next)
            fail_msg("%s", alone[i]);
    assert_true(page_of(NULL, "<a>; rel=\"first\"", "<b>; rel=\"next\"").has_next);
    assert_false(page_of("3", NULL, NULL).has_next);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_problem_is_read_as_it_was_written),
        cmocka_unit_test(a_refused_member_keeps_its_pointer_and_words),
        cmocka_unit_test(a_problem_has_the_members_of_its_form),
        cmocka_unit_test(any_body_gives_an_error_with_the_status_kept),
        cmocka_unit_test(keys_and_places_of_a_stranger_are_bounded),
        cmocka_unit_test(the_wait_is_read_in_seconds_or_as_a_date),
        cmocka_unit_test(memory_that_runs_out_keeps_the_status),
        cmocka_unit_test(the_total_of_a_list_is_read_strictly),
        cmocka_unit_test(a_next_page_is_seen_when_it_is_linked_and_not_otherwise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
