/* Reads answers line by line and body stretch by body stretch: see http/response_reader.h. Whatever two readers could
 * understand differently (RFC 9112, section 11) is refused, so that no peer can slip an answer into another's place. */
#include "http/response_reader.h"

#include "base/error.h"
#include "base/text.h"
#include "http/message.h"

enum {
    INTERIM_MAX = 16,          /* answers 1xx before the final one */
    CHUNK_LINE_MAX = 1024,     /* the size of a chunk with its extensions */
    PIECE = 16 * 1024,         /* a body up to this comes in one, and has its memory at once */
    BELIEVED_MAX = 1024 * 1024 /* of a body that is only announced */
};

enum { STATUS_LINE, HEADER_LINE, BODY, BODY_UNTIL_CLOSE, CHUNK_LINE, CHUNK_END, TRAILER_LINE, WHOLE, BROKEN };

void lfn_response_reader_begin(lfn_response_reader *reader, lfn_response *response, lfn_error *error)
{
    lfn_response_clear(response);
    lfn_buffer_clear(&reader->head);
    reader->error = error;
    reader->head.ceiling = LFN_HEAD_MAX;
    reader->head_total = 0;
    reader->response = response;
    reader->phase = STATUS_LINE;
    reader->left = 0;
    reader->interim_count = 0;
    reader->keeps_alive = false;
    reader->began = false;
    reader->head_ended = false;
    reader->closes = false;
}

void lfn_response_reader_free(lfn_response_reader *reader)
{
    lfn_buffer_free(&reader->head);
    reader->response = NULL;
}

/* What came so far is wiped: nobody may take a part for the whole. */
static void give_up(lfn_response_reader *reader)
{
    reader->phase = BROKEN;
    lfn_buffer_clear(&reader->head);
    lfn_response_clear(reader->response);
}

static void refuse(lfn_response_reader *reader, const char *what)
{
    (void)lfn_error_set(reader->error, LFN_PROTOCOL, "the answer %s", what);
    give_up(reader);
}

static void refuse_size(lfn_response_reader *reader)
{
    (void)lfn_error_set(reader->error, LFN_PROTOCOL, "the answer is over the limit of %zu bytes",
                        reader->response->body.ceiling);
    give_up(reader);
}

static void refuse_head_size(lfn_response_reader *reader)
{
    (void)lfn_error_set(reader->error, LFN_PROTOCOL, "the answer has a head over the limit of %d bytes", LFN_HEAD_MAX);
    give_up(reader);
}

static void run_out_of_memory(lfn_response_reader *reader)
{
    (void)lfn_error_no_memory(reader->error);
    give_up(reader);
}

static void finish(lfn_response_reader *reader)
{
    reader->phase = WHOLE;
    reader->keeps_alive = !reader->closes && (!reader->old || reader->persists);
}

static bool is_interim(const lfn_response_reader *reader)
{
    return reader->response->status < 200;
}

/* Reads "HTTP/1.1 200 OK"; the blank before an empty reason may be missing, as many servers leave it out. */
static void read_status_line(lfn_response_reader *reader, lfn_text line)
{
    enum { VERSION_SIZE = 9, CODE_END = 12 };
    static const char current[] = "HTTP/1.1 ", old[] = "HTTP/1.0 ";
    reader->old = line.size >= VERSION_SIZE && memcmp(line.data, old, VERSION_SIZE) == 0;
    if (!reader->old && (line.size < VERSION_SIZE || memcmp(line.data, current, VERSION_SIZE) != 0)) {
        refuse(reader, "begins with no status line of HTTP/1.1 or HTTP/1.0");
        return;
    }
    int status = 0;
    for (size_t i = VERSION_SIZE; i < CODE_END && i < line.size && lfn_ascii_digit(line.data[i]); i++)
        status = status * 10 + (line.data[i] - '0');
    if (status < 100 || (line.size > CODE_END && line.data[CODE_END] != ' ')) {
        refuse(reader, "has a status that is no number of three digits from 100 on");
        return;
    }
    if (status == 101) {
        refuse(reader, "changes to another protocol, which nobody asked for");
        return;
    }
    reader->response->status = status;
    reader->has_length = false;
    reader->chunked = false;
    reader->persists = false;
    reader->phase = HEADER_LINE;
}

