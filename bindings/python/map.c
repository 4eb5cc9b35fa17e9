/* Map: an operation for many items at once, as an iterator of (item, value, error). It pulls items when there is room
 * for them, and holds no more than its window: what is under way and what is not handed out. */
#include "map.h"

enum { CONCURRENCY = 64, CONCURRENCY_MAX = 4096 };

static const char name_of_map[] = "map";

/* ---- opening ---- */

static int make_slots(lfn_py_map *self)
{
    self->slots = PyMem_Calloc(self->window, sizeof *self->slots);
    self->free_slots = PyMem_Calloc(self->window, sizeof *self->free_slots);
    self->ready = PyMem_Calloc(self->window, sizeof *self->ready);
    if (self->slots == NULL || self->free_slots == NULL || self->ready == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    while (self->free_count < self->window) {
        self->free_slots[self->free_count] = self->window - 1 - self->free_count;
        self->free_count++;
    }
    return 0;
}

typedef struct map_options {
    PyObject *client;
    PyObject *name;
    PyObject *items;
    PyObject *common;
    PyObject *single;
    PyObject *refusal;
    PyObject *wrap;
    PyObject *progress;
    PyObject *concurrency;
    PyObject *rate;
    PyObject *values;
    PyObject *timeout;
    PyObject *deadline;
    int ordered;
    int strict;
} map_options;

static int parse(PyObject *args, PyObject *kwargs, map_options *given)
{
    static char *names[] = {"client",  "name",   "items", "common", "single",   "refusal", "concurrency", "rate",
                            "ordered", "values", "wrap",  "strict", "progress", "timeout", "deadline",    NULL};
    *given = (map_options){.single = Py_None,
                           .refusal = Py_None,
                           .wrap = Py_None,
                           .progress = Py_None,
                           .rate = Py_None,
                           .timeout = Py_None,
                           .deadline = Py_None,
                           .strict = 1};
    return PyArg_ParseTupleAndKeywords(args, kwargs, "OOOO!|OO$OOpOOpOOO:Map", names, &given->client, &given->name,
                                       &given->items, &PyDict_Type, &given->common, &given->single, &given->refusal,
                                       &given->concurrency, &given->rate, &given->ordered, &given->values, &given->wrap,
                                       &given->strict, &given->progress, &given->timeout, &given->deadline)
               ? 0
               : -1;
}

static int take_objects(lfn_py_map *self, const map_options *given)
{
    self->common = PyDict_Copy(given->common);
    if (self->common == NULL || lfn_py_take_callable(given->wrap, "wrap", &self->wrap) < 0 ||
        lfn_py_take_callable(given->progress, "progress", &self->progress) < 0)
        return -1;
    if (given->refusal != Py_None)
        self->refusal = Py_NewRef(given->refusal);
    if (given->items == Py_None)
        return 0;
    self->source = PyObject_GetIter(given->items);
    return self->source != NULL ? 0 : -1;
}

static int read_concurrency(lfn_py_state *state, PyObject *object, size_t *out_window)
{
    if (!PyIndex_Check(object))
        return lfn_py_refuse_type("concurrency", "an integer", object);
    Py_ssize_t wanted = PyNumber_AsSsize_t(object, NULL);
    if (wanted < 1 || wanted > CONCURRENCY_MAX) {
        lfn_py_raise_input(state, "/concurrency", "concurrency must be from 1 to %d.", (int)CONCURRENCY_MAX);
        return -1;
    }
    *out_window = (size_t)wanted;
    return 0;
}

static int read_numbers(lfn_py_state *state, lfn_py_map *self, const map_options *given, double *out_rate)
{
    *out_rate = 0;
    self->window = CONCURRENCY;
    if (given->concurrency != NULL && read_concurrency(state, given->concurrency, &self->window) < 0)
        return -1;
    self->ordered = given->ordered != 0;
    self->strict = given->strict != 0;
    if (given->rate != Py_None && !PyNumber_Check(given->rate))
        return lfn_py_refuse_type("rate", "a number", given->rate);
    if (given->rate != Py_None)
        *out_rate = PyFloat_AsDouble(given->rate);
    if (PyErr_Occurred())
        return -1;
    if (given->rate != Py_None && !(*out_rate > 0)) {
        lfn_py_raise_input(state, "/rate", "rate must be above 0: calls begun in a second.");
        return -1;
    }
    return given->values != NULL ? lfn_py_values_read(state, given->values, &self->values) : 0;
}

static int fill(lfn_py_state *state, lfn_py_map *self, const map_options *given)
{
    lfn_call call;
    double rate = 0;
    if (lfn_py_find_operation(state, given->name, &call) < 0 || read_numbers(state, self, given, &rate) < 0 ||
        lfn_py_milliseconds(state, given->timeout, "timeout", &self->timeout_ms) < 0 ||
        lfn_py_milliseconds(state, given->deadline, "deadline", &self->deadline_ms) < 0)
        return -1;
    self->operation = call.operation;
    self->provider = call.provider;
    if (self->values == LFN_PY_BYTES && self->operation->form == LFN_FORM_LIST) {
        PyErr_SetString(PyExc_TypeError, "a list comes in pages, which have no bytes of their own: ask for dicts");
        return -1;
    }
    if (take_objects(self, given) < 0 || lfn_py_map_prepare(state, self, given->single) < 0 || make_slots(self) < 0)
        return -1;
    lfn_calls_options options = {.concurrency = self->window, .rate = rate};
    return lfn_py_set_open(state, &self->set, given->client, &options);
}

static PyObject *map_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    map_options given;
    if (parse(args, kwargs, &given) < 0)
        return NULL;
    lfn_py_map *self = (lfn_py_map *)lfn_py_instance_new(type);
    if (self != NULL && fill(PyType_GetModuleState(type), self, &given) < 0)
        Py_CLEAR(self);
    return (PyObject *)self;
}

