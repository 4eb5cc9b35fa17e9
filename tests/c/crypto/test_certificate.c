/* Certificates: what openssl says of one is said here too, nothing of a name is cut, and the key to it is told from
 * others. */
#include "crypto/keypair.h"

#include "base/alloc.h"
#include "base/text.h"
#include "base/time.h"
#include "crypto/case_keys.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define PRIVATE_LINE                                                                                                   \
    "-----BEGIN PRIVATE"                                                                                               \
    " KEY-----\n"

static EVP_PKEY *signing_key;

static int make_key(void **state)
{
    (void)state;
    signing_key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    return signing_key != NULL ? 0 : -1;
}

static int free_key(void **state)
{
    (void)state;
    EVP_PKEY_free(signing_key);
    return 0;
}

/* ---- certificates made here ---- */

/* What is special about a certificate; what is left out is plain. */
typedef struct recipe {
    lfn_text common_names[3];
    int name_type; /* of ASN.1; 0: UTF-8 */
    lfn_text issuer;
    const char *serial_hex;
    const char *not_before; /* as ASN.1 GeneralizedTime */
    const char *not_after;
} recipe;

static void add_name(X509_NAME *name, lfn_text text, int type)
{
    assert_int_equal(X509_NAME_add_entry_by_NID(name, NID_commonName, type != 0 ? type : V_ASN1_UTF8STRING,
                                                (const unsigned char *)text.data, (int)text.size, -1, 0),
                     1);
}

static void set_names(X509 *made, const recipe *of)
{
    X509_NAME *subject = X509_NAME_new();
    X509_NAME *issuer = X509_NAME_new();
    assert_non_null(subject);
    assert_non_null(issuer);
    for (size_t i = 0; i < 3 && of->common_names[i].data != NULL; i++)
        add_name(subject, of->common_names[i], of->name_type);
    add_name(issuer, of->issuer.data != NULL ? of->issuer : lfn_text_of("authority"), V_ASN1_UTF8STRING);
    assert_int_equal(X509_set_subject_name(made, subject), 1);
    assert_int_equal(X509_set_issuer_name(made, issuer), 1);
    X509_NAME_free(subject);
    X509_NAME_free(issuer);
}

static void set_serial(X509 *made, const char *hex)
{
    BIGNUM *number = NULL;
    assert_true(BN_hex2bn(&number, hex) > 0);
    assert_non_null(BN_to_ASN1_INTEGER(number, X509_get_serialNumber(made)));
    BN_free(number);
}

static lfn_buffer make_certificate(const recipe *of)
{
    lfn_buffer pem;
    char *data = NULL;
    X509 *made = X509_new();
    BIO *bio = BIO_new(BIO_s_mem());
    assert_non_null(made);
    assert_non_null(bio);
    assert_int_equal(X509_set_version(made, 2), 1);
    set_names(made, of);
    set_serial(made, of->serial_hex != NULL ? of->serial_hex : "1");
    assert_int_equal(ASN1_TIME_set_string_X509(X509_getm_notBefore(made),
                                               of->not_before != NULL ? of->not_before : "20260101000000Z"),
                     1);
    assert_int_equal(
        ASN1_TIME_set_string_X509(X509_getm_notAfter(made), of->not_after != NULL ? of->not_after : "20270101000000Z"),
        1);
    assert_int_equal(X509_set_pubkey(made, signing_key), 1);
    assert_true(X509_sign(made, signing_key, NULL) > 0);
    assert_int_equal(PEM_write_bio_X509(bio, made), 1);
    long size = BIO_get_mem_data(bio, &data);
    lfn_buffer_init(&pem, 1 << 15);
    assert_true(lfn_buffer_append(&pem, data, (size_t)size));
    BIO_free(bio);
    X509_free(made);
    return pem;
}

static lfn_certificate_info read_well(lfn_text text)
{
    lfn_certificate_info info;
    lfn_error error = {0};
    if (lfn_certificate_read(text, &info, &error) != LFN_OK)
        fail_msg("%s", error.message);
    assert_int_equal(ERR_peek_error(), 0);
    return info;
}

static lfn_certificate_info read_made(const recipe *of)
{
    lfn_buffer pem = make_certificate(of);
    lfn_certificate_info info = read_well(lfn_buffer_text(&pem));
    lfn_buffer_free(&pem);
    return info;
}

