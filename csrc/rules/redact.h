/* What is taken out of text before anybody sees or stores it. */
#ifndef LFN_RULES_REDACT_H
#define LFN_RULES_REDACT_H

#include "leafnative/value.h"

/* Appends header lines ("Name: value") with the values of Authorization, Proxy-Authorization, Cookie, Set-Cookie,
 * X-Api-Key and of every header named like a secret member replaced by ***. */
bool lfn_redact_headers(lfn_text lines, lfn_buffer *out_text);

/* lfn_redact_body, which does the same to bodies, is public: leafnative/value.h. */

#endif
