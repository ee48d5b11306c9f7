/* Registers, PSW, storage, keys, clocks: display and alter. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "console/commands.h"
#include "console/display.h"
#include "core/bytes.h"

/* ---- registers ------------------------------------------------------------------------ */

/* "5=0000ABCD": which register, and what it gets. */
static bool parse_assignment(const char *word, int64_t highest, uint64_t limit,
                             int64_t *number, uint64_t *value)
{
    char left[8];
    const char *equals = strchr(word, '=');
    if (!equals || equals - word >= (int)sizeof left)
        return false;
    snprintf(left, sizeof left, "%.*s", (int)(equals - word), word);
    return parse_decimal(left, 0, highest, number) && parse_hex(equals + 1, limit, value);
}

/* Registers are as long as the architecture has them. */
static uint64_t most_in_register(const struct cpu *cpu)
{
    return architecture_id(cpu->arch) == ZARCH ? UINT64_MAX : UINT32_MAX;
}

enum command_result command_gpr(struct operator *operator, const struct call *call)
{
    struct cpu *cpu = operator_cpu(operator);
    uint64_t most = most_in_register(cpu), value;
    int64_t number;
    for (int i = 1; i < call->argc; i++)
        if (!parse_assignment(call->argv[i], 15, most, &number, &value))
            return COMMAND_WRONG;
    for (int i = 1; i < call->argc; i++) {
        parse_assignment(call->argv[i], 15, most, &number, &value);
        if (most == UINT64_MAX)
            cpu->gr[number].d = value;
        else
            cpu->gr[number].w = (uint32_t)value;
    }
    message(operator->messages, HHC02269I_TITLE);
    display_general(operator, cpu);
    return COMMAND_DONE;
}

enum command_result command_cr(struct operator *operator, const struct call *call)
{
    struct cpu *cpu = operator_cpu(operator);
    uint64_t most = most_in_register(cpu), value;
    int64_t number;
    for (int i = 1; i < call->argc; i++)
        if (!parse_assignment(call->argv[i], 15, most, &number, &value))
            return COMMAND_WRONG;
    if (call->argc > 1 && operator_refuses_started(operator, "cr"))
        return COMMAND_FAILED;
    for (int i = 1; i < call->argc; i++) {
        parse_assignment(call->argv[i], 15, most, &number, &value);
        cpu->cr[number] = value;
    }
    cpu_attend(cpu, ATTEND_PURGE);      /* translation may go by other tables now */
    message(operator->messages, HHC02271I_TITLE);
    display_control(operator, cpu);
    return COMMAND_DONE;
}

/* S/370 has the registers 0, 2, 4 and 6. */
enum command_result command_fpr(struct operator *operator, const struct call *call)
{
    struct cpu *cpu = operator_cpu(operator);
    bool four = architecture_id(cpu->arch) == S370;
    int64_t number, highest = four ? 6 : 15;
    uint64_t value;
    for (int i = 1; i < call->argc; i++)
        if (!parse_assignment(call->argv[i], highest, UINT64_MAX, &number, &value) ||
            (four && number % 2))
            return COMMAND_WRONG;
    for (int i = 1; i < call->argc; i++) {
        parse_assignment(call->argv[i], highest, UINT64_MAX, &number, &value);
        cpu->fpr[number] = value;
    }
    message(operator->messages, HHC02270I_TITLE);
    display_floating(operator, cpu);
    return COMMAND_DONE;
}

enum command_result command_ar(struct operator *operator, const struct call *call)
{
    struct cpu *cpu = operator_cpu(operator);
    int64_t number;
    uint64_t value;
    if (architecture_id(cpu->arch) == S370) {
        message(operator->messages, HHC20022E, "access registers");
        return COMMAND_FAILED;
    }
    for (int i = 1; i < call->argc; i++)
        if (!parse_assignment(call->argv[i], 15, UINT32_MAX, &number, &value))
            return COMMAND_WRONG;
    for (int i = 1; i < call->argc; i++) {
        parse_assignment(call->argv[i], 15, UINT32_MAX, &number, &value);
        cpu->ar[number] = (uint32_t)value;
    }
    message(operator->messages, HHC02272I_TITLE);
    display_access(operator, cpu);
    return COMMAND_DONE;
}

