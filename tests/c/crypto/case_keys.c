/* See case_keys.h. */
#include "crypto/case_keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static lfn_buffer read_all(FILE *stream)
{
    lfn_buffer content;
    char chunk[1024];
    size_t size;
    lfn_buffer_init(&content, 1 << 16);
    while ((size = fread(chunk, 1, sizeof chunk, stream)) > 0)
        assert_true(lfn_buffer_append(&content, chunk, size));
    return content;
}

lfn_buffer keys_read(const char *name)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/tests/cases/keys/%s", LFN_SOURCE_DIR, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        fail_msg("%s cannot be read", path);
    lfn_buffer content = read_all(file);
    (void)fclose(file);
    return content;
}

lfn_buffer keys_run(const char *command, lfn_text text)
{
    char path[] = "/tmp/leafnative_key_XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, text.data, text.size), (ssize_t)text.size);
    assert_int_equal(close(descriptor), 0);
    char line[512];
    (void)snprintf(line, sizeof line, "set -- %s; %s </dev/null", path, command);
    FILE *output = popen(line, "r");
    assert_non_null(output);
    lfn_buffer printed = read_all(output);
    int status = pclose(output);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(status, 0);
    return printed;
}

bool keys_have(const char *program)
{
    return access(program, X_OK) == 0;
}
