/* What the program that holds a Lua state may put into its registry before a script runs. */
#ifndef LFN_LUA_LIMITS_H
#define LFN_LUA_LIMITS_H

/* An integer: the monotonic milliseconds of the system's clock at which the last call has to be over. A call of the
 * library takes no longer than what is left until then, whatever its own deadline. Absent: no limit. */
#define LFN_LUA_LAST_MS "leafnative.last_ms"

#endif
