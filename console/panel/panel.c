/* The panel: a screen full of views, a status line, a command line. One thread draws and
 * reads keys; commands run on another (runner.c), messages come from all. */
#include "config.h"

#include "console/panel/panel.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wctype.h>

#include "console/commands.h"
#include "console/panel/text.h"
#include "console/signals.h"

enum { LINES_KEPT = 20000, MILLISECOND_NS = 1000000, DRAW_GAP_MS = 50, MOST_KEYS = 4096 };

static const struct view *const views[] = { &help_view, &message_view, &device_view, &cpu_view };
enum { VIEWS = sizeof views / sizeof *views };

/* ---- what others tell the panel ------------------------------------------------------- */

static void wake(struct panel *panel)
{
    if (!atomic_exchange(&panel->woken, true) && write(panel->wake[1], "", 1) < 0)
        panel->woken = false;       /* the pipe is full: awake enough */
}

static void take_message(void *context, const struct message *m)
{
    struct panel *panel = context;
    scroll_add(panel->scroll, m->source, m->text);
    wake(panel);
}

static void take_signal(void *context, int signal)
{
    struct panel *panel = context;
    *(signal == SIGWINCH ? &panel->resized : &panel->continued) = true;
    wake(panel);
}

static void sleep_again(struct panel *panel)
{
    char bytes[16];
    while (read(panel->wake[0], bytes, sizeof bytes) > 0)
        ;
    panel->woken = false;
    if (atomic_exchange(&panel->continued, false))
        tty_redraw();
    if (atomic_exchange(&panel->resized, false))
        tty_fit();
}

/* ---- what views ask of the panel ------------------------------------------------------ */

static struct runner *runner_for(struct panel *panel, const char *line)
{
    unsigned rivals;
    const char *operand;
    char verb[32];
    snprintf(verb, sizeof verb, "%.*s", (int)strcspn(line, " "), line);
    const struct command *row = command_find(verb, &rivals, &operand);
    return row && row->run == command_script ? panel->scripts : panel->runner;
}

void panel_command(struct panel *panel, const char *format, ...)
{
    va_list arguments;
    char *line;
    va_start(arguments, format);
    if (vasprintf(&line, format, arguments) < 0)
        abort();
    va_end(arguments);
    runner_line(runner_for(panel, line), line);
    free(line);
}

void panel_propose(struct panel *panel, const char *format, ...)
{
    va_list arguments;
    char bytes[256];
    wchar_t text[256];
    va_start(arguments, format);
    vsnprintf(bytes, sizeof bytes, format, arguments);
    va_end(arguments);
    text_decode(bytes, text, sizeof text / sizeof *text);
    editor_set(&panel->line, text);
}

void panel_notice(struct panel *panel, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (vsnprintf(panel->notice, sizeof panel->notice, format, arguments) < 0)
        *panel->notice = 0;     /* characters that the locale has not */
    va_end(arguments);
}

void panel_ask(struct panel *panel, enum prompt prompt)
{
    panel->prompt = prompt;
    editor_clear(&panel->question);
}

/* ---- the line at the bottom ----------------------------------------------------------- */

static const char *const prompts[PROMPTS] = {
    [PROMPT_COMMAND] = "==> ", [PROMPT_FIND] = "Find: ", [PROMPT_RECALL] = "Recall: ",
    [PROMPT_STORAGE] = "Storage at (1A000, real 0, gr13, psw): "
};

/* Every key of the command line; those without an action are pressed in edit() or below.
 * Rows without a name are other keys of the row above. */
