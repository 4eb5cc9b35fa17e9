/* The system's clock and random bytes, forks, and the version. */
#include "base/system.h"

#include "leafnative/base.h"

#include <errno.h>
#include <pthread.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

static int64_t read_clock_ns(clockid_t which)
{
    struct timespec now = {0};
    (void)clock_gettime(which, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t system_now_us(void *context)
{
    (void)context;
    return read_clock_ns(CLOCK_REALTIME) / 1000;
}

static int64_t system_monotonic_ms(void *context)
{
    (void)context;
    return read_clock_ns(CLOCK_MONOTONIC) / 1000000;
}

static void system_sleep_ms(void *context, int64_t duration_ms)
{
    (void)context;
    if (duration_ms <= 0)
        return;
    struct timespec left = {.tv_sec = (time_t)(duration_ms / 1000), .tv_nsec = (long)(duration_ms % 1000) * 1000000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        continue;
}

const lfn_clock *lfn_clock_system(void)
{
    static const lfn_clock clock = {system_now_us, system_monotonic_ms, system_sleep_ms, NULL};
    return &clock;
}

static bool system_fill(void *context, void *out_bytes, size_t size)
{
    (void)context;
    unsigned char *next = out_bytes;
    while (size > 0) {
        ssize_t got = getrandom(next, size, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        next += got;
        size -= (size_t)got;
    }
    return true;
}

const lfn_random *lfn_random_system(void)
{
    static const lfn_random random = {system_fill, NULL};
    return &random;
}

/* ---- forks ---- */

/* The child has one thread while its handlers run, so that nobody reads the number as it changes. */
static unsigned forks;
static bool forks_are_counted;
static pthread_once_t counting = PTHREAD_ONCE_INIT;

static void count_fork(void)
{
    forks++;
}

static void begin_counting(void)
{
    forks_are_counted = pthread_atfork(NULL, NULL, count_fork) == 0;
}

unsigned lfn_fork_generation(void)
{
    (void)pthread_once(&counting, begin_counting);
    /* Without the memory to count, the number of the process tells a child as well, at the cost of a system call. */
    return forks_are_counted ? forks : (unsigned)getpid();
}

const char *lfn_version(void)
{
    return LFN_VERSION;
}
