/* Pending: a call of an asynchronous client. Until it is begun it is a coroutine, which can be awaited or made a task
 * of; then it is the future that the task waits for. What ends in one poll resumes its tasks within the same turn of
 * the loop, in place of a turn for each. */
#include "pending.h"

PyObject *lfn_py_pending_new(lfn_py_state *state, PyObject *api, lfn_py_ask *ask)
{
    lfn_py_pending *self = (lfn_py_pending *)lfn_py_instance_new(state->pending_type);
    if (self == NULL)
        return NULL;
    self->api = Py_NewRef(api);
    self->ask = *ask;
    *ask = (lfn_py_ask){.lax = false};
    return (PyObject *)self;
}

/* ---- the beginning ---- */

/* A new reference to the event loop that runs in this thread. */
static PyObject *running_loop(lfn_py_state *state)
{
    if (state->running_loop == NULL) {
        PyObject *module = PyImport_ImportModule("asyncio");
        state->running_loop = module != NULL ? PyObject_GetAttrString(module, "get_running_loop") : NULL;
        Py_XDECREF(module);
    }
    return state->running_loop != NULL ? PyObject_CallNoArgs(state->running_loop) : NULL;
}

/* A new reference to the Calls of the client on this loop; the client makes it when the one that it has is not. */
static PyObject *calls_on(lfn_py_state *state, PyObject *api, const PyObject *loop)
{
    PyObject *calls = ((lfn_py_face *)api)->calls;
    if (calls != NULL && Py_IS_TYPE(calls, state->calls_type) && lfn_py_calls_loop(calls) == loop)
        return Py_NewRef(calls);
    calls = PyObject_CallMethod(api, "_calls_here", NULL);
    if (calls == NULL || Py_IS_TYPE(calls, state->calls_type))
        return calls;
    Py_DECREF(calls);
    PyErr_SetString(PyExc_TypeError, "the calls of a client are a Calls");
    return NULL;
}

static int begin(lfn_py_pending *self)
{
    lfn_py_state *state = lfn_py_state_of((PyObject *)self);
    self->ended = true; /* reading its arguments may run code, which may await it, too */
    PyObject *loop = running_loop(state);
    PyObject *calls = loop != NULL ? calls_on(state, self->api, loop) : NULL;
    int done = calls != NULL ? lfn_py_calls_begin(state, calls, self) : -1;
    self->ended = done < 0;
    Py_XDECREF(loop);
    Py_XDECREF(calls);
    return done;
}

/* ---- what a task asks of a future ---- */

static PyObject *raise_cancelled(lfn_py_pending *self)
{
    PyObject *module = PyImport_ImportModule("asyncio");
    PyObject *kind = module != NULL ? PyObject_GetAttrString(module, "CancelledError") : NULL;
    Py_XDECREF(module);
    if (kind == NULL)
        return NULL;
    PyObject *error = self->message != NULL ? PyObject_CallFunctionObjArgs(kind, self->message, NULL)
                                            : PyObject_CallFunctionObjArgs(kind, NULL);
    if (error != NULL)
        PyErr_SetObject(kind, error);
    Py_XDECREF(error);
    Py_DECREF(kind);
    return NULL;
}

static PyObject *pending_result(PyObject *object, PyObject *unused)
{
    (void)unused;
    lfn_py_pending *self = (lfn_py_pending *)object;
    if (self->cancelled)
        return raise_cancelled(self);
    if (!self->done) {
        PyErr_SetString(PyExc_RuntimeError, "the call is under way");
        return NULL;
    }
    if (self->value != NULL)
        return Py_NewRef(self->value);
    lfn_py_put_raised(Py_XNewRef(self->error));
    return NULL;
}

/* Begins, and returns the outcome, or itself while there is none: then the task waits for it. */
static PySendResult pending_send(PyObject *object, PyObject *value, PyObject **out_result)
{
    (void)value;
    lfn_py_pending *self = (lfn_py_pending *)object;
    if (self->ended || self->callback != NULL) { /* or another task waits for it */
        PyErr_SetString(PyExc_RuntimeError, "a call is awaited once");
        return PYGEN_ERROR;
    }
    if (self->calls == NULL && !self->done && !self->cancelled && begin(self) < 0)
        return PYGEN_ERROR;
    if (!self->done && !self->cancelled) {
        self->blocking = true;
        *out_result = Py_NewRef(object);
        return PYGEN_NEXT;
    }
    *out_result = pending_result(object, NULL);
    self->ended = true;
    return *out_result != NULL ? PYGEN_RETURN : PYGEN_ERROR;
}

