/* Secrets among arguments become Secret before Python code of the package sees them: a traceback shows the frames of
 * that code, and with them what their variables hold. */
#include "client.h"

/* The members that are secret somewhere in the tables, and those that are open somewhere, by both of their names. */
static int make_names(lfn_py_state *state)
{
    if (state->secret_names == NULL)
        state->secret_names = lfn_py_field_names(true);
    if (state->secret_names != NULL && state->open_names == NULL)
        state->open_names = lfn_py_field_names(false);
    return state->open_names != NULL ? 0 : -1;
}

/* Whether a name is near to that of a secret, which it may be, mistyped. -1 on an error. */
static int is_near_secret(lfn_py_state *state, PyObject *name)
{
    lfn_text given;
    lfn_text known;
    int found = PyUnicode_Check(name) ? lfn_py_text(state, name, "a name", &given) : 1;
    if (found != 0)
        return found < 0 ? -1 : 0;
    PyObject *names = PyObject_GetIter(state->secret_names);
    PyObject *secret = NULL;
    while (found == 0 && names != NULL && (secret = PyIter_Next(names)) != NULL) {
        found = lfn_py_text(state, secret, "a name", &known) < 0 ? -1 : lfn_name_near(given, known);
        Py_DECREF(secret);
    }
    Py_XDECREF(names);
    return PyErr_Occurred() ? -1 : found;
}

/* Whether a member of this name is secret: in the tables, in the tuple `more`, which may be NULL, or by its likeness
 * where the tables do not know it. -1 on an error. */
static int is_secret(lfn_py_state *state, PyObject *name, PyObject *more)
{
    int found = make_names(state) == 0 ? PySet_Contains(state->secret_names, name) : -1;
    if (found == 0 && more != NULL)
        found = PySequence_Contains(more, name);
    if (found != 0)
        return found;
    int open = PySet_Contains(state->open_names, name);
    return open == 0 ? is_near_secret(state, name) : open < 0 ? -1 : 0;
}

/* Texts are the one plain kind that can be a secret; a container may hold one. */
static bool is_plain(PyObject *value)
{
    return value == Py_None || PyUnicode_Check(value) || PyLong_Check(value) || PyFloat_Check(value);
}

static PyObject *hidden(lfn_py_state *state, PyObject *value, bool secret, PyObject *more);

static PyObject *hidden_members(lfn_py_state *state, PyObject *members, bool secret, PyObject *more)
{
    PyObject *made = PyDict_New();
    PyObject *items = made != NULL ? PyDict_Items(members) : NULL;
    int done = items != NULL ? 0 : -1;
    for (Py_ssize_t i = 0; done == 0 && i < PyList_Size(items); i++) {
        PyObject *name = PyTuple_GetItem(PyList_GetItem(items, i), 0);
        int below = secret ? 1 : is_secret(state, name, more);
        PyObject *value = NULL;
        if (below >= 0)
            value = hidden(state, PyTuple_GetItem(PyList_GetItem(items, i), 1), below > 0, more);
        done = value != NULL ? PyDict_SetItem(made, name, value) : -1;
        Py_XDECREF(value);
    }
    Py_XDECREF(items);
    if (done < 0)
        Py_CLEAR(made);
    return made;
}

static PyObject *hidden_entries(lfn_py_state *state, PyObject *entries, bool secret, PyObject *more)
{
    PyObject *list = PyList_New(0);
    for (Py_ssize_t i = 0; list != NULL && i < PySequence_Size(entries); i++) {
        PyObject *entry = PySequence_GetItem(entries, i);
        list = lfn_py_append(list, entry != NULL ? hidden(state, entry, secret, more) : NULL);
        Py_XDECREF(entry);
    }
    if (list == NULL || !PyTuple_Check(entries))
        return list;
    PyObject *tuple = PyList_AsTuple(list);
    Py_DECREF(list);
    return tuple;
}

static PyObject *hidden_text(lfn_py_state *state, PyObject *value)
{
    lfn_text text;
    return lfn_py_text(state, value, "a secret", &text) == 0 ? lfn_py_secret_new(state, text) : NULL;
}

/* The value, every secret text below it as Secret. */
static PyObject *hidden(lfn_py_state *state, PyObject *value, bool secret, PyObject *more)
{
    if (PyUnicode_Check(value))
        return secret ? hidden_text(state, value) : Py_NewRef(value);
    if (is_plain(value) || !(PyDict_Check(value) || PyList_Check(value) || PyTuple_Check(value)))
        return Py_NewRef(value);
    /* This also ends a value that holds itself. */
    if (Py_EnterRecursiveCall(" in the arguments of a call") != 0)
        return NULL;
    PyObject *made =
        PyDict_Check(value) ? hidden_members(state, value, secret, more) : hidden_entries(state, value, secret, more);
    Py_LeaveRecursiveCall();
    return made;
}

/* Whether nothing is to be hidden, as in most calls; -1 on an error. */
static int is_clean(lfn_py_state *state, PyObject *members, PyObject *more)
{
    Py_ssize_t position = 0;
    PyObject *name = NULL;
    PyObject *value = NULL;
    while (PyDict_Next(members, &position, &name, &value)) {
        int secret = is_plain(value) ? is_secret(state, name, more) : 1;
        if (secret != 0)
            return secret < 0 ? -1 : 0;
    }
    return 1;
}

PyObject *lfn_py_concealed(lfn_py_state *state, PyObject *members, PyObject *more)
{
    int clean = is_clean(state, members, more);
    if (clean < 0)
        return NULL;
    return clean > 0 ? Py_NewRef(members) : hidden_members(state, members, false, more);
}

PyObject *lfn_py_concealed_function(PyObject *module, PyObject *args)
{
    PyObject *members = PyTuple_Size(args) > 0 ? PyTuple_GetItem(args, 0) : NULL;
    if (members == NULL || !PyDict_Check(members)) {
        PyErr_SetString(PyExc_TypeError, "concealed() takes a dict, and names");
        return NULL;
    }
    PyObject *more = PyTuple_Size(args) > 1 ? PyTuple_GetSlice(args, 1, PyTuple_Size(args)) : NULL;
    PyObject *made = PyErr_Occurred() ? NULL : lfn_py_concealed(PyModule_GetState(module), members, more);
    Py_XDECREF(more);
    return made;
}
