/* Sealing: "s1.<key id>.<base64url of nonce, cipher text and tag>", bound to its place. */
#include "base/alloc.h"
#include "base/text.h"
#include "crypto/keys.h"

enum {
    NONCE_SIZE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG_SIZE = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    PLACE_CEILING = 64 * 1024
};

static const char version[] = "s1.";

/* Each part stands after its length, so that no byte can move from one part into its neighbour. */
static void append_part(lfn_buffer *place, lfn_text part)
{
    unsigned char size[8];
    for (size_t i = 0; i < sizeof size; i++)
        size[i] = (unsigned char)((uint64_t)part.size >> (8 * i));
    (void)lfn_buffer_append(place, size, sizeof size);
    (void)lfn_buffer_append_text(place, part);
}

static bool write_place(const lfn_keys *keys, const lfn_place *place, lfn_buffer *out_bytes)
{
    append_part(out_bytes, lfn_text_of(version));
    append_part(out_bytes, place->owner);
    append_part(out_bytes, place->table);
    append_part(out_bytes, place->id);
    append_part(out_bytes, place->field);
    append_part(out_bytes, lfn_text_of(keys->id));
    return !out_bytes->failed;
}

static lfn_status no_memory(lfn_error *error)
{
    return lfn_error_set(error, LFN_NO_MEMORY, "Memory is out, or the value is too long to be sealed.");
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
    lfn_buffer bound;
    lfn_buffer_init(&bound, PLACE_CEILING);
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
                                                     clear.size, (const unsigned char *)bound.data, bound.size, NULL,
                                                     box, keys->sealing);
    if (!append_sealed(keys, box, size, out_sealed))
        status = no_memory(error);

done:
    lfn_buffer_free(&bound);
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

/* Opens a box into `clear`, which has room for its content. */
static bool open_box(const lfn_keys *keys, const lfn_buffer *box, const lfn_buffer *bound, unsigned char *clear)
{
    const unsigned char *bytes = (const unsigned char *)box->data;
    return crypto_aead_xchacha20poly1305_ietf_decrypt(clear, NULL, NULL, bytes + NONCE_SIZE, box->size - NONCE_SIZE,
                                                      (const unsigned char *)bound->data, bound->size, bytes,
                                                      keys->sealing) == 0;
}

static lfn_status open_bytes(const lfn_keys *keys, const lfn_buffer *box, const lfn_buffer *bound,
                             lfn_buffer *out_clear, lfn_error *error)
{
    size_t size = box->size - NONCE_SIZE - TAG_SIZE;
    unsigned char *clear = lfn_alloc(size);
    if (clear == NULL)
        return no_memory(error);
    lfn_status status = LFN_OK;
    if (!open_box(keys, box, bound, clear))
        status = refuse(error, "it was changed, or it stands in another place than it was sealed for");
    else if (!lfn_buffer_append(out_clear, clear, size))
        status = no_memory(error);
    lfn_free_wiped(clear, size);
    return status;
}

lfn_status lfn_unseal(const lfn_keys *keys, const lfn_place *place, lfn_text sealed, lfn_buffer *out_clear,
                      lfn_error *error)
{
    lfn_status status = take_front(keys, &sealed, error);
    if (status != LFN_OK)
        return status;

    lfn_buffer box;
    lfn_buffer bound;
    lfn_buffer_init(&box, sealed.size);
    lfn_buffer_init(&bound, PLACE_CEILING);
    if (!write_place(keys, place, &bound))
        status = no_memory(error);
    else if (!lfn_buffer_append_base64url_decoded(&box, sealed))
        status = box.failed ? no_memory(error) : refuse(error, "it has no known form");
    else if (box.size < NONCE_SIZE + TAG_SIZE)
        status = refuse(error, "it was cut");
    else
        status = open_bytes(keys, &box, &bound, out_clear, error);
    lfn_buffer_free(&bound);
    lfn_buffer_free(&box);
    return status;
}
