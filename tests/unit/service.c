/* The service processor's configuration commands: what it tells of CPUs, storage and channel paths,
 * and what comes of configuring them; and its console for telnet clients. */
#include <arpa/inet.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "console/commands.h"
#include "core/bytes.h"
#include "devices/terminal/terminal.h"
#include "tests/unit/check.h"

enum { BLOCK = 0x4000, CODE = 0x2000, ENDED = 0xE0D, MEGABYTE = 1 << 20 };
enum { INFORMATION = 0x0010, DONE = 0x0020, NOTHING_TO_DO = 0x0120, INVALID = 0x01F0,
       SHORT_BLOCK = 0x0300, IN_STANDBY = 0x0410, NO_SUCH_RESOURCE = 0x09F0 };

static struct operator *make(const char *commands)
{
    struct operator *operator = operator_new(true);
    char *copy = strdup(commands), *rest = copy, *line;
    while ((line = strsep(&rest, "\n")))
        check(operator_command(operator, line) == COMMAND_DONE, "%s", line);
    free(copy);
    operator_power_on(operator);
    return operator;
}

/* The response code; the block is at BLOCK, with this length and `number` behind its header. */
static unsigned call(struct operator *operator, uint32_t command, unsigned length, unsigned number)
{
    struct machine *machine = operator->machine;
    uint8_t *block = machine->storage + BLOCK;
    memset(block, 0, 4096);
    put16(block, (uint16_t)length);
    put16(block + 8, (uint16_t)number);
    int cc = machine->service.call(machine->service.context, machine->cpus[0], command, BLOCK);
    check(cc == 0, "%08X: condition code %d", command, cc);
    atomic_store(&machine->service_signal, 0);
    return get16(block + 6);
}

/* A LOAD from there: does it meet an addressing exception? */
static bool is_there(struct operator *operator, uint64_t address)
{
    struct machine *machine = operator->machine;
    struct cpu *cpu = machine->cpus[0];
    uint8_t *s = machine->storage;
    machine_set_architecture(machine, ZARCH);
    static const uint8_t wait[] = { 0, 2, 0, 1, 0x80, 0, 0, 0 };
    memcpy(s + 0x1C0, wait, 8);                 /* supervisor call, program: new PSWs */
    put64(s + 0x1C8, ENDED);
    memcpy(s + 0x1D0, wait, 8);
    put64(s + 0x1D8, 0xBAD);
    memcpy(s + CODE, "\x58\x10\x20\x00\x0A\x05", 6);        /* L 1,0(2); SVC 5 */
    storage_changed(machine, 0, 0x3000);
    struct psw psw = { .ia = CODE, .extended_control = true, .amode = AMODE_64 };
    cpu_set_psw(cpu, &psw);
    cpu->gr[2].d = address;
    cpu_start(cpu);
    machine_run(machine, NULL, NULL, clock_ns(&machine->clock) + 20000);
    cpu_stop(cpu);
    machine_run(machine, NULL, NULL, clock_ns(&machine->clock) + 1000);
    check(cpu->psw.ia == ENDED || (cpu->psw.ia == 0xBAD && get16(s + 0x8E) == 5),
          "a load from %llX ends at %llX", (unsigned long long)address,
          (unsigned long long)cpu->psw.ia);
    return cpu->psw.ia == ENDED;
}

static void check_elements(struct operator *operator, unsigned main, unsigned standby,
                           unsigned response)
{
    const uint8_t *block = operator->machine->storage + BLOCK;
    unsigned got = call(operator, 0x00040001, 4096, 0);
    check(got == INFORMATION && get16(block + 8) == 1 && get16(block + 10) == main,
          "main storage: %04X, %u assigned", got, get16(block + 10));
    for (unsigned i = 0; i < main; i++)
        check(get32(block + 16 + 4 * i) == ((i + 1) << 16 | (i + 1)), "increment %u: %08X", i,
              get32(block + 16 + 4 * i));
    got = call(operator, 0x00040101, 4096, 0);
    check(got == response && get16(block + 10) == standby && get16(block + 12) == 3 - standby,
          "standby storage: %04X, %u assigned, %u not", got, get16(block + 10), get16(block + 12));
}

