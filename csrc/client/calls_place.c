/* The places of calls: made when they are needed, and used again; and the turns in which they take off. */
#include "base/alloc.h"
#include "client/calls.h"

lfn_place *lfn_calls_take_place(lfn_calls *calls)
{
    lfn_place *at = calls->free_places;
    if (at != NULL) {
        calls->free_places = at->next;
        calls->free_count--;
        return at;
    }
    if (calls->place_count == calls->concurrency)
        return NULL;
    at = lfn_alloc(sizeof *at);
    if (at == NULL)
        return NULL;
    calls->place_count++;
    lfn_prepared_init(&at->prepared);
    lfn_result_init(&at->result, calls->client->answer_max_bytes);
    return at;
}

void lfn_calls_empty_place(lfn_calls *calls, lfn_place *at)
{
    lfn_prepared_clear(&at->prepared);
    if (at->result.response.body.capacity > LFN_KEPT_BODY_MAX)
        lfn_buffer_free(&at->result.response.body);
    lfn_result_clear(&at->result);
    at->next = calls->free_places;
    calls->free_places = at;
    calls->free_count++;
}

void lfn_calls_put_in_turn(lfn_calls *calls, lfn_place *at)
{
    at->next = NULL;
    *calls->in_turn.last = at;
    calls->in_turn.last = &at->next;
}

lfn_place *lfn_calls_next_in_turn(lfn_calls *calls)
{
    lfn_place *at = calls->in_turn.first;
    calls->in_turn.first = at->next;
    if (at->next == NULL)
        calls->in_turn.last = &calls->in_turn.first;
    return at;
}

void lfn_calls_free_place(lfn_place *at)
{
    lfn_prepared_free(&at->prepared);
    lfn_result_free(&at->result);
    lfn_free(at);
}

static void free_list(lfn_place *first)
{
    while (first != NULL) {
        lfn_place *next = first->next;
        lfn_calls_free_place(first);
        first = next;
    }
}

void lfn_calls_free_places(lfn_calls *calls)
{
    free_list(calls->in_turn.first);
    free_list(calls->handed_out);
    free_list(calls->free_places);
}
