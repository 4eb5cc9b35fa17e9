/* The object Pending, between the files that are it (pending.c, pending_end.c) and the set of calls that it is under
 * way in (many.c). */
#ifndef LFN_PYTHON_PENDING_H
#define LFN_PYTHON_PENDING_H

#include "client.h"

typedef struct lfn_py_pending {
    PyObject_HEAD lfn_py_ask ask; /* until it has landed */
    PyObject *api;                /* the client that it is a call of */
    PyObject *loop;               /* of its task; NULL until it is begun, as is calls */
    PyObject *calls;
    PyObject *callback; /* of the task that awaits it, or NULL; with its context */
    PyObject *context;
    PyObject *value;   /* or NULL */
    PyObject *error;   /* an exception, or NULL */
    PyObject *message; /* that it was cancelled with, or NULL */
    bool done;
    bool cancelled;
    bool ended;                  /* its outcome was taken, or nobody wants it */
    bool blocking;               /* the task that it was yielded to is to wait for it */
    struct lfn_py_pending *next; /* in the list of what is under way, which owns it */
    struct lfn_py_pending **link;
} lfn_py_pending;

/* ---- pending_end.c ---- */

/* Puts it into a list, which then owns it; and takes it out, so that the caller owns what the list did. */
void lfn_py_pending_link(lfn_py_pending *self, lfn_py_pending **first);
void lfn_py_pending_unlink(lfn_py_pending *self);
/* Takes it out of its list and puts it into another. */
void lfn_py_pending_move(lfn_py_pending *self, lfn_py_pending **first);
/* Takes over what its answer holds; with NULL the exception that is set. */
void lfn_py_pending_land(lfn_py_pending *self, PyObject *value);
/* Has its task go on, if one waits: at once by a future that is done, or with NULL in the loop's next turn. -1 with an
 * exception. */
int lfn_py_pending_tell(lfn_py_pending *self, PyObject *ready);
/* Resumes the tasks of what has landed, by a future that is done, and lets go of it. -1 with an interrupt that came out
 * of one. */
int lfn_py_pending_wake(lfn_py_state *state, PyObject *ready, lfn_py_pending *const woken[], size_t count);
/* Everything in the list ends with the exception. -1 with an exception when the loop could not be told. */
int lfn_py_pending_fail(lfn_py_pending **first, PyObject *error);
/* Lets go of everything in the list. */
void lfn_py_pending_drop(lfn_py_pending **first);

/* ---- many_poll.c ---- */

/* The event loop that a Calls serves, borrowed; NULL: none. */
PyObject *lfn_py_calls_loop(PyObject *calls);
/* Takes up a call that a task awaits, of a Calls that serves a loop. -1 with an exception. */
int lfn_py_calls_begin(lfn_py_state *state, PyObject *calls, lfn_py_pending *pending);
/* Cancels a call that is under way in a Calls. False where that cannot be now: it stays in the list, and the next poll
 * lets go of it. */
bool lfn_py_calls_forget(PyObject *calls, const lfn_py_pending *pending);

#endif
