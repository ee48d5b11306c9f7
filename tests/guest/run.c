/* Run stand-alone programs on a whole machine: IPL each deck from a card reader and let
 * it go on until its disabled wait, in host time, in virtual time, and in slow mode (the
 * way of stepping and tracing). The address in its last PSW must be what is expected:
 *
 *     run [-z] [DECK [EXPECTED-ADDRESS]]...        hexadecimal; 0 if not given
 *
 * System/370, or from -z on z/Architecture.
 */
#include "channel/channel.h"
#include "core/bytes.h"
#include "cpu/cpu.h"
#include "devices/devices.h"
#include "tests/unit/check.h"

#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { READER = 0x00C };
enum { HOST_PATIENCE_S = 60 };
#define VIRTUAL_PATIENCE_NS (600 * UINT64_C(1000000000))

struct mode { const char *name; bool virtual_time, slow; };
static const struct mode modes[] = {
    { "host time", false, false },
    { "virtual time", true, false },
    { "slow mode", true, true }
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

static struct device *attach(struct channels *channels, const char *type, uint16_t number,
                             int argc, const char *const argv[])
{
    return device_attach(channels, device_type_find(type), number, argc, (char *const *)argv);
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

static void run_deck(enum architecture_id architecture, const char *deck, uint32_t expected,
                     const struct mode *mode)
{
    struct messages *messages = messages_new();
    messages_listen(messages, heard, NULL);
    struct machine_options options = {
        .architecture = architecture, .mainsize = 8 << 20, .numcpu = 2,
        .cpuserial = 0x060305, .cpumodel = 0x3033, .cpuverid = 0xFD,
        .virtual_time = mode->virtual_time, .extended_facility = true
    };
    struct machine *machine = machine_new(&options, messages);
    struct channels *channels = channels_new(machine);
    struct cpu *cpu = machine->cpus[0];
    sem_t stop;
    sem_init(&stop, 0, 0);
    machine->observer.context = &stop;
    machine->observer.stopped = stopped;
    machine->observer.watching = mode->slow;

    const char *words[] = { deck, "ebcdic" };
    machine_power_on(machine);
    bool ready = check(attach(channels, "3505", READER, 2, words), "%s: no reader", deck);
    if (ready && check(machine_ipl(machine, 0, READER, true), "%s: IPL refused", deck)) {
        bool ended = check(run_to_stop(machine, &stop), "%s in %s does not end", deck, mode->name);
        if (!ended)
            cpu_stop(cpu), cpu_wait_stopped(cpu, UINT64_C(5000000000));
        uint8_t psw[16];
        psw_store(cpu->arch, &cpu->psw, psw, 0, 0);
        check(cpu->psw.wait && cpu->psw.ia == expected,
              "%s in %s: PSW %08X %08X, not a wait at %06X; program old PSW %08X %08X", deck,
              mode->name, get32(psw), get32(psw + 4), expected, get32(machine->storage + 0x28),
              get32(machine->storage + 0x2C));
    }
    channels_free(channels);
    machine_free(machine);
    messages_free(messages);
    sem_destroy(&stop);
}

int main(int argc, char **argv)
{
    enum architecture_id architecture = S370;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-z") == 0) {
            architecture = ZARCH;
            continue;
        }
        const char *deck = argv[i];
        char *end = "";
        uint32_t expected = 0;
        if (i + 1 < argc && !strchr(argv[i + 1], '.'))
            expected = (uint32_t)strtoul(argv[++i], &end, 16);
        if (!check(!*end, "%s is no hexadecimal address", argv[i]))
            continue;
        for (size_t m = 0; m < sizeof modes / sizeof *modes; m++)
            run_deck(architecture, deck, expected, &modes[m]);
    }
    return checks_done();
}
