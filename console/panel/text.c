#include "console/panel/text.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The length of the UTF-8 sequence at `p` and its character; 0 if it is none. Neither
 * overlong forms nor surrogates are (RFC 3629). */
static int decode_one(const unsigned char *p, uint32_t *c)
{
    static const uint32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
    int length = *p < 0x80 ? 1 : *p >= 0xF0 ? 4 : *p >= 0xE0 ? 3 : 2;
    if (length == 1) {
        *c = *p;
        return 1;
    }
    if (*p < 0xC0 || *p > 0xF4)
        return 0;
    *c = *p & (0x7Fu >> length);
    for (int i = 1; i < length; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return 0;
        *c = *c << 6 | (p[i] & 0x3F);
    }
    if (*c < least[length] || *c > 0x10FFFF || (*c >= 0xD800 && *c < 0xE000))
        return 0;
    return length;
}

static bool is_utf8(const unsigned char *p)
{
    uint32_t c;
    for (int length; *p; p += length)
        if ((length = decode_one(p, &c)) == 0)
            return false;
    return true;
}

/* Controls C0 and C1, and Unicode's invisible steering: zero-width and directional marks,
 * line separators, byte-order mark, interlinear annotation, language tags. */
static bool is_steering(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
           (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE007F) || c == 0xAD ||
           c == 0x061C;
}

size_t text_decode(const char *bytes, wchar_t *out, size_t room)
{
    const unsigned char *p = (const unsigned char *)bytes;
    bool utf8 = is_utf8(p);
    size_t n = 0;
    while (*p && n + 1 < room) {
        uint32_t c = *p;
        p += utf8 ? decode_one(p, &c) : 1;
        out[n++] = c == '\t' ? L' ' : is_steering(c) ? L'.' : (wchar_t)c;
    }
    out[n] = 0;
    return n;
}

char *text_encode(const wchar_t *text, size_t length)
{
    static const unsigned char lead[] = { 0, 0xC0, 0xE0, 0xF0 };
    char *bytes = malloc(length * 4 + 1), *out = bytes;
    if (!bytes)
        abort();
    for (size_t i = 0; i < length; i++) {
        uint32_t c = (uint32_t)text[i];
        if (c < 0x80) {
            *out++ = (char)c;
            continue;
        }
        int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
        *out++ = (char)(lead[more] | c >> 6 * more);
        while (more-- > 0)
            *out++ = (char)(0x80 | (c >> 6 * more & 0x3F));
    }
    *out = 0;
    return bytes;
}

int text_columns(wchar_t *c)
{
    int columns = is_steering((uint32_t)*c) ? 0 : wcwidth(*c);
    if (columns == 1 || columns == 2)
        return columns;
    *c = columns == 0 ? L'.' : L'?';
    return 1;
}
