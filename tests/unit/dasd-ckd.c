/* Channel commands against CKD disks: chains with the status, sense and data they must give. */
#include "tests/unit/dasd-bench.h"
#include "tests/unit/random.h"

static void make_volume(struct bench *b, const char *model, unsigned cylinders,
                        enum ckd_compression compression)
{
    struct ckd_creation creation = { .geometry = ckd_geometry_find(model),
                                     .cylinders = cylinders, .compression = compression,
                                     .null_track = CKD_NULL_R0 };
    struct disk_complaint why;
    snprintf(b->path, sizeof b->path, "%s/%s.disk", b->folder, model);
    unlink(b->path);
    check(ckd_image_create(b->path, &creation, &why), "%s", why.text);
}

static bool attach(struct bench *b, const char *type)
{
    char *argv[] = { b->path };
    return check(bench_attach(b, type, 1, argv), "%s", b->said);
}

#define SEEK(cylinder_head) { 0x07, "0000" cylinder_head, 0, CE_DE, 0, 0, 0 }
#define FIND(id) { 0x31, id, 0, FOUND, 0, 0, true }
#define MASK(mask) { 0x1F, mask, 0, CE_DE, 0, 0, 0 }

/* Cylinder 1 head 0: R1 key 4 data 8, R2 no key data 4, R3 end of file, R4 key 2 data 2. */
static void write_records(struct bench *b)
{
    CHAIN(b, "format a track", SEEK("00010000"), MASK("00"), FIND("00010000 00"),
          { 0x1D, "00010000 01 04 0008 C1C2C3C4 0102030405060708", 0, CE_DE, 0, 0, 0 },
          { 0x1D, "00010000 02 00 0004 D1D2D3D4", 0, CE_DE, 0, 0, 0 },
          { 0x1D, "00010000 03 00 0000", 0, CE_DE, 0, 0, 0 },
          { 0x1D, "00010000 04 02 0002 E1E2 E3E4", 0, CE_DE, 0, 0, 0 });
}

static void reading(struct bench *b)
{
    CHAIN(b, "read data after search ID", SEEK("00010000"), FIND("00010000 02"),
          { 0x06, NULL, 100, CE_DE, "D1D2D3D4", 0, 0 });
    CHAIN(b, "read data without key after search key", SEEK("00010000"),
          { 0x29, "C1C2C3C4", 0, FOUND, 0, 0, true },
          { 0x06, NULL, 100, CE_DE, "0102030405060708", 0, 0 });
    CHAIN(b, "read key and data", SEEK("00010000"), FIND("00010000 01"),
          { 0x0E, NULL, 100, CE_DE, "C1C2C3C4 0102030405060708", 0, 0 });
    CHAIN(b, "read in order", SEEK("00010000"),
          { 0x06, NULL, 100, CE_DE, "0102030405060708", 0, 0 },
          { 0x12, NULL, 8, CE_DE, "00010000 02 00 0004", 0, 0 },
          { 0x06, NULL, 2, CE_DE, "D1D2", 0, 0 },
          { 0x06, NULL, 9, UX, "", 0, 0 });
    CHAIN(b, "count, key and data", SEEK("00010000"), FIND("00010000 03"),
          { 0x1E, NULL, 100, CE_DE, "00010000 04 02 0002 E1E2E3E4", 0, 0 });
    CHAIN(b, "end of file gives its count", SEEK("00010000"), FIND("00010000 02"),
          { 0x1E, NULL, 100, UX, "00010000 03 00 0000", 0, 0 });
    CHAIN(b, "home address and R0", SEEK("00010000"),
          { 0x1A, NULL, 5, CE_DE, "00 0001 0000", 0, 0 },
          { 0x16, NULL, 16, CE_DE, "00010000 00 00 0008 0000000000000000", 0, 0 },
          { 0x12, NULL, 8, CE_DE, "00010000 01 04 0008", 0, 0 });
    CHAIN(b, "search home address", SEEK("00010000"),
          { 0x39, "00010000", 0, FOUND, 0, 0, 0 }, { 0x12, NULL, 8, CE_DE, "0001000001040008", 0, 0 });
    CHAIN(b, "wrap round the index", SEEK("00010000"), FIND("00010000 04"),
          { 0x0E, NULL, 9, CE_DE, "E1E2E3E4", 0, 0 },
          { 0x06, NULL, 9, CE_DE, "0102030405060708", 0, 0 });
    CHAIN(b, "read IPL", { 0x02, NULL, 24, UC, 0, "0008", 0 });
    CHAIN(b, "sense gives it, once", { 0x04, NULL, 24, CE_DE,
          "0008000000000000 0000000000000000 0000000000000000", 0, 0 },
          { 0x04, NULL, 3, CE_DE, "000000", 0, 0 });
}

static void searching(struct bench *b)
{
    CHAIN(b, "search ID high", SEEK("00010000"), { 0x51, "00010000 02", 0, FOUND, 0, 0, true },
          { 0x06, NULL, 9, UX, "", 0, 0 });
    CHAIN(b, "search ID equal or high", SEEK("00010000"),
          { 0x71, "00010000 02", 0, FOUND, 0, 0, true }, { 0x06, NULL, 9, CE_DE, "D1D2D3D4", 0, 0 });
    CHAIN(b, "search key high", SEEK("00010000"), { 0x49, "C1C2C3C5", 0, FOUND, 0, 0, true },
          { 0x06, NULL, 9, CE_DE, "E3E4", 0, 0 });
    CHAIN(b, "search key of the record found", SEEK("00010000"), FIND("00010000 01"),
          { 0x29, "C1C2C3C4", 0, FOUND, 0, 0, 0 }, { 0x06, NULL, 9, CE_DE, "0102030405060708", 0, 0 });
    CHAIN(b, "no record found", SEEK("00010000"), { 0x31, "00010000 09", 0, UC, 0, "00 08", true });
    CHAIN(b, "the key is nowhere", SEEK("00010000"), { 0x29, "C1C2C3C5", 0, UC, 0, "00 08", true });
    CHAIN(b, "multi-track to the cylinder's end", SEEK("00010000"),
          { 0xA9, "C1C2C3C5", 0, UC, 0, "00 20", true });
    CHAIN(b, "multi-track finds R0 of the next head", SEEK("00010000"),
          { 0xB1, "00010001 00", 0, FOUND, 0, 0, true });
    CHAIN(b, "the mask keeps from switching heads", SEEK("00010000"), MASK("18"),
          { 0xB1, "00010001 00", 0, UC, 0, "00 04", true });
    CHAIN(b, "multi-track read count", SEEK("00000012"),
          { 0x92, NULL, 8, UC, 0, "00 20", 0 });
}

