/* Calls over a canned transport: what goes out, what is refused before, and what is made of an answer. */
#include "base/text.h"
#include "client/canned_client.h"
#include "support/named_call.h"

#include <stdio.h>

#define USER "8a9c3f0e-1111-4222-8333-444455556666"
#define BASE "/services/usermanagement/api"
#define RELATIONS BASE "/api-owners/sharing-relation"
#define JSON_TYPE "Content-Type: application/json\n"

static int set_up(void **state)
{
    return open_fixture(state, (lfn_client_options){.token = LFN_TEXT("given.token"), .answer_max_bytes = 4096});
}

static lfn_status call_with(fixture *f, const char *name, const char *arguments, const char *body, bool lax)
{
    lfn_argument list[NAMED_ARGUMENTS_MAX];
    lfn_call call = named_call(name, arguments, body, list);
    call.lax = lax;
    f->error = (lfn_error){0};
    return lfn_client_call(f->client, &call, &f->result, &f->error);
}

static lfn_status call(fixture *f, const char *name, const char *arguments, const char *body)
{
    return call_with(f, name, arguments, body, false);
}

static const char panorama[] = "{\"clientId\":\"c\",\"username\":\"u\",\"password\":\"p\",\"organizationCode\":\"o\","
                               "\"refreshToken\":\"r\",\"clientEnvironment\":\"STAGE\"}";
static const char one_click[] = "{\"clientId\":\"c\",\"username\":\"u\",\"password\":\"p\","
                                "\"clientEnvironment\":\"STAGE\",\"sharingUrlId\":\"s\"}";

typedef struct sample {
    const char *operation;
    const char *arguments;
    const char *body; /* given, and sent unless `sent` says otherwise */
    int status;
    const char *answer;
    const char *line; /* method and target of the request */
    const char *sent;
} sample;

static const sample samples[] = {
    {"authentication.login", "", "{\"username\":\"a@farm.example\",\"password\":\"p\",\"rememberMe\":true}", 200,
     "{\"id_token\":\"t\"}", "POST /api/authenticate",
     "{\"username\":\"a@farm.example\",\"password\":\"p\",\"rememberMe\":\"true\"}"},
    {"users.list", "name=Maple Farm;page=2;size=5;sort=name,asc;sort=email,desc", NULL, 200, "[{\"id\":\"x\"},{}]",
     "GET " BASE "/users?name=Maple%20Farm&page=2&size=5&sort=name%2Casc&sort=email%2Cdesc", NULL},
    {"users.get", "leafUserId=" USER, NULL, 200, "{}", "GET " BASE "/users/" USER, NULL},
    {"users.create", "", "{\"name\":\"Maple Farm\"}", 201, "{}", "POST " BASE "/users", NULL},
    {"users.replace", "", "{\"id\":\"" USER "\",\"name\":\"Maple Farm\"}", 200, "{}", "PUT " BASE "/users", NULL},
    {"users.update", "leafUserId=" USER, "{\"email\":null}", 200, "{}", "PATCH " BASE "/users/" USER, NULL},
    {"users.delete", "leafUserId=" USER, NULL, 204, NULL, "DELETE " BASE "/users/" USER, NULL},
    {"panorama.get", "leafUserId=" USER, NULL, 200, "{}", "GET " BASE "/users/" USER "/panorama-credentials", NULL},
    {"panorama.create", "leafUserId=" USER, panorama, 201, "{}", "POST " BASE "/users/" USER "/panorama-credentials",
     NULL},
    {"agvance.delete", "leafUserId=" USER, NULL, 204, NULL, "DELETE " BASE "/users/" USER "/agvance-credentials", NULL},
    {"agvance.events", "leafUserId=" USER ";size=100", NULL, 200, "[]",
     "GET " BASE "/users/" USER "/agvance-credentials/events?size=100", NULL},
    {"one_click.panorama", "leafUserId=" USER, one_click, 200, "{\"signInUrl\":\"https://farm.example/\"}",
     "POST " BASE "/users/" USER "/one-click-integration/Panorama", NULL},
    {"sharing.list", "role=Sender", NULL, 200, "[]", "GET " RELATIONS "/sender", NULL},
    {"sharing.status", "role=receiver;owner=b+c@coop.example", NULL, 200, "\"PENDING\"",
     "GET " RELATIONS "/receiver/b%2Bc%40coop.example/status", NULL},
    {"sharing.create", "", "{\"receiverApiOwner\":\"b@coop.example\"}", 201, "{}", "POST " RELATIONS "/receiver", NULL},
    {"sharing.update", "role=sender;owner=b@coop.example", "{\"status\":\"ALLOWED\"}", 200, "{}",
     "PATCH " RELATIONS "/sender/b%40coop.example", NULL},
    {"sharing.invalidate_tokens", "role=receiver;owner=b@coop.example", NULL, 204, NULL,
     "POST " RELATIONS "/receiver/b%40coop.example/invalidate-tokens", NULL},
    {"permissions.get", "role=receiver;owner=b@coop.example;leafUserId=" USER, NULL, 200, "{\"permissions\":{}}",
     "GET " RELATIONS "/receiver/b%40coop.example/users-permissions/" USER, NULL},
    {"permissions.create", "owner=b@coop.example;leafUserId=" USER,
     "{\"permissions\":{\"FIELDS\":{\"actions\":[\"READ\"]}}}", 201, "{}",
     "POST " RELATIONS "/receiver/b%40coop.example/users-permissions/" USER, NULL},
    {"permissions.update", "owner=b@coop.example;leafUserId=" USER ";resource=OPERATIONS",
     "{\"actions\":[\"READ\"],\"types\":[\"PLANTED\"]}", 200, "{}",
     "PATCH " RELATIONS "/receiver/b%40coop.example/users-permissions/" USER "/OPERATIONS", NULL},
    {"permissions.delete", "role=sender;owner=b@coop.example;leafUserId=" USER, NULL, 204, NULL,
     "DELETE " RELATIONS "/sender/b%40coop.example/users-permissions/" USER, NULL},
};

