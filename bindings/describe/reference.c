/* The reference page: every operation, provider, member, word, status and problem, as Markdown. */
#include "describe.h"

#include "leafnative/error.h"

static const char *repeat_words(lfn_repeat repeat)
{
    static const char *const words[] = {
        [LFN_REPEAT_SAFE] = "safe", [LFN_REPEAT_RECONCILE] = "after a look", [LFN_REPEAT_NEVER] = "never"};
    return words[repeat];
}

/* ---- operations ---- */

static void print_operation_line(lfn_buffer *out, const lfn_operation *operation)
{
    bool per_provider = lfn_operation_per_provider(operation);
    lfn_buffer_format(out, "| `%s.%s` | `LFN_OP_%s` | %s | `", per_provider ? "<provider>" : operation->group->name,
                      operation->name, lfn_describe_operation_id(operation), lfn_method_name(operation->method));
    lfn_describe_path(operation, NULL, out);
    lfn_buffer_format(out, "` | %d | %s | %s |\n", operation->success, repeat_words(operation->repeat),
                      operation->summary);
}

static void print_operation_table(lfn_buffer *out)
{
    lfn_buffer_append_string(
        out,
        "## Operations\n\n"
        "An operation has one name everywhere: `users.create` is `leaf.users.create(…)` in Python and\n"
        "`LFN_OP_USERS_CREATE` in C. An operation on `<provider>` stands once for every provider of the table\n"
        "[Providers](#providers), as in `panorama.create`.\n\n"
        "*Repeat* says what happens when no answer came: `safe` operations are sent again, the others never blindly;\n"
        "`after a look` means that a GET tells whether the first attempt was carried out; which one, the page tells "
        "with\n"
        "the operation.\n\n"
        "| Name | C | Method | Path | Success | Repeat | What it does |\n"
        "|---|---|---|---|---|---|---|\n");
    for (unsigned i = 0; i < LFN_OP_COUNT; i++)
        print_operation_line(out, lfn_operation_get((lfn_operation_id)i));
}

/* One member in a line of arguments: bold when it is needed. */
static void print_argument(lfn_buffer *out, const lfn_field *field, bool needed, bool first)
{
    lfn_buffer_format(out, "%s%s`", first ? "" : ", ", needed ? "**" : "");
    lfn_describe_snake(out, field->name);
    lfn_buffer_format(out, "`%s", needed ? "**" : "");
    if ((field->marks & LFN_SECRET) != 0)
        lfn_buffer_append_string(out, " (secret)");
    if ((field->marks & LFN_ONE_OF) != 0)
        lfn_buffer_append_string(out, " (one of these)");
    if (*field->standard != '\0')
        lfn_buffer_format(out, " (%s)", field->standard);
}

static void print_path_arguments(lfn_buffer *out, const lfn_operation *operation)
{
    if (lfn_operation_path_field(operation, 0) == NULL)
        return;
    lfn_buffer_append_string(out, "- Path: ");
    const lfn_field *field;
    for (size_t i = 0; (field = lfn_operation_path_field(operation, i)) != NULL; i++)
        print_argument(out, field, true, i == 0);
    lfn_buffer_append_string(out, "\n");
}

static void print_members(lfn_buffer *out, const char *title, const lfn_schema *schema, lfn_mode mode)
{
    bool first = true;
    for (size_t i = 0; i < lfn_schema_count(schema); i++) {
        const lfn_field *field = lfn_schema_at(schema, i);
        if (!lfn_field_taken(field, mode))
            continue;
        lfn_buffer_append_string(out, first ? title : "");
        print_argument(out, field, lfn_field_needed(field, mode), first);
        first = false;
    }
    lfn_buffer_append_string(out, first ? "" : "\n");
}

static void print_body(lfn_buffer *out, const lfn_operation *operation)
{
    if (operation->body == LFN_SCHEMA_PROVIDER)
        lfn_buffer_append_string(out, "- Body: the members of the provider, see [Members](#members)\n");
    else
        print_members(out, "- Body: ", lfn_operation_body(operation, NULL), operation->mode);
}

