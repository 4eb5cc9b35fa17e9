/* Members of a config that follow from others: public keys, what a certificate says, a key file without its private
 * part. Few types have any; each has its function. */
#include "base/text.h"
#include "crypto/keypair.h"
#include "service/losant/config.h"
#include "service/losant/losant.h"

#include <stdio.h>

/* One derivation: the config as it will stand, and what the body gave of it. */
typedef struct derivation {
    lfn_call *call;
    const char *config_name; /* "gitConfig" */
    lfn_record *config;
    const lfn_json *given;
    bool fresh;
} derivation;

static lfn_problem refuse(const derivation *d, const char *member, const char *reason)
{
    char pointer[128];
    (void)snprintf(pointer, sizeof pointer, "/%s/%s", d->config_name, member);
    return lfn_call_refuse(d->call, pointer, reason);
}

/* Refuses a key or certificate in the words of the reader, which never hold any of it, and with its cure. The stop at
 * their end is that of the whole message. */
static lfn_problem refuse_unread(const derivation *d, const char *member, const char *what, const lfn_error *error)
{
    char words[sizeof error->message + sizeof error->hint + 2];
    bool cured = strcmp(error->hint, lfn_status_get(error->status)->hint) != 0;
    int size = snprintf(words, sizeof words, "%s%s%s", error->message, cured ? " " : "", cured ? error->hint : "");
    if (size > 0 && words[size - 1] == '.')
        words[size - 1] = '\0';
    char pointer[128];
    (void)snprintf(pointer, sizeof pointer, "/%s/%s", d->config_name, member);
    lfn_faults_add(&d->call->faults, pointer, "%s: %s", what, words);
    return LFN_PROBLEM_VALIDATION;
}

static bool is_given(const derivation *d, const char *member)
{
    return lfn_json_get(d->given, lfn_text_of(member)) != NULL;
}

static lfn_text value_of(const derivation *d, const char *member)
{
    return lfn_record_get(d->config, lfn_text_of(member));
}

/* Keeps what a buffer holds as the value of a member. */
static lfn_status keep(const derivation *d, const char *member, const lfn_buffer *buffer)
{
    lfn_text text = lfn_buffer_text(buffer);
    lfn_status status = buffer->failed ? LFN_NO_MEMORY : lfn_arena_keep(&d->call->arena, &text);
    if (status == LFN_OK)
        lfn_record_set(d->config, member, text);
    return status;
}

/* ---- key pairs ---- */

static const char not_taken[] = "cannot be taken";

static lfn_problem make_pair(const derivation *d, lfn_key_kind kind, const char *private_member)
{
    lfn_buffer private_key, public_key;
    lfn_buffer_init(&private_key, lfn_text_ceiling(d->call->service));
    lfn_buffer_init(&public_key, lfn_text_ceiling(d->call->service));
    lfn_status status = lfn_key_make(kind, &private_key, &public_key, &d->call->error);
    if (status == LFN_OK)
        status = keep(d, private_member, &private_key);
    if (status == LFN_OK)
        status = keep(d, "publicKey", &public_key);
    lfn_buffer_free(&private_key);
    lfn_buffer_free(&public_key);
    return lfn_problem_of(status);
}

static lfn_problem read_pair(const derivation *d, lfn_key_kind kind, const char *private_member)
{
    lfn_error error = {0};
    lfn_buffer public_key;
    lfn_buffer_init(&public_key, lfn_text_ceiling(d->call->service));
    lfn_status status = lfn_key_public(kind, value_of(d, private_member), &public_key, &error);
    if (status == LFN_OK)
        status = keep(d, "publicKey", &public_key);
    lfn_buffer_free(&public_key);
    return status == LFN_BAD_INPUT ? refuse_unread(d, private_member, not_taken, &error) : lfn_problem_of(status);
}

/* Whether the body asks for a new pair. The wish is no member of the config: it is done once. */
static bool take_wish(const derivation *d)
{
    static const lfn_text wish = LFN_TEXT("generatePrivateKey");
    lfn_record_set(d->config, wish.data, lfn_text_of(NULL));
    return lfn_json_true(lfn_json_get(d->given, wish));
}

