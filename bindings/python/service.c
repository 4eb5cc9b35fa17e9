/* Service: the endpoints in this process, in memory or on a file, and their administration. */
#include "state.h"

typedef struct service_object {
    PyObject_HEAD lfn_service *service;
    lfn_py_door door;
    lfn_clock clock;
    int64_t last_us; /* what the clock function gave last */
    PyObject *clock_function;
    PyObject *log;
    bool in_memory;
} service_object;

/* ---- callbacks: they take the interpreter lock ---- */

static void service_log(void *context, lfn_log_level level, const char *line)
{
    lfn_py_log_write(((service_object *)context)->log, level, line);
}

/* The time of the clock function. When it fails, time stands still. */
static int64_t clock_now_us(void *context)
{
    service_object *self = context;
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
    return lfn_py_enter(state, &((service_object *)service)->door, service, "service");
}

static void free_service(service_object *self);

void lfn_py_service_exit(PyObject *service)
{
    service_object *self = (service_object *)service;
    if (lfn_py_exit(&self->door))
        free_service(self);
}

lfn_status lfn_py_service_transport(PyObject *service, lfn_transport **out_transport, lfn_error *error)
{
    return lfn_transport_open_handler(lfn_service_answer, ((service_object *)service)->service, out_transport, error);
}

const lfn_clock *lfn_py_service_clock(PyObject *service)
{
    service_object *self = (service_object *)service;
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

static int take_function(PyObject *object, const char *name, PyObject **out_function)
{
    if (object == NULL || object == Py_None)
        return 0;
    if (!PyCallable_Check(object)) {
        PyErr_Format(PyExc_TypeError, "%s must be callable, not %R", name, Py_TYPE(object));
        return -1;
    }
    *out_function = Py_NewRef(object);
    return 0;
}

/* A clock that fails at the start is a mistake of the caller. */
static int start_clock(lfn_py_state *state, service_object *self)
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

static int open_service(lfn_py_state *state, service_object *self, lfn_service_options *options)
{
    self->in_memory = options->path.data == NULL;
    if (self->clock_function != NULL)
        options->clock = &self->clock;
    if (self->log != NULL)
        options->log = (lfn_log){service_log, self};
    lfn_error error;
    lfn_py_stay stay;
    lfn_py_leave(&stay, self, NULL);
    lfn_status status = lfn_service_open(options, &self->service, &error);
    lfn_py_return(&stay);
    if (lfn_py_end(&stay) < 0)
        return -1;
    if (status == LFN_OK)
        return 0;
    lfn_py_raise(state, &error);
    return -1;
}

static int fill(lfn_py_state *state, service_object *self, const service_arguments *given, PyObject *keep)
{
    lfn_service_options options = {0};
    if (read_options(state, given, keep, &options) < 0 ||
        take_function(given->clock, "clock", &self->clock_function) < 0 ||
        take_function(given->log, "log", &self->log) < 0 || start_clock(state, self) < 0)
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
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    service_object *self = keep != NULL ? (service_object *)allocate(type, 0) : NULL;
    if (self != NULL && fill(state, self, &given, keep) < 0)
        Py_CLEAR(self);
    Py_XDECREF(keep);
    return (PyObject *)self;
}

/* ---- closing ---- */

static void free_service(service_object *self)
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
    service_object *self = (service_object *)object;
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
    service_object *self = (service_object *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->clock_function);
    Py_VISIT(self->log);
    return 0;
}

static int service_clear(PyObject *object)
{
    service_object *self = (service_object *)object;
    Py_CLEAR(self->clock_function);
    Py_CLEAR(self->log);
    return 0;
}

static void service_dealloc(PyObject *object)
{
    service_object *self = (service_object *)object;
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    PyObject *kind = NULL;
    PyObject *value = NULL;
    PyObject *traceback = NULL;
    PyErr_Fetch(&kind, &value, &traceback);
    free_service(self);
    PyErr_Restore(kind, value, traceback);
    service_clear(object);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(object);
    Py_DECREF(type);
}

