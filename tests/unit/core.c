/* core/: bytes, clock, agenda, code pages, the message stream. */
#include "core/agenda.h"
#include "core/bytes.h"
#include "core/clock.h"
#include "core/codepage.h"
#include "core/message.h"
#include "tests/unit/check.h"

#include <string.h>

static void bytes(void)
{
    uint8_t b[9] = { 0, 1, 2, 3, 4, 5, 6, 7, 8 };
    check(get16(b + 1) == 0x0102, "%04X", get16(b + 1));
    check(get24(b + 1) == 0x010203, "%06X", get24(b + 1));
    check(get32(b + 1) == 0x01020304, "%08X", get32(b + 1));
    check(get64(b + 1) == 0x0102030405060708, "%016lX", get64(b + 1));
    put24(b + 1, 0xAABBCC);
    check(b[0] == 0 && b[1] == 0xAA && b[3] == 0xCC && b[4] == 4, "put24 keeps to its bytes");
    put64(b, 0x1122334455667788);
    check(b[0] == 0x11 && b[7] == 0x88 && b[8] == 8, "put64 keeps to its bytes");
}

static void virtual_clock(void)
{
    struct clock clock;
    clock_init(&clock, true);
    uint64_t start = clock_tod(&clock);
    check(start == 0xAFEB4AE1D8000000u || start >> 32 != 0, "a clock has a time of day");
    clock_advance(&clock, 1000000000);
    check(clock_ns(&clock) == 1000000000, "%lu", clock_ns(&clock));
    check(clock_tod(&clock) - start == 4096000000u, "a second is %lu", clock_tod(&clock) - start);
    clock_set_tod(&clock, 42);
    check(clock_tod(&clock) == 42, "%lu", clock_tod(&clock));
    clock_advance(&clock, 1000);
    check(clock_tod(&clock) == 42 + 4096, "bit 51 is a microsecond: %lu", clock_tod(&clock));

    struct clock other;
    clock_init(&other, true);
    check(clock_tod(&other) == start, "every virtual clock starts at the same time");

    clock_init(&clock, false);
    uint64_t before = clock_ns(&clock);
    clock_advance(&clock, UINT64_C(1000000000000000));
    check(clock_ns(&clock) - before < UINT64_C(500000000000000), "the host's time is not moved");
}

struct noted { struct agenda *agenda; char order[16]; };
struct note { struct noted *noted; char letter; };

static void note(void *context)
{
    struct note *n = context;
    strncat(n->noted->order, &n->letter, 1);
}

static void agenda(void)
{
    struct agenda agenda = { 0 };
    struct noted noted = { &agenda, "" };
    struct note notes[] = { { &noted, 'a' }, { &noted, 'b' }, { &noted, 'c' }, { &noted, 'd' } };
    check(agenda_next(&agenda) == AGENDA_NEVER, "an empty agenda never acts");
    agenda_enter(&agenda, 30, note, &notes[2]);
    agenda_enter(&agenda, 10, note, &notes[0]);
    agenda_enter(&agenda, 30, note, &notes[3]);
    agenda_enter(&agenda, 20, note, &notes[1]);
    check(agenda_next(&agenda) == 10, "%lu", agenda_next(&agenda));
    check(agenda_run(&agenda, 20) == 2 && strcmp(noted.order, "ab") == 0, "%s", noted.order);
    check(agenda_run(&agenda, 30) == 2 && strcmp(noted.order, "abcd") == 0,
          "equal times go by order of entry: %s", noted.order);
    agenda_enter(&agenda, 40, note, &notes[0]);
    agenda_enter(&agenda, 41, note, &notes[1]);
    agenda_forget(&agenda, &notes[0]);
    check(agenda_next(&agenda) == 41, "%lu", agenda_next(&agenda));
    agenda_free(&agenda);
    check(agenda_next(&agenda) == AGENDA_NEVER, "a freed agenda is empty");
}

static void codepages(void)
{
    struct codepage page, kept;
    codepage_default(&page);
    uint8_t text[] = "Hello [1]";
    codepage_to_guest(&page, text, 9);
    check(memcmp(text, "\xC8\x85\x93\x93\x96\x40\xAD\xF1\xBD", 9) == 0, "1047");
    codepage_to_host(&page, text, 9);
    check(memcmp(text, "Hello [1]", 9) == 0, "and back: %s", text);
    check(codepage_find(&page, "037") && page.to_guest['['] == 0xBA, "037");
    check(codepage_find(&page, "500") && page.to_guest['['] == 0x4A, "500");
    check(codepage_find(&page, "819/1047") && page.to_guest['['] == 0xAD, "819/1047");
    kept = page;
    check(codepage_find(&page, "819/037v2") && page.to_guest['['] == 0xAD && page.to_guest[']'] == 0xBD &&
          page.to_host[0xBA] == 0xDD && page.to_guest[0xDD] == 0xBA && page.to_host[0xBD] == ']' &&
          page.to_guest['^'] == 0xB0, "819/037v2");
    check(codepage_find(&page, "1252/037V2") && page.to_host[0xAD] == '[', "1252/037v2");
    check(codepage_find(&page, "ISOANSI/037") && page.to_guest['['] == 0xBA, "ISOANSI/037");
    check(!codepage_find(&page, "819/1047v2") && !codepage_find(&page, "819/v2"), "no version 2");
    check(codepage_find(&page, "819/1047"), "819/1047");
    check(!codepage_find(&page, "no-such-page"), "an unknown page");
    check(!codepage_find(&page, ""), "no name");
    check(!codepage_find(&page, "/"), "empty names");
    check(!codepage_find(&page, "a-name-that-is-longer-than-any-code-page-has"), "a long name");
    check(memcmp(&kept, &page, sizeof page) == 0, "a failure leaves the tables alone");
}

static void hear(void *context, const struct message *m)
{
    char *heard = context;
    sprintf(heard + strlen(heard), "%d:%X:%s;", (int)m->source, m->device, m->text);
}

static void message_stream(void)
{
    char first[400] = "", second[400] = "";
    struct messages *stream = messages_new();
    messages_listen(stream, hear, first);
    messages_listen(stream, hear, second);
    message(stream, "HHC01603I %s", "ipl 150");
    message_from(stream, MESSAGE_GUEST, 0x01F, "one\ntwo\n");
    messages_unlisten(stream, hear, second);
    message_from(stream, MESSAGE_ECHO, MESSAGE_NO_DEVICE, "");
    check(strcmp(second, "0:10000:HHC01603I ipl 150;1:1F:one;1:1F:two;") == 0, "%s", second);
    check(strcmp(first + strlen(second), "2:10000:;") == 0, "%s", first);
    check(message_severity("HHC01603I x") == 'I', "severity");
    check(message_severity("HHC0160") == ' ' && message_severity("IEA101A") == ' ', "no identifier");
    messages_free(stream);
}

int main(void)
{
    bytes();
    virtual_clock();
    agenda();
    codepages();
    message_stream();
    return checks_done();
}
