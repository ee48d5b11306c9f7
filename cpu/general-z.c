/* General instructions of z/Architecture on 64-bit registers, and what it added on 32-bit
 * ones (SA22 chapter 7): loads, stores, arithmetic, logic, comparison, shifts. A long
 * displacement (LY for L) needs no code: the operation is the same once decoded. */
#include "cpu/general.h"

/* ---- load ------------------------------------------------------------------------ */

REGISTERS64(lgr, G1 = v)
REGISTERS64_TEST(ltgr, G1 = v; cpu->psw.cc = cc_of_sign64((int64_t)v))
REGISTERS(lgfr, G1 = extend32(v))
REGISTERS(ltgfr, G1 = extend32(v); cpu->psw.cc = cc_of_sign((int32_t)v))
REGISTERS(lgbr, G1 = extend8((uint8_t)v))
REGISTERS(lghr, G1 = extend16((uint16_t)v))
REGISTERS(lbr, R1 = (uint32_t)extend8((uint8_t)v))
REGISTERS(lhr, R1 = extend((uint16_t)v))
REGISTERS(llgfr, G1 = v)
REGISTERS(llgtr, G1 = v & 0x7FFFFFFF)
REGISTERS(llgcr, G1 = v & 0xFF)
REGISTERS(llghr, G1 = v & 0xFFFF)
REGISTERS(llcr, R1 = v & 0xFF)
REGISTERS(llhr, R1 = v & 0xFFFF)
REGISTERS(lrvr, R1 = __builtin_bswap32(v))
REGISTERS64(lrvgr, G1 = __builtin_bswap64(v))

FETCHING(lg, address_x2, 64, G1 = v)
FETCHING(lgf, address_x2, 32, G1 = extend32(v))
FETCHING(lgh, address_x2, 16, G1 = extend16(v))
FETCHING(lgb, address_x2, 8, G1 = extend8(v))
FETCHING(lb, address_x2, 8, R1 = (uint32_t)extend8(v))
FETCHING(llgf, address_x2, 32, G1 = v)
FETCHING(llgt, address_x2, 32, G1 = v & 0x7FFFFFFF)
FETCHING(llgh, address_x2, 16, G1 = v)
FETCHING(llgc, address_x2, 8, G1 = v)
FETCHING(llh, address_x2, 16, R1 = v)
FETCHING(llc, address_x2, 8, R1 = v)
FETCHING_TEST(lt, address_x2, 32, R1 = v; cpu->psw.cc = cc_of_sign((int32_t)v))
FETCHING_TEST(ltg, address_x2, 64, G1 = v; cpu->psw.cc = cc_of_sign64((int64_t)v))
FETCHING(ltgf, address_x2, 32, G1 = extend32(v); cpu->psw.cc = cc_of_sign((int32_t)v))
FETCHING(lrv, address_x2, 32, R1 = __builtin_bswap32(v))
FETCHING(lrvg, address_x2, 64, G1 = __builtin_bswap64(v))
FETCHING(lrvh, address_x2, 16, R1 = (R1 & 0xFFFF0000) | __builtin_bswap16(v))

/* Complement, positive, negative. */
REGISTERS64(lcgr, subtract64(cpu, op, &G1, 0, v))
REGISTERS64(lpgr, if ((int64_t)v < 0)
                      subtract64(cpu, op, &G1, 0, v);
                  else
                      add64(cpu, op, &G1, 0, v))
REGISTERS64(lngr, G1 = (int64_t)v < 0 ? v : 0 - v; cpu->psw.cc = v != 0)
REGISTERS(lcgfr, G1 = 0 - extend32(v); cpu->psw.cc = cc_of_sign64((int64_t)G1))
REGISTERS(lpgfr, G1 = (int32_t)v < 0 ? 0 - extend32(v) : v; cpu->psw.cc = v ? 2 : 0)
REGISTERS(lngfr, G1 = (int32_t)v < 0 ? extend32(v) : 0 - extend32(v); cpu->psw.cc = v != 0)

/* ---- store ----------------------------------------------------------------------------- */

