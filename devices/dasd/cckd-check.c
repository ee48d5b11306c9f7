#include "devices/dasd/cckd-check.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "devices/dasd/cckd-exam.h"
#include "devices/dasd/disk-output.h"

/* ---- telling -------------------------------------------------------------------------------- */

void exam_tell(struct exam *x, unsigned number, char severity, const char *format, ...)
{
    char text[240];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (severity != 'I')
        x->job->faults++;
    if (x->job->tell)
        x->job->tell(x->job->context, number, severity, text);
}

const char *exam_name(const struct exam *x, uint32_t image, char name[EXAM_NAME])
{
    if (x->z.kind->fba)
        snprintf(name, EXAM_NAME, "block group %u", image);
    else
        snprintf(name, EXAM_NAME, "track %u (cylinder %u head %u)", image, image / x->heads,
                 image % x->heads);
    return name;
}

/* ---- the tables -------------------------------------------------------------------------------- */

static struct cckd_entry unpack(const struct exam *x, const uint8_t *p)
{
    unsigned width = x->z.layout->width;
    uint64_t at = exam_number(x, p, width);
    return (struct cckd_entry){ width == 4 && at == UINT32_MAX ? CCKD_BELOW : at,
        (uint16_t)exam_number(x, p + width, 2), (uint16_t)exam_number(x, p + width + 2, 2) };
}

bool exam_is_inside(const struct exam *x, uint64_t at, uint64_t length)
{
    return at >= x->data && at <= x->size && length <= x->size - at;
}

/* The 5 bytes in front of an image say which it is. */
bool exam_header_fits(const struct exam *x, uint32_t image, const uint8_t *p)
{
    if ((p[0] & 0x0F) > CCKD_BZIP2)
        return false;
    if (x->z.kind->fba)
        return get32(p + 1) == image;
    return get16(p + 1) == image / x->heads && get16(p + 3) == image % x->heads;
}

static bool entry_is_sound(struct exam *x, uint32_t image, struct cckd_entry *e)
{
    char name[EXAM_NAME];
    if (e->at == 0)
        return true;
    if (e->at == CCKD_BELOW) {
        if (!x->z.kind->shadow)
            exam_tell(x, 602, 'W', "%s is said to be in a file below, and this is no shadow file",
                      exam_name(x, image, name));
        return x->z.kind->shadow;
    }
    if (e->length <= CCKD_IMAGE_HEADER)
        exam_tell(x, 604, 'W', "%s: inconsistent entry, length %u, size %u",
                  exam_name(x, image, name), e->length, e->size);
    else if (!exam_is_inside(x, e->at, e->length))
        exam_tell(x, 602, 'W', "%s, offset 0x%llx length %u, is out of bounds",
                  exam_name(x, image, name), (unsigned long long)e->at, e->length);
    else {
        if (e->size < e->length || !exam_is_inside(x, e->at, e->size))
            e->size = e->length;
        return true;
    }
    return false;
}

static void add_space(struct exam *x, uint64_t at, uint64_t length, uint32_t which, bool table)
{
    x->space[x->spaces++] = (struct exam_space){ at, at + length, which, table };
}

void exam_take_table(struct exam *x, uint32_t group, uint64_t at)
{
    unsigned length = x->z.layout->entry;
    x->level1[group] = at;
    add_space(x, at, (uint64_t)CCKD_LEVEL2_COUNT * length, group, true);
    for (unsigned i = 0; i < CCKD_LEVEL2_COUNT; i++) {
        uint32_t image = group * CCKD_LEVEL2_COUNT + i;
        if (image >= x->z.images)
            break;
        struct cckd_entry e = unpack(x, x->bytes + at + i * length);
        bool sound = entry_is_sound(x, image, &e);
        x->entry[image] = e;
        x->state[image] = !sound ? EXAM_LOST : e.at == 0 || e.at == CCKD_BELOW ? EXAM_NOWHERE
                                                                              : EXAM_THERE;
        if (x->state[image] == EXAM_THERE)
            add_space(x, e.at, e.size, image, false);
    }
}

