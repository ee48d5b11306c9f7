/* Tools that the field knows by other words than `endicott dasd` has. Private to devices/dasd/. */
#ifndef DEVICES_DASD_CUSTOMARY_H
#define DEVICES_DASD_CUSTOMARY_H

#include "devices/tool.h"

/* The exit status of the tool of this name; -1 if there is none here. */
int dasd_run_customary(const char *name, int argc, char **argv);

int dasd_run_cckddiag(int argc, char **argv);

#endif
