/* The application of a test: see case_losant.h. */
#include "service/case_losant.h"

#include "base/text.h"
#include "support/certificates.h"

#include <stdio.h>
#include <stdlib.h>

/* A throw-away key; what stands before its first line belongs to the secret too. */
#define KEY_FILE(canary)                                                                                               \
    "\"{\\\"type\\\":\\\"service_account\\\",\\\"project_id\\\":\\\"farm\\\",\\\"private_key\\\":\\\"" canary          \
    "\\\\n-----BEGIN PRIVATE"                                                                                          \
    " KEY-----\\\\nMC4CAQAwBQYDK2VwBCIEIKUZjRHD9m8CC0nOdBuP3MvHCzmO5B3paQN4T8zcJju1\\\\n-----END PRIVATE"              \
    " KEY-----\\\\n\\\",\\\"client_email\\\":\\\"a@farm.example\\\",\\\"odd_secret\\\":\\\"" canary "\\\"}\""

const losant_type losant_types[LOSANT_TYPES] = {
    {"aws", "{\"accessKeyId\":\"AKIAABCDEFGHIJKL\",\"secretAccessKey\":\"canary-1\",\"region\":\"eu-west-1\"}",
     "{\"secretAccessKey\":\"canary-2\"}", "{\"region\":\"us-east-1\"}", "region", "us-east-1", "secretAccessKey"},
    {"azure", "{\"account\":\"one\",\"accountKey\":\"canary-1\"}", "{\"accountKey\":\"canary-2\"}",
     "{\"account\":\"two\"}", "account", "two", "accountKey"},
    {"gcp", "{\"keyJson\":" KEY_FILE("canary-1") "}", "{\"keyJson\":" KEY_FILE("canary-2") "}", NULL, NULL, NULL,
     "keyJson"},
    {"http", "{\"uriMatch\":\"https://a.example/*\",\"authMethod\":\"header\",\"secretValue\":\"canary-1\"}",
     "{\"secretValue\":\"canary-2\"}", "{\"publicValue\":\"X-Key\"}", "publicValue", "X-Key", "secretValue"},
    {"sendgrid", "{\"apiKey\":\"canary-1\"}", "{\"apiKey\":\"canary-2\"}", NULL, NULL, NULL, "apiKey"},
    {"twilio", "{\"accountSid\":\"AC12\",\"apiKeySid\":\"SK12\",\"apiKeySecret\":\"canary-1\"}",
     "{\"apiKeySecret\":\"canary-2\"}", "{\"apiKeySid\":\"SK34\"}", "apiKeySid", "SK34", "apiKeySecret"},
    {"loggly", "{\"customerToken\":\"canary-1\"}", "{\"customerToken\":\"canary-2\"}", NULL, NULL, NULL,
     "customerToken"},
    {"jwt", "{\"issuer\":\"farm\",\"algorithm\":\"HS256\",\"secret\":\"canary-1\"}", "{\"secret\":\"canary-2\"}",
     "{\"algorithm\":\"HS512\"}", "algorithm", "HS512", "secret"},
    {"whatsapp", "{\"accessToken\":\"canary-1\",\"fromNumberId\":\"1\"}", "{\"accessToken\":\"canary-2\"}",
     "{\"fromNumberId\":\"2\"}", "fromNumberId", "2", "accessToken"},
    {"sql",
     "{\"system\":\"pg\",\"host\":\"db\",\"port\":5432,\"username\":\"u\",\"password\":\"canary-1\","
     "\"secureConnection\":true}",
     "{\"password\":\"canary-2\"}", "{\"port\":5433}", "port", "5433", "password"},
    {"mongodb", "{\"connectionUri\":\"canary-1\"}", "{\"connectionUri\":\"canary-2\"}", NULL, NULL, NULL,
     "connectionUri"},
    {"mailgun", "{\"apiKey\":\"canary-1\"}", "{\"apiKey\":\"canary-2\"}", NULL, NULL, NULL, "apiKey"},
    {"snowflake", "{\"host\":\"h\",\"username\":\"u\",\"generatePrivateKey\":true}", "{\"generatePrivateKey\":true}",
     "{\"host\":\"i\"}", "host", "i", "privateKey"},
    {"git", "{\"type\":\"http-password\",\"cloneUrl\":\"https://a.example/r.git\",\"secretValue\":\"canary-1\"}",
     "{\"secretValue\":\"canary-2\"}", "{\"committerName\":\"C\"}", "committerName", "C", "secretValue"},
    {"datadog", "{\"secretValue\":\"canary-1\",\"site\":\"s\"}", "{\"secretValue\":\"canary-2\"}", "{\"site\":\"t\"}",
     "site", "t", "secretValue"},
    {"certificateKeyPair", NULL, NULL, NULL, NULL, NULL, "privateKey"},
};

