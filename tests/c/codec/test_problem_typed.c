/* Refusals in the form TYPED, both ways, and pages in the form ENVELOPE. */
#include "base/alloc.h"
#include "base/text.h"
#include "codec/problem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

/* The API with this error form. */
static const lfn_api *typed(void)
{
    for (unsigned i = 0; i < LFN_API_COUNT; i++)
        if (lfn_api_get((lfn_api_id)i)->error_form == LFN_ERROR_FORM_TYPED)
            return lfn_api_get((lfn_api_id)i);
    fail_msg("no API has the form");
    return NULL;
}

static void demand_body(lfn_problem problem, const lfn_faults *faults, const char *body)
{
    lfn_response response;
    lfn_response_init(&response, 100000);
    lfn_problem_write(typed(), problem, lfn_text_of("/applications"), "credential", faults, &response);
    assert_int_equal(response.status, lfn_problem_get(problem)->http_status);
    assert_true(lfn_text_equal_string(lfn_response_header(&response, lfn_text_of("content-type")), "application/json"));
    assert_string_equal(response.body.data, body);
    lfn_response_free(&response);
}

static void every_problem_is_read_by_its_type_and_status(void **state)
{
    (void)state;
    for (unsigned i = 0; i < LFN_PROBLEM_COUNT; i++) {
        const lfn_problem_row *row = lfn_problem_get((lfn_problem)i);
        lfn_response response;
        lfn_error error = {0};
        lfn_response_init(&response, 100000);
        assert_true(row->type[0] != '\0');
        lfn_problem_write(typed(), (lfn_problem)i, lfn_text_of("/"), "", NULL, &response);
        lfn_status status = lfn_problem_read(typed(), &response, 0, &error);
        assert_int_equal(status, lfn_problem_find_type(lfn_text_of(row->type), row->http_status)->status);
        assert_int_equal(error.http_status, row->http_status);
        assert_string_equal(error.key, row->type);
        assert_string_equal(error.where, "");
        lfn_response_free(&response);
    }
}

static void a_refusal_has_a_type_and_a_sentence(void **state)
{
    (void)state;
    lfn_faults none = {.count = 0};
    demand_body(LFN_PROBLEM_APPLICATION_NOT_FOUND, NULL,
                "{\"type\":\"NotFound\",\"message\":\"Application was not found\"}");
    demand_body(LFN_PROBLEM_CREDENTIAL_NOT_FOUND, &none,
                "{\"type\":\"NotFound\",\"message\":\"Credential was not found\"}");
    demand_body(LFN_PROBLEM_NAME_TAKEN, NULL,
                "{\"type\":\"AlreadyExists\",\"message\":\"Another credential of the application has this name.\"}");
}

static void the_message_about_a_member_names_the_first(void **state)
{
    (void)state;
    lfn_faults faults = {.count = 0};
    lfn_faults_add(&faults, "/awsConfig/region", "is missing");
    lfn_faults_add(&faults, "/name", "must not be empty");
    demand_body(LFN_PROBLEM_VALIDATION, &faults,
                "{\"type\":\"Validation\",\"message\":\"awsConfig.region is missing.\"}");
    faults.count = 0;
    lfn_faults_add(&faults, "/credentialId", "must be %s", lfn_id_form_words(typed()->id_form));
    demand_body(LFN_PROBLEM_BAD_ID, &faults,
                "{\"type\":\"Validation\",\"message\":\"credentialId must be 24 hexadecimal digits.\"}");
    faults.count = 0;
    lfn_faults_add(&faults, "", "must be JSON");
    demand_body(LFN_PROBLEM_NOT_JSON, &faults, "{\"type\":\"Validation\",\"message\":\"The body must be JSON.\"}");
    faults.count = 0;
    lfn_faults_add(&faults, "/a~1b~0", "is not a member");
    demand_body(LFN_PROBLEM_VALIDATION, &faults, "{\"type\":\"Validation\",\"message\":\"a/b~ is not a member.\"}");
    faults.count = 0;
    lfn_faults_add(&faults, "/nmae", "is not a member; did you mean name?");
    demand_body(LFN_PROBLEM_VALIDATION, &faults,
                "{\"type\":\"Validation\",\"message\":\"nmae is not a member; did you mean name?\"}");
}

