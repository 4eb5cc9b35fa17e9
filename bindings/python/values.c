/* Single values from Python into C: texts, bytes, file names, spans of time, times of day, headers. */
#include "state.h"

#include <math.h>
#include <stdio.h>

static int lone_surrogate(lfn_py_state *state, const char *name)
{
    /* The encoder's own exception would carry the text, which may be secret. */
    PyErr_Clear();
    lfn_py_raise_input(state, "", "%s holds half of a surrogate pair, which has no form in UTF-8.", name);
    return -1;
}

int lfn_py_refuse_type(const char *name, const char *wanted, PyObject *object)
{
    PyObject *kind = PyType_GetName(Py_TYPE(object));
    if (kind != NULL)
        PyErr_Format(PyExc_TypeError, "%s must be %s, not %U", name, wanted, kind);
    Py_XDECREF(kind);
    return -1;
}

/* The same for a value that another function could not read: where that raised a TypeError, this one takes its place.
 */
static int refuse_unread(const char *name, const char *wanted, PyObject *object)
{
    if (!PyErr_ExceptionMatches(PyExc_TypeError))
        return -1;
    PyErr_Clear();
    return lfn_py_refuse_type(name, wanted, object);
}

static int refuse_number(lfn_py_state *state, const char *name, const char *wanted)
{
    char where[64];
    (void)snprintf(where, sizeof where, "/%s", name);
    lfn_py_raise_input(state, where, "%s must be %s.", name, wanted);
    return -1;
}

int lfn_py_text(lfn_py_state *state, PyObject *object, const char *name, lfn_text *out_text)
{
    *out_text = lfn_text_make(NULL, 0);
    if (object == NULL || object == Py_None)
        return 0;
    if (lfn_py_secret_check(state, object)) {
        *out_text = lfn_py_secret_text(object);
        return 0;
    }
    if (!PyUnicode_Check(object))
        return lfn_py_refuse_type(name, "str", object);
    Py_ssize_t size = 0;
    const char *data = PyUnicode_AsUTF8AndSize(object, &size);
    if (data == NULL)
        return PyErr_ExceptionMatches(PyExc_UnicodeError) ? lone_surrogate(state, name) : -1;
    *out_text = lfn_text_make(data, (size_t)size);
    return 0;
}

int lfn_py_text_needed(lfn_py_state *state, PyObject *object, const char *name, lfn_text *out_text)
{
    if (object == Py_None) {
        PyErr_Format(PyExc_TypeError, "%s must be str, not None", name);
        return -1;
    }
    return lfn_py_text(state, object, name, out_text);
}

int lfn_py_bytes(lfn_py_state *state, PyObject *object, const char *name, Py_buffer *view, lfn_text *out_text)
{
    *out_text = lfn_text_make(NULL, 0);
    if (object == NULL || object == Py_None)
        return 0;
    if (PyUnicode_Check(object))
        return lfn_py_text(state, object, name, out_text);
    if (PyObject_GetBuffer(object, view, PyBUF_SIMPLE) < 0)
        return -1;
    if (view->len > 0)
        *out_text = lfn_text_make(view->buf, (size_t)view->len);
    return 0;
}

bool lfn_py_is_mapping(PyObject *object)
{
    return PyDict_Check(object) || PyObject_HasAttrString(object, "keys");
}

int lfn_py_method(lfn_py_state *state, PyObject *object, lfn_method *out_method)
{
    lfn_text name;
    if (lfn_py_text_needed(state, object, "method", &name) < 0)
        return -1;
    if (lfn_method_find(name, out_method))
        return 0;
    lfn_py_raise_input(state, "", "The method must be GET, POST, PUT, PATCH or DELETE.");
    return -1;
}

int lfn_py_file(lfn_py_state *state, PyObject *object, const char *name, PyObject *keep, lfn_text *out_text)
{
    *out_text = lfn_text_make(NULL, 0);
    if (object == NULL || object == Py_None)
        return 0;
    PyObject *bytes = NULL;
    if (!PyUnicode_FSConverter(object, &bytes))
        return -1;
    int done = PyList_Append(keep, bytes);
    Py_DECREF(bytes);
    char *data = NULL;
    Py_ssize_t size = 0;
    if (done < 0 || PyBytes_AsStringAndSize(bytes, &data, &size) < 0)
        return -1;
    if (size == 0) {
        lfn_py_raise_input(state, "", "%s is empty: give the name of a file, or leave it out.", name);
        return -1;
    }
    *out_text = lfn_text_make(data, (size_t)size);
    return 0;
}

