/* Bodies against their schemas: one walk over the members of an object finds each member's row, then every row is asked
 * in its order. See body.h. */
#include "codec/body.h"

#include "base/text.h"
#include "base/time.h"
#include "codec/nearest.h"
#include "codec/words.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

enum { FIELDS_MAX = 64 };

/* One check. `pointer` names the member at hand. */
typedef struct body_check {
    const lfn_api *api;
    lfn_mode mode;
    unsigned flags;
    lfn_faults *faults;
    bool sound;
    char pointer[sizeof((lfn_fault *)NULL)->pointer];
} body_check;

LFN_PRINTF(3, 0)
static void add_fault(lfn_faults *faults, const char *pointer, const char *format, va_list arguments)
{
    if (faults == NULL || faults->count == LFN_FAULTS_MAX)
        return;
    lfn_fault *fault = &faults->fault[faults->count++];
    (void)snprintf(fault->pointer, sizeof fault->pointer, "%s", pointer);
    (void)vsnprintf(fault->message, sizeof fault->message, format, arguments);
}

void lfn_faults_add(lfn_faults *faults, const char *pointer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_fault(faults, pointer, format, arguments);
    va_end(arguments);
}

LFN_PRINTF(2, 3)
static void refuse(body_check *checker, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    checker->sound = false;
    add_fault(checker->faults, checker->pointer, format, arguments);
    va_end(arguments);
}

/* Goes into a member and gives what leave needs to come back. */
static size_t enter(body_check *checker, lfn_text name)
{
    size_t length = strlen(checker->pointer);
    lfn_pointer_append(checker->pointer, sizeof checker->pointer, name);
    return length;
}

static void leave(body_check *checker, size_t length)
{
    checker->pointer[length] = '\0';
}

/* ---- values ---- */

/* A text of the body as a string without U+0000. */
static bool is_string(body_check *checker, const lfn_json *node, const char *wanted)
{
    lfn_text text = lfn_json_string(node);
    if (text.data == NULL) {
        refuse(checker, "must be %s", wanted);
        return false;
    }
    if (lfn_text_find(text, '\0') < text.size) {
        refuse(checker, "must not hold U+0000");
        return false;
    }
    return true;
}

static void check_string(body_check *checker, const lfn_field *field, const lfn_json *node)
{
    size_t length = 0;
    if (!is_string(checker, node, "a string"))
        return;
    (void)lfn_text_utf8(lfn_json_string(node), &length);
    if (length == 0 && field->least == 1)
        refuse(checker, "must not be empty");
    else if ((int64_t)length < field->least)
        refuse(checker, "must have at least %" PRId64 " characters", field->least);
    else if (field->most > 0 && (int64_t)length > field->most)
        refuse(checker, "must have at most %" PRId64 " characters", field->most);
}

static void check_boolean(body_check *checker, const lfn_field *field, const lfn_json *node)
{
    lfn_text word = lfn_json_string(node);
    bool lenient = (field->marks & LFN_LENIENT) != 0 &&
                   (lfn_text_equal_string(word, "true") || lfn_text_equal_string(word, "false"));
    if (!lenient && lfn_json_kind_of(node) != LFN_JSON_BOOLEAN)
        refuse(checker, "must be true or false");
}

static void check_integer(body_check *checker, const lfn_field *field, const lfn_json *node)
{
    int64_t value = lfn_json_integer(node, 0);
    if (lfn_json_kind_of(node) != LFN_JSON_INTEGER)
        refuse(checker, "must be an integer");
    else if (value < field->least)
        refuse(checker, "must be at least %" PRId64, field->least);
    else if (field->most > 0 && value > field->most)
        refuse(checker, "must be at most %" PRId64, field->most);
}

static void check_time(body_check *checker, const lfn_json *node)
{
    int64_t time_us;
    if (is_string(checker, node, "a time") && !lfn_time_parse(lfn_json_string(node), &time_us))
        refuse(checker, "must be a time, as 2026-01-31T12:00:00Z");
}

