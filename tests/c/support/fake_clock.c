/* A clock that stands still until it is moved: see fake_clock.h. */
#include "support/fake_clock.h"

static int64_t now_us(void *context)
{
    return ((fake_clock *)context)->now_us;
}

static int64_t monotonic_ms(void *context)
{
    return ((fake_clock *)context)->monotonic_ms;
}

static void sleep_ms(void *context, int64_t duration_ms)
{
    fake_clock *fake = context;
    if (fake->sleep_count < FAKE_CLOCK_SLEEPS_MAX)
        fake->slept_ms[fake->sleep_count++] = duration_ms;
    fake_clock_advance(fake, duration_ms);
}

void fake_clock_init(fake_clock *fake)
{
    *fake = (fake_clock){.now_us = 1767225600000000, .monotonic_ms = 5000};
    fake->clock = (lfn_clock){now_us, monotonic_ms, sleep_ms, fake};
}

void fake_clock_advance(fake_clock *fake, int64_t duration_ms)
{
    fake->now_us += duration_ms * 1000;
    fake->monotonic_ms += duration_ms;
}