/* All of a group's images have the same fate. */
static void set_group(struct exam *x, uint32_t group, struct cckd_entry e, enum exam_state state)
{
    for (uint32_t i = group * CCKD_LEVEL2_COUNT, n = 0; i < x->z.images && n < CCKD_LEVEL2_COUNT;
         i++, n++) {
        x->entry[i] = e;
        x->state[i] = state;
    }
}

static void read_tables(struct exam *x)
{
    unsigned width = x->z.layout->width;
    struct cckd_entry below = { CCKD_BELOW, UINT16_MAX, UINT16_MAX },
                      null = { 0, x->z.null_format, x->z.null_format };
    uint64_t table = (uint64_t)CCKD_LEVEL2_COUNT * x->z.layout->entry;
    for (uint32_t g = 0; g < x->z.groups; g++) {
        uint64_t at = exam_number(x, x->bytes + CCKD_LEVEL1_AT + (size_t)g * width, width);
        if (width == 4 && at == UINT32_MAX)
            at = CCKD_BELOW;
        if (at == 0)
            set_group(x, g, null, EXAM_NOWHERE);
        else if (at == CCKD_BELOW && x->z.kind->shadow)
            set_group(x, g, below, EXAM_NOWHERE);
        else if (at != CCKD_BELOW && exam_is_inside(x, at, table))
            exam_take_table(x, g, at);
        else {
            exam_tell(x, 602, 'W', "level-2 table %u, offset 0x%llx length %llu, is out of bounds",
                      g, (unsigned long long)at, (unsigned long long)table);
            set_group(x, g, null, EXAM_LOST);
            x->lost_tables = true;
        }
    }
}

/* ---- overlaps ---------------------------------------------------------------------------------- */

static int by_place(const void *a, const void *b)
{
    const struct exam_space *x = a, *y = b;
    return x->at < y->at ? -1 : x->at > y->at ? 1 : x->end < y->end ? -1 : x->end > y->end;
}

static const char *space_name(const struct exam *x, const struct exam_space *s,
                              char name[EXAM_NAME])
{
    if (!s->table)
        return exam_name(x, s->which, name);
    snprintf(name, EXAM_NAME, "level-2 table %u", s->which);
    return name;
}

/* Of two that overlap an image is only believed if it can be expanded; and so are the images of
 * a table. */
static void doubt(struct exam *x, const struct exam_space *s)
{
    if (!s->table) {
        x->doubted[s->which] = true;
        return;
    }
    for (uint32_t i = s->which * CCKD_LEVEL2_COUNT, n = 0;
         i < x->z.images && n < CCKD_LEVEL2_COUNT; i++, n++)
        x->doubted[i] = true;
}

static void find_overlaps(struct exam *x)
{
    char one[EXAM_NAME], other[EXAM_NAME];
    size_t last = 0;                     /* the one that reaches farthest */
    qsort(x->space, x->spaces, sizeof *x->space, by_place);
    for (size_t i = 1; i < x->spaces; i++) {
        const struct exam_space *a = &x->space[last], *b = &x->space[i];
        if (b->at < a->end) {
            exam_tell(x, 603, 'W', "%s, offset 0x%llx length %llu, overlaps %s, offset 0x%llx",
                      space_name(x, b, one), (unsigned long long)b->at,
                      (unsigned long long)(b->end - b->at), space_name(x, a, other),
                      (unsigned long long)a->at);
            doubt(x, a);
            doubt(x, b);
        }
        if (b->end > a->end)
            last = i;
    }
}

/* ---- free space ----------------------------------------------------------------------------------- */

