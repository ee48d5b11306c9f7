/* show, serial; dasdlist, cckddiag: an image's tracks and tables as they are. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "devices/dasd/cckd-layout.h"
#include "devices/dasd/customary.h"
#include "devices/dasd/disk-copy.h"
#include "devices/dasd/tool.h"
#include "devices/dasd/vtoc.h"

/* ---- bytes --------------------------------------------------------------------------------- */

static void dump_line(const struct codepage *page, size_t at, const uint8_t *bytes, size_t n)
{
    printf("+%04zX ", at);
    for (size_t i = 0; i < 16; i++) {
        if (i < n)
            printf("%02X", bytes[i]);
        else
            fputs("  ", stdout);
        if (i % 4 == 3)
            putchar(' ');
    }
    putchar(' ');
    for (size_t i = 0; i < n; i++) {
        uint8_t c = page->to_host[bytes[i]];
        putchar(c >= ' ' && c <= '~' ? c : '.');
    }
    putchar('\n');
}

/* 16 bytes a line, with their EBCDIC characters; lines like the one in front are left out. */
static void dump(const struct codepage *page, const uint8_t *bytes, size_t length)
{
    for (size_t at = 0; at < length; at += 16) {
        size_t n = length - at < 16 ? length - at : 16, same = at;
        dump_line(page, at, bytes + at, n);
        while (same + 32 <= length && memcmp(bytes + same + 16, bytes + at, 16) == 0)
            same += 16;
        if (same == at + 16)
            printf("Line %04zX same as above\n", same);
        else if (same > at)
            printf("Lines %04zX to %04zX same as above\n", at + 16, same);
        at = same;
    }
}

static void show_records(const struct codepage *page, const uint8_t *track, unsigned number,
                         bool bytes)
{
    struct ckd_record r;
    size_t at = CKD_HOME_ADDRESS;
    while (ckd_record_next(track, &at, &r)) {
        printf("\nTrack %u COUNT CC=%u HH=%u R=%u KL=%u DL=%u\n", number, get16(r.id),
               get16(r.id + 2), r.id[4], r.key_length, r.data_length);
        if (bytes && r.key_length) {
            printf("\nTrack %u R%u KEY (%u bytes)\n", number, r.id[4], r.key_length);
            dump(page, r.key, r.key_length);
        }
        if (bytes && r.data_length) {
            printf("\nTrack %u R%u DATA (%u bytes)\n", number, r.id[4], r.data_length);
            dump(page, r.data, r.data_length);
        }
    }
    puts("\nEnd of Track");
}

static void show_records_json(const uint8_t *track)
{
    struct ckd_record r;
    size_t at = CKD_HOME_ADDRESS;
    bool first = true;
    fputs("{\"records\": [", stdout);
    while (ckd_record_next(track, &at, &r)) {
        fputs(first ? "{" : ", {", stdout);
        tool_json_number(stdout, true, "record", r.id[4]);
        tool_json_number(stdout, false, "key", r.key_length);
        tool_json_number(stdout, false, "data", r.data_length);
        fputs(", \"bytes\": \"", stdout);
        for (size_t i = 0; i < (size_t)r.key_length + r.data_length; i++)
            printf("%02X", r.key[i]);
        fputs("\"}", stdout);
        first = false;
    }
    puts("]}");
}

static bool number(const char *word, uint64_t *value)
{
    char *end;
    *value = strtoull(word, &end, strncmp(word, "0x", 2) == 0 ? 16 : 10);
    return isdigit((unsigned char)*word) && !*end;
}

/* ---- show ------------------------------------------------------------------------------------ */

static int show_block(struct dasd_job *job, struct disk *disk, uint64_t block)
{
    struct disk_complaint why;
    uint8_t bytes[FBA_BLOCK];
    if (block >= disk->units)
        return tool_fail(job->name, "%s has %u blocks", disk_path(disk), disk->units);
    if (!fba_image_read(&disk->fba, (uint32_t)block, 1, bytes, &why))
        return dasd_job_fail(job, &why);
    dump(&job->page, bytes, sizeof bytes);
    return 0;
}

