/* Private keys as libcrypto holds them: see pkey.h. What libcrypto accepts although its parts contradict each other is
 * refused here: a public part that does not belong to the private one would lock its owner out. Only the decoders of
 * the kinds that are wanted are asked: libcrypto computes the public part of a DSA or DH key of any size while it reads
 * it, for minutes where the key was made to that end. */
#include "crypto/pkey.h"

#include "base/text.h"
#include "crypto/keypair.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/decoder.h>
#include <openssl/pem.h>

/* ---- whether the parts of a key fit each other ---- */

/* Whether left * right is one modulo the modulus, or modulo one less. */
static bool is_inverse(const BIGNUM *left, const BIGNUM *right, const BIGNUM *modulus, bool less_one, BN_CTX *context)
{
    BN_CTX_start(context);
    BIGNUM *base = BN_CTX_get(context);
    BIGNUM *product = BN_CTX_get(context);
    bool inverse = product != NULL && BN_copy(base, modulus) != NULL && BN_sub_word(base, less_one ? 1 : 0) &&
                   BN_mod_mul(product, left, right, base, context) && BN_is_one(product);
    BN_CTX_end(context);
    return inverse;
}

static bool is_product(const BIGNUM *number, const BIGNUM *first, const BIGNUM *second, BN_CTX *context)
{
    BN_CTX_start(context);
    BIGNUM *product = BN_CTX_get(context);
    bool equal = product != NULL && BN_mul(product, first, second, context) && BN_cmp(product, number) == 0;
    BN_CTX_end(context);
    return equal;
}

bool lfn_rsa_public_valid(const BIGNUM *modulus, const BIGNUM *exponent, int least)
{
    int bits = BN_num_bits(modulus);
    return bits >= least && bits <= LFN_RSA_BITS_MOST && BN_is_odd(modulus) && BN_is_odd(exponent) &&
           !BN_is_one(exponent) && BN_cmp(exponent, modulus) < 0;
}

bool lfn_rsa_fits(BIGNUM *const parts[LFN_RSA_PART_COUNT])
{
    const BIGNUM *first = parts[LFN_RSA_FIRST_PRIME];
    const BIGNUM *second = parts[LFN_RSA_SECOND_PRIME];
    BN_CTX *context = BN_CTX_secure_new();
    if (context == NULL)
        return false;
    bool fits = lfn_rsa_public_valid(parts[LFN_RSA_MODULUS], parts[LFN_RSA_PUBLIC], 0) &&
                is_product(parts[LFN_RSA_MODULUS], first, second, context) &&
                is_inverse(parts[LFN_RSA_PUBLIC], parts[LFN_RSA_PRIVATE], first, true, context) &&
                is_inverse(parts[LFN_RSA_PUBLIC], parts[LFN_RSA_PRIVATE], second, true, context) &&
                is_inverse(parts[LFN_RSA_COEFFICIENT], second, first, false, context);
    BN_CTX_free(context);
    return fits;
}

static bool rsa_key_fits(const EVP_PKEY *key)
{
    static const char *const names[LFN_RSA_PART_COUNT] = {
        [LFN_RSA_MODULUS] = OSSL_PKEY_PARAM_RSA_N,           [LFN_RSA_PUBLIC] = OSSL_PKEY_PARAM_RSA_E,
        [LFN_RSA_PRIVATE] = OSSL_PKEY_PARAM_RSA_D,           [LFN_RSA_COEFFICIENT] = OSSL_PKEY_PARAM_RSA_COEFFICIENT1,
        [LFN_RSA_FIRST_PRIME] = OSSL_PKEY_PARAM_RSA_FACTOR1, [LFN_RSA_SECOND_PRIME] = OSSL_PKEY_PARAM_RSA_FACTOR2,
    };
    BIGNUM *parts[LFN_RSA_PART_COUNT] = {NULL};
    bool whole = true;
    for (int i = 0; i < LFN_RSA_PART_COUNT; i++)
        whole = whole && EVP_PKEY_get_bn_param(key, names[i], &parts[i]);
    bool fits = whole && lfn_rsa_fits(parts);
    for (int i = 0; i < LFN_RSA_PART_COUNT; i++)
        BN_clear_free(parts[i]);
    return fits;
}

/* Curves without a name are refused: their parameters are whatever the key says. */
static bool ec_key_fits(EVP_PKEY *key)
{
    char group[64];
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    bool fits =
        context != NULL && EVP_PKEY_get_group_name(key, group, sizeof group, NULL) && EVP_PKEY_check(context) == 1;
    EVP_PKEY_CTX_free(context);
    return fits;
}

/* EdDSA derives the public part from the private one: only that there is a private one is to be seen. */
static bool has_private_bytes(const EVP_PKEY *key)
{
    size_t size = 0;
    return EVP_PKEY_get_raw_private_key(key, NULL, &size) == 1;
}

static bool key_fits(EVP_PKEY *key)
{
    if (EVP_PKEY_is_a(key, "RSA") || EVP_PKEY_is_a(key, "RSA-PSS"))
        return rsa_key_fits(key);
    if (EVP_PKEY_is_a(key, "EC"))
        return ec_key_fits(key);
    return (EVP_PKEY_is_a(key, "ED25519") || EVP_PKEY_is_a(key, "ED448")) && has_private_bytes(key);
}

/* ---- reading ---- */