static void writing(struct bench *b)
{
    CHAIN(b, "write data, short: zeros behind", SEEK("00010000"), FIND("00010000 01"),
          { 0x05, "99", 0, CE_DE, 0, 0, 0 });
    CHAIN(b, "it is there", SEEK("00010000"), { 0x1E, NULL, 99, CE_DE,
          "0001000001040008 C1C2C3C4 9900000000000000", 0, 0 });
    CHAIN(b, "write key and data", SEEK("00010000"), FIND("00010000 01"),
          { 0x0D, "A1A2A3A4 1112131415161718", 0, CE_DE, 0, 0, 0 }, SEEK("00010000"),
          { 0x0E, NULL, 99, CE_DE, "A1A2A3A41112131415161718", 0, 0 });
    CHAIN(b, "write on end of file", SEEK("00010000"), FIND("00010000 03"),
          { 0x05, "99", 0, UX, 0, 0, 0 });
    CHAIN(b, "write data without search", SEEK("00010000"), { 0x05, "99", 0, UC, 0, "80 00 00 00 00 01 00 02", 0 });
    CHAIN(b, "a search high does not do", SEEK("00010000"),
          { 0x71, "00010000 01", 0, FOUND, 0, 0, true }, { 0x05, "99", 0, UC, 0, "80", 0 });
    CHAIN(b, "write key data after search key", SEEK("00010000"),
          { 0x29, "A1A2A3A4", 0, FOUND, 0, 0, true }, { 0x0D, "99", 0, UC, 0, "80", 0 });
    CHAIN(b, "format behind a record that was read", SEEK("00010000"), FIND("00010000 02"),
          { 0x06, NULL, 9, CE_DE, 0, 0, 0 },
          { 0x1D, "00010000 07 00 0001 77", 0, CE_DE, 0, 0, 0 }, SEEK("00010000"),
          { 0x31, "00010000 03", 0, UC, 0, "0008", true });
    CHAIN(b, "the track ends there", SEEK("00010000"), FIND("00010000 07"),
          { 0x06, NULL, 9, CE_DE, "77", 0, 0 }, { 0x12, NULL, 8, CE_DE, "0001000001040008", 0, 0 });
    CHAIN(b, "erase", SEEK("00010000"), FIND("00010000 02"),
          { 0x11, "00010000 07 00 0001 77", 0, CE_DE, 0, 0, 0 });
    CHAIN(b, "it is gone", SEEK("00010000"), { 0x31, "00010000 07", 0, UC, 0, "0008", true });
    CHAIN(b, "mask 40: no writes", SEEK("00010000"), MASK("40"), FIND("00010000 01"),
          { 0x05, "99", 0, UC, 0, "80", 0 });
    CHAIN(b, "mask 80: no format writes", SEEK("00010000"), MASK("80"), FIND("00010000 01"),
          { 0x1D, "00010000 07 00 0001 77", 0, UC, 0, "80", 0 });
    CHAIN(b, "mask 80: but updates", SEEK("00010000"), MASK("80"), FIND("00010000 01"),
          { 0x05, "99", 0, CE_DE, 0, 0, 0 });
    CHAIN(b, "mask 00: not R0", SEEK("00010001"), { 0x39, "00010001", 0, FOUND, 0, 0, true },
          { 0x15, "00010001 00 00 0008 0102030405060708", 0, UC, 0, "80", 0 });
    CHAIN(b, "mask C0: home address, R0, R1", SEEK("00010001"), MASK("C0"),
          { 0x19, "00 00010001", 0, CE_DE, 0, 0, 0 },
          { 0x15, "00010001 00 00 0008 0102030405060708", 0, CE_DE, 0, 0, 0 },
          { 0x1D, "00010001 01 00 0001 55", 0, CE_DE, 0, 0, 0 });
    CHAIN(b, "they are there", SEEK("00010001"),
          { 0x16, NULL, 99, CE_DE, "00010001 00 00 0008 0102030405060708", 0, 0 },
          { 0x1E, NULL, 99, CE_DE, "00010001 01 00 0001 55", 0, 0 });
}

