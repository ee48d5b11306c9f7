/* The control protocol without a socket: requests in, replies and events out. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "console/control.h"
#include "console/operator.h"
#include "tests/unit/check.h"

struct peer {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool woken;
    struct control_session *session;
    char *heard;                /* all that came so far */
    size_t length;
};

static void wake(void *context)
{
    struct peer *peer = context;
    pthread_mutex_lock(&peer->lock);
    peer->woken = true;
    pthread_cond_signal(&peer->changed);
    pthread_mutex_unlock(&peer->lock);
}

/* Wait for something new, for five seconds at most. */
static bool rest(struct peer *peer)
{
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += 5;
    int late = 0;
    pthread_mutex_lock(&peer->lock);
    while (!peer->woken && !late)
        late = pthread_cond_timedwait(&peer->changed, &peer->lock, &end);
    peer->woken = false;
    pthread_mutex_unlock(&peer->lock);
    return !late;
}

static void drain(struct peer *peer)
{
    char bytes[1000];
    for (size_t n; (n = control_session_output(peer->session, bytes, sizeof bytes)) > 0;) {
        peer->heard = realloc(peer->heard, peer->length + n + 1);
        memcpy(peer->heard + peer->length, bytes, n);
        peer->length += n;
        peer->heard[peer->length] = 0;
        control_session_sent(peer->session, n);
    }
}

static bool hears(struct peer *peer, const char *text)
{
    for (;;) {
        drain(peer);
        if (peer->heard && strstr(peer->heard, text))
            return true;
        if (!rest(peer))
            return false;
    }
}

static void say(struct peer *peer, const char *line)
{
    free(peer->heard);
    peer->heard = NULL;
    peer->length = 0;
    control_session_feed(peer->session, line, strlen(line));
    control_session_feed(peer->session, "\n", 1);
}

static bool answers(struct peer *peer, const char *line, const char *text)
{
    say(peer, line);
    bool right = hears(peer, text);
    if (!right)
        printf("    to %s came %s", line, peer->heard ? peer->heard : "nothing\n");
    return right;
}

static bool is_over(struct peer *peer)
{
    do {
        drain(peer);
        if (control_session_over(peer->session))
            return true;
    } while (rest(peer));
    return false;
}

static void begin(struct peer *peer, struct control *control, const char *token)
{
    *peer = (struct peer){ .woken = false };
    pthread_mutex_init(&peer->lock, NULL);
    pthread_cond_init(&peer->changed, NULL);
    peer->session = control_session_new(control, token, wake, peer);
    check(peer->session && hears(peer, "\"event\":\"hello\""), "greeting");
}

static void end(struct peer *peer)
{
    control_session_leave(peer->session);
    free(peer->heard);
}