/* Other clients take a pair, of which the first is for the connection. */
static int refuse_seconds(const char *name, PyObject *object)
{
    if (!PyTuple_Check(object) && !PyList_Check(object))
        return refuse_unread(name, "a number of seconds", object);
    PyErr_Format(PyExc_TypeError,
                 "%s must be one number of seconds, as %s=5: that of a connection is an option of the client, "
                 "connect_timeout=3",
                 name, name);
    return -1;
}

int lfn_py_milliseconds(lfn_py_state *state, PyObject *object, const char *name, int64_t *out_ms)
{
    *out_ms = 0;
    if (object == NULL || object == Py_None)
        return 0;
    double seconds = PyFloat_AsDouble(object);
    if (seconds == -1.0 && PyErr_Occurred())
        return refuse_seconds(name, object);
    if (!(seconds > 0.0) || seconds > 1e9)
        return refuse_number(state, name, "a positive number of seconds");
    *out_ms = (int64_t)ceil(seconds * 1000.0);
    return 0;
}

int lfn_py_count(lfn_py_state *state, PyObject *object, const char *name, size_t *out_size)
{
    *out_size = 0;
    if (object == NULL || object == Py_None)
        return 0;
    Py_ssize_t size = PyNumber_AsSsize_t(object, PyExc_OverflowError);
    if (size == -1 && PyErr_Occurred())
        return refuse_unread(name, "an integer", object);
    if (size <= 0)
        return refuse_number(state, name, "a positive integer");
    *out_size = (size_t)size;
    return 0;
}

/* ---- times of day ---- */

/* datetime is looked up at the first value that may be one: importing the module stays cheap. */
static int find_datetime(lfn_py_state *state)
{
    if (state->utc != NULL)
        return 0;
    PyObject *module = PyImport_ImportModule("datetime");
    PyObject *zone = module != NULL ? PyObject_GetAttrString(module, "timezone") : NULL;
    PyObject *type = module != NULL ? PyObject_GetAttrString(module, "datetime") : NULL;
    PyObject *utc = zone != NULL ? PyObject_GetAttrString(zone, "utc") : NULL;
    Py_XDECREF(module);
    Py_XDECREF(zone);
    if (utc == NULL || type == NULL || state->utc != NULL) {
        Py_XDECREF(utc);
        Py_XDECREF(type);
        return state->utc != NULL ? 0 : -1;
    }
    state->datetime_type = type;
    state->utc = utc;
    return 0;
}

int lfn_py_is_datetime(lfn_py_state *state, PyObject *object)
{
    if (find_datetime(state) < 0)
        return -1;
    return PyObject_IsInstance(object, state->datetime_type);
}

static int check_aware(lfn_py_state *state, PyObject *object, const char *where)
{
    PyObject *offset = PyObject_CallMethod(object, "utcoffset", NULL);
    if (offset == NULL)
        return -1;
    bool aware = offset != Py_None;
    Py_DECREF(offset);
    if (aware)
        return 0;
    lfn_py_raise_input(state, where, "The datetime has no time zone: give it one, as tzinfo=datetime.timezone.utc.");
    return -1;
}

PyObject *lfn_py_datetime_text(lfn_py_state *state, PyObject *object, const char *where)
{
    if (check_aware(state, object, where) < 0)
        return NULL;
    PyObject *in_utc = PyObject_CallMethod(object, "astimezone", "O", state->utc);
    PyObject *iso = in_utc != NULL ? PyObject_CallMethod(in_utc, "isoformat", "ss", "T", "microseconds") : NULL;
    /* The offset of six letters at its end, +00:00, becomes Z. */
    PyObject *bare = iso != NULL ? PyUnicode_Substring(iso, 0, PyUnicode_GetLength(iso) - 6) : NULL;
    PyObject *text = bare != NULL ? PyUnicode_FromFormat("%UZ", bare) : NULL;
    Py_XDECREF(in_utc);
    Py_XDECREF(iso);
    Py_XDECREF(bare);
    return text;
}

/* Up to the year 9999, and as far back: the difference of any two times can be counted. */
#define SECONDS_MAX 253402300800

