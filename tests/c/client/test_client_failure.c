/* Calls against a peer that fails: what they come to and what they cost, with the seeds fixed; every status and kind of
 * body on every operation; Retry-After in every form; the events that are told. Time is a fake clock's. */
#include "base/text.h"
#include "base/time.h"
#include "client/canned_client.h"

#include <stdio.h>

#define USER "8a9c3f0e-1111-4222-8333-444455556666"

/* ---- a transport that fails at random ---- */

typedef struct flaky {
    lfn_transport transport;
    uint64_t seed;
    unsigned percent;
    unsigned requests;
} flaky;

/* SplitMix64: the same seed gives the same run everywhere. */
static unsigned next_percent(flaky *f)
{
    uint64_t z = (f->seed += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (unsigned)((z ^ (z >> 31)) % 100);
}

static void flaky_start(lfn_transport *transport, lfn_exchange *exchange)
{
    flaky *f = (flaky *)transport;
    f->requests++;
    lfn_response_clear(exchange->response);
    exchange->response->status = next_percent(f) < f->percent ? 503 : 200;
    (void)lfn_buffer_append_string(&exchange->response->body, "{}");
    lfn_exchange_end(exchange, LFN_OK, LFN_STAGE_DONE);
}

static void flaky_step(lfn_transport *transport, int64_t wait_ms)
{
    (void)transport;
    (void)wait_ms;
}

static void flaky_cancel(lfn_transport *transport, lfn_exchange *exchange)
{
    (void)transport;
    (void)exchange;
}

static void flaky_free(lfn_transport *transport)
{
    (void)transport;
}

static const lfn_transport_methods flaky_methods = {
    .start = flaky_start, .step = flaky_step, .cancel = flaky_cancel, .free = flaky_free};

static void a_failing_peer_is_helped_at_ordinary_rates_and_spared_in_an_outage(void **state)
{
    enum { CALLS = 10000 };
    static const struct {
        unsigned percent;
        double most_requests; /* a call */
        double least_success; /* in percent */
    } goals[] = {{1, 1.014, 99.9}, {10, 1.125, 99.7}, {50, 1.25, 59.0}, {100, 1.02, 0.0}};
    static const lfn_argument user[] = {{LFN_TEXT("leafUserId"), LFN_TEXT(USER)}};
    (void)state;
    for (size_t i = 0; i < sizeof goals / sizeof *goals; i++) {
        flaky peer = {.transport = {&flaky_methods}, .seed = 20260101, .percent = goals[i].percent};
        fake_clock clock;
        fake_clock_init(&clock);
        lfn_client_options options = {.token = LFN_TEXT("t"), .transport = &peer.transport, .clock = &clock.clock};
        lfn_client *client = NULL;
        lfn_result result = {0};
        lfn_error error = {0};
        unsigned good = 0;
        unsigned out_of_budget = 0;
        assert_int_equal(lfn_client_open(&options, &client, NULL), LFN_OK);
        lfn_call call = {.operation = lfn_operation_get(LFN_OP_USERS_GET), .arguments = user, .argument_count = 1};
        for (int n = 0; n < CALLS; n++) {
            lfn_status status = lfn_client_call(client, &call, &result, &error);
            good += status == LFN_OK;
            out_of_budget += status != LFN_OK && strstr(error.hint, "too many calls of this client failed") != NULL;
        }
        double requests = (double)peer.requests / (double)CALLS;
        double success = 100.0 * good / (double)CALLS;
        print_message("figure requests_per_call_at_%u_percent %.3f %.3f\n", goals[i].percent, requests,
                      goals[i].most_requests);
        print_message("figure success_at_%u_percent %.2f %.2f\n", goals[i].percent, success, goals[i].least_success);
        assert_true(requests <= goals[i].most_requests);
        assert_true(success >= goals[i].least_success);
        assert_true((out_of_budget > 0) == (goals[i].percent >= 50));
        lfn_result_free(&result);
        lfn_client_free(client);
    }
}

/* ---- every status, body and operation ---- */

static const char *const bodies[] = {
    "",          "{}",
    "[]",        "\"text\"",
    "null",      "<html>Bad Gateway</html>",
    "{\"cut\":", "{\"errorKey\":\"idexists\",\"type\":\"x\"}",
};
enum { BODY_COUNT = sizeof bodies / sizeof *bodies };

typedef struct any_peer {
    lfn_transport transport;
    int status;
    const char *body;
} any_peer;

static void any_start(lfn_transport *transport, lfn_exchange *exchange)
{
    any_peer *peer = (any_peer *)transport;
    lfn_response_clear(exchange->response);
    exchange->response->status = peer->status;
    (void)lfn_buffer_append_string(&exchange->response->body, peer->body);
    lfn_exchange_end(exchange, LFN_OK, LFN_STAGE_DONE);
}

static const lfn_transport_methods any_methods = {
    .start = any_start, .step = flaky_step, .cancel = flaky_cancel, .free = flaky_free};

/* An argument for every member of the path. */
static size_t fill_path(const lfn_operation *operation, lfn_argument *list)
{
    const lfn_field *field;
    size_t count = 0;
    for (; (field = lfn_operation_path_field(operation, count)) != NULL; count++) {
        const lfn_choice *choice = lfn_choice_get(field->choice);
        const char *id = operation->group->api->id_form == LFN_ID_FORM_UUID ? USER : "5f1e2d3c4b5a69788796a5b4";
        const char *value = choice != NULL ? choice->words[0] : field->type == LFN_TYPE_EMAIL ? "b@coop.example" : id;
        list[count] = (lfn_argument){lfn_text_of(field->name), lfn_text_of(value)};
    }
    return count;
}

/* A body that each operation takes. */
static const char *body_of(const lfn_operation *operation)
{
    switch (operation->id) {
    case LFN_OP_AUTHENTICATION_LOGIN:
        return "{\"username\":\"u\",\"password\":\"p\"}";
    case LFN_OP_USERS_CREATE:
        return "{\"name\":\"a\",\"externalId\":\"x\"}";
    case LFN_OP_USERS_REPLACE:
        return "{\"id\":\"" USER "\",\"name\":\"a\"}";
    case LFN_OP_USERS_UPDATE:
    case LFN_OP_SERVICE_CREDENTIAL_PATCH:
        return "{\"name\":\"a\"}";
    case LFN_OP_CREDENTIALS_CREATE:
        return "{\"apiKey\":\"k\",\"databaseId\":\"d\",\"username\":\"u\",\"password\":\"p\"}";
    case LFN_OP_ONE_CLICK_PANORAMA:
        return "{\"clientId\":\"c\",\"username\":\"u\",\"password\":\"p\",\"clientEnvironment\":\"STAGE\","
               "\"sharingUrlId\":\"s\"}";
    case LFN_OP_SHARING_CREATE:
        return "{\"receiverApiOwner\":\"b@coop.example\"}";
    case LFN_OP_SHARING_UPDATE:
        return "{\"status\":\"ALLOWED\"}";
    case LFN_OP_PERMISSIONS_CREATE:
        return "{\"permissions\":{\"FIELDS\":{\"actions\":[\"READ\"]}}}";
    case LFN_OP_PERMISSIONS_UPDATE:
        return "{\"actions\":[\"READ\"],\"types\":[]}";
    case LFN_OP_SERVICE_CREDENTIALS_CREATE:
        return "{\"name\":\"n\",\"type\":\"loggly\",\"logglyConfig\":{\"customerToken\":\"t\"}}";
    default:
        return NULL;
    }
}

static bool is_whole(const lfn_operation *operation, size_t body)
{
    bool in_items = lfn_list_words_get(operation->group->api->list_form)->items[0] != '\0';
    switch (operation->form) {
    case LFN_FORM_NOTHING:
        return body != 5 && body != 6;
    case LFN_FORM_OBJECT:
        return body == 1 || body == 7;
    case LFN_FORM_LIST:
        return !in_items && body == 2;
    case LFN_FORM_TEXT:
        return body == 3;
    }
    return false;
}

/* What the rows say that an answer comes to, before anything is asked about it. */
static lfn_status tabled(const lfn_operation *operation, int http_status, size_t body)
{
    bool done = http_status == operation->success || http_status == 200 || http_status == 201 || http_status == 204;
    if (http_status >= 200 && http_status <= 299)
        return done && is_whole(operation, body) ? LFN_OK : LFN_PROTOCOL;
    bool keyed = body == 7 && operation->group->api->error_form == LFN_ERROR_FORM_PROBLEM;
    lfn_status status = keyed ? LFN_BAD_INPUT : lfn_status_of_http(http_status);
    return status == LFN_OK ? LFN_PROTOCOL : status;
}

/* Whether such an answer leaves open what happened. */
static bool in_doubt(const lfn_operation *operation, int http_status, lfn_status status)
{
    bool refused = http_status >= 400 && http_status <= 499 && http_status != 408;
    return operation->repeat != LFN_REPEAT_SAFE && status != LFN_OK && !refused;
}

/* What the reading after it comes to when the same peer answers it in the same way. */
static lfn_status after_reading(const lfn_operation *operation, int http_status, size_t body)
{
    const lfn_reconcile *row = lfn_reconcile_get(operation);
    if (row == NULL || tabled(lfn_operation_get(row->reading), http_status, body) != LFN_OK)
        return LFN_UNKNOWN_OUTCOME;
    return LFN_OK; /* it shows something: what that comes to is looked at elsewhere */
}

static void every_status_and_kind_of_body_gives_the_tabled_outcome_of_every_operation(void **state)
{
    (void)state;
    any_peer peer = {.transport = {&any_methods}};
    fake_clock clock;
    fake_clock_init(&clock);
    unsigned cells = 0;
    unsigned good = 0;
    unsigned unknown = 0;
    unsigned shown = 0;
    for (int id = 0; id < LFN_OP_COUNT; id++) {
        const lfn_operation *operation = lfn_operation_get((lfn_operation_id)id);
        lfn_client_options options = {.api = operation->group->api->id,
                                      .token = LFN_TEXT("t"),
                                      .attempts_max = 1,
                                      .transport = &peer.transport,
                                      .clock = &clock.clock};
        lfn_argument list[4];
        lfn_client *client = NULL;
        lfn_result result = {0};
        lfn_error error = {0};
        lfn_call call = {.operation = operation, .arguments = list, .argument_count = fill_path(operation, list)};
        call.provider = lfn_operation_per_provider(operation) ? lfn_provider_find(lfn_text_of("agvance")) : NULL;
        call.body = lfn_text_of(body_of(operation));
        assert_int_equal(lfn_client_open(&options, &client, NULL), LFN_OK);
        for (peer.status = 100; peer.status <= 599; peer.status++) {
            for (size_t body = 0; body < BODY_COUNT; body++) {
                peer.body = bodies[body];
                lfn_status status = lfn_client_call(client, &call, &result, &error);
                lfn_status wanted = tabled(operation, peer.status, body);
                if (in_doubt(operation, peer.status, wanted))
                    wanted = after_reading(operation, peer.status, body);
                if (wanted == LFN_OK && tabled(operation, peer.status, body) != LFN_OK)
                    shown++;
                else if (status != wanted)
                    fail_msg("%s.%s %d %s: %s, not %s (%s)", operation->group->name, operation->name, peer.status,
                             peer.body, lfn_status_get(status)->code, lfn_status_get(wanted)->code, error.message);
                if (status != LFN_OK) {
                    assert_int_equal(error.status, status);
                    assert_true(error.message[0] != '\0' && error.hint[0] != '\0');
                }
                cells++;
                good += status == LFN_OK;
                unknown += status == LFN_UNKNOWN_OUTCOME;
            }
        }
        lfn_result_free(&result);
        lfn_client_free(client);
    }
    print_message("figure status_body_operation_cells %u\n", cells);
    print_message("%u succeed, %u stay unknown, %u were shown by a reading\n", good, unknown, shown);
    assert_int_equal(cells, 500 * BODY_COUNT * LFN_OP_COUNT);
}

/* ---- waiting ---- */

static void keep_event(void *context, const lfn_event *event)
{
    static const char *const kinds[] = {"request", "response", "retry", "wait", "reconcile"};
    fixture *f = context;
    size_t size = strlen(f->events);
    (void)snprintf(f->events + size, sizeof f->events - size, "%s %d %s %s %u %s %d %d\n", kinds[event->kind],
                   (int)event->call, lfn_method_name(event->method),
                   event->operation != NULL ? event->operation->name : "-", event->attempt,
                   lfn_status_get(event->status)->code, event->http_status, (int)event->ms);
}

static int set_up(void **state)
{
    return open_fixture(state, (lfn_client_options){.token = LFN_TEXT("s3cret-token"), .events = {keep_event, NULL}});
}

static lfn_status read_user(fixture *f, int64_t deadline_ms)
{
    static const lfn_argument user[] = {{LFN_TEXT("leafUserId"), LFN_TEXT(USER)}};
    lfn_call call = {.operation = lfn_operation_get(LFN_OP_USERS_GET),
                     .arguments = user,
                     .argument_count = 1,
                     .deadline_ms = deadline_ms};
    f->events[0] = '\0';
    return lfn_client_call(f->client, &call, &f->result, &f->error);
}

enum { WAIT_OWN = -1, WAIT_NEVER = -2 };

/* The clock stands at 2026-01-01T00:00:00Z, a Thursday, and the deadline is an hour away. */
static const struct {
    const char *headers;
    int64_t wait_ms; /* WAIT_OWN: the client's own; WAIT_NEVER: longer than the deadline, so it fails at once */
} waits[] = {
    {"Retry-After: 0\n", 0},
    {"Retry-After: 1\n", 1000},
    {"Retry-After:  30 \n", 30000},
    {"retry-after: 3599\n", 3599000},
    {"Retry-After: 3600\n", WAIT_NEVER},
    {"Retry-After: 86401\n", WAIT_NEVER},
    {"Retry-After: 99999999999999999999999999\n", WAIT_NEVER},
    {"Retry-After: -1\n", WAIT_OWN},
    {"Retry-After: 1.5\n", WAIT_OWN},
    {"Retry-After: 1s\n", WAIT_OWN},
    {"Retry-After: soon\n", WAIT_OWN},
    {"Retry-After: \n", WAIT_OWN},
    {"Retry-After: 7, 9\n", WAIT_OWN},
    {"Retry-After: Thu, 01 Jan 2026 00:00:09 GMT\n", 9000},
    {"Retry-After: Thu, 01 Jan 2026 00:59:59 GMT\n", 3599000},
    {"Retry-After: Thu, 01 Jan 2026 01:00:00 GMT\n", WAIT_NEVER},
    {"Retry-After: Wed, 31 Dec 2025 23:59:59 GMT\n", 0},
    {"Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\n", 0},
    {"Retry-After: Thu, 01 Jan 9999 00:00:00 GMT\n", WAIT_NEVER},
    {"Retry-After: Thu, 32 Jan 2026 00:00:09 GMT\n", WAIT_OWN},
    {"Retry-After: 2026-01-01T00:00:09Z\n", WAIT_OWN},
    {"Retry-After: 4\nRetry-After: 8\n", 4000},
};
enum { WAIT_COUNT = sizeof waits / sizeof *waits };

static void retry_after_is_obeyed_in_every_form_up_to_the_deadline(void **state)
{
    enum { HOUR_MS = 3600000, OWN_MOST_MS = 200 };
    static const int statuses[] = {429, 503};
    fixture *f = *state;
    unsigned cases = 0;
    for (size_t s = 0; s < sizeof statuses / sizeof *statuses; s++) {
        for (size_t i = 0; i < WAIT_COUNT; i++, cases++) {
            canned_reset(&f->canned);
            f->clock.sleep_count = 0;
            fake_clock_init(&f->clock);
            canned_add(&f->canned, (canned_answer){.status = statuses[s], .headers = waits[i].headers});
            canned_add_json(&f->canned, 200, "{}");
            int64_t began = f->clock.monotonic_ms;
            lfn_status status = read_user(f, HOUR_MS);
            int64_t waited = f->clock.monotonic_ms - began;
            if ((status == LFN_OK) != (waits[i].wait_ms != WAIT_NEVER))
                fail_msg("%d %s gave %s", statuses[s], waits[i].headers, lfn_status_get(status)->code);
            if (waits[i].wait_ms == WAIT_NEVER)
                assert_true(waited == 0 && f->error.retry_after_ms >= HOUR_MS);
            else if (waits[i].wait_ms == WAIT_OWN)
                assert_in_range(waited, 0, OWN_MOST_MS);
            else
                assert_int_equal(waited, waits[i].wait_ms);
        }
    }
    print_message("figure retry_after_cases %u\n", cases);
}

static void retry_after_on_any_other_status_is_passed_over(void **state)
{
    static const int statuses[] = {200, 201, 202, 204, 301, 400, 401, 403, 404, 408, 409, 413, 422, 500, 502, 504};
    static const char *const headers[] = {"Retry-After: 50\n", "Retry-After: Thu, 01 Jan 2026 00:00:50 GMT\n"};
    fixture *f = *state;
    unsigned cases = 0;
    for (size_t s = 0; s < sizeof statuses / sizeof *statuses; s++) {
        for (size_t h = 0; h < sizeof headers / sizeof *headers; h++, cases++) {
            canned_reset(&f->canned);
            fake_clock_init(&f->clock);
            f->canned.again = true;
            canned_add(&f->canned, (canned_answer){.status = statuses[s], .headers = headers[h], .body = "{}"});
            int64_t began = f->clock.monotonic_ms;
            lfn_status status = read_user(f, 0);
            assert_true(status == LFN_OK || f->error.retry_after_ms == -1);
            assert_in_range(f->clock.monotonic_ms - began, 0, 600);
        }
    }
    print_message("figure retry_after_ignored_cases %u\n", cases);
}

/* ---- events ---- */

static void events_tell_what_happens_and_nothing_secret(void **state)
{
    fixture *f = *state;
    canned_add(&f->canned, (canned_answer){.status = 429, .headers = "Retry-After: 3\n", .takes_ms = 20});
    canned_add(&f->canned, (canned_answer){.status = 200, .body = "{}", .takes_ms = 30});
    assert_int_equal(read_user(f, 0), LFN_OK);
    assert_string_equal(f->events, "request 1 GET get 1 ok 0 0\n"
                                   "response 1 GET get 1 rate_limited 429 20\n"
                                   "retry 1 GET get 1 rate_limited 429 0\n"
                                   "wait 1 GET get 1 rate_limited 429 3000\n"
                                   "request 1 GET get 2 ok 0 0\n"
                                   "response 1 GET get 2 ok 200 30\n");
}

static void a_lost_answer_is_an_event_and_the_reading_an_attempt(void **state)
{
    static const lfn_argument user[] = {{LFN_TEXT("leafUserId"), LFN_TEXT(USER)}};
    fixture *f = *state;
    lfn_call call = {.operation = lfn_operation_get(LFN_OP_USERS_DELETE), .arguments = user, .argument_count = 1};
    canned_add(&f->canned, (canned_answer){.status = 503, .headers = "Retry-After: 1\n"});
    canned_add(&f->canned, (canned_answer){.status = 404});
    assert_int_equal(lfn_client_call(f->client, &call, &f->result, &f->error), LFN_OK);
    assert_string_equal(f->events, "request 1 DELETE delete 1 ok 0 0\n"
                                   "response 1 DELETE delete 1 server 503 0\n"
                                   "reconcile 1 DELETE delete 1 server 503 0\n"
                                   "wait 1 DELETE delete 1 server 503 1000\n"
                                   "request 1 GET get 2 ok 0 0\n"
                                   "response 1 GET get 2 not_found 404 0\n");
    assert_true(f->result.reconciled);
    assert_false(f->result.attempts[0].asks);
    assert_true(f->result.attempts[1].asks);
}

static void a_request_that_the_tables_lack_has_events_without_a_path(void **state)
{
    fixture *f = *state;
    canned_add_json(&f->canned, 200, "{}");
    assert_int_equal(
        lfn_client_request(f->client, LFN_GET, lfn_text_of("/a?key=s3cret"), (lfn_text){0}, &f->result, &f->error),
        LFN_OK);
    assert_string_equal(f->events, "request 1 GET - 1 ok 0 0\nresponse 1 GET - 1 ok 200 0\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failing_peer_is_helped_at_ordinary_rates_and_spared_in_an_outage),
        cmocka_unit_test(every_status_and_kind_of_body_gives_the_tabled_outcome_of_every_operation),
        cmocka_unit_test_setup_teardown(retry_after_is_obeyed_in_every_form_up_to_the_deadline, set_up, tear_down),
        cmocka_unit_test_setup_teardown(retry_after_on_any_other_status_is_passed_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(events_tell_what_happens_and_nothing_secret, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_lost_answer_is_an_event_and_the_reading_an_attempt, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_request_that_the_tables_lack_has_events_without_a_path, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