/* The floating-point-control register of ESA/390 and z/Architecture. */
enum command_result command_fpc(struct operator *operator, const struct call *call)
{
    struct cpu *cpu = operator_cpu(operator);
    uint64_t value;
    if (call->argc > 2 || (call->argc == 2 && !parse_hex(call->argv[1], UINT32_MAX, &value)))
        return COMMAND_WRONG;
    if (architecture_id(cpu->arch) == S370) {
        message(operator->messages, HHC20022E, "floating-point-control register");
        return COMMAND_FAILED;
    }
    if (call->argc == 2)
        cpu->fpc = (uint32_t)value;
    message(operator->messages, HHC02276I, cpu->fpc);
    return COMMAND_DONE;
}

enum command_result command_pr(struct operator *operator, const struct call *call)
{
    struct cpu *cpu = operator_cpu(operator);
    uint64_t value;
    if (call->argc > 2)
        return COMMAND_WRONG;
    if (call->argc == 2) {
        if (!parse_hex(call->argv[1], UINT32_MAX, &value))
            return COMMAND_WRONG;
        value &= architecture_psw_size(cpu->arch) == 16 ? ~UINT64_C(8191) : ~UINT64_C(4095);
        if (value + 4096 > operator->machine->options.mainsize) {
            message(operator->messages, HHC02290E, value, display_program_code(PGM_ADDRESSING));
            return COMMAND_FAILED;
        }
        if (operator_refuses_started(operator, "pr"))
            return COMMAND_FAILED;
        cpu->prefix = (uint32_t)value;
        cpu_attend(cpu, ATTEND_PURGE);
    }
    message(operator->messages, HHC02277I, cpu->prefix);
    return COMMAND_DONE;
}

/* ---- PSW --------------------------------------------------------------------------------- */

static const char *const space_names[] = { "pri", "ar", "sec", "home" };
static const int amode_bits[] = { [AMODE_24] = 24, [AMODE_31] = 31, [AMODE_64] = 64 };

static bool set_amode_field(struct psw *psw, enum architecture_id id, const char *text)
{
    static const struct { const char *text; enum amode amode; int archs; } modes[] = {
        { "24", AMODE_24, S370 | ESA390 | ZARCH }, { "31", AMODE_31, ESA390 | ZARCH },
        { "64", AMODE_64, ZARCH },
    };
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (same_word(text, modes[i].text) && id & modes[i].archs) {
            psw->amode = modes[i].amode;
            return true;
        }
    return false;
}

static bool set_space_field(struct psw *psw, enum architecture_id id, const char *text)
{
    for (unsigned i = 0; i < 4; i++)
        if (same_word(text, space_names[i]) && (id != S370 || i % 2 == 0)) {
            psw->space = (uint8_t)i;
            return true;
        }
    return false;
}

/* The fields of a PSW by the field's names. */
static bool set_psw_field(struct psw *psw, enum architecture_id id, const char *word)
{
    const char *equals = strchr(word, '=');
    uint64_t v;
    if (!equals)
        return false;
    size_t length = (size_t)(equals - word);
    const char *text = equals + 1;
    bool hex = parse_hex(text, UINT64_MAX, &v);
    uint64_t highest = id == ZARCH ? UINT64_MAX : id == ESA390 ? 0x7FFFFFFF : 0xFFFFFF;
#define IS(name) (length == strlen(name) && strncasecmp(word, name, length) == 0)
    if (IS("ia") && hex && v <= highest)
        psw->ia = v;
    else if (IS("sm") && hex && v <= 0xFF)
        psw->system_mask = (uint8_t)v;
    else if (IS("pk") && hex && v <= 0xF)
        psw->key = (uint8_t)(v << 4);
    else if (IS("cc") && hex && v <= 3)
        psw->cc = (uint8_t)v;
    else if (IS("pm") && hex && v <= 0xF)
        psw->program_mask = (uint8_t)v;
    else if (IS("as"))
        return set_space_field(psw, id, text);
    else if (IS("am"))
        return set_amode_field(psw, id, text);
    else if (IS("cmwp") && hex && v <= 0xF) {
        psw->extended_control = v & 8 || id != S370;
        psw->machine_check = v & 4;
        psw->wait = v & 2;
        psw->problem = v & 1;
    } else {
        return false;
    }
#undef IS
    return true;
}

