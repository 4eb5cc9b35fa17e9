/* The store in a file: it is reached by its owner and one process alone, and a full disk loses nothing. */
#include "store/store.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

static char folder[64];
static char file[128];

static int make_folder(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/leafnative-store-XXXXXX");
    assert_non_null(mkdtemp(folder));
    (void)snprintf(file, sizeof file, "%s/leaf.db", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    static const char *const names[] = {"leaf.db", "leaf.db-wal", "leaf.db-shm", "leaf.db-journal", "other"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[160];
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)unlink(path);
    }
    return rmdir(folder);
}

static lfn_store *open_file(void)
{
    lfn_store *store = NULL;
    lfn_error error = {0};
    if (lfn_store_open(lfn_text_of(file), &store, &error) != LFN_OK)
        fail_msg("%s", error.message);
    return store;
}

static void assert_refused(const char *path, const char *words)
{
    lfn_store *store = NULL;
    lfn_error error = {0};
    assert_int_equal(lfn_store_open(lfn_text_of(path), &store, &error), LFN_STORAGE);
    assert_null(store);
    assert_true(strstr(error.message, words) != NULL || strstr(error.hint, words) != NULL);
}

static lfn_status add_owner(lfn_store *store, const char *email, lfn_error *error)
{
    return lfn_store_add_owner(store, lfn_text_of(email), lfn_text_of("h"), 1, error);
}

static bool has_owner(lfn_store *store, const char *email)
{
    lfn_owner owner;
    return lfn_store_find_owner(store, lfn_text_of(email), &owner, NULL) == LFN_OK;
}

static void run_sql(const char *sql)
{
    sqlite3 *database = NULL;
    assert_int_equal(sqlite3_open(file, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(database), SQLITE_OK);
}

static void what_was_committed_is_there_after_reopening(void **state)
{
    (void)state;
    lfn_store *store = open_file();
    assert_int_equal(add_owner(store, "a@x", NULL), LFN_OK);
    assert_int_equal(lfn_store_begin(store, true, NULL), LFN_OK);
    assert_int_equal(add_owner(store, "b@x", NULL), LFN_OK);
    lfn_store_free(store);
    store = open_file();
    assert_true(has_owner(store, "a@x"));
    assert_false(has_owner(store, "b@x"));
    lfn_store_free(store);
}

/* A transaction of readings is never ended by who reads. */
static void a_store_closed_among_readings_leaves_one_file(void **state)
{
    (void)state;
    char log[160];
    struct stat found;
    (void)snprintf(log, sizeof log, "%s-wal", file);
    lfn_store *store = open_file();
    assert_int_equal(add_owner(store, "a@x", NULL), LFN_OK);
    assert_int_equal(lfn_store_begin(store, false, NULL), LFN_OK);
    assert_true(has_owner(store, "a@x"));
    assert_int_equal(lfn_store_commit(store, NULL), LFN_OK);
    assert_int_equal(stat(log, &found), 0);
    lfn_store_free(store);
    assert_int_not_equal(stat(log, &found), 0);
    store = open_file();
    assert_true(has_owner(store, "a@x"));
    lfn_store_free(store);
}

static void assert_private(const char *suffix, bool needed)
{
    char path[160];
    struct stat found;
    (void)snprintf(path, sizeof path, "%s%s", file, suffix);
    bool there = stat(path, &found) == 0;
    assert_true(there || !needed);
    if (there)
        assert_int_equal(found.st_mode & 0777, 0600);
}

static void the_files_are_made_for_their_owner_alone_whatever_the_umask(void **state)
{
    (void)state;
    mode_t before = umask(0);
    lfn_store *store = open_file();
    assert_int_equal(add_owner(store, "a@x", NULL), LFN_OK);
    assert_private("", true);
    assert_private("-wal", true);
    assert_private("-shm", false);
    lfn_store_free(store);
    (void)umask(before);
}

static void a_file_that_others_can_reach_is_refused_with_the_cure(void **state)
{
    (void)state;
    lfn_store_free(open_file());
    static const mode_t modes[] = {0640, 0604, 0660, 0666, 0620, 0602, 0610};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        assert_int_equal(chmod(file, modes[i]), 0);
        assert_refused(file, "chmod 600");
        assert_refused(file, file);
    }
    assert_int_equal(chmod(file, 0600), 0);
    lfn_store_free(open_file());
}

static void links_and_what_is_no_file_are_refused(void **state)
{
    (void)state;
    lfn_store_free(open_file());
    char other[160];
    (void)snprintf(other, sizeof other, "%s/other", folder);
    assert_int_equal(symlink(file, other), 0);
    assert_refused(other, "symbolic link");
    assert_int_equal(unlink(other), 0);
    assert_int_equal(link(file, other), 0);
    assert_refused(file, "hard link");
    assert_int_equal(unlink(other), 0);
    assert_refused(folder, "not a regular file");
    assert_refused("/nowhere/leaf.db", "/nowhere/leaf.db");
    assert_refused("", "empty");
    (void)snprintf(other, sizeof other, "%s-wal", file);
    assert_int_equal(symlink("/dev/null", other), 0);
    assert_refused(file, "symbolic link");
}

