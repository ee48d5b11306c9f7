/* A fuzz target is a file with the function that libFuzzer calls, and a few good inputs.
 * Linked with tests/fuzz/main.c it is a program of its own:
 *
 *     tests/fuzz/TARGET              some thousand damaged inputs, always the same ones
 *     tests/fuzz/TARGET FILE...      these files, to see what one of them does
 *     tests/fuzz/TARGET --seeds FOLDER   write the good inputs there
 *
 * With clang, and -fsanitize=fuzzer in place of main.c, it is a libFuzzer target. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Abort or trip a sanitizer on anything wrong; the result is always 0. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* Good input `i` into bytes[size]; its length, 0 past the last. */
size_t fuzz_seed(int i, uint8_t *bytes, size_t size);

/* Each of `seed`'s good inputs, with each number below `most` as its last byte. */
static inline size_t fuzz_with_each(int i, int most, size_t (*seed)(int, uint8_t *, size_t),
                                    uint8_t *bytes, size_t size)
{
    size_t n = seed(i / most, bytes, size - 1);
    if (n > 0)
        bytes[n++] = (uint8_t)(i % most);
    return n;
}

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

static inline int fuzz_remove(const char *path, const struct stat *status, int type,
                              struct FTW *where)
{
    (void)status, (void)type;
    if (where->level > 0 && remove(path) != 0)
        abort();
    return 0;
}

/* Remove all that is in the working folder. */
static inline void fuzz_empty(void)
{
    if (nftw(".", fuzz_remove, 8, FTW_DEPTH | FTW_PHYS) != 0)
        abort();
}

static inline void fuzz_leave(void)
{
    char path[FUZZ_FOLDER];
    if (!getcwd(path, sizeof path) || !strstr(path, "endicott-fuzz"))
        return;
    fuzz_empty();
    if (chdir("/") == 0)
        rmdir(path);
}

/* Work in one folder for all inputs; it goes when the process ends. */
static inline void fuzz_enter(void)
{
    static char folder[FUZZ_FOLDER];
    if (!folder[0]) {
        fuzz_folder(folder);
        atexit(fuzz_leave);
    }
    if (chdir(folder) < 0)
        exit(1);
}

/* What a tool prints goes nowhere between these two. */
struct fuzz_silence { int out, error; };
static inline struct fuzz_silence fuzz_silence(void)
{
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    struct fuzz_silence was = { dup(1), dup(2) };
    fflush(stdout);
    dup2(nowhere, 1);
    dup2(nowhere, 2);
    close(nowhere);
    return was;
}

static inline void fuzz_speak(struct fuzz_silence was)
{
    fflush(stdout);
    dup2(was.out, 1);
    dup2(was.error, 2);
    close(was.out);
    close(was.error);
}

/* A file of these bytes, in the working folder. */
static inline void fuzz_put(const char *path, const uint8_t *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, length, file) != length || fclose(file) != 0)
        exit(1);
}

/* Has it these, and no more? */
static inline bool fuzz_is(const char *path, const uint8_t *bytes, size_t length)
{
    static uint8_t after[1 << 20];
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    size_t n = fread(after, 1, sizeof after, file);
    fclose(file);
    return n == length && memcmp(after, bytes, n) == 0;
}

/* A compressed disk that claims to be large takes long, and there is nothing to be found in it
 * that a small one would not have: one in 64 of them is enough. */
static inline bool fuzz_too_large(const uint8_t *bytes, size_t length)
{
    enum { LEVEL1_ENTRIES = 516, UNITS = 552, WIDE_UNITS = 524, CYLINDERS = 100, BLOCKS = 60000,
           GROUPS = 32 };
    uint32_t groups, units;
    if (length < 1024)
        return false;
    memcpy(&groups, bytes + LEVEL1_ENTRIES, 4);
    memcpy(&units, bytes + (bytes[5] == '0' ? WIDE_UNITS : UNITS), 4);
    bool large = (groups > GROUPS && __builtin_bswap32(groups) > GROUPS)
        || (bytes[0] == 'F' ? units > BLOCKS : units > CYLINDERS && units <= 65536);
    return large && (bytes[length - 1] ^ bytes[length / 2] ^ length) % 64 != 0;
}

#endif
