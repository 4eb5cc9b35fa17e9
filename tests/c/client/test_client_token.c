/* Tokens: logging in, renewing, the one login after a 401, and the file that keeps a token between runs. */
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

#define LOGIN_TEXT                                                                                                     \
    "POST /api/authenticate\nAccept: application/json\nContent-Type: application/json\n\n"                             \
    "{\"username\":\"a@farm.example\",\"password\":\"s3cret\",\"rememberMe\":\"false\"}"

#define KEPT(url, name, rest) "{\"baseUrl\":\"" url "\",\"username\":\"" name "\",\"token\":\"kept\"" rest "}"
#define LIVE "https://api.withleaf.io"

typedef struct fixture {
    fake_clock clock;
    canned_transport canned;
    lfn_client_options options;
    lfn_client *client;
    lfn_result result;
    lfn_error error;
    char folder[64];
    char cache[96];
    char log[4096];
} fixture;

static void keep_log(void *context, lfn_log_level level, const char *line)
{
    (void)level;
    fixture *f = context;
    strncat(f->log, line, sizeof f->log - strlen(f->log) - 1);
}

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    fake_clock_init(&f->clock);
    canned_init(&f->canned, &f->clock);
    f->options = (lfn_client_options){.base_url = LFN_TEXT(LIVE "/"),
                                      .username = LFN_TEXT("a@farm.example"),
                                      .password = LFN_TEXT("s3cret"),
                                      .transport = &f->canned.transport,
                                      .clock = &f->clock.clock,
                                      .log = {keep_log, f}};
    (void)snprintf(f->folder, sizeof f->folder, "/tmp/lfn-token-XXXXXX");
    *state = f;
    if (mkdtemp(f->folder) == NULL)
        return -1;
    (void)snprintf(f->cache, sizeof f->cache, "%s/token.json", f->folder);
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    lfn_client_free(f->client);
    lfn_result_free(&f->result);
    canned_reset(&f->canned);
    (void)unlink(f->cache);
    int left = rmdir(f->folder); /* fails when a temporary file was left behind */
    free(f);
    return left;
}

static void open_client(fixture *f)
{
    lfn_client_free(f->client);
    f->client = NULL;
    if (lfn_client_open(&f->options, &f->client, &f->error) != LFN_OK)
        fail_msg("%s", f->error.message);
}

static lfn_status list_users(fixture *f)
{
    lfn_call call = {.operation = lfn_operation_get(LFN_OP_USERS_LIST)};
    f->error = (lfn_error){0};
    return lfn_client_call(f->client, &call, &f->result, &f->error);
}

/* A token in the form of a JWT whose life began now. `mark` tells tokens apart. */
static const char *jwt(fixture *f, const char *mark, int64_t life_s)
{
    static char token[512];
    char claims[128];
    lfn_buffer payload;
    lfn_buffer_init(&payload, 256);
    long long now = f->clock.now_us / 1000000;
    (void)snprintf(claims, sizeof claims, "{\"sub\":\"a@farm.example\",\"iat\":%lld,\"exp\":%lld}", now,
                   now + (long long)life_s);
    assert_true(lfn_buffer_append_base64url(&payload, claims, strlen(claims)));
    (void)snprintf(token, sizeof token, "%s.%s.signature", mark, payload.data);
    lfn_buffer_free(&payload);
    return token;
}

/* Scripted bodies have to outlive the call: one per place. */
static void add_login(fixture *f, const char *token)
{
    static char bodies[16][600];
    static size_t next;
    char *body = bodies[next++ % 16];
    (void)snprintf(body, sizeof bodies[0], "{\"id_token\":\"%s\"}", token);
    canned_add_json(&f->canned, 200, body);
}

static const char *authorization(const fixture *f, size_t index)
{
    const char *text = f->canned.requests[index].authorization;
    return text != NULL ? text : "";
}

static void starts_with(const char *text, const char *start)
{
    if (strncmp(text, start, strlen(start)) != 0)
        fail_msg("\"%s\" does not begin with \"%s\"", text, start);
}

/* ---- logging in ---- */

static void the_client_logs_in_by_itself_once_and_uses_the_token_again(void **state)
{
    fixture *f = *state;
    open_client(f);
    assert_int_equal(f->canned.request_count, 0);
    add_login(f, jwt(f, "one", 86400));
    canned_add_json(&f->canned, 200, "[]");
    canned_add_json(&f->canned, 200, "[]");
    assert_int_equal(list_users(f), LFN_OK);
    assert_int_equal(f->result.attempt_count, 1);
    assert_int_equal(list_users(f), LFN_OK);
    assert_int_equal(f->canned.request_count, 3);
    assert_string_equal(canned_text(&f->canned, 0), LOGIN_TEXT);
    starts_with(authorization(f, 1), "Bearer one.");
    starts_with(authorization(f, 2), "Bearer one.");
}

