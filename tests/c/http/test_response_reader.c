/* The reader of answers: what is an answer is read the same in whatever pieces it comes, and what is none is refused
 * with its reason. */
#include "base/alloc.h"
#include "base/text.h"
#include "http/response_reader.h"

#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { CEILING = 64 };

#define OK "HTTP/1.1 200 OK\r\n"
#define CHUNKED OK "Transfer-Encoding: chunked\r\n\r\n"
#define SIXTEEN(text) text text text text text text text text text text text text text text text text

typedef struct good_answer {
    lfn_text bytes;
    int status;
    const char *headers;
    lfn_text body;
    bool keeps_alive;
    bool ends_by_close;
} good_answer;

static const good_answer good_answers[] = {
    {LFN_TEXT(OK "Content-Length: 5\r\n\r\nhello"), 200, "Content-Length: 5\n", LFN_TEXT("hello"), true, false},
    {LFN_TEXT(OK "Content-Length: 0\r\n\r\n"), 200, "Content-Length: 0\n", LFN_TEXT(""), true, false},
    {LFN_TEXT(OK "content-LENGTH:005\r\n\r\n\r\n\0\xff\x80"), 200, "content-LENGTH: 005\n", LFN_TEXT("\r\n\0\xff\x80"),
     true, false},
    {LFN_TEXT(OK "X-Empty:\r\nX: \t a\tb \xc3\xa9 \t\r\nContent-Length:1\r\n\r\n1"), 200,
     "X-Empty: \nX: a\tb \xc3\xa9\nContent-Length: 1\n", LFN_TEXT("1"), true, false},
    {LFN_TEXT("HTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n"), 404, "Content-Length: 0\n", LFN_TEXT(""), true, false},
    {LFN_TEXT("HTTP/1.1 500\r\nContent-Length: 0\r\n\r\n"), 500, "Content-Length: 0\n", LFN_TEXT(""), true, false},
    {LFN_TEXT("HTTP/1.1 599 Sehr \xfc"
              "bel\tja\r\nContent-Length: 0\r\n\r\n"),
     599, "Content-Length: 0\n", LFN_TEXT(""), true, false},
    {LFN_TEXT("HTTP/1.1 204 No Content\r\n\r\n"), 204, "", LFN_TEXT(""), true, false},
    {LFN_TEXT("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"), 204, "Content-Length: 0\n", LFN_TEXT(""), true,
     false},
    {LFN_TEXT("HTTP/1.1 204 No Content\r\nContent-Length: 1\r\n\r\n"), 204, "Content-Length: 1\n", LFN_TEXT(""), false,
     false},
    {LFN_TEXT("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n"), 204, "Transfer-Encoding: chunked\n",
     LFN_TEXT(""), false, false},
    {LFN_TEXT("HTTP/1.1 304 Not Modified\r\nContent-Length: 9999999\r\n\r\n"), 304, "Content-Length: 9999999\n",
     LFN_TEXT(""), true, false},
    {LFN_TEXT("HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n"), 304, "Transfer-Encoding: chunked\n",
     LFN_TEXT(""), true, false},
    {LFN_TEXT(OK "\r\nuntil close"), 200, "", LFN_TEXT("until close"), false, true},
    {LFN_TEXT(OK "\r\n"), 200, "", LFN_TEXT(""), false, true},
    {LFN_TEXT("HTTP/1.0 200 OK\r\n\r\nold"), 200, "", LFN_TEXT("old"), false, true},
    {LFN_TEXT("HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nold"), 200, "Content-Length: 3\n", LFN_TEXT("old"), false,
     false},
    {LFN_TEXT("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 3\r\n\r\nold"), 200,
     "Connection: Keep-Alive\nContent-Length: 3\n", LFN_TEXT("old"), true, false},
    {LFN_TEXT("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\nold"), 200, "Connection: keep-alive\n", LFN_TEXT("old"),
     false, true},
    {LFN_TEXT("HTTP/1.0 204 No Content\r\n\r\n"), 204, "", LFN_TEXT(""), false, false},
    {LFN_TEXT(OK "Connection: close\r\nContent-Length: 1\r\n\r\n1"), 200, "Connection: close\nContent-Length: 1\n",
     LFN_TEXT("1"), false, false},
    {LFN_TEXT(OK "Connection: x , CLOSE\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\n1"), 200,
     "Connection: x , CLOSE\nConnection: keep-alive\nContent-Length: 1\n", LFN_TEXT("1"), false, false},
    {LFN_TEXT(OK "Connection: closed, x-close,,\r\nContent-Length: 0\r\n\r\n"), 200,
     "Connection: closed, x-close,,\nContent-Length: 0\n", LFN_TEXT(""), true, false},
    {LFN_TEXT(CHUNKED "5\r\nhello\r\n0\r\n\r\n"), 200, "Transfer-Encoding: chunked\n", LFN_TEXT("hello"), true, false},
    {LFN_TEXT(CHUNKED "0\r\n\r\n"), 200, "Transfer-Encoding: chunked\n", LFN_TEXT(""), true, false},
    {LFN_TEXT(CHUNKED "1\r\na\r\n00000000000000A\r\n0123456789\r\nb\r\n\r\n3456789\r\n\r\n0000000000000000\r\n\r\n"),
     200, "Transfer-Encoding: chunked\n", LFN_TEXT("a0123456789\r\n3456789\r\n"), true, false},
    {LFN_TEXT(OK "Transfer-Encoding:CHUNKED\r\n\r\n1;a=b\r\nx\r\n1 ; c=\"d\"\r\ny\r\n0;\r\nDigest: x\r\nB:\r\n\r\n"),
     200, "Transfer-Encoding: CHUNKED\n", LFN_TEXT("xy"), true, false},
    {LFN_TEXT(CHUNKED "1\r\nx\r\n0\r\nContent-Length: 9\r\nConnection: close\r\n\r\n"), 200,
     "Transfer-Encoding: chunked\n", LFN_TEXT("x"), true, false},
    {LFN_TEXT(OK "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 200,
     "Connection: close\nTransfer-Encoding: chunked\n", LFN_TEXT(""), false, false},
    {LFN_TEXT("HTTP/1.1 100 Continue\r\nX: 1\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" OK
              "Content-Length: 2\r\n\r\nok"),
     200, "Content-Length: 2\n", LFN_TEXT("ok"), true, false},
    {LFN_TEXT("HTTP/1.1 102 Processing\r\nContent-Length: 2\r\n\r\n" OK "Content-Length: 2\r\n\r\nok"), 200,
     "Content-Length: 2\n", LFN_TEXT("ok"), false, false},
    {LFN_TEXT("HTTP/1.1 102 Processing\r\nTransfer-Encoding: chunked\r\n\r\n" OK "\r\nok"), 200, "", LFN_TEXT("ok"),
     false, true},
    {LFN_TEXT(SIXTEEN("HTTP/1.1 100 Continue\r\n\r\n") "HTTP/1.1 204 No Content\r\n\r\n"), 204, "", LFN_TEXT(""), true,
     false},
    {LFN_TEXT(OK "Content-Length: 64\r\n\r\n" SIXTEEN("1234")), 200, "Content-Length: 64\n", LFN_TEXT(SIXTEEN("1234")),
     true, false},
    {LFN_TEXT(CHUNKED "3f\r\n" SIXTEEN("123") "123456789012345\r\n1\r\n!\r\n0\r\n\r\n"), 200,
     "Transfer-Encoding: chunked\n", LFN_TEXT(SIXTEEN("123") "123456789012345!"), true, false},
    {LFN_TEXT(OK "\r\n" SIXTEEN("1234")), 200, "", LFN_TEXT(SIXTEEN("1234")), false, true},
};

enum { GOOD_COUNT = sizeof good_answers / sizeof *good_answers };

typedef struct bad_answer {
    lfn_text bytes;
    const char *reason;
} bad_answer;

#define NO_STATUS_LINE "no status line"
#define NO_STATUS "no number of three digits"
#define NO_CR "without CR"
#define CONTROL "control byte"
#define NO_HEADER "no header"
#define LENGTH "Content-Length that is no number"
#define LENGTHS "more than one Content-Length"
#define CODING "Transfer-Encoding other than"
#define BOTH "both Content-Length and"
#define CHUNK_SIZE "no hexadecimal number"
#define LIMIT "over the limit of 64 bytes"

static const bad_answer bad_answers[] = {
    {LFN_TEXT("\r\n" OK "\r\n"), NO_STATUS_LINE},
    {LFN_TEXT(" " OK "\r\n"), NO_STATUS_LINE},
    {LFN_TEXT("SSH-2.0-OpenSSH_9.2\r\n"), NO_STATUS_LINE},
    {LFN_TEXT("HTTP/2 200 OK\r\n"), NO_STATUS_LINE},
    {LFN_TEXT("HTTP/2.0 200 OK\r\n"), NO_STATUS_LINE},
    {LFN_TEXT("HTTP/0.9 200 OK\r\n"), NO_STATUS_LINE},
    {LFN_TEXT("HTTP/1.2 200 OK\r\n"), NO_STATUS_LINE},
    {LFN_TEXT("HTTP/1.10 200 OK\r\n"), NO_STATUS_LINE},
    {LFN_TEXT("HTTP/1 200 OK\r\n"), NO_STATUS_LINE},
    {LFN_TEXT("HTTP/01.1 200 OK\r\n"), NO_STATUS_LINE},
    {LFN_TEXT("http/1.1 200 OK\r\n"), NO_STATUS_LINE},
    {LFN_TEXT("HTTP/1.1\r\n"), NO_STATUS_LINE},
    {LFN_TEXT("HTTP/1.1\t200 OK\r\n"), NO_STATUS_LINE},
    {LFN_TEXT("GET / HTTP/1.1\r\n"), NO_STATUS_LINE},
    {LFN_TEXT("<html>\r\n"), NO_STATUS_LINE},
    {LFN_TEXT("HTTP/1.1 \r\n"), NO_STATUS},
    {LFN_TEXT("HTTP/1.1  200 OK\r\n"), NO_STATUS},
    {LFN_TEXT("HTTP/1.1 20\r\n"), NO_STATUS},
    {LFN_TEXT("HTTP/1.1 20 OK\r\n"), NO_STATUS},
    {LFN_TEXT("HTTP/1.1 2000 OK\r\n"), NO_STATUS},
    {LFN_TEXT("HTTP/1.1 099 OK\r\n"), NO_STATUS},
    {LFN_TEXT("HTTP/1.1 000\r\n"), NO_STATUS},
    {LFN_TEXT("HTTP/1.1 2x0 OK\r\n"), NO_STATUS},
    {LFN_TEXT("HTTP/1.1 -20 OK\r\n"), NO_STATUS},
    {LFN_TEXT("HTTP/1.1 +20 OK\r\n"), NO_STATUS},
    {LFN_TEXT("HTTP/1.1 200OK\r\n"), NO_STATUS},
    {LFN_TEXT("HTTP/1.1 200\tOK\r\n"), NO_STATUS},
    {LFN_TEXT("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"), "another protocol"},
    {LFN_TEXT("\n"), NO_CR},
    {LFN_TEXT("HTTP/1.1 200 OK\n"), NO_CR},
    {LFN_TEXT(OK "X: 1\n"), NO_CR},
    {LFN_TEXT(OK "\n"), NO_CR},
    {LFN_TEXT(OK "X: 1\r\n\n"), NO_CR},
    {LFN_TEXT("HTTP/1.1 200 O\rK\r\n"), CONTROL},
    {LFN_TEXT("HTTP/1.1 200 OK\r\r\n"), CONTROL},
    {LFN_TEXT("HTTP/1.1 200 O\0K\r\n"), CONTROL},
    {LFN_TEXT("HTTP/1.1 200 O\x1bK\r\n"), CONTROL},
    {LFN_TEXT("HTTP/1.1 200 O\x7fK\r\n"), CONTROL},
    {LFN_TEXT(OK "X: a\rb\r\n"), CONTROL},
    {LFN_TEXT(OK "X: a\r\r\n"), CONTROL},
    {LFN_TEXT(OK "\r\r\n"), CONTROL},
    {LFN_TEXT(OK "X: a\0b\r\n"), CONTROL},
    {LFN_TEXT(OK "X: \x01\r\n"), CONTROL},
    {LFN_TEXT(OK "X: \x7f\r\n"), CONTROL},
    {LFN_TEXT(OK "X: \v\r\n"), CONTROL},
    {LFN_TEXT(OK "X\0: a\r\n"), CONTROL},
    {LFN_TEXT(OK "Content-Length: 1\0\r\n\r\n1"), CONTROL},
    {LFN_TEXT(OK "X\r\n"), NO_HEADER},
    {LFN_TEXT(OK ": a\r\n"), NO_HEADER},
    {LFN_TEXT(OK ":\r\n"), NO_HEADER},
    {LFN_TEXT(OK "X : a\r\n"), NO_HEADER},
    {LFN_TEXT(OK "X\t: a\r\n"), NO_HEADER},
    {LFN_TEXT(OK " X: a\r\n"), NO_HEADER},
    {LFN_TEXT(OK "\tX: a\r\n"), NO_HEADER},
    {LFN_TEXT(OK "X: a\r\n b\r\n"), NO_HEADER},
    {LFN_TEXT(OK "X: a\r\n\tb: c\r\n"), NO_HEADER},
    {LFN_TEXT(OK "X: a\r\n \r\n"), NO_HEADER},
    {LFN_TEXT(OK "X Y: a\r\n"), NO_HEADER},
    {LFN_TEXT(OK "X(Y): a\r\n"), NO_HEADER},
    {LFN_TEXT(OK "X/Y: a\r\n"), NO_HEADER},
    {LFN_TEXT(OK "\xc3\xa9: a\r\n"), NO_HEADER},
    {LFN_TEXT(OK "\"X\": a\r\n"), NO_HEADER},
    {LFN_TEXT(OK "Content-Length : 1\r\n\r\n1"), NO_HEADER},
    {LFN_TEXT(OK OK "\r\n"), NO_HEADER},
    {LFN_TEXT(OK "Content-Length:\r\n"), LENGTH},
    {LFN_TEXT(OK "Content-Length: x\r\n"), LENGTH},
    {LFN_TEXT(OK "Content-Length: +1\r\n"), LENGTH},
    {LFN_TEXT(OK "Content-Length: -1\r\n"), LENGTH},
    {LFN_TEXT(OK "Content-Length: 1 1\r\n"), LENGTH},
    {LFN_TEXT(OK "Content-Length: 1, 1\r\n"), LENGTH},
    {LFN_TEXT(OK "Content-Length: 1,\r\n"), LENGTH},
    {LFN_TEXT(OK "Content-Length: 0x1\r\n"), LENGTH},
    {LFN_TEXT(OK "Content-Length: 1.0\r\n"), LENGTH},
    {LFN_TEXT(OK "Content-Length: 1e1\r\n"), LENGTH},
    {LFN_TEXT(OK "Content-Length: \"1\"\r\n"), LENGTH},
    {LFN_TEXT(OK "Content-Length: 1_0\r\n"), LENGTH},
    {LFN_TEXT(OK "Content-Length: 18446744073709551616\r\n"), LENGTH},
    {LFN_TEXT(OK "Content-Length: 18446744073709551617\r\n"), LENGTH},
    {LFN_TEXT(OK "Content-Length: 99999999999999999999999\r\n"), LENGTH},
    {LFN_TEXT("HTTP/1.1 304 Not Modified\r\nContent-Length: x\r\n"), LENGTH},
    {LFN_TEXT(OK "Content-Length: 1\r\nContent-Length: 1\r\n"), LENGTHS},
    {LFN_TEXT(OK "Content-Length: 1\r\nX: 1\r\ncontent-length: 2\r\n"), LENGTHS},
    {LFN_TEXT("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nContent-Length: 0\r\n"), LENGTHS},
    {LFN_TEXT(OK "Transfer-Encoding:\r\n"), CODING},
    {LFN_TEXT(OK "Transfer-Encoding: gzip\r\n"), CODING},
    {LFN_TEXT(OK "Transfer-Encoding: identity\r\n"), CODING},
    {LFN_TEXT(OK "Transfer-Encoding: gzip, chunked\r\n"), CODING},
    {LFN_TEXT(OK "Transfer-Encoding: chunked, gzip\r\n"), CODING},
    {LFN_TEXT(OK "Transfer-Encoding: chunked, chunked\r\n"), CODING},
    {LFN_TEXT(OK "Transfer-Encoding: chunked,\r\n"), CODING},
    {LFN_TEXT(OK "Transfer-Encoding: chunked;q=1\r\n"), CODING},
    {LFN_TEXT(OK "Transfer-Encoding: xchunked\r\n"), CODING},
    {LFN_TEXT(OK "Transfer-Encoding: \"chunked\"\r\n"), CODING},
    {LFN_TEXT(OK "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), CODING},
    {LFN_TEXT("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n"), "HTTP/1.0 does not know"},
    {LFN_TEXT(OK "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"), BOTH},
    {LFN_TEXT(OK "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n"), BOTH},
    {LFN_TEXT("HTTP/1.1 304 Not Modified\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n"), BOTH},
    {LFN_TEXT("HTTP/1.1 100 Continue\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n"), BOTH},
    {LFN_TEXT(CHUNKED "\r\n"), CHUNK_SIZE},
    {LFN_TEXT(CHUNKED "g\r\n"), CHUNK_SIZE},
    {LFN_TEXT(CHUNKED ";a\r\n"), CHUNK_SIZE},
    {LFN_TEXT(CHUNKED " 1\r\n"), CHUNK_SIZE},
    {LFN_TEXT(CHUNKED "1 \r\n"), CHUNK_SIZE},
    {LFN_TEXT(CHUNKED "1\t\r\n"), CHUNK_SIZE},
    {LFN_TEXT(CHUNKED "1 2\r\n"), CHUNK_SIZE},
    {LFN_TEXT(CHUNKED "+1\r\n"), CHUNK_SIZE},
    {LFN_TEXT(CHUNKED "-1\r\n"), CHUNK_SIZE},
    {LFN_TEXT(CHUNKED "0x1\r\n"), CHUNK_SIZE},
    {LFN_TEXT(CHUNKED "1,1\r\n"), CHUNK_SIZE},
    {LFN_TEXT(CHUNKED "1_0\r\n"), CHUNK_SIZE},
    {LFN_TEXT(CHUNKED "00000000000000001\r\n"), CHUNK_SIZE},
    {LFN_TEXT(CHUNKED "1\n"), NO_CR},
    {LFN_TEXT(CHUNKED "1;a\nb\r\n"), NO_CR},
    {LFN_TEXT(CHUNKED "1;a\rb\r\n"), CONTROL},
    {LFN_TEXT(CHUNKED "1;\0\r\n"), CONTROL},
    {LFN_TEXT(CHUNKED "1\r\nx\n"), NO_CR},
    {LFN_TEXT(CHUNKED "1\r\nxy\n"), NO_CR},
    {LFN_TEXT(CHUNKED "1\r\nxy\r\n"), "longer than its size"},
    {LFN_TEXT(CHUNKED "1\r\nx\r0"), "longer than its size"},
    {LFN_TEXT(CHUNKED "1\r\nx\r\n\r\n"), CHUNK_SIZE},
    {LFN_TEXT(CHUNKED "0\r\n\n"), NO_CR},
    {LFN_TEXT(CHUNKED "0\r\nX\r\n"), NO_HEADER},
    {LFN_TEXT(CHUNKED "0\r\nX : a\r\n"), NO_HEADER},
    {LFN_TEXT(CHUNKED "0\r\nX: a\r\n b\r\n"), NO_HEADER},
    {LFN_TEXT(CHUNKED "0\r\nX: a\0\r\n"), CONTROL},
    {LFN_TEXT(CHUNKED "0\r\n" OK), NO_HEADER},
    {LFN_TEXT(SIXTEEN("HTTP/1.1 100 Continue\r\n\r\n") "HTTP/1.1 100 Continue\r\n\r\n"), "too many forerunners"},
    {LFN_TEXT("HTTP/1.1 100 Continue\r\nContent-Length: 5\r\n\r\nhello" OK "\r\n"), NO_STATUS_LINE},
    {LFN_TEXT(OK "Content-Length: 65\r\n\r\n"), LIMIT},
    {LFN_TEXT(OK "Content-Length: 18446744073709551615\r\n\r\n"), LIMIT},
    {LFN_TEXT(CHUNKED "41\r\n"), LIMIT},
    {LFN_TEXT(CHUNKED "ffffffffffffffff\r\n"), LIMIT},
    {LFN_TEXT(CHUNKED "1\r\nx\r\n40\r\n"), LIMIT},
    {LFN_TEXT(CHUNKED "1\r\nx\r\nffffffffffffffff\r\n"), LIMIT},
    {LFN_TEXT(OK "\r\n" SIXTEEN("1234") "5"), LIMIT},
    {LFN_TEXT(CHUNKED "1;" SIXTEEN(SIXTEEN("1234")) "\r\n"), "over the limit of a line"},
};

enum { BAD_COUNT = sizeof bad_answers / sizeof *bad_answers };

/* A reader with its response. */
typedef struct reading_desk {
    lfn_response_reader reader;
    lfn_response response;
    lfn_error error;
    lfn_reader_state state;
    size_t taken;
} reading_desk;

static void begin(reading_desk *desk)
{
    desk->error = (lfn_error){.status = LFN_OK};
    lfn_response_reader_begin(&desk->reader, &desk->response, &desk->error);
    desk->state = LFN_READER_MORE;
    desk->taken = 0;
}

static void open_desk(reading_desk *desk, size_t ceiling)
{
    *desk = (reading_desk){.taken = 0};
    lfn_response_init(&desk->response, ceiling);
    begin(desk);
}

static void close_desk(reading_desk *desk)
{
    lfn_response_reader_free(&desk->reader);
    lfn_response_free(&desk->response);
}

/* The bytes stand in memory of exactly their size, so that a sanitizer sees a byte too many. */
static void feed(reading_desk *desk, lfn_text bytes)
{
    size_t taken = SIZE_MAX;
    char *copy = malloc(bytes.size + (bytes.size == 0));
    assert_non_null(copy);
    memcpy(copy, bytes.data, bytes.size);
    desk->state = lfn_response_reader_feed(&desk->reader, copy, bytes.size, &taken);
    free(copy);
    assert_true(taken <= bytes.size);
    if (desk->state == LFN_READER_MORE)
        assert_int_equal(taken, bytes.size);
    desk->taken += taken;
}

/* Feeds pieces of this size until the answer ends. */
static void feed_pieces(reading_desk *desk, lfn_text bytes, size_t piece)
{
    for (size_t at = 0; at < bytes.size && desk->state == LFN_READER_MORE; at += piece)
        feed(desk, lfn_text_slice(bytes, at, piece));
}

static void feed_split(reading_desk *desk, lfn_text bytes, size_t at)
{
    feed(desk, lfn_text_slice(bytes, 0, at));
    if (desk->state == LFN_READER_MORE)
        feed(desk, lfn_text_slice(bytes, at, bytes.size));
}

static void assert_good(reading_desk *desk, const good_answer *answer)
{
    if (answer->ends_by_close) {
        assert_int_equal(desk->state, LFN_READER_MORE);
        desk->state = lfn_response_reader_close(&desk->reader);
    }
    if (desk->state != LFN_READER_DONE)
        fail_msg("%s: %s", answer->bytes.data, desk->error.message);
    assert_int_equal(desk->taken, answer->bytes.size);
    assert_int_equal(desk->response.status, answer->status);
    assert_string_equal(lfn_buffer_text(&desk->response.headers).data, answer->headers);
    assert_true(lfn_text_equal(lfn_buffer_text(&desk->response.body), answer->body));
    assert_int_equal(desk->reader.keeps_alive, answer->keeps_alive);
    assert_true(desk->reader.began);
    assert_true(desk->reader.head_ended);
}

static void assert_refused(const reading_desk *desk, lfn_status status, const char *reason)
{
    assert_int_equal(desk->state, LFN_READER_FAILED);
    assert_int_equal(desk->error.status, status);
    assert_non_null(strstr(desk->error.message, reason));
    assert_false(desk->reader.keeps_alive);
    assert_int_equal(desk->response.status, 0);
    assert_int_equal(desk->response.headers.size, 0);
    assert_int_equal(desk->response.body.size, 0);
}

static void an_answer_is_read_the_same_whole_by_bytes_and_at_every_split(void **state)
{
    (void)state;
    for (size_t i = 0; i < GOOD_COUNT; i++) {
        const good_answer *answer = &good_answers[i];
        reading_desk desk;
        open_desk(&desk, CEILING);
        for (size_t at = 0; at <= answer->bytes.size; at++) {
            begin(&desk);
            feed_split(&desk, answer->bytes, at);
            assert_good(&desk, answer);
        }
        for (size_t piece = 1; piece <= 7; piece++) {
            begin(&desk);
            feed_pieces(&desk, answer->bytes, piece);
            assert_good(&desk, answer);
        }
        close_desk(&desk);
    }
}

static void what_is_no_answer_is_refused_the_same_whole_by_bytes_and_at_every_split(void **state)
{
    (void)state;
    assert_true(BAD_COUNT >= 80);
    for (size_t i = 0; i < BAD_COUNT; i++) {
        const bad_answer *answer = &bad_answers[i];
        reading_desk desk;
        open_desk(&desk, CEILING);
        feed(&desk, answer->bytes);
        if (desk.state != LFN_READER_FAILED || strstr(desk.error.message, answer->reason) == NULL)
            fail_msg("%s: %s", answer->bytes.data, desk.error.message);
        assert_refused(&desk, LFN_PROTOCOL, answer->reason);
        size_t taken = desk.taken;
        for (size_t at = 0; at <= answer->bytes.size; at++) {
            begin(&desk);
            feed_split(&desk, answer->bytes, at);
            assert_refused(&desk, LFN_PROTOCOL, answer->reason);
            assert_int_equal(desk.taken, taken);
        }
        begin(&desk);
        feed_pieces(&desk, answer->bytes, 1);
        assert_refused(&desk, LFN_PROTOCOL, answer->reason);
        assert_int_equal(desk.taken, taken);
        close_desk(&desk);
    }
}

static void a_reader_that_ended_takes_no_more(void **state)
{
    (void)state;
    reading_desk desk;
    open_desk(&desk, CEILING);
    assert_false(desk.reader.began);
    feed(&desk, lfn_text_of("HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 "));
    feed(&desk, lfn_text_of("500"));
    assert_int_equal(desk.state, LFN_READER_DONE);
    assert_int_equal(desk.taken, strlen("HTTP/1.1 204 No Content\r\n\r\n"));
    assert_true(desk.reader.keeps_alive);
    assert_int_equal(lfn_response_reader_close(&desk.reader), LFN_READER_DONE);
    assert_false(desk.reader.keeps_alive);
    begin(&desk);
    feed(&desk, lfn_text_of("no answer\r\n"));
    feed(&desk, lfn_text_of(OK));
    assert_int_equal(desk.taken, strlen("no answer\r\n"));
    assert_int_equal(lfn_response_reader_close(&desk.reader), LFN_READER_FAILED);
    assert_refused(&desk, LFN_PROTOCOL, NO_STATUS_LINE);
    close_desk(&desk);
}

static void answers_behind_one_another_are_read_one_by_one(void **state)
{
    (void)state;
    lfn_buffer stream;
    lfn_buffer_init(&stream, SIZE_MAX / 2);
    for (size_t i = 0; i < GOOD_COUNT; i++) {
        if (!good_answers[i].ends_by_close)
            assert_true(lfn_buffer_append_text(&stream, good_answers[i].bytes));
    }
    reading_desk desk;
    open_desk(&desk, CEILING);
    lfn_text rest = lfn_buffer_text(&stream);
    for (size_t i = 0; i < GOOD_COUNT; i++) {
        if (good_answers[i].ends_by_close)
            continue;
        begin(&desk);
        feed(&desk, rest);
        assert_good(&desk, &good_answers[i]);
        rest = lfn_text_slice(rest, desk.taken, rest.size);
    }
    assert_int_equal(rest.size, 0);
    close_desk(&desk);
    lfn_buffer_free(&stream);
}

static void the_head_has_ended_once_its_last_byte_came(void **state)
{
    (void)state;
    for (size_t i = 0; i < GOOD_COUNT; i++) {
        const good_answer *answer = &good_answers[i];
        if (answer->ends_by_close) {
            reading_desk desk;
            open_desk(&desk, CEILING);
            feed(&desk, lfn_text_slice(answer->bytes, 0, answer->bytes.size - answer->body.size - 1));
            assert_false(desk.reader.head_ended);
            feed(&desk, lfn_text_of("\n"));
            assert_true(desk.reader.head_ended);
            close_desk(&desk);
        }
    }
}

static void a_connection_closed_at_any_byte_ends_only_an_answer_without_length(void **state)
{
    (void)state;
    for (size_t i = 0; i < GOOD_COUNT; i++) {
        const good_answer *answer = &good_answers[i];
        size_t whole_from = answer->bytes.size - (answer->ends_by_close ? answer->body.size : 0);
        reading_desk desk;
        open_desk(&desk, CEILING);
        for (size_t at = 0; at <= answer->bytes.size; at++) {
            begin(&desk);
            feed(&desk, lfn_text_slice(answer->bytes, 0, at));
            desk.state = lfn_response_reader_close(&desk.reader);
            assert_int_equal(desk.reader.began, at > 0);
            assert_false(desk.reader.keeps_alive);
            if (at < whole_from) {
                assert_refused(&desk, LFN_PROTOCOL, at > 0 ? "closed in it" : "closed before it");
                continue;
            }
            assert_int_equal(desk.state, LFN_READER_DONE);
            assert_int_equal(desk.response.status, answer->status);
            lfn_text body = lfn_text_slice(answer->body, 0, answer->ends_by_close ? at - whole_from : CEILING);
            assert_true(lfn_text_equal(lfn_buffer_text(&desk.response.body), body));
        }
        close_desk(&desk);
    }
}

static void memory_that_is_out_at_any_point_is_told_and_the_reader_goes_on_with_the_next(void **state)
{
    (void)state;
    for (size_t i = 0; i < GOOD_COUNT; i++) {
        for (size_t piece = 1; piece <= good_answers[i].bytes.size; piece += good_answers[i].bytes.size - 1) {
            lfn_reader_state ended = LFN_READER_FAILED;
            for (long passes = 0; ended == LFN_READER_FAILED; passes++) {
                reading_desk desk;
                open_desk(&desk, CEILING);
                lfn_alloc_fail_after(passes);
                feed_pieces(&desk, good_answers[i].bytes, piece);
                lfn_alloc_fail_after(-1);
                ended = desk.state;
                if (ended == LFN_READER_FAILED)
                    assert_refused(&desk, LFN_NO_MEMORY, "Memory is out.");
                begin(&desk);
                assert_int_equal(desk.error.status, LFN_OK);
                feed_pieces(&desk, good_answers[i].bytes, piece);
                assert_good(&desk, &good_answers[i]);
                close_desk(&desk);
            }
        }
    }
}

static void once_its_buffers_have_grown_a_reader_allocates_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < GOOD_COUNT; i++) {
        reading_desk desk;
        open_desk(&desk, CEILING);
        feed_pieces(&desk, good_answers[i].bytes, 1);
        lfn_alloc_fail_after(0);
        begin(&desk);
        feed_pieces(&desk, good_answers[i].bytes, 1);
        assert_good(&desk, &good_answers[i]);
        begin(&desk);
        feed(&desk, good_answers[i].bytes);
        assert_good(&desk, &good_answers[i]);
        lfn_alloc_fail_after(-1);
        close_desk(&desk);
    }
}

/* Repeats the unit until the buffer holds `size` bytes. */
static void fill(lfn_buffer *buffer, const char *unit, size_t size)
{
    while (buffer->size < size)
        assert_true(lfn_buffer_append(buffer, unit, strlen(unit)));
    assert_int_equal(buffer->size, size);
}

static void a_head_may_be_as_long_as_the_limit_and_no_longer(void **state)
{
    (void)state;
    for (size_t over = 0; over <= 1; over++) {
        lfn_buffer head;
        reading_desk desk;
        lfn_buffer_init(&head, SIZE_MAX / 2);
        open_desk(&desk, CEILING);
        assert_true(lfn_buffer_append_string(&head, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nX: "));
        fill(&head, "x", LFN_HEAD_MAX - 4 + over);
        assert_true(lfn_buffer_append_string(&head, "\r\n\r\n"));
        for (size_t piece = 1; piece <= head.size; piece += head.size - 1) {
            begin(&desk);
            feed_pieces(&desk, lfn_buffer_text(&head), piece);
            if (over > 0)
                assert_refused(&desk, LFN_PROTOCOL, "head over the limit of 65536 bytes");
            else
                assert_int_equal(desk.state, LFN_READER_DONE);
            assert_int_equal(desk.taken, LFN_HEAD_MAX);
        }
        close_desk(&desk);
        lfn_buffer_free(&head);
    }
}

static void trailers_and_chunk_extensions_count_against_the_limit_of_the_head(void **state)
{
    static const struct {
        const char *start;
        const char *unit;
        const char *reason;
    } rows[] = {
        {CHUNKED "0\r\n", "Trailer: x\r\n", "head over the limit"},
        {CHUNKED "0\r\nX: ", "x", "head over the limit"},
        {CHUNKED, "1;extension=1\r\n1\r\n", "chunk extensions over the limit"},
        {OK, "Header: x\r\n", "head over the limit"},
        {OK "X: ", "x", "head over the limit"},
        {"", "x", "head over the limit"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        reading_desk desk;
        size_t fed = 0;
        open_desk(&desk, 2 * LFN_HEAD_MAX);
        feed(&desk, lfn_text_of(rows[i].start));
        while (desk.state == LFN_READER_MORE && fed < 2 * LFN_HEAD_MAX) {
            feed(&desk, lfn_text_of(rows[i].unit));
            fed += strlen(rows[i].unit);
        }
        assert_refused(&desk, LFN_PROTOCOL, rows[i].reason);
        close_desk(&desk);
    }
}

static void a_body_of_many_chunks_is_bounded_by_its_ceiling_alone(void **state)
{
    enum { CHUNKS = 100 * 1000 };
    (void)state;
    reading_desk desk;
    open_desk(&desk, CHUNKS);
    feed(&desk, lfn_text_of(CHUNKED));
    for (size_t i = 0; i < CHUNKS; i++)
        feed(&desk, lfn_text_of("1\r\nx\r\n"));
    assert_int_equal(desk.response.body.size, CHUNKS);
    feed(&desk, lfn_text_of("1\r\n"));
    assert_refused(&desk, LFN_PROTOCOL, "over the limit of 100000 bytes");
    close_desk(&desk);
}

static void a_long_body_has_its_memory_at_once_but_not_much_on_its_word_alone(void **state)
{
    enum { LONG = 100 * 1000, BELIEVED = 1024 * 1024, CLAIMED = 10 * BELIEVED };
    (void)state;
    static char bytes[LONG];
    memset(bytes, 'x', sizeof bytes);
    reading_desk desk;
    open_desk(&desk, CLAIMED);
    feed(&desk, lfn_text_of(OK "Content-Length: 100000\r\n\r\n"));
    const char *place = desk.response.body.data;
    assert_int_equal(desk.response.body.capacity, LONG + 1);
    assert_string_equal(place, "");
    feed_pieces(&desk, lfn_text_make(bytes, sizeof bytes), 1000);
    assert_int_equal(desk.state, LFN_READER_DONE);
    assert_ptr_equal(desk.response.body.data, place);
    assert_memory_equal(place, bytes, sizeof bytes);

    begin(&desk);
    feed(&desk, lfn_text_of(OK "Content-Length: 10485760\r\n\r\n"));
    assert_int_equal(desk.response.body.capacity, BELIEVED + 1);
    close_desk(&desk);
}

static void a_refused_body_leaves_none_of_its_bytes_in_memory(void **state)
{
    (void)state;
    reading_desk desk;
    open_desk(&desk, CEILING);
    feed(&desk, lfn_text_of(CHUNKED "6\r\nsecret\r\n"));
    assert_memory_equal(desk.response.body.data, "secret", 6);
    feed(&desk, lfn_text_of("40\r\n"));
    assert_refused(&desk, LFN_PROTOCOL, LIMIT);
    assert_memory_equal(desk.response.body.data, "\0\0\0\0\0\0", 6);
    close_desk(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_read_the_same_whole_by_bytes_and_at_every_split),
        cmocka_unit_test(what_is_no_answer_is_refused_the_same_whole_by_bytes_and_at_every_split),
        cmocka_unit_test(a_reader_that_ended_takes_no_more),
        cmocka_unit_test(answers_behind_one_another_are_read_one_by_one),
        cmocka_unit_test(the_head_has_ended_once_its_last_byte_came),
        cmocka_unit_test(a_connection_closed_at_any_byte_ends_only_an_answer_without_length),
        cmocka_unit_test(memory_that_is_out_at_any_point_is_told_and_the_reader_goes_on_with_the_next),
        cmocka_unit_test(once_its_buffers_have_grown_a_reader_allocates_nothing),
        cmocka_unit_test(a_head_may_be_as_long_as_the_limit_and_no_longer),
        cmocka_unit_test(trailers_and_chunk_extensions_count_against_the_limit_of_the_head),
        cmocka_unit_test(a_body_of_many_chunks_is_bounded_by_its_ceiling_alone),
        cmocka_unit_test(a_long_body_has_its_memory_at_once_but_not_much_on_its_word_alone),
        cmocka_unit_test(a_refused_body_leaves_none_of_its_bytes_in_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
