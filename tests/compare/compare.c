/* Random instructions with random operands, executed here and by another emulator from
 * the same image of storage, and compared. scripts/compare-peer drives it:
 *
 *   compare make SEED FAMILY IMAGE     make an image: a small program and a table of tests
 *   compare run IMAGE RESULT           let our processor execute it
 *   compare diff IMAGE OURS THEIRS     what the two left differently
 *   compare self SEED [COUNT]          all families here twice, at full speed and stepping;
 *                                      the two must agree
 *
 * FAMILY is general, decimal or float, each with one instruction a test; or sequences: a few
 * general instructions, some of them branches forward and EXECUTEs; or modify: loops that
 * change their own instructions; or keys: operands in blocks of storage with different keys,
 * executed with key 1.
 *
 * The program in the image takes one test after
 * another: loads registers, condition code and program mask, executes the instruction, and
 * puts registers, condition code and, after a program interruption, its old PSW back into
 * the test's place in the table. It is started by the restart key. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "cpu/cpu.h"
#include "cpu/engine.h"
#include "cpu/packed.h"
#include "tests/compare/image.h"
#include "tests/unit/random.h"

enum {
    IMAGE_SIZE = 0x800000, ZONE = 0x700000, ZONE_BLOCKS = 64,
    CURRENT = 0x300, END = 0x304, WAIT_PSW = 0x308, REGISTERS = 0x340,   /* the program's */
    BLOCK = 0x310, SIZE = 0x314, ZONE_ADDRESS = 0x318, ZONE_COUNT = 0x31C, RUN_PSW = 0x320,
    PROGRAM = 0x400, ON_INTERRUPTION = 0x500, BEGIN = 0x700, FINISH = 0x780,
    KEYS = 0x600, KEYS_LEFT = 0x640, RECORDS_LEFT = 0x680,
    TABLE = 0x1000, TEST_SIZE = 1024, TESTS = (ZONE - TABLE) / TEST_SIZE,
    /* in a test: */
    STATUS = 8, GPRS = 16, FPRS = 80, OLD_PSW = 120, CODE = 128, DATA = 256,
    CODE_SIZE = 48, SLOT = 0x42A   /* the instructions, and where they are executed */
};

static unsigned below(uint64_t *seed, unsigned limit)
{
    return (unsigned)((next_random(seed) >> 20) % limit);
}
static bool chance(uint64_t *seed, unsigned percent) { return below(seed, 100) < percent; }

/* ---- the program --------------------------------------------------------------------- */

/* At the beginning all blocks get key 1, those of the zone the keys of a table; at the end
 * the zone's keys, and what was recorded of references and changes, go to tables. */
static void put_keys_program(uint8_t *image)
{
    char text[200];
    unsigned at = put_code(image, BEGIN, "LA 2,16; SR 3,3");
    snprintf(text, sizeof text, "SSK 2,3; A 3,%u; C 3,%u; BC 4,%u", BLOCK, SIZE, at);
    at = put_code(image, at, text);
    snprintf(text, sizeof text, "L 3,%u; SR 4,4", ZONE_ADDRESS);
    at = put_code(image, at, text);
    snprintf(text, sizeof text, "IC 2,%u(4); SSK 2,3; A 3,%u; LA 4,1(4); C 4,%u; BC 4,%u; LPSW %u",
             KEYS, BLOCK, ZONE_COUNT, at, RUN_PSW);
    put_code(image, at, text);
    snprintf(text, sizeof text, "L 3,%u; SR 4,4", ZONE_ADDRESS);
    at = put_code(image, FINISH, text);
    snprintf(text, sizeof text, "ISK 2,3; STC 2,%u(4); RRB 0(3); BALR 5,0; STCM 5,8,0(6); A 3,%u",
             KEYS_LEFT, BLOCK);
    unsigned loop = at;
    char records[40];
    snprintf(records, sizeof records, "LA 6,%u(4)", RECORDS_LEFT);
    at = put_code(image, at, records);
    at = put_code(image, at, text);
    snprintf(text, sizeof text, "LA 4,1(4); C 4,%u; BC 4,%u; LPSW %u", ZONE_COUNT, loop, WAIT_PSW);
    put_code(image, at, text);
    put32(image + BLOCK, 0x800);
    put32(image + SIZE, IMAGE_SIZE);
    put32(image + ZONE_ADDRESS, ZONE);
    put32(image + ZONE_COUNT, ZONE_BLOCKS);
}