static void remember_me_is_sent_as_a_word(void **state)
{
    fixture *f = *state;
    f->options.remember_me = true;
    open_client(f);
    add_login(f, "plain");
    canned_add_json(&f->canned, 200, "[]");
    assert_int_equal(list_users(f), LFN_OK);
    assert_non_null(strstr(f->canned.requests[0].body, "\"rememberMe\":\"true\""));
}

static void a_token_is_renewed_a_minute_or_a_tenth_of_its_life_before_it_ends(void **state)
{
    static const struct {
        int64_t life_s;
        int64_t margin_s;
    } cases[] = {{86400, 60}, {100, 10}};
    fixture *f = *state;
    for (size_t i = 0; i < 2; i++) {
        canned_reset(&f->canned);
        open_client(f);
        add_login(f, jwt(f, "one", cases[i].life_s));
        canned_add_json(&f->canned, 200, "[]");
        canned_add_json(&f->canned, 200, "[]");
        assert_int_equal(list_users(f), LFN_OK);
        fake_clock_advance(&f->clock, (cases[i].life_s - cases[i].margin_s - 1) * 1000);
        assert_int_equal(list_users(f), LFN_OK);
        assert_int_equal(f->canned.request_count, 3);
        fake_clock_advance(&f->clock, 1000);
        add_login(f, jwt(f, "two", 86400));
        canned_add_json(&f->canned, 200, "[]");
        assert_int_equal(list_users(f), LFN_OK);
        assert_int_equal(f->canned.request_count, 5);
        assert_string_equal(f->canned.requests[3].target, "/api/authenticate");
        starts_with(authorization(f, 4), "Bearer two.");
    }
}

static void a_clock_that_is_far_off_does_not_log_in_for_every_call(void **state)
{
    fixture *f = *state;
    open_client(f);
    const char *token = jwt(f, "one", 86400);
    fake_clock_advance(&f->clock, (int64_t)10 * 86400 * 1000);
    add_login(f, token);
    canned_add_json(&f->canned, 200, "[]");
    canned_add_json(&f->canned, 200, "[]");
    assert_int_equal(list_users(f), LFN_OK);
    assert_int_equal(list_users(f), LFN_OK);
    assert_int_equal(f->canned.request_count, 3);
}

static void a_401_is_answered_by_one_login_and_one_repetition(void **state)
{
    fixture *f = *state;
    open_client(f);
    add_login(f, jwt(f, "one", 86400));
    canned_add_json(&f->canned, 200, "[]");
    assert_int_equal(list_users(f), LFN_OK);
    canned_add_json(&f->canned, 401, "");
    add_login(f, jwt(f, "two", 86400));
    canned_add_json(&f->canned, 200, "[]");
    assert_int_equal(list_users(f), LFN_OK);
    assert_int_equal(f->canned.request_count, 5);
    starts_with(authorization(f, 4), "Bearer two.");
    assert_int_equal(f->result.attempt_count, 2);
    assert_int_equal(f->result.attempts[0].http_status, 401);
}

static void a_second_401_ends_the_call(void **state)
{
    fixture *f = *state;
    open_client(f);
    add_login(f, "first");
    canned_add_json(&f->canned, 200, "[]");
    assert_int_equal(list_users(f), LFN_OK);
    canned_add_json(&f->canned, 401, "");
    add_login(f, "second");
    canned_add_json(&f->canned, 401, "");
    assert_int_equal(list_users(f), LFN_UNAUTHORIZED);
    assert_int_equal(f->canned.request_count, 5);
    assert_int_equal(f->error.http_status, 401);
    assert_non_null(strstr(f->error.hint, "fresh login"));
}

static void a_token_fresh_from_its_login_that_is_refused_is_asked_for_once_more(void **state)
{
    fixture *f = *state;
    open_client(f);
    add_login(f, "first");
    canned_add_json(&f->canned, 401, "");
    add_login(f, "second");
    canned_add_json(&f->canned, 401, "");
    assert_int_equal(list_users(f), LFN_UNAUTHORIZED);
    assert_int_equal(f->canned.request_count, 4);
    assert_non_null(strstr(f->error.hint, "fresh login"));
}

