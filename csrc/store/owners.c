/* Owners. */
#include "store/query.h"

lfn_status lfn_store_add_owner(lfn_store *store, lfn_text email, lfn_text password_hash, int64_t first_sequence,
                               lfn_error *error)
{
    static const char sql[] = "INSERT INTO owners (email, password_hash, first_sequence) VALUES ($1, $2, $3)";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_text(&query, email);
    lfn_query_text(&query, password_hash);
    lfn_query_number(&query, first_sequence);
    lfn_store_note_owners(store);
    return lfn_query_run(&query, NULL, error);
}

lfn_status lfn_store_find_owner(lfn_store *store, lfn_text email, lfn_owner *out_owner, lfn_error *error)
{
    static const char sql[] = "SELECT number, email, password_hash, first_sequence FROM owners WHERE email = $1";
    lfn_query query;
    lfn_row row;
    lfn_query_start(&query, store, sql, error);
    lfn_query_text(&query, email);
    lfn_status status = lfn_query_find(&query, &row, error);
    if (status != LFN_OK)
        return status;
    *out_owner = (lfn_owner){.number = row.numbers[0],
                             .email = row.texts[1],
                             .password_hash = row.texts[2],
                             .first_sequence = row.numbers[3]};
    return LFN_OK;
}

lfn_status lfn_store_delete_owner(lfn_store *store, int64_t owner, lfn_error *error)
{
    static const char sql[] = "DELETE FROM owners WHERE number = $1";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_number(&query, owner);
    lfn_store_note_owners(store);
    return lfn_query_change(&query, error);
}
