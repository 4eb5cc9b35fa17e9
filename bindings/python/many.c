/* Calls: calls of a client under way at once, for an event loop. It waits for nothing by itself: its descriptor tells
 * when to poll. Polling has a file of its own, many_poll.c. */
#include "many.h"

enum { QUEUE_STANDARD = 1024 };

const char lfn_py_calls_name[] = "set of calls";

/* ---- opening ---- */

static PyObject *calls_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"client", "concurrency", "queue", "rate", NULL};
    lfn_py_state *state = PyType_GetModuleState(type);
    PyObject *client = NULL;
    Py_ssize_t concurrency = 0;
    Py_ssize_t queue = QUEUE_STANDARD;
    double rate = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|$nnd:Calls", names, &client, &concurrency, &queue, &rate))
        return NULL;
    if (concurrency < 0 || queue < 0)
        return lfn_py_raise_input(state, concurrency < 0 ? "/concurrency" : "/queue", "It must not be negative.");
    lfn_py_calls *self = (lfn_py_calls *)lfn_py_instance_new(type);
    if (self == NULL)
        return NULL;
    lfn_calls_options options = {.concurrency = (size_t)concurrency, .queue = (size_t)queue, .rate = rate};
    self->walks = PyDict_New();
    if (self->walks == NULL || lfn_py_set_open(state, &self->set, client, &options) < 0)
        Py_CLEAR(self);
    return (PyObject *)self;
}

/* ---- submitting ---- */

/* Ends a submission: its number, or the exception. */
static PyObject *submitted(lfn_py_state *state, lfn_py_calls *self, lfn_status status, const lfn_error *error)
{
    if (status != LFN_OK)
        return lfn_py_raise(state, error);
    return PyLong_FromUnsignedLongLong(++self->last);
}

static PyObject *calls_submit(PyObject *object, PyObject *args, PyObject *kwargs)
{
    lfn_py_state *state = lfn_py_state_of(object);
    lfn_py_calls *self = (lfn_py_calls *)object;
    lfn_py_sending sending;
    PyObject *number = NULL;
    if (lfn_py_sending_parse(object, args, kwargs, "OO!|$pOO:submit", &sending) == 0 &&
        lfn_py_set_enter(state, &self->set, lfn_py_calls_name) == 0) {
        lfn_error error;
        sending.call.unread = lfn_py_unread(sending.call.operation, sending.values);
        lfn_status status = lfn_calls_submit(self->set.calls, &sending.call, self->last + 1, &error);
        number = submitted(state, self, status, &error);
        lfn_py_set_leave(&self->set);
    }
    lfn_py_arguments_free(&sending.arguments);
    return number;
}

static PyObject *calls_submit_request(PyObject *object, PyObject *args, PyObject *kwargs)
{
    lfn_py_state *state = lfn_py_state_of(object);
    lfn_py_calls *self = (lfn_py_calls *)object;
    lfn_py_sending sending;
    lfn_buffer json;
    PyObject *number = NULL;
    if (lfn_py_request_parse(object, args, kwargs, "OO|O:submit_request", &json, &sending) == 0 &&
        lfn_py_set_enter(state, &self->set, lfn_py_calls_name) == 0) {
        lfn_error error;
        lfn_status status = lfn_calls_submit_request(self->set.calls, sending.method, sending.path, sending.call.body,
                                                     self->last + 1, &error);
        number = submitted(state, self, status, &error);
        lfn_py_set_leave(&self->set);
    }
    lfn_buffer_free(&json);
    return number;
}

/* ---- walks over pages ---- */

/* Remembers whose page a call is; without that it must not go out. */
static PyObject *keep_walk(lfn_py_calls *self, PyObject *number, PyObject *walk)
{
    if (number == NULL)
        return NULL;
    if (PyDict_SetItem(self->walks, number, walk) == 0) {
        ((lfn_py_pages *)walk)->asking = true;
        return number;
    }
    (void)lfn_calls_cancel(self->set.calls, self->last);
    Py_DECREF(number);
    return NULL;
}

static PyObject *submit_walk(lfn_py_state *state, lfn_py_calls *self, PyObject *walk)
{
    lfn_error error;
    const lfn_call *call = lfn_pages_call(((lfn_py_pages *)walk)->pages);
    if (call == NULL)
        return Py_NewRef(Py_None);
    lfn_status status = lfn_calls_submit(self->set.calls, call, self->last + 1, &error);
    return keep_walk(self, submitted(state, self, status, &error), walk);
}

