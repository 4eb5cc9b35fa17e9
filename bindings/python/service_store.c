/* Service: the whole store, filled, copied, brought back, forgotten. */
#include "service.h"

static lfn_status do_seed(lfn_service *service, lfn_py_task *task, lfn_error *error)
{
    return lfn_service_seed(service, task->text, error);
}

/* The bytes of a file. A number would be that of a descriptor, which others use; JSON text may hold secrets, which a
 * message about a missing file would show. */
static PyObject *read_file(PyObject *name)
{
    if (PyIndex_Check(name)) {
        (void)lfn_py_refuse_type("document", "a dict or the name of a file", name);
        return NULL;
    }
    if (PyUnicode_Check(name) && PyUnicode_GetLength(name) > 0 && PyUnicode_ReadChar(name, 0) == '{') {
        PyErr_SetString(PyExc_TypeError, "document must be a dict or the name of a file, not JSON text: json.loads it");
        return NULL;
    }
    PyObject *path = PyOS_FSPath(name);
    PyObject *io = path != NULL ? PyImport_ImportModule("io") : NULL;
    PyObject *file = io != NULL ? PyObject_CallMethod(io, "open", "Os", path, "rb") : NULL;
    PyObject *bytes = file != NULL ? PyObject_CallMethod(file, "read", NULL) : NULL;
    PyObject *closed = bytes != NULL ? PyObject_CallMethod(file, "close", NULL) : NULL;
    if (closed == NULL)
        Py_CLEAR(bytes);
    Py_XDECREF(closed);
    Py_XDECREF(file);
    Py_XDECREF(io);
    Py_XDECREF(path);
    return bytes;
}

static PyObject *seed_from_file(PyObject *object, PyObject *path)
{
    PyObject *bytes = read_file(path);
    lfn_py_task task = {0};
    PyObject *result = NULL;
    char *data = NULL;
    Py_ssize_t size = 0;
    if (bytes != NULL && PyBytes_AsStringAndSize(bytes, &data, &size) == 0) {
        task.text = lfn_text_make(data, (size_t)size);
        result = lfn_py_task_run_for_none(object, do_seed, &task);
    }
    Py_XDECREF(bytes);
    return result;
}

PyObject *lfn_py_service_seed(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"document", NULL};
    PyObject *document = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O:seed", names, &document))
        return NULL;
    if (!lfn_py_is_mapping(document))
        return seed_from_file(object, document);
    lfn_buffer json;
    lfn_buffer_init(&json, LFN_PY_BODY_CEILING);
    lfn_py_task task = {0};
    PyObject *result = NULL;
    if (lfn_py_json_write(lfn_py_state_of(object), document, NULL, &json) == 0) {
        task.text = lfn_buffer_text(&json);
        result = lfn_py_task_run_for_none(object, do_seed, &task);
    }
    lfn_buffer_free(&json);
    return result;
}

static lfn_status do_snapshot(lfn_service *service, lfn_py_task *task, lfn_error *error)
{
    return lfn_service_snapshot(service, task->text, error);
}

static lfn_status do_restore(lfn_service *service, lfn_py_task *task, lfn_error *error)
{
    return lfn_service_restore(service, task->text, error);
}

static lfn_status do_reset(lfn_service *service, lfn_py_task *task, lfn_error *error)
{
    (void)task;
    return lfn_service_reset(service, error);
}

static PyObject *run_with_file(PyObject *object, PyObject *args, PyObject *kwargs, lfn_py_task_function function)
{
    static char *names[] = {"path", NULL};
    PyObject *path = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O", names, &path))
        return NULL;
    PyObject *keep = PyList_New(0);
    lfn_py_task task = {0};
    PyObject *result = NULL;
    if (keep != NULL && lfn_py_file(lfn_py_state_of(object), path, "path", keep, &task.text) == 0)
        result = lfn_py_task_run_for_none(object, function, &task);
    Py_XDECREF(keep);
    return result;
}

PyObject *lfn_py_service_snapshot(PyObject *object, PyObject *args, PyObject *kwargs)
{
    return run_with_file(object, args, kwargs, do_snapshot);
}

PyObject *lfn_py_service_restore(PyObject *object, PyObject *args, PyObject *kwargs)
{
    return run_with_file(object, args, kwargs, do_restore);
}

PyObject *lfn_py_service_reset(PyObject *object, PyObject *unused)
{
    (void)unused;
    lfn_py_task task = {0};
    return lfn_py_task_run_for_none(object, do_reset, &task);
}
