/* Any bytes through the JSON reader, the tree and the writer: what is accepted is written and read back equal. */
#include "leafnative/json.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
    if (!holds)
        abort();
}

static void write_tree(const lfn_json *root, lfn_buffer *out_text)
{
    lfn_json_writer writer = {.buffer = out_text};
    lfn_json_write_node(&writer, root);
    demand(!out_text->failed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lfn_text text = lfn_text_make((const char *)data, size);
    lfn_json *first = NULL, *second = NULL;
    lfn_buffer once, twice;
    lfn_status status = lfn_json_parse(text, &first, NULL);
    demand(status == lfn_json_read(text, NULL, NULL, NULL));
    if (status != LFN_OK)
        return 0;
    /* An escape of one byte in the text may need six when it is written. */
    lfn_buffer_init(&once, 8 * size);
    lfn_buffer_init(&twice, 8 * size);
    write_tree(first, &once);
    demand(lfn_json_parse(lfn_buffer_text(&once), &second, NULL) == LFN_OK);
    write_tree(second, &twice);
    demand(once.size == twice.size && memcmp(once.data, twice.data, once.size) == 0);
    lfn_json_free(first);
    lfn_json_free(second);
    lfn_buffer_free(&once);
    lfn_buffer_free(&twice);
    return 0;
}
