/* A service on a file: its key, what stands on the disk, and opening again. */
#include "service/case_harness.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A folder of its own for each test. */
typedef struct place {
    char folder[64];
    char database[128];
    char key[160];
} place;

static void place_make(place *at)
{
    (void)unsetenv("LEAFNATIVE_KEY");
    (void)snprintf(at->folder, sizeof at->folder, "/tmp/lfn-service-XXXXXX");
    assert_non_null(mkdtemp(at->folder));
    (void)snprintf(at->database, sizeof at->database, "%s/leaf.db", at->folder);
    (void)snprintf(at->key, sizeof at->key, "%s.key", at->database);
}

static void place_remove(const place *at)
{
    DIR *folder = opendir(at->folder);
    assert_non_null(folder);
    struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        char path[768];
        (void)snprintf(path, sizeof path, "%s/%s", at->folder, entry->d_name);
        if (entry->d_name[0] != '.')
            assert_int_equal(unlink(path), 0);
    }
    (void)closedir(folder);
    assert_int_equal(rmdir(at->folder), 0);
}

static lfn_service_options options_of(const place *at)
{
    lfn_service_options options = {.path = lfn_text_of(at->database), .cheap_passwords = true};
    return options;
}

static lfn_status try_open(const lfn_service_options *options, lfn_error *error)
{
    lfn_service *service = NULL;
    lfn_status status = lfn_service_open(options, &service, error);
    assert_true((status == LFN_OK) == (service != NULL));
    lfn_service_free(service);
    return status;
}

static void write_file(const char *path, const char *text, mode_t mode)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
}

/* Whether a file of the folder holds the text. */
static bool folder_holds(const place *at, const char *text)
{
    bool found = false;
    DIR *folder = opendir(at->folder);
    assert_non_null(folder);
    struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        char path[768];
        (void)snprintf(path, sizeof path, "%s/%s", at->folder, entry->d_name);
        FILE *file = entry->d_name[0] != '.' ? fopen(path, "rb") : NULL;
        if (file == NULL)
            continue;
        static char bytes[8 * 1024 * 1024];
        size_t size = fread(bytes, 1, sizeof bytes, file);
        found = found || memmem(bytes, size, text, strlen(text)) != NULL;
        assert_int_equal(fclose(file), 0);
    }
    (void)closedir(folder);
    return found;
}

static void what_was_kept_is_there_after_opening_again(void **state)
{
    (void)state;
    place at;
    harness h;
    char user[64], token[1024];
    place_make(&at);
    harness_open_with(&h, options_of(&at));
    (void)snprintf(user, sizeof user, "%s", harness_user(&h, 'a', "Maple"));
    (void)harness_panorama(&h, 'a', user);
    (void)snprintf(token, sizeof token, "%s", h.tokens[0]);
    struct stat info;
    assert_int_equal(stat(at.key, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(info.st_size, 65);
    harness_close(&h);

    harness_open_with(&h, options_of(&at));
    (void)snprintf(h.tokens[0], sizeof h.tokens[0], "%s", token); /* the earlier token still counts */
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, harness_format(&h, "/users/%s/panorama-credentials", user), NULL),
                     200);
    assert_string_equal(harness_get(&h, "refreshToken"), "canary-refresh");
    harness_close(&h);
    place_remove(&at);
}

static void no_secret_stands_in_the_clear_on_the_disk(void **state)
{
    (void)state;
    place at;
    harness h;
    place_make(&at);
    harness_open_with(&h, options_of(&at));
    char user[64];
    (void)snprintf(user, sizeof user, "%s", harness_user(&h, 'a', "Maple-canary-name"));
    harness_panorama_answers(&h, user, 200, "X-Echo: canary-password", "{\"accessToken\":\"canary-access\"}");
    assert_int_equal(harness_ask(&h, 'a', LFN_POST,
                                 harness_format(&h, "/users/%s/one-click-integration/Panorama", user),
                                 "{\"clientId\":\"id\",\"username\":\"u\",\"password\":\"canary-sign-in\","
                                 "\"clientEnvironment\":\"STAGE\",\"sharingUrlId\":\"s\"}"),
                     200);
    const char *state_text = strstr(harness_get(&h, "signInUrl"), "state=");
    assert_non_null(state_text);
    state_text += strlen("state=");
    (void)harness_panorama(&h, 'a', user);
    static const char *const secrets[] = {"canary-password", "canary-refresh", "canary-access", "canary-sign-in",
                                          "the password of a"};
    /* While the file is in use its log holds the latest changes; after closing, the file itself. */
    for (int closed = 0; closed < 2; closed++) {
        assert_true(folder_holds(&at, "Maple-canary-name"));
        for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
            assert_false(folder_holds(&at, secrets[i]));
        assert_false(folder_holds(&at, state_text));
        if (closed == 0)
            harness_close(&h);
    }
    place_remove(&at);
}

