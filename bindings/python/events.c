/* What a client tells of its calls while they run, as Event values. */
#include "state.h"

static PyStructSequence_Field event_fields[] = {
    {"kind", "request, response, retry, wait or reconcile."},
    {"call", "Which call of the client, counted from 1; a login is one of its own."},
    {"method", "The method."},
    {"operation", "The operation, as users.get; None for a request that the tables lack."},
    {"path", "Its path as a template, without ids; None for a request that the tables lack."},
    {"attempt", "Which attempt of the call, counted from 1."},
    {"code", "What it came to: \"ok\" or the code of a failure."},
    {"status", "HTTP status, or None when no answer came."},
    {"seconds", "How long the attempt took, or the wait takes; else 0."},
    {NULL, NULL},
};

static PyStructSequence_Desc event_desc = {
    .name = "leafnative.Event",
    .doc = "What happens to a call on its way: no header, no body and no secret.",
    .fields = event_fields,
    .n_in_sequence = 9,
};

int lfn_py_event_type_make(PyObject *module, lfn_py_state *state)
{
    state->event_type = PyStructSequence_NewType(&event_desc);
    return state->event_type != NULL ? PyModule_AddType(module, state->event_type) : -1;
}

static PyObject *event_path(const lfn_event *event)
{
    static const char optional[] = "[/]";
    static const char place[] = "{provider}";
    lfn_buffer path;
    lfn_buffer_init(&path, 1024);
    lfn_buffer_append_string(&path, event->operation->group->prefix);
    for (const char *at = event->operation->path; *at != '\0';) {
        if (strncmp(at, optional, sizeof optional - 1) == 0) {
            at += sizeof optional - 1;
        } else if (event->provider != NULL && strncmp(at, place, sizeof place - 1) == 0) {
            lfn_buffer_append_string(&path, event->provider->segment);
            at += sizeof place - 1;
        } else {
            lfn_buffer_append(&path, at++, 1);
        }
    }
    PyObject *text = path.failed ? PyErr_NoMemory() : lfn_py_str(lfn_buffer_text(&path));
    lfn_buffer_free(&path);
    return text;
}

static PyObject *event_operation(const lfn_event *event)
{
    const char *group = event->provider != NULL ? event->provider->attribute : event->operation->group->name;
    return PyUnicode_FromFormat("%s.%s", group, event->operation->name);
}

PyObject *lfn_py_event_new(lfn_py_state *state, const lfn_event *event)
{
    static const char *const kinds[] = {[LFN_EVENT_REQUEST] = "request",
                                        [LFN_EVENT_RESPONSE] = "response",
                                        [LFN_EVENT_RETRY] = "retry",
                                        [LFN_EVENT_WAIT] = "wait",
                                        [LFN_EVENT_RECONCILE] = "reconcile"};
    bool known = event->operation != NULL;
    PyObject *values[] = {
        PyUnicode_FromString(kinds[event->kind]),
        PyLong_FromUnsignedLongLong(event->call),
        PyUnicode_FromString(lfn_method_name(event->method)),
        known ? event_operation(event) : Py_NewRef(Py_None),
        known ? event_path(event) : Py_NewRef(Py_None),
        PyLong_FromUnsignedLong(event->attempt),
        PyUnicode_FromString(lfn_status_get(event->status)->code),
        event->http_status != 0 ? PyLong_FromLong(event->http_status) : Py_NewRef(Py_None),
        PyFloat_FromDouble((double)event->ms / 1000.0),
    };
    return lfn_py_struct_new(state->event_type, values, sizeof values / sizeof *values);
}
