/* From bytes to a decoded operation, and to a line of text: both by the one list of
 * instructions. */
#include "cpu/engine.h"

#include <stdarg.h>

/* ---- the list and its index by opcode -------------------------------------- */

#define I(mnemonic, opcode, format, archs, facility, flags, handler) op_handler op_##handler;
#include "cpu/instructions.def"
#undef I

static const struct instruction list[] = {
#define I(mnemonic, opcode, format, archs, facility, flags, handler) \
    { mnemonic, opcode, FORMAT_##format, archs, facility, flags, op_##handler },
#include "cpu/instructions.def"
#undef I
};
enum { ROWS = sizeof list / sizeof *list };

enum row {
#define I(mnemonic, opcode, format, archs, facility, flags, handler) ROW_##handler##_##opcode,
#include "cpu/instructions.def"
#undef I
    ROW_COUNT
};

/* A page of 256 for the one-byte opcodes, and one for each first byte that a second
 * one extends. */
#define PAGE_OF(first) ((first) == 0xB2 ? 1 : (first) == 0xE5 ? 2 : (first) == 0x01 ? 3 : \
                        (first) >= 0x9C && (first) <= 0x9F ? 4 + (first) - 0x9C : 0)
#define PLACE_OF(opcode) \
    ((opcode) < 0x100 ? (opcode) : PAGE_OF((opcode) >> 8) * 0x100 + ((opcode) & 0xFF))
enum { PAGES = 8 };

static const uint16_t row_at[PAGES * 0x100] = {
#define I(mnemonic, opcode, format, archs, facility, flags, handler) \
    [PLACE_OF(opcode)] = ROW_##handler##_##opcode + 1,
#include "cpu/instructions.def"
#undef I
};

const struct instruction *instruction_row(size_t i)
{
    return i < ROWS ? &list[i] : NULL;
}

const struct instruction *instruction_find(const uint8_t bytes[2])
{
    int page = PAGE_OF(bytes[0]);
    /* Of the S/370 I/O instructions only the last bit of the second byte counts. */
    uint8_t second = page >= 4 ? bytes[1] & 1 : bytes[1];
    int row = page ? row_at[page * 0x100 + second] : row_at[bytes[0]];
    return row ? &list[row - 1] : NULL;
}

/* ---- decoding ------------------------------------------------------------------ */

INSTRUCTION(unknown)
{
    (void)op;
    program_interrupt(cpu, PGM_OPERATION);
}

INSTRUCTION(privileged)
{
    (void)op;
    program_interrupt(cpu, PGM_PRIVILEGED);
}

static uint8_t base(uint8_t field)
{
    return field ? field : 16;
}

static void decode_b2_d2(struct op *op, const uint8_t *field)
{
    op->b2 = base(field[0] >> 4);
    op->d2 = get16(field) & 0xFFF;
}

static void decode_b1_d1(struct op *op, const uint8_t *field)
{
    op->b1 = base(field[0] >> 4);
    op->d1 = get16(field) & 0xFFF;
}

static void decode_operands(struct op *op, int format, const uint8_t *b)
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
    case FORMAT_RX:
        op->r1 = high, op->x2 = base(low);
        decode_b2_d2(op, b + 2);
        break;
    case FORMAT_RS:
    case FORMAT_RS_SHIFT:
        op->r1 = high, op->r3 = low;
        decode_b2_d2(op, b + 2);
        break;
    case FORMAT_SI:
        op->i = b[1];
        decode_b1_d1(op, b + 2);
        break;
    case FORMAT_S:
        op->i = b[1];
        decode_b2_d2(op, b + 2);
        break;
    case FORMAT_SS_L:
    case FORMAT_SS_LL:
    case FORMAT_SS_RR:
    case FORMAT_SS_LI:
        op->i = b[1], op->r1 = high, op->r3 = low;
        /* fall through */
    case FORMAT_SSE:
        decode_b1_d1(op, b + 2);
        decode_b2_d2(op, b + 4);
        break;
    }
}

static bool installed(const struct instruction *row, const struct machine_options *options)
{
    return !(row->flags & EXTENDED) || options->extended_facility;
}

