/* The queue of calls that wait for a place: one small block each. */
#include "base/alloc.h"
#include "base/error.h"
#include "client/calls.h"

struct lfn_job {
    lfn_job *next;
    uint64_t tag;
    const lfn_operation *operation;
    const lfn_provider *provider;
    int64_t timeout_ms;
    int64_t deadline_ms;
    size_t target_size;
    size_t body_size;
    lfn_method method;
    bool unread;
    bool once;
    bool has_body;
    char bytes[]; /* target and body */
};

static void free_job(lfn_job *waiting)
{
    lfn_free_wiped(waiting, sizeof *waiting + waiting->target_size + waiting->body_size);
}

static lfn_job *make_job(const lfn_call *call, const lfn_prepared *prepared, uint64_t tag)
{
    const lfn_request *request = &prepared->request;
    lfn_job *made = lfn_alloc(sizeof *made + request->target.size + request->body.size);
    if (made == NULL)
        return NULL;
    *made = (lfn_job){.tag = tag,
                      .target_size = request->target.size,
                      .body_size = request->body.size,
                      .method = request->method,
                      .once = prepared->once,
                      .has_body = request->body.data != NULL};
    if (call != NULL) {
        made->operation = call->operation;
        made->provider = call->provider;
        made->timeout_ms = call->timeout_ms;
        made->deadline_ms = call->deadline_ms;
        made->unread = call->unread;
    }
    memcpy(made->bytes, request->target.data, request->target.size);
    if (made->body_size > 0)
        memcpy(made->bytes + made->target_size, request->body.data, made->body_size);
    return made;
}

static bool fill_from_job(lfn_place *at, const lfn_job *waiting)
{
    const char *body = waiting->has_body ? waiting->bytes + waiting->target_size : NULL;
    at->tag = waiting->tag;
    at->has_row = waiting->operation != NULL;
    at->call = (lfn_call){.operation = waiting->operation,
                          .provider = waiting->provider,
                          .unread = waiting->unread,
                          .timeout_ms = waiting->timeout_ms,
                          .deadline_ms = waiting->deadline_ms};
    at->prepared.once = waiting->once;
    return lfn_prepared_restore(&at->prepared, waiting->method, lfn_text_make(waiting->bytes, waiting->target_size),
                                lfn_text_make(body, waiting->body_size));
}

lfn_status lfn_calls_enqueue(lfn_calls *calls, const lfn_call *call, const lfn_prepared *prepared, uint64_t tag,
                             lfn_error *error)
{
    lfn_job *made = make_job(call, prepared, tag);
    if (made == NULL)
        return lfn_error_no_memory(error);
    *calls->queue_last = made;
    calls->queue_last = &made->next;
    calls->queued++;
    return LFN_OK;
}

void lfn_calls_seat_queued(lfn_calls *calls)
{
    while (calls->queue != NULL) {
        lfn_job *waiting = calls->queue;
        lfn_place *at = lfn_calls_take_place(calls);
        if (at == NULL)
            return;
        at->starved = !fill_from_job(at, waiting);
        calls->queue = waiting->next;
        if (calls->queue == NULL)
            calls->queue_last = &calls->queue;
        calls->queued--;
        free_job(waiting);
        lfn_calls_put_in_turn(calls, at);
    }
}

bool lfn_calls_cancel_queued(lfn_calls *calls, uint64_t tag)
{
    for (lfn_job **link = &calls->queue; *link != NULL; link = &(*link)->next) {
        lfn_job *waiting = *link;
        if (waiting->tag != tag)
            continue;
        *link = waiting->next;
        if (waiting->next == NULL)
            calls->queue_last = link;
        calls->queued--;
        free_job(waiting);
        return true;
    }
    return false;
}

void lfn_calls_free_queue(lfn_calls *calls)
{
    while (calls->queue != NULL) {
        lfn_job *next = calls->queue->next;
        free_job(calls->queue);
        calls->queue = next;
    }
}
