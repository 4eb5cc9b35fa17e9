/* Service credentials of every type: made, read, changed, refused; and what their secrets leave behind. */
#include "base/alloc.h"
#include "service/case_losant.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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
    losant_close(&world);
    return 0;
}

static const char *config_member(losant *l, const char *type, const char *member)
{
    return harness_get(&l->h, harness_format(&l->h, "%sConfig.%s", type, member));
}

static void patch_config(losant *l, const char *id, const char *type, const char *config)
{
    char body[8192];
    (void)snprintf(body, sizeof body, "{\"%sConfig\":%s}", type, config);
    (void)losant_ask(l, LFN_PATCH, harness_format(&l->h, "/credentials/%s", id), body);
}

/* Neither a canary nor a private key, nor the member itself. */
static void assert_no_secret(losant *l, const losant_type *type)
{
    assert_null(strstr(harness_body(&l->h), "canary"));
    assert_null(strstr(harness_body(&l->h), "PRIVATE KEY"));
    assert_string_equal(config_member(l, type->type, type->secret_member), "");
    assert_string_equal(config_member(l, type->type, "generatePrivateKey"), "");
}

static void every_type_is_made_read_and_changed_and_never_shows_its_secret(void **state)
{
    (void)state;
    losant *l = &world;
    size_t checks = 0;
    for (size_t i = 0; i < LOSANT_TYPES; i++) {
        const losant_type *type = &losant_types[i];
        const losant_type *next = &losant_types[(i + 1) % LOSANT_TYPES];
        const char *id = losant_make(l, type->type, type->type, losant_config(l, type));
        assert_string_equal(harness_get(&l->h, "type"), type->type);
        assert_string_equal(harness_get(&l->h, "enabled"), "true");
        assert_no_secret(l, type);
        const char *path = harness_format(&l->h, "/credentials/%s", id);

        assert_int_equal(losant_ask(l, LFN_GET, path, NULL), 200);
        assert_string_equal(harness_get(&l->h, "name"), type->type);
        assert_no_secret(l, type);

        fake_clock_advance(&l->h.clock, 1000);
        const char *before = harness_get(&l->h, "lastUpdated");
        patch_config(l, id, type->type, losant_secret_change(l, type));
        assert_int_equal(l->h.response.status, 200);
        assert_no_secret(l, type);
        assert_string_not_equal(harness_get(&l->h, "lastUpdated"), before);

        if (type->public_change != NULL) {
            patch_config(l, id, type->type, type->public_change);
            assert_int_equal(l->h.response.status, 200);
            assert_string_equal(config_member(l, type->type, type->public_member), type->public_value);
            assert_no_secret(l, type);
            checks++;
        }
        const char *stood = harness_get(&l->h, "lastUpdated");
        fake_clock_advance(&l->h.clock, 1000);
        patch_config(l, id, next->type, "{}");
        assert_refused(l, 400, "Validation");
        assert_non_null(strstr(harness_get(&l->h, "message"), harness_format(&l->h, "%sConfig", next->type)));

        patch_config(l, id, type->type, "{\"nonsense\":1}");
        assert_refused(l, 400, "Validation");
        assert_non_null(strstr(harness_get(&l->h, "message"), harness_format(&l->h, "%sConfig.nonsense", type->type)));
        assert_int_equal(losant_ask(l, LFN_GET, path, NULL), 200);
        assert_string_equal(harness_get(&l->h, "lastUpdated"), stood);

        const char *other =
            harness_format(&l->h, "{\"name\":\"x\",\"type\":\"%s\",\"%sConfig\":{}}", type->type, next->type);
        assert_int_equal(losant_ask(l, LFN_POST, "/credentials", other), 400);
        const char *without = harness_format(&l->h, "{\"name\":\"x\",\"type\":\"%s\"}", type->type);
        assert_int_equal(losant_ask(l, LFN_POST, "/credentials", without), 400);
        assert_refused(l, 400, "Validation");
        assert_non_null(
            strstr(harness_get(&l->h, "message"), harness_format(&l->h, "%sConfig is missing", type->type)));
        checks += 8;
    }
    assert_null(strstr(l->h.log, "canary"));
    assert_null(strstr(l->h.last_change, "canary"));
    print_message("%zu checks of %d types\n", checks, LOSANT_TYPES);
    assert_int_equal(checks, LOSANT_TYPES * 8 + 10);
}

