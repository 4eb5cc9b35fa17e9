/* The part that the C clients of the benchmark share; see job.h. */
#include "job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define ID_FORM "0190f5a1-7b1c-7e3a-9d52-%012lx"
#define TARGET_FORM "/services/usermanagement/api/users/%s/panorama-credentials%s"

typedef struct moment {
    double wall, user, system;
} moment;

static moment began;

static moment now(void)
{
    struct timespec wall;
    struct rusage used;
    (void)clock_gettime(CLOCK_MONOTONIC, &wall);
    (void)getrusage(RUSAGE_SELF, &used);
    return (moment){(double)wall.tv_sec + (double)wall.tv_nsec / 1e9,
                    (double)used.ru_utime.tv_sec + (double)used.ru_utime.tv_usec / 1e6,
                    (double)used.ru_stime.tv_sec + (double)used.ru_stime.tv_usec / 1e6};
}

void bench_stop(const char *what)
{
    (void)fprintf(stderr, "%s\n", what);
    exit(1);
}

bench_job bench_read(int argc, char **argv)
{
    if (argc != 9)
        bench_stop("usage: PROGRAM WAY BASE COUNT IN_FLIGHT WARM_UP LENGTH credential|events CA_FILE|-");
    bench_job job = {.way = argv[1],
                     .base = argv[2],
                     .count = strtoul(argv[3], NULL, 10),
                     .in_flight = (unsigned)strtoul(argv[4], NULL, 10),
                     .warm_up = strtoul(argv[5], NULL, 10),
                     .length = strtoul(argv[6], NULL, 10),
                     .events = strcmp(argv[7], "events") == 0,
                     .ca_file = strcmp(argv[8], "-") == 0 ? NULL : argv[8]};
    if (job.count == 0 || job.in_flight == 0 || job.length == 0)
        bench_stop("count, requests in flight and length are at least 1");
    bench_restart();
    return job;
}

void bench_restart(void)
{
    began = now();
}

/* The peak of this program alone: what getrusage tells would include the memory of its parent before the exec. */
static unsigned long peak_kb(void)
{
    char line[128];
    unsigned long peak = 0;
    FILE *file = fopen("/proc/self/status", "r");
    if (file == NULL)
        return 0;
    while (fgets(line, sizeof line, file) != NULL && sscanf(line, "VmHWM: %lu", &peak) != 1)
        continue;
    (void)fclose(file);
    return peak;
}

void bench_tell(unsigned long count)
{
    moment ended = now();
    (void)printf("%lu %.6f %.6f %.6f %lu\n", count, ended.wall - began.wall, ended.user - began.user,
                 ended.system - began.system, peak_kb());
}

void bench_id(unsigned long number, char id[BENCH_ID_SIZE])
{
    (void)snprintf(id, BENCH_ID_SIZE, ID_FORM, number);
}

size_t bench_target(const bench_job *job, unsigned long number, char target[BENCH_TARGET_SIZE])
{
    char id[BENCH_ID_SIZE];
    bench_id(number, id);
    return (size_t)snprintf(target, BENCH_TARGET_SIZE, TARGET_FORM, id, job->events ? "/events" : "");
}

void bench_check(const bench_job *job, long status, size_t length)
{
    if (status == 200 && length == job->length)
        return;
    (void)fprintf(stderr, "an answer %ld of %zu bytes came instead of 200 and %zu bytes\n", status, length,
                  job->length);
    exit(1);
}
