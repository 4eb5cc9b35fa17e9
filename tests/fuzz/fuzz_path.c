/* Any bytes as a request target: the matcher never fails, and what it matches builds back to a target that it matches
 * the same way. The first byte chooses the method. */
#include "base/text.h"
#include "codec/path.h"
#include "codec/query.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
    if (!holds)
        abort();
}

static void read_query(lfn_text query)
{
    lfn_text name, value;
    lfn_buffer scratch;
    lfn_buffer_init(&scratch, LFN_TARGET_MAX);
    while (lfn_query_next(&query, &scratch, &name, &value))
        demand(name.size > 0 && lfn_text_utf8(name, NULL) && lfn_text_utf8(value, NULL) &&
               lfn_text_find(name, '\0') == name.size && lfn_text_find(value, '\0') == value.size);
    demand(!scratch.failed);
    lfn_buffer_free(&scratch);
}

/* Words may come back in lower case, everything else as it was. */
static void demand_same(const lfn_match *first, const lfn_match *second)
{
    demand(first->operation == second->operation && first->provider == second->provider);
    demand(first->allowed == second->allowed && first->value_count == second->value_count);
    for (size_t i = 0; i < first->value_count; i++) {
        bool word = lfn_operation_path_field(first->operation, i)->type == LFN_TYPE_CHOICE;
        demand(word ? lfn_text_equal_nocase(first->values[i], second->values[i])
                    : lfn_text_equal(first->values[i], second->values[i]));
    }
}

static void build_back(const lfn_match *match)
{
    lfn_argument members[LFN_PATH_VALUES_MAX];
    lfn_buffer target;
    lfn_match again;
    for (size_t i = 0; i < match->value_count; i++)
        members[i] = (lfn_argument){lfn_text_of(lfn_operation_path_field(match->operation, i)->name), match->values[i]};
    lfn_buffer_init(&target, LFN_TARGET_MAX);
    lfn_status status = lfn_path_build(match->operation, match->provider, members, match->value_count, &target, NULL);
    demand(status == LFN_OK || status == LFN_BAD_INPUT);
    if (status == LFN_OK) {
        demand(lfn_path_match(match->operation->method, lfn_buffer_text(&target), &again));
        demand_same(match, &again);
        lfn_match_free(&again);
    }
    lfn_buffer_free(&target);
}

/* A query without a fault is sound, and one with a fault says which member. */
static void check_query(const lfn_match *match)
{
    lfn_faults faults = {.count = 0};
    const lfn_schema *schema = lfn_operation_query(match->operation);
    lfn_status status = lfn_query_check(match->api, schema, match->query, &faults);
    demand(status == (faults.count > 0 ? LFN_BAD_INPUT : LFN_OK));
    for (size_t i = 0; i < faults.count; i++)
        demand(faults.fault[i].pointer[0] == '/' && lfn_text_utf8(lfn_text_of(faults.fault[i].pointer), NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lfn_match match;
    if (size == 0)
        return 0;
    lfn_text target = lfn_text_make((const char *)data + 1, size - 1);
    lfn_method method = (lfn_method)(data[0] % LFN_METHOD_COUNT);
    bool matched = lfn_path_match(method, target, &match);
    demand(!matched || (match.path_known && (match.allowed & 1u << method) != 0));
    demand(match.path_known == (match.allowed != 0));
    if (matched)
        build_back(&match);
    if (match.query.data != NULL)
        read_query(match.query);
    if (matched)
        check_query(&match);
    lfn_match_free(&match);
    return 0;
}
