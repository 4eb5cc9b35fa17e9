/* Bodies against every schema of the tables: the cases are made from the rows. */
#include "base/alloc.h"
#include "base/text.h"
#include "codec/body.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define ID "0b1fda9c-7d0c-4a9d-8a8b-0a6a8c3d7f11"
#define HEX_ID "575ece2b7ae143cd83dc4a9b"
#define STRICT (LFN_CHECK_UNKNOWN | LFN_CHECK_MADE)

/* The API whose bodies are checked. */
static const lfn_api *api;

static void write_object(lfn_json_writer *writer, const lfn_schema *schema, lfn_mode mode, const lfn_field *changed,
                         const char *value);

/* A string of so many letters, at least one. */
static void write_filled(lfn_json_writer *writer, int64_t length)
{
    char letters[64];
    assert_true(length < (int64_t)sizeof letters);
    memset(letters, 'x', sizeof letters);
    lfn_json_write_string(writer, lfn_text_make(letters, length > 0 ? (size_t)length : 1));
}

/* A value that fits the field. */
static void write_value(lfn_json_writer *writer, const lfn_field *field, lfn_mode mode, const lfn_field *changed,
                        const char *value)
{
    const lfn_choice *choice = lfn_choice_get(field->choice);
    switch (field->type) {
    case LFN_TYPE_BOOLEAN:
        lfn_json_write_boolean(writer, true);
        return;
    case LFN_TYPE_INTEGER:
        lfn_json_write_integer(writer, field->least);
        return;
    case LFN_TYPE_OBJECT:
        write_object(writer, lfn_schema_get(field->of), mode, changed, value);
        return;
    case LFN_TYPE_LINK:
        lfn_json_write_literal(
            writer, lfn_text_of(api->id_form == LFN_ID_FORM_UUID ? "{\"id\":\"" ID "\"}" : "{\"id\":\"" HEX_ID "\"}"));
        return;
    case LFN_TYPE_STRINGS:
        lfn_json_write_begin_array(writer);
        lfn_json_write_string(writer, lfn_text_of(choice != NULL ? choice->words[0] : "a"));
        lfn_json_write_end_array(writer);
        return;
    case LFN_TYPE_RESOURCES:
        lfn_json_write_literal(writer, lfn_text_of("{\"FIELDS\":{\"actions\":[\"READ\"]}}"));
        return;
    case LFN_TYPE_TIME:
        lfn_json_write_string(writer, lfn_text_of("2026-01-31T12:00:00.000000Z"));
        return;
    case LFN_TYPE_ID:
        lfn_json_write_string(writer, lfn_text_of(api->id_form == LFN_ID_FORM_UUID ? ID : HEX_ID));
        return;
    case LFN_TYPE_EMAIL:
        lfn_json_write_string(writer, lfn_text_of("a@farm.example"));
        return;
    case LFN_TYPE_CHOICE:
        lfn_json_write_string(writer, lfn_text_of(choice->words[0]));
        return;
    case LFN_TYPE_PROVIDER:
        lfn_json_write_string(writer, lfn_text_of(lfn_provider_get((lfn_provider_id)0)->segment));
        return;
    default:
        write_filled(writer, field->least);
    }
}

/* An object with every member that the mode takes; the member `changed`, which may be one of an object in it, has this
 * JSON, or is left out when it is NULL. */
static void write_object(lfn_json_writer *writer, const lfn_schema *schema, lfn_mode mode, const lfn_field *changed,
                         const char *value)
{
    lfn_json_write_begin_object(writer);
    for (size_t i = 0; i < lfn_schema_count(schema); i++) {
        const lfn_field *field = lfn_schema_at(schema, i);
        if (!lfn_field_taken(field, mode) || (field == changed && value == NULL))
            continue;
        lfn_json_write_key(writer, lfn_text_of(field->name));
        if (field == changed)
            lfn_json_write_literal(writer, lfn_text_of(value));
        else
            write_value(writer, field, mode, changed, value);
    }
    lfn_json_write_end_object(writer);
}

