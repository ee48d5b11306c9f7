/* The PSW in storage and taken apart (GA22 4-3; SA22-7201 4-5; SA22 4-5). */
#include "cpu/architecture.h"
#include "cpu/control.h"

/* ---- S/370: BC and EC mode -------------------------------------------------------- */

/* Bits of an EC-mode PSW that must be zero: 0, 2-4, 17, 24-39 (GA22 6-9). */
#define EC_RESERVED 0xB80040FFFF000000u
#define EC_RESERVED_MASK 0xB8

/* The system mask, and what is in the byte behind it in all formats, at the left. A PSW is put
 * together in a register: what has just been stored in pieces a host fetches slowly. */
static uint64_t first_bytes(const struct psw *psw, bool bit12)
{
    unsigned second = psw->key | (unsigned)bit12 << 3 | (unsigned)psw->machine_check << 2 |
                      (unsigned)psw->wait << 1 | psw->problem;
    return (uint64_t)(psw->system_mask << 8 | second) << 48;
}

/* The third byte since EC mode, at its place. */
static uint64_t third_byte(const struct psw *psw)
{
    return (uint64_t)(psw->space << 6 | psw->cc << 4 | psw->program_mask) << 40;
}

void s370_store_psw(const struct psw *psw, uint8_t *bytes, uint16_t interruption_code, int ilc)
{
    uint64_t word = first_bytes(psw, psw->extended_control) | (psw->ia & 0xFFFFFF);
    if (psw->extended_control)
        word |= third_byte(psw) | psw->reserved;
    else
        word |= (uint64_t)interruption_code << 32 |
                (uint64_t)(ilc << 6 | psw->cc << 4 | psw->program_mask) << 24;
    put64(bytes, word);
}

/* What all formats have in their first 24 bits. */
static inline struct psw first_half(uint64_t left)
{
    return (struct psw){
        .system_mask = (uint8_t)(left >> 56),
        .key = left >> 48 & 0xF0,
        .extended_control = true,
        .machine_check = left >> 50 & 1,
        .wait = left >> 49 & 1,
        .problem = left >> 48 & 1,
        .space = left >> 46 & 3,
        .cc = left >> 44 & 3,
        .program_mask = left >> 40 & 15,
    };
}

void s370_load_psw(struct psw *psw, const uint8_t *bytes)
{
    uint64_t word = get64(bytes);
    *psw = first_half(word);
    psw->ia = word & 0xFFFFFF;
    if (word >> 51 & 1) {
        psw->space = word >> 47 & 1 ? SPACE_CONTROL_SECONDARY : SPACE_CONTROL_PRIMARY;
        psw->reserved = word & EC_RESERVED;
        psw->malformed = psw->reserved != 0;
    } else {
        psw->extended_control = false;
        psw->space = SPACE_CONTROL_PRIMARY;
        psw->cc = word >> 28 & 3;
        psw->program_mask = word >> 24 & 15;
    }
}

/* ---- ESA/390 ------------------------------------------------------------------------ */

/* Zero: bits 0, 2-4, 24-31; one: bit 12. With bit 32 off, so must be the left byte of the
 * address (SA22-7201 6-9). */
#define ESA_RESERVED 0xB80000FF00000000u

void esa390_store_psw(const struct psw *psw, uint8_t *bytes, uint16_t interruption_code, int ilc)
{
    (void)interruption_code, (void)ilc;
    bool bit12 = !(psw->reserved_right & 1);
    uint32_t right = (uint32_t)psw->ia | (psw->amode == AMODE_31 ? 0x80000000 : 0);
    put64(bytes, first_bytes(psw, bit12) | third_byte(psw) | right | psw->reserved);
}

void esa390_load_psw(struct psw *psw, const uint8_t *bytes)
{
    uint64_t word = get64(bytes);
    *psw = first_half(word);
    psw->ia = word & 0x7FFFFFFF;
    psw->amode = word >> 31 & 1 ? AMODE_31 : AMODE_24;
    psw->reserved = word & ESA_RESERVED;
    psw->reserved_right = !(word >> 51 & 1);
    psw->malformed = psw->reserved || psw->reserved_right ||
                     (psw->amode == AMODE_24 && psw->ia > 0xFFFFFF);
}

/* ---- z/Architecture ------------------------------------------------------------------- */

/* Zero: bits 0, 2-4, 12, 24-30, 33-63. Bit 31 needs bit 32; the address must fit the mode
 * (SA22 6-9). */
#define Z_RESERVED 0xB80800FE7FFFFFFFu

void zarch_store_psw(const struct psw *psw, uint8_t *bytes, uint16_t interruption_code, int ilc)
{
    static const uint64_t mode_bits[] = { [AMODE_24] = 0, [AMODE_31] = 0x80000000,
                                          [AMODE_64] = 0x180000000 };
    (void)interruption_code, (void)ilc;
    uint64_t mode = psw->reserved_right ? psw->reserved_right & 0x180000000
                                        : mode_bits[psw->amode];
    put64(bytes, first_bytes(psw, false) | third_byte(psw) | psw->reserved | mode);
    put64(bytes + 8, psw->ia);
}

void zarch_load_psw(struct psw *psw, const uint8_t *bytes)
{
    uint64_t left = get64(bytes), mode = left & 0x180000000;
    *psw = first_half(left);
    psw->ia = get64(bytes + 8);
    psw->amode = mode == 0x180000000 ? AMODE_64 : mode == 0x80000000 ? AMODE_31 : AMODE_24;
    psw->reserved = left & Z_RESERVED;
    psw->reserved_right = mode == 0x100000000 ? mode : 0;
    psw->malformed = psw->reserved || psw->reserved_right ||
                     (psw->amode == AMODE_31 && psw->ia > 0x7FFFFFFF) ||
                     (psw->amode == AMODE_24 && psw->ia > 0xFFFFFF);
}

/* ---- all ------------------------------------------------------------------------------------ */

void psw_store(const struct architecture *arch, const struct psw *psw, uint8_t *bytes,
               uint16_t interruption_code, int ilc)
{
    arch->store_psw(psw, bytes, interruption_code, ilc);
}

void psw_load(const struct architecture *arch, struct psw *psw, const uint8_t *bytes)
{
    arch->load_psw(psw, bytes);
}

void load_psw(struct cpu *cpu, const uint8_t *bytes)
{
    psw_load(cpu->arch, &cpu->psw, bytes);
    set_amode(cpu, cpu->psw.amode);
    psw_changed(cpu);
}

void set_amode(struct cpu *cpu, enum amode amode)
{
    static const uint64_t masks[] = { [AMODE_24] = 0x00FFFFFF, [AMODE_31] = 0x7FFFFFFF,
                                      [AMODE_64] = UINT64_MAX };
    cpu->psw.amode = amode;
    cpu->address_mask = masks[amode];
    cpu->high_kept = amode == AMODE_64 ? 0 : 0xFFFFFFFF00000000;
}

void cpu_set_psw(struct cpu *cpu, const struct psw *psw)
{
    cpu->psw = *psw;
    set_amode(cpu, psw->amode);
    cpu_attend(cpu, ATTEND_PURGE);
}

void set_system_mask(struct cpu *cpu, uint8_t mask)
{
    cpu->psw.system_mask = mask;
    psw_changed(cpu);
    /* Recognized at once, and unlike LPSW's with the instruction's length (GA22 6-8). */
    if (cpu->psw.extended_control && mask & EC_RESERVED_MASK)
        program_interrupt(cpu, PGM_SPECIFICATION);
}
