/* TRANSLATE EXTENDED, TRANSLATE ONE AND TWO TO ONE AND TWO, TRANSLATE AND TEST in its further
 * forms (SA22 chapter 7). Those with operands in register pairs may end with condition
 * code 3 after as much as the CPU likes. */
#include "cpu/general.h"

enum { CPU_DETERMINED = 1 << 14 };

/* Characters of one byte or two, in operands and in tables. */
static uint16_t fetch_character(struct cpu *cpu, uint64_t address, unsigned size)
{
    address &= cpu->address_mask;
    return size == 1 ? fetch1(cpu, address) : fetch2(cpu, address);
}

static void store_character(struct cpu *cpu, uint64_t address, unsigned size, uint16_t c)
{
    if (size == 1)
        store1(cpu, address, (uint8_t)c);
    else
        store2(cpu, address, c);
}

/* A byte that is the test byte stops it, untranslated. */
INSTRUCTION(tre)
{
    if (op->r1 & 1)
        program_interrupt(cpu, PGM_SPECIFICATION);
    uint8_t test = (uint8_t)cpu->gr[0].w, cc = 0;
    uint64_t at = address_in(cpu, op->r1), length = length_in(cpu, op->r1 + 1u);
    uint64_t table = address_in(cpu, op->r2);
    for (unsigned done = 0; length; done++) {
        uint8_t byte = fetch1(in_space_of(cpu, op->r1), at);
        if (byte == test || done == CPU_DETERMINED) {
            cc = byte == test ? 1 : 3;
            break;
        }
        byte = fetch1(in_space_of(cpu, op->r2), (table + byte) & cpu->address_mask);
        store1(in_space_of(cpu, op->r1), at, byte);
        at = (at + 1) & cpu->address_mask;
        length--;
        set_address(cpu, op->r1, at);
        set_length(cpu, op->r1 + 1u, length);
    }
    set_address(cpu, op->r1, at);
    set_length(cpu, op->r1 + 1u, length);
    cpu->psw.cc = cc;
}

/* ---- from one or two bytes to one or two ------------------------------------------------- */

/* The table is at general register 1, the test character in 0; M3's last bit says that
 * there is none (ETF2 enhancement). */
static void translate_characters(struct cpu *cpu, const struct op *op, unsigned from, unsigned to)
{
    enum { NO_TEST = 1 };
    uint64_t target = address_in(cpu, op->r1), source = address_in(cpu, op->r2);
    uint64_t length = length_in(cpu, op->r1 + 1u), table = address_in(cpu, 1) & ~(uint64_t)7;
    uint16_t test = to == 1 ? (uint8_t)cpu->gr[0].w : (uint16_t)cpu->gr[0].w;
    uint8_t cc = 0;
    if (op->r1 & 1 || length & (from - 1))
        program_interrupt(cpu, PGM_SPECIFICATION);
    for (unsigned done = 0; length; done++) {
        uint16_t c = fetch_character(in_space_of(cpu, op->r2), source, from);
        uint16_t function = fetch_character(in_space_of(cpu, 1), table + (uint64_t)c * to, to);
        bool stops = function == test && !(op->r3 & NO_TEST);
        if (stops || done == CPU_DETERMINED) {
            cc = stops ? 1 : 3;
            break;
        }
        store_character(in_space_of(cpu, op->r1), target, to, function);
        target = (target + to) & cpu->address_mask;
        source = (source + from) & cpu->address_mask;
        length -= from;
        set_address(cpu, op->r1, target);
        set_address(cpu, op->r2, source);
        set_length(cpu, op->r1 + 1u, length);
    }
    set_address(cpu, op->r1, target);
    set_address(cpu, op->r2, source);
    set_length(cpu, op->r1 + 1u, length);
    cpu->psw.cc = cc;
}

INSTRUCTION(troo) { translate_characters(cpu, op, 1, 1); }
INSTRUCTION(trot) { translate_characters(cpu, op, 1, 2); }
INSTRUCTION(trto) { translate_characters(cpu, op, 2, 1); }
INSTRUCTION(trtt) { translate_characters(cpu, op, 2, 2); }

/* ---- translate and test ------------------------------------------------------------------------ */

/* From the right, whose address the operand has. */
INSTRUCTION(trtr)
{
    unsigned n = op->i + 1u;
    uint64_t at = address_b1(cpu, op), table = address_b2(cpu, op);
    for (unsigned i = 0; i < n; i++) {
        uint64_t address = (at - i) & cpu->address_mask;
        uint8_t argument = fetch1(in_space_of(cpu, op->b1), address);
        uint8_t function = fetch1(in_space_of(cpu, op->b2), (table + argument) & cpu->address_mask);
        if (function) {
            insert_address(cpu, 1, address);
            cpu->gr[2].w = (cpu->gr[2].w & 0xFFFFFF00) | function;
            cpu->psw.cc = i == n - 1 ? 2 : 1;
            return;
        }
    }
    cpu->psw.cc = 0;
}

/* M3: arguments of two bytes, function codes of two bytes, and arguments above 255 have
 * the function code zero. */
enum { TWO_BYTE_ARGUMENTS = 8, TWO_BYTE_FUNCTIONS = 4, ARGUMENT_LIMIT = 2 };

static uint16_t function_of(struct cpu *cpu, const struct op *op, uint16_t argument)
{
    unsigned size = op->r3 & TWO_BYTE_FUNCTIONS ? 2 : 1;
    uint64_t table = address_in(cpu, 1) & ~(uint64_t)7;
    if (op->r3 & ARGUMENT_LIMIT && op->r3 & TWO_BYTE_ARGUMENTS && argument > 255)
        return 0;
    return fetch_character(in_space_of(cpu, 1), table + (uint64_t)argument * size, size);
}

/* `step` is the size of an argument, or its negative. */
static void translate_and_test(struct cpu *cpu, const struct op *op, bool reverse)
{
    unsigned size = op->r3 & TWO_BYTE_ARGUMENTS ? 2 : 1;
    uint64_t at = address_in(cpu, op->r1), length = length_in(cpu, op->r1 + 1u);
    uint64_t step = reverse ? (uint64_t)0 - size : size;
    uint16_t function = 0;
    if (op->r1 & 1 || length & (size - 1))
        program_interrupt(cpu, PGM_SPECIFICATION);
    unsigned done = 0;
    for (; length && done < CPU_DETERMINED; done++) {
        uint16_t argument = fetch_character(in_space_of(cpu, op->r1), at, size);
        function = function_of(cpu, op, argument);
        if (function)
            break;
        at = (at + step) & cpu->address_mask;
        length -= size;
    }
    set_address(cpu, op->r1, at);
    set_length(cpu, op->r1 + 1u, length);
    cpu->psw.cc = function ? 1 : length ? 3 : 0;
    if (function || !length)
        set_length(cpu, op->r2, function);
}

INSTRUCTION(trte)  { translate_and_test(cpu, op, false); }
INSTRUCTION(trtre) { translate_and_test(cpu, op, true); }
