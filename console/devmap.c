/* dmap2hrc: the DEVMAP file of a P/390, its devices as statements of a configuration file.
 *
 * A DEVMAP is records of 64 bytes: nine of head; then for each control unit one, and one for each of
 * its devices, until one whose type is blank. A device's record has its number (2 bytes), its type
 * (4 characters, ASCII), and for a disk at 10 the volume serial and at 18 the file's name (45
 * characters), for others at 13 the file's name (50). */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "console/console.h"
#include "console/tools.h"

enum { RECORD = 64, HEAD_RECORDS = 9, TYPE_AT = 2, TYPE = 4, VOLSER_AT = 10,
       DISK_NAME_AT = 18, DISK_NAME = 45, OTHER_NAME_AT = 13, OTHER_NAME = 50 };

/* The customary tool's exit statuses. */
enum { WRONG_WORDS = 1, NOT_OPENED = 2, HEAD_UNREAD = 3, CUT_CONTROLLER = 5, CUT_DEVICE = 7,
       ENDS_EARLY = 8 };

static const struct { const char *theirs, *ours; bool file; } types[] = {
    { "3278", "3270", false }, { "2540", "3505", true }
};

static void print_device(const unsigned char *record)
{
    char type[TYPE + 1] = "", name[OTHER_NAME + 1] = "";
    bool disk = isprint(record[VOLSER_AT]), file = true;
    memcpy(type, record + TYPE_AT, TYPE);
    memcpy(name, record + (disk ? DISK_NAME_AT : OTHER_NAME_AT), disk ? DISK_NAME : OTHER_NAME);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(type, types[i].theirs) == 0) {
            strcpy(type, types[i].ours);
            file = types[i].file;
        }
    printf("%02X%02X    %s", record[0], record[1], type);
    if (file && name[0])
        printf("    %s", name);
    putchar('\n');
}

static int fail(const char *path, const char *what, int status)
{
    fprintf(stderr, "dmap2hrc: %s %s\n", what, path);
    return status;
}

/* A control unit's devices, to the blank one. 0, or what to exit with. */
static int print_devices(FILE *file, const char *path)
{
    unsigned char record[RECORD];
    size_t n;
    while ((n = fread(record, 1, RECORD, file)) == RECORD) {
        if (memcmp(record + TYPE_AT, "    ", TYPE) == 0)
            return 0;
        print_device(record);
    }
    return n ? fail(path, "incomplete device record on", CUT_DEVICE)
             : fail(path, "premature end of input file", ENDS_EARLY);
}

static int print_all(FILE *file, const char *path)
{
    unsigned char record[RECORD];
    int status = 0;
    size_t n = 0;
    for (int i = 0; i < HEAD_RECORDS; i++)
        n += fread(record, 1, RECORD, file);
    if (ferror(file) || n < (size_t)HEAD_RECORDS * RECORD)
        return fail(path, "error reading header records from", HEAD_UNREAD);
    while (status == 0 && (n = fread(record, 1, RECORD, file)) == RECORD)
        status = print_devices(file, path);
    if (status == 0 && n)
        status = fail(path, "incomplete controller record on", CUT_CONTROLLER);
    if (status == 0)
        fputs("End of input file.\n", stderr);
    return status;
}

int dmap2hrc_main(int argc, char *argv[])
{
    if (argc != 2) {
        fputs("Usage: dmap2hrc filename\n", stderr);
        return WRONG_WORDS;
    }
    FILE *file = fopen(argv[1], "rb");
    if (!file) {
        fprintf(stderr, "dmap2hrc: Error opening %s: %s\n", argv[1], strerror(errno));
        return NOT_OPENED;
    }
    int status = print_all(file, argv[1]);
    fclose(file);
    return status;
}
