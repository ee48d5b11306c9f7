#include "devices/dasd/cckd-file.h"
#include "devices/dasd/cckd-layout.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/bytes.h"

/* ---- what 32 and 64 bits make different --------------------------------------------- */

const struct cckd_layout cckd_layouts[] = {
    [false] = { 4, 8, 8, UINT32_MAX, { 12, 16, 20, 24, 28, 32, 36, 40, 44, 45, 46 } },
    [true] = { 8, 16, 16, INT64_MAX, { 16, 24, 32, 40, 48, 56, 64, 12, 72, 73, 74 } },
};

static const struct cckd_kind kinds[] = {
    { "CKD_C370", false, false, false }, { "CKD_S370", false, true, false },
    { "CKD_C064", false, false, true }, { "CKD_S064", false, true, true },
    { "FBA_C370", true, false, false }, { "FBA_S370", true, true, false },
    { "FBA_C064", true, false, true }, { "FBA_S064", true, true, true },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

const struct cckd_kind *cckd_kind_of(const uint8_t id[8])
{
    for (size_t i = 0; i < KINDS; i++)
        if (memcmp(kinds[i].id, id, 8) == 0)
            return &kinds[i];
    return NULL;
}

const struct cckd_kind *cckd_kind_find(bool fba, bool shadow, bool wide)
{
    for (size_t i = 0; i < KINDS; i++)
        if (kinds[i].fba == fba && kinds[i].shadow == shadow && kinds[i].wide == wide)
            return &kinds[i];
    return NULL;
}

/* ---- numbers ------------------------------------------------------------------------- */

static uint64_t number(const struct cckd_file *z, const uint8_t *p, unsigned width)
{
    uint64_t v = 0;
    for (unsigned i = 0; i < width; i++)
        v = v << 8 | p[z->big_endian ? i : width - 1 - i];
    return v;
}

static void put_number(const struct cckd_file *z, uint8_t *p, unsigned width, uint64_t v)
{
    for (unsigned i = 0; i < width; i++, v >>= 8)
        p[z->big_endian ? width - 1 - i : i] = (uint8_t)v;
}

/* An offset of all ones, in either width, means the file below. */
static uint64_t offset(const struct cckd_file *z, const uint8_t *p)
{
    uint64_t v = number(z, p, z->layout->width);
    return z->layout->width == 4 && v == UINT32_MAX ? CCKD_BELOW : v;
}

static void put_offset(const struct cckd_file *z, uint8_t *p, uint64_t v)
{
    put_number(z, p, z->layout->width, v);
}

static uint8_t *field(struct cckd_file *z, enum cckd_field which)
{
    return z->header + z->layout->field[which];
}

static struct cckd_entry unpack_entry(const struct cckd_file *z, const uint8_t *p)
{
    const uint8_t *lengths = p + z->layout->width;
    return (struct cckd_entry){ offset(z, p), (uint16_t)number(z, lengths, 2),
                                (uint16_t)number(z, lengths + 2, 2) };
}

static void pack_entry(const struct cckd_file *z, uint8_t *p, struct cckd_entry e)
{
    memset(p, e.at == CCKD_BELOW ? 0xFF : 0, z->layout->entry);
    put_offset(z, p, e.at);
    put_number(z, p + z->layout->width, 2, e.length);
    put_number(z, p + z->layout->width + 2, 2, e.size);
}

static size_t level2_length(const struct cckd_file *z)
{
    return (size_t)CCKD_LEVEL2_COUNT * z->layout->entry;
}

/* ---- opening --------------------------------------------------------------------------- */

/* Space that the tables say is in use; what is not is free. */
static bool use(struct cckd_file *z, const char *what, uint32_t which, uint64_t at,
                uint64_t length, struct disk_complaint *complaint)
{
    enum free_space_answer answer = free_space_use(&z->free, at, length);
    if (answer == FREE_SPACE_TAKEN)
        return true;
    return complain(complaint, "%s: %s %u at %llu, %llu bytes, %s; `cckdcdsk -3` may repair it",
                    z->file.path, what, which, (unsigned long long)at,
                    (unsigned long long)length, answer == FREE_SPACE_OVERLAP
                    ? "overlaps something else" : answer == FREE_SPACE_BEYOND
                    ? "lies beyond the file's end" : "finds no storage here");
}

static bool out_of_storage(const struct cckd_file *z, struct disk_complaint *complaint)
{
    return complain(complaint, "%s: out of storage", z->file.path);
}

static bool below_nothing(const struct cckd_file *z, uint32_t image,
                          struct disk_complaint *complaint)
{
    return complain(complaint, "%s: the image of %s %u is in a file below this one, and this is"
                    " no shadow file", z->file.path, z->kind->fba ? "block group" : "track", image);
}

static bool take_entry(struct cckd_file *z, uint32_t image, struct cckd_entry *e,
                       struct disk_complaint *complaint)
{
    const char *what = z->kind->fba ? "the image of block group" : "the image of track";
    if (e->at == CCKD_BELOW)
        return z->kind->shadow || below_nothing(z, image, complaint);
    if (e->at == 0)
        return true;
    if (image >= z->images)
        return complain(complaint, "%s: %s %u is there, and its header says that the disk has only"
                        " %u of them", z->file.path, what, image, z->images);
    if (e->size < e->length)
        e->size = e->length;
    if (e->length <= CCKD_IMAGE_HEADER)
        return complain(complaint, "%s: %s %u has %u bytes only", z->file.path, what, image,
                        e->length);
    return use(z, what, image, e->at, e->size, complaint);
}

static bool is_image(const struct cckd_file *z, uint32_t image, const uint8_t header[])
{
    uint32_t heads = z->kind->fba ? 1 : z->images / z->units;
    return z->kind->fba ? get32(header + 1) == image
        : get16(header + 1) == image / heads && get16(header + 3) == image % heads;
}

/* Images say which ones they are. A table that does not lie quite where it should is seen by that:
 * neither of its first two images is the one that it ought to be. */
static bool is_in_place(struct cckd_file *z, uint32_t group, struct disk_complaint *complaint)
{
    enum { ASKED = 2 };
    uint8_t header[CCKD_IMAGE_HEADER];
    unsigned asked = 0;
    for (unsigned i = 0; i < CCKD_LEVEL2_COUNT && asked < ASKED; i++) {
        const struct cckd_entry *e = &z->level2[group][i];
        if (e->at == 0 || e->at == CCKD_BELOW)
            continue;
        if (!disk_file_read(&z->file, header, sizeof header, (off_t)e->at, complaint))
            return false;
        if (is_image(z, group * CCKD_LEVEL2_COUNT + i, header))
            return true;
        asked++;
    }
    return asked == 0
        || complain(complaint, "%s: the images of level-2 table %u, at %llu, say that they are"
                    " others; `cckdcdsk -3` may repair it", z->file.path, group,
                    (unsigned long long)z->level1[group]);
}

static bool read_level2(struct cckd_file *z, uint32_t group, struct disk_complaint *complaint)
{
    uint8_t table[CCKD_LONGEST_LEVEL2];
    uint64_t at = z->level1[group];
    if (!use(z, "level-2 table", group, at, level2_length(z), complaint)
        || !disk_file_read(&z->file, table, level2_length(z), (off_t)at, complaint))
        return false;
    z->level2[group] = calloc(CCKD_LEVEL2_COUNT, sizeof **z->level2);
    if (!z->level2[group])
        return out_of_storage(z, complaint);
    for (unsigned i = 0; i < CCKD_LEVEL2_COUNT; i++) {
        struct cckd_entry *e = &z->level2[group][i];
        *e = unpack_entry(z, table + i * z->layout->entry);
        if (!take_entry(z, group * CCKD_LEVEL2_COUNT + i, e, complaint))
            return false;
    }
    return is_in_place(z, group, complaint);
}

static bool read_tables(struct cckd_file *z, struct disk_complaint *complaint)
{
    size_t length = (size_t)z->layout->width * z->groups;
    uint8_t *table = malloc(length);
    z->level1 = calloc(z->groups, sizeof *z->level1);
    z->level2 = calloc(z->groups, sizeof *z->level2);
    if (!table || !z->level1 || !z->level2) {
        free(table);
        return out_of_storage(z, complaint);
    }
    bool good = use(z, "header", 1, 0, CCKD_LEVEL1_AT + length, complaint)
        && disk_file_read(&z->file, table, length, CCKD_LEVEL1_AT, complaint);
    for (uint32_t g = 0; good && g < z->groups; g++) {
        z->level1[g] = offset(z, table + (size_t)g * z->layout->width);
        if (z->level1[g] == CCKD_BELOW)
            good = z->kind->shadow || below_nothing(z, g * CCKD_LEVEL2_COUNT, complaint);
        else if (z->level1[g] != 0)
            good = read_level2(z, g, complaint);
    }
    free(table);
    return good;
}

/* Cylinders, or blocks, and how many images these are. */
static bool count_images(struct cckd_file *z, struct disk_complaint *complaint)
{
    const uint8_t *heads = z->device + CCKD_DEVICE_HEADS;
    enum { MOST_HEADS = 256, MOST_CYLINDERS = 65536 };
    struct cckd_file little = { .big_endian = false };
    z->units = (uint32_t)number(&little, field(z, CCKD_UNITS), 4);
    if (z->kind->fba) {
        z->images = z->units / CCKD_GROUP + (z->units % CCKD_GROUP != 0);
        return z->units > 0
            || complain(complaint, "%s: its header says 0 blocks", z->file.path);
    }
    uint32_t tracks = (uint32_t)number(&little, heads, 4);
    if (tracks < 1 || tracks > MOST_HEADS)
        return complain(complaint, "%s: its header says %u heads", z->file.path, tracks);
    if (z->units < 1 || z->units > MOST_CYLINDERS)
        return complain(complaint, "%s: its header says %u cylinders", z->file.path, z->units);
    z->images = z->units * tracks;
    return true;
}

static bool read_header(struct cckd_file *z, uint64_t size, struct disk_complaint *complaint)
{
    const char *path = z->file.path;
    if (!disk_file_read(&z->file, z->device, CCKD_HEADER, 0, complaint)
        || !disk_file_read(&z->file, z->header, CCKD_HEADER, CCKD_SECOND, complaint))
        return false;
    z->kind = cckd_kind_of(z->device);
    if (!z->kind)
        return complain(complaint, "%s is no compressed image", path);
    z->layout = &cckd_layouts[z->kind->wide];
    z->big_endian = z->header[CCKD_OPTIONS] & CCKD_OPTION_BIG_ENDIAN;
    z->null_format = *field(z, CCKD_NULL_FORMAT);
    z->groups = (uint32_t)number(z, z->header + CCKD_LEVEL1_ENTRIES, 4);
    uint32_t entries = (uint32_t)number(z, z->header + CCKD_LEVEL2_ENTRIES, 4);
    if (entries != CCKD_LEVEL2_COUNT)
        return complain(complaint, "%s: its header says %u entries a level-2 table, not %d",
                        path, entries, CCKD_LEVEL2_COUNT);
    if (!count_images(z, complaint))
        return false;
    uint32_t groups = z->images / CCKD_LEVEL2_COUNT + (z->images % CCKD_LEVEL2_COUNT != 0);
    if (z->groups < groups || CCKD_LEVEL1_AT + (uint64_t)z->layout->width * z->groups > size)
        return complain(complaint, "%s: its header says %u entries in the level-1 table; the"
                        " %s need %u, and %llu bytes are there", path, z->groups,
                        z->kind->fba ? "block groups" : "tracks", groups,
                        (unsigned long long)size);
    return true;
}

static void release_tables(struct cckd_file *z)
{
    for (uint32_t g = 0; z->level2 && g < z->groups; g++)
        free(z->level2[g]);
    free(z->level1);
    free(z->level2);
    free_space_release(&z->free);
    z->level1 = NULL;
    z->level2 = NULL;
}

static bool load(struct cckd_file *z, struct disk_complaint *complaint)
{
    struct stat status;
    if (fstat(z->file.fd, &status) != 0)
        return complain(complaint, "%s: %s", z->file.path, strerror(errno));
    uint64_t size = (uint64_t)status.st_size;
    return read_header(z, size, complaint)
        && (free_space_init(&z->free, size) || out_of_storage(z, complaint))
        && read_tables(z, complaint);
}

bool cckd_file_open(struct cckd_file *z, const struct disk_file *file, bool writable,
                    struct disk_complaint *complaint)
{
    *z = (struct cckd_file){ .file = *file, .writable = writable };
    if (load(z, complaint))
        return true;
    release_tables(z);
    disk_file_close(&z->file);
    return false;
}

bool cckd_file_check(struct cckd_file *z, struct disk_complaint *complaint)
{
    struct cckd_file again = { .file = z->file };
    bool good = load(&again, complaint);
    if (good && (again.groups != z->groups || again.units != z->units
                 || again.big_endian != z->big_endian))
        good = complain(complaint, "%s: its headers were changed behind our back", z->file.path);
    for (uint32_t image = 0; good && image < z->images; image++) {
        struct cckd_entry a = cckd_file_entry(z, image), b = cckd_file_entry(&again, image);
        if (a.at != b.at || a.length != b.length)
            good = complain(complaint, "%s: the entry of image %u was changed behind our back",
                            z->file.path, image);
    }
    release_tables(&again);
    return good;
}

bool cckd_file_reload(struct cckd_file *z, struct disk_complaint *complaint)
{
    struct cckd_file again = { .file = z->file, .writable = z->writable, .reads = z->reads,
                               .writes = z->writes };
    if (!load(&again, complaint)) {
        release_tables(&again);
        return false;
    }
    again.touched = again.header[CCKD_OPTIONS] & CCKD_OPTION_OPENED;
    release_tables(z);
    *z = again;
    return true;
}

/* ---- reading ------------------------------------------------------------------------------ */

struct cckd_entry cckd_file_entry(const struct cckd_file *z, uint32_t image)
{
    uint32_t group = image / CCKD_LEVEL2_COUNT;
    if (z->level2[group])
        return z->level2[group][image % CCKD_LEVEL2_COUNT];
    return z->level1[group] == CCKD_BELOW
        ? (struct cckd_entry){ CCKD_BELOW, UINT16_MAX, UINT16_MAX }
        : (struct cckd_entry){ 0, z->null_format, z->null_format };
}

static void note(struct cckd_file *z, const char *what, uint32_t which, uint64_t at, size_t length)
{
    z->event[z->events++ % CCKD_EVENTS] = (struct cckd_event){ what, which, at, (uint32_t)length };
}

/* The number in an image's header. */
static uint32_t number_in(const uint8_t *bytes, size_t length)
{
    return length >= CCKD_IMAGE_HEADER ? get32(bytes + 1) : 0;
}

bool cckd_file_read(struct cckd_file *z, struct cckd_entry e, uint8_t *bytes,
                    struct disk_complaint *complaint)
{
    z->reads++;
    bool good = disk_file_read(&z->file, bytes, e.length, (off_t)e.at, complaint);
    note(z, good ? "read image" : "can't read image", good ? number_in(bytes, e.length) : 0, e.at,
         e.length);
    return good;
}

/* ---- writing -------------------------------------------------------------------------------- */

enum cckd_compression cckd_file_compression(const struct cckd_file *z)
{
    return z->header[z->layout->field[CCKD_COMPRESSION]];
}

int cckd_file_parameter(const struct cckd_file *z)
{
    return (int16_t)number(z, z->header + z->layout->field[CCKD_PARAMETER], 2);
}

/* From the first change to the finish the header says that the file is open, and no free
 * spaces: those it had may be in use by then. */
static bool touch(struct cckd_file *z, struct disk_complaint *complaint)
{
    if (z->touched)
        return true;
    if (!z->writable)
        return complain(complaint, "%s is open for reading only", z->file.path);
    z->header[CCKD_OPTIONS] |= CCKD_OPTION_OPENED | CCKD_OPTION_WRITTEN;
    for (enum cckd_field f = CCKD_FREE_FIRST; f <= CCKD_FREE_IMBEDDED; f++)
        put_offset(z, field(z, f), 0);
    z->touched = disk_file_write(&z->file, z->header, CCKD_HEADER, CCKD_SECOND, complaint);
    return z->touched;
}

static bool allocate(struct cckd_file *z, size_t length, bool exact, uint64_t *at, uint64_t *got,
                     struct disk_complaint *complaint)
{
    if (!free_space_take(&z->free, length, z->layout->smallest_free, exact, at, got))
        return out_of_storage(z, complaint);
    if (*at + *got <= z->layout->most && (exact || *got <= UINT16_MAX))
        return true;
    free_space_give(&z->free, *at, *got);
    return complain(complaint, "%s is full: a compressed image of this kind ends at 4 GB",
                    z->file.path);
}

/* A place for a level-2 table. One whose entries have 16 bytes lies so that none of them is on
 * two of the kernel's pages: else a kill could leave half of one. */
static bool allocate_table(struct cckd_file *z, uint64_t *at, struct disk_complaint *complaint)
{
    unsigned align = z->layout->entry, least = z->layout->smallest_free;
    size_t length = level2_length(z), slack = z->layout->width == 4 ? 0 : 3 * align;
    uint64_t start, got;
    if (!allocate(z, length + slack, true, &start, &got, complaint))
        return false;
    *at = start;
    if (slack == 0)
        return true;
    uint64_t before = (align - start % align) % align;
    if (before && before < least)
        before += align;
    if (before)
        free_space_give(&z->free, start, before);
    free_space_give(&z->free, start + before + length, slack - before);
    *at += before;
    return true;
}

/* A group's table goes to a new place, then into the level-1 table; then its old place is
 * free. */
static bool write_table(struct cckd_file *z, uint32_t group, const struct cckd_entry *entries,
                        struct disk_complaint *complaint)
{
    uint8_t table[CCKD_LONGEST_LEVEL2], packed[8];
    uint64_t at, old = z->level1[group];
    unsigned width = z->layout->width;
    if (!allocate_table(z, &at, complaint))
        return false;
    for (unsigned i = 0; i < CCKD_LEVEL2_COUNT; i++)
        pack_entry(z, table + i * z->layout->entry, entries[i]);
    put_offset(z, packed, at);
    if (!disk_file_write(&z->file, table, level2_length(z), (off_t)at, complaint)
        || !disk_file_write(&z->file, packed, width, CCKD_LEVEL1_AT + (off_t)width * group,
                           complaint)) {
        free_space_give(&z->free, at, level2_length(z));
        return false;
    }
    z->level1[group] = at;
    note(z, "table", group, at, level2_length(z));
    if (old != 0 && old != CCKD_BELOW)
        free_space_give(&z->free, old, level2_length(z));
    return true;
}

static bool new_group(struct cckd_file *z, uint32_t group, unsigned index, struct cckd_entry e,
                      struct disk_complaint *complaint)
{
    struct cckd_entry *entries = calloc(CCKD_LEVEL2_COUNT, sizeof *entries);
    if (!entries)
        return out_of_storage(z, complaint);
    for (unsigned i = 0; i < CCKD_LEVEL2_COUNT; i++)
        entries[i] = i == index ? e : cckd_file_entry(z, group * CCKD_LEVEL2_COUNT);
    if (!write_table(z, group, entries, complaint)) {
        free(entries);
        return false;
    }
    z->level2[group] = entries;
    return true;
}

/* Eight bytes can be stored at once anywhere; more only within a page. */
static bool store_entry(struct cckd_file *z, uint32_t group, unsigned index,
                        struct cckd_entry e, struct disk_complaint *complaint)
{
    enum { HOST_PAGE = 4096 };
    unsigned length = z->layout->entry;
    uint64_t at = z->level1[group] + (uint64_t)index * length;
    struct cckd_entry *known = &z->level2[group][index], old = *known;
    uint8_t packed[16];
    pack_entry(z, packed, e);
    if (length == 8)
        return disk_file_store(&z->file, packed, (off_t)at, complaint);
    if (at % HOST_PAGE <= HOST_PAGE - length)
        return disk_file_write(&z->file, packed, length, (off_t)at, complaint);
    *known = e;                   /* a table of another program's: move it */
    bool good = write_table(z, group, z->level2[group], complaint);
    *known = old;
    return good;
}

/* Replace an image's entry, and free what it pointed to. */
static bool enter(struct cckd_file *z, uint32_t image, struct cckd_entry e,
                  struct disk_complaint *complaint)
{
    uint32_t group = image / CCKD_LEVEL2_COUNT;
    unsigned index = image % CCKD_LEVEL2_COUNT;
    if (!z->level2[group])
        return new_group(z, group, index, e, complaint);
    if (!store_entry(z, group, index, e, complaint))
        return false;
    struct cckd_entry old = z->level2[group][index];
    z->level2[group][index] = e;
    if (old.at != 0 && old.at != CCKD_BELOW)
        free_space_give(&z->free, old.at, old.size);
    return true;
}

bool cckd_file_write(struct cckd_file *z, uint32_t image, const uint8_t *bytes, size_t length,
                     struct disk_complaint *complaint)
{
    uint64_t at, size;
    if (!touch(z, complaint) || !allocate(z, length, false, &at, &size, complaint))
        return false;
    struct cckd_entry e = { at, (uint16_t)length, (uint16_t)size };
    z->writes++;
    note(z, "write image", number_in(bytes, length), at, length);
    if (disk_file_write(&z->file, bytes, length, (off_t)at, complaint)
        && enter(z, image, e, complaint))
        return true;
    note(z, "can't write image", number_in(bytes, length), at, length);
    free_space_give(&z->free, at, size);
    return false;
}

bool cckd_file_write_null(struct cckd_file *z, uint32_t image, unsigned null_format,
                          struct disk_complaint *complaint)
{
    struct cckd_entry e = { 0, (uint16_t)null_format, (uint16_t)null_format };
    z->writes++;
    note(z, "null image", image, 0, 0);
    return touch(z, complaint) && enter(z, image, e, complaint);
}

/* ---- garbage collection ------------------------------------------------------------------------- */

/* Move an image to a place nearer to the beginning, if there is one. */
static bool move_image(struct cckd_file *z, uint32_t image, uint8_t *buffer, bool *moved,
                       struct disk_complaint *complaint)
{
    struct cckd_entry e = cckd_file_entry(z, image);
    *moved = false;
    if (!free_space_below(&z->free, e.length, e.at))
        return true;
    *moved = true;
    return disk_file_read(&z->file, buffer, e.length, (off_t)e.at, complaint)
        && cckd_file_write(z, image, buffer, e.length, complaint);
}

/* The same with a group's level-2 table. */
static bool move_table(struct cckd_file *z, uint32_t group, bool *moved,
                       struct disk_complaint *complaint)
{
    size_t length = level2_length(z) + 4 * z->layout->entry;
    *moved = free_space_below(&z->free, length, z->level1[group]);
    return !*moved || (touch(z, complaint) && write_table(z, group, z->level2[group], complaint));
}

/* Is anything of this group in the file's last part? Then it is moved. */
static bool collect_group(struct cckd_file *z, uint32_t group, uint64_t from, uint8_t *buffer,
                          unsigned *moved, struct disk_complaint *complaint)
{
    bool did;
    for (unsigned i = 0; i < CCKD_LEVEL2_COUNT; i++) {
        struct cckd_entry e = z->level2[group][i];
        if (e.at == 0 || e.at == CCKD_BELOW || e.at < from)
            continue;
        if (!move_image(z, group * CCKD_LEVEL2_COUNT + i, buffer, &did, complaint))
            return false;
        *moved += did;
    }
    if (z->level1[group] < from)
        return true;
    if (!move_table(z, group, &did, complaint))
        return false;
    *moved += did;
    return true;
}

bool cckd_file_collect(struct cckd_file *z, uint64_t most, uint8_t *buffer, unsigned *moved,
                       struct disk_complaint *complaint)
{
    uint64_t size = free_space_trim(&z->free), from = size > most ? size - most : 0;
    *moved = 0;
    for (uint32_t g = 0; g < z->groups; g++)
        if (z->level2[g] && !collect_group(z, g, from, buffer, moved, complaint))
            return false;
    return true;
}

bool cckd_file_trim(struct cckd_file *z, struct disk_complaint *complaint)
{
    struct stat status;
    uint64_t size = free_space_trim(&z->free);
    return (fstat(z->file.fd, &status) == 0 && (uint64_t)status.st_size <= size)
        || disk_file_cut(&z->file, (off_t)size, complaint);
}

/* ---- finishing -------------------------------------------------------------------------------- */

static uint64_t imbedded(const struct cckd_file *z)
{
    uint64_t sum = 0;
    for (uint32_t g = 0; g < z->groups; g++)
        for (unsigned i = 0; z->level2[g] && i < CCKD_LEVEL2_COUNT; i++) {
            struct cckd_entry e = z->level2[g][i];
            if (e.at != 0 && e.at != CCKD_BELOW)
                sum += (uint64_t)e.size - e.length;
        }
    return sum;
}

/* What is too short for a link of the chain is lost to it. */
static void drop_crumbs(struct free_space *f, unsigned smallest)
{
    size_t n = 0;
    for (size_t i = 0; i < f->count; i++)
        if (f->extent[i].length >= smallest)
            f->extent[n++] = f->extent[i];
    f->count = n;
}

static bool write_free_chain(const struct cckd_file *z, struct disk_complaint *complaint)
{
    unsigned width = z->layout->width;
    uint8_t packed[16];
    for (size_t i = 0; i < z->free.count; i++) {
        const struct free_extent *e = &z->free.extent[i];
        put_offset(z, packed, i + 1 < z->free.count ? e[1].at : 0);
        put_offset(z, packed + width, e->length);
        if (!disk_file_write(&z->file, packed, 2 * width, (off_t)e->at, complaint))
            return false;
    }
    return true;
}

static void put_totals(struct cckd_file *z, uint64_t size)
{
    uint64_t total = 0, largest = 0, lost = imbedded(z);
    const struct free_space *f = &z->free;
    for (size_t i = 0; i < f->count; i++) {
        total += f->extent[i].length;
        largest = f->extent[i].length > largest ? f->extent[i].length : largest;
    }
    put_offset(z, field(z, CCKD_SIZE), size);
    put_offset(z, field(z, CCKD_USED), size - total - lost);
    put_offset(z, field(z, CCKD_FREE_FIRST), f->count ? f->extent[0].at : 0);
    put_offset(z, field(z, CCKD_FREE_TOTAL), total + lost);
    put_offset(z, field(z, CCKD_FREE_LARGEST), largest);
    put_offset(z, field(z, CCKD_FREE_NUMBER), f->count);
    put_offset(z, field(z, CCKD_FREE_IMBEDDED), lost);
}

/* The chain through the free spaces, the file's end cut off where it is free, and last the
 * header that says that all is well. */
bool cckd_file_finish(struct cckd_file *z, struct disk_complaint *complaint)
{
    if (!z->touched)
        return true;
    uint64_t size = free_space_trim(&z->free);
    drop_crumbs(&z->free, z->layout->smallest_free);
    if (!write_free_chain(z, complaint))
        return false;
    if (!disk_file_cut(&z->file, (off_t)size, complaint)
        || !disk_file_renew(&z->file, complaint))
        return false;
    put_totals(z, size);
    note(z, "finish", 0, size, 0);
    z->header[CCKD_OPTIONS] &= (uint8_t)~CCKD_OPTION_OPENED;
    if (!disk_file_write(&z->file, z->header, CCKD_HEADER, CCKD_SECOND, complaint))
        return false;
    z->touched = false;
    return true;
}

bool cckd_file_close(struct cckd_file *z, struct disk_complaint *complaint)
{
    bool good = cckd_file_finish(z, complaint);
    release_tables(z);
    disk_file_close(&z->file);
    return good;
}

bool cckd_file_set_writable(struct cckd_file *z, bool writable, struct disk_complaint *complaint)
{
    if (writable == z->writable)
        return true;
    if (!cckd_file_finish(z, complaint) || !disk_file_reopen(&z->file, writable, complaint))
        return false;
    z->writable = writable;
    return true;
}

/* ---- new files ---------------------------------------------------------------------------------- */

static bool write_new(const struct disk_file *file, const struct cckd_creation *c,
                      struct disk_complaint *complaint)
{
    struct cckd_file z = { .kind = c->kind, .layout = &cckd_layouts[c->kind->wide] };
    memcpy(z.device, c->device, CCKD_HEADER);
    memcpy(z.device, c->kind->id, 8);
    struct cckd_file little = { .big_endian = false };
    put_number(&little, field(&z, CCKD_UNITS), 4, c->units);
    z.file = *file;
    if (!count_images(&z, complaint))
        return false;
    uint32_t groups = z.images / CCKD_LEVEL2_COUNT + (z.images % CCKD_LEVEL2_COUNT != 0);
    size_t table = (size_t)z.layout->width * groups, size = CCKD_LEVEL1_AT + table;
    memcpy(z.header + CCKD_VERSION, "\0\3\1", 3);
    z.header[CCKD_OPTIONS] = CCKD_OPTION_NO_FUDGE | CCKD_OPTION_WRITTEN;
    put_number(&z, z.header + CCKD_LEVEL1_ENTRIES, 4, groups);
    put_number(&z, z.header + CCKD_LEVEL2_ENTRIES, 4, CCKD_LEVEL2_COUNT);
    put_offset(&z, field(&z, CCKD_SIZE), size);
    put_offset(&z, field(&z, CCKD_USED), size);
    *field(&z, CCKD_NULL_FORMAT) = (uint8_t)c->null_format;
    *field(&z, CCKD_COMPRESSION) = (uint8_t)c->compression;
    put_number(&z, field(&z, CCKD_PARAMETER), 2, UINT16_MAX);      /* -1: whoever writes chooses */
    uint8_t *level1 = malloc(table);
    if (!level1)
        return out_of_storage(&z, complaint);
    memset(level1, c->kind->shadow ? 0xFF : 0, table);
    bool good = disk_file_write(file, z.device, CCKD_HEADER, 0, complaint)
        && disk_file_write(file, z.header, CCKD_HEADER, CCKD_SECOND, complaint)
        && disk_file_write(file, level1, table, CCKD_LEVEL1_AT, complaint);
    free(level1);
    return good;
}

bool cckd_file_create(const char *path, const struct cckd_creation *creation,
                      struct disk_complaint *complaint)
{
    struct disk_file file;
    return disk_file_create_tapped(&file, path, creation->tap, complaint)
        && disk_file_created(&file, write_new(&file, creation, complaint)
                             && (creation->sync != DISK_SYNC_HOST
                                 || disk_file_sync(&file, complaint)), complaint);
}

struct cckd_creation cckd_file_shadow_of(const struct cckd_file *z)
{
    return (struct cckd_creation){
        .kind = cckd_kind_find(z->kind->fba, true, z->kind->wide), .device = z->device,
        .units = z->units, .null_format = z->null_format,
        .compression = cckd_file_compression(z), .sync = disk_file_sync_kind(&z->file),
        .tap = z->file.tap
    };
}

/* ---- a copy without free space ---------------------------------------------------------------------- */

static bool copy_images(struct cckd_file *to, struct cckd_file *from, uint8_t *buffer,
                        struct disk_complaint *complaint)
{
    for (uint32_t i = 0; i < from->images; i++) {
        struct cckd_entry e = cckd_file_entry(from, i), there = cckd_file_entry(to, i);
        if (e.at == CCKD_BELOW || (e.at == 0 && there.at == 0 && e.length == there.length))
            continue;
        if (e.at == 0 ? !cckd_file_write_null(to, i, e.length, complaint)
                      : !disk_file_read(&from->file, buffer, e.length, (off_t)e.at, complaint)
                        || !cckd_file_write(to, i, buffer, e.length, complaint))
            return false;
    }
    return cckd_file_finish(to, complaint);
}

static bool make_copy(struct cckd_file *copy, struct cckd_file *z, const char *path,
                      struct disk_complaint *complaint)
{
    struct cckd_creation creation = cckd_file_shadow_of(z);
    struct disk_file file;
    struct stat status;
    creation.kind = z->kind;
    unlink(path);                 /* what a kill left of an earlier one */
    if (!cckd_file_create(path, &creation, complaint)
        || !disk_file_open_tapped(&file, path, true, z->file.tap, complaint)
        || !cckd_file_open(copy, &file, true, complaint))
        return false;
    /* The parameter of the compression is the owner's choice; so is who may read the file. */
    put_number(copy, field(copy, CCKD_PARAMETER), 2, number(z, field(z, CCKD_PARAMETER), 2));
    bool good = fstat(z->file.fd, &status) == 0 && fchmod(copy->file.fd, status.st_mode) == 0;
    if (good && (status.st_uid != geteuid() || status.st_gid != getegid()))
        good = fchown(copy->file.fd, status.st_uid, status.st_gid) == 0;
    uint8_t *buffer = malloc(CCKD_LONGEST_IMAGE);
    good = good ? buffer && touch(copy, complaint) && copy_images(copy, z, buffer, complaint)
                : complain(complaint, "%s can't have the owner and mode of %s: %s", path,
                           z->file.path, strerror(errno));
    free(buffer);
    if (good && disk_file_sync(&copy->file, complaint))
        return true;
    struct disk_complaint ignored;
    cckd_file_close(copy, &ignored);
    unlink(path);
    return false;
}

bool cckd_file_compact(struct cckd_file *z, struct disk_complaint *complaint)
{
    struct cckd_file copy;
    char path[4096];
    char *place = realpath(z->file.path, NULL);     /* a symbolic link stays one */
    if (!place)
        return complain(complaint, "%s: %s", z->file.path, strerror(errno));
    int n = snprintf(path, sizeof path, "%s.compact", place);
    bool good = (size_t)n < sizeof path
        ? make_copy(&copy, z, path, complaint)
        : complain(complaint, "%s: the name is too long", place);
    enum disk_sync sync = disk_file_sync_kind(&z->file);
    if (good && !(disk_file_settle(&z->file, complaint)
                  && disk_file_rename(&z->file, path, place, complaint))) {
        struct disk_complaint ignored;
        good = false;
        cckd_file_close(&copy, &ignored);
        unlink(path);
    }
    free(place);
    if (!good)
        return false;
    free(copy.file.path);
    copy.file.path = z->file.path;
    z->file.path = NULL;
    copy.reads = z->reads;
    copy.writes = z->writes;
    release_tables(z);
    disk_file_close(&z->file);
    *z = copy;
    note(z, "compacted", 0, 0, 0);
    return disk_file_guard(&z->file, sync, complaint);
}
