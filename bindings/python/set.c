/* Sets of calls under way, as Calls and Map hold them: opening, stepping in, moving, letting go. */
#include "client.h"

#include <unistd.h>

static void put_into_client(lfn_py_set *set)
{
    set->next = set->client->sets;
    set->link = &set->client->sets;
    if (set->next != NULL)
        set->next->link = &set->next;
    set->client->sets = set;
}

static void take_from_client(lfn_py_set *set)
{
    *set->link = set->next;
    if (set->next != NULL)
        set->next->link = set->link;
}

int lfn_py_set_open(lfn_py_state *state, lfn_py_set *set, PyObject *client, const lfn_calls_options *options)
{
    lfn_py_client *owner = (lfn_py_client *)client;
    if (!Py_IS_TYPE(client, state->client_type)) {
        PyErr_Format(PyExc_TypeError, "client must be a Client, not %R", Py_TYPE(client));
        return -1;
    }
    if (lfn_py_client_enter(state, owner) < 0)
        return -1;
    lfn_error error;
    lfn_py_stay stay;
    lfn_py_leave(&stay, owner, owner->service);
    lfn_calls *calls = NULL;
    lfn_status status = lfn_calls_open(owner->client, options, &calls, &error);
    lfn_py_return(&stay);
    if (status == LFN_OK) {
        set->client = (lfn_py_client *)Py_NewRef(client);
        set->calls = calls;
        set->process = (long)getpid();
        put_into_client(set);
    }
    lfn_py_client_leave(owner);
    return lfn_py_settle(state, &stay, status, &error);
}

static int refuse_closed(lfn_py_state *state, const char *what, const char *why)
{
    lfn_error error;
    lfn_error_set(&error, LFN_CLOSED, "The %s %s.", what, why);
    lfn_py_raise(state, &error);
    return -1;
}

int lfn_py_set_enter(lfn_py_state *state, lfn_py_set *set, const char *what)
{
    if (set->calls == NULL)
        return refuse_closed(
            state, what, set->client != NULL && set->client->door.closed ? "is closed with its client" : "is closed");
    if (set->process != (long)getpid())
        return refuse_closed(state, what, "was opened before this process was forked");
    if (set->busy) {
        PyErr_Format(PyExc_RuntimeError, "a %s is used by one thread at a time, and not from inside itself", what);
        return -1;
    }
    if (lfn_py_client_enter(state, set->client) < 0)
        return -1;
    set->busy = true;
    return 0;
}

void lfn_py_set_leave(lfn_py_set *set)
{
    set->busy = false;
    lfn_py_client_leave(set->client);
}

void lfn_py_set_close(lfn_py_set *set)
{
    lfn_calls *calls = set->calls;
    if (calls == NULL)
        return;
    set->calls = NULL;
    take_from_client(set);
    lfn_py_stay stay;
    lfn_py_client_hold(set->client);
    lfn_py_leave(&stay, set->client, set->client->service);
    lfn_calls_free(calls);
    lfn_py_return(&stay);
    Py_CLEAR(stay.raised);
    lfn_py_client_let_go(set->client);
}

void lfn_py_set_drop(lfn_py_set *set)
{
    PyObject *kind = NULL;
    PyObject *value = NULL;
    PyObject *traceback = NULL;
    PyErr_Fetch(&kind, &value, &traceback);
    lfn_py_set_close(set);
    Py_CLEAR(set->client);
    PyErr_Restore(kind, value, traceback);
}

int lfn_py_set_poll(lfn_py_set *set, int64_t wait_ms, lfn_completion *out_completions, size_t room, size_t *out_count,
                    PyObject **out_raised)
{
    lfn_py_stay stay;
    lfn_py_leave(&stay, set->client, set->client->service);
    stay.goes_on = true;
    *out_count = lfn_calls_poll(set->calls, wait_ms, out_completions, room);
    lfn_py_return(&stay);
    /* What landed is not to be lost for a signal that the interpreter handles a moment later. */
    if (!stay.ends && (*out_count > 0 || wait_ms == 0)) {
        *out_raised = stay.raised;
        return 0;
    }
    *out_raised = NULL;
    return lfn_py_end(&stay);
}
