/* Words of messages: texts of strangers made fit for one printable line, lists of choices. Every function appends to a
 * NUL-ended array of `size` bytes and cuts at a whole code point. */
#ifndef LFN_CODEC_WORDS_H
#define LFN_CODEC_WORDS_H

#include "leafnative/operation.h"

/* Appends a text that may be hostile: line breaks, control bytes, invisible letters and what is not UTF-8 become ?. */
void lfn_words_append(char *out, size_t size, lfn_text text);
/* Writes "must be one of STAGE, PRODUCTION", or "must be READ" for a choice of one word. */
void lfn_words_wanted(const lfn_choice *choice, char *out, size_t size);

/* What ends a sentence that is made of this text: a full stop, or nothing where a question ends it. */
const char *lfn_words_stop(const char *text);

#endif