static bool check_text(const lfn_schema *schema, lfn_mode mode, lfn_text text, unsigned flags, lfn_faults *faults)
{
    lfn_json *body = NULL;
    assert_int_equal(lfn_json_parse(text, &body, NULL), LFN_OK);
    bool sound = lfn_body_check(api, schema, mode, body, flags, faults);
    assert_true(lfn_body_check(api, schema, mode, body, flags, NULL) == sound);
    assert_true(sound == (faults->count == 0));
    lfn_json_free(body);
    return sound;
}

static bool check_changed(const lfn_schema *schema, lfn_mode mode, const lfn_field *field, const char *value,
                          lfn_faults *faults)
{
    lfn_buffer text;
    lfn_buffer_init(&text, 1000000);
    lfn_json_writer writer = {.buffer = &text};
    write_object(&writer, schema, mode, field, value);
    assert_false(text.failed);
    bool sound = check_text(schema, mode, lfn_buffer_text(&text), STRICT, faults);
    lfn_buffer_free(&text);
    return sound;
}

static void demand_refused(const lfn_schema *schema, lfn_mode mode, const lfn_field *field, const char *value)
{
    lfn_faults faults;
    char pointer[100];
    (void)snprintf(pointer, sizeof pointer, "/%s", field->name);
    if (check_changed(schema, mode, field, value, &faults))
        fail_msg("%s: %s accepted in %s", schema->name, value != NULL ? value : "nothing", field->name);
    if (strncmp(faults.fault[0].pointer, pointer, strlen(pointer)) != 0)
        fail_msg("%s: fault at %s instead of %s", schema->name, faults.fault[0].pointer, pointer);
    assert_true(faults.fault[0].message[0] != '\0');
}

static void demand_accepted(const lfn_schema *schema, lfn_mode mode, const lfn_field *field, const char *value)
{
    lfn_faults faults;
    if (!check_changed(schema, mode, field, value, &faults))
        fail_msg("%s: %s in %s: %s %s", schema->name, value != NULL ? value : "nothing",
                 field != NULL ? field->name : "", faults.fault[0].pointer, faults.fault[0].message);
}

static bool is_word(const lfn_field *field)
{
    return field->type == LFN_TYPE_STRING || field->type == LFN_TYPE_ID || field->type == LFN_TYPE_EMAIL ||
           field->type == LFN_TYPE_CHOICE || field->type == LFN_TYPE_TIME || field->type == LFN_TYPE_PROVIDER;
}

static size_t check_field(const lfn_schema *schema, lfn_mode mode, const lfn_field *field)
{
    bool needed = lfn_field_needed(field, mode);
    bool nullable = (field->marks & LFN_NULLABLE) != 0;
    (needed ? demand_refused : demand_accepted)(schema, mode, field, NULL);
    (nullable ? demand_accepted : demand_refused)(schema, mode, field, "null");
    demand_refused(schema, mode, field, is_word(field) ? "17" : "\"other\"");
    demand_refused(schema, mode, field, is_word(field) ? "[]" : "1.5");
    if (field->type != LFN_TYPE_BOOLEAN)
        demand_refused(schema, mode, field, "true");
    if (is_word(field)) {
        bool filled = field->least > 0 || field->type != LFN_TYPE_STRING;
        (filled ? demand_refused : demand_accepted)(schema, mode, field, "\"\"");
        demand_refused(schema, mode, field, "\"a\\u0000b\"");
    }
    if (field->choice != LFN_CHOICE_NONE) {
        demand_refused(schema, mode, field, "\"NONE_OF_THEM\"");
        demand_refused(schema, mode, field, "[\"NONE_OF_THEM\"]");
        demand_refused(schema, mode, field, "{\"NONE_OF_THEM\":{}}");
    }
    return 1;
}

