/* DIAGNOSE 308: a guest resets the machine, or loads again, itself or another system. The subcodes
 * and the parameter block are as Linux uses them (arch/s390/include/asm/ipl.h).
 *
 * A CPU cannot reset itself in the middle of an instruction: it stops, as all others do, and a
 * thread of the operator's does the rest. */
#include <stdlib.h>
#include <string.h>

#include "console/commands.h"
#include "console/turns.h"
#include "core/bytes.h"

enum subcode { CLEAR_RESET = 0, NORMAL_RESET = 1, LOAD_CLEAR = 3, LOAD_DUMP = 4, SET = 5, STORE = 6,
               LOAD_NORMAL = 7 };
enum answer { OK = 0x0001, NO_CONFIGURATION = 0x0102, INVALID = 0x0402 };

/* The block: a header, and for a device of channel attachment what follows. */
enum block { LENGTH = 0, VERSION = 7, HEADER = 8, PART_LENGTH = 8, TYPE = 12, FLAGS = 13,
             LOADPARM = 16, SUBCHANNEL_SET = 109, DEVICE = 110, PART = 192,
             BLOCK = HEADER + PART };
enum { CHANNEL_ATTACHED = 2, HAS_LOADPARM = 0x80, LONGEST_BLOCK = 4096 };

/* ---- the parameters -------------------------------------------------------------------- */

static enum answer set_parameters(struct operator *operator, const uint8_t *block)
{
    uint32_t length = get32(block + LENGTH);
    if (length < BLOCK || length > LONGEST_BLOCK || block[VERSION] != 0 ||
        block[TYPE] != CHANNEL_ATTACHED || block[SUBCHANNEL_SET] & 7)
        return INVALID;
    operator->last_ipl = get16(block + DEVICE);
    operator->last_list[0] = 0;
    if (!(block[FLAGS] & HAS_LOADPARM))
        return OK;
    char *loadparm = operator->settings.loadparm;
    for (int i = 0; i < 8; i++)
        loadparm[i] = (char)operator->machine->codepage.to_host[block[LOADPARM + i]];
    for (int i = 8; i > 0 && (loadparm[i] == 0 || loadparm[i] == ' '); i--)
        loadparm[i] = 0;
    return OK;
}

static enum answer store_parameters(struct operator *operator, uint8_t *block)
{
    if (operator->last_ipl == NO_NUMBER || operator->last_list[0])
        return NO_CONFIGURATION;
    memset(block, 0, BLOCK);
    put32(block + LENGTH, BLOCK);
    put32(block + PART_LENGTH, PART);
    block[TYPE] = CHANNEL_ATTACHED;
    block[FLAGS] = HAS_LOADPARM;
    size_t given = strlen(operator->settings.loadparm);
    for (size_t i = 0; i < 8; i++) {
        char c = i < given ? operator->settings.loadparm[i] : ' ';
        block[LOADPARM + i] = operator->machine->codepage.to_guest[(uint8_t)c];
    }
    put16(block + DEVICE, (uint16_t)operator->last_ipl);
    return OK;
}

/* ---- resetting and loading ----------------------------------------------------------------- */

struct request {
    struct operator *operator;
    enum subcode subcode;
    int cpu;
};

/* Registers of all CPUs, too; storage stays. */
static void clear_registers(struct machine *machine)
{
    for (int i = 0; i < machine->ncpus; i++) {
        struct cpu *cpu = machine->cpus[i];
        cpu_initial_reset(cpu);
        memset(cpu->gr, 0, sizeof cpu->gr);
        memset(cpu->ar, 0, sizeof cpu->ar);
        memset(cpu->fpr, 0, sizeof cpu->fpr);
    }
}

static void reset(const struct request *request)
{
    struct machine *machine = request->operator->machine;
    struct cpu *cpu = machine_ipl_begin(machine, request->cpu, false);
    if (request->subcode == CLEAR_RESET)
        clear_registers(machine);
    machine_ipl_end(cpu, true);
}

/* A dump program is told of this CPU by its stored status; it asks the others for theirs by SIGP, and
 * their registers outlive the reset. */
static void load(const struct request *request)
{
    struct operator *operator = request->operator;
    bool clear = request->subcode == LOAD_CLEAR;
    if (request->subcode == LOAD_DUMP)
        cpu_store_status(operator->machine->cpus[request->cpu]);
    if (operator->last_list[0]) {
        struct cpu *cpu = machine_ipl_begin(operator->machine, request->cpu, clear);
        machine_ipl_end(cpu, list_load(operator, operator->last_list) == COMMAND_DONE);
    } else if (!machine_ipl(operator->machine, request->cpu, operator->last_ipl, clear)) {
        message(operator->messages, HHC20010E, operator->last_ipl);
    }
}

static void carry_out(void *context)
{
    struct request request = *(struct request *)context;
    struct operator *operator = request.operator;
    free(context);
    if (!operator_wait_stopped(operator, -1))
        return;
    pthread_mutex_lock(&operator->lock);
    operator_forget_guest(operator);
    (request.subcode == CLEAR_RESET || request.subcode == NORMAL_RESET ? reset : load)(&request);
    pthread_mutex_unlock(&operator->lock);
}

static bool stop_and(struct operator *operator, struct cpu *cpu, enum subcode subcode)
{
    struct request *request = malloc(sizeof *request);
    if (!request)
        return false;
    *request = (struct request){ operator, subcode, cpu->address };
    for (int i = 0; i < operator->machine->ncpus; i++)
        cpu_stop(operator->machine->cpus[i]);
    if (turns_begin(operator->turns, carry_out, request))
        return true;
    free(request);
    return false;
}

static bool nothing_to_load(const struct operator *operator)
{
    return operator->last_ipl == NO_NUMBER && !operator->last_list[0];
}

/* The block's address in R1, the answer in the register behind that, the subcode in R3. */
bool diagnose_load(struct operator *operator, struct cpu *cpu, int r1, int r3)
{
    uint64_t subcode = cpu->gr[r3].d & cpu->address_mask, address = cpu->gr[r1].d & cpu->address_mask;
    uint8_t *block;
    switch (subcode) {
    case CLEAR_RESET: case NORMAL_RESET:
        return stop_and(operator, cpu, (enum subcode)subcode);
    case LOAD_CLEAR: case LOAD_DUMP: case LOAD_NORMAL:
        return !nothing_to_load(operator) && stop_and(operator, cpu, (enum subcode)subcode);
    case SET: case STORE:
        block = storage_absolute(operator->machine, address, LONGEST_BLOCK);
        if (r1 & 1 || address & (LONGEST_BLOCK - 1) || !block)
            return false;
        cpu->gr[r1 + 1].d = subcode == SET ? set_parameters(operator, block)
                                           : store_parameters(operator, block);
        if (subcode == STORE)
            storage_changed(operator->machine, address, BLOCK);
        return true;
    default:
        return false;
    }
}