const struct instruction *decode(const uint8_t bytes[6], bool problem,
                                 const struct machine_options *options, struct op *op)
{
    const struct instruction *row = instruction_find(bytes);
    *op = (struct op){ .run = op_unknown, .b1 = 16, .b2 = 16, .x2 = 16, .row = ROWS, .slots = 1 };
    op->length = op->ilc = (uint8_t)instruction_length(bytes[0]);
    if (!row || !installed(row, options))
        return NULL;
    op->row = (uint16_t)(row - list);
    op->slots = (uint8_t)(1 + (row->flags & EXECUTES ? 2 : 0) + (row->flags & BRANCH ? 1 : 0));
    op->run = problem && (row->flags & PRIVILEGED) ? op_privileged : row->run;
    decode_operands(op, row->format, bytes);
    return row;
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

static void add_displacement(struct line *line, const uint8_t *field)
{
    add(line, "%d(%d)", get16(field) & 0xFFF, field[0] >> 4);
}

static void add_operands(struct line *line, int format, const uint8_t *b)
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
        add(line, "%d,%d", b[3] >> 4, b[3] & 15);
        break;
    case FORMAT_RX:
        add(line, "%d,%d(%d,%d)", high, get16(b + 2) & 0xFFF, low, b[2] >> 4);
        break;
    case FORMAT_RS:
        add(line, "%d,%d,", high, low);
        add_displacement(line, b + 2);
        break;
    case FORMAT_RS_SHIFT:
        add(line, "%d,", high);
        add_displacement(line, b + 2);
        break;
    case FORMAT_SI:
        add_displacement(line, b + 2);
        add(line, ",%d", b[1]);
        break;
    case FORMAT_S:
        add_displacement(line, b + 2);
        break;
    case FORMAT_SS_L:
        add(line, "%d(%d,%d),", get16(b + 2) & 0xFFF, b[1] + 1, b[2] >> 4);
        add_displacement(line, b + 4);
        break;
    case FORMAT_SS_LL:
        add(line, "%d(%d,%d),", get16(b + 2) & 0xFFF, high + 1, b[2] >> 4);
        add(line, "%d(%d,%d)", get16(b + 4) & 0xFFF, low + 1, b[4] >> 4);
        break;
    case FORMAT_SS_LI:
        add(line, "%d(%d,%d),", get16(b + 2) & 0xFFF, high + 1, b[2] >> 4);
        add_displacement(line, b + 4);
        add(line, ",%d", low);
        break;
    case FORMAT_SS_RR:
        add(line, "%d(%d,%d),", get16(b + 2) & 0xFFF, high, b[2] >> 4);
        add_displacement(line, b + 4);
        add(line, ",%d", low);
        break;
    case FORMAT_SSE:
        add_displacement(line, b + 2);
        add(line, ",");
        add_displacement(line, b + 4);
        break;
    }
}

int disassemble(const uint8_t bytes[6], uint64_t ia, char *text, size_t size)
{
    (void)ia;   /* relative operands will need it */
    const struct instruction *row = instruction_find(bytes);
    struct line line = { text, size, 0 };
    if (!row) {
        add(&line, "?");
    } else {
        add(&line, "%-5s ", row->mnemonic);
        add_operands(&line, row->format, bytes);
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
    const struct instruction *row = instruction_find(bytes);
    if (!row || bytes[0] == LOAD_ADDRESS)
        return 0;
    switch ((enum instruction_format)row->format) {
    case FORMAT_RX:
        addresses[0] = address_at(cpu, bytes + 2, bytes[1] & 15);
        return 1;
    case FORMAT_S:
        if (!has_storage_operand(row->opcode))
            return 0;
        /* fall through */
    case FORMAT_RS: case FORMAT_SI:
        addresses[0] = address_at(cpu, bytes + 2, 0);
        return 1;
    case FORMAT_SS_L: case FORMAT_SS_LL: case FORMAT_SS_LI: case FORMAT_SS_RR: case FORMAT_SSE:
        addresses[0] = address_at(cpu, bytes + 2, 0);
        addresses[1] = address_at(cpu, bytes + 4, 0);
        return row->format == FORMAT_SS_LI ? 1 : 2;    /* SRP: the second is no address */
    default:
        return 0;
    }
}
