/* leafnative-lua: runs one automation script in a fresh state of Lua, within limits. */
#include "libraries.h"
#include "limits.h"

#include <ctype.h>
#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

typedef struct script_run {
    lfn_run_options options;
    lfn_run_limits limits;
    bool no_script;   /* it could not be read */
    bool no_watchdog; /* the system gave no thread */
} script_run;

/* ---- what is said ---- */

/* Pushes the text as one line: what would break or colour a log becomes a space. */
static void push_line(lua_State *L, const char *text, size_t size)
{
    luaL_Buffer line;
    char *place = luaL_buffinitsize(L, &line, size);
    for (size_t i = 0; i < size; i++)
        place[i] = (char)(iscntrl((unsigned char)text[i]) ? ' ' : text[i]);
    luaL_pushresultsize(&line, size);
}

/* Whether the value says of itself what it is. Behind the time limit no code of the script may run. */
static bool has_words(lua_State *L)
{
    bool is_text = lua_type(L, 1) == LUA_TSTRING || lua_type(L, 1) == LUA_TNUMBER;
    return is_text || (!lfn_run_time_over(L) && luaL_getmetafield(L, 1, "__tostring") != LUA_TNIL);
}

/* Makes one line and the traceback of an error. */
static int describe_error(lua_State *L)
{
    if (has_words(L))
        luaL_tolstring(L, 1, NULL);
    else
        lua_pushfstring(L, "(error object is a %s value)", luaL_typename(L, 1));
    size_t size;
    const char *text = lua_tolstring(L, -1, &size);
    push_line(L, text, size);
    luaL_traceback(L, L, lua_tostring(L, -1), 1);
    return 1;
}

/* Warnings of Lua, as that of an error in a finalizer. */
static void warn(void *context, const char *message, int to_continue)
{
    bool *inside = context;
    if (!*inside && !to_continue && message[0] == '@')
        return;
    fprintf(stderr, "%s%s%s", *inside ? "" : "leafnative-lua: warning: ", message, to_continue ? "" : "\n");
    *inside = to_continue != 0;
}

static int report(const script_run *run, lua_State *L, int status)
{
    if (status == LUA_OK)
        return LFN_RUN_DONE;
    const char *text = lua_tostring(L, -1);
    bool over = atomic_load(&run->limits.over);
    bool starved = run->limits.memory_refused && text != NULL && strncmp(text, "not enough memory", 17) == 0;
    if (!over && (status == LUA_ERRMEM || starved)) {
        fprintf(stderr, "leafnative-lua: the memory limit of %zu bytes is reached: give --memory more\n",
                run->limits.memory_max);
        return LFN_RUN_MEMORY;
    }
    fprintf(stderr, "leafnative-lua: %s\n", text != NULL ? text : "the error has no text");
    if (over)
        return LFN_RUN_TIME;
    return run->no_script || run->no_watchdog ? LFN_RUN_USAGE : LFN_RUN_SCRIPT_ERROR;
}

/* ---- the script ---- */

static void set_arguments(lua_State *L, const lfn_run_options *options)
{
    lua_createtable(L, options->argument_count, 1);
    lua_pushstring(L, options->script);
    lua_rawseti(L, -2, 0);
    for (int i = 0; i < options->argument_count; i++) {
        lua_pushstring(L, options->arguments[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_setglobal(L, "arg");
}

static void load_script(lua_State *L, script_run *run)
{
    const char *script = run->options.script;
    const char *mode = run->options.unsafe ? NULL : "t";
    int status = luaL_loadfilex(L, strcmp(script, "-") != 0 ? script : NULL, mode);
    run->no_script = status == LUA_ERRFILE;
    if (status != LUA_OK)
        lua_error(L);
}

/* Leaves the script and its arguments on the stack. Like the script itself, it runs where errors of Lua are caught. */
static int prepare(lua_State *L)
{
    script_run *run = lua_touserdata(L, 1);
    const lfn_run_options *options = &run->options;
    lfn_run_libraries_open(L, options);
    set_arguments(L, options);
    load_script(L, run);
    luaL_checkstack(L, options->argument_count, "too many arguments");
    for (int i = 0; i < options->argument_count; i++)
        lua_pushstring(L, options->arguments[i]);
    run->no_watchdog = !lfn_run_limits_begin(&run->limits, L);
    if (run->no_watchdog)
        return luaL_error(L, "the system has no thread for the watchdog: give --time 0 to do without");
    return options->argument_count + 1;
}

static int run_in_state(script_run *run, lua_State *L)
{
    lua_pushcfunction(L, describe_error);
    lua_pushcfunction(L, prepare);
    lua_pushlightuserdata(L, run);
    int status = lua_pcall(L, 1, LUA_MULTRET, 0);
    if (status == LUA_OK)
        status = lua_pcall(L, run->options.argument_count, 0, 1);
    int exit = report(run, L, status);
    run->limits.closing = true;
    lua_close(L);
    lfn_run_limits_end(&run->limits);
    return exit;
}

int main(int argc, char **argv)
{
    static script_run run;
    static bool in_warning;
    int exit = LFN_RUN_USAGE;
    if (!lfn_run_options_read(argc, argv, &run.options, &exit))
        return exit;
    /* A line that was printed is out, even when the watchdog ends the process. */
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    run.limits.memory_max = run.options.memory_max;
    run.limits.time_ms = run.options.time_ms;
    lua_State *L = lua_newstate(lfn_run_allocate, &run.limits);
    if (L == NULL) {
        fputs("leafnative-lua: there is no memory for a state of Lua: give --memory more\n", stderr);
        return LFN_RUN_MEMORY;
    }
    lua_setwarnf(L, warn, &in_warning);
    exit = run_in_state(&run, L);
    if (exit == LFN_RUN_DONE && (fflush(stdout) != 0 || ferror(stdout))) {
        fputs("leafnative-lua: not everything could be written to the standard output\n", stderr);
        return LFN_RUN_SCRIPT_ERROR;
    }
    return exit;
}
