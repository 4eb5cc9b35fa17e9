/* The C API of leafnative, in four ways: `call` asks one after the other, `many` hands over calls and takes
 * completions; `call-general` and `many-general` do the same over libcurl's own HTTP. Two more ways ask for nothing and
 * do what the C clients of this folder do beside that: `idle` makes ids, `idle-target` whole targets. */
#include "job.h"

#include <leafnative/leafnative.h>

#include <string.h>

static lfn_client *open_client(const bench_job *job)
{
    lfn_client_options options = {.base_url = lfn_text_of(job->base),
                                  .token = LFN_TEXT(BENCH_TOKEN),
                                  .general_lane = strstr(job->way, "-general") != NULL};
    lfn_client *client = NULL;
    lfn_error error = {0};
    if (job->ca_file != NULL)
        options.ca_file = lfn_text_of(job->ca_file);
    if (lfn_client_open(&options, &client, &error) != LFN_OK)
        bench_stop(error.message);
    return client;
}

static lfn_call call_of(const bench_job *job, const lfn_argument *argument)
{
    lfn_operation_id id = job->events ? LFN_OP_CREDENTIALS_EVENTS : LFN_OP_CREDENTIALS_GET;
    return (lfn_call){.operation = lfn_operation_get(id),
                      .provider = lfn_provider_find(lfn_text_of("panorama")),
                      .arguments = argument,
                      .argument_count = 1};
}

static void check(const bench_job *job, lfn_status status, const lfn_error *error, const lfn_result *result)
{
    if (status != LFN_OK)
        bench_stop(error->message);
    bench_check(job, result->response.status, result->response.body.size);
}

/* ---- one after the other ---- */

static void run_batch(const bench_job *job, lfn_client *client, unsigned long count)
{
    lfn_result result = {0};
    char id[BENCH_ID_SIZE];
    for (unsigned long i = 0; i < count; i++) {
        bench_id(i, id);
        lfn_argument argument = {LFN_TEXT("leafUserId"), lfn_text_of(id)};
        lfn_call call = call_of(job, &argument);
        lfn_error error = {0};
        lfn_status status = lfn_client_call(client, &call, &result, &error);
        check(job, status, &error, &result);
    }
    lfn_result_free(&result);
}

static void run_alone(const bench_job *job, lfn_client *client)
{
    run_batch(job, client, job->warm_up);
    if (job->warm_up > 0)
        bench_restart();
    run_batch(job, client, job->count);
    bench_tell(job->count);
}

/* ---- many at once ---- */

#ifdef BENCH_MANY_AT_ONCE
static void submit(const bench_job *job, lfn_calls *calls, unsigned long number)
{
    char id[BENCH_ID_SIZE];
    lfn_error error = {0};
    bench_id(number, id);
    lfn_argument argument = {LFN_TEXT("leafUserId"), lfn_text_of(id)};
    lfn_call call = call_of(job, &argument);
    if (lfn_calls_submit(calls, &call, number, &error) != LFN_OK)
        bench_stop(error.message);
}

/* Hands over what there is room for, and takes what has ended, until all have. */
static void run_calls(const bench_job *job, lfn_calls *calls, unsigned long count)
{
    enum { ROOM = 64 };
    lfn_completion completions[ROOM];
    unsigned long asked = 0, answered = 0;
    while (answered < count) {
        for (size_t room = lfn_calls_room(calls); room > 0 && asked < count; room--)
            submit(job, calls, asked++);
        size_t ended = lfn_calls_poll(calls, 1000, completions, ROOM);
        for (size_t i = 0; i < ended; i++)
            check(job, completions[i].status, completions[i].error, completions[i].result);
        lfn_calls_release(calls);
        answered += ended;
    }
}

static void run_many(const bench_job *job, lfn_client *client)
{
    bool queued = strcmp(job->way, "many-queued") == 0;
    lfn_calls_options options = {.concurrency = job->in_flight, .queue = queued ? job->count : 0};
    lfn_calls *calls = NULL;
    lfn_error error = {0};
    if (lfn_calls_open(client, &options, &calls, &error) != LFN_OK)
        bench_stop(error.message);
    run_calls(job, calls, job->warm_up);
    if (job->warm_up > 0)
        bench_restart();
    run_calls(job, calls, job->count);
    bench_tell(job->count);
    lfn_calls_free(calls);
}
#else
static void run_many(const bench_job *job, lfn_client *client)
{
    (void)job;
    (void)client;
    bench_stop("this build has no calls at once");
}
#endif

/* ---- the loop without a call ---- */

static void run_idle(const bench_job *job)
{
    char id[BENCH_ID_SIZE];
    char target[BENCH_TARGET_SIZE];
    bool whole = strcmp(job->way, "idle-target") == 0;
    for (unsigned long i = 0; i < job->count; i++) {
        if (whole)
            (void)bench_target(job, i, target);
        else
            bench_id(i, id);
        bench_check(job, 200, job->length);
    }
    bench_tell(job->count);
}

int main(int argc, char **argv)
{
    bench_job job = bench_read(argc, argv);
    if (strncmp(job.way, "idle", 4) == 0) {
        run_idle(&job);
        return 0;
    }
    lfn_client *client = open_client(&job);
    if (strncmp(job.way, "many", 4) == 0)
        run_many(&job, client);
    else
        run_alone(&job, client);
    lfn_client_free(client);
    return 0;
}
