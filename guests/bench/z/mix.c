/* What compiled code does: the mixture of work that the established benchmarks of integer code
 * measure. Freestanding, position-independent, without variables of static storage duration
 * that change: the work area is at 512K. */
#include <stddef.h>
#include <stdint.h>

enum { NODES = 120, ORDER = 12, RECORDS = 16, TEXT = 96, STATES = 5 };

struct node {
    struct node *next;
    int16_t value, key;
};

struct record {
    struct record *next;
    int kind, number;
    char name[32];
};

struct area {
    struct node nodes[NODES];
    int16_t a[ORDER][ORDER], b[ORDER][ORDER];
    int32_t product[ORDER][ORDER];
    struct record records[RECORDS];
    char text[TEXT], copy[TEXT];
    unsigned counts[STATES];
};

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1103515245u + 12345u;
    return *seed >> 16;
}

/* ---- a cyclic checksum, bit by bit ------------------------------------------------- */

static uint16_t crc16(uint16_t crc, uint32_t value)
{
    for (int i = 0; i < 32; i++) {
        unsigned bit = (value ^ crc) & 1;
        crc >>= 1;
        if (bit)
            crc ^= 0xA001;
        value >>= 1;
    }
    return crc;
}

/* ---- lists -------------------------------------------------------------------------- */

static struct node *make_list(struct area *area, uint32_t *seed)
{
    for (int i = 0; i < NODES; i++) {
        area->nodes[i].next = i + 1 < NODES ? &area->nodes[i + 1] : NULL;
        area->nodes[i].value = (int16_t)next_random(seed);
        area->nodes[i].key = (int16_t)i;
    }
    return area->nodes;
}

static struct node *reverse(struct node *list)
{
    struct node *reversed = NULL;
    while (list) {
        struct node *next = list->next;
        list->next = reversed;
        reversed = list;
        list = next;
    }
    return reversed;
}

static const struct node *find(const struct node *list, int16_t key)
{
    while (list && list->key != key)
        list = list->next;
    return list;
}

static int by_value(const struct node *a, const struct node *b) { return a->value - b->value; }
static int by_key(const struct node *a, const struct node *b) { return a->key - b->key; }

static struct node *merge(struct node *a, struct node *b,
                          int (*order)(const struct node *, const struct node *))
{
    struct node *first = NULL, **last = &first;
    while (a && b) {
        struct node **from = order(a, b) <= 0 ? &a : &b;
        *last = *from;
        last = &(*from)->next;
        *from = (*from)->next;
    }
    *last = a ? a : b;
    return first;
}

static struct node *sort(struct node *list, int (*order)(const struct node *, const struct node *))
{
    if (!list || !list->next)
        return list;
    struct node *middle = list;
    for (const struct node *end = list->next; end && end->next; end = end->next->next)
        middle = middle->next;
    struct node *rest = middle->next;
    middle->next = NULL;
    return merge(sort(list, order), sort(rest, order), order);
}

static uint16_t lists(struct area *area, uint32_t *seed, uint16_t crc)
{
    struct node *list = make_list(area, seed);
    for (int16_t key = 0; key < NODES; key += 7) {
        const struct node *found = find(list, key);
        crc = crc16(crc, found ? (uint32_t)found->value : 0);
        list = reverse(list);
    }
    list = sort(list, by_value);
    crc = crc16(crc, (uint32_t)list->value);
    list = sort(list, by_key);
    return crc16(crc, (uint32_t)list->value);
}

/* ---- a matrix ------------------------------------------------------------------------- */

