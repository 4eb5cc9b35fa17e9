/* Applications in the store: tokens, service credentials, and what is linked. */
#include "base/text.h"
#include "store/applications.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static lfn_text text(const char *string)
{
    return lfn_text_of(string);
}

static int open_store(void **state)
{
    lfn_store *store = NULL;
    assert_int_equal(lfn_store_open((lfn_text){NULL, 0}, &store, NULL), LFN_OK);
    assert_int_equal(lfn_store_add_application(store, text("a"), NULL), LFN_OK);
    assert_int_equal(lfn_store_add_application(store, text("b"), NULL), LFN_OK);
    *state = store;
    return 0;
}

static int close_store(void **state)
{
    lfn_store_free(*state);
    return 0;
}

static void an_application_and_its_tokens_are_found(void **state)
{
    lfn_store *store = *state;
    lfn_access_token token = {text("hash"), text("id"), text("a"), text("x y"), 7}, found;
    assert_int_equal(lfn_store_add_application(store, text("a"), NULL), LFN_CONFLICT);
    assert_int_equal(lfn_store_find_application(store, text("a"), NULL), LFN_OK);
    assert_int_equal(lfn_store_find_application(store, text("c"), NULL), LFN_NOT_FOUND);
    assert_int_equal(lfn_store_add_access_token(store, &token, NULL), LFN_OK);
    assert_int_equal(lfn_store_add_access_token(store, &token, NULL), LFN_CONFLICT);
    assert_int_equal(lfn_store_find_access_token(store, text("hash"), &found, NULL), LFN_OK);
    assert_true(lfn_text_equal_string(found.scopes, "x y"));
    assert_true(lfn_text_equal_string(found.application_id, "a"));
    assert_int_equal(found.expires_us, 7);
    assert_int_equal(lfn_store_find_access_token(store, text("other"), &found, NULL), LFN_NOT_FOUND);
    token = (lfn_access_token){text("h2"), text("i2"), text("nowhere"), text(""), 0};
    assert_int_equal(lfn_store_add_access_token(store, &token, NULL), LFN_NOT_FOUND);
}

static lfn_service_credential credential_named(const char *application, const char *id, const char *name)
{
    lfn_service_credential credential = {.id = text(id),
                                         .application_id = text(application),
                                         .name = text(name),
                                         .enabled = true,
                                         .type = text("mailgun"),
                                         .shown = text("{}"),
                                         .hidden = lfn_text_make("h\0", 2),
                                         .created_us = 5,
                                         .updated_us = 5,
                                         .created_by_id = text("t"),
                                         .created_by_type = text("apiToken"),
                                         .updated_by_id = text("t"),
                                         .updated_by_type = text("apiToken")};
    return credential;
}

static void a_name_is_unique_in_its_application(void **state)
{
    lfn_store *store = *state;
    lfn_service_credential one = credential_named("a", "1", "n"), two = credential_named("a", "2", "n"), found;
    assert_int_equal(lfn_store_add_service_credential(store, &one, NULL), LFN_OK);
    assert_int_equal(lfn_store_add_service_credential(store, &two, NULL), LFN_CONFLICT);
    two.application_id = text("b");
    assert_int_equal(lfn_store_add_service_credential(store, &two, NULL), LFN_OK);
    assert_int_equal(lfn_store_find_service_credential(store, text("a"), text("2"), &found, NULL), LFN_NOT_FOUND);
    two = credential_named("a", "3", "m");
    assert_int_equal(lfn_store_add_service_credential(store, &two, NULL), LFN_OK);
    two.name = text("n");
    assert_int_equal(lfn_store_change_service_credential(store, &two, NULL), LFN_CONFLICT);
    two.name = text("p");
    two.description = text("d");
    two.enabled = false;
    two.shown = text("{1}");
    two.hidden = text(NULL);
    two.updated_us = 9;
    two.updated_by_id = text("u");
    assert_int_equal(lfn_store_change_service_credential(store, &two, NULL), LFN_OK);
    assert_int_equal(lfn_store_find_service_credential(store, text("a"), text("1"), &found, NULL), LFN_OK);
    assert_int_equal(found.hidden.size, 2);
    assert_memory_equal(found.hidden.data, "h\0", 2);
    assert_int_equal(lfn_store_find_service_credential(store, text("a"), text("3"), &found, NULL), LFN_OK);
    assert_true(lfn_text_equal_string(found.shown, "{1}"));
    assert_null(found.hidden.data);
    assert_true(lfn_text_equal_string(found.name, "p"));
    assert_true(lfn_text_equal_string(found.description, "d"));
    assert_false(found.enabled);
    assert_int_equal(found.created_us, 5);
    assert_int_equal(found.updated_us, 9);
    assert_true(lfn_text_equal_string(found.created_by_id, "t"));
    assert_true(lfn_text_equal_string(found.updated_by_id, "u"));
    assert_int_equal(lfn_store_delete_service_credential(store, text("3"), NULL), LFN_OK);
    assert_int_equal(lfn_store_delete_service_credential(store, text("3"), NULL), LFN_NOT_FOUND);
    assert_int_equal(lfn_store_change_service_credential(store, &two, NULL), LFN_NOT_FOUND);
}

