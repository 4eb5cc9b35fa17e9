/* Sealing: the version, the key's id, a salt, a nonce, the cipher text and its tag, one after the other, bound to a
 * place. The cipher is AES-256-GCM under a subkey that is derived of the salt. A nonce is drawn for every value, a salt
 * for so few that hardly ever two of them under one subkey have the same nonce. */
#include "base/alloc.h"
#include "base/text.h"
#include "crypto/keys.h"

#include <limits.h>
#include <openssl/err.h>

enum { NONCE_SIZE = 12, TAG_SIZE = 16, PLACE_CEILING = 1024 };

static const char version[] = "s3";

/* Where each part begins. */
enum {
    KEY_ID_AT = sizeof version - 1,
    SALT_AT = KEY_ID_AT + LFN_KEY_ID_SIZE,
    NONCE_AT = SALT_AT + LFN_SALT_SIZE,
    CIPHER_AT = NONCE_AT + NONCE_SIZE,
    LEAST_SIZE = CIPHER_AT + TAG_SIZE
};

/* The bytes that a place is bound by. */
typedef struct bound_place {
    size_t size;
    unsigned char bytes[PLACE_CEILING];
} bound_place;

/* Each part stands after its length, so that no byte can move from one part into its neighbour. */
static bool append_part(bound_place *bound, lfn_text part)
{
    enum { LENGTH_SIZE = 8 };
    size_t left = sizeof bound->bytes - bound->size;
    if (left < LENGTH_SIZE || part.size > left - LENGTH_SIZE)
        return false;
    unsigned char *next = bound->bytes + bound->size;
    for (size_t i = 0; i < LENGTH_SIZE; i++)
        next[i] = (unsigned char)((uint64_t)part.size >> (8 * i));
    if (part.size > 0)
        memcpy(next + LENGTH_SIZE, part.data, part.size);
    bound->size += LENGTH_SIZE + part.size;
    return true;
}

static bool write_place(const lfn_keys *keys, const lfn_place *place, bound_place *bound)
{
    bound->size = 0;
    return append_part(bound, lfn_text_of(version)) && append_part(bound, place->owner) &&
           append_part(bound, place->table) && append_part(bound, place->id) && append_part(bound, place->field) &&
           append_part(bound, lfn_text_of(keys->id));
}

/* ---- ciphers ---- */

static bool derive(const lfn_keys *keys, const unsigned char *salt, EVP_CIPHER_CTX *cipher)
{
    unsigned char subkey[crypto_generichash_BYTES];
    (void)crypto_generichash(subkey, sizeof subkey, salt, LFN_SALT_SIZE, keys->sealing, sizeof keys->sealing);
    bool ready = EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, subkey, NULL) == 1;
    lfn_wipe(subkey, sizeof subkey);
    return ready;
}

/* The cipher under the subkey of a salt, or NULL when memory is out. Those used last are kept, a salt in one place. */
static EVP_CIPHER_CTX *cipher_of(lfn_keys *keys, const unsigned char *salt)
{
    lfn_kept_cipher *kept = &keys->ciphers[salt[0] % LFN_CIPHERS_KEPT];
    if (kept->cipher != NULL && memcmp(kept->salt, salt, LFN_SALT_SIZE) == 0)
        return kept->cipher;
    EVP_CIPHER_CTX_free(kept->cipher);
    kept->cipher = EVP_CIPHER_CTX_new();
    if (kept->cipher == NULL || !derive(keys, salt, kept->cipher)) {
        EVP_CIPHER_CTX_free(kept->cipher);
        kept->cipher = NULL;
        return NULL;
    }
    memcpy(kept->salt, salt, LFN_SALT_SIZE);
    return kept->cipher;
}

static bool encrypt(EVP_CIPHER_CTX *cipher, const bound_place *bound, lfn_text clear, unsigned char *sealed)
{
    int size;
    unsigned char *box = sealed + CIPHER_AT;
    return EVP_EncryptInit_ex(cipher, NULL, NULL, NULL, sealed + NONCE_AT) == 1 &&
           EVP_EncryptUpdate(cipher, NULL, &size, bound->bytes, (int)bound->size) == 1 &&
           EVP_EncryptUpdate(cipher, box, &size, (const unsigned char *)clear.data, (int)clear.size) == 1 &&
           EVP_EncryptFinal_ex(cipher, box + size, &size) == 1 &&
           EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, TAG_SIZE, box + clear.size) == 1;
}

