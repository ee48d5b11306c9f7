#!/usr/bin/env python3
"""Cases for tests/unit/dfp: random decimal floating-point operations and what Python's decimal
module (libmpdec) makes of them, with all eight rounding methods, no traps.

    dfp-vectors.py [COUNT [SEED]] > FILE

A line: operation, format (digits), rounding method, operands, result, exception flags, the
numbers densely packed in hexadecimal. tests/unit/dfp.vectors was made so; scripts/compare-decimal
makes fresh ones.
"""
import random
import sys
from decimal import (Context, Decimal, Inexact, InvalidOperation, DivisionByZero, Overflow,
                     Underflow, ROUND_HALF_EVEN, ROUND_DOWN, ROUND_CEILING, ROUND_FLOOR,
                     ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_UP, ROUND_05UP)

METHODS = [ROUND_HALF_EVEN, ROUND_DOWN, ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP,
           ROUND_HALF_DOWN, ROUND_UP, ROUND_05UP]
INVALID, DIVIDE, OVERFLOW, UNDERFLOW, INEXACT, QUANTUM = 0x80, 0x40, 0x20, 0x10, 0x08, 0x04


class Format:
    def __init__(self, digits, width, bias, biased_max):
        self.digits, self.width, self.bias, self.biased_max = digits, width, bias, biased_max
        self.trailing = (digits - 1) // 3 * 10
        self.low = -bias
        self.high = biased_max - bias

    def context(self, rounding):
        return Context(prec=self.digits, rounding=rounding, Emin=self.low + self.digits - 1,
                       Emax=self.high + self.digits - 1, clamp=1, traps=[])


SHORT, LONG, EXTENDED = Format(7, 32, 101, 191), Format(16, 64, 398, 767), Format(34, 128, 6176, 12287)


