/* Service: the whole store, filled, copied, brought back, forgotten; and raw requests. */
#include <errno.h>
#include <stdio.h>

#include "service.h"

static lfn_status do_seed(lfn_service *service, lfn_lua_task *task, lfn_error *error)
{
    return lfn_service_seed(service, task->text, error);
}

/* Appends a file to the buffer. */
static lfn_status read_file(const char *path, lfn_buffer *out_bytes, lfn_error *error)
{
    char block[4096];
    size_t size = 0;
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return lfn_error_set(error, LFN_STORAGE, "%s cannot be read: %s.", path, strerror(errno));
    while ((size = fread(block, 1, sizeof block, file)) > 0)
        lfn_buffer_append(out_bytes, block, size);
    bool broken = ferror(file) != 0;
    fclose(file);
    if (broken || out_bytes->failed)
        return lfn_error_set(error, LFN_STORAGE, "%s cannot be read whole.", path);
    return LFN_OK;
}

/* The name of a file. JSON text may hold secrets, which a message about a missing file would show. */
static const char *file_name(lua_State *L, int index)
{
    lfn_text name = lfn_lua_text_needed(L, index, "document");
    if (name.size > 0 && name.data[0] == '{')
        lfn_lua_raise(L, "", "document must be a table or the path of a file, not JSON text: leafnative.decode it.");
    if (strlen(name.data) != name.size)
        lfn_lua_raise(L, "", "document must be the path of a file, and holds a NUL.");
    return name.data;
}

/* seed(document): a table, or the path of a JSON file. */
static int seed(lua_State *L)
{
    lua_settop(L, 2);
    lfn_lua_task task = {.work = lfn_lua_work_new(L)};
    lfn_error error;
    if (lua_istable(L, 2))
        lfn_lua_write_json(L, 2, NULL, false, &task.work->body);
    else if (read_file(file_name(L, 2), &task.work->body, &error) != LFN_OK)
        return lfn_lua_fail(L, &error, NULL);
    task.text = lfn_buffer_text(&task.work->body);
    return lfn_lua_run_for_true(L, do_seed, &task);
}

static lfn_status do_snapshot(lfn_service *service, lfn_lua_task *task, lfn_error *error)
{
    return lfn_service_snapshot(service, task->text, error);
}

/* snapshot(path): writes everything into a new file. */
static int snapshot(lua_State *L)
{
    lfn_lua_task task = {.text = lfn_lua_text_needed(L, 2, "path")};
    return lfn_lua_run_for_true(L, do_snapshot, &task);
}

static lfn_status do_restore(lfn_service *service, lfn_lua_task *task, lfn_error *error)
{
    return lfn_service_restore(service, task->text, error);
}

/* restore(path): brings back what a snapshot holds. */
static int restore(lua_State *L)
{
    lfn_lua_task task = {.text = lfn_lua_text_needed(L, 2, "path")};
    return lfn_lua_run_for_true(L, do_restore, &task);
}

static lfn_status do_reset(lfn_service *service, lfn_lua_task *task, lfn_error *error)
{
    (void)task;
    return lfn_service_reset(service, error);
}

/* reset(): forgets everything but the key. */
static int reset(lua_State *L)
{
    lfn_lua_task task = {.count = 0};
    return lfn_lua_run_for_true(L, do_reset, &task);
}

/* ---- raw requests ---- */

static bool is_name(lfn_text name, const char *lower)
{
    if (name.size != strlen(lower))
        return false;
    for (size_t i = 0; i < name.size; i++) {
        char byte = name.data[i];
        if ((byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte) != lower[i])
            return false;
    }
    return true;
}

/* Puts a header into the request, which borrows the texts. */
static const char *add_request_header(void *context, lfn_text name, lfn_text value)
{
    lfn_request *request = context;
    if (is_name(name, "host") || is_name(name, "content-length"))
        return NULL;
    if (is_name(name, "authorization")) {
        request->authorization = value;
        return NULL;
    }
    return lfn_request_add_header(request, name, value) ? NULL : "A request has at most 16 headers.";
}

static lfn_status do_handle(lfn_service *service, lfn_lua_task *task, lfn_error *error)
{
    lfn_service_answer(service, task->request, &task->work->result.response);
    if (task->work->result.response.status == LFN_RESPONSE_CLOSED)
        return lfn_error_set(error, LFN_CLOSED, "The service was opened before this process was forked.");
    return LFN_OK;
}

/* handle(method, target[, headers[, body]]): status, headers, body, with secrets in the clear. */
static int handle(lua_State *L)
{
    lfn_request request = {.method = LFN_GET};
    lua_settop(L, 5);
    /* Made first: behind the headers, whose texts the table alone holds, no finalizer may run. */
    lfn_lua_task task = {.request = &request, .work = lfn_lua_work_new(L)};
    request.method = lfn_lua_method(L, 2);
    request.target = lfn_lua_text_needed(L, 3, "target");
    lfn_lua_read_headers(L, 4, add_request_header, &request);
    request.body = lfn_lua_text(L, 5, "body");
    lfn_response_free(&task.work->result.response);
    lfn_response_init(&task.work->result.response, LFN_LUA_BODY_CEILING);
    if (!lfn_lua_run(L, do_handle, &task))
        return 2;
    const lfn_response *response = &task.work->result.response;
    lua_pushinteger(L, response->status);
    lfn_lua_push_headers(L, lfn_buffer_text(&response->headers));
    lfn_lua_push_text(L, lfn_buffer_text(&response->body));
    return 3;
}

const luaL_Reg lfn_lua_service_store_methods[] = {
    {"seed", seed}, {"snapshot", snapshot}, {"restore", restore}, {"reset", reset}, {"handle", handle}, {NULL, NULL},
};