static const struct key_row keys[] = {
    { PRESS_ENTER, 0, NULL, "Enter", "give the command" },
    { PRESS_TAB, 0, NULL, "Tab", "complete a command, device or file; twice: list them" },
    { PRESS_NONE, 0, NULL, "Up Down Ctrl-P Ctrl-N", "earlier commands, of earlier runs too" },
    { PRESS_NONE, 0, NULL, "Ctrl-R", "search them; again: further back" },
    { PRESS_LEFT, 0, editor_left, "Left Ctrl-B", "one character to the left" },
    { PRESS_CONTROL, L'B', editor_left, NULL, NULL },
    { PRESS_RIGHT, 0, editor_right, "Right Ctrl-F", "one character to the right" },
    { PRESS_CONTROL, L'F', editor_right, NULL, NULL },
    { PRESS_WORD_LEFT, 0, editor_word_left, "Ctrl-Left Alt-B", "one word to the left" },
    { PRESS_ALT, L'b', editor_word_left, NULL, NULL },
    { PRESS_WORD_RIGHT, 0, editor_word_right, "Ctrl-Right Alt-F", "one word to the right" },
    { PRESS_ALT, L'f', editor_word_right, NULL, NULL },
    { PRESS_HOME, 0, editor_home, "Home Ctrl-A", "to the beginning" },
    { PRESS_CONTROL, L'A', editor_home, NULL, NULL },
    { PRESS_END, 0, editor_end, "End Ctrl-E", "to the end" },
    { PRESS_CONTROL, L'E', editor_end, NULL, NULL },
    { PRESS_BACKSPACE, 0, editor_backspace, "Backspace", "delete the character before" },
    { PRESS_DELETE, 0, editor_delete, "Delete Ctrl-D", "delete the character here" },
    { PRESS_CONTROL, L'D', editor_delete, NULL, NULL },
    { PRESS_CONTROL, L'K', editor_kill_to_end, "Ctrl-K", "kill what follows" },
    { PRESS_CONTROL, L'U', editor_kill_to_start, "Ctrl-U", "kill what stands before" },
    { PRESS_CONTROL, L'W', editor_kill_blank_word, "Ctrl-W", "kill back to a blank" },
    { PRESS_ALT, 127, editor_kill_word_left, "Alt-Backspace", "kill the word before" },
    { PRESS_ALT, L'd', editor_kill_word_right, "Alt-D", "kill the word behind" },
    { PRESS_CONTROL, L'Y', editor_yank, "Ctrl-Y", "put back what was killed last" },
    { PRESS_CONTROL, L'T', editor_transpose, "Ctrl-T", "let two characters change places" },
    { PRESS_CONTROL, L'C', editor_kill_line, "Ctrl-C", "kill the line" },
};
enum { KEYS = sizeof keys / sizeof *keys };

const struct key_row *panel_key_row(unsigned wanted)
{
    for (unsigned i = 0; i < KEYS; i++)
        if (keys[i].name && wanted-- == 0)
            return &keys[i];
    return NULL;
}

/* False: no key that edits. */
static bool edit(struct panel *panel, struct editor *editor, struct press press)
{
    if (press.kind == PRESS_CHARACTER) {
        if (press.c && iswprint((wint_t)press.c) && !editor_insert(editor, &press.c, 1))
            panel_notice(panel, "A line has no more than %d characters", EDITOR_MOST);
        return true;
    }
    for (unsigned i = 0; i < KEYS; i++)
        if (keys[i].action && keys[i].kind == press.kind && keys[i].c == press.c) {
            keys[i].action(editor);
            return true;
        }
    return false;
}

/* ---- commands ------------------------------------------------------------------------- */

static void enter(struct panel *panel)
{
    char *line = text_encode(panel->line.text, panel->line.length);
    recall_add(panel->recall, panel->line.text);
    editor_clear(&panel->line);
    panel_command(panel, "%s", line);
    free(line);
}

static void complete_line(struct panel *panel)
{
    struct completion c;
    complete(&c, panel->line.text, panel->line.cursor, &panel->now);
    size_t typed = panel->line.cursor - c.start;
    if (c.count == 0) {
        panel_notice(panel, "Nothing goes on like this");
    } else if (c.count == 1) {
        if (editor_replace(&panel->line, c.start, c.words[0]) && !c.open)
            editor_insert(&panel->line, L" ", 1);
    } else {
        /* 3C may be 003C or 03C0: what was typed says more than what both begin with. */
        if (wcsncasecmp(panel->line.text + c.start, c.common, typed) == 0)
            editor_replace(&panel->line, c.start, c.common);
        panel->candidates = c;
        return;
    }
    completion_clear(&c);
}

static void recall(struct panel *panel, bool older)
{
    const wchar_t *line = older ? recall_older(panel->recall, panel->line.text) :
                          recall_newer(panel->recall);
    if (line)
        editor_set(&panel->line, line);
    else
        panel_notice(panel, older ? "There is no older command" : "This is the newest");
}

