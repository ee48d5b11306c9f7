/* The configuration language, the table of commands, symbols, displays. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console/commands.h"
#include "core/bytes.h"
#include "devices/terminal/terminal.h"
#include "tests/unit/check.h"

/* ---- what was said ---------------------------------------------------------------------- */

struct ear {
    char *text;
    size_t length;
};

static void hear(void *context, const struct message *m)
{
    struct ear *ear = context;
    size_t n = strlen(m->text);
    ear->text = realloc(ear->text, ear->length + n + 2);
    memcpy(ear->text + ear->length, m->text, n);
    ear->text[ear->length + n] = '\n';
    ear->text[ear->length + n + 1] = 0;
    ear->length += n + 1;
}

static void forget(struct ear *ear)
{
    ear->length = 0;
    if (ear->text)
        ear->text[0] = 0;
}

static const char *heard(const struct ear *ear)
{
    return ear->text && ear->length ? ear->text : "";
}

static struct operator *make(struct ear *ear)
{
    struct operator *operator = operator_new(true);
    *ear = (struct ear){ 0 };
    messages_listen(operator->messages, hear, ear);
    return operator;
}

static void unmake(struct operator *operator, struct ear *ear)
{
    operator_free(operator);
    free(ear->text);
}

/* ---- the configuration --------------------------------------------------------------------- */