static void controls(struct bench *b)
{
    CHAIN(b, "seek too far", { 0x07, "0000 0005 0000", 0, UC, 0, "80 00 00 00 00 01 01 04", 0 });
    CHAIN(b, "seek to a head that is not", { 0x07, "0000 0000 0013", 0, UC, 0, "80", 0 });
    CHAIN(b, "seek with a bin", { 0x07, "0001 0000 0000", 0, UC, 0, "80", 0 });
    CHAIN(b, "seek with too little", { 0x07, "0000 0000", 0, UC, 0, "80 00 00 00 00 01 01 03", 0 });
    CHAIN(b, "seek head keeps the cylinder", SEEK("00020000"),
          { 0x1B, "0000 0003 0001", 0, CE_DE, 0, 0, 0 }, { 0x1A, NULL, 5, CE_DE, "0000020001", 0, 0 });
    CHAIN(b, "mask 08: no seek 07", MASK("08"), { 0x07, "000000010000", 0, UC, 0, "00 04", 0 });
    CHAIN(b, "mask 10: seek head", MASK("10"), { 0x1B, "000000010000", 0, CE_DE, 0, 0, 0 },
          { 0x0B, "000000010000", 0, UC, 0, "00 04", 0 });
    CHAIN(b, "mask 18: none", MASK("18"), { 0x1B, "000000010000", 0, UC, 0, "00 04", 0 });
    CHAIN(b, "mask twice", MASK("00"), { 0x1F, "00", 0, UC, 0, "80", 0 });
    CHAIN(b, "mask with a reserved bit", { 0x1F, "20", 0, UC, 0, "80", 0 });
    CHAIN(b, "recalibrate", SEEK("00030004"), { 0x13, NULL, 0, CE_DE, 0, 0, 0 },
          { 0x1A, NULL, 5, CE_DE, "0000000000", 0, 0 });
    CHAIN(b, "sector out of range", { 0x23, "80", 0, UC, 0, "80", 0 });
    CHAIN(b, "sector 255", { 0x23, "FF", 0, CE_DE, 0, 0, 0 }, { 0x22, NULL, 1, CE_DE, "00", 0, 0 });
    CHAIN(b, "no such command", { 0xE4, NULL, 7, UC, 0, "80 00 00 00 00 00 00 01", 0 });
    CHAIN(b, "no such command", { 0xDF, NULL, 7, UC, 0, "80 00 00 00 00 00 00 01", 0 });
    CHAIN(b, "reserve gives sense", { 0xB4, NULL, 24, CE_DE,
          "8000000000000001 0000000000000000 0000000000000000", 0, 0 });
}

static void overflow(struct bench *b)
{
    CHAIN(b, "a record over three tracks", SEEK("00020000"), FIND("00020000 00"),
          { 0x01, "00020000 01 02 0002 C1C2 0102", 0, CE_DE, 0, 0, 0 },
          { 0x1B, "000000020001", 0, CE_DE, 0, 0, 0 }, FIND("00020001 00"),
          { 0x01, "00020001 01 00 0002 0304", 0, CE_DE, 0, 0, 0 },
          { 0x1B, "000000020002", 0, CE_DE, 0, 0, 0 }, FIND("00020002 00"),
          { 0x1D, "00020002 01 00 0001 05", 0, CE_DE, 0, 0, 0 });
    CHAIN(b, "is read as one", SEEK("00020000"), FIND("00020000 01"),
          { 0x0E, NULL, 99, CE_DE, "C1C2 0102030405", 0, 0 });
    CHAIN(b, "is written as one", SEEK("00020000"), FIND("00020000 01"),
          { 0x05, "1112131415", 0, CE_DE, 0, 0, 0 }, SEEK("00020000"),
          { 0x06, NULL, 99, CE_DE, "1112131415", 0, 0 });
}

static void capacity(struct bench *b)
{
    /* 3330: 13030 bytes without a key fill the track; one more does not fit. */
    CHAIN(b, "the longest record", SEEK("00030000"), FIND("00030000 00"),
          { 0x1D, "00030000 01 00 32E6", 0, CE_DE, 0, 0, 0 });
    CHAIN(b, "one byte more", SEEK("00030000"), FIND("00030000 00"),
          { 0x1D, "00030000 01 00 32E7", 0, UC, 0, "00 40", 0 });
    CHAIN(b, "nothing behind it", SEEK("00030000"), FIND("00030000 01"),
          { 0x1D, "00030000 02 00 0001", 0, UC, 0, "00 40", 0 });
}

static void track_conditions(struct bench *b)
{
    CHAIN(b, "flag a track defective", SEEK("00030005"), MASK("C0"),
          { 0x19, "02 00030005", 0, CE_DE, 0, 0, 0 },
          { 0x15, "00040000 00 00 0008 00", 0, CE_DE, 0, 0, 0 });
    CHAIN(b, "its R0 can be read", SEEK("00030005"),
          { 0x16, NULL, 5, CE_DE, "0004000000", 0, 0 });
    CHAIN(b, "other commands say track condition", SEEK("00030005"),
          { 0x12, NULL, 8, UC, 0, "02 00", 0 });
    CHAIN(b, "mend it", SEEK("00030005"), MASK("C0"), { 0x19, "00 00030005", 0, CE_DE, 0, 0, 0 });
    CHAIN(b, "no record at all", SEEK("00030005"), { 0x12, NULL, 8, UC, 0, "00 08", 0 });
}

/* From the 3375 on the control unit goes to the alternate that R0 names. Cylinder 4, track 0
 * stands in for cylinder 3, track 5. */
static void alternate_tracks(struct bench *b)
{
    CHAIN(b, "records of the alternate", SEEK("00040000"), MASK("C0"), FIND("00040000 00"),
          { 0x1D, "00030005 01 00 0004 C1C2C3C4", 0, CE_DE, 0, 0, 0 },
          { 0x1D, "00030005 02 00 0002 C5C6", 0, CE_DE, 0, 0, 0 });
    CHAIN(b, "the next track", SEEK("00030006"), MASK("C0"), FIND("00030006 00"),
          { 0x1D, "00030006 01 00 0001 D1", 0, CE_DE, 0, 0, 0 });
    CHAIN(b, "flag a track defective", SEEK("00030005"), MASK("C0"),
          { 0x19, "02 00030005", 0, CE_DE, 0, 0, 0 },
          { 0x15, "00040000 00 00 0008 00", 0, CE_DE, 0, 0, 0 });
    CHAIN(b, "a read is of the alternate", SEEK("00030005"), FIND("00030005 01"),
          { 0x06, NULL, 4, CE_DE, "C1C2C3C4", 0, 0 });
    CHAIN(b, "so is a write", SEEK("00030005"), FIND("00030005 02"),
          { 0x05, "E7E8", 0, CE_DE, 0, 0, 0 });
    CHAIN(b, "it has gone there", SEEK("00040000"), FIND("00030005 02"),
          { 0x06, NULL, 2, CE_DE, "E7E8", 0, 0 });
    CHAIN(b, "home address and R0 are the track's own", SEEK("00030005"),
          { 0x1A, NULL, 5, CE_DE, "0200030005", 0, 0 },
          { 0x16, NULL, 5, CE_DE, "0004000000", 0, 0 });
    CHAIN(b, "behind the alternate comes the next track", SEEK("00030005"), FIND("00030005 02"),
          { 0x92, NULL, 8, CE_DE, "0003000601000001", 0, 0 });
    CHAIN(b, "one without an alternate", SEEK("00030005"), MASK("C0"),
          { 0x19, "02 00030005", 0, CE_DE, 0, 0, 0 },
          { 0x15, "00030005 00 00 0008 00", 0, CE_DE, 0, 0, 0 });
    CHAIN(b, "is a track condition check", SEEK("00030005"),
          { 0x12, NULL, 8, UC, 0, "02 00", 0 });
    CHAIN(b, "mend it", SEEK("00030005"), MASK("C0"), { 0x19, "00 00030005", 0, CE_DE, 0, 0, 0 });
}

