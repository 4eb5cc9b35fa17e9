/* The JSON reader, the tree and the writer, over the lists of documents in tests/cases/json/. */
#include "base/alloc.h"
#include "base/text.h"
#include "leafnative/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* ---- the lists ---- */

/* Takes the next document of a list, its ~HH decoded; false at the end of the file. */
static bool next_document(FILE *list, lfn_buffer *document)
{
    char line[4096];
    lfn_buffer_clear(document);
    do {
        if (fgets(line, sizeof line, list) == NULL)
            return false;
    } while (line[0] == '#' && line[1] == ' ');
    size_t size = strcspn(line, "\n");
    assert_true(size < sizeof line - 1);
    for (size_t i = 0; i < size; i++) {
        char byte = line[i];
        if (byte == '~' && i + 1 == size)
            break;
        if (byte == '~') {
            assert_true(lfn_hex_read(lfn_text_make(line + i + 1, 2), &byte, 1));
            i += 2;
        }
        assert_true(lfn_buffer_append(document, &byte, 1));
    }
    return true;
}

static size_t for_each_document(const char *path, void (*look)(lfn_text document))
{
    FILE *list = fopen(path, "rb");
    lfn_buffer document;
    size_t count = 0;
    assert_non_null(list);
    lfn_buffer_init(&document, 4096);
    for (; next_document(list, &document); count++)
        look(lfn_buffer_text(&document));
    lfn_buffer_free(&document);
    (void)fclose(list);
    return count;
}

#define ACCEPTED LFN_SOURCE_DIR "/tests/cases/json/accept.txt"
#define REFUSED LFN_SOURCE_DIR "/tests/cases/json/refuse.txt"

/* Reads from memory of exactly the size, so that a sanitizer sees a byte too many. */
static lfn_status read_exactly(lfn_text document, lfn_error *error)
{
    char *copy = malloc(document.size > 0 ? document.size : 1);
    assert_non_null(copy);
    if (document.size > 0)
        memcpy(copy, document.data, document.size);
    lfn_status status = lfn_json_read(lfn_text_make(copy, document.size), NULL, NULL, error);
    free(copy);
    return status;
}

static lfn_status read_string(const char *document)
{
    return read_exactly(lfn_text_of(document), NULL);
}

static void write_tree(const lfn_json *node, lfn_buffer *out_text)
{
    lfn_json_writer writer = {.buffer = out_text};
    lfn_json_write_node(&writer, node);
}

/* ---- what is accepted and what is not ---- */

static void accept(lfn_text document)
{
    lfn_error error = {0};
    if (read_exactly(document, &error) != LFN_OK)
        fail_msg("%.*s: %s", (int)document.size, document.data, error.message);
}

static void every_document_of_the_list_is_accepted(void **state)
{
    (void)state;
    size_t count = for_each_document(ACCEPTED, accept);
    print_message("figure json_accepted %zu\n", count);
    assert_true(count >= 95);
}

static void refuse(lfn_text document)
{
    lfn_error error = {0};
    lfn_json *root = NULL;
    if (read_exactly(document, &error) != LFN_PROTOCOL)
        fail_msg("accepted: %.*s", (int)document.size, document.data);
    assert_int_equal(error.status, LFN_PROTOCOL);
    assert_true(error.message[0] != '\0');
    assert_int_equal(lfn_json_parse(document, &root, NULL), LFN_PROTOCOL);
    assert_null(root);
}

static void every_text_of_the_other_list_is_refused(void **state)
{
    (void)state;
    size_t count = for_each_document(REFUSED, refuse);
    print_message("figure json_refused %zu\n", count);
    assert_true(count >= 188);
}

static void cut(lfn_text document)
{
    lfn_text whole = document;
    while (whole.size > 0 && strchr(" \t\r\n", whole.data[whole.size - 1]) != NULL)
        whole.size--;
    char last = whole.data[whole.size - 1];
    bool closed = last == '}' || last == ']' || last == '"';
    for (size_t size = 0; size < whole.size; size++) {
        lfn_status status = read_exactly(lfn_text_make(document.data, size), NULL);
        if (closed)
            assert_int_equal(status, LFN_PROTOCOL);
    }
}

static void every_prefix_of_an_object_a_list_or_a_string_is_refused(void **state)
{
    (void)state;
    assert_true(for_each_document(ACCEPTED, cut) > 0);
}