static void check_id(body_check *checker, const lfn_json *node)
{
    const char *wanted = lfn_id_form_words(checker->api->id_form);
    if (is_string(checker, node, wanted) && !lfn_id_valid(checker->api->id_form, lfn_json_string(node)))
        refuse(checker, "must be %s", wanted);
}

static void check_email(body_check *checker, const lfn_json *node)
{
    if (!is_string(checker, node, "an e-mail"))
        return;
    lfn_text text = lfn_json_string(node);
    if (!lfn_email_valid(text))
        refuse(checker, text.size == 0 ? "must not be empty" : "must be an e-mail");
}

static void check_word(body_check *checker, const lfn_choice *choice, const lfn_json *node)
{
    char wanted[160];
    lfn_text word = lfn_json_string(node);
    if (word.data != NULL && lfn_choice_index(choice, word) >= 0)
        return;
    lfn_words_wanted(choice, wanted, sizeof wanted);
    refuse(checker, "%s", wanted);
}

static void check_provider(body_check *checker, const lfn_json *node)
{
    if (is_string(checker, node, "a provider") && lfn_provider_find_segment(lfn_json_string(node)) == NULL)
        refuse(checker, "must be the path segment of a provider");
}

static void check_entry_count(body_check *checker, const lfn_field *field, size_t count)
{
    if (count == 0 && field->least > 0)
        refuse(checker, "must not be empty");
    else if ((int64_t)count < field->least)
        refuse(checker, "must have at least %" PRId64 " entries", field->least);
    else if (field->most > 0 && (int64_t)count > field->most)
        refuse(checker, "must have at most %" PRId64 " entries", field->most);
}

static void check_strings(body_check *checker, const lfn_field *field, const lfn_json *node)
{
    const lfn_choice *choice = lfn_choice_get(field->choice);
    char index[24];
    size_t count = 0;
    if (lfn_json_kind_of(node) != LFN_JSON_ARRAY) {
        refuse(checker, "must be a list of strings");
        return;
    }
    for (const lfn_json *entry = lfn_json_first(node); entry != NULL; entry = lfn_json_next(entry)) {
        (void)snprintf(index, sizeof index, "%zu", count++);
        size_t back = enter(checker, lfn_text_of(index));
        if (choice != NULL)
            check_word(checker, choice, entry);
        else
            (void)is_string(checker, entry, "a string");
        leave(checker, back);
    }
    check_entry_count(checker, field, count);
}

/* ---- objects ---- */

static void check_object(body_check *checker, const lfn_schema *schema, const lfn_json *node);

static void check_objects(body_check *checker, const lfn_field *field, const lfn_json *node)
{
    char index[24];
    size_t count = 0;
    if (lfn_json_kind_of(node) != LFN_JSON_ARRAY) {
        refuse(checker, "must be a list of objects");
        return;
    }
    for (const lfn_json *entry = lfn_json_first(node); entry != NULL; entry = lfn_json_next(entry)) {
        (void)snprintf(index, sizeof index, "%zu", count++);
        size_t back = enter(checker, lfn_text_of(index));
        check_object(checker, lfn_schema_get(field->of), entry);
        leave(checker, back);
    }
    check_entry_count(checker, field, count);
}

/* A link is a whole object in every mode. */
static void check_link(body_check *checker, const lfn_json *node)
{
    lfn_mode mode = checker->mode;
    checker->mode = LFN_MODE_CREATE;
    check_object(checker, lfn_schema_get(LFN_SCHEMA_CREDENTIAL_LINK), node);
    checker->mode = mode;
}

/* Whether a member of a grant names the types of a resource: its words are those of some resource. */
static bool names_types(const lfn_field *field)
{
    const lfn_resource *resource;
    for (int i = 0; (resource = lfn_resource_get(i)) != NULL; i++)
        if (field->choice != LFN_CHOICE_NONE && field->choice == resource->types)
            return true;
    return false;
}

