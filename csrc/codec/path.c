/* From a request target to its operation. A target is split at its slashes first and decoded after, so that an encoded
 * slash stays inside its segment; then its segments are held against the shapes of the paths that there are. */
#include "codec/path.h"

#include "base/text.h"
#include "codec/path_shapes.h"

typedef struct path_segments {
    lfn_text text[LFN_SEGMENTS_MAX]; /* decoded, once decode_segments was called */
    size_t count;
    bool slash; /* one more slash stood at the end */
} path_segments;

static bool split_path(lfn_text path, path_segments *out_segments)
{
    out_segments->count = 0;
    if (path.size < 2 || path.data[0] != '/')
        return false;
    lfn_text raw, rest = lfn_text_slice(path, 1, path.size);
    out_segments->slash = rest.data[rest.size - 1] == '/';
    if (out_segments->slash)
        rest.size--;
    while (lfn_text_split(&rest, '/', &raw)) {
        if (raw.size == 0 || out_segments->count == LFN_SEGMENTS_MAX)
            return false;
        out_segments->text[out_segments->count++] = raw;
    }
    return true;
}

/* Whether no NUL and nothing but UTF-8 is in the text. */
static bool is_clean(lfn_text text)
{
    return lfn_text_find(text, '\0') == text.size && lfn_text_utf8(text, NULL);
}

/* Decodes the segments. Their texts are cut out at the end, when the buffer moves no more. */
static bool decode_segments(path_segments *segments, lfn_buffer *decoded)
{
    size_t ends[LFN_SEGMENTS_MAX];
    size_t start = 0;
    for (size_t i = 0; i < segments->count; i++) {
        if (!lfn_buffer_append_unpercent(decoded, segments->text[i], false))
            return false;
        ends[i] = decoded->size;
    }
    for (size_t i = 0; i < segments->count; i++) {
        segments->text[i] = lfn_text_slice(lfn_buffer_text(decoded), start, ends[i] - start);
        if (!is_clean(segments->text[i]))
            return false;
        start = ends[i];
    }
    return true;
}

/* Splits a path and decodes it; most have nothing to decode. False for one that no operation has. */
static bool read_path(lfn_text path, path_segments *out_segments, lfn_buffer *decoded)
{
    if (!split_path(path, out_segments))
        return false;
    if (lfn_text_find(path, '%') < path.size)
        return decode_segments(out_segments, decoded);
    return is_clean(path);
}

/* Whether a path of as many segments has the shape; *out_provider is the one that it names, if any. Paths differ most
 * at their ends, which are held against each other first. */
static bool fits(const lfn_path_shape *shape, const path_segments *path, const lfn_provider **out_provider)
{
    if (path->slash && !shape->slash)
        return false;
    const lfn_provider *provider = NULL;
    for (size_t i = shape->count; i-- > 0;) {
        const lfn_path_part *part = &shape->parts[i];
        lfn_text segment = path->text[i];
        if (part->field == NULL && !lfn_text_equal(part->literal, segment) &&
            !(part->any_case && lfn_text_equal_nocase(part->literal, segment)))
            return false;
        if (part->field == NULL || part->field->type != LFN_TYPE_PROVIDER)
            continue;
        provider = lfn_provider_find_segment(segment);
        if (provider == NULL)
            return false;
    }
    *out_provider = provider;
    return true;
}

/* Puts what stands in the places of the shape's members into the match. */
static void take_values(const lfn_path_shape *shape, const path_segments *path, lfn_match *match)
{
    for (size_t i = 0; i < shape->count; i++) {
        const lfn_field *field = shape->parts[i].field;
        if (field == NULL || field->type == LFN_TYPE_PROVIDER)
            continue;
        match->fields[match->value_count] = field;
        match->values[match->value_count++] = path->text[i];
    }
}

/* Adds what a shape that fits has to tell about the path. */
static void add_shape(lfn_match *match, const lfn_path_shape *shape)
{
    match->open = shape->open && (match->open || !match->path_known);
    match->path_known = true;
    for (unsigned method = 0; method < LFN_METHOD_COUNT; method++) {
        if (shape->operations[method] == NULL)
            continue;
        match->api = shape->operations[method]->group->api;
        match->allowed |= 1u << method;
    }
}

bool lfn_path_match(lfn_method method, lfn_text target, lfn_match *out_match)
{
    *out_match = (lfn_match){.operation = NULL};
    lfn_buffer_init(&out_match->decoded, LFN_TARGET_MAX);
    if (target.size > LFN_TARGET_MAX || (unsigned)method >= LFN_METHOD_COUNT)
        return false;
    size_t question = lfn_text_find(target, '?');
    if (question < target.size)
        out_match->query = lfn_text_slice(target, question + 1, target.size);
    path_segments path;
    if (!read_path(lfn_text_slice(target, 0, question), &path, &out_match->decoded))
        return false;

    size_t count;
    const lfn_path_shape *const *shapes = lfn_path_shapes(path.count, &count);
    const lfn_path_shape *best = NULL;
    for (size_t i = 0; i < count; i++) {
        const lfn_provider *provider;
        const lfn_path_shape *shape = shapes[i];
        if (!fits(shape, &path, &provider))
            continue;
        add_shape(out_match, shape);
        if (shape->operations[method] == NULL || (best != NULL && shape->literals <= best->literals))
            continue;
        best = shape;
        out_match->provider = provider;
    }
    if (best == NULL)
        return false;
    out_match->operation = best->operations[method];
    take_values(best, &path, out_match);
    return true;
}

lfn_text lfn_match_value(const lfn_match *match, const char *name)
{
    for (size_t i = 0; i < match->value_count; i++)
        if (strcmp(name, match->fields[i]->name) == 0)
            return match->values[i];
    return lfn_text_of(NULL);
}

void lfn_match_free(lfn_match *match)
{
    lfn_buffer_free(&match->decoded);
    *match = (lfn_match){.operation = NULL};
}
