/* Walks over the pages of a list, and waiting for the value of a member. Time is a fake clock's. */
#include "base/alloc.h"
#include "base/text.h"
#include "client/canned_client.h"

#include <stdio.h>
#include <string.h>

#define NEXT "Link: </services/usermanagement/api/users?page=1&size=2>; rel=\"next\"\n"
static const lfn_argument two_a_page[] = {{LFN_TEXT("size"), LFN_TEXT("2")},
                                          {LFN_TEXT("name"), LFN_TEXT("Maple Farm")}};
static const lfn_argument user[] = {{LFN_TEXT("leafUserId"), LFN_TEXT("8a9c3f0e-1111-4222-8333-444455556666")}};

static int set_up(void **state)
{
    return open_fixture(state, (lfn_client_options){.token = LFN_TEXT("t")});
}

static int set_up_in_snake_case(void **state)
{
    return open_fixture(state, (lfn_client_options){.token = LFN_TEXT("t"), .snake_case = true});
}

static lfn_status begin(fixture *f, const lfn_argument *arguments, size_t count)
{
    lfn_call call = {
        .operation = lfn_operation_get(LFN_OP_USERS_LIST), .arguments = arguments, .argument_count = count};
    return lfn_pages_open(f->client, &call, &f->pages, &f->error);
}

static void add_page(fixture *f, const char *headers, const char *body)
{
    canned_add(&f->canned, (canned_answer){.status = 200, .headers = headers, .body = body});
}

static void a_walk_ends_behind_the_page_that_links_no_next_one(void **state)
{
    fixture *f = *state;
    char seen[64];
    add_page(f, NEXT, "[{\"id\":\"1\"},{\"id\":\"2\"}]");
    add_page(f, NULL, "[{\"id\":\"3\"},{\"id\":\"4\"}]");
    assert_int_equal(begin(f, two_a_page, 2), LFN_OK);
    walk(f, seen);
    assert_string_equal(seen, "2 2 ");
    assert_string_equal(f->canned.requests[0].target,
                        "/services/usermanagement/api/users?name=Maple%20Farm&page=0&size=2");
    assert_string_equal(f->canned.requests[1].target,
                        "/services/usermanagement/api/users?name=Maple%20Farm&page=1&size=2");
    assert_int_equal(f->canned.request_count, 2);
}

static void a_walk_without_links_goes_by_the_total(void **state)
{
    fixture *f = *state;
    char seen[64];
    add_page(f, "X-Total-Count: 4\n", "[{\"id\":\"1\"},{\"id\":\"2\"}]");
    add_page(f, "X-Total-Count: 4\n", "[{\"id\":\"3\"},{\"id\":\"4\"}]");
    assert_int_equal(begin(f, two_a_page, 2), LFN_OK);
    walk(f, seen);
    assert_string_equal(seen, "2 2 ");
    assert_int_equal(f->canned.request_count, 2);
}

static void a_walk_ends_behind_a_short_a_repeated_and_an_empty_page(void **state)
{
    fixture *f = *state;
    static const struct {
        const char *body;
        const char *seen;
    } ends[] = {{"[{\"id\":\"3\"}]", "2 1 "}, {"[{\"id\":\"1\"},{\"id\":\"2\"}]", "2 "}, {"[]", "2 "}};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char seen[64];
        canned_reset(&f->canned);
        add_page(f, NEXT, "[{\"id\":\"1\"},{\"id\":\"2\"}]");
        add_page(f, NEXT, ends[i].body);
        assert_int_equal(begin(f, two_a_page, 1), LFN_OK);
        walk(f, seen);
        assert_string_equal(seen, ends[i].seen);
        assert_int_equal(f->canned.request_count, 2);
        lfn_pages_free(f->pages);
        f->pages = NULL;
    }
}

static void a_walk_asks_for_the_largest_pages_and_may_begin_later(void **state)
{
    fixture *f = *state;
    char seen[64];
    static const lfn_argument third[] = {{LFN_TEXT("page"), LFN_TEXT("3")}};
    add_page(f, NULL, "[]");
    assert_int_equal(begin(f, third, 1), LFN_OK);
    walk(f, seen);
    assert_string_equal(f->canned.requests[0].target, "/services/usermanagement/api/users?page=3&size=100");
}

static void a_page_that_failed_is_asked_for_again(void **state)
{
    fixture *f = *state;
    bool more = false;
    canned_add(&f->canned, (canned_answer){.status = 403, .body = "{}"});
    add_page(f, NULL, "[{\"id\":\"1\"}]");
    assert_int_equal(begin(f, two_a_page, 1), LFN_OK);
    assert_int_equal(lfn_pages_next(f->pages, &more, &f->result, &f->error), LFN_FORBIDDEN);
    assert_false(more);
    assert_int_equal(lfn_pages_next(f->pages, &more, &f->result, &f->error), LFN_OK);
    assert_true(more);
}