static bool read_decimal(lfn_text text, uint64_t *out_value)
{
    uint64_t value = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (!lfn_ascii_digit(text.data[i]))
            return false;
        uint64_t digit = (uint64_t)(text.data[i] - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *out_value = value;
    return text.size > 0;
}

static void read_content_length(lfn_response_reader *reader, lfn_text value)
{
    if (reader->has_length) {
        refuse(reader, "has more than one Content-Length");
        return;
    }
    if (!read_decimal(value, &reader->left)) {
        refuse(reader, "has a Content-Length that is no number, or too great a one");
        return;
    }
    reader->has_length = true;
}

static void read_transfer_encoding(lfn_response_reader *reader, lfn_text value)
{
    static const lfn_text chunked = LFN_TEXT("chunked");
    if (reader->old) {
        refuse(reader, "has a Transfer-Encoding, which HTTP/1.0 does not know");
        return;
    }
    if (reader->chunked || !lfn_text_equal_nocase(value, chunked)) {
        refuse(reader, "has a Transfer-Encoding other than one chunked");
        return;
    }
    reader->chunked = true;
}

static void read_connection(lfn_response_reader *reader, lfn_text value)
{
    static const lfn_text close = LFN_TEXT("close");
    static const lfn_text keep_alive = LFN_TEXT("keep-alive");
    lfn_text option;
    while (lfn_text_split(&value, ',', &option)) {
        option = lfn_text_trim(option);
        if (lfn_text_equal_nocase(option, close))
            reader->closes = true;
        if (lfn_text_equal_nocase(option, keep_alive))
            reader->persists = true;
    }
}

static inline bool is_named(lfn_text name, lfn_text known)
{
    return name.size == known.size && lfn_text_equal_nocase(name, known);
}

/* Only these three say where an answer ends and what becomes of its connection. */
static void read_framing(lfn_response_reader *reader, lfn_text name, lfn_text value)
{
    static const lfn_text content_length = LFN_TEXT("Content-Length");
    static const lfn_text transfer_encoding = LFN_TEXT("Transfer-Encoding");
    static const lfn_text connection = LFN_TEXT("Connection");
    if (is_named(name, content_length))
        read_content_length(reader, value);
    else if (is_named(name, transfer_encoding))
        read_transfer_encoding(reader, value);
    else if (is_named(name, connection))
        read_connection(reader, value);
}

/* The name ends at the colon. False when there is none or something else before it than a name: a blank before the
 * colon, or at the start of the line (a folded line), is part of no name. */
static bool split_header(lfn_text line, lfn_text *out_name, lfn_text *out_value)
{
    size_t run = lfn_header_name_run(line);
    if (run == 0 || run == line.size || line.data[run] != ':')
        return false;
    *out_name = lfn_text_make(line.data, run);
    *out_value = lfn_text_trim(lfn_text_make(line.data + run + 1, line.size - run - 1));
    return true;
}

static void refuse_header(lfn_response_reader *reader)
{
    refuse(reader, "holds a line that is no header");
}

/* Neither name nor value is looked at again: no line with a control byte comes here. */
static void read_header_line(lfn_response_reader *reader, lfn_text line)
{
    lfn_text name, value;
    if (!split_header(line, &name, &value))
        refuse_header(reader);
    else if (lfn_response_append_header(reader->response, name, value))
        read_framing(reader, name, value);
    else
        run_out_of_memory(reader);
}

static void skip_interim(lfn_response_reader *reader)
{
    if (++reader->interim_count > INTERIM_MAX) {
        refuse(reader, "has too many forerunners (1xx)");
        return;
    }
    lfn_response_clear(reader->response);
    reader->phase = STATUS_LINE;
}

/* Whether a status that has no body announces one all the same: what follows may then be that body. A 304 may tell of
 * the body that it leaves out. */
static bool announces_impossible_body(const lfn_response_reader *reader)
{
    return reader->response->status != 304 && (reader->chunked || (reader->has_length && reader->left > 0));
}

/* A long body has its memory at once, rather than by moving from one place to the next; but no peer takes up much by
 * its word alone. */
static bool make_room(lfn_response_reader *reader)
{
    uint64_t size = reader->left < BELIEVED_MAX ? reader->left : BELIEVED_MAX;
    return size <= PIECE || lfn_buffer_reserve(&reader->response->body, (size_t)size);
}

static void begin_counted_body(lfn_response_reader *reader)
{
    const lfn_buffer *body = &reader->response->body;
    if (reader->left > body->ceiling - body->size)
        refuse_size(reader);
    else if (reader->chunked || make_room(reader))
        reader->phase = BODY;
    else
        run_out_of_memory(reader);
}

static void end_head(lfn_response_reader *reader)
{
    int status = reader->response->status;
    bool bodiless = is_interim(reader) || status == 204 || status == 304;
    reader->head_ended = !is_interim(reader) && !(reader->chunked && reader->has_length);
    if (reader->chunked && reader->has_length)
        refuse(reader, "has both Content-Length and Transfer-Encoding");
    else if (bodiless) {
        reader->closes = reader->closes || announces_impossible_body(reader);
        if (is_interim(reader))
            skip_interim(reader);
        else
            finish(reader);
    } else if (reader->chunked)
        reader->phase = CHUNK_LINE;
    else if (!reader->has_length)
        reader->phase = BODY_UNTIL_CLOSE;
    else if (reader->left == 0)
        finish(reader);
    else
        begin_counted_body(reader);
}

static int hex_digit(char byte)
{
    char lower = lfn_ascii_lower(byte);
    if (lfn_ascii_digit(lower))
        return lower - '0';
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* Blanks may stand before the semicolon, but not alone. */
static bool is_chunk_extension(lfn_text text)
{
    lfn_text trimmed = lfn_text_trim(text);
    return trimmed.size > 0 && trimmed.data[0] == ';';
}

/* Reads a chunk's size; sixteen digits always fit. Extensions mean nothing here and are dropped, but they count against
 * the head's limit, so that no peer can send them for ever. */
static void read_chunk_line(lfn_response_reader *reader, lfn_text line)
{
    enum { DIGITS_MAX = 16 };
    size_t digits = 0;
    reader->left = 0;
    while (digits < line.size && digits < DIGITS_MAX && hex_digit(line.data[digits]) >= 0)
        reader->left = reader->left << 4 | (uint64_t)hex_digit(line.data[digits++]);
    lfn_text extension = lfn_text_slice(line, digits, line.size);
    if (digits == 0 || (extension.size > 0 && !is_chunk_extension(extension))) {
        refuse(reader, "holds a chunk whose size is no hexadecimal number of 16 digits at most");
        return;
    }
    if (extension.size > LFN_HEAD_MAX - reader->head_total) {
        refuse(reader, "has chunk extensions over the limit of its head");
        return;
    }
    reader->head_total += extension.size;
    if (reader->left == 0)
        reader->phase = TRAILER_LINE;
    else
        begin_counted_body(reader);
}

/* A trailer is as strict as a header, and says nothing that would be believed so late. */
static void read_trailer_line(lfn_response_reader *reader, lfn_text line)
{
    lfn_text name, value;
    if (line.size == 0)
        finish(reader);
    else if (!split_header(line, &name, &value))
        refuse_header(reader);
}

/* HTAB is a control byte that may stand in a line: a line that holds one is looked at byte by byte. */
static bool is_free_of_controls(uint64_t eight)
{
    return !lfn_eight_below(eight, ' ') && !lfn_eight_hold(eight, 0x7f);
}

static bool is_control(char byte)
{
    return ((unsigned char)byte < ' ' && byte != '\t') || byte == 0x7f;
}

/* Every line comes through here. */
static bool has_control(lfn_text line)
{
    if (lfn_text_passes(line, ' ', is_free_of_controls))
        return false;
    for (size_t i = 0; i < line.size; i++)
        if (is_control(line.data[i]))
            return true;
    return false;
}

static bool counts_as_head(const lfn_response_reader *reader)
{
    return reader->phase != CHUNK_LINE && reader->phase != CHUNK_END;
}

/* Reads a line, its LF included. */
static void read_line(lfn_response_reader *reader, lfn_text line)
{
    if (counts_as_head(reader))
        reader->head_total += line.size;
    if (line.size < 2 || line.data[line.size - 2] != '\r') {
        refuse(reader, "holds a line that ends without CR");
        return;
    }
    line.size -= 2;
    if (has_control(line)) {
        refuse(reader, "holds a control byte in its head");
        return;
    }
    if (reader->phase == STATUS_LINE)
        read_status_line(reader, line);
    else if (reader->phase == HEADER_LINE && line.size > 0)
        read_header_line(reader, line);
    else if (reader->phase == HEADER_LINE)
        end_head(reader);
    else if (reader->phase == CHUNK_LINE)
        read_chunk_line(reader, line);
    else if (reader->phase == CHUNK_END) /* two bytes at most came, so the line is empty */
        reader->phase = CHUNK_LINE;
    else
        read_trailer_line(reader, line);
}

static size_t line_limit(const lfn_response_reader *reader)
{
    if (reader->phase == CHUNK_LINE)
        return CHUNK_LINE_MAX;
    return reader->phase == CHUNK_END ? 2 : LFN_HEAD_MAX - reader->head_total;
}

static void refuse_line_size(lfn_response_reader *reader)
{
    if (reader->phase == CHUNK_LINE)
        refuse(reader, "has a chunk size over the limit of a line");
    else if (reader->phase == CHUNK_END)
        refuse(reader, "holds a chunk that is longer than its size");
    else
        refuse_head_size(reader);
}

static lfn_text take(lfn_text *rest, size_t size)
{
    lfn_text taken = lfn_text_make(rest->data, size);
    *rest = lfn_text_make(rest->data + size, rest->size - size);
    return taken;
}

/* A line that came whole is read where it lies; one that came in parts is put together in `head`. */
static void take_line(lfn_response_reader *reader, lfn_text *rest)
{
    size_t room = line_limit(reader) - reader->head.size;
    size_t reach = rest->size < room ? rest->size : room;
    const char *end = memchr(rest->data, '\n', reach);
    lfn_text line = take(rest, end != NULL ? (size_t)(end - rest->data) + 1 : reach);
    if (end == NULL && reach == room) {
        refuse_line_size(reader);
        return;
    }
    if (end != NULL && reader->head.size == 0) {
        read_line(reader, line);
        return;
    }
    if (!lfn_buffer_append_text(&reader->head, line)) {
        run_out_of_memory(reader);
        return;
    }
    if (end != NULL) {
        read_line(reader, lfn_buffer_text(&reader->head));
        lfn_buffer_clear(&reader->head);
    }
}

static void take_counted_body(lfn_response_reader *reader, lfn_text *rest)
{
    size_t size = rest->size < reader->left ? rest->size : (size_t)reader->left;
    if (!lfn_buffer_append_text(&reader->response->body, take(rest, size))) {
        run_out_of_memory(reader);
        return;
    }
    reader->left -= size;
    if (reader->left > 0)
        return;
    if (reader->chunked)
        reader->phase = CHUNK_END;
    else
        finish(reader);
}

static void take_body_until_close(lfn_response_reader *reader, lfn_text *rest)
{
    lfn_buffer *body = &reader->response->body;
    size_t room = body->ceiling - body->size;
    size_t size = rest->size < room ? rest->size : room;
    if (!lfn_buffer_append_text(body, take(rest, size)))
        run_out_of_memory(reader);
    else if (rest->size > 0)
        refuse_size(reader);
}

static lfn_reader_state state_of(const lfn_response_reader *reader)
{
    if (reader->phase == WHOLE)
        return LFN_READER_DONE;
    return reader->phase == BROKEN ? LFN_READER_FAILED : LFN_READER_MORE;
}

lfn_reader_state lfn_response_reader_feed(lfn_response_reader *reader, const char *bytes, size_t size,
                                          size_t *out_taken)
{
    lfn_text rest = lfn_text_make(bytes, size);
    reader->began = reader->began || size > 0;
    while (rest.size > 0 && state_of(reader) == LFN_READER_MORE) {
        if (reader->phase == BODY)
            take_counted_body(reader, &rest);
        else if (reader->phase == BODY_UNTIL_CLOSE)
            take_body_until_close(reader, &rest);
        else
            take_line(reader, &rest);
    }
    *out_taken = size - rest.size;
    return state_of(reader);
}

lfn_reader_state lfn_response_reader_close(lfn_response_reader *reader)
{
    reader->keeps_alive = false;
    if (reader->phase == BODY_UNTIL_CLOSE)
        reader->phase = WHOLE;
    else if (state_of(reader) == LFN_READER_MORE)
        refuse(reader, reader->began ? "ended too soon: the connection was closed in it"
                                     : "never came: the connection was closed before it");
    return state_of(reader);
}
