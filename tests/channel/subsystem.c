/* The lines of a case that speak to the channel subsystem: see cases.txt. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "tests/channel/cases.h"

/* The identification of a device's subchannel, found by its device number; a word with more
 * than four digits is an identification itself. */
static uint32_t identification(struct line *line, const char *word)
{
    struct io_port *io = &line->bench->machine->io;
    uint8_t schib[52];
    if (strlen(word) > 4)
        return case_hex(word);
    for (uint32_t id = 0x10000; io->store_subchannel(io->context, line->bench->cpu, id, schib) == 0; id++)
        if (schib[5] & 1 && get16(schib + 6) == case_hex(word))
            return id;
    expect(line, false, "no subchannel for device %s", word);
    return 0;
}

/* A word that stands for "operand exception" beside the condition codes. */
static int code_of(const char *word) { return *word == 'x' ? IO_OPERAND : (int)case_hex(word); }

static void compare(struct line *line, const uint8_t *found, const char *word)
{
    size_t length, i = 0;
    uint8_t *want = case_bytes(word, &length);
    char text[3 * 96 + 1] = "";
    while (i < length && want[i] == found[i])
        i++;
    for (size_t at = 0; at < length && at < 96; at++)
        sprintf(text + strlen(text), "%s%02X", at && at % 4 == 0 ? " " : "", found[at]);
    expect(line, i == length, "differs at %zX: %s", i, text);
    free(want);
}

/* arch s370|esa|z */
static void do_arch(struct line *line)
{
    struct machine *machine = line->bench->machine;
    const char *name = line->argv[1];
    machine->options.architecture = *name == 'e' ? ESA390 : *name == 'z' ? ZARCH : S370;
    machine_set_architecture(machine, machine->options.architecture);
}

/* Modify a subchannel: what is set is turned over to `change`. */
static int modify(struct line *line, void (*change)(struct line *, uint8_t *))
{
    struct bench *bench = line->bench;
    struct io_port *io = &bench->machine->io;
    uint32_t id = identification(line, line->argv[1]);
    uint8_t schib[52];
    io->store_subchannel(io->context, bench->cpu, id, schib);
    change(line, schib);
    return io->modify_subchannel(io->context, bench->cpu, id, schib);
}

/* enable DEVICE [SUBCLASS [sense]]: the interruption parameter is AA, 00, the device. */
static void change_to_enable(struct line *line, uint8_t *schib)
{
    put32(schib, 0xAA000000 | case_hex(line->argv[1]));
    schib[4] = (uint8_t)(line->argc > 2 ? case_hex(line->argv[2]) << 3 : 0);
    schib[5] |= 0x80;
    schib[27] = line->argc > 3;
}

static void do_enable(struct line *line)
{
    int cc = modify(line, change_to_enable);
    expect(line, cc == 0, "condition code %d", cc);
}

/* msch DEVICE OFFSET BYTES [OFFSET BYTES ...] = CC: the SCHIB as it is, with these bytes. */
static void change_bytes(struct line *line, uint8_t *schib)
{
    for (int i = 2; i + 1 < line->argc && line->argv[i][0] != '='; i += 2) {
        size_t length;
        uint8_t *bytes = case_bytes(line->argv[i + 1], &length);
        memcpy(schib + case_hex(line->argv[i]), bytes, length);
        free(bytes);
    }
}

static void do_msch(struct line *line)
{
    int cc = modify(line, change_bytes), want = code_of(line->argv[line->argc - 1]);
    expect(line, cc == want, "condition code %d", cc);
}

/* stsch DEVICE = CC [OFFSET BYTES ...] */
static void do_stsch(struct line *line)
{
    struct bench *bench = line->bench;
    struct io_port *io = &bench->machine->io;
    uint8_t schib[52];
    int cc = io->store_subchannel(io->context, bench->cpu, identification(line, line->argv[1]), schib);
    expect(line, cc == code_of(line->argv[3]), "condition code %d", cc);
    for (int i = 4; i + 1 < line->argc; i += 2)
        compare(line, schib + case_hex(line->argv[i]), line->argv[i + 1]);
}

