"""Prints random numbers of numpy's RandomState for random_state_test.cc.

One line a seed: the seed, then pairs of a letter and a number as hexadecimal
float: u for rand(), n for randn(), i for uniform(-3, 0.1).
"""

import numpy

SEEDS = (0, 1, 42, 12345, 2**31, 2**32 - 1)


def draw(random, kind):
    if kind == "n":
        return random.randn()
    if kind == "i":
        return random.uniform(-3, 0.1)
    return random.rand()


def main():
    order = numpy.random.RandomState(7)
    for seed in SEEDS:
        random = numpy.random.RandomState(seed)
        # More than the twister makes at a time, normals odd and even.
        kinds = order.choice(list("uni"), size=2000)
        draws = [f"{kind} {draw(random, kind).hex()}" for kind in kinds]
        print(seed, " ".join(draws))


if __name__ == "__main__":
    main()
