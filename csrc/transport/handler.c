/* A transport that calls a function in this process. An exchange is done when start returns. */
#include "leafnative/transport.h"

#include "base/alloc.h"
#include "base/error.h"
#include "http/message.h"

typedef struct handler_transport {
    lfn_transport base;
    lfn_handler handler;
    void *context;
} handler_transport;

static void finish(lfn_exchange *exchange, lfn_status status, lfn_stage stage)
{
    exchange->status = status;
    exchange->stage = stage;
    exchange->done = true;
}

static lfn_status check_answer(const lfn_response *response, lfn_error *error)
{
    if (response->body.failed)
        return lfn_error_set(error, LFN_PROTOCOL, "the body of the answer is over the limit of %zu bytes",
                             response->body.ceiling);
    if (response->headers.failed)
        return lfn_error_set(error, LFN_PROTOCOL, "the headers of the answer are over the limit of %zu bytes",
                             response->headers.ceiling);
    if (response->status < 200 || response->status > 599)
        return lfn_error_set(error, LFN_PROTOCOL, "the handler gave the HTTP status %d", response->status);
    return LFN_OK;
}

static void handler_start(lfn_transport *transport, lfn_exchange *exchange)
{
    handler_transport *self = (handler_transport *)transport;
    lfn_response_clear(exchange->response);
    lfn_status status = lfn_request_check(exchange->request, &exchange->error);
    if (status != LFN_OK) {
        finish(exchange, status, LFN_STAGE_IDLE);
        return;
    }
    self->handler(self->context, exchange->request, exchange->response);
    status = check_answer(exchange->response, &exchange->error);
    finish(exchange, status, status == LFN_OK ? LFN_STAGE_DONE : LFN_STAGE_RECEIVING);
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

lfn_status lfn_transport_open_handler(lfn_handler handler, void *context, lfn_transport **out_transport,
                                      lfn_error *error)
{
    static const lfn_transport_methods methods = {handler_start, handler_step, handler_cancel, handler_free};
    if (handler == NULL)
        return lfn_error_set_where(error, LFN_BAD_INPUT, "/handler", "handler is missing");
    handler_transport *self = lfn_alloc(sizeof *self);
    if (self == NULL)
        return lfn_error_no_memory(error);
    *self = (handler_transport){{&methods}, handler, context};
    *out_transport = &self->base;
    return LFN_OK;
}
