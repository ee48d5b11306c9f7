#include "devices/tape/image.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "devices/rescue.h"

/* In the order in which they are asked whether a file is theirs. */
static const struct tape_format *const formats[] = {
    &tape_oma, &tape_fake, &tape_simh, &tape_het, &tape_aws
};

/* ---- opening --------------------------------------------------------------------- */

/* A descriptor of a regular file that is ours alone, or that only readers share. */
static int open_file(const char *path, bool *read_only, bool *made, char *error, size_t size)
{
    struct stat st;
    *made = false;
    int fd = open(path, (*read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC);
    if (fd < 0 && !*read_only && (errno == EACCES || errno == EROFS || errno == EPERM)) {
        *read_only = true;
        fd = open(path, O_RDONLY | O_CLOEXEC);
    } else if (fd < 0 && !*read_only && errno == ENOENT) {
        fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        *made = fd >= 0;
    }
    if (fd < 0 || fstat(fd, &st) < 0)
        snprintf(error, size, "%s", strerror(errno));
    else if (!S_ISREG(st.st_mode))
        snprintf(error, size, "it is not a regular file");
    else if (flock(fd, (*read_only ? LOCK_SH : LOCK_EX) | LOCK_NB) < 0)
        snprintf(error, size, "another drive or emulator has it");
    else
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static const struct tape_format *format_of(int fd, const char *path, uint64_t size, char *error,
                                           size_t error_size)
{
    enum { START = 1 << 16 };
    uint8_t *start = malloc(START);
    if (!start)
        abort();
    ssize_t n = pread(fd, start, START, 0);
    if (n < 0)
        snprintf(error, error_size, "it can't be read: %s", strerror(errno));
    else
        snprintf(error, error_size, "it is in no format of tape images that is known here (AWSTAPE, "
                 "HET, FakeTape, SIMH, OMA)");
    const struct tape_format *found = n == 0 ? tape_format_for(path) : NULL;
    for (size_t i = 0; n > 0 && !found && i < sizeof formats / sizeof *formats; i++)
        if (formats[i]->fits(path, size, start, (size_t)n))
            found = formats[i];
    free(start);
    return found;
}

/* The descriptor is the image's from here on. */
static struct tape_image *image_new(const struct tape_format *format, const char *path, int fd,
                                    bool read_only, char *error, size_t size)
{
    struct tape_image *image = calloc(1, format->size);
    if (!image || !(image->path = strdup(path)))
        abort();
    image->format = format;
    image->fd = fd;
    image->read_only = read_only || !format->write;
    image->nameless = rescue_is_due(fd);
    image->size = (uint64_t)lseek(fd, 0, SEEK_END);
    image->compression = (struct tape_compression){ format == &tape_het ? TAPE_ZLIB : TAPE_PLAIN,
                                                    4, TAPE_CHUNK_MOST };
    image->places_room = 1024;
    image->places = calloc(image->places_room, sizeof *image->places);
    if (!image->places)
        abort();
    if (format->open && !format->open(image)) {
        snprintf(error, size, "%s", image->error);
        tape_close(image);
        return NULL;
    }
    return image;
}

struct tape_image *tape_open(const char *path, bool read_only, bool *made,
                             char *error, size_t size)
{
    int fd = open_file(path, &read_only, made, error, size);
    if (fd < 0)
        return NULL;
    const struct tape_format *format = format_of(fd, path, (uint64_t)lseek(fd, 0, SEEK_END), error,
                                                 size);
    if (format)
        return image_new(format, path, fd, read_only, error, size);
    close(fd);
    return NULL;
}

struct tape_image *tape_make(const char *path, const struct tape_format *format,
                             char *error, size_t size)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
        return image_new(format, path, fd, false, error, size);
    snprintf(error, size, "%s", strerror(errno));
    if (fd >= 0)
        close(fd);
    return NULL;
}

bool tape_sync(struct tape_image *image)
{
    if (fsync(image->fd) == 0)
        return true;
    tape_says(image, TAPE_FAILED, "writing it out: %s", strerror(errno));
    return false;
}

bool tape_is_gone(const struct tape_image *image)
{
    return !image->read_only && !image->nameless && rescue_is_due(image->fd);
}

bool tape_rescue(struct tape_image *image, char *where, size_t size)
{
    return rescue_file(image->fd, image->path, where, size, image->error, sizeof image->error);
}

void tape_close(struct tape_image *image)
{
    if (!image)
        return;
    if (image->format->close)
        image->format->close(image);
    close(image->fd);
    free(image->path);
    free(image->places);
    free(image->bytes);
    free(image);
}

/* ---- names ----------------------------------------------------------------------- */

const struct tape_format *tape_format_row(size_t i)
{
    return i < sizeof formats / sizeof *formats ? formats[i] : NULL;
}

const struct tape_format *tape_format_named(const char *name)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (strcasecmp(name, formats[i]->name) == 0 ||
            strcasecmp(name, formats[i]->ending + 1) == 0)
            return formats[i];
    return NULL;
}

const struct tape_format *tape_format_for(const char *path)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (tape_ends(path, formats[i]->ending))
            return formats[i];
    return &tape_aws;
}

bool tape_ends(const char *path, const char *ending)
{
    size_t length = strlen(path), n = strlen(ending);
    return length > n && strcasecmp(path + length - n, ending) == 0;
}

/* ---- what every format does ------------------------------------------------------ */

enum tape_result tape_read(struct tape_image *image) { return image->format->pass(image, true); }

/* A bad block is none the worse for being passed. */
enum tape_result tape_forward(struct tape_image *image)
{
    enum tape_result result = image->format->pass(image, false);
    return result == TAPE_BAD ? TAPE_BLOCK : result;
}

