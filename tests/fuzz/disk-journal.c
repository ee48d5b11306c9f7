/* A fuzzer's way into a journal that was left beside a disk (devices/dasd/disk-journal.h): any
 * bytes as one, as they are; and again with the right inode, magics and checksums. Nothing may
 * crash; and what is not opened may not be changed. The source is included, for its checksum. */
#include "devices/dasd/disk-journal.c"

#include "tests/fuzz/fuzz.h"

enum { IMAGE = 20000 };

static void put_file(const char *path, const uint8_t *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, length, file) != length || fclose(file) != 0)
        exit(1);
}

/* Make records of what may be some. */
static void mend(uint8_t *bytes, size_t length, uint64_t inode)
{
    struct head head = { .inode = inode };
    struct record r;
    memcpy(head.magic, file_magic, sizeof head.magic);
    if (length < HEAD)
        return;
    memcpy(bytes, &head, sizeof head);
    for (size_t at = HEAD; at + sizeof r <= length; ) {
        memcpy(&r, bytes + at, sizeof r);
        memcpy(r.magic, record_magic, sizeof r.magic);
        memcpy(bytes + at, &r, sizeof r);
        size_t left = length - at;
        if (r.length > left || r.count > left / sizeof(struct piece)
            || sizeof r + r.length + r.count * sizeof(struct piece) > left)
            return;
        size_t whole = sizeof r + r.length + r.count * sizeof(struct piece);
        r.checksum = checksum(r.epoch, bytes + at + CHECKED_FROM, whole - CHECKED_FROM);
        memcpy(bytes + at, &r, sizeof r);
        at = (size_t)behind((off_t)at, whole);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char folder[FUZZ_FOLDER], path[80], journal[96];
    static uint8_t image[IMAGE];
    struct disk_complaint why = { .text = "" };
    struct disk_file file;
    struct stat status;
    fuzz_folder(folder);
    snprintf(path, sizeof path, "%s/disk", folder);
    snprintf(journal, sizeof journal, "%s.journal", path);
    put_file(path, image, sizeof image);
    stat(path, &status);
    uint8_t *copy = malloc(length + 1);
    memcpy(copy, bytes, length);
    for (unsigned round = 0; round < 2; round++) {
        put_file(journal, copy, length);
        if (disk_file_open(&file, path, false, &why)) {
            if (access(journal, F_OK) == 0)
                abort();
            disk_file_close(&file);
        } else if (!why.text[0]) {
            abort();
        }
        mend(copy, length, status.st_ino);
    }
    free(copy);
    unlink(journal);
    unlink(path);
    rmdir(folder);
    return 0;
}

size_t fuzz_seed(int i, uint8_t *bytes, size_t size)
{
    struct record r = { .epoch = 5, .sequence = 7, .count = 2, .length = 600 };
    struct piece pieces[2] = { { 512, 500 }, { 8192, 100 } };
    size_t at = HEAD;
    if (i > 1 || size < 8192)
        return 0;
    memset(bytes, 0, 8192);
    for (int n = 0; n <= i; n++, r.sequence++) {
        memcpy(bytes + at, &r, sizeof r);
        memset(bytes + at + sizeof r, 'A' + n, r.length);
        memcpy(bytes + at + sizeof r + r.length, pieces, sizeof pieces);
        at = (size_t)behind((off_t)at, sizeof r + r.length + sizeof pieces);
    }
    mend(bytes, at, 0);
    return at;
}
