"""Writes updates.idx, updates.bin, planners.idx and planners.bin (rl/golden.h).

Run by reference.py with the Python of the environment made there.
"""

import argparse
import functools
import os
import pathlib

# Compiling is what takes the time.
os.environ["XLA_FLAGS"] = "--xla_backend_optimization_level=0"

# pylint: disable=wrong-import-position
import jax
import numpy as np

jax.config.update("jax_platforms", "cpu")
jax.config.update("jax_enable_x64", True)

import agent
import variants

UPDATES = 10


class Golden:
    """Variants one after the other: settings, and arrays as flat numbers."""

    def __init__(self):
        self.index = []
        self.numbers = []

    def begin(self, name, config):
        self.index.append(f"variant {name}")
        self.index += [f"setting {key} {x}" for key, x in config.items()]

    def add_parameters(self, params):
        """Their names and sizes, in the order in which add_block has them."""
        for name, x in all_parameters(params):
            self.index.append(f"parameter {name} {x.size}")

    def add_block(self, name, params):
        self.add(name, [x for _, x in all_parameters(params)])

    def add(self, name, arrays):
        flat = [np.ravel(np.asarray(x, "<f8")) for x in arrays]
        flat = np.concatenate(flat) if flat else np.empty(0)
        assert np.isfinite(flat).all(), name
        self.index.append(f"array {name} {flat.size}")
        self.numbers.append(flat)

    def write(self, folder, name):
        path = pathlib.Path(folder, name)
        path.with_suffix(".bin").write_bytes(
            np.concatenate(self.numbers).astype("<f8").tobytes()
        )
        path.with_suffix(".idx").write_text(
            "\n".join(self.index) + "\n", encoding="utf-8"
        )


def all_parameters(params):
    for group in agent.GROUPS:
        yield from sorted(params[group].items())
    for name, x in sorted(params["target"].items()):
        yield f"target/{name}", x


class Draws:
    """All that is random, of one variant."""

    def __init__(self, config, seed):
        self.config = config
        self.random = np.random.RandomState(seed)
        self.latent = config["latent_size"]
        self.stochastic = agent.is_stochastic(config)

    def linear(self, name, inputs, outputs):
        bound = 1 / np.sqrt(inputs)
        return {
            f"{name}/weight": self.random.uniform(
                -bound, bound, (inputs, outputs)
            ),
            f"{name}/bias": 0.2 * self.random.normal(size=outputs),
        }

    def norm(self, name, size):
        return {
            f"{name}/scale": 1 + 0.3 * self.random.normal(size=size),
            f"{name}/offset": 0.3 * self.random.normal(size=size),
        }

    def hidden(self, name, inputs):
        width = self.config["width"]
        p = self.linear(name, inputs, width)
        return p | self.norm(f"{name}/norm", width)

    def mlp(self, name, inputs, outputs):
        width = self.config["width"]
        return (
            self.hidden(f"{name}/hidden0", inputs)
            | self.hidden(f"{name}/hidden1", width)
            | self.linear(f"{name}/output", width, outputs)
        )

    def latent_head(self, name):
        p = self.linear(name, self.config["width"], self.latent)
        if self.config["latent_norm"] != "none":
            p |= self.norm(f"{name}/norm", self.latent)
        return p

    def parameters(self):
        config = self.config
        pair = self.latent + config["action_size"]
        encoder = self.hidden("encoder/hidden0", config["observation_size"])
        encoder |= self.latent_head("encoder/latent")
        model = self.hidden("dynamics/hidden0", pair)
        model |= self.hidden("dynamics/hidden1", config["width"])
        model |= self.latent_head("dynamics/latent")
        reward = self.mlp("reward", pair, 1)
        if self.stochastic:
            head = "dynamics/log_std"
            model |= self.linear(head, config["width"], self.latent)
        outputs = config["bins"] if config["critic_head"] == "hl_gauss" else 1
        critics = self.mlp("critic1", pair, outputs)
        critics |= self.mlp("critic2", pair, outputs)
        return {
            "encoder": encoder,
            "model": model | reward,
            "critics": critics,
            "target": {
                name: x + 0.1 * self.random.normal(size=x.shape)
                for name, x in critics.items()
            },
            "actor": self.mlp("actor", self.latent, config["action_size"]),
        }

    def batch(self):
        config, rows = self.config, self.config["batch_size"]
        steps = config["rollout_steps"] + config["bootstrap_steps"]
        steps = 1 if config["algorithm"] == "td3" else max(1, steps)
        size = (rows, config["observation_size"])
        return {
            "observation": [
                self.random.normal(size=size) for _ in range(steps + 1)
            ],
            "action": [
                self.random.uniform(-1, 1, (rows, config["action_size"]))
                for _ in range(steps)
            ],
            "reward": [3 * self.random.normal(size=rows) for _ in range(steps)],
        }

    def model_noise(self, *leading):
        """Of a deterministic model there is none."""
        if not self.stochastic:
            return np.empty(0)
        return self.random.normal(size=(*leading, self.latent))

    def update_noise(self, whole):
        """In the order in which rl/update.cc draws."""
        config, rows = self.config, self.config["batch_size"]
        noise = {"rollout": [], "critic": np.empty(0)}
        if config["algorithm"] == "td3":
            return noise
        if whole:
            noise["rollout"] = [
                self.model_noise(config["model_samples"], rows)
                for _ in range(config["rollout_steps"])
            ]
        imagined = rows - agent.real_rows(config)
        if imagined > 0:
            noise["critic"] = self.model_noise(imagined)
        return noise

    def plan_noise(self):
        config, k = self.config, self.config["planner_model_samples"]
        steps, size = range(config["horizon"]), config["samples"]
        noise = {"candidates": [], "model": []}
        for _ in range(config["iterations"]):
            shape = (size, config["action_size"])
            noise["candidates"].append(
                [self.random.normal(size=shape) for _ in steps]
            )
            noise["model"].append(
                [self.model_noise(k, size + 1) for _ in steps]
            )
        return noise | {"uniform": self.random.uniform()}


