/* The world of a case. */
#include "cases/case_world.h"

#include <stdio.h>

enum { ANSWER_MAX = 1 << 20, ARGUMENTS_MAX = 16 };

static const lfn_json *member(const lfn_json *object, const char *name)
{
    return lfn_json_get(object, lfn_text_of(name));
}

static lfn_text text_of(const lfn_json *object, const char *name)
{
    return lfn_json_string(member(object, name));
}

static size_t add_arguments(const lfn_json *object, lfn_argument *arguments, size_t count)
{
    for (const lfn_json *child = lfn_json_first(object); child != NULL; child = lfn_json_next(child)) {
        const lfn_json *value = lfn_json_kind_of(child) == LFN_JSON_ARRAY ? lfn_json_first(child) : child;
        while (value != NULL && count < ARGUMENTS_MAX) {
            arguments[count++] = (lfn_argument){lfn_json_name(child), lfn_json_string(value)};
            value = value == child ? NULL : lfn_json_next(value);
        }
    }
    return count;
}

lfn_status case_call(lfn_client *client, lfn_text name, const lfn_json *source, lfn_result *result, lfn_error *error)
{
    lfn_argument arguments[ARGUMENTS_MAX];
    lfn_call call = {.arguments = arguments, .lax = lfn_json_true(member(source, "lax"))};
    if (!lfn_operation_find(name, &call.operation, &call.provider)) {
        return lfn_error_set(error, LFN_BAD_INPUT, "No operation has this name.");
    }
    call.argument_count = add_arguments(member(source, "path"), arguments, 0);
    call.argument_count = add_arguments(member(source, "query"), arguments, call.argument_count);

    lfn_buffer body;
    lfn_buffer_init(&body, ANSWER_MAX);
    if (member(source, "body") != NULL) {
        lfn_json_writer writer = {&body, false};
        lfn_json_write_node(&writer, member(source, "body"));
        call.body = lfn_buffer_text(&body);
    }
    lfn_status status = lfn_client_call(client, &call, result, error);
    lfn_buffer_free(&body);
    return status;
}

lfn_api_id case_world_api(const lfn_json *worlds)
{
    for (int id = 0; id < LFN_API_COUNT; id++) {
        if (case_same(text_of(worlds, "api"), lfn_text_of(lfn_api_get((lfn_api_id)id)->name))) {
            return (lfn_api_id)id;
        }
    }
    return LFN_API_COUNT;
}

lfn_text case_world_token(const case_world *world, lfn_text name)
{
    for (size_t i = 0; i < world->token_count; i++) {
        if (case_same(name, lfn_text_of(world->tokens[i].name))) {
            return lfn_buffer_text(&world->tokens[i].text);
        }
    }
    return lfn_text_of("not-a-token");
}

lfn_client *case_world_client(case_world *world, const lfn_json *worlds, lfn_text owner)
{
    const lfn_json *row = lfn_json_get(member(worlds, "owners"), owner);
    lfn_client_options options = {.api = case_world_api(worlds)};
    lfn_client *client = NULL;
    if (row != NULL) {
        options.username = text_of(row, "email");
        options.password = text_of(row, "password");
    } else {
        options.token = case_world_token(world, owner);
    }
    if (lfn_transport_open_handler(lfn_service_answer, world->service, &options.transport, NULL) != LFN_OK) {
        return NULL;
    }
    if (lfn_client_open(&options, &client, NULL) != LFN_OK) {
        lfn_transport_free(options.transport);
    }
    return client;
}

static void save_members(case_world *world, const lfn_json *save, const lfn_result *result)
{
    lfn_json *answer = NULL;
    (void)lfn_json_parse(lfn_buffer_text(&result->response.body), &answer, NULL);
    for (const lfn_json *child = lfn_json_first(save); child != NULL; child = lfn_json_next(child)) {
        case_values_set(&world->values, lfn_json_name(child),
                        lfn_json_string(lfn_json_get(answer, lfn_json_string(child))));
    }
    lfn_json_free(answer);
}

static bool step_call(case_world *world, const lfn_json *worlds, const lfn_json *step)
{
    lfn_error error = {0};
    lfn_result result;
    lfn_result_init(&result, ANSWER_MAX);
    lfn_client *client = case_world_client(world, worlds, text_of(step, "as"));
    bool done = client != NULL && case_call(client, text_of(step, "call"), step, &result, &error) == LFN_OK;
    if (done) {
        save_members(world, member(step, "save"), &result);
    } else {
        (void)lfn_buffer_append_string(&world->failure, error.message);
    }
    lfn_client_free(client);
    lfn_result_free(&result);
    return done;
}

static bool step_provider_answer(case_world *world, const lfn_json *step)
{
    const lfn_provider *provider = lfn_provider_find(text_of(step, "provider_answer"));
    lfn_provider_answer answer = {
        .http_status = (int)lfn_json_integer(member(step, "status"), 200),
        .headers = text_of(step, "headers"),
        .body = text_of(step, "body"),
    };
    return provider != NULL &&
           lfn_service_set_provider_answer(world->service, text_of(step, "user"), provider, &answer, NULL) == LFN_OK;
}

