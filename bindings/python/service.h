/* The object Service, between the file that opens and closes it (service.c) and those with its methods. */
#ifndef LFN_PYTHON_SERVICE_H
#define LFN_PYTHON_SERVICE_H

#include "state.h"

typedef struct lfn_py_service {
    PyObject_HEAD lfn_service *service;
    lfn_py_door door;
    lfn_clock clock;
    int64_t last_us; /* what the clock function gave last */
    PyObject *clock_function;
    PyObject *log;
    bool in_memory;
    long process; /* that opened it: what it holds is of no use to one that was forked off */
} lfn_py_service;

/* ---- service.c ---- */

/* One administrative call: what it needs in C memory, and what it gives. */
typedef struct lfn_py_task {
    lfn_text text;
    lfn_text second;
    lfn_text third;
    int64_t life_s;
    const lfn_provider *provider;
    const lfn_provider_answer *answer;
    lfn_share_direction direction;
    lfn_buffer *json; /* what comes out as text */
    size_t count;
    const lfn_access_question *questions;
    lfn_access_answer *answers;
} lfn_py_task;

typedef lfn_status (*lfn_py_task_function)(lfn_service *service, lfn_py_task *task, lfn_error *error);

/* Runs the task without the interpreter lock. -1 with the exception. */
int lfn_py_task_run(PyObject *object, lfn_py_task_function function, lfn_py_task *task);
PyObject *lfn_py_task_run_for_none(PyObject *object, lfn_py_task_function function, lfn_py_task *task);
/* Gives the text that the task appends, as str or as Secret. */
PyObject *lfn_py_task_run_for_text(PyObject *object, lfn_py_task_function function, lfn_py_task *task, bool secret);

/* ---- the methods, each as a PyCFunctionWithKeywords but for two without arguments ---- */

PyObject *lfn_py_service_create_owner(PyObject *object, PyObject *args, PyObject *kwargs);
PyObject *lfn_py_service_delete_owner(PyObject *object, PyObject *args, PyObject *kwargs);
PyObject *lfn_py_service_set_provider_answer(PyObject *object, PyObject *args, PyObject *kwargs);
PyObject *lfn_py_service_clear_provider_answer(PyObject *object, PyObject *args, PyObject *kwargs);
PyObject *lfn_py_service_visit(PyObject *object, PyObject *args, PyObject *kwargs);
PyObject *lfn_py_service_create_application(PyObject *object, PyObject *args, PyObject *kwargs);
PyObject *lfn_py_service_create_token(PyObject *object, PyObject *args, PyObject *kwargs);
PyObject *lfn_py_service_register(PyObject *object, PyObject *args, PyObject *kwargs);
PyObject *lfn_py_service_seed(PyObject *object, PyObject *args, PyObject *kwargs);
PyObject *lfn_py_service_snapshot(PyObject *object, PyObject *args, PyObject *kwargs);
PyObject *lfn_py_service_restore(PyObject *object, PyObject *args, PyObject *kwargs);
PyObject *lfn_py_service_decide_access(PyObject *object, PyObject *args, PyObject *kwargs);
PyObject *lfn_py_service_shared_with(PyObject *object, PyObject *args, PyObject *kwargs);
PyObject *lfn_py_service_shared_by(PyObject *object, PyObject *args, PyObject *kwargs);
PyObject *lfn_py_service_handle(PyObject *object, PyObject *args, PyObject *kwargs);
PyObject *lfn_py_service_check_credentials(PyObject *object, PyObject *unused);
PyObject *lfn_py_service_reset(PyObject *object, PyObject *unused);
/* The type Access. */
int lfn_py_access_type_make(PyObject *module, lfn_py_state *state);

#endif
