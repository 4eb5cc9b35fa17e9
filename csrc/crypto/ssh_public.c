/* Public parts in OpenSSH's form: see ssh.h. */
#include "base/text.h"
#include "crypto/pkey.h"
#include "crypto/ssh.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>

enum { COORDINATE_MAX = 66, POINT_MAX = 1 + 2 * COORDINATE_MAX, UNCOMPRESSED = 4 };

static const lfn_ssh_algorithm algorithms[] = {
    {"ssh-ed25519", LFN_SSH_ED25519, NULL, NULL, 0},
    {"ssh-rsa", LFN_SSH_RSA, NULL, NULL, 0},
    {"ecdsa-sha2-nistp256", LFN_SSH_ECDSA, "nistp256", "prime256v1", 32},
    {"ecdsa-sha2-nistp384", LFN_SSH_ECDSA, "nistp384", "secp384r1", 48},
    {"ecdsa-sha2-nistp521", LFN_SSH_ECDSA, "nistp521", "secp521r1", COORDINATE_MAX},
};

enum { ALGORITHM_COUNT = sizeof algorithms / sizeof *algorithms };

/* The row with this name, or NULL. */
static const lfn_ssh_algorithm *find_algorithm(lfn_text name)
{
    for (size_t i = 0; i < ALGORITHM_COUNT; i++)
        if (lfn_text_equal_string(name, algorithms[i].name))
            return &algorithms[i];
    return NULL;
}

/* ---- points ---- */

/* Makes a key of a point and, where it is there, its private number in the machine's own byte order. */
static EVP_PKEY *make_ec_key(const lfn_ssh_algorithm *algorithm, lfn_text point, unsigned char *private_native)
{
    EVP_PKEY *key = NULL;
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)(uintptr_t)algorithm->group, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)(uintptr_t)point.data, point.size),
        OSSL_PARAM_construct_end(),
        OSSL_PARAM_construct_end(),
    };
    if (private_native != NULL)
        parameters[2] = OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, private_native, algorithm->coordinate_size);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    int selection = private_native != NULL ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY;
    if (context != NULL && EVP_PKEY_fromdata_init(context) == 1)
        (void)EVP_PKEY_fromdata(context, &key, selection, parameters);
    EVP_PKEY_CTX_free(context);
    return key;
}

static bool check_ec_key(EVP_PKEY *key, bool whole)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    bool fits = context != NULL && (whole ? EVP_PKEY_check(context) : EVP_PKEY_public_check(context)) == 1;
    EVP_PKEY_CTX_free(context);
    return fits;
}

bool lfn_ssh_point_fits(const lfn_ssh_algorithm *algorithm, lfn_text point, lfn_text private_number)
{
    if (point.size != 1 + 2 * algorithm->coordinate_size || point.data[0] != UNCOMPRESSED ||
        private_number.size > algorithm->coordinate_size)
        return false;
    unsigned char native[COORDINATE_MAX] = {0};
    bool whole = private_number.data != NULL;
    bool fits = false;
    BIGNUM *number = NULL;
    if (whole) {
        number = BN_bin2bn((const unsigned char *)private_number.data, (int)private_number.size, NULL);
        if (number == NULL || BN_bn2nativepad(number, native, (int)algorithm->coordinate_size) < 0)
            goto done;
    }
    EVP_PKEY *key = make_ec_key(algorithm, point, whole ? native : NULL);
    fits = key != NULL && check_ec_key(key, whole);
    EVP_PKEY_free(key);

done:
    BN_clear_free(number);
    OPENSSL_cleanse(native, sizeof native);
    return fits;
}

/* ---- reading a blob ---- */

static bool rsa_valid(lfn_text modulus, lfn_text exponent)
{
    BIGNUM *n = BN_bin2bn((const unsigned char *)modulus.data, (int)modulus.size, NULL);
    BIGNUM *e = BN_bin2bn((const unsigned char *)exponent.data, (int)exponent.size, NULL);
    bool valid = n != NULL && e != NULL && lfn_rsa_public_valid(n, e, LFN_RSA_BITS_LEAST);
    BN_free(n);
    BN_free(e);
    return valid;
}

static bool take_public(lfn_text *rest, lfn_ssh_public *read)
{
    switch (read->algorithm->family) {
    case LFN_SSH_ED25519:
        return lfn_ssh_take_string(rest, &read->point) && read->point.size == LFN_SSH_ED25519_SIZE;
    case LFN_SSH_RSA:
        return lfn_ssh_take_magnitude(rest, &read->exponent) && lfn_ssh_take_magnitude(rest, &read->modulus) &&
               rsa_valid(read->modulus, read->exponent);
    case LFN_SSH_ECDSA:
        return lfn_ssh_take_word(rest, read->algorithm->curve) && lfn_ssh_take_string(rest, &read->point) &&
               lfn_ssh_point_fits(read->algorithm, read->point, lfn_text_of(NULL));
    }
    return false;
}

