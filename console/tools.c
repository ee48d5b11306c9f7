#include "console/tools.h"

#include <string.h>

#include "devices/devices.h"

int ctl_main(int argc, char *argv[]);       /* ctl.c */

static const struct tool tools[] = {
    { "ctl", ctl_main, "give a command to a machine that runs" },
    { "dasdinit", dasdinit_main, "make an empty disk image" },
};

const struct tool *tool_row(unsigned i)
{
    return i < sizeof tools / sizeof *tools ? &tools[i] : NULL;
}

const struct tool *tool_find(const char *name)
{
    const char *slash = strrchr(name, '/');
    for (unsigned i = 0; tool_row(i); i++)
        if (strcmp(tools[i].name, slash ? slash + 1 : name) == 0)
            return &tools[i];
    return NULL;
}
