/* Names that come near to one that is not known, for messages with a cure. */
#include <stdio.h>

#include "state.h"

enum { NAME_MAX_BYTES = 64 };

static size_t least_of(size_t left, size_t right)
{
    return left < right ? left : right;
}

/* The number of letters to change, put in, take out, or exchange with their neighbours, by the usual table of which
 * three rows are kept. */
static size_t distance(lfn_text left, const char *right)
{
    size_t rows[3][NAME_MAX_BYTES + 1];
    size_t width = strlen(right);
    for (size_t i = 0; i <= width; i++)
        rows[0][i] = i;
    for (size_t i = 1; i <= left.size; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *over = rows[(i + 1) % 3];
        char letter = left.data[i - 1];
        row[0] = i;
        for (size_t k = 1; k <= width; k++) {
            row[k] = least_of(above[k - 1] + (letter != right[k - 1]), least_of(row[k - 1], above[k]) + 1);
            if (i > 1 && k > 1 && letter == right[k - 2] && left.data[i - 2] == right[k - 1])
                row[k] = least_of(row[k], over[k - 2] + 1);
        }
    }
    return rows[left.size % 3][width];
}

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
    size_t size = strlen(name);
    if (size > NAME_MAX_BYTES || near->given.size > NAME_MAX_BYTES)
        return;
    size_t longer = size > near->given.size ? size : near->given.size;
    if (distance(near->given, name) * 5 <= longer * 2)
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
