/* What the files of the Lua module share. The module sees the public headers only. Two rules keep memory whole where
 * any call of Lua may jump away: C memory belongs to a userdata before such a call, and a box has its metatable while
 * its pointer is still NULL. Functions of Lua that the library calls back run inside lua_pcall, from their first push
 * on. */
#ifndef LFN_LUA_STATE_H
#define LFN_LUA_STATE_H

#include <lauxlib.h>
#include <lua.h>

#include "leafnative/leafnative.h"
#include "limits.h"

enum { LFN_LUA_BODY_CEILING = 16 * 1024 * 1024 };

#define LFN_LUA_CLIENT "leafnative.client"
#define LFN_LUA_SERVICE "leafnative.service"
#define LFN_LUA_SECRET "leafnative.secret"
#define LFN_LUA_ERROR "leafnative.error"
#define LFN_LUA_ARRAY "leafnative.array"
#define LFN_LUA_NUMBER "leafnative.number"
#define LFN_LUA_PAGES "leafnative.pages"
#define LFN_LUA_CALLS "leafnative.calls"
#define LFN_LUA_MAP "leafnative.map"
#define LFN_LUA_WATCH "leafnative.watch"

/* Whether a text is this word; one that goes on behind a NUL is another. */
static inline bool lfn_lua_is_word(lfn_text text, const char *word)
{
    size_t i = 0;
    while (i < text.size && word[i] != '\0' && word[i] == text.data[i])
        i++;
    return i == text.size && word[i] == '\0';
}

/* Whether the value is of the class at an index, where functions that are called often have theirs at hand. */
static inline bool lfn_lua_is_of(lua_State *L, int index, int class)
{
    if (!lua_getmetatable(L, index))
        return false;
    bool same = lua_rawequal(L, -1, class);
    lua_pop(L, 1);
    return same;
}

/* The same for a class of objects in C, whose class a script can give to a table too. */
static inline bool lfn_lua_is_object(lua_State *L, int index, int class)
{
    return lua_type(L, index) == LUA_TUSERDATA && lfn_lua_is_of(L, index, class);
}

/* ---- errors.c: failures as values, and mistakes as raised errors ---- */

void lfn_lua_errors_open(lua_State *L);
/* Pushes the text with what is no UTF-8 in it as it stands. */
void lfn_lua_push_text(lua_State *L, lfn_text text);
/* Pushes nil and the error object of a failure; always 2. `result` and its masked answer may be NULL. */
int lfn_lua_fail(lua_State *L, const lfn_error *error, const lfn_result *result);
/* The same for a failure that is known here. */
int lfn_lua_fail_with(lua_State *L, lfn_status status, const char *format, ...) LFN_PRINTF(3, 4);
/* Raises an error object of the code bad_input about the member at a JSON pointer, which may be "". It names the line
 * of the script that made the mistake. Never returns. */
int lfn_lua_raise(lua_State *L, const char *where, const char *format, ...) LFN_PRINTF(3, 4);
/* Raises the failure itself. Never returns. */
int lfn_lua_raise_error(lua_State *L, const lfn_error *error);
/* Raises what Lua raises when memory is out. Never returns. */
int lfn_lua_raise_memory(lua_State *L);
/* Makes room for so many values. What fails is memory, of which luaL_checkstack knows nothing. */
void lfn_lua_check_stack(lua_State *L, int count);
/* Pushes the attempts of a call as a list. */
void lfn_lua_push_attempts(lua_State *L, const lfn_result *result);
/* Functions of the module: error, raise, unknown, check, own. */
extern const luaL_Reg lfn_lua_error_functions[];

/* ---- near.c: names that come near to one that is not known ---- */

typedef struct lfn_lua_near {
    lfn_text given;
    char near[200];
    char all[320];
} lfn_lua_near;

