/* What general-z.c and general-z-peer.c have in common: a test, the lines they exchange, and
 * the storage that a test begins with. */
#ifndef TESTS_COMPARE_GENERAL_Z_H
#define TESTS_COMPARE_GENERAL_Z_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Both sides have the instruction and its operands at these addresses. Behind the instruction
 * register 13 becomes 1, and where branches lead to, 2. */
enum { CODE_AT = 0x3100000, DATA_AT = 0x3000000, DATA_SIZE = 4096, TARGET = 32, REGISTERS = 14 };

struct general_test {
    char mnemonic[12];
    uint8_t code[6];
    unsigned length, cc;
    uint64_t seed;                  /* of the storage */
    uint64_t gr[REGISTERS];
    char ending[12];
};

/* Storage is random, but with stretches of small values, of digits and of text. */
static inline void fill_data(uint8_t *data, uint64_t seed)
{
    for (int i = 0; i < DATA_SIZE; i++) {
        seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
        uint8_t byte = (uint8_t)(seed >> 24);
        switch (i >> 5 & 7) {
        case 0: byte &= 3; break;
        case 1: byte = (uint8_t)(byte % 10 << 4 | (byte >> 4) % 10); break;
        case 2: byte &= 0x7F; break;
        case 3: byte = seed & 0x300 ? (uint8_t)(seed & 0x100 ? 0xFF : 0) : byte; break;
        case 4: byte = (i & 15) == 15 ? 0x0C | (byte & 0x90) : (uint8_t)((byte % 10) << 4 | byte % 7); break;
        }
        data[i] = byte;
    }
}

static inline void print_test(const struct general_test *t)
{
    printf("%s ", t->mnemonic);
    for (unsigned i = 0; i < t->length; i++)
        printf("%02x", t->code[i]);
    printf(" %u %016" PRIx64, t->cc, t->seed);
    for (int i = 0; i < REGISTERS; i++)
        printf(" %" PRIx64, t->gr[i]);
    printf("\n");
}

static inline bool read_test(struct general_test *t)
{
    char code[16];
    if (scanf("%11s %15s %u %" SCNx64, t->mnemonic, code, &t->cc, &t->seed) != 4)
        return false;
    unsigned byte;
    for (t->length = 0; t->length < 6 && sscanf(code + 2 * t->length, "%2x", &byte) == 1; t->length++)
        t->code[t->length] = (uint8_t)byte;
    int read = 0;
    for (int i = 0; i < REGISTERS; i++)
        read += scanf("%" SCNx64, &t->gr[i]);
    return read == REGISTERS;
}

/* How it ended, the registers, and the bytes of storage that have changed. */
static inline void print_result(const struct general_test *t, const uint8_t *data)
{
    static uint8_t before[DATA_SIZE];
    fill_data(before, t->seed);
    printf("%s %s", t->mnemonic, t->ending);
    for (int i = 0; i < REGISTERS; i++)
        printf(" %" PRIx64, t->gr[i]);
    for (int i = 0; i < DATA_SIZE; i++)
        if (data[i] != before[i])
            printf(" %x:%02x", i, data[i]);
    printf("\n");
}

#endif
