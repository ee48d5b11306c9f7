/* The CPU that commands are for: registers, instructions at the PSW, storage. */
#include "console/panel/panel.h"

#include <string.h>
#include <strings.h>

static const char *const state_names[] = {
    [CPU_MANUAL] = "manual", [CPU_LOAD] = "load", [CPU_WAIT] = "wait", [CPU_RUNNING] = "running"
};

static int end_of(struct area area) { return area.top + area.rows; }

static int draw_psw(const struct cpu_row *cpu, struct area area, int row)
{
    const struct psw *psw = &cpu->psw;
    tty_print(row++, 0, area.columns, LOOK_STRONG, "CP%02X %-7s  PSW %s  prefix %06X",
                 cpu->address, state_names[cpu->state], cpu->psw_text, cpu->prefix);
    if (row == end_of(area))
        return row;
    tty_print(row++, 0, area.columns, LOOK_PLAIN,
                 "     %s mode, %s state, DAT %s, key %X, masks %02X, cc %d, program mask %X%s",
                 psw->extended_control ? "EC" : "BC", psw->problem ? "problem" : "supervisor",
                 psw->extended_control && psw->system_mask & EC_DAT ? "on" : "off",
                 psw->key >> 4, psw->system_mask, psw->cc, psw->program_mask,
                 psw->space ? ", secondary space" : "");
    return row;
}

static int draw_words(const char *name, const uint32_t values[16], struct area area, int row)
{
    int each = area.columns >= 76 ? 8 : 4;
    for (int i = 0; i < 16 && row < end_of(area); i += each, row++) {
        tty_print(row, 0, 4, LOOK_LABEL, "%s%X", name, i);
        for (int j = 0; j < each; j++)
            tty_print(row, 4 + 9 * j, 8, LOOK_PLAIN, "%08X", values[i + j]);
    }
    return row;
}

static int draw_floating(const struct cpu_row *cpu, struct area area, int row)
{
    int each = area.columns >= 76 ? 4 : 2;
    for (int i = 0; i < 4 && row < end_of(area); i += each, row++) {
        tty_print(row, 0, 4, LOOK_LABEL, "FR%d", 2 * i);
        for (int j = 0; j < each; j++)
            tty_print(row, 4 + 18 * j, 17, LOOK_PLAIN, "%08X %08X",
                         (uint32_t)(cpu->fpr[i + j] >> 32), (uint32_t)cpu->fpr[i + j]);
    }
    return row;
}

static void draw_instructions(struct panel *panel, struct area area)
{
    const struct snapshot *now = &panel->now;
    for (int i = 0; i < area.rows && (unsigned)i < now->instruction_count; i++) {
        const struct instruction_line *line = &now->instructions[i];
        tty_print(area.top + i, 0, area.columns, i == 0 ? LOOK_STRONG : LOOK_PLAIN,
                     "%s%06X  %-12s  %s", i == 0 ? ">" : " ", (unsigned)line->address, line->hex,
                     line->text);
    }
    if (now->instruction_count == 0 && area.rows > 0)
        tty_print(area.top, 0, area.columns, LOOK_WARNING,
                     ">%06X  no storage can be fetched there", (unsigned)now->cpu.psw.ia);
}

static void storage_title(const struct panel *panel, char *title, size_t size)
{
    static const char *const views[] = {
        [VIEW_REAL] = "real", [VIEW_ABSOLUTE] = "absolute", [VIEW_VIRTUAL] = "as the PSW says"
    };
    char from[16] = "fixed";
    if (panel->wish.base == FROM_PSW)
        snprintf(from, sizeof from, "at the PSW");
    else if (panel->wish.base != FROM_ADDRESS)
        snprintf(from, sizeof from, "at GR%d", panel->wish.base);
    snprintf(title, size, "Storage (%s, %s)", from, views[panel->wish.view]);
}

static void draw_storage_line(const struct storage_line *line, struct area area, int row)
{
    int column = tty_print(row, 0, area.columns, LOOK_LABEL, " %06X ", (unsigned)line->address);
    if (!line->present) {
        tty_print(row, column, area.columns - column, LOOK_PLAIN, " not there");
        return;
    }
    int words = area.columns >= 62 ? 4 : 2;     /* a narrow screen: every other half */
    for (int w = 0; w < words; w++, column += 9)
        tty_print(row, column, area.columns - column, LOOK_PLAIN, " %02X%02X%02X%02X",
                     line->bytes[4 * w], line->bytes[4 * w + 1], line->bytes[4 * w + 2],
                     line->bytes[4 * w + 3]);
    tty_print(row, column + 1, area.columns - column - 1, LOOK_GUEST, "%.*s", 4 * words,
                 line->text);
}