static void a_secret_survives_a_patch_of_another_member(void **state)
{
    (void)state;
    losant *l = &world;
    const char *id = losant_make(l, "kept", "certificateKeyPair", losant_config(l, &losant_types[LOSANT_TYPES - 1]));
    /* Only the certificate is given: it has to fit the key that is kept. */
    patch_config(l, id, "certificateKeyPair", harness_format(&l->h, "{\"certificate\":\"%s\"}", l->certificate));
    assert_int_equal(l->h.response.status, 200);
    patch_config(l, id, "certificateKeyPair", harness_format(&l->h, "{\"privateKey\":\"%s\"}", l->other_key));
    assert_refused(l, 400, "Validation");
    assert_non_null(strstr(harness_get(&l->h, "message"), "certificateKeyPairConfig.privateKey"));
}

static void what_a_certificate_says_is_derived(void **state)
{
    (void)state;
    losant *l = &world;
    (void)losant_make(l, "pair", "certificateKeyPair", losant_config(l, &losant_types[LOSANT_TYPES - 1]));
    assert_string_equal(config_member(l, "certificateKeyPair", "info.commonName"), "Test Peer");
    assert_non_null(strstr(config_member(l, "certificateKeyPair", "info.issuerName"), "Test Authority"));
    assert_int_equal(strlen(config_member(l, "certificateKeyPair", "info.fingerprint")), 95);
    assert_int_equal(strlen(config_member(l, "certificateKeyPair", "info.notValidAfter")), 24);
    assert_string_not_equal(config_member(l, "certificateKeyPair", "info.serialNumber"), "");
    const char *bad = harness_format(&l->h, "{\"certificate\":\"no\",\"privateKey\":\"%s\"}", l->certificate_key);
    (void)losant_ask(l, LFN_POST, "/credentials",
                     harness_format(&l->h,
                                    "{\"name\":\"b\",\"type\":\"certificateKeyPair\","
                                    "\"certificateKeyPairConfig\":%s}",
                                    bad));
    assert_refused(l, 400, "Validation");
    assert_non_null(strstr(harness_get(&l->h, "message"), "certificateKeyPairConfig.certificate"));
}

static int post(losant *l, const char *type, const char *config)
{
    char body[8192];
    (void)snprintf(body, sizeof body, "{\"name\":\"derived\",\"type\":\"%s\",\"%sConfig\":%s}", type, type, config);
    return losant_ask(l, LFN_POST, "/credentials", body);
}

static void assert_names(losant *l, const char *member)
{
    assert_refused(l, 400, "Validation");
    assert_int_equal(strncmp(harness_get(&l->h, "message"), member, strlen(member)), 0);
}

#define SNOWFLAKE "\"host\":\"h\",\"username\":\"u\""
#define GIT(type) "\"cloneUrl\":\"https://a.example\",\"type\":\"" type "\""

