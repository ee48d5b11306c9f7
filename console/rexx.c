/* The commands exec and rexx. A program's commands go to the environment ENDICOTT, or
 * HERCULES for the field's programs; what a command says goes to a stem if the variable
 * HREXX.RESPSTEMNAME or HREXX.PERSISTENTRESPSTEMNAME names one, or by the function
 * AWSCMD(command [, stem [, SYSTEM]]). Regina's interface is IBM's REXX SAA API. */
#include "config.h"

#include "console/rexx.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "console/commands.h"
#include "console/scripts.h"
#include "console/turns.h"

#ifdef HAVE_REXX

#include <dlfcn.h>
#include <signal.h>
#include <unistd.h>

#define INCL_RXSUBCOM
#define INCL_RXFUNC
#define INCL_RXSHV
#define INCL_RXSYSEXIT
#define INCL_RXARI
#include <rexxsaa.h>

enum { DEEPEST_PROGRAM = 10 };

/* Regina's functions, by the types of its header. */
struct rexx {
    void *library;
    __typeof__(RexxStart) *start;
    __typeof__(RexxRegisterSubcomExe) *register_subcom;
    __typeof__(RexxDeregisterSubcom) *deregister_subcom;
    __typeof__(RexxQuerySubcom) *query_subcom;
    __typeof__(RexxRegisterFunctionExe) *register_function;
    __typeof__(RexxRegisterExitExe) *register_exit;
    __typeof__(RexxVariablePool) *variable_pool;
    __typeof__(RexxFreeMemory) *free_memory;
    __typeof__(RexxSetHalt) *set_halt;
    pthread_mutex_t lock;
    struct program *running;        /* on which threads, under the lock */
};

/* What runs on a thread. Regina keeps a pointer to it for us, by thread. */
struct program {
    struct program *next;
    pthread_t thread;
    struct operator *operator;
    struct rexx *rexx;
    int depth;
};

static const char environment[] = "ENDICOTT", fields_environment[] = "HERCULES";
static const char exit_name[] = "ENDICOTT_EXIT", function_name[] = "AWSCMD";

/* ---- the library -------------------------------------------------------------------------- */

