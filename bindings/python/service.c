/* Service: the endpoints in this process, in memory or on a file; how they are opened, closed and administered. */
#include "service.h"

#include <unistd.h>

/* ---- callbacks: they take the interpreter lock ---- */

static void service_log(void *context, lfn_log_level level, const char *line)
{
    lfn_py_log_write(((lfn_py_service *)context)->log, level, line);
}

/* The time of the clock function. When it fails, time stands still. */
static int64_t clock_now_us(void *context)
{
    lfn_py_service *self = context;
    bool taken = lfn_py_take();
    PyObject *function = self->clock_function;
    if (function != NULL) {
        PyObject *value = PyObject_CallNoArgs(function);
        int64_t now_us = 0;
        if (value != NULL && lfn_py_time_us(lfn_py_state_of((PyObject *)self), value, &now_us) == 0)
            self->last_us = now_us;
        else
            lfn_py_callback_failed(function);
        Py_XDECREF(value);
    }
    int64_t last_us = self->last_us;
    lfn_py_give(taken);
    return last_us;
}

static int64_t clock_monotonic_ms(void *context)
{
    (void)context;
    const lfn_clock *system = lfn_clock_system();
    return system->monotonic_ms(system->context);
}

static void clock_sleep_ms(void *context, int64_t duration_ms)
{
    (void)context;
    const lfn_clock *system = lfn_clock_system();
    system->sleep_ms(system->context, duration_ms);
}

/* ---- what a client over this service uses ---- */

int lfn_py_service_enter(lfn_py_state *state, PyObject *service)
{
    lfn_py_service *self = (lfn_py_service *)service;
    if (self->process == (long)getpid())
        return lfn_py_enter(state, &self->door, service, "service");
    lfn_error error;
    lfn_error_set(&error, LFN_CLOSED, "The service was opened before this process was forked.");
    lfn_py_raise(state, &error);
    return -1;
}

static void free_service(lfn_py_service *self);

void lfn_py_service_exit(PyObject *service)
{
    lfn_py_service *self = (lfn_py_service *)service;
    if (lfn_py_exit(&self->door))
        free_service(self);
}

lfn_status lfn_py_service_transport(PyObject *service, lfn_transport **out_transport, lfn_error *error)
{
    return lfn_transport_open_block_handler(lfn_service_answer_block, ((lfn_py_service *)service)->service,
                                            out_transport, error);
}

const lfn_clock *lfn_py_service_clock(PyObject *service)
{
    lfn_py_service *self = (lfn_py_service *)service;
    return self->clock_function != NULL ? &self->clock : NULL;
}

/* ---- opening ---- */

typedef struct service_arguments {
    PyObject *path;
    PyObject *key;
    PyObject *public_url;
    int mask_secrets;
    int cheap_passwords;
    PyObject *body_max_bytes;
    PyObject *clock;
    PyObject *log;
} service_arguments;

/* A clock that fails at the start is a mistake of the caller. */
static int start_clock(lfn_py_state *state, lfn_py_service *self)
{
    if (self->clock_function == NULL)
        return 0;
    PyObject *value = PyObject_CallNoArgs(self->clock_function);
    if (value == NULL)
        return -1;
    int done = lfn_py_time_us(state, value, &self->last_us);
    Py_DECREF(value);
    self->clock = (lfn_clock){clock_now_us, clock_monotonic_ms, clock_sleep_ms, self};
    return done;
}

static int read_options(lfn_py_state *state, const service_arguments *given, PyObject *keep,
                        lfn_service_options *options)
{
    if (lfn_py_file(state, given->path, "path", keep, &options->path) < 0 ||
        lfn_py_text(state, given->key, "key", &options->key) < 0 ||
        lfn_py_text(state, given->public_url, "public_url", &options->public_url) < 0 ||
        lfn_py_count(state, given->body_max_bytes, "body_max_bytes", &options->body_max_bytes) < 0)
        return -1;
    options->mask_secrets = given->mask_secrets != 0;
    options->cheap_passwords = given->cheap_passwords != 0;
    return 0;
}

