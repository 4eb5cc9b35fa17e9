/* What came of a call: its answer as Python values, the Reply that holds it, or the exception. */
#include "client.h"

#include <string.h>

/* ---- the values ---- */

/* The answer as a Python value; of a list its entries. An answer without a schema that does not call itself JSON is
 * text. */
static PyObject *build(lfn_py_state *state, const lfn_response *response, const lfn_operation *operation,
                       const lfn_provider *provider)
{
    if (response->body.size == 0)
        return Py_NewRef(Py_None);
    if (operation == NULL && !lfn_response_is_json(response))
        return lfn_py_str(lfn_buffer_text(&response->body));
    if (operation == NULL)
        return lfn_py_json_build(state, lfn_buffer_text(&response->body), NULL);
    const lfn_schema *schema = lfn_operation_result(operation, provider);
    const char *items = lfn_list_words_get(operation->group->api->list_form)->items;
    if (operation->form == LFN_FORM_LIST && *items != '\0')
        return lfn_py_json_build_items(state, lfn_buffer_text(&response->body), items, schema);
    return lfn_py_json_build(state, lfn_buffer_text(&response->body), schema);
}

bool lfn_py_unread(const lfn_operation *operation, lfn_py_values values)
{
    return values == LFN_PY_BYTES || (operation->method == LFN_GET && operation->form == LFN_FORM_OBJECT);
}

/* ---- failures ---- */

static void raise_failed(lfn_py_state *state, lfn_py_client *client, const lfn_py_landed *landed, PyObject *raised)
{
    lfn_result *result = landed->result;
    bool by_transport = raised != NULL && landed->status != LFN_UNKNOWN_OUTCOME && result->response.status == 0;
    if (by_transport) {
        lfn_error_set(landed->error, LFN_TRANSPORT, "The transport function raised an exception.");
        lfn_error_hint(landed->error, "Look at __cause__ of this error.");
        if (result->attempt_count > 0)
            result->attempts[result->attempt_count - 1].status = LFN_TRANSPORT;
    }
    if (result->response.body.size > 0)
        lfn_client_mask(client->client, landed->sent, &result->response.body);
    lfn_py_raise_answer(state, landed->error, result,
                        by_transport || landed->status == LFN_UNKNOWN_OUTCOME ? raised : NULL);
}

/* An answer that was to be judged by building from it, and was found wrong. Out of memory stays what it is. */
static PyObject *raise_misshapen(lfn_py_state *state, lfn_py_client *client, const lfn_py_landed *landed)
{
    lfn_error error;
    if (PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_MemoryError))
        return NULL;
    lfn_status status = lfn_result_judge(landed->operation, landed->result, &error);
    if (status == LFN_OK)
        return NULL;
    PyErr_Clear();
    if (landed->result->attempt_count > 0)
        landed->result->attempts[landed->result->attempt_count - 1].status = status;
    lfn_py_landed failed = *landed;
    failed.status = status;
    failed.error = &error;
    raise_failed(state, client, &failed, NULL);
    return NULL;
}

PyObject *lfn_py_landed_data(lfn_py_state *state, lfn_py_client *client, const lfn_py_landed *landed, PyObject *raised)
{
    if (landed->status != LFN_OK) {
        raise_failed(state, client, landed, raised);
        return NULL;
    }
    const lfn_buffer *body = &landed->result->response.body;
    if (landed->values == LFN_PY_BYTES)
        return PyBytes_FromStringAndSize(body->data, (Py_ssize_t)body->size);
    PyObject *data = build(state, &landed->result->response, landed->operation, landed->provider);
    if (!landed->unread || (data != NULL && PyDict_Check(data)))
        return data;
    Py_XDECREF(data);
    return raise_misshapen(state, client, landed);
}

/* ---- the reply ---- */

typedef struct reply_object {
    PyObject_HEAD PyObject *data;
    int64_t total; /* -1: unknown */
    int status;
    bool has_next;
    bool reconciled;
    lfn_result *attempts; /* more than one; else NULL */
    size_t attempt_count;
    lfn_attempt attempt; /* the only one */
} reply_object;

/* Most calls have one attempt, which has its room in the object. */
static bool keep_attempts(reply_object *self, const lfn_result *result)
{
    self->attempt_count = result->attempt_count;
    if (result->attempt_count > 0)
        self->attempt = result->attempts[0];
    if (result->attempt_count <= 1)
        return true;
    self->attempts = PyMem_Calloc(1, sizeof *self->attempts);
    if (self->attempts == NULL) {
        PyErr_NoMemory();
        return false;
    }
    memcpy(self->attempts->attempts, result->attempts, result->attempt_count * sizeof *result->attempts);
    self->attempts->attempt_count = result->attempt_count;
    return true;
}

