/* Opening and closing a service: its store, its keys and its options. */
#include "base/alloc.h"
#include "base/error.h"
#include "base/system.h"
#include "base/text.h"
#include "service/call.h"
#include "service/key.h"
#include "service/leaf/bearers.h"

#include <stdlib.h>

enum { BODY_STANDARD = 1024 * 1024, KEY_ID_CEILING = 64 };

const char lfn_key_id_setting[] = "key_id";

static lfn_status check_path(lfn_text path, lfn_error *error)
{
    if (path.data == NULL)
        return LFN_OK;
    if (path.size == 0 || lfn_text_find(path, '\0') < path.size)
        return lfn_error_set_where(error, LFN_BAD_INPUT, "/path", "the path is empty or holds a NUL");
    return LFN_OK;
}

static bool is_web_address(lfn_text url)
{
    static const lfn_text plain = LFN_TEXT("http://");
    static const lfn_text safe = LFN_TEXT("https://");
    for (size_t i = 0; i < url.size; i++)
        if (url.data[i] <= ' ' || url.data[i] > '~' || strchr("\"<>?#\\", url.data[i]) != NULL)
            return false;
    return (lfn_text_starts(url, plain) && url.size > plain.size) ||
           (lfn_text_starts(url, safe) && url.size > safe.size);
}

static lfn_status take_public_url(lfn_service *service, lfn_text url, lfn_error *error)
{
    if (url.data == NULL)
        url = lfn_text_of("http://leafnative.invalid");
    while (url.size > 0 && url.data[url.size - 1] == '/')
        url.size--;
    if (!is_web_address(url))
        return lfn_error_set_where(error, LFN_BAD_INPUT, "/public_url",
                                   "the public URL is no address: give one as https://leaf.example");
    service->public_url = lfn_copy(url.data, url.size);
    return service->public_url != NULL ? LFN_OK : lfn_error_no_memory(error);
}

/* The store remembers the id of its key. Another key is refused before anything is read or sealed with it. */
static lfn_status settle_key(lfn_service *service, const lfn_buffer *known, lfn_error *error)
{
    const char *id = lfn_keys_id(service->keys);
    if (known->size == 0)
        return lfn_store_set_setting(service->store, lfn_key_id_setting, lfn_text_of(id), error);
    if (lfn_text_equal_string(lfn_buffer_text(known), id))
        return LFN_OK;
    return lfn_error_set_where(error, LFN_STORAGE, "/key",
                               "the key does not open this database: it was sealed with the key %s, and %s was given",
                               known->data, id);
}

static lfn_status take_keys(lfn_service *service, const lfn_service_options *options, lfn_error *error)
{
    unsigned char master[LFN_KEY_SIZE] = {0};
    lfn_buffer known = {.ceiling = KEY_ID_CEILING};
    lfn_status status = lfn_store_begin(service->store, true, error);
    if (status != LFN_OK)
        return status;
    status = lfn_store_setting(service->store, lfn_key_id_setting, &known, error);
    if (status == LFN_NOT_FOUND)
        status = LFN_OK;
    if (status == LFN_OK)
        status = lfn_master_key(options, service->random, known.size == 0, master, error);
    if (status == LFN_OK)
        status = lfn_keys_make(master, service->random, &service->keys, error);
    if (status == LFN_OK)
        status = settle_key(service, &known, error);
    if (status == LFN_OK)
        status = lfn_store_commit(service->store, error);
    if (status != LFN_OK)
        lfn_store_rollback(service->store);
    lfn_wipe(master, sizeof master);
    lfn_buffer_free(&known);
    return status;
}

lfn_status lfn_service_open(const lfn_service_options *options, lfn_service **out_service, lfn_error *error)
{
    lfn_status status = check_path(options->path, error);
    if (status != LFN_OK)
        return status;
    lfn_service *service = lfn_alloc(sizeof *service);
    if (service == NULL)
        return lfn_error_no_memory(error);
    if (pthread_mutex_init(&service->mutex, NULL) != 0) {
        lfn_free(service);
        return lfn_error_no_memory(error);
    }
    service->fork_generation = lfn_fork_generation();
    service->clock = options->clock != NULL ? options->clock : lfn_clock_system();
    service->random = options->random != NULL ? options->random : lfn_random_system();
    service->log = options->log;
    service->mask_secrets = options->mask_secrets;
    service->password_cost =
        options->path.data == NULL || options->cheap_passwords ? LFN_PASSWORD_CHEAP : LFN_PASSWORD_STRONG;
    service->body_max_bytes = options->body_max_bytes > 0 ? options->body_max_bytes : BODY_STANDARD;

    service->bearers = lfn_bearers_make();
    status =
        service->bearers != NULL ? take_public_url(service, options->public_url, error) : lfn_error_no_memory(error);
    if (status == LFN_OK)
        status = lfn_store_open(options->path, &service->store, error);
    if (status == LFN_OK)
        status = take_keys(service, options, error);
    if (status != LFN_OK) {
        lfn_service_free(service);
        return status;
    }
    *out_service = service;
    return LFN_OK;
}

void lfn_service_free(lfn_service *service)
{
    if (service == NULL)
        return;
    lfn_store_free(service->store);
    lfn_keys_free(service->keys);
    lfn_free(service->bearers);
    lfn_free(service->public_url);
    (void)pthread_mutex_destroy(&service->mutex);
    lfn_free(service);
}
