#include "console/display.h"

#include <ctype.h>
#include <string.h>

#include "console/operator.h"
#include "core/bytes.h"

enum { LINE_BYTES = 16, FRAME = 4096 };

/* ---- registers ------------------------------------------------------------------------ */

/* With several CPUs a line says which one it speaks of. */
static void cpu_label(const struct operator *operator, const struct cpu *cpu, char label[8])
{
    label[0] = 0;
    if (operator->machine->ncpus > 1)
        snprintf(label, 8, "CP%02X: ", cpu->address & 0xFF);
}

/* Four registers of one word on a line. */
static void display_words(struct operator *operator, const struct cpu *cpu, const char *id,
                          const char *name, const uint32_t values[16])
{
    char label[8];
    cpu_label(operator, cpu, label);
    for (int i = 0; i < 16; i += 4)
        message(operator->messages, HHC022xxI_REGISTERS, id, label, name, i, values[i], name,
                i + 1, values[i + 1], name, i + 2, values[i + 2], name, i + 3, values[i + 3]);
}

/* Of 64 bits: four on a line, or two if it says which CPU. */
static void display_doublewords(struct operator *operator, const struct cpu *cpu, const char *id,
                                const char *name, const uint64_t values[16])
{
    int on_line = operator->machine->ncpus > 1 ? 2 : 4;
    for (int i = 0; i < 16; i += on_line) {
        char label[8], line[120];
        size_t length = 0;
        cpu_label(operator, cpu, label);
        for (int j = i; j < i + on_line; j++)
            length += (size_t)snprintf(line + length, sizeof line - length, "%s%s%X=%016llX",
                                       j > i ? " " : "", name, (unsigned)j,
                                       (unsigned long long)values[j]);
        message(operator->messages, HHC022xxI_LINE, id, label, line);
    }
}

static bool has_wide_registers(const struct cpu *cpu)
{
    return architecture_id(cpu->arch) == ZARCH;
}

void display_general(struct operator *operator, const struct cpu *cpu)
{
    uint32_t words[16];
    uint64_t doublewords[16];
    for (int i = 0; i < 16; i++) {
        words[i] = cpu->gr[i].w;
        doublewords[i] = cpu->gr[i].d;
    }
    if (has_wide_registers(cpu))
        display_doublewords(operator, cpu, "HHC02269I", "R", doublewords);
    else
        display_words(operator, cpu, "HHC02269I", "GR", words);
}

void display_control(struct operator *operator, const struct cpu *cpu)
{
    uint32_t words[16];
    for (int i = 0; i < 16; i++)
        words[i] = (uint32_t)cpu->cr[i];
    if (has_wide_registers(cpu))
        display_doublewords(operator, cpu, "HHC02271I", "C", cpu->cr);
    else
        display_words(operator, cpu, "HHC02271I", "CR", words);
}

void display_access(struct operator *operator, const struct cpu *cpu)
{
    display_words(operator, cpu, "HHC02272I", "AR", cpu->ar);
}

/* S/370 has four of them, of even numbers; later sixteen. */
void display_floating(struct operator *operator, const struct cpu *cpu)
{
    int step = architecture_id(cpu->arch) == S370 ? 2 : 1;
    char label[8];
    cpu_label(operator, cpu, label);
    for (int i = 0; i < (step == 2 ? 8 : 16); i += 2 * step)
        message(operator->messages, HHC02270I, label, i, cpu->fpr[i], i + step,
                cpu->fpr[i + step]);
}

void display_psw_text(const struct architecture *arch, const struct psw *psw, char text[40])
{
    uint8_t bytes[16];
    psw_store(arch, psw, bytes, 0, 0);
    if (architecture_psw_size(arch) == 16)
        snprintf(text, 40, "%016llX %016llX", (unsigned long long)get64(bytes),
                 (unsigned long long)get64(bytes + 8));
    else
        snprintf(text, 40, "%08X %08X", get32(bytes), get32(bytes + 4));
}

/* ---- storage -------------------------------------------------------------------------- */

