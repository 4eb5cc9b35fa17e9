/* Files of private keys in OpenSSH's own form, "openssh-key-v1": see ssh.h. The public part stands in the clear before
 * the private one, so that the public part of an encrypted file is known too; where the private part is in the clear,
 * it is checked that it belongs to the public one. */
#include "base/alloc.h"
#include "base/text.h"
#include "crypto/keypair.h"
#include "crypto/pkey.h"
#include "crypto/ssh.h"

#include <openssl/bn.h>

/* The label stands apart from its dashes, so that no file of this project looks like a private key. */
#define LABEL "OPENSSH PRIVATE KEY"
#define FIRST_LINE "-----BEGIN " LABEL "-----"
#define LAST_LINE "-----END " LABEL "-----"

enum { LINE_WIDTH = 70, CLEAR_BLOCK_SIZE = 8 };

/* With its NUL. */
static const lfn_text magic = {"openssh-key-v1", sizeof "openssh-key-v1"};

/* The ciphers of private parts: the size of a block, and of the tag that follows the encrypted part. */
typedef struct cipher_row {
    const char *name;
    size_t block_size;
    size_t tag_size;
} cipher_row;

static const cipher_row ciphers[] = {
    {"none", CLEAR_BLOCK_SIZE, 0},
    {"aes256-ctr", 16, 0},
    {"aes192-ctr", 16, 0},
    {"aes128-ctr", 16, 0},
    {"aes256-cbc", 16, 0},
    {"aes192-cbc", 16, 0},
    {"aes128-cbc", 16, 0},
    {"3des-cbc", 8, 0},
    {"aes256-gcm@openssh.com", 16, 16},
    {"aes128-gcm@openssh.com", 16, 16},
    {"chacha20-poly1305@openssh.com", 8, 16},
};

/* A file taken apart. Its texts point into the decoded bytes. */
typedef struct key_file {
    const cipher_row *cipher;
    lfn_text public_blob;
    lfn_text private_part;
} key_file;

static lfn_status refuse(lfn_error *error, const char *fault)
{
    lfn_status status = lfn_error_set(error, LFN_BAD_INPUT, "The OpenSSH private key %s.", fault);
    lfn_error_hint(error, "Give the whole file as ssh-keygen wrote it, with its first and last line.");
    return status;
}

static lfn_status out_of_memory(lfn_error *error)
{
    return lfn_error_set(error, LFN_NO_MEMORY, "Memory is out for an OpenSSH private key.");
}

/* ---- armour ---- */

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static lfn_text trim_lines(lfn_text text)
{
    while (text.size > 0 && is_blank(text.data[text.size - 1]))
        text.size--;
    while (text.size > 0 && is_blank(text.data[0]))
        text = lfn_text_slice(text, 1, text.size);
    return text;
}

bool lfn_ssh_file_is(lfn_text text)
{
    return lfn_text_starts(trim_lines(text), lfn_text_of(FIRST_LINE));
}

/* The lines between the first and the last; false when either is missing. */
static bool strip_armour(lfn_text text, lfn_text *out_lines)
{
    text = trim_lines(text);
    if (!lfn_text_starts(text, lfn_text_of(FIRST_LINE)) || !lfn_text_ends(text, lfn_text_of(LAST_LINE)))
        return false;
    size_t around = strlen(FIRST_LINE) + strlen(LAST_LINE);
    if (text.size < around + 2)
        return false;
    lfn_text lines = lfn_text_slice(text, strlen(FIRST_LINE), text.size - around);
    *out_lines = lines;
    return is_blank(lines.data[0]) && lines.data[lines.size - 1] == '\n';
}

/* ---- the file around the key ---- */

static const cipher_row *find_cipher(lfn_text name)
{
    for (size_t i = 0; i < sizeof ciphers / sizeof *ciphers; i++)
        if (lfn_text_equal_string(name, ciphers[i].name))
            return &ciphers[i];
    return NULL;
}

/* What bcrypt, the one way from a passphrase to a key, is told: salt and rounds. */
static bool take_key_derivation(lfn_text *rest, bool encrypted)
{
    lfn_text options, salt;
    uint32_t rounds;
    if (!lfn_ssh_take_word(rest, encrypted ? "bcrypt" : "none") || !lfn_ssh_take_string(rest, &options))
        return false;
    if (!encrypted)
        return options.size == 0;
    return lfn_ssh_take_string(&options, &salt) && salt.size > 0 && lfn_ssh_take_number(&options, &rounds) &&
           rounds > 0 && options.size == 0;
}

