/* Random control instructions with random tables, executed here and by another emulator
 * from the same image of storage, and compared: translation, keys, protection, dual address
 * spaces, monitoring, and what interruptions store. scripts/compare-peer drives it, as it
 * does compare.c:
 *
 *   compare-control make SEED control IMAGE
 *   compare-control run IMAGE RESULT
 *   compare-control diff IMAGE OURS THEIRS
 *
 * The program in the image takes one test after another: loads its control registers,
 * registers and PSW, so that its few instructions are executed at 600, in page 0, which all
 * address spaces have; SVC or a program interruption leads back, and registers, control
 * registers, old PSWs and the codes at 84-A3 go into the test's place. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "cpu/cpu.h"
#include "cpu/engine.h"
#include "tests/compare/image.h"
#include "tests/unit/random.h"

enum {
    IMAGE_SIZE = 0x800000,
    CURRENT = 0x300, END = 0x304, WAIT_PSW = 0x308, PROGRAM = 0x400, SLOT = 0x600, CALLED = 0x640,
    FIRST = 0x680,
    SEGMENT_TABLE = 0x10000, PAGE_TABLES = 0x11000, ASN_FIRST = 0x14000, ASN_SECOND = 0x15000,
    AUTHORITY = 0x16000, LINKAGE = 0x17000, ENTRIES = 0x18000,
    TABLE = 0x100000, TEST_SIZE = 512, TESTS = 2000, DATA = 0x200000, DATA_SIZE = 0x100000,
    /* in a test: */
    PSW = 0, GPRS = 16, CRS = 80, CODE = 144, CODE_SIZE = 32,
    NEW_GPRS = 192, NEW_CRS = 256, SVC_PSW = 320, PROGRAM_PSW = 328, CODES = 336, LOCKS = 368, USED = 432
};

static uint64_t seed;

static unsigned below(unsigned limit)
{
    return (unsigned)((next_random(&seed) >> 20) % limit);
}
static bool chance(unsigned percent) { return below(100) < percent; }

/* ---- the program ------------------------------------------------------------------- */

static void put_program(uint8_t *image)
{
    unsigned at = put_code(image, PROGRAM, "L 1,0x300; MVC 0x600(32),144(1); PTLB; LCTL 0,15,80(1)");
    put_code(image, at, "MVC 0x318(8),0(1); MVC 0x340(64),16(1); LM 0,15,0x340; LPSW 0x318");
    at = put_code(image, 0x500, "STM 0,15,0x340; L 1,0x300; STCTL 0,15,256(1); LCTL 0,0,0x310");
    at = put_code(image, at, "MVC 192(64,1),0x340; MVC 320(16,1),0x20; MVC 336(32,1),0x84");
    at = put_code(image, at, "XC 0x20(16),0x20; XC 0x84(32),0x84; LA 1,512(,1); ST 1,0x300");
    put_code(image, at, "C 1,0x304; BC 4,0x400; LPSW 0x308");
    put_code(image, CALLED, "SVC 1");
    /* First all keys are made zero: emulators differ in what loading an image leaves. */
    put_code(image, FIRST, "L 4,0x320; L 5,0x324; LA 6,0; SSK 6,4; A 4,0x328; BCT 5,0x68C; BC 15,0x400");
    put32(image + 0x320, DATA);
    put32(image + 0x324, DATA_SIZE / 2048);
    put32(image + 0x328, 2048);
    put32(image + 4, FIRST);                       /* restart new PSW */
    put32(image + 0x60 + 4, 0x500);                /* supervisor call and program new PSWs */
    put32(image + 0x68 + 4, 0x500);
    put32(image + 0x310, 0xE0);                    /* control register 0 for the program */
    put32(image + WAIT_PSW, 0x00020000);
    put32(image + CURRENT, TABLE);
    put32(image + END, TABLE + TESTS * TEST_SIZE);
}

/* ---- tables -------------------------------------------------------------------------- */

static void put_page_tables(uint8_t *image)
{
    for (int i = 0; i < 8 * 512; i++) {
        unsigned entry = (DATA + below(DATA_SIZE)) >> 8 & (chance(60) ? ~0xEu : ~0u);
        if (chance(1))
            entry = 0xC000;                        /* beyond storage */
        put16(image + PAGE_TABLES + 2 * i, (uint16_t)entry);
    }
    put16(image + PAGE_TABLES, 0);                 /* page 0 is itself */
}