static PyObject *pending_next(PyObject *object)
{
    PyObject *result = NULL;
    if (pending_send(object, Py_None, &result) != PYGEN_RETURN)
        return result;
    PyObject *stop = PyObject_CallFunctionObjArgs(PyExc_StopIteration, result, NULL);
    Py_DECREF(result);
    if (stop != NULL)
        PyErr_SetObject(PyExc_StopIteration, stop);
    Py_XDECREF(stop);
    return NULL;
}

static PyObject *pending_step(PyObject *object, PyObject *unused)
{
    (void)unused;
    return pending_next(object);
}

static PyObject *pending_get_loop(PyObject *object, PyObject *unused)
{
    (void)unused;
    PyObject *loop = ((lfn_py_pending *)object)->loop;
    return Py_NewRef(loop != NULL ? loop : Py_None);
}

static PyObject *pending_add_done_callback(PyObject *object, PyObject *const *values, Py_ssize_t count, PyObject *names)
{
    lfn_py_pending *self = (lfn_py_pending *)object;
    bool begun = self->loop != NULL;
    if (!begun || count != 1 || (names != NULL && PyTuple_Size(names) > 1) || self->callback != NULL) {
        PyErr_SetString(PyExc_RuntimeError, "a call is awaited once, by a task");
        return NULL;
    }
    self->callback = Py_NewRef(values[0]);
    self->context = names != NULL && PyTuple_Size(names) == 1 && values[1] != Py_None ? Py_NewRef(values[1]) : NULL;
    if ((self->done || self->cancelled) && lfn_py_pending_tell(self, NULL) < 0)
        return NULL;
    return Py_NewRef(Py_None);
}

/* Its set gives it up at once, or behind the poll that is in the middle of its calls. */
static void let_go(lfn_py_pending *self)
{
    if (self->link == NULL || self->calls == NULL || !lfn_py_calls_forget(self->calls, self))
        return;
    lfn_py_pending_unlink(self);
    lfn_py_ask_clear(&self->ask);
    Py_DECREF((PyObject *)self);
}

static PyObject *pending_cancel(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"msg", NULL};
    lfn_py_pending *self = (lfn_py_pending *)object;
    PyObject *message = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O:cancel", names, &message))
        return NULL;
    if (self->done || self->cancelled)
        return PyBool_FromLong(0);
    self->cancelled = true;
    self->message = message != Py_None ? Py_NewRef(message) : NULL;
    Py_INCREF(object);
    let_go(self);
    int told = lfn_py_pending_tell(self, NULL);
    Py_DECREF(object);
    return told == 0 ? PyBool_FromLong(1) : NULL;
}

/* A coroutine that is closed while it awaits the call has no use for it. */
static PyObject *pending_close(PyObject *object, PyObject *unused)
{
    (void)unused;
    lfn_py_pending *self = (lfn_py_pending *)object;
    self->ended = true;
    if (!self->done)
        self->cancelled = true;
    Py_INCREF(object);
    let_go(self);
    Py_DECREF(object);
    return Py_NewRef(Py_None);
}

/* Lets go of the call and raises what it is given: an exception, or its class with a value. */
static PyObject *pending_throw(PyObject *object, PyObject *args)
{
    PyObject *kind = NULL;
    PyObject *value = NULL;
    PyObject *traceback = NULL;
    if (!PyArg_ParseTuple(args, "O|OO:throw", &kind, &value, &traceback))
        return NULL;
    PyObject *closed = pending_close(object, NULL);
    Py_DECREF(closed);
    if (PyExceptionInstance_Check(kind))
        PyErr_SetObject((PyObject *)Py_TYPE(kind), kind);
    else
        PyErr_SetObject(kind, value);
    return NULL;
}

/* It is a future from when it is begun; asyncio asks this to know. */
static PyObject *pending_blocking(PyObject *object, void *unused)
{
    (void)unused;
    const lfn_py_pending *self = (lfn_py_pending *)object;
    return self->calls != NULL ? PyBool_FromLong(self->blocking) : Py_NewRef(Py_None);
}

static int pending_set_blocking(PyObject *object, PyObject *value, void *unused)
{
    (void)unused;
    ((lfn_py_pending *)object)->blocking = value == Py_True;
    return 0;
}

static PyObject *pending_done(PyObject *object, PyObject *unused)
{
    (void)unused;
    const lfn_py_pending *self = (lfn_py_pending *)object;
    return PyBool_FromLong(self->done || self->cancelled);
}

static PyObject *pending_cancelled(PyObject *object, PyObject *unused)
{
    (void)unused;
    return PyBool_FromLong(((lfn_py_pending *)object)->cancelled);
}

/* ---- its name ---- */

