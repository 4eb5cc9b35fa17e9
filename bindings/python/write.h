/* Python values on their way into C memory, between what writes any of them as JSON (write.c) and what places the
 * arguments of a call (arguments.c). */
#ifndef LFN_PYTHON_WRITE_H
#define LFN_PYTHON_WRITE_H

#include "state.h"

/* Where the writing is: the buffer, the depth, and the JSON pointer of the value for messages. */
typedef struct lfn_py_writing {
    lfn_py_state *state;
    lfn_json_writer json;
    size_t depth;
    char where[sizeof((lfn_error *)NULL)->where];
    size_t where_size;
} lfn_py_writing;

/* Goes down to a member in the JSON pointer, and back to where it was so many bytes long. */
void lfn_py_where_name(lfn_py_writing *writer, lfn_text name);
void lfn_py_where_cut(lfn_py_writing *writer, size_t size);
/* The text of a number, which stands bare in a query and in JSON: a new str, or NULL when the value is none. -1 with an
 * exception. */
int lfn_py_number_text(lfn_py_writing *writer, PyObject *value, PyObject **out_text);
/* Raises BadInputError about a value of a wrong type; -1. */
int lfn_py_refuse_kind(lfn_py_writing *writer, PyObject *value, const char *wanted);
/* -1 with BadInputError when the dict holds the member under its wire name, too. */
int lfn_py_refuse_twice(lfn_py_writing *writer, PyObject *object, lfn_text given, const char *wire_name);
/* Writes name and value; `object` is the dict that they stand in. */
int lfn_py_member_write(lfn_py_writing *writer, PyObject *object, PyObject *key, PyObject *value,
                        const lfn_schema *schema, bool keyed_by_word);
/* -1 with an exception when what was written found no room. */
int lfn_py_written_check(lfn_py_state *state, const lfn_buffer *buffer);

#endif
