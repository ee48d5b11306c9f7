/* The PSW in storage and taken apart (GA22 4-3). */
#include "cpu/control.h"

/* Bits of an EC-mode PSW that must be zero: 0, 2-4, 17, 24-39 (GA22 6-9). */
#define EC_RESERVED 0xB80040FFFF000000u
#define EC_RESERVED_MASK 0xB8

void psw_store(const struct psw *psw, uint8_t bytes[8], uint16_t interruption_code, int ilc)
{
    bytes[0] = psw->system_mask;
    bytes[1] = (uint8_t)(psw->key | psw->extended_control << 3 | psw->machine_check << 2 |
                         psw->wait << 1 | psw->problem);
    put32(bytes + 4, (uint32_t)psw->ia & 0xFFFFFF);
    if (psw->extended_control) {
        bytes[2] = (uint8_t)(psw->secondary_space << 7 | psw->cc << 4 | psw->program_mask);
        bytes[3] = 0;
        put64(bytes, get64(bytes) | psw->reserved);
    } else {
        put16(bytes + 2, interruption_code);
        bytes[4] = (uint8_t)(ilc << 6 | psw->cc << 4 | psw->program_mask);
    }
}

void psw_load(struct psw *psw, const uint8_t bytes[8])
{
    bool extended = bytes[1] & 0x08;
    uint8_t condition = bytes[extended ? 2 : 4];
    *psw = (struct psw){
        .ia = get24(bytes + 5),
        .system_mask = bytes[0],
        .key = bytes[1] & 0xF0,
        .extended_control = extended,
        .machine_check = bytes[1] & 0x04,
        .wait = bytes[1] & 0x02,
        .problem = bytes[1] & 0x01,
        .secondary_space = extended && bytes[2] & 0x80,
        .cc = condition >> 4 & 3,
        .program_mask = condition & 15,
        .reserved = extended ? get64(bytes) & EC_RESERVED : 0,
    };
    psw->malformed = psw->reserved != 0;
}

void load_psw(struct cpu *cpu, const uint8_t bytes[8])
{
    psw_load(&cpu->psw, bytes);
    context_changed(cpu);
}

void set_system_mask(struct cpu *cpu, uint8_t mask)
{
    cpu->psw.system_mask = mask;
    context_changed(cpu);
    /* Recognized at once, and unlike LPSW's with the instruction's length (GA22 6-8). */
    if (cpu->psw.extended_control && mask & EC_RESERVED_MASK)
        program_interrupt(cpu, PGM_SPECIFICATION);
}