static bool press_command(struct panel *panel, struct press press)
{
    bool control = press.kind == PRESS_CONTROL;
    if (press.kind == PRESS_ENTER)
        enter(panel);
    else if (press.kind == PRESS_TAB)
        complete_line(panel);
    else if (press.kind == PRESS_UP || (control && press.c == L'P'))
        recall(panel, true);
    else if (press.kind == PRESS_DOWN || (control && press.c == L'N'))
        recall(panel, false);
    else if (control && press.c == L'R') {
        panel_ask(panel, PROMPT_RECALL);
        recall_rewind(panel->recall);
    } else if (control && press.c == L'C' && panel->line.length == 0)
        panel_notice(panel, "quit ends the program");
    else
        return edit(panel, &panel->line, press);
    return true;
}

/* ---- the other prompts ---------------------------------------------------------------- */

static void search(struct panel *panel, bool again)
{
    const wchar_t *text = panel->question.text;
    const wchar_t *line = recall_search(panel->recall, text, again);
    if (line)
        editor_set(&panel->line, line);
    else if (*text)
        panel_notice(panel, "No earlier command has that");
}

/* The line found so far is in the command line; any key that is not for the search works
 * on it there. */
static void press_recall(struct panel *panel, struct press press)
{
    if (press.kind == PRESS_CONTROL && press.c == L'R') {
        search(panel, true);
    } else if (press.kind == PRESS_CHARACTER) {
        edit(panel, &panel->question, press);
        search(panel, false);
    } else if (press.kind == PRESS_BACKSPACE) {
        edit(panel, &panel->question, press);
        recall_rewind(panel->recall);
        search(panel, false);
    } else {
        panel->prompt = PROMPT_COMMAND;
        if (press.kind != PRESS_ESCAPE)
            press_command(panel, press);
    }
}

static void answer(struct panel *panel)
{
    char *text = text_encode(panel->question.text, panel->question.length);
    if (panel->prompt == PROMPT_FIND) {
        if (*text)
            wcscpy(panel->messages.found, panel->question.text);
        messages_find(panel, true);
    } else if (*text && !storage_choose(panel, text)) {
        panel_notice(panel, "Not '%s': 1A000, real 1A000, abs 1A000, gr13 or psw", text);
    }
    panel->prompt = PROMPT_COMMAND;
    free(text);
}

static void press_question(struct panel *panel, struct press press)
{
    bool cancel = press.kind == PRESS_ESCAPE ||
                  (press.kind == PRESS_CONTROL && (press.c == L'C' || press.c == L'G'));
    if (panel->prompt == PROMPT_RECALL)
        press_recall(panel, press);
    else if (press.kind == PRESS_ENTER)
        answer(panel);
    else if (cancel)
        panel->prompt = PROMPT_COMMAND;
    else
        edit(panel, &panel->question, press);
}

/* ---- keys that work everywhere -------------------------------------------------------- */

static bool choose_view(struct panel *panel, struct press press)
{
    for (unsigned i = 0; i < VIEWS; i++)
        if (press.kind == views[i]->key ||
            (press.kind == PRESS_ALT && press.c == (wchar_t)(L'1' + (int)i))) {
            panel->view = views[i];
            return true;
        }
    if (press.kind != PRESS_ESCAPE)
        return false;
    panel->view = panel->view == &message_view ? &device_view : &message_view;
    return true;
}

static bool press_everywhere(struct panel *panel, struct press press)
{
    bool alt = press.kind == PRESS_ALT, control = press.kind == PRESS_CONTROL;
    if (choose_view(panel, press))
        return true;
    if (press.kind == PRESS_F5 || (alt && press.c == L's'))
        panel_ask(panel, PROMPT_FIND);
    else if (press.kind == PRESS_F6 || (alt && press.c == L'n'))
        messages_find(panel, true);
    else if (alt && press.c == L'p')
        messages_find(panel, false);
    else if (control && press.c == L'L')
        tty_redraw();
    else if (control && press.c == L'Z')
        tty_suspend();
    else
        return false;
    return true;
}

static void press_key(struct panel *panel, struct press press)
{
    *panel->notice = 0;
    completion_clear(&panel->candidates);
    if (panel->prompt != PROMPT_COMMAND)
        press_question(panel, press);
    else if (!press_everywhere(panel, press) && !panel->view->press(panel, press))
        press_command(panel, press);
}

