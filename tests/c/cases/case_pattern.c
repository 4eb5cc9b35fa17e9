/* Values and patterns of the shared cases. */
#include "cases/case_pattern.h"

#include <ctype.h>
#include <stdio.h>

bool case_same(lfn_text left, lfn_text right)
{
    return left.size == right.size && (left.size == 0 || memcmp(left.data, right.data, left.size) == 0);
}

static bool is_word(lfn_text text, const char *word)
{
    return text.data != NULL && case_same(text, lfn_text_of(word));
}

void case_values_set(case_values *values, lfn_text name, lfn_text text)
{
    case_value *value = NULL;
    for (size_t i = 0; i < values->count; i++) {
        if (is_word(name, values->value[i].name)) {
            value = &values->value[i];
        }
    }
    if (value == NULL && values->count < CASE_VALUES_MAX) {
        value = &values->value[values->count++];
    }
    if (value != NULL) {
        (void)snprintf(value->name, sizeof value->name, "%.*s", (int)name.size, name.data);
        (void)snprintf(value->text, sizeof value->text, "%.*s", (int)text.size, text.data);
    }
}

/* Appends the value whose ${name} stands at `rest`, and gives how many bytes of the text it took; 0 when none does. */
static size_t expand_one(lfn_text rest, const case_values *values, lfn_buffer *out)
{
    for (size_t i = 0; i < values->count; i++) {
        char mark[40];
        int size = snprintf(mark, sizeof mark, "${%s}", values->value[i].name);
        if (size > 0 && rest.size >= (size_t)size && memcmp(rest.data, mark, (size_t)size) == 0) {
            (void)lfn_buffer_append_string(out, values->value[i].text);
            return (size_t)size;
        }
    }
    return 0;
}

lfn_json *case_expand(const lfn_json *node, const case_values *values)
{
    if (node == NULL) {
        return NULL;
    }
    lfn_buffer text, expanded;
    lfn_buffer_init(&text, 1 << 20);
    lfn_buffer_init(&expanded, 1 << 20);
    lfn_json_writer writer = {&text, false};
    lfn_json *copy = NULL;

    lfn_json_write_node(&writer, node);
    for (size_t at = 0; at < text.size;) {
        size_t taken = expand_one(lfn_text_make(text.data + at, text.size - at), values, &expanded);
        if (taken == 0) {
            (void)lfn_buffer_append(&expanded, text.data + at, 1);
            taken = 1;
        }
        at += taken;
    }
    (void)lfn_json_parse(lfn_buffer_text(&expanded), &copy, NULL);
    lfn_buffer_free(&text);
    lfn_buffer_free(&expanded);
    return copy;
}

static bool has_shape(lfn_text text, const char *shape)
{
    if (text.data == NULL || text.size != strlen(shape)) {
        return false;
    }
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        bool right = shape[i] == 'x'   ? isxdigit(c) != 0
                     : shape[i] == '0' ? isdigit(c) != 0
                                       : c == (unsigned char)shape[i];
        if (!right) {
            return false;
        }
    }
    return true;
}

