/* The readers below the disk tools on any bytes, quickly: compressed images that are damaged,
 * what IEBCOPY unloaded, what TRANSMIT packed, control files. The last byte says which. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "devices/dasd/cckd-check.h"
#include "devices/dasd/layout.h"
#include "devices/dasd/unloaded.h"
#include "devices/unit-record/transmit.h"
#include "tests/fuzz/fuzz.h"

struct bytes_source { struct unloaded_source source; const uint8_t *bytes; size_t left; };

/* Pieces of all sizes, as records are. */
static int next(struct unloaded_source *source, const uint8_t **bytes, size_t *length,
                struct disk_complaint *complaint)
{
    struct bytes_source *from = (struct bytes_source *)source;
    (void)complaint;
    *bytes = from->bytes;
    *length = from->left < 300 ? from->left : 100 + from->left % 200;
    from->bytes += *length;
    from->left -= *length;
    return *length != 0;
}

static void try_unloaded(const uint8_t *bytes, size_t length)
{
    struct bytes_source source = { { next }, bytes, length };
    struct disk_complaint why = { "" };
    struct unloaded u;
    struct unloaded_block block;
    int result = 1;
    if (!unloaded_begin(&u, &source.source, &why)) {
        if (!why.text[0])
            abort();
        return;
    }
    while ((result = unloaded_next(&u, &block)) > 0)
        if (block.key + block.key_length != block.data)
            abort();
    if (result < 0 && !why.text[0])
        abort();
    unloaded_end(&u);
}

static void try_deck(const char *path)
{
    struct codepage page;
    char error[500] = "";
    const uint8_t *record;
    size_t length;
    enum transmit_result result;
    codepage_default(&page);
    struct transmission *x = transmit_open(path, &page, error, sizeof error);
    if (!x) {
        if (!error[0])
            abort();
        return;
    }
    while ((result = transmit_next(x, &record, &length)) == TRANSMIT_RECORD)
        ;
    if (result == TRANSMIT_BAD && !transmit_error(x)[0])
        abort();
    transmit_close(x);
}

static void try_layout(const char *path)
{
    struct disk_complaint why = { "" };
    struct layout layout;
    struct layout_volume volume;
    struct layout_statement statement;
    int result = 0;
    if (!layout_open(&layout, path, &why))
        abort();
    bool good = layout_volume(&layout, &volume, &why);
    while (good && (result = layout_next(&layout, &statement, &why)) > 0)
        if (strlen(statement.set.name) > BUILD_NAME)
            abort();
    if ((!good || result < 0) && !why.text[0])
        abort();
    layout_close(&layout);
}

static void try_check(const char *path, uint8_t which)
{
    struct cckd_check job = { .level = which % 5 };
    struct disk_complaint why = { "" };
    if (!cckd_check(path, &job, &why) && !why.text[0])
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char path[64];
    if (length < 1)
        return 0;
    uint8_t which = bytes[--length];
    if (which % 8 == 0) {
        try_unloaded(bytes, length);
        return 0;
    }
    if (which % 8 > 2 && fuzz_too_large(bytes, length))
        return 0;
    int file = memfd_create("media", 0);
    if (file < 0 || write(file, bytes, length) != (ssize_t)length)
        exit(1);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    if (which % 8 == 1)
        try_deck(path);
    else if (which % 8 == 2)
        try_layout(path);
    else
        try_check(path, which);
    close(file);
    return 0;
}

/* Good inputs are those of tests/fuzz/dasd-tools.c and disk-image; here is only what is short. */
size_t fuzz_seed(int i, uint8_t *bytes, size_t size)
{
    static const char layout[] = "# a volume\nfuzz02 3330 2\na.text text t trk 1 0 0 ps fb 80 800\n"
        "a.b empty cyl 1 1 5 po u 0 13030\nv vtoc trk 2\n\2";
    static const uint8_t deck[] = {
        18, 0xE0, 0xC9, 0xD5, 0xD4, 0xD9, 0xF0, 0xF1, 0x10, 0x11, 0, 1, 0, 4, 0xD5, 0xD6, 0xC4, 0xC5,
        22, 0xE0, 0xC9, 0xD5, 0xD4, 0xD9, 0xF0, 0xF2, 0, 0, 0, 1, 0, 0x3C, 0, 1, 0, 2, 0x40, 0, 0, 2,
        6, 0xC0, 0xC1, 0xC2, 0xC3, 0xC4, 8, 0xE0, 0xC9, 0xD5, 0xD4, 0xD9, 0xF0, 0xF6, 1 };
    (void)size;
    if (i == 0)
        memcpy(bytes, layout, sizeof layout - 1);
    else if (i == 1)
        memcpy(bytes, deck, sizeof deck);
    return i == 0 ? sizeof layout - 1 : i == 1 ? sizeof deck : 0;
}
