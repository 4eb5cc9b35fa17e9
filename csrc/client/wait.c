/* Waiting until a member of an answer has a value: see leafnative/client.h. */
#include "base/text.h"
#include "client/client.h"
#include "codec/words.h"

enum { FIRST_REST_MS = 250, LONGEST_REST_MS = 5000 };

/* ---- what may be waited for ---- */

static lfn_status check_member(const lfn_call *call, lfn_text member, lfn_text value, lfn_error *error)
{
    const lfn_schema *schema = lfn_operation_result(call->operation, call->provider);
    const lfn_field *field = lfn_schema_find(schema, member);
    if (field == NULL)
        return lfn_error_set(error, LFN_BAD_INPUT, "The answer of %s.%s has no member %.*s.",
                             call->provider != NULL ? call->provider->attribute : call->operation->group->name,
                             call->operation->name, lfn_text_shown(member), member.data);
    const lfn_choice *choice = field->type == LFN_TYPE_CHOICE ? lfn_choice_get(field->choice) : NULL;
    if (choice == NULL || lfn_choice_index(choice, value) >= 0)
        return LFN_OK;
    char wanted[300] = "";
    lfn_words_wanted(choice, wanted, sizeof wanted);
    return lfn_error_set(error, LFN_BAD_INPUT, "%s will never be %.*s: it %s.", field->name, lfn_text_shown(value),
                         value.data, wanted);
}

lfn_status lfn_wait_check(const lfn_call *call, lfn_text member, lfn_text value, int64_t deadline_ms, lfn_error *error)
{
    if (call->operation == NULL || call->operation->method != LFN_GET || call->operation->form != LFN_FORM_OBJECT)
        return lfn_error_set(error, LFN_BAD_INPUT, "The operation of a wait must read one object.");
    if (lfn_name_secret(member))
        return lfn_error_set(error, LFN_BAD_INPUT, "A wait cannot be for a secret member.");
    if (deadline_ms < 0)
        return lfn_error_set_where(error, LFN_BAD_INPUT, "/deadline", "The deadline must not be negative.");
    return call->lax ? LFN_OK : check_member(call, member, value, error);
}

/* ---- the wait ---- */

/* Whether a value fits into a message of one line. */
static bool is_shown(lfn_text value)
{
    for (size_t i = 0; i < value.size; i++)
        if ((unsigned char)value.data[i] < ' ')
            return false;
    return value.data != NULL && value.size <= LFN_SHOWN_MAX;
}

/* Reads the member of the answer: *out_reached tells whether it has the value. A member that is no string has none. */
static lfn_status look(const lfn_result *result, lfn_text member, lfn_text value, bool *out_reached, lfn_error *error)
{
    lfn_json *answer = NULL;
    lfn_status status = lfn_json_parse(lfn_buffer_text(&result->response.body), &answer, error);
    if (status != LFN_OK)
        return status;
    lfn_text now = lfn_json_string(lfn_json_get(answer, member));
    *out_reached = now.data != NULL && lfn_text_equal(now, value);
    lfn_text shown = is_shown(now) ? now : lfn_text_of("otherwise");
    if (!*out_reached)
        (void)lfn_error_set(error, LFN_DEADLINE, "%.*s is still %.*s, not %.*s.", lfn_text_shown(member), member.data,
                            lfn_text_shown(shown), shown.data, lfn_text_shown(value), value.data);
    lfn_json_free(answer);
    return LFN_OK;
}

int64_t lfn_wait_rest_ms(int64_t before_ms)
{
    if (before_ms <= 0)
        return FIRST_REST_MS;
    return before_ms < LONGEST_REST_MS / 2 ? before_ms * 2 : LONGEST_REST_MS;
}

lfn_status lfn_client_wait(lfn_client *client, const lfn_call *call, lfn_text member, lfn_text value,
                           int64_t deadline_ms, lfn_result *result, lfn_error *error)
{
    const lfn_clock *clock = client->clock;
    lfn_status status = lfn_wait_check(call, member, value, deadline_ms, error);
    if (status != LFN_OK)
        return status;
    lfn_call looking = *call;
    int64_t left_ms = deadline_ms;
    int64_t began_ms = clock->monotonic_ms(clock->context);
    for (int64_t rest_ms = lfn_wait_rest_ms(0);; rest_ms = lfn_wait_rest_ms(rest_ms)) {
        bool reached = false;
        if (deadline_ms > 0)
            looking.deadline_ms = left_ms > 0 ? left_ms : 1;
        status = lfn_client_call(client, &looking, result, error);
        if (status == LFN_OK)
            status = look(result, member, value, &reached, error);
        if (status != LFN_OK || reached)
            return status;
        if (clock->monotonic_ms(clock->context) - began_ms > deadline_ms - rest_ms)
            return LFN_DEADLINE;
        clock->sleep_ms(clock->context, rest_ms);
        left_ms = deadline_ms - (clock->monotonic_ms(clock->context) - began_ms);
    }
}
