/* The ends of names: see leafnative/json.h. */
#include "leafnative/json.h"

size_t lfn_name_ends(lfn_text name, uint64_t *out_head, uint64_t *out_tail)
{
    uint64_t head = 0, tail = 0;
    if (name.size >= 8) {
        memcpy(&head, name.data, 8);
        memcpy(&tail, name.data + name.size - 8, 8);
    } else if (name.size >= 4) {
        memcpy(&head, name.data, 4);
        memcpy(&tail, name.data + name.size - 4, 4);
    } else if (name.size > 0) {
        memcpy(&head, name.data, 1);
        memcpy(&tail, name.data + name.size - 1, 1);
        tail = tail << 8 | (unsigned char)name.data[name.size / 2];
    }
    *out_head = head;
    *out_tail = tail;
    uint64_t mix = (head ^ (tail << 29 | tail >> 35)) * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(mix >> 40);
}
