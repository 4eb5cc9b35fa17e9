/* What the parts of a call cost that no socket is needed for: builds a path, or checks the answer about a credential,
 * as often as it is told. tests/system/test_costs.py counts its instructions. */
#include "codec/path.h"
#include "leafnative/json.h"

#include <stdio.h>
#include <stdlib.h>

#define CREDENTIAL                                                                                                     \
    "{\"id\":\"0190f5a1-7b1c-7e3a-9d52-000000000001\",\"clientId\":\"maple-client\",\"username\":\"maple@farm.example" \
    "\",\"organizationCode\":\"MAPLE-01\",\"clientEnvironment\":\"STAGE\",\"status\":\"OK\",\"createdTime\":"          \
    "\"2026-01-31T12:00:00.000000Z\",\"lastUpdated\":\"2026-01-31T12:00:00.000000Z\",\"owned\":true,\"links\":3}"

static void stop(const char *what)
{
    (void)fprintf(stderr, "part_cost: %s\n", what);
    exit(1);
}

static void build_paths(unsigned long count)
{
    const lfn_argument user = {LFN_TEXT("leafUserId"), LFN_TEXT("0190f5a1-7b1c-7e3a-9d52-000000000001")};
    for (unsigned long i = 0; i < count; i++) {
        lfn_buffer target;
        lfn_buffer_init(&target, LFN_TARGET_MAX);
        if (lfn_path_build(lfn_operation_get(LFN_OP_USERS_GET), NULL, &user, 1, &target, NULL) != LFN_OK)
            stop("a path cannot be built");
        lfn_buffer_free(&target);
    }
}

static void check_answers(unsigned long count)
{
    static const lfn_text answer = LFN_TEXT(CREDENTIAL);
    for (unsigned long i = 0; i < count; i++)
        if (lfn_json_read(answer, NULL, NULL, NULL) != LFN_OK)
            stop("an answer is not JSON");
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "path") == 0)
        build_paths(strtoul(argv[2], NULL, 10));
    else if (argc == 3 && strcmp(argv[1], "check") == 0)
        check_answers(strtoul(argv[2], NULL, 10));
    else
        stop("usage: part_cost path|check COUNT");
    return 0;
}
