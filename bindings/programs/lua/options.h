/* The command line of leafnative-lua. */
#ifndef LFN_RUN_OPTIONS_H
#define LFN_RUN_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the program ends with. A script that calls os.exit gives its own. */
enum {
    LFN_RUN_DONE = 0,
    LFN_RUN_SCRIPT_ERROR = 1,
    LFN_RUN_USAGE = 2,
    LFN_RUN_TIME = 3,
    LFN_RUN_MEMORY = 4,
    LFN_RUN_WATCHDOG = 5
};

enum { LFN_RUN_NAMES_MAX = 64 };

typedef struct lfn_run_options {
    size_t memory_max; /* bytes; 0: no limit */
    int64_t time_ms;   /* 0: no limit */
    bool unsafe;
    const char *names[LFN_RUN_NAMES_MAX]; /* variables of the environment that the script may read */
    size_t name_count;
    const char *script;     /* "-" is the standard input */
    char *const *arguments; /* of the script */
    int argument_count;
} lfn_run_options;

/* Reads the command line, whose strings are borrowed. False when the program has nothing to run: *out_exit is then what
 * it ends with, and what had to be said is printed. */
bool lfn_run_options_read(int argc, char **argv, lfn_run_options *out_options, int *out_exit);

#endif
