/* The world of a case: a service in memory, its owners, and the steps before the call. */
#ifndef CASE_WORLD_H
#define CASE_WORLD_H

#include "cases/case_pattern.h"
#include "leafnative/leafnative.h"

enum { CASE_TOKENS_MAX = 8 };

typedef struct case_token {
    char name[32];
    lfn_buffer text;
} case_token;

typedef struct case_world {
    lfn_service *service;
    case_values values;
    case_token tokens[CASE_TOKENS_MAX];
    size_t token_count;
    lfn_buffer failure; /* why a step failed; empty when none did */
} case_world;

/* The API that `worlds` are of. */
lfn_api_id case_world_api(const lfn_json *worlds);

/* Opens a service with the owners, applications and tokens of `worlds` and takes the steps of the case. False when a
 * step failed. */
bool case_world_open(case_world *world, const lfn_json *worlds, const lfn_json *a_case);
void case_world_close(case_world *world);

/* The token by its short name; that of "nobody" is not valid. */
lfn_text case_world_token(const case_world *world, lfn_text name);

/* Opens a client of an owner, or of a token, by its short name; "nobody" has a token that is not valid. */
lfn_client *case_world_client(case_world *world, const lfn_json *worlds, lfn_text owner);

/* Calls the operation `name` with the members path, query and body of `source`. */
lfn_status case_call(lfn_client *client, lfn_text name, const lfn_json *source, lfn_result *result, lfn_error *error);

#endif
