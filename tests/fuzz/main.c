/* Runs a fuzz target without a fuzzer: see fuzz.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

enum { MOST = 1 << 16, RUNS = 4000 };

static uint32_t random_number(uint32_t *state)
{
    *state ^= *state << 13, *state ^= *state >> 17, *state ^= *state << 5;
    return *state;
}

/* Flip bits, set bytes to ends of ranges, cut, or repeat a piece. */
static size_t damage(uint8_t *bytes, size_t n, uint32_t *state)
{
    static const uint8_t ends[] = { 0x00, 0x01, 0x7F, 0x80, 0xFF, 0x40, 0xA0, 0x0A };
    for (uint32_t k = random_number(state) % 6 + 1; k && n; k--) {
        size_t at = random_number(state) % n;
        switch (random_number(state) % 5) {
        case 0: bytes[at] ^= (uint8_t)(1 << random_number(state) % 8); break;
        case 1: bytes[at] = ends[random_number(state) % sizeof ends]; break;
        case 2: bytes[at] = (uint8_t)random_number(state); break;
        case 3: n = at; break;
        case 4:
            if (2 * n - at <= MOST) {
                memmove(bytes + n, bytes + at, n - at);
                n += n - at;
            }
            break;
        }
    }
    return n;
}

static int run_file(const char *path)
{
    static uint8_t bytes[1 << 22];
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return 1;
    }
    size_t n = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    return LLVMFuzzerTestOneInput(bytes, n);
}

static int write_seeds(const char *folder, uint8_t *bytes)
{
    size_t n;
    for (int i = 0; (n = fuzz_seed(i, bytes, MOST)) > 0; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/seed-%d", folder, i);
        FILE *file = fopen(path, "wb");
        if (!file || fwrite(bytes, 1, n, file) != n || fclose(file) != 0) {
            perror(path);
            return 1;
        }
    }
    return 0;
}

int main(int argc, char *argv[])
{
    static uint8_t bytes[MOST];
    uint32_t state = 0x2545F491;
    unsigned runs = 0, seeds = 0;
    size_t n;
    if (argc == 3 && strcmp(argv[1], "--seeds") == 0)
        return write_seeds(argv[2], bytes);
    for (int i = 1; i < argc; i++)
        if (run_file(argv[i]) != 0)
            return 1;
    while (fuzz_seed((int)seeds, bytes, sizeof bytes) > 0)
        seeds++;
    for (int i = 0; argc == 1 && i < (int)seeds; i++) {
        static uint8_t good[MOST];
        n = fuzz_seed(i, good, sizeof good);
        for (unsigned round = 0; round < RUNS / seeds; round++, runs++) {
            memcpy(bytes, good, n);
            LLVMFuzzerTestOneInput(bytes, round ? damage(bytes, n, &state) : n);
        }
    }
    if (argc == 1)
        printf("%u passed, 0 failed\n", runs);
    return 0;
}