/* With page tables of full length: Hercules does not look at it. */
static void put_segment_tables(uint8_t *image)
{
    for (int i = 0; i < 512; i++) {
        uint32_t entry = 0xF0000000 | (PAGE_TABLES + below(8) * 0x400);
        entry |= chance(10) ? 1 : 0;
        entry |= chance(15) ? 4 : 0;
        entry |= chance(10) ? 2 : 0;
        entry |= chance(3) ? 0x01000000 : 0;
        if (chance(1))
            entry = 0xF0FFF000;
        if (i % 256 == 0)
            entry = 0xF0000000 | PAGE_TABLES;
        put32(image + SEGMENT_TABLE + 4 * i, entry);
    }
}

static uint32_t segment_designation(void)
{
    return (uint32_t)below(16) << 24 | (SEGMENT_TABLE + below(2) * 0x400) | (chance(10) ? 1 : 0);
}

static uint32_t linkage_designation(void)
{
    return (chance(90) ? 0x80000000 : 0) | LINKAGE | below(2);
}

static void put_asn_tables(uint8_t *image)
{
    for (int i = 0; i < 1024; i++) {
        uint32_t entry = ASN_SECOND + below(4) * 0x400;
        entry |= chance(10) ? 0x80000000 : 0;
        entry |= chance(3) ? 0x00000001 : 0;
        put32(image + ASN_FIRST + 4 * i, entry);
    }
    for (int i = 0; i < 256; i++) {
        uint8_t *entry = image + ASN_SECOND + 16 * i;
        put32(entry, (AUTHORITY + below(64) * 4) | (chance(8) ? 0x80000000 : 0) |
                     (chance(2) ? 1 : 0));
        put32(entry + 4, (uint32_t)below(64) << 16 | below(4) << 4 | (chance(2) ? 1 : 0));
        put32(entry + 8, segment_designation());
        put32(entry + 12, linkage_designation());
    }
    for (int i = 0; i < 1024; i++)
        image[AUTHORITY + i] = (uint8_t)(below(256) | below(256));
}

static uint32_t halves(unsigned left, unsigned right) { return (uint32_t)left << 16 | right; }

static void put_linkage_tables(uint8_t *image)
{
    for (int i = 0; i < 64; i++)
        put32(image + LINKAGE + 4 * i, (ENTRIES + below(4) * 0x400) | below(64) |
                                       (chance(10) ? 0x80000000 : 0) | (chance(3) ? 0x01000000 : 0));
    for (int i = 0; i < 256; i++) {
        uint8_t *entry = image + ENTRIES + 16 * i;
        put32(entry, halves(below(65536), chance(50) ? 0 : below(256)));
        put32(entry + 4, CALLED | below(2) | (chance(3) ? 0x01000000 : 0));
        put32(entry + 8, below(0x10000000));
        put32(entry + 12, halves(below(65536), 0));
    }
}

/* ---- tests ---------------------------------------------------------------------------- */

static uint32_t logical_address(void)
{
    static const uint32_t edges[] = { 0x7FC, 0x7FE, 0xFFC, 0xFFE, 0, 8 };
    uint32_t address = chance(60) ? below(0x40000) : below(0x240000);
    if (address < 0x1000 && chance(90))
        address += 0x1000;
    return chance(20) ? (address & ~0xFFFu) | edges[below(6)] : address;
}

static uint32_t real_block(void)
{
    return chance(4) ? 0x800000 : DATA + (below(DATA_SIZE) & ~(chance(95) ? 15u : 0u));
}

