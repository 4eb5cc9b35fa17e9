/* What a certificate says, and whether a key belongs to it: see keypair.h. */
#include "base/text.h"
#include "crypto/keypair.h"
#include "crypto/pkey.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <time.h>

static lfn_status refuse(lfn_error *error, const char *fault)
{
    return lfn_error_set_where(error, LFN_BAD_INPUT, "/certificate", "The certificate %s.", fault);
}

static lfn_status out_of_memory(lfn_error *error)
{
    return lfn_error_set(error, LFN_NO_MEMORY, "Memory is out for a certificate.");
}

/* ---- from the text to the first certificate ---- */

/* A certificate is shown to everybody who may read the credential, so that nothing secret may stand beside it: not even
 * in a block that is damaged. */
static bool holds_private_key(lfn_text text)
{
    static const char mark[] = "PRIVATE KEY";
    return text.size > 0 && memmem(text.data, text.size, mark, strlen(mark)) != NULL;
}

/* The certificate of a whole block, or NULL. */
static X509 *certificate_of_block(const char *label, const char *header, const unsigned char *data, long size)
{
    if ((strcmp(label, PEM_STRING_X509) != 0 && strcmp(label, PEM_STRING_X509_OLD) != 0) || header[0] != '\0')
        return NULL;
    const unsigned char *next = data;
    X509 *read = d2i_X509(NULL, &next, size);
    if (read != NULL && next == data + size)
        return read;
    X509_free(read);
    return NULL;
}

/* Reads the next block. False at the end of the text and, with *out_bad set, when it is no certificate. */
static bool next_certificate(BIO *source, X509 **out_certificate, bool *out_bad)
{
    char *label = NULL;
    char *header = NULL;
    unsigned char *data = NULL;
    long size = 0;
    if (PEM_read_bio(source, &label, &header, &data, &size) != 1) {
        *out_bad = ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE;
        return false;
    }
    *out_certificate = certificate_of_block(label, header, data, size);
    *out_bad = *out_certificate == NULL;
    OPENSSL_free(label);
    OPENSSL_free(header);
    OPENSSL_clear_free(data, (size_t)size);
    return !*out_bad;
}

/* Reads all of the chain and keeps the first. */
static lfn_status read_chain(BIO *source, X509 **out_first, lfn_error *error)
{
    X509 *first = NULL;
    X509 *next = NULL;
    bool bad = false;
    while (next_certificate(source, &next, &bad)) {
        if (first == NULL)
            first = next;
        else
            X509_free(next);
    }
    if (first != NULL && !bad) {
        *out_first = first;
        return LFN_OK;
    }
    const char *fault = first != NULL ? "is followed by something that is no certificate" : "does not parse as PEM";
    X509_free(first);
    return refuse(error, fault);
}

static lfn_status read_certificate(lfn_text text, X509 **out_certificate, lfn_error *error)
{
    if (text.size == 0)
        return refuse(error, "is empty; it must be PEM");
    if (text.size > LFN_KEY_TEXT_MAX)
        return refuse(error, "is longer than 16384 bytes");
    if (holds_private_key(text))
        return refuse(error, "stands together with a private key, which belongs in privateKey");
    BIO *source = BIO_new_mem_buf(text.data, (int)text.size);
    if (source == NULL)
        return out_of_memory(error);
    lfn_status status = read_chain(source, out_certificate, error);
    (void)BIO_free(source);
    return status;
}

/* ---- what it says ---- */

static bool append_upper_hex(lfn_buffer *out, const unsigned char *bytes, size_t size, const char *between)
{
    for (size_t i = 0; i < size; i++)
        (void)lfn_buffer_format(out, "%s%02X", i > 0 ? between : "", bytes[i]);
    return !out->failed;
}

/* Copies with a NUL at the end. False when it is too long, or would seem shorter than it is. */
static bool copy_out(lfn_text text, char *out, size_t size)
{
    if (text.size >= size || lfn_text_find(text, '\0') != text.size)
        return false;
    if (text.size > 0)
        memcpy(out, text.data, text.size);
    out[text.size] = '\0';
    return true;
}

static lfn_status read_serial_number(const X509 *certificate, lfn_certificate_info *info, lfn_error *error)
{
    enum { BYTES_MAX = (sizeof info->serial_number - 2) / 2 };
    const ASN1_INTEGER *serial = X509_get0_serialNumber(certificate);
    int size = ASN1_STRING_length(serial);
    if (size < 1 || size > BYTES_MAX)
        return refuse(error, "has no serial number, or one that is too long");
    lfn_buffer text;
    lfn_buffer_init(&text, sizeof info->serial_number);
    bool whole = lfn_buffer_append_string(&text, ASN1_STRING_type(serial) == V_ASN1_NEG_INTEGER ? "-" : "") &&
                 append_upper_hex(&text, ASN1_STRING_get0_data(serial), (size_t)size, "") &&
                 copy_out(lfn_buffer_text(&text), info->serial_number, sizeof info->serial_number);
    lfn_buffer_free(&text);
    return whole ? LFN_OK : out_of_memory(error);
}

