/* The config of a service credential as a record: opened, merged with what a body says, derived, sealed. */
#ifndef LFN_SERVICE_LOSANT_CONFIG_H
#define LFN_SERVICE_LOSANT_CONFIG_H

#include "service/record.h"

/* The row of the config that a credential of the type has: the member <type>Config. */
const lfn_field *lfn_config_field(lfn_text type);

/* Fills a record with the config of a stored credential, its secrets in the clear. */
lfn_status lfn_config_open(lfn_call *call, const lfn_service_credential *credential, lfn_record *out_config);
/* Sets both parts of a config in the credential: its answer, in which secrets are masked, and the rest, sealed. They
 * live as long as the call. */
lfn_status lfn_config_seal(lfn_call *call, const lfn_record *config, lfn_service_credential *credential);

/* Sets the members that follow from others, as a public key from its private one, and makes a key pair where the body
 * asks for one. `given` is the config of the body, `fresh` whether the credential is made now. A member that does not
 * parse or fit is refused by its name. */
lfn_problem lfn_config_derive(lfn_call *call, lfn_text type, lfn_record *config, const lfn_json *given, bool fresh);

#endif