bool lfn_ssh_public_read(lfn_text blob, lfn_ssh_public *out_public)
{
    lfn_text name;
    if (!lfn_ssh_take_string(&blob, &name))
        return false;
    lfn_ssh_public read = {.algorithm = find_algorithm(name)};
    if (read.algorithm == NULL || !take_public(&blob, &read) || blob.size != 0)
        return false;
    *out_public = read;
    return true;
}

/* ---- writing a blob ---- */

/* Writes "not a key of ssh" as the error. */
static lfn_status refuse_kind(lfn_error *error)
{
    return lfn_error_set(error, LFN_BAD_INPUT,
                         "ssh takes no such private key: give ed25519, RSA of at least %d bits, or EC on P-256, P-384 "
                         "or P-521.",
                         LFN_RSA_BITS_LEAST);
}

static bool put_name(lfn_buffer *blob, const char *name)
{
    return lfn_ssh_put_string(blob, lfn_text_of(name));
}

static bool put_ed25519(const EVP_PKEY *key, lfn_buffer *blob)
{
    unsigned char point[LFN_SSH_ED25519_SIZE];
    size_t size = sizeof point;
    return EVP_PKEY_get_raw_public_key(key, point, &size) == 1 && put_name(blob, "ssh-ed25519") &&
           lfn_ssh_put_string(blob, lfn_text_make((const char *)point, size));
}

static bool put_big_number(lfn_buffer *blob, const BIGNUM *number)
{
    unsigned char bytes[LFN_RSA_BITS_MOST / 8];
    int size = BN_num_bytes(number) <= (int)sizeof bytes ? BN_bn2bin(number, bytes) : -1;
    return size >= 0 && lfn_ssh_put_magnitude(blob, lfn_text_make((const char *)bytes, (size_t)size));
}

static bool put_rsa(const EVP_PKEY *key, lfn_buffer *blob)
{
    BIGNUM *modulus = NULL;
    BIGNUM *exponent = NULL;
    bool put = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &modulus) &&
               EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent) &&
               lfn_rsa_public_valid(modulus, exponent, LFN_RSA_BITS_LEAST) && put_name(blob, "ssh-rsa") &&
               put_big_number(blob, exponent) && put_big_number(blob, modulus);
    BN_free(modulus);
    BN_free(exponent);
    return put;
}

static const lfn_ssh_algorithm *algorithm_of_group(const EVP_PKEY *key)
{
    char group[64];
    if (!EVP_PKEY_get_group_name(key, group, sizeof group, NULL))
        return NULL;
    for (size_t i = 0; i < ALGORITHM_COUNT; i++)
        if (algorithms[i].group != NULL && strcmp(algorithms[i].group, group) == 0)
            return &algorithms[i];
    return NULL;
}

/* The coordinates and not the encoded point: the key may say to encode it compressed, which ssh does not take. */
static bool put_ecdsa(const EVP_PKEY *key, lfn_buffer *blob)
{
    const lfn_ssh_algorithm *algorithm = algorithm_of_group(key);
    if (algorithm == NULL)
        return false;
    unsigned char point[POINT_MAX] = {UNCOMPRESSED};
    int size = (int)algorithm->coordinate_size;
    BIGNUM *x = NULL;
    BIGNUM *y = NULL;
    bool put = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_X, &x) &&
               EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_Y, &y) && BN_bn2binpad(x, point + 1, size) == size &&
               BN_bn2binpad(y, point + 1 + size, size) == size && put_name(blob, algorithm->name) &&
               put_name(blob, algorithm->curve) &&
               lfn_ssh_put_string(blob, lfn_text_make((const char *)point, (size_t)(1 + 2 * size)));
    BN_free(x);
    BN_free(y);
    return put;
}

lfn_status lfn_ssh_public_blob(const EVP_PKEY *key, lfn_buffer *out_blob, lfn_error *error)
{
    bool put = false;
    if (EVP_PKEY_is_a(key, "ED25519"))
        put = put_ed25519(key, out_blob);
    else if (EVP_PKEY_is_a(key, "RSA"))
        put = put_rsa(key, out_blob);
    else if (EVP_PKEY_is_a(key, "EC"))
        put = put_ecdsa(key, out_blob);
    if (out_blob->failed)
        return lfn_error_set(error, LFN_NO_MEMORY, "Memory is out for a public key.");
    return put ? LFN_OK : refuse_kind(error);
}

bool lfn_ssh_public_line(lfn_text blob, lfn_buffer *out_line)
{
    lfn_text rest = blob;
    lfn_text name;
    return lfn_ssh_take_string(&rest, &name) && lfn_buffer_append_text(out_line, name) &&
           lfn_buffer_append_string(out_line, " ") && lfn_ssh_put_base64(out_line, blob);
}
