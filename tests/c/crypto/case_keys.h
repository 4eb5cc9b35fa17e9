/* The throw-away keys and certificates of tests/cases/keys, and tools to compare with. */
#ifndef TESTS_CRYPTO_CASE_KEYS_H
#define TESTS_CRYPTO_CASE_KEYS_H

#include "leafnative/base.h"

/* Reads a file of tests/cases/keys into a buffer that is to be freed. */
lfn_buffer keys_read(const char *name);
/* Writes the text into a file that its owner alone may read, runs `command` with its path as $1, and gives what it
 * prints; a failure of the command fails the test. Free it. */
lfn_buffer keys_run(const char *command, lfn_text text);
/* Whether the program is there. Where it is not, what it printed earlier stands in tests/cases/keys. */
bool keys_have(const char *program);

#endif