static void a_file_of_before_the_first_release_is_refused_with_the_cure(void **state)
{
    (void)state;
    lfn_store_free(open_file());
    run_sql("UPDATE schema_version SET version = 2");
    assert_refused(file, "schema version 2");
    assert_refused(file, "another path");
}

static void a_newer_schema_and_what_is_no_database_are_refused(void **state)
{
    (void)state;
    lfn_store_free(open_file());
    run_sql("UPDATE schema_version SET version = 1000");
    assert_refused(file, "schema version 1000");
    FILE *stream = fopen(file, "w");
    assert_non_null(stream);
    for (int i = 0; i < 1000; i++)
        (void)fputs("this is no database ", stream);
    assert_int_equal(fclose(stream), 0);
    assert_refused(file, "no database");
}

static void a_second_opener_in_the_same_process_is_refused(void **state)
{
    (void)state;
    lfn_store *store = open_file();
    assert_refused(file, "in use");
    assert_int_equal(add_owner(store, "a@x", NULL), LFN_OK);
    lfn_store_free(store);
    lfn_store_free(open_file());
}

/* Holds the file open from the byte that it writes until the byte that it reads. */
static int hold_file(int ready, int leave)
{
    lfn_store *store = open_file();
    char byte = 'x';
    bool done = write(ready, &byte, 1) == 1 && read(leave, &byte, 1) == 1;
    lfn_store_free(store);
    return done ? 0 : 1;
}

static void a_second_process_is_refused_until_the_first_has_closed(void **state)
{
    (void)state;
    int ready[2];
    int leave[2];
    char byte = 'x';
    int ended = -1;
    assert_int_equal(pipe(ready), 0);
    assert_int_equal(pipe(leave), 0);
    pid_t child = fork();
    if (child == 0)
        _exit(hold_file(ready[1], leave[0]));
    assert_int_equal(close(ready[1]), 0);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_refused(file, "in use");
    assert_int_equal(write(leave[1], &byte, 1), 1);
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_int_equal(ended, 0);
    lfn_store_free(open_file());
    assert_int_equal(close(ready[0]), 0);
    assert_int_equal(close(leave[0]), 0);
    assert_int_equal(close(leave[1]), 0);
}

/* Fills the file until its size limit stops it; in a child, because the limit holds for the whole process. */
static int fill_disk(void)
{
    (void)signal(SIGXFSZ, SIG_IGN);
    lfn_store *store = open_file();
    lfn_status status = add_owner(store, "kept@x", NULL);
    struct rlimit limit = {512 * 1024, 512 * 1024};
    if (status != LFN_OK || setrlimit(RLIMIT_FSIZE, &limit) != 0)
        return 1;
    status = lfn_store_begin(store, true, NULL);
    lfn_error error = {0};
    static char large[100 * 1000];
    memset(large, 'x', sizeof large - 1);
    for (int i = 0; i < 100 && status == LFN_OK; i++) {
        large[0] = (char)('a' + i);
        status = lfn_store_set_setting(store, large, lfn_text_make(large, sizeof large), &error);
    }
    if (status == LFN_OK)
        status = lfn_store_commit(store, &error);
    if (status != LFN_STORAGE || error.message[0] == '\0' || error.hint[0] == '\0')
        return 2;
    lfn_store_rollback(store);
    if (!has_owner(store, "kept@x"))
        return 3;
    lfn_store_free(store);
    return 0;
}

static void a_full_disk_is_told_and_loses_nothing_that_was_committed(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0)
        _exit(fill_disk());
    int ended = -1;
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_int_equal(ended, 0);
    lfn_store *store = open_file();
    assert_true(has_owner(store, "kept@x"));
    lfn_store_free(store);
}

int main(void)
{
#define FILE_TEST(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        FILE_TEST(what_was_committed_is_there_after_reopening),
        FILE_TEST(a_store_closed_among_readings_leaves_one_file),
        FILE_TEST(the_files_are_made_for_their_owner_alone_whatever_the_umask),
        FILE_TEST(a_file_that_others_can_reach_is_refused_with_the_cure),
        FILE_TEST(links_and_what_is_no_file_are_refused),
        FILE_TEST(a_file_of_before_the_first_release_is_refused_with_the_cure),
        FILE_TEST(a_newer_schema_and_what_is_no_database_are_refused),
        FILE_TEST(a_second_opener_in_the_same_process_is_refused),
        FILE_TEST(a_second_process_is_refused_until_the_first_has_closed),
        FILE_TEST(a_full_disk_is_told_and_loses_nothing_that_was_committed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
