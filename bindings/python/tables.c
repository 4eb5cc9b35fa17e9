/* The tables as plain Python values: operations, providers, schemas, statuses and problems. */
#include "state.h"

/* ---- helpers ---- */

static PyObject *snake_of(const char *wire_name)
{
    char snake[64];
    if (!lfn_name_snake(lfn_text_of(wire_name), snake, sizeof snake))
        return PyUnicode_FromString(wire_name);
    return PyUnicode_FromString(snake);
}

static PyObject *words_of(const char *text)
{
    PyObject *whole = PyUnicode_FromString(text);
    PyObject *words = whole != NULL ? PyUnicode_Split(whole, NULL, -1) : NULL;
    Py_XDECREF(whole);
    return words;
}

/* ---- schemas ---- */

static PyObject *marks_of(const lfn_field *field)
{
    PyObject *list = PyList_New(0);
    unsigned mark = 0;
    const char *name = NULL;
    for (size_t i = 0; (name = lfn_mark_name(i, &mark)) != NULL; i++)
        if ((field->marks & mark) != 0)
            list = lfn_py_append(list, PyUnicode_FromString(name));
    return list;
}

static PyObject *choice_of(const lfn_field *field)
{
    const lfn_choice *choice = lfn_choice_get(field->choice);
    if (choice == NULL)
        return Py_NewRef(Py_None);
    PyObject *list = PyList_New(0);
    for (size_t i = 0; i < choice->word_count; i++)
        list = lfn_py_append(list, PyUnicode_FromString(choice->words[i]));
    return list;
}

static const char *schema_name(lfn_schema_id id)
{
    if (id == LFN_SCHEMA_PROVIDER)
        return "provider";
    const lfn_schema *schema = lfn_schema_get(id);
    return schema != NULL ? schema->name : NULL;
}

static PyObject *field_row(const lfn_field *field)
{
    return Py_BuildValue("{s:s,s:N,s:s,s:N,s:L,s:L,s:N,s:z,s:s,s:s}", "name", field->name, "snake",
                         snake_of(field->name), "type", lfn_type_name(field->type), "marks", marks_of(field), "least",
                         (long long)field->least, "most", (long long)field->most, "choice", choice_of(field), "of",
                         schema_name(field->of), "standard", field->standard, "summary", field->summary);
}

static PyObject *schema_row(const lfn_schema *schema)
{
    PyObject *fields = PyList_New(0);
    const lfn_field *field = NULL;
    for (size_t i = 0; (field = lfn_schema_at(schema, i)) != NULL; i++)
        fields = lfn_py_append(fields, field_row(field));
    return Py_BuildValue("{s:s,s:z,s:s,s:N}", "name", schema->name, "parent", schema_name(schema->parent), "summary",
                         schema->summary, "fields", fields);
}

static PyObject *schemas(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    PyObject *dict = PyDict_New();
    for (int id = 0; dict != NULL && id < LFN_SCHEMA_COUNT; id++) {
        const lfn_schema *schema = lfn_schema_get((lfn_schema_id)id);
        if (schema == NULL)
            continue;
        PyObject *row = schema_row(schema);
        if (row == NULL || PyDict_SetItemString(dict, schema->name, row) < 0)
            Py_CLEAR(dict);
        Py_XDECREF(row);
    }
    return dict;
}

/* ---- operations and providers ---- */

static PyObject *path_members(const lfn_operation *operation)
{
    PyObject *list = PyList_New(0);
    const lfn_field *field = NULL;
    for (size_t i = 0; (field = lfn_operation_path_field(operation, i)) != NULL; i++)
        list = lfn_py_append(list, snake_of(field->name));
    return list;
}

static PyObject *operation_row(const lfn_operation *operation)
{
    const lfn_group *group = operation->group;
    return Py_BuildValue(
        "{s:s,s:s,s:s,s:s,s:s,s:N,s:N,s:N,s:z,s:z,s:z,s:z,s:s,s:i,s:s,s:s,s:N,s:s,s:s}", "api", group->api->name,
        "group", group->name, "group_summary", group->summary, "name", operation->name, "method",
        lfn_method_name(operation->method), "path", PyUnicode_FromFormat("%s%s", group->prefix, operation->path),
        "per_provider", PyBool_FromLong(lfn_operation_per_provider(operation)), "path_members", path_members(operation),
        "query", schema_name(operation->query), "body", schema_name(operation->body), "mode",
        lfn_mode_name(operation->mode), "result", schema_name(operation->result), "form",
        lfn_form_name(operation->form), "success", operation->success, "repeat", lfn_repeat_name(operation->repeat),
        "access", lfn_access_name(operation->access), "scopes", words_of(operation->scopes), "summary",
        operation->summary, "source", operation->source);
}

static PyObject *operations(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    PyObject *list = PyList_New(0);
    for (int id = 0; id < LFN_OP_COUNT; id++)
        list = lfn_py_append(list, operation_row(lfn_operation_get((lfn_operation_id)id)));
    return list;
}

