"""The same numbers as in data.h and garnet_rows.h, for the peers."""

import os

import numpy as np

WIDTH = 512
LAYERS = 4
STATES = 50
DISCOUNT = 0.9
TARGET_RATE = 0.02
LEARNING_RATE = 0.01


def wave(shape, scale=1.0, first=0):
    """scale * sin((first + i)^2) for element i."""
    index = first + np.arange(np.prod(shape), dtype=np.float64)
    return (scale * np.sin(index**2)).astype(np.float32).reshape(shape)


def mlp_parameters():
    """W0, b0, W1, b1, ... of mlp_rows.cc."""
    shapes = LAYERS * ((WIDTH, WIDTH), (WIDTH,))
    scale = np.sqrt(2 / WIDTH)
    return [wave(shape, scale, 1000 * i) for i, shape in enumerate(shapes)]


def mlp_batch(batch):
    """x and y of mlp_rows.cc."""
    return wave((batch, WIDTH)), wave((batch, WIDTH), first=10_000)


def mlp_flop(batch):
    """Each weight is in three products; nobody asks for the gradient to x."""
    return 2 * (3 * LAYERS - 1) * batch * WIDTH**2


def products(batch):
    """name, shapes and transpositions of the layer's GEMMs in gemm_rows.cc."""
    square, rows = (WIDTH, WIDTH), (batch, WIDTH)
    yield f"gemm_forward_{batch}", (rows, square), (False, False)
    yield f"gemm_input_gradient_{batch}", (rows, square), (False, True)
    yield f"gemm_weight_gradient_{batch}", (rows, rows), (True, False)


def product_inputs(shapes):
    """a and b of gemm_rows.cc."""
    return wave(shapes[0]), wave(shapes[1], first=500_000)


def product_flop(batch):
    return 2 * batch * WIDTH**2


PRODUCT_SIZE, COPY_SIZE = 8192, 1 << 26  # as in device_rows.cc


def rows_inputs(batch, count):
    """The inputs of a function in fused_rows.cc."""
    return [wave((batch, WIDTH), first=1000 * i) for i in range(count)]


def rows_bytes(batch, tensors):
    return 4 * tensors * batch * WIDTH


ADAM_SIZE = LAYERS * (WIDTH**2 + WIDTH)
ADAM_BYTES = 7 * 4 * ADAM_SIZE


def garnet_learners(folder, rank):
    """P, r, A, B of all learners, each with a leading axis of learners."""
    path = os.path.join(folder, f"garnet_{rank}.f32")
    shapes = (STATES, STATES), (STATES,), (STATES, rank), (rank, STATES)
    sizes = [int(np.prod(shape)) for shape in shapes]
    values = np.fromfile(path, dtype=np.float32).reshape(-1, sum(sizes))
    blocks = np.split(values, np.cumsum(sizes)[:-1], axis=1)
    return [
        np.ascontiguousarray(block.reshape(-1, *shape))
        for block, shape in zip(blocks, shapes)
    ]


def mean_magnitude(values):
    return float(np.mean(np.abs(np.asarray(values, dtype=np.float64))))
