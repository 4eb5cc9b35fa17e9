/* Private keys: what the tools say of a key is said here too, and a key that contradicts itself is refused. The keys
 * are throw-away ones of tests/cases/keys, made by openssl and ssh-keygen. */
#include "crypto/keypair.h"

#include "base/alloc.h"
#include "base/text.h"
#include "crypto/case_keys.h"
#include "crypto/ssh.h"

#include <openssl/err.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define FIRST_LINE                                                                                                     \
    "-----BEGIN OPENSSH PRIVATE"                                                                                       \
    " KEY-----\n"
#define LAST_LINE                                                                                                      \
    "-----END OPENSSH PRIVATE"                                                                                         \
    " KEY-----\n"

static const char ssh_keygen[] = "/usr/bin/ssh-keygen";
static const char openssl[] = "/usr/bin/openssl";

/* The public part into a fresh buffer; nothing may stay in libcrypto's queue, and nothing be appended on failure. */
static lfn_status read_public(lfn_key_kind kind, lfn_text key, lfn_buffer *out, lfn_error *error)
{
    lfn_buffer_init(out, 1 << 15);
    lfn_status status = lfn_key_public(kind, key, out, error);
    assert_true(status == LFN_OK ? out->size > 0 : out->size == 0);
    assert_int_equal(ERR_peek_error(), 0);
    return status;
}

static void assert_texts_equal(lfn_text got, lfn_text expected)
{
    if (!lfn_text_equal(got, expected))
        fail_msg("got\n%.*s\nexpected\n%.*s", (int)got.size, got.data, (int)expected.size, expected.data);
}

static void assert_public(lfn_key_kind kind, lfn_text key, lfn_text expected)
{
    lfn_buffer got;
    lfn_error error = {0};
    if (read_public(kind, key, &got, &error) != LFN_OK)
        fail_msg("%s", error.message);
    assert_texts_equal(lfn_buffer_text(&got), expected);
    assert_int_equal(lfn_key_public(kind, key, NULL, NULL), LFN_OK);
    lfn_buffer_free(&got);
}

