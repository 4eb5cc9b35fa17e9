/* What an item of a Map stands for: a dict is the arguments of its call; anything else one member of the path. */
#include "map.h"

/* ---- what all items share ---- */

static PyObject *interned(const char *name)
{
    return PyUnicode_InternFromString(name);
}

static int read_names(lfn_py_map *self)
{
    const lfn_field *field;
    for (size_t i = 0; i < LFN_PY_PATH_MAX && (field = lfn_operation_path_field(self->operation, i)) != NULL; i++) {
        char snake[64];
        if (!lfn_name_snake(lfn_text_of(field->name), snake, sizeof snake))
            continue;
        self->names[i] = interned(snake);
        self->wire_names[i] = interned(field->name);
        if (self->names[i] == NULL || self->wire_names[i] == NULL)
            return -1;
        self->name_count = i + 1;
    }
    return 0;
}

/* The member of the path in the arguments, under either name; borrowed. */
static PyObject *path_member(const lfn_py_map *self, PyObject *arguments, size_t index)
{
    PyObject *value = PyDict_GetItemWithError(arguments, self->names[index]);
    if (value == NULL && !PyErr_Occurred())
        value = PyDict_GetItemWithError(arguments, self->wire_names[index]);
    return value;
}

/* The path members among the arguments, by their names in snake_case. */
static PyObject *bound_of(const lfn_py_map *self, PyObject *arguments)
{
    PyObject *bound = PyDict_New();
    for (size_t i = 0; bound != NULL && i < self->name_count; i++) {
        PyObject *value = path_member(self, arguments, i);
        if (PyErr_Occurred() || (value != NULL && PyDict_SetItem(bound, self->names[i], value) < 0))
            Py_CLEAR(bound);
    }
    return bound;
}

/* Which of the names `single` is; where it is None, no item but a dict can stand for anything. */
static int find_single(lfn_py_map *self, PyObject *single)
{
    for (size_t i = 0; single != Py_None && i < self->name_count; i++)
        if (PyUnicode_Compare(self->names[i], single) == 0) {
            self->single = i;
            return 0;
        }
    if (self->refusal == NULL)
        self->refusal = PyUnicode_FromString("give the arguments of each call as a dict");
    return self->refusal != NULL ? 0 : -1;
}

