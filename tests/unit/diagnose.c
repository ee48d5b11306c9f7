/* DIAGNOSE 24, 250 and 258 by a program of ESA/390 and of z/Architecture; and that codes which there
 * are not are specification exceptions. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console/commands.h"
#include "core/bytes.h"
#include "devices/dasd/ckd-image.h"
#include "devices/dasd/fba-image.h"
#include "devices/dasd/geometry.h"
#include "tests/unit/check.h"

enum { CODE = 0x2000, ENDED = 0xE0D, BAD = 0xBAD, PARAMETERS = 0x4000, LIST = 0x4100, BUFFER = 0x6000,
       SPECIFICATION = 0x106 };

struct rig {
    struct operator *operator;
    struct machine *machine;
    struct cpu *cpu;
};

static void put_psw(uint8_t *at, bool z, uint64_t ia)
{
    memset(at, 0, 16);
    at[1] = z ? 2 : 0xA;
    at[4] = 0x80;
    if (z)
        put64(at + 8, ia);
    else
        put32(at + 4, 0x80000000 | (uint32_t)ia);
}

/* DIAGNOSE 2,4,code. The condition code, or 100 and the program-interruption code. */
static unsigned diagnose(struct rig *rig, unsigned code, uint64_t r2, uint64_t r4)
{
    bool z = architecture_id(rig->machine->arch) == ZARCH;
    uint8_t *s = rig->machine->storage;
    put_psw(s + (z ? 0x1C0 : 0x60), z, ENDED);
    put_psw(s + (z ? 0x1D0 : 0x68), z, BAD);
    put32(s + CODE, 0x83240000 | code);
    put16(s + CODE + 4, 0x0A05);
    storage_changed(rig->machine, 0, 0x3000);
    struct psw psw = { .ia = CODE, .extended_control = true, .amode = AMODE_31 };
    cpu_set_psw(rig->cpu, &psw);
    rig->cpu->gr[2].d = r2;
    rig->cpu->gr[3].d = rig->cpu->gr[5].d = 0x7777;
    rig->cpu->gr[4].d = r4;
    cpu_start(rig->cpu);
    machine_run(rig->machine, NULL, NULL, clock_ns(&rig->machine->clock) + 1000);
    cpu_stop(rig->cpu);
    machine_run(rig->machine, NULL, NULL, clock_ns(&rig->machine->clock) + 100);
    if (rig->cpu->psw.ia == ENDED)
        return s[z ? 0x142 : 0x22] >> 4 & 3;
    check(rig->cpu->psw.ia == BAD, "DIAGNOSE %X ended at %llX", code,
          (unsigned long long)rig->cpu->psw.ia);
    return 0x100 | get16(s + 0x8E);
}

static void test_codes(struct rig *rig)
{
    static const uint16_t there[] = { 0x008, 0x00C, 0x024, 0x044, 0x09C, 0x204, 0x224, 0x250, 0x258, 0x288, 0x308 };
    for (unsigned code = 0; code < 0x400; code += 4) {
        bool is = false;
        for (size_t i = 0; i < sizeof there / sizeof *there; i++)
            is |= there[i] == code;
        if (is)
            continue;
        unsigned got = diagnose(rig, code, 0, 0);
        check(got == SPECIFICATION, "DIAGNOSE %X: %X", code, got);
    }
}

