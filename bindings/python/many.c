/* Calls: calls of a client under way at once, for an event loop. It waits for nothing by itself: its descriptor tells
 * when to poll. */
#include "pending.h"

enum { BLOCK = 64, QUEUE_STANDARD = 1024, LONGEST_WAIT_MS = 50 };

typedef struct calls_object {
    PyObject_HEAD lfn_py_set set;
    PyObject *walks;         /* dict: the walks whose next page is under way, by the number of the call */
    uint64_t last;           /* the number of the call that was submitted last */
    lfn_py_pending *pending; /* the calls that tasks await; each is its own tag, apart from numbers by its top bit */
    PyObject *loop;          /* of the tasks, or NULL; as are turn, which polls, */
    PyObject *turn;
    PyObject *ready; /* and a future of the loop that is done */
    bool kicked;     /* the loop was told of a turn that did not come yet */
    bool sweeping;   /* calls were cancelled that could not be let go of */
} calls_object;

static const char name_of_set[] = "set of calls";

#define PENDING_MARK (UINT64_C(1) << 63)

static uint64_t tag_of(const lfn_py_pending *pending)
{
    return (uint64_t)(uintptr_t)pending | PENDING_MARK;
}

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
    calls_object *self = (calls_object *)lfn_py_instance_new(type);
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
static PyObject *submitted(lfn_py_state *state, calls_object *self, lfn_status status, const lfn_error *error)
{
    if (status != LFN_OK)
        return lfn_py_raise(state, error);
    return PyLong_FromUnsignedLongLong(++self->last);
}

