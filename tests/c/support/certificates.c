/* Certificates for tests: see certificates.h. */
#include "support/certificates.h"

#include <dirent.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

struct certificates {
    char folder[64];
    char path[512];
    EVP_PKEY *ca_key;
    X509 *ca;
    long serial;
};

const char *certificates_path(certificates *made, const char *name)
{
    (void)snprintf(made->path, sizeof made->path, "%s/%s", made->folder, name);
    return made->path;
}

static void add_extension(X509 *certificate, X509 *issuer, int kind, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
    assert_non_null(extension);
    assert_int_equal(X509_add_ext(certificate, extension, -1), 1);
    X509_EXTENSION_free(extension);
}

static X509 *make_unsigned(certificates *made, EVP_PKEY *key, const char *common_name, long first_day, long last_day)
{
    X509 *certificate = X509_new();
    assert_non_null(certificate);
    assert_int_equal(X509_set_version(certificate, 2), 1);
    assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++made->serial), 1);
    assert_non_null(X509_gmtime_adj(X509_getm_notBefore(certificate), first_day * 86400));
    assert_non_null(X509_gmtime_adj(X509_getm_notAfter(certificate), last_day * 86400));
    assert_int_equal(X509_set_pubkey(certificate, key), 1);
    X509_NAME *name = X509_get_subject_name(certificate);
    assert_int_equal(
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)common_name, -1, -1, 0), 1);
    assert_int_equal(X509_set_issuer_name(certificate, made->ca != NULL ? X509_get_subject_name(made->ca) : name), 1);
    return certificate;
}

static void write_pem(const char *path, X509 *certificate, EVP_PKEY *key)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(PEM_write_X509(file, certificate), 1);
    if (key != NULL)
        assert_int_equal(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
    assert_int_equal(fclose(file), 0);
}

certificates *certificates_make(void)
{
    certificates *made = calloc(1, sizeof *made);
    assert_non_null(made);
    (void)snprintf(made->folder, sizeof made->folder, "/tmp/leafnative-test-XXXXXX");
    assert_non_null(mkdtemp(made->folder));
    made->ca_key = EVP_EC_gen("P-256");
    assert_non_null(made->ca_key);
    X509 *ca = make_unsigned(made, made->ca_key, "Test Authority", -2, 30);
    add_extension(ca, ca, NID_basic_constraints, "critical,CA:TRUE");
    assert_true(X509_sign(ca, made->ca_key, EVP_sha256()) > 0);
    made->ca = ca;
    write_pem(certificates_path(made, "ca.pem"), ca, NULL);
    return made;
}

void certificates_add(certificates *made, const char *name, const char *names, long first_day, long last_day)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    assert_non_null(key);
    X509 *certificate = make_unsigned(made, key, "Test Peer", first_day, last_day);
    add_extension(certificate, made->ca, NID_subject_alt_name, names);
    assert_true(X509_sign(certificate, made->ca_key, EVP_sha256()) > 0);
    write_pem(certificates_path(made, name), certificate, key);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

void certificates_write(certificates *made, const char *name, const char *content)
{
    FILE *file = fopen(certificates_path(made, name), "w");
    assert_non_null(file);
    assert_true(fputs(content, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

void certificates_free(certificates *made)
{
    DIR *folder = opendir(made->folder);
    assert_non_null(folder);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (entry->d_name[0] != '.')
            (void)unlink(certificates_path(made, entry->d_name));
    }
    (void)closedir(folder);
    (void)rmdir(made->folder);
    X509_free(made->ca);
    EVP_PKEY_free(made->ca_key);
    free(made);
}
