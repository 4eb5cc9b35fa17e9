/* The operations on service credentials: the worked example, the order of checks, merging, the list, what is linked. */
#include "service/case_losant.h"

#include <stdio.h>

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

static const char mailgun[] = "{\"apiKey\":\"canary\"}";

static void the_worked_example_is_answered_as_documented(void **state)
{
    (void)state;
    losant *l = &world;
    int status = losant_ask(l, LFN_POST, "/credentials",
                            "{\"name\":\"Dave\",\"type\":\"azure\",\"azureConfig\":{\"account\":\"my account\","
                            "\"accountKey\":\"first\"}}");
    assert_int_equal(status, 201);
    const char *id = harness_get(&l->h, "id");
    assert_int_equal(strlen(id), 24);
    assert_string_equal(harness_get(&l->h, "applicationId"), LOSANT_APPLICATION);
    assert_string_equal(harness_get(&l->h, "creationDate"), "2026-01-01T00:00:00.000Z");
    assert_string_equal(harness_get(&l->h, "createdByType"), "apiToken");
    assert_string_equal(harness_get(&l->h, "azureConfig"), "{\"account\":\"my account\"}");
    fake_clock_advance(&l->h.clock, 1500);
    char maker[64];
    (void)snprintf(maker, sizeof maker, "%s", harness_get(&l->h, "createdById"));
    char path[128];
    (void)snprintf(path, sizeof path, "/applications/" LOSANT_APPLICATION "/credentials/%s", id);
    const char *other = losant_token(l, LOSANT_APPLICATION, "credential.*", 0);
    status = losant_ask_as(l, other, LFN_PATCH, path,
                           "{\"enabled\":true,\"azureConfig\":{\"account\":\"my account\",\"accountKey\":\"123abc\"}}");
    assert_int_equal(status, 200);
    assert_string_equal(harness_get(&l->h, "name"), "Dave");
    assert_string_equal(harness_get(&l->h, "type"), "azure");
    assert_string_equal(harness_get(&l->h, "azureConfig"), "{\"account\":\"my account\"}");
    assert_string_equal(harness_get(&l->h, "creationDate"), "2026-01-01T00:00:00.000Z");
    assert_string_equal(harness_get(&l->h, "lastUpdated"), "2026-01-01T00:00:01.500Z");
    assert_string_equal(harness_get(&l->h, "createdById"), maker);
    assert_string_not_equal(harness_get(&l->h, "lastUpdatedById"), maker);
    assert_string_equal(harness_get(&l->h, "lastUpdatedByType"), "apiToken");
    (void)losant_ask_as(l, other, LFN_GET, "/applications/" LOSANT_UNKNOWN "/credentials/" LOSANT_UNKNOWN, NULL);
    assert_refused(l, 404, "NotFound");
    assert_string_equal(harness_body(&l->h), "{\"type\":\"NotFound\",\"message\":\"Application was not found\"}");
    assert_string_equal(l->h.log, "");
}

static void a_delete_is_for_ever(void **state)
{
    (void)state;
    losant *l = &world;
    const char *path = harness_format(&l->h, "/credentials/%s", losant_make(l, "gone", "mailgun", mailgun));
    assert_int_equal(losant_ask(l, LFN_DELETE, path, NULL), 200);
    assert_string_equal(harness_body(&l->h), "{\"success\":true}");
    assert_int_equal(losant_ask(l, LFN_GET, path, NULL), 404);
    assert_string_equal(harness_get(&l->h, "message"), "Credential was not found");
    assert_int_equal(losant_ask(l, LFN_DELETE, path, NULL), 404);
    assert_int_equal(losant_ask(l, LFN_PATCH, path, "{}"), 404);
    (void)losant_make(l, "gone", "mailgun", mailgun);
}

/* ---- the order of checks ---- */

#define CREDENTIALS "/applications/" LOSANT_APPLICATION "/credentials"

