/* What every C client of the benchmark is told, and the line that it prints: so many requests of the same kind, each of
 * another user, every answer 200 and of the length that was told. */
#ifndef BENCH_JOB_H
#define BENCH_JOB_H

#include <stdbool.h>
#include <stddef.h>

#define BENCH_TOKEN "token-of-the-bench"
#define BENCH_ID_SIZE 37
#define BENCH_TARGET_SIZE 160

typedef struct bench_job {
    const char *way;  /* which client of the program */
    const char *base; /* scheme, host and port */
    unsigned long count;
    unsigned in_flight;
    unsigned long warm_up; /* requests that come before and are not measured */
    size_t length;         /* of every body */
    bool events;           /* the list of a user's events instead of the credential */
    const char *ca_file;   /* NULL over plain http */
} bench_job;

/* Takes WAY BASE COUNT IN_FLIGHT WARM_UP LENGTH credential|events CA_FILE|-, and begins to measure. */
bench_job bench_read(int argc, char **argv);
/* Begins to measure anew: what came before was the warming up. */
void bench_restart(void);
/* Prints the count, the seconds by the clock, in user mode and in the kernel, and the peak of memory in kB. */
void bench_tell(unsigned long count);
/* The id of the user of a request, no two alike. */
void bench_id(unsigned long number, char id[BENCH_ID_SIZE]);
/* The target of a request: the path below the host. Gives its length. */
size_t bench_target(const bench_job *job, unsigned long number, char target[BENCH_TARGET_SIZE]);
/* Ends the program when an answer is not the one that the server has. */
void bench_check(const bench_job *job, long status, size_t length);
_Noreturn void bench_stop(const char *what);

#endif
