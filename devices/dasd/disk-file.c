#include "devices/dasd/disk-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/clock.h"

bool complain(struct disk_complaint *complaint, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(complaint->text, sizeof complaint->text, format, arguments);
    va_end(arguments);
    return false;
}

/* A process that was just killed may hold its lock a moment longer. */
static bool lock(int fd, const char *path, bool writable, struct disk_complaint *complaint)
{
    enum { TRIES = 10, PAUSE_NS = 20 * 1000 * 1000 };
    for (unsigned i = 0; flock(fd, (writable ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0; i++) {
        if (errno != EWOULDBLOCK)
            return complain(complaint, "%s can't be locked: %s", path, strerror(errno));
        if (i == TRIES)
            return complain(complaint, "%s is in use by another emulator or tool%s", path,
                            writable ? "" : " that writes on it");
        clock_host_sleep(PAUSE_NS);
    }
    return true;
}

bool disk_file_open(struct disk_file *file, const char *path, bool writable,
                    struct disk_complaint *complaint)
{
    struct stat status;
    int fd = open(path, (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC);
    if (fd < 0)
        return complain(complaint, "%s can't be opened: %s", path, strerror(errno));
    *file = (struct disk_file){ .path = strdup(path), .fd = fd };
    bool regular = fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
    if (!regular)
        complain(complaint, "%s is not a regular file", path);
    if (regular && file->path && lock(fd, path, writable, complaint)) {
        file->size = status.st_size;
        return true;
    }
    disk_file_close(file);
    return false;
}

void disk_file_close(struct disk_file *file)
{
    close(file->fd);
    free(file->path);
    *file = (struct disk_file){ .fd = -1 };
}

static bool same_file(int a, int b)
{
    struct stat first, second;
    return fstat(a, &first) == 0 && fstat(b, &second) == 0 && first.st_dev == second.st_dev
        && first.st_ino == second.st_ino;
}

/* The old descriptor's lock would be in the way of the new one's: it is given up first, and
 * taken again if another emulator came in between. */
bool disk_file_reopen(struct disk_file *file, bool writable, struct disk_complaint *complaint)
{
    int fd = open(file->path, (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC);
    if (fd < 0)
        return complain(complaint, "%s can't be opened%s: %s", file->path,
                        writable ? " for writing" : "", strerror(errno));
    bool good = same_file(fd, file->fd)
        || complain(complaint, "%s is no longer the file that was opened", file->path);
    if (good) {
        flock(file->fd, LOCK_UN);
        good = lock(fd, file->path, writable, complaint);
        if (!good)
            flock(file->fd, (writable ? LOCK_SH : LOCK_EX) | LOCK_NB);
    }
    if (good) {
        int old = file->fd;
        file->fd = fd;
        fd = old;
    }
    close(fd);
    return good;
}

bool disk_file_create(struct disk_file *file, const char *path, struct disk_complaint *complaint)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (fd < 0)
        return complain(complaint, "%s can't be made: %s", path, strerror(errno));
    *file = (struct disk_file){ .path = strdup(path), .fd = fd };
    return true;
}

bool disk_file_created(struct disk_file *file, bool good, struct disk_complaint *complaint)
{
    if (close(file->fd) != 0 && good)
        good = complain(complaint, "%s can't be written: %s", file->path, strerror(errno));
    if (!good && file->path)
        unlink(file->path);
    free(file->path);
    return good;
}

bool disk_file_read(const struct disk_file *file, void *bytes, size_t length, off_t at,
                   struct disk_complaint *complaint)
{
    for (size_t done = 0; done < length; ) {
        ssize_t n = pread(file->fd, (char *)bytes + done, length - done, at + (off_t)done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return complain(complaint, "%s can't be read at %lld: %s", file->path,
                            (long long)at, strerror(errno));
        if (n == 0)
            return complain(complaint, "%s ends too soon: %zu bytes wanted at %lld",
                            file->path, length, (long long)at);
        done += (size_t)n;
    }
    return true;
}

bool disk_file_write(const struct disk_file *file, const void *bytes, size_t length, off_t at,
                    struct disk_complaint *complaint)
{
    for (size_t done = 0; done < length; ) {
        ssize_t n = pwrite(file->fd, (const char *)bytes + done, length - done,
                           at + (off_t)done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return complain(complaint, "%s can't be written at %lld: %s", file->path,
                            (long long)at, n == 0 ? "nothing was taken" : strerror(errno));
        done += (size_t)n;
    }
    return true;
}

/* Eight bytes that lie on two pages are stored by one instruction through a mapping, so that
 * a kill finds all of them or none. Both pages are made writable first: the store then can't
 * stop in its middle; and what is there is written once more, for a full disk to be told of
 * as an error, not as a signal. */
static bool store_across(const struct disk_file *file, const uint8_t *bytes, off_t at,
                         struct disk_complaint *complaint)
{
    struct unaligned { uint64_t value; } __attribute__((packed));
    size_t page = (size_t)sysconf(_SC_PAGESIZE), within = (size_t)at % page;
    off_t base = at - (off_t)within;
    uint8_t old[8];
    if (!disk_file_read(file, old, sizeof old, at, complaint)
        || !disk_file_write(file, old, sizeof old, at, complaint))
        return false;
    uint8_t *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_SHARED, file->fd, base);
    if (pages == MAP_FAILED)
        return disk_file_write(file, bytes, sizeof old, at, complaint);
    volatile uint8_t *first = pages + within, *last = first + sizeof old - 1;
    *first = *first;
    *last = *last;
    struct unaligned value;
    memcpy(&value, bytes, sizeof value);
    *(volatile struct unaligned *)(void *)first = value;
    munmap(pages, 2 * page);
    return true;
}

bool disk_file_store(const struct disk_file *file, const uint8_t bytes[8], off_t at,
                    struct disk_complaint *complaint)
{
    /* The kernel's pages are this large or a multiple of it. */
    enum { HOST_PAGE = 4096 };
    return at % HOST_PAGE > HOST_PAGE - 8 ? store_across(file, bytes, at, complaint)
                                          : disk_file_write(file, bytes, 8, at, complaint);
}

bool disk_file_sync(const struct disk_file *file, struct disk_complaint *complaint)
{
    return fdatasync(file->fd) == 0
        || complain(complaint, "%s can't be written out: %s", file->path, strerror(errno));
}