static void the_token_comes_before_everything(void **state)
{
    (void)state;
    losant *l = &world;
    static const char *const targets[] = {"/applications", "/applications/7/credentials", CREDENTIALS,
                                          CREDENTIALS "/" LOSANT_UNKNOWN, CREDENTIALS "/x/y/z"};
    static const char *const tokens[] = {NULL, "Bearer nonsense", "Basic YTpi", "Bearer ", "Bearer"};
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        for (size_t t = 0; t < sizeof tokens / sizeof *tokens; t++) {
            (void)losant_ask_as(l, tokens[t], LFN_PUT, targets[i], "{");
            assert_refused(l, 401, "Unauthorized");
            assert_string_equal(harness_header(&l->h, "WWW-Authenticate"), "Bearer");
        }
    /* A token of the other family is none of this one, and the other way round. */
    (void)losant_ask_as(l, l->h.tokens[0], LFN_GET, CREDENTIALS, NULL);
    assert_refused(l, 401, "Unauthorized");
    assert_int_equal(losant_ask_as(l, l->token, LFN_GET, BASE "/users", NULL), 401);
    assert_string_equal(harness_header(&l->h, "Content-Type"), "application/problem+json");
}

static void a_token_ends_with_its_life(void **state)
{
    (void)state;
    losant *l = &world;
    char token[128];
    (void)snprintf(token, sizeof token, "%s", losant_token(l, LOSANT_APPLICATION, "credentials.get", 60));
    fake_clock_advance(&l->h.clock, 59999);
    assert_int_equal(losant_ask_as(l, token, LFN_GET, CREDENTIALS, NULL), 200);
    fake_clock_advance(&l->h.clock, 1);
    assert_int_equal(losant_ask_as(l, token, LFN_GET, CREDENTIALS, NULL), 401);
}

static void each_check_comes_before_the_next(void **state)
{
    (void)state;
    losant *l = &world;
    char reader[128], stranger[128], large[200];
    (void)snprintf(reader, sizeof reader, "%s", losant_token(l, LOSANT_APPLICATION, "credentials.get", 0));
    assert_int_equal(lfn_service_create_application(l->h.service, lfn_text_of("aaaaaaaaaaaaaaaaaaaaaaaa"), NULL, NULL),
                     LFN_OK);
    (void)snprintf(stranger, sizeof stranger, "%s", losant_token(l, "aaaaaaaaaaaaaaaaaaaaaaaa", "all.Application", 0));
    const char *id = losant_make(l, "one", "mailgun", mailgun);
    const char *path = harness_format(&l->h, CREDENTIALS "/%s", id);

    /* Path before method, method before the form of ids. */
    (void)losant_ask_as(l, reader, LFN_PUT, "/applications/7/nothing", "{");
    assert_refused(l, 404, "NotFound");
    (void)losant_ask_as(l, reader, LFN_PUT, "/applications/7/credentials", "{");
    assert_refused(l, 405, "MethodNotAllowed");
    assert_string_equal(harness_header(&l->h, "Allow"), "GET, POST");
    /* Form of ids before the scope, and the message names the member. */
    (void)losant_ask_as(l, reader, LFN_POST, "/applications/7/credentials", "{");
    assert_refused(l, 400, "Validation");
    assert_non_null(strstr(harness_get(&l->h, "message"), "applicationId"));
    (void)losant_ask_as(l, reader, LFN_PATCH, CREDENTIALS "/7", "{");
    assert_refused(l, 400, "Validation");
    assert_non_null(strstr(harness_get(&l->h, "message"), "credentialId"));
    /* Scope before the application. */
    (void)losant_ask_as(l, reader, LFN_POST, "/applications/" LOSANT_UNKNOWN "/credentials", "{");
    assert_refused(l, 403, "Forbidden");
    /* Application before the credential; another's is like none. */
    (void)losant_ask_as(l, l->token, LFN_PATCH, "/applications/" LOSANT_UNKNOWN "/credentials/" LOSANT_UNKNOWN, "{");
    assert_string_equal(harness_get(&l->h, "message"), "Application was not found");
    (void)losant_ask_as(l, stranger, LFN_GET, path, NULL);
    assert_string_equal(harness_get(&l->h, "message"), "Application was not found");
    (void)losant_ask_as(l, stranger, LFN_GET,
                        harness_format(&l->h, "/applications/aaaaaaaaaaaaaaaaaaaaaaaa/credentials/%s", id), NULL);
    assert_string_equal(harness_get(&l->h, "message"), "Credential was not found");
    /* The thing before the size, the size before the query, the query before the body. */
    (void)memset(large, '{', sizeof large);
    large[sizeof large - 1] = '\0';
    losant_close(l);
    losant_open_with(l, (lfn_service_options){.body_max_bytes = 190});
    path = harness_format(&l->h, CREDENTIALS "/%s", losant_make(l, "one", "mailgun", mailgun));
    (void)losant_ask_as(l, l->token, LFN_PATCH, CREDENTIALS "/" LOSANT_UNKNOWN "?odd=1", large);
    assert_refused(l, 404, "NotFound");
    (void)losant_ask_as(l, l->token, LFN_PATCH, harness_format(&l->h, "%s?odd=1", path), large);
    assert_int_equal(l->h.response.status, 413);
    (void)losant_ask_as(l, l->token, LFN_PATCH, harness_format(&l->h, "%s?odd=1", path), "{");
    assert_refused(l, 400, "Validation");
    assert_non_null(strstr(harness_get(&l->h, "message"), "odd"));
    (void)losant_ask_as(l, l->token, LFN_PATCH, path, "{");
    assert_refused(l, 400, "Validation");
    assert_non_null(strstr(harness_get(&l->h, "message"), "JSON"));
}