/* Every operation is tried by the cases; here stand the shapes of them, with their arguments as C gives them. */
static void each_shape_of_operation_sends_exactly_its_request(void **state)
{
    fixture *f = *state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        const sample *s = &samples[i];
        canned_reset(&f->canned);
        canned_add_json(&f->canned, s->status, s->answer);
        if (call(f, s->operation, s->arguments, s->body) != LFN_OK)
            fail_msg("%s: %s", s->operation, f->error.message);
        const lfn_operation *operation;
        const lfn_provider *provider;
        assert_true(lfn_operation_find(lfn_text_of(s->operation), &operation, &provider));
        const char *sent = s->sent != NULL ? s->sent : s->body;
        char wanted[2048];
        (void)snprintf(wanted, sizeof wanted, "%s\n%sAccept: application/json\n%s\n%s", s->line,
                       operation->access == LFN_ACCESS_TOKEN ? "Authorization: Bearer given.token\n" : "",
                       sent != NULL ? JSON_TYPE : "", sent != NULL ? sent : "");
        assert_string_equal(canned_text(&f->canned, 0), wanted);
        assert_int_equal(f->canned.request_count, 1);
        assert_int_equal(f->result.response.status, s->status);
        assert_string_equal(lfn_buffer_text(&f->result.response.body).data, s->answer != NULL ? s->answer : "");
        assert_int_equal(f->result.attempt_count, 1);
        assert_int_equal(f->result.attempts[0].stage, LFN_STAGE_DONE);
        assert_int_equal(f->result.attempts[0].http_status, s->status);
    }
}

static void every_provider_has_a_path_of_its_own(void **state)
{
    fixture *f = *state;
    for (int i = 0; i < LFN_PROVIDER_COUNT; i++) {
        const lfn_provider *provider = lfn_provider_get((lfn_provider_id)i);
        char name[64];
        char target[256];
        canned_reset(&f->canned);
        canned_add_json(&f->canned, 200, "{\"status\":\"SOMETHING_NEW\",\"later\":[1]}");
        (void)snprintf(name, sizeof name, "%s.get", provider->attribute);
        (void)snprintf(target, sizeof target, BASE "/users/" USER "/%s", provider->segment);
        assert_int_equal(call(f, name, "leafUserId=" USER, NULL), LFN_OK);
        assert_string_equal(f->canned.requests[0].target, target);
    }
}

