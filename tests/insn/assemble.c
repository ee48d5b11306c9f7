/* A small assembler: mnemonics from the instruction list, operands by format. */
#include "tests/insn/case.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "cpu/engine.h"

enum { MAX_OPERANDS = 5 };

/* An operand as written: `value`, or `value(first,second)`. */
struct operand {
    unsigned value, first, second;      /* value: two's complement */
    bool relative;                      /* *+value: bytes from the instruction */
    bool parentheses, has_first, has_second;
};

struct reader {
    const char *p;
    char *message;
};

static bool complain(struct reader *in, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(in->message, MAX_MESSAGE, format, arguments);
    va_end(arguments);
    return false;
}

static void skip_blanks(struct reader *in)
{
    while (*in->p == ' ' || *in->p == '\t')
        in->p++;
}

static bool take(struct reader *in, char c)
{
    if (*in->p != c)
        return false;
    in->p++;
    return true;
}

/* 12, 0x1F or X'1F'. */
static bool read_number(struct reader *in, unsigned *value)
{
    char *end;
    if (!strncasecmp(in->p, "X'", 2)) {
        *value = (unsigned)strtoul(in->p + 2, &end, 16);
        if (*end != '\'')
            return complain(in, "X'...' does not close: %s", in->p);
        in->p = end + 1;
        return true;
    }
    if (!isdigit((unsigned char)*in->p))
        return complain(in, "a number is missing here: '%s'", in->p);
    *value = (unsigned)strtoul(in->p, &end, 0);
    in->p = end;
    return true;
}

static bool read_operand(struct reader *in, struct operand *o)
{
    *o = (struct operand){ 0 };
    o->relative = take(in, '*');
    bool negative = take(in, '-');
    take(in, '+');
    if (!read_number(in, &o->value))
        return false;
    if (negative)
        o->value = 0 - o->value;
    if (o->relative) {
        o->value = (unsigned)((int)o->value / 2);
        return true;
    }
    if (!take(in, '('))
        return true;
    o->parentheses = true;
    if (*in->p != ',') {
        o->has_first = true;
        if (!read_number(in, &o->first))
            return false;
    }
    if (take(in, ',')) {
        o->has_second = true;
        if (!read_number(in, &o->second))
            return false;
    }
    return take(in, ')') || complain(in, "a parenthesis does not close: %s", in->p);
}

static bool read_operands(struct reader *in, struct operand o[MAX_OPERANDS], int *count)
{
    *count = 0;
    memset(o, 0, MAX_OPERANDS * sizeof *o);
    skip_blanks(in);
    if (!*in->p || *in->p == ';')
        return true;
    do {
        if (*count == MAX_OPERANDS)
            return complain(in, "too many operands");
        if (!read_operand(in, &o[(*count)++]))
            return false;
    } while (take(in, ','));
    return true;
}

static void put_address(uint8_t *field, unsigned base, unsigned displacement)
{
    put16(field, (uint16_t)((base & 15) << 12 | (displacement & 0xFFF)));
}

/* d(x,b), d(x) or d(,b): x */
static unsigned index_of(const struct operand *o) { return o->first; }

/* d(b) */
static void put_base(uint8_t *field, const struct operand *o)
{
    put_address(field, o->first, o->value);
}

/* d(x,b) and d(l,b) */
static void put_second(uint8_t *field, const struct operand *o)
{
    put_address(field, o->second, o->value);
}

/* 20 bits: the left eight follow the right twelve. */
static void put_long_base(uint8_t *field, const struct operand *o)
{
    put_base(field, o);
    field[2] = (uint8_t)(o->value >> 12);
}

static uint8_t two(unsigned high, unsigned low)
{
    return (uint8_t)((high & 15) << 4 | (low & 15));
}

/* The code for a length of 1 and more; as assemblers have it, 0 stands for 1. */
static unsigned length_code(const struct operand *o)
{
    return o->first ? o->first - 1 : 0;
}

