/* A clock that stands still until it is moved. Sleeping moves it. */
#ifndef TESTS_SUPPORT_FAKE_CLOCK_H
#define TESTS_SUPPORT_FAKE_CLOCK_H

#include "leafnative/base.h"

enum { FAKE_CLOCK_SLEEPS_MAX = 64 };

typedef struct fake_clock {
    lfn_clock clock; /* give its address to whom the time is to come from */
    int64_t now_us;
    int64_t monotonic_ms;
    int64_t slept_ms[FAKE_CLOCK_SLEEPS_MAX];
    size_t sleep_count;
} fake_clock;

/* Begins at 2026-01-01T00:00:00Z. */
void fake_clock_init(fake_clock *fake);
void fake_clock_advance(fake_clock *fake, int64_t duration_ms);

#endif
