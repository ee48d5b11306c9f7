/* The panel's parts that know no terminal. */
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wchar.h>

#include "console/console.h"
#include "console/panel/complete.h"
#include "console/panel/editor.h"
#include "console/panel/recall.h"
#include "console/panel/scroll.h"
#include "console/panel/snapshot.h"
#include "console/panel/text.h"
#include "tests/unit/check.h"

/* ---- text -------------------------------------------------------------------------------- */

static void test_decoding(void)
{
    static const struct { const char *bytes; const wchar_t *text; } cases[] = {
        { "plain", L"plain" }, { "", L"" },
        { "Gr\303\274n", L"Gr\u00fcn" },                /* UTF-8 */
        { "Gr\374n", L"Gr\u00fcn" },                    /* ISO 8859-1 */
        { "\342\202\254 5", L"\u20ac 5" },
        { "\360\237\230\200", L"\U0001F600" },
        { "a\033[2Jb", L"a.[2Jb" },                     /* no escape sequence gets through, */
        { "a\302\2332Jb", L"a.2Jb" },                   /* nor CSI of C1 in UTF-8, */
        { "a\2332Jb", L"a.2Jb" },                       /* nor as a byte */
        { "a\tb\rc\177", L"a b.c." },
        { "\342\200\256evil", L".evil" },               /* right-to-left override */
        { "\357\273\277x", L".x" },                     /* byte-order mark */
        { "\300\200", L"\u00c0." },                     /* overlong: not UTF-8 */
        { "\355\240\200", L"\u00ed\u00a0." },           /* a surrogate: not UTF-8 */
        { "\303", L"\u00c3" }                           /* cut off */
    };
    wchar_t text[32];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t n = text_decode(cases[i].bytes, text, 32);
        check(wcscmp(text, cases[i].text) == 0 && n == wcslen(text), "case %zu: '%ls'", i, text);
    }
    check(text_decode("abcdef", text, 4) == 3 && wcscmp(text, L"abc") == 0, "cut: '%ls'", text);
}

static void test_all_bytes(void)
{
    for (unsigned c = 1; c < 256; c++) {
        char bytes[] = { (char)c, 0 };
        wchar_t text[4];
        text_decode(bytes, text, 4);
        bool control = c < 32 || (c >= 127 && c < 160) || c == 0xAD;
        wchar_t wanted = c == '\t' ? L' ' : control ? L'.' : (wchar_t)c;
        check(text[0] == wanted, "byte %02X became %lX", c, (unsigned long)text[0]);
    }
}

static void test_encoding(void)
{
    static const wchar_t *const texts[] = { L"plain", L"\u00fc\u20ac\U0001F600", L"\u07ff\u0800" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        wchar_t back[32];
        char *bytes = text_encode(texts[i], wcslen(texts[i]));
        text_decode(bytes, back, 32);
        check(wcscmp(back, texts[i]) == 0, "text %zu comes back as '%ls'", i, back);
        free(bytes);
    }
    wchar_t c = L'\u00fc';
    setlocale(LC_CTYPE, "C");
    check(text_columns(&c) == 1 && c == L'?', "C locale: %lX", (unsigned long)c);
    c = L'\033';
    check(text_columns(&c) == 1 && c == L'.', "control: %lX", (unsigned long)c);
    if (!setlocale(LC_CTYPE, "C.UTF-8")) {
        skip("no locale C.UTF-8");
        return;
    }
    c = L'\u00fc';
    check(text_columns(&c) == 1 && c == L'\u00fc', "UTF-8 locale: %lX", (unsigned long)c);
    c = L'\u4e2d';
    check(text_columns(&c) == 2, "a wide character has one column");
    c = L'\u0301';
    check(text_columns(&c) == 1 && c == L'.', "combining: %lX", (unsigned long)c);
}

/* ---- the editor ------------------------------------------------------------------------------ */

/* A line with | where the cursor is. */
static void put(struct editor *e, const wchar_t *line)
{
    const wchar_t *bar = wcschr(line, L'|');
    size_t before = bar ? (size_t)(bar - line) : wcslen(line);
    editor_clear(e);
    editor_insert(e, line, before);
    if (bar) {
        editor_insert(e, bar + 1, wcslen(bar + 1));
        e->cursor = before;
    }
}