static lfn_status read_fingerprint(const X509 *certificate, lfn_certificate_info *info, lfn_error *error)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (X509_digest(certificate, EVP_sha256(), digest, &size) != 1)
        return out_of_memory(error);
    lfn_buffer text;
    lfn_buffer_init(&text, sizeof info->fingerprint);
    bool whole = append_upper_hex(&text, digest, size, ":") &&
                 copy_out(lfn_buffer_text(&text), info->fingerprint, sizeof info->fingerprint);
    lfn_buffer_free(&text);
    return whole ? LFN_OK : out_of_memory(error);
}

/* Of several common names the last is the nearest to the subject. */
static const ASN1_STRING *last_common_name(const X509 *certificate)
{
    const X509_NAME *subject = X509_get_subject_name(certificate);
    int last = -1;
    for (int i = -1; (i = X509_NAME_get_index_by_NID(subject, NID_commonName, i)) >= 0;)
        last = i;
    return last >= 0 ? X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, last)) : NULL;
}

static lfn_status read_common_name(const X509 *certificate, lfn_certificate_info *info, lfn_error *error)
{
    info->common_name[0] = '\0';
    const ASN1_STRING *name = last_common_name(certificate);
    if (name == NULL)
        return LFN_OK;
    unsigned char *utf8 = NULL;
    int size = ASN1_STRING_to_UTF8(&utf8, name);
    if (size < 0)
        return refuse(error, "has a common name that is no text");
    lfn_text text = lfn_text_make((const char *)utf8, (size_t)size);
    bool whole = lfn_text_utf8(text, NULL) && copy_out(text, info->common_name, sizeof info->common_name);
    OPENSSL_free(utf8);
    return whole ? LFN_OK : refuse(error, "has a common name that is too long or has a NUL in it");
}

/* The form of RFC 2253 escapes control bytes, a NUL too; letters beyond ASCII stay as they are. */
static lfn_status read_issuer_name(const X509 *certificate, lfn_certificate_info *info, lfn_error *error)
{
    lfn_status status = LFN_OK;
    char *data = NULL;
    BIO *target = BIO_new(BIO_s_mem());
    unsigned long form = XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB;
    if (target == NULL)
        return out_of_memory(error);
    if (X509_NAME_print_ex(target, X509_get_issuer_name(certificate), 0, form) < 0) {
        status = refuse(error, "has an issuer whose name is no text");
        goto done;
    }
    long size = BIO_get_mem_data(target, &data);
    lfn_text text = lfn_text_make(data, size > 0 ? (size_t)size : 0);
    if (!lfn_text_utf8(text, NULL) || !copy_out(text, info->issuer_name, sizeof info->issuer_name))
        status = refuse(error, "has an issuer whose name is too long");

done:
    (void)BIO_free(target);
    return status;
}

static bool read_time(const ASN1_TIME *moment, int64_t *out_time_us)
{
    struct tm parts = {0};
    if (moment == NULL || ASN1_TIME_to_tm(moment, &parts) != 1)
        return false;
    *out_time_us = (int64_t)timegm(&parts) * 1000000;
    return true;
}

static lfn_status describe(const X509 *certificate, lfn_certificate_info *out_info, lfn_error *error)
{
    lfn_certificate_info info = {0};
    lfn_status status = read_serial_number(certificate, &info, error);
    if (status == LFN_OK)
        status = read_fingerprint(certificate, &info, error);
    if (status == LFN_OK)
        status = read_common_name(certificate, &info, error);
    if (status == LFN_OK)
        status = read_issuer_name(certificate, &info, error);
    if (status == LFN_OK && (!read_time(X509_get0_notBefore(certificate), &info.not_before_us) ||
                             !read_time(X509_get0_notAfter(certificate), &info.not_after_us)))
        status = refuse(error, "has a time of validity that does not parse");
    if (status == LFN_OK)
        *out_info = info;
    return status;
}

lfn_status lfn_certificate_read(lfn_text certificate, lfn_certificate_info *out_info, lfn_error *error)
{
    X509 *read = NULL;
    lfn_status status = read_certificate(certificate, &read, error);
    if (status == LFN_OK)
        status = describe(read, out_info, error);
    X509_free(read);
    ERR_clear_error();
    return status;
}

/* ---- the key to it ---- */

static lfn_status check_key(const X509 *certificate, lfn_text private_key, lfn_error *error)
{
    EVP_PKEY *key = NULL;
    lfn_status status = lfn_pkey_read(private_key, &key, error);
    if (status == LFN_OK && X509_check_private_key(certificate, key) != 1)
        status = lfn_error_set(error, LFN_BAD_INPUT, "The private key does not belong to the certificate.");
    if (status == LFN_BAD_INPUT && error != NULL)
        (void)snprintf(error->where, sizeof error->where, "/privateKey");
    EVP_PKEY_free(key);
    return status;
}

lfn_status lfn_certificate_fits(lfn_text certificate, lfn_text private_key, lfn_error *error)
{
    X509 *read = NULL;
    lfn_status status = read_certificate(certificate, &read, error);
    if (status == LFN_OK)
        status = check_key(read, private_key, error);
    X509_free(read);
    ERR_clear_error();
    return status;
}