static const struct {
    const char *text;
    unsigned errors;
    const char *said[4];
} configurations[] = {
    { "", 0, { 0 } },
    { "# nothing\n* nothing\n\n   # nothing\n", 0, { 0 } },
    { "MAINSIZE 8\nmainsize 16M # with a comment\nMainSize 64K\n", 0,
      { "storage is 8M", "storage is 16M", "storage is 64K" } },
    { "mainsize 4\nmainsiez 8\n", 1, { "test.cnf, line 2: unknown statement 'mainsiez'; "
                                       "the nearest known one is 'mainsize'" } },
    { "xyzzy 1\n", 1, { "test.cnf, line 1: unknown statement 'xyzzy'" } },
    { "mainsize 4x\n", 1, { "HHC01451E Invalid value 4x specified for mainsize", "line 1" } },
    { "mainsize many\n", 1, { "HHC01451E", "Example: mainsize 16M" } },
    { "numcpu 9\n", 1, { "'9' is no value for NUMCPU: 1 to 8", "line 1" } },
    { "cpuserial 12345G\n", 1, { "HHC01451E Invalid value 12345G specified for CPUSERIAL" } },
    { "cpuserial 1234567\n", 1, { "HHC01451E" } },
    { "cpumodel 3032\ncpuserial 060305\ncpuverid FF\nqcpuid", 0, { "CPUID  = FF06030530320000" } },
    { "archmode z/Arch\narchmode\n", 0, { "ARCHLVL", "z/Arch" } },
    { "archmode VAX\n", 1, { "HHC01451E Invalid value VAX" } },
    { "codepage 037\ncodepage 819/1047\ncodepage 500\ncodepage default\n", 0, { "CODEPAGE" } },
    { "codepage nowhere\n", 1, { "HHC01451E Invalid value nowhere specified for CODEPAGE" } },
    { "000C 3505\n000D 3505x\n", 1, { "device type 3505x not recognized",
                                      "The nearest known type is 3505", "line 2" } },
    { "0440 3705 lport=1\n0600.2 lcs\n0009 1052-C /\ndevlist", 0,
      { "line 1: there is no type 3705 yet: device 0440", "device 0600.2", "0:0009 1052-C" } },
    { "0009\n", 1, { "line 1: device 0009 has no type" } },
    { "001F 3215-C /\n001F 3215-C /\n", 0, { "line 2: 1 device(s) left out" } },
    { "001F 3215-C / noprompt sideways\n", 0, { "unrecognized parameter sideways", "line 1" } },
    { "0010.4 3215\n0020-0023 3215\n0030,0032,0034.2 3215\ndevlist", 0,
      { "0:0013 3215", "0:0023 3215", "0:0035 3215" } },
    { "0023-0020 3215\n", 1, { "line 1" } },
    { "FFFF.2 3215\n", 1, { "line 1" } },
    { "0:0009 1052-C /\ndevlist", 0, { "0:0009 1052-C" } },
    { "defsym X 12\nmainsize $(X)\nmainsize ${Y:=13}\nmainsize $(Y=14)M\n", 0,
      { "storage is 12M", "storage is 13M", "storage is 14M" } },
    { "mainsize $(NOBODY_KNOWS)\n", 0, { "The symbol NOBODY_KNOWS is not defined" } },
    { "defsym 9-9 x\n", 1, { "'9-9' is no name for a symbol" } },
    { "include /no/such/file.cnf\n", 1, { "line 1: cannot include /no/such/file.cnf" } },
    { "ignore include_errors\ninclude /no/such/file.cnf\n", 0, { "line 2: cannot include" } },
    { "include\n", 1, { "INCLUDE needs one file name" } },
    { "ignore everything\n", 1, { "IGNORE knows INCLUDE_ERRORS" } },
    { "lparname \"unclosed\n", 1, { "a quotation mark is not closed" } },
    { "lparname NINELETTER\n", 1, { "HHC01451E" } },
    { "pantitle \"x\"\nhttp port 8081\nconkpalv (3,1,10)\ndevprio 8\n", 0,
      { "PANTITLE       set to x", "devprio has no effect here" } },
    { "pantitle z/OS 1.9 IPL A80\nnumvec 1\nhwldr scsiboot x\nloaddev lun 0\n", 0,
      { "PANTITLE       set to z/OS 1.9 IPL A80", "numvec has no effect here" } },
    { "archmode z/Arch\nfacility enable BIT44\nfacility disable 051_LOCAL_TLB_CLEARING\n"
      "facility enable HERC_TCPIP_EXTENSION\n", 0,
      { "051_LOCAL_TLB_CLEARING has no effect here", "HERC_TCPIP_EXTENSION has no effect here" } },
    { "facility enable nonsense\n", 1, { "HHC01451E" } },
    { "main\\\nsize \\\n 24\n", 0, { "storage is 24M" } },
    { "mainsize 8\n\\\n\nfoo", 1, { "line 4: unknown statement" } },
    { "\xEF\xBB\xBFmainsize 8\r\nmainsize 16\r\n", 0, { "storage is 16M" } },
    { "\x01\x02\x03\n", 1, { "the line has characters that are no text" } },
    { "sysepoch 1900 -28\nyroffset +1\ntzoffset +0230\n", 0, { "1900 -28", "YROFFSET", "+0230" } },
    { "sysepoch 1850\n", 1, { "HHC01451E" } },
    { "tzoffset 0575\n", 1, { "HHC01451E" } },
    { "cnslport 3270\ncnslport localhost:3270\ncnslport *:3270\n", 0, { "localhost:3270" } },
    { "cnslport ${NO_SUCH_HOST}:3270\n", 0, { "CNSLPORT       set to 3270" } },
    { "cnslport here:there\n", 1, { "HHC01451E" } },
    { "panrate fast\nloadparm 0120\npgmprdos licensed\ndiag8cmd enable noecho\n"
      "shcmdopt disable\nxpndsize 0\nostailor quiet\necpsvm no\nmaxcpu 4\nlparnum 3\n", 0,
      { "DIAG8CMD       set to ENABLE   NOECHO" } },
    { "ecpsvm yes notrap\necpsvm level\n", 0, { "ECPSVM        : level 20" } },
    { "ecpsvm level 22\necpsvm disable lpsw\nevm stats\n", 0,
      { "level 22", "feature LPSW disabled", "23 entries not shown" } },
    { "ecpsvm yes\necpsvm off\n", 0, { "ECPSVM        : disabled" } },
    { "ecpsvm level 0\n", 1, { "HHC01451E" } },
    { "ecpsvm disable nonsense\n", 1, { "HHC01451E" } },
    { "ecpsvm disable freex nonsense\necpsvm stats\n", 1, { "HHC01451E" } },
    { "ecpsvm 20\necpsvm l\n", 0, { "ECPSVM        : level 20" } },
    { "ecpsvm level 20 trap\necpsvm query\n", 0, { "ECPSVM        : level 20" } },
    { "ecpsvm di DISP2 freex\n", 0,
      { "feature DISP2 is not provided", "CP ASSIST feature FREEX disabled" } },
    { "ecpsvm disable vma\necpsvm en cpa\n", 0,
      { "VM ASSIST feature SVC disabled", "CP ASSIST feature FRETX enabled" } },
    { "ecpsvm debug lpsw\necpsvm nod all\n", 0, { "HHC20042W ECPSVM DEBUG" } },
    { "archmode z/Arch\n* none\nlparname $(HOSTNUMCPUS)CPU\nmsg * $(ARCHMODE) $(CSS) $(CPUID)\n", 0,
      { "CPU", "z/Arch 0 00" } },
    { "ecpsvm no notrap\n", 0, { "ECPSVM        : disabled" } },
    /* As configurations out there have them. */
    { "cckd dhint=5,fsync=1,debug=1\ncckd ra=9,raq=16,rat=16,wr=8,gcparm=4\ncckd opts\n", 0,
      { "HHC20042W dhint=5", "HHC20042W ra=9 has no effect here: a disk has 4", "ra=4,rat=16" } },
    { "httpport 8081 noauth userid password\n", 0, { "HHC20042W NOAUTH", "PORT 8081" } },
    { "http port 8082 auth operator \"Mother of VM\"\n", 0, { "HHC20042W AUTH", "PORT 8082" } },
    { "archmode esame\narchlvl disable asn_lx_reuse\narchlvl enable bit44\n", 0,
      { "asn_lx_reuse has no effect here", "Facility PFPO" } },
    { "capping 0\n", 0, { "HHC20042W capping" } },
    { "model x87 4=5\n", 1, { "HHC01451E Invalid value 4=5 specified for MODEL" } },
    { "plant fives\n", 1, { "HHC01451E" } },
    { "manufacturer IBM\nmanufacturer\nmodel A b c d\n", 0, { "MANUFACTURER  : IBM", "A B C D" } },
    { "0480 3420 /no/such/tape.aws ro\n0481-0482 3420 /no/such/$(CUU)\n0480 3420\ndevlist tape\n", 0,
      { "test.cnf, line 1: the drive 0480 is there without a tape", "the drive 0482 is there",
        "line 3: 1 device(s) left out", "0:0482 3420" } },
    { "0009 3215 GROUP1\n0010 1052 ALPHA 127.0.0.1 255.0.0.0 noprompt\ndevlist\n", 0,
      { "0:0009 3215", "group GROUP1, not connected", "group ALPHA" } },
    { "000E 1403 \"|cat >/dev/null\"\nattach 000F 1403 \"|cat\"\ndevlist prt\n", 1,
      { "0:000F Printer: error opening |cat: host commands are not allowed", "0:000E 1403   |cat >" } },
    { "000E 1403 /dev/null optprint\n0590 3590 /dev/nst0\ndevlist", 0,
      { "0:000E 1403", "0:0590 Tape file /dev/nst0: cannot be mounted: drives of the host" } },
    { "ecpsvm yes sometimes\n", 1, { "HHC01451E" } },
    { "ecpsvm st\n", 0, { "VM ASSIST", "CP ASSIST", "23 entries not shown" } },
    { "b 200\nr 0.10\nbc\n", 0, { "HHC02290I" } },      /* commands whose names are hexadecimal */
    { "quit now\n", 1, { "HHC02299E" } },
    { "0009 3215-C /\nvirtualtime off\n", 1, { "VIRTUALTIME must come before all devices" } },
};

