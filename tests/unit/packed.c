/* cpu/packed.h against arithmetic as on paper, a digit at a time. */
#include "cpu/packed.h"
#include "tests/unit/check.h"
#include "tests/unit/random.h"

#include <stdlib.h>

/* A number as 32 digits, the rightmost first. */
struct paper {
    unsigned char digit[32];
    bool negative;
};

/* Up to 31 digits, with a liking for zeros, nines and few digits. */
static struct paper random_paper(uint64_t *seed)
{
    struct paper p = { .negative = next_random(seed) & 1 };
    unsigned count = next_random(seed) % 32, liking = next_random(seed) % 4;
    for (unsigned i = 0; i < count; i++) {
        unsigned r = next_random(seed) >> 20 & 0xFF;
        p.digit[i] = liking == 0 ? 9 : liking == 1 && r < 128 ? 0 : liking == 2 && r < 128 ? 9 : r % 10;
    }
    return p;
}

static struct packed to_packed(const struct paper *p)
{
    struct packed v = { 0, 0, p->negative ? 0xD : 0xC };
    for (int i = 31; i >= 16; i--)
        v.high = v.high << 4 | p->digit[i];
    for (int i = 15; i >= 0; i--)
        v.low = v.low << 4 | p->digit[i];
    return v;
}

static int compare(const struct paper *a, const struct paper *b)
{
    for (int i = 31; i >= 0; i--)
        if (a->digit[i] != b->digit[i])
            return a->digit[i] < b->digit[i] ? -1 : 1;
    return 0;
}

static struct paper add(const struct paper *a, const struct paper *b)
{
    struct paper sum = { .negative = a->negative };
    if (a->negative == b->negative) {
        int carry = 0;
        for (int i = 0; i < 32; i++) {
            int d = a->digit[i] + b->digit[i] + carry;
            sum.digit[i] = (unsigned char)(d % 10);
            carry = d / 10;
        }
        return sum;
    }
    if (compare(a, b) < 0) {
        const struct paper *swap = a;
        a = b;
        b = swap;
    }
    sum.negative = a->negative && compare(a, b) != 0;
    int borrow = 0;
    for (int i = 0; i < 32; i++) {
        int d = a->digit[i] - b->digit[i] - borrow;
        borrow = d < 0;
        sum.digit[i] = (unsigned char)(d + 10 * borrow);
    }
    return sum;
}

static bool same(struct packed a, struct packed b)
{
    return a.high == b.high && a.low == b.low && a.sign == b.sign;
}

static void test_addition(void)
{
    uint64_t seed = 88172645463325252u;
    for (int i = 0; i < 20000; i++) {
        struct paper a = random_paper(&seed), b = random_paper(&seed);
        if (i % 8 == 0)
            b = a, b.negative = i & 8;
        struct paper sum = add(&a, &b);
        if (compare(&sum, &(struct paper){ 0 }) == 0)
            sum.negative = false;
        struct packed got = packed_add(to_packed(&a), to_packed(&b)), right = to_packed(&sum);
        check(same(got, right), "case %d: %015llX %016llX %X, not %015llX %016llX %X", i,
              (unsigned long long)got.high, (unsigned long long)got.low, got.sign,
              (unsigned long long)right.high, (unsigned long long)right.low, right.sign);
        check(packed_compare_digits(to_packed(&a), to_packed(&b)) == compare(&a, &b), "case %d", i);
    }
}

static void test_binary(void)
{
    uint64_t seed = 1234567;
    for (int i = 0; i < 20000; i++) {
        struct paper p = random_paper(&seed);
        unsigned __int128 value = 0;
        for (int d = 31; d >= 0; d--)
            value = value * 10 + p.digit[d];
        struct packed v = to_packed(&p);
        check(packed_to_binary(v) == value, "case %d", i);
        check(same(packed_from_binary(value, p.negative), v), "case %d", i);
    }
    /* Every four-digit group: the reciprocals must be exact throughout. */
    for (unsigned n = 0; n < 10000; n++) {
        uint64_t digits = n / 1000 << 12 | n / 100 % 10 << 8 | n / 10 % 10 << 4 | n % 10;
        uint64_t all = digits * 0x0001000100010001u;
        check(digits_from_binary(n * 1000100010001u) == all, "%u", n);
        check(digits_to_binary(all) == n * 1000100010001u, "%u", n);
    }
}

static void test_validity(void)
{
    for (int place = 0; place < 16; place++)
        for (unsigned digit = 0; digit < 16; digit++) {
            uint64_t word = 0x9999999999999999u & ~(15ull << 4 * place);
            check(digits_valid(word | (uint64_t)digit << 4 * place) == (digit < 10),
                  "digit %X in place %d", digit, place);
        }
    for (uint8_t sign = 0; sign < 16; sign++) {
        struct packed v = { 0, 1, sign };
        check(packed_valid(v) == (sign > 9), "sign %X", sign);
        check(packed_negative(v) == (sign == 11 || sign == 13), "sign %X", sign);
    }
}

/* Each length, at the edges of a field of sixteen bytes that must not be touched. */
static void test_storage(void)
{
    const struct packed v = { 0x123456789012345u, 0x6789012345678901u, 0xD };
    const uint8_t all[16] = { 0x12, 0x34, 0x56, 0x78, 0x90, 0x12, 0x34, 0x56,
                              0x78, 0x90, 0x12, 0x34, 0x56, 0x78, 0x90, 0x1D };
    for (unsigned length = 1; length <= 16; length++) {
        uint8_t bytes[18];
        memset(bytes, 0xAA, sizeof bytes);
        packed_store(bytes + 1, length, v);
        check(!memcmp(bytes + 1, all + 16 - length, length), "length %u", length);
        check(bytes[0] == 0xAA && bytes[length + 1] == 0xAA, "length %u", length);
        check(same(packed_load(bytes + 1, length), packed_cut(v, length)), "length %u", length);
        check(packed_fits(packed_cut(v, length), length), "length %u", length);
        check(length == 16 || !packed_fits(v, length), "length %u", length);
    }
}

static void test_zoned(void)
{
    check(digits_spread(0x12345678) == 0x0102030405060708u, "%llX",
          (unsigned long long)digits_spread(0x12345678));
    check(digits_gather(0xF1C2D3E4A5B60798u) == 0x12345678, "%X",
          digits_gather(0xF1C2D3E4A5B60798u));
}

int main(void)
{
    test_addition();
    test_binary();
    test_validity();
    test_storage();
    test_zoned();
    return checks_done();
}