STORING(stg, address_x2, 64, G1)
STORING(strv, address_x2, 32, __builtin_bswap32(R1))
STORING(strvg, address_x2, 64, __builtin_bswap64(G1))
STORING(strvh, address_x2, 16, __builtin_bswap16((uint16_t)R1))

/* ---- several registers --------------------------------------------------------------------- */

INSTRUCTION(lmg_slow)
{
    uint8_t copy[128];
    unsigned n = count_of_registers(op);
    fetch_bytes(cpu, copy, address_b2(cpu, op), 8 * n);
    FOR_REGISTERS(op->r1, n, cpu->gr[r].d = get64(copy + 8 * i));
}

HANDLER(lmg)
{
    unsigned n = count_of_registers(op);
    const uint8_t *p = quick_fetch(cpu, address_b2(cpu, op), 8 * n);
    if (unlikely(!p))
        return op_lmg_slow(cpu, op);
    FOR_REGISTERS(op->r1, n, cpu->gr[r].d = get64(p + 8 * i));
    CONTINUE;
}

INSTRUCTION(lmh)
{
    uint8_t copy[64];
    unsigned n = count_of_registers(op);
    fetch_bytes(cpu, copy, address_b2(cpu, op), 4 * n);
    FOR_REGISTERS(op->r1, n, cpu->gr[r].high = get32(copy + 4 * i));
}

/* Left halves from the one operand, right halves from the other. */
INSTRUCTION(lmd)
{
    uint8_t high[64], low[64];
    unsigned n = count_of_registers(op);
    fetch_bytes(in_space_of(cpu, op->b1), high, address_b1(cpu, op), 4 * n);
    fetch_bytes(in_space_of(cpu, op->b2), low, address_b2(cpu, op), 4 * n);
    for (unsigned i = 0, r = op->r1; i < n; i++, r = (r + 1) & 15)
        cpu->gr[r].d = (uint64_t)get32(high + 4 * i) << 32 | get32(low + 4 * i);
}

static inline void put_registers(const struct cpu *cpu, uint8_t *p, unsigned first, unsigned n)
{
    FOR_REGISTERS(first, n, put64(p + 8 * i, cpu->gr[r].d));
}

INSTRUCTION(stmg_slow)
{
    uint8_t copy[128];
    unsigned n = count_of_registers(op);
    put_registers(cpu, copy, op->r1, n);
    store_bytes(cpu, address_b2(cpu, op), copy, 8 * n);
}

/* quick_store() has 64 bytes at most. */
HANDLER(stmg)
{
    unsigned n = count_of_registers(op), first = n < 8 ? n : 8;
    uint64_t to = address_b2(cpu, op);
    uint8_t *p = quick_store(cpu, to, 8 * first);
    uint8_t *rest = n > 8 ? quick_store(cpu, to + 64, 8 * n - 64) : p;
    if (unlikely(!p || !rest))
        return op_stmg_slow(cpu, op);
    put_registers(cpu, p, op->r1, first);
    if (n > 8)
        put_registers(cpu, rest, (op->r1 + 8u) & 15, n - 8);
    CONTINUE;
}

INSTRUCTION(stmh)
{
    uint8_t copy[64];
    unsigned n = count_of_registers(op);
    for (unsigned i = 0, r = op->r1; i < n; i++, r = (r + 1) & 15)
        put32(copy + 4 * i, cpu->gr[r].high);
    store_bytes(cpu, address_b2(cpu, op), copy, 4 * n);
}

/* ---- add and subtract -------------------------------------------------------------------------- */

REGISTERS64(agr, add64(cpu, op, &G1, G1, v))
REGISTERS64(sgr, subtract64(cpu, op, &G1, G1, v))
REGISTERS64(algr, add_logical64(cpu, &G1, G1, v))
REGISTERS64(slgr, subtract_logical64(cpu, &G1, G1, v))
REGISTERS(agfr, add64(cpu, op, &G1, G1, extend32(v)))
REGISTERS(sgfr, subtract64(cpu, op, &G1, G1, extend32(v)))
REGISTERS(algfr, add_logical64(cpu, &G1, G1, v))
REGISTERS(slgfr, subtract_logical64(cpu, &G1, G1, v))

