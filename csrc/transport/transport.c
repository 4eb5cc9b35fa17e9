/* What is the same for every transport: the blocking wrapper, and the end of an exchange and of a transport. */
#include "leafnative/transport.h"

/* How long one step may sleep; an exchange has its own time limit, so this only bounds a transport that forgot it. */
enum { STEP_WAIT_MS = 1000 };

void lfn_exchange_end(lfn_exchange *exchange, lfn_status status, lfn_stage stage)
{
    exchange->status = status;
    exchange->stage = stage;
    exchange->done = true;
    if (exchange->ended == NULL)
        return;
    exchange->next_ended = *exchange->ended;
    *exchange->ended = exchange;
}

lfn_status lfn_transport_perform(lfn_transport *transport, lfn_exchange *exchange)
{
    transport->methods->start(transport, exchange);
    while (!exchange->done)
        transport->methods->step(transport, STEP_WAIT_MS);
    return exchange->status;
}

void lfn_transport_free(lfn_transport *transport)
{
    if (transport != NULL)
        transport->methods->free(transport);
}