PyObject *lfn_py_landed_reply(lfn_py_state *state, lfn_py_client *client, const lfn_py_landed *landed, PyObject *raised)
{
    PyObject *data = lfn_py_landed_data(state, client, landed, raised);
    reply_object *self = data != NULL ? (reply_object *)lfn_py_instance_new(state->reply_type) : NULL;
    if (self == NULL) {
        Py_XDECREF(data);
        return NULL;
    }
    const lfn_result *result = landed->result;
    lfn_page page = {.total = -1};
    if (landed->operation != NULL && landed->operation->form == LFN_FORM_LIST)
        page = lfn_response_page(&result->response, landed->operation);
    self->data = data;
    self->total = page.total;
    self->has_next = page.has_next;
    self->status = result->response.status;
    self->reconciled = result->reconciled;
    if (!keep_attempts(self, result))
        Py_CLEAR(self);
    return (PyObject *)self;
}

static PyObject *reply_data(PyObject *object, void *unused)
{
    (void)unused;
    return Py_NewRef(((reply_object *)object)->data);
}

static PyObject *reply_status(PyObject *object, void *unused)
{
    (void)unused;
    return PyLong_FromLong(((reply_object *)object)->status);
}

static PyObject *reply_attempts(PyObject *object, void *unused)
{
    (void)unused;
    const reply_object *self = (reply_object *)object;
    lfn_py_state *state = lfn_py_state_of(object);
    if (self->attempts != NULL)
        return lfn_py_attempts(state, self->attempts->attempts, self->attempt_count);
    return lfn_py_attempts(state, &self->attempt, self->attempt_count);
}

static PyObject *reply_total(PyObject *object, void *unused)
{
    (void)unused;
    int64_t total = ((reply_object *)object)->total;
    return total >= 0 ? PyLong_FromLongLong(total) : Py_NewRef(Py_None);
}

static PyObject *reply_has_next(PyObject *object, void *unused)
{
    (void)unused;
    return PyBool_FromLong(((reply_object *)object)->has_next);
}

static PyObject *reply_reconciled(PyObject *object, void *unused)
{
    (void)unused;
    return PyBool_FromLong(((reply_object *)object)->reconciled);
}

static PyObject *reply_repr(PyObject *object)
{
    const reply_object *self = (reply_object *)object;
    return PyUnicode_FromFormat("<Reply %d %R>", self->status, self->data);
}

static int reply_traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(((reply_object *)object)->data);
    return 0;
}

static int reply_clear(PyObject *object)
{
    reply_object *self = (reply_object *)object;
    PyObject *data = self->data;
    self->data = Py_NewRef(Py_None);
    Py_XDECREF(data);
    return 0;
}

static void reply_dealloc(PyObject *object)
{
    reply_object *self = (reply_object *)object;
    PyObject_GC_UnTrack(object);
    Py_CLEAR(self->data);
    PyMem_Free(self->attempts);
    lfn_py_instance_free(object);
}

static PyGetSetDef reply_members[] = {
    {"data", reply_data, NULL, "The answer: None, str, list or dict, with secret members as Secret.", NULL},
    {"status", reply_status, NULL, "HTTP status.", NULL},
    {"attempts", reply_attempts, NULL, "The attempts that led to it, a list of Attempt.", NULL},
    {"total", reply_total, NULL, "Entries in the whole list, or None when the answer does not say.", NULL},
    {"has_next", reply_has_next, NULL, "Whether a next page exists.", NULL},
    {"reconciled", reply_reconciled, NULL,
     "Whether its answer was lost, and it was found out by asking that it took effect.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot reply_slots[] = {
    {Py_tp_doc, "What a call gave."},
    {Py_tp_dealloc, reply_dealloc},
    {Py_tp_traverse, reply_traverse},
    {Py_tp_clear, reply_clear},
    {Py_tp_repr, reply_repr},
    {Py_tp_getset, reply_members},
    {0, NULL},
};

static PyType_Spec reply_spec = {
    .name = "leafnative.Reply",
    .basicsize = sizeof(reply_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = reply_slots,
};

int lfn_py_reply_type_make(PyObject *module, lfn_py_state *state)
{
    state->reply_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &reply_spec, NULL);
    return state->reply_type != NULL ? PyModule_AddType(module, state->reply_type) : -1;
}
