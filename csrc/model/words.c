/* The words by which the values of the rows are known in every language: see leafnative/operation.h. */
#include "leafnative/operation.h"

const char *lfn_mode_name(lfn_mode mode)
{
    static const char *const names[] = {
        [LFN_MODE_NONE] = NULL,
        [LFN_MODE_CREATE] = "create",
        [LFN_MODE_REPLACE] = "replace",
        [LFN_MODE_UPDATE] = "update",
    };
    return names[mode];
}

const char *lfn_form_name(lfn_form form)
{
    static const char *const names[] = {
        [LFN_FORM_NOTHING] = "nothing",
        [LFN_FORM_OBJECT] = "object",
        [LFN_FORM_LIST] = "list",
        [LFN_FORM_TEXT] = "text",
    };
    return names[form];
}

const char *lfn_repeat_name(lfn_repeat repeat)
{
    static const char *const names[] = {
        [LFN_REPEAT_SAFE] = "safe",
        [LFN_REPEAT_RECONCILE] = "reconcile",
        [LFN_REPEAT_NEVER] = "never",
    };
    return names[repeat];
}

const char *lfn_access_name(lfn_access access)
{
    static const char *const names[] = {
        [LFN_ACCESS_OPEN] = "open",
        [LFN_ACCESS_TOKEN] = "token",
    };
    return names[access];
}

const char *lfn_mark_name(size_t index, unsigned *out_mark)
{
    static const struct {
        unsigned mark;
        const char *name;
    } names[] = {
        {LFN_IN_CREATE, "in_create"}, {LFN_IN_REPLACE, "in_replace"},
        {LFN_IN_UPDATE, "in_update"}, {LFN_NEEDED, "needed"},
        {LFN_WANTED, "wanted"},       {LFN_ONE_OF, "one_of"},
        {LFN_NULLABLE, "nullable"},   {LFN_ANSWERED, "answered"},
        {LFN_MADE, "made"},           {LFN_SECRET, "secret"},
        {LFN_LENIENT, "lenient"},     {LFN_BLANK, "blank"},
        {LFN_IDLE, "idle"},           {LFN_ONCE, "once"},
    };
    if (index >= sizeof names / sizeof *names)
        return NULL;
    *out_mark = names[index].mark;
    return names[index].name;
}
