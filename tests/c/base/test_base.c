/* Texts, times, encodings, buffers and the rows. */
#include "base/alloc.h"
#include "base/system.h"
#include "base/text.h"
#include "base/time.h"
#include "leafnative/error.h"
#include "leafnative/operation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static lfn_text text(const char *string)
{
    return lfn_text_of(string);
}

static void a_time_reads_back_as_it_was_written(void **state)
{
    (void)state;
    char written[LFN_TIME_SIZE + 1];
    int64_t read = 0;
    const int64_t times[] = {0, 1, -1, 951782400000000, 1795287180123456, 4102444799999999, -62135596800000000};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        assert_true(lfn_time_format(times[i], written));
        assert_true(lfn_time_parse(text(written), &read));
        assert_int_equal(read, times[i]);
    }
    assert_true(lfn_time_format(951782400000000, written));
    assert_string_equal(written, "2000-02-29T00:00:00.000000Z");
}

static void a_time_takes_zero_to_nine_digits_and_any_offset(void **state)
{
    (void)state;
    int64_t read = 0;
    assert_true(lfn_time_parse(text("2020-01-01T01:30:00+01:30"), &read));
    assert_int_equal(read, 1577836800000000);
    assert_true(lfn_time_parse(text("2020-01-01T00:00:00.123456789"), &read));
    assert_int_equal(read, 1577836800123456);
    const char *const wrong[] = {"",
                                 "2020-01-01",
                                 "2021-02-29T00:00:00Z",
                                 "2020-13-01T00:00:00Z",
                                 "2020-01-01T24:00:00Z",
                                 "2020-01-01T00:00:00.1234567890Z",
                                 "2020-01-01T00:00:00Zx",
                                 "2020-01-01 00:00:00Z",
                                 "-020-01-01T00:00:00Z"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(lfn_time_parse(text(wrong[i]), &read));
}

static void integers_are_written_in_decimal(void **state)
{
    (void)state;
    static const struct {
        int64_t value;
        const char *digits;
    } cases[] = {{0, "0"},
                 {-1, "-1"},
                 {10, "10"},
                 {1795287180123456, "1795287180123456"},
                 {INT64_MAX, "9223372036854775807"},
                 {INT64_MIN, "-9223372036854775808"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char digits[LFN_INTEGER_SIZE + 1];
        assert_int_equal(lfn_integer_format(cases[i].value, digits), strlen(cases[i].digits));
        assert_string_equal(digits, cases[i].digits);
    }
}

static void integers_are_read_to_their_limits_and_not_beyond(void **state)
{
    (void)state;
    int64_t value = 0;
    assert_true(lfn_text_integer(text("9223372036854775807"), &value));
    assert_true(value == INT64_MAX);
    assert_true(lfn_text_integer(text("-9223372036854775808"), &value));
    assert_true(value == INT64_MIN);
    const char *const wrong[] = {
        "", "-", "+1", "1 ", "9223372036854775808", "-9223372036854775809", "0x1", "99999999999999999999"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(lfn_text_integer(text(wrong[i]), &value));
}

static void utf8_is_well_formed_or_refused(void **state)
{
    (void)state;
    size_t count = 0;
    assert_true(lfn_text_utf8(text("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x8C\xBE"), &count));
    assert_int_equal(count, 4);
    const char *const wrong[] = {"\x80",
                                 "\xC0\xAF",
                                 "\xC1\x81",
                                 "\xE0\x80\x80",
                                 "\xED\xA0\x80",
                                 "\xF0\x80\x80\x80",
                                 "\xF4\x90\x80\x80",
                                 "\xF5\x80\x80\x80",
                                 "\xE2\x82",
                                 "\xFF"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(lfn_text_utf8(text(wrong[i]), &count));
}

static void what_a_message_shows_of_a_long_text_ends_with_a_whole_character(void **state)
{
    (void)state;
    char plain[LFN_SHOWN_MAX + 1];
    memset(plain, 'a', sizeof plain);
    assert_int_equal(lfn_text_shown(lfn_text_of(NULL)), 0);
    assert_int_equal(lfn_text_shown(lfn_text_make(plain, LFN_SHOWN_MAX)), LFN_SHOWN_MAX);
    assert_int_equal(lfn_text_shown(lfn_text_make(plain, sizeof plain)), LFN_SHOWN_MAX);
    static const char wide[] = "\xF0\x9F\x8C\xBE";
    for (size_t before = 1; before <= 4; before++) { /* bytes of the last character that still fit */
        char mixed[LFN_SHOWN_MAX + 4];
        memset(mixed, 'a', sizeof mixed);
        memcpy(mixed + LFN_SHOWN_MAX - before, wide, 4);
        int whole = before == 4 ? LFN_SHOWN_MAX : LFN_SHOWN_MAX - (int)before;
        assert_int_equal(lfn_text_shown(lfn_text_make(mixed, sizeof mixed)), whole);
    }
}

static void base64url_reads_back_and_refuses_what_is_not_canonical(void **state)
{
    (void)state;
    lfn_buffer form, back;
    lfn_buffer_init(&form, 1000);
    lfn_buffer_init(&back, 1000);
    for (size_t size = 0; size < 20; size++) {
        lfn_buffer_clear(&form);
        lfn_buffer_clear(&back);
        assert_true(lfn_buffer_append_base64url(&form, "\xFF\xFE\xFD leafnative, 20 b", size) || size == 0);
        assert_true(lfn_buffer_append_base64url_decoded(&back, lfn_buffer_text(&form)));
        assert_int_equal(back.size, size);
        assert_memory_equal(lfn_buffer_text(&back).data, "\xFF\xFE\xFD leafnative, 20 b", size);
    }
    const char *const wrong[] = {"A", "AB=", "AB==", "A+", "AB", "ABC", "AA A", "AAAAA"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        lfn_buffer_clear(&back);
        bool canonical = lfn_buffer_append_base64url_decoded(&back, text(wrong[i]));
        assert_false(canonical);
    }
    lfn_buffer_free(&form);
    lfn_buffer_free(&back);
}

static void a_buffer_stops_at_its_ceiling_and_keeps_what_it_has(void **state)
{
    (void)state;
    lfn_buffer buffer;
    lfn_buffer_init(&buffer, 5);
    assert_true(lfn_buffer_append_string(&buffer, "12345"));
    assert_false(lfn_buffer_append_string(&buffer, "6"));
    assert_true(buffer.failed);
    assert_string_equal(buffer.data, "12345");
    lfn_buffer_free(&buffer);
}

static void a_buffer_with_room_reserved_is_not_moved_and_still_stops_at_its_ceiling(void **state)
{
    (void)state;
    lfn_buffer buffer;
    lfn_buffer_init(&buffer, 1000);
    assert_true(lfn_buffer_reserve(&buffer, 700));
    const char *place = buffer.data;
    for (int i = 0; i < 70; i++)
        assert_true(lfn_buffer_append_string(&buffer, "0123456789"));
    assert_ptr_equal(buffer.data, place);
    assert_int_equal(buffer.size, 700);
    assert_false(lfn_buffer_reserve(&buffer, 301));
    assert_true(buffer.failed);
    lfn_buffer_free(&buffer);
}

static void a_buffer_tells_that_memory_is_out(void **state)
{
    (void)state;
    lfn_buffer buffer;
    lfn_buffer_init(&buffer, 1000);
    lfn_alloc_fail_after(0);
    bool appended = lfn_buffer_append_string(&buffer, "x");
    lfn_alloc_fail_after(-1);
    assert_false(appended);
    assert_true(buffer.failed);
    lfn_buffer_free(&buffer);
}

static void a_uuid_made_is_a_uuid(void **state)
{
    (void)state;
    char uuid[LFN_UUID_SIZE + 1];
    assert_true(lfn_uuid_make(lfn_random_system(), uuid));
    assert_true(lfn_uuid_valid(text(uuid)));
    assert_int_equal(uuid[14], '4');
    assert_false(lfn_uuid_valid(text("00000000-0000-0000-0000-00000000000g")));
    assert_false(lfn_uuid_valid(text("00000000000000000000000000000000")));
}

static void a_uuid_has_its_dashes_and_hexadecimal_digits_only(void **state)
{
    (void)state;
    char uuid[] = "0190F5a1-7b1c-7E3a-9d52-00000000000f";
    assert_true(lfn_uuid_valid(lfn_text_of(uuid)));
    for (size_t i = 0; i < LFN_UUID_SIZE; i++)
        for (int byte = 0; byte < 256; byte++) {
            char kept = uuid[i];
            uuid[i] = (char)byte;
            bool digit = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
            assert_int_equal(lfn_uuid_valid(lfn_text_make(uuid, LFN_UUID_SIZE)), kept == '-' ? byte == '-' : digit);
            uuid[i] = kept;
        }
}

static void an_email_has_something_on_both_sides_of_one_at(void **state)
{
    (void)state;
    const char *const right[] = {"a@b", "a+b.c@coop.example", "j\xC3\xB8rn@farm.example"};
    const char *const wrong[] = {"", "a", "@", "a@", "@b", "a@b@c", "a b@c", "a@b\n", "a/b@c", "a@\xFF", "a@b\x7F"};
    for (size_t i = 0; i < sizeof right / sizeof *right; i++)
        assert_true(lfn_email_valid(text(right[i])));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(lfn_email_valid(text(wrong[i])));
}

static void every_operation_is_found_by_its_name(void **state)
{
    (void)state;
    for (unsigned i = 0; i < LFN_OP_COUNT; i++) {
        const lfn_operation *operation = lfn_operation_get((lfn_operation_id)i);
        for (unsigned p = 0; p < LFN_PROVIDER_COUNT; p++) {
            const lfn_provider *provider = lfn_provider_get((lfn_provider_id)p);
            bool per_provider = lfn_operation_per_provider(operation);
            char name[100];
            (void)snprintf(name, sizeof name, "%s.%s", per_provider ? provider->attribute : operation->group->name,
                           operation->name);
            const lfn_operation *found = NULL;
            const lfn_provider *found_provider = NULL;
            assert_true(lfn_operation_find(text(name), &found, &found_provider));
            assert_ptr_equal(found, operation);
            assert_ptr_equal(found_provider, per_provider ? provider : NULL);
        }
    }
}

static void every_member_has_a_snake_case_name_that_leads_back(void **state)
{
    (void)state;
    for (unsigned s = 0; s < LFN_SCHEMA_COUNT; s++) {
        const lfn_schema *schema = lfn_schema_get((lfn_schema_id)s);
        for (size_t i = 0; i < lfn_schema_count(schema); i++) {
            const lfn_field *field = lfn_schema_at(schema, i);
            char snake[64];
            assert_true(lfn_name_snake(text(field->name), snake, sizeof snake));
            assert_ptr_equal(lfn_schema_find_any(schema, text(snake)), field);
            assert_ptr_equal(lfn_schema_find(schema, text(field->name)), field);
        }
    }
}

static void an_abbreviation_in_a_name_is_one_word(void **state)
{
    (void)state;
    static const char *const names[][2] = {{"createdTime", "created_time"},
                                           {"disableSSLVerification", "disable_ssl_verification"},
                                           {"cloneURL", "clone_url"},
                                           {"id_token", "id_token"},
                                           {"aB", "a_b"},
                                           {"_links", "_links"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char snake[64];
        assert_true(lfn_name_snake(text(names[i][0]), snake, sizeof snake));
        assert_string_equal(snake, names[i][1]);
        assert_true(lfn_name_snake(text(names[i][0]), snake, strlen(names[i][1]) + 1));
        assert_false(lfn_name_snake(text(names[i][0]), snake, strlen(names[i][1])));
    }
}

static void an_id_has_the_form_of_its_api(void **state)
{
    (void)state;
    const char *const uuid = "0b1fda9c-7d0c-4a9d-8a8b-0a6a8c3d7f11";
    assert_true(lfn_id_valid(LFN_ID_FORM_UUID, text(uuid)));
    assert_false(lfn_id_valid(LFN_ID_FORM_HEX24, text(uuid)));
    assert_true(lfn_id_valid(LFN_ID_FORM_HEX24, text("575ece2b7ae143cd83dc4a9b")));
    assert_true(lfn_id_valid(LFN_ID_FORM_HEX24, text("575ECE2B7AE143CD83DC4A9B")));
    assert_false(lfn_id_valid(LFN_ID_FORM_UUID, text("575ece2b7ae143cd83dc4a9b")));
    const char *const wrong[] = {"", "575ece2b7ae143cd83dc4a9", "575ece2b7ae143cd83dc4a9bc", "575ece2b7ae143cd83dc4a9g",
                                 "575ece2b7ae143cd83dc4a9\n"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(lfn_id_valid(LFN_ID_FORM_HEX24, text(wrong[i])));
}

static void scopes_are_words_and_lists_have_pages(void **state)
{
    (void)state;
    for (unsigned i = 0; i < LFN_OP_COUNT; i++) {
        const lfn_operation *operation = lfn_operation_get((lfn_operation_id)i);
        const lfn_list_words *words = lfn_list_words_get(operation->group->api->list_form);
        lfn_text scope, rest = text(operation->scopes);
        while (rest.size > 0 && lfn_text_split(&rest, ' ', &scope))
            assert_true(scope.size > 0);
        if (operation->form != LFN_FORM_LIST)
            continue;
        /* The walk over pages rests on these rows. */
        assert_int_equal(lfn_schema_find(lfn_operation_query(operation), text(words->page))->type, LFN_TYPE_INTEGER);
        assert_true(lfn_schema_find(lfn_operation_query(operation), text(words->size))->most > 0);
    }
    assert_null(lfn_list_words_get(LFN_LIST_FORM_COUNT));
}

static void a_problem_is_found_by_its_type_and_status(void **state)
{
    (void)state;
    assert_int_equal(lfn_problem_find_type(text("AlreadyExists"), 400)->id, LFN_PROBLEM_NAME_TAKEN);
    assert_int_equal(lfn_problem_find_type(text("NotFound"), 404)->status, LFN_NOT_FOUND);
    assert_null(lfn_problem_find_type(text("AlreadyExists"), 409));
    assert_null(lfn_problem_find_type(text("notFound"), 404));
    assert_null(lfn_problem_find_type(text(""), 404));
    assert_null(lfn_problem_find(text("")));
}

static void the_member_of_a_user_is_the_camel_case_of_the_segment(void **state)
{
    (void)state;
    for (unsigned p = 0; p < LFN_PROVIDER_COUNT; p++) {
        const lfn_provider *provider = lfn_provider_get((lfn_provider_id)p);
        char member[64];
        size_t at = 0;
        for (const char *byte = provider->segment; *byte != '\0'; byte++)
            member[at++] = *byte == '-' ? (char)(*++byte - 'a' + 'A') : *byte;
        member[at] = '\0';
        assert_string_equal(member, provider->member);
    }
}

static void each_fork_gives_the_child_another_generation(void **state)
{
    (void)state;
    unsigned here = lfn_fork_generation();
    pid_t child = fork();
    if (child == 0)
        _exit(lfn_fork_generation() == here ? 1 : 0);
    int outcome = -1;
    assert_int_equal(waitpid(child, &outcome, 0), child);
    assert_int_equal(outcome, 0);
    assert_int_equal(lfn_fork_generation(), here);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_written_in_decimal),
        cmocka_unit_test(a_time_reads_back_as_it_was_written),
        cmocka_unit_test(a_time_takes_zero_to_nine_digits_and_any_offset),
        cmocka_unit_test(integers_are_read_to_their_limits_and_not_beyond),
        cmocka_unit_test(utf8_is_well_formed_or_refused),
        cmocka_unit_test(what_a_message_shows_of_a_long_text_ends_with_a_whole_character),
        cmocka_unit_test(base64url_reads_back_and_refuses_what_is_not_canonical),
        cmocka_unit_test(a_buffer_stops_at_its_ceiling_and_keeps_what_it_has),
        cmocka_unit_test(a_buffer_with_room_reserved_is_not_moved_and_still_stops_at_its_ceiling),
        cmocka_unit_test(a_buffer_tells_that_memory_is_out),
        cmocka_unit_test(a_uuid_made_is_a_uuid),
        cmocka_unit_test(a_uuid_has_its_dashes_and_hexadecimal_digits_only),
        cmocka_unit_test(an_email_has_something_on_both_sides_of_one_at),
        cmocka_unit_test(every_operation_is_found_by_its_name),
        cmocka_unit_test(every_member_has_a_snake_case_name_that_leads_back),
        cmocka_unit_test(an_abbreviation_in_a_name_is_one_word),
        cmocka_unit_test(an_id_has_the_form_of_its_api),
        cmocka_unit_test(scopes_are_words_and_lists_have_pages),
        cmocka_unit_test(a_problem_is_found_by_its_type_and_status),
        cmocka_unit_test(each_fork_gives_the_child_another_generation),
        cmocka_unit_test(the_member_of_a_user_is_the_camel_case_of_the_segment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