/* Checks what depends on the resource: it takes these types, or none. */
static void check_types(body_check *checker, const lfn_resource *resource, const lfn_field *field,
                        const lfn_json *grant)
{
    const lfn_json *types = lfn_json_get(grant, lfn_text_of(field->name));
    bool wanted = field->choice == resource->types;
    bool given = lfn_json_first(types) != NULL;
    size_t back = enter(checker, lfn_text_of(field->name));
    if (types == NULL && wanted)
        refuse(checker, "is missing: %s takes at least one type", resource->name);
    else if (types != NULL && lfn_json_kind_of(types) == LFN_JSON_ARRAY && wanted != given)
        refuse(checker, wanted ? "must not be empty" : "must be empty: %s takes no types", resource->name);
    leave(checker, back);
}

static void check_grant(body_check *checker, const lfn_resource *resource, const lfn_json *grant)
{
    const lfn_schema *schema = lfn_schema_get(LFN_SCHEMA_GRANT);
    const lfn_field *field;
    check_object(checker, schema, grant);
    if (lfn_json_kind_of(grant) != LFN_JSON_OBJECT)
        return;
    for (size_t i = 0; (field = lfn_schema_at(schema, i)) != NULL; i++)
        if (names_types(field))
            check_types(checker, resource, field, grant);
}

static void check_resources(body_check *checker, const lfn_field *field, const lfn_json *node)
{
    const lfn_choice *choice = lfn_choice_get(field->choice);
    char wanted[160];
    size_t count = 0;
    if (lfn_json_kind_of(node) != LFN_JSON_OBJECT) {
        refuse(checker, "must be an object of resources");
        return;
    }
    for (const lfn_json *grant = lfn_json_first(node); grant != NULL; grant = lfn_json_next(grant), count++) {
        size_t back = enter(checker, lfn_json_name(grant));
        int word = lfn_choice_index(choice, lfn_json_name(grant));
        if (word >= 0) {
            check_grant(checker, lfn_resource_get(word), grant);
        } else {
            lfn_words_wanted(choice, wanted, sizeof wanted);
            refuse(checker, "is no resource: it %s", wanted);
        }
        leave(checker, back);
    }
    check_entry_count(checker, field, count);
}

static void check_value(body_check *checker, const lfn_field *field, const lfn_json *node)
{
    if (lfn_json_kind_of(node) == LFN_JSON_NULL) {
        if ((field->marks & LFN_NULLABLE) == 0)
            refuse(checker, "must not be null");
        return;
    }
    switch (field->type) {
    case LFN_TYPE_STRING:
        check_string(checker, field, node);
        return;
    case LFN_TYPE_BOOLEAN:
        check_boolean(checker, field, node);
        return;
    case LFN_TYPE_INTEGER:
        check_integer(checker, field, node);
        return;
    case LFN_TYPE_TIME:
        check_time(checker, node);
        return;
    case LFN_TYPE_ID:
        check_id(checker, node);
        return;
    case LFN_TYPE_EMAIL:
        check_email(checker, node);
        return;
    case LFN_TYPE_CHOICE:
        check_word(checker, lfn_choice_get(field->choice), node);
        return;
    case LFN_TYPE_OBJECT:
        check_object(checker, lfn_schema_get(field->of), node);
        return;
    case LFN_TYPE_OBJECTS:
        check_objects(checker, field, node);
        return;
    case LFN_TYPE_STRINGS:
        check_strings(checker, field, node);
        return;
    case LFN_TYPE_RESOURCES:
        check_resources(checker, field, node);
        return;
    case LFN_TYPE_LINK:
        check_link(checker, node);
        return;
    case LFN_TYPE_PROVIDER:
        check_provider(checker, node);
        return;
    case LFN_TYPE_COUNT:
        return;
    }
}

