/* A call written down as text: its operation by name, its arguments as "name=value" with a semicolon between. */
#ifndef TESTS_SUPPORT_NAMED_CALL_H
#define TESTS_SUPPORT_NAMED_CALL_H

#include "base/text.h"
#include "leafnative/client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { NAMED_ARGUMENTS_MAX = 8 };

/* Fills a call, whose arguments stand in `list`. The texts are borrowed. */
static inline lfn_call named_call(const char *name, const char *arguments, const char *body,
                                  lfn_argument list[NAMED_ARGUMENTS_MAX])
{
    lfn_call call = {.arguments = list, .body = lfn_text_of(body)};
    assert_true(lfn_operation_find(lfn_text_of(name), &call.operation, &call.provider));
    lfn_text part, rest = lfn_text_of(arguments);
    while (rest.size > 0 && lfn_text_split(&rest, ';', &part)) {
        size_t equals = lfn_text_find(part, '=');
        assert_true(call.argument_count < NAMED_ARGUMENTS_MAX);
        list[call.argument_count++] =
            (lfn_argument){lfn_text_slice(part, 0, equals), lfn_text_slice(part, equals + 1, part.size)};
    }
    return call;
}

/* Puts a value in the place of a word that stands for it, as "{user}". */
static inline void named_call_fill(const lfn_call *call, lfn_argument *list, const char *word, const char *value)
{
    for (size_t i = 0; i < call->argument_count; i++) {
        if (lfn_text_equal_string(list[i].value, word))
            list[i].value = lfn_text_of(value);
    }
}

#endif
