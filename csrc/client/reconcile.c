/* What became of a call whose answer was lost: see reconcile.h. The order here is that of events: the reading is made
 * and goes out, what it shows is compared with what was sent, and the call ends or goes out again. */
#include "client/reconcile.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "codec/holds.h"
#include "codec/path.h"
#include "leafnative/json.h"

enum { ARGUMENTS_MAX = 8 };

/* ---- an outcome that stays unknown ---- */

/* The operation that shows whether another had its effect: that of its row, else the GET of the same path, else the
 * first of the group. */
static const lfn_operation *reading_of(const lfn_operation *operation)
{
    const lfn_reconcile *row = lfn_reconcile_get(operation);
    if (row != NULL)
        return lfn_operation_get(row->reading);
    const lfn_operation *found = NULL;
    for (int i = 0; i < LFN_OP_COUNT; i++) {
        const lfn_operation *other = lfn_operation_get((lfn_operation_id)i);
        if (other->method != LFN_GET || other->group != operation->group)
            continue;
        if (strcmp(other->path, operation->path) == 0)
            return other;
        found = found != NULL ? found : other;
    }
    return found;
}

static void hint_reading(lfn_flight *flight, const char *before)
{
    const lfn_operation *reading = flight->operation != NULL ? reading_of(flight->operation) : NULL;
    if (reading == NULL) {
        lfn_error_hint(&flight->error, "%s: find out before you call again.", before);
        return;
    }
    bool per_provider = lfn_operation_per_provider(reading) && flight->provider != NULL;
    lfn_error_hint(&flight->error, "%s: find out with %s.%s before you call again.", before,
                   per_provider ? flight->provider->attribute : reading->group->name, reading->name);
}

/* Puts words before the message of the failure at hand. */
static void put_before(lfn_error *error, const char *words)
{
    char reason[sizeof error->message];
    (void)snprintf(reason, sizeof reason, "%s", error->message);
    (void)snprintf(error->message, sizeof error->message, "%s: %.*s", words, (int)(sizeof reason - strlen(words) - 4),
                   reason);
}

static void end_unknown(lfn_flight *flight)
{
    put_before(&flight->error, "The outcome is unknown");
    hint_reading(flight, "It may have taken effect");
    flight->error.status = LFN_UNKNOWN_OUTCOME;
    lfn_flight_end(flight, LFN_UNKNOWN_OUTCOME);
}

/* ---- the reading ---- */

/* The arguments of a reading. Its texts are those of the lost call and of its parsed body. */
typedef struct asked {
    lfn_argument list[ARGUMENTS_MAX];
    size_t count;
} asked;

static bool add(asked *arguments, lfn_text name, lfn_text value)
{
    if (arguments->count == ARGUMENTS_MAX || value.size == 0)
        return false;
    arguments->list[arguments->count++] = (lfn_argument){name, value};
    return true;
}

/* The path members that the reading shares with the lost call, read back from the target of that one. */
static bool add_path_members(asked *arguments, const lfn_operation *reading, const lfn_match *lost)
{
    const lfn_field *field;
    for (size_t i = 0; (field = lfn_operation_path_field(reading, i)) != NULL; i++) {
        lfn_text value = lfn_match_value(lost, field->name);
        if (value.data != NULL && !add(arguments, lfn_text_of(field->name), value))
            return false;
    }
    return true;
}

/* Adds the pairs of a row: "role=receiver&owner={receiverApiOwner}". */
static bool add_pairs(asked *arguments, const char *pairs, const lfn_json *body)
{
    lfn_text rest = lfn_text_of(pairs);
    lfn_text pair;
    while (rest.size > 0 && lfn_text_split(&rest, '&', &pair)) {
        size_t equals = lfn_text_find(pair, '=');
        lfn_text value = lfn_text_slice(pair, equals + 1, pair.size);
        if (lfn_text_starts(value, lfn_text_of("{")))
            value = lfn_json_string(lfn_json_get(body, lfn_text_slice(value, 1, value.size - 2)));
        if (!add(arguments, lfn_text_slice(pair, 0, equals), value))
            return false;
    }
    return true;
}

/* Makes the reading of a row into lost->reading. False when what it needs was not sent, or memory is out. */
static bool prepare_reading(const lfn_flight *flight, const lfn_reconcile *row, lfn_prepared *out_reading)
{
    const lfn_operation *reading = lfn_operation_get(row->reading);
    asked arguments = {.count = 0};
    lfn_json *body = NULL;
    lfn_match lost = {0};
    bool known = lfn_path_match(flight->request->method, flight->request->target, &lost) &&
                 (flight->request->body.data == NULL || lfn_json_parse(flight->request->body, &body, NULL) == LFN_OK);
    bool made = known && add_path_members(&arguments, reading, &lost) && add_pairs(&arguments, row->arguments, body);
    lfn_prepared_init(out_reading);
    if (made) {
        lfn_call call = {.operation = reading,
                         .provider = flight->provider,
                         .arguments = arguments.list,
                         .argument_count = arguments.count};
        made = lfn_prepare_call(flight->client->api, &call, out_reading, NULL) == LFN_OK;
        if (!made)
            lfn_prepared_free(out_reading);
    }
    lfn_match_free(&lost);
    lfn_json_free(body);
    return made;
}

