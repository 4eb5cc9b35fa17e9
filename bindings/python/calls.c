/* What a Client sends: calls of operations, waiting for a value, and requests that the tables lack. */
#include "client.h"

/* ---- the call ---- */

/* Ends a call: the reply or its values, or the exception. What a Python transport raised is the cause of a
 * TransportError, or of an UnknownOutcomeError. */
static PyObject *finish(lfn_py_state *state, lfn_py_client *client, const lfn_py_landed *landed, bool bare,
                        lfn_py_stay *stay)
{
    PyObject *raised = stay->raised != NULL ? Py_NewRef(stay->raised) : NULL;
    PyObject *reply = NULL;
    if (lfn_py_end(stay) == 0)
        reply = bare ? lfn_py_landed_data(state, client, landed, raised)
                     : lfn_py_landed_reply(state, client, landed, raised);
    Py_XDECREF(raised);
    return reply;
}

/* An answer gets the memory that the one before had; those of other threads meanwhile have their own. */
static lfn_result *take_result(lfn_py_client *self)
{
    lfn_result *result = self->spare;
    self->spare = NULL;
    if (result == NULL)
        result = PyMem_Calloc(1, sizeof *result);
    if (result == NULL)
        PyErr_NoMemory();
    return result;
}

static void give_result(lfn_py_client *self, lfn_result *result)
{
    enum { KEPT_MAX = 64 * 1024 };
    if (self->spare == NULL && result->response.body.capacity <= KEPT_MAX) {
        lfn_result_clear(result); /* wipes */
        self->spare = result;
        return;
    }
    lfn_result_free(result);
    PyMem_Free(result);
}

static PyObject *send(lfn_py_state *state, lfn_py_client *self, lfn_py_send_function function, lfn_py_sending *sending,
                      lfn_result *result)
{
    lfn_error error;
    lfn_py_stay stay;
    lfn_py_leave(&stay, self, self->service);
    lfn_status status = function(self->client, sending, result, &error);
    lfn_py_return(&stay);
    const lfn_call *call = &sending->call;
    lfn_py_landed landed = {.operation = call->operation,
                            .provider = call->provider,
                            .sent = call->body,
                            .unread = call->unread,
                            .values = sending->values,
                            .status = status,
                            .error = &error,
                            .result = result};
    if (status != LFN_OK || !sending->ended)
        return finish(state, self, &landed, sending->bare, &stay);
    lfn_py_end(&stay);
    return NULL;
}

PyObject *lfn_py_client_send(lfn_py_client *self, lfn_py_send_function function, lfn_py_sending *sending)
{
    lfn_py_state *state = lfn_py_state_of((PyObject *)self);
    if (lfn_py_client_enter(state, self) < 0)
        return NULL;
    PyObject *reply = NULL;
    lfn_result *result = take_result(self);
    if (result != NULL) {
        reply = send(state, self, function, sending, result);
        give_result(self, result);
    }
    lfn_py_client_leave(self);
    return reply;
}

static PyObject *operation_names(void)
{
    PyObject *list = PyList_New(0);
    for (int id = 0; id < LFN_OP_COUNT; id++) {
        const lfn_operation *operation = lfn_operation_get((lfn_operation_id)id);
        bool repeated = lfn_operation_per_provider(operation);
        int count = repeated ? LFN_PROVIDER_COUNT : 1;
        for (int i = 0; list != NULL && i < count; i++) {
            const char *group = repeated ? lfn_provider_get((lfn_provider_id)i)->attribute : operation->group->name;
            list = lfn_py_append(list, PyUnicode_FromFormat("%s.%s", group, operation->name));
        }
    }
    return list;
}

/* Programs name the same operations again and again, by the same str. */
static lfn_py_named *place_of(lfn_py_state *state, PyObject *name)
{
    return &state->named[((uintptr_t)name >> 4) % LFN_PY_NAMED];
}

static void remember(lfn_py_state *state, PyObject *name, const lfn_call *call)
{
    lfn_py_named *place = place_of(state, name);
    PyObject *before = place->name;
    *place = (lfn_py_named){Py_NewRef(name), call->operation, call->provider};
    Py_XDECREF(before);
}

