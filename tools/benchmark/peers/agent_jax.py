"""JAX's agent: update and planner, each one jitted function."""

import functools
import time

import agent_data as setting
import jax
import jax.numpy as jnp
import serve


def mish(x):
    """x tanh(softplus(x)) from one exponential."""
    e = jnp.exp(jnp.minimum(x, 20.0))
    ratio = e * (e + 2)
    return x * ratio / (ratio + 2)


def norm(p, name, x):
    mean = x.mean(-1, keepdims=True)
    variance = jnp.square(x - mean).mean(-1, keepdims=True)
    h = (x - mean) * jax.lax.rsqrt(variance + 1e-6)
    return h * p[f"{name}/norm/scale"] + p[f"{name}/norm/offset"]


def linear(p, name, *inputs):
    """Inputs side by side; what many rows share is multiplied once."""
    weight, bias = p[f"{name}/weight"], p[f"{name}/bias"]
    if len({x.shape[:-1] for x in inputs}) == 1:
        return jnp.concatenate(inputs, -1) @ weight + bias
    row, total = 0, bias
    for x in inputs:
        total = total + x @ weight[row : row + x.shape[-1]]
        row += x.shape[-1]
    return total


def trunk(p, name, layers, *inputs):
    for layer in range(layers):
        hidden = f"{name}/hidden{layer}"
        inputs = (mish(norm(p, hidden, linear(p, hidden, *inputs))),)
    return inputs[0]


def mlp(p, name, *inputs):
    return linear(p, f"{name}/output", trunk(p, name, 2, *inputs))


def simnorm(x):
    groups = x.reshape(*x.shape[:-1], -1, setting.GROUP)
    return jax.nn.softmax(groups, -1).reshape(x.shape)


def latent_of(p, name, features):
    return simnorm(norm(p, name, linear(p, name, features)))


def encode(p, observation):
    return latent_of(p, "encoder/latent", trunk(p, "encoder", 1, observation))


def predict(p, latent, action):
    """Mean and log standard deviation, which is None of a point."""
    features = trunk(p, "dynamics", 2, latent, action)
    mean = latent_of(p, "dynamics/latent", features)
    if "dynamics/log_std/weight" not in p:
        return mean, None
    low, high = setting.LOG_STD_LOW, setting.LOG_STD_HIGH
    u = jnp.tanh(linear(p, "dynamics/log_std", features))
    return mean, low + 0.5 * (high - low) * (1 + u)


def sample(prediction, leading, key):
    mean, log_std = prediction
    if log_std is None:
        return jnp.broadcast_to(mean, (*leading, *mean.shape))
    noise = jax.random.normal(key, (*leading, *mean.shape))
    return mean + jnp.exp(log_std) * noise


def reward_of(p, latent, action):
    return mlp(p, "reward", latent, action)[..., 0]


def histogram(y):
    edges = -setting.HIGHEST - setting.BIN_WIDTH / 2
    edges = edges + setting.BIN_WIDTH * jnp.arange(setting.BINS + 1)
    y = jnp.clip(y, -setting.HIGHEST, setting.HIGHEST)[..., None]
    scale = 2**0.5 * setting.SIGMA * setting.BIN_WIDTH
    cdf = jax.lax.erf((edges - y) / scale)
    return jnp.diff(cdf, axis=-1) / (cdf[..., -1:] - cdf[..., :1])


def logits_of(p, latent, action):
    prior = setting.PRIOR * histogram(jnp.zeros(()))
    return [mlp(p, f"critic{i}", latent, action) + prior for i in (1, 2)]


def values_of(p, latent, action):
    centres = jnp.linspace(-setting.HIGHEST, setting.HIGHEST, setting.BINS)
    return [
        jax.nn.softmax(logits) @ centres
        for logits in logits_of(p, latent, action)
    ]


def critic_loss(logits, y):
    target = histogram(y)
    return sum(
        -(target * jax.nn.log_softmax(each)).mean(-1).mean() for each in logits
    )


def act(p, latent):
    return jnp.tanh(mlp(p, "actor", latent))


def model_loss(agent, learnt, fixed, batch, key):
    encoder, model = learnt
    critics, target, actor = fixed
    observation, following, action, reward = batch
    latent = encode(encoder, observation)
    stopped = jax.lax.stop_gradient(encode(encoder, following))
    policy_action = act(actor, stopped)
    values = values_of(target, stopped, policy_action)
    y = reward + setting.DISCOUNT * jnp.minimum(*values)
    on_critic = critic_loss(logits_of(critics, latent, action), y)
    on_reward = jnp.square(reward_of(model, latent, action) - reward).mean()
    prediction = mean, log_std = predict(model, latent, action)
    if log_std is None:
        auxiliary = jnp.square(mean - stopped).mean()
    else:
        deviation = (stopped - mean) * jnp.exp(-log_std)
        auxiliary = (0.5 * jnp.square(deviation) + log_std).mean()
        auxiliary += 0.5 * jnp.log(2 * jnp.pi)
    samples = sample(prediction, (agent.samples,), key)
    vaml = 0
    for model_value, value in zip(
        values_of(target, samples, policy_action), values
    ):
        scaled = model_value / setting.VALUE_SCALE
        error = scaled.mean(0) - value / setting.VALUE_SCALE
        vaml += jnp.square(error).mean() / 2
        if agent.stochastic:
            vaml -= scaled.var(0, ddof=1).mean() / agent.samples / 2
    return on_critic + on_reward + auxiliary + vaml, {
        "encoder_critic_loss": on_critic,
        "reward_loss": on_reward,
        "auxiliary_loss": auxiliary,
        "vaml_loss": vaml,
    }


