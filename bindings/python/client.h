/* The object Client, between the file that opens and closes it (client.c) and those that send (calls.c, pages.c). */
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

/* ---- client.c ---- */

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

/* ---- calls.c ---- */

/* What is sent, and how; in C memory. */
typedef struct lfn_py_sending {
    lfn_call call;
    lfn_py_arguments arguments; /* the memory behind the call */
    lfn_text member;            /* of a wait; so are the two below */
    lfn_text value;
    int64_t deadline_ms;
    lfn_method method; /* of a request that the tables lack */
    lfn_text path;
    lfn_pages *pages; /* of a walk */
    bool ended;       /* nothing was sent: the walk is behind its last page */
} lfn_py_sending;

typedef lfn_status (*lfn_py_send_function)(lfn_client *client, lfn_py_sending *sending, lfn_result *result,
                                           lfn_error *error);

/* Reads what a method was given that calls an operation; `format` ends with its name. -1 with an exception; free the
 * arguments in either case. */
int lfn_py_sending_parse(PyObject *object, PyObject *args, PyObject *kwargs, const char *format,
                         lfn_py_sending *out_sending);
/* Sends without the interpreter lock, and gives the Reply; NULL without an exception where the walk has ended. */
PyObject *lfn_py_client_send(lfn_py_client *self, lfn_py_send_function function, lfn_py_sending *sending);

/* The methods of Client that send, each as a PyCFunctionWithKeywords. */
PyObject *lfn_py_client_call(PyObject *object, PyObject *args, PyObject *kwargs);
PyObject *lfn_py_client_pages(PyObject *object, PyObject *args, PyObject *kwargs);
PyObject *lfn_py_client_wait(PyObject *object, PyObject *args, PyObject *kwargs);
PyObject *lfn_py_client_request(PyObject *object, PyObject *args, PyObject *kwargs);
/* The types Reply and Pages. */
int lfn_py_reply_type_make(PyObject *module, lfn_py_state *state);
int lfn_py_pages_type_make(PyObject *module, lfn_py_state *state);

#endif
