/* Client: calls from Python over libcurl, over a Service in this process, or over a Python function. */
#include "client.h"

/* ---- callbacks: they take the interpreter lock ---- */

void lfn_py_log_write(PyObject *callable, lfn_log_level level, const char *line)
{
    static const char *const levels[] = {
        [LFN_LOG_DEBUG] = "debug", [LFN_LOG_INFO] = "info", [LFN_LOG_WARNING] = "warning", [LFN_LOG_ERROR] = "error"};
    bool taken = lfn_py_take();
    if (callable != NULL) {
        PyObject *result = PyObject_CallFunction(callable, "sN", levels[level], lfn_py_str(lfn_text_of(line)));
        if (result == NULL)
            lfn_py_callback_failed(callable);
        Py_XDECREF(result);
    }
    lfn_py_give(taken);
}

static void client_log(void *context, lfn_log_level level, const char *line)
{
    lfn_py_log_write(((lfn_py_client *)context)->log, level, line);
}

static void client_event(void *context, const lfn_event *event)
{
    lfn_py_client *self = context;
    bool taken = lfn_py_take();
    if (self->on_event != NULL) {
        PyObject *told = lfn_py_event_new(lfn_py_state_of((PyObject *)self), event);
        PyObject *result = told != NULL ? PyObject_CallFunctionObjArgs(self->on_event, told, NULL) : NULL;
        if (result == NULL)
            lfn_py_callback_failed(self->on_event);
        Py_XDECREF(told);
        Py_XDECREF(result);
    }
    lfn_py_give(taken);
}

static PyObject *pair(lfn_text name, lfn_text value)
{
    return Py_BuildValue("(NN)", lfn_py_str(name), lfn_py_str(value));
}

/* The header pairs of a request, that of the token included: it goes over this transport in the clear. */
static PyObject *request_headers(const lfn_request *request)
{
    static const char authorization[] = "Authorization";
    PyObject *list = PyList_New(0);
    if (request->authorization.data != NULL)
        list = lfn_py_append(list, pair(lfn_text_of(authorization), request->authorization));
    for (size_t i = 0; list != NULL && i < request->header_count; i++)
        list = lfn_py_append(list, pair(request->headers[i].name, request->headers[i].value));
    return list;
}

static int add_response_header(void *context, lfn_text name, lfn_text value)
{
    if (lfn_response_add_header(context, name, value))
        return 0;
    PyErr_SetString(PyExc_ValueError, "a header of the answer holds a line end or NUL, or memory is out");
    return -1;
}

static int read_body(lfn_py_state *state, PyObject *body, lfn_response *response)
{
    lfn_text text;
    Py_buffer view = {0};
    if (lfn_py_bytes(state, body, "the body of the answer", &view, &text) < 0)
        return -1;
    bool stored = lfn_buffer_append_text(&response->body, text);
    PyBuffer_Release(&view);
    if (!stored)
        PyErr_SetString(PyExc_ValueError, "the body of the answer is larger than answer_max_bytes");
    return stored ? 0 : -1;
}

/* Reads (status, headers, body). The HTTP status is written last: without it no answer came. */
static int read_answer(lfn_py_state *state, PyObject *answer, lfn_response *response)
{
    int done = -1;
    PyObject *tuple = PySequence_Tuple(answer);
    PyObject *keep = PyList_New(0);
    if (tuple == NULL || keep == NULL)
        goto done;
    if (PyTuple_Size(tuple) != 3) {
        PyErr_SetString(PyExc_TypeError, "a transport must return (status, headers, body)");
        goto done;
    }
    long status = PyLong_AsLong(PyTuple_GetItem(tuple, 0));
    if (status == -1 && PyErr_Occurred())
        goto done;
    if (status < 100 || status > 599) {
        PyErr_SetString(PyExc_ValueError, "a transport must return an HTTP status from 100 to 599");
        goto done;
    }
    if (lfn_py_headers_read(state, PyTuple_GetItem(tuple, 1), keep, add_response_header, response) < 0)
        goto done;
    if (read_body(state, PyTuple_GetItem(tuple, 2), response) < 0)
        goto done;
    response->status = (int)status;
    done = 0;
done:
    Py_XDECREF(tuple);
    Py_XDECREF(keep);
    return done;
}

