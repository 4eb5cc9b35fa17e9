/* The tables as C values: APIs, groups, operations, providers, schemas, fields and choices, by id, by name and by
 * iteration. All pointers given out here live for ever and are never NULL unless it is said. Source: the files in
 * tables/, which name the page of each row. */
#ifndef LEAFNATIVE_OPERATION_H
#define LEAFNATIVE_OPERATION_H

#include "leafnative/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum lfn_method { LFN_GET, LFN_POST, LFN_PUT, LFN_PATCH, LFN_DELETE, LFN_METHOD_COUNT } lfn_method;

/* "GET"; "" outside the enumeration. */
LFN_PUBLIC const char *lfn_method_name(lfn_method method);
/* Finds a method by its upper-case name; false when there is none. */
LFN_PUBLIC bool lfn_method_find(lfn_text name, lfn_method *out_method);

/* ---- choices: sets of words ---- */

typedef enum lfn_choice_id {
    LFN_CHOICE_NONE,
#define LFN_CHOICE_BEGIN(id, name, letter_case) LFN_CHOICE_##id,
#define LFN_WORD_ROW(choice, id, word)
#define LFN_CHOICE_END(id)
#include "leafnative/tables/choices.def"
    LFN_CHOICE_COUNT
} lfn_choice_id;

/* One enumeration a choice, in the order of its rows: LFN_ROLE_RECEIVER is 0, LFN_ROLE_SENDER is 1. */
#define LFN_CHOICE_BEGIN(id, name, letter_case) enum {
#define LFN_WORD_ROW(choice, id, word) LFN_##choice##_##id,
#define LFN_CHOICE_END(id)                                                                                             \
    LFN_##id##_WORD_COUNT                                                                                              \
    }                                                                                                                  \
    ;
#include "leafnative/tables/choices.def"

typedef enum lfn_letter_case { LFN_CASE_EXACT, LFN_CASE_LOWER } lfn_letter_case;

typedef struct lfn_choice {
    lfn_choice_id id;
    const char *name;
    lfn_letter_case letter_case;
    const char *const *words;
    size_t word_count;
} lfn_choice;

/* NULL for LFN_CHOICE_NONE and outside the enumeration. */
LFN_PUBLIC const lfn_choice *lfn_choice_get(lfn_choice_id id);
/* Index of a word in its choice, or -1. */
LFN_PUBLIC int lfn_choice_index(const lfn_choice *choice, lfn_text word);

/* ---- schemas and fields ---- */

typedef enum lfn_schema_id {
    LFN_SCHEMA_NONE,
    LFN_SCHEMA_PROVIDER, /* the schema of the provider that the path names */
#define LFN_SCHEMA_BEGIN(id, name, parent, summary) LFN_SCHEMA_##id,
#define LFN_FIELD_ROW(name, type, marks, least, most, choice, of, standard, summary)
#define LFN_SCHEMA_END(id)
#include "leafnative/tables/fields.def"
#include "leafnative/tables/parameters.def"
    LFN_SCHEMA_COUNT
} lfn_schema_id;

typedef enum lfn_type {
    LFN_TYPE_STRING,
    LFN_TYPE_BOOLEAN,
    LFN_TYPE_INTEGER,
    LFN_TYPE_TIME,
    LFN_TYPE_ID,
    LFN_TYPE_EMAIL,
    LFN_TYPE_CHOICE,
    LFN_TYPE_OBJECT,
    LFN_TYPE_OBJECTS,
    LFN_TYPE_STRINGS,
    LFN_TYPE_RESOURCES,
    LFN_TYPE_LINK,
    LFN_TYPE_PROVIDER,
    LFN_TYPE_COUNT
} lfn_type;

/* "string", "boolean", …; for messages and documents. */
LFN_PUBLIC const char *lfn_type_name(lfn_type type);