static bool is(const struct editor *e, const wchar_t *line)
{
    const wchar_t *bar = wcschr(line, L'|');
    size_t before = bar ? (size_t)(bar - line) : wcslen(line);
    return e->cursor == before && wcsncmp(e->text, line, before) == 0 &&
           wcscmp(e->text + before, bar ? bar + 1 : L"") == 0 && e->length == wcslen(e->text);
}

static void test_actions(void)
{
    static const struct {
        const char *name;
        editor_action *action;
        const wchar_t *before, *after;
    } cases[] = {
        { "left", editor_left, L"ab|c", L"a|bc" },
        { "left at the beginning", editor_left, L"|abc", L"|abc" },
        { "right", editor_right, L"a|bc", L"ab|c" },
        { "right at the end", editor_right, L"abc|", L"abc|" },
        { "home", editor_home, L"ab|c", L"|abc" },
        { "end", editor_end, L"a|bc", L"abc|" },
        { "word left", editor_word_left, L"ipl 150 cl|ear", L"ipl 150 |clear" },
        { "word left over blanks", editor_word_left, L"ipl 150  |clear", L"ipl |150  clear" },
        { "word left at the beginning", editor_word_left, L"|ipl", L"|ipl" },
        { "word right", editor_word_right, L"ip|l 150", L"ipl| 150" },
        { "word right over blanks", editor_word_right, L"ipl|  150", L"ipl  150|" },
        { "delete", editor_delete, L"a|bc", L"a|c" },
        { "delete at the end", editor_delete, L"abc|", L"abc|" },
        { "backspace", editor_backspace, L"ab|c", L"a|c" },
        { "backspace at the beginning", editor_backspace, L"|abc", L"|abc" },
        { "transpose", editor_transpose, L"ab|c", L"acb|" },
        { "transpose at the end", editor_transpose, L"abc|", L"acb|" },
        { "transpose at the beginning", editor_transpose, L"|abc", L"|abc" },
        { "transpose one", editor_transpose, L"a|", L"a|" },
        { "kill to end", editor_kill_to_end, L"ab|cd", L"ab|" },
        { "kill to start", editor_kill_to_start, L"ab|cd", L"|cd" },
        { "kill line", editor_kill_line, L"ab|cd", L"|" },
        { "kill word left", editor_kill_word_left, L"a b-cd|e", L"a b-|e" },
        { "kill word right", editor_kill_word_right, L"a| bc d", L"a| d" },
        { "kill blank word", editor_kill_blank_word, L"devinit a/b-c |", L"devinit |" }
    };
    struct editor e = { 0 };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        put(&e, cases[i].before);
        cases[i].action(&e);
        check(is(&e, cases[i].after), "%s: '%ls' with the cursor at %zu", cases[i].name, e.text,
              e.cursor);
    }
}

static void test_killing_and_room(void)
{
    struct editor e = { 0 };
    put(&e, L"devinit 00c| deck");
    editor_kill_to_end(&e);
    editor_home(&e);
    editor_yank(&e);
    check(is(&e, L" deck|devinit 00c"), "yank: '%ls'", e.text);
    editor_kill_word_left(&e);
    editor_kill_to_start(&e);
    editor_kill_to_start(&e);       /* of nothing: what was killed before stays */
    editor_yank(&e);
    check(is(&e, L" |devinit 00c"), "yank of the last: '%ls'", e.text);
    editor_clear(&e);
    for (int i = 0; i < EDITOR_MOST; i++)
        editor_insert(&e, L"x", 1);
    check(e.length == EDITOR_MOST && !editor_insert(&e, L"y", 1) && e.text[EDITOR_MOST] == 0,
          "a full line has %zu characters", e.length);
    check(!editor_replace(&e, EDITOR_MOST - 1, L"yz") && e.length == EDITOR_MOST,
          "replaced in a full line");
    put(&e, L"dev| x");
    check(editor_replace(&e, 0, L"devinit") && is(&e, L"devinit| x"), "replaced: '%ls'", e.text);
}

