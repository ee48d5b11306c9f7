/* Images of CKD disks: files that hold a volume, track by track. Devices and command-line
 * tools use them through this one interface, whatever the file's format is.
 *
 * A track is its home address (flag, cylinder, head: 5 bytes), then for each record
 * count (cylinder, head, record, key length, data length: 8 bytes), key and data, then
 * 8 bytes of X'FF'. All numbers in it are big-endian, as the guest sees them. The flag is
 * the home address's flag byte. The first bit of a count means, on the types that have
 * record overflow, that the record goes on on the next track.
 *
 * After a kill of the process at any moment the file holds, for each track, what it was
 * before or after a change, or, within data written over in place, some of each: what a
 * drive leaves that loses its power. */
#ifndef DEVICES_DASD_CKD_IMAGE_H
#define DEVICES_DASD_CKD_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devices/dasd/disk-file.h"

enum { CKD_HOME_ADDRESS = 5, CKD_COUNT = 8, CKD_END = 8 };

struct ckd_image;
struct cckd_chain;
struct cckd_opening;

/* What is in a file. */
struct ckd_shape {
    uint16_t type;             /* 0x3330 */
    unsigned cylinders, heads; /* alternates included */
    unsigned tracks;           /* cylinders * heads */
    size_t track_size;         /* the most that a track's bytes can be */
    const char *format;        /* "plain" or "compressed"; "..., 64-bit" */
};

/* Open an existing image and lock it against other emulators and tools. The file's first
 * part is named if there are several. NULL and a complaint if it can't be used. */
struct ckd_image *ckd_image_open(const char *path, bool writable, struct disk_complaint *);

/* The same with shadow files (cckd-chain.h), if the image is compressed. */
struct ckd_image *ckd_image_open_with(const char *path, const struct cckd_opening *,
                                      struct disk_complaint *);

/* The compressed files behind an image; NULL if it is a plain one. What changes them from
 * outside ends with ckd_image_changed(). */
struct cckd_chain *ckd_image_chain(struct ckd_image *);

/* The files were changed: forget the cache, see whether the image may be written. */
void ckd_image_changed(struct ckd_image *);

/* Writes out what is to be written. False and a complaint if that did not work. */
bool ckd_image_close(struct ckd_image *, struct disk_complaint *);

const struct ckd_shape *ckd_image_shape(const struct ckd_image *);
const char *ckd_image_path(const struct ckd_image *);
bool ckd_image_writable(const struct ckd_image *);

/* The bytes of a track (cylinder * heads + head), well formed: in a cache, to look at and to
 * change in place, valid until the next call. NULL and a complaint if the file does not give
 * them or if they make no track. */
uint8_t *ckd_image_track(struct ckd_image *, unsigned track, struct disk_complaint *);

/* A blank track in the cache, home address alone, whatever the file holds: to format a
 * track anew. Otherwise as ckd_image_track(). */
uint8_t *ckd_image_blank(struct ckd_image *, unsigned track, struct disk_complaint *);

/* Put in the file what was changed in a track that ckd_image_track() gave last: bytes
 * [from, to) of it. `layout`: counts are among them, the first change is the count at
 * `from` (or the home address, 0), and `to` is the track's end. With the kernel at return.
 * False and a complaint if the file did not take it; the cache then forgets the track. */
bool ckd_image_write(struct ckd_image *, unsigned track, size_t from, size_t to, bool layout,
                     struct disk_complaint *);

/* Forget what the cache holds of a track: changes not written are gone. */
void ckd_image_forget(struct ckd_image *, unsigned track);

/* Was one of its files removed? Nothing is written on it then. */
bool ckd_image_is_gone(const struct ckd_image *);
/* Files that were removed behind the image's back get what is on them again, before it is closed:
 * `tell` hears which, and their new names. */
bool ckd_image_rescue(struct ckd_image *, void (*tell)(void *, const char *was, const char *is),
                      void *context, struct disk_complaint *);

/* A plain image that is written with no journal, though it should have one: once. */
bool ckd_image_lacks_journal(struct ckd_image *);

/* To the disk itself (fsync). */
bool ckd_image_flush(struct ckd_image *, struct disk_complaint *);

/* ---- making images ------------------------------------------------------------------ */

struct ckd_geometry;
enum ckd_compression { CKD_PLAIN = -1, CKD_UNCOMPRESSED = 0, CKD_ZLIB = 1, CKD_BZIP2 = 2 };

/* What a compressed image takes a track for that was never written. */
enum ckd_null_track { CKD_NULL_EMPTY_R1 = 0, CKD_NULL_R0 = 1, CKD_NULL_LINUX = 2 };

/* Where the tracks of a new image come from, in their order: one whole track into `bytes`, which
 * has room for the most; false and a complaint ends it all. */
struct ckd_source {
    bool (*track)(struct ckd_source *, unsigned track, uint8_t *bytes, struct disk_complaint *);
};

struct ckd_creation {
    const struct ckd_geometry *geometry;
    size_t track_size;         /* 0: the geometry's */
    unsigned cylinders;
    struct ckd_source *source; /* NULL: home address and R0 */
    enum ckd_compression compression;
    enum ckd_null_track null_track;
    bool one_file;             /* plain: no split at 2 GB */
    bool wide;                 /* 64-bit offsets: CKD_P064, in one file, and CKD_C064 */
    char made[4096];           /* on return: the first file's name */
    unsigned parts;            /* and how many there are; 0: one, whose name was given */
};

/* A new image. Never over a file that is there. A plain volume of more than 2 GB is split:
 * NAME_1.EXT, NAME_2.EXT and so on. If it fails no file is left. */
bool ckd_image_create(const char *path, struct ckd_creation *, struct disk_complaint *);

/* The name of part 0, 1, ... of the image that is split; false if it is too long. */
bool ckd_part_name(const char *path, unsigned part, char *name, size_t size);

/* ---- tracks ---------------------------------------------------------------------------- */

/* The length of a track with its end, or 0 if the bytes make no track. */
size_t ckd_track_length(const uint8_t *track, size_t size);

/* Home address, a standard R0 and the end: the length of that. */
size_t ckd_track_format(uint8_t *track, unsigned cylinder, unsigned head);

/* A record behind what is there: its bytes for key and data, zeros; NULL if it does not fit. */
uint8_t *ckd_track_append(uint8_t *track, size_t size, unsigned cylinder, unsigned head,
                          unsigned record, unsigned key, unsigned data);

#endif