static void ids_may_be_written_in_upper_case(void **state)
{
    (void)state;
    losant *l = &world;
    (void)losant_ask_as(l, l->token, LFN_GET, "/applications/575ECE2B7AE143CD83DC4A9C/credentials", NULL);
    assert_int_equal(l->h.response.status, 200);
    assert_string_equal(harness_get(&l->h, "applicationId"), LOSANT_APPLICATION);
    assert_int_equal(lfn_service_create_application(l->h.service, lfn_text_of("ABCDEFABCDEFABCDEFABCDEF"), NULL, NULL),
                     LFN_OK);
    const char *token = losant_token(l, "AbcdefABCDEFabcdefABCDEF", "all.Application", 0);
    static const char *const cases[] = {"abcdefabcdefabcdefabcdef", "ABCDEFABCDEFABCDEFABCDEF"};
    char id[32] = "";
    for (size_t i = 0; i < 2; i++) {
        const char *list = harness_format(&l->h, "/applications/%s/credentials", cases[i]);
        (void)losant_ask_as(
            l, token, LFN_POST, list,
            harness_format(&l->h, "{\"name\":\"%zu\",\"type\":\"mailgun\",\"mailgunConfig\":%s}", i, mailgun));
        assert_int_equal(l->h.response.status, 201);
        assert_string_equal(harness_get(&l->h, "applicationId"), cases[0]);
        (void)snprintf(id, sizeof id, "%s", harness_get(&l->h, "id"));
        for (size_t c = 0; id[c] != '\0'; c++)
            id[c] = (char)(id[c] >= 'a' ? id[c] - 'a' + 'A' : id[c]);
        (void)losant_ask_as(l, token, LFN_GET, harness_format(&l->h, "%s/%s", list, id), NULL);
        assert_int_equal(l->h.response.status, 200);
    }
}

/* Every path below the applications that no operation has is answered in the API's own form. */
static void a_path_that_there_is_not_is_not_found(void **state)
{
    (void)state;
    losant *l = &world;
    static const char *const targets[] = {"/applications",
                                          "/applications/",
                                          "/applications?x=1",
                                          "/applications/" LOSANT_APPLICATION,
                                          "/applications/" LOSANT_APPLICATION "/flows",
                                          "/applications//credentials",
                                          CREDENTIALS "/",
                                          CREDENTIALS "/" LOSANT_UNKNOWN "/",
                                          CREDENTIALS "/" LOSANT_UNKNOWN "/linkedresources",
                                          CREDENTIALS "/" LOSANT_UNKNOWN "/linkedResources/"};
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        for (unsigned method = 0; method < LFN_METHOD_COUNT; method++) {
            (void)losant_ask_as(l, l->token, (lfn_method)method, targets[i], "{");
            assert_refused(l, 404, "NotFound");
            assert_string_equal(harness_get(&l->h, "message"), "No such path.");
        }
}

