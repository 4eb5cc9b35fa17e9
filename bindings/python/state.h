/* What the files of the Python extension share: the state of the module, and the seams between its parts. The extension
 * sees the public headers only. It is written against the limited API of CPython 3.11. */
#ifndef LFN_PYTHON_STATE_H
#define LFN_PYTHON_STATE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "leafnative/leafnative.h"

enum { LFN_PY_KEYS = 512, LFN_PY_NAMED = 32, LFN_PY_PLACES = 64, LFN_PY_BODY_CEILING = 16 * 1024 * 1024 };

/* What is known about the value of a member. */
typedef struct lfn_py_member {
    const lfn_schema *schema; /* of its objects; NULL where nothing is known */
    bool keyed_by_word;       /* the members of its object are all of the schema, whatever their names */
    bool secret;              /* everything below is secret */
} lfn_py_member;

/* A name that was seen in an answer, and what it meant there. */
typedef struct lfn_py_key {
    PyObject *text;    /* NULL: nothing is kept here */
    const char *bytes; /* of the text in UTF-8; they live as long as it */
    size_t size;
    uint64_t head; /* the first bytes, */
    uint64_t tail; /* and the last */
    bool secret;   /* a member of this name is secret in some schema */
    const lfn_schema *schema;
    lfn_py_member member; /* of an object of that schema */
} lfn_py_key;

/* An operation by the str that named it. */
typedef struct lfn_py_named {
    PyObject *name;
    const lfn_operation *operation;
    const lfn_provider *provider;
} lfn_py_named;

/* What the name of an argument means to an operation. */
typedef enum lfn_py_place_kind { LFN_PY_NOWHERE, LFN_PY_IN_PATH, LFN_PY_IN_QUERY, LFN_PY_IN_BODY } lfn_py_place_kind;

typedef struct lfn_py_place {
    PyObject *name; /* NULL: nothing is kept here */
    lfn_text text;  /* of the name */
    const lfn_operation *operation;
    const lfn_provider *provider;
    lfn_py_place_kind kind;
    const lfn_field *field; /* NULL: nowhere */
} lfn_py_place;

/* Names that are looked for in every call. */
typedef enum lfn_py_word {
    LFN_PY_API,
    LFN_PY_BOUND,
    LFN_PY_CALL_SOON,
    LFN_PY_DEADLINE,
    LFN_PY_GIVEN,
    LFN_PY_MAKERS,
    LFN_PY_MISSING_OK,
    LFN_PY_RUN,
    LFN_PY_STRICT,
    LFN_PY_TIMEOUT,
    LFN_PY_VALUES,
    LFN_PY_WORD_BYTES,
    LFN_PY_WORD_DICTS,
    LFN_PY_WORD_OBJECTS,
    LFN_PY_WORD_COUNT
} lfn_py_word;

/* Everything that the module owns; one for each interpreter that imports it. */
typedef struct lfn_py_state {
    PyObject *errors[LFN_STATUS_COUNT]; /* the class of each status; that of LFN_OK is Error, the base of all */
    PyTypeObject *secret_type;
    PyTypeObject *client_type;
    PyTypeObject *service_type; /* NULL in a build without the service */
    PyTypeObject *reply_type;
    PyTypeObject *pages_type;
    PyTypeObject *calls_type;
    PyTypeObject *map_type;
    PyTypeObject *attempt_type;
    PyTypeObject *event_type;
    PyTypeObject *access_type;
    PyObject *datetime_type; /* looked up on first use, as is utc */
    PyObject *utc;
    PyTypeObject *method_type;
    PyTypeObject *face_type;
    PyTypeObject *pending_type;
    PyObject *running_loop; /* a function of asyncio's, looked up on first use */
    PyObject *secret_names; /* a set; NULL until it is asked for, as is the next */
    PyObject *open_names;
    PyObject *words[LFN_PY_WORD_COUNT];
    lfn_py_key keys[LFN_PY_KEYS];       /* names of members seen in answers: see build.c */
    lfn_py_named named[LFN_PY_NAMED];   /* operations asked for, by the address of their names */
    lfn_py_place places[LFN_PY_PLACES]; /* arguments given, by the address of their names */
    uint64_t hash_key;                  /* random; drawn for the first hash of a secret */
} lfn_py_state;

