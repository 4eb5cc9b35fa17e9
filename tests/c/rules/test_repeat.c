/* What may be repeated, over every cell. */
#include "rules/repeat.h"

#include "leafnative/error.h"
#include "leafnative/operation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const int http_statuses[] = {0,   200, 201, 301, 400, 401, 403, 404, 405,
                                    408, 409, 413, 429, 500, 501, 502, 503, 504};
enum { HTTP_COUNT = sizeof http_statuses / sizeof *http_statuses };

typedef void (*cell_check)(lfn_repeat repeat, lfn_stage stage, lfn_status status, int http_status, lfn_verdict verdict);

static void check_cells(cell_check check)
{
    for (int repeat = LFN_REPEAT_SAFE; repeat <= LFN_REPEAT_NEVER; repeat++)
        for (int stage = LFN_STAGE_IDLE; stage <= LFN_STAGE_DONE; stage++)
            for (int status = LFN_OK; status < LFN_STATUS_COUNT; status++)
                for (size_t i = 0; i < HTTP_COUNT; i++)
                    check(
                        (lfn_repeat)repeat, (lfn_stage)stage, (lfn_status)status, http_statuses[i],
                        lfn_repeat_decide((lfn_repeat)repeat, (lfn_stage)stage, (lfn_status)status, http_statuses[i]));
}

static void check_effect(lfn_repeat repeat, lfn_stage stage, lfn_status status, int http_status, lfn_verdict verdict)
{
    (void)status;
    if (stage >= LFN_STAGE_SENDING && http_status != 429 && repeat != LFN_REPEAT_SAFE)
        assert_int_not_equal(verdict, LFN_VERDICT_RETRY);
    if (repeat != LFN_REPEAT_RECONCILE || stage < LFN_STAGE_SENDING)
        assert_int_not_equal(verdict, LFN_VERDICT_RECONCILE);
}

static void nothing_that_may_have_had_an_effect_is_repeated_unless_it_is_safe(void **state)
{
    (void)state;
    check_cells(check_effect);
}

static void check_ended(lfn_repeat repeat, lfn_stage stage, lfn_status status, int http_status, lfn_verdict verdict)
{
    (void)repeat;
    (void)stage;
    (void)http_status;
    if (status == LFN_OK || status == LFN_CLOSED)
        assert_int_equal(verdict, LFN_VERDICT_FAIL);
}

static void a_success_and_a_closed_client_are_not_repeated(void **state)
{
    (void)state;
    check_cells(check_ended);
}

typedef struct cell {
    lfn_stage stage;
    lfn_status status;
    int http_status;
    lfn_verdict safe;
    lfn_verdict reconcile;
    lfn_verdict never;
} cell;

#define RETRY LFN_VERDICT_RETRY
#define ASK LFN_VERDICT_RECONCILE
#define FAIL LFN_VERDICT_FAIL

static const cell cells[] = {
    {LFN_STAGE_IDLE, LFN_TRANSPORT, 0, RETRY, RETRY, RETRY},
    {LFN_STAGE_CONNECTING, LFN_TRANSPORT, 0, RETRY, RETRY, RETRY},
    {LFN_STAGE_CONNECTING, LFN_DEADLINE, 0, RETRY, RETRY, RETRY},
    {LFN_STAGE_CONNECTING, LFN_BAD_INPUT, 0, FAIL, FAIL, FAIL},
    {LFN_STAGE_CONNECTING, LFN_NO_MEMORY, 0, FAIL, FAIL, FAIL},
    {LFN_STAGE_SENDING, LFN_TRANSPORT, 0, RETRY, ASK, FAIL},
    {LFN_STAGE_WAITING, LFN_DEADLINE, 0, RETRY, ASK, FAIL},
    {LFN_STAGE_WAITING, LFN_TRANSPORT, 0, RETRY, ASK, FAIL},
    {LFN_STAGE_RECEIVING, LFN_TRANSPORT, 0, RETRY, ASK, FAIL},
    {LFN_STAGE_RECEIVING, LFN_PROTOCOL, 0, FAIL, ASK, FAIL},
    {LFN_STAGE_RECEIVING, LFN_NO_MEMORY, 0, FAIL, ASK, FAIL},
    {LFN_STAGE_DONE, LFN_PROTOCOL, 201, FAIL, ASK, FAIL},
    {LFN_STAGE_DONE, LFN_BAD_INPUT, 400, FAIL, FAIL, FAIL},
    {LFN_STAGE_DONE, LFN_UNAUTHORIZED, 401, FAIL, FAIL, FAIL},
    {LFN_STAGE_DONE, LFN_NOT_FOUND, 404, FAIL, FAIL, FAIL},
    {LFN_STAGE_DONE, LFN_DEADLINE, 408, RETRY, ASK, FAIL},
    {LFN_STAGE_DONE, LFN_RATE_LIMITED, 429, RETRY, RETRY, RETRY},
    {LFN_STAGE_DONE, LFN_SERVER, 500, RETRY, ASK, FAIL},
    {LFN_STAGE_DONE, LFN_SERVER, 501, FAIL, ASK, FAIL},
    {LFN_STAGE_DONE, LFN_SERVER, 502, RETRY, ASK, FAIL},
    {LFN_STAGE_DONE, LFN_SERVER, 503, RETRY, ASK, FAIL},
    {LFN_STAGE_DONE, LFN_SERVER, 504, RETRY, ASK, FAIL},
};

static void each_way_to_fail_has_its_verdict(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        const cell *c = &cells[i];
        assert_int_equal(lfn_repeat_decide(LFN_REPEAT_SAFE, c->stage, c->status, c->http_status), c->safe);
        assert_int_equal(lfn_repeat_decide(LFN_REPEAT_RECONCILE, c->stage, c->status, c->http_status), c->reconcile);
        assert_int_equal(lfn_repeat_decide(LFN_REPEAT_NEVER, c->stage, c->status, c->http_status), c->never);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_that_may_have_had_an_effect_is_repeated_unless_it_is_safe),
        cmocka_unit_test(a_success_and_a_closed_client_are_not_repeated),
        cmocka_unit_test(each_way_to_fail_has_its_verdict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
