/* A line of a *.cases file becomes a case. */
#include "tests/insn/case.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MAX_BYTES = 0x14000, DEFAULT_AT = 0x5000, DEFAULT_SIZE = 0x40000, MAX_WORD = 4200 };

struct reader {
    struct test_case *c;
    char *message;
    unsigned *used;
    bool after;            /* reading expectations */
};

static bool complain(struct reader *in, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(in->message, MAX_MESSAGE, format, arguments);
    va_end(arguments);
    return false;
}

static bool hexadecimal(const char *text, uint64_t *value, size_t most)
{
    char *end;
    size_t length = strlen(text);
    if (!length || length > most || strspn(text, "0123456789abcdefABCDEF") != length)
        return false;
    *value = strtoull(text, &end, 16);
    return true;
}

/* ---- storage ---------------------------------------------------------------------- */

static bool add_bytes(struct reader *in, struct state *s, uint32_t address, const uint8_t *bytes,
                      unsigned length)
{
    if (s->pieces == MAX_PIECES || s->bytes_used + length > MAX_BYTES)
        return complain(in, "too much storage is named");
    s->piece[s->pieces++] = (struct piece){ address, length, s->bytes_used };
    memcpy(s->bytes + s->bytes_used, bytes, length);
    s->bytes_used += length;
    return true;
}

/* m2000=C1C2C3, m2000=00*256 (a pattern, how often), m2000={MVC 0(1,2),0(3)} */
static bool read_storage(struct reader *in, struct state *s, uint32_t address, const char *text)
{
    uint8_t bytes[MAX_BYTES];
    unsigned length = 0;
    if (*text == '{') {
        char code[MAX_WORD];
        unsigned last;
        snprintf(code, sizeof code, "%.*s", (int)strcspn(text + 1, "}"), text + 1);
        uint8_t assembled[MAX_CODE];
        int n = assemble_for(in->c->arch, code, assembled, &last, in->used, in->message);
        return n > 0 && add_bytes(in, s, address, assembled, (unsigned)n);
    }
    unsigned byte;
    while (isxdigit((unsigned char)text[0]) && isxdigit((unsigned char)text[1]) &&
           length < sizeof bytes) {
        sscanf(text, "%2x", &byte);
        bytes[length++] = (uint8_t)byte;
        text += 2;
    }
    if (*text == '*' && length) {
        unsigned pattern = length, times = (unsigned)strtoul(text + 1, (char **)&text, 10);
        if (!times || pattern * times > sizeof bytes)
            return complain(in, "repeated 0 or too many times");
        for (length = pattern; length < pattern * times; length++)
            bytes[length] = bytes[length - pattern];
    }
    if (!length || *text)
        return complain(in, "pairs of hexadecimal digits are needed: '%s'", text);
    return add_bytes(in, s, address, bytes, length);
}

static bool read_key(struct reader *in, struct state *s, const char *address, uint64_t value,
                     size_t digits)
{
    uint64_t a;
    if (!*address) {
        s->all_keys = (int)(digits == 1 ? value << 4 : value);
        return true;
    }
    if (!hexadecimal(address, &a, 8) || s->keys == MAX_PIECES)
        return complain(in, "an address is needed behind k: '%s'", address);
    /* One digit names the access key only; two name all of the key. */
    s->key[s->keys++] = (struct key_piece){ (uint32_t)a, (uint8_t)(digits == 1 ? value << 4 : value),
                                            digits == 2 };
    return true;
}

/* ---- words ---------------------------------------------------------------------------- */

static bool set_psw(struct state *s, enum psw_field field, uint64_t value)
{
    s->psw[field] = value;
    s->psw_set |= 1u << field;
    return true;
}

static bool end_with(struct reader *in, enum ending ending, uint64_t code)
{
    if (!in->after)
        return complain(in, "how it ends is for behind the ->");
    in->c->ending = ending;
    in->c->ending_code = (unsigned)code;
    return true;
}

static bool set_number(struct reader *in, uint32_t *field, uint64_t value)
{
    if (in->after)
        return complain(in, "this is for before the ->");
    *field = (uint32_t)value;
    return true;
}

