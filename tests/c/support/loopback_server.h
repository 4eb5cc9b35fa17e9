/* A server on a loopback port, in a thread of the test, that follows a script: one list of steps for each connection it
 * accepts, in order. It ends by itself when the scripts are done, and every wait in it is bounded. */
#ifndef TEST_LOOPBACK_SERVER_H
#define TEST_LOOPBACK_SERVER_H

#include <stdbool.h>
#include <stddef.h>

typedef enum loopback_action {
    LOOPBACK_END,    /* closes the connection (FIN) and takes the next one */
    LOOPBACK_READ,   /* reads until the bytes that came since the last read end with `text` */
    LOOPBACK_WRITE,  /* writes `text`, or `size` bytes of it when size is given */
    LOOPBACK_FILL,   /* writes the text `size` times */
    LOOPBACK_FINISH, /* sends FIN and keeps the connection */
    LOOPBACK_RESET,  /* closes with RST */
    LOOPBACK_CUT,    /* closes with FIN; over TLS without its own goodbye, as who cuts the line does */
    LOOPBACK_STALL   /* sends nothing until the peer goes away or the server is stopped */
} loopback_action;

typedef struct loopback_step {
    loopback_action action;
    const char *text;
    size_t size;
} loopback_step;

enum { LOOPBACK_STEPS_MAX = 12, LOOPBACK_CONNECTIONS_MAX = 8, LOOPBACK_RECEIVED_MAX = 32768 };

typedef struct loopback_script {
    loopback_step steps[LOOPBACK_STEPS_MAX];
} loopback_script;

/* PEM files; NULL for a server without TLS. */
typedef struct loopback_tls {
    const char *certificate_file;
    const char *key_file;
    const char *client_ca_file; /* when given, a client certificate is demanded */
    bool old_only;              /* TLS 1.1 and nothing newer */
} loopback_tls;

typedef struct loopback_server loopback_server;

/* Starts the server; the scripts are borrowed until it is stopped. */
loopback_server *loopback_start(const loopback_script *scripts, size_t count, const loopback_tls *tls);
int loopback_port(const loopback_server *server);
/* How many connections were taken until now. */
size_t loopback_accepted(const loopback_server *server);
/* Ends the thread, also when not every script was used. */
void loopback_join(loopback_server *server);
/* What came over a connection, ended by a NUL; to be asked when the thread has ended. */
const char *loopback_received(const loopback_server *server, size_t index);
/* Whether the peer closed a connection in TLS's own way before the server did. */
bool loopback_heard_goodbye(const loopback_server *server, size_t index);
void loopback_free(loopback_server *server);

/* A loopback port on which nothing listens, and nothing will: this process holds it. */
int loopback_closed_port(void);

#endif
