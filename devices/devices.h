/* The devices room's public face: every type that a configuration can name. */
#ifndef DEVICES_DEVICES_H
#define DEVICES_DEVICES_H

#include "channel/channel.h"

/* The type of this name ("3505", "3215-C"), whatever its case, or NULL. */
const struct device_type *device_type_find(const char *name);

/* A type that the field knows and this version does not have: a configuration is taken
 * without it, with a remark. */
bool device_type_is_absent(const char *name);

/* The types in order of their families: row i, or NULL past the end. */
const struct device_type *device_type_row(size_t i);

/* ---- the families: each ends with NULL ------------------------------------------ */

extern const struct device_type *const unit_record_types[];
extern const struct device_type *const tape_types[];
extern const struct device_type *const dasd_types[];
extern const struct device_type *const typewriter_types[];
extern const struct device_type *const display_types[];
extern const struct device_type *const printer_3287_types[];

/* ---- forms of printers ------------------------------------------------------------- */

/* What the command fcb does: change the carriage, by words of the device statement (fcb=, lpp=,
 * lpi=, index=, or a carriage alone), all or none; a message says what was wrong. False too if
 * it is no printer. */
bool printer_change_forms(struct device *, int argc, char *const argv[]);
/* Lines and channels, the latter as fcb= has them. False: no printer. */
bool printer_describe_forms(struct device *, char *text, size_t size);

/* ---- shadow files of disks --------------------------------------------------------- */

/* What the commands sf+, sf-, sfc, sfk and sfd do, to a disk in use; they say how it went. */
enum disk_shadow_action { DISK_SHADOW_ADD, DISK_SHADOW_MERGE, DISK_SHADOW_FORCE,
                          DISK_SHADOW_THROW_AWAY, DISK_SHADOW_COMPACT, DISK_SHADOW_CHECK,
                          DISK_SHADOW_DISPLAY, DISK_SHADOW_TRACE };
enum disk_shadow_answer { DISK_SHADOW_DONE, DISK_SHADOW_FAILED,
                          DISK_SHADOW_NOT_COMPRESSED /* or no disk; nothing was said */ };
/* `level`: of a check, -1 to 4. Any thread but the device's own. */
enum disk_shadow_answer disk_shadow(struct device *, enum disk_shadow_action, int level);

/* ---- compressed disks: what the command cckd does ----------------------------------- */

struct disk_settings disk_settings_usual(void);
/* For a disk in use; nothing if it is none, or a plain one. */
void disk_set(struct device *, const struct disk_settings *);

struct disk_statistics {
    uint64_t reads, writes, ahead, hits, misses;     /* tracks */
    uint64_t waiting, compressed, moved, rounds, cut;   /* in the background; bytes cut off */
};
/* Adds those of a disk; false if it is no compressed one. */
bool disk_statistics(struct device *, struct disk_statistics *);

/* ---- commands of `endicott` that make and look after media -------------------------- */

/* `endicott dasdinit`: argv[0] is its name. Returns the exit status. */
int dasdinit_main(int argc, char **argv);

/* `endicott dasd COMMAND`, and dasdls. */
int dasd_main(int argc, char **argv);

/* `endicott tape COMMAND`, and the names that its commands have by custom (argv[0]):
 * hetinit, hetmap, tapemap, tapecopy, tapesplt, hetget, hetupd, maketape. */
int tape_main(int argc, char **argv);

/* `endicott card COMMAND`, and txt2card and card2txt. */
int card_main(int argc, char **argv);

#endif
