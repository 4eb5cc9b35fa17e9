/* A transport that holds what is started and ends it later: each exchange when its answer is due, those that are due
 * together in a random order. A step moves the clock by what it waits. */
#ifndef TESTS_SUPPORT_HELD_TRANSPORT_H
#define TESTS_SUPPORT_HELD_TRANSPORT_H

#include "support/canned_transport.h"

enum { HELD_MAX = 4096 };

/* What becomes of a request; its texts are copied before the next one is asked for. */
typedef void (*held_decide)(void *context, const lfn_exchange *exchange, canned_answer *out_answer);

typedef struct held_one {
    lfn_exchange *exchange;
    canned_answer answer;
    int64_t due_ms;
    bool late; /* its timeout comes before its answer */
} held_one;

typedef struct held_transport {
    lfn_transport transport; /* give its address to lfn_client_open */
    fake_clock *clock;
    held_decide decide;
    void *context;
    uint32_t random; /* the seed of the order */
    bool stalls;     /* nothing ends, not even by its timeout */
    held_one held[HELD_MAX];
    size_t count;
    size_t most; /* that were held at one time */
    size_t started;
    size_t cancelled;
    struct held_transport *others; /* those that were made from it */
    bool freed;
} held_transport;

/* `many`: others can be made from it, which ask the same function. */
void held_init(held_transport *held, fake_clock *clock, held_decide decide, void *context, bool many);
/* Exchanges that it holds, and the others as well. */
size_t held_count(const held_transport *held);
/* A number of a simple sequence that begins with a seed. */
uint32_t held_random(uint32_t *state);

#endif
