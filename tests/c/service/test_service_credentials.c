/* Credentials of providers: made, checked in the background, their events, and sign-ins. */
#include "service/call.h"
#include "service/case_harness.h"

#include <stdio.h>
#include <stdlib.h>

enum { MINUTE_MS = 60 * 1000 };

static size_t check_all(harness *h)
{
    size_t changed = 99;
    lfn_error error;
    assert_int_equal(lfn_service_check_credentials(h->service, &changed, &error), LFN_OK);
    return changed;
}

static const char *panorama_path(harness *h, const char *user, const char *more)
{
    return harness_format(h, "/users/%s/panorama-credentials%s", user, more);
}

static size_t event_count(harness *h, const char *user)
{
    assert_int_equal(harness_ask(h, 'a', LFN_GET, panorama_path(h, user, "/events"), NULL), 200);
    return (size_t)strtol(harness_header(h, "X-Total-Count"), NULL, 10);
}

static void a_credential_shows_what_its_rows_say_and_no_more(void **state)
{
    (void)state;
    harness h;
    harness_open(&h);
    const char *user = harness_format(&h, "%s", harness_user(&h, 'a', "Maple"));
    char owned[64];
    (void)snprintf(owned, sizeof owned, "%s", user);
    harness_panorama_answers(&h, owned, 201, "", "{\"accessToken\":\"access-1\",\"id\":\"no\",\"clientId\":\"no\"}");
    (void)harness_panorama(&h, 'a', owned);
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, panorama_path(&h, owned, ""), NULL), 200);
    const char *expected = harness_format(
        &h,
        "{\"id\":\"%s\",\"status\":\"OK\",\"createdTime\":\"2026-01-01T00:00:00.000000Z\",\"clientId\":\"client-1\","
        "\"username\":\"grower\",\"organizationCode\":\"org-1\",\"refreshToken\":\"canary-refresh\","
        "\"clientEnvironment\":\"STAGE\",\"accessToken\":\"access-1\"}",
        harness_get(&h, "id"));
    assert_string_equal(harness_body(&h), expected);
    assert_int_equal(harness_ask(&h, 'a', LFN_DELETE, panorama_path(&h, owned, ""), NULL), 204);
    static const char *const gone[] = {"", "/events"};
    for (size_t i = 0; i < 2; i++) {
        harness_ask(&h, 'a', LFN_GET, panorama_path(&h, owned, gone[i]), NULL);
        assert_answer(&h, 404, "credentialsNotFound");
    }
    harness_ask(&h, 'a', LFN_DELETE, panorama_path(&h, owned, ""), NULL);
    assert_answer(&h, 404, "credentialsNotFound");
    harness_close(&h);
}

static void a_credential_whose_hidden_part_was_taken_away_is_told(void **state)
{
    (void)state;
    harness h;
    lfn_credential found;
    lfn_error error = {0};
    char user[64];
    harness_open(&h);
    (void)snprintf(user, sizeof user, "%s", harness_user(&h, 'a', "Maple"));
    (void)harness_panorama(&h, 'a', user);
    assert_int_equal(check_all(&h), 0);
    lfn_store *store = h.service->store;
    const lfn_provider *panorama = lfn_provider_get(LFN_PROVIDER_PANORAMA);
    assert_int_equal(lfn_store_find_credential(store, lfn_text_of(user), panorama, &found, NULL), LFN_OK);
    assert_int_equal(lfn_store_change_credential(store, found.id, found.shown, lfn_text_of(NULL), NULL), LFN_OK);
    assert_int_equal(lfn_service_check_credentials(h.service, NULL, &error), LFN_STORAGE);
    assert_string_equal(error.message, "A credential in the store has lost its password.");
    harness_close(&h);
}

