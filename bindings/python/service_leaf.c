/* Service: administration of Leaf, which is its owners, their providers' answers, and visits to sign-in addresses. */
#include "service.h"

static lfn_status do_create_owner(lfn_service *service, lfn_py_task *task, lfn_error *error)
{
    return lfn_service_create_owner(service, task->text, task->second, error);
}

PyObject *lfn_py_service_create_owner(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"email", "password", NULL};
    lfn_py_state *state = lfn_py_state_of(object);
    PyObject *email = NULL;
    PyObject *password = NULL;
    lfn_py_task task = {0};
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO:create_owner", names, &email, &password) ||
        lfn_py_text_needed(state, email, "email", &task.text) < 0 ||
        lfn_py_text_needed(state, password, "password", &task.second) < 0)
        return NULL;
    return lfn_py_task_run_for_none(object, do_create_owner, &task);
}

/* A method with one text; the format names the method. */
static PyObject *run_with_text(PyObject *object, PyObject *args, PyObject *kwargs, const char *format, char *names[],
                               lfn_py_task_function function)
{
    PyObject *text = NULL;
    lfn_py_task task = {0};
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, format, names, &text) ||
        lfn_py_text_needed(lfn_py_state_of(object), text, names[0], &task.text) < 0)
        return NULL;
    return lfn_py_task_run_for_none(object, function, &task);
}

static lfn_status do_delete_owner(lfn_service *service, lfn_py_task *task, lfn_error *error)
{
    return lfn_service_delete_owner(service, task->text, error);
}

PyObject *lfn_py_service_delete_owner(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"email", NULL};
    return run_with_text(object, args, kwargs, "O:delete_owner", names, do_delete_owner);
}

static lfn_status do_check_credentials(lfn_service *service, lfn_py_task *task, lfn_error *error)
{
    return lfn_service_check_credentials(service, &task->count, error);
}

PyObject *lfn_py_service_check_credentials(PyObject *object, PyObject *unused)
{
    (void)unused;
    lfn_py_task task = {0};
    return lfn_py_task_run(object, do_check_credentials, &task) == 0 ? PyLong_FromSize_t(task.count) : NULL;
}

static lfn_status do_visit(lfn_service *service, lfn_py_task *task, lfn_error *error)
{
    return lfn_service_visit(service, task->text, error);
}

PyObject *lfn_py_service_visit(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"url", NULL};
    return run_with_text(object, args, kwargs, "O:visit", names, do_visit);
}

/* ---- what a provider answers ---- */

static PyObject *provider_attributes(void)
{
    PyObject *list = PyList_New(0);
    for (int id = 0; list != NULL && id < LFN_PROVIDER_COUNT; id++)
        list = lfn_py_append(list, PyUnicode_FromString(lfn_provider_get((lfn_provider_id)id)->attribute));
    return list;
}

/* A provider by its attribute or its path segment. */
static int find_provider(lfn_py_state *state, PyObject *object, const lfn_provider **out_provider)
{
    lfn_text name;
    if (lfn_py_text_needed(state, object, "provider", &name) < 0)
        return -1;
    const lfn_provider *provider = lfn_provider_find(name);
    if (provider == NULL)
        provider = lfn_provider_find_segment(name);
    if (provider != NULL) {
        *out_provider = provider;
        return 0;
    }
    PyObject *known = provider_attributes();
    if (known != NULL)
        lfn_py_raise_unknown(state, "provider", "", object, known);
    Py_XDECREF(known);
    return -1;
}

static lfn_status do_set_provider_answer(lfn_service *service, lfn_py_task *task, lfn_error *error)
{
    return lfn_service_set_provider_answer(service, task->text, task->provider, task->answer, error);
}

/* The text of a body; a mapping is written as JSON into `json`. */
static int read_answer_body(lfn_py_state *state, PyObject *body, const lfn_provider *provider, lfn_buffer *json,
                            lfn_text *out_text)
{
    if (!lfn_py_is_mapping(body))
        return lfn_py_text(state, body, "body", out_text);
    if (lfn_py_json_write(state, body, lfn_schema_get(provider->schema), json) < 0)
        return -1;
    *out_text = lfn_buffer_text(json);
    return 0;
}

PyObject *lfn_py_service_set_provider_answer(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"leaf_user_id", "provider", "status", "headers", "body", NULL};
    lfn_py_state *state = lfn_py_state_of(object);
    PyObject *user = NULL;
    PyObject *provider = NULL;
    PyObject *headers = NULL;
    PyObject *body = Py_None;
    lfn_provider_answer answer = {.http_status = 200};
    lfn_py_task task = {.answer = &answer};
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO|iOO:set_provider_answer", names, &user, &provider,
                                     &answer.http_status, &headers, &body) ||
        lfn_py_text_needed(state, user, "leaf_user_id", &task.text) < 0 ||
        find_provider(state, provider, &task.provider) < 0 ||
        lfn_py_text(state, headers, "headers", &answer.headers) < 0)
        return NULL;
    if (answer.http_status < 100 || answer.http_status > 599)
        return lfn_py_raise_input(state, "", "status must be an HTTP status from 100 to 599.");
    lfn_buffer json;
    lfn_buffer_init(&json, LFN_PY_BODY_CEILING);
    PyObject *result = NULL;
    if (read_answer_body(state, body, task.provider, &json, &answer.body) == 0)
        result = lfn_py_task_run_for_none(object, do_set_provider_answer, &task);
    lfn_buffer_free(&json);
    return result;
}

PyObject *lfn_py_service_clear_provider_answer(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"leaf_user_id", "provider", NULL};
    lfn_py_state *state = lfn_py_state_of(object);
    PyObject *user = NULL;
    PyObject *provider = NULL;
    lfn_py_task task = {0};
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO:clear_provider_answer", names, &user, &provider) ||
        lfn_py_text_needed(state, user, "leaf_user_id", &task.text) < 0 ||
        find_provider(state, provider, &task.provider) < 0)
        return NULL;
    return lfn_py_task_run_for_none(object, do_set_provider_answer, &task);
}
