/* Python objects made and let go, as every type of the module does it. */
#include "state.h"

PyObject *lfn_py_instance_new(PyTypeObject *type)
{
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    return allocate(type, 0);
}

void lfn_py_instance_free(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(self);
    Py_DECREF(type);
}

PyObject *lfn_py_struct_new(PyTypeObject *type, PyObject *const values[], size_t count)
{
    PyObject *made = PyStructSequence_New(type);
    bool whole = made != NULL;
    for (size_t i = 0; i < count; i++) {
        whole = whole && values[i] != NULL;
        if (made != NULL)
            PyStructSequence_SetItem(made, (Py_ssize_t)i, values[i]);
        else
            Py_XDECREF(values[i]);
    }
    if (!whole)
        Py_CLEAR(made);
    return made;
}

PyObject *lfn_py_append(PyObject *list, PyObject *value)
{
    if (list == NULL || value == NULL || PyList_Append(list, value) < 0)
        Py_CLEAR(list);
    Py_XDECREF(value);
    return list;
}

int lfn_py_take_callable(PyObject *object, const char *name, PyObject **out_callable)
{
    if (object == NULL || object == Py_None)
        return 0;
    if (!PyCallable_Check(object))
        return lfn_py_refuse_type(name, "callable", object);
    *out_callable = Py_NewRef(object);
    return 0;
}

int lfn_py_words_make(lfn_py_state *state)
{
    static const char *const words[] = {
        [LFN_PY_API] = "_api",
        [LFN_PY_BOUND] = "_bound",
        [LFN_PY_CALL_SOON] = "call_soon",
        [LFN_PY_DEADLINE] = "deadline",
        [LFN_PY_GIVEN] = "_given",
        [LFN_PY_MAKERS] = "_makers",
        [LFN_PY_MISSING_OK] = "missing_ok",
        [LFN_PY_RUN] = "run",
        [LFN_PY_STRICT] = "strict",
        [LFN_PY_TIMEOUT] = "timeout",
        [LFN_PY_VALUES] = "values",
        [LFN_PY_WORD_BYTES] = "bytes",
        [LFN_PY_WORD_DICTS] = "dicts",
        [LFN_PY_WORD_OBJECTS] = "objects",
    };
    for (size_t i = 0; i < LFN_PY_WORD_COUNT; i++) {
        state->words[i] = PyUnicode_InternFromString(words[i]);
        if (state->words[i] == NULL)
            return -1;
    }
    return 0;
}
