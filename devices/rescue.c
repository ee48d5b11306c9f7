#include "devices/rescue.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool rescue_is_due(int fd)
{
    struct statx status;
    return statx(fd, "", AT_EMPTY_PATH, STATX_NLINK, &status) == 0 && status.stx_nlink == 0;
}

int rescue_make(const char *path, char *where, size_t size)
{
    enum { MOST = 100 };
    for (unsigned i = 0; i < MOST; i++) {
        int n = i == 0 ? snprintf(where, size, "%s", path)
                       : snprintf(where, size, "%s.rescued%u", path, i);
        if ((size_t)n >= size) {
            errno = ENAMETOOLONG;
            return -1;
        }
        int fd = open(where, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

static bool write_all(int to, const char *bytes, size_t length)
{
    while (length) {
        ssize_t n = write(to, bytes, length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        bytes += n;
        length -= (size_t)n;
    }
    return true;
}

static bool copy(int from, int to)
{
    enum { PIECE = 1 << 20 };
    char *bytes = malloc(PIECE);
    bool good = bytes;
    for (off_t at = 0; good; ) {
        ssize_t n = pread(from, bytes, PIECE, at);
        if (n < 0 && errno == EINTR)
            continue;
        good = n >= 0 && write_all(to, bytes, (size_t)n);
        if (n <= 0)
            break;
        at += n;
    }
    free(bytes);
    return good && fsync(to) == 0;
}

bool rescue_file(int fd, const char *path, char *where, size_t size, char *error,
                 size_t error_size)
{
    /* Opened anew: the descriptor may be one for writing alone. */
    char name[40];
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    int from = open(name, O_RDONLY | O_CLOEXEC), to = from < 0 ? -1 : rescue_make(path, where, size);
    bool good = to >= 0 && copy(from, to);
    if (!good)
        snprintf(error, error_size, "it was removed, and can't be made again: %s", strerror(errno));
    if (!good && to >= 0)
        unlink(where);
    if (from >= 0)
        close(from);
    if (to >= 0)
        close(to);
    return good;
}
