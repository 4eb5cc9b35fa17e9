/* Sealing, passwords and tokens: what was made here opens, everything else is refused. */
#include "crypto/keys.h"

#include "base/alloc.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* Random bytes that a test knows: they count up from a seed. */
static bool fill_counting(void *context, void *out_bytes, size_t size)
{
    unsigned char *next = context;
    for (size_t i = 0; i < size; i++)
        ((unsigned char *)out_bytes)[i] = (*next)++;
    return true;
}

static bool fill_nothing(void *context, void *out_bytes, size_t size)
{
    (void)context;
    (void)out_bytes;
    (void)size;
    return false;
}

static unsigned char seed = 7;
static const lfn_random counting = {fill_counting, &seed};

static lfn_keys *keys_of(unsigned char first_byte)
{
    unsigned char master[LFN_KEY_SIZE] = {first_byte, 2, 3};
    lfn_keys *keys = NULL;
    assert_int_equal(lfn_keys_make(master, &counting, &keys, NULL), LFN_OK);
    return keys;
}

static const lfn_place place = {LFN_TEXT("1"), LFN_TEXT("credentials"), LFN_TEXT("0b1f6a5c"), LFN_TEXT("password")};

static void seal(lfn_keys *keys, const char *clear, size_t size, lfn_buffer *out)
{
    lfn_buffer_init(out, 1 << 20);
    assert_int_equal(lfn_seal(keys, &place, lfn_text_make(clear, size), out, NULL), LFN_OK);
}

/* Room for every sealed text of these tests. */
enum { ROOM = 8192 };

static void assert_refused(lfn_keys *keys, const lfn_place *at, lfn_text sealed)
{
    static char room[ROOM];
    lfn_text clear = {0};
    lfn_error error;
    assert_true(sealed.size <= sizeof room);
    assert_int_equal(lfn_unseal(keys, at, sealed, room, &clear, &error), LFN_STORAGE);
    assert_null(clear.data);
    assert_non_null(strstr(error.message, "sealed value"));
}

static void what_was_sealed_opens_in_every_size(void **state)
{
    (void)state;
    lfn_keys *keys = keys_of(1);
    char clear[1000];
    for (size_t i = 0; i < sizeof clear; i++)
        clear[i] = (char)(i * 31);
    for (size_t size = 0; size <= sizeof clear; size++) {
        lfn_buffer sealed;
        lfn_text opened;
        seal(keys, clear, size, &sealed);
        char *room = malloc(sealed.size);
        assert_non_null(room);
        assert_int_equal(lfn_unseal(keys, &place, lfn_buffer_text(&sealed), room, &opened, NULL), LFN_OK);
        assert_int_equal(opened.size, size);
        assert_memory_equal(opened.data, clear, size);
        assert_int_equal(opened.data[size], '\0');
        free(room);
        lfn_buffer_free(&sealed);
    }
    lfn_keys_free(keys);
}

/* Each opening draws a salt of its own; there are more of them than keys keep ciphers for. */
static void what_many_openings_have_sealed_opens_in_all_of_them(void **state)
{
    (void)state;
    enum { OPENINGS = 40 };
    lfn_keys *keys[OPENINGS];
    lfn_buffer sealed[OPENINGS];
    for (size_t i = 0; i < OPENINGS; i++) {
        keys[i] = keys_of(1);
        seal(keys[i], "a secret", 8, &sealed[i]);
    }
    for (size_t i = 0; i < OPENINGS * OPENINGS; i++) {
        char room[ROOM];
        lfn_text clear;
        lfn_text one = lfn_buffer_text(&sealed[i / OPENINGS]);
        assert_int_equal(lfn_unseal(keys[i % OPENINGS], &place, one, room, &clear, NULL), LFN_OK);
        assert_true(lfn_text_equal_string(clear, "a secret"));
    }
    for (size_t i = 0; i < OPENINGS; i++) {
        lfn_buffer_free(&sealed[i]);
        lfn_keys_free(keys[i]);
    }
}

