/* The exceptions: one class a status row, each also its builtin, and how a failure of the library becomes one. */
#include "state.h"

#include <stdarg.h>
#include <stdio.h>

enum { LINE_MAX_BYTES = 1200 };

PyObject *lfn_py_str(lfn_text text)
{
    return PyUnicode_DecodeUTF8(text.data != NULL ? text.data : "", (Py_ssize_t)text.size, "replace");
}

/* ---- the classes ---- */

/* What an exception has when Python code raises it by itself. */
static PyObject *class_members(const lfn_status_row *row)
{
    return Py_BuildValue("{s:s,s:O,s:O,s:O,s:s,s:O,s:O,s:(),s:O,s:O,s:O,s:s}", "code", row->code, "status", Py_None,
                         "key", Py_None, "where", Py_None, "hint", row->hint, "retryable",
                         row->retryable ? Py_True : Py_False, "retry_after", Py_None, "attempts", "body", Py_None,
                         "problem", Py_None, "stands", Py_None, "__module__", "leafnative");
}

static PyObject *class_bases(const lfn_py_state *state, const lfn_status_row *row)
{
    if (row->id == LFN_OK)
        return Py_BuildValue("(O)", PyExc_Exception);
    if (row->builtin[0] == '\0')
        return Py_BuildValue("(O)", state->errors[LFN_OK]);
    PyObject *builtins = PyImport_ImportModule("builtins");
    if (builtins == NULL)
        return NULL;
    PyObject *builtin = PyObject_GetAttrString(builtins, row->builtin);
    Py_DECREF(builtins);
    return builtin != NULL ? Py_BuildValue("(ON)", state->errors[LFN_OK], builtin) : NULL;
}

static int make_class(PyObject *module, lfn_py_state *state, const lfn_status_row *row)
{
    bool is_base = row->id == LFN_OK;
    char name[64];
    snprintf(name, sizeof name, "leafnative.%s", is_base ? "Error" : row->python_class);
    const char *doc = is_base ? "What every failure of leafnative is: code, status (of HTTP, or None), key (the API's "
                                "error key), where (JSON pointer of the member that was wrong), hint (the cure), "
                                "retryable, retry_after (seconds, or None), attempts, body (the answer's text with "
                                "secrets masked, or None), problem (the members of that body where it is a JSON "
                                "object, as title, detail, path and fieldErrors, or None), stands (what is there "
                                "after a replacement that failed: old, other, nothing or unknown; else None)."
                              : row->hint;
    int done = -1;
    PyObject *bases = class_bases(state, row);
    PyObject *members = class_members(row);
    if (bases == NULL || members == NULL)
        goto done;
    state->errors[row->id] = PyErr_NewExceptionWithDoc(name, doc, bases, members);
    if (state->errors[row->id] == NULL)
        goto done;
    done = PyModule_AddObjectRef(module, strchr(name, '.') + 1, state->errors[row->id]);
done:
    Py_XDECREF(bases);
    Py_XDECREF(members);
    return done;
}

static PyStructSequence_Field attempt_fields[] = {
    {"stage", "How far it came: idle, connecting, sending, waiting, receiving or done."},
    {"code", "What it came to: \"ok\" or the code of a failure."},
    {"status", "HTTP status, or None when no answer came."},
    {"started", "Seconds since the call began."},
    {"ended", "Seconds since the call began."},
    {"asks", "Whether it asked what had become of the one before, whose answer was lost."},
    {NULL, NULL},
};

static PyStructSequence_Desc attempt_desc = {
    .name = "leafnative.Attempt",
    .doc = "One attempt of a call.",
    .fields = attempt_fields,
    .n_in_sequence = 6,
};

int lfn_py_errors_make(PyObject *module, lfn_py_state *state)
{
    for (int status = LFN_OK; status < LFN_STATUS_COUNT; status++)
        if (make_class(module, state, lfn_status_get((lfn_status)status)) < 0)
            return -1;
    state->attempt_type = PyStructSequence_NewType(&attempt_desc);
    return state->attempt_type != NULL ? PyModule_AddType(module, state->attempt_type) : -1;
}

/* ---- an instance ---- */

static PyObject *attempt_new(lfn_py_state *state, const lfn_attempt *attempt)
{
    static const char *const stages[] = {
        [LFN_STAGE_IDLE] = "idle",       [LFN_STAGE_CONNECTING] = "connecting", [LFN_STAGE_SENDING] = "sending",
        [LFN_STAGE_WAITING] = "waiting", [LFN_STAGE_RECEIVING] = "receiving",   [LFN_STAGE_DONE] = "done",
    };
    PyObject *values[] = {
        PyUnicode_FromString(stages[attempt->stage]),
        PyUnicode_FromString(lfn_status_get(attempt->status)->code),
        attempt->http_status != 0 ? PyLong_FromLong(attempt->http_status) : Py_NewRef(Py_None),
        PyFloat_FromDouble((double)attempt->started_ms / 1000.0),
        PyFloat_FromDouble((double)attempt->ended_ms / 1000.0),
        PyBool_FromLong(attempt->asks),
    };
    return lfn_py_struct_new(state->attempt_type, values, sizeof values / sizeof *values);
}

