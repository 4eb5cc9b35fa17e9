/* The public part of a private key, and new key pairs: see keypair.h. */
#include "crypto/keypair.h"

#include "base/alloc.h"
#include "crypto/pkey.h"
#include "crypto/ssh.h"

#include <openssl/err.h>
#include <openssl/pem.h>

enum { NEW_RSA_BITS = 2048 };

static lfn_status out_of_memory(lfn_error *error)
{
    return lfn_error_set(error, LFN_NO_MEMORY, "Memory is out for a key.");
}

/* ---- the public part ---- */

static lfn_status append_line(const EVP_PKEY *key, lfn_buffer *out_public, lfn_error *error)
{
    lfn_buffer blob;
    lfn_buffer_init(&blob, LFN_SSH_BLOB_MAX);
    lfn_status status = lfn_ssh_public_blob(key, &blob, error);
    if (status == LFN_OK && out_public != NULL && !lfn_ssh_public_line(lfn_buffer_text(&blob), out_public))
        status = out_of_memory(error);
    lfn_buffer_free(&blob);
    return status;
}

static lfn_status append_pem(const EVP_PKEY *key, lfn_buffer *out_public, lfn_error *error)
{
    if (out_public == NULL)
        return LFN_OK;
    BIO *target = BIO_new(BIO_s_mem());
    bool written =
        target != NULL && PEM_write_bio_PUBKEY(target, key) == 1 && lfn_buffer_append_bio(out_public, target);
    (void)BIO_free(target);
    return written ? LFN_OK : out_of_memory(error);
}

static lfn_status append_public(lfn_key_kind kind, const EVP_PKEY *key, lfn_buffer *out_public, lfn_error *error)
{
    if (kind == LFN_KEY_ED25519_SSH)
        return append_line(key, out_public, error);
    if (kind == LFN_KEY_RSA_PEM && (!EVP_PKEY_is_a(key, "RSA") || EVP_PKEY_get_bits(key) < LFN_RSA_BITS_LEAST))
        return lfn_error_set(error, LFN_BAD_INPUT, "The private key must be RSA of at least %d bits.",
                             LFN_RSA_BITS_LEAST);
    return append_pem(key, out_public, error);
}

static lfn_status refuse_ssh_file(lfn_error *error)
{
    lfn_status status = lfn_error_set(error, LFN_BAD_INPUT, "The private key is in OpenSSH's own form, not PEM.");
    lfn_error_hint(error, "Write it anew as PEM: ssh-keygen -p -m PEM -f FILE.");
    return status;
}

static lfn_status public_of_pem(lfn_key_kind kind, lfn_text private_key, lfn_buffer *out_public, lfn_error *error)
{
    EVP_PKEY *key;
    lfn_status status = lfn_pkey_read(private_key, &key, error);
    if (status != LFN_OK)
        return status;
    status = append_public(kind, key, out_public, error);
    EVP_PKEY_free(key);
    return status;
}

lfn_status lfn_key_public(lfn_key_kind kind, lfn_text private_key, lfn_buffer *out_public, lfn_error *error)
{
    lfn_status status;
    if (!lfn_ssh_file_is(private_key))
        status = public_of_pem(kind, private_key, out_public, error);
    else if (kind == LFN_KEY_ED25519_SSH)
        status = lfn_ssh_file_public(private_key, out_public, error);
    else
        status = refuse_ssh_file(error);
    ERR_clear_error();
    return status;
}

/* ---- new pairs ---- */

static lfn_status append_private_pem(const EVP_PKEY *key, lfn_buffer *out_private, lfn_error *error)
{
    /* libcrypto wipes what a BIO in memory held when it grows and when it is freed. */
    BIO *target = BIO_new(BIO_s_mem());
    bool written = target != NULL && PEM_write_bio_PKCS8PrivateKey(target, key, NULL, NULL, 0, NULL, NULL) == 1 &&
                   lfn_buffer_append_bio(out_private, target);
    (void)BIO_free(target);
    return written ? LFN_OK : out_of_memory(error);
}

static lfn_status append_private_ssh(const EVP_PKEY *key, lfn_buffer *out_private, lfn_error *error)
{
    unsigned char seed[LFN_SSH_ED25519_SIZE];
    unsigned char point[LFN_SSH_ED25519_SIZE];
    size_t seed_size = sizeof seed;
    size_t point_size = sizeof point;
    lfn_status status;
    if (EVP_PKEY_get_raw_private_key(key, seed, &seed_size) == 1 &&
        EVP_PKEY_get_raw_public_key(key, point, &point_size) == 1)
        status = lfn_ssh_file_write(seed, point, out_private, error);
    else
        status = out_of_memory(error);
    lfn_wipe(seed, sizeof seed);
    return status;
}

static EVP_PKEY *generate(lfn_key_kind kind)
{
    if (kind == LFN_KEY_ED25519_SSH)
        return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)NEW_RSA_BITS);
}

/* Appends both or nothing. */
static bool append_pair(const lfn_buffer *pair, lfn_buffer *out_private, lfn_buffer *out_public)
{
    size_t before = out_private->size;
    if (!lfn_buffer_append_text(out_private, lfn_buffer_text(&pair[0])))
        return false;
    if (lfn_buffer_append_text(out_public, lfn_buffer_text(&pair[1])))
        return true;
    lfn_wipe(out_private->data + before, out_private->size - before);
    out_private->size = before;
    return false;
}

lfn_status lfn_key_make(lfn_key_kind kind, lfn_buffer *out_private, lfn_buffer *out_public, lfn_error *error)
{
    lfn_status status;
    lfn_buffer pair[2];
    lfn_buffer_init(&pair[0], LFN_KEY_TEXT_MAX);
    lfn_buffer_init(&pair[1], LFN_KEY_TEXT_MAX);
    EVP_PKEY *key = generate(kind);
    if (key == NULL) {
        status = out_of_memory(error);
        goto done;
    }
    status = kind == LFN_KEY_ED25519_SSH ? append_private_ssh(key, &pair[0], error)
                                         : append_private_pem(key, &pair[0], error);
    if (status == LFN_OK)
        status = append_public(kind, key, &pair[1], error);
    if (status == LFN_OK && !append_pair(pair, out_private, out_public))
        status = out_of_memory(error);

done:
    EVP_PKEY_free(key);
    lfn_buffer_free(&pair[0]);
    lfn_buffer_free(&pair[1]);
    ERR_clear_error();
    return status;
}