static void bad_input_is_refused_with_its_pointer_before_anything_is_sent(void **state)
{
    static const struct {
        const char *operation;
        const char *arguments;
        const char *body;
        const char *where;
    } bad[] = {
        {"users.get", "", NULL, "/leafUserId"},
        {"users.get", "leafUserId=", NULL, "/leafUserId"},
        {"users.get", "leafUserId=../users", NULL, "/leafUserId"},
        {"users.get", "leafUserId=" USER ";colour=red", NULL, "/colour"},
        {"users.list", "size=many", NULL, "/size"},
        {"users.list", "size=101", NULL, "/size"},
        {"sharing.list", "role=friend", NULL, "/role"},
        {"sharing.status", "role=sender;owner=nobody", NULL, "/owner"},
        {"permissions.update", "owner=b@coop.example;leafUserId=" USER ";resource=BARNS", "{\"actions\":[\"READ\"]}",
         "/resource"},
        {"permissions.update", "owner=b@coop.example;leafUserId=" USER ";resource=OPERATIONS",
         "{\"actions\":[\"READ\"]}", "/types"},
        {"permissions.update", "owner=b@coop.example;leafUserId=" USER ";resource=FIELDS",
         "{\"actions\":[\"READ\"],\"types\":[\"PLANTED\"]}", "/types"},
        {"permissions.create", "owner=b@coop.example;leafUserId=" USER,
         "{\"permissions\":{\"FIELDS\":{\"actions\":[\"WRITE\"]}}}", "/permissions/FIELDS/actions/0"},
        {"permissions.create", "owner=b@coop.example;leafUserId=" USER, "{\"permissions\":{}}", "/permissions"},
        {"users.create", "", NULL, "/name"},
        {"users.create", "", "{}", "/name"},
        {"users.create", "", "{\"name\":\"\"}", "/name"},
        {"users.create", "", "{\"name\":7}", "/name"},
        {"users.create", "", "{\"name\":null}", "/name"},
        {"users.create", "", "{\"name\":\"a\\u0000b\"}", "/name"},
        {"users.create", "", "{\"name\":\"a\",\"id\":\"" USER "\"}", "/id"},
        {"users.create", "", "{\"name\":\"a\",\"colour\":\"red\"}", "/colour"},
        {"users.create", "", "{\"name\":\"a\",\"name\":\"b\"}", ""},
        {"users.create", "", "[]", ""},
        {"users.create", "", "not JSON", ""},
        {"users.create", "", "", ""},
        {"users.delete", "leafUserId=" USER, "{}", ""},
        {"users.replace", "", "{\"name\":\"a\"}", "/id"},
        {"sharing.update", "role=sender;owner=b@coop.example", "{\"status\":\"PENDING\"}", "/status"},
        {"sharing.update", "role=sender;owner=b@coop.example", "{}", "/status"},
        {"panorama.create", "leafUserId=" USER, "{}", "/clientId"},
        {"agvance.create", "leafUserId=" USER,
         "{\"apiKey\":\"k\",\"databaseId\":\"d\",\"username\":\"u\",\"password\":\"p\",\"sessionId\":\"s\"}",
         "/sessionId"},
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (call(f, bad[i].operation, bad[i].arguments, bad[i].body) != LFN_BAD_INPUT)
            fail_msg("%zu: %s was taken", i, bad[i].operation);
        assert_string_equal(f->error.where, bad[i].where);
        assert_true(f->error.message[0] != '\0');
        assert_int_equal(f->result.attempt_count, 0);
    }
    assert_int_equal(f->canned.request_count, 0);
}

static void a_body_with_many_faults_says_how_many_more_there_are(void **state)
{
    fixture *f = *state;
    assert_int_equal(call(f, "panorama.create", "leafUserId=" USER, "{\"clientId\":\"c\"}"), LFN_BAD_INPUT);
    assert_string_equal(f->error.where, "/username");
    assert_non_null(
        strstr(f->error.message, "(and 4 more: password, organizationCode, refreshToken, clientEnvironment)"));
}

static void a_refused_secret_does_not_show_in_the_error(void **state)
{
    fixture *f = *state;
    assert_int_equal(call(f, "panorama.create", "leafUserId=" USER, "{\"password\":[\"hunter2\"]}"), LFN_BAD_INPUT);
    assert_null(strstr(f->error.message, "hunter2"));
}