static void check_mode(const lfn_schema *schema, lfn_mode mode, size_t *checked)
{
    lfn_faults faults;
    size_t taken = 0;
    for (size_t i = 0; i < lfn_schema_count(schema); i++)
        if (lfn_field_taken(lfn_schema_at(schema, i), mode))
            taken += check_field(schema, mode, lfn_schema_at(schema, i));
    if (taken == 0)
        return;
    *checked += taken;
    demand_accepted(schema, mode, NULL, NULL);
    static const char *const no_objects[] = {"null", "[]", "\"x\"", "1", "true"};
    for (size_t i = 0; i < sizeof no_objects / sizeof *no_objects; i++) {
        assert_false(check_text(schema, mode, lfn_text_of(no_objects[i]), 0, &faults));
        assert_string_equal(faults.fault[0].pointer, "");
    }
}

static void every_field_of_every_schema_is_checked_in_every_mode(void **state)
{
    (void)state;
    size_t checked = 0;
    for (unsigned a = 0; a < LFN_API_COUNT; a++) {
        api = lfn_api_get((lfn_api_id)a);
        for (unsigned s = LFN_SCHEMA_PROVIDER + 1; s < LFN_SCHEMA_COUNT; s++) {
            const lfn_schema *schema = lfn_schema_get((lfn_schema_id)s);
            assert_true(lfn_schema_count(schema) <= 64);
            for (unsigned mode = LFN_MODE_CREATE; mode <= LFN_MODE_UPDATE; mode++)
                check_mode(schema, (lfn_mode)mode, &checked);
        }
    }
    api = lfn_api_get((lfn_api_id)0);
    print_message("figure fields_checked %zu\n", checked);
    assert_true(checked > 100);
}

/* ---- limits ---- */

/* What is walked: a body, and the pointer of the object at hand in it. */
typedef struct limit_walk {
    const lfn_schema *body;
    lfn_mode mode;
    char pointer[100];
    size_t checked;
} limit_walk;

/* A JSON string of so many letters, each of two bytes: limits count code points. */
static void write_letters(lfn_buffer *out, int64_t count)
{
    lfn_buffer_init(out, 1000000);
    assert_true(lfn_buffer_append_string(out, "\""));
    for (int64_t i = 0; i < count; i++)
        assert_true(lfn_buffer_append_string(out, "\xC3\xA9"));
    assert_true(lfn_buffer_append_string(out, "\""));
}

static void demand_at(limit_walk *walk, const lfn_field *field, const char *value, bool accepted)
{
    char pointer[200];
    lfn_faults faults;
    (void)snprintf(pointer, sizeof pointer, "%s/%s", walk->pointer, field->name);
    bool sound = check_changed(walk->body, walk->mode, field, value, &faults);
    if (sound != accepted)
        fail_msg("%s: %.40s is %s", pointer, value, sound ? "accepted" : faults.fault[0].message);
    if (!accepted) {
        assert_int_equal(faults.count, 1);
        assert_string_equal(faults.fault[0].pointer, pointer);
    }
    walk->checked++;
}

static void demand_length(limit_walk *walk, const lfn_field *field, int64_t length, bool accepted)
{
    lfn_buffer value;
    write_letters(&value, length);
    demand_at(walk, field, lfn_buffer_text(&value).data, accepted);
    lfn_buffer_free(&value);
}

static void demand_number(limit_walk *walk, const lfn_field *field, int64_t number, bool accepted)
{
    char value[24];
    (void)snprintf(value, sizeof value, "%lld", (long long)number);
    demand_at(walk, field, value, accepted);
}

static void check_limits(limit_walk *walk, const lfn_field *field)
{
    bool is_number = field->type == LFN_TYPE_INTEGER;
    void (*demand)(limit_walk *, const lfn_field *, int64_t, bool) = is_number ? demand_number : demand_length;
    if (!is_number && field->type != LFN_TYPE_STRING)
        return;
    demand(walk, field, field->least, true);
    if (is_number || field->least > 0)
        demand(walk, field, field->least - 1, false);
    if (field->most == 0)
        return;
    demand(walk, field, field->most, true);
    demand(walk, field, field->most + 1, false);
}

