/* What belongs to an owner, sealed at its place in the store: single texts, and records. */
#ifndef LFN_SERVICE_LEAF_SEALED_H
#define LFN_SERVICE_LEAF_SEALED_H

#include "service/record.h"

/* Seals and unseals one text at the place of an owner's thing. The result lives as long as the call. */
lfn_status lfn_text_seal(lfn_call *call, int64_t owner, const char *table, lfn_text id, const char *field,
                         lfn_text clear, lfn_text *out_sealed);
lfn_status lfn_text_unseal(lfn_call *call, int64_t owner, const char *table, lfn_text id, const char *field,
                           lfn_text sealed, lfn_text *out_clear);

/* The kept form: a JSON object with the secret members sealed at their place. What every credential shows is not in
 * it: that stands in columns of the store. The text lives as long as the call. */
lfn_status lfn_record_seal(lfn_call *call, int64_t owner, const char *table, lfn_text id, const lfn_record *record,
                           lfn_text *out_document);
/* Which members of a record are wanted: every one, or those that an answer shows. */
typedef enum lfn_record_part { LFN_RECORD_WHOLE, LFN_RECORD_ANSWERED } lfn_record_part;

/* Fills a begun record from its kept form. What is not wanted stays sealed, and absent from the record. */
lfn_status lfn_record_unseal(lfn_call *call, int64_t owner, const char *table, lfn_text id, lfn_text document,
                             lfn_record_part part, lfn_record *record);

#endif