static void a_lax_call_sends_unknown_members_and_still_no_server_made_ones(void **state)
{
    fixture *f = *state;
    canned_add_json(&f->canned, 201, "{}");
    const char *body = "{\"name\":\"a\",\"colour\":\"red\"}";
    assert_int_equal(call_with(f, "users.create", "", body, true), LFN_OK);
    assert_string_equal(f->canned.requests[0].body, body);
    assert_int_equal(call_with(f, "users.create", "", "{\"name\":\"a\",\"id\":\"" USER "\"}", true), LFN_BAD_INPUT);
    assert_string_equal(f->error.where, "/id");
}

static void a_lenient_boolean_goes_out_as_a_word_and_a_word_stays_one(void **state)
{
    fixture *f = *state;
    canned_add_json(&f->canned, 200, "{\"id_token\":\"t\"}");
    canned_add_json(&f->canned, 200, "{\"id_token\":\"t\"}");
    assert_int_equal(
        call(f, "authentication.login", "", "{\"rememberMe\":false,\"username\":\"u\",\"password\":\"p\"}"), LFN_OK);
    assert_string_equal(f->canned.requests[0].body, "{\"rememberMe\":\"false\",\"username\":\"u\",\"password\":\"p\"}");
    const char *body = "{\"username\":\"u\",\"password\":\"p\",\"rememberMe\":\"true\"}";
    assert_int_equal(call(f, "authentication.login", "", body), LFN_OK);
    assert_string_equal(f->canned.requests[1].body, body);
}

/* ---- answers ---- */

static void the_statuses_that_say_done_are_taken_for_one_another(void **state)
{
    fixture *f = *state;
    canned_add_json(&f->canned, 200, "{\"id\":\"x\"}");
    canned_add_json(&f->canned, 200, "{\"done\":true}");
    canned_add_json(&f->canned, 200, "");
    assert_int_equal(call(f, "users.create", "", "{\"name\":\"a\"}"), LFN_OK);
    assert_int_equal(call(f, "users.delete", "leafUserId=" USER, NULL), LFN_OK);
    assert_int_equal(call(f, "users.delete", "leafUserId=" USER, NULL), LFN_OK);
}

static void an_answer_that_is_not_the_operations_is_a_protocol_error_with_its_status(void **state)
{
    static const struct {
        const char *operation;
        int status;
        const char *answer;
    } wrong[] = {
        {"users.get", 202, "{}"},
        {"users.get", 206, "{}"},
        {"users.get", 204, ""},
        {"users.get", 200, ""},
        {"users.get", 200, "[]"},
        {"users.get", 200, "\"text\""},
        {"users.get", 200, "null"},
        {"users.get", 200, "{\"id\":1"},
        {"users.get", 200, "{} {}"},
        {"users.get", 200, "<html>Sign in to the network</html>"},
        {"users.get", 302, ""},
        {"users.list", 200, "{}"},
        {"users.list", 200, "[1]"},
        {"users.list", 200, "[{},[]]"},
        {"sharing.status", 200, "ALLOWED"},
        {"sharing.status", 200, "{\"status\":\"ALLOWED\"}"},
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        canned_reset(&f->canned);
        canned_add_json(&f->canned, wrong[i].status, wrong[i].answer);
        const char *arguments = strcmp(wrong[i].operation, "sharing.status") == 0 ? "role=sender;owner=b@coop.example"
                                : strcmp(wrong[i].operation, "users.list") == 0   ? ""
                                                                                  : "leafUserId=" USER;
        if (call(f, wrong[i].operation, arguments, NULL) != LFN_PROTOCOL)
            fail_msg("%zu: %s %d %s was taken", i, wrong[i].operation, wrong[i].status, wrong[i].answer);
        assert_int_equal(f->error.status, LFN_PROTOCOL);
        assert_int_equal(f->error.http_status, wrong[i].status);
        assert_true(f->error.message[0] != '\0');
        assert_int_equal(f->result.response.status, wrong[i].status);
        assert_int_equal(f->canned.request_count, 1);
    }
}

static void a_change_whose_answer_is_not_the_operations_is_asked_about(void **state)
{
    static const struct {
        int status;
        const char *answer;
    } wrong[] = {{200, "<html>Sign in to the network</html>"}, {202, ""}};
    fixture *f = *state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        canned_reset(&f->canned);
        canned_add_json(&f->canned, wrong[i].status, wrong[i].answer);
        canned_add_json(&f->canned, 200, "<html>Sign in to the network</html>");
        assert_int_equal(call(f, "users.delete", "leafUserId=" USER, NULL), LFN_UNKNOWN_OUTCOME);
        assert_int_equal(f->error.http_status, wrong[i].status);
        assert_int_equal(f->canned.request_count, 2);
    }
}