static uint16_t matrices(struct area *area, uint32_t *seed, uint16_t crc)
{
    for (int i = 0; i < ORDER; i++)
        for (int j = 0; j < ORDER; j++) {
            area->a[i][j] = (int16_t)(next_random(seed) & 0xFFF);
            area->b[i][j] = (int16_t)(next_random(seed) & 0x7F);
        }
    for (int i = 0; i < ORDER; i++)
        for (int j = 0; j < ORDER; j++) {
            int32_t sum = 0;
            for (int k = 0; k < ORDER; k++)
                sum += area->a[i][k] * area->b[k][j];
            area->product[i][j] = sum;
        }
    int32_t trace = 0, over = 0;
    for (int i = 0; i < ORDER; i++) {
        trace += area->product[i][i];
        for (int j = 0; j < ORDER; j++)
            if (area->product[i][j] > 0x40000)
                over++;
    }
    return crc16(crc, (uint32_t)(trace ^ over << 20));
}

/* ---- a state machine that reads numbers -------------------------------------------------- */

enum state { BEGIN, INTEGER, FRACTION, WORD, WRONG };

static enum state step(enum state state, char c)
{
    switch (state) {
    case BEGIN:    return c >= '0' && c <= '9' ? INTEGER : c == '.' ? FRACTION
                        : c >= 'a' && c <= 'z' ? WORD : WRONG;
    case INTEGER:  return c >= '0' && c <= '9' ? INTEGER : c == '.' ? FRACTION : WRONG;
    case FRACTION: return c >= '0' && c <= '9' ? FRACTION : WRONG;
    case WORD:     return c >= 'a' && c <= 'z' ? WORD : WRONG;
    default:       return WRONG;
    }
}

static uint16_t states(struct area *area, uint32_t *seed, uint16_t crc)
{
    static const char alphabet[] = "0123456789.,abcdefghi ,,1234567";
    for (int i = 0; i < STATES; i++)
        area->counts[i] = 0;
    for (int i = 0; i < TEXT; i++)
        area->text[i] = alphabet[next_random(seed) % (sizeof alphabet - 1)];
    enum state state = BEGIN;
    for (int i = 0; i < TEXT; i++) {
        if (area->text[i] == ',') {
            area->counts[state]++;
            state = BEGIN;
        } else {
            state = step(state, area->text[i]);
        }
    }
    for (int i = 0; i < STATES; i++)
        crc = crc16(crc, area->counts[i]);
    return crc;
}

/* ---- records and strings -------------------------------------------------------------------- */

static size_t length(const char *s)
{
    size_t n = 0;
    while (s[n])
        n++;
    return n;
}

static void copy(char *to, const char *from)
{
    while ((*to++ = *from++))
        ;
}

static int compare(const char *a, const char *b)
{
    for (; *a && *a == *b; a++, b++)
        ;
    return *a - *b;
}

static uint16_t records(struct area *area, uint32_t *seed, uint16_t crc)
{
    for (int i = 0; i < RECORDS; i++) {
        struct record *record = &area->records[i];
        copy(record->name, "A RECORD'S NAME, SOME TEXT");
        record->name[next_random(seed) % 26] = (char)('a' + i);
        record->kind = i % 3;
        record->number = i ? area->records[i - 1].number + record->kind : 5;
        record->next = i ? &area->records[i - 1] : NULL;
    }
    struct record *last = &area->records[RECORDS - 1];
    for (struct record *r = last; r->next; r = r->next) {
        struct record saved = *r;               /* a structure is assigned */
        if (compare(r->name, r->next->name) < 0) {
            copy(r->name, r->next->name);
            copy(r->next->name, saved.name);
        }
        r->number = saved.number * 7 / (saved.kind + 2);
        crc = crc16(crc, (uint32_t)r->number + (uint32_t)length(r->name));
    }
    return crc16(crc, (uint32_t)last->name[3]);
}

uint32_t work(long loops)
{
    struct area *area = (struct area *)0x80000;
    uint32_t seed = 20260101;
    uint16_t crc = 0xFFFF;
    while (loops-- > 0) {
        crc = lists(area, &seed, crc);
        crc = matrices(area, &seed, crc);
        crc = states(area, &seed, crc);
        crc = records(area, &seed, crc);
    }
    return (uint32_t)crc << 8 | (seed & 0xFF);
}
