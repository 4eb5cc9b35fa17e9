/* The paths that the operations have, cut into their segments once and for all. */
#ifndef LFN_CODEC_PATH_SHAPES_H
#define LFN_CODEC_PATH_SHAPES_H

#include "leafnative/operation.h"

enum { LFN_SEGMENTS_MAX = 16 };

/* One segment of a template, as "users" or "{role}". */
typedef struct lfn_path_part {
    lfn_text literal;
    bool any_case;          /* the literal may be written in any case of letters */
    const lfn_field *field; /* what stands here; NULL for a literal */
} lfn_path_part;

/* A template, with every operation that has it. */
typedef struct lfn_path_shape {
    const lfn_operation *operations[LFN_METHOD_COUNT]; /* by their method; NULL where there is none */
    lfn_path_part parts[LFN_SEGMENTS_MAX];
    size_t count;
    unsigned literals; /* one bit a segment, the first the highest: of two that fit the greater number is the nearer */
    bool slash;        /* one more slash may stand at the end */
    bool open;         /* none of the operations takes a token */
} lfn_path_shape;

/* Those of so many segments, in the order of the rows. */
const lfn_path_shape *const *lfn_path_shapes(size_t segments, size_t *out_count);

#endif
