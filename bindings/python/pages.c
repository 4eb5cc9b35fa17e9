/* Pages: a walk over the pages of a list, as an iterator of Python. */
#include "client.h"

static lfn_status open_pages(lfn_py_client *client, lfn_py_pages *self, const lfn_call *call, lfn_error *error)
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
    if (lfn_py_client_enter(state, client) < 0)
        return NULL;
    lfn_py_pages *self = (lfn_py_pages *)lfn_py_instance_new(state->pages_type);
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
    lfn_py_sending sending;
    PyObject *pages = NULL;
    if (lfn_py_sending_parse(object, args, kwargs, "OO!|$pOO:pages", &sending) == 0)
        pages = pages_new(lfn_py_state_of(object), object, &sending.call);
    lfn_py_arguments_free(&sending.arguments);
    return pages;
}

static lfn_status do_next(lfn_client *client, lfn_py_sending *sending, lfn_result *result, lfn_error *error)
{
    (void)client;
    bool more = false;
    lfn_status status = lfn_pages_next(sending->pages, &more, result, error);
    sending->ended = status == LFN_OK && !more;
    return status;
}

static PyObject *pages_next(PyObject *object)
{
    lfn_py_pages *self = (lfn_py_pages *)object;
    if (self->asking) {
        PyErr_SetString(PyExc_RuntimeError, "a walk over pages is used by one thread at a time");
        return NULL;
    }
    self->asking = true;
    lfn_py_sending sending = {.call = {.operation = self->operation, .provider = self->provider}, .pages = self->pages};
    PyObject *reply = lfn_py_client_send((lfn_py_client *)self->client, do_next, &sending);
    self->asking = false;
    return reply;
}

static int pages_traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(((lfn_py_pages *)object)->client);
    return 0;
}

static void pages_dealloc(PyObject *object)
{
    lfn_py_pages *self = (lfn_py_pages *)object;
    PyObject_GC_UnTrack(object);
    lfn_pages_free(self->pages);
    Py_CLEAR(self->client);
    lfn_py_instance_free(object);
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
    .basicsize = sizeof(lfn_py_pages),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = pages_slots,
};

int lfn_py_pages_type_make(PyObject *module, lfn_py_state *state)
{
    state->pages_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &pages_spec, NULL);
    return state->pages_type != NULL ? 0 : -1;
}