static bool take_file(lfn_text rest, key_file *out_file)
{
    lfn_text cipher_name;
    uint32_t count;
    if (!lfn_text_starts(rest, magic))
        return false;
    rest = lfn_text_slice(rest, magic.size, rest.size);
    if (!lfn_ssh_take_string(&rest, &cipher_name))
        return false;
    out_file->cipher = find_cipher(cipher_name);
    return out_file->cipher != NULL && take_key_derivation(&rest, out_file->cipher != &ciphers[0]) &&
           lfn_ssh_take_number(&rest, &count) && count == 1 && lfn_ssh_take_string(&rest, &out_file->public_blob) &&
           lfn_ssh_take_string(&rest, &out_file->private_part) && out_file->private_part.size > 0 &&
           out_file->private_part.size % out_file->cipher->block_size == 0 && rest.size == out_file->cipher->tag_size;
}

/* ---- the private part in the clear ---- */

/* The point stands three times in the file; the private half is followed by the last of them. */
static bool ed25519_fits(lfn_text *rest, const lfn_ssh_public *known)
{
    lfn_text point, pair;
    if (!lfn_ssh_take_string(rest, &point) || !lfn_text_equal(point, known->point) ||
        !lfn_ssh_take_string(rest, &pair) || pair.size != 2 * (size_t)LFN_SSH_ED25519_SIZE ||
        !lfn_text_ends(pair, known->point))
        return false;
    unsigned char derived[LFN_SSH_ED25519_SIZE];
    size_t size = sizeof derived;
    EVP_PKEY *key =
        EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, (const unsigned char *)pair.data, LFN_SSH_ED25519_SIZE);
    bool fits = key != NULL && EVP_PKEY_get_raw_public_key(key, derived, &size) == 1 &&
                lfn_text_equal(lfn_text_make((const char *)derived, size), known->point);
    EVP_PKEY_free(key);
    return fits;
}

static bool rsa_fits(lfn_text *rest, const lfn_ssh_public *known)
{
    lfn_text texts[LFN_RSA_PART_COUNT];
    for (int i = 0; i < LFN_RSA_PART_COUNT; i++)
        if (!lfn_ssh_take_magnitude(rest, &texts[i]))
            return false;
    if (!lfn_text_equal(texts[LFN_RSA_MODULUS], known->modulus) ||
        !lfn_text_equal(texts[LFN_RSA_PUBLIC], known->exponent))
        return false;
    BIGNUM *parts[LFN_RSA_PART_COUNT];
    bool whole = true;
    for (int i = 0; i < LFN_RSA_PART_COUNT; i++) {
        parts[i] = BN_bin2bn((const unsigned char *)texts[i].data, (int)texts[i].size, NULL);
        whole = whole && parts[i] != NULL;
    }
    bool fits = whole && lfn_rsa_fits(parts);
    for (int i = 0; i < LFN_RSA_PART_COUNT; i++)
        BN_clear_free(parts[i]);
    return fits;
}

static bool ecdsa_fits(lfn_text *rest, const lfn_ssh_public *known)
{
    lfn_text point, number;
    return lfn_ssh_take_word(rest, known->algorithm->curve) && lfn_ssh_take_string(rest, &point) &&
           lfn_text_equal(point, known->point) && lfn_ssh_take_magnitude(rest, &number) &&
           lfn_ssh_point_fits(known->algorithm, known->point, number);
}

static bool numbers_fit(lfn_text *rest, const lfn_ssh_public *known)
{
    switch (known->algorithm->family) {
    case LFN_SSH_ED25519:
        return ed25519_fits(rest, known);
    case LFN_SSH_RSA:
        return rsa_fits(rest, known);
    case LFN_SSH_ECDSA:
        return ecdsa_fits(rest, known);
    }
    return false;
}

/* Bytes that count up from 1, fewer than a block. */
static bool is_padding(lfn_text rest)
{
    for (size_t i = 0; i < rest.size; i++)
        if ((unsigned char)rest.data[i] != i + 1)
            return false;
    return rest.size < CLEAR_BLOCK_SIZE;
}

static bool private_part_fits(lfn_text rest, const lfn_ssh_public *known)
{
    uint32_t first, second;
    lfn_text comment;
    return lfn_ssh_take_number(&rest, &first) && lfn_ssh_take_number(&rest, &second) && first == second &&
           lfn_ssh_take_word(&rest, known->algorithm->name) && numbers_fit(&rest, known) &&
           lfn_ssh_take_string(&rest, &comment) && is_padding(rest);
}

/* ---- reading ---- */

static lfn_status check_file(lfn_text bytes, key_file *file, lfn_error *error)
{
    lfn_ssh_public known;
    if (!take_file(bytes, file))
        return refuse(error, "is cut, has more than one key, or is encrypted in a way that is not known");
    if (!lfn_ssh_public_read(file->public_blob, &known))
        return refuse(error, "is not ed25519, RSA of at least 2048 bits or ECDSA, or its public part is damaged");
    if (file->cipher == &ciphers[0] && !private_part_fits(file->private_part, &known))
        return refuse(error, "is damaged: its private part does not belong to its public part");
    return LFN_OK;
}

