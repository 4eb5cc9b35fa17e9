/* The functions of Lua that a script gets in a narrower form. */
#ifndef LFN_RUN_GUARDED_H
#define LFN_RUN_GUARDED_H

#include "options.h"

#include <lua.h>

/* Puts them over those of the libraries that are open. The options must live as long as the state. */
void lfn_run_guard(lua_State *L, const lfn_run_options *options);

#endif
