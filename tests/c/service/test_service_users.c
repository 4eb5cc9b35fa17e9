/* Login, and Leaf users: made, listed, replaced, changed, deleted, linked with credentials. */
#include "codec/path.h"
#include "service/case_harness.h"

#include <stdio.h>

static void a_login_gives_a_token_for_a_day_or_for_thirty(void **state)
{
    (void)state;
    harness h;
    harness_open(&h);
    fake_clock_advance(&h.clock, HARNESS_DAY_MS - 1000);
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users", NULL), 200);
    fake_clock_advance(&h.clock, 1000);
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users", NULL), 401);
    static const char *const remembered[] = {"true", "\"true\""};
    for (size_t i = 0; i < 2; i++) {
        const char *body =
            harness_format(&h, "{\"username\":\"A@Farm.example\",\"password\":\"the password of a\",\"rememberMe\":%s}",
                           remembered[i]);
        assert_int_equal(harness_ask(&h, '-', LFN_POST, "!/api/authenticate", body), 200);
        (void)snprintf(h.tokens[0], sizeof h.tokens[0], "Bearer %s", harness_get(&h, "id_token"));
        fake_clock_advance(&h.clock, 29 * (int64_t)HARNESS_DAY_MS);
        assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users", NULL), 200);
        fake_clock_advance(&h.clock, HARNESS_DAY_MS);
        assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users", NULL), 401);
    }
    harness_close(&h);
}

static void a_login_that_is_not_remembered_lasts_a_day_in_either_form(void **state)
{
    (void)state;
    static const char *const forms[] = {"false", "\"false\""};
    static const char *const refused[] = {"\"TRUE\"", "\"\"", "1", "null", "[true]"};
    harness h;
    harness_open(&h);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        const char *body = harness_format(
            &h, "{\"username\":\"a@farm.example\",\"password\":\"the password of a\",\"rememberMe\":%s}", forms[i]);
        assert_int_equal(harness_ask(&h, '-', LFN_POST, "!/api/authenticate", body), 200);
        (void)snprintf(h.tokens[0], sizeof h.tokens[0], "Bearer %s", harness_get(&h, "id_token"));
        fake_clock_advance(&h.clock, HARNESS_DAY_MS - 1);
        assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users", NULL), 200);
        fake_clock_advance(&h.clock, 1);
        assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users", NULL), 401);
    }
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        const char *body = harness_format(
            &h, "{\"username\":\"a@farm.example\",\"password\":\"the password of a\",\"rememberMe\":%s}", refused[i]);
        harness_ask(&h, '-', LFN_POST, "!/api/authenticate", body);
        assert_answer(&h, 400, "validation");
        assert_string_equal(harness_get(&h, "fieldErrors.0.field"), "rememberMe");
    }
    harness_close(&h);
}

static void a_wrong_login_and_an_unknown_owner_answer_the_same(void **state)
{
    (void)state;
    harness h;
    char first[1024];
    harness_open(&h);
    assert_int_equal(harness_ask(&h, '-', LFN_POST, "!/api/authenticate",
                                 "{\"username\":\"a@farm.example\",\"password\":\"wrong\"}"),
                     401);
    (void)snprintf(first, sizeof first, "%s", harness_body(&h));
    assert_int_equal(harness_ask(&h, '-', LFN_POST, "!/api/authenticate",
                                 "{\"username\":\"nobody@farm.example\",\"password\":\"wrong\"}"),
                     401);
    assert_string_equal(first, harness_body(&h));
    harness_ask(&h, '-', LFN_POST, "!/api/authenticate", "{\"username\":\"a@farm.example\"}");
    assert_answer(&h, 400, "validation");
    harness_ask(&h, '-', LFN_POST, "!/api/authenticate",
                "{\"username\":\"a\",\"password\":\"p\",\"rememberMe\":\"maybe\"}");
    assert_answer(&h, 400, "validation");
    assert_int_equal(harness_ask(&h, '-', LFN_POST, "!/api/authenticate", "username=a"), 400);
    harness_close(&h);
}

