/* The builder that makes Python values straight from JSON text: what is secret becomes a Secret before anybody can see
 * it. Driven by the library's one strict reader. */
#include "state.h"

/* An open list or object. */
typedef struct level {
    PyObject *container;
    const lfn_schema *schema; /* of the object's members, of a list's objects; NULL where nothing is known */
    bool keyed_by_word;       /* the members of the object are all of the schema, whatever their names */
    bool secret;              /* everything below is secret */

    PyObject *key; /* of the member that comes next, with its marks */
    const lfn_schema *member_schema;
    bool member_keyed_by_word;
    bool member_secret;
} level;

typedef struct building {
    lfn_py_state *state;
    const lfn_schema *schema;
    const char *items; /* the member of the document that holds a list of the schema; NULL: the document is of it */
    PyObject *root;
    size_t depth;
    level levels[LFN_JSON_DEPTH + 1];
} building;

/* ---- names ---- */

static uint32_t hash_of(lfn_text text)
{
    uint32_t hash = UINT32_C(2166136261);
    for (size_t i = 0; i < text.size; i++)
        hash = (hash ^ (unsigned char)text.data[i]) * UINT32_C(16777619);
    return hash ^ hash >> 15;
}

static bool is_text(PyObject *object, lfn_text text)
{
    Py_ssize_t size = 0;
    const char *data = PyUnicode_AsUTF8AndSize(object, &size);
    if (data == NULL)
        PyErr_Clear();
    return data != NULL && (size_t)size == text.size && memcmp(data, text.data, text.size) == 0;
}

/* Answers name the same members again and again: one str serves them all. The store has a fixed size. */
static PyObject *key_of(lfn_py_state *state, lfn_text name)
{
    if (name.size > 64)
        return PyUnicode_FromStringAndSize(name.data, (Py_ssize_t)name.size);
    PyObject **kept = &state->keys[hash_of(name) % LFN_PY_KEYS];
    if (*kept != NULL && is_text(*kept, name))
        return Py_NewRef(*kept);
    PyObject *key = PyUnicode_FromStringAndSize(name.data, (Py_ssize_t)name.size);
    if (key == NULL)
        return NULL;
    PyObject *before = *kept;
    *kept = Py_NewRef(key);
    Py_XDECREF(before);
    return key;
}

/* ---- placing ---- */

static bool is_secret(const building *build)
{
    if (build->depth == 0)
        return false;
    const level *top = &build->levels[build->depth - 1];
    return top->secret || (top->key != NULL && top->member_secret);
}

/* Puts a value where the text has it and lets go of it. False, with an exception, when it is NULL. */
static bool place(building *build, PyObject *value)
{
    if (value == NULL)
        return false;
    if (build->depth == 0) {
        build->root = value;
        return true;
    }
    level *top = &build->levels[build->depth - 1];
    int done =
        top->key != NULL ? PyDict_SetItem(top->container, top->key, value) : PyList_Append(top->container, value);
    Py_CLEAR(top->key);
    Py_DECREF(value);
    return done == 0;
}

static bool build_null(void *context)
{
    return place(context, Py_NewRef(Py_None));
}

static bool build_boolean(void *context, bool value)
{
    return place(context, PyBool_FromLong(value));
}

static bool build_string(void *context, lfn_text value)
{
    building *build = context;
    if (is_secret(build))
        return place(build, lfn_py_secret_new(build->state, value));
    return place(build, PyUnicode_FromStringAndSize(value.data, (Py_ssize_t)value.size));
}

static bool build_integer(void *context, int64_t value)
{
    building *build = context;
    if (!is_secret(build))
        return place(build, PyLong_FromLongLong(value));
    char literal[24];
    PyOS_snprintf(literal, sizeof literal, "%lld", (long long)value);
    return place(build, lfn_py_secret_new(build->state, lfn_text_of(literal)));
}

static bool is_whole(lfn_text literal)
{
    return memchr(literal.data, '.', literal.size) == NULL && memchr(literal.data, 'e', literal.size) == NULL &&
           memchr(literal.data, 'E', literal.size) == NULL;
}

/* An integer of any size stays exact, up to what the interpreter is willing to convert. */
static PyObject *integer_of(lfn_py_state *state, PyObject *text)
{
    PyObject *number = PyNumber_Long(text);
    if (number != NULL || !PyErr_ExceptionMatches(PyExc_ValueError))
        return number;
    PyErr_Clear();
    lfn_error error;
    lfn_error_set(&error, LFN_PROTOCOL, "The answer holds an integer of too many digits.");
    return lfn_py_raise(state, &error);
}