/* Random keys: the line stays a line. */
static void test_noise(void)
{
    static editor_action *const actions[] = {
        editor_left, editor_right, editor_home, editor_end, editor_word_left, editor_word_right,
        editor_delete, editor_backspace, editor_transpose, editor_kill_line, editor_kill_to_end,
        editor_kill_to_start, editor_kill_word_left, editor_kill_word_right,
        editor_kill_blank_word, editor_yank
    };
    struct editor e = { 0 };
    unsigned random = 1, bad = 0;
    for (int i = 0; i < 200000; i++) {
        random = random * 1103515245 + 12345;
        unsigned what = random >> 16 & 63;
        if (what < 16)
            actions[what](&e);
        else
            editor_insert(&e, what & 7 ? L"w" : L" ", 1);
        bad += e.length > EDITOR_MOST || e.cursor > e.length || e.text[e.length] != 0 ||
               wcslen(e.text) != e.length;
    }
    check(bad == 0, "%u times the line was broken", bad);
}

/* ---- recall -------------------------------------------------------------------------------------- */

static char directory[] = "/tmp/panel-test-XXXXXX";

static void test_recall(void)
{
    struct recall *r = recall_new(NULL);
    check(recall_older(r, L"") == NULL && recall_newer(r) == NULL, "an empty past has lines");
    recall_add(r, L"ipl 150");
    recall_add(r, L"devlist");
    recall_add(r, L"devlist");
    recall_add(r, L"");
    recall_add(r, L" logon secret");
    check(recall_count(r) == 2, "%u lines are kept", recall_count(r));
    check(wcscmp(recall_older(r, L"half"), L"devlist") == 0, "the newest is not first");
    check(wcscmp(recall_older(r, L"devlist"), L"ipl 150") == 0, "the second is not next");
    check(recall_older(r, L"") == NULL, "there is something older than the oldest");
    check(wcscmp(recall_newer(r), L"devlist") == 0, "back");
    check(wcscmp(recall_newer(r), L"half") == 0, "the draft is lost");
    check(recall_newer(r) == NULL, "there is something newer than the draft");
    recall_add(r, L"devinit 00c a.jcl");
    check(wcscmp(recall_search(r, L"DEV", false), L"devinit 00c a.jcl") == 0, "search");
    check(wcscmp(recall_search(r, L"devl", false), L"devlist") == 0, "the search goes on");
    check(wcscmp(recall_search(r, L"devl", false), L"devlist") == 0, "and stays");
    check(recall_search(r, L"devl", true) == NULL, "further back there is none");
    check(wcscmp(recall_search(r, L"ipl", true), L"ipl 150") == 0, "from there");
    recall_free(r);
}

static void test_recall_file(void)
{
    char path[64];
    wchar_t line[32];
    struct stat status;
    snprintf(path, sizeof path, "%s/state", directory);
    setenv("XDG_STATE_HOME", path, 1);
    char *usual = recall_usual_path();
    if (!check(usual != NULL, "no place for the history"))
        return;
    struct recall *r = recall_new(usual);
    recall_add(r, L"attach 00c 3505");
    recall_add(r, L"* Gr\u00fcn");
    recall_free(r);
    check(stat(usual, &status) == 0 && (status.st_mode & 0777) == 0600, "mode %o",
          status.st_mode & 0777);
    r = recall_new(usual);
    check(recall_count(r) == 2 && wcscmp(recall_older(r, L""), L"* Gr\u00fcn") == 0,
          "%u lines came back", recall_count(r));
    for (int i = 0; i < 3 * RECALL_MOST; i++) {
        swprintf(line, 32, L"line %d", i);
        recall_add(r, line);
    }
    check(recall_count(r) == RECALL_MOST, "%u lines are kept", recall_count(r));
    recall_free(r);
    r = recall_new(usual);      /* makes the file anew */
    recall_free(r);
    r = recall_new(usual);
    swprintf(line, 32, L"line %d", 3 * RECALL_MOST - 1);
    check(recall_count(r) == RECALL_MOST && wcscmp(recall_older(r, L""), line) == 0,
          "%u lines after a rewrite", recall_count(r));
    recall_free(r);
    check(stat(usual, &status) == 0 && status.st_size < 12 * RECALL_MOST, "the file has %ld bytes",
          (long)status.st_size);
    free(usual);
    setenv("XDG_STATE_HOME", "/proc/none", 1);
    usual = recall_usual_path();
    check(usual == NULL, "a history in %s", usual);
    free(usual);
    r = recall_new("/proc/none/history");
    recall_add(r, L"still works");
    check(recall_count(r) == 1, "without a file nothing is kept");
    recall_free(r);
}

