/* IPL, start, stop, resets, and the machine's keys. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "console/commands.h"
#include "console/rates.h"
#include "console/sclp.h"
#include "core/bytes.h"

static bool take_word(const struct call *call, int *i, const char *word)
{
    if (*i < call->argc && same_word(call->argv[*i], word)) {
        ++*i;
        return true;
    }
    return false;
}

/* A parameter goes to the registers, four characters each from GR0 on, as VM does it. */
static void parameter_to_registers(struct operator *operator, const char *text)
{
    struct cpu *cpu = operator_cpu(operator);
    uint8_t bytes[64];
    size_t length = strnlen(text, sizeof bytes);
    memset(bytes, ' ', sizeof bytes);
    memcpy(bytes, text, length);
    codepage_to_guest(&operator->machine->codepage, bytes, sizeof bytes);
    for (size_t i = 0; i < (length + 3) / 4; i++)
        cpu->gr[i].w = get32(bytes + 4 * i);
}

/* Without a CPU there is nothing to load or to restart. */
static bool refuses_offline(struct operator *operator)
{
    const struct cpu *cpu = operator_cpu(operator);
    if (cpu->offline)
        message(operator->messages, HHC00835E, cpu->address);
    return cpu->offline;
}

/* A device's number may be a file's name, too: then it is the device. */
static bool is_file(const char *name)
{
    struct stat status;
    return name[strspn(name, "0123456789ABCDEFabcdef:")] && stat(name, &status) == 0;
}

static enum command_result load_from_list(struct operator *operator, const char *list, bool clear)
{
    if (refuses_offline(operator) || operator_refuses_started(operator, "ipl"))
        return COMMAND_FAILED;
    operator_forget_guest(operator);
    struct cpu *cpu = machine_ipl_begin(operator->machine, operator->cpu, clear);
    enum command_result result = list_load(operator, list);
    machine_ipl_end(cpu, result == COMMAND_DONE);
    snprintf(operator->last_list, sizeof operator->last_list, "%s", list);
    return result;
}

static enum command_result load(struct operator *operator, const struct call *call, bool clear)
{
    const char *parameter = NULL;
    int i = 2;
    if (call->argc < 2)
        return COMMAND_WRONG;
    while (i < call->argc && !parameter) {
        if (take_word(call, &i, "clear")) {
            clear = true;
        } else if (take_word(call, &i, "loadparm") && i < call->argc) {
            snprintf(operator->settings.loadparm, sizeof operator->settings.loadparm, "%s",
                     call->argv[i++]);
        } else if (take_word(call, &i, "parm") && i < call->argc) {
            const char *at = strcasestr(call->rest, "parm");
            parameter = at + 4 + strspn(at + 4, " \t");
        } else {
            return COMMAND_WRONG;
        }
    }
    if (is_file(call->argv[1]) || strpbrk(call->argv[1], "/."))
        return load_from_list(operator, call->argv[1], clear);
    struct device *device = parse_attached(operator, call->argv[1]);
    if (device && refuses_offline(operator))
        return COMMAND_FAILED;
    if (!device || operator_refuses_started(operator, "ipl"))
        return COMMAND_FAILED;
    operator_forget_guest(operator);
    if (clear)
        machine_clear_reset(operator->machine);
    if (parameter)
        parameter_to_registers(operator, parameter);
    if (!machine_ipl(operator->machine, operator->cpu, device->number, false)) {
        message(operator->messages, HHC20010E, device->number);
        return COMMAND_FAILED;
    }
    operator->last_ipl = device->number;
    operator->last_list[0] = 0;
    return COMMAND_DONE;
}

static bool load_has_ended(void *context)
{
    struct cpu *cpu = context;
    pthread_mutex_lock(&cpu->machine->lock);
    bool ended = !cpu->loading || cpu->load_failed;
    pthread_mutex_unlock(&cpu->machine->lock);
    return ended;
}

/* Who asks from beside is told how the load ended, if it ends soon: a reader may wait for its
 * deck. For a script it is an event like others, of which a message tells. */