static void a_pair_is_generated_or_read_but_not_both(void **state)
{
    (void)state;
    losant *l = &world;
    assert_int_equal(post(l, "snowflake", "{" SNOWFLAKE "}"), 400);
    assert_names(l, "snowflakeConfig.privateKey");
    assert_int_equal(post(l, "snowflake", "{" SNOWFLAKE ",\"privateKey\":\"\"}"), 400);
    assert_names(l, "snowflakeConfig.privateKey");
    assert_int_equal(post(l, "snowflake", "{" SNOWFLAKE ",\"privateKey\":\"canary\",\"generatePrivateKey\":true}"),
                     400);
    assert_names(l, "snowflakeConfig.generatePrivateKey");
    /* An EC key is no RSA key. */
    const char *wrong = harness_format(&l->h, "{" SNOWFLAKE ",\"privateKey\":\"%s\"}", l->certificate_key);
    assert_int_equal(post(l, "snowflake", wrong), 400);
    assert_names(l, "snowflakeConfig.privateKey");

    const char *id = losant_make(l, "flake", "snowflake", "{" SNOWFLAKE ",\"generatePrivateKey\":true}");
    const char *first = config_member(l, "snowflake", "publicKey");
    assert_non_null(strstr(first, "BEGIN PUBLIC KEY"));
    patch_config(l, id, "snowflake", "{\"host\":\"other\"}");
    assert_string_equal(config_member(l, "snowflake", "publicKey"), first);
    patch_config(l, id, "snowflake", "{\"generatePrivateKey\":true}");
    assert_non_null(strstr(config_member(l, "snowflake", "publicKey"), "BEGIN PUBLIC KEY"));
    assert_string_not_equal(config_member(l, "snowflake", "publicKey"), first);
}

static void a_git_credential_has_a_key_or_a_password(void **state)
{
    (void)state;
    losant *l = &world;
    assert_int_equal(post(l, "git", "{" GIT("http-password") ",\"generatePrivateKey\":true}"), 400);
    assert_names(l, "gitConfig.generatePrivateKey");
    assert_int_equal(post(l, "git", "{" GIT("ssh-key") ",\"secretValue\":\"canary\"}"), 400);
    assert_names(l, "gitConfig.secretValue");
    assert_null(strstr(harness_body(&l->h), "canary"));
    assert_int_equal(post(l, "git", "{" GIT("ssh-key") ",\"secretValue\":\"a\",\"generatePrivateKey\":true}"), 400);
    assert_names(l, "gitConfig.generatePrivateKey");

    const char *id = losant_make(l, "key", "git", "{" GIT("ssh-key") ",\"generatePrivateKey\":true}");
    assert_int_equal(strncmp(config_member(l, "git", "publicKey"), "ssh-ed25519 ", 12), 0);
    patch_config(l, id, "git", "{\"type\":\"http-password\",\"secretValue\":\"word\"}");
    assert_int_equal(l->h.response.status, 200);
    assert_string_equal(config_member(l, "git", "publicKey"), "");
    /* A password is no key. */
    patch_config(l, id, "git", "{\"type\":\"ssh-key\"}");
    assert_names(l, "gitConfig.secretValue");
    patch_config(l, id, "git", "{\"type\":\"ssh-key\",\"generatePrivateKey\":true}");
    assert_int_equal(strncmp(config_member(l, "git", "publicKey"), "ssh-ed25519 ", 12), 0);
}

static void a_key_that_is_given_shows_its_public_part(void **state)
{
    (void)state;
    losant *l = &world;
    char config[8192];
    (void)snprintf(config, sizeof config, "{" SNOWFLAKE ",\"privateKey\":\"%s\"}",
                   losant_key_file(l, "rsa_pkcs8.pem", true));
    (void)losant_make(l, "rsa", "snowflake", config);
    assert_string_equal(config_member(l, "snowflake", "publicKey"), losant_key_file(l, "rsa_pkcs8.pub.pem", false));
    (void)snprintf(config, sizeof config, "{" GIT("ssh-key") ",\"secretValue\":\"%s\"}",
                   losant_key_file(l, "ssh_ed25519", true));
    const char *id = losant_make(l, "ssh", "git", config);
    const char *line = losant_key_file(l, "ssh_ed25519.pub", false);
    const char *shown = config_member(l, "git", "publicKey");
    assert_true(strlen(shown) > 60);
    assert_int_equal(strncmp(line, shown, strlen(shown)), 0);
    (void)snprintf(config, sizeof config, "{\"secretValue\":\"%s\"}", losant_key_file(l, "rsa_pkcs8.pem", true));
    patch_config(l, id, "git", config);
    assert_int_equal(strncmp(config_member(l, "git", "publicKey"), "ssh-rsa ", 8), 0);
    /* An RSA key of 1024 bits is too weak for what the type takes. */
    const char *weak = losant_key_file(l, "rsa_1024.pem", true);
    assert_int_equal(post(l, "snowflake", harness_format(&l->h, "{" SNOWFLAKE ",\"privateKey\":\"%s\"}", weak)), 400);
    assert_names(l, "snowflakeConfig.privateKey");
}