int lfn_py_map_prepare(lfn_py_state *state, lfn_py_map *self, PyObject *single)
{
    if (read_names(self) < 0 || find_single(self, single) < 0)
        return -1;
    self->bound = bound_of(self, self->common);
    lfn_py_arguments *fixed = &self->fixed;
    if (self->bound == NULL ||
        lfn_py_arguments_read(state, self->operation, self->provider, self->common, self->strict, fixed) < 0)
        return -1;
    lfn_argument *list = PyMem_Realloc(fixed->list, (fixed->count + 1) * sizeof *list);
    if (list == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    fixed->list = list;
    fixed->capacity = fixed->count + 1;
    if (self->refusal == NULL)
        list[fixed->count].name = lfn_text_of(lfn_operation_path_field(self->operation, self->single)->name);
    return 0;
}

/* ---- a call ---- */

static lfn_call call_of(const lfn_py_map *self, const lfn_py_arguments *arguments, size_t count)
{
    return (lfn_call){.operation = self->operation,
                      .provider = self->provider,
                      .arguments = arguments->list,
                      .argument_count = count,
                      .body = arguments->has_body ? lfn_buffer_text(&arguments->body) : lfn_text_make(NULL, 0),
                      .lax = !self->strict,
                      .unread = lfn_py_unread(self->operation, self->values),
                      .timeout_ms = self->timeout_ms,
                      .deadline_ms = self->deadline_ms};
}

int lfn_py_map_submit_page(lfn_py_state *state, lfn_py_map *self, size_t index)
{
    lfn_error error;
    const lfn_call *call = lfn_pages_call(self->slots[index].pages);
    if (call != NULL && lfn_calls_submit(self->set.calls, call, index, &error) == LFN_OK)
        return 0;
    if (call == NULL)
        lfn_error_set(&error, LFN_PROTOCOL, "The walk over the pages ended before it began.");
    lfn_py_raise(state, &error);
    return -1;
}

static int submit(lfn_py_state *state, lfn_py_map *self, size_t index, const lfn_call *call)
{
    lfn_error error;
    if (self->operation->form != LFN_FORM_LIST) {
        if (lfn_calls_submit(self->set.calls, call, index, &error) == LFN_OK)
            return 0;
    } else if (lfn_pages_open(self->set.client->client, call, &self->slots[index].pages, &error) == LFN_OK)
        return lfn_py_map_submit_page(state, self, index);
    lfn_py_raise(state, &error);
    return -1;
}

/* The item is a text that stands for one member of the path: nothing is built for it but its object's. */
static int submit_text(lfn_py_state *state, lfn_py_map *self, size_t index, PyObject *text)
{
    lfn_py_slot *slot = &self->slots[index];
    lfn_argument *place = &self->fixed.list[self->fixed.count];
    if (lfn_py_text_needed(state, text, "an item", &place->value) < 0)
        return -1;
    if (self->wrap != NULL) {
        slot->bound = PyDict_Copy(self->bound);
        if (slot->bound == NULL || PyDict_SetItem(slot->bound, self->names[self->single], text) < 0)
            return -1;
    }
    lfn_call call = call_of(self, &self->fixed, self->fixed.count + 1);
    return submit(state, self, index, &call);
}

static int submit_dict(lfn_py_state *state, lfn_py_map *self, size_t index, PyObject *arguments)
{
    lfn_py_slot *slot = &self->slots[index];
    if (self->wrap != NULL) {
        slot->bound = bound_of(self, arguments);
        if (slot->bound == NULL)
            return -1;
    }
    lfn_py_arguments read;
    int done = lfn_py_arguments_read(state, self->operation, self->provider, arguments, self->strict, &read);
    if (done == 0) {
        lfn_call call = call_of(self, &read, read.count);
        done = submit(state, self, index, &call);
    }
    lfn_py_arguments_free(&read);
    return done;
}

/* Those of the common arguments, and over them those of the item. */
static int submit_merged(lfn_py_state *state, lfn_py_map *self, size_t index, PyObject *own)
{
    PyObject *arguments = PyDict_Copy(self->common);
    int done = -1;
    if (arguments != NULL && PyDict_Update(arguments, own) == 0)
        done = submit_dict(state, self, index, arguments);
    Py_XDECREF(arguments);
    return done;
}

/* ---- an item ---- */

static int refuse(const lfn_py_map *self, PyObject *item)
{
    PyObject *kind = PyType_GetName(Py_TYPE(item));
    if (kind != NULL && self->refusal != NULL)
        PyErr_Format(PyExc_TypeError, "an item of type %U cannot stand for a call of this operation: %U", kind,
                     self->refusal);
    else if (kind != NULL)
        PyErr_Format(PyExc_TypeError,
                     "an item of type %U stands for nothing in the path: give str ids, objects with an id, or dicts "
                     "of arguments",
                     kind);
    Py_XDECREF(kind);
    return -1;
}

/* The attribute, NULL where there is none. -1 with any other exception. */
static int find_attribute(PyObject *item, const char *name, PyObject **out_value)
{
    *out_value = PyObject_GetAttrString(item, name);
    if (*out_value != NULL || !PyErr_ExceptionMatches(PyExc_AttributeError))
        return *out_value != NULL ? 0 : -1;
    PyErr_Clear();
    return 0;
}

/* Whether the item leaves no member of the path open; -1 with an exception. */
static int is_complete(const lfn_py_map *self, PyObject *own)
{
    PyObject *all = PyDict_Copy(self->bound);
    int done = all != NULL ? PyDict_Update(all, own) : -1;
    if (done == 0)
        done = (size_t)PyDict_Size(all) == self->name_count;
    Py_XDECREF(all);
    return done;
}

/* Objects of the package say which members of a path they stand for; those that this one has count. */
static int submit_path(lfn_py_state *state, lfn_py_map *self, size_t index, PyObject *path)
{
    PyObject *item = self->slots[index].item;
    PyObject *own = bound_of(self, path);
    if (own == NULL)
        return -1;
    PyObject *text = self->refusal == NULL ? PyDict_GetItemWithError(own, self->names[self->single]) : NULL;
    int done = PyErr_Occurred() ? -1 : 0;
    if (done == 0 && text != NULL && PyDict_Size(own) == 1)
        done = submit_text(state, self, index, text);
    else if (done == 0) {
        done = PyDict_Size(own) > 0 ? is_complete(self, own) : 0;
        if (done == 0)
            done = refuse(self, item);
        else if (done > 0)
            done = submit_merged(state, self, index, own);
    }
    Py_DECREF(own);
    return done;
}

static int submit_object(lfn_py_state *state, lfn_py_map *self, size_t index)
{
    PyObject *item = self->slots[index].item;
    PyObject *path = NULL;
    PyObject *id = NULL;
    if (find_attribute(item, "_path", &path) < 0)
        return -1;
    int done = -1;
    if (path != NULL && PyDict_Check(path))
        done = submit_path(state, self, index, path);
    else if (self->refusal != NULL)
        done = refuse(self, item);
    else if (find_attribute(item, "id", &id) == 0)
        done = id != NULL && PyUnicode_Check(id) ? submit_text(state, self, index, id) : refuse(self, item);
    Py_XDECREF(path);
    Py_XDECREF(id);
    return done;
}

int lfn_py_map_submit(lfn_py_state *state, lfn_py_map *self, size_t index)
{
    PyObject *item = self->slots[index].item;
    if (PyUnicode_Check(item))
        return self->refusal == NULL ? submit_text(state, self, index, item) : refuse(self, item);
    if (PyDict_Check(item))
        return submit_merged(state, self, index, item);
    return submit_object(state, self, index);
}
