/* A client over a canned transport and a fake clock, for the tests of what comes of scripted answers. */
#ifndef TESTS_CLIENT_CANNED_CLIENT_H
#define TESTS_CLIENT_CANNED_CLIENT_H

#include "leafnative/client.h"
#include "support/canned_transport.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

typedef struct fixture {
    fake_clock clock;
    canned_transport canned;
    lfn_client *client;
    lfn_pages *pages;
    lfn_result result;
    lfn_error error;
    char events[2048]; /* what a hook of the test's own wrote down */
} fixture;

/* Opens a client of these options over the canned transport, in place of the one before. */
static inline lfn_status open_client(fixture *f, lfn_client_options options)
{
    lfn_client_free(f->client);
    f->client = NULL;
    options.transport = &f->canned.transport;
    options.clock = &f->clock.clock;
    return lfn_client_open(&options, &f->client, &f->error);
}

/* Makes the fixture of a test with a client of these options; 0 when it stands, as cmocka wants it. */
static inline int open_fixture(void **state, lfn_client_options options)
{
    fixture *f = calloc(1, sizeof *f);
    if (f == NULL)
        return -1;
    *state = f;
    fake_clock_init(&f->clock);
    canned_init(&f->canned, &f->clock);
    options.events.context = f;
    return open_client(f, options) == LFN_OK ? 0 : -1;
}

/* Ends it. A client that did not let go of its transport fails the test. */
static inline int tear_down(void **state)
{
    fixture *f = *state;
    lfn_pages_free(f->pages);
    lfn_client_free(f->client);
    bool freed = f->canned.freed;
    lfn_result_free(&f->result);
    canned_reset(&f->canned);
    free(f);
    return freed ? 0 : -1;
}

/* Walks to the end of the list that is open; the number of entries of each page, as text: "2 2 1 ". */
static inline void walk(fixture *f, char *out_text)
{
    bool more = true;
    char *at = out_text;
    for (;;) {
        assert_int_equal(lfn_pages_next(f->pages, &more, &f->result, &f->error), LFN_OK);
        if (!more)
            break;
        at += sprintf(at, "%zu ", f->result.entry_count);
    }
    *at = '\0';
}

#endif