/* ---- administration ---- */

/* One administrative call: what it needs in C memory, and what it gives. */
typedef struct service_task {
    lfn_text text;
    lfn_text second;
    lfn_text third;
    int64_t life_s;
    const lfn_provider *provider;
    const lfn_provider_answer *answer;
    lfn_share_direction direction;
    lfn_buffer *json; /* what comes out as text */
    size_t count;
    const lfn_access_question *questions;
    lfn_access_answer *answers;
} service_task;

typedef lfn_status (*task_function)(lfn_service *service, service_task *task, lfn_error *error);

/* Runs the task without the interpreter lock. -1 with the exception. */
static int run(PyObject *object, task_function function, service_task *task)
{
    lfn_py_state *state = lfn_py_state_of(object);
    service_object *self = (service_object *)object;
    if (lfn_py_service_enter(state, object) < 0)
        return -1;
    lfn_error error;
    lfn_py_stay stay;
    lfn_py_leave(&stay, self, NULL);
    lfn_status status = function(self->service, task, &error);
    lfn_py_return(&stay);
    lfn_py_service_exit(object);
    if (lfn_py_end(&stay) < 0)
        return -1;
    if (status == LFN_OK)
        return 0;
    lfn_py_raise(state, &error);
    return -1;
}

static PyObject *run_for_none(PyObject *object, task_function function, service_task *task)
{
    if (run(object, function, task) < 0)
        return NULL;
    Py_RETURN_NONE;
}

static lfn_status do_create_owner(lfn_service *service, service_task *task, lfn_error *error)
{
    return lfn_service_create_owner(service, task->text, task->second, error);
}

static PyObject *create_owner(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"email", "password", NULL};
    lfn_py_state *state = lfn_py_state_of(object);
    PyObject *email = NULL;
    PyObject *password = NULL;
    service_task task = {0};
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO:create_owner", names, &email, &password) ||
        lfn_py_text_needed(state, email, "email", &task.text) < 0 ||
        lfn_py_text_needed(state, password, "password", &task.second) < 0)
        return NULL;
    return run_for_none(object, do_create_owner, &task);
}

static lfn_status do_delete_owner(lfn_service *service, service_task *task, lfn_error *error)
{
    return lfn_service_delete_owner(service, task->text, error);
}

static PyObject *delete_owner(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"email", NULL};
    PyObject *email = NULL;
    service_task task = {0};
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O:delete_owner", names, &email) ||
        lfn_py_text_needed(lfn_py_state_of(object), email, "email", &task.text) < 0)
        return NULL;
    return run_for_none(object, do_delete_owner, &task);
}

static lfn_status do_check_credentials(lfn_service *service, service_task *task, lfn_error *error)
{
    return lfn_service_check_credentials(service, &task->count, error);
}

static PyObject *check_credentials(PyObject *object, PyObject *unused)
{
    (void)unused;
    service_task task = {0};
    return run(object, do_check_credentials, &task) == 0 ? PyLong_FromSize_t(task.count) : NULL;
}

static lfn_status do_visit(lfn_service *service, service_task *task, lfn_error *error)
{
    return lfn_service_visit(service, task->text, error);
}

static PyObject *visit(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"url", NULL};
    PyObject *url = NULL;
    service_task task = {0};
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O:visit", names, &url) ||
        lfn_py_text_needed(lfn_py_state_of(object), url, "url", &task.text) < 0)
        return NULL;
    return run_for_none(object, do_visit, &task);
}

/* ---- what a provider answers ---- */

