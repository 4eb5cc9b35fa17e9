/* A refusal into an error, whatever its body is. The body is a stranger's: what is taken over from it is one printable
 * line of bounded length, and only from the members of the API's own form. */
#include "base/text.h"
#include "base/time.h"
#include "codec/problem.h"
#include "codec/words.h"

#include <stdio.h>

enum { WAIT_MAX_MS = 24 * 60 * 60 * 1000 };

/* What a body tells. */
typedef struct problem_facts {
    char key[sizeof((lfn_error *)NULL)->key];
    char where[sizeof((lfn_error *)NULL)->where];
    char message[300];
} problem_facts;

/* An error key is taken whole or not at all: cut or patched it would be another one. */
static void read_key(lfn_text key, problem_facts *facts)
{
    bool fits = key.size > 0 && key.size < sizeof facts->key;
    for (size_t i = 0; fits && i < key.size; i++) {
        char lower = lfn_ascii_lower(key.data[i]);
        fits = (lower >= 'a' && lower <= 'z') || lfn_ascii_digit(lower) || strchr("._-", key.data[i]) != NULL;
        fits = fits && key.data[i] != '\0';
    }
    if (fits)
        memcpy(facts->key, key.data, key.size);
}

/* A path in an object as a JSON pointer: "permissions.FIELDS" and "scopes[0]" as "/permissions/FIELDS" and "/scopes/0".
 */
static void read_where(lfn_text member, problem_facts *facts)
{
    lfn_text part, name;
    while (member.size > 0 && lfn_text_split(&member, '.', &part)) {
        while (lfn_text_split(&part, '[', &name)) {
            if (name.size > 0 && name.data[name.size - 1] == ']')
                name.size--;
            lfn_pointer_append(facts->where, sizeof facts->where, name);
        }
    }
}

static void add_words(problem_facts *facts, lfn_text text)
{
    lfn_words_append(facts->message, sizeof facts->message, text);
}

/* Takes the first refused member into where and message. */
static bool read_field_error(const lfn_json *field_errors, problem_facts *facts)
{
    const lfn_json *first = lfn_json_first(field_errors);
    lfn_text member = lfn_json_string(lfn_json_get(first, lfn_text_of("field")));
    if (member.size == 0)
        return false;
    read_where(member, facts);
    add_words(facts, member);
    add_words(facts, lfn_text_of(" "));
    add_words(facts, lfn_json_string(lfn_json_get(first, lfn_text_of("message"))));
    return true;
}

/* A member that is a sentence: present and not a code of a translation, as "error.http.400". */
static lfn_text sentence(const lfn_json *body, const char *name)
{
    lfn_text text = lfn_json_string(lfn_json_get(body, lfn_text_of(name)));
    bool code = lfn_text_starts(text, lfn_text_of("error.")) && lfn_text_find(text, ' ') == text.size;
    return code ? lfn_text_of(NULL) : text;
}

/* The form PROBLEM: errorKey, fieldErrors, message, detail, title. */
static void read_problem(const lfn_json *body, problem_facts *facts)
{
    static const char *const members[] = {"message", "detail", "title"};
    read_key(lfn_json_string(lfn_json_get(body, lfn_text_of("errorKey"))), facts);
    if (read_field_error(lfn_json_get(body, lfn_text_of("fieldErrors")), facts))
        return;
    for (size_t i = 0; i < sizeof members / sizeof *members && facts->message[0] == '\0'; i++)
        add_words(facts, sentence(body, members[i]));
}

/* The form TYPED: type and message. */
static void read_typed(const lfn_json *body, problem_facts *facts)
{
    read_key(lfn_json_string(lfn_json_get(body, lfn_text_of("type"))), facts);
    add_words(facts, sentence(body, "message"));
}

