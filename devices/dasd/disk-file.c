#include "config.h"

#include "devices/dasd/disk-file.h"
#include "devices/dasd/disk-journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/clock.h"
#include "devices/rescue.h"

bool complain(struct disk_complaint *complaint, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(complaint->text, sizeof complaint->text, format, arguments);
    va_end(arguments);
    return false;
}

bool disk_sync_find(const char *name, enum disk_sync *kind)
{
    static const char *const names[] = { [DISK_SYNC_PROCESS] = "process",
                                         [DISK_SYNC_HOST] = "host", [DISK_SYNC_NONE] = "none" };
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(name, names[i]) == 0) {
            *kind = i;
            return true;
        }
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

static bool open_file(struct disk_file *file, const char *path, bool writable,
                      struct disk_tap *tap, struct disk_complaint *complaint)
{
    struct stat status;
    int fd = open(path, (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC);
    if (fd < 0)
        return complain(complaint, "%s can't be opened: %s", path, strerror(errno));
    *file = (struct disk_file){ .path = strdup(path), .fd = fd, .tap = tap };
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

/* What was left of the last use comes first, even if the file is only to be read now. */
static bool replay(const char *path, struct disk_tap *tap, struct disk_complaint *complaint)
{
    struct disk_file file;
    if (!open_file(&file, path, true, tap, complaint))
        return false;
    bool good = disk_journal_replay(&file, complaint);
    disk_file_close(&file);
    return good;
}

bool disk_file_open_tapped(struct disk_file *file, const char *path, bool writable,
                           struct disk_tap *tap, struct disk_complaint *complaint)
{
    return (!disk_journal_there(path) || replay(path, tap, complaint))
        && open_file(file, path, writable, tap, complaint);
}

bool disk_file_open(struct disk_file *file, const char *path, bool writable,
                    struct disk_complaint *complaint)
{
    return disk_file_open_tapped(file, path, writable, NULL, complaint);
}

void disk_file_close(struct disk_file *file)
{
    if (file->journal) {
        struct disk_complaint ignored;
        disk_journal_settle(file->journal, file, &ignored);
        disk_journal_free(file->journal);
    }
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
    if (!disk_file_settle(file, complaint))
        return false;
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

bool disk_file_create_tapped(struct disk_file *file, const char *path, struct disk_tap *tap,
                             struct disk_complaint *complaint)
{
    int error = disk_tapped(tap, DISK_MAKE, path), fd = -1;
    if (error == 0) {
        fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
        error = fd < 0 ? errno : 0;
    }
    if (error)
        return complain(complaint, "%s can't be made: %s", path, strerror(error));
    *file = (struct disk_file){ .path = strdup(path), .fd = fd, .tap = tap };
    return true;
}

bool disk_file_create(struct disk_file *file, const char *path, struct disk_complaint *complaint)
{
    return disk_file_create_tapped(file, path, NULL, complaint);
}

/* A host that can't tell beforehand tells when the bytes are written. */
bool disk_file_reserve(const struct disk_file *file, off_t size, struct disk_complaint *complaint)
{
#ifdef HAVE_FALLOCATE
    if (fallocate(file->fd, FALLOC_FL_KEEP_SIZE, 0, size) != 0
        && (errno == ENOSPC || errno == EDQUOT))
        return complain(complaint, "%s can't have %lld bytes: %s", file->path, (long long)size,
                        strerror(errno));
#else
    (void)file, (void)size, (void)complaint;
#endif
    return true;
}

bool disk_file_created(struct disk_file *file, bool good, struct disk_complaint *complaint)
{
    if (close(file->fd) != 0 && good)
        good = complain(complaint, "%s can't be written: %s", file->path, strerror(errno));
    if (!good && file->path) {
        disk_tapped(file->tap, DISK_REMOVE, file->path);
        unlink(file->path);
    }
    free(file->path);
    return good;
}

/* ---- the host's calls ------------------------------------------------------------------- */

/* A deed that no bytes belong to. */
int disk_tapped(struct disk_tap *tap, enum disk_deed deed, const char *path)
{
    size_t none = 0;
    return tap ? tap->deed(tap, deed, path, NULL, &none, 0) : 0;
}

/* A file has another name now. */
int disk_tapped_name(struct disk_tap *tap, const char *from, const char *to)
{
    size_t none = 0;
    return tap ? tap->deed(tap, DISK_RENAME, from, to, &none, 0) : 0;
}

bool disk_put(struct disk_tap *tap, int fd, const char *path, const void *bytes, size_t length,
              off_t at, struct disk_complaint *complaint)
{
    size_t wanted = length;
    int error = tap ? tap->deed(tap, DISK_WRITE, path, bytes, &length, at) : 0;
    for (size_t done = 0; done < length; ) {
        ssize_t n = pwrite(fd, (const char *)bytes + done, length - done, at + (off_t)done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return complain(complaint, "%s can't be written at %lld: %s", path, (long long)at,
                            n == 0 ? "nothing was taken" : strerror(errno));
        done += (size_t)n;
    }
    return (error == 0 && length == wanted)
        || complain(complaint, "%s can't be written at %lld: %s", path, (long long)at,
                    strerror(error));
}

bool disk_put_through(struct disk_tap *tap, int fd, const char *path,
                      struct disk_complaint *complaint)
{
    int error = disk_tapped(tap, DISK_SYNC, path);
    if (error == 0 && fdatasync(fd) != 0)
        error = errno;
    return error == 0
        || complain(complaint, "%s can't be written out: %s", path, strerror(error));
}

bool disk_put_names(struct disk_tap *tap, const char *path, struct disk_complaint *complaint)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    int n = snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path + 1) : 1,
                     slash ? path : ".");
    int error = disk_tapped(tap, DISK_FOLDER_SYNC, path);
    int fd = (size_t)n < sizeof folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (error == 0 && (fd < 0 || fsync(fd) != 0))
        error = errno;
    if (fd >= 0)
        close(fd);
    return error == 0
        || complain(complaint, "%s: its folder can't be written out: %s", path, strerror(error));
}

/* ---- reading, writing ---------------------------------------------------------------------- */

static bool get(const struct disk_file *file, void *bytes, size_t length, off_t at,
                struct disk_complaint *complaint)
{
    size_t wanted = length;
    int error = file->tap ? file->tap->deed(file->tap, DISK_READ, file->path, NULL, &wanted, at)
                          : 0;
    if (error)
        return complain(complaint, "%s can't be read at %lld: %s", file->path, (long long)at,
                        strerror(error));
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

bool disk_file_read(const struct disk_file *file, void *bytes, size_t length, off_t at,
                    struct disk_complaint *complaint)
{
    if (!get(file, bytes, length, at, complaint))
        return false;
    if (file->journal)
        disk_journal_overlay(file->journal, bytes, length, at);
    return true;
}

/* Against the host's death everything goes through the journal, if it is one write only. */
bool disk_file_write(const struct disk_file *file, const void *bytes, size_t length, off_t at,
                     struct disk_complaint *complaint)
{
    struct disk_journal *journal = file->journal;
    if (journal && disk_journal_collecting(journal))
        return disk_journal_add(journal, file, bytes, length, at, complaint);
    if (journal && !disk_journal_pass(journal, file, complaint))
        return false;
    if (!journal || disk_journal_kind(journal) != DISK_SYNC_HOST)
        return disk_put(file->tap, file->fd, file->path, bytes, length, at, complaint);
    disk_file_begin(file);
    if (disk_journal_add(journal, file, bytes, length, at, complaint))
        return disk_file_commit(file, complaint);
    disk_file_abandon(file);
    return false;
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
    size_t eight = sizeof old;
    if (file->tap)
        file->tap->deed(file->tap, DISK_STORE, file->path, bytes, &eight, at);
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
    if (file->journal && (disk_journal_collecting(file->journal)
                          || disk_journal_kind(file->journal) == DISK_SYNC_HOST))
        return disk_file_write(file, bytes, 8, at, complaint);
    return at % HOST_PAGE > HOST_PAGE - 8 ? store_across(file, bytes, at, complaint)
                                          : disk_file_write(file, bytes, 8, at, complaint);
}

bool disk_file_sync(const struct disk_file *file, struct disk_complaint *complaint)
{
    return (!file->journal || disk_journal_catch_up(file->journal, file, complaint))
        && disk_put_through(file->tap, file->fd, file->path, complaint);
}

bool disk_file_cut(struct disk_file *file, off_t size, struct disk_complaint *complaint)
{
    size_t length = (size_t)size;
    if (size < file->size)
        file->size = size;
    int error = file->tap
        ? file->tap->deed(file->tap, DISK_CUT, file->path, NULL, &length, size) : 0;
    if (error == 0 && ftruncate(file->fd, size) != 0)
        error = errno;
    return error == 0
        || complain(complaint, "%s can't be cut to %llu bytes: %s", file->path,
                    (unsigned long long)size, strerror(error));
}

/* ---- a file that was removed ------------------------------------------------------------ */

bool disk_file_is_gone(const struct disk_file *file)
{
    return rescue_is_due(file->fd);
}

static bool copy_bytes(const struct disk_file *from, int to, const char *path,
                       struct disk_complaint *complaint)
{
    enum { PIECE = 1 << 20 };
    struct stat status;
    uint8_t *bytes = malloc(PIECE);
    bool good = bytes && fstat(from->fd, &status) == 0;
    if (!good)
        complain(complaint, "%s: out of storage", path);
    for (off_t at = 0; good && at < status.st_size; at += PIECE) {
        size_t n = status.st_size - at < PIECE ? (size_t)(status.st_size - at) : PIECE;
        good = disk_file_read(from, bytes, n, at, complaint)
            && disk_put(from->tap, to, path, bytes, n, at, complaint);
    }
    free(bytes);
    return good && disk_put_through(from->tap, to, path, complaint);
}

bool disk_file_rescue(const struct disk_file *file, char *where, size_t size,
                      struct disk_complaint *complaint)
{
    int to = rescue_make(file->path, where, size);
    if (to < 0)
        return complain(complaint, "%s was removed, and can't be made again: %s", file->path,
                        strerror(errno));
    bool good = copy_bytes(file, to, where, complaint);
    close(to);
    if (!good)
        unlink(where);
    return good;
}

/* ---- names ------------------------------------------------------------------------------------ */

static bool keep_names(const struct disk_file *file, const char *path,
                       struct disk_complaint *complaint)
{
    return disk_file_sync_kind(file) != DISK_SYNC_HOST
        || disk_put_names(file->tap, path, complaint);
}

bool disk_file_remove(const struct disk_file *file, const char *path,
                      struct disk_complaint *complaint)
{
    int error = disk_tapped(file->tap, DISK_REMOVE, path);
    if (error == 0 && unlink(path) != 0)
        error = errno;
    return error == 0 ? keep_names(file, path, complaint)
                      : complain(complaint, "%s can't be removed: %s", path, strerror(error));
}

bool disk_file_rename(const struct disk_file *file, const char *from, const char *to,
                      struct disk_complaint *complaint)
{
    int error = disk_tapped_name(file->tap, from, to);
    if (error == 0 && rename(from, to) != 0)
        error = errno;
    return error == 0 ? keep_names(file, to, complaint)
                      : complain(complaint, "%s can't become %s: %s", from, to, strerror(error));
}

/* ---- several writes as one ------------------------------------------------------------------------ */

bool disk_file_guard(struct disk_file *file, enum disk_sync kind, struct disk_complaint *complaint)
{
    if (file->journal) {
        if (!disk_file_settle(file, complaint))
            return false;
        disk_journal_free(file->journal);
        file->journal = NULL;
    }
    if (kind == DISK_SYNC_NONE)
        return true;
    file->journal = disk_journal_new(kind);
    return file->journal || complain(complaint, "%s: out of storage", file->path);
}

enum disk_sync disk_file_sync_kind(const struct disk_file *file)
{
    return file->journal ? disk_journal_kind(file->journal) : DISK_SYNC_NONE;
}

bool disk_file_collects(const struct disk_file *file, struct disk_complaint *complaint)
{
    return file->journal && disk_journal_ready(file->journal, file, complaint);
}

void disk_file_begin(const struct disk_file *file)
{
    if (file->journal)
        disk_journal_begin(file->journal, file);
}

bool disk_file_commit(const struct disk_file *file, struct disk_complaint *complaint)
{
    return !file->journal || disk_journal_commit(file->journal, file, complaint);
}

void disk_file_abandon(const struct disk_file *file)
{
    if (file->journal)
        disk_journal_abandon(file->journal);
}

bool disk_file_owes(const struct disk_file *file)
{
    return file->journal && disk_journal_owes(file->journal);
}

bool disk_file_renew(const struct disk_file *file, struct disk_complaint *complaint)
{
    return !file->journal || disk_journal_kind(file->journal) != DISK_SYNC_HOST
        || disk_journal_renew(file->journal, file, complaint);
}

bool disk_file_settle(const struct disk_file *file, struct disk_complaint *complaint)
{
    return !file->journal || disk_journal_settle(file->journal, file, complaint);
}
