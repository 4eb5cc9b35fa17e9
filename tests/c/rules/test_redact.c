/* What is taken out of headers and bodies, and what is left as it is. */
#include "rules/redact.h"

#include "base/alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

typedef struct pair {
    const char *before;
    const char *after;
} pair;

static void check_body(const char *before, const char *after, const lfn_text *secrets, size_t count)
{
    lfn_buffer out;
    lfn_buffer_init(&out, 1 << 20);
    assert_true(lfn_redact_body(lfn_text_of(before), secrets, count, &out));
    assert_string_equal(lfn_buffer_text(&out).data, after);
    lfn_buffer_free(&out);
}

static void secret_members_are_masked_in_json_and_in_what_is_nearly_json(void **state)
{
    (void)state;
    static const pair pairs[] = {
        {"{\"password\":\"abc\"}", "{\"password\":\"***\"}"},
        {"{ \"password\" : \"a\\\"b,c\" , \"x\":1}", "{ \"password\" : \"***\" , \"x\":1}"},
        {"{\"apiKey\":12345,\"x\":1}", "{\"apiKey\":***,\"x\":1}"},
        {"{\"apiKey\":{\"a\":\"}\",\"b\":[1]},\"x\":1}", "{\"apiKey\":***,\"x\":1}"},
        {"{\"refreshToken\":null,\"x\":1}", "{\"refreshToken\":null,\"x\":1}"},
        {"{\"refreshToken\":\"cut in the mid", "{\"refreshToken\":\"***"},
        {"{\"refreshToken\":\"cut after a backslash\\", "{\"refreshToken\":\"***"},
        {"{\"apiKey\":[1,2", "{\"apiKey\":***"},
        {"{\"\\u0070assword\":\"abc\"}", "{\"\\u0070assword\":\"***\"}"},
        {"{'password': 'abc', 'x': 1}", "{'password': '***', 'x': 1}"},
        {"password: abc\nname: Ann", "password: ***\nname: Ann"},
        {"{\"text\":\"{\\\"password\\\":\\\"a\\\\\\\"b\\\",\\\"x\\\":1}\"}",
         "{\"text\":\"{\\\"password\\\":\\\"***\\\",\\\"x\\\":1}\"}"},
        {"{\"a\":\"\\npassword=abc&x=1\"}", "{\"a\":\"\\npassword=***&x=1\"}"},
        {"<password>abc</password>", "<password>***</password>"},
        {"{\"access_token\":\"abc\",\"Api-Key\":\"d\"}", "{\"access_token\":\"***\",\"Api-Key\":\"***\"}"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        check_body(pairs[i].before, pairs[i].after, NULL, 0);
}

static void secret_members_are_masked_in_forms(void **state)
{
    (void)state;
    static const pair pairs[] = {
        {"password=abc&name=Ann", "password=***&name=Ann"},
        {"name=Ann&clientSecret=a%26b", "name=Ann&clientSecret=***"},
        {"pass%77ord=abc&x=1", "pass%77ord=***&x=1"},
        {"x=1%0Apassword=abc", "x=1%0Apassword=***"},
        {"password=", "password="},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        check_body(pairs[i].before, pairs[i].after, NULL, 0);
}

static void known_secrets_are_masked_however_they_are_spelt(void **state)
{
    (void)state;
    const lfn_text secrets[] = {
        LFN_TEXT("s3 \"cr/\xC3\xA9t"), LFN_TEXT("\xF0\x9F\x8C\xBE wheat"), {NULL, 0}, LFN_TEXT("")};
    static const pair pairs[] = {
        {"say s3 \"cr/\xC3\xA9t now", "say *** now"},
        {"{\"a\":\"s3 \\\"cr/\xC3\xA9t\"}", "{\"a\":\"***\"}"},
        {"{\"a\":\"s3 \\u0022cr\\/\\u00e9t\"}", "{\"a\":\"***\"}"},
        {"{\"a\":\"\\ud83c\\udf3e wheat\"}", "{\"a\":\"***\"}"},
        {"a=s3+%22cr%2F%C3%A9t&b=1", "a=***&b=1"},
        {"a=s3%20%22cr%2f%c3%a9t&b=1", "a=***&b=1"},
        {"cut: s3 \"cr", "cut: ***"},
        {"too short to tell: s3", "too short to tell: s3"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        check_body(pairs[i].before, pairs[i].after, secrets, sizeof secrets / sizeof *secrets);
}

static void the_longer_of_two_known_secrets_is_masked_whole(void **state)
{
    (void)state;
    const lfn_text secrets[] = {LFN_TEXT("abc"), LFN_TEXT("abcdef")};
    check_body("x abcdef abc y", "x *** *** y", secrets, 2);
    check_body("password=abc,abcdef", "password=***,***", secrets, 2);
}

static void the_token_behind_the_word_bearer_is_masked_whosoever_it_is(void **state)
{
    (void)state;
    check_body("sent: bearer eyJhbGciOi.eyJzdWIi-_~+/=, refused", "sent: bearer ***, refused", NULL, 0);
    check_body("['Authorization', 'Bearer 0123456789abcdef']", "['Authorization', 'Bearer ***']", NULL, 0);
    check_body("{\"Authorization\":\"Basic dXNlcjpw\",\"cookie\":\"s=1\",\"X-Api-Key\":\"k\"}",
               "{\"Authorization\":\"***\",\"cookie\":\"***\",\"X-Api-Key\":\"***\"}", NULL, 0);
    check_body("you sent\nAuthorization: Basic dXNlcjpw\nHost: x", "you sent\nAuthorization: ***\nHost: x", NULL, 0);
    check_body("the bearer of good news", "the bearer of good news", NULL, 0);
    check_body("Bearer authentication", "Bearer authentication", NULL, 0);
    check_body("Bearer", "Bearer", NULL, 0);
}

static void what_is_no_secret_stays_as_it_is(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "",
        "{\"name\":\"password\",\"publicKey\":\"abc\",\"mypassword\":\"x\",\"passwords\":\"x\"}",
        "{\"a\":\"b\\",
        "the password is not here",
        "\\u12",
        "%",
        "%4",
        "{\"clientId\":\"abc\",\"monkey\":\"see\"}",
        "100% of key",
    };
    const lfn_text secret = LFN_TEXT("nowhere-in-these");
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
        check_body(bodies[i], bodies[i], &secret, 1);
}

static void a_secret_is_gone_wherever_the_body_is_cut(void **state)
{
    (void)state;
    static const char body[] =
        "{\"name\":\"Ann\",\"password\":\"QQQQQQQQ\",\"text\":\"{\\\"apiKey\\\":\\\"QQQQQQQQ\\\"}\"}";
    for (size_t size = 0; size < sizeof body; size++) {
        lfn_buffer out;
        lfn_buffer_init(&out, 1 << 20);
        assert_true(lfn_redact_body(lfn_text_make(body, size), NULL, 0, &out));
        assert_null(strchr(lfn_buffer_text(&out).data, 'Q'));
        lfn_buffer_free(&out);
    }
}

static void the_headers_that_carry_secrets_are_masked_and_no_others(void **state)
{
    (void)state;
    static const pair pairs[] = {
        {"Authorization: Bearer abc\nAccept: */*\n", "Authorization: ***\nAccept: */*\n"},
        {"authorization:abc", "authorization:***"},
        {"Proxy-Authorization: a\r\nX: b\r\n", "Proxy-Authorization: ***\r\nX: b\r\n"},
        {"Cookie: a=b; c=d\nSet-Cookie: a=b\nX-API-KEY: q", "Cookie: ***\nSet-Cookie: ***\nX-API-KEY: ***"},
        {"Access-Token: a\nX-Client-Secret: b\napiKey: c", "Access-Token: ***\nX-Client-Secret: ***\napiKey: ***"},
        {"Cookie: a\n folded: b\nDate: c", "Cookie: ***\n***\nDate: c"},
        {"Content-Type: text/plain\n more\nno colon here\n", "Content-Type: text/plain\n more\nno colon here\n"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        lfn_buffer out;
        lfn_buffer_init(&out, 1 << 20);
        assert_true(lfn_redact_headers(lfn_text_of(pairs[i].before), &out));
        assert_string_equal(lfn_buffer_text(&out).data, pairs[i].after);
        lfn_buffer_free(&out);
    }
}

static void redaction_says_when_memory_is_out(void **state)
{
    (void)state;
    lfn_buffer out;
    lfn_buffer_init(&out, 1 << 20);
    lfn_alloc_fail_after(0);
    bool done = lfn_redact_body(lfn_text_of("abc"), NULL, 0, &out);
    lfn_alloc_fail_after(-1);
    assert_false(done);
    lfn_buffer_free(&out);
}

static void every_member_is_masked_by_the_mark_of_its_row_and_no_other_member_shares_its_name(void **state)
{
    (void)state;
    size_t secrets = 0;
    size_t plain = 0;
    for (int id = 0; id < LFN_SCHEMA_COUNT; id++) {
        const lfn_schema *schema = lfn_schema_get((lfn_schema_id)id);
        for (size_t i = 0; schema != NULL && i < schema->field_count; i++) {
            const lfn_field *field = &schema->fields[i];
            bool secret = (field->marks & LFN_SECRET) != 0;
            char before[200], after[200];
            (void)snprintf(before, sizeof before, "{\"a\":{\"%s\":\"canary\"}}", field->name);
            (void)snprintf(after, sizeof after, "{\"a\":{\"%s\":\"%s\"}}", field->name, secret ? LFN_MASK : "canary");
            check_body(before, after, NULL, 0);
            assert_true(lfn_name_secret(lfn_text_of(field->name)) == secret);
            secrets += secret;
            plain += !secret;
        }
    }
    print_message("%zu secret and %zu other members\n", secrets, plain);
    assert_true(secrets > 40 && plain > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(secret_members_are_masked_in_json_and_in_what_is_nearly_json),
        cmocka_unit_test(secret_members_are_masked_in_forms),
        cmocka_unit_test(known_secrets_are_masked_however_they_are_spelt),
        cmocka_unit_test(the_longer_of_two_known_secrets_is_masked_whole),
        cmocka_unit_test(the_token_behind_the_word_bearer_is_masked_whosoever_it_is),
        cmocka_unit_test(what_is_no_secret_stays_as_it_is),
        cmocka_unit_test(a_secret_is_gone_wherever_the_body_is_cut),
        cmocka_unit_test(the_headers_that_carry_secrets_are_masked_and_no_others),
        cmocka_unit_test(every_member_is_masked_by_the_mark_of_its_row_and_no_other_member_shares_its_name),
        cmocka_unit_test(redaction_says_when_memory_is_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
