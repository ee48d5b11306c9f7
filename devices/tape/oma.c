/* OMA, the tapes of IBM's Optical Media Attach/2 (SC53-1200, SC53-1201), to be read only. A
 * text file, the tape description file, says "@TDF" and then names a file of the host for
 * each file of the tape:
 *
 *     NAME HEADERS               blocks, each behind a header of 16 bytes
 *     NAME FIXED RECSIZE N       blocks of N bytes (UNDEFINED, too); the last may be shorter
 *     NAME TEXT                  a line is a block, in EBCDIC
 *     TM                         a tape mark of its own
 *     EOT                        the end, as the end of the description is
 *
 * A tape mark follows each file, and one more the last.
 *
 * A header has the block's length, the offset of the header before it (both of 4 bytes,
 * little-endian), "@HDF" and four bytes without meaning; the bytes are padded to a
 * multiple of 16. The length FFFFFFFF is the mark at the end. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/codepage.h"
#include "devices/tape/image.h"

enum { HEADER = 16, FILES_MOST = 65535, LINE_MOST = 65535, TDF_MOST = 1 << 22 };
#define FILE_END 0xFFFFFFFFu
#define FILE_SIZE_MOST ((uint64_t)1 << 40)

struct part {
    enum { HEADERS, FIXED, TEXT, MARK_ALONE } kind;
    unsigned length;           /* of a block, if FIXED */
    char *path;
};

struct oma {
    struct tape_image image;
    struct part *parts;
    size_t count;
    /* The host's file that is open: of parts[opened - 1]; 0: none. */
    size_t opened;
    int fd;
    uint64_t size;
    struct codepage codepage;
};

/* An offset in the image is a part's number and an offset in its file. The number
 * `count` is the mark behind the last; beyond it is nothing. */
static uint64_t place(size_t part, uint64_t offset) { return (uint64_t)part << 40 | offset; }
static size_t part_of(uint64_t place) { return (size_t)(place >> 40); }
static uint64_t offset_of(uint64_t place) { return place & (FILE_SIZE_MOST - 1); }

/* ---- the description ------------------------------------------------------------- */

static bool wrong(struct tape_image *image, unsigned line, const char *what, const char *word)
{
    tape_says(image, TAPE_FAILED, "line %u: %s%s", line, what, word);
    return false;
}

/* A file that is named without a path is beside the description; \ parts folders as
 * on the systems where these come from. */
static char *beside(const char *description, const char *name)
{
    const char *slash = strrchr(description, '/');
    char *path;
    int folder = *name == '/' || *name == '\\' || !slash ? 0 : (int)(slash - description) + 1;
    if (asprintf(&path, "%.*s%s", folder, description, name) < 0)
        abort();
    for (char *c = path + folder; *c; c++)
        if (*c == '\\')
            *c = '/';
    return path;
}

static bool check_file(struct oma *oma, unsigned line, const char *path)
{
    struct stat st;
    if (stat(path, &st) < 0)
        return wrong(&oma->image, line, strerror(errno), path);
    if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size >= FILE_SIZE_MOST)
        return wrong(&oma->image, line, "it is no file, or one too large: ", path);
    return true;
}

static bool take_kind(struct oma *oma, struct part *part, unsigned line, char **words)
{
    struct tape_image *image = &oma->image;
    if (!words[1])
        return wrong(image, line, "the format is missing: HEADERS, FIXED RECSIZE n or TEXT", "");
    bool fixed = strcasecmp(words[1], "FIXED") == 0 || strcasecmp(words[1], "UNDEFINED") == 0;
    part->kind = fixed ? FIXED : strcasecmp(words[1], "TEXT") == 0 ? TEXT : HEADERS;
    if (part->kind == HEADERS && strcasecmp(words[1], "HEADERS") != 0)
        return wrong(image, line, "a format should be HEADERS, FIXED RECSIZE n or TEXT, not ",
                     words[1]);
    if (!fixed)
        return true;
    char *end = "x";
    unsigned long n = words[2] && strcasecmp(words[2], "RECSIZE") == 0 && words[3]
                    ? strtoul(words[3], &end, 10) : 0;
    if (*end || n < 1 || n > 65535)
        return wrong(image, line, "RECSIZE and a number from 1 to 65535 should follow ", words[1]);
    part->length = (unsigned)n;
    return true;
}

