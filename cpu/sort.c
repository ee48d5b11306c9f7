/* COMPARE AND FORM CODEWORD and UPDATE TREE, with which programs sort (SA22 chapter 7): the
 * one makes of two records a word that tells their order, the other carries it through a
 * tree of such words. In the 64-bit mode words and units are larger. */
#include "cpu/general.h"

/* ---- compare and form codeword ------------------------------------------------------- */

/* How many bytes are compared at a time, and go into the codeword. */
static unsigned unit_of(const struct cpu *cpu)
{
    return cpu->psw.amode == AMODE_64 ? 6 : 2;
}

static uint64_t fetch_unit(struct cpu *cpu, uint64_t address)
{
    uint8_t bytes[8] = { 0 };
    unsigned unit = unit_of(cpu);
    fetch_bytes(cpu, bytes + 8 - unit, address & cpu->address_mask, unit);
    return get64(bytes);
}

static void set_codeword(struct cpu *cpu, unsigned r, uint64_t word)
{
    if (cpu->psw.amode == AMODE_64)
        cpu->gr[r].d = word;
    else
        cpu->gr[r].w = (uint32_t)word;
}

static void exchange_records(struct cpu *cpu)
{
    uint64_t first = cpu->gr[1].d, third = cpu->gr[3].d;
    set_codeword(cpu, 1, third);
    set_codeword(cpu, 3, first);
}

/* Equal: a codeword with a sign, which UPDATE TREE leaves alone, and the third operand's address. */
static void equal_records(struct cpu *cpu)
{
    if (cpu->psw.amode == AMODE_64)
        cpu->gr[2].d = cpu->gr[3].d | 1ull << 63;
    else
        cpu->gr[2].w = cpu->gr[3].w | 1u << 31;
    cpu->psw.cc = 0;
}

/* The last bit of the operand's address asks for descending order, its other bits are the
 * index at which the comparison ends. */
INSTRUCTION(cfc)
{
    unsigned unit = unit_of(cpu), bits = 8 * unit;
    uint64_t control = address_b2(cpu, op);
    bool descending = control & 1;
    uint64_t limit = control & 0x7FFE;
    if ((cpu->gr[1].w | cpu->gr[2].w | cpu->gr[3].w) & 1)
        program_interrupt(cpu, PGM_SPECIFICATION);
    for (;;) {
        uint64_t index = cpu->gr[2].w & 0xFFFF;
        if (index > limit) {
            equal_records(cpu);
            return;
        }
        uint64_t first = fetch_unit(in_space_of(cpu, 1), cpu->gr[1].d + index);
        uint64_t third = fetch_unit(in_space_of(cpu, 3), cpu->gr[3].d + index);
        index = (index + unit) & 0xFFFF;
        if (first == third) {
            cpu->gr[2].w = (cpu->gr[2].w & 0xFFFF0000) | (uint32_t)index;
            continue;
        }
        uint64_t word = descending ? (first < third ? first : third)
                                   : ~(first > third ? first : third);
        bool exchanged = (first > third) != descending;
        if (exchanged)
            exchange_records(cpu);
        set_codeword(cpu, 2, index << bits | (word & ((1ull << bits) - 1)));
        cpu->psw.cc = exchanged ? 2 : 1;
        return;
    }
}

/* ---- update tree ---------------------------------------------------------------------- */

/* From the leaf that general register 5 names to the root. */
INSTRUCTION(upt)
{
    (void)op;
    bool wide = cpu->psw.amode == AMODE_64;
    unsigned size = wide ? 8 : 4;
    if ((cpu->gr[4].w | cpu->gr[5].w) & (2 * size - 1))
        program_interrupt(cpu, PGM_SPECIFICATION);
    for (;;) {
        uint64_t word = wide ? cpu->gr[0].d : cpu->gr[0].w;
        uint64_t index = (wide ? cpu->gr[5].d : cpu->gr[5].w) >> 1 & ~(uint64_t)(2 * size - 1);
        if (!index || word >> (8 * size - 1)) {
            set_codeword(cpu, 5, index);
            cpu->psw.cc = index ? 3 : 1;
            return;
        }
        uint8_t node[16];
        uint64_t at = (cpu->gr[4].d + index) & cpu->address_mask;
        fetch_bytes(in_space_of(cpu, 4), node, at, 2 * size);
        uint64_t other = wide ? get64(node) : get32(node);
        uint64_t parameter = wide ? get64(node + 8) : get32(node + 4);
        if (other > word) {
            uint8_t ours[16];
            put64(ours, cpu->gr[0].d);
            put64(ours + 8, cpu->gr[1].d);
            if (!wide) {
                put32(ours, cpu->gr[0].w);
                put32(ours + 4, cpu->gr[1].w);
            }
            store_bytes(cpu, at, ours, 2 * size);
            set_codeword(cpu, 0, other);
            set_codeword(cpu, 1, parameter);
        }
        set_codeword(cpu, 5, index);
        if (other == word) {
            set_codeword(cpu, 2, other);
            set_codeword(cpu, 3, parameter);
            cpu->psw.cc = 0;
            return;
        }
    }
}