static PyObject *calls_submit(PyObject *object, PyObject *args, PyObject *kwargs)
{
    lfn_py_state *state = lfn_py_state_of(object);
    calls_object *self = (calls_object *)object;
    lfn_py_sending sending;
    PyObject *number = NULL;
    if (lfn_py_sending_parse(object, args, kwargs, "OO!|$pOO:submit", &sending) == 0 &&
        lfn_py_set_enter(state, &self->set, name_of_set) == 0) {
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
    calls_object *self = (calls_object *)object;
    lfn_py_sending sending;
    lfn_buffer json;
    PyObject *number = NULL;
    if (lfn_py_request_parse(object, args, kwargs, "OO|O:submit_request", &json, &sending) == 0 &&
        lfn_py_set_enter(state, &self->set, name_of_set) == 0) {
        lfn_error error;
        lfn_status status = lfn_calls_submit_request(self->set.calls, sending.method, sending.path, sending.call.body,
                                                     self->last + 1, &error);
        number = submitted(state, self, status, &error);
        lfn_py_set_leave(&self->set);
    }
    lfn_buffer_free(&json);
    return number;
}

/* ---- calls that tasks await ---- */

static PyObject *calls_attach(PyObject *object, PyObject *args)
{
    calls_object *self = (calls_object *)object;
    PyObject *loop = NULL;
    PyObject *turn = NULL;
    if (!PyArg_ParseTuple(args, "OO:attach", &loop, &turn))
        return NULL;
    if (self->loop != NULL) {
        PyErr_SetString(PyExc_RuntimeError, "the calls belong to an event loop already");
        return NULL;
    }
    self->ready = PyObject_CallMethod(loop, "create_future", NULL);
    if (self->ready == NULL)
        return NULL;
    self->loop = Py_NewRef(loop);
    self->turn = Py_NewRef(turn);
    return PyObject_CallMethod(self->ready, "set_result", "O", Py_None);
}

/* What was submitted goes out in the next turn of the loop, together with what else comes until then. */
static int kick(lfn_py_state *state, calls_object *self)
{
    if (self->kicked)
        return 0;
    PyObject *handle = PyObject_CallMethodObjArgs(self->loop, state->words[LFN_PY_CALL_SOON], self->turn, NULL);
    Py_XDECREF(handle);
    self->kicked = handle != NULL;
    return handle != NULL ? 0 : -1;
}

static int submit_pending(lfn_py_state *state, calls_object *self, lfn_py_pending *pending)
{
    lfn_py_sending sending;
    int done = lfn_py_ask_read(state, &pending->ask, &sending);
    if (done == 0)
        done = lfn_py_set_enter(state, &self->set, name_of_set);
    if (done == 0) {
        lfn_error error;
        if (lfn_calls_submit(self->set.calls, &sending.call, tag_of(pending), &error) != LFN_OK) {
            lfn_py_raise(state, &error);
            done = -1;
        }
        lfn_py_set_leave(&self->set);
    }
    lfn_py_arguments_free(&sending.arguments);
    return done;
}

PyObject *lfn_py_calls_loop(PyObject *calls)
{
    return ((calls_object *)calls)->loop;
}

int lfn_py_calls_begin(lfn_py_state *state, PyObject *calls, lfn_py_pending *pending)
{
    calls_object *self = (calls_object *)calls;
    if (kick(state, self) < 0 || submit_pending(state, self, pending) < 0)
        return -1;
    pending->calls = Py_NewRef(calls);
    pending->loop = Py_NewRef(self->loop);
    lfn_py_pending_link(pending, &self->pending);
    return 0;
}

bool lfn_py_calls_forget(PyObject *calls, const lfn_py_pending *pending)
{
    calls_object *self = (calls_object *)calls;
    if (self->set.calls == NULL)
        return true;
    if (lfn_py_set_enter(lfn_py_state_of(calls), &self->set, name_of_set) < 0) {
        PyErr_Clear();
        self->sweeping = true;
        return false;
    }
    (void)lfn_calls_cancel(self->set.calls, tag_of(pending));
    lfn_py_set_leave(&self->set);
    return true;
}

/* Lets go of what was cancelled in the middle of a poll: by an event hook, or by the handler of a signal. */
static void sweep(calls_object *self)
{
    lfn_py_pending *cancelled = NULL;
    lfn_py_pending *next = self->sweeping ? self->pending : NULL;
    self->sweeping = false;
    while (next != NULL) {
        lfn_py_pending *one = next;
        next = one->next;
        if (!one->cancelled)
            continue;
        (void)lfn_calls_cancel(self->set.calls, tag_of(one));
        lfn_py_pending_move(one, &cancelled);
    }
    lfn_py_pending_drop(&cancelled);
}

/* ---- walks over pages ---- */

/* Remembers whose page a call is; without that it must not go out. */
static PyObject *keep_walk(calls_object *self, PyObject *number, PyObject *walk)
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

static PyObject *submit_walk(lfn_py_state *state, calls_object *self, PyObject *walk)
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
    calls_object *self = (calls_object *)object;
    if (!Py_IS_TYPE(walk, state->pages_type) || ((lfn_py_pages *)walk)->client != (PyObject *)self->set.client) {
        PyErr_SetString(PyExc_TypeError, "submit_page takes a walk over pages of the same client");
        return NULL;
    }
    if (((lfn_py_pages *)walk)->asking) {
        PyErr_SetString(PyExc_RuntimeError, "the next page of the walk is under way already");
        return NULL;
    }
    if (lfn_py_set_enter(state, &self->set, name_of_set) < 0)
        return NULL;
    PyObject *number = submit_walk(state, self, walk);
    lfn_py_set_leave(&self->set);
    return number;
}

/* ---- polling ---- */

/* Takes the walk of a call out of the store; NULL where it is none. -1 with an exception. */
static int take_walk(calls_object *self, PyObject *number, PyObject **out_walk)
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

/* The reply of a landed call; None for a page that stands behind the last one; NULL with the exception. */
static PyObject *reply_of(lfn_py_state *state, calls_object *self, lfn_py_landed *landed, lfn_py_pages *walk,
                          PyObject *raised)
{
    lfn_error error;
    bool more = true;
    if (walk != NULL && landed->status == LFN_OK) {
        landed->status = lfn_pages_take(walk->pages, landed->result, &more, &error);
        landed->error = &error;
    }
    return more ? lfn_py_landed_reply(state, self->set.client, landed, raised) : Py_NewRef(Py_None);
}

/* The call as it landed; its error is copied, because it may be changed. */
static lfn_py_landed landed_of(const lfn_completion *done, lfn_py_values values, lfn_error *error)
{
    if (done->status != LFN_OK)
        *error = *done->error;
    return (lfn_py_landed){.operation = done->operation,
                           .provider = done->provider,
                           .sent = done->sent,
                           .unread = done->operation != NULL && lfn_py_unread(done->operation, values),
                           .values = values,
                           .status = done->status,
                           .error = error,
                           .result = done->result};
}

