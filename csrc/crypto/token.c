/* Tokens: a JWT with one header and four claims in one order, signed with HMAC-SHA-512. A token is accepted only in the
 * very form in which it is made here, so that nothing in it is read before its signature was checked, and its header
 * is never asked how to check it. */
#include "base/alloc.h"
#include "base/error.h"
#include "base/text.h"
#include "crypto/keys.h"

_Static_assert((int)crypto_auth_hmacsha512_BYTES == 64, "HS512 signs with 64 bytes");

enum { TOKEN_CEILING = 4096 };

/* {"alg":"HS512"} */
static const char header[] = "eyJhbGciOiJIUzUxMiJ9.";

static void sign(const lfn_keys *keys, lfn_text text, unsigned char out_signature[crypto_auth_hmacsha512_BYTES])
{
    crypto_auth_hmacsha512_state state;
    (void)crypto_auth_hmacsha512_init(&state, keys->token, sizeof keys->token);
    (void)crypto_auth_hmacsha512_update(&state, (const unsigned char *)text.data, text.size);
    (void)crypto_auth_hmacsha512_final(&state, out_signature);
    lfn_wipe(&state, sizeof state);
}

/* Four hexadecimal digits say every byte that cannot stand in a JSON string as it is. */
static void append_escaped(lfn_buffer *json, lfn_text text)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (byte < 0x20 || byte == '"' || byte == '\\')
            (void)lfn_buffer_format(json, "\\u%04x", byte);
        else
            (void)lfn_buffer_append(json, &byte, 1);
    }
}

static bool write_claims(const lfn_claims *claims, lfn_buffer *json)
{
    (void)lfn_buffer_append_string(json, "{\"sub\":\"");
    append_escaped(json, lfn_text_of(claims->subject));
    return lfn_buffer_format(json, "\",\"iat\":%lld,\"exp\":%lld,\"seq\":%lld}", (long long)claims->issued_s,
                             (long long)claims->expires_s, (long long)claims->sequence);
}

lfn_status lfn_token_make(const lfn_keys *keys, const lfn_claims *claims, lfn_buffer *out_token, lfn_error *error)
{
    unsigned char signature[crypto_auth_hmacsha512_BYTES];
    lfn_buffer json;
    lfn_buffer token;
    lfn_buffer_init(&json, TOKEN_CEILING);
    lfn_buffer_init(&token, TOKEN_CEILING);
    bool done = write_claims(claims, &json) && lfn_buffer_append_string(&token, header) &&
                lfn_buffer_append_base64url(&token, json.data, json.size);
    if (done) {
        sign(keys, lfn_buffer_text(&token), signature);
        done = lfn_buffer_append_string(&token, ".") &&
               lfn_buffer_append_base64url(&token, signature, sizeof signature) &&
               lfn_buffer_append_text(out_token, lfn_buffer_text(&token));
    }
    lfn_buffer_free(&token);
    lfn_buffer_free(&json);
    return done ? LFN_OK : lfn_error_no_memory(error);
}

/* ---- reading ---- */

/* Splits off the signature; false unless there is header, claims and signature and nothing more. */
static bool split_token(lfn_text token, lfn_text *out_signed, lfn_text *out_claims, lfn_text *out_signature)
{
    lfn_text front = lfn_text_of(header);
    if (token.size > TOKEN_CEILING || !lfn_text_starts(token, front))
        return false;
    lfn_text rest = lfn_text_slice(token, front.size, token.size);
    if (!lfn_text_split(&rest, '.', out_claims) || rest.data == NULL)
        return false;
    *out_signed = lfn_text_make(token.data, front.size + out_claims->size);
    *out_signature = rest;
    return true;
}

static lfn_status check_signature(const lfn_keys *keys, lfn_text signed_text, lfn_text signature, lfn_error *error)
{
    enum { DIGITS = (crypto_auth_hmacsha512_BYTES * 4 + 2) / 3 };
    unsigned char expected[crypto_auth_hmacsha512_BYTES];
    if (signature.size != DIGITS)
        return LFN_UNAUTHORIZED;
    lfn_buffer given;
    lfn_buffer_init(&given, sizeof expected);
    sign(keys, signed_text, expected);
    bool fits = lfn_buffer_append_base64url_decoded(&given, signature) &&
                sodium_memcmp(given.data, expected, sizeof expected) == 0;
    lfn_status status = fits ? LFN_OK : given.failed ? lfn_error_no_memory(error) : LFN_UNAUTHORIZED;
    lfn_buffer_free(&given);
    lfn_wipe(expected, sizeof expected);
    return status;
}

