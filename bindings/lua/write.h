/* Lua values on their way into C memory, between what writes any of them as JSON (write.c) and what places the
 * arguments of a call (arguments.c). What raises names the value by its JSON pointer. */
#ifndef LFN_LUA_WRITE_H
#define LFN_LUA_WRITE_H

#include "state.h"

/* Where a value stands: under a name or, without one, at a place in a list; and what that stands in. */
typedef struct lfn_lua_spot {
    const struct lfn_lua_spot *above;
    lfn_text name;
    lua_Integer place;
} lfn_lua_spot;

/* Where the writing is: the buffer, the depth, and the spot of the value. */
typedef struct lfn_lua_writing {
    lua_State *L;
    lfn_json_writer json;
    bool mask; /* secrets are written as their mask */
    size_t depth;
    const lfn_lua_spot *at;
} lfn_lua_writing;

/* Pushes the JSON pointer of the value for a message, which is all that it is needed for. */
const char *lfn_lua_push_where(lfn_lua_writing *writer);
/* Raises when what was written found no room. */
void lfn_lua_check_written(lfn_lua_writing *writer, const lfn_buffer *buffer);
/* Raises about a value of a wrong kind. Never returns. */
int lfn_lua_refuse_kind(lfn_lua_writing *writer, int index, const char *wanted);
/* The digits of a number; a float that stands where the rows want an integer becomes one when it has no fraction. */
void lfn_lua_number_digits(lfn_lua_writing *writer, int index, const lfn_field *field, char digits[40]);
/* Whether the value is a number that is kept by its digits, which live as long as it. */
bool lfn_lua_is_exact(lua_State *L, int index);
lfn_text lfn_lua_exact_digits(lfn_lua_writing *writer, int index);
/* Pushes what the table has under the wire name of a field or its snake_case name; false, and nothing, for neither. */
bool lfn_lua_push_named(lfn_lua_writing *writer, int index, const char *name, const char *snake);
/* Writes the member of the row, whose value is at the top, and takes it from there. */
void lfn_lua_write_pushed(lfn_lua_writing *writer, const lfn_field *field);
/* Writes a member that has no row, or whose object is keyed by words. */
void lfn_lua_write_stranger(lfn_lua_writing *writer, int index, lfn_text name, const lfn_schema *schema);
/* Whether the rows know the name already. */
typedef bool (*lfn_lua_known_function)(const void *context, lfn_text name);
/* Pushes a list of the names in the table that are not known, and a userdata with their sorted texts; nothing when
 * there are none. */
const lfn_text *lfn_lua_push_strangers(lfn_lua_writing *writer, int index, lfn_lua_known_function known,
                                       const void *context, size_t *out_count);

#endif