/* The state, from an instance of one of the module's types. None of them can be subclassed. */
lfn_py_state *lfn_py_state_of(PyObject *self);

/* ---- waiting.c: letting go of the interpreter lock, and doors that close ---- */

/* A stay in the library without the interpreter lock. Callbacks find the one of their thread. */
typedef struct lfn_py_stay {
    PyThreadState *thread;
    bool held;              /* a callback has the lock for now */
    const void *handles[2]; /* the objects whose C part is in use */
    PyObject *raised;       /* the exception that a callback ended with; owned */
    bool ends;              /* it is an interrupt, or that of a signal, and is raised whatever else happens */
    bool goes_on;           /* calls go on all the same: this is a poll of several, which soon returns by itself */
    int64_t checked_ms; /* when signals were looked for last, by the system's clock; 0: time was not asked for yet */
    struct lfn_py_stay *outer;
} lfn_py_stay;

/* Lets go of the lock. Between this and lfn_py_return stands C memory only. */
void lfn_py_leave(lfn_py_stay *stay, const void *handle, const void *other);
void lfn_py_return(lfn_py_stay *stay);
/* Takes the lock in a callback; false when this thread has it already. Give what it returned to lfn_py_give. */
bool lfn_py_take(void);
void lfn_py_give(bool taken);
/* Takes the exception that is set, in its final form; NULL when none is. */
PyObject *lfn_py_take_raised(void);
/* Sets an exception that was taken, and lets go of it; NULL sets none. */
void lfn_py_put_raised(PyObject *raised);
/* Keeps the exception that is set for whoever made the call; with no call to tell, it is written as unraisable. */
void lfn_py_keep_raised(PyObject *culprit);
/* Forgets the exception that an earlier attempt of this thread's call ended with. */
void lfn_py_forget_raised(void);
/* For a callback whose failure does not end the call: an Exception is written as unraisable, an interrupt is kept. */
void lfn_py_callback_failed(PyObject *culprit);
/* Whether the call of this thread has to end for an exception; looks for signals when that is some time ago. `now_ms`
 * is by the system's clock. */
bool lfn_py_interrupted(int64_t now_ms);
/* After lfn_py_return: -1 with the interrupt that a callback ended with, or with that of a signal. */
int lfn_py_end(lfn_py_stay *stay);

/* Guards the C part of an object: while calls are inside, close() only shuts the door, and the last one out frees. */
typedef struct lfn_py_door {
    size_t inside;
    bool closed;
} lfn_py_door;

/* Steps in. -1 with ClosedError when the door is shut, with RuntimeError from inside a callback of the same object. */
int lfn_py_enter(lfn_py_state *state, lfn_py_door *door, const void *handle, const char *what);
/* Steps out; true when the caller was the last and the door is shut: it has to free. */
bool lfn_py_exit(lfn_py_door *door);

/* ---- objects.c: Python objects made and let go ---- */

PyObject *lfn_py_instance_new(PyTypeObject *type);
/* Ends a tp_dealloc: what the instance held is let go already. */
void lfn_py_instance_free(PyObject *self);
/* A named tuple, which takes the values over; one that is NULL is a failure. */
PyObject *lfn_py_struct_new(PyTypeObject *type, PyObject *const values[], size_t count);
/* Appends and lets go of the value, which may be NULL after a failure. The list goes with a failure. */
PyObject *lfn_py_append(PyObject *list, PyObject *value);
/* Takes a reference on a function; NULL and None leave `out_callable` as it is. -1 with TypeError. */
int lfn_py_take_callable(PyObject *object, const char *name, PyObject **out_callable);
/* The names that are looked for in every call. -1 with an exception. */
int lfn_py_words_make(lfn_py_state *state);

/* ---- errors.c ---- */