static void a_depth_of_64_is_read_and_one_more_is_not(void **state)
{
    (void)state;
    const size_t depths[] = {1, 63, LFN_JSON_DEPTH, LFN_JSON_DEPTH + 1, 100000};
    for (size_t i = 0; i < sizeof depths / sizeof *depths; i++) {
        size_t depth = depths[i];
        char *lists = malloc(2 * depth);
        assert_non_null(lists);
        memset(lists, '[', depth);
        memset(lists + depth, ']', depth);
        lfn_status wanted = depth <= LFN_JSON_DEPTH ? LFN_OK : LFN_PROTOCOL;
        assert_int_equal(read_exactly(lfn_text_make(lists, 2 * depth), NULL), wanted);
        assert_int_equal(read_exactly(lfn_text_make(lists, depth), NULL), LFN_PROTOCOL);
        free(lists);
    }
    lfn_buffer objects;
    lfn_buffer_init(&objects, 100000);
    for (size_t i = 0; i < LFN_JSON_DEPTH; i++)
        assert_true(lfn_buffer_append_string(&objects, "{\"a\":"));
    assert_true(lfn_buffer_append_string(&objects, "1"));
    for (size_t i = 0; i < LFN_JSON_DEPTH; i++)
        assert_true(lfn_buffer_append_string(&objects, "}"));
    assert_int_equal(read_exactly(lfn_buffer_text(&objects), NULL), LFN_OK);
    lfn_buffer_free(&objects);
}

/* An object of `count` names, of which the one at `twin` is written as the one at `first`. */
static void make_wide(lfn_buffer *out_text, size_t count, size_t first, size_t twin, bool escaped)
{
    lfn_buffer_clear(out_text);
    for (size_t i = 0; i < count; i++) {
        const char *begin = i == 0 ? "{" : ",";
        const char *letter = escaped && i % 2 == 0 ? "\\u006e" : "n";
        assert_true(lfn_buffer_format(out_text, "%s\"%s%zu\":0", begin, letter, i == twin ? first : i));
    }
    assert_true(lfn_buffer_append_string(out_text, "}"));
}

static void a_name_that_stands_twice_is_found_wherever_it_stands(void **state)
{
    (void)state;
    lfn_buffer text;
    lfn_buffer_init(&text, 10000);
    for (size_t count = 2; count <= 40; count++)
        for (size_t twin = 1; twin < count; twin++)
            for (size_t first = 0; first < twin; first++) {
                make_wide(&text, count, first, twin, (first + twin) % 3 == 0);
                assert_int_equal(read_exactly(lfn_buffer_text(&text), NULL), LFN_PROTOCOL);
            }
    make_wide(&text, 40, 0, 40, true);
    assert_int_equal(read_exactly(lfn_buffer_text(&text), NULL), LFN_OK);
    lfn_buffer_free(&text);
}

static void a_name_that_stands_twice_is_found_among_200000(void **state)
{
    (void)state;
    const size_t count = 200000;
    lfn_buffer text;
    lfn_buffer_init(&text, 40 * count);
    make_wide(&text, count, 77, count, true);
    assert_int_equal(read_exactly(lfn_buffer_text(&text), NULL), LFN_OK);
    make_wide(&text, count, 77, count - 1, true);
    assert_int_equal(read_exactly(lfn_buffer_text(&text), NULL), LFN_PROTOCOL);
    lfn_buffer_free(&text);
}

/* ---- the reader's calls ---- */

typedef struct call_log {
    lfn_text input;
    char seen[400];
    bool borrowed; /* the last text was a part of the input */
    long left;     /* calls until it says stop; negative: never */
} call_log;

LFN_PRINTF(2, 3)
static bool note(call_log *calls, const char *format, ...)
{
    size_t length = strlen(calls->seen);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(calls->seen + length, sizeof calls->seen - length, format, arguments);
    va_end(arguments);
    return calls->left < 0 || calls->left-- > 0;
}

static bool note_text(call_log *calls, const char *kind, lfn_text text)
{
    calls->borrowed = text.data >= calls->input.data && text.data <= calls->input.data + calls->input.size;
    return note(calls, "%s(%.*s) ", kind, (int)text.size, text.data);
}

static bool on_null(void *context)
{
    return note(context, "null ");
}

static bool on_boolean(void *context, bool value)
{
    return note(context, "%s ", value ? "true" : "false");
}

static bool on_integer(void *context, int64_t value)
{
    return note(context, "integer(%lld) ", (long long)value);
}

static bool on_number(void *context, lfn_text literal)
{
    return note_text(context, "number", literal);
}

