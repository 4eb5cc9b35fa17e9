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

static bool is_token_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
           byte == '-' || (byte != '\0' && strchr("!#$%&'*+.^_`|~", byte) != NULL);
}

bool lfn_header_name_valid(lfn_text name)
{
    for (size_t i = 0; i < name.size; i++) {
        if (!is_token_byte(name.data[i]))
            return false;
    }
    return name.size > 0;
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

/* Without a way out of the loop the compiler looks at many bytes at once. */
static bool target_is_valid(lfn_text target)
{
    bool wrong = target.size == 0 || target.data[0] != '/';
    for (size_t i = 0; i < target.size; i++) {
        unsigned char byte = (unsigned char)target.data[i];
        wrong |= byte <= ' ' || byte >= 0x7f || byte == '#';
    }
    return !wrong;
}

/* These say where a message ends or whom it is for: only the transport may write them. */
static bool header_is_reserved(lfn_text name)
{
    static const lfn_text reserved[] = {LFN_TEXT("Host"), LFN_TEXT("Content-Length"), LFN_TEXT("Transfer-Encoding"),
                                        LFN_TEXT("Authorization")};
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++) {
        if (lfn_text_equal_nocase(reserved[i], name))
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
                             header->name.size < 100 ? (int)header->name.size : 100, header->name.data);
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

bool lfn_response_add_header(lfn_response *response, lfn_text name, lfn_text value)
{
    if (!lfn_header_name_valid(name) || !lfn_header_value_valid(value))
        return false;
    size_t before = response->headers.size;
    if (lfn_buffer_append_text(&response->headers, name) && lfn_buffer_append(&response->headers, ": ", 2) &&
        lfn_buffer_append_text(&response->headers, value) && lfn_buffer_append(&response->headers, "\n", 1))
        return true;
    /* A half line would run into the next one. */
    if (response->headers.data != NULL) {
        response->headers.size = before;
        response->headers.data[before] = '\0';
    }
    return false;
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

void lfn_result_init(lfn_result *result, size_t body_ceiling)
{
    *result = (lfn_result){0};
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
