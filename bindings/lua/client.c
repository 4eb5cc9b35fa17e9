/* Client: calls over libcurl, over a service of this program, or over a function of Lua. */
#include "client.h"

lfn_lua_client *lfn_lua_client_at(lua_State *L, int index)
{
    return luaL_checkudata(L, index, LFN_LUA_CLIENT);
}

/* ---- functions that are called back ---- */

static void client_log(void *context, lfn_log_level level, const char *line)
{
    lfn_lua_call_log(&((lfn_lua_client *)context)->door, CLIENT_LOG, level, line);
}

static void client_event(void *context, const lfn_event *event)
{
    lfn_lua_door *door = &((lfn_lua_client *)context)->door;
    lfn_event told = *event;
    if (door->L != NULL && !lfn_lua_call_back(door, CLIENT_EVENT, lfn_lua_tell_event, &told))
        lfn_lua_warn_failed(door->L, "on_event");
}

typedef struct carrying {
    const lfn_request *request;
    lfn_response *response;
} carrying;

/* The headers of a request by name, that of the token included: it goes over this transport in the clear. */
static void push_request_headers(lua_State *L, const lfn_request *request)
{
    lua_createtable(L, 0, (int)request->header_count + 1);
    if (request->authorization.data != NULL) {
        lfn_lua_push_text(L, request->authorization);
        lua_setfield(L, -2, "Authorization");
    }
    for (size_t i = 0; i < request->header_count; i++) {
        lfn_lua_push_text(L, request->headers[i].name);
        lfn_lua_push_text(L, request->headers[i].value);
        lua_rawset(L, -3);
    }
}

static const char *add_response_header(void *context, lfn_text name, lfn_text value)
{
    if (lfn_response_add_header(context, name, value))
        return NULL;
    return "A header of the answer holds a line end or NUL, or memory is out.";
}

/* Reads status, headers and body from index 3 on. The status is written last: without it no answer came. */
static void read_answer(lua_State *L, lfn_response *response)
{
    int is_integer = 0;
    lua_Integer status = lua_tointegerx(L, 3, &is_integer);
    if (!is_integer || status < 100 || status > 599)
        lfn_lua_raise(L, "", "A transport must return an HTTP status from 100 to 599, headers and body.");
    lfn_lua_read_headers(L, 4, add_response_header, response);
    lfn_text body = lfn_lua_text(L, 5, "the body of the answer");
    if (body.size > 0 && !lfn_buffer_append_text(&response->body, body))
        lfn_lua_raise(L, "", "The body of the answer is larger than answer_max_bytes.");
    response->status = (int)status;
}

/* Runs in protected mode with the function and the carrying. */
static int carry_protected(lua_State *L)
{
    const carrying *given = lua_touserdata(L, 2);
    const lfn_request *request = given->request;
    lua_pushvalue(L, 1);
    lua_pushstring(L, lfn_method_name(request->method));
    lfn_lua_push_text(L, request->target);
    push_request_headers(L, request);
    if (request->body.data != NULL)
        lfn_lua_push_text(L, request->body);
    else
        lua_pushnil(L);
    lua_call(L, 4, 3);
    read_answer(L, given->response);
    return 0;
}

/* The handler behind a function of Lua. What it raised is kept for the error of the call. */
static void carry(void *context, const lfn_request *request, lfn_response *response)
{
    lfn_lua_client *self = context;
    carrying given = {request, response};
    lua_State *L = self->door.L;
    if (L == NULL)
        return;
    lua_pushnil(L);
    lua_setiuservalue(L, self->door.self, CLIENT_RAISED);
    if (lfn_lua_call_back(&self->door, CLIENT_TRANSPORT, carry_protected, &given))
        return;
    lua_setiuservalue(L, self->door.self, CLIENT_RAISED);
    lfn_response_clear(response);
    response->status = 0;
}

/* ---- opening ---- */

static const char *const option_names[] = {"service",
                                           "transport",
                                           "api",
                                           "base_url",
                                           "token",
                                           "username",
                                           "password",
                                           "token_cache",
                                           "remember_me",
                                           "ca_file",
                                           "client_certificate",
                                           "client_key",
                                           "proxy",
                                           "user_agent",
                                           "general_lane",
                                           "timeout",
                                           "connect_timeout",
                                           "deadline",
                                           "answer_max_bytes",
                                           "attempts",
                                           "profile",
                                           "config",
                                           "log",
                                           "on_event",
                                           NULL};

