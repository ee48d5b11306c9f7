/* `endicott ctl`: a command for a machine that runs, given at its control socket. */
#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <jansson.h>

#include "console/control.h"

int ctl_main(int argc, char *argv[]);

enum status { STATUS_DONE, STATUS_FAILED, STATUS_WRONG, STATUS_NOBODY };

static const char help_text[] =
    "Usage: endicott ctl [OPTIONS] COMMAND...\n"
    "\n"
    "Give a command to a machine that runs, and print its answer. Without a command: the\n"
    "lines of standard input, each a command.\n"
    "\n"
    "  -s, --socket PATH       its control socket ($ENDICOTT_CONTROL, or else endicott.sock in\n"
    "                          $XDG_RUNTIME_DIR or the working directory)\n"
    "  -c, --connect HOST:PORT the same over TCP\n"
    "  -t, --token WORD        what the machine wants to hear over TCP ($ENDICOTT_TOKEN)\n"
    "  -j, --json              print the answer as JSON; may also come last\n"
    "      --help              this text\n"
    "\n"
    "Beside all commands of the machine:\n"
    "  devices, system, metrics     what the machine has, is, and did\n"
    "  listen [SUBJECT...]          what happens, until interrupted: messages, psw, devices\n"
    "\n"
    "Exit status: 0 done, 1 failed, 2 the command is wrong, 3 nobody answers.\n"
    "docs/control.md tells the protocol.\n";

struct ctl {
    const char *path, *place, *token;
    bool json;
    FILE *from;
    int fd;
};

/* ---- the connection --------------------------------------------------------------------- */

static int connect_local(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, path);
    return connect(fd, (struct sockaddr *)&address, sizeof address) == 0 ? fd : -1;
}

static int connect_remote(const char *place)
{
    char host[256] = "127.0.0.1";
    const char *colon = strrchr(place, ':'), *port = colon ? colon + 1 : place;
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *found;
    if (colon)
        snprintf(host, sizeof host, "%.*s", (int)(colon - place), place);
    if (getaddrinfo(host, port, &hints, &found) != 0) {
        errno = EADDRNOTAVAIL;
        return -1;
    }
    int fd = -1;
    for (struct addrinfo *a = found; a && fd < 0; a = a->ai_next) {
        fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
        if (fd >= 0 && connect(fd, a->ai_addr, a->ai_addrlen) != 0) {
            int why = errno;
            close(fd);
            errno = why;
            fd = -1;
        }
    }
    freeaddrinfo(found);
    return fd;
}

static bool say(struct ctl *ctl, json_t *request)
{
    char *text = json_dumps(request, JSON_COMPACT);
    json_decref(request);
    if (!text)
        return false;
    size_t length = strlen(text);
    text[length] = '\n';
    bool said = true;
    for (size_t i = 0; said && i <= length;) {
        ssize_t n = send(ctl->fd, text + i, length + 1 - i, MSG_NOSIGNAL);
        said = n > 0;
        i += n > 0 ? (size_t)n : 0;
    }
    free(text);
    return said;
}

/* The next object from the machine; NULL when it has hung up. */
static json_t *hear(struct ctl *ctl)
{
    char *line = NULL;
    size_t room = 0;
    json_t *object = NULL;
    if (getline(&line, &room, ctl->from) > 0)
        object = json_loads(line, 0, NULL);
    free(line);
    return object;
}

/* The reply to a request; events on the way are passed over. */
static json_t *ask(struct ctl *ctl, json_t *request)
{
    json_t *reply;
    if (!say(ctl, request))
        return NULL;
    while ((reply = hear(ctl)) && json_object_get(reply, "event"))
        json_decref(reply);
    return reply;
}

static const char *word_of(const json_t *object, const char *name)
{
    const char *word = json_string_value(json_object_get(object, name));
    return word ? word : "";
}

static bool introduce(struct ctl *ctl)
{
    json_t *hello = hear(ctl), *reply;
    bool right = strcmp(word_of(hello, "event"), "hello") == 0;
    bool wanted = json_is_true(json_object_get(hello, "token"));
    json_int_t protocol = json_integer_value(json_object_get(hello, "protocol"));
    json_decref(hello);
    if (!right || protocol < CONTROL_PROTOCOL) {
        fprintf(stderr, "ctl: this is no control socket\n");
        return false;
    }
    if (!wanted)
        return true;
    reply = ask(ctl, json_pack("{ss}", "token", ctl->token ? ctl->token : ""));
    right = json_is_true(json_object_get(reply, "ok"));
    if (!right)
        fprintf(stderr, "ctl: %s\n", *word_of(reply, "error") ? word_of(reply, "error")
                                                              : "the machine has hung up");
    json_decref(reply);
    return right;
}