static void test_configurations(void)
{
    for (size_t i = 0; i < sizeof configurations / sizeof *configurations; i++) {
        struct ear ear;
        struct operator *operator = make(&ear);
        const char *text = configurations[i].text;
        unsigned errors = configuration_text(operator, "test.cnf", text);
        check(errors == configurations[i].errors, "%u errors in '%s':\n%s", errors, text, heard(&ear));
        for (int j = 0; j < 4 && configurations[i].said[j]; j++)
            check(strstr(heard(&ear), configurations[i].said[j]),
                  "'%s': '%s' was not said:\n%s", text, configurations[i].said[j], heard(&ear));
        unmake(operator, &ear);
    }
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    fputs(text, file);
    fclose(file);
}

static void test_files(void)
{
    struct ear ear;
    struct operator *operator = make(&ear);
    write_file("console-a.tmp", "mainsize 8\ninclude console-b.tmp\nlparname A\n");
    write_file("console-b.tmp", "nonsense\ninclude console-c.tmp\n");
    write_file("console-c.tmp", "include console-c.tmp\n");
    check(!configuration_read(operator, "console-a.tmp"), "a file that includes itself:\n%s", heard(&ear));
    check(strstr(heard(&ear), "2 error(s) in the configuration console-a.tmp"), "%s", heard(&ear));
    check(strstr(heard(&ear), "console-b.tmp, line 1: unknown statement"), "%s", heard(&ear));
    check(strstr(heard(&ear), "files are included more than"), "%s", heard(&ear));
    check(strstr(heard(&ear), "LPARNAME       set to A"), "%s", heard(&ear));
    forget(&ear);
    check(!configuration_read(operator, "/no/such/file"), "a missing file");
    check(strstr(heard(&ear), "Cannot read the configuration /no/such/file"), "%s", heard(&ear));
    check(!configuration_read(operator, "/"), "a directory");
    forget(&ear);
    write_file("console-a.tmp", "nonsense\nmainsize many\nlparname B\n");
    check(configuration_read(operator, "console-a.tmp"), "statements are left out");
    check(strstr(heard(&ear), "2 statement(s) of the configuration console-a.tmp are left out"), "%s",
          heard(&ear));
    check(strstr(heard(&ear), "LPARNAME       set to B"), "%s", heard(&ear));
    if (operator_command(operator, "-rexx") == COMMAND_DONE) {
        forget(&ear);
        write_file("console-a.tmp", "/* REXX: a machine */\n'lparname' 'RX' || 1 + 1\n'attach 0009 3215-C /'\n");
        check(configuration_read(operator, "console-a.tmp") && strstr(heard(&ear), "LPARNAME       set to RX2") &&
              device_from(operator->channels, 9), "a configuration in REXX: %s", heard(&ear));
        write_file("console-a.tmp", "/* rexx */\nx = 1 +\n");
        check(!configuration_read(operator, "console-a.tmp"), "a wrong program: %s", heard(&ear));
    }
    unlink("console-a.tmp");
    unlink("console-b.tmp");
    unlink("console-c.tmp");
    unmake(operator, &ear);
}

/* ---- the table --------------------------------------------------------------------------------- */

static void test_table(void)
{
    for (const struct command *row = commands; row->name; row++) {
        unsigned rivals;
        const char *operand;
        check(row->summary && *row->summary, "%s has no line of help", row->name);
        check(row->example && *row->example, "%s has no example", row->name);
        check(row->syntax && row->details, "%s lacks texts", row->name);
        check(row->flags & JOINED || strncasecmp(row->example, row->name, strlen(row->name)) == 0,
              "%s: the example is %s", row->name, row->example);
        check(row->shortest <= strlen(row->name), "%s: shortest %u", row->name, row->shortest);
        check(command_find(row->name, &rivals, &operand) == row, "%s is not found", row->name);
        for (const struct command *other = commands; other < row; other++)
            check(strcasecmp(other->name, row->name) != 0, "%s is there twice", row->name);
    }
}

static void test_words(void)
{
    unsigned rivals;
    const char *operand;
    const struct command *row = command_find("DEVI", &rivals, &operand);
    check(row && strcmp(row->name, "devinit") == 0, "DEVI");
    row = command_find("dev", &rivals, &operand);
    check(!row, "dev is too short");
    row = command_find("t+0480", &rivals, &operand);
    check(row && strcmp(row->name, "t+dev") == 0 && strcmp(operand, "0480") == 0, "t+0480");
    static const struct { const char *verb, *name, *operand; } joined[] = {
        { "sf+150", "sf+dev", "150" }, { "sf-*", "sf-dev", "*" }, { "SFD0:0150", "sfd", "0:0150" },
        { "sfk*", "sfk", "*" }, { "sf-", "sf-dev", "" }
    };
    for (size_t i = 0; i < sizeof joined / sizeof *joined; i++) {
        row = command_find(joined[i].verb, &rivals, &operand);
        check(row && strcmp(row->name, joined[i].name) == 0 && operand
              && strcmp(operand, joined[i].operand) == 0, "%s", joined[i].verb);
    }
    check(!command_find("sfx150", &rivals, &operand), "sfx150");
    row = command_find("t+", &rivals, &operand);
    check(row && strcmp(row->name, "t+") == 0 && !operand, "t+");
    row = command_find("sysc", &rivals, &operand);
    check(!row, "sysc is too short");
    check(strcmp(command_nearest("devlits"), "devlist") == 0, "devlits");
    check(!command_nearest("qqqqqqqqqqqq"), "qqqq");
    check(word_distance("mainsize", "MAINSIZE", 3) == 0, "case");
    check(word_distance("ab", "ba", 3) == 1, "transposition");

    int count;
    bool unclosed;
    char **words = words_split("  a 'b c'  \"d 'e\"f g\"\"  ", &count, &unclosed);
    check(count == 4 && !unclosed, "%d words", count);
    check(strcmp(words[1], "b c") == 0 && strcmp(words[2], "d 'ef") == 0 &&
          strcmp(words[3], "g") == 0, "%s|%s|%s", words[1], words[2], words[3]);
    free(words);
}

