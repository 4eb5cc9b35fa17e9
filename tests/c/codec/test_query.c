/* Queries of an API that refuses what is wrong in them. */
#include "base/alloc.h"
#include "codec/query.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

typedef struct query_case {
    lfn_operation_id operation;
    const char *query;
    const char *pointer; /* of the first fault; NULL: the query is sound */
    const char *message;
} query_case;

static lfn_status check(lfn_operation_id id, const char *query, lfn_faults *faults)
{
    const lfn_operation *operation = lfn_operation_get(id);
    faults->count = 0;
    return lfn_query_check(operation->group->api, lfn_operation_query(operation), lfn_text_of(query), faults);
}

static void the_rows_of_a_query_are_kept(void **state)
{
    (void)state;
    static const query_case cases[] = {
        {LFN_OP_SERVICE_CREDENTIALS_LIST, NULL, NULL, NULL},
        {LFN_OP_SERVICE_CREDENTIALS_LIST, "", NULL, NULL},
        {LFN_OP_SERVICE_CREDENTIALS_LIST, "&&", NULL, NULL},
        {LFN_OP_SERVICE_CREDENTIALS_LIST,
         "page=0&perPage=1000&sortField=name&sortDirection=asc&filterField=type&filter=a*%20b", NULL, NULL},
        {LFN_OP_SERVICE_CREDENTIALS_LIST, "filter=", NULL, NULL},
        {LFN_OP_SERVICE_CREDENTIALS_LIST, "_actions=maybe&_links=&_embedded=%C3%A9", NULL, NULL},
        {LFN_OP_SERVICE_CREDENTIALS_LIST, "_actions=1&_actions=2&_links=%FF&_embedded=%zz&_embedded=%00", NULL, NULL},
        {LFN_OP_SERVICE_CREDENTIAL_PATCH, "_links&_links=true", NULL, NULL},
        {LFN_OP_SERVICE_CREDENTIALS_LIST, "_links=%FF&page=%FF", "/page", "cannot be read"},
        {LFN_OP_SERVICE_CREDENTIALS_LIST, "perPage=1", NULL, NULL},
        {LFN_OP_SERVICE_CREDENTIALS_LIST, "perPage=0", "/perPage", "must be an integer from 1 to 1000"},
        {LFN_OP_SERVICE_CREDENTIALS_LIST, "perPage=1001", "/perPage", "must be an integer from 1 to 1000"},
        {LFN_OP_SERVICE_CREDENTIALS_LIST, "perPage=ten", "/perPage", "must be an integer from 1 to 1000"},
        {LFN_OP_SERVICE_CREDENTIALS_LIST, "perPage=", "/perPage", "must be an integer from 1 to 1000"},
        {LFN_OP_SERVICE_CREDENTIALS_LIST, "perPage", "/perPage", "must be an integer from 1 to 1000"},
        {LFN_OP_SERVICE_CREDENTIALS_LIST, "page=-1", "/page", "must be an integer of at least 0"},
        {LFN_OP_SERVICE_CREDENTIALS_LIST, "page=99999999999999999999", "/page", "must be an integer of at least 0"},
        {LFN_OP_SERVICE_CREDENTIALS_LIST, "page=0&page=0", "/page", "is given twice"},
        {LFN_OP_SERVICE_CREDENTIALS_LIST, "sortField=Name", "/sortField", "must be one of name, type, creationDate"},
        {LFN_OP_SERVICE_CREDENTIALS_LIST, "sortDirection=down", "/sortDirection", "must be one of asc, desc"},
        {LFN_OP_SERVICE_CREDENTIALS_LIST, "filterField=enabled", "/filterField", "must be one of name, type"},
        {LFN_OP_SERVICE_CREDENTIALS_LIST, "size=3", "/size", "is not a member of this query"},
        {LFN_OP_SERVICE_CREDENTIALS_LIST, "per_page=3", "/per_page", "did you mean perPage?"},
        {LFN_OP_SERVICE_CREDENTIALS_LIST, "a/b%0A=3", "/a~1b?", "is not a member of this query"},
        {LFN_OP_SERVICE_CREDENTIALS_LIST, "filter=%zz", "/filter", "cannot be read"},
        {LFN_OP_SERVICE_CREDENTIALS_LIST, "filter=%00", "/filter", "cannot be read"},
        {LFN_OP_SERVICE_CREDENTIALS_LIST, "filter=%FF", "/filter", "cannot be read"},
        {LFN_OP_SERVICE_CREDENTIALS_LIST, "=3", "/", "cannot be read"},
        {LFN_OP_SERVICE_CREDENTIAL_LINKED_RESOURCES, "includeCustomNodes=true", NULL, NULL},
        {LFN_OP_SERVICE_CREDENTIAL_LINKED_RESOURCES, "includeCustomNodes=false&_links=true", NULL, NULL},
        {LFN_OP_SERVICE_CREDENTIAL_LINKED_RESOURCES, "includeCustomNodes=1", "/includeCustomNodes",
         "must be true or false"},
        {LFN_OP_SERVICE_CREDENTIAL_LINKED_RESOURCES, "includeCustomNodes=TRUE", "/includeCustomNodes",
         "must be true or false"},
        {LFN_OP_SERVICE_CREDENTIAL_LINKED_RESOURCES, "page=0", "/page", "is not a member of this query"},
        {LFN_OP_SERVICE_CREDENTIAL_GET, "_actions=true", NULL, NULL},
        {LFN_OP_SERVICE_CREDENTIAL_GET, "x=1", "/x", "is not a member of this query"},
        {LFN_OP_USERS_GET, "x=1", "/x", "is not a member of this query"},
        {LFN_OP_USERS_LIST, "sort=name&sort=email,desc", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lfn_faults faults;
        lfn_status status = check(cases[i].operation, cases[i].query, &faults);
        if ((status == LFN_OK) != (cases[i].pointer == NULL))
            fail_msg("%s: %d", cases[i].query, status);
        if (cases[i].pointer == NULL) {
            assert_int_equal(faults.count, 0);
            continue;
        }
        assert_int_equal(status, LFN_BAD_INPUT);
        assert_string_equal(faults.fault[0].pointer, cases[i].pointer);
        if (strstr(faults.fault[0].message, cases[i].message) == NULL)
            fail_msg("%s: %s", cases[i].query, faults.fault[0].message);
    }
}

static void every_query_member_of_every_operation_has_a_value_that_fits_and_one_that_does_not(void **state)
{
    (void)state;
    size_t checked = 0;
    for (unsigned i = 0; i < LFN_OP_COUNT; i++) {
        const lfn_operation *operation = lfn_operation_get((lfn_operation_id)i);
        const lfn_field *field;
        for (size_t f = 0; (field = lfn_schema_at(lfn_operation_query(operation), f)) != NULL; f++, checked++) {
            const lfn_choice *choice = lfn_choice_get(field->choice);
            bool number = field->type == LFN_TYPE_INTEGER;
            bool loose = choice == NULL && (field->type == LFN_TYPE_STRING || field->type == LFN_TYPE_STRINGS);
            char query[100];
            lfn_faults faults;
            (void)snprintf(query, sizeof query, "%s=%s", field->name,
                           choice != NULL                    ? choice->words[0]
                           : number                          ? "1"
                           : field->type == LFN_TYPE_BOOLEAN ? "false"
                                                             : "x");
            assert_int_equal(check(operation->id, query, &faults), LFN_OK);
            (void)snprintf(query, sizeof query, "%s=none-of-them", field->name);
            assert_int_equal(check(operation->id, query, &faults), loose ? LFN_OK : LFN_BAD_INPUT);
        }
    }
    print_message("%zu query members checked\n", checked);
    assert_true(checked > 20);
}

static void memory_that_runs_out_is_told(void **state)
{
    (void)state;
    lfn_faults faults;
    lfn_alloc_fail_after(0);
    lfn_status status = check(LFN_OP_SERVICE_CREDENTIALS_LIST, "page=0", &faults);
    lfn_alloc_fail_after(-1);
    assert_int_equal(status, LFN_NO_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rows_of_a_query_are_kept),
        cmocka_unit_test(every_query_member_of_every_operation_has_a_value_that_fits_and_one_that_does_not),
        cmocka_unit_test(memory_that_runs_out_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
