/* The automatic operator's rules, scripts within and beside each other, cancelled. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console/commands.h"
#include "console/expression.h"
#include "console/rules.h"
#include "tests/unit/check.h"

/* ---- what was said ---------------------------------------------------------------------- */

struct ear {
    char text[200000];
    size_t length;
};

static void hear(void *context, const struct message *m)
{
    struct ear *ear = context;
    size_t n = strlen(m->text);
    if (ear->length + n + 2 > sizeof ear->text)
        return;
    memcpy(ear->text + ear->length, m->text, n);
    ear->length += n;
    ear->text[ear->length++] = '\n';
    ear->text[ear->length] = 0;
}

static struct ear ear;

static struct operator *make(bool virtual_time)
{
    struct operator *operator = operator_new(virtual_time);
    ear.length = 0;
    ear.text[0] = 0;
    messages_listen(operator->messages, hear, &ear);
    operator_power_on(operator);
    return operator;
}

static void unmake(struct operator *operator)
{
    operator_power_off(operator);
    operator_free(operator);
}

static unsigned times_said(const char *text)
{
    unsigned n = 0;
    for (const char *p = ear.text; (p = strstr(p, text)); p++)
        n++;
    return n;
}

static bool said_in_order(const char *const texts[])
{
    const char *p = ear.text;
    for (int i = 0; texts[i]; i++) {
        p = strstr(p, texts[i]);
        if (!p)
            return false;
        p += strlen(texts[i]);
    }
    return true;
}
#define IN_ORDER(...) said_in_order((const char *const[]){ __VA_ARGS__, NULL })

/* Host time: rules are given on a thread of their own. */
static bool comes(const char *text)
{
    for (int i = 0; i < 1000 && !strstr(ear.text, text); i++)
        usleep(5000);
    return strstr(ear.text, text) != NULL;
}

static void guest_says(struct operator *operator, const char *line)
{
    message_from(operator->messages, MESSAGE_GUEST, 0x1F, line);
}

/* ---- what a match makes of a command -------------------------------------------------------- */

static const struct {
    const char *target, *command, *line, *result;   /* NULL: does not match */
} substitutions[] = {
    { "IEA101A", "/r 00,clpa", "IEA101A SPECIFY SYSTEM PARAMETERS", "/r 00,clpa" },
    { "IEA101A", "/x", "IEA101 A", NULL },
    { "\\*([0-9]+) (.*)", "/r $1,$2", "+*07 GIVE DATE", "/r 07,GIVE DATE" },
    { "b", "$`|$&|$'|$0", "abc", "a|b|c|b" },
    { "(a)(x)?", "<$1><$2><$3>", "a", "<a><><$3>" },
    { "(1)(2)(3)(4)(5)(6)(7)(8)(9)(0)(A)", "$11 $10 $12 $1", "1234567890A", "A 0 12 1" },
    { "cost", "$$1 $x $", "cost", "$1 $x $" },
    { "$HASP426 SPECIFY", "/r 0,noreq", "*00 $HASP426 SPECIFY OPTIONS", "/r 0,noreq" },
    { "READY$", "ok", "VM READY", "ok" },
    { "READY$", "ok", "READY NOT", NULL },
    { "^0:0009", "ok", "0:0009", "ok" },
    { "[$A]B", "$&", "x$B", "$B" },
    { "\\<END\\>", "ok", "THE END.", "ok" },
    { "\\<END\\>", "ok", "WEEKEND", NULL },
};

