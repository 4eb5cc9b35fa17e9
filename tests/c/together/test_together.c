/* The client and the service together, with no socket between them: the whole way from a login to what is shared. */
#include "base/text.h"
#include "leafnative/leafnative.h"
#include "support/fake_clock.h"
#include "support/named_call.h"
#include "support/patience.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

typedef struct fixture {
    fake_clock clock;
    lfn_service *service;
    lfn_client *sender;
    lfn_client *receiver;
    lfn_result result;
    lfn_error error;
    char user[64];
} fixture;

static lfn_client *open_client(fixture *f, const char *username, const char *password)
{
    lfn_client_options options = {
        .username = lfn_text_of(username), .password = lfn_text_of(password), .clock = &f->clock.clock};
    lfn_client *client = NULL;
    assert_int_equal(lfn_transport_open_handler(lfn_service_answer, f->service, &options.transport, NULL), LFN_OK);
    assert_int_equal(lfn_client_open(&options, &client, NULL), LFN_OK);
    return client;
}

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    fake_clock_init(&f->clock);
    lfn_service_options options = {.clock = &f->clock.clock};
    *state = f;
    if (lfn_service_open(&options, &f->service, &f->error) != LFN_OK)
        return -1;
    lfn_text password = lfn_text_of("s3cret-one");
    if (lfn_service_create_owner(f->service, lfn_text_of("a@farm.example"), password, NULL) != LFN_OK ||
        lfn_service_create_owner(f->service, lfn_text_of("b@coop.example"), password, NULL) != LFN_OK)
        return -1;
    f->sender = open_client(f, "a@farm.example", "s3cret-one");
    f->receiver = open_client(f, "b@coop.example", "s3cret-one");
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    lfn_client_free(f->sender);
    lfn_client_free(f->receiver);
    lfn_service_free(f->service);
    lfn_result_free(&f->result);
    free(f);
    return 0;
}

/* Calls an operation by its name; {user} in the arguments is the user made last. */
static lfn_status call(fixture *f, lfn_client *client, const char *name, const char *arguments, const char *body)
{
    lfn_argument list[NAMED_ARGUMENTS_MAX];
    lfn_call made = named_call(name, arguments, body, list);
    named_call_fill(&made, list, "{user}", f->user);
    f->error = (lfn_error){0};
    return lfn_client_call(client, &made, &f->result, &f->error);
}

static void succeeds(fixture *f, lfn_client *client, const char *name, const char *arguments, const char *body)
{
    if (call(f, client, name, arguments, body) != LFN_OK)
        fail_msg("%s: %s (%s)", name, f->error.message, f->error.key);
}

static void answers(const fixture *f, const char *part)
{
    if (strstr(f->result.response.body.data, part) == NULL)
        fail_msg("%s is not in %s", part, f->result.response.body.data);
}

static void make_user(fixture *f)
{
    lfn_json *root = NULL;
    succeeds(f, f->sender, "users.create", "", "{\"name\":\"Maple Farm\",\"externalId\":\"maple\"}");
    assert_int_equal(lfn_json_parse(lfn_buffer_text(&f->result.response.body), &root, NULL), LFN_OK);
    lfn_text id = lfn_json_string(lfn_json_get(root, lfn_text_of("id")));
    (void)snprintf(f->user, sizeof f->user, "%.*s", (int)id.size, id.data);
    lfn_json_free(root);
    assert_true(lfn_uuid_valid(lfn_text_of(f->user)));
}

static const char agvance[] = "{\"apiKey\":\"k-secret\",\"databaseId\":\"d\",\"username\":\"u\","
                              "\"password\":\"p-secret\"}";

static void a_user_and_its_credential_live_from_create_to_delete(void **state)
{
    fixture *f = *state;
    make_user(f);
    succeeds(f, f->sender, "users.update", "leafUserId={user}", "{\"phone\":\"+1 555 0100\"}");
    answers(f, "+1 555 0100");
    succeeds(f, f->sender, "agvance.create", "leafUserId={user}", agvance);
    answers(f, "\"status\":\"OK\"");
    assert_int_equal(call(f, f->sender, "agvance.create", "leafUserId={user}", agvance), LFN_CONFLICT);
    assert_string_equal(f->error.key, "credentialsAlreadyExists");
    succeeds(f, f->sender, "agvance.get", "leafUserId={user}", NULL);
    answers(f, "\"clientEnvironment\":\"STAGE\"");
    succeeds(f, f->sender, "agvance.events", "leafUserId={user}", NULL);
    succeeds(f, f->sender, "users.get", "leafUserId={user}", NULL);
    answers(f, "agvanceCredentials");
    succeeds(f, f->sender, "users.list", "externalId=maple", NULL);
    assert_int_equal(lfn_response_page(&f->result.response, lfn_operation_get(LFN_OP_USERS_LIST)).total, 1);
    succeeds(f, f->sender, "agvance.delete", "leafUserId={user}", NULL);
    assert_int_equal(call(f, f->sender, "agvance.get", "leafUserId={user}", NULL), LFN_NOT_FOUND);
    succeeds(f, f->sender, "users.delete", "leafUserId={user}", NULL);
    assert_int_equal(call(f, f->sender, "users.get", "leafUserId={user}", NULL), LFN_NOT_FOUND);
}

