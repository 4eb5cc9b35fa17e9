/* Prints every decision of csrc/rules/relation.c as lines, for the test that negates its rules one at a time. */
#include "rules/relation.h"

#include <stdio.h>

static const char *key_of(lfn_problem problem)
{
    static const struct {
        lfn_problem problem;
        const char *key;
    } keys[] = {
#define LFN_PROBLEM_ROW(id, http_status, key, type, status, title, message) {LFN_PROBLEM_##id, key},
#include "leafnative/tables/problems.def"
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (keys[i].problem == problem) {
            return keys[i].key;
        }
    }
    return "-";
}

static lfn_relation relation_of(int bits)
{
    return (lfn_relation){
        .receiver_accepted = (bits & 1) != 0,
        .sender_blocked = (bits & 2) != 0,
        .receiver_blocked = (bits & 4) != 0,
    };
}

static int bits_of(lfn_relation relation)
{
    return (relation.receiver_accepted ? 1 : 0) | (relation.sender_blocked ? 2 : 0) |
           (relation.receiver_blocked ? 4 : 0);
}

static void print_decisions(void)
{
    for (int bits = 0; bits < 8; bits++) {
        int status = lfn_relation_status(relation_of(bits));
        printf("status %d %s\n", bits,
               status == LFN_RELATION_STATUS_PENDING   ? "PENDING"
               : status == LFN_RELATION_STATUS_ALLOWED ? "ALLOWED"
               : status == LFN_RELATION_STATUS_BLOCKED ? "BLOCKED"
                                                       : "?");
        printf("grant %d %s\n", bits, key_of(lfn_relation_may_grant(relation_of(bits))));
        for (int party = 0; party < 2; party++) {
            for (int ask = 0; ask < 2; ask++) {
                lfn_relation_decision decision =
                    lfn_relation_decide(relation_of(bits), party == 0 ? LFN_PARTY_SENDER : LFN_PARTY_RECEIVER,
                                        ask == 0 ? LFN_RELATION_REQUEST_ALLOWED : LFN_RELATION_REQUEST_BLOCKED);
                printf("decide %d %s %s %d %s\n", bits, party == 0 ? "sender" : "receiver",
                       ask == 0 ? "ALLOWED" : "BLOCKED", bits_of(decision.next), key_of(decision.problem));
            }
        }
    }
}

static void print_access(void)
{
    for (int bits = 0; bits < 1 << 10; bits++) {
        lfn_access_facts facts = {
            .user_exists = (bits & 8) != 0,
            .is_owner = (bits & 16) != 0,
            .has_relation = (bits & 32) != 0,
            .relation = relation_of(bits),
            .resource_granted = (bits & 64) != 0,
            .type_granted = (bits & 128) != 0,
            .token_sequence = 5,
            .invalidated_sequence = (bits >> 8) == 0 ? 0 : 3 + (bits >> 8),
        };
        lfn_access_decision decision = lfn_access_decide(&facts);
        printf("access %d %d %s %s\n", bits, decision.allowed, key_of(decision.problem),
               decision.allowed ? decision.reason : "");
    }
}

int main(void)
{
    print_decisions();
    print_access();
    return 0;
}