static void a_walk_refuses_what_is_no_list_and_no_number(void **state)
{
    fixture *f = *state;
    static const lfn_argument wrong[][1] = {{{LFN_TEXT("size"), LFN_TEXT("0")}},
                                            {{LFN_TEXT("size"), LFN_TEXT("101")}},
                                            {{LFN_TEXT("size"), LFN_TEXT("many")}},
                                            {{LFN_TEXT("page"), LFN_TEXT("-1")}}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(begin(f, wrong[i], 1), LFN_BAD_INPUT);
        assert_string_equal(f->error.where, i < 3 ? "/size" : "/page");
    }
    lfn_call get = {.operation = lfn_operation_get(LFN_OP_USERS_GET)};
    assert_int_equal(lfn_pages_open(f->client, &get, &f->pages, &f->error), LFN_BAD_INPUT);
    assert_int_equal(f->canned.request_count, 0);
}

static void a_walk_refuses_arguments_that_its_first_page_would(void **state)
{
    fixture *f = *state;
    static const lfn_argument unknown[] = {{LFN_TEXT("sise"), LFN_TEXT("1")}};
    assert_int_equal(begin(f, unknown, 1), LFN_BAD_INPUT);
    assert_string_equal(f->error.where, "/sise");
    lfn_call other = {.operation = lfn_operation_get(LFN_OP_SERVICE_CREDENTIALS_LIST)};
    assert_int_equal(lfn_pages_open(f->client, &other, &f->pages, &f->error), LFN_BAD_INPUT);
    assert_int_equal(f->canned.request_count, 0);
}

static void messages_name_members_in_snake_case_where_that_is_asked_for(void **state)
{
    fixture *f = *state;
    lfn_call get = {.operation = lfn_operation_get(LFN_OP_USERS_GET)};
    assert_int_equal(lfn_client_call(f->client, &get, &f->result, &f->error), LFN_BAD_INPUT);
    assert_string_equal(f->error.message, "leaf_user_id is missing.");
    assert_string_equal(f->error.where, "/leafUserId");
    lfn_call grant = {.operation = lfn_operation_get(LFN_OP_PERMISSIONS_CREATE),
                      .arguments = (lfn_argument[]){{LFN_TEXT("owner"), LFN_TEXT("b@coop.example")}, user[0]},
                      .argument_count = 2,
                      .body = LFN_TEXT("{\"permissions\":{\"FIELDS\":{\"actions\":[\"X\"]}}}")};
    assert_int_equal(lfn_client_call(f->client, &grant, &f->result, &f->error), LFN_BAD_INPUT);
    assert_string_equal(f->error.message, "permissions/FIELDS/actions/0 must be READ.");
    lfn_call keys = {.operation = lfn_operation_get(LFN_OP_CREDENTIALS_CREATE),
                     .provider = lfn_provider_find(lfn_text_of("agvance")),
                     .arguments = user,
                     .argument_count = 1,
                     .body = LFN_TEXT("{\"username\":\"u\",\"password\":\"p\"}")};
    assert_int_equal(lfn_client_call(f->client, &keys, &f->result, &f->error), LFN_BAD_INPUT);
    assert_string_equal(f->error.message, "api_key is missing (and 1 more: database_id).");
}

static void a_walk_survives_every_allocation_that_fails(void **state)
{
    fixture *f = *state;
    for (long count = 0;; count++) {
        bool more = false;
        canned_reset(&f->canned);
        add_page(f, NULL, "[{\"id\":\"1\"}]");
        lfn_alloc_fail_after(count);
        lfn_status status = begin(f, two_a_page, 2);
        if (status == LFN_OK)
            status = lfn_pages_next(f->pages, &more, &f->result, &f->error);
        lfn_alloc_fail_after(-1);
        lfn_pages_free(f->pages);
        f->pages = NULL;
        if (status == LFN_OK)
            break;
        assert_true(status == LFN_NO_MEMORY || status == LFN_PROTOCOL || status == LFN_BAD_INPUT);
        assert_true(count < 1000);
    }
}

static lfn_status wait_for(fixture *f, const char *member, const char *value, int64_t deadline_ms)
{
    lfn_call call = {.operation = lfn_operation_get(LFN_OP_CREDENTIALS_GET),
                     .provider = lfn_provider_get(LFN_PROVIDER_PANORAMA),
                     .arguments = user,
                     .argument_count = 1};
    return lfn_client_wait(f->client, &call, lfn_text_of(member), lfn_text_of(value), deadline_ms, &f->result,
                           &f->error);
}