/* One line of the description; *end: it was EOT. */
static bool take_line(struct oma *oma, char *text, unsigned line, bool *end)
{
    char *words[5] = { NULL }, *rest = text;
    for (int i = 0; i < 4; i++)
        words[i] = strtok_r(i ? NULL : text, " \t\r\n\f\v", &rest);
    if (!words[0] || *words[0] == ';')
        return true;
    *end = strcasecmp(words[0], "EOT") == 0;
    if (*end)
        return true;
    if (oma->count == FILES_MOST)
        return wrong(&oma->image, line, "more than 65535 files", "");
    struct part *part = &oma->parts[oma->count++];
    if (strcasecmp(words[0], "TM") == 0) {
        part->kind = MARK_ALONE;
        return true;
    }
    part->path = beside(oma->image.path, words[0]);
    return take_kind(oma, part, line, words) && check_file(oma, line, part->path);
}

static bool read_description(struct oma *oma, char *text, size_t lines)
{
    unsigned line = 1;
    bool end = false;
    oma->parts = calloc(lines + 1, sizeof *oma->parts);
    if (!oma->parts)
        abort();
    char *next = strchr(text, '\n');
    while (next && !end) {
        text = next + 1;
        line++;
        next = strchr(text, '\n');
        if (next)
            *next = 0;
        if (!take_line(oma, text, line, &end))
            return false;
    }
    return oma->count > 0 || wrong(&oma->image, line, "it names no files", "");
}

static bool oma_open(struct tape_image *image)
{
    struct oma *oma = (struct oma *)image;
    size_t lines = 1;
    codepage_default(&oma->codepage);
    if (image->size > TDF_MOST)
        return wrong(image, 1, "a description of more than 4 megabytes", "");
    char *text = malloc(image->size + 1);
    if (!text)
        abort();
    text[image->size] = 0;
    bool ok = tape_get(image, 0, text, image->size);
    for (size_t i = 0; ok && i < image->size; i++)
        lines += text[i] == '\n';
    ok = ok && read_description(oma, text, lines);
    free(text);
    return ok;
}

static void shut(struct oma *oma)
{
    if (oma->opened)
        close(oma->fd);
    oma->opened = 0;
}

static void oma_close(struct tape_image *image)
{
    struct oma *oma = (struct oma *)image;
    shut(oma);
    for (size_t i = 0; i < oma->count; i++)
        free(oma->parts[i].path);
    free(oma->parts);
}

/* ---- the files ------------------------------------------------------------------- */

static enum tape_result damaged_part(struct oma *oma, enum tape_result result, uint64_t offset,
                                     const char *what)
{
    struct tape_image *image = &oma->image;
    return tape_says(image, result, "%s, offset X'%llX', block %u: %s",
                     oma->parts[part_of(image->offset)].path, (unsigned long long)offset,
                     image->position + 1, what);
}

static bool open_part(struct oma *oma, size_t part)
{
    struct stat st;
    if (oma->opened == part + 1)
        return true;
    shut(oma);
    oma->fd = open(oma->parts[part].path, O_RDONLY | O_CLOEXEC);
    if (oma->fd < 0 || fstat(oma->fd, &st) < 0 || (uint64_t)st.st_size >= FILE_SIZE_MOST) {
        damaged_part(oma, TAPE_FAILED, 0, strerror(errno));
        if (oma->fd >= 0)
            close(oma->fd);
        return false;
    }
    oma->opened = part + 1;
    oma->size = (uint64_t)st.st_size;
    return true;
}

