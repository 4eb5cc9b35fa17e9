/* Scopes of access tokens. The rows of the operations say which there are. */
#ifndef LFN_SERVICE_SCOPE_H
#define LFN_SERVICE_SCOPE_H

#include "leafnative/operation.h"

/* Whether some operation has the scope. */
bool lfn_scope_known(lfn_text scope);
/* Whether one of a token's scopes is among those of the operation, or the operation has none. */
bool lfn_scopes_allow(const lfn_operation *operation, lfn_text scopes);

#endif
