#include "console/tools.h"

#include <string.h>

#include "devices/devices.h"

int ctl_main(int argc, char *argv[]);       /* ctl.c */
int dmap2hrc_main(int argc, char *argv[]);  /* devmap.c */

static const struct tool tools[] = {
    { "ctl", ctl_main, "give a command to a machine that runs" },
    { "dasd", dasd_main, "disk images: ls cat seq pdsu info copy check repair create ..." },
    { "tape", tape_main, "tape images: init map copy split get update check write" },
    { "card", card_main, "card decks: ebcdic ascii xmi" },
    /* The field's names. */
    { "dasdinit", dasdinit_main, NULL }, { "dasdinit64", dasdinit_main, NULL },
    { "dasdls", dasd_main, NULL }, { "dasdcat", dasd_main, NULL },
    { "dasdpdsu", dasd_main, NULL }, { "dasdseq", dasd_main, NULL },
    { "dasdisup", dasd_main, NULL }, { "dasdser", dasd_main, NULL },
    { "dasdlist", dasd_main, NULL },
    { "cckddiag", dasd_main, NULL }, { "cckddiag64", dasd_main, NULL },
    { "cckdmap", dasd_main, NULL },
    { "dasdcopy", dasd_main, NULL }, { "dasdcopy64", dasd_main, NULL },
    { "ckd2cckd", dasd_main, NULL }, { "cckd2ckd", dasd_main, NULL },
    { "fba2cfba", dasd_main, NULL }, { "cfba2fba", dasd_main, NULL },
    { "ckd2cckd64", dasd_main, NULL }, { "cckd642ckd", dasd_main, NULL },
    { "fba2cfba64", dasd_main, NULL }, { "cfba642fba", dasd_main, NULL },
    { "convto64", dasd_main, NULL },
    { "dasdconv", dasd_main, NULL }, { "dasdconv64", dasd_main, NULL },
    { "dmap2hrc", dmap2hrc_main, NULL },
    { "dasdload", dasd_main, NULL }, { "dasdload64", dasd_main, NULL },
    { "cckdcdsk", dasd_main, NULL }, { "cckdcdsk64", dasd_main, NULL },
    { "cckdcomp", dasd_main, NULL }, { "cckdcomp64", dasd_main, NULL },
    { "cckdswap", dasd_main, NULL }, { "cckdswap64", dasd_main, NULL },
    { "hetinit", tape_main, NULL }, { "hetmap", tape_main, NULL },
    { "hetget", tape_main, NULL }, { "hetupd", tape_main, NULL },
    { "tapecopy", tape_main, NULL }, { "tapemap", tape_main, NULL },
    { "tapesplt", tape_main, NULL }, { "maketape", tape_main, NULL },
    { "txt2card", card_main, NULL }, { "card2txt", card_main, NULL },
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
