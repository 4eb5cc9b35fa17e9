/* Scopes: see scope.h. */
#include "service/scope.h"

#include "base/text.h"

/* Whether a scope stands in a list with spaces between. */
static bool is_listed(lfn_text scopes, lfn_text scope)
{
    lfn_text known;
    while (scope.size > 0 && lfn_text_split(&scopes, ' ', &known))
        if (lfn_text_equal(known, scope))
            return true;
    return false;
}

bool lfn_scope_known(lfn_text scope)
{
    for (unsigned i = 0; i < LFN_OP_COUNT; i++)
        if (is_listed(lfn_text_of(lfn_operation_get((lfn_operation_id)i)->scopes), scope))
            return true;
    return false;
}

bool lfn_scopes_allow(const lfn_operation *operation, lfn_text scopes)
{
    lfn_text scope, wanted = lfn_text_of(operation->scopes);
    if (wanted.size == 0)
        return true;
    while (lfn_text_split(&scopes, ' ', &scope))
        if (is_listed(wanted, scope))
            return true;
    return false;
}
