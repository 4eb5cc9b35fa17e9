/* What a Map does: it pulls items when there is room for them, submits their calls, and hands out what came of each. It
 * holds no more than its window: what is under way and what is not handed out. */
#include "map.h"

enum { BLOCK = 64, LONGEST_WAIT_MS = 50 };

static const char name_of_map[] = "map";

/* ---- slots ---- */

static void empty_slot(lfn_py_slot *slot)
{
    lfn_pages_free(slot->pages);
    lfn_py_slot dropped = *slot;
    *slot = (lfn_py_slot){.item = NULL};
    Py_XDECREF(dropped.item);
    Py_XDECREF(dropped.bound);
    Py_XDECREF(dropped.value);
    Py_XDECREF(dropped.error);
}

static void put_ready(lfn_py_map *self, size_t index)
{
    self->ready[(self->ready_first + self->ready_count++) % self->window] = index;
}

static bool has_ready(const lfn_py_map *self)
{
    return self->ready_count > 0 && self->slots[self->ready[self->ready_first]].error != NULL;
}

/* The exception that is set becomes the item's error. */
static void end_with_raised(lfn_py_map *self, size_t index)
{
    lfn_py_slot *slot = &self->slots[index];
    Py_XDECREF(slot->value);
    slot->value = Py_NewRef(Py_None);
    slot->error = lfn_py_take_raised();
    self->failed++;
}

/* Takes over the value. */
static void end_with_value(lfn_py_map *self, size_t index, PyObject *value)
{
    lfn_py_slot *slot = &self->slots[index];
    PyObject *before = slot->value;
    slot->value = value;
    slot->error = Py_NewRef(Py_None);
    self->done++;
    Py_XDECREF(before);
}

/* Lets go of the connections and of everything that is held. */
void lfn_py_map_shut(lfn_py_map *self)
{
    PyObject *raised = lfn_py_take_raised();
    lfn_py_set_close(&self->set);
    self->ended = true;
    self->ready_count = 0;
    self->under_way = 0;
    Py_CLEAR(self->source);
    for (size_t i = 0; self->slots != NULL && i < self->window; i++)
        empty_slot(&self->slots[i]);
    lfn_py_put_raised(raised);
}

/* ---- beginning ---- */

/* Takes the item up. What is wrong with it is its error; a mistake of the program is raised. */
static int begin(lfn_py_state *state, lfn_py_map *self, PyObject *item)
{
    size_t index = self->free_slots[--self->free_count];
    self->slots[index].item = Py_NewRef(item);
    if (self->ordered)
        put_ready(self, index);
    if (lfn_py_map_submit(state, self, index) == 0) {
        self->under_way++;
        return 0;
    }
    if (!PyErr_ExceptionMatches(state->errors[LFN_BAD_INPUT]))
        return -1;
    end_with_raised(self, index);
    if (!self->ordered)
        put_ready(self, index);
    return 0;
}

/* Items are pulled a quarter of the window at a time, so that calls go out in blocks. */
bool lfn_py_map_wants(const lfn_py_map *self)
{
    return !self->exhausted && self->free_count > 0 && self->free_count * 4 >= self->window;
}

static int pull(lfn_py_state *state, lfn_py_map *self)
{
    while (self->free_count > 0 && self->source != NULL) {
        PyObject *item = PyIter_Next(self->source);
        if (item == NULL && PyErr_Occurred())
            return -1;
        if (item == NULL) {
            self->exhausted = true;
            Py_CLEAR(self->source);
            return 0;
        }
        int done = begin(state, self, item);
        Py_DECREF(item);
        if (done < 0)
            return -1;
    }
    return 0;
}

/* ---- ending ---- */

static PyObject *wrapped(lfn_py_map *self, lfn_py_slot *slot, PyObject *value)
{
    if (value == NULL || self->wrap == NULL)
        return value;
    PyObject *made = PyObject_CallFunctionObjArgs(self->wrap, value, slot->bound, NULL);
    Py_DECREF(value);
    return made;
}