/* The salt stands behind the version and the key's id. */
static bool has_same_salt(const lfn_buffer *left, const lfn_buffer *right)
{
    enum { SALT_AT = 2 + LFN_KEY_ID_SIZE };
    return memcmp(left->data + SALT_AT, right->data + SALT_AT, LFN_SALT_SIZE) == 0;
}

static void a_salt_that_has_served_its_time_is_followed_by_another(void **state)
{
    (void)state;
    lfn_keys *keys = keys_of(1);
    lfn_buffer sealed[3];
    seal(keys, "first", 5, &sealed[0]);
    assert_true(keys->salt_left > 1);
    keys->salt_left = 1;
    seal(keys, "last", 4, &sealed[1]);
    seal(keys, "next", 4, &sealed[2]);
    assert_true(has_same_salt(&sealed[0], &sealed[1]));
    assert_false(has_same_salt(&sealed[1], &sealed[2]));
    for (size_t i = 0; i < 3; i++) {
        char room[ROOM];
        lfn_text clear;
        assert_int_equal(lfn_unseal(keys, &place, lfn_buffer_text(&sealed[i]), room, &clear, NULL), LFN_OK);
        lfn_buffer_free(&sealed[i]);
    }
    lfn_keys_free(keys);
}

static void the_sealed_form_names_its_version_and_key_and_hides_the_value(void **state)
{
    (void)state;
    lfn_keys *keys = keys_of(1);
    lfn_buffer first;
    lfn_buffer second;
    seal(keys, "hidden-value", 12, &first);
    seal(keys, "hidden-value", 12, &second);
    assert_int_equal(strlen(lfn_keys_id(keys)), 16);
    assert_memory_equal(first.data, "s3", 2);
    assert_memory_equal(first.data + 2, lfn_keys_id(keys), 16);
    assert_null(memmem(first.data, first.size, "hidden", 6));
    assert_int_equal(first.size, second.size);
    assert_memory_not_equal(first.data, second.data, first.size);
    lfn_buffer_free(&first);
    lfn_buffer_free(&second);
    lfn_keys_free(keys);
}

static void every_flipped_bit_of_a_sealed_value_is_refused(void **state)
{
    (void)state;
    lfn_keys *keys = keys_of(1);
    lfn_buffer sealed;
    seal(keys, "a secret", 8, &sealed);
    for (size_t bit = 0; bit < sealed.size * 8; bit++) {
        sealed.data[bit / 8] = (char)(sealed.data[bit / 8] ^ 1 << bit % 8);
        assert_refused(keys, &place, lfn_buffer_text(&sealed));
        sealed.data[bit / 8] = (char)(sealed.data[bit / 8] ^ 1 << bit % 8);
    }
    lfn_buffer_free(&sealed);
    lfn_keys_free(keys);
}

static void every_cut_of_a_sealed_value_is_refused(void **state)
{
    (void)state;
    lfn_keys *keys = keys_of(1);
    lfn_buffer sealed;
    seal(keys, "a secret", 8, &sealed);
    for (size_t size = 0; size < sealed.size; size++)
        assert_refused(keys, &place, lfn_text_make(sealed.data, size));
    lfn_buffer_free(&sealed);
    lfn_keys_free(keys);
}