static void the_token_of_a_deleted_owner_is_refused_also_after_it_is_made_again(void **state)
{
    (void)state;
    harness h;
    lfn_error error;
    lfn_text email = lfn_text_of("a@farm.example");
    harness_open(&h);
    (void)harness_user(&h, 'a', "Maple");
    assert_int_equal(lfn_service_delete_owner(h.service, email, &error), LFN_OK);
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users", NULL), 401);
    assert_int_equal(lfn_service_delete_owner(h.service, email, &error), LFN_NOT_FOUND);
    assert_int_equal(lfn_service_create_owner(h.service, email, lfn_text_of("the password of a"), &error), LFN_OK);
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users", NULL), 401);
    harness_login(&h, 'a');
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users", NULL), 200);
    assert_string_equal(harness_body(&h), "[]");
    assert_int_equal(lfn_service_create_owner(h.service, lfn_text_of("A@FARM.example"), lfn_text_of("p"), &error),
                     LFN_CONFLICT);
    assert_int_equal(lfn_service_create_owner(h.service, lfn_text_of("none"), lfn_text_of("p"), &error), LFN_BAD_INPUT);
    assert_string_equal(error.where, "/email");
    assert_int_equal(lfn_service_create_owner(h.service, lfn_text_of("d@x.example"), lfn_text_of(""), &error),
                     LFN_BAD_INPUT);
    assert_string_equal(error.where, "/password");
    harness_close(&h);
}

static void a_token_that_was_just_taken_is_refused_with_any_byte_changed(void **state)
{
    (void)state;
    harness h;
    harness_open(&h);
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users", NULL), 200);
    for (size_t i = sizeof "Bearer " - 1; h.tokens[0][i] != '\0'; i++) {
        h.tokens[0][i] ^= 1;
        assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users", NULL), 401);
        h.tokens[0][i] ^= 1;
        assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users", NULL), 200);
    }
    harness_close(&h);
}

static void the_token_of_an_owner_is_refused_once_the_store_was_reset(void **state)
{
    (void)state;
    harness h;
    lfn_error error;
    harness_open(&h);
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users", NULL), 200);
    assert_int_equal(lfn_service_reset(h.service, &error), LFN_OK);
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users", NULL), 401);
    harness_close(&h);
}

static void a_user_is_made_read_changed_and_deleted(void **state)
{
    (void)state;
    harness h;
    harness_open(&h);
    assert_int_equal(harness_ask(&h, 'a', LFN_POST, "/users/",
                                 "{\"name\":\"Maple\",\"email\":\"m@x.example\",\"phone\":\"1\",\"address\":null,"
                                 "\"externalId\":\"e1\",\"colour\":\"red\"}"),
                     201);
    char id[64];
    (void)snprintf(id, sizeof id, "%s", harness_get(&h, "id"));
    const char *path = harness_format(&h, "/users/%s", id);
    const char *whole = harness_format(
        &h, "{\"id\":\"%s\",\"name\":\"Maple\",\"email\":\"m@x.example\",\"phone\":\"1\",\"externalId\":\"e1\"}", id);
    assert_string_equal(harness_body(&h), whole);
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, path, NULL), 200);
    assert_string_equal(harness_body(&h), whole);
    assert_int_equal(harness_ask(&h, 'a', LFN_PATCH, path, "{\"phone\":null,\"address\":\"Road\"}"), 200);
    assert_string_equal(harness_body(&h), harness_format(&h,
                                                         "{\"id\":\"%s\",\"name\":\"Maple\",\"email\":\"m@x.example\","
                                                         "\"address\":\"Road\",\"externalId\":\"e1\"}",
                                                         id));
    harness_ask(&h, 'a', LFN_PATCH, path, "{\"name\":null}");
    assert_answer(&h, 400, "validation");
    assert_int_equal(harness_ask(&h, 'a', LFN_PATCH, path, "{}"), 200);
    const char *replaced = harness_format(&h, "{\"id\":\"%s\",\"name\":\"Oak\"}", id);
    assert_int_equal(harness_ask(&h, 'a', LFN_PUT, "/users", replaced), 200);
    assert_string_equal(harness_body(&h), replaced);
    harness_ask(&h, 'a', LFN_PUT, "/users", "{\"name\":\"Oak\"}");
    assert_answer(&h, 400, "validation");
    assert_int_equal(harness_ask(&h, 'a', LFN_DELETE, path, NULL), 204);
    assert_string_equal(harness_body(&h), "");
    harness_ask(&h, 'a', LFN_DELETE, path, NULL);
    assert_answer(&h, 404, "leafUserNotFound");
    harness_ask(&h, 'a', LFN_POST, "/users", replaced);
    assert_answer(&h, 400, "idexists");
    harness_close(&h);
}

