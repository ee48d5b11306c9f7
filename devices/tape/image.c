#include "devices/tape/image.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* In the order in which they are asked whether a file is theirs. */
static const struct tape_format *const formats[] = { &tape_aws };

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

static const struct tape_format *format_of(int fd, const char *path, uint64_t size)
{
    uint8_t start[512];
    ssize_t n = pread(fd, start, sizeof start, 0);
    for (size_t i = 0; n >= 0 && i < sizeof formats / sizeof *formats; i++)
        if (formats[i]->fits(path, size, start, (size_t)n))
            return formats[i];
    return NULL;
}

struct tape_image *tape_open(const char *path, bool read_only, bool *made,
                             char *error, size_t size)
{
    int fd = open_file(path, &read_only, made, error, size);
    if (fd < 0)
        return NULL;
    uint64_t bytes = (uint64_t)lseek(fd, 0, SEEK_END);
    const struct tape_format *format = format_of(fd, path, bytes);
    if (!format) {
        snprintf(error, size, "it is in no format of tape images that is known here (AWSTAPE)");
        close(fd);
        return NULL;
    }
    struct tape_image *image = calloc(1, format->size);
    if (!image || !(image->path = strdup(path)))
        abort();
    image->format = format;
    image->fd = fd;
    image->read_only = read_only || !format->write;
    image->size = bytes;
    if (!format->open(image)) {
        snprintf(error, size, "%s", image->error);
        tape_close(image);
        return NULL;
    }
    return image;
}

void tape_close(struct tape_image *image)
{
    if (!image)
        return;
    image->format->close(image);
    close(image->fd);
    free(image->path);
    free(image->bytes);
    free(image);
}

/* ---- what every format does ------------------------------------------------------ */

enum tape_result tape_read(struct tape_image *image) { return image->format->read(image); }
enum tape_result tape_forward(struct tape_image *image) { return image->format->forward(image); }
enum tape_result tape_backward(struct tape_image *image) { return image->format->backward(image); }
void tape_rewind(struct tape_image *image) { image->format->rewind(image); }

static enum tape_result writable(struct tape_image *image)
{
    return image->read_only ? tape_says(image, TAPE_FAILED, "the image is read-only") : TAPE_BLOCK;
}

enum tape_result tape_write(struct tape_image *image, const void *bytes, size_t length)
{
    enum tape_result result = writable(image);
    return result == TAPE_BLOCK ? image->format->write(image, bytes, length) : result;
}

enum tape_result tape_write_mark(struct tape_image *image)
{
    enum tape_result result = writable(image);
    return result == TAPE_BLOCK ? image->format->write_mark(image) : result;
}

enum tape_result tape_erase(struct tape_image *image)
{
    enum tape_result result = writable(image);
    return result == TAPE_BLOCK ? image->format->erase(image) : result;
}

enum tape_result tape_locate(struct tape_image *image, uint32_t position)
{
    if (position == 0)
        tape_rewind(image);
    while (image->position != position) {
        enum tape_result result = image->position < position ? tape_forward(image)
                                                             : tape_backward(image);
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