static void put_program(uint8_t *image)
{
    char text[100];
    unsigned at = put_code(image, PROGRAM, "L 1,0x300");
    unsigned move = at;
    at = put_code(image, at + 6, "MVC 0x340(64),16(1); LD 0,80(1); LD 2,88(1); LD 4,96(1)");
    at = put_code(image, at, "LD 6,104(1); L 15,8(1); SPM 15; LM 0,15,0x340");
    if (at != SLOT)
        abort();
    snprintf(text, sizeof text, "MVC %u(%u),%u(1)", SLOT, CODE_SIZE, CODE);
    put_code(image, move, text);
    at = put_code(image, SLOT + CODE_SIZE, "STM 0,15,0x340; BALR 15,0");
    unsigned common = at;
    at = put_code(image, at, "L 1,0x300; ST 15,8(,1); MVC 16(64,1),0x340; STD 0,80(1)");
    at = put_code(image, at, "STD 2,88(1); STD 4,96(1); STD 6,104(1); LA 1,1024(1)");
    snprintf(text, sizeof text, "ST 1,0x300; C 1,0x304; BC 4,%u; BC 15,%u", PROGRAM, FINISH);
    put_code(image, at, text);
    at = put_code(image, ON_INTERRUPTION, "STM 0,15,0x340; L 1,0x300; MVC 120(8,1),0x28; L 15,0x2C");
    snprintf(text, sizeof text, "BC 15,%u", common);
    put_code(image, at, text);
    put_keys_program(image);
    put32(image + 4, BEGIN);                       /* restart new PSW */
    put32(image + 0x68, 0x00100000);               /* program new PSW: key 1 */
    put32(image + 0x68 + 4, ON_INTERRUPTION);
    put32(image + RUN_PSW, 0x00100000);
    put32(image + RUN_PSW + 4, PROGRAM);
    put32(image + WAIT_PSW, 0x00020000);
    put32(image + CURRENT, TABLE);
    put32(image + END, TABLE + TESTS * TEST_SIZE);
}

/* ---- random values -------------------------------------------------------------------- */

static uint32_t random_word(uint64_t *seed)
{
    static const uint32_t edges[] = { 0, 1, 2, 0xFFFFFFFF, 0xFFFFFFFE, 0x7FFFFFFF, 0x80000000,
                                      0x80000001, 0x7FFFFFFE, 0xFFFF8000, 0x7FFF, 0x8000, 0xFFFF,
                                      0x10000, 0x55555555, 0xAAAAAAAA };
    switch (below(seed, 4)) {
    case 0: return edges[below(seed, sizeof edges / sizeof *edges)];
    case 1: return (uint32_t)next_random(seed) >> below(seed, 32);
    case 2: return -((uint32_t)next_random(seed) >> below(seed, 32));
    default: return (uint32_t)next_random(seed);
    }
}

static uint64_t random_float(uint64_t *seed)
{
    uint64_t fraction = next_random(seed) & 0x00FFFFFFFFFFFFFFu;
    unsigned shift = below(seed, 60);
    switch (below(seed, 8)) {
    case 0: fraction >>= shift & ~3u; break;
    case 1: fraction &= next_random(seed) & next_random(seed); break;
    case 2: fraction = 0x00FFFFFFFFFFFFFFu << shift; break;
    case 3: fraction = 0x00FFFFFFFFFFFFFFu >> shift; break;
    case 4: fraction = 1ull << shift; break;
    case 5: fraction &= 0x00FFFFFF00000000u; break;
    }
    if (chance(seed, 3))
        fraction = 0;
    unsigned characteristic = below(seed, 128);
    if (chance(seed, 50))
        characteristic = 60 + below(seed, 9);
    else if (chance(seed, 30))
        characteristic = chance(seed, 50) ? below(seed, 16) : 112 + below(seed, 16);
    return (next_random(seed) & 0x8000000000000000u) | (uint64_t)characteristic << 56 |
           (fraction & 0x00FFFFFFFFFFFFFFu);
}

/* A packed number that is valid, mostly. */
static void put_packed(uint64_t *seed, uint8_t *field, unsigned length)
{
    struct packed v = { 0, 0, (uint8_t)(10 + below(seed, 6)) };
    unsigned digits = below(seed, 2 * length), liking = below(seed, 4);
    for (unsigned i = 0; i < digits; i++) {
        unsigned digit = liking == 0 ? 9 : liking == 1 && chance(seed, 60) ? 0 : below(seed, 10);
        v.high = v.high << 4 | v.low >> 60;
        v.low = v.low << 4 | digit;
    }
    packed_store(field, length, v);
    if (chance(seed, 4))
        field[below(seed, length)] ^= (uint8_t)(1 << below(seed, 8));
}

/* ---- tests ---------------------------------------------------------------------------- */

/* What a processor of another make may rightly do differently, or what would leave the
 * program: not generated. */