/* ---- extended CKD --------------------------------------------------------------------- */

#define EXTENT(mask, size, from, to) \
    { 0x63, mask " C0 " size " 00000000" from to, 0, CE_DE, 0, 0, 0 }
#define LOCATE(op, aux, count, track, id, length) \
    { 0x47, op aux "00" count track id "FF" length, 0, CE_DE, 0, 0, 0 }

/* Cylinder 1 heads 0 and 1: R1 to R3, 4 bytes each, key of 1. */
static void format_extended(struct bench *b)
{
    CHAIN(b, "format write", EXTENT("C0", "0000", "00010000", "00010001"),
          LOCATE("03", "00", "03", "00010000", "0001000000", "0000"),
          { 0x1D, "0001000001010004 A1 01020304", 0, CE_DE, 0, 0, 0 },
          { 0x1D, "0001000002010004 A2 05060708", 0, CE_DE, 0, 0, 0 },
          { 0x1D, "0001000003010004 A3 090A0B0C", 0, CE_DE, 0, 0, 0 });
    CHAIN(b, "write track", EXTENT("C0", "0000", "00010000", "00010001"),
          LOCATE("0B", "00", "02", "00010000", "0001000000", "0000"),
          { 0x05, "00000000000000EE", 0, CE_DE, 0, 0, 0 },
          { 0x1D, "0001000001010004 A1 01020304", 0, CE_DE, 0, 0, 0 },
          { 0x1D, "0001000002010004 A2 05060708", 0, CE_DE, 0, 0, 0 },
          { 0x9D, "0001000101010004 B1 11121314", 0, CE_DE, 0, 0, 0 },
          { 0x9D, "0001000201010004 B1 11121314", 0, UC, 0, "80 00 00 00 00 01 01 02", 0 });
    CHAIN(b, "read tracks", EXTENT("00", "0000", "00010000", "00010001"),
          LOCATE("0C", "00", "02", "00010000", "0001000000", "0000"),
          { 0xDE, NULL, 4096, CE_DE, "0001000000000008 00000000000000EE 0001000001010004 A1 01020304"
            "0001000002010004 A2 05060708 FFFFFFFFFFFFFFFF", 0, 0 },
          { 0xDE, NULL, 4096, CE_DE, "0001000100000008 0000000000000000 0001000101010004 B1 11121314"
            "FFFFFFFFFFFFFFFF", 0, 0 });
}

static void read_extended(struct bench *b)
{
    CHAIN(b, "read data over two tracks", EXTENT("00", "0000", "00010000", "00010001"),
          LOCATE("06", "00", "03", "00010000", "0001000001", "0000"),
          { 0x86, NULL, 9, CE_DE, "01020304", 0, 0 }, { 0x86, NULL, 9, CE_DE, "05060708", 0, 0 },
          { 0x8E, NULL, 9, CE_DE, "B111121314", 0, 0 });
    CHAIN(b, "the extent is the limit", EXTENT("00", "0000", "00010000", "00010000"),
          LOCATE("06", "00", "03", "00010000", "0001000002", "0000"),
          { 0x86, NULL, 9, CE_DE, "05060708", 0, 0 }, { 0x86, NULL, 9, UC, 0, "00 05", 0 });
    CHAIN(b, "locate outside of the extent", EXTENT("00", "0000", "00010000", "00010000"),
          { 0x47, "06000001 00010001 0001000101 FF 0000", 0, UC, 0, "00 04", 0 });
    CHAIN(b, "data orientation", EXTENT("00", "0000", "00010000", "00010001"),
          LOCATE("96", "00", "01", "00010000", "0001000001", "0000"),
          { 0x92, NULL, 8, CE_DE, "0001000002010004", 0, 0 });
    CHAIN(b, "home address orientation", EXTENT("00", "0000", "00010000", "00010001"),
          LOCATE("56", "00", "01", "00010000", "0001000000", "0000"),
          { 0x16, NULL, 16, CE_DE, "000100000000000800000000000000EE", 0, 0 });
    CHAIN(b, "no such record", EXTENT("00", "0000", "00010000", "00010001"),
          { 0x47, "06000001 00010000 0001000009 FF 0000", 0, UC, 0, "00 08", 0 });
    CHAIN(b, "the domain's commands only", EXTENT("00", "0000", "00010000", "00010001"),
          LOCATE("06", "00", "01", "00010000", "0001000001", "0000"),
          { 0x1E, NULL, 8, UC, 0, "80 00 00 00 00 01 00 02", 0 });
    CHAIN(b, "none without a domain", { 0xDE, NULL, 8, UC, 0, "80", 0 });
    CHAIN(b, "locate without extent", { 0x47, "06000001 00010000 0001000001 FF 0000", 0, UC, 0, "80", 0 });
    CHAIN(b, "seek within the extent", EXTENT("00", "0000", "00010000", "00010001"),
          { 0x07, "0000 0001 0001", 0, CE_DE, 0, 0, 0 }, { 0x07, "0000 0002 0000", 0, UC, 0, "00 04", 0 });
    CHAIN(b, "extents twice", EXTENT("00", "0000", "00010000", "00010001"),
          { 0x63, "00C000000000000000010000 00010001", 0, UC, 0, "80", 0 });
    CHAIN(b, "extent beyond the disk", { 0x63, "00C000000000000000010000 00990001", 0, UC, 0,
          "80 00 00 00 00 01 01 04", 0 });
    CHAIN(b, "extent backwards", { 0x63, "00C000000000000000010001 00010000", 0, UC, 0, "80", 0 });
    CHAIN(b, "extent too short", { 0x63, "00C00000", 0, UC, 0, "80 00 00 00 00 01 01 03", 0 });
}

