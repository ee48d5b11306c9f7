/* The rules themselves, what makes them fire, and the command hao. */
#include "console/rules.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "console/commands.h"
#include "console/expression.h"
#include "console/turns.h"

/* A rule that fires more often within a second of the machine's time answers itself
 * through some guest, and is switched off. */
enum { MOST_A_SECOND = 100 };
static const uint64_t SECOND_NS = 1000000000;

struct rule {
    char *target, *command;         /* command: NULL until it is given */
    struct expression *expression;
    uint64_t since_ns;              /* the second that is counted */
    unsigned fired;                 /* in it */
    bool off;
};

/* The rules that led to a message, one after the other. */
struct chain { bool has[MOST_RULES]; };

struct firing {
    struct firing *next;
    unsigned index;
    bool switched_off;              /* no command, but this is to be told */
    char *command;
    struct chain chain;
};

struct rules {
    struct operator *operator;
    pthread_mutex_t lock;           /* guards all that follows; nobody speaks under it */
    pthread_cond_t changed;
    struct rule rows[MOST_RULES];
    struct firing *first, *last;    /* commands to give */
    bool stopping;
    bool running;                   /* a command is being given, by: */
    pthread_t thread;
    struct chain chain;             /* ... because of these rules */
};

/* ---- what a rule makes of a line ---------------------------------------------------------- */

struct text {
    char *bytes;
    size_t length, room;
};

static void append(struct text *text, const char *bytes, size_t n)
{
    if (text->length + n + 1 > text->room) {
        text->room = (text->length + n) * 2 + 64;
        text->bytes = realloc(text->bytes, text->room);
        if (!text->bytes)
            abort();
    }
    memcpy(text->bytes + text->length, bytes, n);
    text->length += n;
    text->bytes[text->length] = 0;
}

static void append_span(struct text *text, const char *subject, long start, long end)
{
    if (start >= 0 && end > start)
        append(text, subject + start, (size_t)(end - start));
}

/* One $ and what follows it: how many characters of the command it takes; 0: no such form. */
static size_t substitute_one(struct text *text, const char *p, const char *subject,
                             const struct span spans[], int groups)
{
    size_t digits = strspn(p + 1, "0123456789") > 1 ? 2 : isdigit((unsigned char)p[1]) ? 1 : 0;
    switch (p[1]) {
    case '$': append(text, "$", 1); return 2;
    case '&': append_span(text, subject, spans[0].start, spans[0].end); return 2;
    case '`': append_span(text, subject, 0, spans[0].start); return 2;
    case '\'': append_span(text, subject, spans[0].end, (long)strlen(subject)); return 2;
    }
    /* $12 is group 12 if there is one, else group 1 and a 2. */
    for (; digits > 0; digits--) {
        int group = digits == 2 ? (p[1] - '0') * 10 + p[2] - '0' : p[1] - '0';
        if (group < groups) {
            append_span(text, subject, spans[group].start, spans[group].end);
            return 1 + digits;
        }
    }
    return 0;
}

char *rules_substitute(const char *command, const char *subject, const struct span spans[],
                       int groups)
{
    struct text text = { 0 };
    append(&text, "", 0);
    while (*command) {
        size_t taken = *command == '$' ? substitute_one(&text, command, subject, spans, groups) : 0;
        if (taken == 0)
            append(&text, command, 1);
        command += taken ? taken : 1;
    }
    return text.bytes;
}

char *rules_target(const char *text)
{
    struct text out = { 0 };
    bool in_set = false;
    append(&out, "", 0);
    for (const char *p = text; *p; p++) {
        if (*p == '\\' && p[1]) {
            bool edge = !in_set && strchr("<>", p[1]);
            append(&out, edge ? "\\b" : p, 2);
            p++;
            continue;
        }
        in_set = in_set ? *p != ']' : *p == '[';
        if (*p == '$' && !in_set && isalnum((unsigned char)p[1]))
            append(&out, "\\", 1);
        append(&out, p, 1);
    }
    return out.bytes;
}

