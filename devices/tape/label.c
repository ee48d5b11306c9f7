#include "devices/tape/label.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/codepage.h"

static const struct tape_label_field fields[] = {
    { "VOL1", "volser", "Volume Serial", 4, 6 },
    { "VOL1", "idrc", "Improved Data Rec.", 34, 1 },
    { "VOL1", "owner", "Owner Code", 41, 10 },
#define DATA_SET_1 "HDR1 EOF1 EOV1"
    { DATA_SET_1, "dsn", "Dataset ID", 4, 17 },
    { DATA_SET_1, "volser", "Volume Serial", 21, 6 },
    { DATA_SET_1, "volume_sequence", "Volume Sequence", 27, 4 },
    { DATA_SET_1, "sequence", "Dataset Sequence", 31, 4 },
    { DATA_SET_1, "generation", "GDG Number", 35, 4 },
    { DATA_SET_1, "version", "GDG Version", 39, 2 },
    { DATA_SET_1, "created", "Creation Date", 41, 6 },
    { DATA_SET_1, "expires", "Expiration Date", 47, 6 },
    { DATA_SET_1, "security", "Dataset Security", 53, 1 },
    { DATA_SET_1, "blocks", "Block Count Low", 54, 6 },
    { DATA_SET_1, "system", "System Code", 60, 13 },
    { DATA_SET_1, "blocks_high", "Block Count High", 76, 4 },
#define DATA_SET_2 "HDR2 EOF2 EOV2"
    { DATA_SET_2, "recfm", "Record Format", 4, 1 },
    { DATA_SET_2, "blksize", "Block Size", 5, 5 },
    { DATA_SET_2, "lrecl", "Record Length", 10, 5 },
    { DATA_SET_2, "density", "Density", 15, 1 },
    { DATA_SET_2, "position", "Dataset Position", 16, 1 },
    { DATA_SET_2, "job", "Job/Step ID", 17, 17 },
    { DATA_SET_2, "technique", "Recording Technique", 34, 2 },
    { DATA_SET_2, "control", "Control Character", 36, 1 },
    { DATA_SET_2, "attribute", "Block Attribute", 38, 1 },
    { DATA_SET_2, "device", "Device Serial", 41, 6 },
    { DATA_SET_2, "checkpoint", "Checkpoint ID", 47, 1 },
    { DATA_SET_2, "large_block", "Large Block Length", 70, 10 },
};

bool tape_label_parse(const uint8_t *block, size_t length, struct tape_label *label)
{
    static const char *const kinds[] = { "VOL", "HDR", "EOF", "EOV", "UHL", "UTL" };
    struct codepage page;
    uint8_t text[LABEL_LENGTH];
    if (length != LABEL_LENGTH)
        return false;
    memcpy(text, block, LABEL_LENGTH);
    label->ascii = block[0] < 0x80;
    if (!label->ascii) {
        codepage_default(&page);
        codepage_to_host(&page, text, LABEL_LENGTH);
    }
    for (int i = 0; i < LABEL_LENGTH; i++)
        label->text[i] = (char)(text[i] >= ' ' && text[i] < 0x7F ? text[i] : '.');
    label->text[LABEL_LENGTH] = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (memcmp(text, kinds[i], 3) == 0)
            return isdigit(text[3]);
    return false;
}

bool tape_label_is(const struct tape_label *label, const char *kind)
{
    return strncmp(label->text, kind, strlen(kind)) == 0;
}

const struct tape_label_field *tape_label_field(size_t i)
{
    return i < sizeof fields / sizeof *fields ? &fields[i] : NULL;
}

bool tape_label_has(const struct tape_label *label, const struct tape_label_field *field)
{
    for (const char *kind = field->kinds; ; kind += 5) {
        if (strncmp(label->text, kind, 4) == 0)
            return true;
        if (kind[4] == 0)
            return false;
    }
}

char *tape_label_get(const struct tape_label *label, int offset, int length, char *text,
                     size_t size)
{
    snprintf(text, size, "%.*s", length, label->text + offset);
    for (size_t n = strlen(text); n > 0 && text[n - 1] == ' '; n--)
        text[n - 1] = 0;
    return text;
}

unsigned tape_label_number(const struct tape_label *label, int offset, int length)
{
    unsigned number = 0;
    for (int i = 0; i < length; i++) {
        char c = label->text[offset + i];
        if (!isdigit((unsigned char)c))
            return 0;
        number = number * 10 + (unsigned)(c - '0');
    }
    return number;
}

void tape_label_make(uint8_t block[LABEL_LENGTH], const char *text)
{
    struct codepage page;
    codepage_default(&page);
    for (size_t i = 0, n = strlen(text); i < LABEL_LENGTH; i++)
        block[i] = (uint8_t)(i < n ? text[i] : ' ');
    codepage_to_guest(&page, block, LABEL_LENGTH);
}