/* As a program wrote it: AsyncLeaf.users.get. */
static PyObject *pending_name(PyObject *object, void *unused)
{
    (void)unused;
    const lfn_py_ask *ask = &((lfn_py_pending *)object)->ask;
    const char *group = ask->provider != NULL ? ask->provider->attribute : ask->operation->group->name;
    PyObject *face = PyType_GetName(Py_TYPE(((lfn_py_pending *)object)->api));
    PyObject *name = face != NULL ? PyUnicode_FromFormat("%U.%s.%s", face, group, ask->operation->name) : NULL;
    Py_XDECREF(face);
    return name;
}

static PyObject *pending_repr(PyObject *object)
{
    const lfn_py_pending *self = (lfn_py_pending *)object;
    const char *state = self->cancelled       ? "cancelled"
                        : self->done          ? "done"
                        : self->link != NULL  ? "under way"
                        : self->calls != NULL ? "let go of"
                                              : "not begun";
    PyObject *name = pending_name(object, NULL);
    PyObject *text = name != NULL ? PyUnicode_FromFormat("<call %U, %s>", name, state) : NULL;
    Py_XDECREF(name);
    return text;
}

/* As Python does for a coroutine that nobody awaited: whoever forgot the await finds the call. */
static void warn_unless_awaited(PyObject *object)
{
    const lfn_py_pending *self = (lfn_py_pending *)object;
    if (self->calls != NULL || self->ended || self->cancelled || self->ask.operation == NULL)
        return;
    PyObject *raised = lfn_py_take_raised();
    PyObject *name = pending_name(object, NULL);
    if (name == NULL || PyErr_WarnFormat(PyExc_RuntimeWarning, 1, "call '%U' was never awaited", name) < 0)
        PyErr_WriteUnraisable(name);
    Py_XDECREF(name);
    lfn_py_put_raised(raised);
}

/* ---- the type ---- */

static int pending_traverse(PyObject *object, visitproc visit, void *arg)
{
    lfn_py_pending *self = (lfn_py_pending *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->api);
    Py_VISIT(self->loop);
    Py_VISIT(self->calls);
    Py_VISIT(self->callback);
    Py_VISIT(self->context);
    Py_VISIT(self->value);
    Py_VISIT(self->error);
    Py_VISIT(self->message);
    return lfn_py_ask_traverse(&self->ask, visit, arg);
}

static int pending_clear(PyObject *object)
{
    lfn_py_pending *self = (lfn_py_pending *)object;
    self->ended = self->ended || self->calls != NULL; /* that it was begun is not forgotten */
    lfn_py_ask_clear(&self->ask);
    Py_CLEAR(self->loop);
    Py_CLEAR(self->calls);
    Py_CLEAR(self->callback);
    Py_CLEAR(self->context);
    Py_CLEAR(self->value);
    Py_CLEAR(self->error);
    Py_CLEAR(self->message);
    return 0;
}

static void pending_dealloc(PyObject *object)
{
    PyObject_GC_UnTrack(object);
    warn_unless_awaited(object);
    pending_clear(object);
    Py_CLEAR(((lfn_py_pending *)object)->api);
    lfn_py_instance_free(object);
}

static PyMethodDef pending_methods[] = {
    {"add_done_callback", (PyCFunction)(void (*)(void))pending_add_done_callback, METH_FASTCALL | METH_KEYWORDS, NULL},
    {"cancel", (PyCFunction)(void (*)(void))pending_cancel, METH_VARARGS | METH_KEYWORDS, NULL},
    {"cancelled", pending_cancelled, METH_NOARGS, NULL},
    {"close", pending_close, METH_NOARGS, NULL},
    {"done", pending_done, METH_NOARGS, NULL},
    {"get_loop", pending_get_loop, METH_NOARGS, NULL},
    {"result", pending_result, METH_NOARGS, NULL},
    {"send", pending_step, METH_O, NULL},
    {"throw", pending_throw, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef pending_members[] = {
    {"__name__", pending_name, NULL, NULL, NULL},
    {"__qualname__", pending_name, NULL, NULL, NULL},
    {"_asyncio_future_blocking", pending_blocking, pending_set_blocking, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot pending_slots[] = {
    {Py_tp_doc, "A call of an asynchronous client, to be awaited once."},
    {Py_tp_dealloc, pending_dealloc},
    {Py_tp_traverse, pending_traverse},
    {Py_tp_clear, pending_clear},
    {Py_tp_repr, pending_repr},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, pending_next},
    {Py_am_await, PyObject_SelfIter},
    {Py_am_send, pending_send},
    {Py_tp_methods, pending_methods},
    {Py_tp_getset, pending_members},
    {0, NULL},
};

static PyType_Spec pending_spec = {
    .name = "leafnative._core.Pending",
    .basicsize = sizeof(lfn_py_pending),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = pending_slots,
};

int lfn_py_pending_type_make(PyObject *module, lfn_py_state *state)
{
    state->pending_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &pending_spec, NULL);
    return state->pending_type != NULL ? PyModule_AddType(module, state->pending_type) : -1;
}