static void a_key_that_is_not_the_database_s_is_refused(void **state)
{
    (void)state;
    place at;
    lfn_error error;
    place_make(&at);
    lfn_service_options options = options_of(&at);
    static const char wrong[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    assert_int_equal(try_open(&options, &error), LFN_OK);
    options.key = lfn_text_of(wrong);
    assert_int_equal(try_open(&options, &error), LFN_STORAGE);
    assert_non_null(strstr(error.message, "key"));
    assert_null(strstr(error.message, wrong));
    options.key = lfn_text_of("short");
    assert_int_equal(try_open(&options, &error), LFN_BAD_INPUT);
    assert_string_equal(error.where, "/key");
    options.key = lfn_text_of(NULL);
    assert_int_equal(setenv("LEAFNATIVE_KEY", wrong, 1), 0);
    assert_int_equal(try_open(&options, &error), LFN_STORAGE);
    assert_int_equal(setenv("LEAFNATIVE_KEY", "zz", 1), 0);
    assert_int_equal(try_open(&options, &error), LFN_BAD_INPUT);
    assert_int_equal(unsetenv("LEAFNATIVE_KEY"), 0);
    assert_int_equal(try_open(&options, &error), LFN_OK);
    /* A key that got lost is not made anew over what was sealed with it. */
    assert_int_equal(unlink(at.key), 0);
    assert_int_equal(try_open(&options, &error), LFN_STORAGE);
    assert_int_equal(access(at.key, F_OK), -1);
    place_remove(&at);
}

static void a_key_file_that_others_can_use_is_refused(void **state)
{
    (void)state;
    place at;
    lfn_error error;
    char elsewhere[128];
    place_make(&at);
    lfn_service_options options = options_of(&at);
    static const char key[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n";
    static const mode_t open_modes[] = {0640, 0604, 0660, 0644, 0620};
    for (size_t i = 0; i < sizeof open_modes / sizeof *open_modes; i++) {
        write_file(at.key, key, open_modes[i]);
        assert_int_equal(try_open(&options, &error), LFN_STORAGE);
        assert_non_null(strstr(error.message, "0600"));
    }
    write_file(at.key, "too short\n", 0600);
    assert_int_equal(try_open(&options, &error), LFN_STORAGE);
    assert_int_equal(unlink(at.key), 0);
    (void)snprintf(elsewhere, sizeof elsewhere, "%s/elsewhere", at.folder);
    write_file(elsewhere, key, 0600);
    assert_int_equal(symlink(elsewhere, at.key), 0);
    assert_int_equal(try_open(&options, &error), LFN_STORAGE);
    assert_non_null(strstr(error.message, "symbolic link"));
    assert_int_equal(unlink(at.key), 0);
    write_file(at.key, key, 0600);
    assert_int_equal(try_open(&options, &error), LFN_OK);
    place_remove(&at);
}

static void wrong_options_are_named(void **state)
{
    (void)state;
    lfn_error error;
    lfn_service_options options = {.path = {"a\0b", 3}};
    assert_int_equal(try_open(&options, &error), LFN_BAD_INPUT);
    assert_string_equal(error.where, "/path");
    static const char *const urls[] = {"", "ftp://x", "http://", "https://a b", "https://a?b", "leaf.example"};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        options = (lfn_service_options){.public_url = lfn_text_of(urls[i])};
        assert_int_equal(try_open(&options, &error), LFN_BAD_INPUT);
        assert_string_equal(error.where, "/public_url");
    }
    lfn_service_free(NULL);
}

/* What a child of this process makes of the service; 0 when all is as it should be. */
static int use_as_child(lfn_service *service)
{
    lfn_error error;
    if (lfn_service_create_owner(service, lfn_text_of("d@x.example"), lfn_text_of("p"), &error) != LFN_CLOSED)
        return 1;
    if (strstr(error.message, "before this process was forked") == NULL)
        return 2;
    if (lfn_service_snapshot(service, lfn_text_of("/nowhere/copy"), &error) != LFN_CLOSED)
        return 3;
    lfn_service_free(service);
    return 0;
}

static void a_child_of_the_process_is_told_to_open_the_service_again(void **state)
{
    (void)state;
    place at;
    harness h;
    place_make(&at);
    harness_open_with(&h, options_of(&at));
    pid_t child = fork();
    if (child == 0)
        _exit(use_as_child(h.service));
    int outcome = -1;
    assert_int_equal(waitpid(child, &outcome, 0), child);
    assert_int_equal(outcome, 0);
    assert_int_equal(harness_ask(&h, 'a', LFN_POST, "/users", "{\"name\":\"Maple\"}"), 201);
    harness_close(&h);

    harness_open_with(&h, options_of(&at));
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users", NULL), 200);
    assert_string_equal(harness_get(&h, "0.name"), "Maple");
    harness_close(&h);
    place_remove(&at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_kept_is_there_after_opening_again),
        cmocka_unit_test(no_secret_stands_in_the_clear_on_the_disk),
        cmocka_unit_test(a_key_that_is_not_the_database_s_is_refused),
        cmocka_unit_test(a_key_file_that_others_can_use_is_refused),
        cmocka_unit_test(wrong_options_are_named),
        cmocka_unit_test(a_child_of_the_process_is_told_to_open_the_service_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
