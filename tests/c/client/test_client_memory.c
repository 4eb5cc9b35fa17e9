/* Every allocation fails in its turn: nothing leaks, nothing crashes, and what is said is that memory is out. */
#include "base/alloc.h"
#include "base/text.h"
#include "leafnative/client.h"
#include "support/canned_transport.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { TURNS_MAX = 2000 };

#define TOKEN "e30.eyJleHAiOjQxMDI0NDQ4MDAsImlhdCI6MTc2NzIyNTYwMH0.c2ln"

typedef struct story {
    fake_clock clock;
    canned_transport canned;
    char cache[64];
    lfn_status status;
} story;

static void script(story *s)
{
    canned_reset(&s->canned);
    canned_add_json(&s->canned, 200, "{\"id_token\":\"" TOKEN "\"}");
    canned_add_json(&s->canned, 201, "{\"id\":\"x\",\"more\":[{\"deep\":1}]}");
    canned_add_json(&s->canned, 401, "{\"title\":\"Unauthorized\"}");
    canned_add_json(&s->canned, 200, "{\"id_token\":\"" TOKEN "\"}");
    canned_add_json(&s->canned, 404, "{\"errorKey\":\"leafUserNotFound\",\"message\":\"gone\"}");
}

/* Opens a client, makes a user, reads one through a 401 and a new login, and closes. */
static lfn_status tell(story *s)
{
    static const lfn_argument user[] = {{LFN_TEXT("leafUserId"), LFN_TEXT("8a9c3f0e-1111-4222-8333-444455556666")}};
    lfn_client_options options = {.username = LFN_TEXT("a@farm.example"),
                                  .password = LFN_TEXT("s3cret"),
                                  .token_cache = lfn_text_of(s->cache),
                                  .transport = &s->canned.transport,
                                  .clock = &s->clock.clock};
    lfn_client *client = NULL;
    lfn_result result = {0};
    lfn_error error = {0};
    lfn_status status = lfn_client_open(&options, &client, &error);
    if (status != LFN_OK) {
        assert_int_equal(error.status, status);
        assert_false(s->canned.freed);
        return status;
    }
    lfn_call make = {.operation = lfn_operation_get(LFN_OP_USERS_CREATE), .body = LFN_TEXT("{\"name\":\"a\"}")};
    lfn_call read = {.operation = lfn_operation_get(LFN_OP_USERS_GET), .arguments = user, .argument_count = 1};
    status = lfn_client_call(client, &make, &result, &error);
    if (status == LFN_OK)
        status = lfn_client_call(client, &read, &result, &error);
    if (status != LFN_OK)
        assert_int_equal(error.status, status);
    lfn_result_free(&result);
    lfn_client_free(client);
    return status;
}

static void a_client_survives_every_allocation_that_fails(void **state)
{
    (void)state;
    story s = {.cache = "/tmp/lfn-memory-XXXXXX"};
    int descriptor = mkstemp(s.cache);
    assert_true(descriptor >= 0);
    assert_int_equal(close(descriptor), 0);
    fake_clock_init(&s.clock);
    canned_init(&s.canned, &s.clock);
    int turn = 0;
    int failed = 0;
    for (bool all_passed = false; !all_passed && turn < TURNS_MAX; turn++) {
        assert_int_equal(truncate(s.cache, 0), 0);
        script(&s);
        s.canned.freed = false;
        lfn_alloc_fail_after(turn);
        lfn_status status = tell(&s);
        /* Once the count is not used up, nothing failed: the story is told to its end. */
        void *probe = lfn_alloc(1);
        all_passed = probe == NULL;
        lfn_free(probe);
        lfn_alloc_fail_after(-1);
        failed += status == LFN_NO_MEMORY || status == LFN_UNKNOWN_OUTCOME;
        /* A refusal that could not be read and a cache that could not be written do not change what the call came to;
         * of a create whose answer could not be read nobody knows. */
        if (status != LFN_NO_MEMORY && status != LFN_UNKNOWN_OUTCOME && status != LFN_NOT_FOUND)
            fail_msg("turn %d gave %s", turn, lfn_status_get(status)->code);
    }
    assert_true(turn < TURNS_MAX);
    assert_true(failed > 20);
    canned_reset(&s.canned);
    assert_int_equal(unlink(s.cache), 0);
}

static void a_configuration_survives_every_allocation_that_fails(void **state)
{
    (void)state;
    char path[] = "/tmp/lfn-memory-XXXXXX";
    static const char content[] = "{\"leaf\":{\"username\":\"u\",\"password\":\"p\",\"proxy\":\"http://p.example\"}}";
    int descriptor = mkstemp(path);
    assert_int_equal(write(descriptor, content, sizeof content - 1), sizeof content - 1);
    assert_int_equal(close(descriptor), 0);
    assert_int_equal(setenv("LEAFNATIVE_CONFIG", path, 1), 0);
    assert_int_equal(setenv("LEAF_URL", "https://a.example", 1), 0);
    lfn_status status = LFN_NO_MEMORY;
    int turn = 0;
    for (; status != LFN_OK && turn < TURNS_MAX; turn++) {
        lfn_config *config = NULL;
        lfn_error error = {0};
        lfn_alloc_fail_after(turn);
        status = lfn_config_read(LFN_API_LEAF, lfn_text_of(NULL), &config, &error);
        lfn_alloc_fail_after(-1);
        if (status != LFN_OK && status != LFN_NO_MEMORY)
            fail_msg("turn %d: %s", turn, error.message);
        assert_true((config != NULL) == (status == LFN_OK));
        lfn_config_free(config);
    }
    assert_int_equal(status, LFN_OK);
    assert_true(turn > 5);
    assert_int_equal(unlink(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_client_survives_every_allocation_that_fails),
        cmocka_unit_test(a_configuration_survives_every_allocation_that_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
