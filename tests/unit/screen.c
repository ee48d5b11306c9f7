/* The control unit's model of a 3270's buffer: addresses, orders, inbound data. */
#include <stdint.h>
#include <string.h>

#include "devices/terminal/screen.h"
#include "tests/unit/check.h"

static struct screen screen;

#define BYTES(...) (const uint8_t[]){ __VA_ARGS__ }, sizeof (const uint8_t[]){ __VA_ARGS__ }

/* Orders and characters leave the buffer address there. */
static void leads(const char *name, unsigned from, unsigned to, const uint8_t *bytes, size_t n)
{
    screen_power_on(&screen, 24, 80, 24, 80);
    screen.address = from;
    size_t good = screen_write(&screen, bytes, n);
    check(good == n && screen.address == to, "%s: %zu good, address %u", name, good, screen.address);
}

/* Only so many bytes are good. */
static void breaks(const char *name, size_t expected, const uint8_t *bytes, size_t n)
{
    screen_power_on(&screen, 24, 80, 24, 80);
    size_t good = screen_write(&screen, bytes, n);
    check(good == expected, "%s: %zu good", name, good);
}

#define LEADS(name, from, to, ...) leads(name, from, to, BYTES(__VA_ARGS__))
#define BREAKS(name, expected, ...) breaks(name, expected, BYTES(__VA_ARGS__))

/* Where the buffer address is behind these. */
static unsigned behind(size_t good, const uint8_t *bytes, size_t n)
{
    return screen_write(&screen, bytes, n) == good ? screen.address : SCREEN_MOST;
}

static void test_addresses(void)
{
    static const struct { unsigned address; uint8_t bytes[2]; } known[] = {
        { 0, { 0x40, 0x40 } }, { 80, { 0xC1, 0x50 } }, { 1919, { 0x5D, 0x7F } },
        { 160, { 0xC2, 0x60 } }, { 1760, { 0x5B, 0x60 } }, { 3563, { 0xF7, 0x6B } },
        { 4096, { 0x10, 0x00 } }, { 16383, { 0x3F, 0xFF } },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        uint8_t bytes[2];
        screen_put_address(bytes, known[i].address);
        check(memcmp(bytes, known[i].bytes, 2) == 0, "%u is %02X%02X", known[i].address, bytes[0],
              bytes[1]);
        check(screen_address(bytes) == known[i].address, "%u back", known[i].address);
    }
    for (unsigned address = 0; address < SCREEN_MOST; address++) {
        uint8_t bytes[2];
        screen_put_address(bytes, address);
        if (screen_address(bytes) != address)
            check(false, "%u comes back as %u", address, screen_address(bytes));
    }
    const uint8_t last[2] = { 0x07, 0x7F };
    check(screen_address(last) == 1919, "14 bits");
}

static void test_orders(void)
{
    LEADS("characters", 10, 13, 0xC1, 0xC2, 0xC3);
    LEADS("characters wrap", 1918, 1, 0xC1, 0xC2, 0xC3);
    LEADS("SBA", 5, 80, 0x11, 0xC1, 0x50);
    LEADS("SF", 5, 7, 0x1D, 0xF0, 0xC1);
    LEADS("SFE", 5, 7, 0x29, 2, 0xC0, 0xF0, 0x42, 0xF1, 0xC1);
    LEADS("SFE without pairs", 5, 7, 0x29, 0, 0xC1);
    LEADS("MF", 5, 6, 0x2C, 1, 0xC0, 0xF0);
    LEADS("SA", 5, 6, 0x28, 0x42, 0xF1, 0xC1);
    LEADS("IC", 5, 6, 0x13, 0xC1);
    LEADS("GE", 5, 6, 0x08, 0x11);
    LEADS("RA", 5, 80, 0x3C, 0xC1, 0x50, 0x5C);
    LEADS("RA of a graphic escape", 5, 81, 0x3C, 0xC1, 0x50, 0x08, 0x5C, 0xC1);
    LEADS("RA all round", 80, 80, 0x3C, 0xC1, 0x50, 0x5C);
    LEADS("EUA", 5, 80, 0x12, 0xC1, 0x50);
    LEADS("format controls are characters", 5, 11, 0x00, 0x0C, 0x0D, 0x15, 0x19, 0x1E);
    LEADS("PT without fields", 5, 0, 0x05);
    LEADS("PT", 0, 82, 0x11, 0xC1, 0x50, 0x1D, 0xF0, 0x1D, 0x40, 0x11, 0x40, 0x40, 0x05);
    LEADS("PT passes what is protected", 0, 0, 0x11, 0xC1, 0x50, 0x1D, 0xF0, 0x11, 0x40, 0x40, 0x05);
    LEADS("PT twice", 0, 161, 0x11, 0xC1, 0x50, 0x1D, 0x40, 0x11, 0xC2, 0x60, 0x1D, 0x40,
          0x11, 0x40, 0x40, 0x05, 0x05);
    LEADS("a character ends a field", 0, 0, 0x11, 0xC1, 0x50, 0x1D, 0x40, 0x11, 0xC1, 0x50, 0xC1,
          0x11, 0x40, 0x40, 0x05);
    LEADS("RA ends fields", 0, 0, 0x11, 0xC1, 0x50, 0x1D, 0x40, 0x11, 0x40, 0x40,
          0x3C, 0xC2, 0x60, 0x40, 0x11, 0x40, 0x40, 0x05);
    LEADS("EUA does not", 0, 81, 0x11, 0xC1, 0x50, 0x1D, 0x40, 0x11, 0x40, 0x40,
          0x12, 0xC2, 0x60, 0x11, 0x40, 0x40, 0x05);
    LEADS("MF opens a field", 0, 81, 0x11, 0xC1, 0x50, 0x1D, 0xF0, 0x11, 0xC1, 0x50,
          0x2C, 1, 0xC0, 0x40, 0x11, 0x40, 0x40, 0x05);
    LEADS("MF of a colour leaves it", 0, 0, 0x11, 0xC1, 0x50, 0x1D, 0xF0, 0x11, 0xC1, 0x50,
          0x2C, 1, 0x42, 0xF1, 0x11, 0x40, 0x40, 0x05);
    BREAKS("SBA outside", 1, 0xC1, 0x11, 0x07, 0x80);
    BREAKS("RA outside", 1, 0xC1, 0x3C, 0x07, 0x80, 0x40);
    BREAKS("EUA outside", 0, 0x12, 0x3F, 0xFF);
    BREAKS("SBA cut", 0, 0x11, 0x40);
    BREAKS("SF cut", 2, 0xC1, 0xC1, 0x1D);
    BREAKS("SFE cut", 0, 0x29, 2, 0xC0, 0x40, 0x41);
    BREAKS("SFE without count", 0, 0x29);
    BREAKS("RA cut", 0, 0x3C, 0x40, 0x40);
    BREAKS("RA with GE cut", 0, 0x3C, 0x40, 0x40, 0x08);
    BREAKS("GE cut", 0, 0x08);
}

