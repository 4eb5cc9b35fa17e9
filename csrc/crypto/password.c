/* Passwords as argon2id hashes. libsodium draws the salt by itself, from the system's random bytes. */
#include "base/alloc.h"
#include "base/error.h"
#include "crypto/keys.h"

#include <stdio.h>

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
        return lfn_error_no_memory(error);
    return LFN_OK;
}

/* Spends the time of a real check, so that the answer does not tell whether an account exists. */
static lfn_status spend(lfn_text password, lfn_password_cost cost, lfn_error *error)
{
    char unused[LFN_PASSWORD_HASH_SIZE];
    lfn_status status = lfn_password_hash(password, cost, unused, error);
    lfn_wipe(unused, sizeof unused);
    return status == LFN_OK ? LFN_UNAUTHORIZED : status;
}

/* A hash as it is kept, taken apart. */
typedef struct kept_hash {
    cost_row cost;
    unsigned char salt[crypto_pwhash_SALTBYTES];
    unsigned char bytes[32];
} kept_hash;

/* Takes the base64 digits of exactly `size` bytes off the front. */
static bool take_bytes(const char **rest, unsigned char *out_bytes, size_t size)
{
    size_t taken = 0;
    return sodium_base642bin(out_bytes, size, *rest, strlen(*rest), NULL, &taken, rest,
                             sodium_base64_VARIANT_ORIGINAL_NO_PADDING) == 0 &&
           taken == size;
}

/* Reads "$argon2id$v=19$m=19456,t=2,p=1$salt$hash", as libsodium writes it. */
static bool read_hash(const char *text, kept_hash *out_hash)
{
    size_t memory_kib = 0;
    int front = 0;
    if (sscanf(text, "$argon2id$v=19$m=%zu,t=%llu,p=1$%n", &memory_kib, &out_hash->cost.passes, &front) != 2 ||
        front == 0 || memory_kib > SIZE_MAX / 1024)
        return false;
    out_hash->cost.memory_bytes = memory_kib * 1024;
    const char *rest = text + front;
    return take_bytes(&rest, out_hash->salt, sizeof out_hash->salt) && *rest++ == '$' &&
           take_bytes(&rest, out_hash->bytes, sizeof out_hash->bytes) && *rest == '\0';
}

/* libsodium's own check takes lack of memory for a wrong password, so the hash is made again and compared here. */
lfn_status lfn_password_check(lfn_text password, const char *hash_text, lfn_password_cost cost, lfn_error *error)
{
    kept_hash kept;
    unsigned char made[sizeof kept.bytes];
    if (hash_text == NULL)
        return spend(password, cost, error);
    if (sodium_init() < 0 || !read_hash(hash_text, &kept))
        return LFN_UNAUTHORIZED;
    lfn_status status = LFN_UNAUTHORIZED;
    if (crypto_pwhash(made, sizeof made, password.data, password.size, kept.salt, kept.cost.passes,
                      kept.cost.memory_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0)
        status = lfn_error_no_memory(error);
    else if (sodium_memcmp(made, kept.bytes, sizeof made) == 0)
        status = LFN_OK;
    lfn_wipe(made, sizeof made);
    return status;
}
