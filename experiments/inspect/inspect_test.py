"""Runs inspect as a user does."""

import os
import re
import subprocess
import unittest

PROGRAM = os.path.abspath("experiments/inspect/inspect")


def inspect(*flags):
    return subprocess.run(
        [PROGRAM, *flags], capture_output=True, check=False, text=True
    )


def products_of(text, program):
    """GFLOP of the program's products, as printed."""
    found = re.search(rf"^{program}: ([0-9.e-]+) GFLOP", text, re.MULTILINE)
    return float(found.group(1))


def table(text, program):
    """The program's rows by module: cells as numbers."""
    lines = text.split(f"\n{program}: ")[1].split("\n\n")[1].splitlines()
    rows = (re.split(r"\s{2,}", line.strip()) for line in lines[1:])
    return {row[0]: list(map(float, row[1:])) for row in rows}


def mlp(rows, *sizes):
    """Products of a forward pass."""
    return 2 * rows * sum(a * b for a, b in zip(sizes, sizes[1:]))


class InspectTest(unittest.TestCase):
    def test_small_agent(self):
        width, latent, bins, batch, k = 32, 24, 11, 16, 3
        observation, action = 5, 1  # cartpole
        result = inspect(
            "--task=cartpole-swingup",
            f"--network_width={width}",
            f"--latent_size={latent}",
            f"--critic_bins={bins}",
            f"--batch_size={batch}",
            f"--model_samples={k}",
            "--proportion_real=1",
            "--planner_iterations=2",
            "--planner_samples=20",
            "--planner_elites=4",
            "--runs=1",
            "--nodes",
        )
        self.assertEqual(result.returncode, 0, result.stderr)
        text = result.stdout
        # What is multiplied, by hand. A layer's weight gradient and its input
        # gradient are as much as the layer.
        encoder = mlp(batch, observation, width, latent)
        dynamics = mlp(batch, latent + action, width, width, latent)
        log_std = mlp(batch, width, latent)
        reward = mlp(batch, latent + action, width, width, 1)
        critic = mlp(batch, latent + action, width, width, bins)
        actor = mlp(batch, latent, width, width, action)
        of_action = mlp(batch, action, width)  # the first layer's part
        of_latent = mlp(batch, latent, width)
        update = (
            # z and z', before and after the step; gradient to the weights and
            # through the second layer.
            4 * encoder + encoder + mlp(batch, width, latent)
            # Forward, weights, and inputs but the action.
            + 3 * (dynamics + log_std + reward) - 2 * of_action
            # Step 1: on z, and its gradient to z.
            + 2 * (2 * critic - of_action)
            # Target at z', shared; at the model's samples, and back.
            + 2 * critic + actor
            + 2 * (2 * k * critic - (2 * k - 1) * of_action)
            # Step 2: targets, forward, weights, inputs of layers 2 and 3.
            + 2 * critic + actor
            + 2 * (3 * critic - of_latent - of_action)
            # Step 3: actor and targets forward, back to the action, actor's
            # weights and inputs but z.
            + 3 * actor - of_latent
            + 2 * (2 * critic - of_latent)
        )
        self.assertAlmostEqual(
            products_of(text, "Update") / (update / 1e9), 1, delta=0.05
        )
        rows = 21
        one = lambda *sizes: mlp(1, *sizes)
        acting = (
            one(observation, width, latent) + one(latent, width, width, action)
            + 2 * (
                rows * one(width, width, latent) + rows * one(width, latent)
                + rows * one(width, width, 1)
                + 2 * (rows * one(action, width) + one(latent, width))
                + rows * one(latent, width, width, action)
                + 2 * rows * one(latent + action, width, width, bins)
            )
        )
        self.assertAlmostEqual(
            products_of(text, "Acting") / (acting / 1e9), 1, delta=0.05
        )
        self.check_tables(text)
        self.assertRegex(text, r"(?m)^encoder +8 +\d+$")
        for group in ("encoder", "model", "critics", "actor"):
            norm = re.search(rf"{group}_gradient_norm +(\S+)", text).group(1)
            self.assertGreater(float(norm), 0)

    def check_tables(self, text):
        for program, modules in (
            ("Update", ("encoder gradient", "losses", "optimiser")),
            ("Acting", ("planner", "dynamics", "actor")),
        ):
            rows = table(text, program)
            for module in modules:
                self.assertIn(module, rows)
            total = rows.pop("all")
            for column, whole in enumerate(total[:4]):
                # Printed to two digits or less.
                self.assertAlmostEqual(
                    sum(row[column] for row in rows.values()), whole, delta=0.2
                )
            # All its nodes, one by one.
            nodes = text.split(f"\n{program}: ")[1].split("\nActing: ")[0]
            listed = re.findall(r"(?m)^%\d+ ", nodes)
            self.assertEqual(len(listed), total[0])
            # On a GPU: as many launches as the kernels have.
            launches = int(re.search(r"On a GPU: (\d+) launches", nodes)[1])
            kernels = re.findall(r"(?m)^[A-Z]\w+ +(\d+)$", nodes)
            self.assertEqual(sum(map(int, kernels)), launches)

    def test_policy_alone(self):
        result = inspect("--task=cartpole-swingup", "--preset=laptop",
                         "--algorithm=td3", "--runs=1")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertNotIn("dynamics", table(result.stdout, "Update"))
        self.assertEqual(
            set(table(result.stdout, "Acting")) - {"random numbers", "losses"},
            {"actor", "encoder", "planner", "all"},
        )

    def test_wrong_values(self):
        for flags, sentence in (
            (["--task=dog-rum"], "near it: dog-run"),
            (["--preset=quick"], "laptop, paper"),
            (["--algorithm=muzero"], "--algorithm=muzero: it must be one of"),
            (["--latent_norm=layer"], "simnorm, layernorm, none"),
            (["--network_width=0"],
             "network_width = 0 must be in [1, 16384]"),
            (["--network_width=wide"],
             "value 'wide' specified for flag 'network_width'"),
            (["--simnorm_group=7"], "7 does not divide latent_size = 512"),
            (["--model_samples=1"], "model_samples must be at least 2, not 1"),
            (["--model=deterministic", "--model_samples=2"],
             "model_samples must be 1, not 2"),
            (["--auxiliary=byol"], "auxiliary = gaussian_nll"),
            (["--vaml_weight=-1"],
             "vaml_weight = -1 must be in [0, 1e+06]"),
            (["--rollout_steps=0"], "bootstrap_steps = 0"),
            (["--planner_elites=1000"], "planner_elites = 1000 must be in"),
            (["--rollout_steps=400"], "windows of 400 decisions"),
            (["--runs=0"], "--runs=0"),
            (["paper"], "paper"),
        ):
            result = inspect(*flags)
            self.assertEqual(result.returncode, 1, flags)
            self.assertIn(sentence, result.stderr)
            self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
            self.assertEqual(result.stdout, "")


if __name__ == "__main__":
    unittest.main()
