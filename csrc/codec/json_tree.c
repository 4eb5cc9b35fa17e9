/* The tree: a builder of the reader that makes cJSON nodes. cJSON's own reader is not used, since it takes text that is
 * not JSON. A node is cJSON's structure with three members of ours behind it:
 *
 * - The sizes of name and value, so that a string that holds U+0000 is whole and nobody takes it for a shorter one.
 * - The integer itself. A number that a double does not hold exactly is a cJSON_Raw, and every number has its literal
 *   in valuestring.
 *
 * Nodes come from base/alloc.h, one block each with name and value in it, and go back there: cJSON's hooks belong to
 * the whole process and to others in it, so they are neither set nor called, and cJSON_Delete never sees a node. Nor do
 * its global error state and its case-insensitive getter. cJSON_Is… and the walk along child and next are what is used
 * of it. */
#include "base/alloc.h"
#include "base/text.h"
#include "leafnative/json.h"

#include <cjson/cJSON.h>

struct lfn_json {
    cJSON node; /* first, so that a pointer to one is a pointer to the other */
    size_t name_size;
    size_t value_size;
    int64_t integer;
};

typedef struct tree_builder {
    lfn_json *root;
    lfn_json *open[LFN_JSON_DEPTH];
    size_t depth;
    lfn_buffer name; /* of the member whose value comes next */
    bool named;
} tree_builder;

/* A node with its value behind it, then its name; both ended by a NUL. */
static lfn_json *node_make(const tree_builder *builder, int type, lfn_text value)
{
    lfn_text name = lfn_buffer_text(&builder->name);
    size_t name_room = builder->named ? name.size + 1 : 0;
    size_t value_room = value.data != NULL ? value.size + 1 : 0;
    lfn_json *json = lfn_alloc(sizeof *json + value_room + name_room);
    if (json == NULL)
        return NULL;
    char *room = (char *)(json + 1);
    json->node.type = type;
    if (value_room > 0) {
        json->node.valuestring = memcpy(room, value.data, value.size);
        json->value_size = value.size;
    }
    if (name_room > 0) {
        json->node.string = memcpy(room + value_room, name.data, name.size);
        json->name_size = name.size;
    }
    return json;
}

/* Hangs a node under the innermost container. As in cJSON, `prev` of the first child is the last child. */
static void attach(tree_builder *builder, lfn_json *json)
{
    builder->named = false;
    if (builder->depth == 0) {
        builder->root = json;
        return;
    }
    cJSON *parent = &builder->open[builder->depth - 1]->node;
    cJSON *first = parent->child;
    if (first == NULL) {
        parent->child = &json->node;
    } else {
        first->prev->next = &json->node;
        json->node.prev = first->prev;
    }
    parent->child->prev = &json->node;
}

static lfn_json *add(tree_builder *builder, int type, lfn_text value)
{
    lfn_json *json = node_make(builder, type, value);
    if (json != NULL)
        attach(builder, json);
    return json;
}

static bool build_null(void *context)
{
    return add(context, cJSON_NULL, lfn_text_of(NULL)) != NULL;
}

static bool build_boolean(void *context, bool value)
{
    return add(context, value ? cJSON_True : cJSON_False, lfn_text_of(NULL)) != NULL;
}

static bool build_integer(void *context, int64_t value)
{
    const int64_t exact = INT64_C(1) << 53;
    char literal[LFN_INTEGER_SIZE + 1];
    (void)lfn_integer_format(value, literal);
    bool fits = value >= -exact && value <= exact;
    lfn_json *json = add(context, fits ? cJSON_Number : cJSON_Raw, lfn_text_of(literal));
    if (json == NULL)
        return false;
    json->integer = value;
    if (fits)
        cJSON_SetNumberHelper(&json->node, (double)value);
    return true;
}

static bool build_number(void *context, lfn_text literal)
{
    return add(context, cJSON_Raw, literal) != NULL;
}

static bool build_string(void *context, lfn_text value)
{
    return add(context, cJSON_String, value) != NULL;
}

static bool begin(tree_builder *builder, int type)
{
    lfn_json *json = add(builder, type, lfn_text_of(NULL));
    if (json == NULL)
        return false;
    builder->open[builder->depth++] = json;
    return true;
}

static bool build_object(void *context)
{
    return begin(context, cJSON_Object);
}

static bool build_array(void *context)
{
    return begin(context, cJSON_Array);
}

static bool build_end(void *context)
{
    tree_builder *builder = context;
    builder->depth--;
    return true;
}

