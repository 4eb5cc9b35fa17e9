/* The error bodies of an API, both ways, by its error form. */
#ifndef LFN_CODEC_PROBLEM_H
#define LFN_CODEC_PROBLEM_H

#include "codec/body.h"
#include "leafnative/value.h"

/* Writes the answer of a refusal by the API's error form: HTTP status, content type and body. PROBLEM tells path,
 * message and errorKey, and of a body that did not pass its fieldErrors; TYPED tells type and message, which is about
 * the first of the faults where there are any. Faults may be NULL. The response comes empty. */
void lfn_problem_write(const lfn_api *api, lfn_problem problem, lfn_text path, const char *object_name,
                       const lfn_faults *faults, lfn_response *response);

/* Reads a refusal into an error, whatever the body is: JSON of the API's form, other JSON, text, HTML or nothing. The
 * status comes from the error key, or the type with the HTTP status, where the tables know it, else from the HTTP
 * status; where, from the first field error; retry_after_ms from the header Retry-After (seconds, or an HTTP date
 * against now_us) on 429 and 503. Returns the status. */
lfn_status lfn_problem_read(const lfn_api *api, const lfn_response *response, int64_t now_us, lfn_error *error);

#endif
