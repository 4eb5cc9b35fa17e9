/* What uses a credential. The link is the credential's name: an integration says it in credentialName, a node of a
 * workflow in config.credentialNameTemplate. A template with {{ in it is filled when the workflow runs and cannot be
 * resolved by reading, so that it links nothing here. A workflow uses a custom node when a node of it has the custom
 * node's flow id as its type, or anywhere in its config as a string, in either case as ids are. */
#include "base/text.h"
#include "service/losant/envelope.h"
#include "service/losant/losant.h"
#include "service/page.h"

typedef struct linkable linkable;
struct linkable {
    lfn_text id;
    lfn_json *document; /* owned */
    bool linked;
    linkable *next;
};

/* Those of one kind, in the order of ids. */
typedef struct linkable_list {
    lfn_call *call;
    linkable *first;
    linkable **end;
} linkable_list;

static lfn_status collect(void *context, const lfn_linkable *stored)
{
    linkable_list *list = context;
    linkable *entry = lfn_arena_take(&list->call->arena, sizeof *entry);
    if (entry == NULL)
        return LFN_NO_MEMORY;
    entry->id = stored->id;
    lfn_status status = lfn_arena_keep(&list->call->arena, &entry->id);
    if (status == LFN_OK)
        status = lfn_json_parse(stored->document, &entry->document, &list->call->error);
    if (status != LFN_OK)
        return status == LFN_NO_MEMORY ? status : LFN_STORAGE;
    *list->end = entry;
    list->end = &entry->next;
    return LFN_OK;
}

static lfn_status read_list(lfn_call *call, lfn_linkable_kind kind, linkable_list *list)
{
    *list = (linkable_list){.call = call};
    list->end = &list->first;
    return lfn_store_list_linkables(call->service->store, call->access.application_id, kind, collect, list,
                                    &call->error);
}

static void free_list(linkable_list *list)
{
    for (linkable *entry = list->first; entry != NULL; entry = entry->next)
        lfn_json_free(entry->document);
}

/* ---- links ---- */

static lfn_text member(const lfn_json *node, const char *name)
{
    return lfn_json_string(lfn_json_get(node, lfn_text_of(name)));
}

static bool is_resolvable(lfn_text template)
{
    for (size_t i = 0; i + 1 < template.size; i++)
        if (template.data[i] == '{' && template.data[i + 1] == '{')
            return false;
    return true;
}

static bool is_object(const lfn_json *node)
{
    return node != NULL && lfn_json_kind_of(node) == LFN_JSON_OBJECT;
}

/* What a walk over the nodes of a workflow asks of each object. */
typedef bool (*question)(const lfn_json *object, lfn_text wanted);

/* Nodes stand in lists inside of others; the reader bounds the depth of a document. */
static bool any_object(const lfn_json *node, question ask, lfn_text wanted)
{
    if (is_object(node) && ask(node, wanted))
        return true;
    for (const lfn_json *child = lfn_json_first(node); child != NULL; child = lfn_json_next(child))
        if (any_object(child, ask, wanted))
            return true;
    return false;
}

static bool names_credential(const lfn_json *object, lfn_text name)
{
    const lfn_json *config = lfn_json_get(object, lfn_text_of("config"));
    lfn_text template = is_object(config) ? member(config, "credentialNameTemplate") : lfn_text_of(NULL);
    return template.data != NULL && lfn_text_equal(template, name) && is_resolvable(template);
}

static bool holds_string(const lfn_json *node, lfn_text wanted)
{
    if (lfn_text_equal_nocase(lfn_json_string(node), wanted))
        return true;
    for (const lfn_json *child = lfn_json_first(node); child != NULL; child = lfn_json_next(child))
        if (holds_string(child, wanted))
            return true;
    return false;
}

static bool uses_node(const lfn_json *object, lfn_text flow_id)
{
    const lfn_json *config = lfn_json_get(object, lfn_text_of("config"));
    return lfn_text_equal_nocase(member(object, "type"), flow_id) ||
           (is_object(config) && holds_string(config, flow_id));
}

