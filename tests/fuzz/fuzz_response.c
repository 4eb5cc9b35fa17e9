/* Any bytes as an answer: the reader comes to the same end whether they come whole, byte by byte or in stretches of any
 * size, and takes no byte that is not the answer's. The first two bytes choose the body's ceiling and the stretches. */
#include "base/text.h"
#include "http/message.h"
#include "http/response_reader.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct outcome {
    lfn_reader_state state;
    lfn_reader_state closed; /* the state when the connection ends here */
    bool keeps_alive;
    bool began;
    bool head_ended;
    size_t taken;
    lfn_status status;
    lfn_response response;
} outcome;

static void demand(bool holds)
{
    if (!holds)
        abort();
}

/* A plain generator: the stretches follow from the input alone, so that a finding can be replayed. */
static size_t next_stretch(uint32_t *seed, size_t greatest)
{
    *seed = *seed * 1664525 + 1013904223;
    return 1 + (*seed >> 16) % greatest;
}

static void demand_sound(const outcome *seen)
{
    const lfn_response *response = &seen->response;
    lfn_text rest = lfn_buffer_text(&response->headers);
    lfn_text line;
    demand(response->body.size <= response->body.ceiling);
    if (seen->closed == LFN_READER_FAILED) {
        demand(response->status == 0 && rest.size == 0 && response->body.size == 0);
        demand(seen->status == LFN_PROTOCOL && !seen->keeps_alive);
        return;
    }
    demand(seen->status == LFN_OK && response->status >= 200 && response->status <= 999);
    while (rest.size > 0 && lfn_text_split(&rest, '\n', &line)) {
        size_t colon = lfn_text_find(line, ':');
        demand(colon < line.size && lfn_header_name_valid(lfn_text_slice(line, 0, colon)));
        demand(lfn_header_value_valid(lfn_text_slice(line, colon + 1, line.size)));
    }
}

/* Reads the bytes in stretches of up to `greatest`, or whole when that is 0, each in memory of exactly its size. */
static void read_answer(lfn_text bytes, size_t ceiling, uint32_t seed, size_t greatest, outcome *out)
{
    lfn_response_reader reader = {.phase = 0};
    lfn_error error = {.status = LFN_OK};
    *out = (outcome){.state = LFN_READER_MORE};
    lfn_response_init(&out->response, ceiling);
    lfn_response_reader_begin(&reader, &out->response, &error);
    for (size_t at = 0; at < bytes.size && out->state == LFN_READER_MORE;) {
        size_t taken = 0;
        lfn_text piece = lfn_text_slice(bytes, at, greatest > 0 ? next_stretch(&seed, greatest) : bytes.size);
        char *copy = malloc(piece.size);
        demand(copy != NULL);
        memcpy(copy, piece.data, piece.size);
        out->state = lfn_response_reader_feed(&reader, copy, piece.size, &taken);
        free(copy);
        demand(out->state == LFN_READER_MORE ? taken == piece.size : taken <= piece.size);
        out->taken += taken;
        at += piece.size;
    }
    out->keeps_alive = reader.keeps_alive;
    out->began = reader.began;
    out->head_ended = reader.head_ended;
    out->closed = lfn_response_reader_close(&reader);
    out->status = error.status;
    demand(out->closed != LFN_READER_MORE && !reader.keeps_alive);
    demand(out->state == LFN_READER_MORE || out->closed == out->state);
    lfn_response_reader_free(&reader);
    demand_sound(out);
}

static void demand_same(const outcome *left, const outcome *right)
{
    demand(left->state == right->state && left->closed == right->closed && left->taken == right->taken);
    demand(left->keeps_alive == right->keeps_alive && left->began == right->began && left->status == right->status);
    demand(left->head_ended == right->head_ended && left->response.status == right->response.status);
    demand(lfn_text_equal(lfn_buffer_text(&left->response.headers), lfn_buffer_text(&right->response.headers)));
    demand(lfn_text_equal(lfn_buffer_text(&left->response.body), lfn_buffer_text(&right->response.body)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    outcome whole, by_bytes, stretched;
    if (size < 2)
        return 0;
    lfn_text bytes = lfn_text_make((const char *)data + 2, size - 2);
    size_t ceiling = (size_t)data[0] * 8;
    read_answer(bytes, ceiling, 0, 1, &by_bytes);
    read_answer(bytes, ceiling, data[1], 1 + data[1] % 40u, &stretched);
    demand_same(&by_bytes, &stretched);
    lfn_response_free(&stretched.response);
    read_answer(bytes, ceiling, 0, 0, &whole);
    demand_same(&by_bytes, &whole);
    lfn_response_free(&by_bytes.response);
    lfn_response_free(&whole.response);
    return 0;
}
