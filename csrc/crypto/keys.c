/* Keys of a service, derived from its master key. */
#include "crypto/keys.h"

#include "base/alloc.h"
#include "base/error.h"

/* The parts of the master key. The numbers and the context are part of every sealed value: they never change. */
enum { PART_SEALING = 1, PART_TOKEN = 2, PART_ID = 3, PART_MARK = 4 };
static const char context[crypto_kdf_CONTEXTBYTES + 1] = "leafnatv";

/* HMAC-SHA-512 takes a key of 64 bytes here, as long as its result; the derivation gives up to that many. */
_Static_assert(LFN_TOKEN_KEY_SIZE <= crypto_kdf_BYTES_MAX, "a token key is one derivation");
_Static_assert((int)LFN_KEY_SIZE == (int)crypto_kdf_KEYBYTES, "a master key is what is derived from");

static void derive(lfn_keys *keys, const unsigned char master[LFN_KEY_SIZE])
{
    unsigned char id[crypto_kdf_BYTES_MIN];
    (void)crypto_kdf_derive_from_key(keys->sealing, sizeof keys->sealing, PART_SEALING, context, master);
    (void)crypto_kdf_derive_from_key(keys->token, sizeof keys->token, PART_TOKEN, context, master);
    (void)crypto_kdf_derive_from_key(keys->mark, sizeof keys->mark, PART_MARK, context, master);
    (void)crypto_kdf_derive_from_key(id, sizeof id, PART_ID, context, master);
    (void)sodium_bin2hex(keys->id, sizeof keys->id, id, LFN_KEY_ID_SIZE / 2);
}

lfn_status lfn_keys_make(const unsigned char master[LFN_KEY_SIZE], const lfn_random *random, lfn_keys **out_keys,
                         lfn_error *error)
{
    if (sodium_init() < 0)
        return lfn_error_set(error, LFN_STORAGE, "libsodium found no source of random bytes.");
    lfn_keys *keys = lfn_alloc(sizeof *keys);
    if (keys == NULL)
        return lfn_error_no_memory(error);
    /* Best effort: a process may lock little memory, and the service works without. */
    (void)sodium_mlock(keys, sizeof *keys);
    derive(keys, master);
    keys->random = random;
    *out_keys = keys;
    return LFN_OK;
}

const char *lfn_keys_id(const lfn_keys *keys)
{
    return keys->id;
}

void lfn_keys_free(lfn_keys *keys)
{
    if (keys == NULL)
        return;
    for (size_t i = 0; i < LFN_CIPHERS_KEPT; i++)
        EVP_CIPHER_CTX_free(keys->ciphers[i].cipher);
    (void)sodium_munlock(keys, sizeof *keys);
    lfn_free_wiped(keys, sizeof *keys);
}
