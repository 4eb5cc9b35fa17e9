/* What a Client sends: calls of operations, walks over pages, waiting for a value, and requests that the tables lack.
 */
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
    return lfn_py_sequence(state->reply_type, values, sizeof values / sizeof *values);
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

static PyObject *operation_names(void)
{
    PyObject *list = PyList_New(0);
    int done = list != NULL ? 0 : -1;
    for (int id = 0; done == 0 && id < LFN_OP_COUNT; id++) {
        const lfn_operation *operation = lfn_operation_get((lfn_operation_id)id);
        bool repeated = lfn_operation_per_provider(operation);
        int count = repeated ? LFN_PROVIDER_COUNT : 1;
        for (int i = 0; done == 0 && i < count; i++) {
            const char *group = repeated ? lfn_provider_get((lfn_provider_id)i)->attribute : operation->group->name;
            PyObject *name = PyUnicode_FromFormat("%s.%s", group, operation->name);
            done = name != NULL ? PyList_Append(list, name) : -1;
            Py_XDECREF(name);
        }
    }
    if (done < 0)
        Py_CLEAR(list);
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

/* ---- one call ---- */

/* What a method that calls an operation was given. */
typedef struct asked_call {
    lfn_call call;
    lfn_py_arguments arguments; /* the C memory behind the call */
} asked_call;

/* Reads name, arguments and options. -1 with an exception; free the arguments in either case. */
static int read_call(lfn_py_state *state, PyObject *name, PyObject *values, int strict, PyObject *timeout,
                     PyObject *deadline, asked_call *out_asked)
{
    *out_asked = (asked_call){.call = {.lax = strict == 0}};
    lfn_call *call = &out_asked->call;
    lfn_py_arguments *arguments = &out_asked->arguments;
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

/* The same from the arguments of a method; `format` ends with its name. */
static int parse_call(PyObject *object, PyObject *args, PyObject *kwargs, const char *format, asked_call *out_asked)
{
    static char *names[] = {"name", "arguments", "strict", "timeout", "deadline", NULL};
    PyObject *name = NULL;
    PyObject *values = NULL;
    PyObject *timeout = NULL;
    PyObject *deadline = NULL;
    int strict = 1;
    *out_asked = (asked_call){.call = {.lax = false}};
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, format, names, &name, &PyDict_Type, &values, &strict, &timeout,
                                     &deadline))
        return -1;
    return read_call(lfn_py_state_of(object), name, values, strict, timeout, deadline, out_asked);
}

/* Runs the call without the interpreter lock. */
static PyObject *run_call(lfn_py_state *state, lfn_py_client *self, const lfn_call *call)
{
    if (lfn_py_client_enter(state, self) < 0)
        return NULL;
    lfn_result result = {0};
    lfn_error error;
    lfn_py_stay stay;
    lfn_py_leave(&stay, self, self->service);
    lfn_status status = lfn_client_call(self->client, call, &result, &error);
    mask_failure(self, status, call->body, &result);
    lfn_py_return(&stay);
    lfn_py_client_leave(self);
    return finish(state, status, &error, &result, call, &stay);
}

PyObject *lfn_py_client_call(PyObject *object, PyObject *args, PyObject *kwargs)
{
    asked_call asked;
    PyObject *reply = NULL;
    if (parse_call(object, args, kwargs, "OO!|$pOO:call", &asked) == 0)
        reply = run_call(lfn_py_state_of(object), (lfn_py_client *)object, &asked.call);
    lfn_py_arguments_free(&asked.arguments);
    return reply;
}

/* ---- waiting for a value ---- */

static PyObject *run_wait(lfn_py_state *state, lfn_py_client *self, const lfn_call *call, lfn_text member,
                          lfn_text value, int64_t deadline_ms)
{
    if (lfn_py_client_enter(state, self) < 0)
        return NULL;
    lfn_result result = {0};
    lfn_error error;
    lfn_py_stay stay;
    lfn_py_leave(&stay, self, self->service);
    lfn_status status = lfn_client_wait(self->client, call, member, value, deadline_ms, &result, &error);
    mask_failure(self, status, call->body, &result);
    lfn_py_return(&stay);
    lfn_py_client_leave(self);
    return finish(state, status, &error, &result, call, &stay);
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
    asked_call asked;
    PyObject *reply = NULL;
    if (read_call(state, name, values, 1, NULL, NULL, &asked) == 0)
        reply = run_wait(state, (lfn_py_client *)object, &asked.call, member, value, deadline_ms);
    lfn_py_arguments_free(&asked.arguments);
    return reply;
}

/* ---- a walk over pages ---- */

typedef struct pages_object {
    PyObject_HEAD PyObject *client; /* the parent */
    lfn_pages *pages;
    const lfn_operation *operation;
    const lfn_provider *provider;
    bool asking; /* a thread is inside */
} pages_object;

static lfn_status open_pages(lfn_py_client *client, pages_object *self, const lfn_call *call, lfn_error *error)
{
    lfn_py_stay stay;
    lfn_py_leave(&stay, client, client->service);
    lfn_status status = lfn_pages_open(client->client, call, &self->pages, error);
    lfn_py_return(&stay);
    Py_CLEAR(stay.raised);
    return status;
}

