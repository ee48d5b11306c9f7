/* An image that a tool makes: under another name until it is complete, then in the place of what
 * was there, which goes only when the new one can't be lost with the host any more. */
#ifndef DEVICES_DASD_DISK_OUTPUT_H
#define DEVICES_DASD_DISK_OUTPUT_H

#include "devices/dasd/disk-file.h"

struct disk_output {
    const char *path;          /* the name it will have */
    char *temporary;           /* the name to make it under */
    enum disk_sync sync;       /* set between begin and end: DISK_SYNC_HOST if the image is to
                                  outlive the host, even if it replaces nothing */
    char made[4096];           /* at the end: the name of its first file */
};

/* What is there is replaced only with `force`, and not while anybody has it open; `source`, if
 * not NULL, is open for reading and may be the one. False and a complaint, here and below. */
bool disk_output_begin(struct disk_output *, const char *path, bool force, const char *source,
                       struct disk_complaint *);
/* The image is made, in `parts` files (struct ckd_creation; 0: one). Whatever comes of it
 * nothing is left under the other name. */
bool disk_output_end(struct disk_output *, unsigned parts, struct disk_complaint *);
/* It is not made, and no file of it is left. */
void disk_output_drop(struct disk_output *);

#endif
