/* Method, which stands in a class for an operation row and calls it for an instance of the class. Arguments go from
 * here straight into C memory, so that no frame of Python code holds them. */
#include "client.h"

/* ---- the method ---- */

typedef struct method_object {
    PyObject_HEAD PyObject *about; /* the description, which attributes are asked of */
    PyObject *name;                /* "users.get" */
    PyObject *path_members;        /* a tuple: their names in snake_case */
    PyObject *schema;              /* of its objects, where its form is one; else None */
    const lfn_operation *operation;
    const lfn_provider *provider;
} method_object;

static PyObject *method_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"about", "name", "path_members", "schema", NULL};
    PyObject *about = NULL;
    PyObject *name = NULL;
    PyObject *path_members = NULL;
    PyObject *schema = NULL;
    lfn_call call;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OUO!O:Method", names, &about, &name, &PyTuple_Type, &path_members,
                                     &schema) ||
        lfn_py_find_operation(PyType_GetModuleState(type), name, &call) < 0)
        return NULL;
    method_object *self = (method_object *)lfn_py_instance_new(type);
    if (self == NULL)
        return NULL;
    self->about = Py_NewRef(about);
    self->name = Py_NewRef(name);
    self->path_members = Py_NewRef(path_members);
    self->schema = Py_NewRef(schema);
    self->operation = call.operation;
    self->provider = call.provider;
    return (PyObject *)self;
}

/* What a call is made of, while it is read. */
typedef struct reading {
    lfn_py_state *state;
    const method_object *method;
    PyObject *group;
    PyObject *api;   /* owned, as what follows */
    PyObject *bound; /* a dict: path members that the group knows */
    lfn_py_ask ask;
} reading;

/* Lets the description tell what is wrong with positional arguments. */
static int refuse_values(reading *read, PyObject *args)
{
    PyObject *values = PyTuple_GetSlice(args, 1, PyTuple_Size(args));
    PyObject *shown = values != NULL ? lfn_py_concealed(read->state, read->ask.arguments, NULL) : NULL;
    PyObject *refused = NULL;
    if (shown != NULL)
        refused = PyObject_CallMethod(read->method->about, "refuse", "OOO", values, read->bound, shown);
    Py_XDECREF(values);
    Py_XDECREF(shown);
    Py_XDECREF(refused);
    return -1;
}

/* Puts positional arguments, those behind the group, under the names of the path members that are open. */
static int name_values(reading *read, PyObject *args)
{
    PyObject *names = read->method->path_members;
    Py_ssize_t count = PyTuple_Size(args);
    Py_ssize_t used = 1;
    for (Py_ssize_t i = 0; used < count && i < PyTuple_Size(names); i++) {
        PyObject *name = PyTuple_GetItem(names, i);
        int known = PyDict_Contains(read->bound, name);
        if (known > 0)
            continue;
        int twice = known == 0 ? PyDict_Contains(read->ask.arguments, name) : -1;
        if (twice > 0)
            return refuse_values(read, args);
        if (twice < 0 || PyDict_SetItem(read->ask.arguments, name, PyTuple_GetItem(args, used++)) < 0)
            return -1;
    }
    return used == count ? 0 : refuse_values(read, args);
}

/* Takes arguments and options by name. The form of its values is not the method's to choose: its result has a type. */
static int take_named(reading *read, PyObject *kwargs)
{
    Py_ssize_t position = 0;
    PyObject *name = NULL;
    PyObject *value = NULL;
    while (kwargs != NULL && PyDict_Next(kwargs, &position, &name, &value))
        if (lfn_py_ask_take(read->state, &read->ask, name, value) < 0)
            return -1;
    if (read->ask.values == LFN_PY_OBJECTS)
        return 0;
    PyErr_Format(PyExc_TypeError, "%U() gives objects: use call(\"%U\", values=...) for another form",
                 read->method->name, read->method->name);
    return -1;
}

/* Lets the group say more of the arguments, where it has more to say. */
static int ask_group(reading *read)
{
    PyObject *given = PyObject_GetAttr(read->group, read->state->words[LFN_PY_GIVEN]);
    if (given == NULL || given == Py_None) {
        Py_XDECREF(given);
        return given != NULL ? 0 : -1;
    }
    PyObject *shown = lfn_py_concealed(read->state, read->ask.arguments, NULL);
    PyObject *arguments = shown != NULL ? PyObject_CallFunctionObjArgs(given, shown, NULL) : NULL;
    Py_DECREF(given);
    Py_XDECREF(shown);
    if (arguments == NULL)
        return -1;
    Py_DECREF(read->ask.arguments);
    read->ask.arguments = arguments;
    return 0;
}

static int read_call(reading *read, PyObject *args, PyObject *kwargs)
{
    lfn_py_state *state = read->state;
    read->api = PyObject_GetAttr(read->group, state->words[LFN_PY_API]);
    read->bound = read->api != NULL ? PyObject_GetAttr(read->group, state->words[LFN_PY_BOUND]) : NULL;
    if (read->bound == NULL)
        return -1;
    if (!PyObject_TypeCheck(read->api, state->face_type))
        return lfn_py_refuse_type("_api", "a client", read->api);
    read->ask.arguments = PyDict_New();
    if (read->ask.arguments == NULL || take_named(read, kwargs) < 0 || name_values(read, args) < 0 ||
        (PyDict_Size(read->bound) > 0 && PyDict_Update(read->ask.arguments, read->bound) < 0))
        return -1;
    return ask_group(read);
}

/* ---- objects ---- */

