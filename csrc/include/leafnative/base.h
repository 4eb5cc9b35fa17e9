/* Small values that every other header uses: text, growing buffers, clocks, random bytes, log lines.
 * Nothing here does I/O. Times of day are microseconds since 1970-01-01 UTC, durations are milliseconds. */
#ifndef LEAFNATIVE_BASE_H
#define LEAFNATIVE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__GNUC__)
#define LFN_PUBLIC __attribute__((visibility("default")))
#define LFN_PRINTF(format_index, first) __attribute__((format(printf, format_index, first)))
#else
#define LFN_PUBLIC
#define LFN_PRINTF(format_index, first)
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define LFN_VERSION "0.1.0"

/* Version of the library that is loaded, as "major.minor.patch". */
LFN_PUBLIC const char *lfn_version(void);

/* A stretch of bytes that somebody else owns; not ended by a NUL. An absent text has data NULL. */
typedef struct lfn_text {
    const char *data;
    size_t size;
} lfn_text;

/* The text of a string literal, its NUL left out; also in constant initialisers. */
#define LFN_TEXT(literal)                                                                                              \
    {                                                                                                                  \
        "" literal "", sizeof(literal) - 1                                                                             \
    }

/* The text of a NUL-ended string; NULL gives the absent text. */
static inline lfn_text lfn_text_of(const char *string)
{
    lfn_text text = {string, string != NULL ? strlen(string) : 0};
    return text;
}

static inline lfn_text lfn_text_make(const char *data, size_t size)
{
    lfn_text text = {data, size};
    return text;
}

/* A growing buffer that is born with a ceiling. A zeroed one with a ceiling is ready for use; `data` is always ended by
 * a NUL that `size` does not count. What it holds is wiped when it grows, when it is cleared and when it is freed. */
typedef struct lfn_buffer {
    char *data;
    size_t size;
    size_t capacity;
    size_t ceiling;
    bool failed; /* an append found no memory or hit the ceiling; later appends do nothing */
} lfn_buffer;

LFN_PUBLIC void lfn_buffer_init(lfn_buffer *buffer, size_t ceiling);
/* Appends bytes. False, and `failed` set, when memory or the ceiling is out; what was there stays. */
LFN_PUBLIC bool lfn_buffer_append(lfn_buffer *buffer, const void *data, size_t size);
LFN_PUBLIC bool lfn_buffer_append_text(lfn_buffer *buffer, lfn_text text);
LFN_PUBLIC bool lfn_buffer_append_string(lfn_buffer *buffer, const char *string);
LFN_PUBLIC bool lfn_buffer_format(lfn_buffer *buffer, const char *format, ...) LFN_PRINTF(2, 3);
/* Forgets the content and keeps the memory. */
LFN_PUBLIC void lfn_buffer_clear(lfn_buffer *buffer);
LFN_PUBLIC void lfn_buffer_free(lfn_buffer *buffer);

static inline lfn_text lfn_buffer_text(const lfn_buffer *buffer)
{
    return lfn_text_make(buffer->data != NULL ? buffer->data : "", buffer->size);
}

/* Where the time comes from. Both functions must be safe to call from any thread. */
typedef struct lfn_clock {
    int64_t (*now_us)(void *context);       /* time of day */
    int64_t (*monotonic_ms)(void *context); /* never goes back; for timeouts */
    void (*sleep_ms)(void *context, int64_t duration_ms);
    void *context;
} lfn_clock;

/* The system's clock. It lives for ever. */
LFN_PUBLIC const lfn_clock *lfn_clock_system(void);

/* Where random bytes come from: fills `size` bytes, true on success. */
typedef struct lfn_random {
    bool (*fill)(void *context, void *out_bytes, size_t size);
    void *context;
} lfn_random;

/* The system's random bytes (getrandom). It lives for ever. */
LFN_PUBLIC const lfn_random *lfn_random_system(void);

typedef enum lfn_log_level { LFN_LOG_DEBUG, LFN_LOG_INFO, LFN_LOG_WARNING, LFN_LOG_ERROR } lfn_log_level;

/* Takes one line without a line end. No secret is ever in it. A function of NULL logs nothing. */
typedef struct lfn_log {
    void (*write)(void *context, lfn_log_level level, const char *line);
    void *context;
} lfn_log;

/* A secret: owned bytes, wiped when freed, shown as ***. */
typedef struct lfn_secret lfn_secret;

/* Copies the text into a new secret; NULL when memory is out. */
LFN_PUBLIC lfn_secret *lfn_secret_make(lfn_text text);
/* The clear bytes; they live as long as the secret. The one way out. */
LFN_PUBLIC lfn_text lfn_secret_reveal(const lfn_secret *secret);
/* Whether both hold the same bytes; the time taken does not tell where they differ. */
LFN_PUBLIC bool lfn_secret_equal(const lfn_secret *left, const lfn_secret *right);
LFN_PUBLIC void lfn_secret_free(lfn_secret *secret);
/* What stands for a secret wherever it would be shown. */
#define LFN_MASK "***"

#ifdef __cplusplus
}
#endif
#endif