/* What may use a credential by its name; `save` keeps its id. */
static bool step_register(case_world *world, const lfn_json *step)
{
    lfn_buffer json, id;
    lfn_error error = {0};
    lfn_buffer_init(&json, ANSWER_MAX);
    lfn_buffer_init(&id, ANSWER_MAX);
    lfn_json_writer writer = {&json, false};
    lfn_json_write_node(&writer, member(step, "document"));
    bool done = lfn_service_register(world->service, text_of(step, "application"), text_of(step, "register"),
                                     lfn_buffer_text(&json), &id, &error) == LFN_OK;
    if (done && member(step, "save") != NULL) {
        case_values_set(&world->values, text_of(step, "save"), lfn_buffer_text(&id));
    }
    if (!done) {
        (void)lfn_buffer_append_string(&world->failure, error.message);
    }
    lfn_buffer_free(&json);
    lfn_buffer_free(&id);
    return done;
}

static bool take_step(case_world *world, const lfn_json *worlds, const lfn_json *raw)
{
    lfn_json *step = case_expand(raw, &world->values);
    size_t changed = 0;
    bool done = member(step, "call") != NULL              ? step_call(world, worlds, step)
                : member(step, "provider_answer") != NULL ? step_provider_answer(world, step)
                : member(step, "register") != NULL        ? step_register(world, step)
                : lfn_json_true(member(step, "check_credentials"))
                    ? lfn_service_check_credentials(world->service, &changed, NULL) == LFN_OK
                    : false;
    lfn_json_free(step);
    return done;
}

static bool take_steps(case_world *world, const lfn_json *worlds, const lfn_json *steps)
{
    for (const lfn_json *step = lfn_json_first(steps); step != NULL; step = lfn_json_next(step)) {
        if (!take_step(world, worlds, step)) {
            return false;
        }
    }
    return true;
}

static bool make_owners(case_world *world, const lfn_json *worlds)
{
    for (const lfn_json *owner = lfn_json_first(member(worlds, "owners")); owner; owner = lfn_json_next(owner)) {
        if (lfn_service_create_owner(world->service, text_of(owner, "email"), text_of(owner, "password"), NULL) !=
            LFN_OK) {
            return false;
        }
    }
    return true;
}

/* The applications are values of the world, too. */
static bool make_applications(case_world *world, const lfn_json *worlds)
{
    lfn_buffer id;
    lfn_buffer_init(&id, ANSWER_MAX);
    bool done = true;
    for (const lfn_json *application = lfn_json_first(member(worlds, "applications")); done && application != NULL;
         application = lfn_json_next(application)) {
        done = lfn_service_create_application(world->service, lfn_json_string(application), &id, NULL) == LFN_OK;
        case_values_set(&world->values, lfn_json_name(application), lfn_json_string(application));
        lfn_buffer_clear(&id);
    }
    lfn_buffer_free(&id);
    return done;
}

static bool make_tokens(case_world *world, const lfn_json *worlds)
{
    for (const lfn_json *row = lfn_json_first(member(worlds, "tokens")); row != NULL; row = lfn_json_next(row)) {
        case_token *token = &world->tokens[world->token_count];
        lfn_text name = lfn_json_name(row);
        lfn_text application =
            lfn_json_string(lfn_json_get(member(worlds, "applications"), text_of(row, "application")));
        if (world->token_count == CASE_TOKENS_MAX) {
            return false;
        }
        (void)snprintf(token->name, sizeof token->name, "%.*s", (int)name.size, name.data);
        lfn_buffer_init(&token->text, ANSWER_MAX);
        world->token_count++;
        if (lfn_service_create_token(world->service, application, text_of(row, "scopes"), 0, &token->text, NULL) !=
            LFN_OK) {
            return false;
        }
    }
    return true;
}

bool case_world_open(case_world *world, const lfn_json *worlds, const lfn_json *a_case)
{
    lfn_service_options options = {.cheap_passwords = true};
    *world = (case_world){0};
    lfn_buffer_init(&world->failure, ANSWER_MAX);
    if (lfn_service_open(&options, &world->service, NULL) != LFN_OK) {
        return false;
    }
    if (!make_owners(world, worlds) || !make_applications(world, worlds) || !make_tokens(world, worlds)) {
        return false;
    }
    const lfn_json *steps = lfn_json_get(member(worlds, "worlds"), text_of(a_case, "world"));
    return steps != NULL && take_steps(world, worlds, steps) && take_steps(world, worlds, member(a_case, "before"));
}

void case_world_close(case_world *world)
{
    lfn_service_free(world->service);
    lfn_buffer_free(&world->failure);
    for (size_t i = 0; i < world->token_count; i++) {
        lfn_buffer_free(&world->tokens[i].text);
    }
}
