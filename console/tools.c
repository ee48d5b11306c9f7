#include "console/tools.h"

#include <string.h>

#include "devices/devices.h"

int ctl_main(int argc, char *argv[]);       /* ctl.c */

static const struct tool tools[] = {
    { "ctl", ctl_main, "give a command to a machine that runs" },
    { "dasd", dasd_main, "CKD volumes: ls cat seq pdsu init" },
    { "dasdls", dasd_main, "dasd ls, the names alone" },
    { "dasdinit", dasdinit_main, "make an empty disk image" },
    { "dasdinit64", dasdinit_main, "the same, with 64-bit offsets" },
    { "tape", tape_main, "tape images: init map copy split get update check write" },
    { "hetinit", tape_main, "tape init" },
    { "hetmap", tape_main, "tape map" },
    { "tapemap", tape_main, "tape map -t" },
    { "tapecopy", tape_main, "tape copy --force" },
    { "tapesplt", tape_main, "tape split --force" },
    { "hetget", tape_main, "tape get --force" },
    { "hetupd", tape_main, "tape update --force" },
    { "maketape", tape_main, "tape write --force" },
    { "card", card_main, "card decks: ebcdic ascii xmi" },
    { "txt2card", card_main, "card ebcdic --force" },
    { "card2txt", card_main, "card ascii --force" },
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
