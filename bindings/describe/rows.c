/* The type stub of the Python package's _rows module: what its classes, which are built from the tables at run time,
 * look like to editors and type checkers. */
#include "describe.h"

/* A blocking client and one of asyncio have the same methods, under names of their own. */
typedef struct face {
    const char *prefix;
    const char *lead; /* of a method that makes a call */
} face;

static const face faces[] = {{"", ""}, {"Async", "async "}};

/* Appends the class of a schema whose answers have verbs; false when it has none. */
static bool append_class_with_verbs(lfn_buffer *out, lfn_schema_id schema, const face *shown)
{
    bool calls = false;
    const char *name = lfn_describe_verbs_class(schema, &calls);
    if (name != NULL)
        lfn_buffer_format(out, "%s%s", calls ? shown->prefix : "", name);
    return name != NULL;
}

/* ---- types ---- */

enum { LINE_MAX_BYTES = 120, ROOM_BEHIND_WORDS = 10 };

/* Whether the words still fit into the line that is being written. */
static bool words_fit(const lfn_buffer *out, const lfn_choice *choice)
{
    size_t length = 0;
    for (size_t at = out->size; at > 0 && out->data[at - 1] != '\n'; at--)
        length++;
    for (size_t i = 0; i < choice->word_count; i++)
        length += strlen(choice->words[i]) + 4;
    return length + ROOM_BEHIND_WORDS <= LINE_MAX_BYTES;
}

static void append_words(lfn_buffer *out, const lfn_choice *choice)
{
    if (choice == NULL || choice->letter_case != LFN_CASE_EXACT) {
        lfn_buffer_append_string(out, "str");
        return;
    }
    lfn_buffer_append_string(out, "Literal[");
    bool fit = words_fit(out, choice);
    for (size_t i = 0; i < choice->word_count; i++)
        if (fit)
            lfn_buffer_format(out, "%s\"%s\"", i == 0 ? "" : ", ", choice->words[i]);
        else
            lfn_buffer_format(out, "\n            \"%s\",", choice->words[i]);
    lfn_buffer_append_string(out, fit ? "]" : "\n        ]");
}

static void append_given_type(lfn_buffer *out, const lfn_field *field)
{
    const lfn_choice *choice = lfn_choice_get(field->choice);
    switch (field->type) {
    case LFN_TYPE_BOOLEAN:
        lfn_buffer_append_string(out, "bool");
        break;
    case LFN_TYPE_INTEGER:
        lfn_buffer_append_string(out, "int");
        break;
    case LFN_TYPE_TIME:
        lfn_buffer_append_string(out, "datetime | str");
        break;
    case LFN_TYPE_CHOICE:
        append_words(out, choice);
        break;
    case LFN_TYPE_STRINGS:
        lfn_buffer_append_string(out, "Sequence[");
        append_words(out, choice);
        lfn_buffer_append_string(out, "]");
        break;
    case LFN_TYPE_OBJECTS:
        lfn_buffer_append_string(out, "Sequence[Mapping[str, Any]]");
        break;
    case LFN_TYPE_OBJECT:
    case LFN_TYPE_LINK:
    case LFN_TYPE_RESOURCES:
        lfn_buffer_append_string(out, "Mapping[str, Any]");
        break;
    default:
        lfn_buffer_append_string(out, (field->marks & LFN_SECRET) != 0 ? "str | Secret" : "str");
        break;
    }
    if ((field->marks & LFN_NULLABLE) != 0)
        lfn_buffer_append_string(out, " | None");
}

/* A type around the records of a schema, as in list[EventRecord]. */
static void append_record_type(lfn_buffer *out, const char *before, const lfn_schema *schema, const char *behind)
{
    lfn_buffer_append_string(out, before);
    lfn_describe_class(out, schema->name);
    lfn_buffer_format(out, "Record%s", behind);
}

static void append_answered_type(lfn_buffer *out, const lfn_schema *schema, const lfn_field *field)
{
    static const char *const types[LFN_TYPE_COUNT] = {
        [LFN_TYPE_STRING] = "str",   [LFN_TYPE_BOOLEAN] = "bool",
        [LFN_TYPE_INTEGER] = "int",  [LFN_TYPE_TIME] = "datetime",
        [LFN_TYPE_ID] = "str",       [LFN_TYPE_EMAIL] = "str",
        [LFN_TYPE_CHOICE] = "str",   [LFN_TYPE_STRINGS] = "list[str]",
        [LFN_TYPE_PROVIDER] = "str",
    };
    if (field->type == LFN_TYPE_OBJECT || field->type == LFN_TYPE_LINK)
        append_record_type(out, "", lfn_schema_get(field->of), "");
    else if (field->type == LFN_TYPE_OBJECTS)
        append_record_type(out, "list[", lfn_schema_get(field->of), "]");
    else if (field->type == LFN_TYPE_RESOURCES)
        append_record_type(out, "dict[str, ", lfn_schema_get(field->of), "]");
    else
        lfn_buffer_append_string(out, (field->marks & LFN_SECRET) != 0 ? "Secret" : types[field->type]);
    if (!lfn_describe_always_answered(schema, field))
        lfn_buffer_append_string(out, " | None");
}

