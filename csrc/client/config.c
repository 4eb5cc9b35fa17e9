/* Configuration: one reader of environment and file for every language. Each setting is a row of `settings`; values are
 * never shown in a message. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/text.h"
#include "client/config.h"
#include "client/private_file.h"
#include "codec/nearest.h"
#include "codec/words.h"
#include "leafnative/client.h"

/* ---- the settings ---- */

enum {
    SECRET = 1 << 0,  /* must not stand in a file that others can read */
    LOGIN = 1 << 1,   /* one of those that belong together: all of them come from one source */
    GENERAL = 1 << 2, /* its variable is not one of the API but LEAFNATIVE_… */
    ADDRESS = 1 << 3, /* secret once it holds a user name and password: user:password@host */
    ASIDE = 1 << 4    /* no option of a client but a member of paths, for the APIs that have it in theirs */
};

static const struct setting {
    const char *member; /* in the file */
    const char *suffix; /* of the variable: LEAF_URL */
    size_t offset;      /* in lfn_client_options; 0 for what is no option */
    unsigned marks;
} settings[] = {
    {"url", "URL", offsetof(lfn_client_options, base_url), 0},
    {"token", "TOKEN", offsetof(lfn_client_options, token), SECRET | LOGIN},
    {"username", "USERNAME", offsetof(lfn_client_options, username), LOGIN},
    {"password", "PASSWORD", offsetof(lfn_client_options, password), SECRET | LOGIN},
    {"tokenCache", "TOKEN_CACHE", offsetof(lfn_client_options, token_cache), 0},
    {"caFile", "CA_FILE", offsetof(lfn_client_options, ca_file), GENERAL},
    {"clientCertificate", "CLIENT_CERTIFICATE", offsetof(lfn_client_options, client_certificate), 0},
    {"clientKey", "CLIENT_KEY", offsetof(lfn_client_options, client_key), 0},
    {"proxy", "PROXY", offsetof(lfn_client_options, proxy), ADDRESS},
    {"applicationId", "APPLICATION_ID", 0, ASIDE},
};

enum { SETTING_COUNT = sizeof settings / sizeof *settings, FILE_MAX = 1024 * 1024, PATH_MAX_BYTES = 4096 };

typedef struct value {
    lfn_secret *text; /* every value is wiped, a secret or not */
    char *source;
} value;

struct lfn_config {
    value values[SETTING_COUNT];
};

static bool has_path_member(const lfn_api *api, const char *name)
{
    const lfn_field *field;
    for (int id = 0; id < LFN_OP_COUNT; id++) {
        const lfn_operation *operation = lfn_operation_get((lfn_operation_id)id);
        for (size_t i = 0; operation->group->api == api && (field = lfn_operation_path_field(operation, i)) != NULL;
             i++)
            if (strcmp(field->name, name) == 0)
                return true;
    }
    return false;
}

/* Whether the API has the setting. */
static bool has_setting(const lfn_api *api, const struct setting *setting)
{
    return (setting->marks & ASIDE) == 0 || has_path_member(api, setting->member);
}

static int find_setting(lfn_text member)
{
    for (int i = 0; i < SETTING_COUNT; i++)
        if (lfn_text_equal_string(member, settings[i].member))
            return i;
    return -1;
}

static bool is_secret(const struct setting *setting, lfn_text text)
{
    if ((setting->marks & ADDRESS) != 0)
        return lfn_text_find(text, '@') < text.size;
    return (setting->marks & SECRET) != 0;
}

static lfn_status keep(lfn_config *config, int index, lfn_text text, lfn_text source, lfn_error *error)
{
    value *kept = &config->values[index];
    kept->text = lfn_secret_make(text);
    kept->source = lfn_copy(source.data, source.size);
    return kept->text != NULL && kept->source != NULL ? LFN_OK : lfn_error_no_memory(error);
}

/* ---- the environment ---- */

void lfn_config_name_variable(const char *prefix, const char *suffix, char out_name[LFN_VARIABLE_SIZE])
{
    (void)snprintf(out_name, LFN_VARIABLE_SIZE, "%s_%s", prefix, suffix);
    for (char *byte = out_name; *byte != '\0'; byte++)
        if (*byte >= 'a' && *byte <= 'z')
            *byte = (char)(*byte - 'a' + 'A');
}

