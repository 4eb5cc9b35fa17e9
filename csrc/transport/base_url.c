/* Reading the address of a peer. What is not plainly scheme, host and port is refused: a part that is passed over in
 * silence here would be a request to another place than its writer meant. */
#include "transport/base_url.h"

#include "base/text.h"

static lfn_status refuse(lfn_error *error, const char *problem)
{
    lfn_status status = lfn_error_set_where(error, LFN_BAD_INPUT, "/base_url", "base_url %s", problem);
    lfn_error_hint(error, "Give scheme and host alone, as in https://api.example.com or http://localhost:8080.");
    return status;
}

static bool port_is_valid(lfn_text port)
{
    int64_t number = 0;
    return port.size > 0 && lfn_ascii_digit(port.data[0]) && lfn_text_integer(port, &number) && number >= 1 &&
           number <= 65535;
}

static bool host_byte(char byte)
{
    char lower = lfn_ascii_lower(byte);
    return (lower >= 'a' && lower <= 'z') || lfn_ascii_digit(byte) || byte == '-' || byte == '.' || byte == '_';
}

static bool address_byte(char byte)
{
    char lower = lfn_ascii_lower(byte);
    return (lower >= 'a' && lower <= 'f') || lfn_ascii_digit(byte) || byte == ':' || byte == '.';
}

static bool all_bytes(lfn_text text, bool (*is_fine)(char))
{
    for (size_t i = 0; i < text.size; i++) {
        if (!is_fine(text.data[i]))
            return false;
    }
    return text.size > 0;
}

/* Splits "host", "host:port", "[::1]" or "[::1]:port". The brackets do not belong to the host. */
static bool split_authority(lfn_text authority, lfn_text *out_host)
{
    bool bracketed = authority.size > 0 && authority.data[0] == '[';
    size_t start = bracketed ? 1 : 0;
    lfn_text rest = lfn_text_slice(authority, start, authority.size);
    lfn_text host = lfn_text_slice(rest, 0, lfn_text_find(rest, bracketed ? ']' : ':'));
    if (!all_bytes(host, bracketed ? address_byte : host_byte) || (bracketed && host.size == rest.size))
        return false;
    lfn_text tail = lfn_text_slice(rest, host.size + start, rest.size);
    if (tail.size > 0 && (tail.data[0] != ':' || !port_is_valid(lfn_text_slice(tail, 1, tail.size))))
        return false;
    *out_host = host;
    return true;
}

/* 127.0.0.0/8 with its four numbers, ::1 and localhost. */
static bool host_is_loopback(lfn_text host)
{
    static const lfn_text localhost = LFN_TEXT("localhost");
    if (lfn_text_equal_nocase(host, localhost) || lfn_text_equal_string(host, "::1"))
        return true;
    int parts = 0;
    lfn_text part;
    int64_t number = 0;
    while (lfn_text_split(&host, '.', &part)) {
        if (part.size > 3 || part.size == 0 || !lfn_ascii_digit(part.data[0]) || !lfn_text_integer(part, &number) ||
            number > 255 || (part.size > 1 && part.data[0] == '0') || (parts == 0 && number != 127))
            return false;
        parts++;
    }
    return parts == 4;
}

static bool read_scheme(lfn_text text, bool *out_secure, size_t *out_size)
{
    static const lfn_text https = LFN_TEXT("https://");
    static const lfn_text http = LFN_TEXT("http://");
    *out_secure = lfn_text_equal_nocase(lfn_text_slice(text, 0, https.size), https);
    *out_size = *out_secure ? https.size : http.size;
    return *out_secure || lfn_text_equal_nocase(lfn_text_slice(text, 0, http.size), http);
}

lfn_status lfn_base_url_read(lfn_text text, lfn_base_url *out_url, lfn_error *error)
{
    bool secure = false;
    size_t scheme_size = 0;
    if (text.size == 0)
        return refuse(error, "is missing");
    if (!read_scheme(text, &secure, &scheme_size))
        return refuse(error, "must begin with https:// (or http:// for a loopback host)");

    lfn_text rest = lfn_text_slice(text, scheme_size, text.size);
    lfn_text authority = lfn_text_slice(rest, 0, lfn_text_find(rest, '/'));
    lfn_text path = lfn_text_slice(rest, authority.size, rest.size);
    lfn_text host;
    if (lfn_text_find(rest, '@') < rest.size)
        return refuse(error, "must not hold a user name or password");
    if (lfn_text_find(rest, '?') < rest.size || lfn_text_find(rest, '#') < rest.size)
        return refuse(error, "must not hold a query or fragment: only scheme and host are wanted");
    if (path.size > 1)
        return refuse(error, "must not hold a path: only scheme and host are wanted");
    if (authority.size > 255 || !split_authority(authority, &host))
        return refuse(error, "must name a host, with a port from 1 to 65535 or none");
    if (!secure && !host_is_loopback(host))
        return refuse(error, "must begin with https://: http goes to 127.0.0.0/8, [::1] and localhost alone");

    *out_url = (lfn_base_url){lfn_text_slice(text, 0, scheme_size + authority.size), authority, secure};
    return LFN_OK;
}