static void test_storage(void)
{
    struct operator *operator = make("archmode z/Arch\nmainsize 5M\nstandbysize 3M");
    const uint8_t *block = operator->machine->storage + BLOCK;
    unsigned got = call(operator, 0x00020001, 4096, 0);
    check(got == INFORMATION && get16(block + 8) == 8 && block[10] == 1 &&
          get64(block + 48) == 0xAC00E00000000000, "the system: %04X, %u of %uM, %016llX", got,
          get16(block + 8), block[10], (unsigned long long)get64(block + 48));
    check_elements(operator, 5, 0, IN_STANDBY);
    for (unsigned i = 0; i < 10; i++) {
        check(is_there(operator, i * MEGABYTE + 0x5FF8) == (i < 5), "megabyte %u", i);
        check(i < 5 || call(operator, 0x000D0001, 4096, i + 1) == NO_SUCH_RESOURCE,
              "assigned before it is attached: %u", i);
    }
    check(call(operator, 0x00040201, 4096, 0) == NO_SUCH_RESOURCE, "no element 2");
    check(call(operator, 0x00080201, 4096, 0) == NO_SUCH_RESOURCE, "no element 2 to attach");
    check(call(operator, 0x00040001, 35, 0) == SHORT_BLOCK && get16(block) == 36, "a short block");
    check(call(operator, 0x00080101, 27, 0) == SHORT_BLOCK && get16(block) == 28, "a short block");
    check(call(operator, 0x00080001, 4096, 0) == NOTHING_TO_DO, "main storage is attached");
    got = call(operator, 0x00080101, 4096, 0);
    check(got == DONE && get16(block + 10) == 3 && get32(block + 16) == 0x00060001 &&
          get32(block + 24) == 0x00080003, "attach: %04X, %u assigned", got, get16(block + 10));
    check(call(operator, 0x00080101, 4096, 0) == NOTHING_TO_DO, "attached twice");
    check_elements(operator, 5, 3, INFORMATION);
    for (unsigned set = 0; set < 8; set++) {
        for (unsigned i = 0; i < 3; i++) {
            bool assign = set >> i & 1;
            got = call(operator, assign ? 0x000D0001 : 0x000C0001, 4096, 6 + i);
            check(got == DONE || got == NOTHING_TO_DO, "increment %u: %04X", 6 + i, got);
            got = call(operator, assign ? 0x000D0001 : 0x000C0001, 4096, 6 + i);
            check(got == NOTHING_TO_DO, "increment %u again: %04X", 6 + i, got);
        }
        for (unsigned i = 0; i < 8; i++) {
            bool there = i < 5 || set >> (i - 5) & 1;
            check(is_there(operator, i * MEGABYTE + 0x5FF8) == there, "set %u, megabyte %u", set, i);
            check(!storage_absolute(operator->machine, i * MEGABYTE, 1) == !there, "set %u", set);
        }
    }
    /* What comes back is zero. */
    uint8_t *byte = operator->machine->storage + 6 * MEGABYTE + 8;
    *byte = 0x99;
    call(operator, 0x000C0001, 4096, 7);
    call(operator, 0x000D0001, 4096, 7);
    check(*byte == 0, "it comes back with %02X", *byte);
    check(call(operator, 0x000C0001, 9, 7) == SHORT_BLOCK, "a short block");
    check(call(operator, 0x000C0001, 10, 0) == NO_SUCH_RESOURCE, "increment 0");
    check(call(operator, 0x000C0001, 10, 9) == NO_SUCH_RESOURCE, "increment 9");
    check(call(operator, 0x000C0001, 10, 4) == DONE && !is_there(operator, 3 * MEGABYTE),
          "main storage can go, too");
    machine_clear_reset(operator->machine);
    check_elements(operator, 5, 0, IN_STANDBY);
    operator_free(operator);
}

static void test_without_standby(void)
{
    struct operator *operator = make("archmode z/Arch\nmainsize 5M");
    const uint8_t *block = operator->machine->storage + BLOCK;
    check(call(operator, 0x00020001, 4096, 0) == INFORMATION &&
          get64(block + 48) == 0xAC00000000000000, "%016llX", (unsigned long long)get64(block + 48));
    static const uint32_t commands[] = { 0x00040001, 0x00080001, 0x000C0001, 0x000D0001 };
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        check(call(operator, commands[i], 4096, 1) == INVALID, "%08X", commands[i]);
    operator_free(operator);
}