static void test_substitutions(void)
{
    for (size_t i = 0; i < sizeof substitutions / sizeof *substitutions; i++) {
        char why[200] = "", *text = rules_target(substitutions[i].target), *result = NULL;
        struct span spans[MOST_GROUPS];
        struct expression *expression = expression_make(text, why, sizeof why);
        if (check(expression, "%s: %s", text, why)) {
            int groups = expression_search(expression, substitutions[i].line, spans);
            if (groups)
                result = rules_substitute(substitutions[i].command, substitutions[i].line, spans,
                                          groups);
            const char *wanted = substitutions[i].result;
            check(!wanted == !result && (!wanted || strcmp(wanted, result) == 0),
                  "'%s' in '%s': %s, not %s", substitutions[i].target, substitutions[i].line,
                  result ? result : "no match", wanted ? wanted : "no match");
        }
        expression_free(expression);
        free(result);
        free(text);
    }
    char why[200] = "";
    check(!expression_make("a(b", why, sizeof why) && *why, "a( is an expression: %s", why);
}

/* ---- the command ------------------------------------------------------------------------------ */

static void test_hao(void)
{
    struct operator *operator = make(true);
    static const struct { const char *line, *said; } lines[] = {
        { "hao", "HHC02299E" },
        { "hao nonsense", "HHC02299E" },
        { "hao list", "HHC00089I" },
        { "hao cmd /x", "HHC00072E The command cmd given, but the command tgt was expected" },
        { "hao tgt", "HHC00073E Empty target" },
        { "hao tgt [a", "HHC00075E The target [a is no regular expression" },
        { "hao tgt it's (here)", "HHC00077I The target was placed at index 0" },
        { "hao tgt other", "HHC00072E The command tgt given, but the command cmd was expected" },
        { "hao cmd say it's (here) again", "HHC00077I The command was placed at index 0" },
        { "hao tgt it's (here)", "HHC00074E The target was not added because a duplicate was found in the table at 00" },
        { "hao tgt again", "HHC00076E The target was not added because it causes a loop with the command at index 00" },
        { "hao tgt B$", "HHC00077I The target was placed at index 1" },
        { "hao cmd A B", "HHC00076E The command was not added because it causes a loop with the target at index 01" },
        { "hao cmd gpr", "HHC00077I The command was placed at index 1" },
        { "hao list", "HHC00088I Index 00: target it's (here) -> command say it's (here) again" },
        { "hao list", "HHC00082I 2 rule(s) displayed" },
        { "hao list 1", "HHC00088I Index 01: target B$ -> command gpr" },
        { "hao list 2", "HHC00079E No rule defined at index 02" },
        { "hao list x", "HHC00084E Invalid index" },
        { "hao del 128", "HHC00084E Invalid index; index must be between 0 and 127" },
        { "hao del 0", "HHC00086I Rule at index 0 successfully deleted" },
        { "hao del 0", "HHC00085E Rule at index 0 not deleted, already empty" },
        { "hao clear", "HHC00080I All HAO rules are cleared" },
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        ear.length = 0;
        operator_command(operator, lines[i].line);
        check(strstr(ear.text, lines[i].said), "%s: %s", lines[i].line, ear.text);
    }
    char line[60];
    for (int i = 0; i < MOST_RULES; i++) {
        snprintf(line, sizeof line, "hao tgt never said %d$", i);
        operator_command(operator, line);
        operator_command(operator, "hao cmd gpr");
    }
    operator_command(operator, "hao tgt one more");
    check(strstr(ear.text, "HHC00071E The target was not added because table is full"), "full");
    unmake(operator);
}

/* ---- rules at work -------------------------------------------------------------------------------- */

static void test_firing(bool virtual_time)
{
    struct operator *operator = make(virtual_time);
    operator_command(operator, "hao tgt MOUNT (\\w+) ON ([0-9A-F]+)");
    operator_command(operator, "hao cmd * mounting $1 at $2");
    operator_command(operator, "hao tgt GIVE 2");
    operator_command(operator, "hao cmd gpr 5=2");
    ear.length = 0;
    guest_says(operator, "IEC501A MOUNT WORK01 ON 480");
    guest_says(operator, "GIVE 2");
    guest_says(operator, "MOUNT WORK02 ON 481");
    operator_command(operator, "* by a comment: MOUNT WORK03 ON 482");
    check(comes("HHC01603I * mounting WORK03 at 482"), "%s", ear.text);
    check(IN_ORDER("HHC00081I Match at index 00, executing command * mounting WORK01 at 480",
                   "HHC01603I * mounting WORK01 at 480", "HHC00081I Match at index 01",
                   "GR05=00000002", "* mounting WORK02 at 481", "* mounting WORK03 at 482"),
          "%s", ear.text);
    unmake(operator);
}

