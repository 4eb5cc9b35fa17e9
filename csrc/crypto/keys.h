/* Inside the crypto room: the keys themselves. */
#ifndef LFN_CRYPTO_KEYS_H
#define LFN_CRYPTO_KEYS_H

#include "crypto/crypto.h"

#include <sodium.h>

enum { LFN_KEY_ID_SIZE = 16, LFN_TOKEN_KEY_SIZE = 64 };

struct lfn_keys {
    unsigned char sealing[crypto_aead_xchacha20poly1305_ietf_KEYBYTES];
    unsigned char token[LFN_TOKEN_KEY_SIZE];
    unsigned char mark[crypto_shorthash_siphashx24_KEYBYTES];
    char id[LFN_KEY_ID_SIZE + 1];
    const lfn_random *random;
};

#endif
