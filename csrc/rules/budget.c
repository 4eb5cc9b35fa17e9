/* The budget of repetitions: see budget.h. */
#include "rules/budget.h"

lfn_budget lfn_budget_full(void)
{
    return (lfn_budget){.tokens = LFN_BUDGET_FULL};
}

unsigned lfn_budget_take(lfn_budget *budget, bool timed_out)
{
    unsigned cost = timed_out ? LFN_BUDGET_TIMEOUT_COST : LFN_BUDGET_COST;
    if (cost > budget->tokens)
        return 0;
    budget->tokens -= cost;
    return cost;
}

void lfn_budget_give(lfn_budget *budget, unsigned cost)
{
    unsigned gain = cost > 0 ? cost : LFN_BUDGET_GAIN;
    unsigned room = LFN_BUDGET_FULL - budget->tokens;
    budget->tokens += gain < room ? gain : room;
}
