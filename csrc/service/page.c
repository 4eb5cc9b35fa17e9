/* Pages and sort orders: see page.h. */
#include "service/page.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>

static const char page_member[] = "page";
static const char size_member[] = "size";
static const char sort_member[] = "sort";

/* Called for each member of the query; its texts live until it returns. */
typedef lfn_status (*query_visitor)(void *context, lfn_text name, lfn_text value);

static lfn_status walk_query(const lfn_call *call, query_visitor visit, void *context)
{
    lfn_buffer scratch;
    lfn_buffer_init(&scratch, 2 * call->match.query.size + 2);
    lfn_status status = LFN_OK;
    lfn_text rest = call->match.query;
    lfn_text name, value;
    while (status == LFN_OK && lfn_query_next(&rest, &scratch, &name, &value))
        status = visit(context, name, value);
    if (scratch.failed)
        status = LFN_NO_MEMORY;
    lfn_buffer_free(&scratch);
    return status;
}

typedef struct first_value {
    lfn_arena *arena;
    const char *name;
    lfn_text value;
    bool seen;
} first_value;

static lfn_status visit_first(void *context, lfn_text name, lfn_text value)
{
    first_value *first = context;
    if (first->seen || !lfn_text_equal_string(name, first->name))
        return LFN_OK;
    first->seen = true;
    first->value = value;
    return lfn_arena_keep(first->arena, &first->value);
}

static lfn_status refuse_value(lfn_call *call, const char *name)
{
    lfn_fault *fault = &call->faults.fault[0];
    (void)snprintf(fault->pointer, sizeof fault->pointer, "/%s", name);
    (void)snprintf(fault->message, sizeof fault->message, "must be percent-encoded UTF-8 without U+0000");
    call->faults.count = 1;
    return LFN_BAD_INPUT;
}

lfn_status lfn_query_value(lfn_call *call, const char *name, lfn_text *out_value)
{
    first_value first = {.arena = &call->arena, .name = name};
    lfn_status status = walk_query(call, visit_first, &first);
    if (status == LFN_OK && first.seen && first.value.data == NULL)
        return refuse_value(call, name);
    if (status == LFN_OK)
        *out_value = first.value;
    return status;
}

static const lfn_field *query_field(const lfn_call *call, const char *name)
{
    return lfn_schema_find(lfn_operation_query(call->match.operation), lfn_text_of(name));
}

/* Reads a number; one with too many digits counts as the greatest. */
static bool read_digits(lfn_text text, int64_t *out_value)
{
    if (lfn_text_integer(text, out_value))
        return true;
    for (size_t i = 0; i < text.size; i++)
        if (!lfn_ascii_digit(text.data[i]))
            return false;
    *out_value = INT64_MAX;
    return text.size > 0;
}

/* An integer of the query by its row: what is none, or below the least, takes the standard; what is above the most is
 * clamped. */
static lfn_status query_integer(lfn_call *call, const char *name, int64_t *out_value)
{
    const lfn_field *field = query_field(call, name);
    lfn_text given;
    lfn_status status = lfn_query_value(call, name, &given);
    if (status == LFN_BAD_INPUT)
        given = lfn_text_of("");
    else if (status != LFN_OK)
        return status;
    int64_t value;
    if (!read_digits(given, &value) || value < field->least)
        if (!lfn_text_integer(lfn_text_of(field->standard), &value))
            value = field->least;
    *out_value = field->most > 0 && value > field->most ? field->most : value;
    return LFN_OK;
}

lfn_status lfn_query_word(lfn_call *call, const char *name, int *out_index)
{
    const lfn_field *field = query_field(call, name);
    lfn_text given;
    lfn_status status = lfn_query_value(call, name, &given);
    if (status != LFN_OK)
        return status;
    int index = lfn_choice_index(lfn_choice_get(field->choice), given);
    *out_index = index >= 0 ? index : lfn_choice_index(lfn_choice_get(field->choice), lfn_text_of(field->standard));
    return LFN_OK;
}

lfn_status lfn_paging_read(lfn_call *call, lfn_paging *out_paging)
{
    lfn_paging paging;
    const lfn_list_words *words = lfn_list_words_get(call->match.operation->group->api->list_form);
    lfn_status status = query_integer(call, words->page, &paging.page);
    if (status == LFN_OK)
        status = query_integer(call, words->size, &paging.size);
    if (status != LFN_OK)
        return status;
    paging.offset = paging.page <= INT64_MAX / paging.size ? paging.page * paging.size : INT64_MAX;
    *out_paging = paging;
    return LFN_OK;
}

/* ---- Link ---- */

/* Four targets stand in one header, and the headers of an answer are bounded. */
enum { OTHERS_MAX = 12 * 1024 };

/* A member that finds no room is left out: percent-encoding makes up to three bytes of one, and a filter as long as
 * that fits nothing. */
