/* Arguments of a call into path members, query members and the JSON body, placed by the rows of the operation. What
 * comes out is C memory, so that the interpreter lock can go while a call runs. */
#include "write.h"

/* ---- members of path and query ---- */

static int add_argument(lfn_py_arguments *arguments, lfn_argument argument)
{
    if (arguments->count == arguments->capacity) {
        size_t capacity = arguments->capacity * 2 + 8;
        lfn_argument *list = PyMem_Realloc(arguments->list, capacity * sizeof *list);
        if (list == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        arguments->list = list;
        arguments->capacity = capacity;
    }
    arguments->list[arguments->count++] = argument;
    return 0;
}

/* Adds a copy of a value, of which only the size is known to stay for now. */
static int add_copy(lfn_py_state *state, lfn_py_arguments *arguments, const lfn_field *field, lfn_text value)
{
    lfn_buffer_append_text(&arguments->texts, value);
    if (lfn_py_written_check(state, &arguments->texts) < 0)
        return -1;
    return add_argument(arguments, (lfn_argument){lfn_text_of(field->name), lfn_text_make(NULL, value.size)});
}

static int add_made(lfn_py_writing *writer, lfn_py_arguments *arguments, const lfn_field *field, PyObject *text)
{
    lfn_text bytes;
    int done = text != NULL ? lfn_py_text(writer->state, text, field->name, &bytes) : -1;
    if (done == 0)
        done = add_copy(writer->state, arguments, field, bytes);
    Py_XDECREF(text);
    return done;
}

static int add_scalar(lfn_py_writing *writer, lfn_py_arguments *arguments, const lfn_field *field, PyObject *value)
{
    if (PyBool_Check(value))
        return add_copy(writer->state, arguments, field, lfn_text_of(value == Py_True ? "true" : "false"));
    if (PyUnicode_Check(value) || lfn_py_secret_check(writer->state, value))
        return add_made(writer, arguments, field, Py_NewRef(value));
    PyObject *number;
    if (lfn_py_number_text(writer, value, &number) < 0)
        return -1;
    if (number != NULL)
        return add_made(writer, arguments, field, number);
    int is_datetime = lfn_py_is_datetime(writer->state, value);
    if (is_datetime > 0)
        return add_made(writer, arguments, field, lfn_py_datetime_text(writer->state, value, writer->where));
    return is_datetime < 0
               ? -1
               : lfn_py_refuse_kind(writer, value, "a str, a number, a bool or a datetime: of an object its id");
}

/* A sequence gives the member several times. */
static int add_values(lfn_py_writing *writer, lfn_py_arguments *arguments, const lfn_field *field, PyObject *values)
{
    for (Py_ssize_t i = 0; i < PySequence_Size(values); i++) {
        PyObject *value = PySequence_GetItem(values, i);
        int done = value != NULL ? add_scalar(writer, arguments, field, value) : -1;
        Py_XDECREF(value);
        if (done < 0)
            return -1;
    }
    return 0;
}

/* ---- the arguments of a call ---- */

/* A member of path or query. None leaves one of a query out. A text that stands in the dict itself is not copied: it
 * lives as long as the dict, which the arguments hold. */
static int place_outside(lfn_py_writing *writer, const lfn_py_place *place, PyObject *arguments, PyObject *value,
                         lfn_py_arguments *out_arguments)
{
    lfn_text text;
    bool is_text = PyUnicode_Check(value) || lfn_py_secret_check(writer->state, value);
    if (place->kind == LFN_PY_IN_QUERY && value == Py_None)
        return 0;
    /* Of a text that is the only argument nothing can be refused here. */
    if (!is_text || PyDict_Size(arguments) > 1)
        lfn_py_where_name(writer, lfn_text_of(place->field->name));
    if (lfn_py_refuse_twice(writer, arguments, place->text, place->field->name) < 0)
        return -1;
    int done;
    if (is_text) {
        done = lfn_py_text(writer->state, value, place->field->name, &text);
        if (done == 0)
            done = add_argument(out_arguments, (lfn_argument){lfn_text_of(place->field->name), text});
    } else if (PyList_Check(value) || PyTuple_Check(value))
        done = add_values(writer, out_arguments, place->field, value);
    else
        done = add_scalar(writer, out_arguments, place->field, value);
    if (done == 0)
        lfn_py_where_cut(writer, 0);
    return done;
}

static int place_argument(lfn_py_writing *writer, const lfn_operation *operation, const lfn_provider *provider,
                          PyObject *key, PyObject *value, bool strict, lfn_py_arguments *out_arguments)
{
    lfn_py_place place;
    if (!PyUnicode_Check(key))
        return lfn_py_refuse_kind(writer, key, "a str as the name of an argument");
    if (lfn_py_place_find(writer->state, operation, provider, key, &place) < 0)
        return -1;
    if (place.kind == LFN_PY_IN_PATH || place.kind == LFN_PY_IN_QUERY)
        return place_outside(writer, &place, out_arguments->held, value, out_arguments);
    if (place.kind == LFN_PY_NOWHERE && (strict || !out_arguments->has_body)) {
        lfn_py_where_name(writer, place.text);
        lfn_py_place_refuse(writer->state, operation, provider, writer->where, key);
        return -1;
    }
    const lfn_schema *body = lfn_operation_body(operation, provider);
    return lfn_py_member_write(writer, out_arguments->held, key, value, body, false);
}

/* Copied texts move while they grow, and find their places at the end. */
static void settle_texts(lfn_py_arguments *arguments)
{
    const char *at = lfn_buffer_text(&arguments->texts).data;
    for (size_t i = 0; i < arguments->count; i++) {
        if (arguments->list[i].value.data != NULL)
            continue;
        arguments->list[i].value.data = at;
        at += arguments->list[i].value.size;
    }
}

int lfn_py_arguments_read(lfn_py_state *state, const lfn_operation *operation, const lfn_provider *provider,
                          PyObject *arguments, bool strict, lfn_py_arguments *out_arguments)
{
    *out_arguments =
        (lfn_py_arguments){.held = Py_NewRef(arguments), .has_body = lfn_operation_body(operation, provider) != NULL};
    lfn_buffer_init(&out_arguments->texts, LFN_PY_BODY_CEILING);
    lfn_buffer_init(&out_arguments->body, LFN_PY_BODY_CEILING);
    lfn_py_writing writer; /* of its pointer only the beginning is ever read */
    writer.state = state;
    writer.json = (lfn_json_writer){.buffer = &out_arguments->body};
    writer.depth = 1;
    lfn_py_where_cut(&writer, 0);
    Py_ssize_t position = 0;
    PyObject *name = NULL;
    PyObject *value = NULL;
    int done = 0;
    if (out_arguments->has_body)
        lfn_json_write_begin_object(&writer.json);
    while (done == 0 && PyDict_Next(arguments, &position, &name, &value))
        done = place_argument(&writer, operation, provider, name, value, strict, out_arguments);
    if (out_arguments->has_body)
        lfn_json_write_end_object(&writer.json);
    if (done == 0)
        done = lfn_py_written_check(state, &out_arguments->body);
    settle_texts(out_arguments);
    return done;
}

void lfn_py_arguments_free(lfn_py_arguments *arguments)
{
    Py_CLEAR(arguments->held);
    PyMem_Free(arguments->list);
    lfn_buffer_free(&arguments->texts);
    lfn_buffer_free(&arguments->body);
}