/* A variable that is set to nothing counts as not set. */
static const char *read_variable(const char *name)
{
    const char *text = getenv(name);
    return text != NULL && *text != '\0' ? text : NULL;
}

static lfn_status read_environment(lfn_config *config, const lfn_api *api, lfn_error *error)
{
    lfn_status status = LFN_OK;
    for (int i = 0; status == LFN_OK && i < SETTING_COUNT; i++) {
        char name[LFN_VARIABLE_SIZE];
        char source[96];
        const char *prefix = (settings[i].marks & GENERAL) != 0 ? "leafnative" : api->name;
        lfn_config_name_variable(prefix, settings[i].suffix, name);
        const char *text = has_setting(api, &settings[i]) ? read_variable(name) : NULL;
        if (text == NULL)
            continue;
        (void)snprintf(source, sizeof source, "environment %s", name);
        status = keep(config, i, lfn_text_of(text), lfn_text_of(source), error);
    }
    return status;
}

/* ---- the file ---- */

/* Where the file is. False when there is none to look for. `out_named` tells that the user named it. */
static bool find_file(char *out_path, size_t size, bool *out_named)
{
    const char *named = read_variable("LEAFNATIVE_CONFIG");
    const char *folder = read_variable("XDG_CONFIG_HOME");
    const char *home = read_variable("HOME");
    int written = -1;
    *out_named = named != NULL;
    if (named != NULL)
        written = snprintf(out_path, size, "%s", named);
    else if (folder != NULL && *folder == '/')
        written = snprintf(out_path, size, "%s/leafnative/config.json", folder);
    else if (home != NULL)
        written = snprintf(out_path, size, "%s/.config/leafnative/config.json", home);
    return written >= 0 && (size_t)written < size;
}

/* The known member nearest to one that is not known, or NULL: the settings as a schema. */
static const char *nearest_member(const lfn_api *api, lfn_text name)
{
    lfn_field fields[SETTING_COUNT];
    size_t count = 0;
    for (size_t i = 0; i < SETTING_COUNT; i++)
        if (has_setting(api, &settings[i]))
            fields[count++] = (lfn_field){.name = settings[i].member, .standard = "", .summary = ""};
    lfn_schema schema = {.name = "config", .summary = "", .fields = fields, .field_count = count};
    return lfn_nearest_field(&schema, LFN_MODE_NONE, name);
}

/* A file being read, for messages and sources. */
typedef struct reading {
    const lfn_api *api;
    const char *path;
    lfn_file_facts facts;
    lfn_error *error;
} reading;

static lfn_status refuse_member(const reading *file, lfn_text profile, lfn_text member, const char *reason)
{
    char where[160] = "";
    lfn_pointer_append(where, sizeof where, lfn_text_slice(profile, 0, (size_t)lfn_text_shown(profile)));
    lfn_pointer_append(where, sizeof where, lfn_text_slice(member, 0, (size_t)lfn_text_shown(member)));
    return lfn_error_set_where(file->error, LFN_BAD_INPUT, where, "%.200s: %s %s", file->path, strrchr(where, '/') + 1,
                               reason);
}

/* Refuses a secret that others can read. */
static lfn_status check_secret(const reading *file, lfn_text profile, lfn_text member)
{
    if (file->facts.ours && !file->facts.others_read)
        return LFN_OK;
    const char *reason = file->facts.ours ? "is a secret, and others can use the file."
                                          : "is a secret, and the file belongs to another user.";
    lfn_status status = refuse_member(file, profile, member, reason);
    if (file->facts.ours)
        lfn_error_hint(file->error, "Run chmod 600 %.200s", file->path);
    else
        lfn_error_hint(file->error, "Keep secrets in a file of your own with chmod 600.");
    return status;
}