static PyObject *map_end(PyObject *object, PyObject *unused)
{
    (void)unused;
    ((lfn_py_map *)object)->exhausted = true;
    Py_RETURN_NONE;
}

static PyObject *map_room(PyObject *object, void *unused)
{
    (void)unused;
    return PyLong_FromSize_t(((lfn_py_map *)object)->free_count);
}

static PyObject *map_wants(PyObject *object, void *unused)
{
    (void)unused;
    const lfn_py_map *self = (lfn_py_map *)object;
    return PyBool_FromLong(lfn_py_map_wants(self) && !self->ended);
}

/* ---- the rest ---- */

static PyObject *map_fileno(PyObject *object, PyObject *unused)
{
    (void)unused;
    lfn_py_state *state = lfn_py_state_of(object);
    lfn_py_map *self = (lfn_py_map *)object;
    if (lfn_py_set_enter(state, &self->set, name_of_map) < 0)
        return NULL;
    lfn_error error;
    int descriptor = lfn_calls_descriptor(self->set.calls, &error);
    lfn_py_set_leave(&self->set);
    return descriptor >= 0 ? PyLong_FromLong(descriptor) : lfn_py_raise(state, &error);
}

static PyObject *map_close(PyObject *object, PyObject *unused)
{
    (void)unused;
    lfn_py_map *self = (lfn_py_map *)object;
    if (self->asking) {
        PyErr_SetString(PyExc_RuntimeError, "a map is used by one thread at a time, and not from inside itself");
        return NULL;
    }
    lfn_py_map_shut(self);
    Py_RETURN_NONE;
}

static PyObject *map_closed(PyObject *object, void *unused)
{
    (void)unused;
    return PyBool_FromLong(((lfn_py_map *)object)->set.calls == NULL);
}

static PyObject *map_self(PyObject *object, PyObject *unused)
{
    (void)unused;
    return Py_NewRef(object);
}