/* By its own command, by one another, by way of a guest. */
static void test_loops(bool virtual_time)
{
    struct operator *operator = make(virtual_time);
    operator_command(operator, "hao tgt (PI)NG");
    operator_command(operator, "hao cmd * $1NG");
    operator_command(operator, "hao tgt (TI)CK");
    operator_command(operator, "hao cmd * $1OCK TO");
    operator_command(operator, "hao tgt T(IO)CK TO");
    operator_command(operator, "hao cmd * T$`$'ICK");
    guest_says(operator, "PING");
    guest_says(operator, "TICK");
    operator_command(operator, "* the end");
    guest_says(operator, "PING");
    operator_command(operator, "* the very end");
    for (int i = 0; i < 400 && times_said("HHC00081I") < 4; i++)
        usleep(5000);
    usleep(virtual_time ? 0 : 20000);
    check(times_said("HHC01603I * PING") == 2, "own output: %s", ear.text);
    check(times_said("HHC01603I * TIOCK TO") == 1, "one another: %s", ear.text);
    check(times_said("HHC00081I") == 4, "%s", ear.text);
    operator_command(operator, "hao clear");
    operator_command(operator, "hao tgt storm");
    operator_command(operator, "hao cmd * rain");
    for (int i = 0; i < 300; i++)
        guest_says(operator, "storm");
    operator_command(operator, "* now what?");
    check(comes("HHC00092W Rule at index 00 switched off"), "%s", ear.text);
    check(times_said("HHC01603I * rain") == 100, "%u times", times_said("HHC01603I * rain"));
    unmake(operator);
}

/* ---- scripts ------------------------------------------------------------------------------------------ */

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");
    if (!check(file, "%s", name))
        return;
    fputs(text, file);
    fclose(file);
}

static void test_background(bool virtual_time)
{
    write_file("back.rc", "* back 1\npause 0.2\n* back 2\nscript inner.rc\n* back 3\n");
    write_file("inner.rc", "pause 0.2\n* inner\n");
    write_file("front.rc", "script back.rc &\npause 0.1\n* front 1\npause 0.2\n* front 2\npause 0.3\n"
                           "* front 3\n");
    struct operator *operator = make(virtual_time);
    check(operator_command(operator, "script front.rc") == COMMAND_DONE, "front.rc");
    check(IN_ORDER("HHC01603I * back 1", "HHC01603I * front 1", "HHC01603I * back 2",
                   "HHC01603I * front 2", "HHC01603I * inner", "HHC01603I * back 3",
                   "HHC01603I * front 3"), "%s", ear.text);
    check(strstr(ear.text, "processing paused for 200 milliseconds"), "%s", ear.text);
    unmake(operator);
}

static void test_cancel(bool virtual_time)
{
    write_file("long.rc", "* long\nscript longer.rc\n* not reached\n");
    write_file("longer.rc", "* begun\npause 1000\n* not reached\n");
    struct operator *operator = make(virtual_time);
    operator_command(operator, "cscript");
    check(strstr(ear.text, "HHC20069E"), "%s", ear.text);
    operator_command(operator, "script long.rc &");
    check(comes("HHC01603I * begun"), "%s", ear.text);
    operator_command(operator, "cscript list");
    check(IN_ORDER("HHC20067I Script 2: longer.rc", "HHC20067I Script 1: long.rc"), "%s", ear.text);
    check(operator_command(operator, "cscript 1") == COMMAND_DONE, "cscript");
    operator_command(operator, "* go on");
    check(comes("HHC20058I Script 1: file long.rc cancelled"), "%s", ear.text);
    check(!strstr(ear.text, "not reached"), "%s", ear.text);
    check(operator_expectations_held(operator), "a cancelled script is no failure");
    operator_command(operator, "script long.rc &");
    unmake(operator);       /* ends it, too */
    check(!strstr(ear.text, "not reached"), "%s", ear.text);
}

