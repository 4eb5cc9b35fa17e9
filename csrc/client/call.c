/* The public calls that wait for their answer: see leafnative/client.h. */
#include "base/error.h"
#include "client/line.h"

/* Runs what was prepared on a line of its own. `call` NULL: a request that the tables lack. */
static lfn_status run(lfn_client *client, const lfn_call *call, lfn_prepared *prepared, lfn_result *result,
                      lfn_error *error)
{
    lfn_line *line = NULL;
    int64_t deadline_ms = call != NULL && call->deadline_ms > 0 ? call->deadline_ms : client->deadline_ms;
    lfn_status status = lfn_line_take(client, deadline_ms, &line, error);
    if (status != LFN_OK)
        return status;
    lfn_flight flight;
    lfn_flight_init(&flight, line, call, prepared, result);
    status = lfn_line_run(&flight);
    lfn_line_return(line);
    if (status != LFN_OK && error != NULL)
        *error = flight.error;
    return status;
}

/* A result is used again with the memory that it has, but for that of a large answer. */
static void renew_result(const lfn_client *client, lfn_result *result)
{
    lfn_buffer *body = &result->response.body;
    if (body->ceiling != client->answer_max_bytes || body->capacity > LFN_KEPT_BODY_MAX) {
        lfn_result_free(result);
        lfn_result_init(result, client->answer_max_bytes);
    } else {
        lfn_result_clear(result);
    }
}

lfn_status lfn_client_call(lfn_client *client, const lfn_call *call, lfn_result *result, lfn_error *error)
{
    renew_result(client, result);
    lfn_prepared prepared;
    lfn_prepared_init(&prepared);
    lfn_status status = lfn_prepare_given(client, call, &prepared, error);
    if (status == LFN_OK)
        status = run(client, call, &prepared, result, error);
    lfn_prepared_free(&prepared);
    return status;
}

lfn_status lfn_client_request(lfn_client *client, lfn_method method, lfn_text path, lfn_text body, lfn_result *result,
                              lfn_error *error)
{
    renew_result(client, result);
    lfn_prepared prepared;
    lfn_prepared_init(&prepared);
    lfn_status status = lfn_prepare_request(method, path, body, &prepared, error);
    if (status == LFN_OK)
        status = run(client, NULL, &prepared, result, error);
    lfn_prepared_free(&prepared);
    return status;
}