static PyObject *provider_attributes(void)
{
    PyObject *list = PyList_New(0);
    for (int id = 0; list != NULL && id < LFN_PROVIDER_COUNT; id++) {
        PyObject *name = PyUnicode_FromString(lfn_provider_get((lfn_provider_id)id)->attribute);
        if (name == NULL || PyList_Append(list, name) < 0)
            Py_CLEAR(list);
        Py_XDECREF(name);
    }
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

static lfn_status do_set_provider_answer(lfn_service *service, service_task *task, lfn_error *error)
{
    return lfn_service_set_provider_answer(service, task->text, task->provider, task->answer, error);
}

static bool is_mapping(PyObject *object)
{
    return PyDict_Check(object) || PyObject_HasAttrString(object, "keys");
}

/* The text of a body; a mapping is written as JSON into `json`. */
static int read_answer_body(lfn_py_state *state, PyObject *body, const lfn_provider *provider, lfn_buffer *json,
                            lfn_text *out_text)
{
    if (!is_mapping(body))
        return lfn_py_text(state, body, "body", out_text);
    if (lfn_py_json_write(state, body, lfn_schema_get(provider->schema), json) < 0)
        return -1;
    *out_text = lfn_buffer_text(json);
    return 0;
}

static PyObject *set_provider_answer(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"leaf_user_id", "provider", "status", "headers", "body", NULL};
    lfn_py_state *state = lfn_py_state_of(object);
    PyObject *user = NULL;
    PyObject *provider = NULL;
    PyObject *headers = NULL;
    PyObject *body = Py_None;
    lfn_provider_answer answer = {.http_status = 200};
    service_task task = {.answer = &answer};
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
        result = run_for_none(object, do_set_provider_answer, &task);
    lfn_buffer_free(&json);
    return result;
}

static PyObject *clear_provider_answer(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"leaf_user_id", "provider", NULL};
    lfn_py_state *state = lfn_py_state_of(object);
    PyObject *user = NULL;
    PyObject *provider = NULL;
    service_task task = {0};
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO:clear_provider_answer", names, &user, &provider) ||
        lfn_py_text_needed(state, user, "leaf_user_id", &task.text) < 0 ||
        find_provider(state, provider, &task.provider) < 0)
        return NULL;
    return run_for_none(object, do_set_provider_answer, &task);
}

/* ---- applications ---- */

/* Runs the task and gives the text that it appends, as str or as Secret. */
static PyObject *run_for_text(PyObject *object, task_function function, service_task *task, bool secret)
{
    lfn_buffer text;
    lfn_buffer_init(&text, LFN_PY_BODY_CEILING);
    task->json = &text;
    PyObject *result = NULL;
    if (run(object, function, task) == 0)
        result = secret ? lfn_py_secret_new(lfn_py_state_of(object), lfn_buffer_text(&text))
                        : lfn_py_str(lfn_buffer_text(&text));
    lfn_buffer_free(&text);
    return result;
}

static lfn_status do_create_application(lfn_service *service, service_task *task, lfn_error *error)
{
    return lfn_service_create_application(service, task->text, task->json, error);
}

static PyObject *create_application(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"id", NULL};
    PyObject *id = NULL;
    service_task task = {0};
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O:create_application", names, &id) ||
        lfn_py_text(lfn_py_state_of(object), id, "id", &task.text) < 0)
        return NULL;
    return run_for_text(object, do_create_application, &task, false);
}

static lfn_status do_create_token(lfn_service *service, service_task *task, lfn_error *error)
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

static PyObject *create_token(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"application", "scopes", "life", NULL};
    lfn_py_state *state = lfn_py_state_of(object);
    PyObject *application = NULL;
    PyObject *scopes = NULL;
    PyObject *life = NULL;
    service_task task = {0};
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|$OOO:create_token", names, &application, &scopes, &life) ||
        lfn_py_text_needed(state, application, "application", &task.text) < 0 ||
        read_life(state, life, &task.life_s) < 0)
        return NULL;
    PyObject *joined = join_words(scopes);
    PyObject *token = NULL;
    if (joined != NULL && lfn_py_text_needed(state, joined, "scopes", &task.second) == 0)
        token = run_for_text(object, do_create_token, &task, true);
    Py_XDECREF(joined);
    return token;
}

