/* A service filled from one document; copied, brought back and emptied. */
#include "base/text.h"
#include "service/case_losant.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char seed[] =
    "{\"owners\":[{\"email\":\"s@farm.example\",\"password\":\"one\"},{\"email\":\"R@coop.example\",\"password\":"
    "\"two\"}],"
    "\"users\":[{\"owner\":\"s@farm.example\",\"name\":\"Maple\",\"externalId\":\"m/1\",\"credentials\":{\"panorama\":"
    "{\"clientId\":\"c\",\"username\":\"u\",\"password\":\"canary\",\"organizationCode\":\"o\",\"refreshToken\":"
    "\"canary\","
    "\"clientEnvironment\":\"STAGE\"}},\"providerAnswers\":{\"panorama\":{\"status\":401,\"headers\":\"A: b\","
    "\"body\":{\"error\":\"no\"}}}}],"
    "\"relations\":[{\"sender\":\"s@farm.example\",\"receiver\":\"r@coop.example\",\"status\":\"BLOCKED\","
    "\"permissions\":{\"m/1\":{\"FIELDS\":{\"actions\":[\"READ\"]}}}}],"
    "\"applications\":[{\"id\":\"575ece2b7ae143cd83dc4a9c\",\"tokens\":[{\"scopes\":[\"credential.*\","
    "\"credentials.*\"],\"token\":\"a-known-token\"}],\"credentials\":[{\"name\":\"mail\",\"type\":\"mailgun\","
    "\"mailgunConfig\":{\"apiKey\":\"canary\"}}],\"integrations\":[{\"name\":\"i\",\"credentialName\":\"mail\"}],"
    "\"flows\":[{\"name\":\"f\",\"nodes\":[{\"config\":{\"credentialNameTemplate\":\"mail\"}}]}],"
    "\"flowVersions\":[{\"name\":\"v\",\"nodes\":[{\"config\":{\"credentialNameTemplate\":\"mail\"}}]}]}]}";

static losant world;

static int open_world(void **state)
{
    (void)state;
    memset(&world, 0, sizeof world);
    harness_open(&world.h);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    harness_close(&world.h);
    return 0;
}

#define CREDENTIALS "/applications/575ece2b7ae143cd83dc4a9c/credentials"

static int login(losant *l, const char *email, const char *password, char *out_token, size_t size)
{
    const char *body = harness_format(&l->h, "{\"username\":\"%s\",\"password\":\"%s\"}", email, password);
    int status = losant_ask_as(l, NULL, LFN_POST, "/api/authenticate", body);
    (void)snprintf(out_token, size, "Bearer %s", harness_get(&l->h, "id_token"));
    return status;
}

static void a_seed_makes_the_world_that_it_describes(void **state)
{
    (void)state;
    losant *l = &world;
    lfn_error error = {0};
    char token[1024];
    if (lfn_service_seed(l->h.service, lfn_text_of(seed), &error) != LFN_OK)
        fail_msg("%s", error.message);
    assert_int_equal(login(l, "r@coop.example", "two", token, sizeof token), 200);
    assert_int_equal(losant_ask_as(l, token, LFN_GET, BASE "/api-owners/sharing-relation/sender", NULL), 200);
    assert_string_equal(harness_get(&l->h, "0.status"), "BLOCKED");
    assert_int_equal(login(l, "s@farm.example", "one", token, sizeof token), 200);
    assert_int_equal(losant_ask_as(l, token, LFN_GET, BASE "/users?externalId=m%2F1", NULL), 200);
    assert_string_equal(harness_get(&l->h, "0.name"), "Maple");
    assert_string_equal(harness_get(&l->h, "0.panoramaCredentials.status"), "UNAUTHENTICATED");
    const char *grants =
        harness_format(&l->h, BASE "/api-owners/sharing-relation/receiver/r%%40coop.example/users-permissions/%s",
                       harness_get(&l->h, "0.id"));
    assert_int_equal(losant_ask_as(l, token, LFN_GET, grants, NULL), 200);
    assert_string_equal(harness_get(&l->h, "permissions.FIELDS.actions"), "[\"READ\"]");

    assert_int_equal(losant_ask_as(l, "Bearer a-known-token", LFN_GET, CREDENTIALS, NULL), 200);
    assert_string_equal(harness_get(&l->h, "items.0.name"), "mail");
    assert_string_equal(harness_get(&l->h, "items.0.createdByType"), "user");
    const char *linked = harness_format(&l->h, CREDENTIALS "/%s/linkedResources", harness_get(&l->h, "items.0.id"));
    assert_int_equal(losant_ask_as(l, "Bearer a-known-token", LFN_GET, linked, NULL), 200);
    assert_string_equal(harness_get(&l->h, "integrations.count"), "1");
    assert_string_equal(harness_get(&l->h, "flows.count"), "1");
    assert_string_equal(harness_get(&l->h, "flowVersions.count"), "1");
    assert_null(strstr(l->h.log, "canary"));
}