/* ---- listening ------------------------------------------------------------------------------ */

/* The rules' own messages, and commands about rules, whose echo has the target in it. */
static bool is_about_rules(const struct message *m)
{
    static const char *const own[] = { "HHC0007", "HHC0008", "HHC0009", "HHC01603I hao" };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strncasecmp(m->text, own[i], strlen(own[i])) == 0)
            return true;
    return false;
}

/* Under the lock. */
static bool is_giving(const struct rules *rules)
{
    return rules->running && pthread_equal(rules->thread, pthread_self());
}

bool rules_here(struct rules *rules)
{
    pthread_mutex_lock(&rules->lock);
    bool here = is_giving(rules);
    pthread_mutex_unlock(&rules->lock);
    return here;
}

static void enqueue(struct rules *rules, unsigned index, char *command, bool switched_off)
{
    struct firing *firing = calloc(1, sizeof *firing);
    if (!firing)
        abort();
    *firing = (struct firing){ .index = index, .command = command, .switched_off = switched_off };
    if (is_giving(rules))
        firing->chain = rules->chain;
    firing->chain.has[index] = true;
    if (rules->last)
        rules->last->next = firing;
    else
        rules->first = firing;
    rules->last = firing;
    pthread_cond_signal(&rules->changed);
}

/* False: too often, the rule is switched off. */
static bool count_firing(struct rules *rules, struct rule *rule)
{
    uint64_t now = clock_ns(&rules->operator->machine->clock);
    if (rule->fired == 0 || now - rule->since_ns > SECOND_NS) {
        rule->since_ns = now;
        rule->fired = 0;
    }
    rule->off = ++rule->fired > MOST_A_SECOND;
    return !rule->off;
}

static void try_rule(struct rules *rules, unsigned index, const char *text)
{
    struct rule *rule = &rules->rows[index];
    struct span spans[MOST_GROUPS];
    int groups;
    if (!rule->command || rule->off ||
        (groups = expression_search(rule->expression, text, spans)) == 0)
        return;
    if (count_firing(rules, rule))
        enqueue(rules, index, rules_substitute(rule->command, text, spans, groups), false);
    else
        enqueue(rules, index, NULL, true);
}

static void hear(void *context, const struct message *m)
{
    struct rules *rules = context;
    if (is_about_rules(m))
        return;
    pthread_mutex_lock(&rules->lock);
    /* What a rule's command says does not fire the same rule, nor one that led to it. */
    bool own = is_giving(rules);
    for (unsigned i = 0; i < MOST_RULES && !rules->stopping; i++)
        if (!own || !rules->chain.has[i])
            try_rule(rules, i, m->text);
    pthread_mutex_unlock(&rules->lock);
}

/* ---- giving the commands -------------------------------------------------------------------- */

static bool has_work(void *context)
{
    struct rules *rules = context;
    pthread_mutex_lock(&rules->lock);
    bool work = rules->first || rules->stopping;
    pthread_mutex_unlock(&rules->lock);
    return work;
}

static void await_work(struct rules *rules)
{
    if (rules->operator->machine->clock.is_virtual) {
        operator_pass(rules->operator, has_work, rules, UINT64_MAX);
        return;
    }
    pthread_mutex_lock(&rules->lock);
    while (!rules->first && !rules->stopping)
        pthread_cond_wait(&rules->changed, &rules->lock);
    pthread_mutex_unlock(&rules->lock);
}

/* The next one, which is being given from now on; NULL: the session is over. */
static struct firing *take(struct rules *rules)
{
    await_work(rules);
    pthread_mutex_lock(&rules->lock);
    struct firing *firing = rules->stopping ? NULL : rules->first;
    if (firing) {
        rules->first = firing->next;
        if (!rules->first)
            rules->last = NULL;
        rules->chain = firing->chain;
        rules->thread = pthread_self();
    }
    rules->running = firing;
    pthread_mutex_unlock(&rules->lock);
    return firing;
}

