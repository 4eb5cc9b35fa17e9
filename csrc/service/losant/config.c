/* Configs in the store: see config.h. */
#include "service/losant/config.h"

#include "base/text.h"

static const char credentials_table[] = "service_credentials";

const lfn_field *lfn_config_field(lfn_text type)
{
    static const lfn_text suffix = LFN_TEXT("Config");
    const lfn_schema *schema = lfn_schema_get(LFN_SCHEMA_LOSANT_CREDENTIAL);
    const lfn_field *field;
    for (size_t i = 0; (field = lfn_schema_at(schema, i)) != NULL; i++) {
        lfn_text name = lfn_text_of(field->name);
        if (field->type == LFN_TYPE_OBJECT && lfn_text_ends(name, suffix) &&
            lfn_text_equal(lfn_text_slice(name, 0, name.size - suffix.size), type))
            return field;
    }
    return NULL;
}

static lfn_place place_of(const lfn_service_credential *credential)
{
    return (lfn_place){credential->application_id, lfn_text_of(credentials_table), credential->id,
                       lfn_text_of("hidden")};
}

/* What is hidden comes over the masks of what is shown. */
lfn_status lfn_config_open(lfn_call *call, const lfn_service_credential *credential, lfn_record *out_config)
{
    lfn_text hidden = lfn_text_of(NULL);
    lfn_place place = place_of(credential);
    const lfn_field *field = lfn_config_field(credential->type);
    if (field == NULL)
        return lfn_error_set(&call->error, LFN_STORAGE, "a credential has a type that is not known");
    lfn_status status = lfn_record_begin(out_config, lfn_schema_get(field->of), &call->error);
    if (status == LFN_OK && credential->hidden.data != NULL)
        status = lfn_place_unseal(call, &place, credential->hidden, &hidden);
    if (status == LFN_OK)
        status = lfn_record_merge_kept(call, out_config, credential->shown);
    return status == LFN_OK ? lfn_record_merge_kept(call, out_config, hidden) : status;
}

lfn_status lfn_config_seal(lfn_call *call, const lfn_record *config, lfn_service_credential *credential)
{
    lfn_text shown, hidden, sealed = lfn_text_of(NULL);
    lfn_place place = place_of(credential);
    lfn_status status = lfn_record_json(call, config, lfn_record_answer, true, &shown);
    if (status == LFN_OK)
        status = lfn_record_json(call, config, lfn_record_rest, true, &hidden);
    if (status == LFN_OK && !lfn_text_equal_string(hidden, "{}"))
        status = lfn_place_seal(call, &place, hidden, &sealed);
    if (status != LFN_OK)
        return status;
    credential->shown = shown;
    credential->hidden = sealed;
    return LFN_OK;
}