static bool on_string(void *context, lfn_text value)
{
    return note_text(context, "string", value);
}

static bool on_object_begin(void *context)
{
    return note(context, "{ ");
}

static bool on_key(void *context, lfn_text name)
{
    return note_text(context, "key", name);
}

static bool on_object_end(void *context)
{
    return note(context, "} ");
}

static bool on_array_begin(void *context)
{
    return note(context, "[ ");
}

static bool on_array_end(void *context)
{
    return note(context, "] ");
}

static const lfn_json_builder noter = {
    .null = on_null,
    .boolean = on_boolean,
    .integer = on_integer,
    .number = on_number,
    .string = on_string,
    .object_begin = on_object_begin,
    .key = on_key,
    .object_end = on_object_end,
    .array_begin = on_array_begin,
    .array_end = on_array_end,
};

static void the_builder_is_called_in_the_order_of_the_text(void **state)
{
    (void)state;
    call_log calls = {.left = -1, .input = lfn_text_of("{\"a\":[1,2.5,null,true,false,-0],\"b\":{\"c\":\"x\\ny\"}}")};
    assert_int_equal(lfn_json_read(calls.input, &noter, &calls, NULL), LFN_OK);
    assert_string_equal(calls.seen, "{ key(a) [ integer(1) number(2.5) null true false number(-0) ] key(b) { key(c) "
                                    "string(x\ny) } } ");
}

static void integers_that_fit_are_exact_and_the_others_keep_their_literal(void **state)
{
    (void)state;
    call_log calls = {.left = -1,
                      .input = lfn_text_of("[9007199254740993,9223372036854775807,-9223372036854775808,"
                                           "9223372036854775808,-9223372036854775809]")};
    assert_int_equal(lfn_json_read(calls.input, &noter, &calls, NULL), LFN_OK);
    assert_string_equal(calls.seen, "[ integer(9007199254740993) integer(9223372036854775807) "
                                    "integer(-9223372036854775808) number(9223372036854775808) "
                                    "number(-9223372036854775809) ] ");
}

static void a_string_without_escapes_is_given_from_the_input_itself(void **state)
{
    (void)state;
    call_log plain = {.left = -1, .input = lfn_text_of("\"plain \xC3\xA9\"")};
    call_log escaped = {.left = -1, .input = lfn_text_of("\"plain\\u0020\"")};
    assert_int_equal(lfn_json_read(plain.input, &noter, &plain, NULL), LFN_OK);
    assert_true(plain.borrowed);
    assert_int_equal(lfn_json_read(escaped.input, &noter, &escaped, NULL), LFN_OK);
    assert_false(escaped.borrowed);
    assert_string_equal(escaped.seen, "string(plain ) ");
}

static void a_builder_stops_the_reading_at_every_call(void **state)
{
    (void)state;
    for (long stop = 0; stop < 13; stop++) {
        lfn_error error = {0};
        call_log calls = {.left = stop, .input = lfn_text_of("{\"a\":[1,2.5,null,true],\"b\":{\"c\":\"x\"}}")};
        assert_int_equal(lfn_json_read(calls.input, &noter, &calls, &error), LFN_CLOSED);
        assert_int_equal(error.status, LFN_CLOSED);
        assert_int_equal(calls.left, -1);
    }
}

static void an_error_names_the_byte_and_quotes_nothing(void **state)
{
    (void)state;
    lfn_error error = {0};
    assert_int_equal(read_exactly(lfn_text_of("{\"password\":\"canary\",}"), &error), LFN_PROTOCOL);
    assert_non_null(strstr(error.message, "byte 21"));
    assert_null(strstr(error.message, "canary"));
    assert_null(strstr(error.message, "password"));
}

/* ---- the tree and the writer ---- */

static void write_and_read_back(lfn_text document)
{
    lfn_json *first = NULL, *second = NULL;
    lfn_buffer once, twice;
    lfn_buffer_init(&once, 100000);
    lfn_buffer_init(&twice, 100000);
    assert_int_equal(lfn_json_parse(document, &first, NULL), LFN_OK);
    write_tree(first, &once);
    assert_false(once.failed);
    assert_int_equal(lfn_json_parse(lfn_buffer_text(&once), &second, NULL), LFN_OK);
    write_tree(second, &twice);
    assert_true(lfn_text_equal(lfn_buffer_text(&once), lfn_buffer_text(&twice)));
    lfn_json_free(first);
    lfn_json_free(second);
    lfn_buffer_free(&once);
    lfn_buffer_free(&twice);
}

