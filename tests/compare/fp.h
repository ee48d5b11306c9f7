/* The lines that fp.c and fp-peer.c exchange. */
#ifndef TESTS_COMPARE_FP_H
#define TESTS_COMPARE_FP_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct fp_test {
    char mnemonic[12];
    uint8_t code[6];
    unsigned length;
    uint32_t fpc;
    uint64_t fpr[16], gr[4], data[2];
    char ending[12];
};

static inline void fp_print_state(const struct fp_test *t)
{
    printf(" %08" PRIx32, t->fpc);
    for (int i = 0; i < 16; i++)
        printf(" %016" PRIx64, t->fpr[i]);
    for (int i = 0; i < 4; i++)
        printf(" %016" PRIx64, t->gr[i]);
    printf(" %016" PRIx64 " %016" PRIx64 "\n", t->data[0], t->data[1]);
}

static inline void fp_print_test(const struct fp_test *t)
{
    printf("%s ", t->mnemonic);
    for (unsigned i = 0; i < t->length; i++)
        printf("%02x", t->code[i]);
    fp_print_state(t);
}

static inline void fp_print_result(const struct fp_test *t)
{
    printf("%s %s", t->mnemonic, t->ending);
    fp_print_state(t);
}

static inline bool fp_read_test(struct fp_test *t)
{
    char code[16];
    if (scanf("%11s %15s %" SCNx32, t->mnemonic, code, &t->fpc) != 3)
        return false;
    unsigned byte;
    for (t->length = 0; t->length < 6 && sscanf(code + 2 * t->length, "%2x", &byte) == 1; t->length++)
        t->code[t->length] = (uint8_t)byte;
    int read = 0;
    for (int i = 0; i < 16; i++)
        read += scanf("%" SCNx64, &t->fpr[i]);
    for (int i = 0; i < 4; i++)
        read += scanf("%" SCNx64, &t->gr[i]);
    return read + scanf("%" SCNx64 " %" SCNx64, &t->data[0], &t->data[1]) == 22;
}

#endif
