"""PyTorch's side of the comparison, eager or through torch.compile; Garnet
with all learners in one batch."""

import functools
import time

import agent_torch
import data
import serve
import torch
from torch.nn import functional

STEPS_IN_A_RUN = 100


def norm_mish(x):
    return functional.mish(functional.layer_norm(x, (data.WIDTH,)))


def norm_mish_gradient(x, dy):
    x = x.detach().requires_grad_()
    return torch.autograd.grad(norm_mish(x), x, dy)[0]


def cross_entropy(probabilities, logits):
    return functional.cross_entropy(logits, probabilities, reduction="none")


def cross_entropy_gradient(probabilities, logits):
    logits = logits.detach().requires_grad_()
    loss = cross_entropy(probabilities, logits).sum()
    return torch.autograd.grad(loss, logits)[0]


def call(function, inputs, **work):
    """Work that calls a function; checked by its first result."""
    inputs = list(map(torch.from_numpy, inputs))

    def run():
        return function(*inputs)

    return serve.Work(run, [data.mean_magnitude(run())], **work)


def product(shapes, transposed, flop):
    def matmul(a, b):
        return (a.T if transposed[0] else a) @ (b.T if transposed[1] else b)

    return call(matmul, data.product_inputs(shapes), flop=flop)


def rows_function(function, batch, inputs, tensors):
    return call(
        function,
        data.rows_inputs(batch, inputs),
        bytes_moved=data.rows_bytes(batch, tensors),
    )


def adam_step():
    theta = torch.zeros(data.ADAM_SIZE, requires_grad=True)
    theta.grad = torch.from_numpy(data.wave((data.ADAM_SIZE,)))
    adam = torch.optim.Adam([theta], lr=1e-3, fused=True)
    adam.step()
    check = [data.mean_magnitude(theta.detach())]
    return serve.Work(adam.step, check, bytes_moved=data.ADAM_BYTES)


def mlp_loss(parameters, x, y):
    h = x
    for layer in range(data.LAYERS):
        h = torch.addmm(parameters[2 * layer + 1], h, parameters[2 * layer])
        if layer + 1 < data.LAYERS:
            h = norm_mish(h)
    return functional.mse_loss(h, y)


def parameters_of(arrays):
    return [torch.from_numpy(array).requires_grad_() for array in arrays]


def mlp(wrap, batch):
    parameters = parameters_of(data.mlp_parameters())
    x, y = map(torch.from_numpy, data.mlp_batch(batch))
    start = time.perf_counter()
    loss_of = wrap(mlp_loss)

    def run():
        loss = loss_of(parameters, x, y)
        return loss, torch.autograd.grad(loss, parameters)

    loss, gradients = run()
    first_run = time.perf_counter() - start
    check = [float(loss.detach()), *map(data.mean_magnitude, gradients)]
    return serve.Work(
        run, check, flop=data.mlp_flop(batch), first_run=first_run
    )


def garnet_losses(parameters, target, transitions, reward):
    """cvaml_1_0, exact, of each learner: objective.cc and finite_vaml.cc."""
    a, b, value = parameters
    model = torch.softmax(a @ b, -1)
    column = target.unsqueeze(-1)
    mean = (model @ column).squeeze(-1)
    real_mean = (transitions @ column).squeeze(-1)
    variance = (transitions @ column**2).squeeze(-1) - real_mean**2
    bellman = (reward + data.DISCOUNT * mean).detach()
    losses = (mean - real_mean) ** 2 + variance + (value - bellman) ** 2
    return losses.mean(-1)


def garnet(wrap, folder, rank, cores):
    transitions, reward, a, b = map(
        torch.from_numpy, data.garnet_learners(folder, rank)
    )
    parameters = [a, b, torch.zeros_like(reward)]
    for parameter in parameters:
        parameter.requires_grad_()
    target = torch.zeros_like(reward)
    adam = torch.optim.Adam(parameters, lr=data.LEARNING_RATE, fused=True)
    # A sum: learners do not see each other.
    loss_of = wrap(lambda *inputs: garnet_losses(*inputs).sum())

    def run():
        for _ in range(STEPS_IN_A_RUN):
            adam.zero_grad()
            loss_of(parameters, target, transitions, reward).backward()
            adam.step()
            with torch.no_grad():
                target.lerp_(parameters[2], data.TARGET_RATE)

    run()
    losses = garnet_losses(parameters, target, transitions, reward)
    check = losses[:cores].tolist()
    return serve.Work(run, check, units=STEPS_IN_A_RUN * len(reward))


def single_rows():
    """Single functions: torch.compile has nothing to add to their kernels."""
    rows = {"adam": adam_step}
    for batch in (128, 1024):
        for name, shapes, transposed in data.products(batch):
            rows[name] = functools.partial(
                product, shapes, transposed, data.product_flop(batch)
            )
        for name, function, inputs, tensors in (
            ("norm_mish", norm_mish, 1, 2),
            ("norm_mish_gradient", norm_mish_gradient, 2, 3),
            ("cross_entropy", cross_entropy, 2, 2),
            ("cross_entropy_gradient", cross_entropy_gradient, 2, 3),
        ):
            rows[f"{name}_{batch}"] = functools.partial(
                rows_function, function, batch, inputs, tensors
            )
    return rows


def main():
    arguments = serve.arguments()
    torch.set_num_threads(arguments.cores)
    compiled = arguments.mode == "compiled"
    wrap = torch.compile if compiled else lambda function: function
    rows = {} if compiled else single_rows()
    for batch in (128, 1024):
        rows[f"mlp_{batch}"] = functools.partial(mlp, wrap, batch)
    for rank in (2, 10, 50):
        rows[f"garnet_{rank}"] = functools.partial(
            garnet, wrap, arguments.garnet, rank, arguments.cores
        )
    rows |= agent_torch.rows(wrap)
    name = f"torch {torch.__version__} {arguments.mode}"
    serve.serve(name, rows, arguments.quick)


if __name__ == "__main__":
    main()