static PyObject *pages_new(lfn_py_state *state, PyObject *object, const lfn_call *call)
{
    lfn_py_client *client = (lfn_py_client *)object;
    allocfunc allocate = (allocfunc)PyType_GetSlot(state->pages_type, Py_tp_alloc);
    if (lfn_py_client_enter(state, client) < 0)
        return NULL;
    pages_object *self = (pages_object *)allocate(state->pages_type, 0);
    if (self != NULL) {
        lfn_error error;
        self->client = Py_NewRef(object);
        self->operation = call->operation;
        self->provider = call->provider;
        if (open_pages(client, self, call, &error) != LFN_OK) {
            lfn_py_raise(state, &error);
            Py_CLEAR(self);
        }
    }
    lfn_py_client_leave(client);
    return (PyObject *)self;
}

PyObject *lfn_py_client_pages(PyObject *object, PyObject *args, PyObject *kwargs)
{
    asked_call asked;
    PyObject *pages = NULL;
    if (parse_call(object, args, kwargs, "OO!|$pOO:pages", &asked) == 0)
        pages = pages_new(lfn_py_state_of(object), object, &asked.call);
    lfn_py_arguments_free(&asked.arguments);
    return pages;
}

/* Asks for the next page; NULL without an exception behind the last one. */
static PyObject *ask(lfn_py_state *state, pages_object *self)
{
    lfn_py_client *client = (lfn_py_client *)self->client;
    if (lfn_py_client_enter(state, client) < 0)
        return NULL;
    const lfn_call call = {.operation = self->operation, .provider = self->provider};
    lfn_result result = {0};
    lfn_error error;
    bool more = false;
    lfn_py_stay stay;
    lfn_py_leave(&stay, client, client->service);
    lfn_status status = lfn_pages_next(self->pages, &more, &result, &error);
    mask_failure(client, status, call.body, &result);
    lfn_py_return(&stay);
    lfn_py_client_leave(client);
    if (status != LFN_OK || more)
        return finish(state, status, &error, &result, &call, &stay);
    lfn_result_free(&result);
    lfn_py_end(&stay);
    return NULL;
}

static PyObject *pages_next(PyObject *object)
{
    pages_object *self = (pages_object *)object;
    if (self->asking) {
        PyErr_SetString(PyExc_RuntimeError, "a walk over pages is used by one thread at a time");
        return NULL;
    }
    self->asking = true;
    PyObject *reply = ask(lfn_py_state_of(object), self);
    self->asking = false;
    return reply;
}

static int pages_traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(((pages_object *)object)->client);
    return 0;
}

static void pages_dealloc(PyObject *object)
{
    pages_object *self = (pages_object *)object;
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    lfn_pages_free(self->pages);
    Py_CLEAR(self->client);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(object);
    Py_DECREF(type);
}

static PyType_Slot pages_slots[] = {
    {Py_tp_doc, "A walk over the pages of a list, each a Reply. Made by Client.pages()."},
    {Py_tp_dealloc, pages_dealloc},
    {Py_tp_traverse, pages_traverse},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, pages_next},
    {0, NULL},
};

static PyType_Spec pages_spec = {
    .name = "leafnative._core.Pages",
    .basicsize = sizeof(pages_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = pages_slots,
};

/* ---- a request that the tables lack ---- */

static int find_method(lfn_py_state *state, PyObject *object, lfn_method *out_method)
{
    lfn_text name;
    if (lfn_py_text_needed(state, object, "method", &name) < 0)
        return -1;
    if (lfn_method_find(name, out_method))
        return 0;
    lfn_py_raise_input(state, "", "The method must be GET, POST, PUT, PATCH or DELETE.");
    return -1;
}

static PyObject *run_request(lfn_py_state *state, lfn_py_client *self, lfn_method method, lfn_text path, lfn_text body)
{
    if (lfn_py_client_enter(state, self) < 0)
        return NULL;
    lfn_result result = {0};
    lfn_error error;
    lfn_py_stay stay;
    lfn_py_leave(&stay, self, self->service);
    lfn_status status = lfn_client_request(self->client, method, path, body, &result, &error);
    mask_failure(self, status, body, &result);
    lfn_py_return(&stay);
    lfn_py_client_leave(self);
    const lfn_call call = {.body = body};
    return finish(state, status, &error, &result, &call, &stay);
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
    lfn_method method;
    lfn_text path;
    if (find_method(state, method_name, &method) < 0 || lfn_py_text_needed(state, path_object, "path", &path) < 0)
        return NULL;
    lfn_buffer json;
    lfn_buffer_init(&json, LFN_PY_BODY_CEILING);
    PyObject *reply = NULL;
    if (body == Py_None)
        reply = run_request(state, (lfn_py_client *)object, method, path, lfn_text_make(NULL, 0));
    else if (lfn_py_json_write(state, body, NULL, &json) == 0)
        reply = run_request(state, (lfn_py_client *)object, method, path, lfn_buffer_text(&json));
    lfn_buffer_free(&json);
    return reply;
}

/* ---- types ---- */

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

int lfn_py_call_types_make(PyObject *module, lfn_py_state *state)
{
    state->reply_type = PyStructSequence_NewType(&reply_desc);
    if (state->reply_type == NULL || PyModule_AddType(module, state->reply_type) < 0)
        return -1;
    state->pages_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &pages_spec, NULL);
    return state->pages_type != NULL ? 0 : -1;
}
