/* Client: calls from Python over libcurl, over a Service in this process, or over a Python function. Opening it has a
 * file of its own, opening.c. */
#include "client.h"

/* ---- closing ---- */

/* Frees the C part; the connections are closed without the interpreter lock. Meanwhile other threads may be closing
 * sets of the client: then the last of them frees it. */
static void free_client(lfn_py_client *self)
{
    lfn_py_client_hold(self);
    while (self->sets != NULL)
        lfn_py_set_close(self->sets);
    if (!lfn_py_exit(&self->door))
        return;
    lfn_client *client = self->client;
    lfn_config *config = self->config;
    self->client = NULL;
    self->config = NULL;
    lfn_result_free(self->spare);
    PyMem_Free(self->spare);
    self->spare = NULL;
    lfn_py_stay stay;
    lfn_py_leave(&stay, self, self->service);
    lfn_client_free(client);
    lfn_config_free(config);
    lfn_py_return(&stay);
    Py_CLEAR(stay.raised);
}

static PyObject *client_close(PyObject *object, PyObject *unused)
{
    (void)unused;
    lfn_py_client *self = (lfn_py_client *)object;
    self->door.closed = true;
    if (self->door.inside == 0 && self->client != NULL)
        free_client(self);
    Py_RETURN_NONE;
}

static PyObject *client_exit(PyObject *object, PyObject *unused)
{
    return client_close(object, unused);
}

static int client_traverse(PyObject *object, visitproc visit, void *arg)
{
    lfn_py_client *self = (lfn_py_client *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->service);
    Py_VISIT(self->transport);
    Py_VISIT(self->log);
    Py_VISIT(self->on_event);
    return 0;
}

static int client_clear(PyObject *object)
{
    lfn_py_client *self = (lfn_py_client *)object;
    Py_CLEAR(self->transport);
    Py_CLEAR(self->log);
    Py_CLEAR(self->on_event);
    return 0;
}

static void client_dealloc(PyObject *object)
{
    lfn_py_client *self = (lfn_py_client *)object;
    PyObject_GC_UnTrack(object);
    PyObject *kind = NULL;
    PyObject *value = NULL;
    PyObject *traceback = NULL;
    PyErr_Fetch(&kind, &value, &traceback);
    self->door.closed = true;
    free_client(self);
    PyErr_Restore(kind, value, traceback);
    client_clear(object);
    Py_CLEAR(self->service);
    Py_CLEAR(self->given);
    Py_CLEAR(self->profile);
    lfn_py_instance_free(object);
}

/* ---- stepping in ---- */

/* A client over a closed service is refused at once. */
static int enter_service(lfn_py_state *state, lfn_py_client *self)
{
#ifdef LFN_WITH_SERVICE
    if (self->service != NULL)
        return lfn_py_service_enter(state, self->service);
#endif
    (void)state;
    (void)self;
    return 0;
}

static void exit_service(lfn_py_client *self)
{
#ifdef LFN_WITH_SERVICE
    if (self->service != NULL)
        lfn_py_service_exit(self->service);
#endif
    (void)self;
}

int lfn_py_client_enter(lfn_py_state *state, lfn_py_client *self)
{
    if (lfn_py_enter(state, &self->door, self, "client") < 0)
        return -1;
    if (enter_service(state, self) == 0)
        return 0;
    lfn_py_client_let_go(self);
    return -1;
}

void lfn_py_client_leave(lfn_py_client *self)
{
    exit_service(self);
    lfn_py_client_let_go(self);
}

void lfn_py_client_hold(lfn_py_client *self)
{
    self->door.inside++;
}

void lfn_py_client_let_go(lfn_py_client *self)
{
    if (lfn_py_exit(&self->door))
        free_client(self);
}

/* ---- the rest ---- */

