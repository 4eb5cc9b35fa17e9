/* What is made anew: see fresh.h. */
#include "service/fresh.h"

#include "base/alloc.h"
#include "base/text.h"

enum { SECRET_BYTES = 32, OBJECT_ID_BYTES = 12 };

/* Random bytes as text; there are SECRET_BYTES of them at most. */
static lfn_status make_text(lfn_call *call, size_t size, bool (*encode)(lfn_buffer *, const void *, size_t),
                            lfn_text *out_text)
{
    unsigned char bytes[SECRET_BYTES];
    const lfn_random *random = call->service->random;
    if (!random->fill(random->context, bytes, size))
        return lfn_error_set(&call->error, LFN_SERVER, "no random bytes could be had");
    lfn_buffer digits;
    lfn_buffer_init(&digits, 2 * size);
    lfn_status status = encode(&digits, bytes, size) ? LFN_OK : LFN_NO_MEMORY;
    lfn_text text = lfn_buffer_text(&digits);
    if (status == LFN_OK)
        status = lfn_arena_keep(&call->arena, &text);
    if (status == LFN_OK)
        *out_text = text;
    lfn_wipe(bytes, sizeof bytes);
    lfn_buffer_free(&digits);
    return status;
}

lfn_status lfn_random_text(lfn_call *call, lfn_text *out_text)
{
    return make_text(call, SECRET_BYTES, lfn_buffer_append_base64url, out_text);
}

lfn_status lfn_new_object_id(lfn_call *call, lfn_text *out_id)
{
    return make_text(call, OBJECT_ID_BYTES, lfn_buffer_append_hex, out_id);
}

lfn_status lfn_new_id(lfn_call *call, lfn_text *out_id)
{
    char id[LFN_UUID_SIZE + 1];
    if (!lfn_uuid_make(call->service->random, id))
        return lfn_error_set(&call->error, LFN_SERVER, "no random bytes could be had for an id");
    lfn_text text = lfn_text_of(id);
    lfn_status status = lfn_arena_keep(&call->arena, &text);
    if (status == LFN_OK)
        *out_id = text;
    return status;
}
