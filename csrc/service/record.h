/* A record: the members of one resource by the rows of its schema. It is filled from a request, kept in the store,
 * and written as an answer. Texts are borrowed, mostly from the arena of the call. */
#ifndef LFN_SERVICE_RECORD_H
#define LFN_SERVICE_RECORD_H

#include "service/call.h"

enum { LFN_RECORD_FIELDS_MAX = 32 };

typedef struct lfn_record {
    const lfn_schema *schema;
    /* By the position of the field; absent where it has none. A string as itself, anything else as JSON. */
    lfn_text values[LFN_RECORD_FIELDS_MAX];
} lfn_record;

/* An empty record. LFN_SERVER when the schema has more fields than a record can hold. */
lfn_status lfn_record_begin(lfn_record *record, const lfn_schema *schema, lfn_error *error);
/* Sets a member; a name that the schema lacks is passed over. */
void lfn_record_set(lfn_record *record, const char *name, lfn_text value);
/* The value of a member; the absent text when it has none. */
lfn_text lfn_record_get(const lfn_record *record, lfn_text name);

/* Takes the strings that a checked body of the mode may carry, and what stands for those left out. */
lfn_status lfn_record_take(lfn_call *call, lfn_record *record, lfn_mode mode, const lfn_json *body);

/* Takes every member of an object that the schema knows: a null clears, one that is left out stays. Strings as they
 * are, anything else as JSON. */
lfn_status lfn_record_merge(lfn_call *call, lfn_record *record, const lfn_json *node);
/* The same of an object that was kept as JSON; of the absent text nothing. LFN_STORAGE when it is no JSON. */
lfn_status lfn_record_merge_kept(lfn_call *call, lfn_record *record, lfn_text json);
/* Writes every member as it stands. */
void lfn_record_write(const lfn_record *record, lfn_json_writer *writer);

/* Writes the answered members in the order of the rows; secret ones as *** when `masked`; "" for one that is marked
 * BLANK and has no value. */
void lfn_record_answer(const lfn_record *record, bool masked, lfn_json_writer *writer);
/* Writes the members whose values such an answer does not tell. */
void lfn_record_rest(const lfn_record *record, bool masked, lfn_json_writer *writer);

typedef void (*lfn_record_writer)(const lfn_record *record, bool masked, lfn_json_writer *writer);
/* What one of the two writes, as a text that lives as long as the call. */
lfn_status lfn_record_json(lfn_call *call, const lfn_record *record, lfn_record_writer write, bool masked,
                           lfn_text *out_json);

/* Collects the values of the secret members; the number of them. */
size_t lfn_record_secrets(const lfn_record *record, lfn_text out_secrets[LFN_RECORD_FIELDS_MAX]);

/* Seals and unseals one text at its place. The result lives as long as the call. */
lfn_status lfn_place_seal(lfn_call *call, const lfn_place *place, lfn_text clear, lfn_text *out_sealed);
lfn_status lfn_place_unseal(lfn_call *call, const lfn_place *place, lfn_text sealed, lfn_text *out_clear);

#endif