static void test_devices(struct rig *rig)
{
    static const struct { const char *statement; uint32_t number, type; } devices[] = {
        { "attach 0009 3215-C", 0x0009, 0x80000000 }, { "attach 000C 3505", 0x000C, 0x20840000 },
        { "attach 000D 3525", 0x000D, 0x10840000 },   { "attach 000E 1403", 0x000E, 0x10410000 },
        { "attach 00C0 3270", 0x00C0, 0x40010000 },   { "attach 0580 3420", 0x0580, 0x08100000 },
    };
    check(diagnose(rig, 0x24, UINT32_MAX, 0) == 3, "there is no console");
    for (size_t i = sizeof devices / sizeof *devices; i-- > 0;) {
        check(operator_command(rig->operator, devices[i].statement) == COMMAND_DONE, "%s",
              devices[i].statement);
        unsigned cc = diagnose(rig, 0x24, devices[i].number, 0);
        check(cc == 0 && rig->cpu->gr[2].w == devices[i].number && rig->cpu->gr[4].w == devices[i].type &&
              rig->cpu->gr[5].w >> 16 == devices[i].type >> 16, "%s: cc %X, %08X %08X",
              devices[i].statement, cc, rig->cpu->gr[4].w, rig->cpu->gr[5].w);
        cc = diagnose(rig, 0x24, UINT32_MAX, 0);
        bool screen = i <= 4;
        check(cc == (screen ? 0 : 3) && (!screen || rig->cpu->gr[2].w == (i ? 0x00C0u : 0x0009u)),
              "the console: cc %X, %X", cc, rig->cpu->gr[2].w);
    }
    check(diagnose(rig, 0x24, 0x0999, 0) == 3 && rig->cpu->gr[4].w == 0, "no such device");
    check(diagnose(rig, 0x24, 0x10009, 0) == 3, "no such number");
}

static void test_page_faults(struct rig *rig)
{
    uint8_t *block = rig->machine->storage + PARAMETERS;
    static const struct { uint16_t function; unsigned answer; } steps[] = {
        { 1, 4 }, { 0, 0 }, { 0, 8 }, { 1, 0 }, { 1, 4 }
    };
    for (unsigned version = 1; version <= 2; version++)
        for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
            memset(block, 0, 40);
            put16(block, 0x258);
            put16(block + 2, steps[i].function);
            put16(block + 4, 5);
            put16(block + 6, (uint16_t)version);
            unsigned got = diagnose(rig, 0x258, PARAMETERS, 0x55);
            check(got < 4 && rig->cpu->gr[4].d == steps[i].answer, "step %zu: %X, %u", i, got,
                  rig->cpu->gr[4].w);
        }
    for (unsigned field = 0; field < 4; field++) {
        put16(block + 2 * field, 7);
        check(diagnose(rig, 0x258, PARAMETERS, 0) == SPECIFICATION, "field %u", field);
        put16(block + 2 * field, field == 0 ? 0x258 : field == 2 ? 5 : field == 3 ? 2 : 0);
    }
    check(diagnose(rig, 0x258, PARAMETERS + 4, 0) == SPECIFICATION, "boundary");
    check(diagnose(rig, 0x258, 0x7FFFFFF8, 0) == SPECIFICATION, "beyond storage");
}

/* 204: this partition and its CPU, in two forms; how many pages that takes. 224: the CPU's type. */
static void test_partitions(struct rig *rig)
{
    enum { BLOCK = 0x5000, PAGE = 4096, SIZE = 0x10005, UNKNOWN = 0x10008 };
    static const struct { uint32_t subcode, partition, cpu; } forms[] = {
        { 4, 16, 32 }, { 0x10006, 64, 160 }, { 0x10007, 64, 160 }
    };
    uint8_t *s = rig->machine->storage + BLOCK;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        memset(s, 0xEE, PAGE);
        unsigned cc = diagnose(rig, 0x204, BLOCK, forms[i].subcode);
        check(cc < 4 && rig->cpu->gr[4].d == 0 && s[0] == 1 && get16(s + 4) == 1 &&
              get16(s + 6) == forms[i].partition, "form %zu: %X, %u", i, cc, rig->cpu->gr[4].w);
        const uint8_t *partition = s + forms[i].partition, *cpu = s + forms[i].cpu;
        check(partition[0] == rig->machine->options.lparnum && partition[1] == 1 &&
              (i == 0 || partition[2] == 1), "form %zu: the partition", i);
        check(i == 0 || get64(s + 16) >= get64(s + 8), "form %zu: the time again", i);
        check(get16(cpu) == 0 && cpu[5] == 0x20 && get16(cpu + 6) == 0xFFFF &&
              get64(cpu + 8) == get64(cpu + 16), "form %zu: the CPU", i);
        check(diagnose(rig, 0x204, BLOCK + 8, forms[i].subcode) == SPECIFICATION, "boundary");
    }
    diagnose(rig, 0x204, 0, SIZE);
    check(rig->cpu->gr[4].d == 0 && rig->cpu->gr[5].d == 1, "a page is enough");
    diagnose(rig, 0x204, BLOCK, UNKNOWN);
    check(rig->cpu->gr[4].d != 0, "no such subcode");
    diagnose(rig, 0x224, BLOCK, 0);
    check(s[0] == 0 && memcmp(s + 16, "\xC3\xD7\x40\x40", 4) == 0, "%02X%02X", s[16], s[17]);
    check(diagnose(rig, 0x224, 0x7FFFF000, 0) == SPECIFICATION, "beyond storage");
}