/* Prefixing swaps the first frame with the one in the prefix register (GA22 3-10). */
static uint64_t real_address(const struct cpu *cpu, uint64_t address)
{
    uint64_t size = architecture_psw_size(cpu->arch) == 16 ? 2 * FRAME : FRAME;
    uint64_t frame = address & ~(size - 1);
    if (frame == 0)
        return address | cpu->prefix;
    return frame == cpu->prefix ? address & (size - 1) : address;
}

int display_translate(struct operator *operator, enum storage_view view, uint64_t address,
                      uint64_t *absolute)
{
    struct cpu *cpu = operator_cpu(operator);
    bool dat = cpu->psw.extended_control && cpu->psw.system_mask & EC_DAT;
    if (view == VIEW_VIRTUAL && dat) {
        int code = translate_for_display(cpu, address, absolute);
        if (code)
            return code;
    } else {
        *absolute = view == VIEW_ABSOLUTE ? address : real_address(cpu, address);
    }
    return storage_absolute(operator->machine, *absolute, 1) ? 0 : PGM_ADDRESSING;
}

static char printable(const struct operator *operator, uint8_t byte)
{
    unsigned char c = operator->machine->codepage.to_host[byte];
    return c < 0x80 && isprint(c) ? (char)c : '.';
}

/* One line of 16 bytes from a boundary of 16, blank where nothing was asked for. */
static void storage_line(struct operator *operator, char letter, uint64_t line,
                         const uint8_t *bytes, uint64_t first, uint64_t last, const char *format)
{
    char hex[48], text[LINE_BYTES + 1];
    char *h = hex;
    for (unsigned i = 0; i < LINE_BYTES; i++) {
        bool shown = line + i >= first && line + i <= last;
        if (i && i % 4 == 0)
            *h++ = ' ';
        h += shown ? sprintf(h, "%02X", bytes[i]) : sprintf(h, "  ");
        text[i] = shown ? printable(operator, bytes[i]) : ' ';
    }
    text[LINE_BYTES] = 0;
    if (format)
        message(operator->messages, HHC02290I, letter, line, hex, text);
    else
        message(operator->messages, HHC02291I, letter, line, hex, text);
}

bool display_storage(struct operator *operator, enum storage_view view, uint64_t first,
                     uint64_t last)
{
    struct machine *machine = operator->machine;
    bool virtual = view == VIEW_VIRTUAL, good = true;
    uint64_t unit = machine->options.key_4k ? 4096 : BLOCK_SIZE;
    for (uint64_t line = first & ~(uint64_t)(LINE_BYTES - 1); line <= last; line += LINE_BYTES) {
        uint64_t absolute;
        int code = display_translate(operator, view, line, &absolute);
        bool head = line < first || line == (first & ~(uint64_t)(LINE_BYTES - 1)) ||
                    line % unit == 0;
        if (code) {
            uint64_t where = virtual ? line : line & ~(uint64_t)(FRAME - 1);
            if (virtual)
                message(operator->messages, HHC02291E, where, display_program_code(code));
            else
                message(operator->messages, HHC02290E, where, display_program_code(code));
            good = false;
            line |= unit - LINE_BYTES;      /* on to the next block */
            continue;
        }
        uint64_t block = absolute & ~(unit - 1);
        if (head && virtual)
            message(operator->messages, HHC02291I_KEY, block, machine->keys[block >> BLOCK_SHIFT]);
        else if (head)
            message(operator->messages, HHC02290I_KEY, block, machine->keys[block >> BLOCK_SHIFT]);
        const uint8_t *bytes = storage_absolute(machine, absolute, LINE_BYTES);
        storage_line(operator, virtual ? 'V' : view == VIEW_ABSOLUTE ? 'A' : 'R', line, bytes,
                     first, last, virtual ? NULL : "");
    }
    return good;
}