static bool excluded(const struct instruction *row)
{
    static const char *const names[] = { "BALR", "BCTR", "BCR", "SVC", "BASR", "EX", "BAL", "BCT",
                                         "BC", "BAS", "BXH", "BXLE", "STCK", "MC", "IPK", "SPKA",
                                         "IVSK", "SSK", "ISK", "MVCP", "MVCS", "MVCK" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(row->mnemonic, names[i]))
            return true;
    return row->flags & (PRIVILEGED | BRANCH | ENDS_BLOCK) || row->opcode >= 0x100 ||
           !(row->archs & S370);
}

static bool is_float(const struct instruction *row)
{
    return (row->opcode >= 0x20 && row->opcode < 0x40) || (row->opcode >= 0x60 && row->opcode < 0x80);
}
static bool is_decimal(const struct instruction *row)
{
    return row->opcode >= 0xF0 || row->opcode == 0xDE || row->opcode == 0xDF ||
           row->opcode == 0x4E || row->opcode == 0x4F;
}

static bool in_family(const struct instruction *row, char family)
{
    return family == 'f' ? is_float(row) : family == 'd' ? is_decimal(row)
                                                         : !is_float(row) && !is_decimal(row);
}

static const struct instruction *pick_row(uint64_t *seed, char family)
{
    enum { MOST = 300 };
    const struct instruction *rows[MOST], *row;
    unsigned count = 0;
    for (size_t i = 0; (row = instruction_row(i)) && count < MOST; i++)
        if (in_family(row, family) && !excluded(row))
            rows[count++] = row;
    return rows[below(seed, count)];
}

/* Registers 10 to 13 are bases, register 9 a small index. */
static unsigned base_register(uint64_t *seed) { return 10 + below(seed, 4); }
static uint16_t random_address(uint64_t *seed)
{
    unsigned displacement = below(seed, 100);
    if (chance(seed, 60))
        displacement &= ~7u;
    return (uint16_t)(base_register(seed) << 12 | displacement);
}

static unsigned float_register(uint64_t *seed, bool extended)
{
    if (chance(seed, 2))
        return below(seed, 16);
    return extended ? 4 * below(seed, 2) : 2 * below(seed, 4);
}

static void put_operands(uint64_t *seed, const struct instruction *row, uint8_t *code)
{
    code[1] = (uint8_t)next_random(seed);
    put16(code + 2, random_address(seed));
    put16(code + 4, random_address(seed));
    if (row->format == FORMAT_RX)
        code[1] = (uint8_t)(below(seed, 16) << 4 | (chance(seed, 70) ? 0 : 9));
    if (row->format == FORMAT_RS_SHIFT)
        put16(code + 2, (uint16_t)(below(seed, 80)));
    if (row->format == FORMAT_SS_LI)
        put16(code + 4, (uint16_t)(below(seed, 64)));
    if (row->opcode == 0xDE || row->opcode == 0xDF)
        put16(code + 4, (uint16_t)(get16(code + 4) + 400));
    if (row->format == FORMAT_SS_L && chance(seed, 70))
        code[1] &= 0x1F;
    if (row->format == FORMAT_SS_LL && row->opcode >= 0xFC && chance(seed, 90))
        code[1] = (uint8_t)((8 + below(seed, 8)) << 4 | below(seed, 8));
    if (is_float(row)) {
        bool extended = row->opcode == 0x26 || row->opcode == 0x36 || row->opcode == 0x37 ||
                        row->opcode == 0x27 || row->opcode == 0x67;
        unsigned r1 = float_register(seed, extended);
        unsigned r2 = float_register(seed, extended || row->opcode == 0x25);
        code[1] = (uint8_t)(r1 << 4 | (row->format == FORMAT_RR ? r2 : code[1] & 15));
    }
    if (!strcmp(row->mnemonic, "MVCL") || !strcmp(row->mnemonic, "CLCL"))
        code[1] = chance(seed, 95) ? (uint8_t)(below(seed, 3) << 5 | (3 + below(seed, 2)) << 1)
                                   : (uint8_t)next_random(seed);
}

static uint32_t operand_offset(const uint8_t *test, const uint8_t *field, uint32_t table_address)
{
    uint32_t base = get32(test + GPRS + 4 * (field[0] >> 4));
    return base + (get16(field) & 0xFFF) - table_address;
}

static void fit_decimal(uint64_t *seed, uint8_t *test, const uint8_t *code, uint32_t address)
{
    unsigned l1 = (code[1] >> 4) + 1u, l2 = (code[1] & 15) + 1u;
    uint32_t a1 = operand_offset(test, code + 2, address), a2 = operand_offset(test, code + 4, address);
    if (code[0] == 0x4F)
        a1 += code[1] & 15 ? get32(test + GPRS + 36) : 0, l1 = 8;
    if (a1 > TEST_SIZE - 32 || (code[0] > 0xF0 && a2 > TEST_SIZE - 32))
        return;
    if (code[0] >= 0xF0 || code[0] == 0x4F)
        put_packed(seed, test + a1, l1);
    if (code[0] > 0xF0)
        put_packed(seed, test + a2, l2);
    if (code[0] == 0xFC && chance(seed, 80))
        memset(test + a1, 0, l1 > l2 ? l2 : 0);
}