static void a_sealed_value_opens_in_its_own_place_only(void **state)
{
    (void)state;
    lfn_keys *keys = keys_of(1);
    lfn_buffer sealed;
    seal(keys, "a secret", 8, &sealed);
    const lfn_place others[] = {
        {LFN_TEXT("2"), place.table, place.id, place.field},
        {place.owner, LFN_TEXT("sign_ins"), place.id, place.field},
        {place.owner, place.table, LFN_TEXT("0b1f6a5d"), place.field},
        {place.owner, place.table, place.id, LFN_TEXT("apiKey")},
        {LFN_TEXT("1c"), LFN_TEXT("redentials"), place.id, place.field},
        {place.owner, LFN_TEXT("credentials0"), LFN_TEXT("b1f6a5c"), place.field},
        {place.owner, place.table, LFN_TEXT("0b1f6a5cp"), LFN_TEXT("assword")},
        {place.table, place.owner, place.id, place.field},
        {LFN_TEXT(""), LFN_TEXT(""), LFN_TEXT(""), LFN_TEXT("")},
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_refused(keys, &others[i], lfn_buffer_text(&sealed));
    lfn_buffer_free(&sealed);
    lfn_keys_free(keys);
}

static void another_key_opens_nothing_also_under_a_borrowed_id(void **state)
{
    (void)state;
    lfn_keys *keys = keys_of(1);
    lfn_keys *others = keys_of(2);
    assert_string_not_equal(lfn_keys_id(keys), lfn_keys_id(others));
    lfn_buffer sealed;
    seal(keys, "a secret", 8, &sealed);
    assert_refused(others, &place, lfn_buffer_text(&sealed));
    memcpy(sealed.data + 2, lfn_keys_id(others), 16);
    assert_refused(others, &place, lfn_buffer_text(&sealed));
    lfn_buffer_free(&sealed);
    lfn_keys_free(keys);
    lfn_keys_free(others);
}

static void sealing_without_random_bytes_fails(void **state)
{
    (void)state;
    const lfn_random empty = {fill_nothing, NULL};
    unsigned char master[LFN_KEY_SIZE] = {1};
    lfn_keys *keys = NULL;
    assert_int_equal(lfn_keys_make(master, &empty, &keys, NULL), LFN_OK);
    lfn_buffer sealed;
    lfn_buffer_init(&sealed, 1000);
    assert_int_equal(lfn_seal(keys, &place, lfn_text_of("x"), &sealed, NULL), LFN_STORAGE);
    assert_int_equal(sealed.size, 0);
    lfn_buffer_free(&sealed);
    lfn_keys_free(keys);
}

/* Fails each allocation in turn until one run passes; gives the number of runs that failed. */
static int fail_each_allocation(lfn_status (*work)(void))
{
    int failed = 0;
    for (long count = 0;; count++) {
        lfn_alloc_fail_after(count);
        lfn_status status = work();
        lfn_alloc_fail_after(-1);
        if (status == LFN_OK)
            return failed;
        assert_int_equal(status, LFN_NO_MEMORY);
        failed++;
    }
}

static lfn_status seal_and_unseal(void)
{
    unsigned char master[LFN_KEY_SIZE] = {9};
    lfn_keys *keys = NULL;
    lfn_buffer sealed;
    lfn_buffer token;
    lfn_text clear;
    char room[ROOM];
    lfn_claims claims = {.subject = "a@farm.example", .expires_s = 10};
    lfn_buffer_init(&sealed, sizeof room);
    lfn_buffer_init(&token, 10000);
    lfn_status status = lfn_keys_make(master, &counting, &keys, NULL);
    if (status == LFN_OK)
        status = lfn_seal(keys, &place, lfn_text_of("a secret"), &sealed, NULL);
    if (status == LFN_OK)
        status = lfn_unseal(keys, &place, lfn_buffer_text(&sealed), room, &clear, NULL);
    if (status == LFN_OK)
        status = lfn_token_make(keys, &claims, &token, NULL);
    lfn_buffer_free(&sealed);
    lfn_buffer_free(&token);
    lfn_keys_free(keys);
    return status;
}

static void every_failed_allocation_is_told(void **state)
{
    (void)state;
    assert_true(fail_each_allocation(seal_and_unseal) > 4);
}

static void a_password_fits_its_own_hash_and_no_other(void **state)
{
    (void)state;
    char cheap[LFN_PASSWORD_HASH_SIZE];
    char again[LFN_PASSWORD_HASH_SIZE];
    char strong[LFN_PASSWORD_HASH_SIZE];
    assert_int_equal(lfn_password_hash(lfn_text_of("right"), LFN_PASSWORD_CHEAP, cheap, NULL), LFN_OK);
    assert_int_equal(lfn_password_hash(lfn_text_of("right"), LFN_PASSWORD_CHEAP, again, NULL), LFN_OK);
    assert_int_equal(lfn_password_hash(lfn_text_of("right"), LFN_PASSWORD_STRONG, strong, NULL), LFN_OK);
    assert_string_not_equal(cheap, again);
    assert_non_null(strstr(strong, "$argon2id$v=19$m=19456,t=2,p=1$"));
    assert_int_equal(lfn_password_check(lfn_text_of("right"), cheap, LFN_PASSWORD_CHEAP, NULL), LFN_OK);
    assert_int_equal(lfn_password_check(lfn_text_of("right"), strong, LFN_PASSWORD_STRONG, NULL), LFN_OK);
    assert_int_equal(lfn_password_check(lfn_text_of("wrong"), cheap, LFN_PASSWORD_CHEAP, NULL), LFN_UNAUTHORIZED);
    assert_int_equal(lfn_password_check(lfn_text_of(""), cheap, LFN_PASSWORD_CHEAP, NULL), LFN_UNAUTHORIZED);
    assert_int_equal(lfn_password_check(lfn_text_make("right\0", 6), cheap, LFN_PASSWORD_CHEAP, NULL),
                     LFN_UNAUTHORIZED);
    assert_int_equal(lfn_password_check(lfn_text_of("right"), "no hash", LFN_PASSWORD_CHEAP, NULL), LFN_UNAUTHORIZED);
    assert_int_equal(lfn_password_check(lfn_text_of("right"), NULL, LFN_PASSWORD_STRONG, NULL), LFN_UNAUTHORIZED);
}

/* The memory that the hash asks for is one KiB more than libsodium has to give. */
static void a_password_is_not_refused_when_memory_is_out(void **state)
{
    (void)state;
    static const char dear[] = "$argon2id$v=19$m=4294967296,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
                               "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    lfn_error error;
    assert_int_equal(lfn_password_check(lfn_text_of("right"), dear, LFN_PASSWORD_STRONG, &error), LFN_NO_MEMORY);
    assert_int_equal(error.status, LFN_NO_MEMORY);
}

static void what_is_no_hash_fits_no_password(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "",
        "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "$argon2i$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    };
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        assert_int_equal(lfn_password_check(lfn_text_of("right"), broken[i], LFN_PASSWORD_CHEAP, NULL),
                         LFN_UNAUTHORIZED);
}