void lfn_lua_near_begin(lfn_lua_near *near, lfn_text given);
void lfn_lua_near_offer(lfn_lua_near *near, const char *name);
/* Raises an error about a name that is not known. Never returns. */
int lfn_lua_near_raise(lua_State *L, const lfn_lua_near *near, const char *what, const char *where);

/* ---- secret.c ---- */

void lfn_lua_secret_open(lua_State *L);
/* Pushes a new secret. */
void lfn_lua_push_secret(lua_State *L, lfn_text text);
/* Whether the value is a secret; its clear bytes live as long as it. */
bool lfn_lua_secret_text(lua_State *L, int index, lfn_text *out_text);
extern const luaL_Reg lfn_lua_secret_functions[];

/* ---- values.c: single values from Lua ---- */

/* The bytes of a string or secret, which live as long as it; nil gives the absent text. Raises for anything else. */
lfn_text lfn_lua_text(lua_State *L, int index, const char *name);
/* The same for what must be there. */
lfn_text lfn_lua_text_needed(lua_State *L, int index, const char *name);
/* Seconds into milliseconds; nil gives 0. */
int64_t lfn_lua_milliseconds(lua_State *L, int index, const char *name);
/* A number of things; nil gives 0. */
size_t lfn_lua_count(lua_State *L, int index, const char *name);
bool lfn_lua_boolean(lua_State *L, int index, const char *name, bool otherwise);
/* Seconds since 1970 into microseconds; false when it is none. */
bool lfn_lua_time_us(lua_State *L, int index, int64_t *out_us);
lfn_method lfn_lua_method(lua_State *L, int index);
/* Raises when the time of the program is over: nothing is waited for beyond that. */
void lfn_lua_check_time(lua_State *L);
/* Where the name at the index stands in the list, which NULL ends; raises for one that does not. */
size_t lfn_lua_place(lua_State *L, int index, const char *const names[], const char *what);
/* Refuses a table with a name that is not in the list. */
void lfn_lua_check_names(lua_State *L, int index, const char *const names[], const char *what);
/* Pushes the member of the table of options, which may be nil. */
void lfn_lua_option(lua_State *L, int index, const char *name);
/* Single values among the options, each as the function above of its kind has it. */
int64_t lfn_lua_time_option(lua_State *L, int options, const char *name);
size_t lfn_lua_count_option(lua_State *L, int options, const char *name);
bool lfn_lua_boolean_option(lua_State *L, int options, const char *name, bool otherwise);
/* The option `rate`, calls begun in a second; 0 without one. */
double lfn_lua_rate_option(lua_State *L, int options);
/* Puts nil where an argument is left out, and refuses what is not a table. */
void lfn_lua_check_options(lua_State *L, int index, const char *const names[]);
/* The form in which an answer is given. */
typedef enum lfn_lua_form { LFN_LUA_OBJECTS, LFN_LUA_TABLES, LFN_LUA_TEXT } lfn_lua_form;
/* The form that the word at the index names, which is what the option `values` has. */
lfn_lua_form lfn_lua_form_at(lua_State *L, int index);
/* Gives the headers of a table, by name or as pairs, to `add`, which returns NULL or what is wrong. */
typedef const char *(*lfn_lua_header_function)(void *context, lfn_text name, lfn_text value);
void lfn_lua_read_headers(lua_State *L, int index, lfn_lua_header_function add, void *context);
/* Pushes header lines as a table by name. */
void lfn_lua_push_headers(lua_State *L, lfn_text lines);

/* ---- work.c: the C memory of one call ---- */

/* A JSON text that was read, see build.c. It points into that text. */
typedef struct lfn_lua_tape {
    lfn_buffer notes;
    lfn_buffer copies; /* texts that have escapes in the JSON text, without them */
} lfn_lua_tape;

typedef struct lfn_lua_work {
    lfn_buffer list;  /* lfn_argument, one after the other */
    lfn_buffer texts; /* the values of the list */
    lfn_buffer body;
    lfn_lua_tape tape; /* a JSON text that was read, before it becomes values */
    lfn_result result;
    bool has_body;
    bool idle; /* it serves again */
} lfn_lua_work;