FETCHING(ag, address_x2, 64, add64(cpu, op, &G1, G1, v))
FETCHING(sg, address_x2, 64, subtract64(cpu, op, &G1, G1, v))
FETCHING(alg, address_x2, 64, add_logical64(cpu, &G1, G1, v))
FETCHING(slg, address_x2, 64, subtract_logical64(cpu, &G1, G1, v))
FETCHING(agf, address_x2, 32, add64(cpu, op, &G1, G1, extend32(v)))
FETCHING(sgf, address_x2, 32, subtract64(cpu, op, &G1, G1, extend32(v)))
FETCHING(algf, address_x2, 32, add_logical64(cpu, &G1, G1, v))
FETCHING(slgf, address_x2, 32, subtract_logical64(cpu, &G1, G1, v))

/* The carry, or the lack of a borrow, is what the condition code says: 2 and 3. */
static inline void add_with_carry32(struct cpu *cpu, const struct op *op, uint32_t v)
{
    uint64_t sum = (uint64_t)R1 + v + (cpu->psw.cc >> 1);
    R1 = (uint32_t)sum;
    cpu->psw.cc = (uint8_t)(((uint32_t)sum != 0) | sum >> 32 << 1);
}

static inline void add_with_carry64(struct cpu *cpu, const struct op *op, uint64_t v)
{
    uint64_t sum, total;
    bool carry = __builtin_add_overflow(G1, v, &sum);
    carry |= __builtin_add_overflow(sum, (uint64_t)(cpu->psw.cc >> 1), &total);
    G1 = total;
    cpu->psw.cc = (uint8_t)((total != 0) | carry << 1);
}

static inline void subtract_with_borrow32(struct cpu *cpu, const struct op *op, uint32_t v)
{
    add_with_carry32(cpu, op, ~v);
}

static inline void subtract_with_borrow64(struct cpu *cpu, const struct op *op, uint64_t v)
{
    add_with_carry64(cpu, op, ~v);
}

REGISTERS(alcr, add_with_carry32(cpu, op, v))
REGISTERS(slbr, subtract_with_borrow32(cpu, op, v))
REGISTERS64(alcgr, add_with_carry64(cpu, op, v))
REGISTERS64(slbgr, subtract_with_borrow64(cpu, op, v))
FETCHING(alc, address_x2, 32, add_with_carry32(cpu, op, v))
FETCHING(slb, address_x2, 32, subtract_with_borrow32(cpu, op, v))
FETCHING(alcg, address_x2, 64, add_with_carry64(cpu, op, v))
FETCHING(slbg, address_x2, 64, subtract_with_borrow64(cpu, op, v))

/* ---- operands apart from the result ------------------------------------------------------------- */

REGISTERS(ark, add32(cpu, op, &R1, v, R3))
REGISTERS(srk, subtract32(cpu, op, &R1, v, R3))
REGISTERS(alrk, add_logical32(cpu, &R1, v, R3))
REGISTERS(slrk, subtract_logical32(cpu, &R1, v, R3))
REGISTERS(nrk, logic32(cpu, &R1, v & R3))
REGISTERS(ork, logic32(cpu, &R1, v | R3))
REGISTERS(xrk, logic32(cpu, &R1, v ^ R3))
REGISTERS64(agrk, add64(cpu, op, &G1, v, G3))
REGISTERS64(sgrk, subtract64(cpu, op, &G1, v, G3))
REGISTERS64(algrk, add_logical64(cpu, &G1, v, G3))
REGISTERS64(slgrk, subtract_logical64(cpu, &G1, v, G3))
REGISTERS64(ngrk, logic64(cpu, &G1, v & G3))
REGISTERS64(ogrk, logic64(cpu, &G1, v | G3))
REGISTERS64(xgrk, logic64(cpu, &G1, v ^ G3))

/* ---- multiply ---------------------------------------------------------------------------------------- */

REGISTERS(msr, R1 = R1 * v)
REGISTERS64(msgr, G1 = G1 * v)
REGISTERS(msgfr, G1 = G1 * extend32(v))
FETCHING(ms, address_x2, 32, R1 = R1 * v)
FETCHING(msg, address_x2, 64, G1 = G1 * v)
FETCHING(msgf, address_x2, 32, G1 = G1 * extend32(v))