static lfn_status do_register(lfn_service *service, service_task *task, lfn_error *error)
{
    return lfn_service_register(service, task->text, task->second, task->third, task->json, error);
}

static PyObject *register_user(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"application", "kind", "document", NULL};
    lfn_py_state *state = lfn_py_state_of(object);
    PyObject *application = NULL;
    PyObject *kind = NULL;
    PyObject *document = NULL;
    service_task task = {0};
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OOO:register", names, &application, &kind, &document) ||
        lfn_py_text_needed(state, application, "application", &task.text) < 0 ||
        lfn_py_text_needed(state, kind, "kind", &task.second) < 0)
        return NULL;
    lfn_buffer json;
    lfn_buffer_init(&json, LFN_PY_BODY_CEILING);
    PyObject *id = NULL;
    if (lfn_py_json_write(state, document, NULL, &json) == 0) {
        task.third = lfn_buffer_text(&json);
        id = run_for_text(object, do_register, &task, false);
    }
    lfn_buffer_free(&json);
    return id;
}

/* ---- the whole store ---- */

static lfn_status do_seed(lfn_service *service, service_task *task, lfn_error *error)
{
    return lfn_service_seed(service, task->text, error);
}

/* The bytes of a file. */
static PyObject *read_file(PyObject *path)
{
    PyObject *io = PyImport_ImportModule("io");
    PyObject *file = io != NULL ? PyObject_CallMethod(io, "open", "Os", path, "rb") : NULL;
    PyObject *bytes = file != NULL ? PyObject_CallMethod(file, "read", NULL) : NULL;
    PyObject *closed = bytes != NULL ? PyObject_CallMethod(file, "close", NULL) : NULL;
    if (closed == NULL)
        Py_CLEAR(bytes);
    Py_XDECREF(closed);
    Py_XDECREF(file);
    Py_XDECREF(io);
    return bytes;
}

static PyObject *seed_from_file(PyObject *object, PyObject *path)
{
    PyObject *bytes = read_file(path);
    service_task task = {0};
    PyObject *result = NULL;
    char *data = NULL;
    Py_ssize_t size = 0;
    if (bytes != NULL && PyBytes_AsStringAndSize(bytes, &data, &size) == 0) {
        task.text = lfn_text_make(data, (size_t)size);
        result = run_for_none(object, do_seed, &task);
    }
    Py_XDECREF(bytes);
    return result;
}

static PyObject *seed(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"document", NULL};
    PyObject *document = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O:seed", names, &document))
        return NULL;
    if (!is_mapping(document))
        return seed_from_file(object, document);
    lfn_buffer json;
    lfn_buffer_init(&json, LFN_PY_BODY_CEILING);
    service_task task = {0};
    PyObject *result = NULL;
    if (lfn_py_json_write(lfn_py_state_of(object), document, NULL, &json) == 0) {
        task.text = lfn_buffer_text(&json);
        result = run_for_none(object, do_seed, &task);
    }
    lfn_buffer_free(&json);
    return result;
}

static lfn_status do_snapshot(lfn_service *service, service_task *task, lfn_error *error)
{
    return lfn_service_snapshot(service, task->text, error);
}

static lfn_status do_restore(lfn_service *service, service_task *task, lfn_error *error)
{
    return lfn_service_restore(service, task->text, error);
}

static lfn_status do_reset(lfn_service *service, service_task *task, lfn_error *error)
{
    (void)task;
    return lfn_service_reset(service, error);
}

