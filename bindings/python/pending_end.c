/* How a Pending ends: the list of what is under way, the outcome, and the task that is resumed with it. */
#include "pending.h"

/* ---- the set that it is under way in ---- */

void lfn_py_pending_link(lfn_py_pending *self, lfn_py_pending **first)
{
    Py_INCREF((PyObject *)self);
    self->next = *first;
    self->link = first;
    if (self->next != NULL)
        self->next->link = &self->next;
    *first = self;
}

void lfn_py_pending_unlink(lfn_py_pending *self)
{
    *self->link = self->next;
    if (self->next != NULL)
        self->next->link = self->link;
    self->link = NULL;
    self->next = NULL;
}

void lfn_py_pending_move(lfn_py_pending *self, lfn_py_pending **first)
{
    lfn_py_pending_unlink(self);
    lfn_py_pending_link(self, first);
    Py_DECREF((PyObject *)self); /* what the list owned that it was in */
}

/* ---- the end ---- */

void lfn_py_pending_land(lfn_py_pending *self, PyObject *value)
{
    self->value = value;
    self->error = value == NULL ? lfn_py_take_raised() : NULL;
    self->done = true;
}

static void fail(lfn_py_pending *self, PyObject *error)
{
    self->error = Py_NewRef(error);
    self->done = true;
}

/* The value as its caller wants it: an object where there is a maker. */
static void finish(lfn_py_state *state, lfn_py_pending *self)
{
    if (self->error != NULL)
        lfn_py_put_raised(self->error);
    self->error = NULL;
    PyObject *values = self->value;
    self->value = NULL;
    lfn_py_pending_land(self, lfn_py_ask_outcome(state, &self->ask, values));
    lfn_py_ask_clear(&self->ask);
}

/* Resumes the task at once; the loop must not be in the middle of one. The task asks the future that it is called with
 * only whether to go on, and then asks this object for the outcome: one future that is done serves all, and asking one
 * of asyncio's own is far cheaper. -1 with what came out of the task. */
static int run_now(lfn_py_state *state, PyObject *ready, PyObject *callback, PyObject *context)
{
    PyObject *run = state->words[LFN_PY_RUN];
    PyObject *done = context != NULL ? PyObject_CallMethodObjArgs(context, run, callback, ready, NULL)
                                     : PyObject_CallFunctionObjArgs(callback, ready, NULL);
    Py_XDECREF(done);
    return done != NULL ? 0 : -1;
}

/* Has the loop run the callback in its next turn. */
static int run_soon(lfn_py_pending *self, PyObject *callback, PyObject *context)
{
    PyObject *call_soon = PyObject_GetAttrString(self->loop, "call_soon");
    PyObject *values = call_soon != NULL ? PyTuple_Pack(2, callback, (PyObject *)self) : NULL;
    PyObject *options = values != NULL ? PyDict_New() : NULL;
    PyObject *handle = NULL;
    if (options != NULL && (context == NULL || PyDict_SetItemString(options, "context", context) == 0))
        handle = PyObject_Call(call_soon, values, options);
    Py_XDECREF(call_soon);
    Py_XDECREF(values);
    Py_XDECREF(options);
    Py_XDECREF(handle);
    return handle != NULL ? 0 : -1;
}

int lfn_py_pending_tell(lfn_py_pending *self, PyObject *ready)
{
    lfn_py_state *state = lfn_py_state_of((PyObject *)self);
    PyObject *callback = self->callback;
    PyObject *context = self->context;
    self->callback = NULL;
    self->context = NULL;
    int done = 0;
    if (callback != NULL)
        done = ready != NULL ? run_now(state, ready, callback, context) : run_soon(self, callback, context);
    Py_XDECREF(callback);
    Py_XDECREF(context);
    return done;
}

int lfn_py_pending_wake(lfn_py_state *state, PyObject *ready, lfn_py_pending *const woken[], size_t count)
{
    PyObject *raised = NULL;
    for (size_t i = 0; i < count; i++) {
        finish(state, woken[i]);
        if (raised == NULL) {
            if (lfn_py_pending_tell(woken[i], ready) < 0)
                raised = lfn_py_take_raised();
        } else if (lfn_py_pending_tell(woken[i], NULL) < 0) {
            /* An interrupt came out of a task: it goes on its way, and the others run in the next turn. */
            PyErr_WriteUnraisable((PyObject *)woken[i]);
        }
        Py_DECREF((PyObject *)woken[i]);
    }
    lfn_py_put_raised(raised);
    return raised == NULL ? 0 : -1;
}

int lfn_py_pending_fail(lfn_py_pending **first, PyObject *error)
{
    PyObject *raised = NULL; /* by a loop that cannot be told: the first of what may be the same for each of them */
    while (*first != NULL) {
        lfn_py_pending *self = *first;
        lfn_py_pending_unlink(self);
        fail(self, error);
        lfn_py_ask_clear(&self->ask);
        if (lfn_py_pending_tell(self, NULL) < 0 && raised == NULL)
            raised = lfn_py_take_raised();
        PyErr_Clear();
        Py_DECREF((PyObject *)self);
    }
    lfn_py_put_raised(raised);
    return raised == NULL ? 0 : -1;
}

void lfn_py_pending_drop(lfn_py_pending **first)
{
    while (*first != NULL) {
        lfn_py_pending *self = *first;
        lfn_py_pending_unlink(self);
        Py_DECREF((PyObject *)self);
    }
}
