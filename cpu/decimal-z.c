/* Decimal instructions that z/Architecture added among the general ones (SA22 chapters 7 and
 * 8): conversion of 64 bits, digits in ASCII and in Unicode, TEST DECIMAL. */
#include "cpu/general.h"
#include "cpu/packed.h"

/* ---- the number of sixteen bytes --------------------------------------------------------- */

static struct packed fetch_packed16(struct cpu *cpu, uint64_t address)
{
    uint8_t bytes[16];
    fetch_bytes(cpu, bytes, address, 16);
    uint64_t left = get64(bytes), right = get64(bytes + 8);
    return (struct packed){ left >> 4, left << 60 | right >> 4, right & 15 };
}

static void put_packed16(uint8_t bytes[16], struct packed v)
{
    put64(bytes, v.high << 4 | v.low >> 60);
    put64(bytes + 8, v.low << 4 | v.sign);
}

INSTRUCTION(cvbg)
{
    const uint64_t billions = 10000000000000000u;     /* the digits of a word */
    struct packed v = fetch_packed16(cpu, address_x2(cpu, op));
    if (!packed_valid(v))
        program_interrupt(cpu, PGM_DATA);
    unsigned __int128 magnitude =
        (unsigned __int128)digits_to_binary(v.high) * billions + digits_to_binary(v.low);
    bool negative = packed_negative(v);
    if (magnitude > (unsigned __int128)INT64_MAX + negative)
        program_interrupt(cpu, PGM_FIXED_DIVIDE);
    G1 = negative ? 0 - (uint64_t)magnitude : (uint64_t)magnitude;
}

INSTRUCTION(cvdg)
{
    const uint64_t billions = 10000000000000000u;
    uint8_t bytes[16];
    bool negative = (int64_t)G1 < 0;
    uint64_t magnitude = negative ? 0 - G1 : G1;
    put_packed16(bytes, (struct packed){ digits_from_binary(magnitude / billions),
                                         digits_from_binary(magnitude % billions),
                                         negative ? PACKED_MINUS : PACKED_PLUS });
    store_bytes(cpu, address_x2(cpu, op), bytes, 16);
}

/* ---- packed digits and characters --------------------------------------------------------------- */

enum { PACKED_DIGITS = 31, ZERO_CHARACTER = 0x30 };

/* Characters of `size` bytes, whose right halves are the digits; the result is positive,
 * and has as many zeros on the left as are missing. */
static void pack_characters(struct cpu *cpu, const struct op *op, unsigned size)
{
    unsigned bytes = op->i + 1u;
    uint8_t characters[64], packed[16] = { 0 };
    if (bytes > 32 * size || bytes % size)
        program_interrupt(cpu, PGM_SPECIFICATION);
    fetch_bytes(in_space_of(cpu, op->b2), characters, address_b2(cpu, op), bytes);
    packed[15] = PACKED_PLUS;
    for (unsigned i = 0; i < bytes / size && i < PACKED_DIGITS; i++) {
        uint8_t digit = characters[bytes - 1 - i * size] & 15;
        packed[15 - (i + 1) / 2] |= (uint8_t)(i % 2 ? digit : digit << 4);
    }
    store_bytes(in_space_of(cpu, op->b1), address_b1(cpu, op), packed, 16);
}

INSTRUCTION(pka) { pack_characters(cpu, op, 1); }
INSTRUCTION(pku) { pack_characters(cpu, op, 2); }

/* The condition code is about the sign, which does not become a character. */
static uint8_t cc_of_sign_code(uint8_t sign)
{
    return sign < 10 ? 3 : sign == 0xB || sign == 0xD ? 1 : 0;
}

static void unpack_characters(struct cpu *cpu, const struct op *op, unsigned size)
{
    unsigned bytes = op->i + 1u;
    uint8_t characters[64] = { 0 }, packed[16];
    if (bytes > 32 * size || bytes % size)
        program_interrupt(cpu, PGM_SPECIFICATION);
    fetch_bytes(in_space_of(cpu, op->b2), packed, address_b2(cpu, op), 16);
    for (unsigned i = 0; i < bytes / size; i++) {
        uint8_t pair = i < PACKED_DIGITS ? packed[15 - (i + 1) / 2] : 0;
        uint8_t digit = i % 2 ? pair & 15 : pair >> 4;
        characters[bytes - 1 - i * size] = ZERO_CHARACTER | digit;
    }
    store_bytes(in_space_of(cpu, op->b1), address_b1(cpu, op), characters, bytes);
    cpu->psw.cc = cc_of_sign_code(packed[15] & 15);
}

INSTRUCTION(unpka) { unpack_characters(cpu, op, 1); }
INSTRUCTION(unpku) { unpack_characters(cpu, op, 2); }

/* ---- test ------------------------------------------------------------------------------------------- */

INSTRUCTION(tp)
{
    uint8_t bytes[16];
    unsigned n = op->i + 1u;
    bool bad_digit = false;
    fetch_bytes(cpu, bytes, address_b1(cpu, op), n);
    for (unsigned i = 0; i < n; i++)
        bad_digit |= bytes[i] >> 4 > 9 || (i < n - 1 && (bytes[i] & 15) > 9);
    bool bad_sign = (bytes[n - 1] & 15) < 10;
    cpu->psw.cc = (uint8_t)(bad_sign | bad_digit << 1);
}
