/* info, diff: what an image is; what two of them have that the other has not. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "core/bytes.h"
#include "devices/dasd/cckd-chain.h"
#include "devices/dasd/disk-copy.h"
#include "devices/dasd/tool.h"
#include "devices/dasd/vtoc.h"

/* A disk's next piece: a track, or blocks. NULL and a complaint. */
enum { PIECE_BLOCKS = CCKD_GROUP, PIECE_BYTES = PIECE_BLOCKS * FBA_BLOCK };

static const uint8_t *piece(struct disk *disk, uint32_t at, uint8_t *buffer, size_t *length,
                            struct disk_complaint *why)
{
    if (disk->ckd) {
        const uint8_t *track = ckd_image_track(disk->ckd, at, why);
        *length = track ? ckd_track_length(track, disk->shape->track_size) : 0;
        return track;
    }
    uint32_t n = disk->units - at < PIECE_BLOCKS ? disk->units - at : PIECE_BLOCKS;
    *length = (size_t)n * FBA_BLOCK;
    return fba_image_read(&disk->fba, at, n, buffer, why) ? buffer : NULL;
}

static uint32_t step(const struct disk *disk) { return disk->ckd ? 1 : PIECE_BLOCKS; }

/* ---- info --------------------------------------------------------------------------------- */

static bool checksum(struct disk *disk, uint32_t *sum, struct disk_complaint *why)
{
    struct tool_progress progress;
    uint8_t buffer[PIECE_BYTES];
    size_t length;
    bool good = true;
    *sum = 0;
    tool_progress_begin(&progress, disk_path(disk), disk->units);
    for (uint32_t at = 0; good && at < disk->units; at += step(disk)) {
        const uint8_t *bytes = piece(disk, at, buffer, &length, why);
        good = bytes && (tool_progress_at(&progress, at) || complain(why, "interrupted"));
        if (good)
            *sum = (uint32_t)crc32(*sum, bytes, (unsigned)length);
    }
    tool_progress_end(&progress);
    return good;
}

/* What the tools print of an image. */
struct info {
    const char *format;
    char volume[7], compression[16];
    uint64_t bytes, used, free;
    unsigned shadows;
};

void disk_volser(struct disk *disk, char volume[7])
{
    static const uint8_t vol1[4] = { 0xE5, 0xD6, 0xD3, 0xF1 };
    struct disk_complaint ignored;
    struct ckd_record record;
    struct codepage page;
    uint8_t block[FBA_BLOCK];
    const uint8_t *label = NULL;
    volume[0] = 0;
    if (disk->ckd) {
        size_t at = CKD_HOME_ADDRESS;
        const uint8_t *track = ckd_image_track(disk->ckd, 0, &ignored);
        while (track && !label && ckd_record_next(track, &at, &record))
            if (record.data_length >= 80 && memcmp(record.data, vol1, 4) == 0)
                label = record.data;
    } else if (disk->units > 1 && fba_image_read(&disk->fba, 1, 1, block, &ignored)
               && memcmp(block, vol1, 4) == 0)
        label = block;
    if (!label)
        return;
    memcpy(volume, label + 4, 6);
    codepage_default(&page);
    codepage_to_host(&page, (uint8_t *)volume, 6);
    volume[6] = 0;
    for (int i = 0; i < 6; i++)
        if (volume[i] < ' ' || volume[i] > '~')
            volume[i] = '?';
    for (int i = 5; i >= 0 && volume[i] == ' '; i--)
        volume[i] = 0;
}

static uint64_t free_bytes(const struct cckd_file *file)
{
    uint64_t total = 0;
    for (size_t i = 0; i < file->free.count; i++)
        total += file->free.extent[i].length;
    return total;
}

static void take_info(struct disk *disk, struct info *info)
{
    static const char *const compressions[] = { "none", "zlib", "bzip2" };
    struct cckd_chain *chain = disk_chain(disk);
    struct stat status;
    *info = (struct info){ .format = disk_format_of(disk)->name };
    disk_volser(disk, info->volume);
    if (stat(disk_path(disk), &status) == 0)
        info->bytes = (uint64_t)status.st_size;
    if (!chain)
        return;
    unsigned how = cckd_file_shadow_of(&chain->file[0]).compression;
    snprintf(info->compression, sizeof info->compression, "%s", how < 3 ? compressions[how] : "?");
    info->shadows = chain->count - 1;
    for (unsigned i = 0; i < chain->count; i++) {
        info->used += chain->file[i].free.end - free_bytes(&chain->file[i]);
        info->free += free_bytes(&chain->file[i]);
    }
}