static bool find_functions(struct rexx *rexx)
{
    const struct { void *function; const char *name; } rows[] = {
        { &rexx->start, "RexxStart" },
        { &rexx->register_subcom, "RexxRegisterSubcomExe" },
        { &rexx->deregister_subcom, "RexxDeregisterSubcom" },
        { &rexx->query_subcom, "RexxQuerySubcom" },
        { &rexx->register_function, "RexxRegisterFunctionExe" },
        { &rexx->register_exit, "RexxRegisterExitExe" },
        { &rexx->variable_pool, "RexxVariablePool" },
        { &rexx->free_memory, "RexxFreeMemory" },
        { &rexx->set_halt, "RexxSetHalt" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        void *found = dlsym(rexx->library, rows[i].name);
        if (!found)
            return false;
        memcpy(rows[i].function, &found, sizeof found);
    }
    return true;
}

/* NULL after a message. */
static struct rexx *load(struct operator *operator)
{
    pthread_mutex_lock(&operator->lock);
    if (!operator->rexx) {
        struct rexx *rexx = calloc(1, sizeof *rexx);
        if (!rexx)
            abort();
        pthread_mutex_init(&rexx->lock, NULL);
        /* It keeps data by thread, which must not outlive it: it stays. */
        rexx->library = dlopen("libregina.so.3", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
        if (rexx->library && find_functions(rexx))
            operator->rexx = rexx;
        else
            message(operator->messages, HHC17500E, dlerror());
        if (!operator->rexx)
            rexx_free(rexx);
    }
    struct rexx *rexx = operator->rexx;
    pthread_mutex_unlock(&operator->lock);
    return rexx;
}

void rexx_free(struct rexx *rexx)
{
    if (!rexx)
        return;
    if (rexx->library)
        dlclose(rexx->library);
    pthread_mutex_destroy(&rexx->lock);
    free(rexx);
}

/* In the middle of a loop only Regina's own handler of SIGINT halts a program: while one
 * runs, its thread takes that signal. */
void rexx_halt(struct rexx *rexx)
{
    if (!rexx)
        return;
    pthread_mutex_lock(&rexx->lock);
    for (const struct program *program = rexx->running; program; program = program->next)
        pthread_kill(program->thread, SIGINT);
    pthread_mutex_unlock(&rexx->lock);
}

static void ignore_signal(int number) { (void)number; }

static void enter(struct rexx *rexx, struct program *program, sigset_t *before)
{
    struct sigaction action;
    sigset_t interrupt;
    /* Before Regina has its own it must not end the process. */
    if (sigaction(SIGINT, NULL, &action) == 0 && action.sa_handler == SIG_DFL)
        signal(SIGINT, ignore_signal);
    pthread_mutex_lock(&rexx->lock);
    program->next = rexx->running;
    rexx->running = program;
    pthread_mutex_unlock(&rexx->lock);
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    pthread_sigmask(SIG_UNBLOCK, &interrupt, before);
}

static void leave(struct rexx *rexx, struct program *program, const sigset_t *before)
{
    pthread_sigmask(SIG_SETMASK, before, NULL);
    pthread_mutex_lock(&rexx->lock);
    struct program **link = &rexx->running;
    while (*link != program)
        link = &(*link)->next;
    *link = program->next;
    pthread_mutex_unlock(&rexx->lock);
}

const char *rexx_support(void) { return "With    REXX support (Regina, loaded when it is used)"; }

/* The handlers below have nothing but a name to start from. */
static struct program *program_here(PCSZ name)
{
    struct program *program = NULL;
    USHORT flags;
    UCHAR area[8] = "";
    /* The library is there, since it calls us. */
    __typeof__(RexxQuerySubcom) *query;
    void *found = dlsym(RTLD_DEFAULT, "RexxQuerySubcom"), *library = NULL;
    if (!found && (library = dlopen("libregina.so.3", RTLD_NOW | RTLD_NOLOAD)))
        found = dlsym(library, "RexxQuerySubcom");
    memcpy(&query, &found, sizeof query);
    if (query && query(name, NULL, &flags, area) == RXSUBCOM_OK)
        memcpy(&program, area, sizeof program);
    if (library)
        dlclose(library);
    return program;
}

/* ---- variables ------------------------------------------------------------------------------ */

static void set_variable(const struct program *program, const char *name, const char *value)
{
    SHVBLOCK block = { .shvcode = RXSHV_SYSET };
    MAKERXSTRING(block.shvname, (char *)name, strlen(name));
    MAKERXSTRING(block.shvvalue, (char *)value, strlen(value));
    block.shvnamelen = block.shvname.strlength;
    block.shvvaluelen = block.shvvalue.strlength;
    program->rexx->variable_pool(&block);
}

/* Copied; empty if it has no value. */
static void get_variable(const struct program *program, const char *name, char *value, size_t size)
{
    SHVBLOCK block = { .shvcode = RXSHV_SYFET };
    value[0] = 0;
    MAKERXSTRING(block.shvname, (char *)name, strlen(name));
    block.shvnamelen = block.shvname.strlength;
    if (program->rexx->variable_pool(&block) == RXSHV_OK && block.shvvalue.strptr)
        snprintf(value, size, "%.*s", (int)block.shvvalue.strlength, block.shvvalue.strptr);
    if (block.shvvalue.strptr)
        program->rexx->free_memory(block.shvvalue.strptr);
}

/* ---- a command -------------------------------------------------------------------------------- */

/* What is said on this thread, line by line, while the command runs. */
struct response {
    pthread_t thread;
    char **lines;
    unsigned count;
};

static void hear(void *context, const struct message *m)
{
    struct response *response = context;
    if (m->source != MESSAGE_EMULATOR || !pthread_equal(response->thread, pthread_self()))
        return;
    char **lines = realloc(response->lines, (response->count + 1) * sizeof *lines);
    if (!lines)
        return;
    response->lines = lines;
    if ((lines[response->count] = strdup(m->text)))
        response->count++;
}

/* STEM.0 is how many lines, STEM.1 and on are they. */
static void fill_stem(const struct program *program, const char *stem,
                      const struct response *response)
{
    char name[300], count[12];
    int length = (int)strlen(stem);
    if (length > 0 && stem[length - 1] == '.')
        length--;
    for (unsigned i = 0; i < response->count; i++) {
        snprintf(name, sizeof name, "%.*s.%u", length, stem, i + 1);
        set_variable(program, name, response->lines[i]);
    }
    snprintf(name, sizeof name, "%.*s.0", length, stem);
    snprintf(count, sizeof count, "%u", response->count);
    set_variable(program, name, count);
}

/* The return code: -3 for an unknown command, as REXX has it everywhere. */
static int give_command(const struct program *program, const RXSTRING *command, const char *stem)
{
    struct operator *operator = program->operator;
    struct response response = { .thread = pthread_self() };
    char *line = strndup(command->strptr ? command->strptr : "", command->strlength);
    if (!line)
        abort();
    if (*stem)
        messages_listen(operator->messages, hear, &response);
    enum command_result result = operator_command(operator, line);
    if (*stem) {
        messages_unlisten(operator->messages, hear, &response);
        fill_stem(program, stem, &response);
    }
    for (unsigned i = 0; i < response.count; i++)
        free(response.lines[i]);
    free(response.lines);
    free(line);
    return result == COMMAND_DONE ? 0 : result == COMMAND_FAILED ? 1 :
           result == COMMAND_WRONG ? 2 : -3;
}

/* ADDRESS ENDICOTT command */
static APIRET APIENTRY subcommand(PRXSTRING command, PUSHORT flags, PRXSTRING result)
{
    const struct program *program = program_here(environment);
    char stem[256], handler[16];
    *flags = RXSUBCOM_OK;
    if (!program)
        return 0;
    get_variable(program, "HREXX.RESPSTEMNAME", stem, sizeof stem);
    if (*stem)
        set_variable(program, "HREXX.RESPSTEMNAME", "");
    else
        get_variable(program, "HREXX.PERSISTENTRESPSTEMNAME", stem, sizeof stem);
    get_variable(program, "HREXX.ERRORHANDLER", handler, sizeof handler);
    int code = give_command(program, command, stem);
    if (script_cancelled(script_here(program->operator)))
        program->rexx->set_halt(0, 0);
    if (code && same_word(handler, "SYSTEM"))
        *flags = code < 0 ? RXSUBCOM_FAILURE : RXSUBCOM_ERROR;
    result->strlength = (ULONG)snprintf(result->strptr, RXAUTOBUFLEN, "%d", code);
    return 0;
}

/* AWSCMD(command [, stem [, how errors are handled: here always by the caller]]) */
static APIRET APIENTRY function(PCSZ name, ULONG argc, PRXSTRING argv, PCSZ queue, PRXSTRING result)
{
    const struct program *program = program_here(environment);
    char stem[256] = "";
    (void)name;
    (void)queue;
    if (!program || argc < 1 || argc > 3)
        return 40;              /* incorrect call to routine */
    if (argc > 1 && argv[1].strptr)
        snprintf(stem, sizeof stem, "%.*s", (int)argv[1].strlength, argv[1].strptr);
    int code = give_command(program, &argv[0], stem);
    result->strlength = (ULONG)snprintf(result->strptr, RXAUTOBUFLEN, "%d", code);
    return 0;
}

/* ---- what a program does beside commands ---------------------------------------------------------- */

static void say(const struct operator *operator, const RXSTRING *text)
{
    char *line = strndup(text->strptr ? text->strptr : "", text->strlength);
    if (!line)
        abort();
    message(operator->messages, HHC20130I, line);
    free(line);
}

/* SAY and traces are messages, PULL reads nothing. */
static LONG io_exit(const struct program *program, LONG kind, PEXIT parameters)
{
    if (kind == RXSIOSAY)
        say(program->operator, &((RXSIOSAY_PARM *)parameters)->rxsio_string);
    else if (kind == RXSIOTRC)
        say(program->operator, &((RXSIOTRC_PARM *)parameters)->rxsio_string);
    else if (kind == RXSIOTRD)
        ((RXSIOTRD_PARM *)parameters)->rxsiotrd_retc.strlength = 0;
    else
        ((RXSIODTR_PARM *)parameters)->rxsiodtr_retc.strlength = 0;
    return RXEXIT_HANDLED;
}

/* Other environments are the host's shell. */
static LONG command_exit(const struct program *program, PEXIT parameters)
{
    RXCMDHST_PARM *command = (RXCMDHST_PARM *)parameters;
    size_t length = command->rxcmd_addressl;
    const char *where = (const char *)command->rxcmd_address;
    if ((length == sizeof environment - 1 && strncasecmp(where, environment, length) == 0) ||
        (length == sizeof fields_environment - 1 &&
         strncasecmp(where, fields_environment, length) == 0) || program->operator->settings.shell)
        return RXEXIT_NOT_HANDLED;
    message(program->operator->messages, HHC20064E);
    command->rxcmd_flags.rxfcfail = 1;
    command->rxcmd_retc.strlength = (ULONG)snprintf(command->rxcmd_retc.strptr, RXAUTOBUFLEN, "-3");
    return RXEXIT_HANDLED;
}

static LONG APIENTRY system_exit(LONG class, LONG kind, PEXIT parameters)
{
    const struct program *program = program_here(environment);
    if (!program)
        return RXEXIT_NOT_HANDLED;
    if (class == RXSIO)
        return io_exit(program, kind, parameters);
    if (class == RXCMD)
        return command_exit(program, parameters);
    return RXEXIT_NOT_HANDLED;
}

/* ---- running a program ------------------------------------------------------------------------------ */

static void register_all(struct rexx *rexx, struct program *program)
{
    UCHAR area[8] = "";
    memcpy(area, &program, sizeof program);
    rexx->register_subcom(environment, subcommand, area);
    rexx->register_subcom(fields_environment, subcommand, area);
    rexx->register_exit(exit_name, system_exit, area);
    rexx->register_function(function_name, function);
}

/* What a program gets: as a command all that stands behind its name, as a subroutine each word. */
struct request {
    const char *path;
    bool subroutine;
    int argc;
    RXSTRING *argv;
};

static enum command_result start(struct operator *operator, struct rexx *rexx,
                                 const struct request *request)
{
    RXSYSEXIT exits[] = { { (char *)exit_name, RXSIO }, { (char *)exit_name, RXCMD },
                          { NULL, RXENDLST } };
    RXSTRING result = { 0, NULL };
    SHORT code = 0;
    const char *path = request->path;
    char *whole = realpath(path, NULL);     /* else it would be searched for in PATH */
    LONG type = (request->subroutine ? RXSUBROUTINE : RXCOMMAND) |
                (operator->settings.shell ? 0 : RXRESTRICTED);
    APIRET error = rexx->start(request->argc, request->argv, whole ? whole : path, NULL, environment,
                               type, exits, &code, &result);
    free(whole);
    if (result.strptr && result.strlength)
        message(operator->messages, HHC20132I, path, (int)result.strlength, result.strptr);
    if (result.strptr)
        rexx->free_memory(result.strptr);
    if (error)
        message(operator->messages, HHC20131E, path, (int)error);
    return error || code ? COMMAND_FAILED : COMMAND_DONE;
}

/* The file as it is named, or with a suffix. */
static char *find_file(const char *name)
{
    static const char *const suffixes[] = { "", ".rexx", ".rex", ".REXX", ".cmd" };
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        char *path;
        if (asprintf(&path, "%s%s", name, suffixes[i]) < 0)
            abort();
        if (access(path, R_OK) == 0)
            return path;
        free(path);
    }
    return NULL;
}

static enum command_result run(struct operator *operator, struct rexx *rexx,
                               const struct request *request)
{
    struct program *outer = program_here(environment);
    struct program own = { .thread = pthread_self(), .operator = operator, .rexx = rexx };
    sigset_t before;
    struct program *program = outer ? outer : &own;
    if (program->depth >= DEEPEST_PROGRAM) {
        message(operator->messages, HHC20050E, DEEPEST_PROGRAM, request->path);
        return COMMAND_FAILED;
    }
    if (!outer) {
        register_all(rexx, program);
        enter(rexx, program, &before);
    }
    program->depth++;
    enum command_result result = start(operator, rexx, request);
    program->depth--;
    if (!outer) {
        leave(rexx, program, &before);
        rexx->deregister_subcom(environment, NULL);
        rexx->deregister_subcom(fields_environment, NULL);
    }
    return result;
}

/* ---- in the background --------------------------------------------------------------------------------- */

struct errand {
    struct operator *operator;
    char *line;
};

static void run_errand(void *context)
{
    struct errand *errand = context;
    operator_run(errand->operator, errand->line, false);
    free(errand->line);
    free(errand);
}

/* The same line without what asks for the background. */
static enum command_result run_in_background(struct operator *operator, const struct call *call)
{
    struct errand *errand = malloc(sizeof *errand);
    size_t length = strlen(call->rest);
    while (length > 0 && strchr("& \t", call->rest[length - 1]))
        length--;
    if (!errand || asprintf(&errand->line, "exec %.*s", (int)length, call->rest) < 0)
        abort();
    errand->operator = operator;
    if (turns_begin(operator->turns, run_errand, errand))
        return COMMAND_DONE;
    message(operator->messages, HHC02219E, call->argv[1], strerror(EAGAIN));
    free(errand->line);
    free(errand);
    return COMMAND_FAILED;
}

/* ---- the commands ---------------------------------------------------------------------------------------- */

static bool begins(const char *word, const char *whole)
{
    return strlen(word) >= 3 && strncasecmp(word, whole, strlen(word)) == 0;
}

static const char *behind_word(const char *text)
{
    text += strcspn(text, " \t");
    return text + strspn(text, " \t");
}

static enum command_result run_words(struct operator *operator, struct rexx *rexx, const char *path,
                                     int argc, char *const *argv)
{
    RXSTRING *words = calloc((size_t)argc + 1, sizeof *words);
    if (!words)
        abort();
    for (int i = 0; i < argc; i++)
        MAKERXSTRING(words[i], argv[i], strlen(argv[i]));
    struct request request = { path, true, argc, words };
    enum command_result result = run(operator, rexx, &request);
    free(words);
    return result;
}

/* exec [COMMAND | SUBROUTINE] FILE ... [&&]. A single & does the same; with neither the command
 * returns when the program has. */
enum command_result command_exec(struct operator *operator, const struct call *call)
{
    int at = 1, argc = call->argc;
    bool aside = argc > 2 && (strcmp(call->argv[argc - 1], "&&") == 0 ||
                              strcmp(call->argv[argc - 1], "&") == 0);
    argc -= aside;
    bool subroutine = argc > 2 && begins(call->argv[1], "SUBROUTINE");
    bool command = argc > 2 && begins(call->argv[1], "COMMAND");
    at += subroutine || command;
    subroutine |= operator->settings.rexx_subroutines && !command;
    if (argc <= at)
        return COMMAND_WRONG;
    struct rexx *rexx = load(operator);
    if (!rexx)
        return COMMAND_FAILED;
    char *path = find_file(call->argv[at]);
    if (!path) {
        message(operator->messages, HHC02219E, call->argv[at], "no such REXX program");
        return COMMAND_FAILED;
    }
    const char *text = behind_word(at > 1 ? behind_word(call->rest) : call->rest);
    RXSTRING whole;
    MAKERXSTRING(whole, (char *)text, strlen(text));
    struct request request = { path, false, 1, &whole };
    enum command_result result = aside ? run_in_background(operator, call) :
        subroutine ? run_words(operator, rexx, path, argc - at - 1, call->argv + at + 1) :
        run(operator, rexx, &request);
    free(path);
    return result;
}

/* What REXX says of itself. */
static enum command_result show_version(struct operator *operator, struct rexx *rexx)
{
    static const char text[] = "parse version v; return v";
    RXSTRING program[2] = { { sizeof text - 1, (char *)text }, { 0, NULL } };
    RXSTRING result = { 0, NULL };
    SHORT code = 0;
    APIRET error = rexx->start(0, NULL, "version", program, environment, RXCOMMAND | RXRESTRICTED,
                               NULL, &code, &result);
    if (!error && result.strptr)
        message(operator->messages, HHC17528I, (int)result.strlength, result.strptr);
    if (result.strptr)
        rexx->free_memory(result.strptr);
    if (program[1].strptr)
        rexx->free_memory(program[1].strptr);
    return error ? COMMAND_FAILED : COMMAND_DONE;
}

/* MODE says how arguments are handed over. START, STOP and the rest choose among the field's
 * interpreters, and what is shown: there is one here, and all that it says is shown. */
static void set_rexx(struct operator *operator, const struct call *call)
{
    for (int i = 1; i < call->argc; i += 2) {
        const char *value = i + 1 < call->argc ? call->argv[i + 1] : "";
        if (begins(call->argv[i], "MODE"))
            operator->settings.rexx_subroutines = begins(value, "SUBROUTINE");
        else if (!begins(call->argv[i], "START") && !begins(call->argv[i], "ENABLE"))
            message(operator->messages, HHC20042W, call->argv[i], "there is one REXX, and all that it says is shown");
    }
}

enum command_result command_rexx(struct operator *operator, const struct call *call)
{
    set_rexx(operator, call);
    if (call->argc > 1)
        return COMMAND_DONE;
    struct rexx *rexx = load(operator);
    return rexx ? show_version(operator, rexx) : COMMAND_FAILED;
}

#else

void rexx_free(struct rexx *rexx) { (void)rexx; }
void rexx_halt(struct rexx *rexx) { (void)rexx; }
const char *rexx_support(void) { return "Without REXX support"; }

enum command_result command_exec(struct operator *operator, const struct call *call)
{
    if (call->argc < 2)
        return COMMAND_WRONG;
    message(operator->messages, HHC17500E, "this program was built without it");
    return COMMAND_FAILED;
}

enum command_result command_rexx(struct operator *operator, const struct call *call)
{
    (void)call;
    message(operator->messages, HHC17500E, "this program was built without it");
    return COMMAND_FAILED;
}

#endif
