/* The object Client, between the file that opens and closes it (client.c) and the one that calls (calls.c). */
#ifndef LFN_PYTHON_CLIENT_H
#define LFN_PYTHON_CLIENT_H

#include "state.h"

/* ---- clock.c ---- */

typedef struct lfn_py_clock {
    lfn_clock clock;
    const lfn_clock *below; /* where the time comes from */
} lfn_py_clock;

/* A clock by which a call ends soon after a signal raised an exception. `below` may be NULL: the system's. */
void lfn_py_clock_init(lfn_py_clock *clock, const lfn_clock *below);

/* ---- client.c and calls.c ---- */

typedef struct lfn_py_client {
    PyObject_HEAD lfn_client *client;
    lfn_py_door door;
    lfn_py_clock clock;
    lfn_config *config;  /* lends its texts to the options only; kept to tell sources */
    PyObject *service;   /* the parent, or NULL */
    PyObject *transport; /* a function of Python, or NULL */
    PyObject *log;       /* a function of Python, or NULL */
    PyObject *on_event;  /* a function of Python, or NULL */
    PyObject *given;     /* a frozenset: the settings that came as arguments, by their names in the file */
    PyObject *profile;   /* of the configuration file, or NULL */
    bool may_look;       /* environment and file may be looked at */
    const lfn_api *api;
} lfn_py_client;

/* Steps into the client and the service below it. -1 with ClosedError. */
int lfn_py_client_enter(lfn_py_state *state, lfn_py_client *self);
void lfn_py_client_leave(lfn_py_client *self);

/* The methods of Client that send, each as a PyCFunctionWithKeywords. */
PyObject *lfn_py_client_call(PyObject *object, PyObject *args, PyObject *kwargs);
PyObject *lfn_py_client_pages(PyObject *object, PyObject *args, PyObject *kwargs);
PyObject *lfn_py_client_wait(PyObject *object, PyObject *args, PyObject *kwargs);
PyObject *lfn_py_client_request(PyObject *object, PyObject *args, PyObject *kwargs);
/* The types Reply and Pages. */
int lfn_py_call_types_make(PyObject *module, lfn_py_state *state);

#endif