static void write_extended(struct bench *b)
{
    CHAIN(b, "write update data over two tracks", EXTENT("80", "0004", "00010000", "00010001"),
          LOCATE("01", "00", "03", "00010000", "0001000001", "0000"),
          { 0x85, "21222324", 0, CE_DE, 0, 0, 0 }, { 0x85, "25", 0, CE_DE, 0, 0, 0 },
          { 0x85, "292A2B2C", 0, CE_DE, 0, 0, 0 });
    CHAIN(b, "it is there", EXTENT("00", "0000", "00010000", "00010001"),
          LOCATE("16", "00", "03", "00010000", "0001000001", "0000"),
          { 0x86, NULL, 9, CE_DE, "21222324", 0, 0 }, { 0x9E, NULL, 99, CE_DE, "0001000002010004 A2 25000000", 0, 0 },
          { 0x86, NULL, 9, CE_DE, "292A2B2C", 0, 0 });
    CHAIN(b, "key and data", EXTENT("80", "0000", "00010000", "00010001"),
          LOCATE("01", "80", "01", "00010000", "0001000001", "0005"),
          { 0x8D, "C1 31323334", 0, CE_DE, 0, 0, 0 });
    CHAIN(b, "with a count to close", EXTENT("80", "0000", "00010000", "00010001"),
          LOCATE("01", "81", "02", "00010000", "0001000001", "0004"),
          { 0x85, "41424344", 0, CE_DE, 0, 0, 0 }, { 0x92, NULL, 8, CE_DE, "0001000002010004", 0, 0 });
    CHAIN(b, "a length that is not the record's", EXTENT("80", "0003", "00010000", "00010001"),
          LOCATE("01", "00", "01", "00010000", "0001000001", "0000"),
          { 0x85, "51525354", 0, UC, 0, "00 40", 0 });
    CHAIN(b, "was not written", EXTENT("00", "0000", "00010000", "00010001"),
          LOCATE("06", "00", "01", "00010000", "0001000001", "0000"),
          { 0x8E, NULL, 9, CE_DE, "C141424344", 0, 0 });
    CHAIN(b, "home address and R0", EXTENT("C0", "0000", "0002000E", "0002000E"),
          LOCATE("43", "00", "02", "0002000E", "0002000E00", "0000"),
          { 0x19, "00 0002000E", 0, CE_DE, 0, 0, 0 },
          { 0x15, "0002000E 00 00 0008 00000000000000EF", 0, CE_DE, 0, 0, 0 },
          { 0x1A, NULL, 5, CE_DE, "000002000E", 0, 0 },
          { 0x16, NULL, 16, CE_DE, "0002000E0000000800000000000000EF", 0, 0 });
    CHAIN(b, "records of a track", EXTENT("C0", "0000", "0002000E", "0002000E"),
          LOCATE("03", "00", "01", "0002000E", "0002000E00", "0000"),
          { 0x1D, "0002000E 01 00 0001 55", 0, CE_DE, 0, 0, 0 });
    CHAIN(b, "write track leaves none", EXTENT("00", "0000", "0002000E", "0002000E"),
          LOCATE("0B", "00", "01", "0002000E", "0002000E00", "0000"),
          { 0x05, "0000000000000000", 0, CE_DE, 0, 0, 0 });
    CHAIN(b, "which is so", SEEK("0002000E"), { 0x12, NULL, 8, UC, 0, "00 08", 0 });
    CHAIN(b, "no home address for who may only format", EXTENT("00", "0000", "0002000E", "0002000E"),
          LOCATE("43", "00", "02", "0002000E", "0002000E00", "0000"),
          { 0x19, "00 0002000E", 0, UC, 0, "80", 0 });
    CHAIN(b, "the mask permits no format write", EXTENT("80", "0000", "00010000", "00010001"),
          LOCATE("03", "00", "01", "00010000", "0001000001", "0000"),
          { 0x1D, "0001000009010004 A1 01020304", 0, UC, 0, "80", 0 });
}

static void subsystem(struct bench *b)
{
    CHAIN(b, "sense ID", { 0xE4, NULL, 256, CE_DE, "FF3990E9 339002 00 40FA0100", 0, 0 });
    CHAIN(b, "device characteristics", { 0x64, NULL, 64, CE_DE,
          "3990 E9 3390 02 D0000002 20 26 0005 000F E0 00E5A2 0594 02 22 13 09 06 74"
          "0000 0000 0000 0000 0000 0000 26 26 15 02 DFEE 00 01 06 7708 00000000 0000 FF 000000000000", 0, 0 });
    CHAIN(b, "configuration data", { 0xFA, NULL, 3, CE_DE, "C40101", 0, 0 });
    CHAIN(b, "subsystem status", { 0x27, "18 00 00000000 00 00 00000000", 0, CE_DE, 0, 0, 0 },
          { 0x3E, NULL, 2, CE_DE, "0050", 0, 0 });
    CHAIN(b, "nothing prepared", { 0x3E, NULL, 2, UC, 0, "80", 0 });
    CHAIN(b, "no such order", { 0x27, "77 00", 0, UC, 0, "80", 0 });
    CHAIN(b, "no path group", { 0x34, NULL, 12, CE_DE, "00 0000000000000000000000", 0, 0 });
    CHAIN(b, "set path group", { 0xAF, "00 0102030405060708090A0B", 0, CE_DE, 0, 0, 0 });
    CHAIN(b, "sense path group", { 0x34, NULL, 12, CE_DE, "C0 0102030405060708090A0B", 0, 0 });
    CHAIN(b, "32 bytes of sense", { 0x07, "0000 0099 0000", 0, UC, 0, 0, 0 });
    CHAIN(b, "32 bytes of sense", { 0x04, NULL, 32, CE_DE,
          "8000000000010004 0000000000000000 0000000000000000 00000080 00000100", 0, 0 });
}