/* What a block of PEM may hold, by its label, and the decoder for it. */
typedef struct form_row {
    const char *label;
    const char *structure;
    const char *type;
} form_row;

static const form_row forms[] = {
    {PEM_STRING_PKCS8INF, "PrivateKeyInfo", "RSA"},     {PEM_STRING_PKCS8INF, "PrivateKeyInfo", "EC"},
    {PEM_STRING_PKCS8INF, "PrivateKeyInfo", "ED25519"}, {PEM_STRING_PKCS8INF, "PrivateKeyInfo", "ED448"},
    {PEM_STRING_PKCS8INF, "PrivateKeyInfo", "RSA-PSS"}, {PEM_STRING_RSA, "type-specific", "RSA"},
    {PEM_STRING_ECPRIVATEKEY, "type-specific", "EC"},
};

/* A block of PEM, without its armour. */
typedef struct pem_block {
    char *label;
    char *header;
    unsigned char *data;
    long size;
} pem_block;

static void free_block(pem_block *block)
{
    OPENSSL_free(block->label);
    OPENSSL_free(block->header);
    OPENSSL_clear_free(block->data, (size_t)block->size);
    *block = (pem_block){0};
}

/* Reads up to the first private key, past the parameters that openssl writes before an EC key. */
static bool find_private_key(BIO *source, pem_block *out_block)
{
    pem_block block = {0};
    while (PEM_read_bio(source, &block.label, &block.header, &block.data, &block.size) == 1) {
        if (lfn_text_ends(lfn_text_of(block.label), lfn_text_of(PEM_STRING_PKCS8INF))) {
            *out_block = block;
            return true;
        }
        free_block(&block);
    }
    return false;
}

static bool is_encrypted(const pem_block *block)
{
    return block->header[0] != '\0' || strcmp(block->label, PEM_STRING_PKCS8) == 0;
}

/* Stands where libcrypto would ask for a passphrase on the terminal. */
static int refuse_passphrase(char *out_passphrase, int size, int writing, void *context)
{
    (void)out_passphrase;
    (void)size;
    (void)writing;
    (void)context;
    return -1;
}

static EVP_PKEY *decode(const pem_block *block, const form_row *form)
{
    EVP_PKEY *key = NULL;
    const unsigned char *next = block->data;
    size_t left = (size_t)block->size;
    OSSL_DECODER_CTX *context =
        OSSL_DECODER_CTX_new_for_pkey(&key, "DER", form->structure, form->type, EVP_PKEY_KEYPAIR, NULL, NULL);
    bool whole = context != NULL && OSSL_DECODER_CTX_set_pem_password_cb(context, refuse_passphrase, NULL) == 1 &&
                 OSSL_DECODER_from_data(context, &next, &left) == 1 && left == 0;
    OSSL_DECODER_CTX_free(context);
    if (whole)
        return key;
    EVP_PKEY_free(key);
    return NULL;
}

static EVP_PKEY *key_of_block(const pem_block *block)
{
    EVP_PKEY *key = NULL;
    for (size_t i = 0; i < sizeof forms / sizeof *forms && key == NULL; i++)
        if (strcmp(block->label, forms[i].label) == 0)
            key = decode(block, &forms[i]);
    return key;
}

static lfn_status refuse_encrypted(lfn_error *error)
{
    lfn_status status = lfn_error_set(error, LFN_BAD_INPUT, "The private key is encrypted with a passphrase.");
    lfn_error_hint(error, "Give the key without its passphrase: openssl pkey -in FILE prints it.");
    return status;
}

static lfn_status refuse_form(lfn_error *error)
{
    return lfn_error_set(error, LFN_BAD_INPUT,
                         "The private key does not parse as PEM of an RSA, EC or EdDSA key (PKCS#8, PKCS#1 or SEC1).");
}

static lfn_status read_block(const pem_block *block, EVP_PKEY **out_key, lfn_error *error)
{
    if (is_encrypted(block))
        return refuse_encrypted(error);
    EVP_PKEY *key = key_of_block(block);
    if (key == NULL)
        return refuse_form(error);
    if (!key_fits(key)) {
        EVP_PKEY_free(key);
        return lfn_error_set(error, LFN_BAD_INPUT, "The parts of the private key do not fit each other.");
    }
    *out_key = key;
    return LFN_OK;
}

lfn_status lfn_pkey_read(lfn_text pem, EVP_PKEY **out_key, lfn_error *error)
{
    if (pem.size == 0)
        return lfn_error_set(error, LFN_BAD_INPUT, "The private key is empty; it must be PEM.");
    if (pem.size > LFN_KEY_TEXT_MAX)
        return lfn_error_set(error, LFN_BAD_INPUT, "The private key is longer than %d bytes.", LFN_KEY_TEXT_MAX);
    BIO *source = BIO_new_mem_buf(pem.data, (int)pem.size);
    if (source == NULL)
        return lfn_error_set(error, LFN_NO_MEMORY, "Memory is out for a private key.");
    pem_block block = {0};
    lfn_status status = find_private_key(source, &block) ? read_block(&block, out_key, error) : refuse_form(error);
    free_block(&block);
    (void)BIO_free(source);
    return status;
}

bool lfn_buffer_append_bio(lfn_buffer *buffer, BIO *bio)
{
    char *data = NULL;
    long size = BIO_get_mem_data(bio, &data);
    return lfn_buffer_append(buffer, data, size > 0 ? (size_t)size : 0);
}
