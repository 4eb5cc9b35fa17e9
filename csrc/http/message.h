/* What every carrier of requests checks before it carries one. */
#ifndef LFN_HTTP_MESSAGE_H
#define LFN_HTTP_MESSAGE_H

#include "leafnative/value.h"

/* Whether the text may stand in a header line: no CR, LF or NUL. */
bool lfn_header_value_valid(lfn_text value);
/* Whether the text is the name of a header: a token of RFC 9110. */
bool lfn_header_name_valid(lfn_text name);
/* How many bytes at the front of the text may stand in the name of a header. */
size_t lfn_header_name_run(lfn_text text);
/* Adds a header line whose name and value have been looked at. False when memory is out; no part of it is there then.
 */
bool lfn_response_append_header(lfn_response *response, lfn_text name, lfn_text value);

/* Checks that nothing in the request can be read by the peer as more than it says: target, header names and values,
 * Authorization. LFN_BAD_INPUT names the part that is wrong, never its value. */
lfn_status lfn_request_check(const lfn_request *request, lfn_error *error);

#endif
