/* Certificate stores shared by all connections of the process: see curl_tls.h. */
#include "transport/curl_tls.h"

#include "base/alloc.h"

#include <curl/curl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A store and the file it was read from. The list lives as long as the process: it has one entry per CA file. */
typedef struct kept_store {
    struct kept_store *next;
    char *path;
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec changed;
    X509_STORE *store;
} kept_store;

static pthread_mutex_t stores_lock = PTHREAD_MUTEX_INITIALIZER;
static kept_store *stores;
static unsigned store_reads;

static const char *const ca_variables[] = {"LEAFNATIVE_CA_FILE", "SSL_CERT_FILE", "CURL_CA_BUNDLE"};
static const char *const ca_places[] = {
    "/etc/ssl/certs/ca-certificates.crt",                /* Debian, Ubuntu, Arch, Gentoo */
    "/etc/pki/tls/certs/ca-bundle.crt",                  /* Fedora, RHEL */
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", /* CentOS, RHEL 7 */
    "/etc/ssl/ca-bundle.pem",                            /* openSUSE */
    "/etc/ssl/cert.pem",                                 /* Alpine, OpenWrt, BSD, macOS */
    "/usr/local/share/certs/ca-root-nss.crt",            /* FreeBSD */
};

bool lfn_tls_stores_usable(void)
{
    const char *theirs = curl_version_info(CURLVERSION_NOW)->ssl_version;
    char ours[64];
    (void)snprintf(ours, sizeof ours, "OpenSSL/%s", OpenSSL_version(OPENSSL_VERSION_STRING));
    return theirs != NULL && strcmp(theirs, ours) == 0;
}

/* From 7.88 on libcurl gives OpenSSL its own way to write. */
bool lfn_tls_raises_sigpipe(void)
{
    return curl_version_info(CURLVERSION_NOW)->version_num < 0x075800;
}

static bool is_readable_file(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && !S_ISDIR(about.st_mode) && access(path, R_OK) == 0;
}

static lfn_status take_path(const char *path, const char *named_by, char *out_path, size_t size, lfn_error *error)
{
    if (strlen(path) >= size || !is_readable_file(path)) {
        lfn_status status = lfn_error_set_where(error, LFN_BAD_INPUT, "/ca_file",
                                                "the CA file %s, named by %s, cannot be read", path, named_by);
        lfn_error_hint(error, "Name a readable PEM file of certificate authorities.");
        return status;
    }
    (void)snprintf(out_path, size, "%s", path);
    return LFN_OK;
}

lfn_status lfn_tls_find_ca_file(const char *option, char *out_path, size_t size, lfn_error *error)
{
    if (option != NULL)
        return take_path(option, "ca_file", out_path, size, error);
    for (size_t i = 0; i < sizeof ca_variables / sizeof *ca_variables; i++) {
        const char *path = getenv(ca_variables[i]);
        if (path != NULL && path[0] != '\0')
            return take_path(path, ca_variables[i], out_path, size, error);
    }
    for (size_t i = 0; i < sizeof ca_places / sizeof *ca_places; i++) {
        if (is_readable_file(ca_places[i]))
            return take_path(ca_places[i], "the system", out_path, size, error);
    }
    lfn_status status = lfn_error_set_where(error, LFN_BAD_INPUT, "/ca_file",
                                            "no CA file: tried ca_file, %s, %s, %s, %s, %s, %s, %s, %s, %s",
                                            ca_variables[0], ca_variables[1], ca_variables[2], ca_places[0],
                                            ca_places[1], ca_places[2], ca_places[3], ca_places[4], ca_places[5]);
    lfn_error_hint(error, "Install ca-certificates, or give ca_file.");
    return status;
}

/* Reads every certificate of the file; NULL when there is none or memory is out. */
static X509_STORE *read_store(const char *path)
{
    X509_STORE *store = X509_STORE_new();
    if (store == NULL)
        return NULL;
    store_reads++;
    /* X509_STORE_load_file fails when the file holds no certificate, so the store is never empty. An intermediate
     * authority in the file is trusted by itself, as with libcurl's own reading. */
    if (X509_STORE_load_file(store, path) != 1 ||
        X509_STORE_set_flags(store, X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN) != 1) {
        X509_STORE_free(store);
        store = NULL;
    }
    ERR_clear_error();
    return store;
}

