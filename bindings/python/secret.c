/* Secret: text that never shows itself. The bytes live in an lfn_secret, which wipes them. */
#include "state.h"

typedef struct secret_object {
    PyObject_HEAD lfn_secret *secret;
} secret_object;

static lfn_text clear_text(PyObject *self)
{
    return lfn_secret_reveal(((secret_object *)self)->secret);
}

static PyObject *make(lfn_py_state *state, PyTypeObject *type, lfn_text text)
{
    secret_object *self = (secret_object *)lfn_py_instance_new(type);
    if (self == NULL)
        return NULL;
    self->secret = lfn_secret_make(text);
    if (self->secret != NULL)
        return (PyObject *)self;
    Py_DECREF(self);
    lfn_error error;
    lfn_error_set(&error, LFN_NO_MEMORY, "Memory is out.");
    return lfn_py_raise(state, &error);
}

PyObject *lfn_py_secret_new(lfn_py_state *state, lfn_text text)
{
    return make(state, state->secret_type, text);
}

bool lfn_py_secret_check(lfn_py_state *state, PyObject *object)
{
    return Py_IS_TYPE(object, state->secret_type);
}

lfn_text lfn_py_secret_text(PyObject *secret)
{
    return clear_text(secret);
}

/* Whether the text is UTF-8: the writer of JSON takes no other, and its buffer wipes what it held. */
static bool is_utf8(lfn_text text)
{
    lfn_buffer quoted;
    lfn_buffer_init(&quoted, SIZE_MAX / 2);
    lfn_json_writer writer = {.buffer = &quoted};
    lfn_json_write_string(&writer, text);
    bool written = !quoted.failed;
    lfn_buffer_free(&quoted);
    return written;
}

/* Bytes must be UTF-8, because reveal() gives str. */
static PyObject *make_of_bytes(lfn_py_state *state, PyTypeObject *type, PyObject *bytes)
{
    char *data = NULL;
    Py_ssize_t size = 0;
    if (PyBytes_AsStringAndSize(bytes, &data, &size) < 0)
        return NULL;
    if (!is_utf8(lfn_text_make(data, (size_t)size)))
        return lfn_py_raise_input(state, "", "The bytes of a Secret must be UTF-8.");
    return make(state, type, lfn_text_make(data, (size_t)size));
}

static PyObject *secret_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"value", NULL};
    lfn_py_state *state = PyType_GetModuleState(type);
    PyObject *value = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O:Secret", names, &value))
        return NULL;
    if (lfn_py_secret_check(state, value))
        return Py_NewRef(value);
    if (PyBytes_Check(value))
        return make_of_bytes(state, type, value);
    lfn_text text;
    if (lfn_py_text_needed(state, value, "value", &text) < 0)
        return NULL;
    return make(state, type, text);
}

static void secret_dealloc(PyObject *self)
{
    lfn_secret_free(((secret_object *)self)->secret);
    lfn_py_instance_free(self);
}

static PyObject *secret_repr(PyObject *self)
{
    (void)self;
    return PyUnicode_FromString("Secret('" LFN_MASK "')");
}

static PyObject *secret_str(PyObject *self)
{
    (void)self;
    return PyUnicode_FromString(LFN_MASK);
}

static PyObject *secret_format(PyObject *self, PyObject *spec)
{
    PyObject *mask = secret_str(self);
    if (mask == NULL)
        return NULL;
    PyObject *formatted = PyObject_Format(mask, spec);
    Py_DECREF(mask);
    return formatted;
}

static PyObject *secret_compare(PyObject *self, PyObject *other, int operator)
{
    if ((operator!= Py_EQ && operator!= Py_NE) || !Py_IS_TYPE(other, Py_TYPE(self)))
        return Py_NewRef(Py_NotImplemented);
    bool equal = lfn_secret_equal(((secret_object *)self)->secret, ((secret_object *)other)->secret);
    return PyBool_FromLong(equal == (operator== Py_EQ));
}

/* FNV-1a from a random start: the hash of a secret tells nothing outside this process. */
static Py_hash_t secret_hash(PyObject *self)
{
    lfn_py_state *state = lfn_py_state_of(self);
    const lfn_random *random = lfn_random_system();
    if (state->hash_key == 0 && !random->fill(random->context, &state->hash_key, sizeof state->hash_key)) {
        PyErr_SetString(PyExc_OSError, "the system gave no random bytes");
        return -1;
    }
    uint64_t hash = state->hash_key;
    lfn_text text = clear_text(self);
    for (size_t i = 0; i < text.size; i++)
        hash = (hash ^ (unsigned char)text.data[i]) * UINT64_C(1099511628211);
    Py_hash_t small = (Py_hash_t)(hash ^ hash >> 29);
    return small == -1 ? -2 : small;
}

static PyObject *secret_reveal(PyObject *self, PyObject *unused)
{
    (void)unused;
    lfn_text text = clear_text(self);
    return PyUnicode_FromStringAndSize(text.data, (Py_ssize_t)text.size);
}

static PyObject *secret_copy(PyObject *self, PyObject *unused)
{
    (void)unused;
    return Py_NewRef(self);
}

static PyObject *secret_reduce(PyObject *self, PyObject *unused)
{
    (void)self;
    (void)unused;
    PyErr_SetString(PyExc_TypeError, "a Secret is not pickled: reveal() it by name and keep it sealed");
    return NULL;
}

static PyMethodDef secret_methods[] = {
    {"reveal", secret_reveal, METH_NOARGS,
     "reveal($self, /)\n--\n\nThe clear text as str. The one way out: do not log or print it."},
    {"__format__", secret_format, METH_O, "The mask, formatted."},
    {"__copy__", secret_copy, METH_NOARGS, "The same object: a secret is not copied."},
    {"__deepcopy__", secret_copy, METH_O, "The same object: a secret is not copied."},
    {"__reduce__", secret_reduce, METH_NOARGS, "Raises TypeError: a secret is not pickled."},
    {"__reduce_ex__", secret_reduce, METH_O, "Raises TypeError: a secret is not pickled."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot secret_slots[] = {
    {Py_tp_doc, "Secret(value)\n--\n\n"
                "Text that never shows itself: str(), repr(), format() and f-strings give ***.\n\n"
                "value is str, UTF-8 bytes or a Secret. Two secrets compare equal, in constant time, when\n"
                "their texts are equal; a Secret never equals a str. reveal() gives the clear text.\n"
                "The bytes are wiped when the object goes."},
    {Py_tp_new, secret_new},
    {Py_tp_dealloc, secret_dealloc},
    {Py_tp_repr, secret_repr},
    {Py_tp_str, secret_str},
    {Py_tp_hash, secret_hash},
    {Py_tp_richcompare, secret_compare},
    {Py_tp_methods, secret_methods},
    {0, NULL},
};

static PyType_Spec secret_spec = {
    .name = "leafnative.Secret",
    .basicsize = sizeof(secret_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = secret_slots,
};

int lfn_py_secret_type_make(PyObject *module, lfn_py_state *state)
{
    state->secret_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &secret_spec, NULL);
    if (state->secret_type == NULL)
        return -1;
    return PyModule_AddType(module, state->secret_type);
}