static lfn_status add_id(void *context, const lfn_linkable *linkable)
{
    char *ids = context;
    (void)snprintf(ids + strlen(ids), 64 - strlen(ids), "%.*s=%.*s ", (int)linkable->id.size, linkable->id.data,
                   (int)linkable->document.size, linkable->document.data);
    return LFN_OK;
}

static void what_is_linked_is_kept_by_kind_and_id(void **state)
{
    lfn_store *store = *state;
    char ids[64] = "";
    lfn_linkable linkable = {LFN_LINKABLE_FLOW, text("2"), text("a"), text("x")};
    assert_int_equal(lfn_store_put_linkable(store, &linkable, NULL), LFN_OK);
    linkable.document = text("y");
    assert_int_equal(lfn_store_put_linkable(store, &linkable, NULL), LFN_OK);
    linkable.application_id = text("b");
    assert_int_equal(lfn_store_put_linkable(store, &linkable, NULL), LFN_CONFLICT);
    linkable = (lfn_linkable){LFN_LINKABLE_FLOW, text("1"), text("a"), text("z")};
    assert_int_equal(lfn_store_put_linkable(store, &linkable, NULL), LFN_OK);
    linkable.kind = LFN_LINKABLE_FLOW_VERSION;
    assert_int_equal(lfn_store_put_linkable(store, &linkable, NULL), LFN_OK);
    linkable.application_id = text("nowhere");
    linkable.id = text("3");
    assert_int_equal(lfn_store_put_linkable(store, &linkable, NULL), LFN_NOT_FOUND);
    assert_int_equal(lfn_store_list_linkables(store, text("a"), LFN_LINKABLE_FLOW, add_id, ids, NULL), LFN_OK);
    assert_string_equal(ids, "1=z 2=y ");
}

static void clearing_leaves_the_settings_and_the_sequence(void **state)
{
    lfn_store *store = *state;
    int64_t number = 0;
    lfn_buffer value = {.ceiling = 16};
    lfn_owner owner;
    assert_int_equal(lfn_store_set_setting(store, "k", text("v"), NULL), LFN_OK);
    assert_int_equal(lfn_store_next_sequence(store, &number, NULL), LFN_OK);
    assert_int_equal(lfn_store_add_owner(store, text("o@farm.example"), text("hash"), number, NULL), LFN_OK);
    assert_int_equal(lfn_store_clear(store, NULL), LFN_OK);
    assert_int_equal(lfn_store_find_application(store, text("a"), NULL), LFN_NOT_FOUND);
    assert_int_equal(lfn_store_find_owner(store, text("o@farm.example"), &owner, NULL), LFN_NOT_FOUND);
    assert_int_equal(lfn_store_setting(store, "k", &value, NULL), LFN_OK);
    assert_string_equal(value.data, "v");
    assert_int_equal(lfn_store_next_sequence(store, &number, NULL), LFN_OK);
    assert_int_equal(number, 2);
    lfn_buffer_free(&value);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_store, close_store)
    const struct CMUnitTest tests[] = {
        TEST(an_application_and_its_tokens_are_found),
        TEST(a_name_is_unique_in_its_application),
        TEST(what_is_linked_is_kept_by_kind_and_id),
        TEST(clearing_leaves_the_settings_and_the_sequence),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