static PyObject *run_with_file(PyObject *object, PyObject *args, PyObject *kwargs, task_function function)
{
    static char *names[] = {"path", NULL};
    PyObject *path = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O", names, &path))
        return NULL;
    PyObject *keep = PyList_New(0);
    service_task task = {0};
    PyObject *result = NULL;
    if (keep != NULL && lfn_py_file(lfn_py_state_of(object), path, "path", keep, &task.text) == 0)
        result = run_for_none(object, function, &task);
    Py_XDECREF(keep);
    return result;
}

static PyObject *snapshot(PyObject *object, PyObject *args, PyObject *kwargs)
{
    return run_with_file(object, args, kwargs, do_snapshot);
}

static PyObject *restore(PyObject *object, PyObject *args, PyObject *kwargs)
{
    return run_with_file(object, args, kwargs, do_restore);
}

static PyObject *reset(PyObject *object, PyObject *unused)
{
    (void)unused;
    service_task task = {0};
    return run_for_none(object, do_reset, &task);
}

/* ---- access to shared data ---- */

enum { QUESTION_MEMBERS = 5 };

/* One value of a question, borrowed; NULL, maybe with an exception, when it has none. */
static PyObject *question_value(PyObject *spread, Py_ssize_t index)
{
    static const char *const names[QUESTION_MEMBERS] = {"token", "leaf_user_id", "resource", "action", "type"};
    if (PyTuple_Check(spread))
        return index < PyTuple_Size(spread) ? PyTuple_GetItem(spread, index) : NULL;
    PyObject *name = PyUnicode_FromString(names[index]);
    PyObject *value = name != NULL ? PyDict_GetItemWithError(spread, name) : NULL;
    Py_XDECREF(name);
    return value;
}

/* A question as a dict or a tuple of its own, which nobody else changes. */
static PyObject *spread_question(PyObject *question)
{
    if (!is_mapping(question))
        return PySequence_Tuple(question);
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
    Py_XDECREF(spread);
    for (Py_ssize_t i = 0; done == 0 && i < QUESTION_MEMBERS; i++) {
        PyObject *value = question_value(spread, i);
        done = PyErr_Occurred() ? -1 : lfn_py_text(state, value, "a member of a question", texts[i]);
    }
    if (done < 0)
        return -1;
    bool too_long = PyTuple_Check(spread) && PyTuple_Size(spread) > QUESTION_MEMBERS;
    if (!too_long && question->token.data != NULL && question->leaf_user_id.data != NULL &&
        question->resource.data != NULL && question->action.data != NULL)
        return 0;
    PyErr_SetString(PyExc_TypeError,
                    "a question is (token, leaf_user_id, resource, action[, type]) or a dict of these");
    return -1;
}

static lfn_status do_decide_access(lfn_service *service, service_task *task, lfn_error *error)
{
    return lfn_service_decide_access(service, task->questions, task->count, task->answers, error);
}

static PyObject *access_new(lfn_py_state *state, const lfn_access_answer *answer)
{
    PyObject *values[] = {PyBool_FromLong(answer->allowed), PyLong_FromLong(answer->http_status),
                          PyUnicode_FromString(answer->reason != NULL ? answer->reason : "")};
    PyObject *access = PyStructSequence_New(state->access_type);
    bool whole = access != NULL;
    for (Py_ssize_t i = 0; i < 3; i++) {
        whole = whole && values[i] != NULL;
        if (access != NULL)
            PyStructSequence_SetItem(access, i, values[i]);
        else
            Py_XDECREF(values[i]);
    }
    if (!whole)
        Py_CLEAR(access);
    return access;
}

static PyObject *access_list(lfn_py_state *state, const service_task *task)
{
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list != NULL && i < task->count; i++) {
        PyObject *access = access_new(state, &task->answers[i]);
        if (access == NULL || PyList_Append(list, access) < 0)
            Py_CLEAR(list);
        Py_XDECREF(access);
    }
    return list;
}

