/* A fuzzer's way into the openers of disk images: any bytes as a file, opened as each kind of
 * disk, all of it read, tracks written; and as a shadow file, merged. Nothing may crash, and what is opened to be read may
 * not be changed. Built on demand, by clang:
 *
 *     ./configure CC=clang CFLAGS='-O1 -g -fsanitize=fuzzer-no-link,address,undefined'
 *     make tests/fuzz/disk-image && tests/fuzz/disk-image -max_total_time=300 CORPUS
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "devices/dasd/cckd-chain.h"
#include "devices/dasd/ckd-image.h"
#include "devices/dasd/fba-image.h"

enum { MOST_TRACKS = 600 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void try_ckd(const char *path, bool writable)
{
    struct disk_complaint why = { .text = "" };
    struct ckd_image *image = ckd_image_open(path, writable, &why);
    if (!image) {
        if (!why.text[0])
            abort();
        return;
    }
    const struct ckd_shape *shape = ckd_image_shape(image);
    for (unsigned t = 0; t < shape->tracks && t < MOST_TRACKS; t++) {
        uint8_t *track = ckd_image_track(image, t, &why);
        if (!track || !writable || t % 7)
            continue;
        size_t length = ckd_track_length(track, shape->track_size);
        if (length == 0)
            abort();
        ckd_image_write(image, t, CKD_HOME_ADDRESS, length, true, &why);
    }
    ckd_image_close(image, &why);
}

static void try_fba(const char *path, bool writable)
{
    enum { MOST_BLOCKS = 20000, STEP = 40 };
    struct disk_complaint why = { .text = "" };
    struct fba_image image;
    uint8_t block[FBA_BLOCK];
    if (!fba_image_open(&image, path, writable, 0, 0, &why)) {
        if (!why.text[0])
            abort();
        return;
    }
    for (uint32_t b = 0; b < image.blocks && b < MOST_BLOCKS; b += STEP)
        if (fba_image_read(&image, b, 1, block, &why) && writable && b % 7 == 0)
            fba_image_write(&image, b, 1, block, &why);
    fba_image_close(&image, &why);
}

/* The bytes as a shadow file over a sound base of the disk that they say they are of. */
static void try_shadow(const uint8_t *bytes, size_t length)
{
    char base[] = "/tmp/disk-fuzz-XXXXXX", pattern[64], path[64];
    struct disk_complaint why;
    const struct cckd_kind *kind = length >= 1024 ? cckd_kind_of(bytes) : NULL;
    if (!kind || !kind->shadow || !mkdtemp(base))
        return;
    const uint8_t *units = bytes + CCKD_HEADER + (kind->wide ? 12 : 40);
    struct cckd_creation creation = {
        .kind = cckd_kind_find(kind->fba, false, kind->wide), .device = bytes,
        .units = (units[0] | (uint32_t)units[1] << 8) % 3000
    };
    snprintf(path, sizeof path, "%s/base", base);
    if (cckd_file_create(path, &creation, &why)) {
        char shadow[64];
        snprintf(pattern, sizeof pattern, "%s/s_*", base);
        snprintf(shadow, sizeof shadow, "%s/s_1", base);
        FILE *file = fopen(shadow, "wb");
        if (file) {
            fwrite(bytes, 1, length, file);
            fclose(file);
        }
        struct cckd_opening opening = { .shadows = pattern, .writable = true };
        struct ckd_image *image = kind->fba ? NULL : ckd_image_open_with(path, &opening, &why);
        for (unsigned t = 0; image && t < ckd_image_shape(image)->tracks && t < MOST_TRACKS; t++)
            ckd_image_track(image, t, &why);
        if (image) {
            struct cckd_chain *chain = ckd_image_chain(image);
            if (chain->count > 1)
                cckd_chain_remove(chain, CCKD_MERGE, &why);
            ckd_image_changed(image);
            ckd_image_close(image, &why);
        }
        unlink(shadow);
        unlink(path);
    }
    rmdir(base);
}

static void must_be(int file, const uint8_t *bytes, size_t length)
{
    uint8_t *now = malloc(length + 1);
    if (pread(file, now, length + 1, 0) != (ssize_t)length || memcmp(now, bytes, length) != 0)
        abort();
    free(now);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char path[64];
    int file = memfd_create("disk", 0);
    if (file < 0 || write(file, bytes, length) != (ssize_t)length)
        return 0;
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    try_ckd(path, false);
    try_fba(path, false);
    must_be(file, bytes, length);
    try_ckd(path, true);
    try_fba(path, true);
    try_shadow(bytes, length);
    close(file);
    return 0;
}
