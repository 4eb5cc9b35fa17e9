/* What came back, judged by the rows. */
#ifndef LFN_CLIENT_ANSWER_H
#define LFN_CLIENT_ANSWER_H

#include "client/client.h"

/* Judges a whole answer. A refusal is read by the API's error form. A success must have the row's body: a JSON object,
 * a list of objects as the API's list form has it, a string, or nothing; unknown members and words are fine. Of the
 * statuses of success, 200, 201 and 204 are taken for one another, because all say that it is done and the body is
 * checked all the same; any other that is not the row's is LFN_PROTOCOL: 202 is not done yet, 206 is not all.
 * `operation` NULL: any success is fine; `unread`: the body of a success is not looked at. The HTTP status is kept in
 * the error. Fills the count of entries of a list. */
lfn_status lfn_answer_judge(const lfn_client *client, const lfn_operation *operation, bool unread, lfn_result *result,
                            lfn_error *error);

#endif