enum command_result command_psw(struct operator *operator, const struct call *call)
{
    struct cpu *cpu = operator_cpu(operator);
    struct psw psw = cpu->psw;
    char text[40];
    for (int i = 1; i < call->argc; i++)
        if (!set_psw_field(&psw, architecture_id(cpu->arch), call->argv[i]))
            return COMMAND_WRONG;
    if (call->argc > 1) {
        if (operator_refuses_started(operator, "psw"))
            return COMMAND_FAILED;
        psw.malformed = false;
        cpu_set_psw(cpu, &psw);
    }
    display_psw_text(operator->machine->arch, &psw, text);
    message(operator->messages, HHC02278I, text);
    message(operator->messages, HHC20023I, psw.system_mask, psw.key >> 4,
            psw.extended_control * 8 + psw.machine_check * 4 + psw.wait * 2 + psw.problem,
            space_names[psw.space], psw.cc, psw.program_mask, amode_bits[psw.amode], psw.ia,
            cpu->started ? cpu_waiting(cpu) ? "waiting" : "running" :
            cpu->loading ? "loading" : "stopped");
    return COMMAND_DONE;
}

/* ---- storage ---------------------------------------------------------------------------------- */

enum { MOST_ALTERED = 4096, MOST_SHOWN = 65536, USUAL_LENGTH = 64 };

/* addr, addr-addr, addr.length, addr=bytes. */
struct storage_operand {
    uint64_t first, last;
    unsigned altered;
    uint8_t bytes[MOST_ALTERED];
};