/* At most `length` bytes; how many there were, or -1. */
static ssize_t get(struct oma *oma, uint64_t offset, void *bytes, size_t length)
{
    size_t done = 0;
    while (done < length) {
        ssize_t n = pread(oma->fd, (char *)bytes + done, length - done, (off_t)(offset + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            damaged_part(oma, TAPE_FAILED, offset, strerror(errno));
            return -1;
        }
        if (n == 0)
            break;
        done += (size_t)n;
    }
    return (ssize_t)done;
}

static enum tape_result end_of_part(struct oma *oma)
{
    return tape_passed(&oma->image, place(part_of(oma->image.offset) + 1, 0), TAPE_MARK);
}

static enum tape_result block_passed(struct oma *oma, uint64_t next)
{
    oma->image.stored = oma->image.length;
    return tape_passed(&oma->image, place(part_of(oma->image.offset), next), TAPE_BLOCK);
}

static uint32_t little(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static enum tape_result pass_headers(struct oma *oma, uint64_t offset)
{
    struct tape_image *image = &oma->image;
    uint8_t header[HEADER];
    ssize_t n = get(oma, offset, header, HEADER);
    if (n < 0)
        return TAPE_FAILED;
    if (n < HEADER)
        return damaged_part(oma, TAPE_DAMAGED, offset, "the file ends where a header should be");
    uint32_t length = little(header);
    if (memcmp(header + 8, "@HDF", 4) != 0)
        return damaged_part(oma, TAPE_DAMAGED, offset, "it should be a header with @HDF");
    if (length == FILE_END)
        return end_of_part(oma);
    if (length == 0 || length > TAPE_BLOCK_MOST)
        return damaged_part(oma, TAPE_DAMAGED, offset, "a block's length should be from 1 to "
                            "2 megabytes");
    if (offset + HEADER + length > oma->size)
        return damaged_part(oma, TAPE_DAMAGED, offset, "the file ends inside the block");
    tape_room(image, length);
    n = get(oma, offset + HEADER, image->bytes, length);
    if (n != (ssize_t)length)
        return n < 0 ? TAPE_FAILED
             : damaged_part(oma, TAPE_DAMAGED, offset, "the file ends inside the block");
    image->length = length;
    return block_passed(oma, offset + HEADER + (length + 15) / 16 * 16);
}

static enum tape_result pass_fixed(struct oma *oma, uint64_t offset, unsigned length)
{
    tape_room(&oma->image, length);
    ssize_t n = get(oma, offset, oma->image.bytes, length);
    if (n <= 0)
        return n < 0 ? TAPE_FAILED : end_of_part(oma);
    oma->image.length = (size_t)n;
    return block_passed(oma, offset + (size_t)n);
}

/* Up to LF, without it and a CR before it. Control-Z ends the file, as it did under DOS. An empty
 * line is a block of one blank: a tape has none without bytes. */
static enum tape_result pass_text(struct oma *oma, uint64_t offset)
{
    enum { LINE_FEED = '\n', CARRIAGE_RETURN = '\r', CTRL_Z = 0x1A };
    struct tape_image *image = &oma->image;
    tape_room(image, LINE_MOST + 2);
    ssize_t n = get(oma, offset, image->bytes, LINE_MOST + 2);
    if (n < 0)
        return TAPE_FAILED;
    if (n == 0 || image->bytes[0] == CTRL_Z)
        return end_of_part(oma);
    uint8_t *feed = memchr(image->bytes, LINE_FEED, (size_t)n);
    size_t length = feed ? (size_t)(feed - image->bytes) : (size_t)n;
    uint64_t next = offset + length + (feed != NULL);
    if (!feed && n == LINE_MOST + 2)
        return damaged_part(oma, TAPE_DAMAGED, offset, "a line of more than 65535 characters");
    if (!feed && image->bytes[length - 1] == CTRL_Z)
        length--;
    if (length && image->bytes[length - 1] == CARRIAGE_RETURN)
        length--;
    if (length == 0)
        image->bytes[length++] = ' ';
    codepage_to_guest(&oma->codepage, image->bytes, length);
    image->length = length;
    return block_passed(oma, next);
}

static enum tape_result oma_pass(struct tape_image *image, bool with_bytes)
{
    struct oma *oma = (struct oma *)image;
    size_t number = part_of(image->offset);
    (void)with_bytes;
    if (number > oma->count)
        return TAPE_VOID;
    if (number == oma->count)
        return tape_passed(image, place(number + 1, 0), TAPE_MARK);
    const struct part *part = &oma->parts[number];
    if (part->kind == MARK_ALONE)
        return end_of_part(oma);
    if (!open_part(oma, number))
        return TAPE_FAILED;
    switch (part->kind) {
    case HEADERS: return pass_headers(oma, offset_of(image->offset));
    case FIXED:   return pass_fixed(oma, offset_of(image->offset), part->length);
    default:      return pass_text(oma, offset_of(image->offset));
    }
}

static bool oma_fits(const char *path, uint64_t size, const uint8_t *start, size_t length)
{
    (void)path, (void)size;
    return length >= 4 && memcmp(start, "@TDF", 4) == 0;
}

const struct tape_format tape_oma = {
    .name = "OMA", .ending = ".tdf", .fits = oma_fits, .size = sizeof(struct oma),
    .open = oma_open, .close = oma_close, .pass = oma_pass,
};
