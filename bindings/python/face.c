/* Face: the base of the clients, which holds what is below it and calls operations by name. */
#include "client.h"

#include <stddef.h>
#include <structmember.h>

/* What makes objects of the values, and the path members that it is to know. */
static int take_maker(lfn_py_ask *ask, PyObject *self, PyObject *name)
{
    PyObject *pair = PyObject_CallMethod(self, "_objects_of", "O", name);
    if (pair == NULL)
        return -1;
    PyObject *make = PyTuple_GetItem(pair, 0);
    if (make != NULL && make != Py_None)
        ask->make = Py_NewRef(make);
    if (ask->make != NULL)
        ask->known = lfn_py_ask_known(ask, PyTuple_GetItem(pair, 1));
    Py_DECREF(pair);
    return make != NULL && (ask->make == NULL || ask->known != NULL) ? 0 : -1;
}

static int read_call(lfn_py_state *state, lfn_py_ask *ask, PyObject *const *values, PyObject *names)
{
    Py_ssize_t count = names != NULL ? PyTuple_Size(names) : 0;
    ask->arguments = PyDict_New();
    if (ask->arguments == NULL)
        return -1;
    for (Py_ssize_t i = 0; i < count; i++)
        if (lfn_py_ask_take(state, ask, PyTuple_GetItem(names, i), values[i]) < 0)
            return -1;
    return 0;
}

static PyObject *face_call(PyObject *self, PyTypeObject *type, PyObject *const *values, size_t count, PyObject *names)
{
    lfn_py_state *state = PyType_GetModuleState(type);
    if (count != 1)
        return PyErr_Format(PyExc_TypeError, "call() takes the name of an operation, and its arguments by name");
    lfn_call call;
    if (lfn_py_find_operation(state, values[0], &call) < 0)
        return NULL;
    lfn_py_ask ask = {.operation = call.operation, .provider = call.provider, .values = LFN_PY_DICTS};
    if (read_call(state, &ask, values + 1, names) == 0 &&
        (ask.values != LFN_PY_OBJECTS || take_maker(&ask, self, values[0]) == 0))
        return lfn_py_ask_perform(state, self, &ask);
    lfn_py_ask_clear(&ask);
    return NULL;
}

static int face_traverse(PyObject *object, visitproc visit, void *arg)
{
    const lfn_py_face *self = (lfn_py_face *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->client);
    Py_VISIT(self->calls);
    return 0;
}

static int face_clear(PyObject *object)
{
    lfn_py_face *self = (lfn_py_face *)object;
    Py_CLEAR(self->client);
    Py_CLEAR(self->calls);
    return 0;
}

static void face_dealloc(PyObject *object)
{
    PyObject_GC_UnTrack(object);
    face_clear(object);
    lfn_py_instance_free(object);
}

static PyMethodDef face_methods[] = {
    {"call", (PyCFunction)(void (*)(void))face_call, METH_METHOD | METH_FASTCALL | METH_KEYWORDS,
     "call($self, name, /, *, values=\"dicts\", strict=True, timeout=None, deadline=None, missing_ok=False,\n"
     "     **arguments)\n--\n\n"
     "Call an operation by its name (\"users.create\", \"panorama.get\") and give its answer.\n\n"
     "values: \"dicts\" gives plain values, with secrets as Secret; \"objects\" what the methods give; \"bytes\" the\n"
     "body as it came, b\"\" where there is none, with secrets in the clear. Of a list it is one page.\n"
     "strict: False sends arguments that the tables lack\n"
     "timeout, deadline: seconds for an attempt and for the whole call\n"
     "missing_ok: a delete of what is gone gives None"},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef face_members[] = {
    {"_client", T_OBJECT, offsetof(lfn_py_face, client), 0, NULL},
    {"_calls", T_OBJECT, offsetof(lfn_py_face, calls), 0, NULL},
    {"_awaits", T_BOOL, offsetof(lfn_py_face, awaits), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot face_slots[] = {
    {Py_tp_doc, "The base of the clients."},
    {Py_tp_dealloc, face_dealloc},
    {Py_tp_traverse, face_traverse},
    {Py_tp_clear, face_clear},
    {Py_tp_methods, face_methods},
    {Py_tp_members, face_members},
    {0, NULL},
};

static PyType_Spec face_spec = {
    .name = "leafnative._core.Face",
    .basicsize = sizeof(lfn_py_face),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = face_slots,
};

int lfn_py_face_type_make(PyObject *module, lfn_py_state *state)
{
    state->face_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &face_spec, NULL);
    return state->face_type != NULL ? PyModule_AddType(module, state->face_type) : -1;
}
