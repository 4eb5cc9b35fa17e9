/* The schema, as an ordered list of migrations. A file keeps the number of the last one that it has seen. The SQL is
 * such that PostgreSQL takes it with identity columns in place of INTEGER PRIMARY KEY and BYTEA in place of BLOB. */
#include "store/query.h"

#include <stdio.h>

/* Version 5. An index stands for every look-up, every list order and every reference that a delete follows. What is
 * sealed is a BLOB. */
static const char first_schema[] =
    "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);"
    "CREATE TABLE counters (name TEXT PRIMARY KEY, number BIGINT NOT NULL);"

    "CREATE TABLE owners (number INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, password_hash TEXT NOT NULL,"
    " first_sequence BIGINT NOT NULL);"

    "CREATE TABLE users (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"
    " owner BIGINT NOT NULL REFERENCES owners (number) ON DELETE CASCADE, name TEXT NOT NULL, email TEXT, phone TEXT,"
    " address TEXT, external_id TEXT, UNIQUE (owner, external_id));"
    "CREATE INDEX users_by_creation ON users (owner, number);"
    "CREATE INDEX users_by_id ON users (owner, id, number);"
    "CREATE INDEX users_by_name ON users (owner, name, number);"
    "CREATE INDEX users_by_email ON users (owner, email, number);"
    "CREATE INDEX users_by_phone ON users (owner, phone, number);"
    "CREATE INDEX users_by_address ON users (owner, address, number);"

    "CREATE TABLE credentials (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"
    " user_id TEXT REFERENCES users (id) ON DELETE CASCADE,"
    " owner BIGINT NOT NULL REFERENCES owners (number) ON DELETE CASCADE,"
    " provider TEXT NOT NULL, shown BLOB NOT NULL, hidden BLOB,"
    " UNIQUE (user_id, provider));"
    "CREATE INDEX credentials_by_owner ON credentials (owner);"

    "CREATE TABLE answers (user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,"
    " provider TEXT NOT NULL, http_status BIGINT NOT NULL, headers BLOB NOT NULL,"
    " body BLOB NOT NULL, PRIMARY KEY (user_id, provider));"

    "CREATE TABLE events (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"
    " credential_id TEXT NOT NULL REFERENCES credentials (id) ON DELETE CASCADE, created_us BIGINT NOT NULL,"
    " status_code BIGINT NOT NULL, headers TEXT NOT NULL, body TEXT NOT NULL);"
    "CREATE INDEX events_by_time ON events (credential_id, created_us, number);"
    "CREATE INDEX events_by_status_code ON events (credential_id, status_code, number);"
    "CREATE INDEX events_by_age ON events (created_us);"

    "CREATE TABLE sign_ins (state_hash TEXT PRIMARY KEY,"
    " user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,"
    " provider TEXT NOT NULL, created_us BIGINT NOT NULL, given BLOB NOT NULL,"
    " UNIQUE (user_id, provider));"

    "CREATE TABLE relations (number INTEGER PRIMARY KEY,"
    " sender BIGINT NOT NULL REFERENCES owners (number) ON DELETE CASCADE,"
    " receiver BIGINT NOT NULL REFERENCES owners (number) ON DELETE CASCADE,"
    " receiver_accepted SMALLINT NOT NULL CHECK (receiver_accepted IN (0, 1)),"
    " sender_blocked SMALLINT NOT NULL CHECK (sender_blocked IN (0, 1)),"
    " receiver_blocked SMALLINT NOT NULL CHECK (receiver_blocked IN (0, 1)),"
    " invalidated_sequence BIGINT NOT NULL, UNIQUE (sender, receiver));"
    "CREATE INDEX relations_by_sender ON relations (sender, number);"
    "CREATE INDEX relations_by_receiver ON relations (receiver, number);"

    "CREATE TABLE permissions (number INTEGER PRIMARY KEY,"
    " relation BIGINT NOT NULL REFERENCES relations (number) ON DELETE CASCADE,"
    " user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE, resource TEXT NOT NULL, types TEXT NOT NULL,"
    " UNIQUE (relation, user_id, resource));"
    "CREATE INDEX permissions_by_user ON permissions (user_id);"

    "CREATE TABLE applications (id TEXT PRIMARY KEY);"

    "CREATE TABLE access_tokens (hash TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE,"
    " application_id TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE, scopes TEXT NOT NULL,"
    " expires_us BIGINT NOT NULL);"
    "CREATE INDEX access_tokens_by_application ON access_tokens (application_id);"

    "CREATE TABLE service_credentials (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"
    " application_id TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE, name TEXT NOT NULL,"
    " description TEXT, enabled SMALLINT NOT NULL CHECK (enabled IN (0, 1)), type TEXT NOT NULL,"
    " shown TEXT NOT NULL, hidden BLOB, created_us BIGINT NOT NULL, updated_us BIGINT NOT NULL,"
    " created_by_id TEXT NOT NULL, created_by_type TEXT NOT NULL, updated_by_id TEXT NOT NULL,"
    " updated_by_type TEXT NOT NULL, UNIQUE (application_id, name));"
    "CREATE INDEX service_credentials_by_type ON service_credentials (application_id, type, number);"
    "CREATE INDEX service_credentials_by_creation ON service_credentials (application_id, created_us, number);"
    "CREATE INDEX service_credentials_by_change ON service_credentials (application_id, updated_us, number);"

    "CREATE TABLE linkables (kind SMALLINT NOT NULL, id TEXT NOT NULL,"
    " application_id TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE, document TEXT NOT NULL,"
    " PRIMARY KEY (kind, id));"
    "CREATE INDEX linkables_by_application ON linkables (application_id, kind, id);";