static void walk_limits(limit_walk *walk, const lfn_schema *schema)
{
    for (size_t i = 0; i < lfn_schema_count(schema); i++) {
        const lfn_field *field = lfn_schema_at(schema, i);
        size_t length = strlen(walk->pointer);
        if (!lfn_field_taken(field, walk->mode))
            continue;
        check_limits(walk, field);
        if (field->type != LFN_TYPE_OBJECT)
            continue;
        (void)snprintf(walk->pointer + length, sizeof walk->pointer - length, "/%s", field->name);
        walk_limits(walk, lfn_schema_get(field->of));
        walk->pointer[length] = '\0';
    }
}

static void each_limit_of_every_body_holds_at_its_edge_and_not_one_beyond(void **state)
{
    (void)state;
    size_t checked[LFN_API_COUNT] = {0};
    for (unsigned i = 0; i < LFN_OP_COUNT; i++) {
        const lfn_operation *operation = lfn_operation_get((lfn_operation_id)i);
        limit_walk walk = {.body = lfn_operation_body(operation, NULL), .mode = operation->mode};
        api = operation->group->api;
        for (unsigned p = 0; operation->body == LFN_SCHEMA_PROVIDER && p < LFN_PROVIDER_COUNT; p++) {
            walk.body = lfn_operation_body(operation, lfn_provider_get((lfn_provider_id)p));
            walk_limits(&walk, walk.body);
        }
        if (operation->body != LFN_SCHEMA_PROVIDER)
            walk_limits(&walk, walk.body);
        checked[api->id] += walk.checked;
    }
    for (unsigned a = 0; a < LFN_API_COUNT; a++) {
        print_message("%s: %zu limits checked\n", lfn_api_get((lfn_api_id)a)->title, checked[a]);
        assert_true(checked[a] > 50);
    }
    api = lfn_api_get((lfn_api_id)0);
}

/* ---- objects in objects ---- */