PyObject *lfn_py_attempts(lfn_py_state *state, const lfn_attempt *attempts, size_t count)
{
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list != NULL && i < count; i++)
        list = lfn_py_append(list, attempt_new(state, &attempts[i]));
    return list;
}

/* "message (at /where). hint" */
static PyObject *line_of(const lfn_error *error)
{
    char line[LINE_MAX_BYTES];
    size_t size = strlen(error->message);
    if (size > 0 && error->message[size - 1] == '.')
        size--;
    bool placed = error->where[0] != '\0';
    snprintf(line, sizeof line, "%.*s%s%s%s.%s%s", (int)size, error->message, placed ? " (at " : "", error->where,
             placed ? ")" : "", error->hint[0] != '\0' ? " " : "", error->hint);
    return lfn_py_str(lfn_text_of(line));
}

static PyObject *text_or_none(const char *text)
{
    return text[0] != '\0' ? lfn_py_str(lfn_text_of(text)) : Py_NewRef(Py_None);
}

static PyObject *body_text(const lfn_result *result)
{
    if (result == NULL || result->response.body.size == 0)
        return Py_NewRef(Py_None);
    return lfn_py_str(lfn_buffer_text(&result->response.body));
}

/* The members of the body. Whatever it is, the failure that it belongs to is the one to tell. */
static PyObject *body_members(lfn_py_state *state, const lfn_result *result)
{
    if (result == NULL || result->response.body.size == 0)
        return Py_NewRef(Py_None);
    PyObject *members = lfn_py_json_build(state, lfn_buffer_text(&result->response.body), NULL);
    if (members != NULL && PyDict_Check(members))
        return members;
    Py_XDECREF(members);
    if (members == NULL && PyErr_ExceptionMatches(PyExc_MemoryError))
        return NULL;
    PyErr_Clear();
    return Py_NewRef(Py_None);
}

static PyObject *attempts_of(lfn_py_state *state, const lfn_result *result)
{
    return lfn_py_attempts(state, result != NULL ? result->attempts : NULL, result != NULL ? result->attempt_count : 0);
}

/* Sets the attribute and lets go of the value, which may be NULL after a failure. */
static int set_member(PyObject *object, const char *name, PyObject *value)
{
    if (value == NULL)
        return -1;
    int done = PyObject_SetAttrString(object, name, value);
    Py_DECREF(value);
    return done;
}

static PyObject *http_status(const lfn_error *error)
{
    return error->http_status != 0 ? PyLong_FromLong(error->http_status) : Py_NewRef(Py_None);
}

static PyObject *retry_after(const lfn_error *error)
{
    return error->retry_after_ms >= 0 ? PyFloat_FromDouble((double)error->retry_after_ms / 1000.0) : Py_NewRef(Py_None);
}

static int set_members(lfn_py_state *state, PyObject *exception, const lfn_error *error, const lfn_result *result)
{
    if (set_member(exception, "status", http_status(error)) < 0 ||
        set_member(exception, "retry_after", retry_after(error)) < 0 ||
        set_member(exception, "message", lfn_py_str(lfn_text_of(error->message))) < 0 ||
        set_member(exception, "key", text_or_none(error->key)) < 0 ||
        set_member(exception, "where", text_or_none(error->where)) < 0 ||
        set_member(exception, "hint", lfn_py_str(lfn_text_of(error->hint))) < 0 ||
        set_member(exception, "attempts", attempts_of(state, result)) < 0 ||
        set_member(exception, "problem", body_members(state, result)) < 0)
        return -1;
    return set_member(exception, "body", body_text(result));
}

static PyObject *error_new(lfn_py_state *state, const lfn_error *error, const lfn_result *result)
{
    PyObject *line = line_of(error);
    if (line == NULL)
        return NULL;
    PyObject *exception = PyObject_CallFunctionObjArgs(state->errors[error->status], line, NULL);
    Py_DECREF(line);
    if (exception != NULL && set_members(state, exception, error, result) < 0)
        Py_CLEAR(exception);
    return exception;
}

void lfn_py_raise_answer(lfn_py_state *state, const lfn_error *error, const lfn_result *result, PyObject *cause)
{
    PyObject *exception = error_new(state, error, result);
    if (exception == NULL)
        return;
    if (cause != NULL)
        PyException_SetCause(exception, Py_NewRef(cause));
    PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
    Py_DECREF(exception);
}

PyObject *lfn_py_raise(lfn_py_state *state, const lfn_error *error)
{
    lfn_py_raise_answer(state, error, NULL, NULL);
    return NULL;
}

int lfn_py_settle(lfn_py_state *state, lfn_py_stay *stay, lfn_status status, const lfn_error *error)
{
    if (lfn_py_end(stay) < 0)
        return -1;
    if (status == LFN_OK)
        return 0;
    lfn_py_raise(state, error);
    return -1;
}

PyObject *lfn_py_raise_input(lfn_py_state *state, const char *where, const char *format, ...)
{
    char message[sizeof((lfn_error *)NULL)->message];
    va_list values;
    va_start(values, format);
    vsnprintf(message, sizeof message, format, values);
    va_end(values);
    lfn_error error;
    lfn_error_set_where(&error, LFN_BAD_INPUT, where, "%s", message);
    return lfn_py_raise(state, &error);
}