def declet(n):
    a, b, c = (format(d, "04b") for d in (n // 100, n // 10 % 10, n % 10))
    large = a[0] + b[0] + c[0]
    p = {"000": a[1:] + b[1:] + "0" + c[1:],
         "001": a[1:] + b[1:] + "100" + c[3],
         "010": a[1:] + c[1:3] + b[3] + "101" + c[3],
         "011": a[1:] + "10" + b[3] + "111" + c[3],
         "100": c[1:3] + a[3] + b[1:] + "110" + c[3],
         "101": b[1:3] + a[3] + "01" + b[3] + "111" + c[3],
         "110": c[1:3] + a[3] + "00" + b[3] + "111" + c[3],
         "111": "00" + a[3] + "11" + b[3] + "111" + c[3]}[large]
    return int(p, 2)


def encode(f, x):
    """x is (sign, class or None, coefficient, exponent)."""
    sign, special, coefficient, exponent = x
    bits = 0
    rest = coefficient
    for i in range((f.digits - 1) // 3):
        bits |= declet(rest % 1000) << 10 * i
        rest //= 1000
    continuation = f.width - 6 - f.trailing
    if special:
        field = {"inf": 0b11110, "qnan": 0b11111, "snan": 0b11111}[special]
        exponent_rest = 1 << continuation - 1 if special == "snan" else 0
    else:
        biased = exponent + f.bias
        first, exponent_rest = biased >> continuation, biased & (1 << continuation) - 1
        field = first << 3 | rest if rest < 8 else 0b11000 | first << 1 | rest & 1
    return sign << f.width - 1 | field << f.width - 6 | exponent_rest << f.trailing | bits


def decode(d):
    t = d.as_tuple()
    coefficient = int("".join(map(str, t.digits)) or "0")
    special = {"F": "inf", "n": "qnan", "N": "snan"}.get(t.exponent)
    return (t.sign, special, 0 if special == "inf" else coefficient, 0 if special else t.exponent)


def number(x):
    sign, special, coefficient, exponent = x
    if special == "inf":
        return Decimal("-Infinity" if sign else "Infinity")
    if special:
        return Decimal(("-" if sign else "") + ("s" if special == "snan" else "") + "NaN" +
                       (str(coefficient) if coefficient else ""))
    return Decimal((sign, tuple(map(int, str(coefficient))), exponent))


def random_number(f, near=None):
    sign = random.randrange(2)
    if random.randrange(24) == 0:
        special = random.choice(["inf", "qnan", "snan"])
        payload = 0 if special == "inf" else random.randrange(10 ** random.randrange(1, f.digits))
        return (sign, special, payload, 0)
    digits = random.choice([0, 1, 2, 3, f.digits // 2, f.digits - 1, f.digits, f.digits,
                            random.randrange(f.digits + 1)])
    coefficient = random.randrange(10 ** digits)
    shape = random.randrange(8)
    if shape == 0:
        coefficient = 10 ** digits - 1
    elif shape == 1:
        coefficient = 10 ** max(0, digits - 1)
    elif shape == 2:
        zeros = random.randrange(digits + 1)
        coefficient = coefficient // 10 ** zeros * 10 ** zeros
    elif shape == 3:
        coefficient = coefficient // 10 * 10 + 5
    coefficient %= 10 ** f.digits
    where = random.randrange(6)
    if near is not None and where < 3:
        exponent = near + random.randrange(-2 * f.digits, 2 * f.digits + 1)
    elif where == 3:
        exponent = f.low + random.randrange(2 * f.digits)
    elif where == 4:
        exponent = f.high - random.randrange(2 * f.digits)
    elif where == 5:
        exponent = random.randrange(f.low, f.high + 1)
    else:
        exponent = random.randrange(-20, 20)
    return (sign, None, coefficient, min(max(exponent, f.low), f.high))


def case(operation, f, rounding):
    c = f.context(METHODS[rounding])
    target = f
    a = random_number(f)
    b = random_number(f, a[3])
    if operation == "divide" and random.randrange(3) == 0:
        b = (b[0], None, random.choice([1, 2, 3, 4, 5, 7, 8, 16, 25, 125]), b[3])
    if operation in ("multiply", "divide") and random.randrange(3) == 0:
        edge = random.choice([f.low, f.high]) + random.randrange(-f.digits, f.digits)
        e = edge - a[3] if operation == "multiply" else a[3] - edge
        b = (b[0], b[1], b[2], min(max(e, f.low), f.high))
    x, y = number(a), number(b)
    if operation == "add":
        r, preferred = c.add(x, y), min(a[3], b[3])
    elif operation == "subtract":
        if y.is_nan():
            return None                 # negated here, not there
        r, preferred = c.subtract(x, y), min(a[3], b[3])
    elif operation == "multiply":
        r, preferred = c.multiply(x, y), a[3] + b[3]
    elif operation == "divide":
        r, preferred = c.divide(x, y), a[3] - b[3]
        if b[1] == "inf" and not a[1]:
            preferred = f.low
    elif operation == "quantize":
        r, preferred = c.quantize(x, y), b[3]
    elif operation == "integer":
        r, preferred = c.to_integral_exact(x), max(a[3], 0)
        b = a
    elif operation == "round":
        target = {16: SHORT, 34: LONG}[f.digits]
        if x.is_nan():
            return None
        c = target.context(METHODS[rounding])
        r, preferred = c.plus(x), a[3]
        if not a[2] and not a[1]:
            r = Decimal((a[0], (0,), min(max(a[3], target.low), target.high)))
        b = a
    elif operation == "compare":
        r, preferred = c.compare(x, y), 0
        code = 3 if r.is_nan() else {0: 0, -1: 1, 1: 2}[int(r)]
        flags = INVALID if c.flags[InvalidOperation] else 0
        return f"{operation} {f.digits} {rounding} {encode(f, a):x} {encode(f, b):x} {code:x} {flags:02x}"
    flags = 0
    for signal, bit in ((InvalidOperation, INVALID), (DivisionByZero, DIVIDE), (Overflow, OVERFLOW),
                        (Underflow, UNDERFLOW), (Inexact, INEXACT)):
        if c.flags[signal]:
            flags |= bit
    result = decode(r)
    if r.is_nan() and not x.is_nan() and not y.is_nan():
        result = (0, "qnan", 0, 0)
    if not result[1] and not flags & INEXACT and operation not in ("quantize", "integer") \
            and result[3] != preferred:
        flags |= QUANTUM
    return (f"{operation} {f.digits} {rounding} {encode(f, a):x} {encode(f, b):x} "
            f"{encode(target, result):x} {flags:02x}")


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1600
    random.seed(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    operations = ["add", "subtract", "multiply", "divide", "divide", "quantize", "integer", "round",
                  "compare"]
    done = 0
    while done < count:
        line = case(random.choice(operations), random.choice([LONG, EXTENDED]), random.randrange(8))
        if line:
            print(line)
            done += 1


main()