/* A member that no row of the mode takes. */
static void check_stranger(body_check *checker, const lfn_schema *schema, const lfn_field *field, const lfn_json *node)
{
    size_t back = enter(checker, lfn_json_name(node));
    bool told = checker->faults == NULL || checker->faults->count == LFN_FAULTS_MAX;
    const char *nearest;
    if (field != NULL && (field->marks & LFN_MADE) != 0) {
        if ((checker->flags & LFN_CHECK_MADE) != 0)
            refuse(checker, "is made by the server and cannot be given");
    } else if ((checker->flags & LFN_CHECK_UNKNOWN) != 0) {
        /* The search is dear: a body of strange names must not buy one for each. */
        nearest = field == NULL && !told ? lfn_nearest_field(schema, checker->mode, lfn_json_name(node)) : NULL;
        if (field != NULL)
            refuse(checker, "cannot be given in this call");
        else if (nearest != NULL)
            refuse(checker, "is not a member of %s; did you mean %s?", schema->name, nearest);
        else
            refuse(checker, "is not a member of %s", schema->name);
    }
    leave(checker, back);
}

static size_t find_field(const lfn_field *const *fields, size_t count, lfn_text name)
{
    size_t i = 0;
    while (i < count && !lfn_text_equal_string(name, fields[i]->name))
        i++;
    return i;
}

/* At least one of the members marked ONE_OF must be there; the fault stands at the first of them. */
static void check_one_of(body_check *checker, const lfn_field *const *fields, const lfn_json *const *found,
                         size_t count)
{
    const lfn_field *first = NULL;
    char names[120] = "";
    for (size_t i = 0; i < count; i++) {
        if ((fields[i]->marks & LFN_ONE_OF) == 0 || !lfn_field_taken(fields[i], checker->mode))
            continue;
        if (found[i] != NULL)
            return;
        lfn_words_append(names, sizeof names, lfn_text_of(first != NULL ? ", " : ""));
        lfn_words_append(names, sizeof names, lfn_text_of(fields[i]->name));
        first = first != NULL ? first : fields[i];
    }
    if (first == NULL)
        return;
    size_t back = enter(checker, lfn_text_of(first->name));
    refuse(checker, "is missing: at least one of %s must be given", names);
    leave(checker, back);
}

static void check_field(body_check *checker, const lfn_field *field, const lfn_json *node)
{
    size_t back = enter(checker, lfn_text_of(field->name));
    if (node != NULL)
        check_value(checker, field, node);
    else if (lfn_field_needed(field, checker->mode))
        refuse(checker, "is missing");
    leave(checker, back);
}

static void check_object(body_check *checker, const lfn_schema *schema, const lfn_json *node)
{
    const lfn_field *fields[FIELDS_MAX];
    const lfn_json *found[FIELDS_MAX] = {NULL};
    size_t count = lfn_schema_count(schema);
    if (node == NULL || lfn_json_kind_of(node) != LFN_JSON_OBJECT) {
        refuse(checker, "must be an object");
        return;
    }
    for (size_t i = 0; i < count; i++)
        fields[i] = lfn_schema_at(schema, i);
    for (const lfn_json *member = lfn_json_first(node); member != NULL; member = lfn_json_next(member)) {
        size_t i = find_field(fields, count, lfn_json_name(member));
        if (i < count && lfn_field_taken(fields[i], checker->mode))
            found[i] = member;
        else
            check_stranger(checker, schema, i < count ? fields[i] : NULL, member);
    }
    for (size_t i = 0; i < count; i++)
        check_field(checker, fields[i], found[i]);
    check_one_of(checker, fields, found, count);
}

static body_check begin(const lfn_api *api, lfn_mode mode, unsigned flags, lfn_faults *faults)
{
    body_check checker = {.api = api, .mode = mode, .flags = flags, .faults = faults, .sound = true};
    if (faults != NULL)
        faults->count = 0;
    return checker;
}

bool lfn_body_check(const lfn_api *api, const lfn_schema *schema, lfn_mode mode, const lfn_json *body, unsigned flags,
                    lfn_faults *faults)
{
    body_check checker = begin(api, mode, flags, faults);
    check_object(&checker, schema, body);
    return checker.sound;
}

bool lfn_body_check_grant(const lfn_api *api, int resource_index, lfn_mode mode, const lfn_json *body, unsigned flags,
                          lfn_faults *faults)
{
    body_check checker = begin(api, mode, flags, faults);
    if (body == NULL)
        refuse(&checker, "must be an object");
    else
        check_grant(&checker, lfn_resource_get(resource_index), body);
    return checker.sound;
}