static void assert_refused(lfn_key_kind kind, lfn_text key, const char *words)
{
    lfn_buffer got;
    lfn_error error = {0};
    assert_int_equal(read_public(kind, key, &got, &error), LFN_BAD_INPUT);
    if (strstr(error.message, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", error.message, words);
    assert_int_equal(lfn_key_public(kind, key, NULL, NULL), LFN_BAD_INPUT);
    lfn_buffer_free(&got);
}

/* The first two words of a public line: without the comment. */
static lfn_text without_comment(lfn_text line)
{
    size_t name = lfn_text_find(line, ' ') + 1;
    lfn_text rest = lfn_text_slice(line, name, line.size);
    size_t blank = lfn_text_find(rest, ' ');
    size_t end = lfn_text_find(rest, '\n');
    return lfn_text_slice(line, 0, name + (blank < end ? blank : end));
}

/* ---- keys that the tools made ---- */

static void the_public_part_of_a_pem_key_is_what_openssl_prints(void **state)
{
    static const char *const names[] = {"rsa_pkcs1", "rsa_pkcs8", "ec_p256_sec1", "ed25519_pkcs8"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char name[64];
        (void)snprintf(name, sizeof name, "%s.pem", names[i]);
        lfn_buffer key = keys_read(name);
        (void)snprintf(name, sizeof name, "%s.pub.pem", names[i]);
        lfn_buffer expected = keys_read(name);
        assert_public(LFN_KEY_ANY_PEM, lfn_buffer_text(&key), lfn_buffer_text(&expected));
        if (i < 2)
            assert_public(LFN_KEY_RSA_PEM, lfn_buffer_text(&key), lfn_buffer_text(&expected));
        else
            assert_refused(LFN_KEY_RSA_PEM, lfn_buffer_text(&key), "must be RSA of at least 2048 bits");
        lfn_buffer_free(&key);
        lfn_buffer_free(&expected);
    }
}

static void the_public_line_of_a_key_is_what_ssh_keygen_prints(void **state)
{
    static const char *const names[][2] = {
        {"rsa_pkcs1.pem", "rsa_pkcs1.pub"},
        {"rsa_pkcs8.pem", "rsa_pkcs8.pub"},
        {"ec_p256_sec1.pem", "ec_p256_sec1.pub"},
        {"ed25519_pkcs8.pem", "ed25519_pkcs8.pub"},
        {"ssh_ed25519", "ssh_ed25519.pub"},
        {"ssh_rsa_2048", "ssh_rsa_2048.pub"},
        {"ssh_ecdsa_256", "ssh_ecdsa_256.pub"},
        {"ssh_ecdsa_384", "ssh_ecdsa_384.pub"},
        {"ssh_ecdsa_521", "ssh_ecdsa_521.pub"},
        {"ssh_ed25519_encrypted", "ssh_ed25519_encrypted.pub"},
        {"ssh_ed25519_encrypted_gcm", "ssh_ed25519_encrypted_gcm.pub"},
        {"ssh_ed25519_encrypted_chacha", "ssh_ed25519_encrypted_chacha.pub"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        lfn_buffer key = keys_read(names[i][0]);
        lfn_buffer line = keys_read(names[i][1]);
        assert_public(LFN_KEY_ED25519_SSH, lfn_buffer_text(&key), without_comment(lfn_buffer_text(&line)));
        lfn_buffer_free(&key);
        lfn_buffer_free(&line);
    }
}

static void an_ssh_file_may_stand_between_blank_lines_and_end_its_lines_as_windows_does(void **state)
{
    (void)state;
    lfn_buffer key = keys_read("ssh_ed25519");
    lfn_buffer line = keys_read("ssh_ed25519.pub");
    lfn_buffer other;
    lfn_buffer_init(&other, 1 << 15);
    (void)lfn_buffer_append_string(&other, "\r\n");
    for (size_t i = 0; i < key.size - 1; i++)
        (void)lfn_buffer_format(&other, key.data[i] == '\n' ? "\r\n" : "%c", key.data[i]);
    assert_public(LFN_KEY_ED25519_SSH, lfn_buffer_text(&other), without_comment(lfn_buffer_text(&line)));
    lfn_buffer_free(&key);
    lfn_buffer_free(&line);
    lfn_buffer_free(&other);
}

static void a_key_of_the_wrong_kind_or_form_is_refused_with_its_reason(void **state)
{
    static const struct {
        lfn_key_kind kind;
        const char *name;
        const char *words;
    } rows[] = {
        {LFN_KEY_RSA_PEM, "rsa_1024.pem", "at least 2048 bits"},
        {LFN_KEY_ED25519_SSH, "rsa_1024.pem", "ssh takes no such private key"},
        {LFN_KEY_ED25519_SSH, "ssh_dsa", "is not ed25519"},
        {LFN_KEY_RSA_PEM, "ssh_rsa_2048", "OpenSSH's own form"},
        {LFN_KEY_ANY_PEM, "ssh_ed25519", "OpenSSH's own form"},
        {LFN_KEY_RSA_PEM, "rsa_pkcs8_encrypted.pem", "encrypted with a passphrase"},
        {LFN_KEY_ANY_PEM, "rsa_pkcs1_encrypted.pem", "encrypted with a passphrase"},
        {LFN_KEY_ED25519_SSH, "rsa_pkcs8_encrypted.pem", "encrypted with a passphrase"},
        {LFN_KEY_ANY_PEM, "rsa_pkcs8.pub.pem", "does not parse"},
        {LFN_KEY_ANY_PEM, "ec_p256_sec1.pub.pem", "does not parse"},
        {LFN_KEY_ED25519_SSH, "ed25519_pkcs8.pub.pem", "does not parse"},
        {LFN_KEY_ED25519_SSH, "ssh_ed25519.pub", "does not parse"},
        {LFN_KEY_ANY_PEM, "certificate_chain.pem", "does not parse"},
        {LFN_KEY_ANY_PEM, "dsa_pkcs8_huge.pem", "does not parse"},
        {LFN_KEY_ED25519_SSH, "dsa_pkcs8_huge.pem", "does not parse"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lfn_buffer key = keys_read(rows[i].name);
        assert_refused(rows[i].kind, lfn_buffer_text(&key), rows[i].words);
        lfn_buffer_free(&key);
    }
}

static void any_pem_takes_a_short_rsa_key(void **state)
{
    (void)state;
    lfn_buffer key = keys_read("rsa_1024.pem");
    assert_int_equal(lfn_key_public(LFN_KEY_ANY_PEM, lfn_buffer_text(&key), NULL, NULL), LFN_OK);
    lfn_buffer_free(&key);
}

static void no_text_and_too_much_text_is_no_key(void **state)
{
    static const char *const names[] = {"rsa_pkcs8.pem", "ssh_ed25519"};
    (void)state;
    assert_refused(LFN_KEY_ANY_PEM, lfn_text_of(NULL), "empty");
    assert_refused(LFN_KEY_ED25519_SSH, lfn_text_of(""), "empty");
    assert_refused(LFN_KEY_RSA_PEM, lfn_text_of("a key"), "does not parse");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        lfn_buffer key = keys_read(names[i]);
        while (key.size <= LFN_KEY_TEXT_MAX)
            (void)lfn_buffer_append_string(&key, "\n");
        assert_refused(LFN_KEY_ED25519_SSH, lfn_buffer_text(&key), "longer than 16384 bytes");
        key.size--;
        assert_int_equal(lfn_key_public(LFN_KEY_ED25519_SSH, lfn_buffer_text(&key), NULL, NULL), LFN_OK);
        lfn_buffer_free(&key);
    }
}

/* ---- damage ---- */

/* A changed key is refused, or its public part is what it was. */
static void assert_refused_or_same(lfn_key_kind kind, lfn_text key, lfn_text expected, size_t position, size_t *same)
{
    lfn_buffer got;
    lfn_status status = read_public(kind, key, &got, NULL);
    if (status == LFN_OK)
        ++*same;
    if (status != LFN_BAD_INPUT && (status != LFN_OK || !lfn_text_equal(lfn_buffer_text(&got), expected)))
        fail_msg("status %d and another public part after a change at %zu", (int)status, position);
    lfn_buffer_free(&got);
}

/* Every byte of the text in turn becomes `count` others, of those that base64 knows and of those that it does not. */
static void change_every_byte(lfn_key_kind kind, const char *name, const char *public_name, size_t count)
{
    static const char others[] = {'A', 'B', '/', '=', '\n', '-', '\0', (char)0xff};
    lfn_buffer key = keys_read(name);
    lfn_buffer line = keys_read(public_name);
    lfn_text expected = lfn_buffer_text(&line);
    size_t same = 0, changes = 0;
    if (kind == LFN_KEY_ED25519_SSH)
        expected = without_comment(expected);
    for (size_t i = 0; i < key.size; i++) {
        char byte = key.data[i];
        for (size_t o = 0; o < count; o++) {
            key.data[i] = others[(i + o) % sizeof others];
            if (key.data[i] == byte)
                continue;
            assert_refused_or_same(kind, lfn_buffer_text(&key), expected, i, &same);
            changes++;
        }
        key.data[i] = byte;
    }
    /* The comment, line ends and what can be computed anew are few among the bytes. */
    assert_in_range(same, 0, changes / 3);
    lfn_buffer_free(&key);
    lfn_buffer_free(&line);
}

static void a_changed_byte_in_an_ssh_file_never_gives_another_public_part(void **state)
{
    static const char *const names[] = {"ssh_ed25519", "ssh_ecdsa_256", "ssh_ecdsa_521", "ssh_rsa_2048"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char public_name[64];
        (void)snprintf(public_name, sizeof public_name, "%s.pub", names[i]);
        change_every_byte(LFN_KEY_ED25519_SSH, names[i], public_name, 4);
    }
}

/* The private half of an ed25519 key in PKCS#8 is all there is: no check can tell that it was changed. */
static void a_changed_byte_in_a_pem_key_never_gives_another_public_part(void **state)
{
    (void)state;
    change_every_byte(LFN_KEY_ANY_PEM, "rsa_pkcs1.pem", "rsa_pkcs1.pub.pem", 1);
    change_every_byte(LFN_KEY_ANY_PEM, "ec_p256_sec1.pem", "ec_p256_sec1.pub.pem", 4);
}

static void a_changed_byte_in_an_encrypted_ssh_file_is_refused_or_read(void **state)
{
    static const char *const names[] = {"ssh_ed25519_encrypted", "ssh_ed25519_encrypted_gcm"};
    (void)state;
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        lfn_buffer key = keys_read(names[n]);
        for (size_t i = 0; i < key.size; i++) {
            for (int bit = 0; bit < 8; bit++) {
                lfn_buffer got;
                key.data[i] = (char)(key.data[i] ^ (1 << bit));
                lfn_status status = read_public(LFN_KEY_ED25519_SSH, lfn_buffer_text(&key), &got, NULL);
                assert_true(status == LFN_BAD_INPUT ||
                            (status == LFN_OK &&
                             lfn_text_starts(lfn_buffer_text(&got), lfn_text_of("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5"))));
                key.data[i] = (char)(key.data[i] ^ (1 << bit));
                lfn_buffer_free(&got);
            }
        }
        lfn_buffer_free(&key);
    }
}

static void a_part_of_a_key_is_no_key(void **state)
{
    static const char *const names[] = {"ssh_ed25519",      "ssh_rsa_2048",
                                        "ssh_ecdsa_521",    "ssh_ed25519_encrypted_chacha",
                                        "ec_p256_sec1.pem", "ed25519_pkcs8.pem"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        lfn_buffer key = keys_read(names[i]);
        for (size_t size = 0; size + 1 < key.size; size++) {
            char *part = lfn_copy(key.data, size);
            assert_non_null(part);
            if (lfn_key_public(LFN_KEY_ED25519_SSH, lfn_text_make(part, size), NULL, NULL) != LFN_BAD_INPUT)
                fail_msg("the first %zu bytes of %s were accepted", size, names[i]);
            lfn_free(part);
        }
        lfn_buffer_free(&key);
    }
    assert_int_equal(ERR_peek_error(), 0);
}

/* ---- files that are whole base64 and wrong inside ---- */

static lfn_buffer bytes_of(const char *name)
{
    lfn_buffer key = keys_read(name);
    lfn_buffer bytes;
    lfn_buffer_init(&bytes, 1 << 15);
    lfn_text lines =
        lfn_text_slice(lfn_buffer_text(&key), strlen(FIRST_LINE), key.size - strlen(FIRST_LINE) - strlen(LAST_LINE));
    assert_true(lfn_ssh_take_base64(lines, &bytes));
    lfn_buffer_free(&key);
    return bytes;
}

static lfn_buffer armoured(lfn_text bytes)
{
    lfn_buffer file;
    lfn_buffer_init(&file, 1 << 15);
    (void)lfn_buffer_append_string(&file, FIRST_LINE);
    (void)lfn_ssh_put_base64(&file, bytes);
    assert_true(lfn_buffer_append_string(&file, "\n" LAST_LINE));
    return file;
}

static void assert_bytes_refused(lfn_text bytes, const char *words)
{
    lfn_buffer file = armoured(bytes);
    assert_refused(LFN_KEY_ED25519_SSH, lfn_buffer_text(&file), words);
    lfn_buffer_free(&file);
}

static void every_byte_inside_an_ssh_file_counts_but_for_its_comment(void **state)
{
    static const char *const names[] = {"ssh_ed25519", "ssh_ecdsa_256", "ssh_ecdsa_521", "ssh_rsa_2048"};
    static const unsigned char changes[] = {0x01, 0x80};
    (void)state;
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        lfn_buffer bytes = bytes_of(names[n]);
        const char *comment = memmem(bytes.data, bytes.size, "throw-away", strlen("throw-away"));
        assert_non_null(comment);
        /* With its length: some other one makes a comment of padding. */
        size_t start = (size_t)(comment - bytes.data) - 4;
        size_t end = start + 4 + strlen("throw-away");
        for (size_t i = 0; i < bytes.size; i++) {
            for (size_t c = 0; c < sizeof changes && (i < start || i >= end); c++) {
                bytes.data[i] = (char)(bytes.data[i] ^ changes[c]);
                assert_bytes_refused(lfn_buffer_text(&bytes), "The OpenSSH private key");
                bytes.data[i] = (char)(bytes.data[i] ^ changes[c]);
            }
        }
        lfn_buffer_free(&bytes);
    }
}

static void bytes_after_an_ssh_file_are_refused(void **state)
{
    static const char *const names[] = {"ssh_ed25519", "ssh_ed25519_encrypted", "ssh_ed25519_encrypted_gcm"};
    (void)state;
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        lfn_buffer bytes = bytes_of(names[n]);
        for (int more = 1; more <= 17; more++) {
            assert_true(lfn_buffer_append(&bytes, "", 1));
            assert_bytes_refused(lfn_buffer_text(&bytes), "is cut, has more than one key");
        }
        lfn_buffer_free(&bytes);
    }
}

