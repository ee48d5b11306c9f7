/* The commands of `endicott dasd`, and of the field's names. Private to devices/dasd/. */
#ifndef DEVICES_DASD_TOOL_H
#define DEVICES_DASD_TOOL_H

#include "core/codepage.h"
#include "devices/dasd/disk-file.h"
#include "devices/tool.h"

/* What a command was asked to do. Each command takes the options of its own table. */
struct dasd_job {
    const char *name;          /* for messages: "dasd ls", "dasdcopy" */
    bool customary;            /* called by a name of the field's: behave so */
    bool help, json, force, raw, quiet, sum, all, read_only, alternates, one_file, wide;
    bool json_records;         /* records are printed as JSON, too */
    int compression;           /* enum ckd_compression; CKD_PLAIN: not given */
    int level;                 /* of a check; -1: not given */
    const char *page_name, *format, *control, *sync_name;
    enum disk_sync sync;       /* of what is made */
    struct codepage page;
    uint64_t cylinders, blocks;
    char **operands;
    const char **shadows;      /* what `sf=` behind an operand named, or NULL */
    int count;
};

int dasd_run_ls(struct dasd_job *);
int dasd_run_cat(struct dasd_job *);
int dasd_run_seq(struct dasd_job *);
int dasd_run_pdsu(struct dasd_job *);
int dasd_run_copy(struct dasd_job *);
int dasd_run_convert(struct dasd_job *);
int dasd_run_merge(struct dasd_job *);
int dasd_run_diff(struct dasd_job *);
int dasd_run_info(struct dasd_job *);
int dasd_run_check(struct dasd_job *);
int dasd_run_map(struct dasd_job *);
int dasd_run_repair(struct dasd_job *);
int dasd_run_compress(struct dasd_job *);
int dasd_run_swap(struct dasd_job *);
int dasd_run_create(struct dasd_job *);
int dasd_run_load(struct dasd_job *);
int dasd_run_show(struct dasd_job *);
int dasd_run_serial(struct dasd_job *);
int dasd_run_isup(struct dasd_job *);
int dasd_run_mount(struct dasd_job *);

struct disk;
struct volume;
struct dataset;
struct member;
/* A data set's records, or a member's, as lines of text or raw. */
bool dasd_put_records(const struct dasd_job *, struct volume *, const struct dataset *,
                      const struct member *, FILE *, struct disk_complaint *);
/* What the volume label says; "" if there is none. */
void disk_volser(struct disk *, char volume[7]);

/* "NAME: text"; 1. */
int dasd_job_fail(const struct dasd_job *, const struct disk_complaint *);

#endif
