"""The agents of agent_rows.cc, for the peers."""

import collections

import data
import numpy as np

WIDTH, LATENT, GROUP, BATCH, REAL = 512, 512, 8, 128, 115
BINS, HIGHEST = 151, 300.0
BIN_WIDTH = 2 * HIGHEST / (BINS - 1)
SIGMA, PRIOR = 0.75, 17.0
DISCOUNT, TARGET_RATE, CLIP = 0.99, 0.01, 10.0
VALUE_SCALE = 100.0
LOG_STD_LOW, LOG_STD_HIGH = -5.0, 0.0
LEARNING_RATES = dict.fromkeys(("model", "critics", "actor"), 3e-4)
LEARNING_RATES["encoder"] = 1e-4
ITERATIONS, CANDIDATES, ELITES, TEMPERATURE = 6, 512, 64, 0.5
STD_LOW, STD_HIGH = 0.05, 0.3

Agent = collections.namedtuple("Agent", "observation action stochastic samples")
AGENTS = {
    f"{task}_{model}": Agent(*sizes, model == "stochastic", samples)
    for task, sizes in (("humanoid", (67, 21)), ("dog", (223, 38)))
    for model, samples in (("deterministic", 1), ("stochastic", 4))
}


def _linear(name, inputs, outputs):
    return [(f"{name}/weight", (inputs, outputs)), (f"{name}/bias", (outputs,))]


def _norm(name, size):
    return [(f"{name}/norm/scale", (size,)), (f"{name}/norm/offset", (size,))]


def _trunk(name, inputs, layers):
    shapes = []
    for layer in range(layers):
        hidden = f"{name}/hidden{layer}"
        shapes += _linear(hidden, inputs, WIDTH) + _norm(hidden, WIDTH)
        inputs = WIDTH
    return shapes


def _mlp(name, inputs, outputs):
    return _trunk(name, inputs, 2) + _linear(f"{name}/output", WIDTH, outputs)


def shapes(agent):
    """Names and shapes of the parameters in our order, by group."""
    both = LATENT + agent.action
    latent = _linear("encoder/latent", WIDTH, LATENT)
    latent += _norm("encoder/latent", LATENT)
    model = _trunk("dynamics", both, 2)
    model += _linear("dynamics/latent", WIDTH, LATENT)
    model += _norm("dynamics/latent", LATENT)
    model += _mlp("reward", both, 1)
    if agent.stochastic:
        model += _linear("dynamics/log_std", WIDTH, LATENT)
    return {
        "encoder": _trunk("encoder", agent.observation, 1) + latent,
        "model": model,
        "critics": _mlp("critic1", both, BINS) + _mlp("critic2", both, BINS),
        "actor": _mlp("actor", LATENT, agent.action),
    }


def parameters(agent):
    """The waves of agent_rows.cc: {group: {name: array}}."""
    groups = {}
    for number, (group, named) in enumerate(shapes(agent).items()):
        groups[group] = {}
        for i, (name, shape) in enumerate(named):
            if len(shape) == 2:
                scale = np.sqrt(2 / 3 / shape[0])
                value = data.wave(shape, scale, 1000 * i + 100_000 * number)
            else:
                value = np.full(shape, name.endswith("scale"), np.float32)
            groups[group][name] = value
    return groups


def batch(agent):
    """Observations, next observations, actions, rewards."""
    observations = data.wave((2, BATCH, agent.observation))
    return (
        observations[0],
        observations[1],
        data.wave((BATCH, agent.action), first=10_000),
        data.wave((BATCH,), first=20_000),
    )


def noiseless(agent, metrics):
    """Those of the first update that no noise goes into, as we sort them."""
    names = ["encoder_critic_loss", "reward_loss", "auxiliary_loss"]
    if not agent.stochastic:
        names += ["critic_loss", "actor_loss"]
    return sorted(float(metrics[name]) for name in names)
