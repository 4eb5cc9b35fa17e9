/* The object Calls, between the file that is it (many.c) and the one that polls (many_poll.c). */
#ifndef LFN_PYTHON_MANY_H
#define LFN_PYTHON_MANY_H

#include "pending.h"

typedef struct lfn_py_calls {
    PyObject_HEAD lfn_py_set set;
    PyObject *walks;         /* dict: the walks whose next page is under way, by the number of the call */
    PyObject *outcomes;      /* a list of (number, reply or exception), which the next poll gives; or NULL */
    uint64_t last;           /* the number of the call that was submitted last */
    lfn_py_pending *pending; /* the calls that tasks await; each is its own tag, apart from numbers by its top bit */
    PyObject *loop;          /* of the tasks, or NULL; as are turn, which polls, */
    PyObject *turn;
    PyObject *ready; /* and a future of the loop that is done */
    bool kicked;     /* the loop was told of a turn that did not come yet */
    bool sweeping;   /* calls were cancelled that could not be let go of */
} lfn_py_calls;

/* What messages call it. */
extern const char lfn_py_calls_name[];

/* Takes the walk of a call out of the store; NULL where it is none. -1 with an exception. */
int lfn_py_calls_take_walk(lfn_py_calls *self, PyObject *number, PyObject **out_walk);

/* ---- many_poll.c ---- */

PyObject *lfn_py_calls_attach(PyObject *object, PyObject *args);
PyObject *lfn_py_calls_poll(PyObject *object, PyObject *args);

#endif