/* Whoever bears a token of another application cannot tell a path that is there from one that is not. */
static void a_stranger_learns_nothing(void **state)
{
    (void)state;
    losant *l = &world;
    static const char *const ends[] = {"", "/linkedResources"};
    char id[32], answer[512];
    (void)snprintf(id, sizeof id, "%s", losant_make(l, "one", "mailgun", mailgun));
    assert_int_equal(lfn_service_create_application(l->h.service, lfn_text_of("aaaaaaaaaaaaaaaaaaaaaaaa"), NULL, NULL),
                     LFN_OK);
    const char *stranger = losant_token(l, "aaaaaaaaaaaaaaaaaaaaaaaa", "all.Application", 0);
    for (unsigned method = 0; method < LFN_METHOD_COUNT; method++)
        for (size_t e = 0; e < 2; e++) {
            lfn_method asked = (lfn_method)method;
            (void)losant_ask_as(l, stranger, asked,
                                harness_format(&l->h, "/applications/" LOSANT_UNKNOWN "/credentials/%s%s", id, ends[e]),
                                "{");
            int status = l->h.response.status;
            (void)snprintf(answer, sizeof answer, "%s", harness_body(&l->h));
            (void)losant_ask_as(l, stranger, asked, harness_format(&l->h, CREDENTIALS "/%s%s", id, ends[e]), "{");
            assert_int_equal(l->h.response.status, status);
            assert_string_equal(harness_body(&l->h), answer);
        }
    assert_int_equal(losant_ask(l, LFN_GET, harness_format(&l->h, "/credentials/%s", id), NULL), 200);
}

/* ---- changes ---- */