static void set_pair32(struct cpu *cpu, const struct op *op, uint32_t first, uint32_t second)
{
    cpu->gr[op->r1].w = first;
    cpu->gr[op->r1 + 1].w = second;
}

static void set_pair64(struct cpu *cpu, const struct op *op, uint64_t first, uint64_t second)
{
    cpu->gr[op->r1].d = first;
    cpu->gr[op->r1 + 1].d = second;
}

static void multiply_logical32(struct cpu *cpu, const struct op *op, uint32_t v)
{
    uint64_t product = (uint64_t)cpu->gr[op->r1 + 1].w * v;
    set_pair32(cpu, op, (uint32_t)(product >> 32), (uint32_t)product);
}

static void multiply_logical64(struct cpu *cpu, const struct op *op, uint64_t v)
{
    unsigned __int128 product = (unsigned __int128)cpu->gr[op->r1 + 1].d * v;
    set_pair64(cpu, op, (uint64_t)(product >> 64), (uint64_t)product);
}

WITH_PAIR(mlr, multiply_logical32(cpu, op, R2))
WITH_PAIR(ml, multiply_logical32(cpu, op, fetch4(cpu, address_x2(cpu, op))))
WITH_PAIR(mlgr, multiply_logical64(cpu, op, G2))
WITH_PAIR(mlg, multiply_logical64(cpu, op, fetch8(cpu, address_x2(cpu, op))))

/* ---- divide -------------------------------------------------------------------------------------------- */

static void divide_logical32(struct cpu *cpu, const struct op *op, uint32_t divisor)
{
    uint64_t dividend = (uint64_t)R1 << 32 | cpu->gr[op->r1 + 1].w;
    if (divisor <= R1)
        program_interrupt(cpu, PGM_FIXED_DIVIDE);
    set_pair32(cpu, op, (uint32_t)(dividend % divisor), (uint32_t)(dividend / divisor));
}

static void divide_logical64(struct cpu *cpu, const struct op *op, uint64_t divisor)
{
    unsigned __int128 dividend = (unsigned __int128)G1 << 64 | cpu->gr[op->r1 + 1].d;
    if (divisor <= G1)
        program_interrupt(cpu, PGM_FIXED_DIVIDE);
    set_pair64(cpu, op, (uint64_t)(dividend % divisor), (uint64_t)(dividend / divisor));
}

static void divide_single(struct cpu *cpu, const struct op *op, uint64_t v)
{
    int64_t dividend = (int64_t)cpu->gr[op->r1 + 1].d, divisor = (int64_t)v;
    if (divisor == 0 || (divisor == -1 && dividend == INT64_MIN))
        program_interrupt(cpu, PGM_FIXED_DIVIDE);
    set_pair64(cpu, op, (uint64_t)(dividend % divisor), (uint64_t)(dividend / divisor));
}

WITH_PAIR(dlr, divide_logical32(cpu, op, R2))
WITH_PAIR(dl, divide_logical32(cpu, op, fetch4(cpu, address_x2(cpu, op))))
WITH_PAIR(dlgr, divide_logical64(cpu, op, G2))
WITH_PAIR(dlg, divide_logical64(cpu, op, fetch8(cpu, address_x2(cpu, op))))
WITH_PAIR(dsgr, divide_single(cpu, op, G2))
WITH_PAIR(dsg, divide_single(cpu, op, fetch8(cpu, address_x2(cpu, op))))
WITH_PAIR(dsgfr, divide_single(cpu, op, extend32(R2)))
WITH_PAIR(dsgf, divide_single(cpu, op, extend32(fetch4(cpu, address_x2(cpu, op)))))

/* ---- compare ---------------------------------------------------------------------------------------------- */

