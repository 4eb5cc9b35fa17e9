/* Sealing: the version, the key's id, a nonce, the cipher text and its tag, one after the other, bound to a place. */
#include "base/alloc.h"
#include "base/text.h"
#include "crypto/keys.h"

enum {
    NONCE_SIZE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG_SIZE = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    PLACE_CEILING = 1024
};

static const char version[] = "s2";

/* Where each part begins. */
enum {
    KEY_ID_AT = sizeof version - 1,
    NONCE_AT = KEY_ID_AT + LFN_KEY_ID_SIZE,
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

static lfn_status no_memory(lfn_error *error)
{
    return lfn_error_set(error, LFN_NO_MEMORY, "Memory is out, or the value or its place is too long to be sealed.");
}

lfn_status lfn_seal(const lfn_keys *keys, const lfn_place *place, lfn_text clear, lfn_buffer *out_sealed,
                    lfn_error *error)
{
    bound_place bound;
    unsigned char nonce[NONCE_SIZE];
    if (clear.size > SIZE_MAX / 4 || !write_place(keys, place, &bound))
        return no_memory(error);
    if (!keys->random->fill(keys->random->context, nonce, sizeof nonce))
        return lfn_error_set(error, LFN_STORAGE, "No random bytes could be had for sealing.");
    unsigned char *sealed = (unsigned char *)lfn_buffer_extend(out_sealed, LEAST_SIZE + clear.size);
    if (sealed == NULL)
        return no_memory(error);
    memcpy(sealed, version, KEY_ID_AT);
    memcpy(sealed + KEY_ID_AT, keys->id, LFN_KEY_ID_SIZE);
    memcpy(sealed + NONCE_AT, nonce, sizeof nonce);
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + CIPHER_AT, NULL, (const unsigned char *)clear.data,
                                                     clear.size, bound.bytes, bound.size, NULL, nonce, keys->sealing);
    return LFN_OK;
}

static lfn_status refuse(lfn_error *error, const char *reason)
{
    (void)lfn_error_set(error, LFN_STORAGE, "A sealed value cannot be opened: %s.", reason);
    lfn_error_hint(error, "Give the key with which the file was made, or restore the file from a backup.");
    return LFN_STORAGE;
}

lfn_status lfn_unseal(const lfn_keys *keys, const lfn_place *place, lfn_text sealed, char *room, lfn_text *out_clear,
                      lfn_error *error)
{
    bound_place bound;
    if (sealed.size < LEAST_SIZE)
        return refuse(error, "it was cut");
    if (memcmp(sealed.data, version, KEY_ID_AT) != 0)
        return refuse(error, "it has no known form");
    if (memcmp(sealed.data + KEY_ID_AT, keys->id, LFN_KEY_ID_SIZE) != 0)
        return refuse(error, "it was sealed with another key");
    if (!write_place(keys, place, &bound))
        return no_memory(error);
    const unsigned char *box = (const unsigned char *)sealed.data;
    size_t size = sealed.size - LEAST_SIZE;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt_detached((unsigned char *)room, NULL, box + CIPHER_AT, size,
                                                            box + CIPHER_AT + size, bound.bytes, bound.size,
                                                            box + NONCE_AT, keys->sealing) != 0)
        return refuse(error, "it was changed, or it stands in another place than it was sealed for");
    room[size] = '\0';
    *out_clear = lfn_text_make(room, size);
    return LFN_OK;
}
