/* Secrets: see leafnative/base.h. */
#include "base/alloc.h"
#include "leafnative/base.h"

struct lfn_secret {
    size_t size;
    char bytes[]; /* ended by a NUL */
};

lfn_secret *lfn_secret_make(lfn_text text)
{
    if (text.size > SIZE_MAX - sizeof(lfn_secret) - 1)
        return NULL;
    lfn_secret *secret = lfn_alloc(sizeof *secret + text.size + 1);
    if (secret == NULL)
        return NULL;
    secret->size = text.size;
    if (text.size > 0)
        memcpy(secret->bytes, text.data, text.size);
    return secret;
}

lfn_text lfn_secret_reveal(const lfn_secret *secret)
{
    return lfn_text_make(secret->bytes, secret->size);
}

bool lfn_secret_equal(const lfn_secret *left, const lfn_secret *right)
{
    if (left->size != right->size)
        return false;
    unsigned char difference = 0;
    for (size_t i = 0; i < left->size; i++)
        difference = (unsigned char)(difference | (left->bytes[i] ^ right->bytes[i]));
    return difference == 0;
}

void lfn_secret_free(lfn_secret *secret)
{
    if (secret != NULL)
        lfn_free_wiped(secret, sizeof *secret + secret->size + 1);
}