static PyObject *client_source(PyObject *object, PyObject *member)
{
    lfn_py_client *self = (lfn_py_client *)object;
    lfn_text name;
    if (lfn_py_text_needed(lfn_py_state_of(object), member, "member", &name) < 0)
        return NULL;
    int is_argument = PySet_Contains(self->given, member);
    if (is_argument < 0)
        return NULL;
    if (is_argument > 0)
        return PyUnicode_FromString("argument");
    return PyUnicode_FromString(self->config != NULL ? lfn_config_source(self->config, name.data) : "");
}

/* Looks for a setting that is no option of a client only when it is asked for. */
static PyObject *client_setting(PyObject *object, PyObject *member)
{
    lfn_py_state *state = lfn_py_state_of(object);
    lfn_py_client *self = (lfn_py_client *)object;
    lfn_text name;
    if (lfn_py_text_needed(state, member, "member", &name) < 0 ||
        (self->config == NULL && self->may_look && lfn_py_client_load_config(state, self) < 0))
        return NULL;
    lfn_text value = lfn_text_make(NULL, 0);
    if (self->config != NULL)
        value = lfn_config_setting(self->config, name.data);
    return lfn_py_str(value);
}

static PyObject *client_enter(PyObject *object, PyObject *unused)
{
    (void)unused;
    lfn_py_state *state = lfn_py_state_of(object);
    lfn_py_client *self = (lfn_py_client *)object;
    if (lfn_py_enter(state, &self->door, self, "client") < 0)
        return NULL;
    lfn_py_exit(&self->door);
    return Py_NewRef(object);
}

static PyObject *client_repr(PyObject *object)
{
    lfn_py_client *self = (lfn_py_client *)object;
    if (self->door.closed)
        return PyUnicode_FromFormat("<leafnative.Client of %s, closed>", self->api->name);
    if (self->service != NULL || self->transport != NULL)
        return PyUnicode_FromFormat("<leafnative.Client of %s over a %s>", self->api->name,
                                    self->service != NULL ? "service" : "function");
    return PyUnicode_FromFormat("<leafnative.Client of %s at %s>", self->api->name, lfn_client_base_url(self->client));
}

static PyObject *client_closed(PyObject *object, void *unused)
{
    (void)unused;
    return PyBool_FromLong(((lfn_py_client *)object)->door.closed);
}

