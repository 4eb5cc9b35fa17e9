/* The object Client, between the files that open and close it (opening.c, client.c) and those that send (calls.c,
 * pages.c). */
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

/* ---- client.c: closing, and stepping in ---- */

typedef struct lfn_py_client {
    PyObject_HEAD lfn_client *client;
    lfn_py_door door;
    lfn_py_clock clock;
    lfn_config *config;      /* lends its texts to the options only; kept to tell sources */
    PyObject *service;       /* the parent, or NULL */
    PyObject *transport;     /* a function of Python, or NULL */
    PyObject *log;           /* a function of Python, or NULL */
    PyObject *on_event;      /* a function of Python, or NULL */
    PyObject *given;         /* a frozenset: the settings that came as arguments, by their names in the file */
    PyObject *profile;       /* of the configuration file, or NULL */
    struct lfn_py_set *sets; /* sets of calls that are open */
    lfn_result *spare;       /* the memory of an answer, empty; or NULL */
    bool may_look;           /* environment and file may be looked at */
    const lfn_api *api;
} lfn_py_client;

/* Steps into the client and the service below it. -1 with ClosedError. */
int lfn_py_client_enter(lfn_py_state *state, lfn_py_client *self);
void lfn_py_client_leave(lfn_py_client *self);
/* Keeps the C part of a client, whose door may be shut, while what belongs to it is let go of by another thread. */
void lfn_py_client_hold(lfn_py_client *self);
void lfn_py_client_let_go(lfn_py_client *self);

/* ---- opening.c ---- */

/* Makes and opens a Client. */
PyObject *lfn_py_client_new(PyTypeObject *type, PyObject *args, PyObject *kwargs);
/* Reads environment and file into the client. */
int lfn_py_client_load_config(lfn_py_state *state, lfn_py_client *self);

/* ---- callbacks.c: what the library is given to call, with the client as its context ---- */

void lfn_py_client_log(void *context, lfn_log_level level, const char *line);
void lfn_py_client_event(void *context, const lfn_event *event);
/* The handler behind a Python function. */
void lfn_py_client_carry(void *context, const lfn_request *request, lfn_response *response);

/* ---- set.c: calls under way at once ---- */

/* A set of calls of a client that is open; what Calls and Map hold. */
typedef struct lfn_py_set {
    lfn_py_client *client; /* owned */
    lfn_calls *calls;      /* NULL: closed */
    struct lfn_py_set *next;
    struct lfn_py_set **link; /* what points to it in the client's list */
    long process;             /* that it was opened in */
    bool busy;                /* a thread is inside */
} lfn_py_set;

/* Opens it; -1 with an exception. Close it in either case. */
int lfn_py_set_open(lfn_py_state *state, lfn_py_set *set, PyObject *client, const lfn_calls_options *options);
/* Steps in: the client is used. -1 with ClosedError when set or client is closed, or it is another process's, with
 * RuntimeError when a thread is inside. `what` names it. */
int lfn_py_set_enter(lfn_py_state *state, lfn_py_set *set, const char *what);
void lfn_py_set_leave(lfn_py_set *set);
/* Cancels what is under way; the client stays. Not to be called by a thread that is inside. */
void lfn_py_set_close(lfn_py_set *set);
/* Closes it for ever, also while an exception is set. */
void lfn_py_set_drop(lfn_py_set *set);
/* Waits up to wait_ms and lets everything move, without the interpreter lock. -1 with an interrupt that came meanwhile:
 * there may be completions then, too. An exception of a Python transport comes out in out_raised, owned. */
int lfn_py_set_poll(lfn_py_set *set, int64_t wait_ms, lfn_completion *out_completions, size_t room, size_t *out_count,
                    PyObject **out_raised);

/* ---- reply.c: what came of a call ---- */

/* What is made of a good answer. */
typedef enum lfn_py_values {
    LFN_PY_OBJECTS, /* dicts and lists, of which objects are made */
    LFN_PY_DICTS,
    LFN_PY_BYTES /* the body as it came */
} lfn_py_values;

/* A call that ended. */
typedef struct lfn_py_landed {
    const lfn_operation *operation; /* NULL for a request that the tables lack */
    const lfn_provider *provider;
    lfn_text sent;
    bool unread; /* its answer was not judged yet */
    lfn_py_values values;
    lfn_status status;
    lfn_error *error; /* filled when status is not LFN_OK; may be changed */
    lfn_result *result;
} lfn_py_landed;

/* Whether a call leaves a good answer unread: what is built from it judges its form, bytes are given as they came. */
bool lfn_py_unread(const lfn_operation *operation, lfn_py_values values);
/* The answer as Python values, of a list its entries, or as its bytes; NULL with the exception of the failure, whose
 * cause is `raised` where a Python transport raised it (else NULL). */
PyObject *lfn_py_landed_data(lfn_py_state *state, lfn_py_client *client, const lfn_py_landed *landed, PyObject *raised);
/* The same as a Reply. */
PyObject *lfn_py_landed_reply(lfn_py_state *state, lfn_py_client *client, const lfn_py_landed *landed,
                              PyObject *raised);

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
    bool bare;        /* the values are wanted, and no Reply around them */
    lfn_py_values values;
} lfn_py_sending;

