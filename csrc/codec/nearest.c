/* The nearest known name: see nearest.h. */
#include "codec/nearest.h"

#include "base/text.h"

enum { LONGEST = 48, FAR = 3 };

/* The distance of Levenshtein, letters in any case; FAR when a name is too long to be one of ours. */
static size_t distance(lfn_text left, lfn_text right)
{
    size_t row[LONGEST + 1];
    if (left.size > LONGEST || right.size > LONGEST)
        return FAR;
    for (size_t i = 0; i <= right.size; i++)
        row[i] = i;
    for (size_t i = 0; i < left.size; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < right.size; j++) {
            size_t changed = diagonal + (lfn_ascii_lower(left.data[i]) != lfn_ascii_lower(right.data[j]));
            size_t least = row[j + 1] < row[j] ? row[j + 1] + 1 : row[j] + 1;
            diagonal = row[j + 1];
            row[j + 1] = changed < least ? changed : least;
        }
    }
    return row[right.size];
}

const char *lfn_nearest_field(const lfn_schema *schema, lfn_mode mode, lfn_text name)
{
    const char *nearest = NULL;
    size_t nearest_distance = FAR;
    const lfn_field *field;
    for (size_t i = 0; (field = lfn_schema_at(schema, i)) != NULL; i++) {
        if (mode != LFN_MODE_NONE && !lfn_field_taken(field, mode))
            continue;
        if (lfn_schema_find_any(schema, name) == field)
            return field->name;
        size_t here = distance(lfn_text_of(field->name), name);
        /* A short name is near to too many others. */
        if (here < nearest_distance && here < name.size) {
            nearest = field->name;
            nearest_distance = here;
        }
    }
    return nearest;
}