static void the_hash_of_a_state_is_fixed_and_tells_states_apart(void **state)
{
    (void)state;
    char hash[LFN_STATE_HASH_SIZE + 1];
    char other[LFN_STATE_HASH_SIZE + 1];
    lfn_state_hash(lfn_text_of("abc"), hash);
    lfn_state_hash(lfn_text_of("abd"), other);
    assert_string_equal(hash, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
    assert_string_not_equal(hash, other);
}

/* ---- tokens ---- */

static const lfn_claims claims_of_test = {"ann+\"x\\y\"\n@farm.example", 1000, 2000, 42};

static void make_token(const lfn_keys *keys, const lfn_claims *claims, lfn_buffer *out)
{
    lfn_buffer_init(out, 10000);
    assert_int_equal(lfn_token_make(keys, claims, out, NULL), LFN_OK);
}

static bool accepts(const lfn_keys *keys, lfn_text token)
{
    lfn_claims claims;
    return lfn_token_read(keys, token, 1500, &claims, NULL) == LFN_OK;
}

static void a_token_reads_back_until_it_expires(void **state)
{
    (void)state;
    lfn_keys *keys = keys_of(1);
    lfn_buffer token;
    make_token(keys, &claims_of_test, &token);
    lfn_claims read;
    assert_int_equal(lfn_token_read(keys, lfn_buffer_text(&token), 1999, &read, NULL), LFN_OK);
    assert_string_equal(read.subject, claims_of_test.subject);
    assert_int_equal(read.issued_s, 1000);
    assert_int_equal(read.expires_s, 2000);
    assert_int_equal(read.sequence, 42);
    assert_int_equal(lfn_token_read(keys, lfn_buffer_text(&token), 2000, &read, NULL), LFN_UNAUTHORIZED);
    assert_int_equal(lfn_token_read(keys, lfn_buffer_text(&token), 2001, &read, NULL), LFN_UNAUTHORIZED);
    lfn_buffer_free(&token);
    lfn_keys_free(keys);
}

static void a_token_is_not_refused_when_memory_is_out(void **state)
{
    (void)state;
    lfn_keys *keys = keys_of(1);
    lfn_buffer token;
    lfn_claims read;
    lfn_status status = LFN_NO_MEMORY;
    make_token(keys, &claims_of_test, &token);
    for (long count = 0; status != LFN_OK; count++) {
        lfn_alloc_fail_after(count);
        status = lfn_token_read(keys, lfn_buffer_text(&token), 1500, &read, NULL);
        lfn_alloc_fail_after(-1);
        assert_int_equal(status, count < 2 ? LFN_NO_MEMORY : LFN_OK);
    }
    lfn_buffer_free(&token);
    lfn_keys_free(keys);
}

static void the_longest_subject_reads_back(void **state)
{
    (void)state;
    lfn_keys *keys = keys_of(1);
    lfn_claims claims = {.expires_s = 2000};
    memset(claims.subject, '"', sizeof claims.subject - 1);
    lfn_buffer token;
    lfn_claims read;
    make_token(keys, &claims, &token);
    assert_int_equal(lfn_token_read(keys, lfn_buffer_text(&token), 1, &read, NULL), LFN_OK);
    assert_string_equal(read.subject, claims.subject);
    lfn_buffer_free(&token);
    lfn_keys_free(keys);
}

static void every_flipped_bit_and_every_cut_of_a_token_is_refused(void **state)
{
    (void)state;
    lfn_keys *keys = keys_of(1);
    lfn_buffer token;
    make_token(keys, &claims_of_test, &token);
    assert_true(accepts(keys, lfn_buffer_text(&token)));
    for (size_t bit = 0; bit < token.size * 8; bit++) {
        token.data[bit / 8] = (char)(token.data[bit / 8] ^ 1 << bit % 8);
        assert_false(accepts(keys, lfn_buffer_text(&token)));
        token.data[bit / 8] = (char)(token.data[bit / 8] ^ 1 << bit % 8);
    }
    for (size_t size = 0; size < token.size; size++)
        assert_false(accepts(keys, lfn_text_make(token.data, size)));
    lfn_buffer_free(&token);
    lfn_keys_free(keys);
}

static void refuse_with_header(const lfn_keys *keys, const char *header, const lfn_buffer *token, bool with_signature)
{
    const char *rest = strchr(token->data, '.');
    size_t size = with_signature ? strlen(rest) : (size_t)(strrchr(token->data, '.') - rest) + 1;
    lfn_buffer forged;
    lfn_buffer_init(&forged, 10000);
    (void)lfn_buffer_append_base64url(&forged, header, strlen(header));
    (void)lfn_buffer_append(&forged, rest, size);
    assert_false(accepts(keys, lfn_buffer_text(&forged)));
    lfn_buffer_free(&forged);
}

static void a_header_is_never_asked_how_to_check_the_token(void **state)
{
    (void)state;
    lfn_keys *keys = keys_of(1);
    lfn_buffer token;
    make_token(keys, &claims_of_test, &token);
    static const char *const headers[] = {"{\"alg\":\"none\"}",
                                          "{\"alg\":\"None\"}",
                                          "{\"alg\":\"HS256\"}",
                                          "{\"alg\":\"HS384\"}",
                                          "{}",
                                          "{\"alg\":\"HS512\",\"typ\":\"JWT\"}"};
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        refuse_with_header(keys, headers[i], &token, true);
        refuse_with_header(keys, headers[i], &token, false);
    }
    lfn_buffer_free(&token);
    lfn_keys_free(keys);
}