/* (number, reply or exception) */
static PyObject *outcome_of(lfn_py_state *state, calls_object *self, const lfn_completion *done, PyObject *raised)
{
    lfn_error error;
    lfn_py_landed landed = landed_of(done, LFN_PY_DICTS, &error);
    PyObject *walk = NULL;
    PyObject *reply = NULL;
    PyObject *number = PyLong_FromUnsignedLongLong(done->tag);
    if (number != NULL && take_walk(self, number, &walk) == 0)
        reply = reply_of(state, self, &landed, (lfn_py_pages *)walk, raised);
    if (reply == NULL)
        reply = lfn_py_take_raised();
    Py_XDECREF(walk);
    PyObject *outcome = number != NULL && reply != NULL ? PyTuple_Pack(2, number, reply) : NULL;
    Py_XDECREF(number);
    Py_XDECREF(reply);
    return outcome;
}

/* What a poll gave. */
typedef struct polled {
    PyObject *list;               /* of (number, reply or exception) */
    lfn_py_pending *woken[BLOCK]; /* owned */
    size_t woken_count;
} polled;

/* The call as its task gets it, taken out of the list of what is under way. */
static lfn_py_pending *land(lfn_py_state *state, calls_object *self, const lfn_completion *done, PyObject *raised)
{
    lfn_py_pending *pending = (lfn_py_pending *)(uintptr_t)(done->tag & ~PENDING_MARK);
    lfn_error error;
    lfn_py_landed landed = landed_of(done, pending->ask.values, &error);
    lfn_py_pending_unlink(pending);
    lfn_py_pending_land(pending, lfn_py_landed_data(state, self->set.client, &landed, raised));
    return pending;
}

