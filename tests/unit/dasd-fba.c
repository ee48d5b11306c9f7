/* Channel commands against FBA disks, and their statements. */
#include "devices/dasd/fba-image.h"
#include "tests/unit/dasd-bench.h"

#define EXTENT(mask, start, first, last) \
    { 0x63, mask "000000" start first last, 0, CE_DE, 0, 0, 0 }
#define LOCATE(op, replicas, count, block) { 0x43, op replicas count block, 0, CE_DE, 0, 0, 0 }
#define WHOLE EXTENT("C0", "00000000", "00000000", "00000063")

static void write_and_read(struct bench *b)
{
    CHAIN(b, "write two blocks, the second in part", WHOLE, LOCATE("01", "00", "0002", "00000005"),
          { 0x41, "C1C2C3", 0, CE_DE, 0, 0, 0 });
    CHAIN(b, "write block 6", WHOLE, LOCATE("01", "00", "0001", "00000006"),
          { 0x41, "D1D2D3", 0, CE_DE, 0, 0, 0 });
    CHAIN(b, "read block 5", WHOLE, LOCATE("06", "00", "0001", "00000005"),
          { 0x42, NULL, 6, CE_DE, "C1C2C3000000", 0, 0 });
    CHAIN(b, "an extent in the middle", EXTENT("C0", "00000004", "000003E8", "000003EB"),
          LOCATE("06", "00", "0001", "000003EA"), { 0x42, NULL, 4, CE_DE, "D1D2D300", 0, 0 });
    CHAIN(b, "replicated", WHOLE, LOCATE("02", "04", "0002", "00000006"),
          { 0x42, NULL, 4, CE_DE, "D1D2D300", 0, 0 });
    CHAIN(b, "read IPL, then locate", { 0x02, NULL, 512, CE_DE, 0, 0, 0 },
          LOCATE("06", "00", "0001", "00000001"), { 0x42, NULL, 10, CE_DE, "E5D6D3F1C6C2C1F0F0F1", 0, 0 });
    static uint8_t out[3 * 512];
    size_t given;
    b->device.type->begin(&b->device);
    struct step steps[] = { WHOLE, LOCATE("06", "00", "0003", "00000004"),
                            { 0x42, NULL, sizeof out, CE_DE, 0, 0, 0 } };
    for (size_t i = 0; i < 3; i++)
        check(bench_command(b, &steps[i], 0, true, out, &given) == CE_DE, "step %zu", i);
    check(given == sizeof out && out[512] == 0xC1 && out[1024] == 0xD1, "%zu bytes", given);
}

static void refusals(struct bench *b)
{
    CHAIN(b, "beyond the disk", { 0x63, "C0000000 00000000 00000000 00000064", 0, UC, 0,
          "80 00 00 00 00 00 00 04", 0 });
    CHAIN(b, "backwards", { 0x63, "C0000000 00000000 00000005 00000004", 0, UC, 0, "80", 0 });
    CHAIN(b, "a block's size", { 0x63, "40000200 00000000 00000000 00000004", 0, CE_DE, 0, 0, 0 });
    CHAIN(b, "not a block's size", { 0x63, "40001000 00000000 00000000 00000004", 0, UC, 0, "80", 0 });
    CHAIN(b, "reserved mask bits", { 0x63, "10000000 00000000 00000000 00000004", 0, UC, 0, "80", 0 });
    CHAIN(b, "too short", { 0x63, "C0000000", 0, UC, 0, "80 00 00 00 00 00 00 03", 0 });
    CHAIN(b, "extents twice", WHOLE, { 0x63, "C0000000 00000000 00000000 00000004", 0, UC, 0, "80", 0 });
    CHAIN(b, "locate without extent", { 0x43, "06000001 00000001", 0, UC, 0,
          "80 00 00 00 00 00 00 02", 0 });
    CHAIN(b, "outside of the extent", EXTENT("C0", "00000000", "00000000", "00000003"),
          { 0x43, "06000002 00000003", 0, UC, 0, "00 04", 0 });
    CHAIN(b, "no blocks", WHOLE, { 0x43, "06000000 00000003", 0, UC, 0, "80", 0 });
    CHAIN(b, "no operation", WHOLE, { 0x43, "09000001 00000003", 0, UC, 0, "80", 0 });
    CHAIN(b, "read without locate", WHOLE, { 0x42, NULL, 9, UC, 0, "80", 0 });
    CHAIN(b, "read after a locate to write", WHOLE, LOCATE("01", "00", "0001", "00000003"),
          { 0x42, NULL, 9, UC, 0, "80", 0 });
    CHAIN(b, "write after a locate to read", WHOLE, LOCATE("06", "00", "0001", "00000003"),
          { 0x41, "77", 0, UC, 0, "80", 0 });
    CHAIN(b, "the mask permits no writes", EXTENT("40", "00000000", "00000000", "00000003"),
          { 0x43, "01000001 00000003", 0, UC, 0, "80", 0 });
    CHAIN(b, "a second read", WHOLE, LOCATE("06", "00", "0001", "00000003"),
          { 0x42, NULL, 512, CE_DE, 0, 0, 0 }, { 0x42, NULL, 512, UC, 0, "80", 0 });
    CHAIN(b, "no such command", { 0x1D, "00", 0, UC, 0, "80 00 00 00 00 00 00 01", 0 });
}