int lfn_py_find_operation(lfn_py_state *state, PyObject *object, lfn_call *call)
{
    lfn_text name;
    const lfn_py_named *known = place_of(state, object);
    if (known->name == object) {
        call->operation = known->operation;
        call->provider = known->provider;
        return 0;
    }
    if (lfn_py_text_needed(state, object, "name", &name) < 0)
        return -1;
    if (lfn_operation_find(name, &call->operation, &call->provider)) {
        remember(state, object, call);
        return 0;
    }
    PyObject *names = operation_names();
    if (names != NULL)
        lfn_py_raise_unknown(state, "operation", "", object, names);
    Py_XDECREF(names);
    return -1;
}

/* ---- the arguments of a call ---- */

/* Reads name, arguments and options. -1 with an exception; free the arguments in either case. */
static int read_call(lfn_py_state *state, PyObject *name, PyObject *values, int strict, PyObject *timeout,
                     PyObject *deadline, lfn_py_sending *out_sending)
{
    *out_sending = (lfn_py_sending){.call = {.lax = strict == 0}, .values = LFN_PY_DICTS};
    lfn_call *call = &out_sending->call;
    lfn_py_arguments *arguments = &out_sending->arguments;
    if (lfn_py_find_operation(state, name, call) < 0 ||
        lfn_py_milliseconds(state, timeout, "timeout", &call->timeout_ms) < 0 ||
        lfn_py_milliseconds(state, deadline, "deadline", &call->deadline_ms) < 0)
        return -1;
    PyObject *own = PyDict_Copy(values); /* the caller's may change, because converting a value may run code */
    int done = own != NULL ? 0 : -1;
    if (done == 0)
        done = lfn_py_arguments_read(state, call->operation, call->provider, own, strict != 0, arguments);
    Py_XDECREF(own);
    if (done < 0)
        return -1;
    call->arguments = arguments->list;
    call->argument_count = arguments->count;
    call->body = arguments->has_body ? lfn_buffer_text(&arguments->body) : lfn_text_make(NULL, 0);
    return 0;
}

int lfn_py_sending_parse(PyObject *object, PyObject *args, PyObject *kwargs, const char *format,
                         lfn_py_sending *out_sending)
{
    static char *names[] = {"name", "arguments", "strict", "timeout", "deadline", NULL};
    PyObject *name = NULL;
    PyObject *values = NULL;
    PyObject *timeout = NULL;
    PyObject *deadline = NULL;
    int strict = 1;
    *out_sending = (lfn_py_sending){.call = {.lax = false}};
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, format, names, &name, &PyDict_Type, &values, &strict, &timeout,
                                     &deadline))
        return -1;
    return read_call(lfn_py_state_of(object), name, values, strict, timeout, deadline, out_sending);
}

/* ---- the methods ---- */

lfn_status lfn_py_do_call(lfn_client *client, lfn_py_sending *sending, lfn_result *result, lfn_error *error)
{
    return lfn_client_call(client, &sending->call, result, error);
}

PyObject *lfn_py_client_call(PyObject *object, PyObject *args, PyObject *kwargs)
{
    lfn_py_sending sending;
    PyObject *reply = NULL;
    if (lfn_py_sending_parse(object, args, kwargs, "OO!|$pOO:call", &sending) == 0) {
        sending.call.unread = lfn_py_unread(sending.call.operation, sending.values);
        reply = lfn_py_client_send((lfn_py_client *)object, lfn_py_do_call, &sending);
    }
    lfn_py_arguments_free(&sending.arguments);
    return reply;
}

static lfn_status do_wait(lfn_client *client, lfn_py_sending *sending, lfn_result *result, lfn_error *error)
{
    return lfn_client_wait(client, &sending->call, sending->member, sending->value, sending->deadline_ms, result,
                           error);
}

/* Seconds, of which none are enough for one look. */
static int read_wait(lfn_py_state *state, PyObject *deadline, int64_t *out_ms)
{
    *out_ms = 0;
    int given = PyObject_IsTrue(deadline);
    if (given <= 0)
        return given;
    return lfn_py_milliseconds(state, deadline, "deadline", out_ms);
}