static PyObject *calls_submit_page(PyObject *object, PyObject *walk)
{
    lfn_py_state *state = lfn_py_state_of(object);
    lfn_py_calls *self = (lfn_py_calls *)object;
    if (!Py_IS_TYPE(walk, state->pages_type) || ((lfn_py_pages *)walk)->client != (PyObject *)self->set.client) {
        PyErr_SetString(PyExc_TypeError, "submit_page takes a walk over pages of the same client");
        return NULL;
    }
    if (((lfn_py_pages *)walk)->asking) {
        PyErr_SetString(PyExc_RuntimeError, "the next page of the walk is under way already");
        return NULL;
    }
    if (lfn_py_set_enter(state, &self->set, lfn_py_calls_name) < 0)
        return NULL;
    PyObject *number = submit_walk(state, self, walk);
    lfn_py_set_leave(&self->set);
    return number;
}

int lfn_py_calls_take_walk(lfn_py_calls *self, PyObject *number, PyObject **out_walk)
{
    *out_walk = NULL;
    if (PyDict_Size(self->walks) == 0)
        return 0;
    PyObject *walk = PyDict_GetItemWithError(self->walks, number);
    if (walk == NULL)
        return PyErr_Occurred() ? -1 : 0;
    Py_INCREF(walk);
    ((lfn_py_pages *)walk)->asking = false;
    *out_walk = walk;
    return PyDict_DelItem(self->walks, number);
}

/* ---- the rest ---- */

static PyObject *calls_cancel(PyObject *object, PyObject *number)
{
    lfn_py_state *state = lfn_py_state_of(object);
    lfn_py_calls *self = (lfn_py_calls *)object;
    PyObject *walk = NULL;
    unsigned long long tag = PyLong_AsUnsignedLongLong(number);
    if (PyErr_Occurred() || lfn_py_set_enter(state, &self->set, lfn_py_calls_name) < 0)
        return NULL;
    bool found = lfn_calls_cancel(self->set.calls, tag);
    int done = lfn_py_calls_take_walk(self, number, &walk);
    lfn_py_set_leave(&self->set);
    Py_XDECREF(walk);
    return done == 0 ? PyBool_FromLong(found) : NULL;
}

static PyObject *calls_fileno(PyObject *object, PyObject *unused)
{
    (void)unused;
    lfn_py_state *state = lfn_py_state_of(object);
    lfn_py_calls *self = (lfn_py_calls *)object;
    if (lfn_py_set_enter(state, &self->set, lfn_py_calls_name) < 0)
        return NULL;
    lfn_error error;
    int descriptor = lfn_calls_descriptor(self->set.calls, &error);
    lfn_py_set_leave(&self->set);
    return descriptor >= 0 ? PyLong_FromLong(descriptor) : lfn_py_raise(state, &error);
}

/* -1 with an exception when a thread is inside. */
static int shut(lfn_py_calls *self)
{
    if (self->set.busy) {
        PyErr_Format(PyExc_RuntimeError, "a %s is used by one thread at a time, and not from inside itself",
                     lfn_py_calls_name);
        return -1;
    }
    lfn_py_set_close(&self->set);
    PyDict_Clear(self->walks);
    return 0;
}

static PyObject *calls_close(PyObject *object, PyObject *unused)
{
    (void)unused;
    lfn_py_calls *self = (lfn_py_calls *)object;
    if (shut(self) < 0)
        return NULL;
    lfn_py_pending_drop(&self->pending);
    Py_RETURN_NONE;
}

