/* Every allocation of a call fails once: the call is refused as a whole, and says so. */
#include "base/alloc.h"
#include "service/case_losant.h"

#include <stdio.h>

enum { FAILURES_MOST = 4000 };

static losant world;

static int open_world(void **state)
{
    (void)state;
    losant_open(&world);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    lfn_alloc_fail_after(-1);
    losant_close(&world);
    return 0;
}

static void assert_total(losant *l, const char *expected)
{
    assert_int_equal(losant_ask(l, LFN_GET, "/credentials", NULL), 200);
    assert_string_equal(harness_get(&l->h, "totalCount"), expected);
}

/* Asks until enough memory is there; gives how often it was not. */
static int ask_with_little(losant *l, lfn_method method, const char *path, const char *body, int success,
                           const char *total)
{
    char target[256];
    (void)snprintf(target, sizeof target, "/applications/" LOSANT_APPLICATION "%s", path);
    for (int passed = 0; passed < FAILURES_MOST; passed++) {
        lfn_alloc_fail_after(passed);
        int status = losant_ask_as(l, l->token, method, target, body);
        lfn_alloc_fail_after(-1);
        if (status == success)
            return passed;
        if (status != 500 && status != 503)
            fail_msg("%s after %d allocations: %d %s", path, passed, status, harness_body(&l->h));
        if (method != LFN_GET && passed % 16 == 0)
            assert_total(l, total);
    }
    fail_msg("%s never ends", path);
    return 0;
}

static void a_call_without_memory_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    losant *l = &world;
    int failures = 0;
    char body[8192], path[128];
    (void)losant_register(l, "flow",
                          "{\"name\":\"f\",\"nodes\":[{\"config\":{\"credentialNameTemplate\":\"first\"}}]}");
    (void)losant_make(l, "zero", "mailgun", "{\"apiKey\":\"1234\"}");
    static const char *const types[] = {"certificateKeyPair", "snowflake", "git", "gcp", "sql"};
    static const char *const totals[] = {"1", "2", "3", "4", "5"};
    for (size_t i = 0; i < 5; i++) {
        const losant_type *type = losant_types;
        while (strcmp(type->type, types[i]) != 0)
            type++;
        (void)snprintf(body, sizeof body, "{\"name\":\"%s\",\"type\":\"%s\",\"%sConfig\":%s}",
                       i == 0 ? "first" : type->type, type->type, type->type,
                       strcmp(type->type, "snowflake") == 0
                           ? "{\"host\":\"h\",\"username\":\"u\",\"privateKey\":\"no key\"}"
                           : losant_config(l, type));
        if (strcmp(type->type, "snowflake") == 0) {
            failures += ask_with_little(l, LFN_POST, "/credentials", body, 400, totals[i]);
            (void)losant_make(l, type->type, type->type, type->config);
            continue;
        }
        failures += ask_with_little(l, LFN_POST, "/credentials", body, 201, totals[i]);
    }
    assert_total(l, "6");
    assert_int_equal(losant_ask(l, LFN_GET, "/credentials?filterField=name&filter=first", NULL), 200);
    (void)snprintf(path, sizeof path, "/credentials/%s", harness_get(&l->h, "items.0.id"));
    (void)snprintf(body, sizeof body, "{\"description\":\"d\",\"certificateKeyPairConfig\":%s}",
                   losant_secret_change(l, &losant_types[LOSANT_TYPES - 1]));
    failures += ask_with_little(l, LFN_PATCH, path, body, 200, "6");
    failures += ask_with_little(l, LFN_GET, "/credentials?sortField=name&filterField=name&filter=*", NULL, 200, "6");
    failures += ask_with_little(l, LFN_GET, harness_format(&l->h, "%s/linkedResources?includeCustomNodes=true", path),
                                NULL, 200, "6");
    failures += ask_with_little(l, LFN_GET, path, NULL, 200, "6");
    failures += ask_with_little(l, LFN_DELETE, path, NULL, 200, "6");
    print_message("%d allocations failed\n", failures);
    assert_true(failures > 100);
}

static void a_seed_without_memory_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    losant *l = &world;
    static const char seed[] =
        "{\"owners\":[{\"email\":\"s@farm.example\",\"password\":\"one\"}],"
        "\"users\":[{\"owner\":\"s@farm.example\",\"name\":\"Maple\",\"externalId\":\"1\"}],"
        "\"relations\":[{\"sender\":\"s@farm.example\",\"receiver\":\"a@farm.example\",\"status\":\"ALLOWED\","
        "\"permissions\":{\"1\":{\"FIELDS\":{\"actions\":[\"READ\"]}}}}],"
        "\"applications\":[{\"id\":\"aaaaaaaaaaaaaaaaaaaaaaaa\",\"tokens\":[{\"scopes\":[\"credential.get\"],"
        "\"token\":\"t\"}],\"credentials\":[{\"name\":\"m\",\"type\":\"mailgun\",\"mailgunConfig\":{\"apiKey\":"
        "\"1234\"}}],\"flows\":[{\"name\":\"f\"}]}]}";
    int passed = 0;
    lfn_status status = LFN_NO_MEMORY;
    for (; status != LFN_OK && passed < FAILURES_MOST; passed++) {
        lfn_error error = {0};
        lfn_alloc_fail_after(passed);
        status = lfn_service_seed(l->h.service, lfn_text_of(seed), &error);
        lfn_alloc_fail_after(-1);
        if (status != LFN_OK && status != LFN_NO_MEMORY && status != LFN_SERVER && status != LFN_STORAGE)
            fail_msg("after %d allocations: %d %s %s", passed, status, error.where, error.message);
    }
    assert_int_equal(status, LFN_OK);
    assert_true(passed > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_call_without_memory_is_refused_and_changes_nothing, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_seed_without_memory_is_refused_and_changes_nothing, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