static void print_info(const struct disk *disk, const struct info *info, const uint32_t *sum)
{
    printf("%s: %s", disk_path(disk), info->format);
    if (disk->ckd)
        printf(", a %04X of %u cylinders, %u tracks each, %zu bytes a track", disk->shape->type,
               disk->shape->cylinders, disk->shape->heads, disk->shape->track_size);
    else
        printf(", FBA, %u blocks", disk->units);
    printf(info->volume[0] ? ", volume %s\n" : ", no volume label\n", info->volume);
    if (info->compression[0])
        printf("compression %s; %llu bytes used, %llu free; %u shadow files\n", info->compression,
               (unsigned long long)info->used, (unsigned long long)info->free, info->shadows);
    if (sum)
        printf("checksum %08X\n", *sum);
}

static void print_info_json(const struct disk *disk, const struct info *info, const uint32_t *sum)
{
    char text[12];
    putchar('{');
    tool_json_field(stdout, true, "path", disk_path(disk));
    tool_json_field(stdout, false, "format", info->format);
    tool_json_field(stdout, false, "volume", info->volume);
    tool_json_number(stdout, false, "bytes", info->bytes);
    if (disk->ckd) {
        snprintf(text, sizeof text, "%04X", disk->shape->type);
        tool_json_field(stdout, false, "type", text);
        tool_json_number(stdout, false, "cylinders", disk->shape->cylinders);
        tool_json_number(stdout, false, "heads", disk->shape->heads);
        tool_json_number(stdout, false, "track_bytes", disk->shape->track_size);
    } else
        tool_json_number(stdout, false, "blocks", disk->units);
    if (info->compression[0]) {
        tool_json_field(stdout, false, "compression", info->compression);
        tool_json_number(stdout, false, "used", info->used);
        tool_json_number(stdout, false, "free", info->free);
        tool_json_number(stdout, false, "shadows", info->shadows);
    }
    if (sum) {
        snprintf(text, sizeof text, "%08X", *sum);
        tool_json_field(stdout, false, "checksum", text);
    }
    puts("}");
}

int dasd_run_info(struct dasd_job *job)
{
    struct disk_complaint why, ignored;
    struct disk disk;
    struct info info;
    uint32_t sum = 0;
    if (!disk_open(&disk, job->operands[0], job->shadows[0], false, &why))
        return dasd_job_fail(job, &why);
    bool good = !job->sum || checksum(&disk, &sum, &why);
    if (good) {
        take_info(&disk, &info);
        (job->json ? print_info_json : print_info)(&disk, &info, job->sum ? &sum : NULL);
    }
    disk_close(&disk, &ignored);
    return good ? 0 : dasd_job_fail(job, &why);
}

/* ---- diff ----------------------------------------------------------------------------------- */

struct diff {
    const struct dasd_job *job;
    struct disk a, b;
    uint32_t different;        /* tracks or blocks */
};

/* How two tracks differ: the first record that does, and in what. */
static void describe(const uint8_t *a, const uint8_t *b, char *text, size_t size)
{
    struct ckd_record x, y;
    size_t i = CKD_HOME_ADDRESS, j = i;
    for (;;) {
        bool more = ckd_record_next(a, &i, &x), more_b = ckd_record_next(b, &j, &y);
        if (more != more_b) {
            snprintf(text, size, "only the %s has record %u", more ? "first" : "second",
                     (more ? &x : &y)->id[4]);
            return;
        }
        if (!more)
            break;
        if (memcmp(x.key - CKD_COUNT, y.key - CKD_COUNT, CKD_COUNT) != 0) {
            snprintf(text, size, "record %u (key %u, data %u) and record %u (key %u, data %u)",
                     x.id[4], x.key_length, x.data_length, y.id[4], y.key_length, y.data_length);
            return;
        }
        size_t n = (size_t)x.key_length + x.data_length, at = 0;
        while (at < n && x.key[at] == y.key[at])
            at++;
        if (at < n) {
            snprintf(text, size, "record %u differs from byte %zu of its %s on", x.id[4],
                     at < x.key_length ? at : at - x.key_length,
                     at < x.key_length ? "key" : "data");
            return;
        }
    }
    snprintf(text, size, "the home address differs");
}

