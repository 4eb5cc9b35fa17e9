/* Service: who may read what of a Leaf user, and what is shared. */
#include "service.h"

enum { QUESTION_MEMBERS = 5 };

static const char *const question_members[QUESTION_MEMBERS] = {"token", "leaf_user_id", "resource", "action", "type"};

/* One value of a question, borrowed; NULL, maybe with an exception, when it has none. */
static PyObject *question_value(PyObject *spread, Py_ssize_t index)
{
    if (PyTuple_Check(spread))
        return index < PyTuple_Size(spread) ? PyTuple_GetItem(spread, index) : NULL;
    PyObject *name = PyUnicode_FromString(question_members[index]);
    PyObject *value = name != NULL ? PyDict_GetItemWithError(spread, name) : NULL;
    Py_XDECREF(name);
    return value;
}

static int refuse_question(void)
{
    PyErr_SetString(PyExc_TypeError,
                    "a question is (token, leaf_user_id, resource, action[, type]) or a dict of these");
    return -1;
}

/* A question as a dict or a tuple of its own, which nobody else changes. */
static PyObject *spread_question(PyObject *question)
{
    if (PyTuple_Check(question) || PyList_Check(question))
        return PySequence_Tuple(question);
    if (!lfn_py_is_mapping(question)) {
        refuse_question();
        return NULL;
    }
    PyObject *dict = PyDict_New();
    if (dict != NULL && PyDict_Update(dict, question) < 0)
        Py_CLEAR(dict);
    return dict;
}

/* The texts live as long as the list `keep`. */
static int read_question(lfn_py_state *state, PyObject *object, PyObject *keep, lfn_access_question *question)
{
    lfn_text *texts[QUESTION_MEMBERS] = {&question->token, &question->leaf_user_id, &question->resource,
                                         &question->action, &question->type};
    PyObject *spread = spread_question(object);
    int done = spread != NULL ? PyList_Append(keep, spread) : -1;
    Py_ssize_t found = 0;
    Py_XDECREF(spread);
    for (Py_ssize_t i = 0; done == 0 && i < QUESTION_MEMBERS; i++) {
        PyObject *value = question_value(spread, i);
        found += value != NULL;
        done = PyErr_Occurred() ? -1 : lfn_py_text(state, value, question_members[i], texts[i]);
    }
    if (done < 0)
        return -1;
    Py_ssize_t given = PyTuple_Check(spread) ? PyTuple_Size(spread) : PyDict_Size(spread);
    if (found == given && question->token.data != NULL && question->leaf_user_id.data != NULL &&
        question->resource.data != NULL && question->action.data != NULL)
        return 0;
    return refuse_question();
}

static lfn_status do_decide_access(lfn_service *service, lfn_py_task *task, lfn_error *error)
{
    return lfn_service_decide_access(service, task->questions, task->count, task->answers, error);
}

static PyObject *access_new(lfn_py_state *state, const lfn_access_answer *answer)
{
    PyObject *values[] = {PyBool_FromLong(answer->allowed), PyLong_FromLong(answer->http_status),
                          PyUnicode_FromString(answer->reason != NULL ? answer->reason : "")};
    return lfn_py_struct_new(state->access_type, values, sizeof values / sizeof *values);
}

static PyObject *access_list(lfn_py_state *state, const lfn_py_task *task)
{
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list != NULL && i < task->count; i++)
        list = lfn_py_append(list, access_new(state, &task->answers[i]));
    return list;
}

static PyObject *decide(PyObject *object, PyObject *asked, PyObject *keep)
{
    lfn_py_state *state = lfn_py_state_of(object);
    size_t count = (size_t)PyTuple_Size(asked);
    lfn_access_question *questions = PyMem_Calloc(count + 1, sizeof *questions);
    lfn_access_answer *answers = PyMem_Calloc(count + 1, sizeof *answers);
    lfn_py_task task = {.count = count, .questions = questions, .answers = answers};
    PyObject *list = NULL;
    int done = questions != NULL && answers != NULL ? 0 : -1;
    if (done < 0)
        PyErr_NoMemory();
    for (size_t i = 0; done == 0 && i < count; i++)
        done = read_question(state, PyTuple_GetItem(asked, (Py_ssize_t)i), keep, &questions[i]);
    if (done == 0 && lfn_py_task_run(object, do_decide_access, &task) == 0)
        list = access_list(state, &task);
    PyMem_Free(questions);
    PyMem_Free(answers);
    return list;
}

PyObject *lfn_py_service_decide_access(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"questions", NULL};
    PyObject *questions = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O:decide_access", names, &questions))
        return NULL;
    PyObject *asked = PySequence_Tuple(questions);
    PyObject *keep = asked != NULL ? PyList_New(0) : NULL;
    PyObject *list = keep != NULL ? decide(object, asked, keep) : NULL;
    Py_XDECREF(asked);
    Py_XDECREF(keep);
    return list;
}

static lfn_status do_list_shared(lfn_service *service, lfn_py_task *task, lfn_error *error)
{
    return lfn_service_list_shared(service, task->text, task->direction, task->json, error);
}

static PyObject *list_shared(PyObject *object, PyObject *args, PyObject *kwargs, lfn_share_direction direction)
{
    static char *names[] = {"email", NULL};
    lfn_py_state *state = lfn_py_state_of(object);
    PyObject *email = NULL;
    lfn_py_task task = {.direction = direction};
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O", names, &email) ||
        lfn_py_text_needed(state, email, "email", &task.text) < 0)
        return NULL;
    lfn_buffer json;
    lfn_buffer_init(&json, LFN_PY_BODY_CEILING);
    task.json = &json;
    PyObject *list = NULL;
    if (lfn_py_task_run(object, do_list_shared, &task) == 0)
        list = lfn_py_json_build(state, lfn_buffer_text(&json), NULL);
    lfn_buffer_free(&json);
    return list;
}

PyObject *lfn_py_service_shared_with(PyObject *object, PyObject *args, PyObject *kwargs)
{
    return list_shared(object, args, kwargs, LFN_SHARED_WITH_ME);
}

PyObject *lfn_py_service_shared_by(PyObject *object, PyObject *args, PyObject *kwargs)
{
    return list_shared(object, args, kwargs, LFN_SHARED_BY_ME);
}

/* ---- the type ---- */

static PyStructSequence_Field access_fields[] = {
    {"allowed", "Whether the bearer may read it."},
    {"status", "What a data server answers: 200, 400, 401, 403, 404."},
    {"reason", "\"owner\", \"granted\", or why not."},
    {NULL, NULL},
};

static PyStructSequence_Desc access_desc = {
    .name = "leafnative.Access",
    .doc = "One decision on access to shared data.",
    .fields = access_fields,
    .n_in_sequence = 3,
};

int lfn_py_access_type_make(PyObject *module, lfn_py_state *state)
{
    state->access_type = PyStructSequence_NewType(&access_desc);
    return state->access_type != NULL ? PyModule_AddType(module, state->access_type) : -1;
}
