/* The message stream: everything the emulator and its guests say, in one order,
 * to everybody who listens: panel, log, script, socket. Any thread may speak. */
#ifndef CORE_MESSAGE_H
#define CORE_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

struct messages;

enum message_source {
    MESSAGE_EMULATOR,   /* the text begins with an identifier from messages.h */
    MESSAGE_GUEST,      /* a line that the guest wrote on a console */
    MESSAGE_ECHO,       /* a command, or a line typed at a guest's console */
    MESSAGE_ELSEWHERE   /* a guest's line that another person has on paper: at a terminal */
};

/* Numbers that are no device's: none at all, and the service processor's console. */
enum { MESSAGE_NO_DEVICE = 0x10000, MESSAGE_SYSTEM_CONSOLE };

struct message {
    uint64_t sequence;
    enum message_source source;
    uint32_t device;    /* the console's number, or MESSAGE_NO_DEVICE */
    const char *text;   /* one line without its line end; valid during the call */
};

typedef void message_listener(void *context, const struct message *);

struct messages *messages_new(void);
void messages_free(struct messages *);

/* Listeners are called in the order in which they came, one message at a time,
 * on the speaker's thread; they must not speak themselves. */
void messages_listen(struct messages *, message_listener *, void *context);
/* The same for who wants MESSAGE_ELSEWHERE, too; the others do not hear it. */
void messages_overhear(struct messages *, message_listener *, void *context);
void messages_unlisten(struct messages *, message_listener *, void *context);

/* Say one of the messages of messages.h: `message(stream, HHC01603I, line)`.
 * A text of several lines becomes several messages. */
#define message(stream, ...) message_at(stream, __func__, __FILE__, __LINE__, __VA_ARGS__)
void message_at(struct messages *, const char *function, const char *file, int line,
                const char *format, ...) __attribute__((format(printf, 5, 6)));

/* How much is said: are settings confirmed (HHC02204I), and is it told where in the program
 * errors and warnings come from? Any thread. */
struct message_level { bool confirms, tells_place; };
void messages_set_level(struct messages *, struct message_level);
struct message_level messages_level(struct messages *);

/* The same with an arbitrary text, for guests and echoes. */
void message_from(struct messages *, enum message_source, uint32_t device, const char *text);

/* 'S' severe, 'E' error, 'W' warning, 'I' information, 'D' debug, 'A' action; ' ' where
 * the text has no identifier. */
char message_severity(const char *text);

#endif
