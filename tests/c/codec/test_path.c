/* Path templates both ways, over every row of the tables. */
#include "base/alloc.h"
#include "base/text.h"
#include "codec/path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define API "/services/usermanagement/api"
#define ID "0b1fda9c-7d0c-4a9d-8a8b-0a6a8c3d7f11"
#define HEX_ID "575ece2b7ae143cd83dc4a9b"

/* A value that fits a path member. */
static lfn_text sample(const lfn_operation *operation, const lfn_field *field)
{
    lfn_id_form form = operation->group->api->id_form;
    const lfn_choice *choice = lfn_choice_get(field->choice);
    if (choice != NULL)
        return lfn_text_of(choice->words[choice->word_count - 1]);
    return lfn_text_of(field->type == LFN_TYPE_EMAIL ? "a+b%c@coop.example" : form == LFN_ID_FORM_UUID ? ID : HEX_ID);
}

static size_t fill(const lfn_operation *operation, lfn_argument *members)
{
    size_t count = 0;
    const lfn_field *field;
    for (; (field = lfn_operation_path_field(operation, count)) != NULL; count++)
        members[count] = (lfn_argument){lfn_text_of(field->name), sample(operation, field)};
    return count;
}

static void check_identity(const lfn_operation *operation, const lfn_provider *provider)
{
    lfn_argument members[LFN_PATH_VALUES_MAX];
    size_t count = fill(operation, members);
    lfn_buffer target;
    lfn_match match;
    lfn_buffer_init(&target, LFN_TARGET_MAX);
    assert_int_equal(lfn_path_build(operation, provider, members, count, &target, NULL), LFN_OK);
    assert_true(lfn_path_match(operation->method, lfn_buffer_text(&target), &match));
    assert_ptr_equal(match.operation, operation);
    assert_ptr_equal(match.provider, provider);
    assert_int_equal(match.value_count, count);
    assert_true((match.allowed & 1u << operation->method) != 0);
    for (size_t i = 0; i < count; i++)
        assert_true(lfn_text_equal(match.values[i], members[i].value));
    lfn_match_free(&match);
    lfn_buffer_free(&target);
}

static void what_is_built_is_matched_for_every_operation_and_provider(void **state)
{
    (void)state;
    for (unsigned i = 0; i < LFN_OP_COUNT; i++) {
        const lfn_operation *operation = lfn_operation_get((lfn_operation_id)i);
        if (!lfn_operation_per_provider(operation))
            check_identity(operation, NULL);
        else
            for (unsigned p = 0; p < LFN_PROVIDER_COUNT; p++)
                check_identity(operation, lfn_provider_get((lfn_provider_id)p));
    }
}

typedef struct match_case {
    lfn_method method;
    const char *target;
    lfn_operation_id operation;
} match_case;