/* The handler behind a Python function. */
static void carry(void *context, const lfn_request *request, lfn_response *response)
{
    lfn_py_client *self = context;
    bool taken = lfn_py_take();
    lfn_py_forget_raised();
    PyObject *answer = NULL;
    if (self->transport != NULL)
        answer = PyObject_CallFunction(
            self->transport, "sNNN", lfn_method_name(request->method), lfn_py_str(request->target),
            request_headers(request),
            PyBytes_FromStringAndSize(request->body.data,
                                      request->body.data != NULL ? (Py_ssize_t)request->body.size : 0));
    if (answer == NULL || read_answer(lfn_py_state_of((PyObject *)self), answer, response) < 0) {
        lfn_response_clear(response);
        response->status = 0;
        if (PyErr_Occurred())
            lfn_py_keep_raised(self->transport);
    }
    Py_XDECREF(answer);
    lfn_py_give(taken);
}

/* ---- opening ---- */

enum {
    ARG_SERVICE,
    ARG_TRANSPORT,
    ARG_API,
    ARG_BASE_URL,
    ARG_TOKEN,
    ARG_USERNAME,
    ARG_PASSWORD,
    ARG_TOKEN_CACHE,
    ARG_REMEMBER_ME,
    ARG_CA_FILE,
    ARG_CLIENT_CERTIFICATE,
    ARG_CLIENT_KEY,
    ARG_PROXY,
    ARG_USER_AGENT,
    ARG_GENERAL_LANE,
    ARG_TIMEOUT,
    ARG_CONNECT_TIMEOUT,
    ARG_DEADLINE,
    ARG_ANSWER_MAX_BYTES,
    ARG_ATTEMPTS,
    ARG_PROFILE,
    ARG_CONFIG,
    ARG_LOG,
    ARG_ON_EVENT,
    ARG_COUNT
};

static int parse_arguments(PyObject *args, PyObject *kwargs, PyObject *values[ARG_COUNT])
{
    static char *names[] = {"service",
                            "transport",
                            "api",
                            "base_url",
                            "token",
                            "username",
                            "password",
                            "token_cache",
                            "remember_me",
                            "ca_file",
                            "client_certificate",
                            "client_key",
                            "proxy",
                            "user_agent",
                            "general_lane",
                            "timeout",
                            "connect_timeout",
                            "deadline",
                            "answer_max_bytes",
                            "attempts",
                            "profile",
                            "config",
                            "log",
                            "on_event",
                            NULL};
    PyObject **v = values;
    return PyArg_ParseTupleAndKeywords(args, kwargs, "|$OOOOOOOOOOOOOOOOOOOOOOOO:Client", names, &v[0], &v[1], &v[2],
                                       &v[3], &v[4], &v[5], &v[6], &v[7], &v[8], &v[9], &v[10], &v[11], &v[12], &v[13],
                                       &v[14], &v[15], &v[16], &v[17], &v[18], &v[19], &v[20], &v[21], &v[22], &v[23])
               ? 0
               : -1;
}

static int find_api(lfn_py_state *state, PyObject *object, const lfn_api **out_api)
{
    lfn_text name = LFN_TEXT("leaf");
    if (object != NULL && lfn_py_text_needed(state, object, "api", &name) < 0)
        return -1;
    for (int id = 0; id < LFN_API_COUNT; id++) {
        const lfn_api *api = lfn_api_get((lfn_api_id)id);
        if (strlen(api->name) == name.size && memcmp(api->name, name.data, name.size) == 0) {
            *out_api = api;
            return 0;
        }
    }
    lfn_py_raise_input(state, "", "There is no API named %.60s.", name.data);
    return -1;
}

/* The texts of the options live as long as the arguments and `keep`. */
static int read_options(lfn_py_state *state, PyObject *values[ARG_COUNT], PyObject *keep, lfn_client_options *options)
{
    int remember = values[ARG_REMEMBER_ME] != NULL ? PyObject_IsTrue(values[ARG_REMEMBER_ME]) : 0;
    int general = values[ARG_GENERAL_LANE] != NULL ? PyObject_IsTrue(values[ARG_GENERAL_LANE]) : 0;
    if (remember < 0 || general < 0 || lfn_py_text(state, values[ARG_BASE_URL], "base_url", &options->base_url) < 0 ||
        lfn_py_text(state, values[ARG_TOKEN], "token", &options->token) < 0 ||
        lfn_py_text(state, values[ARG_USERNAME], "username", &options->username) < 0 ||
        lfn_py_text(state, values[ARG_PASSWORD], "password", &options->password) < 0 ||
        lfn_py_text(state, values[ARG_PROXY], "proxy", &options->proxy) < 0 ||
        lfn_py_text(state, values[ARG_USER_AGENT], "user_agent", &options->user_agent) < 0 ||
        lfn_py_file(state, values[ARG_TOKEN_CACHE], "token_cache", keep, &options->token_cache) < 0 ||
        lfn_py_file(state, values[ARG_CA_FILE], "ca_file", keep, &options->ca_file) < 0 ||
        lfn_py_file(state, values[ARG_CLIENT_CERTIFICATE], "client_certificate", keep, &options->client_certificate) <
            0 ||
        lfn_py_file(state, values[ARG_CLIENT_KEY], "client_key", keep, &options->client_key) < 0 ||
        lfn_py_milliseconds(state, values[ARG_TIMEOUT], "timeout", &options->timeout_ms) < 0 ||
        lfn_py_milliseconds(state, values[ARG_CONNECT_TIMEOUT], "connect_timeout", &options->connect_timeout_ms) < 0 ||
        lfn_py_milliseconds(state, values[ARG_DEADLINE], "deadline", &options->deadline_ms) < 0 ||
        lfn_py_count(state, values[ARG_ANSWER_MAX_BYTES], "answer_max_bytes", &options->answer_max_bytes) < 0 ||
        lfn_py_count(state, values[ARG_ATTEMPTS], "attempts", &options->attempts_max) < 0)
        return -1;
    options->remember_me = remember != 0;
    options->general_lane = general != 0;
    return 0;
}

