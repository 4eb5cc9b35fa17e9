/* Choices, schemas, fields and resources as arrays: see leafnative/operation.h. */
#include "base/text.h"
#include "leafnative/operation.h"

/* ---- choices ---- */

#define LFN_CHOICE_BEGIN(id, name, letter_case) static const char *const words_##id[] = {
#define LFN_WORD_ROW(choice, id, word) word,
#define LFN_CHOICE_END(id)                                                                                             \
    }                                                                                                                  \
    ;
#include "leafnative/tables/choices.def"

static const lfn_choice choices[] = {
#define LFN_CHOICE_BEGIN(id, name, letter_case)                                                                        \
    [LFN_CHOICE_##id] = {LFN_CHOICE_##id, name, LFN_CASE_##letter_case, words_##id, LFN_##id##_WORD_COUNT},
#define LFN_WORD_ROW(choice, id, word)
#define LFN_CHOICE_END(id)
#include "leafnative/tables/choices.def"
};

const lfn_choice *lfn_choice_get(lfn_choice_id id)
{
    return id != LFN_CHOICE_NONE && (unsigned)id < LFN_CHOICE_COUNT ? &choices[id] : NULL;
}

int lfn_choice_index(const lfn_choice *choice, lfn_text word)
{
    for (size_t i = 0; i < choice->word_count; i++) {
        lfn_text known = lfn_text_of(choice->words[i]);
        if (choice->letter_case == LFN_CASE_LOWER ? lfn_text_equal_nocase(known, word) : lfn_text_equal(known, word))
            return (int)i;
    }
    return -1;
}

/* ---- resources ---- */

static const lfn_resource resources[] = {
#define LFN_RESOURCE_ROW(id, types) [LFN_RESOURCE_##id] = {#id, LFN_CHOICE_##types},
#include "leafnative/tables/resources.def"
};

const lfn_resource *lfn_resource_get(int index)
{
    return index >= 0 && index < LFN_RESOURCE_WORD_COUNT ? &resources[index] : NULL;
}

/* ---- schemas ---- */

/* The marks under the short names of the tables. */
enum {
    IN_CREATE = LFN_IN_CREATE,
    IN_REPLACE = LFN_IN_REPLACE,
    IN_UPDATE = LFN_IN_UPDATE,
    IN_ALL = LFN_IN_ALL,
    NEEDED = LFN_NEEDED,
    WANTED = LFN_WANTED,
    ONE_OF = LFN_ONE_OF,
    NULLABLE = LFN_NULLABLE,
    ANSWERED = LFN_ANSWERED,
    MADE = LFN_MADE,
    SECRET = LFN_SECRET,
    LENIENT = LFN_LENIENT,
    BLANK = LFN_BLANK,
    IDLE = LFN_IDLE,
    ONCE = LFN_ONCE
};

#define LFN_SCHEMA_BEGIN(id, name, parent, summary) static const lfn_field fields_##id[] = {
#define LFN_FIELD_ROW(name, type, marks, least, most, choice, of, standard, summary)                                   \
    {name, LFN_TYPE_##type, marks, least, most, LFN_CHOICE_##choice, LFN_SCHEMA_##of, standard, summary},
#define LFN_SCHEMA_END(id)                                                                                             \
    }                                                                                                                  \
    ;
#include "leafnative/tables/fields.def"
#include "leafnative/tables/parameters.def"

static const lfn_schema schemas[] = {
#define LFN_SCHEMA_BEGIN(id, name, parent, summary)                                                                    \
    [LFN_SCHEMA_##id] = {LFN_SCHEMA_##id, name,        LFN_SCHEMA_##parent,                                            \
                         summary,         fields_##id, sizeof fields_##id / sizeof *fields_##id},
#define LFN_FIELD_ROW(name, type, marks, least, most, choice, of, standard, summary)
#define LFN_SCHEMA_END(id)
#include "leafnative/tables/fields.def"
#include "leafnative/tables/parameters.def"
};

const lfn_schema *lfn_schema_get(lfn_schema_id id)
{
    return id > LFN_SCHEMA_PROVIDER && (unsigned)id < LFN_SCHEMA_COUNT ? &schemas[id] : NULL;
}

static const lfn_schema *parent_of(const lfn_schema *schema)
{
    return schema->parent != LFN_SCHEMA_NONE ? &schemas[schema->parent] : NULL;
}

size_t lfn_schema_count(const lfn_schema *schema)
{
    size_t count = 0;
    for (; schema != NULL; schema = parent_of(schema))
        count += schema->field_count;
    return count;
}

/* The fields of a parent stand before those of its children. */
const lfn_field *lfn_schema_at(const lfn_schema *schema, size_t index)
{
    size_t left = lfn_schema_count(schema);
    if (index >= left)
        return NULL;
    while (index < left - schema->field_count) {
        left -= schema->field_count;
        schema = parent_of(schema);
    }
    return &schema->fields[index - (left - schema->field_count)];
}

const lfn_field *lfn_schema_find(const lfn_schema *schema, lfn_text name)
{
    if (schema == NULL)
        return NULL;
    for (size_t i = 0; i < schema->field_count; i++)
        if (lfn_text_equal_string(name, schema->fields[i].name))
            return &schema->fields[i];
    return lfn_schema_find(lfn_schema_get(schema->parent), name);
}

static bool is_upper(lfn_text name, size_t index)
{
    return index < name.size && lfn_ascii_lower(name.data[index]) != name.data[index];
}

/* Whether a word begins at a letter: at a capital, but inside an abbreviation only at its last one, which is the first
 * of the word behind it: "disableSSLVerification" has three. */
static bool begins_word(lfn_text name, size_t index)
{
    if (index == 0 || !is_upper(name, index))
        return false;
    bool ends_here = index + 1 == name.size || is_upper(name, index + 1);
    return !(is_upper(name, index - 1) && ends_here);
}

/* Whether `name` is the snake_case form of `wire_name`. */
static bool is_snake_of(lfn_text name, const char *wire_name)
{
    lfn_text wire = lfn_text_of(wire_name);
    size_t at = 0;
    for (size_t i = 0; i < wire.size; i++) {
        if (begins_word(wire, i) && (at >= name.size || name.data[at++] != '_'))
            return false;
        if (at >= name.size || name.data[at++] != lfn_ascii_lower(wire.data[i]))
            return false;
    }
    return at == name.size;
}

const lfn_field *lfn_schema_find_any(const lfn_schema *schema, lfn_text name)
{
    if (schema == NULL)
        return NULL;
    for (size_t i = 0; i < schema->field_count; i++)
        if (lfn_text_equal_string(name, schema->fields[i].name) || is_snake_of(name, schema->fields[i].name))
            return &schema->fields[i];
    return lfn_schema_find_any(lfn_schema_get(schema->parent), name);
}

bool lfn_name_snake(lfn_text wire_name, char *out_name, size_t size)
{
    size_t at = 0;
    for (size_t i = 0; i < wire_name.size; i++) {
        bool begins = begins_word(wire_name, i);
        if (at + begins + 2 > size)
            return false;
        if (begins)
            out_name[at++] = '_';
        out_name[at++] = lfn_ascii_lower(wire_name.data[i]);
    }
    if (at >= size)
        return false;
    out_name[at] = '\0';
    return true;
}

bool lfn_name_secret(lfn_text wire_name)
{
    for (size_t s = 0; s < LFN_SCHEMA_COUNT; s++)
        for (size_t i = 0; i < schemas[s].field_count; i++)
            if ((schemas[s].fields[i].marks & LFN_SECRET) != 0 &&
                lfn_text_equal_nocase(wire_name, lfn_text_of(schemas[s].fields[i].name)))
                return true;
    return false;
}

bool lfn_field_taken(const lfn_field *field, lfn_mode mode)
{
    static const unsigned mark[] = {0, LFN_IN_CREATE, LFN_IN_REPLACE, LFN_IN_UPDATE};
    return (field->marks & mark[mode]) != 0;
}

bool lfn_field_needed(const lfn_field *field, lfn_mode mode)
{
    unsigned mark = mode == LFN_MODE_UPDATE ? LFN_WANTED : LFN_NEEDED;
    return lfn_field_taken(field, mode) && (field->marks & mark) != 0;
}

const char *lfn_type_name(lfn_type type)
{
    static const char *const names[] = {
        [LFN_TYPE_STRING] = "string",
        [LFN_TYPE_BOOLEAN] = "boolean",
        [LFN_TYPE_INTEGER] = "integer",
        [LFN_TYPE_TIME] = "time",
        [LFN_TYPE_ID] = "id",
        [LFN_TYPE_EMAIL] = "e-mail",
        [LFN_TYPE_CHOICE] = "word",
        [LFN_TYPE_OBJECT] = "object",
        [LFN_TYPE_OBJECTS] = "list of objects",
        [LFN_TYPE_STRINGS] = "list of strings",
        [LFN_TYPE_RESOURCES] = "object of resources",
        [LFN_TYPE_LINK] = "credential",
        [LFN_TYPE_PROVIDER] = "provider",
    };
    return (unsigned)type < LFN_TYPE_COUNT ? names[type] : "";
}