static void what_it_is(struct bench *b)
{
    CHAIN(b, "sense ID", { 0xE4, NULL, 7, CE_DE, "FF388001337000", 0, 0 });
    CHAIN(b, "device characteristics", { 0x64, NULL, 32, CE_DE, "30 08 21 02 0200 0000003E 000002E8"
          "00000064 00000000 0000 0000 0000 0000 0000", 0, 0 });
    CHAIN(b, "reserve", { 0xB4, NULL, 24, CE_DE, 0, 0, 0 });
    CHAIN(b, "release", { 0x94, NULL, 24, CE_DE, 0, 0, 0 });
}

static void statements(struct bench *b)
{
    char *part[] = { b->path, "4", "10" }, *far[] = { b->path, "90", "20" },
         *ro[] = { b->path, "ro" }, *bad[] = { b->path, "rubbish" }, *ckd[] = { b->path };
    if (check(bench_attach(b, "3370-A1", 3, part), "%s", b->said)) {
        CHAIN(b, "a part of the file", EXTENT("00", "00000000", "00000000", "00000009"),
              LOCATE("06", "00", "0001", "00000002"), { 0x42, NULL, 4, CE_DE, "D1D2D300", 0, 0 });
        bench_detach(b);
    }
    check(!bench_attach(b, "3370", 3, far) && strstr(b->said, "not all there"), "%s", b->said);
    check(!bench_attach(b, "3370", 2, bad) && strstr(b->said, "rubbish"), "%s", b->said);
    if (check(bench_attach(b, "9336", 2, ro), "%s", b->said)) {
        CHAIN(b, "read only", WHOLE, LOCATE("01", "00", "0001", "00000003"),
              { 0x41, "77", 0, UC, 0, "10 02", 0 });
        bench_detach(b);
    }
    struct disk_complaint why;
    struct ckd_creation creation = { .geometry = ckd_geometry_find("2311"), .cylinders = 1,
                                     .compression = CKD_PLAIN };
    unlink(b->path);
    check(ckd_image_create(b->path, &creation, &why), "%s", why.text);
    check(!bench_attach(b, "3370", 1, ckd) && strstr(b->said, "holds a CKD disk"), "%s", b->said);
    FILE *file = fopen(b->path, "wb");
    fputs("not blocks", file);
    fclose(file);
    check(!bench_attach(b, "3370", 1, ckd) && strstr(b->said, "not a whole number"), "%s", b->said);
}

int main(void)
{
    struct bench b;
    struct disk_complaint why;
    bench_folder(&b);
    snprintf(b.path, sizeof b.path, "%s/fba", b.folder);
    check(fba_image_create(b.path, &(struct fba_creation){ .blocks = 100, .volser = "fba001",
                                                           .compression = -1 }, &why), "%s", why.text);
    char *argv[] = { b.path };
    if (check(bench_attach(&b, "3370", 1, argv), "%s", b.said)) {
        write_and_read(&b);
        refusals(&b);
        what_it_is(&b);
        bench_detach(&b);
    }
    statements(&b);
    bench_free(&b);
    return checks_done();
}
