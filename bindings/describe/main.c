/* describe reference | openapi | core | rows | lua: prints one description of the tables to the standard output. */
#include "describe.h"

#include <stdio.h>

enum { PRINTED_MAX = 16 * 1024 * 1024 };

typedef struct printer {
    const char *name;
    void (*print)(lfn_buffer *out);
} printer;

static const printer printers[] = {
    {"reference", lfn_describe_reference}, {"openapi", lfn_describe_openapi}, {"core", lfn_describe_core},
    {"rows", lfn_describe_rows},           {"lua", lfn_describe_lua},
};

static const printer *find_printer(const char *name)
{
    for (size_t i = 0; i < sizeof printers / sizeof *printers; i++)
        if (strcmp(name, printers[i].name) == 0)
            return &printers[i];
    return NULL;
}

int main(int argc, char **argv)
{
    const printer *chosen = argc == 2 ? find_printer(argv[1]) : NULL;
    if (chosen == NULL) {
        fputs("usage: describe reference | openapi | core | rows | lua\n", stderr);
        return 2;
    }
    lfn_buffer out;
    lfn_buffer_init(&out, PRINTED_MAX);
    chosen->print(&out);
    lfn_text text = lfn_buffer_text(&out);
    bool written = !out.failed && fwrite(text.data, 1, text.size, stdout) == text.size && fflush(stdout) == 0;
    lfn_buffer_free(&out);
    if (!written)
        fputs("describe: not everything could be printed: give it memory and a writable output\n", stderr);
    return written ? 0 : 1;
}