REGISTERS64_TEST(cgr, cpu->psw.cc = compare_signed64(G1, v))
REGISTERS64_TEST(clgr, cpu->psw.cc = compare_logical64(G1, v))
REGISTERS(cgfr, cpu->psw.cc = compare_signed64(G1, extend32(v)))
REGISTERS(clgfr, cpu->psw.cc = compare_logical64(G1, v))
FETCHING_TEST(cg, address_x2, 64, cpu->psw.cc = compare_signed64(G1, v))
FETCHING_TEST(clg, address_x2, 64, cpu->psw.cc = compare_logical64(G1, v))
FETCHING(cgf, address_x2, 32, cpu->psw.cc = compare_signed64(G1, extend32(v)))
FETCHING(clgf, address_x2, 32, cpu->psw.cc = compare_logical64(G1, v))
FETCHING(cgh, address_x2, 16, cpu->psw.cc = compare_signed64(G1, extend16(v)))

/* ---- logic ------------------------------------------------------------------------------------------------- */

REGISTERS64(ngr, logic64(cpu, &G1, G1 & v))
REGISTERS64(ogr, logic64(cpu, &G1, G1 | v))
REGISTERS64(xgr, logic64(cpu, &G1, G1 ^ v))
FETCHING(ng, address_x2, 64, logic64(cpu, &G1, G1 & v))
FETCHING(og, address_x2, 64, logic64(cpu, &G1, G1 | v))
FETCHING(xg, address_x2, 64, logic64(cpu, &G1, G1 ^ v))

/* The leftmost one's number, and what is left without it. */
INSTRUCTION(flogr)
{
    uint64_t v = G2;
    if (op->r1 & 1)
        program_interrupt(cpu, PGM_SPECIFICATION);
    unsigned n = v ? (unsigned)__builtin_clzll(v) : 64;
    cpu->gr[op->r1].d = n;
    cpu->gr[op->r1 + 1].d = v ? v & ~(0x8000000000000000u >> n) : 0;
    cpu->psw.cc = v ? 2 : 0;
}

/* Each byte of the result counts the ones of that byte. */
REGISTERS64(popcnt, v -= v >> 1 & 0x5555555555555555u;
                    v = (v & 0x3333333333333333u) + (v >> 2 & 0x3333333333333333u);
                    v = (v + (v >> 4)) & 0x0F0F0F0F0F0F0F0Fu;
                    logic64(cpu, &G1, v))

/* ---- shift and rotate ------------------------------------------------------------------------------------------ */

SHIFTING(sllg, G1 = G3 << by)
SHIFTING(srlg, G1 = G3 >> by)
SHIFTING(srag, G1 = (uint64_t)((int64_t)G3 >> by); cpu->psw.cc = cc_of_sign64((int64_t)G1))
SHIFTING(rllg, G1 = G3 << by | G3 >> (-by & 63))
SHIFTING(rll, R1 = R3 << (by & 31) | R3 >> (-by & 31))
SHIFTING(sllk, R1 = (uint32_t)((uint64_t)R3 << by))
SHIFTING(srlk, R1 = (uint32_t)((uint64_t)R3 >> by))
SHIFTING(srak, R1 = (uint32_t)((int64_t)(int32_t)R3 >> by); cpu->psw.cc = cc_of_sign((int32_t)R1))

SHIFTING(slag, bool lost;
               G1 = shift_left_arithmetic(G3, 64, by, &lost);
               end_of_shift(cpu, op, (int64_t)G1, lost))
SHIFTING(slak, bool lost;
               R1 = (uint32_t)shift_left_arithmetic(R3, 32, by, &lost);
               end_of_shift(cpu, op, (int32_t)R1, lost))

/* ---- bytes of a register's left half under mask -------------------------------------------------------------------- */

INSTRUCTION(icmh)
{
    uint8_t bytes[4] = { 0 };
    unsigned n = (unsigned)__builtin_popcount(op->r3);
    fetch_bytes(cpu, bytes, address_b2(cpu, op), n ? n : 1);
    uint32_t inserted = get32(bytes) & ~(uint32_t)(0xFFFFFFFFull >> 8 * n);
    H1 = insert_bytes(H1, op->r3, bytes);
    cpu->psw.cc = cc_of_sign((int32_t)inserted);
}

