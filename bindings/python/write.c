/* Arguments of a call into path members, query members and the JSON body, placed by the rows of the operation; and any
 * Python value into JSON. What comes out is C memory, so that the interpreter lock can go while a call runs. */
#include "state.h"

#include <math.h>

/* Where the writing is: the buffer, the depth, and the JSON pointer of the value for messages. */
typedef struct writing {
    lfn_py_state *state;
    lfn_json_writer json;
    size_t depth;
    char where[sizeof((lfn_error *)NULL)->where];
    size_t where_size;
} writing;

/* ---- the JSON pointer ---- */

static void where_name(writing *writer, lfn_text name)
{
    lfn_pointer_append(writer->where, sizeof writer->where, name);
    writer->where_size = strlen(writer->where);
}

static void where_index(writing *writer, Py_ssize_t index)
{
    char digits[24];
    PyOS_snprintf(digits, sizeof digits, "%zd", index);
    where_name(writer, lfn_text_of(digits));
}

static void where_cut(writing *writer, size_t size)
{
    writer->where_size = size;
    writer->where[size] = '\0';
}

/* ---- scalars ---- */

/* The text of a scalar that stands bare in a query and quoted or not in JSON; *out_text is a new str, or NULL when the
 * value is none of these. */
static int number_text(writing *writer, PyObject *value, PyObject **out_text)
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

static int refuse_kind(writing *writer, PyObject *value, const char *wanted)
{
    PyObject *name = PyType_GetName(Py_TYPE(value));
    const char *kind = name != NULL ? PyUnicode_AsUTF8AndSize(name, NULL) : NULL;
    if (kind != NULL)
        lfn_py_raise_input(writer->state, writer->where, "A value of type %s was given; wanted is %s.", kind, wanted);
    Py_XDECREF(name);
    return -1;
}

static int write_value(writing *writer, PyObject *value, const lfn_field *field, const lfn_schema *schema,
                       bool keyed_by_word);

static int write_text(writing *writer, PyObject *value)
{
    lfn_text text;
    if (lfn_py_text(writer->state, value, "the text", &text) < 0)
        return -1;
    lfn_json_write_string(&writer->json, text);
    return 0;
}

static int write_boolean(writing *writer, bool value, const lfn_field *field)
{
    /* A lenient boolean is sent as a word. */
    if (field != NULL && (field->marks & LFN_LENIENT) != 0)
        lfn_json_write_string(&writer->json, lfn_text_of(value ? "true" : "false"));
    else
        lfn_json_write_boolean(&writer->json, value);
    return 0;
}

/* Writes a new str as a string or as a literal, and lets go of it. */
static int write_made(writing *writer, PyObject *text, bool literal)
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

static int write_list(writing *writer, PyObject *list, const lfn_schema *schema)
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
        where_cut(writer, where_size);
        Py_DECREF(entry);
        if (done < 0)
            return -1;
    }
    lfn_json_write_end_array(&writer->json);
    return 0;
}

/* The same member under its wire name and its snake_case name would stand twice in the text. */
static int refuse_twice(writing *writer, PyObject *object, lfn_text given, const char *wire_name)
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
static int write_member(writing *writer, PyObject *object, PyObject *key, PyObject *value, const lfn_schema *schema,
                        bool keyed_by_word)
{
    lfn_text name;
    if (!PyUnicode_Check(key))
        return refuse_kind(writer, key, "a str as the name of a member");
    if (lfn_py_text(writer->state, key, "the name of a member", &name) < 0)
        return -1;
    const lfn_field *field = keyed_by_word ? NULL : lfn_schema_find_any(schema, name);
    lfn_text wire_name = field != NULL ? lfn_text_of(field->name) : name;
    size_t where_size = writer->where_size;
    where_name(writer, wire_name);
    if (field != NULL && refuse_twice(writer, object, name, field->name) < 0)
        return -1;
    lfn_json_write_key(&writer->json, wire_name);
    int done = write_value(writer, value, field, keyed_by_word ? schema : schema_below(field),
                           field != NULL && field->type == LFN_TYPE_RESOURCES);
    where_cut(writer, where_size);
    return done;
}

static int write_object(writing *writer, PyObject *object, const lfn_schema *schema, bool keyed_by_word)
{
    PyObject *items = PyDict_Items(object);
    if (items == NULL)
        return -1;
    int done = 0;
    lfn_json_write_begin_object(&writer->json);
    for (Py_ssize_t i = 0; done == 0 && i < PyList_Size(items); i++) {
        PyObject *item = PyList_GetItem(items, i);
        done = write_member(writer, object, PyTuple_GetItem(item, 0), PyTuple_GetItem(item, 1), schema, keyed_by_word);
    }
    lfn_json_write_end_object(&writer->json);
    Py_DECREF(items);
    return done;
}

/* Any other mapping is taken as the dict of its items. */
static int write_mapping(writing *writer, PyObject *mapping, const lfn_schema *schema, bool keyed_by_word)
{
    PyObject *dict = PyDict_New();
    int done = dict != NULL ? PyDict_Update(dict, mapping) : -1;
    if (done == 0)
        done = write_object(writer, dict, schema, keyed_by_word);
    Py_XDECREF(dict);
    return done;
}

