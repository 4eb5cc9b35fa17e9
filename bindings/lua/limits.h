/* What the program that holds a Lua state may put into its registry before the module is used.
 *
 * registry[LFN_LUA_ENDS_AT]  an integer: when the script has to be over, in milliseconds of
 *     lfn_clock_system()->monotonic_ms. A call of the library takes no longer than what is left until then, whatever
 *     its own deadline; with nothing left it gets one millisecond. Absent: no limit. */
#ifndef LFN_LUA_LIMITS_H
#define LFN_LUA_LIMITS_H

#define LFN_LUA_ENDS_AT "leafnative.ends_at_ms"

#endif