static void an_object_in_a_body_is_checked_in_the_same_mode(void **state)
{
    (void)state;
    static const struct {
        lfn_mode mode;
        const char *body;
        const char *pointer; /* of the first fault; NULL: the body is sound */
        const char *message;
    } cases[] = {
        {LFN_MODE_CREATE, "{\"name\":\"n\",\"type\":\"azure\",\"azureConfig\":{\"account\":\"my account\"}}",
         "/azureConfig/accountKey", "is missing"},
        {LFN_MODE_UPDATE, "{\"enabled\":true,\"azureConfig\":{\"account\":\"my account\",\"accountKey\":\"123abc\"}}",
         NULL, NULL},
        {LFN_MODE_UPDATE, "{\"azureConfig\":{}}", NULL, NULL},
        {LFN_MODE_UPDATE, "{}", NULL, NULL},
        {LFN_MODE_UPDATE, "{\"azureConfig\":null}", "/azureConfig", "must not be null"},
        {LFN_MODE_UPDATE, "{\"azureConfig\":{\"account\":null}}", "/azureConfig/account", "must not be null"},
        {LFN_MODE_UPDATE, "{\"azureConfig\":{\"acount\":\"a\"}}", "/azureConfig/acount", "did you mean account?"},
        {LFN_MODE_UPDATE, "{\"type\":\"azure\"}", "/type", "cannot be given in this call"},
        {LFN_MODE_UPDATE, "{\"id\":\"" HEX_ID "\"}", "/id", "is made by the server"},
        {LFN_MODE_UPDATE, "{\"gitConfig\":{\"publicKey\":\"x\"}}", "/gitConfig/publicKey", "is made by the server"},
        {LFN_MODE_UPDATE, "{\"sqlConfig\":{\"port\":null}}", NULL, NULL},
        {LFN_MODE_UPDATE, "{\"sqlConfig\":{\"port\":\"5432\"}}", "/sqlConfig/port", "must be an integer"},
        {LFN_MODE_UPDATE, "{\"sqlConfig\":{\"port\":65536}}", "/sqlConfig/port", "must be at most 65535"},
        {LFN_MODE_UPDATE, "{\"sqlConfig\":{\"secureConnection\":\"true\"}}", "/sqlConfig/secureConnection",
         "must be true or false"},
        {LFN_MODE_UPDATE, "{\"httpConfig\":{\"secretValue\":\"\",\"publicValue\":\"\"}}", NULL, NULL},
        {LFN_MODE_UPDATE, "{\"jwtConfig\":{\"secret\":\"\"}}", "/jwtConfig/secret", "must not be empty"},
        {LFN_MODE_UPDATE, "{\"awsConfig\":{\"secretAccessKey\":\"abc\"}}", "/awsConfig/secretAccessKey",
         "must have at least 4 characters"},
    };
    api = lfn_api_get(LFN_API_LOSANT);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lfn_faults faults;
        bool sound = check_text(lfn_schema_get(LFN_SCHEMA_LOSANT_CREDENTIAL), cases[i].mode, lfn_text_of(cases[i].body),
                                STRICT, &faults);
        if (sound != (cases[i].pointer == NULL))
            fail_msg("%s", cases[i].body);
        if (sound)
            continue;
        assert_string_equal(faults.fault[0].pointer, cases[i].pointer);
        if (strstr(faults.fault[0].message, cases[i].message) == NULL)
            fail_msg("%s: %s", cases[i].body, faults.fault[0].message);
    }
    api = lfn_api_get((lfn_api_id)0);
}

static void a_list_of_objects_is_checked_entry_by_entry(void **state)
{
    (void)state;
    static const lfn_field list = {
        .name = "users", .type = LFN_TYPE_OBJECTS, .marks = LFN_IN_CREATE, .most = 2, .of = LFN_SCHEMA_USER};
    static const lfn_schema schema = {.name = "list", .fields = &list, .field_count = 1};
    lfn_faults faults;
    assert_true(check_text(&schema, LFN_MODE_CREATE, lfn_text_of("{\"users\":[]}"), STRICT, &faults));
    assert_true(check_text(&schema, LFN_MODE_CREATE, lfn_text_of("{\"users\":[{\"name\":\"n\"}]}"), STRICT, &faults));
    assert_false(
        check_text(&schema, LFN_MODE_CREATE, lfn_text_of("{\"users\":[{\"name\":\"n\"},{}]}"), STRICT, &faults));
    assert_string_equal(faults.fault[0].pointer, "/users/1/name");
    assert_false(check_text(&schema, LFN_MODE_CREATE, lfn_text_of("{\"users\":[17]}"), STRICT, &faults));
    assert_string_equal(faults.fault[0].pointer, "/users/0");
    assert_false(check_text(&schema, LFN_MODE_CREATE, lfn_text_of("{\"users\":{}}"), STRICT, &faults));
    assert_string_equal(faults.fault[0].pointer, "/users");
    assert_false(check_text(&schema, LFN_MODE_CREATE,
                            lfn_text_of("{\"users\":[{\"name\":\"n\"},{\"name\":\"n\"},{\"name\":\"n\"}]}"), STRICT,
                            &faults));
    assert_string_equal(faults.fault[0].message, "must have at most 2 entries");
}

/* ---- single rules ---- */

typedef struct body_case {
    lfn_schema_id schema;
    lfn_mode mode;
    const char *body;
    const char *pointer; /* of the first fault; NULL: the body is sound */
    const char *message;
} body_case;