static bool is_fresh(const kept_store *kept, const struct stat *about)
{
    return kept->store != NULL && kept->device == about->st_dev && kept->inode == about->st_ino &&
           kept->size == about->st_size && kept->changed.tv_sec == about->st_mtim.tv_sec &&
           kept->changed.tv_nsec == about->st_mtim.tv_nsec;
}

/* The entry of the path, a new and empty one when there is none yet; NULL when memory is out. */
static kept_store *find_entry_locked(const char *path)
{
    for (kept_store *kept = stores; kept != NULL; kept = kept->next) {
        if (strcmp(kept->path, path) == 0)
            return kept;
    }
    kept_store *kept = lfn_alloc(sizeof *kept);
    char *copy = lfn_copy(path, strlen(path));
    if (kept == NULL || copy == NULL) {
        lfn_free(kept);
        lfn_free(copy);
        return NULL;
    }
    *kept = (kept_store){.next = stores, .path = copy};
    stores = kept;
    return kept;
}

static void refresh_locked(kept_store *kept, const struct stat *about)
{
    X509_STORE_free(kept->store); /* connections that still use it hold it themselves */
    kept->store = read_store(kept->path);
    kept->device = about->st_dev;
    kept->inode = about->st_ino;
    kept->size = about->st_size;
    kept->changed = about->st_mtim;
}

static void hold_stores(void)
{
    (void)pthread_mutex_lock(&stores_lock);
}

static void release_stores(void)
{
    (void)pthread_mutex_unlock(&stores_lock);
}

/* Reading a bundle takes long: a process that is forked off meanwhile must not find the lock held by nobody. */
static void watch_forks(void)
{
    (void)pthread_atfork(hold_stores, release_stores, release_stores);
}

void lfn_tls_wipe_received(void *ssl_context)
{
    (void)SSL_CTX_set_options(ssl_context, SSL_OP_CLEANSE_PLAINTEXT);
}

lfn_status lfn_tls_use_store(void *ssl_context, const char *ca_file, lfn_error *error)
{
    static pthread_once_t watching = PTHREAD_ONCE_INIT;
    struct stat about;
    (void)pthread_once(&watching, watch_forks);
    if (stat(ca_file, &about) != 0)
        return lfn_error_set_where(error, LFN_BAD_INPUT, "/ca_file", "the CA file %s cannot be read", ca_file);

    lfn_status status = LFN_OK;
    (void)pthread_mutex_lock(&stores_lock);
    kept_store *kept = find_entry_locked(ca_file);
    if (kept == NULL) {
        status = lfn_error_set(error, LFN_NO_MEMORY, "no memory for the certificates of %s", ca_file);
        goto done;
    }
    if (!is_fresh(kept, &about))
        refresh_locked(kept, &about);
    if (kept->store == NULL) {
        status = lfn_error_set_where(error, LFN_BAD_INPUT, "/ca_file",
                                     "the CA file %s holds no certificate that can be read", ca_file);
        lfn_error_hint(error, "Name a PEM file of certificate authorities.");
        goto done;
    }
    SSL_CTX_set1_cert_store(ssl_context, kept->store);

done:
    (void)pthread_mutex_unlock(&stores_lock);
    return status;
}

const char *lfn_tls_verify_hint(long verify_result)
{
    switch (verify_result) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return "The certificate of the peer has expired: it must be renewed there; check also the clock of this "
               "machine.";
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return "The certificate of the peer is not valid yet: check the clock of this machine.";
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        return "The authority of the peer's certificate is not known here: give ca_file with its certificate.";
    default:
        return "";
    }
}

unsigned lfn_tls_store_reads(void)
{
    (void)pthread_mutex_lock(&stores_lock);
    unsigned reads = store_reads;
    (void)pthread_mutex_unlock(&stores_lock);
    return reads;
}