/* Increments are so large that a list of them has room in a page. */
static void test_increments(void)
{
    static const struct { const char *commands; unsigned count, size, main; } cases[] = {
        { "archmode z/Arch\nmainsize 1G\nstandbysize 1020M", 511, 4, 256 },
        { "archmode z/Arch\nmainsize 1001M\nstandbysize 20M", 511, 2, 501 },
        { "archmode z/Arch\nmainsize 1000M\nstandbysize 20M", 1020, 1, 1000 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct operator *operator = make(cases[i].commands);
        const uint8_t *block = operator->machine->storage + BLOCK;
        call(operator, 0x00020001, 4096, 0);
        check(get16(block + 8) == cases[i].count && block[10] == cases[i].size, "%s: %u of %uM",
              cases[i].commands, get16(block + 8), block[10]);
        check(call(operator, 0x00040001, 4096, 0) == INFORMATION &&
              get16(block + 10) == cases[i].main, "%s: main %u", cases[i].commands,
              get16(block + 10));
        operator_free(operator);
    }
}

static void test_paths(void)
{
    struct operator *operator = make("archmode z/Arch\nmainsize 5M\nattach 000C 3505\n"
                                     "attach 0120 1403\nattach 0121 1403\nattach FF00 1403");
    struct io_port *io = &operator->machine->io;
    struct cpu *cpu = operator->machine->cpus[0];
    const uint8_t *block = operator->machine->storage + BLOCK;
    uint8_t schib[52], orb[32] = { 0 };
    unsigned got = call(operator, 0x00030001, 4096, 0);
    check(got == INFORMATION && block[8] == 0xC0 && block[8 + 31] == 1 && block[40] == 0 &&
          block[72] == 0xC0 && block[72 + 31] == 1, "paths: %04X %02X %02X", got, block[8], block[72]);
    check(call(operator, 0x00030001, 111, 0) == SHORT_BLOCK, "a short block");
    check(call(operator, 0x000E0201, 8, 0) == NO_SUCH_RESOURCE, "there is no path 2");
    check(call(operator, 0x000F0101, 8, 0) == NOTHING_TO_DO, "path 1 is configured");
    check(call(operator, 0x000E0101, 8, 0) == DONE, "path 1 goes");
    check(call(operator, 0x000E0101, 8, 0) == NOTHING_TO_DO, "path 1 is gone");
    call(operator, 0x00030001, 4096, 0);
    check(block[8] == 0xC0 && block[40] == 0x40 && block[72] == 0x80, "paths: %02X %02X %02X",
          block[8], block[40], block[72]);
    for (uint32_t id = 0x10000; id < 0x10004; id++) {
        io->store_subchannel(io->context, cpu, id, schib);
        schib[5] |= 0x80;
        check(io->modify_subchannel(io->context, cpu, id, schib) == 0, "MSCH %X", id);
        bool gone = get16(schib + 6) >> 8 == 1;
        check(schib[11] == 0x80 && schib[15] == (gone ? 0 : 0x80), "%X: installed %02X, available %02X",
              id, schib[11], schib[15]);
        put32(orb + 4, 0x0080FF00);
        put32(orb + 8, 0x3000);
        int cc = io->start_subchannel(io->context, cpu, id, orb);
        check(cc == (gone ? 3 : 0), "SSCH %X: condition code %d", id, cc);
    }
    check(io->reset_channel_path(io->context, cpu, 1) == 3, "RCHP of a path in standby");
    check(call(operator, 0x000F0101, 8, 0) == DONE, "path 1 comes back");
    put64(operator->machine->storage + 0x3000, 0x0320000100000000);     /* a no-operation */
    check(io->start_subchannel(io->context, cpu, 0x10001, orb) == 0, "and works");
    check(call(operator, 0x000E0101, 8, 0) == DONE, "path 1 goes under a start that is pending");
    uint8_t irb[96];
    int cc = io->test_subchannel(io->context, cpu, 0x10001, irb);
    check(cc == 0 && get32(irb) == 0x03814011, "deferred condition code 3: %08X", get32(irb));
    io->store_subchannel(io->context, cpu, 0x10001, schib);
    check(schib[9] == 0x80 && get32(schib + 28) == 0, "path not operational %02X, %08X", schib[9],
          get32(schib + 28));
    check(call(operator, 0x000E0001, 8, 0) == DONE, "path 0 goes");
    machine_clear_reset(operator->machine);
    call(operator, 0x00030001, 4096, 0);
    check(block[40] == 0 && block[72] == 0xC0, "after a reset: %02X", block[40]);
    operator_free(operator);
}

static void test_cpus(void)
{
    struct operator *operator = make("archmode z/Arch\nmainsize 5M\nnumcpu 3");
    const uint8_t *block = operator->machine->storage + BLOCK;
    check(call(operator, 0x00100301, 8, 0) == NO_SUCH_RESOURCE, "there is no CPU 3");
    check(call(operator, 0x00100101, 8, 0) == DONE, "CPU 1 goes");
    check(call(operator, 0x00010001, 4096, 0) == INFORMATION && get16(block + 8) == 2 &&
          get16(block + 12) == 1 && block[get16(block + 14)] == 1, "%u CPUs and %u in standby",
          get16(block + 8), get16(block + 12));
    check(call(operator, 0x00110101, 8, 0) == DONE, "CPU 1 comes");
    check(call(operator, 0x00010001, 4096, 0) == INFORMATION && get16(block + 8) == 3, "3 CPUs");
    check(call(operator, 0x00990001, 8, 0) == INVALID, "no such command");
    operator_free(operator);
}

/* ---- the system console over telnet ------------------------------------------------------ */

struct caller {
    int fd;
    char text[4000];            /* what has come, without telnet's own */
    size_t length;
    bool echoed;                /* the server has said that it will show what is typed */
};

static void answer(struct caller *caller, const uint8_t *option, const char *type)
{
    enum { WILL = 251, DO = 253, TERMINAL_TYPE = 24, ECHO = 1 };
    uint8_t reply[80] = { 255, 252, option[1] };        /* won't */
    size_t n = 3;
    caller->echoed |= option[0] == WILL && option[1] == ECHO;
    if (option[0] == DO && option[1] == TERMINAL_TYPE)
        reply[1] = WILL;
    else if (option[0] == WILL)
        reply[1] = DO;
    else if (option[0] == 250 && option[1] == TERMINAL_TYPE)
        n = (size_t)snprintf((char *)reply, sizeof reply, "\xFF\xFA\x18%c%s\xFF\xF0", 0, type);
    else if (option[0] != DO)
        return;
    check(write(caller->fd, reply, n) == (ssize_t)n, "the connection is lost");
}

/* Until `wanted` is there, or nothing more comes. */
static bool hear(struct caller *caller, const char *type, const char *wanted)
{
    uint8_t bytes[2000];
    for (;;) {
        if (strstr(caller->text, wanted))
            return true;
        struct pollfd ready = { caller->fd, POLLIN, 0 };
        ssize_t n = poll(&ready, 1, 30000) > 0 ? read(caller->fd, bytes, sizeof bytes) : 0;
        if (n <= 0)
            return false;
        for (ssize_t i = 0; i < n; i++) {
            if (bytes[i] != 255) {
                caller->text[caller->length++] = (char)bytes[i];
                continue;
            }
            answer(caller, bytes + i + 1, type);
            if (bytes[i + 1] == 250)
                while (i < n && bytes[i] != 240)
                    i++;
            else
                i += 2;
        }
        caller->text[caller->length] = 0;
    }
}

static struct caller connect_to(struct operator *operator, const char *type, const char *greeting)
{
    struct caller caller = { .fd = socket(AF_INET, SOCK_STREAM, 0) };
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
        .sin_port = htons((uint16_t)terminal_server_port(operator->terminals)) };
    check(connect(caller.fd, (struct sockaddr *)&address, sizeof address) == 0, "no connection");
    check(hear(&caller, type, greeting), "%s: %s", type, caller.text);
    return caller;
}

