/* Bearers remembered: see bearers.h. */
#include "service/leaf/bearers.h"

#include "base/alloc.h"

/* A mark has one place, so that a search is one comparison and old bearers make room for new ones. */
enum { PLACES = 64 };

struct lfn_bearers {
    lfn_remembered_bearer places[PLACES];
};

lfn_bearers *lfn_bearers_make(void)
{
    return lfn_alloc(sizeof(lfn_bearers));
}

static size_t place_of(const unsigned char mark[LFN_TOKEN_MARK_SIZE])
{
    return mark[0] % PLACES;
}

const lfn_remembered_bearer *lfn_bearers_find(const lfn_bearers *bearers, uint64_t owners_version,
                                              const unsigned char mark[LFN_TOKEN_MARK_SIZE])
{
    const lfn_remembered_bearer *known = &bearers->places[place_of(mark)];
    bool same = known->owner != 0 && known->owners_version == owners_version && lfn_token_mark_equal(known->mark, mark);
    return same ? known : NULL;
}

void lfn_bearers_add(lfn_bearers *bearers, const lfn_remembered_bearer *bearer)
{
    bearers->places[place_of(bearer->mark)] = *bearer;
}
