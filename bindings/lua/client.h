/* The box of a client, between the file that opens and closes it (client.c) and those that send (calls.c, pages.c). */
#ifndef LFN_LUA_CLIENT_H
#define LFN_LUA_CLIENT_H

#include "state.h"

/* The user values of a client: its parent, functions, and what one of those raised last. */
enum {
    CLIENT_SERVICE = 1,
    CLIENT_TRANSPORT,
    CLIENT_LOG,
    CLIENT_EVENT,
    CLIENT_PROFILE,
    CLIENT_RAISED,
    CLIENT_VALUES = 6
};

struct lfn_lua_set;

typedef struct lfn_lua_client {
    lfn_client *client;
    struct lfn_lua_set *sets; /* the sets of calls that are open, which end before the client does */
    lfn_lua_door door;
    lfn_config *config; /* lends its texts to the options only; kept to tell sources */
    const lfn_api *api;
    int64_t deadline_ms; /* of a call that names none; 0: the library's */
    unsigned given;      /* one bit for each setting that came as an option */
    bool over_service;
    bool over_function;
    bool may_look; /* environment and file may be looked at */
} lfn_lua_client;

/* The client at this place; raises when it is none. */
lfn_lua_client *lfn_lua_client_at(lua_State *L, int index);
/* The same where a client is known to stand. */
static inline lfn_lua_client *lfn_lua_client_of(lua_State *L, int index)
{
    return lua_touserdata(L, index);
}
/* Steps into the client and the service below it, which is pushed (or nil). When it is closed: false, and nil and the
 * error are pushed instead. */
bool lfn_lua_client_enter(lua_State *L, int index);
/* Steps out. `index` is that of the client, `service` where enter pushed its service. */
void lfn_lua_client_leave(lua_State *L, int index, int service);

/* Keeps the C part while values are made of what the client handed out; a close meanwhile takes effect behind it. */
void lfn_lua_client_hold(lfn_lua_client *self);
void lfn_lua_client_let_go(lfn_lua_client *self);

/* ---- events.c ---- */

/* Calls the function with the event as a table; its context is the lfn_event. */
int lfn_lua_tell_event(lua_State *L);

/* ---- calls.c ---- */

/* What is sent, and how. */
typedef struct lfn_lua_sending {
    lfn_call call;
    lfn_lua_work *work; /* the memory behind it, a userdata on the stack */
    lfn_text member;    /* of a wait; so are the two below */
    lfn_text value;
    int64_t wait_ms;
    lfn_method method; /* of a request that the tables lack */
    lfn_text path;
    lfn_pages *pages;  /* of a walk */
    bool *asking;      /* of a walk: true while the library is inside it */
    bool ended;        /* nothing was sent: the walk is behind its last page */
    bool whole;        /* the reply is wanted, not only its data */
    lfn_lua_form form; /* of its data */
} lfn_lua_sending;

typedef lfn_status (*lfn_lua_send_function)(lfn_client *client, lfn_lua_sending *sending, lfn_error *error);

/* Reads the options at index 4 of a call by name, or nil. */
void lfn_lua_read_options(lua_State *L, lfn_lua_sending *out_sending);
/* Reads the name of the operation at index 2 and its arguments at 3, and pushes the work. Of objects there will be
 * tables: whoever knows the classes has them made. */
void lfn_lua_read_operation(lua_State *L, lfn_lua_sending *out_sending);
/* Both of them. */
void lfn_lua_read_call(lua_State *L, lfn_lua_sending *out_sending);
/* Reads the arguments of a call from the table at the index, or nil. */
void lfn_lua_read_named(lua_State *L, int index, const lfn_lua_plan *plan, lfn_lua_work *work, lfn_call *call);
/* Whether an answer of the operation is judged by what was built from it: then the library leaves it unread. */
bool lfn_lua_judges(const lfn_operation *operation);
/* Reads method, path and body from index 2 on, and pushes the work. */
void lfn_lua_read_request(lua_State *L, lfn_lua_sending *out_sending);
/* A program with a time limit caps every call by what is left of it. */
void lfn_lua_cap_deadline(lua_State *L, int client, int64_t *deadline_ms);
/* Pushes a good answer: true for an empty one, of a list its entries. One that the library left unread is judged here.
 * Pushes nothing on a failure. */
