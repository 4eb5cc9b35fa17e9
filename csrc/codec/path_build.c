/* From an operation and its arguments to a request target. */
#include "base/error.h"
#include "base/text.h"
#include "codec/nearest.h"
#include "codec/path.h"
#include "codec/words.h"

#include <inttypes.h>
#include <stdio.h>

/* What is built at the moment. */
typedef struct target_builder {
    const lfn_operation *operation;
    const lfn_provider *provider;
    const lfn_member *members;
    size_t count;
    lfn_buffer *target;
    lfn_error *error;
} target_builder;

static lfn_status refuse(const target_builder *builder, lfn_text name, const char *reason)
{
    char pointer[sizeof builder->error->where] = "";
    lfn_pointer_append(pointer, sizeof pointer, name);
    return lfn_error_set_where(builder->error, LFN_BAD_INPUT, pointer, "%s %s%s", pointer + 1, reason,
                               lfn_words_stop(reason));
}

static lfn_status check_id(const target_builder *builder, lfn_text name, lfn_text value)
{
    lfn_id_form form = builder->operation->group->api->id_form;
    char reason[60];
    if (lfn_id_valid(form, value))
        return LFN_OK;
    (void)snprintf(reason, sizeof reason, "must be %s", lfn_id_form_words(form));
    return refuse(builder, name, reason);
}

static lfn_status check_integer(const target_builder *builder, const lfn_field *field, lfn_text value)
{
    char reason[100];
    int64_t number;
    if (!lfn_text_integer(value, &number))
        return refuse(builder, lfn_text_of(field->name), "must be an integer");
    if (number >= field->least && (field->most == 0 || number <= field->most))
        return LFN_OK;
    if (field->most == 0)
        (void)snprintf(reason, sizeof reason, "must be at least %" PRId64, field->least);
    else
        (void)snprintf(reason, sizeof reason, "must be from %" PRId64 " to %" PRId64, field->least, field->most);
    return refuse(builder, lfn_text_of(field->name), reason);
}

/* Checks a value and gives the text to send: the word as the choice writes it, else the value itself. */
static lfn_status check_value(const target_builder *builder, const lfn_field *field, lfn_text value,
                              lfn_text *out_value)
{
    lfn_text name = lfn_text_of(field->name);
    const lfn_choice *choice = lfn_choice_get(field->choice);
    char reason[160];
    *out_value = value;
    if (value.size == 0)
        return refuse(builder, name, "must not be empty");
    if (!lfn_text_utf8(value, NULL) || lfn_text_find(value, '\0') < value.size)
        return refuse(builder, name, "must be UTF-8 without U+0000");
    if (field->type == LFN_TYPE_ID)
        return check_id(builder, name, value);
    if (field->type == LFN_TYPE_BOOLEAN && !lfn_text_equal_string(value, "true") &&
        !lfn_text_equal_string(value, "false"))
        return refuse(builder, name, "must be true or false");
    if (field->type == LFN_TYPE_EMAIL && !lfn_email_valid(value))
        return refuse(builder, name, "must be an e-mail");
    if (field->type == LFN_TYPE_INTEGER)
        return check_integer(builder, field, value);
    if (choice == NULL)
        return LFN_OK;
    int word = lfn_choice_index(choice, value);
    if (word < 0) {
        lfn_words_wanted(choice, reason, sizeof reason);
        return refuse(builder, name, reason);
    }
    *out_value = lfn_text_of(choice->words[word]);
    return LFN_OK;
}

/* Appends the value of a path member in its place. */
static lfn_status append_path_member(const target_builder *builder, const lfn_field *field)
{
    lfn_text name = lfn_text_of(field->name);
    const lfn_member *found = NULL;
    lfn_text value;
    if (field->type == LFN_TYPE_PROVIDER) {
        if (builder->provider == NULL)
            return refuse(builder, name, "is missing");
        (void)lfn_buffer_append_string(builder->target, builder->provider->segment);
        return LFN_OK;
    }
    for (size_t i = 0; i < builder->count; i++) {
        if (!lfn_text_equal(builder->members[i].name, name))
            continue;
        if (found != NULL)
            return refuse(builder, name, "is given twice");
        found = &builder->members[i];
    }
    if (found == NULL)
        return refuse(builder, name, "is missing");
    lfn_status status = check_value(builder, field, found->value, &value);
    if (status == LFN_OK)
        (void)lfn_buffer_append_percent(builder->target, value);
    return status;
}