static enum command_result load_and_tell(struct operator *operator, const struct call *call, bool clear)
{
    const uint64_t soon = 2000000000;
    pthread_mutex_lock(&operator->lock);
    enum command_result result = load(operator, call, clear);
    struct cpu *cpu = operator_cpu(operator);
    pthread_mutex_unlock(&operator->lock);
    if (result != COMMAND_DONE || !call->aside || operator->machine->clock.is_virtual)
        return result;
    operator_pass(operator, load_has_ended, cpu, soon);
    return cpu->load_failed ? COMMAND_FAILED : COMMAND_DONE;
}

enum command_result command_ipl(struct operator *operator, const struct call *call)
{
    return load_and_tell(operator, call, false);
}

enum command_result command_iplc(struct operator *operator, const struct call *call)
{
    return load_and_tell(operator, call, true);
}

enum command_result command_start(struct operator *operator, const struct call *call)
{
    if (call->argc > 1)
        return COMMAND_WRONG;
    cpu_start(operator_cpu(operator));
    return COMMAND_DONE;
}

enum command_result command_startall(struct operator *operator, const struct call *call)
{
    if (call->argc > 1)
        return COMMAND_WRONG;
    for (int i = 0; i < operator->machine->ncpus; i++)
        cpu_start(operator->machine->cpus[i]);
    return COMMAND_DONE;
}

static enum command_result wait_stopped(struct operator *operator, int cpu)
{
    if (operator_wait_stopped(operator, cpu))
        return COMMAND_DONE;
    message(operator->messages, HHC20011E);
    return COMMAND_FAILED;
}

enum command_result command_stop(struct operator *operator, const struct call *call)
{
    if (call->argc > 1)
        return COMMAND_WRONG;
    cpu_stop(operator_cpu(operator));
    return wait_stopped(operator, operator->cpu);
}

enum command_result command_stopall(struct operator *operator, const struct call *call)
{
    if (call->argc > 1)
        return COMMAND_WRONG;
    for (int i = 0; i < operator->machine->ncpus; i++)
        cpu_stop(operator->machine->cpus[i]);
    return wait_stopped(operator, -1);
}

enum command_result command_restart(struct operator *operator, const struct call *call)
{
    if (call->argc > 1)
        return COMMAND_WRONG;
    if (refuses_offline(operator))
        return COMMAND_FAILED;
    message(operator->messages, HHC02228I, "restart");
    cpu_restart(operator_cpu(operator));
    return COMMAND_DONE;
}

enum command_result command_sysreset(struct operator *operator, const struct call *call)
{
    if (call->argc > 1)
        return COMMAND_WRONG;
    if (operator_refuses_started(operator, "system reset"))
        return COMMAND_FAILED;
    operator_forget_guest(operator);
    machine_system_reset(operator->machine);
    return COMMAND_DONE;
}

enum command_result command_sysclear(struct operator *operator, const struct call *call)
{
    if (call->argc > 1)
        return COMMAND_WRONG;
    if (operator_refuses_started(operator, "system clear"))
        return COMMAND_FAILED;
    operator_forget_guest(operator);
    machine_clear_reset(operator->machine);
    return COMMAND_DONE;
}

enum command_result command_store(struct operator *operator, const struct call *call)
{
    if (call->argc > 2 || (call->argc == 2 && !same_word(call->argv[1], "status")))
        return COMMAND_WRONG;
    struct cpu *cpu = operator_cpu(operator);
    if (cpu->started) {
        message(operator->messages, HHC02235E, "store status");
        return COMMAND_FAILED;
    }
    cpu_store_status(cpu);
    message(operator->messages, HHC02224I, cpu->address);
    return COMMAND_DONE;
}

enum command_result command_ext(struct operator *operator, const struct call *call)
{
    if (call->argc > 1)
        return COMMAND_WRONG;
    message(operator->messages, HHC02228I, "interrupt");
    cpu_attend(operator_cpu(operator), ATTEND_INTERRUPT_KEY);
    return COMMAND_DONE;
}

enum command_result command_ssd(struct operator *operator, const struct call *call)
{
    if (call->argc > 1)
        return COMMAND_WRONG;
    if (sclp_quiesce(operator->sclp))
        return COMMAND_DONE;
    message(operator->messages, HHC20012E);
    return COMMAND_FAILED;
}

