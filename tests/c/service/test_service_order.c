/* The order of checks, from the token to the thing itself, and what belongs to another owner. */
#include "service/case_harness.h"
#include "service/handlers.h"

#include <stdio.h>

static void every_operation_has_a_handler(void **state)
{
    (void)state;
    for (unsigned i = 0; i < LFN_OP_COUNT; i++)
        if (!lfn_operation_handled((lfn_operation_id)i))
            fail_msg("%s has no handler", lfn_operation_get((lfn_operation_id)i)->name);
    assert_false(lfn_operation_handled(LFN_OP_COUNT));
}

static void a_token_is_asked_before_the_path(void **state)
{
    (void)state;
    harness h;
    harness_open(&h);
    assert_int_equal(harness_ask(&h, '-', LFN_GET, "!/no/such/path", NULL), 401);
    assert_string_equal(harness_header(&h, "WWW-Authenticate"), "Bearer");
    assert_int_equal(harness_ask(&h, 'x', LFN_GET, "!/no/such/path", NULL), 401);
    assert_int_equal(harness_ask(&h, '-', LFN_DELETE, "/users", NULL), 401);
    assert_int_equal(harness_ask(&h, '-', LFN_GET, "/users/7", NULL), 401);
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, "!/no/such/path", NULL), 404);
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users/" UNKNOWN_ID "/no-such-credentials", NULL), 404);
    assert_string_equal(harness_header(&h, "Content-Type"), "application/problem+json");
    harness_close(&h);
}

static void the_path_comes_before_the_method_and_the_method_before_the_form(void **state)
{
    (void)state;
    harness h;
    harness_open(&h);
    assert_int_equal(harness_ask(&h, 'a', LFN_PATCH, "!/no/such/path", "{"), 404);
    assert_int_equal(harness_ask(&h, 'a', LFN_DELETE, "/users", NULL), 405);
    assert_string_equal(harness_header(&h, "Allow"), "GET, POST, PUT");
    assert_int_equal(harness_ask(&h, 'a', LFN_POST, "/users/7", NULL), 405);
    assert_string_equal(harness_header(&h, "Allow"), "GET, PATCH, DELETE");
    assert_int_equal(harness_ask(&h, 'a', LFN_PUT, "/users/" UNKNOWN_ID "/panorama-credentials", "{}"), 405);
    assert_int_equal(harness_ask(&h, 'a', LFN_DELETE, "/api-owners/sharing-relation/nobody", NULL), 405);
    assert_int_equal(harness_ask(&h, '-', LFN_GET, "!/api/authenticate", NULL), 405);
    assert_string_equal(harness_header(&h, "Allow"), "POST");
    harness_close(&h);
}

static void the_form_of_the_path_comes_before_what_it_names(void **state)
{
    (void)state;
    harness h;
    harness_open(&h);
    assert_int_equal(harness_ask(&h, 'a', LFN_PATCH, "/api-owners/sharing-relation/friend/b%40coop.example", "{"), 400);
    assert_string_equal(harness_get(&h, "message"), lfn_problem_get(LFN_PROBLEM_BAD_ROLE)->message);
    assert_int_equal(harness_ask(&h, 'a', LFN_GET,
                                 "/api-owners/sharing-relation/receiver/b%40coop.example/users-permissions/not-an-id",
                                 NULL),
                     400);
    assert_string_equal(harness_get(&h, "message"), lfn_problem_get(LFN_PROBLEM_BAD_ID)->message);
    assert_int_equal(harness_ask(&h, 'a', LFN_POST, "/users/not-an-id/panorama-credentials", "{"), 400);
    assert_int_equal(harness_ask(&h, 'a', LFN_PATCH,
                                 "/api-owners/sharing-relation/receiver/b%40coop.example/users-permissions/" UNKNOWN_ID
                                 "/FIELD",
                                 "{"),
                     400);
    assert_string_equal(harness_get(&h, "message"), lfn_problem_get(LFN_PROBLEM_BAD_RESOURCE)->message);
    harness_close(&h);
}

static void the_relation_comes_before_the_user_and_both_before_the_body(void **state)
{
    (void)state;
    harness h;
    harness_open(&h);
    static const char grants[] = "/api-owners/sharing-relation/receiver/b%40coop.example/users-permissions/" UNKNOWN_ID;
    harness_ask(&h, 'a', LFN_POST, grants, "{");
    assert_answer(&h, 404, "sharingRelationNotFound");
    harness_share(&h, false);
    harness_ask(&h, 'a', LFN_POST, grants, "{");
    assert_answer(&h, 404, "leafUserNotFound");
    harness_ask(&h, 'a', LFN_POST, "/users/" UNKNOWN_ID "/panorama-credentials", "{");
    assert_answer(&h, 404, "leafUserNotFound");
    harness_close(&h);
}