/* False: the terminal is gone. */
static bool read_keys(struct panel *panel)
{
    for (int i = 0; i < MOST_KEYS; i++) {
        struct press press = tty_press();
        if (press.kind == PRESS_NONE)
            return true;
        if (press.kind == PRESS_GONE)
            return false;
        press_key(panel, press);
    }
    return true;
}

/* ---- drawing -------------------------------------------------------------------------- */

/* How far the messages are scrolled back; else how terminals and browsers come here. */
static void title_right(struct panel *panel, char *text, size_t size)
{
    const struct snapshot *now = &panel->now;
    char page[40] = "";
    *text = 0;
    if (panel->view == &message_view && panel->messages.held) {
        snprintf(text, size, "%llu newer below: Alt-> ",
                 (unsigned long long)(scroll_end(panel->scroll) - panel->messages.last - 1));
        return;
    }
    if (now->page_port)
        snprintf(page, sizeof page, "http://localhost:%d ", now->page_port);
    snprintf(text, size, "%s%s%s", now->terminals, *now->terminals ? "  " : "", page);
}

static void draw_title(struct panel *panel, int columns)
{
    char right[160];
    title_right(panel, right, sizeof right);
    tty_fill(0, LOOK_BAR);
    int used = tty_print(0, 0, columns, LOOK_BAR_STRONG, " %s  %s", panel->view->name,
                            panel->now.system);
    int column = columns - (int)strlen(right);
    if (column > used + 2)
        tty_print(0, column, columns - column, LOOK_BAR, "%s", right);
    int middle = (columns - (int)strlen(PACKAGE_STRING)) / 2;
    if (middle > used + 2 && middle + (int)strlen(PACKAGE_STRING) < column - 2)
        tty_print(0, middle, columns - middle, LOOK_BAR, "%s", PACKAGE_STRING);
}

static void draw_status(struct panel *panel, int row, int columns)
{
    static const char *const states[] = {
        [CPU_MANUAL] = "MANUAL", [CPU_LOAD] = "LOAD", [CPU_WAIT] = "wait", [CPU_RUNNING] = "running"
    };
    const struct cpu_row *cpu = &panel->now.cpu;
    char doing[64], others[24] = "";
    tty_fill(row, LOOK_BAR);
    if (panel->now.cpus > 1)
        snprintf(others, sizeof others, " (%d CPUs%s)", panel->now.cpus,
                 panel->now.others_run ? " run" : "");
    int used = tty_print(row, 0, columns, LOOK_BAR,
                            " CP%02X PSW %s %s %s %-7s %8.2f MIPS %6.0f I/O/s%s", cpu->address,
                            cpu->psw_text, cpu->psw.extended_control ? "EC" : "BC",
                            cpu->psw.problem ? "prob" : "sup ", states[cpu->state],
                            panel->now.mips, panel->now.ios, others);
    runner_doing(panel->runner, doing, sizeof doing);
    if (!*doing && panel->scripts != panel->runner)
        runner_doing(panel->scripts, doing, sizeof doing);
    if (*doing && columns - used > 4)
        tty_print(row, used + 1, columns - used - 2, LOOK_BAR, " %s", doing);
}

static void draw_keys(struct panel *panel, int row, int columns)
{
    int used = tty_print(row, 0, columns, LOOK_LABEL,
                            " F1 Help F2 Messages F3 Devices F4 CPU F5 Find | ");
    tty_print(row, used, columns - used, LOOK_LABEL, "%s", panel->view->keys);
}

/* The line of an editor behind its prompt; it moves to the left where the cursor would not
 * be seen. Returns the cursor's column. */
static int draw_editor(const struct editor *editor, int row, int column, int columns)
{
    int room = columns - column - 1;
    size_t from = editor->cursor;
    for (int used = 0; from > 0; from--) {
        wchar_t c = editor->text[from - 1];
        if ((used += text_columns(&c)) > room)
            break;
    }
    int cursor = column;
    for (size_t i = from; i < editor->cursor; i++) {
        wchar_t c = editor->text[i];
        cursor += text_columns(&c);
    }
    tty_put(row, column, columns - column, LOOK_PLAIN, editor->text + from);
    return cursor;
}

