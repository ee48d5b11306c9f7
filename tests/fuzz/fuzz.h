/* A fuzz target is a file with the function that libFuzzer calls, and a few good inputs.
 * Linked with tests/fuzz/main.c it is a program of its own:
 *
 *     tests/fuzz/TARGET              some thousand damaged inputs, always the same ones
 *     tests/fuzz/TARGET FILE...      these files, to see what one of them does
 *
 * With clang, and -fsanitize=fuzzer in place of main.c, it is a libFuzzer target. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Abort or trip a sanitizer on anything wrong; the result is always 0. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* Good input `i` into bytes[size]; its length, 0 past the last. */
size_t fuzz_seed(int i, uint8_t *bytes, size_t size);

enum { FUZZ_FOLDER = 40 };

/* A folder for one run, in memory if the host has that. */
static inline void fuzz_folder(char path[FUZZ_FOLDER])
{
    snprintf(path, FUZZ_FOLDER, "/dev/shm/endicott-fuzz-XXXXXX");
    if (mkdtemp(path))
        return;
    snprintf(path, FUZZ_FOLDER, "/tmp/endicott-fuzz-XXXXXX");
    if (!mkdtemp(path))
        exit(1);
}

#endif