void lfn_lua_work_open(lua_State *L);
/* Pushes an empty one. What it holds is freed and wiped with it. */
lfn_lua_work *lfn_lua_work_new(lua_State *L);
/* Wipes what it holds and lets it serve again. Whoever does not come so far leaves it to the collector. */
void lfn_lua_work_free(lfn_lua_work *work);
/* Wipes a buffer, and frees one that is large. */
void lfn_lua_buffer_drop(lfn_buffer *buffer);

/* ---- plan.c: what a call needs of its row ---- */

/* A member that may be given. */
typedef struct lfn_lua_argument {
    const lfn_field *field;
    char snake[64];
    bool has_two; /* the wire name is another one */
} lfn_lua_argument;

typedef struct lfn_lua_plan {
    const lfn_operation *operation;
    const lfn_provider *provider;
    bool has_body;
    bool judged;                  /* see lfn_lua_judges */
    size_t path_count;            /* of the arguments the first are those of the path, */
    size_t outside_count;         /* then come those of the query, */
    size_t count;                 /* and those of the body */
    lfn_lua_argument arguments[]; /* each with a name of its own */
} lfn_lua_plan;

void lfn_lua_plans_open(lua_State *L);
/* Pushes the plan of the operation whose name stands at the index, which lives as long as the state; raises for one
 * that there is not. */
const lfn_lua_plan *lfn_lua_plan_push(lua_State *L, int name);
/* Fills operation and provider of a call. */
void lfn_lua_plan_call(const lfn_lua_plan *plan, lfn_call *call);
/* The argument of this name, in either form; NULL when there is none. */
const lfn_lua_argument *lfn_lua_plan_find(const lfn_lua_plan *plan, lfn_text name);

/* ---- arguments.c, write.c: arguments into members and JSON ---- */

/* What a call is given, by places on the stack. */
typedef struct lfn_lua_given {
    int named;                  /* a table; 0: none */
    int path;                   /* the first of as many slots as the path has members, each with a value or nil */
    const char *const *options; /* names in the table that are none of the rows, up to NULL; or NULL */
    size_t option_count;        /* how many of them it has */
} lfn_lua_given;

/* Places every member by the rows of the operation, and points the call at them; those of the path stand in their slots
 * then. Raises for a name that is not known, unless the call is lax, and for a value that has no form. */
void lfn_lua_read_arguments(lua_State *L, const lfn_lua_plan *plan, const lfn_lua_given *given, lfn_lua_work *work,
                            lfn_call *call);
/* Appends a value as JSON; names of members are mapped by the schema, which may be NULL. `mask` writes secrets as ***.
 */
void lfn_lua_write_json(lua_State *L, int index, const lfn_schema *schema, bool mask, lfn_buffer *out_json);

/* ---- keys.c: the names of members ---- */

/* What is known of a value from the member that it stands in. */
typedef struct lfn_lua_member {
    const lfn_schema *schema; /* of an object, or of a list's objects; NULL where nothing is known */
    bool keyed_by_word;       /* the members of the object are all of the schema, whatever their names */
    bool secret;              /* it is secret, with everything below */
} lfn_lua_member;

typedef struct lfn_lua_keys lfn_lua_keys;

void lfn_lua_keys_open(lua_State *L);
/* Pushes the table of strings that belongs to the store, which lives as long as the state. */
lfn_lua_keys *lfn_lua_keys_push(lua_State *L);
/* Pushes a name, with the table of strings at an index, and tells what a member of it is in an object of the schema. */
lfn_lua_member lfn_lua_keys_name(lua_State *L, lfn_lua_keys *self, int strings, lfn_text name,
                                 const lfn_schema *schema);

/* ---- build.c: JSON text into values ---- */

