/* Inside the crypto room: keys in OpenSSH's forms. RFC 4251 section 5 has the encoding of numbers and strings, RFC
 * 4253, 5656 and 8709 the public parts, OpenSSH's PROTOCOL.key the file of a private key. All that is read is checked
 * to the last byte: one spelling of a key is accepted. */
#ifndef LFN_CRYPTO_SSH_H
#define LFN_CRYPTO_SSH_H

#include "leafnative/error.h"

#include <openssl/evp.h>

/* ---- the wire (ssh_wire.c): each takes what it reads off the front of *rest; false when it is not there ---- */

bool lfn_ssh_take_number(lfn_text *rest, uint32_t *out_number);
bool lfn_ssh_take_string(lfn_text *rest, lfn_text *out_string);
/* Whether the next string is this word. */
bool lfn_ssh_take_word(lfn_text *rest, const char *word);
/* A positive number or zero in its shortest form; its bytes without a leading zero. */
bool lfn_ssh_take_magnitude(lfn_text *rest, lfn_text *out_magnitude);

bool lfn_ssh_put_number(lfn_buffer *out, uint32_t number);
bool lfn_ssh_put_string(lfn_buffer *out, lfn_text string);
/* Writes the bytes of a positive number that begin with no zero. */
bool lfn_ssh_put_magnitude(lfn_buffer *out, lfn_text magnitude);

bool lfn_ssh_put_base64(lfn_buffer *out, lfn_text bytes);
/* Appends what lines of base64 mean. False, with out->failed unset, when they are not base64 in its one spelling. */
bool lfn_ssh_take_base64(lfn_text lines, lfn_buffer *out);

/* ---- public parts (ssh_public.c) ---- */

enum { LFN_SSH_ED25519_SIZE = 32, LFN_SSH_BLOB_MAX = 8192 };

typedef enum lfn_ssh_family { LFN_SSH_ED25519, LFN_SSH_RSA, LFN_SSH_ECDSA } lfn_ssh_family;

typedef struct lfn_ssh_algorithm {
    const char *name; /* in blobs and public lines */
    lfn_ssh_family family;
    const char *curve; /* in blobs; NULL but for ECDSA */
    const char *group; /* the curve's name for libcrypto */
    size_t coordinate_size;
} lfn_ssh_algorithm;

/* A public part. Its texts point into the blob. */
typedef struct lfn_ssh_public {
    const lfn_ssh_algorithm *algorithm;
    lfn_text point;    /* ED25519, ECDSA */
    lfn_text exponent; /* RSA */
    lfn_text modulus;
} lfn_ssh_public;

/* Reads a whole blob. False when its algorithm is not known, its form is wrong, or it cannot be a public key: RSA of
 * less than 2048 bits, a point that is not on its curve. */
bool lfn_ssh_public_read(lfn_text blob, lfn_ssh_public *out_public);
/* Appends the blob of a key of libcrypto. LFN_BAD_INPUT when ssh takes no such key. */
lfn_status lfn_ssh_public_blob(const EVP_PKEY *key, lfn_buffer *out_blob, lfn_error *error);
/* Appends the public line, "ssh-ed25519 AAAA…", of a blob that was read or written here. */
bool lfn_ssh_public_line(lfn_text blob, lfn_buffer *out_line);
/* Whether this is a point of the algorithm's curve and, where it is present, the private number belongs to it. */
bool lfn_ssh_point_fits(const lfn_ssh_algorithm *algorithm, lfn_text point, lfn_text private_number);

/* ---- files of private keys (ssh_file.c) ---- */

/* Whether the text begins as such a file does. */
bool lfn_ssh_file_is(lfn_text text);
/* Appends the public line of a file, encrypted or not. */
lfn_status lfn_ssh_file_public(lfn_text text, lfn_buffer *out_line, lfn_error *error);
/* Appends the file of an ed25519 key. */
lfn_status lfn_ssh_file_write(const unsigned char seed[LFN_SSH_ED25519_SIZE],
                              const unsigned char point[LFN_SSH_ED25519_SIZE], lfn_buffer *out_file, lfn_error *error);

#endif