static int show_track(struct dasd_job *job, struct disk *disk, uint64_t cylinder, uint64_t head)
{
    struct disk_complaint why;
    if (cylinder >= disk->shape->cylinders || head >= disk->shape->heads)
        return tool_fail(job->name, "%s has %u cylinders of %u tracks", disk_path(disk),
                         disk->shape->cylinders, disk->shape->heads);
    unsigned track = (unsigned)cylinder * disk->shape->heads + (unsigned)head;
    const uint8_t *bytes = ckd_image_track(disk->ckd, track, &why);
    if (!bytes)
        return dasd_job_fail(job, &why);
    if (job->json)
        show_records_json(bytes);
    else
        show_records(&job->page, bytes, track, !job->quiet);
    return 0;
}

int dasd_run_show(struct dasd_job *job)
{
    struct disk_complaint why, ignored;
    struct disk disk;
    uint64_t first = 0, head = 0;
    if ((job->count > 1 && !number(job->operands[1], &first)) || (job->count > 2 && !number(job->operands[2], &head)))
        return tool_fail(job->name, "a cylinder and a head, or a block, are needed as numbers"), 2;
    if (!disk_open(&disk, job->operands[0], job->shadows[0], false, &why))
        return dasd_job_fail(job, &why);
    int status = !disk.ckd ? show_block(job, &disk, first)
               : job->count != 2 ? show_track(job, &disk, first, head)
               : (tool_fail(job->name, "a cylinder and a head are needed"), 2);
    disk_close(&disk, &ignored);
    return status;
}

/* ---- serial ------------------------------------------------------------------------------------ */

/* Where the label is: on a CKD disk in track 0, on an FBA disk in block 1. */
static bool change_ckd(struct disk *disk, const uint8_t serial[6], struct disk_complaint *why)
{
    static const uint8_t vol1[4] = { 0xE5, 0xD6, 0xD3, 0xF1 };
    struct ckd_record r;
    size_t at = CKD_HOME_ADDRESS;
    uint8_t *track = ckd_image_track(disk->ckd, 0, why);
    while (track && ckd_record_next(track, &at, &r))
        if (r.data_length >= 80 && memcmp(r.data, vol1, 4) == 0) {
            size_t from = (size_t)(r.data - track) + 4;
            memcpy(track + from, serial, 6);
            return ckd_image_write(disk->ckd, 0, from, from + 6, false, why);
        }
    return track && complain(why, "%s has no volume label", disk_path(disk));
}

static bool change_fba(struct disk *disk, const uint8_t serial[6], struct disk_complaint *why)
{
    static const uint8_t vol1[4] = { 0xE5, 0xD6, 0xD3, 0xF1 };
    uint8_t block[FBA_BLOCK];
    if (disk->units < 2 || !fba_image_read(&disk->fba, 1, 1, block, why))
        return false;
    if (memcmp(block, vol1, 4) != 0)
        return complain(why, "%s has no volume label", disk_path(disk));
    memcpy(block + 4, serial, 6);
    return fba_image_write(&disk->fba, 1, 1, block, why);
}

int dasd_run_serial(struct dasd_job *job)
{
    struct disk_complaint why, another;
    struct disk disk;
    char volume[7];
    uint8_t serial[6];
    bool change = job->count > 1;
    size_t n = change ? strlen(job->operands[1]) : 0;
    for (size_t i = 0; i < 6; i++)
        serial[i] = (uint8_t)(i < n ? toupper((unsigned char)job->operands[1][i]) : ' ');
    codepage_to_guest(&job->page, serial, sizeof serial);
    if (change && (n < 1 || n > 6))
        return tool_fail(job->name, "%s is no volume serial: 1 to 6 characters", job->operands[1]), 2;
    if (!disk_open(&disk, job->operands[0], job->shadows[0], change, &why))
        return dasd_job_fail(job, &why);
    bool good = !change || (disk.ckd ? change_ckd : change_fba)(&disk, serial, &why);
    disk_volser(&disk, volume);
    good = disk_close(&disk, good ? &why : &another) && good;
    if (!good)
        return dasd_job_fail(job, &why);
    if (job->json) {
        putchar('{');
        tool_json_field(stdout, true, "volume", volume);
        puts("}");
    } else
        printf("%s: VOLSER=%s\n", job->operands[0], volume);
    return 0;
}