static void unknown_members_and_words_in_an_answer_are_fine(void **state)
{
    fixture *f = *state;
    canned_add_json(&f->canned, 200, "{\"id\":5,\"status\":\"RESTING\",\"moon\":{\"phase\":[1,2.5,null,true]}}");
    canned_add_json(&f->canned, 200, "\"RESTING\"");
    assert_int_equal(call(f, "users.get", "leafUserId=" USER, NULL), LFN_OK);
    assert_int_equal(call(f, "sharing.status", "role=sender;owner=b@coop.example", NULL), LFN_OK);
}

static void an_answer_over_the_limit_is_a_protocol_error(void **state)
{
    fixture *f = *state;
    static char large[6000];
    memset(large, ' ', sizeof large - 1);
    large[0] = '{';
    large[sizeof large - 2] = '}';
    canned_add_json(&f->canned, 200, large);
    canned_add_json(&f->canned, 200, large);
    canned_add_json(&f->canned, 200, large);
    assert_int_equal(call(f, "users.get", "leafUserId=" USER, NULL), LFN_PROTOCOL);
    assert_int_equal(f->error.http_status, 200);
}

static void a_refusal_is_read_into_the_error(void **state)
{
    fixture *f = *state;
    canned_add_json(&f->canned, 400,
                    "{\"status\":400,\"errorKey\":\"credentialsAlreadyExists\",\"message\":\"There is one.\"}");
    canned_add_json(&f->canned, 404, "{\"errorKey\":\"leafUserNotFound\"}");
    canned_add_json(&f->canned, 403, "");
    canned_add_json(&f->canned, 400,
                    "{\"errorKey\":\"validation\",\"fieldErrors\":[{\"objectName\":\"user\",\"field\":\"name\","
                    "\"message\":\"too long\"}]}");
    assert_int_equal(call(f, "panorama.create", "leafUserId=" USER, panorama), LFN_CONFLICT);
    assert_string_equal(f->error.key, "credentialsAlreadyExists");
    assert_int_equal(f->error.http_status, 400);
    assert_int_equal(f->result.response.status, 400);
    assert_int_equal(call(f, "users.get", "leafUserId=" USER, NULL), LFN_NOT_FOUND);
    assert_int_equal(call(f, "users.get", "leafUserId=" USER, NULL), LFN_FORBIDDEN);
    assert_int_equal(call(f, "users.update", "leafUserId=" USER, "{\"name\":\"a\"}"), LFN_BAD_INPUT);
    assert_string_equal(f->error.where, "/name");
}

static void a_secret_that_the_peer_quotes_does_not_show_in_the_error(void **state)
{
    fixture *f = *state;
    canned_add_json(&f->canned, 400, "{\"message\":\"Cannot use hunter2 of given.token: in form\"}");
    canned_add_json(&f->canned, 400, "{\"errorKey\":\"hunter2\",\"fieldErrors\":[{\"field\":\"hunter2\"}]}");
    static const char body[] = "{\"clientId\":\"id\",\"username\":\"u\",\"password\":\"hunter2\","
                               "\"organizationCode\":\"o\",\"refreshToken\":\"r\",\"clientEnvironment\":\"STAGE\"}";
    for (int i = 0; i < 2; i++) {
        assert_int_equal(call(f, "panorama.create", "leafUserId=" USER, body), LFN_BAD_INPUT);
        assert_null(strstr(f->error.message, "hunter2"));
        assert_null(strstr(f->error.message, "given.token"));
        assert_null(strstr(f->error.where, "hunter2"));
        assert_null(strstr(f->error.key, "hunter2"));
        assert_non_null(strstr(f->error.message, LFN_MASK));
    }
}

