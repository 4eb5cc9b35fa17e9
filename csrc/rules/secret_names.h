/* Inside the rules room: names of secret members, however they are spelt. */
#ifndef LFN_RULES_SECRET_NAMES_H
#define LFN_RULES_SECRET_NAMES_H

#include "leafnative/base.h"

/* Whether this is the name of a secret member, in any case of letters and with any '-' and '_' in it: "accessToken",
 * "access_token", "Access-Token". */
bool lfn_secret_name(lfn_text name);

#endif