static void standards_and_made_members_stand_where_a_login_succeeded(void **state)
{
    (void)state;
    harness h;
    harness_open(&h);
    char user[64];
    (void)snprintf(user, sizeof user, "%s", harness_user(&h, 'a', "Maple"));
    assert_int_equal(harness_ask(&h, 'a', LFN_POST, harness_format(&h, "/users/%s/agvance-credentials", user),
                                 "{\"apiKey\":\"k\",\"databaseId\":\"d\",\"username\":\"u\",\"password\":\"p\","
                                 "\"sessionId\":\"mine\",\"status\":\"BAD\",\"stranger\":1}"),
                     201);
    assert_string_equal(harness_get(&h, "clientEnvironment"), "STAGE");
    assert_string_equal(harness_get(&h, "password"), "p");
    assert_string_equal(harness_get(&h, "status"), "OK");
    assert_string_equal(harness_get(&h, "stranger"), "");
    assert_int_equal(strlen(harness_get(&h, "sessionId")), 43);

    lfn_provider_answer answer = {200, lfn_text_of(""),
                                  lfn_text_of("{\"tokenMetadata\":{\"scopes\":[\"ag1\",7,\"ag2\"],\"x\":1}}")};
    assert_int_equal(lfn_service_set_provider_answer(h.service, lfn_text_of(user),
                                                     lfn_provider_get(LFN_PROVIDER_JOHN_DEERE), &answer, NULL),
                     LFN_OK);
    static const char deere[] = "{\"clientKey\":\"k\",\"clientSecret\":\"s\",\"refreshToken\":\"r\","
                                "\"clientEnvironment\":\"PRODUCTION\"}";
    assert_int_equal(
        harness_ask(&h, 'a', LFN_POST, harness_format(&h, "/users/%s/john-deere-credentials", user), deere), 201);
    assert_string_equal(harness_get(&h, "tokenMetadata"), "{\"scopes\":[\"ag1\",\"ag2\"]}");
    static const char trimble[] = "{\"clientId\":\"k\",\"clientSecret\":\"s\",\"refreshToken\":\"r\"}";
    assert_int_equal(harness_ask(&h, 'a', LFN_POST, harness_format(&h, "/users/%s/trimble-credentials", user), trimble),
                     201);
    assert_string_equal(harness_get(&h, "tokenMetadata"), "{\"scopes\":[]}");
    harness_close(&h);
}

static void a_provider_that_refuses_sets_the_status_and_a_recovery_sets_it_back(void **state)
{
    (void)state;
    harness h;
    harness_open(&h);
    char user[64];
    (void)snprintf(user, sizeof user, "%s", harness_user(&h, 'a', "Maple"));
    harness_panorama_answers(&h, user, 401, "", "");
    (void)harness_panorama(&h, 'a', user);
    assert_string_equal(harness_get(&h, "status"), "UNAUTHENTICATED");
    assert_string_equal(harness_get(&h, "accessToken"), "");
    assert_int_equal(event_count(&h, user), 1);

    fake_clock_advance(&h.clock, MINUTE_MS);
    assert_int_equal(check_all(&h), 0);
    assert_int_equal(event_count(&h, user), 2); /* the failure is confirmed */
    assert_int_equal(lfn_service_set_provider_answer(h.service, lfn_text_of(user),
                                                     lfn_provider_get(LFN_PROVIDER_PANORAMA), NULL, NULL),
                     LFN_OK);
    fake_clock_advance(&h.clock, MINUTE_MS);
    assert_int_equal(check_all(&h), 1);
    assert_int_equal(event_count(&h, user), 3);
    assert_string_equal(harness_get(&h, "0.statusCode"), "200");
    assert_string_equal(harness_get(&h, "0.createdDate"), "2026-01-01T00:02:00.000000Z");
    assert_int_equal(check_all(&h), 0);
    assert_int_equal(event_count(&h, user), 3); /* going on well is no news */
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, panorama_path(&h, user, ""), NULL), 200);
    assert_string_equal(harness_get(&h, "status"), "OK");
    assert_int_equal(strlen(harness_get(&h, "accessToken")), 43);

    static const struct {
        int http_status;
        const char *status;
    } outcomes[] = {{400, "UNAUTHENTICATED"}, {403, "MISSING_PERMISSION"}, {503, "TEMPORARILY_UNAVAILABLE"}};
    for (size_t i = 0; i < 3; i++) {
        harness_panorama_answers(&h, user, outcomes[i].http_status, "", "");
        assert_int_equal(check_all(&h), 1);
        assert_int_equal(harness_ask(&h, 'a', LFN_GET, panorama_path(&h, user, ""), NULL), 200);
        assert_string_equal(harness_get(&h, "status"), outcomes[i].status);
    }
    harness_close(&h);
}