static void a_wrong_login_is_unauthorized_and_names_username_and_password(void **state)
{
    fixture *f = *state;
    open_client(f);
    canned_add_json(&f->canned, 401, "{\"status\":401,\"title\":\"Unauthorized\"}");
    assert_int_equal(list_users(f), LFN_UNAUTHORIZED);
    assert_int_equal(f->canned.request_count, 1);
    assert_int_equal(f->error.http_status, 401);
    assert_non_null(strstr(f->error.hint, "username and password"));
    assert_int_equal(f->result.response.status, 401);
    assert_int_equal(f->result.attempt_count, 1);
    assert_null(strstr(f->error.message, "s3cret"));
}

static void a_login_is_repeated_when_it_fails_in_passing(void **state)
{
    fixture *f = *state;
    open_client(f);
    canned_add_json(&f->canned, 503, "");
    add_login(f, "t");
    canned_add_json(&f->canned, 200, "[]");
    assert_int_equal(list_users(f), LFN_OK);
    assert_int_equal(f->canned.request_count, 3);
}

static void a_login_shares_the_deadline_of_the_call(void **state)
{
    fixture *f = *state;
    f->options.deadline_ms = 1000;
    open_client(f);
    add_login(f, "t");
    f->canned.answers[0].takes_ms = 600;
    canned_add_json(&f->canned, 200, "[]");
    assert_int_equal(list_users(f), LFN_OK);
    assert_int_equal(f->canned.requests[1].timeout_ms, 400);
}

static void an_answer_of_the_login_without_a_usable_token_is_a_protocol_error(void **state)
{
    static const char *const bodies[] = {"{}",
                                         "{\"id_token\":\"\"}",
                                         "{\"id_token\":5}",
                                         "{\"id_token\":\"two words\"}",
                                         "{\"id_token\":\"a\\r\\nX-Evil: 1\"}",
                                         "[]",
                                         ""};
    fixture *f = *state;
    open_client(f);
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        canned_reset(&f->canned);
        canned_add_json(&f->canned, 200, bodies[i]);
        assert_int_equal(list_users(f), LFN_PROTOCOL);
        assert_int_equal(f->error.http_status, 200);
        assert_int_equal(f->canned.request_count, 1);
    }
}

static void tokens_that_are_no_jwt_are_used_until_they_are_refused(void **state)
{
    static const char *const tokens[] = {"plain", "a.b.c", "a..c", "a.e30.c", "a.bm90IGpzb24.c", "..", "a.W10"};
    fixture *f = *state;
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++) {
        canned_reset(&f->canned);
        open_client(f);
        add_login(f, tokens[i]);
        canned_add_json(&f->canned, 200, "[]");
        canned_add_json(&f->canned, 200, "[]");
        assert_int_equal(list_users(f), LFN_OK);
        fake_clock_advance(&f->clock, (int64_t)100 * 86400 * 1000);
        assert_int_equal(list_users(f), LFN_OK);
        assert_int_equal(f->canned.request_count, 3);
    }
}

/* ---- given tokens ---- */

static void a_bare_token_that_is_refused_says_so_and_nothing_is_repeated(void **state)
{
    fixture *f = *state;
    f->options.username = f->options.password = (lfn_text){NULL, 0};
    f->options.token = lfn_text_of("bare");
    open_client(f);
    canned_add_json(&f->canned, 401, "");
    assert_int_equal(list_users(f), LFN_UNAUTHORIZED);
    assert_int_equal(f->canned.request_count, 1);
    assert_non_null(strstr(f->error.hint, "The token was refused"));
}

static void a_client_without_token_and_login_says_what_it_needs(void **state)
{
    fixture *f = *state;
    f->options.username = f->options.password = (lfn_text){NULL, 0};
    open_client(f);
    assert_int_equal(list_users(f), LFN_UNAUTHORIZED);
    assert_non_null(strstr(f->error.hint, "username and password"));
    assert_int_equal(f->canned.request_count, 0);
    canned_add_json(&f->canned, 200, "{}");
    assert_int_equal(
        lfn_client_request(f->client, LFN_GET, lfn_text_of("/open"), lfn_text_of(NULL), &f->result, &f->error), LFN_OK);
    assert_null(f->canned.requests[0].authorization);
}

static void a_token_given_beside_a_login_is_used_first(void **state)
{
    fixture *f = *state;
    f->options.token = lfn_text_of("given");
    open_client(f);
    canned_add_json(&f->canned, 401, "");
    add_login(f, "fresh");
    canned_add_json(&f->canned, 200, "[]");
    assert_int_equal(list_users(f), LFN_OK);
    assert_string_equal(authorization(f, 0), "Bearer given");
    assert_string_equal(authorization(f, 2), "Bearer fresh");
}

