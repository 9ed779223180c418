"""Prints samples with numpy's mean, median and quantiles of them.

One line a sample: n, the n values, mean, median, then q, quantile pairs; all
numbers as hexadecimal floats. Read by numpy_test.cc.
"""

import numpy

QUANTILES = (0.0, 0.025, 0.1, 0.25, 1 / 3, 0.5, 0.75, 0.975, 1.0)


def main():
    generator = numpy.random.default_rng(0)
    for n in list(range(1, 30)) + [100, 2000]:
        sample = generator.lognormal(sigma=3.0, size=n)
        if n % 3 == 0:  # With ties and signs.
            sample = numpy.round(generator.normal(size=n), 1)
        numbers = [*sample, numpy.mean(sample), numpy.median(sample)]
        for q in QUANTILES:
            numbers += [q, numpy.quantile(sample, q)]
        print(n, " ".join(float(number).hex() for number in numbers))


if __name__ == "__main__":
    main()