/* ---- records ---- */

/* The keyword arguments of the verbs that change a Leaf user, for objects that pass them on: UserUpdate. */
static void print_changes(lfn_buffer *out, const lfn_schema *schema, lfn_mode mode)
{
    lfn_buffer_append_string(out, "\nclass ");
    lfn_describe_class(out, schema->name);
    lfn_describe_class(out, lfn_describe_mode_name(mode));
    lfn_buffer_append_string(out, "(TypedDict, total=False):\n");
    for (size_t i = 0; i < lfn_schema_count(schema); i++) {
        const lfn_field *field = lfn_schema_at(schema, i);
        if (!lfn_field_taken(field, mode) || strcmp(field->name, "id") == 0)
            continue;
        lfn_buffer_append_string(out, "    ");
        lfn_describe_snake(out, field->name);
        lfn_buffer_append_string(out, lfn_field_needed(field, mode) ? ": Required[" : ": ");
        append_given_type(out, field);
        lfn_buffer_append_string(out, lfn_field_needed(field, mode) ? "]\n" : "\n");
    }
}

typedef struct record_list {
    lfn_buffer *out;
    bool printed[LFN_SCHEMA_COUNT];
    bool after_empty; /* the record before shows nothing, and stands in one line */
} record_list;

/* The members behind those of the parent. */
static size_t first_own(const lfn_schema *schema)
{
    return lfn_schema_count(lfn_schema_get(schema->parent));
}

/* A config may be all secret. */
static bool shows_nothing(const lfn_schema *schema)
{
    for (size_t i = first_own(schema); i < lfn_schema_count(schema); i++)
        if (lfn_describe_seen(lfn_schema_at(schema, i), LFN_MODE_NONE))
            return false;
    return true;
}

static void print_members(lfn_buffer *out, const lfn_schema *schema)
{
    for (size_t i = first_own(schema); i < lfn_schema_count(schema); i++) {
        const lfn_field *field = lfn_schema_at(schema, i);
        if (!lfn_describe_seen(field, LFN_MODE_NONE))
            continue;
        lfn_buffer_append_string(out, "    @property\n    def ");
        lfn_describe_snake(out, field->name);
        lfn_buffer_append_string(out, "(self) -> ");
        append_answered_type(out, schema, field);
        lfn_buffer_append_string(out, ": ...\n");
    }
}

static void print_record_once(record_list *list, const lfn_schema *schema)
{
    lfn_buffer *out = list->out;
    if (list->printed[schema->id])
        return;
    list->printed[schema->id] = true;
    bool empty = shows_nothing(schema);
    lfn_buffer_append_string(out, empty && list->after_empty ? "class " : "\nclass ");
    lfn_describe_class(out, schema->name);
    lfn_buffer_append_string(out, "Record(");
    if (schema->parent != LFN_SCHEMA_NONE)
        lfn_describe_class(out, lfn_schema_get(schema->parent)->name);
    lfn_buffer_format(out, "Record):%s\n", empty ? " ..." : "");
    list->after_empty = empty;
    print_members(out, schema);
}

static void print_record(void *context, const lfn_api *api, const lfn_schema *schema, lfn_mode mode)
{
    record_list *list = context;
    (void)api;
    if (schema->id == LFN_SCHEMA_USER && (mode == LFN_MODE_REPLACE || mode == LFN_MODE_UPDATE))
        print_changes(list->out, schema, mode);
    if (mode != LFN_MODE_NONE)
        return;
    if (schema->parent != LFN_SCHEMA_NONE)
        print_record_once(list, lfn_schema_get(schema->parent));
    print_record_once(list, schema);
}