static void test_sizes(void)
{
    screen_power_on(&screen, 24, 80, 27, 132);
    check(screen_size(&screen) == 1920, "default");
    screen_erase(&screen, true);
    check(screen_size(&screen) == 3564, "alternate");
    unsigned address = behind(4, BYTES(0x11, 0xF7, 0x6B, 0xC1));
    check(address == 0, "its last position: %u", address);
    screen_structured(&screen, BYTES(0, 4, 0x03, 0x00));
    check(screen_size(&screen) == 1920, "erase/reset to the default");
    screen_structured(&screen, BYTES(0, 4, 0x03, 0x80, 0, 8, 0x40, 0, 0xF1, 0xC3, 0xC1, 0xC2));
    check(screen_size(&screen) == 3564 && screen.address == 2, "erase/reset, then 3270DS: %u",
          screen.address);
    screen_structured(&screen, BYTES(0, 0, 0x40, 0, 0xF5, 0xC3, 0xC1));
    check(screen_size(&screen) == 1920 && screen.address == 1, "a length of zero: all that is left");
    screen_structured(&screen, BYTES(0, 2, 0x40, 0, 0, 1));
    check(screen.address == 1, "lengths that are none");
}

static void test_dynamic(void)
{
    static const uint8_t reply[] = { 0x88, 0, 5, 0x81, 0x80, 0x80,
        0, 23, 0x81, 0x81, 0x01, 0x00, 0, 160, 0, 62, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
    screen_power_on(&screen, 24, 80, 24, 80);
    screen.elastic = true;
    unsigned address = behind(4, BYTES(0x11, 0x20, 0x00, 0xC1));
    check(address == 0x2001, "any address while the size is not known: %u", address);
    screen_learn(&screen, reply, sizeof reply);
    screen_erase(&screen, true);
    check(!screen.elastic && screen.rows == 62 && screen.columns == 160, "the usable area");
    size_t good = screen_write(&screen, BYTES(0x11, 0x26, 0xC0));
    check(good == 0, "outside of it: %zu", good);
    screen.elastic = true;
    for (size_t n = 0; n < sizeof reply; n++)
        screen_learn(&screen, reply, n);    /* cut anywhere: nothing is read beyond */
}

static void test_inbound(void)
{
    static const uint8_t fields[] = { 0x7D, 0x40, 0x40, 0x11, 0xC1, 0xD1, 0xC1, 0xC2, 0xC3,
                                      0x11, 0xC2, 0x61, 0xC4, 0xC5 };
    static const struct { unsigned from; size_t at; } places[] = {
        { 0, 3 }, { 81, 3 }, { 82, 7 }, { 83, 8 }, { 84, 9 }, { 161, 9 }, { 162, 13 }, { 163, 14 },
    };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        check(screen_find(fields, sizeof fields, places[i].from) == places[i].at, "from %u: at %zu",
              places[i].from, screen_find(fields, sizeof fields, places[i].from));
    screen_power_on(&screen, 24, 80, 24, 80);
    check(screen_behind(&screen, fields + 3, 5, 0) == 83, "behind two characters");
    check(screen_behind(&screen, fields + 3, 11, 0) == 163, "behind all");
    check(screen_behind(&screen, fields + 3, 2, 7) == 7, "half an address");
    static const uint8_t buffer[] = { 0x60, 0x40, 0x40, 0x1D, 0x40, 0xC1, 0x29, 1, 0xC0, 0x40, 0xC2,
                                      0x28, 0x42, 0xF1, 0xC3, 0x08, 0xAD, 0xC4 };
    static const struct { unsigned from; size_t at; } positions[] = {
        { 0, 3 }, { 1, 5 }, { 2, 6 }, { 3, 10 }, { 4, 11 }, { 5, 15 }, { 6, 17 }, { 7, 18 },
    };
    for (size_t i = 0; i < sizeof positions / sizeof *positions; i++)
        check(screen_find(buffer, sizeof buffer, positions[i].from) == positions[i].at,
              "position %u: at %zu", positions[i].from,
              screen_find(buffer, sizeof buffer, positions[i].from));
    check(screen_find(fields, 1, 5) == 1, "a short read");
    const uint8_t half[] = { 0x7D, 0x40, 0x40, 0x11 };
    check(screen_find(half, sizeof half, 5) == 4, "half an order");
}

int main(void)
{
    test_addresses();
    test_orders();
    test_sizes();
    test_dynamic();
    test_inbound();
    return checks_done();
}
