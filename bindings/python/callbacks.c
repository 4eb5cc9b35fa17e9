/* What the library calls back while a call of a Client runs: log, events, and the transport behind a Python function.
 * Each takes the interpreter lock. */
#include "client.h"

void lfn_py_log_write(PyObject *callable, lfn_log_level level, const char *line)
{
    static const char *const levels[] = {
        [LFN_LOG_DEBUG] = "debug", [LFN_LOG_INFO] = "info", [LFN_LOG_WARNING] = "warning", [LFN_LOG_ERROR] = "error"};
    bool taken = lfn_py_take();
    if (callable != NULL) {
        PyObject *result = PyObject_CallFunction(callable, "sN", levels[level], lfn_py_str(lfn_text_of(line)));
        if (result == NULL)
            lfn_py_callback_failed(callable);
        Py_XDECREF(result);
    }
    lfn_py_give(taken);
}

void lfn_py_client_log(void *context, lfn_log_level level, const char *line)
{
    lfn_py_log_write(((lfn_py_client *)context)->log, level, line);
}

void lfn_py_client_event(void *context, const lfn_event *event)
{
    lfn_py_client *self = context;
    bool taken = lfn_py_take();
    if (self->on_event != NULL) {
        PyObject *told = lfn_py_event_new(lfn_py_state_of((PyObject *)self), event);
        PyObject *result = told != NULL ? PyObject_CallFunctionObjArgs(self->on_event, told, NULL) : NULL;
        if (result == NULL)
            lfn_py_callback_failed(self->on_event);
        Py_XDECREF(told);
        Py_XDECREF(result);
    }
    lfn_py_give(taken);
}

static PyObject *pair(lfn_text name, lfn_text value)
{
    return Py_BuildValue("(NN)", lfn_py_str(name), lfn_py_str(value));
}

/* The header pairs of a request, that of the token included: it goes over this transport in the clear. */
static PyObject *request_headers(const lfn_request *request)
{
    static const char authorization[] = "Authorization";
    PyObject *list = PyList_New(0);
    if (request->authorization.data != NULL)
        list = lfn_py_append(list, pair(lfn_text_of(authorization), request->authorization));
    for (size_t i = 0; list != NULL && i < request->header_count; i++)
        list = lfn_py_append(list, pair(request->headers[i].name, request->headers[i].value));
    return list;
}

static int add_response_header(void *context, lfn_text name, lfn_text value)
{
    if (lfn_response_add_header(context, name, value))
        return 0;
    PyErr_SetString(PyExc_ValueError, "a header of the answer holds a line end or NUL, or memory is out");
    return -1;
}

static int read_body(lfn_py_state *state, PyObject *body, lfn_response *response)
{
    lfn_text text;
    Py_buffer view = {0};
    if (lfn_py_bytes(state, body, "the body of the answer", &view, &text) < 0)
        return -1;
    bool stored = lfn_buffer_append_text(&response->body, text);
    PyBuffer_Release(&view);
    if (!stored)
        PyErr_SetString(PyExc_ValueError, "the body of the answer is larger than answer_max_bytes");
    return stored ? 0 : -1;
}

/* Reads (status, headers, body). The HTTP status is written last: without it no answer came. */
static int read_answer(lfn_py_state *state, PyObject *answer, lfn_response *response)
{
    int done = -1;
    PyObject *tuple = PySequence_Tuple(answer);
    PyObject *keep = PyList_New(0);
    if (tuple == NULL || keep == NULL)
        goto done;
    if (PyTuple_Size(tuple) != 3) {
        PyErr_SetString(PyExc_TypeError, "a transport must return (status, headers, body)");
        goto done;
    }
    long status = PyLong_AsLong(PyTuple_GetItem(tuple, 0));
    if (status == -1 && PyErr_Occurred())
        goto done;
    if (status < 100 || status > 599) {
        PyErr_SetString(PyExc_ValueError, "a transport must return an HTTP status from 100 to 599");
        goto done;
    }
    if (lfn_py_headers_read(state, PyTuple_GetItem(tuple, 1), keep, add_response_header, response) < 0)
        goto done;
    if (read_body(state, PyTuple_GetItem(tuple, 2), response) < 0)
        goto done;
    response->status = (int)status;
    done = 0;
done:
    Py_XDECREF(tuple);
    Py_XDECREF(keep);
    return done;
}

/* The handler behind a Python function. */
void lfn_py_client_carry(void *context, const lfn_request *request, lfn_response *response)
{
    lfn_py_client *self = context;
    bool taken = lfn_py_take();
    lfn_py_forget_raised();
    PyObject *answer = NULL;
    if (self->transport != NULL)
        answer = PyObject_CallFunction(
            self->transport, "sNNN", lfn_method_name(request->method), lfn_py_str(request->target),
            request_headers(request),
            PyBytes_FromStringAndSize(request->body.data,
                                      request->body.data != NULL ? (Py_ssize_t)request->body.size : 0));
    if (answer == NULL || read_answer(lfn_py_state_of((PyObject *)self), answer, response) < 0) {
        lfn_response_clear(response);
        response->status = 0;
        if (PyErr_Occurred())
            lfn_py_keep_raised(self->transport);
    }
    Py_XDECREF(answer);
    lfn_py_give(taken);
}