static void link_integrations(linkable_list *list, lfn_text name)
{
    for (linkable *entry = list->first; entry != NULL; entry = entry->next)
        entry->linked = lfn_text_equal(member(entry->document, "credentialName"), name);
}

static void link_workflows(linkable_list *list, lfn_text name)
{
    for (linkable *entry = list->first; entry != NULL; entry = entry->next)
        entry->linked = any_object(entry->document, names_credential, name);
}

static bool is_used(const linkable_list *list, lfn_text flow_id)
{
    for (const linkable *entry = list->first; entry != NULL; entry = entry->next)
        if (entry->linked && any_object(entry->document, uses_node, flow_id))
            return true;
    return false;
}

/* A custom node may use others, so that it goes on until no more is added. */
static void link_custom_nodes(linkable_list *flows, const linkable_list *versions)
{
    const char *custom = lfn_choice_get(LFN_CHOICE_FLOW_CLASS)->words[LFN_FLOW_CLASS_CUSTOM_NODE];
    bool added = true;
    while (added) {
        added = false;
        for (linkable *entry = flows->first; entry != NULL; entry = entry->next) {
            if (entry->linked || !lfn_text_equal_string(member(entry->document, "flowClass"), custom))
                continue;
            entry->linked = is_used(flows, entry->id) || is_used(versions, entry->id);
            added = added || entry->linked;
        }
    }
}

/* ---- the answer ---- */

static int64_t write_items(lfn_json_writer *writer, const linkable_list *list)
{
    int64_t count = 0;
    lfn_json_write_begin_array(writer);
    for (const linkable *entry = list->first; entry != NULL; entry = entry->next) {
        if (!entry->linked)
            continue;
        lfn_json_write_node(writer, entry->document);
        count++;
    }
    lfn_json_write_end_array(writer);
    return count;
}

/* All of them are one page. */
static void write_list(lfn_call *call, const char *name, const linkable_list *list)
{
    enum { PAGE_LEAST = 100 };
    lfn_json_writer *writer = &call->writer;
    lfn_json_write_key(writer, lfn_text_of(name));
    lfn_json_write_begin_object(writer);
    lfn_json_write_key(writer, lfn_text_of("items"));
    int64_t count = write_items(writer, list);
    lfn_envelope envelope = {.count = count,
                             .total = count,
                             .per_page = count > PAGE_LEAST ? count : PAGE_LEAST,
                             .sort_field = lfn_text_of("id"),
                             .sort_direction = lfn_text_of("asc"),
                             .application_id = call->access.application_id};
    lfn_envelope_write(writer, &envelope);
    lfn_json_write_end_object(writer);
}

static lfn_status wants_custom_nodes(lfn_call *call, bool *out_wanted)
{
    lfn_text value;
    lfn_status status = lfn_query_value(call, "includeCustomNodes", &value);
    if (status == LFN_OK)
        *out_wanted = lfn_text_equal_string(value, "true");
    return status;
}

lfn_problem lfn_service_credential_linked_resources(lfn_call *call)
{
    linkable_list integrations, flows = {.call = call}, versions = {.call = call};
    lfn_text name = call->service_credential.name;
    bool with_custom_nodes = false;
    lfn_status status = read_list(call, LFN_LINKABLE_INTEGRATION, &integrations);
    if (status == LFN_OK)
        status = read_list(call, LFN_LINKABLE_FLOW, &flows);
    if (status == LFN_OK)
        status = read_list(call, LFN_LINKABLE_FLOW_VERSION, &versions);
    if (status == LFN_OK)
        status = wants_custom_nodes(call, &with_custom_nodes);
    if (status != LFN_OK)
        goto done;
    link_integrations(&integrations, name);
    link_workflows(&flows, name);
    link_workflows(&versions, name);
    if (with_custom_nodes)
        link_custom_nodes(&flows, &versions);
    lfn_json_write_begin_object(&call->writer);
    write_list(call, "integrations", &integrations);
    write_list(call, "flows", &flows);
    write_list(call, "flowVersions", &versions);
    lfn_json_write_end_object(&call->writer);
done:
    free_list(&integrations);
    free_list(&flows);
    free_list(&versions);
    return lfn_problem_of(status);
}