static void test_symbols(void)
{
    static const struct { const char *line, *expanded; } cases[] = {
        { "$(A)$(B)", "onetwo" }, { "${A}x", "onex" }, { "$(C=three)", "three" },
        { "$(C:=three) ${C=4}", "three 4" }, { "$A $( $() $(A", "$A $( $() $(A" },
        { "$(D)", "" }, { "$(A B)", "$(A B)" }, { "$(E)", "$(A)" }, { "$(C=)", "" },
    };
    struct symbols *symbols = symbols_new();
    symbols_set(symbols, "A", "1");
    symbols_set(symbols, "B", "two");
    symbols_set(symbols, "A", "one");
    symbols_set(symbols, "E", "$(A)");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char unknown[64];
        char *text = symbols_expand(symbols, cases[i].line, unknown);
        check(strcmp(text, cases[i].expanded) == 0, "%s became %s", cases[i].line, text);
        free(text);
    }
    check(symbols_delete(symbols, "A") && !symbols_delete(symbols, "A"), "delete");
    symbols_free(symbols);
}

/* ---- every command with right and wrong operands ------------------------------------------------- */

static bool ends_or_leaves(const struct command *row)
{
    return row->run == command_quit;
}

static void test_wrong_operands(void)
{
    static char endless[9000];
    memset(endless, 'A', sizeof endless - 1);
    const char *const operands[] = {
        "", "0", "1", "-1", "zz", "zz yy", "99999999999999999999", "FFFFFFFF", "0=", "=", "0=G",
        "0-", ".", "0.0", "5-2", "0=00 0", "'", "\"x", "on", "off off", "200=", "%s%n%d", "* *",
        "\x80\xff", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20", "0.FFFFFFFF", endless,
        "console", "console 01F", "console 01F /(/", "message x 1e9", "message x 1 name",
        "psw nowhere", "psw 0 0.001", "input 01F .001", "device 01F idle 1", "01F", "01F 02F",
        "0480 3505 /no/such/deck", "01F clear", "15=5", "16=5", "ia=1000000", "ia=200",
    };
    char line[10000];
    for (const struct command *row = commands; row->name; row++) {
        if (ends_or_leaves(row) || row->run == command_log)
            continue;
        struct ear ear;
        struct operator *operator = make(&ear);
        configuration_text(operator, "test.cnf", "01F 3215-C /\n");
        for (size_t i = 0; i < sizeof operands / sizeof *operands; i++) {
            bool joined = row->flags & JOINED;
            snprintf(line, sizeof line, "%.*s%s%s", joined ? 2 : 20, row->name,
                     joined ? "" : " ", operands[i]);
            forget(&ear);
            enum command_result result = operator_command(operator, line);
            check(result != COMMAND_WRONG || strstr(heard(&ear), "Example: "),
                  "%.80s: no example given", line);
            check(result == COMMAND_DONE || row->run == command_sh ||
                  strstr(heard(&ear), "E "), "%.80s failed without a word", line);
        }
        unmake(operator, &ear);
    }
}

static void test_examples(void)
{
    for (const struct command *row = commands; row->name; row++) {
        if (ends_or_leaves(row))
            continue;
        struct ear ear;
        struct operator *operator = make(&ear);
        enum command_result result = operator_command(operator, row->example);
        check(result == COMMAND_DONE || result == COMMAND_FAILED, "%s: %s", row->example,
              heard(&ear));
        char help[64];
        forget(&ear);
        snprintf(help, sizeof help, "help %s", row->name);
        check(operator_command(operator, help) == COMMAND_DONE, "%s", help);
        check(strstr(heard(&ear), row->example), "%s: %s", help, heard(&ear));
        unmake(operator, &ear);
    }
}

/* ---- displays: the field's layouts ------------------------------------------------------------------ */