lfn_status lfn_lua_push_answer(lua_State *L, const lfn_operation *operation, const lfn_provider *provider,
                               lfn_result *result, lfn_lua_tape *tape, lfn_error *error);
/* Puts the data at the top into a reply. */
void lfn_lua_wrap_reply(lua_State *L, const lfn_operation *operation, const lfn_result *result);
/* Sends through the client at the index and pushes what came of it: a value, or nil and the error. */
int lfn_lua_send(lua_State *L, int client, lfn_lua_send_function function, lfn_lua_sending *sending);

lfn_status lfn_lua_do_call(lfn_client *client, lfn_lua_sending *sending, lfn_error *error);

int lfn_lua_client_call(lua_State *L);
int lfn_lua_client_reply(lua_State *L);
int lfn_lua_client_wait(lua_State *L);
int lfn_lua_client_check_wait(lua_State *L);
int lfn_lua_client_request(lua_State *L);

/* ---- method.c, record.c ---- */

/* Makes a record of the members at the top, with its class, its client and the members of its path at the indexes. */
void lfn_lua_wrap_record(lua_State *L, int class, int api, int bound);
/* Functions of the module: faces, method, lookup. */
extern const luaL_Reg lfn_lua_method_functions[];
extern const luaL_Reg lfn_lua_record_functions[];

/* ---- pages.c ---- */

int lfn_lua_client_pages(lua_State *L);
/* The pages of the walk at this place, NULL when it is closed; raises when it is none. */
lfn_pages *lfn_lua_walk_at(lua_State *L, int index);

/* ---- set.c: calls under way at once ---- */

enum { LFN_LUA_BLOCK = 64 };

/* A set of calls of a client that is open; it stands in a box that has the client for a user value. */
typedef struct lfn_lua_set {
    lfn_calls *calls;           /* NULL: closed, by itself or with its client */
    lfn_lua_client *client;     /* NULL when it is closed */
    struct lfn_lua_set *before; /* its neighbours in the client's list */
    struct lfn_lua_set *after;
    bool busy; /* a poll is inside, or values are made of what it gave */
    lfn_completion block[LFN_LUA_BLOCK];
    size_t count; /* of what stands in the block */
} lfn_lua_set;

/* Opens it. False, with nil and the error pushed, when it cannot be opened. */
bool lfn_lua_set_open(lua_State *L, lfn_lua_set *set, int client, const lfn_calls_options *options);
/* Cancels what is under way. Twice is fine. */
void lfn_lua_set_close(lfn_lua_set *set);
/* Ends every set of the client. */
void lfn_lua_sets_free(lfn_lua_client *client);
/* Raises when the set is busy. */
void lfn_lua_set_check(lua_State *L, const lfn_lua_set *set);
/* Waits up to wait_ms and lets everything move; what ended, up to `room`, stands in the block then. False, with nil and
 * the error pushed, when the client is closed. Behind it the set may be closed. */
bool lfn_lua_set_poll(lua_State *L, lfn_lua_set *set, int client, int64_t wait_ms, size_t room);
/* Pushes the number of a descriptor that is readable when a poll has something to do; or nil and the error. */
int lfn_lua_set_descriptor(lua_State *L, const lfn_lua_set *set);
/* Pushes what a call of the client at the index came to: its value (1), which may be the text of its answer, or nil and
 * the error (2). */
int lfn_lua_push_landed(lua_State *L, int client, const lfn_completion *ended, bool as_text, lfn_lua_tape *tape);

/* ---- many.c, map.c ---- */

int lfn_lua_client_calls(lua_State *L);
int lfn_lua_client_map(lua_State *L);

#endif