static void put_registers(uint8_t *test)
{
    for (int i = 0; i < 16; i++)
        put32(test + GPRS + 4 * i, below(0x7FFFFFFF) * 2 + below(2));
    put32(test + GPRS + 4 * 1, CALLED | below(2) | (chance(5) ? 0x01000000 : 0));
    put32(test + GPRS + 4 * 2, logical_address());
    put32(test + GPRS + 4 * 3, logical_address());
    put32(test + GPRS + 4 * 4, real_block());
    put32(test + GPRS + 4 * 5, chance(90) ? below(40) : below(300));
    put32(test + GPRS + 4 * 6, chance(50) ? below(256) : below(0x200));
    put32(test + GPRS + 4 * 7, chance(80) ? below(256) : below(0x3000));
    put32(test + GPRS + 4 * 8, 0xF0000000 | (PAGE_TABLES + (1 + below(7)) * 0x400));
}

static void put_control_registers(uint8_t *test)
{
    static const uint32_t formats[] = { 0x00400000, 0x00500000, 0x00800000, 0x00900000 };
    uint32_t cr[16] = { [2] = 0xFFFFFFFF, [15] = 512 };
    cr[0] = 0xE0 | (chance(97) ? formats[below(4)] : below(32) << 19) | (chance(10) ? 0x10000000 : 0) |
            (chance(70) ? 0x08000000 : 0) | (chance(85) ? 0x04000000 : 0);
    cr[1] = segment_designation();
    cr[7] = segment_designation();
    cr[3] = halves(below(65536), below(256));
    cr[4] = halves(below(64), below(256));
    cr[5] = linkage_designation();
    cr[8] = below(65536);
    cr[14] = 0xC2000014 | (chance(95) ? 0x00080000 : 0);
    for (int i = 0; i < 16; i++)
        put32(test + CRS + 4 * i, cr[i]);
}

/* One of the lock assists, with its control blocks in the test itself: the address of the
 * ASCB, the CPU, its locks, the address of the lock interface table, the programs in front
 * of that, the local lock and a CMS lock. */
static void put_locks(uint8_t *test, uint32_t place)
{
    /* and the indicators with which it is done, if the locks fit */
    static const struct { const char *instruction; unsigned held; bool local, cms; } cases[] = {
        { "OBTLL 0(2),8(2)", 0, false, false }, { "RELLL 0(2),8(2)", 1, true, false },
        { "OBTCL 0(2),8(2)", 1, true, false }, { "RELCL 0(2),8(2)", 3, true, true },
        { "OBTLL 0(2),10(2)", 0, false, false }, { "RELCL 2(2),8(2)", 3, true, true },
        { "SVCA 0(2),8(2)", 0, false, false }
    };
    enum { LOCAL = 32, CMS = 40, TABLE_END = 32 };
    uint8_t *blocks = test + LOCKS;
    uint32_t ascb = (place + LOCAL - 0x80) | (chance(20) ? 0xFF000000 : 0), cpu = 0x40 + below(2);
    unsigned which = chance(90) ? below(4) : below(7);
    put32(blocks, ascb);
    put32(blocks + 4, cpu);
    put32(blocks + 8, (chance(85) ? cases[which].held : below(4)) | below(2) << 31);
    put32(blocks + 12, place + TABLE_END);
    for (int i = 0; i < 4; i++)
        put32(blocks + 16 + 4 * i, CALLED | (chance(20) ? 0x12000000 : 0));
    put32(blocks + LOCAL, chance(85) ? (cases[which].local ? cpu : 0) : below(2) * 0x40);
    put32(blocks + LOCAL + 4, chance(10) ? 5 : 0);
    put32(blocks + CMS, chance(85) ? (cases[which].cms ? ascb : 0) : below(2) * 7);
    put32(blocks + CMS + 4, chance(10) ? 5 : 0);
    put32(test + GPRS + 4 * 2, place);
    put32(test + GPRS + 4 * 11, place + CMS);
    put_code(test, put_code(test, CODE, cases[which].instruction), "SVC 0");
}

