/* Batches: one holder at a time, one transaction, one savepoint a request. */
#include "base/alloc.h"
#include "base/log.h"
#include "base/text.h"
#include "codec/problem.h"
#include "service/dispatch.h"
#include "service/leaf/leaf.h"

lfn_status lfn_batch_open(lfn_service *service, bool writes, lfn_error *error)
{
    (void)pthread_mutex_lock(&service->mutex);
    lfn_status status = lfn_store_begin(service->store, writes, error);
    if (status != LFN_OK)
        (void)pthread_mutex_unlock(&service->mutex);
    return status;
}

lfn_status lfn_batch_close(lfn_service *service, bool keep, lfn_error *error)
{
    lfn_status status = keep ? lfn_store_commit(service->store, error) : LFN_OK;
    if (!keep || status != LFN_OK)
        lfn_store_rollback(service->store);
    (void)pthread_mutex_unlock(&service->mutex);
    return status;
}

lfn_status lfn_service_batch_begin(lfn_service *service, bool writes, lfn_error *error)
{
    return lfn_batch_open(service, writes, error);
}

lfn_status lfn_service_batch_commit(lfn_service *service, lfn_error *error)
{
    return lfn_batch_close(service, true, error);
}

static void handle(lfn_service *service, const lfn_request *request, const lfn_login_proof *proof,
                   lfn_response *response)
{
    lfn_call call;
    lfn_call_begin(&call, service);
    call.request = request;
    call.response = response;
    call.proof = proof;
    lfn_dispatch(&call);
    lfn_call_end(&call);
}

void lfn_service_handle(lfn_service *service, const lfn_request *request, lfn_response *response)
{
    handle(service, request, NULL, response);
}

static void answer_unavailable(const lfn_service *service, const lfn_error *error, const lfn_request *request,
                               lfn_response *response)
{
    lfn_text path = lfn_text_slice(request->target, 0, lfn_text_find(request->target, '?'));
    lfn_log_line(&service->log, LFN_LOG_ERROR, "a batch was not kept: %s", error->message);
    lfn_response_clear(response);
    lfn_problem_write(lfn_api_of_target(request->target), LFN_PROBLEM_UNAVAILABLE,
                      lfn_text_utf8(path, NULL) ? path : lfn_text_of(""), "", NULL, response);
    response->status = lfn_problem_get(LFN_PROBLEM_UNAVAILABLE)->http_status;
}

void lfn_service_answer(void *context, const lfn_request *request, lfn_response *response)
{
    lfn_service *service = context;
    lfn_error error = {0};
    lfn_login_proof proof = {0};
    lfn_login_prove(service, request, &proof);
    bool writes = request->method != LFN_GET || lfn_sign_in_target(request->target);
    lfn_status status = lfn_batch_open(service, writes, &error);
    if (status == LFN_OK) {
        handle(service, request, &proof, response);
        status = lfn_batch_close(service, true, &error);
    }
    if (status != LFN_OK)
        answer_unavailable(service, &error, request, response);
    lfn_wipe(&proof, sizeof proof);
}