static void an_external_id_is_unique_for_its_owner_only(void **state)
{
    (void)state;
    harness h;
    harness_open(&h);
    static const char body[] = "{\"name\":\"Maple\",\"externalId\":\"e1\"}";
    assert_int_equal(harness_ask(&h, 'a', LFN_POST, "/users", body), 201);
    assert_int_equal(harness_ask(&h, 'b', LFN_POST, "/users", body), 201);
    harness_ask(&h, 'a', LFN_POST, "/users", body);
    assert_answer(&h, 400, "externalIdAlreadyExists");
    const char *other = harness_format(&h, "/users/%s", harness_user(&h, 'a', "Oak"));
    harness_ask(&h, 'a', LFN_PATCH, other, "{\"externalId\":\"e1\"}");
    assert_answer(&h, 400, "externalIdAlreadyExists");
    harness_close(&h);
}

static void a_list_is_filtered_sorted_and_paged(void **state)
{
    (void)state;
    harness h;
    harness_open(&h);
    for (int i = 0; i < 25; i++)
        (void)harness_user(&h, 'a', harness_format(&h, "Farm %02d", 24 - i));
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users", NULL), 200);
    assert_string_equal(harness_header(&h, "X-Total-Count"), "25");
    assert_string_equal(harness_get(&h, "0.name"), "Farm 24");
    assert_string_equal(harness_get(&h, "19.name"), "Farm 05");
    assert_string_equal(harness_get(&h, "20.name"), "");
    assert_string_equal(harness_header(&h, "Link"),
                        "<" BASE "/users?page=1&size=20>; rel=\"next\",<" BASE
                        "/users?page=1&size=20>; rel=\"last\",<" BASE "/users?page=0&size=20>; rel=\"first\"");
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users?sort=name,asc&size=10&page=2", NULL), 200);
    assert_string_equal(harness_get(&h, "0.name"), "Farm 20");
    assert_string_equal(harness_get(&h, "5.name"), "");
    assert_string_equal(harness_header(&h, "Link"),
                        "<" BASE "/users?sort=name%2Casc&page=1&size=10>; rel=\"prev\",<" BASE
                        "/users?sort=name%2Casc&page=2&size=10>; rel=\"last\",<" BASE
                        "/users?sort=name%2Casc&page=0&size=10>; rel=\"first\"");
    static const char *const standard[] = {"0", "-3", "ten", ""};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(harness_ask(&h, 'a', LFN_GET, harness_format(&h, "/users?size=%s", standard[i]), NULL), 200);
        assert_string_not_equal(harness_get(&h, "19.name"), "");
        assert_string_equal(harness_get(&h, "20.name"), "");
    }
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users?size=1000&page=x&sort=colour&sort=name,DESC", NULL), 200);
    assert_string_equal(harness_get(&h, "24.name"), "Farm 00");
    assert_non_null(strstr(harness_header(&h, "Link"), "size=100"));
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users?page=9223372036854775807&size=100", NULL), 200);
    assert_string_equal(harness_body(&h), "[]");
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users?size=99999999999999999999", NULL), 200);
    assert_non_null(strstr(harness_header(&h, "Link"), "size=100"));
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users?page=99999999999999999999", NULL), 200);
    assert_string_equal(harness_body(&h), "[]");
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users?size=-99999999999999999999", NULL), 200);
    assert_non_null(strstr(harness_header(&h, "Link"), "size=20"));
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users?name=Farm+07", NULL), 200);
    assert_string_equal(harness_get(&h, "0.name"), "Farm 07");
    assert_string_equal(harness_header(&h, "X-Total-Count"), "1");
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users?name=Farm", NULL), 200);
    assert_string_equal(harness_body(&h), "[]");
    assert_int_equal(harness_ask(&h, 'b', LFN_GET, "/users", NULL), 200);
    assert_string_equal(harness_body(&h), "[]");
    harness_close(&h);
}