static void events_hold_no_secret_and_are_seen_for_thirty_days(void **state)
{
    (void)state;
    harness h;
    harness_open(&h);
    char user[64];
    (void)snprintf(user, sizeof user, "%s", harness_user(&h, 'a', "Maple"));
    harness_panorama_answers(&h, user, 200, "Authorization: Bearer abc\nX-Trace: 7\nX-Echo: canary-password",
                             "{\"accessToken\":\"access-1\",\"echo\":\"got canary-password and access-1\",\"n\":1}");
    (void)harness_panorama(&h, 'a', user);
    assert_int_equal(event_count(&h, user), 1);
    assert_non_null(strstr(harness_get(&h, "0.headers"), "X-Trace: 7"));
    assert_null(strstr(harness_body(&h), "canary-password"));
    assert_null(strstr(harness_body(&h), "access-1"));
    assert_null(strstr(harness_body(&h), "Bearer abc"));
    assert_non_null(strstr(harness_body(&h), LFN_MASK));

    fake_clock_advance(&h.clock, 30 * (int64_t)HARNESS_DAY_MS);
    harness_login(&h, 'a');
    assert_int_equal(event_count(&h, user), 1);
    fake_clock_advance(&h.clock, 1);
    assert_int_equal(event_count(&h, user), 0);
    assert_string_equal(harness_body(&h), "[]");
    harness_panorama_answers(&h, user, 401, "", "");
    assert_int_equal(check_all(&h), 1);
    assert_int_equal(event_count(&h, user), 1);
    fake_clock_advance(&h.clock, -1000); /* the pruned event does not come back */
    assert_int_equal(event_count(&h, user), 1);
    harness_close(&h);
}

static void events_are_sorted_and_paged(void **state)
{
    (void)state;
    harness h;
    harness_open(&h);
    char user[64];
    (void)snprintf(user, sizeof user, "%s", harness_user(&h, 'a', "Maple"));
    (void)harness_panorama(&h, 'a', user);
    static const int statuses[] = {503, 401, 403};
    for (size_t i = 0; i < 3; i++) {
        fake_clock_advance(&h.clock, 1000);
        harness_panorama_answers(&h, user, statuses[i], "", "");
        assert_int_equal(check_all(&h), 1);
    }
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, panorama_path(&h, user, "/events"), NULL), 200);
    assert_string_equal(harness_get(&h, "0.statusCode"), "403");
    assert_string_equal(harness_get(&h, "3.statusCode"), "200");
    assert_int_equal(
        harness_ask(&h, 'a', LFN_GET, panorama_path(&h, user, "/events?sort=createdDate,asc&size=1&page=1"), NULL),
        200);
    assert_string_equal(harness_get(&h, "0.statusCode"), "503");
    assert_non_null(strstr(harness_header(&h, "Link"), "rel=\"next\""));
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, panorama_path(&h, user, "/events?sort=statusCode,desc"), NULL), 200);
    assert_string_equal(harness_get(&h, "0.statusCode"), "503");
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, panorama_path(&h, user, "/events?sort=size"), NULL), 200);
    assert_string_equal(harness_get(&h, "0.statusCode"), "403");
    harness_close(&h);
}

/* ---- sign-ins ---- */

static const char *start_sign_in(harness *h, const char *user)
{
    assert_int_equal(harness_ask(h, 'a', LFN_POST, harness_format(h, "/users/%s/one-click-integration/Panorama", user),
                                 "{\"clientId\":\"id\",\"username\":\"u\",\"password\":\"p\","
                                 "\"clientEnvironment\":\"STAGE\",\"sharingUrlId\":\"s\"}"),
                     200);
    return harness_get(h, "signInUrl");
}

static lfn_status visit_told(harness *h, const char *url, lfn_error *error)
{
    return lfn_service_visit(h->service, lfn_text_of(url), error);
}

