/* What stands around a list in an answer, after its items. */
#ifndef LFN_SERVICE_LOSANT_ENVELOPE_H
#define LFN_SERVICE_LOSANT_ENVELOPE_H

#include "leafnative/json.h"

typedef struct lfn_envelope {
    int64_t count; /* entries here */
    int64_t total;
    int64_t per_page;
    int64_t page;
    lfn_text sort_field;
    lfn_text sort_direction;
    lfn_text application_id;
    lfn_text filter_field; /* absent when nothing is filtered; so is the one below */
    lfn_text filter;
} lfn_envelope;

/* Writes its members into the object that is open. */
void lfn_envelope_write(lfn_json_writer *writer, const lfn_envelope *envelope);

#endif