/* ---- 250 ----------------------------------------------------------------------------------------- */

static unsigned begin(struct rig *rig, bool wide, unsigned device, uint32_t size, int64_t offset)
{
    uint8_t *p = rig->machine->storage + PARAMETERS;
    memset(p, 0, 64);
    put16(p, (uint16_t)device);
    p[2] = wide ? 0x80 : 0;
    put32(p + 24, size);
    if (wide)
        put64(p + 32, (uint64_t)offset);
    else
        put32(p + 28, (uint32_t)offset);
    unsigned cc = diagnose(rig, 0x250, PARAMETERS, 0);
    check(cc == (rig->cpu->gr[3].w <= 4 ? 0 : 2), "condition code %X, %u", cc, rig->cpu->gr[3].w);
    return rig->cpu->gr[3].w;
}

static unsigned end(struct rig *rig, unsigned device)
{
    put16(rig->machine->storage + PARAMETERS, (uint16_t)device);
    diagnose(rig, 0x250, PARAMETERS, 2);
    return rig->cpu->gr[3].w;
}

/* Some blocks from `block` on, each in a buffer of `size` bytes; the return code. */
static void fill_request(struct rig *rig, bool wide, unsigned device, bool writes, uint64_t block,
                         unsigned count, unsigned size)
{
    uint8_t *s = rig->machine->storage, *p = s + PARAMETERS;
    memset(p, 0, 64);
    put16(p, (uint16_t)device);
    p[2] = wide ? 0x80 : 0;
    put32(p + 28, count);
    put32(p + (wide ? 52 : 36), LIST);
    for (unsigned i = 0; i < count && i < 8; i++) {
        uint8_t *entry = s + LIST + (wide ? 24 : 16) * i;
        memset(entry, 0, wide ? 24 : 16);
        entry[0] = writes ? 1 : 2;
        entry[1] = 0xEE;
        if (wide)
            put64(entry + 8, block + i), put64(entry + 16, BUFFER + i * size);
        else
            put32(entry + 4, (uint32_t)block + i), put32(entry + 12, BUFFER + i * size);
    }
}

static unsigned move(struct rig *rig, bool wide, unsigned device, bool writes, uint64_t block,
                     unsigned count, unsigned size)
{
    fill_request(rig, wide, device, writes, block, count, size);
    diagnose(rig, 0x250, PARAMETERS, 1);
    return rig->cpu->gr[3].w;
}

static unsigned status_of(struct rig *rig, bool wide, unsigned i)
{
    return rig->machine->storage[LIST + (wide ? 24 : 16) * i + 1];
}

/* Who wants to be told of the end gets return code 8 and, when the masks let it in, an external
 * interruption 2603 with the token and how it ended; none after the disk was given up. */