static int write_container(writing *writer, PyObject *value, const lfn_schema *schema, bool keyed_by_word)
{
    if (PyList_Check(value) || PyTuple_Check(value))
        return write_list(writer, value, schema);
    if (PyDict_Check(value))
        return write_object(writer, value, schema, keyed_by_word);
    if (PyObject_HasAttrString(value, "keys"))
        return write_mapping(writer, value, schema, keyed_by_word);
    return refuse_kind(writer, value, "str, Secret, bool, int, float, None, datetime, dict, list or tuple");
}

static int write_value(writing *writer, PyObject *value, const lfn_field *field, const lfn_schema *schema,
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
    if (number_text(writer, value, &number) < 0)
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

static int check_written(lfn_py_state *state, const lfn_buffer *buffer)
{
    if (!buffer->failed)
        return 0;
    lfn_py_raise_input(state, "", "The arguments are over %d bytes, or memory is out.", (int)LFN_PY_BODY_CEILING);
    return -1;
}

int lfn_py_json_write(lfn_py_state *state, PyObject *value, const lfn_schema *schema, lfn_buffer *out_json)
{
    writing writer = {.state = state, .json = {.buffer = out_json}};
    if (write_value(&writer, value, NULL, schema, false) < 0)
        return -1;
    return check_written(state, out_json);
}

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
    if (check_written(state, &arguments->texts) < 0)
        return -1;
    return add_argument(arguments, (lfn_argument){lfn_text_of(field->name), lfn_text_make(NULL, value.size)});
}

static int add_made(writing *writer, lfn_py_arguments *arguments, const lfn_field *field, PyObject *text)
{
    lfn_text bytes;
    int done = text != NULL ? lfn_py_text(writer->state, text, field->name, &bytes) : -1;
    if (done == 0)
        done = add_copy(writer->state, arguments, field, bytes);
    Py_XDECREF(text);
    return done;
}

static int add_scalar(writing *writer, lfn_py_arguments *arguments, const lfn_field *field, PyObject *value)
{
    if (PyBool_Check(value))
        return add_copy(writer->state, arguments, field, lfn_text_of(value == Py_True ? "true" : "false"));
    if (PyUnicode_Check(value) || lfn_py_secret_check(writer->state, value))
        return add_made(writer, arguments, field, Py_NewRef(value));
    PyObject *number;
    if (number_text(writer, value, &number) < 0)
        return -1;
    if (number != NULL)
        return add_made(writer, arguments, field, number);
    int is_datetime = lfn_py_is_datetime(writer->state, value);
    if (is_datetime > 0)
        return add_made(writer, arguments, field, lfn_py_datetime_text(writer->state, value, writer->where));
    return is_datetime < 0 ? -1
                           : refuse_kind(writer, value, "a str, a number, a bool or a datetime: of an object its id");
}

/* A sequence gives the member several times. */
static int add_values(writing *writer, lfn_py_arguments *arguments, const lfn_field *field, PyObject *values)
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
static int place_outside(writing *writer, const lfn_py_place *place, PyObject *arguments, PyObject *value,
                         lfn_py_arguments *out_arguments)
{
    lfn_text text;
    bool is_text = PyUnicode_Check(value) || lfn_py_secret_check(writer->state, value);
    if (place->kind == LFN_PY_IN_QUERY && value == Py_None)
        return 0;
    /* Of a text that is the only argument nothing can be refused here. */
    if (!is_text || PyDict_Size(arguments) > 1)
        where_name(writer, lfn_text_of(place->field->name));
    if (refuse_twice(writer, arguments, place->text, place->field->name) < 0)
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
        where_cut(writer, 0);
    return done;
}

static int place_argument(writing *writer, const lfn_operation *operation, const lfn_provider *provider, PyObject *key,
                          PyObject *value, bool strict, lfn_py_arguments *out_arguments)
{
    lfn_py_place place;
    if (!PyUnicode_Check(key))
        return refuse_kind(writer, key, "a str as the name of an argument");
    if (lfn_py_place_find(writer->state, operation, provider, key, &place) < 0)
        return -1;
    if (place.kind == LFN_PY_IN_PATH || place.kind == LFN_PY_IN_QUERY)
        return place_outside(writer, &place, out_arguments->held, value, out_arguments);
    if (place.kind == LFN_PY_NOWHERE && (strict || !out_arguments->has_body)) {
        where_name(writer, place.text);
        lfn_py_place_refuse(writer->state, operation, provider, writer->where, key);
        return -1;
    }
    const lfn_schema *body = lfn_operation_body(operation, provider);
    return write_member(writer, out_arguments->held, key, value, body, false);
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
    writing writer; /* of its pointer only the beginning is ever read */
    writer.state = state;
    writer.json = (lfn_json_writer){.buffer = &out_arguments->body};
    writer.depth = 1;
    where_cut(&writer, 0);
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
        done = check_written(state, &out_arguments->body);
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
