"""The agent's update and its planner in JAX, from the paper's formulas.

Shares nothing with rl/ but the names of parameters and settings. Parameters are
dicts from names to arrays, weights [inputs, outputs]; a step is a function from
old parameters to new ones.
"""

import math

import jax
import jax.numpy as jnp
import jax.scipy.special
import jax.scipy.stats

GROUPS = ("encoder", "model", "critics", "actor")

sg = jax.lax.stop_gradient


# Networks.


def linear(p, name, x):
    return x @ p[name + "/weight"] + p[name + "/bias"]


def layer_norm(p, name, x):
    centred = x - x.mean(-1, keepdims=True)
    variance = (centred**2).mean(-1, keepdims=True)
    normal = centred / jnp.sqrt(variance + 1e-6)
    return normal * p[name + "/scale"] + p[name + "/offset"]


def hidden(p, name, x):
    x = layer_norm(p, name + "/norm", linear(p, name, x))
    return x * jnp.tanh(jnp.logaddexp(x, 0))  # Mish


def mlp(p, name, x):
    x = hidden(p, name + "/hidden0", x)
    x = hidden(p, name + "/hidden1", x)
    return linear(p, name + "/output", x)


def side_by_side(z, a):
    leading = jnp.broadcast_shapes(z.shape[:-1], a.shape[:-1])
    z = jnp.broadcast_to(z, leading + z.shape[-1:])
    a = jnp.broadcast_to(a, leading + a.shape[-1:])
    return jnp.concatenate([z, a], -1)


def in_groups(config, x):
    return x.reshape(*x.shape[:-1], -1, config["simnorm_group"])


def latent_logits(config, p, name, x):
    x = linear(p, name, x)
    if config["latent_norm"] != "none":
        x = layer_norm(p, name + "/norm", x)
    return x


def latent_of(config, logits):
    if config["latent_norm"] != "simnorm":
        return logits
    return jax.nn.softmax(in_groups(config, logits)).reshape(logits.shape)


def encode(config, p, observation):
    x = hidden(p, "encoder/hidden0", observation)
    return latent_of(config, latent_logits(config, p, "encoder/latent", x))


def is_stochastic(config):
    return config["model"] == "stochastic"


def predict(config, p, z, a):
    """Mean (or the prediction), its logits, log σ (or None)."""
    x = hidden(p, "dynamics/hidden0", side_by_side(z, a))
    x = hidden(p, "dynamics/hidden1", x)
    logits = latent_logits(config, p, "dynamics/latent", x)
    log_std = None
    if is_stochastic(config):
        low, high = config["log_std_low"], config["log_std_high"]
        u = linear(p, "dynamics/log_std", x)
        log_std = low + (high - low) / 2 * (1 + jnp.tanh(u))
    return latent_of(config, logits), logits, log_std


def sample(prediction, noise):
    mean, _, log_std = prediction
    return mean if log_std is None else mean + jnp.exp(log_std) * noise


def predict_reward(p, z, a):
    return mlp(p, "reward", side_by_side(z, a))[..., 0]


def before_tanh(p, z):
    return mlp(p, "actor", z)


def act(p, z):
    return jnp.tanh(before_tanh(p, z))


# Critics.


def bins(config):
    return jnp.linspace(
        config["lowest"], config["highest"], config["bins"], dtype=float
    )


def histogram(config, y):
    """HL-Gauss: the mass of a Gaussian around y in each bin."""
    centres = bins(config)
    width = centres[1] - centres[0]
    edges = jnp.append(centres - width / 2, centres[-1] + width / 2)
    y = jnp.clip(y, config["lowest"], config["highest"])[..., None]
    below = jax.scipy.special.ndtr((edges - y) / (config["sigma"] * width))
    mass = jnp.diff(below)
    return mass / mass.sum(-1, keepdims=True)


def critic_outputs(config, p, z, a):
    both = side_by_side(z, a)
    outputs = [mlp(p, name, both) for name in ("critic1", "critic2")]
    if config["critic_head"] == "hl_gauss":
        prior = config["critic_prior"] * histogram(config, jnp.zeros(()))
        outputs = [output + prior for output in outputs]
    return outputs


def critic_value(config, output):
    if config["critic_head"] == "scalar":
        return output[..., 0]
    return (jax.nn.softmax(output) * bins(config)).sum(-1)


def values(config, p, z, a):
    """Q₁ and Q₂."""
    return [critic_value(config, x) for x in critic_outputs(config, p, z, a)]


def critic_loss(config, outputs, y):
    """Mean over rows, sum over the two critics."""
    if config["critic_head"] == "scalar":
        return sum(((x[..., 0] - y) ** 2).mean() for x in outputs)
    target = histogram(config, y)
    return sum(-(target * jax.nn.log_softmax(x)).mean() for x in outputs)


def bootstrap(config, target, actor, rewards, z):
    """y = Σ_j γʲ r_j + γᵇ min(Q̄₁, Q̄₂)(z, π(z)), without gradient."""
    gamma = config["discount"]
    y = gamma ** len(rewards) * jnp.minimum(
        *values(config, target, z, act(actor, z))
    )
    return sg(y + sum(gamma**j * r for j, r in enumerate(rewards)))


