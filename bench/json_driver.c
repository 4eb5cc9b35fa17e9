/* A Python extension that builds values straight from JSON as an answer's are built, and nothing else: made of the
 * objects of leafnative._core, so that bench/json.py measures what a reply costs without the call around it. */
#include "state.h"

/* form(operation): what loads takes for the answer of an operation, as "panorama.get". */
static PyObject *form(PyObject *self, PyObject *name)
{
    (void)self;
    const lfn_operation *operation = NULL;
    const lfn_provider *provider = NULL;
    const char *text = PyUnicode_AsUTF8AndSize(name, NULL);
    if (text == NULL)
        return NULL;
    if (!lfn_operation_find(lfn_text_of(text), &operation, &provider))
        return PyErr_Format(PyExc_LookupError, "no operation %s", text);
    return PyCapsule_New((void *)(uintptr_t)lfn_operation_result(operation, provider), NULL, NULL);
}

/* loads(core, form, data): the value of JSON text. `core` is the module leafnative._core. */
static PyObject *loads(PyObject *self, PyObject *const *arguments, Py_ssize_t count)
{
    (void)self;
    char *data = NULL;
    Py_ssize_t size = 0;
    if (count != 3)
        return PyErr_Format(PyExc_TypeError, "loads(core, form, data)");
    lfn_py_state *state = PyModule_GetState(arguments[0]);
    const lfn_schema *schema = PyCapsule_GetPointer(arguments[1], NULL);
    if (schema == NULL || PyBytes_AsStringAndSize(arguments[2], &data, &size) < 0)
        return NULL;
    return lfn_py_json_build(state, lfn_text_make(data, (size_t)size), schema);
}

static PyMethodDef methods[] = {
    {"form", form, METH_O, "What is known about the answer of an operation."},
    {"loads", (PyCFunction)(void (*)(void))loads, METH_FASTCALL, "The value of JSON text."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "json_driver", .m_methods = methods};

PyMODINIT_FUNC PyInit_json_driver(void);

PyMODINIT_FUNC PyInit_json_driver(void)
{
    return PyModule_Create(&definition);
}