static const char twofold[] = "cannot be true together with a key that is given";

static lfn_problem derive_snowflake(const derivation *d)
{
    static const char private_member[] = "privateKey";
    bool wished = take_wish(d);
    bool given = is_given(d, private_member);
    if (wished && given)
        return refuse(d, "generatePrivateKey", twofold);
    if (wished)
        return make_pair(d, LFN_KEY_RSA_PEM, private_member);
    if (!given && d->fresh)
        return refuse(d, private_member, "is missing: give it, or generatePrivateKey");
    return given ? read_pair(d, LFN_KEY_RSA_PEM, private_member) : LFN_PROBLEM_NONE;
}

/* A password has no public part. A secret that was a password has to be a key once the type says so. */
static lfn_problem derive_git(const derivation *d)
{
    static const char private_member[] = "secretValue";
    const char *ssh = lfn_choice_get(LFN_CHOICE_GIT_TYPE)->words[LFN_GIT_TYPE_SSH_KEY];
    bool wished = take_wish(d);
    bool given = is_given(d, private_member);
    if (!lfn_text_equal_string(value_of(d, "type"), ssh)) {
        lfn_record_set(d->config, "publicKey", lfn_text_of(NULL));
        return wished ? refuse(d, "generatePrivateKey", "can be true for the type ssh-key only") : LFN_PROBLEM_NONE;
    }
    if (wished && given)
        return refuse(d, "generatePrivateKey", twofold);
    if (wished)
        return make_pair(d, LFN_KEY_ED25519_SSH, private_member);
    bool turned = is_given(d, "type") && value_of(d, private_member).data != NULL;
    return given || turned ? read_pair(d, LFN_KEY_ED25519_SSH, private_member) : LFN_PROBLEM_NONE;
}

/* ---- key files ---- */

/* The public members of a key file. Nothing else of it is shown, whatever it is called. */
static const char *const public_members[] = {"type",
                                             "project_id",
                                             "private_key_id",
                                             "client_email",
                                             "client_id",
                                             "auth_uri",
                                             "token_uri",
                                             "auth_provider_x509_cert_url",
                                             "client_x509_cert_url",
                                             "universe_domain"};

static lfn_status write_public_part(const derivation *d, const lfn_json *file)
{
    lfn_buffer meta;
    lfn_buffer_init(&meta, lfn_text_ceiling(d->call->service));
    lfn_json_writer writer = {.buffer = &meta};
    lfn_json_write_begin_object(&writer);
    for (size_t i = 0; i < sizeof public_members / sizeof *public_members; i++) {
        lfn_text name = lfn_text_of(public_members[i]);
        lfn_text value = lfn_json_string(lfn_json_get(file, name));
        if (value.data == NULL)
            continue;
        lfn_json_write_key(&writer, name);
        lfn_json_write_string(&writer, value);
    }
    lfn_json_write_end_object(&writer);
    lfn_status status = keep(d, "keyMetaJson", &meta);
    lfn_buffer_free(&meta);
    return status;
}

/* LFN_BAD_INPUT unless it is the file of a service account, whose private key parses. */
static lfn_status check_key_file(const lfn_json *file, lfn_error *error)
{
    static const char wanted_type[] = "service_account";
    if (lfn_json_kind_of(file) != LFN_JSON_OBJECT)
        return lfn_error_set(error, LFN_BAD_INPUT, "It must be a JSON object.");
    lfn_text type = lfn_json_string(lfn_json_get(file, lfn_text_of("type")));
    if (!lfn_text_equal_string(type, wanted_type))
        return lfn_error_set(error, LFN_BAD_INPUT, "Its type must be %s.", wanted_type);
    lfn_text private_key = lfn_json_string(lfn_json_get(file, lfn_text_of("private_key")));
    return lfn_key_public(LFN_KEY_ANY_PEM, private_key, NULL, error);
}

