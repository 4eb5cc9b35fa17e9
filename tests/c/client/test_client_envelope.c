/* Calls of an API that takes a token only, pages its lists in envelopes and tells its errors by type. */
#include "base/alloc.h"
#include "base/text.h"
#include "client/canned_client.h"
#include "support/named_call.h"

#include <stdio.h>
#include <string.h>

#define APPLICATION "575ece2b7ae143cd83dc4a9c"
#define CREDENTIAL "575ece2b7ae143cd83dc4a9b"
#define LIST "/applications/" APPLICATION "/credentials"
#define ONE LIST "/" CREDENTIAL
#define BOTH "applicationId=" APPLICATION ";credentialId=" CREDENTIAL
#define JSON_TYPE "Content-Type: application/json\n"

static int set_up(void **state)
{
    return open_fixture(state, (lfn_client_options){.api = LFN_API_LOSANT, .token = LFN_TEXT("given.token")});
}

static lfn_status call(fixture *f, const char *name, const char *arguments, const char *body)
{
    lfn_argument list[NAMED_ARGUMENTS_MAX];
    lfn_call made = named_call(name, arguments, body, list);
    f->error = (lfn_error){0};
    return lfn_client_call(f->client, &made, &f->result, &f->error);
}

/* ---- requests ---- */

static const struct {
    const char *operation;
    const char *arguments;
    const char *body;
    int status;
    const char *answer;
    const char *line;
} samples[] = {
    {"credential.get", BOTH, NULL, 200, "{}", "GET " ONE},
    {"credential.patch", BOTH,
     "{\"enabled\":true,\"azureConfig\":{\"account\":\"my account\",\"accountKey\":\"123abc\"}}", 200, "{}",
     "PATCH " ONE},
    {"credential.delete", BOTH, NULL, 200, "{\"success\":true}", "DELETE " ONE},
    {"credential.linked_resources", BOTH ";includeCustomNodes=true", NULL, 200, "{}",
     "GET " ONE "/linkedResources?includeCustomNodes=true"},
    {"credentials.list", "applicationId=" APPLICATION ";filterField=name;filter=a*;sortField=lastUpdated", NULL, 200,
     "{\"items\":[{},{}],\"count\":2}", "GET " LIST "?filterField=name&filter=a%2A&sortField=lastUpdated"},
    {"credentials.create", "applicationId=" APPLICATION,
     "{\"name\":\"Dave\",\"type\":\"loggly\",\"logglyConfig\":{\"customerToken\":\"t\"}}", 201, "{}", "POST " LIST},
};

static void every_operation_sends_exactly_its_request(void **state)
{
    fixture *f = *state;
    bool seen[LFN_OP_COUNT] = {false};
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        char wanted[1024];
        const char *body = samples[i].body;
        lfn_argument list[NAMED_ARGUMENTS_MAX];
        canned_reset(&f->canned);
        canned_add_json(&f->canned, samples[i].status, samples[i].answer);
        if (call(f, samples[i].operation, samples[i].arguments, body) != LFN_OK)
            fail_msg("%s: %s", samples[i].operation, f->error.message);
        (void)snprintf(wanted, sizeof wanted, "%s\nAuthorization: Bearer given.token\nAccept: application/json\n%s\n%s",
                       samples[i].line, body != NULL ? JSON_TYPE : "", body != NULL ? body : "");
        assert_string_equal(canned_text(&f->canned, 0), wanted);
        seen[named_call(samples[i].operation, "", NULL, list).operation->id] = true;
    }
    for (size_t i = 0; i < LFN_OP_COUNT; i++)
        assert_true(seen[i] || lfn_operation_get((lfn_operation_id)i)->group->api->id != LFN_API_LOSANT);
}