/* The settings that may come from elsewhere, under the names that they have in the configuration file. */
static const char *const setting_names[] = {
    "url", "token", "username", "password", "tokenCache", "caFile", "clientCertificate", "clientKey", "proxy", NULL};

/* The text of an option, which stays on the stack and lives as long as that. */
static lfn_text text_option(lua_State *L, int options, const char *name)
{
    lfn_lua_option(L, options, name);
    return lfn_lua_text(L, -1, name);
}

static void read_options(lua_State *L, int at, lfn_client_options *options)
{
    lfn_lua_check_stack(L, 24);
    options->base_url = text_option(L, at, "base_url");
    options->token = text_option(L, at, "token");
    options->username = text_option(L, at, "username");
    options->password = text_option(L, at, "password");
    options->token_cache = text_option(L, at, "token_cache");
    options->ca_file = text_option(L, at, "ca_file");
    options->client_certificate = text_option(L, at, "client_certificate");
    options->client_key = text_option(L, at, "client_key");
    options->proxy = text_option(L, at, "proxy");
    options->user_agent = text_option(L, at, "user_agent");
    options->remember_me = lfn_lua_boolean_option(L, at, "remember_me", false);
    options->general_lane = lfn_lua_boolean_option(L, at, "general_lane", false);
    options->timeout_ms = lfn_lua_time_option(L, at, "timeout");
    options->connect_timeout_ms = lfn_lua_time_option(L, at, "connect_timeout");
    options->deadline_ms = lfn_lua_time_option(L, at, "deadline");
    options->answer_max_bytes = lfn_lua_count_option(L, at, "answer_max_bytes");
    options->attempts_max = lfn_lua_count_option(L, at, "attempts");
}

static unsigned given_settings(const lfn_client_options *options)
{
    const lfn_text values[] = {options->base_url,           options->token,       options->username,
                               options->password,           options->token_cache, options->ca_file,
                               options->client_certificate, options->client_key,  options->proxy};
    unsigned given = 0;
    for (unsigned i = 0; i < sizeof values / sizeof *values; i++)
        if (values[i].data != NULL)
            given |= 1U << i;
    return given;
}

static const lfn_api *find_api(lua_State *L, int options)
{
    lfn_lua_near near;
    lfn_text name = text_option(L, options, "api");
    if (name.data == NULL)
        name = lfn_text_of(lfn_api_get((lfn_api_id)0)->name);
    lfn_lua_near_begin(&near, name);
    for (int id = 0; id < LFN_API_COUNT; id++) {
        const lfn_api *api = lfn_api_get((lfn_api_id)id);
        if (lfn_lua_is_word(name, api->name))
            return api;
        lfn_lua_near_offer(&near, api->name);
    }
    lfn_lua_near_raise(L, &near, "API", "");
    return NULL;
}

/* Takes parent and functions out of the options into the user values of the box. */
static void take_objects(lua_State *L, int options, int box, lfn_lua_client *self)
{
    lfn_lua_option(L, options, "service");
    self->over_service = !lua_isnil(L, -1);
#ifdef LFN_WITH_SERVICE
    if (self->over_service && lfn_lua_service_door(L, -1) == NULL)
        lfn_lua_raise(L, "", "service must be a service, not a %s.", luaL_typename(L, -1));
#else
    if (self->over_service)
        lfn_lua_raise(L, "", "This build has no service.");
#endif
    lua_setiuservalue(L, box, CLIENT_SERVICE);
    lfn_lua_take_function(L, options, "transport", box, CLIENT_TRANSPORT);
    lfn_lua_take_function(L, options, "log", box, CLIENT_LOG);
    lfn_lua_take_function(L, options, "on_event", box, CLIENT_EVENT);
    self->over_function = lua_getiuservalue(L, box, CLIENT_TRANSPORT) == LUA_TFUNCTION;
    lua_pop(L, 1);
    if (self->over_service && self->over_function)
        lfn_lua_raise(L, "", "Give service or transport, not both.");
}

/* Whether the options say everything: then neither environment nor file is looked at. */
static bool is_complete(const lfn_lua_client *self, const lfn_client_options *options)
{
    bool can_log_in = options->token.data != NULL || (options->username.data != NULL && options->password.data != NULL);
    return self->over_service || self->over_function || (options->base_url.data != NULL && can_log_in);
}

static lfn_status load_config(lua_State *L, int box, lfn_lua_client *self, lfn_error *error)
{
    lua_getiuservalue(L, box, CLIENT_PROFILE);
    lfn_text profile = lfn_lua_text(L, -1, "profile");
    lfn_status status = lfn_config_read(self->api->id, profile, &self->config, error);
    lua_pop(L, 1);
    return status;
}