static void nothing_is_quoted_when_more_secrets_were_sent_than_can_be_looked_for(void **state)
{
    fixture *f = *state;
    lfn_buffer body;
    lfn_buffer shown;
    lfn_buffer_init(&body, 4096);
    lfn_buffer_init(&shown, 4096);
    (void)lfn_buffer_append_string(&body, "[");
    for (int i = 10; i < 30; i++)
        (void)lfn_buffer_format(&body, "{\"password\":\"hunter%d\"}%s", i, i < 29 ? "," : "]");
    canned_add_json(&f->canned, 400, "{\"message\":\"Cannot use hunter29\"}");
    assert_int_equal(
        lfn_client_request(f->client, LFN_POST, lfn_text_of("/x"), lfn_buffer_text(&body), &f->result, &f->error),
        LFN_BAD_INPUT);
    assert_string_equal(f->error.message, "The answer was HTTP 400.");
    (void)lfn_buffer_append_string(&shown, "It was hunter29");
    lfn_client_mask(f->client, lfn_buffer_text(&body), &shown);
    assert_int_equal(shown.size, 0);
    lfn_buffer_free(&shown);
    lfn_buffer_free(&body);
}

static void a_result_is_used_again_without_a_trace_of_the_call_before(void **state)
{
    fixture *f = *state;
    canned_add_json(&f->canned, 200, "{\"name\":\"first\"}");
    assert_int_equal(call(f, "users.get", "leafUserId=" USER, NULL), LFN_OK);
    assert_int_equal(call(f, "users.get", "", NULL), LFN_BAD_INPUT);
    assert_int_equal(f->result.attempt_count, 0);
    assert_int_equal(f->result.response.status, 0);
    assert_int_equal(f->result.response.body.size, 0);
}

/* ---- requests that the tables lack ---- */

static lfn_status request(fixture *f, lfn_method method, const char *path, const char *body)
{
    f->error = (lfn_error){0};
    return lfn_client_request(f->client, method, lfn_text_of(path), lfn_text_of(body), &f->result, &f->error);
}

static void a_request_goes_out_as_it_stands_with_the_token(void **state)
{
    fixture *f = *state;
    canned_add_json(&f->canned, 202, "as it likes");
    canned_add_json(&f->canned, 404, "");
    assert_int_equal(request(f, LFN_PUT, "/services/fields/api/batch?x=1&y=%20", "{\"any\":1}"), LFN_OK);
    assert_string_equal(canned_text(&f->canned, 0), "PUT /services/fields/api/batch?x=1&y=%20\n"
                                                    "Authorization: Bearer given.token\nAccept: application/json\n"
                                                    "Content-Type: application/json\n\n{\"any\":1}");
    assert_int_equal(request(f, LFN_GET, "/", NULL), LFN_NOT_FOUND);
    assert_int_equal(f->error.http_status, 404);
}

static void a_path_that_could_lead_elsewhere_is_refused(void **state)
{
    static const char *const paths[] = {"",
                                        "users",
                                        "//evil.example/x",
                                        "/\\evil.example",
                                        "https://evil.example/",
                                        "/a b",
                                        "/a\r\nHost: evil.example",
                                        "/a\nb",
                                        "/a#b",
                                        "/\xC3\xA9"};
    fixture *f = *state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        assert_int_equal(request(f, LFN_GET, paths[i], NULL), LFN_BAD_INPUT);
        assert_string_equal(f->error.where, "/path");
    }
    assert_int_equal(request(f, LFN_METHOD_COUNT, "/a", NULL), LFN_BAD_INPUT);
    lfn_text nul = lfn_text_make("/a\0b", 4);
    assert_int_equal(lfn_client_request(f->client, LFN_GET, nul, lfn_text_of(NULL), &f->result, NULL), LFN_BAD_INPUT);
    assert_int_equal(f->canned.request_count, 0);
}

/* ---- options ---- */

