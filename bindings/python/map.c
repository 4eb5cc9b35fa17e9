/* Map: an operation for many items at once, as an iterator of (item, value, error). It pulls items when there is room
 * for them, and holds no more than its window: what is under way and what is not handed out. */
#include "map.h"

enum { BLOCK = 64, CONCURRENCY = 64, CONCURRENCY_MAX = 4096, LONGEST_WAIT_MS = 50 };

static const char name_of_map[] = "map";

/* ---- opening ---- */

static int read_values(lfn_py_state *state, const char *name, lfn_py_values *out_values)
{
    static const char *const names[] = {
        [LFN_PY_OBJECTS] = "objects", [LFN_PY_DICTS] = "dicts", [LFN_PY_BYTES] = "bytes"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0) {
            *out_values = (lfn_py_values)i;
            return 0;
        }
    lfn_py_raise_input(state, "/values", "There are no values \"%.60s\": objects, dicts or bytes.", name);
    return -1;
}

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
    PyObject *rate;
    PyObject *timeout;
    PyObject *deadline;
    const char *values;
    Py_ssize_t concurrency;
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
                           .values = "objects",
                           .concurrency = CONCURRENCY,
                           .strict = 1};
    return PyArg_ParseTupleAndKeywords(args, kwargs, "OOOO!|OO$nOpsOpOOO:Map", names, &given->client, &given->name,
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

static int read_numbers(lfn_py_state *state, lfn_py_map *self, const map_options *given, double *out_rate)
{
    *out_rate = 0;
    if (given->concurrency < 1 || given->concurrency > CONCURRENCY_MAX) {
        lfn_py_raise_input(state, "/concurrency", "concurrency must be from 1 to %d.", (int)CONCURRENCY_MAX);
        return -1;
    }
    self->window = (size_t)given->concurrency;
    self->ordered = given->ordered != 0;
    self->strict = given->strict != 0;
    if (given->rate != Py_None)
        *out_rate = PyFloat_AsDouble(given->rate);
    if (PyErr_Occurred())
        return -1;
    if (given->rate != Py_None && !(*out_rate > 0)) {
        lfn_py_raise_input(state, "/rate", "rate must be above 0: calls begun in a second.");
        return -1;
    }
    return read_values(state, given->values, &self->values);
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

/* ---- slots ---- */

static void empty_slot(lfn_py_slot *slot)
{
    lfn_pages_free(slot->pages);
    lfn_py_slot dropped = *slot;
    *slot = (lfn_py_slot){.item = NULL};
    Py_XDECREF(dropped.item);
    Py_XDECREF(dropped.bound);
    Py_XDECREF(dropped.value);
    Py_XDECREF(dropped.error);
}

static void put_ready(lfn_py_map *self, size_t index)
{
    self->ready[(self->ready_first + self->ready_count++) % self->window] = index;
}

static bool has_ready(const lfn_py_map *self)
{
    return self->ready_count > 0 && self->slots[self->ready[self->ready_first]].error != NULL;
}

/* The exception that is set becomes the item's error. */
static void end_with_raised(lfn_py_map *self, size_t index)
{
    lfn_py_slot *slot = &self->slots[index];
    Py_XDECREF(slot->value);
    slot->value = Py_NewRef(Py_None);
    slot->error = lfn_py_take_raised();
    self->failed++;
}

/* Takes over the value. */
static void end_with_value(lfn_py_map *self, size_t index, PyObject *value)
{
    lfn_py_slot *slot = &self->slots[index];
    PyObject *before = slot->value;
    slot->value = value;
    slot->error = Py_NewRef(Py_None);
    self->done++;
    Py_XDECREF(before);
}

/* Lets go of the connections and of everything that is held. */
static void shut(lfn_py_map *self)
{
    PyObject *raised = lfn_py_take_raised();
    lfn_py_set_close(&self->set);
    self->ended = true;
    self->ready_count = 0;
    self->under_way = 0;
    Py_CLEAR(self->source);
    for (size_t i = 0; self->slots != NULL && i < self->window; i++)
        empty_slot(&self->slots[i]);
    lfn_py_put_raised(raised);
}

/* ---- beginning ---- */

/* Takes the item up. What is wrong with it is its error; a mistake of the program is raised. */
static int begin(lfn_py_state *state, lfn_py_map *self, PyObject *item)
{
    size_t index = self->free_slots[--self->free_count];
    self->slots[index].item = Py_NewRef(item);
    if (self->ordered)
        put_ready(self, index);
    if (lfn_py_map_submit(state, self, index) == 0) {
        self->under_way++;
        return 0;
    }
    if (!PyErr_ExceptionMatches(state->errors[LFN_BAD_INPUT]))
        return -1;
    end_with_raised(self, index);
    if (!self->ordered)
        put_ready(self, index);
    return 0;
}

/* Items are pulled a quarter of the window at a time, so that calls go out in blocks. */
static bool wants_items(const lfn_py_map *self)
{
    return !self->exhausted && self->free_count > 0 && (self->under_way == 0 || self->free_count * 4 >= self->window);
}

static int pull(lfn_py_state *state, lfn_py_map *self)
{
    while (self->free_count > 0 && self->source != NULL) {
        PyObject *item = PyIter_Next(self->source);
        if (item == NULL && PyErr_Occurred())
            return -1;
        if (item == NULL) {
            self->exhausted = true;
            Py_CLEAR(self->source);
            return 0;
        }
        int done = begin(state, self, item);
        Py_DECREF(item);
        if (done < 0)
            return -1;
    }
    return 0;
}

/* ---- ending ---- */

static PyObject *wrapped(lfn_py_map *self, lfn_py_slot *slot, PyObject *value)
{
    if (value == NULL || self->wrap == NULL)
        return value;
    PyObject *made = PyObject_CallFunctionObjArgs(self->wrap, value, slot->bound, NULL);
    Py_DECREF(value);
    return made;
}

static PyObject *value_of(lfn_py_state *state, lfn_py_map *self, const lfn_py_landed *landed, PyObject *raised)
{
    if (self->values != LFN_PY_BYTES || landed->status != LFN_OK)
        return lfn_py_landed_data(state, self->set.client, landed, raised);
    const lfn_buffer *body = &landed->result->response.body;
    return PyBytes_FromStringAndSize(body->data, (Py_ssize_t)body->size);
}

static int add_entries(lfn_py_slot *slot, PyObject *entries)
{
    if (slot->value == NULL)
        slot->value = PyList_New(0);
    if (slot->value == NULL)
        return -1;
    Py_ssize_t size = PyList_Size(slot->value);
    return PyList_SetSlice(slot->value, size, size, entries);
}

/* Takes a page of a list: the list so far once it is whole, NULL with an exception, or NULL when more is to come. */
static PyObject *take_page(lfn_py_state *state, lfn_py_map *self, lfn_py_slot *slot, lfn_py_landed *landed,
                           PyObject *raised)
{
    lfn_error error;
    bool more = true;
    if (landed->status == LFN_OK) {
        landed->status = lfn_pages_take(slot->pages, landed->result, &more, &error);
        landed->error = landed->status != LFN_OK ? &error : landed->error;
    }
    PyObject *entries = more ? value_of(state, self, landed, raised) : PyList_New(0);
    int done = entries != NULL ? add_entries(slot, entries) : -1;
    Py_XDECREF(entries);
    slot->again = done == 0 && more && lfn_pages_call(slot->pages) != NULL;
    return done == 0 && !slot->again ? Py_NewRef(slot->value) : NULL;
}

static void land(lfn_py_state *state, lfn_py_map *self, const lfn_completion *done, PyObject *raised)
{
    size_t index = (size_t)done->tag;
    lfn_py_slot *slot = &self->slots[index];
    lfn_error error = {.status = LFN_OK};
    if (done->status != LFN_OK)
        error = *done->error;
    lfn_py_landed landed = {.operation = self->operation,
                            .provider = self->provider,
                            .sent = done->sent,
                            .unread = lfn_py_judges(self->operation),
                            .status = done->status,
                            .error = &error,
                            .result = done->result};
    PyObject *value =
        slot->pages != NULL ? take_page(state, self, slot, &landed, raised) : value_of(state, self, &landed, raised);
    if (slot->again)
        return;
    value = wrapped(self, slot, value);
    self->under_way--;
    if (value != NULL)
        end_with_value(self, index, value);
    else
        end_with_raised(self, index);
    if (!self->ordered)
        put_ready(self, index);
}

/* Asks for the next pages of the lists whose last one came in this block; their places are free now. */
static int go_on(lfn_py_state *state, lfn_py_map *self, const lfn_completion *block, size_t count)
{
    for (size_t i = 0; self->operation->form == LFN_FORM_LIST && i < count; i++) {
        size_t index = (size_t)block[i].tag;
        if (!self->slots[index].again)
            continue;
        self->slots[index].again = false;
        if (lfn_py_map_submit_page(state, self, index) < 0)
            return -1;
    }
    return 0;
}

static int tell_progress(lfn_py_map *self)
{
    if (self->progress == NULL)
        return 0;
    PyObject *result =
        PyObject_CallFunction(self->progress, "nn", (Py_ssize_t)(self->done + self->failed), (Py_ssize_t)self->failed);
    Py_XDECREF(result);
    return result != NULL ? 0 : -1;
}

static int poll_once(lfn_py_state *state, lfn_py_map *self, int64_t wait_ms)
{
    lfn_completion block[BLOCK];
    size_t count = 0;
    PyObject *raised = NULL;
    if (lfn_py_set_poll(&self->set, wait_ms, block, BLOCK, &count, &raised) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        land(state, self, &block[i], raised);
    Py_XDECREF(raised);
    lfn_calls_release(self->set.calls);
    if (go_on(state, self, block, count) < 0)
        return -1;
    return count > 0 ? tell_progress(self) : 0;
}

/* ---- handing out ---- */

static PyObject *hand_out(lfn_py_map *self)
{
    size_t index = self->ready[self->ready_first];
    lfn_py_slot *slot = &self->slots[index];
    PyObject *outcome = PyTuple_Pack(3, slot->item, slot->value, slot->error);
    self->ready_first = (self->ready_first + 1) % self->window;
    self->ready_count--;
    self->free_slots[self->free_count++] = index;
    empty_slot(slot);
    return outcome;
}

static bool is_over(const lfn_py_map *self)
{
    return self->exhausted && self->under_way == 0 && self->ready_count == 0;
}

/* Pulls items when it is time, and has their calls go out, so that they are under way while the caller works. */
static int advance(lfn_py_state *state, lfn_py_map *self, int64_t wait_ms)
{
    if (self->source != NULL && wants_items(self)) {
        if (pull(state, self) < 0 || poll_once(state, self, 0) < 0)
            return -1;
    } else if (wait_ms == 0 && poll_once(state, self, 0) < 0)
        return -1;
    while (wait_ms > 0 && !has_ready(self) && self->under_way > 0)
        if (poll_once(state, self, wait_ms) < 0)
            return -1;
    return 0;
}

static int enter(lfn_py_state *state, lfn_py_map *self)
{
    if (self->asking) {
        PyErr_SetString(PyExc_RuntimeError, "a map is used by one thread at a time, and not from inside itself");
        return -1;
    }
    if (lfn_py_set_enter(state, &self->set, name_of_map) < 0)
        return -1;
    self->asking = true;
    return 0;
}

/* A failure, and the end, let go of the connections. */
static void leave(lfn_py_map *self, int done)
{
    self->asking = false;
    lfn_py_set_leave(&self->set);
    if (done < 0 || is_over(self))
        shut(self);
}

static PyObject *map_next(PyObject *object)
{
    lfn_py_state *state = lfn_py_state_of(object);
    lfn_py_map *self = (lfn_py_map *)object;
    if (self->ended || enter(state, self) < 0)
        return NULL;
    int done = 0;
    if (!has_ready(self) || wants_items(self))
        done = advance(state, self, LONGEST_WAIT_MS);
    PyObject *outcome = done == 0 && has_ready(self) ? hand_out(self) : NULL;
    if (done == 0 && is_over(self))
        done = tell_progress(self);
    if (done < 0)
        Py_CLEAR(outcome);
    leave(self, done);
    return outcome;
}

/* For an event loop: what is ready without waiting, a list; None behind the end. */
static PyObject *map_step(PyObject *object, PyObject *unused)
{
    (void)unused;
    lfn_py_state *state = lfn_py_state_of(object);
    lfn_py_map *self = (lfn_py_map *)object;
    if (self->ended)
        return Py_NewRef(Py_None);
    if (enter(state, self) < 0)
        return NULL;
    int done = advance(state, self, 0);
    PyObject *list = done == 0 ? PyList_New(0) : NULL;
    while (list != NULL && has_ready(self))
        list = lfn_py_append(list, hand_out(self));
    if (list != NULL && is_over(self) && tell_progress(self) < 0)
        Py_CLEAR(list);
    leave(self, list != NULL ? 0 : -1);
    return list;
}

/* ---- items that are given one by one ---- */

static PyObject *map_give(PyObject *object, PyObject *item)
{
    lfn_py_state *state = lfn_py_state_of(object);
    lfn_py_map *self = (lfn_py_map *)object;
    if (self->free_count == 0 || self->exhausted) {
        PyErr_SetString(PyExc_RuntimeError, "the map has no room for an item, or was told that there are no more");
        return NULL;
    }
    if (enter(state, self) < 0)
        return NULL;
    int done = begin(state, self, item);
    leave(self, done);
    return done == 0 ? Py_NewRef(Py_None) : NULL;
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
    return PyBool_FromLong(wants_items(self) && !self->ended);
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
    shut(self);
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
    shut(self);
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

static PyMethodDef map_methods[] = {
    {"step", map_step, METH_NOARGS,
     "step($self, /)\n--\n\nFor an event loop: the outcomes that are ready, a list; None behind the end. It never "
     "waits."},
    {"give", map_give, METH_O, "give($self, item, /)\n--\n\nTake up an item, where Map was made with None for items."},
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
    {"wants", map_wants, NULL, "Whether there is room for a block of items, or nothing is under way.", NULL},
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
    {Py_tp_traverse, map_traverse},
    {Py_tp_clear, map_clear},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, map_next},
    {Py_tp_methods, map_methods},
    {Py_tp_getset, map_members},
    {0, NULL},
};

static PyType_Spec map_spec = {
    .name = "leafnative._core.Map",
    .basicsize = sizeof(lfn_py_map),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = map_slots,
};

int lfn_py_map_type_make(PyObject *module, lfn_py_state *state)
{
    state->map_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &map_spec, NULL);
    return state->map_type != NULL ? PyModule_AddType(module, state->map_type) : -1;
}