static void a_key_file_shows_its_public_members_only(void **state)
{
    (void)state;
    losant *l = &world;
    (void)losant_make(l, "file", "gcp", losant_types[2].config);
    assert_string_equal(config_member(l, "gcp", "keyMetaJson"),
                        "{\"type\":\"service_account\",\"project_id\":\"farm\",\"client_email\":\"a@farm.example\"}");
    assert_int_equal(post(l, "gcp", "{\"keyJson\":\"no file\"}"), 400);
    assert_names(l, "gcpConfig.keyJson");
    static const char *const others[] = {"[]", "{}", "{\\\"type\\\":\\\"service_account\\\"}",
                                         "{\\\"type\\\":\\\"authorized_user\\\"}",
                                         "{\\\"type\\\":\\\"service_account\\\",\\\"private_key\\\":\\\"no key\\\"}"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        char config[256];
        (void)snprintf(config, sizeof config, "{\"keyJson\":\"%s\"}", others[i]);
        assert_int_equal(post(l, "gcp", config), 400);
        assert_names(l, "gcpConfig.keyJson");
    }
}

static void assert_says(losant *l, const char *type, const char *config, const char *words)
{
    assert_int_equal(post(l, type, config), 400);
    assert_refused(l, 400, "Validation");
    if (strstr(harness_get(&l->h, "message"), words) == NULL)
        fail_msg("%s: %s", words, harness_body(&l->h));
}

/* Whoever gave the wrong file learns which, and how to make the right one of it; never what it holds. */
static void what_is_wrong_with_a_key_or_a_certificate_is_told(void **state)
{
    (void)state;
    losant *l = &world;
    assert_says(l, "snowflake", "{" SNOWFLAKE ",\"privateKey\":\"canary\"}",
                "snowflakeConfig.privateKey cannot be taken: The private key does not parse as PEM");
    assert_null(strstr(harness_body(&l->h), "canary"));
    const char *weak = losant_key_file(l, "rsa_1024.pem", true);
    assert_says(l, "snowflake", harness_format(&l->h, "{" SNOWFLAKE ",\"privateKey\":\"%s\"}", weak),
                "RSA of at least 2048 bits.");
    const char *ssh = losant_key_file(l, "ssh_ed25519", true);
    assert_says(l, "snowflake", harness_format(&l->h, "{" SNOWFLAKE ",\"privateKey\":\"%s\"}", ssh),
                "OpenSSH's own form, not PEM. Write it anew as PEM: ssh-keygen");
    assert_says(l, "gcp", "{\"keyJson\":\"canary\"}", "It must be JSON.");
    assert_says(l, "gcp", "{\"keyJson\":\"{\\\"type\\\":\\\"authorized_user\\\"}\"}",
                "Its type must be service_account.");
    assert_says(l, "gcp", "{\"keyJson\":\"{\\\"type\\\":\\\"service_account\\\",\\\"private_key\\\":\\\"canary\\\"}\"}",
                "The private key does not parse");
    const char *certificate = l->certificate;
    const char *other = losant_key_file(l, "rsa_pkcs8.pem", true);
    assert_says(l, "certificateKeyPair",
                harness_format(&l->h, "{\"certificate\":\"%s\",\"privateKey\":\"%s\"}", certificate, other),
                "privateKey cannot be taken: The private key does not belong to the certificate.");
    assert_says(l, "certificateKeyPair",
                harness_format(&l->h, "{\"certificate\":\"%s%s\",\"privateKey\":\"%s\"}", certificate,
                               l->certificate_key, l->certificate_key),
                "stands together with a private key");
}

