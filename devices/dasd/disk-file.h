/* A host's file that holds a disk or a part of one: locked, read and written in whole pieces,
 * with complaints in words. */
#ifndef DEVICES_DASD_DISK_FILE_H
#define DEVICES_DASD_DISK_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Why something did not work, as a sentence for people: names the file. */
struct disk_complaint { char text[512]; };

/* Always false, for `return complain(...)`. */
bool complain(struct disk_complaint *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

struct disk_file {
    char *path;
    int fd;
    off_t size;                   /* at the open */
};

/* One writer, or any number of readers: a second emulator must not touch a disk that the
 * first believes to be its own. All here return false with a complaint. */
bool disk_file_open(struct disk_file *, const char *path, bool writable,
                    struct disk_complaint *);
void disk_file_close(struct disk_file *);

/* The same file with the other lock. If it can't be had, all is as before. */
bool disk_file_reopen(struct disk_file *, bool writable, struct disk_complaint *);

/* A new file; false if one is there. When it is written, or could not be: close it, and
 * remove what is not good. */
bool disk_file_create(struct disk_file *, const char *path, struct disk_complaint *);
bool disk_file_created(struct disk_file *, bool good, struct disk_complaint *);

/* All of it or nothing: false at the end of the file too. */
bool disk_file_read(const struct disk_file *, void *, size_t, off_t, struct disk_complaint *);
bool disk_file_write(const struct disk_file *, const void *, size_t, off_t,
                     struct disk_complaint *);

/* Eight bytes that are there already, replaced all at once: a kill leaves the old or the new.
 * (Other writes may be cut off by one at the end of any of the kernel's pages.) */
bool disk_file_store(const struct disk_file *, const uint8_t bytes[8], off_t,
                     struct disk_complaint *);

/* To the disk itself. */
bool disk_file_sync(const struct disk_file *, struct disk_complaint *);

#endif
