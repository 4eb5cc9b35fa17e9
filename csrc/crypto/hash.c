/* A hash of what is random itself and need not be kept in the clear. */
#include "crypto/keys.h"

_Static_assert((int)LFN_STATE_HASH_SIZE == 2 * (int)crypto_generichash_BYTES, "two digits a byte");

void lfn_state_hash(lfn_text state, char out_hash[LFN_STATE_HASH_SIZE + 1])
{
    unsigned char hash[crypto_generichash_BYTES];
    (void)crypto_generichash(hash, sizeof hash, (const unsigned char *)state.data, state.size, NULL, 0);
    (void)sodium_bin2hex(out_hash, LFN_STATE_HASH_SIZE + 1, hash, sizeof hash);
}