/* Is this part of the file in no known use? */
static bool is_unused(const struct exam *x, uint64_t at, uint64_t length)
{
    size_t low = 0, high = x->spaces;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (x->space[middle].end <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low == x->spaces || x->space[low].at >= at + length;
}

/* The chain of free spaces as the file has it; the totals that it makes. */
static bool walk_chain(struct exam *x, uint64_t *number, uint64_t *total, uint64_t *largest)
{
    const struct cckd_layout *layout = x->z.layout;
    unsigned width = layout->width;
    uint64_t at = exam_field(x, CCKD_FREE_FIRST), last = 0;
    *number = *total = *largest = 0;
    while (at != 0) {
        if (at <= last || !exam_is_inside(x, at, layout->smallest_free)) {
            exam_tell(x, 610, 'W', "free space errors detected: free space %llu, offset 0x%llx,"
                      " can't be there", (unsigned long long)*number, (unsigned long long)at);
            return false;
        }
        uint64_t length = exam_number(x, x->bytes + at + width, width);
        if (length < layout->smallest_free || !exam_is_inside(x, at, length)
            || !is_unused(x, at, length)) {
            exam_tell(x, 610, 'W', "free space errors detected: free space at 0x%llx, length %llu,"
                      " is in use or out of bounds", (unsigned long long)at,
                      (unsigned long long)length);
            return false;
        }
        last = at;
        *number += 1;
        *total += length;
        *largest = length > *largest ? length : *largest;
        at = exam_number(x, x->bytes + at, width);
    }
    return true;
}

static uint64_t imbedded(const struct exam *x)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < x->z.images; i++)
        if (x->state[i] == EXAM_THERE)
            sum += (uint64_t)x->entry[i].size - x->entry[i].length;
    return sum;
}

static void check_free(struct exam *x)
{
    uint64_t number, total, largest;
    if (x->job->opened)                  /* it says that it has none; that is worked out */
        return;
    if (!walk_chain(x, &number, &total, &largest))
        return;
    const struct { enum cckd_field field; uint64_t is; const char *name; } totals[] = {
        { CCKD_SIZE, x->size, "size" }, { CCKD_FREE_NUMBER, number, "number of free spaces" },
        { CCKD_FREE_LARGEST, largest, "largest free space" },
        { CCKD_FREE_TOTAL, total + imbedded(x), "free bytes" },
        { CCKD_FREE_IMBEDDED, imbedded(x), "imbedded free bytes" },
    };
    for (size_t i = 0; i < sizeof totals / sizeof *totals; i++)
        if (exam_field(x, totals[i].field) != totals[i].is)
            exam_tell(x, 601, 'W', "header inconsistency: %s is %llu and should be %llu",
                      totals[i].name, (unsigned long long)exam_field(x, totals[i].field),
                      (unsigned long long)totals[i].is);
}

/* ---- images ---------------------------------------------------------------------------------------- */

static void lose(struct exam *x, uint32_t image)
{
    x->state[image] = EXAM_LOST;
}

static void check_image(struct exam *x, uint32_t image)
{
    char name[EXAM_NAME];
    const struct cckd_entry *e = &x->entry[image];
    if (x->state[image] == EXAM_NOWHERE) {
        if (e->at == 0 && e->length > 2)
            exam_tell(x, 604, 'W', "%s: empty track format %u is unknown",
                      exam_name(x, image, name), e->length), lose(x, image);
        return;
    }
    if (x->state[image] != EXAM_THERE)
        return;
    const uint8_t *p = x->bytes + e->at;
    if (!exam_header_fits(x, image, p)) {
        exam_tell(x, 620, 'W', "%s: header error, offset 0x%llx: %02X%02X%02X%02X%02X",
                  exam_name(x, image, name), (unsigned long long)e->at, p[0], p[1], p[2], p[3],
                  p[4]);
        lose(x, image);
    } else if (x->unsound[image]) {
        exam_tell(x, 622, 'W', "%s, offset 0x%llx length %u: validation error, it can't be expanded"
                  " or makes no track", exam_name(x, image, name), (unsigned long long)e->at,
                  e->length);
        lose(x, image);
    }
}