static void print_result(lfn_buffer *out, const lfn_operation *operation)
{
    lfn_buffer_append_string(out, "- Result: ");
    const lfn_schema *schema = lfn_operation_result(operation, NULL);
    const char *name = schema != NULL ? schema->name : "";
    if (operation->form == LFN_FORM_NOTHING)
        lfn_buffer_append_string(out, "nothing");
    else if (operation->form == LFN_FORM_TEXT)
        lfn_buffer_append_string(out, "a word");
    else if (operation->result == LFN_SCHEMA_PROVIDER)
        lfn_buffer_append_string(out, "the credential of the provider");
    else
        lfn_buffer_format(out, operation->form == LFN_FORM_LIST ? "a list of `%s`" : "`%s`", name);
    lfn_buffer_format(out, ", with %d\n", operation->success);
}

/* The scopes of which any one allows the call. */
static void print_scopes(lfn_buffer *out, const lfn_operation *operation)
{
    if (*operation->scopes == '\0')
        return;
    lfn_buffer_append_string(out, "- Scopes, any one of: `");
    for (const char *byte = operation->scopes; *byte != '\0'; byte++)
        lfn_buffer_append(out, *byte == ' ' ? "`, `" : byte, *byte == ' ' ? 4 : 1);
    lfn_buffer_append_string(out, "`\n");
}

/* Whether a call goes out again, and the operation that is the look. */
static void print_repeat(lfn_buffer *out, const lfn_operation *operation)
{
    const lfn_reconcile *row = lfn_reconcile_get(operation);
    lfn_buffer_format(out, "- Repeat: %s", repeat_words(operation->repeat));
    if (row != NULL) {
        const lfn_operation *reading = lfn_operation_get(row->reading);
        bool per_provider = lfn_operation_per_provider(reading);
        lfn_buffer_format(out, ", with `%s.%s`", per_provider ? "provider" : reading->group->name, reading->name);
    }
    lfn_buffer_append_string(out, "\n");
}

static void print_operation(lfn_buffer *out, const lfn_operation *operation)
{
    bool per_provider = lfn_operation_per_provider(operation);
    lfn_buffer_format(out, "\n#### %s.%s\n\n%s\n\n- Request: `%s ", per_provider ? "provider" : operation->group->name,
                      operation->name, operation->summary, lfn_method_name(operation->method));
    lfn_describe_path(operation, NULL, out);
    lfn_buffer_format(out, "`%s\n", operation->access == LFN_ACCESS_OPEN ? ", without a token" : "");
    print_path_arguments(out, operation);
    print_members(out, "- Query: ", lfn_operation_query(operation), LFN_MODE_CREATE);
    print_body(out, operation);
    print_result(out, operation);
    print_scopes(out, operation);
    print_repeat(out, operation);
    lfn_buffer_format(out, "- Source: <%s>\n", operation->source);
}

static void print_operations(lfn_buffer *out)
{
    lfn_buffer_append_string(out,
                             "\nIn what follows a bold argument is required; a value in brackets stands when it is "
                             "left out.\n");
    for (unsigned g = 0; g < LFN_GROUP_COUNT; g++) {
        const lfn_group *group = lfn_group_get((lfn_group_id)g);
        lfn_buffer_format(out, "\n### %s\n\n%s (%s, <%s>)\n", group->name, group->summary, group->api->title,
                          group->api->live_url);
        for (unsigned i = 0; i < LFN_OP_COUNT; i++) {
            const lfn_operation *operation = lfn_operation_get((lfn_operation_id)i);
            if (operation->group == group)
                print_operation(out, operation);
        }
    }
}

/* ---- providers ---- */

static void print_provider(lfn_buffer *out, const lfn_provider *provider)
{
    lfn_buffer_format(out, "| %s | ", provider->name);
    bool first = true;
    for (unsigned i = 0; i < LFN_OP_COUNT; i++) {
        const lfn_operation *operation = lfn_operation_get((lfn_operation_id)i);
        if (!lfn_operation_per_provider(operation))
            continue;
        lfn_buffer_format(out, "%s`%s.%s`", first ? "" : ", ", provider->attribute, operation->name);
        first = false;
    }
    lfn_buffer_format(out, " | `%s` | `%s` | <%s> |\n", provider->segment, provider->member, provider->source);
}