static int map_traverse(PyObject *object, visitproc visit, void *arg)
{
    lfn_py_map *self = (lfn_py_map *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->set.client);
    Py_VISIT(self->source);
    Py_VISIT(self->common);
    Py_VISIT(self->fixed.held);
    Py_VISIT(self->bound);
    Py_VISIT(self->wrap);
    Py_VISIT(self->progress);
    for (size_t i = 0; self->slots != NULL && i < self->window; i++) {
        Py_VISIT(self->slots[i].item);
        Py_VISIT(self->slots[i].bound);
        Py_VISIT(self->slots[i].value);
        Py_VISIT(self->slots[i].error);
    }
    return 0;
}

static int map_clear(PyObject *object)
{
    lfn_py_map *self = (lfn_py_map *)object;
    lfn_py_map_shut(self);
    Py_CLEAR(self->wrap);
    Py_CLEAR(self->progress);
    return 0;
}

static void map_dealloc(PyObject *object)
{
    lfn_py_map *self = (lfn_py_map *)object;
    PyObject_GC_UnTrack(object);
    map_clear(object);
    lfn_py_arguments_free(&self->fixed);
    PyMem_Free(self->slots);
    PyMem_Free(self->free_slots);
    PyMem_Free(self->ready);
    for (size_t i = 0; i < LFN_PY_PATH_MAX; i++) {
        Py_CLEAR(self->names[i]);
        Py_CLEAR(self->wire_names[i]);
    }
    Py_CLEAR(self->common);
    Py_CLEAR(self->bound);
    Py_CLEAR(self->refusal);
    Py_CLEAR(self->set.client);
    lfn_py_instance_free(object);
}

static PyObject *map_repr(PyObject *object)
{
    const lfn_py_map *self = (lfn_py_map *)object;
    const char *group = self->provider != NULL ? self->provider->attribute : self->operation->group->name;
    const char *state = self->set.calls == NULL ? ", closed" : "";
    return PyUnicode_FromFormat("<Map of %s.%s: %zu done, %zu failed%s>", group, self->operation->name, self->done,
                                self->failed, state);
}

static PyMethodDef map_methods[] = {
    {"step", lfn_py_map_step, METH_NOARGS,
     "step($self, /)\n--\n\nFor an event loop: the outcomes that are ready, a list; None behind the end. It never "
     "waits."},
    {"give", lfn_py_map_give, METH_O,
     "give($self, item, /)\n--\n\nTake up an item, where Map was made with None for items."},
    {"end", map_end, METH_NOARGS, "end($self, /)\n--\n\nNo more items are given."},
    {"fileno", map_fileno, METH_NOARGS,
     "fileno($self, /)\n--\n\nA descriptor that is readable when a step has something to do."},
    {"close", map_close, METH_NOARGS, "close($self, /)\n--\n\nCancel what is under way. Twice is fine."},
    {"__enter__", map_self, METH_NOARGS, "The map itself."},
    {"__exit__", map_close, METH_VARARGS, "Closes the map."},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef map_members[] = {
    {"room", map_room, NULL, "How many items may be given now.", NULL},
    {"wants", map_wants, NULL, "Whether there is room for a block of items.", NULL},
    {"closed", map_closed, NULL, "Whether it ended or was closed.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot map_slots[] = {
    {Py_tp_doc,
     "Map(client, name, items, common, single=None, refusal=None, *, concurrency=64, rate=None, ordered=False,\n"
     "    values=\"objects\", wrap=None, strict=True, progress=None, timeout=None, deadline=None)\n--\n\n"
     "Call an operation for every item, many at once: an iterator of (item, value, error)."},
    {Py_tp_new, map_new},
    {Py_tp_dealloc, map_dealloc},
    {Py_tp_repr, map_repr},
    {Py_tp_traverse, map_traverse},
    {Py_tp_clear, map_clear},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, lfn_py_map_next},
    {Py_tp_methods, map_methods},
    {Py_tp_getset, map_members},
    {0, NULL},
};

static PyType_Spec map_spec = {
    .name = "leafnative.Map",
    .basicsize = sizeof(lfn_py_map),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = map_slots,
};

int lfn_py_map_type_make(PyObject *module, lfn_py_state *state)
{
    state->map_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &map_spec, NULL);
    return state->map_type != NULL ? PyModule_AddType(module, state->map_type) : -1;
}