static void the_public_part_of_another_key_is_refused(void **state)
{
    (void)state;
    lfn_buffer bytes = bytes_of("ssh_ed25519");
    lfn_buffer other = bytes_of("ssh_ed25519_encrypted");
    /* Both files hold the same number of bytes before their public parts, but for cipher and options. */
    static const char name[] = "\0\0\0\x0bssh-ed25519\0\0\0\x20";
    char *here = memmem(bytes.data, bytes.size, name, sizeof name - 1);
    const char *there = memmem(other.data, other.size, name, sizeof name - 1);
    assert_non_null(here);
    assert_non_null(there);
    memcpy(here + sizeof name - 1, there + sizeof name - 1, LFN_SSH_ED25519_SIZE);
    assert_bytes_refused(lfn_buffer_text(&bytes), "does not belong to its public part");
    lfn_buffer_free(&bytes);
    lfn_buffer_free(&other);
}

static void base64_that_is_spelt_in_a_second_way_is_refused(void **state)
{
    static const char *const bodies[] = {"", "=", "====", "AA=A", "AB==", "A===", "AA A", "-_AA", "AAAA=AAA", "AAAAA"};
    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        char text[256];
        (void)snprintf(text, sizeof text, FIRST_LINE "%s\n" LAST_LINE, bodies[i]);
        assert_refused(LFN_KEY_ED25519_SSH, lfn_text_of(text), i == 0 ? "is cut" : "is not base64");
    }
    assert_refused(LFN_KEY_ED25519_SSH, lfn_text_of(FIRST_LINE LAST_LINE), "last line");
    assert_refused(LFN_KEY_ED25519_SSH, lfn_text_of(FIRST_LINE "AAAA"), "last line");
}

