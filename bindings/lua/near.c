/* Names that come near to one that is not known, for messages with a cure. */
#include <stdio.h>

#include "state.h"

static void append(char *list, size_t size, const char *name)
{
    size_t used = strlen(list);
    if (used + strlen(name) + 3 < size)
        snprintf(list + used, size - used, "%s%s", used > 0 ? ", " : "", name);
}

void lfn_lua_near_begin(lfn_lua_near *near, lfn_text given)
{
    *near = (lfn_lua_near){.given = given};
}

void lfn_lua_near_offer(lfn_lua_near *near, const char *name)
{
    append(near->all, sizeof near->all, name);
    if (lfn_name_near(near->given, lfn_text_of(name)))
        append(near->near, sizeof near->near, name);
}

int lfn_lua_near_raise(lua_State *L, const lfn_lua_near *near, const char *what, const char *where)
{
    bool is_near = near->near[0] != '\0';
    const char *lead = is_near ? "; near to it: " : near->all[0] != '\0' ? "; there are: " : "; there are none";
    int size = near->given.size < 60 ? (int)near->given.size : 60;
    return lfn_lua_raise(L, where, "There is no %s named %.*s%s%s.", what, size, near->given.data, lead,
                         is_near ? near->near : near->all);
}