# The update.


def auxiliary_loss(config, prediction, z_next):
    mean, logits, log_std = prediction
    if config["auxiliary"] == "byol":
        return ((mean - z_next) ** 2).mean()
    if config["auxiliary"] == "byol_cross_entropy":
        target = 0.9999 * z_next + 0.0001 / config["simnorm_group"]
        log_p = jax.nn.log_softmax(in_groups(config, logits))
        return -(target * log_p.reshape(logits.shape)).mean()
    log_density = jax.scipy.stats.norm.logpdf(z_next, mean, jnp.exp(log_std))
    return -log_density.mean()


def is_corrected(config):
    """Without a step of the model nothing is sampled, and s² = 0."""
    return (
        config["algorithm"] == "cvaml"
        and is_stochastic(config)
        and config["rollout_steps"] > 0
    )


def vaml_loss(config, model_values, targets):
    """(C)VAML: for each critic values [k, batch] against a target [batch]."""
    losses = []
    for v, y in zip(model_values, targets):
        v, y = v / config["value_scale"], y / config["value_scale"]
        loss = (v.mean(0) - y) ** 2
        if is_corrected(config):
            loss -= v.var(0, ddof=1) / len(v)
        losses.append(loss.mean())
    return sum(losses) / 2


def vaml_term(config, params, critics, batch, z, model_z, step):
    """The term at `step`, from model latents [k, batch, latent] and real z."""
    actor, target = params["actor"], params["target"]
    b = config["bootstrap_steps"]
    if b > 0:
        rewards = batch["reward"][step : step + b]
        y = bootstrap(config, target, actor, rewards, z[step + b])
        q = values(config, critics, model_z, batch["action"][step])
        return vaml_loss(config, q, [y, y])
    action = sg(act(actor, z[step]))
    real = [sg(v) for v in values(config, target, z[step], action)]
    if config["model_action"]:
        action = act(actor, model_z)
    return vaml_loss(config, values(config, target, model_z, action), real)


def first_loss(trained, config, params, batch, noise):
    """What step 1 minimises, and its terms."""
    encoder, model, critics = trained
    z = [encode(config, encoder, x) for x in batch["observation"]]
    z[1:] = [sg(x) for x in z[1:]]
    target, actor = params["target"], params["actor"]
    y = bootstrap(config, target, actor, batch["reward"][:1], z[1])
    frozen, action = params["critics"], batch["action"][0]
    outputs = critic_outputs(config, frozen, z[0], action)
    terms = {"encoder_critic_loss": critic_loss(config, outputs, y)}
    total = terms["encoder_critic_loss"]
    if config["algorithm"] == "td3":
        return total, terms
    steps = config["rollout_steps"]
    reward = auxiliary = vaml = 0.0
    x = z[0]
    if steps == 0:
        vaml = vaml_term(config, params, critics, batch, z, x[None], 0)
    for i in range(steps):
        a, r = batch["action"][i], batch["reward"][i]
        reward += ((predict_reward(model, x, a) - r) ** 2).mean()
        prediction = predict(config, model, x, a)
        auxiliary += auxiliary_loss(config, prediction, z[i + 1])
        if i == 0 and is_stochastic(config):
            entropy = prediction[2] + math.log(2 * math.pi * math.e) / 2
            terms["model_entropy"] = entropy.sum(-1).mean()
        x = sample(prediction, noise["rollout"][i])
        if i == 0 and not is_stochastic(config):
            x = x[None]
        if config["sum_steps"] or i + 1 == steps:
            vaml += vaml_term(config, params, critics, batch, z, x, i + 1)
    terms["vaml_loss"] = vaml
    if steps > 0:
        terms |= {"reward_loss": reward, "auxiliary_loss": auxiliary}
    total += config["vaml_weight"] * vaml
    total += config["reward_weight"] * reward
    total += config["auxiliary_weight"] * auxiliary
    return total, terms


def second_loss(critics, config, params, batch, noise):
    """The critics' own loss, with encoder and model as step 1 left them."""
    real = real_rows(config)
    actor, model = params["actor"], params["model"]
    z = encode(config, params["encoder"], batch["observation"][0])
    z_next = encode(config, params["encoder"], batch["observation"][1])[:real]
    reward, action = batch["reward"][0][:real], batch["action"][0][:real]
    if real < len(z):
        start = z[real:]
        on_policy = act(actor, start)
        imagined = sample(
            predict(config, model, start, on_policy), noise["critic"]
        )
        z_next = jnp.concatenate([z_next, imagined])
        imagined = predict_reward(model, start, on_policy)
        reward = jnp.concatenate([reward, imagined])
        action = jnp.concatenate([action, on_policy])
    y = bootstrap(config, params["target"], actor, [reward], z_next)
    outputs = critic_outputs(config, critics, sg(z), sg(action))
    return critic_loss(config, outputs, y)


