/* Reads the command line, and says what it takes. */
#include "options.h"

#include "leafnative/base.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const char usage[] = "usage: leafnative-lua [--memory SIZE] [--time SECONDS] [--env NAME]... [--unsafe] SCRIPT "
                            "[ARGUMENT]...\n";

static const char help[] =
    "\nRuns a Lua 5.4 script with `require \"leafnative\"` ready, within limits. SCRIPT - is the standard input.\n\n"
    "  --memory SIZE   what Lua's own values may take: bytes, or with K, M or G behind (64M; 0: no limit)\n"
    "  --time SECONDS  how long the script may run, as in 0.5 (600; 0: no limit)\n"
    "  --env NAME      os.getenv gives the script this variable; all others are nil to it\n"
    "  --unsafe        all of Lua: io, os, debug, package, bytecode; the limits stay\n"
    "  --version, --help\n\n"
    "Ends with 0 when the script is done, 1 when it raised an error, 2 when it could not be started (wrong usage, no\n"
    "such file), 3 at the time limit, 4 at the memory limit, 5 when the watchdog had to end it because it did not\n"
    "stop at the time limit; with N when it called os.exit(N). What went wrong stands on the standard error.\n";

static bool refuse(const char *what, const char *given, int *out_exit)
{
    fprintf(stderr, "leafnative-lua: %s: %s\n%s", what, given, usage);
    *out_exit = LFN_RUN_USAGE;
    return false;
}

static bool finish(const char *before, const char *text, int *out_exit)
{
    printf("%s%s", before, text);
    *out_exit = LFN_RUN_DONE;
    return false;
}

/* "64M" in bytes. */
static bool read_size(const char *text, size_t *out_size)
{
    static const char units[] = "KMG";
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (errno != 0 || text[0] < '0' || text[0] > '9')
        return false;
    unsigned shift = 0;
    const char *unit = *end != '\0' ? strchr(units, *end) : NULL;
    if (unit != NULL) {
        shift = 10 * (unsigned)(unit - units + 1);
        end++;
    }
    if (*end != '\0' || number > (SIZE_MAX >> shift))
        return false;
    *out_size = (size_t)number << shift;
    return true;
}

/* "0.5" in milliseconds; up to a year. */
static bool read_seconds(const char *text, int64_t *out_ms)
{
    const double most = 366.0 * 24 * 3600;
    char *end;
    double seconds = strtod(text, &end);
    if (end == text || *end != '\0' || !(seconds >= 0) || seconds > most)
        return false;
    *out_ms = (int64_t)ceil(seconds * 1000);
    return true;
}

static bool take_option(int option, const char *value, lfn_run_options *options, int *out_exit)
{
    switch (option) {
    case 'm':
        return read_size(value, &options->memory_max) || refuse("--memory takes a size, as 64M", value, out_exit);
    case 't':
        return read_seconds(value, &options->time_ms) || refuse("--time takes seconds, as 60", value, out_exit);
    case 'e':
        if (options->name_count == LFN_RUN_NAMES_MAX)
            return refuse("--env stands too often", value, out_exit);
        options->names[options->name_count++] = value;
        return true;
    case 'u':
        options->unsafe = true;
        return true;
    case 'h':
        return finish(usage, help, out_exit);
    case 'v':
        return finish("leafnative-lua " LFN_VERSION, "\n", out_exit);
    case ':':
        return refuse("a value is missing behind", value, out_exit);
    default:
        return refuse("there is no option", value, out_exit);
    }
}

bool lfn_run_options_read(int argc, char **argv, lfn_run_options *out_options, int *out_exit)
{
    static const struct option known[] = {
        {"memory", required_argument, NULL, 'm'},
        {"time", required_argument, NULL, 't'},
        {"env", required_argument, NULL, 'e'},
        {"unsafe", no_argument, NULL, 'u'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'v'},
        {NULL, 0, NULL, 0},
    };
    lfn_run_options options = {.memory_max = (size_t)64 << 20, .time_ms = 600 * 1000};
    int option;
    /* The + stops at the script: what stands behind it is the script's own. */
    while ((option = getopt_long(argc, argv, "+:", known, NULL)) != -1) {
        bool has_value = option == 'm' || option == 't' || option == 'e';
        if (!take_option(option, has_value ? optarg : argv[optind - 1], &options, out_exit))
            return false;
    }
    if (optind == argc)
        return refuse("a script is missing", "name a file, or - for the standard input", out_exit);
    options.script = argv[optind];
    options.arguments = argv + optind + 1;
    options.argument_count = argc - optind - 1;
    *out_options = options;
    return true;
}