static bool match_string(lfn_text pattern, const lfn_json *node)
{
    lfn_text text = lfn_json_string(node);
    if (is_word(pattern, "<maybe>")) {
        return true;
    }
    if (node == NULL || lfn_json_kind_of(node) != LFN_JSON_STRING) {
        return false;
    }
    if (is_word(pattern, "<text>")) {
        return true;
    }
    if (is_word(pattern, "<id>")) {
        return has_shape(text, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
    }
    if (is_word(pattern, "<id24>")) {
        return has_shape(text, "xxxxxxxxxxxxxxxxxxxxxxxx");
    }
    if (is_word(pattern, "<millis>")) {
        return has_shape(text, "0000-00-00T00:00:00.000Z");
    }
    if (is_word(pattern, "<time>")) {
        return has_shape(text, "0000-00-00T00:00:00.000000Z");
    }
    return case_same(pattern, text);
}

static bool match_array(const lfn_json *pattern, const lfn_json *node, bool free_members, lfn_buffer *where)
{
    const lfn_json *wanted = lfn_json_first(pattern);
    const lfn_json *found = lfn_json_first(node);
    while (wanted != NULL && found != NULL) {
        if (!case_match(wanted, found, free_members, where)) {
            return false;
        }
        wanted = lfn_json_next(wanted);
        found = lfn_json_next(found);
    }
    return wanted == NULL && found == NULL;
}

static bool match_object(const lfn_json *pattern, const lfn_json *node, bool free_members, lfn_buffer *where)
{
    for (const lfn_json *wanted = lfn_json_first(pattern); wanted != NULL; wanted = lfn_json_next(wanted)) {
        if (!case_match(wanted, lfn_json_get(node, lfn_json_name(wanted)), free_members, where)) {
            (void)lfn_buffer_append_string(where, "/");
            (void)lfn_buffer_append_text(where, lfn_json_name(wanted));
            return false;
        }
    }
    for (const lfn_json *found = lfn_json_first(node); found != NULL && !free_members; found = lfn_json_next(found)) {
        if (lfn_json_get(pattern, lfn_json_name(found)) == NULL) {
            (void)lfn_buffer_append_string(where, " not wanted: ");
            (void)lfn_buffer_append_text(where, lfn_json_name(found));
            return false;
        }
    }
    return true;
}

bool case_match(const lfn_json *pattern, const lfn_json *node, bool free_members, lfn_buffer *where)
{
    lfn_json_kind kind = lfn_json_kind_of(pattern);
    if (kind == LFN_JSON_STRING) {
        return match_string(lfn_json_string(pattern), node);
    }
    if (node == NULL || lfn_json_kind_of(node) != kind) {
        return false;
    }
    switch (kind) {
    case LFN_JSON_ARRAY:
        return match_array(pattern, node, free_members, where);
    case LFN_JSON_OBJECT:
        return match_object(pattern, node, free_members, where);
    case LFN_JSON_BOOLEAN:
        return lfn_json_true(pattern) == lfn_json_true(node);
    default:
        return case_same(lfn_json_literal(pattern), lfn_json_literal(node));
    }
}

static lfn_text sample_of(lfn_text pattern)
{
    if (is_word(pattern, "<id>")) {
        return lfn_text_of("0b54e1a2-6c1f-4d27-9a55-3f1d2c7b8e90");
    }
    if (is_word(pattern, "<time>")) {
        return lfn_text_of("2024-05-01T12:34:56.123456Z");
    }
    if (is_word(pattern, "<id24>")) {
        return lfn_text_of("575ece2b7ae143cd83dc4a9b");
    }
    if (is_word(pattern, "<millis>")) {
        return lfn_text_of("2016-06-13T04:00:00.000Z");
    }
    if (is_word(pattern, "<text>") || is_word(pattern, "<maybe>")) {
        return lfn_text_of("text");
    }
    return pattern;
}

void case_fill(const lfn_json *pattern, lfn_json_writer *writer)
{
    switch (lfn_json_kind_of(pattern)) {
    case LFN_JSON_STRING:
        lfn_json_write_string(writer, sample_of(lfn_json_string(pattern)));
        break;
    case LFN_JSON_OBJECT:
        lfn_json_write_begin_object(writer);
        for (const lfn_json *child = lfn_json_first(pattern); child != NULL; child = lfn_json_next(child)) {
            lfn_json_write_key(writer, lfn_json_name(child));
            case_fill(child, writer);
        }
        lfn_json_write_end_object(writer);
        break;
    case LFN_JSON_ARRAY:
        lfn_json_write_begin_array(writer);
        for (const lfn_json *child = lfn_json_first(pattern); child != NULL; child = lfn_json_next(child)) {
            case_fill(child, writer);
        }
        lfn_json_write_end_array(writer);
        break;
    default:
        lfn_json_write_node(writer, pattern);
    }
}
