/* Where a page stands in its list, read from its answer: strict; what is strange tells nothing. */
#include "codec/page.h"

#include "base/text.h"
#include "leafnative/json.h"

/* Moves over spaces and tabs. */
static void skip_blank(lfn_text *rest)
{
    while (rest->size > 0 && (rest->data[0] == ' ' || rest->data[0] == '\t'))
        *rest = lfn_text_slice(*rest, 1, rest->size);
}

static bool take_byte(lfn_text *rest, char byte)
{
    skip_blank(rest);
    if (rest->size == 0 || rest->data[0] != byte)
        return false;
    *rest = lfn_text_slice(*rest, 1, rest->size);
    return true;
}

/* Takes letters up to a byte that ends a token. */
static lfn_text take_token(lfn_text *rest)
{
    size_t size = 0;
    skip_blank(rest);
    while (size < rest->size && strchr(" \t;,=\"<>", rest->data[size]) == NULL)
        size++;
    lfn_text token = lfn_text_slice(*rest, 0, size);
    *rest = lfn_text_slice(*rest, size, rest->size);
    return token;
}

/* Takes the value of a parameter, quoted or not. A quoted one is given raw: no relation type needs an escape. */
static bool take_value(lfn_text *rest, lfn_text *out_value)
{
    if (!take_byte(rest, '"')) {
        *out_value = take_token(rest);
        return out_value->size > 0;
    }
    for (size_t i = 0; i < rest->size; i++) {
        if (rest->data[i] == '\\') {
            i++;
        } else if (rest->data[i] == '"') {
            *out_value = lfn_text_slice(*rest, 0, i);
            *rest = lfn_text_slice(*rest, i + 1, rest->size);
            return true;
        }
    }
    return false;
}

static bool holds_word(lfn_text words, lfn_text wanted)
{
    lfn_text word;
    while (lfn_text_split(&words, ' ', &word))
        if (lfn_text_equal_nocase(word, wanted))
            return true;
    return false;
}

/* Takes one link, as <…>; rel="next"; title="…". Only the first rel counts (RFC 8288). */
static bool take_link(lfn_text *rest, bool *out_next)
{
    static const lfn_text rel = LFN_TEXT("rel"), next = LFN_TEXT("next");
    bool seen = false;
    *out_next = false;
    if (!take_byte(rest, '<'))
        return false;
    size_t close = lfn_text_find(*rest, '>');
    if (close == rest->size)
        return false;
    *rest = lfn_text_slice(*rest, close + 1, rest->size);
    while (take_byte(rest, ';')) {
        lfn_text name = take_token(rest);
        lfn_text value = lfn_text_of("");
        if (name.size == 0 || (take_byte(rest, '=') && !take_value(rest, &value)))
            return false;
        if (seen || !lfn_text_equal_nocase(name, rel))
            continue;
        seen = true;
        *out_next = holds_word(value, next);
    }
    skip_blank(rest);
    return rest->size == 0 || rest->data[0] == ',';
}

static bool links_next(lfn_text links)
{
    bool next = false;
    while (take_link(&links, &next)) {
        if (next)
            return true;
        if (!take_byte(&links, ','))
            return false;
    }
    return false;
}

/* A list in the form LINK: a header Link, which may stand several times, and a header X-Total-Count. */
static lfn_page read_links(const lfn_response *response)
{
    static const lfn_text link = LFN_TEXT("Link"), total = LFN_TEXT("X-Total-Count");
    lfn_page page = {.total = -1, .size = -1};
    lfn_text line, name, rest = lfn_buffer_text(&response->headers);
    while (lfn_text_split(&rest, '\n', &line))
        if (lfn_text_split(&line, ':', &name) && lfn_text_equal_nocase(name, link) && links_next(line))
            page.has_next = true;
    int64_t count;
    if (lfn_text_integer(lfn_text_trim(lfn_response_header(response, total)), &count) && count >= 0)
        page.total = count;
    return page;
}

/* ---- the form ENVELOPE ---- */

/* The numbers beside the entries of a list. */
typedef struct envelope {
    int64_t *number; /* where the value of the member that comes next belongs; NULL: nowhere */
    int64_t count, total, page, size;
} envelope;

static bool pass_value(void *context)
{
    envelope *read = context;
    read->number = NULL;
    return true;
}

static bool pass_boolean(void *context, bool value)
{
    (void)value;
    return pass_value(context);
}

static bool pass_text(void *context, lfn_text value)
{
    (void)value;
    return pass_value(context);
}

static bool take_integer(void *context, int64_t value)
{
    envelope *read = context;
    if (read->number != NULL && value >= 0)
        *read->number = value;
    return pass_value(context);
}

static bool take_key(void *context, lfn_text name)
{
    const lfn_list_words *words = lfn_list_words_get(LFN_LIST_FORM_ENVELOPE);
    envelope *read = context;
    const struct {
        const char *name;
        int64_t *number;
    } members[] = {{words->count, &read->count},
                   {words->total, &read->total},
                   {words->page, &read->page},
                   {words->size, &read->size}};
    read->number = NULL;
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (lfn_text_equal_string(name, members[i].name))
            read->number = members[i].number;
    return true;
}

static const lfn_json_builder envelope_builder = {
    .null = pass_value,
    .boolean = pass_boolean,
    .integer = take_integer,
    .number = pass_text,
    .string = pass_text,
    .object_begin = pass_value,
    .key = take_key,
    .array_begin = pass_value,
    .depth = 1,
};

/* Whether entries stand behind this page. A peer that does not say how many there are in all may have more as long as
 * its pages are full. */
static bool envelope_goes_on(const envelope *read)
{
    if (read->count <= 0 || read->size <= 0)
        return false;
    if (read->total < 0)
        return read->count >= read->size;
    int64_t page = read->page > 0 ? read->page : 0;
    /* Of `total` entries there are this many pages before the last one. */
    return page < (read->total - 1) / read->size;
}

/* A list in the form ENVELOPE: an object that says how many entries it has, how many there are in all, and what page of
 * what size it is. */
static lfn_status read_envelope(const lfn_response *response, lfn_page *page)
{
    envelope read = {.count = -1, .total = -1, .page = -1, .size = -1};
    lfn_status status = lfn_json_read(lfn_buffer_text(&response->body), &envelope_builder, &read, NULL);
    if (status != LFN_OK)
        return status == LFN_NO_MEMORY ? status : LFN_OK; /* what is no JSON tells nothing */
    page->total = read.total;
    page->size = read.size;
    page->has_next = envelope_goes_on(&read);
    return LFN_OK;
}

lfn_status lfn_page_read(const lfn_response *response, const lfn_operation *operation, lfn_page *out_page)
{
    *out_page = (lfn_page){.total = -1, .size = -1};
    switch (operation->group->api->list_form) {
    case LFN_LIST_FORM_LINK:
        *out_page = read_links(response);
        return LFN_OK;
    case LFN_LIST_FORM_ENVELOPE:
        return read_envelope(response, out_page);
    case LFN_LIST_FORM_COUNT:
        break;
    }
    return LFN_OK;
}

lfn_page lfn_response_page(const lfn_response *response, const lfn_operation *operation)
{
    lfn_page page;
    (void)lfn_page_read(response, operation, &page);
    return page;
}