def third_loss(actor, config, params, batch):
    z = sg(encode(config, params["encoder"], batch["observation"][0]))
    q = values(config, params["target"], z, act(actor, z))
    penalty = config["actor_penalty"] * (before_tanh(actor, z) ** 2).mean()
    return penalty - jnp.minimum(*q).mean()


def real_rows(config):
    if config["algorithm"] == "td3":
        return config["batch_size"]
    return math.floor(config["proportion_real"] * config["batch_size"])


def norm(gradient):
    return jnp.sqrt(sum((g**2).sum() for g in gradient.values()))


def adam(config, group, p, gradient, moments):
    """Clipped by the group's norm; returns new parameters and moments."""
    step, moments = moments
    step += 1
    rate = config[
        "encoder_learning_rate" if group == "encoder" else "learning_rate"
    ]
    scale = jnp.minimum(1, config["gradient_clip"] / norm(gradient))
    new, new_moments = {}, {}
    for name in p:
        g, (m, v) = scale * gradient[name], moments[name]
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        m_hat, v_hat = m / (1 - 0.9**step), v / (1 - 0.999**step)
        new[name] = p[name] - rate * m_hat / (jnp.sqrt(v_hat) + 1e-8)
        new_moments[name] = m, v
    return new, (step, new_moments)


def no_moments(params):
    """Of each group: steps taken, and m and v of each parameter."""
    return {
        group: (0.0, {name: (0 * x, 0 * x) for name, x in p.items()})
        for group, p in params.items()
        if group in GROUPS
    }


def update(config, whole, params, moments, batch, noise):
    """Returns parameters, moments, losses; step 1 is part of `whole` only."""
    params, moments = dict(params), dict(moments)

    def train(group, gradient):
        params[group], moments[group] = adam(
            config, group, params[group], gradient, moments[group]
        )

    losses, vaml = {}, None
    if whole:
        trained = params["encoder"], params["model"], params["critics"]
        (encoder, model, vaml), losses = jax.grad(first_loss, has_aux=True)(
            trained, config, params, batch, noise
        )
        train("encoder", encoder)
        if config["algorithm"] != "td3":
            train("model", model)

    losses["critic_loss"], gradient = jax.value_and_grad(second_loss)(
        params["critics"], config, params, batch, noise
    )
    if whole:
        gradient = {name: g + vaml[name] for name, g in gradient.items()}
    train("critics", gradient)
    rate = config["target_rate"]
    params["target"] = {
        name: (1 - rate) * x + rate * params["critics"][name]
        for name, x in params["target"].items()
    }

    losses["actor_loss"], gradient = jax.value_and_grad(third_loss)(
        params["actor"], config, params, batch
    )
    train("actor", gradient)
    return params, moments, losses


# Acting.


def plan(config, params, observation, noise):
    """What one iteration after the other finds, and the actions.

    `noise`: candidates [iteration][step][samples, action], model
    [iteration][step][k, samples + 1, latent], and `uniform`, which draws.
    """
    actor, model = params["actor"], params["model"]
    horizon, gamma = config["horizon"], config["discount"]
    start = encode(config, params["encoder"], observation)  # [1, latent]
    policy, z = [], start
    for _ in range(horizon):  # along the means
        policy.append(act(actor, z))
        z, _, _ = predict(config, model, z, policy[-1])

    mean, std = list(policy), [config["std_high"]] * horizon
    for i in range(config["iterations"]):
        sequences = []
        for h in range(horizon):
            drawn = mean[h] + std[h] * noise["candidates"][i][h]
            sequences.append(
                jnp.concatenate([jnp.clip(drawn, -1, 1), policy[h]])
            )
        z, returns = start, 0.0
        for h, a in enumerate(sequences):
            returns += gamma**h * predict_reward(model, z, a)
            z = sample(predict(config, model, z, a), noise["model"][i][h])
        q = values(config, params["critics"], z, act(actor, z))
        returns += gamma**horizon * (q[0] + q[1]) / 2
        scores = jnp.atleast_2d(returns).mean(0)  # over model samples

        best = jnp.argsort(-scores)[: config["elites"]]
        weights = jax.nn.softmax(scores[best] / config["temperature"])[:, None]
        mean, std = [], []
        for a in sequences:
            mean.append((weights * a[best]).sum(0, keepdims=True))
            variance = (weights * (a[best] - mean[-1]) ** 2).sum(0)
            std.append(
                jnp.clip(
                    jnp.sqrt(variance), config["std_low"], config["std_high"]
                )
            )
    chosen = jnp.searchsorted(jnp.cumsum(weights), noise["uniform"], "right")
    return {
        "candidates": sequences[0],
        "scores": scores,
        "evaluating": mean[0][0],
        "exploring": sequences[0][best[chosen]],
    }


def follow_policy(config, params, observation, noise):
    z = encode(config, params["encoder"], observation)
    action = act(params["actor"], z)[0]
    noise = jnp.clip(0.1 * noise, -0.3, 0.3)
    return {"evaluating": action, "exploring": jnp.clip(action + noise, -1, 1)}
