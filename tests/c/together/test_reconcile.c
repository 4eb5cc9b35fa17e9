/* Calls whose answers are lost on the way to and from the service in this process: every row of tables/reconcile.def,
 * the line cut at every place. Nothing is ever done twice, and what the client says of the outcome is so. */
#include "base/text.h"
#include "leafnative/leafnative.h"
#include "support/fake_clock.h"
#include "support/named_call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define APPLICATION "5f1e2d3c4b5a69788796a5b4"

/* ---- a line that can be cut ---- */

/* What happens to one exchange. */
typedef enum fate {
    PASSES,
    LOST_BEFORE,    /* it is cut on the way there: the service never sees it */
    LOST_AFTER,     /* the whole answer is lost */
    LOST_RECEIVING, /* the answer is cut in its midst */
    GATEWAY,        /* the service acts, and a gateway answers 502 in its place */
    FATE_COUNT
} fate;

enum { SENDS_MAX = 3, READINGS_MAX = 3 };

typedef struct line {
    lfn_transport transport;
    lfn_service *service;
    fate sends[SENDS_MAX]; /* of what changes something; what comes after passes */
    bool reading_fails[READINGS_MAX];
    size_t send_count;
    size_t reading_count;
    unsigned effects; /* changes that the service accepted */
} line;

static void lose(lfn_exchange *exchange, lfn_stage stage)
{
    lfn_response_clear(exchange->response);
    lfn_exchange_end(exchange, lfn_error_set(exchange->error, LFN_TRANSPORT, "The line was cut."), stage);
}

static void carry(line *l, lfn_exchange *exchange, fate what)
{
    if (what == LOST_BEFORE) {
        lose(exchange, LFN_STAGE_SENDING);
        return;
    }
    lfn_service_answer(l->service, exchange->request, exchange->response);
    bool change = exchange->request->method != LFN_GET;
    l->effects += change && exchange->response->status >= 200 && exchange->response->status <= 299;
    if (what == LOST_AFTER || what == LOST_RECEIVING)
        lose(exchange, what == LOST_AFTER ? LFN_STAGE_WAITING : LFN_STAGE_RECEIVING);
    else
        lfn_exchange_end(exchange, LFN_OK, LFN_STAGE_DONE);
    if (what == GATEWAY) {
        lfn_response_clear(exchange->response);
        exchange->response->status = 502;
    }
}

static void start(lfn_transport *transport, lfn_exchange *exchange)
{
    line *l = (line *)transport;
    lfn_response_clear(exchange->response);
    if (exchange->request->method == LFN_GET)
        carry(l, exchange,
              l->reading_count < READINGS_MAX && l->reading_fails[l->reading_count++] ? LOST_AFTER : PASSES);
    else
        carry(l, exchange, l->send_count < SENDS_MAX ? l->sends[l->send_count++] : PASSES);
}

static void step(lfn_transport *transport, int64_t wait_ms)
{
    (void)transport;
    (void)wait_ms;
}

static void cancel(lfn_transport *transport, lfn_exchange *exchange)
{
    (void)transport;
    (void)exchange;
}

static void let_go(lfn_transport *transport)
{
    (void)transport;
}

static const lfn_transport_methods methods = {.start = start, .step = step, .cancel = cancel, .free = let_go};

/* ---- the world ---- */

typedef struct fixture {
    fake_clock clock;
    lfn_service *service;
    line line;
    lfn_api_id client_api;
    lfn_client *client; /* the one under test, or the one that prepares and clears; both go over the line */
    lfn_buffer leaf_token, losant_token;
    lfn_result result;
    lfn_error error;
    char user[64];
    char credential[64];
    bool at_once; /* the client under test makes its calls through lfn_calls */
} fixture;

static lfn_client *open_client(fixture *f, lfn_api_id api)
{
    lfn_client_options options = {.api = api,
                                  .token = lfn_buffer_text(api == LFN_API_LEAF ? &f->leaf_token : &f->losant_token),
                                  .transport = &f->line.transport,
                                  .clock = &f->clock.clock};
    lfn_client *client = NULL;
    assert_int_equal(lfn_client_open(&options, &client, &f->error), LFN_OK);
    return client;
}

static void make_receiver(fixture *f)
{
    assert_int_equal(
        lfn_service_create_owner(f->service, lfn_text_of("b@coop.example"), lfn_text_of("s3cret-two"), NULL), LFN_OK);
}