INSTRUCTION(stcmh)
{
    uint8_t bytes[4];
    unsigned n = select_bytes(H1, op->r3, bytes);
    if (n)
        store_bytes(cpu, address_b2(cpu, op), bytes, n);
}

INSTRUCTION(clmh)
{
    uint8_t bytes[4], operand[4];
    unsigned n = select_bytes(H1, op->r3, bytes);
    fetch_bytes(cpu, operand, address_b2(cpu, op), n ? n : 1);
    cpu->psw.cc = cc_of_order(memcmp(bytes, operand, n));
}

/* ---- rotate, then insert or combine selected bits -------------------------------------------------------------------- */

/* Which bits are selected, `address`, was worked out by decoding; I3 is in i, I4 in x2. */
static inline uint64_t rotated(const struct cpu *cpu, const struct op *op)
{
    unsigned by = op->r3 & 63;
    return G2 << by | G2 >> (-by & 63);
}

/* The sign bit of I4 asks for zeros where nothing is inserted. */
enum { ZERO_REMAINING = 0x80, TEST_ONLY = 0x80 };

static inline uint64_t inserted(const struct cpu *cpu, const struct op *op)
{
    uint64_t all_or_none = (uint64_t)(op->x2 >> 7) - 1;
    return (rotated(cpu, op) & op->address) | (G1 & ~op->address & all_or_none);
}

HANDLER(risbg)
{
    uint64_t result = inserted(cpu, op);
    G1 = result;
    cpu->psw.cc = cc_of_sign64((int64_t)result);
    CONTINUE;
}

HANDLER(risbgn)
{
    G1 = inserted(cpu, op);
    CONTINUE;
}

/* The sign bit of I3 asks for the condition code alone. */
#define ROTATE_AND_COMBINE(name, operator)                                        \
    HANDLER(name)                                                                 \
    {                                                                             \
        uint64_t selected = op->address;                                          \
        uint64_t result = (G1 operator rotated(cpu, op)) & selected;              \
        if (!(op->i & TEST_ONLY))                                                 \
            G1 = (G1 & ~selected) | result;                                       \
        cpu->psw.cc = result != 0;                                                \
        CONTINUE;                                                                 \
    }
ROTATE_AND_COMBINE(rnsbg, &)
ROTATE_AND_COMBINE(rosbg, |)
ROTATE_AND_COMBINE(rxsbg, ^)

/* In one half of the register; the other stays. Bits count from the left of the half. */
static inline uint32_t inserted_half(const struct op *op, uint32_t old, uint32_t new)
{
    unsigned first = op->i & 31, last = op->x2 & 31;
    uint32_t from = UINT32_MAX >> first, to = UINT32_MAX << (31 - last);
    uint32_t selected = first <= last ? from & to : from | to;
    return (new & selected) | (op->x2 & ZERO_REMAINING ? 0 : old & ~selected);
}

HANDLER(risbhg)
{
    H1 = inserted_half(op, H1, (uint32_t)(rotated(cpu, op) >> 32));
    CONTINUE;
}

HANDLER(risblg)
{
    R1 = inserted_half(op, R1, (uint32_t)rotated(cpu, op));
    CONTINUE;
}

/* ---- on condition: M3 selects, as BC's mask does ------------------------------------------------------------------------ */

static inline bool selected_by_m3(const struct cpu *cpu, const struct op *op)
{
    return op->r3 << cpu->psw.cc & 8;
}

HANDLER(locr)
{
    R1 = selected_by_m3(cpu, op) ? R2 : R1;
    CONTINUE;
}

HANDLER(locgr)
{
    G1 = selected_by_m3(cpu, op) ? G2 : G1;
    CONTINUE;
}

/* Storage is not looked at if the condition is not met. */
INSTRUCTION(loc)
{
    if (selected_by_m3(cpu, op))
        R1 = fetch4(cpu, address_b2(cpu, op));
}

INSTRUCTION(locg)
{
    if (selected_by_m3(cpu, op))
        G1 = fetch8(cpu, address_b2(cpu, op));
}

INSTRUCTION(stoc)
{
    if (selected_by_m3(cpu, op))
        store4(cpu, address_b2(cpu, op), R1);
}

