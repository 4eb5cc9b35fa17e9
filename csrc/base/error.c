/* Statuses, problems and errors: see leafnative/error.h and error.h. */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

static const lfn_status_row status_rows[] = {
#define LFN_STATUS_ROW(id, code, python_class, builtin, retryable, exit_code, hint)                                    \
    [LFN_##id] = {LFN_##id, code, python_class, builtin, retryable, exit_code, hint},
#include "leafnative/tables/status.def"
};

const lfn_status_row *lfn_status_get(lfn_status status)
{
    return &status_rows[(unsigned)status < LFN_STATUS_COUNT ? status : LFN_OK];
}

static const lfn_problem_row problem_rows[] = {
#define LFN_PROBLEM_ROW(id, http_status, key, type, status, title, message)                                            \
    [LFN_PROBLEM_##id] = {LFN_PROBLEM_##id, http_status, key, type, LFN_##status, title, message},
#include "leafnative/tables/problems.def"
};

const lfn_problem_row *lfn_problem_get(lfn_problem problem)
{
    return (unsigned)problem < LFN_PROBLEM_COUNT ? &problem_rows[problem] : NULL;
}

static bool is_word(const char *known, lfn_text word)
{
    return word.size > 0 && strlen(known) == word.size && memcmp(known, word.data, word.size) == 0;
}

const lfn_problem_row *lfn_problem_find(lfn_text key)
{
    for (size_t i = 0; i < LFN_PROBLEM_COUNT; i++)
        if (is_word(problem_rows[i].key, key))
            return &problem_rows[i];
    return NULL;
}

const lfn_problem_row *lfn_problem_find_type(lfn_text type, int http_status)
{
    for (size_t i = 0; i < LFN_PROBLEM_COUNT; i++)
        if (problem_rows[i].http_status == http_status && is_word(problem_rows[i].type, type))
            return &problem_rows[i];
    return NULL;
}

lfn_status lfn_status_of_http(int http_status)
{
    if (http_status >= 200 && http_status < 300)
        return LFN_OK;
    switch (http_status) {
    case 401:
        return LFN_UNAUTHORIZED;
    case 403:
        return LFN_FORBIDDEN;
    case 404:
    case 410:
        return LFN_NOT_FOUND;
    case 408:
        return LFN_SERVER;
    case 409:
        return LFN_CONFLICT;
    case 429:
        return LFN_RATE_LIMITED;
    default:
        break;
    }
    if (http_status >= 400 && http_status < 500)
        return LFN_BAD_INPUT;
    return http_status >= 500 && http_status < 600 ? LFN_SERVER : LFN_PROTOCOL;
}

static void fill(lfn_error *error, lfn_status status, const char *where)
{
    *error = (lfn_error){.status = status, .retry_after_ms = -1};
    (void)snprintf(error->where, sizeof error->where, "%s", where);
    (void)snprintf(error->hint, sizeof error->hint, "%s", lfn_status_get(status)->hint);
}

lfn_status lfn_error_set(lfn_error *error, lfn_status status, const char *format, ...)
{
    if (error == NULL)
        return status;
    fill(error, status, "");
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return status;
}

lfn_status lfn_error_set_where(lfn_error *error, lfn_status status, const char *where, const char *format, ...)
{
    if (error == NULL)
        return status;
    fill(error, status, where);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return status;
}

lfn_status lfn_error_no_memory(lfn_error *error)
{
    return lfn_error_set(error, LFN_NO_MEMORY, "Memory is out.");
}

void lfn_error_hint(lfn_error *error, const char *format, ...)
{
    if (error == NULL)
        return;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(error->hint, sizeof error->hint, format, arguments);
    va_end(arguments);
}
