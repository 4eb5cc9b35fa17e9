/* One call of an operation, from what a program asked for to what it gets: on a blocking face at once, on the other one
 * by something to await. */
#include "client.h"

/* ---- its options ---- */

/* A word in the text of a program is the very object that is interned here. */
static bool is_word(PyObject *object, PyObject *word)
{
    return object == word || (PyUnicode_Check(object) && PyUnicode_Compare(object, word) == 0);
}

int lfn_py_values_read(lfn_py_state *state, PyObject *object, lfn_py_values *out_values)
{
    if (is_word(object, state->words[LFN_PY_WORD_BYTES]))
        *out_values = LFN_PY_BYTES;
    else if (is_word(object, state->words[LFN_PY_WORD_DICTS]))
        *out_values = LFN_PY_DICTS;
    else if (is_word(object, state->words[LFN_PY_WORD_OBJECTS]))
        *out_values = LFN_PY_OBJECTS;
    else {
        lfn_text name;
        if (lfn_py_text_needed(state, object, "values", &name) == 0)
            lfn_py_raise_input(state, "/values", "There are no values \"%.*s\": give objects, dicts or bytes.",
                               (int)(name.size < 60 ? name.size : 60), name.data);
        return -1;
    }
    return 0;
}

static int read_flag(PyObject *value, bool *out_flag)
{
    int given = PyObject_IsTrue(value);
    if (given < 0)
        return -1;
    *out_flag = given > 0;
    return 0;
}

static int read_strict(PyObject *value, lfn_py_ask *ask)
{
    bool strict = true;
    int done = read_flag(value, &strict);
    ask->lax = !strict;
    return done;
}

static int keep(PyObject *value, PyObject **out_kept)
{
    *out_kept = Py_NewRef(value);
    return 0;
}

/* Takes an option by its name, which is interned, so that its address tells it; None leaves an option as it is. 0 when
 * it is no option. -1 with an exception. */
static int take_option(lfn_py_state *state, lfn_py_ask *ask, PyObject *name, PyObject *value)
{
    int done = 0;
    if (name == state->words[LFN_PY_VALUES])
        done = value != Py_None ? lfn_py_values_read(state, value, &ask->values) : 0;
    else if (name == state->words[LFN_PY_STRICT])
        done = value != Py_None ? read_strict(value, ask) : 0;
    else if (name == state->words[LFN_PY_MISSING_OK])
        done = value != Py_None ? read_flag(value, &ask->missing_ok) : 0;
    else if (name == state->words[LFN_PY_TIMEOUT])
        done = value != Py_None ? keep(value, &ask->timeout) : 0;
    else if (name == state->words[LFN_PY_DEADLINE])
        done = value != Py_None ? keep(value, &ask->deadline) : 0;
    else
        return 0;
    return done == 0 ? 1 : -1;
}

int lfn_py_ask_take(lfn_py_state *state, lfn_py_ask *ask, PyObject *name, PyObject *value)
{
    if (!PyUnicode_Check(name))
        return lfn_py_refuse_type("the name of an argument", "str", name);
    PyObject *known = PyUnicode_FromObject(name); /* of a class derived from str a plain one: no other is interned */
    if (known == NULL)
        return -1;
    PyUnicode_InternInPlace(&known);
    int done = take_option(state, ask, known, value);
    if (done == 0)
        done = PyDict_SetItem(ask->arguments, known, value);
    Py_DECREF(known);
    if (done < 0 || !ask->missing_ok || ask->operation->method == LFN_DELETE)
        return done < 0 ? -1 : 0;
    const char *group = ask->provider != NULL ? ask->provider->attribute : ask->operation->group->name;
    PyErr_Format(PyExc_TypeError, "%s.%s() takes no missing_ok: it deletes nothing", group, ask->operation->name);
    return -1;
}