static void test_completion(struct rig *rig, bool wide, unsigned device, uint64_t blocks, uint32_t size)
{
    const struct { uint64_t first; unsigned count, status; } requests[] = {
        { 1, 2, 0 }, { blocks, 2, 1 }, { blocks + 1, 1, 2 }, { blocks, 1, 0 }
    };
    enum { REQUESTS = sizeof requests / sizeof *requests, EXTERNAL = 0xE00, TOKEN = 0x1234567 };
    bool z = architecture_id(rig->machine->arch) == ZARCH;
    struct cpu *cpu = rig->cpu;
    uint8_t *s = rig->machine->storage, *p = s + PARAMETERS;
    for (unsigned i = 0; i < REQUESTS; i++) {
        fill_request(rig, wide, device, false, requests[i].first, requests[i].count, size);
        p[25] = 0x02;
        if (wide)
            put64(p + 40, UINT64_C(0xABCDEF00000000) | (TOKEN + i));
        else
            put32(p + 40, TOKEN + i);
        unsigned cc = diagnose(rig, 0x250, PARAMETERS, 1);
        check(cc == 0 && cpu->gr[3].w == 8, "request %u: cc %u, %u", i, cc, cpu->gr[3].w);
    }
    for (unsigned i = 0; i < REQUESTS + 2; i++) {
        put_psw(s + (z ? 0x1B0 : 0x58), z, EXTERNAL);
        memset(s + 0x80, 0, 8);
        memset(s + 0x11B8, 0, 8);
        put16(s + EXTERNAL, 0x07FE);                        /* BR 14, to itself */
        put32(s + CODE, 0x47F02000);                        /* B 0(2), to itself */
        storage_changed(rig->machine, 0, 0x3000);
        struct psw psw = { .ia = CODE, .extended_control = true, .amode = AMODE_31,
                           .system_mask = i ? 0x01 : 0 };
        cpu_set_psw(cpu, &psw);
        cpu->cr[0] |= 0x200;
        cpu->gr[2].d = CODE;
        cpu->gr[14].d = EXTERNAL;
        cpu_start(cpu);
        machine_run(rig->machine, NULL, NULL, clock_ns(&rig->machine->clock) + 1000);
        cpu_stop(cpu);
        machine_run(rig->machine, NULL, NULL, clock_ns(&rig->machine->clock) + 100);
        cpu->cr[0] &= ~(uint64_t)0x200;
        if (i == 0 || i > REQUESTS) {
            check(cpu->psw.ia == CODE, "no interruption %u: %llX", i, (unsigned long long)cpu->psw.ia);
            continue;
        }
        uint64_t token = wide ? get64(s + 0x11B8) : get32(s + 0x80);
        check(cpu->psw.ia == EXTERNAL && get16(s + 0x86) == 0x2603 &&
              get16(s + 0x84) == ((wide ? 0x0700u : 0x0300u) | requests[i - 1].status) &&
              (uint32_t)token == TOKEN + i - 1 && token >> 32 == (wide ? 0xABCDEFu : 0),
              "interruption %u: %04X %04X, %llX", i, get16(s + 0x86), get16(s + 0x84), (unsigned long long)token);
    }
    for (unsigned i = 0; i < 258; i++) {                    /* there is an end to it */
        fill_request(rig, wide, device, false, 1, 1, size);
        p[25] = 0x02;
        diagnose(rig, 0x250, PARAMETERS, 1);
        check(cpu->gr[3].w == (i < 256 ? 8 : 28) && atomic_load(&rig->machine->has_completions),
              "one more, %u: %u", i, cpu->gr[3].w);
    }
    check(end(rig, device) == 0 && !atomic_load(&rig->machine->has_completions), "the end is not told");
    check(begin(rig, wide, device, size, 0) == 0, "begin again");
}