/* A document with a part of the good one put in place of another, and where it is refused. */
typedef struct bad_seed {
    const char *json;
    const char *where;
} bad_seed;

#define OWNERS                                                                                                         \
    "\"owners\":[{\"email\":\"s@farm.example\",\"password\":\"one\"},{\"email\":\"r@coop.example\",\"password\":"      \
    "\"two\"}]"
#define MAPLE "\"users\":[{\"owner\":\"s@farm.example\",\"name\":\"Maple\",\"externalId\":\"m/1\"}]"
#define APPLICATION(rest) "{\"applications\":[{\"id\":\"575ece2b7ae143cd83dc4a9c\"," rest "}]}"
#define RELATION(rest)                                                                                                 \
    "{" OWNERS "," MAPLE ",\"relations\":[{\"sender\":\"s@farm.example\",\"receiver\":\"r@coop.example\"" rest "}]}"

static const bad_seed bad_seeds[] = {
    {"", ""},
    {"[]", ""},
    {"{\"owner\":[]}", "/owner"},
    {"{\"owners\":{}}", "/owners"},
    {"{\"owners\":[1]}", "/owners/0"},
    {"{\"owners\":[{\"email\":\"s@farm.example\"}]}", "/owners/0/password"},
    {"{\"owners\":[{\"email\":\"s\",\"password\":\"p\"}]}", "/owners/0/email"},
    {"{\"owners\":[{\"email\":\"s@farm.example\",\"password\":\"p\",\"name\":\"n\"}]}", "/owners/0/name"},
    {"{\"owners\":[{\"email\":\"a@farm.example\",\"password\":\"p\"}]}", "/owners/0/email"},
    {"{\"users\":[{\"owner\":\"nobody@farm.example\",\"name\":\"n\"}]}", "/users/0/owner"},
    {"{" OWNERS ",\"users\":[{\"owner\":\"s@farm.example\"}]}", "/users/0/name"},
    {"{" OWNERS ",\"users\":[{\"owner\":\"s@farm.example\",\"name\":\"n\",\"nmae\":1}]}", "/users/0/nmae"},
    {"{" OWNERS ",\"users\":[{\"owner\":\"s@farm.example\",\"name\":\"n\",\"id\":\"" UNKNOWN_ID "\"}]}", "/users/0/id"},
    {"{" OWNERS ",\"users\":[{\"owner\":\"s@farm.example\",\"name\":\"n\",\"externalId\":\"1\"},{\"owner\":"
     "\"s@farm.example\",\"name\":\"n\",\"externalId\":\"1\"}]}",
     "/users/1/externalId"},
    {"{" OWNERS ",\"users\":[{\"owner\":\"s@farm.example\",\"name\":\"n\",\"credentials\":{\"nobody\":{}}}]}",
     "/users/0/credentials/nobody"},
    {"{" OWNERS ",\"users\":[{\"owner\":\"s@farm.example\",\"name\":\"n\",\"credentials\":{\"panorama\":{}}}]}",
     "/users/0/credentials/panorama/clientId"},
    {"{" OWNERS ",\"users\":[{\"owner\":\"s@farm.example\",\"name\":\"n\",\"credentials\":{\"stara\":7}}]}",
     "/users/0/credentials/stara"},
    {"{" OWNERS
     ",\"users\":[{\"owner\":\"s@farm.example\",\"name\":\"n\",\"providerAnswers\":{\"stara\":{\"status\":7}}}]}",
     "/users/0/providerAnswers/stara/status"},
    {"{" OWNERS
     ",\"users\":[{\"owner\":\"s@farm.example\",\"name\":\"n\",\"providerAnswers\":{\"stara\":{\"status\":200,"
     "\"headers\":[]}}}]}",
     "/users/0/providerAnswers/stara/headers"},
    {RELATION(",\"status\":\"OPEN\""), "/relations/0/status"},
    {RELATION(",\"status\":\"ALLOWED\",\"permissions\":{\"m/2\":{}}"), "/relations/0/permissions/m~12"},
    {RELATION(",\"status\":\"ALLOWED\",\"permissions\":{\"m/1\":{\"FIELDS\":{\"actions\":[\"WRITE\"]}}}"),
     "/relations/0/permissions/m~11/FIELDS/actions/0"},
    {RELATION("},{\"sender\":\"s@farm.example\",\"receiver\":\"s@farm.example\""), "/relations/1/receiver"},
    {RELATION("},{\"sender\":\"s@farm.example\""), "/relations/1/receiver"},
    {"{\"applications\":[{\"id\":\"7\"}]}", "/applications/0/id"},
    {"{\"applications\":[{\"id\":7}]}", "/applications/0/id"},
    {APPLICATION("\"token\":[]"), "/applications/0/token"},
    {APPLICATION("\"tokens\":[{\"token\":\"t\"}]"), "/applications/0/tokens/0/scopes"},
    {APPLICATION("\"tokens\":[{\"scopes\":[\"device.get\"],\"token\":\"t\"}]"), "/applications/0/tokens/0/scopes"},
    {APPLICATION("\"tokens\":[{\"scopes\":\"credential.get\",\"token\":\"a b\"}]"), "/applications/0/tokens/0/token"},
    {APPLICATION("\"credentials\":[{\"name\":\"m\",\"type\":\"mailgun\",\"mailgunConfig\":{\"apiKey\":\"1\"}}]"),
     "/applications/0/credentials/0/mailgunConfig/apiKey"},
    {APPLICATION("\"credentials\":[{\"name\":\"m\",\"type\":\"gcp\",\"gcpConfig\":{\"keyJson\":\"no\"}}]"),
     "/applications/0/credentials/0/gcpConfig/keyJson"},
    {APPLICATION(
         "\"credentials\":[{\"name\":\"m\",\"type\":\"mailgun\",\"mailgunConfig\":{\"apiKey\":\"1234\"}},{\"name\":"
         "\"m\",\"type\":\"mailgun\",\"mailgunConfig\":{\"apiKey\":\"1234\"}}]"),
     "/applications/0/credentials/1/name"},
    {APPLICATION("\"integrations\":[{\"name\":\"i\"}]"), "/applications/0/integrations/0/credentialName"},
    {APPLICATION("\"flows\":[7]"), "/applications/0/flows/0"},
    {APPLICATION("\"flowVersions\":[{\"name\":\"v\",\"flowId\":\"x\"}]"), "/applications/0/flowVersions/0/flowId"},
};

