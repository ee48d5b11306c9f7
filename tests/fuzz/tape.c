/* Tape images of any bytes, under a name of each format: reading forward and backward ends, and
 * agrees; writing leaves an image that reads. An OMA description finds itself as the file
 * "part". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "devices/tape/image.h"
#include "tests/fuzz/fuzz.h"

static void insist(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "not so: %s\n", what);
    abort();
}

static bool passed(enum tape_result result)
{
    return result == TAPE_BLOCK || result == TAPE_MARK || result == TAPE_BAD;
}

/* To the end of what can be read; how many blocks and marks. */
static uint32_t read_through(struct tape_image *image, size_t most)
{
    while (passed(tape_read(image)))
        if (image->format == &tape_oma && image->position > 5000)
            break;             /* its files may be many times the same */
        else
            insist(image->format == &tape_oma || image->position <= most,
                   "more blocks than bytes");
    return image->position;
}

static void try_image(const char *path, size_t length)
{
    char error[400];
    bool made;
    struct tape_image *image = tape_open(path, false, &made, error, sizeof error);
    if (!image) {
        insist(*error != 0, "refused without a reason");
        return;
    }
    uint32_t n = read_through(image, length), back = 0;
    while (passed(tape_backward(image)))
        back++;
    insist(back == n && image->position == 0, "as many backward as forward");
    insist(read_through(image, length) == n, "the same again");
    tape_locate(image, n / 2);
    if (image->read_only) {
        insist(tape_write(image, "block", 5) == TAPE_FAILED, "read only");
        tape_close(image);
        return;
    }
    insist(tape_write(image, "block", 5) == TAPE_BLOCK, "a block is written");
    insist(tape_write_mark(image) == TAPE_MARK, "a mark is written");
    insist(tape_read(image) == TAPE_VOID, "writing makes an end");
    insist(tape_backward(image) == TAPE_MARK && tape_backward(image) == TAPE_BLOCK &&
           tape_read(image) == TAPE_BLOCK && image->length == 5 &&
           !memcmp(image->bytes, "block", 5), "what was written is there");
    tape_close(image);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const char *const names[] = { "x.aws", "x.het", "x.fkt", "x.tap", "x.tdf", "part" };
    char folder[FUZZ_FOLDER], target[40], path[80];
    int fd = memfd_create("tape", 0);
    if (fd < 0)
        exit(1);
    fuzz_folder(folder);
    snprintf(target, sizeof target, "/proc/self/fd/%d", fd);
    for (int i = 5; i >= 0; i--) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        if (ftruncate(fd, 0) < 0 || pwrite(fd, bytes, length, 0) != (ssize_t)length ||
            symlink(target, path) < 0)
            exit(1);
        try_image(path, length);
    }
    for (int i = 0; i < 6; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
    close(fd);
    return 0;
}

size_t fuzz_seed(int i, uint8_t *bytes, size_t size)
{
#define TAPE(text) { text, sizeof text - 1 }
    static const struct { const char *bytes; size_t n; } tapes[] = {
        TAPE("\3\0\0\0\xA0\0abc\0\0\3\0\x40\0\1\0\0\0\xA0\0x\0\0\1\0\x40\0\0\0\0\0\x40\0"),
        TAPE("\2\0\0\0\x80\0ab\2\0\2\0\0\0cd\1\0\2\0\x20\0e\0\0\1\0\x40\0"),
        /* "aaaa" and more, by zlib */
        TAPE("\x0C\0\0\0\xA1\0\x78\x9C\x4B\x4C\xA4\x3D\0\0\x7A\x23\x25\xBD\0\0\x0C\0\x40\0"),
        TAPE("000000020002ab000200000002000000030003cde"),
        TAPE("\1\0\0\0a\0\1\0\0\0\0\0\0\0\2\0\0\x80" "ab\2\0\0\x80\xFE\xFF\xFF\xFF\0\0\0\0\xFF\xFF\xFF\xFF"),
        TAPE("\1\0\0\0a\1\0\0\0\2\0\0\x10zz\2\0\0\x10\1\0\0\x70\2\0\0\0cd\2\0\0\0"),
        TAPE("@TDF\npart FIXED RECSIZE 7\npart TEXT\nTM\nEOT\n"),
        TAPE("\3\0\0\0\0\0\0\0@HDF\0\0\0\0xyz\0\0\0\0\0\0\0\0\0\0\0\0\0"
             "\xFF\xFF\xFF\xFF\0\0\0\0@HDF\0\0\0\0"),
        TAPE("@TDF\npart HEADERS\n"),
    };
    if (i >= (int)(sizeof tapes / sizeof *tapes) || size < tapes[i].n)
        return 0;
    memcpy(bytes, tapes[i].bytes, tapes[i].n);
    return tapes[i].n;
}
