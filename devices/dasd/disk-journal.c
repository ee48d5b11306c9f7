#include "devices/dasd/disk-journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "devices/rescue.h"

enum { HEAD = 4096, HOST_SIZE = 8 << 20, LONGEST_RECORD = 1 << 28 };
static const char file_magic[8] = "ENDJRNL2", record_magic[8] = "ENDRECRD";

struct head { char magic[8]; uint64_t inode; };
struct record { char magic[8]; uint64_t checksum, epoch, sequence, count, length; };
struct piece { uint64_t at, length; };

struct disk_journal {
    enum disk_sync kind;
    char *path;                   /* NULL: not made yet */
    int fd;
    bool unavailable;             /* it could not be made */
    bool ready;                   /* seen to be there, for the next record */
    uint64_t epoch, sequence;
    off_t end;                    /* where the next record goes */

    bool collecting;
    bool refusing;                /* what is collected now can't be written, whatever comes */
    bool doubtful;                /* a record could not be written whole: does it count? */
    bool owed;                    /* a record is committed, but not made in the file yet */
    bool standing;                /* one that is made still counts: replaying it is no harm */
    uint8_t *record;              /* the record that is collected: its head, its bytes */
    size_t used, room;
    struct piece *piece;
    size_t pieces, pieces_room;
};

/* ---- the checksum ---------------------------------------------------------------------- */

static uint64_t mixed(uint64_t h)
{
    h ^= h >> 32;
    h *= UINT64_C(0xD6E8FEB86659FD93);
    return h ^ h >> 29;
}

/* All 128 bits of a product. */
static uint64_t product(uint64_t a, uint64_t b)
{
    unsigned __int128 both = (unsigned __int128)a * b;
    return (uint64_t)both ^ (uint64_t)(both >> 64);
}

/* Not against malice, which the epoch is for; quick, since each write pays for it: lanes that
 * do not wait for each other, 16 bytes a multiplication. The key is the epoch, so that nobody
 * can know the word that would make a lane forget what came before it. */
static uint64_t checksum(uint64_t epoch, const uint8_t *bytes, size_t length)
{
    enum { LANES = 8, STEP = LANES * 16 };
    const uint64_t key = mixed(epoch) ^ UINT64_C(0x9E3779B97F4A7C15);
    uint64_t lane[LANES] = { length, 1, 2, 3, 4, 5, 6, 7 }, word[2 * LANES], sum = key;
    for (; length >= STEP; bytes += STEP, length -= STEP) {
        memcpy(word, bytes, sizeof word);
        for (unsigned k = 0; k < LANES; k++)
            lane[k] = product(lane[k] ^ word[2 * k], key ^ word[2 * k + 1]);
    }
    memset(word, 0, sizeof word);
    memcpy(word, bytes, length);
    for (unsigned k = 0; k < LANES; k++)
        sum = mixed(sum + product(lane[k] ^ word[2 * k], key ^ word[2 * k + 1]));
    return sum;
}

enum { CHECKED_FROM = sizeof(((struct record *)0)->magic) + sizeof(uint64_t) };

/* ---- the journal's file --------------------------------------------------------------------- */

/* Beside the file itself, whatever symbolic link led to it. */
static bool name_of(const char *path, char *name, size_t size)
{
    char *place = realpath(path, NULL);
    bool good = place && (size_t)snprintf(name, size, "%s.journal", place) < size;
    free(place);
    return good;
}

bool disk_journal_there(const char *path)
{
    char name[4096];
    return name_of(path, name, sizeof name) && access(name, F_OK) == 0;
}

struct disk_journal *disk_journal_new(enum disk_sync kind)
{
    struct disk_journal *j = calloc(1, sizeof *j);
    if (j) {
        j->kind = kind;
        j->fd = -1;
    }
    return j;
}

void disk_journal_free(struct disk_journal *j)
{
    if (j->fd >= 0)
        close(j->fd);
    free(j->path);
    free(j->record);
    free(j->piece);
    free(j);
}

enum disk_sync disk_journal_kind(const struct disk_journal *j)
{
    return j->kind;
}

static bool synced(struct disk_journal *j, const struct disk_file *file,
                   struct disk_complaint *complaint)
{
    return j->kind != DISK_SYNC_HOST || disk_put_through(file->tap, j->fd, j->path, complaint);
}

