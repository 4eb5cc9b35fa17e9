/* An application with a token that may do everything, and credentials of every type. */
#ifndef CASE_LOSANT_H
#define CASE_LOSANT_H

#include "service/case_harness.h"

#define LOSANT_APPLICATION "575ece2b7ae143cd83dc4a9c"
#define LOSANT_UNKNOWN "000000000000000000000000"

typedef struct losant {
    harness h;
    char token[128];        /* with "Bearer " before it */
    char certificate[4096]; /* PEM as it stands inside of a JSON string */
    char certificate_key[4096];
    char other_key[4096];
} losant;

void losant_open_with(losant *l, lfn_service_options options);
void losant_open(losant *l);
void losant_close(losant *l);

/* Makes a token of the application with scopes; it lives for a while. */
const char *losant_token(losant *l, const char *application, const char *scopes, int64_t life_s);
/* Sends a request with the header Authorization, or without one for NULL. The target is whole. */
int losant_ask_as(losant *l, const char *authorization, lfn_method method, const char *target, const char *body);
/* The same with the token of the application; the path stands below the application. */
int losant_ask(losant *l, lfn_method method, const char *path, const char *body);
/* Makes a credential and gives its id. */
const char *losant_make(losant *l, const char *name, const char *type, const char *config);
/* Registers what uses a credential and gives its id. */
const char *losant_register(losant *l, const char *kind, const char *json);

/* A file of tests/cases/keys; `escaped` as it stands inside of a JSON string. Lives for a while. */
const char *losant_key_file(losant *l, const char *name, bool escaped);

/* One type: its config as it is made, a change of a secret and one of a public member (NULL where it has none), with
 * the canary of each secret, a config of another type, and what the answer shows of it. */
typedef struct losant_type {
    const char *type;
    const char *config;        /* NULL: of the certificate, see losant_config */
    const char *secret_change; /* NULL likewise */
    const char *public_change;
    const char *public_member; /* of the change, and */
    const char *public_value;  /* its value */
    const char *secret_member;
} losant_type;

enum { LOSANT_TYPES = 16 };
extern const losant_type losant_types[LOSANT_TYPES];
/* The config to make one of the type. Lives for a while. */
const char *losant_config(losant *l, const losant_type *type);
/* The config that changes its secret. */
const char *losant_secret_change(losant *l, const losant_type *type);

#define assert_refused(l, expected_status, expected_type)                                                              \
    do {                                                                                                               \
        assert_int_equal((l)->h.response.status, expected_status);                                                     \
        assert_string_equal(harness_get(&(l)->h, "type"), expected_type);                                              \
        assert_string_equal(harness_header(&(l)->h, "Content-Type"), "application/json");                              \
    } while (0)

#endif
