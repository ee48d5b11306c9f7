/* A host's file that holds a disk or a part of one: locked, read and written in whole pieces,
 * with complaints in words; and with a journal beside it (disk-journal.h), if several writes
 * are to be one, or are to outlive the host. */
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

/* What survives when the guest was told that it is written. */
enum disk_sync {
    DISK_SYNC_PROCESS,            /* the death of the emulator */
    DISK_SYNC_HOST,               /* and the host's loss of power */
    DISK_SYNC_NONE                /* nothing is promised */
};

/* By its name in a statement: "process", "host", "none". False: there is no such kind. */
bool disk_sync_find(const char *name, enum disk_sync *);

/* For tests: whoever wants to know, or to spoil, what is done to a file. `deed` gives 0, or the
 * errno with which this fails; of a write it may then have let *length bytes through. */
enum disk_deed { DISK_READ, DISK_WRITE, DISK_STORE /* all bytes at once */, DISK_SYNC, DISK_CUT,
                 DISK_MAKE, DISK_REMOVE, DISK_RENAME, DISK_FOLDER_SYNC };
struct disk_tap {
    int (*deed)(struct disk_tap *, enum disk_deed, const char *path, const void *bytes,
                size_t *length, off_t at);
};

struct disk_journal;
struct disk_file {
    char *path;
    int fd;
    off_t size;                   /* at the open, or less: it has as much, at least */
    struct disk_tap *tap;         /* NULL: nobody */
    struct disk_journal *journal; /* NULL: none */
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
bool disk_file_create_tapped(struct disk_file *, const char *path, struct disk_tap *,
                             struct disk_complaint *);

/* Room for all that a new file will have: a disk without it says so at once, and one that knows
 * the size takes the writes several times as fast. The file is as long as it was. */
bool disk_file_reserve(const struct disk_file *, off_t size, struct disk_complaint *);

/* With a tap. */
bool disk_file_open_tapped(struct disk_file *, const char *path, bool writable, struct disk_tap *,
                           struct disk_complaint *);

/* All of it or nothing: false at the end of the file too. */
bool disk_file_read(const struct disk_file *, void *, size_t, off_t, struct disk_complaint *);
bool disk_file_write(const struct disk_file *, const void *, size_t, off_t,
                     struct disk_complaint *);

/* Eight bytes that are there already, replaced all at once: a kill leaves the old or the new.
 * (Other writes may be cut off by one at the end of any of the kernel's pages.) */
bool disk_file_store(const struct disk_file *, const uint8_t bytes[8], off_t,
                     struct disk_complaint *);

/* Was the file removed, and nothing but this descriptor keeps it? */
bool disk_file_is_gone(const struct disk_file *);
/* Put what is in it into a file again: under its old name, or one that begins so if there is
 * another file now. The name goes to `where`. */
bool disk_file_rescue(const struct disk_file *, char *where, size_t size,
                      struct disk_complaint *);

/* To the disk itself. */
bool disk_file_sync(const struct disk_file *, struct disk_complaint *);

/* The file's new end. */
bool disk_file_cut(struct disk_file *, off_t size, struct disk_complaint *);

/* Names: one that goes, one that takes the other's place. With the folder at the disk if
 * `file` is to outlive the host. */
bool disk_file_remove(const struct disk_file *, const char *path, struct disk_complaint *);
bool disk_file_rename(const struct disk_file *, const char *from, const char *to,
                      struct disk_complaint *);

/* ---- several writes as one --------------------------------------------------------- */

/* From now on the file has a journal of this kind (DISK_SYNC_NONE: none). */
bool disk_file_guard(struct disk_file *, enum disk_sync, struct disk_complaint *);
enum disk_sync disk_file_sync_kind(const struct disk_file *);

/* Can writes be collected: is there a journal, or can it be made? */
bool disk_file_collects(const struct disk_file *, struct disk_complaint *);

/* What is written between begin and commit is in the file all at once; what is read in between
 * has it already. False from commit: old or new, not half, but the guest may not be told
 * that it is written. Without a journal they do nothing. */
void disk_file_begin(const struct disk_file *);
bool disk_file_commit(const struct disk_file *, struct disk_complaint *);
void disk_file_abandon(const struct disk_file *);
/* After a commit that failed: what was written is in the journal, and will be in the file. */
bool disk_file_owes(const struct disk_file *);

/* If the host's death is to be survived: the file is at the disk as it is now, and the journal
 * empty. */
bool disk_file_renew(const struct disk_file *, struct disk_complaint *);

/* All that the journal has is in the file, and the journal gone. */
bool disk_file_settle(const struct disk_file *, struct disk_complaint *);

#endif
