/* A service with a clock that stands still, three owners and their tokens; requests by method, path and body. */
#ifndef CASE_HARNESS_H
#define CASE_HARNESS_H

#include "leafnative/service.h"
#include "support/fake_clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* A UUID that nobody has. */
#define UNKNOWN_ID "00000000-0000-4000-8000-000000000000"
#define BASE "/services/usermanagement/api"

enum { HARNESS_DAY_MS = 24 * 60 * 60 * 1000, HARNESS_TEXTS = 128, HARNESS_TEXT_SIZE = 4096 };

typedef struct harness {
    fake_clock clock;
    lfn_service *service;
    char tokens[3][1024]; /* of a, b and c with "Bearer " before them */
    lfn_response response;
    char texts[HARNESS_TEXTS][HARNESS_TEXT_SIZE]; /* given out in turn */
    size_t next_text;
    char log[16384];     /* every line but those about changes */
    size_t change_count; /* lines about changes */
    char last_change[512];
} harness;

/* Opens a service with the options, whose clock and log are the harness's, makes the owners a@farm.example,
 * b@coop.example and c@third.example where they are missing, and logs them in. */
void harness_open_with(harness *h, lfn_service_options options);
void harness_open(harness *h);
void harness_close(harness *h);
/* Logs an owner in again. */
void harness_login(harness *h, char who);

/* Sends a request as 'a', 'b' or 'c', as '-' without a token, as 'x' with a bad one. A path that begins with ! is the
 * whole target; else BASE stands before it. Gives the HTTP status; the answer is in h->response. */
int harness_ask(harness *h, char who, lfn_method method, const char *path, const char *body);
/* A formatted text that lives for a while. */
const char *harness_format(harness *h, const char *format, ...) LFN_PRINTF(2, 3);
/* The body of the last answer. */
const char *harness_body(const harness *h);
/* A member of the last answer, as "id" or "fieldErrors.0.field": a string as itself, anything else as JSON; "" when it
 * is not there. Lives for a while. */
const char *harness_get(harness *h, const char *path);
/* A header of the last answer; "" when it is not there. Lives for a while. */
const char *harness_header(harness *h, const char *name);

/* Makes a Leaf user and gives its id. */
const char *harness_user(harness *h, char who, const char *name);
/* Makes a Panorama credential of the user and gives its id. */
const char *harness_panorama(harness *h, char who, const char *user);
/* Sets what Panorama answers for the user. */
void harness_panorama_answers(harness *h, const char *user, int status, const char *headers, const char *body);
/* Makes a relation from a to b; ALLOWED when it is accepted. */
void harness_share(harness *h, bool accepted);

#define assert_answer(h, expected_status, expected_key)                                                                \
    do {                                                                                                               \
        assert_int_equal((h)->response.status, expected_status);                                                       \
        assert_string_equal(harness_get(h, "errorKey"), expected_key);                                                 \
    } while (0)

#endif
