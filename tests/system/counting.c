/* Has callgrind count a part of a program only: a Python program loads this and says where the part begins and ends. */
#include <valgrind/callgrind.h>

void lfn_counting_begin(void);
void lfn_counting_end(void);

void lfn_counting_begin(void)
{
    CALLGRIND_START_INSTRUMENTATION;
}

void lfn_counting_end(void)
{
    CALLGRIND_STOP_INSTRUMENTATION;
}