/* A pattern and a source for ED and EDMK. */
static void fit_edit(uint64_t *seed, uint8_t *test, uint8_t *code, uint32_t address)
{
    uint32_t a1 = operand_offset(test, code + 2, address), a2 = operand_offset(test, code + 4, address);
    if (a1 + 256 > TEST_SIZE || a2 + 256 > TEST_SIZE || (a1 < a2 + 256 && a2 < a1 + 256)) {
        memcpy(code, "\x07", 2);      /* what overlaps is not defined: no test */
        return;
    }
    static const uint8_t kinds[] = { 0x20, 0x20, 0x20, 0x20, 0x20, 0x21, 0x22, 0x40, 0x6B, 0x4B };
    for (unsigned i = 0; i < 256; i += 4)
        put_packed(seed, test + a2 + i, 4);
    for (unsigned i = 0; i <= code[1]; i++)
        test[a1 + i] = chance(seed, 2) ? (uint8_t)next_random(seed) : kinds[below(seed, sizeof kinds)];
}

static void put_registers(uint64_t *seed, uint8_t *test, uint32_t address)
{
    for (unsigned r = 0; r < 16; r++)
        put32(test + GPRS + 4 * r, random_word(seed));
    for (unsigned r = 10; r < 14; r++)
        put32(test + GPRS + 4 * r, address + DATA + 8 * below(seed, 16) +
                                       (uint32_t)((next_random(seed) & 0xFF) << 24));
    if (chance(seed, 1))
        put32(test + GPRS + 4 * (10 + below(seed, 4)), IMAGE_SIZE - below(seed, 64));
    put32(test + GPRS + 4 * 9, below(seed, 40));
    for (unsigned r = 0; r < 4; r++)
        put64(test + FPRS + 8 * r, random_float(seed));
    if (chance(seed, 20))
        put64(test + FPRS + 16, get64(test + FPRS) ^ (1ull << below(seed, 64)));
}

/* Addresses and lengths for MVCL and CLCL. */
static void fit_long_move(uint64_t *seed, uint8_t *test, const uint8_t *code, uint32_t address)
{
    const unsigned r[2] = { code[1] >> 4 & 14, code[1] & 14 };
    for (int i = 0; i < 2; i++) {
        put32(test + GPRS + 4 * r[i], address + DATA + below(seed, 200));
        put32(test + GPRS + 4 * r[i] + 4, (uint32_t)next_random(seed) << 24 | below(seed, 300));
    }
}

/* Bases in the zone, near the beginnings and ends of its blocks. */
static void put_zone_registers(uint64_t *seed, uint8_t *test)
{
    for (unsigned r = 10; r < 14; r++)
        put32(test + GPRS + 4 * r, ZONE + 0x800 * (1 + below(seed, ZONE_BLOCKS - 2)) -
                                       below(seed, chance(seed, 50) ? 120 : 0x800));
}

static void put_data(uint64_t *seed, uint8_t *test, char family)
{
    for (unsigned i = 0; i < TEST_SIZE - DATA; i += 8)
        put64(test + DATA + i, family == 'f' ? random_float(seed)
                                             : (uint64_t)random_word(seed) << 32 | random_word(seed));
    /* Equal strings now and then. */
    if (family == 'g' && chance(seed, 30))
        memset(test + DATA, chance(seed, 50) ? 0 : 0xC1, 300);
}

static void fit(uint64_t *seed, uint8_t *test, uint8_t *code, uint32_t address)
{
    const struct instruction *row = instruction_find(code, S370);
    if (code[0] == 0xDE || code[0] == 0xDF)
        fit_edit(seed, test, code, address);
    else if (is_decimal(row))
        fit_decimal(seed, test, code, address);
    else if (code[0] == 0x0E || code[0] == 0x0F)
        fit_long_move(seed, test, code, address);
}

/* A branch to `target`, which is in the first 4K and needs no base. */
static void put_branch(uint64_t *seed, uint8_t *code, unsigned target)
{
    static const uint8_t opcodes[] = { 0x47, 0x47, 0x47, 0x46, 0x45, 0x86, 0x87 };
    code[0] = opcodes[below(seed, sizeof opcodes)];
    code[1] = (uint8_t)(below(seed, 16) << 4 | (code[0] >= 0x86 ? below(seed, 16) : 0));
    put16(code + 2, (uint16_t)target);
}