static void put_test(uint8_t *test, uint32_t address)
{
    static const char *const instructions[] = {
        "L 9,0(,2)", "L 9,0(,3)", "ST 9,0(,2)", "STH 9,0(,3)", "MVC 0(8,2),0(3)", "LRA 9,0(,2)",
        "LRA 9,0(,3)", "TPROT 0(2),0(6)", "IVSK 9,2", "SSK 6,4", "ISK 9,4", "RRB 0(4)",
        "IPTE 8,2", "STOSM 0(2),4", "STNSM 0(2),0xFB", "SPKA 0(6)", "IPK", "EPAR 9", "ESAR 9",
        "IAC 9", "SAC 0(6)", "SAC 0x100(0)", "SAC 0(0)", "SSAR 7", "PC 0(7)", "PC 0(7)", "PT 7,1",
        "PT 7,1", "MVCP 0(5,2),0(3),6", "MVCS 0(5,2),0(3),6", "MVCK 0(5,2),0(3),6", "LASP 0(2),0(6)",
        "MC 0(2),5", "MC 0(3),12", "STCTL 3,7,0(2)", "SVC 5",
        "X'B2FF0000'", "STM 9,12,0(2)", "CS 9,10,0(2)", "BALR 9,0", "STPX 0(2)", "STAP 0(3)",
    };
    uint8_t psw[8] = { chance(80) ? 0x04 : 0x00, 0x08, 0, 0, 0, 0, SLOT >> 8, 0 };
    psw[1] |= (uint8_t)((chance(60) ? 0 : below(16) << 4) | (chance(30) ? 1 : 0));
    psw[2] = (uint8_t)((chance(30) ? 0x80 : 0) | below(4) << 4 | below(16));
    if (chance(10))
        memset(psw, 0, 5), psw[1] = (uint8_t)below(2);
    memcpy(test + PSW, psw, 8);
    put_registers(test);
    if (!psw[0])                                   /* real: not the tables and the program */
        for (int i = 2; i <= 3; i++)
            put32(test + GPRS + 4 * i, DATA + below(DATA_SIZE - 4096));
    put_control_registers(test);
    if (!psw[0] && chance(40)) {
        put_locks(test, address + LOCKS);
        return;
    }
    unsigned at = CODE;
    for (int i = 1 + (int)below(3); i; i--) {
        const char *instruction = instructions[below(sizeof instructions / sizeof *instructions)];
        at = put_code(test, at, instruction);
        if (!strncmp(instruction, "LASP", 4))
            break;                /* emulators differ in it: nothing stores what comes of that */
    }
    put_code(test, at, "SVC 0");
}

/* ---- files, and our processor ------------------------------------------------------------ */

static int make(const char *number, const char *name)
{
    uint8_t *image = calloc(1, IMAGE_SIZE);
    seed = strtoull(number, NULL, 10) * 0x9E3779B97F4A7C15u + 1;
    put_program(image);
    put_page_tables(image);
    put_segment_tables(image);
    put_asn_tables(image);
    put_linkage_tables(image);
    for (int i = 0; i < DATA_SIZE; i++)
        image[DATA + i] = (uint8_t)below(256);
    for (int i = 0; i < TESTS; i++)
        put_test(image + TABLE + i * TEST_SIZE, (uint32_t)(TABLE + i * TEST_SIZE));
    write_image(name, image, IMAGE_SIZE);
    free(image);
    return 0;
}

static int run(const char *from, const char *to)
{
    uint8_t *image = read_image(from, IMAGE_SIZE);
    struct machine_options options = { .mainsize = IMAGE_SIZE, .numcpu = 1, .virtual_time = true,
                                       .extended_facility = true };
    struct messages *messages = messages_new();
    struct machine *machine = machine_new(&options, messages);
    struct cpu *cpu = machine->cpus[0];
    memcpy(machine->storage, image, IMAGE_SIZE);
    psw_load(cpu->arch, &cpu->psw, machine->storage);
    context_changed(cpu);
    cpu->started = true;
    engine_run(cpu, 100u * TESTS);
    bool done = cpu->psw.wait && get32(machine->storage + CURRENT) == get32(machine->storage + END);
    if (!done)
        fprintf(stderr, "our processor did not come to the end: it is at %llX, test %u\n",
                (unsigned long long)cpu->psw.ia,
                (get32(machine->storage + CURRENT) - TABLE) / TEST_SIZE);
    write_image(to, machine->storage, IMAGE_SIZE);
    machine_free(machine);
    messages_free(messages);
    free(image);
    return done ? 0 : 1;
}

/* ---- differences -------------------------------------------------------------------------- */

