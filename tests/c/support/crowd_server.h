/* A server on a loopback port, in a thread of the test, that answers nobody until all have asked: the exchanges are
 * under way at once, or not at all. Each round is served over the connections of the first; every wait is bounded. */
#ifndef TESTS_SUPPORT_CROWD_SERVER_H
#define TESTS_SUPPORT_CROWD_SERVER_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

enum { CROWD_MAX = 512 };

typedef struct crowd_server {
    int listener;
    int port;
    size_t at_once;
    size_t rounds;
    pthread_t thread;
    int sockets[CROWD_MAX];
    bool failed;
} crowd_server;

/* Every answer is 200 with the body {}. */
void crowd_start(crowd_server *server, size_t at_once, size_t rounds);
/* Ends the thread; whether every round was served over the connections of the first. */
bool crowd_join(crowd_server *server);

#endif
