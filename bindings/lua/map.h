/* The box of a map, between the files that open it (map_open.c), turn items into calls (map_item.c) and hand out what
 * came of them (map.c). */
#ifndef LFN_LUA_MAP_H
#define LFN_LUA_MAP_H

#include "client.h"

/* The user values of a map. Those with items, values and errors are tables with a place for each slot. */
enum {
    MAP_CLIENT = 1,
    MAP_ITEMS,
    MAP_ENTRIES, /* values that were made before it was their turn; of a list the entries so far */
    MAP_ERRORS,
    MAP_SOURCE,  /* a list, or a function that gives the next item */
    MAP_CONTROL, /* what the function gave last */
    MAP_RESOLVE, /* makes a string or a table of arguments of an item that is no string */
    MAP_WRAP,    /* makes an object of a value and its item; or nil */
    MAP_CLASS,   /* of the records that are made of values whose items are strings, */
    MAP_OWNER,   /* their client, */
    MAP_KNOWN,   /* and the members of their paths that all calls share */
    MAP_PROGRESS,
    MAP_FIXED, /* the memory behind the arguments of every call */
    MAP_VALUES = 13
};

/* An item with what becomes of it. */
typedef struct lfn_lua_slot {
    const lfn_completion *ended; /* in the block, when no value was made of it yet */
    lfn_pages *pages;            /* of a list */
    bool done;
    bool again; /* the next page is to be asked for */
} lfn_lua_slot;

typedef struct lfn_lua_map {
    lfn_lua_set set;
    const lfn_lua_plan *plan;
    lfn_call call;     /* what all calls share */
    lfn_argument *own; /* where the text of an item goes, behind the arguments of every call; NULL: items are tables */
    const lfn_lua_argument *single; /* the member of the path that it is */
    bool as_records;                /* what is made of the value of an item that is a string */
    bool as_text;
    bool ordered;
    bool from_list;
    bool exhausted; /* no more items come */
    bool over;      /* everything was handed out, or it was closed */
    bool told_end;
    lua_Integer pulled; /* from a list */
    size_t window;
    size_t block_room;
    size_t under_way;
    size_t held; /* slots that point into the block */
    size_t done;
    size_t failed;
    size_t told;       /* of those that are done, when the progress was told last */
    uint64_t turn;     /* counts what was handed out */
    lfn_lua_tape tape; /* a JSON text that was read, before it becomes values */
    lfn_lua_slot *slots;
    size_t *free_slots; /* a stack */
    size_t free_count;
    size_t *ready; /* a ring of slots that are done, or, where the order counts, of all in theirs */
    size_t ready_first;
    size_t ready_count;
} lfn_lua_map;

/* The map at this place; raises when it is none. */
lfn_lua_map *lfn_lua_map_at(lua_State *L, int index);
/* Lets go of the connections and of everything under way. Twice is fine. */
void lfn_lua_map_shut(lfn_lua_map *self);
/* Puts a slot where the loop takes it. */
void lfn_lua_map_put_ready(lfn_lua_map *self, size_t index);
/* Items are pulled a quarter of the window at a time, so that calls go out in blocks. */
bool lfn_lua_map_wants(const lfn_lua_map *self);
/* Pulls items while there is room for them, and takes up their calls. The map is at index 1, what is raised is the
 * iterator's. Behind it the map may be closed. */
void lfn_lua_map_pull(lua_State *L, lfn_lua_map *self);
/* Asks for the next page of a slot. */
lfn_status lfn_lua_map_submit_page(lfn_lua_map *self, size_t index, lfn_error *error);

#endif