static lfn_status read_config(lua_State *L, int at, int box, lfn_client_options *options, lfn_error *error)
{
    lfn_lua_client *self = lfn_lua_client_at(L, box);
    bool wanted = lfn_lua_boolean_option(L, at, "config", true);
    text_option(L, at, "profile");
    lua_setiuservalue(L, box, CLIENT_PROFILE);
    self->may_look = wanted && !self->over_service && !self->over_function;
    if (!wanted || is_complete(self, options))
        return LFN_OK;
    lfn_status status = load_config(L, box, self, error);
    if (status == LFN_OK)
        lfn_config_apply(self->config, options);
    return status;
}

static lfn_status make_transport(lua_State *L, lfn_lua_client *self, int service, lfn_transport **out_transport,
                                 lfn_error *error)
{
    *out_transport = NULL;
    if (self->over_function)
        return lfn_transport_open_handler(carry, self, out_transport, error);
#ifdef LFN_WITH_SERVICE
    if (self->over_service)
        return lfn_lua_service_transport(L, service, out_transport, error);
#endif
    (void)L;
    (void)service;
    return LFN_OK;
}

static void set_callbacks(lua_State *L, int box, lfn_client_options *options)
{
    lfn_lua_client *self = lfn_lua_client_at(L, box);
    if (lua_getiuservalue(L, box, CLIENT_LOG) == LUA_TFUNCTION)
        options->log = (lfn_log){client_log, self};
    if (lua_getiuservalue(L, box, CLIENT_EVENT) == LUA_TFUNCTION)
        options->events = (lfn_events){client_event, self};
    lua_pop(L, 2);
}

static lfn_status open_client(lua_State *L, int box, int service, lfn_client_options *options, lfn_error *error)
{
    lfn_lua_client *self = lfn_lua_client_at(L, box);
    options->api = self->api->id;
    options->snake_case = true;
    self->deadline_ms = options->deadline_ms;
#ifdef LFN_WITH_SERVICE
    if (self->over_service)
        options->clock = lfn_lua_service_clock(L, service);
#endif
    lfn_status status = make_transport(L, self, service, &options->transport, error);
    if (status == LFN_OK)
        status = lfn_client_open(options, &self->client, error);
    if (status != LFN_OK)
        lfn_transport_free(options->transport);
    return status;
}

int lfn_lua_client_new(lua_State *L)
{
    lfn_client_options options = {.base_url = {NULL, 0}};
    lfn_error error;
    lua_settop(L, 1);
    lfn_lua_check_options(L, 1, option_names);
    lfn_lua_client *self = lua_newuserdatauv(L, sizeof *self, CLIENT_VALUES);
    memset(self, 0, sizeof *self);
    luaL_setmetatable(L, LFN_LUA_CLIENT);
    self->api = find_api(L, 1);
    take_objects(L, 1, 2, self);
    read_options(L, 1, &options);
    self->given = given_settings(&options);
    lfn_status status = read_config(L, 1, 2, &options, &error);
    if (status != LFN_OK)
        return lfn_lua_fail(L, &error, NULL);
    set_callbacks(L, 2, &options);
    if (!lfn_lua_client_enter(L, 2))
        return 2;
    int service = lua_gettop(L);
    status = open_client(L, 2, service, &options, &error);
    lfn_lua_client_leave(L, 2, service);
    if (status != LFN_OK)
        return lfn_lua_fail(L, &error, NULL);
    lua_settop(L, 2);
    return 1;
}

/* ---- doors ---- */

static void free_client(lfn_lua_client *self)
{
    lfn_client *client = self->client;
    lfn_config *config = self->config;
    lfn_lua_sets_free(self);
    self->client = NULL;
    self->config = NULL;
    lfn_client_free(client);
    lfn_config_free(config);
}

static bool enter_service(lua_State *L, int service)
{
#ifdef LFN_WITH_SERVICE
    lfn_lua_door *door = lfn_lua_service_door(L, service);
    return door == NULL || lfn_lua_enter(L, door, service, "service");
#else
    (void)L;
    (void)service;
    return true;
#endif
}

static void leave_service(lua_State *L, int service)
{
#ifdef LFN_WITH_SERVICE
    lfn_lua_door *door = lfn_lua_service_door(L, service);
    if (door != NULL && lfn_lua_leave(door))
        lfn_lua_service_left(L, service);
#else
    (void)L;
    (void)service;
#endif
}