/* ---- cckddiag ------------------------------------------------------------------------------------ */

/* What it was asked for. Files that are damaged are its business: tables are read where they are
 * said to be, and nothing is checked but that it is in the file. */
struct diagnosis {
    bool device, header, level1, level2, track, bytes, by_address, by_track, by_offset;
    uint64_t cylinder, head, number, offset, length;
    const char *path;
    struct disk_file file;
    struct codepage page;
    const struct cckd_layout *layout;
    bool big_endian;
    uint32_t heads;
    uint8_t headers[2 * CCKD_HEADER];
    struct disk_complaint why;
};

static uint64_t get(const struct diagnosis *d, const uint8_t *p, unsigned width)
{
    uint64_t v = 0;
    for (unsigned i = 0; i < width; i++)
        v = v << 8 | p[d->big_endian ? i : width - 1 - i];
    return v;
}

static bool show_bytes(struct diagnosis *d, const char *what, uint64_t at, uint64_t length)
{
    enum { MOST = 1 << 20 };
    if (length > MOST || at > INT64_MAX - MOST)
        return complain(&d->why, "%s: %llu bytes are too many to show", d->path,
                        (unsigned long long)length);
    uint8_t *bytes = malloc(length + 1);
    bool good = bytes ? disk_file_read(&d->file, bytes, length, (off_t)at, &d->why)
                      : complain(&d->why, "out of storage");
    if (good) {
        printf("\n%s - %llu (decimal) bytes:\n", what, (unsigned long long)length);
        dump(&d->page, bytes, length);
    }
    free(bytes);
    return good;
}

static bool show_track_tables(struct diagnosis *d)
{
    uint8_t packed[8], entry[16], header[CCKD_IMAGE_HEADER];
    unsigned width = d->layout->width, length = d->layout->entry;
    uint64_t track = d->by_track ? d->number : d->cylinder * d->heads + d->head;
    uint64_t index = track / CCKD_LEVEL2_COUNT, within = track % CCKD_LEVEL2_COUNT;
    printf("CC %llu HH %llu = reltrk %llu; L1 index = %llu, L2 index = %llu\n",
           (unsigned long long)(track / d->heads), (unsigned long long)(track % d->heads),
           (unsigned long long)track, (unsigned long long)index, (unsigned long long)within);
    if (index > UINT32_MAX || !disk_file_read(&d->file, packed, width,
                                              (off_t)(CCKD_LEVEL1_AT + index * width), &d->why))
        return false;
    uint64_t table = get(d, packed, width);
    printf("L1 index %llu = L2TAB offset %llu (0x%08llX)\n", (unsigned long long)index,
           (unsigned long long)table, (unsigned long long)table);
    if (table == 0 || table > (uint64_t)d->file.size)
        return true;
    if (d->level2 && !show_bytes(d, "L2TAB", table, (uint64_t)CCKD_LEVEL2_COUNT * length))
        return false;
    if (!disk_file_read(&d->file, entry, length, (off_t)(table + within * length), &d->why))
        return false;
    printf("\nL2 index %llu = L2TAB entry %u bytes\n", (unsigned long long)within, length);
    dump(&d->page, entry, length);
    uint64_t at = get(d, entry, width), size = get(d, entry + width, 2);
    printf("\nTRKHDR offset %llu (0x%08llX); length %llu (0x%04llX)\n", (unsigned long long)at,
           (unsigned long long)at, (unsigned long long)size, (unsigned long long)size);
    if (at == 0 || at > (uint64_t)d->file.size)
        return true;
    if (!disk_file_read(&d->file, header, sizeof header, (off_t)at, &d->why))
        return false;
    printf("\nTRKHDR track %llu\n", (unsigned long long)track);
    dump(&d->page, header, sizeof header);
    return true;
}