static void test_cycles(void)
{
    write_file("a.rc", "script b.rc\n* a went on\n");
    write_file("b.rc", "script ./a.rc\n* b went on\n");
    write_file("twice.rc", "script leaf.rc leaf.rc\n");
    write_file("leaf.rc", "* leaf\n");
    struct operator *operator = make(true);
    operator_command(operator, "script a.rc");
    check(IN_ORDER("HHC20057E ./a.rc is not run: script 1 is the same file", "* b went on",
                   "* a went on"), "%s", ear.text);
    operator_command(operator, "script twice.rc");
    check(times_said("HHC01603I * leaf") == 2, "%s", ear.text);
    for (char i = 0; i < 12; i++) {
        char name[20], text[40];
        snprintf(name, sizeof name, "deep%d.rc", i);
        snprintf(text, sizeof text, "script deep%d.rc\n", i + 1);
        write_file(name, text);
    }
    operator_command(operator, "script deep0.rc");
    check(strstr(ear.text, "HHC20050E Scripts are more than 10 deep: deep10.rc"), "%s", ear.text);
    unmake(operator);
}

/* Rules and background scripts, in virtual time: the same every time. */
static void test_same_again(void)
{
    static char first[sizeof ear.text];
    write_file("sum.rc", "hao tgt back\nhao cmd script leaf.rc\nhao tgt inner\nhao cmd pause 0.05\n"
                         "script front.rc\nchecksum\n");
    for (int i = 0; i < 3; i++) {
        struct operator *operator = make(true);
        operator_command(operator, "script sum.rc");
        unmake(operator);
        if (i == 0)
            strcpy(first, ear.text);
        check(strcmp(first, ear.text) == 0, "%s\n---- is not ----\n%s", ear.text, first);
    }
    check(strstr(first, "HHC01603I * leaf"), "%s", first);
}

/* ---- commands of the field ------------------------------------------------------------------------ */

static void test_commands(void)
{
    static const struct { const char *line, *said; } lines[] = {
        { "numcpu 2", "NUMCPU" },
        { "cpu 1 cf off", "HHC00820I Processor CP01: offline" },
        { "cpu 1 cf", "HHC00820I Processor CP01: offline" },
        { "cpu 1 restart", "HHC00835E Processor CP01: offline" },
        { "cpu 1 start", "" },
        { "cfall", "HHC00819I Processor CP00: online" },
        { "qproc", "HHC17007I NumCPU = 02, NumVEC = 00" },
        { "qproc", "HHC17009I PROC CP01 * 0 instructions" },
        { "cfall maybe", "HHC02299E" },
        { "f-3456", "set to unusable" },
        { "f?", "HHC20122I Frame 00003000 is unusable" },
        { "r 200=B22C0002B22C0003B2040000", "R:" },     /* TB 0,2  TB 0,3 */
        { "gpr 2=3FFF 3=4000 0=1", "GR03=00004000" },
        { "psw ia=200 sm=00 cmwp=0", "ia=200" },
        { "s", "stepping on" }, { "start", "" }, { "pause 0.001", "TB" }, { "start", "" },
        { "pause 0.001", "PSW=00000000 10000204" },     /* condition code 1 */
        { "start", "" }, { "pause 0.001", "PSW=00000000 00000208" },
        { "s-", "stepping off" },
        { "ipending", "HHC00851I Processor CP00: I/O interrupt not pending" },
        { "ipending", "HHC00866I Processor CP01: state offline" },
        { "f+3000", "set to usable" },
        { "f?", "HHC20123I All frames are usable" },
        { "f-FFFFFFF", "HHC20015E" },
        { "cfall on", "HHC00819I Processor CP01: online" },
        { "qstor", "HHC17003I MAIN     storage is 2M" },
        { "mounted", "HHC02312W" },
        { "alrf", "has no effect here" },
        { "qpid", "HHC17013I Process ID" },
        { "cmdsep x", "HHC02299E" },
        { "cmdsep ;", "CMDSEP         set to ;" },
        { "gpr 5=5 ; gpr 6=6;;gpr", "HHC01603I gpr 6=6" },
        { "* a ; b", "HHC01603I * a ; b" },
        { "cmdsep off", "set to OFF" },
        { "hst", "cmdsep off" },
        { "gpr 9=99", "GR09=00000099" },
        { "hst -1", "HHC01603I gpr 9=99" },
        { "hst 1", "HHC01603I numcpu 2" },
        { "hst 1000", "HHC20121E There is no line 1000" },
    };
    struct operator *operator = make(true);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        ear.length = 0;
        ear.text[0] = 0;
        operator_command(operator, lines[i].line);
        check(strstr(ear.text, lines[i].said), "%s: %s", lines[i].line, ear.text);
    }
    check(operator_all_stopped(operator), "an offline CPU started");
    unmake(operator);
}