static lfn_status visit(harness *h, const char *url)
{
    lfn_error error;
    return visit_told(h, url, &error);
}

static void a_visit_attaches_the_credential_once(void **state)
{
    (void)state;
    harness h;
    char user[64], url[512];
    harness_open(&h);
    (void)snprintf(user, sizeof user, "%s", harness_user(&h, 'a', "Maple"));
    (void)snprintf(url, sizeof url, "%s", start_sign_in(&h, user));
    assert_int_equal(strncmp(url, "http://leafnative.invalid/", 26), 0);
    harness_panorama_answers(&h, user, 200, "",
                             "{\"organizationCode\":\"org-9\",\"refreshToken\":\"r9\",\"accessToken\":\"a9\","
                             "\"clientId\":\"no\"}");
    fake_clock_advance(&h.clock, 15 * MINUTE_MS);
    assert_int_equal(visit(&h, url), LFN_OK);
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, panorama_path(&h, user, ""), NULL), 200);
    assert_string_equal(harness_get(&h, "clientId"), "id");
    assert_string_equal(harness_get(&h, "organizationCode"), "org-9");
    assert_string_equal(harness_get(&h, "refreshToken"), "r9");
    assert_string_equal(harness_get(&h, "accessToken"), "a9");
    assert_string_equal(harness_get(&h, "sharingUrlId"), "");
    assert_int_equal(event_count(&h, user), 1);
    assert_int_equal(visit(&h, url), LFN_BAD_INPUT);
    harness_ask(&h, 'a', LFN_POST, harness_format(&h, "/users/%s/one-click-integration/Panorama", user),
                "{\"clientId\":\"id\",\"username\":\"u\",\"password\":\"p\",\"clientEnvironment\":\"STAGE\","
                "\"organizationCode\":\"o\"}");
    assert_answer(&h, 400, "credentialsAlreadyExists");
    harness_close(&h);
}

static void a_late_a_replaced_and_a_foreign_address_are_refused(void **state)
{
    (void)state;
    harness h;
    char user[64], first[512], second[512];
    lfn_error error;
    harness_open(&h);
    (void)snprintf(user, sizeof user, "%s", harness_user(&h, 'a', "Maple"));
    (void)snprintf(first, sizeof first, "%s", start_sign_in(&h, user));
    (void)snprintf(second, sizeof second, "%s", start_sign_in(&h, user));
    assert_int_equal(visit_told(&h, first, &error), LFN_BAD_INPUT);
    assert_int_equal(error.http_status, 400);
    assert_string_equal(error.key, "signInExpired");
    fake_clock_advance(&h.clock, 15 * MINUTE_MS + 1);
    assert_int_equal(visit(&h, second), LFN_BAD_INPUT);
    assert_int_equal(visit(&h, "http://elsewhere.invalid/leafnative/sign-in/panorama?state=x"), LFN_BAD_INPUT);
    assert_int_equal(visit(&h, "http://leafnative.invalid/leafnative/sign-in/panorama"), LFN_BAD_INPUT);
    (void)snprintf(second, sizeof second, "%s", start_sign_in(&h, user));
    (void)harness_panorama(&h, 'a', user);
    assert_int_equal(visit_told(&h, second, &error), LFN_CONFLICT);
    assert_int_equal(error.http_status, 400);
    assert_string_equal(error.key, "credentialsAlreadyExists");
    harness_close(&h);
}