static void test_disk(struct rig *rig, bool wide, unsigned device, uint32_t size, uint64_t blocks)
{
    enum { SOME_MOVED = 12, NO_DEVICE = 16, NOT_SUPPORTED = 20, BAD_SIZE = 24, WRONG_STATE = 28, BAD_COUNT = 36,
           NONE_MOVED = 40, NO_SUCH_BLOCK = 1, NO_STORAGE = 2, PROTECTED = 3, BAD_REQUEST = 7 };
    uint8_t *s = rig->machine->storage, *p = s + PARAMETERS;
    check(begin(rig, wide, 0x0999, size, 0) == NO_DEVICE, "no such device");
    check(begin(rig, wide, 0x000E, size, 0) == NOT_SUPPORTED, "a printer");
    check(begin(rig, wide, device, 513, 0) == BAD_SIZE, "blocks of 513 bytes");
    check(begin(rig, wide, device, 8192, 0) == BAD_SIZE, "blocks of 8192 bytes");
    check(move(rig, wide, device, false, 1, 1, size) == WRONG_STATE, "not begun");
    check(end(rig, device) == WRONG_STATE, "not begun");
    unsigned got = begin(rig, wide, device, size, 0);
    uint64_t first = wide ? get64(p + 40) : get32(p + 32), last = wide ? get64(p + 48) : get32(p + 36);
    check(got == 0 && first == 1 && last == blocks, "%X of %u: %u, blocks %u to %u", device, size, got,
          (unsigned)first, (unsigned)last);
    check(begin(rig, wide, device, size, 0) == WRONG_STATE, "begun twice");
    for (uint64_t block = 1; block <= blocks; block += blocks / 5 - 1) {
        unsigned n = block + 2 < blocks ? 3 : 1;
        for (unsigned i = 0; i < n * size; i++)
            s[BUFFER + i] = (uint8_t)(block * 7 + i / 3);
        got = move(rig, wide, device, true, block, n, size);
        check(got == 0 && status_of(rig, wide, 0) == 0, "write %u: %u, %u", (unsigned)block, got,
              status_of(rig, wide, 0));
        memset(s + BUFFER, 0, n * size);
        got = move(rig, wide, device, false, block, n, size);
        check(got == 0, "read %u: %u", (unsigned)block, got);
        unsigned i = 0;
        while (i < n * size && s[BUFFER + i] == (uint8_t)(block * 7 + i / 3))
            i++;
        check(i == n * size, "block %u differs at %u", (unsigned)block, i);
    }
    check(move(rig, wide, device, false, 1, 0, size) == BAD_COUNT, "no blocks");
    check(move(rig, wide, device, false, 1, 257, size) == BAD_COUNT, "257 blocks");
    check(move(rig, wide, device, false, blocks, 2, size) == SOME_MOVED &&
          status_of(rig, wide, 0) == 0 && status_of(rig, wide, 1) == NO_SUCH_BLOCK, "one too many");
    check(move(rig, wide, device, false, 0, 1, size) == NONE_MOVED &&
          status_of(rig, wide, 0) == NO_SUCH_BLOCK, "block 0");
    rig->machine->keys[BUFFER >> 11] = 0x30;
    check(move(rig, wide, device, false, 1, 1, size) == 0, "key 0 may");
    rig->machine->keys[LIST >> 11] = 0x20;
    p[24] = 0x20;
    check(diagnose(rig, 0x250, PARAMETERS, 1) == 2 && rig->cpu->gr[3].w == NONE_MOVED &&
          status_of(rig, wide, 0) == PROTECTED, "key 2 may not");
    rig->machine->keys[LIST >> 11] = rig->machine->keys[BUFFER >> 11] = 0;
    test_completion(rig, wide, device, blocks, size);
    check(end(rig, device) == 0, "end");
    /* An offset moves block 1 away. */
    check(begin(rig, wide, device, size, 3) == 0 &&
          (wide ? get64(p + 48) : get32(p + 36)) == blocks - 3, "an offset");
    check(move(rig, wide, device, false, blocks - 3, 1, size) == 0, "the last");
    check(move(rig, wide, device, false, blocks - 2, 1, size) == NONE_MOVED, "behind the last");
    for (unsigned what = 0; what < 2; what++) {
        check(move(rig, wide, device, false, 1, 1, size) == 0, "block 1");
        if (what)
            s[LIST] = 9;
        else
            put32(s + LIST + (wide ? 20 : 12), 0x7FFFF000);
        diagnose(rig, 0x250, PARAMETERS, 1);
        check(rig->cpu->gr[3].w == NONE_MOVED && status_of(rig, wide, 0) == (what ? BAD_REQUEST : NO_STORAGE),
              "status %u", status_of(rig, wide, 0));
    }
    operator_forget_guest(rig->operator);
    check(end(rig, device) == WRONG_STATE, "a reset ends it");
}

/* The same disks again, of which one may only read. */
static void test_read_only(struct rig *rig, bool wide, const char *fba, const char *ckd)
{
    enum { READ_ONLY = 4, NONE_MOVED = 40, DISK_IS_READ_ONLY = 4 };
    for (unsigned i = 0; i < 2; i++) {
        unsigned device = i ? 0x0300 : 0x0200;
        char line[200];
        snprintf(line, sizeof line, "devinit %04X %s ro", device, i ? ckd : fba);
        check(operator_command(rig->operator, line) == COMMAND_DONE, "%s", line);
        check(begin(rig, wide, device, 4096, 0) == READ_ONLY, "%X may be read", device);
        check(move(rig, wide, device, false, 1, 1, 4096) == 0, "%X is read", device);
        check(move(rig, wide, device, true, 1, 1, 4096) == NONE_MOVED &&
              status_of(rig, wide, 0) == DISK_IS_READ_ONLY, "%X is not written: %u", device,
              status_of(rig, wide, 0));
        check(end(rig, device) == 0, "end");
        snprintf(line, sizeof line, "devinit %04X %s", device, i ? ckd : fba);
        check(operator_command(rig->operator, line) == COMMAND_DONE, "%s", line);
    }
}

