/* Transports that call a function in this process: one for each request as it is started, or one for all that were
 * started since the last step. */
#include "leafnative/transport.h"

#include "base/alloc.h"
#include "base/error.h"
#include "http/message.h"

static lfn_status check_answer(const lfn_response *response, lfn_error *error)
{
    if (response->body.failed)
        return lfn_error_set(error, LFN_PROTOCOL, "the body of the answer is over the limit of %zu bytes",
                             response->body.ceiling);
    if (response->headers.failed)
        return lfn_error_set(error, LFN_PROTOCOL, "the headers of the answer are over the limit of %zu bytes",
                             response->headers.ceiling);
    if (response->status == LFN_RESPONSE_CLOSED)
        return lfn_error_set(error, LFN_CLOSED,
                             "the handler does not answer: what it asks is closed, or was opened before this process "
                             "was forked");
    if (response->status < 200 || response->status > 599)
        return lfn_error_set(error, LFN_PROTOCOL, "the handler gave the HTTP status %d", response->status);
    return LFN_OK;
}

/* False when the exchange has ended here: what no wire could carry reaches no function. */
static bool begin(lfn_exchange *exchange)
{
    lfn_response_clear(exchange->response);
    lfn_status status = lfn_request_check(exchange->request, exchange->error);
    if (status != LFN_OK)
        lfn_exchange_end(exchange, status, LFN_STAGE_IDLE);
    return status == LFN_OK;
}

static void finish(lfn_exchange *exchange)
{
    lfn_status status = check_answer(exchange->response, exchange->error);
    if (status == LFN_CLOSED)
        exchange->response->status = 0;
    lfn_stage stage = status == LFN_OK ? LFN_STAGE_DONE : status == LFN_CLOSED ? LFN_STAGE_IDLE : LFN_STAGE_RECEIVING;
    lfn_exchange_end(exchange, status, stage);
}

/* ---- one at a time ---- */

typedef struct handler_transport {
    lfn_transport base;
    lfn_handler handler;
    void *context;
} handler_transport;

static void handler_start(lfn_transport *transport, lfn_exchange *exchange)
{
    handler_transport *self = (handler_transport *)transport;
    if (!begin(exchange))
        return;
    self->handler(self->context, exchange->request, exchange->response);
    finish(exchange);
}

/* Nothing is ever under way between two calls. */
static void handler_step(lfn_transport *transport, int64_t wait_ms)
{
    (void)transport;
    (void)wait_ms;
}

static void handler_cancel(lfn_transport *transport, lfn_exchange *exchange)
{
    (void)transport;
    (void)exchange;
}

static void handler_free(lfn_transport *transport)
{
    lfn_free(transport);
}

static lfn_status handler_another(lfn_transport *transport, lfn_transport **out_transport, lfn_error *error)
{
    const handler_transport *self = (const handler_transport *)transport;
    return lfn_transport_open_handler(self->handler, self->context, out_transport, error);
}

lfn_status lfn_transport_open_handler(lfn_handler handler, void *context, lfn_transport **out_transport,
                                      lfn_error *error)
{
    static const lfn_transport_methods methods = {.start = handler_start,
                                                  .step = handler_step,
                                                  .cancel = handler_cancel,
                                                  .free = handler_free,
                                                  .another = handler_another};
    if (handler == NULL)
        return lfn_error_set_where(error, LFN_BAD_INPUT, "/handler", "handler is missing");
    handler_transport *self = lfn_alloc(sizeof *self);
    if (self == NULL)
        return lfn_error_no_memory(error);
    *self = (handler_transport){{&methods}, handler, context};
    *out_transport = &self->base;
    return LFN_OK;
}

/* ---- a block at a time ---- */

/* What was started waits in `queued`; an exchange knows its place there, and one that is cancelled leaves it empty. */
typedef struct block_transport {
    lfn_transport base;
    lfn_block_handler handler;
    void *context;
    size_t count;
    size_t room; /* of each of the three below */
    lfn_exchange **queued;
    const lfn_request **requests;
    lfn_response **responses;
} block_transport;

static void free_arrays(block_transport *self)
{
    lfn_free(self->queued);
    lfn_free(self->requests);
    lfn_free(self->responses);
}

static bool make_room(block_transport *self)
{
    enum { ROOM_FIRST = 16 };
    if (self->count < self->room)
        return true;
    block_transport wider = {.room = self->room > 0 ? self->room * 2 : ROOM_FIRST};
    wider.queued = lfn_alloc_array(wider.room, sizeof *wider.queued);
    wider.requests = lfn_alloc_array(wider.room, sizeof *wider.requests);
    wider.responses = lfn_alloc_array(wider.room, sizeof *wider.responses);
    if (wider.queued == NULL || wider.requests == NULL || wider.responses == NULL) {
        free_arrays(&wider);
        return false;
    }
    if (self->count > 0)
        memcpy(wider.queued, self->queued, self->count * sizeof *self->queued);
    free_arrays(self);
    self->room = wider.room;
    self->queued = wider.queued;
    self->requests = wider.requests;
    self->responses = wider.responses;
    return true;
}

static void block_start(lfn_transport *transport, lfn_exchange *exchange)
{
    block_transport *self = (block_transport *)transport;
    if (!begin(exchange))
        return;
    if (!make_room(self)) {
        lfn_exchange_end(exchange, lfn_error_no_memory(exchange->error), LFN_STAGE_IDLE);
        return;
    }
    exchange->transport_state = (void *)(uintptr_t)self->count;
    self->queued[self->count++] = exchange;
}

/* Closes the gaps that cancelled ones left, and lists what the function is to see. */
static size_t list_queued(block_transport *self)
{
    size_t count = 0;
    for (size_t i = 0; i < self->count; i++) {
        lfn_exchange *exchange = self->queued[i];
        if (exchange == NULL)
            continue;
        self->queued[count] = exchange;
        self->requests[count] = exchange->request;
        self->responses[count] = exchange->response;
        count++;
    }
    self->count = 0;
    return count;
}

static void block_step(lfn_transport *transport, int64_t wait_ms)
{
    (void)wait_ms;
    block_transport *self = (block_transport *)transport;
    size_t count = list_queued(self);
    if (count == 0)
        return;
    self->handler(self->context, self->requests, self->responses, count);
    for (size_t i = 0; i < count; i++)
        finish(self->queued[i]);
}

static void block_cancel(lfn_transport *transport, lfn_exchange *exchange)
{
    block_transport *self = (block_transport *)transport;
    self->queued[(uintptr_t)exchange->transport_state] = NULL;
}

static void block_free(lfn_transport *transport)
{
    free_arrays((block_transport *)transport);
    lfn_free(transport);
}

static lfn_status block_another(lfn_transport *transport, lfn_transport **out_transport, lfn_error *error)
{
    const block_transport *self = (const block_transport *)transport;
    return lfn_transport_open_block_handler(self->handler, self->context, out_transport, error);
}

lfn_status lfn_transport_open_block_handler(lfn_block_handler handler, void *context, lfn_transport **out_transport,
                                            lfn_error *error)
{
    static const lfn_transport_methods methods = {
        .start = block_start, .step = block_step, .cancel = block_cancel, .free = block_free, .another = block_another};
    if (handler == NULL)
        return lfn_error_set_where(error, LFN_BAD_INPUT, "/handler", "handler is missing");
    block_transport *self = lfn_alloc(sizeof *self);
    if (self == NULL)
        return lfn_error_no_memory(error);
    *self = (block_transport){.base = {&methods}, .handler = handler, .context = context};
    *out_transport = &self->base;
    return LFN_OK;
}
