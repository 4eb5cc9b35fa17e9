/* What is taken out of text before anybody sees or stores it. */
#ifndef LFN_RULES_REDACT_H
#define LFN_RULES_REDACT_H

#include "leafnative/base.h"

/* Appends header lines ("Name: value") with the values of Authorization, Proxy-Authorization, Cookie, Set-Cookie,
 * X-Api-Key and of every header named like a secret member replaced by ***. */
bool lfn_redact_headers(lfn_text lines, lfn_buffer *out_text);

/* Appends a body with every secret taken out: each of the `secrets` wherever it stands, also JSON-escaped or
 * percent-encoded, and the value of every member whose name is secret in the tables, also in text that is not quite
 * JSON and in form bodies (name=value). */
bool lfn_redact_body(lfn_text body, const lfn_text *secrets, size_t secret_count, lfn_buffer *out_text);

#endif
