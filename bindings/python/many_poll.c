/* The calls of a set that tasks of an event loop await, and the poll that hands out what ended and resumes them. */
#include "many.h"

enum { BLOCK = 64, LONGEST_WAIT_MS = 50 };

#define PENDING_MARK (UINT64_C(1) << 63)

static uint64_t tag_of(const lfn_py_pending *pending)
{
    return (uint64_t)(uintptr_t)pending | PENDING_MARK;
}

/* ---- calls that tasks await ---- */

PyObject *lfn_py_calls_attach(PyObject *object, PyObject *args)
{
    lfn_py_calls *self = (lfn_py_calls *)object;
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
static int kick(lfn_py_state *state, lfn_py_calls *self)
{
    if (self->kicked)
        return 0;
    PyObject *handle = PyObject_CallMethodObjArgs(self->loop, state->words[LFN_PY_CALL_SOON], self->turn, NULL);
    Py_XDECREF(handle);
    self->kicked = handle != NULL;
    return handle != NULL ? 0 : -1;
}

static int submit_pending(lfn_py_state *state, lfn_py_calls *self, lfn_py_pending *pending)
{
    lfn_py_sending sending;
    int done = lfn_py_ask_read(state, &pending->ask, &sending);
    if (done == 0)
        done = lfn_py_set_enter(state, &self->set, lfn_py_calls_name);
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
    return ((lfn_py_calls *)calls)->loop;
}

int lfn_py_calls_begin(lfn_py_state *state, PyObject *calls, lfn_py_pending *pending)
{
    lfn_py_calls *self = (lfn_py_calls *)calls;
    if (kick(state, self) < 0 || submit_pending(state, self, pending) < 0)
        return -1;
    pending->calls = Py_NewRef(calls);
    pending->loop = Py_NewRef(self->loop);
    lfn_py_pending_link(pending, &self->pending);
    return 0;
}

bool lfn_py_calls_forget(PyObject *calls, const lfn_py_pending *pending)
{
    lfn_py_calls *self = (lfn_py_calls *)calls;
    if (self->set.calls == NULL)
        return true;
    if (lfn_py_set_enter(lfn_py_state_of(calls), &self->set, lfn_py_calls_name) < 0) {
        PyErr_Clear();
        self->sweeping = true;
        return false;
    }
    (void)lfn_calls_cancel(self->set.calls, tag_of(pending));
    lfn_py_set_leave(&self->set);
    return true;
}

/* Lets go of what was cancelled in the middle of a poll: by an event hook, or by the handler of a signal. */
static void sweep(lfn_py_calls *self)
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

/* ---- polling ---- */

/* The reply of a landed call; None for a page that stands behind the last one; NULL with the exception. */
static PyObject *reply_of(lfn_py_state *state, lfn_py_calls *self, lfn_py_landed *landed, lfn_py_pages *walk,
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
static PyObject *outcome_of(lfn_py_state *state, lfn_py_calls *self, const lfn_completion *done, PyObject *raised)
{
    lfn_error error;
    lfn_py_landed landed = landed_of(done, LFN_PY_DICTS, &error);
    PyObject *walk = NULL;
    PyObject *reply = NULL;
    PyObject *number = PyLong_FromUnsignedLongLong(done->tag);
    if (number != NULL && lfn_py_calls_take_walk(self, number, &walk) == 0)
        reply = reply_of(state, self, &landed, (lfn_py_pages *)walk, raised);
    if (reply == NULL)
        reply = lfn_py_take_raised();
    Py_XDECREF(walk);
    PyObject *outcome = number != NULL && reply != NULL ? PyTuple_Pack(2, number, reply) : NULL;
    Py_XDECREF(number);
    Py_XDECREF(reply);
    return outcome;
}

/* Calls that landed, whose tasks are to go on. */
typedef struct landing {
    lfn_py_pending *woken[BLOCK]; /* owned */
    size_t count;
} landing;

/* The call as its task gets it, taken out of the list of what is under way. */
static lfn_py_pending *land(lfn_py_state *state, lfn_py_calls *self, const lfn_completion *done, PyObject *raised)
{
    lfn_py_pending *pending = (lfn_py_pending *)(uintptr_t)(done->tag & ~PENDING_MARK);
    lfn_error error;
    lfn_py_landed landed = landed_of(done, pending->ask.values, &error);
    lfn_py_pending_unlink(pending);
    lfn_py_pending_land(pending, lfn_py_landed_data(state, self->set.client, &landed, raised));
    return pending;
}

/* What ended is taken even if an interrupt came: programs may go on behind it, as notebooks do. */
static int poll_once(lfn_py_state *state, lfn_py_calls *self, int64_t wait_ms, landing *out_landing)
{
    lfn_completion block[BLOCK];
    size_t count = 0;
    PyObject *raised = NULL;
    int done = lfn_py_set_poll(&self->set, wait_ms, block, BLOCK, &count, &raised);
    PyObject *interrupt = done < 0 ? lfn_py_take_raised() : NULL;
    for (size_t i = 0; i < count; i++)
        if ((block[i].tag & PENDING_MARK) != 0)
            out_landing->woken[out_landing->count++] = land(state, self, &block[i], raised);
        else if (self->outcomes != NULL)
            self->outcomes = lfn_py_append(self->outcomes, outcome_of(state, self, &block[i], raised));
    lfn_calls_release(self->set.calls);
    Py_XDECREF(raised);
    lfn_py_put_raised(interrupt);
    return done == 0 && self->outcomes != NULL ? 0 : -1;
}

/* Polls until something has ended, or the time is over. */
static int poll_for(lfn_py_state *state, lfn_py_calls *self, double wait, landing *out_landing)
{
    int64_t left_ms = wait > 0 ? (int64_t)(wait < 1e9 ? wait * 1000.0 : 1e12) : 0;
    int done = 0;
    do {
        int64_t wait_ms = left_ms < LONGEST_WAIT_MS ? left_ms : LONGEST_WAIT_MS;
        left_ms -= wait_ms;
        done = poll_once(state, self, wait_ms, out_landing);
    } while (done == 0 && PyList_Size(self->outcomes) == 0 && out_landing->count == 0 && left_ms > 0 &&
             lfn_calls_pending(self->set.calls) > 0);
    return done;
}

PyObject *lfn_py_calls_poll(PyObject *object, PyObject *args)
{
    lfn_py_state *state = lfn_py_state_of(object);
    lfn_py_calls *self = (lfn_py_calls *)object;
    double wait = 0;
    self->kicked = false;
    if (!PyArg_ParseTuple(args, "|d:poll", &wait) || lfn_py_set_enter(state, &self->set, lfn_py_calls_name) < 0)
        return NULL;
    landing landed = {.count = 0};
    if (self->outcomes == NULL)
        self->outcomes = PyList_New(0);
    int done = self->outcomes != NULL ? poll_for(state, self, wait, &landed) : -1;
    sweep(self);
    lfn_py_set_leave(&self->set);
    /* Tasks go on here and may begin calls: nothing of this one is in use any more. */
    PyObject *raised = done < 0 ? lfn_py_take_raised() : NULL;
    if (lfn_py_pending_wake(state, self->ready, landed.woken, landed.count) < 0)
        done = -1;
    lfn_py_put_raised(raised);
    if (done < 0)
        return NULL;
    PyObject *outcomes = self->outcomes;
    self->outcomes = NULL;
    return outcomes != NULL ? outcomes : PyList_New(0); /* a task that went on may have polled, too */
}