/* Logs in with a client of its own, which takes no part in the stories. */
static void take_token(fixture *f)
{
    lfn_client_options options = {.clock = &f->clock.clock, .transport = &f->line.transport};
    lfn_call login = {.operation = lfn_operation_get(LFN_OP_AUTHENTICATION_LOGIN),
                      .body = LFN_TEXT("{\"username\":\"a@farm.example\",\"password\":\"s3cret-one\"}")};
    lfn_client *client = NULL;
    lfn_json *answer = NULL;
    assert_int_equal(lfn_client_open(&options, &client, NULL), LFN_OK);
    assert_int_equal(lfn_client_call(client, &login, &f->result, &f->error), LFN_OK);
    assert_int_equal(lfn_json_parse(lfn_buffer_text(&f->result.response.body), &answer, NULL), LFN_OK);
    assert_true(lfn_buffer_append_text(&f->leaf_token, lfn_json_string(lfn_json_get(answer, lfn_text_of("id_token")))));
    lfn_json_free(answer);
    lfn_client_free(client);
}

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    fake_clock_init(&f->clock);
    lfn_service_options options = {.clock = &f->clock.clock};
    *state = f;
    lfn_buffer_init(&f->leaf_token, 4096);
    lfn_buffer_init(&f->losant_token, 4096);
    if (lfn_service_open(&options, &f->service, &f->error) != LFN_OK ||
        lfn_service_create_owner(f->service, lfn_text_of("a@farm.example"), lfn_text_of("s3cret-one"), NULL) !=
            LFN_OK ||
        lfn_service_create_application(f->service, lfn_text_of(APPLICATION), NULL, &f->error) != LFN_OK ||
        lfn_service_create_token(f->service, lfn_text_of(APPLICATION), lfn_text_of("all.Application"), 0,
                                 &f->losant_token, &f->error) != LFN_OK)
        return -1;
    f->line =
        (line){.transport = {&methods}, .service = f->service, .send_count = SENDS_MAX, .reading_count = READINGS_MAX};
    take_token(f);
    make_receiver(f);
    f->client = open_client(f, LFN_API_LEAF);
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    lfn_client_free(f->client);
    lfn_service_free(f->service);
    lfn_result_free(&f->result);
    lfn_buffer_free(&f->leaf_token);
    lfn_buffer_free(&f->losant_token);
    free(f);
    return 0;
}

/* Makes a call through lfn_calls and takes its result. */
static lfn_status call_at_once(fixture *f, const lfn_call *made)
{
    static const lfn_calls_options options = {.concurrency = 2};
    lfn_calls *calls = NULL;
    lfn_completion completion;
    assert_int_equal(lfn_calls_open(f->client, &options, &calls, &f->error), LFN_OK);
    lfn_status status = lfn_calls_submit(calls, made, 1, &f->error);
    if (status == LFN_OK) {
        while (lfn_calls_poll(calls, 1000, &completion, 1) == 0)
            continue;
        status = completion.status;
        lfn_result mine = f->result;
        f->result = *completion.result;
        *completion.result = mine;
        if (status != LFN_OK)
            f->error = *completion.error;
    }
    lfn_calls_free(calls);
    return status;
}

/* Calls an operation; {user} and {credential} in the arguments are those made last. */
static lfn_status call(fixture *f, const char *name, const char *arguments, const char *body)
{
    lfn_argument list[NAMED_ARGUMENTS_MAX];
    lfn_call made = named_call(name, arguments, body, list);
    named_call_fill(&made, list, "{user}", f->user);
    named_call_fill(&made, list, "{credential}", f->credential);
    f->error = (lfn_error){0};
    lfn_api_id api = made.operation->group->api->id;
    lfn_client *client = api == f->client_api ? f->client : open_client(f, api);
    lfn_status status = f->at_once && client == f->client ? call_at_once(f, &made)
                                                          : lfn_client_call(client, &made, &f->result, &f->error);
    if (client != f->client)
        lfn_client_free(client);
    return status;
}

static void read_id(fixture *f, char out_id[64])
{
    lfn_json *root = NULL;
    assert_int_equal(lfn_json_parse(lfn_buffer_text(&f->result.response.body), &root, NULL), LFN_OK);
    lfn_text id = lfn_json_string(lfn_json_get(root, lfn_text_of("id")));
    (void)snprintf(out_id, 64, "%.*s", (int)id.size, id.data);
    lfn_json_free(root);
}

static void succeeds(fixture *f, const char *name, const char *arguments, const char *body)
{
    if (call(f, name, arguments, body) != LFN_OK)
        fail_msg("%s: %s (%s)", name, f->error.message, f->error.key);
}

/* ---- the rows ---- */

