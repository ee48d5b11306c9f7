/* DIAGNOSE 204: the logical partitions of the machine, of which there is this one, and what its CPUs
 * have used; and 224, the names of types of CPUs. Layouts are those of Linux
 * (arch/s390/include/asm/diag.h). */
#include <string.h>

#include "console/commands.h"
#include "core/bytes.h"

enum { PAGE = 4096, NAME_LENGTH = 8, WEIGHT_OF_DEDICATED = 0xFFFF };

/* The block begins with how many partitions there are and which is this one; a partition with its
 * number and name; then there is an entry for each of its CPUs. 0 is a field that a form has not. */
struct form {
    uint8_t partition, cpus, cpu_entry;
    uint8_t real_cpus, cluster, operating_system;       /* of a partition */
    uint8_t current_weight;                             /* of a CPU */
    uint8_t then;                                       /* the time again, when all is stored */
};
static const struct form simple = { .partition = 16, .cpus = 16, .cpu_entry = 24 };
static const struct form extended = { .partition = 64, .cpus = 96, .cpu_entry = 96, .real_cpus = 2,
                                      .cluster = 16, .operating_system = 24, .current_weight = 26,
                                      .then = 16 };
enum header { PARTITIONS = 0, PHYSICAL_CPUS = 4, THIS = 6, NOW = 8 };
enum partition { NUMBER = 0, CPU_COUNT = 1, NAME = 8 };
enum cpu_entry { FLAGS = 5, WEIGHT = 6, DISPATCHED = 8, EFFECTIVE = 16, ONLINE = 0x20 };

static void put_name(const struct operator *operator, uint8_t *field, size_t length, const char *name)
{
    size_t given = strlen(name);
    for (size_t i = 0; i < length; i++)
        field[i] = operator->machine->codepage.to_guest[(uint8_t)(i < given ? name[i] : ' ')];
}

static void put_cpu(const struct cpu *cpu, uint8_t *entry, const struct form *form)
{
    enum { TOD_MICROSECOND = 12 };
    uint64_t used = (0 - cpu_timer(cpu)) >> TOD_MICROSECOND;
    put16(entry, cpu->address);
    entry[FLAGS] = cpu->offline ? 0 : ONLINE;
    put16(entry + WEIGHT, WEIGHT_OF_DEDICATED);
    put64(entry + DISPATCHED, used);
    put64(entry + EFFECTIVE, used);
    if (form->current_weight)
        put16(entry + form->current_weight, WEIGHT_OF_DEDICATED);
}

static void put_partitions(const struct operator *operator, uint8_t *block, const struct form *form)
{
    const struct machine *machine = operator->machine;
    uint8_t *partition = block + form->partition, *entry = partition + form->cpus;
    block[PARTITIONS] = 1;
    put16(block + PHYSICAL_CPUS, (uint16_t)machine->ncpus);
    put16(block + THIS, form->partition);
    put64(block + NOW, clock_tod(&machine->clock));
    partition[NUMBER] = machine->options.lparnum;
    partition[CPU_COUNT] = (uint8_t)machine->ncpus;
    put_name(operator, partition + NAME, NAME_LENGTH, machine->options.lparname);
    if (form->real_cpus)
        partition[form->real_cpus] = (uint8_t)machine->ncpus;
    if (form->cluster) {
        put_name(operator, partition + form->cluster, NAME_LENGTH, "");
        put_name(operator, partition + form->operating_system, NAME_LENGTH, "");
    }
    for (int i = 0; i < machine->ncpus; i++)
        put_cpu(machine->cpus[i], entry + i * form->cpu_entry, form);
    if (form->then)
        put64(block + form->then, clock_tod(&machine->clock));
}

/* The subcode in R3, in the register behind that the size in pages, the block's address in R1,
 * absolute for the simple form, logical for the others. Subcodes that there are not are answered by
 * one that is not zero; one tells how many pages are needed, and the last two store the same where
 * CPUs have no threads. */
bool diagnose_partitions(struct operator *operator, struct cpu *cpu, int r1, int r3)
{
    enum { SIMPLE = 4, SIZE = 0x10005, EXTENDED = 0x10006, WITH_THREADS = 0x10007, UNKNOWN = 4,
           PAGES = 1 };
    uint64_t address = cpu->gr[r1].d & cpu->address_mask, subcode = cpu->gr[r3].d;
    if (r3 & 1)
        return false;
    bool stores = subcode == SIMPLE || subcode == EXTENDED || subcode == WITH_THREADS;
    cpu->gr[r3].d = stores || subcode == SIZE ? 0 : UNKNOWN;
    if (subcode == SIZE)
        cpu->gr[r3 + 1].d = PAGES;
    if (!stores)
        return true;
    if (subcode != SIMPLE && translate_for_display(cpu, address, &address))
        return false;
    uint8_t *block = storage_absolute(operator->machine, address, PAGE);
    if (address & (PAGE - 1) || cpu->gr[r3 + 1].d < PAGES || !block)
        return false;
    memset(block, 0, PAGE);
    put_partitions(operator, block, subcode == SIMPLE ? &simple : &extended);
    storage_changed(operator->machine, address, PAGE);
    return true;
}

/* The index of the last name, and names of 16 characters, by the index in a CPU's entry: all of ours
 * are of the first type. The page's absolute address is in R1. */
bool diagnose_cpu_types(struct operator *operator, struct cpu *cpu, int r1, int r3)
{
    enum { LAST = 0, NAMES = 16, TYPE_LENGTH = 16 };
    uint64_t address = cpu->gr[r1].d & cpu->address_mask;
    uint8_t *block = storage_absolute(operator->machine, address, PAGE);
    (void)r3;
    if (address & (PAGE - 1) || !block)
        return false;
    memset(block, 0, PAGE);
    block[LAST] = 0;
    put_name(operator, block + NAMES, TYPE_LENGTH, "CP");
    storage_changed(operator->machine, address, PAGE);
    return true;
}
