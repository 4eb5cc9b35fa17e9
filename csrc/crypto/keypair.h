/* Keys and certificates that a credential holds: parsed, generated, and what follows from them. Behind it stands
 * libcrypto, which never asks on the terminal and is left with an empty queue of errors. Private parts are wiped from
 * every buffer that held them. */
#ifndef LFN_CRYPTO_KEYPAIR_H
#define LFN_CRYPTO_KEYPAIR_H

#include "leafnative/error.h"

/* The longest private key or certificate that is read. */
enum { LFN_KEY_TEXT_MAX = 16384 };

/* Which key a credential wants, and in which form its public part is shown. */
typedef enum lfn_key_kind {
    LFN_KEY_ANY_PEM,    /* RSA, EC or EdDSA of any size; the public part as PEM (SubjectPublicKeyInfo) */
    LFN_KEY_RSA_PEM,    /* RSA of at least 2048 bits; the public part as PEM */
    LFN_KEY_ED25519_SSH /* any key that ssh takes, ed25519 when it is made here; the public part as a line of OpenSSH,
                           without a comment and without a line end */
} lfn_key_kind;

/* Appends the public part of a private key: PEM (PKCS#8, PKCS#1, SEC1) or, for LFN_KEY_ED25519_SSH, also the form that
 * ssh-keygen writes ("openssh-key-v1"), whose public part stands in the clear. An `out_public` of NULL only checks.
 * LFN_BAD_INPUT when it does not parse, is longer than LFN_KEY_TEXT_MAX, is encrypted where the public part cannot be
 * read without the passphrase, is of the wrong kind, or when its public and private parts can be seen not to fit each
 * other. */
lfn_status lfn_key_public(lfn_key_kind kind, lfn_text private_key, lfn_buffer *out_public, lfn_error *error);

/* Makes a key pair: appends the private key as PEM (PKCS#8, RSA of 2048 bits; for LFN_KEY_ED25519_SSH in ssh-keygen's
 * form) and the public part. `kind` is not LFN_KEY_ANY_PEM. On failure nothing is appended. */
lfn_status lfn_key_make(lfn_key_kind kind, lfn_buffer *out_private, lfn_buffer *out_public, lfn_error *error);

/* What a certificate says. */
typedef struct lfn_certificate_info {
    char serial_number[64]; /* upper-case hexadecimal, two digits a byte */
    char fingerprint[96];   /* SHA-256, upper-case, colon between bytes */
    char common_name[256];  /* of the subject, UTF-8; empty when it has none, the last where it has several */
    char issuer_name[1024]; /* one line, RFC 2253, UTF-8 */
    int64_t not_before_us;
    int64_t not_after_us;
} lfn_certificate_info;

/* Reads the first certificate of a PEM text. LFN_BAD_INPUT when it or a further one of the chain does not parse, when
 * the text holds anything but certificates (a private key would be shown with them), and when a name or number is too
 * long or has a NUL in it: nothing is cut. */
lfn_status lfn_certificate_read(lfn_text certificate, lfn_certificate_info *out_info, lfn_error *error);
/* Whether the private key (PEM) belongs to the certificate. LFN_BAD_INPUT when either does not parse or they do not
 * fit; the error's `where` is "/privateKey" or "/certificate". */
lfn_status lfn_certificate_fits(lfn_text certificate, lfn_text private_key, lfn_error *error);

#endif
