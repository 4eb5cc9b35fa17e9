/* Watching a line: see alarm.h. The alarm is Linux's timer descriptor. */
#include "client/alarm.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/timerfd.h>
#endif

#include "base/error.h"

enum { MS_PER_S = 1000, NS_PER_MS = 1000000 };

lfn_alarm lfn_alarm_none(void)
{
    return (lfn_alarm){.descriptor = -1, .watched = -1, .rings_ms = INT64_MAX};
}

#ifdef __linux__
static int make_alarm(void)
{
    return timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
}

/* From now on, so that a clock that is given may run differently from the system's. INT64_MAX: never. */
static void set_alarm(int descriptor, int64_t in_ms)
{
    struct itimerspec span = {.it_value = {.tv_nsec = 1}}; /* zero would put it off */
    if (in_ms > 0) {
        span.it_value.tv_sec = in_ms / MS_PER_S;
        span.it_value.tv_nsec = in_ms % MS_PER_S * NS_PER_MS;
    }
    if (in_ms == INT64_MAX)
        span = (struct itimerspec){.it_value = {.tv_nsec = 0}};
    (void)timerfd_settime(descriptor, 0, &span, NULL);
}
#else
static int make_alarm(void)
{
    errno = ENOTSUP;
    return -1;
}

static void set_alarm(int descriptor, int64_t in_ms)
{
    (void)descriptor;
    (void)in_ms;
}
#endif

int lfn_line_watch(lfn_line *line, lfn_error *error)
{
    lfn_alarm *alarm = &line->alarm;
    lfn_transport *transport = line->transport;
    if (alarm->watched >= 0)
        return alarm->watched;
    if (alarm->descriptor < 0)
        alarm->descriptor = make_alarm();
    if (alarm->descriptor >= 0)
        alarm->watched = transport->methods->descriptor != NULL
                             ? transport->methods->descriptor(transport, alarm->descriptor)
                             : alarm->descriptor;
    if (alarm->watched < 0)
        (void)lfn_error_set(error, LFN_TRANSPORT, "There is no descriptor to watch: %s", strerror(errno));
    return alarm->watched;
}

/* One that rang stays readable until it is set again, which also silences it. */
void lfn_line_ring_at(lfn_line *line, int64_t due_ms)
{
    lfn_alarm *alarm = &line->alarm;
    bool rang = alarm->rings_ms <= line->now_ms;
    if (alarm->watched < 0 || (!rang && due_ms >= alarm->rings_ms))
        return;
    set_alarm(alarm->descriptor, due_ms == INT64_MAX ? INT64_MAX : due_ms - line->now_ms);
    alarm->rings_ms = due_ms > line->now_ms ? due_ms : line->now_ms;
}

void lfn_line_hush(lfn_line *line)
{
    lfn_alarm *alarm = &line->alarm;
    if (alarm->watched < 0 || alarm->rings_ms == INT64_MAX)
        return;
    set_alarm(alarm->descriptor, INT64_MAX);
    alarm->rings_ms = INT64_MAX;
}

void lfn_alarm_free(lfn_alarm *alarm)
{
    if (alarm->descriptor >= 0)
        (void)close(alarm->descriptor);
    *alarm = lfn_alarm_none();
}
