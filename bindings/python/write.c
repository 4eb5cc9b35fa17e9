/* Any Python value into JSON, in C memory. The arguments of a call have a file of their own, arguments.c. */
#include "write.h"

#include <math.h>

/* ---- the JSON pointer ---- */

void lfn_py_where_name(lfn_py_writing *writer, lfn_text name)
{
    lfn_pointer_append(writer->where, sizeof writer->where, name);
    writer->where_size = strlen(writer->where);
}

static void where_index(lfn_py_writing *writer, Py_ssize_t index)
{
    char digits[24];
    PyOS_snprintf(digits, sizeof digits, "%zd", index);
    lfn_py_where_name(writer, lfn_text_of(digits));
}

void lfn_py_where_cut(lfn_py_writing *writer, size_t size)
{
    writer->where_size = size;
    writer->where[size] = '\0';
}

/* ---- scalars ---- */

/* The text of a scalar that stands bare in a query and quoted or not in JSON; *out_text is a new str, or NULL when the
 * value is none of these. */
int lfn_py_number_text(lfn_py_writing *writer, PyObject *value, PyObject **out_text)
{
    *out_text = NULL;
    if (PyLong_Check(value)) {
        *out_text = PyNumber_ToBase(value, 10);
        if (*out_text == NULL && PyErr_ExceptionMatches(PyExc_ValueError)) {
            PyErr_Clear();
            lfn_py_raise_input(writer->state, writer->where, "The integer has too many digits.");
        }
        return *out_text != NULL ? 0 : -1;
    }
    if (!PyFloat_Check(value))
        return 0;
    double number = PyFloat_AsDouble(value);
    if (!isfinite(number)) {
        lfn_py_raise_input(writer->state, writer->where, "JSON has no form for a number that is not finite.");
        return -1;
    }
    char *digits = PyOS_double_to_string(number, 'r', 0, Py_DTSF_ADD_DOT_0, NULL);
    if (digits == NULL)
        return -1;
    *out_text = PyUnicode_FromString(digits);
    PyMem_Free(digits);
    return *out_text != NULL ? 0 : -1;
}

int lfn_py_refuse_kind(lfn_py_writing *writer, PyObject *value, const char *wanted)
{
    PyObject *name = PyType_GetName(Py_TYPE(value));
    const char *kind = name != NULL ? PyUnicode_AsUTF8AndSize(name, NULL) : NULL;
    if (kind != NULL)
        lfn_py_raise_input(writer->state, writer->where, "A value of type %s was given; wanted is %s.", kind, wanted);
    Py_XDECREF(name);
    return -1;
}

static int write_value(lfn_py_writing *writer, PyObject *value, const lfn_field *field, const lfn_schema *schema,
                       bool keyed_by_word);

static int write_text(lfn_py_writing *writer, PyObject *value)
{
    lfn_text text;
    if (lfn_py_text(writer->state, value, "the text", &text) < 0)
        return -1;
    lfn_json_write_string(&writer->json, text);
    return 0;
}

static int write_boolean(lfn_py_writing *writer, bool value, const lfn_field *field)
{
    /* A lenient boolean is sent as a word. */
    if (field != NULL && (field->marks & LFN_LENIENT) != 0)
        lfn_json_write_string(&writer->json, lfn_text_of(value ? "true" : "false"));
    else
        lfn_json_write_boolean(&writer->json, value);
    return 0;
}

/* Writes a new str as a string or as a literal, and lets go of it. */
static int write_made(lfn_py_writing *writer, PyObject *text, bool literal)
{
    lfn_text bytes;
    int done = text != NULL ? lfn_py_text(writer->state, text, "the text", &bytes) : -1;
    if (done == 0 && literal)
        lfn_json_write_literal(&writer->json, bytes);
    else if (done == 0)
        lfn_json_write_string(&writer->json, bytes);
    Py_XDECREF(text);
    return done;
}

/* ---- containers ---- */

static int write_list(lfn_py_writing *writer, PyObject *list, const lfn_schema *schema)
{
    size_t where_size = writer->where_size;
    lfn_json_write_begin_array(&writer->json);
    /* The length is asked again each time: converting an entry may run code that changes the list. */
    for (Py_ssize_t i = 0; i < PySequence_Size(list); i++) {
        PyObject *entry = PySequence_GetItem(list, i);
        if (entry == NULL)
            return -1;
        where_index(writer, i);
        int done = write_value(writer, entry, NULL, schema, false);
        lfn_py_where_cut(writer, where_size);
        Py_DECREF(entry);
        if (done < 0)
            return -1;
    }
    lfn_json_write_end_array(&writer->json);
    return 0;
}

/* The same member under its wire name and its snake_case name would stand twice in the text. */
int lfn_py_refuse_twice(lfn_py_writing *writer, PyObject *object, lfn_text given, const char *wire_name)
{
    if (PyDict_Size(object) == 1 || (given.size == strlen(wire_name) && memcmp(given.data, wire_name, given.size) == 0))
        return 0;
    PyObject *other = PyUnicode_FromString(wire_name);
    int twice = other != NULL ? PyDict_Contains(object, other) : -1;
    Py_XDECREF(other);
    if (twice > 0)
        lfn_py_raise_input(writer->state, writer->where, "The member is given twice, as %.*s and as %s.",
                           (int)given.size, given.data, wire_name);
    return twice == 0 ? 0 : -1;
}

