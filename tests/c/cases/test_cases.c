/* Runs the shared cases of tests/cases: canned, client and service together, and the bare service. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "cases/case_pattern.h"
#include "cases/case_world.h"

enum { TEXT_MAX = 4 << 20 };

/* The files of cases; the folder is named like the API. */
static const struct {
    const char *folder;
    const char *name;
} FILES[] = {
    {"leaf", "authentication"}, {"leaf", "users"},         {"leaf", "credentials"},
    {"leaf", "one_click"},      {"leaf", "sharing"},       {"leaf", "permissions"},
    {"losant", "credential"},   {"losant", "credentials"}, {"losant", "types"},
};
enum { FILE_COUNT = sizeof FILES / sizeof FILES[0] };

static lfn_json *groups[FILE_COUNT];
static lfn_json *worlds_of[FILE_COUNT];
static const lfn_json *worlds; /* of the file at hand */

static const lfn_json *member(const lfn_json *object, const char *name)
{
    return lfn_json_get(object, lfn_text_of(name));
}

static lfn_text text_of(const lfn_json *object, const char *name)
{
    return lfn_json_string(member(object, name));
}

static lfn_json *load(const char *folder, const char *name)
{
    char path[512];
    (void)snprintf(path, sizeof path, LFN_SOURCE_DIR "/tests/cases/%s/%s.json", folder, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    lfn_buffer text;
    lfn_buffer_init(&text, TEXT_MAX);
    char part[4096];
    for (size_t size; (size = fread(part, 1, sizeof part, file)) > 0;) {
        assert_true(lfn_buffer_append(&text, part, size));
    }
    (void)fclose(file);
    lfn_json *root = NULL;
    lfn_error error = {0};
    if (lfn_json_parse(lfn_buffer_text(&text), &root, &error) != LFN_OK) {
        fail_msg("%s: %s", path, error.message);
    }
    lfn_buffer_free(&text);
    return root;
}

static int load_all(void **state)
{
    (void)state;
    for (size_t i = 0; i < FILE_COUNT; i++) {
        groups[i] = load(FILES[i].folder, FILES[i].name);
        worlds_of[i] = load(FILES[i].folder, "worlds");
    }
    return 0;
}

static int free_all(void **state)
{
    (void)state;
    for (size_t i = 0; i < FILE_COUNT; i++) {
        lfn_json_free(groups[i]);
        lfn_json_free(worlds_of[i]);
    }
    return 0;
}

/* ---- what went wrong, without stopping at the first case ---- */

static size_t failures;

static void complain(const lfn_json *a_case, const char *way, const char *what, lfn_text detail)
{
    lfn_text name = text_of(a_case, "name");
    lfn_text operation = text_of(a_case, "operation");
    failures++;
    print_error("%s: %.*s: %.*s: %s: %.*s\n", way, (int)operation.size, operation.data, (int)name.size, name.data, what,
                (int)detail.size, detail.data != NULL ? detail.data : "");
}

static bool sent(const lfn_json *a_case)
{
    const lfn_json *node = member(a_case, "sent");
    return node == NULL || lfn_json_true(node);
}

/* Compares a body with the pattern of the answer. */
static void check_body(const lfn_json *a_case, const char *way, const lfn_response *response)
{
    const lfn_json *answer = member(a_case, "answer");
    const lfn_json *pattern = member(answer, "body");
    lfn_text body = lfn_buffer_text(&response->body);
    lfn_buffer where;
    lfn_buffer_init(&where, TEXT_MAX);
    lfn_json *node = NULL;
    if (pattern == NULL) {
        if (body.size != 0) {
            complain(a_case, way, "a body where none is wanted", body);
        }
    } else if (lfn_json_parse(body, &node, NULL) != LFN_OK) {
        complain(a_case, way, "the body is not JSON", body);
    } else if (!case_match(pattern, node, lfn_json_integer(member(answer, "status"), 0) >= 400, &where)) {
        complain(a_case, way, "the body differs at", lfn_buffer_text(&where));
        complain(a_case, way, "the body is", body);
    }
    lfn_json_free(node);
    lfn_buffer_free(&where);
}

/* Compares what a call came to with the case. */
static void check_outcome(const lfn_json *a_case, const char *way, lfn_status status, const lfn_error *error,
                          const lfn_result *result)
{
    const lfn_json *wanted = member(a_case, "error");
    if (lfn_json_true(member(a_case, "passes"))) {
        if (status != LFN_OK) {
            complain(a_case, way, "the call failed", lfn_text_of(error->message));
        } else {
            check_body(a_case, way, &result->response);
        }
        return;
    }
    if (!case_same(text_of(wanted, "code"), lfn_text_of(lfn_status_get(status)->code))) {
        complain(a_case, way, "another code", lfn_text_of(lfn_status_get(status)->code));
        complain(a_case, way, "with the message", lfn_text_of(error->message));
    }
    if (member(wanted, "status") != NULL && lfn_json_integer(member(wanted, "status"), -1) != error->http_status) {
        complain(a_case, way, "another HTTP status", lfn_text_of(error->message));
    }
    if (member(wanted, "key") != NULL && !case_same(text_of(wanted, "key"), lfn_text_of(error->key))) {
        complain(a_case, way, "another key", lfn_text_of(error->key));
    }
    if (member(wanted, "where") != NULL && !case_same(text_of(wanted, "where"), lfn_text_of(error->where))) {
        complain(a_case, way, "another place", lfn_text_of(error->where));
    }
}

/* ---- canned ---- */

typedef struct canned {
    const lfn_json *a_case;
    size_t calls;
} canned;

static void check_request(const lfn_json *a_case, const lfn_request *request)
{
    const lfn_json *wanted = member(a_case, "request");
    lfn_text type = lfn_request_header(request, lfn_text_of("Content-Type"));
    bool open = case_same(text_of(a_case, "operation"), lfn_text_of("authentication.login"));
    if (!case_same(text_of(wanted, "method"), lfn_text_of(lfn_method_name(request->method)))) {
        complain(a_case, "canned", "another method", lfn_text_of(lfn_method_name(request->method)));
    }
    if (!case_same(text_of(wanted, "target"), request->target)) {
        complain(a_case, "canned", "another target", request->target);
    }
    if (!case_same(text_of(wanted, "body"), request->body)) {
        complain(a_case, "canned", "another body", request->body);
    }
    if (!case_same(request->authorization, lfn_text_of(open ? "" : "Bearer canned"))) {
        complain(a_case, "canned", "another Authorization", request->authorization);
    }
    if (member(wanted, "body") != NULL && !case_same(type, lfn_text_of("application/json"))) {
        complain(a_case, "canned", "another Content-Type", type);
    }
}

static void answer_canned(void *context, const lfn_request *request, lfn_response *response)
{
    canned *can = context;
    const lfn_json *answer = member(can->a_case, "answer");
    int status = (int)lfn_json_integer(member(answer, "status"), 0);
    can->calls++;
    check_request(can->a_case, request);
    response->status = status;
    if (member(answer, "body") != NULL) {
        lfn_json_writer writer = {&response->body, false};
        case_fill(member(answer, "body"), &writer);
        lfn_text type = status < 400 ? lfn_text_of("application/json") : text_of(worlds, "error_type");
        assert_true(lfn_response_add_header(response, lfn_text_of("Content-Type"), type));
    }
}

static void run_canned(const lfn_json *raw)
{
    case_values values = {0};
    for (const lfn_json *child = lfn_json_first(member(worlds, "values")); child; child = lfn_json_next(child)) {
        case_values_set(&values, lfn_json_name(child), lfn_json_string(child));
    }
    lfn_json *a_case = case_expand(raw, &values);
    canned can = {a_case, 0};
    lfn_client_options options = {.api = case_world_api(worlds), .token = lfn_text_of("canned")};
    lfn_client *client = NULL;
    lfn_error error = {0};
    lfn_result result;
    lfn_result_init(&result, TEXT_MAX);
    assert_int_equal(lfn_transport_open_handler(answer_canned, &can, &options.transport, NULL), LFN_OK);
    assert_int_equal(lfn_client_open(&options, &client, &error), LFN_OK);

    lfn_status status = case_call(client, text_of(a_case, "operation"), a_case, &result, &error);
    check_outcome(a_case, "canned", status, &error, &result);
    if (can.calls != (sent(a_case) ? 1u : 0u)) {
        complain(a_case, "canned", "sent too often or not at all", lfn_text_of(error.message));
    }
    lfn_client_free(client);
    lfn_result_free(&result);
    lfn_json_free(a_case);
}

/* ---- client and service ---- */

static void run_together(const lfn_json *raw)
{
    case_world world;
    if (!case_world_open(&world, worlds, raw)) {
        complain(raw, "together", "a step before it failed", lfn_buffer_text(&world.failure));
        case_world_close(&world);
        return;
    }
    lfn_json *a_case = case_expand(raw, &world.values);
    lfn_client *client = case_world_client(&world, worlds, text_of(a_case, "as"));
    assert_non_null(client);
    lfn_error error = {0};
    lfn_result result;
    lfn_result_init(&result, TEXT_MAX);
    lfn_status status = case_call(client, text_of(a_case, "operation"), a_case, &result, &error);
    check_outcome(a_case, "together", status, &error, &result);
    lfn_client_free(client);
    lfn_result_free(&result);
    lfn_json_free(a_case);
    case_world_close(&world);
}

/* ---- the bare service ---- */

/* Appends "Bearer <token>" of an owner, or of nobody. */
static void append_authorization(case_world *world, lfn_text owner, lfn_buffer *out)
{
    const lfn_json *row = lfn_json_get(member(worlds, "owners"), owner);
    (void)lfn_buffer_append_string(out, "Bearer ");
    if (row == NULL) {
        (void)lfn_buffer_append_text(out, case_world_token(world, owner));
        return;
    }
    lfn_buffer body;
    lfn_buffer_init(&body, TEXT_MAX);
    lfn_json_writer writer = {&body, false};
    lfn_json_write_begin_object(&writer);
    lfn_json_write_key(&writer, lfn_text_of("username"));
    lfn_json_write_node(&writer, member(row, "email"));
    lfn_json_write_key(&writer, lfn_text_of("password"));
    lfn_json_write_node(&writer, member(row, "password"));
    lfn_json_write_end_object(&writer);
    lfn_request request = {.method = LFN_POST, .target = LFN_TEXT("/api/authenticate"), .body = lfn_buffer_text(&body)};
    lfn_response response;
    lfn_response_init(&response, TEXT_MAX);
    lfn_service_answer(world->service, &request, &response);
    lfn_json *answer = NULL;
    (void)lfn_json_parse(lfn_buffer_text(&response.body), &answer, NULL);
    (void)lfn_buffer_append_text(out, text_of(answer, "id_token"));
    lfn_json_free(answer);
    lfn_response_free(&response);
    lfn_buffer_free(&body);
}

static void run_bare(const lfn_json *raw)
{
    case_world world;
    if (!case_world_open(&world, worlds, raw)) {
        complain(raw, "bare", "a step before it failed", lfn_buffer_text(&world.failure));
        case_world_close(&world);
        return;
    }
    lfn_json *a_case = case_expand(raw, &world.values);
    const lfn_json *wanted = member(a_case, "request");
    lfn_buffer authorization;
    lfn_buffer_init(&authorization, TEXT_MAX);
    append_authorization(&world, text_of(a_case, "as"), &authorization);
    lfn_request request = {
        .target = text_of(wanted, "target"),
        .authorization = lfn_buffer_text(&authorization),
        .body = text_of(wanted, "body"),
    };
    assert_true(lfn_method_find(text_of(wanted, "method"), &request.method));
    lfn_response response;
    lfn_response_init(&response, TEXT_MAX);
    lfn_service_answer(world.service, &request, &response);
    if (response.status != lfn_json_integer(member(member(a_case, "answer"), "status"), 0)) {
        complain(a_case, "bare", "another status", lfn_buffer_text(&response.body));
    }
    check_body(a_case, "bare", &response);
    lfn_response_free(&response);
    lfn_buffer_free(&authorization);
    lfn_json_free(a_case);
    case_world_close(&world);
}

/* ---- tests ---- */

static void run_all(void (*run)(const lfn_json *a_case), const char *figure)
{
    size_t count = 0;
    failures = 0;
    for (size_t i = 0; i < FILE_COUNT; i++) {
        worlds = worlds_of[i];
        for (const lfn_json *a_case = lfn_json_first(member(groups[i], "cases")); a_case;
             a_case = lfn_json_next(a_case)) {
            run(a_case);
            count++;
        }
    }
    print_message("figure %s %zu\n", figure, count);
    assert_true(count > 0);
    assert_int_equal(failures, 0);
}

static void every_case_sends_and_reads_as_it_says_over_a_canned_transport(void **state)
{
    (void)state;
    run_all(run_canned, "cases_c_canned");
}

static void every_case_comes_out_the_same_over_the_service_in_process(void **state)
{
    (void)state;
    run_all(run_together, "cases_c_together");
}

static void every_request_of_a_case_is_answered_by_the_bare_service(void **state)
{
    (void)state;
    run_all(run_bare, "cases_c_bare");
}

static size_t count_cases(const char *name, bool passes)
{
    size_t count = 0;
    for (size_t i = 0; i < FILE_COUNT; i++) {
        for (const lfn_json *a_case = lfn_json_first(member(groups[i], "cases")); a_case;
             a_case = lfn_json_next(a_case)) {
            count += case_same(text_of(a_case, "operation"), lfn_text_of(name)) &&
                     lfn_json_true(member(a_case, "passes")) == passes;
        }
    }
    return count;
}

static void check_both_kinds(const char *group, const char *operation)
{
    char name[128];
    (void)snprintf(name, sizeof name, "%s.%s", group, operation);
    if (count_cases(name, true) == 0 || count_cases(name, false) == 0) {
        fail_msg("%s has %zu passing and %zu failing cases", name, count_cases(name, true), count_cases(name, false));
    }
}

static void every_operation_with_every_provider_has_a_passing_and_a_failing_case(void **state)
{
    (void)state;
    for (int id = 0; id < LFN_OP_COUNT; id++) {
        const lfn_operation *operation = lfn_operation_get((lfn_operation_id)id);
        if (!lfn_operation_per_provider(operation)) {
            check_both_kinds(operation->group->name, operation->name);
            continue;
        }
        for (int provider = 0; provider < LFN_PROVIDER_COUNT; provider++) {
            check_both_kinds(lfn_provider_get((lfn_provider_id)provider)->attribute, operation->name);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_sends_and_reads_as_it_says_over_a_canned_transport),
        cmocka_unit_test(every_case_comes_out_the_same_over_the_service_in_process),
        cmocka_unit_test(every_request_of_a_case_is_answered_by_the_bare_service),
        cmocka_unit_test(every_operation_with_every_provider_has_a_passing_and_a_failing_case),
    };
    return cmocka_run_group_tests(tests, load_all, free_all);
}
