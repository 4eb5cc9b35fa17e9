/* Sealing, password hashes and tokens. The only room that knows libsodium. */
#ifndef LFN_CRYPTO_CRYPTO_H
#define LFN_CRYPTO_CRYPTO_H

#include "leafnative/error.h"

enum { LFN_KEY_SIZE = 32 };

/* The keys of a service: one for sealing and one for tokens, derived from a master key. Where they are not const, one
 * thread at a time uses them. */
typedef struct lfn_keys lfn_keys;

/* Derives the keys. Random bytes for nonces and salts come from `random`, which is borrowed. */
lfn_status lfn_keys_make(const unsigned char master[LFN_KEY_SIZE], const lfn_random *random, lfn_keys **out_keys,
                         lfn_error *error);
/* A public name of the master key, 16 hexadecimal digits; it stands in every sealed value. Lives as long as the keys.
 */
const char *lfn_keys_id(const lfn_keys *keys);
/* Wipes and frees. NULL is fine. */
void lfn_keys_free(lfn_keys *keys);

/* What a sealed value is bound to: it opens in its own place only. */
typedef struct lfn_place {
    lfn_text owner;
    lfn_text table;
    lfn_text id;
    lfn_text field;
} lfn_place;

/* Appends the sealed form, which is bytes: version, key id, salt, nonce, cipher text and tag (AES-256-GCM). */
lfn_status lfn_seal(lfn_keys *keys, const lfn_place *place, lfn_text clear, lfn_buffer *out_sealed, lfn_error *error);
/* Opens a sealed value into `room`, memory of the caller as large as the sealed form, which the caller wipes; the clear
 * text lies in it and ends with a NUL. LFN_STORAGE when it was changed, moved or sealed with another key. */
lfn_status lfn_unseal(lfn_keys *keys, const lfn_place *place, lfn_text sealed, char *room, lfn_text *out_clear,
                      lfn_error *error);

typedef enum lfn_password_cost { LFN_PASSWORD_CHEAP, LFN_PASSWORD_STRONG } lfn_password_cost;

enum { LFN_PASSWORD_HASH_SIZE = 128 };

/* Hashes a password with argon2id (CHEAP: the least cost; STRONG: m = 19 MiB, t = 2). NUL-ended. */
lfn_status lfn_password_hash(lfn_text password, lfn_password_cost cost, char out_hash[LFN_PASSWORD_HASH_SIZE],
                             lfn_error *error);
/* LFN_OK when the password fits the hash, LFN_UNAUTHORIZED without a message when it does not. A hash of NULL takes as
 * long as a real one and never fits. */
lfn_status lfn_password_check(lfn_text password, const char *hash, lfn_password_cost cost, lfn_error *error);

enum { LFN_STATE_HASH_SIZE = 64 };

/* The BLAKE2b hash of the state of a sign-in, as hexadecimal digits ended by a NUL: what the store keeps of it. */
void lfn_state_hash(lfn_text state, char out_hash[LFN_STATE_HASH_SIZE + 1]);

/* The claims of a token. */
typedef struct lfn_claims {
    char subject[320]; /* e-mail of the owner */
    int64_t issued_s;
    int64_t expires_s;
    int64_t sequence; /* position among all tokens and invalidations of the store */
} lfn_claims;

/* Appends a JWT (HS512). */
lfn_status lfn_token_make(const lfn_keys *keys, const lfn_claims *claims, lfn_buffer *out_token, lfn_error *error);
/* Checks form, algorithm, signature and expiry. LFN_UNAUTHORIZED, without a message, when any of them is wrong. */
lfn_status lfn_token_read(const lfn_keys *keys, lfn_text token, int64_t now_s, lfn_claims *out_claims,
                          lfn_error *error);

enum { LFN_TOKEN_MARK_SIZE = 16 };

/* A keyed hash of the very bytes of a token (SipHash-2-4 with 128 bits): by it a token that was read before is known
 * again. Without the key nobody can make another text with the same mark. */
void lfn_token_mark(const lfn_keys *keys, lfn_text token, unsigned char out_mark[LFN_TOKEN_MARK_SIZE]);
/* Compares two marks in constant time. */
bool lfn_token_mark_equal(const unsigned char left[LFN_TOKEN_MARK_SIZE],
                          const unsigned char right[LFN_TOKEN_MARK_SIZE]);

#endif