/* Words without a value. */
static bool read_flag(struct reader *in, struct state *s, const char *word)
{
    struct test_case *c = in->c;
    if (!strcmp(word, "problem"))
        return set_psw(s, PSW_PROBLEM, 1);
    if (!strcmp(word, "supervisor"))
        return set_psw(s, PSW_PROBLEM, 0);
    if (!strcmp(word, "ec"))
        return set_psw(s, PSW_EC, 1);
    if (!strcmp(word, "bc"))
        return set_psw(s, PSW_EC, 0);
    if (!strcmp(word, "secondary"))
        return set_psw(s, PSW_SPACE, SPACE_CONTROL_SECONDARY);
    if (!strcmp(word, "primary"))
        return set_psw(s, PSW_SPACE, SPACE_CONTROL_PRIMARY);
    if (!strcmp(word, "home"))
        return set_psw(s, PSW_SPACE, SPACE_CONTROL_HOME);
    if (!strcmp(word, "armode"))
        return set_psw(s, PSW_SPACE, SPACE_CONTROL_REGISTERS);
    if (!strcmp(word, "am24"))
        return set_psw(s, PSW_AMODE, AMODE_24);
    if (!strcmp(word, "am31"))
        return set_psw(s, PSW_AMODE, AMODE_31);
    if (!strcmp(word, "am64"))
        return set_psw(s, PSW_AMODE, AMODE_64);
    if (!strcmp(word, "machinecheck"))
        return set_psw(s, PSW_MACHINE_CHECK, 1);
    if (!strcmp(word, "dat"))
        return set_psw(s, PSW_EC, 1) && set_psw(s, PSW_SYSTEM_MASK, 0x04);
    if (!strcmp(word, "key4k") && !in->after)
        return c->key_4k = true;
    if (!strcmp(word, "ecps") && !in->after)
        return (c->ecps_level = 20);
    if (!strcmp(word, "wait"))
        return set_psw(s, PSW_WAIT, 1) && end_with(in, ENDS_WAITING, 0);
    return complain(in, "unknown word '%s'", word);
}

static bool read_ending_word(struct reader *in, const char *name, uint64_t value, bool *known)
{
    struct test_case *c = in->c;
    *known = true;
    if (!strcmp(name, "pgm"))
        return end_with(in, ENDS_WITH_PROGRAM, value);
    if (!strcmp(name, "svc"))
        return end_with(in, ENDS_WITH_SVC, value);
    if (!strcmp(name, "ext"))
        return end_with(in, ENDS_WITH_EXTERNAL, value);
    if (!strcmp(name, "ilc"))
        return c->ilc = (int)value, in->after || complain(in, "ilc is for behind the ->");
    if (!strcmp(name, "at"))
        return set_number(in, &c->at, value);
    if (!strcmp(name, "code")) {
        c->has_code_at = true;
        return set_number(in, &c->code_at, value);
    }
    if (!strcmp(name, "size"))
        return set_number(in, &c->size, value);
    if (!strcmp(name, "prefix"))
        return set_number(in, &c->prefix, value);
    *known = false;
    return false;
}

static bool read_psw_word(struct state *s, const char *name, uint64_t value)
{
    static const struct { const char *name; enum psw_field field; } words[] = {
        { "cc", PSW_CC }, { "mask", PSW_MASK }, { "key", PSW_KEY },
        { "sysmask", PSW_SYSTEM_MASK }, { "ia", PSW_IA },
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(name, words[i].name))
            return set_psw(s, words[i].field, value);
    return false;
}

static bool read_register(struct reader *in, struct state *s, const char *name, uint64_t value,
                          size_t digits, bool *known)
{
    int n, end = 0;
    *known = true;
    if (sscanf(name, "r%d%n", &n, &end) == 1 && !name[end] && n < 16) {
        s->r[n] = value;
        s->r_bits[n] = digits > 8 ? UINT64_MAX : UINT32_MAX;
        return true;
    }
    if (sscanf(name, "a%d%n", &n, &end) == 1 && !name[end] && n < 16) {
        s->a[n] = (uint32_t)value;
        s->a_set |= (uint16_t)(1 << n);
        return digits <= 8 || complain(in, "%s has 8 digits at most", name);
    }
    if (sscanf(name, "cr%d%n", &n, &end) == 1 && !name[end] && n < 16) {
        s->cr[n] = value;
        s->cr_set |= (uint16_t)(1 << n);
        return true;
    }
    if (sscanf(name, "f%d%n", &n, &end) == 1 && !name[end] && n < 16) {
        s->f[n] = digits == 8 ? value << 32 : value;
        s->f_bits[n] = digits == 8 ? 0xFFFFFFFF00000000u : UINT64_MAX;
        return digits == 8 || digits == 16 || complain(in, "%s needs 8 or 16 digits", name);
    }
    *known = false;
    return false;
}