static void a_filter_that_cannot_be_read_is_refused_and_never_passed_over(void **state)
{
    (void)state;
    harness h;
    harness_open(&h);
    (void)harness_user(&h, 'a', "Maple");
    static const char *const bad[] = {"name=Maple%00",     "name=%FF",         "name=%zz", "email=a%00b",
                                      "externalId=%C0%80", "name=%00&name=Ma", "name=%2"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        harness_ask(&h, 'a', LFN_GET, harness_format(&h, "/users?%s", bad[i]), NULL);
        assert_answer(&h, 400, "validation");
        assert_int_equal(strncmp(harness_get(&h, "fieldErrors.0.field"), bad[i], strcspn(bad[i], "=")), 0);
        assert_string_equal(harness_get(&h, "fieldErrors.0.objectName"), "usersQuery");
    }
    /* What is no filter stays lenient, and what cannot be read is not repeated in Link. */
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users?size=5%00&page=%FF&sort=name%00,desc&x=%00", NULL), 200);
    assert_string_equal(harness_get(&h, "0.name"), "Maple");
    assert_non_null(strstr(harness_header(&h, "Link"), "/users?page=0&size=20>"));
    harness_close(&h);
}

static void a_query_of_any_length_is_answered(void **state)
{
    (void)state;
    enum { TARGET_SIZE = LFN_TARGET_MAX - 64 };
    static const char bytes[] = {'n', '\'', ';'};
    char target[TARGET_SIZE + 1];
    harness h;
    harness_open(&h);
    for (size_t i = 0; i < sizeof bytes; i++) {
        memset(target, bytes[i], TARGET_SIZE);
        target[TARGET_SIZE] = '\0';
        static const char front[] = "!" BASE "/users?externalId=x&page=1&name=";
        memcpy(target, front, sizeof front - 1);
        assert_int_equal(harness_ask(&h, 'a', LFN_GET, target, NULL), 200);
        assert_string_equal(harness_body(&h), "[]");
        assert_non_null(strstr(h.response.headers.data, "/users?externalId=x&"));
        /* What goes into one header is given back, what does not is left out. */
        bool given = strstr(h.response.headers.data, "&name=") != NULL;
        assert_int_equal(given, bytes[i] == 'n');
    }
    harness_close(&h);
}