/* The schema of the value of a member. The link to a credential has a form of its own in a request. */
static const lfn_schema *schema_below(const lfn_field *field)
{
    if (field == NULL)
        return NULL;
    return lfn_schema_get(field->type == LFN_TYPE_LINK ? LFN_SCHEMA_CREDENTIAL_LINK : field->of);
}

/* Writes name and value; `object` is the dict that they stand in. */
int lfn_py_member_write(lfn_py_writing *writer, PyObject *object, PyObject *key, PyObject *value,
                        const lfn_schema *schema, bool keyed_by_word)
{
    lfn_text name;
    if (!PyUnicode_Check(key))
        return lfn_py_refuse_kind(writer, key, "a str as the name of a member");
    if (lfn_py_text(writer->state, key, "the name of a member", &name) < 0)
        return -1;
    const lfn_field *field = keyed_by_word ? NULL : lfn_schema_find_any(schema, name);
    lfn_text wire_name = field != NULL ? lfn_text_of(field->name) : name;
    size_t where_size = writer->where_size;
    lfn_py_where_name(writer, wire_name);
    if (field != NULL && lfn_py_refuse_twice(writer, object, name, field->name) < 0)
        return -1;
    lfn_json_write_key(&writer->json, wire_name);
    int done = write_value(writer, value, field, keyed_by_word ? schema : schema_below(field),
                           field != NULL && field->type == LFN_TYPE_RESOURCES);
    lfn_py_where_cut(writer, where_size);
    return done;
}

static int write_object(lfn_py_writing *writer, PyObject *object, const lfn_schema *schema, bool keyed_by_word)
{
    PyObject *items = PyDict_Items(object);
    if (items == NULL)
        return -1;
    int done = 0;
    lfn_json_write_begin_object(&writer->json);
    for (Py_ssize_t i = 0; done == 0 && i < PyList_Size(items); i++) {
        PyObject *item = PyList_GetItem(items, i);
        done = lfn_py_member_write(writer, object, PyTuple_GetItem(item, 0), PyTuple_GetItem(item, 1), schema,
                                   keyed_by_word);
    }
    lfn_json_write_end_object(&writer->json);
    Py_DECREF(items);
    return done;
}

/* Any other mapping is taken as the dict of its items. */
static int write_mapping(lfn_py_writing *writer, PyObject *mapping, const lfn_schema *schema, bool keyed_by_word)
{
    PyObject *dict = PyDict_New();
    int done = dict != NULL ? PyDict_Update(dict, mapping) : -1;
    if (done == 0)
        done = write_object(writer, dict, schema, keyed_by_word);
    Py_XDECREF(dict);
    return done;
}

static int write_container(lfn_py_writing *writer, PyObject *value, const lfn_schema *schema, bool keyed_by_word)
{
    if (PyList_Check(value) || PyTuple_Check(value))
        return write_list(writer, value, schema);
    if (PyDict_Check(value))
        return write_object(writer, value, schema, keyed_by_word);
    if (PyObject_HasAttrString(value, "keys"))
        return write_mapping(writer, value, schema, keyed_by_word);
    return lfn_py_refuse_kind(writer, value, "str, Secret, bool, int, float, None, datetime, dict, list or tuple");
}

static int write_value(lfn_py_writing *writer, PyObject *value, const lfn_field *field, const lfn_schema *schema,
                       bool keyed_by_word)
{
    if (value == Py_None) {
        lfn_json_write_null(&writer->json);
        return 0;
    }
    if (PyBool_Check(value))
        return write_boolean(writer, value == Py_True, field);
    if (PyUnicode_Check(value) || lfn_py_secret_check(writer->state, value))
        return write_text(writer, value);
    PyObject *number;
    if (lfn_py_number_text(writer, value, &number) < 0)
        return -1;
    if (number != NULL)
        return write_made(writer, number, true);
    int is_datetime = lfn_py_is_datetime(writer->state, value);
    if (is_datetime != 0)
        return is_datetime > 0 ? write_made(writer, lfn_py_datetime_text(writer->state, value, writer->where), false)
                               : -1;
    /* This also ends a value that holds itself. */
    if (writer->depth == LFN_JSON_DEPTH) {
        lfn_py_raise_input(writer->state, "", "The value is nested deeper than %d.", (int)LFN_JSON_DEPTH);
        return -1;
    }
    writer->depth++;
    int done = write_container(writer, value, schema, keyed_by_word);
    writer->depth--;
    return done;
}

int lfn_py_written_check(lfn_py_state *state, const lfn_buffer *buffer)
{
    if (!buffer->failed)
        return 0;
    lfn_py_raise_input(state, "", "The arguments are over %d bytes, or memory is out.", (int)LFN_PY_BODY_CEILING);
    return -1;
}

int lfn_py_json_write(lfn_py_state *state, PyObject *value, const lfn_schema *schema, lfn_buffer *out_json)
{
    lfn_py_writing writer = {.state = state, .json = {.buffer = out_json}};
    if (write_value(&writer, value, NULL, schema, false) < 0)
        return -1;
    return lfn_py_written_check(state, out_json);
}
