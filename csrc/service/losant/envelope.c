/* Envelopes: see envelope.h. */
#include "service/losant/envelope.h"

static void write_text(lfn_json_writer *writer, const char *name, lfn_text value)
{
    if (value.data == NULL)
        return;
    lfn_json_write_key(writer, lfn_text_of(name));
    lfn_json_write_string(writer, value);
}

static void write_number(lfn_json_writer *writer, const char *name, int64_t value)
{
    lfn_json_write_key(writer, lfn_text_of(name));
    lfn_json_write_integer(writer, value);
}

void lfn_envelope_write(lfn_json_writer *writer, const lfn_envelope *envelope)
{
    write_number(writer, "count", envelope->count);
    write_number(writer, "totalCount", envelope->total);
    write_number(writer, "perPage", envelope->per_page);
    write_number(writer, "page", envelope->page);
    write_text(writer, "sortField", envelope->sort_field);
    write_text(writer, "sortDirection", envelope->sort_direction);
    write_text(writer, "applicationId", envelope->application_id);
    write_text(writer, "filterField", envelope->filter_field);
    write_text(writer, "filter", envelope->filter);
}