static void bad_input_is_refused_with_its_pointer_before_anything_is_sent(void **state)
{
    fixture *f = *state;
    static const struct {
        const char *operation;
        const char *arguments;
        const char *body;
        const char *where;
    } cases[] = {
        {"credential.get", "applicationId=" APPLICATION ";credentialId=8a9c3f0e-1111-4222-8333-444455556666", NULL,
         "/credentialId"},
        {"credentials.list", "applicationId=" APPLICATION ";perPage=1001", NULL, "/perPage"},
        {"credentials.list", "applicationId=" APPLICATION ";size=10", NULL, "/size"},
        {"credential.patch", BOTH, "{\"awsConfig\":{\"secretAccessKey\":\"abc\"}}", "/awsConfig/secretAccessKey"},
        {"credential.patch", BOTH, "{\"type\":\"aws\"}", "/type"},
        {"credential.patch", BOTH, "{\"lastUpdated\":\"2016-06-13T04:00:00.000Z\"}", "/lastUpdated"},
        {"credentials.create", "applicationId=" APPLICATION, "{\"name\":\"n\",\"type\":\"aws\",\"awsConfig\":{}}",
         "/awsConfig/accessKeyId"},
        {"credentials.create", "applicationId=" APPLICATION, "{\"type\":\"aws\"}", "/name"},
        {"users.list", "", NULL, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(call(f, cases[i].operation, cases[i].arguments, cases[i].body), LFN_BAD_INPUT);
        assert_string_equal(f->error.where, cases[i].where);
    }
    assert_int_equal(f->canned.request_count, 0);
}

/* ---- answers ---- */

static void a_list_must_be_an_envelope_of_objects(void **state)
{
    fixture *f = *state;
    static const char *const wrong[] = {
        "[]",
        "[{}]",
        "{}",
        "{\"items\":{}}",
        "{\"items\":null}",
        "{\"items\":[1]}",
        "{\"items\":[[]]}",
        "{\"a\":[{}]}",
        "{\"a\":{\"items\":[{}]}}",
        "\"items\"",
    };
    static const struct {
        const char *body;
        size_t count;
    } right[] = {
        {"{\"items\":[]}", 0},
        {"{\"a\":[1,[2]],\"items\":[{\"b\":[{},{}],\"items\":[{}]},{}],\"c\":[{},{}]}", 2},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        canned_reset(&f->canned);
        canned_add_json(&f->canned, 200, wrong[i]);
        f->canned.again = true;
        if (call(f, "credentials.list", "applicationId=" APPLICATION, NULL) != LFN_PROTOCOL)
            fail_msg("%s", wrong[i]);
        assert_non_null(strstr(f->error.message, "a list of objects in items"));
    }
    f->canned.again = false;
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        canned_reset(&f->canned);
        canned_add_json(&f->canned, 200, right[i].body);
        assert_int_equal(call(f, "credentials.list", "applicationId=" APPLICATION, NULL), LFN_OK);
        assert_int_equal(f->result.entry_count, right[i].count);
    }
}

static void a_refusal_is_read_by_its_type(void **state)
{
    fixture *f = *state;
    canned_add_json(&f->canned, 404, "{\"type\":\"NotFound\",\"message\":\"Application was not found\"}");
    canned_add_json(&f->canned, 400, "{\"type\":\"AlreadyExists\",\"message\":\"There is one.\"}");
    canned_add_json(&f->canned, 401, "{\"type\":\"Unauthorized\",\"message\":\"Who?\"}");
    assert_int_equal(call(f, "credential.get", BOTH, NULL), LFN_NOT_FOUND);
    assert_string_equal(f->error.key, "NotFound");
    assert_string_equal(f->error.message, "Application was not found");
    assert_int_equal(call(f, "credential.patch", BOTH, "{\"name\":\"n\"}"), LFN_CONFLICT);
    assert_string_equal(f->error.key, "AlreadyExists");
    assert_int_equal(call(f, "credential.get", BOTH, NULL), LFN_UNAUTHORIZED);
    /* There is no login to advise. */
    assert_non_null(strstr(f->error.hint, "fresh"));
    assert_null(strstr(f->error.hint, "password"));
    assert_int_equal(f->canned.request_count, 3);
}