/* ssch DEVICE WORD-1 ADDRESS = CC */
static void do_ssch(struct line *line)
{
    struct bench *bench = line->bench;
    struct io_port *io = &bench->machine->io;
    uint8_t orb[32] = { 0 };
    put32(orb, 0xAA000000 | case_hex(line->argv[1]));
    put32(orb + 4, case_hex(line->argv[2]));
    put32(orb + 8, case_hex(line->argv[3]));
    int cc = io->start_subchannel(io->context, bench->cpu, identification(line, line->argv[1]), orb);
    expect(line, cc == code_of(line->argv[5]), "condition code %d", cc);
}

/* hsch, csch, rsch, xsch DEVICE = CC; rchp, sal WORD = CC */
static void do_one(struct line *line)
{
    struct bench *bench = line->bench;
    struct io_port *io = &bench->machine->io;
    const struct { const char *name; int (*call)(void *, struct cpu *, uint32_t); } calls[] = {
        { "hsch", io->halt_subchannel }, { "csch", io->clear_subchannel },
        { "rsch", io->resume_subchannel }, { "xsch", io->cancel_subchannel },
        { "rchp", io->reset_channel_path }, { "sal", io->set_address_limit }
    };
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        if (strcmp(line->argv[0], calls[i].name) != 0)
            continue;
        uint32_t word = i < 4 ? identification(line, line->argv[1]) : case_hex(line->argv[1]);
        int cc = calls[i].call(io->context, bench->cpu, word);
        expect(line, cc == code_of(line->argv[3]), "condition code %d", cc);
    }
}

/* On a busy host, threads may need their time. */
static void await(struct line *line, bool (*ready)(struct line *))
{
    for (int i = 0; i < 30000 && !line->bench->is_virtual && !ready(line); i++)
        clock_host_sleep(1000000);
}

static bool status_pending(struct line *line)
{
    struct io_port *io = &line->bench->machine->io;
    uint8_t schib[52] = { 0 };
    io->store_subchannel(io->context, line->bench->cpu, identification(line, line->argv[1]), schib);
    return schib[31] & 1;
}

/* tsch DEVICE = CC [the SCSW's words, up to three [OFFSET BYTES ...]] */
static void do_tsch(struct line *line)
{
    struct bench *bench = line->bench;
    struct io_port *io = &bench->machine->io;
    uint8_t irb[96] = { 0 };
    if (line->argv[3][0] == '0')
        await(line, status_pending);
    int cc = io->test_subchannel(io->context, bench->cpu, identification(line, line->argv[1]), irb);
    expect(line, cc == code_of(line->argv[3]), "condition code %d", cc);
    int i = 4;
    for (int word = 0; i < line->argc && strlen(line->argv[i]) == 8; word++, i++)
        compare(line, irb + 4 * word, line->argv[i]);
    for (; i + 1 < line->argc; i += 2)
        compare(line, irb + case_hex(line->argv[i]), line->argv[i + 1]);
}

static bool any_pending(struct line *line)
{
    struct io_port *io = &line->bench->machine->io;
    return io->subclass_pending(io->context, (uint8_t)line->bench->mask);
}

/* ioint DEVICE [SUBCLASS]: the next interruption is this one, with the parameter that enable
 * and ssch give; ioint none: there is none. */
static void do_ioint(struct line *line)
{
    struct bench *bench = line->bench;
    struct io_port *io = &bench->machine->io;
    struct io_interruption interruption = { 0 };
    bool wanted = strcmp(line->argv[1], "none") != 0;
    if (wanted)
        await(line, any_pending);
    bool pending = any_pending(line);
    bool taken = io->take_subclass(io->context, (uint8_t)bench->mask, &interruption);
    expect(line, pending == taken && taken == wanted, "pending %d, taken %d: %08X", pending, taken,
           interruption.id);
    if (!wanted || !taken)
        return;
    uint32_t subclass = line->argc > 2 ? case_hex(line->argv[2]) : 0;
    expect(line, interruption.id == identification(line, line->argv[1]) &&
           interruption.parameter == (0xAA000000 | case_hex(line->argv[1])) &&
           interruption.word == subclass << 27, "it is %08X %08X %08X", interruption.id,
           interruption.parameter, interruption.word);
}