/* Copies the part of a file from a mark on as it stands inside of a JSON string. */
static void read_part(const char *path, const char *mark, bool before, char *out, size_t size)
{
    char text[4096];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t read = fread(text, 1, sizeof text - 1, file);
    assert_int_equal(fclose(file), 0);
    text[read] = '\0';
    char *key = strstr(text, mark);
    assert_non_null(key);
    const char *from = before ? text : key;
    if (before)
        *key = '\0';
    size_t used = 0;
    for (; *from != '\0'; from++) {
        assert_true(used + 3 < size);
        used += (size_t)snprintf(out + used, size - used, *from == '\n' ? "\\n" : "%c", *from);
    }
}

const char *losant_key_file(losant *l, const char *name, bool escaped)
{
    char text[4096], out[4096];
    size_t used = 0;
    FILE *file = fopen(harness_format(&l->h, "%s/tests/cases/keys/%s", LFN_SOURCE_DIR, name), "r");
    assert_non_null(file);
    size_t read = fread(text, 1, sizeof text - 1, file);
    assert_int_equal(fclose(file), 0);
    for (size_t i = 0; i < read; i++)
        used += (size_t)snprintf(out + used, sizeof out - used, escaped && text[i] == '\n' ? "\\n" : "%c", text[i]);
    return harness_format(&l->h, "%s", out);
}

static void make_certificates(losant *l)
{
    static const char mark[] = "-----BEGIN PRIVATE KEY";
    certificates *made = certificates_make();
    certificates_add(made, "one.pem", "DNS:one.example", -1, 30);
    certificates_add(made, "two.pem", "DNS:two.example", -1, 30);
    read_part(certificates_path(made, "one.pem"), mark, true, l->certificate, sizeof l->certificate);
    read_part(certificates_path(made, "one.pem"), mark, false, l->certificate_key, sizeof l->certificate_key);
    read_part(certificates_path(made, "two.pem"), mark, false, l->other_key, sizeof l->other_key);
    certificates_free(made);
}

void losant_open_with(losant *l, lfn_service_options options)
{
    memset(l, 0, sizeof *l);
    harness_open_with(&l->h, options);
    lfn_status status =
        lfn_service_create_application(l->h.service, lfn_text_of(LOSANT_APPLICATION), NULL, &(lfn_error){0});
    assert_true(status == LFN_OK || status == LFN_CONFLICT);
    const char *token = losant_token(l, LOSANT_APPLICATION, "all.Application", 0);
    (void)snprintf(l->token, sizeof l->token, "%s", token);
    make_certificates(l);
}

void losant_open(losant *l)
{
    losant_open_with(l, (lfn_service_options){.mask_secrets = false});
}

void losant_close(losant *l)
{
    harness_close(&l->h);
}

const char *losant_token(losant *l, const char *application, const char *scopes, int64_t life_s)
{
    lfn_buffer token;
    lfn_error error = {0};
    lfn_buffer_init(&token, 128);
    if (lfn_service_create_token(l->h.service, lfn_text_of(application), lfn_text_of(scopes), life_s, &token, &error) !=
        LFN_OK)
        fail_msg("no token: %s", error.message);
    const char *text = harness_format(&l->h, "Bearer %s", token.data);
    lfn_buffer_free(&token);
    return text;
}

int losant_ask_as(losant *l, const char *authorization, lfn_method method, const char *target, const char *body)
{
    lfn_request request = {.method = method,
                           .target = lfn_text_of(target),
                           .authorization = lfn_text_of(authorization),
                           .body = lfn_text_of(body)};
    lfn_response_clear(&l->h.response);
    lfn_service_answer(l->h.service, &request, &l->h.response);
    return l->h.response.status;
}

int losant_ask(losant *l, lfn_method method, const char *path, const char *body)
{
    const char *target = harness_format(&l->h, "/applications/" LOSANT_APPLICATION "%s", path);
    return losant_ask_as(l, l->token, method, target, body);
}

const char *losant_make(losant *l, const char *name, const char *type, const char *config)
{
    char body[8192];
    (void)snprintf(body, sizeof body, "{\"name\":\"%s\",\"type\":\"%s\",\"%sConfig\":%s}", name, type, type, config);
    if (losant_ask(l, LFN_POST, "/credentials", body) != 201)
        fail_msg("%s is not made: %s", type, harness_body(&l->h));
    return harness_get(&l->h, "id");
}

const char *losant_register(losant *l, const char *kind, const char *json)
{
    lfn_buffer id;
    lfn_error error = {0};
    lfn_buffer_init(&id, 64);
    if (lfn_service_register(l->h.service, lfn_text_of(LOSANT_APPLICATION), lfn_text_of(kind), lfn_text_of(json), &id,
                             &error) != LFN_OK)
        fail_msg("%s is not registered: %s", kind, error.message);
    const char *text = harness_format(&l->h, "%s", id.data);
    lfn_buffer_free(&id);
    return text;
}

const char *losant_config(losant *l, const losant_type *type)
{
    return type->config != NULL ? type->config
                                : harness_format(&l->h, "{\"certificate\":\"%s\",\"privateKey\":\"%s\"}",
                                                 l->certificate, l->certificate_key);
}

const char *losant_secret_change(losant *l, const losant_type *type)
{
    return type->secret_change != NULL ? type->secret_change
                                       : harness_format(&l->h, "{\"privateKey\":\"%s\"}", l->certificate_key);
}
