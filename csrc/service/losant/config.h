/* The config of a service credential as a record: opened, merged with what a body says, derived, sealed. */
#ifndef LFN_SERVICE_LOSANT_CONFIG_H
#define LFN_SERVICE_LOSANT_CONFIG_H

#include "service/record.h"

/* The row of the config that a credential of the type has: the member <type>Config. */
const lfn_field *lfn_config_field(lfn_text type);

/* Fills a record from the kept form. Secret members stay sealed unless `open`. */
lfn_status lfn_config_open(lfn_call *call, const lfn_service_credential *credential, bool open, lfn_record *out_config);
/* The kept form: a JSON object by wire name, secret members sealed at their place. It lives as long as the call. */
lfn_status lfn_config_seal(lfn_call *call, const lfn_service_credential *credential, const lfn_record *config,
                           lfn_text *out_document);

/* Sets the members that follow from others, as a public key from its private one, and makes a key pair where the body
 * asks for one. `given` is the config of the body, `fresh` whether the credential is made now. A member that does not
 * parse or fit is refused by its name. */
lfn_problem lfn_config_derive(lfn_call *call, lfn_text type, lfn_record *config, const lfn_json *given, bool fresh);

#endif