static bool take(lfn_text *rest, const char *word)
{
    lfn_text expected = lfn_text_of(word);
    if (!lfn_text_starts(*rest, expected))
        return false;
    *rest = lfn_text_slice(*rest, expected.size, rest->size);
    return true;
}

/* Reads the number before `end` and takes both. */
static bool take_number(lfn_text *rest, char end, int64_t *out_number)
{
    size_t size = lfn_text_find(*rest, end);
    if (size == rest->size || !lfn_text_integer(lfn_text_slice(*rest, 0, size), out_number))
        return false;
    *rest = lfn_text_slice(*rest, size + 1, rest->size);
    return true;
}

/* Takes one byte of a string, as it is or as an escape of write_claims. */
static bool take_byte(lfn_text *rest, char *out_byte)
{
    if (rest->data[0] != '\\') {
        *out_byte = rest->data[0];
        *rest = lfn_text_slice(*rest, 1, rest->size);
        return true;
    }
    unsigned char bytes[2];
    if (!take(rest, "\\u") || !lfn_hex_read(lfn_text_slice(*rest, 0, 4), bytes, sizeof bytes))
        return false;
    *rest = lfn_text_slice(*rest, 4, rest->size);
    *out_byte = (char)bytes[1];
    return bytes[0] == 0;
}

static bool take_subject(lfn_text *rest, char *out_subject, size_t size)
{
    size_t used = 0;
    while (rest->size > 0 && rest->data[0] != '"') {
        if (used + 1 == size || !take_byte(rest, &out_subject[used]))
            return false;
        used++;
    }
    out_subject[used] = '\0';
    return take(rest, "\"");
}

/* Reads back what write_claims wrote, and nothing else. */
static bool read_claims(lfn_text json, lfn_claims *out_claims)
{
    *out_claims = (lfn_claims){0};
    return take(&json, "{\"sub\":\"") && take_subject(&json, out_claims->subject, sizeof out_claims->subject) &&
           take(&json, ",\"iat\":") && take_number(&json, ',', &out_claims->issued_s) && take(&json, "\"exp\":") &&
           take_number(&json, ',', &out_claims->expires_s) && take(&json, "\"seq\":") &&
           take_number(&json, '}', &out_claims->sequence) && json.size == 0;
}

lfn_status lfn_token_read(const lfn_keys *keys, lfn_text token, int64_t now_s, lfn_claims *out_claims, lfn_error *error)
{
    lfn_text signed_text;
    lfn_text encoded;
    lfn_text signature;
    if (!split_token(token, &signed_text, &encoded, &signature))
        return LFN_UNAUTHORIZED;
    lfn_status status = check_signature(keys, signed_text, signature, error);
    if (status != LFN_OK)
        return status;

    lfn_claims claims;
    lfn_buffer json;
    lfn_buffer_init(&json, TOKEN_CEILING);
    bool valid = lfn_buffer_append_base64url_decoded(&json, encoded) && read_claims(lfn_buffer_text(&json), &claims) &&
                 now_s < claims.expires_s;
    status = valid ? LFN_OK : json.failed ? lfn_error_no_memory(error) : LFN_UNAUTHORIZED;
    lfn_buffer_free(&json);
    if (status == LFN_OK)
        *out_claims = claims;
    return status;
}

/* ---- marks ---- */

_Static_assert((int)LFN_TOKEN_MARK_SIZE == (int)crypto_shorthash_siphashx24_BYTES, "a mark is one SipHash");

void lfn_token_mark(const lfn_keys *keys, lfn_text token, unsigned char out_mark[LFN_TOKEN_MARK_SIZE])
{
    (void)crypto_shorthash_siphashx24(out_mark, (const unsigned char *)token.data, token.size, keys->mark);
}

bool lfn_token_mark_equal(const unsigned char left[LFN_TOKEN_MARK_SIZE], const unsigned char right[LFN_TOKEN_MARK_SIZE])
{
    return sodium_memcmp(left, right, LFN_TOKEN_MARK_SIZE) == 0;
}