static void print_providers(lfn_buffer *out)
{
    lfn_buffer_append_string(out, "\n## Providers\n\n"
                                  "| Provider | Operations | Path segment | Member of a user | Source |\n"
                                  "|---|---|---|---|---|\n");
    for (unsigned i = 0; i < LFN_PROVIDER_COUNT; i++)
        print_provider(out, lfn_provider_get((lfn_provider_id)i));
}

/* ---- members ---- */

static void print_requests(lfn_buffer *out, const lfn_field *field)
{
    bool first = true;
    for (lfn_mode mode = LFN_MODE_CREATE; mode <= LFN_MODE_UPDATE; mode++) {
        if (!lfn_field_taken(field, mode))
            continue;
        const char *bold = lfn_field_needed(field, mode) ? "**" : "";
        lfn_buffer_format(out, "%s%s%s%s", first ? "" : ", ", bold, lfn_describe_mode_name(mode), bold);
        first = false;
    }
}

static void print_type(lfn_buffer *out, const lfn_api *api, const lfn_field *field)
{
    const lfn_choice *choice = lfn_choice_get(field->choice);
    const lfn_schema *schema = lfn_schema_get(field->of);
    lfn_buffer_append_string(out, lfn_type_name(field->type));
    if (field->type == LFN_TYPE_ID)
        lfn_buffer_format(out, " (%s)", lfn_id_form_words(api->id_form));
    if (choice != NULL)
        lfn_buffer_format(out, " (%s)", choice->name);
    if (schema != NULL)
        lfn_buffer_format(out, " of `%s`", schema->name);
}

static void print_marks(lfn_buffer *out, const lfn_field *field)
{
    static const struct {
        unsigned mark;
        const char *words;
    } marks[] = {
        {LFN_SECRET, "secret"},           {LFN_MADE, "made by the server"},
        {LFN_NULLABLE, "null clears it"}, {LFN_ONE_OF, "at least one of these"},
        {LFN_LENIENT, "also a word"},     {LFN_BLANK, "answered as \"\" without one"},
        {LFN_IDLE, "any value"},          {LFN_ONCE, "never repeated when true"},
    };
    bool first = true;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if ((field->marks & marks[i].mark) == 0)
            continue;
        lfn_buffer_format(out, "%s%s", first ? "" : ", ", marks[i].words);
        first = false;
    }
}

static void print_limits(lfn_buffer *out, const lfn_field *field)
{
    if (field->least > 0)
        lfn_buffer_format(out, "from %lld", (long long)field->least);
    if (field->most > 0)
        lfn_buffer_format(out, "%sto %lld", field->least > 0 ? " " : "", (long long)field->most);
}

static void print_field(lfn_buffer *out, const lfn_api *api, const lfn_field *field)
{
    lfn_buffer_format(out, "| `%s` | `", field->name);
    lfn_describe_snake(out, field->name);
    lfn_buffer_append_string(out, "` | ");
    print_type(out, api, field);
    lfn_buffer_append_string(out, " | ");
    print_requests(out, field);
    lfn_buffer_format(out, " | %s | ", (field->marks & LFN_ANSWERED) != 0 ? "yes" : "");
    print_marks(out, field);
    lfn_buffer_append_string(out, " | ");
    print_limits(out, field);
    lfn_buffer_format(out, " | %s | %s |\n", field->standard, field->summary);
}

typedef struct used_schemas {
    lfn_buffer *out;
    const lfn_api *api[LFN_SCHEMA_COUNT]; /* NULL for a schema that nobody uses */
} used_schemas;

static void note_schema(void *context, const lfn_api *api, const lfn_schema *schema, lfn_mode mode)
{
    used_schemas *schemas = context;
    (void)mode;
    schemas->api[schema->id] = api;
}