enum command_result command_cpu(struct operator *operator, const struct call *call)
{
    int64_t number;
    if (call->argc == 1) {
        message(operator->messages, HHC20013I, operator->cpu);
        return COMMAND_DONE;
    }
    if (!parse_decimal(call->argv[1], 0, operator->machine->ncpus - 1, &number)) {
        message(operator->messages, HHC20014E, call->argv[1], operator->machine->ncpus - 1);
        return COMMAND_FAILED;
    }
    int before = operator->cpu;
    operator->cpu = (int)number;
    if (call->argc == 2)
        return COMMAND_DONE;
    const char *command = call->rest + strcspn(call->rest, " \t");
    command += strspn(command, " \t");
    enum command_result result = operator_run(operator, command, false);
    operator->cpu = before;
    return result;
}

/* ---- configuring CPUs --------------------------------------------------------------- */

static void configure_cpu(struct operator *operator, struct cpu *cpu, bool on)
{
    if (cpu->offline == !on)
        return;
    if (!on) {
        cpu_stop(cpu);
        operator_wait_stopped(operator, cpu->address);
    }
    cpu_initial_reset(cpu);
    cpu_configure(cpu, on);
}

/* For the CPUs from `first` to `last`. */
static enum command_result configure_cpus(struct operator *operator, const struct call *call,
                                          int first, int last)
{
    bool on = call->argc == 2 && same_word(call->argv[1], "on");
    if (call->argc > 2 || (call->argc == 2 && !on && !same_word(call->argv[1], "off")))
        return COMMAND_WRONG;
    for (int i = first; i <= last; i++) {
        struct cpu *cpu = operator->machine->cpus[i];
        if (call->argc == 2)
            configure_cpu(operator, cpu, on);
        if (cpu->offline)
            message(operator->messages, HHC00820I, cpu->address);
        else
            message(operator->messages, HHC00819I, cpu->address);
    }
    return COMMAND_DONE;
}

enum command_result command_cf(struct operator *operator, const struct call *call)
{
    return configure_cpus(operator, call, operator->cpu, operator->cpu);
}

enum command_result command_cfall(struct operator *operator, const struct call *call)
{
    return configure_cpus(operator, call, 0, operator->machine->ncpus - 1);
}

/* ---- storage from and to files ---------------------------------------------------- */

/* An absolute address, or "*": `standby`. */
static bool storage_address(struct operator *operator, const char *word, uint64_t standby,
                            uint64_t *address)
{
    if (strcmp(word, "*") == 0) {
        *address = standby;
        return true;
    }
    if (parse_hex(word, operator->machine->options.mainsize - 1, address))
        return true;
    message(operator->messages, HHC20015E, word, operator->machine->options.mainsize - 1);
    return false;
}

static enum command_result file_error(struct operator *operator, const char *path)
{
    message(operator->messages, HHC02219E, path, strerror(errno ? errno : EIO));
    return COMMAND_FAILED;
}

enum command_result load_core_file(struct operator *operator, const char *path, uint64_t address)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return file_error(operator, path);
    uint64_t mainsize = operator->machine->options.mainsize;
    uint64_t room = address < mainsize ? mainsize - address : 0;
    errno = 0;
    size_t length = fread(operator->machine->storage + address, 1, room, file);
    bool failed = ferror(file);
    bool more = !failed && length == room && getc(file) != EOF;
    fclose(file);
    if (failed)
        return file_error(operator, path);
    storage_changed(operator->machine, address, length);
    message(operator->messages, HHC02250I, path, length, address);
    if (more)
        message(operator->messages, HHC20016W, path);
    return more ? COMMAND_FAILED : COMMAND_DONE;
}

enum command_result command_loadcore(struct operator *operator, const struct call *call)
{
    uint64_t address = 0;
    if (call->argc < 2 || call->argc > 3)
        return COMMAND_WRONG;
    if (call->argc == 3 && !storage_address(operator, call->argv[2], 0, &address))
        return COMMAND_FAILED;
    if (operator_refuses_started(operator, "loadcore"))
        return COMMAND_FAILED;
    return load_core_file(operator, call->argv[1], address);
}

enum { CARD = 80 };

