/* The tables of the three architectures. Locations: GA22 3-44, SA22-7201 3-48, SA22 3-56. */
#include "cpu/architecture.h"

#include "cpu/control.h"

#define OLD_AND_NEW_8                                                              \
    { [CLASS_RESTART] = { 0x08, 0x00 }, [CLASS_EXTERNAL] = { 0x18, 0x58 },         \
      [CLASS_SVC] = { 0x20, 0x60 }, [CLASS_PROGRAM] = { 0x28, 0x68 },              \
      [CLASS_MACHINE_CHECK] = { 0x30, 0x70 }, [CLASS_IO] = { 0x38, 0x78 } }

/* SIGNAL PROCESSOR (GA22 4-38, SA22 4-56): sense to restart, stop and store status, CPU resets;
 * prefix, store status, architecture, conditional emergency, sense running. */
enum { ORDERS_OF_ALL = 0x1A7E,
       ORDERS_OF_ESA = 1 << 0x0D | 1 << 0x0E | 1 << 0x12 | 1 << 0x13 | 1 << 0x15 };

/* Everything in the save areas and about the PSW is good: access registers too where there
 * are any, and z/Architecture's two more registers (SA22 11-21). */
#define VALID        UINT64_C(0x00000F1D00030000)
#define VALID_ACCESS UINT64_C(0x40000000)
#define VALID_Z      UINT64_C(0x00300000)

static const struct architecture s370 = {
    .id = S370, .name = "S/370", .psw_size = 8, .basic_control = true, .vm_assist = true,
    .channels = true, .machine_check_valid = VALID,
    .prefix_size = 4096, .prefix_bits = 0x00FFF000,
    .store_psw = s370_store_psw, .load_psw = s370_load_psw,
    .orders = ORDERS_OF_ALL | 1u << 7 | 1u << 8,        /* program resets */
    .store_registers = s370_store_registers, .status = { 256, 264, 0, 512, -1 },
    .psw = OLD_AND_NEW_8, .interval_timer = true,
    .per_controls = 0xF000FFFF, .per_addresses = 0xFFFFFF,
    .translation_exception = 0x90, .monitor_code = 0x9C, .per_address = 0x98,
    .failing_address = 0xF8,
    .two_tables = true,
    .walk = s370_walk, .exception_identification = s370_exception_identification,
    .initial_cr = { [0] = 0x000000E0, [2] = 0xFFFFFFFF, [14] = 0xC2000000, [15] = 512 },
};

static const struct architecture esa390 = {
    .id = ESA390, .name = "ESA/390", .psw_size = 8, .afp_registers = true,
    .io_codes = 8, .machine_check_valid = VALID | VALID_ACCESS,
    .prefix_size = 4096, .prefix_bits = 0x7FFFF000,
    .store_psw = esa390_store_psw, .load_psw = esa390_load_psw,
    .orders = ORDERS_OF_ALL | ORDERS_OF_ESA,
    .store_registers = esa390_store_registers, .status = { 256, 264, 0, 512, 0 },
    .psw = OLD_AND_NEW_8,
    /* PER 2, and of PER 1 the general-register alteration that it lost */
    .per_controls = 0xF8A0FFFF, .per_addresses = 0x7FFFFFFF, .per_modes = true,
    .translation_exception = 0x90, .monitor_code = 0x9C, .per_address = 0x98,
    .failing_address = 0xF8,
    .instructions_from_primary = true, .private_space = 0x100, .overrides = true,
    .pages_of_4k = true, .channel_reports = true,
    .two_tables = true,
    .walk = esa390_walk, .exception_identification = esa390_exception_identification,
    .initial_cr = { [0] = 0x000000E0, [14] = 0xC2000000 },
};

static const struct architecture zarch = {
    .id = ZARCH, .name = "z/Arch", .psw_size = 16, .wide_registers = true, .afp_registers = true,
    .io_codes = 12, .machine_check_valid = VALID | VALID_ACCESS | VALID_Z,
    .prefix_size = 8192, .prefix_bits = 0x7FFFE000,
    .store_psw = zarch_store_psw, .load_psw = zarch_load_psw,
    .expand_psw = zarch_expand_psw, .orders = ORDERS_OF_ALL | ORDERS_OF_ESA,
    .store_registers = zarch_store_registers, .status = { 0x1300, 0x1318, 0x1200, 8192, 1 },
    .psw = { [CLASS_RESTART] = { 0x120, 0x1A0 }, [CLASS_EXTERNAL] = { 0x130, 0x1B0 },
             [CLASS_SVC] = { 0x140, 0x1C0 }, [CLASS_PROGRAM] = { 0x150, 0x1D0 },
             [CLASS_MACHINE_CHECK] = { 0x160, 0x1E0 }, [CLASS_IO] = { 0x170, 0x1F0 } },
    .translation_exception = 0xA8, .monitor_code = 0xB0, .per_address = 0x98,
    .failing_address = 0xF8,
    .wide_codes = true, .signed_comparator = 1ull << 53,
    .per_controls = 0xE9A00000, .per_addresses = UINT64_MAX, .per_modes = true,
    .instructions_from_primary = true, .private_space = 0x100, .overrides = true,
    .pages_of_4k = true, .channel_reports = true,
    .low_alias = 0x1000,
    .walk = zarch_walk, .exception_identification = zarch_exception_identification,
    .initial_cr = { [0] = 0x000000E0, [14] = 0xC2000000 },
};

const struct architecture *architecture_of(enum architecture_id id)
{
    return id == ZARCH ? &zarch : id == ESA390 ? &esa390 : &s370;
}

const char *architecture_name(const struct architecture *arch)
{
    return arch->name;
}

enum architecture_id architecture_id(const struct architecture *arch)
{
    return arch->id;
}

unsigned architecture_psw_size(const struct architecture *arch)
{
    return arch->psw_size;
}

/* What a switch makes of a PSW: between ESA/390 and z/Architecture the address and the
 * addressing mode stay, but for the 64-bit mode that only one has (SA22 4-60). */
static void convert_psw(struct psw *psw, const struct architecture *arch)
{
    if (arch->basic_control)
        *psw = (struct psw){ .ia = psw->ia & 0xFFFFFF };
    else
        psw->extended_control = true;
    if (!arch->wide_registers && psw->amode == AMODE_64) {
        psw->amode = AMODE_31;
        psw->ia &= 0x7FFFFFFF;
    }
}

void machine_set_architecture(struct machine *machine, enum architecture_id id)
{
    bool other_io = machine->arch->channels != architecture_of(id)->channels;
    machine->arch = architecture_of(id);
    for (int i = 0; i < machine->ncpus; i++) {
        struct cpu *cpu = machine->cpus[i];
        cpu->arch = machine->arch;
        cpu->prefix &= cpu->arch->prefix_bits;
        convert_psw(&cpu->psw, machine->arch);
        set_amode(cpu, cpu->psw.amode);
        engine_flush(cpu);
    }
    /* Channels or a channel subsystem: what they were at means nothing to the other. */
    if (other_io && machine->io.reset)
        machine->io.reset(machine->io.context);
}
