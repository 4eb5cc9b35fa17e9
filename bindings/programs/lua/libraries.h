/* What a script finds: the libraries of an allow-list, or all of Lua, and the modules that are built in. */
#ifndef LFN_RUN_LIBRARIES_H
#define LFN_RUN_LIBRARIES_H

#include "options.h"

#include <lua.h>

/* Lua text that stands inside the program, as "leafnative". embed.cmake makes the table; a name of NULL ends it. */
typedef struct lfn_run_module {
    const char *name;
    const char *text;
    size_t size;
} lfn_run_module;

extern const lfn_run_module lfn_run_modules[];

/* Opens them, and raises errors of memory. The options must live as long as the state. */
void lfn_run_libraries_open(lua_State *L, const lfn_run_options *options);

#endif
