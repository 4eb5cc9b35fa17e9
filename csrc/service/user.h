/* Leaf users as records, and their links to credentials. */
#ifndef LFN_SERVICE_USER_H
#define LFN_SERVICE_USER_H

#include "service/record.h"

/* Writes a user with the credentials attached to it. The user's texts must outlive calls on the store. */
lfn_status lfn_user_answer(lfn_call *call, const lfn_user *user);

/* Attaches and detaches what the body says about each provider's credential. A link attaches, in place of what was
 * attached before; null detaches; a member that is left out detaches in the mode REPLACE and says nothing otherwise. */
lfn_problem lfn_user_link(lfn_call *call, const lfn_user *user, lfn_mode mode, const lfn_json *body);

#endif
