/* What the configuration says about itself: facility lists and system information (SA22 4-75,
 * 10-126 to 10-148). */
#include "cpu/control.h"

/* ---- facilities ----------------------------------------------------------------------- */

/* A facility is there if an instruction of it is in the list. */
static const struct {
    uint8_t bit;
    uint8_t code[6];
} facilities[] = {
    { 0, { 0xA7, 0x04 } },                            /* N3: BRC */
    { 3, { 0xB9, 0x8E } }, { 4, { 0xB9, 0x8E } },     /* DAT enhancement: IDTE */
    { 6, { 0xB9, 0x9E } },                            /* ASN-and-LX reuse: PTI */
    { 7, { 0xB2, 0xB0 } },                            /* STFLE */
    { 8, { 0xB9, 0xAF } }, { 78, { 0xB9, 0x8F } },    /* enhanced DAT 1, 2: PFMF, CRDTE */
    { 9, { 0xAE } },                                  /* sense running status: SIGP */
    { 10, { 0xB2, 0x2B } }, { 14, { 0xB2, 0x2B } },   /* conditional, nonquiescing SSKE */
    { 11, { 0xB9, 0xA2 } },                           /* configuration topology: PTF */
    { 13, { 0xB2, 0x21 } },                           /* IPTE range */
    { 16, { 0xB9, 0x90 } }, { 24, { 0xB9, 0x90 } },   /* extended translation 2: TRTT */
    { 17, { 0xB9, 0x2E } },                           /* message-security assist: KM */
    { 18, { 0xE3, 0, 0, 0, 0, 0x58 } },               /* long displacement: LY */
    { 19, { 0xE3, 0, 0, 0, 0, 0x58 } },
    { 20, { 0xB3, 0x3E } },                           /* HFP multiply and add: MADR */
    { 21, { 0xC2, 0x09 } },                           /* extended immediate: AFI */
    { 22, { 0xB9, 0xB0 } }, { 30, { 0xB9, 0xB0 } },   /* extended translation 3: CU14 */
    { 23, { 0xB3, 0x3B } },                           /* HFP unnormalized: MYR */
    { 25, { 0xB2, 0x7C } },                           /* STCKF */
    { 26, { 0xB9, 0xBF } },                           /* parsing enhancement: TRTE */
    { 27, { 0xC8, 0x00 } },                           /* MVCOS */
    { 28, { 0x01, 0x04 } },                           /* TOD-clock steering: PTFF */
    { 31, { 0xC8, 0x01 } },                           /* ECTG */
    { 32, { 0xC8, 0x02 } }, { 33, { 0xC8, 0x02 } },   /* CSST */
    { 34, { 0xEB, 0, 0, 0, 0, 0x6A } },               /* general-instructions extension: ASI */
    { 35, { 0xC6, 0x00 } },                           /* execute extensions: EXRL */
    { 37, { 0xB2, 0xB8 } },                           /* floating-point extension: SRNMB */
    { 40, { 0xB2, 0x80 } },                           /* LPP */
    { 41, { 0xB3, 0xCD } },                           /* floating-point support: LGDR */
    { 42, { 0xB3, 0xD2 } }, { 43, { 0xB3, 0xD2 } },   /* DFP: ADTR */
    { 44, { 0x01, 0x0A } },                           /* PFPO */
    { 45, { 0xB9, 0xF8 } },                           /* distinct operands and others: ARK */
    { 48, { 0xED, 0, 0, 0, 0, 0xAA } },               /* DFP zoned conversion: CDZT */
    { 49, { 0xB2, 0xFA } },                           /* miscellaneous: NIAI */
    { 66, { 0xB9, 0xAE } },                           /* RRBM */
    { 76, { 0xB9, 0x28 } },                           /* MSA extension 3: PCKMO */
    { 77, { 0xB9, 0x2D } },                           /* MSA extension 4: KMCTR */
    { 140, { 0xB2, 0x20 } },                          /* service calls of more than a page: SERVC */
};
enum { Z_INSTALLED = 1, Z_ACTIVE = 2, FETCH_STORE_INDICATION = 75, LIST_BYTES = 24 };
_Static_assert(sizeof((struct machine_options *)NULL)->hidden_bits == LIST_BYTES, "a bit each");

