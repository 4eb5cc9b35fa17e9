/* Any bytes as a key and as a certificate, and as the inside of an OpenSSH key file, where a search would hardly find
 * its way through base64. What is accepted shows a public part that is read again. */
#include "base/text.h"
#include "crypto/keypair.h"
#include "crypto/ssh.h"

#include <openssl/err.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
    if (!holds)
        abort();
}

/* The blob of a line that was printed is a blob that is accepted. */
static void demand_line(lfn_text line)
{
    lfn_ssh_public known;
    lfn_buffer blob;
    lfn_buffer_init(&blob, LFN_KEY_TEXT_MAX);
    size_t start = lfn_text_find(line, ' ') + 1;
    demand(lfn_ssh_take_base64(lfn_text_slice(line, start, line.size), &blob));
    demand(lfn_ssh_public_read(lfn_buffer_text(&blob), &known));
    lfn_buffer_free(&blob);
}

static void read_key(lfn_key_kind kind, lfn_text text)
{
    lfn_buffer shown;
    lfn_buffer_init(&shown, 2 * LFN_KEY_TEXT_MAX);
    lfn_status status = lfn_key_public(kind, text, &shown, NULL);
    demand(status == LFN_OK ? shown.size > 0 : status == LFN_BAD_INPUT && shown.size == 0);
    demand(ERR_peek_error() == 0);
    if (status == LFN_OK && kind == LFN_KEY_ED25519_SSH)
        demand_line(lfn_buffer_text(&shown));
    lfn_buffer_free(&shown);
}

static void read_inside_armour(lfn_text bytes)
{
    static const char label[] = "OPENSSH PRIVATE KEY";
    lfn_buffer file;
    lfn_buffer_init(&file, 2 * bytes.size + 100);
    (void)lfn_buffer_format(&file, "-----BEGIN %s-----\n", label);
    (void)lfn_ssh_put_base64(&file, bytes);
    demand(lfn_buffer_format(&file, "\n-----END %s-----\n", label));
    read_key(LFN_KEY_ED25519_SSH, lfn_buffer_text(&file));
    lfn_buffer_free(&file);
}

static void read_certificate(lfn_text text)
{
    lfn_certificate_info info;
    lfn_status status = lfn_certificate_read(text, &info, NULL);
    demand(status == LFN_OK || status == LFN_BAD_INPUT);
    if (status == LFN_OK)
        demand(lfn_text_utf8(lfn_text_of(info.common_name), NULL) &&
               lfn_text_utf8(lfn_text_of(info.issuer_name), NULL));
    status = lfn_certificate_fits(text, text, NULL);
    demand(status == LFN_BAD_INPUT);
    demand(ERR_peek_error() == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lfn_text text = lfn_text_make((const char *)data, size);
    read_key(LFN_KEY_ANY_PEM, text);
    read_key(LFN_KEY_RSA_PEM, text);
    read_key(LFN_KEY_ED25519_SSH, text);
    read_inside_armour(text);
    read_certificate(text);
    return 0;
}
