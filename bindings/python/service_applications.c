/* Service: applications, their tokens, and what may use their credentials. */
#include "service.h"

static lfn_status do_create_application(lfn_service *service, lfn_py_task *task, lfn_error *error)
{
    return lfn_service_create_application(service, task->text, task->json, error);
}

PyObject *lfn_py_service_create_application(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"id", NULL};
    PyObject *id = NULL;
    lfn_py_task task = {0};
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O:create_application", names, &id) ||
        lfn_py_text(lfn_py_state_of(object), id, "id", &task.text) < 0)
        return NULL;
    return lfn_py_task_run_for_text(object, do_create_application, &task, false);
}

static lfn_status do_create_token(lfn_service *service, lfn_py_task *task, lfn_error *error)
{
    return lfn_service_create_token(service, task->text, task->second, task->life_s, task->json, error);
}

/* Words with a space between them; a str is taken as it is. */
static PyObject *join_words(PyObject *words)
{
    if (words == NULL) {
        PyErr_SetString(PyExc_TypeError, "scopes must be given, as in [\"credential.*\"]");
        return NULL;
    }
    if (PyUnicode_Check(words))
        return Py_NewRef(words);
    PyObject *space = PyUnicode_FromString(" ");
    PyObject *joined = space != NULL ? PyUnicode_Join(space, words) : NULL;
    Py_XDECREF(space);
    return joined;
}

/* A life in seconds, of which a part counts as a whole one; None never ends. */
static int read_life(lfn_py_state *state, PyObject *life, int64_t *out_s)
{
    int64_t life_ms = 0;
    if (lfn_py_milliseconds(state, life, "life", &life_ms) < 0)
        return -1;
    *out_s = (life_ms + 999) / 1000;
    return 0;
}

PyObject *lfn_py_service_create_token(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"application", "scopes", "life", NULL};
    lfn_py_state *state = lfn_py_state_of(object);
    PyObject *application = NULL;
    PyObject *scopes = NULL;
    PyObject *life = NULL;
    lfn_py_task task = {0};
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|$OOO:create_token", names, &application, &scopes, &life) ||
        lfn_py_text_needed(state, application, "application", &task.text) < 0 ||
        read_life(state, life, &task.life_s) < 0)
        return NULL;
    PyObject *joined = join_words(scopes);
    PyObject *token = NULL;
    if (joined != NULL && lfn_py_text_needed(state, joined, "scopes", &task.second) == 0)
        token = lfn_py_task_run_for_text(object, do_create_token, &task, true);
    Py_XDECREF(joined);
    return token;
}

static lfn_status do_register(lfn_service *service, lfn_py_task *task, lfn_error *error)
{
    return lfn_service_register(service, task->text, task->second, task->third, task->json, error);
}

PyObject *lfn_py_service_register(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"application", "kind", "document", NULL};
    lfn_py_state *state = lfn_py_state_of(object);
    PyObject *application = NULL;
    PyObject *kind = NULL;
    PyObject *document = NULL;
    lfn_py_task task = {0};
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OOO:register", names, &application, &kind, &document) ||
        lfn_py_text_needed(state, application, "application", &task.text) < 0 ||
        lfn_py_text_needed(state, kind, "kind", &task.second) < 0)
        return NULL;
    lfn_buffer json;
    lfn_buffer_init(&json, LFN_PY_BODY_CEILING);
    PyObject *id = NULL;
    if (lfn_py_json_write(state, document, NULL, &json) == 0) {
        task.third = lfn_buffer_text(&json);
        id = lfn_py_task_run_for_text(object, do_register, &task, false);
    }
    lfn_buffer_free(&json);
    return id;
}
