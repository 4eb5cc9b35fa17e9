/* What a Client sends: calls of operations, waiting for a value, and requests that the tables lack; and the Reply that
 * comes of it. */
#include "client.h"

/* ---- the reply ---- */

static bool is_json(const lfn_response *response)
{
    static const char name[] = "content-type";
    lfn_text type = lfn_response_header(response, lfn_text_of(name));
    if (type.data == NULL)
        return true;
    for (size_t i = 0; i + 4 <= type.size; i++)
        if (memcmp(type.data + i, "json", 4) == 0)
            return true;
    return false;
}

/* The answer as a Python value; of a list its entries. An answer without a schema that does not call itself JSON is
 * text. */
static PyObject *answer_data(lfn_py_state *state, const lfn_response *response, const lfn_operation *operation,
                             const lfn_provider *provider)
{
    if (response->body.size == 0)
        return Py_NewRef(Py_None);
    if (operation == NULL && !is_json(response))
        return lfn_py_str(lfn_buffer_text(&response->body));
    if (operation == NULL)
        return lfn_py_json_build(state, lfn_buffer_text(&response->body), NULL);
    const lfn_schema *schema = lfn_operation_result(operation, provider);
    const char *items = lfn_list_words_get(operation->group->api->list_form)->items;
    if (operation->form == LFN_FORM_LIST && *items != '\0')
        return lfn_py_json_build_items(state, lfn_buffer_text(&response->body), items, schema);
    return lfn_py_json_build(state, lfn_buffer_text(&response->body), schema);
}

static PyObject *make_reply(lfn_py_state *state, const lfn_result *result, const lfn_operation *operation,
                            const lfn_provider *provider)
{
    PyObject *data = answer_data(state, &result->response, operation, provider);
    if (data == NULL)
        return NULL;
    lfn_page page = {.total = -1, .size = -1};
    if (operation != NULL)
        page = lfn_response_page(&result->response, operation);
    PyObject *values[] = {
        data,
        PyLong_FromLong(result->response.status),
        lfn_py_attempts(state, result),
        page.total >= 0 ? PyLong_FromLongLong(page.total) : Py_NewRef(Py_None),
        PyBool_FromLong(page.has_next),
        PyBool_FromLong(result->reconciled),
    };
    return lfn_py_struct_new(state->reply_type, values, sizeof values / sizeof *values);
}

/* Ends a call: the reply, or the exception. What a Python transport raised is the cause of a TransportError,
 * or of an UnknownOutcomeError. */
static PyObject *finish(lfn_py_state *state, lfn_status status, lfn_error *error, lfn_result *result,
                        const lfn_call *call, lfn_py_stay *stay)
{
    PyObject *reply = NULL;
    PyObject *raised = stay->raised != NULL ? Py_NewRef(stay->raised) : NULL;
    if (lfn_py_end(stay) < 0)
        goto done;
    if (status != LFN_OK && status != LFN_UNKNOWN_OUTCOME && raised != NULL) {
        lfn_error_set(error, LFN_TRANSPORT, "The transport function raised an exception.");
        lfn_error_hint(error, "Look at __cause__ of this error.");
        if (result->attempt_count > 0)
            result->attempts[result->attempt_count - 1].status = LFN_TRANSPORT;
    }
    if (status != LFN_OK)
        lfn_py_raise_answer(state, error, result, raised);
    else
        reply = make_reply(state, result, call->operation, call->provider);
done:
    Py_XDECREF(raised);
    lfn_result_free(result);
    return reply;
}

/* Masks the answer of a failed call while its client is at hand. */
static void mask_failure(const lfn_py_client *self, lfn_status status, lfn_text sent, lfn_result *result)
{
    if (status != LFN_OK && result->response.body.size > 0)
        lfn_client_mask(self->client, sent, &result->response.body);
}

