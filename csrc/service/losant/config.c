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

static lfn_place place_of(const lfn_service_credential *credential, const lfn_field *field)
{
    lfn_place place = {credential->application_id, lfn_text_of(credentials_table), credential->id,
                       lfn_text_of(field->name)};
    return place;
}

static bool is_secret(const lfn_field *field)
{
    return (field->marks & LFN_SECRET) != 0;
}

static lfn_status open_secrets(lfn_call *call, const lfn_service_credential *credential, lfn_record *config)
{
    lfn_status status = LFN_OK;
    const lfn_field *field;
    for (size_t i = 0; status == LFN_OK && (field = lfn_schema_at(config->schema, i)) != NULL; i++) {
        lfn_place place = place_of(credential, field);
        if (is_secret(field) && config->values[i].data != NULL)
            status = lfn_place_unseal(call, &place, config->values[i], &config->values[i]);
    }
    return status;
}

lfn_status lfn_config_open(lfn_call *call, const lfn_service_credential *credential, bool open, lfn_record *out_config)
{
    lfn_json *document = NULL;
    const lfn_field *field = lfn_config_field(credential->type);
    if (field == NULL)
        return lfn_error_set(&call->error, LFN_STORAGE, "a credential has a type that is not known");
    lfn_status status = lfn_record_begin(out_config, lfn_schema_get(field->of), &call->error);
    if (status == LFN_OK)
        status = lfn_json_parse(credential->document, &document, &call->error);
    if (status != LFN_OK)
        return status == LFN_NO_MEMORY ? status : LFN_STORAGE;
    status = lfn_record_merge(call, out_config, document);
    if (status == LFN_OK && open)
        status = open_secrets(call, credential, out_config);
    lfn_json_free(document);
    return status;
}

lfn_status lfn_config_seal(lfn_call *call, const lfn_service_credential *credential, const lfn_record *config,
                           lfn_text *out_document)
{
    lfn_status status = LFN_OK;
    lfn_record sealed = *config;
    const lfn_field *field;
    for (size_t i = 0; status == LFN_OK && (field = lfn_schema_at(config->schema, i)) != NULL; i++) {
        lfn_place place = place_of(credential, field);
        if (is_secret(field) && config->values[i].data != NULL)
            status = lfn_place_seal(call, &place, config->values[i], &sealed.values[i]);
    }
    if (status != LFN_OK)
        return status;
    lfn_buffer document;
    lfn_buffer_init(&document, lfn_text_ceiling(call->service));
    lfn_json_writer writer = {.buffer = &document};
    lfn_record_write(&sealed, &writer);
    lfn_text kept = lfn_buffer_text(&document);
    status = document.failed ? LFN_NO_MEMORY : lfn_arena_keep(&call->arena, &kept);
    if (status == LFN_OK)
        *out_document = kept;
    lfn_buffer_free(&document);
    return status;
}