/* Prefix: format, validity, base address and so on; then define extent's and locate record
 * extended's parameters. */
#define PREFIX(format, mask, size, first, last, location) \
    { 0xE7, format "80 50000000 00000000 0000" mask "C0" size "00000000" first last \
      "00000000 00000000 00000000 00000000" location, 0, CE_DE, 0, 0, 0 }
#define NOWHERE_ "00000000 00000000 00000000 00000000 00000000"

/* Cylinder 3, heads 0 to 2: three records of 8 bytes each. */
static void format_tracks(struct bench *b)
{
    for (unsigned head = 0; head < 3; head++) {
        char id[3][40], locate[80], extent[60];
        snprintf(extent, sizeof extent, "00C00000 00000000 0003%04X 0003%04X", head, head);
        snprintf(locate, sizeof locate, "03000003 0003%04X 0003%04X00 FF 0000", head, head);
        for (int r = 0; r < 3; r++)
            snprintf(id[r], sizeof id[r], "0003%04X %02X 00 0008", head, r + 1);
        CHAIN(b, "format for tracks", { 0x63, extent, 0, CE_DE, 0, 0, 0 },
              { 0x47, locate, 0, CE_DE, 0, 0, 0 }, { 0x1D, id[0], 0, CE_DE, 0, 0, 0 },
              { 0x1D, id[1], 0, CE_DE, 0, 0, 0 }, { 0x1D, id[2], 0, CE_DE, 0, 0, 0 });
    }
}

static void track_data(struct bench *b)
{
    CHAIN(b, "write track data, from record 2 on", 
          PREFIX("01", "80", "0008", "00030000", "00030001",
                 "3F800002 00030000 0003000002 00 0008 00 23 0000"),
          { 0xA5, "0202020202020202 0303030303030303", 0, CE_DE, 0, 0, 0 },
          { 0xA5, "1111111111111111 12121212", 0, CE_DE, 0, 0, 0 });
    CHAIN(b, "read track data", 
          PREFIX("01", "40", "0000", "00030000", "00030001",
                 "0C800002 00030000 0003000001 00 0010 00 00 0000"),
          { 0xA6, NULL, 24, CE_DE, "0000000000000000 0202020202020202 0303030303030303", 0, 0 },
          { 0xA6, NULL, 99, CE_DE, "1111111111111111 1212121200000000", 0, 0 });
    CHAIN(b, "no third track", 
          PREFIX("01", "40", "0000", "00030000", "00030001",
                 "0C000003 00030000 0003000001 00 0000 00 00 0000"),
          { 0xA6, NULL, 99, CE_DE, 0, 0, 0 }, { 0xA6, NULL, 99, CE_DE, 0, 0, 0 },
          { 0xA6, NULL, 99, UC, 0, "00 05", 0 });
    CHAIN(b, "another length than the records have", 
          PREFIX("01", "80", "0004", "00030000", "00030000",
                 "3F800001 00030000 0003000001 00 0004 00 23 0000"),
          { 0xA5, "02020202", 0, UC, 0, "00 40", 0 });
    CHAIN(b, "more than the track has", 
          PREFIX("01", "80", "0008", "00030000", "00030000",
                 "3F800001 00030000 0003000003 00 0008 00 23 0000"),
          { 0xA5, "2323232323232323 24", 0, UC, 0, "00 40", 0 });
    CHAIN(b, "the mask permits no writing", 
          PREFIX("01", "40", "0008", "00030000", "00030000",
                 "3F800001 00030000 0003000001 00 0008 00 23 0000"),
          { 0xA5, "0202020202020202", 0, UC, 0, "80", 0 });
    CHAIN(b, "only in a domain", { 0xA6, NULL, 9, UC, 0, "80 00 00 00 00 03 00 02", 0 });
}

static void full_tracks(struct bench *b)
{
    CHAIN(b, "write full tracks", 
          PREFIX("01", "C0", "0000", "00030001", "00030002",
                 "3F000002 00030001 0003000100 FF 0000 00 11 0002 C000"),
          { 0x95, "0003000100000008 0000000000000000 0003000101020003 A1A2 B1B2B3 FFFFFFFFFFFFFFFF",
            0, CE_DE, 0, 0, 0 },
          { 0x95, "0003000200000008 0000000000000000", 0, CE_DE, 0, 0, 0 });
    CHAIN(b, "read tracks", 
          PREFIX("01", "40", "0000", "00030001", "00030002",
                 "4C000002 00030001 0003000100 FF 0000 00 00 0000"),
          { 0xDE, NULL, 99, CE_DE,
            "0003000100000008 0000000000000000 0003000101020003 A1A2 B1B2B3 FFFFFFFFFFFFFFFF", 0, 0 },
          { 0xDE, NULL, 99, CE_DE, "0003000200000008 0000000000000000 FFFFFFFFFFFFFFFF", 0, 0 });
    CHAIN(b, "what is no track", 
          PREFIX("01", "C0", "0000", "00030001", "00030001",
                 "3F000001 00030001 0003000100 FF 0000 00 11 0002 8000"),
          { 0x95, "0003000101000008 0000000000000000", 0, UC, 0, "00 40", 0 });
    CHAIN(b, "a record that is cut off", 
          PREFIX("01", "C0", "0000", "00030001", "00030001",
                 "3F000001 00030001 0003000100 FF 0000 00 11 0002 8000"),
          { 0x95, "0003000100000008 00000000000000", 0, UC, 0, "00 40", 0 });
}

