#include "core/codepage.h"

#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* "819" and "437" are code page numbers; iconv knows most as IBMnnn or CPnnn. */
static iconv_t open_page(const char *to, const char *from)
{
    static const char *const prefixes[] = { "IBM", "CP", "", "IBM-" };
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        for (size_t j = 0; j < sizeof prefixes / sizeof *prefixes; j++) {
            char a[48], b[48];
            snprintf(a, sizeof a, "%s%s", prefixes[i], to);
            snprintf(b, sizeof b, "%s%s", prefixes[j], from);
            iconv_t converter = iconv_open(a, b);
            if (converter != (iconv_t)-1)
                return converter;
        }
    return (iconv_t)-1;
}

/* One table; bytes without a counterpart go to `missing`. False unless most of the
 * page's bytes convert to single bytes. */
static bool make_table(uint8_t table[256], const char *to, const char *from, uint8_t missing)
{
    iconv_t converter = open_page(to, from);
    if (converter == (iconv_t)-1)
        return false;
    int converted = 0;
    for (int i = 0; i < 256; i++) {
        char in[1] = { (char)i }, out[4], *pin = in, *pout = out;
        size_t nin = 1, nout = sizeof out;
        iconv(converter, NULL, NULL, NULL, NULL);
        bool ok = iconv(converter, &pin, &nin, &pout, &nout) == 0 && nout == sizeof out - 1;
        table[i] = ok ? (uint8_t)out[0] : missing;
        converted += ok;
    }
    iconv_close(converter);
    return converted >= 128;
}

static void exchange(struct codepage *page, uint8_t a, uint8_t b)
{
    uint8_t host = page->to_host[a];
    page->to_host[a] = page->to_host[b];
    page->to_host[b] = host;
    for (int i = 0; i < 256; i++)
        page->to_guest[i] = page->to_guest[i] == a ? b : page->to_guest[i] == b ? a : page->to_guest[i];
}

/* "037v2", which CMS uses, is 037 with the brackets at AD and BD, as 1047 has them. */
static bool is_version_2(char guest[32])
{
    size_t length = strlen(guest);
    if (length < 3 || strcasecmp(guest + length - 2, "v2") != 0)
        return false;
    guest[length - 2] = 0;
    return true;
}

bool codepage_find(struct codepage *page, const char *name)
{
    struct codepage made = { 0 };
    const char *slash = strchr(name, '/');
    char host[32] = "819", guest[32];
    if (strlen(name) >= sizeof made.name)
        return false;
    if (strcmp(name, "default") == 0)
        name = "819/1047", slash = name + 3;
    if (slash)
        snprintf(host, sizeof host, "%.*s", (int)(slash - name), name);
    snprintf(guest, sizeof guest, "%s", slash ? slash + 1 : name);
    bool version_2 = is_version_2(guest);
    if (!*host || !*guest || (version_2 && strcmp(guest, "037") != 0))
        return false;
    if (strcmp(host, "819") == 0 || strcasecmp(host, "ISOANSI") == 0)
        strcpy(host, "ISO-8859-1");
    if (!make_table(made.to_guest, guest, host, 0x6F) ||
        !make_table(made.to_host, host, guest, '?'))
        return false;
    if (version_2) {
        exchange(&made, 0xBA, 0xAD);
        exchange(&made, 0xBB, 0xBD);
    }
    /* Both worlds end a line with one control: the host's line feed is the guest's
     * new line only where the page says so; the field wants X'25' for a line feed. */
    snprintf(made.name, sizeof made.name, "%s", name);
    *page = made;
    return true;
}

void codepage_default(struct codepage *page)
{
    if (!codepage_find(page, "819/1047"))
        abort();
}

void codepage_to_guest(const struct codepage *page, uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        bytes[i] = page->to_guest[bytes[i]];
}

void codepage_to_host(const struct codepage *page, uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        bytes[i] = page->to_host[bytes[i]];
}
