/* Letting go of the interpreter lock around calls of the library, taking it back in callbacks, and the doors that keep
 * the C part of an object alive while calls are inside it. */
#include "state.h"

/* The innermost stay of this thread. Callbacks come on the thread that made the call, so that this also works in an
 * interpreter that is not the main one, which PyGILState_Ensure does not. */
static _Thread_local lfn_py_stay *innermost;

void lfn_py_leave(lfn_py_stay *stay, const void *handle, const void *other)
{
    stay->held = false;
    stay->handles[0] = handle;
    stay->handles[1] = other;
    stay->raised = NULL;
    stay->ends = false;
    stay->goes_on = false;
    stay->checked_ms = 0;
    stay->outer = innermost;
    innermost = stay;
    stay->thread = PyEval_SaveThread();
}

void lfn_py_return(lfn_py_stay *stay)
{
    PyEval_RestoreThread(stay->thread);
    innermost = stay->outer;
}

bool lfn_py_take(void)
{
    if (innermost == NULL || innermost->held)
        return false;
    PyEval_RestoreThread(innermost->thread);
    innermost->held = true;
    return true;
}

void lfn_py_give(bool taken)
{
    if (!taken)
        return;
    innermost->held = false;
    innermost->thread = PyEval_SaveThread();
}

/* KeyboardInterrupt and its like are no Exception: they end a call whatever else happens in it. */
static bool is_interrupt(PyObject *exception)
{
    return exception != NULL && !PyObject_TypeCheck(exception, (PyTypeObject *)PyExc_Exception);
}

PyObject *lfn_py_take_raised(void)
{
    PyObject *type = NULL;
    PyObject *value = NULL;
    PyObject *traceback = NULL;
    PyErr_Fetch(&type, &value, &traceback);
    if (type != NULL)
        PyErr_NormalizeException(&type, &value, &traceback);
    if (traceback != NULL)
        PyException_SetTraceback(value, traceback);
    Py_XDECREF(type);
    Py_XDECREF(traceback);
    return value;
}

void lfn_py_put_raised(PyObject *raised)
{
    if (raised == NULL)
        return;
    PyErr_SetObject((PyObject *)Py_TYPE(raised), raised);
    Py_DECREF(raised);
}

void lfn_py_forget_raised(void)
{
    if (innermost != NULL && !innermost->ends)
        Py_CLEAR(innermost->raised);
}

void lfn_py_keep_raised(PyObject *culprit)
{
    if (innermost == NULL || !innermost->held) {
        PyErr_WriteUnraisable(culprit);
        return;
    }
    PyObject *raised = lfn_py_take_raised();
    if (innermost->ends) {
        Py_XDECREF(raised);
        return;
    }
    Py_XDECREF(innermost->raised);
    innermost->raised = raised;
    innermost->ends = is_interrupt(raised);
}

bool lfn_py_interrupted(int64_t now_ms)
{
    enum { SPAN_MS = 20 };
    lfn_py_stay *stay = innermost;
    if (stay == NULL || stay->ends)
        return stay != NULL && !stay->goes_on;
    if (stay->checked_ms == 0)
        stay->checked_ms = now_ms;
    if (now_ms - stay->checked_ms < SPAN_MS || !lfn_py_take())
        return false;
    stay->checked_ms = now_ms;
    if (PyErr_CheckSignals() < 0) {
        lfn_py_keep_raised(NULL);
        stay->ends = true;
    }
    lfn_py_give(true);
    return stay->ends && !stay->goes_on;
}

void lfn_py_callback_failed(PyObject *culprit)
{
    if (PyErr_ExceptionMatches(PyExc_Exception))
        PyErr_WriteUnraisable(culprit);
    else
        lfn_py_keep_raised(culprit);
}

int lfn_py_end(lfn_py_stay *stay)
{
    PyObject *raised = stay->raised;
    stay->raised = NULL;
    if (!stay->ends || raised == NULL) {
        Py_XDECREF(raised);
        return PyErr_CheckSignals();
    }
    lfn_py_put_raised(raised);
    return -1;
}

static bool is_inside(const void *handle)
{
    for (const lfn_py_stay *stay = innermost; stay != NULL; stay = stay->outer)
        if (stay->handles[0] == handle || stay->handles[1] == handle)
            return true;
    return false;
}

int lfn_py_enter(lfn_py_state *state, lfn_py_door *door, const void *handle, const char *what)
{
    if (door->closed) {
        lfn_error error;
        lfn_error_set(&error, LFN_CLOSED, "The %s is closed.", what);
        lfn_py_raise(state, &error);
        return -1;
    }
    /* The outer call is in the middle of what it does. */
    if (is_inside(handle)) {
        PyErr_Format(PyExc_RuntimeError,
                     "a %s cannot be used from inside a function that it calls (transport, on_event, log, clock), nor "
                     "by the handler of a signal that came while it was in use",
                     what);
        return -1;
    }
    door->inside++;
    return 0;
}

bool lfn_py_exit(lfn_py_door *door)
{
    door->inside--;
    return door->closed && door->inside == 0;
}