/* What makes objects of a schema; the client keeps those that were asked for. */
static PyObject *maker_of(const reading *read)
{
    PyObject *schema = read->method->schema;
    PyObject *makers = PyObject_GetAttr(read->api, read->state->words[LFN_PY_MAKERS]);
    PyObject *make = makers != NULL ? PyDict_GetItemWithError(makers, schema) : NULL;
    Py_XINCREF(make);
    Py_XDECREF(makers);
    if (make != NULL || PyErr_Occurred())
        return make;
    return PyObject_CallMethod(read->api, "_maker", "O", schema);
}

static int take_maker(reading *read)
{
    if (read->method->operation->form != LFN_FORM_OBJECT)
        return 0;
    read->ask.known = lfn_py_ask_known(&read->ask, read->method->path_members);
    read->ask.make = read->ask.known != NULL ? maker_of(read) : NULL;
    return read->ask.make != NULL ? 0 : -1;
}

/* ---- lists ---- */

static PyObject *options_of(const lfn_py_ask *ask)
{
    if (!ask->lax && ask->timeout == NULL && ask->deadline == NULL)
        return PyDict_New();
    return Py_BuildValue("{s:O,s:O,s:O}", "strict", ask->lax ? Py_False : Py_True, "timeout",
                         ask->timeout != NULL ? ask->timeout : Py_None, "deadline",
                         ask->deadline != NULL ? ask->deadline : Py_None);
}

/* A list asks for nothing yet. */
static PyObject *list_of(const reading *read)
{
    PyObject *list = NULL;
    PyObject *shown = lfn_py_concealed(read->state, read->ask.arguments, NULL);
    PyObject *options = shown != NULL ? options_of(&read->ask) : NULL;
    if (options != NULL)
        list = PyObject_CallMethod(read->group, "_list", "OOO", read->method->about, shown, options);
    Py_XDECREF(shown);
    Py_XDECREF(options);
    return list;
}

static PyObject *method_call(PyObject *object, PyObject *args, PyObject *kwargs)
{
    method_object *self = (method_object *)object;
    if (PyTuple_Size(args) < 1)
        return PyErr_Format(PyExc_TypeError, "%U() needs the group that it is called for", self->name);
    PyObject *outcome = NULL;
    reading read = {.state = lfn_py_state_of(object), .method = self, .group = PyTuple_GetItem(args, 0)};
    read.ask.operation = self->operation;
    read.ask.provider = self->provider;
    if (read_call(&read, args, kwargs) < 0)
        goto done;
    if (self->operation->form == LFN_FORM_LIST)
        outcome = list_of(&read);
    else if (take_maker(&read) == 0)
        outcome = lfn_py_ask_perform(read.state, read.api, &read.ask);
done:
    lfn_py_ask_clear(&read.ask);
    Py_XDECREF(read.api);
    Py_XDECREF(read.bound);
    return outcome;
}

/* ---- what a method shows ---- */

static PyObject *method_bind(PyObject *object, PyObject *group, PyObject *owner)
{
    (void)owner;
    if (group == NULL || group == Py_None)
        return Py_NewRef(object);
    return PyObject_CallMethod(((method_object *)object)->about, "bind", "OO", object, group);
}

static PyObject *method_attribute(PyObject *object, PyObject *name)
{
    PyObject *value = PyObject_GenericGetAttr(object, name);
    if (value != NULL || !PyErr_ExceptionMatches(PyExc_AttributeError))
        return value;
    PyErr_Clear();
    return PyObject_GetAttr(((method_object *)object)->about, name);
}

static PyObject *method_doc(PyObject *object, void *unused)
{
    (void)unused;
    return PyObject_GetAttrString(((method_object *)object)->about, "__doc__");
}

static PyObject *method_module(PyObject *object, void *unused)
{
    (void)unused;
    return PyObject_GetAttrString(((method_object *)object)->about, "__module__");
}

static PyObject *method_repr(PyObject *object)
{
    return PyObject_Repr(((method_object *)object)->about);
}

static int method_traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(((method_object *)object)->about);
    return 0;
}

static int method_clear(PyObject *object)
{
    method_object *self = (method_object *)object;
    PyObject *about = self->about;
    self->about = Py_NewRef(Py_None);
    Py_XDECREF(about);
    return 0;
}

static void method_dealloc(PyObject *object)
{
    method_object *self = (method_object *)object;
    PyObject_GC_UnTrack(object);
    Py_CLEAR(self->about);
    Py_CLEAR(self->name);
    Py_CLEAR(self->path_members);
    Py_CLEAR(self->schema);
    lfn_py_instance_free(object);
}

static PyGetSetDef method_members[] = {
    {"__doc__", method_doc, NULL, NULL, NULL},
    {"__module__", method_module, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot method_slots[] = {
    {Py_tp_new, method_new},
    {Py_tp_dealloc, method_dealloc},
    {Py_tp_traverse, method_traverse},
    {Py_tp_clear, method_clear},
    {Py_tp_call, method_call},
    {Py_tp_descr_get, method_bind},
    {Py_tp_getattro, method_attribute},
    {Py_tp_repr, method_repr},
    {Py_tp_getset, method_members},
    {0, NULL},
};

/* As with a function, `group.get()` calls it without making a bound method first. */
static PyType_Spec method_spec = {
    .name = "leafnative._core.Method",
    .basicsize = sizeof(method_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_METHOD_DESCRIPTOR,
    .slots = method_slots,
};

int lfn_py_method_type_make(PyObject *module, lfn_py_state *state)
{
    state->method_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &method_spec, NULL);
    return state->method_type != NULL ? PyModule_AddType(module, state->method_type) : -1;
}