bool display_alter(struct operator *operator, enum storage_view view, uint64_t address,
                   const uint8_t *bytes, unsigned length)
{
    struct machine *machine = operator->machine;
    uint64_t absolute;
    for (unsigned i = 0; i < length; i++) {
        int code = display_translate(operator, view, address + i, &absolute);
        if (code) {
            if (view == VIEW_VIRTUAL)
                message(operator->messages, HHC02291E, address + i, display_program_code(code));
            else
                message(operator->messages, HHC02290E, address + i, display_program_code(code));
            return false;
        }
    }
    for (unsigned i = 0; i < length; i++) {
        display_translate(operator, view, address + i, &absolute);
        *storage_absolute(machine, absolute, 1) = bytes[i];
        machine->keys[absolute >> BLOCK_SHIFT] |= KEY_REFERENCE | KEY_CHANGE;
        storage_changed(machine, absolute, 1);
    }
    return true;
}

/* ---- instructions --------------------------------------------------------------------- */

int display_fetch(struct operator *operator, enum storage_view view, uint64_t address,
                  uint8_t bytes[6])
{
    memset(bytes, 0, 6);
    for (int i = 0; i < 6; i++) {
        uint64_t absolute;
        if (display_translate(operator, view, address + (unsigned)i, &absolute))
            return i;
        bytes[i] = *storage_absolute(operator->machine, absolute, 1);
    }
    return 6;
}

bool display_instructions(struct operator *operator, struct cpu *cpu, bool virtual,
                          uint64_t first, uint64_t last)
{
    enum storage_view view = virtual ? VIEW_VIRTUAL : VIEW_REAL;
    (void)cpu;
    for (uint64_t ia = first; ia <= last;) {
        uint8_t bytes[6];
        char text[64], hex[16] = "";
        int had = display_fetch(operator, view, ia, bytes);
        int length = disassemble(bytes, ia, operator->machine->arch, text, sizeof text);
        if (had < length) {
            message(operator->messages, HHC02290E, ia, display_program_code(PGM_ADDRESSING));
            return false;
        }
        for (int i = 0; i < length; i++)
            sprintf(hex + 2 * i, "%02X", bytes[i]);
        message(operator->messages, HHC02289I, virtual ? 'V' : 'R', ia, hex, text);
        ia += (unsigned)length;
    }
    return true;
}

/* 16 bytes at an address as the CPU, which need not be the operator's, sees it. */
static void operand_line(struct operator *operator, struct cpu *cpu, uint64_t address,
                         const char *label)
{
    struct machine *machine = operator->machine;
    bool dat = cpu->psw.extended_control && cpu->psw.system_mask & EC_DAT;
    char letter = dat ? 'V' : 'R', hex[48], text[LINE_BYTES + 1] = "", *h = hex;
    uint8_t key = 0;
    for (unsigned i = 0; i < LINE_BYTES; i++) {
        uint64_t at = (address + i) & cpu->address_mask, absolute = real_address(cpu, at);
        int code = dat ? translate_for_display(cpu, at, &absolute) : 0;
        const uint8_t *byte = code ? NULL : storage_absolute(machine, absolute, 1);
        if (!byte) {
            if (i > 0)
                break;                      /* the line ends with storage */
            message(operator->messages, HHC02326E, label, letter, at,
                    display_program_code(code ? code : PGM_ADDRESSING));
            return;
        }
        if (i == 0)
            key = machine->keys[absolute >> BLOCK_SHIFT];
        h += sprintf(h, "%s%02X", i && i % 4 == 0 ? " " : "", *byte);
        text[i] = printable(operator, *byte);
    }
    message(operator->messages, HHC02326I, label, letter, address, key, hex, text);
}

void display_operands(struct operator *operator, struct cpu *cpu, const uint8_t bytes[6],
                      const char *label)
{
    uint64_t addresses[2];
    int count = operand_addresses(cpu, bytes, addresses);
    for (int i = 0; i < count; i++)
        operand_line(operator, cpu, addresses[i], label);
}

/* ---- names ---------------------------------------------------------------------------- */