static void fire(struct operator *operator, struct firing *firing)
{
    if (firing->switched_off) {
        message(operator->messages, HHC00092W, firing->index, MOST_A_SECOND);
    } else {
        message(operator->messages, HHC00081I, firing->index, firing->command);
        operator_command(operator, firing->command);
    }
    free(firing->command);
    free(firing);
}

static void give_commands(void *context)
{
    struct rules *rules = context;
    struct firing *firing;
    while (!operator_quitting(rules->operator) && (firing = take(rules)))
        fire(rules->operator, firing);
}

void rules_start(struct rules *rules)
{
    turns_begin(rules->operator->turns, give_commands, rules);
}

void rules_stop(struct rules *rules)
{
    pthread_mutex_lock(&rules->lock);
    rules->stopping = true;
    pthread_cond_broadcast(&rules->changed);
    pthread_mutex_unlock(&rules->lock);
}

/* ---- their life ------------------------------------------------------------------------------ */

struct rules *rules_new(struct operator *operator)
{
    struct rules *rules = calloc(1, sizeof *rules);
    if (!rules)
        abort();
    rules->operator = operator;
    pthread_mutex_init(&rules->lock, NULL);
    pthread_cond_init(&rules->changed, NULL);
    messages_listen(operator->messages, hear, rules);
    return rules;
}

static void clear_rule(struct rule *rule)
{
    free(rule->target);
    free(rule->command);
    expression_free(rule->expression);
    *rule = (struct rule){ 0 };
}

void rules_free(struct rules *rules)
{
    if (!rules)
        return;
    messages_unlisten(rules->operator->messages, hear, rules);
    for (struct firing *firing = rules->first, *next; firing; firing = next) {
        next = firing->next;
        free(firing->command);
        free(firing);
    }
    for (unsigned i = 0; i < MOST_RULES; i++)
        clear_rule(&rules->rows[i]);
    pthread_cond_destroy(&rules->changed);
    pthread_mutex_destroy(&rules->lock);
    free(rules);
}

/* ---- hao ---------------------------------------------------------------------------------------
 * Each of these answers under the lock with a text, which is said after it. */

static int find_incomplete(const struct rules *rules)
{
    for (int i = 0; i < MOST_RULES; i++)
        if (rules->rows[i].target && !rules->rows[i].command)
            return i;
    return -1;
}

static bool answer(char **said, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool answer(char **said, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(said, format, arguments) < 0)
        abort();
    va_end(arguments);
    return message_severity(*said) != 'E';
}

static bool loops(const struct expression *expression, const char *command)
{
    struct span spans[MOST_GROUPS];
    return command && expression_search(expression, command, spans) > 0;
}

static bool add_target(struct rules *rules, const char *text, char **said)
{
    unsigned i = 0;
    char why[200];
    if (!*text)
        return answer(said, HHC00073E, "target");
    if (find_incomplete(rules) >= 0)
        return answer(said, HHC00072E, "tgt", "cmd");
    for (unsigned j = 0; j < MOST_RULES; j++)
        if (rules->rows[j].target && strcmp(rules->rows[j].target, text) == 0)
            return answer(said, HHC00074E, j);
    while (i < MOST_RULES && rules->rows[i].target)
        i++;
    if (i == MOST_RULES)
        return answer(said, HHC00071E, "target", MOST_RULES);
    char *target = rules_target(text);
    struct expression *expression = expression_make(target, why, sizeof why);
    free(target);
    if (!expression)
        return answer(said, HHC00075E, text, why);
    for (unsigned j = 0; j < MOST_RULES; j++)
        if (loops(expression, rules->rows[j].command)) {
            expression_free(expression);
            return answer(said, HHC00076E, "target", "command", j);
        }
    rules->rows[i] = (struct rule){ .target = strdup(text), .expression = expression };
    return answer(said, HHC00077I, "target", i);
}

