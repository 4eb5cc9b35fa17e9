/* A transport that gives scripted answers and faults: see canned_transport.h. */
#include "support/canned_transport.h"

#include <stdio.h>
#include <stdlib.h>

static char *copy(lfn_text text)
{
    return text.data != NULL ? strndup(text.data, text.size) : NULL;
}

static char *copy_headers(const lfn_request *request)
{
    char lines[1024] = "";
    size_t size = 0;
    for (size_t i = 0; i < request->header_count; i++) {
        const lfn_header *header = &request->headers[i];
        size += (size_t)snprintf(lines + size, sizeof lines - size, "%.*s: %.*s\n", (int)header->name.size,
                                 header->name.data, (int)header->value.size, header->value.data);
    }
    return strdup(lines);
}

static void keep(canned_transport *canned, const lfn_exchange *exchange)
{
    if (canned->request_count++ >= CANNED_MAX)
        return;
    const lfn_request *request = exchange->request;
    canned->requests[canned->request_count - 1] = (canned_request){.method = request->method,
                                                                   .target = copy(request->target),
                                                                   .authorization = copy(request->authorization),
                                                                   .headers = copy_headers(request),
                                                                   .body = copy(request->body),
                                                                   .timeout_ms = exchange->timeout_ms,
                                                                   .connect_timeout_ms = exchange->connect_timeout_ms};
}

static void finish(lfn_exchange *exchange, lfn_status status, lfn_stage stage, const char *message)
{
    if (status != LFN_OK)
        (void)lfn_error_set(exchange->error, status, "%s", message);
    lfn_exchange_end(exchange, status, stage);
}

static void fill(lfn_exchange *exchange, const canned_answer *answer)
{
    lfn_response *response = exchange->response;
    lfn_response_clear(response);
    response->status = answer->status;
    (void)lfn_buffer_append_string(&response->headers, answer->headers != NULL ? answer->headers : "");
    (void)lfn_buffer_append_string(&response->body, answer->body != NULL ? answer->body : "");
    size_t size = answer->body != NULL ? strlen(answer->body) : 0;
    if (response->body.failed && size > response->body.ceiling)
        finish(exchange, LFN_PROTOCOL, LFN_STAGE_RECEIVING, "The answer is over the limit.");
    else if (response->body.failed || response->headers.failed)
        finish(exchange, LFN_NO_MEMORY, LFN_STAGE_RECEIVING, "Memory is out.");
    else if (answer->fault != LFN_OK)
        finish(exchange, answer->fault, answer->stage, "The canned fault.");
    else
        finish(exchange, LFN_OK, LFN_STAGE_DONE, "");
}

static void start(lfn_transport *transport, lfn_exchange *exchange)
{
    static const canned_answer nothing = {.fault = LFN_CLOSED, .stage = LFN_STAGE_IDLE};
    canned_transport *canned = (canned_transport *)transport;
    keep(canned, exchange);
    const canned_answer *answer = &nothing;
    if (canned->next_answer < canned->answer_count)
        answer = &canned->answers[canned->next_answer++];
    else if (canned->again && canned->answer_count > 0)
        answer = &canned->answers[canned->answer_count - 1];
    if (answer->hangs)
        return;
    bool late = answer->takes_ms >= exchange->timeout_ms;
    if (canned->clock != NULL)
        fake_clock_advance(canned->clock, late ? exchange->timeout_ms : answer->takes_ms);
    if (late)
        finish(exchange, LFN_DEADLINE, LFN_STAGE_WAITING, "The canned answer is late.");
    else
        fill(exchange, answer);
}

/* Only an exchange that hangs is not done here: all that happens is that time goes by. */
static void step(lfn_transport *transport, int64_t wait_ms)
{
    canned_transport *canned = (canned_transport *)transport;
    if (canned->clock != NULL)
        fake_clock_advance(canned->clock, wait_ms);
}

static void cancel(lfn_transport *transport, lfn_exchange *exchange)
{
    (void)exchange;
    ((canned_transport *)transport)->cancel_count++;
}

static void let_go(lfn_transport *transport)
{
    ((canned_transport *)transport)->freed = true;
}

void canned_init(canned_transport *canned, fake_clock *clock)
{
    static const lfn_transport_methods methods = {.start = start, .step = step, .cancel = cancel, .free = let_go};
    *canned = (canned_transport){.transport = {&methods}, .clock = clock};
}

void canned_add(canned_transport *canned, canned_answer answer)
{
    if (canned->answer_count < CANNED_MAX)
        canned->answers[canned->answer_count++] = answer;
}

void canned_add_json(canned_transport *canned, int status, const char *body)
{
    canned_add(canned, (canned_answer){.status = status, .headers = "content-type: application/json\n", .body = body});
}

void canned_reset(canned_transport *canned)
{
    for (size_t i = 0; i < canned->request_count && i < CANNED_MAX; i++) {
        canned_request *request = &canned->requests[i];
        free(request->target);
        free(request->authorization);
        free(request->headers);
        free(request->body);
    }
    canned->request_count = 0;
    canned->answer_count = 0;
    canned->next_answer = 0;
    canned->again = false;
}

const char *canned_text(const canned_transport *canned, size_t index)
{
    static char text[8192];
    if (index >= canned->request_count)
        return "";
    const canned_request *request = &canned->requests[index];
    (void)snprintf(text, sizeof text, "%s %s\n%s%s%s%s\n%s", lfn_method_name(request->method), request->target,
                   request->authorization != NULL ? "Authorization: " : "",
                   request->authorization != NULL ? request->authorization : "",
                   request->authorization != NULL ? "\n" : "", request->headers,
                   request->body != NULL ? request->body : "");
    return text;
}