/* ---- new pairs ---- */

static void make(lfn_key_kind kind, lfn_buffer *out_private, lfn_buffer *out_public)
{
    lfn_error error = {0};
    lfn_buffer_init(out_private, 1 << 15);
    lfn_buffer_init(out_public, 1 << 15);
    if (lfn_key_make(kind, out_private, out_public, &error) != LFN_OK)
        fail_msg("%s", error.message);
    assert_int_equal(ERR_peek_error(), 0);
    assert_public(kind, lfn_buffer_text(out_private), lfn_buffer_text(out_public));
}

static void a_new_rsa_pair_is_pkcs8_and_openssl_reads_it(void **state)
{
    lfn_buffer private_key, public_key;
    (void)state;
    make(LFN_KEY_RSA_PEM, &private_key, &public_key);
    assert_true(lfn_text_starts(lfn_buffer_text(&private_key), lfn_text_of("-----BEGIN PRIVATE"
                                                                           " KEY-----\n")));
    assert_true(lfn_text_starts(lfn_buffer_text(&public_key), lfn_text_of("-----BEGIN PUBLIC KEY-----\n")));
    if (keys_have(openssl)) {
        lfn_buffer printed = keys_run("/usr/bin/openssl pkey -in \"$1\" -pubout", lfn_buffer_text(&private_key));
        assert_texts_equal(lfn_buffer_text(&public_key), lfn_buffer_text(&printed));
        lfn_buffer_free(&printed);
    }
    lfn_buffer_free(&private_key);
    lfn_buffer_free(&public_key);
}