static void encode(const struct instruction *row, const struct operand *o, int count, uint8_t *b)
{
    switch ((enum instruction_format)row->format) {
    case FORMAT_E:
        break;
    case FORMAT_I:
        b[1] = (uint8_t)o[0].value;
        break;
    case FORMAT_RR:
        b[1] = two(o[0].value, o[1].value);
        break;
    case FORMAT_RRE:
        b[3] = two(o[0].value, o[1].value);
        break;
    case FORMAT_RRF:
        b[3] = two(o[0].value, o[1].value);
        b[2] = two(o[2].value, o[3].value);
        break;
    case FORMAT_RRD:
        b[2] = two(o[0].value, 0);
        b[3] = two(o[1].value, o[2].value);
        break;
    case FORMAT_RX:
        b[1] = two(o[0].value, index_of(&o[1]));
        put_second(b + 2, &o[1]);
        break;
    case FORMAT_RXE:
        b[1] = two(o[0].value, index_of(&o[1]));
        put_second(b + 2, &o[1]);
        break;
    case FORMAT_RXF:
        b[1] = two(o[1].value, index_of(&o[2]));
        b[4] = two(o[0].value, 0);
        put_second(b + 2, &o[2]);
        break;
    case FORMAT_RXY:
        b[1] = two(o[0].value, index_of(&o[1]));
        put_second(b + 2, &o[1]);
        b[4] = (uint8_t)(o[1].value >> 12);
        break;
    case FORMAT_RSL_LONG:
        b[1] = (uint8_t)length_code(&o[1]);
        put_second(b + 2, &o[1]);
        b[4] = two(o[0].value, o[2].value);
        break;
    case FORMAT_RS:
        b[1] = two(o[0].value, o[1].value);
        put_base(b + 2, &o[2]);
        break;
    case FORMAT_RS_SHIFT:
        b[1] = two(o[0].value, 0);
        put_base(b + 2, &o[1]);
        break;
    case FORMAT_SI:
        b[1] = (uint8_t)o[1].value;
        put_base(b + 2, &o[0]);
        break;
    case FORMAT_S:
        if (count)
            put_base(b + 2, &o[0]);
        break;
    case FORMAT_IE:
        b[3] = two(o[0].value, o[1].value);
        break;
    case FORMAT_RSY:
        b[1] = two(o[0].value, o[1].value);
        put_long_base(b + 2, &o[2]);
        break;
    case FORMAT_RSL:
        b[1] = (uint8_t)(length_code(&o[0]) << 4);
        put_second(b + 2, &o[0]);
        break;
    case FORMAT_SIY:
        b[1] = (uint8_t)o[1].value;
        put_long_base(b + 2, &o[0]);
        break;
    case FORMAT_SIL:
        put_base(b + 2, &o[0]);
        put16(b + 4, (uint16_t)o[1].value);
        break;
    case FORMAT_RI:
    case FORMAT_RI_BRANCH:
        b[1] |= two(o[0].value, 0);
        put16(b + 2, (uint16_t)o[1].value);
        break;
    case FORMAT_RIL:
    case FORMAT_RIL_BRANCH:
        b[1] |= two(o[0].value, 0);
        put32(b + 2, o[1].value);
        break;
    case FORMAT_RSI:
    case FORMAT_RIE_R:
    case FORMAT_RIE_RRI:
        b[1] = two(o[0].value, o[1].value);
        put16(b + 2, (uint16_t)o[2].value);
        break;
    case FORMAT_RIE_RRM:
        b[1] = two(o[0].value, o[1].value);
        put16(b + 2, (uint16_t)o[3].value);
        b[4] = two(o[2].value, 0);
        break;
    case FORMAT_RIE_RIM:
        b[1] = two(o[0].value, o[2].value);
        put16(b + 2, (uint16_t)o[3].value);
        b[4] = (uint8_t)o[1].value;
        break;
    case FORMAT_RIE_TRAP:
        b[1] = two(o[0].value, 0);
        put16(b + 2, (uint16_t)o[1].value);
        b[4] = two(o[2].value, 0);
        break;
    case FORMAT_RIE_ROTATE:
        b[1] = two(o[0].value, o[1].value);
        b[2] = (uint8_t)o[2].value, b[3] = (uint8_t)o[3].value, b[4] = (uint8_t)o[4].value;
        break;
    case FORMAT_RRS:
        b[1] = two(o[0].value, o[1].value);
        put_base(b + 2, &o[3]);
        b[4] = two(o[2].value, 0);
        break;
    case FORMAT_RIS:
        b[1] = two(o[0].value, o[2].value);
        put_base(b + 2, &o[3]);
        b[4] = (uint8_t)o[1].value;
        break;
    case FORMAT_MII:
        b[1] = two(o[0].value, 0);
        break;
    case FORMAT_SMI:
        b[1] = two(o[0].value, 0);
        put_base(b + 2, &o[1]);
        break;
    case FORMAT_SSF:
        b[1] |= two(o[2].value, 0);
        put_base(b + 2, &o[0]);
        put_base(b + 4, &o[1]);
        break;
    case FORMAT_SS_L2:
        b[1] = (uint8_t)length_code(&o[1]);
        put_base(b + 2, &o[0]);
        put_second(b + 4, &o[1]);
        break;
    case FORMAT_SS_RRBB:
        b[1] = two(o[0].value, o[2].value);
        put_base(b + 2, &o[1]);
        put_base(b + 4, &o[3]);
        break;
    case FORMAT_SS_L:
        b[1] = (uint8_t)length_code(&o[0]);
        put_second(b + 2, &o[0]);
        put_base(b + 4, &o[1]);
        break;
    case FORMAT_SS_LL:
        b[1] = two(length_code(&o[0]), length_code(&o[1]));
        put_second(b + 2, &o[0]);
        put_second(b + 4, &o[1]);
        break;
    case FORMAT_SS_LI:
        b[1] = two(length_code(&o[0]), o[2].value);
        put_second(b + 2, &o[0]);
        put_base(b + 4, &o[1]);
        break;
    case FORMAT_SS_RR:
        b[1] = two(o[0].first, o[2].value);
        put_second(b + 2, &o[0]);
        put_base(b + 4, &o[1]);
        break;
    case FORMAT_SSE:
        put_base(b + 2, &o[0]);
        put_base(b + 4, &o[1]);
        break;
    default:
        break;
    }
}