static lfn_problem derive_gcp(const derivation *d)
{
    static const char file_member[] = "keyJson";
    lfn_json *file = NULL;
    if (!is_given(d, file_member))
        return LFN_PROBLEM_NONE;
    lfn_error error = {0};
    lfn_status status = lfn_json_parse(value_of(d, file_member), &file, NULL);
    if (status == LFN_PROTOCOL)
        status = lfn_error_set(&error, LFN_BAD_INPUT, "It must be JSON.");
    if (status == LFN_OK)
        status = check_key_file(file, &error);
    if (status == LFN_OK)
        status = write_public_part(d, file);
    lfn_json_free(file);
    return status == LFN_BAD_INPUT
               ? refuse_unread(d, file_member, "does not parse as the key file of a service account", &error)
               : lfn_problem_of(status);
}

/* ---- certificates ---- */

static lfn_status write_info(const derivation *d, const lfn_certificate_info *info)
{
    lfn_text from, to;
    lfn_record shown;
    lfn_status status = lfn_record_begin(&shown, lfn_schema_get(LFN_SCHEMA_CERTIFICATE_INFO), &d->call->error);
    if (status == LFN_OK)
        status = lfn_short_time(d->call, info->not_before_us, &from);
    if (status == LFN_OK)
        status = lfn_short_time(d->call, info->not_after_us, &to);
    if (status != LFN_OK)
        return status;
    lfn_record_set(&shown, "serialNumber", lfn_text_of(info->serial_number));
    lfn_record_set(&shown, "fingerprint", lfn_text_of(info->fingerprint));
    lfn_record_set(&shown, "commonName", lfn_text_of(info->common_name));
    lfn_record_set(&shown, "issuerName", lfn_text_of(info->issuer_name));
    lfn_record_set(&shown, "notValidBefore", from);
    lfn_record_set(&shown, "notValidAfter", to);
    lfn_buffer json;
    lfn_buffer_init(&json, lfn_text_ceiling(d->call->service));
    lfn_json_writer writer = {.buffer = &json};
    lfn_record_write(&shown, &writer);
    status = keep(d, "info", &json);
    lfn_buffer_free(&json);
    return status;
}

static lfn_problem check_fit(const derivation *d)
{
    lfn_error error = {0};
    lfn_status status = lfn_certificate_fits(value_of(d, "certificate"), value_of(d, "privateKey"), &error);
    return status == LFN_BAD_INPUT ? refuse_unread(d, "privateKey", not_taken, &error) : lfn_problem_of(status);
}

static lfn_problem derive_certificate(const derivation *d)
{
    lfn_error error = {0};
    lfn_certificate_info info;
    if (!is_given(d, "certificate") && !is_given(d, "privateKey"))
        return LFN_PROBLEM_NONE;
    lfn_status status = lfn_certificate_read(value_of(d, "certificate"), &info, &error);
    if (status == LFN_BAD_INPUT)
        return refuse_unread(d, "certificate", not_taken, &error);
    lfn_problem problem = status == LFN_OK ? check_fit(d) : LFN_PROBLEM_INTERNAL;
    return problem == LFN_PROBLEM_NONE ? lfn_problem_of(write_info(d, &info)) : problem;
}

/* ---- by type ---- */

typedef lfn_problem (*deriver)(const derivation *d);

static const deriver derivers[LFN_CREDENTIAL_TYPE_WORD_COUNT] = {
    [LFN_CREDENTIAL_TYPE_GCP] = derive_gcp,
    [LFN_CREDENTIAL_TYPE_SNOWFLAKE] = derive_snowflake,
    [LFN_CREDENTIAL_TYPE_GIT] = derive_git,
    [LFN_CREDENTIAL_TYPE_CERTIFICATE_KEY_PAIR] = derive_certificate,
};

lfn_problem lfn_config_derive(lfn_call *call, lfn_text type, lfn_record *config, const lfn_json *given, bool fresh)
{
    int index = lfn_choice_index(lfn_choice_get(LFN_CHOICE_CREDENTIAL_TYPE), type);
    derivation d = {call, lfn_config_field(type)->name, config, given, fresh};
    return derivers[index] != NULL ? derivers[index](&d) : LFN_PROBLEM_NONE;
}
