"""JAX's side of the comparison: jit; Garnet vmapped over all learners."""

import functools
import time

import agent_jax
import data
import jax
import jax.numpy as jnp
import serve

STEPS_IN_A_RUN = 100


def norm_mish(x):
    mean = x.mean(-1, keepdims=True)
    variance = x.var(-1, keepdims=True)
    h = (x - mean) * jax.lax.rsqrt(variance + 1e-5)
    return h * jnp.tanh(jax.nn.softplus(h))


def mlp_loss(parameters, x, y):
    h = x
    for layer in range(data.LAYERS):
        h = h @ parameters[2 * layer] + parameters[2 * layer + 1]
        if layer + 1 < data.LAYERS:
            h = norm_mish(h)
    return jnp.mean((h - y) ** 2)


def cross_entropy(probabilities, logits):
    return -jnp.sum(probabilities * jax.nn.log_softmax(logits), axis=-1)


def adam(theta, gradient, moments, t, learning_rate):
    """Returns the new theta and (m, v); t counts from 1."""
    m, v = moments
    m = 0.9 * m + 0.1 * gradient
    v = 0.999 * v + 0.001 * gradient**2
    m_hat, v_hat = m / (1 - 0.9**t), v / (1 - 0.999**t)
    return theta - learning_rate * m_hat / (jnp.sqrt(v_hat) + 1e-8), (m, v)


def norm_mish_gradient(x, dy):
    return jax.vjp(norm_mish, x)[1](dy)[0]


def cross_entropy_gradient(probabilities, logits):
    return jax.grad(lambda x: cross_entropy(probabilities, x).sum())(logits)


def call(function, inputs, **work):
    """Work that calls a function; checked by its first result."""
    function = jax.jit(function)
    inputs = jax.device_put(inputs)

    def run():
        return jax.block_until_ready(function(*inputs))

    return serve.Work(run, [data.mean_magnitude(run())], **work)


def product(shapes, transposed, flop):
    def matmul(a, b):
        return (a.T if transposed[0] else a) @ (b.T if transposed[1] else b)

    return call(matmul, data.product_inputs(shapes), flop=flop)


def square_product(size):
    return product(((size, size), (size, size)), (False, False), 2 * size**3)


def copy(size):
    return call(lambda x: x + 1, [data.wave((size,))], bytes_moved=8 * size)


def rows_function(function, batch, inputs, tensors):
    return call(
        function,
        data.rows_inputs(batch, inputs),
        bytes_moved=data.rows_bytes(batch, tensors),
    )


def adam_step():
    gradient = jax.device_put(data.wave((data.ADAM_SIZE,)))
    state = [jnp.zeros_like(gradient) for _ in range(3)] + [jnp.zeros(())]

    @functools.partial(jax.jit, donate_argnums=0)
    def step(state, gradient):
        theta, m, v, t = state
        theta, (m, v) = adam(theta, gradient, (m, v), t + 1, 1e-3)
        return [theta, m, v, t + 1]

    def run():
        nonlocal state
        state = jax.block_until_ready(step(state, gradient))

    run()
    check = [data.mean_magnitude(state[0])]
    return serve.Work(run, check, bytes_moved=data.ADAM_BYTES)


def mlp(batch):
    parameters = jax.device_put(data.mlp_parameters())
    x, y = jax.device_put(data.mlp_batch(batch))
    start = time.perf_counter()
    function = jax.jit(jax.value_and_grad(mlp_loss))

    def run():
        return jax.block_until_ready(function(parameters, x, y))

    loss, gradients = run()
    first_run = time.perf_counter() - start
    check = [float(loss), *map(data.mean_magnitude, gradients)]
    return serve.Work(
        run, check, flop=data.mlp_flop(batch), first_run=first_run
    )


def garnet_loss(parameters, target, problem):
    """cvaml_1_0, exact: objective.cc and finite_vaml.cc."""
    a, b, value = parameters
    transitions, reward = problem
    model = jax.nn.softmax(a @ b)
    mean = model @ target
    real_mean = transitions @ target
    variance = transitions @ target**2 - real_mean**2
    bellman = jax.lax.stop_gradient(reward + data.DISCOUNT * mean)
    losses = (mean - real_mean) ** 2 + variance + (value - bellman) ** 2
    return losses.mean()


def garnet_step(learner, problem):
    parameters, target, moments, t = learner
    gradients = jax.grad(garnet_loss)(parameters, target, problem)
    t = t + 1
    updated = [
        adam(*each, t, data.LEARNING_RATE)
        for each in zip(parameters, gradients, moments)
    ]
    parameters, moments = map(list, zip(*updated))
    target = (
        1 - data.TARGET_RATE
    ) * target + data.TARGET_RATE * parameters[2]
    return parameters, target, moments, t


def garnet(folder, rank, cores):
    transitions, reward, a, b = map(
        jax.device_put, data.garnet_learners(folder, rank)
    )
    problem = transitions, reward
    parameters = [a, b, jnp.zeros_like(reward)]
    moments = [(jnp.zeros_like(p), jnp.zeros_like(p)) for p in parameters]
    learners = len(reward)
    state = [parameters, jnp.zeros_like(reward), moments, jnp.zeros(learners)]

    @functools.partial(jax.jit, donate_argnums=0)
    def steps(state):
        step = jax.vmap(garnet_step)
        return jax.lax.fori_loop(
            0,
            STEPS_IN_A_RUN,
            lambda _, learners: list(step(learners, problem)),
            state,
        )

    def run():
        nonlocal state
        state = jax.block_until_ready(steps(state))

    run()
    losses = jax.vmap(garnet_loss)(state[0], state[1], problem)
    check = [float(loss) for loss in losses[:cores]]
    return serve.Work(run, check, units=STEPS_IN_A_RUN * learners)


def main():
    arguments = serve.arguments()
    device = jax.devices(arguments.device)[0]
    jax.config.update("jax_default_device", device)
    program = f"JAX {jax.__version__}"
    if arguments.device != "cpu":
        program += f" on {device.device_kind}"
        # By default it rounds what it multiplies.
        jax.config.update("jax_default_matmul_precision", "highest")
    rows = {
        "adam": adam_step,
        "product": functools.partial(square_product, data.PRODUCT_SIZE),
        "copy": functools.partial(copy, data.COPY_SIZE),
    }
    for batch in (128, 1024):
        rows[f"mlp_{batch}"] = functools.partial(mlp, batch)
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
    for rank in (2, 10, 50):
        rows[f"garnet_{rank}"] = functools.partial(
            garnet, arguments.garnet, rank, arguments.cores
        )
    rows |= agent_jax.rows()
    serve.serve(program, rows, arguments.quick)


if __name__ == "__main__":
    main()