static lfn_status append_path(const target_builder *builder)
{
    (void)lfn_buffer_append_string(builder->target, builder->operation->group->prefix);
    lfn_text rest = lfn_text_of(builder->operation->path);
    rest.size = lfn_text_find(rest, '[');
    while (rest.size > 0) {
        size_t open = lfn_text_find(rest, '{');
        (void)lfn_buffer_append_text(builder->target, lfn_text_slice(rest, 0, open));
        rest = lfn_text_slice(rest, open, rest.size);
        if (rest.size == 0)
            break;
        size_t close = lfn_text_find(rest, '}');
        const lfn_field *field = lfn_schema_find(lfn_schema_get(LFN_SCHEMA_PATH), lfn_text_slice(rest, 1, close - 1));
        lfn_status status = append_path_member(builder, field);
        if (status != LFN_OK)
            return status;
        rest = lfn_text_slice(rest, close + 1, rest.size);
    }
    return LFN_OK;
}

static bool is_path_member(const lfn_operation *operation, lfn_text name)
{
    const lfn_field *field;
    for (size_t i = 0; (field = lfn_operation_path_field(operation, i)) != NULL; i++)
        if (lfn_text_equal_string(name, field->name))
            return true;
    return false;
}

static lfn_status refuse_unknown(const target_builder *builder, lfn_text name)
{
    char reason[120] = "is not a member of this call";
    const char *nearest = lfn_nearest_field(lfn_operation_query(builder->operation), LFN_MODE_NONE, name);
    if (nearest != NULL)
        (void)snprintf(reason, sizeof reason, "is not a member of this call; did you mean %s?", nearest);
    return refuse(builder, name, reason);
}

/* Appends the query member at a place. Only a list may stand several times. */
static lfn_status append_query_member(const target_builder *builder, size_t index, char separator)
{
    const lfn_member *member = &builder->members[index];
    const lfn_field *field = lfn_schema_find(lfn_operation_query(builder->operation), member->name);
    lfn_text value;
    if (field == NULL)
        return refuse_unknown(builder, member->name);
    for (size_t i = 0; i < index; i++)
        if (field->type != LFN_TYPE_STRINGS && lfn_text_equal(builder->members[i].name, member->name))
            return refuse(builder, member->name, "is given twice");
    lfn_status status = check_value(builder, field, member->value, &value);
    if (status != LFN_OK)
        return status;
    (void)lfn_buffer_append(builder->target, &separator, 1);
    (void)lfn_buffer_append_string(builder->target, field->name);
    (void)lfn_buffer_append_string(builder->target, "=");
    (void)lfn_buffer_append_percent(builder->target, value);
    return LFN_OK;
}

static lfn_status append_query(const target_builder *builder)
{
    char separator = '?';
    for (size_t i = 0; i < builder->count; i++) {
        if (is_path_member(builder->operation, builder->members[i].name))
            continue;
        lfn_status status = append_query_member(builder, i, separator);
        if (status != LFN_OK)
            return status;
        separator = '&';
    }
    return LFN_OK;
}

lfn_status lfn_path_build(const lfn_operation *operation, const lfn_provider *provider, const lfn_member *members,
                          size_t count, lfn_buffer *out_target, lfn_error *error)
{
    lfn_buffer target;
    /* No single append is as long as the limit, so that a target over it shows in the size and not as lack of memory.
     */
    lfn_buffer_init(&target, 2 * LFN_TARGET_MAX);
    target_builder builder = {operation, provider, members, count, &target, error};

    lfn_status status = append_path(&builder);
    if (status == LFN_OK)
        status = append_query(&builder);
    if (status != LFN_OK)
        goto done;
    if (target.size > LFN_TARGET_MAX)
        status =
            lfn_error_set(error, LFN_BAD_INPUT, "The path and query of the call are over %d bytes.", LFN_TARGET_MAX);
    else if (target.failed || !lfn_buffer_append_text(out_target, lfn_buffer_text(&target)))
        status = lfn_error_no_memory(error);
done:
    lfn_buffer_free(&target);
    return status;
}
