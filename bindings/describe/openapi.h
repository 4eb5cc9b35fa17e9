/* What the files of the OpenAPI document share. Each writes into the object or list that is open. */
#ifndef LFN_DESCRIBE_OPENAPI_H
#define LFN_DESCRIBE_OPENAPI_H

#include "describe.h"

#include "leafnative/json.h"

/* In bytes. */
enum { LFN_OPENAPI_NAME_MAX = 512, LFN_OPENAPI_DOCUMENT_MAX = 16 * 1024 * 1024 };

/* ---- openapi_write.c: pieces of JSON ---- */

void lfn_openapi_key(lfn_json_writer *writer, const char *name);
void lfn_openapi_string(lfn_json_writer *writer, const char *name, const char *value);
void lfn_openapi_flag(lfn_json_writer *writer, const char *name, bool value);
/* Begins a member that is an object, or one that is a list. */
void lfn_openapi_begin(lfn_json_writer *writer, const char *name);
void lfn_openapi_end(lfn_json_writer *writer);
void lfn_openapi_begin_list(lfn_json_writer *writer, const char *name);
/* Writes a string made of three parts, as a key or as a value. */
void lfn_openapi_joined(lfn_json_writer *writer, bool is_key, const char *first, const char *second, const char *third);
/* A schema has one form for answers and one for each mode of a request: "user", "userCreate", "userUpdate". */
const char *lfn_openapi_ending(lfn_mode mode);
void lfn_openapi_schema_reference(lfn_json_writer *writer, const lfn_schema *schema, lfn_mode mode);

/* ---- openapi_schema.c ---- */

/* What a member is: the members of its schema in the document. */
void lfn_openapi_type(lfn_json_writer *writer, const lfn_api *api, const lfn_field *field, lfn_mode mode);
void lfn_openapi_default(lfn_json_writer *writer, const lfn_field *field);
/* Writes a schema as it is seen; a lfn_describe_visit whose context is the writer. */
void lfn_openapi_schema(void *context, const lfn_api *api, const lfn_schema *schema, lfn_mode mode);

/* ---- openapi_refusals.c ---- */

void lfn_openapi_text_member(lfn_json_writer *writer, const char *name, const char *type);
/* The forms of an error body. */
void lfn_openapi_problem_schema(lfn_json_writer *writer);
void lfn_openapi_typed_schema(lfn_json_writer *writer);
/* The content of a body, around its schema. */
void lfn_openapi_begin_content(lfn_json_writer *writer, const char *media_type);
void lfn_openapi_end_content(lfn_json_writer *writer);
void lfn_openapi_status_key(lfn_json_writer *writer, int http_status);
/* The refusals of every API: "leaf404". */
void lfn_openapi_refusals(lfn_json_writer *writer);
/* Any operation may be refused with any of the statuses; what each means stands once, under the components. */
void lfn_openapi_refusal_references(lfn_json_writer *writer, const lfn_api *api);

#endif