static int open_service(lfn_py_state *state, lfn_py_service *self, lfn_service_options *options)
{
    self->in_memory = options->path.data == NULL;
    self->process = (long)getpid();
    if (self->clock_function != NULL)
        options->clock = &self->clock;
    if (self->log != NULL)
        options->log = (lfn_log){service_log, self};
    lfn_error error;
    lfn_py_stay stay;
    lfn_py_leave(&stay, self, NULL);
    lfn_status status = lfn_service_open(options, &self->service, &error);
    lfn_py_return(&stay);
    return lfn_py_settle(state, &stay, status, &error);
}

static int fill(lfn_py_state *state, lfn_py_service *self, const service_arguments *given, PyObject *keep)
{
    lfn_service_options options = {0};
    if (read_options(state, given, keep, &options) < 0 ||
        lfn_py_take_callable(given->clock, "clock", &self->clock_function) < 0 ||
        lfn_py_take_callable(given->log, "log", &self->log) < 0 || start_clock(state, self) < 0)
        return -1;
    return open_service(state, self, &options);
}

static PyObject *service_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"path",  "key", "public_url", "mask_secrets", "cheap_passwords", "body_max_bytes",
                            "clock", "log", NULL};
    lfn_py_state *state = PyType_GetModuleState(type);
    service_arguments given = {.path = NULL};
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O$OOppOOO:Service", names, &given.path, &given.key,
                                     &given.public_url, &given.mask_secrets, &given.cheap_passwords,
                                     &given.body_max_bytes, &given.clock, &given.log))
        return NULL;
    PyObject *keep = PyList_New(0);
    lfn_py_service *self = keep != NULL ? (lfn_py_service *)lfn_py_instance_new(type) : NULL;
    if (self != NULL && fill(state, self, &given, keep) < 0)
        Py_CLEAR(self);
    Py_XDECREF(keep);
    return (PyObject *)self;
}

/* ---- closing ---- */

static void free_service(lfn_py_service *self)
{
    lfn_service *service = self->service;
    self->service = NULL;
    lfn_py_stay stay;
    lfn_py_leave(&stay, self, NULL);
    lfn_service_free(service);
    lfn_py_return(&stay);
    Py_CLEAR(stay.raised);
}

static PyObject *service_close(PyObject *object, PyObject *unused)
{
    (void)unused;
    lfn_py_service *self = (lfn_py_service *)object;
    self->door.closed = true;
    if (self->door.inside == 0 && self->service != NULL)
        free_service(self);
    Py_RETURN_NONE;
}

static PyObject *service_exit(PyObject *object, PyObject *unused)
{
    return service_close(object, unused);
}

static PyObject *service_enter(PyObject *object, PyObject *unused)
{
    (void)unused;
    if (lfn_py_service_enter(lfn_py_state_of(object), object) < 0)
        return NULL;
    lfn_py_service_exit(object);
    return Py_NewRef(object);
}

static int service_traverse(PyObject *object, visitproc visit, void *arg)
{
    lfn_py_service *self = (lfn_py_service *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->clock_function);
    Py_VISIT(self->log);
    return 0;
}

static int service_clear(PyObject *object)
{
    lfn_py_service *self = (lfn_py_service *)object;
    Py_CLEAR(self->clock_function);
    Py_CLEAR(self->log);
    return 0;
}

static void service_dealloc(PyObject *object)
{
    lfn_py_service *self = (lfn_py_service *)object;
    PyObject_GC_UnTrack(object);
    PyObject *kind = NULL;
    PyObject *value = NULL;
    PyObject *traceback = NULL;
    PyErr_Fetch(&kind, &value, &traceback);
    free_service(self);
    PyErr_Restore(kind, value, traceback);
    service_clear(object);
    lfn_py_instance_free(object);
}

/* ---- administration ---- */

int lfn_py_task_run(PyObject *object, lfn_py_task_function function, lfn_py_task *task)
{
    lfn_py_state *state = lfn_py_state_of(object);
    lfn_py_service *self = (lfn_py_service *)object;
    if (lfn_py_service_enter(state, object) < 0)
        return -1;
    lfn_error error;
    lfn_py_stay stay;
    lfn_py_leave(&stay, self, NULL);
    lfn_status status = function(self->service, task, &error);
    lfn_py_return(&stay);
    lfn_py_service_exit(object);
    return lfn_py_settle(state, &stay, status, &error);
}

PyObject *lfn_py_task_run_for_none(PyObject *object, lfn_py_task_function function, lfn_py_task *task)
{
    if (lfn_py_task_run(object, function, task) < 0)
        return NULL;
    Py_RETURN_NONE;
}