static void what_is_accepted_is_written_and_read_back_equal(void **state)
{
    (void)state;
    assert_true(for_each_document(ACCEPTED, write_and_read_back) > 0);
}

static void compact_documents_are_written_byte_for_byte(void **state)
{
    (void)state;
    static const char *const documents[] = {
        "{\"a\":[1,2,{}],\"b\":{\"c\":[],\"d\":null},\"e\":[true,false]}",
        "[9007199254740993,9223372036854775808,1.50,1E400,-0,-9223372036854775808]",
        "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\x7F\xF0\x9F\x8C\xBE\"",
    };
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        lfn_json *root = NULL;
        lfn_buffer text;
        lfn_buffer_init(&text, 1000);
        assert_int_equal(lfn_json_parse(lfn_text_of(documents[i]), &root, NULL), LFN_OK);
        write_tree(root, &text);
        assert_string_equal(text.data, documents[i]);
        lfn_json_free(root);
        lfn_buffer_free(&text);
    }
}

static void a_tree_gives_kinds_values_and_literals(void **state)
{
    (void)state;
    lfn_json *root = NULL;
    const char *document =
        "{\"i\":9007199254740993,\"n\":1.50,\"s\":\"a\\u0000b\",\"t\":true,\"z\":null,\"S\":0,\"l\":[7]}";
    assert_int_equal(lfn_json_parse(lfn_text_of(document), &root, NULL), LFN_OK);
    const lfn_json *integer = lfn_json_get(root, lfn_text_of("i"));
    assert_int_equal(lfn_json_kind_of(integer), LFN_JSON_INTEGER);
    assert_true(lfn_json_integer(integer, 0) == 9007199254740993);
    assert_true(lfn_text_equal_string(lfn_json_literal(integer), "9007199254740993"));
    const lfn_json *number = lfn_json_get(root, lfn_text_of("n"));
    assert_int_equal(lfn_json_kind_of(number), LFN_JSON_NUMBER);
    assert_true(lfn_text_equal_string(lfn_json_literal(number), "1.50"));
    assert_int_equal(lfn_json_integer(number, -7), -7);
    lfn_text string = lfn_json_string(lfn_json_get(root, lfn_text_of("s")));
    assert_int_equal(string.size, 3);
    assert_memory_equal(string.data, "a\0b", 3);
    assert_true(lfn_json_true(lfn_json_get(root, lfn_text_of("t"))));
    assert_int_equal(lfn_json_kind_of(lfn_json_get(root, lfn_text_of("z"))), LFN_JSON_NULL);
    assert_int_equal(lfn_json_integer(lfn_json_get(root, lfn_text_of("S")), -1), 0);
    assert_int_equal(lfn_json_integer(lfn_json_first(lfn_json_get(root, lfn_text_of("l"))), -1), 7);
    assert_null(lfn_json_get(root, lfn_text_of("I")));
    assert_null(lfn_json_get(NULL, lfn_text_of("i")));
    assert_null(lfn_json_get(integer, lfn_text_of("i")));
    assert_null(lfn_json_string(integer).data);
    assert_null(lfn_json_literal(root).data);
    assert_null(lfn_json_name(root).data);
    lfn_json_free(root);
    lfn_json_free(NULL);
}

/* Every byte of ASCII at every place of strings as long as the strides in which they are looked at, and longer. */
static void what_is_written_is_read_back_wherever_an_escape_stands(void **state)
{
    (void)state;
    enum { LONGEST = 19 };
    for (size_t size = 1; size <= LONGEST; size++)
        for (size_t at = 0; at < size; at++)
            for (int byte = 0; byte < 0x80; byte++) {
                char letters[LONGEST];
                lfn_buffer text;
                lfn_json *root = NULL;
                memset(letters, 'a', sizeof letters);
                letters[at] = (char)byte;
                lfn_text string = lfn_text_make(letters, size);
                lfn_buffer_init(&text, 1024);
                lfn_json_writer writer = {.buffer = &text};
                lfn_json_write_begin_object(&writer);
                lfn_json_write_key(&writer, string);
                lfn_json_write_string(&writer, string);
                lfn_json_write_end_object(&writer);
                assert_int_equal(lfn_json_parse(lfn_buffer_text(&text), &root, NULL), LFN_OK);
                assert_true(lfn_text_equal(lfn_json_string(lfn_json_get(root, string)), string));
                lfn_json_free(root);
                lfn_buffer_free(&text);
            }
}