static void draw_storage(struct panel *panel, struct area area)
{
    char title[64];
    storage_title(panel, title, sizeof title);
    tty_print(area.top, 0, area.columns, LOOK_LABEL, "%s", title);
    panel->storage_rows = area.rows - 1;
    for (int i = 0; i < area.rows - 1 && (unsigned)i < panel->now.storage_count; i++)
        draw_storage_line(&panel->now.storage[i], area, area.top + 1 + i);
}

/* Registers first; what is left goes to instructions and storage in equal parts. */
static void draw(struct panel *panel, struct area area)
{
    const struct cpu_row *cpu = &panel->now.cpu;
    int row = draw_psw(cpu, area, area.top);
    row = draw_words("GR", cpu->gr, area, row);
    row = draw_words("CR", cpu->cr, area, row);
    row = draw_floating(cpu, area, row);
    int left = end_of(area) - row;
    if (left < 2) {
        panel->storage_rows = 0;
        return;
    }
    int upper = (left - 1) / 2;
    draw_instructions(panel, (struct area){ row, upper, area.columns });
    draw_storage(panel, (struct area){ row + upper, left - upper, area.columns });
}

/* ---- which storage -------------------------------------------------------------------- */

static void move_storage(struct panel *panel, int64_t lines)
{
    uint64_t shown = panel->now.storage_count ? panel->now.storage[0].address : 0;
    panel->wish.base = FROM_ADDRESS;
    panel->wish.address = (shown + (uint64_t)(lines * 16)) & 0xFFFFFF;
}

static bool choose_view(struct snapshot_wish *wish, const char *word)
{
    static const struct { const char *word; enum storage_view view; } views[] = {
        { "r", VIEW_REAL }, { "real", VIEW_REAL }, { "v", VIEW_VIRTUAL },
        { "virtual", VIEW_VIRTUAL }, { "abs", VIEW_ABSOLUTE }, { "absolute", VIEW_ABSOLUTE }
    };
    for (size_t i = 0; i < sizeof views / sizeof *views; i++)
        if (same_word(word, views[i].word)) {
            wish->view = views[i].view;
            return true;
        }
    return false;
}

bool storage_choose(struct panel *panel, const char *answer)
{
    struct snapshot_wish wish = panel->wish;
    char words[2][16] = { "", "" };
    uint64_t address;
    int64_t number;
    int count = sscanf(answer, "%15s %15s", words[0], words[1]);
    const char *where = words[count == 2];
    if (count < 1 || (count == 2 && !choose_view(&wish, words[0])))
        return false;
    if (count == 1)
        wish.view = VIEW_VIRTUAL;
    if (same_word(where, "psw")) {
        wish.base = FROM_PSW;
    } else if (strncasecmp(where, "gr", 2) == 0 && parse_decimal(where + 2, 0, 15, &number)) {
        wish.base = (int)number;
    } else if (parse_hex(where, 0xFFFFFF, &address)) {
        wish.base = FROM_ADDRESS;
        wish.address = address;
    } else {
        return false;
    }
    panel->wish = wish;
    return true;
}

static bool press(struct panel *panel, struct press press)
{
    int page = panel->storage_rows > 1 ? panel->storage_rows : 1;
    switch (press.kind) {
    case PRESS_UP: move_storage(panel, -1); return true;
    case PRESS_DOWN: move_storage(panel, 1); return true;
    case PRESS_PAGE_UP: move_storage(panel, -page); return true;
    case PRESS_PAGE_DOWN: move_storage(panel, page); return true;
    case PRESS_F7: panel_ask(panel, PROMPT_STORAGE); return true;
    case PRESS_F8: panel->wish.base = FROM_PSW; return true;
    case PRESS_ALT:
        if (press.c == L'a')
            panel_ask(panel, PROMPT_STORAGE);
        else if (press.c == L'c')
            panel->wish.base = FROM_PSW;
        else
            return false;
        return true;
    default: return false;
    }
}

const struct view cpu_view = {
    "CPU", PRESS_F4, "F7 Storage at..  F8 at the PSW", true, draw, press
};
