/* What providers answer, and what their answers make of a credential: see credential.h. */
#include "base/alloc.h"
#include "base/text.h"
#include "rules/credential.h"
#include "service/fresh.h"
#include "service/leaf/credential.h"
#include "service/leaf/sealed.h"

static const char headers_table[] = "provider_headers";
static const char bodies_table[] = "provider_bodies";

/* Opens what the store keeps of an answer, both parts of which are sealed. Nothing here calls the store. */
static lfn_status open_answer(lfn_call *call, int64_t owner, lfn_text user_id, const lfn_provider *provider,
                              const lfn_stored_answer *stored, lfn_provider_answer *out_answer)
{
    lfn_provider_answer answer = {stored->http_status, stored->headers, stored->body};
    lfn_status status =
        lfn_text_unseal(call, owner, headers_table, user_id, provider->attribute, answer.headers, &answer.headers);
    if (status == LFN_OK)
        status = lfn_text_unseal(call, owner, bodies_table, user_id, provider->attribute, answer.body, &answer.body);
    if (status == LFN_OK)
        *out_answer = answer;
    return status;
}

lfn_status lfn_provider_ask(lfn_call *call, int64_t owner, lfn_text user_id, const lfn_provider *provider,
                            lfn_provider_answer *out_answer)
{
    enum { ACCEPTED = 200 };
    lfn_stored_answer stored;
    lfn_status status = lfn_store_find_answer(call->service->store, user_id, provider, &stored, &call->error);
    if (status == LFN_OK)
        return open_answer(call, owner, user_id, provider, &stored, out_answer);
    if (status != LFN_NOT_FOUND)
        return status;
    *out_answer = (lfn_provider_answer){ACCEPTED, lfn_text_of(""), lfn_text_of("")};
    return LFN_OK;
}

static lfn_text given_or_empty(lfn_text text)
{
    return text.data != NULL ? text : lfn_text_of("");
}

/* Headers and body may both quote secrets of a credential. */
lfn_status lfn_provider_set(lfn_call *call, const lfn_user *user, const lfn_provider *provider,
                            const lfn_provider_answer *answer)
{
    if (answer == NULL)
        return lfn_store_set_answer(call->service->store, user->id, provider, NULL, &call->error);
    lfn_stored_answer stored = {.http_status = answer->http_status};
    lfn_status status = lfn_text_seal(call, user->owner, headers_table, user->id, provider->attribute,
                                      given_or_empty(answer->headers), &stored.headers);
    if (status == LFN_OK)
        status = lfn_text_seal(call, user->owner, bodies_table, user->id, provider->attribute,
                               given_or_empty(answer->body), &stored.body);
    if (status == LFN_OK)
        status = lfn_store_set_answer(call->service->store, user->id, provider, &stored, &call->error);
    return status;
}

/* ---- members that the server makes ---- */

/* Writes an object of lists of strings, as tokenMetadata, with the lists that the provider gave; else empty ones. */
static void write_lists(lfn_json_writer *writer, const lfn_schema *schema, const lfn_json *given)
{
    const lfn_field *field;
    lfn_json_write_begin_object(writer);
    for (size_t i = 0; (field = lfn_schema_at(schema, i)) != NULL; i++) {
        const lfn_json *list = lfn_json_get(given, lfn_text_of(field->name));
        lfn_json_write_key(writer, lfn_text_of(field->name));
        lfn_json_write_begin_array(writer);
        bool is_list = list != NULL && lfn_json_kind_of(list) == LFN_JSON_ARRAY;
        for (const lfn_json *entry = is_list ? lfn_json_first(list) : NULL; entry != NULL; entry = lfn_json_next(entry))
            if (lfn_json_kind_of(entry) == LFN_JSON_STRING)
                lfn_json_write_string(writer, lfn_json_string(entry));
        lfn_json_write_end_array(writer);
    }
    lfn_json_write_end_object(writer);
}

static lfn_status make_object(lfn_call *call, const lfn_field *field, const lfn_json *given, lfn_text *value)
{
    bool is_object = given != NULL && lfn_json_kind_of(given) == LFN_JSON_OBJECT;
    if (!is_object && value->data != NULL)
        return LFN_OK;
    lfn_buffer literal;
    lfn_buffer_init(&literal, lfn_text_ceiling(call->service));
    lfn_json_writer writer = {.buffer = &literal};
    write_lists(&writer, lfn_schema_get(field->of), is_object ? given : NULL);
    lfn_text made = lfn_buffer_text(&literal);
    lfn_status status = literal.failed ? LFN_NO_MEMORY : lfn_arena_keep(&call->arena, &made);
    if (status == LFN_OK)
        *value = made;
    lfn_buffer_free(&literal);
    return status;
}

/* A string comes from the provider, else it stays, else it is random: what a login at the provider would have given. */
static lfn_status make_string(lfn_call *call, const lfn_field *field, const lfn_json *given, lfn_text *value)
{
    lfn_text text = lfn_json_string(given);
    if (text.size > 0) {
        lfn_status status = lfn_arena_keep(&call->arena, &text);
        if (status == LFN_OK)
            *value = text;
        return status;
    }
    if (value->data != NULL)
        return LFN_OK;
    return (field->marks & LFN_SECRET) != 0 ? lfn_random_text(call, value) : lfn_new_id(call, value);
}

/* Whether every credential has it: such a member never comes from a provider. */
static bool is_common(const lfn_field *field)
{
    return lfn_schema_find(lfn_schema_get(LFN_SCHEMA_CREDENTIALS), lfn_text_of(field->name)) != NULL;
}

static lfn_status make_members(lfn_call *call, lfn_record *record, const lfn_json *given, bool accepted, bool foreign)
{
    const lfn_field *field;
    lfn_status status = LFN_OK;
    for (size_t i = 0; status == LFN_OK && (field = lfn_schema_at(record->schema, i)) != NULL; i++) {
        const lfn_json *node = accepted ? lfn_json_get(given, lfn_text_of(field->name)) : NULL;
        bool made = (field->marks & LFN_MADE) != 0;
        bool lent = foreign && lfn_field_needed(field, LFN_MODE_CREATE);
        if (is_common(field))
            continue;
        if (made && field->type == LFN_TYPE_OBJECT)
            status = make_object(call, field, node, &record->values[i]);
        else if (field->type == LFN_TYPE_STRING && (lent || (made && accepted)))
            status = make_string(call, field, node, &record->values[i]);
    }
    return status;
}

lfn_status lfn_record_make(lfn_call *call, lfn_record *record, const lfn_provider_answer *answer, bool foreign)
{
    bool accepted = lfn_credential_status_of(answer->http_status) == LFN_CREDENTIAL_STATUS_OK;
    lfn_json *given = NULL;
    /* A body that is no JSON gives no members. */
    if (lfn_json_parse(answer->body, &given, NULL) == LFN_NO_MEMORY)
        return LFN_NO_MEMORY;
    lfn_status status = make_members(call, record, given, accepted, foreign);
    lfn_json_free(given);
    return status;
}
