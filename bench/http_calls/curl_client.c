/* What a careful program does with libcurl alone, in three ways: `easy` keeps one handle and asks one after the other,
 * `multi` keeps as many handles as requests are in flight, `fresh` makes a handle and a connection for each request.
 * Every request has a URL of its own. */
#include "job.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One handle with the bytes that its answer has brought. */
typedef struct transfer {
    CURL *easy;
    size_t received;
} transfer;

static struct curl_slist *header_lines;

static size_t count_bytes(char *data, size_t unit, size_t count, void *context)
{
    (void)data;
    *(size_t *)context += unit * count;
    return unit * count;
}

static void open_transfer(const bench_job *job, transfer *one)
{
    one->easy = curl_easy_init();
    if (one->easy == NULL)
        bench_stop("libcurl has no handle");
    (void)curl_easy_setopt(one->easy, CURLOPT_HTTPHEADER, header_lines);
    (void)curl_easy_setopt(one->easy, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(one->easy, CURLOPT_TIMEOUT_MS, 60000L);
    (void)curl_easy_setopt(one->easy, CURLOPT_PROXY, "");
    (void)curl_easy_setopt(one->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    (void)curl_easy_setopt(one->easy, CURLOPT_WRITEFUNCTION, count_bytes);
    (void)curl_easy_setopt(one->easy, CURLOPT_WRITEDATA, &one->received);
    (void)curl_easy_setopt(one->easy, CURLOPT_PRIVATE, one);
    if (job->ca_file != NULL)
        (void)curl_easy_setopt(one->easy, CURLOPT_CAINFO, job->ca_file);
}

static void aim(const bench_job *job, transfer *one, unsigned long number)
{
    char url[BENCH_TARGET_SIZE + 128];
    char target[BENCH_TARGET_SIZE];
    (void)bench_target(job, number, target);
    (void)snprintf(url, sizeof url, "%s%s", job->base, target);
    (void)curl_easy_setopt(one->easy, CURLOPT_URL, url);
    one->received = 0;
}

static void check(const bench_job *job, const transfer *one, CURLcode code)
{
    long status = 0;
    if (code != CURLE_OK)
        bench_stop(curl_easy_strerror(code));
    (void)curl_easy_getinfo(one->easy, CURLINFO_RESPONSE_CODE, &status);
    bench_check(job, status, one->received);
}

static void perform(const bench_job *job, transfer *one, unsigned long number)
{
    aim(job, one, number);
    check(job, one, curl_easy_perform(one->easy));
}

static void run_easy(const bench_job *job)
{
    transfer one = {0};
    open_transfer(job, &one);
    for (unsigned long i = 0; i < job->warm_up; i++)
        perform(job, &one, i);
    bench_restart();
    for (unsigned long i = 0; i < job->count; i++)
        perform(job, &one, i);
    bench_tell(job->count);
    curl_easy_cleanup(one.easy);
}

static void run_fresh(const bench_job *job)
{
    for (unsigned long i = 0; i < job->count; i++) {
        transfer one = {0};
        open_transfer(job, &one);
        perform(job, &one, i);
        curl_easy_cleanup(one.easy);
    }
    bench_tell(job->count);
}

static void start(const bench_job *job, CURLM *multi, transfer *one, unsigned long number)
{
    aim(job, one, number);
    if (curl_multi_add_handle(multi, one->easy) != CURLM_OK)
        bench_stop("libcurl takes no handle");
}

/* Takes what has ended, and starts as many anew as long as there are any. */
static unsigned long take_ended(const bench_job *job, CURLM *multi, unsigned long *asked, unsigned long count)
{
    unsigned long answered = 0;
    int left = 0;
    for (CURLMsg *message; (message = curl_multi_info_read(multi, &left)) != NULL;) {
        transfer *one = NULL;
        CURLcode code = message->data.result;
        (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &one);
        check(job, one, code);
        (void)curl_multi_remove_handle(multi, one->easy);
        answered++;
        if (*asked < count)
            start(job, multi, one, (*asked)++);
    }
    return answered;
}

static void run_batch(const bench_job *job, CURLM *multi, transfer *all, unsigned long count)
{
    unsigned long asked = 0, answered = 0;
    int running = 0;
    for (; asked < job->in_flight && asked < count; asked++)
        start(job, multi, &all[asked], asked);
    while (answered < count) {
        if (curl_multi_perform(multi, &running) != CURLM_OK)
            bench_stop("libcurl failed");
        unsigned long ended = take_ended(job, multi, &asked, count);
        answered += ended;
        if (ended == 0)
            (void)curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }
}

static void run_multi(const bench_job *job)
{
    CURLM *multi = curl_multi_init();
    transfer *all = calloc(job->in_flight, sizeof *all);
    if (multi == NULL || all == NULL)
        bench_stop("no memory");
    (void)curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)job->in_flight);
    for (unsigned i = 0; i < job->in_flight; i++)
        open_transfer(job, &all[i]);
    run_batch(job, multi, all, job->warm_up);
    if (job->warm_up > 0)
        bench_restart();
    run_batch(job, multi, all, job->count);
    bench_tell(job->count);
    for (unsigned i = 0; i < job->in_flight; i++)
        curl_easy_cleanup(all[i].easy);
    curl_multi_cleanup(multi);
    free(all);
}

int main(int argc, char **argv)
{
    bench_job job = bench_read(argc, argv);
    (void)curl_global_init(CURL_GLOBAL_DEFAULT);
    header_lines = curl_slist_append(NULL, "Authorization: Bearer " BENCH_TOKEN);
    header_lines = curl_slist_append(header_lines, "Accept: application/json");
    if (strcmp(job.way, "easy") == 0)
        run_easy(&job);
    else if (strcmp(job.way, "multi") == 0)
        run_multi(&job);
    else if (strcmp(job.way, "fresh") == 0)
        run_fresh(&job);
    else
        bench_stop("the ways of libcurl are easy, multi and fresh");
    curl_slist_free_all(header_lines);
    return 0;
}