/* Keeps the call, and puts the reading in its place. */
static void exchange_for_reading(lfn_flight *flight, const lfn_reconcile *row, const lfn_prepared *reading)
{
    lfn_lost *lost = flight->lost;
    lost->row = row;
    lost->asking = true;
    lost->reading = *reading;
    lost->operation = flight->operation;
    lost->request = flight->request;
    lost->repeat = flight->repeat;
    lost->repeats = flight->repeats;
    lost->status = flight->status;
    lost->error = flight->error;
    flight->operation = lfn_operation_get(row->reading);
    flight->request = &lost->reading.request;
    flight->repeat = flight->operation->repeat;
    flight->repeats = 0;
}

void lfn_reconcile_begin(lfn_flight *flight)
{
    const lfn_reconcile *row = flight->operation != NULL ? lfn_reconcile_get(flight->operation) : NULL;
    lfn_prepared reading;
    if (flight->lost == NULL)
        flight->lost = lfn_alloc(sizeof *flight->lost);
    if (row == NULL || flight->lost == NULL || !prepare_reading(flight, row, &reading)) {
        end_unknown(flight);
        return;
    }
    if (!lfn_flight_follow(flight, LFN_EVENT_RECONCILE)) {
        lfn_prepared_free(&reading);
        end_unknown(flight);
        return;
    }
    lfn_log_line(&flight->client->log, LFN_LOG_WARNING,
                 "the answer of %s was lost (%s): a reading asks what became of "
                 "it",
                 lfn_method_name(flight->request->method), lfn_status_get(flight->status)->code);
    exchange_for_reading(flight, row, &reading);
}

/* ---- what the reading shows ---- */

typedef enum finding {
    FINDING_DONE,     /* the call had its effect */
    FINDING_NOT_DONE, /* it had none */
    FINDING_OTHER,    /* something else stands there */
    FINDING_UNKNOWN
} finding;

/* The entry of a list that the key of the row finds, NULL when there is none. */
static const lfn_json *find_entry(const lfn_reconcile *row, const lfn_operation *reading, const lfn_json *answer,
                                  const lfn_json *sent)
{
    const char *items = lfn_list_words_get(reading->group->api->list_form)->items;
    const lfn_json *list = items[0] != '\0' ? lfn_json_get(answer, lfn_text_of(items)) : answer;
    lfn_text wanted = lfn_json_string(lfn_json_get(sent, lfn_text_of(row->key)));
    for (const lfn_json *entry = lfn_json_first(list); entry != NULL; entry = lfn_json_next(entry))
        if (lfn_text_equal(lfn_json_string(lfn_json_get(entry, lfn_text_of(row->key))), wanted))
            return entry;
    return NULL;
}

/* Looks for what the lost call was to make; *out_found is the object that it made. */
static finding look_for(const lfn_flight *flight, const lfn_operation *reading, const lfn_json *answer,
                        const lfn_json *sent, const lfn_json **out_found)
{
    const lfn_reconcile *row = flight->lost->row;
    if (reading->form == LFN_FORM_TEXT)
        return lfn_text_equal_string(lfn_json_string(answer), row->wanted) ? FINDING_DONE : FINDING_OTHER;
    *out_found = answer;
    if (reading->form == LFN_FORM_LIST)
        *out_found = find_entry(row, reading, answer, sent);
    if (*out_found == NULL)
        return lfn_response_page(&flight->result->response, reading).has_next ? FINDING_UNKNOWN : FINDING_NOT_DONE;
    const lfn_schema *schema = lfn_operation_result(reading, flight->provider);
    return lfn_object_holds(schema, *out_found, sent) ? FINDING_DONE : FINDING_OTHER;
}

/* Whether the reading of a call that takes something away shows that nothing is left. */
static finding look_whether_gone(const lfn_reconcile *row, const lfn_json *answer)
{
    const lfn_json *rest = lfn_json_get(answer, lfn_text_of(row->key));
    bool gone = row->key[0] != '\0' && rest != NULL && lfn_json_first(rest) == NULL;
    return gone ? FINDING_DONE : FINDING_NOT_DONE;
}

/* ---- the answer that stands for the lost one ---- */

static void write_members(lfn_json_writer *writer, const lfn_json *object)
{
    for (const lfn_json *member = lfn_json_first(object); member != NULL; member = lfn_json_next(member)) {
        lfn_json_write_key(writer, lfn_json_name(member));
        lfn_json_write_node(writer, member);
    }
}

