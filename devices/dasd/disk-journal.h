/* A journal beside a file (its name and ".journal"): writes that belong together are appended
 * to it as one record with a checksum before they are made in the file. After a death, the next
 * to open the file makes them again: all of a record, or, if it is not whole, none.
 *
 * Against the death of the process (DISK_SYNC_PROCESS) one record suffices, always in the same
 * place, void before anything is written that is not in it. Against that of the host (DISK_SYNC_HOST) a
 * record is synced before its writes are made; those are not, until the journal is full: then
 * the file is synced, and the journal begins anew. So what a guest is told costs one sync.
 *
 * The journal: 4096 bytes of head (8 of magic, the file's inode as 8 bytes); then records, each
 * of magic, checksum of the rest, epoch, sequence, number of writes, number of their bytes; those
 * bytes; for each write its place and length. All are 8-byte numbers in the host's order. A
 * record counts if it follows the one before it in sequence, in the same epoch; the first
 * epoch is a random number, so that nothing a guest writes can pass for a record.
 *
 * Private to devices/dasd/. */
#ifndef DEVICES_DASD_DISK_JOURNAL_H
#define DEVICES_DASD_DISK_JOURNAL_H

#include "devices/dasd/disk-file.h"

struct disk_journal *disk_journal_new(enum disk_sync);
/* Whatever it holds stays in its file if it could not be settled. */
void disk_journal_free(struct disk_journal *);
enum disk_sync disk_journal_kind(const struct disk_journal *);

/* Make the journal's file, if it is not there. */
bool disk_journal_ready(struct disk_journal *, const struct disk_file *, struct disk_complaint *);

void disk_journal_begin(struct disk_journal *, const struct disk_file *);
bool disk_journal_collecting(const struct disk_journal *);
/* One write of those that are collected. */
bool disk_journal_add(struct disk_journal *, const struct disk_file *, const void *bytes,
                      size_t length, off_t at, struct disk_complaint *);
/* Put over what was read what is collected, or committed but not made yet. */
void disk_journal_overlay(const struct disk_journal *, void *bytes, size_t length, off_t at);
bool disk_journal_commit(struct disk_journal *, const struct disk_file *,
                         struct disk_complaint *);
void disk_journal_abandon(struct disk_journal *);
/* Is a record committed, but not made in the file yet? */
bool disk_journal_owes(const struct disk_journal *);

/* Make what was committed and could not be made in the file: a full disk may have room now. */
bool disk_journal_catch_up(struct disk_journal *, const struct disk_file *,
                           struct disk_complaint *);
/* Something is about to be written that passes the journal by. */
bool disk_journal_pass(struct disk_journal *, const struct disk_file *, struct disk_complaint *);
/* All is in the file, synced, and no record counts any more. */
bool disk_journal_renew(struct disk_journal *, const struct disk_file *,
                        struct disk_complaint *);
/* All is in the file (and synced, if that was promised); the journal goes. */
bool disk_journal_settle(struct disk_journal *, const struct disk_file *,
                         struct disk_complaint *);

/* Is there a journal of a file of this name? Bring the file up to it; then it goes. */
bool disk_journal_there(const char *path);
bool disk_journal_replay(const struct disk_file *, struct disk_complaint *);

/* ---- the host's calls, through the tap ------------------------------------------------ */

bool disk_put(struct disk_tap *, int fd, const char *path, const void *bytes, size_t length,
              off_t at, struct disk_complaint *);
bool disk_put_through(struct disk_tap *, int fd, const char *path, struct disk_complaint *);
/* The folder that the path is in: its names are at the disk. */
bool disk_put_names(struct disk_tap *, const char *path, struct disk_complaint *);
int disk_tapped(struct disk_tap *, enum disk_deed, const char *path);    /* 0 or an errno */
int disk_tapped_name(struct disk_tap *, const char *from, const char *to);

#endif