static bool call(struct ctl *ctl)
{
    char path[256];
    const char *where = ctl->place ? ctl->place : ctl->path ? ctl->path : path;
    control_default_path(path, sizeof path);
    ctl->fd = ctl->place ? connect_remote(ctl->place) : connect_local(where);
    if (ctl->fd < 0) {
        fprintf(stderr, "ctl: nobody answers at %s: %s\n", where, strerror(errno));
        return false;
    }
    ctl->from = fdopen(ctl->fd, "r");
    return ctl->from && introduce(ctl);
}

/* ---- answers as text ------------------------------------------------------------------------ */

static void print_json(const json_t *object, size_t flags)
{
    json_dumpf(object, stdout, flags);
    putchar('\n');
    fflush(stdout);
}

static void print_messages(const json_t *reply)
{
    size_t i;
    json_t *m;
    json_array_foreach(json_object_get(reply, "messages"), i, m)
        if (strcmp(word_of(m, "source"), "echo") != 0)
            puts(word_of(m, "text"));
}

static void print_devices(const json_t *reply)
{
    size_t i;
    json_t *d;
    json_array_foreach(json_object_get(reply, "devices"), i, d)
        printf("%s %-8s %-4s %-10s %s\n", word_of(d, "device"), word_of(d, "type"),
               word_of(d, "class"), word_of(d, "state"), word_of(d, "description"));
}

static void print_system(const json_t *reply)
{
    const json_t *system = json_object_get(reply, "system");
    size_t i;
    json_t *cpu;
    printf("%s, %s, %s: up %.0f s, %.1f MIPS, %.0f I/O per second\n", word_of(system, "system"),
           word_of(system, "program"), word_of(system, "architecture"),
           json_number_value(json_object_get(system, "uptime")),
           json_number_value(json_object_get(system, "mips")),
           json_number_value(json_object_get(system, "iorate")));
    json_array_foreach(json_object_get(system, "cpus"), i, cpu)
        printf("CPU %zu: PSW %s, %s\n", i, word_of(cpu, "psw"), word_of(cpu, "state"));
}

static void print_metrics(const json_t *reply)
{
    fputs(word_of(reply, "metrics"), stdout);
}

static const struct query {
    const char *name;
    void (*print)(const json_t *);
} queries[] = {
    { "devices", print_devices }, { "metrics", print_metrics }, { "system", print_system }
};

static enum status status_of(const json_t *reply)
{
    const char *result = word_of(reply, "result");
    if (!reply)
        return STATUS_NOBODY;
    if (json_is_true(json_object_get(reply, "ok")))
        return STATUS_DONE;
    return strcmp(result, "wrong") == 0 || strcmp(result, "unknown") == 0 ? STATUS_WRONG
                                                                          : STATUS_FAILED;
}

static enum status finish(struct ctl *ctl, json_t *reply, void (*print)(const json_t *))
{
    enum status status = status_of(reply);
    if (!reply)
        fprintf(stderr, "ctl: the machine has hung up\n");
    else if (ctl->json)
        print_json(reply, JSON_INDENT(2));
    else if (*word_of(reply, "error"))
        fprintf(stderr, "ctl: %s\n", word_of(reply, "error"));
    else
        print(reply);
    json_decref(reply);
    return status;
}

/* ---- what is asked for ------------------------------------------------------------------------- */

/* Words with blanks are quoted, as the shell's user did. */
static char *join(int argc, char *argv[])
{
    char *line = NULL;
    size_t size;
    FILE *out = open_memstream(&line, &size);
    if (!out)
        abort();
    for (int i = 0; i < argc; i++) {
        bool quoted = argc > 1 && (!*argv[i] || strpbrk(argv[i], " \t#'\""));
        const char *quote = !quoted ? "" : strchr(argv[i], '\'') ? "\"" : "'";
        fprintf(out, "%s%s%s%s", i ? " " : "", quote, argv[i], quote);
    }
    fclose(out);
    return line;
}

