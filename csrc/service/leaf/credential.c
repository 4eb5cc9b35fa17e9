/* Credentials made, checked and shown: see credential.h. */
#include "service/leaf/credential.h"
#include "service/fresh.h"

#include "base/text.h"
#include "base/time.h"
#include "rules/credential.h"
#include "rules/redact.h"

static const char credentials_table[] = "credentials";

static const char status_member[] = "status";

/* What a provider's answer says about a credential. */
static lfn_text status_word(int http_status)
{
    int index = lfn_credential_status_of(http_status);
    return lfn_text_of(lfn_choice_get(LFN_CHOICE_CREDENTIAL_STATUS)->words[index]);
}

static lfn_status unseal(lfn_call *call, const lfn_credential *credential, lfn_record_part part, lfn_text *out_json)
{
    lfn_text sealed = part == LFN_RECORD_SHOWN ? credential->shown : credential->hidden;
    return lfn_record_unseal(call, credential->owner, credentials_table, credential->id, part, sealed, out_json);
}

/* No seal tells that a part is missing: whoever may write the file could take it away. What every credential is made
 * with tells it. */
static lfn_status check_whole(lfn_call *call, const lfn_record *record)
{
    const lfn_field *field;
    for (size_t i = 0; (field = lfn_schema_at(record->schema, i)) != NULL; i++) {
        if (!lfn_field_needed(field, LFN_MODE_CREATE) || record->values[i].data != NULL)
            continue;
        lfn_status status =
            lfn_error_set(&call->error, LFN_STORAGE, "A credential in the store has lost its %s.", field->name);
        lfn_error_hint(&call->error, "Restore the file from a backup, or create the credential again.");
        return status;
    }
    return LFN_OK;
}

/* Fills a record with a stored credential, its secrets in the clear. */
static lfn_status open_record(lfn_call *call, const lfn_credential *credential, lfn_record *out_record)
{
    lfn_text shown, hidden;
    lfn_status status = lfn_record_begin(out_record, lfn_schema_get(credential->provider->schema), &call->error);
    if (status == LFN_OK)
        status = unseal(call, credential, LFN_RECORD_SHOWN, &shown);
    if (status == LFN_OK)
        status = unseal(call, credential, LFN_RECORD_HIDDEN, &hidden);
    if (status == LFN_OK)
        status = lfn_record_merge_kept(call, out_record, shown);
    if (status == LFN_OK)
        status = lfn_record_merge_kept(call, out_record, hidden);
    return status == LFN_OK ? check_whole(call, out_record) : status;
}

static lfn_status seal_record(lfn_call *call, const lfn_record *record, lfn_credential *credential)
{
    lfn_status status = lfn_record_seal(call, credential->owner, credentials_table, credential->id, LFN_RECORD_SHOWN,
                                        record, &credential->shown);
    if (status == LFN_OK)
        status = lfn_record_seal(call, credential->owner, credentials_table, credential->id, LFN_RECORD_HIDDEN, record,
                                 &credential->hidden);
    return status;
}

/* Writes an answer again with its secrets masked. */
static lfn_status mask(lfn_call *call, const lfn_provider *provider, lfn_text *json)
{
    lfn_record record;
    lfn_status status = lfn_record_begin(&record, lfn_schema_get(provider->schema), &call->error);
    if (status == LFN_OK)
        status = lfn_record_merge_kept(call, &record, *json);
    return status == LFN_OK ? lfn_record_json(call, &record, lfn_record_answer, true, json) : status;
}

lfn_status lfn_credential_json(lfn_call *call, const lfn_credential *credential, lfn_text *out_json)
{
    lfn_status status = unseal(call, credential, LFN_RECORD_SHOWN, out_json);
    if (status != LFN_OK || !call->service->mask_secrets)
        return status;
    return mask(call, credential->provider, out_json);
}

/* ---- events ---- */

int64_t lfn_event_horizon(int64_t now_us)
{
    const int64_t life_us = (int64_t)30 * 24 * 60 * 60 * 1000000;
    return now_us - life_us;
}

/* The secrets before and after an answer: either may be quoted in it. */
typedef struct secret_list {
    lfn_text texts[2 * LFN_RECORD_FIELDS_MAX];
    size_t count;
} secret_list;

static void add_secrets(secret_list *secrets, const lfn_record *record)
{
    secrets->count += lfn_record_secrets(record, secrets->texts + secrets->count);
}

