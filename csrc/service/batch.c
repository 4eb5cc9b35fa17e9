/* Batches: one holder at a time, one transaction, one savepoint a request. */
#include "base/alloc.h"
#include "base/error.h"
#include "base/log.h"
#include "base/system.h"
#include "base/text.h"
#include "codec/problem.h"
#include "service/dispatch.h"
#include "service/leaf/leaf.h"

lfn_status lfn_service_take(lfn_service *service, lfn_error *error)
{
    if (service->fork_generation != lfn_fork_generation())
        return lfn_error_set(error, LFN_CLOSED,
                             "The service was opened before this process was forked: open it again "
                             "in this one.");
    (void)pthread_mutex_lock(&service->mutex);
    return LFN_OK;
}

void lfn_service_give(lfn_service *service)
{
    (void)pthread_mutex_unlock(&service->mutex);
}

lfn_status lfn_batch_open(lfn_service *service, bool writes, lfn_error *error)
{
    lfn_status status = lfn_service_take(service, error);
    if (status != LFN_OK)
        return status;
    status = lfn_store_begin(service->store, writes, error);
    if (status != LFN_OK)
        lfn_service_give(service);
    return status;
}

lfn_status lfn_batch_close(lfn_service *service, bool keep, lfn_error *error)
{
    lfn_status status = keep ? lfn_store_commit(service->store, error) : LFN_OK;
    if (!keep || status != LFN_OK)
        lfn_store_rollback(service->store);
    lfn_service_give(service);
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
                   lfn_marked_token *marked, lfn_response *response)
{
    lfn_call call;
    lfn_call_begin(&call, service);
    call.request = request;
    call.response = response;
    call.proof = proof;
    call.marked = marked;
    lfn_dispatch(&call);
    lfn_call_end(&call);
}

void lfn_service_handle(lfn_service *service, const lfn_request *request, lfn_response *response)
{
    handle(service, request, NULL, NULL, response);
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

/* ---- blocks ---- */

/* Checks the passwords of a block before its batch begins. *out_proofs, one for each request, is NULL when nothing in
 * the block can be a login. */
static lfn_status prove_logins(lfn_service *service, const lfn_request *const *requests, size_t count,
                               lfn_login_proof **out_proofs, lfn_error *error)
{
    bool posts = false;
    for (size_t i = 0; i < count; i++)
        posts = posts || requests[i]->method == LFN_POST;
    if (!posts)
        return LFN_OK;
    lfn_login_proof *proofs = lfn_alloc_array(count, sizeof *proofs);
    if (proofs == NULL)
        return lfn_error_no_memory(error);
    for (size_t i = 0; i < count; i++)
        lfn_login_prove(service, requests[i], &proofs[i]);
    *out_proofs = proofs;
    return LFN_OK;
}

static bool block_writes(const lfn_request *const *requests, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (requests[i]->method != LFN_GET || lfn_sign_in_target(requests[i]->target))
            return true;
    return false;
}

void lfn_service_answer_block(void *context, const lfn_request *const *requests, lfn_response *const *responses,
                              size_t count)
{
    lfn_service *service = context;
    lfn_error error = {0};
    lfn_login_proof *proofs = NULL;
    lfn_marked_token marked = {.token = {NULL, 0}};
    lfn_status status = prove_logins(service, requests, count, &proofs, &error);
    if (status == LFN_OK)
        status = lfn_batch_open(service, block_writes(requests, count), &error);
    if (status == LFN_OK) {
        for (size_t i = 0; i < count; i++)
            handle(service, requests[i], proofs != NULL ? &proofs[i] : NULL, &marked, responses[i]);
        status = lfn_batch_close(service, true, &error);
    }
    for (size_t i = 0; status != LFN_OK && i < count; i++)
        if (status == LFN_CLOSED)
            responses[i]->status = LFN_RESPONSE_CLOSED;
        else
            answer_unavailable(service, &error, requests[i], responses[i]);
    lfn_free_wiped(proofs, proofs != NULL ? count * sizeof *proofs : 0);
}

void lfn_service_answer(void *context, const lfn_request *request, lfn_response *response)
{
    lfn_service_answer_block(context, &request, &response, 1);
}
