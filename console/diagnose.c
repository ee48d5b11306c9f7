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

/* ---- which ---------------------------------------------------------------------------------------- */

static const struct {
    uint32_t code;
    diagnose_function *function;
} functions[] = {
    { 0x008, guest_command }, { 0x00C, pseudo_timer }, { 0x024, diagnose_device },
    { 0x044, yield }, { 0x09C, yield }, { 0x204, diagnose_partitions }, { 0x224, diagnose_cpu_types },
    { 0x250, diagnose_block_io }, { 0x258, diagnose_page_faults }, { 0x288, diagnose_watchdog }, { 0x308, diagnose_load },
};

bool guest_diagnose(struct operator *operator, struct cpu *cpu, uint32_t code, int r1, int r3)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (functions[i].code == code)
            return functions[i].function(operator, cpu, r1, r3);
    return false;
}
