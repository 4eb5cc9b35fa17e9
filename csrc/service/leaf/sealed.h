/* What belongs to an owner, sealed at its place in the store: single texts, and records. */
#ifndef LFN_SERVICE_LEAF_SEALED_H
#define LFN_SERVICE_LEAF_SEALED_H

#include "service/record.h"

/* Seals and unseals one text at the place of an owner's thing. The result lives as long as the call. */
lfn_status lfn_text_seal(lfn_call *call, int64_t owner, const char *table, lfn_text id, const char *field,
                         lfn_text clear, lfn_text *out_sealed);
lfn_status lfn_text_unseal(lfn_call *call, int64_t owner, const char *table, lfn_text id, const char *field,
                           lfn_text sealed, lfn_text *out_clear);

/* A record is kept as JSON in two parts, each sealed as one: the very answer that shows it, so that to answer it is to
 * open it, and what no answer shows, which stays sealed then. A change of the ANSWERED marks of the rows asks for a
 * migration. */
typedef enum lfn_record_part { LFN_RECORD_SHOWN, LFN_RECORD_HIDDEN } lfn_record_part;

/* Seals a part; the absent text when nothing is hidden. Both results live as long as the call. */
lfn_status lfn_record_seal(lfn_call *call, int64_t owner, const char *table, lfn_text id, lfn_record_part part,
                           const lfn_record *record, lfn_text *out_sealed);
/* Gives the JSON of a part; the absent text of one that is absent. */
lfn_status lfn_record_unseal(lfn_call *call, int64_t owner, const char *table, lfn_text id, lfn_record_part part,
                             lfn_text sealed, lfn_text *out_json);

#endif