static void the_writer_refuses_what_is_not_utf8(void **state)
{
    (void)state;
    lfn_buffer text;
    lfn_buffer_init(&text, 1000);
    lfn_json_writer writer = {.buffer = &text};
    lfn_json_write_string(&writer, lfn_text_of("\xC3("));
    assert_true(text.failed);
    lfn_buffer_free(&text);
}

static void an_allocation_that_fails_is_told_and_leaks_nothing(void **state)
{
    (void)state;
    lfn_buffer document, out;
    lfn_buffer_init(&document, 10000);
    lfn_buffer_init(&out, 100000);
    make_wide(&document, 60, 0, 60, true);
    long failures = 0;
    for (bool passed = false; !passed; failures++) {
        lfn_json *root = NULL;
        lfn_alloc_fail_after(failures);
        lfn_status status = lfn_json_parse(lfn_buffer_text(&document), &root, NULL);
        if (status == LFN_OK)
            write_tree(root, &out);
        passed = status == LFN_OK && !out.failed;
        lfn_alloc_fail_after(-1);
        assert_true(status == LFN_OK || status == LFN_NO_MEMORY);
        assert_true((root != NULL) == (status == LFN_OK));
        lfn_json_free(root);
        lfn_buffer_free(&out);
    }
    assert_true(failures > 60);
    for (long count = 0; count < 3; count++) {
        lfn_alloc_fail_after(count);
        lfn_status status = lfn_json_read(lfn_buffer_text(&document), NULL, NULL, NULL);
        lfn_alloc_fail_after(-1);
        assert_int_equal(status, LFN_NO_MEMORY);
    }
    lfn_buffer_free(&document);
}

/* ---- strides ---- */

/* Puts `odd` at a place among plain bytes and asks what becomes of the string; `pad` bytes follow it. */
static void try_at(size_t place, size_t pad, const char *odd, size_t odd_size, lfn_status wanted)
{
    char text[128];
    size_t size = 0;
    text[size++] = '"';
    for (size_t i = 0; i < place; i++)
        text[size++] = (char)('a' + i % 26);
    memcpy(text + size, odd, odd_size);
    size += odd_size;
    for (size_t i = 0; i < pad; i++)
        text[size++] = '~';
    text[size++] = '"';
    assert_int_equal(read_exactly(lfn_text_make(text, size), NULL), wanted);
}

