/* Configuration: the environment, the file, and what of them is refused. */
#include "base/text.h"
#include "leafnative/client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

typedef struct fixture {
    char folder[64];
    char file[128]; /* $XDG_CONFIG_HOME/leafnative/config.json */
    lfn_config *config;
    lfn_error error;
    lfn_client_options options;
} fixture;

static const char *const variables[] = {"LEAF_URL",
                                        "LEAF_TOKEN",
                                        "LEAF_USERNAME",
                                        "LEAF_PASSWORD",
                                        "LEAF_TOKEN_CACHE",
                                        "LEAF_CLIENT_KEY",
                                        "LEAFNATIVE_CONFIG",
                                        "LEAF_CLIENT_CERTIFICATE",
                                        "LEAF_PROXY",
                                        "XDG_CONFIG_HOME",
                                        "HOME",
                                        "LEAFNATIVE_CA_FILE",
                                        "LEAF_APPLICATION_ID",
                                        "LOSANT_URL",
                                        "LOSANT_TOKEN",
                                        "LOSANT_APPLICATION_ID"};

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    *state = f;
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        (void)unsetenv(variables[i]);
    (void)snprintf(f->folder, sizeof f->folder, "/tmp/lfn-config-XXXXXX");
    if (mkdtemp(f->folder) == NULL)
        return -1;
    (void)snprintf(f->file, sizeof f->file, "%s/leafnative", f->folder);
    if (mkdir(f->file, 0700) != 0)
        return -1;
    strncat(f->file, "/config.json", sizeof f->file - strlen(f->file) - 1);
    return setenv("XDG_CONFIG_HOME", f->folder, 1);
}

static int tear_down(void **state)
{
    fixture *f = *state;
    lfn_config_free(f->config);
    (void)unlink(f->file);
    *strrchr(f->file, '/') = '\0';
    int left = rmdir(f->file) | rmdir(f->folder);
    free(f);
    return left;
}