/* ---- messages ------------------------------------------------------------------------------------- */

static void test_scroll(void)
{
    struct scroll *s = scroll_new(10);
    wchar_t text[SCROLL_WIDEST + 1];
    char line[32];
    enum tone tone;
    uint64_t found;
    check(scroll_first(s) == 0 && scroll_end(s) == 0 && scroll_line(s, 0, &tone, text) == 0,
          "there is something in an empty one");
    for (int i = 0; i < 25; i++) {
        snprintf(line, sizeof line, "HHC00001%c line %d", "IWE"[i % 3], i);
        scroll_add(s, MESSAGE_EMULATOR, line);
    }
    check(scroll_first(s) == 15 && scroll_end(s) == 25, "the last ten: %d to %d",
          (int)scroll_first(s), (int)scroll_end(s));
    scroll_line(s, 23, &tone, text);
    check(wcscmp(text, L"HHC00001E line 23") == 0 && tone == TONE_ERROR, "'%ls'", text);
    scroll_line(s, 14, &tone, text);
    check(*text == 0, "forgotten: '%ls'", text);
    check(scroll_find(s, L"LINE 17", 25, true, &found) && found == 17, "found another");
    check(!scroll_find(s, L"line 17", 17, true, &found), "found itself");
    check(scroll_find(s, L"line", 17, false, &found) && found == 18, "not the next newer");
    check(!scroll_find(s, L"line 3", 25, true, &found), "found what is forgotten");
    check(!scroll_find(s, L"", 25, true, &found), "found nothing at all");
    char *giant = malloc(100001);
    memset(giant, 'x', 100000);
    giant[100000] = 0;
    scroll_add(s, MESSAGE_GUEST, giant);
    check(scroll_line(s, 25, &tone, text) == SCROLL_WIDEST && tone == TONE_GUEST,
          "a giant line is not cut");
    free(giant);
    scroll_free(s);
    check(message_tone(MESSAGE_GUEST, "*00 IEF068A REPLY") == TONE_URGENT &&
          message_tone(MESSAGE_ECHO, "/r 00,u") == TONE_ECHO &&
          message_tone(MESSAGE_EMULATOR, "HHC00001W x") == TONE_WARNING, "tones");
}

/* ---- completion ------------------------------------------------------------------------------------- */

static struct device_row rows[] = {
    { .number = 0x00C, .type = "3505" }, { .number = 0x00E, .type = "1403" },
    { .number = 0x01F, .type = "3215-C", .prefix = "/" }, { .number = 0x480, .type = "3420" }
};
static const struct snapshot snapshot = { .devices = rows, .device_count = 4 };

/* What a line completes to: "words of the answer", parted by blanks. */
static void try(const wchar_t *line, const wchar_t *wanted)
{
    struct completion c;
    wchar_t all[4096] = L"";
    complete(&c, line, wcslen(line), &snapshot);
    for (unsigned i = 0; i < c.count && wcslen(all) < 3900; i++) {
        wcscat(all, i ? L" " : L"");
        wcscat(all, c.words[i]);
    }
    check(wcscmp(all, wanted) == 0, "'%ls' goes on with '%ls', not '%ls'", line, all, wanted);
    completion_clear(&c);
}

static void make_file(const char *name)
{
    FILE *file = fopen(name, "w");
    if (file)
        fclose(file);
}

