/* The world of the tests of many calls at once: see case_calls.h. */
#include "case_calls.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

static uint64_t tag_of(lfn_text target)
{
    uint64_t tag = 0;
    for (size_t i = 3; i < target.size && target.data[i] >= '0' && target.data[i] <= '9'; i++)
        tag = tag * 10 + (uint64_t)(target.data[i] - '0');
    return tag;
}

static void copy_text(char *out_text, size_t size, lfn_text text)
{
    (void)snprintf(out_text, size, "%.*s", (int)(text.size < size ? text.size : size - 1),
                   text.data != NULL ? text.data : "");
}

static case_outing *record(case_world *w, const lfn_exchange *exchange)
{
    if (w->outing_count == OUTINGS_MAX)
        abort(); /* no test sends so much */
    case_outing *outing = &w->outings[w->outing_count++];
    *outing = (case_outing){.login = lfn_text_equal_string(exchange->request->target, "/api/authenticate"),
                            .at_ms = case_now(w),
                            .timeout_ms = exchange->timeout_ms};
    copy_text(outing->authorization, sizeof outing->authorization, exchange->request->authorization);
    return outing;
}

static void answer_login(case_world *w, canned_answer *out_answer)
{
    static char body[64];
    w->logins++;
    if (w->logins <= w->login.times) {
        *out_answer = w->login.answer;
        return;
    }
    (void)snprintf(body, sizeof body, "{\"id_token\":\"t%u\"}", w->logins);
    *out_answer = (canned_answer){.status = 200, .body = body, .takes_ms = w->login.takes_ms};
}

static const char *good_body(case_world *w, const case_plan *plan, lfn_text target)
{
    static char path[160];
    bool ours = target.size > 3 && memcmp(target.data, "/r/", 3) == 0;
    (void)snprintf(path, sizeof path, ours ? "%.*s" : "[{\"id\":\"%.*s\"}]", (int)target.size, target.data);
    if (plan->body_size == 0)
        return path;
    free(w->large);
    w->large = calloc(1, plan->body_size + 1);
    assert_non_null(w->large);
    memset(w->large, 'x', plan->body_size);
    return w->large;
}

static void decide(void *context, const lfn_exchange *exchange, canned_answer *out_answer)
{
    case_world *w = context;
    case_outing *outing = record(w, exchange);
    if (outing->login) {
        answer_login(w, out_answer);
        return;
    }
    outing->tag = tag_of(exchange->request->target);
    const case_plan *plan = &w->plans[outing->tag % TAGS_MAX];
    bool accepted = w->accepted == NULL || strcmp(outing->authorization, w->accepted) == 0;
    if (w->tried[outing->tag % TAGS_MAX]++ < plan->times)
        *out_answer = plan->answer;
    else if (accepted)
        *out_answer = (canned_answer){.status = 200, .body = good_body(w, plan, exchange->request->target)};
    else
        *out_answer = (canned_answer){.status = 401};
    if (out_answer->takes_ms == 0)
        out_answer->takes_ms = plan->takes_ms;
}

int case_set_up(void **state)
{
    case_world *w = calloc(1, sizeof *w);
    if (w == NULL)
        return -1;
    fake_clock_init(&w->clock);
    w->began_ms = w->clock.monotonic_ms;
    held_init(&w->held, &w->clock, decide, w, true);
    w->options =
        (lfn_client_options){.token = LFN_TEXT("given"), .transport = &w->held.transport, .clock = &w->clock.clock};
    *state = w;
    return 0;
}

int case_tear_down(void **state)
{
    case_world *w = *state;
    lfn_calls_free(w->calls);
    lfn_client_free(w->client);
    size_t left = held_count(&w->held);
    free(w->large);
    free(w);
    return left == 0 ? 0 : -1;
}

void case_with_login(case_world *w)
{
    w->options.token = (lfn_text){NULL, 0};
    w->options.username = lfn_text_of("a@farm.example");
    w->options.password = lfn_text_of("s3cret");
}

void case_open(case_world *w)
{
    assert_int_equal(lfn_client_open(&w->options, &w->client, &w->error), LFN_OK);
    assert_int_equal(lfn_calls_open(w->client, &w->limits, &w->calls, &w->error), LFN_OK);
}

int64_t case_now(const case_world *w)
{
    return w->clock.monotonic_ms - w->began_ms;
}

lfn_status case_try(case_world *w, uint64_t tag)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/r/%llu", (unsigned long long)tag);
    return lfn_calls_submit_request(w->calls, LFN_GET, lfn_text_of(path), lfn_text_of(NULL), tag, &w->error);
}

void case_submit(case_world *w, uint64_t tag)
{
    if (case_try(w, tag) != LFN_OK)
        fail_msg("%llu: %s", (unsigned long long)tag, w->error.message);
}

void case_submit_all(case_world *w, uint64_t first, size_t count)
{
    for (size_t i = 0; i < count; i++)
        case_submit(w, first + i);
}

static void keep_end(case_world *w, const lfn_completion *completion)
{
    assert_true(completion->tag < TAGS_MAX);
    case_end *end = &w->ends[completion->tag];
    end->count++;
    end->status = completion->status;
    end->attempts = completion->result->attempt_count;
    end->at_ms = case_now(w);
    end->place = w->end_count++;
    end->capacity = completion->result->response.body.capacity;
    copy_text(end->body, sizeof end->body, lfn_buffer_text(&completion->result->response.body));
    if (completion->status == LFN_OK)
        return;
    (void)snprintf(end->message, sizeof end->message, "%s", completion->error->message);
    (void)snprintf(end->hint, sizeof end->hint, "%s", completion->error->hint);
}

size_t case_poll_some(case_world *w, int64_t wait_ms, size_t room)
{
    lfn_completion completions[64];
    assert_true(room <= 64);
    size_t count = lfn_calls_poll(w->calls, wait_ms, completions, room);
    assert_true(count <= room);
    for (size_t i = 0; i < count; i++)
        keep_end(w, &completions[i]);
    return count;
}

size_t case_poll(case_world *w, int64_t wait_ms)
{
    return case_poll_some(w, wait_ms, 64);
}

void case_drain(case_world *w)
{
    enum { POLLS_MAX = 100000 };
    for (size_t i = 0; lfn_calls_pending(w->calls) > 0; i++) {
        if (i == POLLS_MAX)
            fail_msg("%zu calls never end", lfn_calls_pending(w->calls));
        (void)case_poll(w, 1000);
    }
}

void case_all_good(const case_world *w, uint64_t first, size_t count)
{
    for (uint64_t tag = first; tag < first + count; tag++) {
        char path[64];
        (void)snprintf(path, sizeof path, "/r/%llu", (unsigned long long)tag);
        const case_end *end = &w->ends[tag];
        if (end->count != 1 || end->status != LFN_OK || strcmp(end->body, path) != 0)
            fail_msg("%s was handed out %u times: %s, %s, %s", path, end->count, lfn_status_get(end->status)->code,
                     end->body, end->message);
    }
}

void case_ended(const case_world *w, uint64_t tag, lfn_status status)
{
    const case_end *end = &w->ends[tag];
    if (end->count != 1 || end->status != status)
        fail_msg("%llu was handed out %u times: %s, not %s: %s", (unsigned long long)tag, end->count,
                 lfn_status_get(end->status)->code, lfn_status_get(status)->code, end->message);
}

unsigned case_outings_of(const case_world *w, uint64_t tag)
{
    unsigned count = 0;
    for (size_t i = 0; i < w->outing_count; i++)
        count += !w->outings[i].login && w->outings[i].tag == tag;
    return count;
}