static lfn_status append_other_member(void *context, lfn_text name, lfn_text value)
{
    lfn_buffer *others = context;
    size_t before = others->size;
    if (value.data == NULL || lfn_text_equal_string(name, page_member) || lfn_text_equal_string(name, size_member))
        return LFN_OK;
    if (!lfn_buffer_append_percent(others, name) || !lfn_buffer_append_string(others, "=") ||
        !lfn_buffer_append_percent(others, value) || !lfn_buffer_append_string(others, "&"))
        return LFN_NO_MEMORY;
    if (others->size > OTHERS_MAX)
        others->size = before;
    return LFN_OK;
}

static void append_link(lfn_buffer *links, const lfn_call *call, lfn_text others, int64_t page, int64_t size,
                        const char *relation)
{
    lfn_text target = call->request->target;
    if (links->size > 0)
        (void)lfn_buffer_append_string(links, ",");
    (void)lfn_buffer_append_string(links, "<");
    (void)lfn_buffer_append_text(links, lfn_text_slice(target, 0, lfn_text_find(target, '?')));
    (void)lfn_buffer_append_string(links, "?");
    (void)lfn_buffer_append_text(links, others);
    (void)lfn_buffer_format(links, "%s=%" PRId64 "&%s=%" PRId64 ">; rel=\"%s\"", page_member, page, size_member, size,
                            relation);
}

lfn_status lfn_paging_answer(lfn_call *call, const lfn_paging *paging, int64_t total)
{
    lfn_buffer others, links, count;
    lfn_buffer_init(&others, OTHERS_MAX + 4 * LFN_TARGET_MAX);
    lfn_buffer_init(&links, 4 * (OTHERS_MAX + LFN_TARGET_MAX + 256));
    lfn_buffer_init(&count, 32);

    int64_t last = total > 0 ? (total - 1) / paging->size : 0;
    int64_t before = paging->page - 1 < last ? paging->page - 1 : last;
    lfn_status status = walk_query(call, append_other_member, &others);
    if (status == LFN_OK && paging->page < last)
        append_link(&links, call, lfn_buffer_text(&others), paging->page + 1, paging->size, "next");
    if (status == LFN_OK && paging->page > 0)
        append_link(&links, call, lfn_buffer_text(&others), before, paging->size, "prev");
    if (status == LFN_OK) {
        append_link(&links, call, lfn_buffer_text(&others), last, paging->size, "last");
        append_link(&links, call, lfn_buffer_text(&others), 0, paging->size, "first");
        (void)lfn_buffer_format(&count, "%" PRId64, total);
        bool added = !links.failed && !count.failed &&
                     lfn_response_add_header(call->response, lfn_text_of("X-Total-Count"), lfn_buffer_text(&count)) &&
                     lfn_response_add_header(call->response, lfn_text_of("Link"), lfn_buffer_text(&links));
        status = added ? LFN_OK : LFN_NO_MEMORY;
    }
    lfn_buffer_free(&others);
    lfn_buffer_free(&links);
    lfn_buffer_free(&count);
    return status;
}

/* ---- sort ---- */

typedef struct sort_list {
    lfn_arena *arena;
    lfn_sort *sorts;
    size_t most;
    size_t count;
    bool given;
} sort_list;

static bool is_direction(lfn_text part, bool *out_descending)
{
    *out_descending = lfn_text_equal_nocase(part, lfn_text_of("desc"));
    return *out_descending || lfn_text_equal_nocase(part, lfn_text_of("asc"));
}

/* Takes "name,email,desc" apart: the direction stands at the end and counts for every member before it. */
static lfn_status add_sorts(sort_list *list, lfn_text value)
{
    size_t from = list->count;
    lfn_text part;
    bool descending = false;
    while (lfn_text_split(&value, ',', &part)) {
        part = lfn_text_trim(part);
        if (part.size == 0 || (value.data == NULL && is_direction(part, &descending)) || list->count == list->most)
            continue;
        lfn_status status = lfn_arena_keep(list->arena, &part);
        if (status != LFN_OK)
            return status;
        list->sorts[list->count++] = (lfn_sort){.name = part};
    }
    for (size_t i = from; i < list->count; i++)
        list->sorts[i].descending = descending;
    return LFN_OK;
}

static lfn_status visit_sort(void *context, lfn_text name, lfn_text value)
{
    sort_list *list = context;
    if (!lfn_text_equal_string(name, sort_member))
        return LFN_OK;
    list->given = true;
    return add_sorts(list, value);
}

lfn_status lfn_sorts_read(lfn_call *call, lfn_sort *out_sorts, size_t most, size_t *out_count)
{
    sort_list list = {.arena = &call->arena, .sorts = out_sorts, .most = most};
    lfn_status status = walk_query(call, visit_sort, &list);
    if (status == LFN_OK && !list.given)
        status = add_sorts(&list, lfn_text_of(query_field(call, sort_member)->standard));
    if (status == LFN_OK)
        *out_count = list.count;
    return status;
}