static PyObject *provider_row(const lfn_provider *provider)
{
    return Py_BuildValue("{s:s,s:s,s:s,s:s,s:z,s:s}", "name", provider->name, "segment", provider->segment, "attribute",
                         provider->attribute, "member", provider->member, "schema", schema_name(provider->schema),
                         "source", provider->source);
}

static PyObject *providers(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    PyObject *list = PyList_New(0);
    for (int id = 0; id < LFN_PROVIDER_COUNT; id++)
        list = lfn_py_append(list, provider_row(lfn_provider_get((lfn_provider_id)id)));
    return list;
}

/* Adds the value to the set and lets go of it, which may be NULL after a failure. The set goes with a failure. */
static PyObject *add(PyObject *set, PyObject *value)
{
    if (set == NULL || value == NULL || PySet_Add(set, value) < 0)
        Py_CLEAR(set);
    Py_XDECREF(value);
    return set;
}

PyObject *lfn_py_field_names(bool secret)
{
    PyObject *set = PySet_New(NULL);
    for (int id = 0; set != NULL && id < LFN_SCHEMA_COUNT; id++) {
        const lfn_schema *schema = lfn_schema_get((lfn_schema_id)id);
        const lfn_field *field = NULL;
        for (size_t i = 0; set != NULL && (field = lfn_schema_at(schema, i)) != NULL; i++) {
            if (((field->marks & LFN_SECRET) != 0) != secret)
                continue;
            set = add(set, PyUnicode_FromString(field->name));
            set = add(set, snake_of(field->name));
        }
    }
    return set;
}

static PyObject *secret_names(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    return lfn_py_field_names(true);
}

/* ---- statuses and problems ---- */

static PyObject *statuses(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    PyObject *list = PyList_New(0);
    for (int id = LFN_OK; id < LFN_STATUS_COUNT; id++) {
        const lfn_status_row *row = lfn_status_get((lfn_status)id);
        list = lfn_py_append(list, Py_BuildValue("{s:s,s:s,s:s,s:N,s:i,s:s}", "code", row->code, "python_class",
                                                 row->python_class, "builtin", row->builtin, "retryable",
                                                 PyBool_FromLong(row->retryable), "exit_code", row->exit_code, "hint",
                                                 row->hint));
    }
    return list;
}

static PyObject *problems(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    PyObject *list = PyList_New(0);
    for (int id = 0; id < LFN_PROBLEM_COUNT; id++) {
        const lfn_problem_row *row = lfn_problem_get((lfn_problem)id);
        list =
            lfn_py_append(list, Py_BuildValue("{s:i,s:s,s:s,s:s,s:s,s:s}", "http_status", row->http_status, "key",
                                              row->key, "type", row->type, "status", lfn_status_get(row->status)->code,
                                              "title", row->title, "message", row->message));
    }
    return list;
}

PyMethodDef lfn_py_table_methods[] = {
    {"operations", operations, METH_NOARGS,
     "operations()\n--\n\nThe operations as a list of dicts: api, group, group_summary, name, method, path,\n"
     "per_provider, path_members (snake_case), query, body, mode, result (names of schemas; \"provider\"\n"
     "for that of the provider), form, success, repeat, access, scopes, summary, source."},
    {"providers", providers, METH_NOARGS,
     "providers()\n--\n\nThe providers as a list of dicts: name, segment, attribute, member, schema, source."},
    {"schemas", schemas, METH_NOARGS,
     "schemas()\n--\n\nThe schemas by name: name, parent, summary, fields. A field, those of the parent first, is a\n"
     "dict: name (on the wire), snake, type, marks, least, most, choice (the words, or None), of (a\n"
     "schema, or None), standard, summary."},
    {"statuses", statuses, METH_NOARGS,
     "statuses()\n--\n\nWhat a call can come to, as a list of dicts: code, python_class, builtin, retryable,\n"
     "exit_code, hint."},
    {"secret_names", secret_names, METH_NOARGS,
     "secret_names()\n--\n\nThe names of the members that are secret in any schema, on the wire and in snake_case."},
    {"concealed", lfn_py_concealed_function, METH_VARARGS,
     "concealed(members, /, *more)\n--\n\nThe members, every text below one that is secret in the tables or named in\n"
     "`more` as Secret; the same dict when there is nothing to hide."},
    {"near", lfn_py_near_function, METH_VARARGS,
     "near(name, known, /)\n--\n\nThose of the known names that are near to one that is not known, for a message with "
     "a "
     "cure."},
    {"wait_rest", lfn_py_wait_rest, METH_O,
     "wait_rest(before, /)\n--\n\nHow many seconds a wait rests after a rest of so many, or after the first look: 0."},
    {"problems", problems, METH_NOARGS,
     "problems()\n--\n\nThe refusals that are known, as a list of dicts: http_status, key, type, status, "
     "title,\nmessage."},
    {NULL, NULL, 0, NULL},
};