def adam(group, theta, gradient, moments, t):
    squares = sum(jnp.sum(g * g) for g in jax.tree.leaves(gradient))
    scale = setting.CLIP / jnp.maximum(jnp.sqrt(squares), setting.CLIP)
    rate = setting.LEARNING_RATES[group] / (1 - 0.9**t)

    def step(theta, g, m, v):
        g = scale * g
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        root = jnp.sqrt(v / (1 - 0.999**t)) + 1e-8
        return theta - rate * m / root, m, v

    first, second = moments
    stepped = {
        name: step(theta[name], gradient[name], first[name], second[name])
        for name in theta
    }
    return tuple({n: s[i] for n, s in stepped.items()} for i in range(3))


def update(agent, state, batch):
    p, moments, target, t, key = (
        dict(state["p"]), dict(state["moments"]), state["target"],
        state["t"] + 1, state["key"],
    )
    key, on_model, on_critic = jax.random.split(key, 3)
    metrics = {}

    def apply(group, gradient):
        theta, m, v = adam(group, p[group], gradient, moments[group], t)
        p[group], moments[group] = theta, (m, v)

    gradients, metrics = jax.grad(
        functools.partial(model_loss, agent), has_aux=True
    )(
        (p["encoder"], p["model"]),
        (p["critics"], target, p["actor"]),
        batch,
        on_model,
    )
    apply("encoder", gradients[0])
    apply("model", gradients[1])

    observation, following, action, reward = batch
    real = setting.REAL
    latent = encode(p["encoder"], observation)
    start = latent[real:]
    policy_action = act(p["actor"], start)
    prediction = predict(p["model"], start, policy_action)
    following = encode(p["encoder"], following[:real])
    following = jnp.concatenate(
        [following, sample(prediction, (), on_critic)]
    )
    action = jnp.concatenate([action[:real], policy_action])
    reward = jnp.concatenate(
        [reward[:real], reward_of(p["model"], start, policy_action)]
    )
    values = values_of(target, following, act(p["actor"], following))
    y = reward + setting.DISCOUNT * jnp.minimum(*values)
    metrics["critic_loss"], gradient = jax.value_and_grad(
        lambda critics: critic_loss(logits_of(critics, latent, action), y)
    )(p["critics"])
    apply("critics", gradient)
    rate = setting.TARGET_RATE
    target = jax.tree.map(
        lambda old, new: (1 - rate) * old + rate * new, target, p["critics"]
    )

    def actor_loss(actor):
        values = values_of(target, latent, act(actor, latent))
        return -jnp.minimum(*values).mean()

    metrics["actor_loss"], gradient = jax.value_and_grad(actor_loss)(p["actor"])
    apply("actor", gradient)
    return {"p": p, "moments": moments, "target": target, "t": t, "key": key}, (
        metrics
    )


def plan(agent, p, observation, key):
    latent = encode(p["encoder"], observation)
    policy = act(p["actor"], latent)
    mean, std = policy, jnp.full_like(policy, setting.STD_HIGH)
    for _ in range(setting.ITERATIONS):
        key, on_action, on_model = jax.random.split(key, 3)
        noise = jax.random.normal(on_action, (setting.CANDIDATES, agent.action))
        actions = jnp.clip(mean + std * noise, -1, 1)
        actions = jnp.concatenate([actions, policy])
        following = sample(predict(p["model"], latent, actions), (), on_model)
        values = values_of(p["critics"], following, act(p["actor"], following))
        score = reward_of(p["model"], latent, actions)
        score += setting.DISCOUNT * 0.5 * (values[0] + values[1])
        best_scores, best = jax.lax.top_k(score, setting.ELITES)
        weights = jax.nn.softmax(best_scores / setting.TEMPERATURE)[:, None]
        elites = actions[best]
        mean = (weights * elites).sum(0, keepdims=True)
        variance = (weights * jnp.square(elites - mean)).sum(0, keepdims=True)
        std = jnp.clip(jnp.sqrt(variance), setting.STD_LOW, setting.STD_HIGH)
    drawn = jax.random.categorical(key, jnp.log(weights[:, 0]))
    return elites[drawn], mean[0]


def update_work(agent):
    p = jax.device_put(setting.parameters(agent))
    batch = jax.device_put(setting.batch(agent))
    zeros = functools.partial(jax.tree.map, jnp.zeros_like)
    state = {
        "p": p,
        "moments": {g: (zeros(p[g]), zeros(p[g])) for g in p},
        "target": jax.tree.map(jnp.copy, p["critics"]),
        "t": jnp.zeros(()),
        "key": jax.random.key(0, impl="rbg"),
    }
    start = time.perf_counter()
    step = jax.jit(functools.partial(update, agent), donate_argnums=0)

    def run():
        nonlocal state
        state, metrics = jax.block_until_ready(step(state, batch))
        return metrics

    metrics = run()
    first_run = time.perf_counter() - start
    check = setting.noiseless(agent, metrics)
    return serve.Work(run, check, first_run=first_run)


def planner_work(agent):
    p = jax.device_put(setting.parameters(agent))
    observation = setting.batch(agent)[0][:1]
    key = jax.random.key(0, impl="rbg")
    action = jax.jit(functools.partial(plan, agent))

    def run():
        return jax.block_until_ready(action(p, observation, key))

    run()
    return serve.Work(run, [])


def rows():
    made = {}
    for name, agent in setting.AGENTS.items():
        made[f"update_{name}"] = functools.partial(update_work, agent)
        made[f"planner_{name}"] = functools.partial(planner_work, agent)
    return made