static int add_entries(lfn_py_slot *slot, PyObject *entries)
{
    if (slot->value == NULL)
        slot->value = PyList_New(0);
    if (slot->value == NULL)
        return -1;
    Py_ssize_t size = PyList_Size(slot->value);
    return PyList_SetSlice(slot->value, size, size, entries);
}

/* Takes a page of a list: the list so far once it is whole, NULL with an exception, or NULL when more is to come. */
static PyObject *take_page(lfn_py_state *state, lfn_py_map *self, lfn_py_slot *slot, lfn_py_landed *landed,
                           PyObject *raised)
{
    lfn_error error;
    bool more = true;
    if (landed->status == LFN_OK) {
        landed->status = lfn_pages_take(slot->pages, landed->result, &more, &error);
        landed->error = landed->status != LFN_OK ? &error : landed->error;
    }
    PyObject *entries = more ? lfn_py_landed_data(state, self->set.client, landed, raised) : PyList_New(0);
    int done = entries != NULL ? add_entries(slot, entries) : -1;
    Py_XDECREF(entries);
    slot->again = done == 0 && more && lfn_pages_call(slot->pages) != NULL;
    return done == 0 && !slot->again ? Py_NewRef(slot->value) : NULL;
}

/* What goes wrong with an item is its error; -1 with an interrupt that came while its object was made. */
static int land(lfn_py_state *state, lfn_py_map *self, const lfn_completion *done, PyObject *raised)
{
    size_t index = (size_t)done->tag;
    lfn_py_slot *slot = &self->slots[index];
    lfn_error error = {.status = LFN_OK};
    if (done->status != LFN_OK)
        error = *done->error;
    lfn_py_landed landed = {.operation = self->operation,
                            .provider = self->provider,
                            .sent = done->sent,
                            .unread = lfn_py_unread(self->operation, self->values),
                            .values = self->values,
                            .status = done->status,
                            .error = &error,
                            .result = done->result};
    PyObject *value = slot->pages != NULL ? take_page(state, self, slot, &landed, raised)
                                          : lfn_py_landed_data(state, self->set.client, &landed, raised);
    if (slot->again)
        return 0;
    value = wrapped(self, slot, value);
    if (value == NULL && !PyErr_ExceptionMatches(PyExc_Exception))
        return -1;
    self->under_way--;
    if (value != NULL)
        end_with_value(self, index, value);
    else
        end_with_raised(self, index);
    if (!self->ordered)
        put_ready(self, index);
    return 0;
}

/* Asks for the next pages of the lists whose last one came in this block; their places are free now. */
static int go_on(lfn_py_state *state, lfn_py_map *self, const lfn_completion *block, size_t count)
{
    for (size_t i = 0; self->operation->form == LFN_FORM_LIST && i < count; i++) {
        size_t index = (size_t)block[i].tag;
        if (!self->slots[index].again)
            continue;
        self->slots[index].again = false;
        if (lfn_py_map_submit_page(state, self, index) < 0)
            return -1;
    }
    return 0;
}

static int tell_progress(lfn_py_map *self)
{
    if (self->progress == NULL)
        return 0;
    PyObject *result =
        PyObject_CallFunction(self->progress, "nn", (Py_ssize_t)(self->done + self->failed), (Py_ssize_t)self->failed);
    Py_XDECREF(result);
    return result != NULL ? 0 : -1;
}

static int poll_once(lfn_py_state *state, lfn_py_map *self, int64_t wait_ms)
{
    lfn_completion block[BLOCK];
    size_t count = 0;
    PyObject *raised = NULL;
    if (lfn_py_set_poll(&self->set, wait_ms, block, BLOCK, &count, &raised) < 0)
        return -1;
    int done = 0;
    for (size_t i = 0; done == 0 && i < count; i++)
        done = land(state, self, &block[i], raised);
    Py_XDECREF(raised);
    lfn_calls_release(self->set.calls);
    if (done < 0 || go_on(state, self, block, count) < 0)
        return -1;
    return count > 0 ? tell_progress(self) : 0;
}

