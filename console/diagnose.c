/* DIAGNOSE, as far as guests may use it: the codes that VM's CP has (CP Programming Services),
 * and of the logical partition. What is not in the table is a specification exception. */
#include <sched.h>
#include <string.h>
#include <time.h>

#include "console/commands.h"
#include "core/bytes.h"

/* R1 and R3 are the instruction's. False: the guest gets a specification exception. */
typedef bool diagnose_function(struct operator *, struct cpu *, int r1, int r3);

/* ---- 00C: the time ------------------------------------------------------------------------ */

/* "11/22/26" and "14:05:00", then the CPU's time in microseconds, twice: 32 bytes at the real
 * address in R1. */
static bool pseudo_timer(struct operator *operator, struct cpu *cpu, int r1, int r3)
{
    const uint64_t MICROSECOND = 4096;
    const time_t SECONDS_FROM_1900 = 2208988800;        /* to 1970 */
    (void)r3;
    char text[18];
    struct tm tm;
    time_t now = (time_t)(clock_tod(&operator->machine->clock) / MICROSECOND / 1000000) -
                 SECONDS_FROM_1900 + operator->settings.zone_minutes * 60;
    uint8_t *block = storage_absolute(operator->machine, cpu->gr[r1].w & 0x7FFFFFFF, 32);
    if (!block || cpu->gr[r1].w & 7)
        return false;
    gmtime_r(&now, &tm);
    strftime(text, sizeof text, "%m/%d/%y%H:%M:%S", &tm);
    for (int i = 0; i < 16; i++)
        block[i] = operator->machine->codepage.to_guest[(uint8_t)text[i]];
    uint64_t used = (0 - cpu_timer(cpu)) / MICROSECOND;
    put64(block + 16, used);
    put64(block + 24, used);
    storage_changed(operator->machine, cpu->gr[r1].w & 0x7FFFFFFF, 32);
    return true;
}

/* ---- 044, 09C: another CPU may have the host's --------------------------------------------------- */

static bool yield(struct operator *operator, struct cpu *cpu, int r1, int r3)
{
    (void)cpu, (void)r1, (void)r3;
    if (!operator->machine->clock.is_virtual)
        sched_yield();
    return true;
}

/* ---- 204: the logical partitions ------------------------------------------------------------------ */

/* The block that subcode 4 stores: itself, a partition, and what each of its CPUs has used. */
enum partition_block { PARTITIONS = 0, PHYSICAL_CPUS = 4, THIS = 6, NOW = 8,
                       PARTITION = 16, CPU_COUNT = PARTITION + 1, NAME = PARTITION + 8,
                       CPUS = 32, CPU_ENTRY = 24 };
enum cpu_entry { WEIGHT = 6, EFFECTIVE = 8, DISPATCHED = 16 };

static void put_cpu_times(const struct cpu *cpu, uint8_t *entry)
{
    enum { DEDICATED = 0xFFFF, TOD_MICROSECOND = 12 };
    uint64_t used = (0 - cpu_timer(cpu)) >> TOD_MICROSECOND;
    put16(entry, cpu->address);
    put16(entry + WEIGHT, DEDICATED);
    put64(entry + EFFECTIVE, used);
    put64(entry + DISPATCHED, used);
}

static void put_partition(const struct operator *operator, uint8_t *block)
{
    const struct machine *machine = operator->machine;
    size_t given = strlen(machine->options.lparname);
    block[PARTITIONS] = 1;
    put16(block + PHYSICAL_CPUS, (uint16_t)machine->ncpus);
    put16(block + THIS, PARTITION);
    put64(block + NOW, clock_tod(&machine->clock));
    block[PARTITION] = operator->machine->options.lparnum;
    block[CPU_COUNT] = (uint8_t)machine->ncpus;
    for (size_t i = 0; i < 8; i++) {
        char c = i < given ? machine->options.lparname[i] : ' ';
        block[NAME + i] = machine->codepage.to_guest[(uint8_t)c];
    }
    for (int i = 0; i < machine->ncpus; i++)
        put_cpu_times(machine->cpus[i], block + CPUS + i * CPU_ENTRY);
}

/* The subcode in R3, in the register behind that the size in pages, the block's absolute address
 * in R1. Subcodes that there are not are answered by one that is not zero. */
static bool partition_times(struct operator *operator, struct cpu *cpu, int r1, int r3)
{
    enum { SIMPLE = 4, UNKNOWN = 4, PAGE = 4096 };
    struct machine *machine = operator->machine;
    uint64_t address = cpu->gr[r1].d & cpu->address_mask;
    bool known = cpu->gr[r3].d == SIMPLE;
    if (r3 & 1)
        return false;
    cpu->gr[r3].d = known ? 0 : UNKNOWN;
    if (!known)
        return true;
    uint8_t *block = storage_absolute(machine, address, PAGE);
    if (address & (PAGE - 1) || cpu->gr[r3 + 1].d < 1 || !block)
        return false;
    memset(block, 0, PAGE);
    put_partition(operator, block);
    storage_changed(machine, address, PAGE);
    return true;
}

/* ---- which ---------------------------------------------------------------------------------------- */

static const struct {
    uint32_t code;
    diagnose_function *function;
} functions[] = {
    { 0x008, guest_command }, { 0x00C, pseudo_timer }, { 0x024, diagnose_device },
    { 0x044, yield }, { 0x09C, yield }, { 0x204, partition_times },
    { 0x250, diagnose_block_io }, { 0x258, diagnose_page_faults }, { 0x288, diagnose_watchdog }, { 0x308, diagnose_load },
};

bool guest_diagnose(struct operator *operator, struct cpu *cpu, uint32_t code, int r1, int r3)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (functions[i].code == code)
            return functions[i].function(operator, cpu, r1, r3);
    return false;
}