static PyObject *decide(PyObject *object, PyObject *asked, PyObject *keep)
{
    lfn_py_state *state = lfn_py_state_of(object);
    size_t count = (size_t)PyTuple_Size(asked);
    lfn_access_question *questions = PyMem_Calloc(count + 1, sizeof *questions);
    lfn_access_answer *answers = PyMem_Calloc(count + 1, sizeof *answers);
    service_task task = {.count = count, .questions = questions, .answers = answers};
    PyObject *list = NULL;
    int done = questions != NULL && answers != NULL ? 0 : -1;
    if (done < 0)
        PyErr_NoMemory();
    for (size_t i = 0; done == 0 && i < count; i++)
        done = read_question(state, PyTuple_GetItem(asked, (Py_ssize_t)i), keep, &questions[i]);
    if (done == 0 && run(object, do_decide_access, &task) == 0)
        list = access_list(state, &task);
    PyMem_Free(questions);
    PyMem_Free(answers);
    return list;
}

static PyObject *decide_access(PyObject *object, PyObject *args, PyObject *kwargs)
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

static lfn_status do_list_shared(lfn_service *service, service_task *task, lfn_error *error)
{
    return lfn_service_list_shared(service, task->text, task->direction, task->json, error);
}

static PyObject *list_shared(PyObject *object, PyObject *args, PyObject *kwargs, lfn_share_direction direction)
{
    static char *names[] = {"email", NULL};
    lfn_py_state *state = lfn_py_state_of(object);
    PyObject *email = NULL;
    service_task task = {.direction = direction};
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O", names, &email) ||
        lfn_py_text_needed(state, email, "email", &task.text) < 0)
        return NULL;
    lfn_buffer json;
    lfn_buffer_init(&json, LFN_PY_BODY_CEILING);
    task.json = &json;
    PyObject *list = NULL;
    if (run(object, do_list_shared, &task) == 0)
        list = lfn_py_json_build(state, lfn_buffer_text(&json), NULL);
    lfn_buffer_free(&json);
    return list;
}

static PyObject *shared_with(PyObject *object, PyObject *args, PyObject *kwargs)
{
    return list_shared(object, args, kwargs, LFN_SHARED_WITH_ME);
}

static PyObject *shared_by(PyObject *object, PyObject *args, PyObject *kwargs)
{
    return list_shared(object, args, kwargs, LFN_SHARED_BY_ME);
}

/* ---- raw requests ---- */

static bool is_name(lfn_text name, const char *lower)
{
    if (name.size != strlen(lower))
        return false;
    for (size_t i = 0; i < name.size; i++) {
        char byte = name.data[i];
        if ((byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte) != lower[i])
            return false;
    }
    return true;
}

/* Puts a header into the request, which borrows the texts. */
static int add_request_header(void *context, lfn_text name, lfn_text value)
{
    lfn_request *request = context;
    if (is_name(name, "host") || is_name(name, "content-length"))
        return 0;
    if (is_name(name, "authorization")) {
        request->authorization = value;
        return 0;
    }
    if (lfn_request_add_header(request, name, value))
        return 0;
    PyErr_Format(PyExc_ValueError, "a request has at most %d headers", (int)LFN_REQUEST_HEADERS_MAX);
    return -1;
}

/* The bytes of a body, a str or anything that gives its bytes; `view` is released by the caller. */
static int read_body(lfn_py_state *state, PyObject *body, Py_buffer *view, lfn_text *out_text)
{
    if (body == NULL || body == Py_None)
        return 0;
    if (PyUnicode_Check(body))
        return lfn_py_text(state, body, "body", out_text);
    if (PyObject_GetBuffer(body, view, PyBUF_SIMPLE) < 0)
        return -1;
    if (view->len > 0)
        *out_text = lfn_text_make(view->buf, (size_t)view->len);
    return 0;
}

static PyObject *raw_answer(const lfn_response *response)
{
    return Py_BuildValue("(iNy#)", response->status, lfn_py_headers_list(response),
                         lfn_buffer_text(&response->body).data, (Py_ssize_t)response->body.size);
}

