/* The budget of repetitions: what it costs, what it gains, and where it ends. */
#include "rules/budget.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_full_budget_pays_a_hundred_repetitions_and_no_more(void **state)
{
    (void)state;
    lfn_budget budget = lfn_budget_full();
    for (int i = 0; i < 100; i++)
        assert_int_equal(lfn_budget_take(&budget, false), 5);
    assert_int_equal(lfn_budget_take(&budget, false), 0);
    assert_int_equal(budget.tokens, 0);
}

static void a_repetition_after_a_time_out_costs_twice_as_much(void **state)
{
    (void)state;
    lfn_budget budget = {.tokens = 9};
    assert_int_equal(lfn_budget_take(&budget, true), 0);
    assert_int_equal(budget.tokens, 9);
    assert_int_equal(lfn_budget_take(&budget, false), 5);
    budget.tokens = 10;
    assert_int_equal(lfn_budget_take(&budget, true), 10);
    assert_int_equal(budget.tokens, 0);
}

static void a_repetition_that_succeeds_gives_its_cost_back_and_a_first_attempt_one(void **state)
{
    (void)state;
    lfn_budget budget = {.tokens = 100};
    lfn_budget_give(&budget, lfn_budget_take(&budget, true));
    assert_int_equal(budget.tokens, 100);
    lfn_budget_give(&budget, 0);
    assert_int_equal(budget.tokens, 101);
}

static void a_budget_never_holds_more_than_at_first(void **state)
{
    (void)state;
    lfn_budget budget = lfn_budget_full();
    lfn_budget_give(&budget, 0);
    assert_int_equal(budget.tokens, LFN_BUDGET_FULL);
    budget.tokens = LFN_BUDGET_FULL - 3;
    lfn_budget_give(&budget, 10);
    assert_int_equal(budget.tokens, LFN_BUDGET_FULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_budget_pays_a_hundred_repetitions_and_no_more),
        cmocka_unit_test(a_repetition_after_a_time_out_costs_twice_as_much),
        cmocka_unit_test(a_repetition_that_succeeds_gives_its_cost_back_and_a_first_attempt_one),
        cmocka_unit_test(a_budget_never_holds_more_than_at_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