static void test_displays(void)
{
    static const struct { const char *line, *said; } cases[] = {
        { "r 200=C8C5D3D3D600F1F2", "HHC02290I R:0000000000000200  C8C5D3D3 D600F1F2  "
                                    "                  HELLO.12        \n" },
        { "abs 0.1", "HHC02290I A:0000000000000000  K:06\n" },      /* stored into */
        { "abs 800.1", "HHC02290I A:0000000000000800  K:00\n" },
        { "r 204.4", "HHC02290I R:0000000000000200           D600F1F2  "
                     "                      O.12        \n" },
        { "r 200.4", "HHC02290I A:0000000000000000  K:" },
        { "v 200.4", "HHC02291I V:0000000000000200  C8C5D3D3" },
        { "abs 200.4", "HHC02290I A:0000000000000200  C8C5D3D3" },
        { "r 200000", "HHC02290E A:0000000000200000  Addressing exception\n" },
        { "gpr 15=0000ABCD", "HHC02269I GR12=00000000 GR13=00000000 GR14=00000000 GR15=0000ABCD\n" },
        { "cr 0=E0", "HHC02271I CR00=000000E0 " },
        { "fpr 2=4110000000000001", "HHC02270I FP00=0000000000000000 FP02=4110000000000001\n" },
        { "psw ia=FFFF sm=FF cmwp=2 pk=6", "HHC02278I Program status word: FF620000 0000FFFF\n" },
        { "pr 1000", "HHC02277I Prefix register: 00001000\n" },
        { "r 0=12345678", "R:0000000000000000  12345678" },
        { "abs 1000.4", "A:0000000000001000  12345678" },
        { "mainsize 16388K", "HHC17003I MAIN     storage is 16388K (mainsize); storage is not locked\n" },
        { "mainsize 1G", "HHC17003I MAIN     storage is 1G (mainsize)" },
        { "mainsize 300G", "HHC01451E Invalid value 300G specified for mainsize\n" },
        { "mainsize 1B", "storage is 4K (mainsize)" },
        { "mainsize -1", "HHC01451E Invalid value -1 specified for mainsize\n" },
        { "mainsize 65535B", "storage is 64K (mainsize)" },
        { "mainsize 16777217B", "storage is 16388K (mainsize)" },
        { "mainsize 2097152B", "storage is 2M" },
        { "archlvl 370", "HHC02204I ARCHLVL        set to S/370\n" },
        { "u 200", "HHC02289I R00000200: " },
        { "numcpu 2", "HHC02204I NUMCPU         set to 2\n" },
        { "t-cpu *", "CP01: a trace's instructions are not shown\n" },
        { "t+cpu 1", "HHC20154I Processor CP01: a trace's instructions are shown\n" },
        { "t+cpu 2", "HHC20043E" }, { "t+cpu *", "CP00: a trace's instructions are shown\n" },
        { "gpr", "HHC02269I CP00: GR00=" },
        { "cpu 1 gpr", "HHC02269I CP01: GR00=" },
    };
    struct ear ear;
    struct operator *operator = make(&ear);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char echo[80];
        forget(&ear);
        operator_command(operator, cases[i].line);
        check(strstr(heard(&ear), cases[i].said), "%s:\n%s", cases[i].line, heard(&ear));
        snprintf(echo, sizeof echo, "HHC01603I %s\n", cases[i].line);
        check(strncmp(heard(&ear), echo, strlen(echo)) == 0, "%s is not echoed", cases[i].line);
    }
    forget(&ear);
    operator_command(operator, "  -gpr   # quietly");
    operator_command(operator, "# a comment");
    check(!strstr(heard(&ear), "HHC01603I"), "%s", heard(&ear));
    forget(&ear);
    operator_command(operator, "*Testcase one");
    check(strcmp(heard(&ear), "HHC01603I *Testcase one\n") == 0, "%s", heard(&ear));
    unmake(operator, &ear);
}

/* ---- what a service representative would do ----------------------------------------------- */

static void test_hardware(void)
{
    static const struct { const char *line, *said; } cases[] = {
        { "attach 00E 1403 *", "" }, { "attach 00C 3505 *", "" },
        { "fcb e", "66 lines, 6 an inch, index 0, at line 1; 1=1,7=2,13=3" },
        { "fcb e 1=1,60=12 lpi=8", "66 lines, 8 an inch, index 0, at line 1; 1=1,60=12\n" },
        { "fcb e 1=13", "HHC01102E 0:000E Printer: parameter 1=13 is invalid" },
        { "fcb e 1=1 lpp=5 fcb=9=2 lpp=1", "the carriage tape is longer than the page" },
        { "fcb e", "66 lines, 8 an inch, index 0, at line 1; 1=1,60=12\n" },
        { "fcb c", "HHC20147E 0:000C is no printer" }, { "fcb", "HHC02299E" },
        { "qports", "HHC17002I Console server inactive\nHHC17002I Control" },
        { "ds c", "Subchannel: idle, 0 programs started" },
        { "archlvl z", "" },
        { "ds c", "Subchannel 0001 SCSW: 00000000 00000000 00000000\n" },
        { "devlist c", ", subchannel 0001]" }, { "archlvl 370", "" },
        { "ds f", "HHC02200E 0:000F device not found" },
        { "iocheck c", "HHC20141I 0:000C channel checks to come: none" },
        { "iocheck c data", "come: data\n" },
        { "iocheck c chaining", "come: data chaining\n" },
        { "iocheck c off", "come: none\n" }, { "iocheck c odd", "HHC02299E" },
        { "mck odd", "HHC02299E" }, { "mck warning 100", "HHC02299E" },
        { "mck storage 200000000", "HHC20015E" },
        { "timerint", "HHC02203I TIMERINT      : DEFAULT" },
        { "timerint 3333", "HHC02204I TIMERINT       set to 3333" },
        { "timerint 0", "HHC01451E Invalid value 0 specified for TIMERINT" },
        { "timerint default", "set to DEFAULT" },
        { "msglevel", "HHC17012I MSGLEVEL = verbose\n" },
        { "msglvl emsgloc", "HHC17012I MSGLEVEL = verbose emsgloc\n" },
        { "ds f", "HHC00007I Previous message from function 'parse_attached' at console/operator.c(" },
        { "msglevel noemsgloc terse", "HHC17012I MSGLEVEL = terse\n" },
        { "timerint 50", "HHC01603I timerint 50\n" }, { "timerint", "TIMERINT      : 50" },
        { "msglvl +time +usecs -debug", "MSGLEVEL = terse time usecs\n" },
        { "msglevel on", "MSGLEVEL = verbose\n" },
        { "logopt timestamp datestamp", "set to TIMESTAMP" },
        { "logopt notimestamp", "HHC02204I LOGOPT         set to NOTIMESTAMP" },
        { "logopt often", "HHC02299E" }, { "msglevel loud", "HHC02299E" },
        { "k", "HHC00316I CCKD file number of devices processed: 0" },
        { "k c", "HHC00317E" },
        { "aia", "Instruction address 000000 is absolute 000000\nHHC20146I Nothing is decoded there" },
        { "tlb", "HHC20144I 0 of 2048 translations in use" },
        { "ptt", "HHC20151I Events kept: none; the last 0" }, { "ptt odd", "HHC02299E" },
        { "ptt mck pgm 2", "HHC20151I Events kept: pgm mck; the last 2" },
        /* A machine check lets the program at 300 begin, which ends by an operation exception. */
        { "r 70=000C000000000300", "" }, { "r 68=000A00000000DEAD", "" }, { "r 300=5810030000001000", "" },
        { "cr 1=00002000", "" }, { "cr 0=00800000", "" }, { "psw ia=200 cmwp=C", "" },
        { "aea", "Addresses are real; key 0, supervisor state, prefix 000000\n"
                 "HHC20146I Primary space: CR1=00002000, segment table at 002000, 16 entries, "
                 "segments of 64K, pages of 4K" },
        { "mck storage 4800", "HHC20140I Processor CP00: machine check: storage" },
        { "start", "" }, { "wait psw disabled", "" },
        { "r e8.14", "40008F9D 00030000 " },
        { "r f8.4", "00004800 " },
        { "ptt", "mck CP00 0000 after 0, PSW 000C0000 00000200\n" },
        { "ptt", "pgm CP00 0001 after 2, PSW 000C0000 00000306\n" },
        { "psw ia=300 cmwp=C", "" },
        { "aia", "Decoded: 2 operations in " },
        { "tlb", ": 00000000 is 00000000 RW space " },
        { "ptt 0", "none; the last 0" },
        { "facility", "HHC20153I Facility branch and save " },
        { "facility query base", "HHC20153I Facility base                               enabled " },
        { "facility query nothing", "HHC01451E Invalid value nothing specified for FACILITY" },
        { "facility disable base", "HHC01451E" }, { "facility odd", "HHC02299E" },
        { "fac q 19", "HHC20156I Facility bit 19 is disabled" }, { "fac dis 19", "HHC20042W" },
        { "fac q raw", "HHC20157I Facilities from bit  64: 0000000000000000" },
        { "facility disable Branch and Save",
          "HHC20153I Facility branch and save                    disabled   2 instructions\n" },
        { "r 300=0D101000", "" }, { "psw ia=300 cmwp=C", "" }, { "start", "" },
        { "wait psw disabled", "" }, { "r 28.8", "000C0000 00000302" },
        { "facility enable branch and save", "enabled    2 instructions" },
        { "psw ia=300 cmwp=C", "" }, { "start", "" },
        { "wait psw disabled", "" }, { "r 28.8", "000C0000 00000306" },
    };
    struct ear ear;
    struct operator *operator = make(&ear);
    operator_power_on(operator);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        forget(&ear);
        operator_command(operator, cases[i].line);
        check(strstr(heard(&ear), cases[i].said), "%s:\n%s", cases[i].line, heard(&ear));
    }
    unmake(operator, &ear);
}

