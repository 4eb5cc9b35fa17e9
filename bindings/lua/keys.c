/* The names of members, as answers hold them. They name the same ones again and again: one string of Lua serves them
 * all, and what a name means is looked up once. */
#include "state.h"

enum { KEYS = 256 };

/* The user value of the store: a table with the string of each place. */
enum { KEYS_STRINGS = 1, KEYS_VALUES = 1 };

/* In the registry, by its address: the store. */
static const char store_key = 'k';

typedef struct key {
    const char *bytes; /* those of its string; NULL: the place is free */
    size_t size;
    uint64_t head; /* its ends, see lfn_name_ends */
    uint64_t tail;
    bool secret;              /* in any schema */
    const lfn_schema *schema; /* whose member it was last */
    lfn_lua_member member;    /* and what it is there */
} key;

struct lfn_lua_keys {
    key keys[KEYS];
};

void lfn_lua_keys_open(lua_State *L)
{
    lfn_lua_keys *self = lua_newuserdatauv(L, sizeof *self, KEYS_VALUES);
    memset(self, 0, sizeof *self);
    lua_createtable(L, KEYS, 0);
    lua_setiuservalue(L, -2, KEYS_STRINGS);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &store_key);
}

lfn_lua_keys *lfn_lua_keys_push(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &store_key);
    lfn_lua_keys *self = lua_touserdata(L, -1);
    lua_getiuservalue(L, -1, KEYS_STRINGS);
    lua_remove(L, -2);
    return self;
}

static bool holds(const key *known, lfn_text name, uint64_t head, uint64_t tail)
{
    return known->head == head && known->tail == tail && known->size == name.size && known->bytes != NULL &&
           (name.size <= 16 || memcmp(known->bytes, name.data, name.size) == 0);
}

/* What a member of this name is in an object of the schema. */
static lfn_lua_member member_of(key *known, const lfn_schema *schema)
{
    if (schema == NULL)
        return (lfn_lua_member){.secret = known->secret};
    if (known->schema == schema)
        return known->member;
    const lfn_field *field = lfn_schema_find(schema, lfn_text_make(known->bytes, known->size));
    lfn_lua_member member = {.secret = known->secret};
    if (field != NULL)
        member = (lfn_lua_member){lfn_schema_get(field->of), field->type == LFN_TYPE_RESOURCES,
                                  (field->marks & LFN_SECRET) != 0};
    known->schema = schema;
    known->member = member;
    return member;
}

lfn_lua_member lfn_lua_keys_name(lua_State *L, lfn_lua_keys *self, int strings, lfn_text name, const lfn_schema *schema)
{
    uint64_t head, tail;
    size_t place = lfn_name_ends(name, &head, &tail) & (KEYS - 1);
    key *known = &self->keys[place];
    if (!holds(known, name, head, tail)) {
        lfn_lua_push_text(L, name);
        lua_pushvalue(L, -1);
        lua_rawseti(L, strings, (lua_Integer)place + 1);
        *known = (key){lua_tostring(L, -1), name.size, head, tail, lfn_name_secret(name), NULL, {NULL, false, false}};
    } else {
        lua_rawgeti(L, strings, (lua_Integer)place + 1);
    }
    return member_of(known, schema);
}
