/* What an answer shows, compared with what was sent: see holds.h. */
#include "codec/holds.h"

#include "base/text.h"

/* The text of a single value: a boolean may have been sent as its word. */
static lfn_text text_of(const lfn_json *node)
{
    switch (lfn_json_kind_of(node)) {
    case LFN_JSON_STRING:
        return lfn_json_string(node);
    case LFN_JSON_BOOLEAN:
        return lfn_text_of(lfn_json_true(node) ? "true" : "false");
    case LFN_JSON_INTEGER:
    case LFN_JSON_NUMBER:
        return lfn_json_literal(node);
    case LFN_JSON_NULL:
    case LFN_JSON_ARRAY:
    case LFN_JSON_OBJECT:
        break;
    }
    return lfn_text_of("");
}

/* Whether a secret is answered as a mask, which tells nothing of it. */
static bool is_mask(const lfn_json *node)
{
    lfn_text text = lfn_json_string(node);
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] != '*')
            return false;
    return text.data != NULL;
}

static bool is_single(const lfn_json *node)
{
    lfn_json_kind kind = lfn_json_kind_of(node);
    return kind != LFN_JSON_OBJECT && kind != LFN_JSON_ARRAY;
}

static bool equals(const lfn_field *field, const lfn_json *shown, const lfn_json *sent)
{
    if (is_single(sent) || is_single(shown))
        return is_single(sent) && is_single(shown) && lfn_text_equal(text_of(sent), text_of(shown));
    if (lfn_json_kind_of(sent) != lfn_json_kind_of(shown))
        return false;
    if (lfn_json_kind_of(sent) == LFN_JSON_OBJECT)
        return lfn_object_holds(field != NULL ? lfn_schema_get(field->of) : NULL, shown, sent);
    const lfn_json *left = lfn_json_first(sent);
    const lfn_json *right = lfn_json_first(shown);
    while (left != NULL && right != NULL && equals(field, right, left)) {
        left = lfn_json_next(left);
        right = lfn_json_next(right);
    }
    return left == NULL && right == NULL;
}

/* Whether an answer may do without a member that was sent: one that it never shows, or one that holds nothing. */
static bool may_miss(const lfn_field *field, const lfn_json *sent)
{
    bool shown = field != NULL && (field->marks & LFN_ANSWERED) != 0 && (field->marks & LFN_SECRET) == 0;
    return !shown || (is_single(sent) && text_of(sent).size == 0);
}

bool lfn_object_holds(const lfn_schema *schema, const lfn_json *shown, const lfn_json *sent)
{
    for (const lfn_json *member = lfn_json_first(sent); member != NULL; member = lfn_json_next(member)) {
        lfn_text name = lfn_json_name(member);
        const lfn_field *field = lfn_schema_find(schema, name);
        const lfn_json *value = lfn_json_get(shown, name);
        if (value == NULL && may_miss(field, member))
            continue;
        bool secret = field != NULL ? (field->marks & LFN_SECRET) != 0 : lfn_name_secret(name);
        if (value == NULL || (!equals(field, value, member) && !(secret && is_mask(value))))
            return false;
    }
    return true;
}