/* ---- programs ----------------------------------------------------------------------------------------- */

static void test_programs(void)
{
    struct ear ear;
    struct operator *operator = make(&ear);
    operator_power_on(operator);
    /* LA 1,1(0,1); LA 2,7; LPSW 210: a disabled wait with code 0. */
    static const char *const script[] = {
        "sysclear", "r 0=0000000000000200", "r 68=000200000000DEAD",
        "r 200=411010014120000782000210", "r 210=0002000000000000", "runtest 1", NULL
    };
    for (int i = 0; script[i]; i++)
        operator_command(operator, script[i]);
    static const char *const said[] = {
        "HHC02336I", "HHC02339I Script 0: test: duration limit: 1.000 seconds", "HHC02333I",
        "HHC00809I Processor CP00: disabled wait state 00020000 00000000", "HHC02334I", "HHC02338I"
    };
    const char *at = heard(&ear);
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        const char *found = strstr(at, said[i]);
        check(found, "%s:\n%s", said[i], heard(&ear));
        at = found ? found : at;
    }
    check(!strstr(heard(&ear), "HHC01603I runtest"), "runtest is not echoed");
    check(operator_cpu(operator)->gr[2].w == 7, "GR2 is %X", operator_cpu(operator)->gr[2].w);

    /* The same again from the old program PSW, by way of a program check. */
    forget(&ear);
    operator_command(operator, "r 200=0000");
    operator_command(operator, "runtest 1");
    check(strstr(heard(&ear), "HHC00801I Processor CP00: Operation exception "
                              "interruption code 0001 ilc 2"), "%s", heard(&ear));
    check(strstr(heard(&ear), "disabled wait state 00020000 0000DEAD"), "%s", heard(&ear));

    /* A loop: the test ends by its limit, and a wait for it fails. */
    operator_command(operator, "r 200=47F00200");
    forget(&ear);
    operator_command(operator, "runtest 0.01");
    check(strstr(heard(&ear), "HHC02332E"), "%s", heard(&ear));
    check(operator_all_stopped(operator), "it runs on");
    check(operator_expectations_held(operator), "nothing was expected");
    operator_command(operator, "start");
    check(operator_command(operator, "wait psw 202 0.001") == COMMAND_FAILED, "a wait in vain");
    check(!operator_expectations_held(operator), "an expectation failed");

    /* Breakpoint, and stepping from there. */
    operator_command(operator, "stop");
    operator_command(operator, "r 200=1B1141101001411010010700");
    operator_command(operator, "psw ia=200");
    operator_command(operator, "b 206");
    operator_command(operator, "start");
    check(operator_command(operator, "wait psw 206 1") == COMMAND_DONE, "the breakpoint");
    check(operator_cpu(operator)->gr[1].w == 1, "GR1 is %X", operator_cpu(operator)->gr[1].w);
    operator_command(operator, "bc");
    operator_command(operator, "s");
    operator_command(operator, "start");
    check(operator_command(operator, "wait psw 20A 1") == COMMAND_DONE, "a step");
    check(operator_cpu(operator)->gr[1].w == 2, "GR1 is %X", operator_cpu(operator)->gr[1].w);
    operator_command(operator, "");
    check(operator_command(operator, "wait psw 20C 1") == COMMAND_DONE, "another step");
    unmake(operator, &ear);
}

/* Commands leave files; they do it in a directory of their own. */
static void leave_directory(const char *directory)
{
    struct dirent *entry;
    DIR *files = opendir(directory);
    while (files && (entry = readdir(files)))
        if (entry->d_type == DT_REG)
            unlink(entry->d_name);
    closedir(files);
    rmdir(directory);
}

