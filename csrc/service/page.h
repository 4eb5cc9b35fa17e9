/* Pages of a list: what the query asks for, and the headers of the answer. */
#ifndef LFN_SERVICE_PAGE_H
#define LFN_SERVICE_PAGE_H

#include "service/call.h"

typedef struct lfn_paging {
    int64_t page;
    int64_t size;
    int64_t offset;
} lfn_paging;

/* Reads page and size, by the words of the API's list form and the rows of the operation's query. What is not a number,
 * or below the least, takes the standard; what is above the most is clamped. */
lfn_status lfn_paging_read(lfn_call *call, lfn_paging *out_paging);
/* Adds X-Total-Count and Link. Its targets are relative and keep the other members of the query. */
lfn_status lfn_paging_answer(lfn_call *call, const lfn_paging *paging, int64_t total);

/* The first value of a query member; absent when it is not given. It lives as long as the call. LFN_BAD_INPUT, with a
 * fault of the call, when it is no text: a filter that cannot be read must not pass for one that was not sent. */
lfn_status lfn_query_value(lfn_call *call, const char *name, lfn_text *out_value);
/* The index of a word of the query in the choice of its row, else of the standard; -1 where there is none. */
lfn_status lfn_query_word(lfn_call *call, const char *name, int *out_index);

/* One part of a sort member: "name,email,desc" has two. */
typedef struct lfn_sort {
    lfn_text name;
    bool descending;
} lfn_sort;

/* Collects the parts of every sort member, at most `most`; with none given, those of the standard of the row. */
lfn_status lfn_sorts_read(lfn_call *call, lfn_sort *out_sorts, size_t most, size_t *out_count);

#endif