static void go_to(struct tape_image *image, uint32_t position)
{
    image->position = position;
    image->offset = image->places[position].offset;
}

enum tape_result tape_backward(struct tape_image *image)
{
    if (image->position == 0)
        return TAPE_LOAD_POINT;
    go_to(image, image->position - 1);
    return image->places[image->position].mark ? TAPE_MARK : TAPE_BLOCK;
}

void tape_rewind(struct tape_image *image) { go_to(image, 0); }

static enum tape_result writable(struct tape_image *image)
{
    if (image->read_only)
        return tape_says(image, TAPE_FAILED, "the image is read-only");
    if (tape_is_gone(image))
        return tape_says(image, TAPE_FAILED, "it was removed while it is in use: nothing is written"
                         " on it any more");
    return TAPE_BLOCK;
}

enum tape_result tape_write(struct tape_image *image, const void *bytes, size_t length)
{
    size_t longest = image->format->longest ? image->format->longest : TAPE_BLOCK_MOST;
    if (length == 0 || length > longest)
        return tape_says(image, TAPE_FAILED, "a block of %zu bytes: %s has room for 1 to %zu",
                         length, image->format->name, longest);
    enum tape_result result = writable(image);
    return result == TAPE_BLOCK ? image->format->write(image, bytes, length) : result;
}

enum tape_result tape_write_mark(struct tape_image *image)
{
    enum tape_result result = writable(image);
    return result == TAPE_BLOCK ? image->format->write_mark(image) : result;
}

/* Everything beyond the position is gone, on tape too. */
static bool make_end(struct tape_image *image)
{
    image->known = image->position;
    return tape_cut(image, image->offset);
}

enum tape_result tape_erase(struct tape_image *image)
{
    enum tape_result result = writable(image);
    return result == TAPE_BLOCK && !make_end(image) ? TAPE_FAILED : result;
}

enum tape_result tape_locate(struct tape_image *image, uint32_t position)
{
    if (position <= image->known)
        go_to(image, position);
    while (image->position != position) {
        enum tape_result result = tape_forward(image);
        if (result != TAPE_BLOCK && result != TAPE_MARK)
            return result;
    }
    return TAPE_BLOCK;
}

/* ---- for formats ----------------------------------------------------------------- */

enum tape_result tape_says(struct tape_image *image, enum tape_result result,
                           const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(image->error, sizeof image->error, format, arguments);
    va_end(arguments);
    return result;
}

enum tape_result tape_damaged(struct tape_image *image, uint64_t offset, const char *what)
{
    return tape_says(image, TAPE_DAMAGED, "offset X'%llX', block %u: %s",
                     (unsigned long long)offset, image->position + 1, what);
}

enum tape_result tape_passed(struct tape_image *image, uint64_t next, enum tape_result what)
{
    image->places[image->position].mark = what == TAPE_MARK;
    image->position++;
    image->offset = next;
    if (image->position <= image->known)
        return what;
    image->known = image->position;
    if (image->known >= image->places_room) {
        image->places_room *= 2;
        image->places = realloc(image->places, image->places_room * sizeof *image->places);
        if (!image->places)
            abort();
    }
    image->places[image->known] = (struct tape_place){ next, false };
    return what;
}

void tape_room(struct tape_image *image, size_t length)
{
    if (length <= image->room)
        return;
    image->room = length < 65536 ? 65536 : length;
    image->bytes = realloc(image->bytes, image->room);
    if (!image->bytes)
        abort();
}

bool tape_get(struct tape_image *image, uint64_t offset, void *bytes, size_t length)
{
    for (size_t done = 0; done < length; ) {
        ssize_t n = pread(image->fd, (char *)bytes + done, length - done, (off_t)(offset + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            tape_says(image, TAPE_FAILED, "reading at offset X'%llX': %s",
                      (unsigned long long)offset, n < 0 ? strerror(errno) : "the file has shrunk");
            return false;
        }
        done += (size_t)n;
    }
    return true;
}

bool tape_put(struct tape_image *image, uint64_t offset, const void *bytes, size_t length)
{
    for (size_t done = 0; done < length; ) {
        ssize_t n = pwrite(image->fd, (const char *)bytes + done, length - done,
                           (off_t)(offset + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            tape_says(image, TAPE_FAILED, "writing at offset X'%llX': %s",
                      (unsigned long long)offset, strerror(n < 0 ? errno : ENOSPC));
            return false;
        }
        done += (size_t)n;
    }
    return true;
}

bool tape_cut(struct tape_image *image, uint64_t offset)
{
    if (image->size > offset && ftruncate(image->fd, (off_t)offset) < 0) {
        tape_says(image, TAPE_FAILED, "cutting at offset X'%llX': %s",
                  (unsigned long long)offset, strerror(errno));
        return false;
    }
    image->size = offset;
    return true;
}

enum tape_result tape_append(struct tape_image *image, const uint8_t *bytes, size_t length,
                             size_t head, const uint8_t *meanwhile, enum tape_result what)
{
    uint64_t end = image->offset + length;
    if (image->most && end > image->most)
        return tape_says(image, TAPE_FULL, "the reel is full at offset X'%llX'",
                         (unsigned long long)image->offset);
    if (!make_end(image))
        return TAPE_FAILED;
    if ((meanwhile && !tape_put(image, image->offset, meanwhile, head)) ||
        !tape_put(image, image->offset + head, bytes + head, length - head) ||
        !tape_put(image, image->offset, bytes, head)) {
        char why[sizeof image->error];
        memcpy(why, image->error, sizeof why);
        image->size = end;
        tape_cut(image, image->offset);
        memcpy(image->error, why, sizeof why);
        return TAPE_FAILED;
    }
    image->size = end;
    return tape_passed(image, end, what);
}