INSTRUCTION(stocg)
{
    if (selected_by_m3(cpu, op))
        store8(cpu, address_b2(cpu, op), G1);
}

/* ---- traps: a data exception with code FF ----------------------------------------------------------------------------------- */

static _Noreturn void trap(struct cpu *cpu)
{
    enum { COMPARE_AND_TRAP = 0xFF };
    cpu->data_exception_code = COMPARE_AND_TRAP;
    program_interrupt(cpu, PGM_DATA);
}

/* The mask's bits are as in a branch: equal, first operand low, high. */
static inline void trap_if(struct cpu *cpu, const struct op *op, uint8_t comparison)
{
    if (op->r3 << comparison & 8)
        trap(cpu);
}

INSTRUCTION(crt)   { trap_if(cpu, op, compare_signed((int32_t)R1, (int32_t)R2)); }
INSTRUCTION(cgrt)  { trap_if(cpu, op, compare_signed64(G1, G2)); }
INSTRUCTION(clrt)  { trap_if(cpu, op, compare_logical(R1, R2)); }
INSTRUCTION(clgrt) { trap_if(cpu, op, compare_logical64(G1, G2)); }
INSTRUCTION(cit)   { trap_if(cpu, op, compare_signed((int32_t)R1, op->d2)); }
INSTRUCTION(cgit)  { trap_if(cpu, op, compare_signed64(G1, (uint64_t)(int64_t)op->d2)); }
INSTRUCTION(clfit) { trap_if(cpu, op, compare_logical(R1, (uint16_t)op->d2)); }
INSTRUCTION(clgit) { trap_if(cpu, op, compare_logical64(G1, (uint16_t)op->d2)); }

INSTRUCTION(clt)
{
    trap_if(cpu, op, compare_logical(R1, fetch4(cpu, address_b2(cpu, op))));
}

INSTRUCTION(clgt)
{
    trap_if(cpu, op, compare_logical64(G1, fetch8(cpu, address_b2(cpu, op))));
}

/* The register is loaded also when the value is zero and traps. */
static void trap_if_zero(struct cpu *cpu, uint64_t v)
{
    if (!v)
        trap(cpu);
}

INSTRUCTION(lat)    { trap_if_zero(cpu, R1 = fetch4(cpu, address_x2(cpu, op))); }
INSTRUCTION(lfhat)  { trap_if_zero(cpu, H1 = fetch4(cpu, address_x2(cpu, op))); }
INSTRUCTION(lgat)   { trap_if_zero(cpu, G1 = fetch8(cpu, address_x2(cpu, op))); }
INSTRUCTION(llgfat) { trap_if_zero(cpu, G1 = fetch4(cpu, address_x2(cpu, op))); }
INSTRUCTION(llgtat) { trap_if_zero(cpu, G1 = fetch4(cpu, address_x2(cpu, op)) & 0x7FFFFFFF); }

/* ---- left halves of registers (high-word facility) ----------------------------------------------------------------------------- */

#define HIGH(name, effect) SIMPLE(name, uint32_t, H3, effect)
#define HIGH_AND_LOW(name, effect) SIMPLE(name, uint32_t, R3, effect)

HIGH(ahhhr, add32(cpu, op, &H1, H2, v))
HIGH(shhhr, subtract32(cpu, op, &H1, H2, v))
HIGH(alhhhr, add_logical32(cpu, &H1, H2, v))
HIGH(slhhhr, subtract_logical32(cpu, &H1, H2, v))
HIGH_AND_LOW(ahhlr, add32(cpu, op, &H1, H2, v))
HIGH_AND_LOW(shhlr, subtract32(cpu, op, &H1, H2, v))
HIGH_AND_LOW(alhhlr, add_logical32(cpu, &H1, H2, v))
HIGH_AND_LOW(slhhlr, subtract_logical32(cpu, &H1, H2, v))
SIMPLE(chhr, uint32_t, H2, cpu->psw.cc = compare_signed((int32_t)H1, (int32_t)v))
SIMPLE(clhhr, uint32_t, H2, cpu->psw.cc = compare_logical(H1, v))
SIMPLE(chlr, uint32_t, R2, cpu->psw.cc = compare_signed((int32_t)H1, (int32_t)v))
SIMPLE(clhlr, uint32_t, R2, cpu->psw.cc = compare_logical(H1, v))
SIMPLE(aih, int32_t, op->d2, add32(cpu, op, &H1, H1, (uint32_t)v))
SIMPLE(alsih, int32_t, op->d2, add_logical32(cpu, &H1, H1, (uint32_t)v))
SIMPLE(alsihn, int32_t, op->d2, H1 = H1 + (uint32_t)v)
SIMPLE(cih, int32_t, op->d2, cpu->psw.cc = compare_signed((int32_t)H1, v))
SIMPLE(clih, int32_t, op->d2, cpu->psw.cc = compare_logical(H1, (uint32_t)v))