static int poll_once(lfn_py_state *state, calls_object *self, int64_t wait_ms, polled *out_polled)
{
    lfn_completion block[BLOCK];
    size_t count = 0;
    PyObject *raised = NULL;
    if (lfn_py_set_poll(&self->set, wait_ms, block, BLOCK, &count, &raised) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if ((block[i].tag & PENDING_MARK) != 0)
            out_polled->woken[out_polled->woken_count++] = land(state, self, &block[i], raised);
        else if (out_polled->list != NULL)
            out_polled->list = lfn_py_append(out_polled->list, outcome_of(state, self, &block[i], raised));
    lfn_calls_release(self->set.calls);
    Py_XDECREF(raised);
    return out_polled->list != NULL ? 0 : -1;
}

/* Polls until something has ended, or the time is over. */
static int poll_for(lfn_py_state *state, calls_object *self, double wait, polled *out_polled)
{
    int64_t left_ms = wait > 0 ? (int64_t)(wait < 1e9 ? wait * 1000.0 : 1e12) : 0;
    int done = 0;
    do {
        int64_t wait_ms = left_ms < LONGEST_WAIT_MS ? left_ms : LONGEST_WAIT_MS;
        left_ms -= wait_ms;
        done = poll_once(state, self, wait_ms, out_polled);
    } while (done == 0 && PyList_Size(out_polled->list) == 0 && out_polled->woken_count == 0 && left_ms > 0 &&
             lfn_calls_pending(self->set.calls) > 0);
    return done;
}

static PyObject *calls_poll(PyObject *object, PyObject *args)
{
    lfn_py_state *state = lfn_py_state_of(object);
    calls_object *self = (calls_object *)object;
    double wait = 0;
    self->kicked = false;
    if (!PyArg_ParseTuple(args, "|d:poll", &wait) || lfn_py_set_enter(state, &self->set, name_of_set) < 0)
        return NULL;
    polled ended = {.list = PyList_New(0)};
    int done = ended.list != NULL ? poll_for(state, self, wait, &ended) : -1;
    sweep(self);
    lfn_py_set_leave(&self->set);
    /* Tasks go on here and may begin calls: nothing of this one is in use any more. */
    PyObject *raised = done < 0 ? lfn_py_take_raised() : NULL;
    if (lfn_py_pending_wake(state, self->ready, ended.woken, ended.woken_count) < 0)
        done = -1;
    if (raised != NULL)
        lfn_py_put_raised(raised);
    if (done < 0)
        Py_CLEAR(ended.list);
    return ended.list;
}

/* ---- the rest ---- */

static PyObject *calls_cancel(PyObject *object, PyObject *number)
{
    lfn_py_state *state = lfn_py_state_of(object);
    calls_object *self = (calls_object *)object;
    PyObject *walk = NULL;
    unsigned long long tag = PyLong_AsUnsignedLongLong(number);
    if (PyErr_Occurred() || lfn_py_set_enter(state, &self->set, name_of_set) < 0)
        return NULL;
    bool found = lfn_calls_cancel(self->set.calls, tag);
    int done = take_walk(self, number, &walk);
    lfn_py_set_leave(&self->set);
    Py_XDECREF(walk);
    return done == 0 ? PyBool_FromLong(found) : NULL;
}

static PyObject *calls_fileno(PyObject *object, PyObject *unused)
{
    (void)unused;
    lfn_py_state *state = lfn_py_state_of(object);
    calls_object *self = (calls_object *)object;
    if (lfn_py_set_enter(state, &self->set, name_of_set) < 0)
        return NULL;
    lfn_error error;
    int descriptor = lfn_calls_descriptor(self->set.calls, &error);
    lfn_py_set_leave(&self->set);
    return descriptor >= 0 ? PyLong_FromLong(descriptor) : lfn_py_raise(state, &error);
}

/* -1 with an exception when a thread is inside. */
static int shut(calls_object *self)
{
    if (self->set.busy) {
        PyErr_Format(PyExc_RuntimeError, "a %s is used by one thread at a time, and not from inside itself",
                     name_of_set);
        return -1;
    }
    lfn_py_set_close(&self->set);
    PyDict_Clear(self->walks);
    return 0;
}

static PyObject *calls_close(PyObject *object, PyObject *unused)
{
    (void)unused;
    calls_object *self = (calls_object *)object;
    if (shut(self) < 0)
        return NULL;
    lfn_py_pending_drop(&self->pending);
    Py_RETURN_NONE;
}

static PyObject *calls_fail(PyObject *object, PyObject *error)
{
    calls_object *self = (calls_object *)object;
    if (shut(self) < 0 || lfn_py_pending_fail(&self->pending, error) < 0)
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *calls_room(PyObject *object, void *unused)
{
    (void)unused;
    const lfn_calls *calls = ((calls_object *)object)->set.calls;
    return PyLong_FromSize_t(calls != NULL ? lfn_calls_room(calls) : 0);
}

static PyObject *calls_pending(PyObject *object, void *unused)
{
    (void)unused;
    const lfn_calls *calls = ((calls_object *)object)->set.calls;
    return PyLong_FromSize_t(calls != NULL ? lfn_calls_pending(calls) : 0);
}

static PyObject *calls_closed(PyObject *object, void *unused)
{
    (void)unused;
    return PyBool_FromLong(((calls_object *)object)->set.calls == NULL);
}

static int calls_traverse(PyObject *object, visitproc visit, void *arg)
{
    calls_object *self = (calls_object *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->set.client);
    Py_VISIT(self->walks);
    Py_VISIT(self->loop);
    Py_VISIT(self->turn);
    Py_VISIT(self->ready);
    for (const lfn_py_pending *one = self->pending; one != NULL; one = one->next)
        Py_VISIT((PyObject *)one);
    return 0;
}

static int calls_clear(PyObject *object)
{
    calls_object *self = (calls_object *)object;
    Py_CLEAR(self->loop);
    Py_CLEAR(self->turn);
    Py_CLEAR(self->ready);
    return 0;
}

static void calls_dealloc(PyObject *object)
{
    calls_object *self = (calls_object *)object;
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
    {"poll", calls_poll, METH_VARARGS,
     "poll($self, wait=0.0, /)\n--\n\n"
     "Let everything move, and give the calls that ended: a list of (number, Reply or exception). In place of\n"
     "a page that stands behind the last one comes None. Waits up to so many seconds when none has ended."},
    {"attach", calls_attach, METH_VARARGS,
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
    .basicsize = sizeof(calls_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = calls_slots,
};

int lfn_py_calls_type_make(PyObject *module, lfn_py_state *state)
{
    state->calls_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &calls_spec, NULL);
    return state->calls_type != NULL ? PyModule_AddType(module, state->calls_type) : -1;
}
