/* The headers of a compressed file that may be damaged: each number that has to be believed is
 * checked against the others, and put right if these tell what it must be. */
#include <string.h>

#include "devices/dasd/ckd-format.h"
#include "devices/dasd/cckd-exam.h"
#include "devices/dasd/geometry.h"

/* The kind that differs in the fewest bytes, if these are few. */
static const struct cckd_kind *nearest_kind(const uint8_t id[8])
{
    const struct cckd_kind *nearest = NULL;
    unsigned least = 3;
    for (unsigned i = 0; i < 8; i++) {
        const struct cckd_kind *kind = cckd_kind_find(i & 1, i & 2, i & 4);
        unsigned different = 0;
        for (unsigned k = 0; k < 8; k++)
            different += kind->id[k] != (char)id[k];
        if (different < least) {
            least = different;
            nearest = kind;
        }
    }
    return nearest;
}

static const struct cckd_kind *kind_of(const uint8_t id[8])
{
    const struct cckd_kind *kind = cckd_kind_of(id);
    bool plain = memcmp(id, "CKD_P370", 8) == 0 || memcmp(id, "CKD_P064", 8) == 0;
    return kind || plain ? kind : nearest_kind(id);
}

bool cckd_check_suits(const uint8_t id[8]) { return kind_of(id) != NULL; }

static bool read_kind(struct exam *x, struct disk_complaint *complaint)
{
    x->z.kind = kind_of(x->bytes);
    if (!x->z.kind)
        return complain(complaint, "%s: not a compressed dasd file", x->path);
    if (memcmp(x->z.kind->id, x->bytes, 8) != 0)
        exam_tell(x, 999, 'W', "it begins with %02X%02X%02X%02X%02X%02X%02X%02X, which should be %s",
                  x->bytes[0], x->bytes[1], x->bytes[2], x->bytes[3], x->bytes[4], x->bytes[5],
                  x->bytes[6], x->bytes[7], x->z.kind->id);
    memcpy(x->z.device, x->bytes, CCKD_HEADER);
    memcpy(x->z.device, x->z.kind->id, 8);
    memcpy(x->z.header, x->bytes + CCKD_SECOND, CCKD_HEADER);
    x->z.layout = &cckd_layouts[x->z.kind->wide];
    x->job->shadow = x->z.kind->shadow;
    return true;
}

/* The type whose track size and heads these are, if there is only one. */
static const struct ckd_geometry *geometry_by_size(uint32_t heads, uint32_t track_size)
{
    const struct ckd_geometry *found = NULL, *g;
    for (size_t i = 0; (g = ckd_geometry_row(i)); i++)
        if (g->heads == heads && ckd_track_size(g) == track_size) {
            if (found && found->type != g->type)
                return NULL;
            found = g;
        }
    return found;
}

/* Heads, track size and type of a CKD disk: any two tell the third. */
static bool read_device(struct exam *x, struct disk_complaint *complaint)
{
    uint8_t *device = x->z.device;
    if (x->z.kind->fba)
        return true;
    uint32_t heads = little32(device + HEADER_HEADS);
    uint32_t track_size = little32(device + HEADER_TRACK_SIZE);
    uint16_t type = ckd_geometry_type(device[HEADER_TYPE]);
    const struct ckd_geometry *g = type ? ckd_geometry_fit(type, 0) : NULL;
    bool sound = g && heads == g->heads && track_size >= ckd_track_size(g) && track_size <= 65536
        && track_size % 512 == 0;
    if (!sound) {
        if (!g || (heads != g->heads && track_size != ckd_track_size(g)))
            g = geometry_by_size(heads, track_size);
        if (!g)
            return complain(complaint, "%s: its header says device type X'%02X', %u heads and %u"
                            " bytes a track: there is no such disk", x->path,
                            device[HEADER_TYPE], heads, track_size);
        exam_tell(x, 902, 'W', "the header says device type X'%02X', %u heads and %u bytes a track:"
                  " it must be a %04X with %u and %zu", device[HEADER_TYPE], heads, track_size,
                  g->type, g->heads, ckd_track_size(g));
        put_little32(device + HEADER_HEADS, g->heads);
        put_little32(device + HEADER_TRACK_SIZE, (uint32_t)ckd_track_size(g));
        device[HEADER_TYPE] = (uint8_t)g->type;
    }
    x->heads = little32(device + HEADER_HEADS);
    x->track_size = little32(device + HEADER_TRACK_SIZE);
    return true;
}