/* One, or two with a plus between them; assembled for the last. */
static bool read_architecture(struct reader *in, const char *name)
{
    static const struct { const char *name; enum architecture_id id; } names[] = {
        { "370", S370 }, { "esa", ESA390 }, { "z", ZARCH },
    };
    size_t length = strcspn(name, "+");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i].name) == length && !strncmp(name, names[i].name, length)) {
            in->c->arch = names[i].id;
            in->c->archs |= names[i].id;
            if (name[length] == '+')
                return read_architecture(in, name + length + 1);
            return !in->after || complain(in, "arch is for before the ->");
        }
    return complain(in, "arch is 370, esa, z or several, as in esa+z");
}

static bool read_word(struct reader *in, char *word)
{
    struct state *s = in->after ? &in->c->expected : &in->c->given;
    char *value_text = strchr(word, '=');
    if (!value_text)
        return read_flag(in, s, word);
    *value_text++ = '\0';
    uint64_t value, address;
    bool known;
    if (word[0] == 'm' && hexadecimal(word + 1, &address, 8))
        return read_storage(in, s, (uint32_t)address, value_text);
    if (!strcmp(word, "tea"))       /* the translation-exception address */
        return strlen(value_text) == 8 ? read_storage(in, s, 0x90, value_text)
             : strlen(value_text) == 16 ? read_storage(in, s, 0xA8, value_text)
                                        : complain(in, "tea needs 8 digits, or 16");
    if (!strcmp(word, "dxc"))       /* the data-exception code */
        return strlen(value_text) == 2 ? read_storage(in, s, 0x93, value_text)
                                       : complain(in, "dxc needs 2 digits");
    if (!strcmp(word, "arch")) {
        in->c->archs = 0;
        return read_architecture(in, value_text);
    }
    size_t digits = strlen(value_text);
    if (!hexadecimal(value_text, &value, 16))
        return complain(in, "not a hexadecimal number: '%s'", value_text);
    if (!strcmp(word, "fpc")) {
        s->fpc = (uint32_t)value;
        return s->fpc_set = true;
    }
    if (word[0] == 'k' && strcmp(word, "key"))
        return read_key(in, s, word + 1, value, digits);
    bool good = read_register(in, s, word, value, digits, &known);
    if (known)
        return good;
    good = read_ending_word(in, word, value, &known);
    if (known)
        return good;
    return read_psw_word(s, word, value) || complain(in, "unknown word '%s='", word);
}

/* Words are separated by blanks; braces keep a word with blanks together. */
static bool read_words(struct reader *in, const char *text)
{
    char word[MAX_WORD];
    for (;;) {
        while (*text == ' ' || *text == '\t')
            text++;
        if (!*text)
            return true;
        size_t length = strcspn(text, " \t");
        const char *brace = memchr(text, '{', length);
        if (brace)
            length = (size_t)(brace - text) + strcspn(brace, "}") + 1;
        if (length >= sizeof word || length > strlen(text))
            return complain(in, "a word is too long, or a brace does not close");
        memcpy(word, text, length);
        word[length] = '\0';
        text += length;
        if (!strcmp(word, "->")) {
            if (in->after)
                return complain(in, "a second ->");
            in->after = true;
        } else if (!read_word(in, word)) {
            return false;
        }
    }
}

static struct test_case *case_new(const char *file, int line, const char *text)
{
    struct test_case *c = calloc(1, sizeof *c);
    c->given.bytes = calloc(1, MAX_BYTES);
    c->expected.bytes = calloc(1, MAX_BYTES);
    c->given.all_keys = c->expected.all_keys = -1;
    c->file = file;
    c->line = line;
    c->text = strdup(text);
    c->arch = c->archs = S370;
    c->at = DEFAULT_AT;
    c->size = DEFAULT_SIZE;
    c->ilc = -1;
    return c;
}

struct test_case *case_parse(const char *file, int line, const char *given, const char *text,
                             unsigned *used, char message[MAX_MESSAGE])
{
    struct test_case *c = case_new(file, line, text);
    struct reader in = { c, message, used, false };
    const char *bar = strchr(text, '|');
    char code[MAX_WORD];
    bool good = false;
    if (!bar || (size_t)(bar - text) >= sizeof code) {
        complain(&in, "a case is INSTRUCTIONS | given -> expected");
    } else {
        snprintf(code, sizeof code, "%.*s", (int)(bar - text), text);
        good = read_words(&in, given) && read_words(&in, bar + 1);
        int length = good ? assemble_for(c->arch, code, c->code, &c->last, used, message) : -1;
        c->length = length < 0 ? 0 : (unsigned)length;
        good = length > 0;
        if (good && !in.after)
            good = complain(&in, "-> is missing");
    }
    if (good)
        return c;
    case_free(c);
    return NULL;
}

void case_free(struct test_case *c)
{
    free(c->given.bytes);
    free(c->expected.bytes);
    free((char *)c->text);
    free(c);
}
