/* Writing requests of the express lane; byte for byte what the general lane sends. */
#include "transport/express.h"

#include "base/alloc.h"

enum {
    LINE_EXTRA = 4,   /* ": " and CR LF */
    HEAD_EXTRA = 128, /* method, blank, names of our own, Content-Length, the empty line */
    BYTES_FIRST = 1024
};

static const lfn_text line_end = LFN_TEXT("\r\n");

bool lfn_express_write_constant(lfn_buffer *constant, const curl_peer *peer)
{
    return lfn_buffer_format(constant, " HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\n", peer->authority,
                             peer->user_agent);
}

/* More than the head takes, and less than any that would not be sent. */
static size_t head_bound(const express_lane *lane, const lfn_request *request)
{
    size_t size = HEAD_EXTRA + request->target.size + lane->constant.size + request->authorization.size;
    for (size_t i = 0; i < request->header_count; i++)
        size += request->headers[i].name.size + request->headers[i].value.size + LINE_EXTRA;
    return size;
}

static bool make_room(express_bytes *bytes, size_t size)
{
    if (size <= bytes->capacity)
        return true;
    size_t capacity = BYTES_FIRST;
    while (capacity < size)
        capacity *= 2;
    lfn_free_wiped(bytes->data, bytes->capacity);
    bytes->data = lfn_alloc(capacity);
    bytes->capacity = bytes->data != NULL ? capacity : 0;
    return bytes->data != NULL;
}

static char *put(char *at, lfn_text text)
{
    if (text.size > 0)
        memcpy(at, text.data, text.size);
    return at + text.size;
}

static char *put_line(char *at, lfn_text name, lfn_text value)
{
    at = put(at, name);
    *at++ = ':';
    if (value.size > 0)
        *at++ = ' ';
    return put(put(at, value), line_end);
}

static lfn_text write_number(size_t number, char *end)
{
    char *start = end;
    do {
        *--start = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    return lfn_text_make(start, (size_t)(end - start));
}

static char *put_lines(char *at, const lfn_request *request)
{
    static const lfn_text authorization = LFN_TEXT("Authorization");
    static const lfn_text content_length = LFN_TEXT("Content-Length");
    char digits[24];
    if (request->authorization.data != NULL)
        at = put_line(at, authorization, request->authorization);
    for (size_t i = 0; i < request->header_count; i++)
        at = put_line(at, request->headers[i].name, request->headers[i].value);
    if (lfn_curl_has_body(request))
        at = put_line(at, content_length, write_number(request->body.size, digits + sizeof digits));
    return put(at, line_end);
}

bool lfn_express_write_request(express_connection *connection)
{
    express_lane *lane = connection->handle.transport->express;
    const lfn_request *request = connection->handle.exchange->request;
    bool joined = request->body.size <= JOINED_BODY_MAX;
    if (!make_room(&lane->outgoing, head_bound(lane, request) + (joined ? request->body.size : 0)))
        return false;
    connection->outgoing = lane->outgoing;
    lane->outgoing = (express_bytes){0};

    char *start = connection->outgoing.data;
    char *at = put(start, lfn_text_of(lfn_method_name(request->method)));
    *at++ = ' ';
    at = put(put(at, request->target), lfn_buffer_text(&lane->constant));
    at = put_lines(at, request);
    size_t head_size = (size_t)(at - start);
    if (joined)
        at = put(at, request->body);
    connection->written_size = (size_t)(at - start);
    connection->whole_size = head_size + request->body.size;
    return true;
}

void lfn_express_wipe_request(express_connection *connection)
{
    express_lane *lane = connection->handle.transport->express;
    if (connection->outgoing.data == NULL)
        return;
    if (lane->outgoing.data == NULL) {
        lfn_wipe(connection->outgoing.data, connection->written_size);
        lane->outgoing = connection->outgoing;
    } else {
        lfn_free_wiped(connection->outgoing.data, connection->outgoing.capacity);
    }
    connection->outgoing = (express_bytes){0};
}