static void a_wait_ends_when_the_member_has_the_value(void **state)
{
    fixture *f = *state;
    canned_add_json(&f->canned, 200, "{\"status\":\"UNAUTHENTICATED\"}");
    canned_add_json(&f->canned, 200, "{\"status\":7}");
    canned_add_json(&f->canned, 200, "{\"status\":\"OK\",\"id\":\"x\"}");
    assert_int_equal(wait_for(f, "status", "OK", 60000), LFN_OK);
    assert_int_equal(f->canned.request_count, 3);
    assert_int_equal(f->clock.slept_ms[0], 250);
    assert_int_equal(f->clock.slept_ms[1], 500);
    assert_non_null(strstr(f->result.response.body.data, "\"OK\""));
}

static void the_rests_of_a_wait_grow_up_to_a_longest_one(void **state)
{
    (void)state;
    static const int64_t rests_ms[] = {250, 500, 1000, 2000, 4000, 5000, 5000};
    int64_t rest_ms = 0;
    for (size_t i = 0; i < sizeof rests_ms / sizeof *rests_ms; i++) {
        rest_ms = lfn_wait_rest_ms(rest_ms);
        assert_int_equal(rest_ms, rests_ms[i]);
    }
    assert_int_equal(lfn_wait_rest_ms(INT64_MAX), 5000);
    assert_int_equal(lfn_wait_rest_ms(-1), 250);
}

static void a_wait_ends_with_its_deadline_and_says_what_stands(void **state)
{
    fixture *f = *state;
    canned_add_json(&f->canned, 200, "{\"status\":\"UNAUTHENTICATED\"}");
    f->canned.again = true;
    assert_int_equal(wait_for(f, "status", "OK", 20000), LFN_DEADLINE);
    assert_string_equal(f->error.message, "status is still UNAUTHENTICATED, not OK.");
    int64_t slept_ms = 0;
    for (size_t i = 0; i < f->clock.sleep_count; i++) {
        assert_true(f->clock.slept_ms[i] <= 5000);
        slept_ms += f->clock.slept_ms[i];
    }
    assert_true(slept_ms > 14000 && slept_ms <= 20000);
}

static void a_wait_of_any_deadline_is_counted_without_overflow(void **state)
{
    fixture *f = *state;
    canned_add(&f->canned, (canned_answer){.status = 200, .body = "{\"id\":\"1\",\"status\":\"PENDING\"}"});
    canned_add(&f->canned, (canned_answer){.status = 200, .body = "{\"id\":\"1\",\"status\":\"OK\"}"});
    assert_int_equal(wait_for(f, "status", "OK", INT64_MAX), LFN_OK);
    assert_int_equal(f->canned.request_count, 2);
    assert_int_equal(wait_for(f, "status", "OK", -1), LFN_BAD_INPUT);
    assert_string_equal(f->error.where, "/deadline");
}

static void a_wait_for_what_can_never_be_is_refused_at_once(void **state)
{
    fixture *f = *state;
    assert_int_equal(wait_for(f, "status", "OKAY", 20000), LFN_BAD_INPUT);
    assert_non_null(strstr(f->error.message, "status will never be OKAY: it must be one of "));
    assert_int_equal(wait_for(f, "statsu", "OK", 20000), LFN_BAD_INPUT);
    assert_string_equal(f->error.message, "The answer of panorama.get has no member statsu.");
    assert_int_equal(f->canned.request_count, 0);
}

static void a_wait_ends_with_a_refusal_and_refuses_a_secret_member(void **state)
{
    fixture *f = *state;
    canned_add(&f->canned, (canned_answer){.status = 404, .body = "{\"errorKey\":\"credentialsNotFound\"}"});
    assert_int_equal(wait_for(f, "status", "OK", 20000), LFN_NOT_FOUND);
    assert_int_equal(wait_for(f, "refreshToken", "x", 20000), LFN_BAD_INPUT);
    assert_int_equal(f->canned.request_count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_walk_ends_behind_the_page_that_links_no_next_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_walk_without_links_goes_by_the_total, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_walk_ends_behind_a_short_a_repeated_and_an_empty_page, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_walk_asks_for_the_largest_pages_and_may_begin_later, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_page_that_failed_is_asked_for_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_walk_refuses_what_is_no_list_and_no_number, set_up, tear_down),
        cmocka_unit_test_setup_teardown(messages_name_members_in_snake_case_where_that_is_asked_for,
                                        set_up_in_snake_case, tear_down),
        cmocka_unit_test_setup_teardown(a_walk_refuses_arguments_that_its_first_page_would, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_walk_survives_every_allocation_that_fails, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_wait_ends_when_the_member_has_the_value, set_up, tear_down),
        cmocka_unit_test(the_rests_of_a_wait_grow_up_to_a_longest_one),
        cmocka_unit_test_setup_teardown(a_wait_ends_with_its_deadline_and_says_what_stands, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_wait_of_any_deadline_is_counted_without_overflow, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_wait_for_what_can_never_be_is_refused_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_wait_ends_with_a_refusal_and_refuses_a_secret_member, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