static PyObject *run_handle(PyObject *object, const lfn_request *request)
{
    service_object *self = (service_object *)object;
    if (lfn_py_service_enter(lfn_py_state_of(object), object) < 0)
        return NULL;
    lfn_response response;
    lfn_response_init(&response, LFN_PY_BODY_CEILING);
    lfn_py_stay stay;
    lfn_py_leave(&stay, self, NULL);
    lfn_service_answer(self->service, request, &response);
    lfn_py_return(&stay);
    lfn_py_service_exit(object);
    PyObject *answer = lfn_py_end(&stay) == 0 ? raw_answer(&response) : NULL;
    lfn_response_free(&response);
    return answer;
}

static PyObject *handle(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"method", "target", "headers", "body", NULL};
    lfn_py_state *state = lfn_py_state_of(object);
    PyObject *method = NULL;
    PyObject *target = NULL;
    PyObject *headers = NULL;
    PyObject *body = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO|OO:handle", names, &method, &target, &headers, &body))
        return NULL;
    lfn_request request = {0};
    Py_buffer view = {0};
    lfn_text method_name;
    PyObject *keep = PyList_New(0);
    PyObject *answer = NULL;
    if (keep == NULL || lfn_py_text_needed(state, method, "method", &method_name) < 0 ||
        lfn_py_text_needed(state, target, "target", &request.target) < 0 ||
        lfn_py_headers_read(state, headers, keep, add_request_header, &request) < 0 ||
        read_body(state, body, &view, &request.body) < 0)
        goto done;
    if (lfn_method_find(method_name, &request.method))
        answer = run_handle(object, &request);
    else
        lfn_py_raise_input(state, "", "The method must be GET, POST, PUT, PATCH or DELETE.");
done:
    PyBuffer_Release(&view);
    Py_XDECREF(keep);
    return answer;
}

/* ---- the type ---- */

static PyObject *service_repr(PyObject *object)
{
    service_object *self = (service_object *)object;
    return PyUnicode_FromFormat("<leafnative.Service %s%s>", self->in_memory ? "in memory" : "on a file",
                                self->door.closed ? ", closed" : "");
}

static PyObject *service_closed(PyObject *object, void *unused)
{
    (void)unused;
    return PyBool_FromLong(((service_object *)object)->door.closed);
}