void lfn_lua_build_open(lua_State *L);
/* Reads the text and pushes its value; objects are of the schema (or NULL), secret members become secrets. `items`: the
 * list in this member of the document is what is wanted. Pushes nothing on a failure. */
lfn_status lfn_lua_build(lua_State *L, lfn_text json, const lfn_schema *schema, const char *items, lfn_lua_tape *tape,
                         lfn_error *error);
/* The same for a text that a script has: nothing in it becomes a secret. */
lfn_status lfn_lua_build_open_text(lua_State *L, lfn_text json, lfn_lua_tape *tape, lfn_error *error);
/* Wipes a tape, and frees one that is large; or frees it in any case. */
void lfn_lua_tape_drop(lfn_lua_tape *tape);
void lfn_lua_tape_free(lfn_lua_tape *tape);
/* Functions of the module: decode, encode, array. */
extern const luaL_Reg lfn_lua_json_functions[];

/* ---- door.c: objects that close, and functions that are called back ---- */

/* Guards the C part of an object: while it is in use, close only shuts the door, and the last one out frees. */
typedef struct lfn_lua_door {
    lua_State *L; /* of the call that is inside; NULL: none is */
    int self;     /* where the object stands on its stack */
    size_t held;  /* how often values are made of what the C part handed out; calls may come and go meanwhile */
    bool closed;
} lfn_lua_door;

/* Steps in; false when the door is shut. Raises from inside a callback of the same object. */
bool lfn_lua_enter(lua_State *L, lfn_lua_door *door, int self, const char *what);
/* Steps out; true when the caller was the last and the door is shut: it has to free. */
bool lfn_lua_leave(lfn_lua_door *door);
/* Shuts the door; true when nobody needs the C part: the caller has to free it. */
bool lfn_lua_shut(lfn_lua_door *door);
/* Keeps the C part; and lets go of it, which is true for the last one behind a door that is shut: it has to free. */
void lfn_lua_hold(lfn_lua_door *door);
bool lfn_lua_let_go(lfn_lua_door *door);
/* Calls `body` in protected mode with the function at a user value of the object, and a light userdata. What was raised
 * stays on the stack. */
bool lfn_lua_call_back(lfn_lua_door *door, int user_value, lua_CFunction body, void *context);
/* Warns of a callback that failed and whose failure does not end the call; takes what was raised from the stack. */
void lfn_lua_warn_failed(lua_State *L, const char *what);
/* Calls log(level, line). */
void lfn_lua_call_log(lfn_lua_door *door, int user_value, lfn_log_level level, const char *line);
/* Takes a function out of the options into a user value of the object. */
void lfn_lua_take_function(lua_State *L, int options, const char *name, int object, int user_value);

/* ---- client.c, pages.c, many.c, map.c ---- */

void lfn_lua_client_open(lua_State *L);
void lfn_lua_pages_open(lua_State *L);
void lfn_lua_calls_open(lua_State *L);
void lfn_lua_map_open(lua_State *L);
int lfn_lua_client_new(lua_State *L);

/* ---- watch.c ---- */

void lfn_lua_watch_open(lua_State *L);
/* Functions of the module: watch, monotonic, wait_rest. */
extern const luaL_Reg lfn_lua_watch_functions[];

/* ---- tables.c ---- */

extern const luaL_Reg lfn_lua_table_functions[];

/* ---- service.c ---- */

#ifdef LFN_WITH_SERVICE
void lfn_lua_service_open(lua_State *L);
int lfn_lua_service_new(lua_State *L);
/* The door of the service at this place; NULL when it is none. */
lfn_lua_door *lfn_lua_service_door(lua_State *L, int index);
/* Frees the C part after the last one left a door that is shut. */
void lfn_lua_service_left(lua_State *L, int index);
lfn_status lfn_lua_service_transport(lua_State *L, int index, lfn_transport **out_transport, lfn_error *error);
/* The clock of a service that was given one, else NULL. */
const lfn_clock *lfn_lua_service_clock(lua_State *L, int index);
#endif

#endif