static void every_secret_that_the_peer_quotes_is_hidden_and_other_words_stay(void **state)
{
    fixture *f = *state;
    const lfn_schema *root = lfn_schema_get(LFN_SCHEMA_LOSANT_CREDENTIAL);
    size_t checked = 0;
    for (size_t i = 0; i < lfn_schema_count(root); i++) {
        const lfn_schema *config = lfn_schema_get(lfn_schema_at(root, i)->of);
        for (size_t j = 0; j < lfn_schema_count(config); j++) {
            const lfn_field *field = lfn_schema_at(config, j);
            char body[200], wanted[200], answer[300];
            if ((field->marks & LFN_SECRET) == 0)
                continue;
            (void)snprintf(body, sizeof body, "{\"%s\":{\"%s\":\"canary\\nof many\\tlines\"}}",
                           lfn_schema_at(root, i)->name, field->name);
            canned_reset(&f->canned);
            canned_add_json(&f->canned, 400,
                            "{\"type\":\"Validation\",\"message\":\"The name of the type is not canary\\nof "
                            "many\\tlines, as given.token says.\"}");
            assert_int_equal(call(f, "credential.patch", BOTH, body), LFN_BAD_INPUT);
            assert_string_equal(f->error.message, "The name of the type is not " LFN_MASK ", as " LFN_MASK " says.");
            (void)snprintf(wanted, sizeof wanted, "%s.%s must have at least 4 characters.",
                           lfn_schema_at(root, i)->name, field->name);
            (void)snprintf(answer, sizeof answer, "{\"type\":\"Validation\",\"message\":\"%s\"}", wanted);
            canned_add_json(&f->canned, 400, answer);
            assert_int_equal(call(f, "credential.patch", BOTH, body), LFN_BAD_INPUT);
            assert_string_equal(f->error.message, wanted);
            checked++;
        }
    }
    print_message("%zu write-only members checked\n", checked);
    assert_int_equal(checked, 16);
}

static void a_create_or_delete_without_an_answer_says_how_to_find_out(void **state)
{
    fixture *f = *state;
    canned_answer lost = {.fault = LFN_TRANSPORT, .stage = LFN_STAGE_WAITING};
    f->canned.again = true;
    canned_add(&f->canned, lost);
    assert_int_equal(call(f, "credentials.create", "applicationId=" APPLICATION,
                          "{\"name\":\"n\",\"type\":\"loggly\",\"logglyConfig\":{\"customerToken\":\"t\"}}"),
                     LFN_UNKNOWN_OUTCOME);
    assert_non_null(strstr(f->error.hint, "credentials.list"));
    assert_int_equal(call(f, "credential.delete", BOTH, NULL), LFN_UNKNOWN_OUTCOME);
    assert_non_null(strstr(f->error.hint, "credential.get"));
    /* Each goes out once; the reading that asks is what is repeated. */
    assert_int_equal(f->canned.request_count, 8);
    assert_int_equal(f->canned.requests[4].method, LFN_DELETE);
}

/* ---- pages ---- */

static void begin(fixture *f, const char *arguments)
{
    lfn_argument list[NAMED_ARGUMENTS_MAX];
    lfn_call made = named_call("credentials.list", arguments, NULL, list);
    assert_int_equal(lfn_pages_open(f->client, &made, &f->pages, &f->error), LFN_OK);
}

static void a_walk_asks_for_pages_by_the_members_of_the_api_and_ends_behind_the_last(void **state)
{
    fixture *f = *state;
    char seen[64];
    canned_add_json(
        &f->canned, 200,
        "{\"items\":[{\"id\":\"1\"},{\"id\":\"2\"}],\"count\":2,\"totalCount\":5,\"perPage\":2,\"page\":0}");
    canned_add_json(
        &f->canned, 200,
        "{\"items\":[{\"id\":\"3\"},{\"id\":\"4\"}],\"count\":2,\"totalCount\":5,\"perPage\":2,\"page\":1}");
    canned_add_json(&f->canned, 200,
                    "{\"items\":[{\"id\":\"5\"}],\"count\":1,\"totalCount\":5,\"perPage\":2,\"page\":2}");
    begin(f, "applicationId=" APPLICATION ";perPage=2;filter=a;filterField=name");
    walk(f, seen);
    assert_string_equal(seen, "2 2 1 ");
    assert_string_equal(f->canned.requests[0].target, LIST "?filter=a&filterField=name&page=0&perPage=2");
    assert_string_equal(f->canned.requests[2].target, LIST "?filter=a&filterField=name&page=2&perPage=2");
    assert_int_equal(f->canned.request_count, 3);
}