static void another_owners_user_does_not_exist(void **state)
{
    fixture *f = *state;
    make_user(f);
    assert_int_equal(call(f, f->receiver, "users.get", "leafUserId={user}", NULL), LFN_NOT_FOUND);
    succeeds(f, f->receiver, "users.list", "", NULL);
    assert_string_equal(f->result.response.body.data, "[]");
}

static void a_relation_is_offered_accepted_granted_and_blocked(void **state)
{
    fixture *f = *state;
    make_user(f);
    succeeds(f, f->sender, "sharing.create", "", "{\"receiverApiOwner\":\"b@coop.example\"}");
    answers(f, "PENDING");
    assert_int_equal(
        call(f, f->sender, "sharing.update", "role=receiver;owner=b@coop.example", "{\"status\":\"ALLOWED\"}"),
        LFN_FORBIDDEN);
    assert_string_equal(f->error.key, "receiverApprovalRequired");
    succeeds(f, f->receiver, "sharing.update", "role=sender;owner=a@farm.example", "{\"status\":\"ALLOWED\"}");
    succeeds(f, f->sender, "sharing.status", "role=receiver;owner=b@coop.example", NULL);
    assert_string_equal(f->result.response.body.data, "\"ALLOWED\"");
    succeeds(f, f->sender, "permissions.create", "owner=b@coop.example;leafUserId={user}",
             "{\"permissions\":{\"OPERATIONS\":{\"actions\":[\"READ\"],\"types\":[\"PLANTED\"]}}}");
    succeeds(f, f->sender, "permissions.update", "owner=b@coop.example;leafUserId={user};resource=OPERATIONS",
             "{\"actions\":[\"READ\"],\"types\":[\"HARVESTED\"]}");
    succeeds(f, f->receiver, "permissions.get", "role=sender;owner=a@farm.example;leafUserId={user}", NULL);
    answers(f, "HARVESTED");
    succeeds(f, f->sender, "sharing.invalidate_tokens", "role=receiver;owner=b@coop.example", NULL);
    succeeds(f, f->sender, "permissions.delete", "role=receiver;owner=b@coop.example;leafUserId={user}", NULL);
    succeeds(f, f->sender, "sharing.update", "role=receiver;owner=b@coop.example", "{\"status\":\"BLOCKED\"}");
    succeeds(f, f->receiver, "sharing.list", "role=sender", NULL);
    answers(f, "BLOCKED");
}

static void a_token_is_renewed_when_its_day_is_over(void **state)
{
    fixture *f = *state;
    succeeds(f, f->sender, "users.list", "", NULL);
    fake_clock_advance(&f->clock, (int64_t)25 * 3600 * 1000);
    succeeds(f, f->sender, "users.list", "", NULL);
    assert_int_equal(f->result.attempt_count, 1);
}

static void a_wrong_password_is_unauthorized(void **state)
{
    fixture *f = *state;
    lfn_client *client = open_client(f, "a@farm.example", "not-the-password");
    assert_int_equal(call(f, client, "users.list", "", NULL), LFN_UNAUTHORIZED);
    assert_non_null(strstr(f->error.hint, "username and password"));
    lfn_client_free(client);
}

/* What a child of this process is told by clients of the service; 0 when all is as it should be. */
static int call_as_child(fixture *f)
{
    lfn_call list = {.operation = lfn_operation_get(LFN_OP_USERS_LIST)};
    if (lfn_client_call(f->sender, &list, &f->result, &f->error) != LFN_CLOSED)
        return 1;
    if (strstr(f->error.message, "forked") == NULL || f->result.attempt_count > 1)
        return 2;
    return lfn_client_call(f->receiver, &list, &f->result, &f->error) == LFN_CLOSED ? 0 : 3;
}

static void a_client_in_a_child_is_told_that_the_service_is_closed(void **state)
{
    fixture *f = *state;
    succeeds(f, f->sender, "users.list", "", NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)alarm(PATIENCE_S);
        _exit(call_as_child(f));
    }
    int outcome = -1;
    assert_int_equal(waitpid(child, &outcome, 0), child);
    assert_int_equal(outcome, 0);
    succeeds(f, f->sender, "users.list", "", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_user_and_its_credential_live_from_create_to_delete, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_owners_user_does_not_exist, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_relation_is_offered_accepted_granted_and_blocked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_token_is_renewed_when_its_day_is_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_wrong_password_is_unauthorized, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_client_in_a_child_is_told_that_the_service_is_closed, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