/* Reads the body by the API's form. What is no JSON object of that form gives a sentence about its kind only. */
static void read_body(const lfn_api *api, const lfn_response *response, problem_facts *facts)
{
    lfn_json *body = NULL;
    lfn_status status = lfn_json_parse(lfn_buffer_text(&response->body), &body, NULL);
    if (status == LFN_OK && lfn_json_kind_of(body) == LFN_JSON_OBJECT) {
        switch (api->error_form) {
        case LFN_ERROR_FORM_PROBLEM:
            read_problem(body, facts);
            break;
        case LFN_ERROR_FORM_TYPED:
            read_typed(body, facts);
            break;
        }
    }
    lfn_json_free(body);
    if (facts->message[0] != '\0')
        return;
    const char *kind = response->body.size == 0 ? "an empty body"
                       : status == LFN_OK       ? "a body that does not say why"
                       : status == LFN_PROTOCOL ? "a body that is not JSON"
                                                : "a body for which memory is out";
    (void)snprintf(facts->message, sizeof facts->message, "The answer was HTTP %d with %s.", response->status, kind);
}

/* Reads a date of HTTP, as "Sun, 06 Nov 1994 08:49:37 GMT". */
static bool read_date(lfn_text text, int64_t *out_time_us)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char form[32];
    char name[4] = "";
    if (text.size != 29 || !lfn_text_ends(text, lfn_text_of(" GMT")) || text.data[7] != ' ' || text.data[11] != ' ' ||
        text.data[16] != ' ' || lfn_text_find(text, '\0') < text.size)
        return false;
    memcpy(name, text.data + 8, 3);
    const char *month = strstr(months, name);
    if (month == NULL || (month - months) % 3 != 0)
        return false;
    (void)snprintf(form, sizeof form, "%.4s-%02d-%.2sT%.8sZ", text.data + 12, (int)(month - months) / 3 + 1,
                   text.data + 5, text.data + 17);
    return lfn_time_parse(lfn_text_of(form), out_time_us);
}

static bool is_digits(lfn_text text)
{
    for (size_t i = 0; i < text.size; i++)
        if (!lfn_ascii_digit(text.data[i]))
            return false;
    return text.size > 0;
}

/* How long the answer asks to wait, at most a day; -1 when it does not say. */
static int64_t read_wait(const lfn_response *response, int64_t now_us)
{
    int64_t seconds, time_us;
    if (response->status != 429 && response->status != 503)
        return -1;
    lfn_text value = lfn_text_trim(lfn_response_header(response, lfn_text_of("Retry-After")));
    if (lfn_text_integer(value, &seconds) && seconds >= 0)
        return seconds < WAIT_MAX_MS / 1000 ? seconds * 1000 : WAIT_MAX_MS;
    if (is_digits(value)) /* more than fits */
        return WAIT_MAX_MS;
    if (!read_date(value, &time_us))
        return -1;
    int64_t wait_ms = time_us / 1000 - now_us / 1000;
    return wait_ms < 0 ? 0 : wait_ms < WAIT_MAX_MS ? wait_ms : WAIT_MAX_MS;
}

/* What the tables know of a refusal; NULL when they do not know it. */
static const lfn_problem_row *find_row(const lfn_api *api, lfn_text key, int http_status)
{
    switch (api->error_form) {
    case LFN_ERROR_FORM_PROBLEM:
        return lfn_problem_find(key);
    case LFN_ERROR_FORM_TYPED:
        return lfn_problem_find_type(key, http_status);
    }
    return NULL;
}

lfn_status lfn_problem_read(const lfn_api *api, const lfn_response *response, int64_t now_us, lfn_error *error)
{
    problem_facts facts = {.key = ""};
    read_body(api, response, &facts);
    const lfn_problem_row *row = find_row(api, lfn_text_of(facts.key), response->status);
    lfn_status status = row != NULL ? row->status : lfn_status_of_http(response->status);
    /* Whoever asks found the answer to be none of success. */
    if (status == LFN_OK)
        status = LFN_PROTOCOL;
    (void)lfn_error_set_where(error, status, facts.where, "%s", facts.message);
    if (error != NULL) {
        error->http_status = response->status;
        error->retry_after_ms = read_wait(response, now_us);
        memcpy(error->key, facts.key, sizeof error->key);
    }
    return status;
}
