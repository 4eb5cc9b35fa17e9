/* The strict, incremental reader of HTTP/1.1 answers (RFC 9112): bytes go in as they come, an lfn_response comes out.
 * It does no I/O and keeps no more than the head that is not whole yet. */
#ifndef LFN_HTTP_RESPONSE_READER_H
#define LFN_HTTP_RESPONSE_READER_H

#include "leafnative/value.h"

enum { LFN_HEAD_MAX = 64 * 1024 }; /* an answer's head, all its 1xx forerunners included */

typedef enum lfn_reader_state {
    LFN_READER_MORE,  /* wants more bytes */
    LFN_READER_DONE,  /* a whole answer came */
    LFN_READER_FAILED /* the bytes are no answer; the error says why */
} lfn_reader_state;

typedef struct lfn_response_reader {
    lfn_response *response; /* borrowed; filled */
    lfn_error *error;       /* borrowed; filled when it fails: LFN_PROTOCOL, or LFN_NO_MEMORY */
    bool keeps_alive;       /* once DONE: the connection may carry another request */
    bool began;             /* some byte of an answer came */
    bool head_ended;        /* the head of the final answer came whole: what is wrong after it is its body */
    int phase;              /* the rest is the reader's own */
    uint64_t left;
    lfn_buffer head;
    size_t head_total;
    bool chunked;
    bool has_length;
    bool old;      /* HTTP/1.0 */
    bool closes;   /* the connection must not be used again */
    bool persists; /* Connection: keep-alive */
    int interim_count;
} lfn_response_reader;

/* Begins an answer and clears the response. Only answers to HEAD and CONNECT are framed otherwise, and the library
 * sends neither. A zeroed reader is ready for its first answer; one that has read others keeps its memory. */
void lfn_response_reader_begin(lfn_response_reader *reader, lfn_response *response, lfn_error *error);
/* Takes bytes; *out_taken of them belong to this answer. Bytes behind a whole answer are not taken. When it has failed,
 * the response is empty. */
lfn_reader_state lfn_response_reader_feed(lfn_response_reader *reader, const char *bytes, size_t size,
                                          size_t *out_taken);
/* The peer closed the connection: an answer without a length is whole then, any other has failed. */
lfn_reader_state lfn_response_reader_close(lfn_response_reader *reader);
void lfn_response_reader_free(lfn_response_reader *reader);

#endif
