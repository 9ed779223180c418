"""Checkpoints as a user reads them: Python's `safetensors` and NumPy.

The forward pass of every network, written down once more in doubles from the
tensors in the file, against what our program computes for the same numbers.
"""

import math
import os
import subprocess
import unittest

import numpy
from safetensors.numpy import load_file

from experiments.train import small_training

FORWARD = os.path.abspath("experiments/checkpoint/forward")
BINS, LOWEST, HIGHEST = 21, -300.0, 300.0


def softmax(x):
    e = numpy.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def mish(x):
    return x * numpy.tanh(numpy.logaddexp(0, x))


def hl_gauss_of_zero():
    """Mass in each bin of a Gaussian around 0, of 0.75 bins."""
    width = (HIGHEST - LOWEST) / (BINS - 1)
    edges = LOWEST + (numpy.arange(BINS + 1) - 0.5) * width
    cdf = numpy.array(
        [math.erf(x / (math.sqrt(2) * 0.75 * width)) for x in edges]
    )
    return numpy.diff(cdf) / (cdf[-1] - cdf[0])


class Networks:
    """Those in a checkpoint, for one observation or latent and action."""

    def __init__(self, path, latent_norm="simnorm", head="hl_gauss"):
        self.tensors = {
            name: tensor.astype(numpy.float64)
            for name, tensor in load_file(path).items()
        }
        self.latent_norm = latent_norm
        self.head = head

    def linear(self, name, x):
        weight = self.tensors[f"{name}/weight"]
        return x @ weight + self.tensors[f"{name}/bias"]

    def norm(self, name, x):
        x = (x - x.mean()) / numpy.sqrt(x.var() + 1e-6)
        return x * self.tensors[f"{name}/scale"] + self.tensors[
            f"{name}/offset"]

    def hidden(self, name, layers, x):
        for i in range(layers):
            layer = f"{name}/hidden{i}"
            x = mish(self.norm(f"{layer}/norm", self.linear(layer, x)))
        return x

    def latent_of(self, name, x):
        x = self.linear(f"{name}/latent", x)
        if self.latent_norm != "none":
            x = self.norm(f"{name}/latent/norm", x)
        if self.latent_norm == "simnorm":
            x = softmax(x.reshape(-1, 8)).reshape(-1)
        return x

    def value(self, name, x):
        output = self.linear(f"{name}/output", self.hidden(name, 2, x))
        if self.head == "scalar":
            return output
        centres = numpy.linspace(LOWEST, HIGHEST, BINS)
        return [centres @ softmax(output + 17 * hl_gauss_of_zero())]

    def __call__(self, observation, action):
        """Numbers by the names that the program prints."""
        latent = self.latent_of(
            "encoder", self.hidden("encoder", 1, observation))
        x = numpy.concatenate([latent, action])
        features = self.hidden("dynamics", 2, x)
        reward = self.linear("reward/output", self.hidden("reward", 2, x))
        actor = self.linear("actor/output", self.hidden("actor", 2, latent))
        outputs = {
            "latent": latent,
            "mean": self.latent_of("dynamics", features),
            "reward": reward,
            "critic1": self.value("critic1", x),
            "critic2": self.value("critic2", x),
            "target_critic1": self.value("target_critics/critic1", x),
            "target_critic2": self.value("target_critics/critic2", x),
            "actor": numpy.tanh(actor),
        }
        if "dynamics/log_std/weight" in self.tensors:
            u = self.linear("dynamics/log_std", features)
            outputs["log_std"] = -5 + 0.5 * 5 * (1 + numpy.tanh(u))
        return outputs


def forward(folder, numbers):
    """What our program computes."""
    result = subprocess.run(
        [FORWARD, folder, *(f"{x:.9g}" for x in numbers)],
        capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    lines = (line.split() for line in result.stdout.splitlines())
    return {name: list(map(float, row)) for name, *row in lines}


class ReadBackTest(small_training.TrainingTest):

    def check(self, *flags, **options):
        """Returns the networks of an agent that has learnt a while."""
        folder = self.path("a")
        self.train(folder, "--env_steps=1200", "--learning_rate=0.01",
                   "--encoder_learning_rate=0.01", *flags)
        networks = Networks(small_training.checkpoints(folder)[0], **options)
        # Not the scales and offsets that networks begin with.
        for name in ("scale", "offset"):
            tensor = networks.tensors[f"encoder/hidden0/norm/{name}"]
            self.assertGreater(tensor.std(), 0.01)
        sizes = networks.tensors["encoder/hidden0/weight"].shape[0], (
            networks.tensors["actor/output/bias"].shape[0])
        draws = numpy.random.default_rng(1)
        for scale in (0.3, 3):
            observation = draws.normal(scale=scale, size=sizes[0])
            action = draws.uniform(-1, 1, size=sizes[1])
            # As the program gets them.
            observation, action = (
                x.astype(numpy.float32).astype(numpy.float64)
                for x in (observation, action))
            ours = forward(folder, [*observation, *action])
            expected = networks(observation, action)
            self.assertEqual(ours.keys(), expected.keys())
            for name, numbers in expected.items():
                # Values are sums over bins that are centred around 0 and
                # cancel: near 0 it is the numbers of order 1 that are rounded.
                numpy.testing.assert_allclose(
                    ours[name], numbers, rtol=2e-5,
                    atol=2e-5 * max(1, numpy.abs(numbers).max()), err_msg=name)
        self.assertNotEqual(ours["critic1"], ours["critic2"])
        self.assertNotEqual(ours["critic1"], ours["target_critic1"])
        return networks

    def test_stochastic(self):
        networks = self.check()
        self.assertIn("dynamics/log_std/bias", networks.tensors)

    def test_deterministic(self):
        networks = self.check("--model=deterministic", "--model_samples=1",
                              "--task=walker-walk")
        self.assertNotIn("dynamics/log_std/bias", networks.tensors)

    def test_layer_norm(self):
        self.check("--latent_norm=layernorm", latent_norm="layernorm")

    def test_no_norm_and_scalar_critics(self):
        networks = self.check("--latent_norm=none", "--critic_head=scalar",
                              latent_norm="none", head="scalar")
        self.assertEqual(networks.tensors["critic1/output/bias"].shape, (1,))

    def test_all_tensors_have_their_names(self):
        networks = self.check("--task=reacher-easy")
        self.assertEqual(networks.tensors["encoder/hidden0/weight"].shape,
                         (6, 16))
        parts = {"encoder": ["hidden0", "hidden0/norm", "latent",
                             "latent/norm"],
                 "dynamics": ["hidden0", "hidden0/norm", "hidden1",
                              "hidden1/norm", "latent", "latent/norm",
                              "log_std"]}
        heads = ["hidden0", "hidden0/norm", "hidden1", "hidden1/norm",
                 "output"]
        for name in ("reward", "critic1", "critic2", "actor"):
            parts[name] = heads
        expected = {"environment", "interval", "update_random",
                    "acting_random", "evaluation_random"}
        for part, layers in parts.items():
            group = {"dynamics": "model", "reward": "model",
                     "critic1": "critics", "critic2": "critics"}.get(part, part)
            prefixes = ["", f"{group}/adam/m/", f"{group}/adam/v/"]
            if group == "critics":
                prefixes.append("target_critics/")
            expected.add(f"{group}/adam/step")
            for layer in layers:
                names = (("scale", "offset") if layer.endswith("norm")
                         else ("weight", "bias"))
                expected.update(f"{prefix}{part}/{layer}/{name}"
                                for prefix in prefixes for name in names)
        self.assertEqual(set(networks.tensors), expected)


if __name__ == "__main__":
    unittest.main()
