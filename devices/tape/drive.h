/* What the tape drives share: the state of a drive, its commands, its sense bytes. Private
 * to devices/tape/. */
#ifndef DEVICES_TAPE_DRIVE_H
#define DEVICES_TAPE_DRIVE_H

#include "channel/channel.h"
#include "devices/tape/image.h"
#include "devices/tape/library.h"

struct drive {
    struct tape_image *image;     /* host's; NULL: nothing is mounted */
    bool protect;                 /* the ring is out, or the image cannot be written */
    struct tape_library *library; /* the list from which tapes come, or NULL */
    uint64_t most, margin;        /* maxsize= and eotmargin=, bytes */
    unsigned options;             /* bits of models.c */
    struct tape_compression compression;      /* as far as options say that it was given */
    uint8_t *block;               /* a block on its way to the image */
    /* machine's */
    uint8_t mode;                 /* the last MODE SET */
    uint8_t motion;               /* the last command that moved the tape, 0: rewind or load */
    bool assigned, grouped, multipath;
    uint8_t path_group[11];
    bool password_set;
    uint8_t password[11];
    bool message_asked;           /* 3590: what READ SUBSYSTEM DATA is to give */
    char display[2][9];
    unsigned long blocks;
};

/* Why a command failed: sense.c has the bytes for each model. */
enum tape_fault {
    FAULT_NONE,          /* status only: ready, load point, file protection */
    FAULT_REJECT,        /* the drive has no such command, or not now */
    FAULT_UNLOADED, FAULT_UNLOADING, FAULT_PROTECTED, FAULT_LOAD_POINT,
    FAULT_VOID,          /* ran off the recorded data */
    FAULT_DATA,          /* what is recorded cannot be read */
    FAULT_EQUIPMENT,     /* the host failed */
    FAULT_FULL,          /* the end of the reel */
    FAULT_LOCATE         /* no such block */
};

/* Set the sense bytes; gives UNIT_CHECKED. */
unsigned drive_fault(struct device *, enum tape_fault);
/* Past the mark near the end of the reel. */
bool drive_near_end(const struct drive *);

bool drive_is_cartridge(const struct device *);

/* ---- commands: drive.c ----------------------------------------------------------- */

unsigned drive_write(struct device *, struct exchange *);
unsigned drive_read(struct device *, struct exchange *);
unsigned drive_read_backward(struct device *, struct exchange *);
unsigned drive_rewind(struct device *, struct exchange *);
unsigned drive_unload(struct device *, struct exchange *);
/* Close the image, if there is one; what was on a file that is gone is put into one again. */
void drive_dismount(struct device *);
unsigned drive_write_mark(struct device *, struct exchange *);
unsigned drive_erase_gap(struct device *, struct exchange *);
unsigned drive_data_security_erase(struct device *, struct exchange *);
unsigned drive_forward_block(struct device *, struct exchange *);
unsigned drive_forward_file(struct device *, struct exchange *);
unsigned drive_back_block(struct device *, struct exchange *);
unsigned drive_back_file(struct device *, struct exchange *);
unsigned drive_mode_set(struct device *, struct exchange *);       /* the code is the mode */
unsigned drive_track_in_error(struct device *, struct exchange *);
unsigned drive_sense(struct device *, struct exchange *);
/* Nothing is mounted: says so, and gives the status; else 0. */
unsigned drive_absent(struct device *);

/* ---- cartridge.c: what the 3480 and its successors have beside ------------------- */

unsigned cartridge_read_block_id(struct device *, struct exchange *);
unsigned cartridge_locate(struct device *, struct exchange *);
unsigned cartridge_read_previous(struct device *, struct exchange *);
unsigned cartridge_mode_set(struct device *, struct exchange *);
unsigned cartridge_synchronize(struct device *, struct exchange *);
unsigned cartridge_load_display(struct device *, struct exchange *);
unsigned cartridge_sense_path_group(struct device *, struct exchange *);
unsigned cartridge_set_path_group(struct device *, struct exchange *);
unsigned cartridge_assign(struct device *, struct exchange *);
unsigned cartridge_unassign(struct device *, struct exchange *);
unsigned cartridge_control_access(struct device *, struct exchange *);
unsigned cartridge_suspend(struct device *, struct exchange *);
unsigned cartridge_read_log(struct device *, struct exchange *);
unsigned cartridge_characteristics(struct device *, struct exchange *);
unsigned cartridge_configuration(struct device *, struct exchange *);
unsigned cartridge_perform_function(struct device *, struct exchange *);
unsigned cartridge_subsystem_data(struct device *, struct exchange *);

/* ---- models.c -------------------------------------------------------------------- */

extern const struct device_type tape_3410, tape_3411, tape_3420, tape_3422, tape_3430,
    tape_3480, tape_3490, tape_3590, tape_8809, tape_9347, tape_9348;

/* Take the next tape of the list, if there is one: the guest is told that it is ready. */
void drive_next_volume(struct device *);
/* That, done now. */
void drive_load_next(struct device *, void *context);

bool drive_open(struct device *, int argc, char *const argv[]);
void drive_close(struct device *);
void drive_reset(struct device *);
void drive_describe(struct device *, char *text, size_t size);
unsigned drive_initial_status(struct device *, uint8_t command);

#endif
