/* Which scope allows which operation, written out from the published lists: every pair is tried. */
#include "service/case_losant.h"

#include <stdio.h>

typedef struct scope_row {
    const char *scope;
    const char *allowed; /* one digit an operation: get, patch, delete, linkedResources, list, post */
} scope_row;

static const scope_row rows[] = {
    {"all.Application", "111111"},
    {"all.Application.bounded", "111111"},
    {"all.Application.read", "100110"},
    {"all.Organization", "111111"},
    {"all.Organization.bounded", "111111"},
    {"all.Organization.read", "100110"},
    {"all.User", "111111"},
    {"all.User.bounded", "111111"},
    {"all.User.read", "100110"},
    {"credential.*", "111100"},
    {"credential.delete", "001000"},
    {"credential.get", "100000"},
    {"credential.linkedResources", "000100"},
    {"credential.patch", "010000"},
    {"credentials.*", "000011"},
    {"credentials.get", "000010"},
    {"credentials.post", "000001"},
};
enum { SCOPE_COUNT = sizeof rows / sizeof *rows, OPERATION_COUNT = 6 };

/* Tries one operation on a new credential; gives the status. */
static int try_operation(losant *l, const char *token, int operation, const char *name)
{
    static const char config[] = "{\"apiKey\":\"12345\"}";
    const char *all = "/applications/" LOSANT_APPLICATION "/credentials";
    const char *id = losant_make(l, name, "mailgun", config);
    const char *one = harness_format(&l->h, "%s/%s", all, id);
    switch (operation) {
    case 0:
        return losant_ask_as(l, token, LFN_GET, one, NULL);
    case 1:
        return losant_ask_as(l, token, LFN_PATCH, one, "{\"enabled\":false}");
    case 2:
        return losant_ask_as(l, token, LFN_DELETE, one, NULL);
    case 3:
        return losant_ask_as(l, token, LFN_GET, harness_format(&l->h, "%s/linkedResources", one), NULL);
    case 4:
        return losant_ask_as(l, token, LFN_GET, all, NULL);
    default:
        return losant_ask_as(
            l, token, LFN_POST, all,
            harness_format(&l->h, "{\"name\":\"%s-2\",\"type\":\"mailgun\",\"mailgunConfig\":%s}", name, config));
    }
}

static void each_scope_allows_what_the_published_lists_say(void **state)
{
    (void)state;
    static losant l;
    size_t cells = 0;
    losant_open(&l);
    for (size_t i = 0; i < SCOPE_COUNT; i++) {
        const char *token = losant_token(&l, LOSANT_APPLICATION, rows[i].scope, 0);
        char kept[128];
        (void)snprintf(kept, sizeof kept, "%s", token);
        for (int operation = 0; operation < OPERATION_COUNT; operation++) {
            const char *name = harness_format(&l.h, "c-%zu-%d", i, operation);
            int status = try_operation(&l, kept, operation, name);
            bool allowed = rows[i].allowed[operation] == '1';
            if (allowed != (status == 200 || status == 201) || (!allowed && status != 403))
                fail_msg("%s, operation %d: %d", rows[i].scope, operation, status);
            if (!allowed)
                assert_refused(&l, 403, "Forbidden");
            cells++;
        }
    }
    print_message("%zu cells of %d scopes\n", cells, SCOPE_COUNT);
    assert_int_equal(cells, 102);
    losant_close(&l);
}

static void a_token_without_a_scope_may_do_nothing_and_any_one_is_enough(void **state)
{
    (void)state;
    static losant l;
    char none[128], two[128];
    losant_open(&l);
    (void)snprintf(none, sizeof none, "%s", losant_token(&l, LOSANT_APPLICATION, "", 0));
    (void)snprintf(two, sizeof two, "%s", losant_token(&l, LOSANT_APPLICATION, "credentials.get credential.get", 0));
    for (int operation = 0; operation < OPERATION_COUNT; operation++) {
        const char *name = harness_format(&l.h, "none-%d", operation);
        assert_int_equal(try_operation(&l, none, operation, name), 403);
    }
    assert_int_equal(try_operation(&l, two, 0, "two-0"), 200);
    assert_int_equal(try_operation(&l, two, 4, "two-4"), 200);
    assert_int_equal(try_operation(&l, two, 1, "two-1"), 403);
    losant_close(&l);
}

static void a_token_takes_only_scopes_that_some_operation_has(void **state)
{
    (void)state;
    static losant l;
    lfn_error error = {0};
    lfn_buffer token;
    losant_open(&l);
    lfn_buffer_init(&token, 128);
    lfn_text application = lfn_text_of(LOSANT_APPLICATION);
    assert_int_equal(
        lfn_service_create_token(l.h.service, application, lfn_text_of("credential.get device.get"), 0, &token, &error),
        LFN_BAD_INPUT);
    assert_string_equal(error.where, "/scopes");
    assert_non_null(strstr(error.message, "device.get"));
    assert_int_equal(
        lfn_service_create_token(l.h.service, application, lfn_text_of("credential.get"), -1, &token, &error),
        LFN_BAD_INPUT);
    assert_string_equal(error.where, "/life");
    assert_int_equal(lfn_service_create_token(l.h.service, lfn_text_of(LOSANT_UNKNOWN), lfn_text_of("credential.get"),
                                              0, &token, &error),
                     LFN_NOT_FOUND);
    assert_int_equal(token.size, 0);
    lfn_buffer_free(&token);
    losant_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_scope_allows_what_the_published_lists_say),
        cmocka_unit_test(a_token_without_a_scope_may_do_nothing_and_any_one_is_enough),
        cmocka_unit_test(a_token_takes_only_scopes_that_some_operation_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