static void a_wrong_option_is_named_and_the_transport_stays_the_callers(void **state)
{
    (void)state;
    canned_transport canned;
    canned_init(&canned, NULL);
    const lfn_client_options wrong[] = {
        {.api = LFN_API_COUNT},
        {.timeout_ms = -1},
        {.connect_timeout_ms = -1},
        {.deadline_ms = -1},
        {.token = LFN_TEXT("")},
        {.token = LFN_TEXT("with space")},
        {.token = LFN_TEXT("line\r\nX-Evil: 1")},
        {.username = LFN_TEXT("a@farm.example")},
        {.password = LFN_TEXT("p")},
        {.username = LFN_TEXT("a@farm.example"), .password = LFN_TEXT("")},
        {.username = LFN_TEXT("a@farm.example"), .password = LFN_TEXT("\xFF")},
        {.username = LFN_TEXT("a\nb"), .password = LFN_TEXT("p")},
        {.token_cache = LFN_TEXT("/tmp/cache")},
        {.base_url = LFN_TEXT("")},
        {.answer_max_bytes = SIZE_MAX},
    };
    static const char *const named[] = {"api",      "timeout",  "connect_timeout", "deadline", "token",
                                        "token",    "token",    "password",        "username", "password",
                                        "password", "username", "token_cache",     "base_url", "answer_max_bytes"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        lfn_client_options options = wrong[i];
        options.transport = &canned.transport;
        lfn_client *client = NULL;
        lfn_error error;
        assert_int_equal(lfn_client_open(&options, &client, &error), LFN_BAD_INPUT);
        assert_null(client);
        assert_string_equal(error.where + 1, named[i]);
        assert_false(canned.freed);
    }
    lfn_client_free(NULL);
}

static void a_client_without_a_transport_opens_one_to_its_address_and_sends_nothing(void **state)
{
    (void)state;
    lfn_client_options options = {.token = LFN_TEXT("t")};
    lfn_client *client = NULL;
    lfn_error error;
    assert_int_equal(lfn_client_open(&options, &client, &error), LFN_OK);
    assert_string_equal(lfn_client_base_url(client), lfn_api_get(LFN_API_LEAF)->live_url);
    lfn_client_free(client);
    client = NULL;
    options.base_url = lfn_text_of("ftp://farm.example");
    assert_int_equal(lfn_client_open(&options, &client, &error), LFN_BAD_INPUT);
    assert_string_equal(error.where, "/base_url");
    assert_null(client);
}

static char last_line[1024];

static void keep_line(void *context, lfn_log_level level, const char *line)
{
    (void)context;
    (void)level;
    (void)snprintf(last_line, sizeof last_line, "%s", line);
}

static void a_log_line_tells_path_status_and_time_and_nothing_secret(void **state)
{
    fixture *f = *state;
    canned_transport canned;
    canned_init(&canned, &f->clock);
    canned_add(&canned, (canned_answer){.status = 201, .body = "{\"password\":\"hunter2\"}", .takes_ms = 12});
    lfn_client_options options = {.token = LFN_TEXT("top.secret"),
                                  .transport = &canned.transport,
                                  .clock = &f->clock.clock,
                                  .log = {keep_line, NULL}};
    lfn_client *of_fixture = f->client;
    assert_int_equal(lfn_client_open(&options, &f->client, NULL), LFN_OK);
    assert_int_equal(call(f, "panorama.create", "leafUserId=" USER, panorama), LFN_OK);
    assert_string_equal(last_line, "POST " BASE "/users/" USER "/panorama-credentials 201 ok 12 ms");
    lfn_client_free(f->client);
    f->client = of_fixture;
    canned_reset(&canned);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_shape_of_operation_sends_exactly_its_request, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_provider_has_a_path_of_its_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bad_input_is_refused_with_its_pointer_before_anything_is_sent, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_body_with_many_faults_says_how_many_more_there_are, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_refused_secret_does_not_show_in_the_error, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_lax_call_sends_unknown_members_and_still_no_server_made_ones, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_lenient_boolean_goes_out_as_a_word_and_a_word_stays_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_statuses_that_say_done_are_taken_for_one_another, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_answer_that_is_not_the_operations_is_a_protocol_error_with_its_status,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_change_whose_answer_is_not_the_operations_is_asked_about, set_up, tear_down),
        cmocka_unit_test_setup_teardown(unknown_members_and_words_in_an_answer_are_fine, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_answer_over_the_limit_is_a_protocol_error, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_refusal_is_read_into_the_error, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_secret_that_the_peer_quotes_does_not_show_in_the_error, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_quoted_when_more_secrets_were_sent_than_can_be_looked_for, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_result_is_used_again_without_a_trace_of_the_call_before, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_request_goes_out_as_it_stands_with_the_token, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_path_that_could_lead_elsewhere_is_refused, set_up, tear_down),
        cmocka_unit_test(a_wrong_option_is_named_and_the_transport_stays_the_callers),
        cmocka_unit_test(a_client_without_a_transport_opens_one_to_its_address_and_sends_nothing),
        cmocka_unit_test_setup_teardown(a_log_line_tells_path_status_and_time_and_nothing_secret, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