/* What the operations of a provider answer: its members with the verbs of every credential. */
static void print_provider_credentials(lfn_buffer *out, const face *shown)
{
    lfn_buffer_append_string(out, "\n");
    for (unsigned i = 0; i < LFN_PROVIDER_COUNT; i++) {
        const lfn_provider *provider = lfn_provider_get((lfn_provider_id)i);
        const lfn_schema *schema = lfn_schema_get(provider->schema);
        lfn_buffer_format(out, "class %s", shown->prefix);
        lfn_describe_class(out, provider->attribute);
        append_record_type(out, "Credential(", schema, ", ");
        (void)append_class_with_verbs(out, schema->parent, shown);
        lfn_buffer_append_string(out, "): ...\n");
    }
}

/* ---- methods ---- */

static void print_positional(lfn_buffer *out, const lfn_operation *operation, const lfn_provider *provider)
{
    bool bound = lfn_describe_bound(operation->group);
    const lfn_field *field;
    for (size_t i = 0; provider == NULL && (field = lfn_operation_path_field(operation, i)) != NULL; i++) {
        lfn_buffer_append_string(out, "        ");
        lfn_describe_snake(out, field->name);
        lfn_buffer_append_string(out, ": ");
        append_given_type(out, field);
        lfn_buffer_append_string(out, bound ? " = ...,\n" : ",\n");
    }
}

static void print_keyword(lfn_buffer *out, const lfn_field *field, bool needed)
{
    lfn_buffer_append_string(out, "        ");
    lfn_describe_snake(out, field->name);
    lfn_buffer_append_string(out, ": ");
    append_given_type(out, field);
    lfn_buffer_append_string(out, needed ? ",\n" : " = ...,\n");
}

static void print_keywords(lfn_buffer *out, const lfn_schema *schema, lfn_mode mode)
{
    for (size_t i = 0; i < lfn_schema_count(schema); i++) {
        const lfn_field *field = lfn_schema_at(schema, i);
        if (lfn_field_taken(field, mode))
            print_keyword(out, field, lfn_field_needed(field, mode));
    }
}

static void append_answer(lfn_buffer *out, const lfn_schema *schema, const lfn_provider *provider, const face *shown)
{
    if (provider != NULL && schema->id == provider->schema) {
        lfn_buffer_append_string(out, shown->prefix);
        lfn_describe_class(out, provider->attribute);
        lfn_buffer_append_string(out, "Credential");
    } else if (!append_class_with_verbs(out, schema->id, shown))
        append_record_type(out, "", schema, "");
}

static void print_result(lfn_buffer *out, const lfn_operation *operation, const lfn_provider *provider,
                         const face *shown)
{
    if (operation->form == LFN_FORM_NOTHING || operation->form == LFN_FORM_TEXT) {
        lfn_buffer_append_string(out, operation->form == LFN_FORM_TEXT ? "str" : "None");
        return;
    }
    if (operation->form == LFN_FORM_LIST)
        lfn_buffer_format(out, "%sPages[", shown->prefix);
    append_answer(out, lfn_operation_result(operation, provider), provider, shown);
    lfn_buffer_append_string(out, operation->form == LFN_FORM_LIST ? "]" : "");
}

static void print_method(lfn_buffer *out, const lfn_operation *operation, const lfn_provider *provider,
                         const face *shown)
{
    const char *lead = operation->form == LFN_FORM_LIST ? "" : shown->lead;
    lfn_buffer_format(out, "    %sdef %s(\n        self,\n", lead, operation->name);
    print_positional(out, operation, provider);
    lfn_buffer_append_string(out, "        *,\n");
    print_keywords(out, lfn_operation_body(operation, provider), operation->mode);
    print_keywords(out, lfn_operation_query(operation), LFN_MODE_CREATE);
    if (operation->method == LFN_DELETE)
        lfn_buffer_append_string(out, "        missing_ok: bool = ...,\n");
    lfn_buffer_append_string(out, "        strict: bool = ...,\n        timeout: float | None = ...,\n"
                                  "        deadline: float | None = ...,\n");
    lfn_buffer_append_string(out, "    ) -> ");
    print_result(out, operation, provider, shown);
    lfn_buffer_format(out, ":\n        \"\"\"%s\"\"\"\n", operation->summary);
}

/* The verbs that stand beside the operations of every provider, in python/leafnative/leaf.py. */
static void print_verbs(lfn_buffer *out, const lfn_provider *provider, const face *shown)
{
    static const char *const verbs[][2] = {{"ensure", "Make the credential, or replace one that differs."},
                                           {"rotate", "Replace the credential by one with these members changed."}};
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        lfn_buffer_format(out, "    %sdef %s(self, **members: Any) -> %s", shown->lead, verbs[i][0], shown->prefix);
        lfn_describe_class(out, provider->attribute);
        lfn_buffer_format(out, "Credential:\n        \"\"\"%s\"\"\"\n", verbs[i][1]);
    }
}