static lfn_status redact(lfn_call *call, const lfn_provider_answer *answer, const secret_list *secrets,
                         lfn_event *event)
{
    lfn_buffer named, headers, body;
    lfn_buffer_init(&named, 4 * lfn_text_ceiling(call->service));
    lfn_buffer_init(&headers, 4 * lfn_text_ceiling(call->service));
    lfn_buffer_init(&body, 4 * lfn_text_ceiling(call->service));
    bool done = lfn_redact_headers(answer->headers, &named) &&
                lfn_redact_body(lfn_buffer_text(&named), secrets->texts, secrets->count, &headers) &&
                lfn_redact_body(answer->body, secrets->texts, secrets->count, &body);
    event->headers = lfn_buffer_text(&headers);
    event->body = lfn_buffer_text(&body);
    lfn_status status = done ? lfn_arena_keep(&call->arena, &event->headers) : LFN_NO_MEMORY;
    if (status == LFN_OK)
        status = lfn_arena_keep(&call->arena, &event->body);
    lfn_buffer_free(&named);
    lfn_buffer_free(&headers);
    lfn_buffer_free(&body);
    return status;
}

static lfn_status add_event(lfn_call *call, lfn_text credential_id, const lfn_provider_answer *answer,
                            const secret_list *secrets)
{
    lfn_event event = {.credential_id = credential_id, .created_us = call->now_us, .status_code = answer->http_status};
    lfn_status status = lfn_new_id(call, &event.id);
    if (status == LFN_OK)
        status = redact(call, answer, secrets, &event);
    return status == LFN_OK ? lfn_store_add_event(call->service->store, &event, &call->error) : status;
}

/* ---- made and checked ---- */

/* Fills the members that every credential shows. */
static lfn_status make_common(lfn_call *call, lfn_text id, int http_status, lfn_record *record)
{
    char created[LFN_TIME_SIZE + 1];
    if (!lfn_time_format(call->now_us, created))
        return lfn_error_set(&call->error, LFN_SERVER, "a credential is made at a time out of range");
    lfn_text time = lfn_text_of(created);
    lfn_status status = lfn_arena_keep(&call->arena, &time);
    if (status != LFN_OK)
        return status;
    lfn_record_set(record, "id", id);
    lfn_record_set(record, status_member, status_word(http_status));
    lfn_record_set(record, "createdTime", time);
    return LFN_OK;
}

lfn_status lfn_credential_create(lfn_call *call, const lfn_user *user, const lfn_provider *provider, lfn_record *record)
{
    lfn_provider_answer answer;
    secret_list secrets = {.count = 0};
    lfn_credential credential = {.user_id = user->id, .owner = user->owner, .provider = provider};
    lfn_status status = lfn_provider_ask(call, user->owner, user->id, provider, &answer);
    if (status == LFN_OK)
        status = lfn_record_make(call, record, &answer, false);
    if (status == LFN_OK)
        status = lfn_new_id(call, &credential.id);
    if (status == LFN_OK)
        status = make_common(call, credential.id, answer.http_status, record);
    if (status != LFN_OK)
        return status;
    add_secrets(&secrets, record);
    status = seal_record(call, record, &credential);
    if (status == LFN_OK)
        status = lfn_store_add_credential(call->service->store, &credential, &call->error);
    return status == LFN_OK ? add_event(call, credential.id, &answer, &secrets) : status;
}

static bool is_same(const lfn_record *left, const lfn_record *right)
{
    for (size_t i = 0; i < LFN_RECORD_FIELDS_MAX; i++)
        if (!lfn_text_equal(left->values[i], right->values[i]))
            return false;
    return true;
}

static lfn_status keep_change(lfn_call *call, const lfn_credential *credential, const lfn_record *record)
{
    lfn_credential changed = *credential;
    lfn_status status = seal_record(call, record, &changed);
    if (status != LFN_OK)
        return status;
    return lfn_store_change_credential(call->service->store, changed.id, changed.shown, changed.hidden, &call->error);
}

lfn_status lfn_credential_check(lfn_call *call, const lfn_credential *credential, bool *out_changed)
{
    lfn_provider_answer answer;
    lfn_record before;
    secret_list secrets = {.count = 0};
    lfn_status status = open_record(call, credential, &before);
    if (status == LFN_OK)
        status = lfn_provider_ask(call, credential->owner, credential->user_id, credential->provider, &answer);
    if (status != LFN_OK)
        return status;
    lfn_record after = before;
    status = lfn_record_make(call, &after, &answer, false);
    if (status != LFN_OK)
        return status;

    lfn_text word = status_word(answer.http_status);
    bool changed = !lfn_text_equal(word, lfn_record_get(&before, lfn_text_of(status_member)));
    lfn_record_set(&after, status_member, word);
    if (!is_same(&before, &after))
        status = keep_change(call, credential, &after);
    /* A provider that goes on accepting is no news. */
    if (status == LFN_OK && (changed || lfn_credential_status_of(answer.http_status) != LFN_CREDENTIAL_STATUS_OK)) {
        add_secrets(&secrets, &before);
        add_secrets(&secrets, &after);
        status = add_event(call, credential->id, &answer, &secrets);
    }
    if (status == LFN_OK)
        *out_changed = changed;
    return status;
}