/* In a sequence registers 8 to 15 keep what they are given, so that addresses stay good. */
static void keep_bases(uint64_t *seed, uint8_t *code)
{
    unsigned r1 = below(seed, 4);
    if (is_float(instruction_find(code, S370)))
        return;
    if (code[0] < 0x80)
        code[1] &= 0x7F;
    else if (code[0] == 0x98)
        code[1] = (uint8_t)(r1 << 4 | (r1 + below(seed, 5)));
    else if (code[0] < 0x92 || code[0] >= 0xBA)
        code[1] &= code[0] < 0xC0 ? 0x7F : 0xFF;
}

/* MVCL and CLCL need registers of their own, ED and EDMK valid operands. */
static bool has_own_tests(uint8_t opcode)
{
    return opcode == 0x0E || opcode == 0x0F || opcode == 0xDE || opcode == 0xDF;
}

/* EXECUTE of an instruction that is put among the data. */
static void put_execute(uint64_t *seed, uint8_t *test, uint8_t *code, uint32_t address)
{
    unsigned at = DATA + 600 + 2 * below(seed, 16);
    const struct instruction *row;
    do      /* register 8 and up must not become a result register by what is ORed in */
        row = pick_row(seed, "gggd"[below(seed, 4)]);
    while (row->format != FORMAT_SI && row->opcode < 0xD0);
    test[at] = (uint8_t)row->opcode;
    put_operands(seed, row, test + at);
    if (has_own_tests(test[at]))
        test[at] = 0x18;
    keep_bases(seed, test + at);
    code[0] = 0x44;
    code[1] = (uint8_t)(below(seed, 16) << 4);
    put16(code + 2, (uint16_t)(10 << 12 | ((address + at - get32(test + GPRS + 40)) & 0xFFF)));
}

/* Several instructions; branches lead forward to one of the others or to the end. */
static void put_sequence(uint64_t *seed, uint8_t *test, uint32_t address)
{
    unsigned count = 2 + below(seed, 5), at = 0, branch[8], branches = 0, start[9];
    for (unsigned i = 0; i < count; i++) {
        uint8_t *code = test + CODE + at;
        start[i] = at;
        if (chance(seed, 30)) {
            put_branch(seed, code, 0);
            keep_bases(seed, code);
            branch[branches++] = i;
        } else if (!i && chance(seed, 30)) {
            put_execute(seed, test, code, address);
        } else {
            const struct instruction *row = pick_row(seed, "gggggggdf"[below(seed, 9)]);
            uint8_t instruction[6] = { (uint8_t)row->opcode };
            put_operands(seed, row, instruction);
            if (has_own_tests(instruction[0]))
                instruction[0] = 0x18;
            keep_bases(seed, instruction);
            memcpy(code, instruction, (size_t)instruction_length(instruction[0]));
        }
        at += (unsigned)instruction_length(code[0]);
    }
    start[count] = CODE_SIZE;
    for (unsigned i = 0; i < branches; i++) {
        unsigned to = branch[i] + 1 + below(seed, count - branch[i]);
        put16(test + CODE + start[branch[i]] + 2, (uint16_t)(SLOT + start[to]));
    }
}

/* A loop, some instructions of which change others, or copy, or execute them. Only what has
 * two bytes is changed, and never so that register 8 or above it gets a result. */
static void put_modifier(uint64_t *seed, uint8_t *code, const unsigned *victims, unsigned count)
{
    static const uint8_t opcodes[] = { 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19,
                                       0x1A, 0x1B, 0x1E, 0x1F };
    unsigned victim = victims[below(seed, count)];
    char text[80];
    switch (below(seed, 5)) {
    case 0:
        snprintf(text, sizeof text, "MVI %u,%u", victim + 1, below(seed, 128));
        break;
    case 1:
        snprintf(text, sizeof text, "XI %u,%u", victim + 1, below(seed, 128));
        break;
    case 2:
        snprintf(text, sizeof text, "MVI %u,%u", victim, opcodes[below(seed, sizeof opcodes)]);
        break;
    case 3:
        snprintf(text, sizeof text, "MVC %u(2),%u", victim, victims[below(seed, count)]);
        break;
    default:
        snprintf(text, sizeof text, "EX 0,%u", victim);
    }
    put_code(code, 0, text);
}