static void nothing_secret_is_logged(void **state)
{
    fixture *f = *state;
    open_client(f);
    add_login(f, "topsecrettoken");
    canned_add_json(&f->canned, 401, "");
    add_login(f, "topsecrettoken");
    canned_add_json(&f->canned, 401, "");
    assert_int_equal(list_users(f), LFN_UNAUTHORIZED);
    assert_non_null(strstr(f->log, "POST /api/authenticate 200"));
    assert_null(strstr(f->log, "topsecrettoken"));
    assert_null(strstr(f->log, "s3cret"));
    assert_null(strstr(f->log, "a@farm.example"));
}

/* ---- the token cache ---- */

static void write_file(const char *path, const char *content, mode_t mode)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(content, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static void read_cache(const fixture *f, char *out_content, size_t size)
{
    FILE *file = fopen(f->cache, "r");
    assert_non_null(file);
    out_content[fread(out_content, 1, size - 1, file)] = '\0';
    assert_int_equal(fclose(file), 0);
}

static void use_cache(fixture *f)
{
    f->options.token_cache = lfn_text_of(f->cache);
}

/* Whether the next call goes out with the cached token "kept". */
static bool uses_kept_token(fixture *f)
{
    canned_reset(&f->canned);
    open_client(f);
    canned_add_json(&f->canned, 200, "[]");
    add_login(f, "fresh");
    (void)list_users(f);
    return strcmp(authorization(f, 0), "Bearer kept") == 0;
}

static void a_token_is_kept_for_its_owner_alone_and_used_by_the_next_client(void **state)
{
    fixture *f = *state;
    char content[1024];
    struct stat facts;
    use_cache(f);
    open_client(f);
    const char *token = jwt(f, "one", 86400);
    add_login(f, token);
    canned_add_json(&f->canned, 200, "[]");
    assert_int_equal(list_users(f), LFN_OK);
    assert_int_equal(stat(f->cache, &facts), 0);
    assert_int_equal(facts.st_mode & 07777, 0600);
    read_cache(f, content, sizeof content);
    assert_non_null(strstr(content, "\"baseUrl\":\"https://api.withleaf.io\""));
    assert_non_null(strstr(content, "\"username\":\"a@farm.example\""));
    assert_non_null(strstr(content, "\"token\":\"one."));
    assert_non_null(strstr(content, "\"expires\":1767312000"));
    assert_null(strstr(content, "s3cret"));

    canned_reset(&f->canned);
    open_client(f);
    canned_add_json(&f->canned, 200, "[]");
    assert_int_equal(list_users(f), LFN_OK);
    assert_int_equal(f->canned.request_count, 1);
    starts_with(authorization(f, 0), "Bearer one.");
}

static void a_token_of_a_peer_in_process_is_not_one_of_the_live_address(void **state)
{
    fixture *f = *state;
    f->options.base_url = (lfn_text){NULL, 0};
    use_cache(f);
    write_file(f->cache, KEPT(LIVE, "a@farm.example", ""), 0600);
    assert_false(uses_kept_token(f));
    write_file(f->cache, KEPT("", "a@farm.example", ""), 0600);
    assert_true(uses_kept_token(f));
}

static void a_kept_token_of_another_place_person_or_time_is_passed_over(void **state)
{
    static const char *const stale[] = {
        KEPT("https://other.example", "a@farm.example", ""),
        KEPT(LIVE, "b@farm.example", ""),
        KEPT(LIVE, "a@farm.example", ",\"expires\":1767225600"),
        "",
        "not JSON",
        "[]",
        "7",
        "{\"baseUrl\":\"" LIVE "\",\"username\":\"a@farm.example\",\"token\":7}",
        "{\"baseUrl\":\"" LIVE "\",\"username\":\"a@farm.example\",\"token\":\"two words\"}",
    };
    fixture *f = *state;
    use_cache(f);
    write_file(f->cache, KEPT(LIVE, "a@farm.example", ",\"expires\":1767225601"), 0600);
    assert_true(uses_kept_token(f));
    for (size_t i = 0; i < sizeof stale / sizeof *stale; i++) {
        write_file(f->cache, stale[i], 0600);
        if (uses_kept_token(f))
            fail_msg("%s was used", stale[i]);
    }
}

static void stale_content_is_written_anew(void **state)
{
    fixture *f = *state;
    char content[1024];
    use_cache(f);
    write_file(f->cache, "not JSON", 0600);
    open_client(f);
    add_login(f, "fresh");
    canned_add_json(&f->canned, 200, "[]");
    assert_int_equal(list_users(f), LFN_OK);
    read_cache(f, content, sizeof content);
    assert_non_null(strstr(content, "\"token\":\"fresh\""));
}

static void a_kept_token_that_is_refused_is_replaced_by_a_login(void **state)
{
    fixture *f = *state;
    char content[1024];
    use_cache(f);
    write_file(f->cache, KEPT(LIVE, "a@farm.example", ""), 0600);
    open_client(f);
    canned_add_json(&f->canned, 401, "");
    add_login(f, "fresh");
    canned_add_json(&f->canned, 200, "[]");
    assert_int_equal(list_users(f), LFN_OK);
    read_cache(f, content, sizeof content);
    assert_non_null(strstr(content, "\"token\":\"fresh\""));
}

static void a_cache_that_others_can_use_is_refused_with_its_name_and_the_cure(void **state)
{
    static const mode_t modes[] = {0644, 0640, 0660, 0602, 0606};
    fixture *f = *state;
    use_cache(f);
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        write_file(f->cache, KEPT(LIVE, "a@farm.example", ""), modes[i]);
        assert_int_equal(lfn_client_open(&f->options, &f->client, &f->error), LFN_STORAGE);
        assert_non_null(strstr(f->error.message, f->cache));
        assert_non_null(strstr(f->error.hint, "chmod 600"));
        assert_false(f->canned.freed);
    }
}

