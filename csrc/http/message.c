/* Requests, responses and results: see leafnative/value.h and http/message.h. */
#include "http/message.h"

#include "base/text.h"

/* A peer that sends more than this in headers is refused. */
enum { RESPONSE_HEADERS_MAX = 64 * 1024 };

bool lfn_header_value_valid(lfn_text value)
{
    return lfn_text_find(value, '\r') == value.size && lfn_text_find(value, '\n') == value.size &&
           lfn_text_find(value, '\0') == value.size;
}

static const bool token_bytes[256] = {
    ['a' ... 'z'] = true, ['A' ... 'Z'] = true, ['0' ... '9'] = true, ['-'] = true,  ['!'] = true, ['#'] = true,
    ['$'] = true,         ['%'] = true,         ['&'] = true,         ['\''] = true, ['*'] = true, ['+'] = true,
    ['.'] = true,         ['^'] = true,         ['_'] = true,         ['`'] = true,  ['|'] = true, ['~'] = true,
};

size_t lfn_header_name_run(lfn_text text)
{
    size_t run = 0;
    while (run < text.size && token_bytes[(unsigned char)text.data[run]])
        run++;
    return run;
}

bool lfn_header_name_valid(lfn_text name)
{
    return name.size > 0 && lfn_header_name_run(name) == name.size;
}

bool lfn_request_add_header(lfn_request *request, lfn_text name, lfn_text value)
{
    if (request->header_count >= LFN_REQUEST_HEADERS_MAX || !lfn_header_name_valid(name) ||
        !lfn_header_value_valid(value))
        return false;
    request->headers[request->header_count++] = (lfn_header){name, value};
    return true;
}

lfn_text lfn_request_header(const lfn_request *request, lfn_text name)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (lfn_text_equal_nocase(request->headers[i].name, name))
            return request->headers[i].value;
    }
    return lfn_text_make(NULL, 0);
}

static bool may_stand_in_target(uint64_t eight)
{
    return (eight & UINT64_C(0x8080808080808080)) == 0 && !lfn_eight_below(eight, ' ' + 1) &&
           !lfn_eight_hold(eight, 0x7f) && !lfn_eight_hold(eight, '#');
}

static bool target_is_valid(lfn_text target)
{
    return target.size > 0 && target.data[0] == '/' && lfn_text_passes(target, '/', may_stand_in_target);
}

/* These say where a message ends or whom it is for: only the transport may write them. */
static bool header_is_reserved(lfn_text name)
{
    static const lfn_text reserved[] = {LFN_TEXT("Host"), LFN_TEXT("Content-Length"), LFN_TEXT("Transfer-Encoding"),
                                        LFN_TEXT("Authorization")};
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++) {
        if (reserved[i].size == name.size && lfn_text_equal_nocase(reserved[i], name))
            return true;
    }
    return false;
}

static lfn_status check_header(const lfn_header *header, lfn_error *error)
{
    if (!lfn_header_name_valid(header->name))
        return lfn_error_set(error, LFN_BAD_INPUT,
                             "a header of the request has a name that is empty or holds a byte "
                             "that no header name may hold");
    if (header_is_reserved(header->name))
        return lfn_error_set(error, LFN_BAD_INPUT, "the header %.*s is written by the transport and cannot be given",
                             (int)header->name.size, header->name.data);
    if (!lfn_header_value_valid(header->value))
        return lfn_error_set(error, LFN_BAD_INPUT, "the value of the header %.*s holds CR, LF or NUL",
                             lfn_text_shown(header->name), header->name.data);
    return LFN_OK;
}

lfn_status lfn_request_check(const lfn_request *request, lfn_error *error)
{
    if (lfn_method_name(request->method)[0] == '\0')
        return lfn_error_set(error, LFN_BAD_INPUT, "the method of the request is none that is known");
    if (!target_is_valid(request->target))
        return lfn_error_set(error, LFN_BAD_INPUT,
                             "the target of the request must begin with a slash and be percent-encoded");
    if (request->header_count > LFN_REQUEST_HEADERS_MAX)
        return lfn_error_set(error, LFN_BAD_INPUT, "the request has more than %d headers", LFN_REQUEST_HEADERS_MAX);
    if (!lfn_header_value_valid(request->authorization))
        return lfn_error_set(error, LFN_BAD_INPUT, "the token or password given for Authorization holds CR, LF or NUL");
    for (size_t i = 0; i < request->header_count; i++) {
        lfn_status status = check_header(&request->headers[i], error);
        if (status != LFN_OK)
            return status;
    }
    return LFN_OK;
}

void lfn_response_init(lfn_response *response, size_t body_ceiling)
{
    *response = (lfn_response){0};
    lfn_buffer_init(&response->headers, RESPONSE_HEADERS_MAX);
    lfn_buffer_init(&response->body, body_ceiling);
}

/* The line in one piece: half of one would run into the next. */
bool lfn_response_append_header(lfn_response *response, lfn_text name, lfn_text value)
{
    char *line = lfn_buffer_extend(&response->headers, name.size + value.size + 3);
    if (line == NULL)
        return false;
    memcpy(line, name.data, name.size);
    line += name.size;
    *line++ = ':';
    *line++ = ' ';
    if (value.size > 0)
        memcpy(line, value.data, value.size);
    line[value.size] = '\n';
    return true;
}

bool lfn_response_add_header(lfn_response *response, lfn_text name, lfn_text value)
{
    return lfn_header_name_valid(name) && lfn_header_value_valid(value) &&
           lfn_response_append_header(response, name, value);
}

lfn_text lfn_response_header(const lfn_response *response, lfn_text name)
{
    lfn_text rest = lfn_buffer_text(&response->headers);
    lfn_text line;
    while (lfn_text_split(&rest, '\n', &line)) {
        size_t colon = lfn_text_find(line, ':');
        if (colon < line.size && lfn_text_equal_nocase(lfn_text_slice(line, 0, colon), name))
            return lfn_text_trim(lfn_text_slice(line, colon + 1, line.size));
    }
    return lfn_text_make(NULL, 0);
}

bool lfn_response_is_json(const lfn_response *response)
{
    static const lfn_text name = LFN_TEXT("content-type");
    static const char word[] = "json";
    lfn_text type = lfn_response_header(response, name);
    return type.data == NULL || memmem(type.data, type.size, word, sizeof word - 1) != NULL;
}

void lfn_response_clear(lfn_response *response)
{
    response->status = 0;
    lfn_buffer_clear(&response->headers);
    lfn_buffer_clear(&response->body);
}

void lfn_response_free(lfn_response *response)
{
    if (response == NULL)
        return;
    lfn_buffer_free(&response->headers);
    lfn_buffer_free(&response->body);
    response->status = 0;
}

/* The attempts are set when they are counted. */
void lfn_result_init(lfn_result *result, size_t body_ceiling)
{
    result->attempt_count = 0;
    result->entry_count = 0;
    result->reconciled = false;
    lfn_response_init(&result->response, body_ceiling);
}

static void forget_call(lfn_result *result)
{
    result->attempt_count = 0;
    result->entry_count = 0;
    result->reconciled = false;
}

void lfn_result_clear(lfn_result *result)
{
    lfn_response_clear(&result->response);
    forget_call(result);
}

void lfn_result_free(lfn_result *result)
{
    if (result == NULL)
        return;
    lfn_response_free(&result->response);
    forget_call(result);
}