static void put_modifying_loop(uint64_t *seed, uint8_t *test)
{
    unsigned at = 0, victims[4], count = 0, kinds = below(seed, 256) | 0x11;
    /* First the places of all, two bytes or six, then what stands there. */
    for (unsigned i = 0; i < 8 && at < CODE_SIZE - 12; i++) {
        bool victim = kinds >> i & 1 && count < 4;
        if (victim)
            victims[count++] = SLOT + at;
        at += victim ? 2 : 6;
    }
    unsigned end = at;
    for (at = 0; at < end;) {
        uint8_t *code = test + CODE + at;
        bool victim = false;
        for (unsigned i = 0; i < count; i++)
            victim |= victims[i] == SLOT + at;
        if (victim) {
            code[0] = (uint8_t)(0x10 + below(seed, 12));
            code[1] = (uint8_t)below(seed, 128);
        } else {
            put_modifier(seed, code, victims, count);
        }
        at += victim ? 2 : 6;
    }
    char text[40];
    snprintf(text, sizeof text, "BCT 8,%u", SLOT);
    put_code(test + CODE, at, text);
    put32(test + GPRS + 4 * 8, 1 + below(seed, 12));
}

static void put_test(uint64_t *seed, uint8_t *test, uint32_t address, char family)
{
    for (unsigned i = 0; i < CODE_SIZE; i += 2)
        put16(test + CODE + i, 0x0700);
    test[STATUS] = (uint8_t)(next_random(seed) & 0x3F);
    put_registers(seed, test, address);
    put_data(seed, test, family);
    if (family == 'k') {
        put_zone_registers(seed, test);
        family = "gdf"[below(seed, 3)];
    }
    if (family == 's') {
        put_sequence(seed, test, address);
        return;
    }
    if (family == 'm') {
        put_modifying_loop(seed, test);
        return;
    }
    const struct instruction *row = pick_row(seed, family);
    uint8_t code[6] = { (uint8_t)row->opcode };
    put_operands(seed, row, code);
    memcpy(test + CODE, code, (size_t)instruction_length(code[0]));
    fit(seed, test, test + CODE, address);
}

/* ---- files -------------------------------------------------------------------------------- */

static uint8_t *make_image(uint64_t seed, char family)
{
    uint8_t *image = calloc(1, IMAGE_SIZE);
    seed = seed * 0x9E3779B97F4A7C15u + 1;
    put_program(image);
    for (unsigned i = 0; i < ZONE_BLOCKS; i++)
        image[KEYS + i] = (uint8_t)(below(&seed, 3) << 4 | (chance(&seed, 50) ? KEY_FETCH : 0));
    for (unsigned i = 0; i < ZONE_BLOCKS * 0x800; i++)
        image[ZONE + i] = chance(&seed, 30) ? 0x0C : (uint8_t)below(&seed, 10);
    for (unsigned i = 0; i < TESTS; i++) {
        uint32_t address = TABLE + i * TEST_SIZE;
        put_test(&seed, image + address, address, family);
    }
    return image;
}

static int make(uint64_t seed, char family, const char *name)
{
    uint8_t *image = make_image(seed, family);
    write_image(name, image, IMAGE_SIZE);
    free(image);
    return 0;
}

/* Execute an image in place; false if its program did not come to the end. */
static bool execute(uint8_t *image, bool stepping)
{
    struct machine_options options = { .mainsize = IMAGE_SIZE, .numcpu = 1, .virtual_time = true,
                                       .extended_facility = true };
    struct messages *messages = messages_new();
    struct machine *machine = machine_new(&options, messages);
    struct cpu *cpu = machine->cpus[0];
    memcpy(machine->storage, image, IMAGE_SIZE);
    atomic_store(&machine->observer.watching, stepping);
    psw_load(cpu->arch, &cpu->psw, machine->storage);
    context_changed(cpu);
    cpu->started = true;
    engine_run(cpu, 200u * TESTS + 100000);
    bool done = cpu->psw.wait && get32(machine->storage + CURRENT) == get32(machine->storage + END);
    if (!done)
        fprintf(stderr, "our processor did not come to the end: it is at %llX\n", (unsigned long long)cpu->psw.ia);
    memcpy(image, machine->storage, IMAGE_SIZE);
    machine_free(machine);
    messages_free(messages);
    return done;
}

static int run(const char *from, const char *to)
{
    uint8_t *image = read_image(from, IMAGE_SIZE);
    bool done = execute(image, false);
    write_image(to, image, IMAGE_SIZE);
    free(image);
    return done ? 0 : 1;
}

/* ---- differences --------------------------------------------------------------------------- */

static void show_bytes(const char *what, const uint8_t *bytes, unsigned length)
{
    printf("      %s ", what);
    for (unsigned i = 0; i < length; i++)
        printf("%02X", bytes[i]);
    printf("\n");
}

static void show_operand(const char *what, const uint8_t *given, const uint8_t *ours,
                         const uint8_t *theirs, uint32_t offset, unsigned length)
{
    if (offset > TEST_SIZE - length)
        return;
    printf("    %s at %X:\n", what, offset);
    show_bytes("given ", given + offset, length);
    if (memcmp(given + offset, ours + offset, length) || memcmp(given + offset, theirs + offset, length)) {
        show_bytes("ours  ", ours + offset, length);
        show_bytes("theirs", theirs + offset, length);
    }
}

