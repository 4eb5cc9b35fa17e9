/* JSON: one strict reader that drives a table of builders, a tree made by it, and a writer. The reader accepts RFC 8259
 * text in UTF-8 and nothing else: one value and the end of text, no duplicate keys, no lone surrogates, a depth of at
 * most 64 unless told otherwise. */
#ifndef LEAFNATIVE_JSON_H
#define LEAFNATIVE_JSON_H

#include "leafnative/error.h"
#include "leafnative/operation.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What the reader calls, in the order of the text. Each returns false to stop the reading; the builder then keeps the
 * reason itself; one that is NULL is not called. Texts are decoded UTF-8 without escapes, may hold NUL and live until
 * the function returns. */
typedef struct lfn_json_builder {
    bool (*null)(void *context);
    bool (*boolean)(void *context, bool value);
    bool (*integer)(void *context, int64_t value);   /* a number without fraction or exponent that fits */
    bool (*number)(void *context, lfn_text literal); /* any other number, as it stands in the text */
    bool (*string)(void *context, lfn_text value);
    bool (*object_begin)(void *context);
    bool (*key)(void *context, lfn_text name);
    bool (*object_end)(void *context);
    bool (*array_begin)(void *context);
    bool (*array_end)(void *context);
    size_t depth; /* nothing is called for what stands in more objects and lists than this: it is only checked; 0: no
                     limit */
} lfn_json_builder;

enum { LFN_JSON_DEPTH = 64 };

/* Reads one document. LFN_PROTOCOL with the byte offset and the reason in the message when the text is not strict JSON;
 * LFN_NO_MEMORY; LFN_CLOSED when a builder function stopped it. The message quotes no content. A builder of NULL only
 * checks. */
LFN_PUBLIC lfn_status lfn_json_read(lfn_text text, const lfn_json_builder *builder, void *context, lfn_error *error);

/* ---- tree ---- */

/* A node. The root is owned by who parsed it; every other node by the root. */
typedef struct lfn_json lfn_json;

typedef enum lfn_json_kind {
    LFN_JSON_NULL,
    LFN_JSON_BOOLEAN,
    LFN_JSON_INTEGER,
    LFN_JSON_NUMBER,
    LFN_JSON_STRING,
    LFN_JSON_ARRAY,
    LFN_JSON_OBJECT
} lfn_json_kind;

/* Parses strictly into a tree; free the root with lfn_json_free. Errors are those of lfn_json_read. */
LFN_PUBLIC lfn_status lfn_json_parse(lfn_text text, lfn_json **out_root, lfn_error *error);
/* Frees a root and wipes its strings. NULL is fine. */
LFN_PUBLIC void lfn_json_free(lfn_json *root);
LFN_PUBLIC lfn_json_kind lfn_json_kind_of(const lfn_json *node);
/* The member of this exact name, or NULL; NULL in gives NULL. */
LFN_PUBLIC const lfn_json *lfn_json_get(const lfn_json *object, lfn_text name);
/* First child of an array or object and the one after a child; NULL at the end. */
LFN_PUBLIC const lfn_json *lfn_json_first(const lfn_json *parent);
LFN_PUBLIC const lfn_json *lfn_json_next(const lfn_json *child);
/* The name of a child of an object; the absent text elsewhere. */
LFN_PUBLIC lfn_text lfn_json_name(const lfn_json *child);
/* The value of a string; the absent text of anything else or NULL. */
LFN_PUBLIC lfn_text lfn_json_string(const lfn_json *node);
/* The literal of an integer or number as it stood in the text; the absent text of anything else. */
LFN_PUBLIC lfn_text lfn_json_literal(const lfn_json *node);
/* The value of an integer that fits; `otherwise` of anything else or NULL. */
LFN_PUBLIC int64_t lfn_json_integer(const lfn_json *node, int64_t otherwise);
/* Whether the node is the boolean true. */
LFN_PUBLIC bool lfn_json_true(const lfn_json *node);

/* ---- names ---- */

/* The bytes of a name as two numbers, which together with its size tell one name of up to 16 bytes from another. For
 * tables of the names of members, which answers repeat: gives a number of 24 bits that spreads names over places. */
LFN_PUBLIC size_t lfn_name_ends(lfn_text name, uint64_t *out_head, uint64_t *out_tail);

/* ---- pointer ---- */

/* Appends a slash and a name, escaped as in a JSON pointer (RFC 6901), to one that stands in `size` bytes, ended by a
 * NUL: what no longer fits is left out, and a byte that would break or hide a line of text becomes a question mark. */
LFN_PUBLIC void lfn_pointer_append(char *pointer, size_t size, lfn_text name);

/* ---- writer ---- */

/* Writes compact JSON into a buffer. It puts the commas; the caller keeps begins and ends in pairs. Failures show in
 * `buffer->failed`. */
typedef struct lfn_json_writer {
    lfn_buffer *buffer;
    bool comma;
} lfn_json_writer;

LFN_PUBLIC void lfn_json_write_begin_object(lfn_json_writer *writer);
LFN_PUBLIC void lfn_json_write_end_object(lfn_json_writer *writer);
LFN_PUBLIC void lfn_json_write_begin_array(lfn_json_writer *writer);
LFN_PUBLIC void lfn_json_write_end_array(lfn_json_writer *writer);
LFN_PUBLIC void lfn_json_write_key(lfn_json_writer *writer, lfn_text name);
/* The text must be UTF-8; what is not marks the buffer as failed. */
LFN_PUBLIC void lfn_json_write_string(lfn_json_writer *writer, lfn_text value);
LFN_PUBLIC void lfn_json_write_integer(lfn_json_writer *writer, int64_t value);
LFN_PUBLIC void lfn_json_write_boolean(lfn_json_writer *writer, bool value);
LFN_PUBLIC void lfn_json_write_null(lfn_json_writer *writer);
/* A literal that is JSON already: a number, or a whole value. */
LFN_PUBLIC void lfn_json_write_literal(lfn_json_writer *writer, lfn_text json);
/* A whole node. */
LFN_PUBLIC void lfn_json_write_node(lfn_json_writer *writer, const lfn_json *node);

#ifdef __cplusplus
}
#endif
#endif