static int seconds_to_us(double seconds, int64_t *out_us)
{
    if (!(fabs(seconds) < (double)SECONDS_MAX)) {
        PyErr_SetString(PyExc_OverflowError, "the time is out of range");
        return -1;
    }
    *out_us = llround(seconds * 1e6);
    return 0;
}

int lfn_py_time_us(lfn_py_state *state, PyObject *object, int64_t *out_us)
{
    if (PyLong_Check(object)) {
        long long seconds = PyLong_AsLongLong(object);
        if (seconds == -1 && PyErr_Occurred())
            return -1;
        if (seconds >= SECONDS_MAX || seconds <= -SECONDS_MAX) {
            PyErr_SetString(PyExc_OverflowError, "the time is out of range");
            return -1;
        }
        *out_us = (int64_t)seconds * 1000000;
        return 0;
    }
    if (PyFloat_Check(object))
        return seconds_to_us(PyFloat_AsDouble(object), out_us);
    int is_datetime = lfn_py_is_datetime(state, object);
    if (is_datetime <= 0) {
        if (is_datetime == 0)
            lfn_py_refuse_type("a time", "int, float or datetime", object);
        return -1;
    }
    if (check_aware(state, object, "") < 0)
        return -1;
    PyObject *stamp = PyObject_CallMethod(object, "timestamp", NULL);
    if (stamp == NULL)
        return -1;
    double seconds = PyFloat_AsDouble(stamp);
    Py_DECREF(stamp);
    return seconds == -1.0 && PyErr_Occurred() ? -1 : seconds_to_us(seconds, out_us);
}

/* ---- headers ---- */

static int read_header(lfn_py_state *state, PyObject *pair, PyObject *keep, lfn_py_header_function add, void *context)
{
    int done = -1;
    PyObject *tuple = PySequence_Tuple(pair);
    if (tuple == NULL)
        return -1;
    lfn_text name;
    lfn_text value;
    if (PyList_Append(keep, tuple) < 0)
        goto done;
    if (PyTuple_Size(tuple) != 2) {
        PyErr_SetString(PyExc_TypeError, "a header must be a pair of str");
        goto done;
    }
    if (lfn_py_text_needed(state, PyTuple_GetItem(tuple, 0), "the name of a header", &name) < 0 ||
        lfn_py_text_needed(state, PyTuple_GetItem(tuple, 1), "the value of a header", &value) < 0)
        goto done;
    done = add(context, name, value);
done:
    Py_DECREF(tuple);
    return done;
}

int lfn_py_headers_read(lfn_py_state *state, PyObject *headers, PyObject *keep, lfn_py_header_function add,
                        void *context)
{
    if (headers == NULL || headers == Py_None)
        return 0;
    PyObject *pairs = PyDict_Check(headers) ? PyDict_Items(headers) : Py_NewRef(headers);
    PyObject *iterator = pairs != NULL ? PyObject_GetIter(pairs) : NULL;
    Py_XDECREF(pairs);
    if (iterator == NULL)
        return -1;
    PyObject *pair = NULL;
    int done = 0;
    while (done == 0 && (pair = PyIter_Next(iterator)) != NULL) {
        done = read_header(state, pair, keep, add, context);
        Py_DECREF(pair);
    }
    Py_DECREF(iterator);
    return done < 0 || PyErr_Occurred() ? -1 : 0;
}

/* One line "name: value" as a pair. */
static PyObject *header_pair(lfn_text line)
{
    const char *colon = memchr(line.data, ':', line.size);
    size_t name_size = colon != NULL ? (size_t)(colon - line.data) : line.size;
    size_t start = name_size < line.size ? name_size + 1 : line.size;
    while (start < line.size && line.data[start] == ' ')
        start++;
    return Py_BuildValue("(NN)", lfn_py_str(lfn_text_make(line.data, name_size)),
                         lfn_py_str(lfn_text_make(line.data + start, line.size - start)));
}

PyObject *lfn_py_headers_list(const lfn_response *response)
{
    PyObject *list = PyList_New(0);
    lfn_text rest = lfn_buffer_text(&response->headers);
    while (list != NULL && rest.size > 0) {
        const char *end = memchr(rest.data, '\n', rest.size);
        size_t size = end != NULL ? (size_t)(end - rest.data) : rest.size;
        list = lfn_py_append(list, header_pair(lfn_text_make(rest.data, size)));
        size_t taken = size < rest.size ? size + 1 : size;
        rest = lfn_text_make(rest.data + taken, rest.size - taken);
    }
    return list;
}
