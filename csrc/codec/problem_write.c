/* The answer of a refusal, by the API's error form. */
#include "base/text.h"
#include "codec/problem.h"
#include "codec/words.h"

/* Where the types of the form PROBLEM are described; the last part tells a refused member from the rest. */
#define PROBLEM_TYPES "https://www.jhipster.tech/problem/"

/* Appends the path in the object that a JSON pointer names: "/permissions/FIELDS" as "permissions.FIELDS". */
static void append_member_path(lfn_buffer *buffer, lfn_text pointer)
{
    for (size_t i = 1; i < pointer.size; i++) {
        char byte = pointer.data[i] == '/' ? '.' : pointer.data[i];
        if (byte == '~' && i + 1 < pointer.size)
            byte = pointer.data[++i] == '0' ? '~' : '/';
        (void)lfn_buffer_append(buffer, &byte, 1);
    }
}

static void write_member(lfn_json_writer *writer, const char *name, lfn_text value)
{
    lfn_json_write_key(writer, lfn_text_of(name));
    lfn_json_write_string(writer, value);
}

static void write_fault(lfn_json_writer *writer, const char *object_name, const lfn_fault *fault)
{
    lfn_buffer member;
    lfn_buffer_init(&member, sizeof fault->pointer);
    append_member_path(&member, lfn_text_of(fault->pointer));
    lfn_json_write_begin_object(writer);
    write_member(writer, "objectName", lfn_text_of(object_name != NULL ? object_name : ""));
    write_member(writer, "field", lfn_buffer_text(&member));
    write_member(writer, "message", lfn_text_of(fault->message));
    lfn_json_write_end_object(writer);
    writer->buffer->failed = writer->buffer->failed || member.failed;
    lfn_buffer_free(&member);
}

static void write_faults(lfn_json_writer *writer, const char *object_name, const lfn_faults *faults)
{
    lfn_json_write_key(writer, lfn_text_of("fieldErrors"));
    lfn_json_write_begin_array(writer);
    for (size_t i = 0; i < faults->count; i++)
        write_fault(writer, object_name, &faults->fault[i]);
    lfn_json_write_end_array(writer);
}

/* application/problem+json with message, errorKey and fieldErrors. */
static void write_problem(const lfn_problem_row *row, lfn_text path, const char *object_name, const lfn_faults *faults,
                          lfn_response *response)
{
    bool refused_members = row->id == LFN_PROBLEM_VALIDATION && faults != NULL && faults->count > 0;
    lfn_json_writer writer = {.buffer = &response->body};
    lfn_json_write_begin_object(&writer);
    write_member(
        &writer, "type",
        lfn_text_of(refused_members ? PROBLEM_TYPES "constraint-violation" : PROBLEM_TYPES "problem-with-message"));
    write_member(&writer, "title", lfn_text_of(row->title));
    lfn_json_write_key(&writer, lfn_text_of("status"));
    lfn_json_write_integer(&writer, row->http_status);
    if (lfn_text_utf8(path, NULL))
        write_member(&writer, "path", path);
    write_member(&writer, "message", lfn_text_of(row->message));
    if (row->key[0] != '\0')
        write_member(&writer, "errorKey", lfn_text_of(row->key));
    write_member(&writer, "detail", lfn_text_of(refused_members ? faults->fault[0].message : row->message));
    if (refused_members)
        write_faults(&writer, object_name, faults);
    lfn_json_write_end_object(&writer);
    (void)lfn_response_add_header(response, lfn_text_of("Content-Type"), lfn_text_of("application/problem+json"));
}

/* A JSON object with type and message. The message about a member names it by its path in the body. */
static void write_typed(const lfn_problem_row *row, const lfn_faults *faults, lfn_response *response)
{
    const lfn_fault *first = faults != NULL && faults->count > 0 ? &faults->fault[0] : NULL;
    const char *stop = first != NULL ? lfn_words_stop(first->message) : "";
    lfn_json_writer writer = {.buffer = &response->body};
    lfn_buffer message;
    lfn_buffer_init(&message, sizeof first->pointer + sizeof first->message + 32);
    if (first == NULL)
        (void)lfn_buffer_append_string(&message, row->message);
    else if (first->pointer[0] == '\0')
        (void)lfn_buffer_format(&message, "The body %s%s", first->message, stop);
    if (first != NULL && first->pointer[0] != '\0') {
        append_member_path(&message, lfn_text_of(first->pointer));
        (void)lfn_buffer_format(&message, " %s%s", first->message, stop);
    }
    lfn_json_write_begin_object(&writer);
    write_member(&writer, "type", lfn_text_of(row->type));
    write_member(&writer, "message", lfn_buffer_text(&message));
    lfn_json_write_end_object(&writer);
    writer.buffer->failed = writer.buffer->failed || message.failed;
    lfn_buffer_free(&message);
    (void)lfn_response_add_header(response, lfn_text_of("Content-Type"), lfn_text_of("application/json"));
}

void lfn_problem_write(const lfn_api *api, lfn_problem problem, lfn_text path, const char *object_name,
                       const lfn_faults *faults, lfn_response *response)
{
    const lfn_problem_row *row = lfn_problem_get(problem);
    response->status = row->http_status;
    switch (api->error_form) {
    case LFN_ERROR_FORM_PROBLEM:
        write_problem(row, path, object_name, faults, response);
        break;
    case LFN_ERROR_FORM_TYPED:
        write_typed(row, faults, response);
        break;
    }
    /* Half a body is worse than none: the status tells enough. */
    if (response->body.failed)
        lfn_buffer_clear(&response->body);
}