/* Puts the answer into the response, as the row says. False when memory is out. */
static bool rebuild(lfn_flight *flight, const lfn_json *sent, const lfn_json *found)
{
    const char *fixed = flight->lost->row->answer;
    lfn_response *response = &flight->result->response;
    lfn_buffer body;
    lfn_json *made = NULL;
    lfn_buffer_init(&body, response->body.ceiling);
    lfn_json_writer writer = {.buffer = &body};
    bool ok = fixed[0] == '\0' || lfn_json_parse(lfn_text_of(fixed), &made, NULL) == LFN_OK;
    if (made != NULL) {
        lfn_json_write_begin_object(&writer);
        write_members(&writer, sent);
        write_members(&writer, made);
        lfn_json_write_end_object(&writer);
    } else if (found != NULL) {
        lfn_json_write_node(&writer, found);
    }
    lfn_response_clear(response);
    ok = ok && !body.failed && lfn_buffer_append_text(&response->body, lfn_buffer_text(&body));
    response->status = flight->operation->success;
    flight->result->entry_count = 0;
    lfn_json_free(made);
    lfn_buffer_free(&body);
    return ok;
}

static void end_reconciled(lfn_flight *flight, const lfn_json *sent, const lfn_json *found)
{
    if (rebuild(flight, sent, found)) {
        flight->result->reconciled = true;
        lfn_flight_end(flight, LFN_OK);
    } else {
        lfn_flight_end(flight, lfn_error_no_memory(&flight->error));
    }
}

/* ---- the decision ---- */

static void end_other(lfn_flight *flight)
{
    (void)lfn_error_set(&flight->error, LFN_CONFLICT,
                        "The answer was lost, and what stands there now is not what was sent.");
    hint_reading(flight, "It was there before, or somebody changed it");
    lfn_flight_end(flight, LFN_CONFLICT);
}

/* The reading has shown that nothing happened: the call may go out again. */
static void send_again(lfn_flight *flight)
{
    if (flight->status == LFN_CONFLICT) { /* it was sent again before, and refused for a reason of its own */
        lfn_flight_end(flight, flight->status);
        return;
    }
    flight->error.retry_after_ms = -1; /* it has been waited for before the reading */
    if (lfn_flight_repeat(flight))
        return;
    put_before(&flight->error, "It had no effect");
    lfn_error_hint(&flight->error, "A reading showed that nothing was changed: call again.");
    lfn_flight_end(flight, flight->status);
}

static void act(lfn_flight *flight, finding what, const lfn_json *sent, const lfn_json *found)
{
    switch (what) {
    case FINDING_DONE:
        end_reconciled(flight, sent, found);
        return;
    case FINDING_NOT_DONE:
        send_again(flight);
        return;
    case FINDING_OTHER:
        end_other(flight);
        return;
    case FINDING_UNKNOWN:
        end_unknown(flight);
        return;
    }
}

/* Brings the call back into the place of the reading, with the failure by which its answer was lost. */
static void bring_back(lfn_flight *flight)
{
    lfn_lost *lost = flight->lost;
    lfn_prepared_free(&lost->reading);
    lost->asking = false;
    flight->operation = lost->operation;
    flight->request = lost->request;
    flight->repeat = lost->repeat;
    flight->repeats = lost->repeats;
    flight->status = lost->status;
    flight->error = lost->error;
}

/* Reads the answer of a reading that went well. */
static void decide_by_answer(lfn_flight *flight, const lfn_operation *reading)
{
    lfn_json *answer = NULL;
    lfn_json *sent = NULL;
    const lfn_json *found = NULL;
    const lfn_reconcile *row = flight->lost->row;
    finding what = FINDING_UNKNOWN;
    bool parsed = lfn_json_parse(lfn_buffer_text(&flight->result->response.body), &answer, NULL) == LFN_OK;
    if (flight->request->body.data != NULL)
        parsed = parsed && lfn_json_parse(flight->request->body, &sent, NULL) == LFN_OK;
    if (parsed)
        what = row->goal == LFN_GOAL_GONE ? look_whether_gone(row, answer)
                                          : look_for(flight, reading, answer, sent, &found);
    act(flight, what, sent, found);
    lfn_json_free(answer);
    lfn_json_free(sent);
}

void lfn_reconcile_decide(lfn_flight *flight)
{
    const lfn_operation *reading = flight->operation;
    lfn_status told = flight->status;
    bring_back(flight);
    if (told == LFN_OK)
        decide_by_answer(flight, reading);
    else if (told == LFN_NOT_FOUND)
        act(flight, flight->lost->row->goal == LFN_GOAL_GONE ? FINDING_DONE : FINDING_NOT_DONE, NULL, NULL);
    else
        end_unknown(flight);
    /* The failure is that of the call: what the reading answered is not its answer. */
    if (flight->phase == LFN_PHASE_ENDED && flight->status != LFN_OK) {
        lfn_response_clear(&flight->result->response);
        flight->result->entry_count = 0;
    }
}

bool lfn_reconcile_again(lfn_flight *flight)
{
    const lfn_lost *lost = flight->lost;
    if (lost == NULL || lost->asking)
        return false;
    if (lost->row->goal == LFN_GOAL_GONE && flight->status == LFN_NOT_FOUND) {
        act(flight, FINDING_DONE, NULL, NULL);
        return true;
    }
    if (lost->row->goal != LFN_GOAL_THERE || flight->status != LFN_CONFLICT)
        return false;
    lfn_reconcile_begin(flight);
    return true;
}
