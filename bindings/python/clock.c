/* The clock of a Client: the system's, or that of its Service, cut into spans after which signals are looked for. */
#include "client.h"

enum { LONGEST_SLEEP_MS = 20 };

static int64_t now_us(void *context)
{
    const lfn_clock *below = ((const lfn_py_clock *)context)->below;
    return below->now_us(below->context);
}

/* A call that an interrupt ends has no time left. */
static int64_t monotonic_ms(void *context)
{
    const lfn_clock *below = ((const lfn_py_clock *)context)->below;
    return lfn_py_interrupted() ? INT64_MAX / 2 : below->monotonic_ms(below->context);
}

static void sleep_ms(void *context, int64_t duration_ms)
{
    const lfn_clock *below = ((const lfn_py_clock *)context)->below;
    for (int64_t left_ms = duration_ms; left_ms > 0 && !lfn_py_interrupted(); left_ms -= LONGEST_SLEEP_MS)
        below->sleep_ms(below->context, left_ms < LONGEST_SLEEP_MS ? left_ms : LONGEST_SLEEP_MS);
}

void lfn_py_clock_init(lfn_py_clock *clock, const lfn_clock *below)
{
    clock->below = below != NULL ? below : lfn_clock_system();
    clock->clock = (lfn_clock){now_us, monotonic_ms, sleep_ms, clock};
}