static void a_new_ssh_pair_is_ed25519_and_ssh_keygen_reads_it(void **state)
{
    (void)state;
    for (int i = 0; i < 8; i++) {
        lfn_buffer private_key, public_key;
        make(LFN_KEY_ED25519_SSH, &private_key, &public_key);
        assert_true(lfn_text_starts(lfn_buffer_text(&private_key), lfn_text_of(FIRST_LINE)));
        assert_true(lfn_text_starts(lfn_buffer_text(&public_key), lfn_text_of("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5")));
        assert_int_equal(lfn_text_find(lfn_buffer_text(&public_key), '\n'), public_key.size);
        if (keys_have(ssh_keygen)) {
            lfn_buffer printed = keys_run("/usr/bin/ssh-keygen -y -f \"$1\"", lfn_buffer_text(&private_key));
            assert_texts_equal(lfn_buffer_text(&public_key), without_comment(lfn_buffer_text(&printed)));
            lfn_buffer_free(&printed);
        }
        lfn_buffer_free(&private_key);
        lfn_buffer_free(&public_key);
    }
}

static void a_new_ssh_file_has_the_form_of_ssh_keygens(void **state)
{
    lfn_buffer private_key, public_key, bytes;
    (void)state;
    make(LFN_KEY_ED25519_SSH, &private_key, &public_key);
    assert_int_equal(lfn_text_find(lfn_text_slice(lfn_buffer_text(&private_key), strlen(FIRST_LINE), 100), '\n'), 70);
    lfn_buffer_init(&bytes, 1 << 15);
    assert_true(lfn_ssh_take_base64(lfn_text_slice(lfn_buffer_text(&private_key), strlen(FIRST_LINE),
                                                   private_key.size - strlen(FIRST_LINE) - strlen(LAST_LINE)),
                                    &bytes));
    lfn_buffer their_bytes = bytes_of("ssh_ed25519");
    static const char head[] = "openssh-key-v1\0\0\0\0\x04none\0\0\0\x04none\0\0\0\0\0\0\0\x01\0\0\0\x33\0\0\0\x0b"
                               "ssh-ed25519\0\0\0\x20";
    assert_memory_equal(bytes.data, head, sizeof head - 1);
    assert_memory_equal(their_bytes.data, head, sizeof head - 1);
    assert_memory_equal(bytes.data + bytes.size - 5, "\1\2\3\4\5", 5);
    lfn_buffer_free(&private_key);
    lfn_buffer_free(&public_key);
    lfn_buffer_free(&bytes);
    lfn_buffer_free(&their_bytes);
}