/* Its name is behind the last slash that no number follows. */
static void assert_begins_with_member(const lfn_error *error)
{
    const char *member = strrchr(error->where, '/');
    while (member != NULL && member > error->where && strspn(member + 1, "0123456789") > 0)
        member = memrchr(error->where, '/', (size_t)(member - error->where));
    if (member != NULL && strncmp(error->message, member + 1, strlen(member + 1)) != 0)
        fail_msg("%s: %s", error->where, error->message);
}

static void a_bad_seed_names_the_member_and_changes_nothing(void **state)
{
    (void)state;
    losant *l = &world;
    size_t count = sizeof bad_seeds / sizeof *bad_seeds;
    for (size_t i = 0; i < count; i++) {
        char token[1024];
        lfn_error error = {0};
        lfn_status status = lfn_service_seed(l->h.service, lfn_text_of(bad_seeds[i].json), &error);
        if (status != LFN_BAD_INPUT || strcmp(error.where, bad_seeds[i].where) != 0)
            fail_msg("%s gives %d %s: %s", bad_seeds[i].json, status, error.where, error.message);
        assert_string_not_equal(error.message, "");
        if (error.where[0] != '\0') /* whoever shows both would say it twice */
            assert_null(strstr(error.message, error.where));
        assert_begins_with_member(&error);
        assert_int_equal(login(l, "s@farm.example", "one", token, sizeof token), 401);
    }
    print_message("%zu bad documents\n", count);
    assert_int_equal(lfn_service_seed(l->h.service, lfn_text_of(seed), NULL), LFN_OK);
}

/* ---- the whole store ---- */

static void assert_seeded(losant *l, bool there)
{
    char token[1024];
    assert_int_equal(login(l, "s@farm.example", "one", token, sizeof token), there ? 200 : 401);
    assert_int_equal(losant_ask_as(l, "Bearer a-known-token", LFN_GET, CREDENTIALS, NULL), there ? 200 : 401);
    if (there)
        assert_string_equal(harness_get(&l->h, "totalCount"), "1");
}