#define LEAF_USER "{\"name\":\"Maple Farm\",\"externalId\":\"maple\"}"
#define AGVANCE "{\"apiKey\":\"k-secret\",\"databaseId\":\"d\",\"username\":\"u\",\"password\":\"p-secret\"}"
#define LOGGLY "{\"name\":\"logs\",\"type\":\"loggly\",\"logglyConfig\":{\"customerToken\":\"t-secret\"}}"
#define OF_USER "leafUserId={user}"
#define OF_GRANT "role=receiver;owner=b@coop.example;leafUserId={user}"
#define OF_CREDENTIAL "applicationId=" APPLICATION ";credentialId={credential}"

static void make_user(fixture *f)
{
    succeeds(f, "users.create", "", "{\"name\":\"Oak Farm\",\"externalId\":\"oak\"}");
    read_id(f, f->user);
}

static void make_credential(fixture *f)
{
    succeeds(f, "agvance.create", OF_USER, AGVANCE);
}

static void make_grant(fixture *f)
{
    if (call(f, "sharing.create", "", "{\"receiverApiOwner\":\"b@coop.example\"}") != LFN_OK)
        assert_int_equal(f->error.status, LFN_CONFLICT);
    succeeds(f, "permissions.create", "owner=b@coop.example;leafUserId={user}",
             "{\"permissions\":{\"FIELDS\":{\"actions\":[\"READ\"]}}}");
}

static void make_losant(fixture *f)
{
    succeeds(f, "credentials.create", "applicationId=" APPLICATION, LOGGLY);
    read_id(f, f->credential);
}

static void drop_user(fixture *f)
{
    if (call(f, "users.delete", OF_USER, NULL) != LFN_OK)
        assert_int_equal(f->error.status, LFN_NOT_FOUND);
}

/* The first entry of a list is what was made, if anything was. */
static bool first_id(fixture *f, char out_id[64])
{
    lfn_json *root = NULL;
    assert_int_equal(lfn_json_parse(lfn_buffer_text(&f->result.response.body), &root, NULL), LFN_OK);
    const lfn_json *list = lfn_json_get(root, lfn_text_of("items"));
    lfn_text id = lfn_json_string(lfn_json_get(lfn_json_first(list != NULL ? list : root), lfn_text_of("id")));
    (void)snprintf(out_id, 64, "%.*s", (int)id.size, id.data != NULL ? id.data : "");
    lfn_json_free(root);
    return id.size > 0;
}

static void drop_made_user(fixture *f)
{
    drop_user(f);
    succeeds(f, "users.list", "", NULL);
    if (first_id(f, f->user))
        succeeds(f, "users.delete", OF_USER, NULL);
}

static void drop_losant(fixture *f)
{
    drop_user(f);
    succeeds(f, "credentials.list", "applicationId=" APPLICATION, NULL);
    if (first_id(f, f->credential))
        succeeds(f, "credential.delete", OF_CREDENTIAL, NULL);
}

static void drop_relation(fixture *f)
{
    drop_user(f);
    assert_int_equal(lfn_service_delete_owner(f->service, lfn_text_of("b@coop.example"), NULL), LFN_OK);
    make_receiver(f);
}

static const struct row {
    lfn_api_id api;
    const char *name;
    const char *arguments;
    const char *body;
    void (*prepare)(fixture *f); /* after a user was made */
    void (*clear)(fixture *f);
    const char *answer; /* what stands in a good answer */
} rows[] = {
    {LFN_API_LEAF, "users.create", "", LEAF_USER, NULL, drop_made_user, "\"externalId\":\"maple\""},
    {LFN_API_LEAF, "users.delete", OF_USER, NULL, NULL, drop_user, ""},
    {LFN_API_LEAF, "agvance.create", OF_USER, AGVANCE, NULL, drop_user, "\"databaseId\":\"d\""},
    {LFN_API_LEAF, "agvance.delete", OF_USER, NULL, make_credential, drop_user, ""},
    {LFN_API_LEAF, "sharing.create", "", "{\"receiverApiOwner\":\"b@coop.example\"}", NULL, drop_relation,
     "\"receiverApiOwner\":\"b@coop.example\""},
    {LFN_API_LEAF, "permissions.delete", OF_GRANT, NULL, make_grant, drop_user, ""},
    {LFN_API_LOSANT, "credential.delete", OF_CREDENTIAL, NULL, make_losant, drop_losant, "\"success\":true"},
    {LFN_API_LOSANT, "credentials.create", "applicationId=" APPLICATION, LOGGLY, NULL, drop_losant,
     "\"name\":\"logs\""},
};
enum { ROW_COUNT = sizeof rows / sizeof *rows };