/* The guest takes these events, and sends these. */
static void set_mask(struct operator *operator, uint32_t receives, uint32_t sends)
{
    struct machine *machine = operator->machine;
    uint8_t *block = machine->storage + BLOCK;
    memset(block, 0, 64);
    put16(block, 28);
    put16(block + 10, 4);
    put32(block + 12, receives);
    put32(block + 16, sends);
    machine->service.call(machine->service.context, machine->cpus[0], 0x00780005, BLOCK);
    check(get16(block + 6) == DONE, "event mask: %04X", get16(block + 6));
    atomic_store(&machine->service_signal, 0);
}

/* The guest reads an event; its type, or 0. It lies behind the header. */
static unsigned next_event(struct operator *operator)
{
    struct machine *machine = operator->machine;
    const uint8_t *block = machine->storage + BLOCK;
    for (int i = 0; i < 30000; i++) {
        if (call(operator, 0x00770005, 4096, 0) == DONE)
            return block[10];
        clock_host_sleep(1000000);
    }
    return 0;
}

/* The guest writes an event. */
static void write_event(struct operator *operator, unsigned type, const void *bytes, size_t length)
{
    struct machine *machine = operator->machine;
    uint8_t *block = machine->storage + BLOCK;
    memset(block, 0, 16);
    put16(block, (uint16_t)(14 + length));
    put16(block + 8, (uint16_t)(6 + length));
    block[10] = (uint8_t)type;
    memcpy(block + 14, bytes, length);
    machine->service.call(machine->service.context, machine->cpus[0], 0x00760005, BLOCK);
    check(get16(block + 6) == DONE, "write event data: %04X", get16(block + 6));
    atomic_store(&machine->service_signal, 0);
}