enum {
    LFN_IN_CREATE = 1 << 0,
    LFN_IN_REPLACE = 1 << 1,
    LFN_IN_UPDATE = 1 << 2,
    LFN_IN_ALL = LFN_IN_CREATE | LFN_IN_REPLACE | LFN_IN_UPDATE,
    LFN_NEEDED = 1 << 3,
    LFN_WANTED = 1 << 4,
    LFN_ONE_OF = 1 << 5,
    LFN_NULLABLE = 1 << 6,
    LFN_ANSWERED = 1 << 7,
    LFN_MADE = 1 << 8,
    LFN_SECRET = 1 << 9,
    LFN_LENIENT = 1 << 10,
    LFN_BLANK = 1 << 11,
    LFN_IDLE = 1 << 12,
    LFN_ONCE = 1 << 13
};

typedef struct lfn_field {
    const char *name; /* on the wire, as "createdTime" */
    lfn_type type;
    unsigned marks; /* LFN_NEEDED and its siblings; tables/fields.def says what each means */
    int64_t least;
    int64_t most; /* 0 where there is no limit above */
    lfn_choice_id choice;
    lfn_schema_id of;
    const char *standard; /* what stands when it is left out, as text; "" where nothing does */
    const char *summary;
} lfn_field;

typedef struct lfn_schema {
    lfn_schema_id id;
    const char *name;
    lfn_schema_id parent; /* its fields stand before these */
    const char *summary;
    const lfn_field *fields; /* its own */
    size_t field_count;
} lfn_schema;

/* NULL for LFN_SCHEMA_NONE, LFN_SCHEMA_PROVIDER and outside the enumeration. */
LFN_PUBLIC const lfn_schema *lfn_schema_get(lfn_schema_id id);
/* The number of fields, those of its parent included; 0 for NULL. */
LFN_PUBLIC size_t lfn_schema_count(const lfn_schema *schema);
/* The field at a position, parent first; NULL beyond the end. */
LFN_PUBLIC const lfn_field *lfn_schema_at(const lfn_schema *schema, size_t index);
/* The field with this wire name, or NULL. */
LFN_PUBLIC const lfn_field *lfn_schema_find(const lfn_schema *schema, lfn_text name);
/* The field whose wire name or snake_case name this is, or NULL. */
LFN_PUBLIC const lfn_field *lfn_schema_find_any(const lfn_schema *schema, lfn_text name);

/* The snake_case form of a wire name ("createdTime" to "created_time", "disableSSLVerification" to
 * "disable_ssl_verification"), ended by a NUL. False when it does not fit. */
LFN_PUBLIC bool lfn_name_snake(lfn_text wire_name, char *out_name, size_t size);

/* Whether a name that is not known is near to one that is: at most two letters in five are changed, added, left out or
 * exchanged with their neighbours, in any case. For messages with a cure. */
LFN_PUBLIC bool lfn_name_near(lfn_text given, lfn_text known);

/* Whether a member of this name is secret in any schema. For redaction of text whose schema is not known. */
LFN_PUBLIC bool lfn_name_secret(lfn_text wire_name);

typedef enum lfn_mode { LFN_MODE_NONE, LFN_MODE_CREATE, LFN_MODE_REPLACE, LFN_MODE_UPDATE } lfn_mode;

/* Whether a request body of this mode may carry the field. */
LFN_PUBLIC bool lfn_field_taken(const lfn_field *field, lfn_mode mode);
/* Whether a request body of this mode must carry the field. */
LFN_PUBLIC bool lfn_field_needed(const lfn_field *field, lfn_mode mode);

/* ---- resources of a permission ---- */

typedef struct lfn_resource {
    const char *name;
    lfn_choice_id types; /* LFN_CHOICE_NONE: a grant of it names no type */
} lfn_resource;

/* The resource at its place in the choice RESOURCE (LFN_RESOURCE_FIELDS …); NULL outside. */
LFN_PUBLIC const lfn_resource *lfn_resource_get(int index);

/* ---- APIs and groups ---- */