static bool parse_bytes(const char *p, struct storage_operand *operand)
{
    for (operand->altered = 0; *p; p += 2) {
        if (isspace((unsigned char)*p)) {
            p--;
            continue;
        }
        if (!isxdigit((unsigned char)p[0]) || !isxdigit((unsigned char)p[1]) ||
            operand->altered == MOST_ALTERED)
            return false;
        char pair[3] = { p[0], p[1], 0 };
        operand->bytes[operand->altered++] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return operand->altered > 0;
}

static bool parse_storage(const char *text, struct storage_operand *operand)
{
    char word[20];
    size_t length = strcspn(text, "-.= \t");
    uint64_t value;
    operand->altered = 0;
    if (length >= sizeof word)
        return false;
    snprintf(word, sizeof word, "%.*s", (int)length, text);
    if (!parse_hex(word, UINT32_MAX, &operand->first))
        return false;
    operand->last = operand->first + USUAL_LENGTH - 1;
    const char *p = text + length;
    if (!*p)
        return true;
    if (*p == '=') {
        if (!parse_bytes(p + 1, operand))
            return false;
        operand->last = operand->first + operand->altered - 1;
        return true;
    }
    if (!parse_hex(p + 1, UINT32_MAX, &value))
        return false;
    operand->last = *p == '.' ? operand->first + value - 1 : value;
    return *p != ' ' && operand->last >= operand->first &&
           operand->last - operand->first < MOST_SHOWN;
}

static enum command_result storage_command(struct operator *operator, const char *text,
                                           enum storage_view view)
{
    struct storage_operand *operand = malloc(sizeof *operand);
    enum command_result result = COMMAND_WRONG;
    if (!operand)
        abort();
    if (parse_storage(text, operand)) {
        bool good = true;
        if (operand->altered)
            good = display_alter(operator, view, operand->first, operand->bytes, operand->altered);
        if (good)
            good = display_storage(operator, view, operand->first, operand->last);
        result = good ? COMMAND_DONE : COMMAND_FAILED;
    }
    free(operand);
    return result;
}

enum command_result command_r(struct operator *operator, const struct call *call)
{
    return storage_command(operator, call->rest, VIEW_REAL);
}

enum command_result command_abs(struct operator *operator, const struct call *call)
{
    return storage_command(operator, call->rest, VIEW_ABSOLUTE);
}

enum command_result command_v(struct operator *operator, const struct call *call)
{
    return storage_command(operator, call->rest, VIEW_VIRTUAL);
}

enum command_result command_key(struct operator *operator, const struct call *call)
{
    struct machine *machine = operator->machine;
    struct storage_operand operand;
    if (call->argc != 2 || !parse_storage(call->rest, &operand) || operand.altered > 1)
        return COMMAND_WRONG;
    if (operand.last >= machine->options.mainsize && !strpbrk(call->rest, "-."))
        operand.last = operand.first;
    if (operand.last >= machine->options.mainsize) {
        message(operator->messages, HHC20015E, call->argv[1], machine->options.mainsize - 1);
        return COMMAND_FAILED;
    }
    if (operand.altered) {
        machine->keys[operand.first >> BLOCK_SHIFT] = operand.bytes[0] & 0xFE;
        for (int i = 0; i < machine->ncpus; i++)
            cpu_attend(machine->cpus[i], ATTEND_PURGE);
    }
    for (uint64_t block = operand.first >> BLOCK_SHIFT; block <= operand.last >> BLOCK_SHIFT; block++)
        message(operator->messages, HHC20024I, block << BLOCK_SHIFT, machine->keys[block]);
    return COMMAND_DONE;
}

/* ---- instructions, interruptions, clocks ------------------------------------------------------- */

enum command_result command_u(struct operator *operator, const struct call *call)
{
    struct cpu *cpu = operator_cpu(operator);
    struct storage_operand operand = { .first = cpu->psw.ia, .last = cpu->psw.ia + 31 };
    bool virtual = cpu->psw.extended_control && cpu->psw.system_mask & EC_DAT;
    const char *rest = call->rest;
    if (strchr("rRvV", *rest) && *rest) {       /* "r 200", or "r200" */
        virtual = tolower((unsigned char)*rest) == 'v';
        rest++;
        rest += strspn(rest, " \t");
    }
    if (*rest && (!parse_storage(rest, &operand) || operand.altered))
        return COMMAND_WRONG;
    return display_instructions(operator, cpu, virtual, operand.first & ~UINT64_C(1),
                                operand.last) ? COMMAND_DONE : COMMAND_FAILED;
}

static const char *cpu_state(const struct cpu *cpu)
{
    return cpu->offline ? "offline" : cpu->check_stopped ? "check-stop" :
           !cpu->started ? "stopped" : cpu_waiting(cpu) ? "waiting" : "started";
}

/* What can be pending in a CPU, with the field's names. */
static const struct pending_reason { uint32_t reason; const char *name; } pending_reasons[] = {
    { ATTEND_IO, "I/O interrupt" },
    { ATTEND_INTERRUPT_KEY, "interrupt key" },
    { ATTEND_INTERVAL_TIMER, "interval timer" },
    { ATTEND_VIRTUAL_TIMER, "virtual interval timer" },
    { ATTEND_CALL, "external call" },
    { ATTEND_EMERGENCY, "emergency signal" },
    { ATTEND_MALFUNCTION, "malfunction alert" },
    { ATTEND_MACHINE_CHECK, "machine check interrupt" },
    { ATTEND_STOP, "stop" },
    { ATTEND_RESTART, "restart" },
};

static void show_pending(struct operator *operator, const struct cpu *cpu)
{
    uint32_t pending = cpu->pending, known = 0;
    char psw[40];
    for (size_t i = 0; i < sizeof pending_reasons / sizeof *pending_reasons; i++)
        known |= pending_reasons[i].reason;
    message(operator->messages, HHC00850I, cpu->address, pending & known, pending, known);
    for (size_t i = 0; i < sizeof pending_reasons / sizeof *pending_reasons; i++)
        message(operator->messages, HHC00851I, cpu->address, pending_reasons[i].name,
                pending & pending_reasons[i].reason ? "" : "not ");
    display_psw_text(cpu->arch, &cpu->psw, psw);
    message(operator->messages, HHC00866I, cpu->address, cpu_state(cpu));
    message(operator->messages, HHC00867I, cpu->address, cpu_instructions(cpu));
    message(operator->messages, HHC00869I, cpu->address, psw);
}

enum command_result command_ipending(struct operator *operator, const struct call *call)
{
    if (call->argc > 1)
        return COMMAND_WRONG;
    for (int i = 0; i < operator->machine->ncpus; i++)
        show_pending(operator, operator->machine->cpus[i]);
    return COMMAND_DONE;
}

enum command_result command_qproc(struct operator *operator, const struct call *call)
{
    const struct machine *machine = operator->machine;
    if (call->argc > 1)
        return COMMAND_WRONG;
    message(operator->messages, HHC17007I, machine->ncpus, 0, operator->settings.maxcpu);
    for (int i = 0; i < machine->ncpus; i++) {
        const struct cpu *cpu = machine->cpus[i];
        char state = !cpu->started ? '*' : cpu->pending & ATTEND_STOP ? ':' : '-';
        message(operator->messages, HHC17009I, cpu->address, state, cpu_instructions(cpu));
    }
    message(operator->messages, HHC17010I);
    return COMMAND_DONE;
}

/* ---- frames that TEST BLOCK finds unusable -------------------------------------------- */

enum { FRAME = 4096 };

static enum command_result mark_frame(struct operator *operator, const struct call *call,
                                      bool unusable)
{
    struct machine *machine = operator->machine;
    uint64_t address, last = machine->options.mainsize - 1;
    char name[24];
    if (call->argc != 2)
        return COMMAND_WRONG;
    if (!parse_hex(call->argv[1], last, &address)) {
        message(operator->messages, HHC20015E, call->argv[1], last);
        return COMMAND_FAILED;
    }
    if (!machine->unusable && !unusable)
        return COMMAND_DONE;
    if (!machine->unusable && !(machine->unusable = calloc(last / FRAME + 1, 1)))
        abort();
    machine->unusable[address / FRAME] = unusable;
    snprintf(name, sizeof name, "frame %08X", (unsigned)(address / FRAME * FRAME));
    message(operator->messages, HHC02204I, name, unusable ? "unusable" : "usable");
    return COMMAND_DONE;
}

enum command_result command_frame_unusable(struct operator *operator, const struct call *call)
{
    return mark_frame(operator, call, true);
}

enum command_result command_frame_usable(struct operator *operator, const struct call *call)
{
    return mark_frame(operator, call, false);
}

enum command_result command_frames(struct operator *operator, const struct call *call)
{
    const struct machine *machine = operator->machine;
    unsigned shown = 0;
    if (call->argc > 1)
        return COMMAND_WRONG;
    for (uint64_t i = 0; machine->unusable && i < machine->options.mainsize / FRAME; i++)
        if (machine->unusable[i]) {
            message(operator->messages, HHC20122I, i * FRAME);
            shown++;
        }
    if (!shown)
        message(operator->messages, HHC20123I);
    return COMMAND_DONE;
}

/* ---- clocks --------------------------------------------------------------------------- */

/* A TOD value as year, day of the year, and time. */
static void tod_text(uint64_t tod, char text[48])
{
    uint64_t us = tod >> 12, seconds = us / 1000000, days = seconds / 86400;
    int year = 1900;
    for (;;) {
        unsigned length = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 366 : 365;
        if (days < length)
            break;
        days -= length;
        year++;
    }
    snprintf(text, 48, "%04d.%03u %02u:%02u:%02u.%06u", year, (unsigned)days + 1,
             (unsigned)(seconds / 3600 % 24), (unsigned)(seconds / 60 % 60),
             (unsigned)(seconds % 60), (unsigned)(us % 1000000));
}

static void show_clock(struct operator *operator, const char *name, uint64_t tod)
{
    char text[48];
    tod_text(tod, text);
    message(operator->messages, HHC02274I, name, tod, text);
}

enum command_result command_clocks(struct operator *operator, const struct call *call)
{
    if (call->argc > 1)
        return COMMAND_WRONG;
    struct cpu *cpu = operator_cpu(operator);
    const uint8_t *timer = storage_absolute(operator->machine, cpu->prefix + 80, 4);
    show_clock(operator, "tod", clock_tod(&operator->machine->clock));
    show_clock(operator, "h/w", clock_host_tod());
    show_clock(operator, "ckc", cpu->clock_comparator);
    message(operator->messages, HHC20027I, "cpt", cpu_timer(cpu));
    if (timer)
        message(operator->messages, HHC20028I, get32(timer));
    if (operator->machine->clock.is_virtual)
        message(operator->messages, HHC20029I,
                (double)clock_ns(&operator->machine->clock) / 1e9);
    return COMMAND_DONE;
}