static void prefixes(struct bench *b)
{
    CHAIN(b, "prefix without location", PREFIX("00", "40", "0000", "00010000", "00010001", NOWHERE_),
          { 0x47, "06000001 00010000 0001000001 FF 0000", 0, CE_DE, 0, 0, 0 },
          { 0x86, NULL, 9, CE_DE, 0, 0, 0 });
    CHAIN(b, "it begins a chain", { 0x03, NULL, 0, CE_DE, 0, 0, 0 },
          { 0xE7, "0080", 0, UC, 0, "80 00 00 00 00 01 00 02", 0 });
    CHAIN(b, "too short", { 0xE7, "0080", 0, UC, 0, "80 00 00 00 00 01 00 03", 0 });
    CHAIN(b, "no such format", { 0xE7, "02805000 00000000 00000000 40C00000 00000000 00010000 00010001"
          "00000000 00000000 00000000 00000000" NOWHERE_, 0, UC, 0, "80 00 00 00 00 01 00 04", 0 });
    CHAIN(b, "another base", { 0xE7, "00A07700 00000000 00000000 40C00000 00000000 00010000 00010001"
          "00000000 00000000 00000000 00000000" NOWHERE_, 0, UC, 0, "80 00 00 00 00 01 00 04", 0 });
    CHAIN(b, "outside of the extent", { 0xE7, "01805000 00000000 00000000 40C00000 00000000 00010000"
          "00010001 00000000 00000000 00000000 00000000 0C000001 00020000 0002000001 FF 0000 00 00 0000",
          0, UC, 0, "00 04", 0 });
    CHAIN(b, "locate record extended", EXTENT("40", "0000", "00030000", "00030001"),
          { 0x4B, "0C000001 00030000 0003000002 FF 0000 00 00 0000", 0, CE_DE, 0, 0, 0 },
          { 0xA6, NULL, 99, CE_DE, "0202020202020202 2323232323232323", 0, 0 });
    CHAIN(b, "read count in a read data domain", EXTENT("40", "0000", "00030000", "00030001"),
          LOCATE("06", "00", "02", "00030000", "0003000000", "0000"),
          { 0x12, NULL, 8, CE_DE, "0003000001000008", 0, 0 },
          { 0x12, NULL, 8, CE_DE, "0003000002000008", 0, 0 });
    CHAIN(b, "feature codes", { 0x27, "18 00 00000000 41 00 00000000", 0, CE_DE, 0, 0, 0 },
          { 0x3E, NULL, 16, CE_DE, "00000000 00000000 01200000 40000000", 0, 0 });
    CHAIN(b, "unit addresses: this one", { 0x27, "18 00 00000000 0E 00 00000000", 0, CE_DE, 0, 0, 0 },
          { 0x3E, NULL, 0xA4, CE_DE,
            "00000000000000000000000000000000000000000000000000000000000000000000000000000000"
            "00000000000000000000000000000000000000000000000000000000000000000000000000000000"
            "00000000000000000000000000000000000000000000000000000000000000000000000000000000"
            "00000000000000000000000000000000000000000000000000000000000000000000000000000000" "01000000", 0, 0 });
    CHAIN(b, "no such suborder", { 0x27, "18 00 00000000 0D 00 00000000", 0, UC, 0, "80 00 00 00 00 03 00 04", 0 });
    b->device.type->reset(&b->device);
    CHAIN(b, "a reset forgets path groups", { 0x34, NULL, 12, CE_DE, "00 0000000000000000000000", 0, 0 });
    CHAIN(b, "another path group", { 0xAF, "80 1102030405060708090A0B", 0, CE_DE, 0, 0, 0 },);
    CHAIN(b, "sense multipath group", { 0x34, NULL, 12, CE_DE, "C8 1102030405060708090A0B", 0, 0 });
}

static void extended(struct bench *b)
{
    make_volume(b, "3390", 5, CKD_ZLIB);
    if (!attach(b, "3390-1"))
        return;
    format_extended(b);
    read_extended(b);
    write_extended(b);
    subsystem(b);
    format_tracks(b);
    track_data(b);
    prefixes(b);
    full_tracks(b);
    alternate_tracks(b);
    bench_detach(b);
}

/* ---- noise ----------------------------------------------------------------------------- */

static uint64_t noise_state = 88172645463325252u;
static unsigned noise(unsigned n)
{
    return (unsigned)(next_random(&noise_state) % n);
}

/* Parameters that are often nearly right: small numbers where addresses go. */
static void noise_bytes(uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)(noise(3) ? noise(4) : noise(8) ? noise(64) << 2 : noise(256));
}

/* Parameters that make sense, for the commands that others need before them. */
static size_t sensible(uint8_t command, uint8_t *p, uint8_t track)
{
    static const uint8_t operations[] = { 0x01, 0x81, 0x03, 0x43, 0x06, 0x0B, 0x0C, 0x16, 0x56 };
    memset(p, 0, 20);
    switch (command) {
    case 0x07: p[3] = track >> 2; p[5] = track & 3; return 6;
    case 0x1F: p[0] = 0xC0; return 1;
    case 0x39: p[1] = track >> 2; p[3] = track & 3; return 4;
    case 0x31: p[1] = track >> 2; p[3] = track & 3; p[4] = (uint8_t)noise(3); return 5;
    case 0x63: p[0] = 0xC0; p[1] = 0xC0; p[3] = 9; p[13] = 2; p[15] = 3; return 16;
    case 0x47:
        p[0] = operations[noise(sizeof operations)];
        p[3] = (uint8_t)(1 + noise(4));
        p[5] = p[9] = track >> 2;
        p[7] = p[11] = track & 3;
        p[12] = (uint8_t)noise(3);
        p[13] = 0xFF;
        return 16;
    case 0x1D: case 0x9D: case 0x15: case 0x01:
        p[1] = track >> 2; p[3] = track & 3; p[4] = (uint8_t)noise(4); p[7] = (uint8_t)noise(12);
        return 8 + noise(12);
    }
    return 9;
}

/* Chains of commands that mean little: no crash, statuses that exist, and an image that is
 * one afterwards. */