typedef enum lfn_api_id {
#define LFN_API_ROW(id, name, title, live_url, error_form, list_form, id_form, strangers, query_form) LFN_API_##id,
#include "leafnative/tables/apis.def"
    LFN_API_COUNT
} lfn_api_id;

typedef enum lfn_error_form { LFN_ERROR_FORM_PROBLEM, LFN_ERROR_FORM_TYPED } lfn_error_form;
typedef enum lfn_list_form {
#define LFN_LIST_FORM_ROW(id, page, size, items, count, total) LFN_LIST_FORM_##id,
#include "leafnative/tables/list_forms.def"
    LFN_LIST_FORM_COUNT
} lfn_list_form;
typedef enum lfn_id_form { LFN_ID_FORM_UUID, LFN_ID_FORM_HEX24 } lfn_id_form;
typedef enum lfn_strangers { LFN_STRANGERS_PASSED, LFN_STRANGERS_REFUSED } lfn_strangers;
typedef enum lfn_query_form { LFN_QUERY_FORM_LENIENT, LFN_QUERY_FORM_STRICT } lfn_query_form;

typedef struct lfn_list_words {
    const char *page; /* query members that choose a page */
    const char *size;
    const char *items; /* member of the answer that holds the entries; "" where the answer is the list */
    const char *count; /* members beside it: the entries of this page, and of all */
    const char *total;
} lfn_list_words;

/* The words of a list form; NULL outside the enumeration. */
LFN_PUBLIC const lfn_list_words *lfn_list_words_get(lfn_list_form form);

typedef struct lfn_api {
    lfn_api_id id;
    const char *name;
    const char *title;
    const char *live_url;
    lfn_error_form error_form;
    lfn_list_form list_form;
    lfn_id_form id_form;
    lfn_strangers strangers;   /* what the service does about unknown and server-made members of a body */
    lfn_query_form query_form; /* what the service does about a query that is wrong */
} lfn_api;

/* NULL outside the enumeration. */
LFN_PUBLIC const lfn_api *lfn_api_get(lfn_api_id id);
/* Whether a text is an id of the form. */
LFN_PUBLIC bool lfn_id_valid(lfn_id_form form, lfn_text text);
/* "a UUID"; for messages. */
LFN_PUBLIC const char *lfn_id_form_words(lfn_id_form form);

typedef enum lfn_group_id {
#define LFN_GROUP_ROW(id, api, name, prefix, summary) LFN_GROUP_##id,
#include "leafnative/tables/groups.def"
    LFN_GROUP_COUNT
} lfn_group_id;

typedef struct lfn_group {
    lfn_group_id id;
    const lfn_api *api;
    const char *name;
    const char *prefix; /* path below the API's host, before the path of each operation */
    const char *summary;
} lfn_group;

/* NULL outside the enumeration. */
LFN_PUBLIC const lfn_group *lfn_group_get(lfn_group_id id);

/* ---- operations ---- */

typedef enum lfn_operation_id {
#define LFN_OPERATION_ROW(id, group, name, method, path, query, body, mode, result, form, success, repeat, access,     \
                          scopes, summary, source)                                                                     \
    LFN_OP_##id,
#include "leafnative/tables/operations.def"
    LFN_OP_COUNT
} lfn_operation_id;

typedef enum lfn_form { LFN_FORM_NOTHING, LFN_FORM_OBJECT, LFN_FORM_LIST, LFN_FORM_TEXT } lfn_form;
typedef enum lfn_repeat { LFN_REPEAT_SAFE, LFN_REPEAT_RECONCILE, LFN_REPEAT_NEVER } lfn_repeat;
typedef enum lfn_access { LFN_ACCESS_OPEN, LFN_ACCESS_TOKEN } lfn_access;