bool lfn_lua_client_enter(lua_State *L, int index)
{
    lfn_lua_client *self = lfn_lua_client_of(L, index);
    index = lua_absindex(L, index);
    /* Nothing may raise behind the service's door: with a call inside of the client, one is inside there, too. */
    lfn_lua_check_stack(L, 12);
    lua_getiuservalue(L, index, CLIENT_SERVICE);
    if (self->door.closed) {
        lfn_lua_fail_with(L, LFN_CLOSED, "The client is closed.");
        return false;
    }
    if (!enter_service(L, lua_gettop(L))) {
        lfn_lua_fail_with(L, LFN_CLOSED, "The service of the client is closed.");
        return false;
    }
    return lfn_lua_enter(L, &self->door, index, "client");
}

void lfn_lua_client_leave(lua_State *L, int index, int service)
{
    lfn_lua_client *self = lfn_lua_client_of(L, index);
    leave_service(L, service);
    if (lfn_lua_leave(&self->door))
        free_client(self);
}

void lfn_lua_client_hold(lfn_lua_client *self)
{
    lfn_lua_hold(&self->door);
}

void lfn_lua_client_let_go(lfn_lua_client *self)
{
    if (lfn_lua_let_go(&self->door))
        free_client(self);
}

/* ---- methods ---- */

static int client_close(lua_State *L)
{
    lfn_lua_client *self = lfn_lua_client_at(L, 1);
    if (lfn_lua_shut(&self->door))
        free_client(self);
    return 0;
}

static int client_closed(lua_State *L)
{
    lua_pushboolean(L, lfn_lua_client_at(L, 1)->door.closed);
    return 1;
}

/* source(member): where a setting came from. */
static int client_source(lua_State *L)
{
    const lfn_lua_client *self = lfn_lua_client_at(L, 1);
    const char *member = lfn_lua_text_needed(L, 2, "the name of the setting").data;
    for (unsigned i = 0; setting_names[i] != NULL; i++) {
        if ((self->given & 1U << i) != 0 && strcmp(setting_names[i], member) == 0) {
            lua_pushliteral(L, "argument");
            return 1;
        }
    }
    lua_pushstring(L, self->config != NULL ? lfn_config_source(self->config, member) : "");
    return 1;
}

/* setting(member): a setting that is no option but a member of paths; nil when it is not set. */
static int client_setting(lua_State *L)
{
    lfn_lua_client *self = lfn_lua_client_at(L, 1);
    const char *member = lfn_lua_text_needed(L, 2, "the name of the setting").data;
    lfn_error error;
    if (self->config == NULL && self->may_look && load_config(L, 1, self, &error) != LFN_OK)
        return lfn_lua_fail(L, &error, NULL);
    lfn_text value = {NULL, 0};
    if (self->config != NULL)
        value = lfn_config_setting(self->config, member);
    if (value.data == NULL)
        lua_pushnil(L);
    else
        lfn_lua_push_text(L, value);
    return 1;
}

static int client_tostring(lua_State *L)
{
    const lfn_lua_client *self = lfn_lua_client_at(L, 1);
    const char *api = self->api != NULL ? self->api->name : "nothing";
    if (self->door.closed || self->client == NULL)
        lua_pushfstring(L, "client of %s, closed", api);
    else if (self->over_service || self->over_function)
        lua_pushfstring(L, "client of %s over a %s", api, self->over_service ? "service" : "function");
    else
        lua_pushfstring(L, "client of %s at %s", api, lfn_client_base_url(self->client));
    return 1;
}

void lfn_lua_client_open(lua_State *L)
{
    static const luaL_Reg meta[] = {
        {"__gc", client_close}, {"__close", client_close}, {"__tostring", client_tostring}, {NULL, NULL}};
    static const luaL_Reg methods[] = {
        {"call", lfn_lua_client_call},
        {"reply", lfn_lua_client_reply},
        {"pages", lfn_lua_client_pages},
        {"calls", lfn_lua_client_calls},
        {"map", lfn_lua_client_map},
        {"wait", lfn_lua_client_wait},
        {"check_wait", lfn_lua_client_check_wait},
        {"request", lfn_lua_client_request},
        {"source", client_source},
        {"setting", client_setting},
        {"close", client_close},
        {"closed", client_closed},
        {NULL, NULL},
    };
    luaL_newmetatable(L, LFN_LUA_CLIENT);
    luaL_setfuncs(L, meta, 0);
    luaL_newlib(L, methods);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
}