static void test_requests(struct control *control)
{
    static const struct { const char *line, *reply; } cases[] = {
        { "{\"id\":7,\"do\":\"command\",\"line\":\"gpr 1=ABCD\"}", "\"id\":7" },
        { "{\"do\":\"command\",\"line\":\"gpr 1=ABCD\"}", "\"result\":\"done\"" },
        { "{\"do\":\"command\",\"line\":\"gpr\"}", "GR01=0000ABCD" },
        { "{\"do\":\"command\",\"line\":\"gpr\"}", "\"severity\":\"I\"" },
        { "{\"do\":\"command\",\"line\":\"what\"}", "\"result\":\"unknown\"" },
        { "{\"do\":\"command\",\"line\":\"gpr x\"}", "\"result\":\"wrong\"" },
        { "{\"do\":\"command\",\"line\":\"devinit 999\"}", "\"result\":\"failed\"" },
        { "{\"do\":\"command\",\"line\":\"a\\nb\"}", "one line" },
        { "{\"do\":\"command\"}", "needs a \\\"line\\\"" },
        { "{\"do\":\"command\",\"line\":17}", "needs a \\\"line\\\"" },
        { "{\"do\":\"command\",\"line\":\"* \\u00e4\"}", "* \xC3\xA4" },
        { "{\"do\":\"registers\"}", "\"0000ABCD\"" },
        { "{\"do\":\"registers\",\"cpu\":0}", "\"psw\":\"00000000 00000000\"" },
        { "{\"do\":\"registers\",\"cpu\":1}", "no such" },
        { "{\"do\":\"registers\",\"cpu\":\"0\"}", "no such" },
        { "{\"do\":\"registers\",\"cpu\":-1}", "no such" },
        { "{\"do\":\"command\",\"line\":\"r 500=58101000C1C2\"}", "\"ok\":true" },
        { "{\"do\":\"storage\",\"address\":\"500\",\"length\":8}", "58101000C1C20000" },
        { "{\"do\":\"storage\",\"address\":\"500\",\"length\":8}", "\"text\":\"....AB..\"" },
        { "{\"do\":\"storage\",\"address\":\"1FFFFE\",\"length\":16}", "\"bytes\":\"0000\"" },
        { "{\"do\":\"storage\",\"address\":\"FFFFFF\"}", "\"ok\":false" },
        { "{\"do\":\"storage\",\"address\":\"5G\"}", "hexadecimal" },
        { "{\"do\":\"storage\",\"address\":\"5\",\"length\":0}", "from 1 to 65536" },
        { "{\"do\":\"storage\",\"address\":\"5\",\"length\":1e3}", "from 1 to 65536" },
        { "{\"do\":\"instructions\",\"address\":\"500\",\"count\":1}", "58101000" },
        { "{\"do\":\"instructions\",\"address\":\"FFFFFF\"}", "\"ok\":false" },
        { "{\"do\":\"devices\"}", "\"devices\":[]" },
        { "{\"do\":\"system\"}", "\"architecture\":\"S/370\"" },
        { "{\"do\":\"commands\"}", "\"example\":\"ipl 150 clear\"" },
        { "{\"do\":\"metrics\"}", "endicott_uptime_seconds" },
        { "{\"do\":\"subscribe\",\"to\":[]}", "\"ok\":false" },
        { "{\"do\":\"subscribe\",\"to\":[\"news\"]}", "\"ok\":false" },
        { "{\"do\":\"subscribe\",\"to\":[\"psw\"],\"last\":-1}", "\"ok\":false" },
        { "{\"do\":\"dance\"}", "should be one of command" },
        { "{\"do\":null}", "\\\"do\\\" is missing" },
        { "[1,2]", "should be an object" },
        { "{\"do\":\"system\"", "\"ok\":false" },
        { "{\"do\":\"system\",\"do\":\"devices\"}", "\"ok\":false" },
        { "\xFF\xFE", "\"ok\":false" },
    };
    struct peer peer;
    begin(&peer, control, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(answers(&peer, cases[i].line, cases[i].reply), "%s", cases[i].line);
    say(&peer, "{\"do\":\"system\"}\r\n\n{\"id\":\"b\",\"do\":\"devices\"}");
    check(hears(&peer, "\"id\":\"b\""), "two in a row, an empty line between");
    control_session_feed_end(peer.session);
    check(is_over(&peer), "over after the caller's end");
    end(&peer);
}

static void test_subscription(struct operator *operator, struct control *control)
{
    struct peer peer, other;
    char text[40];
    begin(&peer, control, NULL);
    begin(&other, control, NULL);
    for (int i = 0; i < 5; i++) {
        snprintf(text, sizeof text, "before %d", i);
        message_from(operator->messages, MESSAGE_GUEST, 0x01F, text);
    }
    check(answers(&peer, "{\"do\":\"subscribe\",\"to\":[\"messages\"],\"last\":2}", "before 4"), "last");
    check(hears(&peer, "\"ok\":true") && strstr(peer.heard, "before 3") &&
          !strstr(peer.heard, "before 2"), "no more than asked for");
    message_from(operator->messages, MESSAGE_GUEST, 0x01F, "nothing but \xE4");
    check(hears(&peer, "\"text\":\"nothing but \xC3\xA4\""), "Latin-1");
    check(strstr(peer.heard, "\"device\":\"001F\"") != NULL, "its device");
    check(answers(&peer, "{\"do\":\"unsubscribe\",\"to\":[\"messages\"]}", "\"ok\":true"), "no more");
    message_from(operator->messages, MESSAGE_GUEST, 0x01F, "unheard");
    check(answers(&peer, "{\"do\":\"system\"}", "\"ok\":true") && !strstr(peer.heard, "unheard"),
          "silence");
    check(answers(&other, "{\"do\":\"system\"}", "\"ok\":true") && !strstr(other.heard, "nothing but"),
          "who has not subscribed hears nothing");
    check(answers(&peer, "{\"do\":\"subscribe\",\"to\":[\"psw\",\"devices\"]}",
                  "\"event\":\"psw\""), "the first PSW");
    check(answers(&other, "{\"do\":\"command\",\"line\":\"attach 00E 1403 /dev/null\"}",
                  "\"ok\":true"), "attach");
    check(hears(&peer, "\"change\":\"attached\""), "a device has come");
    check(answers(&other, "{\"do\":\"command\",\"line\":\"detach 00E\"}", "\"ok\":true"), "detach");
    check(hears(&peer, "\"change\":\"detached\""), "a device has gone");
    end(&peer);
    end(&other);
}

/* Who does not read loses events, is told so, and holds up nobody. */
static void test_deaf(struct operator *operator, struct control *control)
{
    struct peer peer;
    char text[1001];
    begin(&peer, control, NULL);
    check(answers(&peer, "{\"do\":\"subscribe\",\"to\":[\"messages\"]}", "\"ok\":true"), "subscribed");
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = 0;
    for (int i = 0; i < 6000; i++)
        message_from(operator->messages, MESSAGE_GUEST, 0x01F, text);
    drain(&peer);
    check(peer.length < 6u << 20, "%zu bytes were kept", peer.length);
    message_from(operator->messages, MESSAGE_GUEST, 0x01F, "awake again");
    check(hears(&peer, "awake again") && strstr(peer.heard, "\"event\":\"lost\""), "the loss is told");
    end(&peer);
}

static void test_token(struct control *control)
{
    struct peer peer;
    begin(&peer, control, "secret-word");
    check(!strstr(peer.heard, "ENDICOTT"), "the greeting tells a stranger no name");
    check(answers(&peer, "{\"token\":\"secret-word\"}", "\"ok\":true"), "the token");
    check(answers(&peer, "{\"do\":\"system\"}", "\"ok\":true"), "a friend");
    end(&peer);
    static const char *const wrong[] = { "{\"token\":\"secret-worD\"}", "{\"do\":\"system\"}", "x",
                                         "{\"token\":\"\"}", "{\"token\":1}", "[]" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        begin(&peer, control, "secret-word");
        check(answers(&peer, wrong[i], "\"ok\":false"), "%s", wrong[i]);
        check(is_over(&peer), "over after %s", wrong[i]);
        say(&peer, "{\"token\":\"secret-word\"}");
        end(&peer);
    }
    check(control_token_equal("abc", "abc") && !control_token_equal("abc", "abcabc") &&
          !control_token_equal("", "a") && !control_token_equal("a", ""), "comparing");
}

static void test_limits(struct control *control)
{
    struct peer peer;
    char *line = malloc(CONTROL_LONGEST_LINE + 2);
    memset(line, ' ', CONTROL_LONGEST_LINE + 1);
    line[CONTROL_LONGEST_LINE + 1] = 0;
    begin(&peer, control, NULL);
    say(&peer, line);
    check(hears(&peer, "at most 65536"), "a line that is too long");
    check(is_over(&peer), "was the last");
    end(&peer);
    free(line);
    begin(&peer, control, NULL);
    say(&peer, "{\"do\":\"command\",\"line\":\"pause 1000\"}");
    for (int i = 0; i < 100; i++)
        control_session_feed(peer.session, "{\"do\":\"system\"}\n", 16);
    check(control_session_busy(peer.session), "a queue that is full");
    end(&peer);         /* the pause ends with its caller */
}

int main(void)
{
    struct operator *operator = operator_new(false);
    operator_power_on(operator);
    struct control *control = control_new(operator);
    test_requests(control);
    test_subscription(operator, control);
    test_deaf(operator, control);
    test_token(control);
    test_limits(control);
    uint64_t before = clock_host_ns();
    control_free(control);
    check(clock_host_ns() - before < 5000000000u, "a pause does not hold up the end");
    operator_power_off(operator);
    operator_free(operator);
    return checks_done();
}
