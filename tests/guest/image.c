/* Run stand-alone programs that are loaded at 0, as `ipl` of a list would, on a z/Architecture
 * machine, which begins in ESA/390: in host time, in virtual time, and in slow mode. A program
 * ends in a disabled wait, whose address must be 0; the word at X'800' says how many checks it
 * has made.
 *
 *     image FILE...
 */
#include "core/bytes.h"
#include "cpu/cpu.h"
#include "tests/unit/check.h"

#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CHECKS = 0x800, MAINSIZE = 16 << 20, HOST_PATIENCE_S = 60 };
#define VIRTUAL_PATIENCE_NS (600 * UINT64_C(1000000000))

struct mode { const char *name; bool virtual_time, slow; };
static const struct mode modes[] = {
    { "host time", false, false }, { "virtual time", true, false }, { "slow mode", true, true }
};

static void heard(void *context, const struct message *m)
{
    (void)context;
    printf("%s\n", m->text);
}

static void stopped(void *context, struct cpu *cpu)
{
    (void)cpu;
    sem_post(context);
}

static bool load(struct machine *machine, const char *name)
{
    FILE *file = fopen(name, "rb");
    uint8_t *storage = storage_absolute(machine, 0, MAINSIZE);
    bool loaded = file && fread(storage, 1, MAINSIZE, file) > 0;
    if (file)
        fclose(file);
    storage_changed(machine, 0, MAINSIZE);
    return loaded;
}

/* Let the machine run to its stop. False if it does not stop. */
static bool run_to_stop(struct machine *machine, sem_t *stop)
{
    if (machine->options.virtual_time)
        return machine_run(machine, NULL, NULL, VIRTUAL_PATIENCE_NS) == MACHINE_STOPPED;
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += HOST_PATIENCE_S;
    return sem_timedwait(stop, &until) == 0;
}

static void run_image(const char *name, const struct mode *mode)
{
    struct messages *messages = messages_new();
    messages_listen(messages, heard, NULL);
    struct machine_options options = { .architecture = ZARCH, .mainsize = MAINSIZE, .numcpu = 2,
                                       .cpuserial = 0x060305, .cpumodel = 0x2064,
                                       .virtual_time = mode->virtual_time,
                                       .extended_facility = true };
    struct machine *machine = machine_new(&options, messages);
    sem_t stop;
    sem_init(&stop, 0, 0);
    machine->observer.context = &stop;
    machine->observer.stopped = stopped;
    machine->observer.watching = mode->slow;
    machine_power_on(machine);
    struct cpu *cpu = machine_ipl_begin(machine, 0, true);
    if (check(cpu && load(machine, name), "%s cannot be loaded", name)) {
        machine_ipl_end(cpu, true);
        bool ended = check(run_to_stop(machine, &stop), "%s in %s does not end", name, mode->name);
        if (!ended)
            cpu_stop(cpu), cpu_wait_stopped(cpu, UINT64_C(5000000000));
        unsigned checks = get32(machine->storage + CHECKS);
        check(cpu->psw.wait && cpu->psw.ia == 0 && checks > 0,
              "%s in %s: after %u checks a wait at %llX, and not at 0", name, mode->name, checks,
              (unsigned long long)cpu->psw.ia);
        printf("%s in %s: %u checks\n", name, mode->name, checks);
    }
    machine_free(machine);
    messages_free(messages);
    sem_destroy(&stop);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        for (size_t m = 0; m < sizeof modes / sizeof *modes; m++)
            run_image(argv[i], &modes[m]);
    return checks_done();
}