static void single_rules_hold(void **state)
{
    (void)state;
    static const body_case cases[] = {
        {LFN_SCHEMA_PERMISSIONS, LFN_MODE_CREATE, "{}", "/permissions", "is missing"},
        {LFN_SCHEMA_PERMISSIONS, LFN_MODE_CREATE, "{\"permissions\":{}}", "/permissions", "must not be empty"},
        {LFN_SCHEMA_PERMISSIONS, LFN_MODE_CREATE, "{\"permissions\":{\"FIELD\":{\"actions\":[\"READ\"]}}}",
         "/permissions/FIELD", "must be one of FIELDS, OPERATIONS"},
        {LFN_SCHEMA_PERMISSIONS, LFN_MODE_CREATE, "{\"permissions\":{\"FIELDS\":{\"actions\":[]}}}",
         "/permissions/FIELDS/actions", "must not be empty"},
        {LFN_SCHEMA_PERMISSIONS, LFN_MODE_CREATE, "{\"permissions\":{\"FIELDS\":{\"actions\":[\"READ\",\"WRITE\"]}}}",
         "/permissions/FIELDS/actions/1", "must be READ"},
        {LFN_SCHEMA_PERMISSIONS, LFN_MODE_CREATE, "{\"permissions\":{\"FIELDS\":{\"actions\":[\"READ\",\"READ\"]}}}",
         NULL, NULL},
        {LFN_SCHEMA_PERMISSIONS, LFN_MODE_CREATE,
         "{\"permissions\":{\"FIELDS\":{\"actions\":[\"READ\"],\"types\":[]}}}", NULL, NULL},
        {LFN_SCHEMA_PERMISSIONS, LFN_MODE_CREATE,
         "{\"permissions\":{\"FIELDS\":{\"actions\":[\"READ\"],\"types\":[\"PLANTED\"]}}}", "/permissions/FIELDS/types",
         "FIELDS takes no types"},
        {LFN_SCHEMA_PERMISSIONS, LFN_MODE_CREATE, "{\"permissions\":{\"OPERATIONS\":{\"actions\":[\"READ\"]}}}",
         "/permissions/OPERATIONS/types", "is missing"},
        {LFN_SCHEMA_PERMISSIONS, LFN_MODE_CREATE,
         "{\"permissions\":{\"OPERATIONS\":{\"actions\":[\"READ\"],\"types\":[]}}}", "/permissions/OPERATIONS/types",
         "must not be empty"},
        {LFN_SCHEMA_PERMISSIONS, LFN_MODE_CREATE,
         "{\"permissions\":{\"OPERATIONS\":{\"actions\":[\"READ\"],\"types\":[\"PLANTED\",\"PLANTED\"]}}}", NULL, NULL},
        {LFN_SCHEMA_PERMISSIONS, LFN_MODE_CREATE,
         "{\"permissions\":{\"OPERATIONS\":{\"actions\":[\"READ\"],\"types\":[\"TILLED\"]}}}",
         "/permissions/OPERATIONS/types/0", "must be one of APPLIED, HARVESTED, PLANTED"},
        {LFN_SCHEMA_ONE_CLICK, LFN_MODE_CREATE,
         "{\"clientId\":\"a\",\"username\":\"b\",\"password\":\"c\",\"clientEnvironment\":\"STAGE\"}", "/sharingUrlId",
         "at least one of sharingUrlId, organizationCode"},
        {LFN_SCHEMA_USER, LFN_MODE_UPDATE, "{\"email\":null}", NULL, NULL},
        {LFN_SCHEMA_USER, LFN_MODE_UPDATE, "{\"name\":null}", "/name", "must not be null"},
        {LFN_SCHEMA_USER, LFN_MODE_UPDATE, "{\"panoramaCredentials\":{}}", "/panoramaCredentials/id", "is missing"},
        {LFN_SCHEMA_USER, LFN_MODE_UPDATE, "{\"panoramaCredentials\":{\"id\":\"x\"}}", "/panoramaCredentials/id",
         "must be a UUID"},
        {LFN_SCHEMA_USER, LFN_MODE_CREATE, "{\"name\":\"n\",\"id\":\"" ID "\"}", "/id", "made by the server"},
        {LFN_SCHEMA_USER, LFN_MODE_CREATE, "{\"nmae\":\"n\"}", "/nmae", "did you mean name?"},
        {LFN_SCHEMA_USER, LFN_MODE_CREATE, "{\"name\":\"n\",\"external_id\":\"n\"}", "/external_id",
         "did you mean externalId?"},
        {LFN_SCHEMA_USER, LFN_MODE_CREATE, "{\"name\":\"n\",\"a/b~\\n\":1}", "/a~1b~0?", "is not a member of user"},
        {LFN_SCHEMA_RELATION, LFN_MODE_UPDATE, "{\"status\":\"PENDING\"}", "/status",
         "must be one of ALLOWED, BLOCKED"},
        {LFN_SCHEMA_RELATION, LFN_MODE_UPDATE, "{\"status\":\"ALLOWED\",\"receiverApiOwner\":\"a@b\"}",
         "/receiverApiOwner", "cannot be given"},
        {LFN_SCHEMA_LOGIN, LFN_MODE_CREATE, "{\"username\":\"a\",\"password\":\"b\",\"rememberMe\":\"true\"}", NULL,
         NULL},
        {LFN_SCHEMA_LOGIN, LFN_MODE_CREATE, "{\"username\":\"a\",\"password\":\"b\",\"rememberMe\":\"TRUE\"}",
         "/rememberMe", "must be true or false"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lfn_faults faults;
        bool sound =
            check_text(lfn_schema_get(cases[i].schema), cases[i].mode, lfn_text_of(cases[i].body), STRICT, &faults);
        assert_true(sound == (cases[i].pointer == NULL));
        if (sound)
            continue;
        assert_string_equal(faults.fault[0].pointer, cases[i].pointer);
        if (strstr(faults.fault[0].message, cases[i].message) == NULL)
            fail_msg("%s", faults.fault[0].message);
    }
}

static void unknown_and_made_members_are_passed_over_unless_asked_for(void **state)
{
    (void)state;
    lfn_faults faults;
    const lfn_schema *user = lfn_schema_get(LFN_SCHEMA_USER);
    lfn_text body = lfn_text_of("{\"name\":\"n\",\"id\":7,\"other\":[1]}");
    assert_true(check_text(user, LFN_MODE_CREATE, body, 0, &faults));
    assert_false(check_text(user, LFN_MODE_CREATE, body, LFN_CHECK_UNKNOWN, &faults));
    assert_string_equal(faults.fault[0].pointer, "/other");
    assert_false(check_text(user, LFN_MODE_CREATE, body, LFN_CHECK_MADE, &faults));
    assert_string_equal(faults.fault[0].pointer, "/id");
    assert_int_equal(faults.count, 1);
}

static void a_grant_alone_is_checked_as_one_in_a_body(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        bool fields, operations;
    } cases[] = {
        {"{\"actions\":[\"READ\"]}", true, false},
        {"{\"actions\":[\"READ\"],\"types\":[]}", true, false},
        {"{\"actions\":[\"READ\"],\"types\":[\"PLANTED\"]}", false, true},
        {"{\"actions\":[\"READ\"],\"types\":\"PLANTED\"}", false, false},
        {"{\"actions\":[\"READ\"],\"types\":null}", false, false},
        {"{\"types\":[\"PLANTED\"]}", false, false},
        {"{}", false, false},
        {"[]", false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lfn_json *body = NULL;
        assert_int_equal(lfn_json_parse(lfn_text_of(cases[i].body), &body, NULL), LFN_OK);
        assert_true(lfn_body_check_grant(api, LFN_RESOURCE_FIELDS, LFN_MODE_UPDATE, body, 0, NULL) == cases[i].fields);
        assert_true(lfn_body_check_grant(api, LFN_RESOURCE_OPERATIONS, LFN_MODE_UPDATE, body, 0, NULL) ==
                    cases[i].operations);
        lfn_json_free(body);
    }
    lfn_faults faults;
    assert_false(lfn_body_check_grant(api, LFN_RESOURCE_FIELDS, LFN_MODE_UPDATE, NULL, 0, &faults));
    assert_false(lfn_body_check(api, lfn_schema_get(LFN_SCHEMA_USER), LFN_MODE_UPDATE, NULL, 0, &faults));
}

static void many_faults_are_cut_and_none_shows_a_value(void **state)
{
    (void)state;
    lfn_faults faults;
    lfn_buffer body;
    lfn_buffer_init(&body, 100000);
    assert_true(lfn_buffer_append_string(&body, "{\"name\":17"));
    for (int i = 0; i < 100; i++)
        assert_true(lfn_buffer_format(&body, ",\"%0300d\xE2\x82\xAC\":\"canary\"", i));
    assert_true(lfn_buffer_append_string(&body, "}"));
    assert_false(check_text(lfn_schema_get(LFN_SCHEMA_USER), LFN_MODE_CREATE, lfn_buffer_text(&body), STRICT, &faults));
    assert_int_equal(faults.count, LFN_FAULTS_MAX);
    for (size_t i = 0; i < faults.count; i++) {
        assert_null(strstr(faults.fault[i].message, "canary"));
        assert_true(lfn_text_utf8(lfn_text_of(faults.fault[i].pointer), NULL));
    }
    lfn_buffer_free(&body);
}

static void a_check_needs_no_memory(void **state)
{
    (void)state;
    lfn_json *body = NULL;
    assert_int_equal(lfn_json_parse(lfn_text_of("{\"name\":\"n\"}"), &body, NULL), LFN_OK);
    lfn_alloc_fail_after(0);
    bool sound = lfn_body_check(api, lfn_schema_get(LFN_SCHEMA_USER), LFN_MODE_CREATE, body, STRICT, NULL);
    bool allocated = lfn_alloc(1) != NULL;
    lfn_alloc_fail_after(-1);
    assert_true(sound);
    assert_false(allocated);
    lfn_json_free(body);
}

static void a_name_is_near_to_one_that_at_most_two_letters_in_five_tell_from_it(void **state)
{
    (void)state;
    static const struct {
        const char *given, *known;
        bool near;
    } cases[] = {{"nmae", "name", true},    {"NAME", "name", true}, {"emial", "email", true},
                 {"crate", "create", true}, {"ab", "id", false},    {"", "id", false},
                 {"idd", "id", true},       {"foo", "name", false}, {"perPgSz", "perPage", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(lfn_name_near(lfn_text_of(cases[i].given), lfn_text_of(cases[i].known)), cases[i].near);
    char endless[100];
    memset(endless, 'a', sizeof endless);
    assert_false(lfn_name_near(lfn_text_make(endless, sizeof endless), lfn_text_make(endless, sizeof endless)));
}

int main(void)
{
    api = lfn_api_get((lfn_api_id)0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_near_to_one_that_at_most_two_letters_in_five_tell_from_it),
        cmocka_unit_test(every_field_of_every_schema_is_checked_in_every_mode),
        cmocka_unit_test(each_limit_of_every_body_holds_at_its_edge_and_not_one_beyond),
        cmocka_unit_test(an_object_in_a_body_is_checked_in_the_same_mode),
        cmocka_unit_test(a_list_of_objects_is_checked_entry_by_entry),
        cmocka_unit_test(single_rules_hold),
        cmocka_unit_test(unknown_and_made_members_are_passed_over_unless_asked_for),
        cmocka_unit_test(a_grant_alone_is_checked_as_one_in_a_body),
        cmocka_unit_test(many_faults_are_cut_and_none_shows_a_value),
        cmocka_unit_test(a_check_needs_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
