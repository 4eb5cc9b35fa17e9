/* Shapes of paths: see path_shapes.h. They are made from the rows when the first path is asked for. */
#include "codec/path_shapes.h"

#include "base/text.h"

#include <pthread.h>

static lfn_path_shape shapes[LFN_OP_COUNT];
static size_t shape_count;
static const lfn_path_shape *sorted[LFN_OP_COUNT]; /* by the number of their segments */
static size_t starts[LFN_SEGMENTS_MAX + 2]; /* in `sorted`, by that number; each group ends where the next starts */
static pthread_once_t making = PTHREAD_ONCE_INIT;

/* Whether a literal segment is a word that a path member takes in any case of letters: such a word may be written in
 * any case wherever it stands. */
static bool takes_any_case(lfn_text literal)
{
    const lfn_field *field;
    for (size_t i = 0; (field = lfn_schema_at(lfn_schema_get(LFN_SCHEMA_PATH), i)) != NULL; i++) {
        const lfn_choice *choice = lfn_choice_get(field->choice);
        if (choice != NULL && choice->letter_case == LFN_CASE_LOWER && lfn_choice_index(choice, literal) >= 0)
            return true;
    }
    return false;
}

static lfn_path_part part_of(lfn_text segment)
{
    if (segment.data[0] != '{')
        return (lfn_path_part){.literal = segment, .any_case = takes_any_case(segment)};
    lfn_text name = lfn_text_slice(segment, 1, segment.size - 2);
    return (lfn_path_part){.field = lfn_schema_find(lfn_schema_get(LFN_SCHEMA_PATH), name)};
}

/* Adds the segments of a part of a template that begins with a slash, or of nothing. */
static void add_parts(lfn_path_shape *shape, lfn_text template)
{
    if (template.size == 0)
        return;
    lfn_text segment, rest = lfn_text_slice(template, 1, template.size);
    while (shape->count < LFN_SEGMENTS_MAX && lfn_text_split(&rest, '/', &segment)) {
        lfn_path_part part = part_of(segment);
        shape->literals = shape->literals << 1 | (part.field == NULL);
        shape->parts[shape->count++] = part;
    }
}

static lfn_path_shape shape_of(const lfn_operation *operation)
{
    static const lfn_text optional_slash = LFN_TEXT("[/]");
    lfn_path_shape shape = {.open = true};
    lfn_text template = lfn_text_of(operation->path);
    shape.slash = lfn_text_ends(template, optional_slash);
    if (shape.slash)
        template.size -= optional_slash.size;
    add_parts(&shape, lfn_text_of(operation->group->prefix));
    add_parts(&shape, template);
    return shape;
}

/* The shape of an operation with the same template, or NULL. */
static lfn_path_shape *find_shape(const lfn_operation *operation)
{
    for (size_t i = 0; i < shape_count; i++)
        for (size_t method = 0; method < LFN_METHOD_COUNT; method++) {
            const lfn_operation *other = shapes[i].operations[method];
            if (other != NULL && strcmp(other->group->prefix, operation->group->prefix) == 0 &&
                strcmp(other->path, operation->path) == 0)
                return &shapes[i];
        }
    return NULL;
}

static void sort_shapes(void)
{
    size_t next = 0;
    for (size_t segments = 0; segments <= LFN_SEGMENTS_MAX; segments++) {
        starts[segments] = next;
        for (size_t i = 0; i < shape_count; i++)
            if (shapes[i].count == segments)
                sorted[next++] = &shapes[i];
    }
    starts[LFN_SEGMENTS_MAX + 1] = next;
}

static void make(void)
{
    for (unsigned i = 0; i < LFN_OP_COUNT; i++) {
        const lfn_operation *operation = lfn_operation_get((lfn_operation_id)i);
        lfn_path_shape *shape = find_shape(operation);
        if (shape == NULL) {
            shape = &shapes[shape_count++];
            *shape = shape_of(operation);
        }
        shape->operations[operation->method] = operation;
        shape->open = shape->open && operation->access == LFN_ACCESS_OPEN;
    }
    sort_shapes();
}

const lfn_path_shape *const *lfn_path_shapes(size_t segments, size_t *out_count)
{
    (void)pthread_once(&making, make);
    *out_count = starts[segments + 1] - starts[segments];
    return sorted + starts[segments];
}