static void the_size_comes_before_the_form_and_the_form_before_the_rule_and_the_thing(void **state)
{
    (void)state;
    harness h;
    harness_open_with(&h, (lfn_service_options){.body_max_bytes = 200});
    harness_share(&h, false);
    char user[64], path[256], large[256];
    (void)snprintf(user, sizeof user, "%s", harness_user(&h, 'a', "Maple"));
    (void)snprintf(path, sizeof path, "/users/%s/raven-slingshot-credentials", user);
    memset(large, '{', sizeof large);
    large[201] = '\0';
    assert_int_equal(harness_ask(&h, 'a', LFN_POST, "/users/" UNKNOWN_ID "/raven-slingshot-credentials", large), 404);
    assert_int_equal(harness_ask(&h, 'a', LFN_POST, path, large), 413);
    large[200] = '\0';
    assert_int_equal(harness_ask(&h, 'a', LFN_POST, path, large), 400);
    assert_string_equal(harness_get(&h, "message"), "error.http.400");
    assert_int_equal(harness_ask(&h, 'a', LFN_POST, path, NULL), 400);
    assert_string_equal(harness_get(&h, "message"), "error.http.400");

    static const char keys[] = "{\"apiKey\":\"1\",\"accessKey\":\"2\",\"sharedSecret\":\"3\"}";
    assert_int_equal(harness_ask(&h, 'a', LFN_POST, path, keys), 201);
    harness_ask(&h, 'a', LFN_POST, path, "{\"apiKey\":\"\"}");
    assert_answer(&h, 400, "validation");
    assert_string_equal(harness_get(&h, "fieldErrors.0.field"), "apiKey");
    assert_string_equal(harness_get(&h, "fieldErrors.0.objectName"), "ravenSlingshotCredentials");
    harness_ask(&h, 'a', LFN_POST, path, keys);
    assert_answer(&h, 400, "credentialsAlreadyExists");

    static const char relation[] = "/api-owners/sharing-relation/receiver/b%40coop.example";
    harness_ask(&h, 'a', LFN_PATCH, relation, "{\"status\":\"PENDING\"}");
    assert_answer(&h, 400, "validation");
    harness_ask(&h, 'a', LFN_PATCH, relation, "{\"status\":\"ALLOWED\"}");
    assert_answer(&h, 403, "receiverApprovalRequired");
    assert_int_equal(harness_ask(&h, 'a', LFN_PATCH, relation, "{\"status\":\"BLOCKED\"}"), 200);
    const char *grant = harness_format(&h, "%s/users-permissions/%s/FIELDS", relation, user);
    harness_ask(&h, 'a', LFN_PATCH, grant, "{\"actions\":[]}");
    assert_answer(&h, 400, "validation");
    harness_ask(&h, 'a', LFN_PATCH, grant, "{\"actions\":[\"READ\"]}");
    assert_answer(&h, 403, "sharingRelationBlockedBySender");
    assert_int_equal(harness_ask(&h, 'a', LFN_PATCH, relation, "{\"status\":\"ALLOWED\"}"), 200);
    harness_ask(&h, 'a', LFN_PATCH, grant, "{\"actions\":[\"READ\"]}");
    assert_answer(&h, 404, "permissionNotFound");
    harness_close(&h);
}

/* Asks the same of a foreign and of an unknown id, and wants the same bytes, the id in the path aside. */
static void assert_same_answers(harness *h, lfn_method method, const char *format, const char *foreign,
                                const char *body)
{
    char paths[2][512], answers[2][4096];
    const char *ids[2] = {foreign, UNKNOWN_ID};
    for (size_t i = 0; i < 2; i++) {
        const char *mark = strstr(format, "@");
        assert_non_null(mark);
        (void)snprintf(paths[i], sizeof paths[i], "%.*s%s%s", (int)(mark - format), format, ids[i], mark + 1);
        (void)harness_ask(h, 'a', method, paths[i], body);
        (void)snprintf(answers[i], sizeof answers[i], "%d\n%s\n%s", h->response.status, h->response.headers.data,
                       harness_body(h));
        char *id = strstr(answers[i], ids[i]);
        if (id != NULL)
            memset(id, '?', strlen(ids[i]));
    }
    assert_string_equal(answers[0], answers[1]);
    assert_in_range(h->response.status, 400, 404);
}