static void two_new_keys_differ(void **state)
{
    static const lfn_key_kind kinds[] = {LFN_KEY_RSA_PEM, LFN_KEY_ED25519_SSH};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        lfn_buffer private_keys[2], public_keys[2];
        make(kinds[i], &private_keys[0], &public_keys[0]);
        make(kinds[i], &private_keys[1], &public_keys[1]);
        assert_false(lfn_text_equal(lfn_buffer_text(&public_keys[0]), lfn_buffer_text(&public_keys[1])));
        for (size_t k = 0; k < 2; k++) {
            lfn_buffer_free(&private_keys[k]);
            lfn_buffer_free(&public_keys[k]);
        }
    }
}

static void a_pair_for_which_there_is_no_room_leaves_nothing(void **state)
{
    lfn_buffer private_key, public_key;
    (void)state;
    lfn_buffer_init(&private_key, 1 << 15);
    lfn_buffer_init(&public_key, 20);
    assert_true(lfn_buffer_append_string(&private_key, "before"));
    assert_int_equal(lfn_key_make(LFN_KEY_ED25519_SSH, &private_key, &public_key, NULL), LFN_NO_MEMORY);
    assert_string_equal(private_key.data, "before");
    assert_int_equal(public_key.size, 0);
    lfn_buffer_free(&private_key);
    lfn_buffer_free(&public_key);
}