/* Takes a reference on what is given and is not None. */
static PyObject *given(PyObject *object)
{
    return object != NULL && object != Py_None ? Py_NewRef(object) : NULL;
}

static int check_service(lfn_py_state *state, lfn_py_client *self)
{
    if (self->service == NULL)
        return 0;
    if (state->service_type == NULL || !Py_IS_TYPE(self->service, state->service_type)) {
        PyErr_Format(PyExc_TypeError, "service must be a Service, not %R", Py_TYPE(self->service));
        return -1;
    }
    if (self->transport == NULL)
        return 0;
    PyErr_SetString(PyExc_TypeError, "give service or transport, not both");
    return -1;
}

static int take_objects(lfn_py_state *state, lfn_py_client *self, PyObject *values[ARG_COUNT])
{
    self->service = given(values[ARG_SERVICE]);
    if (lfn_py_take_callable(values[ARG_TRANSPORT], "transport", &self->transport) < 0 ||
        lfn_py_take_callable(values[ARG_LOG], "log", &self->log) < 0 ||
        lfn_py_take_callable(values[ARG_ON_EVENT], "on_event", &self->on_event) < 0 || check_service(state, self) < 0)
        return -1;
    return find_api(state, values[ARG_API], &self->api);
}

/* The settings that came as arguments, under the names that they have in the configuration file. */
static PyObject *given_names(const lfn_client_options *options)
{
    const struct {
        const char *name;
        lfn_text value;
    } settings[] = {
        {"url", options->base_url},
        {"token", options->token},
        {"username", options->username},
        {"password", options->password},
        {"tokenCache", options->token_cache},
        {"caFile", options->ca_file},
        {"clientCertificate", options->client_certificate},
        {"clientKey", options->client_key},
        {"proxy", options->proxy},
    };
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list != NULL && i < sizeof settings / sizeof *settings; i++)
        if (settings[i].value.data != NULL)
            list = lfn_py_append(list, PyUnicode_FromString(settings[i].name));
    PyObject *names = list != NULL ? PyFrozenSet_New(list) : NULL;
    Py_XDECREF(list);
    return names;
}

/* Whether the arguments say everything: then neither environment nor file is looked at. */
static bool is_complete(const lfn_py_client *self, const lfn_client_options *options)
{
    bool can_log_in = options->token.data != NULL || (options->username.data != NULL && options->password.data != NULL);
    return self->service != NULL || self->transport != NULL || (options->base_url.data != NULL && can_log_in);
}

/* Reads environment and file into the client. */
static int load_config(lfn_py_state *state, lfn_py_client *self)
{
    lfn_text profile;
    if (lfn_py_text(state, self->profile, "profile", &profile) < 0)
        return -1;
    lfn_error error;
    lfn_py_stay stay;
    lfn_py_leave(&stay, self, NULL);
    lfn_config *config = NULL;
    lfn_status status = lfn_config_read(self->api->id, profile, &config, &error);
    lfn_py_return(&stay);
    /* Another thread may have been first. */
    if (self->config == NULL)
        self->config = config;
    else
        lfn_config_free(config);
    return lfn_py_settle(state, &stay, status, &error);
}

static int read_config(lfn_py_state *state, lfn_py_client *self, PyObject *values[ARG_COUNT],
                       lfn_client_options *options)
{
    int wanted = values[ARG_CONFIG] != NULL ? PyObject_IsTrue(values[ARG_CONFIG]) : 1;
    lfn_text profile;
    if (wanted < 0 || lfn_py_text(state, values[ARG_PROFILE], "profile", &profile) < 0)
        return -1;
    self->profile = given(values[ARG_PROFILE]);
    self->may_look = wanted > 0 && self->service == NULL && self->transport == NULL;
    if (wanted == 0 || is_complete(self, options))
        return 0;
    if (load_config(state, self) < 0)
        return -1;
    lfn_config_apply(self->config, options);
    return 0;
}