/* The images, expanded by all of the host's processors. */
struct judging { struct exam *x; uint32_t next; int level; bool interrupted; };

/* False: there are no more. */
static bool judge_next(struct judging *j, struct exam_eye *eye)
{
    struct exam *x = j->x;
    uint32_t i = __atomic_fetch_add(&j->next, 1, __ATOMIC_RELAXED);
    if (i >= x->z.images || __atomic_load_n(&j->interrupted, __ATOMIC_RELAXED))
        return false;
    if (x->state[i] == EXAM_THERE && (j->level >= CCKD_CHECK_IMAGES || x->doubted[i])) {
        const uint8_t *p = x->bytes + x->entry[i].at;
        if (exam_header_fits(x, i, p))
            x->unsound[i] = !eye->buffer || !exam_image_is_sound(x, eye, p, x->entry[i].length);
    }
    return true;
}

static void *judge(void *context)
{
    struct exam_eye eye = { .buffer = malloc(EXAM_BUFFER) };
    while (judge_next(context, &eye))
        ;
    free(eye.buffer);
    cckd_codec_release(&eye.codec);
    return NULL;
}

static uint32_t judged(const struct judging *j)
{
    uint32_t n = __atomic_load_n(&j->next, __ATOMIC_RELAXED);
    return n < j->x->z.images ? n : j->x->z.images;
}

/* As the others, but this one tells the user how far they are. */
static bool judge_and_tell(struct judging *j)
{
    enum { AT_ONCE = 256 };
    struct tool_progress *progress = j->x->job->progress;
    for (uint32_t i = 0; judge_next(j, &j->x->eye); i++)
        if (i % AT_ONCE == 0 && progress && !tool_progress_at(progress, judged(j)))
            __atomic_store_n(&j->interrupted, true, __ATOMIC_RELAXED);
    return !j->interrupted;
}

static bool judge_images(struct exam *x, int level)
{
    enum { MOST = 16, WORTH_A_THREAD = 500 };
    pthread_t thread[MOST];
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned threads = 0, wanted = processors < 1 ? 0 : (unsigned)processors - 1;
    struct judging j = { .x = x, .level = level };
    while (threads < wanted && threads < MOST && threads < x->z.images / WORTH_A_THREAD
           && pthread_create(&thread[threads], NULL, judge, &j) == 0)
        threads++;
    bool good = judge_and_tell(&j);
    while (threads)
        pthread_join(thread[--threads], NULL);
    return good;
}

static bool check_images(struct exam *x, int level, struct disk_complaint *complaint)
{
    if (!judge_images(x, level))
        return complain(complaint, "interrupted");
    for (uint32_t i = 0; i < x->z.images; i++)
        if (level >= CCKD_CHECK_HEADERS || x->doubted[i])
            check_image(x, i);
    return true;
}

static void count(struct exam *x)
{
    char name[EXAM_NAME];
    uint64_t used = x->data;
    for (uint32_t g = 0; g < x->z.groups; g++)
        if (x->level1[g])
            used += (uint64_t)CCKD_LEVEL2_COUNT * x->z.layout->entry;
    for (uint32_t i = 0; i < x->z.images; i++)
        if (x->state[i] == EXAM_LOST) {
            exam_tell(x, 622, 'W', "%s is lost", exam_name(x, i, name));
            x->job->lost++;
        } else if (x->state[i] == EXAM_THERE) {
            x->job->images++;
            used += x->entry[i].length;
        }
    x->job->wasted = used < x->size ? x->size - used : 0;
}

/* ---- all of it -------------------------------------------------------------------------------------- */

static bool out_of_storage(struct exam *x, struct disk_complaint *complaint)
{
    return complain(complaint, "%s: out of storage", x->path);
}

