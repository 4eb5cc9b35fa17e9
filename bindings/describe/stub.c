/* Type stubs of the Python package: the records, the groups and their methods. */
#include "describe.h"

void lfn_describe_stub(lfn_buffer *out)
{
    lfn_buffer_append_string(out, "");
}
