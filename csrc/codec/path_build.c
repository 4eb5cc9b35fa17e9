/* From an operation and its arguments to a request target. */
#include "base/error.h"
#include "base/text.h"
#include "codec/nearest.h"
#include "codec/path.h"
#include "codec/words.h"
#include "leafnative/json.h"

#include <inttypes.h>
#include <stdio.h>

/* What is built at the moment. */
typedef struct target_builder {
    const lfn_operation *operation;
    const lfn_provider *provider;
    const lfn_argument *members;
    size_t count;
    lfn_buffer *target;
    size_t size;                         /* of what was appended, or did not fit any more */
    size_t in_path[LFN_PATH_VALUES_MAX]; /* the members that stand in the path */
    size_t in_path_count;
    lfn_error *error;
} target_builder;

/* Failures show in `target->failed`. */
static void put(target_builder *builder, const char *data, size_t size)
{
    if (size == 0)
        return;
    builder->size += size;
    (void)lfn_buffer_append(builder->target, data, size);
}

static void put_string(target_builder *builder, const char *string)
{
    put(builder, string, strlen(string));
}

static void put_percent(target_builder *builder, lfn_text value)
{
    builder->size += lfn_percent_size(value);
    (void)lfn_buffer_append_percent(builder->target, value);
}

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

/* Checks a value and appends it. What is an id needs no other check and no encoding: it has letters, digits and dashes
 * only. */
static lfn_status append_value(target_builder *builder, const lfn_field *field, lfn_text value)
{
    if (field->type == LFN_TYPE_ID && lfn_id_valid(builder->operation->group->api->id_form, value)) {
        put(builder, value.data, value.size);
        return LFN_OK;
    }
    lfn_status status = check_value(builder, field, value, &value);
    if (status == LFN_OK)
        put_percent(builder, value);
    return status;
}

/* ---- the path ---- */

/* Appends the value of a path member in its place. */
static lfn_status append_path_member(target_builder *builder, const lfn_field *field)
{
    if (field->type == LFN_TYPE_PROVIDER) {
        if (builder->provider == NULL)
            return refuse(builder, lfn_text_of(field->name), "is missing");
        put_string(builder, builder->provider->segment);
        return LFN_OK;
    }
    size_t found = builder->count;
    for (size_t i = 0; i < builder->count; i++) {
        if (!lfn_text_equal_string(builder->members[i].name, field->name))
            continue;
        if (found < builder->count)
            return refuse(builder, lfn_text_of(field->name), "is given twice");
        found = i;
    }
    if (found == builder->count)
        return refuse(builder, lfn_text_of(field->name), "is missing");
    builder->in_path[builder->in_path_count++] = found;
    return append_value(builder, field, builder->members[found].value);
}

/* Walks along the template up to its optional slash. */
static lfn_status append_path(target_builder *builder)
{
    const lfn_schema *members = lfn_schema_get(LFN_SCHEMA_PATH);
    const char *at = builder->operation->path;
    const char *open;
    put_string(builder, builder->operation->group->prefix);
    while ((open = strchr(at, '{')) != NULL) {
        const char *close = strchr(open, '}');
        const lfn_field *field = lfn_schema_find(members, lfn_text_make(open + 1, (size_t)(close - open) - 1));
        put(builder, at, (size_t)(open - at));
        lfn_status status = append_path_member(builder, field);
        if (status != LFN_OK)
            return status;
        at = close + 1;
    }
    put(builder, at, strcspn(at, "["));
    return LFN_OK;
}

/* ---- the query ---- */

static bool stands_in_path(const target_builder *builder, size_t index)
{
    for (size_t i = 0; i < builder->in_path_count; i++)
        if (builder->in_path[i] == index)
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
static lfn_status append_query_member(target_builder *builder, size_t index, const char *separator)
{
    const lfn_argument *member = &builder->members[index];
    const lfn_field *field = lfn_schema_find(lfn_operation_query(builder->operation), member->name);
    if (field == NULL)
        return refuse_unknown(builder, member->name);
    for (size_t i = 0; i < index; i++)
        if (field->type != LFN_TYPE_STRINGS && lfn_text_equal(builder->members[i].name, member->name))
            return refuse(builder, member->name, "is given twice");
    put_string(builder, separator);
    put_string(builder, field->name);
    put_string(builder, "=");
    return append_value(builder, field, member->value);
}

static lfn_status append_query(target_builder *builder)
{
    const char *separator = "?";
    for (size_t i = 0; i < builder->count; i++) {
        if (stands_in_path(builder, i))
            continue;
        lfn_status status = append_query_member(builder, i, separator);
        if (status != LFN_OK)
            return status;
        separator = "&";
    }
    return LFN_OK;
}

/* Takes back what was appended. */
static void cut(lfn_buffer *target, size_t size)
{
    target->size = size;
    if (target->data != NULL)
        target->data[size] = '\0';
}

lfn_status lfn_path_build(const lfn_operation *operation, const lfn_provider *provider, const lfn_argument *members,
                          size_t count, lfn_buffer *out_target, lfn_error *error)
{
    size_t before = out_target->size;
    target_builder builder;
    builder.operation = operation;
    builder.provider = provider;
    builder.members = members;
    builder.count = count;
    builder.target = out_target;
    builder.size = 0;
    builder.in_path_count = 0;
    builder.error = error;

    lfn_status status = append_path(&builder);
    if (status == LFN_OK)
        status = append_query(&builder);
    if (status == LFN_OK && builder.size > LFN_TARGET_MAX)
        status =
            lfn_error_set(error, LFN_BAD_INPUT, "The path and query of the call are over %d bytes.", LFN_TARGET_MAX);
    else if (status == LFN_OK && out_target->failed)
        status = lfn_error_no_memory(error);
    if (status != LFN_OK)
        cut(out_target, before);
    return status;
}