static void a_snapshot_brings_everything_back(lfn_service_options options, const char *folder)
{
    static losant l, other;
    char copy[96], odd[96];
    lfn_error error = {0};
    memset(&l, 0, sizeof l);
    memset(&other, 0, sizeof other);
    (void)snprintf(copy, sizeof copy, "%s/copy", folder);
    (void)snprintf(odd, sizeof odd, "%s/odd", folder);
    harness_open_with(&l.h, options);
    assert_int_equal(lfn_service_seed(l.h.service, lfn_text_of(seed), NULL), LFN_OK);
    if (lfn_service_snapshot(l.h.service, lfn_text_of(copy), &error) != LFN_OK)
        fail_msg("%s", error.message);
    struct stat state;
    assert_int_equal(stat(copy, &state), 0);
    assert_int_equal(state.st_mode & 0777, 0600);
    assert_int_equal(lfn_service_snapshot(l.h.service, lfn_text_of(copy), &error), LFN_CONFLICT);
    assert_string_equal(error.where, "/path");

    assert_int_equal(lfn_service_reset(l.h.service, NULL), LFN_OK);
    assert_seeded(&l, false);
    assert_int_equal(harness_ask(&l.h, 'a', LFN_GET, "/users", NULL), 401);
    if (lfn_service_restore(l.h.service, lfn_text_of(copy), &error) != LFN_OK)
        fail_msg("%s", error.message);
    assert_seeded(&l, true);
    assert_int_equal(harness_ask(&l.h, 'a', LFN_GET, "/users", NULL), 200);
    /* What is restored can be changed, and its secrets opened. */
    assert_int_equal(losant_ask_as(&l, "Bearer a-known-token", LFN_GET, CREDENTIALS, NULL), 200);
    const char *one = harness_format(&l.h, CREDENTIALS "/%s", harness_get(&l.h, "items.0.id"));
    assert_int_equal(losant_ask_as(&l, "Bearer a-known-token", LFN_PATCH, one, "{\"enabled\":false}"), 200);

    /* Another key, no copy, and nothing at all; none of them changes the store. */
    harness_open(&other.h);
    assert_int_equal(lfn_service_restore(other.h.service, lfn_text_of(copy), &error), LFN_STORAGE);
    assert_non_null(strstr(error.message, "another key"));
    harness_close(&other.h);
    FILE *file = fopen(odd, "w");
    assert_non_null(file);
    assert_true(fputs("no database", file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(lfn_service_restore(l.h.service, lfn_text_of(odd), &error), LFN_STORAGE);
    assert_int_equal(unlink(odd), 0);
    assert_int_equal(lfn_service_restore(l.h.service, lfn_text_of(odd), &error), LFN_STORAGE);
    assert_int_equal(access(odd, F_OK), -1);
    assert_int_equal(lfn_service_snapshot(l.h.service, lfn_text_of("/nowhere/copy"), &error), LFN_STORAGE);
    assert_int_equal(lfn_service_restore(l.h.service, lfn_text_of(""), &error), LFN_BAD_INPUT);
    assert_seeded(&l, true);
    harness_close(&l.h);
    assert_int_equal(unlink(copy), 0);
}

static void a_store_in_memory_is_copied_and_brought_back(void **state)
{
    (void)state;
    char folder[] = "/tmp/leafnative-test-XXXXXX";
    assert_non_null(mkdtemp(folder));
    a_snapshot_brings_everything_back((lfn_service_options){.mask_secrets = false}, folder);
    assert_int_equal(rmdir(folder), 0);
}

static void a_file_is_copied_and_brought_back_and_stands_after_it_is_closed(void **state)
{
    (void)state;
    static losant l;
    char folder[] = "/tmp/leafnative-test-XXXXXX", path[64], key[80];
    memset(&l, 0, sizeof l);
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/store.db", folder);
    (void)snprintf(key, sizeof key, "%s.key", path);
    a_snapshot_brings_everything_back((lfn_service_options){.path = lfn_text_of(path)}, folder);
    harness_open_with(&l.h, (lfn_service_options){.path = lfn_text_of(path)});
    assert_seeded(&l, true);
    harness_close(&l.h);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(unlink(key), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void a_token_of_before_a_reset_says_nothing_about_a_new_owner(void **state)
{
    (void)state;
    losant *l = &world;
    assert_int_equal(harness_ask(&l->h, 'a', LFN_GET, "/users", NULL), 200);
    assert_int_equal(lfn_service_reset(l->h.service, NULL), LFN_OK);
    assert_int_equal(
        lfn_service_create_owner(l->h.service, lfn_text_of("a@farm.example"), lfn_text_of("the password of a"), NULL),
        LFN_OK);
    assert_int_equal(harness_ask(&l->h, 'a', LFN_GET, "/users", NULL), 401);
    harness_login(&l->h, 'a');
    assert_int_equal(harness_ask(&l->h, 'a', LFN_GET, "/users", NULL), 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_seed_makes_the_world_that_it_describes, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_bad_seed_names_the_member_and_changes_nothing, open_world, close_world),
        cmocka_unit_test(a_store_in_memory_is_copied_and_brought_back),
        cmocka_unit_test(a_file_is_copied_and_brought_back_and_stands_after_it_is_closed),
        cmocka_unit_test_setup_teardown(a_token_of_before_a_reset_says_nothing_about_a_new_owner, open_world,
                                        close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