/* Neither a key nor the wish for one is needed: the key may come later. */
static void a_git_credential_may_be_made_without_a_key(void **state)
{
    (void)state;
    losant *l = &world;
    const char *id = losant_make(l, "later", "git", "{" GIT("ssh-key") "}");
    assert_string_equal(config_member(l, "git", "publicKey"), "");
    patch_config(l, id, "git", "{\"generatePrivateKey\":true}");
    assert_int_equal(l->h.response.status, 200);
    assert_int_equal(strncmp(config_member(l, "git", "publicKey"), "ssh-ed25519 ", 12), 0);
    (void)losant_make(l, "no password", "git", "{" GIT("http-password") "}");
}

static void a_null_clears_the_port_and_nothing_else_may_be_null(void **state)
{
    (void)state;
    losant *l = &world;
    const char *id = losant_make(l, "db", "sql", losant_types[9].config);
    assert_string_equal(config_member(l, "sql", "port"), "5432");
    patch_config(l, id, "sql", "{\"port\":null}");
    assert_int_equal(l->h.response.status, 200);
    assert_string_equal(config_member(l, "sql", "port"), "");
    assert_string_equal(config_member(l, "sql", "secureConnection"), "true");
    patch_config(l, id, "sql", "{\"host\":null}");
    assert_names(l, "sqlConfig.host");
}

static void a_public_value_that_is_absent_is_answered_empty(void **state)
{
    (void)state;
    losant *l = &world;
    (void)losant_make(l, "web", "http", losant_types[3].config);
    assert_non_null(strstr(harness_body(&l->h), "\"publicValue\":\"\""));
}

static bool file_holds(const char *path, const char *text)
{
    size_t length = strlen(text), size = 0, room = 4 * 1024 * 1024;
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return false;
    char *bytes = lfn_alloc(room);
    assert_non_null(bytes);
    size = fread(bytes, 1, room, file);
    assert_int_equal(fclose(file), 0);
    bool held = false;
    for (size_t i = 0; !held && i + length <= size; i++)
        held = memcmp(bytes + i, text, length) == 0;
    lfn_free(bytes);
    return held;
}

static void no_secret_stands_in_the_clear_in_the_store(void **state)
{
    (void)state;
    static losant l;
    char folder[] = "/tmp/leafnative-test-XXXXXX", path[64], other[80];
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/store.db", folder);
    losant_open_with(&l, (lfn_service_options){.path = lfn_text_of(path)});
    for (size_t i = 0; i < LOSANT_TYPES; i++)
        (void)losant_make(&l, losant_types[i].type, losant_types[i].type, losant_config(&l, &losant_types[i]));
    /* The second line of the key, of which nothing is escaped. */
    char line[65];
    (void)snprintf(line, sizeof line, "%.60s", strstr(l.certificate_key, "\\n") + 2);
    char token[128];
    (void)snprintf(token, sizeof token, "%s", l.token + strlen("Bearer "));
    losant_close(&l);
    static const char *const suffixes[] = {"", "-wal"};
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(other, sizeof other, "%s%s", path, suffixes[i]);
        assert_false(file_holds(other, "canary"));
        assert_false(file_holds(other, "PRIVATE KEY"));
        assert_false(file_holds(other, line));
        assert_false(file_holds(other, token));
    }
    assert_true(file_holds(path, "certificateKeyPair"));
    (void)unlink(path);
    (void)snprintf(other, sizeof other, "%s.key", path);
    (void)unlink(other);
    (void)rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_type_is_made_read_and_changed_and_never_shows_its_secret, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(a_secret_survives_a_patch_of_another_member, open_world, close_world),
        cmocka_unit_test_setup_teardown(what_a_certificate_says_is_derived, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_pair_is_generated_or_read_but_not_both, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_git_credential_has_a_key_or_a_password, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_key_that_is_given_shows_its_public_part, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_key_file_shows_its_public_members_only, open_world, close_world),
        cmocka_unit_test_setup_teardown(what_is_wrong_with_a_key_or_a_certificate_is_told, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_git_credential_may_be_made_without_a_key, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_null_clears_the_port_and_nothing_else_may_be_null, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_public_value_that_is_absent_is_answered_empty, open_world, close_world),
        cmocka_unit_test(no_secret_stands_in_the_clear_in_the_store),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