/* ---- handing out ---- */

static PyObject *hand_out(lfn_py_map *self)
{
    size_t index = self->ready[self->ready_first];
    lfn_py_slot *slot = &self->slots[index];
    PyObject *outcome = PyTuple_Pack(3, slot->item, slot->value, slot->error);
    self->ready_first = (self->ready_first + 1) % self->window;
    self->ready_count--;
    self->free_slots[self->free_count++] = index;
    empty_slot(slot);
    return outcome;
}

static bool is_over(const lfn_py_map *self)
{
    return self->exhausted && self->under_way == 0 && self->ready_count == 0;
}

/* Pulls items when it is time, and has their calls go out, so that they are under way while the caller works. */
static int advance(lfn_py_state *state, lfn_py_map *self, int64_t wait_ms)
{
    if (self->source != NULL && lfn_py_map_wants(self)) {
        if (pull(state, self) < 0 || poll_once(state, self, 0) < 0)
            return -1;
    } else if (wait_ms == 0 && poll_once(state, self, 0) < 0)
        return -1;
    while (wait_ms > 0 && !has_ready(self) && self->under_way > 0)
        if (poll_once(state, self, wait_ms) < 0)
            return -1;
    return 0;
}

static int enter(lfn_py_state *state, lfn_py_map *self)
{
    if (self->asking) {
        PyErr_SetString(PyExc_RuntimeError, "a map is used by one thread at a time, and not from inside itself");
        return -1;
    }
    if (lfn_py_set_enter(state, &self->set, name_of_map) < 0)
        return -1;
    self->asking = true;
    return 0;
}

/* A failure, and the end, let go of the connections. */
static void leave(lfn_py_map *self, int done)
{
    self->asking = false;
    lfn_py_set_leave(&self->set);
    if (done < 0 || is_over(self))
        lfn_py_map_shut(self);
}

PyObject *lfn_py_map_next(PyObject *object)
{
    lfn_py_state *state = lfn_py_state_of(object);
    lfn_py_map *self = (lfn_py_map *)object;
    if (self->ended || enter(state, self) < 0)
        return NULL;
    int done = 0;
    if (!has_ready(self) || lfn_py_map_wants(self))
        done = advance(state, self, LONGEST_WAIT_MS);
    PyObject *outcome = NULL;
    if (done == 0 && has_ready(self)) {
        outcome = hand_out(self);
        done = outcome != NULL ? 0 : -1;
    }
    if (done == 0 && is_over(self))
        done = tell_progress(self);
    if (done < 0)
        Py_CLEAR(outcome);
    leave(self, done);
    return outcome;
}

/* For an event loop: what is ready without waiting, a list; None behind the end. */
PyObject *lfn_py_map_step(PyObject *object, PyObject *unused)
{
    (void)unused;
    lfn_py_state *state = lfn_py_state_of(object);
    lfn_py_map *self = (lfn_py_map *)object;
    if (self->ended)
        return Py_NewRef(Py_None);
    if (enter(state, self) < 0)
        return NULL;
    int done = advance(state, self, 0);
    PyObject *list = done == 0 ? PyList_New(0) : NULL;
    while (list != NULL && has_ready(self))
        list = lfn_py_append(list, hand_out(self));
    if (list != NULL && is_over(self) && tell_progress(self) < 0)
        Py_CLEAR(list);
    leave(self, list != NULL ? 0 : -1);
    return list;
}

/* ---- items that are given one by one ---- */

PyObject *lfn_py_map_give(PyObject *object, PyObject *item)
{
    lfn_py_state *state = lfn_py_state_of(object);
    lfn_py_map *self = (lfn_py_map *)object;
    if (self->free_count == 0 || self->exhausted) {
        PyErr_SetString(PyExc_RuntimeError, "the map has no room for an item, or was told that there are no more");
        return NULL;
    }
    if (enter(state, self) < 0)
        return NULL;
    int done = begin(state, self, item);
    leave(self, done);
    return done == 0 ? Py_NewRef(Py_None) : NULL;
}