static bool examine(struct exam *x, struct disk_complaint *complaint)
{
    struct cckd_check *job = x->job;
    if (!exam_read_headers(x, complaint))
        return false;
    x->entry = calloc(x->z.images, sizeof *x->entry);
    x->state = calloc(x->z.images, sizeof *x->state);
    x->doubted = calloc(x->z.images, sizeof *x->doubted);
    x->level1 = calloc(x->z.groups, sizeof *x->level1);
    /* Of each image and table one as the tables have it, and one that is found. */
    x->space = calloc(2 * ((size_t)x->z.images + x->z.groups), sizeof *x->space);
    x->unsound = calloc(x->z.images, sizeof *x->unsound);
    x->eye.buffer = malloc(EXAM_BUFFER);
    if (!x->entry || !x->state || !x->doubted || !x->level1 || !x->space || !x->unsound
        || !x->eye.buffer)
        return out_of_storage(x, complaint);
    if (job->progress)
        job->progress->total = x->z.images;
    read_tables(x);
    if (!exam_recover_tables(x, complaint))
        return false;
    find_overlaps(x);
    if (job->level >= CCKD_CHECK_FREE)
        check_free(x);
    if (!check_images(x, job->level, complaint) || !exam_recover_images(x, complaint))
        return false;
    count(x);
    return true;
}

static void release(struct exam *x)
{
    if (x->bytes)
        munmap((void *)x->bytes, x->size);
    disk_file_close(&x->file);
    free(x->entry);
    free(x->state);
    free(x->doubted);
    free(x->level1);
    free(x->space);
    free(x->unsound);
    free(x->eye.buffer);
    cckd_codec_release(&x->eye.codec);
}

static bool begin(struct exam *x, const char *path, bool writable, struct cckd_check *job,
                  struct disk_complaint *complaint)
{
    *x = (struct exam){ .path = path, .job = job };
    job->faults = job->images = job->recovered = job->lost = 0;
    job->wasted = 0;
    if (!disk_file_open(&x->file, path, writable, complaint))
        return false;
    job->size = x->size = (uint64_t)x->file.size;
    if (x->size < CCKD_LEVEL1_AT) {
        complain(complaint, "%s has %llu bytes: not a compressed dasd file", path,
                 (unsigned long long)x->size);
    } else {
        void *bytes = mmap(NULL, x->size, PROT_READ, MAP_PRIVATE, x->file.fd, 0);
        if (bytes != MAP_FAILED) {
            x->bytes = bytes;
            return true;
        }
        complain(complaint, "%s can't be read: %s", path, strerror(errno));
    }
    disk_file_close(&x->file);
    return false;
}

bool cckd_check(const char *path, struct cckd_check *job, struct disk_complaint *complaint)
{
    struct exam x;
    if (!begin(&x, path, false, job, complaint))
        return false;
    bool good = examine(&x, complaint);
    release(&x);
    return good;
}

/* ---- a map ------------------------------------------------------------------------------------------ */

static struct cckd_part part_of(const struct exam *x, const struct exam_space *s)
{
    struct cckd_part part = { s->table ? CCKD_PART_LEVEL2 : CCKD_PART_IMAGE, s->which, s->at,
                              s->end - s->at, 0, false };
    if (!s->table) {
        part.length = x->entry[s->which].length;
        part.spare = s->end - s->at - part.length;
    }
    return part;
}

static void map_parts(const struct exam *x, void (*each)(void *, const struct cckd_part *),
                      void *context)
{
    const struct cckd_part headers = { CCKD_PART_HEADERS, 0, 0, CCKD_LEVEL1_AT, 0, false },
        table = { CCKD_PART_LEVEL1, 0, CCKD_LEVEL1_AT, x->data - CCKD_LEVEL1_AT, 0, false };
    uint64_t end = x->data;
    each(context, &headers);
    each(context, &table);
    for (size_t i = 0; i <= x->spaces; i++) {
        uint64_t at = i < x->spaces ? x->space[i].at : x->size;
        if (at > end) {
            const struct cckd_part nothing = { CCKD_PART_FREE, 0, end, at - end, 0, false };
            each(context, &nothing);
        }
        if (i < x->spaces) {
            struct cckd_part part = part_of(x, &x->space[i]);
            part.overlaps = at < end;
            each(context, &part);
            end = x->space[i].end > end ? x->space[i].end : end;
        }
    }
}