/* A guest gives commands by DIAGNOSE 8, if the configuration lets it. */
static void test_guest_commands(void)
{
    /* L 2,320; LA 3,340; L 4,324; L 5,328; DIAGNOSE 2,4,8; LPSW 310. */
    static const char *const program[] = {
        "r 0=0000000000000200", "r 68=000200000000DEAD",
        "r 200=582003205840032458500328413003408324000882000310", "r 310=0002000000000000",
        "r 320=0000033040000006000000FF", "r 330=A3C5D9E2C9D6", NULL
    };
    struct ear ear;
    struct operator *operator = make(&ear);
    operator_power_on(operator);
    for (int i = 0; program[i]; i++)
        operator_command(operator, program[i]);
    operator_command(operator, "diag8cmd disable");
    operator_command(operator, "runtest 1");
    check(strstr(heard(&ear), "Specification exception interruption code 0006"), "%s", heard(&ear));

    operator_command(operator, "diag8cmd enable noecho");
    operator_command(operator, "r 330=988397A48984");       /* qcpuid */
    forget(&ear);
    operator_command(operator, "runtest 1");
    check(strstr(heard(&ear), "HHC17004I"), "%s", heard(&ear));
    check(!strstr(heard(&ear), "HHC01603I qcpuid"), "NOECHO");
    check(strstr(heard(&ear), "disabled wait state 00020000 00000000"), "%s", heard(&ear));
    struct cpu *cpu = operator_cpu(operator);
    check(cpu->gr[4].w == 0 && cpu->gr[5].w == strlen("HHC17004I CPUID  = 0000000130320000\n"),
          "return code %u, response of %u bytes", cpu->gr[4].w, cpu->gr[5].w);
    const uint8_t *response = storage_absolute(operator->machine, 0x340, 4);
    check(get32(response) == 0xC8C8C3F1, "%08X", get32(response));

    operator_command(operator, "r 328=00000005");           /* room for five bytes only */
    operator_command(operator, "runtest 1");
    check(cpu->gr[5].w == strlen("HHC17004I CPUID  = 0000000130320000\n") - 5, "%u", cpu->gr[5].w);

    operator_command(operator, "r 330=97A4A28591A7");       /* no such command: a return code */
    operator_command(operator, "runtest 1");
    check(cpu->gr[4].w == 1, "return code %u", cpu->gr[4].w);
    operator_command(operator, "diag8cmd enable echo");
    operator_command(operator, "r 330=A2884089844B");       /* sh id. */
    operator_command(operator, "shcmdopt enable nodiag8");
    forget(&ear);
    operator_command(operator, "runtest 1");
    check(strstr(heard(&ear), "Not for guests: sh id."), "%s", heard(&ear));
    unmake(operator, &ear);
}

/* DIAGNOSE 308 resets the machine and stores and takes parameters of a load, 288 bites, 204 counts
 * CPUs, what is not there is a specification exception. */
static void give_diagnose(struct operator *operator, struct ear *ear, unsigned code,
                          const char *r3, const char *r2)
{
    char line[80];
    operator_command(operator, "stop");
    operator_command(operator, "sysclear");
    /* Who comes here again, in ESA/390 after a reset, ends; LM 2,3; L 6; DIAGNOSE 2,6; LPSW. */
    operator_command(operator, "r 0=0008000080000200");
    operator_command(operator, "r 1A0=00000000800000000000000000000200");
    operator_command(operator, "r 68=000A00008000DEAD");
    operator_command(operator, "r 1D0=0002000080000000000000000000DEAD");
    operator_command(operator, "r 200=9101030047100230920103009823030858600318");
    snprintf(line, sizeof line, "r 214=5860031883260%03X82000320", code);
    operator_command(operator, line);
    operator_command(operator, "r 230=82000328");
    snprintf(line, sizeof line, "r 308=%s", r2);
    operator_command(operator, line);
    snprintf(line, sizeof line, "r 318=%s", r3);
    operator_command(operator, line);
    operator_command(operator, "r 320=000A00008000000B");
    operator_command(operator, "r 328=000A00008000000A");
    operator_command(operator, "restart");
    forget(ear);
    operator_pass(operator, NULL, NULL, UINT64_C(100000000));
}

