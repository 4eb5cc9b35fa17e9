/* What only the system knows about this process. */
#ifndef LFN_BASE_SYSTEM_H
#define LFN_BASE_SYSTEM_H

/* A number that changes in a child of fork, at each fork between this process and the one that asked before. What holds
 * threads, locks or an open file keeps the number with which it was made and refuses to work under another. */
unsigned lfn_fork_generation(void);

#endif