static bool build_number(void *context, lfn_text literal)
{
    building *build = context;
    if (is_secret(build))
        return place(build, lfn_py_secret_new(build->state, literal));
    PyObject *text = PyUnicode_FromStringAndSize(literal.data, (Py_ssize_t)literal.size);
    PyObject *number = NULL;
    if (text != NULL)
        number = is_whole(literal) ? integer_of(build->state, text) : PyFloat_FromString(text);
    Py_XDECREF(text);
    return place(build, number);
}

/* ---- levels ---- */

static bool open_level(building *build, PyObject *container)
{
    if (container == NULL)
        return false;
    if (build->depth > LFN_JSON_DEPTH) {
        Py_DECREF(container);
        PyErr_SetString(PyExc_RecursionError, "the answer is nested too deeply");
        return false;
    }
    level next = {.container = container, .schema = build->schema};
    if (build->depth > 0) {
        const level *top = &build->levels[build->depth - 1];
        bool member = top->key != NULL;
        next.schema = member ? top->member_schema : top->schema;
        next.keyed_by_word = member ? top->member_keyed_by_word : top->keyed_by_word;
        next.secret = is_secret(build);
    }
    build->levels[build->depth++] = next;
    return true;
}

static bool close_level(void *context)
{
    building *build = context;
    PyObject *container = build->levels[--build->depth].container;
    return place(build, container);
}

static bool object_begin(void *context)
{
    return open_level(context, PyDict_New());
}

static bool array_begin(void *context)
{
    return open_level(context, PyList_New(0));
}

static bool is_named(lfn_text name, const char *wanted)
{
    return name.size == strlen(wanted) && memcmp(name.data, wanted, name.size) == 0;
}

static bool build_key(void *context, lfn_text name)
{
    building *build = context;
    level *top = &build->levels[build->depth - 1];
    top->key = key_of(build->state, name);
    if (top->keyed_by_word) {
        top->member_schema = top->schema;
        top->member_keyed_by_word = false;
        top->member_secret = false;
        return top->key != NULL;
    }
    if (build->items != NULL && build->depth == 1) {
        top->member_schema = is_named(name, build->items) ? build->schema : NULL;
        top->member_secret = lfn_name_secret(name);
        return top->key != NULL;
    }
    const lfn_field *field = lfn_schema_find(top->schema, name);
    top->member_schema = field != NULL ? lfn_schema_get(field->of) : NULL;
    top->member_keyed_by_word = field != NULL && field->type == LFN_TYPE_RESOURCES;
    top->member_secret = field != NULL ? (field->marks & LFN_SECRET) != 0 : lfn_name_secret(name);
    return top->key != NULL;
}

static const lfn_json_builder builder = {
    .null = build_null,
    .boolean = build_boolean,
    .integer = build_integer,
    .number = build_number,
    .string = build_string,
    .object_begin = object_begin,
    .key = build_key,
    .object_end = close_level,
    .array_begin = array_begin,
    .array_end = close_level,
};

static void drop(building *build)
{
    while (build->depth > 0) {
        level *top = &build->levels[--build->depth];
        Py_CLEAR(top->container);
        Py_CLEAR(top->key);
    }
    Py_CLEAR(build->root);
}

static PyObject *run(building *build, lfn_text json)
{
    lfn_error error;
    lfn_status status = lfn_json_read(json, &builder, build, &error);
    if (status == LFN_OK)
        return build->root;
    drop(build);
    if (status == LFN_CLOSED && PyErr_Occurred())
        return NULL;
    PyErr_Clear();
    return lfn_py_raise(build->state, &error);
}

PyObject *lfn_py_json_build(lfn_py_state *state, lfn_text json, const lfn_schema *schema)
{
    building build = {.state = state, .schema = schema};
    return run(&build, json);
}

PyObject *lfn_py_json_build_items(lfn_py_state *state, lfn_text json, const char *items, const lfn_schema *schema)
{
    building build = {.state = state, .schema = schema, .items = items};
    PyObject *root = run(&build, json);
    PyObject *list = root != NULL ? PyMapping_GetItemString(root, items) : NULL;
    Py_XDECREF(root);
    return list;
}