/* Looks for secrets in every profile: the file is one, whichever profile is asked for. */
static lfn_status check_secrets(const reading *file, const lfn_json *root)
{
    for (const lfn_json *profile = lfn_json_first(root); profile != NULL; profile = lfn_json_next(profile)) {
        if (lfn_json_kind_of(profile) != LFN_JSON_OBJECT)
            continue;
        for (const lfn_json *member = lfn_json_first(profile); member != NULL; member = lfn_json_next(member)) {
            int index = find_setting(lfn_json_name(member));
            lfn_status status = LFN_OK;
            if (index >= 0 && is_secret(&settings[index], lfn_json_string(member)))
                status = check_secret(file, lfn_json_name(profile), lfn_json_name(member));
            if (status != LFN_OK)
                return status;
        }
    }
    return LFN_OK;
}

/* Which setting a member is, once its form is right. */
static lfn_status check_member(const reading *file, lfn_text profile, const lfn_json *member, int *out_index)
{
    lfn_text name = lfn_json_name(member);
    int index = find_setting(name);
    if (index < 0 || !has_setting(file->api, &settings[index])) {
        const char *nearest = nearest_member(file->api, name);
        char reason[96] = "is unknown.";
        if (nearest != NULL)
            (void)snprintf(reason, sizeof reason, "is unknown; did you mean %s?", nearest);
        return refuse_member(file, profile, name, reason);
    }
    lfn_text text = lfn_json_string(member);
    if (lfn_json_kind_of(member) != LFN_JSON_STRING)
        return refuse_member(file, profile, name, "must be a string.");
    if (text.size == 0 || lfn_text_find(text, '\0') < text.size)
        return refuse_member(file, profile, name, "must not be empty or hold U+0000.");
    *out_index = index;
    return LFN_OK;
}

static bool has_login(const lfn_config *config)
{
    for (size_t i = 0; i < SETTING_COUNT; i++)
        if ((settings[i].marks & LOGIN) != 0 && config->values[i].text != NULL)
            return true;
    return false;
}

static lfn_status take_profile(lfn_config *config, const reading *file, const lfn_json *profile)
{
    bool logged_in = has_login(config);
    lfn_status status = LFN_OK;
    const lfn_json *member = lfn_json_first(profile);
    for (; status == LFN_OK && member != NULL; member = lfn_json_next(member)) {
        int index = -1;
        status = check_member(file, lfn_json_name(profile), member, &index);
        if (status != LFN_OK || config->values[index].text != NULL)
            continue;
        if (logged_in && (settings[index].marks & LOGIN) != 0)
            continue; /* a login of two sources would mix two owners */
        status = keep(config, index, lfn_json_string(member), lfn_text_of(file->path), file->error);
    }
    return status;
}

static lfn_status take_document(lfn_config *config, const reading *file, const lfn_json *root, lfn_text name,
                                bool asked)
{
    if (lfn_json_kind_of(root) != LFN_JSON_OBJECT)
        return lfn_error_set(file->error, LFN_BAD_INPUT, "%.200s: the file must hold a JSON object.", file->path);
    lfn_status status = check_secrets(file, root);
    if (status != LFN_OK)
        return status;
    const lfn_json *profile = lfn_json_get(root, name);
    if (profile == NULL && !asked)
        return LFN_OK;
    if (profile == NULL)
        return lfn_error_set_where(file->error, LFN_BAD_INPUT, "/profile", "%.200s: there is no profile \"%.*s\".",
                                   file->path, lfn_text_shown(name), name.data);
    if (lfn_json_kind_of(profile) != LFN_JSON_OBJECT)
        return lfn_error_set(file->error, LFN_BAD_INPUT, "%.200s: the profile \"%.*s\" must be a JSON object.",
                             file->path, lfn_text_shown(name), name.data);
    return take_profile(config, file, profile);
}

static lfn_status parse_file(lfn_config *config, const reading *file, lfn_text content, lfn_text name, bool asked)
{
    lfn_json *root = NULL;
    lfn_error reason;
    lfn_status status = lfn_json_parse(content, &root, &reason);
    if (status == LFN_NO_MEMORY)
        status = lfn_error_no_memory(file->error);
    else if (status != LFN_OK)
        status = lfn_error_set(file->error, LFN_BAD_INPUT, "%.200s is not JSON: %s", file->path, reason.message);
    else
        status = take_document(config, file, root, name, asked);
    lfn_json_free(root);
    return status;
}