static int draw_prompt(struct panel *panel, int row, int columns)
{
    const char *prompt = prompts[panel->prompt];
    if ((int)strlen(prompt) > columns / 2)
        prompt = "? ";
    int column = tty_print(row, 0, columns, LOOK_STRONG, "%s", prompt);
    if (panel->prompt == PROMPT_COMMAND)
        return draw_editor(&panel->line, row, column, columns);
    int cursor = draw_editor(&panel->question, row, column, columns);
    if (panel->prompt == PROMPT_RECALL) {
        int at = column + (int)wcslen(panel->question.text) + 2;
        tty_put(row, at, columns - at, LOOK_ECHO, panel->line.text);
    }
    return cursor;
}

/* What could follow, in columns, over the lower half of the view. */
static void draw_candidates(struct panel *panel, struct area area)
{
    const struct completion *c = &panel->candidates;
    int width = 0, most = area.rows / 2 > 0 ? area.rows / 2 : 1;
    for (unsigned i = 0; i < c->count; i++)
        if ((int)wcslen(c->words[i]) + 2 > width)
            width = (int)wcslen(c->words[i]) + 2;
    int across = area.columns / width > 0 ? area.columns / width : 1;
    int rows = ((int)c->count + across - 1) / across;
    int shown = rows < most ? rows : most, top = area.top + area.rows - shown;
    for (int row = 0; row < shown; row++) {
        tty_fill(top + row, LOOK_PLAIN);
        for (int i = 0; i < across && row * across + i < (int)c->count; i++)
            tty_put(top + row, i * width, area.columns - i * width, LOOK_STRONG,
                       c->words[row * across + i]);
    }
    if (shown < rows)
        panel_notice(panel, "%d more", (int)c->count - shown * across);
}

/* Below a view that shows something else stand the last messages, if there is room. */
static void draw_view(struct panel *panel, struct area area)
{
    const struct view *view = panel->view;
    int tail = view->with_messages && area.rows >= 18 ? area.rows / 5 : 0;
    struct area upper = { area.top, tail ? area.rows - tail - 1 : area.rows, area.columns };
    view->draw(panel, upper);
    if (tail) {
        tty_fill(upper.top + upper.rows, LOOK_BAR);
        draw_messages(panel, (struct area){ upper.top + upper.rows + 1, tail, area.columns });
    }
    if (panel->candidates.count)
        draw_candidates(panel, area);
}

enum { FEWEST_ROWS = 3, FEWEST_COLUMNS = 16, ROWS_FOR_BARS = 8 };

static void draw(struct panel *panel)
{
    int rows, columns;
    tty_colours(panel->operator->settings.panel_colours);
    tty_size(&rows, &columns);
    tty_erase();
    if (rows < FEWEST_ROWS || columns < FEWEST_COLUMNS) {
        tty_print(0, 0, columns, LOOK_PLAIN, "too small");
        tty_show(0, 0);
        return;
    }
    bool bars = rows >= ROWS_FOR_BARS;
    int prompt = bars ? rows - 2 : rows - 1;
    struct area area = { bars, prompt - 1 - bars, columns };
    draw_view(panel, area);
    if (bars) {
        draw_title(panel, columns);
        draw_keys(panel, rows - 1, columns);
    }
    draw_status(panel, prompt - 1, columns);
    if (*panel->notice) {
        int row = bars ? rows - 1 : prompt - 1;
        tty_fill(row, LOOK_PLAIN);
        tty_print(row, 0, columns, LOOK_STRONG, " %s", panel->notice);
    }
    tty_show(prompt, draw_prompt(panel, prompt, columns));
}

/* ---- the session ---------------------------------------------------------------------- */

static void take_snapshot(struct panel *panel)
{
    int rows, columns;
    tty_size(&rows, &columns);
    unsigned lines = panel->view != &cpu_view ? 0 :
                     rows < SNAPSHOT_LINES ? (unsigned)rows : SNAPSHOT_LINES;
    panel->wish.instructions = panel->wish.storage = lines;
    snapshot_take(&panel->now, panel->operator, &panel->wish);
}

static int milliseconds(uint64_t from, uint64_t to)
{
    return to <= from ? 0 : (int)((to - from) / MILLISECOND_NS) + 1;
}

/* Asleep until there is a key, a message that we do not know of, the end, or it is time.
 * Returns true for a key. */
