/* The world of the tests of many calls at once: a client over a transport that holds its exchanges, a clock that moves
 * by what is waited, a plan of what each call is answered, and a record of what went out and what came back. A call is
 * a GET of /r/<tag>; a good answer is the path that was asked for, and to anything else a list that holds it. */
#ifndef TESTS_CLIENT_CASE_CALLS_H
#define TESTS_CLIENT_CASE_CALLS_H

#include "leafnative/client.h"
#include "support/held_transport.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { TAGS_MAX = 1100, OUTINGS_MAX = 8192 };

/* What a call meets: the first `times` attempts get `answer`, the others a good one. */
typedef struct case_plan {
    canned_answer answer;
    unsigned times;
    int64_t takes_ms; /* of the good answer */
    size_t body_size; /* of the good answer, when it is to be large */
} case_plan;

/* What a call came to. */
typedef struct case_end {
    unsigned count; /* how often it was handed out */
    lfn_status status;
    size_t attempts;
    int64_t at_ms; /* since the world began */
    size_t place;  /* which that ended it was, counted from 0 */
    size_t capacity;
    char body[64];
    char message[512];
    char hint[256];
} case_end;

/* What went out. A login has no tag. */
typedef struct case_outing {
    bool login;
    uint64_t tag;
    int64_t at_ms;
    int64_t timeout_ms;
    char authorization[32];
} case_outing;

typedef struct case_world {
    fake_clock clock;
    held_transport held;
    lfn_client_options options;
    lfn_calls_options limits;
    lfn_client *client;
    lfn_calls *calls;
    lfn_error error;
    int64_t began_ms;

    case_plan plans[TAGS_MAX];
    case_plan login; /* a good one gives the token t<number> */
    case_outing outings[OUTINGS_MAX];
    size_t outing_count;
    unsigned logins;
    unsigned tried[TAGS_MAX];
    const char *accepted; /* the only token that is not answered 401; NULL: any */

    case_end ends[TAGS_MAX];
    size_t end_count;
    char *large; /* where large bodies are written */
} case_world;

/* For cmocka: a world without a client, whose options hold the token "given". */
int case_set_up(void **state);
int case_tear_down(void **state);
/* Lets the options hold a login in place of the token. */
void case_with_login(case_world *w);
/* Opens the client, and calls with the limits of the world. */
void case_open(case_world *w);
/* The time since the world began. */
int64_t case_now(const case_world *w);

lfn_status case_try(case_world *w, uint64_t tag);
void case_submit(case_world *w, uint64_t tag);
/* Submits the tags from `first` on. */
void case_submit_all(case_world *w, uint64_t first, size_t count);
/* Polls once and records what came; how much that was. */
size_t case_poll(case_world *w, int64_t wait_ms);
size_t case_poll_some(case_world *w, int64_t wait_ms, size_t room);
/* Polls until nothing is pending. */
void case_drain(case_world *w);
/* Fails unless every one of these tags was handed out once with its own good answer. */
void case_all_good(const case_world *w, uint64_t first, size_t count);
void case_ended(const case_world *w, uint64_t tag, lfn_status status);
/* How often a tag went out. */
unsigned case_outings_of(const case_world *w, uint64_t tag);

#define CASE_TEST(name) cmocka_unit_test_setup_teardown(name, case_set_up, case_tear_down)

#endif