static void a_patch_merges_and_a_refused_one_changes_nothing(void **state)
{
    (void)state;
    losant *l = &world;
    const char *path =
        harness_format(&l->h, "/credentials/%s",
                       losant_make(l, "one", "twilio",
                                   "{\"accountSid\":\"AC12\",\"apiKeySid\":\"SK12\",\"apiKeySecret\":\"canary\"}"));
    (void)losant_make(l, "two", "mailgun", mailgun);
    char before[4096];
    assert_int_equal(
        losant_ask(l, LFN_PATCH, path, "{\"description\":\"d\",\"twilioConfig\":{\"apiKeySid\":\"SK34\"}}"), 200);
    assert_string_equal(harness_get(&l->h, "twilioConfig"), "{\"accountSid\":\"AC12\",\"apiKeySid\":\"SK34\"}");
    assert_string_equal(harness_get(&l->h, "description"), "d");
    (void)snprintf(before, sizeof before, "%s", harness_body(&l->h));
    fake_clock_advance(&l->h.clock, 1000);
    static const struct {
        const char *body;
        const char *type;
        const char *says;
    } bad[] = {
        {"{\"name\":\"two\"}", "AlreadyExists", "name"},
        {"{\"name\":\"\"}", "Validation", "name"},
        {"{\"name\":null}", "Validation", "name"},
        {"{\"type\":\"twilio\"}", "Validation", "type"},
        {"{\"id\":\"575ece2b7ae143cd83dc4a9b\"}", "Validation", "id"},
        {"{\"lastUpdated\":\"2016-06-13T04:00:00.000Z\"}", "Validation", "lastUpdated"},
        {"{\"enabled\":\"false\"}", "Validation", "enabled"},
        {"{\"nonsense\":1}", "Validation", "nonsense"},
        {"{\"twilioConfig\":{\"apiKeySecret\":\"abc\"}}", "Validation", "twilioConfig.apiKeySecret"},
        {"{\"twilioConfig\":[]}", "Validation", "twilioConfig"},
        {"[]", "Validation", "object"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        (void)losant_ask(l, LFN_PATCH, path, bad[i].body);
        assert_refused(l, 400, bad[i].type);
        if (strstr(harness_get(&l->h, "message"), bad[i].says) == NULL)
            fail_msg("%s: %s", bad[i].body, harness_body(&l->h));
        assert_int_equal(losant_ask(l, LFN_GET, path, NULL), 200);
        assert_string_equal(harness_body(&l->h), before);
    }
    assert_int_equal(losant_ask(l, LFN_PATCH, path, "{\"enabled\":false,\"name\":\"three\",\"description\":\"\"}"),
                     200);
    assert_string_equal(harness_get(&l->h, "enabled"), "false");
    assert_string_equal(harness_get(&l->h, "name"), "three");
    assert_non_null(strstr(harness_body(&l->h), "\"description\":\"\""));
    assert_string_equal(harness_get(&l->h, "lastUpdated"), "2026-01-01T00:00:01.000Z");
}

static void a_post_needs_what_the_rows_say(void **state)
{
    (void)state;
    losant *l = &world;
    static const struct {
        const char *body;
        const char *says;
    } bad[] = {
        {"{}", "name is missing"},
        {"{\"name\":\"a\"}", "type is missing"},
        {"{\"name\":\"a\",\"type\":\"nothing\"}", "type must be one of"},
        {"{\"name\":\"a\",\"type\":\"mailgun\"}", "mailgunConfig is missing"},
        {"{\"name\":\"a\",\"type\":\"mailgun\",\"mailgunConfig\":{}}", "mailgunConfig.apiKey is missing"},
        {"{\"name\":\"a\",\"type\":\"mailgun\",\"mailgunConfig\":null}", "mailgunConfig"},
        {"{\"name\":\"a\",\"type\":\"mailgun\",\"mailgunConfig\":{\"apiKey\":\"1234\"},\"creationDate\":\"x\"}",
         "creationDate"},
        {"{\"name\":\"a\",\"type\":\"gcp\",\"gcpConfig\":{\"keyJson\":\"{}\",\"keyMetaJson\":\"{}\"}}",
         "gcpConfig.keyMetaJson"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        (void)losant_ask(l, LFN_POST, "/credentials", bad[i].body);
        assert_refused(l, 400, "Validation");
        if (strstr(harness_get(&l->h, "message"), bad[i].says) == NULL)
            fail_msg("%s: %s", bad[i].body, harness_body(&l->h));
    }
    (void)losant_make(l, "a", "mailgun", mailgun);
    (void)losant_ask(l, LFN_POST, "/credentials",
                     "{\"name\":\"a\",\"type\":\"loggly\",\"logglyConfig\":{\"customerToken\":\"1\"}}");
    assert_refused(l, 400, "AlreadyExists");
}

/* ---- the list ---- */

static void assert_names(losant *l, const char *query, const char *expected)
{
    char names[256] = "";
    assert_int_equal(losant_ask(l, LFN_GET, harness_format(&l->h, "/credentials%s", query), NULL), 200);
    for (int i = 0;; i++) {
        const char *name = harness_get(&l->h, harness_format(&l->h, "items.%d.name", i));
        if (name[0] == '\0')
            break;
        (void)snprintf(names + strlen(names), sizeof names - strlen(names), "%s ", name);
    }
    if (strcmp(names, expected) != 0)
        fail_msg("%s gives %s", query, names);
}

static void the_list_is_sorted_filtered_and_paged(void **state)
{
    (void)state;
    losant *l = &world;
    static const char *const made[][2] = {{"b", "mailgun"}, {"a[x]", "sendgrid"}, {"A", "mailgun"}, {"c?", "mailgun"}};
    for (size_t i = 0; i < 4; i++) {
        (void)losant_make(l, made[i][0], made[i][1], mailgun);
        fake_clock_advance(&l->h.clock, 1000);
    }
    assert_names(l, "", "c? A a[x] b ");
    assert_string_equal(harness_get(&l->h, "count"), "4");
    assert_string_equal(harness_get(&l->h, "totalCount"), "4");
    assert_string_equal(harness_get(&l->h, "perPage"), "100");
    assert_string_equal(harness_get(&l->h, "page"), "0");
    assert_string_equal(harness_get(&l->h, "sortField"), "creationDate");
    assert_string_equal(harness_get(&l->h, "sortDirection"), "desc");
    assert_string_equal(harness_get(&l->h, "applicationId"), LOSANT_APPLICATION);
    assert_string_equal(harness_get(&l->h, "filter"), "");
    assert_null(strstr(harness_body(&l->h), "canary"));
    assert_names(l, "?sortField=name&sortDirection=asc", "A a[x] b c? ");
    assert_names(l, "?sortField=type&sortDirection=asc", "b A c? a[x] ");
    assert_names(l, "?sortField=lastUpdated&sortDirection=asc&_actions=false&_links=true&_embedded=x", "b a[x] A c? ");
    assert_names(l, "?perPage=3&page=1", "b ");
    assert_string_equal(harness_get(&l->h, "totalCount"), "4");
    assert_string_equal(harness_get(&l->h, "count"), "1");
    assert_names(l, "?perPage=3&page=9223372036854775807", "");
    assert_names(l, "?filterField=name&filter=a*", "a[x] ");
    assert_string_equal(harness_get(&l->h, "filterField"), "name");
    assert_string_equal(harness_get(&l->h, "filter"), "a*");
    assert_names(l, "?filterField=name&filter=*%5Bx%5D", "a[x] ");
    assert_names(l, "?filterField=name&filter=c%3F", "c? ");
    assert_names(l, "?filterField=name&filter=%3F", "");
    assert_names(l, "?filterField=type&filter=*gun&sortField=name&sortDirection=asc", "A b c? ");
    static const char *const bad[] = {"?perPage=0",        "?perPage=x",         "?page=-1",      "?sortField=id",
                                      "?sortDirection=up", "?filterField=color", "?perPage=1001", "?size=1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        (void)losant_ask(l, LFN_GET, harness_format(&l->h, "/credentials%s", bad[i]), NULL);
        assert_refused(l, 400, "Validation");
        const char *member = harness_format(&l->h, "%.*s", (int)strcspn(bad[i] + 1, "="), bad[i] + 1);
        assert_non_null(strstr(harness_get(&l->h, "message"), member));
    }
}

/* ---- what is linked ---- */

#define NODE(template) "{\"type\":\"x\",\"config\":{\"credentialNameTemplate\":\"" template "\"}}"
#define CUSTOM "00000000000000000000000a"
#define DEEPER "00000000000000000000000b"
/* The same id as somebody else may write it. */
#define DEEPER_ELSEWHERE "00000000000000000000000B"

static void register_users(losant *l)
{
    (void)losant_register(l, "integration",
                          "{\"name\":\"i\",\"credentialName\":\"used\",\"integrationType\":\"mqtt\"}");
    (void)losant_register(l, "integration", "{\"name\":\"j\",\"credentialName\":\"Used\"}");
    (void)losant_register(l, "flow",
                          "{\"name\":\"f\",\"flowClass\":\"cloud\",\"nodes\":[{\"nodes\":[" NODE(
                              "used") "]},{\"type\":\"" CUSTOM "\"}]}");
    (void)losant_register(l, "flow", "{\"name\":\"g\",\"nodes\":[" NODE("{{used}}") "," NODE("unused") "]}");
    (void)losant_register(l, "flow", "{\"name\":\"used\",\"credentialNameTemplate\":\"used\"}");
    (void)losant_register(l, "flow",
                          "{\"id\":\"" CUSTOM "\",\"name\":\"node\",\"flowClass\":\"customNode\",\"nodes\":[{"
                          "\"config\":{\"uses\":[\"" DEEPER_ELSEWHERE "\"]}}]}");
    (void)losant_register(l, "flow", "{\"id\":\"" DEEPER "\",\"name\":\"deep\",\"flowClass\":\"customNode\"}");
    (void)losant_register(l, "flowVersion",
                          "{\"name\":\"v\",\"flowId\":\"" CUSTOM "\",\"triggers\":[" NODE("used") "]}");
}

static void what_uses_a_credential_is_found_by_its_name(void **state)
{
    (void)state;
    losant *l = &world;
    register_users(l);
    char path[128];
    (void)snprintf(path, sizeof path, "/credentials/%s/linkedResources", losant_make(l, "used", "mailgun", mailgun));
    assert_int_equal(losant_ask(l, LFN_GET, path, NULL), 200);
    assert_string_equal(harness_get(&l->h, "integrations.count"), "1");
    assert_string_equal(harness_get(&l->h, "integrations.items.0.name"), "i");
    assert_string_equal(harness_get(&l->h, "integrations.items.0.id"),
                        harness_get(&l->h, "integrations.items.0.integrationId"));
    assert_string_equal(harness_get(&l->h, "integrations.applicationId"), LOSANT_APPLICATION);
    assert_string_equal(harness_get(&l->h, "flows.count"), "1");
    assert_string_equal(harness_get(&l->h, "flows.items.0.name"), "f");
    assert_string_equal(harness_get(&l->h, "flowVersions.totalCount"), "1");
    assert_string_equal(harness_get(&l->h, "flowVersions.items.0.flowId"), CUSTOM);
    static const char *const members[] = {"perPage", "page", "sortField", "sortDirection"};
    for (size_t i = 0; i < 4; i++)
        assert_string_not_equal(harness_get(&l->h, harness_format(&l->h, "flowVersions.%s", members[i])), "");

    char with[160];
    (void)snprintf(with, sizeof with, "%s?includeCustomNodes=true", path);
    assert_int_equal(losant_ask(l, LFN_GET, with, NULL), 200);
    assert_string_equal(harness_get(&l->h, "flows.count"), "3");
    assert_string_equal(harness_get(&l->h, "flows.items.0.name"), "node");
    assert_string_equal(harness_get(&l->h, "flows.items.1.name"), "deep");
    (void)losant_ask(l, LFN_GET, harness_format(&l->h, "%s?includeCustomNodes=perhaps", path), NULL);
    assert_refused(l, 400, "Validation");
    /* A rename moves the link. */
    const char *one = harness_format(&l->h, "%.*s", (int)(strlen(path) - strlen("/linkedResources")), path);
    assert_int_equal(losant_ask(l, LFN_PATCH, one, "{\"name\":\"unused\"}"), 200);
    assert_int_equal(losant_ask(l, LFN_GET, path, NULL), 200);
    assert_string_equal(harness_get(&l->h, "integrations.count"), "0");
    assert_string_equal(harness_get(&l->h, "flows.items.0.name"), "g");
    assert_string_equal(harness_get(&l->h, "flowVersions.count"), "0");
}

static void what_is_registered_is_checked(void **state)
{
    (void)state;
    losant *l = &world;
    static const struct {
        const char *kind;
        const char *json;
        const char *where;
    } bad[] = {
        {"device", "{}", "/kind"},
        {"integration", "{\"credentialName\":\"a\"}", "/name"},
        {"integration", "{\"name\":\"a\"}", "/credentialName"},
        {"integration", "{\"name\":1,\"credentialName\":\"a\"}", "/name"},
        {"integration", "{\"name\":\"a\",\"credentialName\":\"a\",\"topics\":[1]}", "/topics"},
        {"flow", "{\"name\":\"a\",\"id\":\"7\"}", "/id"},
        {"flow", "{\"name\":\"a\",\"enabled\":1}", "/enabled"},
        {"flow", "{\"name\":\"a\",\"applicationId\":\"" LOSANT_UNKNOWN "\"}", "/applicationId"},
        {"flow", "{\"name\":\"a\",\"id\":\"" CUSTOM "\",\"flowId\":\"" DEEPER "\"}", "/flowId"},
        {"integration", "{\"name\":\"a\",\"credentialName\":\"a\",\"integrationType\":\"sqz\"}", "/integrationType"},
        {"flow", "{\"name\":\"a\",\"flowClass\":\"customnode\"}", "/flowClass"},
        {"flowVersion", "{\"name\":\"a\",\"flowClass\":null}", "/flowClass"},
        {"flow", "[]", ""},
        {"flow", "{", ""},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        lfn_error error = {0};
        lfn_status status = lfn_service_register(l->h.service, lfn_text_of(LOSANT_APPLICATION),
                                                 lfn_text_of(bad[i].kind), lfn_text_of(bad[i].json), NULL, &error);
        assert_int_equal(status, LFN_BAD_INPUT);
        assert_string_equal(error.where, bad[i].where);
    }
    lfn_error error = {0};
    assert_int_equal(lfn_service_register(l->h.service, lfn_text_of(LOSANT_UNKNOWN), lfn_text_of("flow"),
                                          lfn_text_of("{\"name\":\"a\"}"), NULL, &error),
                     LFN_NOT_FOUND);
    assert_int_equal(lfn_service_create_application(l->h.service, lfn_text_of(LOSANT_APPLICATION), NULL, &error),
                     LFN_CONFLICT);
    assert_int_equal(lfn_service_create_application(l->h.service, lfn_text_of("7"), NULL, &error), LFN_BAD_INPUT);
    assert_string_equal(error.where, "/id");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        TEST(the_worked_example_is_answered_as_documented),
        TEST(a_delete_is_for_ever),
        TEST(the_token_comes_before_everything),
        TEST(a_token_ends_with_its_life),
        TEST(each_check_comes_before_the_next),
        TEST(ids_may_be_written_in_upper_case),
        TEST(a_patch_merges_and_a_refused_one_changes_nothing),
        TEST(a_post_needs_what_the_rows_say),
        TEST(the_list_is_sorted_filtered_and_paged),
        TEST(what_uses_a_credential_is_found_by_its_name),
        TEST(a_path_that_there_is_not_is_not_found),
        TEST(a_stranger_learns_nothing),
        TEST(what_is_registered_is_checked),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