/* Which operands may be written d(first,second); the others have d(base) or a number. */
static bool parentheses_fit(int format, const struct operand *o, int count)
{
    for (int i = 0; i < count; i++) {
        bool pair = format == FORMAT_RX || format == FORMAT_RXE || format == FORMAT_RXY ||
                    format == FORMAT_RSL_LONG ? i == 1 :
                    format == FORMAT_RXF ? i == 2 : format == FORMAT_SS_LL ||
                    (i == 1 && format == FORMAT_SS_L2) ||
                    (i == 0 && (format == FORMAT_SS_L || format == FORMAT_RSL || format == FORMAT_SS_LI ||
                                format == FORMAT_SS_RR));
        if (o[i].has_second && !pair)
            return false;
    }
    return true;
}

/* How many operands a format may have: as many as written in `most`, and one less where
 * some instruction of it has one less (SPM, PTLB). */
static bool count_fits(int format, int count)
{
    static const struct { int8_t least, most; } operands[] = {
        [FORMAT_E] = { 0, 0 }, [FORMAT_I] = { 1, 1 }, [FORMAT_RR] = { 1, 2 },
        [FORMAT_RRE] = { 0, 2 }, [FORMAT_RX] = { 2, 2 }, [FORMAT_RS] = { 2, 3 },
        [FORMAT_RS_SHIFT] = { 2, 2 }, [FORMAT_SI] = { 2, 2 }, [FORMAT_S] = { 0, 1 },
        [FORMAT_SS_L] = { 2, 2 }, [FORMAT_SS_LL] = { 2, 2 }, [FORMAT_SS_LI] = { 3, 3 },
        [FORMAT_SS_RR] = { 3, 3 }, [FORMAT_SSE] = { 2, 2 }, [FORMAT_RRF] = { 2, 4 },
        [FORMAT_RRD] = { 3, 3 }, [FORMAT_RXE] = { 2, 2 }, [FORMAT_RXF] = { 3, 3 },
        [FORMAT_RXY] = { 2, 2 }, [FORMAT_RSL_LONG] = { 3, 3 },
        [FORMAT_IE] = { 2, 2 }, [FORMAT_RSY] = { 3, 3 }, [FORMAT_RSL] = { 1, 1 },
        [FORMAT_SIY] = { 2, 2 }, [FORMAT_SIL] = { 2, 2 }, [FORMAT_RI] = { 2, 2 },
        [FORMAT_RI_BRANCH] = { 2, 2 }, [FORMAT_RIL] = { 2, 2 }, [FORMAT_RIL_BRANCH] = { 2, 2 },
        [FORMAT_RSI] = { 3, 3 }, [FORMAT_RIE_R] = { 3, 3 }, [FORMAT_RIE_RRI] = { 3, 3 },
        [FORMAT_RIE_RRM] = { 4, 4 }, [FORMAT_RIE_RIM] = { 4, 4 }, [FORMAT_RIE_TRAP] = { 3, 3 },
        [FORMAT_RIE_ROTATE] = { 5, 5 }, [FORMAT_RRS] = { 4, 4 }, [FORMAT_RIS] = { 4, 4 },
        [FORMAT_MII] = { 1, 1 }, [FORMAT_SMI] = { 2, 2 }, [FORMAT_SSF] = { 3, 3 },
        [FORMAT_SS_L2] = { 2, 2 }, [FORMAT_SS_RRBB] = { 4, 4 },
    };
    return count >= operands[format].least && count <= operands[format].most;
}