static PyObject *calls_fail(PyObject *object, PyObject *error)
{
    lfn_py_calls *self = (lfn_py_calls *)object;
    if (shut(self) < 0 || lfn_py_pending_fail(&self->pending, error) < 0)
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *calls_room(PyObject *object, void *unused)
{
    (void)unused;
    const lfn_calls *calls = ((lfn_py_calls *)object)->set.calls;
    return PyLong_FromSize_t(calls != NULL ? lfn_calls_room(calls) : 0);
}

static PyObject *calls_pending(PyObject *object, void *unused)
{
    (void)unused;
    const lfn_calls *calls = ((lfn_py_calls *)object)->set.calls;
    return PyLong_FromSize_t(calls != NULL ? lfn_calls_pending(calls) : 0);
}

static PyObject *calls_closed(PyObject *object, void *unused)
{
    (void)unused;
    return PyBool_FromLong(((lfn_py_calls *)object)->set.calls == NULL);
}

static int calls_traverse(PyObject *object, visitproc visit, void *arg)
{
    lfn_py_calls *self = (lfn_py_calls *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->set.client);
    Py_VISIT(self->walks);
    Py_VISIT(self->outcomes);
    Py_VISIT(self->loop);
    Py_VISIT(self->turn);
    Py_VISIT(self->ready);
    for (const lfn_py_pending *one = self->pending; one != NULL; one = one->next)
        Py_VISIT((PyObject *)one);
    return 0;
}

static int calls_clear(PyObject *object)
{
    lfn_py_calls *self = (lfn_py_calls *)object;
    Py_CLEAR(self->outcomes);
    Py_CLEAR(self->loop);
    Py_CLEAR(self->turn);
    Py_CLEAR(self->ready);
    return 0;
}

static void calls_dealloc(PyObject *object)
{
    lfn_py_calls *self = (lfn_py_calls *)object;
    PyObject_GC_UnTrack(object);
    lfn_py_set_drop(&self->set);
    lfn_py_pending_drop(&self->pending);
    calls_clear(object);
    Py_CLEAR(self->walks);
    lfn_py_instance_free(object);
}

static PyMethodDef calls_methods[] = {
    {"submit", (PyCFunction)(void (*)(void))calls_submit, METH_VARARGS | METH_KEYWORDS,
     "submit($self, name, arguments, *, strict=True, timeout=None, deadline=None)\n--\n\n"
     "Take up a call, as Client.call makes it, and give its number. It goes out at the next poll."},
    {"submit_request", (PyCFunction)(void (*)(void))calls_submit_request, METH_VARARGS | METH_KEYWORDS,
     "submit_request($self, method, path, body=None)\n--\n\n"
     "Take up a request that the tables lack, as Client.request makes it, and give its number."},
    {"submit_page", calls_submit_page, METH_O,
     "submit_page($self, walk, /)\n--\n\n"
     "Take up the next page of a walk of Client.pages, and give its number; None behind the last page."},
    {"poll", lfn_py_calls_poll, METH_VARARGS,
     "poll($self, wait=0.0, /)\n--\n\n"
     "Let everything move, and give the calls that ended: a list of (number, Reply or exception). In place of\n"
     "a page that stands behind the last one comes None. Waits up to so many seconds when none has ended."},
    {"attach", lfn_py_calls_attach, METH_VARARGS,
     "attach($self, loop, turn, /)\n--\n\n"
     "Serve tasks of an event loop: turn() is to poll, and is called in the loop's next turn after a call was\n"
     "begun. A poll resumes the tasks whose calls ended."},
    {"fail", calls_fail, METH_O,
     "fail($self, error, /)\n--\n\n"
     "Close it, and end the calls that tasks await with this exception."},
    {"cancel", calls_cancel, METH_O,
     "cancel($self, number, /)\n--\n\n"
     "Let go of a call; whether it took effect is not known. False when it ended already."},
    {"fileno", calls_fileno, METH_NOARGS,
     "fileno($self, /)\n--\n\n"
     "A descriptor that is readable when a poll has something to do. After a submit, poll at once."},
    {"close", calls_close, METH_NOARGS, "close($self, /)\n--\n\nCancel what is under way. Twice is fine."},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef calls_members[] = {
    {"room", calls_room, NULL, "How many calls may be submitted now.", NULL},
    {"pending", calls_pending, NULL, "How many were submitted and not handed out.", NULL},
    {"closed", calls_closed, NULL, "Whether it is closed, by itself or with its client.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot calls_slots[] = {
    {Py_tp_doc,
     "Calls(client, *, concurrency=0, queue=1024, rate=0.0)\n--\n\n"
     "Calls of a client under way at once, for one thread: submit, poll, cancel. At most `concurrency` (64)\n"
     "are under way, `queue` more wait, and `rate` may begin in a second."},
    {Py_tp_new, calls_new},
    {Py_tp_dealloc, calls_dealloc},
    {Py_tp_traverse, calls_traverse},
    {Py_tp_clear, calls_clear},
    {Py_tp_methods, calls_methods},
    {Py_tp_getset, calls_members},
    {0, NULL},
};

static PyType_Spec calls_spec = {
    .name = "leafnative._core.Calls",
    .basicsize = sizeof(lfn_py_calls),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = calls_slots,
};

int lfn_py_calls_type_make(PyObject *module, lfn_py_state *state)
{
    state->calls_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &calls_spec, NULL);
    return state->calls_type != NULL ? PyModule_AddType(module, state->calls_type) : -1;
}
