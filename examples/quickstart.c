/* The same service and client from C: an owner, a grower, a refusal.
 *
 *     cc quickstart.c -lleafnative && ./a.out
 */
#include <leafnative/leafnative.h>

#include <stdio.h>

/* Makes a call with a JSON body and prints its answer, or the reason why there is none. */
static lfn_status call(lfn_client *client, const char *name, const char *body)
{
    lfn_call call = {.body = lfn_text_of(body)};
    lfn_error error;
    lfn_result result;
    lfn_result_init(&result, 1 << 20);
    if (!lfn_operation_find(lfn_text_of(name), &call.operation, &call.provider))
        return LFN_BAD_INPUT;
    lfn_status status = lfn_client_call(client, &call, &result, &error);
    if (status == LFN_OK)
        printf("%s: %s\n", name, lfn_buffer_text(&result.response.body).data);
    else
        printf("%s: %s %s (%s)\n", name, error.where, error.message, error.hint);
    lfn_result_free(&result);
    return status;
}

int main(void)
{
    lfn_service *service = NULL;
    lfn_client *client = NULL;
    lfn_error error = {0};
    lfn_client_options options = {.username = LFN_TEXT("a@farm.example"), .password = LFN_TEXT("s3cret")};
    if (lfn_service_open(&(lfn_service_options){0}, &service, &error) != LFN_OK ||
        lfn_service_create_owner(service, options.username, options.password, &error) != LFN_OK ||
        lfn_transport_open_handler(lfn_service_answer, service, &options.transport, &error) != LFN_OK ||
        lfn_client_open(&options, &client, &error) != LFN_OK) {
        printf("%s\n", error.message);
        return 1;
    }
    lfn_status made = call(client, "users.create", "{\"name\": \"Maple Farm\"}");
    lfn_status refused = call(client, "users.create", "{\"nmae\": \"Maple Farm\"}");
    lfn_client_free(client);
    lfn_service_free(service);
    return made == LFN_OK && refused == LFN_BAD_INPUT ? 0 : 1;
}
