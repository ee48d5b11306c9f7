/* A file that was removed while it is in use: what is in it is there as long as it is open, and is
 * put into a file again. */
#ifndef DEVICES_RESCUE_H
#define DEVICES_RESCUE_H

#include <stdbool.h>
#include <stddef.h>

/* Has the open file no name (any more: some never had one, such as the output of a program that
 * reads ours)? It is not asked for its times: the kernel would give the next write to it a new
 * one, at the cost of a write of its inode. */
bool rescue_is_due(int fd);

/* A new file of the old name, or, if somebody else has that now, with ".rescued1" or so behind it:
 * into `where`. A descriptor for reading and writing; -1 and errno. */
int rescue_make(const char *path, char *where, size_t size);

/* All of the open file into such a new one, synced. False and `error`. */
bool rescue_file(int fd, const char *path, char *where, size_t size, char *error,
                 size_t error_size);

#endif
