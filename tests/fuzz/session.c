/* Fuzz target: what somebody says at the control socket, in lines, the first byte chosen to
 * cut it in pieces. Commands are taken out of it: tests/fuzz/console.c has them. */
#include <stdlib.h>
#include <string.h>

#include "console/control.h"
#include "console/operator.h"
#include "core/clock.h"
#include "tests/fuzz/fuzz.h"

static const char *const seeds[] = {
    "\x05{\"do\":\"system\"}\n{\"id\":[1,{}],\"do\":\"devices\"}\n",
    "\x40{\"do\":\"storage\",\"address\":\"1F0\",\"length\":512,\"view\":\"virtual\"}\n"
        "{\"do\":\"instructions\",\"address\":\"200\",\"count\":3}\n",
    "\x01{\"do\":\"subscribe\",\"to\":[\"messages\",\"psw\",\"devices\"],\"last\":20}\n"
        "{\"do\":\"unsubscribe\",\"to\":[\"psw\"]}\n",
    "\x81{\"token\":\"a-good-token\"}\n{\"do\":\"registers\",\"cpu\":0}\n{\"do\":\"metrics\"}\n",
    "\x20{\"do\":\"commands\"}\n[[[[1e400]]]]\n\"\\ud800\"\n{\"do\":\"\\u0000\"}\n",
};

size_t fuzz_seed(int i, uint8_t *bytes, size_t size)
{
    if (i >= (int)(sizeof seeds / sizeof *seeds) || strlen(seeds[i]) > size)
        return 0;
    memcpy(bytes, seeds[i], strlen(seeds[i]));
    return strlen(seeds[i]);
}

static void wake(void *context)
{
    (void)context;
}

static void take_out_commands(char *text, size_t length)
{
    for (size_t i = 0; i + 7 <= length; i++)
        if (memcmp(text + i, "command", 7) == 0 && (i + 7 == length || text[i + 7] != 's'))
            text[i] = '-';
}

static void drain(struct control_session *session)
{
    char bytes[4096];
    for (size_t n; (n = control_session_output(session, bytes, sizeof bytes)) > 0;)
        control_session_sent(session, n);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static struct operator *operator;       /* of all inputs: a machine each would take long */
    static struct control *control;
    if (!operator) {
        operator = operator_new(false);
        operator_power_on(operator);
        control = control_new(operator);
    }
    if (length < 1)
        return 0;
    char *text = malloc(length);
    memcpy(text, bytes + 1, length - 1);
    take_out_commands(text, length - 1);
    struct control_session *session =
        control_session_new(control, bytes[0] & 0x80 ? "a-good-token" : NULL, wake, NULL);
    size_t piece = bytes[0] & 0x7F ? bytes[0] & 0x7F : 1;
    for (size_t i = 0; session && i < length - 1; i += piece) {
        control_session_feed(session, text + i, length - 1 - i < piece ? length - 1 - i : piece);
        drain(session);
    }
    if (session)
        control_session_feed_end(session);
    for (int i = 0; session && i < 50 && !control_session_over(session); i++) {
        drain(session);
        if (i > 20)
            clock_host_sleep(10000);
    }
    if (session)
        control_session_leave(session);
    free(text);
    return 0;
}