/* The architecture's, and else another's: to see that the operation is unknown there. */
static const struct instruction *find_mnemonic(const char *name, enum architecture_id arch)
{
    const struct instruction *row, *other = NULL;
    for (size_t i = 0; (row = instruction_row(i)); i++)
        if (!strcasecmp(row->mnemonic, name)) {
            if (row->archs & arch)
                return row;
            other = other ? other : row;
        }
    return other;
}

static void count_use(unsigned *used, const uint8_t *code, enum architecture_id arch)
{
    const struct instruction *row = instruction_find(code, arch);
    if (row && used)
        used[row - instruction_row(0)]++;
}

/* X'1A12': an instruction, or anything, as it is. */
static int read_hexadecimal(struct reader *in, uint8_t *code, int room)
{
    int length = 0;
    unsigned byte;
    in->p += 2;
    while (length < room && sscanf(in->p, "%2x", &byte) == 1 && isxdigit((unsigned char)in->p[1])) {
        code[length++] = (uint8_t)byte;
        in->p += 2;
    }
    if (!length || length % 2 || !take(in, '\'')) {
        complain(in, "X'...' needs an even number of bytes, up to %d: %s", room, in->p);
        return -1;
    }
    return length;
}

/* The second half of the opcode is the sixth byte. */
static bool opcode_ends_it(uint8_t first)
{
    return first == 0xE3 || first == 0xEB || first == 0xEC || first == 0xED;
}

static int read_instruction(struct reader *in, enum architecture_id arch, uint8_t *code, int room)
{
    if (!strncasecmp(in->p, "X'", 2))
        return read_hexadecimal(in, code, room);
    char name[12] = "";
    int n = 0;
    sscanf(in->p, "%11[A-Za-z0-9]%n", name, &n);
    in->p += n;
    const struct instruction *row = find_mnemonic(name, arch);
    if (!row) {
        complain(in, "no such instruction: '%s'", name);
        return -1;
    }
    struct operand o[MAX_OPERANDS];
    int count;
    if (!read_operands(in, o, &count))
        return -1;
    if (!count_fits(row->format, count)) {
        complain(in, "%s does not have %d operand(s)", row->mnemonic, count);
        return -1;
    }
    if (!parentheses_fit(row->format, o, count)) {
        complain(in, "an operand of %s is a displacement and a base, d(b)", row->mnemonic);
        return -1;
    }
    if (row->opcode > 0xFF)
        put16(code, row->opcode);
    else
        code[0] = (uint8_t)row->opcode;
    if (opcode_ends_it(code[0])) {
        code[5] = code[1];
        code[1] = 0;
    }
    encode(row, o, count, code);
    return instruction_length(code[0]);
}

int assemble(const char *text, uint8_t code[MAX_CODE], unsigned *last, unsigned *used,
             char message[MAX_MESSAGE])
{
    return assemble_for(S370, text, code, last, used, message);
}

int assemble_for(enum architecture_id arch, const char *text, uint8_t code[MAX_CODE],
                 unsigned *last, unsigned *used, char message[MAX_MESSAGE])
{
    struct reader in = { text, message };
    int length = 0;
    memset(code, 0, MAX_CODE);
    do {
        skip_blanks(&in);
        if (length + 6 > MAX_CODE) {
            complain(&in, "too many instructions");
            return -1;
        }
        int n = read_instruction(&in, arch, code + length, MAX_CODE - length);
        if (n < 0)
            return -1;
        count_use(used, code + length, arch);
        *last = (unsigned)length;
        length += n;
        skip_blanks(&in);
    } while (take(&in, ';'));
    if (*in.p) {
        complain(&in, "not understood: '%s'", in.p);
        return -1;
    }
    return length;
}