static lfn_status read_file(lfn_config *config, const lfn_api *api, const char *path, bool named, lfn_text name,
                            bool asked, lfn_error *error)
{
    reading file = {.api = api, .path = path, .error = error};
    lfn_buffer content;
    lfn_buffer_init(&content, FILE_MAX);
    lfn_status status = LFN_OK;
    bool whole = lfn_private_read(path, true, &content, &file.facts);
    bool missing = file.facts.failure == ENOENT || file.facts.failure == ENOTDIR;
    if (whole)
        status = parse_file(config, &file, lfn_buffer_text(&content), name, asked);
    else if (file.facts.failure == ENOMEM)
        status = lfn_error_no_memory(error);
    else if (!missing || named)
        status = lfn_error_set(error, LFN_BAD_INPUT, "%.200s cannot be read: %s.%s", path, strerror(file.facts.failure),
                               named ? " LEAFNATIVE_CONFIG names it." : "");
    else if (asked)
        status =
            lfn_error_set_where(error, LFN_BAD_INPUT, "/profile", "There is no file %.200s to hold the profile.", path);
    lfn_buffer_free(&content);
    return status;
}

/* ---- the public functions ---- */

lfn_status lfn_config_read(lfn_api_id api_id, lfn_text profile, lfn_config **out_config, lfn_error *error)
{
    const lfn_api *api = lfn_api_get(api_id);
    if (api == NULL)
        return lfn_error_set(error, LFN_BAD_INPUT, "The API is unknown.");
    lfn_config *config = lfn_alloc(sizeof *config);
    if (config == NULL)
        return lfn_error_no_memory(error);

    char path[PATH_MAX_BYTES];
    bool named = false;
    bool asked = profile.data != NULL;
    lfn_text name = asked ? profile : lfn_text_of(api->name);
    lfn_status status = read_environment(config, api, error);
    if (status == LFN_OK && find_file(path, sizeof path, &named))
        status = read_file(config, api, path, named, name, asked, error);
    else if (status == LFN_OK && (named || asked))
        status = lfn_error_set(error, LFN_BAD_INPUT, "There is no configuration file to look for.");
    if (status != LFN_OK) {
        lfn_config_free(config);
        return status;
    }
    *out_config = config;
    return LFN_OK;
}

static lfn_text *option_of(lfn_client_options *options, size_t index)
{
    return (lfn_text *)(void *)((char *)options + settings[index].offset);
}

void lfn_config_apply(const lfn_config *config, lfn_client_options *options)
{
    bool logged_in = options->token.data != NULL || options->username.data != NULL || options->password.data != NULL;
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        if ((settings[i].marks & ASIDE) != 0)
            continue;
        lfn_text *option = option_of(options, i);
        bool passed_over = logged_in && (settings[i].marks & LOGIN) != 0;
        if (option->data == NULL && config->values[i].text != NULL && !passed_over)
            *option = lfn_secret_reveal(config->values[i].text);
    }
    /* A cache that is set once for all logins is of no use to a client that was given a bare token. */
    const value *cache = &config->values[find_setting(lfn_text_of("tokenCache"))];
    if (options->username.data == NULL && cache->text != NULL &&
        options->token_cache.data == lfn_secret_reveal(cache->text).data)
        options->token_cache = (lfn_text){NULL, 0};
}

const char *lfn_config_source(const lfn_config *config, const char *member)
{
    int index = find_setting(lfn_text_of(member));
    return index >= 0 && config->values[index].source != NULL ? config->values[index].source : "";
}

lfn_text lfn_config_setting(const lfn_config *config, const char *member)
{
    int index = find_setting(lfn_text_of(member));
    if (index < 0 || (settings[index].marks & ASIDE) == 0 || config->values[index].text == NULL)
        return lfn_text_of(NULL);
    return lfn_secret_reveal(config->values[index].text);
}

void lfn_config_free(lfn_config *config)
{
    if (config == NULL)
        return;
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        lfn_secret_free(config->values[i].text);
        lfn_free(config->values[i].source);
    }
    lfn_free(config);
}
