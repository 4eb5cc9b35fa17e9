/* The world of a case: a service in memory, its owners, and the steps before the call. */
#ifndef CASE_WORLD_H
#define CASE_WORLD_H

#include "cases/case_pattern.h"
#include "leafnative/leafnative.h"

typedef struct case_world {
    lfn_service *service;
    case_values values;
    lfn_buffer failure; /* why a step failed; empty when none did */
} case_world;

/* Opens a service with the owners of `worlds` and takes the steps of the case. False when a step failed. */
bool case_world_open(case_world *world, const lfn_json *worlds, const lfn_json *a_case);
void case_world_close(case_world *world);

/* Opens a client of an owner by its short name; "nobody" has a token that is not valid. */
lfn_client *case_world_client(case_world *world, const lfn_json *worlds, lfn_text owner);

/* Calls the operation `name` with the members path, query and body of `source`. */
lfn_status case_call(lfn_client *client, lfn_text name, const lfn_json *source, lfn_result *result, lfn_error *error);

#endif