/* The level-2 tables have 256 entries, in one byte order or the other. */
static void read_order(struct exam *x)
{
    uint8_t *header = x->z.header;
    static const uint8_t little[4] = { 0, 1, 0, 0 }, big[4] = { 0, 0, 1, 0 };
    bool says = header[CCKD_OPTIONS] & CCKD_OPTION_BIG_ENDIAN;
    bool is_little = memcmp(header + CCKD_LEVEL2_ENTRIES, little, 4) == 0;
    bool is_big = memcmp(header + CCKD_LEVEL2_ENTRIES, big, 4) == 0;
    x->z.big_endian = says;
    if (says ? is_big : is_little)
        return;
    if (is_little || is_big) {
        x->z.big_endian = is_big;
        exam_tell(x, 601, 'W', "header inconsistency: the byte order is not the one it says");
    } else
        exam_tell(x, 601, 'W', "header inconsistency: a level-2 table has 256 entries, the header"
                  " says %u", (unsigned)exam_number(x, header + CCKD_LEVEL2_ENTRIES, 4));
    header[CCKD_OPTIONS] = (uint8_t)((header[CCKD_OPTIONS] & ~CCKD_OPTION_BIG_ENDIAN)
                                     | (x->z.big_endian ? CCKD_OPTION_BIG_ENDIAN : 0));
}

static uint32_t images_of(const struct exam *x, uint32_t units)
{
    return x->z.kind->fba ? units / CCKD_GROUP + (units % CCKD_GROUP != 0) : units * x->heads;
}

static uint32_t groups_of(uint32_t images)
{
    return images / CCKD_LEVEL2_COUNT + (images % CCKD_LEVEL2_COUNT != 0);
}

/* Cylinders or blocks, and the entries of the level-1 table: each tells the other. */
static bool read_size(struct exam *x, struct disk_complaint *complaint)
{
    uint32_t units = little32(x->z.header + x->z.layout->field[CCKD_UNITS]);
    uint32_t groups = (uint32_t)exam_number(x, x->z.header + CCKD_LEVEL1_ENTRIES, 4);
    uint32_t most = (uint32_t)((x->size - CCKD_LEVEL1_AT) / x->z.layout->width);
    bool plausible = units > 0 && (x->z.kind->fba || units <= 65536)
        && groups_of(images_of(x, units)) <= most;
    if (plausible && groups < groups_of(images_of(x, units))) {
        exam_tell(x, 601, 'W', "header inconsistency: %u level-1 entries, there must be %u", groups,
                  groups_of(images_of(x, units)));
        groups = groups_of(images_of(x, units));
    } else if (plausible && (groups > most || groups > groups_of(images_of(x, units)) + 1)) {
        /* Whole cylinders never leave more than a part of a group over. */
        exam_tell(x, 601, 'W', "header inconsistency: %u level-1 entries, there must be %u", groups,
                  groups_of(images_of(x, units)));
        groups = groups_of(images_of(x, units));
    } else if (!plausible) {
        uint64_t images = (uint64_t)groups * CCKD_LEVEL2_COUNT;
        uint64_t guess = x->z.kind->fba ? images * CCKD_GROUP : images / x->heads;
        if (groups == 0 || groups > most || guess > (x->z.kind->fba ? UINT32_MAX : 65536))
            return complain(complaint, "%s: its header says %u %s and %u level-1 entries: neither"
                            " can be", x->path, units, x->z.kind->fba ? "blocks" : "cylinders",
                            groups);
        uint16_t type = x->z.kind->fba ? 0 : ckd_geometry_type(x->z.device[HEADER_TYPE]);
        const struct ckd_geometry *g = type ? ckd_geometry_fit(type, (unsigned)guess) : NULL;
        if (g && groups_of((uint32_t)g->cylinders * x->heads) == groups)
            guess = g->cylinders;
        else if (g && groups_of(((uint32_t)g->cylinders + g->alternates) * x->heads) == groups)
            guess = (uint32_t)g->cylinders + g->alternates;
        exam_tell(x, 900, 'W', "the header says %u %s, which can't be; taken to be %llu", units,
                  x->z.kind->fba ? "blocks" : "cylinders", (unsigned long long)guess);
        units = (uint32_t)guess;
    }
    x->z.units = units;
    x->z.images = images_of(x, units);
    x->z.groups = groups_of(x->z.images);
    x->data = CCKD_LEVEL1_AT + (uint64_t)x->z.layout->width * groups;
    return true;
}

static void read_choices(struct exam *x)
{
    uint8_t *null = x->z.header + x->z.layout->field[CCKD_NULL_FORMAT];
    uint8_t *compression = x->z.header + x->z.layout->field[CCKD_COMPRESSION];
    if (*null > CKD_NULL_LINUX) {
        exam_tell(x, 601, 'W', "header inconsistency: empty track format %u is unknown", *null);
        *null = CKD_NULL_R0;
    }
    if (*compression > CCKD_BZIP2) {
        exam_tell(x, 601, 'W', "header inconsistency: compression %u is unknown", *compression);
        *compression = CCKD_ZLIB;
    }
    x->z.null_format = *null;
    x->job->opened = x->z.header[CCKD_OPTIONS] & CCKD_OPTION_OPENED;
    x->job->big_endian = x->z.big_endian;
}

bool exam_read_headers(struct exam *x, struct disk_complaint *complaint)
{
    if (!read_kind(x, complaint) || !read_device(x, complaint))
        return false;
    read_order(x);
    if (!read_size(x, complaint))
        return false;
    read_choices(x);
    return true;
}