static bool sleep_until(struct panel *panel, uint64_t now, uint64_t then)
{
    struct pollfd fds[] = { { STDIN_FILENO, POLLIN, 0 },
                            { panel->woken ? -1 : panel->wake[0], POLLIN, 0 },
                            { panel->operator->wake[0], POLLIN, 0 } };
    int found = poll(fds, 3, milliseconds(now, then));
    return found > 0 && fds[0].revents;
}

/* Keys show at once; messages, and what they changed, at most every DRAW_GAP_MS; and
 * PANRATE says how often the machine is looked at anyway. */
static void show_and_read(struct panel *panel)
{
    uint64_t drawn = 0, look = 0;
    while (!operator_quitting(panel->operator)) {
        uint64_t now = clock_host_ns(), gap = (uint64_t)DRAW_GAP_MS * MILLISECOND_NS;
        uint64_t rate = (uint64_t)panel->operator->settings.panrate_ms * MILLISECOND_NS;
        if (now >= look || (panel->woken && now >= drawn + gap)) {
            sleep_again(panel);
            take_snapshot(panel);
            draw(panel);
            drawn = now;
            look = now + (rate < gap ? gap : rate);
        }
        uint64_t next = panel->woken && drawn + gap < look ? drawn + gap : look;
        if (sleep_until(panel, now, next)) {
            if (!read_keys(panel))
                operator_quit(panel->operator);
            take_snapshot(panel);
            draw(panel);
        }
    }
}

/* Where people and programs find the machine. */
static void say_welcome(struct operator *operator)
{
    char terminals[96];
    pthread_mutex_lock(&operator->lock);
    terminal_invitation(operator, terminals, sizeof terminals);
    pthread_mutex_unlock(&operator->lock);
    message(operator->messages, HHC20070I);
    if (*terminals)
        message(operator->messages, HHC20071I, terminals);
}

static void run_session(struct panel *panel, const char *script)
{
    struct operator *operator = panel->operator;
    panel->runner = runner_new(operator);
    panel->scripts = operator->machine->clock.is_virtual ? panel->runner : runner_new(operator);
    if (panel->runner && panel->scripts) {
        operator_power_on(operator);
        say_welcome(operator);
        if (script)
            runner_script(panel->scripts, script);
        show_and_read(panel);
    }
    operator_quit(operator);
    tty_close();
    messages_unlisten(operator->messages, take_message, panel);
    line_mode_listen(operator);
    if (panel->scripts != panel->runner)
        runner_free(panel->scripts);
    runner_free(panel->runner);
}

static bool make_pipe(int fds[2])
{
    return pipe2(fds, O_NONBLOCK | O_CLOEXEC) == 0;
}

static void free_panel(struct panel *panel)
{
    completion_clear(&panel->candidates);
    snapshot_clear(&panel->now);
    recall_free(panel->recall);
    scroll_free(panel->scroll);
    close(panel->wake[0]);
    close(panel->wake[1]);
    free(panel);
}

static struct panel *new_panel(struct operator *operator)
{
    struct panel *panel = calloc(1, sizeof *panel);
    if (!panel)
        abort();
    if (!make_pipe(panel->wake)) {
        free(panel);
        return NULL;
    }
    char *path = recall_usual_path();
    panel->operator = operator;
    panel->scroll = scroll_new(LINES_KEPT);
    panel->recall = recall_new(path);
    panel->view = &message_view;
    panel->wish = (struct snapshot_wish){ .base = FROM_PSW, .view = VIEW_VIRTUAL };
    free(path);
    return panel;
}

bool panel_possible(void) { return tty_possible(); }

int panel_mode(struct operator *operator, const char *script)
{
    struct line_mode_options plain = { script, false };
    struct panel *panel = new_panel(operator);
    if (!panel || !tty_open()) {
        if (panel)
            free_panel(panel);
        return line_mode(operator, &plain);
    }
    struct signals *signals = signals_take(operator, take_signal, panel);
    operator_set_interactive(operator, true);
    line_mode_unlisten(operator);
    history_replay(operator->history, LINES_KEPT, take_message, panel);
    messages_listen(operator->messages, take_message, panel);
    run_session(panel, script);
    operator_power_off(operator);
    message(operator->messages, HHC01412I, PACKAGE_NAME);
    if (signals)
        signals_leave(signals);
    free_panel(panel);
    return operator_expectations_held(operator) ? EXIT_SUCCESS : EXIT_FAILURE;
}
