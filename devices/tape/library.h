/* A list of tapes that a drive takes one after the other ("480 3480 @list"): a loader's
 * magazine. A line of the file names an image, with words of the device statement for it
 * alone; a line with "*" in place of the name has words for all behind it; # begins a comment. A
 * folder in place of an image is a scratch pool: the drive takes a tape of it, in
 * order of their names, on which nothing is but labels of a tape never used, and
 * comes back for another one until there is none left. */
#ifndef DEVICES_TAPE_LIBRARY_H
#define DEVICES_TAPE_LIBRARY_H

#include "devices/tape/image.h"

struct tape_library;

enum { TAPE_WORDS_MOST = 16 };

struct tape_volume {
    const char *path;          /* valid until the next call */
    bool is_pool;
    int argc;                  /* its words, those of "*" first */
    char *argv[2 * TAPE_WORDS_MOST];
};

/* NULL, and `error` says why. */
struct tape_library *tape_library_open(const char *path, char *error, size_t size);
void tape_library_close(struct tape_library *);

/* The next volume; false: that was the last. A pool comes again and again, until
 * tape_library_skip(). */
bool tape_library_next(struct tape_library *, struct tape_volume *);
void tape_library_skip(struct tape_library *);

/* Open the first scratch tape of a folder that no other drive has, for writing. NULL, and
 * `error` says why. */
struct tape_image *tape_scratch_open(const char *folder, char *error, size_t size);

#endif