static PyMethodDef service_methods[] = {
    {"create_owner", (PyCFunction)(void (*)(void))create_owner, METH_VARARGS | METH_KEYWORDS,
     "create_owner($self, email, password)\n--\n\nMake an API owner. ConflictError when the e-mail is taken."},
    {"delete_owner", (PyCFunction)(void (*)(void))delete_owner, METH_VARARGS | METH_KEYWORDS,
     "delete_owner($self, email)\n--\n\nDelete an owner with everything that is its own. NotFoundError."},
    {"set_provider_answer", (PyCFunction)(void (*)(void))set_provider_answer, METH_VARARGS | METH_KEYWORDS,
     "set_provider_answer($self, leaf_user_id, provider, status=200, headers=\"\", body=\"\")\n--\n\n"
     "Set what a provider (\"panorama\") answers for a Leaf user from now on. 200 to 299 is valid, 400 and\n"
     "401 UNAUTHENTICATED, 403 MISSING_PERMISSION, else TEMPORARILY_UNAVAILABLE. headers are lines\n"
     "\"Name: value\"; body is text or a dict, whose members become server-made members of the credential."},
    {"clear_provider_answer", (PyCFunction)(void (*)(void))clear_provider_answer, METH_VARARGS | METH_KEYWORDS,
     "clear_provider_answer($self, leaf_user_id, provider)\n--\n\nThe provider accepts everything again."},
    {"check_credentials", check_credentials, METH_NOARGS,
     "check_credentials($self, /)\n--\n\nCheck every credential with its provider and remove events older than 30\n"
     "days. Gives how many credentials changed their status."},
    {"visit", (PyCFunction)(void (*)(void))visit, METH_VARARGS | METH_KEYWORDS,
     "visit($self, url)\n--\n\nVisit a sign-in address as the grower would. BadInputError when it was used, replaced\n"
     "or is too old."},
    {"create_application", (PyCFunction)(void (*)(void))create_application, METH_VARARGS | METH_KEYWORDS,
     "create_application($self, id=None)\n--\n\nMake an application; without an id it gets a new one. Gives its id, "
     "24\n"
     "hexadecimal digits. ConflictError when it is there."},
    {"create_token", (PyCFunction)(void (*)(void))create_token, METH_VARARGS | METH_KEYWORDS,
     "create_token($self, *, application, scopes, life=None)\n--\n\nMake an access token of an application with scopes "
     "(\"credential.*\", \"credentials.get\"), a\n"
     "Secret: it is shown this once. life is seconds; without one it never ends. NotFoundError for an\n"
     "unknown application, BadInputError for a scope that no operation has."},
    {"register", (PyCFunction)(void (*)(void))register_user, METH_VARARGS | METH_KEYWORDS,
     "register($self, application, kind, document)\n--\n\nRegister what may use a credential by its name, as a dict in "
     "the form in which it is answered.\n"
     "kind is \"integration\", \"flow\" or \"flowVersion\". Gives its id, which is made when it has none."},
    {"seed", (PyCFunction)(void (*)(void))seed, METH_VARARGS | METH_KEYWORDS,
     "seed($self, document)\n--\n\nFill the service from a dict, or from a JSON file whose path it is, all or "
     "nothing:\n"
     "owners, users, relations, applications with their tokens, credentials and what uses them.\n"
     "BadInputError names the member that is wrong."},
    {"snapshot", (PyCFunction)(void (*)(void))snapshot, METH_VARARGS | METH_KEYWORDS,
     "snapshot($self, path)\n--\n\nWrite everything, as it is now, into a new file. ConflictError when it is there."},
    {"restore", (PyCFunction)(void (*)(void))restore, METH_VARARGS | METH_KEYWORDS,
     "restore($self, path)\n--\n\nBring back exactly what a snapshot holds. StorageError when it cannot be used or "
     "belongs to\nanother key."},
    {"reset", reset, METH_NOARGS, "reset($self, /)\n--\n\nForget everything but the key."},
    {"decide_access", (PyCFunction)(void (*)(void))decide_access, METH_VARARGS | METH_KEYWORDS,
     "decide_access($self, questions)\n--\n\nMay the bearer of a token read this of a Leaf user? A question is a "
     "tuple\n"
     "(token, leaf_user_id, resource, action[, type]) or a dict of these; gives a list of Access."},
    {"shared_with", (PyCFunction)(void (*)(void))shared_with, METH_VARARGS | METH_KEYWORDS,
     "shared_with($self, email)\n--\n\nWhat is shared with an owner: dicts of owner, status, leafUserId, permissions."},
    {"shared_by", (PyCFunction)(void (*)(void))shared_by, METH_VARARGS | METH_KEYWORDS,
     "shared_by($self, email)\n--\n\nWhat an owner shares: dicts of owner, status, leafUserId, permissions."},
    {"handle", (PyCFunction)(void (*)(void))handle, METH_VARARGS | METH_KEYWORDS,
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
    .basicsize = sizeof(service_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = service_slots,
};

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

int lfn_py_service_type_make(PyObject *module, lfn_py_state *state)
{
    state->access_type = PyStructSequence_NewType(&access_desc);
    if (state->access_type == NULL || PyModule_AddType(module, state->access_type) < 0)
        return -1;
    state->service_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &service_spec, NULL);
    if (state->service_type == NULL)
        return -1;
    return PyModule_AddType(module, state->service_type);
}
