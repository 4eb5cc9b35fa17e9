/* How many repetitions a client may spend: a budget that failures empty and successes fill. While most calls succeed it
 * never bites; when the peer is down it ends the repetitions that would keep it down. The figures are those of the
 * standard retry mode of the AWS clients. */
#ifndef LFN_RULES_BUDGET_H
#define LFN_RULES_BUDGET_H

#include <stdbool.h>

enum {
    LFN_BUDGET_FULL = 500,
    LFN_BUDGET_COST = 5,
    LFN_BUDGET_TIMEOUT_COST = 10, /* of a repetition after a time-out, which has held its peer for long already */
    LFN_BUDGET_GAIN = 1           /* of a first attempt that succeeds */
};

typedef struct lfn_budget {
    unsigned tokens; /* from 0 to LFN_BUDGET_FULL */
} lfn_budget;

lfn_budget lfn_budget_full(void);

/* Takes the cost of one repetition out. 0, and nothing taken, when there is not enough left: then nothing is repeated.
 */
unsigned lfn_budget_take(lfn_budget *budget, bool timed_out);

/* What a success gives back: the cost of the repetition that it was, or for a first attempt (a cost of 0) the gain. */
void lfn_budget_give(lfn_budget *budget, unsigned cost);

#endif