/* The words of these, the same in every language: "update" (NULL for LFN_MODE_NONE), "object", "reconcile", "token". */
LFN_PUBLIC const char *lfn_mode_name(lfn_mode mode);
LFN_PUBLIC const char *lfn_form_name(lfn_form form);
LFN_PUBLIC const char *lfn_repeat_name(lfn_repeat repeat);
LFN_PUBLIC const char *lfn_access_name(lfn_access access);
/* The word of a mark ("secret"), from the lowest bit up; *out_mark is its bit. NULL behind the last. */
LFN_PUBLIC const char *lfn_mark_name(size_t index, unsigned *out_mark);

typedef struct lfn_operation {
    lfn_operation_id id;
    const lfn_group *group;
    const char *name; /* without its group: "create" */
    lfn_method method;
    const char *path; /* template below the group's prefix */
    lfn_schema_id query;
    lfn_schema_id body;
    lfn_mode mode;
    lfn_schema_id result;
    lfn_form form;
    int success;
    lfn_repeat repeat;
    lfn_access access;
    const char *scopes;
    const char *summary;
    const char *source;
} lfn_operation;

/* What shows whether a lost call did what it was for: something that is there, or that nothing is. */
typedef enum lfn_goal { LFN_GOAL_THERE, LFN_GOAL_GONE } lfn_goal;

/* How to find out what became of a call whose answer was lost. tables/reconcile.def says what each member means. */
typedef struct lfn_reconcile {
    lfn_operation_id operation;
    lfn_operation_id reading;
    const char *arguments;
    lfn_goal goal;
    const char *key;
    const char *wanted;
    const char *answer;
} lfn_reconcile;

/* NULL for an operation that has none. */
LFN_PUBLIC const lfn_reconcile *lfn_reconcile_get(const lfn_operation *operation);

typedef enum lfn_provider_id {
#define LFN_PROVIDER_ROW(id, name, segment, attribute, member, schema, source) LFN_PROVIDER_##id,
#include "leafnative/tables/providers.def"
    LFN_PROVIDER_COUNT
} lfn_provider_id;

typedef struct lfn_provider {
    lfn_provider_id id;
    const char *name;
    const char *segment;
    const char *attribute;
    const char *member;
    lfn_schema_id schema;
    const char *source;
} lfn_provider;

/* NULL outside the enumeration. */
LFN_PUBLIC const lfn_operation *lfn_operation_get(lfn_operation_id id);
LFN_PUBLIC const lfn_provider *lfn_provider_get(lfn_provider_id id);
/* The provider with this path segment, or NULL. */
LFN_PUBLIC const lfn_provider *lfn_provider_find_segment(lfn_text segment);
/* The provider with this attribute name ("panorama"), or NULL. */
LFN_PUBLIC const lfn_provider *lfn_provider_find(lfn_text attribute);

/* Whether the operation stands once for every provider. */
LFN_PUBLIC bool lfn_operation_per_provider(const lfn_operation *operation);
/* Finds "users.create", or "panorama.get": an operation per provider under a provider's attribute name. Gives NULL in
 * *out_provider where the operation has none. False when there is no such name. */
LFN_PUBLIC bool lfn_operation_find(lfn_text name, const lfn_operation **out_operation,
                                   const lfn_provider **out_provider);

/* The schemas of an operation, those of a provider put in its place; NULL where there is none. `provider` counts only
 * for an operation per provider. */
LFN_PUBLIC const lfn_schema *lfn_operation_query(const lfn_operation *operation);
LFN_PUBLIC const lfn_schema *lfn_operation_body(const lfn_operation *operation, const lfn_provider *provider);
LFN_PUBLIC const lfn_schema *lfn_operation_result(const lfn_operation *operation, const lfn_provider *provider);

/* A member of a path or query, by its wire name, and its value: an argument of a call. */
typedef struct lfn_argument {
    lfn_text name;
    lfn_text value;
} lfn_argument;

/* The members of the operation's path in their order, {provider} left out; NULL beyond the end. */
LFN_PUBLIC const lfn_field *lfn_operation_path_field(const lfn_operation *operation, size_t index);

#ifdef __cplusplus
}
#endif
#endif