static void targets_find_their_operations(void **state)
{
    (void)state;
    static const match_case cases[] = {
        {LFN_POST, "/api/authenticate", LFN_OP_AUTHENTICATION_LOGIN},
        {LFN_GET, API "/users", LFN_OP_USERS_LIST},
        {LFN_GET, API "/users/", LFN_OP_USERS_LIST},
        {LFN_GET, API "/users/?page=1", LFN_OP_USERS_LIST},
        {LFN_PUT, API "/users/", LFN_OP_USERS_REPLACE},
        {LFN_GET, API "/users/" ID, LFN_OP_USERS_GET},
        {LFN_GET, API "/users/no-id", LFN_OP_USERS_GET},
        {LFN_GET, API "/%75sers/" ID, LFN_OP_USERS_GET},
        {LFN_GET, API "/users/" ID "/panorama-credentials/events?size=3", LFN_OP_CREDENTIALS_EVENTS},
        {LFN_POST, API "/users/" ID "/one-click-integration/Panorama", LFN_OP_ONE_CLICK_PANORAMA},
        {LFN_GET, API "/api-owners/sharing-relation/receiver", LFN_OP_SHARING_LIST},
        {LFN_GET, API "/api-owners/sharing-relation/SENDER", LFN_OP_SHARING_LIST},
        {LFN_GET, API "/api-owners/sharing-relation/friend", LFN_OP_SHARING_LIST},
        {LFN_POST, API "/api-owners/sharing-relation/receiver", LFN_OP_SHARING_CREATE},
        {LFN_POST, API "/api-owners/sharing-relation/Receiver", LFN_OP_SHARING_CREATE},
        {LFN_PATCH, API "/api-owners/sharing-relation/RECEIVER/b%40coop.example/users-permissions/" ID "/FIELD",
         LFN_OP_PERMISSIONS_UPDATE},
        {LFN_DELETE, API "/api-owners/sharing-relation/sender/b@coop.example/users-permissions/" ID,
         LFN_OP_PERMISSIONS_DELETE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lfn_match match;
        if (!lfn_path_match(cases[i].method, lfn_text_of(cases[i].target), &match))
            fail_msg("%s", cases[i].target);
        assert_int_equal(match.operation->id, cases[i].operation);
        lfn_match_free(&match);
    }
}

static void values_and_query_of_a_target_are_given(void **state)
{
    (void)state;
    lfn_match match;
    lfn_text target = lfn_text_of(API "/api-owners/sharing-relation/sender/a%2Fb%40coop.example/status?x=1?y");
    assert_true(lfn_path_match(LFN_GET, target, &match));
    assert_true(lfn_text_equal_string(lfn_match_value(&match, "role"), "sender"));
    assert_true(lfn_text_equal_string(lfn_match_value(&match, "owner"), "a/b@coop.example"));
    assert_null(lfn_match_value(&match, "leafUserId").data);
    assert_true(lfn_text_equal_string(match.query, "x=1?y"));
    lfn_match_free(&match);
}

static void a_path_without_the_method_tells_the_methods_it_takes(void **state)
{
    (void)state;
    static const struct {
        const char *target;
        unsigned allowed;
    } cases[] = {
        {API "/users", 1u << LFN_GET | 1u << LFN_POST | 1u << LFN_PUT},
        {API "/users/" ID, 1u << LFN_GET | 1u << LFN_PATCH | 1u << LFN_DELETE},
        {API "/api-owners/sharing-relation/receiver", 1u << LFN_GET | 1u << LFN_POST},
        {API "/api-owners/sharing-relation/sender", 1u << LFN_GET},
        {API "/api-owners/sharing-relation/sender/b@coop.example/users-permissions/" ID,
         1u << LFN_GET | 1u << LFN_DELETE},
        {API "/api-owners/sharing-relation/receiver/b@coop.example/users-permissions/" ID,
         1u << LFN_GET | 1u << LFN_DELETE | 1u << LFN_POST},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (unsigned method = 0; method < LFN_METHOD_COUNT; method++) {
            lfn_match match;
            bool matched = lfn_path_match((lfn_method)method, lfn_text_of(cases[i].target), &match);
            assert_true(matched == ((cases[i].allowed & 1u << method) != 0));
            assert_true(match.path_known);
            assert_int_equal(match.allowed, cases[i].allowed);
            lfn_match_free(&match);
        }
}

static void hostile_paths_are_no_paths(void **state)
{
    (void)state;
    static const char *const targets[] = {
        "",
        "/",
        "//",
        "users",
        "?",
        "/?/",
        API,
        API "/",
        API "/user",
        API "/USERS",
        API "/users//",
        API "//users",
        "/" API "/users",
        API "/users/" ID "/",
        API "/users/" ID "//panorama-credentials",
        API "/users/" ID "/unknown-credentials",
        API "/users/" ID "/Panorama-Credentials",
        API "/users/" ID "/panorama-credentials/",
        API "/users/%",
        API "/users/%0",
        API "/users/%0g",
        API "/users/%00",
        API "/users/a%00b",
        API "/users/%FF",
        API "/users/%C0%AF",
        API "/users%2F" ID,
        API "/users/..%2F/panorama-credentials/x",
        "/services/usermanagement/api/../api/users",
        API "/api-owners/sharing-relation/sender/b@coop.example/users-permissions/" ID "/FIELDS",
        API "/api-owners/sharing-relation/receiver/",
        "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v/w/x/y/z",
        "http://api.withleaf.io" API "/users",
    };
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        for (unsigned method = 0; method < LFN_METHOD_COUNT; method++) {
            lfn_match match;
            bool matched = lfn_path_match((lfn_method)method, lfn_text_of(targets[i]), &match);
            if (matched || match.path_known || match.allowed != 0)
                fail_msg("%s", targets[i]);
            lfn_match_free(&match);
        }
    lfn_match match;
    assert_false(lfn_path_match(LFN_GET, lfn_text_of(NULL), &match));
    lfn_match_free(&match);
}

static void a_target_over_the_limit_is_no_path(void **state)
{
    (void)state;
    char target[LFN_TARGET_MAX + 2];
    lfn_match match;
    memset(target, 'a', sizeof target);
    memcpy(target, API "/users?", sizeof API "/users?" - 1);
    assert_true(lfn_path_match(LFN_GET, lfn_text_make(target, LFN_TARGET_MAX), &match));
    lfn_match_free(&match);
    assert_false(lfn_path_match(LFN_GET, lfn_text_make(target, LFN_TARGET_MAX + 1), &match));
    lfn_match_free(&match);
}

/* ---- building ---- */

static lfn_status build(lfn_operation_id id, lfn_provider_id provider, const lfn_argument *members, size_t count,
                        lfn_buffer *target, lfn_error *error)
{
    return lfn_path_build(lfn_operation_get(id), lfn_provider_get(provider), members, count, target, error);
}

static void a_target_carries_words_lowered_and_values_encoded(void **state)
{
    (void)state;
    lfn_buffer target;
    lfn_buffer_init(&target, LFN_TARGET_MAX);
    const lfn_argument status[] = {{lfn_text_of("owner"), lfn_text_of("a+b@coop.example")},
                                   {lfn_text_of("role"), lfn_text_of("SENDER")}};
    assert_int_equal(build(LFN_OP_SHARING_STATUS, LFN_PROVIDER_COUNT, status, 2, &target, NULL), LFN_OK);
    assert_string_equal(target.data, API "/api-owners/sharing-relation/sender/a%2Bb%40coop.example/status");
    lfn_buffer_clear(&target);
    const lfn_argument list[] = {{lfn_text_of("sort"), lfn_text_of("name,asc")},
                                 {lfn_text_of("page"), lfn_text_of("0")},
                                 {lfn_text_of("sort"), lfn_text_of("email,desc")},
                                 {lfn_text_of("name"), lfn_text_of("Maple & Höfe")}};
    assert_int_equal(build(LFN_OP_USERS_LIST, LFN_PROVIDER_COUNT, list, 4, &target, NULL), LFN_OK);
    assert_string_equal(target.data,
                        API "/users?sort=name%2Casc&page=0&sort=email%2Cdesc&name=Maple%20%26%20H%C3%B6fe");
    lfn_buffer_free(&target);
}

typedef struct refusal {
    lfn_operation_id operation;
    const char *names[3];
    const char *values[3];
    const char *where;
    const char *wanted;
} refusal;

static void what_cannot_be_sent_is_refused_with_its_pointer(void **state)
{
    (void)state;
    static const refusal cases[] = {
        {LFN_OP_USERS_GET, {NULL}, {NULL}, "/leafUserId", "is missing"},
        {LFN_OP_USERS_GET, {"leafUserId"}, {""}, "/leafUserId", "must not be empty"},
        {LFN_OP_USERS_GET, {"leafUserId"}, {"../users"}, "/leafUserId", "must be a UUID"},
        {LFN_OP_USERS_GET, {"leafUserId", "leafUserId"}, {ID, ID}, "/leafUserId", "is given twice"},
        {LFN_OP_USERS_GET, {"leafUserId", "page"}, {ID, "0"}, "/page", "is not a member"},
        {LFN_OP_CREDENTIALS_GET, {"leafUserId"}, {ID}, "/provider", "is missing"},
        {LFN_OP_SHARING_LIST, {"role"}, {"friend"}, "/role", "must be one of receiver, sender"},
        {LFN_OP_SHARING_STATUS, {"role", "owner"}, {"sender", "nobody"}, "/owner", "must be an e-mail"},
        {LFN_OP_SHARING_STATUS, {"role", "owner"}, {"sender", "a@b@c"}, "/owner", "must be an e-mail"},
        {LFN_OP_SHARING_STATUS, {"role", "owner"}, {"sender", "a@\xFF"}, "/owner", "must be UTF-8"},
        {LFN_OP_USERS_LIST, {"page"}, {"one"}, "/page", "must be an integer"},
        {LFN_OP_USERS_LIST, {"page"}, {"-1"}, "/page", "must be at least 0"},
        {LFN_OP_USERS_LIST, {"size"}, {"101"}, "/size", "must be from 1 to 100"},
        {LFN_OP_USERS_LIST, {"page", "page"}, {"1", "2"}, "/page", "is given twice"},
        {LFN_OP_USERS_LIST, {"external_id"}, {"x"}, "/external_id", "did you mean externalId?"},
        {LFN_OP_USERS_LIST, {"nmae"}, {"x"}, "/nmae", "did you mean name?"},
        {LFN_OP_USERS_LIST, {"a/b\n"}, {"x"}, "/a~1b?", "is not a member"},
        {LFN_OP_SERVICE_CREDENTIALS_LIST, {"applicationId"}, {ID}, "/applicationId", "must be 24 hexadecimal digits"},
        {LFN_OP_SERVICE_CREDENTIALS_LIST,
         {"applicationId"},
         {HEX_ID "0"},
         "/applicationId",
         "must be 24 hexadecimal digits"},
        {LFN_OP_SERVICE_CREDENTIALS_LIST,
         {"applicationId", "perPage"},
         {HEX_ID, "0"},
         "/perPage",
         "must be from 1 to 1000"},
        {LFN_OP_SERVICE_CREDENTIALS_LIST,
         {"applicationId", "sortField"},
         {HEX_ID, "Name"},
         "/sortField",
         "must be one of name, type, creationDate, lastUpdated"},
        {LFN_OP_SERVICE_CREDENTIAL_LINKED_RESOURCES,
         {"applicationId", "credentialId", "includeCustomNodes"},
         {HEX_ID, HEX_ID, "yes"},
         "/includeCustomNodes",
         "must be true or false"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lfn_argument members[3];
        size_t count = 0;
        for (; count < 3 && cases[i].names[count] != NULL; count++)
            members[count] = (lfn_argument){lfn_text_of(cases[i].names[count]), lfn_text_of(cases[i].values[count])};
        lfn_buffer target;
        lfn_error error = {0};
        lfn_buffer_init(&target, LFN_TARGET_MAX);
        assert_int_equal(build(cases[i].operation, LFN_PROVIDER_COUNT, members, count, &target, &error), LFN_BAD_INPUT);
        assert_string_equal(error.where, cases[i].where);
        if (strstr(error.message, cases[i].wanted) == NULL)
            fail_msg("%s", error.message);
        assert_int_equal(target.size, 0);
        lfn_buffer_free(&target);
    }
}

static void a_target_that_would_be_too_long_is_refused(void **state)
{
    (void)state;
    char name[LFN_TARGET_MAX];
    lfn_buffer target;
    lfn_buffer_init(&target, 4 * LFN_TARGET_MAX);
    memset(name, ' ', sizeof name);
    const lfn_argument members[] = {{lfn_text_of("name"), lfn_text_make(name, sizeof name)}};
    assert_int_equal(build(LFN_OP_USERS_LIST, LFN_PROVIDER_COUNT, members, 1, &target, NULL), LFN_BAD_INPUT);
    assert_int_equal(target.size, 0);
    lfn_buffer_free(&target);
}

/* ---- query and percent ---- */

static void a_refused_call_leaves_the_target_as_it_was(void **state)
{
    (void)state;
    lfn_buffer target;
    lfn_buffer_init(&target, LFN_TARGET_MAX);
    assert_true(lfn_buffer_append_string(&target, "before"));
    const lfn_argument members[] = {{lfn_text_of("name"), lfn_text_of("Maple")},
                                    {lfn_text_of("nmae"), lfn_text_of("x")}};
    assert_int_equal(build(LFN_OP_USERS_LIST, LFN_PROVIDER_COUNT, members, 2, &target, NULL), LFN_BAD_INPUT);
    assert_string_equal(target.data, "before");
    assert_int_equal(target.size, strlen("before"));
    lfn_buffer_free(&target);
}

static void the_members_of_a_query_are_read_in_order_and_bad_values_are_told(void **state)
{
    (void)state;
    static const char *const wanted[][2] = {{"a", "1 2"}, {"bad", NULL}, {"b", ""},         {"c", "="},
                                            {"z", NULL},  {"y", NULL},   {"\xC3\xA9", "+"}, {"a", "3"}};
    lfn_text rest = lfn_text_of("a=1+2&&bad=%&b&=x&c==&z=%00&y=%FF&%DE=%B3&%C3%A9=%2B&%zz=1&a=3");
    lfn_text name, value;
    lfn_buffer scratch;
    lfn_buffer_init(&scratch, 100);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        assert_true(lfn_query_next(&rest, &scratch, &name, &value));
        assert_true(lfn_text_equal_string(name, wanted[i][0]));
        assert_true(lfn_text_equal_string(value, wanted[i][1]));
        assert_int_equal(value.data == NULL, wanted[i][1] == NULL);
    }
    assert_false(lfn_query_next(&rest, &scratch, &name, &value));
    assert_false(scratch.failed);
    lfn_buffer_free(&scratch);
}

static void percent_encoding_reads_back_for_every_byte(void **state)
{
    (void)state;
    char all[256];
    lfn_buffer encoded, decoded;
    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (char)i;
    lfn_buffer_init(&encoded, 1000);
    lfn_buffer_init(&decoded, 1000);
    assert_true(lfn_buffer_append_percent(&encoded, lfn_text_make(all, sizeof all)));
    assert_int_equal(encoded.size, 66 + 3 * (256 - 66));
    assert_int_equal(lfn_percent_size(lfn_text_make(all, sizeof all)), encoded.size);
    assert_true(lfn_buffer_append_unpercent(&decoded, lfn_buffer_text(&encoded), true));
    assert_int_equal(decoded.size, sizeof all);
    assert_memory_equal(decoded.data, all, sizeof all);
    lfn_buffer_free(&encoded);
    lfn_buffer_free(&decoded);
}

/* ---- memory ---- */

static void memory_that_runs_out_is_told_by_build_match_and_query(void **state)
{
    (void)state;
    lfn_buffer target, scratch;
    lfn_match match;
    lfn_text name, value, rest = lfn_text_of("a=1");
    lfn_argument members[LFN_PATH_VALUES_MAX];
    const lfn_operation *operation = lfn_operation_get(LFN_OP_PERMISSIONS_GET);
    size_t count = fill(operation, members);
    lfn_buffer_init(&target, LFN_TARGET_MAX);
    lfn_buffer_init(&scratch, 100);
    long failures = 0;
    for (lfn_status status = LFN_NO_MEMORY; status != LFN_OK; failures++) {
        lfn_alloc_fail_after(failures);
        status = lfn_path_build(operation, NULL, members, count, &target, NULL);
        lfn_alloc_fail_after(-1);
        assert_true(status == LFN_OK || status == LFN_NO_MEMORY);
        if (status != LFN_OK)
            lfn_buffer_free(&target);
    }
    assert_true(failures > 1);
    lfn_alloc_fail_after(0);
    bool matched = lfn_path_match(LFN_GET, lfn_buffer_text(&target), &match);
    bool match_failed = match.decoded.failed;
    lfn_alloc_fail_after(0);
    bool next = lfn_query_next(&rest, &scratch, &name, &value);
    lfn_alloc_fail_after(-1);
    assert_false(matched);
    assert_true(match_failed);
    assert_false(next);
    assert_true(scratch.failed);
    lfn_match_free(&match);
    lfn_buffer_free(&target);
    lfn_buffer_free(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_built_is_matched_for_every_operation_and_provider),
        cmocka_unit_test(targets_find_their_operations),
        cmocka_unit_test(values_and_query_of_a_target_are_given),
        cmocka_unit_test(a_path_without_the_method_tells_the_methods_it_takes),
        cmocka_unit_test(hostile_paths_are_no_paths),
        cmocka_unit_test(a_target_over_the_limit_is_no_path),
        cmocka_unit_test(a_target_carries_words_lowered_and_values_encoded),
        cmocka_unit_test(what_cannot_be_sent_is_refused_with_its_pointer),
        cmocka_unit_test(a_target_that_would_be_too_long_is_refused),
        cmocka_unit_test(a_refused_call_leaves_the_target_as_it_was),
        cmocka_unit_test(the_members_of_a_query_are_read_in_order_and_bad_values_are_told),
        cmocka_unit_test(percent_encoding_reads_back_for_every_byte),
        cmocka_unit_test(memory_that_runs_out_is_told_by_build_match_and_query),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
