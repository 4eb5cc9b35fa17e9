/* Names of secret members: see secret_names.h. */
#include "rules/secret_names.h"

#include "base/text.h"
#include "leafnative/operation.h"

/* Moves *position to the next byte that is not a joiner; false at the end. */
static bool next_letter(lfn_text name, size_t *position)
{
    while (*position < name.size && (name.data[*position] == '-' || name.data[*position] == '_'))
        ++*position;
    return *position < name.size;
}

static bool same_letters(lfn_text left, lfn_text right)
{
    size_t i = 0;
    size_t j = 0;
    for (;;) {
        bool more_left = next_letter(left, &i);
        bool more_right = next_letter(right, &j);
        if (!more_left || !more_right)
            return more_left == more_right;
        if (lfn_ascii_lower(left.data[i++]) != lfn_ascii_lower(right.data[j++]))
            return false;
    }
}

static bool is_secret_in(const lfn_schema *schema, lfn_text name)
{
    for (size_t i = 0; schema != NULL && i < schema->field_count; i++)
        if ((schema->fields[i].marks & LFN_SECRET) != 0 && same_letters(name, lfn_text_of(schema->fields[i].name)))
            return true;
    return false;
}

bool lfn_secret_name(lfn_text name)
{
    for (int id = 0; id < LFN_SCHEMA_COUNT; id++)
        if (is_secret_in(lfn_schema_get((lfn_schema_id)id), name))
            return true;
    return false;
}
