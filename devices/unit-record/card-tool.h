/* The commands of `endicott card`. Private to devices/unit-record/. */
#ifndef DEVICES_UNIT_RECORD_CARD_TOOL_H
#define DEVICES_UNIT_RECORD_CARD_TOOL_H

#include <stdio.h>

#include "core/codepage.h"
#include "devices/tool.h"

struct card_job {
    const char *name;
    bool help, force, json, ascii, trunc;
    const char *page_name;
    struct codepage page;
    const char *from, *to;
};

/* A file that gets its name when it is complete. Says what is wrong. */
struct card_output { FILE *file; char *temporary; const char *path; };
bool card_output_begin(struct card_output *, const struct card_job *, const char *path);
bool card_output_end(struct card_output *, const struct card_job *, bool ok);

int card_xmi(const struct card_job *);

#endif