int lfn_py_errors_make(PyObject *module, lfn_py_state *state);
/* Raises the exception of a failure; always NULL. */
PyObject *lfn_py_raise(lfn_py_state *state, const lfn_error *error);
/* Ends a stay: -1 with the exception of lfn_py_end, or with that of a status that is not LFN_OK. */
int lfn_py_settle(lfn_py_state *state, lfn_py_stay *stay, lfn_status status, const lfn_error *error);
/* Like lfn_py_raise for a failed call, with its attempts and the text of the answer, in which secrets are masked
 * already. `cause` may be NULL. */
void lfn_py_raise_answer(lfn_py_state *state, const lfn_error *error, const lfn_result *result, PyObject *cause);
/* Raises BadInputError about the member at a JSON pointer, which may be "". Always NULL. */
PyObject *lfn_py_raise_input(lfn_py_state *state, const char *where, const char *format, ...) LFN_PRINTF(3, 4);
/* The attempts of a call as a list of Attempt. */
PyObject *lfn_py_attempts(lfn_py_state *state, const lfn_attempt *attempts, size_t count);
/* Text of the library as str; bytes that are no UTF-8 are replaced. */
PyObject *lfn_py_str(lfn_text text);

/* ---- events.c ---- */

int lfn_py_event_type_make(PyObject *module, lfn_py_state *state);
/* A new Event. */
PyObject *lfn_py_event_new(lfn_py_state *state, const lfn_event *event);

/* ---- secret.c ---- */

int lfn_py_secret_type_make(PyObject *module, lfn_py_state *state);
PyObject *lfn_py_secret_new(lfn_py_state *state, lfn_text text);
bool lfn_py_secret_check(lfn_py_state *state, PyObject *object);
/* The clear bytes; they live as long as the object. */
lfn_text lfn_py_secret_text(PyObject *secret);

/* ---- values.c: single values from Python ---- */

/* Raises the TypeError "NAME must be WANTED, not KIND"; -1. */
int lfn_py_refuse_type(const char *name, const char *wanted, PyObject *object);
/* The bytes of a str or Secret, living as long as it; None and NULL give the absent text. -1 with TypeError, or with
 * BadInputError when the text has no form in UTF-8. `name` is for the message. */
int lfn_py_text(lfn_py_state *state, PyObject *object, const char *name, lfn_text *out_text);
/* The same for what must be there. */
int lfn_py_text_needed(lfn_py_state *state, PyObject *object, const char *name, lfn_text *out_text);
/* The bytes of a str, or of anything that gives its bytes; `view` is released by the caller. None and NULL give the
 * absent text. */
int lfn_py_bytes(lfn_py_state *state, PyObject *object, const char *name, Py_buffer *view, lfn_text *out_text);
/* Whether it has members by name, as a dict. */
bool lfn_py_is_mapping(PyObject *object);
int lfn_py_method(lfn_py_state *state, PyObject *object, lfn_method *out_method);
/* A file name: str, bytes or os.PathLike. What holds the bytes is appended to the list `keep`. */
int lfn_py_file(lfn_py_state *state, PyObject *object, const char *name, PyObject *keep, lfn_text *out_text);
/* Seconds as int or float into milliseconds; None gives 0. */
int lfn_py_milliseconds(lfn_py_state *state, PyObject *object, const char *name, int64_t *out_ms);
/* A positive integer; None gives 0. */
int lfn_py_count(lfn_py_state *state, PyObject *object, const char *name, size_t *out_size);
/* Seconds since 1970 as int or float, or an aware datetime, into microseconds. */
int lfn_py_time_us(lfn_py_state *state, PyObject *object, int64_t *out_us);
/* Whether it is a datetime; -1 on an error. */
int lfn_py_is_datetime(lfn_py_state *state, PyObject *object);
/* The RFC 3339 form in UTC of an aware datetime as a new str. */
PyObject *lfn_py_datetime_text(lfn_py_state *state, PyObject *object, const char *where);
/* Gives header pairs of str, from an iterable or a dict, to `add`. The list `keep` holds the texts. */
typedef int (*lfn_py_header_function)(void *context, lfn_text name, lfn_text value);
int lfn_py_headers_read(lfn_py_state *state, PyObject *headers, PyObject *keep, lfn_py_header_function add,
                        void *context);