FETCHING(lbh, address_x2, 8, H1 = (uint32_t)extend8(v))
FETCHING(lhh, address_x2, 16, H1 = extend(v))
FETCHING(llch, address_x2, 8, H1 = v)
FETCHING(llhh, address_x2, 16, H1 = v)
FETCHING(lfh, address_x2, 32, H1 = v)
FETCHING(chf, address_x2, 32, cpu->psw.cc = compare_signed((int32_t)H1, (int32_t)v))
FETCHING(clhf, address_x2, 32, cpu->psw.cc = compare_logical(H1, v))
STORING(stch, address_x2, 8, (uint8_t)H1)
STORING(sthh, address_x2, 16, (uint16_t)H1)
STORING(stfh, address_x2, 32, H1)

/* ---- the PSW, access registers, hints -------------------------------------------------------------------------------------------- */

INSTRUCTION(ipm)
{
    R1 = (R1 & 0x00FFFFFF) | (uint32_t)cpu->psw.cc << 28 | (uint32_t)cpu->psw.program_mask << 24;
}

/* Bits 0-31 of the PSW, and 32-63 if a second register is named; but no address. */
INSTRUCTION(epsw)
{
    uint8_t bytes[16] = { 0 };
    struct psw psw = cpu->psw;
    psw.ia = 0;
    psw_store(cpu->arch, &psw, bytes, 0, 0);
    R1 = get32(bytes);
    if (op->r2)
        R2 = get32(bytes + 4);
}

INSTRUCTION(cpya) { cpu->ar[op->r1] = cpu->ar[op->r2]; }
INSTRUCTION(ear)  { R1 = cpu->ar[op->r2]; }
INSTRUCTION(sar)  { cpu->ar[op->r1] = R2; }

INSTRUCTION(lam)
{
    uint8_t bytes[64];
    unsigned n = count_of_registers(op);
    uint64_t from = address_b2(cpu, op);
    require_aligned(cpu, from, 4);
    fetch_bytes(cpu, bytes, from, 4 * n);
    for (unsigned i = 0, r = op->r1; i < n; i++, r = (r + 1) & 15)
        cpu->ar[r] = get32(bytes + 4 * i);
}

INSTRUCTION(stam)
{
    uint8_t bytes[64];
    unsigned n = count_of_registers(op);
    uint64_t to = address_b2(cpu, op);
    require_aligned(cpu, to, 4);
    for (unsigned i = 0, r = op->r1; i < n; i++, r = (r + 1) & 15)
        put32(bytes + 4 * i, cpu->ar[r]);
    store_bytes(cpu, to, bytes, 4 * n);
}

/* The access register names the space that the operand would be in (SA22 7-264). */
INSTRUCTION(lae)
{
    uint32_t by_base = op->b2 == 16 ? 0 : cpu->ar[op->b2];
    const uint32_t alet[] = { [SPACE_CONTROL_PRIMARY] = 0, [SPACE_CONTROL_REGISTERS] = by_base,
                              [SPACE_CONTROL_SECONDARY] = 1, [SPACE_CONTROL_HOME] = 2 };
    set_address(cpu, op->r1, address_x2(cpu, op));
    cpu->ar[op->r1] = alet[cpu->psw.space];
}

/* Prefetching, branch prediction, next-instruction access intent: this machine knows
 * nothing better to do. */
HANDLER(hint)
{
    CONTINUE;
}