static void write_mode(const char *path, const char *content, mode_t mode)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(content, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static void set(const char *name, const char *value)
{
    assert_int_equal(setenv(name, value, 1), 0);
}

static lfn_status read_profile(fixture *f, const char *profile)
{
    lfn_config_free(f->config);
    f->config = NULL;
    f->error = (lfn_error){0};
    return lfn_config_read(LFN_API_LEAF, lfn_text_of(profile), &f->config, &f->error);
}

/* Reads and applies to options that are all absent. */
static void read_and_apply(fixture *f)
{
    if (read_profile(f, NULL) != LFN_OK)
        fail_msg("%s", f->error.message);
    f->options = (lfn_client_options){0};
    lfn_config_apply(f->config, &f->options);
}

static void is_text(lfn_text text, const char *wanted)
{
    if (wanted == NULL)
        assert_null(text.data);
    else if (!lfn_text_equal_string(text, wanted))
        fail_msg("%.*s is not %s", (int)text.size, text.data != NULL ? text.data : "", wanted);
}

#define EVERYTHING                                                                                                     \
    "{\"leaf\":{\"url\":\"https://file.example\",\"username\":\"f@farm.example\",\"password\":\"pf\","                 \
    "\"tokenCache\":\"/c\",\"caFile\":\"/ca\",\"clientCertificate\":\"/cert\",\"clientKey\":\"/key\","                 \
    "\"proxy\":\"http://proxy.example:3128\"},\"staging\":{\"url\":\"https://staging.example\",\"token\":\"st\"}}"

static void nothing_set_and_no_file_gives_nothing(void **state)
{
    fixture *f = *state;
    read_and_apply(f);
    is_text(f->options.base_url, NULL);
    is_text(f->options.token, NULL);
    assert_string_equal(lfn_config_source(f->config, "url"), "");
    assert_string_equal(lfn_config_source(f->config, "colour"), "");
    lfn_config_free(NULL);
}

static void the_environment_gives_every_setting(void **state)
{
    fixture *f = *state;
    set("LEAF_URL", "https://env.example");
    set("LEAF_USERNAME", "e@farm.example");
    set("LEAF_PASSWORD", "pe");
    set("LEAF_TOKEN_CACHE", "/cache");
    set("LEAFNATIVE_CA_FILE", "/ca");
    set("LEAF_CLIENT_CERTIFICATE", "/cert");
    set("LEAF_CLIENT_KEY", "/key");
    set("LEAF_PROXY", "http://proxy.example");
    read_and_apply(f);
    is_text(f->options.base_url, "https://env.example");
    is_text(f->options.username, "e@farm.example");
    is_text(f->options.password, "pe");
    is_text(f->options.token_cache, "/cache");
    is_text(f->options.ca_file, "/ca");
    is_text(f->options.client_certificate, "/cert");
    is_text(f->options.client_key, "/key");
    is_text(f->options.proxy, "http://proxy.example");
    assert_string_equal(lfn_config_source(f->config, "url"), "environment LEAF_URL");
    assert_string_equal(lfn_config_source(f->config, "caFile"), "environment LEAFNATIVE_CA_FILE");
}

static void the_file_gives_what_the_environment_lacks(void **state)
{
    fixture *f = *state;
    write_mode(f->file, EVERYTHING, 0600);
    set("LEAF_URL", "https://env.example");
    set("LEAF_PROXY", "");
    read_and_apply(f);
    is_text(f->options.base_url, "https://env.example");
    is_text(f->options.username, "f@farm.example");
    is_text(f->options.password, "pf");
    is_text(f->options.token_cache, "/c");
    is_text(f->options.ca_file, "/ca");
    is_text(f->options.client_certificate, "/cert");
    is_text(f->options.client_key, "/key");
    is_text(f->options.proxy, "http://proxy.example:3128");
    assert_string_equal(lfn_config_source(f->config, "proxy"), f->file);
}

static void options_that_are_given_stay(void **state)
{
    fixture *f = *state;
    write_mode(f->file, EVERYTHING, 0600);
    assert_int_equal(read_profile(f, NULL), LFN_OK);
    f->options = (lfn_client_options){.base_url = LFN_TEXT("https://given.example"), .token = LFN_TEXT("given")};
    lfn_config_apply(f->config, &f->options);
    is_text(f->options.base_url, "https://given.example");
    is_text(f->options.token, "given");
    is_text(f->options.username, NULL);
    is_text(f->options.password, NULL);
    is_text(f->options.token_cache, NULL);
    is_text(f->options.ca_file, "/ca");
}

static void logins_of_two_sources_are_not_mixed(void **state)
{
    fixture *f = *state;
    write_mode(f->file, EVERYTHING, 0600);
    set("LEAF_TOKEN", "te");
    read_and_apply(f);
    is_text(f->options.token, "te");
    is_text(f->options.username, NULL);
    is_text(f->options.password, NULL);
    assert_string_equal(lfn_config_source(f->config, "username"), "");
    is_text(f->options.proxy, "http://proxy.example:3128");
}

static void the_file_is_looked_for_in_its_order(void **state)
{
    fixture *f = *state;
    char home[128];
    char named[160];
    (void)snprintf(home, sizeof home, "%s/home", f->folder);
    (void)snprintf(named, sizeof named, "%s/.config", home);
    assert_int_equal(mkdir(home, 0700) | mkdir(named, 0700), 0);
    strcat(named, "/leafnative");
    assert_int_equal(mkdir(named, 0700), 0);
    strcat(named, "/config.json");
    write_mode(named, "{\"leaf\":{\"url\":\"https://home.example\"}}", 0644);
    set("HOME", home);
    set("XDG_CONFIG_HOME", "relative");
    read_and_apply(f);
    is_text(f->options.base_url, "https://home.example");
    set("XDG_CONFIG_HOME", f->folder);
    write_mode(f->file, "{\"leaf\":{\"url\":\"https://xdg.example\"}}", 0644);
    read_and_apply(f);
    is_text(f->options.base_url, "https://xdg.example");
    set("LEAFNATIVE_CONFIG", named);
    read_and_apply(f);
    is_text(f->options.base_url, "https://home.example");
    assert_int_equal(unlink(named), 0);
    assert_int_equal(read_profile(f, NULL), LFN_BAD_INPUT);
    assert_non_null(strstr(f->error.message, named));
    assert_non_null(strstr(f->error.message, "LEAFNATIVE_CONFIG"));
    for (int i = 0; i < 3; i++) {
        *strrchr(named, '/') = '\0';
        assert_int_equal(rmdir(named), 0);
    }
}

static void a_profile_that_is_asked_for_must_be_there(void **state)
{
    fixture *f = *state;
    assert_int_equal(read_profile(f, "staging"), LFN_BAD_INPUT);
    assert_string_equal(f->error.where, "/profile");
    write_mode(f->file, EVERYTHING, 0600);
    assert_int_equal(read_profile(f, "staging"), LFN_OK);
    f->options = (lfn_client_options){0};
    lfn_config_apply(f->config, &f->options);
    is_text(f->options.base_url, "https://staging.example");
    is_text(f->options.token, "st");
    assert_int_equal(read_profile(f, "moon"), LFN_BAD_INPUT);
    assert_non_null(strstr(f->error.message, "moon"));
    assert_string_equal(f->error.where, "/profile");
}

#define FIFTEEN "ééééééééééééééé"
#define SIXTEEN FIFTEEN "é"

static void a_wrong_file_is_refused_with_its_name_and_member_and_without_values(void **state)
{
    static const struct {
        const char *content;
        const char *where;
        const char *words;
    } wrong[] = {
        {"{\"leaf\":{\"usrname\":\"hidden\"}}", "/leaf/usrname", "username"},
        {"{\"leaf\":{\"token_cache\":\"hidden\"}}", "/leaf/token_cache", "tokenCache"},
        {"{\"leaf\":{\"colour\":\"hidden\"}}", "/leaf/colour", "unknown"},
        {"{\"leaf\":{\"a" SIXTEEN SIXTEEN "\":7}}", "/leaf/a" SIXTEEN FIFTEEN, "unknown"},
        {"{\"leaf\":{\"url\":7}}", "/leaf/url", "string"},
        {"{\"leaf\":{\"password\":[\"hidden\"]}}", "/leaf/password", "string"},
        {"{\"leaf\":{\"url\":\"\"}}", "/leaf/url", "empty"},
        {"{\"leaf\":{\"url\":\"a\\u0000b\"}}", "/leaf/url", "U+0000"},
        {"{\"leaf\":\"hidden\"}", "", "object"},
        {"[\"hidden\"]", "", "object"},
        {"{\"leaf\":{\"token\":\"hidden\"", "", "not JSON"},
        {"", "", "not JSON"},
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        write_mode(f->file, wrong[i].content, 0600);
        if (read_profile(f, NULL) != LFN_BAD_INPUT)
            fail_msg("%s was taken", wrong[i].content);
        assert_null(f->config);
        assert_string_equal(f->error.where, wrong[i].where);
        assert_non_null(strstr(f->error.message, f->file));
        if (strstr(f->error.message, wrong[i].words) == NULL)
            fail_msg("\"%s\" lacks \"%s\"", f->error.message, wrong[i].words);
        assert_null(strstr(f->error.message, "hidden"));
        if (wrong[i].where[0] != '\0') /* whoever shows both would say it twice */
            assert_null(strstr(f->error.message, wrong[i].where));
    }
}

static void a_secret_that_others_can_read_is_refused_with_the_cure(void **state)
{
    static const char *const secrets[] = {
        "{\"leaf\":{\"token\":\"hidden\"}}",
        "{\"leaf\":{\"username\":\"u\",\"password\":\"hidden\"}}",
        "{\"leaf\":{\"proxy\":\"http://u:hidden@proxy.example\"}}",
        "{\"other\":{\"token\":\"hidden\"}}",
    };
    static const char *const members[] = {"token", "password", "proxy", "token"};
    static const mode_t modes[] = {0644, 0640, 0604, 0620};
    fixture *f = *state;
    for (size_t i = 0; i < 4; i++) {
        write_mode(f->file, secrets[i], modes[i]);
        assert_int_equal(read_profile(f, NULL), LFN_BAD_INPUT);
        assert_non_null(strstr(f->error.message, f->file));
        assert_non_null(strstr(f->error.message, members[i]));
        assert_non_null(strstr(f->error.hint, "chmod 600"));
        assert_null(strstr(f->error.message, "hidden"));
        assert_int_equal(chmod(f->file, 0600), 0);
        assert_int_equal(read_profile(f, NULL), LFN_OK);
    }
}

static void a_file_without_secrets_may_be_readable_by_all(void **state)
{
    fixture *f = *state;
    write_mode(f->file, "{\"leaf\":{\"url\":\"https://a.example\",\"proxy\":\"http://p.example\"}}", 0644);
    read_and_apply(f);
    is_text(f->options.proxy, "http://p.example");
}

static void a_symbolic_link_to_a_private_file_is_fine(void **state)
{
    fixture *f = *state;
    char target[128];
    (void)snprintf(target, sizeof target, "%s/target", f->folder);
    write_mode(target, "{\"leaf\":{\"token\":\"t\"}}", 0600);
    assert_int_equal(symlink(target, f->file), 0);
    read_and_apply(f);
    is_text(f->options.token, "t");
    assert_int_equal(chmod(target, 0644), 0);
    assert_int_equal(read_profile(f, NULL), LFN_BAD_INPUT);
    assert_int_equal(unlink(target), 0);
    assert_int_equal(read_profile(f, NULL), LFN_OK);
}

/* Reads the profile of the API that has an application. */
static lfn_status read_losant(fixture *f)
{
    lfn_config_free(f->config);
    f->config = NULL;
    f->error = (lfn_error){0};
    return lfn_config_read(LFN_API_LOSANT, lfn_text_of(NULL), &f->config, &f->error);
}

static void each_api_has_variables_and_a_profile_of_its_own(void **state)
{
    fixture *f = *state;
    set("LEAF_TOKEN", "leaf");
    set("LOSANT_TOKEN", "losant");
    set("LOSANT_URL", "https://losant.example");
    assert_int_equal(read_losant(f), LFN_OK);
    f->options = (lfn_client_options){0};
    lfn_config_apply(f->config, &f->options);
    is_text(f->options.token, "losant");
    is_text(f->options.base_url, "https://losant.example");
    read_and_apply(f);
    is_text(f->options.token, "leaf");
    is_text(f->options.base_url, NULL);
    assert_int_equal(unsetenv("LOSANT_TOKEN"), 0);
    write_mode(f->file, "{\"leaf\":{\"token\":\"no\"},\"losant\":{\"token\":\"filed\",\"applicationId\":\"a\"}}", 0600);
    assert_int_equal(read_losant(f), LFN_OK);
    f->options = (lfn_client_options){0};
    lfn_config_apply(f->config, &f->options);
    is_text(f->options.token, "filed");
    is_text(lfn_config_setting(f->config, "applicationId"), "a");
    assert_string_equal(lfn_config_source(f->config, "applicationId"), f->file);
}

static void an_application_is_a_setting_of_the_api_that_has_it_in_its_paths(void **state)
{
    fixture *f = *state;
    set("LOSANT_APPLICATION_ID", "575ece2b7ae143cd83dc4a9c");
    set("LEAF_APPLICATION_ID", "other");
    assert_int_equal(read_losant(f), LFN_OK);
    is_text(lfn_config_setting(f->config, "applicationId"), "575ece2b7ae143cd83dc4a9c");
    assert_string_equal(lfn_config_source(f->config, "applicationId"), "environment LOSANT_APPLICATION_ID");
    /* An option is had by applying, so that a secret has one way out. */
    set("LOSANT_TOKEN", "t");
    assert_int_equal(read_losant(f), LFN_OK);
    is_text(lfn_config_setting(f->config, "token"), NULL);
    is_text(lfn_config_setting(f->config, "colour"), NULL);
    assert_int_equal(read_profile(f, NULL), LFN_OK);
    is_text(lfn_config_setting(f->config, "applicationId"), NULL);
    write_mode(f->file, "{\"leaf\":{\"applicationId\":\"a\"}}", 0600);
    assert_int_equal(read_profile(f, NULL), LFN_BAD_INPUT);
    assert_string_equal(f->error.where, "/leaf/applicationId");
}

static void a_folder_or_an_unknown_api_is_refused(void **state)
{
    fixture *f = *state;
    set("LEAFNATIVE_CONFIG", f->folder);
    assert_int_equal(read_profile(f, NULL), LFN_BAD_INPUT);
    assert_non_null(strstr(f->error.message, f->folder));
    assert_int_equal(lfn_config_read(LFN_API_COUNT, lfn_text_of(NULL), &f->config, NULL), LFN_BAD_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(nothing_set_and_no_file_gives_nothing),
        TEST(the_environment_gives_every_setting),
        TEST(the_file_gives_what_the_environment_lacks),
        TEST(options_that_are_given_stay),
        TEST(logins_of_two_sources_are_not_mixed),
        TEST(the_file_is_looked_for_in_its_order),
        TEST(a_profile_that_is_asked_for_must_be_there),
        TEST(a_wrong_file_is_refused_with_its_name_and_member_and_without_values),
        TEST(a_secret_that_others_can_read_is_refused_with_the_cure),
        TEST(a_file_without_secrets_may_be_readable_by_all),
        TEST(a_symbolic_link_to_a_private_file_is_fine),
        TEST(each_api_has_variables_and_a_profile_of_its_own),
        TEST(an_application_is_a_setting_of_the_api_that_has_it_in_its_paths),
        TEST(a_folder_or_an_unknown_api_is_refused),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