static void tell_track(struct diff *diff, uint32_t track, const uint8_t *a, const uint8_t *b)
{
    char text[160];
    unsigned heads = diff->a.shape->heads;
    describe(a, b, text, sizeof text);
    if (diff->job->json) {
        printf("%s{\"cylinder\": %u, \"head\": %u", diff->different ? ", " : "", track / heads,
               track % heads);
        tool_json_field(stdout, false, "difference", text);
        putchar('}');
    } else
        printf("cylinder %u head %u: %s\n", track / heads, track % heads, text);
}

static void tell_block(struct diff *diff, uint32_t block)
{
    if (diff->job->json)
        printf("%s{\"block\": %u}", diff->different ? ", " : "", block);
    else
        printf("block %u\n", block);
}

static void compare(struct diff *diff, uint32_t at, const uint8_t *a, size_t a_length,
                    const uint8_t *b, size_t b_length)
{
    if (diff->a.ckd) {
        if (a_length == b_length && memcmp(a, b, a_length) == 0)
            return;
        if (!diff->job->quiet)
            tell_track(diff, at, a, b);
        diff->different++;
        return;
    }
    for (size_t i = 0; i < a_length; i += FBA_BLOCK)
        if (memcmp(a + i, b + i, FBA_BLOCK) != 0) {
            if (!diff->job->quiet)
                tell_block(diff, at + (uint32_t)(i / FBA_BLOCK));
            diff->different++;
        }
}

static bool compare_all(struct diff *diff, struct disk_complaint *why)
{
    struct tool_progress progress;
    uint8_t buffer[2][PIECE_BYTES];
    bool good = true;
    tool_progress_begin(&progress, diff->job->operands[0], diff->a.units);
    for (uint32_t at = 0; good && at < diff->a.units; at += step(&diff->a)) {
        size_t a_length, b_length;
        const uint8_t *a = piece(&diff->a, at, buffer[0], &a_length, why);
        const uint8_t *b = a ? piece(&diff->b, at, buffer[1], &b_length, why) : NULL;
        good = b && (tool_progress_at(&progress, at) || complain(why, "interrupted"));
        if (good)
            compare(diff, at, a, a_length, b, b_length);
    }
    tool_progress_end(&progress);
    return good;
}

static bool comparable(const struct diff *diff, struct disk_complaint *why)
{
    const struct disk *a = &diff->a, *b = &diff->b;
    if (!a->ckd != !b->ckd)
        return complain(why, "%s is %s disk, %s is not", disk_path(a), a->ckd ? "a CKD" : "an FBA",
                        disk_path(b));
    if (a->units == b->units && (!a->ckd || a->shape->type == b->shape->type))
        return true;
    return a->ckd
        ? complain(why, "%s is a %04X of %u cylinders, %s a %04X of %u", disk_path(a),
                   a->shape->type, a->shape->cylinders, disk_path(b), b->shape->type,
                   b->shape->cylinders)
        : complain(why, "%s has %u blocks, %s has %u", disk_path(a), a->units, disk_path(b),
                   b->units);
}

/* 0: alike. 1: not. 2: it can't be told. */
static int diff_disks(struct diff *diff, struct disk_complaint *why)
{
    const struct dasd_job *job = diff->job;
    if (!comparable(diff, why))
        return dasd_job_fail(job, why), 2;
    if (job->json)
        fputs("{\"differences\": [", stdout);
    if (!compare_all(diff, why))
        return dasd_job_fail(job, why), 2;
    if (job->json)
        printf("], \"different\": %u}\n", diff->different);
    else if (!job->quiet && diff->different)
        printf("%u of %u %s differ\n", diff->different, diff->a.units,
               diff->a.ckd ? "tracks" : "blocks");
    return diff->different ? 1 : 0;
}

int dasd_run_diff(struct dasd_job *job)
{
    struct disk_complaint why, ignored;
    struct diff diff = { .job = job };
    if (!disk_open(&diff.a, job->operands[0], job->shadows[0], false, &why))
        return dasd_job_fail(job, &why), 2;
    if (!disk_open(&diff.b, job->operands[1], job->shadows[1], false, &why)) {
        disk_close(&diff.a, &ignored);
        return dasd_job_fail(job, &why), 2;
    }
    int status = diff_disks(&diff, &why);
    disk_close(&diff.a, &ignored);
    disk_close(&diff.b, &ignored);
    return status;
}