static void test_consoles(void)
{
    enum { COMMAND = 0x01, MESSAGE = 0x02, VT220 = 0x1A };
    static const uint8_t in_ebcdic[] = { 0xC8, 0x89 };                  /* "Hi" */
    struct operator *operator = operator_new(false);
    operator_command(operator, "archmode z/Arch");
    operator_command(operator, "cnslport 0");
    operator_power_on(operator);
    if (!check(operator->terminals != NULL, "nobody can connect"))
        return;
    const uint8_t *block = operator->machine->storage + BLOCK;
    struct caller lines = connect_to(operator, "vt220@system", "by lines\r\n");
    struct caller keys = connect_to(operator, "VT220@VT220", "terminal\r\n");
    check(lines.echoed && keys.echoed, "who shows what is typed?");
    /* A guest that does not ask for lines. */
    check(write(lines.fd, "no\r\n", 4) == 4, "lost");
    check(hear(&lines, "", "not taken"), "%s", lines.text);
    set_mask(operator, 0x80000000 | 1u << (32 - VT220), 0x40000000);
    check(write(lines.fd, "nox\bw\r", 7) == 7, "lost");
    check(next_event(operator) == COMMAND, "a line");
    static const uint8_t now[] = { 0x95, 0x96, 0xA6 };                  /* "now" */
    check(memcmp(block + 8 + get16(block + 8) - 3, now, 3) == 0, "the line is another");
    check(hear(&lines, "", "nox\b \bw\r\n"), "%s", lines.text);
    check(write(keys.fd, "ls\r\0\x1B[A", 7) == 7, "lost");
    char got[40] = "";
    while (strlen(got) < 6 && next_event(operator) == VT220)
        strncat(got, (const char *)block + 15, get16(block + 8) - 7u);
    check(strcmp(got, "ls\r\x1B[A") == 0, "keys: %s", got);
    /* What the guest writes: a line in a message data block, and characters. */
    uint8_t object[12 + 10 + 2] = { 0 };
    put16(object, sizeof object);
    put16(object + 12, 12);
    put16(object + 14, 4);
    memcpy(object + 22, in_ebcdic, 2);
    write_event(operator, MESSAGE, object, sizeof object);
    check(hear(&lines, "", "Hi\r\n"), "%s", lines.text);
    write_event(operator, VT220, "\x1B[1mred\r\n", 10);
    check(hear(&keys, "", "\x1B[1mred\r\n"), "%s", keys.text);
    check(!strstr(lines.text, "red") && !strstr(keys.text, "Hi"), "each has its own");
    /* Who asks for nothing that there is. */
    struct caller other = { .fd = -1 };
    other = connect_to(operator, "VT220@VT221", "there is no device or group VT221");
    close(other.fd);
    close(lines.fd);
    check(hear(&keys, "", "red"), "%s", keys.text);
    close(keys.fd);
    operator_power_off(operator);
    operator_free(operator);
}

/* The guest says what it is; a block too short for that is refused. */
static void test_identification(void)
{
    enum { WRITE_EVENT_DATA = 0x00760005, LENGTH = 80, INVALID_FUNCTION = 0x40F0 };
    struct operator *operator = make("archmode z/Arch");
    struct machine *machine = operator->machine;
    uint8_t *event = machine->storage + BLOCK + 8;
    for (unsigned length = LENGTH; length > 40; length -= 20) {
        memset(machine->storage + BLOCK, 0, 4096);
        put16(machine->storage + BLOCK, (uint16_t)(8 + length));
        put16(event, (uint16_t)length);
        event[2] = 0x0B;
        memcpy(event + 8, "\xD3\xC9\xD5\xE4\xE7\x40\x40\x40", 8);
        memcpy(event + 24, "\xC2\xC9\xC7\x40\x40\x40\x40\x40", 8);
        put64(event + 40, 0x123);
        int cc = machine->service.call(machine->service.context, machine->cpus[0], WRITE_EVENT_DATA,
                                       BLOCK);
        atomic_store(&machine->service_signal, 0);
        unsigned answer = get16(machine->storage + BLOCK + 6);
        check(cc == 0 && answer == (length >= 64 ? DONE : INVALID_FUNCTION) &&
              event[3] == (length >= 64 ? 0x80 : 0), "%u bytes: %04X, %02X", length, answer, event[3]);
    }
    operator_free(operator);
}

int main(void)
{
    test_identification();
    test_consoles();
    test_storage();
    test_without_standby();
    test_increments();
    test_paths();
    test_cpus();
    return checks_done();
}
