/* Places in a document: see spot.h. */
#include "service/spot.h"

#include "base/text.h"
#include "leafnative/json.h"

#include <stdio.h>

lfn_status lfn_spot_refuse(lfn_call *call, const lfn_spot *at, const char *reason)
{
    return lfn_play_refuse(call, at->pointer, "", reason);
}

static lfn_spot member_of(const lfn_spot *parent, lfn_text name)
{
    lfn_spot at = *parent;
    at.node = lfn_json_get(parent->node, name);
    lfn_pointer_append(at.pointer, sizeof at.pointer, name);
    return at;
}

lfn_spot lfn_spot_member(const lfn_spot *parent, const char *name)
{
    return member_of(parent, lfn_text_of(name));
}

bool lfn_spot_is(const lfn_spot *at, lfn_json_kind kind)
{
    return at->node != NULL && lfn_json_kind_of(at->node) == kind;
}

lfn_status lfn_spot_string(lfn_call *call, const lfn_spot *parent, const char *name, lfn_text *out_text)
{
    lfn_spot at = lfn_spot_member(parent, name);
    lfn_text text = lfn_json_string(at.node);
    if (text.size == 0)
        return lfn_spot_refuse(call, &at, at.node == NULL ? "is missing" : "must be a string that is not empty");
    *out_text = text;
    return LFN_OK;
}

static bool is_listed(const char *const names[], lfn_text name)
{
    for (size_t i = 0; names[i] != NULL; i++)
        if (lfn_text_equal_string(name, names[i]))
            return true;
    return false;
}

lfn_status lfn_spot_check(lfn_call *call, const lfn_spot *at, const char *const names[])
{
    if (!lfn_spot_is(at, LFN_JSON_OBJECT))
        return lfn_spot_refuse(call, at, "must be an object");
    for (const lfn_json *child = lfn_json_first(at->node); child != NULL; child = lfn_json_next(child)) {
        lfn_spot here = member_of(at, lfn_json_name(child));
        if (!is_listed(names, lfn_json_name(child)))
            return lfn_spot_refuse(call, &here, "is not a member that may stand here");
    }
    return LFN_OK;
}

lfn_status lfn_spot_each_entry(lfn_call *call, const lfn_spot *parent, const char *name, lfn_planter plant,
                               void *context)
{
    char index[24];
    size_t count = 0;
    lfn_status status = LFN_OK;
    lfn_spot list = lfn_spot_member(parent, name);
    if (list.node != NULL && !lfn_spot_is(&list, LFN_JSON_ARRAY))
        return lfn_spot_refuse(call, &list, "must be a list");
    const lfn_json *child = list.node != NULL ? lfn_json_first(list.node) : NULL;
    for (; status == LFN_OK && child != NULL; child = lfn_json_next(child)) {
        (void)snprintf(index, sizeof index, "%zu", count++);
        lfn_spot entry = list;
        entry.node = child;
        lfn_pointer_append(entry.pointer, sizeof entry.pointer, lfn_text_of(index));
        status = plant(call, context, &entry);
    }
    return status;
}

lfn_status lfn_spot_each_member(lfn_call *call, const lfn_spot *parent, const char *name, lfn_planter plant,
                                void *context)
{
    lfn_status status = LFN_OK;
    lfn_spot object = lfn_spot_member(parent, name);
    if (object.node != NULL && !lfn_spot_is(&object, LFN_JSON_OBJECT))
        return lfn_spot_refuse(call, &object, "must be an object");
    const lfn_json *child = object.node != NULL ? lfn_json_first(object.node) : NULL;
    for (; status == LFN_OK && child != NULL; child = lfn_json_next(child)) {
        lfn_spot entry = member_of(&object, lfn_json_name(child));
        status = plant(call, context, &entry);
    }
    return status;
}

lfn_text lfn_spot_name(const lfn_spot *at)
{
    return lfn_json_name(at->node);
}

lfn_status lfn_spot_place_error(lfn_call *call, const lfn_spot *at, lfn_status status)
{
    if (status != LFN_BAD_INPUT && status != LFN_CONFLICT && status != LFN_NOT_FOUND)
        return status;
    lfn_error inner = call->error;
    return lfn_play_refuse(call, at->pointer, inner.where, inner.message);
}

/* ---- bodies ---- */

static lfn_status play_body(lfn_call *call, lfn_play *play, const lfn_spot *at, const lfn_buffer *body,
                            lfn_text *out_id)
{
    if (body->failed)
        return LFN_NO_MEMORY;
    play->body = lfn_buffer_text(body);
    play->pointer = at->pointer;
    return lfn_play_run(call, play, out_id);
}

lfn_status lfn_spot_play_text(lfn_call *call, lfn_play play, const lfn_spot *at, const char *wrapped,
                              const lfn_buffer *body)
{
    play.wrapped = wrapped;
    return play_body(call, &play, at, body, NULL);
}

/* Writes the object without the members that are listed; a node that is no object as it stands. */
static void write_body(const lfn_spot *at, const char *const without[], lfn_json_writer *writer)
{
    if (!lfn_spot_is(at, LFN_JSON_OBJECT)) {
        lfn_json_write_node(writer, at->node);
        return;
    }
    lfn_json_write_begin_object(writer);
    for (const lfn_json *child = lfn_json_first(at->node); child != NULL; child = lfn_json_next(child)) {
        if (is_listed(without, lfn_json_name(child)))
            continue;
        lfn_json_write_key(writer, lfn_json_name(child));
        lfn_json_write_node(writer, child);
    }
    lfn_json_write_end_object(writer);
}

lfn_status lfn_spot_play(lfn_call *call, lfn_play play, const lfn_spot *at, const char *const without[],
                         lfn_text *out_id)
{
    lfn_buffer body;
    lfn_buffer_init(&body, lfn_text_ceiling(call->service));
    lfn_json_writer writer = {.buffer = &body};
    write_body(at, without, &writer);
    play.wrapped = "";
    lfn_status status = play_body(call, &play, at, &body, out_id);
    lfn_buffer_free(&body);
    return status;
}