/* Its whole length is written once: later a sync has nothing but bytes to write, and no disk
 * can be too full for a record. */
static bool fill(struct disk_journal *j, const struct disk_file *file,
                 struct disk_complaint *complaint)
{
    enum { PIECE = 1 << 16 };
    struct stat status;
    uint8_t *bytes = calloc(1, PIECE);
    if (!bytes || fstat(file->fd, &status) != 0) {
        free(bytes);
        return complain(complaint, "%s: %s", j->path, strerror(errno));
    }
    bool good = true;
    off_t size = j->kind == DISK_SYNC_HOST ? HOST_SIZE : 2 * PIECE;
    for (off_t at = 0; good && at < size; at += PIECE)
        good = disk_put(file->tap, j->fd, j->path, bytes, PIECE, at, complaint);
    free(bytes);
    struct head head = { .inode = status.st_ino };
    memcpy(head.magic, file_magic, sizeof head.magic);
    return good && disk_put(file->tap, j->fd, j->path, &head, sizeof head, 0, complaint)
        && synced(j, file, complaint)
        && (j->kind != DISK_SYNC_HOST || disk_put_names(file->tap, j->path, complaint));
}

static void drop_file(struct disk_journal *j)
{
    if (j->fd >= 0)
        close(j->fd);
    free(j->path);
    j->path = NULL;
    j->fd = -1;
}

