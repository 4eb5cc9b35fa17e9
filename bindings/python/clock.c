/* The clock of a Client: the system's, or that of its Service, cut into spans after which signals are looked for. */
#include "client.h"

enum { LONGEST_SLEEP_MS = 20 };

static int64_t now_us(void *context)
{
    const lfn_clock *below = ((const lfn_py_clock *)context)->below;
    return below->now_us(below->context);
}

/* Whether an exception ends the call, by the system's clock: that of a Service may stand still. */
static bool interrupted(void)
{
    const lfn_clock *system = lfn_clock_system();
    return lfn_py_interrupted(system->monotonic_ms(system->context));
}

/* A call that an interrupt ends has no time left. Most clients go by the system's clock, which is then read once. */
static int64_t monotonic_ms(void *context)
{
    const lfn_clock *below = ((const lfn_py_clock *)context)->below;
    int64_t now_ms = below->monotonic_ms(below->context);
    bool ends = below == lfn_clock_system() ? lfn_py_interrupted(now_ms) : interrupted();
    return ends ? INT64_MAX / 2 : now_ms;
}

static void sleep_ms(void *context, int64_t duration_ms)
{
    const lfn_clock *below = ((const lfn_py_clock *)context)->below;
    for (int64_t left_ms = duration_ms; left_ms > 0 && !interrupted(); left_ms -= LONGEST_SLEEP_MS)
        below->sleep_ms(below->context, left_ms < LONGEST_SLEEP_MS ? left_ms : LONGEST_SLEEP_MS);
}

void lfn_py_clock_init(lfn_py_clock *clock, const lfn_clock *below)
{
    clock->below = below != NULL ? below : lfn_clock_system();
    clock->clock = (lfn_clock){now_us, monotonic_ms, sleep_ms, clock};
}
