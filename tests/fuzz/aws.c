/* AWSTAPE images of any bytes: reading forward and backward ends, and agrees; writing
 * leaves an image that reads. */
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

static bool passed(enum tape_result result) { return result == TAPE_BLOCK || result == TAPE_MARK; }

/* To the end of what can be read; how many blocks and marks. */
static uint32_t read_through(struct tape_image *image, size_t most)
{
    while (passed(tape_read(image)))
        insist(image->position <= most, "more blocks than bytes");
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
    char path[40];
    int fd = memfd_create("tape", 0);
    if (fd < 0 || write(fd, bytes, length) != (ssize_t)length)
        exit(1);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    try_image(path, length);
    close(fd);
    return 0;
}

size_t fuzz_seed(int i, uint8_t *bytes, size_t size)
{
    static const uint8_t tapes[][40] = {
        { 3, 0, 0, 0, 0xA0, 0, 'a', 'b', 'c', 0, 0, 3, 0, 0x40, 0, 1, 0, 0, 0, 0xA0, 0, 'x',
          0, 0, 1, 0, 0x40, 0, 0, 0, 0, 0, 0x40, 0 },
        { 2, 0, 0, 0, 0x80, 0, 'a', 'b', 2, 0, 2, 0, 0x00, 0, 'c', 'd', 1, 0, 2, 0, 0x20, 0, 'e',
          0, 0, 1, 0, 0x40, 0 },
    };
    static const size_t lengths[] = { 34, 29 };
    if (i >= 2 || size < sizeof tapes[0])
        return 0;
    memcpy(bytes, tapes[i], lengths[i]);
    return lengths[i];
}