def record_update(golden, name, config, seed):
    draws = Draws(config, seed)
    params = draws.parameters()
    golden.begin(name, config)
    golden.add_parameters(params)
    golden.add_block("initial", params)
    moments = agent.no_moments(params)
    slow = name.startswith("slow")
    is_whole = [not slow or i % 2 == 0 for i in range(UPDATES)]
    golden.add("whole", [is_whole])
    update = {
        whole: jax.jit(functools.partial(agent.update, config, whole))
        for whole in set(is_whole)
    }
    for i, whole in enumerate(is_whole):
        batch, noise = draws.batch(), draws.update_noise(whole)
        for key in ("observation", "action", "reward"):
            golden.add(f"update{i}/{key}", batch[key])
        golden.add(f"update{i}/noise", [*noise["rollout"], noise["critic"]])
        params, moments, losses = update[whole](params, moments, batch, noise)
        for key in sorted(losses):
            golden.add(f"update{i}/{key}", [losses[key]])
        if i in (0, UPDATES - 1):
            golden.add_block(f"update{i}/parameters", params)


def record_plan(golden, name, config, seed):
    draws = Draws(config, seed)
    params = draws.parameters()
    policy_alone = config["algorithm"] == "td3"
    if policy_alone:
        # The first action leaves [-1, 1], the second one's noise ±0.3.
        params["actor"]["actor/output/bias"][:] = -4, 0.1
    golden.begin(name, config)
    golden.add_parameters(params)
    golden.add_block("initial", params)
    observation = draws.random.normal(size=(1, config["observation_size"]))
    golden.add("observation", [observation])
    if policy_alone:
        noise = np.array([-1.0, 4.0])
        golden.add("noise", [noise])
        found = agent.follow_policy(config, params, observation, noise)
    else:
        noise = draws.plan_noise()
        in_order = []  # in which rl/planner.cc draws
        for actions, model in zip(noise["candidates"], noise["model"]):
            in_order += actions + model
        golden.add("noise", in_order)
        golden.add("uniform", [noise["uniform"]])
        found = agent.plan(config, params, observation, noise)
    for key, x in found.items():
        golden.add(key, [x])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--output_dir", required=True)
    parser.add_argument("--seed", type=int, required=True)
    arguments = parser.parse_args()
    for name, record, configs in (
        ("updates", record_update, variants.updates()),
        ("planners", record_plan, variants.planners()),
    ):
        golden = Golden()
        for i, (variant, config) in enumerate(configs.items()):
            print(name, variant, flush=True)
            record(golden, variant, config, arguments.seed + i)
        golden.write(arguments.output_dir, name)


if __name__ == "__main__":
    main()