static void test_completion(void)
{
    if (!check(chdir(directory) == 0, "no directory %s", directory))
        return;
    mkdir("tapes", 0700);
    make_file("tapes/vs1.aws");
    make_file("tapes/vs2.aws");
    make_file("deck one.jcl");
    make_file("decks.jcl");
    make_file(".hidden");
    try(L"devi", L"devinit");
    try(L"DEV", L"devinit devlist");
    try(L"nosuch", L"");
    try(L"maxr", L"maxrates");
    try(L"help devi", L"devinit");
    try(L"ipl 4", L"0480");
    try(L"ipl 00", L"000C 000E 001F");
    try(L"ipl c", L"000C clear");
    try(L"ipl 480 cl", L"clear");
    try(L"detach 0480", L"0480");
    try(L"detach 05", L"");
    try(L"devinit 480 ta", L"tapes/");
    try(L"devinit 480 tapes/vs", L"tapes/vs1.aws tapes/vs2.aws");
    try(L"devinit 00c deck", L"\"deck one.jcl\" decks.jcl");
    try(L"devinit 00c \"deck ", L"\"deck one.jcl\"");
    try(L"devinit 00c .h", L".hidden");
    try(L"script deck", L"\"deck one.jcl\" decks.jcl");
    try(L"attach 00d 350", L"3504 3505");
    try(L"devlist TAP", L"TAPE");
    try(L"wait console 1", L"001F");
    try(L"t+4", L"t+0480");
    try(L"t-01", L"t-001F");
    try(L"/devi", L"");
    try(L"/r 00,", L"");
    struct completion c;
    complete(&c, L"devinit 480 tapes/v", 19, &snapshot);
    check(c.start == 12 && wcscmp(c.common, L"tapes/vs") == 0 && !c.open, "common: '%ls' from %zu",
          c.common, c.start);
    completion_clear(&c);
    complete(&c, L"devinit 480 tap", 15, &snapshot);
    check(c.open, "a directory is the end");
    completion_clear(&c);
    unlink("tapes/vs1.aws");
    unlink("tapes/vs2.aws");
    unlink("deck one.jcl");
    unlink("decks.jcl");
    unlink(".hidden");
    rmdir("tapes");
}

/* ---- the machine ---------------------------------------------------------------------------------------- */

static void test_snapshot(void)
{
    struct operator *operator = operator_new(true);
    struct snapshot s = { 0 };
    struct snapshot_wish wish = { .instructions = 4, .storage = 2, .base = FROM_PSW,
                                  .view = VIEW_VIRTUAL };
    configuration_text(operator, "panel", "LPARNAME PANEL\n001F 3215-C /\n000E 1403 /dev/null\n");
    operator_command(operator, "r 200=5810030047F00200");
    operator_command(operator, "gpr 13=00000210");
    operator_command(operator, "psw ia=200");
    check(snapshot_take(&s, operator, &wish), "the lock is held");
    check(s.device_count == 2 && s.devices[0].number == 0xE &&
          strcmp(s.devices[0].name, "printer") == 0 && strcmp(s.devices[1].prefix, "/") == 0,
          "%u devices", s.device_count);
    check(strcmp(s.system, "PANEL") == 0, "system %s", s.system);
    check(s.cpu.state == CPU_MANUAL && s.cpu.psw.ia == 0x200 && s.cpu.gr[13] == 0x210, "CPU");
    check(s.instruction_count == 4 && strcmp(s.instructions[0].hex, "58100300") == 0 &&
          s.instructions[1].address == 0x204 && strncmp(s.instructions[1].text, "B", 1) == 0,
          "disassembly: %s", s.instructions[0].hex);
    check(s.storage_count == 2 && s.storage[0].address == 0x200 && s.storage[0].bytes[0] == 0x58,
          "storage at %X", (unsigned)s.storage[0].address);
    wish.base = 13;
    snapshot_take(&s, operator, &wish);
    check(s.storage[0].address == 0x210, "storage at GR13: %X", (unsigned)s.storage[0].address);
    wish.base = FROM_ADDRESS;
    wish.address = 0xFFFFF8;
    snapshot_take(&s, operator, &wish);
    check(!s.storage[0].present && s.storage[1].address == 0 && s.storage[1].present,
          "the end of 2M of storage");
    operator_command(operator, "detach 00E");
    snapshot_take(&s, operator, &wish);
    check(s.device_count == 1 && !snapshot_device(&s, 0xE) && snapshot_device(&s, 0x1F),
          "%u devices after detach", s.device_count);
    snapshot_clear(&s);
    operator_free(operator);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    if (!mkdtemp(directory))
        return 1;
    test_decoding();
    test_all_bytes();
    test_encoding();
    test_actions();
    test_killing_and_room();
    test_noise();
    test_recall();
    test_recall_file();
    test_scroll();
    test_completion();
    test_snapshot();
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", directory);
    return checks_done() | (system(command) != 0);
}