static void show_word(const char *what, unsigned n, const uint8_t *given, const uint8_t *ours,
                      const uint8_t *theirs, unsigned offset, unsigned length, bool always)
{
    if (!always && !memcmp(ours + offset, theirs + offset, length))
        return;
    printf("    %s%u:\n", what, n);
    show_bytes("given ", given + offset, length);
    show_bytes("ours  ", ours + offset, length);
    show_bytes("theirs", theirs + offset, length);
}

static void show_difference(unsigned number, const uint8_t *given, const uint8_t *ours,
                            const uint8_t *theirs)
{
    char text[80];
    uint32_t address = TABLE + number * TEST_SIZE;
    const uint8_t *code = given + CODE;
    printf("  test %u: cc %d mask %X\n", number, given[STATUS] >> 4 & 3, given[STATUS] & 15);
    for (unsigned at = 0; at < CODE_SIZE && get16(code + at) != 0x0700;){
        unsigned length = (unsigned)disassemble(code + at, 0, architecture_of(S370), text, sizeof text);
        printf("      %X  %s\n", SLOT + at, text);
        at += length;
    }
    printf("    cc %d program %04X ilc %d; theirs cc %d program %04X ilc %d\n", ours[STATUS] >> 4 & 3,
           get16(ours + OLD_PSW + 2), ours[OLD_PSW + 4] >> 6, theirs[STATUS] >> 4 & 3,
           get16(theirs + OLD_PSW + 2), theirs[OLD_PSW + 4] >> 6);
    for (unsigned r = 0; r < 16; r++)
        show_word("r", r, given, ours, theirs, GPRS + 4 * r, 4, false);
    bool rr = code[0] < 0x40;
    for (unsigned r = 0; r < 4; r++)
        show_word("f", 2 * r, given, ours, theirs, FPRS + 8 * r, 8,
                  (code[0] >= 0x20 && code[0] < 0x40) || (code[0] >= 0x60 && code[0] < 0x80 &&
                                                          code[1] >> 5 == r));
    if (!rr)
        show_operand("first address", given, ours, theirs, operand_offset(given, code + 2, address), 32);
    if (code[0] >= 0xC0)
        show_operand("second address", given, ours, theirs, operand_offset(given, code + 4, address), 32);
}

/* The old PSW's address lies in the program; of the instruction length code only that of
 * an interruption counts. */
static bool differs(const uint8_t *ours, const uint8_t *theirs)
{
    bool interrupted = get16(ours + OLD_PSW + 2) || get16(theirs + OLD_PSW + 2);
    uint8_t status = interrupted ? 0xFF : 0x3F;
    return ((ours[STATUS] ^ theirs[STATUS]) & status) || memcmp(ours + GPRS, theirs + GPRS, 96) ||
           memcmp(ours + OLD_PSW, theirs + OLD_PSW, 8) ||
           memcmp(ours + DATA, theirs + DATA, TEST_SIZE - DATA);
}

/* Differences that the architecture permits. */
static bool permitted(const uint8_t *given, const uint8_t *ours, const uint8_t *theirs)
{
    unsigned our_code = get16(ours + OLD_PSW + 2), their_code = get16(theirs + OLD_PSW + 2);
    unsigned opcode = given[CODE];
    /* The ILC of what EXECUTE executes is EXECUTE's own ; Hercules has the target's. */
    uint8_t fixed[TEST_SIZE];
    memcpy(fixed, theirs, TEST_SIZE);
    fixed[OLD_PSW + 4] = (uint8_t)((fixed[OLD_PSW + 4] & 0x3F) | (ours[OLD_PSW + 4] & 0xC0));
    fixed[STATUS] = (uint8_t)((fixed[STATUS] & 0x3F) | (ours[STATUS] & 0xC0));
    bool executes = false;
    for (unsigned at = 0; at < CODE_SIZE; at += 2)
        executes |= given[CODE + at] == 0x44;
    if (executes && ours[OLD_PSW + 4] >> 6 == 2 && !differs(ours, fixed))
        return true;
    bool decimal = opcode >= 0xF0 || opcode == 0xDE || opcode == 0xDF;
    /* After a data exception that terminates, results are unpredictable. */
    if (decimal && our_code == PGM_DATA && their_code == PGM_DATA)
        return true;
    if (opcode == 0xD5 && (our_code == PGM_ADDRESSING || our_code == PGM_PROTECTION))
        return true;      /* CLC need not look beyond the first difference, but may */
    /* Improper overlap is a data exception (GA22 8-2); Hercules goes on regardless. */
    if (opcode >= 0xF8 && our_code == PGM_DATA && their_code != PGM_DATA)
        return true;
    /* Of an invalid operand and one without access either may be found first. */
    return decimal && (our_code == PGM_ADDRESSING || our_code == PGM_PROTECTION) &&
           their_code == PGM_DATA;
}