static void a_credential_is_linked_detached_and_linked_again(void **state)
{
    (void)state;
    harness h;
    harness_open(&h);
    char maple[64], oak[64], credential[64];
    (void)snprintf(maple, sizeof maple, "%s", harness_user(&h, 'a', "Maple"));
    (void)snprintf(oak, sizeof oak, "%s", harness_user(&h, 'a', "Oak"));
    (void)snprintf(credential, sizeof credential, "%s", harness_panorama(&h, 'a', maple));
    const char *patch = harness_format(&h, "{\"panoramaCredentials\":{\"id\":\"%s\"}}", credential);
    const char *oak_path = harness_format(&h, "/users/%s", oak);

    assert_int_equal(harness_ask(&h, 'a', LFN_GET, "/users", NULL), 200);
    assert_string_equal(harness_get(&h, "0.panoramaCredentials.id"), credential);
    assert_string_equal(harness_get(&h, "1.panoramaCredentials"), "");
    harness_ask(&h, 'a', LFN_PATCH, oak_path, patch);
    assert_answer(&h, 400, "credentialsAlreadyAttached");
    harness_ask(&h, 'a', LFN_PATCH, oak_path, "{\"panoramaCredentials\":{\"id\":\"" UNKNOWN_ID "\"}}");
    assert_answer(&h, 404, "credentialsNotFound");
    harness_ask(&h, 'a', LFN_PATCH, oak_path,
                harness_format(&h, "{\"agvanceCredentials\":{\"id\":\"%s\"}}", credential));
    assert_answer(&h, 404, "credentialsNotFound");
    harness_ask(&h, 'a', LFN_PATCH, oak_path, "{\"panoramaCredentials\":\"x\"}");
    assert_answer(&h, 400, "validation");

    /* A replace keeps what it names and detaches what it leaves out, with its events. */
    const char *events = harness_format(&h, "/users/%s/panorama-credentials/events", maple);
    assert_int_equal(harness_ask(&h, 'a', LFN_PUT, "/users",
                                 harness_format(&h,
                                                "{\"id\":\"%s\",\"name\":\"Maple\",\"panoramaCredentials\":"
                                                "{\"id\":\"%s\",\"status\":\"OK\"}}",
                                                maple, credential)),
                     200);
    assert_string_equal(harness_get(&h, "panoramaCredentials.clientId"), "client-1");
    assert_int_equal(harness_ask(&h, 'a', LFN_GET, events, NULL), 200);
    assert_string_equal(harness_get(&h, "0.statusCode"), "200");
    assert_int_equal(
        harness_ask(&h, 'a', LFN_PUT, "/users", harness_format(&h, "{\"id\":\"%s\",\"name\":\"Maple\"}", maple)), 200);
    harness_ask(&h, 'a', LFN_GET, events, NULL);
    assert_answer(&h, 404, "credentialsNotFound");

    assert_int_equal(harness_ask(&h, 'a', LFN_PATCH, oak_path, patch), 200);
    assert_string_equal(harness_get(&h, "panoramaCredentials.id"), credential);
    assert_int_equal(
        harness_ask(&h, 'a', LFN_GET, harness_format(&h, "/users/%s/panorama-credentials/events", oak), NULL), 200);
    assert_string_equal(harness_body(&h), "[]");
    assert_int_equal(harness_ask(&h, 'a', LFN_PATCH, oak_path, "{\"panoramaCredentials\":null}"), 200);
    assert_string_equal(harness_get(&h, "panoramaCredentials"), "");

    /* A new user takes it; a link in the place of another detaches that one. */
    assert_int_equal(
        harness_ask(&h, 'a', LFN_POST, "/users",
                    harness_format(&h, "{\"name\":\"Elm\",\"panoramaCredentials\":{\"id\":\"%s\"}}", credential)),
        201);
    assert_string_equal(harness_get(&h, "panoramaCredentials.refreshToken"), "canary-refresh");
    char elm[64], second[64];
    (void)snprintf(elm, sizeof elm, "%s", harness_get(&h, "id"));
    (void)snprintf(second, sizeof second, "%s", harness_panorama(&h, 'a', oak));
    assert_int_equal(harness_ask(&h, 'a', LFN_PATCH, oak_path, "{\"panoramaCredentials\":null}"), 200);
    assert_int_equal(harness_ask(&h, 'a', LFN_PATCH, harness_format(&h, "/users/%s", elm),
                                 harness_format(&h, "{\"panoramaCredentials\":{\"id\":\"%s\"}}", second)),
                     200);
    assert_string_equal(harness_get(&h, "panoramaCredentials.id"), second);
    assert_int_equal(harness_ask(&h, 'a', LFN_PATCH, oak_path, patch), 200);
    harness_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_login_gives_a_token_for_a_day_or_for_thirty),
        cmocka_unit_test(a_login_that_is_not_remembered_lasts_a_day_in_either_form),
        cmocka_unit_test(a_wrong_login_and_an_unknown_owner_answer_the_same),
        cmocka_unit_test(the_token_of_a_deleted_owner_is_refused_also_after_it_is_made_again),
        cmocka_unit_test(a_token_that_was_just_taken_is_refused_with_any_byte_changed),
        cmocka_unit_test(the_token_of_an_owner_is_refused_once_the_store_was_reset),
        cmocka_unit_test(a_user_is_made_read_changed_and_deleted),
        cmocka_unit_test(an_external_id_is_unique_for_its_owner_only),
        cmocka_unit_test(a_list_is_filtered_sorted_and_paged),
        cmocka_unit_test(a_filter_that_cannot_be_read_is_refused_and_never_passed_over),
        cmocka_unit_test(a_query_of_any_length_is_answered),
        cmocka_unit_test(a_credential_is_linked_detached_and_linked_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
