"""A trained agent, evaluated and watched as a user does."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest

from experiments.train import small_training
from experiments.train.small_training import checkpoints, load, train

EVALUATE = os.path.abspath("experiments/train/evaluate")
WATCH = os.path.abspath("experiments/watch/watch")
ENVIRONMENT = {**os.environ, "MESA_SHADER_CACHE_DISABLE": "true"}


def run(program, *flags):
    return subprocess.run(
        [program, *flags], capture_output=True, text=True, check=False,
        env=ENVIRONMENT)


def evaluate(folder, *flags):
    return run(EVALUATE, f"--checkpoint={folder}", *flags)


class EvaluateTest(small_training.TrainingTest):

    @classmethod
    def setUpClass(cls):
        """Agents of some sorts; the first in two parts."""
        super().setUpClass()
        # pylint: disable-next=consider-using-with
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.trained = os.path.join(folder.name, "trained")
        cls.others = [os.path.join(folder.name, name) for name in "abc"]
        cls.results = [
            train(cls.trained, "--seed=3", "--env_steps=1000"),
            train(cls.trained, "--seed=3"),
            train(cls.others[0], "--algorithm=td3", "--seed=1"),
            train(cls.others[1], "--model=deterministic", "--model_samples=1",
                  "--action_repeat=4", "--task=reacher-easy"),
            train(cls.others[2], "--acting=policy", "--task=walker-walk",
                  "--env_steps=400"),
        ]

    def setUp(self):
        super().setUp()
        for result in self.results:
            self.assertEqual(result.returncode, 0, result.stderr)

    def returns(self, folder, *flags):
        """Of each episode, and their mean as it is printed."""
        result = evaluate(folder, *flags)
        self.assertEqual(result.returncode, 0, result.stderr)
        _, header, *rows, mean = result.stdout.splitlines()
        self.assertEqual(header, "episode,return")
        numbers = [row.split(",") for row in rows]
        self.assertEqual([n for n, _ in numbers],
                         [str(i) for i in range(len(rows))])
        self.assertRegex(mean, "^mean,")
        return [float(x) for _, x in numbers], float(mean[len("mean,"):])

    def test_episodes(self):
        result = evaluate(self.trained, "--episodes=1")
        self.assertEqual(
            result.stdout.splitlines()[0],
            "cartpole-swingup after 3000 env steps (1500 decisions)")
        self.assertEqual(result.stderr, "")
        three, mean = self.returns(self.trained, "--episodes=3", "--seed=7")
        self.assertEqual(len(set(three)), 3)
        self.assertAlmostEqual(mean, sum(three) / 3, delta=1e-9)
        # Fewer are the first of them.
        two, _ = self.returns(self.trained, "--episodes=2", "--seed=7")
        self.assertEqual(two, three[:2])

    def test_each_episode_has_its_seed(self):
        # An evaluation of td3 draws nothing but the start.
        two, _ = self.returns(self.others[0], "--episodes=2", "--seed=7")
        (one,), _ = self.returns(self.others[0], "--episodes=1", "--seed=8")
        self.assertEqual(two[1], one)
        self.assertNotEqual(two[0], one)

    def test_watch_sees_the_same_episode(self):
        for folder in (self.trained, *self.others):
            for seed in (0, 5):
                (expected,), _ = self.returns(
                    folder, f"--seed={seed}", "--episodes=1")
                result = run(
                    WATCH, f"--checkpoint={folder}", f"--seed={seed}",
                    "--seconds=0", "--fps=1", "--width=64", "--height=48",
                    f"--video={self.path('out.mp4')}")
                self.assertEqual(result.returncode, 0, result.stderr)
                seen = re.search(r"return (\S+) in 1000 of 1000 steps",
                                 result.stdout)
                self.assertEqual(seen[1], f"{expected:.4g}")

    def test_changes_nothing(self):
        before = {path: os.stat(path).st_mtime_ns
                  for path in checkpoints(self.trained)}
        files = os.listdir(self.trained)
        self.returns(self.trained, "--episodes=1")
        self.assertEqual(before, {path: os.stat(path).st_mtime_ns
                                  for path in checkpoints(self.trained)})
        self.assertEqual(os.listdir(self.trained), files)

    def test_while_it_trains(self):
        # The folder is locked by the training, and can be read.
        folder = self.path("a")
        with subprocess.Popen(
                small_training.command(folder, "--env_steps=100000000",
                                       "--checkpoint_seconds=0.1"),
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as first:
            while not os.path.exists(os.path.join(folder, "checkpoint")) or (
                    not checkpoints(folder)):
                self.assertIsNone(first.poll())
            self.returns(folder, "--episodes=1")
            first.kill()
            first.wait()

    def test_a_damaged_checkpoint(self):
        copy = self.copy(self.trained)
        newest, older = checkpoints(copy)
        os.truncate(newest, 1000)
        for program, flag in ((EVALUATE, "--episodes=1"),
                              (WATCH, f"--video={self.path('out.mp4')}")):
            result = run(program, f"--checkpoint={copy}", flag)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertRegex(
                result.stderr,
                f"^{re.escape(newest)} is cut short.*; the checkpoint before "
                "it is used\n")
        self.assertIn("after 1000 env steps (500 decisions)",
                      evaluate(copy, "--episodes=1").stdout)
        os.truncate(older, 10)
        result = evaluate(copy, "--episodes=1")
        self.assert_refused(result, newest, older)

    def assert_both_refuse(self, folder, *words):
        self.assert_refused(evaluate(folder, "--episodes=1"), *words)
        self.assert_refused(
            run(WATCH, f"--checkpoint={folder}",
                f"--video={self.path('out.mp4')}"), *words)

    def test_no_folder_of_a_training(self):
        self.assert_both_refuse("/nowhere/a", "/nowhere/a")
        os.mkdir(self.path("empty"))
        self.assert_both_refuse(self.path("empty"), self.path("empty"),
                                "no folder of a training")
        copy = self.copy(self.trained)
        shutil.rmtree(os.path.join(copy, "checkpoint"))
        self.assert_both_refuse(copy, "no checkpoint", copy)

    def test_a_config_that_is_none(self):
        copy = self.copy(self.trained)
        path = os.path.join(copy, "config.flags")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for old, new, *words in (
                ("--latent_size=16", "--latent_size=many", "--latent_size=many",
                 path),
                ("--latent_size=16", "latent_size", path),
                ("--latent_size=16", "--latent_size=24", "tensor", "latent"),
                ("--task=cartpole-swingup", "--task=cartpole", '"cartpole"'),
                ("--discount=0.99", "--discount=2", "discount"),
        ):
            with self.subTest(new):
                self.assertIn(old, text)
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text.replace(old, new))
                self.assert_both_refuse(copy, *words)

    def test_values_out_of_range(self):
        self.assert_refused(run(EVALUATE), "--checkpoint")
        for flag in ("--episodes=0", "--episodes=100001"):
            self.assert_refused(evaluate(self.trained, flag), flag)
        self.assert_refused(evaluate(self.trained, "more"), '"more"')

    def test_unwritable_output(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            result = subprocess.run(
                [EVALUATE, f"--checkpoint={self.trained}", "--episodes=1"],
                stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        self.assert_refused(result, "cannot write to the standard output")

    def test_takes_its_settings_from_the_folder(self):
        # Flags of the command line count for nothing but the seed.
        expected = self.returns(self.trained, "--episodes=1", "--seed=2")
        self.assertEqual(expected, self.returns(
            self.trained, "--episodes=1", "--seed=2", "--planner_samples=100",
            "--task=walker-walk"))
        self.assertEqual(load(checkpoints(self.trained)[0])[1]["task"],
                         "cartpole-swingup")


if __name__ == "__main__":
    unittest.main()