/* A card of an object deck: TXT has an address, a count and text; END ends. */
static bool load_card(struct operator *operator, const uint8_t card[CARD], uint64_t base,
                      unsigned *bytes)
{
    static const uint8_t txt[] = { 0x02, 0xE3, 0xE7, 0xE3 };
    if (memcmp(card, txt, sizeof txt) != 0)
        return true;
    uint64_t address = base + get24(card + 5);
    unsigned length = get16(card + 10);
    uint8_t *to = length <= 56 ? storage_absolute(operator->machine, address, length) : NULL;
    if (!to)
        return false;
    memcpy(to, card + 16, length);
    storage_changed(operator->machine, address, length);
    *bytes += length;
    return true;
}

enum command_result command_loadtext(struct operator *operator, const struct call *call)
{
    static const uint8_t end[] = { 0x02, 0xC5, 0xD5, 0xC4 };
    uint64_t base = 0;
    uint8_t card[CARD];
    unsigned cards = 0, bytes = 0;
    if (call->argc < 2 || call->argc > 3)
        return COMMAND_WRONG;
    if (call->argc == 3 && !storage_address(operator, call->argv[2], 0, &base))
        return COMMAND_FAILED;
    if (operator_refuses_started(operator, "loadtext"))
        return COMMAND_FAILED;
    FILE *file = fopen(call->argv[1], "rb");
    if (!file)
        return file_error(operator, call->argv[1]);
    bool good = true, ended = false;
    errno = 0;
    while (good && !ended && fread(card, 1, CARD, file) == CARD) {
        cards++;
        good = load_card(operator, card, base, &bytes);
        ended = memcmp(card, end, sizeof end) == 0;
    }
    bool failed = ferror(file);
    fclose(file);
    if (failed)
        return file_error(operator, call->argv[1]);
    if (!good || bytes == 0) {
        message(operator->messages, HHC20017E, call->argv[1], cards);
        return COMMAND_FAILED;
    }
    message(operator->messages, HHC02250I, call->argv[1], (size_t)bytes, base);
    return COMMAND_DONE;
}

enum command_result command_savecore(struct operator *operator, const struct call *call)
{
    uint64_t last = operator->machine->options.mainsize - 1, from = 0, to = last;
    if (call->argc < 2 || call->argc > 4)
        return COMMAND_WRONG;
    if ((call->argc > 2 && !storage_address(operator, call->argv[2], 0, &from)) ||
        (call->argc > 3 && !storage_address(operator, call->argv[3], last, &to)))
        return COMMAND_FAILED;
    if (to < from)
        return COMMAND_WRONG;
    if (operator_refuses_started(operator, "savecore"))
        return COMMAND_FAILED;
    FILE *file = fopen(call->argv[1], "wbx");
    if (!file)
        return file_error(operator, call->argv[1]);
    size_t length = to - from + 1;
    errno = 0;
    bool good = fwrite(operator->machine->storage + from, 1, length, file) == length;
    good = fclose(file) == 0 && good;
    if (!good)
        return file_error(operator, call->argv[1]);
    message(operator->messages, HHC20018I, from, to, call->argv[1]);
    return COMMAND_DONE;
}

/* ---- how fast, how long --------------------------------------------------------------- */

enum command_result command_maxrates(struct operator *operator, const struct call *call)
{
    bool reset = call->argc == 2 && same_word(call->argv[1], "reset");
    if (call->argc > 1 && !reset)
        return COMMAND_WRONG;
    if (operator->machine->clock.is_virtual) {
        message(operator->messages, HHC20019I);
        return COMMAND_DONE;
    }
    struct rate highest = rates_highest(operator->rates, reset), now = rates_now(operator->rates);
    message(operator->messages, HHC02268I, highest.mips, highest.ios);
    message(operator->messages, HHC20020I, now.mips, now.ios);
    return COMMAND_DONE;
}

enum command_result command_uptime(struct operator *operator, const struct call *call)
{
    if (call->argc > 1)
        return COMMAND_WRONG;
    uint64_t ns = clock_ns(&operator->machine->clock) - operator->started_ns, instructions = 0;
    for (int i = 0; i < operator->machine->ncpus; i++)
        instructions += cpu_instructions(operator->machine->cpus[i]);
    message(operator->messages, HHC20021I, (double)ns / 1e9, instructions,
            channels_started(operator->channels));
    return COMMAND_DONE;
}