static void every_operation_that_is_reconciled_has_a_row(void **state)
{
    (void)state;
    size_t count = 0;
    for (int id = 0; id < LFN_OP_COUNT; id++) {
        const lfn_operation *operation = lfn_operation_get((lfn_operation_id)id);
        const lfn_reconcile *row = lfn_reconcile_get(operation);
        assert_true((row != NULL) == (operation->repeat == LFN_REPEAT_RECONCILE));
        if (row == NULL)
            continue;
        const lfn_operation *reading = lfn_operation_get(row->reading);
        assert_int_equal(reading->method, LFN_GET);
        assert_int_equal(reading->repeat, LFN_REPEAT_SAFE);
        assert_ptr_equal(reading->group->api, operation->group->api);
        assert_true((row->goal == LFN_GOAL_GONE) == (operation->method == LFN_DELETE));
        count++;
    }
    assert_int_equal(count, ROW_COUNT);
}

static void check(fixture *f, const struct row *row, const line *l, lfn_status status)
{
    const char *body = f->result.response.body.data != NULL ? f->result.response.body.data : "";
    bool unknown = status == LFN_UNKNOWN_OUTCOME;
    if (status == LFN_OK) {
        assert_int_equal(l->effects, 1);
        assert_true(f->result.reconciled == (l->sends[l->send_count - 1] != PASSES));
        if (strstr(body, row->answer) == NULL)
            fail_msg("%s answers %s", row->name, body);
        return;
    }
    assert_int_equal(f->error.status, status);
    assert_false(f->result.reconciled);
    assert_true(l->effects <= 1);
    /* A failure that is no doubt says so truly: nothing was done. */
    assert_true(unknown || l->effects == 0);
    if (strstr(f->error.message, unknown ? "outcome is unknown" : "had no effect") == NULL)
        fail_msg("%s: %s", row->name, f->error.message);
}

typedef struct tally {
    unsigned stories, good, doubts;
} tally;

/* Tells one call from its making to its end, with a client of its own. */
static void tell(fixture *f, const struct row *row, const fate *fates, unsigned failing_readings, tally *count)
{
    line *l = &f->line;
    make_user(f);
    if (row->prepare != NULL)
        row->prepare(f);
    lfn_client_free(f->client);
    f->client = open_client(f, row->api);
    f->client_api = row->api;
    memcpy(l->sends, fates, sizeof l->sends);
    for (unsigned r = 0; r < READINGS_MAX; r++)
        l->reading_fails[r] = r < failing_readings;
    l->send_count = l->reading_count = l->effects = 0;
    lfn_status status = call(f, row->name, row->arguments, row->body);
    check(f, row, l, status);
    count->stories++;
    count->good += status == LFN_OK;
    count->doubts += status == LFN_UNKNOWN_OUTCOME;
    l->send_count = SENDS_MAX;
    l->reading_count = READINGS_MAX;
    row->clear(f);
}

/* Every fate of up to three sends, and readings that fail once or altogether. */
static tally tell_all(fixture *f)
{
    static const unsigned failing[] = {0, 1, READINGS_MAX};
    tally count = {0};
    for (size_t i = 0; i < ROW_COUNT; i++)
        for (int n = 0; n < FATE_COUNT * FATE_COUNT * FATE_COUNT; n++)
            for (size_t r = 0; r < sizeof failing / sizeof *failing; r++) {
                const fate fates[SENDS_MAX] = {(fate)(n % FATE_COUNT), (fate)(n / FATE_COUNT % FATE_COUNT),
                                               (fate)(n / FATE_COUNT / FATE_COUNT)};
                tell(f, &rows[i], fates, failing[r], &count);
            }
    return count;
}

static void a_lost_answer_never_does_anything_twice_and_the_outcome_told_is_so(void **state)
{
    tally count = tell_all(*state);
    print_message("figure lost_answer_stories %u\n", count.stories);
    print_message("%u end well, %u stay in doubt, %u are told to have had no effect\n", count.good, count.doubts,
                  count.stories - count.good - count.doubts);
    assert_true(count.good > 0 && count.doubts > 0 && count.stories > count.good + count.doubts);
}

static void many_calls_at_once_come_to_the_same_in_every_story(void **state)
{
    fixture *f = *state;
    tally one_by_one = tell_all(f);
    drop_relation(f); /* the last stories leave one behind */
    f->at_once = true;
    tally at_once = tell_all(f);
    assert_int_equal(at_once.stories, one_by_one.stories);
    assert_int_equal(at_once.good, one_by_one.good);
    assert_int_equal(at_once.doubts, one_by_one.doubts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operation_that_is_reconciled_has_a_row),
        cmocka_unit_test_setup_teardown(a_lost_answer_never_does_anything_twice_and_the_outcome_told_is_so, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(many_calls_at_once_come_to_the_same_in_every_story, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
