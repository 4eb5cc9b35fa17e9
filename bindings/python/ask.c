/* One call of an operation, from what a program asked for to what it gets: on a blocking face at once, on the other one
 * by something to await. */
#include "client.h"

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
    Py_VISIT(ask->make);
    Py_VISIT(ask->known);
    return 0;
}

int lfn_py_ask_read(lfn_py_state *state, const lfn_py_ask *ask, lfn_py_sending *out_sending)
{
    *out_sending = (lfn_py_sending){.call = {.operation = ask->operation, .provider = ask->provider, .lax = ask->lax},
                                    .bare = true};
    lfn_call *call = &out_sending->call;
    lfn_py_arguments *arguments = &out_sending->arguments;
    if (lfn_py_milliseconds(state, ask->timeout, "timeout", &call->timeout_ms) < 0 ||
        lfn_py_milliseconds(state, ask->deadline, "deadline", &call->deadline_ms) < 0 ||
        lfn_py_arguments_read(state, ask->operation, ask->provider, ask->arguments, !ask->lax, arguments) < 0)
        return -1;
    call->arguments = arguments->list;
    call->argument_count = arguments->count;
    call->body = arguments->has_body ? lfn_buffer_text(&arguments->body) : lfn_text_make(NULL, 0);
    call->unread = lfn_py_judges(ask->operation);
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

/* The face makes something to await of the call, which begins when it is awaited. */
static PyObject *await_for(lfn_py_state *state, PyObject *awaited, lfn_py_ask *ask)
{
    PyObject *pending = lfn_py_pending_new(state, ask);
    PyObject *outcome = pending != NULL ? PyObject_CallFunctionObjArgs(awaited, pending, NULL) : NULL;
    Py_XDECREF(pending);
    return outcome;
}

PyObject *lfn_py_ask_perform(lfn_py_state *state, PyObject *api, lfn_py_ask *ask)
{
    PyObject *outcome = NULL;
    PyObject *client = PyObject_GetAttr(api, state->words[LFN_PY_CLIENT]);
    PyObject *awaited = client != NULL ? PyObject_GetAttr(api, state->words[LFN_PY_AWAITED]) : NULL;
    if (awaited == NULL)
        goto done;
    if (!Py_IS_TYPE(client, state->client_type))
        PyErr_SetString(PyExc_TypeError, "the client was not opened");
    else if (awaited == Py_None)
        outcome = wait_for(state, client, ask);
    else
        outcome = await_for(state, awaited, ask);
done:
    lfn_py_ask_clear(ask);
    Py_XDECREF(client);
    Py_XDECREF(awaited);
    return outcome;
}