bool cckd_map(const char *path, struct cckd_check *job, uint32_t *heads,
              void (*each)(void *context, const struct cckd_part *), void *context,
              struct disk_complaint *complaint)
{
    struct exam x;
    job->level = CCKD_CHECK_FREE;
    if (!begin(&x, path, false, job, complaint))
        return false;
    bool good = examine(&x, complaint);
    *heads = x.z.kind && !x.z.kind->fba ? x.heads : 1;
    if (good) {
        qsort(x.space, x.spaces, sizeof *x.space, by_place);
        map_parts(&x, each, context);
    }
    release(&x);
    return good;
}

/* ---- repair ----------------------------------------------------------------------------------------- */

static bool put_images(struct exam *x, struct cckd_file *to, struct disk_complaint *complaint)
{
    for (uint32_t i = 0; i < x->z.images; i++) {
        const struct cckd_entry e = x->entry[i];
        if (i % 256 == 0 && x->job->progress && !tool_progress_at(x->job->progress, i))
            return complain(complaint, "interrupted; %s is as it was", x->path);
        bool good = x->state[i] == EXAM_THERE
            ? cckd_file_write(to, i, x->bytes + e.at, e.length, complaint)
            : x->state[i] == EXAM_LOST || e.at == CCKD_BELOW
              || (e.length == cckd_file_entry(to, i).length && cckd_file_entry(to, i).at == 0)
              || cckd_file_write_null(to, i, e.length, complaint);
        if (!good)
            return false;
    }
    return true;
}

/* How images are compressed, and how much: the owner's choice. */
static bool keep_parameter(struct exam *x, const char *path, struct disk_complaint *complaint)
{
    struct disk_file file;
    uint16_t parameter = (uint16_t)exam_number(x, x->z.header
                                               + x->z.layout->field[CCKD_PARAMETER], 2);
    uint8_t little[2] = { (uint8_t)parameter, (uint8_t)(parameter >> 8) };
    if (!disk_file_open(&file, path, true, complaint))
        return false;
    bool good = disk_file_write(&file, little, 2, CCKD_SECOND
                                + x->z.layout->field[CCKD_PARAMETER], complaint);
    disk_file_close(&file);
    return good;
}

static bool write_sound(struct exam *x, const char *path, struct disk_complaint *complaint)
{
    struct cckd_creation creation = cckd_file_shadow_of(&x->z);
    struct disk_complaint another;
    struct disk_file file;
    struct cckd_file to;
    creation.kind = x->z.kind;
    if (!cckd_file_create(path, &creation, complaint))
        return false;
    bool good = keep_parameter(x, path, complaint)
        && disk_file_open(&file, path, true, complaint)
        && cckd_file_open(&to, &file, true, complaint);
    if (good) {
        good = put_images(x, &to, complaint);
        good = cckd_file_close(&to, good ? complaint : &another) && good;
    }
    if (!good)
        unlink(path);
    return good;
}

bool cckd_repair(const char *path, bool always, struct cckd_check *job,
                 struct disk_complaint *complaint)
{
    struct disk_output output;
    struct exam x;
    if (!begin(&x, path, true, job, complaint))
        return false;
    bool good = examine(&x, complaint);
    if (good && (always || job->faults)) {
        good = disk_output_begin(&output, path, true, path, complaint);
        if (good && write_sound(&x, output.temporary, complaint))
            good = disk_output_end(&output, 0, complaint);
        else if (good) {
            disk_output_drop(&output);
            good = false;
        }
    }
    release(&x);
    return good;
}

/* ---- byte order ---------------------------------------------------------------------------------------- */

