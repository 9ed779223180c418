"""Counts the floating-point operations of the fused functions by computing
them, and that what is computed is what the engine computes."""

import json
import math
import operator
import os
import subprocess
import unittest

ENGINE = os.path.abspath("tools/benchmark/engine")
BATCH, WIDTH = 128, 512


class Row:
    """Numbers whose arithmetic is counted; plain floats are not."""

    operations = 0

    def __init__(self, values):
        self.values = list(values)

    def _with(self, other, function):
        Row.operations += len(self.values)
        if isinstance(other, Row):
            return Row(map(function, self.values, other.values))
        return Row(function(value, other) for value in self.values)

    def __add__(self, other):
        return self._with(other, operator.add)

    def __sub__(self, other):
        return self._with(other, operator.sub)

    def __mul__(self, other):
        return self._with(other, operator.mul)

    def __truediv__(self, other):
        return self._with(other, operator.truediv)

    def __rtruediv__(self, number):
        return self._with(number, lambda value, other: other / value)

    def at_most(self, number):
        return self._with(number, min)

    def at_least(self, number):
        return self._with(number, max)

    def below(self, number):
        return self._with(number, operator.lt)

    def each(self, function):
        """An operation on each number alone."""
        Row.operations += len(self.values)
        return Row(map(function, self.values))

    def sum(self):
        Row.operations += len(self.values)
        return math.fsum(self.values)

    def max(self):
        Row.operations += len(self.values)
        return max(self.values)

    def mean(self):
        return self.sum() / len(self.values)


def exp(x):
    """ExpFloat of autodiff/ops/lanes.h."""
    inside = x.at_most(89).at_least(-88)
    m = (inside * 1.44269504).each(round)
    r = inside + m * -0.693359375
    r = r + m * 2.12194440e-4
    p = r * 1.9875691500e-4 + 1.3981999507e-3
    for coefficient in (
        8.3334519073e-3,
        4.1665795894e-2,
        1.6666665459e-1,
        5.0000001201e-1,
    ):
        p = p * r + coefficient
    y = p * (r * r) + (r + 1)
    half = Row(2.0 ** (number - 1) for number in m.values)  # made of bits
    small = x.below(-86.6)
    power = y * half * 2
    return Row(0 if s else v for s, v in zip(small.values, power.values))


def normalised(x):
    """y, and the factor that made it."""
    centered = x - x.mean()
    scale = 1 / math.sqrt((centered * centered).mean() + 1e-5)
    return centered * scale, scale


def norm_mish(x):
    y, _ = normalised(x)
    e = exp(y.at_most(20))
    n = e * (e + 2)
    return y * n / (n + 2)


def norm_mish_gradient(x, dy):
    y, scale = normalised(x)
    e = exp(y.at_most(20))
    n = e * (e + 2)
    m = 1 / (n + 2)
    d = (n * m + y * 4 * e * (e + 1) * m * m) * dy
    return (d - d.mean() - y * (y * d).mean()) * scale


def cross_entropy(p, x):
    shifted = x - x.max()
    log_sum = math.log(exp(shifted).sum())
    return Row([log_sum * p.sum() - (p * shifted).sum()])


def cross_entropy_gradient(p, x):
    e = exp(x - x.max())
    return e * (1 / e.sum()) * p.sum() - p


def first_adam_step(g):
    """From zeros, with learning rate 1e-3."""
    zeros = Row([0.0] * len(g.values))
    m = zeros * 0.9 + g * 0.1
    v = zeros * 0.999 + g * g * 0.001
    scale = 1 / math.sqrt(1 - 0.999)
    return zeros - m * (1e-3 / (1 - 0.9)) / (v.each(math.sqrt) * scale + 1e-8)


def wave(first):
    """A row of data.h."""
    return Row(math.sin(n * n) for n in range(first, first + WIDTH))


class FusedRowsTest(unittest.TestCase):
    def assert_same_work(self, name, function, rows, firsts):
        result = subprocess.run(
            [ENGINE, "--quick"],
            input=name + "\n",
            capture_output=True,
            check=True,
            text=True,
        )
        answer = json.loads(result.stdout.splitlines()[1])
        Row.operations = 0
        outputs = []
        for row in range(rows):
            inputs = [wave(first + row * WIDTH) for first in firsts]
            outputs += function(*inputs).values
        self.assertEqual(answer["flop"], Row.operations)
        magnitude = math.fsum(map(abs, outputs)) / len(outputs)
        self.assertLess(abs(answer["check"][0] / magnitude - 1), 1e-4)

    def test_functions_of_rows(self):
        for function, firsts in (
            (norm_mish, [0]),
            (norm_mish_gradient, [0, 1000]),
            (cross_entropy, [0, 1000]),
            (cross_entropy_gradient, [0, 1000]),
        ):
            name = f"{function.__name__}_{BATCH}"
            with self.subTest(name):
                self.assert_same_work(name, function, BATCH, firsts)

    def test_adam(self):
        rows = 4 * (WIDTH + 1)
        self.assert_same_work("adam", first_adam_step, rows, [0])


if __name__ == "__main__":
    unittest.main()
