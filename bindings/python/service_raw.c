/* Service: raw requests, answered as bytes. */
#include "service.h"

static bool is_name(lfn_text name, const char *lower)
{
    if (name.size != strlen(lower))
        return false;
    for (size_t i = 0; i < name.size; i++) {
        char byte = name.data[i];
        if ((byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte) != lower[i])
            return false;
    }
    return true;
}

/* Puts a header into the request, which borrows the texts. */
static int add_request_header(void *context, lfn_text name, lfn_text value)
{
    lfn_request *request = context;
    if (is_name(name, "host") || is_name(name, "content-length"))
        return 0;
    if (is_name(name, "authorization")) {
        request->authorization = value;
        return 0;
    }
    if (lfn_request_add_header(request, name, value))
        return 0;
    PyErr_Format(PyExc_ValueError, "a request has at most %d headers", (int)LFN_REQUEST_HEADERS_MAX);
    return -1;
}

static PyObject *raw_answer(const lfn_response *response)
{
    return Py_BuildValue("(iNy#)", response->status, lfn_py_headers_list(response),
                         lfn_buffer_text(&response->body).data, (Py_ssize_t)response->body.size);
}

static PyObject *run_handle(PyObject *object, const lfn_request *request)
{
    lfn_py_service *self = (lfn_py_service *)object;
    if (lfn_py_service_enter(lfn_py_state_of(object), object) < 0)
        return NULL;
    lfn_response response;
    lfn_response_init(&response, LFN_PY_BODY_CEILING);
    lfn_py_stay stay;
    lfn_py_leave(&stay, self, NULL);
    lfn_service_answer(self->service, request, &response);
    lfn_py_return(&stay);
    lfn_py_service_exit(object);
    PyObject *answer = lfn_py_end(&stay) == 0 ? raw_answer(&response) : NULL;
    lfn_response_free(&response);
    return answer;
}

PyObject *lfn_py_service_handle(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"method", "target", "headers", "body", NULL};
    lfn_py_state *state = lfn_py_state_of(object);
    PyObject *method = NULL;
    PyObject *target = NULL;
    PyObject *headers = NULL;
    PyObject *body = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO|OO:handle", names, &method, &target, &headers, &body))
        return NULL;
    lfn_request request = {0};
    Py_buffer view = {0};
    PyObject *keep = PyList_New(0);
    PyObject *answer = NULL;
    if (keep == NULL || lfn_py_method(state, method, &request.method) < 0 ||
        lfn_py_text_needed(state, target, "target", &request.target) < 0 ||
        lfn_py_headers_read(state, headers, keep, add_request_header, &request) < 0 ||
        lfn_py_bytes(state, body, "body", &view, &request.body) < 0)
        goto done;
    answer = run_handle(object, &request);
done:
    PyBuffer_Release(&view);
    Py_XDECREF(keep);
    return answer;
}