static void turn(uint8_t *bytes, unsigned width)
{
    for (unsigned i = 0; i < width / 2; i++) {
        uint8_t byte = bytes[i];
        bytes[i] = bytes[width - 1 - i];
        bytes[width - 1 - i] = byte;
    }
}

static bool turn_in_file(const struct disk_file *file, uint64_t at, unsigned width, unsigned times,
                         struct disk_complaint *complaint)
{
    uint8_t bytes[8];
    for (unsigned i = 0; i < times; i++, at += width) {
        if (!disk_file_read(file, bytes, width, (off_t)at, complaint))
            return false;
        turn(bytes, width);
        if (!disk_file_write(file, bytes, width, (off_t)at, complaint))
            return false;
    }
    return true;
}

static bool turn_header(const struct exam *x, const struct disk_file *file,
                        struct disk_complaint *complaint)
{
    const struct cckd_layout *layout = x->z.layout;
    uint8_t header[CCKD_HEADER];
    memcpy(header, x->bytes + CCKD_SECOND, sizeof header);
    header[CCKD_OPTIONS] ^= CCKD_OPTION_BIG_ENDIAN;
    turn(header + CCKD_LEVEL1_ENTRIES, 4);
    turn(header + CCKD_LEVEL2_ENTRIES, 4);
    for (enum cckd_field f = CCKD_SIZE; f <= CCKD_FREE_IMBEDDED; f++)
        turn(header + layout->field[f], layout->width);
    turn(header + layout->field[CCKD_PARAMETER], 2);
    return disk_file_write(file, header, sizeof header, CCKD_SECOND, complaint);
}

static bool turn_tables(const struct exam *x, const struct disk_file *file,
                        struct disk_complaint *complaint)
{
    const struct cckd_layout *layout = x->z.layout;
    if (!turn_in_file(file, CCKD_LEVEL1_AT, layout->width, x->z.groups, complaint))
        return false;
    for (uint32_t g = 0; g < x->z.groups; g++)
        for (unsigned i = 0; x->level1[g] && i < CCKD_LEVEL2_COUNT; i++) {
            uint64_t at = x->level1[g] + i * layout->entry;
            if (!turn_in_file(file, at, layout->width, 1, complaint)
                || !turn_in_file(file, at + layout->width, 2, 2, complaint))
                return false;
        }
    for (uint64_t at = exam_field(x, CCKD_FREE_FIRST); at != 0;
         at = exam_number(x, x->bytes + at, layout->width))
        if (!turn_in_file(file, at, layout->width, 2, complaint))
            return false;
    return true;
}

static bool write_swapped(struct exam *x, const char *path, struct disk_complaint *complaint)
{
    enum { PIECE = 1 << 20 };
    struct disk_file file;
    bool good = disk_file_create(&file, path, complaint);
    if (!good)
        return false;
    for (uint64_t at = 0; good && at < x->size; at += PIECE)
        good = disk_file_write(&file, x->bytes + at, x->size - at < PIECE ? x->size - at : PIECE,
                               (off_t)at, complaint)
            && (!x->job->progress || tool_progress_at(x->job->progress, 0)
                || complain(complaint, "interrupted; %s is as it was", x->path));
    good = good && turn_header(x, &file, complaint) && turn_tables(x, &file, complaint);
    return disk_file_created(&file, good, complaint);
}

bool cckd_swap(const char *path, struct cckd_check *job, struct disk_complaint *complaint)
{
    struct disk_output output;
    struct exam x;
    if (!begin(&x, path, true, job, complaint))
        return false;
    bool good = examine(&x, complaint)
        && (!job->faults || complain(complaint, "%s is damaged: repair it first", path))
        && disk_output_begin(&output, path, true, path, complaint);
    if (good && write_swapped(&x, output.temporary, complaint))
        good = disk_output_end(&output, 0, complaint);
    else if (good) {
        disk_output_drop(&output);
        good = false;
    }
    release(&x);
    return good;
}
