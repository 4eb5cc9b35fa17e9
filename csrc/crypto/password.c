/* Passwords as argon2id hashes. libsodium draws the salt by itself, from the system's random bytes. */
#include "base/alloc.h"
#include "crypto/keys.h"

_Static_assert((int)LFN_PASSWORD_HASH_SIZE >= (int)crypto_pwhash_STRBYTES, "a hash has room");

typedef struct cost_row {
    unsigned long long passes;
    size_t memory_bytes;
} cost_row;

/* STRONG is what OWASP's password storage cheat sheet names for argon2id: 19 MiB and two passes. */
static const cost_row costs[] = {
    [LFN_PASSWORD_CHEAP] = {crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN},
    [LFN_PASSWORD_STRONG] = {2, (size_t)19 * 1024 * 1024},
};

static bool hash(lfn_text password, lfn_password_cost cost, char out_hash[LFN_PASSWORD_HASH_SIZE])
{
    const cost_row *row = &costs[cost];
    return sodium_init() >= 0 && crypto_pwhash_str_alg(out_hash, password.data, password.size, row->passes,
                                                       row->memory_bytes, crypto_pwhash_ALG_ARGON2ID13) == 0;
}

lfn_status lfn_password_hash(lfn_text password, lfn_password_cost cost, char out_hash[LFN_PASSWORD_HASH_SIZE],
                             lfn_error *error)
{
    if (!hash(password, cost, out_hash))
        return lfn_error_set(error, LFN_NO_MEMORY, "Memory is out for hashing a password.");
    return LFN_OK;
}

/* Spends the time of a real check, so that the answer does not tell whether an account exists. */
static void spend(lfn_text password, lfn_password_cost cost)
{
    char unused[LFN_PASSWORD_HASH_SIZE];
    (void)hash(password, cost, unused);
    lfn_wipe(unused, sizeof unused);
}

bool lfn_password_fits(lfn_text password, const char *hash_text, lfn_password_cost cost)
{
    if (hash_text == NULL) {
        spend(password, cost);
        return false;
    }
    return crypto_pwhash_str_verify(hash_text, password.data, password.size) == 0;
}