static lfn_status make_transport(lfn_py_client *self, lfn_transport **out_transport, lfn_error *error)
{
    *out_transport = NULL;
    if (self->transport != NULL)
        return lfn_transport_open_handler(carry, self, out_transport, error);
#ifdef LFN_WITH_SERVICE
    if (self->service != NULL)
        return lfn_py_service_transport(self->service, out_transport, error);
#endif
    return LFN_OK;
}

static int open_client(lfn_py_state *state, lfn_py_client *self, lfn_client_options *options)
{
    options->api = self->api->id;
    if (self->log != NULL)
        options->log = (lfn_log){client_log, self};
    if (self->on_event != NULL)
        options->events = (lfn_events){client_event, self};
    const lfn_clock *below = NULL;
#ifdef LFN_WITH_SERVICE
    if (self->service != NULL)
        below = lfn_py_service_clock(self->service);
#endif
    lfn_py_clock_init(&self->clock, below);
    options->clock = &self->clock.clock;
    lfn_error error;
    lfn_py_stay stay;
    lfn_py_leave(&stay, self, self->service);
    lfn_status status = make_transport(self, &options->transport, &error);
    if (status == LFN_OK)
        status = lfn_client_open(options, &self->client, &error);
    if (status != LFN_OK)
        lfn_transport_free(options->transport);
    lfn_py_return(&stay);
    return lfn_py_settle(state, &stay, status, &error);
}

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

static int fill(lfn_py_state *state, lfn_py_client *self, PyObject *values[ARG_COUNT], PyObject *keep)
{
    lfn_client_options options = {0};
    if (take_objects(state, self, values) < 0 || read_options(state, values, keep, &options) < 0)
        return -1;
    self->given = given_names(&options);
    if (self->given == NULL || read_config(state, self, values, &options) < 0 || enter_service(state, self) < 0)
        return -1;
    int done = open_client(state, self, &options);
    exit_service(self);
    return done;
}

static PyObject *client_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    lfn_py_state *state = PyType_GetModuleState(type);
    PyObject *values[ARG_COUNT] = {NULL};
    if (parse_arguments(args, kwargs, values) < 0)
        return NULL;
    PyObject *keep = PyList_New(0);
    lfn_py_client *self = keep != NULL ? (lfn_py_client *)lfn_py_instance_new(type) : NULL;
    if (self != NULL && fill(state, self, values, keep) < 0)
        Py_CLEAR(self);
    Py_XDECREF(keep);
    return (PyObject *)self;
}

/* ---- closing ---- */

/* Frees the C part; the connections are closed without the interpreter lock. */
static void free_client(lfn_py_client *self)
{
    lfn_client *client = self->client;
    lfn_config *config = self->config;
    self->client = NULL;
    self->config = NULL;
    lfn_py_stay stay;
    while (self->sets != NULL)
        lfn_py_set_close(self->sets);
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
    free_client(self);
    PyErr_Restore(kind, value, traceback);
    client_clear(object);
    Py_CLEAR(self->service);
    Py_CLEAR(self->given);
    Py_CLEAR(self->profile);
    lfn_py_instance_free(object);
}

int lfn_py_client_enter(lfn_py_state *state, lfn_py_client *self)
{
    if (lfn_py_enter(state, &self->door, self, "client") < 0)
        return -1;
    if (enter_service(state, self) == 0)
        return 0;
    if (lfn_py_exit(&self->door))
        free_client(self);
    return -1;
}

void lfn_py_client_leave(lfn_py_client *self)
{
    exit_service(self);
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
        (self->config == NULL && self->may_look && load_config(state, self) < 0))
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
    const char *over = self->service != NULL     ? "over a service"
                       : self->transport != NULL ? "over a function"
                                                 : "over HTTP";
    return PyUnicode_FromFormat("<leafnative.Client of %s %s%s>", self->api->name, over,
                                self->door.closed ? ", closed" : "");
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
    {Py_tp_new, client_new},
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
    if (lfn_py_reply_type_make(module, state) < 0 || lfn_py_pages_type_make(module, state) < 0 ||
        lfn_py_calls_type_make(module, state) < 0 || lfn_py_map_type_make(module, state) < 0 ||
        lfn_py_method_type_make(module, state) < 0 || lfn_py_face_type_make(module, state) < 0 ||
        lfn_py_pending_type_make(module, state) < 0)
        return -1;
    state->client_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &client_spec, NULL);
    if (state->client_type == NULL)
        return -1;
    return PyModule_AddType(module, state->client_type);
}
