/* Writing requests of the express lane; byte for byte what the general lane sends. */
#include "transport/express.h"

static const lfn_text line_end = LFN_TEXT("\r\n");

bool lfn_express_write_constant(lfn_buffer *constant, const curl_peer *peer)
{
    return lfn_buffer_format(constant, " HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\n", peer->authority,
                             peer->user_agent);
}

static bool write_line(lfn_buffer *out, lfn_text name, lfn_text value)
{
    static const lfn_text colon = LFN_TEXT(": ");
    return lfn_buffer_append_text(out, name) &&
           lfn_buffer_append(out, colon.data, value.size > 0 ? colon.size : colon.size - 1) &&
           lfn_buffer_append_text(out, value) && lfn_buffer_append_text(out, line_end);
}

static bool has_body(const lfn_request *request)
{
    return request->body.data != NULL || request->method == LFN_POST || request->method == LFN_PUT ||
           request->method == LFN_PATCH;
}

static bool write_lines(lfn_buffer *out, const lfn_request *request)
{
    static const lfn_text authorization = LFN_TEXT("Authorization");
    bool ok = request->authorization.data == NULL || write_line(out, authorization, request->authorization);
    for (size_t i = 0; ok && i < request->header_count; i++)
        ok = write_line(out, request->headers[i].name, request->headers[i].value);
    if (ok && has_body(request))
        ok = lfn_buffer_format(out, "Content-Length: %zu\r\n", request->body.size);
    return ok && lfn_buffer_append_text(out, line_end);
}

bool lfn_express_write_request(express_connection *connection)
{
    lfn_buffer *out = &connection->request;
    const lfn_request *request = connection->handle.exchange->request;
    bool ok = lfn_buffer_append_string(out, lfn_method_name(request->method)) && lfn_buffer_append(out, " ", 1) &&
              lfn_buffer_append_text(out, request->target) &&
              lfn_buffer_append_text(out, lfn_buffer_text(&connection->handle.transport->express->constant)) &&
              write_lines(out, request);
    size_t head_size = out->size;
    if (ok && request->body.size <= JOINED_BODY_MAX)
        ok = lfn_buffer_append_text(out, request->body);
    connection->written_size = out->size;
    connection->whole_size = head_size + request->body.size;
    connection->sent = 0;
    return ok;
}
