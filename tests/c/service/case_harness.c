/* The service of a test: see case_harness.h. */
#include "service/case_harness.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const emails[] = {"a@farm.example", "b@coop.example", "c@third.example"};

static void keep_log(void *context, lfn_log_level level, const char *line)
{
    harness *h = context;
    size_t used = strlen(h->log);
    if (level != LFN_LOG_DEBUG) {
        (void)snprintf(h->log + used, sizeof h->log - used, "%s\n", line);
        return;
    }
    h->change_count++;
    (void)snprintf(h->last_change, sizeof h->last_change, "%s", line);
}

void harness_login(harness *h, char who)
{
    size_t i = (size_t)(who - 'a');
    const char *body = harness_format(h, "{\"username\":\"%s\",\"password\":\"the password of %c\"}", emails[i], who);
    assert_int_equal(harness_ask(h, '-', LFN_POST, "!/api/authenticate", body), 200);
    (void)snprintf(h->tokens[i], sizeof h->tokens[i], "Bearer %s", harness_get(h, "id_token"));
}

void harness_open_with(harness *h, lfn_service_options options)
{
    memset(h, 0, sizeof *h);
    fake_clock_init(&h->clock);
    lfn_response_init(&h->response, 64 * 1024 * 1024);
    options.clock = &h->clock.clock;
    options.log = (lfn_log){keep_log, h};
    options.cheap_passwords = true;
    lfn_error error = {0};
    if (lfn_service_open(&options, &h->service, &error) != LFN_OK)
        fail_msg("the service does not open: %s", error.message);
    for (size_t i = 0; i < 3; i++) {
        char password[] = "the password of ?";
        password[sizeof password - 2] = (char)('a' + i);
        lfn_status status = lfn_service_create_owner(h->service, lfn_text_of(emails[i]), lfn_text_of(password), &error);
        assert_true(status == LFN_OK || status == LFN_CONFLICT);
        harness_login(h, (char)('a' + i));
    }
}

void harness_open(harness *h)
{
    harness_open_with(h, (lfn_service_options){.mask_secrets = false});
}

void harness_close(harness *h)
{
    lfn_response_free(&h->response);
    lfn_service_free(h->service);
}

int harness_ask(harness *h, char who, lfn_method method, const char *path, const char *body)
{
    lfn_request request = {.method = method, .body = lfn_text_of(body)};
    const char *target = path[0] == '!' ? path + 1 : harness_format(h, BASE "%s", path);
    request.target = lfn_text_of(target);
    if (who >= 'a' && who <= 'c')
        request.authorization = lfn_text_of(h->tokens[who - 'a']);
    else if (who == 'x')
        request.authorization = lfn_text_of("Bearer no.such.token");
    lfn_response_clear(&h->response);
    lfn_service_answer(h->service, &request, &h->response);
    return h->response.status;
}

static char *take_text(harness *h)
{
    return h->texts[h->next_text++ % HARNESS_TEXTS];
}

const char *harness_format(harness *h, const char *format, ...)
{
    char *text = take_text(h);
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(text, HARNESS_TEXT_SIZE, format, arguments);
    va_end(arguments);
    assert_in_range(size, 0, HARNESS_TEXT_SIZE - 1);
    return text;
}

const char *harness_body(const harness *h)
{
    return h->response.body.data != NULL ? h->response.body.data : "";
}

/* The child that one part of a path names: a member or an entry. */
static const lfn_json *child_of(const lfn_json *node, lfn_text part)
{
    if (node == NULL || lfn_json_kind_of(node) == LFN_JSON_OBJECT)
        return lfn_json_get(node, part);
    long index = strtol(part.data, NULL, 10);
    const lfn_json *child = lfn_json_first(node);
    while (child != NULL && index-- > 0)
        child = lfn_json_next(child);
    return child;
}

const char *harness_get(harness *h, const char *path)
{
    lfn_json *root = NULL;
    char *text = take_text(h);
    text[0] = '\0';
    if (lfn_json_parse(lfn_buffer_text(&h->response.body), &root, NULL) != LFN_OK)
        return text;
    const lfn_json *node = root;
    while (node != NULL && *path != '\0') {
        size_t size = strcspn(path, ".");
        node = child_of(node, lfn_text_make(path, size));
        path += path[size] == '.' ? size + 1 : size;
    }
    lfn_buffer literal;
    lfn_buffer_init(&literal, HARNESS_TEXT_SIZE - 1);
    lfn_json_writer writer = {.buffer = &literal};
    if (node != NULL)
        lfn_json_write_node(&writer, node);
    lfn_text value = lfn_json_string(node).data != NULL ? lfn_json_string(node) : lfn_buffer_text(&literal);
    (void)snprintf(text, HARNESS_TEXT_SIZE, "%.*s", (int)value.size, value.data);
    lfn_buffer_free(&literal);
    lfn_json_free(root);
    return text;
}

const char *harness_header(harness *h, const char *name)
{
    lfn_text value = lfn_response_header(&h->response, lfn_text_of(name));
    return harness_format(h, "%.*s", (int)value.size, value.data != NULL ? value.data : "");
}

const char *harness_user(harness *h, char who, const char *name)
{
    assert_int_equal(harness_ask(h, who, LFN_POST, "/users", harness_format(h, "{\"name\":\"%s\"}", name)), 201);
    return harness_get(h, "id");
}

const char *harness_panorama(harness *h, char who, const char *user)
{
    static const char body[] = "{\"clientId\":\"client-1\",\"username\":\"grower\",\"password\":\"canary-password\","
                               "\"organizationCode\":\"org-1\",\"refreshToken\":\"canary-refresh\","
                               "\"clientEnvironment\":\"STAGE\"}";
    int status = harness_ask(h, who, LFN_POST, harness_format(h, "/users/%s/panorama-credentials", user), body);
    assert_int_equal(status, 201);
    return harness_get(h, "id");
}

void harness_panorama_answers(harness *h, const char *user, int status, const char *headers, const char *body)
{
    lfn_provider_answer answer = {status, lfn_text_of(headers), lfn_text_of(body)};
    lfn_error error = {0};
    assert_int_equal(lfn_service_set_provider_answer(h->service, lfn_text_of(user),
                                                     lfn_provider_get(LFN_PROVIDER_PANORAMA), &answer, &error),
                     LFN_OK);
}

void harness_share(harness *h, bool accepted)
{
    static const char path[] = "/api-owners/sharing-relation/";
    int status = harness_ask(h, 'a', LFN_POST, harness_format(h, "%sreceiver", path),
                             "{\"receiverApiOwner\":\"b@coop.example\"}");
    assert_int_equal(status, 201);
    if (!accepted)
        return;
    status = harness_ask(h, 'b', LFN_PATCH, harness_format(h, "%ssender/a%%40farm.example", path),
                         "{\"status\":\"ALLOWED\"}");
    assert_int_equal(status, 200);
}