static void a_peer_that_gives_smaller_pages_than_asked_for_is_walked_to_its_end(void **state)
{
    fixture *f = *state;
    char seen[64];
    canned_add_json(
        &f->canned, 200,
        "{\"items\":[{\"id\":\"1\"},{\"id\":\"2\"}],\"count\":2,\"totalCount\":3,\"perPage\":2,\"page\":0}");
    canned_add_json(&f->canned, 200,
                    "{\"items\":[{\"id\":\"3\"}],\"count\":1,\"totalCount\":3,\"perPage\":2,\"page\":1}");
    begin(f, "applicationId=" APPLICATION);
    walk(f, seen);
    assert_string_equal(seen, "2 1 ");
    assert_string_equal(f->canned.requests[0].target, LIST "?page=0&perPage=1000");
}

static void a_peer_that_always_tells_of_more_does_not_hold_a_walk(void **state)
{
    fixture *f = *state;
    char seen[64];
    canned_add_json(&f->canned, 200,
                    "{\"items\":[{\"id\":\"1\"}],\"count\":1,\"totalCount\":999,\"perPage\":1,\"page\":0}");
    canned_add_json(&f->canned, 200, "{\"items\":[],\"count\":1,\"totalCount\":999,\"perPage\":1,\"page\":0}");
    begin(f, "applicationId=" APPLICATION ";perPage=1");
    walk(f, seen);
    assert_string_equal(seen, "1 ");
    assert_int_equal(f->canned.request_count, 2);
}

static void a_walk_that_memory_is_out_for_is_no_walk_at_its_end(void **state)
{
    fixture *f = *state;
    static const char first[] =
        "{\"items\":[{\"\\u0069d\":\"1\"},{\"id\":\"2\"}],\"count\":2,\"totalCount\":3,\"perPage\":2,\"page\":0}";
    static const char second[] = "{\"items\":[{\"id\":\"3\"}],\"count\":1,\"totalCount\":3,\"perPage\":2,\"page\":1}";
    int failed = 0;
    for (bool all_passed = false; !all_passed;) {
        char seen[64];
        bool more = false;
        canned_reset(&f->canned);
        canned_add_json(&f->canned, 200, first);
        begin(f, "applicationId=" APPLICATION ";perPage=2");
        lfn_alloc_fail_after(failed);
        lfn_status status = lfn_pages_next(f->pages, &more, &f->result, &f->error);
        lfn_alloc_fail_after(-1);
        all_passed = status == LFN_OK;
        if (!all_passed) {
            assert_int_equal(status, LFN_NO_MEMORY);
            failed++;
            canned_reset(&f->canned);
            canned_add_json(&f->canned, 200, first);
        }
        /* The page that failed, if it did, is asked for again. */
        canned_add_json(&f->canned, 200, second);
        walk(f, seen);
        assert_string_equal(seen, all_passed ? "1 " : "2 1 ");
        lfn_pages_free(f->pages);
        f->pages = NULL;
    }
    assert_true(failed > 3);
}

static void a_page_that_is_no_number_is_refused_by_its_name(void **state)
{
    fixture *f = *state;
    lfn_argument list[NAMED_ARGUMENTS_MAX];
    lfn_call made = named_call("credentials.list", "applicationId=" APPLICATION ";perPage=0", NULL, list);
    assert_int_equal(lfn_pages_open(f->client, &made, &f->pages, &f->error), LFN_BAD_INPUT);
    assert_string_equal(f->error.where, "/perPage");
    assert_non_null(strstr(f->error.message, "from 1 to 1000"));
    made = named_call("credentials.list", "applicationId=" APPLICATION ";page=x", NULL, list);
    assert_int_equal(lfn_pages_open(f->client, &made, &f->pages, &f->error), LFN_BAD_INPUT);
    assert_string_equal(f->error.where, "/page");
}

/* ---- the token ---- */

