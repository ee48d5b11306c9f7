/* From bytes to a decoded operation, and to a line of text: both by the one list of
 * instructions. */
#include "config.h"     /* instructions.def asks it what libraries there are */

#include "cpu/control.h"

#include <stdarg.h>

/* ---- the list and its index by opcode -------------------------------------- */

#define I(mnemonic, opcode, format, archs, facility, flags, handler) op_handler op_##handler;
#include "cpu/instructions.def"
#undef I

const struct instruction instruction_list[] = {
#define I(mnemonic, opcode, format, archs, facility, flags, handler) \
    { mnemonic, opcode, FORMAT_##format, archs, facility, flags, op_##handler },
#include "cpu/instructions.def"
#undef I
};
enum { ROWS = sizeof instruction_list / sizeof *instruction_list };

enum row {
#define I(mnemonic, opcode, format, archs, facility, flags, handler) ROW_##handler##_##opcode,
#include "cpu/instructions.def"
#undef I
    ROW_COUNT
};

/* A page of 256 for the one-byte opcodes, and one for each first byte that another byte of
 * the instruction extends: the second, its right half, or the sixth. An opcode in the list
 * has the first byte on the left and the extension on the right. */
#define PAGE_OF(first)                                                                       \
    ((first) == 0x01 ? 1 : (first) == 0xA5 ? 2 : (first) == 0xA7 ? 3 : (first) == 0xB2 ? 4 : \
     (first) == 0xB3 ? 5 : (first) == 0xB9 ? 6 : (first) == 0xC0 ? 7 : (first) == 0xC2 ? 8 : \
     (first) == 0xC4 ? 9 : (first) == 0xC6 ? 10 : (first) == 0xC8 ? 11 :                     \
     (first) == 0xCC ? 12 : (first) == 0xE3 ? 13 : (first) == 0xE5 ? 14 :                    \
     (first) == 0xE6 ? 15 : (first) == 0xEB ? 16 : (first) == 0xEC ? 17 :                    \
     (first) == 0xED ? 18 : (first) >= 0x9C && (first) <= 0x9F ? 19 + (first) - 0x9C : 0)
enum { PAGES = 23, PAGE_S370_IO = 19 };
#define PLACE_OF(opcode) \
    ((opcode) < 0x100 ? (opcode) : PAGE_OF((opcode) >> 8) * 0x100 + ((opcode) & 0xFF))
enum { PLACES = PAGES * 0x100 };

static uint8_t extension_of(int page, const uint8_t bytes[6])
{
    enum { SECOND, HALF, SIXTH };
    static const uint8_t which[PAGES] = { [2] = HALF, [3] = HALF, [7] = HALF, [8] = HALF,
        [9] = HALF, [10] = HALF, [11] = HALF, [12] = HALF, [13] = SIXTH, [16] = SIXTH,
        [17] = SIXTH, [18] = SIXTH };
    return which[page] == SIXTH ? bytes[5] : which[page] == HALF ? bytes[1] & 15 : bytes[1];
}

/* A table for each architecture. What another architecture has stands behind it. */
#define PLACE(opcode, archs, architecture, row) \
    [(archs) & (architecture) ? PLACE_OF(opcode) : PLACES + (row)] = (row) + 1,
static const uint16_t s370_rows[PLACES + ROW_COUNT] = {
#define I(mnemonic, opcode, format, archs, facility, flags, handler) \
    PLACE(opcode, archs, S370, ROW_##handler##_##opcode)
#include "cpu/instructions.def"
#undef I
};
static const uint16_t esa390_rows[PLACES + ROW_COUNT] = {
#define I(mnemonic, opcode, format, archs, facility, flags, handler) \
    PLACE(opcode, archs, ESA390, ROW_##handler##_##opcode)
#include "cpu/instructions.def"
#undef I
};
static const uint16_t zarch_rows[PLACES + ROW_COUNT] = {
#define I(mnemonic, opcode, format, archs, facility, flags, handler) \
    PLACE(opcode, archs, ZARCH, ROW_##handler##_##opcode)
#include "cpu/instructions.def"
#undef I
};

const struct instruction *instruction_row(size_t i)
{
    return i < ROWS ? &instruction_list[i] : NULL;
}

const struct instruction *instruction_find(const uint8_t bytes[6], enum architecture_id arch)
{
    const uint16_t *rows = arch == S370 ? s370_rows : arch == ESA390 ? esa390_rows : zarch_rows;
    int page = PAGE_OF(bytes[0]);
    uint8_t extension = page ? extension_of(page, bytes) : bytes[0];
    /* Of the S/370 I/O instructions only the last bit of the second byte counts. */
    if (page >= PAGE_S370_IO)
        extension &= 1;
    int row = rows[page * 0x100 + extension];
    return row ? &instruction_list[row - 1] : NULL;
}

/* ---- decoding ------------------------------------------------------------------ */

INSTRUCTION(unknown)
{
    (void)op;
    program_interrupt(cpu, PGM_OPERATION);
}

HANDLER(privileged)
{
    cpu->op = op;
    if (vm_extended_facility(cpu, op))
        return instruction_row(op->row)->run(cpu, op);
    if (vm_assist_on(cpu) && vm_assist_privileged(cpu, op))
        return leave_block(cpu, op);
    program_interrupt(cpu, PGM_PRIVILEGED);
}

static uint8_t base(uint8_t field)
{
    return field ? field : 16;
}

/* A base and a displacement of 12 bits, or of 20: the left eight follow the right twelve. */
static void decode_b2_d2(struct op *op, const uint8_t *field)
{
    op->b2 = base(field[0] >> 4);
    op->d2 = get16(field) & 0xFFF;
}

static void decode_b2_long(struct op *op, const uint8_t *field)
{
    decode_b2_d2(op, field);
    op->d2 |= (int32_t)(int8_t)field[2] * 0x1000;
}

static void decode_b1_d1(struct op *op, const uint8_t *field)
{
    op->b1 = base(field[0] >> 4);
    op->d1 = get16(field) & 0xFFF;
}

static void decode_b1_long(struct op *op, const uint8_t *field)
{
    decode_b1_d1(op, field);
    op->d1 |= (int32_t)(int8_t)field[2] * 0x1000;
}

static int32_t signed16(const uint8_t *field)
{
    return (int16_t)get16(field);
}

/* Ones from bit `first` to and including `last`, which may be around the end. */
static uint64_t bits_from_to(unsigned first, unsigned last)
{
    uint64_t from = UINT64_MAX >> first, to = UINT64_MAX << (63 - last);
    return first <= last ? from & to : from | to;
}

/* Which bits of an instruction go where in the operation. engine.h tells it by format. */
static void decode_operands(struct op *op, int format, const uint8_t *b, uint64_t ia)
{
    uint8_t high = b[1] >> 4, low = b[1] & 15;
    switch ((enum instruction_format)format) {
    case FORMAT_E:
        break;
    case FORMAT_I:
        op->i = b[1];
        break;
    case FORMAT_RR:
        op->r1 = high, op->r2 = low, op->i = b[1];
        break;
    case FORMAT_RRE:
        op->r1 = b[3] >> 4, op->r2 = b[3] & 15;
        break;
    case FORMAT_RRF:
        op->r1 = b[3] >> 4, op->r2 = b[3] & 15, op->r3 = b[2] >> 4, op->i = b[2] & 15;
        break;
    case FORMAT_RRD:
        op->r1 = b[2] >> 4, op->r3 = b[3] >> 4, op->r2 = b[3] & 15;
        break;
    case FORMAT_IE:
        op->r1 = b[3] >> 4, op->r2 = b[3] & 15;
        break;
    case FORMAT_RX:
        op->r1 = high, op->x2 = base(low);
        decode_b2_d2(op, b + 2);
        break;
    case FORMAT_RXE:
        op->r1 = high, op->x2 = base(low), op->r3 = b[4] >> 4;
        decode_b2_d2(op, b + 2);
        break;
    case FORMAT_RXF:
        op->r3 = high, op->x2 = base(low), op->r1 = b[4] >> 4;
        decode_b2_d2(op, b + 2);
        break;
    case FORMAT_RXY:
        op->r1 = high, op->x2 = base(low);
        decode_b2_long(op, b + 2);
        break;
    case FORMAT_RS:
    case FORMAT_RS_SHIFT:
        op->r1 = high, op->r3 = low;
        decode_b2_d2(op, b + 2);
        break;
    case FORMAT_RSY:
    case FORMAT_RSY_SHIFT:
        op->r1 = high, op->r3 = low;
        decode_b2_long(op, b + 2);
        break;
    case FORMAT_RSL:
        op->i = high;
        decode_b1_d1(op, b + 2);
        break;
    case FORMAT_RSL_LONG:
        op->i = b[1], op->r1 = b[4] >> 4, op->r3 = b[4] & 15;
        decode_b1_d1(op, b + 2);
        break;
    case FORMAT_SI:
        op->i = b[1];
        decode_b1_d1(op, b + 2);
        break;
    case FORMAT_SIY:
        op->i = b[1];
        decode_b1_long(op, b + 2);
        break;
    case FORMAT_SIL:
        decode_b1_d1(op, b + 2);
        op->d2 = signed16(b + 4);
        break;
    case FORMAT_S:
        op->i = b[1];
        decode_b2_d2(op, b + 2);
        break;
    case FORMAT_RI:
        op->r1 = high;
        op->d2 = signed16(b + 2);
        break;
    case FORMAT_RI_BRANCH:
        op->r1 = high;
        op->address = ia + (uint64_t)(2 * signed16(b + 2));
        break;
    case FORMAT_RIL:
        op->r1 = high;
        op->d2 = (int32_t)get32(b + 2);
        break;
    case FORMAT_RIL_BRANCH:
        op->r1 = high;
        op->address = ia + (uint64_t)(2 * (int64_t)(int32_t)get32(b + 2));
        break;
    case FORMAT_RSI:
    case FORMAT_RIE_R:
        op->r1 = high, op->r3 = low;
        op->address = ia + (uint64_t)(2 * signed16(b + 2));
        break;
    case FORMAT_RIE_RRI:
        op->r1 = high, op->r3 = low;
        op->d2 = signed16(b + 2);
        break;
    case FORMAT_RIE_RRM:
        op->r1 = high, op->r2 = low, op->r3 = b[4] >> 4;
        op->address = ia + (uint64_t)(2 * signed16(b + 2));
        break;
    case FORMAT_RIE_RIM:
        op->r1 = high, op->r3 = low, op->i = b[4];
        op->address = ia + (uint64_t)(2 * signed16(b + 2));
        break;
    case FORMAT_RIE_TRAP:
        op->r1 = high, op->r3 = b[4] >> 4;
        op->d2 = signed16(b + 2);
        break;
    case FORMAT_RIE_ROTATE:
        op->r1 = high, op->r2 = low, op->i = b[2], op->x2 = b[3], op->r3 = b[4] & 63;
        op->address = bits_from_to(b[2] & 63, b[3] & 63);
        break;
    case FORMAT_RRS:
        op->r1 = high, op->r2 = low, op->r3 = b[4] >> 4;
        decode_b2_d2(op, b + 2);
        break;
    case FORMAT_RIS:
        op->r1 = high, op->r3 = low, op->i = b[4];
        decode_b2_d2(op, b + 2);
        break;
    case FORMAT_MII:
        op->r1 = high;
        break;
    case FORMAT_SMI:
        op->r1 = high;
        decode_b2_d2(op, b + 2);
        break;
    case FORMAT_SSF:
        op->r1 = high, op->r3 = high;
        decode_b1_d1(op, b + 2);
        decode_b2_d2(op, b + 4);
        break;
    case FORMAT_SS_L:
    case FORMAT_SS_L2:
    case FORMAT_SS_LL:
    case FORMAT_SS_RR:
    case FORMAT_SS_LI:
    case FORMAT_SS_RRBB:
        op->i = b[1], op->r1 = high, op->r3 = low;
        /* fall through */
    case FORMAT_SSE:
        decode_b1_d1(op, b + 2);
        decode_b2_d2(op, b + 4);
        break;
    }
}

bool instruction_installed(const struct instruction *row, const struct machine_options *options)
{
    return (!(row->flags & EXTENDED) || options->extended_facility) &&
           (!(row->flags & ECPS) || options->ecps_level) &&
           (options->xpndsize || strcmp(row->facility, "expanded storage") != 0) &&
           facility_is_on(options, row->facility);
}

const struct instruction *decode(const uint8_t bytes[6], uint64_t ia, const struct cpu *cpu,
                                 struct op *op)
{
    const struct instruction *row = instruction_find(bytes, cpu->arch->id);
    if (row && instruction_installed(row, &cpu->machine->options)) {
        decode_as(row, bytes, ia, cpu, op);
        return row;
    }
    *op = (struct op){ .run = op_unknown, .b1 = 16, .b2 = 16, .x2 = 16, .row = ROWS, .slots = 1 };
    op->length = op->ilc = (uint8_t)instruction_length(bytes[0]);
    return NULL;
}

void decode_as(const struct instruction *row, const uint8_t bytes[6], uint64_t ia,
               const struct cpu *cpu, struct op *op)
{
    *op = (struct op){ .b1 = 16, .b2 = 16, .x2 = 16 };
    op->length = op->ilc = (uint8_t)instruction_length(bytes[0]);
    op->row = (uint16_t)(row - instruction_list);
    op->slots = (uint8_t)(1 + (row->flags & EXECUTES ? 2 : 0) + (row->flags & BRANCH ? 1 : 0));
    op->run = cpu->psw.problem && (row->flags & PRIVILEGED) ? op_privileged : row->run;
    op_handler *selecting = psw_by_registers(&cpu->psw) ? selecting_handler(row) : NULL;
    if (selecting && op->run == row->run)
        op->run = selecting;
    decode_operands(op, row->format, bytes, ia);
}

/* ---- disassembly ------------------------------------------------------------------- */

struct line {
    char *text;
    size_t size, length;
};

static void __attribute__((format(printf, 2, 3))) add(struct line *line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(line->text + line->length, line->size - line->length, format, arguments);
    va_end(arguments);
    line->length += (size_t)n;
    if (line->length >= line->size)
        line->length = line->size - 1;
}

static int displacement(const uint8_t *field)
{
    return get16(field) & 0xFFF;
}

static int long_displacement(const uint8_t *field)
{
    return displacement(field) + (int8_t)field[2] * 0x1000;
}

static void add_displacement(struct line *line, const uint8_t *field)
{
    add(line, "%d(%d)", displacement(field), field[0] >> 4);
}

static void add_long(struct line *line, const uint8_t *field)
{
    add(line, "%d(%d)", long_displacement(field), field[0] >> 4);
}

/* The address that many halfwords from the instruction. */
static void add_relative(struct line *line, uint64_t ia, int64_t halfwords)
{
    add(line, "X'%llX'", (unsigned long long)(ia + (uint64_t)(2 * halfwords)));
}

static void add_operands(struct line *line, int format, const uint8_t *b, uint64_t ia)
{
    int high = b[1] >> 4, low = b[1] & 15;
    switch ((enum instruction_format)format) {
    case FORMAT_E:
        break;
    case FORMAT_I:
        add(line, "%d", b[1]);
        break;
    case FORMAT_RR:
        add(line, "%d,%d", high, low);
        break;
    case FORMAT_RRE:
    case FORMAT_IE:
        add(line, "%d,%d", b[3] >> 4, b[3] & 15);
        break;
    case FORMAT_RRF:
        add(line, "%d,%d,%d,%d", b[3] >> 4, b[3] & 15, b[2] >> 4, b[2] & 15);
        break;
    case FORMAT_RRD:
        add(line, "%d,%d,%d", b[2] >> 4, b[3] >> 4, b[3] & 15);
        break;
    case FORMAT_RX:
    case FORMAT_RXE:
        add(line, "%d,%d(%d,%d)", high, displacement(b + 2), low, b[2] >> 4);
        break;
    case FORMAT_RXF:
        add(line, "%d,%d,%d(%d,%d)", b[4] >> 4, high, displacement(b + 2), low, b[2] >> 4);
        break;
    case FORMAT_RXY:
        add(line, "%d,%d(%d,%d)", high, long_displacement(b + 2), low, b[2] >> 4);
        break;
    case FORMAT_RS:
        add(line, "%d,%d,", high, low);
        add_displacement(line, b + 2);
        break;
    case FORMAT_RS_SHIFT:
        add(line, "%d,", high);
        add_displacement(line, b + 2);
        break;
    case FORMAT_RSY:
    case FORMAT_RSY_SHIFT:
        add(line, "%d,%d,", high, low);
        add_long(line, b + 2);
        break;
    case FORMAT_RSL:
        add(line, "%d(%d,%d)", displacement(b + 2), high + 1, b[2] >> 4);
        break;
    case FORMAT_RSL_LONG:
        add(line, "%d,%d(%d,%d),%d", b[4] >> 4, displacement(b + 2), b[1] + 1, b[2] >> 4, b[4] & 15);
        break;
    case FORMAT_SI:
        add_displacement(line, b + 2);
        add(line, ",%d", b[1]);
        break;
    case FORMAT_SIY:
        add_long(line, b + 2);
        add(line, ",%d", b[1]);
        break;
    case FORMAT_SIL:
        add_displacement(line, b + 2);
        add(line, ",%d", signed16(b + 4));
        break;
    case FORMAT_S:
        add_displacement(line, b + 2);
        break;
    case FORMAT_RI:
        add(line, "%d,%d", high, signed16(b + 2));
        break;
    case FORMAT_RIL:
        add(line, "%d,%d", high, (int32_t)get32(b + 2));
        break;
    case FORMAT_RI_BRANCH:
        add(line, "%d,", high);
        add_relative(line, ia, signed16(b + 2));
        break;
    case FORMAT_RIL_BRANCH:
        add(line, "%d,", high);
        add_relative(line, ia, (int32_t)get32(b + 2));
        break;
    case FORMAT_RSI:
    case FORMAT_RIE_R:
        add(line, "%d,%d,", high, low);
        add_relative(line, ia, signed16(b + 2));
        break;
    case FORMAT_RIE_RRI:
        add(line, "%d,%d,%d", high, low, signed16(b + 2));
        break;
    case FORMAT_RIE_RRM:
        add(line, "%d,%d,%d,", high, low, b[4] >> 4);
        add_relative(line, ia, signed16(b + 2));
        break;
    case FORMAT_RIE_RIM:
        add(line, "%d,%d,%d,", high, (int8_t)b[4], low);
        add_relative(line, ia, signed16(b + 2));
        break;
    case FORMAT_RIE_TRAP:
        add(line, "%d,%d,%d", high, signed16(b + 2), b[4] >> 4);
        break;
    case FORMAT_RIE_ROTATE:
        add(line, "%d,%d,%d,%d,%d", high, low, b[2], b[3], b[4]);
        break;
    case FORMAT_RRS:
        add(line, "%d,%d,%d,", high, low, b[4] >> 4);
        add_displacement(line, b + 2);
        break;
    case FORMAT_RIS:
        add(line, "%d,%d,%d,", high, (int8_t)b[4], low);
        add_displacement(line, b + 2);
        break;
    case FORMAT_MII:
        add(line, "%d", high);
        break;
    case FORMAT_SMI:
        add(line, "%d,", high);
        add_displacement(line, b + 2);
        break;
    case FORMAT_SSF:
        add_displacement(line, b + 2);
        add(line, ",");
        add_displacement(line, b + 4);
        add(line, ",%d", high);
        break;
    case FORMAT_SS_L:
        add(line, "%d(%d,%d),", displacement(b + 2), b[1] + 1, b[2] >> 4);
        add_displacement(line, b + 4);
        break;
    case FORMAT_SS_L2:
        add_displacement(line, b + 2);
        add(line, ",%d(%d,%d)", displacement(b + 4), b[1] + 1, b[4] >> 4);
        break;
    case FORMAT_SS_LL:
        add(line, "%d(%d,%d),", displacement(b + 2), high + 1, b[2] >> 4);
        add(line, "%d(%d,%d)", displacement(b + 4), low + 1, b[4] >> 4);
        break;
    case FORMAT_SS_LI:
        add(line, "%d(%d,%d),", displacement(b + 2), high + 1, b[2] >> 4);
        add_displacement(line, b + 4);
        add(line, ",%d", low);
        break;
    case FORMAT_SS_RR:
        add(line, "%d(%d,%d),", displacement(b + 2), high, b[2] >> 4);
        add_displacement(line, b + 4);
        add(line, ",%d", low);
        break;
    case FORMAT_SS_RRBB:
        add(line, "%d,", high);
        add_displacement(line, b + 2);
        add(line, ",%d,", low);
        add_displacement(line, b + 4);
        break;
    case FORMAT_SSE:
        add_displacement(line, b + 2);
        add(line, ",");
        add_displacement(line, b + 4);
        break;
    }
}

int disassemble(const uint8_t bytes[6], uint64_t ia, const struct architecture *arch, char *text,
                size_t size)
{
    const struct instruction *row = instruction_find(bytes, arch->id);
    struct line line = { text, size, 0 };
    if (!row) {
        add(&line, "?");
    } else {
        add(&line, "%-5s ", row->mnemonic);
        add_operands(&line, row->format, bytes, ia);
    }
    return instruction_length(bytes[0]);
}

/* D(B) and D(X,B) of an instruction: gr[16] stands for no register. */
static uint64_t address_at(const struct cpu *cpu, const uint8_t *base, unsigned index)
{
    unsigned b = base[0] >> 4;
    uint64_t address = (get16(base) & 0xFFF) + (b ? cpu->gr[b].d : 0) +
                       (index ? cpu->gr[index].d : 0);
    return address & cpu->address_mask;
}

static uint64_t long_address_at(const struct cpu *cpu, const uint8_t *base, unsigned index)
{
    uint64_t further = (uint64_t)(int64_t)((int8_t)base[2] * 0x1000);
    return (address_at(cpu, base, index) + further) & cpu->address_mask;
}

/* Of the S format, these have an operand in storage; the others address a device, or
 * nothing. */
static bool has_storage_operand(uint16_t opcode)
{
    static const uint16_t opcodes[] = { 0x80, 0x82, 0x93, 0xB202, 0xB204, 0xB205, 0xB206, 0xB207,
                                        0xB208, 0xB209, 0xB210, 0xB211, 0xB212, 0xB213 };
    for (size_t i = 0; i < sizeof opcodes / sizeof *opcodes; i++)
        if (opcodes[i] == opcode)
            return true;
    return false;
}

int operand_addresses(const struct cpu *cpu, const uint8_t bytes[6], uint64_t addresses[2])
{
    enum { LOAD_ADDRESS = 0x41 };
    const struct instruction *row = instruction_find(bytes, cpu->arch->id);
    if (!row || bytes[0] == LOAD_ADDRESS)
        return 0;
    switch ((enum instruction_format)row->format) {
    case FORMAT_RX: case FORMAT_RXE: case FORMAT_RXF:
        addresses[0] = address_at(cpu, bytes + 2, bytes[1] & 15);
        return 1;
    case FORMAT_RXY:
        addresses[0] = long_address_at(cpu, bytes + 2, bytes[1] & 15);
        return 1;
    case FORMAT_RSY: case FORMAT_SIY:
        addresses[0] = long_address_at(cpu, bytes + 2, 0);
        return 1;
    case FORMAT_S:
        if (!has_storage_operand(row->opcode))
            return 0;
        /* fall through */
    case FORMAT_RS: case FORMAT_SI: case FORMAT_SIL: case FORMAT_RSL: case FORMAT_RSL_LONG:
        addresses[0] = address_at(cpu, bytes + 2, 0);
        return 1;
    case FORMAT_SS_L: case FORMAT_SS_L2: case FORMAT_SS_LL: case FORMAT_SS_LI: case FORMAT_SS_RR: case FORMAT_SSE:
    case FORMAT_SS_RRBB: case FORMAT_SSF:
        addresses[0] = address_at(cpu, bytes + 2, 0);
        addresses[1] = address_at(cpu, bytes + 4, 0);
        return row->format == FORMAT_SS_LI ? 1 : 2;    /* SRP: the second is no address */
    default:
        return 0;
    }
}
