/* A service filled from one document, all or nothing. What an operation makes is made by that operation, so that the
 * rows and rules which check a request check the document too; the rest is administration. Every refusal names the
 * member by its JSON pointer. */
#include "service/seed.h"

#include "base/alloc.h"
#include "base/text.h"
#include "service/admin.h"

static lfn_status read_document(lfn_call *call, lfn_text json, lfn_json **out_root)
{
    static const char *const names[] = {"owners", "users", "relations", "applications", NULL};
    lfn_error reason;
    lfn_status status = lfn_json_parse(json.data != NULL ? json : lfn_text_of(""), out_root, &reason);
    if (status == LFN_PROTOCOL)
        return lfn_error_set(&call->error, LFN_BAD_INPUT, "the seed is not JSON: %s", reason.message);
    if (status != LFN_OK)
        return lfn_error_set(&call->error, status, "no memory for a seed");
    lfn_spot root = {*out_root, ""};
    return lfn_spot_check(call, &root, names);
}

static lfn_status plant_all(lfn_call *call, const lfn_spot *root, lfn_owner_hashes *owners)
{
    owners->next = 0;
    lfn_status status = lfn_spot_each_entry(call, root, "owners", lfn_seed_owner, owners);
    if (status == LFN_OK)
        status = lfn_spot_each_entry(call, root, "users", lfn_seed_user, NULL);
    if (status == LFN_OK)
        status = lfn_spot_each_entry(call, root, "relations", lfn_seed_relation, NULL);
    return status == LFN_OK ? lfn_spot_each_entry(call, root, "applications", lfn_seed_application, NULL) : status;
}

static size_t count_entries(const lfn_json *list)
{
    size_t count = 0;
    for (const lfn_json *child = list != NULL ? lfn_json_first(list) : NULL; child != NULL;
         child = lfn_json_next(child))
        count++;
    return count;
}

lfn_status lfn_service_seed(lfn_service *service, lfn_text json, lfn_error *error)
{
    lfn_call call;
    lfn_json *document = NULL;
    lfn_owner_hashes owners = {NULL, 0};
    lfn_call_begin(&call, service);
    lfn_status status = read_document(&call, json, &document);
    lfn_spot root = {document, ""};
    size_t owner_count = count_entries(lfn_json_get(document, lfn_text_of("owners")));
    if (status == LFN_OK) {
        owners.hashes = lfn_alloc_array(owner_count + 1, sizeof *owners.hashes);
        status = owners.hashes != NULL ? lfn_spot_each_entry(&call, &root, "owners", lfn_seed_hash_owner, &owners)
                                       : lfn_error_set(&call.error, LFN_NO_MEMORY, "no memory for a seed");
    }
    if (status != LFN_OK && error != NULL)
        *error = call.error;
    lfn_call_end(&call);
    if (status == LFN_OK)
        status = lfn_admin_begin(&call, service, "seed", error);
    if (status == LFN_OK)
        status = lfn_admin_finish(&call, plant_all(&call, &root, &owners), error);
    lfn_free_wiped(owners.hashes, owners.hashes != NULL ? (owner_count + 1) * sizeof *owners.hashes : 0);
    lfn_json_free(document);
    return status;
}