static bool build_key(void *context, lfn_text name)
{
    tree_builder *builder = context;
    builder->name.size = 0;
    builder->named = true;
    return lfn_buffer_append_text(&builder->name, name);
}

static const lfn_json_builder tree = {
    .null = build_null,
    .boolean = build_boolean,
    .integer = build_integer,
    .number = build_number,
    .string = build_string,
    .object_begin = build_object,
    .key = build_key,
    .object_end = build_end,
    .array_begin = build_array,
    .array_end = build_end,
};

lfn_status lfn_json_parse(lfn_text text, lfn_json **out_root, lfn_error *error)
{
    tree_builder builder = {.root = NULL};
    lfn_buffer_init(&builder.name, text.size);
    lfn_status status = lfn_json_read(text, &tree, &builder, error);
    lfn_buffer_free(&builder.name);
    if (status == LFN_OK) {
        *out_root = builder.root;
        return LFN_OK;
    }
    lfn_json_free(builder.root);
    /* The builder stops for one reason only. */
    if (status == LFN_CLOSED)
        return lfn_error_set(error, LFN_NO_MEMORY, "Memory is out for a JSON document of %zu bytes.", text.size);
    return status;
}

/* Goes down at most LFN_JSON_DEPTH levels. */
void lfn_json_free(lfn_json *root)
{
    if (root == NULL)
        return;
    lfn_json *child = (lfn_json *)root->node.child;
    while (child != NULL) {
        lfn_json *next = (lfn_json *)child->node.next;
        lfn_json_free(child);
        child = next;
    }
    size_t name_room = root->node.string != NULL ? root->name_size + 1 : 0;
    size_t value_room = root->node.valuestring != NULL ? root->value_size + 1 : 0;
    lfn_free_wiped(root, sizeof *root + value_room + name_room);
}

/* Whether the node is a number made from an integer: a raw one is beyond 2^53 and so never zero. */
static bool is_integer(const lfn_json *node)
{
    return cJSON_IsNumber(&node->node) || (cJSON_IsRaw(&node->node) && node->integer != 0);
}

lfn_json_kind lfn_json_kind_of(const lfn_json *node)
{
    switch (node->node.type) {
    case cJSON_True:
    case cJSON_False:
        return LFN_JSON_BOOLEAN;
    case cJSON_Number:
    case cJSON_Raw:
        return is_integer(node) ? LFN_JSON_INTEGER : LFN_JSON_NUMBER;
    case cJSON_String:
        return LFN_JSON_STRING;
    case cJSON_Array:
        return LFN_JSON_ARRAY;
    case cJSON_Object:
        return LFN_JSON_OBJECT;
    default:
        return LFN_JSON_NULL;
    }
}

/* A walk along the members that compares sizes before bytes. Who needs many members of an object that a stranger made
 * walks it once by lfn_json_first and lfn_json_next, as the body check does. */
const lfn_json *lfn_json_get(const lfn_json *object, lfn_text name)
{
    if (object == NULL || !cJSON_IsObject(&object->node))
        return NULL;
    for (const lfn_json *child = lfn_json_first(object); child != NULL; child = lfn_json_next(child))
        if (lfn_text_equal(lfn_json_name(child), name))
            return child;
    return NULL;
}

const lfn_json *lfn_json_first(const lfn_json *parent)
{
    return parent != NULL ? (const lfn_json *)parent->node.child : NULL;
}

const lfn_json *lfn_json_next(const lfn_json *child)
{
    return child != NULL ? (const lfn_json *)child->node.next : NULL;
}

lfn_text lfn_json_name(const lfn_json *child)
{
    return child != NULL ? lfn_text_make(child->node.string, child->name_size) : lfn_text_of(NULL);
}

lfn_text lfn_json_string(const lfn_json *node)
{
    bool string = node != NULL && cJSON_IsString(&node->node);
    return string ? lfn_text_make(node->node.valuestring, node->value_size) : lfn_text_of(NULL);
}

lfn_text lfn_json_literal(const lfn_json *node)
{
    bool number = node != NULL && (cJSON_IsNumber(&node->node) || cJSON_IsRaw(&node->node));
    return number ? lfn_text_make(node->node.valuestring, node->value_size) : lfn_text_of(NULL);
}

int64_t lfn_json_integer(const lfn_json *node, int64_t otherwise)
{
    return node != NULL && is_integer(node) ? node->integer : otherwise;
}

bool lfn_json_true(const lfn_json *node)
{
    return node != NULL && cJSON_IsTrue(&node->node);
}
