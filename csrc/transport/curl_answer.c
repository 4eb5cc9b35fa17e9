/* What libcurl hands over while an answer comes in. */
#include "transport/curl_answer.h"

#include "base/error.h"
#include "base/text.h"
#include "http/message.h"
#include "http/response_reader.h"

/* Ends the exchange from inside a callback: libcurl gives up when a callback takes fewer bytes than it was given. */
static size_t refuse(curl_slot *slot, lfn_status refusal)
{
    slot->handle.refusal = refusal;
    return 0;
}

/* A status line opens a header block: what an earlier block (1xx) held is forgotten. */
static void begin_head(curl_slot *slot, lfn_text line)
{
    size_t space = lfn_text_find(line, ' ');
    lfn_text code = lfn_text_slice(line, space + 1, 3);
    slot->head_is_final = code.size == 3 && code.data[0] != '1';
    lfn_buffer_clear(&slot->handle.exchange->response->headers);
}

static bool is_line_end(char byte)
{
    return byte == '\r' || byte == '\n';
}

static size_t take_header(curl_slot *slot, lfn_text line)
{
    lfn_response *response = slot->handle.exchange->response;
    size_t colon = lfn_text_find(line, ':');
    if (lfn_response_add_header(response, lfn_text_slice(line, 0, colon),
                                lfn_text_trim(lfn_text_slice(line, colon + 1, line.size))))
        return line.size;
    if (!response->headers.failed)
        return refuse(slot, lfn_error_set(slot->handle.exchange->error, LFN_PROTOCOL,
                                          "the answer of %s holds a line that is no header",
                                          slot->handle.transport->peer->authority));
    return refuse(slot, lfn_error_no_memory(slot->handle.exchange->error));
}

size_t lfn_curl_on_header(char *data, size_t unit, size_t count, void *context)
{
    static const lfn_text protocol = LFN_TEXT("HTTP/");
    curl_slot *slot = context;
    lfn_text line = lfn_text_make(data, unit * count);
    slot->answer_began = true;
    slot->head_size += line.size;
    if (slot->head_size > LFN_HEAD_MAX)
        return refuse(slot, lfn_error_set(slot->handle.exchange->error, LFN_PROTOCOL,
                                          "the answer of %s has a head over the limit of %d bytes",
                                          slot->handle.transport->peer->authority, LFN_HEAD_MAX));
    if (slot->head_ended) /* trailers, which nothing here asks for */
        return unit * count;

    while (line.size > 0 && is_line_end(line.data[line.size - 1]))
        line.size--;
    if (lfn_text_starts(line, protocol)) {
        begin_head(slot, line);
        return unit * count;
    }
    if (line.size == 0) {
        slot->head_ended = slot->head_is_final;
        return unit * count;
    }
    return take_header(slot, line) > 0 ? unit * count : 0;
}

size_t lfn_curl_on_body(char *data, size_t unit, size_t count, void *context)
{
    curl_slot *slot = context;
    lfn_buffer *body = &slot->handle.exchange->response->body;
    size_t size = unit * count;
    slot->answer_began = true;
    if (lfn_buffer_append(body, data, size))
        return size;
    if (size <= body->ceiling && body->size <= body->ceiling - size)
        return refuse(slot, lfn_error_no_memory(slot->handle.exchange->error));
    return refuse(slot, lfn_error_set(slot->handle.exchange->error, LFN_PROTOCOL,
                                      "the answer of %s is over the limit of %zu bytes",
                                      slot->handle.transport->peer->authority, body->ceiling));
}
