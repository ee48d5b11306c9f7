/* What is done with a compressed disk in the background, on a thread of its own: images that
 * were written as they are, so that the guest need not wait, are compressed when they were left
 * alone for a while; and free space within the file is collected, its end cut off.
 *
 * An image that waits to be compressed is in the file, whole and valid, so whatever ends the
 * process takes nothing with it. If many wait, those that come are compressed at once, by the
 * one who writes: so the file can't grow without limits. When the disk is closed the closer helps.
 *
 * All here is called with the chain's lock, but for start and stop. Private to devices/dasd/. */
#ifndef DEVICES_DASD_CCKD_KEEPER_H
#define DEVICES_DASD_CCKD_KEEPER_H

#include "devices/dasd/cckd-chain.h"

bool cckd_keeper_start(struct cckd_chain *, struct disk_complaint *);
/* Compresses what waits, and ends the thread, if there is one. */
void cckd_keeper_stop(struct cckd_chain *);
void cckd_keeper_wake(struct cckd_chain *);

/* May this image be written as it is, now? */
bool cckd_keeper_takes(const struct cckd_chain *, uint32_t image, size_t length);
/* It was written; it is to be compressed later, or has what it needs. */
void cckd_keeper_written(struct cckd_chain *, uint32_t image, bool later);

/* Compress what waits now. What can't be, stays as it is. */
void cckd_keeper_drain(struct cckd_chain *);
/* Nothing waits any more. */
void cckd_keeper_forget(struct cckd_chain *);

/* How images are to be compressed. */
enum cckd_compression cckd_keeper_compression(const struct cckd_chain *);
int cckd_keeper_parameter(const struct cckd_chain *);

struct cckd_keeper_counts { uint64_t waiting, compressed, moved, rounds, cut; };
struct cckd_keeper_counts cckd_keeper_counts(const struct cckd_chain *);

#endif