PyObject *lfn_py_task_run_for_text(PyObject *object, lfn_py_task_function function, lfn_py_task *task, bool secret)
{
    lfn_buffer text;
    lfn_buffer_init(&text, LFN_PY_BODY_CEILING);
    task->json = &text;
    PyObject *result = NULL;
    if (lfn_py_task_run(object, function, task) == 0)
        result = secret ? lfn_py_secret_new(lfn_py_state_of(object), lfn_buffer_text(&text))
                        : lfn_py_str(lfn_buffer_text(&text));
    lfn_buffer_free(&text);
    return result;
}

/* ---- the type ---- */

static PyObject *service_repr(PyObject *object)
{
    lfn_py_service *self = (lfn_py_service *)object;
    return PyUnicode_FromFormat("<leafnative.Service %s%s>", self->in_memory ? "in memory" : "on a file",
                                self->door.closed ? ", closed" : "");
}

static PyObject *service_closed(PyObject *object, void *unused)
{
    (void)unused;
    return PyBool_FromLong(((lfn_py_service *)object)->door.closed);
}

static PyMethodDef service_methods[] = {
    {"create_owner", (PyCFunction)(void (*)(void))lfn_py_service_create_owner, METH_VARARGS | METH_KEYWORDS,
     "create_owner($self, email, password)\n--\n\nMake an API owner. ConflictError when the e-mail is taken."},
    {"delete_owner", (PyCFunction)(void (*)(void))lfn_py_service_delete_owner, METH_VARARGS | METH_KEYWORDS,
     "delete_owner($self, email)\n--\n\nDelete an owner with everything that is its own. NotFoundError."},
    {"set_provider_answer", (PyCFunction)(void (*)(void))lfn_py_service_set_provider_answer,
     METH_VARARGS | METH_KEYWORDS,
     "set_provider_answer($self, leaf_user_id, provider, status=200, headers=\"\", body=\"\")\n--\n\n"
     "Set what a provider (\"panorama\") answers for a Leaf user from now on. 200 to 299 is valid, 400 and\n"
     "401 UNAUTHENTICATED, 403 MISSING_PERMISSION, else TEMPORARILY_UNAVAILABLE. headers are lines\n"
     "\"Name: value\"; body is text or a dict, whose members become server-made members of the credential."},
    {"clear_provider_answer", (PyCFunction)(void (*)(void))lfn_py_service_clear_provider_answer,
     METH_VARARGS | METH_KEYWORDS,
     "clear_provider_answer($self, leaf_user_id, provider)\n--\n\nThe provider accepts everything again."},
    {"check_credentials", lfn_py_service_check_credentials, METH_NOARGS,
     "check_credentials($self, /)\n--\n\nCheck every credential with its provider and remove events older than 30\n"
     "days. Gives how many credentials changed their status."},
    {"visit", (PyCFunction)(void (*)(void))lfn_py_service_visit, METH_VARARGS | METH_KEYWORDS,
     "visit($self, url)\n--\n\nVisit a sign-in address as the grower would. BadInputError when it was used, replaced\n"
     "or is too old."},
    {"create_application", (PyCFunction)(void (*)(void))lfn_py_service_create_application, METH_VARARGS | METH_KEYWORDS,
     "create_application($self, id=None)\n--\n\nMake an application; without an id it gets a new one. Gives its id, "
     "24\n"
     "hexadecimal digits. ConflictError when it is there."},
    {"create_token", (PyCFunction)(void (*)(void))lfn_py_service_create_token, METH_VARARGS | METH_KEYWORDS,
     "create_token($self, *, application, scopes, life=None)\n--\n\nMake an access token of an application with scopes "
     "(\"credential.*\", \"credentials.get\"), a\n"
     "Secret: it is shown this once. life is seconds; without one it never ends. NotFoundError for an\n"
     "unknown application, BadInputError for a scope that no operation has."},
    {"register", (PyCFunction)(void (*)(void))lfn_py_service_register, METH_VARARGS | METH_KEYWORDS,
     "register($self, application, kind, document)\n--\n\nRegister what may use a credential by its name, as a dict in "
     "the form in which it is answered.\n"
     "kind is \"integration\", \"flow\" or \"flowVersion\". Gives its id, which is made when it has none."},
    {"seed", (PyCFunction)(void (*)(void))lfn_py_service_seed, METH_VARARGS | METH_KEYWORDS,
     "seed($self, document)\n--\n\nFill the service from a dict, or from a JSON file whose path it is, all or "
     "nothing:\n"
     "owners, users, relations, applications with their tokens, credentials and what uses them.\n"
     "BadInputError names the member that is wrong."},
    {"snapshot", (PyCFunction)(void (*)(void))lfn_py_service_snapshot, METH_VARARGS | METH_KEYWORDS,
     "snapshot($self, path)\n--\n\nWrite everything, as it is now, into a new file. ConflictError when it is there."},
    {"restore", (PyCFunction)(void (*)(void))lfn_py_service_restore, METH_VARARGS | METH_KEYWORDS,
     "restore($self, path)\n--\n\nBring back exactly what a snapshot holds. StorageError when it cannot be used or "
     "belongs to\nanother key."},
    {"reset", lfn_py_service_reset, METH_NOARGS, "reset($self, /)\n--\n\nForget everything but the key."},
    {"decide_access", (PyCFunction)(void (*)(void))lfn_py_service_decide_access, METH_VARARGS | METH_KEYWORDS,
     "decide_access($self, questions)\n--\n\nMay the bearer of a token read this of a Leaf user? A question is a "
     "tuple\n"
     "(token, leaf_user_id, resource, action[, type]) or a dict of these; gives a list of Access."},
    {"shared_with", (PyCFunction)(void (*)(void))lfn_py_service_shared_with, METH_VARARGS | METH_KEYWORDS,
     "shared_with($self, email)\n--\n\nWhat is shared with an owner: dicts of owner, status, leafUserId, permissions."},
    {"shared_by", (PyCFunction)(void (*)(void))lfn_py_service_shared_by, METH_VARARGS | METH_KEYWORDS,
     "shared_by($self, email)\n--\n\nWhat an owner shares: dicts of owner, status, leafUserId, permissions."},
    {"handle", (PyCFunction)(void (*)(void))lfn_py_service_handle, METH_VARARGS | METH_KEYWORDS,
     "handle($self, method, target, headers=(), body=b\"\")\n--\n\nAnswer a raw request: (status, [(name, value)],\n"
     "bytes). For tests and servers of one's own. Secrets of the answer are in the clear."},
    {"close", service_close, METH_NOARGS,
     "close($self, /)\n--\n\nClose the store and wipe the keys. Twice is fine. New calls raise ClosedError at once; "
     "calls\n"
     "under way in other threads end first, and the last of them closes."},
    {"__enter__", service_enter, METH_NOARGS, "The service itself."},
    {"__exit__", service_exit, METH_VARARGS, "Closes the service."},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef service_members[] = {
    {"closed", service_closed, NULL, "Whether close() was called.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot service_slots[] = {
    {Py_tp_doc,
     "Service(path=None, *, key=None, public_url=None, mask_secrets=False, cheap_passwords=False,\n"
     "        body_max_bytes=None, clock=None, log=None)\n--\n\n"
     "The endpoints in this process, in memory or kept in a SQLite file. Any number of threads may use it.\n\n"
     "key is 64 hexadecimal digits that seal secrets in the file; without it LEAFNATIVE_KEY or the file\n"
     "<path>.key is used. mask_secrets answers *** in place of secrets. clock is a function that gives\n"
     "seconds since 1970 (int or float) or an aware datetime; log a function (level, line)."},
    {Py_tp_new, service_new},
    {Py_tp_dealloc, service_dealloc},
    {Py_tp_traverse, service_traverse},
    {Py_tp_clear, service_clear},
    {Py_tp_repr, service_repr},
    {Py_tp_methods, service_methods},
    {Py_tp_getset, service_members},
    {0, NULL},
};

static PyType_Spec service_spec = {
    .name = "leafnative.Service",
    .basicsize = sizeof(lfn_py_service),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = service_slots,
};

int lfn_py_service_type_make(PyObject *module, lfn_py_state *state)
{
    if (lfn_py_access_type_make(module, state) < 0)
        return -1;
    state->service_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &service_spec, NULL);
    if (state->service_type == NULL)
        return -1;
    return PyModule_AddType(module, state->service_type);
}