static void what_is_anothers_answers_like_what_does_not_exist(void **state)
{
    (void)state;
    harness h;
    harness_open(&h);
    char foreign[64], credential[64], body[256];
    (void)snprintf(foreign, sizeof foreign, "%s", harness_user(&h, 'c', "Foreign"));
    (void)snprintf(credential, sizeof credential, "%s", harness_panorama(&h, 'c', foreign));
    harness_share(&h, true);
    assert_same_answers(&h, LFN_GET, "/users/@", foreign, NULL);
    assert_same_answers(&h, LFN_PATCH, "/users/@", foreign, "{\"name\":\"Mine\"}");
    assert_same_answers(&h, LFN_DELETE, "/users/@", foreign, NULL);
    assert_same_answers(&h, LFN_GET, "/users/@/panorama-credentials", foreign, NULL);
    assert_same_answers(&h, LFN_POST, "/users/@/panorama-credentials", foreign, "{}");
    assert_same_answers(&h, LFN_DELETE, "/users/@/panorama-credentials", foreign, NULL);
    assert_same_answers(&h, LFN_GET, "/users/@/panorama-credentials/events", foreign, NULL);
    assert_same_answers(&h, LFN_POST, "/users/@/one-click-integration/Panorama", foreign, "{}");
#define GRANTS(role, other) "/api-owners/sharing-relation/" role "/" other "/users-permissions/@"
    assert_same_answers(&h, LFN_GET, GRANTS("receiver", "b%40coop.example"), foreign, NULL);
    assert_same_answers(&h, LFN_POST, GRANTS("receiver", "b%40coop.example"), foreign,
                        "{\"permissions\":{\"FIELDS\":{\"actions\":[\"READ\"]}}}");
    assert_same_answers(&h, LFN_PATCH, GRANTS("receiver", "b%40coop.example") "/FIELDS", foreign,
                        "{\"actions\":[\"READ\"]}");
    assert_same_answers(&h, LFN_DELETE, GRANTS("receiver", "b%40coop.example"), foreign, NULL);
#undef GRANTS
    /* Ids in a body, and relations with an owner that exists and with one that does not. */
    (void)snprintf(body, sizeof body, "{\"name\":\"Oak\",\"panoramaCredentials\":{\"id\":\"%s\"}}", credential);
    harness_ask(&h, 'a', LFN_POST, "/users", body);
    assert_answer(&h, 404, "credentialsNotFound");
    (void)snprintf(body, sizeof body, "{\"name\":\"Oak\",\"id\":\"%s\"}", foreign);
    harness_ask(&h, 'a', LFN_PUT, "/users", body);
    assert_answer(&h, 404, "leafUserNotFound");
    harness_ask(&h, 'a', LFN_GET, "/api-owners/sharing-relation/receiver/c%40third.example/status", NULL);
    assert_answer(&h, 404, "sharingRelationNotFound");
    harness_ask(&h, 'a', LFN_GET, "/api-owners/sharing-relation/receiver/n%40third.example/status", NULL);
    assert_answer(&h, 404, "sharingRelationNotFound");
    harness_close(&h);
}

static void any_content_type_is_read_as_json_and_a_path_is_echoed_without_its_query(void **state)
{
    (void)state;
    harness h;
    harness_open(&h);
    lfn_request request = {.method = LFN_POST, .target = lfn_text_of(BASE "/users/?x=1")};
    request.authorization = lfn_text_of(h.tokens[0]);
    request.body = lfn_text_of("{\"name\":\"Maple\"}");
    assert_true(lfn_request_add_header(&request, lfn_text_of("Content-Type"),
                                       lfn_text_of("application/x-www-form-urlencoded")));
    lfn_response_clear(&h.response);
    lfn_service_answer(h.service, &request, &h.response);
    assert_int_equal(h.response.status, 201);
    harness_ask(&h, 'a', LFN_GET, "/users/7?secret=1", NULL);
    assert_string_equal(harness_get(&h, "path"), BASE "/users/7");
    harness_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operation_has_a_handler),
        cmocka_unit_test(a_token_is_asked_before_the_path),
        cmocka_unit_test(the_path_comes_before_the_method_and_the_method_before_the_form),
        cmocka_unit_test(the_form_of_the_path_comes_before_what_it_names),
        cmocka_unit_test(the_relation_comes_before_the_user_and_both_before_the_body),
        cmocka_unit_test(the_size_comes_before_the_form_and_the_form_before_the_rule_and_the_thing),
        cmocka_unit_test(what_is_anothers_answers_like_what_does_not_exist),
        cmocka_unit_test(any_content_type_is_read_as_json_and_a_path_is_echoed_without_its_query),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