/* stcrw = CC [REPORT]; report 0|1: is the machine check due; it is taken */
static void do_stcrw(struct line *line)
{
    struct bench *bench = line->bench;
    struct io_port *io = &bench->machine->io;
    uint32_t report = 1;
    int cc = io->store_channel_report(io->context, bench->cpu, &report);
    expect(line, cc == code_of(line->argv[2]), "condition code %d, %08X", cc, report);
    if (line->argc > 3)
        expect(line, report == case_hex(line->argv[3]), "%08X", report);
}

static void do_report(struct line *line)
{
    struct io_port *io = &line->bench->machine->io;
    bool pending = io->report_pending(io->context), taken = io->take_report_pending(io->context);
    expect(line, pending == taken && taken == (line->argv[1][0] == '1'), "pending %d, taken %d",
           pending, taken);
}

/* schm WORD ORIGIN = CC */
static void do_schm(struct line *line)
{
    struct io_port *io = &line->bench->machine->io;
    int cc = io->set_channel_monitor(io->context, line->bench->cpu, case_hex(line->argv[1]),
                                     case_hex(line->argv[2]));
    expect(line, cc == code_of(line->argv[4]), "condition code %d", cc);
}

/* stcps BYTES */
static void do_stcps(struct line *line)
{
    struct io_port *io = &line->bench->machine->io;
    uint8_t status[32];
    io->store_path_status(io->context, line->bench->cpu, status);
    compare(line, status, line->argv[1]);
}

/* chsc REQUEST = CC [OFFSET BYTES ...]: offsets in the whole block */
static void do_chsc(struct line *line)
{
    struct io_port *io = &line->bench->machine->io;
    uint8_t block[4096];
    size_t length;
    memset(block, 0xEE, sizeof block);
    uint8_t *request = case_bytes(line->argv[1], &length);
    memcpy(block, request, length);
    free(request);
    int cc = io->channel_subsystem_call(io->context, line->bench->cpu, block);
    expect(line, cc == code_of(line->argv[3]), "condition code %d", cc);
    for (int i = 4; i + 1 < line->argc; i += 2)
        compare(line, block + case_hex(line->argv[i]), line->argv[i + 1]);
}

/* ccw1 AT CODE FLAGS COUNT ADDRESS; idaw and midaw lists are `put` */
static void do_ccw1(struct line *line)
{
    struct bench *bench = line->bench;
    uint8_t ccw[8] = { (uint8_t)case_hex(line->argv[2]), (uint8_t)case_hex(line->argv[3]) };
    uint32_t at = case_hex(line->argv[1]);
    put16(ccw + 2, (uint16_t)case_hex(line->argv[4]));
    put32(ccw + 4, case_hex(line->argv[5]));
    memcpy(bench->machine->storage + at, ccw, 8);
    memcpy(bench->before + at, ccw, 8);
}

const struct verb subsystem_verbs[] = {
    { "arch", 2, do_arch }, { "enable", 2, do_enable }, { "msch", 4, do_msch },
    { "stsch", 4, do_stsch }, { "ssch", 6, do_ssch }, { "tsch", 4, do_tsch },
    { "hsch", 4, do_one }, { "csch", 4, do_one }, { "rsch", 4, do_one }, { "xsch", 4, do_one },
    { "rchp", 4, do_one }, { "sal", 4, do_one }, { "ioint", 2, do_ioint },
    { "stcrw", 3, do_stcrw }, { "report", 2, do_report }, { "schm", 5, do_schm },
    { "stcps", 2, do_stcps }, { "chsc", 4, do_chsc }, { "ccw1", 6, do_ccw1 }, { NULL, 0, NULL }
};