static void a_served_service_is_visited_without_a_token(void **state)
{
    (void)state;
    harness h;
    char user[64], target[512];
    harness_open_with(&h, (lfn_service_options){.public_url = lfn_text_of("https://leaf.example/")});
    (void)snprintf(user, sizeof user, "%s", harness_user(&h, 'a', "Maple"));
    const char *url = start_sign_in(&h, user);
    assert_int_equal(strncmp(url, "https://leaf.example/leafnative/", 32), 0);
    (void)snprintf(target, sizeof target, "!%s", url + strlen("https://leaf.example"));
    assert_int_equal(harness_ask(&h, '-', LFN_POST, target, NULL), 405);
    assert_string_equal(harness_header(&h, "Allow"), "GET");
    assert_int_equal(harness_ask(&h, '-', LFN_GET, target, NULL), 200);
    assert_non_null(strstr(harness_header(&h, "Content-Type"), "text/html"));
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, panorama_path(&h, user, ""), NULL), 200);
    assert_int_equal(strlen(harness_get(&h, "refreshToken")), 43);
    harness_ask(&h, '-', LFN_GET, target, NULL);
    assert_answer(&h, 400, "signInExpired");
    assert_int_equal(harness_ask(&h, '-', LFN_GET, "!/leafnative/sign-in/nobody?state=x", NULL), 404);
    harness_close(&h);
}

static void masked_answers_show_no_secret_but_the_token(void **state)
{
    (void)state;
    harness h;
    harness_open_with(&h, (lfn_service_options){.mask_secrets = true});
    char user[64];
    (void)snprintf(user, sizeof user, "%s", harness_user(&h, 'a', "Maple"));
    (void)harness_panorama(&h, 'a', user);
    assert_string_equal(harness_get(&h, "refreshToken"), LFN_MASK);
    static const char *const paths[] = {"/users", "/users/%s", "/users/%s/panorama-credentials"};
    for (size_t i = 0; i < 3; i++) {
        char path[256];
        size_t size = strcspn(paths[i], "%");
        const char *rest = paths[i][size] == '%' ? paths[i] + size + 2 : "";
        (void)snprintf(path, sizeof path, "%.*s%s%s", (int)size, paths[i], paths[i][size] == '%' ? user : "", rest);
        assert_int_equal(harness_ask(&h, 'a', LFN_GET, path, NULL), 200);
        assert_null(strstr(harness_body(&h), "canary"));
        assert_non_null(strstr(harness_body(&h), "\"accessToken\":\"***\""));
        assert_non_null(strstr(harness_body(&h), "client-1"));
    }
    harness_close(&h);
}

static void what_a_provider_cannot_answer_is_refused(void **state)
{
    (void)state;
    harness h;
    lfn_error error;
    harness_open(&h);
    char user[64];
    (void)snprintf(user, sizeof user, "%s", harness_user(&h, 'a', "Maple"));
    const lfn_provider *panorama = lfn_provider_get(LFN_PROVIDER_PANORAMA);
    lfn_provider_answer answer = {99, lfn_text_of(""), lfn_text_of("")};
    assert_int_equal(lfn_service_set_provider_answer(h.service, lfn_text_of(user), panorama, &answer, &error),
                     LFN_BAD_INPUT);
    answer = (lfn_provider_answer){200, lfn_text_of(""), lfn_text_of("\xff")};
    assert_int_equal(lfn_service_set_provider_answer(h.service, lfn_text_of(user), panorama, &answer, &error),
                     LFN_BAD_INPUT);
    assert_string_equal(error.where, "/body");
    answer.body = lfn_text_of("");
    assert_int_equal(lfn_service_set_provider_answer(h.service, lfn_text_of(UNKNOWN_ID), panorama, &answer, &error),
                     LFN_NOT_FOUND);
    assert_string_equal(error.where, "/leaf_user_id");
    harness_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_credential_shows_what_its_rows_say_and_no_more),
        cmocka_unit_test(a_credential_whose_hidden_part_was_taken_away_is_told),
        cmocka_unit_test(standards_and_made_members_stand_where_a_login_succeeded),
        cmocka_unit_test(a_provider_that_refuses_sets_the_status_and_a_recovery_sets_it_back),
        cmocka_unit_test(events_hold_no_secret_and_are_seen_for_thirty_days),
        cmocka_unit_test(events_are_sorted_and_paged),
        cmocka_unit_test(a_visit_attaches_the_credential_once),
        cmocka_unit_test(a_late_a_replaced_and_a_foreign_address_are_refused),
        cmocka_unit_test(a_served_service_is_visited_without_a_token),
        cmocka_unit_test(masked_answers_show_no_secret_but_the_token),
        cmocka_unit_test(what_a_provider_cannot_answer_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
