/* The nearest known name: see nearest.h. */
#include "codec/nearest.h"

#include "base/text.h"

enum { LONGEST = 64 };

static const size_t far = SIZE_MAX;

static size_t least_of(size_t left, size_t right)
{
    return left < right ? left : right;
}

static bool same(char left, char right)
{
    return lfn_ascii_lower(left) == lfn_ascii_lower(right);
}

/* The letters to change, put in, take out, or exchange with their neighbours, by the usual table of which three rows
 * are kept. */
static size_t distance(lfn_text left, lfn_text right)
{
    size_t rows[3][LONGEST + 1];
    for (size_t k = 0; k <= right.size; k++)
        rows[0][k] = k;
    for (size_t i = 1; i <= left.size; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *over = rows[(i + 1) % 3];
        char letter = left.data[i - 1];
        row[0] = i;
        for (size_t k = 1; k <= right.size; k++) {
            row[k] = least_of(above[k - 1] + !same(letter, right.data[k - 1]), least_of(row[k - 1], above[k]) + 1);
            if (i > 1 && k > 1 && same(letter, right.data[k - 2]) && same(left.data[i - 2], right.data[k - 1]))
                row[k] = least_of(row[k], over[k - 2] + 1);
        }
    }
    return rows[left.size % 3][right.size];
}

/* The same, but far where too many letters differ: a short name would be near to all others. */
static size_t distance_if_near(lfn_text given, lfn_text known)
{
    if (given.size > LONGEST || known.size > LONGEST)
        return far;
    size_t longer = given.size > known.size ? given.size : known.size;
    size_t found = distance(given, known);
    return found * 5 <= longer * 2 ? found : far;
}

bool lfn_name_near(lfn_text given, lfn_text known)
{
    return distance_if_near(given, known) != far;
}

const char *lfn_nearest_field(const lfn_schema *schema, lfn_mode mode, lfn_text name)
{
    const char *nearest = NULL;
    size_t nearest_distance = far;
    const lfn_field *field;
    for (size_t i = 0; (field = lfn_schema_at(schema, i)) != NULL; i++) {
        if (mode != LFN_MODE_NONE && !lfn_field_taken(field, mode))
            continue;
        if (lfn_schema_find_any(schema, name) == field)
            return field->name;
        size_t here = distance_if_near(name, lfn_text_of(field->name));
        if (here < nearest_distance) {
            nearest = field->name;
            nearest_distance = here;
        }
    }
    return nearest;
}