PyObject *lfn_py_ask_known(const lfn_py_ask *ask, PyObject *path_members)
{
    PyObject *known = PyDict_New();
    for (Py_ssize_t i = 0; known != NULL && i < PyTuple_Size(path_members); i++) {
        PyObject *name = PyTuple_GetItem(path_members, i);
        PyObject *value = PyDict_GetItemWithError(ask->arguments, name);
        if (value == NULL && !PyErr_Occurred()) {
            PyObject *wire_name = PyUnicode_FromString(lfn_operation_path_field(ask->operation, (size_t)i)->name);
            value = wire_name != NULL ? PyDict_GetItemWithError(ask->arguments, wire_name) : NULL;
            Py_XDECREF(wire_name);
        }
        if (PyErr_Occurred() || (value != NULL && PyDict_SetItem(known, name, value) < 0))
            Py_CLEAR(known);
    }
    return known;
}

void lfn_py_ask_clear(lfn_py_ask *ask)
{
    Py_CLEAR(ask->arguments);
    Py_CLEAR(ask->timeout);
    Py_CLEAR(ask->deadline);
    Py_CLEAR(ask->make);
    Py_CLEAR(ask->known);
}

int lfn_py_ask_traverse(const lfn_py_ask *ask, visitproc visit, void *arg)
{
    Py_VISIT(ask->arguments);
    Py_VISIT(ask->timeout);
    Py_VISIT(ask->deadline);
    Py_VISIT(ask->make);
    Py_VISIT(ask->known);
    return 0;
}

/* ---- what is sent, and what comes of it ---- */

int lfn_py_ask_read(lfn_py_state *state, const lfn_py_ask *ask, lfn_py_sending *out_sending)
{
    *out_sending = (lfn_py_sending){.call = {.operation = ask->operation, .provider = ask->provider, .lax = ask->lax},
                                    .bare = true,
                                    .values = ask->values};
    lfn_call *call = &out_sending->call;
    lfn_py_arguments *arguments = &out_sending->arguments;
    if (lfn_py_milliseconds(state, ask->timeout, "timeout", &call->timeout_ms) < 0 ||
        lfn_py_milliseconds(state, ask->deadline, "deadline", &call->deadline_ms) < 0 ||
        lfn_py_arguments_read(state, ask->operation, ask->provider, ask->arguments, !ask->lax, arguments) < 0)
        return -1;
    call->arguments = arguments->list;
    call->argument_count = arguments->count;
    call->body = arguments->has_body ? lfn_buffer_text(&arguments->body) : lfn_text_make(NULL, 0);
    call->unread = lfn_py_unread(ask->operation, ask->values);
    return 0;
}

PyObject *lfn_py_ask_outcome(lfn_py_state *state, const lfn_py_ask *ask, PyObject *values)
{
    if (values == NULL && ask->missing_ok && PyErr_ExceptionMatches(state->errors[LFN_NOT_FOUND])) {
        PyErr_Clear();
        return Py_NewRef(Py_None);
    }
    if (values == NULL || ask->make == NULL)
        return values;
    PyObject *made = PyObject_CallFunctionObjArgs(ask->make, values, ask->known, NULL);
    Py_DECREF(values);
    return made;
}

static PyObject *wait_for(lfn_py_state *state, PyObject *client, const lfn_py_ask *ask)
{
    lfn_py_sending sending;
    PyObject *values = NULL;
    int done = lfn_py_ask_read(state, ask, &sending);
    if (done == 0)
        values = lfn_py_client_send((lfn_py_client *)client, lfn_py_do_call, &sending);
    lfn_py_arguments_free(&sending.arguments);
    return done == 0 ? lfn_py_ask_outcome(state, ask, values) : NULL;
}

PyObject *lfn_py_ask_perform(lfn_py_state *state, PyObject *api, lfn_py_ask *ask)
{
    PyObject *outcome = NULL;
    const lfn_py_face *face = (lfn_py_face *)api;
    if (face->client == NULL || !Py_IS_TYPE(face->client, state->client_type))
        PyErr_SetString(PyExc_TypeError, "the client was not opened");
    else if (face->awaits)
        outcome = lfn_py_pending_new(state, api, ask);
    else {
        PyObject *client = Py_NewRef(face->client); /* another thread may take it out of its face meanwhile */
        outcome = wait_for(state, client, ask);
        Py_DECREF(client);
    }
    lfn_py_ask_clear(ask);
    return outcome;
}