lfn_status lfn_ssh_file_public(lfn_text text, lfn_buffer *out_line, lfn_error *error)
{
    lfn_text lines;
    if (text.size > LFN_KEY_TEXT_MAX)
        return refuse(error, "is longer than 16384 bytes");
    if (!strip_armour(text, &lines))
        return refuse(error, "does not end with its last line");
    lfn_buffer bytes;
    lfn_buffer_init(&bytes, LFN_KEY_TEXT_MAX);
    key_file file;
    lfn_status status;
    if (!lfn_ssh_take_base64(lines, &bytes)) {
        status = bytes.failed ? out_of_memory(error) : refuse(error, "is not base64 between its first and last line");
        goto done;
    }
    status = check_file(lfn_buffer_text(&bytes), &file, error);
    if (status == LFN_OK && out_line != NULL && !lfn_ssh_public_line(file.public_blob, out_line))
        status = out_of_memory(error);

done:
    lfn_buffer_free(&bytes);
    return status;
}

/* ---- writing ---- */

static bool put_word(lfn_buffer *out, const char *word)
{
    return lfn_ssh_put_string(out, lfn_text_of(word));
}

/* Check numbers, key, an empty comment and padding. */
static bool put_private_part(lfn_buffer *out, uint32_t check, lfn_text blob, lfn_text seed, lfn_text point)
{
    (void)lfn_ssh_put_number(out, check);
    (void)lfn_ssh_put_number(out, check);
    (void)lfn_buffer_append_text(out, blob);
    (void)lfn_ssh_put_number(out, (uint32_t)(seed.size + point.size));
    (void)lfn_buffer_append_text(out, seed);
    (void)lfn_buffer_append_text(out, point);
    (void)put_word(out, "");
    for (unsigned char next = 1; out->size % CLEAR_BLOCK_SIZE != 0 && !out->failed; next++)
        (void)lfn_buffer_append(out, &next, 1);
    return !out->failed;
}

static bool put_file(lfn_buffer *out, lfn_text blob, lfn_text private_part)
{
    return lfn_buffer_append_text(out, magic) && put_word(out, "none") && put_word(out, "none") && put_word(out, "") &&
           lfn_ssh_put_number(out, 1) && lfn_ssh_put_string(out, blob) && lfn_ssh_put_string(out, private_part);
}

static bool put_armoured(lfn_buffer *out, lfn_text digits)
{
    (void)lfn_buffer_append_string(out, FIRST_LINE "\n");
    for (size_t i = 0; i < digits.size; i += LINE_WIDTH) {
        (void)lfn_buffer_append_text(out, lfn_text_slice(digits, i, LINE_WIDTH));
        (void)lfn_buffer_append_string(out, "\n");
    }
    return lfn_buffer_append_string(out, LAST_LINE "\n");
}

lfn_status lfn_ssh_file_write(const unsigned char seed[LFN_SSH_ED25519_SIZE],
                              const unsigned char point[LFN_SSH_ED25519_SIZE], lfn_buffer *out_file, lfn_error *error)
{
    const lfn_random *random = lfn_random_system();
    lfn_text seed_text = lfn_text_make((const char *)seed, LFN_SSH_ED25519_SIZE);
    lfn_text point_text = lfn_text_make((const char *)point, LFN_SSH_ED25519_SIZE);
    uint32_t check;
    lfn_buffer blob, part, file, digits;
    lfn_buffer_init(&blob, LFN_KEY_TEXT_MAX);
    lfn_buffer_init(&part, LFN_KEY_TEXT_MAX);
    lfn_buffer_init(&file, LFN_KEY_TEXT_MAX);
    lfn_buffer_init(&digits, LFN_KEY_TEXT_MAX);
    bool written = random->fill(random->context, &check, sizeof check) && put_word(&blob, "ssh-ed25519") &&
                   lfn_ssh_put_string(&blob, point_text) &&
                   put_private_part(&part, check, lfn_buffer_text(&blob), seed_text, point_text) &&
                   put_file(&file, lfn_buffer_text(&blob), lfn_buffer_text(&part)) &&
                   lfn_ssh_put_base64(&digits, lfn_buffer_text(&file)) &&
                   put_armoured(out_file, lfn_buffer_text(&digits));
    lfn_buffer_free(&blob);
    lfn_buffer_free(&part);
    lfn_buffer_free(&file);
    lfn_buffer_free(&digits);
    return written ? LFN_OK : out_of_memory(error);
}