static void make_noise(struct bench *b, const char *type, const char *model,
                       enum ckd_compression compression, unsigned chains)
{
    static const uint8_t often[] = { 0x07, 0x1F, 0x31, 0x1D, 0x05, 0x0D, 0x15, 0x19, 0x39, 0x29,
        0x06, 0x0E, 0x1E, 0x5E, 0xB1, 0x86, 0x11, 0x01, 0x63, 0x47, 0x85, 0x8D, 0x9D, 0xDE, 0x92 };
    static uint8_t in[70000], out[70000];
    make_volume(b, model, 3, compression);
    if (!attach(b, type))
        return;
    for (unsigned i = 0; i < chains; i++) {
        b->device.type->begin(&b->device);
        unsigned status = 0, length = 1 + noise(12);
        for (unsigned k = 0; k < length && !(status & (UNIT_CHECK | UNIT_EXCEPTION)); k++) {
            struct lone_exchange x = {
                .in = in, .in_length = noise(9) ? noise(40) : noise(sizeof in), .out = out,
                .out_room = noise(9) ? noise(99) : noise(sizeof out), .chained = k > 0,
                .chains = k + 1 < length, .previous = k ? 0x03 : 0,
                .command = noise(9) ? often[noise(sizeof often)] : (uint8_t)noise(256)
            };
            noise_bytes(in, x.in_length);
            if (noise(8)) {
                static const uint8_t start[2][3] = { { 0x07, 0x1F, 0x31 }, { 0x63, 0x47, 0x85 } };
                if (k < 3 && noise(6))
                    x.command = start[i & 1][k];
                x.in_length = sensible(x.command, in, (uint8_t)(i >> 3) % 12);
            }
            if ((x.command & 0x03) == 0 && !(x.command & 0x0F))
                continue;
            status = device_command_alone(&b->device, &x);
            if (!(status & 0xFF) || status > 0xFF)
                check(false, "command %02X: status %X", x.command, status);
        }
        b->device.type->end(&b->device, status);
    }
    bench_detach(b);
    struct disk_complaint why = { "" };
    struct ckd_image *image = ckd_image_open(b->path, true, &why);
    unsigned tracks = image ? ckd_image_shape(image)->tracks : 0, bad = 0;
    for (unsigned t = 0; t < tracks; t++)
        bad += ckd_image_track(image, t, &why) == NULL;
    check(image && bad == 0, "after noise on a %s: %u bad tracks: %s", model, bad, why.text);
    if (image)
        ckd_image_close(image, &why);
}

static void all_of_it(struct bench *b, enum ckd_compression compression)
{
    make_volume(b, "3330", 5, compression);
    if (!attach(b, "3330"))
        return;
    write_records(b);
    reading(b);
    searching(b);
    writing(b);
    controls(b);
    overflow(b);
    capacity(b);
    track_conditions(b);
    bench_detach(b);
}

static void statements(struct bench *b)
{
    char *none[] = { NULL }, *ro[] = { b->path, "ro" }, *fake[] = { b->path, "fakewrite" },
         *sf[] = { b->path, "sf=" }, *plain_sf[] = { b->path, "sf=/nowhere/x_1" }, *cu[] = { b->path, "cu=3880" }, *bad[] = { b->path, "cu=1" },
         *word[] = { b->path, "rubbish" };
    make_volume(b, "3330", 5, CKD_PLAIN);
    check(!bench_attach(b, "3330", 0, none) && strstr(b->said, "HHC00400E"), "%s", b->said);
    check(!bench_attach(b, "3330", 2, sf) && strstr(b->said, "HHC00402E"), "%s", b->said);
    if (check(bench_attach(b, "3330", 2, plain_sf), "%s", b->said))    /* no effect */
        bench_detach(b);
    check(!bench_attach(b, "3330", 2, bad) && strstr(b->said, "HHC00416E"), "%s", b->said);
    check(!bench_attach(b, "3330", 2, word) && strstr(b->said, "rubbish"), "%s", b->said);
    check(!bench_attach(b, "3350", 1, ro) && strstr(b->said, "holds a 3330"), "%s", b->said);
    if (check(bench_attach(b, "3330", 2, ro), "%s", b->said)) {
        CHAIN(b, "read only", SEEK("00010000"), FIND("00010000 00"),
              { 0x1D, "00010000 01 00 0001 77", 0, UC, 0, "10 02", 0 });
        bench_detach(b);
    }
    if (check(bench_attach(b, "3330", 2, fake), "%s", b->said)) {
        CHAIN(b, "fake write", SEEK("00010000"), FIND("00010000 00"),
              { 0x1D, "00010000 01 00 0001 77", 0, CE_DE, 0, 0, 0 });
        CHAIN(b, "was faked", SEEK("00010000"), { 0x12, NULL, 8, UC, 0, "00 08", 0 });
        bench_detach(b);
    }
    if (check(bench_attach(b, "3330", 2, cu), "%s", b->said)) {
        CHAIN(b, "another control unit", { 0xE4, NULL, 7, CE_DE, "FF388005333001", 0, 0 });
        struct disk_complaint why;
        check(!ckd_image_open(b->path, true, &why) && strstr(why.text, "in use"), "%s", why.text);
        bench_detach(b);
    }
}

int main(void)
{
    struct bench b;
    bench_folder(&b);
    all_of_it(&b, CKD_PLAIN);
    all_of_it(&b, CKD_UNCOMPRESSED);
    all_of_it(&b, CKD_ZLIB);
    all_of_it(&b, CKD_BZIP2);
    extended(&b);
    statements(&b);
    for (unsigned i = 0; i < 4; i++) {
        make_noise(&b, "3330", "3330", (enum ckd_compression)((int)i - 1), 1500);
        make_noise(&b, "3390", "3390", (enum ckd_compression)((int)i - 1), 1500);
        make_noise(&b, "2311", "2311", (enum ckd_compression)((int)i - 1), 1000);
    }
    bench_free(&b);
    return checks_done();
}