static void a_cache_that_is_a_symbolic_link_is_refused(void **state)
{
    fixture *f = *state;
    char target[96];
    use_cache(f);
    (void)snprintf(target, sizeof target, "%s/target", f->folder);
    write_file(target, KEPT(LIVE, "a@farm.example", ""), 0600);
    assert_int_equal(symlink(target, f->cache), 0);
    assert_int_equal(lfn_client_open(&f->options, &f->client, &f->error), LFN_STORAGE);
    assert_non_null(strstr(f->error.message, "symbolic link"));
    assert_int_equal(unlink(target), 0);
}

static void a_cache_that_cannot_be_written_is_a_warning_and_the_call_works(void **state)
{
    fixture *f = *state;
    char nowhere[128];
    (void)snprintf(nowhere, sizeof nowhere, "%s/missing/token.json", f->folder);
    f->options.token_cache = lfn_text_of(nowhere);
    open_client(f);
    add_login(f, "fresh");
    canned_add_json(&f->canned, 200, "[]");
    assert_int_equal(list_users(f), LFN_OK);
    assert_non_null(strstr(f->log, "could not be written"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(the_client_logs_in_by_itself_once_and_uses_the_token_again),
        TEST(remember_me_is_sent_as_a_word),
        TEST(a_token_is_renewed_a_minute_or_a_tenth_of_its_life_before_it_ends),
        TEST(a_clock_that_is_far_off_does_not_log_in_for_every_call),
        TEST(a_401_is_answered_by_one_login_and_one_repetition),
        TEST(a_second_401_ends_the_call),
        TEST(a_token_fresh_from_its_login_that_is_refused_is_asked_for_once_more),
        TEST(a_wrong_login_is_unauthorized_and_names_username_and_password),
        TEST(a_login_is_repeated_when_it_fails_in_passing),
        TEST(a_login_shares_the_deadline_of_the_call),
        TEST(an_answer_of_the_login_without_a_usable_token_is_a_protocol_error),
        TEST(tokens_that_are_no_jwt_are_used_until_they_are_refused),
        TEST(a_bare_token_that_is_refused_says_so_and_nothing_is_repeated),
        TEST(a_client_without_token_and_login_says_what_it_needs),
        TEST(a_token_given_beside_a_login_is_used_first),
        TEST(nothing_secret_is_logged),
        TEST(a_token_is_kept_for_its_owner_alone_and_used_by_the_next_client),
        TEST(a_kept_token_of_another_place_person_or_time_is_passed_over),
        TEST(a_token_of_a_peer_in_process_is_not_one_of_the_live_address),
        TEST(stale_content_is_written_anew),
        TEST(a_kept_token_that_is_refused_is_replaced_by_a_login),
        TEST(a_cache_that_others_can_use_is_refused_with_its_name_and_the_cure),
        TEST(a_cache_that_is_a_symbolic_link_is_refused),
        TEST(a_cache_that_cannot_be_written_is_a_warning_and_the_call_works),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