/* The header lines of an answer as a list of pairs. */
PyObject *lfn_py_headers_list(const lfn_response *response);

/* ---- arguments.c, write.c: arguments into members and JSON ---- */

/* What the arguments of a call became, in C memory. */
typedef struct lfn_py_arguments {
    lfn_argument *list;
    size_t count;
    size_t capacity;
    lfn_buffer texts; /* the values of the list that are copied, one after the other */
    PyObject *held;   /* the dict, which lends the other values */
    lfn_buffer body;
    bool has_body;
} lfn_py_arguments;

/* Places every argument of a dict, which nothing else can change meanwhile, by the rows of the operation. -1 with an
 * exception; free it in either case. */
int lfn_py_arguments_read(lfn_py_state *state, const lfn_operation *operation, const lfn_provider *provider,
                          PyObject *arguments, bool strict, lfn_py_arguments *out_arguments);
void lfn_py_arguments_free(lfn_py_arguments *arguments);
/* Appends a Python value as JSON; names of members are mapped by the schema, which may be NULL. */
int lfn_py_json_write(lfn_py_state *state, PyObject *value, const lfn_schema *schema, lfn_buffer *out_json);

/* ---- places.c: names of arguments ---- */

/* Finds what a str means to an operation. -1 with BadInputError when it has no form in UTF-8. */
int lfn_py_place_find(lfn_py_state *state, const lfn_operation *operation, const lfn_provider *provider, PyObject *name,
                      lfn_py_place *out_place);
/* Raises BadInputError about a name that means nothing to it. */
void lfn_py_place_refuse(lfn_py_state *state, const lfn_operation *operation, const lfn_provider *provider,
                         const char *where, PyObject *name);
/* Raises BadInputError about a name that is not known, with the names of the list `known` that come near. NULL. */
PyObject *lfn_py_raise_unknown(lfn_py_state *state, const char *what, const char *where, PyObject *name,
                               PyObject *known);
PyObject *lfn_py_near_function(PyObject *module, PyObject *args);

/* ---- build.c: JSON text into Python values ---- */

/* The Python value of a JSON document, whose objects are of the schema (or NULL). Secret members become Secret. */
PyObject *lfn_py_json_build(lfn_py_state *state, lfn_text json, const lfn_schema *schema);
/* The list that stands in the member `items` of a JSON object; its objects are of the schema. */
PyObject *lfn_py_json_build_items(lfn_py_state *state, lfn_text json, const char *items, const lfn_schema *schema);

/* ---- client.c, callbacks.c, calls.c, service.c, tables.c ---- */

int lfn_py_client_type_make(PyObject *module, lfn_py_state *state);
/* Calls log(level, line) of Python; an exception is written as unraisable. `callable` may be NULL. */
void lfn_py_log_write(PyObject *callable, lfn_log_level level, const char *line);

extern PyMethodDef lfn_py_table_methods[];
/* Seconds that a wait rests, after a rest of so many seconds. */
PyObject *lfn_py_wait_rest(PyObject *module, PyObject *before);
/* A new set of the members that are secret in any schema, by both of their names. */
PyObject *lfn_py_field_names(bool secret);

/* ---- conceal.c ---- */

/* The members of a dict, every text below one that is secret in the tables or named in the tuple `more` (or NULL) as
 * Secret; the same dict when there is nothing to hide. */
PyObject *lfn_py_concealed(lfn_py_state *state, PyObject *members, PyObject *more);
PyObject *lfn_py_concealed_function(PyObject *module, PyObject *args);

#ifdef LFN_WITH_SERVICE
int lfn_py_service_type_make(PyObject *module, lfn_py_state *state);
/* The C part of a Service that is open, between enter and exit. */
int lfn_py_service_enter(lfn_py_state *state, PyObject *service);
void lfn_py_service_exit(PyObject *service);
lfn_status lfn_py_service_transport(PyObject *service, lfn_transport **out_transport, lfn_error *error);
/* The clock of a Service that was given one, else NULL. */
const lfn_clock *lfn_py_service_clock(PyObject *service);
#endif

#endif