/* ---- memory ---- */

static void every_allocation_of_reading_a_key_may_fail(void **state)
{
    static const char *const names[] = {"ssh_ed25519", "ssh_rsa_2048", "ssh_ed25519_encrypted", "rsa_pkcs8.pem"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        lfn_buffer key = keys_read(names[i]);
        lfn_status status = LFN_NO_MEMORY;
        long count = 0;
        for (; status == LFN_NO_MEMORY && count < 100; count++) {
            lfn_buffer got;
            lfn_buffer_init(&got, 1 << 15);
            lfn_alloc_fail_after(count);
            status = lfn_key_public(LFN_KEY_ED25519_SSH, lfn_buffer_text(&key), &got, NULL);
            lfn_alloc_fail_after(-1);
            assert_int_equal(ERR_peek_error(), 0);
            lfn_buffer_free(&got);
        }
        assert_int_equal(status, LFN_OK);
        assert_in_range(count, 2, 99);
        lfn_buffer_free(&key);
    }
}

static void every_allocation_of_making_a_key_may_fail(void **state)
{
    (void)state;
    lfn_status status = LFN_NO_MEMORY;
    long count = 0;
    for (; status == LFN_NO_MEMORY && count < 100; count++) {
        lfn_buffer private_key, public_key;
        lfn_buffer_init(&private_key, 1 << 15);
        lfn_buffer_init(&public_key, 1 << 15);
        lfn_alloc_fail_after(count);
        status = lfn_key_make(LFN_KEY_ED25519_SSH, &private_key, &public_key, NULL);
        lfn_alloc_fail_after(-1);
        assert_true(status == LFN_OK ? public_key.size > 0 : private_key.size + public_key.size == 0);
        lfn_buffer_free(&private_key);
        lfn_buffer_free(&public_key);
    }
    assert_int_equal(status, LFN_OK);
    assert_in_range(count, 5, 99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_public_part_of_a_pem_key_is_what_openssl_prints),
        cmocka_unit_test(the_public_line_of_a_key_is_what_ssh_keygen_prints),
        cmocka_unit_test(an_ssh_file_may_stand_between_blank_lines_and_end_its_lines_as_windows_does),
        cmocka_unit_test(a_key_of_the_wrong_kind_or_form_is_refused_with_its_reason),
        cmocka_unit_test(any_pem_takes_a_short_rsa_key),
        cmocka_unit_test(no_text_and_too_much_text_is_no_key),
        cmocka_unit_test(a_changed_byte_in_an_ssh_file_never_gives_another_public_part),
        cmocka_unit_test(a_changed_byte_in_a_pem_key_never_gives_another_public_part),
        cmocka_unit_test(a_changed_byte_in_an_encrypted_ssh_file_is_refused_or_read),
        cmocka_unit_test(a_part_of_a_key_is_no_key),
        cmocka_unit_test(every_byte_inside_an_ssh_file_counts_but_for_its_comment),
        cmocka_unit_test(bytes_after_an_ssh_file_are_refused),
        cmocka_unit_test(the_public_part_of_another_key_is_refused),
        cmocka_unit_test(base64_that_is_spelt_in_a_second_way_is_refused),
        cmocka_unit_test(a_new_rsa_pair_is_pkcs8_and_openssl_reads_it),
        cmocka_unit_test(a_new_ssh_pair_is_ed25519_and_ssh_keygen_reads_it),
        cmocka_unit_test(a_new_ssh_file_has_the_form_of_ssh_keygens),
        cmocka_unit_test(two_new_keys_differ),
        cmocka_unit_test(a_pair_for_which_there_is_no_room_leaves_nothing),
        cmocka_unit_test(every_allocation_of_reading_a_key_may_fail),
        cmocka_unit_test(every_allocation_of_making_a_key_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
