/* The module leafnative._core. Importing it makes types and nothing else: no library below is started before its first
 * use. */
#include "state.h"

lfn_py_state *lfn_py_state_of(PyObject *self)
{
    return PyType_GetModuleState(Py_TYPE(self));
}

static int module_exec(PyObject *module)
{
    lfn_py_state *state = PyModule_GetState(module);
    if (lfn_py_errors_make(module, state) < 0 || lfn_py_event_type_make(module, state) < 0 ||
        lfn_py_secret_type_make(module, state) < 0 || lfn_py_client_type_make(module, state) < 0)
        return -1;
#ifdef LFN_WITH_SERVICE
    if (lfn_py_service_type_make(module, state) < 0)
        return -1;
#endif
    return PyModule_AddStringConstant(module, "version", lfn_version());
}

static int module_traverse(PyObject *module, visitproc visit, void *arg)
{
    lfn_py_state *state = PyModule_GetState(module);
    for (size_t i = 0; i < LFN_STATUS_COUNT; i++)
        Py_VISIT(state->errors[i]);
    Py_VISIT(state->secret_type);
    Py_VISIT(state->client_type);
    Py_VISIT(state->service_type);
    Py_VISIT(state->reply_type);
    Py_VISIT(state->pages_type);
    Py_VISIT(state->calls_type);
    Py_VISIT(state->map_type);
    Py_VISIT(state->attempt_type);
    Py_VISIT(state->event_type);
    Py_VISIT(state->access_type);
    Py_VISIT(state->datetime_type);
    Py_VISIT(state->utc);
    Py_VISIT(state->method_type);
    Py_VISIT(state->face_type);
    Py_VISIT(state->pending_type);
    Py_VISIT(state->running_loop);
    Py_VISIT(state->secret_names);
    Py_VISIT(state->open_names);
    return 0;
}

static int module_clear(PyObject *module)
{
    lfn_py_state *state = PyModule_GetState(module);
    for (size_t i = 0; i < LFN_STATUS_COUNT; i++)
        Py_CLEAR(state->errors[i]);
    Py_CLEAR(state->secret_type);
    Py_CLEAR(state->client_type);
    Py_CLEAR(state->service_type);
    Py_CLEAR(state->reply_type);
    Py_CLEAR(state->pages_type);
    Py_CLEAR(state->calls_type);
    Py_CLEAR(state->map_type);
    Py_CLEAR(state->attempt_type);
    Py_CLEAR(state->event_type);
    Py_CLEAR(state->access_type);
    Py_CLEAR(state->datetime_type);
    Py_CLEAR(state->utc);
    Py_CLEAR(state->method_type);
    Py_CLEAR(state->face_type);
    Py_CLEAR(state->pending_type);
    Py_CLEAR(state->running_loop);
    Py_CLEAR(state->secret_names);
    Py_CLEAR(state->open_names);
    for (size_t i = 0; i < LFN_PY_WORD_COUNT; i++)
        Py_CLEAR(state->words[i]);
    for (size_t i = 0; i < LFN_PY_KEYS; i++)
        Py_CLEAR(state->keys[i].text);
    for (size_t i = 0; i < LFN_PY_NAMED; i++)
        Py_CLEAR(state->named[i].name);
    for (size_t i = 0; i < LFN_PY_PLACES; i++)
        Py_CLEAR(state->places[i].name);
    return 0;
}

static void module_free(void *module)
{
    module_clear(module);
}

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, module_exec},
    {0, NULL},
};

static struct PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT,
    .m_name = "leafnative._core",
    .m_doc = "The native core of leafnative: Client, Service, Secret, the errors, and the tables as plain values.",
    .m_size = sizeof(lfn_py_state),
    .m_methods = lfn_py_table_methods,
    .m_slots = module_slots,
    .m_traverse = module_traverse,
    .m_clear = module_clear,
    .m_free = module_free,
};

PyMODINIT_FUNC PyInit__core(void);

PyMODINIT_FUNC PyInit__core(void)
{
    return PyModuleDef_Init(&module_def);
}
