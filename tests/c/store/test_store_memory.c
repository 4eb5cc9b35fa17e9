/* The store when SQLite finds no memory: whatever allocation fails, nothing half done stands and the store goes on. */
#include "store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>

static sqlite3_mem_methods real;
static long passes_left = -1; /* allocations that pass before one fails; negative: none fails */

static bool fails_now(void)
{
    return passes_left >= 0 && passes_left-- == 0;
}

static void *scarce_malloc(int size)
{
    return fails_now() ? NULL : real.xMalloc(size);
}

static void *scarce_realloc(void *memory, int size)
{
    return fails_now() ? NULL : real.xRealloc(memory, size);
}

static int make_memory_scarce(void **state)
{
    (void)state;
    /* Without the small memory that a connection sets aside, every piece is asked for. */
    if (sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0) != SQLITE_OK ||
        sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real) != SQLITE_OK)
        return -1;
    sqlite3_mem_methods scarce = real;
    scarce.xMalloc = scarce_malloc;
    scarce.xRealloc = scarce_realloc;
    return sqlite3_config(SQLITE_CONFIG_MALLOC, &scarce) == SQLITE_OK ? 0 : -1;
}

static lfn_store *open_store(void)
{
    lfn_store *store = NULL;
    passes_left = -1;
    assert_int_equal(lfn_store_open(lfn_text_of(NULL), &store, NULL), LFN_OK);
    return store;
}

static lfn_status find(lfn_store *store, const char *email)
{
    lfn_owner owner;
    return lfn_store_find_owner(store, lfn_text_of(email), &owner, NULL);
}

static lfn_status add(lfn_store *store, const char *email)
{
    return lfn_store_add_owner(store, lfn_text_of(email), lfn_text_of("hash"), 1, NULL);
}

/* A batch of two requests, of which the second is refused. */
static lfn_status run_batch(lfn_store *store)
{
    lfn_status status = lfn_store_begin(store, true, NULL);
    if (status != LFN_OK)
        return status;
    (void)add(store, "kept@x");
    if (lfn_store_savepoint(store, NULL) == LFN_OK) {
        (void)add(store, "refused@x");
        (void)lfn_store_savepoint_end(store, false, NULL);
    }
    status = lfn_store_commit(store, NULL);
    if (status != LFN_OK)
        lfn_store_rollback(store);
    return status;
}

static void what_was_refused_is_never_committed_whichever_allocation_fails(void **state)
{
    (void)state;
    long failed = 0;
    for (bool failing = true; failing; failed++) {
        lfn_store *store = open_store();
        passes_left = failed;
        (void)run_batch(store);
        failing = passes_left < 0;
        passes_left = -1;
        assert_int_equal(find(store, "refused@x"), LFN_NOT_FOUND);
        assert_int_equal(lfn_store_begin(store, true, NULL), LFN_OK);
        assert_int_equal(add(store, "after@x"), LFN_OK);
        assert_int_equal(lfn_store_commit(store, NULL), LFN_OK);
        assert_int_equal(find(store, "refused@x"), LFN_NOT_FOUND);
        lfn_store_free(store);
    }
    assert_true(failed > 50);
}

static void an_owner_that_cannot_be_read_is_not_taken_for_another(void **state)
{
    (void)state;
    lfn_store *store = open_store();
    assert_int_equal(add(store, "ann@x"), LFN_OK);
    long failed = 0;
    for (bool failing = true; failing; failed++) {
        lfn_owner owner = {0};
        passes_left = failed;
        lfn_status status = lfn_store_find_owner(store, lfn_text_of("ann@x"), &owner, NULL);
        failing = passes_left < 0;
        passes_left = -1;
        assert_true(status == LFN_OK || status == LFN_NO_MEMORY);
        if (status == LFN_OK)
            assert_int_equal(owner.email.size, 5);
    }
    assert_true(failed > 1);
    lfn_store_free(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_refused_is_never_committed_whichever_allocation_fails),
        cmocka_unit_test(an_owner_that_cannot_be_read_is_not_taken_for_another),
    };
    return cmocka_run_group_tests(tests, make_memory_scarce, NULL);
}