static void set_bit(uint8_t list[LIST_BYTES], unsigned bit)
{
    list[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
}

/* The list of this architecture mode. */
static void make_list(const struct machine *machine, uint8_t list[LIST_BYTES])
{
    const struct machine_options *options = &machine->options;
    bool z = options->architecture == ZARCH;
    memset(list, 0, LIST_BYTES);
    for (size_t i = 0; i < sizeof facilities / sizeof *facilities; i++) {
        const struct instruction *row = instruction_find(facilities[i].code, z ? ZARCH : ESA390);
        if (row && instruction_installed(row, options))
            set_bit(list, facilities[i].bit);
    }
    if (z) {
        set_bit(list, Z_INSTALLED);
        set_bit(list, FETCH_STORE_INDICATION);
    }
    if (architecture_id(machine->arch) == ZARCH)
        set_bit(list, Z_ACTIVE);
    for (size_t i = 0; i < LIST_BYTES; i++)
        list[i] &= (uint8_t)~options->hidden_bits[i];
}

/* How many doublewords of it there are up to the last that is not all zero. */
static unsigned facility_list(const struct cpu *cpu, uint8_t list[LIST_BYTES])
{
    unsigned bytes = LIST_BYTES;
    make_list(cpu->machine, list);
    while (bytes > 1 && !list[bytes - 1])
        bytes--;
    return (bytes + 7) / 8;
}

/* ---- switching them -------------------------------------------------------------------- */

bool facility_is_on(const struct machine_options *options, const char *name)
{
    for (size_t i = 0; options->without[i]; i++)
        if (strcmp(options->without[i], name) == 0)
            return false;
    return true;
}

const char *facility_of_bit(const struct machine *machine, unsigned bit)
{
    bool z = machine->options.architecture == ZARCH;
    const char *facility = NULL;
    for (size_t i = 0; i < sizeof facilities / sizeof *facilities; i++) {
        const struct instruction *row = instruction_find(facilities[i].code, z ? ZARCH : ESA390);
        bool same = row && facility && strcmp(row->facility, facility) == 0;
        if (facilities[i].bit == bit)
            return row && *row->facility && !same ? row->facility : NULL;
        facility = row ? row->facility : NULL;
    }
    return NULL;
}

void facility_bits(const struct machine *machine, uint8_t *bits, size_t bytes)
{
    uint8_t list[LIST_BYTES];
    make_list(machine, list);
    memset(bits, 0, bytes);
    memcpy(bits, list, bytes < LIST_BYTES ? bytes : LIST_BYTES);
}

bool facility_bit(const struct machine *machine, unsigned bit)
{
    uint8_t list[LIST_BYTES];
    make_list(machine, list);
    return bit < 8 * LIST_BYTES && list[bit / 8] & 0x80 >> bit % 8;
}

bool facility_hide_bit(struct machine *machine, unsigned bit, bool hidden)
{
    if (bit >= 8 * LIST_BYTES)
        return false;
    uint8_t *byte = &machine->options.hidden_bits[bit / 8], mask = (uint8_t)(0x80 >> bit % 8);
    if (!(*byte & mask) && !facility_bit(machine, bit))
        return false;
    *byte = (uint8_t)(hidden ? *byte | mask : *byte & ~mask);
    return true;
}

/* The first instruction of each facility stands for it. */
static bool is_first(const struct instruction *row, enum architecture_id arch)
{
    for (size_t i = 0;; i++) {
        const struct instruction *before = instruction_row(i);
        if (before == row)
            return true;
        if (before->archs & arch && strcmp(before->facility, row->facility) == 0)
            return false;
    }
}

static unsigned instructions_of(const char *facility, enum architecture_id arch)
{
    const struct instruction *row;
    unsigned count = 0;
    for (size_t i = 0; (row = instruction_row(i)); i++)
        count += row->archs & arch && strcmp(row->facility, facility) == 0;
    return count;
}

bool facility_is_installed(const struct machine *machine, const char *name)
{
    enum architecture_id arch = architecture_id(machine->arch);
    const struct instruction *row;
    for (size_t i = 0; (row = instruction_row(i)); i++)
        if (row->archs & arch && strcmp(row->facility, name) == 0 &&
            instruction_installed(row, &machine->options))
            return true;
    return false;
}

const char *facility_row(const struct machine *machine, size_t i, unsigned *instructions)
{
    enum architecture_id arch = architecture_id(machine->arch);
    const struct instruction *row;
    for (size_t at = 0; (row = instruction_row(at)); at++)
        if (row->archs & arch && is_first(row, arch) && i-- == 0) {
            *instructions = instructions_of(row->facility, arch);
            return row->facility;
        }
    return NULL;
}

bool facility_switch(struct machine *machine, const char *name, bool on)
{
    enum { MOST = sizeof machine->options.without / sizeof *machine->options.without - 1 };
    const char **without = machine->options.without, *facility;
    unsigned instructions, kept = 0;
    for (size_t i = 0; (facility = facility_row(machine, i, &instructions)); i++)
        if (strcasecmp(facility, name) == 0)
            break;
    if (!facility || strcmp(facility, "base") == 0)
        return false;
    for (size_t i = 0; without[i]; i++)
        if (strcmp(without[i], facility) != 0)
            without[kept++] = without[i];
    without[kept] = NULL;
    if (!on && kept == MOST)
        return false;
    if (!on) {
        without[kept] = facility;
        without[kept + 1] = NULL;
    }
    for (int i = 0; i < machine->ncpus; i++)
        engine_flush(machine->cpus[i]);
    return true;
}

INSTRUCTION(stfl)
{
    enum { FACILITIES = 200 };
    uint8_t list[LIST_BYTES];
    (void)op;
    facility_list(cpu, list);
    memcpy(assigned_storage(cpu) + FACILITIES, list, 4);
    real_changed(cpu, FACILITIES, 4);
}

/* Register 0 has the number of doublewords that there is room for, less one. */
INSTRUCTION(stfle)
{
    uint8_t list[LIST_BYTES];
    uint64_t address = address_b2(cpu, op);
    if (address & 7)
        program_interrupt(cpu, PGM_SPECIFICATION);
    unsigned room = (cpu->gr[0].w & 0xFF) + 1, count = facility_list(cpu, list);
    store_bytes(cpu, address, list, 8 * (room < count ? room : count));
    cpu->gr[0].w = (cpu->gr[0].w & 0xFFFFFF00) | (count - 1);
    cpu->psw.cc = room < count ? 3 : 0;
}

/* ---- system information ------------------------------------------------------------------ */

enum { BLOCK = 4096 };

static void put_text(const struct cpu *cpu, uint8_t *field, size_t length, const char *text)
{
    for (size_t i = 0; i < length; i++) {
        char c = *text ? *text++ : ' ';
        field[i] = cpu->machine->codepage.to_guest[(uint8_t)c];
    }
}

static void put_sequence(const struct cpu *cpu, uint8_t *field)
{
    char digits[17];
    snprintf(digits, sizeof digits, "%016X", (unsigned)(cpu->machine->options.cpuserial & 0xFFFFFF));
    put_text(cpu, field, 16, digits);
}

static const char *or_ours(const char *text, const char *ours)
{
    return *text ? text : ours;
}

static void put_plant(const struct cpu *cpu, uint8_t *block)
{
    enum { SEQUENCE = 80, PLANT = 96 };
    put_sequence(cpu, block + SEQUENCE);
    put_text(cpu, block + PLANT, 4, or_ours(cpu->machine->options.plant, "EN"));
}

/* The capacities' names follow from the model's if they have none; the permanent and the
 * temporary one's are zeros then. */
static void basic_machine(const struct cpu *cpu, uint8_t *block)
{
    enum { MANUFACTURER = 32, TYPE = 48, CAPACITY = 64, MODEL = 100, PERMANENT = 116, TEMPORARY = 132 };
    const struct machine_options *options = &cpu->machine->options;
    const char *model = or_ours(options->models[0], "Endicott");
    char type[5];
    snprintf(type, sizeof type, "%04X", options->cpumodel);
    put_text(cpu, block + MANUFACTURER, 16, or_ours(options->manufacturer, "Endicott"));
    put_text(cpu, block + TYPE, 4, type);
    put_text(cpu, block + CAPACITY, 16, or_ours(options->models[1], model));
    put_plant(cpu, block);
    put_text(cpu, block + MODEL, 16, model);
    if (*options->models[2])
        put_text(cpu, block + PERMANENT, 16, options->models[2]);
    if (*options->models[3])
        put_text(cpu, block + TEMPORARY, 16, options->models[3]);
}

/* The same for a CPU of the machine and of a logical partition. */
static void this_cpu(const struct cpu *cpu, uint8_t *block)
{
    put_plant(cpu, block);
    put16(block + 100, cpu->address);
    put16(block + 102, cpu->address);
}

static void count_cpus(const struct cpu *cpu, uint8_t *counts)
{
    unsigned total = (unsigned)cpu->machine->ncpus, configured = 0;
    for (unsigned i = 0; i < total; i++)
        configured += !cpu->machine->cpus[i]->offline;
    put16(counts, (uint16_t)total);
    put16(counts + 2, (uint16_t)configured);
    put16(counts + 4, (uint16_t)(total - configured));
    put16(counts + 6, 0);
}

/* The factor by which a CPU's share shrinks with each that is added: none here. */
static void machine_cpus(const struct cpu *cpu, uint8_t *block)
{
    enum { CAPABILITY = 32, COUNTS = 36, ADJUSTMENTS = 44, FULL = 100 };
    put32(block + CAPABILITY, FULL);
    count_cpus(cpu, block + COUNTS);
    for (int i = 1; i < cpu->machine->ncpus; i++)
        put16(block + ADJUSTMENTS + 2 * (i - 1), FULL);
}

static void partition_cpus(const struct cpu *cpu, uint8_t *block)
{
    enum { NUMBER = 32, CHARACTERISTICS = 35, COUNTS = 36, NAME = 44, SHARE = 52,
           DEDICATED_CPUS = 72, DEDICATED = 0x80 };
    put16(block + NUMBER, 1);
    block[CHARACTERISTICS] = DEDICATED;
    count_cpus(cpu, block + COUNTS);
    put_text(cpu, block + NAME, 8, cpu->machine->options.lparname);
    put32(block + SHARE, 1000);
    put16(block + DEDICATED_CPUS, (uint16_t)cpu->machine->ncpus);
}

static const struct {
    uint8_t function, selector1;
    uint16_t selector2;
    void (*fill)(const struct cpu *, uint8_t *block);
} information[] = {
    { 1, 1, 1, basic_machine }, { 1, 2, 1, this_cpu }, { 1, 2, 2, machine_cpus },
    { 2, 2, 1, this_cpu }, { 2, 2, 2, partition_cpus }, { 15, 1, 2, topology_information },
};

INSTRUCTION(stsi)
{
    enum { LEVEL = 2 };
    uint32_t r0 = cpu->gr[0].w, r1 = cpu->gr[1].w;
    uint8_t function = (uint8_t)(r0 >> 28), block[BLOCK / 2] = { 0 };
    if (r0 & 0x0FFFFF00 || r1 & 0xFFFF0000)
        program_interrupt(cpu, PGM_SPECIFICATION);
    cpu->psw.cc = 0;
    if (function == 0) {
        cpu->gr[0].w = (uint32_t)LEVEL << 28;
        return;
    }
    uint64_t address = address_b2(cpu, op);
    for (size_t i = 0; i < sizeof information / sizeof *information; i++) {
        if (information[i].function != function || information[i].selector1 != (r0 & 0xFF) ||
            information[i].selector2 != (r1 & 0xFFFF))
            continue;
        if (address & (BLOCK - 1))
            program_interrupt(cpu, PGM_SPECIFICATION);
        check_store(cpu, address + BLOCK / 2, BLOCK / 2);
        information[i].fill(cpu, block);
        store_bytes(cpu, address, block, sizeof block);
        memset(block, 0, sizeof block);
        store_bytes(cpu, address + BLOCK / 2, block, sizeof block);
        return;
    }
    cpu->psw.cc = 3;
}

/* ---- caches ----------------------------------------------------------------------------- */

/* EXTRACT CPU ATTRIBUTE: there are no caches, so that the summary of levels is zero, and
 * anything about one of them is all ones (SA22 7-232). */
INSTRUCTION(ecag)
{
    uint64_t attribute = address_b2(cpu, op) >> 4 & 15;
    cpu->gr[op->r1].d = attribute == 0 ? 0 : UINT64_MAX;
}