const char *display_program_code(int code)
{
    static const char *const names[PGM_PER] = {
        [PGM_OPERATION] = "Operation exception",
        [PGM_PRIVILEGED] = "Privileged-operation exception",
        [PGM_EXECUTE] = "Execute exception",
        [PGM_PROTECTION] = "Protection exception",
        [PGM_ADDRESSING] = "Addressing exception",
        [PGM_SPECIFICATION] = "Specification exception",
        [PGM_DATA] = "Data exception",
        [PGM_FIXED_OVERFLOW] = "Fixed-point-overflow exception",
        [PGM_FIXED_DIVIDE] = "Fixed-point-divide exception",
        [PGM_DECIMAL_OVERFLOW] = "Decimal-overflow exception",
        [PGM_DECIMAL_DIVIDE] = "Decimal-divide exception",
        [PGM_EXPONENT_OVERFLOW] = "HFP-exponent-overflow exception",
        [PGM_EXPONENT_UNDERFLOW] = "HFP-exponent-underflow exception",
        [PGM_SIGNIFICANCE] = "HFP-significance exception",
        [PGM_FLOAT_DIVIDE] = "HFP-floating-point-divide exception",
        [PGM_SEGMENT_TRANSLATION] = "Segment-translation exception",
        [PGM_PAGE_TRANSLATION] = "Page-translation exception",
        [PGM_TRANSLATION_SPECIFICATION] = "Translation-specification exception",
        [PGM_SPECIAL_OPERATION] = "Special-operation exception",
        [PGM_OPERAND] = "Operand exception",
        [PGM_TRACE_TABLE] = "Trace-table exception",
        [PGM_ASN_TRANSLATION_SPECIFICATION] = "ASN-translation-specification exception",
        [PGM_SPACE_SWITCH] = "Space-switch event",
        [PGM_HFP_SQUARE_ROOT] = "HFP-square-root exception",
        [PGM_PC_TRANSLATION_SPECIFICATION] = "PC-translation-specification exception",
        [PGM_AFX_TRANSLATION] = "AFX-translation exception",
        [PGM_ASX_TRANSLATION] = "ASX-translation exception",
        [PGM_LX_TRANSLATION] = "LX-translation exception",
        [PGM_EX_TRANSLATION] = "EX-translation exception",
        [PGM_PRIMARY_AUTHORITY] = "Primary-authority exception",
        [PGM_SECONDARY_AUTHORITY] = "Secondary-authority exception",
        [PGM_LFX_TRANSLATION] = "LFX-translation exception",
        [PGM_LSX_TRANSLATION] = "LSX-translation exception",
        [PGM_ALET_SPECIFICATION] = "ALET-specification exception",
        [PGM_ALEN_TRANSLATION] = "ALEN-translation exception",
        [PGM_ALE_SEQUENCE] = "ALE-sequence exception",
        [PGM_ASTE_VALIDITY] = "ASTE-validity exception",
        [PGM_ASTE_SEQUENCE] = "ASTE-sequence exception",
        [PGM_EXTENDED_AUTHORITY] = "Extended-authority exception",
        [PGM_LSTE_SEQUENCE] = "LSTE-sequence exception",
        [PGM_ASTE_INSTANCE] = "ASTE-instance exception",
        [PGM_STACK_FULL] = "Stack-full exception",
        [PGM_STACK_EMPTY] = "Stack-empty exception",
        [PGM_STACK_SPECIFICATION] = "Stack-specification exception",
        [PGM_STACK_TYPE] = "Stack-type exception",
        [PGM_STACK_OPERATION] = "Stack-operation exception",
        [PGM_ASCE_TYPE] = "ASCE-type exception",
        [PGM_REGION_FIRST] = "Region-first-translation exception",
        [PGM_REGION_SECOND] = "Region-second-translation exception",
        [PGM_REGION_THIRD] = "Region-third-translation exception",
        [PGM_MONITOR] = "Monitor event",
    };
    if (code == PGM_PER)
        return "PER event";
    code &= ~PGM_PER;
    if (code == PGM_CRYPTO_OPERATION)
        return "Crypto-operation exception";
    return code < PGM_PER && names[code] ? names[code] : "Unassigned exception";
}