/* Every track has 12 records of 4096 bytes, as CMS and Linux format a 3390. */
enum { CKD_CYLINDERS = 3, CKD_HEADS = 15, CKD_RECORDS = 12 };

static bool make_track(struct ckd_source *source, unsigned track, uint8_t *bytes, struct disk_complaint *c)
{
    (void)source, (void)c;
    unsigned cylinder = track / CKD_HEADS, head = track % CKD_HEADS;
    ckd_track_format(bytes, cylinder, head);
    for (unsigned record = 1; record <= CKD_RECORDS; record++)
        if (!ckd_track_append(bytes, 65536, cylinder, head, record, 0, 4096))
            return false;
    return true;
}

static void make_disks(const char *folder, char *fba, char *ckd, size_t size)
{
    struct disk_complaint complaint = { 0 };
    struct fba_creation plain = { .blocks = 4000, .compression = -1 };
    struct ckd_source source = { make_track };
    struct ckd_creation creation = { .geometry = ckd_geometry_find("3390-1"), .cylinders = CKD_CYLINDERS,
                                     .source = &source, .compression = CKD_PLAIN, .one_file = true };
    snprintf(fba, size, "%s/fba", folder);
    snprintf(ckd, size, "%s/ckd", folder);
    check(fba_image_create(fba, &plain, &complaint), "no FBA image");
    check(ckd_image_create(ckd, &creation, &complaint), "no CKD image");
}

int main(void)
{
    char folder[] = "/tmp/endicott-test-XXXXXX", fba[80], ckd[80], line[200];
    if (!mkdtemp(folder))
        return 1;
    make_disks(folder, fba, ckd, sizeof fba);
    struct rig rig = { .operator = operator_new(true) };
    operator_command(rig.operator, "archmode z/Arch");
    operator_command(rig.operator, "mainsize 2M");
    operator_power_on(rig.operator);
    rig.machine = rig.operator->machine;
    rig.cpu = rig.machine->cpus[0];
    test_devices(&rig);
    snprintf(line, sizeof line, "attach 0200 3370 %s", fba);
    check(operator_command(rig.operator, line) == COMMAND_DONE, "%s", line);
    snprintf(line, sizeof line, "attach 0300 3390 %s", ckd);
    check(operator_command(rig.operator, line) == COMMAND_DONE, "%s", line);
    check(diagnose(&rig, 0x24, 0x0300, 0) == 0 && rig.cpu->gr[4].w == 0x04820000, "a 3390: %08X",
          rig.cpu->gr[4].w);
    for (int z = 0; z < 2; z++) {
        machine_set_architecture(rig.machine, z ? ZARCH : ESA390);
        test_codes(&rig);
        test_page_faults(&rig);
        test_partitions(&rig);
        for (uint32_t size = 512; size <= 4096; size *= 2)
            test_disk(&rig, z, 0x0200, size, 4000 / (size / 512));
        test_disk(&rig, z, 0x0300, 4096, CKD_CYLINDERS * CKD_HEADS * CKD_RECORDS);
        check(begin(&rig, z, 0x0300, 2048, 0) == 24, "records of another size");
        test_read_only(&rig, z, fba, ckd);
        check(diagnose(&rig, 0x250, PARAMETERS, 3) == SPECIFICATION, "no function 3");
        check(diagnose(&rig, 0x250, PARAMETERS + 4, 1) == SPECIFICATION, "boundary");
        check(diagnose(&rig, 0x250, 0x7FFFFFF8, 1) == SPECIFICATION, "beyond storage");
    }
    operator_power_off(rig.operator);
    operator_free(rig.operator);
    snprintf(line, sizeof line, "rm -rf '%s'", folder);
    return system(line) != 0 || checks_done();
}
