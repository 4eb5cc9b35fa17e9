/* How a Client is opened: its arguments, the environment and the configuration file, and what is below it. */
#include "client.h"

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
int lfn_py_client_load_config(lfn_py_state *state, lfn_py_client *self)
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
    if (lfn_py_client_load_config(state, self) < 0)
        return -1;
    lfn_config_apply(self->config, options);
    return 0;
}

static lfn_status make_transport(lfn_py_client *self, lfn_transport **out_transport, lfn_error *error)
{
    *out_transport = NULL;
    if (self->transport != NULL)
        return lfn_transport_open_handler(lfn_py_client_carry, self, out_transport, error);
#ifdef LFN_WITH_SERVICE
    if (self->service != NULL)
        return lfn_py_service_transport(self->service, out_transport, error);
#endif
    return LFN_OK;
}

static int open_client(lfn_py_state *state, lfn_py_client *self, lfn_client_options *options)
{
    options->api = self->api->id;
    options->snake_case = true;
    if (self->log != NULL)
        options->log = (lfn_log){lfn_py_client_log, self};
    if (self->on_event != NULL)
        options->events = (lfn_events){lfn_py_client_event, self};
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

static int fill(lfn_py_state *state, lfn_py_client *self, PyObject *values[ARG_COUNT], PyObject *keep)
{
    lfn_client_options options = {0};
    if (take_objects(state, self, values) < 0 || read_options(state, values, keep, &options) < 0)
        return -1;
    self->given = given_names(&options);
    if (self->given == NULL || read_config(state, self, values, &options) < 0 || lfn_py_client_enter(state, self) < 0)
        return -1;
    int done = open_client(state, self, &options);
    lfn_py_client_leave(self);
    return done;
}

PyObject *lfn_py_client_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
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
