/* Prints descriptions of the tables: the reference page, an OpenAPI document, the type stubs of the Python package, the
 * annotations of the Lua modules.
 * What is printed is committed, and the tests print it again and compare. Only public headers are read here. */
#ifndef LFN_DESCRIBE_H
#define LFN_DESCRIBE_H

#include "leafnative/operation.h"

/* What a schema of an API is seen as: the body of a request of a mode, or an answer (LFN_MODE_NONE). */
typedef void (*lfn_describe_visit)(void *context, const lfn_api *api, const lfn_schema *schema, lfn_mode mode);

/* Visits every schema that some operation uses, once for every mode in which it is used, those inside first. */
void lfn_describe_each_schema(lfn_describe_visit visit, void *context);

/* Whether the field is part of the schema as it is seen. */
bool lfn_describe_seen(const lfn_field *field, lfn_mode mode);

/* The constant of an operation in C, without its LFN_OP_ in front: "USERS_CREATE". */
const char *lfn_describe_operation_id(const lfn_operation *operation);

/* The words of a mode: "create"; "answer" for LFN_MODE_NONE. */
const char *lfn_describe_mode_name(lfn_mode mode);

/* The path below the host, the mark of an optional slash left out and {provider} replaced when one is given. */
void lfn_describe_path(const lfn_operation *operation, const lfn_provider *provider, lfn_buffer *out);

/* The snake_case form of a wire name. */
void lfn_describe_snake(lfn_buffer *out, const char *wire_name);
/* The name of a class: "one_click" and "oneClick" become "OneClick". */
void lfn_describe_class(lfn_buffer *out, const char *name);
/* The class of answers that have verbs, in Python and Lua, as "User"; NULL for others. A schema also counts by its
 * parent. *out_calls, which may be NULL: whether its verbs make calls, so that it has a face for asyncio too. */
const char *lfn_describe_verbs_class(lfn_schema_id schema, bool *out_calls);

/* Whether every answer shows the member: what a request must carry, and what the server always makes. */
bool lfn_describe_always_answered(const lfn_schema *schema, const lfn_field *field);
/* Whether every operation of the group stands under a Leaf user, so that the group can be bound to one. */
bool lfn_describe_bound(const lfn_group *group);
/* Whether the group has operations of its own, beside those of every provider. */
bool lfn_describe_has_methods(const lfn_group *group);

void lfn_describe_reference(lfn_buffer *out);
void lfn_describe_openapi(lfn_buffer *out);
void lfn_describe_core(lfn_buffer *out);
void lfn_describe_rows(lfn_buffer *out);
void lfn_describe_lua(lfn_buffer *out);
/* The part of the annotations for Lua that is in no table. */
void lfn_describe_lua_text(lfn_buffer *out);

#endif
