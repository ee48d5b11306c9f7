/* What binary and decimal floating point share (SA22-7832 chapter 9, "IEEE exceptions"): the
 * floating-point-control (FPC) register, rounding methods, exceptions and their codes. Pure
 * arithmetic sees no CPU: it gets the masks and the rounding method in a struct ieee, and
 * leaves flags and a data-exception code there. Private to cpu/. */
#ifndef CPU_IEEE_H
#define CPU_IEEE_H

#include <stdbool.h>
#include <stdint.h>

typedef unsigned __int128 uint128;

/* The exceptions as they stand in byte 0 (masks) and byte 1 (flags) of the FPC register. */
enum { IEEE_INVALID = 0x80, IEEE_DIVIDE = 0x40, IEEE_OVERFLOW = 0x20, IEEE_UNDERFLOW = 0x10,
       IEEE_INEXACT = 0x08, IEEE_QUANTUM = 0x04 };

/* Data-exception codes (SA22-7832 chapter 6). Those of IEEE exceptions are the exception's bit
 * and how an inexact result came to be. */
enum { DXC_DECIMAL = 0, DXC_AFP_REGISTER = 1, DXC_BFP = 2, DXC_DFP = 3, DXC_QUANTUM = 4,
       DXC_TRUNCATED = 0x08, DXC_INCREMENTED = 0x0C };

/* Rounding methods, numbered as in the FPC register. The BFP rounding mode there can be the
 * first four and the last. */
enum ieee_rounding {
    ROUND_NEAREST_EVEN, ROUND_TO_ZERO, ROUND_UP, ROUND_DOWN,
    ROUND_NEAREST_AWAY, ROUND_NEAREST_TO_ZERO, ROUND_AWAY, ROUND_FOR_SHORTER
};

/* The surroundings of an operation, and what it leaves there. */
struct ieee {
    uint8_t masks;              /* exceptions that trap */
    uint8_t rounding;
    bool inexact_suppressed;    /* XxC: the inexact exception is not recognized */
    uint8_t flags;              /* out: exceptions that did not trap */
    uint8_t dxc;                /* out: what did, or 0 */
};

/* Invalid operation and division by zero suppress the operation if they trap; everything else
 * completes it first. */
static inline bool ieee_suppressed(const struct ieee *env)
{
    return env->dxc >= IEEE_DIVIDE;
}

/* An exception that suppresses if it traps. */
static inline void ieee_signal(struct ieee *env, unsigned exception)
{
    if (env->masks & exception)
        env->dxc = (uint8_t)exception;
    else
        env->flags |= (uint8_t)exception;
}

/* What was cut off, in units of half the last digit kept: nothing, less, half, more. */
enum ieee_rest { REST_NONE, REST_LESS, REST_HALF, REST_MORE };

/* Is the magnitude, cut off behind `digit`, to be incremented? `digit` is the last digit kept,
 * for binary numbers the last bit. */
static inline bool ieee_increment(unsigned rounding, bool negative, unsigned digit,
                                  enum ieee_rest rest)
{
    switch ((enum ieee_rounding)rounding) {
    case ROUND_NEAREST_EVEN:    return rest == REST_MORE || (rest == REST_HALF && (digit & 1));
    case ROUND_TO_ZERO:         return false;
    case ROUND_UP:              return rest != REST_NONE && !negative;
    case ROUND_DOWN:            return rest != REST_NONE && negative;
    case ROUND_NEAREST_AWAY:    return rest >= REST_HALF;
    case ROUND_NEAREST_TO_ZERO: return rest == REST_MORE;
    case ROUND_AWAY:            return rest != REST_NONE;
    case ROUND_FOR_SHORTER:     return rest != REST_NONE && (digit == 0 || digit == 5);
    }
    return false;
}

/* An inexact result, when nothing worse has trapped. */
static inline void ieee_inexact(struct ieee *env, bool incremented)
{
    if (env->inexact_suppressed)
        return;
    if (env->masks & IEEE_INEXACT)
        env->dxc = incremented ? DXC_INCREMENTED : DXC_TRUNCATED;
    else
        env->flags |= IEEE_INEXACT;
}

/* The DXC of an overflow or underflow that traps. */
static inline uint8_t ieee_scaled_code(unsigned exception, bool inexact, bool incremented)
{
    return (uint8_t)(exception | (!inexact ? 0 : incremented ? DXC_INCREMENTED : DXC_TRUNCATED));
}

/* An overflow that does not trap: infinity, or the largest number. */
static inline bool ieee_overflows_to_infinity(unsigned rounding, bool negative)
{
    switch ((enum ieee_rounding)rounding) {
    case ROUND_TO_ZERO: case ROUND_FOR_SHORTER: return false;
    case ROUND_UP:   return !negative;
    case ROUND_DOWN: return negative;
    default:         return true;
    }
}

/* ---- the FPC register ----------------------------------------------------------------------- */

enum { FPC_MASKS_SHIFT = 24, FPC_FLAGS_SHIFT = 16, FPC_DXC_SHIFT = 8 };
#define FPC_MASKS        0xFC000000u
#define FPC_FLAGS        0x00FC0000u
#define FPC_DXC          0x0000FF00u
#define FPC_DFP_ROUNDING 0x00000070u
#define FPC_BFP_ROUNDING 0x00000007u

static inline unsigned fpc_bfp_rounding(uint32_t fpc) { return fpc & 7; }
static inline unsigned fpc_dfp_rounding(uint32_t fpc) { return fpc >> 4 & 7; }

#endif
