/* What belongs to an owner, sealed at its place: see sealed.h. */
#include "service/leaf/sealed.h"

#include "base/text.h"

/* The place of an owner's thing; the number of the owner is written into `owner_text`. */
static lfn_place place_of(int64_t owner, const char *table, lfn_text id, const char *field,
                          char owner_text[LFN_INTEGER_SIZE + 1])
{
    size_t size = lfn_integer_format(owner, owner_text);
    return (lfn_place){lfn_text_make(owner_text, size), lfn_text_of(table), id, lfn_text_of(field)};
}

lfn_status lfn_text_seal(lfn_call *call, int64_t owner, const char *table, lfn_text id, const char *field,
                         lfn_text clear, lfn_text *out_sealed)
{
    char owner_text[LFN_INTEGER_SIZE + 1];
    lfn_place place = place_of(owner, table, id, field, owner_text);
    return lfn_place_seal(call, &place, clear, out_sealed);
}

lfn_status lfn_text_unseal(lfn_call *call, int64_t owner, const char *table, lfn_text id, const char *field,
                           lfn_text sealed, lfn_text *out_clear)
{
    char owner_text[LFN_INTEGER_SIZE + 1];
    lfn_place place = place_of(owner, table, id, field, owner_text);
    return lfn_place_unseal(call, &place, sealed, out_clear);
}

static const char *const part_names[] = {[LFN_RECORD_SHOWN] = "shown", [LFN_RECORD_HIDDEN] = "hidden"};
static const lfn_record_writer part_writers[] = {
    [LFN_RECORD_SHOWN] = lfn_record_answer, [LFN_RECORD_HIDDEN] = lfn_record_rest};

lfn_status lfn_record_seal(lfn_call *call, int64_t owner, const char *table, lfn_text id, lfn_record_part part,
                           const lfn_record *record, lfn_text *out_sealed)
{
    lfn_text json;
    lfn_status status = lfn_record_json(call, record, part_writers[part], false, &json);
    if (status != LFN_OK)
        return status;
    if (part == LFN_RECORD_SHOWN || !lfn_text_equal_string(json, "{}"))
        return lfn_text_seal(call, owner, table, id, part_names[part], json, out_sealed);
    *out_sealed = lfn_text_of(NULL);
    return LFN_OK;
}

lfn_status lfn_record_unseal(lfn_call *call, int64_t owner, const char *table, lfn_text id, lfn_record_part part,
                             lfn_text sealed, lfn_text *out_json)
{
    if (sealed.data != NULL)
        return lfn_text_unseal(call, owner, table, id, part_names[part], sealed, out_json);
    *out_json = sealed;
    return LFN_OK;
}
