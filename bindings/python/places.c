/* What the name of an argument means to an operation: a member of its path, its query or its body; and what is said of
 * a name that means nothing. */
#include "state.h"

/* Bytes of the names that a message lists at most. */
#define LISTED_MAX 300

/* ---- finding ---- */

static bool is_named(const lfn_field *field, lfn_text name)
{
    char snake[64];
    lfn_text wire_name = lfn_text_of(field->name);
    if (wire_name.size == name.size && memcmp(wire_name.data, name.data, name.size) == 0)
        return true;
    return lfn_name_snake(wire_name, snake, sizeof snake) && strlen(snake) == name.size &&
           memcmp(snake, name.data, name.size) == 0;
}

static const lfn_field *path_field(const lfn_operation *operation, lfn_text name)
{
    const lfn_field *field = NULL;
    for (size_t i = 0; (field = lfn_operation_path_field(operation, i)) != NULL; i++)
        if (is_named(field, name))
            return field;
    return NULL;
}

/* What it means, looked up in the rows. */
static lfn_py_place look_up(const lfn_operation *operation, const lfn_provider *provider, lfn_text name)
{
    lfn_py_place place = {.operation = operation, .provider = provider, .text = name, .kind = LFN_PY_IN_PATH};
    place.field = path_field(operation, name);
    if (place.field != NULL)
        return place;
    place.kind = LFN_PY_IN_QUERY;
    place.field = lfn_schema_find_any(lfn_operation_query(operation), name);
    if (place.field != NULL)
        return place;
    place.field = lfn_schema_find_any(lfn_operation_body(operation, provider), name);
    place.kind = place.field != NULL ? LFN_PY_IN_BODY : LFN_PY_NOWHERE;
    return place;
}

/* Programs give the same arguments again and again, under the same str. */
static lfn_py_place *kept_at(lfn_py_state *state, const lfn_operation *operation, PyObject *name)
{
    return &state->places[(((uintptr_t)name >> 4) ^ ((uintptr_t)operation >> 3)) % LFN_PY_PLACES];
}

int lfn_py_place_find(lfn_py_state *state, const lfn_operation *operation, const lfn_provider *provider, PyObject *name,
                      lfn_py_place *out_place)
{
    lfn_text text;
    lfn_py_place *kept = kept_at(state, operation, name);
    if (kept->name == name && kept->operation == operation && kept->provider == provider) {
        *out_place = *kept;
        return 0;
    }
    if (lfn_py_text(state, name, "the name of an argument", &text) < 0)
        return -1;
    *out_place = look_up(operation, provider, text);
    if (out_place->kind == LFN_PY_NOWHERE)
        return 0;
    PyObject *before = kept->name;
    *kept = *out_place;
    kept->name = Py_NewRef(name);
    Py_XDECREF(before);
    return 0;
}

/* ---- refusing ---- */

static int append_name(PyObject *list, const lfn_field *field)
{
    char snake[64];
    if (!lfn_name_snake(lfn_text_of(field->name), snake, sizeof snake))
        return 0;
    PyObject *name = PyUnicode_FromString(snake);
    int done = name != NULL ? PyList_Append(list, name) : -1;
    Py_XDECREF(name);
    return done;
}

/* The arguments of an operation, the options of every call behind them. */
static PyObject *known_names(lfn_py_state *state, const lfn_operation *operation, const lfn_provider *provider)
{
    static const lfn_py_word options[] = {LFN_PY_TIMEOUT, LFN_PY_DEADLINE, LFN_PY_STRICT};

    PyObject *list = PyList_New(0);
    const lfn_schema *query = lfn_operation_query(operation);
    const lfn_schema *body = lfn_operation_body(operation, provider);
    const lfn_field *field = NULL;
    int done = list != NULL ? 0 : -1;
    for (size_t i = 0; done == 0 && (field = lfn_operation_path_field(operation, i)) != NULL; i++)
        done = append_name(list, field);
    for (size_t i = 0; done == 0 && (field = lfn_schema_at(query, i)) != NULL; i++)
        done = append_name(list, field);
    for (size_t i = 0; done == 0 && (field = lfn_schema_at(body, i)) != NULL; i++)
        if (lfn_field_taken(field, operation->mode))
            done = append_name(list, field);
    for (size_t i = 0; done == 0 && i < sizeof options / sizeof *options; i++)
        done = PyList_Append(list, state->words[options[i]]);
    if (done < 0)
        Py_CLEAR(list);
    return list;
}

/* Those of the names that are near to one that is given. */
static PyObject *near_names(lfn_py_state *state, lfn_text given, PyObject *known)
{
    PyObject *near = PyList_New(0);
    for (Py_ssize_t i = 0; near != NULL && i < PyList_Size(known); i++) {
        PyObject *name = PyList_GetItem(known, i);
        lfn_text text;
        if (lfn_py_text(state, name, "a name", &text) < 0 ||
            (lfn_name_near(given, text) && PyList_Append(near, name) < 0))
            Py_CLEAR(near);
    }
    return near;
}

PyObject *lfn_py_near_function(PyObject *module, PyObject *args)
{
    lfn_py_state *state = PyModule_GetState(module);
    PyObject *name = NULL;
    PyObject *names = NULL;
    lfn_text given;
    if (!PyArg_ParseTuple(args, "OO:near", &name, &names) || lfn_py_text_needed(state, name, "name", &given) < 0)
        return NULL;
    PyObject *known = PySequence_List(names);
    PyObject *near = known != NULL ? near_names(state, given, known) : NULL;
    Py_XDECREF(known);
    return near;
}

static PyObject *joined(PyObject *names)
{
    PyObject *comma = PyUnicode_FromString(", ");
    PyObject *text = comma != NULL ? PyUnicode_Join(comma, names) : NULL;
    Py_XDECREF(comma);
    return text;
}

/* How much of a list of names a message shows: whole ones. */
static size_t shown_size(lfn_text listed)
{
    size_t size = listed.size;
    for (size_t i = 0; size > LISTED_MAX && i <= LISTED_MAX; i++)
        if (listed.data[LISTED_MAX - i] == ',')
            size = LISTED_MAX - i;
    return size;
}

PyObject *lfn_py_raise_unknown(lfn_py_state *state, const char *what, const char *where, PyObject *name,
                               PyObject *known)
{
    lfn_text given, listed;
    if (lfn_py_text(state, name, what, &given) < 0)
        return NULL;
    PyObject *near = near_names(state, given, known);
    bool is_near = near != NULL && PyList_Size(near) > 0;
    PyObject *names = near != NULL ? joined(is_near ? near : known) : NULL;
    if (names != NULL && lfn_py_text(state, names, what, &listed) == 0) {
        const char *lead = is_near ? "; near to it: " : listed.size > 0 ? "; there are: " : "; there are none";
        size_t shown = shown_size(listed);
        lfn_py_raise_input(state, where, "There is no %s named %.60s%s%.*s%s.", what, given.data, lead, (int)shown,
                           listed.data, shown < listed.size ? " and others" : "");
    }
    Py_XDECREF(near);
    Py_XDECREF(names);
    return NULL;
}

void lfn_py_place_refuse(lfn_py_state *state, const lfn_operation *operation, const lfn_provider *provider,
                         const char *where, PyObject *name)
{
    PyObject *known = known_names(state, operation, provider);
    if (known != NULL)
        lfn_py_raise_unknown(state, "argument", where, name, known);
    Py_XDECREF(known);
}