/* The files of earlier versions are of the time before the first release, with other seals or none: they are refused.
 */
enum { FIRST_VERSION = 5 };
static const char *const migrations[] = {first_schema};
enum { VERSION = FIRST_VERSION - 1 + sizeof migrations / sizeof *migrations };

int64_t lfn_schema_version(void)
{
    return VERSION;
}

static lfn_status read_version(lfn_store *store, int64_t *out_version, lfn_error *error)
{
    lfn_status status =
        lfn_store_script(store, "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)", error);
    if (status != LFN_OK)
        return status;
    static const char sql[] = "SELECT version FROM schema_version";
    lfn_query query;
    lfn_row row = {0};
    lfn_query_start(&query, store, sql, error);
    status = lfn_query_find(&query, &row, error);
    if (status == LFN_NOT_FOUND)
        status = lfn_store_script(store, "INSERT INTO schema_version (version) VALUES (0)", error);
    if (status == LFN_OK)
        *out_version = row.numbers[0];
    return status;
}

/* Whether a file can be brought to the present version. A new one has the version 0. */
static lfn_status check_version(const lfn_store *store, int64_t version, lfn_error *error)
{
    if (version == 0 || (version >= FIRST_VERSION && version <= VERSION))
        return LFN_OK;
    (void)lfn_error_set(error, LFN_STORAGE, "%s has schema version %lld; this library knows versions %d to %d.",
                        store->file, (long long)version, (int)FIRST_VERSION, (int)VERSION);
    lfn_error_hint(error, version > VERSION ? "Use a newer leafnative, or another file."
                                            : "Give another path, and fill the new file with a seed.");
    return LFN_STORAGE;
}

static lfn_status write_version(lfn_store *store, lfn_error *error)
{
    static const char sql[] = "UPDATE schema_version SET version = $1";
    lfn_query query;
    lfn_query_start(&query, store, sql, error);
    lfn_query_number(&query, VERSION);
    return lfn_query_run(&query, NULL, error);
}

lfn_status lfn_schema_prepare(lfn_store *store, lfn_error *error)
{
    int64_t version = 0;
    lfn_status status = lfn_store_begin(store, true, error);
    if (status == LFN_OK)
        status = read_version(store, &version, error);
    if (status == LFN_OK)
        status = check_version(store, version, error);
    int64_t next = version < FIRST_VERSION ? FIRST_VERSION : version + 1;
    for (; status == LFN_OK && next <= VERSION; next++)
        status = lfn_store_script(store, migrations[next - FIRST_VERSION], error);
    if (status == LFN_OK)
        status = write_version(store, error);
    if (status == LFN_OK)
        return lfn_store_commit(store, error);
    lfn_store_rollback(store);
    return status;
}
