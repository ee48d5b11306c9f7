/* What the floating-point instructions share: registers, operands in storage, the FPC register,
 * data exceptions. Private to cpu/. "SA22" is SA22-7832. */
#ifndef CPU_FP_H
#define CPU_FP_H

#include "cpu/ieee.h"
#include "cpu/storage.h"

_Noreturn static inline void data_exception(struct cpu *cpu, unsigned dxc)
{
    cpu->data_exception_code = (uint8_t)dxc;
    program_interrupt(cpu, PGM_DATA);
}

/* Without the additional registers (control register 0, bit 45 of 64) there is neither binary nor
 * decimal floating point. */
static inline void require_bfp(struct cpu *cpu)
{
    if (unlikely(cpu->fpr_missing))
        data_exception(cpu, DXC_BFP);
}
static inline void require_dfp(struct cpu *cpu)
{
    if (unlikely(cpu->fpr_missing))
        data_exception(cpu, DXC_DFP);
}

/* Instructions of all machines: `numbers` are register numbers ORed together. */
static inline void require_registers(struct cpu *cpu, unsigned numbers)
{
    if (likely(!(numbers & cpu->fpr_missing)))
        return;
    if (!cpu->arch->afp_registers)
        program_interrupt(cpu, PGM_SPECIFICATION);
    data_exception(cpu, DXC_AFP_REGISTER);
}

/* Registers 0, 1, 4, 5, 8 ... begin a pair; the other one has a number greater by two. */
static inline void require_pair(struct cpu *cpu, unsigned numbers)
{
    if (unlikely(numbers & 2))
        program_interrupt(cpu, PGM_SPECIFICATION);
}

static inline uint128 get_pair(const struct cpu *cpu, unsigned r)
{
    return (uint128)cpu->fpr[r] << 64 | cpu->fpr[r + 2];
}
static inline void put_pair(struct cpu *cpu, unsigned r, uint128 v)
{
    cpu->fpr[r] = (uint64_t)(v >> 64);
    cpu->fpr[r + 2] = (uint64_t)v;
}

/* A short number is the left half of a register; the right one stays as it is. */
static inline uint32_t get_left(const struct cpu *cpu, unsigned r)
{
    return (uint32_t)(cpu->fpr[r] >> 32);
}
static inline void put_left(struct cpu *cpu, unsigned r, uint32_t v)
{
    cpu->fpr[r] = (uint64_t)v << 32 | (uint32_t)cpu->fpr[r];
}

/* A number of `width` bits: 32, 64, or 128 in a pair. */
static inline uint128 get_number(const struct cpu *cpu, int width, unsigned r)
{
    return width == 32 ? get_left(cpu, r) : width == 64 ? cpu->fpr[r] : get_pair(cpu, r);
}
static inline void put_number(struct cpu *cpu, int width, unsigned r, uint128 v)
{
    if (width == 32)
        put_left(cpu, r, (uint32_t)v);
    else if (width == 64)
        cpu->fpr[r] = (uint64_t)v;
    else
        put_pair(cpu, r, v);
}

static inline uint32_t fetch_word(struct cpu *cpu, uint64_t address)
{
    const uint8_t *p = quick_fetch(cpu, address, 4);
    return likely(p) ? get32(p) : fetch4(cpu, address);
}
static inline uint64_t fetch_doubleword(struct cpu *cpu, uint64_t address)
{
    const uint8_t *p = quick_fetch(cpu, address, 8);
    return likely(p) ? get64(p) : fetch8(cpu, address);
}

/* After an operation that was completed: its flags, then its trap. */
static inline void conclude(struct cpu *cpu, const struct ieee *env)
{
    cpu->fpc |= (uint32_t)env->flags << FPC_FLAGS_SHIFT;
    if (unlikely(env->dxc))
        data_exception(cpu, env->dxc);
}

/* A general register of 32 bits, or 64. */
static inline void put_integer(struct cpu *cpu, unsigned r, int bits, uint64_t v)
{
    if (bits == 32)
        cpu->gr[r].w = (uint32_t)v;
    else
        cpu->gr[r].d = v;
}
static inline uint64_t get_integer(const struct cpu *cpu, unsigned r, int bits, bool is_signed)
{
    return bits == 64 ? cpu->gr[r].d :
           is_signed ? (uint64_t)(int64_t)(int32_t)cpu->gr[r].w : cpu->gr[r].w;
}

#endif