static void tokens_of_another_form_or_another_key_are_refused(void **state)
{
    (void)state;
    lfn_keys *keys = keys_of(1);
    lfn_keys *others = keys_of(2);
    lfn_buffer token;
    lfn_buffer changed;
    make_token(keys, &claims_of_test, &token);
    assert_false(accepts(others, lfn_buffer_text(&token)));
    static const char *const endings[] = {".", "=", "==", " ", "A", ".A", "\n"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        lfn_buffer_init(&changed, 10000);
        (void)lfn_buffer_append_text(&changed, lfn_buffer_text(&token));
        (void)lfn_buffer_append_string(&changed, endings[i]);
        assert_false(accepts(keys, lfn_buffer_text(&changed)));
        lfn_buffer_free(&changed);
    }
    static const char *const texts[] = {
        "", ".", "..", "...", "a.b.c", "eyJhbGciOiJIUzUxMiJ9.", "eyJhbGciOiJIUzUxMiJ9.."};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_false(accepts(keys, lfn_text_of(texts[i])));
    assert_false(accepts(keys, lfn_text_make(NULL, 0)));
    lfn_buffer_free(&token);
    lfn_keys_free(keys);
    lfn_keys_free(others);
}

static void another_spelling_of_the_same_signature_is_refused(void **state)
{
    (void)state;
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    lfn_keys *keys = keys_of(1);
    lfn_buffer token;
    make_token(keys, &claims_of_test, &token);
    char last = token.data[token.size - 1];
    for (size_t i = 0; i < 64; i++) {
        token.data[token.size - 1] = digits[i];
        assert_int_equal(accepts(keys, lfn_buffer_text(&token)), digits[i] == last);
    }
    lfn_buffer_free(&token);
    lfn_keys_free(keys);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_sealed_opens_in_every_size),
        cmocka_unit_test(what_many_openings_have_sealed_opens_in_all_of_them),
        cmocka_unit_test(a_salt_that_has_served_its_time_is_followed_by_another),
        cmocka_unit_test(the_sealed_form_names_its_version_and_key_and_hides_the_value),
        cmocka_unit_test(every_flipped_bit_of_a_sealed_value_is_refused),
        cmocka_unit_test(every_cut_of_a_sealed_value_is_refused),
        cmocka_unit_test(a_sealed_value_opens_in_its_own_place_only),
        cmocka_unit_test(another_key_opens_nothing_also_under_a_borrowed_id),
        cmocka_unit_test(sealing_without_random_bytes_fails),
        cmocka_unit_test(every_failed_allocation_is_told),
        cmocka_unit_test(a_password_fits_its_own_hash_and_no_other),
        cmocka_unit_test(a_password_is_not_refused_when_memory_is_out),
        cmocka_unit_test(what_is_no_hash_fits_no_password),
        cmocka_unit_test(the_hash_of_a_state_is_fixed_and_tells_states_apart),
        cmocka_unit_test(a_token_reads_back_until_it_expires),
        cmocka_unit_test(a_token_is_not_refused_when_memory_is_out),
        cmocka_unit_test(the_longest_subject_reads_back),
        cmocka_unit_test(every_flipped_bit_and_every_cut_of_a_token_is_refused),
        cmocka_unit_test(a_header_is_never_asked_how_to_check_the_token),
        cmocka_unit_test(tokens_of_another_form_or_another_key_are_refused),
        cmocka_unit_test(another_spelling_of_the_same_signature_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
