/* Prints descriptions of the tables: the reference page, an OpenAPI document, the type stubs of the Python package.
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

void lfn_describe_reference(lfn_buffer *out);
void lfn_describe_openapi(lfn_buffer *out);
void lfn_describe_core(lfn_buffer *out);
void lfn_describe_rows(lfn_buffer *out);

#endif