static enum status command(struct ctl *ctl, const char *line)
{
    json_t *request = json_pack("{ss ss}", "do", "command", "line", line);
    if (!request) {
        fprintf(stderr, "ctl: the command is not UTF-8\n");
        return STATUS_WRONG;
    }
    return finish(ctl, ask(ctl, request), print_messages);
}

static enum status commands_of_input(struct ctl *ctl)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    enum status worst = STATUS_DONE;
    while (worst != STATUS_NOBODY && (n = getline(&line, &room, stdin)) > 0) {
        while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
            line[--n] = 0;
        enum status status = n > 0 ? command(ctl, line) : STATUS_DONE;
        worst = status > worst ? status : worst;
    }
    free(line);
    return worst;
}

static void print_event(const struct ctl *ctl, const json_t *event)
{
    const char *kind = word_of(event, "event");
    if (ctl->json)
        print_json(event, JSON_COMPACT);
    else if (strcmp(kind, "message") == 0)
        puts(word_of(event, "text"));
    else if (strcmp(kind, "psw") == 0)
        printf("CPU %lld: PSW %s, %s\n", json_integer_value(json_object_get(event, "cpu")),
               word_of(event, "psw"), word_of(event, "state"));
    else if (strcmp(kind, "device") == 0)
        printf("%s %s %s: %s, %s\n", word_of(event, "device"), word_of(event, "type"),
               word_of(event, "change"), word_of(event, "state"), word_of(event, "description"));
    fflush(stdout);
}

static enum status listen_for(struct ctl *ctl, int argc, char *argv[])
{
    json_t *subjects = json_array(), *object;
    for (int i = 0; i < argc; i++)
        json_array_append_new(subjects, json_string(argv[i]));
    if (argc == 0)
        json_array_append_new(subjects, json_string("messages"));
    if (!say(ctl, json_pack("{ss so}", "do", "subscribe", "to", subjects)))
        return STATUS_NOBODY;
    while ((object = hear(ctl))) {
        if (*word_of(object, "error")) {
            fprintf(stderr, "ctl: %s\n", word_of(object, "error"));
            json_decref(object);
            return STATUS_WRONG;
        }
        print_event(ctl, object);
        json_decref(object);
    }
    return STATUS_DONE;
}

static enum status carry_out(struct ctl *ctl, int argc, char *argv[])
{
    if (argc == 0)
        return commands_of_input(ctl);
    if (strcmp(argv[0], "listen") == 0)
        return listen_for(ctl, argc - 1, argv + 1);
    for (size_t i = 0; argc == 1 && i < sizeof queries / sizeof *queries; i++)
        if (strcmp(argv[0], queries[i].name) == 0)
            return finish(ctl, ask(ctl, json_pack("{ss}", "do", argv[0])), queries[i].print);
    char *line = join(argc, argv);
    enum status status = command(ctl, line);
    free(line);
    return status;
}

static const struct option long_options[] = {
    { "socket", required_argument, NULL, 's' }, { "connect", required_argument, NULL, 'c' },
    { "token", required_argument, NULL, 't' }, { "json", no_argument, NULL, 'j' },
    { "help", no_argument, NULL, 'h' }, { NULL, 0, NULL, 0 }
};

int ctl_main(int argc, char *argv[])
{
    struct ctl ctl = { .path = getenv("ENDICOTT_CONTROL"), .token = getenv("ENDICOTT_TOKEN") };
    int option;
    while ((option = getopt_long(argc, argv, "+s:c:t:jh", long_options, NULL)) >= 0)
        switch (option) {
        case 's': ctl.path = optarg; break;
        case 'c': ctl.place = optarg; break;
        case 't': ctl.token = optarg; break;
        case 'j': ctl.json = true; break;
        case 'h': fputs(help_text, stdout); return STATUS_DONE;
        default: fprintf(stderr, "Try 'endicott ctl --help'.\n"); return STATUS_WRONG;
        }
    argc -= optind;
    argv += optind;
    if (argc > 0 && strcmp(argv[argc - 1], "--json") == 0) {
        ctl.json = true;
        argc--;
    }
    enum status status = call(&ctl) ? carry_out(&ctl, argc, argv) : STATUS_NOBODY;
    if (ctl.from)
        fclose(ctl.from);
    return status;
}