static void print_methods(lfn_buffer *out, const char *name, const lfn_group *group, const lfn_provider *provider,
                          const face *shown)
{
    lfn_buffer_format(out, "\nclass %s", shown->prefix);
    lfn_describe_class(out, name);
    lfn_buffer_append_string(out, "Methods:\n");
    for (unsigned i = 0; i < LFN_OP_COUNT; i++) {
        const lfn_operation *operation = lfn_operation_get((lfn_operation_id)i);
        bool here = provider != NULL ? lfn_operation_per_provider(operation)
                                     : operation->group == group && !lfn_operation_per_provider(operation);
        if (here)
            print_method(out, operation, provider, shown);
    }
    if (provider != NULL)
        print_verbs(out, provider, shown);
}

static void print_provider_attributes(lfn_buffer *out, const face *shown)
{
    lfn_buffer_format(out, "\nclass %sProviderAttributes:\n", shown->prefix);
    for (unsigned i = 0; i < LFN_PROVIDER_COUNT; i++) {
        const lfn_provider *provider = lfn_provider_get((lfn_provider_id)i);
        lfn_buffer_format(out, "    @property\n    def %s(self) -> %s", provider->attribute, shown->prefix);
        lfn_describe_class(out, provider->attribute);
        lfn_buffer_append_string(out, "Methods: ...\n");
    }
}

/* ---- names of operations ---- */

static void print_operation_names(lfn_buffer *out)
{
    lfn_buffer_append_string(out, "\nOperationName = Literal[\n");
    for (unsigned i = 0; i < LFN_OP_COUNT; i++) {
        const lfn_operation *operation = lfn_operation_get((lfn_operation_id)i);
        if (!lfn_operation_per_provider(operation))
            lfn_buffer_format(out, "    \"%s.%s\",\n", operation->group->name, operation->name);
        for (unsigned p = 0; lfn_operation_per_provider(operation) && p < LFN_PROVIDER_COUNT; p++)
            lfn_buffer_format(out, "    \"%s.%s\",\n", lfn_provider_get((lfn_provider_id)p)->attribute,
                              operation->name);
    }
    lfn_buffer_append_string(out, "]\n");
}

static void print_face(lfn_buffer *out, const face *shown)
{
    print_provider_credentials(out, shown);
    for (unsigned i = 0; i < LFN_GROUP_COUNT; i++) {
        const lfn_group *group = lfn_group_get((lfn_group_id)i);
        if (lfn_describe_has_methods(group))
            print_methods(out, group->name, group, NULL, shown);
    }
    for (unsigned i = 0; i < LFN_PROVIDER_COUNT; i++) {
        const lfn_provider *provider = lfn_provider_get((lfn_provider_id)i);
        print_methods(out, provider->attribute, NULL, provider, shown);
    }
    print_provider_attributes(out, shown);
}

void lfn_describe_rows(lfn_buffer *out)
{
    lfn_buffer_append_string(
        out, "# Printed from the tables in csrc/include/leafnative/tables/ by `make describe`: change the tables.\n"
             "from collections.abc import Mapping, Sequence\n"
             "from datetime import datetime\n"
             "from typing import Any, Literal, Required, TypedDict\n\n"
             "from ._core import Secret\n"
             "from .aio import AsyncCredential, AsyncPages, AsyncRelation, AsyncServiceCredential, AsyncUser\n"
             "from .leaf import Credential, Relation, User\n"
             "from .losant import LinkedResources, ServiceCredential\n"
             "from .pages import Pages\n"
             "from .records import Record\n\n"
             "OPERATIONS: list[dict[str, Any]]\n"
             "PROVIDERS: dict[str, dict[str, Any]]\n");
    print_operation_names(out);
    lfn_buffer_append_string(
        out, "\nclass Operation:\n"
             "    row: dict[str, Any]\n"
             "    provider: dict[str, Any] | None\n"
             "    call_name: str\n"
             "    result_schema: str\n"
             "    def __init__(self, row: dict[str, Any], provider: dict[str, Any] | None = ...) -> None: ...\n"
             "    def body_members(self) -> list[dict[str, Any]]: ...\n"
             "    def query_members(self) -> list[dict[str, Any]]: ...\n\n"
             "def describe(field: dict[str, Any]) -> str: ...\n"
             "def methods_of_group(group: str) -> type: ...\n"
             "def methods_of_provider(attribute: str) -> type: ...\n");
    record_list records = {.out = out};
    lfn_describe_each_schema(print_record, &records);
    for (size_t i = 0; i < sizeof faces / sizeof *faces; i++)
        print_face(out, &faces[i]);
}