static PyMethodDef client_methods[] = {
    {"call", (PyCFunction)(void (*)(void))lfn_py_client_call, METH_VARARGS | METH_KEYWORDS,
     "call($self, name, arguments, *, strict=True, timeout=None, deadline=None)\n--\n\n"
     "Call an operation (\"users.create\", \"panorama.get\") and wait for its answer, a Reply.\n\n"
     "arguments is a dict of members of path, query and body, under snake_case or wire names. Values are\n"
     "str, Secret, bool, int, float, None, aware datetime, dict, list or tuple. An unknown argument is\n"
     "BadInputError, unless strict=False sends it in the body. timeout is seconds an attempt, deadline\n"
     "seconds for the whole call. Raises the Error that fits the answer."},
    {"pages", (PyCFunction)(void (*)(void))lfn_py_client_pages, METH_VARARGS | METH_KEYWORDS,
     "pages($self, name, arguments, *, strict=True, timeout=None, deadline=None)\n--\n\n"
     "Walk over the pages of a list operation: an iterator that asks for the next page, a Reply, when it\n"
     "is wanted. It starts at the page that the arguments name, or at the first, and ends behind the last."},
    {"wait", (PyCFunction)(void (*)(void))lfn_py_client_wait, METH_VARARGS | METH_KEYWORDS,
     "wait($self, name, arguments, member, value, deadline)\n--\n\n"
     "Make a reading call again and again until a member of its answer, under its wire name, is the str\n"
     "value; gives that Reply. DeadlineError when deadline seconds are over; 0 looks once."},
    {"check_wait", (PyCFunction)(void (*)(void))lfn_py_client_check_wait, METH_VARARGS | METH_KEYWORDS,
     "check_wait($self, name, arguments, member, value, deadline)\n--\n\n"
     "What wait refuses before it looks, for who looks by an event loop."},
    {"request", (PyCFunction)(void (*)(void))lfn_py_client_request, METH_VARARGS | METH_KEYWORDS,
     "request($self, method, path, body=None)\n--\n\n"
     "Send a request that the tables lack, with the same token and timeouts; gives a Reply.\n\n"
     "path stands below the host, with its query; body is any value that JSON can hold. Members of the\n"
     "answer that are named like a secret are Secret. An answer that is not JSON is text."},
    {"source", client_source, METH_O,
     "source($self, member, /)\n--\n\nWhere a setting came from: \"argument\", \"environment LEAF_TOKEN\", the path of "
     "a\n"
     "file, or \"\" when it is not set. member is its name in the file: \"url\", \"token\", \"caFile\"."},
    {"setting", client_setting, METH_O,
     "setting($self, member, /)\n--\n\nA setting of environment or configuration file that is no option of a client "
     "but a "
     "member of\n"
     "paths (\"applicationId\"); \"\" when it is not set."},
    {"close", client_close, METH_NOARGS,
     "close($self, /)\n--\n\nClose the connections and wipe the secrets. Twice is fine. New calls raise ClosedError "
     "at\n"
     "once; calls under way in other threads end first, and the last of them frees."},
    {"__enter__", client_enter, METH_NOARGS, "The client itself."},
    {"__exit__", client_exit, METH_VARARGS, "Closes the client."},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef client_members[] = {
    {"closed", client_closed, NULL, "Whether close() was called.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot client_slots[] = {
    {Py_tp_doc,
     "Client(*, service=None, transport=None, api=\"leaf\", base_url=None, token=None, username=None,\n"
     "       password=None, token_cache=None, remember_me=False, ca_file=None, client_certificate=None,\n"
     "       client_key=None, proxy=None, user_agent=None, general_lane=False, timeout=None, connect_timeout=None,\n"
     "       deadline=None, answer_max_bytes=None, attempts=None, profile=None, config=True, log=None,\n"
     "       on_event=None)\n--\n\n"
     "One API at one address, logged in as one owner. Any number of threads may call it.\n\n"
     "service is a Service of this process; transport a function (method, target, headers, body) that\n"
     "returns (status, headers, body); with neither, base_url is reached over HTTP. What is not given\n"
     "comes from the environment and the configuration file (its `profile`), unless config=False. Times are\n"
     "seconds; attempts is how often a call may go out in all (3; 1: never again); log is a function\n"
     "(level, line), and on_event one that takes an Event."},
    {Py_tp_new, lfn_py_client_new},
    {Py_tp_dealloc, client_dealloc},
    {Py_tp_traverse, client_traverse},
    {Py_tp_clear, client_clear},
    {Py_tp_repr, client_repr},
    {Py_tp_methods, client_methods},
    {Py_tp_getset, client_members},
    {0, NULL},
};

static PyType_Spec client_spec = {
    .name = "leafnative._core.Client",
    .basicsize = sizeof(lfn_py_client),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = client_slots,
};

int lfn_py_client_type_make(PyObject *module, lfn_py_state *state)
{
    if (lfn_py_words_make(state) < 0 || lfn_py_reply_type_make(module, state) < 0 ||
        lfn_py_pages_type_make(module, state) < 0 || lfn_py_calls_type_make(module, state) < 0 ||
        lfn_py_map_type_make(module, state) < 0 || lfn_py_method_type_make(module, state) < 0 ||
        lfn_py_face_type_make(module, state) < 0 || lfn_py_pending_type_make(module, state) < 0)
        return -1;
    state->client_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &client_spec, NULL);
    if (state->client_type == NULL)
        return -1;
    return PyModule_AddType(module, state->client_type);
}