static void show_words(const char *what, const uint8_t *ours, const uint8_t *theirs, int count)
{
    for (int i = 0; i < count; i++)
        if (memcmp(ours + 4 * i, theirs + 4 * i, 4))
            printf("      %s %2d: ours %08X, theirs %08X\n", what, i, get32(ours + 4 * i),
                   get32(theirs + 4 * i));
}

static void show_difference(int number, const uint8_t *given, const uint8_t *ours,
                            const uint8_t *theirs)
{
    printf("test %d: PSW %016llX, CR0 %08X 1 %08X 3 %08X 4 %08X 5 %08X 7 %08X 14 %08X\n", number,
           (unsigned long long)get64(given + PSW), get32(given + CRS), get32(given + CRS + 4),
           get32(given + CRS + 12), get32(given + CRS + 16), get32(given + CRS + 20),
           get32(given + CRS + 28), get32(given + CRS + 56));
    for (unsigned at = 0; at < CODE_SIZE && given[CODE + at];) {
        char text[80];
        at += (unsigned)disassemble(given + CODE + at, SLOT + at, architecture_of(S370), text,
                                    sizeof text);
        printf("    %s\n", text);
    }
    printf("      registers 1-9:");
    for (int i = 1; i < 10; i++)
        printf(" %08X", get32(given + GPRS + 4 * i));
    printf("\n");
    show_words("register", ours + NEW_GPRS, theirs + NEW_GPRS, 16);
    show_words("control register", ours + NEW_CRS, theirs + NEW_CRS, 16);
    show_words("SVC old PSW", ours + SVC_PSW, theirs + SVC_PSW, 2);
    show_words("program old PSW", ours + PROGRAM_PSW, theirs + PROGRAM_PSW, 2);
    show_words("from 84: word", ours + CODES, theirs + CODES, 8);
    show_words("locks, word", ours + LOCKS, theirs + LOCKS, 16);
}

/* The program-interruption code in either mode; 0 if there was none. */
static unsigned program_code(const uint8_t *results)
{
    bool extended = results[PROGRAM_PSW + 1] & 8;
    return get16(extended ? results + CODES + 10 : results + PROGRAM_PSW + 2);
}

static bool is_access_exception(unsigned code)
{
    return code == PGM_PROTECTION || code == PGM_ADDRESSING || code == PGM_SEGMENT_TRANSLATION ||
           code == PGM_PAGE_TRANSLATION || code == PGM_TRANSLATION_SPECIFICATION;
}

/* Is there an instruction that begins so? One-byte opcodes: twice the same. */
static bool executes(const uint8_t *given, uint8_t first, uint8_t second)
{
    for (unsigned at = CODE; given[at]; at += (unsigned)instruction_length(given[at]))
        if (given[at] == first && (first == second || given[at + 1] == second))
            return true;
    return false;
}

/* Make equal what may be so or so; docs/differences.md has the reasons. */
static void smooth(const uint8_t *given, const uint8_t *ours, uint8_t *theirs)
{
    unsigned code = program_code(ours), format = get32(given + CRS) >> 19 & 0x1F;
    uint32_t ours_9 = get32(ours + NEW_GPRS + 36), theirs_9 = get32(theirs + NEW_GPRS + 36);
    if (code == PGM_SEGMENT_TRANSLATION || code == PGM_PAGE_TRANSLATION)
        put32(theirs + CODES + 12,
              get32(theirs + CODES + 12) & (format < 0x10 ? ~0x7FFu : ~0xFFFu));
    if (code == PGM_MONITOR && !(ours[PROGRAM_PSW + 1] & 8))
        memcpy(theirs + CODES + 16, ours + CODES + 16, 12);
    /* reference and change bits: in ISK's register, in RRB's condition code */
    if (executes(given, 0x09, 0x09) && !((theirs_9 ^ ours_9) & ~(KEY_REFERENCE | KEY_CHANGE)))
        put32(theirs + NEW_GPRS + 36, ours_9);
    if (executes(given, 0xB2, 0x13)) {
        for (unsigned at = SVC_PSW + 2; at < PROGRAM_PSW + 8; at += 2)
            theirs[at] = (uint8_t)((theirs[at] & ~0x30) | (ours[at] & 0x30));
        theirs[NEW_GPRS + 36] = (uint8_t)((theirs[NEW_GPRS + 36] & ~0x30) |
                                          (ours[NEW_GPRS + 36] & 0x30));   /* BALR */
    }
}