static void faults_beyond_the_most_are_dropped(void **state)
{
    (void)state;
    lfn_faults faults = {.count = 0};
    for (int i = 0; i < 3 * LFN_FAULTS_MAX; i++)
        lfn_faults_add(&faults, "/a", "is %0300d", i);
    lfn_faults_add(NULL, "/a", "is wrong");
    assert_int_equal(faults.count, LFN_FAULTS_MAX);
    assert_int_equal(strlen(faults.fault[0].message), sizeof faults.fault[0].message - 1);
}

typedef struct stranger {
    int http_status;
    const char *body;
    lfn_status status;
    const char *key;
    const char *message;
} stranger;

static void any_body_gives_an_error_with_the_status_kept(void **state)
{
    (void)state;
    static const stranger cases[] = {
        {404, "{\"type\":\"NotFound\",\"message\":\"Application was not found\"}", LFN_NOT_FOUND, "NotFound",
         "Application was not found"},
        {400, "{\"type\":\"AlreadyExists\",\"message\":\"taken\"}", LFN_CONFLICT, "AlreadyExists", "taken"},
        {409, "{\"type\":\"AlreadyExists\",\"message\":\"taken\"}", LFN_CONFLICT, "AlreadyExists", "taken"},
        {400, "{\"type\":\"Unheard\",\"message\":\"of\"}", LFN_BAD_INPUT, "Unheard", "of"},
        {403, "{\"type\":\"NotFound\",\"message\":\"hidden\"}", LFN_FORBIDDEN, "NotFound", "hidden"},
        {429, "{\"type\":\"RateLimited\"}", LFN_RATE_LIMITED, "RateLimited",
         "The answer was HTTP 429 with a body that does not say why."},
        {502, "<html>canary</html>", LFN_SERVER, "", "The answer was HTTP 502 with a body that is not JSON."},
        {500, "", LFN_SERVER, "", "The answer was HTTP 500 with an empty body."},
        {400, "{\"type\":{\"a\":1},\"message\":[1]}", LFN_BAD_INPUT, "",
         "The answer was HTTP 400 with a body that does not say why."},
        {400, "{\"type\":\"Not\\r\\nFound\",\"message\":\"a\\r\\nINFO b\\u202Ec\"}", LFN_BAD_INPUT, "", "a??INFO b?c"},
        {401, "[]", LFN_UNAUTHORIZED, "", "The answer was HTTP 401 with a body that does not say why."},
        {400, "{\"errorKey\":\"credentialsAlreadyExists\",\"title\":\"t\"}", LFN_BAD_INPUT, "",
         "The answer was HTTP 400 with a body that does not say why."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lfn_response response;
        lfn_error error = {0};
        lfn_response_init(&response, 100000);
        response.status = cases[i].http_status;
        assert_true(lfn_buffer_append_string(&response.body, cases[i].body));
        assert_int_equal(lfn_problem_read(typed(), &response, 0, &error), cases[i].status);
        assert_int_equal(error.http_status, cases[i].http_status);
        assert_string_equal(error.key, cases[i].key);
        assert_string_equal(error.message, cases[i].message);
        lfn_response_free(&response);
    }
}

static void a_long_message_is_cut_and_a_long_type_left_out(void **state)
{
    (void)state;
    lfn_response response;
    lfn_error error = {0};
    lfn_response_init(&response, 100000);
    response.status = 400;
    assert_true(lfn_buffer_format(&response.body, "{\"type\":\"%0500d\",\"message\":\"%05000d\"}", 1, 2));
    assert_int_equal(lfn_problem_read(typed(), &response, 0, &error), LFN_BAD_INPUT);
    assert_string_equal(error.key, "");
    assert_true(strlen(error.message) > 100 && strlen(error.message) < 400);
    lfn_response_free(&response);
}

/* ---- pages ---- */

static lfn_page page_of(const char *body)
{
    lfn_response response;
    lfn_response_init(&response, 10000);
    /* The headers of the other form say nothing here. */
    assert_true(lfn_response_add_header(&response, lfn_text_of("X-Total-Count"), lfn_text_of("77")));
    assert_true(lfn_response_add_header(&response, lfn_text_of("Link"), lfn_text_of("<a>; rel=\"next\"")));
    assert_true(lfn_buffer_append_string(&response.body, body));
    lfn_page page = lfn_response_page(&response, lfn_operation_get(LFN_OP_SERVICE_CREDENTIALS_LIST));
    lfn_response_free(&response);
    return page;
}

static void an_envelope_tells_its_total_and_whether_more_follows(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        int total;
        int size;
        bool has_next;
    } cases[] = {
        {"{\"items\":[{}],\"count\":1,\"totalCount\":3,\"perPage\":1,\"page\":0}", 3, 1, true},
        {"{\"items\":[{}],\"count\":1,\"totalCount\":3,\"perPage\":1,\"page\":1}", 3, 1, true},
        {"{\"items\":[{}],\"count\":1,\"totalCount\":3,\"perPage\":1,\"page\":2}", 3, 1, false},
        {"{\"items\":[{},{}],\"count\":2,\"totalCount\":4,\"perPage\":2,\"page\":1}", 4, 2, false},
        {"{\"items\":[{},{}],\"count\":2,\"totalCount\":5,\"perPage\":2,\"page\":1}", 5, 2, true},
        {"{\"items\":[],\"count\":0,\"totalCount\":0,\"perPage\":100,\"page\":0}", 0, 100, false},
        {"{\"items\":[],\"count\":0,\"totalCount\":5,\"perPage\":2,\"page\":7}", 5, 2, false},
        /* Without a total, a full page may have another behind it. */
        {"{\"items\":[{},{}],\"count\":2,\"perPage\":2,\"page\":7}", -1, 2, true},
        {"{\"items\":[{}],\"count\":1,\"perPage\":2,\"page\":7}", -1, 2, false},
        /* Members of entries and of other members are not those of the envelope. */
        {"{\"items\":[{\"totalCount\":9,\"perPage\":1,\"count\":1}],\"more\":{\"totalCount\":8}}", -1, -1, false},
        {"{\"count\":1,\"totalCount\":[7],\"perPage\":{\"page\":3},\"page\":\"1\"}", -1, -1, false},
        {"{\"count\":1,\"totalCount\":-3,\"perPage\":0,\"page\":-1}", -1, 0, false},
        {"{\"count\":1,\"totalCount\":9223372036854775807,\"perPage\":1,\"page\":9223372036854775807}", -2, 1, false},
        {"{\"count\":1,\"totalCount\":1e3,\"perPage\":1}", -1, 1, true},
        {"[{\"totalCount\":3}]", -1, -1, false},
        {"{\"totalCount\":3", -1, -1, false},
        {"", -1, -1, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lfn_page page = page_of(cases[i].body);
        if (cases[i].total != -2)
            assert_int_equal(page.total, cases[i].total);
        assert_int_equal(page.size, cases[i].size);
        if (page.has_next != cases[i].has_next)
            fail_msg("%s", cases[i].body);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_problem_is_read_by_its_type_and_status),
        cmocka_unit_test(a_refusal_has_a_type_and_a_sentence),
        cmocka_unit_test(the_message_about_a_member_names_the_first),
        cmocka_unit_test(faults_beyond_the_most_are_dropped),
        cmocka_unit_test(any_body_gives_an_error_with_the_status_kept),
        cmocka_unit_test(a_long_message_is_cut_and_a_long_type_left_out),
        cmocka_unit_test(an_envelope_tells_its_total_and_whether_more_follows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