static void print_members_of_schemas(lfn_buffer *out)
{
    used_schemas schemas = {.out = out};
    lfn_describe_each_schema(note_schema, &schemas);
    lfn_buffer_append_string(out, "\n## Members\n\nWire names are the API's own; the names beside them are those of "
                                  "Python. *Request* names the kinds "
                                  "of\nrequest that may carry a member, in bold where they must; *Answer* says whether "
                                  "an answer shows it. Limits\n"
                                  "count code points, entries, or are the number's own.\n");
    for (unsigned i = 0; i < LFN_SCHEMA_COUNT; i++) {
        const lfn_schema *schema = schemas.api[i] != NULL ? lfn_schema_get((lfn_schema_id)i) : NULL;
        if (schema == NULL)
            continue;
        lfn_buffer_format(
            out,
            "\n### %s\n\n%s\n\n| Wire | Python | Type | Request | Answer | Marks | Limits | Default | Meaning |\n"
            "|---|---|---|---|---|---|---|---|---|\n",
            schema->name, schema->summary);
        for (size_t f = 0; f < lfn_schema_count(schema); f++)
            print_field(out, schemas.api[i], lfn_schema_at(schema, f));
    }
}

/* ---- words, statuses, problems ---- */

static void print_choices(lfn_buffer *out)
{
    lfn_buffer_append_string(out,
                             "\n## Words\n\nA request with another word is refused; an answer may hold any word.\n\n"
                             "| Set | Words | Case |\n|---|---|---|\n");
    for (unsigned i = LFN_CHOICE_NONE + 1; i < LFN_CHOICE_COUNT; i++) {
        const lfn_choice *choice = lfn_choice_get((lfn_choice_id)i);
        lfn_buffer_format(out, "| %s | ", choice->name);
        for (size_t w = 0; w < choice->word_count; w++)
            lfn_buffer_format(out, "%s`%s`", w == 0 ? "" : ", ", choice->words[w]);
        lfn_buffer_format(out, " | %s |\n",
                          choice->letter_case == LFN_CASE_LOWER ? "any, sent in lower case" : "exact");
    }
}

static void print_resources(lfn_buffer *out)
{
    lfn_buffer_append_string(out, "\n## Resources of a permission\n\n| Resource | Types of a grant |\n|---|---|\n");
    const lfn_resource *resource;
    for (int i = 0; (resource = lfn_resource_get(i)) != NULL; i++) {
        const lfn_choice *types = lfn_choice_get(resource->types);
        lfn_buffer_format(out, "| `%s` | %s%s |\n", resource->name, types != NULL ? "at least one " : "none",
                          types != NULL ? types->name : "");
    }
}

static void print_statuses(lfn_buffer *out)
{
    lfn_buffer_append_string(
        out, "\n## Statuses and errors\n\nThe code is equal in every language.\n\n"
             "| Code | Python | Also a | Retryable | Exit status | Cure |\n|---|---|---|---|---|---|\n");
    for (unsigned i = LFN_OK + 1; i < LFN_STATUS_COUNT; i++) {
        const lfn_status_row *row = lfn_status_get((lfn_status)i);
        lfn_buffer_format(out, "| `%s` | `%s` | %s%s%s | %s | %d | %s |\n", row->code, row->python_class,
                          *row->builtin != '\0' ? "`" : "", row->builtin, *row->builtin != '\0' ? "`" : "",
                          row->retryable ? "yes" : "no", row->exit_code, row->hint);
    }
}

static void print_problems(lfn_buffer *out)
{
    lfn_buffer_append_string(out, "\n## Refusals of the service\n\n"
                                  "`errorKey` stands in the errors of an API whose form of errors has one, `type` in "
                                  "those of the other form.\n\n"
                                  "| HTTP | errorKey | type | Code | Message |\n|---|---|---|---|---|\n");
    for (unsigned i = 0; i < LFN_PROBLEM_COUNT; i++) {
        const lfn_problem_row *row = lfn_problem_get((lfn_problem)i);
        const char *quote = *row->key != '\0' ? "`" : "";
        lfn_buffer_format(out, "| %d | %s%s%s | `%s` | `%s` | %s |\n", row->http_status, quote, row->key, quote,
                          row->type, lfn_status_get(row->status)->code, row->message);
    }
}

void lfn_describe_reference(lfn_buffer *out)
{
    lfn_buffer_append_string(out, "# Reference\n\nPrinted from the tables in `csrc/include/leafnative/tables/` by\n"
                                  "`make describe`: change the tables, not this page.\n\n");
    print_operation_table(out);
    print_operations(out);
    print_providers(out);
    print_members_of_schemas(out);
    print_choices(out);
    print_resources(out);
    print_statuses(out);
    print_problems(out);
}