PyObject *lfn_py_client_send(lfn_py_client *self, lfn_py_send_function function, lfn_py_sending *sending)
{
    lfn_py_state *state = lfn_py_state_of((PyObject *)self);
    if (lfn_py_client_enter(state, self) < 0)
        return NULL;
    lfn_result result = {0};
    lfn_error error;
    lfn_py_stay stay;
    lfn_py_leave(&stay, self, self->service);
    lfn_status status = function(self->client, sending, &result, &error);
    mask_failure(self, status, sending->call.body, &result);
    lfn_py_return(&stay);
    lfn_py_client_leave(self);
    if (status != LFN_OK || !sending->ended)
        return finish(state, status, &error, &result, &sending->call, &stay);
    lfn_result_free(&result);
    lfn_py_end(&stay);
    return NULL;
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

static int find_operation(lfn_py_state *state, PyObject *object, lfn_call *call)
{
    lfn_text name;
    if (lfn_py_text_needed(state, object, "name", &name) < 0)
        return -1;
    if (lfn_operation_find(name, &call->operation, &call->provider))
        return 0;
    PyObject *known = operation_names();
    if (known != NULL)
        lfn_py_raise_unknown(state, "operation", "", object, known);
    Py_XDECREF(known);
    return -1;
}

/* ---- the arguments of a call ---- */

/* Reads name, arguments and options. -1 with an exception; free the arguments in either case. */
static int read_call(lfn_py_state *state, PyObject *name, PyObject *values, int strict, PyObject *timeout,
                     PyObject *deadline, lfn_py_sending *out_sending)
{
    *out_sending = (lfn_py_sending){.call = {.lax = strict == 0}};
    lfn_call *call = &out_sending->call;
    lfn_py_arguments *arguments = &out_sending->arguments;
    if (find_operation(state, name, call) < 0 ||
        lfn_py_milliseconds(state, timeout, "timeout", &call->timeout_ms) < 0 ||
        lfn_py_milliseconds(state, deadline, "deadline", &call->deadline_ms) < 0 ||
        lfn_py_arguments_read(state, call->operation, call->provider, values, strict != 0, arguments) < 0)
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

static lfn_status do_call(lfn_client *client, lfn_py_sending *sending, lfn_result *result, lfn_error *error)
{
    return lfn_client_call(client, &sending->call, result, error);
}

PyObject *lfn_py_client_call(PyObject *object, PyObject *args, PyObject *kwargs)
{
    lfn_py_sending sending;
    PyObject *reply = NULL;
    if (lfn_py_sending_parse(object, args, kwargs, "OO!|$pOO:call", &sending) == 0)
        reply = lfn_py_client_send((lfn_py_client *)object, do_call, &sending);
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

PyObject *lfn_py_client_wait(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"name", "arguments", "member", "value", "deadline", NULL};
    lfn_py_state *state = lfn_py_state_of(object);
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
        return NULL;
    lfn_py_sending sending;
    PyObject *reply = NULL;
    if (read_call(state, name, values, 1, NULL, NULL, &sending) == 0) {
        sending.member = member;
        sending.value = value;
        sending.deadline_ms = deadline_ms;
        reply = lfn_py_client_send((lfn_py_client *)object, do_wait, &sending);
    }
    lfn_py_arguments_free(&sending.arguments);
    return reply;
}

/* A request that the tables lack has a body, but no operation. */
static lfn_status do_request(lfn_client *client, lfn_py_sending *sending, lfn_result *result, lfn_error *error)
{
    return lfn_client_request(client, sending->method, sending->path, sending->call.body, result, error);
}

PyObject *lfn_py_client_request(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"method", "path", "body", NULL};
    lfn_py_state *state = lfn_py_state_of(object);
    PyObject *method_name = NULL;
    PyObject *path_object = NULL;
    PyObject *body = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO|O:request", names, &method_name, &path_object, &body))
        return NULL;
    lfn_py_sending sending = {.ended = false};
    if (lfn_py_method(state, method_name, &sending.method) < 0 ||
        lfn_py_text_needed(state, path_object, "path", &sending.path) < 0)
        return NULL;
    lfn_buffer json;
    lfn_buffer_init(&json, LFN_PY_BODY_CEILING);
    PyObject *reply = NULL;
    if (body == Py_None || lfn_py_json_write(state, body, NULL, &json) == 0) {
        sending.call.body = body != Py_None ? lfn_buffer_text(&json) : lfn_text_make(NULL, 0);
        reply = lfn_py_client_send((lfn_py_client *)object, do_request, &sending);
    }
    lfn_buffer_free(&json);
    return reply;
}

/* ---- the type Reply ---- */

static PyStructSequence_Field reply_fields[] = {
    {"data", "The answer: None, str, list or dict, with secret members as Secret."},
    {"status", "HTTP status."},
    {"attempts", "The attempts that led to it, a list of Attempt."},
    {"total", "Entries in the whole list, or None when the answer does not say."},
    {"has_next", "Whether a next page exists."},
    {"reconciled", "Whether its answer was lost, and it was found out by asking that it took effect."},
    {NULL, NULL},
};

static PyStructSequence_Desc reply_desc = {
    .name = "leafnative.Reply",
    .doc = "What a call gave.",
    .fields = reply_fields,
    .n_in_sequence = 6,
};

int lfn_py_reply_type_make(PyObject *module, lfn_py_state *state)
{
    state->reply_type = PyStructSequence_NewType(&reply_desc);
    return state->reply_type != NULL ? PyModule_AddType(module, state->reply_type) : -1;
}
