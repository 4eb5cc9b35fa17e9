/* Sealing: "s1.<key id>.<base64url of nonce, cipher text and tag>", bound to its place. */
#include "base/alloc.h"
#include "base/text.h"
#include "crypto/keys.h"

enum {
    NONCE_SIZE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG_SIZE = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    PLACE_CEILING = 1024
};

static const char version[] = "s1.";

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

/* Writes the sealed text, which is longer than its buffer's content by a known amount: all or nothing. */
static bool append_sealed(const lfn_keys *keys, const unsigned char *box, size_t size, lfn_buffer *out_sealed)
{
    lfn_buffer sealed;
    lfn_buffer_init(&sealed, SIZE_MAX - 1);
    (void)lfn_buffer_append_string(&sealed, version);
    (void)lfn_buffer_append_string(&sealed, keys->id);
    (void)lfn_buffer_append_string(&sealed, ".");
    bool done =
        lfn_buffer_append_base64url(&sealed, box, size) && lfn_buffer_append_text(out_sealed, lfn_buffer_text(&sealed));
    lfn_buffer_free(&sealed);
    return done;
}

lfn_status lfn_seal(const lfn_keys *keys, const lfn_place *place, lfn_text clear, lfn_buffer *out_sealed,
                    lfn_error *error)
{
    if (clear.size > SIZE_MAX / 4)
        return no_memory(error);
    size_t size = NONCE_SIZE + clear.size + TAG_SIZE;
    unsigned char *box = lfn_alloc(size);
    bound_place bound;
    lfn_status status = LFN_OK;
    if (box == NULL || !write_place(keys, place, &bound)) {
        status = no_memory(error);
        goto done;
    }
    if (!keys->random->fill(keys->random->context, box, NONCE_SIZE)) {
        status = lfn_error_set(error, LFN_STORAGE, "No random bytes could be had for sealing.");
        goto done;
    }
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(box + NONCE_SIZE, NULL, (const unsigned char *)clear.data,
                                                     clear.size, bound.bytes, bound.size, NULL, box, keys->sealing);
    if (!append_sealed(keys, box, size, out_sealed))
        status = no_memory(error);

done:
    lfn_free_wiped(box, size);
    return status;
}

static lfn_status refuse(lfn_error *error, const char *reason)
{
    (void)lfn_error_set(error, LFN_STORAGE, "A sealed value cannot be opened: %s.", reason);
    lfn_error_hint(error, "Give the key with which the file was made, or restore the file from a backup.");
    return LFN_STORAGE;
}

/* Takes version and key id off the front. */
static lfn_status take_front(const lfn_keys *keys, lfn_text *sealed, lfn_error *error)
{
    lfn_text rest = *sealed;
    lfn_text part;
    if (!lfn_text_starts(rest, lfn_text_of(version)))
        return refuse(error, "it has no known form");
    rest = lfn_text_slice(rest, sizeof version - 1, rest.size);
    if (!lfn_text_split(&rest, '.', &part) || rest.data == NULL)
        return refuse(error, "it has no known form");
    if (!lfn_text_equal_string(part, keys->id))
        return refuse(error, "it was sealed with another key");
    *sealed = rest;
    return LFN_OK;
}

lfn_status lfn_unseal(const lfn_keys *keys, const lfn_place *place, lfn_text sealed, char *room, lfn_text *out_clear,
                      lfn_error *error)
{
    lfn_status status = take_front(keys, &sealed, error);
    if (status != LFN_OK)
        return status;
    bound_place bound;
    if (!write_place(keys, place, &bound))
        return no_memory(error);
    unsigned char *box = (unsigned char *)room;
    size_t size = 0;
    if (!lfn_base64url_read(sealed, box, &size))
        return refuse(error, "it has no known form");
    if (size < NONCE_SIZE + TAG_SIZE)
        return refuse(error, "it was cut");

    /* It is opened where it lies; the first byte of the tag behind it makes room for a NUL. */
    unsigned char *clear = box + NONCE_SIZE;
    size -= NONCE_SIZE + TAG_SIZE;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt_detached(clear, NULL, clear, size, clear + size, bound.bytes,
                                                            bound.size, box, keys->sealing) != 0)
        return refuse(error, "it was changed, or it stands in another place than it was sealed for");
    clear[size] = '\0';
    *out_clear = lfn_text_make((char *)clear, size);
    return LFN_OK;
}
