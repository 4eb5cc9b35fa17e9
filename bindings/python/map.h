/* The object Map, between the file that turns items into calls (map_item.c) and the one that runs them (map.c). */
#ifndef LFN_PYTHON_MAP_H
#define LFN_PYTHON_MAP_H

#include "client.h"

enum { LFN_PY_PATH_MAX = 4 };

/* An item with what becomes of it. */
typedef struct lfn_py_slot {
    PyObject *item;
    PyObject *bound;  /* a dict of the path members of its call, where objects are made; else NULL */
    PyObject *value;  /* the value, or None after a failure; NULL until it is done; of a list the entries so far */
    PyObject *error;  /* the exception, or None; NULL until it is done */
    lfn_pages *pages; /* of a list */
    bool again;       /* its next page is to be asked for */
} lfn_py_slot;

typedef struct lfn_py_map {
    PyObject_HEAD lfn_py_set set;
    const lfn_operation *operation;
    const lfn_provider *provider;
    lfn_py_values values;
    bool strict;
    int64_t timeout_ms;
    int64_t deadline_ms;
    PyObject *source;   /* the iterator; NULL: ended, or items are given */
    PyObject *common;   /* a dict: the arguments of every call */
    PyObject *bound;    /* those of them that stand in the path */
    PyObject *wrap;     /* makes objects of values, or NULL */
    PyObject *progress; /* or NULL */
    PyObject *refusal;  /* the words for an item that is no dict, where it can stand for nothing; else NULL */
    PyObject *names[LFN_PY_PATH_MAX];      /* of the path members, in snake_case */
    PyObject *wire_names[LFN_PY_PATH_MAX]; /* as they are on the wire */
    size_t name_count;
    size_t single;          /* the path member that an item stands for, where no refusal says otherwise */
    lfn_py_arguments fixed; /* what the common arguments became, with one place more for the item */

    size_t window;
    lfn_py_slot *slots;
    size_t *free_slots; /* a stack */
    size_t free_count;
    size_t *ready; /* a ring of slots that are done, or, where the order counts, of all in theirs */
    size_t ready_first;
    size_t ready_count;
    size_t under_way;
    bool ordered;
    bool exhausted; /* no more items come */
    bool ended;     /* everything was handed out */
    bool asking;    /* a thread is inside */
    size_t done;
    size_t failed;
} lfn_py_map;

/* ---- map_item.c ---- */

/* Reads the common arguments and what an item stands for. -1 with an exception. */
int lfn_py_map_prepare(lfn_py_state *state, lfn_py_map *self, PyObject *single);
/* Submits the call of the item of a slot. -1 with an exception, BadInputError where the item is at fault. */
int lfn_py_map_submit(lfn_py_state *state, lfn_py_map *self, size_t index);
/* Submits the next page of a slot. -1 with an exception. */
int lfn_py_map_submit_page(lfn_py_state *state, lfn_py_map *self, size_t index);

/* ---- map_run.c ---- */

/* The next outcome; NULL without an exception behind the last. */
PyObject *lfn_py_map_next(PyObject *object);
/* The outcomes that are ready, for an event loop: it never waits. None behind the last. */
PyObject *lfn_py_map_step(PyObject *object, PyObject *unused);
/* Takes up an item where there is no iterator to pull from. */
PyObject *lfn_py_map_give(PyObject *object, PyObject *item);
/* Whether there is room for a block of items. */
bool lfn_py_map_wants(const lfn_py_map *self);
/* Lets go of the connections and of everything that is held. */
void lfn_py_map_shut(lfn_py_map *self);

#endif
