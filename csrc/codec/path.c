/* From a request target to its operation. A target is split at its slashes first and decoded after, so that an encoded
 * slash stays inside its segment; then every row's template is held against the segments. */
#include "codec/path.h"

#include "base/text.h"

enum { SEGMENTS_MAX = 16 };

typedef struct path_segments {
    lfn_text text[SEGMENTS_MAX]; /* decoded */
    size_t count;
    bool slash; /* one more slash stood at the end */
} path_segments;

/* Decodes one segment behind the others. False for a segment that no path has. */
static bool decode_segment(lfn_buffer *decoded, lfn_text raw, size_t *out_end)
{
    size_t start = decoded->size;
    if (raw.size == 0 || !lfn_buffer_append_unpercent(decoded, raw, false))
        return false;
    lfn_text text = lfn_text_slice(lfn_buffer_text(decoded), start, decoded->size);
    *out_end = decoded->size;
    return lfn_text_find(text, '\0') == text.size && lfn_text_utf8(text, NULL);
}

/* Splits and decodes a path. The texts are cut out at the end, when the buffer moves no more. */
static bool split_path(lfn_text path, lfn_buffer *decoded, path_segments *out_segments)
{
    size_t ends[SEGMENTS_MAX];
    size_t count = 0;
    if (path.size < 2 || path.data[0] != '/')
        return false;
    lfn_text rest = lfn_text_slice(path, 1, path.size);
    bool slash = rest.data[rest.size - 1] == '/';
    if (slash)
        rest.size--;
    lfn_text raw;
    while (lfn_text_split(&rest, '/', &raw)) {
        if (count == SEGMENTS_MAX || !decode_segment(decoded, raw, &ends[count]))
            return false;
        count++;
    }
    size_t start = 0;
    for (size_t i = 0; i < count; i++) {
        out_segments->text[i] = lfn_text_slice(lfn_buffer_text(decoded), start, ends[i] - start);
        start = ends[i];
    }
    out_segments->count = count;
    out_segments->slash = slash;
    return true;
}

/* Whether a literal segment of a template is a word that a path member takes in any case of letters: such a word may be
 * written in any case wherever it stands. */
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

static bool literal_fits(lfn_text literal, lfn_text segment)
{
    return lfn_text_equal(literal, segment) || (lfn_text_equal_nocase(literal, segment) && takes_any_case(literal));
}

/* How a template fits the segments. */
typedef struct path_fit {
    const lfn_provider *provider;
    lfn_text values[LFN_PATH_VALUES_MAX];
    size_t value_count;
    size_t taken;      /* segments */
    unsigned literals; /* one bit a segment, the first the highest: of two fits the greater number is the nearer */
} path_fit;

/* Holds one segment of a template, as "users" or "{role}", against the next segment. */
static bool fit_segment(lfn_text part, const path_segments *path, path_fit *fit)
{
    if (fit->taken == path->count)
        return false;
    lfn_text segment = path->text[fit->taken++];
    fit->literals <<= 1;
    if (part.data[0] != '{') {
        fit->literals |= 1;
        return literal_fits(part, segment);
    }
    const lfn_field *field = lfn_schema_find(lfn_schema_get(LFN_SCHEMA_PATH), lfn_text_slice(part, 1, part.size - 2));
    if (field->type == LFN_TYPE_PROVIDER) {
        fit->provider = lfn_provider_find_segment(segment);
        return fit->provider != NULL;
    }
    fit->values[fit->value_count++] = segment;
    return true;
}

/* Holds a part of a template that begins with a slash, a group's prefix or an operation's path, against what is left.
 * A group without a prefix fits everything. */
static bool fit_template(lfn_text template, const path_segments *path, path_fit *fit)
{
    if (template.size == 0)
        return true;
    lfn_text part, rest = lfn_text_slice(template, 1, template.size);
    while (lfn_text_split(&rest, '/', &part))
        if (!fit_segment(part, path, fit))
            return false;
    return true;
}

/* Holds an operation's path against what its group's prefix, which fits as `prefix` says, left over. */
static bool fit_operation(const lfn_operation *operation, const path_segments *path, const path_fit *prefix,
                          path_fit *out_fit)
{
    static const lfn_text optional_slash = LFN_TEXT("[/]");
    lfn_text template = lfn_text_of(operation->path);
    bool may_end_with_slash = lfn_text_ends(template, optional_slash);
    if (may_end_with_slash)
        template.size -= optional_slash.size;
    if (path->slash && !may_end_with_slash)
        return false;
    *out_fit = *prefix;
    return fit_template(template, path, out_fit) && out_fit->taken == path->count;
}

static void take_fit(lfn_match *match, const lfn_operation *operation, const path_fit *best)
{
    match->operation = operation;
    match->provider = best->provider;
    match->value_count = best->value_count;
    memcpy(match->values, best->values, sizeof match->values);
}

bool lfn_path_match(lfn_method method, lfn_text target, lfn_match *out_match)
{
    *out_match = (lfn_match){.operation = NULL};
    lfn_buffer_init(&out_match->decoded, LFN_TARGET_MAX);
    if (target.size > LFN_TARGET_MAX)
        return false;
    size_t question = lfn_text_find(target, '?');
    if (question < target.size)
        out_match->query = lfn_text_slice(target, question + 1, target.size);
    path_segments path;
    if (!split_path(lfn_text_slice(target, 0, question), &out_match->decoded, &path))
        return false;

    unsigned best = 0;
    const lfn_group *group = NULL;
    path_fit prefix, here;
    bool prefix_fits = false;
    for (unsigned i = 0; i < LFN_OP_COUNT; i++) {
        const lfn_operation *operation = lfn_operation_get((lfn_operation_id)i);
        /* The rows of a group stand together, so that its prefix is held against the path once. */
        if (operation->group != group) {
            group = operation->group;
            prefix = (path_fit){.provider = NULL};
            prefix_fits = fit_template(lfn_text_of(group->prefix), &path, &prefix);
        }
        if (!prefix_fits || !fit_operation(operation, &path, &prefix, &here))
            continue;
        out_match->open = operation->access == LFN_ACCESS_OPEN && (out_match->open || !out_match->path_known);
        out_match->path_known = true;
        out_match->api = group->api;
        out_match->allowed |= 1u << operation->method;
        if (operation->method == method && (out_match->operation == NULL || here.literals > best)) {
            best = here.literals;
            take_fit(out_match, operation, &here);
        }
    }
    return out_match->operation != NULL;
}

lfn_text lfn_match_value(const lfn_match *match, const char *name)
{
    for (size_t i = 0; i < match->value_count; i++)
        if (lfn_text_equal_string(lfn_text_of(name), lfn_operation_path_field(match->operation, i)->name))
            return match->values[i];
    return lfn_text_of(NULL);
}

void lfn_match_free(lfn_match *match)
{
    lfn_buffer_free(&match->decoded);
    *match = (lfn_match){.operation = NULL};
}