typedef lfn_status (*lfn_py_send_function)(lfn_client *client, lfn_py_sending *sending, lfn_result *result,
                                           lfn_error *error);

/* Reads what a method was given that calls an operation; `format` ends with its name. -1 with an exception; free the
 * arguments in either case. */
int lfn_py_sending_parse(PyObject *object, PyObject *args, PyObject *kwargs, const char *format,
                         lfn_py_sending *out_sending);
/* Reads a request that the tables lack. -1 with an exception; free the JSON in either case. */
int lfn_py_request_parse(PyObject *object, PyObject *args, PyObject *kwargs, const char *format, lfn_buffer *out_json,
                         lfn_py_sending *out_sending);
/* Fills operation and provider by a name. -1 with BadInputError, which tells the names near to it. */
int lfn_py_find_operation(lfn_py_state *state, PyObject *object, lfn_call *call);
/* Sends without the interpreter lock, and gives the Reply, or its values alone; NULL without an exception where the
 * walk has ended. */
PyObject *lfn_py_client_send(lfn_py_client *self, lfn_py_send_function function, lfn_py_sending *sending);

/* Calls the operation of the sending. */
lfn_status lfn_py_do_call(lfn_client *client, lfn_py_sending *sending, lfn_result *result, lfn_error *error);

/* The methods of Client that send, each as a PyCFunctionWithKeywords. */
PyObject *lfn_py_client_call(PyObject *object, PyObject *args, PyObject *kwargs);
PyObject *lfn_py_client_pages(PyObject *object, PyObject *args, PyObject *kwargs);
PyObject *lfn_py_client_wait(PyObject *object, PyObject *args, PyObject *kwargs);
PyObject *lfn_py_client_check_wait(PyObject *object, PyObject *args, PyObject *kwargs);
PyObject *lfn_py_client_request(PyObject *object, PyObject *args, PyObject *kwargs);
int lfn_py_reply_type_make(PyObject *module, lfn_py_state *state);

/* ---- ask.c: one call of an operation, as a program asked for it ---- */

typedef struct lfn_py_ask {
    const lfn_operation *operation;
    const lfn_provider *provider;
    PyObject *arguments; /* a dict of the call's own; it and what follows is owned */
    PyObject *timeout;   /* or NULL, as what follows */
    PyObject *deadline;
    PyObject *make;  /* makes an object of the values: make(values, known) */
    PyObject *known; /* a dict: the path members of the call */
    lfn_py_values values;
    bool lax;
    bool missing_ok; /* NotFoundError is the value None */
} lfn_py_ask;

/* Reads "objects", "dicts" or "bytes". -1 with BadInputError or TypeError. */
int lfn_py_values_read(lfn_py_state *state, PyObject *object, lfn_py_values *out_values);
/* Takes an option of the call, or an argument for its dict, by its name. -1 with an exception. */
int lfn_py_ask_take(lfn_py_state *state, lfn_py_ask *ask, PyObject *name, PyObject *value);
/* A new dict: the path members among the arguments, by these names of theirs in snake_case. */
PyObject *lfn_py_ask_known(const lfn_py_ask *ask, PyObject *path_members);
void lfn_py_ask_clear(lfn_py_ask *ask);
int lfn_py_ask_traverse(const lfn_py_ask *ask, visitproc visit, void *arg);
/* Fills what is sent, for a send function or a set of calls. -1 with an exception; free the arguments in either case.
 */
int lfn_py_ask_read(lfn_py_state *state, const lfn_py_ask *ask, lfn_py_sending *out_sending);
/* What the caller gets for the values, which it takes over; they may be NULL after a failure. */
PyObject *lfn_py_ask_outcome(lfn_py_state *state, const lfn_py_ask *ask, PyObject *values);
/* Makes the call of a client, which is a Face, and clears the ask. A blocking face gets the outcome, the other one what
 * is to be awaited. */
PyObject *lfn_py_ask_perform(lfn_py_state *state, PyObject *api, lfn_py_ask *ask);

/* ---- pending.c ---- */

int lfn_py_pending_type_make(PyObject *module, lfn_py_state *state);
/* A call of a client that was not begun; it takes over what is asked. */
PyObject *lfn_py_pending_new(lfn_py_state *state, PyObject *api, lfn_py_ask *ask);

/* ---- method.c, face.c ---- */

/* What the clients of both faces are made of. */
typedef struct lfn_py_face {
    PyObject_HEAD PyObject *client; /* or NULL */
    PyObject *calls;                /* a Calls, where those of its event loop stand; or NULL */
    char awaits;                    /* its calls are awaited */
} lfn_py_face;

int lfn_py_method_type_make(PyObject *module, lfn_py_state *state);
int lfn_py_face_type_make(PyObject *module, lfn_py_state *state);

/* ---- pages.c ---- */

typedef struct lfn_py_pages {
    PyObject_HEAD PyObject *client; /* the parent */
    lfn_pages *pages;
    const lfn_operation *operation;
    const lfn_provider *provider;
    bool asking; /* a thread is inside, or a set of calls has its next page under way */
} lfn_py_pages;

int lfn_py_pages_type_make(PyObject *module, lfn_py_state *state);

/* ---- many.c, map.c ---- */

int lfn_py_calls_type_make(PyObject *module, lfn_py_state *state);
int lfn_py_map_type_make(PyObject *module, lfn_py_state *state);

#endif