static bool make(struct disk_journal *j, const struct disk_file *file,
                 struct disk_complaint *complaint)
{
    char name[4096];
    if (!name_of(file->path, name, sizeof name) || !(j->path = strdup(name)))
        return complain(complaint, "%s: no journal can have its name", file->path);
    int error = disk_tapped(file->tap, DISK_MAKE, name);
    if (error == 0) {
        j->fd = open(name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
        error = j->fd < 0 ? errno : 0;
    }
    if (error)
        complain(complaint, "%s can't be made: %s", name, strerror(error));
    if (error == 0 && fill(j, file, complaint)
        && getrandom(&j->epoch, sizeof j->epoch, 0) == sizeof j->epoch) {
        j->end = HEAD;
        return true;
    }
    if (j->fd >= 0)
        unlink(name);
    drop_file(j);
    return false;
}

bool disk_journal_ready(struct disk_journal *j, const struct disk_file *file,
                        struct disk_complaint *complaint)
{
    if (j->fd >= 0 && !rescue_is_due(j->fd))
        return j->ready = true;
    if (j->fd >= 0 && j->kind == DISK_SYNC_HOST
        && !disk_put_through(file->tap, file->fd, file->path, complaint))
        return false;
    drop_file(j);                 /* somebody removed it: another one, then */
    if (j->unavailable)
        return complain(complaint, "%s has no journal", file->path);
    if (make(j, file, complaint))
        return j->ready = true;
    j->unavailable = j->kind == DISK_SYNC_PROCESS;     /* else: again at the next write */
    return false;
}

/* ---- collecting ------------------------------------------------------------------------------- */

void disk_journal_begin(struct disk_journal *j, const struct disk_file *file)
{
    struct disk_complaint ignored;
    j->refusing = !disk_journal_catch_up(j, file, &ignored);
    j->collecting = true;
    if (j->refusing)
        return;
    j->pieces = 0;
    j->used = sizeof(struct record);
}

bool disk_journal_collecting(const struct disk_journal *j)
{
    return j->collecting;
}

static bool room_for(struct disk_journal *j, size_t length)
{
    size_t tables = (j->pieces + 1) * sizeof(struct piece), want = j->used + length + tables;
    if (want > j->room) {
        size_t room = want + want / 2;
        uint8_t *record = realloc(j->record, room);
        if (!record)
            return false;
        j->record = record;
        j->room = room;
    }
    if (j->pieces == j->pieces_room) {
        size_t room = j->pieces_room ? 2 * j->pieces_room : 16;
        struct piece *piece = realloc(j->piece, room * sizeof *piece);
        if (!piece)
            return false;
        j->piece = piece;
        j->pieces_room = room;
    }
    return true;
}

bool disk_journal_add(struct disk_journal *j, const struct disk_file *file, const void *bytes,
                      size_t length, off_t at, struct disk_complaint *complaint)
{
    if (j->refusing)
        return disk_journal_catch_up(j, file, complaint)
            && complain(complaint, "%s could not be written on a moment ago", file->path);
    if (!room_for(j, length)) {
        j->refusing = true;
        return complain(complaint, "%s: out of storage", file->path);
    }
    memcpy(j->record + j->used, bytes, length);
    j->used += length;
    j->piece[j->pieces++] = (struct piece){ (uint64_t)at, length };
    return true;
}

void disk_journal_overlay(const struct disk_journal *j, void *bytes, size_t length, off_t at)
{
    uint64_t start = (uint64_t)at, end = start + length;
    if (j->pieces == 0 || (!j->collecting && !j->owed))
        return;
    const uint8_t *from = j->record + sizeof(struct record);
    for (size_t i = 0; i < j->pieces; from += j->piece[i++].length) {
        uint64_t a = j->piece[i].at, b = a + j->piece[i].length;
        uint64_t first = a > start ? a : start, last = b < end ? b : end;
        if (first < last)
            memcpy((uint8_t *)bytes + (first - start), from + (first - a), last - first);
    }
}

void disk_journal_abandon(struct disk_journal *j)
{
    j->collecting = false;
}

bool disk_journal_owes(const struct disk_journal *j)
{
    return j->owed;
}

/* ---- committing --------------------------------------------------------------------------------- */

static bool make_writes(const struct disk_file *file, const uint8_t *bytes,
                        const struct piece *piece, size_t pieces, struct disk_complaint *complaint)
{
    for (size_t i = 0; i < pieces; bytes += piece[i++].length)
        if (!disk_put(file->tap, file->fd, file->path, bytes, piece[i].length,
                      (off_t)piece[i].at, complaint))
            return false;
    return true;
}

/* Nothing in the journal counts any more. */
static bool void_it(struct disk_journal *j, const struct disk_file *file,
                    struct disk_complaint *complaint)
{
    static const char none[8];
    j->end = HEAD;
    j->epoch++;                    /* what lies behind belongs to no record to come */
    j->standing = false;
    return disk_put(file->tap, j->fd, j->path, none, sizeof none, HEAD, complaint);
}

bool disk_journal_pass(struct disk_journal *j, const struct disk_file *file,
                       struct disk_complaint *complaint)
{
    return disk_journal_catch_up(j, file, complaint)
        && (!j->standing || void_it(j, file, complaint));
}

static bool seal(struct disk_journal *j)
{
    size_t table = j->pieces * sizeof *j->piece;
    if (!room_for(j, 0))
        return false;
    struct record head = { .epoch = j->epoch, .sequence = ++j->sequence, .count = j->pieces,
                           .length = j->used - sizeof head };
    memcpy(head.magic, record_magic, sizeof head.magic);
    memcpy(j->record, &head, sizeof head);
    memcpy(j->record + j->used, j->piece, table);
    head.checksum = checksum(j->epoch, j->record + CHECKED_FROM,
                             j->used + table - CHECKED_FROM);
    memcpy(j->record, &head, sizeof head);
    return true;
}

/* The file is synced, and the records before this one no longer count. */
static bool begin_anew(struct disk_journal *j, const struct disk_file *file,
                       struct disk_complaint *complaint)
{
    if (!disk_put_through(file->tap, file->fd, file->path, complaint))
        return false;
    j->epoch++;
    j->end = HEAD;
    return true;
}

/* Records begin at a sector, so that a torn write of one does not touch the one before. */
static off_t behind(off_t end, size_t length)
{
    enum { SECTOR = 512 };
    return (end + (off_t)length + SECTOR - 1) / SECTOR * SECTOR;
}

static bool append(struct disk_journal *j, const struct disk_file *file,
                   struct disk_complaint *complaint)
{
    size_t length = j->used + j->pieces * sizeof *j->piece;
    if (j->kind == DISK_SYNC_HOST && j->end > HEAD && j->end + (off_t)length > HOST_SIZE
        && !begin_anew(j, file, complaint))
        return false;
    if (!seal(j))
        return complain(complaint, "%s: out of storage", j->path);
    if (!disk_put(file->tap, j->fd, j->path, j->record, length, j->end, complaint)
        || !synced(j, file, complaint))
        return false;
    if (j->kind == DISK_SYNC_HOST)
        j->end = behind(j->end, length);
    return true;
}

/* Room for what lies behind the file's end is had before anything is promised. */
static bool reserve(const struct disk_journal *j, const struct disk_file *file,
                    struct disk_complaint *complaint)
{
    struct stat status = { .st_size = file->size };
    for (size_t i = 0; i < j->pieces; i++) {
        off_t at = (off_t)j->piece[i].at, length = (off_t)j->piece[i].length;
        if (at + length > file->size && fstat(file->fd, &status) != 0)
            return complain(complaint, "%s: %s", file->path, strerror(errno));
        if (at + length > status.st_size && fallocate(file->fd, FALLOC_FL_KEEP_SIZE, at, length) != 0
            && (errno == ENOSPC || errno == EFBIG || errno == EDQUOT))
            return complain(complaint, "%s can't be written at %lld: %s", file->path,
                            (long long)at, strerror(errno));
    }
    return true;
}

bool disk_journal_commit(struct disk_journal *j, const struct disk_file *file,
                         struct disk_complaint *complaint)
{
    bool refused = j->refusing, ready = j->ready;
    j->collecting = j->refusing = j->ready = false;
    if (refused)
        return complain(complaint, "%s could not be written on", file->path);
    if (j->pieces == 0)
        return true;
    if ((!ready && !disk_journal_ready(j, file, complaint)) || !reserve(j, file, complaint))
        return false;
    if (!append(j, file, complaint)) {
        j->doubtful = true;
        return false;
    }
    j->owed = true;
    return disk_journal_catch_up(j, file, complaint);
}

/* The journal's disk failed in the middle of a record: it must not count some day, over what
 * is written after it. */
static bool clear_doubt(struct disk_journal *j, const struct disk_file *file,
                        struct disk_complaint *complaint)
{
    if (j->doubtful && (j->kind == DISK_SYNC_HOST && !begin_anew(j, file, complaint)))
        return false;
    if (j->doubtful && (!void_it(j, file, complaint) || !synced(j, file, complaint)))
        return false;
    j->doubtful = false;
    return true;
}

bool disk_journal_catch_up(struct disk_journal *j, const struct disk_file *file,
                           struct disk_complaint *complaint)
{
    if (!j->owed)
        return clear_doubt(j, file, complaint);
    if (!make_writes(file, j->record + sizeof(struct record), j->piece, j->pieces, complaint))
        return false;
    j->owed = false;
    j->standing = j->kind == DISK_SYNC_PROCESS;
    return true;
}

bool disk_journal_renew(struct disk_journal *j, const struct disk_file *file,
                        struct disk_complaint *complaint)
{
    return disk_journal_catch_up(j, file, complaint)
        && (j->kind != DISK_SYNC_HOST
            || disk_put_through(file->tap, file->fd, file->path, complaint))
        && (j->fd < 0 || (void_it(j, file, complaint) && synced(j, file, complaint)));
}

bool disk_journal_settle(struct disk_journal *j, const struct disk_file *file,
                         struct disk_complaint *complaint)
{
    if (j->fd < 0)
        return true;
    if (!disk_journal_renew(j, file, complaint))
        return false;
    int error = disk_tapped(file->tap, DISK_REMOVE, j->path);
    if (error == 0 && unlink(j->path) != 0)
        error = errno;
    if (error && error != ENOENT)
        return complain(complaint, "%s can't be removed: %s", j->path, strerror(error));
    drop_file(j);
    return true;
}

/* ---- what was left behind ------------------------------------------------------------------------- */

struct reading {
    const struct disk_file *file;
    char path[4096];
    int fd;
    struct stat status;           /* of the journal */
    uint8_t *bytes;               /* the record */
    struct record head;
};

static bool get(struct reading *r, void *bytes, size_t length, off_t at)
{
    return pread(r->fd, bytes, length, at) == (ssize_t)length;
}

/* The next whole record, in r->bytes without its head. */
static bool next_record(struct reading *r, off_t at)
{
    struct record h, last = r->head;
    if (!get(r, &h, sizeof h, at) || memcmp(h.magic, record_magic, sizeof h.magic) != 0
        || h.length > LONGEST_RECORD || h.count > LONGEST_RECORD / sizeof(struct piece)
        || (last.count && (h.epoch != last.epoch || h.sequence != last.sequence + 1)))
        return false;
    size_t length = sizeof h + h.length + h.count * sizeof(struct piece);
    if (length > (size_t)r->status.st_size)
        return false;
    free(r->bytes);
    r->bytes = malloc(length);
    if (!r->bytes || !get(r, r->bytes, length, at)
        || checksum(h.epoch, r->bytes + CHECKED_FROM, length - CHECKED_FROM) != h.checksum)
        return false;
    r->head = h;
    return true;
}

/* The writes of a record, which must add up to its bytes. */
static bool make_again(struct reading *r, struct disk_complaint *complaint)
{
    const uint8_t *bytes = r->bytes + sizeof r->head, *table = bytes + r->head.length;
    uint64_t sum = 0;
    bool good = true;
    for (uint64_t i = 0; good && i < r->head.count; i++) {
        struct piece piece;
        memcpy(&piece, table + i * sizeof piece, sizeof piece);
        if (piece.length > r->head.length - sum || piece.at > INT64_MAX - piece.length)
            return complain(complaint, "%s makes no sense", r->path);
        good = make_writes(r->file, bytes + sum, &piece, 1, complaint);
        sum += piece.length;
    }
    return good;
}

/* What was written on the file since, by somebody who knows of no journal, is not undone. */
static bool belongs(struct reading *r, struct disk_complaint *complaint)
{
    enum { SECONDS = 5 };
    struct head head;
    struct stat file;
    if (fstat(r->file->fd, &file) != 0 || !get(r, &head, sizeof head, 0))
        return complain(complaint, "%s can't be read", r->path);
    if (head.inode != file.st_ino)
        return complain(complaint, "%s is the journal of another file that had this name: if %s"
                        " is as it should be, remove the journal", r->path, r->file->path);
    if (file.st_mtime > r->status.st_mtime + SECONDS)
        return complain(complaint, "%s was written on since its journal was left: if it is as it"
                        " should be, remove %s", r->file->path, r->path);
    return true;
}

static bool replay(struct reading *r, struct disk_complaint *complaint)
{
    bool any = false;
    for (off_t at = HEAD; next_record(r, at); ) {
        if ((!any && !belongs(r, complaint)) || !make_again(r, complaint))
            return false;
        any = true;
        at = behind(at, sizeof r->head + r->head.length + r->head.count * sizeof(struct piece));
    }
    return !any || disk_put_through(r->file->tap, r->file->fd, r->file->path, complaint);
}

bool disk_journal_replay(const struct disk_file *file, struct disk_complaint *complaint)
{
    struct reading r = { .file = file };
    struct head head;
    if (!name_of(file->path, r.path, sizeof r.path))
        return true;
    r.fd = open(r.path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (r.fd < 0)                  /* another one was quicker */
        return errno == ENOENT
            || complain(complaint, "%s can't be opened: %s", r.path, strerror(errno));
    /* One that was killed in its making is zeros, or empty. */
    struct head blank = { 0 };
    ssize_t n = pread(r.fd, &head, sizeof head, 0);
    bool ours = n == sizeof head && memcmp(head.magic, file_magic, sizeof head.magic) == 0;
    bool good = fstat(r.fd, &r.status) == 0 && n >= 0
        && (ours || memcmp(&head, &blank, (size_t)n) == 0);
    if (!good && n == sizeof head && memcmp(head.magic, file_magic, sizeof head.magic - 1) == 0)
        complain(complaint, "%s was left by another version of Endicott: let that open %s once",
                 r.path, file->path);
    else if (!good)
        complain(complaint, "%s is in the way: it is not a journal", r.path);
    if (good && ours)
        good = replay(&r, complaint);
    if (good && unlink(r.path) != 0 && errno != ENOENT)
        good = complain(complaint, "%s can't be removed: %s", r.path, strerror(errno));
    close(r.fd);
    free(r.bytes);
    return good;
}