static bool show_track_records(struct diagnosis *d)
{
    struct disk_complaint ignored;
    uint64_t track = d->by_track ? d->number : d->cylinder * d->heads + d->head;
    struct ckd_image *image = ckd_image_open(d->path, false, &d->why);
    const uint8_t *bytes = !image ? NULL : track < ckd_image_shape(image)->tracks
        ? ckd_image_track(image, (unsigned)track, &d->why)
        : (complain(&d->why, "%s has %u tracks", d->path, ckd_image_shape(image)->tracks),
           (uint8_t *)NULL);
    if (bytes)
        show_records(&d->page, bytes, (unsigned)track, d->bytes);
    if (image)
        ckd_image_close(image, &ignored);
    return bytes != NULL;
}

static bool diagnose(struct diagnosis *d)
{
    if (!disk_file_read(&d->file, d->headers, sizeof d->headers, 0, &d->why))
        return false;
    const struct cckd_kind *kind = cckd_kind_of(d->headers);
    const uint8_t *second = d->headers + CCKD_SECOND;
    if (!kind)
        return complain(&d->why, "%s: not a compressed dasd file", d->path);
    d->layout = &cckd_layouts[kind->wide];
    d->big_endian = second[CCKD_OPTIONS] & CCKD_OPTION_BIG_ENDIAN;
    d->heads = kind->fba ? 1 : get16(d->headers + 8) ? d->headers[8] : 1;
    uint64_t groups = get(d, second + CCKD_LEVEL1_ENTRIES, 4);
    if (d->heads == 0)
        d->heads = 1;
    return (!d->device || show_bytes(d, "DEVHDR", 0, CCKD_HEADER))
        && (!d->header || show_bytes(d, "CDEVHDR", CCKD_SECOND, CCKD_HEADER))
        && (!d->level1 || show_bytes(d, "L1TAB", CCKD_LEVEL1_AT, groups * d->layout->width))
        && (!d->by_offset || show_bytes(d, "IMAGE OFFSET", d->offset, d->length))
        && ((!d->by_track && !d->by_address) || show_track_tables(d))
        && ((!d->track && !d->bytes) || show_track_records(d));
}

static bool take_words(struct diagnosis *d, int argc, char **argv)
{
    const struct { const char *word; bool *flag; uint64_t *first, *second; } words[] = {
        { "-d", &d->device, NULL, NULL }, { "-c", &d->header, NULL, NULL },
        { "-1", &d->level1, NULL, NULL }, { "-2", &d->level2, NULL, NULL },
        { "-t", &d->track, NULL, NULL }, { "-x", &d->bytes, NULL, NULL },
        { "-a", &d->by_address, &d->cylinder, &d->head },
        { "-r", &d->by_track, &d->number, NULL },
        { "-o", &d->by_offset, &d->offset, &d->length },
    };
    for (int i = 1; i < argc; i++) {
        size_t k = 0;
        while (k < sizeof words / sizeof *words && strcmp(words[k].word, argv[i]) != 0)
            k++;
        if (k == sizeof words / sizeof *words) {
            if (d->path || argv[i][0] == '-')
                return strcmp(argv[i], "-g") == 0;
            d->path = argv[i];
            continue;
        }
        *words[k].flag = true;
        if (words[k].first && (++i >= argc || !number(argv[i], words[k].first)))
            return false;
        if (words[k].second && (++i >= argc || !number(argv[i], words[k].second)))
            return false;
    }
    return d->path != NULL;
}

int dasd_run_cckddiag(int argc, char **argv)
{
    struct diagnosis d = { .path = NULL };
    codepage_default(&d.page);
    if (!take_words(&d, argc, argv))
        return tool_fail("cckddiag", "usage: cckddiag [-d] [-c] [-1] [-a cc hh | -r tt] [-2] [-t] [-x]"
                         " [-o offset length] image"), 2;
    if (!disk_file_open(&d.file, d.path, false, &d.why))
        return tool_fail("cckddiag", "%s", d.why.text);
    bool good = diagnose(&d);
    disk_file_close(&d.file);
    return good ? 0 : tool_fail("cckddiag", "%s", d.why.text);
}