static void list_counts(const unsigned count[256])
{
    for (unsigned opcode = 0; opcode < 256; opcode++)
        if (count[opcode]) {
            uint8_t code[6] = { (uint8_t)opcode };
            printf("%s: %u\n", instruction_find(code, S370)->mnemonic, count[opcode]);
        }
}

/* The zone's contents and keys. Hercules records references and changes for 4K together, so
 * that this is not compared. */
static unsigned diff_zone(const uint8_t *given, const uint8_t *ours, const uint8_t *theirs)
{
    unsigned count = 0;
    for (unsigned i = 0; i < ZONE_BLOCKS; i++) {
        unsigned at = ZONE + i * 0x800;
        if (!memcmp(ours + at, theirs + at, 0x800) && ours[KEYS_LEFT + i] == theirs[KEYS_LEFT + i])
            continue;
        count++;
        printf("  block %X, key given %02X: key %02X, theirs %02X\n", at, given[KEYS + i],
               ours[KEYS_LEFT + i], theirs[KEYS_LEFT + i]);
        for (unsigned b = at, shown = 0; b < at + 0x800 && shown < 4; b++)
            if (ours[b] != theirs[b]) {
                printf("    %X: %02X, theirs %02X\n", b, ours[b], theirs[b]);
                shown++;
            }
    }
    return count;
}

/* How many tests differ; the first of each instruction are shown. */
static unsigned diff_images(const uint8_t *given, const uint8_t *ours, const uint8_t *theirs)
{
    enum { SHOWN = 3 };
    unsigned count[256] = { 0 }, total = 0, expected = 0;
    for (unsigned i = 0; i < TESTS; i++) {
        unsigned at = TABLE + i * TEST_SIZE;
        if (!differs(ours + at, theirs + at))
            continue;
        if (permitted(given + at, ours + at, theirs + at)) {
            expected++;
            continue;
        }
        total++;
        if (count[given[at + CODE]]++ < SHOWN)
            show_difference(i, given + at, ours + at, theirs + at);
    }
    list_counts(count);
    total += diff_zone(given, ours, theirs);
    printf("%u tests, %u differ, %u more as they may\n", (unsigned)TESTS, total, expected);
    return total;
}

static int diff(const char *given_name, const char *ours_name, const char *theirs_name)
{
    uint8_t *given = read_image(given_name, IMAGE_SIZE), *ours = read_image(ours_name, IMAGE_SIZE);
    uint8_t *theirs = read_image(theirs_name, IMAGE_SIZE);
    unsigned total = diff_images(given, ours, theirs);
    free(given);
    free(ours);
    free(theirs);
    return total != 0;
}

/* Each family at full speed and stepping. */
static int self(uint64_t seed, unsigned count)
{
    unsigned passed = 0, failed = 0;
    for (unsigned i = 0; i < count; i++)
        for (const char *family = "gdfsmk"; *family; family++) {
            uint8_t *given = make_image(seed + i, *family), *fast = make_image(seed + i, *family);
            uint8_t *stepping = make_image(seed + i, *family);
            /* A sequence may store over the program that runs it: then both end alike. */
            bool ended = execute(fast, false);
            if (execute(stepping, true) != ended || memcmp(fast, stepping, IMAGE_SIZE)) {
                printf("seed %llu, family %c (ours: full speed, theirs: stepping):\n",
                       (unsigned long long)seed + i, *family);
                diff_images(given, fast, stepping);
                failed++;
            } else {
                passed++;
            }
            free(given);
            free(fast);
            free(stepping);
        }
    printf("%u passed, %u failed\n", passed, failed);
    return failed != 0;
}

int main(int argc, char **argv)
{
    if (argc == 5 && !strcmp(argv[1], "make") && strchr("gdfsmk", argv[3][0]))
        return make(strtoull(argv[2], NULL, 10), argv[3][0], argv[4]);
    if (argc == 4 && !strcmp(argv[1], "run"))
        return run(argv[2], argv[3]);
    if (argc >= 3 && argc <= 4 && !strcmp(argv[1], "self"))
        return self(strtoull(argv[2], NULL, 10), argc == 4 ? (unsigned)atoi(argv[3]) : 1);
    if (argc == 5 && !strcmp(argv[1], "diff"))
        return diff(argv[2], argv[3], argv[4]);
    fprintf(stderr, "usage: %s make SEED general|decimal|float|sequences|modify|keys IMAGE\n"
                    "       %s run IMAGE RESULT\n %s diff IMAGE OURS THEIRS\n"
                    "       %s self SEED [COUNT]\n", argv[0], argv[0], argv[0], argv[0]);
    return 2;
}
