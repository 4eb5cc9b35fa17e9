/* Links between Leaf users and their credentials. */
#ifndef LFN_SERVICE_LEAF_USER_LINKS_H
#define LFN_SERVICE_LEAF_USER_LINKS_H

#include "service/call.h"

/* Attaches and detaches what the body says about each provider's credential. A link attaches, in place of what was
 * attached before; null detaches; a member that is left out detaches in the mode REPLACE and says nothing otherwise. */
lfn_problem lfn_user_link(lfn_call *call, const lfn_user *user, lfn_mode mode, const lfn_json *body);

#endif