/* Reads what a wait is called with; the arguments are the caller's to free, also after a failure. */
static int read_waiting(lfn_py_state *state, PyObject *args, PyObject *kwargs, lfn_py_sending *out_sending)
{
    static char *names[] = {"name", "arguments", "member", "value", "deadline", NULL};
    PyObject *name = NULL;
    PyObject *values = NULL;
    PyObject *member_object = NULL;
    PyObject *value_object = NULL;
    PyObject *deadline = NULL;
    lfn_text member;
    lfn_text value;
    int64_t deadline_ms = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO!OOO:wait", names, &name, &PyDict_Type, &values, &member_object,
                                     &value_object, &deadline) ||
        lfn_py_text_needed(state, member_object, "member", &member) < 0 ||
        lfn_py_text_needed(state, value_object, "value", &value) < 0 || read_wait(state, deadline, &deadline_ms) < 0)
        return -1;
    int done = read_call(state, name, values, 1, NULL, NULL, out_sending);
    out_sending->member = member;
    out_sending->value = value;
    out_sending->deadline_ms = deadline_ms;
    return done;
}

PyObject *lfn_py_client_wait(PyObject *object, PyObject *args, PyObject *kwargs)
{
    lfn_py_sending sending = {.member = {NULL, 0}};
    PyObject *reply = NULL;
    if (read_waiting(lfn_py_state_of(object), args, kwargs, &sending) == 0)
        reply = lfn_py_client_send((lfn_py_client *)object, do_wait, &sending);
    lfn_py_arguments_free(&sending.arguments);
    return reply;
}

PyObject *lfn_py_client_check_wait(PyObject *object, PyObject *args, PyObject *kwargs)
{
    lfn_py_state *state = lfn_py_state_of(object);
    lfn_py_sending sending = {.member = {NULL, 0}};
    int done = read_waiting(state, args, kwargs, &sending);
    lfn_error error;
    if (done == 0 &&
        lfn_wait_check(&sending.call, sending.member, sending.value, sending.deadline_ms, &error) != LFN_OK) {
        lfn_py_raise(state, &error);
        done = -1;
    }
    lfn_py_arguments_free(&sending.arguments);
    return done == 0 ? Py_NewRef(Py_None) : NULL;
}

PyObject *lfn_py_wait_rest(PyObject *module, PyObject *before)
{
    int64_t before_ms = 0;
    if (read_wait(PyModule_GetState(module), before, &before_ms) < 0)
        return NULL;
    return PyFloat_FromDouble((double)lfn_wait_rest_ms(before_ms) / 1000.0);
}

/* A request that the tables lack has a body, but no operation. */
static lfn_status do_request(lfn_client *client, lfn_py_sending *sending, lfn_result *result, lfn_error *error)
{
    return lfn_client_request(client, sending->method, sending->path, sending->call.body, result, error);
}

int lfn_py_request_parse(PyObject *object, PyObject *args, PyObject *kwargs, const char *format, lfn_buffer *out_json,
                         lfn_py_sending *out_sending)
{
    static char *names[] = {"method", "path", "body", NULL};
    lfn_py_state *state = lfn_py_state_of(object);
    PyObject *method_name = NULL;
    PyObject *path_object = NULL;
    PyObject *body = Py_None;
    *out_sending = (lfn_py_sending){.ended = false};
    lfn_buffer_init(out_json, LFN_PY_BODY_CEILING);
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, format, names, &method_name, &path_object, &body) ||
        lfn_py_method(state, method_name, &out_sending->method) < 0 ||
        lfn_py_text_needed(state, path_object, "path", &out_sending->path) < 0)
        return -1;
    if (body == Py_None)
        return 0;
    if (lfn_py_json_write(state, body, NULL, out_json) < 0)
        return -1;
    out_sending->call.body = lfn_buffer_text(out_json);
    return 0;
}

PyObject *lfn_py_client_request(PyObject *object, PyObject *args, PyObject *kwargs)
{
    lfn_py_sending sending;
    lfn_buffer json;
    PyObject *reply = NULL;
    if (lfn_py_request_parse(object, args, kwargs, "OO|O:request", &json, &sending) == 0)
        reply = lfn_py_client_send((lfn_py_client *)object, do_request, &sending);
    lfn_buffer_free(&json);
    return reply;
}
