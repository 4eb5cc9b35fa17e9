/* The builder that makes Python values straight from JSON text: what is secret becomes a Secret before anybody can see
 * it. Driven by the library's one strict reader. */
#include "state.h"

/* An open list or object. */
typedef struct level {
    PyObject *container;
    PyObject *key; /* of the member that comes next; NULL in a list */
    bool list;
    lfn_py_member all;    /* what is known about the container, */
    lfn_py_member member; /* and about the value that comes next */
} level;

typedef struct building {
    lfn_py_state *state;
    const lfn_schema *schema;
    const char *items; /* the member of the document that holds a list of the schema; NULL: the document is of it */
    PyObject *root;
    level *top; /* the innermost container; NULL outside of all */
    level levels[LFN_JSON_DEPTH];
} building;

/* ---- names ---- */

static bool holds(const lfn_py_key *key, lfn_text name, uint64_t head, uint64_t tail)
{
    return key->head == head && key->tail == tail && key->size == name.size && key->text != NULL &&
           (name.size <= 16 || memcmp(key->bytes, name.data, name.size) == 0);
}

/* Puts a name in the place of another. NULL with an exception. */
static lfn_py_key *keep(lfn_py_key *key, lfn_text name, uint64_t head, uint64_t tail)
{
    Py_ssize_t size = 0;
    PyObject *text = PyUnicode_FromStringAndSize(name.data, (Py_ssize_t)name.size);
    const char *bytes = text != NULL ? PyUnicode_AsUTF8AndSize(text, &size) : NULL;
    if (bytes == NULL) {
        Py_XDECREF(text);
        return NULL;
    }
    PyObject *before = key->text;
    *key = (lfn_py_key){text, bytes, name.size, head, tail, lfn_name_secret(name), NULL, {NULL, false, false}};
    Py_XDECREF(before);
    return key;
}

/* Answers name the same members again and again: one str serves them all, and what it means is looked up once. The
 * store has a fixed size; a name has two places in it, and takes the first when others are in both. */
static lfn_py_key *key_of(lfn_py_state *state, lfn_text name)
{
    uint64_t head, tail;
    size_t place = lfn_name_ends(name, &head, &tail) & (LFN_PY_KEYS - 1);
    lfn_py_key *first = &state->keys[place], *second = &state->keys[place ^ 1];
    if (holds(first, name, head, tail))
        return first;
    if (holds(second, name, head, tail))
        return second;
    return keep(first->text != NULL && second->text == NULL ? second : first, name, head, tail);
}

/* What a member of this name is in an object of the schema. */
static lfn_py_member member_of(lfn_py_key *key, const lfn_schema *schema)
{
    if (schema == NULL)
        return (lfn_py_member){.secret = key->secret};
    if (key->schema == schema)
        return key->member;
    const lfn_field *field = lfn_schema_find(schema, lfn_text_make(key->bytes, key->size));
    lfn_py_member member = {.secret = key->secret};
    if (field != NULL)
        member = (lfn_py_member){lfn_schema_get(field->of), field->type == LFN_TYPE_RESOURCES,
                                 (field->marks & LFN_SECRET) != 0};
    key->schema = schema;
    key->member = member;
    return member;
}

/* ---- placing ---- */

static bool is_secret(const building *build)
{
    return build->top != NULL && build->top->member.secret;
}

/* Puts a value where the text has it and lets go of it. False, with an exception, when it is NULL. */
static bool place(building *build, PyObject *value)
{
    level *top = build->top;
    if (value == NULL)
        return false;
    if (top == NULL) {
        build->root = value;
        return true;
    }
    int done = top->list ? PyList_Append(top->container, value) : PyDict_SetItem(top->container, top->key, value);
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

/* The reader sees to it that no more are open than there is room for. */
static bool open_level(building *build, PyObject *container, bool list)
{
    level *next = build->top != NULL ? build->top + 1 : build->levels;
    if (container == NULL)
        return false;
    lfn_py_member all = {.schema = build->schema};
    if (build->top != NULL)
        all = build->top->member;
    next->container = container;
    next->key = NULL;
    next->list = list;
    next->all = all;
    next->member = all;
    build->top = next;
    return true;
}

static bool close_level(void *context)
{
    building *build = context;
    PyObject *container = build->top->container;
    build->top = build->top > build->levels ? build->top - 1 : NULL;
    return place(build, container);
}

static bool object_begin(void *context)
{
    return open_level(context, PyDict_New(), false);
}

static bool array_begin(void *context)
{
    return open_level(context, PyList_New(0), true);
}

static bool is_named(lfn_text name, const char *wanted)
{
    return name.size == strlen(wanted) && memcmp(name.data, wanted, name.size) == 0;
}

static bool build_key(void *context, lfn_text name)
{
    building *build = context;
    level *top = build->top;
    lfn_py_key *key = key_of(build->state, name);
    if (key == NULL)
        return false;
    top->key = Py_NewRef(key->text);
    if (top->all.keyed_by_word)
        top->member = (lfn_py_member){.schema = top->all.schema};
    else if (build->items != NULL && top == build->levels)
        top->member =
            (lfn_py_member){.schema = is_named(name, build->items) ? build->schema : NULL, .secret = key->secret};
    else
        top->member = member_of(key, top->all.schema);
    top->member.secret = top->member.secret || top->all.secret;
    return true;
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
    for (level *open = build->levels; build->top != NULL && open <= build->top; open++) {
        Py_CLEAR(open->container);
        Py_CLEAR(open->key);
    }
    Py_CLEAR(build->root);
}

static PyObject *run(lfn_py_state *state, lfn_text json, const char *items, const lfn_schema *schema)
{
    lfn_error error;
    building build; /* the levels are set when they are opened */
    build.state = state;
    build.schema = schema;
    build.items = items;
    build.root = NULL;
    build.top = NULL;
    lfn_status status = lfn_json_read(json, &builder, &build, &error);
    if (status == LFN_OK)
        return build.root;
    drop(&build);
    if (status == LFN_CLOSED && PyErr_Occurred())
        return NULL;
    PyErr_Clear();
    return lfn_py_raise(state, &error);
}

PyObject *lfn_py_json_build(lfn_py_state *state, lfn_text json, const lfn_schema *schema)
{
    return run(state, json, NULL, schema);
}

PyObject *lfn_py_json_build_items(lfn_py_state *state, lfn_text json, const char *items, const lfn_schema *schema)
{
    PyObject *root = run(state, json, items, schema);
    PyObject *list = root != NULL ? PyMapping_GetItemString(root, items) : NULL;
    Py_XDECREF(root);
    return list;
}
