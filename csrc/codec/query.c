/* Queries against their schemas: see query.h. A value is text, so that every type has its form as text here. */
#include "codec/query.h"

#include "base/text.h"
#include "base/time.h"
#include "codec/nearest.h"
#include "codec/path.h"
#include "codec/words.h"

#include <inttypes.h>
#include <stdio.h>

enum { MEMBERS_MAX = 64 };

/* One check, at one member. */
typedef struct query_check {
    const lfn_api *api;
    const lfn_schema *schema;
    lfn_faults *faults;
    const lfn_field *seen[MEMBERS_MAX];
    size_t seen_count;
    bool sound;
} query_check;

static void refuse(query_check *check, lfn_text name, const char *reason)
{
    char pointer[sizeof((lfn_fault *)NULL)->pointer] = "";
    lfn_pointer_append(pointer, sizeof pointer, name);
    lfn_faults_add(check->faults, pointer, "%s", reason);
    check->sound = false;
}

static void refuse_unknown(query_check *check, lfn_text name)
{
    char reason[120] = "is not a member of this query";
    const char *nearest = lfn_nearest_field(check->schema, LFN_MODE_NONE, name);
    if (nearest != NULL)
        (void)snprintf(reason, sizeof reason, "is not a member of this query; did you mean %s?", nearest);
    refuse(check, name, reason);
}

/* ---- values ---- */

/* Writes what is wanted of a number or a length. */
static void range_words(const lfn_field *field, const char *what, char *out, size_t size)
{
    if (field->most > 0)
        (void)snprintf(out, size, "must %s from %" PRId64 " to %" PRId64, what, field->least, field->most);
    else
        (void)snprintf(out, size, "must %s of at least %" PRId64, what, field->least);
}

static bool in_range(const lfn_field *field, int64_t value)
{
    return value >= field->least && (field->most == 0 || value <= field->most);
}

static bool is_truth(lfn_text value)
{
    return lfn_text_equal_string(value, "true") || lfn_text_equal_string(value, "false");
}

/* Whether a value has the form of its row; else what is wanted. */
static bool value_fits(const query_check *check, const lfn_field *field, lfn_text value, char *out_wanted, size_t size)
{
    const lfn_choice *choice = lfn_choice_get(field->choice);
    size_t length = 0;
    int64_t number;
    switch (field->type) {
    case LFN_TYPE_INTEGER:
        range_words(field, "be an integer", out_wanted, size);
        return lfn_text_integer(value, &number) && in_range(field, number);
    case LFN_TYPE_BOOLEAN:
        (void)snprintf(out_wanted, size, "must be true or false");
        return is_truth(value);
    case LFN_TYPE_TIME:
        (void)snprintf(out_wanted, size, "must be a time, as 2026-01-31T12:00:00Z");
        return lfn_time_parse(value, &number);
    case LFN_TYPE_ID:
        (void)snprintf(out_wanted, size, "must be %s", lfn_id_form_words(check->api->id_form));
        return lfn_id_valid(check->api->id_form, value);
    case LFN_TYPE_EMAIL:
        (void)snprintf(out_wanted, size, "must be an e-mail");
        return lfn_email_valid(value);
    default:
        break;
    }
    if (choice != NULL) {
        lfn_words_wanted(choice, out_wanted, size);
        return lfn_choice_index(choice, value) >= 0;
    }
    range_words(field, "be a text", out_wanted, size);
    (void)lfn_text_utf8(value, &length);
    return in_range(field, (int64_t)length);
}

/* ---- members ---- */

/* Whether a member may stand here; only a list may stand several times. */
static bool may_stand(query_check *check, const lfn_field *field)
{
    for (size_t i = 0; i < check->seen_count; i++)
        if (check->seen[i] == field)
            return field->type == LFN_TYPE_STRINGS;
    if (check->seen_count < MEMBERS_MAX)
        check->seen[check->seen_count++] = field;
    return true;
}

static void check_member(query_check *check, lfn_text name, lfn_text value)
{
    char wanted[160];
    const lfn_field *field = lfn_schema_find(check->schema, name);
    if (field != NULL && (field->marks & LFN_IDLE) != 0)
        return;
    if (value.data == NULL)
        refuse(check, name, "cannot be read");
    else if (field == NULL)
        refuse_unknown(check, name);
    else if (!may_stand(check, field))
        refuse(check, name, "is given twice");
    else if (!value_fits(check, field, value, wanted, sizeof wanted))
        refuse(check, name, wanted);
}

lfn_status lfn_query_check(const lfn_api *api, const lfn_schema *schema, lfn_text query, lfn_faults *faults)
{
    query_check check = {.api = api, .schema = schema, .faults = faults, .sound = true};
    lfn_buffer scratch;
    lfn_buffer_init(&scratch, 2 * query.size + 2);
    lfn_text part;
    while (!scratch.failed && lfn_text_split(&query, '&', &part)) {
        lfn_text name, value, rest = part;
        if (part.size == 0)
            continue;
        /* The reader passes over a name that it cannot decode. */
        if (lfn_query_next(&rest, &scratch, &name, &value))
            check_member(&check, name, value);
        else if (!scratch.failed)
            refuse(&check, lfn_text_slice(part, 0, lfn_text_find(part, '=')), "cannot be read");
    }
    lfn_status status = scratch.failed ? LFN_NO_MEMORY : check.sound ? LFN_OK : LFN_BAD_INPUT;
    lfn_buffer_free(&scratch);
    return status;
}
