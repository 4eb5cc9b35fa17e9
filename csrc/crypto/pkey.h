/* Inside the crypto room: private keys as libcrypto holds them. */
#ifndef LFN_CRYPTO_PKEY_H
#define LFN_CRYPTO_PKEY_H

#include "leafnative/error.h"

#include <openssl/evp.h>

enum { LFN_RSA_BITS_LEAST = 2048, LFN_RSA_BITS_MOST = 16384 };

/* Reads the first private key of a PEM text: RSA, EC on a named curve, or EdDSA, whose parts fit each other. It never
 * asks for a passphrase. LFN_BAD_INPUT when there is no such key. Free it with EVP_PKEY_free. */
lfn_status lfn_pkey_read(lfn_text pem, EVP_PKEY **out_key, lfn_error *error);

/* The numbers of an RSA key with two primes. */
typedef enum lfn_rsa_part {
    LFN_RSA_MODULUS,
    LFN_RSA_PUBLIC,
    LFN_RSA_PRIVATE,
    LFN_RSA_COEFFICIENT, /* the inverse of the second prime modulo the first */
    LFN_RSA_FIRST_PRIME,
    LFN_RSA_SECOND_PRIME,
    LFN_RSA_PART_COUNT
} lfn_rsa_part;

/* Whether the numbers belong together. That the primes are prime is taken on trust. */
bool lfn_rsa_fits(BIGNUM *const parts[LFN_RSA_PART_COUNT]);
/* Whether this can be the public part of an RSA key of at least `least` bits. */
bool lfn_rsa_public_valid(const BIGNUM *modulus, const BIGNUM *exponent, int least);

/* Appends what was written into a memory BIO. */
bool lfn_buffer_append_bio(lfn_buffer *buffer, BIO *bio);

#endif