static void assert_refused(lfn_text text, const char *words)
{
    lfn_certificate_info info;
    lfn_error error = {0};
    memset(&info, 'x', sizeof info);
    assert_int_equal(lfn_certificate_read(text, &info, &error), LFN_BAD_INPUT);
    assert_int_equal(info.serial_number[0], 'x');
    assert_string_equal(error.where, "/certificate");
    if (strstr(error.message, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", error.message, words);
    assert_int_equal(ERR_peek_error(), 0);
}

static void assert_made_refused(const recipe *of, const char *words)
{
    lfn_buffer pem = make_certificate(of);
    assert_refused(lfn_buffer_text(&pem), words);
    lfn_buffer_free(&pem);
}

/* ---- what it says ---- */

/* The rest of the line of openssl that begins so. */
static void assert_line(lfn_text lines, const char *name, const char *got)
{
    lfn_text line;
    while (lfn_text_split(&lines, '\n', &line))
        if (lfn_text_starts(line, lfn_text_of(name))) {
            lfn_text expected = lfn_text_slice(line, strlen(name), line.size);
            if (!lfn_text_equal_string(expected, got))
                fail_msg("%s is %.*s and not %s", name, (int)expected.size, expected.data, got);
            return;
        }
    fail_msg("openssl says no %s", name);
}

static void assert_as_openssl_says(const lfn_certificate_info *info, lfn_text lines)
{
    assert_line(lines, "serial=", info->serial_number);
    assert_line(lines, "sha256 Fingerprint=", info->fingerprint);
    assert_line(lines, "issuer=", info->issuer_name);
}

static void the_first_certificate_of_a_chain_is_read_as_openssl_does(void **state)
{
    char time[LFN_TIME_SIZE + 1];
    (void)state;
    lfn_buffer chain = keys_read("certificate_chain.pem");
    lfn_buffer lines = keys_read("certificate_chain.info");
    lfn_certificate_info info = read_well(lfn_buffer_text(&chain));
    assert_as_openssl_says(&info, lfn_buffer_text(&lines));
    assert_string_equal(info.common_name, "gerät-7.example");
    assert_non_null(strstr(lines.data, "subject=CN=gerät-7.example,O=Throw-away\n"));
    assert_non_null(strstr(lines.data, "notBefore=Nov 21 20:24:00 2026 GMT"));
    assert_true(lfn_time_format(info.not_before_us, time));
    assert_string_equal(time, "2026-11-21T20:24:00.000000Z");
    assert_non_null(strstr(lines.data, "notAfter=Nov 18 20:24:00 2036 GMT"));
    assert_true(lfn_time_format(info.not_after_us, time));
    assert_string_equal(time, "2036-11-18T20:24:00.000000Z");
    lfn_buffer_free(&chain);
    lfn_buffer_free(&lines);
}

static void openssl_and_this_library_agree_on_names_and_serial_numbers(void **state)
{
    static const recipe recipes[] = {
        {.serial_hex = "0", .issuer = LFN_TEXT("plain")},
        {.serial_hex = "7F", .issuer = LFN_TEXT(" begins and ends with a blank ")},
        {.serial_hex = "80", .issuer = LFN_TEXT("#one, \"two\"; <three> + four\\five=six")},
        {.serial_hex = "ABC", .issuer = LFN_TEXT("line\nend and \x7f")},
        {.serial_hex = "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", .issuer = LFN_TEXT("J\xc3\xb6rg \xe4\xb8\xad")},
        {.serial_hex = "-2A", .issuer = LFN_TEXT("a NUL\0in the middle")},
    };
    static const char *const serials[] = {"00", "7F", "80", "0ABC", "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", "-2A"};
    static const char *const issuers[] = {
        "CN=plain",
        "CN=\\ begins and ends with a blank\\ ",
        "CN=\\#one\\, \\\"two\\\"\\; \\<three\\> \\+ four\\\\five=six",
        "CN=line\\0Aend and \\7F",
        "CN=J\xc3\xb6rg \xe4\xb8\xad",
        "CN=a NUL\\00in the middle",
    };
    (void)state;
    for (size_t i = 0; i < sizeof recipes / sizeof *recipes; i++) {
        lfn_buffer pem = make_certificate(&recipes[i]);
        lfn_certificate_info info = read_well(lfn_buffer_text(&pem));
        assert_string_equal(info.serial_number, serials[i]);
        assert_string_equal(info.issuer_name, issuers[i]);
        if (keys_have("/usr/bin/openssl")) {
            lfn_buffer lines = keys_run("/usr/bin/openssl x509 -in \"$1\" -noout -serial -fingerprint -sha256 -issuer "
                                        "-nameopt RFC2253,-esc_msb",
                                        lfn_buffer_text(&pem));
            assert_as_openssl_says(&info, lfn_buffer_text(&lines));
            lfn_buffer_free(&lines);
        }
        lfn_buffer_free(&pem);
    }
}

static void a_common_name_comes_as_utf8_whatever_its_type(void **state)
{
    static const struct {
        recipe of;
        const char *expected;
    } rows[] = {
        {{.common_names = {{NULL, 0}}}, ""},
        {{.common_names = {LFN_TEXT("one")}}, "one"},
        {{.common_names = {LFN_TEXT("one"), LFN_TEXT("two"), LFN_TEXT("three")}}, "three"},
        {{.common_names = {LFN_TEXT("J\xf6rg")}, .name_type = V_ASN1_T61STRING}, "J\xc3\xb6rg"},
        {{.common_names = {LFN_TEXT("\x4e\x2d\x00\x41")}, .name_type = V_ASN1_BMPSTRING},
         "\xe4\xb8\xad"
         "A"},
        {{.common_names = {LFN_TEXT("printable")}, .name_type = V_ASN1_PRINTABLESTRING}, "printable"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lfn_certificate_info info = read_made(&rows[i].of);
        assert_string_equal(info.common_name, rows[i].expected);
    }
}

static void a_name_is_never_cut(void **state)
{
    char longest[4096];
    (void)state;
    memset(longest, 'n', sizeof longest);
    assert_made_refused(&(recipe){.common_names = {LFN_TEXT("good.example\0.bad.example")}}, "NUL");
    assert_made_refused(&(recipe){.common_names = {LFN_TEXT("\x00\x41\x00\x00")}, .name_type = V_ASN1_BMPSTRING},
                        "NUL");
    assert_made_refused(&(recipe){.common_names = {lfn_text_make(longest, 256)}}, "common name that is too long");
    assert_made_refused(&(recipe){.issuer = lfn_text_make(longest, 1021)}, "issuer whose name is too long");
    lfn_certificate_info info =
        read_made(&(recipe){.common_names = {lfn_text_make(longest, 255)}, .issuer = lfn_text_make(longest, 1020)});
    assert_int_equal(strlen(info.common_name), 255);
    assert_int_equal(strlen(info.issuer_name), 1023);
}

static void a_serial_number_is_never_cut(void **state)
{
    char hex[65] = {0};
    (void)state;
    memset(hex, '7', 64);
    assert_made_refused(&(recipe){.serial_hex = hex}, "serial number");
    hex[62] = '\0';
    lfn_certificate_info info = read_made(&(recipe){.serial_hex = hex});
    assert_string_equal(info.serial_number, hex);
}

static void times_reach_from_1950_to_9999(void **state)
{
    char time[LFN_TIME_SIZE + 1];
    (void)state;
    lfn_certificate_info info = read_made(&(recipe){.not_before = "19500101000001Z", .not_after = "99991231235959Z"});
    assert_true(lfn_time_format(info.not_before_us, time));
    assert_string_equal(time, "1950-01-01T00:00:01.000000Z");
    assert_true(lfn_time_format(info.not_after_us, time));
    assert_string_equal(time, "9999-12-31T23:59:59.000000Z");
}

/* ---- what is no certificate ---- */

static void what_is_no_certificate_is_refused(void **state)
{
    (void)state;
    assert_refused(lfn_text_of(NULL), "empty");
    assert_refused(lfn_text_of(""), "empty");
    assert_refused(lfn_text_of("a certificate"), "does not parse");
    assert_refused(lfn_text_of("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"), "does not parse");
    assert_refused(lfn_text_of("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"), "does not parse");
    lfn_buffer key = keys_read("rsa_pkcs8.pub.pem");
    assert_refused(lfn_buffer_text(&key), "does not parse");
    lfn_buffer_free(&key);
    lfn_buffer chain = keys_read("certificate_chain.pem");
    while (chain.size <= LFN_KEY_TEXT_MAX)
        (void)lfn_buffer_append_string(&chain, "\n");
    assert_refused(lfn_buffer_text(&chain), "longer than 16384 bytes");
    chain.size--;
    (void)read_well(lfn_buffer_text(&chain));
    lfn_buffer_free(&chain);
}

/* A certificate is shown to whoever may read the credential. */
static void a_private_key_beside_a_certificate_is_refused(void **state)
{
    static const char *const names[] = {"rsa_pkcs8.pem", "rsa_pkcs1.pem", "ssh_ed25519", "rsa_pkcs8_encrypted.pem"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        lfn_buffer key = keys_read(names[i]);
        lfn_buffer chain = keys_read("certificate_chain.pem");
        (void)lfn_buffer_append_text(&chain, lfn_buffer_text(&key));
        assert_refused(lfn_buffer_text(&chain), "together with a private key");
        (void)lfn_buffer_append_string(&key, chain.data);
        assert_refused(lfn_buffer_text(&key), "together with a private key");
        lfn_buffer_free(&key);
        lfn_buffer_free(&chain);
    }
    lfn_buffer chain = keys_read("certificate_chain.pem");
    (void)lfn_buffer_append_string(&chain, "  " PRIVATE_LINE "cut");
    assert_refused(lfn_buffer_text(&chain), "together with a private key");
    lfn_buffer_free(&chain);
}

static void a_chain_is_read_to_its_end(void **state)
{
    (void)state;
    lfn_buffer chain = keys_read("certificate_chain.pem");
    lfn_buffer key = keys_read("rsa_pkcs8.pub.pem");
    (void)lfn_buffer_append_text(&chain, lfn_buffer_text(&key));
    assert_refused(lfn_buffer_text(&chain), "is followed by something that is no certificate");
    chain.size -= key.size + 40;
    assert_refused(lfn_buffer_text(&chain), "is followed by something that is no certificate");
    lfn_buffer_free(&chain);
    lfn_buffer_free(&key);
}

static void text_around_the_certificates_of_a_chain_is_passed_over(void **state)
{
    (void)state;
    lfn_buffer chain = keys_read("certificate_chain.pem");
    lfn_buffer text;
    lfn_buffer_init(&text, 1 << 15);
    (void)lfn_buffer_format(&text, "subject=CN=device\n\n%s\nend\n", chain.data);
    lfn_certificate_info info = read_well(lfn_buffer_text(&text));
    assert_string_equal(info.common_name, "gerät-7.example");
    lfn_buffer_free(&chain);
    lfn_buffer_free(&text);
}

static void a_part_of_a_certificate_is_no_certificate(void **state)
{
    (void)state;
    lfn_buffer pem = make_certificate(&(recipe){.common_names = {LFN_TEXT("device")}});
    for (size_t size = 0; size + 1 < pem.size; size++) {
        char *part = lfn_copy(pem.data, size);
        assert_non_null(part);
        assert_refused(lfn_text_make(part, size), "The certificate");
        lfn_free(part);
    }
    lfn_buffer_free(&pem);
}

static void a_changed_byte_of_a_certificate_is_refused_or_seen(void **state)
{
    (void)state;
    lfn_buffer pem = make_certificate(&(recipe){.common_names = {LFN_TEXT("device")}});
    lfn_certificate_info whole = read_well(lfn_buffer_text(&pem));
    size_t first = strlen("-----BEGIN CERTIFICATE-----\n");
    /* The last digits of base64 may hold bits that mean nothing. */
    for (size_t i = first; i < pem.size - strlen("AAAA\n-----END CERTIFICATE-----\n"); i++) {
        lfn_certificate_info info;
        char byte = pem.data[i];
        pem.data[i] = byte == 'A' ? 'B' : 'A';
        lfn_status status = lfn_certificate_read(lfn_buffer_text(&pem), &info, NULL);
        assert_true(status == LFN_BAD_INPUT || (status == LFN_OK && strcmp(info.fingerprint, whole.fingerprint) != 0));
        pem.data[i] = byte;
    }
    assert_int_equal(ERR_peek_error(), 0);
    lfn_buffer_free(&pem);
}

/* ---- the key to it ---- */

static void assert_unfit(const char *certificate, const char *key, const char *where, const char *words)
{
    lfn_error error = {0};
    lfn_buffer certificate_text = keys_read(certificate);
    lfn_buffer key_text = keys_read(key);
    assert_int_equal(lfn_certificate_fits(lfn_buffer_text(&certificate_text), lfn_buffer_text(&key_text), &error),
                     LFN_BAD_INPUT);
    assert_string_equal(error.where, where);
    if (strstr(error.message, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", error.message, words);
    assert_int_equal(lfn_certificate_fits(lfn_buffer_text(&certificate_text), lfn_buffer_text(&key_text), NULL),
                     LFN_BAD_INPUT);
    assert_int_equal(ERR_peek_error(), 0);
    lfn_buffer_free(&certificate_text);
    lfn_buffer_free(&key_text);
}

static void the_key_of_the_first_certificate_fits_in_both_its_forms(void **state)
{
    static const char *const names[] = {"rsa_pkcs1.pem", "rsa_pkcs8.pem"};
    (void)state;
    lfn_buffer chain = keys_read("certificate_chain.pem");
    for (size_t i = 0; i < 2; i++) {
        lfn_buffer key = keys_read(names[i]);
        assert_int_equal(lfn_certificate_fits(lfn_buffer_text(&chain), lfn_buffer_text(&key), NULL), LFN_OK);
        assert_int_equal(ERR_peek_error(), 0);
        lfn_buffer_free(&key);
    }
    lfn_buffer_free(&chain);
}

static void a_key_that_does_not_fit_is_refused_with_its_place(void **state)
{
    (void)state;
    assert_unfit("certificate_chain.pem", "rsa_1024.pem", "/privateKey", "does not belong to the certificate");
    /* It is the key of the second certificate. */
    assert_unfit("certificate_chain.pem", "ec_p256_sec1.pem", "/privateKey", "does not belong to the certificate");
    assert_unfit("certificate_chain.pem", "ed25519_pkcs8.pem", "/privateKey", "does not belong to the certificate");
    assert_unfit("certificate_chain.pem", "rsa_pkcs8_encrypted.pem", "/privateKey", "encrypted");
    assert_unfit("certificate_chain.pem", "rsa_pkcs8.pub.pem", "/privateKey", "does not parse");
    assert_unfit("certificate_chain.pem", "ssh_rsa_2048", "/privateKey", "does not parse");
    assert_unfit("rsa_pkcs8.pub.pem", "rsa_pkcs8.pem", "/certificate", "does not parse");
}

/* ---- memory ---- */

static void every_allocation_of_reading_a_certificate_may_fail(void **state)
{
    (void)state;
    lfn_buffer chain = keys_read("certificate_chain.pem");
    lfn_status status = LFN_NO_MEMORY;
    long count = 0;
    for (; status == LFN_NO_MEMORY && count < 100; count++) {
        lfn_certificate_info info;
        lfn_alloc_fail_after(count);
        status = lfn_certificate_read(lfn_buffer_text(&chain), &info, NULL);
        lfn_alloc_fail_after(-1);
    }
    assert_int_equal(status, LFN_OK);
    assert_in_range(count, 3, 99);
    assert_int_equal(ERR_peek_error(), 0);
    lfn_buffer_free(&chain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_certificate_of_a_chain_is_read_as_openssl_does),
        cmocka_unit_test(openssl_and_this_library_agree_on_names_and_serial_numbers),
        cmocka_unit_test(a_common_name_comes_as_utf8_whatever_its_type),
        cmocka_unit_test(a_name_is_never_cut),
        cmocka_unit_test(a_serial_number_is_never_cut),
        cmocka_unit_test(times_reach_from_1950_to_9999),
        cmocka_unit_test(what_is_no_certificate_is_refused),
        cmocka_unit_test(a_private_key_beside_a_certificate_is_refused),
        cmocka_unit_test(a_chain_is_read_to_its_end),
        cmocka_unit_test(text_around_the_certificates_of_a_chain_is_passed_over),
        cmocka_unit_test(a_part_of_a_certificate_is_no_certificate),
        cmocka_unit_test(a_changed_byte_of_a_certificate_is_refused_or_seen),
        cmocka_unit_test(the_key_of_the_first_certificate_fits_in_both_its_forms),
        cmocka_unit_test(a_key_that_does_not_fit_is_refused_with_its_place),
        cmocka_unit_test(every_allocation_of_reading_a_certificate_may_fail),
    };
    return cmocka_run_group_tests(tests, make_key, free_key);
}