static bool add_command(struct rules *rules, const char *text, char **said)
{
    int i = find_incomplete(rules);
    if (!*text)
        return answer(said, HHC00073E, "command");
    if (i < 0)
        return answer(said, HHC00072E, "cmd", "tgt");
    for (unsigned j = 0; j < MOST_RULES; j++)
        if (rules->rows[j].target && loops(rules->rows[j].expression, text))
            return answer(said, HHC00076E, "command", "target", j);
    rules->rows[i].command = strdup(text);
    return answer(said, HHC00077I, "command", (unsigned)i);
}

static bool delete_rule(struct rules *rules, const char *word, char **said)
{
    int64_t i;
    if (!parse_decimal(word, 0, MOST_RULES - 1, &i))
        return answer(said, HHC00084E, MOST_RULES - 1);
    if (!rules->rows[i].target)
        return answer(said, HHC00085E, (unsigned)i);
    clear_rule(&rules->rows[i]);
    return answer(said, HHC00086I, (unsigned)i);
}

static bool clear_all(struct rules *rules, char **said)
{
    for (unsigned i = 0; i < MOST_RULES; i++)
        clear_rule(&rules->rows[i]);
    return answer(said, HHC00080I);
}

static void list_line(struct text *lines, const char *text)
{
    append(lines, text, strlen(text));
    append(lines, "\n", 1);
}

/* All rules, or the one. */
static bool list(struct rules *rules, const char *word, char **said)
{
    struct text lines = { 0 };
    int64_t only = -1;
    unsigned shown = 0;
    char *line;
    if (*word && !parse_decimal(word, 0, MOST_RULES - 1, &only))
        return answer(said, HHC00084E, MOST_RULES - 1);
    if (only >= 0 && !rules->rows[only].target)
        return answer(said, HHC00079E, (unsigned)only);
    for (unsigned i = 0; i < MOST_RULES; i++) {
        const struct rule *rule = &rules->rows[i];
        if (!rule->target || (only >= 0 && i != only))
            continue;
        if (shown++ == 0)
            list_line(&lines, HHC00087I);
        answer(&line, HHC00088I, i, rule->target, rule->command ? rule->command : "not yet given",
               rule->off ? " (switched off)" : "");
        list_line(&lines, line);
        free(line);
    }
    if (shown == 0)
        return answer(said, HHC00089I);
    answer(&line, HHC00082I, shown);
    append(&lines, line, strlen(line));
    free(line);
    *said = lines.bytes;
    return true;
}

enum command_result command_hao(struct operator *operator, const struct call *call)
{
    struct rules *rules = operator->rules;
    if (call->argc < 2)
        return COMMAND_WRONG;
    const char *word = call->argv[1], *text = call->rest + strcspn(call->rest, " \t");
    text += strspn(text, " \t");
    bool good = true;
    char *said = NULL;
    pthread_mutex_lock(&rules->lock);
    if (same_word(word, "tgt"))
        good = add_target(rules, text, &said);
    else if (same_word(word, "cmd"))
        good = add_command(rules, text, &said);
    else if (same_word(word, "list") && call->argc <= 3)
        good = list(rules, call->argc == 3 ? call->argv[2] : "", &said);
    else if (same_word(word, "del") && call->argc == 3)
        good = delete_rule(rules, call->argv[2], &said);
    else if (same_word(word, "clear") && call->argc == 2)
        good = clear_all(rules, &said);
    pthread_mutex_unlock(&rules->lock);
    if (!said)
        return COMMAND_WRONG;
    message_from(operator->messages, MESSAGE_EMULATOR, MESSAGE_NO_DEVICE, said);
    free(said);
    return good ? COMMAND_DONE : COMMAND_FAILED;
}