/* The operands of instructions in a trace. */
static void test_operands(void)
{
    struct operator *operator = make(true);
    operator_command(operator, "r 200=5810030041100300D2030304030091800300D2030FFE0000B2020308");
    operator_command(operator, "r 300=C1C2C3C4");
    operator_command(operator, "psw ia=200 sm=00 cmwp=0");
    operator_command(operator, "traceopt noregs");
    operator_command(operator, "t 200-21F");
    operator_command(operator, "b 21E");
    operator_command(operator, "start");
    operator_command(operator, "pause 0.001");
    check(IN_ORDER("INST=58100300", "HHC02326I R:0000000000000300:K:06=C1C2C3C4 00000000",
                   "ABCD", "INST=41100300", "INST=D20303040300", "R:0000000000000304:K:06=",
                   "R:0000000000000300:K:06=C1C2C3C4", "INST=91800300", "R:0000000000000300",
                   "INST=D2030FFE0000", "R:0000000000000FFE:K:", "R:0000000000000000:K:",
                   "INST=B2020308", "R:0000000000000308:K:06="), "%s", ear.text);
    unmake(operator);
}

/* ---- REXX ------------------------------------------------------------------------------------------ */

static void test_rexx(bool virtual_time)
{
    struct operator *operator = make(virtual_time);
    if (operator_command(operator, "rexx") != COMMAND_DONE) {
        check(strstr(ear.text, "HHC17500E REXX(Regina) Initialization failed"), "%s", ear.text);
        check(operator_command(operator, "exec one.rexx") == COMMAND_FAILED, "exec without REXX");
        skip("REXX programs: Regina (libregina3) is not installed, or its header was not");
        unmake(operator);
        return;
    }
    write_file("one.rexx",
               "parse arg a rest\n"
               "say 'args' a'/' || rest\n"
               "HREXX.RESPSTEMNAME = 'resp'\n"
               "'gpr 3=33'\n"
               "say 'rc' rc 'lines' resp.0 word(resp.2, 5)\n"
               "address HERCULES '-mainsize'\n"
               "say 'first' resp.1\n"
               "address ENDICOTT 'nonsense'\n"
               "say 'unknown' rc\n"
               "say 'function' awscmd('mainsize', 'out.') out.0 out.1\n"
               "address ENDICOTT 'exec two.rexx deeper'\n"
               "say 'inner' rc\n"
               "exit\n");
    write_file("two.rexx", "parse arg x\nsay 'two' x\nreturn 7\n");
    write_file("shell.rexx", "address system 'echo from the shell >shell.out'\n");
    write_file("again.rexx", "'exec again'\n");
    write_file("wrong.rexx", "say 'so far'\nx = 1 +\n");
    check(operator_command(operator, "exec one 1 it's me") == COMMAND_DONE, "%s", ear.text);
    check(IN_ORDER("HHC17528I REXX(Regina) VERSION: REXX", "REXX: args 1/it's me",
                   "HHC01603I gpr 3=33", "REXX: rc 0 lines 5 GR03=00000033",
                   "REXX: first HHC02269I", "HHC01600E Unknown command nonsense",
                   "REXX: unknown -3", "REXX: function 0 1 HHC17003I MAIN     storage is 2M",
                   "REXX: two deeper", "returned 7", "REXX: inner 1"), "%s", ear.text);
    check(operator_command(operator, "exec shell") == COMMAND_FAILED && access("shell.out", F_OK) != 0,
          "a shell without leave: %s", ear.text);
    check(operator_command(operator, "exec wrong") == COMMAND_FAILED, "%s", ear.text);
    check(strstr(ear.text, "REXX program wrong.rexx ended by an error: -64"), "%s", ear.text);
    check(operator_command(operator, "exec missing") == COMMAND_FAILED, "%s", ear.text);
    operator_command(operator, "exec again");
    check(strstr(ear.text, "HHC20050E Scripts are more than 10 deep: again.rexx"), "%s", ear.text);
    operator_command(operator, "shcmdopt enable");
    check(operator_command(operator, "exec shell") == COMMAND_DONE && access("shell.out", F_OK) == 0,
          "a shell by leave: %s", ear.text);
    unlink("shell.out");
    /* In the background, as scripts that go on with an IPL have it; one argument, or each word. */
    write_file("aside.rexx", "parse arg all\n'pause 0.2'\nsay 'aside' all'/'arg()\n");
    check(operator_command(operator, "exec aside.rexx one log -d &&") == COMMAND_DONE, "%s", ear.text);
    operator_command(operator, "* not waited for");
    operator_command(operator, "pause 1");
    check(comes("REXX: aside one log -d/1"), "%s", ear.text);
    check(IN_ORDER("not waited for", "REXX: aside"), "%s", ear.text);
    operator_command(operator, "exec sub aside.rexx one \"two three\"");
    operator_command(operator, "exec com aside.rexx a, b");
    check(IN_ORDER("REXX: aside one/2", "REXX: aside a, b/1"), "%s", ear.text);
    check(operator_command(operator, "rexx msgp on") == COMMAND_DONE &&
          strstr(ear.text, "HHC20042W msgp has no effect"), "%s", ear.text);
    operator_command(operator, "rexx mode subroutine start auto");
    operator_command(operator, "exec aside.rexx x y z");
    operator_command(operator, "rexx mode com");
    check(IN_ORDER("REXX: aside a, b/1", "REXX: aside x/3"), "%s", ear.text);
    /* By a rule, and halted by the end of the session. */
    write_file("loop.rexx", "say 'looping'\ndo forever; x = 1; end\n");
    operator_command(operator, "hao tgt (two) please");
    operator_command(operator, "hao cmd exec $1 by rule");
    operator_command(operator, "* two please");
    check(comes("REXX: two by rule"), "%s", ear.text);
    if (!virtual_time) {
        write_file("loop.rc", "exec loop\n");
        operator_command(operator, "script loop.rc &");
        check(comes("REXX: looping"), "%s", ear.text);
    }
    unmake(operator);
}

int main(void)
{
    char directory[] = "/tmp/endicott-XXXXXX";
    test_substitutions();
    test_hao();
    test_commands();
    test_operands();
    for (int virtual_time = 0; virtual_time < 2; virtual_time++) {
        test_firing(virtual_time);
        test_loops(virtual_time);
    }
    if (check(mkdtemp(directory) && chdir(directory) == 0, "%s", directory)) {
        for (int virtual_time = 0; virtual_time < 2; virtual_time++) {
            test_background(virtual_time);
            test_cancel(virtual_time);
            test_rexx(virtual_time);
        }
        test_cycles();
        test_same_again();
        char command[64];
        snprintf(command, sizeof command, "rm -r %s", directory);
        check(chdir("/") == 0 && system(command) == 0, "%s", command);
    }
    return checks_done();
}