static void a_login_given_to_an_api_without_one_is_refused_with_the_cure(void **state)
{
    (void)state;
    const struct {
        lfn_client_options options;
        const char *where;
    } cases[] = {
        {{.username = LFN_TEXT("a@farm.example"), .password = LFN_TEXT("p")}, "/username"},
        {{.username = LFN_TEXT("a@farm.example")}, "/username"},
        {{.token = LFN_TEXT("t"), .password = LFN_TEXT("p")}, "/password"},
        {{.token = LFN_TEXT("t"), .token_cache = LFN_TEXT("/tmp/cache")}, "/token_cache"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lfn_client_options options = cases[i].options;
        lfn_client *client = NULL;
        lfn_error error = {0};
        options.api = LFN_API_LOSANT;
        assert_int_equal(lfn_client_open(&options, &client, &error), LFN_BAD_INPUT);
        assert_string_equal(error.where, cases[i].where);
        assert_non_null(strstr(error.message, "has no login"));
        assert_non_null(strstr(error.hint, "option token"));
    }
}

static void a_client_without_a_token_says_that_it_needs_one(void **state)
{
    fixture *f = *state;
    canned_transport canned;
    canned_init(&canned, NULL);
    lfn_client_options options = {.api = LFN_API_LOSANT, .transport = &canned.transport};
    lfn_client_free(f->client);
    assert_int_equal(lfn_client_open(&options, &f->client, &f->error), LFN_OK);
    assert_int_equal(call(f, "credential.get", BOTH, NULL), LFN_UNAUTHORIZED);
    assert_string_equal(f->error.message, "The client has no token.");
    assert_string_equal(f->error.hint,
                        "Give a token: as an option, in the environment (LOSANT_TOKEN) or in the configuration file.");
    assert_int_equal(canned.request_count, 0);
    lfn_client_free(f->client);
    f->client = NULL;
}

/* ---- repeats ---- */

static void a_patch_whose_answer_is_lost_is_repeated_unless_it_makes_a_key(void **state)
{
    fixture *f = *state;
    static const struct {
        const char *body;
        size_t requests;
    } cases[] = {
        {"{\"enabled\":false}", 2},
        {"{\"gitConfig\":{\"secretValue\":\"a key\",\"generatePrivateKey\":false}}", 2},
        {"{\"enabled\":true,\"gitConfig\":{\"generatePrivateKey\":true}}", 1},
        {"{\"snowflakeConfig\":{\"generatePrivateKey\":true}}", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        canned_reset(&f->canned);
        canned_add(&f->canned, (canned_answer){.fault = LFN_TRANSPORT, .stage = LFN_STAGE_RECEIVING});
        canned_add_json(&f->canned, 200, "{}");
        lfn_status status = call(f, "credential.patch", BOTH, cases[i].body);
        assert_int_equal(f->canned.request_count, cases[i].requests);
        assert_int_equal(status, cases[i].requests == 2 ? LFN_OK : LFN_UNKNOWN_OUTCOME);
        if (cases[i].requests == 1)
            assert_non_null(strstr(f->error.message, "outcome is unknown"));
    }
    /* What never left made nothing. */
    canned_reset(&f->canned);
    canned_add(&f->canned, (canned_answer){.fault = LFN_TRANSPORT, .stage = LFN_STAGE_CONNECTING});
    canned_add_json(&f->canned, 200, "{}");
    assert_int_equal(call(f, "credential.patch", BOTH, cases[3].body), LFN_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(every_operation_sends_exactly_its_request),
        TEST(bad_input_is_refused_with_its_pointer_before_anything_is_sent),
        TEST(a_list_must_be_an_envelope_of_objects),
        TEST(a_refusal_is_read_by_its_type),
        TEST(every_secret_that_the_peer_quotes_is_hidden_and_other_words_stay),
        TEST(a_create_or_delete_without_an_answer_says_how_to_find_out),
        TEST(a_walk_asks_for_pages_by_the_members_of_the_api_and_ends_behind_the_last),
        TEST(a_peer_that_gives_smaller_pages_than_asked_for_is_walked_to_its_end),
        TEST(a_peer_that_always_tells_of_more_does_not_hold_a_walk),
        TEST(a_walk_that_memory_is_out_for_is_no_walk_at_its_end),
        TEST(a_page_that_is_no_number_is_refused_by_its_name),
        TEST(a_login_given_to_an_api_without_one_is_refused_with_the_cure),
        TEST(a_client_without_a_token_says_that_it_needs_one),
        TEST(a_patch_whose_answer_is_lost_is_repeated_unless_it_makes_a_key),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