static bool decrypt(EVP_CIPHER_CTX *cipher, const bound_place *bound, const unsigned char *sealed, size_t clear_size,
                    unsigned char *room)
{
    int size;
    const unsigned char *box = sealed + CIPHER_AT;
    unsigned char tag[TAG_SIZE];
    memcpy(tag, box + clear_size, sizeof tag);
    return EVP_DecryptInit_ex(cipher, NULL, NULL, NULL, sealed + NONCE_AT) == 1 &&
           EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, TAG_SIZE, tag) == 1 &&
           EVP_DecryptUpdate(cipher, NULL, &size, bound->bytes, (int)bound->size) == 1 &&
           EVP_DecryptUpdate(cipher, room, &size, box, (int)clear_size) == 1 &&
           EVP_DecryptFinal_ex(cipher, room + size, &size) == 1;
}

/* ---- sealing ---- */

static lfn_status no_memory(lfn_error *error)
{
    return lfn_error_set(error, LFN_NO_MEMORY, "Memory is out, or the value or its place is too long to be sealed.");
}

/* So many values have one salt: two of as many nonces of 96 random bits are the same with a chance of 2^-49. A new
 * salt costs whoever reads a derivation, and most services never come to a second one while they are open. */
enum { SALT_LASTS = 1 << 24 };

static bool draw_salt(lfn_keys *keys)
{
    if (keys->salt_left == 0 && keys->random->fill(keys->random->context, keys->salt, sizeof keys->salt))
        keys->salt_left = SALT_LASTS;
    return keys->salt_left > 0;
}

lfn_status lfn_seal(lfn_keys *keys, const lfn_place *place, lfn_text clear, lfn_buffer *out_sealed, lfn_error *error)
{
    bound_place bound;
    unsigned char nonce[NONCE_SIZE];
    if (clear.size > INT_MAX / 2 || !write_place(keys, place, &bound))
        return no_memory(error);
    if (!draw_salt(keys) || !keys->random->fill(keys->random->context, nonce, sizeof nonce))
        return lfn_error_set(error, LFN_STORAGE, "No random bytes could be had for sealing.");
    EVP_CIPHER_CTX *cipher = cipher_of(keys, keys->salt);
    unsigned char *sealed = (unsigned char *)lfn_buffer_extend(out_sealed, LEAST_SIZE + clear.size);
    if (cipher == NULL || sealed == NULL)
        return no_memory(error);
    memcpy(sealed, version, KEY_ID_AT);
    memcpy(sealed + KEY_ID_AT, keys->id, LFN_KEY_ID_SIZE);
    memcpy(sealed + SALT_AT, keys->salt, LFN_SALT_SIZE);
    memcpy(sealed + NONCE_AT, nonce, sizeof nonce);
    keys->salt_left--;
    return encrypt(cipher, &bound, clear, sealed) ? LFN_OK : no_memory(error);
}

static lfn_status refuse(lfn_error *error, const char *reason)
{
    (void)lfn_error_set(error, LFN_STORAGE, "A sealed value cannot be opened: %s.", reason);
    lfn_error_hint(error, "Give the key with which the file was made, or restore the file from a backup.");
    return LFN_STORAGE;
}

lfn_status lfn_unseal(lfn_keys *keys, const lfn_place *place, lfn_text sealed, char *room, lfn_text *out_clear,
                      lfn_error *error)
{
    bound_place bound;
    if (sealed.size < LEAST_SIZE || sealed.size > INT_MAX)
        return refuse(error, "it was cut");
    if (memcmp(sealed.data, version, KEY_ID_AT) != 0)
        return refuse(error, "it has no known form");
    if (memcmp(sealed.data + KEY_ID_AT, keys->id, LFN_KEY_ID_SIZE) != 0)
        return refuse(error, "it was sealed with another key");
    const unsigned char *bytes = (const unsigned char *)sealed.data;
    EVP_CIPHER_CTX *cipher = cipher_of(keys, bytes + SALT_AT);
    if (cipher == NULL || !write_place(keys, place, &bound))
        return no_memory(error);
    size_t size = sealed.size - LEAST_SIZE;
    if (!decrypt(cipher, &bound, bytes, size, (unsigned char *)room)) {
        ERR_clear_error();
        return refuse(error, "it was changed, or it stands in another place than it was sealed for");
    }
    room[size] = '\0';
    *out_clear = lfn_text_make(room, size);
    return LFN_OK;
}
