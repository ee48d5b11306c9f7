/* `endicott card`: text into card decks and back, and what is in a deck from TRANSMIT. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "devices/devices.h"
#include "devices/unit-record/card-tool.h"
#include "devices/unit-record/deck.h"

/* ---- the file that is made --------------------------------------------------------- */

bool card_output_begin(struct card_output *output, const struct card_job *job, const char *path)
{
    char error[600];
    *output = (struct card_output){ .path = path };
    if (!tool_may_write(path, job->force, error, sizeof error))
        return tool_fail(job->name, "%s", error), false;
    output->temporary = tool_temporary(path);
    output->file = fopen(output->temporary, "wxe");
    if (output->file)
        return true;
    tool_fail(job->name, "%s: %s", output->temporary, strerror(errno));
    free(output->temporary);
    return false;
}

bool card_output_end(struct card_output *output, const struct card_job *job, bool ok)
{
    char error[600];
    bool written = fflush(output->file) == 0 && fsync(fileno(output->file)) == 0;
    if (ok && !written)
        tool_fail(job->name, "%s: %s", output->path, strerror(errno));
    fclose(output->file);
    if (ok && written) {
        ok = tool_replace(output->temporary, output->path, error, sizeof error);
        return ok || (tool_fail(job->name, "%s", error), false);
    }
    unlink(output->temporary);
    free(output->temporary);
    return false;
}

/* ---- ebcdic, ascii ------------------------------------------------------------------ */

static size_t without_blanks(const uint8_t *text, size_t length)
{
    while (length && text[length - 1] == ' ')
        length--;
    return length;
}

static bool put_card(const struct card_job *job, FILE *file, uint8_t *card, bool to_text)
{
    if (!to_text)
        return fwrite(card, 1, CARD_COLUMNS, file) == CARD_COLUMNS;
    codepage_to_host(&job->page, card, CARD_COLUMNS);
    size_t n = without_blanks(card, CARD_COLUMNS);
    return fwrite(card, 1, n, file) == n && putc('\n', file) >= 0;
}

static bool convert_cards(const struct card_job *job, struct deck *deck, struct card_output *output,
                          bool to_text)
{
    struct tool_progress progress;
    uint8_t card[CARD_COLUMNS];
    char error[400] = "";
    enum deck_result result;
    bool ok = true;
    tool_progress_begin(&progress, job->from, 0);
    while (ok && (result = deck_next(deck, card, error, sizeof error)) == DECK_CARD) {
        if (!put_card(job, output->file, card, to_text))
            snprintf(error, sizeof error, "%s: %s", job->to, strerror(errno)), ok = false;
        else if (!tool_progress_at(&progress, 0))
            snprintf(error, sizeof error, "interrupted; nothing has been changed"), ok = false;
    }
    if (!ok || result != DECK_END)
        ok = false, tool_fail(job->name, "%s", error);
    ok = card_output_end(output, job, ok);
    tool_progress_end(&progress);
    return ok;
}

static int convert(const struct card_job *job, bool to_text)
{
    struct deck_format format = { .encoding = to_text ? DECK_EBCDIC : DECK_ASCII,
                                  .trunc = job->trunc };
    struct card_output output;
    char error[400];
    struct deck *deck = deck_open(job->from, &format, &job->page, error, sizeof error);
    if (!deck)
        return tool_fail(job->name, "%s", error);
    bool ok = card_output_begin(&output, job, job->to) && convert_cards(job, deck, &output, to_text);
    if (ok && job->json) {
        putchar('{');
        tool_json_field(stdout, true, "path", job->to);
        tool_json_number(stdout, false, "cards", deck_cards(deck));
        fputs("}\n", stdout);
    }
    deck_close(deck);
    return ok ? 0 : 1;
}

static int card_ebcdic(const struct card_job *job) { return convert(job, false); }
static int card_ascii(const struct card_job *job) { return convert(job, true); }

/* ---- the command ---------------------------------------------------------------------- */

static const struct card_command {
    const char *name, *customary;
    int least, most;
    int (*run)(const struct card_job *);
    const char *operands, *summary;
} commands[] = {
    { "ebcdic", "txt2card", 2, 2, card_ebcdic, "TEXT DECK",
      "text into a deck of 80-byte EBCDIC cards" },
    { "ascii", "card2txt", 2, 2, card_ascii, "DECK TEXT", "a deck of EBCDIC cards into text" },
    { "xmi", NULL, 1, 2, card_xmi, "DECK [OUT]",
      "what TRANSMIT packed into a deck; into a file, or members into a folder" },
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static const struct tool_option options[] = {
    { "c", TOOL_TEXT, offsetof(struct card_job, page_name), 0,
      "code pages, host/guest (819/1047)" },
    { "t", TOOL_FLAG, offsetof(struct card_job, trunc), 0, "cut longer lines (ebcdic)" },
    { "a", TOOL_FLAG, offsetof(struct card_job, ascii), 0, "records as lines of text (xmi)" },
    { "force", TOOL_FLAG, offsetof(struct card_job, force), 0, "replace files that are there" },
    { "json", TOOL_FLAG, offsetof(struct card_job, json), 0, "the result as JSON" },
    { "help", TOOL_FLAG, offsetof(struct card_job, help), 0, NULL },
    { "h", TOOL_FLAG, offsetof(struct card_job, help), 0, NULL },
    { NULL, TOOL_FLAG, 0, 0, NULL }
};

static int usage(FILE *file, int status)
{
    fputs("Usage: endicott card COMMAND [options] ...\n\n", file);
    for (int i = 0; i < COMMANDS; i++)
        fprintf(file, "  %-8s %-12s %s\n", commands[i].name, commands[i].operands,
                commands[i].summary);
    putc('\n', file);
    tool_options_help(file, options);
    return status;
}

static int run(const struct card_command *command, const char *name, bool customary, int argc,
               char **argv)
{
    char full[40];
    struct card_job job = { .name = full, .force = customary };
    int count = argc - 1;
    snprintf(full, sizeof full, "%s%s", customary ? "" : "card ", name);
    if (!tool_codepage(full, &job.page) || !tool_options(full, options, &job, &count, argv + 1))
        return 2;
    if (job.help)
        return usage(stdout, 0);
    if (job.page_name && !codepage_find(&job.page, job.page_name))
        return tool_fail(full, "-c %s: no such code page", job.page_name), 2;
    if (count < command->least || count > command->most)
        return usage(stderr, 2);
    job.from = argv[1];
    job.to = count > 1 ? argv[2] : NULL;
    return command->run(&job);
}

int card_main(int argc, char **argv)
{
    const char *slash = strrchr(argv[0], '/'), *name = slash ? slash + 1 : argv[0];
    for (int i = 0; i < COMMANDS; i++)
        if (commands[i].customary && strcmp(commands[i].customary, name) == 0)
            return run(&commands[i], name, true, argc, argv);
    for (int i = 0; argc > 1 && i < COMMANDS; i++)
        if (strcmp(commands[i].name, argv[1]) == 0)
            return run(&commands[i], commands[i].name, false, argc - 1, argv + 1);
    if (argc > 1 && (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0))
        return usage(stdout, 0);
    if (argc > 1)
        tool_fail("card", "%s is no command", argv[1]);
    return usage(stderr, 2);
}
