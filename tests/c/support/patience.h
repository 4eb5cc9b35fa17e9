/* How long a test waits for what is bound to come: so long that, however busy the machine is, only what never comes
 * takes longer. */
#ifndef TEST_PATIENCE_H
#define TEST_PATIENCE_H

enum { PATIENCE_MS = 60000, PATIENCE_S = PATIENCE_MS / 1000 };

#endif
