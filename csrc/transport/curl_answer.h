/* The callbacks through which an answer comes in. Their context is the slot. */
#ifndef LFN_TRANSPORT_CURL_ANSWER_H
#define LFN_TRANSPORT_CURL_ANSWER_H

#include "transport/curl_inside.h"

size_t lfn_curl_on_header(char *data, size_t unit, size_t count, void *context);
size_t lfn_curl_on_body(char *data, size_t unit, size_t count, void *context);

#endif
