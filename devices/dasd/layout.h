/* The control file of dasdload: which volume, and which data sets on it from where. */
#ifndef DEVICES_DASD_LAYOUT_H
#define DEVICES_DASD_LAYOUT_H

#include <stdio.h>

#include "devices/dasd/volume-build.h"

enum layout_method { LAYOUT_XMIT, LAYOUT_VS, LAYOUT_SEQ, LAYOUT_XMSEQ, LAYOUT_TEXT, LAYOUT_EMPTY,
                     LAYOUT_DIP, LAYOUT_CVOL, LAYOUT_VTOC };

struct layout_volume {
    char serial[7];
    const struct ckd_geometry *geometry;
    unsigned cylinders;        /* 0: the model's */
    char ipl[1024];            /* file of the IPL text; "": none */
};

struct layout_statement {
    enum layout_method method;
    char file[1024];           /* of those that have one */
    struct build_set set;
};

struct layout {
    const char *path;
    FILE *file;
    unsigned line;             /* of the last statement */
    char text[2048];           /* that statement */
};

/* All here return false and a complaint with file and line. */
bool layout_open(struct layout *, const char *path, struct disk_complaint *);
void layout_close(struct layout *);
bool layout_volume(struct layout *, struct layout_volume *, struct disk_complaint *);
/* 1: a statement, 0: there are no more, -1. */
int layout_next(struct layout *, struct layout_statement *, struct disk_complaint *);

#endif