static bool permitted(const uint8_t *given, const uint8_t *ours, const uint8_t *theirs)
{
    unsigned our_code = program_code(ours), their_code = program_code(theirs);
    unsigned format = get32(given + CRS) >> 19 & 0x1F;
    bool valid = format == 0x08 || format == 0x0A || format == 0x10 || format == 0x12;
    uint8_t fixed[TEST_SIZE];
    memcpy(fixed, theirs, TEST_SIZE);
    smooth(given, ours, fixed);
    if (!memcmp(ours + NEW_GPRS, fixed + NEW_GPRS, USED - NEW_GPRS))
        return true;
    if (our_code == PGM_TRANSLATION_SPECIFICATION && (!valid || format >= 0x10))
        return true;      /* ILC of what was not fetched; entries extended to 26 bits */
    if (our_code == PGM_SPACE_SWITCH || executes(given, 0xE5, 0x00))
        return true;      /* Hercules knows no space-switch event, nor LASP's condition code 3 */
    if (our_code == PGM_PC_TRANSLATION_SPECIFICATION)
        return true;      /* nor the reserved bits of the linkage table */
    if (our_code == PGM_SPECIAL_OPERATION && !(ours[PROGRAM_PSW + 1] & 8))
        return true;      /* of BC mode with a 1 in bit 5 it thinks that translation is on */
    return is_access_exception(our_code) && is_access_exception(their_code);
}

static int diff(const char *given_name, const char *ours_name, const char *theirs_name)
{
    enum { SHOWN = 12, RESULTS = USED - NEW_GPRS };
    uint8_t *given = read_image(given_name, IMAGE_SIZE), *ours = read_image(ours_name, IMAGE_SIZE);
    uint8_t *theirs = read_image(theirs_name, IMAGE_SIZE);
    int differ = 0, may = 0, bytes = 0, went_on = 0, keys = 0, stored = 0;
    for (int i = 0; i < TESTS; i++) {
        unsigned at = TABLE + (unsigned)i * TEST_SIZE;
        if (!memcmp(ours + at + NEW_GPRS, theirs + at + NEW_GPRS, RESULTS))
            continue;
        if (permitted(given + at, ours + at, theirs + at)) {
            may++;
            went_on += program_code(ours + at) && !program_code(theirs + at);
            keys += executes(given + at, 0x09, 0x09);
        } else if (++differ <= SHOWN)
            show_difference(i, given + at, ours + at, theirs + at);
    }
    for (unsigned at = SEGMENT_TABLE; at < DATA + DATA_SIZE; at++) {
        if ((at >= TABLE && at < DATA) || ours[at] == theirs[at])
            continue;
        /* Where we were interrupted and the peer was not, as it may, it went on to store; and
         * what ISK inserts is stored, reference and change bits and all. */
        if ((went_on && ours[at] == given[at]) ||
            (keys && !((ours[at] ^ theirs[at]) & ~(KEY_REFERENCE | KEY_CHANGE))))
            stored++;
        else if (++bytes <= SHOWN)
            printf("storage at %06X: ours %02X, theirs %02X\n", at, ours[at], theirs[at]);
    }
    printf("%d tests, %d differ, %d more as they may; %d bytes of storage differ, %d more as"
           " they may\n", (int)TESTS, differ, may, bytes, stored);
    free(given);
    free(ours);
    free(theirs);
    return differ || bytes;
}

int main(int argc, char **argv)
{
    if (argc == 5 && !strcmp(argv[1], "make"))
        return make(argv[2], argv[4]);
    if (argc == 4 && !strcmp(argv[1], "run"))
        return run(argv[2], argv[3]);
    if (argc == 5 && !strcmp(argv[1], "diff"))
        return diff(argv[2], argv[3], argv[4]);
    fprintf(stderr, "usage: %s make SEED control IMAGE\n       %s run IMAGE RESULT\n"
                    "       %s diff IMAGE OURS THEIRS\n", argv[0], argv[0], argv[0]);
    return 2;
}