static void test_guest_diagnoses(void)
{
    struct ear ear;
    struct operator *operator = make(&ear);
    operator_command(operator, "archmode z/Arch");
    operator_command(operator, "numcpu 2");
    operator_power_on(operator);
    struct machine *machine = operator->machine;
    struct cpu *cpu = operator_cpu(operator);
    for (int reset = 0; reset < 2; reset++) {
        give_diagnose(operator, &ear, 0x308, reset ? "00000001" : "00000000", "00000000");
        check(cpu->psw.ia == 0x0A && !cpu->started, "reset %d: %s", reset, heard(&ear));
    }
    give_diagnose(operator, &ear, 0x308, "00000006", "00004000");
    check(cpu->psw.ia == 0x0B && cpu->gr[3].d == 0x102, "%s %X", heard(&ear), cpu->gr[3].w);
    operator->last_ipl = 0x150;
    give_diagnose(operator, &ear, 0x308, "00000006", "00004000");
    check(cpu->psw.ia == 0x0B && cpu->gr[3].d == 1, "%s %X", heard(&ear), cpu->gr[3].w);
    const uint8_t *block = storage_absolute(machine, 0x4000, 4096);
    check(get32(block) == 200 && get32(block + 8) == 192 && block[12] == 2 &&
          get16(block + 110) == 0x150, "%08X", get32(block));
    give_diagnose(operator, &ear, 0x308, "00000005", "00004000");
    check(cpu->psw.ia == 0x0B && cpu->gr[3].d == 0x402, "a block of zeros: %X", cpu->gr[3].w);
    give_diagnose(operator, &ear, 0x308, "00000003", "00000000");
    check(strstr(heard(&ear), "HHC20010E") != NULL, "there is no 150: %s", heard(&ear));
    give_diagnose(operator, &ear, 0x308, "00000004", "00000000");
    const uint8_t *status = storage_absolute(machine, 0, 8192);
    bool stored = get32(status + 0x180 + 4 * 6) == 4 || get64(status + 0x1280 + 8 * 6) == 4;
    check(strstr(heard(&ear), "HHC20010E") && stored, "register 6 is stored: %s", heard(&ear));
    give_diagnose(operator, &ear, 0x308, "00000002", "00000000");
    check(cpu->psw.ia == 0xDEAD, "%s", heard(&ear));
    give_diagnose(operator, &ear, 0x204, "00000004", "00005000");
    check(cpu->psw.ia == 0xDEAD, "no room for the block: %s", heard(&ear));
    give_diagnose(operator, &ear, 0x288, "00000000", "000000000000000E");
    check(cpu->psw.ia == 0xDEAD, "too short a time: %s", heard(&ear));
    give_diagnose(operator, &ear, 0x288, "00000000", "000000010000000F");
    check(cpu->psw.ia == 0xDEAD, "nothing to change: %s", heard(&ear));
    give_diagnose(operator, &ear, 0x288, "00000000", "0000000200000000");
    check(cpu->psw.ia == 0xDEAD, "nothing to cancel: %s", heard(&ear));
    give_diagnose(operator, &ear, 0x288, "00000000", "000000000000000F");
    check(cpu->psw.ia == 0x0B, "%s", heard(&ear));
    give_diagnose(operator, &ear, 0x288, "00000000", "0000000200000000");
    check(cpu->psw.ia == 0x0B, "%s", heard(&ear));
    operator_pass(operator, NULL, NULL, UINT64_C(16000000000));
    check(cpu->psw.ia == 0x0B && !strstr(heard(&ear), "HHC20048W"), "%s", heard(&ear));
    give_diagnose(operator, &ear, 0x288, "00000000", "000000000000000F");
    operator_pass(operator, NULL, NULL, UINT64_C(16000000000));
    check(cpu->psw.ia == 0x0A && strstr(heard(&ear), "HHC20048W"), "%s", heard(&ear));
    give_diagnose(operator, &ear, 0x210, "00000000", "00000000");
    check(cpu->psw.ia == 0xDEAD, "%s", heard(&ear));
    unmake(operator, &ear);
}

/* ---- the typewriter ----------------------------------------------------------------------------- */

static unsigned give(struct device *device, uint8_t command, const void *bytes, size_t length)
{
    uint8_t out[512];
    struct lone_exchange exchange = { .command = command, .in = bytes, .in_length = length,
                                      .out = out, .out_room = sizeof out };
    return device_command_alone(device, &exchange);
}

static void test_typewriter(void)
{
    struct ear ear;
    struct operator *operator = make(&ear);
    configuration_text(operator, "test.cnf", "0009 3215-C % noprompt\n001F 1052-C\n0010 3215\n");
    struct device *device = device_find(operator->channels, 9);
    forget(&ear);
    check(give(device, 0x09, "\xC8\xC5\x15\xD3\xD3\x00\xD6", 7) == UNIT_ENDED, "a write");
    check(strcmp(heard(&ear), "HE\nLLO\n") == 0, "%s", heard(&ear));
    forget(&ear);
    give(device, 0x01, "\xC1\xC2", 2);
    give(device, 0x09, "\xC3", 1);
    check(strcmp(heard(&ear), "ABC\n") == 0 || strcmp(heard(&ear), "AB\nC\n") == 0, "%s",
          heard(&ear));
    static uint8_t wide[30000];
    memset(wide, 0xE7, sizeof wide);
    forget(&ear);
    give(device, 0x09, wide, sizeof wide);
    check(ear.length == sizeof wide + 1, "a long line of %zu", ear.length);
    forget(&ear);
    give(device, 0x09, "\xDC", 1);                      /* a letter beyond ASCII, as UTF-8 */
    check(strcmp(heard(&ear), "\xC3\xBC\n") == 0, "%s", heard(&ear));
    check(give(device, 0x0A, NULL, 0) == UNIT_WAITS, "a read");
    check(terminal_is_reading(device), "it reads");
    check(!strstr(heard(&ear), "HHC00010A"), "NOPROMPT");
    check(give(device, 0x0B, NULL, 0) == UNIT_ENDED, "the alarm");
    check(give(device, 0xFF, NULL, 0) & UNIT_CHECK, "no such command");

    give(device_find(operator->channels, 0x1F), 0x0A, NULL, 0);
    check(strstr(heard(&ear), "HHC00010A Enter input for console 0:001F"), "%s", heard(&ear));

    struct device *remote = device_find(operator->channels, 0x10);
    check(give(remote, 0x09, "\xC1", 1) == UNIT_CHECKED, "nobody is connected");
    check(remote->sense[0] == SENSE_INTERVENTION_REQUIRED, "sense %02X", remote->sense[0]);
    check(!operator_refuses_started(operator, "this"), "all is stopped");

    check(strcmp(terminal_prefix(device), "%") == 0, "the prefix");
    operator_command(operator, "devinit 0009");
    check(strcmp(terminal_prefix(device), "%") == 0, "the prefix stays");
    unmake(operator, &ear);
}

int main(void)
{
    char directory[] = "/tmp/endicott-XXXXXX";
    if (!check(mkdtemp(directory) && chdir(directory) == 0, "%s", directory))
        return checks_done();
    test_configurations();
    test_files();
    test_table();
    test_words();
    test_symbols();
    test_wrong_operands();
    test_examples();
    test_displays();
    test_hardware();
    test_programs();
    test_guest_commands();
    test_guest_diagnoses();
    test_typewriter();
    leave_directory(directory);
    return checks_done();
}