static void an_odd_byte_is_seen_at_every_place_of_every_stride(void **state)
{
    (void)state;
    static const struct {
        lfn_text odd;
        lfn_status wanted;
    } cases[] = {{LFN_TEXT("\x1f"), LFN_PROTOCOL}, {LFN_TEXT("\0"), LFN_PROTOCOL},   {LFN_TEXT("\""), LFN_PROTOCOL},
                 {LFN_TEXT("\\"), LFN_PROTOCOL},   {LFN_TEXT("\x80"), LFN_PROTOCOL}, {LFN_TEXT("\xff"), LFN_PROTOCOL},
                 {LFN_TEXT("\x7f"), LFN_OK},       {LFN_TEXT("\\n"), LFN_OK},        {LFN_TEXT("\xc3\xbc"), LFN_OK},
                 {LFN_TEXT("\\u00fc"), LFN_OK},    {LFN_TEXT("\xc3"), LFN_PROTOCOL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t place = 0; place < 40; place++)
            for (size_t pad = 1; pad < 40; pad += 3)
                try_at(place, pad, cases[i].odd.data, cases[i].odd.size, cases[i].wanted);
}

static bool count_name(void *context, lfn_text name)
{
    *(size_t *)context += name.size;
    return true;
}

static void a_builder_need_not_have_every_function(void **state)
{
    (void)state;
    const lfn_json_builder names_only = {.key = count_name};
    size_t size = 0;
    lfn_text text = lfn_text_of("{\"ab\":[1,-2.5e3,\"c\",true,null,{\"\\u0064\":{}}],\"e\":[]}");
    assert_int_equal(lfn_json_read(text, &names_only, &size, NULL), LFN_OK);
    assert_int_equal(size, 4);
}

static void a_builder_hears_only_what_it_looks_deep_enough_for(void **state)
{
    (void)state;
    static const char *const seen[] = {
        "{ key(a) [ integer(1) { key(b) [ ] } ] key(c) string(d\n) } ",
        "{ key(a) [ ] key(c) string(d\n) } ",
        "{ key(a) [ integer(1) { } ] key(c) string(d\n) } ",
        "{ key(a) [ integer(1) { key(b) [ ] } ] key(c) string(d\n) } ",
    };
    for (size_t depth = 0; depth < sizeof seen / sizeof *seen; depth++) {
        lfn_json_builder looking = noter;
        call_log calls = {.left = -1, .input = lfn_text_of("{\"a\":[1,{\"b\":[]}],\"c\":\"d\\n\"}")};
        looking.depth = depth;
        assert_int_equal(lfn_json_read(calls.input, &looking, &calls, NULL), LFN_OK);
        assert_string_equal(calls.seen, seen[depth]);
    }
}

static void what_a_builder_does_not_hear_is_checked_all_the_same(void **state)
{
    (void)state;
    static const char *const texts[] = {"[{\"a\":01}]", "[{\"a\":1,\"a\":2}]", "[{\"a\":\"\\x\"}]", "[{\"\\u00\":1}]"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        lfn_json_builder looking = noter;
        call_log calls = {.left = -1, .input = lfn_text_of(texts[i])};
        looking.depth = 1;
        assert_int_equal(lfn_json_read(calls.input, &looking, &calls, NULL), LFN_PROTOCOL);
        assert_string_equal(calls.seen, "[ { ");
    }
}

/* Names of one and the same mark: only their middles differ. */
static void names_that_look_alike_are_told_apart(void **state)
{
    (void)state;
    assert_int_equal(read_exactly(lfn_text_of("{\"axb\":0,\"ayb\":0,\"azb\":0,\"\":0}"), NULL), LFN_OK);
    assert_int_equal(read_exactly(lfn_text_of("{\"axb\":0,\"ayb\":0,\"azb\":0,\"ayb\":0}"), NULL), LFN_PROTOCOL);
    assert_int_equal(read_exactly(lfn_text_of("{\"axb\":0,\"ayb\":0,\"a\\u0079b\":0}"), NULL), LFN_PROTOCOL);
    assert_int_equal(read_exactly(lfn_text_of("{\"a\\u0079b\":0,\"axb\":0,\"ayb\":0}"), NULL), LFN_PROTOCOL);
    assert_int_equal(read_exactly(lfn_text_of("{\"\":{\"\":0},\"a\":0,\"\":0}"), NULL), LFN_PROTOCOL);
}

static void an_absent_text_is_no_document(void **state)
{
    (void)state;
    assert_int_equal(lfn_json_read(lfn_text_of(NULL), NULL, NULL, NULL), LFN_PROTOCOL);
    assert_int_equal(read_string(""), LFN_PROTOCOL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_document_of_the_list_is_accepted),
        cmocka_unit_test(every_text_of_the_other_list_is_refused),
        cmocka_unit_test(every_prefix_of_an_object_a_list_or_a_string_is_refused),
        cmocka_unit_test(a_depth_of_64_is_read_and_one_more_is_not),
        cmocka_unit_test(a_name_that_stands_twice_is_found_wherever_it_stands),
        cmocka_unit_test(a_name_that_stands_twice_is_found_among_200000),
        cmocka_unit_test(the_builder_is_called_in_the_order_of_the_text),
        cmocka_unit_test(integers_that_fit_are_exact_and_the_others_keep_their_literal),
        cmocka_unit_test(a_string_without_escapes_is_given_from_the_input_itself),
        cmocka_unit_test(a_builder_stops_the_reading_at_every_call),
        cmocka_unit_test(an_error_names_the_byte_and_quotes_nothing),
        cmocka_unit_test(what_is_accepted_is_written_and_read_back_equal),
        cmocka_unit_test(compact_documents_are_written_byte_for_byte),
        cmocka_unit_test(a_tree_gives_kinds_values_and_literals),
        cmocka_unit_test(what_is_written_is_read_back_wherever_an_escape_stands),
        cmocka_unit_test(the_writer_refuses_what_is_not_utf8),
        cmocka_unit_test(an_allocation_that_fails_is_told_and_leaks_nothing),
        cmocka_unit_test(an_odd_byte_is_seen_at_every_place_of_every_stride),
        cmocka_unit_test(a_builder_need_not_have_every_function),
        cmocka_unit_test(a_builder_hears_only_what_it_looks_deep_enough_for),
        cmocka_unit_test(what_a_builder_does_not_hear_is_checked_all_the_same),
        cmocka_unit_test(names_that_look_alike_are_told_apart),
        cmocka_unit_test(an_absent_text_is_no_document),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
