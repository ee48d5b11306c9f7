/* Images of storage in files: what compare and control make for an emulator, and get back. A file
 * that cannot be read or written ends the program, and so does a mistake in instructions. */
#ifndef TESTS_COMPARE_IMAGE_H
#define TESTS_COMPARE_IMAGE_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/insn/case.h"

/* `size` bytes, of which a page may be missing. */
static inline uint8_t *read_image(const char *name, size_t size)
{
    uint8_t *image = calloc(1, size);
    FILE *f = fopen(name, "rb");
    if (!f || fread(image, 1, size, f) < size - 4096) {
        fprintf(stderr, "%s: %s\n", name, f ? "too short" : strerror(errno));
        exit(2);
    }
    fclose(f);
    return image;
}

static inline void write_image(const char *name, const uint8_t *image, size_t size)
{
    FILE *f = fopen(name, "wb");
    if (!f || fwrite(image, 1, size, f) < size || fclose(f)) {
        fprintf(stderr, "%s: %s\n", name, strerror(errno));
        exit(2);
    }
}

/* Assemble instructions into it; the offset behind them. */
static inline unsigned put_code(uint8_t *image, unsigned at, const char *text)
{
    uint8_t code[MAX_CODE];
    char message[MAX_MESSAGE];
    unsigned last;
    int length = assemble(text, code, &last, NULL, message);
    if (length < 0) {
        fprintf(stderr, "%s: %s\n", text, message);
        exit(2);
    }
    memcpy(image + at, code, (size_t)length);
    return at + (unsigned)length;
}

#endif
