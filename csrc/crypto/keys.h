/* Inside the crypto room: the keys themselves. */
#ifndef LFN_CRYPTO_KEYS_H
#define LFN_CRYPTO_KEYS_H

#include "crypto/crypto.h"

#include <openssl/evp.h>
#include <sodium.h>

enum { LFN_KEY_ID_SIZE = 16, LFN_TOKEN_KEY_SIZE = 64, LFN_SALT_SIZE = 16, LFN_CIPHERS_KEPT = 16 };

/* A cipher that is ready under the subkey of a salt; NULL where none is. */
typedef struct lfn_kept_cipher {
    unsigned char salt[LFN_SALT_SIZE];
    EVP_CIPHER_CTX *cipher;
} lfn_kept_cipher;

struct lfn_keys {
    unsigned char sealing[crypto_generichash_KEYBYTES];
    unsigned char token[LFN_TOKEN_KEY_SIZE];
    unsigned char mark[crypto_shorthash_siphashx24_KEYBYTES];
    char id[LFN_KEY_ID_SIZE + 1];
    const lfn_random *random;
    unsigned char salt[LFN_SALT_SIZE]; /* under which these keys seal */
    unsigned salt_left;                /* for how many values still; 0: the next one draws another */
    lfn_kept_cipher ciphers[LFN_CIPHERS_KEPT];
};

#endif
